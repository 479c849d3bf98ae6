//! A consultation: its answers as a document, what they state as conditions.

use needlepoint_records::{clinical::Consultation, document::Document};
use serde_json::{Value, json};

use super::{Rendered, part};
use crate::{
    fhir::{
        element::{
            Element, attachment, coded, coding, date, instant, named, reference, text, words,
        },
        names,
    },
    patient_file::{Answers, Concern, Stated},
};

/// What the document is called.
const DESCRIPTION: &str = "Answers of a consultation before microneedling";

pub(super) fn consultation(document: &Document<Consultation>) -> Element {
    let consultation = &document.content;
    let verdict = consultation.verdict.as_deref().and_then(text);
    let description = match verdict {
        Some(verdict) => format!("{DESCRIPTION}. Screening: {verdict}"),
        None => DESCRIPTION.to_owned(),
    };
    let held_on = date(consultation.held_on);
    let file = attachment("application/toml", Some(consultation.file.as_bytes()))
        .with("title", "Patient file")
        .maybe("creation", held_on.clone());
    let mut kind = coded("http://loinc.org", "11488-4", "Consult note");
    kind["text"] = DESCRIPTION.into();
    let period = held_on.map(|day| json!({ "start": day, "end": day }));
    Element::resource("DocumentReference", document.id)
        .with("status", "current")
        .with("type", kind)
        .with("subject", reference(consultation.patient))
        .maybe("date", instant(document.written_at))
        .with("description", description)
        .with("content", vec![Value::from(Element::new().with("attachment", file))])
        .maybe("context", Element::new().maybe("period", period).some())
}

pub(super) fn conditions(document: &Document<Consultation>) -> Vec<Rendered> {
    let answers = Answers::read(&document.content.file);
    let concerns = answers.concerns.iter().enumerate().map(|(number, concern)| {
        part(document.id, "concern", number, |id| {
            of_concern(Element::resource("Condition", id), document, concern)
        })
    });
    // What is planned is no condition yet.
    let history = answers
        .history
        .iter()
        .enumerate()
        .filter(|(_, stated)| stated.status.as_deref() != Some("planned"));
    let history = history.map(|(number, stated)| {
        part(document.id, "history", number, |id| {
            of_history(Element::resource("Condition", id), document, stated)
        })
    });
    concerns.chain(history).collect()
}

fn of_concern(resource: Element, document: &Document<Consultation>, concern: &Concern) -> Element {
    let site = concern.site.as_deref().and_then(|site| named(names::SITE, site));
    common(resource, document, "active", named(names::CONCERN, &concern.kind))
        .list("bodySite", site.into_iter().collect())
}

fn of_history(resource: Element, document: &Document<Consultation>, stated: &Stated) -> Element {
    let over = stated.ended.is_some() || stated.status.as_deref() == Some("past");
    let sites = stated.sites.iter().filter_map(|site| named(names::SITE, site)).collect();
    let since = stated.since.as_ref().or(stated.on.as_ref());
    let note = stated
        .status
        .as_deref()
        .and_then(text)
        .map(|status| json!([{ "text": format!("Stated as {}", words(&status)) }]));
    common(resource, document, if over { "resolved" } else { "active" }, code(&stated.condition))
        .list("bodySite", sites)
        .maybe("onsetDateTime", since.and_then(|written| day(written)))
        .maybe("abatementDateTime", stated.ended.as_ref().and_then(|written| day(written)))
        .maybe("note", note)
}

fn common(
    resource: Element,
    document: &Document<Consultation>,
    status: &str,
    code: Option<Value>,
) -> Element {
    let system = |name: &str| format!("http://terminology.hl7.org/CodeSystem/{name}");
    let status = json!({ "coding": [coding(&system("condition-clinical"), status, None)] });
    let category = coded(&system("condition-category"), "problem-list-item", "Problem List Item");
    resource
        .with("clinicalStatus", status)
        .with("category", vec![category])
        .maybe("code", code)
        .with("subject", reference(document.content.patient))
        .maybe("recordedDate", date(document.content.held_on))
}

/// The name of a condition, with its code of SNOMED CT where that is beyond doubt.
fn code(condition: &str) -> Option<Value> {
    let mut concept = named(names::CONDITION, condition)?;
    if let Some((_, code, display)) =
        names::SNOMED_CODES.iter().find(|(name, ..)| *name == condition)
        && let Some(codings) = concept["coding"].as_array_mut()
    {
        codings.push(coding(names::SNOMED, code, Some(display)));
    }
    Some(concept)
}

/// A date of the file, if it is one.
fn day(written: &str) -> Option<String> {
    written.parse().ok().and_then(date)
}
