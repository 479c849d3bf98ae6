//! `[protocol]`: device, days of the sessions, zones, products and what surrounds them.

mod geometry;
mod products;
mod sessions;
mod zones;

use std::ops::Range;

use jiff::civil::Date;
use needlepoint_knowledge::{
    device::{self, DeviceRecord},
    problem::Problem,
    product::ProductKind,
    reader::{Field, Table},
};
use needlepoint_skin::Sex;
use uom::si::{
    f64::Time,
    time::{hour, minute},
};

use crate::{
    case::{Numbing, Protocol},
    limits,
    units::Coverage,
};

use super::{Desk, named, optional, with, word};

/// A protocol as far as it could be read.
pub(super) struct Draft {
    /// The protocol, if all of it could be read.
    pub(super) protocol: Option<Protocol>,
    /// Sites of all zones; none if one of them could not be read.
    pub(super) sites: Option<Vec<String>>,
    session_days: Option<Vec<f64>>,
}

impl Draft {
    pub(super) fn last_session_day(&self) -> Option<f64> {
        self.session_days.as_ref()?.last().copied()
    }
}

/// The device of a protocol and whether it has a name in the knowledge.
struct Chosen {
    device: DeviceRecord,
    known: bool,
}

/// `sex` is that of the patient, on which the thickness of the skin depends.
pub(super) fn read(desk: Desk<'_>, table: &Table<'_>, sex: Option<Sex>) -> Draft {
    let device = table
        .require("device", "\"dermaroller-192\"")
        .and_then(|field| choose_device(desk, &field));
    let start = table.get("start").map(|field| start(&field));
    let session_days = sessions::read(desk, table);
    let aftercare_followed = table
        .get("aftercare")
        .map_or(Some(true), |field| word(&field, &[("followed", true), ("not-followed", false)]));
    let occlusion_hours = table.get("occlusion").map_or(Some(0.0), |field| occlusion(&field));
    let numbing = table
        .get("numbing")
        .map(|field| field.table().and_then(|table| with(table, |table| numbing(desk, table))));
    let zones = zones::read(desk, table, device.as_ref().map(|chosen| &chosen.device), sex);
    let products = products::read(desk, table);
    let sites = zones.sites;
    let days = session_days.clone();
    let protocol = (|| {
        let Chosen { device, known } = device?;
        Some(Protocol {
            device_name: known.then(|| device.name.clone()),
            device,
            start: optional(start)?,
            session_days: session_days?,
            zones: zones.zones?,
            products: products?,
            numbing: optional(numbing)?,
            aftercare_followed: aftercare_followed?,
            occlusion_hours: occlusion_hours?,
        })
    })();
    Draft { protocol, sites, session_days: days }
}

fn choose_device(desk: Desk<'_>, field: &Field<'_>) -> Option<Chosen> {
    if field.is_table() {
        let device = with(field.table()?, device::read_geometry)?;
        works_by_light(field, &device);
        return geometry::can_be_made(field, &device).then_some(Chosen { device, known: false });
    }
    let devices = &desk.knowledge.devices;
    let device = named("device", field, devices, |device| &device.name)?.clone();
    if device.home_use {
        field.warning(
            format!(
                "\"{}\" is sold for use at home, where nobody screens the skin first",
                device.name
            ),
            "keep to short needles, never share the device, stop when the skin is irritated",
        );
    }
    works_by_light(field, &device);
    Some(Chosen { device, known: true })
}

/// Say of a laser what can be asked of it.
fn works_by_light(field: &Field<'_>, device: &DeviceRecord) {
    if !device.has_needles() {
        field.warning(
            format!("\"{}\" works by light, and its healing is not simulated", device.name),
            "its pattern can be set beside needles with `needlepoint punctures`",
        );
    }
}

fn start(field: &Field<'_>) -> Option<Date> {
    let date = field.date()?;
    if !(1900..=2200).contains(&date.year()) {
        field.error(
            format!("the first session would be in the year {}", date.year()),
            "write a date such as 2026-03-02",
        );
        return None;
    }
    Some(date)
}

fn occlusion(field: &Field<'_>) -> Option<f64> {
    const NONE: &str = "none";
    if field.text()? == NONE {
        return Some(0.0);
    }
    let hours = |time: Time| time.get::<hour>();
    field.quantity_within::<Time>(hours, "h", 0.0, limits::OCCLUSION_HOURS)
}

fn numbing(desk: Desk<'_>, table: &Table<'_>) -> Option<Numbing> {
    let products = &desk.knowledge.products;
    let product = table.require("product", "\"lidocaine-prilocaine-cream\"").and_then(|field| {
        let product = named("product", &field, products, |product| &product.name)?;
        if product.kind != ProductKind::Numbing {
            let numbing = products.iter().filter(|product| product.kind == ProductKind::Numbing);
            let names: Vec<&str> = numbing.map(|product| product.name.as_str()).collect();
            field.error(
                format!("\"{}\" does not numb the skin", product.name),
                format!("products that do: {}", names.join(", ")),
            );
            return None;
        }
        prescription(&field, product);
        Some(product.name.clone())
    });
    let duration_min = table.require("duration", "\"60 min\"").and_then(|field| {
        let minutes = |time: Time| time.get::<minute>();
        field.quantity_within::<Time>(minutes, "min", 1.0, 60.0 * limits::NUMBING_HOURS)
    });
    let covered = table.get("covered").map(|field| field.flag());
    let amount = table.get("amount").map(|field| {
        let (least, most) = limits::NUMBING_MG_PER_CM2;
        field.quantity_within::<Coverage>(|amount| amount.mg_per_cm2, "mg/cm2", least, most)
    });
    Some(Numbing {
        product: product?,
        duration_min: duration_min?,
        covered: optional(covered)?,
        amount_mg_per_cm2: optional(amount)?,
    })
}

/// Say that a product needs a prescription.
fn prescription(field: &Field<'_>, product: &needlepoint_knowledge::product::Product) {
    if product.prescription {
        field.warning(
            format!("\"{}\" needs a prescription", product.name),
            "a prescriber decides on it and its dose",
        );
    }
}

/// Every table of the list under `key`; a single table there is the common slip of a bracket.
fn list<'r>(desk: Desk<'_>, table: &Table<'r>, key: &'static str) -> Vec<Table<'r>> {
    let Some(field) = table.get(key) else { return Vec::new() };
    if field.is_table() {
        if desk.whole {
            field.error(
                format!("`{key}` is a single table"),
                format!("write [[protocol.{key}]] with two brackets"),
            );
        }
        return Vec::new();
    }
    super::not_too_many(&field, field.tables())
}

/// Report an error at a place.
fn report(desk: Desk<'_>, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
    desk.report(Problem::error(span, message).help(help));
}
