//! Wrinkles: a stiff upper layer that folds on a soft support.

use serde::{Deserialize, Serialize};

/// A wrinkle: a fold of known depth that repeats across the skin.
///
/// Skin that is pushed together, by muscles or because it has become too wide, folds once the strain
/// passes a critical one. For a film of modulus `E_f` and thickness `h` on a deep support `E_s`
///
/// ```text
/// e_c    = (1/4) (3 E_s/E_f)^(2/3)              critical strain
/// lambda = pi h / sqrt(e_c)                     wavelength
/// e_c(s) = e_c (1/3 + 2 s/3)                    support stiffened s-fold, wavelength kept
/// d      = (2 lambda/pi) sqrt(e - e_c(s))       depth from crest to trough
/// ```
///
/// (Groenewold 2001; Cerda and Mahadevan 2003; for skin Genzer and Groenewold 2006). A third of the
/// critical strain bends the film, two thirds press on the support. What lies above a wrinkle of
/// wavelength `lambda` and folds with it is `h`; the support begins below and is felt as
/// `exp(-2 k z)`, `k = 2 pi/lambda`: a fine line rests on the papillary dermis, a coarse one on the
/// reticular dermis and the fat.
///
/// Valid for folds that are shallow against their wavelength and keep their place. Known to be wrong
/// near the threshold, where real folds are imprinted in the tissue and do not vanish at once, and for
/// the film of a coarse wrinkle, which is partly dermis and stiffens as well.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Wrinkle {
    /// From crest to trough, um.
    pub depth_um: f64,
    /// From crest to crest, um.
    pub wavelength_um: f64,
}

impl Wrinkle {
    /// `e_c`: strain at which a film begins to fold, for film and support in the same unit. A film no
    /// stiffer than its support counts as alike.
    pub fn critical_strain(film_modulus: f64, support_modulus: f64) -> f64 {
        0.25 * (3.0 * (support_modulus / film_modulus).min(1.0)).powf(2.0 / 3.0)
    }

    /// `h`: how much of the skin folds with this wrinkle, um.
    pub fn folded_um(&self, critical_strain: f64) -> f64 {
        self.wavelength_um * critical_strain.sqrt() / std::f64::consts::PI
    }

    /// Depth over which the support is felt, `1/(2k) = lambda/(4 pi)`, um.
    pub fn reach_um(&self) -> f64 {
        self.wavelength_um / (4.0 * std::f64::consts::PI)
    }

    /// Strain beyond the critical one that holds the fold, `(pi d / (2 lambda))^2`.
    pub fn excess_strain(&self) -> f64 {
        (std::f64::consts::PI * self.depth_um / (2.0 * self.wavelength_um)).powi(2)
    }

    /// Depth after over before, where the support has become `support` times as stiff:
    /// `sqrt(1 - (2/3)(s-1) e_c/(e-e_c))`, 0 where the fold is gone.
    pub fn relative_depth(&self, critical_strain: f64, support: f64) -> f64 {
        let excess = self.excess_strain();
        if excess <= 0.0 {
            return 1.0;
        }
        let taken = 2.0 / 3.0 * (support - 1.0) * critical_strain / excess;
        (1.0 - taken).max(0.0).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lesion::holding_share;

    const FINE: Wrinkle = Wrinkle { depth_um: 100.0, wavelength_um: 600.0 };
    const COARSE: Wrinkle = Wrinkle { depth_um: 700.0, wavelength_um: 4200.0 };

    /// Film strain at which a fold of wave number `k` begins: bending and support by themselves.
    fn strain_at(k: f64, h: f64, film: f64, support: f64) -> f64 {
        (h * k).powi(2) / 12.0 + support / (2.0 * h * k * film)
    }

    #[test]
    fn the_natural_wavelength_is_that_of_least_strain() {
        let (film, support, wavelength) = (10.0, 1.0, 600.0);
        let critical = Wrinkle::critical_strain(film, support);
        let h = FINE.folded_um(critical);
        let at = |lambda: f64| strain_at(2.0 * std::f64::consts::PI / lambda, h, film, support);
        assert!((at(wavelength) / critical - 1.0).abs() < 1e-9, "{} {critical}", at(wavelength));
        assert!(at(0.9 * wavelength) > critical && at(1.1 * wavelength) > critical);
        // Support 1.3 times as stiff, the fold in its old place.
        let k = 2.0 * std::f64::consts::PI / wavelength;
        let stiffer = strain_at(k, h, film, 1.3 * support);
        assert!((stiffer / critical - (1.0 / 3.0 + 2.0 / 3.0 * 1.3)).abs() < 1e-9);
    }

    #[test]
    fn depth_goes_back_to_the_strain_it_came_from() {
        let amplitude = COARSE.wavelength_um * COARSE.excess_strain().sqrt() / std::f64::consts::PI;
        assert!((2.0 * amplitude - COARSE.depth_um).abs() < 1e-9);
    }

    #[test]
    fn untouched_support_leaves_the_wrinkle_and_enough_support_takes_it_away() {
        assert_eq!(FINE.relative_depth(0.1, 1.0), 1.0);
        let vanishing = 1.0 + 1.5 * FINE.excess_strain() / 0.1;
        assert!(FINE.relative_depth(0.1, vanishing + 1e-9) < 1e-3);
        assert_eq!(FINE.relative_depth(0.1, 9.0), 0.0);
        assert!(FINE.relative_depth(0.1, 0.9) > 1.0);
    }

    #[test]
    fn a_coarse_wrinkle_rests_deeper_than_a_fine_line() {
        // Papillary dermis from 60 to 260 um: all of a fine line's support, little of a coarse one's.
        let papillary = |wrinkle: &Wrinkle| {
            let top = wrinkle.folded_um(0.1);
            holding_share(wrinkle.reach_um(), 0.0, 260.0 - top.max(60.0))
        };
        assert!(papillary(&FINE) > 0.95, "{}", papillary(&FINE));
        assert!(papillary(&COARSE) < 0.05, "{}", papillary(&COARSE));
    }

    proptest! {
        #[test]
        fn more_support_never_deepens(
            depth in 10.0..800.0f64, aspect in 3.0..12.0f64,
            critical in 0.02..0.3f64, less in 0.5..3.0f64, more in 0.0..2.0f64,
        ) {
            let wrinkle = Wrinkle { depth_um: depth, wavelength_um: aspect * depth };
            let (before, after) =
                (wrinkle.relative_depth(critical, less), wrinkle.relative_depth(critical, less + more));
            prop_assert!(after <= before && after >= 0.0);
        }
    }
}
