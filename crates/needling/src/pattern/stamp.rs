//! The placements of a pressed array.

use rand::Rng;

use super::{Pass, count, phase};

/// A rectangular array of needles.
pub(super) struct Array {
    pub(super) columns: u32,
    pub(super) rows: u32,
    pub(super) pitch_mm: f64,
}

impl Array {
    /// Tiles the patch with placements.
    pub(super) fn press(&self, pass: &Pass, rng: &mut impl Rng, sink: &mut impl FnMut([f64; 2])) {
        let reach = pass.drawn_reach_mm();
        let (length, width) =
            (f64::from(self.columns) * self.pitch_mm, f64::from(self.rows) * self.pitch_mm);
        let (first_u, first_v) = (-reach - phase(length, rng), -reach - phase(width, rng));
        for along in 0..count(reach - first_u, length) {
            for across in 0..count(reach - first_v, width) {
                let corner = (first_u + along as f64 * length, first_v + across as f64 * width);
                let (u, v) = pass.scattered(corner.0, corner.1, rng);
                for column in 0..self.columns {
                    for row in 0..self.rows {
                        pass.strike(
                            u + (f64::from(column) + 0.5) * self.pitch_mm,
                            v + (f64::from(row) + 0.5) * self.pitch_mm,
                            sink,
                        );
                    }
                }
            }
        }
    }
}
