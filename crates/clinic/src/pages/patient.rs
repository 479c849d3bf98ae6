//! One patient: who it is, and all at a glance.

use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use maud::{Markup, html};
use needlepoint_records::{
    Id, RecordsError,
    clinical::{Consultation, Patient, Plan, RecordedSex, Session, Visit},
    document::Document,
};
use serde::Deserialize;

use super::{
    forms::{day, local, text, today},
    layout::{Page, Step, full_name, page, patient_path, remark},
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{Right, Visitor},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/new", get(new).post(create))
        .route("/patients/{patient}", get(overview))
        .route("/patients/{patient}/edit", get(edit).post(save))
        .route("/patients/{patient}/erase", get(ask_to_erase).post(erase))
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Fields {
    family_name: String,
    given_name: String,
    birth_date: String,
    sex: String,
    phone: String,
    email: String,
    note: String,
    confidential: Option<String>,
    version: u32,
}

impl Fields {
    fn of(patient: &Document<Patient>) -> Self {
        let content = &patient.content;
        Self {
            family_name: content.family_name.clone(),
            given_name: content.given_name.clone(),
            birth_date: content.birth_date.map(|day| day.to_string()).unwrap_or_default(),
            sex: content.sex.map(sex_name).unwrap_or_default().to_owned(),
            phone: content.phone.clone().unwrap_or_default(),
            email: content.email.clone().unwrap_or_default(),
            note: content.note.clone().unwrap_or_default(),
            confidential: (!content.confidential_to.is_empty()).then(String::new),
            version: patient.version,
        }
    }

    /// The patient that is meant; what the form does not show is taken from `before`.
    fn patient(
        &self,
        app: &App,
        visitor: &Visitor,
        before: Option<&Patient>,
    ) -> Result<Patient, Refusal> {
        let (family, given) = (text(&self.family_name), text(&self.given_name));
        if family.is_none() && given.is_none() {
            return Err(Refusal::bad(app.words.say("patient-needs-name")));
        }
        let birth_date = day(&self.birth_date)?;
        if birth_date.is_some_and(|birth| birth > today()) {
            return Err(Refusal::bad(app.words.say("patient-not-born")));
        }
        let confidential_to = match (&self.confidential, before) {
            // Who does not decide neither keeps a patient from those who do, nor shows one to everybody.
            _ if !visitor.may(Right::Decide) => {
                before.map(|before| before.confidential_to.clone()).unwrap_or_default()
            }
            (None, _) => Vec::new(),
            (Some(_), Some(before)) if !before.confidential_to.is_empty() => {
                before.confidential_to.clone()
            }
            (Some(_), _) => vec![visitor.account.clone()],
        };
        Ok(Patient {
            family_name: family.unwrap_or_default(),
            given_name: given.unwrap_or_default(),
            birth_date,
            sex: SEXES.iter().find(|(_, name, _)| *name == self.sex).map(|(sex, ..)| *sex),
            phone: text(&self.phone),
            email: text(&self.email),
            note: text(&self.note),
            fictitious: before.is_some_and(|before| before.fictitious),
            confidential_to,
        })
    }
}

const SEXES: [(RecordedSex, &str, &str); 3] = [
    (RecordedSex::Female, "female", "sex-female"),
    (RecordedSex::Male, "male", "sex-male"),
    (RecordedSex::Other, "other", "sex-other"),
];

fn sex_name(sex: RecordedSex) -> &'static str {
    SEXES.iter().find(|(known, ..)| *known == sex).map_or("", |(_, name, _)| name)
}

async fn new(State(app): State<App>, visitor: Visitor) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let title = app.words.say("patient-new");
    let body = form(&app, &visitor, "/patients/new", &Fields::default(), None);
    Ok(page(&app, &visitor, &Page { title: &title, patient: None, body, files: &[] })
        .into_response())
}

async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let patient = match fields.patient(&app, &visitor, None) {
        Ok(patient) => patient,
        Err(Refusal::BadInput(why)) => {
            let title = app.words.say("patient-new");
            let body = form(&app, &visitor, "/patients/new", &fields, Some(&why));
            let again =
                page(&app, &visitor, &Page { title: &title, patient: None, body, files: &[] });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
        Err(other) => return Err(other),
    };
    let created = app.practice.create(&visitor.author(), &patient).await?;
    Ok(Redirect::to(&patient_path(created.id, "")).into_response())
}

async fn edit(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let patient = visitor.patient(&app, id).await?;
    Ok(editing(&app, &visitor, &patient, &Fields::of(&patient), None))
}

fn editing(
    app: &App,
    visitor: &Visitor,
    patient: &Document<Patient>,
    fields: &Fields,
    wrong: Option<&str>,
) -> Response {
    let title = app.words.say("patient-edit");
    let mut body = form(app, visitor, &patient_path(patient.id, "/edit"), fields, wrong);
    if visitor.may(Right::Manage) {
        body = html! {
            (body)
            p { a href=(patient_path(patient.id, "/erase")) { (app.words.say("patient-erase")) } }
        };
    }
    let shown = Page { title: &title, patient: Some((patient, Step::Overview)), body, files: &[] };
    page(app, visitor, &shown).into_response()
}

async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
    Form(mut fields): Form<Fields>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let now = visitor.patient(&app, id).await?;
    let meant = match fields.patient(&app, &visitor, Some(&now.content)) {
        Ok(meant) => meant,
        Err(Refusal::BadInput(why)) => {
            let again = editing(&app, &visitor, &now, &fields, Some(&why));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
        Err(other) => return Err(other),
    };
    match app.practice.update(&visitor.author(), id, fields.version, &meant).await {
        Ok(_) => Ok(Redirect::to(&patient_path(id, "")).into_response()),
        Err(RecordsError::Conflict { current_version, written_by, written_at }) => {
            // What was typed stays; saving once more is a decision then.
            fields.version = current_version;
            let why = app.words.say_with(
                "conflict-keep-typing",
                [("by", written_by.into()), ("at", local(written_at).into())],
            );
            let again = editing(&app, &visitor, &now, &fields, Some(&why));
            Ok((StatusCode::CONFLICT, again).into_response())
        }
        Err(other) => Err(other.into()),
    }
}

fn form(
    app: &App,
    visitor: &Visitor,
    action: &str,
    fields: &Fields,
    wrong: Option<&str>,
) -> Markup {
    let words = &app.words;
    html! {
        @if let Some(wrong) = wrong { (remark("bad", wrong)) }
        form.card method="post" action=(action) {
            input type="hidden" name="version" value=(fields.version);
            div.fields {
                div { label for="family_name" { (words.say("patient-family-name")) }
                    input #family_name name="family_name" value=(fields.family_name) maxlength="200" autocomplete="off"; }
                div { label for="given_name" { (words.say("patient-given-name")) }
                    input #given_name name="given_name" value=(fields.given_name) maxlength="200" autocomplete="off"; }
                div { label for="birth_date" { (words.say("patient-birth")) }
                    input #birth_date name="birth_date" type="date" value=(fields.birth_date) min="1900-01-01"; }
                div { label for="sex" { (words.say("patient-sex")) }
                    select #sex name="sex" {
                        option value="" { (words.say("not-stated")) }
                        @for (_, name, label) in SEXES {
                            option value=(name) selected[fields.sex == name] { (words.say(label)) }
                        }
                    } }
                div { label for="phone" { (words.say("patient-phone")) }
                    input #phone name="phone" type="tel" value=(fields.phone) maxlength="60" autocomplete="off"; }
                div { label for="email" { (words.say("patient-email")) }
                    input #email name="email" type="email" value=(fields.email) maxlength="200" autocomplete="off"; }
            }
            label for="note" { (words.say("note")) }
            textarea #note name="note" rows="3" maxlength="10000" { (fields.note) }
            @if visitor.may(Right::Decide) {
                label.tick { input type="checkbox" name="confidential" value="yes" checked[fields.confidential.is_some()];
                    span { (words.say("patient-confidential")) } }
            }
            div.actions { button type="submit" { (words.say("save")) } }
        }
    }
}

async fn overview(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, id).await?;
    let consultations: Vec<Document<Consultation>> = app.practice.of_patient(id).await?;
    let plans: Vec<Document<Plan>> = app.practice.of_patient(id).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(id).await?;
    let visits: Vec<Document<Visit>> = app.practice.of_patient(id).await?;
    let words = &app.words;
    let content = &patient.content;
    let mut story: Vec<(jiff::civil::Date, &str, String, usize)> = Vec::new();
    let path = |kind: &str, id: Id| patient_path(patient.id, &format!("/{kind}/{id}"));
    story.extend(
        consultations
            .iter()
            .map(|c| (c.content.held_on, "story-consultation", path("consultations", c.id), 0)),
    );
    story.extend(plans.iter().map(|p| (p.content.made_on, "story-plan", path("plans", p.id), 0)));
    story.extend(sessions.iter().map(|s| {
        let went_wrong = s.content.adverse_events.len();
        (s.content.held_on, "story-session", path("sessions", s.id), went_wrong)
    }));
    story.extend(visits.iter().map(|v| {
        let went_wrong = v.content.adverse_events.len();
        (v.content.seen_on, "story-visit", path("visits", v.id), went_wrong)
    }));
    story.sort();
    let body = html! {
        div.card {
            dl.facts {
                @if let Some(birth) = content.birth_date { dt { (words.say("patient-birth")) } dd { (birth) } }
                @if let Some((.., label)) = SEXES.iter().find(|(sex, ..)| Some(*sex) == content.sex) {
                    dt { (words.say("patient-sex")) } dd { (words.say(label)) }
                }
                @if let Some(phone) = &content.phone { dt { (words.say("patient-phone")) } dd { (phone) } }
                @if let Some(email) = &content.email { dt { (words.say("patient-email")) } dd { (email) } }
                @if let Some(note) = &content.note { dt { (words.say("note")) } dd.text { (note) } }
                @if !content.confidential_to.is_empty() {
                    dt { (words.say("patient-kept-from-others")) } dd { (content.confidential_to.join(", ")) }
                }
            }
            @if visitor.may(Right::Record) {
                p { a href=(patient_path(id, "/edit")) { (words.say("patient-edit")) } }
            }
        }
        section aria-labelledby="story" {
            h2 #story { (words.say("story-title")) }
            @if story.is_empty() {
                p.empty { (words.say("story-empty")) }
            } @else {
                ol.story {
                    @for (on, what, path, went_wrong) in &story {
                        li {
                            span.when { (on) } " " a href=(path) { (words.say(what)) }
                            @if *went_wrong > 0 {
                                " " span.tag.warn { (words.say_with("story-adverse", [("count", (*went_wrong).into())])) }
                            }
                        }
                    }
                }
            }
            @if visitor.may(Right::Decide) {
                p { a.button href=(patient_path(id, "/consultations/new")) { (words.say("consultation-new")) } }
            }
        }
    };
    let title = full_name(content);
    let shown = Page { title: &title, patient: Some((&patient, Step::Overview)), body, files: &[] };
    Ok(page(&app, &visitor, &shown).into_response())
}

async fn ask_to_erase(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    let patient = visitor.patient(&app, id).await?;
    let words = &app.words;
    let body = html! {
        form.card method="post" action=(patient_path(id, "/erase")) {
            input type="hidden" name="version" value=(patient.version);
            p { (words.say_with("patient-erase-sure", [("name", full_name(&patient.content).into())])) }
            div.actions { button.danger type="submit" { (words.say("patient-erase")) } }
        }
    };
    let title = words.say("patient-erase");
    let shown = Page { title: &title, patient: Some((&patient, Step::Overview)), body, files: &[] };
    Ok(page(&app, &visitor, &shown).into_response())
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

async fn erase(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
    Form(asked): Form<Version>,
) -> Result<Redirect, Refusal> {
    visitor.must(Right::Manage)?;
    visitor.patient(&app, id).await?;
    app.practice.erase(&visitor.author(), id, asked.version).await?;
    Ok(Redirect::to("/"))
}
