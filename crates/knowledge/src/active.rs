//! Actives: the molecules that products carry, with what their way through skin rests on.
//!
//! A record of `knowledge/actives.toml` reads
//!
//! ```toml
//! [niacinamide]
//! label = "Niacinamide"
//! class = "vitamin"
//! molecular_weight = { value = "122.1 Da", basis = "assumed", note = "from the chemical formula" }
//! log_p = { value = -0.37, range = [-0.87, 0.13], basis = "assumed", note = "handbook value" }
//! ionises = [{ as = "base", pka = 3.35 }]      # left out: carries no charge between pH 3 and 10
//! unbound = { ... }                            # left out: no binding was found
//! strength = { value = "5 %", ... }            # left out: not used on skin by itself
//! solubility = { value = "300 mg/mL", ... }    # left out: does not limit what a product can hold
//! stability = { note = "...", ph = [5.0, 7.0], sources = ["..."] }
//! prescription = false
//! on_open_channels = { answer = "unknown", note = "..." }
//! ```

use serde::Serialize;

use crate::{
    estimate::Estimate,
    parameter::owned_texts,
    product::{OnOpenChannels, read_open_channels},
    quantity::Share,
    reader::{Field, Table},
    unit::{BodyClearance, BodyDose, BodyVolume, Level, MassConcentration, MolarMass},
};

/// What kind of molecule an active is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActiveClass {
    /// Vitamins, their derivatives and relatives, except vitamin A.
    Vitamin,
    /// Acids that peel or lighten.
    Acid,
    /// Lightens pigment.
    Depigmenting,
    /// Hyaluronate of some length.
    Hyaluronate,
    /// Short chains of amino acids.
    Peptide,
    /// Growth factors.
    GrowthFactor,
    /// Vitamin A and its kin.
    Retinoid,
    /// For hair growth.
    Hair,
    /// Numbs the skin.
    Anaesthetic,
    /// Medicines for scars.
    Scar,
    /// Medicines used in transport studies.
    Medicine,
    /// Filters and other particles.
    Filter,
    /// Solutes with which transport is measured.
    Tracer,
}

impl ActiveClass {
    /// All classes by their names in files.
    pub const NAMED: [(&'static str, Self); 13] = [
        ("vitamin", Self::Vitamin),
        ("acid", Self::Acid),
        ("depigmenting", Self::Depigmenting),
        ("hyaluronate", Self::Hyaluronate),
        ("peptide", Self::Peptide),
        ("growth-factor", Self::GrowthFactor),
        ("retinoid", Self::Retinoid),
        ("hair", Self::Hair),
        ("anaesthetic", Self::Anaesthetic),
        ("scar", Self::Scar),
        ("medicine", Self::Medicine),
        ("filter", Self::Filter),
        ("tracer", Self::Tracer),
    ];
}

/// How a group of a molecule takes its charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charge {
    /// Gives off a proton and becomes negative above its pKa.
    Acid,
    /// Takes up a proton and becomes positive below its pKa.
    Base,
}

/// A group that takes a charge.
#[derive(Debug, Clone, Serialize)]
pub struct IonisableGroup {
    /// Acid or base.
    pub charge: Charge,
    /// Its macroscopic pKa in water, dimensionless.
    pub pka: Estimate,
}

/// What an active needs to stay what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stability {
    /// In words.
    pub note: String,
    /// Lowest and highest pH at which it keeps and works, if one was found.
    pub ph: Option<(f64, f64)>,
    /// Identifiers in `knowledge/sources.toml`; empty if from memory.
    pub sources: Vec<String>,
}

/// A molecule that a product carries.
#[derive(Debug, Clone, Serialize)]
pub struct Active {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// What kind of molecule it is.
    pub class: ActiveClass,
    /// Molecular weight, Da.
    pub molecular_weight_da: Estimate,
    /// log10 of the octanol/water partition of the form without net charge, dimensionless. For an
    /// amino acid that form is the zwitterion.
    pub log_p: Estimate,
    /// Groups that take a charge; empty if it has none between pH 3 and 10.
    pub ionises: Vec<IonisableGroup>,
    /// Share in plasma that is not bound to protein, 0 to 1; `None` if no value was found.
    pub unbound: Option<Estimate>,
    /// Usual mass share in a product, 0 to 1; `None` for what is not put on skin by itself.
    pub strength: Option<Estimate>,
    /// Solubility in water, mg/mL, where it limits what a watery product can hold in solution.
    pub solubility_mg_per_ml: Option<Estimate>,
    /// What it needs to stay what it is.
    pub stability: Option<Stability>,
    /// Levels in plasma that harm, the lowest first; empty for what does not harm so or was not found.
    pub toxic: Vec<ToxicLevel>,
    /// How it numbs and leaves the blood; `None` for what does not numb.
    pub anaesthetic: Option<Anaesthetic>,
    /// Largest dose that may be injected around nerves without adrenaline, mg/kg: an upper bound for
    /// what may be absorbed. `None` for what is not injected so.
    pub injected_limit_mg_per_kg: Option<Estimate>,
    /// Sold on prescription (in most countries).
    pub prescription: bool,
    /// May it go onto open channels?
    pub on_open_channels: OnOpenChannels,
}

/// How a local anaesthetic numbs, and what the body does with it.
#[derive(Debug, Clone, Serialize)]
pub struct Anaesthetic {
    /// Level of lidocaine over the level of this one that numb alike, dimensionless.
    pub potency: Estimate,
    /// Volume of distribution, L/kg.
    pub volume_l_per_kg: Estimate,
    /// Clearance from the blood, L/kg/h.
    pub clearance_l_per_kg_per_h: Estimate,
}

/// A level in plasma from which a sign of poisoning was seen.
#[derive(Debug, Clone, Serialize)]
pub struct ToxicLevel {
    /// The sign, in words.
    pub sign: String,
    /// The level, ug/mL.
    pub level_ug_per_ml: Estimate,
}

impl Active {
    /// Read every active of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        let label = table.require("label", "\"Niacinamide\"").and_then(|f| f.text());
        let class =
            table.require("class", "\"vitamin\"").and_then(|f| f.choice(&ActiveClass::NAMED));
        let molecular_weight_da = table
            .require("molecular_weight", "\"122.1 Da\"")
            .and_then(|f| Estimate::quantity::<MolarMass>(&f, |m| m.0, "Da", 10.0, 1e7));
        let log_p = table.require("log_p", "-0.37").and_then(|f| Estimate::number(&f, -12.0, 12.0));
        let groups = table.tables("ionises");
        let ionises: Option<Vec<_>> = groups.into_iter().map(read_group).collect();
        let unbound = table.get("unbound").map(|f| Estimate::number(&f, 1e-4, 1.0));
        let strength = table
            .get("strength")
            .map(|f| Estimate::quantity::<Share>(&f, |s| s.0, "of 1", 0.0, 1.0));
        let solubility_mg_per_ml = table
            .get("solubility")
            .map(|f| Estimate::quantity::<MassConcentration>(&f, |c| c.0, "mg/mL", 1e-9, 2000.0));
        let stability = table.get("stability").map(|f| read_stability(&f));
        let toxic = read_toxic_levels(&table);
        let anaesthetic = table.get("anaesthetic").map(|f| read_anaesthetic(&f));
        if class == Some(ActiveClass::Anaesthetic) && anaesthetic.is_none() {
            table.error(
                "an anaesthetic needs `anaesthetic = { potency = ..., volume = ..., clearance = ... }`",
            );
        }
        let injected_limit_mg_per_kg = table
            .get("injected_limit")
            .map(|f| Estimate::quantity::<BodyDose>(&f, |d| d.0, "mg/kg", 0.01, 100.0));
        let prescription = table.require("prescription", "false").and_then(|f| f.flag());
        let on_open_channels = table
            .require("on_open_channels", "{ answer = \"unknown\", note = \"why\" }")
            .and_then(|f| read_open_channels(&f));
        table.finish();
        Some(Self {
            name: field.key().to_owned(),
            label: label?.to_owned(),
            class: class?,
            molecular_weight_da: molecular_weight_da?,
            log_p: log_p?,
            ionises: ionises?,
            unbound: optional(unbound)?,
            strength: optional(strength)?,
            solubility_mg_per_ml: optional(solubility_mg_per_ml)?,
            stability: optional(stability)?,
            toxic: toxic?,
            anaesthetic: optional(anaesthetic)?,
            injected_limit_mg_per_kg: optional(injected_limit_mg_per_kg)?,
            prescription: prescription?,
            on_open_channels: on_open_channels?,
        })
    }
}

/// `None` if the value was there and wrong.
fn optional<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |value| value.map(Some))
}

fn read_anaesthetic(field: &Field<'_>) -> Option<Anaesthetic> {
    let table = field.table()?;
    let potency = table
        .require("potency", "{ value = 1.0, basis = \"assumed\", note = \"why\" }")
        .and_then(|f| Estimate::number(&f, 0.001, 1000.0));
    let volume_l_per_kg = table
        .require("volume", "{ value = \"1.4 L/kg\", basis = \"assumed\", note = \"why\" }")
        .and_then(|f| Estimate::quantity::<BodyVolume>(&f, |v| v.0, "L/kg", 0.01, 100.0));
    let clearance_l_per_kg_per_h = table
        .require("clearance", "{ value = \"0.85 L/kg/h\", basis = \"assumed\", note = \"why\" }")
        .and_then(|f| Estimate::quantity::<BodyClearance>(&f, |c| c.0, "L/kg/h", 0.001, 100.0));
    table.finish();
    Some(Anaesthetic {
        potency: potency?,
        volume_l_per_kg: volume_l_per_kg?,
        clearance_l_per_kg_per_h: clearance_l_per_kg_per_h?,
    })
}

fn read_toxic_levels(table: &Table<'_>) -> Option<Vec<ToxicLevel>> {
    let levels: Option<Vec<ToxicLevel>> =
        table.tables("toxic").into_iter().map(read_toxic_level).collect();
    let levels = levels?;
    if levels.windows(2).any(|pair| pair[0].level_ug_per_ml.value > pair[1].level_ug_per_ml.value) {
        table.error("the toxic levels do not rise: write the lowest first");
    }
    Some(levels)
}

fn read_toxic_level(table: Table<'_>) -> Option<ToxicLevel> {
    let sign = table.require("sign", "\"seizures\"").and_then(|f| f.text());
    let level_ug_per_ml = table
        .require("level", "{ value = \"5 ug/mL\", basis = \"assumed\", note = \"why\" }")
        .and_then(|f| Estimate::quantity::<Level>(&f, |l| l.0, "ug/mL", 0.01, 1000.0));
    table.finish();
    Some(ToxicLevel { sign: sign?.to_owned(), level_ug_per_ml: level_ug_per_ml? })
}

fn read_group(table: Table<'_>) -> Option<IonisableGroup> {
    let charge = table
        .require("as", "\"acid\"")
        .and_then(|f| f.choice(&[("acid", Charge::Acid), ("base", Charge::Base)]));
    let pka = table.require("pka", "4.2").and_then(|f| Estimate::number(&f, -3.0, 16.0));
    table.finish();
    Some(IonisableGroup { charge: charge?, pka: pka? })
}

fn read_stability(field: &Field<'_>) -> Option<Stability> {
    let table = field.table()?;
    let note = table.require("note", "\"what spoils it\"").and_then(|f| f.text());
    let ph = table.get("ph").map(|f| read_ph_range(&f));
    let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
    table.finish();
    Some(Stability { note: note?.to_owned(), ph: optional(ph)?, sources })
}

fn read_ph_range(field: &Field<'_>) -> Option<(f64, f64)> {
    let ends = field.numbers()?;
    match ends[..] {
        [least, most] if least <= most && (0.0..=14.0).contains(&least) && most <= 14.0 => {
            Some((least, most))
        }
        _ => {
            field.error(
                "this is no range of pH",
                "write two numbers from 0 to 14, the smaller first",
            );
            None
        }
    }
}
