//! Sessions as people write in them, against records in a file.

use std::sync::Arc;

use axum::{
    Form, Json,
    body::to_bytes,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Author, Id, Practice, Role,
    audit::AuditFilter,
    clinical::{AdverseEvent, Patient, PlanStatus, Session, Severity},
    document::Document,
};
use tempfile::TempDir;

use super::{
    begin::begin,
    changes::Change,
    events::EventFields,
    numbing::most_allowed,
    record::{Finish, Shown, Tick, check, event, field, finish, reopen, show},
    saving::make_all,
    sheet,
};
use crate::{
    app::App, options::ServeOptions, pages::follow::tests::planned, security::Visitor, server,
    tests::practice::options,
};

/// What nobody may smuggle into a page.
const SMUGGLED: &str = "\"><script>alert(1)</script><img src=x onerror='x'>&";

/// An app over records of its own.
pub(in crate::pages) struct Clinic {
    pub(in crate::pages) app: App,
    _folder: TempDir,
}

pub(in crate::pages) async fn clinic() -> Clinic {
    let folder = tempfile::tempdir().unwrap();
    let options = ServeOptions { demo: false, ..options(folder.path()) };
    let practice = Practice::open(&options.database, &options.key).await.unwrap();
    let knowledge = Arc::new(Knowledge::embedded().unwrap());
    let (app, _) = server::app(&options, practice, knowledge).unwrap();
    Clinic { app, _folder: folder }
}

pub(in crate::pages) fn visitor(account: &str, role: Role) -> Visitor {
    Visitor { account: account.to_owned(), role }
}

pub(in crate::pages) fn patient() -> Patient {
    Patient {
        family_name: "Example".to_owned(),
        given_name: "Adam".to_owned(),
        birth_date: None,
        sex: None,
        phone: None,
        email: None,
        note: None,
        fictitious: true,
        confidential_to: Vec::new(),
    }
}

/// A patient with a session that nothing is done of.
async fn begun(app: &App, change: impl FnOnce(&mut Session)) -> (Id, Document<Session>) {
    let author = Author::new("doctor");
    let patient = app.practice.create(&author, &patient()).await.unwrap();
    let mut session = sheet::tests::session();
    session.patient = patient.id;
    change(&mut session);
    (patient.id, app.practice.create(&author, &session).await.unwrap())
}

/// Shown as it is, with no wish to close it.
fn plainly() -> Query<Shown> {
    Query(Shown::default())
}

async fn text(response: impl IntoResponse) -> (StatusCode, String) {
    let response: Response = response.into_response();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 4 * 1024 * 1024).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

fn change(field: &str, value: &str) -> Change {
    Change { field: field.to_owned(), value: value.to_owned(), was: String::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_at_one_session_lose_nothing() {
    let clinic = clinic().await;
    let (_, session) = begun(&clinic.app, |_| ()).await;
    let steps = session.content.checks.len();
    let writes = |account: &'static str, changes: Vec<Change>| {
        let (practice, id) = (clinic.app.practice.clone(), session.id);
        tokio::spawn(async move {
            for change in changes {
                let saved =
                    make_all(&practice, &Author::new(account), id, &[change]).await.unwrap();
                assert_eq!(saved.not_made, []);
            }
        })
    };
    let ticks = (0..steps).map(|step| change(&format!("tick.{step}"), "yes")).collect();
    let fields = [
        ("zone.0.needle_mm", "1.25"),
        ("zone.0.passes", "4"),
        ("zone.0.endpoint", "erythema"),
        ("lot", "L-1"),
        ("note", "Calm."),
        ("line.Pain", "3"),
        ("product.0.product", "hyaluronic-acid"),
        ("product.0.lot", "H-1"),
    ];
    let fields = fields.map(|(name, value)| change(name, value)).to_vec();
    let written = fields.len();
    let (assistant, doctor) = (writes("assistant", ticks), writes("doctor", fields.clone()));
    assistant.await.unwrap();
    doctor.await.unwrap();

    let now: Document<Session> = clinic.app.practice.read(session.id).await.unwrap();
    assert_eq!(now.version as usize, 1 + steps + written);
    assert!(now.content.checks.iter().all(|check| check.by.as_deref() == Some("assistant")));
    for change in &fields {
        let stands = super::changes::get(&now.content, &change.field);
        assert_eq!(stands.as_ref(), Some(&change.value), "{}", change.field);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_who_begin_a_session_begin_the_same() {
    let clinic = clinic().await;
    let plan = planned(&clinic.app, 40).await;
    let patient = plan.content.patient;
    let press = |account: &'static str, role, number| {
        let path = Path((patient, plan.id, number));
        begin(State(clinic.app.clone()), visitor(account, role), path)
    };
    let (one, other) = tokio::join!(
        press("doctor", Role::Practitioner, 1),
        press("assistant", Role::Assistant, 1)
    );
    let place = |answer: axum::response::Redirect| {
        answer.into_response().headers()["location"].to_str().unwrap().to_owned()
    };
    assert_eq!(place(one.unwrap()), place(other.unwrap()));
    let sessions: Vec<Document<Session>> = clinic.app.practice.of_patient(patient).await.unwrap();
    assert_eq!(sessions.len(), 1);
    let begun = &sessions[0].content;
    assert!(begun.started_at.is_some() && begun.finished_at.is_none());
    assert!(begun.checks.iter().all(|check| check.done_at.is_none()) && !begun.checks.is_empty());
    assert!(begun.numbing.as_ref().unwrap().planned_minutes.is_some());

    for number in [0, 99] {
        let refused = press("doctor", Role::Practitioner, number).await;
        assert!(matches!(refused, Err(crate::refusal::Refusal::NotFound)));
    }
    let refused = press("reader", Role::ReadOnly, 2).await;
    assert!(matches!(refused, Err(crate::refusal::Refusal::Forbidden)));
    let mut given_up = plan.content.clone();
    given_up.status = PlanStatus::Stopped;
    let author = Author::new("doctor");
    clinic.app.practice.update(&author, plan.id, plan.version, &given_up).await.unwrap();
    let refused = press("doctor", Role::Practitioner, 2).await;
    assert!(matches!(refused, Err(crate::refusal::Refusal::BadInput(_))));
}

#[tokio::test]
async fn a_field_that_both_wrote_in_is_asked_about() {
    let clinic = clinic().await;
    let (patient, session) = begun(&clinic.app, |_| ()).await;
    let send = |account: &'static str, role, value: &'static str| {
        let path = Path((patient, session.id));
        field(
            State(clinic.app.clone()),
            visitor(account, role),
            path,
            Json(change("zone.0.passes", value)),
        )
    };
    let (status, _) = text(send("doctor", Role::Practitioner, "4").await).await;
    assert_eq!(status, StatusCode::OK);
    let (status, told) = text(send("assistant", Role::Assistant, "6").await).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(told.contains(r#""clash":{"field":"zone.0.passes","now":"4","wanted":"6"}"#), "{told}");
    assert!(told.contains("was doctor") && told.contains("Passes:"), "{told}");
}

#[tokio::test]
async fn a_closed_session_has_to_be_opened_again_and_the_trail_knows() {
    let clinic = clinic().await;
    let (patient, session) = begun(&clinic.app, |_| ()).await;
    let path = || Path((patient, session.id));
    let state = || State(clinic.app.clone());
    let assistant = || visitor("assistant", Role::Assistant);

    // What is missing is told first.
    let asked = finish(state(), assistant(), path(), Form(Finish { anyway: String::new() })).await;
    let answer = asked.into_response();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(to.ends_with(&format!("/sessions/{}?finish=1#finish", session.id)), "{to}");
    let asked = Query(Shown { finish: "1".to_owned() });
    let (status, told) = text(show(state(), assistant(), path(), asked).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(told.contains("lot of the needles"), "{told}");
    let open: Document<Session> = clinic.app.practice.read(session.id).await.unwrap();
    assert_eq!(open.content.finished_at, None);

    // Closed all the same, the note says what was left.
    let asked =
        finish(state(), assistant(), path(), Form(Finish { anyway: "yes".to_owned() })).await;
    assert_eq!(text(asked).await.0, StatusCode::SEE_OTHER);
    let closed: Document<Session> = clinic.app.practice.read(session.id).await.unwrap();
    assert!(closed.content.finished_at.is_some());
    assert!(closed.content.note.as_deref().unwrap_or_default().contains("lot of the needles"));

    // Nothing of it can be changed now.
    let tick = Tick { step: 0, done: true };
    let refused = text(check(state(), assistant(), path(), Json(tick)).await).await;
    assert_eq!(refused.0, StatusCode::CONFLICT);
    let wrong =
        EventFields { what: "bled".to_owned(), severity: "mild".to_owned(), action: String::new() };
    let refused = text(event(state(), assistant(), path(), Form(wrong)).await).await;
    assert_eq!(refused.0, StatusCode::CONFLICT);
    let still: Document<Session> = clinic.app.practice.read(session.id).await.unwrap();
    assert_eq!(still, closed);

    // Opened again, it can; and who opened it is kept.
    let opened = reopen(state(), visitor("doctor", Role::Practitioner), path()).await;
    assert_eq!(text(opened).await.0, StatusCode::SEE_OTHER);
    let tick = Tick { step: 0, done: true };
    let made = text(check(state(), assistant(), path(), Json(tick)).await).await;
    assert_eq!(made.0, StatusCode::OK);
    let filter = AuditFilter { patient: Some(patient), account: None, before: None, limit: 50 };
    let trail = clinic.app.practice.audit(filter).await.unwrap();
    let opened = trail.iter().find(|entry| entry.detail == "opened again").unwrap();
    assert_eq!((opened.account.as_str(), opened.document), ("doctor", Some(session.id)));
}

#[tokio::test]
async fn too_much_cream_is_marked() {
    let clinic = clinic().await;
    let told = async |grams: f64, product: &str| -> usize {
        let write = |session: &mut Session| {
            let numbing = session.numbing.as_mut().unwrap();
            (numbing.grams, numbing.product) = (Some(grams), product.to_owned());
        };
        let (patient, session) = begun(&clinic.app, write).await;
        let path = Path((patient, session.id));
        let doctor = visitor("doctor", Role::Practitioner);
        let page = show(State(clinic.app.clone()), doctor, path, plainly()).await;
        let (_, page) = text(page).await;
        let marks: Vec<&str> = page.split("<li ").filter(|li| li.contains("data-above")).collect();
        let open_tag = |li: &&&str| !li.split('>').next().unwrap_or_default().contains("hidden");
        marks.iter().filter(open_tag).count()
    };
    let mut labels = clinic.app.knowledge.numbing.iter();
    let (product, most) =
        labels.find_map(|label| Some((&label.product, most_allowed(label)?))).unwrap();
    assert_eq!(told(most, product).await, 0);
    assert_eq!(told(most + 0.5, product).await, 1);
    // The label of one cream says nothing of another.
    assert_eq!(told(most + 0.5, "of-a-pharmacy").await, 0);
}

#[tokio::test]
async fn who_only_reads_sees_everything_and_changes_nothing() {
    let clinic = clinic().await;
    let (patient, session) =
        begun(&clinic.app, |session| session.note = Some("All calm.".to_owned())).await;
    let path = || Path((patient, session.id));
    let reader = || visitor("reader", Role::ReadOnly);
    let (status, page) =
        text(show(State(clinic.app.clone()), reader(), path(), plainly()).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("All calm."));
    for control in ["type=\"checkbox\"", "data-edit", "treat.js", "/finish", "/event"] {
        assert!(!page.contains(control), "{control}");
    }
    let tick = Tick { step: 0, done: true };
    let refused = check(State(clinic.app.clone()), reader(), path(), Json(tick)).await;
    assert!(matches!(refused, Err(crate::refusal::Refusal::Forbidden)));
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_a_part_of_the_page() {
    let clinic = clinic().await;
    let smuggled = || SMUGGLED.to_owned();
    let now = Timestamp::now();
    let (patient, session) = begun(&clinic.app, |session| {
        for check in &mut session.checks {
            (check.what, check.by, check.done_at) = (smuggled(), Some(smuggled()), Some(now));
        }
        for zone in &mut session.zones {
            (zone.site, zone.device) = (smuggled(), smuggled());
            (zone.lot, zone.endpoint) = (Some(smuggled()), Some(smuggled()));
        }
        let numbing = session.numbing.as_mut().unwrap();
        (numbing.product, numbing.lot) = (smuggled(), Some(smuggled()));
        session.products.push(needlepoint_records::clinical::ProductRecord {
            product: smuggled(),
            lot: Some(smuggled()),
            expires: None,
        });
        session.adverse_events.push(AdverseEvent {
            at: now,
            what: smuggled(),
            severity: Severity::Severe,
            action: Some(smuggled()),
        });
        session.note = Some(format!("· {SMUGGLED}: {SMUGGLED}\n{SMUGGLED}"));
    })
    .await;
    for role in [Role::Practitioner, Role::ReadOnly] {
        let path = Path((patient, session.id));
        let page = show(State(clinic.app.clone()), visitor("x", role), path, plainly()).await;
        let (_, page) = text(page).await;
        assert!(page.contains("&lt;script&gt;alert(1)"));
        assert!(!page.contains("<script>") && !page.contains("<img src=x"), "{page}");
        assert!(!page.contains("style="));
    }
}

#[tokio::test]
async fn a_session_of_another_patient_is_not_found() {
    let clinic = clinic().await;
    let (_, session) = begun(&clinic.app, |_| ()).await;
    let (other, _) = begun(&clinic.app, |_| ()).await;
    let path = Path((other, session.id));
    let doctor = visitor("doctor", Role::Practitioner);
    let found = show(State(clinic.app.clone()), doctor, path, plainly()).await;
    assert!(matches!(found, Err(crate::refusal::Refusal::NotFound)));
}
