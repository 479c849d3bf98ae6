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
    /// Roughness of the surface, change in per cent.
    Roughness,
    /// Area of wide pores above that of ordinary ones, change in per cent.
    PoreArea,
    /// Elasticity missing relative to healthy young skin, change in per cent.
    Laxity,
    /// Depth of atrophic scars, change in per cent.
    ScarDepth,
    /// Height of raised scars, change in per cent.
    ScarHeight,
    /// Stiffness of raised scars above that of the skin around, change in per cent.
    ScarStiffness,
    /// How far stretch marks are seen, change in per cent.
    StriaVisibility,
    /// Width of stretch marks, change in per cent.
    StriaWidth,
    /// Pigment of the lesion above the skin around it, change in per cent.
    LesionPigment,
    /// Darkening of the skin around, relative melanin above rest in per cent.
    Darkening,
    /// Hairs per square centimetre, change.
    HairDensity,
    /// Hairs missing to a full scalp, change in per cent.
    HairMissing,
    /// Mean diameter of hairs, change in micrometres.
    HairDiameter,
}

impl Observable {
    /// Every observable, in the order of a report.
    pub const ALL: [Self; 26] = [
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
        Self::Roughness,
        Self::PoreArea,
        Self::Laxity,
        Self::ScarDepth,
        Self::ScarHeight,
        Self::ScarStiffness,
        Self::StriaVisibility,
        Self::StriaWidth,
        Self::LesionPigment,
        Self::Darkening,
        Self::HairDensity,
        Self::HairMissing,
        Self::HairDiameter,
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
            Self::Roughness => "roughness",
            Self::PoreArea => "pore_area",
            Self::Laxity => "laxity",
            Self::ScarDepth => "scar_depth",
            Self::ScarHeight => "scar_height",
            Self::ScarStiffness => "scar_stiffness",
            Self::StriaVisibility => "stria_visibility",
            Self::StriaWidth => "stria_width",
            Self::LesionPigment => "lesion_pigment",
            Self::Darkening => "darkening",
            Self::HairDensity => "hair_density",
            Self::HairMissing => "hair_missing",
            Self::HairDiameter => "hair_diameter",
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
            Self::Roughness => "Roughness",
            Self::PoreArea => "Excess area of pores (weak evidence)",
            Self::Laxity => "Missing elasticity",
            Self::ScarDepth => "Scar depth",
            Self::ScarHeight => "Scar height",
            Self::ScarStiffness => "Scar stiffness",
            Self::StriaVisibility => "Stretch marks, how far seen",
            Self::StriaWidth => "Stretch marks, width",
            Self::LesionPigment => "Pigment of the lesion",
            Self::Darkening => "Darkening around",
            Self::HairDensity => "Hair density",
            Self::HairMissing => "Missing hair",
            Self::HairDiameter => "Hair diameter",
        }
    }

    /// The unit of its values.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Redness => "Δa*",
            Self::Flaking | Self::CollagenSynthesis => "× rest",
            Self::WaterLoss => "g/m²/h",
            Self::HairDensity => "hairs/cm²",
            Self::HairDiameter => "µm",
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

    /// Whether it is shown only where a lesion of its kind is treated.
    pub fn is_of_a_lesion(self) -> bool {
        matches!(
            self,
            Self::WrinkleDepth
                | Self::Roughness
                | Self::PoreArea
                | Self::Laxity
                | Self::ScarDepth
                | Self::ScarHeight
                | Self::ScarStiffness
                | Self::StriaVisibility
                | Self::StriaWidth
                | Self::LesionPigment
                | Self::HairDensity
                | Self::HairMissing
                | Self::HairDiameter
        )
    }
}
