//! Numbers of the skin itself and of needles in cut-out skin: keys, predictions, and what is only
//! counted.

use std::sync::atomic::AtomicBool;

use needlepoint_evidence::{
    cohort::CohortSize,
    library::from_folder,
    read_study,
    score::Scored,
    study::{Layer, Loaded, Method, OfSkin},
    validate::{Run, Validation, validate},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    // Before any fit: a fit adds what studies differ by, each measurement on its own.
    Knowledge::embedded().expect("shipped knowledge is valid").prior()
}

/// A study of two arms with needles of their own, and these measurements.
fn study(role: &str, skin: &str, measurements: &str) -> String {
    let arm = |tip: &str| {
        format!(
            "device = {{ label = \"one needle\", shaft_diameter = \"250 um\", tip_diameter = \"{tip}\", \
             minimum_length = \"0.1 mm\", maximum_length = \"1.5 mm\", \
             stamp = {{ columns = 1, rows = 1, pitch = \"10 mm\" }} }}\n\
             sessions = 1\ninterval = \"30 days\"\n\
             zone = [{{ site = \"forehead\", needle_length = \"1.5 mm\", passes = 1, support = \"board\" }}]\n"
        )
    };
    format!(
        "citation = \"Nobody N. Nothing. Nowhere 2020\"\nread_in = \"abstract\"\nrole = \"{role}\"\n\
         design = \"bench\"\nrater = \"instrument\"\n\
         subjects = {{ n = 20, species = \"human\", skin = \"{skin}\", age = [\"20 years\", \"30 years\"] }}\n\n\
         [[concern]]\nkind = \"healthy\"\nsite = \"forehead\"\n\n\
         [arm.sharp]\n{}\n[arm.blunt]\n{}\n{measurements}",
        arm("5 um"),
        arm("37 um"),
    )
}

/// One measurement of the first arm.
fn measurement(lines: &str) -> String {
    format!("[[measurement]]\narm = \"sharp\"\n{lines}\n\n")
}

fn validated(id: &str, text: &str) -> Validation {
    let knowledge = knowledge();
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join(format!("{id}.toml")), text).expect("written");
    let filed = from_folder(folder.path(), &knowledge).unwrap_or_else(|error| panic!("{error}"));
    let cancelled = AtomicBool::new(false);
    let run = Run {
        domain: None,
        role: None,
        size: CohortSize { truths: 16, people: 8, seed: 1, ..CohortSize::default() },
        permeability: false,
        cache: None,
        program: "test",
        study_done: &|| {},
        cancelled: &cancelled,
    };
    validate(&filed, &knowledge, run).expect("validated")
}

fn thickness(layer: &str, method: &str, more: &str) -> String {
    measurement(&format!(
        "observable = \"layer_thickness\"\nlayer = \"{layer}\"\nmethod = \"{method}\"\n{more}\nvalue = \"100 um\""
    ))
}

fn stiffness(of: &str) -> String {
    measurement(&format!("observable = \"skin_stiffness\"\n{of}\nvalue = \"1 MPa\""))
}

fn predicted(validation: &Validation) -> Vec<f64> {
    validation.measurements.iter().map(|scored| scored.predicted).collect()
}

#[test]
fn layer_method_probe_and_subjects_are_read() {
    let text = study(
        "calibrate",
        "in-vivo",
        &[
            thickness("skin", "optical", "subjects = { female = \"100 %\", age = [\"22 years\"] }"),
            stiffness("probe_radius = \"20 um\""),
            thickness("dermis", "ultrasound", "not_scored = \"a reason\""),
        ]
        .concat(),
    );
    let (read, problems) = read_study("a-2020.toml", "a-2020", &text, &knowledge());
    let read = read.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    let [first, second, third] = read.measurements.as_slice() else { panic!("three") };
    assert_eq!(first.of_skin, Some(OfSkin::Thickness(Layer::Skin, Method::Optical)));
    let these = &first.subjects;
    assert_eq!((these.female_share, these.age_years), (1.0, (22.0, 22.0)));
    assert_eq!((these.species.as_str(), these.skin.as_str()), ("human", "in-vivo"));
    assert_eq!(second.subjects, read.subjects);
    let Some(OfSkin::Stiffness(Loaded::Probe(radius))) = second.of_skin else { panic!("probe") };
    assert!((radius - 20.0).abs() < 1e-9);
    assert_eq!(third.not_scored.as_deref(), Some("a reason"));
}

#[test]
fn what_is_wrong_with_a_layer_is_said_with_its_line() {
    let cases = [
        ("observable = \"layer_thickness\"\nmethod = \"raman\"", "[[measurement]]", "needs `layer"),
        ("observable = \"layer_thickness\"\nlayer = \"skin\"", "[[measurement]]", "needs `method"),
        (
            "observable = \"layer_thickness\"\nlayer = \"dermiss\"\nmethod = \"raman\"",
            "layer =",
            "did you mean \"dermis\"",
        ),
        ("observable = \"skin_stiffness\"", "[[measurement]]", "needs `layer"),
        (
            "observable = \"skin_stiffness\"\nlayer = \"epidermis\"",
            "layer =",
            "known: stratum-corneum",
        ),
        (
            "observable = \"skin_stiffness\"\nlayer = \"dermis\"\nprobe_radius = \"1 um\"",
            "probe_radius =",
            "keep one of",
        ),
        (
            "observable = \"skin_stiffness\"\nprobe_radius = \"1 kg\"",
            "probe_radius =",
            "`probe_radius",
        ),
        (
            "observable = \"puncture_force\"\nlayer = \"dermis\"",
            "layer =",
            "`layer` means nothing for `puncture_force`",
        ),
        (
            "observable = \"puncture_force\"\nnot_scored = \" \"",
            "not_scored =",
            "the reason is empty",
        ),
        (
            "observable = \"puncture_force\"\nsubjects = { species = \"pig\" }",
            "subjects =",
            "knows no `species`",
        ),
    ];
    let knowledge = knowledge();
    for (lines, place, expected) in cases {
        let unit = if lines.contains("thickness") { "um" } else { "N" };
        let unit = if lines.contains("stiffness") { "kPa" } else { unit };
        let text =
            study("calibrate", "in-vivo", &measurement(&format!("{lines}\nvalue = \"1 {unit}\"")));
        let (read, problems) = read_study("a-2020.toml", "a-2020", &text, &knowledge);
        assert!(read.is_none(), "{lines}");
        let said = problems.to_lines();
        let found = said.lines().find(|line| line.contains(expected));
        let found = found.unwrap_or_else(|| panic!("no \"{expected}\" in:\n{said}"));
        // The arms have a `subjects` of their own, so the last line of that beginning is meant.
        let at = text.lines().enumerate().filter(|(_, line)| line.starts_with(place)).last();
        let line = at.expect("in the text").0 + 1;
        assert!(found.starts_with(&format!("a-2020.toml:{line}:")), "{line} in {found}");
    }
}

#[test]
fn layers_add_up_and_men_have_thicker_dermis() {
    let validation = validated(
        "a-2020",
        &study(
            "calibrate",
            "in-vivo",
            &[
                thickness("stratum-corneum", "raman", ""),
                thickness("viable-epidermis", "histology", ""),
                thickness("epidermis", "histology", ""),
                thickness("dermis", "ultrasound", ""),
                thickness("skin", "ultrasound", ""),
                thickness("dermis", "ultrasound", "subjects = { female = \"100 %\" }"),
                thickness("dermis", "ultrasound", "subjects = { female = \"0 %\" }"),
                thickness("dermis", "ultrasound", "subjects = { age = [\"80 years\"] }"),
            ]
            .concat(),
        ),
    );
    let found = predicted(&validation);
    let [horny, living, epidermis, dermis, skin, women, men, old] = found[..] else {
        panic!("{found:?}")
    };
    assert!((horny + living - epidermis).abs() < 1e-6 * epidermis);
    assert!((epidermis + dermis - skin).abs() < 1e-6 * skin);
    assert!(women < 0.85 * men && women < dermis && dermis < men, "{women} {dermis} {men}");
    assert!(old < 0.9 * dermis, "{old} {dermis}");
    let at: Vec<&str> = validation.measurements.iter().map(|scored| scored.at.as_str()).collect();
    assert_eq!(
        at[5..],
        ["dermis, forehead, women", "dermis, forehead, men", "dermis, forehead, 80 to 80 years"]
    );
}

/// A small probe feels the horny layer, a larger one the soft skin below it, and a wide one the board.
#[test]
fn a_probe_feels_as_deep_as_it_is_wide() {
    let probes = ["0.5 um", "20 um", "100 um", "5 mm"];
    let probes = probes.map(|radius| stiffness(&format!("probe_radius = \"{radius}\"")));
    let layers = ["stratum-corneum", "dermis", "skin"];
    let layers = layers.map(|layer| stiffness(&format!("layer = \"{layer}\"")));
    let text = study("calibrate", "in-vivo", &[probes.concat(), layers.concat()].concat());
    let found = predicted(&validated("a-2020", &text));
    let [small, middle, large, wide, horny, dermis, skin] = found[..] else { panic!("{found:?}") };
    assert!(small > middle && middle > large && wide > large, "{found:?}");
    assert!((small - horny).abs() < 0.2 * horny, "{found:?}");
    assert!((dermis - skin).abs() < 1e-9 * skin, "{found:?}");
}

fn reasons(validation: &Validation) -> Vec<&str> {
    validation.unscored.iter().map(|unscored| unscored.reason.as_str()).collect()
}

/// Cut-out skin has its mechanics, but heals and hurts no more.
#[test]
fn cut_out_human_skin_is_scored_for_its_mechanics_alone() {
    let force = |arm: &str| {
        format!(
            "[[measurement]]\narm = \"{arm}\"\nobservable = \"puncture_force\"\nvalue = \"50 mN\"\n\n"
        )
    };
    let bridged = measurement("observable = \"bridged_time\"\nvalue = \"12 h\"");
    let all = [force("sharp"), force("blunt"), bridged].concat();
    let validation = validated("a-2020", &study("calibrate", "ex-vivo", &all));
    let found = predicted(&validation);
    let [sharp, blunt] = found[..] else { panic!("{found:?}") };
    assert!(blunt > 2.0 * sharp, "{sharp} {blunt}");
    assert_eq!(reasons(&validation), ["human skin ex-vivo: the model is of living human skin"]);
    let pigs = study("calibrate", "ex-vivo", &all).replace("\"human\"", "\"pig\"");
    assert!(validated("a-2020", &pigs).measurements.is_empty());
}

/// Subjects of one measurement may be cut-out skin in a study of people.
#[test]
fn a_measurement_may_have_other_skin_than_its_study() {
    let share = |more: &str| {
        measurement(&format!("observable = \"bridged_time\"\n{more}\nvalue = \"12 h\""))
    };
    let text = study(
        "calibrate",
        "in-vivo",
        &[share(""), share("subjects = { skin = \"ex-vivo\" }")].concat(),
    );
    let validation = validated("a-2020", &text);
    assert_eq!((validation.measurements.len(), validation.unscored.len()), (1, 1));
}

#[test]
fn what_can_not_be_scored_is_counted_with_its_reason() {
    let rows = [
        thickness("epidermis", "ultrasound", ""),
        thickness("dermis", "histology", ""),
        measurement(
            "observable = \"puncture_force\"\nnot_scored = \"its tip is unknown\"\nvalue = \"1 N\"",
        ),
        measurement(
            "observable = \"layer_thickness\"\nlayer = \"dermis\"\nmethod = \"ultrasound\"\n\
             than = \"blunt\"\norder = \"more\"",
        ),
    ];
    let validation = validated("a-2020", &study("calibrate", "in-vivo", &rows.concat()));
    assert!(validation.measurements.is_empty());
    let reasons = reasons(&validation);
    for (reason, expected) in reasons.iter().zip([
        "too thick",
        "cut and fixed",
        "its tip is unknown",
        "arms do not differ",
    ]) {
        assert!(reason.contains(expected), "{reason}");
    }
}

/// The dermis of the forehead was read from this study; that of the back was not.
#[test]
fn a_study_can_not_validate_what_was_read_from_it() {
    let rows = [
        thickness("dermis", "ultrasound", ""),
        thickness("dermis", "ultrasound", "site = \"back\""),
    ]
    .concat();
    let scored = |role: &str| -> Vec<Scored> {
        validated("meng-2022", &study(role, "in-vivo", &rows)).measurements
    };
    assert_eq!(scored("calibrate").len(), 2);
    let validated = scored("validate");
    assert_eq!(validated.len(), 1);
    assert!(validated[0].at.contains("back"), "{}", validated[0].at);
}
