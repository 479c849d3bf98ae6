//! What is put on the skin before, during or after needling.

use serde::Serialize;

use crate::{
    estimate::Estimate,
    parameter::owned_texts,
    quantity::Share,
    reader::{Field, Table},
    unit::Level,
};

/// What a product is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProductKind {
    /// Numbs the skin.
    Numbing,
    /// Lightens pigment.
    Depigmenting,
    /// Catches oxidants.
    Antioxidant,
    /// For hair growth.
    Hair,
    /// Binds water.
    Hydrating,
    /// Calms the skin.
    Soothing,
    /// Vitamin A and its kin.
    Retinoid,
    /// Shields from the sun.
    Sunscreen,
    /// Growth factors.
    GrowthFactor,
}

impl ProductKind {
    /// Every kind with its name in files.
    pub const NAMED: [(&'static str, Self); 9] = [
        ("numbing", Self::Numbing),
        ("depigmenting", Self::Depigmenting),
        ("antioxidant", Self::Antioxidant),
        ("hair", Self::Hair),
        ("hydrating", Self::Hydrating),
        ("soothing", Self::Soothing),
        ("retinoid", Self::Retinoid),
        ("sunscreen", Self::Sunscreen),
        ("growth-factor", Self::GrowthFactor),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// What an active changes in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Lowers the making of melanin.
    MelaninProduction,
    /// Raises the making of collagen.
    CollagenSynthesis,
    /// Raises the growth of hair.
    HairGrowth,
    /// Lowers pain.
    Pain,
}

/// Whether a product may go onto skin whose channels are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenChannelUse {
    /// It is used so, and the sources report no harm from it.
    Yes,
    /// Label or reports of harm speak against it.
    No,
    /// Nobody tested it.
    Unknown,
}

/// May the product go onto open channels, and who says so?
#[derive(Debug, Clone, Serialize)]
pub struct OnOpenChannels {
    /// The answer.
    pub answer: OpenChannelUse,
    /// Why.
    pub note: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// A product, reckoned as its leading active.
#[derive(Debug, Clone, Serialize)]
pub struct Product {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// What it is for.
    pub kind: ProductKind,
    /// What it changes in the model; `None` if nothing.
    pub acts_on: Option<Target>,
    /// Name of the leading active in `knowledge/actives.toml`; it gives the molecule.
    pub active: String,
    /// pH of the product, where one was read; otherwise it is taken to lie at that of the skin.
    pub ph: Option<Estimate>,
    /// Mass share of the active in the product, 0 to 1.
    pub strength: Estimate,
    /// Change of the target at saturation as a share of its normal value, 0 to 1 (for pain: share
    /// taken away); lowers or raises as [`Target`] says.
    pub largest_effect: Estimate,
    /// Concentration where it acts, as a mean over a day, that gives half the largest effect, ug/mL.
    pub half_effect_ug_per_ml: Estimate,
    /// Sold on prescription (in most countries).
    pub prescription: bool,
    /// May it go onto open channels?
    pub on_open_channels: OnOpenChannels,
}

impl Product {
    /// Read every product of the file; each names one of the `actives`.
    pub fn read_all(root: &Table<'_>, actives: &[&str]) -> Vec<Self> {
        root.records().iter().filter_map(|field| Self::read(field, actives)).collect()
    }

    fn read(field: &Field<'_>, actives: &[&str]) -> Option<Self> {
        let table = field.table()?;
        let label = table.require("label", "\"Vitamin C serum\"").and_then(|f| f.text());
        let kind =
            table.require("kind", "\"antioxidant\"").and_then(|f| f.choice(&ProductKind::NAMED));
        let acts_on = table.get("acts_on").map(|f| read_target(&f));
        let active =
            table.require("active", "\"ascorbic-acid\"").and_then(|f| read_active(&f, actives));
        let ph = table.get("ph").map(|f| Estimate::number(&f, 0.0, 14.0));
        let strength = table
            .require("strength", "\"5 %\"")
            .and_then(|f| Estimate::quantity::<Share>(&f, |s| s.0, "of 1", 0.0, 1.0));
        let largest_effect =
            table.require("largest_effect", "0.3").and_then(|f| Estimate::number(&f, 0.0, 1.0));
        let half_effect_ug_per_ml = table
            .require("half_effect", "\"50 ug/mL\"")
            .and_then(|f| Estimate::quantity::<Level>(&f, |level| level.0, "ug/mL", 1e-6, 1e6));
        let prescription = table.require("prescription", "false").and_then(|f| f.flag());
        let on_open_channels = table
            .require("on_open_channels", "{ answer = \"unknown\", note = \"why\" }")
            .and_then(|f| read_open_channels(&f));
        table.finish();
        Some(Self {
            name: field.key().to_owned(),
            label: label?.to_owned(),
            kind: kind?,
            acts_on: acts_on.map_or(Some(None), |target| target.map(Some))?,
            active: active?.to_owned(),
            ph: ph.map_or(Some(None), |ph| ph.map(Some))?,
            strength: strength?,
            largest_effect: largest_effect?,
            half_effect_ug_per_ml: half_effect_ug_per_ml?,
            prescription: prescription?,
            on_open_channels: on_open_channels?,
        })
    }
}

fn read_active<'f>(field: &Field<'f>, actives: &[&str]) -> Option<&'f str> {
    let name = field.text()?;
    if actives.contains(&name) {
        return Some(name);
    }
    field.unknown_name("active", name, actives.iter().copied());
    None
}

fn read_target(field: &Field<'_>) -> Option<Target> {
    field.choice(&[
        ("melanin-production", Target::MelaninProduction),
        ("collagen-synthesis", Target::CollagenSynthesis),
        ("hair-growth", Target::HairGrowth),
        ("pain", Target::Pain),
    ])
}

pub(crate) fn read_open_channels(field: &Field<'_>) -> Option<OnOpenChannels> {
    let table = field.table()?;
    let answer = table.require("answer", "\"unknown\"").and_then(|f| {
        f.choice(&[
            ("yes", OpenChannelUse::Yes),
            ("no", OpenChannelUse::No),
            ("unknown", OpenChannelUse::Unknown),
        ])
    });
    let note = table.require("note", "\"why\"").and_then(|f| f.text());
    let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
    if answer.is_some_and(|answer| answer != OpenChannelUse::Unknown) && sources.is_empty() {
        table.error("an answer other than \"unknown\" needs a source");
    }
    table.finish();
    Some(OnOpenChannels { answer: answer?, note: note?.to_owned(), sources })
}
