//! `[patient]`: who is treated.

use std::str::FromStr;

use jiff::civil::Date;
use needlepoint_knowledge::{
    reader::{Field, Table},
    unit::BodyMass,
};
use needlepoint_skin::{Phototype, Sex};
use uom::si::{f64::Time, time::day};

use crate::{
    case::{Patient, SunExposure},
    limits,
};

use super::{DAYS_PER_YEAR, Desk, health, optional};

/// `today` is the day of the consultation, if stated.
pub(super) fn read(desk: Desk<'_>, table: &Table<'_>, today: Option<Date>) -> Option<Patient> {
    let age_years = table.require("age", "\"34 years\"").and_then(|field| age(&field));
    let sex = table
        .require("sex", "\"female\"")
        .and_then(|field| spoken(&field, &Sex::ALL.map(|sex| (sex.name(), sex))));
    let phototype = table
        .require("phototype", "\"III\"")
        .and_then(|field| spoken(&field, &Phototype::ALL.map(|kind| (kind.numeral(), kind))));
    let history = table
        .get("history")
        .map(|field| health::history(desk, &field, sex, today))
        .unwrap_or_default();
    let denies =
        table.get("denies").map(|field| health::denied(desk, &field, &history)).unwrap_or_default();
    let medicines = table.get("medicines").map(|field| health::medicines(desk, &field, today));
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
        denies,
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
