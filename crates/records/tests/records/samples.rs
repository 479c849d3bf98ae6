//! Documents of every kind, with every field filled.

use std::fmt::Write as _;

use jiff::{Timestamp, civil::date};
use needlepoint_records::{
    Id,
    clinical::{
        AdverseEvent, Check, Consultation, NumbingRecord, Patient, Photograph, Plan, PlanStatus,
        ProductRecord, RecordedSex, Score, Session, Settings, Severity, Visit, ZoneRecord,
        ZoneSettings,
    },
};
use sha2::{Digest as _, Sha256};

/// Text that has broken programs before.
pub(crate) const ODD: &str = "Robert'); DROP TABLE documents;-- \"$1\" ? %s \\ \u{0} \u{1} \r\n\t \
     ünï👩🏽‍⚕️ \u{202e}desrever\u{202c} \u{feff} e\u{301} \u{10ffff} NULL ${jndi}";

fn odd(name: &str) -> String {
    format!("{name} {ODD}")
}

fn instant() -> Timestamp {
    Timestamp::from_microsecond(1_790_000_000_123_456).expect("an instant")
}

pub(crate) fn named(family_name: &str, given_name: &str) -> Patient {
    Patient {
        family_name: family_name.to_owned(),
        given_name: given_name.to_owned(),
        birth_date: None,
        sex: None,
        phone: None,
        email: None,
        note: None,
        fictitious: true,
        confidential_to: Vec::new(),
    }
}

pub(crate) fn patient() -> Patient {
    Patient {
        family_name: format!("Tables {ODD}"),
        given_name: format!("Robert {ODD}"),
        birth_date: Some(date(1984, 2, 29)),
        sex: Some(RecordedSex::Other),
        phone: Some(odd("phone")),
        email: Some(odd("email")),
        note: Some(odd("note")),
        fictitious: true,
        confidential_to: vec!["anna".to_owned(), ODD.to_owned()],
    }
}

pub(crate) fn consultation(patient: Id) -> Consultation {
    Consultation {
        patient,
        held_on: date(2026, 3, 1),
        file: format!("[patient]\nage = \"34 years\" # {ODD}"),
        verdict: Some(odd("go")),
        note: Some(odd("note")),
    }
}

pub(crate) fn plan(patient: Id, consultation: Id) -> Plan {
    Plan {
        patient,
        consultation,
        made_on: date(2026, 3, 2),
        settings: Settings {
            device: ODD.to_owned(),
            zones: vec![ZoneSettings { site: ODD.to_owned(), needle_mm: 0.1 + 0.2, passes: 4 }],
            sessions: 3,
            interval_days: 28,
            serum: Some(odd("serum")),
            aftercare_kept: false,
        },
        proposed: true,
        dates: vec![date(2026, 3, 3), date(2026, 3, 31)],
        revision: 7,
        status: PlanStatus::Active,
        note: Some(odd("note")),
    }
}

pub(crate) fn session(patient: Id, plan: Id) -> Session {
    Session {
        patient,
        plan,
        number: 2,
        held_on: date(2026, 3, 31),
        started_at: Some(instant()),
        finished_at: None,
        checks: vec![Check { what: ODD.to_owned(), done_at: Some(instant()), by: Some(odd("by")) }],
        numbing: Some(NumbingRecord {
            product: ODD.to_owned(),
            lot: Some(odd("lot")),
            grams: Some(4.5),
            applied_at: Some(instant()),
            removed_at: None,
            planned_minutes: Some(f64::MIN_POSITIVE),
        }),
        zones: vec![ZoneRecord {
            site: ODD.to_owned(),
            device: ODD.to_owned(),
            lot: Some(odd("lot")),
            planned_mm: 1.5,
            needle_mm: Some(-0.0),
            planned_passes: 4,
            passes: Some(u32::MAX),
            endpoint: Some(odd("endpoint")),
        }],
        products: vec![ProductRecord {
            product: ODD.to_owned(),
            lot: Some(odd("lot")),
            expires: Some(date(9999, 12, 31)),
        }],
        adverse_events: vec![adverse_event()],
        note: Some(odd("note")),
    }
}

fn adverse_event() -> AdverseEvent {
    AdverseEvent {
        at: instant(),
        what: ODD.to_owned(),
        severity: Severity::Severe,
        action: Some(odd("action")),
    }
}

pub(crate) fn visit(patient: Id, plan: Id, photograph: Id) -> Visit {
    Visit {
        patient,
        plan: Some(plan),
        seen_on: date(2026, 6, 1),
        scores: vec![Score {
            site: ODD.to_owned(),
            scale: ODD.to_owned(),
            value: f64::MAX,
            rater: Some(odd("rater")),
        }],
        photographs: vec![photograph],
        adverse_events: vec![adverse_event()],
        note: Some(odd("note")),
    }
}

/// A photograph of a picture.
pub(crate) fn photograph(patient: Id, picture: &[u8]) -> Photograph {
    let sha256 = Sha256::digest(picture).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("written");
        text
    });
    Photograph {
        patient,
        taken_on: date(2026, 6, 1),
        site: Some(odd("site")),
        media_type: "image/jpeg".to_owned(),
        width: 1,
        height: u32::MAX,
        sha256,
        caption: Some(odd("caption")),
    }
}

/// Bytes that stand for a picture; larger than a page of the database.
pub(crate) fn picture() -> Vec<u8> {
    (0..40_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}
