//! What another program changed in a bundle of ours.

mod common;

use common::{at, day, id, practice};
use needlepoint_exchange::{FhirOptions, Import, from_fhir, to_fhir};
use needlepoint_records::clinical::{PlanStatus, RecordedSex, Severity};
use serde_json::{Value, json};

/// Resources of a type, to be changed.
struct Edited(Value);

impl Edited {
    fn practice() -> Self {
        let options =
            FhirOptions { pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None };
        Self(serde_json::from_slice(&to_fhir(&practice(), &options)).expect("JSON"))
    }

    fn entries(&mut self) -> &mut Vec<Value> {
        self.0["entry"].as_array_mut().expect("entries")
    }

    fn first(&mut self, kind: &str) -> &mut Value {
        let entries = self.entries().iter_mut().map(|entry| &mut entry["resource"]);
        entries.into_iter().find(|resource| resource["resourceType"] == kind).expect("one")
    }

    fn import(&self) -> Import {
        from_fhir(self.0.to_string().as_bytes()).expect("a bundle")
    }
}

#[test]
fn a_name_that_was_corrected_wins_and_what_others_cannot_see_stays() {
    let mut bundle = Edited::practice();
    let patient = bundle.first("Patient");
    patient["name"][0]["family"] = "Lovelace".into();
    patient["birthDate"] = "1986-05-18".into();
    patient["gender"] = "other".into();
    patient["telecom"] = json!([{ "system": "phone", "value": "112" }]);
    let import = bundle.import();

    let mut expected = practice();
    let patient = &mut expected.patients[0].content;
    patient.family_name = "Lovelace".to_owned();
    patient.birth_date = Some(day("1986-05-18"));
    patient.sex = Some(RecordedSex::Other);
    patient.phone = Some("112".to_owned());
    patient.email = None;
    assert_eq!(import.snapshot, expected);
    assert_eq!(import.left_out, Vec::<String>::new());
    insta::assert_snapshot!(import.changed.join("\n"));
}

#[test]
fn every_kind_of_record_takes_what_others_could_see_and_change() {
    let mut bundle = Edited::practice();
    bundle.first("DocumentReference")["context"]["period"]["start"] = "2026-11-30".into();
    bundle.first("DocumentReference")["content"][0]["attachment"]["data"] =
        "dGl0bGUgPSAxCg==".into();
    let plan = bundle.first("CarePlan");
    plan["status"] = "completed".into();
    plan["activity"][1]["detail"]["scheduledTiming"]["event"][0] = "2027-01-16".into();
    plan["note"] = json!([{ "text": "First" }, { "text": "Second" }]);
    bundle.first("Procedure")["performedPeriod"] =
        json!({ "start": "2026-12-11T10:00:00+01:00", "end": "2026-12-11T10:30:00+01:00" });
    bundle.first("Encounter")["period"]["start"] = "2027-01-10".into();
    let score = bundle.first("Observation");
    score["valueQuantity"]["value"] = json!(1.5);
    score["bodySite"]["text"] = "forehead".into();
    score.as_object_mut().expect("a resource").remove("performer");
    let event = bundle.first("AdverseEvent");
    event["severity"]["coding"][0]["code"] = "severe".into();
    event["event"]["text"] = "Fainting".into();
    let media = bundle.first("Media");
    media["note"][0]["text"] = "Right, at rest".into();
    media["createdDateTime"] = "2027-01-08".into();
    let import = bundle.import();

    let mut expected = practice();
    let consultation = &mut expected.consultations[0].content;
    consultation.held_on = day("2026-11-30");
    consultation.file = "title = 1\n".to_owned();
    let plan = &mut expected.plans[0].content;
    plan.status = PlanStatus::Completed;
    plan.dates[1] = day("2027-01-16");
    plan.note = Some("First\n\nSecond".to_owned());
    let session = &mut expected.sessions[0].content;
    session.held_on = day("2026-12-11");
    session.started_at = Some(at("2026-12-11T09:00:00Z"));
    session.finished_at = Some(at("2026-12-11T09:30:00Z"));
    session.adverse_events[0].severity = Severity::Severe;
    session.adverse_events[0].what = "Fainting".to_owned();
    let visit = &mut expected.visits[0].content;
    visit.seen_on = day("2027-01-10");
    visit.scores[0].value = 1.5;
    visit.scores[0].site = "forehead".to_owned();
    visit.scores[0].rater = None;
    let photograph = &mut expected.photographs[0].content;
    photograph.caption = Some("Right, at rest".to_owned());
    photograph.taken_on = day("2027-01-08");
    assert_eq!(import.snapshot, expected);
    insta::assert_snapshot!(import.changed.join("\n"));
}

#[test]
fn what_has_no_place_in_a_record_is_told() {
    let mut bundle = Edited::practice();
    bundle.first("Patient")["address"] = json!([{ "city": "Berlin" }]);
    bundle.first("Patient")["birthDate"] = "1986".into();
    bundle.first("Condition")["clinicalStatus"]["coding"][0]["code"] = "resolved".into();
    bundle.first("Observation")["valueQuantity"]["unit"] = "mm".into();
    bundle.first("Encounter").as_object_mut().expect("a resource").remove("period");
    bundle.first("CarePlan")["subject"]["reference"] = format!("urn:uuid:{}", id(2)).into();
    let import = bundle.import();
    assert_eq!(import.snapshot, practice());
    assert_eq!(import.changed, Vec::<String>::new());
    insta::assert_snapshot!(import.left_out.join("\n"));
}

#[test]
fn a_picture_that_was_changed_is_taken_and_told_of() {
    let mut bundle = Edited::practice();
    bundle.first("Media")["content"]["data"] = "/9j/2Q==".into();
    let import = bundle.import();
    assert_eq!(import.snapshot.pictures[0].bytes, [0xff, 0xd8, 0xff, 0xd9]);
    assert_eq!(
        import.snapshot.photographs[0].content.sha256,
        "32461d5bd1773012acef0ba15636752949bd7c2ce50f9172159d9f56cf0dd9af"
    );
    assert_eq!(
        import.changed,
        [
            "The picture of Media 0193a000-0000-7000-8000-000000000007 is not the one that was exported: its fingerprint differs."
        ]
    );
}

#[test]
fn a_picture_that_was_taken_out_is_missing_and_told_of() {
    let mut bundle = Edited::practice();
    bundle.first("Media")["content"].as_object_mut().expect("an attachment").remove("data");
    let import = bundle.import();
    assert_eq!(import.snapshot.pictures, Vec::new());
    assert_eq!(import.snapshot.photographs, practice().photographs);
    assert_eq!(import.left_out.len(), 1);
}

#[test]
fn a_score_that_was_taken_out_stays_in_its_record() {
    let mut bundle = Edited::practice();
    bundle.entries().retain(|entry| entry["resource"]["resourceType"] != "Observation");
    let import = bundle.import();
    assert_eq!(import.snapshot, practice());
    assert_eq!(import.left_out.len(), 2);
}

#[test]
fn a_record_that_stands_twice_is_taken_once() {
    let mut bundle = Edited::practice();
    let again = bundle.entries()[0].clone();
    bundle.entries().push(again);
    let import = bundle.import();
    assert_eq!(import.snapshot, practice());
    assert_eq!(import.left_out.len(), 1);
}

#[test]
fn a_server_may_give_other_identifiers() {
    let mut bundle = Edited::practice();
    for (at, entry) in bundle.entries().iter_mut().enumerate() {
        let kind = entry["resource"]["resourceType"].as_str().expect("a type").to_owned();
        entry["fullUrl"] = format!("https://server.example/fhir/{kind}/{at}").into();
        entry["resource"]["id"] = at.to_string().into();
        if entry["resource"]["subject"].is_object() {
            entry["resource"]["subject"]["reference"] = "Patient/0".into();
        }
        if entry["resource"]["encounter"].is_object() {
            entry["resource"]["encounter"]["reference"] = "Encounter/99".into();
        }
    }
    let import = bundle.import();
    assert_eq!(import.snapshot, practice());
    assert_eq!((import.changed, import.left_out), (Vec::new(), Vec::new()));
}
