//! What is right is read, completely, and told back.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use needlepoint_case::{
    CannotSimulate, Case, Consultation, Denied, Fidelity, NumbingWish, Setting, TEMPLATE,
    read_case, read_consultation,
};
use needlepoint_knowledge::Knowledge;
use proptest::prelude::*;

fn read(text: &str) -> (Case, String) {
    let (case, problems) = read_case("case.toml", text, &common::knowledge());
    let lines = problems.to_lines();
    (case.unwrap_or_else(|| panic!("{lines}")), lines)
}

fn consult(text: &str) -> (Consultation, String) {
    let (consultation, problems) = read_consultation("case.toml", text, &common::knowledge());
    let lines = problems.to_lines();
    (consultation.unwrap_or_else(|| panic!("{lines}")), lines)
}

/// The text without its section `[protocol]` and what belongs to it.
fn without_protocol(text: &str) -> String {
    let mut inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.contains("protocol");
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

const EVERYTHING: &str = include_str!("everything.toml");

#[test]
fn the_template_is_a_case_without_a_warning() {
    let (_, problems) = read(TEMPLATE);
    assert_eq!(problems, "");
}

#[test]
fn every_key_arrives() {
    let (case, problems) = read(EVERYTHING);
    insta::assert_snapshot!("everything-problems", problems);
    insta::assert_json_snapshot!("everything", case);
    insta::assert_snapshot!("everything-in-words", case.in_words().join("\n"));
}

#[test]
fn the_template_told_back() {
    insta::assert_snapshot!("template-in-words", read(TEMPLATE).0.in_words().join("\n"));
}

#[test]
fn a_consultation_does_without_a_protocol() {
    let text = without_protocol(EVERYTHING);
    let (consultation, problems) = consult(&text);
    assert_eq!(problems, "");
    assert!(consultation.protocol.is_none());
    insta::assert_snapshot!("consultation-in-words", consultation.in_words().join("\n"));
    insta::assert_json_snapshot!("consultation", consultation);
    let (case, problems) = read_case("case.toml", &text, &common::knowledge());
    assert!(case.is_none());
    assert!(problems.to_lines().contains("the file has no [protocol]"), "{}", problems.to_lines());
}

#[test]
fn a_case_is_a_consultation_with_its_protocol() {
    let (case, _) = read(EVERYTHING);
    let mut consultation = consult(EVERYTHING).0;
    let protocol = consultation.protocol.take().unwrap();
    let made = consultation.into_case(protocol).unwrap();
    assert_eq!(serde_json::to_string(&made).unwrap(), serde_json::to_string(&case).unwrap());
}

#[test]
fn a_protocol_has_to_fit_the_consultation() {
    let protocol = read(TEMPLATE).0.protocol;
    let asked = |change: &dyn Fn(&mut Consultation)| {
        let mut consultation = consult(&without_protocol(TEMPLATE)).0;
        change(&mut consultation);
        consultation.into_case(protocol.clone())
    };
    assert!(asked(&|_| {}).is_ok());
    let elsewhere = asked(&|consultation| consultation.concerns[0].site = "neck".to_owned());
    assert_eq!(elsewhere.err(), Some(CannotSimulate::NoZone { site: "neck".to_owned() }));
    let short = asked(&|consultation| consultation.simulate.horizon_days = Some(30.0));
    assert!(matches!(short, Err(CannotSimulate::HorizonTooShort { .. })));
    let late = asked(&|consultation| {
        consultation.simulate.horizon_days = Some(100.0);
        consultation.simulate.times_days = vec![200.0];
    });
    assert!(matches!(late, Err(CannotSimulate::TimeAfterEnd { .. })));
    let mut never = protocol.clone();
    never.session_days.clear();
    let never = consult(&without_protocol(TEMPLATE)).0.into_case(never);
    assert_eq!(never.err(), Some(CannotSimulate::NoSession));
}

#[test]
fn a_horizon_left_out_reaches_as_far_as_the_protocol_asks() {
    let wishes = needlepoint_case::SimulateWishes::default();
    let days = |last| wishes.after(last).unwrap().horizon_days;
    assert!((days(56.0) - 365.2425).abs() < 1e-9);
    assert!((days(400.0) - 400.0 - 365.2425 / 4.0).abs() < 1e-9);
    let asked = needlepoint_case::SimulateWishes { times_days: vec![500.0], ..wishes };
    assert!((asked.after(56.0).unwrap().horizon_days - 500.0).abs() < 1e-9);
    assert_eq!(asked.after(56.0).unwrap().times_days, [500.0]);
}

#[test]
fn what_was_not_asked_is_not_denied() {
    let patient = |lines: &str| {
        let text = TEMPLATE.replace("history = [\"none\"]", lines);
        consult(&without_protocol(&text)).0.patient
    };
    let nobody_asked = patient("");
    assert_eq!(nobody_asked.medicines, None);
    assert_eq!(nobody_asked.denies, Denied::default());
    assert!(!nobody_asked.denies("keloid"));
    let all_asked = patient("history = [\"eczema\"]\ndenies = \"all-others\"\nmedicines = []\n#");
    assert!(all_asked.denies("keloid") && !all_asked.denies("eczema"));
    assert_eq!(all_asked.medicines, Some(Vec::new()));
}

#[test]
fn wishes_arrive() {
    let wishes = |lines: &str| {
        consult(&format!("{}[wishes]\n{lines}\n", without_protocol(TEMPLATE))).0.wishes
    };
    assert_eq!(wishes("numbing = true").numbing, Some(NumbingWish::With));
    assert_eq!(wishes("numbing = false").numbing, Some(NumbingWish::Without));
    assert_eq!(wishes("setting = \"home\"").setting, Some(Setting::Home));
    let two = wishes("devices = [\"dermaroller-192\", \"dermaroller-192\"]");
    assert_eq!(two.devices, ["dermaroller-192"]);
    assert_eq!(consult(TEMPLATE).0.simulate.fidelity, Fidelity::Depth);
}

#[test]
fn underscores_count_as_hyphens() {
    let written =
        EVERYTHING.replace("acne-scars", "acne_scars").replace("in-session", "in_session");
    let as_json = |text| serde_json::to_string(&read(text).0).unwrap();
    assert_eq!(as_json(&written), as_json(EVERYTHING));
}

#[test]
fn a_byte_order_mark_is_accepted() {
    assert_eq!(read(&format!("\u{feff}{TEMPLATE}")).1, "");
}

#[test]
fn what_is_left_out_has_its_default() {
    let case = read(TEMPLATE).0;
    assert_eq!((case.simulate.members, case.simulate.seed), (512, 1));
    assert!((case.simulate.horizon_days - 365.2425).abs() < 1e-9);
    assert!(case.protocol.start.is_none() && case.protocol.aftercare_followed);
}

#[test]
fn times_are_asked_for_in_their_order_and_once() {
    let mut simulate = read(TEMPLATE).0.simulate;
    assert_eq!(simulate.times_days, [] as [f64; 0]);
    let end = simulate.horizon_days;
    for day in [30.0, 0.25, 30.0 + 1e-9, 3.0, end + 1e-9, 0.0] {
        assert!(simulate.ask_for(day), "{day}");
    }
    for day in [-0.01, end + 0.01, f64::NAN] {
        assert!(!simulate.ask_for(day), "{day}");
    }
    assert_eq!(simulate.times_days, [0.0, 0.25, 3.0, 30.0, end]);
}

#[test]
fn the_size_of_a_concern_is_measured_or_rated() {
    let knowledge = common::knowledge();
    let rated = read(TEMPLATE).0;
    let from_scale = knowledge.scale("goodman-baron-qualitative").unwrap().size_of(3.0);
    assert_eq!(rated.concerns[0].size(&knowledge), Some(from_scale));
    let measured = read(&TEMPLATE.replace("# depth = \"0.4 mm\"", "depth = \"0.4 mm\"")).0;
    assert_eq!(measured.concerns[0].size(&knowledge), Some(400.0));
}

#[test]
fn the_template_and_the_examples_are_cases_of_the_knowledge_shipped() {
    let knowledge = Knowledge::embedded().unwrap_or_else(|error| panic!("{error}"));
    let (case, problems) = read_case("template", TEMPLATE, &knowledge);
    assert!(case.is_some() && problems.is_empty(), "{}", problems.to_lines());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
    let mut wrong = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let (case, problems) = needlepoint_case::read_case_file(&path, &knowledge);
            if case.is_none() {
                wrong.push_str(&problems.to_lines());
            }
        }
    }
    assert_eq!(wrong, "");
}

proptest! {
    #[test]
    fn numbers_arrive_as_written(
        age in 18u32..110, sessions in 2u32..=12, interval in 10u32..60, passes in 1u32..=100,
        tenths_of_mm in 5u32..=15, members in 64u32..=4096, seed: u32, per_cent in 0u32..=100,
    ) {
        let text = format!(
            r#"
            [patient]
            age = "{age} years"
            sex = "male"
            phototype = "V"
            [[concern]]
            kind = "acne-scars"
            site = "scalp"
            depth = "{tenths_of_mm}00 um"
            scar_types = {{ boxcar = "{per_cent} %", rolling = "{} %" }}
            [protocol]
            device = "dermaroller-192"
            sessions = {sessions}
            interval = "{interval} days"
            [[protocol.zone]]
            site = "scalp"
            needle_length = "{} mm"
            passes = {passes}
            [simulate]
            horizon = "3 years"
            members = {members}
            seed = {seed}
            "#,
            100 - per_cent,
            f64::from(tenths_of_mm) / 10.0,
        );
        let (case, problems) = read(&text);
        prop_assert_eq!(problems, "");
        prop_assert!((case.patient.age_years - f64::from(age)).abs() < 1e-9);
        let days: Vec<f64> = (0..sessions).map(|n| f64::from(n * interval)).collect();
        prop_assert_eq!(&case.protocol.session_days, &days);
        let zone = case.protocol.zone("scalp").unwrap();
        prop_assert!((zone.needle_length_mm - f64::from(tenths_of_mm) / 10.0).abs() < 1e-9);
        prop_assert_eq!(zone.passes, passes);
        prop_assert_eq!((case.simulate.members, case.simulate.seed), (members, seed));
        prop_assert!((case.concerns[0].size.depth_mm.unwrap() - f64::from(tenths_of_mm) / 10.0).abs() < 1e-9);
    }
}
