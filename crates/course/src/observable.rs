//! What is seen or measured on the skin, by name.

use serde::Serialize;

/// Something that can be seen or measured on treated skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Observable {
    /// Redness above rest, CIELAB delta a*.
    Redness,
    /// Swelling: extra thickness of the skin, per cent.
    Oedema,
    /// Flaking: shedding of the horny layer relative to rest (1 at rest).
    Flaking,
    /// Transepidermal water loss, g/m2/h.
    WaterLoss,
    /// Share of the channels still open to a dye, per cent.
    OpenChannels,
    /// Collagen synthesis of the papillary dermis relative to rest (1 at rest).
    CollagenSynthesis,
    /// Thickness of the living epidermis, change in per cent.
    EpidermalThickness,
    /// Collagen of the papillary dermis, change in per cent.
    PapillaryCollagen,
    /// Collagen of the whole dermis, change in per cent.
    DermalCollagen,
    /// Share of new (type III rich) collagen in all collagen, per cent.
    NewCollagenShare,
    /// Echo density of the dermis in high-frequency ultrasound, change in per cent.
    DermalDensity,
    /// Elasticity by suction, change in per cent.
    Elasticity,
    /// Wrinkle depth, change in per cent.
    WrinkleDepth,
    /// Depth of atrophic scars, change in per cent.
    ScarDepth,
    /// Pigment of the lesion above the skin around it, change in per cent.
    LesionPigment,
    /// Darkening of the skin around, relative melanin above rest in per cent.
    Darkening,
    /// Hairs per square centimetre, change.
    HairDensity,
}

impl Observable {
    /// Every observable, in the order of a report.
    pub const ALL: [Self; 17] = [
        Self::Redness,
        Self::Oedema,
        Self::Flaking,
        Self::WaterLoss,
        Self::OpenChannels,
        Self::CollagenSynthesis,
        Self::EpidermalThickness,
        Self::PapillaryCollagen,
        Self::DermalCollagen,
        Self::NewCollagenShare,
        Self::DermalDensity,
        Self::Elasticity,
        Self::WrinkleDepth,
        Self::ScarDepth,
        Self::LesionPigment,
        Self::Darkening,
        Self::HairDensity,
    ];

    /// The name used in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Redness => "redness",
            Self::Oedema => "oedema",
            Self::Flaking => "flaking",
            Self::WaterLoss => "water_loss",
            Self::OpenChannels => "open_channels",
            Self::CollagenSynthesis => "collagen_synthesis",
            Self::EpidermalThickness => "epidermal_thickness",
            Self::PapillaryCollagen => "papillary_collagen",
            Self::DermalCollagen => "dermal_collagen",
            Self::NewCollagenShare => "new_collagen_share",
            Self::DermalDensity => "dermal_density",
            Self::Elasticity => "elasticity",
            Self::WrinkleDepth => "wrinkle_depth",
            Self::ScarDepth => "scar_depth",
            Self::LesionPigment => "lesion_pigment",
            Self::Darkening => "darkening",
            Self::HairDensity => "hair_density",
        }
    }

    /// The name in plain words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Redness => "Redness",
            Self::Oedema => "Swelling",
            Self::Flaking => "Flaking",
            Self::WaterLoss => "Water loss through the skin",
            Self::OpenChannels => "Channels still open",
            Self::CollagenSynthesis => "Making of collagen",
            Self::EpidermalThickness => "Epidermal thickness",
            Self::PapillaryCollagen => "Collagen, papillary dermis",
            Self::DermalCollagen => "Collagen, whole dermis",
            Self::NewCollagenShare => "Share of new collagen",
            Self::DermalDensity => "Dermal density (ultrasound)",
            Self::Elasticity => "Elasticity",
            Self::WrinkleDepth => "Wrinkle depth",
            Self::ScarDepth => "Scar depth",
            Self::LesionPigment => "Pigment of the lesion",
            Self::Darkening => "Darkening around",
            Self::HairDensity => "Hair density",
        }
    }

    /// The unit of its values.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Redness => "Δa*",
            Self::Flaking | Self::CollagenSynthesis => "× rest",
            Self::WaterLoss => "g/m²/h",
            Self::HairDensity => "hairs/cm²",
            _ => "%",
        }
    }

    /// Its value on skin that was left alone.
    pub fn at_rest(self) -> Option<f64> {
        match self {
            Self::Flaking | Self::CollagenSynthesis => Some(1.0),
            Self::WaterLoss | Self::NewCollagenShare => None,
            _ => Some(0.0),
        }
    }

    /// Whether less of it than before is what is wished for, as of the depth of scars.
    pub fn better_when_less(self) -> bool {
        matches!(self, Self::WrinkleDepth | Self::ScarDepth | Self::LesionPigment)
    }

    /// Whether it belongs to the days after a session rather than to the months.
    pub fn is_acute(self) -> bool {
        matches!(
            self,
            Self::Redness | Self::Oedema | Self::Flaking | Self::WaterLoss | Self::OpenChannels
        )
    }
}
