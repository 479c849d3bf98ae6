//! What a practitioner chooses within the limits of a plan: other lengths, sessions, days, another serum.

use jiff::civil::Date;
use needlepoint_case::{Case, Consultation};
use needlepoint_knowledge::{
    Knowledge,
    product::{OpenChannelUse, ProductKind},
};
use serde::Serialize;

use crate::{
    Care, CareError,
    book::{Book, SAME_MM, kind_name},
    depth::{millimetres, settings},
    plan::{Advice, Plan, Proposal, fitting_devices},
    screening::{Change, Screening},
    write::{Alternatives, proposed, screened, simulated, written},
};

/// Choices for a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Name of the device.
    pub device: String,
    /// Each zone that is chosen for; others stay as proposed.
    pub zones: Vec<ChosenZone>,
    /// Sessions.
    pub sessions: u32,
    /// Days between them.
    pub interval_days: u32,
    /// Name of a product on the skin during the session; none for none.
    pub serum: Option<String>,
    /// Whether aftercare is kept.
    pub aftercare_kept: bool,
    /// Days of the sessions where they were moved; empty for the interval from the first possible day on.
    pub dates: Vec<Date>,
}

/// Choices for a zone.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenZone {
    /// Name of the site.
    pub site: String,
    /// Needle length, mm.
    pub needle_mm: f64,
    /// Passes.
    pub passes: u32,
}

/// Within what can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Room {
    /// Name of the device that the plan uses.
    pub device: String,
    /// Devices that fit, the best first: name and label.
    pub devices: Vec<(String, String)>,
    /// Each zone, in the order of the plan.
    pub zones: Vec<ZoneRoom>,
    /// Fewest and most passes.
    pub passes: (u32, u32),
    /// Fewest and most sessions.
    pub sessions: (u32, u32),
    /// Shortest and longest time between sessions, days.
    pub interval_days: (u32, u32),
    /// Products that may go onto open channels: name and label.
    pub serums: Vec<(String, String)>,
    /// What leads the plan, in words: "acne scars, cheeks".
    pub lead: String,
}

/// Needle lengths of a zone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ZoneRoom {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Lengths that can be set within labels, skin and screening, mm, ascending; never empty.
    pub lengths_mm: Vec<f64>,
}

/// A plan without anything simulated, and the room around it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Is it safe?
    pub screening: Screening,
    /// The plan and within what it can be changed; none where needling is not proposed.
    pub plan: Option<(Plan, Room)>,
    /// Why there is no plan, or what is advised beside it.
    pub instead: Vec<Advice>,
}

/// A choice beyond what is advised.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Beyond {
    /// No plan is proposed, so that nothing can be chosen.
    #[error("no plan is proposed here: see the reasons")]
    NoPlan,
    /// A device that does not fit.
    #[error("\"{0}\" does not fit here: choose one of the devices offered")]
    Device(String),
    /// A length that is not offered.
    #[error("{site}: {asked} is not offered; the longest advised here is {most}")]
    Length {
        /// The site in words.
        site: String,
        /// What was asked for.
        asked: String,
        /// The longest.
        most: String,
    },
    /// A count or an interval out of its range.
    #[error("{what}: {asked} lies outside {least} to {most}")]
    Range {
        /// What it is.
        what: &'static str,
        /// What was asked for.
        asked: u32,
        /// Least.
        least: u32,
        /// Most.
        most: u32,
    },
    /// A product that may not go onto open channels.
    #[error("\"{0}\" is not one of the products that may go onto open channels")]
    Serum(String),
    /// Days that don't ascend, lie too close, or are not one for each session.
    #[error("the days of the sessions: {0}")]
    Dates(String),
}

/// Screen a consultation, propose a plan and tell within what it can be changed, without simulating.
pub fn offer(consultation: &Consultation, knowledge: &Knowledge, today: Date) -> Offer {
    let assessed = consultation.assessed.unwrap_or(today);
    let (one_device, screening) = screened(consultation, knowledge, assessed);
    let book = Book { consultation: &one_device, knowledge };
    let (proposal, instead) = proposed(book, &screening, assessed, None);
    let all = Book { consultation, knowledge };
    let plan = proposal.map(|proposal| {
        let room = room(all, &screening, &proposal);
        (proposal.plan, room)
    });
    Offer { screening, plan, instead }
}

/// The plan as chosen, without anything simulated, and the case that treats by it.
///
/// # Errors
/// When a choice lies beyond what is advised, or does not fit what the file asks of the simulation.
pub fn chosen_case(
    consultation: &Consultation,
    knowledge: &Knowledge,
    today: Date,
    chosen: &Chosen,
) -> Result<(Plan, Case), CareError> {
    let assessed = consultation.assessed.unwrap_or(today);
    let (consultation, screening) = with_choice(consultation, knowledge, today, chosen)?;
    let book = Book { consultation: &consultation, knowledge };
    let (proposal, _) = proposed(book, &screening, assessed, Some(chosen));
    let plan = proposal.ok_or(Beyond::NoPlan)?.plan;
    let case = simulated(&consultation, &plan)?;
    Ok((plan, case))
}

/// Everything there is to say about a plan as chosen; alternatives are left out.
///
/// # Errors
/// As [`chosen_case`].
pub fn chosen_care(
    consultation: &Consultation,
    knowledge: &Knowledge,
    today: Date,
    chosen: &Chosen,
) -> Result<Care, CareError> {
    let (consultation, screening) = with_choice(consultation, knowledge, today, chosen)?;
    written(&consultation, knowledge, screening, today, Alternatives::LeftOut, Some(chosen))
}

/// The consultation with the device and the serum chosen, screened for them.
fn with_choice(
    consultation: &Consultation,
    knowledge: &Knowledge,
    today: Date,
    chosen: &Chosen,
) -> Result<(Consultation, Screening), Beyond> {
    let offered = offer(consultation, knowledge, today);
    let (_, room) = offered.plan.ok_or(Beyond::NoPlan)?;
    let mut consultation = consultation.clone();
    consultation.wishes.devices = vec![chosen.device.clone()];
    consultation.wishes.products = chosen.serum.iter().cloned().collect();
    if !room.devices.iter().any(|(name, _)| *name == chosen.device) {
        return Err(Beyond::Device(chosen.device.clone()));
    }
    if let Some(serum) = &chosen.serum
        && !room.serums.iter().any(|(name, _)| name == serum)
    {
        return Err(Beyond::Serum(serum.clone()));
    }
    let room = if chosen.device == room.device {
        room
    } else {
        // Another device has other lengths and perhaps other rules.
        offer(&consultation, knowledge, today).plan.ok_or(Beyond::NoPlan)?.1
    };
    within(&room, chosen)?;
    let assessed = consultation.assessed.unwrap_or(today);
    Ok(screened(&consultation, knowledge, assessed))
}

/// Whether a choice lies within the room.
fn within(room: &Room, chosen: &Chosen) -> Result<(), Beyond> {
    let range = |what, asked: u32, (least, most): (u32, u32)| {
        let fits = (least..=most).contains(&asked);
        fits.then_some(()).ok_or(Beyond::Range { what, asked, least, most })
    };
    range("sessions", chosen.sessions, room.sessions)?;
    if chosen.sessions > 1 {
        range("days between sessions", chosen.interval_days, room.interval_days)?;
    }
    for zone in &chosen.zones {
        range("passes", zone.passes, room.passes)?;
        let Some(place) = room.zones.iter().find(|place| place.site == zone.site) else {
            continue;
        };
        let offered = &place.lengths_mm;
        if !offered.iter().any(|mm| (mm - zone.needle_mm).abs() < SAME_MM) {
            return Err(Beyond::Length {
                site: place.label.clone(),
                asked: millimetres(zone.needle_mm),
                most: millimetres(offered.last().copied().unwrap_or_default()),
            });
        }
    }
    dates_within(room, chosen)
}

fn dates_within(room: &Room, chosen: &Chosen) -> Result<(), Beyond> {
    if chosen.dates.is_empty() {
        return Ok(());
    }
    if chosen.dates.len() != chosen.sessions as usize {
        return Err(Beyond::Dates(format!(
            "{} are given for {} sessions",
            chosen.dates.len(),
            chosen.sessions
        )));
    }
    for pair in chosen.dates.windows(2) {
        let days = (pair[1] - pair[0]).get_days();
        if days <= 0 {
            return Err(Beyond::Dates(format!("{} does not come after {}", pair[1], pair[0])));
        }
        if i64::from(days) < i64::from(room.interval_days.0) {
            return Err(Beyond::Dates(format!(
                "{} comes {days} days after {}; sources ask for {} at least",
                pair[1], pair[0], room.interval_days.0
            )));
        }
    }
    Ok(())
}

fn room(book: Book<'_>, screening: &Screening, proposal: &Proposal<'_>) -> Room {
    let plan = &proposal.plan;
    let all = settings(proposal.device);
    let zones = plan
        .zones
        .iter()
        .zip(&proposal.most_mm)
        .map(|(zone, most)| {
            let fits = |mm: &f64| *mm <= most.max(zone.needle_mm) + SAME_MM;
            let mut lengths_mm: Vec<f64> = all.iter().copied().filter(fits).collect();
            if !lengths_mm.iter().any(|mm| (mm - zone.needle_mm).abs() < SAME_MM) {
                lengths_mm.push(zone.needle_mm);
                lengths_mm.sort_by(f64::total_cmp);
            }
            ZoneRoom { site: zone.site.clone(), label: zone.label.clone(), lengths_mm }
        })
        .collect();
    let schedule = &proposal.schedule;
    let (shortest, longest) = schedule.intervals_used;
    Room {
        device: proposal.device.name.clone(),
        devices: fitting_devices(book, proposal.lead)
            .into_iter()
            .map(|device| (device.name.clone(), device.label.clone()))
            .collect(),
        zones,
        passes: proposal.passes,
        sessions: schedule.sessions_used,
        interval_days: (shortest.ceil() as u32, longest.floor() as u32),
        serums: serums(book, screening),
        lead: lead(book, proposal),
    }
}

fn lead(book: Book<'_>, proposal: &Proposal<'_>) -> String {
    let concern = proposal.lead;
    let site = book.knowledge.site(&concern.site);
    let site = site.map_or(concern.site.as_str(), |site| site.label.as_str());
    format!("{}, {}", concern.kind.label().to_lowercase(), site.to_lowercase())
}

/// Products that may go onto open channels without a prescriber, and that screening leaves in.
fn serums(book: Book<'_>, screening: &Screening) -> Vec<(String, String)> {
    let omitted = |name: &str, kind: ProductKind| {
        screening.changes.iter().any(|change| {
            matches!(change, Change::OmitProduct { product, .. }
                if product == name || *product == kind_name(kind))
        })
    };
    let products = book.knowledge.products.iter().filter(|product| {
        product.on_open_channels.answer == OpenChannelUse::Yes
            && !product.prescription
            && product.kind != ProductKind::Numbing
            && !omitted(&product.name, product.kind)
    });
    products.map(|product| (product.name.clone(), product.label.clone())).collect()
}
