//! The lattice of a rolled drum.

use std::f64::consts::PI;

use rand::Rng;

use super::{Pass, count, phase};

/// A drum unrolled: the lattice that it prints.
pub(super) struct Drum {
    pub(super) diameter_mm: f64,
    pub(super) width_mm: f64,
    pub(super) rings: u32,
    pub(super) rows: u32,
    /// Sideways shift of every second row, as a share of the spacing of the rings.
    pub(super) stagger: f64,
    /// s, share of its way that the drum slides.
    pub(super) slip: f64,
    /// o, share of its width that lanes overlap.
    pub(super) overlap: f64,
}

impl Drum {
    /// Rolls lane beside lane over the patch.
    pub(super) fn roll(&self, pass: &Pass, rng: &mut impl Rng, sink: &mut impl FnMut([f64; 2])) {
        let along = PI * self.diameter_mm / f64::from(self.rows) / (1.0 - self.slip);
        let across = self.width_mm / f64::from(self.rings);
        // Even rows to the one side and odd rows to the other.
        let shift = 0.5 * self.stagger * across;
        let spacing = self.width_mm * (1.0 - self.overlap);
        let lanes_phase = phase(spacing, rng);
        for lane in pass.lanes(spacing, lanes_phase, 0.5 * self.width_mm + shift, 0.0) {
            // The drum meets the patch's edge somewhere in its turn: a row and a part of a step.
            let turned = phase(f64::from(self.rows), rng);
            let first_row = turned as u64;
            let start = lane.from + (1.0 - turned.fract()) * along;
            let mut wobble = pass.wobble(along, rng);
            for step in 0..count(lane.to - start, along) {
                let u = start + step as f64 * along;
                let row = (first_row + step) % u64::from(self.rows);
                let shift = if row.is_multiple_of(2) { shift } else { -shift };
                let left = lane.middle - 0.5 * self.width_mm + wobble.advance(rng) + shift;
                for ring in 0..self.rings {
                    pass.strike(u, left + (f64::from(ring) + 0.5) * across, sink);
                }
            }
        }
    }
}
