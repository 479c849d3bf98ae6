//! A small practice in which everything is made up, and snapshots drawn at random.

#![allow(dead_code, reason = "each test uses what it needs")]

use jiff::{Timestamp, civil::Date};
use needlepoint_records::{
    Id,
    clinical::{
        AdverseEvent, Check, Consultation, NumbingRecord, Patient, Photograph, Plan, PlanStatus,
        ProductRecord, RecordedSex, Score, Session, Settings, Severity, Visit, ZoneRecord,
        ZoneSettings,
    },
    document::{Document, Picture, Snapshot},
};
use proptest::{collection::vec, option, prelude::*};

/// An identifier by number.
pub(crate) fn id(number: u32) -> Id {
    format!("0193a000-0000-7000-8000-{number:012x}").parse().expect("an identifier")
}

/// A day.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// An instant.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// A document written on the first of December 2026.
pub(crate) fn document<T>(number: u32, content: T) -> Document<T> {
    Document {
        id: id(number),
        version: 2,
        written_at: at("2026-12-01T09:30:00.123456Z"),
        written_by: "dr-example".to_owned(),
        content,
    }
}

/// Two people, one with everything a record can hold.
pub(crate) fn practice() -> Snapshot {
    let patient = id(1);
    Snapshot {
        patients: vec![document(1, ada()), document(2, nameless())],
        consultations: vec![document(3, consultation(patient))],
        plans: vec![document(4, plan(patient))],
        sessions: vec![document(5, session(patient))],
        visits: vec![document(6, visit(patient))],
        photographs: vec![document(7, photograph(patient))],
        pictures: vec![Picture {
            photograph: id(7),
            bytes: vec![0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9],
        }],
    }
}

fn ada() -> Patient {
    Patient {
        family_name: "Example <b>von</b> & \"zu\"".to_owned(),
        given_name: "Ada Maria".to_owned(),
        birth_date: Some(day("1986-05-17")),
        sex: Some(RecordedSex::Female),
        phone: Some("+49 30 000000".to_owned()),
        email: Some("ada@practice.example".to_owned()),
        note: Some("Comes by bicycle".to_owned()),
        fictitious: true,
        confidential_to: vec!["dr-example".to_owned()],
    }
}

fn nameless() -> Patient {
    Patient {
        family_name: String::new(),
        given_name: " ".to_owned(),
        birth_date: None,
        sex: None,
        phone: None,
        email: None,
        note: None,
        fictitious: false,
        confidential_to: Vec::new(),
    }
}

fn consultation(patient: Id) -> Consultation {
    let file = r#"title = "Made up"
assessed = 2026-12-01

[patient]
age = "40 years"
sex = "female"
phototype = "III"
history = [
    "keloid",
    { condition = "psoriasis", status = "past", ended = 2015-06-30, site = "elbow" },
    { condition = "diabetes", status = "controlled", since = 2019-01-01 },
    { condition = "dermal-filler", status = "planned", on = 2027-03-01 },
]

[[concern]]
kind = "acne-scars"
site = "cheek"
"#;
    Consultation {
        patient,
        held_on: day("2026-12-01"),
        file: file.to_owned(),
        verdict: Some("go-with-changes".to_owned()),
        note: Some("Wants to be done by June".to_owned()),
    }
}

fn plan(patient: Id) -> Plan {
    Plan {
        patient,
        consultation: id(3),
        made_on: day("2026-12-01"),
        settings: Settings {
            device: "dermaroller-192".to_owned(),
            zones: vec![ZoneSettings { site: "cheek".to_owned(), needle_mm: 1.5, passes: 15 }],
            sessions: 2,
            interval_days: 30,
            serum: Some("vitamin-c-serum".to_owned()),
            aftercare_kept: true,
        },
        proposed: true,
        dates: vec![day("2026-12-10"), day("2027-01-09")],
        revision: 1,
        status: PlanStatus::Active,
        note: Some("Not before a holiday".to_owned()),
    }
}

fn session(patient: Id) -> Session {
    Session {
        patient,
        plan: id(4),
        number: 1,
        held_on: day("2026-12-10"),
        started_at: Some(at("2026-12-10T09:00:00Z")),
        finished_at: Some(at("2026-12-10T09:42:00Z")),
        checks: vec![Check {
            what: "Consent signed".to_owned(),
            done_at: Some(at("2026-12-10T08:15:00Z")),
            by: Some("nurse".to_owned()),
        }],
        numbing: Some(NumbingRecord {
            product: "lidocaine-prilocaine-cream".to_owned(),
            lot: Some("N-77".to_owned()),
            grams: Some(2.5),
            applied_at: Some(at("2026-12-10T08:00:00Z")),
            removed_at: Some(at("2026-12-10T08:55:00Z")),
            planned_minutes: Some(60.0),
        }),
        zones: vec![ZoneRecord {
            site: "cheek".to_owned(),
            device: "dermaroller-192".to_owned(),
            lot: Some("R-1001".to_owned()),
            planned_mm: 1.5,
            needle_mm: Some(1.5),
            planned_passes: 15,
            passes: Some(12),
            endpoint: Some("pinpoint-bleeding".to_owned()),
        }],
        products: vec![ProductRecord {
            product: "vitamin-c-serum".to_owned(),
            lot: Some("C-9".to_owned()),
            expires: Some(day("2027-06-30")),
        }],
        adverse_events: vec![AdverseEvent {
            at: at("2026-12-10T09:30:00Z"),
            what: "Faintness".to_owned(),
            severity: Severity::Moderate,
            action: Some("Laid flat for ten minutes".to_owned()),
        }],
        note: Some("Well borne otherwise".to_owned()),
    }
}

fn visit(patient: Id) -> Visit {
    Visit {
        patient,
        plan: Some(id(4)),
        seen_on: day("2027-01-09"),
        scores: vec![
            Score {
                site: "cheek".to_owned(),
                scale: "goodman-baron-qualitative".to_owned(),
                value: 2.0,
                rater: Some("Dr Example".to_owned()),
            },
            Score {
                site: "cheek".to_owned(),
                scale: "erythema".to_owned(),
                value: 0.125,
                rater: None,
            },
        ],
        photographs: vec![id(7)],
        adverse_events: vec![AdverseEvent {
            at: at("2027-01-09T10:00:00Z"),
            what: "Darkening of the left cheek".to_owned(),
            severity: Severity::Mild,
            action: None,
        }],
        note: Some("Satisfied".to_owned()),
    }
}

fn photograph(patient: Id) -> Photograph {
    Photograph {
        patient,
        taken_on: day("2027-01-09"),
        site: Some("cheek".to_owned()),
        media_type: "image/jpeg".to_owned(),
        width: 1200,
        height: 900,
        sha256: "00".repeat(32),
        caption: Some("Left, at rest".to_owned()),
    }
}

/// Any text: letters, blanks of all kinds, control characters, what TOML, HTML and JSON take for more than a letter.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ \t\r\n\u{a0}\u{2028}\u{feff}]{0,3}",
        "[a-z<>&\"'\\\\-]{0,12}",
        Just("cheek".to_owned()),
        Just("acne-scars".to_owned()),
    ]
}

fn date() -> impl Strategy<Value = Date> {
    prop_oneof![
        4 => (1900i16..2100, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d)),
        1 => (-9999i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| jiff::civil::date(y, m, d)),
    ]
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let whole = Timestamp::MIN.as_second()..Timestamp::MAX.as_second();
    (prop_oneof![4 => 0i64..4_000_000_000, 1 => whole], 0i32..1_000_000_000)
        .prop_filter_map("in range", |(second, nanosecond)| Timestamp::new(second, nanosecond).ok())
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("finite", |number| number.is_finite()),
        (-1000i32..1000).prop_map(f64::from),
        Just(0.1),
    ]
}

fn some_id() -> impl Strategy<Value = Id> {
    (0u32..12).prop_map(id)
}

fn patient() -> impl Strategy<Value = Patient> {
    let sex = prop_oneof![
        Just(None),
        Just(Some(RecordedSex::Female)),
        Just(Some(RecordedSex::Male)),
        Just(Some(RecordedSex::Other)),
    ];
    let contact = (option::of(text()), option::of(text()), option::of(text()));
    (text(), text(), option::of(date()), sex, contact, any::<bool>(), vec(text(), 0..2)).prop_map(
        |(family_name, given_name, birth_date, sex, (phone, email, note), fictitious, kept)| {
            Patient {
                family_name,
                given_name,
                birth_date,
                sex,
                phone,
                email,
                note,
                fictitious,
                confidential_to: kept,
            }
        },
    )
}

fn any_consultation() -> impl Strategy<Value = Consultation> {
    let file = prop_oneof![text(), Just(consultation(id(0)).file)];
    (some_id(), date(), file, option::of(text()), option::of(text())).prop_map(
        |(patient, held_on, file, verdict, note)| Consultation {
            patient,
            held_on,
            file,
            verdict,
            note,
        },
    )
}

fn any_plan() -> impl Strategy<Value = Plan> {
    let zone = (text(), number(), any::<u32>())
        .prop_map(|(site, needle_mm, passes)| ZoneSettings { site, needle_mm, passes });
    let settings =
        (text(), vec(zone, 0..3), any::<u32>(), any::<u32>(), option::of(text()), any::<bool>())
            .prop_map(|(device, zones, sessions, interval_days, serum, aftercare_kept)| Settings {
                device,
                zones,
                sessions,
                interval_days,
                serum,
                aftercare_kept,
            });
    let status = prop_oneof![
        Just(PlanStatus::Draft),
        Just(PlanStatus::Active),
        Just(PlanStatus::Completed),
        Just(PlanStatus::Stopped),
    ];
    let ids = (some_id(), some_id());
    (
        ids,
        date(),
        settings,
        any::<bool>(),
        vec(date(), 0..3),
        any::<u32>(),
        status,
        option::of(text()),
    )
        .prop_map(
            |(
                (patient, consultation),
                made_on,
                settings,
                proposed,
                dates,
                revision,
                status,
                note,
            )| {
                Plan {
                    patient,
                    consultation,
                    made_on,
                    settings,
                    proposed,
                    dates,
                    revision,
                    status,
                    note,
                }
            },
        )
}

fn adverse_event() -> impl Strategy<Value = AdverseEvent> {
    let severity =
        prop_oneof![Just(Severity::Mild), Just(Severity::Moderate), Just(Severity::Severe)];
    (instant(), text(), severity, option::of(text()))
        .prop_map(|(at, what, severity, action)| AdverseEvent { at, what, severity, action })
}

fn zone() -> impl Strategy<Value = ZoneRecord> {
    let words = (text(), text(), option::of(text()), option::of(text()));
    (words, number(), option::of(number()), any::<u32>(), option::of(any::<u32>())).prop_map(
        |((site, device, lot, endpoint), planned_mm, needle_mm, planned_passes, passes)| {
            ZoneRecord {
                site,
                device,
                lot,
                planned_mm,
                needle_mm,
                planned_passes,
                passes,
                endpoint,
            }
        },
    )
}

fn any_session() -> impl Strategy<Value = Session> {
    let check = (text(), option::of(instant()), option::of(text()))
        .prop_map(|(what, done_at, by)| Check { what, done_at, by });
    let numbing = (
        (text(), option::of(text()), option::of(number()), option::of(number())),
        (option::of(instant()), option::of(instant())),
    )
        .prop_map(|((product, lot, grams, planned_minutes), (applied_at, removed_at))| {
            NumbingRecord { product, lot, grams, applied_at, removed_at, planned_minutes }
        });
    let product = (text(), option::of(text()), option::of(date()))
        .prop_map(|(product, lot, expires)| ProductRecord { product, lot, expires });
    let when = (date(), option::of(instant()), option::of(instant()));
    let done = (vec(check, 0..2), option::of(numbing), vec(zone(), 0..3), vec(product, 0..2));
    (
        (some_id(), some_id(), any::<u32>()),
        when,
        done,
        vec(adverse_event(), 0..2),
        option::of(text()),
    )
        .prop_map(|((patient, plan, number), when, done, adverse_events, note)| Session {
            patient,
            plan,
            number,
            held_on: when.0,
            started_at: when.1,
            finished_at: when.2,
            checks: done.0,
            numbing: done.1,
            zones: done.2,
            products: done.3,
            adverse_events,
            note,
        })
}

fn any_visit() -> impl Strategy<Value = Visit> {
    let score = (text(), text(), number(), option::of(text()))
        .prop_map(|(site, scale, value, rater)| Score { site, scale, value, rater });
    (
        (some_id(), option::of(some_id()), date()),
        vec(score, 0..3),
        vec(some_id(), 0..2),
        vec(adverse_event(), 0..2),
        option::of(text()),
    )
        .prop_map(|((patient, plan, seen_on), scores, photographs, adverse_events, note)| {
            Visit { patient, plan, seen_on, scores, photographs, adverse_events, note }
        })
}

fn any_photograph() -> impl Strategy<Value = Photograph> {
    let pixels = (any::<u32>(), any::<u32>());
    (some_id(), date(), option::of(text()), text(), pixels, text(), option::of(text())).prop_map(
        |(patient, taken_on, site, media_type, (width, height), sha256, caption)| Photograph {
            patient,
            taken_on,
            site,
            media_type,
            width,
            height,
            sha256,
            caption,
        },
    )
}

fn written<T: std::fmt::Debug>(
    content: impl Strategy<Value = T>,
) -> impl Strategy<Value = Document<T>> {
    (any::<u32>(), instant(), text(), content).prop_map(
        |(version, written_at, written_by, content)| Document {
            id: id(0),
            version,
            written_at,
            written_by,
            content,
        },
    )
}

/// Gives documents identifiers, each once.
fn number_each<T>(documents: &mut [Document<T>], next: &mut u32) {
    for document in documents {
        document.id = id(*next);
        *next += 1;
    }
}

/// Any snapshot whose identifiers are unique, with references that may lead nowhere and pictures of no photograph.
pub(crate) fn snapshot() -> impl Strategy<Value = Snapshot> {
    let picture = (0u32..16, vec(any::<u8>(), 0..20))
        .prop_map(|(photograph, bytes)| Picture { photograph: id(photograph), bytes });
    (
        vec(written(patient()), 0..3),
        vec(written(any_consultation()), 0..3),
        vec(written(any_plan()), 0..3),
        vec(written(any_session()), 0..3),
        vec(written(any_visit()), 0..3),
        vec(written(any_photograph()), 0..3),
        vec(picture, 0..4),
    )
        .prop_map(
            |(patients, consultations, plans, sessions, visits, photographs, pictures)| {
                let mut snapshot = Snapshot {
                    patients,
                    consultations,
                    plans,
                    sessions,
                    visits,
                    photographs,
                    pictures,
                };
                let mut next = 0;
                number_documents(&mut snapshot, &mut next);
                snapshot
            },
        )
}

fn number_documents(snapshot: &mut Snapshot, next: &mut u32) {
    number_each(&mut snapshot.patients, next);
    number_each(&mut snapshot.consultations, next);
    number_each(&mut snapshot.plans, next);
    number_each(&mut snapshot.sessions, next);
    number_each(&mut snapshot.visits, next);
    number_each(&mut snapshot.photographs, next);
}
