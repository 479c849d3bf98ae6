//! The strokes of a gliding cartridge.

use std::f64::consts::{PI, TAU};

use rand::Rng;

use super::{Pass, count, phase};

/// A cartridge with its needles on evenly spaced rings, the outermost on the tip circle.
///
/// The number of rings keeps the needles about as far apart around as inwards, and each ring holds
/// needles in proportion to its radius: 6 lie on one ring, 12 as 4 + 8, 36 as 6 + 12 + 18. One needle
/// alone sits in the centre.
pub(super) struct Cartridge {
    needles: u32,
    rings: u32,
    width_mm: f64,
}

impl Cartridge {
    pub(super) fn new(needles: u32, layout_diameter_mm: f64) -> Self {
        let rings = (f64::from(needles) / PI).sqrt().round().max(1.0) as u32;
        Self { needles, rings, width_mm: layout_diameter_mm }
    }

    /// Needles on the rings up to and including this one, counted from the centre.
    fn held_within(&self, ring: u32) -> u32 {
        let (k, rings) = (f64::from(ring), f64::from(self.rings));
        (f64::from(self.needles) * k * (k + 1.0) / (rings * (rings + 1.0))).round() as u32
    }

    /// Puts the place of every needle of a cartridge turned by `turn` radians into `places`.
    fn turned(&self, turn: f64, places: &mut Vec<[f64; 2]>) {
        places.clear();
        if self.needles == 1 {
            return places.push([0.0, 0.0]);
        }
        for ring in 1..=self.rings {
            let held = self.held_within(ring) - self.held_within(ring - 1);
            let radius = 0.5 * self.width_mm * f64::from(ring) / f64::from(self.rings);
            places.extend((0..held).map(|nth| {
                let (sin, cos) = (turn + TAU * f64::from(nth) / f64::from(held)).sin_cos();
                [radius * cos, radius * sin]
            }));
        }
    }

    /// Glides strip beside strip over the patch, one stroke every `step_mm`.
    ///
    /// `overlap` is the share of its width that each strip lies over the next.
    pub(super) fn glide(
        &self,
        step_mm: f64,
        overlap: f64,
        pass: &Pass,
        rng: &mut impl Rng,
        sink: &mut impl FnMut([f64; 2]),
    ) {
        let spacing = self.width_mm * (1.0 - overlap);
        let half = 0.5 * self.width_mm;
        let strips_phase = phase(spacing, rng);
        let mut needles = Vec::new();
        for strip in pass.lanes(spacing, strips_phase, half, half) {
            // The patch sees a cartridge at any turn, so one drawn for the patch's axes will do.
            self.turned(phase(TAU, rng), &mut needles);
            let start = strip.from + phase(step_mm, rng);
            let mut wobble = pass.wobble(step_mm, rng);
            for stroke in 0..count(strip.to - start, step_mm) {
                let along = start + stroke as f64 * step_mm;
                let across = strip.middle + wobble.advance(rng);
                let (u, v) = pass.scattered(along, across, rng);
                let [x, y] = pass.place(u, v);
                for &[dx, dy] in &needles {
                    pass.keep([x + dx, y + dy], sink);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn radii(needles: u32) -> Vec<f64> {
        let mut places = Vec::new();
        Cartridge::new(needles, 2.0).turned(0.3, &mut places);
        places.iter().map(|[u, v]| u.hypot(*v)).collect()
    }

    #[test]
    fn every_needle_has_its_place_within_the_tip_circle() {
        for needles in 1..200 {
            let radii = radii(needles);
            assert_eq!(radii.len(), needles as usize);
            assert!(radii.iter().all(|&r| r < 1.0 + 1e-9));
        }
    }

    #[test]
    fn usual_cartridges_fall_into_usual_rings() {
        let on_outer = |n| radii(n).iter().filter(|&&r| r > 0.99).count();
        assert_eq!((on_outer(6), on_outer(12), on_outer(36)), (6, 8, 18));
        assert!(radii(1)[0].abs() < 1e-12);
    }
}
