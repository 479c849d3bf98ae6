//! Lax skin: elasticity that collagen can give back, and that of lost elastic fibres, which it can't.

use serde::{Deserialize, Serialize};

/// Skin that lacks elasticity.
///
/// Of the elasticity missing relative to healthy young skin, a share stands for elastic fibres.
/// Needling was not found to restore them: elastin protein did not change where it was measured, and
/// fell in another series. That share stays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Laxity {
    /// Elasticity missing, 0 to 1.
    pub missing: f64,
    /// Share of it that is elastin's, 0 to 1.
    pub elastin_share: f64,
}

impl Laxity {
    /// What is still missing over what was, when elasticity has grown by `gain` of its own before:
    /// `1 - (1-m) g/m`, never below the share of elastin, never above 2.
    pub fn left(&self, gain: f64) -> f64 {
        if self.missing <= 0.0 {
            return 1.0;
        }
        let closed = (1.0 - self.missing) * gain / self.missing;
        (1.0 - closed).clamp(self.elastin_share.clamp(0.0, 1.0), 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Laxity;

    #[test]
    fn elastin_is_never_credited() {
        let lax = Laxity { missing: 0.2, elastin_share: 0.5 };
        assert_eq!(lax.left(0.0), 1.0);
        assert!((lax.left(0.05) - 0.8).abs() < 1e-12);
        assert_eq!(lax.left(1.0), 0.5);
    }
}
