//! Finite volumes: from skin and grid to a network of conductances.
//!
//! Rows are layers of depth, columns are rings. In each row the radius `a` of the channel is that of
//! equal volume, so that a leaning wall and a wall that moves keep their volume exactly; it may lie anywhere
//! within a ring. Integrals over a ring are then sums over the media it holds:
//!
//! ```text
//! capacity             C = dz sum K A_m                              A_m  area of medium m in the ring
//! between rings        1/G = (1 / (2 pi dz)) integral dr / (r D K)   from midpoint to midpoint
//! between rows         G = sum A_mn / (dz/2 / (D K)_m + dz'/2 / (D K)_n)
//! ```
//!
//! The first is exact for a shell, the second for steady flow through shells, the third for columns side by
//! side, `A_mn` being the area that has `m` above and `n` below.

use needlepoint_numerics::strip::{Reservoir, Strip};

use super::{Bottom, Cell, Grid, Medium};

/// The network and what belongs to whom in it.
#[derive(Debug, Clone)]
pub struct Discrete<const N: usize> {
    /// The network, with no reservoir.
    pub strip: Strip<N>,
    /// Conductance from the surface to the first row.
    pub to_surface: [f64; N],
    /// Conductance from the last row to a sink; 0 without one.
    pub to_sink: [f64; N],
    /// Part of the capacity that belongs to the open channel.
    pub in_channel: Vec<[f64; N]>,
    /// Clearance, a part of the leaks.
    pub clearance: Vec<[f64; N]>,
    /// Metabolism, a part of the leaks.
    pub metabolism: Vec<[f64; N]>,
}

/// A medium from the end of the one before to a radius.
#[derive(Debug, Clone, Copy)]
struct Shell {
    until: f64,
    medium: Medium,
    open: bool,
}

impl<const N: usize> Discrete<N> {
    /// The network of `cell` on `grid`, which has at most `N` columns, with the share `open_area` of the
    /// channel's area open.
    pub fn of(cell: &Cell, grid: &Grid, open_area: f64) -> Self {
        let (rows, columns) = (grid.rows(), grid.columns());
        let none = || vec![[0.0; N]; rows];
        let mut net = Self {
            strip: Strip {
                capacity: vec![[1.0; N]; rows],
                across: none(),
                along: none(),
                leak: none(),
                source: Vec::new(),
                reservoir: Reservoir::None,
            },
            to_surface: [0.0; N],
            to_sink: [0.0; N],
            in_channel: none(),
            clearance: none(),
            metabolism: none(),
        };
        let shells = shells(cell, grid, open_area);
        let middles: Vec<f64> =
            grid.radii_um.windows(2).map(|faces| 0.5 * (faces[0] + faces[1])).collect();
        for k in 0..rows {
            let dz = grid.depths_um[k + 1] - grid.depths_um[k];
            for i in 0..columns {
                let (from, to) = (grid.radii_um[i], grid.radii_um[i + 1]);
                net.fill(k, i, dz, &shells[k], from, to);
                if i + 1 < columns {
                    net.strip.across[k][i] = across(&shells[k], middles[i], middles[i + 1], dz);
                }
                let side = Some((shells[k].as_slice(), dz));
                if k == 0 {
                    net.to_surface[i] = along(None, side, from, to);
                }
                if k + 1 < rows {
                    let below = grid.depths_um[k + 2] - grid.depths_um[k + 1];
                    let other = Some((shells[k + 1].as_slice(), below));
                    net.strip.along[k][i] = along(side, other, from, to);
                } else if cell.bottom == Bottom::Sink {
                    net.to_sink[i] = along(side, None, from, to);
                    net.strip.leak[k][i] += net.to_sink[i];
                }
            }
        }
        net
    }

    /// Capacity and leaks of one ring.
    fn fill(&mut self, k: usize, i: usize, dz: f64, shells: &[Shell], from: f64, to: f64) {
        let mut capacity = 0.0;
        for (shell, a, b) in cut(shells, from, to) {
            let held = dz * std::f64::consts::PI * (b * b - a * a) * shell.medium.partition;
            capacity += held;
            if shell.open {
                self.in_channel[k][i] += held;
            }
            self.clearance[k][i] += held * shell.medium.clearance_per_s;
            self.metabolism[k][i] += held * shell.medium.metabolism_per_s;
        }
        self.strip.capacity[k][i] = capacity;
        self.strip.leak[k][i] += self.clearance[k][i] + self.metabolism[k][i];
    }
}

/// Media of each row, from the axis outwards.
fn shells(cell: &Cell, grid: &Grid, open_area: f64) -> Vec<Vec<Shell>> {
    let starts = grid.layer_rows(cell);
    let mut layer = 0;
    (0..grid.rows())
        .map(|k| {
            while layer + 1 < cell.layers.len() && k >= starts[layer + 1] {
                layer += 1;
            }
            let around = cell.layers[layer].medium;
            let mut shells = Vec::with_capacity(3);
            if let Some(channel) = &cell.channel {
                let (from, to) = (grid.depths_um[k], grid.depths_um[k + 1]);
                let once = channel.squared_radius_um2(from, to);
                let open = (once * open_area).sqrt();
                if open > 0.0 {
                    shells.push(Shell { until: open, medium: channel.medium, open: true });
                }
                if let (Some(medium), true) = (channel.closes_with, once.sqrt() > open) {
                    shells.push(Shell { until: once.sqrt(), medium, open: false });
                }
            }
            shells.push(Shell { until: f64::INFINITY, medium: around, open: false });
            shells
        })
        .collect()
}

/// The parts of the ring between two radii, with their own radii.
fn cut(shells: &[Shell], from: f64, to: f64) -> impl Iterator<Item = (&Shell, f64, f64)> {
    let mut inner = 0.0;
    shells.iter().filter_map(move |shell| {
        let (a, b) = (from.max(inner), to.min(shell.until));
        inner = shell.until;
        (b > a).then_some((shell, a, b))
    })
}

/// Conductance between the midpoints of two rings.
fn across(shells: &[Shell], from: f64, to: f64, dz: f64) -> f64 {
    let resistance: f64 =
        cut(shells, from, to).map(|(shell, a, b)| (b / a).ln() / shell.medium.conductivity()).sum();
    2.0 * std::f64::consts::PI * dz / resistance
}

/// Conductance between the middles of two rows in one ring; from the face, where a side is left out.
fn along(
    above: Option<(&[Shell], f64)>,
    below: Option<(&[Shell], f64)>,
    from: f64,
    to: f64,
) -> f64 {
    const OPEN: &[Shell] = &[];
    let (above, dz_above) = above.unwrap_or((OPEN, 0.0));
    let (below, dz_below) = below.unwrap_or((OPEN, 0.0));
    let mut sum = 0.0;
    let mut inner = from;
    while inner < to {
        let at = |shells: &[Shell]| shells.iter().find(|shell| shell.until > inner).copied();
        let (a, b) = (at(above), at(below));
        let until = |shell: Option<Shell>| shell.map_or(f64::INFINITY, |shell| shell.until);
        let outer = to.min(until(a)).min(until(b));
        let half = |shell: Option<Shell>, dz: f64| {
            shell.map_or(0.0, |shell| 0.5 * dz / shell.medium.conductivity())
        };
        let area = std::f64::consts::PI * (outer * outer - inner * inner);
        sum += area / (half(a, dz_above) + half(b, dz_below));
        inner = outer;
    }
    sum
}
