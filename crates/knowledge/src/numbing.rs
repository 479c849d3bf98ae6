//! Numbing creams: how much of them a label allows, how soon they numb, what was found in plasma, and
//! where harm happened.
//!
//! A limit belongs to a licensed preparation and not to a molecule, and one preparation has many limits by
//! age, weight and state of the skin; so they stand in a file of their own, one record for each numbing
//! product. What harms in plasma is a matter of the molecule and stands with the
//! [active](crate::active::Active::toxic).
//!
//! A limit is what a label says. It is no recommendation, least of all for a child.

use serde::Serialize;
use uom::si::{
    area::square_centimeter,
    f64::{Area, Time},
    time::{day, minute},
};

use crate::{
    estimate::Estimate,
    parameter::owned_texts,
    quantity::{Quantity, Share},
    reader::{Field, Table},
    unit::{BodyMass, Grams, Level},
};

/// One of the anaesthetics of a preparation.
#[derive(Debug, Clone, Serialize)]
pub struct Content {
    /// Name in `knowledge/actives.toml`.
    pub active: String,
    /// Its mass share, 0 to 1.
    pub strength: Estimate,
}

/// The state of the skin that a limit or a measurement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Barrier {
    /// The horny layer is whole.
    Intact,
    /// Eczema and the like: the horny layer is there and leaks.
    Impaired,
    /// Needled, lasered or shaven off: open ways lead past the horny layer.
    Open,
}

impl Barrier {
    /// All states by their names in files.
    pub const NAMED: [(&'static str, Self); 3] =
        [("intact", Self::Intact), ("impaired", Self::Impaired), ("open", Self::Open)];
}

/// What a label allows at most.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    /// For whom and for what, in words.
    pub who: String,
    /// Least age in years; this age is included.
    pub from_years: f64,
    /// Age in years from which it no longer holds; `None` if there is none.
    pub below_years: Option<f64>,
    /// Body weight in kg that the person has to exceed; `None` if the label does not ask.
    pub above_kg: Option<f64>,
    /// Body weight in kg that the person must not exceed; `None` if the label does not ask.
    pub up_to_kg: Option<f64>,
    /// The skin it is about.
    pub barrier: Barrier,
    /// Most cream at once, g; `None` if the label gives no mass.
    pub most_g: Option<f64>,
    /// Largest area, cm2; `None` if the label gives none.
    pub most_cm2: Option<f64>,
    /// Longest stay, minutes; `None` if the label gives none.
    pub most_min: Option<f64>,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// Which label, and how far it was seen.
    pub note: String,
}

impl Limit {
    /// Whether the limit is about somebody of this age and weight with such skin. An unknown weight
    /// meets every bound, so that the strictest of the limits that may hold can be found.
    pub fn applies(&self, age_years: f64, weight_kg: Option<f64>, barrier: Barrier) -> bool {
        let age = age_years >= self.from_years && self.below_years.is_none_or(|y| age_years < y);
        let weight = weight_kg.is_none_or(|kg| {
            self.above_kg.is_none_or(|least| kg > least)
                && self.up_to_kg.is_none_or(|most| kg <= most)
        });
        age && weight && barrier == self.barrier
    }
}

/// A level in plasma that somebody measured.
#[derive(Debug, Clone, Serialize)]
pub struct PlasmaFinding {
    /// Name in `knowledge/actives.toml`.
    pub active: String,
    /// What was measured, in words: a mean of peaks, the highest of all.
    pub what: String,
    /// The level, ug/mL.
    pub level_ug_per_ml: Estimate,
    /// Cream put on, g; `None` if not stated.
    pub cream_g: Option<f64>,
    /// Area covered, cm2; `None` if not stated.
    pub area_cm2: Option<f64>,
    /// Time left on, minutes; `None` if not stated.
    pub stay_min: Option<f64>,
    /// The skin it lay on.
    pub barrier: Barrier,
}

/// Where harm happened, or what a label warns of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// In words.
    pub note: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// What is known about the use of a numbing product.
#[derive(Debug, Clone, Serialize)]
pub struct NumbingLabel {
    /// Name of the product in `knowledge/products.toml`.
    pub product: String,
    /// Its anaesthetics.
    pub contents: Vec<Content>,
    /// Licensed as it is; otherwise made up by a pharmacy, with no label to hold to.
    pub licensed: bool,
    /// Whether its label wants it under a dressing.
    pub covered: bool,
    /// Time on intact skin until the skin is numb for a superficial procedure, minutes.
    pub onset_min: Estimate,
    /// What labels allow.
    pub limits: Vec<Limit>,
    /// Levels that were measured.
    pub plasma: Vec<PlasmaFinding>,
    /// Where harm happened.
    pub warnings: Vec<Warning>,
}

impl NumbingLabel {
    /// Read every record of the file; `products` and `actives` are the names that may be used.
    pub fn read_all(root: &Table<'_>, products: &[&str], actives: &[&str]) -> Vec<Self> {
        root.records().iter().filter_map(|field| Self::read(field, products, actives)).collect()
    }

    fn read(field: &Field<'_>, products: &[&str], actives: &[&str]) -> Option<Self> {
        if !products.contains(&field.key()) {
            field.unknown_name("product", field.key(), products.iter().copied());
        }
        let table = field.table()?;
        let contents =
            table.tables("contents").into_iter().map(|t| read_content(t, actives)).collect();
        let licensed = table.require("licensed", "true").and_then(|f| f.flag());
        let covered = table.require("covered", "true").and_then(|f| f.flag());
        let onset_min = table
            .require("onset", "{ value = \"60 min\", basis = \"assumed\", note = \"why\" }")
            .and_then(|f| Estimate::quantity::<Time>(&f, minutes, "min", 1.0, 600.0));
        let limits = table.tables("limit").into_iter().map(read_limit).collect();
        let plasma = table.tables("plasma").into_iter().map(|t| read_finding(t, actives)).collect();
        let warnings = table.tables("warning").into_iter().map(read_warning).collect();
        table.finish();
        let (contents, limits): (Option<Vec<_>>, Option<Vec<_>>) = (contents, limits);
        let (plasma, warnings): (Option<Vec<_>>, Option<Vec<_>>) = (plasma, warnings);
        Some(Self {
            product: field.key().to_owned(),
            contents: contents?,
            licensed: licensed?,
            covered: covered?,
            onset_min: onset_min?,
            limits: limits?,
            plasma: plasma?,
            warnings: warnings?,
        })
    }

    /// Limits for somebody of this age (years) and weight (kg, if known) with such skin.
    pub fn limits_for(
        &self,
        age_years: f64,
        weight_kg: Option<f64>,
        barrier: Barrier,
    ) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(move |limit| limit.applies(age_years, weight_kg, barrier))
    }
}

fn minutes(time: Time) -> f64 {
    time.get::<minute>()
}

fn years(time: Time) -> f64 {
    time.get::<day>() / 365.2425
}

fn read_content(table: Table<'_>, actives: &[&str]) -> Option<Content> {
    let active = read_active(&table, actives);
    let strength = table
        .require("strength", "{ value = \"2.5 %\", basis = \"assumed\", note = \"why\" }")
        .and_then(|f| Estimate::quantity::<Share>(&f, |s| s.0, "of 1", 0.0, 1.0));
    table.finish();
    Some(Content { active: active?, strength: strength? })
}

fn read_active(table: &Table<'_>, actives: &[&str]) -> Option<String> {
    let field = table.require("active", "\"lidocaine\"")?;
    let name = field.text()?;
    if actives.contains(&name) {
        return Some(name.to_owned());
    }
    field.unknown_name("active", name, actives.iter().copied());
    None
}

fn read_barrier(table: &Table<'_>) -> Option<Barrier> {
    table.require("barrier", "\"intact\"").and_then(|f| f.choice(&Barrier::NAMED))
}

/// A quantity that may be left out; `None` if it is there and wrong.
fn optional_quantity<Q: Quantity>(
    table: &Table<'_>,
    key: &'static str,
    in_unit: impl Fn(Q) -> f64,
    unit: &str,
    most: f64,
) -> Option<Option<f64>> {
    table.get(key).map_or(Some(None), |f| f.quantity_within(in_unit, unit, 0.0, most).map(Some))
}

fn read_limit(table: Table<'_>) -> Option<Limit> {
    let who = table.require("who", "\"adults, large areas\"").and_then(|f| f.text());
    let from_years = table
        .require("from", "\"18 years\"")
        .and_then(|f| f.quantity_within::<Time>(years, "years", 0.0, 120.0));
    let below_years = optional_quantity::<Time>(&table, "below", years, "years", 120.0);
    let above_kg = optional_quantity::<BodyMass>(&table, "above", |m| m.0, "kg", 500.0);
    let up_to_kg = optional_quantity::<BodyMass>(&table, "up_to", |m| m.0, "kg", 500.0);
    let barrier = read_barrier(&table);
    let most_g = optional_quantity::<Grams>(&table, "most", |m| m.0, "g", 500.0);
    let most_cm2 = optional_quantity::<Area>(&table, "area", square_centimetres, "cm2", 5000.0);
    let most_min = optional_quantity::<Time>(&table, "longest", minutes, "min", 1440.0);
    let sources = read_sources(&table, "a limit");
    let note = table.require("note", "\"which label\"").and_then(|f| f.text());
    if let (Some(Some(below)), Some(from)) = (below_years, from_years)
        && below <= from
    {
        table.error("the limit ends at an age before it begins");
    }
    if (most_g, most_cm2, most_min) == (Some(None), Some(None), Some(None)) {
        table.error("the limit limits nothing: give `most`, `area` or `longest`");
    }
    table.finish();
    Some(Limit {
        who: who?.to_owned(),
        from_years: from_years?,
        below_years: below_years?,
        above_kg: above_kg?,
        up_to_kg: up_to_kg?,
        barrier: barrier?,
        most_g: most_g?,
        most_cm2: most_cm2?,
        most_min: most_min?,
        sources: sources?,
        note: note?.to_owned(),
    })
}

fn square_centimetres(area: Area) -> f64 {
    area.get::<square_centimeter>()
}

fn read_finding(table: Table<'_>, actives: &[&str]) -> Option<PlasmaFinding> {
    let active = read_active(&table, actives);
    let what = table.require("what", "\"mean of the peaks\"").and_then(|f| f.text());
    let level_ug_per_ml = table
        .require("level", "{ value = \"0.16 ug/mL\", basis = \"measured\", ... }")
        .and_then(|f| Estimate::quantity::<Level>(&f, |l| l.0, "ug/mL", 0.0, 100.0));
    let cream_g = optional_quantity::<Grams>(&table, "cream", |m| m.0, "g", 500.0);
    let area_cm2 = optional_quantity::<Area>(&table, "area", square_centimetres, "cm2", 5000.0);
    let stay_min = optional_quantity::<Time>(&table, "stay", minutes, "min", 1440.0);
    let barrier = read_barrier(&table);
    table.finish();
    Some(PlasmaFinding {
        active: active?,
        what: what?.to_owned(),
        level_ug_per_ml: level_ug_per_ml?,
        cream_g: cream_g?,
        area_cm2: area_cm2?,
        stay_min: stay_min?,
        barrier: barrier?,
    })
}

fn read_warning(table: Table<'_>) -> Option<Warning> {
    let note = table.require("note", "\"what happened\"").and_then(|f| f.text());
    let sources = read_sources(&table, "a warning");
    table.finish();
    Some(Warning { note: note?.to_owned(), sources: sources? })
}

fn read_sources(table: &Table<'_>, what: &str) -> Option<Vec<String>> {
    let sources = owned_texts(&table.require("sources", "[\"emla-smpc\"]")?);
    if sources.is_empty() {
        table.error(format!("{what} needs a source"));
    }
    Some(sources)
}
