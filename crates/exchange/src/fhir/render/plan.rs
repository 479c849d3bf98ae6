//! A plan.

use needlepoint_records::{
    clinical::{Plan, PlanStatus, Settings},
    document::Document,
};
use serde_json::{Value, json};

use crate::fhir::{
    element::{Element, coding, date, in_words, notes, reference, text, words},
    names,
};

pub(super) fn plan(document: &Document<Plan>) -> Element {
    let plan = &document.content;
    let days = || plan.dates.iter().filter_map(|day| date(*day));
    let period = Element::new().maybe("start", days().min()).maybe("end", days().max()).some();
    let activities = days().map(|day| activity(plan, &day)).collect();
    Element::resource("CarePlan", document.id)
        .with("status", status(plan.status))
        .with("intent", "plan")
        .maybe("title", text(&format!("Microneedling with {}", words(&plan.settings.device))))
        .maybe("description", text(&in_short(&plan.settings)))
        .with("subject", reference(plan.patient))
        .maybe("period", period)
        .maybe("created", date(plan.made_on))
        .with("supportingInfo", vec![reference(plan.consultation)])
        .list("activity", activities)
        .maybe("note", notes(plan.note.as_ref()))
}

fn status(status: PlanStatus) -> &'static str {
    match status {
        PlanStatus::Draft => "draft",
        PlanStatus::Active => "active",
        PlanStatus::Completed => "completed",
        PlanStatus::Stopped => "revoked",
    }
}

/// A session of the plan. What became of it, its own procedure says.
fn activity(plan: &Plan, day: &str) -> Value {
    let status = match plan.status {
        PlanStatus::Draft => "not-started",
        PlanStatus::Active => "scheduled",
        PlanStatus::Completed => "completed",
        PlanStatus::Stopped => "stopped",
    };
    json!({ "detail": {
        "kind": "ServiceRequest",
        "code": {
            "coding": [coding(names::PROCEDURE, names::MICRONEEDLING, None)],
            "text": "Microneedling",
        },
        "status": status,
        "scheduledTiming": { "event": [day] },
    } })
}

/// The choices in a line.
fn in_short(settings: &Settings) -> String {
    let zones = settings.zones.iter().map(|zone| {
        format!("{}: {} mm, {} passes", words(&zone.site), zone.needle_mm, zone.passes)
    });
    let mut parts =
        vec![format!("{} sessions, {} days apart", settings.sessions, settings.interval_days)];
    parts.extend(zones);
    parts.extend(settings.serum.iter().map(|serum| format!("with {}", words(serum))));
    parts.join("; ")
}

/// The way to say "microneedling" in a procedure.
pub(super) fn microneedling() -> Value {
    let mut concept = in_words("Microneedling").unwrap_or_default();
    concept["coding"] = json!([coding(names::PROCEDURE, names::MICRONEEDLING, None)]);
    concept
}
