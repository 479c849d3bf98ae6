//! Atrophic scars: what shape has to do with how far needles reach.

use serde::{Deserialize, Serialize};

/// The three shapes of an atrophic acne scar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcneScarKind {
    /// Wide, with steep walls and a flat floor.
    Boxcar,
    /// Wide and shallow, drawn down by tethers under the dermis.
    Rolling,
    /// Narrow, deep, pointed.
    IcePick,
}

/// One atrophic acne scar.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AcneScar {
    /// Its shape.
    pub kind: AcneScarKind,
    /// Depth of the floor below the surrounding skin, um.
    pub depth_um: f64,
    /// Width at the mouth, um.
    pub width_um: f64,
    /// Share of the depth that is held down by tethers, 0 to 1; new collagen cannot lift it.
    pub tether_share: f64,
}

impl AcneScar {
    /// Share of needle injury that reaches tissue below the floor of a scar of this width and
    /// depth: 0 none, 1 all.
    ///
    /// ```text
    /// A = width / depth        access = A^s / (A_half^s + A^s)
    /// ```
    ///
    /// `half_aspect` = `A_half` (dimensionless) is the aspect ratio at which half gets through,
    /// `steepness` = s. Needles that enter beside a narrow deep pit end above its floor, and few
    /// enter the pit itself; over a wide shallow scar every needle starts at the floor. This is the
    /// mechanical reason why ice-pick scars answer poorly. A modelling choice with a Hill function
    /// for its shape; neither of its parameters has been measured.
    ///
    /// A scar without depth gives full access, a pit without width none.
    pub fn access_below_floor(
        width_um: f64,
        depth_um: f64,
        half_aspect: f64,
        steepness: f64,
    ) -> f64 {
        if depth_um <= 0.0 {
            return 1.0;
        }
        let aspect = width_um.max(0.0) / depth_um;
        if aspect <= 0.0 {
            return 0.0;
        }
        1.0 / (1.0 + (half_aspect / aspect).powf(steepness))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn half_gets_through_at_the_half_aspect() {
        assert!((AcneScar::access_below_floor(300.0, 200.0, 1.5, 3.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn limits() {
        assert!((AcneScar::access_below_floor(300.0, 0.0, 1.5, 3.0) - 1.0).abs() < 1e-15);
        assert!(AcneScar::access_below_floor(0.0, 300.0, 1.5, 3.0).abs() < 1e-15);
    }

    #[test]
    fn an_ice_pick_is_harder_to_reach_than_a_boxcar() {
        let ice_pick = AcneScar::access_below_floor(1000.0, 2000.0, 2.0, 3.0);
        let boxcar = AcneScar::access_below_floor(3000.0, 400.0, 2.0, 3.0);
        assert!(ice_pick < 0.05 && boxcar > 0.95);
    }

    proptest! {
        #[test]
        fn wider_is_never_harder(
            width in 0.0..5000.0f64, more in 0.0..5000.0f64, depth in 0.0..3000.0f64,
        ) {
            let narrow = AcneScar::access_below_floor(width, depth, 1.5, 3.0);
            let wide = AcneScar::access_below_floor(width + more, depth, 1.5, 3.0);
            prop_assert!((0.0..=1.0).contains(&narrow));
            prop_assert!(narrow <= wide);
        }
    }
}
