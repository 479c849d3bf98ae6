//! Thinning hair: only follicles that are left can grow again.

use serde::{Deserialize, Serialize};

/// Thinning hair.
///
/// Of a full scalp's `D_0` hairs per cm2, D are still seen. Of the follicles of those lost, the share
/// `D/D_0` is taken to be alive and shrunken: where much is left, little has scarred away. So
///
/// ```text
/// R = (D_0 - D) D/D_0           hairs that can come back
/// g = R (1 - exp(-u/R))         of a stimulus worth u hairs where follicles are plenty
/// ```
///
/// Without hairs, and with all of them, nothing can be gained. The share alive is assumed: counts of
/// shrunken follicles by stage were not found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HairThinning {
    /// Hairs per cm2, `D`.
    pub density_per_cm2: f64,
}

impl HairThinning {
    /// Hairs per cm2 that are gone, of `full` on a full scalp.
    pub fn missing_per_cm2(&self, full: f64) -> f64 {
        (full - self.density_per_cm2).max(0.0)
    }

    /// `R`: hairs per cm2 that can come back.
    pub fn recoverable_per_cm2(&self, full: f64) -> f64 {
        if full <= 0.0 {
            return 0.0;
        }
        self.missing_per_cm2(full) * self.density_per_cm2.max(0.0) / full
    }

    /// `g`: hairs per cm2 that a stimulus worth `stimulus` brings. A negative one takes its own.
    pub fn gain_per_cm2(&self, full: f64, stimulus: f64) -> f64 {
        let most = self.recoverable_per_cm2(full);
        if stimulus <= 0.0 {
            return stimulus.max(-self.density_per_cm2.max(0.0));
        }
        if most <= 0.0 { 0.0 } else { -most * (-stimulus / most).exp_m1() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn where_nothing_is_left_and_where_nothing_is_missing_nothing_is_gained() {
        for density_per_cm2 in [0.0, 220.0, 260.0] {
            let hair = HairThinning { density_per_cm2 };
            assert_eq!(hair.gain_per_cm2(220.0, 40.0), 0.0);
        }
    }

    #[test]
    fn a_small_stimulus_arrives_whole() {
        let hair = HairThinning { density_per_cm2: 120.0 };
        assert!((hair.gain_per_cm2(220.0, 0.01) / 0.01 - 1.0).abs() < 1e-3);
    }

    proptest! {
        #[test]
        fn never_more_than_can_come_back(density in 0.0..300.0f64, stimulus in 0.0..500.0f64) {
            let hair = HairThinning { density_per_cm2: density };
            let gain = hair.gain_per_cm2(220.0, stimulus);
            prop_assert!(gain >= 0.0 && gain <= stimulus);
            prop_assert!(gain <= hair.missing_per_cm2(220.0));
        }
    }
}
