//! The record of a session while people write in it.

use std::collections::BTreeMap;

use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use needlepoint_care::Care;
use needlepoint_records::{
    Id, RecordsError,
    audit::{Action, Subject},
    clinical::{Kind, Patient, Plan, Session},
    document::Document,
};
use serde::{Deserialize, Serialize};

use super::{
    begin::untold,
    changes::{By, Change, Clash, NotMade, TICKED, changes, fields},
    ending::{close, in_words},
    events::{EventFields, MOST_EVENTS},
    missing::missing,
    saving::{Saved, edit, make_all},
    sheet::Told,
    view::{View, progress, ticked},
};
use crate::{
    app::App,
    pages::{
        layout::{Page, Step, page, patient_path, remark},
        plan::{care_of, plan_file},
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Most fields of a form; a sheet has some forty.
const MOST_FIELDS: usize = 400;

pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Query(asked): Query<Shown>,
) -> Result<Response, Refusal> {
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    let found = Found { patient, session };
    let said = Said { closing: !asked.finish.is_empty(), ..Said::default() };
    shown(&app, &visitor, &found, &said).await
}

/// How a session is shown.
#[derive(Default, Deserialize)]
pub(crate) struct Shown {
    /// Not empty if it is to be closed, and what is missing is to be told.
    #[serde(default)]
    pub(super) finish: String,
}

/// A session and whose it is.
struct Found {
    patient: Document<Patient>,
    session: Document<Session>,
}

/// What is said above the page.
#[derive(Default)]
struct Said {
    status: StatusCode,
    remarks: Vec<String>,
    closing: bool,
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    found: &Found,
    said: &Said,
) -> Result<Response, Refusal> {
    let care = told_by(app, &found.session).await?;
    let session = &found.session.content;
    let may = visitor.may(Right::Record);
    let view = View {
        app,
        patient: &found.patient,
        document: &found.session,
        care: care.as_ref().ok(),
        edit: may && session.finished_at.is_none(),
        may,
        closing: said.closing,
        now: Timestamp::now(),
    };
    let words = &app.words;
    let body = maud::html! {
        @for text in &said.remarks { (remark("bad", text)) }
        @if let Err(refusal) = &care { (untold(app, refusal)) }
        p.session-facts {
            (session.held_on) " "
            @if let Ok(care) = &care {
                @if let Some(told) = Told::of(care, session.number) {
                    span.quiet { (words.say_with("treat-minutes", [("minutes", told.sheet.minutes.round().into())])) " " }
                }
                a href=(view.path("/sheet.pdf")) { (words.say("treat-pdf")) }
            }
        }
        (view.body())
    };
    let of = care
        .as_ref()
        .map_or(session.number, |care| (care.sessions.len() as u32).max(session.number));
    let title = words
        .say_with("treat-session-number", [("number", session.number.into()), ("of", of.into())]);
    let files: &[&str] = if view.edit { &["treat.css", "treat.js"] } else { &["treat.css"] };
    let shown = Page { title: &title, patient: Some((&found.patient, Step::Treat)), body, files };
    Ok((said.status, page(app, visitor, &shown)).into_response())
}

/// What the plan says; the record stands without it, so that what is wrong with it is told and goes no further.
async fn told_by(app: &App, session: &Document<Session>) -> Result<Result<Care, Refusal>, Refusal> {
    let plan: Document<Plan> = match app.practice.read(session.content.plan).await {
        Ok(plan) => plan,
        Err(RecordsError::NotFound { .. } | RecordsError::Erased { .. }) => {
            return Ok(Err(Refusal::NotFound));
        }
        Err(other) => return Err(other.into()),
    };
    if plan.content.patient != session.content.patient {
        return Ok(Err(Refusal::NotFound));
    }
    Ok(care_of(app, &plan).await.map(|(care, _)| care))
}

pub(crate) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    if sent.len() > MOST_FIELDS {
        return Err(Refusal::TooLarge);
    }
    // Of a button and a field with the same name the button, which comes later, is meant.
    let sent: BTreeMap<String, String> = sent.into_iter().collect();
    let shown_then = sent.get("shown").map(String::as_str).unwrap_or_default();
    let shown_then = serde_json::from_str(shown_then);
    let shown_then = shown_then.map_err(|_| Refusal::bad(app.words.say("treat-form-broken")))?;
    let asked = changes(&shown_then, &sent);
    let saved = make_all(&app.practice, &visitor.author(), session.id, &asked).await?;
    if saved.not_made.is_empty() {
        return Ok(Redirect::to(&patient_path(patient.id, &format!("/sessions/{}", session.id)))
            .into_response());
    }
    let remarks = saved.not_made.iter().map(|not_made| sentence(&app, &saved, not_made)).collect();
    let status = saved.not_made.iter().map(status).max().unwrap_or(StatusCode::OK);
    let found = Found { patient, session: saved.document };
    shown(&app, &visitor, &found, &Said { status, remarks, closing: false }).await
}

fn status(not_made: &NotMade) -> StatusCode {
    match not_made {
        NotMade::Closed | NotMade::Clash(_) => StatusCode::CONFLICT,
        NotMade::Bad(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn sentence(app: &App, saved: &Saved, not_made: &NotMade) -> String {
    match not_made {
        NotMade::Closed => app.words.say("treat-is-closed"),
        NotMade::Bad(why) => why.clone(),
        NotMade::Clash(clash) => app.words.say_with(
            "treat-clash",
            [
                ("by", saved.met.clone().into()),
                ("field", field_label(app, &saved.document.content, &clash.field).into()),
                ("now", told(app, &clash.now).into()),
                ("wanted", told(app, &clash.wanted).into()),
            ],
        ),
    }
}

/// What a field is called on the page.
fn field_label(app: &App, session: &Session, field: &str) -> String {
    let words = &app.words;
    let parts: Vec<&str> = field.splitn(3, '.').collect();
    match parts.as_slice() {
        ["line", ..] => field.trim_start_matches("line.").to_owned(),
        ["tick", step] => {
            let check = step.parse::<usize>().ok().and_then(|step| session.checks.get(step));
            check.map(|check| check.what.clone()).unwrap_or_default()
        }
        ["held_on"] => words.say("treat-day"),
        ["note"] => words.say("note"),
        ["zone", _, "needle_mm"] => words.say("treat-needle"),
        ["zone", _, "passes"] => words.say("treat-passes"),
        ["zone", _, "endpoint"] => words.say("treat-endpoint"),
        ["numbing", "product"] => words.say("treat-cream-product"),
        ["numbing", "on"] => words.say("treat-cream-on-at"),
        ["numbing", "off"] => words.say("treat-cream-off-at"),
        ["numbing", "grams"] => words.say("treat-grams"),
        ["product", _, "product"] => words.say("treat-product"),
        ["product", _, "expires"] => words.say("treat-expires"),
        _ => words.say("treat-lot"),
    }
}

/// What stands in a field, where nothing is said as such.
fn told(app: &App, value: &str) -> String {
    match value {
        "" => app.words.say("treat-nothing"),
        value => value.to_owned(),
    }
}

/// A tick, as the script sends it.
#[derive(Deserialize)]
pub(crate) struct Tick {
    /// Its place in the record.
    pub(super) step: usize,
    /// Set, or taken away.
    pub(super) done: bool,
}

pub(crate) async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Json(tick): Json<Tick>,
) -> Result<Response, Refusal> {
    let of = |done: bool| if done { TICKED.to_owned() } else { String::new() };
    let change =
        Change { field: format!("tick.{}", tick.step), value: of(tick.done), was: of(!tick.done) };
    changed(&app, &visitor, (patient, session), change).await
}

pub(crate) async fn field(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Json(change): Json<Change>,
) -> Result<Response, Refusal> {
    changed(&app, &visitor, (patient, session), change).await
}

/// Make one change and tell how the session stands.
async fn changed(
    app: &App,
    visitor: &Visitor,
    (patient, session): (Id, Id),
    change: Change,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let (_, session) = visitor.of::<Session>(app, patient, session).await?;
    let saved = make_all(&app.practice, &visitor.author(), session.id, &[change]).await?;
    let mut state = Standing::of(app, &saved.document);
    let status = match saved.not_made.first() {
        None => StatusCode::OK,
        Some(not_made) => {
            state.refused = Some(sentence(app, &saved, not_made));
            state.clash = match not_made {
                NotMade::Clash(clash) => Some(clash.clone()),
                _ => None,
            };
            status(not_made)
        }
    };
    Ok((status, Json(state)).into_response())
}

/// How a session stands, for the script.
#[derive(Serialize)]
struct Standing {
    version: u32,
    /// Milliseconds since 1970, on the clock of the server.
    now: i64,
    by: String,
    closed: bool,
    fields: BTreeMap<String, String>,
    /// Time and account of each tick.
    ticks: Vec<String>,
    progress: String,
    done: usize,
    step_since: Option<i64>,
    cream_on: Option<i64>,
    cream_off: Option<i64>,
    events: usize,
    refused: Option<String>,
    clash: Option<Clash>,
}

impl Standing {
    fn of(app: &App, document: &Document<Session>) -> Self {
        let session = &document.content;
        let checks = &session.checks;
        let last = checks.iter().filter_map(|check| check.done_at).max().or(session.started_at);
        let numbing = session.numbing.as_ref();
        let milliseconds = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
        Self {
            version: document.version,
            now: Timestamp::now().as_millisecond(),
            by: document.written_by.clone(),
            closed: session.finished_at.is_some(),
            fields: fields(session),
            ticks: checks.iter().map(|check| ticked(check.done_at, check.by.as_deref())).collect(),
            progress: progress(app, session),
            done: checks.iter().filter(|check| check.done_at.is_some()).count(),
            step_since: milliseconds(last),
            cream_on: milliseconds(numbing.and_then(|numbing| numbing.applied_at)),
            cream_off: milliseconds(numbing.and_then(|numbing| numbing.removed_at)),
            events: session.adverse_events.len(),
            refused: None,
            clash: None,
        }
    }
}

/// Which version a script has.
#[derive(Deserialize)]
pub(crate) struct Known {
    #[serde(default)]
    version: u32,
}

pub(crate) async fn state(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Query(known): Query<Known>,
) -> Result<Response, Refusal> {
    let (_, session) = visitor.of::<Session>(&app, patient, session).await?;
    if session.version == known.version {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Json(Standing::of(&app, &session)).into_response())
}

pub(crate) async fn event(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Form(sent): Form<EventFields>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    let missing = || Refusal::bad(app.words.say("treat-event-what-missing"));
    let event = sent.event(&app, Timestamp::now())?.ok_or_else(missing)?;
    let add = |session: &mut Session, _: By<'_>| {
        if session.finished_at.is_some() {
            return vec![NotMade::Closed];
        }
        if session.adverse_events.len() >= MOST_EVENTS {
            return vec![NotMade::Bad(app.words.say("treat-events-full"))];
        }
        session.adverse_events.push(event.clone());
        Vec::new()
    };
    let saved = edit(&app.practice, &visitor.author(), session.id, add).await?;
    let found = Found { patient, session: saved.document };
    answered(&app, &visitor, found, &saved.not_made, "#events").await
}

/// Back to the page, or the page with what was not done.
async fn answered(
    app: &App,
    visitor: &Visitor,
    found: Found,
    not_made: &[NotMade],
    place: &str,
) -> Result<Response, Refusal> {
    let Some(first) = not_made.first() else {
        let to = format!("/sessions/{}{place}", found.session.id);
        return Ok(Redirect::to(&patient_path(found.patient.id, &to)).into_response());
    };
    let remark = match first {
        NotMade::Bad(why) => why.clone(),
        NotMade::Closed | NotMade::Clash(_) => app.words.say("treat-is-closed"),
    };
    let said = Said { status: status(first), remarks: vec![remark], closing: false };
    shown(app, visitor, &found, &said).await
}

/// Whether a session is closed although something is missing.
#[derive(Deserialize)]
pub(crate) struct Finish {
    /// Not empty if it is closed all the same.
    #[serde(default)]
    pub(super) anyway: String,
}

pub(crate) async fn finish(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
    Form(asked): Form<Finish>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    let care = told_by(&app, &session).await?.ok();
    let told = care.as_ref().and_then(|care| Told::of(care, session.content.number));
    let anyway = !asked.anyway.is_empty();
    let left = |document: &Document<Session>| -> Vec<String> {
        let view = View {
            app: &app,
            patient: &patient,
            document,
            care: None,
            edit: false,
            may: false,
            closing: false,
            now: Timestamp::now(),
        };
        missing(&document.content, told.as_ref()).iter().map(|one| in_words(&view, one)).collect()
    };
    if !anyway && !left(&session).is_empty() {
        // To an address of its own, so that going back in the browser never sends the form again.
        let to = patient_path(patient.id, &format!("/sessions/{}?finish=1#finish", session.id));
        return Ok(Redirect::to(&to).into_response());
    }
    let saved = edit(&app.practice, &visitor.author(), session.id, |content, by| {
        if content.finished_at.is_some() {
            return vec![NotMade::Closed];
        }
        let now = Document { content: content.clone(), ..session.clone() };
        let left = left(&now);
        let told = (!left.is_empty())
            .then(|| app.words.say_with("treat-left-open", [("what", left.join("; ").into())]));
        close(content, by.at, told.as_deref());
        Vec::new()
    })
    .await?;
    let found = Found { patient, session: saved.document };
    answered(&app, &visitor, found, &saved.not_made, "").await
}

pub(crate) async fn reopen(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
) -> Result<Redirect, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    let author = visitor.author();
    let saved = edit(&app.practice, &author, session.id, |content, _| {
        content.finished_at = None;
        Vec::new()
    })
    .await?;
    if session.content.finished_at.is_some() {
        let subject = Subject {
            kind: Some(Kind::Session),
            document: Some(session.id),
            patient: Some(patient.id),
            version: Some(saved.document.version),
        };
        app.practice.note_action(&author, Action::Updated, Some(subject), "opened again").await?;
    }
    Ok(Redirect::to(&patient_path(patient.id, &format!("/sessions/{}", session.id))))
}

/// The sheet to print, as the plan has it.
pub(crate) async fn printed(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, session)): Path<(Id, Id)>,
) -> Result<Response, Refusal> {
    let (patient, session) = visitor.of::<Session>(&app, patient, session).await?;
    let (_, plan) = visitor.of::<Plan>(&app, patient.id, session.content.plan).await?;
    let name = format!("session-{}.pdf", session.content.number);
    let bytes = plan_file(&app, &plan, &name).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], bytes).into_response())
}
