//! The placements of a pressed array, and those of a scanned square.

use rand::Rng;

use super::{Pass, phase};

/// A rectangular array of needles or spots, and how its placements follow each other.
pub(super) struct Array {
    pub(super) columns: u32,
    pub(super) rows: u32,
    /// Along and across, mm.
    pub(super) pitch_mm: [f64; 2],
    /// How far even rows are shifted along to the one side, odd rows to the other, mm.
    pub(super) shift_mm: f64,
    /// o, share of its edges that a placement lies over the next.
    pub(super) overlap: f64,
}

impl Array {
    /// Tiles the patch with placements.
    pub(super) fn press(&self, pass: &Pass, rng: &mut impl Rng, sink: &mut impl FnMut([f64; 2])) {
        let length = f64::from(self.columns) * self.pitch_mm[0];
        let width = f64::from(self.rows) * self.pitch_mm[1];
        let (step_u, step_v) = (length * (1.0 - self.overlap), width * (1.0 - self.overlap));
        let (phase_u, phase_v) = (phase(step_u, rng), phase(step_v, rng));
        let half_length = 0.5 * length + self.shift_mm;
        for lane in pass.lanes(step_v, phase_v, 0.5 * width, half_length) {
            let first = ((lane.from - phase_u) / step_u).ceil() as i64;
            let last = ((lane.to - phase_u) / step_u).floor() as i64;
            for nth in first..=last {
                let middle_u = phase_u + nth as f64 * step_u;
                let (u, v) = pass.scattered(middle_u, lane.middle, rng);
                for row in 0..self.rows {
                    let shift = if row.is_multiple_of(2) { self.shift_mm } else { -self.shift_mm };
                    for column in 0..self.columns {
                        pass.strike(
                            u - 0.5 * length + (f64::from(column) + 0.5) * self.pitch_mm[0] + shift,
                            v - 0.5 * width + (f64::from(row) + 0.5) * self.pitch_mm[1],
                            sink,
                        );
                    }
                }
            }
        }
    }
}
