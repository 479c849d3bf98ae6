//! Visits against records in a file, and what was learned from them.

use axum::{
    body::to_bytes,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use jiff::{Timestamp, ToSpan as _};
use needlepoint_care::chosen::offer;
use needlepoint_case::read_consultation;
use needlepoint_records::{
    Author, Id, Role,
    clinical::{
        AdverseEvent, Consultation, Plan, PlanStatus, Score, Session, Severity, Visit, ZoneRecord,
    },
    document::Document,
};

use super::{
    own_members,
    visits::{self, Asked},
};
use crate::{
    app::App,
    pages::{
        forms::today,
        plan::proposed,
        treat::tests::{clinic, patient, visitor},
    },
};

const FILE: &str = include_str!("../../../../../examples/patients/healthy-type-ii-acne-scars.toml");
const SMUGGLED: &str = "\"><script>alert(1)</script>";

/// A patient whose plan was made so many days ago.
pub(in crate::pages) async fn planned(app: &App, days_ago: i64) -> Document<Plan> {
    let author = Author::new("doctor");
    let day = today().checked_sub(days_ago.days()).unwrap();
    let file = FILE.replace("2026-11-30", &day.to_string());
    let (answers, _) = read_consultation("example", &file, &app.knowledge);
    let (plan, room) = offer(&answers.unwrap(), &app.knowledge, day).plan.unwrap();
    let patient = app.practice.create(&author, &patient()).await.unwrap().id;
    let consultation = Consultation { patient, held_on: day, file, verdict: None, note: None };
    let consultation = app.practice.create(&author, &consultation).await.unwrap().id;
    let plan = Plan {
        patient,
        consultation,
        made_on: day,
        settings: proposed(&plan, &room),
        proposed: true,
        dates: plan.dates,
        revision: 0,
        status: PlanStatus::Active,
        note: None,
    };
    app.practice.create(&author, &plan).await.unwrap()
}

/// Its first session, done on its day.
async fn held(app: &App, plan: &Document<Plan>) {
    let zones = plan.content.settings.zones.iter().map(|zone| ZoneRecord {
        site: zone.site.clone(),
        device: plan.content.settings.device.clone(),
        lot: None,
        planned_mm: zone.needle_mm,
        needle_mm: Some(zone.needle_mm),
        planned_passes: zone.passes,
        passes: Some(zone.passes),
        endpoint: None,
    });
    let session = Session {
        patient: plan.content.patient,
        plan: plan.id,
        number: 1,
        held_on: plan.content.dates[0],
        started_at: None,
        finished_at: Some(Timestamp::now()),
        checks: Vec::new(),
        numbing: None,
        zones: zones.collect(),
        products: Vec::new(),
        adverse_events: Vec::new(),
        note: None,
    };
    app.practice.create(&Author::new("doctor"), &session).await.unwrap();
}

fn visit(plan: &Document<Plan>, days: i64, scores: Vec<Score>) -> Visit {
    Visit {
        patient: plan.content.patient,
        plan: Some(plan.id),
        seen_on: plan.content.dates[0].checked_add(days.days()).unwrap(),
        scores,
        photographs: Vec::new(),
        adverse_events: Vec::new(),
        note: None,
    }
}

fn score(value: f64) -> Score {
    Score { site: "cheek".to_owned(), scale: "gais".to_owned(), value, rater: None }
}

#[tokio::test]
async fn who_was_not_seen_has_no_people_of_their_own() {
    let clinic = clinic().await;
    let app = &clinic.app;
    assert_eq!(own_members(app, Id::new()).await.unwrap(), None);
    let plan = planned(app, 120).await;
    let patient = plan.content.patient;
    assert_eq!(own_members(app, patient).await.unwrap(), None);
    // A session alone, a visit before it, and a visit without a score tell nothing.
    held(app, &plan).await;
    let author = Author::new("doctor");
    app.practice.create(&author, &visit(&plan, 0, vec![score(1.0)])).await.unwrap();
    app.practice.create(&author, &visit(&plan, 30, Vec::new())).await.unwrap();
    // Nor does one that is still to come.
    app.practice.create(&author, &visit(&plan, 400, vec![score(1.0)])).await.unwrap();
    assert_eq!(own_members(app, patient).await.unwrap(), None);
}

#[tokio::test]
async fn a_new_visit_tells_what_was_noted_before() {
    let clinic = clinic().await;
    let app = &clinic.app;
    let plan = planned(app, 120).await;
    let mut earlier = visit(&plan, 30, Vec::new());
    earlier.adverse_events = vec![AdverseEvent {
        at: Timestamp::now(),
        what: "dark marks".to_owned(),
        severity: Severity::Mild,
        action: None,
    }];
    app.practice.create(&Author::new("doctor"), &earlier).await.unwrap();
    let (state, doctor) = (State(app.clone()), visitor("doctor", Role::Practitioner));
    let path = Path(plan.content.patient);
    let answer = visits::new(state, doctor, path, Query(Asked::default())).await;
    let body = answer.into_response().into_body();
    let bytes = to_bytes(body, 4 * 1024 * 1024).await.unwrap();
    let page = String::from_utf8(bytes.to_vec()).unwrap();
    let noted = page.find(&format!("visit of {}", earlier.seen_on)).unwrap();
    let nothing_now = page.find(&app.words.say("follow-events-none")).unwrap();
    assert!(page.contains("dark marks") && noted < nothing_now, "{page}");
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_a_part_of_a_page_of_visits() {
    let clinic = clinic().await;
    let app = &clinic.app;
    let plan = planned(app, 120).await;
    let smuggled = || SMUGGLED.to_owned();
    let mut seen = visit(&plan, 30, Vec::new());
    seen.note = Some(smuggled());
    seen.scores =
        vec![Score { site: smuggled(), scale: smuggled(), value: 1.0, rater: Some(smuggled()) }];
    seen.adverse_events = vec![AdverseEvent {
        at: Timestamp::now(),
        what: smuggled(),
        severity: Severity::Mild,
        action: Some(smuggled()),
    }];
    let seen = app.practice.create(&Author::new("doctor"), &seen).await.unwrap();
    let patient = plan.content.patient;
    for role in [Role::Practitioner, Role::ReadOnly] {
        let doctor = || visitor("doctor", role);
        let one = visits::show(State(app.clone()), doctor(), Path((patient, seen.id))).await;
        let all = visits::list(State(app.clone()), doctor(), Path(patient)).await;
        for answer in [one, all] {
            let body = answer.into_response().into_body();
            let page =
                String::from_utf8(to_bytes(body, 4 * 1024 * 1024).await.unwrap().to_vec()).unwrap();
            assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
            assert!(!page.contains("<script>"), "{page}");
            let saves =
                page.contains(r#"<button type="submit">Save"#) || page.contains("/visits/new");
            assert_eq!(saves, role == Role::Practitioner);
        }
    }
}
