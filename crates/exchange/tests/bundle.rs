//! What a bundle says to a program that knows nothing of us.

mod common;

use std::{fs, path::Path};

use common::{at, day, practice};
use jiff::Timestamp;
use needlepoint_exchange::{FhirOptions, from_fhir, to_fhir};
use needlepoint_records::document::Snapshot;
use serde_json::Value;

fn bundle(practice: &Snapshot) -> Vec<u8> {
    let options =
        FhirOptions { pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None };
    to_fhir(practice, &options)
}

/// Takes our own documents out, which a snapshot of what others see need not show.
fn without_documents(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("contentType").and_then(Value::as_str) == Some("application/json") {
                members.insert("data".to_owned(), "(the whole document)".into());
            }
            members.values_mut().for_each(without_documents);
        }
        Value::Array(items) => items.iter_mut().for_each(without_documents),
        _ => {}
    }
}

#[test]
fn a_small_practice_as_others_see_it() {
    let mut bundle: Value = serde_json::from_slice(&bundle(&practice())).expect("JSON");
    without_documents(&mut bundle);
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(bundle) });
}

/// The practice, with whatever FHIR has no form for: years before 1, blanks, control characters, numbers beyond its own.
fn strange_practice() -> Snapshot {
    let mut practice = practice();
    let odd = "\u{1}\u{a0}<b>\u{2028}\u{feff}".to_owned();
    let before = day("-000044-03-15");
    let patient = &mut practice.patients[0].content;
    "\u{a0}".clone_into(&mut patient.family_name);
    patient.given_name.clone_from(&odd);
    patient.birth_date = Some(before);
    patient.phone = Some(String::new());
    let consultation = &mut practice.consultations[0].content;
    consultation.held_on = before;
    consultation.file.clear();
    let plan = &mut practice.plans[0].content;
    (plan.made_on, plan.dates) = (before, vec![before]);
    plan.settings.device.clear();
    let session = &mut practice.sessions[0].content;
    session.started_at = Some(Timestamp::MIN);
    session.finished_at = Some(Timestamp::MIN);
    session.held_on = before;
    session.zones[0].device.clone_from(&odd);
    session.products[0].product.clear();
    session.adverse_events[0].what.clear();
    session.adverse_events[0].at = Timestamp::MIN;
    let visit = &mut practice.visits[0].content;
    visit.seen_on = before;
    visit.scores[0].scale.clear();
    visit.scores[0].value = f64::MAX;
    visit.scores[1].value = -0.0;
    let photograph = &mut practice.photographs[0].content;
    (photograph.width, photograph.height) = (0, u32::MAX);
    photograph.media_type = odd;
    photograph.taken_on = before;
    practice
}

/// Writes the bundles that `scripts/check-fhir.sh` holds against the definitions of FHIR.
#[test]
fn bundles_are_written_for_the_check_against_the_definitions() {
    for (name, practice) in [("practice", practice()), ("strange", strange_practice())] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.fhir.json"));
        fs::write(&path, bundle(&practice)).expect("the folder of the tests can be written to");
        let import = from_fhir(&fs::read(&path).expect("the file is there")).expect("a bundle");
        assert_eq!(import.snapshot, practice);
    }
}
