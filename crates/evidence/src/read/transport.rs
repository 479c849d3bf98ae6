//! Keys of a trial of transport: what was put on, how cut-out skin was mounted, when it was read.

use needlepoint_knowledge::{
    Knowledge,
    quantity::{Quantity, Share},
    reader::{Field, Table},
};
use uom::si::{
    f64::{Length, Time},
    length::micrometer,
    time::hour,
};

use super::{
    Amount, Applied, Arm, Entry, Layer, Mounted, OfTransport, Produced, Subjects, TransportNumber,
    When, names,
};

/// Longest that a trial is followed, h.
const LONGEST_HOURS: f64 = 336.0;
/// Hours within which an uptake is reckoned where no time is stated.
const DAY_HOURS: f64 = 24.0;
const HOURS_PER_DAY: f64 = 24.0;

/// Mass of a product on an area, mg/cm2.
#[derive(Clone, Copy)]
struct Coverage(f64);

impl Quantity for Coverage {
    const KIND: &'static str = "a mass on an area";
    const EXAMPLE: &'static str = "10 mg/cm2";
    const UNITS: &'static [&'static str] = &["mg/cm2", "g/cm2", "ug/cm2"];
    fn from_unit(number: f64, unit: &str) -> Option<Self> {
        let in_mg = match unit {
            "mg/cm2" => 1.0,
            "g/cm2" => 1e3,
            "ug/cm2" => 1e-3,
            _ => return None,
        };
        Some(Self(number * in_mg))
    }
}

/// `applied = { active = "niacinamide", strength = "5 %", amount = "infinite", ... }`.
pub(super) fn applied(field: &Field<'_>, knowledge: &Knowledge) -> Option<Applied> {
    let table = field.table()?;
    let active = table.require("active", "\"niacinamide\"").and_then(|field| {
        let name = field.text()?;
        if knowledge.active(name).is_none() {
            let actives = knowledge.actives.iter().map(|active| active.name.as_str());
            field.unknown_name("active", name, actives);
            return None;
        }
        Some(name.to_owned())
    });
    let strength = table
        .require("strength", "\"5 %\"")
        .and_then(|field| field.quantity_within::<Share>(|share| share.0, "of 1", 1e-9, 1.0));
    let amount = table.get("amount").map_or(Some(Amount::Usual), |field| amount(&field));
    let hours = |key: &'static str, least: f64| {
        table.get(key).map(|field| {
            let hours = |time: Time| time.get::<hour>();
            field.quantity_within::<Time>(hours, "h", least, LONGEST_HOURS)
        })
    };
    let contact = hours("contact", 1.0 / 60.0);
    let after = hours("after", 0.0).unwrap_or(Some(0.0));
    let ph = table.get("ph").map(|field| field.within(field.number()?, "", 0.0, 14.0));
    let carried_in = table.get("carried_in").map_or(Some(false), |field| field.flag());
    table.finish();
    Some(Applied {
        active: active?,
        strength: strength?,
        amount: amount?,
        ph: ph.map_or(Some(None), |ph| ph.map(Some))?,
        contact_hours: contact.map_or(Some(None), |contact| contact.map(Some))?,
        after_hours: after?,
        carried_in: carried_in?,
    })
}

fn amount(field: &Field<'_>) -> Option<Amount> {
    if field.text()? == "infinite" {
        return Some(Amount::Infinite);
    }
    field
        .quantity_within::<Coverage>(|coverage| coverage.0, "mg/cm2", 0.01, 1e4)
        .map(Amount::MgPerCm2)
}

/// `mounted = "full-thickness"` or `mounted = "400 um"`.
pub(super) fn mounted(field: &Field<'_>) -> Option<Mounted> {
    if field.text()? == "full-thickness" {
        return Some(Mounted::FullThickness);
    }
    let um = |length: Length| length.get::<micrometer>();
    field.quantity_within::<Length>(um, "um", 150.0, 5000.0).map(Mounted::CutTo)
}

/// What the reader knows of a measurement besides its own table.
pub(super) struct Read<'r, 'f> {
    /// Its arm and that compared with; none of an arm that could not be read.
    pub(super) arms: Vec<&'r (String, Option<Arm>)>,
    /// Whether it names a product.
    pub(super) product: bool,
    pub(super) at: Option<When>,
    pub(super) layer: Option<&'r Field<'f>>,
    pub(super) subjects: Option<&'r Subjects>,
}

/// When and where a number of the active applied was read. The outer none is a mistake; the inner one
/// another observable, or the uptake of a product.
pub(super) fn of_transport(
    table: &Table<'_>,
    entry: &Entry,
    read: &Read<'_, '_>,
) -> Option<Option<OfTransport>> {
    let after_application = match read.at {
        Some(When::AfterApplication(days)) => Some(days * HOURS_PER_DAY),
        _ => None,
    };
    if !entry.produced.is_of_transport() {
        if after_application.is_some() {
            table.error(format!(
                "`{}` is read after a session, not after application: write `at = \"1 h after last\"`",
                entry.name
            ));
            return None;
        }
        return Some(None);
    }
    let number = match entry.produced {
        Produced::Transport(number) => Some(number),
        _ => None,
    };
    let untold = read.at.is_some() && after_application.is_none();
    if untold {
        table.error(format!(
            "`{}` is read after application: write `at = \"6 h after application\"`",
            entry.name
        ));
    }
    let hours = match after_application {
        Some(hours) if hours > 0.0 && hours <= LONGEST_HOURS => Some(hours),
        Some(hours) => {
            table.error(format!(
                "a trial is read more than 0 h and at most {LONGEST_HOURS} h after application, \
                 not {hours} h"
            ));
            None
        }
        None => Some(DAY_HOURS),
    };
    if read.product {
        if number.is_some() {
            table.error(format!(
                "`{}` is of what an arm says in `applied`; leave `product` out",
                entry.name
            ));
            return None;
        }
        if after_application.is_some_and(|hours| hours > DAY_HOURS) {
            table.error("the uptake of a product is told within a day after application");
            return None;
        }
        return (!untold && hours.is_some()).then_some(None);
    }
    let layer = layer(table, entry, number, read.layer);
    let arms = arms_allow(table, entry, number, read);
    let of = OfTransport { hours: hours?, layer: layer? };
    (arms && !untold).then_some(Some(of))
}

/// The layer, for what belongs to one.
fn layer(
    table: &Table<'_>,
    entry: &Entry,
    number: Option<TransportNumber>,
    field: Option<&Field<'_>>,
) -> Option<Option<Layer>> {
    let Some(number) = number.filter(|number| number.has_layer()) else { return Some(None) };
    // Layers taken together have no diffusivity of their own.
    let one = |layer: Layer| !matches!(layer, Layer::Epidermis | Layer::Skin);
    let known: Vec<(&'static str, Layer)> = Layer::NAMED
        .into_iter()
        .filter(|(_, layer)| number == TransportNumber::TissueLevel || one(*layer))
        .collect();
    let Some(field) = field else {
        table.error(format!("`{}` needs `layer = \"...\"`, one of {}", entry.name, names(&known)));
        return None;
    };
    field.choice(&known).map(Some)
}

/// Whether its arms say what the number needs.
fn arms_allow(
    table: &Table<'_>,
    entry: &Entry,
    number: Option<TransportNumber>,
    read: &Read<'_, '_>,
) -> bool {
    let mut allowed = true;
    for (name, arm) in &read.arms {
        // What is wrong with an arm has been said there.
        let Some(arm) = arm else { return false };
        let Some(applied) = &arm.applied else {
            let or = if number.is_none() { "`product = \"...\"`, or " } else { "" };
            table.error(format!(
                "`{}` needs {or}`applied = {{ active = \"...\", strength = \"...\" }}` in arm \"{name}\"",
                entry.name
            ));
            allowed = false;
            continue;
        };
        if number == Some(TransportNumber::PermeatedShare) && applied.amount == Amount::Infinite {
            table.error(format!(
                "of an infinite amount there is no share; arm \"{name}\" has to say how much was put on"
            ));
            allowed = false;
        }
        if arm.mounted.is_some() && read.subjects.is_some_and(|s| s.skin == "in-vivo") {
            table.error(format!(
                "living skin is not mounted: leave `mounted` out of arm \"{name}\", or say that the \
                 subjects' skin is \"ex-vivo\""
            ));
            allowed = false;
        }
    }
    allowed
}
