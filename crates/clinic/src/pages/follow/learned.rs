//! What was foretold and what was seen, and what was learned from it about this patient.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, PreEscaped, html};
use needlepoint_course::own::{MEMBERS, Own};
use needlepoint_records::{
    Id,
    clinical::{Plan, Session, Visit},
    document::Document,
};
use needlepoint_report::live::follow_chart;
use serde::Deserialize;

use super::own::{Recorded, own};
use crate::{
    app::App,
    pages::layout::{Page, Step, page, patient_path, remark},
    refusal::Refusal,
    security::{Right, Visitor},
};

/// All of the data were taken, as far as rounding tells.
const ALL: f64 = 0.999;

/// Of which plan.
#[derive(Deserialize)]
pub(super) struct Of {
    plan: Id,
}

/// The charts: a piece of the page of visits for its script, or a page of their own.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (patient, plan) = visitor.of::<Plan>(&app, id, of.plan).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(id).await?;
    let visits: Vec<Document<Visit>> = app.practice.of_patient(id).await?;
    let recorded = Recorded::of(&plan, &sessions, &visits);
    let told = match own(&app, &recorded).await {
        Ok(Some(own)) => told(&app, &visitor, &plan, &own),
        Ok(None) => html! { p.empty { (app.words.say("follow-nothing-seen")) } },
        Err(Refusal::BadInput(why)) => remark("warn", &why),
        Err(other) => return Err(other),
    };
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if accepts == Some("text/x-fragment") {
        return Ok(Html(told.into_string()).into_response());
    }
    let title = app.words.say("follow-foretold-and-seen");
    let shown = Page {
        title: &title,
        patient: Some((&patient, Step::Follow)),
        body: told,
        files: &["live.css", "follow.css"],
    };
    Ok(page(&app, &visitor, &shown).into_response())
}

/// The charts where they are known, otherwise a place that the script fills.
pub(super) fn place(app: &App, visitor: &Visitor, recorded: &Recorded) -> Markup {
    let words = &app.words;
    if !recorded.was_seen() {
        return html! { p.empty { (words.say("follow-nothing-seen")) } };
    }
    if let Some(own) = recorded.known() {
        return told(app, visitor, &recorded.plan, &own);
    }
    let plan = &recorded.plan;
    let path = patient_path(plan.content.patient, &format!("/visits/learned?plan={}", plan.id));
    html! {
        div data-fill-from=(path) data-failed=(words.say("follow-failed")) aria-live="polite" aria-busy="true" {
            p.waiting { (words.say("follow-working")) }
            p.without-script { a.button.second href=(path) { (words.say("follow-foretold-and-seen")) } }
        }
    }
}

fn told(app: &App, visitor: &Visitor, plan: &Document<Plan>, own: &Own) -> Markup {
    let words = &app.words;
    let patient = plan.content.patient;
    let again = format!("/consultations/{}/plan?own=1", plan.content.consultation);
    html! {
        @if own.surprising { (remark("warn", &words.say("follow-surprising"))) }
        @if own.taken < ALL {
            (remark("warn", &words.say_with("follow-taken", [("share", (100.0 * own.taken).round().into())])))
        }
        div.charts {
            // Drawn from numbers and names of the knowledge: nothing that a person typed is in it.
            @for (number, followed) in own.followed.iter().enumerate() { (PreEscaped(follow_chart(followed, &format!("v{number}")))) }
        }
        div.learned {
            h3 { (words.say("follow-learned")) }
            @if own.learned.is_empty() { p { (words.say("follow-learned-nothing")) } }
            ul { @for learned in &own.learned { li { (learned.words) } } }
            p.quiet {
                (words.say_with("follow-effective", [("effective", own.effective.round().into()), ("members", MEMBERS.into())]))
            }
            @if visitor.may(Right::Decide) {
                p { a.button href=(patient_path(patient, &again)) { (words.say("follow-plan-again")) } }
            }
        }
    }
}
