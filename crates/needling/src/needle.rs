//! One needle: its shape, what it is made of, and the load at which it buckles or bends for good.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::error::{NeedlingError, not_negative, positive};

/// mN per `MPa` and um2.
const MN_PER_MPA_UM2: f64 = 1e-3;
/// Steps along the needle in the buckling load.
const BUCKLING_STEPS: u32 = 400;

/// One solid needle: a straight taper from tip to shaft, then a cylinder.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NeedleGeometry {
    /// Diameter at the very tip, um.
    pub tip_diameter_um: f64,
    /// Diameter of the shaft, um.
    pub shaft_diameter_um: f64,
    /// Length over which the tip widens to the shaft, um; zero for a blunt rod.
    pub taper_length_um: f64,
}

impl NeedleGeometry {
    /// Diameter at a distance from the tip, um: linear over the taper, then the shaft's.
    pub fn width_um(&self, from_tip_um: f64) -> f64 {
        if from_tip_um >= self.taper_length_um {
            return self.shaft_diameter_um;
        }
        let share = (from_tip_um / self.taper_length_um).max(0.0);
        self.tip_diameter_um + (self.shaft_diameter_um - self.tip_diameter_um) * share
    }

    /// Tangent of half the angle of the cone; infinite for a blunt rod.
    ///
    /// `tan(theta/2) = (D - d) / (2 l)`, shaft D, tip d, taper l. A needle ground with one bevel at an
    /// angle beta to its axis widens over `l = (D - d) / tan(beta)` and is given by that taper.
    pub fn cone_tangent(&self) -> f64 {
        let widening = self.shaft_diameter_um - self.tip_diameter_um;
        if self.taper_length_um > 0.0 {
            0.5 * widening / self.taper_length_um
        } else {
            f64::INFINITY
        }
    }

    /// Area of the cross section at a distance from the tip, um2.
    pub fn section_um2(&self, from_tip_um: f64) -> f64 {
        PI / 4.0 * self.width_um(from_tip_um).powi(2)
    }

    /// Area of the side from the tip to a distance, um2: `pi` times the integral of the width (the
    /// slant of a cone this slender adds less than a percent).
    pub fn side_um2(&self, from_tip_um: f64) -> f64 {
        let tapered = from_tip_um.min(self.taper_length_um).max(0.0);
        let mean_um = 0.5 * (self.tip_diameter_um + self.width_um(tapered));
        let straight = (from_tip_um - self.taper_length_um).max(0.0);
        PI * (mean_um * tapered + self.shaft_diameter_um * straight)
    }

    pub(crate) fn check(&self) -> Result<(), NeedlingError> {
        positive("tip_diameter_um", self.tip_diameter_um)?;
        positive("shaft_diameter_um", self.shaft_diameter_um)?;
        not_negative("taper_length_um", self.taper_length_um)?;
        if self.tip_diameter_um > self.shaft_diameter_um {
            return Err(NeedlingError::TipWiderThanShaft {
                tip_um: self.tip_diameter_um,
                shaft_um: self.shaft_diameter_um,
            });
        }
        Ok(())
    }
}

/// What a needle is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Material {
    /// E, Young's modulus, `GPa`.
    pub young_modulus_gpa: f64,
    /// `sigma_y`, stress at which it bends for good, `MPa`.
    pub yield_strength_mpa: f64,
}

/// Loads that a free needle of some length stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Strength {
    /// Force along the axis at which the needle gives way sideways before its tip has entered, mN.
    pub buckling_force_mn: f64,
    /// Force along the axis at which the end of the tip yields if it bore all of it, mN:
    /// `sigma_y pi d^2 / 4`. Above it a sharp tip is dulled on its first strikes.
    pub dulling_force_mn: f64,
    /// Force across the axis, spread evenly over what stands in the skin, that bends the needle for
    /// good, mN.
    pub bending_force_mn: f64,
}

/// The loads that a needle stands of which `length_um` stands out, and `depth_um` (above 0) of that in
/// skin when it is pushed aside.
///
/// Buckling is Euler's for a column clamped at its base and free at its tip, with the second moment
/// of area of the taper along it: the least P for which
///
/// ```text
/// E I(x) y'' + P y = 0,    y(0) = 0 at the tip,    y'(L) = 0 at the base
/// ```
///
/// has a solution, `I = pi w^4 / 64`. A tip caught by the skin is held better than a free one, so
/// this is the careful side. Bending is a cantilever under a force F spread over its depth h: it yields
/// where `32 M(x) / (pi w(x)^3)` first reaches `sigma_y`, with `M = F x^2 / (2 h)` at a distance x from
/// the tip within the skin and `M = F (x - h/2)` outside it.
pub fn strength(
    needle: &NeedleGeometry,
    material: Material,
    length_um: f64,
    depth_um: f64,
) -> Strength {
    let e_mpa = material.young_modulus_gpa * 1e3;
    let step = length_um / f64::from(BUCKLING_STEPS);
    let weakest_mn = (0..BUCKLING_STEPS)
        .map(|number| {
            let x = (f64::from(number) + 0.5) * step;
            let arm_um = if x < depth_um { x * x / (2.0 * depth_um) } else { x - 0.5 * depth_um };
            let w = needle.width_um(x);
            material.yield_strength_mpa * PI * w.powi(3) / (32.0 * arm_um) * MN_PER_MPA_UM2
        })
        .fold(f64::INFINITY, f64::min);
    Strength {
        buckling_force_mn: buckling_force_mn(needle, e_mpa, length_um),
        dulling_force_mn: material.yield_strength_mpa * needle.section_um2(0.0) * MN_PER_MPA_UM2,
        bending_force_mn: weakest_mn,
    }
}

/// Euler's load of the tapered column, mN.
///
/// With s = x / L the equation is integrated from tip to base in Pruefer's angle `phi = atan2(y, y')`,
/// which starts at 0, grows with P, and reaches `pi/2` at the base for the least load; the load is
/// bracketed by the cylinders of the tip's and the base's width, and the bracket halved.
fn buckling_force_mn(needle: &NeedleGeometry, e_mpa: f64, length_um: f64) -> f64 {
    let stiffness = |x: f64| e_mpa * PI * needle.width_um(x).powi(4) / 64.0;
    // A cylinder of the shaft bounds the load from above, one of the tip from below.
    let euler = |w: f64| PI * PI * e_mpa * PI * w.powi(4) / 64.0 / (4.0 * length_um * length_um);
    let (mut low, mut high) = (euler(needle.tip_diameter_um), euler(needle.width_um(length_um)));
    let gives_way = |load: f64| {
        // d phi / ds = cos^2 phi + (P L^2 / (E I)) sin^2 phi.
        let slope = |s: f64, phi: f64| {
            let x = s * length_um;
            phi.cos().powi(2) + load * length_um * length_um / stiffness(x) * phi.sin().powi(2)
        };
        let (h, mut phi) = (1.0 / f64::from(BUCKLING_STEPS), 0.0f64);
        for number in 0..BUCKLING_STEPS {
            let s = f64::from(number) * h;
            let a = slope(s, phi);
            let b = slope(s + 0.5 * h, phi + 0.5 * h * a);
            let c = slope(s + 0.5 * h, phi + 0.5 * h * b);
            let d = slope(s + h, phi + h * c);
            phi += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
        }
        phi >= 0.5 * PI
    };
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if gives_way(middle) { high = middle } else { low = middle }
    }
    (low * high).sqrt() * MN_PER_MPA_UM2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEEL: Material = Material { young_modulus_gpa: 193.0, yield_strength_mpa: 800.0 };

    fn rod(width_um: f64) -> NeedleGeometry {
        NeedleGeometry {
            tip_diameter_um: width_um,
            shaft_diameter_um: width_um,
            taper_length_um: 0.0,
        }
    }

    #[test]
    fn a_needle_widens_to_its_shaft() {
        let needle = NeedleGeometry {
            tip_diameter_um: 10.0,
            shaft_diameter_um: 110.0,
            taper_length_um: 500.0,
        };
        assert!((needle.width_um(-5.0) - 10.0).abs() < 1e-12);
        assert!((needle.width_um(250.0) - 60.0).abs() < 1e-12);
        assert!((needle.width_um(900.0) - 110.0).abs() < 1e-12);
        assert!((needle.cone_tangent() - 0.1).abs() < 1e-12);
        assert!((rod(110.0).width_um(0.0) - 110.0).abs() < 1e-12);
    }

    #[test]
    fn a_rod_buckles_at_eulers_load() {
        let (w, l) = (100.0, 2000.0);
        let euler = PI * PI * 193e3 * PI * 1e8 / 64.0 / (4.0 * l * l) * 1e-3;
        let found = strength(&rod(w), STEEL, l, l).buckling_force_mn;
        assert!((found / euler - 1.0).abs() < 1e-6, "{found} against {euler}");
    }

    #[test]
    fn a_rod_bends_at_the_cantilevers_load() {
        let (w, l) = (100.0, 1000.0);
        // Spread over all of it the force acts at half the length; at the tip alone, at all of it.
        for (depth, arm) in [(l, 0.5 * l), (1e-6, l)] {
            let force = 800.0 * PI * 1e6 / (32.0 * arm) * 1e-3;
            let found = strength(&rod(w), STEEL, l, depth).bending_force_mn;
            assert!((found / force - 1.0).abs() < 4e-3, "{found} against {force}");
        }
    }

    /// A cone whose second moment grows as the fourth power of x, on a sliver of a tip: the load of
    /// the complete cone with a free tip tends to zero, and a truncated one has the closed form
    /// `tan(q (1/a - 1/b)) = ...`; here `y = x sin(q (1/a - 1/x))` with `q^2 = P b^4 / (E I_b)`.
    #[test]
    fn a_truncated_cone_buckles_at_its_closed_form() {
        let (w_a, w_b, l) = (50.0, 150.0, 1000.0);
        let needle =
            NeedleGeometry { tip_diameter_um: w_a, shaft_diameter_um: w_b, taper_length_um: l };
        let (a, b) = (l * w_a / (w_b - w_a), l * w_b / (w_b - w_a));
        let i_b = PI * w_b.powi(4) / 64.0;
        // y'(b) = sin(q s) + (q / b) cos(q s) = 0 with s = 1/a - 1/b.
        let s = 1.0 / a - 1.0 / b;
        let f = |q: f64| (q * s).sin() + q / b * (q * s).cos();
        let (mut low, mut high) = (0.5 * PI / s, PI / s);
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if f(middle) > 0.0 { low = middle } else { high = middle }
        }
        let load = low * low * 193e3 * i_b / b.powi(4) * 1e-3;
        let found = strength(&needle, STEEL, l, l).buckling_force_mn;
        assert!((found / load - 1.0).abs() < 1e-4, "{found} against {load}");
    }

    proptest! {
        #[test]
        fn longer_needles_stand_less(
            w in 20.0..200.0f64, shaft in 200.0..400.0f64, taper in 100.0..1500.0f64,
            l in 200.0..2500.0f64, more in 50.0..1000.0f64,
        ) {
            let needle = NeedleGeometry {
                tip_diameter_um: w, shaft_diameter_um: shaft, taper_length_um: taper,
            };
            let stands = |length| strength(&needle, STEEL, length, l);
            let (short, long) = (stands(l), stands(l + more));
            prop_assert!(long.buckling_force_mn <= short.buckling_force_mn * (1.0 + 1e-6));
            prop_assert!(long.bending_force_mn <= short.bending_force_mn * (1.0 + 1e-2));
        }

        #[test]
        fn section_and_side_agree_with_the_width(
            w in 2.0..50.0f64, shaft in 60.0..400.0f64, taper in 0.0..1500.0f64, at in 0.0..2500.0f64,
        ) {
            let needle = NeedleGeometry {
                tip_diameter_um: w, shaft_diameter_um: shaft, taper_length_um: taper,
            };
            let steps = 4000;
            let h = at / f64::from(steps);
            let side: f64 =
                (0..steps).map(|n| PI * needle.width_um((f64::from(n) + 0.5) * h) * h).sum();
            prop_assert!((needle.side_um2(at) - side).abs() <= 1e-3 * side + 1e-9);
        }
    }
}
