"""Benchmark T1 with NumPy and SciPy, as one would write it by hand.

Finite volumes on a graded grid, the sparse LU of SciPy, two-stage L-stable steps of second order whose length
doubles from block to block, so that few factorisations are needed. Prints one line of JSON: largest of
the nine relative errors, seconds of one solution (assembly, factorisations, steps), cells, steps.

usage: t1_scipy.py REPEATS
"""
import json
import sys
import time

import numpy as np
from scipy.sparse import diags
from scipy.sparse.linalg import splu

TIMES = (3600.0, 21600.0, 86400.0)
# entered, in the dermis, cleared, in m3; provenance in crates/absorption/src/cell/t1.rs
REFERENCE = (
    (5.855496e-11, 4.042409e-11, 7.542776e-12),
    (2.998619e-10, 1.150286e-10, 1.687878e-10),
    (1.118358e-09, 1.259967e-10, 9.757113e-10),
)
WIDTH = 2.0  # of the cells, against a grid with 1 um at the wall
STEPS_IN_BLOCK = 2


def faces(start, end, first, last, growth, widest):
    """Cells grow from both ends towards the middle; all are stretched to fit."""
    up, down = [], []
    while sum(up) + sum(down) < end - start:
        if first <= last:
            up.append(first)
            first = min(first * growth, widest)
        else:
            down.append(last)
            last = min(last * growth, widest)
    widths = np.array(up + down[::-1])
    return start + np.cumsum(widths) * (end - start) / widths.sum()


def grid():
    w, growth = WIDTH, 1 + 0.35 * WIDTH
    far = 1e9
    r = np.concatenate(([0], faces(0, 35, 8 * w, w, growth, 40 * w), faces(35, 400, w, far, growth, 40 * w)))
    z = np.concatenate((
        [0],
        faces(0, 15, w, w, growth, 40 * w),
        faces(15, 95, w, 4 * w, growth, 40 * w),
        faces(95, 500, 4 * w, 4 * w, growth, 40 * w),
        faces(500, 1595, 4 * w, far, growth, 80 * w),
    ))
    return r * 1e-6, z * 1e-6


def network(r, z):
    rm, zm = (r[1:] + r[:-1]) / 2, (z[1:] + z[:-1]) / 2
    dz = np.diff(z)[:, None]
    ring = np.pi * np.diff(r**2)[None, :]
    depth, radius = np.meshgrid(zm, rm, indexing="ij")
    channel = (radius < 35e-6) & (depth < 500e-6)
    dermis = (depth > 95e-6) & ~channel
    d = np.where(channel, 5e-10, np.where(depth < 15e-6, 1e-14, np.where(depth < 95e-6, 3e-11, 1e-10)))
    volume = dz * ring
    clear = np.where(dermis, 1e-4, 0.0) * volume
    inner, outer = np.log(r[1:-1] / rm[:-1]), np.log(rm[1:] / r[1:-1])
    across = 2 * np.pi * dz / (inner / d[:, :-1] + outer / d[:, 1:])
    along = ring / (dz[:-1] / 2 / d[:-1] + dz[1:] / 2 / d[1:])
    top = (ring * d[:1] / (dz[:1] / 2)).ravel()
    diagonal = clear.copy()
    diagonal[:, :-1] += across
    diagonal[:, 1:] += across
    diagonal[:-1] += along
    diagonal[1:] += along
    diagonal[0] += top
    columns = len(rm)
    side = np.zeros_like(d)
    side[:, :-1] = across
    side = side.ravel()[:-1]
    down = along.ravel()
    matrix = diags(
        [diagonal.ravel(), -side, -side, -down, -down], [0, 1, -1, columns, -columns], format="csc"
    )
    return matrix, volume.ravel(), clear.ravel(), top, dermis.ravel()


def solve(r, z):
    matrix, volume, clear, top, dermis = network(r, z)
    columns = len(top)
    source = np.zeros(len(volume))
    source[:columns] = top
    gamma = 1 - np.sqrt(0.5)
    ends = [3600.0 / 2**k for k in range(12, -1, -1)] + [7200.0, 14400.0, 21600.0, 43200.0, 64800.0, 86400.0]
    c, now, entered, cleared, steps, told = np.zeros(len(volume)), 0.0, 0.0, 0.0, 0, []
    factored, factors = None, None
    for end in ends:
        h = (end - now) / STEPS_IN_BLOCK
        if factored is None or abs(h - factored) > 1e-9 * h:
            system = (diags(volume) + gamma * h * matrix).tocsc()
            factors = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
            factored = h
        for _ in range(STEPS_IN_BLOCK):
            one = factors.solve(volume * c + gamma * h * source)
            two = factors.solve(volume * (c + (1 - gamma) / gamma * (one - c)) + gamma * h * source)
            for stage, weight in ((one, (1 - gamma) * h), (two, gamma * h)):
                cleared += weight * (clear @ stage)
                entered += weight * (top @ (1 - stage[:columns]))
            c = two
            steps += 1
        now = end
        if end in TIMES:
            told.append((entered, (volume * c)[dermis].sum(), cleared))
    error = np.abs(np.array(told) / np.array(REFERENCE) - 1).max()
    return error, len(volume), steps


def main():
    r, z = grid()
    solve(r, z)
    seconds = []
    for _ in range(int(sys.argv[1])):
        begun = time.perf_counter()
        error, cells, steps = solve(r, z)
        seconds.append(time.perf_counter() - begun)
    print(json.dumps({"error": float(error), "seconds": sorted(seconds), "cells": cells, "steps": steps}))


main()
