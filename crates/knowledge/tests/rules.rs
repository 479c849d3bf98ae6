//! The clinical rules, conditions and medicines that ship: nothing is lost, everything can be reached, and a
//! mistake is found where it stands.

use std::{collections::BTreeSet, fs, path::Path};

use needlepoint_knowledge::{
    Knowledge,
    condition::{Condition, Occasion, Status},
    document::Document,
    medicine::Medicines,
    reader::{Reader, Table},
    rule::{Act, Consequence, Names, Part, Rule, RuleChange, RuleStrength, RuleUrgency, Taken},
};
use proptest::prelude::*;

fn shipped() -> Knowledge {
    match Knowledge::embedded() {
        Ok(knowledge) => knowledge,
        Err(error) => panic!("{error}"),
    }
}

fn rule<'k>(knowledge: &'k Knowledge, name: &str) -> &'k Rule {
    knowledge.rule(name).unwrap_or_else(|| panic!("no rule {name}"))
}

/// What `read` makes of a text, and its problems as lines.
fn read<T>(text: &str, read: impl Fn(&Table<'_>) -> T) -> (T, String) {
    let (document, problems) = Document::parse("file.toml", text);
    let reader = Reader::new(&document, problems);
    let value = {
        let root = reader.root();
        read(&root)
    };
    (value, reader.into_problems().to_lines())
}

const NAMES: Names<'static> = Names {
    conditions: &["keloid", "diabetes"],
    classes: &["isotretinoin", "anticoagulant"],
    sites: &["cheek"],
    devices: &["skinpen"],
    products: &["vitamin-c", "numbing"],
    actives: &["lidocaine", "prilocaine"],
};

fn rules(text: &str) -> (Vec<Rule>, String) {
    read(text, |root| Rule::read_all(root, &NAMES))
}

const HEAD: &str = "[a]\npart = \"screening\"\ntopic = \"scarring\"\nsays = \"Not so.\"\n\
                    strength = \"opinion\"\nsources = [\"x\"]\n";

fn screening(lines: &str) -> (Vec<Rule>, String) {
    rules(&format!("{HEAD}{lines}"))
}

#[test]
fn every_rule_of_the_evidence_is_there() {
    let knowledge = shipped();
    let names = include_str!("rule-names.txt");
    assert_eq!(names.lines().count(), 247);
    let lost: Vec<&str> = names.lines().filter(|name| knowledge.rule(name).is_none()).collect();
    assert_eq!(lost, Vec::<&str>::new());
    for (name, part) in Part::NAMED {
        assert!(knowledge.rules_of(*part).next().is_some(), "no rule of {name}");
    }
}

#[test]
fn every_condition_and_class_is_asked_about_by_a_rule() {
    let knowledge = shipped();
    for condition in &knowledge.conditions {
        let used = |rule: &Rule| rule.when.condition.contains(&condition.name);
        assert!(knowledge.rules.iter().any(used), "{}", condition.name);
    }
    for class in &knowledge.medicines.classes {
        let used = |rule: &Rule| rule.when.medicine.contains(&class.name);
        assert!(knowledge.rules.iter().any(used), "{}", class.name);
        let named =
            |medicine: &&_| needlepoint_knowledge::medicine::Medicine::is_of(medicine, &class.name);
        assert!(knowledge.medicines.medicines.iter().any(|m| named(&m)), "{}", class.name);
    }
}

#[test]
fn every_status_that_a_rule_asks_for_can_be_so() {
    let knowledge = shipped();
    for rule in &knowledge.rules {
        for name in &rule.when.condition {
            let condition = knowledge.condition(name).expect("a condition");
            let met = rule.when.status.is_empty()
                || rule.when.status.iter().any(|status| condition.statuses.contains(status));
            assert!(met, "{}: {name} can't be {:?}", rule.name, rule.when.status);
        }
    }
}

#[test]
fn what_is_asked_only_before_numbing_changes_only_the_numbing() {
    let knowledge = shipped();
    let late = knowledge.conditions.iter().filter(|c| c.occasion == Occasion::Numbing);
    for condition in late {
        for rule in knowledge.rules.iter().filter(|r| r.when.condition.contains(&condition.name)) {
            let only_numbing =
                rule.changes.iter().all(|c| matches!(c, RuleChange::OmitNumbing { .. }));
            assert!(rule.then == Some(Consequence::Change) && only_numbing, "{}", rule.name);
        }
    }
}

#[test]
fn what_can_never_be_set_aside_is_fixed() {
    let knowledge = shipped();
    for name in [
        "active-infection-site",
        "active-herpes-site",
        "skin-cancer-site",
        "bleeding-disorder",
        "anticoagulant-never-stop",
        "depth-orbital-rim",
        "ic-single-use",
        "depth-infraorbital-rf",
        "home-not-rf",
        "numb-before-not-after",
    ] {
        assert!(rule(&knowledge, name).fixed, "{name}");
    }
    for flag in knowledge.rules_of(Part::RedFlag) {
        let emergency = flag.urgency == Some(RuleUrgency::Emergency);
        assert_eq!(flag.fixed, emergency, "{}", flag.name);
    }
}

#[test]
fn nobody_is_told_to_stop_a_prescribed_medicine_or_how_much_to_take() {
    let knowledge = shipped();
    for rule in &knowledge.rules {
        let text = [Some(&rule.says), rule.act_now.as_ref(), rule.against.as_ref()];
        for text in text.into_iter().flatten() {
            assert!(!text.contains(" mg"), "{}: {text}", rule.name);
        }
        // Whoever reads a rule about a medicine that is taken also reads what happens to it.
        let taken = rule.when.taken.contains(&Taken::Now);
        if taken && rule.then.is_some_and(|then| then > Consequence::Inform) {
            let says = rule.says.to_lowercase();
            let kept =
                ["not stopped", "goes on", "nobody stops", "no reason to stop", "not cut short"]
                    .iter()
                    .any(|kept| says.contains(kept))
                    || says.contains("prescriber is asked");
            assert!(kept, "{}: {says}", rule.name);
        }
    }
}

#[test]
fn waits_are_read_in_days() {
    let knowledge = shipped();
    let isotretinoin = rule(&knowledge, "isotretinoin-6mo");
    assert_eq!(isotretinoin.when.taken, [Taken::Stopped]);
    assert_eq!(isotretinoin.then, Some(Consequence::Wait));
    let (shortest, longest) = isotretinoin.wait_days.expect("a wait");
    assert!((shortest - 182.6).abs() < 0.1 && shortest == longest);
    assert!(rule(&knowledge, "isotretinoin-12mo").minority);
    let chemotherapy = rule(&knowledge, "chemo-radio-steroid");
    assert_eq!(
        (chemotherapy.wait_days, chemotherapy.wait_before_days),
        (Some((28.0, 28.0)), Some(28.0))
    );
    assert_eq!(rule(&knowledge, "peel-laser-wait").wait_days, Some((7.0, 91.0)));
    assert_eq!(rule(&knowledge, "diabetes-uncontrolled").when.status, [Status::Uncontrolled]);
}

#[test]
fn numbers_carry_their_units() {
    let knowledge = shipped();
    assert_eq!(rule(&knowledge, "depth-label-face").numbers.most_depth_mm, Some(1.5));
    let scalp = &rule(&knowledge, "depth-scalp").numbers;
    assert_eq!((scalp.depth_mm, scalp.best_depth_mm), (Some((0.5, 2.5)), Some(0.6)));
    assert_eq!(rule(&knowledge, "sess-scar-range").numbers.interval_days, Some((7.0, 56.0)));
    let cream = &rule(&knowledge, "numb-emla-child-6-11y").numbers;
    assert_eq!((cream.most_g, cream.most_cm2), (Some(20.0), Some(200.0)));
    assert_eq!(cream.minutes, Some((60.0, 300.0)));
    let sunscreen = rule(&knowledge, "after-spf-from-24");
    assert_eq!((sunscreen.act, sunscreen.numbers.hours), (Some(Act::Do), Some((24.0, 336.0))));
    assert_eq!(sunscreen.numbers.least_spf, Some(30));
    let downtime = &rule(&knowledge, "course-duration-depth").numbers.downtime;
    assert_eq!(downtime.first(), Some(&(0.2, 2.0)));
    assert_eq!(rule(&knowledge, "numb-depth-time").numbers.numb_depth, [(60.0, 3.0), (120.0, 5.0)]);
    assert_eq!(rule(&knowledge, "retinoid-stop-days").numbers.before_hours, Some((48.0, 240.0)));
    assert_eq!(RuleStrength::Label.words(), "label of a device or notice of its agency");
}

#[test]
fn what_this_program_does_not_plan_says_so() {
    let knowledge = shipped();
    for rule in &knowledge.rules {
        let heats = rule.topic == "radiofrequency";
        assert_eq!(heats, rule.when.outside.as_deref() == Some("radiofrequency"), "{}", rule.name);
    }
}

#[test]
fn mistakes_of_a_rule_are_named_where_they_stand() {
    let (_, problems) = screening("then = \"inform\"\nwhenn = { }\n");
    assert!(
        problems.contains("file.toml:8:1: `a` knows no `whenn` (did you mean `when`?)"),
        "{problems}"
    );
    let (_, problems) = screening("then = \"inform\"\nwhen = { condition = [\"keloyd\"] }\n");
    assert!(
        problems.contains("file.toml:8:23: `condition`: no condition is called \"keloyd\""),
        "{problems}"
    );
    assert!(problems.contains("did you mean \"keloid\"?"), "{problems}");
    let (_, problems) = screening("then = \"inform\"\nwhen = { medicine = [\"isotretinoine\"] }\n");
    assert!(problems.contains("no class of medicines is called"), "{problems}");
    let (_, problems) = screening("then = \"wait\"\nwait = [\"6 mm\", \"6 months\"]\n");
    assert!(problems.contains("`wait = \"6 mm\"` is not a duration"), "{problems}");
    let (_, problems) = screening("then = \"wait\"\nwait = [\"7 months\", \"6 months\"]\n");
    assert!(problems.contains("`wait` ends before it begins"), "{problems}");
    let (_, problems) = screening("then = \"wait\"\nwait = [\"6 months\"]\n");
    assert!(problems.contains("`wait` has 1 values, expected two"), "{problems}");
    let (_, problems) = screening("then = \"inform\"\nwhen = { age = { } }\n");
    assert!(problems.contains("the range has no end"), "{problems}");
}

#[test]
fn what_does_not_go_together_is_an_error() {
    for (lines, message) in [
        ("", "a rule of screening needs `then`"),
        ("then = \"refer\"\nwait = [\"1 week\", \"1 week\"]\n", "need `then = \"wait\"`"),
        ("then = \"change\"\n", "`then = \"change\"` needs `change`"),
        ("then = \"inform\"\nchange = [{ what = \"leave-out\" }]\n", "does more than inform"),
        ("then = \"inform\"\nwhen = { status = [\"past\"] }\n", "need a `condition`"),
        ("then = \"inform\"\nwhen = { taken = [\"now\"] }\n", "`taken` needs a `medicine`"),
        ("then = \"inform\"\nminority = true\n", "a minority needs a `group`"),
        ("then = \"inform\"\ngroup = \"lonely\"\n", "no other rule is of the group \"lonely\""),
    ] {
        let (_, problems) = screening(lines);
        assert!(problems.contains(message), "{lines}: {problems}");
    }
    for (part, message) in [
        ("aftercare", "needs `act`, `hours` and `plain`"),
        ("red-flag", "needs `urgency` and `act_now`"),
        ("expected", "needs `days`"),
        ("preparation", "needs `act`"),
    ] {
        let (_, problems) = rules(&HEAD.replace("screening", part));
        assert!(problems.contains(message), "{part}: {problems}");
    }
    let (_, problems) =
        rules(&format!("{}then = \"inform\"\n", HEAD.replace("Not so.", "See https://a.b.")));
    assert!(problems.contains("an address of the web"), "{problems}");
    let (_, problems) = rules(&format!("{}then = \"inform\"\n", HEAD.replace("[\"x\"]", "[]")));
    assert!(problems.contains("a rule needs a source"), "{problems}");
}

#[test]
fn a_whole_rule_is_read() {
    let (read, problems) = screening(
        "then = \"change\"\nwhen = { condition = [\"diabetes\"], status = [\"controlled\"], here = true, \
         age = { from = \"18 years\", below = \"22 years\" }, phototype = [\"IV\", \"VI\"] }\n\
         change = [{ what = \"omit-numbing\", active = [\"prilocaine\"] }, \
         { what = \"shallower\", most = \"0.5 mm\" }, { what = \"omit-product\", product = \"numbing\" }]\n",
    );
    assert_eq!(problems, "");
    let rule = &read[0];
    assert!(rule.when.here && rule.when.status == [Status::Controlled]);
    assert_eq!(rule.when.phototype, [4, 6]);
    let age = rule.when.age_years.expect("an age");
    assert!(age.contains(18.0) && age.contains(21.9) && !age.contains(22.0));
    assert_eq!(
        rule.changes,
        [
            RuleChange::OmitNumbing { actives: vec!["prilocaine".to_owned()] },
            RuleChange::Shallower { most_mm: Some(0.5) },
            RuleChange::OmitProduct { product: "numbing".to_owned() },
        ]
    );
    let (read, _) = screening("then = \"inform\"\n");
    assert!(read[0].when.is_always());
}

#[test]
fn mistakes_of_a_condition_are_named() {
    let head = "[keloid]\nlabel = \"Keloid\"\nquestion = \"Keloid?\"\nstatus = [\"active\"]\n";
    assert_eq!(read(head, Condition::read_all).1, "");
    let (_, problems) = read(&head.replace("Keloid?", "Keloid"), Condition::read_all);
    assert!(problems.contains("does not end in a question mark"), "{problems}");
    let (_, problems) = read(&head.replace("active", "activ"), Condition::read_all);
    assert!(problems.contains("did you mean \"active\"?"), "{problems}");
    let (_, problems) = read(&head.replace("[\"active\"]", "[]"), Condition::read_all);
    assert!(problems.contains("needs a status"), "{problems}");
}

#[test]
fn mistakes_of_a_medicine_are_named() {
    let with = |line: &str| {
        let text = format!("[class.nsaid]\nlabel = \"N\"\nquestion = \"N?\"\n[medicine]\n{line}\n");
        read(&text, |root| Medicines::read(root, &["diabetes"])).1
    };
    assert_eq!(with("ibuprofen = { class = [\"nsaid\"], also = [\"advil\"] }"), "");
    assert!(with("x = { class = [\"nsaids\"] }").contains("did you mean \"nsaid\"?"));
    assert!(with("x = { suggests = [\"diabetis\"] }").contains("did you mean \"diabetes\"?"));
    assert!(with("Aspirin = {}").contains("not in lower case"));
    let twice = with("ibuprofen = { also = [\"advil\"] }\nother = { also = [\"ad-vil\"] }");
    assert!(twice.contains("\"ad-vil\" is also a name of `ibuprofen`"), "{twice}");
    let (_, problems) = read("[drug]\n", |root| Medicines::read(root, &[]));
    assert!(problems.contains("the file knows no `drug`"), "{problems}");
}

#[test]
fn medicines_are_found_by_the_names_people_use() {
    let knowledge = shipped();
    for (name, expected) in [
        ("warfarin", "warfarin"),
        ("Marevan 5 mg", "warfarin"),
        ("XARELTO 20mg daily", "rivaroxaban"),
        ("Isotrétinoïne", "isotretinoin"),
        ("Retin-A", "tretinoin"),
        ("retin a 0.05 % cream", "tretinoin"),
        ("ASS 100", "acetylsalicylic acid"),
        ("Aspirin 75 mg once daily", "acetylsalicylic acid"),
        ("5-fluorouracil", "fluorouracil"),
        ("metoprolol succinate 47.5 mg", "metoprolol"),
        ("Vitamin B12", "vitamin b12"),
        ("hydrocortisone 1% cream", "hydrocortisone cream"),
        ("tacrolimus 0.1 % ointment", "tacrolimus ointment"),
        ("13-cis-retinoic acid 10 mg", "isotretinoin"),
    ] {
        assert_eq!(knowledge.medicine(name).map(|m| m.name.as_str()), Some(expected), "{name}");
    }
    assert!(
        knowledge
            .medicine("Glucophage 850")
            .expect("metformin")
            .suggests
            .contains(&"diabetes".to_owned())
    );
    assert!(knowledge.medicine("levothyroxine 50 mcg").expect("known").classes.is_empty());
    // The skin is another matter than the whole body.
    assert!(
        !knowledge
            .medicine("hydrocortisone cream")
            .expect("known")
            .is_of("systemic-corticosteroid")
    );
    assert!(
        knowledge.medicine("hydrocortisone 20 mg").expect("known").is_of("systemic-corticosteroid")
    );
}

#[test]
fn what_may_be_a_second_medicine_is_not_ignored() {
    let knowledge = shipped();
    for name in [
        "aspirin 75 mg with clopidogrel 75 mg",
        "paracetamol and codeine",
        "xareltoo",
        "acitretin",
        "",
        "  ",
        "500 mg",
    ] {
        assert_eq!(knowledge.medicine(name), None, "{name}");
    }
    assert_eq!(knowledge.medicines.nearest("xareltoo 20 mg"), Some("xarelto"));
    assert_eq!(knowledge.medicines.nearest("qqqq"), None);
}

#[test]
fn every_name_finds_its_own_medicine() {
    let knowledge = shipped();
    for medicine in &knowledge.medicines.medicines {
        for name in std::iter::once(&medicine.name).chain(&medicine.also) {
            let found = knowledge.medicine(name).map(|m| m.name.as_str());
            assert_eq!(found, Some(medicine.name.as_str()), "{name}");
            let shouted = format!("{} 10 mg", name.to_uppercase());
            let found = knowledge.medicine(&shouted).map(|m| m.name.as_str());
            assert_eq!(found, Some(medicine.name.as_str()), "{shouted}");
        }
    }
}

#[test]
fn an_unknown_condition_in_the_shipped_rules_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(&folder).expect("the knowledge folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            fs::copy(&path, copy.path().join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    let path = copy.path().join("rules.toml");
    let text = fs::read_to_string(&path).expect("the rules");
    let changed = text
        .replacen("condition = [\"skin-infection\"]", "condition = [\"skin-infektion\"]", 1)
        .replacen("device = [\"exceed\"]", "device = [\"exced\"]", 1);
    fs::write(&path, changed).expect("the changed rules");
    let error = Knowledge::from_folder(copy.path()).expect_err("mistakes").to_string();
    assert!(error.contains("did you mean \"skin-infection\"?"), "{error}");
    assert!(error.contains("did you mean \"exceed\"?"), "{error}");
}

#[test]
fn topics_are_words_joined_by_hyphens() {
    let knowledge = shipped();
    let topics: BTreeSet<&str> = knowledge.rules.iter().map(|rule| rule.topic.as_str()).collect();
    for topic in topics {
        let plain = topic.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(plain && !topic.is_empty(), "{topic}");
    }
}

proptest! {
    #[test]
    fn any_text_may_be_looked_up(name in "\\PC{0,60}") {
        let medicines = KNOWN.with(|known| {
            let _ = known.nearest(&name);
            known.named(&name).cloned()
        });
        // What is found is known by a name that stands in the text, in one of its spellings.
        if medicines.is_some() {
            prop_assert!(name.chars().any(char::is_alphanumeric));
        }
    }

    #[test]
    fn a_strength_and_spaces_make_no_difference(at in 0_usize..300, mg in 1_u32..2000) {
        KNOWN.with(|known| {
            let medicine = &known.medicines[at % known.medicines.len()];
            let written = format!("  {}   {mg} mg ", medicine.name);
            let found = known.named(&written);
            prop_assert_eq!(found.map(|m| &m.name), Some(&medicine.name));
            Ok(())
        })?;
    }
}

thread_local! {
    static KNOWN: Medicines = shipped().medicines;
}
