//! Which sites are needled, and how deep.

use needlepoint_knowledge::{
    device::{DeviceRecord, MotionRecord},
    reader::{Field, Table},
    site::Site,
};
use needlepoint_skin::Sex;
use uom::si::{
    area::square_centimeter,
    f64::{Area, Velocity},
    velocity::millimeter_per_second,
};

use crate::{
    case::{SkinSupport, Zone},
    limits,
    units::in_mm,
    words::short,
};

use super::{Desk, geometry::strikes_per_cm2, list, optional, report, with};

/// The zones as far as they could be read.
pub(super) struct Zones {
    /// All zones; none if one of them could not be read.
    pub(super) zones: Option<Vec<Zone>>,
    /// Their sites; none if one of them could not be read.
    pub(super) sites: Option<Vec<String>>,
}

/// What a needle length depends on.
#[derive(Clone, Copy)]
struct Surroundings<'k> {
    device: Option<&'k DeviceRecord>,
    site: Option<&'k Site>,
    sex: Option<Sex>,
}

pub(super) fn read(
    desk: Desk<'_>,
    table: &Table<'_>,
    device: Option<&DeviceRecord>,
    sex: Option<Sex>,
) -> Zones {
    let tables = list(desk, table, "zone");
    if tables.is_empty() && table.get("zone").is_none_or(|field| !field.is_table()) {
        report(
            desk,
            table.span(),
            format!("{} has no zone", table.name()),
            "add [[protocol.zone]] with site, needle_length and passes",
        );
    }
    let mut sites: Vec<Option<String>> = Vec::new();
    let mut zones: Vec<Option<Zone>> = Vec::new();
    for table in tables {
        with(table, |table| {
            let field = table.require("site", "\"cheek\"");
            let site = field.as_ref().and_then(|field| desk.site(field));
            if let (Some(field), Some(site)) = (&field, site) {
                look_at_site(field, site, &sites);
            }
            sites.push(site.map(|site| site.name.clone()));
            zones.push(zone(table, Surroundings { device, site, sex }));
        });
    }
    Zones { zones: zones.into_iter().collect(), sites: sites.into_iter().collect() }
}

fn look_at_site(field: &Field<'_>, site: &Site, before: &[Option<String>]) {
    if before.iter().flatten().any(|name| *name == site.name) {
        field.error(
            format!("\"{}\" is treated by two zones", site.name),
            "keep one zone for each site; its passes happen in every session",
        );
    }
    if site.inside_orbital_rim {
        field.warning(
            format!("part of \"{}\" lies inside the rim of the orbit", site.name),
            "needles stay outside the bony rim, and never touch the eyelids",
        );
    }
}

fn zone(table: &Table<'_>, around: Surroundings<'_>) -> Option<Zone> {
    let reason = table.get("override_reason");
    let override_reason = reason.as_ref().map(|field| reason_text(field));
    let needle_length_mm = table
        .require("needle_length", "\"1.5 mm\"")
        .and_then(|field| needle_length(&field, around, reason.is_some()));
    let passes_field = table.require("passes", "10");
    let passes = passes_field
        .as_ref()
        .and_then(|field| field.whole(1, limits::PASSES.into()))
        .map(|passes| passes as u32);
    let area_cm2 = table.get("area").map(|field| {
        let (least, most) = limits::AREA_CM2;
        let cm2 = |area: Area| area.get::<square_centimeter>();
        field.quantity_within::<Area>(cm2, "cm2", least, most)
    });
    let glide_speed_mm_per_s = table.get("glide_speed").map(|field| {
        if let Some(device) =
            around.device.filter(|device| !matches!(device.motion, MotionRecord::Pen { .. }))
        {
            field.warning(
                format!("`glide_speed` changes nothing with {}", device.label),
                "it matters for pens, which strike on while they glide: leave it out",
            );
        }
        let (least, most) = limits::GLIDE_MM_PER_S;
        let mm_per_s = |speed: Velocity| speed.get::<millimeter_per_second>();
        field.quantity_within::<Velocity>(mm_per_s, "mm/s", least, most)
    });
    let support = table
        .get("support")
        .map(|field| field.choice(&[("body", SkinSupport::Body), ("board", SkinSupport::Board)]));
    if let (Some(field), Some(passes), Some(device)) = (&passes_field, passes, around.device) {
        let per_pass = strikes_per_cm2(device, glide_speed_mm_per_s.flatten());
        let sound = not_too_dense(field, passes, per_pass);
        sound.then_some(())?;
    }
    Some(Zone {
        site: around.site?.name.clone(),
        needle_length_mm: needle_length_mm?,
        override_reason: optional(override_reason)?,
        passes: passes?,
        area_cm2: optional(area_cm2)?,
        glide_speed_mm_per_s: optional(glide_speed_mm_per_s)?,
        support: optional(support)?.unwrap_or_default(),
    })
}

/// Whether a session leaves any skin between its holes.
fn not_too_dense(passes: &Field<'_>, number: u32, per_pass: f64) -> bool {
    let strikes = f64::from(number) * per_pass;
    let message = format!("a session would strike each cm2 {strikes:.0} times");
    if strikes > limits::STRIKES_PER_CM2 {
        passes.error(
            message,
            format!(
                "at most {} are simulated, and a few hundred are common: take fewer passes, or a \
                 faster glide",
                limits::STRIKES_PER_CM2
            ),
        );
        return false;
    }
    if strikes > limits::MANY_STRIKES_PER_CM2 {
        passes
            .warning(message, "at so many the holes run into each other; a few hundred are common");
    }
    true
}

fn reason_text(field: &Field<'_>) -> Option<String> {
    let text = field.text()?.trim();
    if text.is_empty() {
        field.error("the reason is empty", "say why this length is used beyond those evaluated");
        return None;
    }
    Some(text.to_owned())
}

fn needle_length(field: &Field<'_>, around: Surroundings<'_>, has_reason: bool) -> Option<f64> {
    let length_mm = in_mm(field.quantity()?);
    let written = field.text()?;
    let device = around.device;
    let (least, most) =
        device.map_or((0.0, limits::NEEDLE_MM), |device| (device.minimum_mm, device.maximum_mm));
    // The limits were converted by way of the metre, which may leave them a rounding error off.
    let rounding = 1e-9;
    if length_mm <= 0.0 || length_mm > limits::NEEDLE_MM {
        let help = match in_millimetres(field).filter(|mm| (least..=most).contains(mm)) {
            Some(mm) => format!("did you mean \"{mm} mm\"?"),
            None => lengths(device),
        };
        let message = if length_mm <= 0.0 {
            format!("\"{written}\" is no length of a needle")
        } else {
            let most = limits::NEEDLE_MM;
            format!("\"{written}\" is too long for skin: no needle is longer than {most} mm")
        };
        field.error(message, help);
        return None;
    }
    if length_mm < least - rounding || length_mm > most + rounding {
        let name = device.map_or("the device", |device| device.label.as_str());
        field.error(format!("{name} has no needle of \"{written}\""), lengths(device));
        return None;
    }
    if let Some(evaluated) = device.and_then(|device| device.evaluated_to_mm)
        && length_mm > evaluated + rounding
    {
        let message = format!(
            "\"{written}\" is longer than evaluated for this device, {} mm",
            short(evaluated)
        );
        if !has_reason {
            field.error(
                message,
                format!(
                    "write \"{} mm\" or less, or add `override_reason = \"why\"`",
                    short(evaluated)
                ),
            );
            return None;
        }
        field.warning(message, "the reason given is carried into the report");
    }
    warn_of_thin_skin(field, length_mm, around);
    Some(length_mm)
}

/// What a length would be if its number were meant in millimetres.
fn in_millimetres(field: &Field<'_>) -> Option<f64> {
    field.text()?.trim().trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

fn lengths(device: Option<&DeviceRecord>) -> String {
    match device {
        Some(device) if device.minimum_mm < device.maximum_mm => format!(
            "lengths of {}: {} mm to {} mm",
            device.label,
            short(device.minimum_mm),
            short(device.maximum_mm)
        ),
        Some(device) => {
            format!("the length of {}: {} mm", device.label, short(device.maximum_mm))
        }
        None => format!("lengths: up to {} mm", limits::NEEDLE_MM),
    }
}

/// Warn where a needle that gets in whole would go through nearly everybody's skin there: one in
/// twenty people has a thicker one.
fn warn_of_thin_skin(field: &Field<'_>, length_mm: f64, around: Surroundings<'_>) {
    const NINETEEN_IN_TWENTY: f64 = 0.95;
    let (Some(site), Some(sex)) = (around.site, around.sex) else {
        return;
    };
    let dermis = match sex {
        Sex::Female => &site.dermis_female_um,
        Sex::Male => &site.dermis_male_um,
    };
    let skin_um = site.stratum_corneum_um.value
        + site.viable_epidermis_um.value
        + dermis.quantile(NINETEEN_IN_TWENTY);
    let skin_mm = skin_um / 1000.0;
    if length_mm > skin_mm {
        field.warning(
            format!(
                "the needle may reach {length_mm:.1} mm; the skin of \"{}\" is at most about \
                 {skin_mm:.1} mm thick in a {sex} patient",
                site.name
            ),
            "needles are meant to end within the skin: take a shorter one",
        );
    }
}
