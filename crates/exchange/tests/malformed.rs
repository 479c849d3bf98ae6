//! Files that are broken: an error with its place, never a panic.

mod common;

use common::{at, practice, snapshot};
use needlepoint_exchange::{FhirOptions, from_fhir, from_json, to_fhir, to_json};
use proptest::prelude::*;
use serde_json::{Value, json};

fn bundle() -> Vec<u8> {
    let options =
        FhirOptions { pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None };
    to_fhir(&practice(), &options)
}

/// What is said of a bundle with one resource.
fn said_of(resource: &Value) -> String {
    let patient = json!({ "resource": { "resourceType": "Patient", "id": "a" } });
    let bundle = json!({ "resourceType": "Bundle", "entry": [patient, { "resource": resource }] });
    match from_fhir(bundle.to_string().as_bytes()) {
        Ok(import) => format!("taken; {}", import.left_out.join(" ")),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_bundle_says_where_it_is_broken() {
    let subject = json!({ "reference": "Patient/a" });
    let resources = [
        json!(3),
        json!({}),
        json!({ "resourceType": 3 }),
        json!({ "resourceType": "Patient", "birthDate": "0000-01-01" }),
        json!({ "resourceType": "Patient", "birthDate": "2026-02-30" }),
        json!({ "resourceType": "Patient", "birthDate": 1986 }),
        json!({ "resourceType": "Patient", "gender": "w" }),
        json!({ "resourceType": "Patient", "name": { "family": "A" } }),
        json!({ "resourceType": "Patient", "name": [{ "given": [3] }] }),
        json!({ "resourceType": "Patient", "telecom": ["030"] }),
        json!({ "resourceType": "Observation", "subject": subject, "valueQuantity": { "value": "3" } }),
        json!({ "resourceType": "Observation", "subject": "Patient/a", "effectiveDateTime": "2026-01-01",
            "valueInteger": 3 }),
        json!({ "resourceType": "Observation", "subject": subject, "valueInteger": 3,
            "effectiveDateTime": "2026-01-01T25:00:00Z" }),
        json!({ "resourceType": "Condition", "subject": subject, "code": ["x"] }),
        json!({ "resourceType": "Procedure", "subject": subject, "performedPeriod": "2026" }),
        json!({ "resourceType": "Patient", "extension": [{
            "url": "https://needlepoint.example/fhir/StructureDefinition/document" }] }),
        json!({ "resourceType": "Patient", "extension": [{
            "url": "https://needlepoint.example/fhir/StructureDefinition/document",
            "valueAttachment": { "data": "%" } }] }),
        json!({ "resourceType": "Patient", "extension": [{
            "url": "https://needlepoint.example/fhir/StructureDefinition/document",
            "valueAttachment": { "data": "e30=" } }] }),
        json!({ "resourceType": "Patient", "extension": [{
            "url": "https://needlepoint.example/fhir/StructureDefinition/document",
            "valueAttachment": { "data": "eyJ2ZXJzaW9uIjoyfQ==" } }] }),
        json!({ "resourceType": "Observation", "extension": [{
            "url": "https://needlepoint.example/fhir/StructureDefinition/part" }] }),
    ];
    let said: Vec<String> =
        resources.iter().map(|resource| format!("{resource}\n    {}", said_of(resource))).collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn what_is_no_bundle_says_so() {
    let files: [&[u8]; 8] = [
        b"",
        b"{",
        b"[]",
        b"{\"resourceType\": \"Patient\"}",
        b"{\"resourceType\": \"Bundle\", \"entry\": {}}",
        b"{\"resourceType\": \"Bundle\", \"timestamp\": \"now\"}",
        b"{\"resourceType\": \"Bundle\", \"entry\": [1e999]}",
        b"\xff\xfe{\x00}\x00",
    ];
    let said: Vec<String> = files
        .iter()
        .map(|file| from_fhir(file).map_or_else(|error| error.to_string(), |_| "taken".to_owned()))
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn our_own_format_says_line_column_and_field() {
    let good = String::from_utf8(to_json(&practice())).expect("UTF-8");
    let broken = [
        good.replace("needlepoint-records", "something-else"),
        good.replace("\"version\": 1,", "\"version\": 9,"),
        good.replace("\"1986-05-17\"", "\"17.5.1986\""),
        good.replace("\"passes\": 12", "\"passes\": \"twelve\""),
        good.replace("\"severity\": \"moderate\"", "\"severity\": \"awful\""),
        good.replace("\"family_name\":", "\"surname\":"),
        good.replace("\"/9j/4P/Z\"", "\"%\""),
        good.replace("\"passes\": 12", "\"passes\": 99999999999999999999"),
        good[..good.len() / 2].to_owned(),
        format!("{good}{{}}"),
        String::new(),
        "[]".to_owned(),
    ];
    let said: Vec<String> = broken
        .iter()
        .map(|file| {
            assert_ne!(*file, good);
            from_json(file.as_bytes())
                .map_or_else(|error| error.to_string(), |_| "taken".to_owned())
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_list_within_a_list_without_end_is_refused() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(from_json(deep.as_bytes()).is_err());
    assert!(from_fhir(deep.as_bytes()).is_err());
}

/// Every value of a tree, so that each can be replaced.
fn places(value: &Value, way: &str, all: &mut Vec<String>) {
    all.push(way.to_owned());
    match value {
        Value::Object(members) => {
            for (key, each) in members {
                places(each, &format!("{way}/{}", key.replace('~', "~0").replace('/', "~1")), all);
            }
        }
        Value::Array(items) => {
            for (at, each) in items.iter().enumerate() {
                places(each, &format!("{way}/{at}"), all);
            }
        }
        _ => {}
    }
}

/// Wherever something else stands, there is an answer: what was taken, or an error.
#[test]
fn whatever_stands_anywhere_in_a_bundle_there_is_an_answer() {
    let bundle: Value = serde_json::from_slice(&bundle()).expect("JSON");
    let mut all = Vec::new();
    places(&bundle, "", &mut all);
    let others = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("0000-00-00"),
        json!([]),
        json!([null]),
        json!({}),
    ];
    let (mut taken, mut refused) = (0, 0);
    for place in &all {
        for other in &others {
            let mut changed = bundle.clone();
            *changed.pointer_mut(place).expect("a place of the bundle") = other.clone();
            match from_fhir(changed.to_string().as_bytes()) {
                Ok(_) => taken += 1,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
            }
        }
    }
    assert!(taken > 1000 && refused > 1000, "{taken} taken, {refused} refused");
}

proptest! {
    #[test]
    fn a_file_that_was_cut_off_is_refused(snapshot in snapshot(), share in 0.0f64..0.99) {
        let options = FhirOptions {
            pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None,
        };
        let (json, fhir) = (to_json(&snapshot), to_fhir(&snapshot, &options));
        let cut = |bytes: &[u8]| bytes[..(bytes.len() as f64 * share) as usize].to_vec();
        prop_assert!(from_json(&cut(&json)).is_err());
        prop_assert!(from_fhir(&cut(&fhir)).is_err());
    }

    #[test]
    fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(from_json(&bytes).is_err());
        let _ = from_fhir(&bytes);
    }
}
