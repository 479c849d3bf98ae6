//! How well an outcome is supported by what has been published.

use serde::Serialize;

use crate::{
    concern::ConcernKind,
    parameter::owned_texts,
    reader::{Field, Table},
};

/// Names of everything that can be seen or measured, as the program's results call them.
pub const OBSERVABLES: [&str; 26] = [
    "redness",
    "oedema",
    "flaking",
    "water_loss",
    "open_channels",
    "collagen_synthesis",
    "epidermal_thickness",
    "papillary_collagen",
    "dermal_collagen",
    "new_collagen_share",
    "dermal_density",
    "elasticity",
    "wrinkle_depth",
    "roughness",
    "pore_area",
    "laxity",
    "scar_depth",
    "scar_height",
    "scar_stiffness",
    "stria_visibility",
    "stria_width",
    "lesion_pigment",
    "darkening",
    "hair_density",
    "hair_missing",
    "hair_diameter",
];

/// How strong the evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Hardly any: animals, pictures, or a mechanism alone.
    VeryWeak,
    /// Uncontrolled or small series.
    Weak,
    /// Controlled trials, few or small, or several instruments that agree.
    Moderate,
    /// Several controlled trials that agree, or pooled ones.
    Strong,
}

/// Strength of the evidence for one outcome.
#[derive(Debug, Clone, Serialize)]
pub struct OutcomeEvidence {
    /// What is seen or measured: one of [`OBSERVABLES`].
    pub observable: String,
    /// In which concern; `None` for all that have no entry of their own.
    pub concern: Option<ConcernKind>,
    /// How strong.
    pub strength: Strength,
    /// Why, in a sentence.
    pub why: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

impl OutcomeEvidence {
    /// Read every `[[outcome]]` of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        let mut outcomes: Vec<Self> = Vec::new();
        for table in root.tables("outcome") {
            let Some((outcome, field)) = Self::read(table) else { continue };
            let seen = |other: &Self| {
                other.observable == outcome.observable && other.concern == outcome.concern
            };
            if outcomes.iter().any(seen) {
                field.error(
                    format!("\"{}\" is judged twice for the same concern", outcome.observable),
                    "keep one of the two",
                );
                continue;
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    fn read(table: Table<'_>) -> Option<(Self, Field<'_>)> {
        let field = table.require("observable", "\"scar_depth\"");
        let observable = field.as_ref().and_then(read_observable);
        let concern = table.get("concern").map(|f| f.choice(&ConcernKind::NAMED));
        let strength = table.require("strength", "\"weak\"").and_then(|f| {
            f.choice(&[
                ("strong", Strength::Strong),
                ("moderate", Strength::Moderate),
                ("weak", Strength::Weak),
                ("very weak", Strength::VeryWeak),
            ])
        });
        let why = table.require("why", "\"why this strong\"").and_then(|f| f.text());
        let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
        table.finish();
        let outcome = Self {
            observable: observable?,
            concern: concern.map_or(Some(None), |concern| concern.map(Some))?,
            strength: strength?,
            why: why?.to_owned(),
            sources,
        };
        Some((outcome, field?))
    }
}

fn read_observable(field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    if OBSERVABLES.contains(&name) {
        return Some(name.to_owned());
    }
    field.unknown_name("observable", name, OBSERVABLES);
    None
}
