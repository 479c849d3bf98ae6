//! How much it hurts.

use serde::{Deserialize, Serialize};

/// Ends of the visual analogue scale: no pain, worst pain.
const SCALE: (f64, f64) = (0.0, 10.0);

/// Pain of needles as a power law through one measured anchor.
///
/// ```text
/// VAS = VAS_0 (L / L_0)^alpha (N / N_0)^beta (1 - relief),   held within 0 to 10
/// ```
///
/// The exponents come from arrays of 0.5 to 1.5 mm and 5 to 50 needles pressed into the forearm
/// (Gill 2008); tip angle, width and thickness made no difference there. Sites differ by a factor
/// (neck more than face), and the anchors of clinics were read under differing creams, so a number
/// from this law orders protocols and does not foretell one person's pain. The needle count must
/// mean the same in the anchor and in the question (per cartridge, or per stroke).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PainLaw {
    /// Pain measured without relief at the anchor, VAS 0 to 10.
    pub anchor_vas: f64,
    /// Needle length of the anchor, mm.
    pub anchor_length_mm: f64,
    /// Needles of the anchor.
    pub anchor_needles: f64,
    /// Exponent alpha of length.
    pub length_exponent: f64,
    /// Exponent beta of the number of needles.
    pub needles_exponent: f64,
}

impl PainLaw {
    /// Pain on the visual analogue scale, 0 to 10, at a needle length, with a number of needles and
    /// a share of the pain taken away by numbing (0 none, 1 all).
    pub fn vas(&self, length_mm: f64, needles: f64, relief: f64) -> f64 {
        let length = (length_mm / self.anchor_length_mm).powf(self.length_exponent);
        let number = (needles / self.anchor_needles).powf(self.needles_exponent);
        (self.anchor_vas * length * number * (1.0 - relief)).clamp(SCALE.0, SCALE.1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LAW: PainLaw = PainLaw {
        anchor_vas: 5.0,
        anchor_length_mm: 1.0,
        anchor_needles: 12.0,
        length_exponent: 1.77,
        needles_exponent: 0.3,
    };

    #[test]
    fn goes_through_its_anchor() {
        assert!((LAW.vas(1.0, 12.0, 0.0) - 5.0).abs() < 1e-12);
        assert!((LAW.vas(1.0, 12.0, 0.4) - 3.0).abs() < 1e-12);
        assert!(LAW.vas(1.0, 12.0, 1.0).abs() < 1e-12);
        assert!((LAW.vas(10.0, 12.0, 0.0) - 10.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn longer_never_hurts_less(length in 0.0..3.0f64, more in 0.0..3.0f64, n in 0.0..50.0f64) {
            prop_assert!(LAW.vas(length + more, n, 0.2) >= LAW.vas(length, n, 0.2));
        }
    }
}
