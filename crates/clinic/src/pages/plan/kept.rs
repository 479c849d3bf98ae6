//! Plans that were decided on: their days, and their documents.

use std::sync::atomic::AtomicBool;

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use jiff::civil::{Time, time};
use maud::{Markup, html};
use needlepoint_care::{chosen::chosen_case, plan::Expected};
use needlepoint_knowledge::store::fingerprint;
use needlepoint_records::{
    Id,
    clinical::{self, Patient, Plan, PlanStatus, Session},
    document::Document,
};
use needlepoint_report::{
    CareInput, CareOptions, CareProvenance, Paper, SessionTime, care_files, consultation_facts,
};
use serde::Deserialize;

use super::{answers, care_of, chosen};
use crate::{
    app::App,
    pages::{
        forms::{day, text},
        layout::{Page, Step, full_name, page, patient_path, remark},
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/plans", get(list))
        .route("/patients/{patient}/plans/{plan}", get(show).post(change))
        .route("/patients/{patient}/plans/{plan}/files/{file}", get(file))
}

/// When sessions begin, unless somebody says otherwise.
const FIRST_SESSION_AT: Time = time(10, 0, 0, 0);

const STATUSES: [(PlanStatus, &str, &str); 4] = [
    (PlanStatus::Draft, "draft", "plan-draft"),
    (PlanStatus::Active, "active", "plan-active"),
    (PlanStatus::Completed, "completed", "plan-completed"),
    (PlanStatus::Stopped, "stopped", "plan-stopped"),
];

fn status_label(status: PlanStatus) -> &'static str {
    STATUSES.iter().find(|(known, ..)| *known == status).map_or("plan-active", |(.., label)| label)
}

async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, id).await?;
    let plans: Vec<Document<Plan>> = app.practice.of_patient(id).await?;
    let consultations: Vec<Document<clinical::Consultation>> = app.practice.of_patient(id).await?;
    let words = &app.words;
    let body = html! {
        @if plans.is_empty() { p.empty { (words.say("plans-none")) } }
        @else {
            table.list {
                thead { tr {
                    th scope="col" { (words.say("plan-made")) }
                    th scope="col" { (words.say("plan-what")) }
                    th scope="col" { (words.say("plan-status")) }
                } }
                tbody { @for plan in plans.iter().rev() {
                    tr {
                        th scope="row" { a href=(patient_path(id, &format!("/plans/{}", plan.id))) { (plan.content.made_on) } }
                        td { (in_words(&app, &plan.content)) }
                        td { (words.say(status_label(plan.content.status))) }
                    }
                } }
            }
        }
        @if let Some(latest) = consultations.last().filter(|_| visitor.may(Right::Decide)) {
            p { a.button href=(patient_path(id, &format!("/consultations/{}/plan", latest.id))) { (words.say("plan-new")) } }
        }
    };
    let title = words.say("plans-title");
    let shown = Page { title: &title, patient: Some((&patient, Step::Plan)), body, files: &[] };
    Ok(page(&app, &visitor, &shown).into_response())
}

/// "A pen: cheek 1.5 mm; 3 sessions, 28 days apart".
fn in_words(app: &App, plan: &Plan) -> String {
    let settings = &plan.settings;
    let device = app.knowledge.device(&settings.device);
    let device = device.map_or(settings.device.as_str(), |device| device.label.as_str());
    let zones: Vec<String> = settings
        .zones
        .iter()
        .map(|zone| {
            let site = app.knowledge.site(&zone.site);
            let label = site.map_or(zone.site.as_str(), |site| site.label.as_str());
            format!("{} {} mm", label.to_lowercase(), zone.needle_mm)
        })
        .collect();
    app.words.say_with(
        "plan-in-words",
        [
            ("device", device.to_owned().into()),
            ("zones", zones.join(", ").into()),
            ("sessions", settings.sessions.into()),
            ("days", settings.interval_days.into()),
        ],
    )
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
) -> Result<Response, Refusal> {
    shown(&app, &visitor, (patient, id), None).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    (patient, id): (Id, Id),
    wrong: Option<&str>,
) -> Result<Response, Refusal> {
    let (patient, plan) = visitor.of::<Plan>(app, patient, id).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(patient.id).await?;
    let care = care_of(app, &plan).await;
    let words = &app.words;
    let body = html! {
        @if let Some(wrong) = wrong { (remark("bad", wrong)) }
        div.columns {
            section.card {
                h2 { (words.say("plan-what")) }
                p.lead { (in_words(app, &plan.content)) }
                (details(app, &plan))
                @if let Some(note) = &plan.content.note { p.text { (note) } }
                p { a href=(patient_path(patient.id, &format!("/consultations/{}/plan?kept={}", plan.content.consultation, plan.id))) { (words.say("plan-see-again")) } }
            }
            section.card {
                h2 { (words.say("plan-files")) }
                @match &care {
                    Ok(_) => (files(app, &plan)),
                    Err(Refusal::BadInput(why)) => (remark("bad", why)),
                    Err(_) => (remark("bad", &words.say("refused-fault-why"))),
                }
            }
        }
        (days(app, visitor, &plan, &sessions))
        @if let Ok((care, _)) = &care {
            @if let Some(planned) = &care.plan { (expected(app, &planned.expected)) }
        }
    };
    let title = words.say("plan-title");
    let shown =
        Page { title: &title, patient: Some((&patient, Step::Plan)), body, files: &["plan.css"] };
    Ok(page(app, visitor, &shown).into_response())
}

fn details(app: &App, plan: &Document<Plan>) -> Markup {
    let (words, content) = (&app.words, &plan.content);
    let serum = content.settings.serum.as_deref().map(|name| {
        app.knowledge.product(name).map_or(name, |product| product.label.as_str()).to_owned()
    });
    html! {
        dl.facts {
            dt { (words.say("plan-made")) } dd { (content.made_on) ", " (plan.written_by) }
            dt { (words.say("plan-status")) } dd { (words.say(status_label(content.status))) }
            @for zone in &content.settings.zones {
                dt { (app.knowledge.site(&zone.site).map_or(zone.site.as_str(), |site| site.label.as_str())) }
                dd { (words.say_with("plan-zone", [("mm", zone.needle_mm.to_string().into()), ("passes", zone.passes.into())])) }
            }
            dt { (words.say("plan-serum")) } dd { (serum.unwrap_or_else(|| words.say("plan-no-serum"))) }
            @if !content.settings.aftercare_kept { dt { (words.say("plan-aftercare")) } dd { (words.say("no")) } }
            @if !content.proposed { dt { (words.say("plan-origin")) } dd { (words.say("plan-own-choice")) } }
        }
    }
}

fn files(app: &App, plan: &Document<Plan>) -> Markup {
    let words = &app.words;
    let path = |file: &str| {
        patient_path(plan.content.patient, &format!("/plans/{}/files/{file}", plan.id))
    };
    html! {
        ul.downloads {
            li { a href=(path("plan.pdf")) { (words.say("plan-file-plan")) } }
            li { a href=(path("patient.pdf")) { (words.say("plan-file-patient")) } }
            @for number in 1..=plan.content.dates.len() {
                li { a href=(path(&format!("session-{number}.pdf"))) { (words.say_with("plan-file-session", [("number", number.into())])) } }
            }
        }
        form.row method="get" action=(path("aftercare.ics")) {
            label for="time" { (words.say("plan-begins")) }
            input #time name="time" type="time" value=(FIRST_SESSION_AT.strftime("%H:%M")) required;
            button.second type="submit" { (words.say("plan-file-calendar")) }
        }
    }
}

/// The days of the sessions: done, or still to be moved.
fn days(
    app: &App,
    visitor: &Visitor,
    plan: &Document<Plan>,
    sessions: &[Document<Session>],
) -> Markup {
    let words = &app.words;
    let patient = plan.content.patient;
    let done = |number: u32| {
        sessions
            .iter()
            .find(|session| session.content.plan == plan.id && session.content.number == number)
    };
    let path = patient_path(patient, &format!("/plans/{}", plan.id));
    html! {
        form.card method="post" action=(path) {
            h2 { (words.say("plan-days")) }
            input type="hidden" name="version" value=(plan.version);
            table.list {
                tbody { @for (number, date) in (1..).zip(&plan.content.dates) {
                    tr {
                        th scope="row" { label for={ "date-" (number) } { (words.say_with("plan-session", [("number", number.into())])) } }
                        td { input id={ "date-" (number) } type="date" name="date" value=(date) readonly[!visitor.may(Right::Decide)]; }
                        td {
                            @match done(number) {
                                Some(session) => { a href=(patient_path(patient, &format!("/sessions/{}", session.id))) { (words.say("plan-session-open")) } }
                                None => { a href=(patient_path(patient, &format!("/plans/{}/sessions/{number}", plan.id))) { (words.say("plan-session-begin")) } }
                            }
                        }
                    }
                } }
            }
            @if visitor.may(Right::Decide) {
                div.fields {
                    div { label for="status" { (words.say("plan-status")) }
                        select #status name="status" {
                            @for (status, name, label) in STATUSES {
                                option value=(name) selected[status == plan.content.status] { (words.say(label)) }
                            }
                        } }
                    div { label for="note" { (words.say("note")) }
                        textarea #note name="note" maxlength="10000" { (plan.content.note.as_deref().unwrap_or_default()) } }
                }
                div.actions { button type="submit" { (words.say("save")) } }
            }
        }
    }
}

fn expected(app: &App, expected: &[Expected]) -> Markup {
    let words = &app.words;
    html! {
        section.card {
            h2 { (words.say("plan-expect")) }
            p.quiet { (words.say("plan-expect-lead")) }
            table.list {
                tbody { @for line in expected {
                    tr {
                        th scope="row" { (line.concern) ", " (line.site.to_lowercase()) ": " (line.what) }
                        td { (signed(line.change.median)) " " (line.unit) }
                        td.quiet { (words.say_with("plan-between", [("range", format!("{} \u{2026} {} {}", signed(line.change.lo95), signed(line.change.hi95), line.unit).into())])) }
                        td.quiet { (line.when) }
                    }
                } }
            }
        }
    }
}

/// A whole number with its sign, as it is printed; nothing is neither more nor less.
fn signed(value: f64) -> String {
    match value.round() {
        0.0 => "0".to_owned(),
        more if more > 0.0 => format!("+{more:.0}"),
        less => format!("\u{2212}{:.0}", -less),
    }
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Decide)?;
    let (_, plan) = visitor.of::<Plan>(&app, patient, id).await?;
    match changed(&app, &plan, &sent).await {
        Ok((version, meant)) => {
            app.practice.update(&visitor.author(), id, version, &meant).await?;
            Ok(Redirect::to(&patient_path(patient, &format!("/plans/{id}"))).into_response())
        }
        Err(Refusal::BadInput(why)) => shown(&app, &visitor, (patient, id), Some(&why)).await,
        Err(other) => Err(other),
    }
}

/// The plan that is meant, and the version that it was made from.
async fn changed(
    app: &App,
    plan: &Document<Plan>,
    sent: &[(String, String)],
) -> Result<(u32, Plan), Refusal> {
    let field =
        |name: &str| sent.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let version = field("version").and_then(|version| version.parse().ok());
    let version: u32 =
        version.ok_or_else(|| Refusal::bad("The form is broken. Reload the page."))?;
    let mut meant = plan.content.clone();
    let named = field("status").unwrap_or_default();
    if let Some((status, ..)) = STATUSES.iter().find(|(_, name, _)| *name == named) {
        meant.status = *status;
    }
    meant.note = field("note").and_then(text);
    let given = sent.iter().filter(|(name, _)| name == "date");
    let dates = given.map(|(_, date)| day(date)).collect::<Result<Vec<_>, _>>()?;
    let dates: Option<Vec<_>> = dates.into_iter().collect();
    let dates = dates.ok_or_else(|| Refusal::bad("Every session needs a day."))?;
    if !dates.is_empty() && dates != plan.content.dates {
        let document: Document<clinical::Consultation> =
            app.practice.read(plan.content.consultation).await?;
        let consultation = answers(app, &document)?;
        let choice = chosen(&meant.settings, &dates);
        chosen_case(&consultation, &app.knowledge, meant.made_on, &choice).map_err(Refusal::bad)?;
        meant.dates = dates;
        // What is in the patient's calendar moves instead of doubling.
        meant.revision += 1;
    }
    Ok((version, meant))
}

#[derive(Deserialize)]
struct Begins {
    /// When sessions begin, `10:00`.
    time: Option<String>,
}

async fn file(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id, name)): Path<(Id, Id, String)>,
    Query(asked): Query<Begins>,
) -> Result<Response, Refusal> {
    let (_, plan) = visitor.of::<Plan>(&app, patient, id).await?;
    let begins = asked.time.as_deref().map(|time| Time::strptime("%H:%M", time)).transpose();
    let begins = begins.map_err(|_| Refusal::bad("A time of the day is needed, such as 10:00."))?;
    let bytes = file_at(&app, &plan, &name, begins.unwrap_or(FIRST_SESSION_AT)).await?;
    let kind = match name.rsplit('.').next() {
        Some("pdf") => "application/pdf",
        Some("ics") => "text/calendar; charset=utf-8",
        _ => return Err(Refusal::NotFound),
    };
    let disposition = format!("inline; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).map_err(|_| Refusal::NotFound)?,
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// One of the documents of a plan, by its name.
///
/// # Errors
/// Not found where a plan has no such document.
pub(crate) async fn plan_file(
    app: &App,
    plan: &Document<Plan>,
    name: &str,
) -> Result<Vec<u8>, Refusal> {
    file_at(app, plan, name, FIRST_SESSION_AT).await
}

async fn file_at(
    app: &App,
    plan: &Document<Plan>,
    name: &str,
    begins: Time,
) -> Result<Vec<u8>, Refusal> {
    let key = ((plan.id, plan.version), begins);
    let files = if let Some(files) = app.files.get(&key) {
        files
    } else {
        let (care, consultation) = care_of(app, plan).await?;
        let patient: Document<Patient> = app.practice.read(plan.content.patient).await?;
        let whose = whose(&patient.content);
        let (shared, plan) = (app.clone(), plan.clone());
        let made =
            move |_: &AtomicBool| made(&shared, &plan, (&care, &consultation), &whose, begins);
        let made = app.simulator.work_soon(made);
        app.files.put(key, made.await??)
    };
    let file = files.iter().find(|(known, _)| known == name);
    file.map(|(_, bytes)| bytes.clone()).ok_or(Refusal::NotFound)
}

/// Whose documents they are: two sheets on a desk must not be taken for each other.
fn whose(patient: &Patient) -> String {
    match patient.birth_date {
        Some(born) => format!("{}, {born}", full_name(patient)),
        None => full_name(patient),
    }
}

fn made(
    app: &App,
    plan: &Document<Plan>,
    (care, consultation): (&needlepoint_care::Care, &needlepoint_case::Consultation),
    whose: &str,
    begins: Time,
) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let name = format!("plan-{}", plan.id);
    let provenance = CareProvenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        patient_file: name.clone(),
        patient_sha256: fingerprint(name.as_bytes()),
        knowledge_sha256: app.knowledge.hash.clone(),
        ensemble: app.knowledge.ensemble_name().to_owned(),
    };
    let input = CareInput {
        care,
        title: whose,
        facts: &consultation_facts(consultation, &app.knowledge),
        knowledge: &app.knowledge,
        warnings: &[],
        provenance: &provenance,
    };
    let time = SessionTime::new(begins, None, plan.content.revision).map_err(Refusal::bad)?;
    care_files(&input, &CareOptions { paper: Paper::A4, time })
        .map_err(|why| Refusal::Fault(why.to_string()))
}
