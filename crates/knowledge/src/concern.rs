//! What a person wants changed.

use serde::Serialize;

/// A kind of concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConcernKind {
    /// Wrinkles; size: depth, um.
    Wrinkles,
    /// Atrophic acne scars; size: depth, um.
    AcneScars,
    /// A scar of surgery or injury; size: relief above or below the skin around, um.
    SurgicalScar,
    /// A scar of a burn; size: relief above or below the skin around, um.
    BurnScar,
    /// Stretch marks; size: collagen missing relative to the skin beside, 0 to 1.
    Striae,
    /// Melasma; size: melanin above that of the skin around, relative to it.
    Melasma,
    /// Dark marks other than melasma; size as for melasma.
    Hyperpigmentation,
    /// Sun-damaged skin; size: collagen missing relative to healthy young skin, 0 to 1.
    Photoageing,
    /// Lax skin; size: elasticity missing relative to healthy young skin, 0 to 1.
    Laxity,
    /// Thinning hair; size: density, hairs/cm2 (fewer is worse).
    HairLoss,
    /// Wide pores; size: area relative to ordinary pores, less one.
    Pores,
    /// Nothing wrong: skin treated to keep it so; size: always 0.
    Healthy,
}

impl ConcernKind {
    /// Every kind with its name in files.
    pub const NAMED: [(&'static str, Self); 12] = [
        ("wrinkles", Self::Wrinkles),
        ("acne-scars", Self::AcneScars),
        ("surgical-scar", Self::SurgicalScar),
        ("burn-scar", Self::BurnScar),
        ("striae", Self::Striae),
        ("melasma", Self::Melasma),
        ("hyperpigmentation", Self::Hyperpigmentation),
        ("photoageing", Self::Photoageing),
        ("laxity", Self::Laxity),
        ("hair-loss", Self::HairLoss),
        ("pores", Self::Pores),
        ("healthy", Self::Healthy),
    ];

    /// The names in files, in a fixed order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().map(|(name, _)| *name)
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The name in plain words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Wrinkles => "Wrinkles",
            Self::AcneScars => "Acne scars",
            Self::SurgicalScar => "Scar of surgery or injury",
            Self::BurnScar => "Scar of a burn",
            Self::Striae => "Stretch marks",
            Self::Melasma => "Melasma",
            Self::Hyperpigmentation => "Dark marks",
            Self::Photoageing => "Sun-damaged skin",
            Self::Laxity => "Lax skin",
            Self::HairLoss => "Thinning hair",
            Self::Pores => "Wide pores",
            Self::Healthy => "Healthy skin",
        }
    }

    /// Unit of the size: "um", "hairs/cm2", or "1" for a ratio.
    pub fn size_unit(self) -> &'static str {
        match self {
            Self::Wrinkles | Self::AcneScars | Self::SurgicalScar | Self::BurnScar => "um",
            Self::HairLoss => "hairs/cm2",
            _ => "1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ConcernKind;

    #[test]
    fn every_kind_has_one_name() {
        for (name, kind) in ConcernKind::NAMED {
            assert_eq!(ConcernKind::named(name), Some(kind));
            assert_eq!(kind.name(), name);
        }
    }
}
