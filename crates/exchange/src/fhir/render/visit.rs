//! A follow-up, what was scored, and what went wrong.

use needlepoint_records::{
    clinical::{Score, Visit},
    document::Document,
};
use serde_json::json;

use super::{Rendered, part, session::adverse_event};
use crate::fhir::{
    element::{Element, coded, coding, date, decimal, maybe_text, named, reference},
    names,
};

pub(super) fn visit(document: &Document<Visit>) -> Element {
    let visit = &document.content;
    let class =
        coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", Some("ambulatory"));
    let period = date(visit.seen_on).map(|day| json!({ "start": day, "end": day }));
    Element::resource("Encounter", document.id)
        .with("status", "finished")
        .with("class", class)
        .with("type", vec![json!({ "text": "Follow-up after microneedling" })])
        .with("subject", reference(visit.patient))
        .maybe("period", period)
}

pub(super) fn observations(document: &Document<Visit>) -> Vec<Rendered> {
    let scores = document.content.scores.iter().enumerate();
    scores
        .map(|(number, score)| {
            part(document.id, "score", number, |id| {
                observation(Element::resource("Observation", id), document, score)
            })
        })
        .collect()
}

fn observation(resource: Element, document: &Document<Visit>, score: &Score) -> Element {
    let category =
        coded("http://terminology.hl7.org/CodeSystem/observation-category", "exam", "Exam");
    // An observation has to say what was observed.
    let unnamed = || json!({ "text": "Unnamed" });
    let rater = maybe_text(score.rater.as_ref()).map(|rater| json!([{ "display": rater }]));
    resource
        .with("status", "final")
        .with("category", vec![category])
        .with("code", named(names::SCALE, &score.scale).unwrap_or_else(unnamed))
        .with("subject", reference(document.content.patient))
        .with("encounter", reference(document.id))
        .maybe("effectiveDateTime", date(document.content.seen_on))
        .maybe("performer", rater)
        .maybe("valueQuantity", decimal(score.value).map(|value| json!({ "value": value })))
        .maybe("bodySite", named(names::SITE, &score.site))
}

pub(super) fn adverse_events(document: &Document<Visit>) -> Vec<Rendered> {
    let visit = &document.content;
    let events = visit.adverse_events.iter().enumerate();
    events
        .map(|(number, event)| {
            part(document.id, "adverse-event", number, |id| {
                let resource =
                    Element::resource("AdverseEvent", id).with("encounter", reference(document.id));
                adverse_event(resource, visit.patient, event)
            })
        })
        .collect()
}
