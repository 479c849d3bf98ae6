//! Visits of a patient: the list, what comes next, and the form.

use axum::{
    extract::{Multipart, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use needlepoint_care::{Care, plan::Review};
use needlepoint_case::Consultation;
use needlepoint_knowledge::store::fingerprint;
use needlepoint_records::{
    Id, RecordsError,
    clinical::{AdverseEvent, Patient, Photograph, Plan, PlanStatus, Session, Visit},
    document::Document,
};
use serde::Deserialize;

use super::{
    days::day_of,
    form::{Fields, score_field},
    learned,
    offered::{Offered, Zone, zones},
    own::Recorded,
};
use crate::{
    app::App,
    pages::{
        forms::{local, today},
        layout::{Page, Step, page, patient_path, remark},
        photographs::drawn_again,
        plan::care_of,
        treat::events::{
            event_fields, list as event_list, one as one_event, red_flags, severity_label,
        },
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Visits proposed at a time.
const PROPOSED: usize = 4;

pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, id).await?;
    let plans: Vec<Document<Plan>> = app.practice.of_patient(id).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(id).await?;
    let mut visits: Vec<Document<Visit>> = app.practice.of_patient(id).await?;
    visits.sort_by_key(|visit| visit.content.seen_on);
    let followed: Vec<Recorded> = plans
        .iter()
        .rev()
        .filter(|plan| matches!(plan.content.status, PlanStatus::Active | PlanStatus::Completed))
        .map(|plan| Recorded::of(plan, &sessions, &visits))
        .collect();
    let mut shown = Vec::new();
    for recorded in followed.iter().filter(|recorded| recorded.first().is_some()) {
        shown.push(of_plan(&app, &visitor, recorded, &visits).await);
    }
    let first = followed.iter().find_map(Recorded::first);
    let words = &app.words;
    let body = html! {
        @if visitor.may(Right::Record) {
            p { a.button href=(patient_path(id, "/visits/new")) { (words.say("follow-new")) } }
        }
        @for section in &shown { (section) }
        section.card aria-labelledby="visits" {
            h2 #visits { (words.say("follow-visits")) }
            @if visits.is_empty() { p.empty { (words.say("follow-none")) } }
            @else { (table(&app, id, &visits, first)) }
        }
    };
    let title = words.say("follow-title");
    let page_of = Page {
        title: &title,
        patient: Some((&patient, Step::Follow)),
        body,
        files: &["live.css", "follow.css", "follow.js"],
    };
    Ok(page(&app, &visitor, &page_of).into_response())
}

/// What became of one plan, and when to look again.
async fn of_plan(
    app: &App,
    visitor: &Visitor,
    recorded: &Recorded,
    visits: &[Document<Visit>],
) -> Markup {
    let words = &app.words;
    let plan = &recorded.plan;
    let (patient, made_on) = (plan.content.patient, plan.content.made_on.to_string());
    let care = care_of(app, plan).await.ok().map(|(care, _)| care);
    let reviews = care.as_ref().map(|care| proposed(care, visits, today())).unwrap_or_default();
    html! {
        section.card.followed aria-label=(words.say_with("treat-plan-of", [("date", made_on.clone().into())])) {
            div.plan-head {
                h2 { (words.say("follow-foretold-and-seen")) }
                a href=(patient_path(patient, &format!("/plans/{}", plan.id))) { (words.say_with("treat-plan-of", [("date", made_on.into())])) }
            }
            (learned::place(app, visitor, recorded))
        }
        @if !reviews.is_empty() {
            section.card {
                h2 { (words.say("follow-next")) }
                @for (why, dates) in by_reason(&reviews) {
                    ul.next-visits {
                        @for date in dates {
                            li {
                                strong { (date) }
                                @if visitor.may(Right::Record) && date <= today() {
                                    " " a href=(patient_path(patient, &format!("/visits/new?plan={}", plan.id))) { (words.say("follow-record")) }
                                }
                            }
                        }
                    }
                    p.quiet { (why) }
                }
                p.quiet { a href=(patient_path(patient, &format!("/plans/{}/files/aftercare.ics", plan.id))) { (words.say("follow-calendar")) } }
            }
        }
    }
}

/// Days of reviews under the sentence that asks for them, each said once.
fn by_reason<'r>(reviews: &[&'r Review]) -> Vec<(&'r str, Vec<Date>)> {
    let mut reasons: Vec<(&str, Vec<Date>)> = Vec::new();
    for review in reviews {
        let why = review.because.text.as_str();
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, dates)) => dates.push(review.date),
            None => reasons.push((why, vec![review.date])),
        }
    }
    reasons
}

/// Reviews of a plan that no visit has answered yet: those after the last visit, and no visit in the week before.
fn proposed<'c>(care: &'c Care, visits: &[Document<Visit>], today: Date) -> Vec<&'c Review> {
    /// A visit so many days before a review is that review.
    const SAME_VISIT_DAYS: i32 = 7;
    let reviews = care.plan.as_ref().map(|plan| plan.reviews.as_slice()).unwrap_or_default();
    let answered = |review: &&Review| {
        visits.iter().any(|visit| day_of(review.date, visit.content.seen_on) >= -SAME_VISIT_DAYS)
    };
    let missed = |review: &&Review| day_of(review.date, today) > 90;
    reviews.iter().filter(|review| !answered(review) && !missed(review)).take(PROPOSED).collect()
}

fn table(app: &App, patient: Id, visits: &[Document<Visit>], first: Option<Date>) -> Markup {
    let words = &app.words;
    html! {
        table.list.visits {
            thead { tr {
                th scope="col" { (words.say("follow-day")) }
                th scope="col" { (words.say("follow-since")) }
                th scope="col" { (words.say("follow-scores")) }
                th scope="col" { (words.say("step-photographs")) }
                th scope="col" { (words.say("treat-events")) }
            } }
            tbody {
                @for visit in visits.iter().rev() {
                    @let content = &visit.content;
                    tr {
                        th scope="row" { a href=(patient_path(patient, &format!("/visits/{}", visit.id))) { (content.seen_on) } }
                        td { @if let Some(first) = first { (since(app, first, content.seen_on)) } }
                        td { @for score in &content.scores { div { (score_told(app, score)) } } }
                        td { @if !content.photographs.is_empty() { (content.photographs.len()) } }
                        td { @for event in &content.adverse_events { div { (event.what) " (" (words.say(severity_label(event.severity))) ")" } } }
                    }
                }
            }
        }
    }
}

/// How long after the first session, in words.
fn since(app: &App, first: Date, on: Date) -> String {
    match day_of(first, on) {
        days if days < 0 => app.words.say("follow-before"),
        0 => app.words.say("follow-same-day"),
        days => app.words.say_with("follow-day-number", [("days", days.into())]),
    }
}

fn score_told(app: &App, score: &needlepoint_records::clinical::Score) -> String {
    let knowledge = &app.knowledge;
    let site = knowledge.site(&score.site).map_or(score.site.as_str(), |site| site.label.as_str());
    let observable = needlepoint_course::observable::Observable::ALL
        .into_iter()
        .find(|known| known.name() == score.scale);
    let (label, unit) = match (knowledge.scale(&score.scale), observable) {
        (Some(scale), _) => (scale.label.as_str(), ""),
        (None, Some(observable)) => (observable.label(), observable.unit()),
        (None, None) => (score.scale.as_str(), ""),
    };
    format!("{label}, {}: {} {unit}", site.to_lowercase(), score.value).trim_end().to_owned()
}

/// Which plan a new visit follows up, and on which day.
#[derive(Default, Deserialize)]
pub(super) struct Asked {
    plan: Option<Id>,
}

/// Everything a form of a visit stands on.
struct Ground {
    patient: Document<Patient>,
    plan: Option<Document<Plan>>,
    care: Option<Care>,
    zones: Vec<Zone>,
    first: Option<Date>,
    photographs: Vec<Document<Photograph>>,
    events: Vec<Noted>,
}

/// An event that was noted in a session or at a visit.
struct Noted {
    /// The session or visit.
    at: Id,
    /// Its day.
    on: Date,
    /// The message that tells which.
    told: &'static str,
    event: AdverseEvent,
}

/// Everything that was noted of a patient, by day.
fn noted(sessions: &[Document<Session>], visits: &[Document<Visit>]) -> Vec<Noted> {
    let of_sessions = sessions.iter().flat_map(|session| {
        let (at, on) = (session.id, session.content.held_on);
        let events = session.content.adverse_events.iter().cloned();
        events.map(move |event| Noted { at, on, told: "follow-event-session", event })
    });
    let of_visits = visits.iter().flat_map(|visit| {
        let (at, on) = (visit.id, visit.content.seen_on);
        let events = visit.content.adverse_events.iter().cloned();
        events.map(move |event| Noted { at, on, told: "follow-event-visit", event })
    });
    let mut noted: Vec<Noted> = of_sessions.chain(of_visits).collect();
    noted.sort_by_key(|noted| (noted.on, noted.event.at));
    noted
}

impl Ground {
    /// `asked` names the plan; without one it is the latest in force.
    async fn of(app: &App, patient: Document<Patient>, asked: Option<Id>) -> Result<Self, Refusal> {
        let plans: Vec<Document<Plan>> = app.practice.of_patient(patient.id).await?;
        let sessions: Vec<Document<Session>> = app.practice.of_patient(patient.id).await?;
        let photographs: Vec<Document<Photograph>> = app.practice.of_patient(patient.id).await?;
        let visits: Vec<Document<Visit>> = app.practice.of_patient(patient.id).await?;
        let in_force = |plan: &&Document<Plan>| {
            matches!(plan.content.status, PlanStatus::Active | PlanStatus::Completed)
        };
        let plan = match asked {
            Some(id) => Some(plans.iter().find(|plan| plan.id == id).ok_or(Refusal::NotFound)?),
            None => plans.iter().rev().find(in_force),
        };
        let plan = plan.cloned();
        let told: Option<(Care, Consultation)> = match &plan {
            Some(plan) => care_of(app, plan).await.ok(),
            None => None,
        };
        let (care, consultation) = told.unzip();
        let sites =
            plan.iter().flat_map(|plan| &plan.content.settings.zones).map(|zone| zone.site.clone());
        let zones = zones(sites, consultation.as_ref(), &app.knowledge);
        let recorded = plan.as_ref().map(|plan| Recorded::of(plan, &sessions, &[]));
        let first = recorded.and_then(|recorded| recorded.first());
        let events = noted(&sessions, &visits);
        Ok(Self { patient, plan, care, zones, first, photographs, events })
    }

    fn plan(&self) -> Option<Id> {
        self.plan.as_ref().map(|plan| plan.id)
    }
}

pub(super) async fn new(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let ground = Ground::of(&app, visitor.patient(&app, id).await?, asked.plan).await?;
    let mut fields = Fields::default();
    fields.put("seen_on", today().to_string());
    fields.put("rater", visitor.account.clone());
    Ok(form_page(&app, &visitor, &ground, None, &fields, None))
}

pub(super) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
    Query(asked): Query<Asked>,
    form: Multipart,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let ground = Ground::of(&app, visitor.patient(&app, id).await?, asked.plan).await?;
    let mut fields = Fields::read(form).await?;
    let meant = meant(&app, &visitor, &ground, &mut fields, None).await;
    let visit = match meant {
        Ok(visit) => visit,
        Err(Refusal::BadInput(why)) => {
            let again = form_page(&app, &visitor, &ground, None, &fields, Some(&why));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
        Err(other) => return Err(other),
    };
    app.practice.create(&visitor.author(), &visit).await?;
    Ok(Redirect::to(&patient_path(id, "/visits")).into_response())
}

/// The visit that a form means; a photograph sent along is kept first, and belongs to it.
async fn meant(
    app: &App,
    visitor: &Visitor,
    ground: &Ground,
    fields: &mut Fields,
    before: Option<&Visit>,
) -> Result<Visit, Refusal> {
    let plan = before.map_or_else(|| ground.plan(), |before| before.plan);
    let theirs: Vec<Id> = ground.photographs.iter().map(|photograph| photograph.id).collect();
    fields.photographs.retain(|photograph| theirs.contains(photograph));
    let mut visit = fields.visit(app, (ground.patient.id, plan), &ground.zones, before)?;
    if !fields.picture.is_empty() {
        let kept = keep(app, visitor, ground.patient.id, fields, visit.seen_on).await?;
        // Should the form come back, the picture is in the gallery by then.
        fields.photographs.push(kept);
        visit.photographs.push(kept);
    }
    Ok(visit)
}

async fn keep(
    app: &App,
    visitor: &Visitor,
    patient: Id,
    fields: &mut Fields,
    taken_on: Date,
) -> Result<Id, Refusal> {
    let bytes = std::mem::take(&mut fields.picture);
    let kept = app.simulator.work_soon(move |_| drawn_again(&bytes)).await??;
    let photograph = Photograph {
        patient,
        taken_on,
        site: fields.picture_site.clone(),
        media_type: "image/jpeg".to_owned(),
        width: kept.width,
        height: kept.height,
        sha256: fingerprint(&kept.jpeg),
        caption: None,
    };
    Ok(app.practice.put_picture(&visitor.author(), &photograph, &kept.jpeg).await?.id)
}

pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
) -> Result<Response, Refusal> {
    let (patient, visit) = visitor.of::<Visit>(&app, patient, id).await?;
    let ground = Ground::of(&app, patient, visit.content.plan).await?;
    let fields = Fields::of(&visit.content, visit.version);
    Ok(form_page(&app, &visitor, &ground, Some(&visit), &fields, None))
}

pub(super) async fn save(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
    form: Multipart,
) -> Result<Response, Refusal> {
    visitor.must(Right::Record)?;
    let (patient, visit) = visitor.of::<Visit>(&app, patient, id).await?;
    let ground = Ground::of(&app, patient, visit.content.plan).await?;
    let mut fields = Fields::read(form).await?;
    let (status, why) =
        match meant(&app, &visitor, &ground, &mut fields, Some(&visit.content)).await {
            Ok(meant) => {
                let version = fields.version();
                match app.practice.update(&visitor.author(), id, version, &meant).await {
                    Ok(_) => {
                        return Ok(Redirect::to(&patient_path(ground.patient.id, "/visits"))
                            .into_response());
                    }
                    Err(RecordsError::Conflict { current_version, written_by, written_at }) => {
                        // What was typed stays; saving once more is a decision then.
                        fields.put("version", current_version.to_string());
                        let told = [("by", written_by.into()), ("at", local(written_at).into())];
                        (StatusCode::CONFLICT, app.words.say_with("conflict-keep-typing", told))
                    }
                    Err(other) => return Err(other.into()),
                }
            }
            Err(Refusal::BadInput(why)) => (StatusCode::UNPROCESSABLE_ENTITY, why),
            Err(other) => return Err(other),
        };
    let again = form_page(&app, &visitor, &ground, Some(&visit), &fields, Some(&why));
    Ok((status, again).into_response())
}

fn form_page(
    app: &App,
    visitor: &Visitor,
    ground: &Ground,
    visit: Option<&Document<Visit>>,
    fields: &Fields,
    wrong: Option<&str>,
) -> Response {
    let words = &app.words;
    let patient = ground.patient.id;
    let edit = visitor.may(Right::Record);
    let action = match (visit, ground.plan()) {
        (Some(visit), _) => patient_path(patient, &format!("/visits/{}", visit.id)),
        (None, Some(plan)) => patient_path(patient, &format!("/visits/new?plan={plan}")),
        (None, None) => patient_path(patient, "/visits/new"),
    };
    let flags = ground.care.as_ref().map(|care| care.red_flags.as_slice()).unwrap_or_default();
    let events = visit.map(|visit| visit.content.adverse_events.as_slice()).unwrap_or_default();
    let body = html! {
        @if let Some(wrong) = wrong { (remark("bad", wrong)) }
        form.visit method="post" action=(action) enctype="multipart/form-data" {
            input type="hidden" name="version" value=(fields.version());
            fieldset.plain disabled[!edit] {
                section.card {
                    div.fields {
                        div { label for="seen_on" { (words.say("follow-day")) }
                            input #seen_on name="seen_on" type="date" required max=(today()) value=(fields.get("seen_on"));
                            @if let Some(first) = ground.first { p.quiet { (words.say_with("follow-first", [("date", first.to_string().into())])) } } }
                        div { label for="rater" { (words.say("follow-rater")) }
                            input #rater name="rater" maxlength="200" value=(fields.get("rater")); }
                    }
                }
                @for zone in &ground.zones { (zone_card(app, zone, fields)) }
                @if ground.plan.is_none() { p.remark { (words.say("follow-no-plan")) } }
                section.card {
                    h2 { (words.say("step-photographs")) }
                    (pick(app, ground, fields))
                    @if edit {
                        div.fields {
                            div { label for="picture" { (words.say("photograph-add")) }
                                input #picture name="picture" type="file" accept="image/jpeg,image/png"; }
                            div { label for="picture_site" { (words.say("site")) }
                                select #picture_site name="picture_site" {
                                    option value="" { (words.say("not-stated")) }
                                    @for zone in &ground.zones { option value=(zone.site) { (zone.label) } }
                                } }
                        }
                        p.quiet { (words.say("photograph-drawn-again")) }
                    }
                }
                section.card {
                    h2 { (words.say("treat-events")) }
                    (noted_elsewhere(app, ground, visit.map(|visit| visit.id)))
                    (event_list(app, events, "follow-events-none"))
                    @if edit { (event_fields(app, &fields.event(), "event-")) }
                    (red_flags(app, flags))
                }
                section.card {
                    label for="note" { (words.say("note")) }
                    textarea #note name="note" rows="4" maxlength="10000" { (fields.get("note")) }
                }
            }
            @if edit { div.actions { button type="submit" { (words.say("save")) } } }
        }
    };
    let title = match visit {
        Some(visit) => {
            words.say_with("follow-visit-on", [("date", visit.content.seen_on.to_string().into())])
        }
        None => words.say("follow-new"),
    };
    let files: &[&str] = &["treat.css", "follow.css"];
    let shown = Page { title: &title, patient: Some((&ground.patient, Step::Follow)), body, files };
    page(app, visitor, &shown).into_response()
}

/// What was noted in sessions and at other visits.
fn noted_elsewhere(app: &App, ground: &Ground, visit: Option<Id>) -> Markup {
    let elsewhere = ground.events.iter().filter(|noted| Some(noted.at) != visit);
    let elsewhere: Vec<&Noted> = elsewhere.collect();
    html! {
        @if !elsewhere.is_empty() {
            div.written-before {
                h3 { (app.words.say("follow-events-before")) }
                ul.written-events {
                    @for noted in elsewhere {
                        (one_event(app, &noted.event, &app.words.say_with(noted.told, [("date", noted.on.to_string().into())])))
                    }
                }
            }
        }
    }
}

fn zone_card(app: &App, zone: &Zone, fields: &Fields) -> Markup {
    let words = &app.words;
    let measured = zone
        .measured
        .iter()
        .any(|offered| !fields.get(&score_field(&zone.site, &offered.name)).is_empty());
    html! {
        section.card {
            h2 { (zone.label) }
            @if zone.scores.is_empty() { p.empty { (words.say("follow-no-scales")) } }
            div.fields { @for offered in &zone.scores { (score(app, zone, offered, fields)) } }
            @if !zone.measured.is_empty() {
                details open[measured] {
                    summary { (words.say("follow-measured")) }
                    p.quiet { (words.say("follow-measured-what")) }
                    div.fields { @for offered in &zone.measured { (score(app, zone, offered, fields)) } }
                }
            }
        }
    }
}

fn score(app: &App, zone: &Zone, offered: &Offered, fields: &Fields) -> Markup {
    let words = &app.words;
    let name = score_field(&zone.site, &offered.name);
    let better = words.say(if offered.less_is_better { "follow-less" } else { "follow-more" });
    let hint = match offered.ends {
        Some((least, most)) => words.say_with(
            if offered.is_improvement { "follow-ends-improvement" } else { "follow-ends" },
            [
                ("least", least.to_string().into()),
                ("most", most.to_string().into()),
                ("better", better.into()),
            ],
        ),
        None => words.say_with("follow-change-in", [("unit", offered.unit.into())]),
    };
    html! {
        div {
            label for=(name) { (offered.label) }
            input id=(name) name=(name) type="number" inputmode="decimal" step="any" value=(fields.get(&name))
                min=[offered.ends.map(|(least, _)| least)] max=[offered.ends.map(|(_, most)| most)]
                aria-describedby={ (name) "-hint" };
            p.quiet id={ (name) "-hint" } { (hint) }
            @if !offered.note.is_empty() {
                details.anchors { summary { (words.say("follow-anchors")) } p.quiet { (offered.note) } }
            }
        }
    }
}

/// Photographs of the gallery to pick from, the latest first.
fn pick(app: &App, ground: &Ground, fields: &Fields) -> Markup {
    html! {
        @if ground.photographs.is_empty() { p.empty { (app.words.say("photographs-none")) } }
        @else {
            ul.gallery.pick {
                @for photograph in ground.photographs.iter().rev() {
                    @let content = &photograph.content;
                    @let site = content.site.as_deref().and_then(|name| app.knowledge.site(name));
                    @let told = format!("{} {}", content.taken_on, site.map(|site| site.label.as_str()).unwrap_or_default());
                    li { label {
                        input type="checkbox" name="photograph" value=(photograph.id) checked[fields.photographs.contains(&photograph.id)];
                        img src=(patient_path(ground.patient.id, &format!("/photographs/{}", photograph.id))) loading="lazy"
                            width=(content.width) height=(content.height) alt="";
                        span { (told) @if let Some(caption) = &content.caption { br; (caption) } }
                    } }
                }
            }
        }
    }
}
