//! What is wrong with the skin: plain data, and the mechanics of its shape.
//!
//! - [`Wrinkle`]: a stiff upper layer folded on a soft support
//! - [`AcneScar`]: a pit, and whether needles get below its floor
//! - [`Stria`]: a soft band in stretched skin
//! - [`pore_excess_left`]: a hole in stretched skin
//! - [`HairThinning`]: follicles that can come back
//! - [`Laxity`]: elasticity that collagen can and can't give back
//! - [`PigmentLesion`]: where extra melanin lies
//!
//! Lengths in micrometres, moduli in any one unit. Stiffness follows collagen by one law,
//! [`relative_stiffness`].

mod hair;
mod laxity;
mod pore;
mod scar;
mod stria;
mod wrinkle;

pub use hair::HairThinning;
pub use laxity::Laxity;
pub use pore::pore_excess_left;
pub use scar::{AcneScar, AcneScarKind};
use serde::{Deserialize, Serialize};
pub use stria::Stria;
pub use wrinkle::Wrinkle;

/// Where extra melanin lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PigmentDepth {
    /// In the epidermis only.
    Epidermal,
    /// In the dermis only.
    Dermal,
    /// In both.
    Mixed,
}

/// A patch that is darker than the skin around it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PigmentLesion {
    /// Melanin above that of the surrounding skin, as a share of it.
    pub excess_melanin: f64,
    /// Where it lies.
    pub depth: PigmentDepth,
}

/// Modulus after over before, where collagen is `relative_collagen` of what it was: `c^n`.
///
/// Tissue is a network of fibres that bend and slide, so its modulus rises somewhat faster than its
/// content of fibres, `n` between 1 (fibres in parallel) and 2 (a bending network). Never below zero.
pub fn relative_stiffness(relative_collagen: f64, exponent: f64) -> f64 {
    relative_collagen.max(0.0).powf(exponent)
}

/// Share of what holds the surface that lies between two depths below it, where that fades as
/// `exp(-depth/reach)`: `exp(-top/reach) - exp(-bottom/reach)`. All of a half space is 1.
pub fn holding_share(reach_um: f64, top_um: f64, bottom_um: f64) -> f64 {
    if reach_um <= 0.0 {
        return 0.0;
    }
    (-top_um.max(0.0) / reach_um).exp() - (-bottom_um.max(0.0) / reach_um).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_share_a_half_space() {
        let cuts = [0.0, 80.0, 300.0, 1200.0, f64::INFINITY];
        let sum: f64 = cuts.windows(2).map(|c| holding_share(150.0, c[0], c[1])).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert_eq!(holding_share(0.0, 0.0, 10.0), 0.0);
    }

    #[test]
    fn stiffness_follows_collagen() {
        assert_eq!(relative_stiffness(1.0, 1.3), 1.0);
        assert!((relative_stiffness(1.2, 2.0) - 1.44).abs() < 1e-12);
        assert_eq!(relative_stiffness(-0.1, 1.0), 0.0);
    }
}
