//! How deep a needle reaches, and whether it gets in at all.

use crate::logistic::logistic;

/// Depth of the tip below the surface while the needle is in place, um.
///
/// ```text
/// h = min(L, L phi exp(s z))
/// ```
///
/// `length_um` = L is the needle length set, `reached_fraction` = phi the median share of it that
/// gets in (the rest is skin that dents and support that yields), `scatter` = s the standard
/// deviation of log depth from hit to hit, `z` a standard normal draw.
///
/// phi is the largest contradiction of the field: 0.2 to 1.0 by device, hand, site and method
/// (rat, human and excised skin; residual channel and needle in place). It stands for person, hand and device together and must be carried as
/// uncertainty. Not the depth of the channel left after removal: see [`crate::Channel::recoiled`].
pub fn reached_depth_um(length_um: f64, reached_fraction: f64, scatter: f64, z: f64) -> f64 {
    length_um.min(length_um * reached_fraction * (scatter * z).exp())
}

/// Chance that a needle which could reach `depth_um` breaks through instead of only denting the skin.
///
/// ```text
/// p = 1 / (1 + exp(-(h - h_0) / w))
/// ```
///
/// `dent_depth_um` = `h_0` is where half break through, `dent_width_um` = w how gradually; a width of
/// zero makes it sharp. Short needles in a slow hand dent; that they need speed is well seen, the
/// shape of this curve is an assumption.
pub fn puncture_probability(depth_um: f64, dent_depth_um: f64, dent_width_um: f64) -> f64 {
    logistic(depth_um, dent_depth_um, dent_width_um)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_median_hit_reaches_the_fraction() {
        assert!((reached_depth_um(1500.0, 0.6, 0.2, 0.0) - 900.0).abs() < 1e-9);
    }

    #[test]
    fn half_break_through_at_the_dent_depth() {
        assert!((puncture_probability(80.0, 80.0, 20.0) - 0.5).abs() < 1e-15);
        assert!(puncture_probability(79.9, 80.0, 0.0).abs() < 1e-15);
        assert!((puncture_probability(80.0, 80.0, 0.0) - 1.0).abs() < 1e-15);
        assert!(puncture_probability(0.0, 1e6, 1.0) >= 0.0);
    }

    proptest! {
        #[test]
        fn never_deeper_than_the_needle(
            length in 0.0..3000.0f64, phi in 0.0..1.5f64, s in 0.0..1.0f64, z in -6.0..6.0f64,
        ) {
            let h = reached_depth_um(length, phi, s, z);
            prop_assert!((0.0..=length).contains(&h));
        }
    }
}
