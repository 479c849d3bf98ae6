//! A session as the plan has it: its record before anything is done, and what the sheet says beside each tick.

use jiff::civil::Date;
use needlepoint_care::{
    Care,
    plan::{Because, NumbingPlan},
    session::{Field, SessionSheet},
};
use needlepoint_records::{
    Id,
    clinical::{Check, NumbingRecord, Plan, ProductRecord, Session, ZoneRecord},
    document::Document,
};
use sha2::{Digest as _, Sha256};

/// In which part of the sheet something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What to lay out.
    Prepare,
    /// What to ask and look at before beginning.
    First,
    /// Steps in order.
    Step,
}

/// What is written down at a step, besides the tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Nothing.
    Nothing,
    /// The cream goes on.
    CreamOn,
    /// The cream lies, then comes off.
    CreamOff,
    /// The zone of this number is needled.
    Zone(usize),
}

/// A tick with what the sheet says about it.
#[derive(Debug, Clone)]
pub(crate) struct Point<'s> {
    /// Its place in the record.
    pub(crate) number: usize,
    /// The tick.
    pub(crate) check: &'s Check,
    /// Where it stands.
    pub(crate) part: Part,
    /// What it rests on, if the sheet says.
    pub(crate) because: Option<&'s Because>,
    /// Minutes it takes, if the sheet says.
    pub(crate) minutes: Option<f64>,
    /// What is written down there.
    pub(crate) at: At,
}

/// Everything on a sheet that is ticked, in order.
fn of_sheet(sheet: &SessionSheet, numbing: bool) -> Vec<(Part, &Because, Option<f64>, At)> {
    let prepare = sheet.prepare.iter().map(|what| (Part::Prepare, what, None, At::Nothing));
    let first = sheet.check_first.iter().map(|what| (Part::First, what, None, At::Nothing));
    let steps = sheet.steps.iter().enumerate();
    let steps = steps.map(|(place, step)| {
        (Part::Step, &step.what, Some(step.minutes), at(place, numbing, sheet.zones.len()))
    });
    prepare.chain(first).chain(steps).collect()
}

/// What is written down at the step of this place: photographs come first, then the cream if there is one, cleansing, the
/// zones in treating order; cooling and telling end it.
fn at(place: usize, numbing: bool, zones: usize) -> At {
    let cream = if numbing { 2 } else { 0 };
    match place {
        1 if numbing => At::CreamOn,
        2 if numbing => At::CreamOff,
        place => {
            let zone = place.checked_sub(2 + cream);
            zone.filter(|zone| *zone < zones).map_or(At::Nothing, At::Zone)
        }
    }
}

/// The ticks of a record with what the sheet says of each; those that the sheet does not know are steps.
pub(crate) fn points<'s>(session: &'s Session, told: Option<&'s Told<'_>>) -> Vec<Point<'s>> {
    let mut known =
        told.map(|told| of_sheet(told.sheet, told.numbing.is_some())).unwrap_or_default();
    let points = session.checks.iter().enumerate().map(|(number, check)| {
        let place = known.iter().position(|(_, what, ..)| what.text == check.what);
        match place.map(|place| known.remove(place)) {
            Some((part, because, minutes, at)) => {
                Point { number, check, part, because: Some(because), minutes, at }
            }
            None => Point {
                number,
                check,
                part: Part::Step,
                because: None,
                minutes: None,
                at: At::Nothing,
            },
        }
    });
    points.collect()
}

/// What a plan says about one of its sessions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<'c> {
    /// The sheet.
    pub(crate) sheet: &'c SessionSheet,
    /// Numbing, if any.
    pub(crate) numbing: Option<&'c NumbingPlan>,
}

impl<'c> Told<'c> {
    /// What is said about the session of this number; none if the plan has none.
    pub(crate) fn of(care: &'c Care, number: u32) -> Option<Self> {
        let sheet = care.sessions.iter().find(|sheet| sheet.number == number)?;
        Some(Self { sheet, numbing: care.plan.as_ref().and_then(|plan| plan.numbing.as_ref()) })
    }

    /// Fields of the sheet that the record has no field of its own for.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'c Field> {
        const OWN: [&str; 9] = [
            "Date and time",
            "Cartridge or roller, lot",
            "Numbing: product",
            "Numbing: on",
            "Longest setting",
            "Passes, ",
            "Endpoint reached",
            "Products used",
            "Adverse events",
        ];
        let own = |label: &str| OWN.iter().any(|own| label.starts_with(own));
        self.sheet.record.iter().filter(move |field| !own(&field.label))
    }
}

/// The record of a session that nothing is done of yet.
pub(crate) fn record(
    plan: &Document<Plan>,
    number: u32,
    day: Date,
    told: Option<&Told<'_>>,
) -> Session {
    let settings = &plan.content.settings;
    let open = |what: &str| Check { what: what.to_owned(), done_at: None, by: None };
    let zone = |site: &str, planned_mm, planned_passes| ZoneRecord {
        site: site.to_owned(),
        device: settings.device.clone(),
        lot: None,
        planned_mm,
        needle_mm: None,
        planned_passes,
        passes: None,
        endpoint: None,
    };
    let zones = if let Some(told) = told {
        let zones = told.sheet.zones.iter();
        zones.map(|planned| zone(&planned.site, planned.needle_mm, planned.passes)).collect()
    } else {
        let zones = settings.zones.iter();
        zones.map(|planned| zone(&planned.site, planned.needle_mm, planned.passes)).collect()
    };
    let checks = told.map(|told| of_sheet(told.sheet, told.numbing.is_some())).unwrap_or_default();
    let serum = settings.serum.iter();
    Session {
        patient: plan.content.patient,
        plan: plan.id,
        number,
        held_on: day,
        started_at: None,
        finished_at: None,
        checks: checks.into_iter().map(|(_, what, ..)| open(&what.text)).collect(),
        numbing: told.and_then(|told| told.numbing).map(|planned| NumbingRecord {
            product: planned.product.clone(),
            lot: None,
            grams: None,
            applied_at: None,
            removed_at: None,
            planned_minutes: Some(planned.minutes),
        }),
        zones,
        products: serum
            .map(|serum| ProductRecord { product: serum.clone(), lot: None, expires: None })
            .collect(),
        adverse_events: Vec::new(),
        note: None,
    }
}

/// The identifier of a session: the same for everybody who begins it, so that two people can't begin it twice.
pub(crate) fn session_id(plan: Id, number: u32) -> Id {
    let digest = Sha256::digest(format!("session {number} of plan {plan}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // Sixteen bytes are an identifier, whatever they are: version 8 says that they have a meaning of their own.
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string().parse().unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use std::sync::OnceLock;

    use needlepoint_care::care;
    use needlepoint_case::read_consultation;
    use needlepoint_knowledge::Knowledge;
    use needlepoint_records::clinical::{PlanStatus, Settings};

    use super::*;

    const FILE: &str =
        include_str!("../../../../../examples/patients/healthy-type-ii-acne-scars.toml");

    /// Care for an example patient, worked out once.
    pub(crate) fn example() -> &'static Care {
        static CARE: OnceLock<Care> = OnceLock::new();
        CARE.get_or_init(|| {
            let knowledge = Knowledge::embedded().unwrap();
            let (consultation, _) = read_consultation("example", FILE, &knowledge);
            let day = "2026-11-30".parse().unwrap();
            care(&consultation.unwrap(), &knowledge, day).unwrap()
        })
    }

    /// A plan as it is kept.
    pub(crate) fn plan() -> Document<Plan> {
        let care = example().plan.as_ref().unwrap();
        let content = Plan {
            patient: Id::new(),
            consultation: Id::new(),
            made_on: "2026-11-30".parse().unwrap(),
            settings: Settings {
                device: "skinpen".to_owned(),
                zones: Vec::new(),
                sessions: care.dates.len() as u32,
                interval_days: 28,
                serum: None,
                aftercare_kept: true,
            },
            proposed: true,
            dates: care.dates.clone(),
            revision: 0,
            status: PlanStatus::Active,
            note: None,
        };
        Document {
            id: Id::new(),
            version: 1,
            written_at: jiff::Timestamp::UNIX_EPOCH,
            written_by: "doctor".to_owned(),
            content,
        }
    }

    /// The record of its first session.
    pub(crate) fn session() -> Session {
        let plan = plan();
        let told = Told::of(example(), 1).unwrap();
        record(&plan, 1, plan.content.dates[0], Some(&told))
    }

    #[test]
    fn what_is_written_down_stands_at_its_step() {
        let session = session();
        let told = Told::of(example(), 1).unwrap();
        assert!(told.numbing.is_some());
        let points = points(&session, Some(&told));
        let text = |at: At| points.iter().find(|point| point.at == at).unwrap().check.what.as_str();
        assert!(text(At::CreamOn).starts_with("Put on "));
        assert!(text(At::CreamOff).contains("take all of the cream off"));
        for (number, zone) in told.sheet.zones.iter().enumerate() {
            assert!(text(At::Zone(number)).starts_with(&zone.label));
        }
        assert_eq!(
            points.len(),
            told.sheet.prepare.len() + told.sheet.check_first.len() + told.sheet.steps.len()
        );
    }

    #[test]
    fn without_numbing_zones_move_up() {
        assert_eq!(
            [at(1, false, 2), at(2, false, 2), at(3, false, 2)],
            [At::Nothing, At::Zone(0), At::Zone(1)]
        );
        assert_eq!(at(4, false, 2), At::Nothing);
    }

    #[test]
    fn a_record_stands_without_its_sheet() {
        let session = session();
        let points = points(&session, None);
        assert_eq!(points.len(), session.checks.len());
        assert!(points.iter().all(|point| point.part == Part::Step && point.because.is_none()));
    }

    #[test]
    fn fields_of_the_sheet_are_asked_once() {
        let labels: Vec<&str> =
            Told::of(example(), 1).unwrap().lines().map(|field| field.label.as_str()).collect();
        assert!(labels.contains(&"Pain") && labels.contains(&"Consent signed"), "{labels:?}");
        assert!(
            labels.iter().all(|label| !label.contains("lot") && !label.starts_with("Passes")),
            "{labels:?}"
        );
    }

    #[test]
    fn whoever_begins_a_session_begins_the_same() {
        let (plan, other) = (Id::new(), Id::new());
        assert_eq!(session_id(plan, 1), session_id(plan, 1));
        assert_ne!(session_id(plan, 1), session_id(plan, 2));
        assert_ne!(session_id(plan, 1), session_id(other, 1));
    }
}
