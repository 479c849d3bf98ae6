//! The page of a consultation's plan: what is proposed, why, and the settings that can be moved.

use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use needlepoint_care::{
    chosen::{Offer, Room, ZoneRoom, chosen_case, offer},
    plan::Plan,
    screening::Verdict,
};
use needlepoint_case::Consultation;
use needlepoint_records::{
    Id,
    clinical::{self, PlanStatus, Settings},
    document::Document,
};
use serde::Deserialize;

use super::{
    answers, chosen, counted_from,
    live::Whose,
    settings::{fields, of_form, proposed},
};
use crate::{
    app::App,
    pages::{
        follow::own_members,
        forms::{text, today},
        layout::{Page, Step, page, patient_path, remark},
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/consultations/{consultation}/plan", get(show))
        .route("/patients/{patient}/consultations/{consultation}/plans", post(keep))
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
    Query(whose): Query<Whose>,
    Query(with): Query<With>,
) -> Result<Response, Refusal> {
    let (patient, document) = visitor.of::<clinical::Consultation>(&app, patient, id).await?;
    let consultation = answers(&app, &document)?;
    let has_own = own_members(&app, patient.id).await?.is_some();
    let kept = match with.kept {
        Some(kept) => {
            Some(visitor.of::<clinical::Plan>(&app, patient.id, kept).await?.1.content.settings)
        }
        None => None,
    };
    let device = with.device.or_else(|| kept.as_ref().map(|kept| kept.device.clone()));
    let (offer, not_with) = offer_with(&app, consultation, device.as_deref());
    let words = &app.words;
    let body = html! {
        (verdict(&app, &offer, patient.id, id))
        @if let Some(why) = &not_with { (remark("warn", why)) }
        @match &offer.plan {
            None => (instead(&app, &offer)),
            Some((plan, room)) => {
                @let settings = kept.filter(|kept| kept.device == room.device).unwrap_or_else(|| proposed(plan, room));
                @let view = View {
                    app: &app, document: &document, room, settings, own: whose.own == 1, has_own,
                    decides: visitor.may(Right::Decide),
                };
                @for advice in &offer.instead { (remark("warn", &advice.because.text)) }
                div.plan-and-see data-plan="" {
                    (view.form())
                    div.seen {
                        (view.figures())
                    }
                }
                (because(&app, plan))
            }
        }
    };
    let title = words.say("plan-title");
    let files = &["live.css", "plan.css", "plan.js"];
    let shown = Page { title: &title, patient: Some((&patient, Step::Plan)), body, files };
    Ok(page(&app, &visitor, &shown).into_response())
}

#[derive(Deserialize)]
struct With {
    /// Name of the device to plan with, instead of the one that fits best.
    device: Option<String>,
    /// A plan that was decided on, whose settings are shown instead of the proposal's.
    kept: Option<Id>,
}

/// What is offered with a device that fits; with any other, what is offered without a choice, and why.
fn offer_with(
    app: &App,
    mut consultation: Consultation,
    device: Option<&str>,
) -> (Offer, Option<String>) {
    let today = counted_from(&consultation, today());
    let best = offer(&consultation, &app.knowledge, today);
    let devices = best.plan.as_ref().map(|(_, room)| room.devices.clone()).unwrap_or_default();
    let Some((name, _)) = device.and_then(|device| devices.iter().find(|(name, _)| name == device))
    else {
        return (best, None);
    };
    consultation.wishes.devices = vec![name.clone()];
    let mut chosen = offer(&consultation, &app.knowledge, today);
    let Some((_, room)) = &mut chosen.plan else {
        let why = chosen.instead.iter().map(|advice| advice.because.text.as_str());
        return (best, Some(why.collect::<Vec<_>>().join(" ")));
    };
    // The others can still be chosen.
    room.devices = devices;
    (chosen, None)
}

/// What screening says, in a line, with the way to its reasons.
fn verdict(app: &App, offer: &Offer, patient: Id, consultation: Id) -> Markup {
    let words = &app.words;
    let (kind, told) = match offer.screening.verdict {
        Verdict::Go => ("good", "plan-verdict-go"),
        Verdict::GoWithChanges => ("warn", "plan-verdict-changes"),
        Verdict::Wait => ("warn", "plan-verdict-wait"),
        Verdict::Refer => ("bad", "plan-verdict-refer"),
        Verdict::DoNotTreat => ("bad", "plan-verdict-no"),
    };
    html! {
        p class={ "remark " (kind) } {
            strong { (words.say(told)) }
            @if let Some(until) = offer.screening.until { " " (words.say_with("plan-until", [("date", until.to_string().into())])) }
            " "
            a href=(patient_path(patient, &format!("/consultations/{consultation}"))) { (words.say("plan-reasons")) }
        }
    }
}

fn instead(app: &App, offer: &Offer) -> Markup {
    html! {
        section.card {
            h2 { (app.words.say("plan-instead")) }
            ul { @for advice in &offer.instead { li { (advice.because.text) } } }
        }
    }
}

/// Why the plan is as it is.
fn because(app: &App, plan: &Plan) -> Markup {
    html! {
        details.card {
            summary { (app.words.say("plan-why")) }
            @for zone in &plan.zones {
                h3 { (zone.label) ": " (zone.device_label) }
                ul { @for why in zone.because.iter().chain(&zone.caution) { li { (why.text) (rested(app, &why.sources)) } } }
            }
            h3 { (app.words.say("plan-sessions")) }
            ul { @for why in &plan.course_because { li { (why.text) (rested(app, &why.sources)) } } }
        }
    }
}

/// Sources of a reason, one click away.
fn rested(app: &App, sources: &[String]) -> Markup {
    let known = sources.iter().filter_map(|id| app.knowledge.source(id));
    let cited: Vec<&str> = known.map(|source| source.citation.as_str()).collect();
    html! {
        @if !cited.is_empty() {
            details.sources { summary { (app.words.say("source")) } @for cite in cited { p.quiet { (cite) } } }
        }
    }
}

/// The page around a room of choices.
struct View<'v> {
    app: &'v App,
    document: &'v Document<clinical::Consultation>,
    room: &'v Room,
    settings: Settings,
    own: bool,
    has_own: bool,
    decides: bool,
}

impl View<'_> {
    fn path(&self, what: &str) -> String {
        let (patient, id) = (self.document.content.patient, self.document.id);
        patient_path(patient, &format!("/consultations/{id}/{what}"))
    }

    fn whose(&self, path: &str) -> String {
        format!("{path}?own={}", u8::from(self.own))
    }

    /// The settings. What the script moves is what the form sends.
    fn form(&self) -> Markup {
        let (words, room, settings) = (&self.app.words, self.room, &self.settings);
        html! {
            form.card.settings method="post" action=(self.path("plans")) data-live=(self.whose(&self.path("live")))
                data-offline=(words.say("plan-offline")) {
                h2 { (words.say("plan-settings")) }
                @if room.devices.len() > 1 {
                    label for="device" { (words.say("plan-device")) }
                    select #device name="device" data-again=(self.whose(&self.path("plan"))) {
                        @for (name, label) in &room.devices {
                            option value=(name) selected[*name == room.device] { (label) }
                        }
                    }
                } @else {
                    input type="hidden" name="device" value=(room.device);
                }
                @for (zone, place) in settings.zones.iter().zip(&room.zones) { (self.zone(zone, place)) }
                (self.slider("sessions", "plan-sessions", settings.sessions, room.sessions, ""))
                (self.slider("interval_days", "plan-interval", settings.interval_days, room.interval_days, &words.say("unit-days")))
                label for="serum" { (words.say("plan-serum")) }
                select #serum name="serum" {
                    option value="" { (words.say("plan-no-serum")) }
                    @for (name, label) in &room.serums {
                        option value=(name) selected[settings.serum.as_deref() == Some(name)] { (label) }
                    }
                }
                label.tick { input type="checkbox" name="aftercare" value="yes" checked[settings.aftercare_kept];
                    span { (words.say("plan-aftercare")) } }
                p #beyond.remark.bad role="alert" hidden {}
                p.quiet.speed role="status" data-told=(words.say("plan-speed")) {}
                div.actions {
                    @if self.decides { button type="submit" { (words.say("plan-keep")) } }
                    button.second type="button" data-hold="" aria-pressed="false" { (words.say("plan-hold")) }
                    button.quiet type="reset" { (words.say("plan-reset")) }
                }
                @if self.has_own {
                    p { a href=(format!("{}?own={}", self.path("plan"), u8::from(!self.own))) {
                        (words.say(if self.own { "plan-at-large" } else { "plan-own" }))
                    } }
                }
                @if self.own { (remark("good", &words.say("plan-own-used"))) }
                noscript { (remark("warn", &words.say("plan-needs-script"))) }
            }
        }
    }

    fn zone(&self, zone: &clinical::ZoneSettings, place: &ZoneRoom) -> Markup {
        let words = &self.app.words;
        let needle = format!("needle.{}", zone.site);
        let passes = format!("passes.{}", zone.site);
        let lengths = &place.lengths_mm;
        let step = lengths.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
        let even = lengths.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-9);
        let (least, most) = (lengths.first().copied(), lengths.last().copied());
        html! {
            fieldset data-zone=(zone.site) {
                legend { (place.label) }
                label for=(needle) { (words.say("plan-needle")) " " output for=(needle) { (zone.needle_mm) } " mm" }
                @if even && lengths.len() > 1 {
                    input id=(needle) name=(needle) type="range" min=[least] max=[most] step=(step) value=(zone.needle_mm);
                } @else {
                    select id=(needle) name=(needle) {
                        @for mm in lengths { option value=(mm) selected[(mm - zone.needle_mm).abs() < 1e-9] { (mm) " mm" } }
                    }
                }
                (self.slider(&passes, "plan-passes", zone.passes, self.room.passes, ""))
            }
        }
    }

    fn slider(
        &self,
        name: &str,
        label: &str,
        value: u32,
        (least, most): (u32, u32),
        unit: &str,
    ) -> Markup {
        html! {
            label for=(name) { (self.app.words.say(label)) " " output for=(name) { (value) } " " (unit) }
            @if least < most {
                input id=(name) name=(name) type="range" min=(least) max=(most) step="1" value=(value);
            } @else {
                input type="hidden" name=(name) value=(value);
            }
        }
    }

    /// Where the drawings go; the script fills them at once and at every move.
    fn figures(&self) -> Markup {
        let words = &self.app.words;
        html! {
            section.card aria-labelledby="expect-h" {
                h2 #expect-h { (words.say("plan-expect")) }
                p.quiet { (words.say("plan-expect-lead")) }
                div data-fragment="numbers" aria-live="polite" { p.waiting { (words.say("plan-waiting")) } }
            }
            section.card data-compared="" aria-labelledby="compared-h" hidden {
                h2 #compared-h { (words.say("plan-compared")) }
                p.quiet { (words.say("plan-compared-lead")) }
                div data-fragment="compared" {}
            }
            @for (name, title) in [
                ("skin", "plan-skin"), ("calendar", "plan-calendar"), ("months", "plan-months"),
                ("section", "plan-section"), ("map", "plan-map"),
            ] {
                section.card.figure aria-labelledby={ (name) "-h" } {
                    h2 id={ (name) "-h" } { (words.say(title)) }
                    @if name == "section" { (self.player()) }
                    div data-fragment=(name) { p.waiting { (words.say("plan-waiting")) } }
                }
            }
            section.card aria-labelledby="front-h" {
                h2 #front-h { (words.say("plan-front")) }
                p.quiet { (words.say("plan-front-lead")) " "
                    (words.say_with("plan-front-of", [("lead", self.room.lead.as_str().into())])) }
                div data-front=(self.whose(&self.path("front"))) aria-live="polite" {
                    p.waiting { (words.say("plan-front-waiting")) }
                    progress aria-label=(words.say("plan-front-waiting")) {}
                }
            }
        }
    }

    /// Plays the section from the needle to the months.
    fn player(&self) -> Markup {
        let words = &self.app.words;
        html! {
            div.player hidden {
                button.second type="button" data-play="" data-pause=(words.say("plan-pause")) { (words.say("plan-play")) }
                label.hidden for="moment" { (words.say("plan-moment")) }
                input #moment type="range" min="0" value="0" step="1";
                output for="moment" data-moment="" {}
            }
        }
    }
}

/// Keep what was chosen as a plan.
async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, id)): Path<(Id, Id)>,
    body: String,
) -> Result<Redirect, Refusal> {
    visitor.must(Right::Decide)?;
    let (patient, document) = visitor.of::<clinical::Consultation>(&app, patient, id).await?;
    let consultation = answers(&app, &document)?;
    let sent = fields(&body);
    let settings = of_form(&sent)?;
    let made_on = counted_from(&consultation, today());
    let choice = chosen(&settings, &[]);
    let (plan, _) =
        chosen_case(&consultation, &app.knowledge, made_on, &choice).map_err(Refusal::bad)?;
    let offered = offer(&consultation, &app.knowledge, made_on).plan;
    let as_proposed = offered.is_some_and(|(plan, room)| proposed(&plan, &room) == settings);
    let note = sent.iter().find(|(name, _)| name == "note").and_then(|(_, note)| text(note));
    let kept = clinical::Plan {
        patient: patient.id,
        consultation: id,
        made_on,
        settings,
        proposed: as_proposed,
        dates: plan.dates,
        revision: 0,
        status: PlanStatus::Active,
        note,
    };
    let kept = app.practice.create(&visitor.author(), &kept).await?;
    Ok(Redirect::to(&patient_path(patient.id, &format!("/plans/{}", kept.id))))
}
