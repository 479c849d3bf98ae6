//! `[patient]`: who is treated.

use std::str::FromStr;

use needlepoint_knowledge::{
    reader::{Field, Table},
    unit::BodyMass,
};
use needlepoint_skin::{Phototype, Sex};
use uom::si::{f64::Time, time::day};

use crate::{
    case::{Condition, Patient, SunExposure},
    limits,
};

use super::{DAYS_PER_YEAR, not_too_many, optional, texts};

pub(super) fn read(table: &Table<'_>) -> Option<Patient> {
    let age_years = table.require("age", "\"34 years\"").and_then(|field| age(&field));
    let sex = table
        .require("sex", "\"female\"")
        .and_then(|field| spoken(&field, &Sex::ALL.map(|sex| (sex.name(), sex))));
    let phototype = table
        .require("phototype", "\"III\"")
        .and_then(|field| spoken(&field, &Phototype::ALL.map(|kind| (kind.numeral(), kind))));
    let history = table.get("history").map(|field| history(&field)).unwrap_or_default();
    let medicines = table.get("medicines").map(|field| medicines(&field)).unwrap_or_default();
    let weight = table.get("weight").map(|field| {
        let (least, most) = limits::WEIGHT_KG;
        field.quantity_within::<BodyMass>(|mass| mass.0, "kg", least, most)
    });
    let smoker = table.get("smoker").map(|field| field.flag());
    let sun_exposure = table.get("sun_exposure").map_or(Some(SunExposure::default()), |field| {
        field.choice(&[
            ("low", SunExposure::Low),
            ("usual", SunExposure::Usual),
            ("high", SunExposure::High),
        ])
    });
    Some(Patient {
        age_years: age_years?,
        sex: sex?,
        phototype: phototype?,
        history,
        medicines,
        weight_kg: optional(weight)?,
        smoker: optional(smoker)?,
        sun_exposure: sun_exposure?,
    })
}

/// A word in the spellings that its type reads by itself ("III", "iii", "3").
fn spoken<T: Copy + FromStr>(field: &Field<'_>, words: &[(&str, T)]) -> Option<T> {
    field.text()?.parse().ok().or_else(|| field.choice(words))
}

fn age(field: &Field<'_>) -> Option<f64> {
    let years = field.quantity_within::<Time>(
        |age| age.get::<day>() / DAYS_PER_YEAR,
        "years",
        0.0,
        limits::AGE_YEARS,
    )?;
    if years < limits::ADULT_YEARS {
        field.warning(
            format!("the patient is younger than {} years", limits::ADULT_YEARS),
            "the studies behind this program are of adults; a prescriber and a guardian decide",
        );
    }
    Some(years)
}

fn history(field: &Field<'_>) -> Vec<Condition> {
    const NONE: &str = "none";
    let words = not_too_many(field, field.texts());
    let mut conditions = Vec::new();
    for (written, place) in &words {
        let word = written.replace('_', "-");
        if word == NONE {
            if words.len() > 1 {
                place.error(
                    "`history` says \"none\" and something else",
                    "leave out \"none\" or the rest",
                );
            }
            continue;
        }
        match Condition::WORDS.iter().find(|(known, _)| *known == word) {
            Some((_, condition)) if conditions.contains(condition) => {
                place.warning(format!("\"{word}\" is listed twice"), "leave one out");
            }
            Some((_, condition)) => {
                place.warning(
                    format!("\"{word}\" is recorded, not screened: screening is not part of this version"),
                    "a prescriber decides whether and how this patient may be needled",
                );
                conditions.push(*condition);
            }
            None => place.unknown_name(
                "condition",
                written,
                Condition::WORDS.iter().map(|(known, _)| *known).chain([NONE]),
            ),
        }
    }
    conditions
}

fn medicines(field: &Field<'_>) -> Vec<String> {
    let names: Vec<String> = texts(field);
    if !names.is_empty() {
        field.warning(
            "medicines are recorded, not screened: screening is not part of this version",
            "a prescriber decides whether they allow needling",
        );
    }
    names
}
