//! Numbing of a case: readiness, levels, limits and warnings.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, When, case::ProductUse, read_case};
use needlepoint_course::{
    CourseError, Progress,
    numbing::{Numbing, numbing},
    punctures::{Question, punctures},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

/// One zone needled once under a cream.
fn case(knowledge: &Knowledge, age: &str, numbing: &str, length_mm: f64) -> Case {
    let text = format!(
        "title = \"t\"\n[patient]\nage = \"{age}\"\nsex = \"female\"\nphototype = \"III\"\n\
         [[concern]]\nkind = \"healthy\"\nsite = \"cheek\"\n\
         [protocol]\ndevice = \"generic-pen-12\"\nsessions = 1\ninterval = \"4 weeks\"\n\
         numbing = {numbing}\n\
         [[protocol.zone]]\nsite = \"cheek\"\nneedle_length = \"{length_mm} mm\"\npasses = 3\n\
         area = \"100 cm2\"\n[simulate]\nhorizon = \"2 months\"\n"
    );
    let (case, problems) = read_case("case.toml", &text, knowledge);
    let mut case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    case.simulate.members = 32;
    case
}

const CREAM: &str = "{ product = \"lidocaine-prilocaine-cream\", duration = \"60 min\" }";

fn told(case: &Case, knowledge: &Knowledge) -> Numbing {
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    numbing(case, knowledge, progress).expect("solved").expect("a cream")
}

#[test]
fn a_deeper_needle_waits_longer_and_a_longer_stay_numbs_deeper() {
    let knowledge = knowledge();
    let ready = |mm| told(&case(&knowledge, "40 years", CREAM, mm), &knowledge).zones[0].ready_min;
    let (short, long) = (ready(0.5), ready(1.5));
    assert!(short.median < long.median && short.hi95 <= long.hi95);
    let longer = CREAM.replace("60", "120");
    let depth = |cream| {
        told(&case(&knowledge, "40 years", cream, 1.0), &knowledge).zones[0].depth_at_end_um.median
    };
    assert!(depth(&longer) > 1.2 * depth(CREAM));
}

#[test]
fn levels_stay_far_below_harm_on_a_hundred_square_centimetres() {
    let knowledge = knowledge();
    let numbing = told(&case(&knowledge, "40 years", CREAM, 1.0), &knowledge);
    let margin = numbing.margin.expect("harmful levels are known");
    let alone = numbing.plasma[0].margins[0].margin;
    assert!(margin.median > 3.0 && margin.median < alone.median, "harm adds up");
    assert!(numbing.plasma[0].peak_min.median > 60.0, "the skin is a store");
    assert!((numbing.grams - 15.0).abs() < 1e-9 && !numbing.amount_stated);
    assert!(numbing.zones[0].needled_over_intact > 2.0);
}

#[test]
fn twice_the_area_is_twice_the_level() {
    let knowledge = knowledge();
    let once = case(&knowledge, "40 years", CREAM, 1.0);
    let mut twice = once.clone();
    twice.protocol.zones[0].area_cm2 = Some(200.0);
    let peak = |case| told(case, &knowledge).plasma[0].peak_ug_per_ml.median;
    assert!((peak(&twice) / peak(&once) - 2.0).abs() < 1e-9);
}

#[test]
fn a_light_child_has_higher_levels_and_smaller_limits() {
    let knowledge = knowledge();
    let mut child = case(&knowledge, "2 years", CREAM, 0.5);
    child.patient.weight_kg = Some(8.0);
    let numbing = told(&child, &knowledge);
    let adult = told(&case(&knowledge, "40 years", CREAM, 0.5), &knowledge);
    assert!(numbing.weight_stated && (numbing.weight_kg.median - 8.0).abs() < 1e-12);
    assert!(numbing.plasma[0].peak_ug_per_ml.median > 4.0 * adult.plasma[0].peak_ug_per_ml.median);
    let most =
        numbing.limits.iter().filter_map(|check| check.limit.most_g).fold(f64::MAX, f64::min);
    assert_eq!(most, 10.0);
    assert!(numbing.limits.iter().any(|check| check.too_much == Some(true)), "15 g");
    assert!(adult.limits.iter().all(|check| !check.exceeded()));
    let note = "more cream than a label allows (children of 1 to 5 years)";
    assert!(numbing.warnings.iter().any(|warning| warning.note.contains(note)));
}

#[test]
fn who_no_label_names_is_warned() {
    let knowledge = knowledge();
    let cream = CREAM.replace("lidocaine-prilocaine", "lidocaine-tetracaine");
    let numbing = told(&case(&knowledge, "12 years", &cream, 0.5), &knowledge);
    assert!(numbing.limits.is_empty());
    assert!(numbing.warnings.iter().any(|w| w.note.starts_with("No label that was read allows")));
    assert_eq!(numbing.uncounted, ["Tetracaine"]);
}

#[test]
fn every_warning_has_a_source_and_cream_on_punctures_is_named() {
    let knowledge = knowledge();
    let mut case = case(&knowledge, "40 years", CREAM, 1.0);
    let first = &told(&case, &knowledge).warnings[0];
    assert!(first.note.contains("off before the first puncture"));
    case.protocol.products.push(ProductUse {
        name: "lidocaine-4-cream".to_owned(),
        when: When::AfterSession,
        amount_mg_per_cm2: None,
    });
    let warnings = told(&case, &knowledge).warnings;
    assert!(warnings.iter().any(|warning| warning.note.contains("on punctured skin")));
    for warning in &warnings {
        assert!(!warning.sources.is_empty(), "{}", warning.note);
        for source in &warning.sources {
            assert!(knowledge.source(source).is_some(), "{source}");
        }
    }
}

#[test]
fn a_cream_the_knowledge_does_not_describe_is_named() {
    let mut knowledge = knowledge();
    let case = case(&knowledge, "40 years", CREAM, 1.0);
    knowledge.numbing.clear();
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    let why = numbing(&case, &knowledge, progress).expect_err("nothing is known of it");
    assert!(matches!(why, CourseError::UnknownCream(_)), "{why}");
}

#[test]
fn pain_falls_with_the_share_of_the_way_that_is_numb() {
    let knowledge = knowledge();
    let pain = |case: &Case| {
        let cancelled = AtomicBool::new(false);
        let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
        let question = Question { zone: None, area_cm2: 1.0 };
        punctures(case, &knowledge, question, progress).expect("needled")[0].typical.pain_vas
    };
    let hour = case(&knowledge, "40 years", CREAM, 1.0);
    let minutes = case(&knowledge, "40 years", &CREAM.replace("60", "8"), 1.0);
    let mut bare = hour.clone();
    bare.protocol.numbing = None;
    assert!(pain(&hour) < pain(&minutes) && pain(&minutes) <= pain(&bare));
}
