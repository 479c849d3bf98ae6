//! Bundles of other programs.

mod common;

use common::{at, practice};
use needlepoint_case::read_consultation_bytes;
use needlepoint_exchange::{FhirOptions, Import, from_fhir, to_fhir};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{clinical::RecordedSex, document::Snapshot};
use serde_json::{Value, json};

const HOSPITAL: &[u8] = include_bytes!("foreign/hospital.json");

fn hospital() -> Import {
    from_fhir(HOSPITAL).expect("a bundle of FHIR R4")
}

fn take(resources: &[Value]) -> Import {
    let entries: Vec<Value> = resources.iter().map(|each| json!({ "resource": each })).collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    from_fhir(bundle.to_string().as_bytes()).expect("a bundle")
}

#[test]
fn what_a_hospital_gives() {
    insta::assert_json_snapshot!(hospital().snapshot);
}

#[test]
fn what_a_hospital_gives_and_records_have_no_place_for() {
    let import = hospital();
    assert_eq!(import.changed, Vec::<String>::new());
    insta::assert_snapshot!(import.left_out.join("\n"));
}

#[test]
fn the_same_bundle_gives_the_same_identifiers() {
    assert_eq!(hospital().snapshot, hospital().snapshot);
}

#[test]
fn what_was_taken_goes_out_and_comes_back() {
    let taken = hospital().snapshot;
    let options =
        FhirOptions { pictures: true, made_at: at("2026-12-01T00:00:00Z"), patient: None };
    let back = from_fhir(&to_fhir(&taken, &options)).expect("a bundle");
    assert_eq!(back.snapshot, taken);
    assert_eq!(back.left_out, Vec::<String>::new());
}

/// The planner asks for what is missing, and stumbles over nothing that is there.
#[test]
fn the_planner_can_read_the_history_that_was_taken() {
    let knowledge = Knowledge::embedded().expect("the knowledge shipped");
    let file = &hospital().snapshot.consultations[0].content.file;
    let (_, problems) = read_consultation_bytes("taken.toml", file.as_bytes(), &knowledge);
    let told = problems.to_snippets(false);
    insta::assert_snapshot!(format!("{file}\n---\n{told}"));
}

#[test]
fn markup_in_a_name_stays_a_name() {
    let name = "<script>alert(1)</script> \"; DROP TABLE patients; --";
    let import = take(&[json!({ "resourceType": "Patient", "name": [{ "family": name }] })]);
    assert_eq!(import.snapshot.patients[0].content.family_name, name);
}

#[test]
fn the_site_of_a_concern_cannot_leave_its_text_in_the_file() {
    let site = "cheek\"\n[patient]\nsex = \"male\" # \\";
    let import = take(&[
        json!({ "resourceType": "Patient", "id": "a", "gender": "female" }),
        json!({
            "resourceType": "Condition", "subject": { "reference": "Patient/a" },
            "recordedDate": "2026-01-01", "bodySite": [{ "text": site }],
            "code": { "coding": [{
                "system": "https://needlepoint.example/fhir/CodeSystem/concern", "code": "melasma",
            }] },
        }),
    ]);
    let file = &import.snapshot.consultations[0].content.file;
    let headings: Vec<&str> = file.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(headings, ["[patient]", "[[concern]]"], "{file}");
}

#[test]
fn references_that_go_round_in_a_circle_end() {
    let import = take(&[
        json!({ "resourceType": "Observation", "id": "a", "status": "final", "code": { "text": "a" },
            "subject": { "reference": "Observation/b" }, "effectiveDateTime": "2026-01-01",
            "valueInteger": 1 }),
        json!({ "resourceType": "Observation", "id": "b", "status": "final", "code": { "text": "b" },
            "subject": { "reference": "Observation/a" }, "effectiveDateTime": "2026-01-01",
            "valueInteger": 1 }),
    ]);
    assert_eq!(import.snapshot, Snapshot::default());
    assert_eq!(
        import.left_out,
        [
            "Observation a: its patient is not in the bundle, so it was left out.",
            "Observation b: its patient is not in the bundle, so it was left out.",
        ]
    );
}

#[test]
fn of_two_patients_with_one_identifier_the_first_is_taken() {
    let import = take(&[
        json!({ "resourceType": "Patient", "id": "a", "gender": "female" }),
        json!({ "resourceType": "Patient", "id": "a", "gender": "male" }),
    ]);
    assert_eq!(import.snapshot.patients.len(), 1);
    assert_eq!(import.snapshot.patients[0].content.sex, Some(RecordedSex::Female));
    assert_eq!(import.left_out.len(), 1);
}

#[test]
fn a_patient_of_another_program_that_is_marked_as_made_up_stays_so() {
    let label = json!({
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST",
    });
    let import = take(&[json!({ "resourceType": "Patient", "meta": { "security": [label] } })]);
    assert!(import.snapshot.patients[0].content.fictitious);
}

/// Our own bundle, from which another program took our extensions.
#[test]
fn without_our_extensions_a_bundle_is_one_of_another_program() {
    let options =
        FhirOptions { pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None };
    let mut bundle: Value = serde_json::from_slice(&to_fhir(&practice(), &options)).expect("JSON");
    for entry in bundle["entry"].as_array_mut().expect("entries") {
        entry["resource"].as_object_mut().expect("a resource").remove("extension");
    }
    let import = from_fhir(bundle.to_string().as_bytes()).expect("a bundle");
    let taken = &import.snapshot;
    assert_eq!(taken.patients[0].content.family_name, practice().patients[0].content.family_name);
    assert!(taken.patients[0].content.fictitious);
    assert_eq!(taken.sessions[0].content.started_at, practice().sessions[0].content.started_at);
    assert_eq!(taken.visits[0].content.scores, practice().visits[0].content.scores);
    assert!(
        taken.consultations[0].content.file.contains("kind = \"acne-scars\"\nsite = \"cheek\"")
    );
    assert!(taken.consultations[0].content.file.contains("history = [\"diabetes\"]"));
    insta::assert_snapshot!(import.left_out.join("\n"));
}
