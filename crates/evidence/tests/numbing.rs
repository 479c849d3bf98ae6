//! Studies of numbing creams: keys, predictions, and what is only counted.

use std::sync::atomic::AtomicBool;

use needlepoint_evidence::{
    cohort::CohortSize,
    library::from_folder,
    read_study,
    validate::{Run, Validation, validate},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

/// A study of an hour under cream and of bare skin, with these measurements of the first.
fn study(measurements: &[&str]) -> String {
    let arm = |numbing: &str| {
        format!(
            "device = \"generic-pen-12\"\nsessions = 1\ninterval = \"30 days\"\n{numbing}\n\
             zone = [{{ site = \"thigh\", needle_length = \"1.0 mm\", passes = 1, area = \"400 cm2\" }}]\n"
        )
    };
    let cream = "numbing = { product = \"lidocaine-prilocaine-cream\", duration = \"60 min\", \
                 amount = \"150 mg/cm2\" }";
    let measurements: String = measurements
        .iter()
        .fold(String::new(), |text, lines| text + "[[measurement]]\nn = 10\n" + lines + "\n\n");
    format!(
        "citation = \"Nobody N. Nothing. Nowhere 2020\"\nread_in = \"abstract\"\nrole = \"calibrate\"\n\
         design = \"controlled\"\nrater = \"instrument\"\n\
         subjects = {{ n = 20, species = \"human\", skin = \"in-vivo\" }}\n\n\
         [[concern]]\nkind = \"healthy\"\nsite = \"thigh\"\n\n\
         [arm.cream]\n{}\n[arm.bare]\n{}\n{measurements}",
        arm(cream),
        arm(""),
    )
}

fn validated(text: &str) -> Validation {
    let knowledge = knowledge();
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("a-2020.toml"), text).expect("written");
    let filed = from_folder(folder.path(), &knowledge).unwrap_or_else(|error| panic!("{error}"));
    let cancelled = AtomicBool::new(false);
    let run = Run {
        domain: None,
        role: None,
        size: CohortSize { truths: 8, people: 4, seed: 1, ..CohortSize::default() },
        permeability: false,
        cache: None,
        program: "test",
        study_done: &|| {},
        cancelled: &cancelled,
    };
    validate(&filed, &knowledge, run).expect("validated")
}

#[test]
fn depth_onset_and_level_are_predicted() {
    let validation = validated(&study(&[
        "arm = \"cream\"\nobservable = \"numb_depth\"\nvalue = \"2 mm\"",
        "arm = \"cream\"\nobservable = \"numb_depth\"\nafter = \"60 min\"\nvalue = \"2 mm\"",
        "arm = \"cream\"\nobservable = \"numbing_onset\"\nvalue = \"20 min\"",
        "arm = \"cream\"\nobservable = \"plasma_level\"\nactive = \"lidocaine\"\nvalue = \"0.1 ug/mL\"",
        "arm = \"cream\"\nobservable = \"plasma_level\"\nactive = \"prilocaine\"\nvalue = \"0.1 ug/mL\"",
    ]));
    assert!(validation.unscored.is_empty(), "{:?}", validation.unscored);
    let medians: Vec<f64> = validation.measurements.iter().map(|scored| scored.predicted).collect();
    let [at_once, later, onset, lidocaine, prilocaine] = medians[..] else {
        panic!("{medians:?}");
    };
    assert!(later > at_once && at_once > 0.5, "the skin is a store: {at_once} mm, then {later} mm");
    assert!((5.0..60.0).contains(&onset), "{onset} min");
    assert!(lidocaine > prilocaine && prilocaine > 0.0, "prilocaine is cleared faster");
}

#[test]
fn bare_skin_and_what_a_cream_does_not_hold_are_only_counted() {
    let validation = validated(&study(&[
        "arm = \"bare\"\nobservable = \"numb_depth\"\nvalue = \"2 mm\"",
        "arm = \"cream\"\nobservable = \"plasma_level\"\nactive = \"tetracaine\"\nvalue = \"0.1 ug/mL\"",
    ]));
    assert_eq!((validation.measurements.len(), validation.unscored.len()), (0, 2));
}

#[test]
fn mistakes_in_the_keys_are_named() {
    let knowledge = knowledge();
    for (lines, expected) in [
        ("observable = \"plasma_level\"", "needs `active"),
        ("observable = \"plasma_level\"\nactive = \"lidocain\"", "did you mean \"lidocaine\""),
        ("observable = \"plasma_level\"\nactive = \"caffeine\"", "no anaesthetic is called"),
        ("observable = \"numb_depth\"\nactive = \"lidocaine\"", "means nothing"),
        ("observable = \"numbing_onset\"\nafter = \"5 min\"", "means nothing"),
        ("observable = \"numb_depth\"\nafter = \"5 mm\"", "after"),
    ] {
        let text = study(&[&format!("arm = \"cream\"\n{lines}\nvalue = \"1\"")]);
        let (study, problems) = read_study("a.toml", "a", &text, &knowledge);
        let said = problems.to_lines();
        assert!(study.is_none() && said.contains(expected), "{lines}: {said}");
    }
}
