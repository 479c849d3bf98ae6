//! Words that may stand in a table: those of the knowledge base. A record may hold any text as the name of a site or a
//! device, even a patient's; whatever is not in here is told as "other".

use std::{collections::HashSet, sync::LazyLock};

use needlepoint_knowledge::{Knowledge, concern::ConcernKind};

/// What stands for a word that is not in the vocabulary.
const OTHER: &str = "other";

/// Fitzpatrick types.
const PHOTOTYPES: [&str; 6] = ["I", "II", "III", "IV", "V", "VI"];

/// What may be seen at the end of a pass.
const ENDPOINTS: [&str; 4] = ["none", "erythema", "pinpoint-bleeding", "bleeding"];

/// Names of observables, as `docs/observables.md` has them.
const OBSERVABLES: &[&str] = &[
    "barrier_rebuilt",
    "bleeding_points",
    "blood_flow",
    "bridged_time",
    "cell_biology",
    "collagen_synthesis",
    "darkening_incidence",
    "dermal_collagen",
    "dermal_density",
    "diffusivity",
    "elasticity",
    "elastin",
    "enhancement",
    "epidermal_thickness",
    "epidermal_turnover",
    "event_incidence",
    "flaking",
    "flaking_time",
    "flux",
    "growth_factor",
    "hair_density",
    "hair_diameter",
    "hair_improvement",
    "hair_score",
    "holes_per_cm2",
    "infection_incidence",
    "inflammation_over",
    "laxity",
    "layer_thickness",
    "lesion_pigment",
    "log_permeability",
    "macrophage_peak",
    "melanocytes",
    "mouth_diameter",
    "neutrophil_peak",
    "numb_depth",
    "numbing_onset",
    "occluded_half_life",
    "open_channels",
    "pain",
    "papillary_collagen",
    "permeated",
    "permeated_share",
    "pigment_improvement",
    "pigment_score",
    "pigment_score_percent",
    "plasma_level",
    "pore_area",
    "puncture_force",
    "reach",
    "reached_depth",
    "reached_share",
    "redness",
    "redness_time",
    "residual_depth",
    "retained",
    "roughness",
    "scar_depth",
    "scar_height",
    "scar_improvement",
    "scar_score",
    "scar_score_percent",
    "scar_stiffness",
    "scarring_incidence",
    "seal_time",
    "session_minutes",
    "skin_stiffness",
    "stria_improvement",
    "stria_score",
    "stria_width",
    "swelling_time",
    "tissue_level",
    "uptake",
    "water_loss",
    "water_loss_time",
    "wrinkle_depth",
    "wrinkle_improvement",
    "wrinkle_score",
    "wrinkle_score_percent",
];

/// Words of the knowledge base.
#[derive(Debug)]
pub(super) struct Vocabulary {
    sites: HashSet<String>,
    devices: HashSet<String>,
    scales: HashSet<String>,
}

/// The words of the knowledge shipped with the program, read once.
pub(super) static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| {
    let knowledge = Knowledge::embedded().unwrap_or_else(|error| {
        panic!("the knowledge shipped with the program can't be read: {error}")
    });
    let observables = OBSERVABLES.iter().map(|name| (*name).to_owned());
    Vocabulary {
        sites: knowledge.sites.into_iter().map(|site| site.name).collect(),
        devices: knowledge.devices.into_iter().map(|device| device.name).collect(),
        scales: knowledge.scales.into_iter().map(|scale| scale.name).chain(observables).collect(),
    }
});

impl Vocabulary {
    /// A site.
    pub(super) fn site(&self, name: &str) -> String {
        within(self.sites.get(name).map(String::as_str))
    }

    /// A device.
    pub(super) fn device(&self, name: &str) -> String {
        within(self.devices.get(name).map(String::as_str))
    }

    /// A scale or an observable.
    pub(super) fn scale(&self, name: &str) -> String {
        within(self.scales.get(name).map(String::as_str))
    }
}

/// A Fitzpatrick type; nothing if it is none.
pub(super) fn phototype(written: &str) -> Option<&'static str> {
    PHOTOTYPES.into_iter().find(|known| *known == written)
}

/// A kind of concern.
pub(super) fn concern(written: &str) -> String {
    within(ConcernKind::names().find(|known| *known == written))
}

/// What was seen at the end, however it was spaced and capitalised.
pub(super) fn endpoint(written: &str) -> String {
    let plain = written.trim().to_lowercase().replace([' ', '_'], "-");
    within(ENDPOINTS.into_iter().find(|known| *known == plain))
}

fn within(known: Option<&str>) -> String {
    known.unwrap_or(OTHER).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observables_are_those_of_the_catalogue() {
        let mut written: Vec<&str> = include_str!("../../../../docs/observables.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        written.sort_unstable();
        written.dedup();
        assert_eq!(OBSERVABLES, written);
    }

    #[test]
    fn only_words_of_the_knowledge_come_out() {
        assert_eq!(WORDS.site("cheek"), "cheek");
        assert_eq!(WORDS.site("Ada's cheek"), "other");
        assert_eq!(WORDS.device("dermaroller-192"), "dermaroller-192");
        assert_eq!(WORDS.device("roller of Ada"), "other");
        assert_eq!(WORDS.scale("goodman-baron-qualitative"), "goodman-baron-qualitative");
        assert_eq!(WORDS.scale("ada"), "other");
        assert_eq!(endpoint("Pinpoint bleeding"), "pinpoint-bleeding");
        assert_eq!(endpoint("ada"), "other");
        assert_eq!(concern("melasma"), "melasma");
        assert_eq!(concern("ada"), "other");
        assert_eq!(phototype("III"), Some("III"));
        assert_eq!(phototype("ada"), None);
    }
}
