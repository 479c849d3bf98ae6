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

    /// Calls `place(u, v)` with every needle of a cartridge turned by `turn` radians.
    fn for_each_needle(&self, turn: f64, mut place: impl FnMut(f64, f64)) {
        if self.needles == 1 {
            return place(0.0, 0.0);
        }
        for ring in 1..=self.rings {
            let held = self.held_within(ring) - self.held_within(ring - 1);
            let radius = 0.5 * self.width_mm * f64::from(ring) / f64::from(self.rings);
            let (mut sin, mut cos) = turn.sin_cos();
            let (step_sin, step_cos) = (TAU / f64::from(held.max(1))).sin_cos();
            for _ in 0..held {
                place(radius * cos, radius * sin);
                (cos, sin) = (cos * step_cos - sin * step_sin, sin * step_cos + cos * step_sin);
            }
        }
    }

    /// Glides strip beside strip over the patch, one stroke every `step_mm`.
    pub(super) fn glide(
        &self,
        step_mm: f64,
        pass: &Pass,
        rng: &mut impl Rng,
        sink: &mut impl FnMut([f64; 2]),
    ) {
        let reach = pass.drawn_reach_mm();
        let first_strip = -reach - phase(self.width_mm, rng);
        for strip in 0..count(reach - first_strip, self.width_mm) {
            let middle = first_strip + (strip as f64 + 0.5) * self.width_mm;
            let turn = phase(TAU, rng);
            let start = -reach - 0.5 * self.width_mm + phase(step_mm, rng);
            for stroke in 0..count(reach + 0.5 * self.width_mm - start, step_mm) {
                let (u, v) = pass.scattered(start + stroke as f64 * step_mm, middle, rng);
                self.for_each_needle(turn, |du, dv| pass.strike(u + du, v + dv, sink));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn radii(needles: u32) -> Vec<f64> {
        let mut radii = Vec::new();
        Cartridge::new(needles, 2.0).for_each_needle(0.3, |u, v| radii.push(u.hypot(v)));
        radii
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
