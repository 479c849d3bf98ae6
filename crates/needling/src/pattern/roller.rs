//! The lattice of a rolled drum.

use std::f64::consts::PI;

use rand::Rng;

use super::{Pass, count, phase};

/// A drum unrolled: the lattice that it prints.
pub(super) struct Drum {
    width_mm: f64,
    along_mm: f64,
    across_mm: f64,
    rings: u32,
    rows: u32,
    /// Sideways shift of even rows to the one side and odd rows to the other, mm.
    shift_mm: f64,
}

impl Drum {
    pub(super) fn new(
        diameter_mm: f64,
        width_mm: f64,
        rings: u32,
        rows: u32,
        stagger: bool,
    ) -> Self {
        let across_mm = width_mm / f64::from(rings);
        Self {
            width_mm,
            along_mm: PI * diameter_mm / f64::from(rows),
            across_mm,
            rings,
            rows,
            shift_mm: if stagger { 0.25 * across_mm } else { 0.0 },
        }
    }

    /// Rolls lane beside lane over the patch, without slip.
    pub(super) fn roll(&self, pass: &Pass, rng: &mut impl Rng, sink: &mut impl FnMut([f64; 2])) {
        let reach = pass.reach_mm;
        let first_lane = -reach - phase(self.width_mm, rng);
        for lane in 0..count(reach - first_lane, self.width_mm) {
            let left = first_lane + lane as f64 * self.width_mm;
            // The drum meets the patch's edge somewhere in its turn: a row and a part of a step.
            let turned = phase(f64::from(self.rows), rng);
            let first_row = turned as u64;
            let start = -reach + (1.0 - turned.fract()) * self.along_mm;
            for step in 0..count(reach - start, self.along_mm) {
                let u = start + step as f64 * self.along_mm;
                let row = (first_row + step) % u64::from(self.rows);
                let shift = if row.is_multiple_of(2) { self.shift_mm } else { -self.shift_mm };
                for ring in 0..self.rings {
                    let v = left + (f64::from(ring) + 0.5) * self.across_mm + shift;
                    pass.strike(u, v, sink);
                }
            }
        }
    }
}
