//! The patients, found by name.

use axum::{
    Router,
    extract::{Query, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use needlepoint_records::{clinical::Patient, document::Document};
use serde::Deserialize;

use super::{
    forms::local,
    layout::{Page, full_name, page, patient_path},
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Patients shown at once; a search finds the others.
const SHOWN: usize = 100;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(show)).route("/patients", get(show))
}

#[derive(Deserialize)]
struct Search {
    #[serde(default)]
    q: String,
    /// Only the list, for a page that is there.
    #[serde(default)]
    list: bool,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(search): Query<Search>,
) -> Result<Response, Refusal> {
    let found = app.practice.search_patients(&search.q).await?;
    let seen: Vec<_> = found.into_iter().filter(|patient| visitor.sees(&patient.content)).collect();
    let list = list(&app, &search.q, &seen);
    if search.list {
        return Ok(Html(list.into_string()).into_response());
    }
    let words = &app.words;
    let body = html! {
        form.search method="get" action="/" role="search" {
            label for="q" { (words.say("patients-search")) }
            input #q name="q" type="search" value=(search.q) autocomplete="off" data-live-search="#found";
            button type="submit" { (words.say("search")) }
            @if visitor.may(Right::Record) {
                a.button href="/patients/new" { (words.say("patient-new")) }
            }
        }
        div #found aria-live="polite" { (list) }
    };
    let title = words.say("patients-title");
    let shown = Page { title: &title, patient: None, body, files: &["search.js"] };
    Ok(page(&app, &visitor, &shown).into_response())
}

fn list(app: &App, asked: &str, patients: &[Document<Patient>]) -> Markup {
    let words = &app.words;
    html! {
        @if patients.is_empty() {
            p.empty { (words.say(if asked.is_empty() { "patients-none" } else { "patients-not-found" })) }
        } @else {
            table.list {
                thead { tr {
                    th scope="col" { (words.say("patient-name")) }
                    th scope="col" { (words.say("patient-birth")) }
                    th scope="col" { (words.say("changed")) }
                } }
                tbody {
                    @for patient in patients.iter().take(SHOWN) {
                        tr {
                            th scope="row" { a href=(patient_path(patient.id, "")) { (full_name(&patient.content)) } }
                            td { @if let Some(birth) = patient.content.birth_date { (birth) } }
                            td.quiet { (local(patient.written_at)) ", " (patient.written_by) }
                        }
                    }
                }
            }
            @if patients.len() > SHOWN {
                p.quiet { (words.say_with("patients-more", [("more", (patients.len() - SHOWN).into())])) }
            }
        }
    }
}
