//! A sheet to come, and the record that is made of it when the session begins.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use needlepoint_care::{Care, plan::Because};
use needlepoint_records::{
    Id, RecordsError,
    clinical::{Plan, PlanStatus, Session},
    document::Document,
};

use super::sheet::{Told, record, session_id};
use crate::{
    app::App,
    pages::{
        forms::today,
        layout::{Page, Step, page, patient_path, remark},
        plan::care_of,
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

/// The session of this number, if somebody began it.
async fn begun(app: &App, plan: &Document<Plan>, number: u32) -> Result<Option<Id>, Refusal> {
    let sessions: Vec<Document<Session>> = app.practice.of_patient(plan.content.patient).await?;
    let of = |known: &&Document<Session>| {
        known.content.plan == plan.id && known.content.number == number
    };
    Ok(sessions.iter().find(of).map(|known| known.id))
}

/// The day of a session of this number; a number that the plan does not have is not found.
fn day_of(plan: &Plan, number: u32) -> Result<Date, Refusal> {
    let place = (number as usize).checked_sub(1).ok_or(Refusal::NotFound)?;
    plan.dates.get(place).copied().ok_or(Refusal::NotFound)
}

pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, plan, number)): Path<(Id, Id, u32)>,
) -> Result<Response, Refusal> {
    let (patient, plan) = visitor.of::<Plan>(&app, patient, plan).await?;
    let day = day_of(&plan.content, number)?;
    if let Some(session) = begun(&app, &plan, number).await? {
        return Ok(Redirect::to(&patient_path(patient.id, &format!("/sessions/{session}")))
            .into_response());
    }
    let care = care_of(&app, &plan).await;
    let words = &app.words;
    let path = patient_path(patient.id, &format!("/plans/{}/sessions/{number}", plan.id));
    let pdf = patient_path(patient.id, &format!("/plans/{}/files/session-{number}.pdf", plan.id));
    let told = care.as_ref().ok().and_then(|(care, _)| Told::of(care, number));
    let body = html! {
        p.lead { (words.say_with("treat-planned-for", [("date", day.to_string().into())])) }
        @if let Err(refusal) = &care { (untold(&app, refusal)) }
        @if let Some(days) = early(day, today()) {
            (remark("warn", &words.say_with("treat-early", [("days", days.into())])))
        }
        @if !in_force(&plan.content) {
            (remark("warn", &words.say("treat-not-in-force")))
        } @else if visitor.may(Right::Record) {
            form method="post" action=(path) {
                div.actions {
                    button.big type="submit" { (words.say("treat-begin")) }
                    @if told.is_some() { a.button.second href=(pdf) { (words.say("treat-pdf")) } }
                }
                @if day != today() { p.quiet { (words.say("treat-other-day")) } }
            }
        }
        @if let Some(told) = &told { (to_come(&app, told)) }
    };
    let of = plan.content.dates.len();
    let title =
        words.say_with("treat-session-number", [("number", number.into()), ("of", of.into())]);
    let shown =
        Page { title: &title, patient: Some((&patient, Step::Treat)), body, files: &["treat.css"] };
    Ok(page(&app, &visitor, &shown).into_response())
}

/// Whether sessions of a plan are begun: not while it is thought about, nor when it was given up.
fn in_force(plan: &Plan) -> bool {
    matches!(plan.status, PlanStatus::Active | PlanStatus::Completed)
}

/// How many days are left until the day of a session; none once it has come.
fn early(day: Date, today: Date) -> Option<i32> {
    Some((day - today).get_days()).filter(|days| *days > 0)
}

/// Why nothing is told beside the record.
pub(super) fn untold(app: &App, refusal: &Refusal) -> Markup {
    let why = match refusal {
        Refusal::BadInput(why) => why.clone(),
        _ => String::new(),
    };
    remark("warn", &app.words.say_with("treat-no-sheet", [("why", why.into())]))
}

/// What is on the sheet, to read.
fn to_come(app: &App, told: &Told<'_>) -> Markup {
    let words = &app.words;
    let sheet = told.sheet;
    let list = |title: &str, points: &[Because]| {
        html! {
            section.card { h2 { (words.say(title)) } ul.sheet-list { @for point in points { li { (point.text) } } } }
        }
    };
    html! {
        div.columns.preview {
            (list("treat-prepare", &sheet.prepare))
            (list("treat-first", &sheet.check_first))
        }
        section.card {
            h2 { (words.say("treat-steps")) " " span.quiet { (words.say_with("treat-minutes", [("minutes", sheet.minutes.round().into())])) } }
            ol.sheet-list {
                @for step in &sheet.steps {
                    li { (step.what.text) " " span.quiet { (words.say_with("treat-minutes", [("minutes", step.minutes.round().into())])) } }
                }
            }
        }
    }
}

pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, plan, number)): Path<(Id, Id, u32)>,
) -> Result<Redirect, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, plan) = visitor.of::<Plan>(&app, patient, plan).await?;
    day_of(&plan.content, number)?;
    let to = |id: Id| Redirect::to(&patient_path(patient.id, &format!("/sessions/{id}")));
    if let Some(session) = begun(&app, &plan, number).await? {
        return Ok(to(session));
    }
    if !in_force(&plan.content) {
        return Err(Refusal::bad(app.words.say("treat-not-in-force")));
    }
    let care: Option<Care> = care_of(&app, &plan).await.ok().map(|(care, _)| care);
    let told = care.as_ref().and_then(|care| Told::of(care, number));
    let mut session = record(&plan, number, today(), told.as_ref());
    session.started_at = Some(Timestamp::now());
    let id = session_id(plan.id, number);
    match app.practice.create_as(&visitor.author(), id, &session).await {
        // Two people who begin at the same moment begin the same session.
        Ok(_) | Err(RecordsError::Exists { .. }) => Ok(to(id)),
        Err(other) => Err(other.into()),
    }
}
