//! The six layers, and the depths at which each begins and ends.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A layer of skin, from the outside in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayerKind {
    /// The horny layer: dead cells in lipid, the barrier.
    StratumCorneum,
    /// The living cells of the epidermis, down to the basement membrane.
    ViableEpidermis,
    /// The loose upper dermis, with the capillary loops.
    PapillaryDermis,
    /// The upper part of the dense dermis.
    UpperReticularDermis,
    /// The lower part of the dense dermis.
    LowerReticularDermis,
    /// Fat, without a lower end here.
    Subcutis,
}

impl LayerKind {
    /// How many layers there are.
    pub const COUNT: usize = 6;

    /// All layers from the outside in.
    pub const ALL: [Self; Self::COUNT] = [
        Self::StratumCorneum,
        Self::ViableEpidermis,
        Self::PapillaryDermis,
        Self::UpperReticularDermis,
        Self::LowerReticularDermis,
        Self::Subcutis,
    ];

    /// The name in plain words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StratumCorneum => "horny layer",
            Self::ViableEpidermis => "living epidermis",
            Self::PapillaryDermis => "papillary dermis",
            Self::UpperReticularDermis => "upper reticular dermis",
            Self::LowerReticularDermis => "lower reticular dermis",
            Self::Subcutis => "subcutis",
        }
    }

    /// Position in [`LayerKind::ALL`], 0 for the outermost.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether the layer belongs to the dermis (and so holds vessels and collagen).
    pub const fn is_dermis(self) -> bool {
        matches!(
            self,
            Self::PapillaryDermis | Self::UpperReticularDermis | Self::LowerReticularDermis
        )
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Measured thicknesses from which a [`LayeredSkin`] is built.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LayerThicknesses {
    /// Stratum corneum, um.
    pub stratum_corneum_um: f64,
    /// Living epidermis without the stratum corneum, um.
    pub viable_epidermis_um: f64,
    /// The whole dermis, um.
    pub dermis_um: f64,
    /// Share of the dermis that is papillary, 0 to 1.
    pub papillary_share: f64,
    /// Share of the dermis that is upper reticular, 0 to 1; the rest is lower reticular.
    pub upper_reticular_share: f64,
}

/// Why thicknesses do not make a skin.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum LayersError {
    /// A thickness is not a positive number.
    #[error("{name} is {value_um} um; a thickness must be a positive number")]
    Thickness {
        /// The field at fault.
        name: &'static str,
        /// What was given, um.
        value_um: f64,
    },
    /// The shares of the dermis are not shares.
    #[error(
        "papillary share {papillary} and upper reticular share {upper_reticular} must be positive \
         and together at most 1"
    )]
    Shares {
        /// Share given for the papillary dermis.
        papillary: f64,
        /// Share given for the upper reticular dermis.
        upper_reticular: f64,
    },
}

/// A stack of layers with known boundaries; depth 0 is the outer surface, growing downwards.
///
/// The layers are flat and parallel: rete ridges and hair follicles are averaged out, so a depth
/// within some tens of micrometres of the basement membrane is only statistically above or below it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LayeredSkin {
    /// Top of each layer in the order of [`LayerKind::ALL`], um.
    top_um: [f64; LayerKind::COUNT],
}

impl LayeredSkin {
    /// Stacks the layers.
    ///
    /// # Errors
    /// When a thickness is not positive and finite, or the shares of the dermis are not shares.
    pub fn new(thicknesses: &LayerThicknesses) -> Result<Self, LayersError> {
        let t = thicknesses;
        for (name, value_um) in [
            ("stratum_corneum_um", t.stratum_corneum_um),
            ("viable_epidermis_um", t.viable_epidermis_um),
            ("dermis_um", t.dermis_um),
        ] {
            if !(value_um.is_finite() && value_um > 0.0) {
                return Err(LayersError::Thickness { name, value_um });
            }
        }
        let (papillary, upper_reticular) = (t.papillary_share, t.upper_reticular_share);
        if !(papillary > 0.0 && upper_reticular > 0.0 && papillary + upper_reticular <= 1.0) {
            return Err(LayersError::Shares { papillary, upper_reticular });
        }
        let viable_top = t.stratum_corneum_um;
        let papillary_top = viable_top + t.viable_epidermis_um;
        let upper_top = papillary_top + papillary * t.dermis_um;
        let subcutis = papillary_top + t.dermis_um;
        // Shares that add up to one may overshoot the dermis by a rounding error.
        let lower_top = (upper_top + upper_reticular * t.dermis_um).min(subcutis);
        Ok(Self { top_um: [0.0, viable_top, papillary_top, upper_top, lower_top, subcutis] })
    }

    /// Depth at which a layer begins, um.
    pub const fn top_um(&self, kind: LayerKind) -> f64 {
        self.top_um[kind.index()]
    }

    /// Depth at which a layer ends, um; infinite for the subcutis.
    pub const fn bottom_um(&self, kind: LayerKind) -> f64 {
        match kind {
            LayerKind::Subcutis => f64::INFINITY,
            _ => self.top_um[kind.index() + 1],
        }
    }

    /// Thickness of a layer, um; infinite for the subcutis.
    pub fn thickness_um(&self, kind: LayerKind) -> f64 {
        self.bottom_um(kind) - self.top_um(kind)
    }

    /// Depth from the surface to the bottom of the dermis, um.
    pub const fn total_um(&self) -> f64 {
        self.top_um(LayerKind::Subcutis)
    }

    /// The layer in which a depth lies; a boundary belongs to the layer below it, and anything
    /// above the surface to the stratum corneum.
    pub fn layer_at(&self, depth_um: f64) -> LayerKind {
        LayerKind::ALL
            .into_iter()
            .rev()
            .find(|&kind| depth_um >= self.top_um(kind))
            .unwrap_or(LayerKind::StratumCorneum)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cheek() -> LayerThicknesses {
        LayerThicknesses {
            stratum_corneum_um: 17.0,
            viable_epidermis_um: 60.0,
            dermis_um: 1000.0,
            papillary_share: 0.2,
            upper_reticular_share: 0.4,
        }
    }

    #[test]
    fn stacks_from_the_surface() {
        let skin = LayeredSkin::new(&cheek()).unwrap();
        assert_eq!(skin.layer_at(-1.0), LayerKind::StratumCorneum);
        assert_eq!(skin.layer_at(16.9), LayerKind::StratumCorneum);
        assert_eq!(skin.layer_at(17.0), LayerKind::ViableEpidermis);
        assert_eq!(skin.layer_at(100.0), LayerKind::PapillaryDermis);
        assert_eq!(skin.layer_at(300.0), LayerKind::UpperReticularDermis);
        assert_eq!(skin.layer_at(700.0), LayerKind::LowerReticularDermis);
        assert_eq!(skin.layer_at(1e9), LayerKind::Subcutis);
        assert!((skin.total_um() - 1077.0).abs() < 1e-9);
        assert!(skin.thickness_um(LayerKind::Subcutis).is_infinite());
    }

    #[test]
    fn refuses_what_is_no_skin() {
        let thin = LayerThicknesses { dermis_um: 0.0, ..cheek() };
        assert!(matches!(LayeredSkin::new(&thin), Err(LayersError::Thickness { .. })));
        let nan = LayerThicknesses { stratum_corneum_um: f64::NAN, ..cheek() };
        assert!(matches!(LayeredSkin::new(&nan), Err(LayersError::Thickness { .. })));
        let shares = LayerThicknesses { papillary_share: 0.7, ..cheek() };
        assert!(matches!(LayeredSkin::new(&shares), Err(LayersError::Shares { .. })));
    }

    #[test]
    fn names_are_snake_case_for_programs_and_plain_for_people() {
        let json = serde_json::to_string(&LayerKind::UpperReticularDermis).unwrap();
        assert_eq!(json, "\"upper_reticular_dermis\"");
        assert_eq!(LayerKind::ViableEpidermis.to_string(), "living epidermis");
    }

    proptest! {
        #[test]
        fn thicknesses_add_up(
            sc in 5.0..40.0f64, ve in 20.0..150.0f64, dermis in 300.0..3000.0f64,
            papillary in 0.05..0.5f64, upper in 0.05..0.5f64,
        ) {
            let skin = LayeredSkin::new(&LayerThicknesses {
                stratum_corneum_um: sc,
                viable_epidermis_um: ve,
                dermis_um: dermis,
                papillary_share: papillary,
                upper_reticular_share: upper,
            }).unwrap();
            let sum: f64 = LayerKind::ALL[..5].iter().map(|&k| skin.thickness_um(k)).sum();
            prop_assert!((sum - (sc + ve + dermis)).abs() < 1e-9);
            prop_assert!((sum - skin.total_um()).abs() < 1e-9);
            for kind in LayerKind::ALL {
                prop_assert_eq!(skin.layer_at(skin.top_um(kind)), kind);
            }
        }
    }
}
