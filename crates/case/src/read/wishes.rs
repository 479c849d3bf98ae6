//! `[wishes]`: what is asked for and what is at hand.

use needlepoint_knowledge::{
    product::{Product, ProductKind},
    reader::{Field, Table},
};
use uom::si::{
    f64::{Length, Time},
    time::day,
};

use crate::{
    case::{NumbingWish, Setting, Wishes},
    limits,
    units::in_mm,
};

use super::{Desk, health, named, optional, word};

pub(super) fn read(desk: Desk<'_>, table: &Table<'_>) -> Option<Wishes> {
    let devices = devices(desk, table);
    let start = table.get("start").map(|field| health::date(&field));
    let products = table.get("products").map(|field| products(&field)).unwrap_or_default();
    let numbing = table.get("numbing").map(|field| numbing(desk, &field));
    let downtime = table.get("downtime").map(|field| {
        let days = |time: Time| time.get::<day>();
        field.quantity_within::<Time>(days, "days", 0.0, limits::DOWNTIME_DAYS)
    });
    let home_roller = table.get("home_roller").map(|field| {
        let (least, most) = limits::HOME_ROLLER_MM;
        field.quantity_within::<Length>(in_mm, "mm", least, most)
    });
    let setting = table
        .get("setting")
        .map(|field| word(&field, &[("clinic", Setting::Clinic), ("home", Setting::Home)]));
    Some(Wishes {
        devices,
        start: optional(start)?,
        products,
        numbing: optional(numbing)?,
        downtime_days: optional(downtime)?,
        home_roller_mm: optional(home_roller)?,
        setting: optional(setting)?,
    })
}

/// `device` or `devices`.
fn devices(desk: Desk<'_>, table: &Table<'_>) -> Vec<String> {
    let (one, many) = (table.get("device"), table.get("devices"));
    if let (Some(one), Some(_)) = (&one, &many) {
        one.error("the devices at hand are given twice", "keep `device` or `devices`");
        return Vec::new();
    }
    let fields = match (one, many) {
        (Some(one), _) => vec![one],
        (None, Some(many)) => health::entries(&many),
        (None, None) => Vec::new(),
    };
    let known = &desk.knowledge.devices;
    let mut names: Vec<String> = Vec::new();
    for field in &fields {
        let Some(device) = named("device", field, known, |device| &device.name) else { continue };
        if !names.contains(&device.name) {
            names.push(device.name.clone());
        }
    }
    names
}

/// Products by name or kind; screening asks about those that are neither.
fn products(field: &Field<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in health::entries(field).iter().filter_map(health::some_words) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn numbing(desk: Desk<'_>, field: &Field<'_>) -> Option<NumbingWish> {
    if !field.is_text() {
        let wanted = field.flag()?;
        return Some(if wanted { NumbingWish::With } else { NumbingWish::Without });
    }
    let numbing = |product: &&Product| product.kind == ProductKind::Numbing;
    let known = desk.knowledge.products.iter().filter(numbing).map(|product| product.name.as_str());
    let name = field.text()?;
    if known.clone().any(|known| known == name) {
        return Some(NumbingWish::Product(name.to_owned()));
    }
    field.unknown_name("numbing product", name, known);
    None
}
