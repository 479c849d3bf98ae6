//! The consultation: who it is, what is to be treated, what speaks for and against it.
//!
//! - [`answers`]: what the form holds; [`file`]: the patient file from it, and back
//! - [`kinds`]: what can be said about each kind of concern
//! - [`screened`]: the answers held against the rules; [`panel`]: the screening beside the form
//! - [`form`], [`what`], [`history`], [`fields`], [`body_map`]: the form, part by part
//! - [`draft`]: a consultation while it is written; [`page`]: what is seen around the form
//! - [`medicines`]: medicines found by name
//!
//! Every button of the form is sent to the server, which gives the page with what the button asked for; a script puts in only the part
//! that changed.

mod answers;
mod body_map;
mod draft;
mod fields;
mod file;
mod form;
mod history;
mod kinds;
mod medicines;
mod page;
mod panel;
mod screened;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod what;

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use needlepoint_records::{
    Id, RecordsError,
    clinical::{Consultation, Patient},
    document::Document,
};
use serde::Deserialize;

use self::{
    draft::{Act, Body, Draft},
    page::{Remark, Target},
};
use super::{
    forms::{local, today},
    layout::patient_path,
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Names and values of a form, in the order in which they were sent.
type Pairs = Form<Vec<(String, String)>>;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/consultations", get(all).post(create))
        .route("/patients/{patient}/consultations/new", get(new))
        .route("/patients/{patient}/consultations/screen", post(screen))
        .route("/patients/{patient}/consultations/{consultation}", get(show).post(save))
        .route("/consult/medicines", get(medicines::find))
}

async fn all(
    State(app): State<App>,
    visitor: Visitor,
    Path(patient): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, patient).await?;
    let consultations = latest_first(&app, patient.id).await?;
    Ok(page::list(&app, &visitor, &patient, &consultations))
}

/// Consultations of a patient, the latest first.
async fn latest_first(app: &App, patient: Id) -> Result<Vec<Document<Consultation>>, Refusal> {
    let mut consultations: Vec<Document<Consultation>> = app.practice.of_patient(patient).await?;
    consultations.sort_by_key(|one| std::cmp::Reverse((one.content.held_on, one.id)));
    Ok(consultations)
}

#[derive(Deserialize)]
struct From {
    /// A consultation whose answers are taken over.
    from: Option<Id>,
}

async fn new(
    State(app): State<App>,
    visitor: Visitor,
    Path(patient): Path<Id>,
    Query(From { from }): Query<From>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Decide)?;
    let patient = visitor.patient(&app, patient).await?;
    let draft = match from {
        Some(from) => {
            let (_, before) = visitor.of::<Consultation>(&app, patient.id, from).await?;
            Draft::taken_over(&patient.content, &before, &app.knowledge, today())
        }
        None => Draft::new(&patient.content, today()),
    };
    page::edit(&app, &visitor, &Target::New(&patient), &draft, &Remark::None).await
}

async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Path(patient): Path<Id>,
    Form(pairs): Pairs,
) -> Result<Response, Refusal> {
    visitor.must(Right::Decide)?;
    let patient = visitor.patient(&app, patient).await?;
    let (mut draft, act) = Draft::sent(pairs, &app.knowledge)?;
    let target = Target::New(&patient);
    if act != Act::Save {
        return changed(&app, &visitor, &target, draft, &act).await;
    }
    if draft.from.is_some() && !draft.confirmed {
        return wrong(&app, &visitor, &target, &draft, app.words.say("consult-confirm-first"))
            .await;
    }
    if let Some(field) = draft.without_reason() {
        return lacking(&app, &visitor, &target, draft, field).await;
    }
    draft.sign(&visitor.account, &[]);
    let consultation = match kept(&app, &visitor, &draft, patient.id, &[]) {
        Ok(consultation) => consultation,
        Err(why) => return wrong(&app, &visitor, &target, &draft, why).await,
    };
    let created = app.practice.create(&visitor.author(), &consultation).await?;
    Ok(Redirect::to(&path_of(patient.id, created.id, "?saved=true")).into_response())
}

#[derive(Deserialize)]
struct Saved {
    /// It was saved just now.
    #[serde(default)]
    saved: bool,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, consultation)): Path<(Id, Id)>,
    Query(Saved { saved }): Query<Saved>,
) -> Result<Response, Refusal> {
    let (patient, document) = visitor.of::<Consultation>(&app, patient, consultation).await?;
    let draft = Draft::of(&document, &app.knowledge);
    let remark = if saved { Remark::Saved } else { Remark::None };
    page::edit(&app, &visitor, &Target::Kept(&patient, &document), &draft, &remark).await
}

async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, consultation)): Path<(Id, Id)>,
    Form(pairs): Pairs,
) -> Result<Response, Refusal> {
    visitor.must(Right::Decide)?;
    let (patient, document) = visitor.of::<Consultation>(&app, patient, consultation).await?;
    let (mut draft, act) = Draft::sent(pairs, &app.knowledge)?;
    let target = Target::Kept(&patient, &document);
    if act != Act::Save {
        return changed(&app, &visitor, &target, draft, &act).await;
    }
    let signed = draft::signed(&document.content.file, &app.knowledge);
    if let Some(field) = draft.without_reason() {
        return lacking(&app, &visitor, &target, draft, field).await;
    }
    draft.sign(&visitor.account, &signed);
    let meant = match kept(&app, &visitor, &draft, patient.id, &signed) {
        Ok(meant) => meant,
        Err(why) => return wrong(&app, &visitor, &target, &draft, why).await,
    };
    match app.practice.update(&visitor.author(), document.id, draft.version, &meant).await {
        Ok(_) => Ok(Redirect::to(&path_of(patient.id, document.id, "?saved=true")).into_response()),
        Err(RecordsError::Conflict { current_version, written_by, written_at }) => {
            // What was typed stays; saving once more is a decision then.
            draft.version = current_version;
            let why = app.words.say_with(
                "conflict-keep-typing",
                [("by", written_by.into()), ("at", local(written_at).into())],
            );
            let again = page::edit(&app, &visitor, &target, &draft, &Remark::Wrong(why)).await?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

/// The screening of what stands in the form now. Nothing is stored.
async fn screen(
    State(app): State<App>,
    visitor: Visitor,
    Path(patient): Path<Id>,
    Form(pairs): Pairs,
) -> Result<Html<String>, Refusal> {
    visitor.patient(&app, patient).await?;
    let (draft, _) = Draft::sent(pairs, &app.knowledge)?;
    let screened = draft.screened(&app.knowledge, today()).map_err(Refusal::bad)?;
    Ok(Html(page::panel(&app, &visitor, &draft, &screened).into_string()))
}

/// The page after a button that stores nothing.
async fn changed(
    app: &App,
    visitor: &Visitor,
    target: &Target<'_>,
    mut draft: Draft,
    act: &Act,
) -> Result<Response, Refusal> {
    let remark = match draft.act(act, &visitor.account, app) {
        Ok(()) => Remark::None,
        Err(why) => Remark::Wrong(why),
    };
    page::edit(app, visitor, target, &draft, &remark).await
}

/// The page again, with what keeps it from being saved.
async fn wrong(
    app: &App,
    visitor: &Visitor,
    target: &Target<'_>,
    draft: &Draft,
    why: String,
) -> Result<Response, Refusal> {
    let again = page::edit(app, visitor, target, draft, &Remark::Wrong(why)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// The page again, with the reason that is missing for advice set aside: without it, nothing would be set aside.
async fn lacking(
    app: &App,
    visitor: &Visitor,
    target: &Target<'_>,
    mut draft: Draft,
    field: String,
) -> Result<Response, Refusal> {
    draft.focus.clone_from(&field);
    let remark = Remark::Lacking(field, app.words.say("consult-reason-needed"));
    let again = page::edit(app, visitor, target, &draft, &remark).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// The consultation as it is kept: with errors too, so that nothing that was asked has to be asked again.
fn kept(
    app: &App,
    visitor: &Visitor,
    draft: &Draft,
    patient: Id,
    signed: &[needlepoint_case::Override],
) -> Result<Consultation, String> {
    let screened = draft.screened(&app.knowledge, today())?;
    let overrides = screened.consultation.iter().flat_map(|read| &read.overrides);
    if let Some(foreign) =
        overrides.into_iter().find(|one| one.by != visitor.account && !signed.contains(one))
    {
        return Err(app.words.say_with(
            "consult-sign-yourself",
            [("rule", foreign.rule.as_str().into()), ("account", visitor.account.as_str().into())],
        ));
    }
    Ok(Consultation {
        patient,
        held_on: draft.held_on(today()),
        verdict: screened.verdict(),
        file: draft.file()?,
        note: super::forms::text(&draft.note),
    })
}

/// The address of a consultation.
fn path_of(patient: Id, consultation: Id, rest: &str) -> String {
    patient_path(patient, &format!("/consultations/{consultation}{rest}"))
}

/// The body of a draft as a form, if it can be shown as one.
fn form_of(body: &Body) -> Option<&answers::Answers> {
    match body {
        Body::Form(answers) => Some(answers),
        Body::File { .. } => None,
    }
}

/// Whole years on a day.
fn age_on(patient: &Patient, day: jiff::civil::Date) -> Option<i16> {
    let birth = patient.birth_date?;
    let years = day.year() - birth.year();
    let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
    Some(if had_birthday { years } else { years - 1 }).filter(|years| *years >= 0)
}
