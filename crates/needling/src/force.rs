//! The force that drives one needle through the surface.

use std::f64::consts::PI;

/// Force in mN per pressure in `MPa` and area in um2.
const MN_PER_MPA_UM2: f64 = 1e-3;

/// Force at which one needle breaks through, mN.
///
/// ```text
/// F = a d + p A_tip,    A_tip = pi d^2 / 4
/// ```
///
/// `tip_diameter_um` = d, `cutting_mn_per_um` = a (mN per um of tip diameter, the same as N/mm),
/// `pressure_mpa` = p. Sharp tips follow the first term, force in proportion to diameter (Roemgens
/// 2014, 5 to 37 um, human skin ex vivo); blunt tips the second, force in proportion to area (Davis
/// 2004). A constant pressure alone fails for sharp tips by an order of magnitude. The sum is a
/// suggestion that joins both regimes; they part at [`force_crossover_um`]. Quasi-static: a fast
/// needle needs less hand force than this.
pub fn puncture_force_mn(tip_diameter_um: f64, cutting_mn_per_um: f64, pressure_mpa: f64) -> f64 {
    let tip_area_um2 = PI / 4.0 * tip_diameter_um * tip_diameter_um;
    cutting_mn_per_um * tip_diameter_um + pressure_mpa * tip_area_um2 * MN_PER_MPA_UM2
}

/// Tip diameter at which cutting and pressure take equal force, um: sharper needles cut, blunter
/// ones press.
///
/// ```text
/// a d = p pi d^2 / 4    so    d = 4 a / (pi p)
/// ```
///
/// Infinite when the pressure is zero.
pub fn force_crossover_um(cutting_mn_per_um: f64, pressure_mpa: f64) -> f64 {
    4.0 * cutting_mn_per_um / (PI * pressure_mpa * MN_PER_MPA_UM2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sharp_tip_follows_its_diameter() {
        let f = puncture_force_mn(8.0, 4.25, 0.0);
        assert!((f - 34.0).abs() < 1e-12);
    }

    #[test]
    fn a_blunt_tip_follows_its_area() {
        let (one, two) = (puncture_force_mn(1e5, 4.0, 50.0), puncture_force_mn(2e5, 4.0, 50.0));
        assert!((two / one - 4.0).abs() < 0.01);
    }

    #[test]
    fn the_terms_are_equal_at_the_crossover() {
        let d = force_crossover_um(4.0, 50.0);
        assert!((puncture_force_mn(d, 4.0, 0.0) - puncture_force_mn(d, 0.0, 50.0)).abs() < 1e-9);
    }
}
