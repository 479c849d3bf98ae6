//! A session as it was done, and what went wrong.

use jiff::Timestamp;
use needlepoint_records::{
    Id,
    clinical::{AdverseEvent, Session, Severity},
    document::Document,
};
use serde_json::{Value, json};

use super::{Rendered, part, plan::microneedling};
use crate::fhir::{
    element::{
        Element, coded, date, in_words, instant, maybe_text, named, notes, reference, text, words,
    },
    names,
};

pub(super) fn session(document: &Document<Session>) -> Element {
    let session = &document.content;
    let status = match (session.started_at, session.finished_at) {
        (_, Some(_)) => "completed",
        (Some(_), None) => "in-progress",
        (None, None) => "preparation",
    };
    let (contained, used): (Vec<Value>, Vec<Value>) = things_used(session)
        .into_iter()
        .map(|(name, thing)| (thing, json!({ "reference": format!("#{name}") })))
        .unzip();
    let mut sites: Vec<&str> = session.zones.iter().map(|zone| zone.site.as_str()).collect();
    sites.dedup();
    let sites = sites.into_iter().filter_map(|site| named(names::SITE, site)).collect();
    let complications =
        session.adverse_events.iter().filter_map(|event| in_words(&event.what)).collect();
    let resource = Element::resource("Procedure", document.id)
        .list("contained", contained)
        .with("basedOn", vec![reference(session.plan)])
        .with("status", status)
        .with("code", microneedling())
        .with("subject", reference(session.patient))
        .list("bodySite", sites)
        .list("complication", complications)
        .list("usedReference", used)
        .list("usedCode", devices(session))
        .maybe("note", notes(session.note.as_ref()));
    performed(resource, session)
}

/// When: from start to end where both are known and in order, else the day.
fn performed(resource: Element, session: &Session) -> Element {
    let start = session.started_at.and_then(instant);
    let end =
        session.finished_at.filter(|end| session.started_at.is_none_or(|start| start <= *end));
    match start {
        Some(start) => {
            let period = Element::new().with("start", start).maybe("end", end.and_then(instant));
            resource.with("performedPeriod", period)
        }
        None => resource.maybe("performedDateTime", date(session.held_on)),
    }
}

/// Devices that were used, each once.
fn devices(session: &Session) -> Vec<Value> {
    let mut devices: Vec<Value> = Vec::new();
    for device in session.zones.iter().filter_map(|zone| named(names::DEVICE, &zone.device)) {
        if !devices.contains(&device) {
            devices.push(device);
        }
    }
    devices
}

/// Needles, products and numbing with their lots, as resources within that of the session.
fn things_used(session: &Session) -> Vec<(String, Value)> {
    let needles = session.zones.iter().enumerate().map(|(number, zone)| {
        let note = match (zone.needle_mm, zone.passes) {
            (Some(needle_mm), Some(passes)) => {
                format!("{}: {needle_mm} mm, {passes} passes", words(&zone.site))
            }
            _ => format!(
                "{}: planned {} mm, {} passes",
                words(&zone.site),
                zone.planned_mm,
                zone.planned_passes
            ),
        };
        let name = text(&words(&zone.device));
        let name = name.map(|name| vec![json!({ "name": name, "type": "user-friendly-name" })]);
        let endpoint = maybe_text(zone.endpoint.as_ref());
        let note = endpoint.map_or(note.clone(), |endpoint| format!("{note}; {endpoint}"));
        let id = format!("needles-{number}");
        let device = Element::new()
            .with("resourceType", "Device")
            .with("id", id.clone())
            .maybe("lotNumber", maybe_text(zone.lot.as_ref()))
            .maybe("deviceName", name)
            .maybe("note", notes(Some(&note)));
        (id, device.into())
    });
    let products = session.products.iter().enumerate().map(|(number, product)| {
        let id = format!("product-{number}");
        let expires = product.expires.and_then(date);
        (id.clone(), medication(&id, &product.product, product.lot.as_ref(), expires))
    });
    let numbing = session.numbing.iter().map(|numbing| {
        let id = "numbing".to_owned();
        (id.clone(), medication(&id, &numbing.product, numbing.lot.as_ref(), None))
    });
    needles.chain(products).chain(numbing).collect()
}

fn medication(id: &str, product: &str, lot: Option<&String>, expires: Option<String>) -> Value {
    let batch =
        Element::new().maybe("lotNumber", maybe_text(lot)).maybe("expirationDate", expires).some();
    Element::new()
        .with("resourceType", "Medication")
        .with("id", id)
        .maybe("code", in_words(&words(product)))
        .maybe("batch", batch)
        .into()
}

pub(super) fn adverse_events(document: &Document<Session>) -> Vec<Rendered> {
    let session = &document.content;
    let events = session.adverse_events.iter().enumerate();
    events
        .map(|(number, event)| {
            part(document.id, "adverse-event", number, |id| {
                let resource = Element::resource("AdverseEvent", id)
                    .with("suspectEntity", vec![json!({ "instance": reference(document.id) })]);
                adverse_event(resource, session.patient, event)
            })
        })
        .collect()
}

/// What went wrong, wherever it was seen.
pub(super) fn adverse_event(resource: Element, patient: Id, event: &AdverseEvent) -> Element {
    let severity = match event.severity {
        Severity::Mild => ("mild", "Mild"),
        Severity::Moderate => ("moderate", "Moderate"),
        Severity::Severe => ("severe", "Severe"),
    };
    let system = "http://terminology.hl7.org/CodeSystem/adverse-event-severity";
    resource
        .with("actuality", "actual")
        .maybe("event", in_words(&event.what))
        .with("subject", reference(patient))
        .maybe("date", instant(event.at))
        .with("severity", coded(system, severity.0, severity.1))
}

/// Day of an instant at Greenwich; a record has no other.
pub(in crate::fhir) fn day_of(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(jiff::tz::TimeZone::UTC).date()
}
