//! A patient.

use needlepoint_records::{
    clinical::{Patient, RecordedSex},
    document::Document,
};
use serde_json::{Value, json};

use crate::fhir::element::{Element, coding, date, maybe_text, text};

/// Labels of HL7 for data that was made up, and for data that not everybody may see.
pub(in crate::fhir) const MADE_UP: (&str, &str) =
    ("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST");
const RESTRICTED: (&str, &str) = ("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R");

pub(super) fn patient(document: &Document<Patient>) -> Element {
    let patient = &document.content;
    let mut labels = Vec::new();
    if patient.fictitious {
        labels.push(coding(MADE_UP.0, MADE_UP.1, Some("test health data")));
    }
    if !patient.confidential_to.is_empty() {
        labels.push(coding(RESTRICTED.0, RESTRICTED.1, Some("restricted")));
    }
    let given: Vec<Value> = text(&patient.given_name)
        .iter()
        .flat_map(|name| name.split_whitespace())
        .map(Value::from)
        .collect();
    let name =
        Element::new().maybe("family", text(&patient.family_name)).list("given", given).some();
    let telecom = [("phone", &patient.phone), ("email", &patient.email)]
        .into_iter()
        .filter_map(|(system, value)| {
            Some(json!({ "system": system, "value": maybe_text(value.as_ref())? }))
        })
        .collect();
    Element::resource("Patient", document.id)
        .maybe("meta", Element::new().list("security", labels).some())
        .maybe("name", name.map(|name| vec![name]))
        .list("telecom", telecom)
        .maybe("gender", patient.sex.map(gender))
        .maybe("birthDate", patient.birth_date.and_then(date))
}

fn gender(sex: RecordedSex) -> &'static str {
    match sex {
        RecordedSex::Female => "female",
        RecordedSex::Male => "male",
        RecordedSex::Other => "other",
    }
}
