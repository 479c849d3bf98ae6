//! What goes out comes back.

mod common;

use common::{at, id, practice, snapshot};
use needlepoint_exchange::{FhirOptions, from_fhir, from_json, to_fhir, to_json};
use needlepoint_records::document::Snapshot;
use proptest::prelude::*;

const EVERYTHING: fn() -> FhirOptions =
    || FhirOptions { pictures: true, made_at: at("2027-02-01T12:00:00Z"), patient: None };

proptest! {
    #[test]
    fn json_is_lossless(snapshot in snapshot()) {
        prop_assert_eq!(from_json(&to_json(&snapshot)), Ok(snapshot));
    }

    #[test]
    fn fhir_is_lossless(snapshot in snapshot()) {
        let import = from_fhir(&to_fhir(&snapshot, &EVERYTHING())).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        prop_assert_eq!(import.snapshot, snapshot);
        prop_assert_eq!(import.changed, Vec::<String>::new());
        prop_assert_eq!(import.left_out, Vec::<String>::new());
    }

    /// Also where a server wrote everything anew, so that no resource is the one that went out.
    #[test]
    fn fhir_is_lossless_where_a_server_stamped_each_resource(snapshot in snapshot()) {
        let mut bundle: serde_json::Value =
            serde_json::from_slice(&to_fhir(&snapshot, &EVERYTHING())).expect("JSON");
        for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
            entry["resource"]["meta"]["versionId"] = "7".into();
            entry["resource"]["meta"]["lastUpdated"] = "2027-03-01T00:00:00Z".into();
        }
        let import = from_fhir(bundle.to_string().as_bytes()).map_err(|error| {
            TestCaseError::fail(error.to_string())
        })?;
        prop_assert_eq!(import.snapshot, snapshot);
        prop_assert_eq!(import.changed, Vec::<String>::new());
        prop_assert_eq!(import.left_out, Vec::<String>::new());
    }
}

#[test]
fn the_same_records_give_the_same_bytes() {
    assert_eq!(to_json(&practice()), to_json(&practice()));
    assert_eq!(to_fhir(&practice(), &EVERYTHING()), to_fhir(&practice(), &EVERYTHING()));
}

#[test]
fn an_empty_practice_comes_back_empty() {
    let nothing = Snapshot::default();
    assert_eq!(from_json(&to_json(&nothing)), Ok(nothing.clone()));
    let import = from_fhir(&to_fhir(&nothing, &EVERYTHING())).expect("a bundle");
    assert_eq!(import.snapshot, nothing);
}

#[test]
fn without_pictures_all_but_the_pictures_comes_back() {
    let options = FhirOptions { pictures: false, ..EVERYTHING() };
    let bundle = to_fhir(&practice(), &options);
    assert!(!String::from_utf8_lossy(&bundle).contains("/9j/4P/Z"), "the bytes of the picture");
    let import = from_fhir(&bundle).expect("a bundle");
    assert_eq!(import.snapshot, Snapshot { pictures: Vec::new(), ..practice() });
}

#[test]
fn a_bundle_of_one_patient_has_nothing_of_another() {
    let ada = FhirOptions { patient: Some(id(1)), ..EVERYTHING() };
    let import = from_fhir(&to_fhir(&practice(), &ada)).expect("a bundle");
    let mut expected = practice();
    expected.patients.truncate(1);
    assert_eq!(import.snapshot, expected);

    let nameless = FhirOptions { patient: Some(id(2)), ..EVERYTHING() };
    let import = from_fhir(&to_fhir(&practice(), &nameless)).expect("a bundle");
    let patients = practice().patients.split_off(1);
    assert_eq!(import.snapshot, Snapshot { patients, ..Snapshot::default() });

    let nobody = FhirOptions { patient: Some(id(9)), ..EVERYTHING() };
    let import = from_fhir(&to_fhir(&practice(), &nobody)).expect("a bundle");
    assert_eq!(import.snapshot, Snapshot::default());
}
