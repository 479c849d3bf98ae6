//! Plans, aftercare and letters of many patients.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, fmt::Write as _, path::Path, sync::OnceLock};

use jiff::civil::{Date, date};
use needlepoint_case::{Consultation, read_consultation, read_consultation_file};
use needlepoint_knowledge::{
    Knowledge,
    numbing::Barrier,
    rule::{Part, Place},
};
use proptest::prelude::*;

use crate::{
    Care, care,
    letter::Letter,
    plan::{AdviceKind, AlternativeKind, Plan},
    planned,
    screening::{Verdict, screen},
    write::{Alternatives, screened, written},
};

const TODAY: Date = date(2026, 6, 1);

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| Knowledge::embedded().unwrap())
}

fn consultation(text: &str) -> Consultation {
    let (consultation, problems) = read_consultation("test.toml", text, knowledge());
    consultation.unwrap_or_else(|| panic!("{}", problems.to_lines()))
}

/// Everything but alternatives.
fn cared_for(consultation: &Consultation) -> Care {
    let today = consultation.assessed.unwrap_or(TODAY);
    let (consultation, screening) = screened(consultation, knowledge(), today);
    written(&consultation, knowledge(), screening, today, Alternatives::LeftOut, None).unwrap()
}

/// A patient with nothing in the way.
fn patient(rest: &str) -> Consultation {
    patient_of("34 years", "III", rest)
}

fn patient_of(age: &str, phototype: &str, rest: &str) -> Consultation {
    consultation(&format!(
        "assessed = 2026-06-01\n[patient]\nage = \"{age}\"\nsex = \"female\"\nphototype = \"{phototype}\"\n\
         denies = \"all-others\"\nmedicines = []\n{rest}"
    ))
}

const ACNE_SCARS: &str = "[[concern]]\nkind = \"acne-scars\"\nsite = \"cheek\"\ndepth = \"0.4 mm\"\n\
     scar_types = { boxcar = \"60 %\", rolling = \"30 %\", ice_pick = \"10 %\" }\nlesion_age = \"3 years\"\n";

fn plan(consultation: &Consultation) -> Plan {
    let planned = planned(consultation, knowledge(), TODAY);
    planned.plan.unwrap_or_else(|| panic!("no plan: {:?}", planned.instead))
}

fn instead(consultation: &Consultation) -> Vec<AdviceKind> {
    let planned = planned(consultation, knowledge(), TODAY);
    assert!(planned.plan.is_none(), "{:?}", planned.plan);
    planned.instead.iter().map(|advice| advice.kind).collect()
}

fn golden_patients() -> Vec<(String, Consultation)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/patients");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .filter(|path| path.file_name().is_some_and(|name| name != "expected.toml"))
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|path| {
            let (consultation, _) = read_consultation_file(path, knowledge());
            Some((path.file_stem()?.to_string_lossy().into_owned(), consultation?))
        })
        .collect()
}

#[test]
fn acne_scars_of_the_face_are_needled_within_the_label() {
    let plan = plan(&patient(ACNE_SCARS));
    let zone = &plan.zones[0];
    assert_eq!((zone.device.as_str(), zone.needle_mm, zone.start_mm), ("skinpen", 1.5, 0.25));
    assert_eq!((plan.dates.len(), plan.interval_weeks, zone.passes), (3, 4.0, 4));
    assert_eq!(plan.dates[2], date(2026, 7, 27));
    let bleeding = zone.because.iter().find(|b| b.rule.as_deref() == Some("endpoint-erythema"));
    let against = bleeding.unwrap().disagreement.as_ref().unwrap();
    assert!(against.contains("points of blood"), "{against}");
}

#[test]
fn dark_skin_is_needled_at_the_short_end() {
    let light = plan(&patient_of("34 years", "II", ACNE_SCARS));
    let dark = plan(&patient_of("34 years", "V", ACNE_SCARS));
    assert!(dark.zones[0].needle_mm < light.zones[0].needle_mm);
    let rules: Vec<_> = dark.zones[0].because.iter().filter_map(|b| b.rule.as_deref()).collect();
    assert!(rules.contains(&"fitz-pih-risk"), "{rules:?}");
}

#[test]
fn a_length_beyond_the_label_needs_a_reason_in_the_file() {
    let protocol = |reason: &str| {
        patient(&format!(
            "{ACNE_SCARS}[protocol]\ndevice = \"skinpen\"\nsessions = 3\ninterval = \"4 weeks\"\n\
             [[protocol.zone]]\nsite = \"cheek\"\nneedle_length = \"2.0 mm\"\npasses = 4\n\
             override_reason = \"{reason}\"\n"
        ))
    };
    let signed = plan(&protocol("thick scars, second course"));
    assert_eq!(signed.zones[0].needle_mm, 2.0);
    assert_eq!(
        signed.protocol.zones[0].override_reason.as_deref(),
        Some("thick scars, second course")
    );
    let caution = &signed.zones[0].caution;
    assert!(caution.iter().any(|told| told.text.contains("thick scars, second course")));
}

#[test]
fn around_the_eyes_it_stays_outside_the_rim_and_shallow() {
    let plan = plan(&patient(
        "[[concern]]\nkind = \"wrinkles\"\nsite = \"periorbital\"\ndepth = \"0.15 mm\"\n[wishes]\nnumbing = true\n",
    ));
    let zone = &plan.zones[0];
    assert_eq!(zone.needle_mm, 0.25);
    assert!(zone.caution.iter().any(|c| c.rule.as_deref() == Some("depth-orbital-rim")));
    assert_eq!(plan.numbing.unwrap().area_cm2, 0.0);
}

#[test]
fn needling_is_not_the_answer_to_everything() {
    let healthy = patient("[[concern]]\nkind = \"healthy\"\nsite = \"cheek\"\n");
    assert_eq!(instead(&healthy), [AdviceKind::NoTreatment]);
    let ice_pick = patient(
        "[[concern]]\nkind = \"acne-scars\"\nsite = \"cheek\"\ndepth = \"0.4 mm\"\n\
         scar_types = { boxcar = \"10 %\", rolling = \"10 %\", ice_pick = \"80 %\" }\nlesion_age = \"3 years\"\n",
    );
    assert_eq!(instead(&ice_pick), [AdviceKind::OtherProcedure]);
    let raised = patient(
        "[[concern]]\nkind = \"surgical-scar\"\nsite = \"abdomen\"\nheight = \"2 mm\"\nlesion_age = \"3 years\"\n",
    );
    assert_eq!(instead(&raised), [AdviceKind::Referral]);
    let mild = patient(
        "[[concern]]\nkind = \"photoageing\"\nsite = \"cheek\"\nmissing_collagen = \"5 %\"\n",
    );
    assert_eq!(instead(&mild), [AdviceKind::HomeCare]);
    let fold = patient("[[concern]]\nkind = \"wrinkles\"\nsite = \"cheek\"\ndepth = \"1.2 mm\"\n");
    assert_eq!(instead(&fold), [AdviceKind::OtherProcedure]);
    let floor = patient(
        "[[concern]]\nkind = \"wrinkles\"\nsite = \"cheek\"\nseverity = { scale = \"lemperle\", score = 0 }\n",
    );
    assert_eq!(instead(&floor), [AdviceKind::NoTreatment]);
    let circles = patient(
        "[[concern]]\nkind = \"hyperpigmentation\"\nsite = \"periorbital\"\nexcess_melanin = \"40 %\"\n",
    );
    assert_eq!(instead(&circles), [AdviceKind::NoTreatment]);
    let at_home =
        patient(&format!("{ACNE_SCARS}[wishes]\nsetting = \"home\"\nhome_roller = \"0.25 mm\"\n"));
    assert!(instead(&at_home).contains(&AdviceKind::HomeCare));
}

#[test]
fn beside_a_plan_a_prescriber_and_other_procedures_are_named() {
    let kinds = |rest: &str| -> Vec<AdviceKind> {
        let planned = planned(&patient(rest), knowledge(), TODAY);
        assert!(planned.plan.is_some());
        planned.instead.iter().map(|advice| advice.kind).collect()
    };
    let melasma = "[[concern]]\nkind = \"melasma\"\nsite = \"cheek\"\nexcess_melanin = \"40 %\"\n";
    assert_eq!(kinds(melasma), [AdviceKind::Referral]);
    let hair = "[[concern]]\nkind = \"hair-loss\"\nsite = \"scalp\"\nhair_density = \"120 /cm2\"\n";
    assert_eq!(kinds(hair), [AdviceKind::Referral]);
    let red = "[[concern]]\nkind = \"striae\"\nsite = \"abdomen\"\nmissing_collagen = \"20 %\"\n\
               colour = \"rubra\"\nlesion_age = \"2 years\"\n";
    assert_eq!(kinds(red), [AdviceKind::OtherProcedure]);
}

#[test]
fn a_device_for_home_is_no_device_for_a_plan() {
    let home = patient(&format!("{ACNE_SCARS}[wishes]\ndevices = [\"home-roller\"]\n"));
    assert_eq!(instead(&home), [AdviceKind::OtherProcedure]);
    let own = plan(&patient(&format!("{ACNE_SCARS}[wishes]\ndevices = [\"dermaroller-192\"]\n")));
    let zone = &own.zones[0];
    assert_eq!(
        (zone.device.as_str(), zone.needle_mm, zone.start_mm),
        ("dermaroller-192", 1.5, 1.5),
        "a roller has one length"
    );
}

#[test]
fn few_days_out_of_sight_shorten_the_needle() {
    let all = plan(&patient(ACNE_SCARS)).zones[0].needle_mm;
    let few = plan(&patient(&format!("{ACNE_SCARS}[wishes]\ndowntime = \"3 days\"\n")));
    assert!(few.zones[0].needle_mm < all);
    let why =
        few.zones[0].because.iter().find(|b| b.rule.as_deref() == Some("course-duration-depth"));
    assert!(why.unwrap().text.contains("No more than 3 days"));
}

#[test]
fn wished_products_are_refused_on_open_channels_with_the_reason() {
    let plan = plan(&patient(&format!(
        "{ACNE_SCARS}[wishes]\nproducts = [\"vitamin-c\", \"niacinamide\", \"hyaluronic-acid\", \"tranexamic-acid\"]\n"
    )));
    let refused = |label: &str| plan.not_to_use.iter().any(|told| told.text.starts_with(label));
    assert!(refused("Vitamin C serum is wished for and is refused"));
    assert!(refused("Niacinamide serum is wished for; nobody tested it"));
    let used: Vec<_> = plan.protocol.products.iter().map(|used| used.name.as_str()).collect();
    assert_eq!(used, ["hyaluronic-acid"]);
    let asked = plan.on_the_day.iter().any(|told| told.text.contains("a prescriber decides on it"));
    assert!(asked, "{:?}", plan.on_the_day);
}

#[test]
fn numbing_is_left_out_where_needles_are_short_and_held_to_labels_elsewhere() {
    let short =
        plan(&patient("[[concern]]\nkind = \"pores\"\nsite = \"cheek\"\nexcess_area = \"80 %\"\n"));
    assert_eq!(short.without_numbing.unwrap().rule.as_deref(), Some("numb-optional"));
    let usual = plan(&patient(ACNE_SCARS)).numbing.unwrap();
    assert_eq!((usual.product.as_str(), usual.covered), ("lidocaine-4-cream", false));
    let mixture = plan(&patient(&format!(
        "{ACNE_SCARS}[wishes]\nnumbing = \"benzocaine-lidocaine-tetracaine-cream\"\n"
    )));
    assert!(mixture.numbing.is_none());
    assert!(mixture.without_numbing.unwrap().text.contains("not licensed"));
}

#[test]
fn a_child_gets_no_more_cream_than_the_label_has_for_it() {
    use crate::{
        book::Book,
        numb::{Area, numbing},
    };
    for (age, weight, most_g, most_cm2) in [
        ("13 years", "40 kg", 60.0, 600.0),
        ("8 years", "18 kg", 20.0, 200.0),
        ("5 years", "15 kg", 10.0, 100.0),
    ] {
        let consultation = patient_of(
            age,
            "II",
            &format!(
                "weight = \"{weight}\"\n{ACNE_SCARS}[wishes]\nnumbing = \"lidocaine-prilocaine-cream\"\n"
            ),
        );
        let screening = screen(&patient(ACNE_SCARS), knowledge(), TODAY);
        let book = Book { consultation: &consultation, knowledge: knowledge() };
        let area = Area { cm2: 900.0, needle_mm: 1.5, near_the_eye: false };
        let plan = numbing(book, &screening, &[area]).unwrap();
        assert!(plan.grams <= most_g + 1e-9 && plan.area_cm2 <= most_cm2 + 1e-9, "{age}: {plan:?}");
        assert!(plan.because.iter().any(|told| told.text.contains("go without")));
    }
}

#[test]
fn sessions_wait_for_the_screening_and_for_the_wish() {
    let later = plan(&patient(&format!("{ACNE_SCARS}[wishes]\nstart = 2026-08-03\n")));
    assert_eq!(later.dates[0], date(2026, 8, 3));
    let mut waits = 0;
    for (name, consultation) in golden_patients() {
        let planned = planned(&consultation, knowledge(), TODAY);
        if let (Some(until), Some(plan)) = (planned.screening.until, &planned.plan) {
            assert!(plan.dates[0] >= until, "{name}");
            waits += 1;
        }
    }
    assert!(waits >= 2, "golden patients who wait for a date and have a plan: {waits}");
}

#[test]
fn who_is_not_to_be_needled_gets_no_plan() {
    let mut refused = 0;
    for (name, consultation) in golden_patients() {
        let planned = planned(&consultation, knowledge(), TODAY);
        if planned.screening.verdict >= Verdict::Refer {
            assert!(planned.plan.is_none() && !planned.instead.is_empty(), "{name}");
            refused += 1;
        }
        if !planned.screening.is_settled() {
            assert!(planned.plan.is_none(), "{name}: answers are missing");
        }
    }
    assert!(refused >= 5, "{refused}");
}

/// What holds for every plan.
fn check_plan(consultation: &Consultation, plan: &Plan, until: Option<Date>) {
    let knowledge = knowledge();
    for zone in &plan.zones {
        let device = knowledge.device(&zone.device).unwrap();
        let site = knowledge.site(&zone.site).unwrap();
        assert!(zone.needle_mm <= device.maximum_mm + 1e-9);
        assert!(zone.needle_mm <= device.evaluated_to_mm.unwrap_or(f64::INFINITY) + 1e-9);
        assert!(zone.start_mm <= zone.needle_mm + 1e-9 && zone.start_mm > 0.0);
        if site.inside_orbital_rim {
            assert!(zone.needle_mm <= 0.5);
            let rim = knowledge.rules.iter().find(|rule| {
                rule.part == Part::Depth && rule.when.place == Some(Place::InsideOrbitalRim)
            });
            assert!(
                zone.caution.iter().any(|told| told.rule.as_ref() == rim.map(|rule| &rule.name))
            );
        }
        // Labels by site and concern.
        if site.region == needlepoint_knowledge::site::Region::Face {
            assert!(zone.needle_mm <= 1.5 + 1e-9);
        }
    }
    assert!(plan.dates.windows(2).all(|pair| pair[0] < pair[1]));
    let assessed = consultation.assessed.unwrap_or(TODAY);
    let earliest = [Some(assessed), consultation.wishes.start, until].into_iter().flatten().max();
    assert!(Some(plan.dates[0]) >= earliest);
    let Some(numbing) = &plan.numbing else {
        assert!(plan.without_numbing.is_some());
        return;
    };
    let label = knowledge.numbing(&numbing.product).unwrap();
    let patient = &consultation.patient;
    assert!(label.licensed);
    let rows: Vec<_> = label
        .limits
        .iter()
        .filter(|row| row.applies(patient.age_years, patient.weight_kg, Barrier::Intact))
        .collect();
    assert!(!rows.is_empty());
    let most = |read: &dyn Fn(&needlepoint_knowledge::numbing::Limit) -> Option<f64>| {
        let all: Option<Vec<f64>> = rows.iter().map(|row| read(row)).collect();
        all.map_or(f64::INFINITY, |all| all.into_iter().fold(0.0, f64::max))
    };
    assert!(numbing.grams <= most(&|row| row.most_g) + 1e-9);
    assert!(numbing.area_cm2 <= most(&|row| row.most_cm2) + 1e-9);
    assert!(numbing.minutes <= most(&|row| row.most_min) + 1e-9);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_plan_keeps_to_labels_dates_and_the_rim(
        age in 18_u32..90,
        phototype in prop::sample::select(vec!["I", "II", "III", "IV", "V", "VI"]),
        male in any::<bool>(),
        concerns in prop::sample::subsequence(vec![
            ("acne-scars", "cheek", "depth = \"0.5 mm\"\nlesion_age = \"3 years\""),
            ("acne-scars", "temple", "depth = \"0.5 mm\"\nlesion_age = \"3 years\""),
            ("wrinkles", "periorbital", "depth = \"0.2 mm\""),
            ("wrinkles", "forehead", "depth = \"0.2 mm\""),
            ("wrinkles", "neck", "depth = \"0.2 mm\""),
            ("melasma", "cheek", "excess_melanin = \"40 %\""),
            ("striae", "abdomen", "missing_collagen = \"20 %\"\nlesion_age = \"3 years\""),
            ("surgical-scar", "back", "depth = \"0.5 mm\"\nlesion_age = \"3 years\""),
            ("laxity", "jaw", "missing_elasticity = \"20 %\""),
            ("pores", "nose", "excess_area = \"80 %\""),
            ("hair-loss", "scalp", "hair_density = \"120 /cm2\""),
            ("photoageing", "hand", "missing_collagen = \"20 %\""),
        ], 1..6),
        device in prop::option::of(prop::sample::select(vec![
            "skinpen", "exceed", "dermapen", "skinstylus", "generic-pen-12", "dermaroller-192", "stamp-10x10",
        ])),
        numbing in prop::option::of(prop::sample::select(vec![
            "true", "\"lidocaine-prilocaine-cream\"", "\"lidocaine-tetracaine-cream\"",
        ])),
        start in prop::option::of(1_u8..28),
        downtime in prop::option::of(1_u32..8),
    ) {
        let mut text = format!(
            "assessed = 2026-06-01\n[patient]\nage = \"{age} years\"\nsex = \"{}\"\nphototype = \"{phototype}\"\n\
             denies = \"all-others\"\nmedicines = []\n",
            if male { "male" } else { "female" }
        );
        for (kind, site, rest) in &concerns {
            let _ = write!(text, "[[concern]]\nkind = \"{kind}\"\nsite = \"{site}\"\n{rest}\n");
        }
        text += "[wishes]\n";
        if let Some(device) = device { let _ = writeln!(text, "devices = [\"{device}\"]"); }
        if let Some(numbing) = numbing { let _ = writeln!(text, "numbing = {numbing}"); }
        if let Some(day) = start { let _ = writeln!(text, "start = 2026-07-{day:02}"); }
        if let Some(days) = downtime { let _ = writeln!(text, "downtime = \"{days} days\""); }
        let consultation = consultation(&text);
        let planned = planned(&consultation, knowledge(), TODAY);
        match &planned.plan {
            Some(plan) => check_plan(&consultation, plan, planned.screening.until),
            None => prop_assert!(!planned.instead.is_empty()),
        }
    }
}

fn golden_care() -> &'static [(String, Care)] {
    static CARE: OnceLock<Vec<(String, Care)>> = OnceLock::new();
    CARE.get_or_init(|| {
        golden_patients().into_iter().map(|(name, patient)| (name, cared_for(&patient))).collect()
    })
}

#[test]
fn aftercare_has_no_gaps_and_fills_two_weeks() {
    let mut seen = 0;
    for (name, care) in golden_care() {
        let Some(aftercare) = &care.aftercare else { continue };
        let stretches = &aftercare.stretches;
        assert_eq!(stretches[0].from_hours, 0.0, "{name}");
        assert_eq!(stretches.last().unwrap().until_hours, 336.0, "{name}");
        for pair in stretches.windows(2) {
            assert_eq!(pair[0].until_hours, pair[1].from_hours, "{name}");
            assert!(pair[0].from_hours < pair[0].until_hours, "{name}");
        }
        for hour in [2.0, 6.0, 24.0, 48.0, 72.0] {
            assert!(stretches.iter().any(|stretch| stretch.from_hours == hour), "{name}: {hour}");
        }
        assert_eq!(aftercare.course.len(), 15, "{name}");
        assert!(care.sessions.len() == care.plan.as_ref().unwrap().dates.len());
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn no_rule_of_aftercare_red_flags_or_home_use_is_lost() {
    let told: String = golden_care()
        .iter()
        .map(|(_, care)| {
            serde_json::to_string(&(&care.aftercare, &care.red_flags, &care.home)).unwrap()
        })
        .collect();
    let lost: BTreeSet<&str> = knowledge()
        .rules
        .iter()
        .filter(|rule| matches!(rule.part, Part::Aftercare | Part::RedFlag | Part::Home))
        .filter(|rule| {
            let says = serde_json::to_string(&rule.says).unwrap();
            !told.contains(says.trim_matches('"'))
        })
        .map(|rule| rule.name.as_str())
        .collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn deeper_needles_protect_for_longer() {
    let no_sport = |rest: &str| {
        let care = cared_for(&patient(rest));
        let stretches = care.aftercare.unwrap().stretches;
        let exercise = stretches.iter().filter(|stretch| {
            stretch.avoid.iter().any(|b| b.rule.as_deref() == Some("after-exercise-72"))
        });
        exercise.map(|stretch| stretch.until_hours).fold(0.0, f64::max)
    };
    let deep = no_sport(ACNE_SCARS);
    let shallow =
        no_sport("[[concern]]\nkind = \"wrinkles\"\nsite = \"periorbital\"\ndepth = \"0.15 mm\"\n");
    assert_eq!(shallow, 72.0);
    assert!((72.0..=168.0).contains(&deep) && deep > shallow, "{deep}");
}

/// Grade of Flesch and Kincaid: school years that a reader needs.
fn grade(letter: &Letter) -> f64 {
    let lines = letter.sections.iter().flat_map(|s| s.paragraphs.iter().chain(&s.points));
    let (mut sentences, mut words, mut syllables) = (0_u32, 0_u32, 0_u32);
    for line in lines {
        let ends =
            line.split(['.', '!', '?', ':']).filter(|part| part.contains(char::is_alphabetic));
        sentences += ends.count() as u32;
        for word in line.split(|c: char| !c.is_alphabetic() && c != '\'') {
            if word.contains(char::is_alphabetic) {
                words += 1;
                syllables += syllables_of(word);
            }
        }
    }
    let (sentences, words) = (f64::from(sentences), f64::from(words));
    0.39 * words / sentences + 11.8 * f64::from(syllables) / words - 15.59
}

/// Groups of vowels, without a silent e at the end.
fn syllables_of(word: &str) -> u32 {
    let word = word.to_lowercase();
    let mut count = 0_u32;
    let mut vowel = false;
    for letter in word.chars() {
        let now = "aeiouy".contains(letter);
        count += u32::from(now && !vowel);
        vowel = now;
    }
    let silent = word.ends_with('e') && !word.ends_with("le");
    count.saturating_sub(u32::from(silent)).max(1)
}

#[test]
fn the_measure_of_reading_tells_hard_from_easy() {
    let letter = |text: &str| Letter {
        title: String::new(),
        sections: vec![crate::letter::Section {
            heading: String::new(),
            paragraphs: vec![text.to_owned()],
            points: Vec::new(),
        }],
    };
    assert!(grade(&letter("The cat sat on the mat. It was fat.")) < 2.0);
    let hard = "Contraindications necessitate individualised dermatological consideration preceding intervention.";
    assert!(grade(&letter(hard)) > 20.0);
    assert_eq!(["needle", "skin", "collagen", "make"].map(syllables_of), [2, 1, 3, 1]);
}

#[test]
fn a_reader_of_twelve_can_read_every_letter() {
    assert!(golden_care().len() >= 40, "{}", golden_care().len());
    for (name, care) in golden_care() {
        let grade = grade(&care.letter);
        assert!(grade <= 7.0, "{name}: grade {grade:.1}");
        let text = serde_json::to_string(&care.letter).unwrap();
        assert!(text.contains("not a medical"), "{name}");
        if care.plan.is_some() {
            assert!(text.contains("one to two out of four people see no change"), "{name}");
        }
    }
}

#[test]
fn no_answer_advises_to_stop_a_prescribed_medicine_or_names_a_dose_of_one() {
    for (name, care) in golden_care() {
        // The answer repeats what the patient told, with the dose they named.
        let own = care.letter.sections.iter().filter(|section| section.heading != "Our answer");
        let own: Vec<_> = own.collect();
        let text = serde_json::to_string(&(own, &care.instead)).unwrap().to_lowercase();
        assert!(!text.contains(" mg"), "{name}");
        assert!(text.contains("do not stop a medicine"), "{name}");
    }
}

#[test]
fn alternatives_lie_within_the_limits_and_hold_the_plan_and_doing_nothing() {
    let care = care(&patient(ACNE_SCARS), knowledge(), TODAY).unwrap();
    let plan = care.plan.unwrap();
    let proposed: Vec<_> = care.alternatives.iter().filter(|a| a.proposed).collect();
    assert_eq!(proposed.len(), 1);
    assert_eq!(proposed[0].needle_mm, [plan.zones[0].needle_mm]);
    assert_eq!(proposed[0].sessions as usize, plan.dates.len());
    for kind in [AlternativeKind::HomeCare, AlternativeKind::NoTreatment] {
        assert!(care.alternatives.iter().any(|a| a.kind == kind && a.on_front));
    }
    for alternative in &care.alternatives {
        assert!(alternative.needle_mm.iter().all(|mm| *mm <= 1.5 + 1e-9), "{alternative:?}");
        assert!((0.0..=1.0).contains(&alternative.risk));
        assert!(alternative.sessions <= 1 || alternative.interval_weeks >= 2.0);
    }
    let needled: Vec<_> =
        care.alternatives.iter().filter(|a| a.kind == AlternativeKind::Needling).collect();
    assert!(needled.len() > 20, "{}", needled.len());
    assert!(needled.iter().any(|a| a.on_front) && needled.iter().any(|a| !a.on_front));
}

#[test]
fn the_same_on_any_number_of_threads() {
    let patient =
        patient("[[concern]]\nkind = \"pores\"\nsite = \"nose\"\nexcess_area = \"80 %\"\n");
    let told = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let care = pool.install(|| care(&patient, knowledge(), TODAY).unwrap());
        serde_json::to_string(&care).unwrap()
    };
    assert_eq!(told(1), told(3));
}

/// Numbers to two digits that count: another mathematical library may round the last bits otherwise.
fn rounded(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Number(number) => {
            if let Some(float) = number.as_f64().filter(|_| !number.is_u64()) {
                let text = format!("{float:.1e}");
                *value = serde_json::json!(text.parse::<f64>().unwrap());
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(rounded),
        serde_json::Value::Object(entries) => entries.values_mut().for_each(rounded),
        _ => {}
    }
}

#[test]
fn the_whole_of_what_is_said_to_golden_patients() {
    for wanted in ["type-v-melasma", "healthy-type-ii-acne-scars", "isotretinoin-now"] {
        let care = golden_care().iter().find(|(name, _)| name == wanted);
        let mut value =
            serde_json::to_value(&care.unwrap_or_else(|| panic!("{wanted}")).1).unwrap();
        rounded(&mut value);
        insta::assert_json_snapshot!(wanted, value);
    }
}

#[test]
fn rules_about_a_device_hold_for_the_device_that_is_chosen() {
    // A scar of eight months was not evaluated for SkinPen, which fits best: with no device named it is agreed on.
    let young = ACNE_SCARS.replace("3 years", "8 months");
    let young = planned(&patient(&young), knowledge(), TODAY);
    let device = &young.plan.as_ref().expect("a plan").zones[0].device;
    assert_eq!(device, "skinpen");
    assert!(young.screening.reasons.iter().any(|reason| reason.rule == "scar-age-12mo"));
    // The maker of Exceed excludes blood thinners; beside another device a prescriber decides.
    let thinned = |devices: &str| {
        let text = format!(
            "assessed = 2026-06-01\n[patient]\nage = \"34 years\"\nsex = \"male\"\nphototype = \"II\"\n\
             denies = \"all-others\"\nmedicines = [\"warfarin\"]\n{ACNE_SCARS}[wishes]\ndevices = [{devices}]\n"
        );
        planned(&consultation(&text), knowledge(), TODAY).screening.verdict
    };
    assert_eq!(thinned("\"exceed\""), Verdict::DoNotTreat);
    assert_eq!(thinned("\"exceed\", \"dermapen\""), Verdict::Refer);
}
