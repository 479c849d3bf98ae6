//! The files that ship load, and a mistake in any of them is found where it stands.

use std::{fs, path::Path};

use needlepoint_knowledge::{
    Knowledge, KnowledgeError,
    active::{Active, ActiveClass},
    claim::System,
    concern::ConcernKind,
    device::{DeviceRecord, MotionRecord, read_geometry},
    document::Document,
    estimate::Estimate,
    numbing::{Barrier, NumbingLabel},
    outcome::{OBSERVABLES, OutcomeEvidence},
    parameter::Basis,
    product::{OpenChannelUse, Product, ProductKind},
    reader::{Reader, Table},
    scale::Scale,
    site::Site,
    source::Source,
};
use proptest::prelude::*;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

fn shipped() -> Knowledge {
    match Knowledge::embedded() {
        Ok(knowledge) => knowledge,
        Err(error) => panic!("{error}"),
    }
}

/// What loading says about a copy in which `from` in `file` became `to`.
fn mistakes(file: &str, from: &str, to: &str) -> String {
    let copy = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(folder()).expect("the knowledge folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            fs::copy(&path, copy.path().join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    let path = copy.path().join(file);
    let text = fs::read_to_string(&path).expect("the file");
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(&path, text.replacen(from, to, 1)).expect("the changed file");
    let error = Knowledge::from_folder(copy.path()).expect_err("a mistake").to_string();
    let lines: Vec<&str> =
        error.lines().map(|line| line.split_once(file).map_or(line, |(_, rest)| rest)).collect();
    lines.join("\n")
}

/// Line and column, from 1, of the first `text` in a shipped file.
fn place(file: &str, text: &str) -> String {
    let whole = fs::read_to_string(folder().join(file)).expect("the file");
    let at = whole.find(text).expect("the text");
    let before = &whole[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!(":{line}:{column}: ")
}

#[test]
fn the_shipped_files_have_no_mistakes() {
    let knowledge = shipped();
    assert_eq!(knowledge.sites.len(), 16);
    assert_eq!(knowledge.devices.len(), 12);
    assert!(knowledge.products.len() >= 11 && knowledge.scales.len() >= 10);
}

#[test]
fn the_claims_are_all_there_and_cautious() {
    let knowledge = shipped();
    assert_eq!(knowledge.claims.len(), 80);
    for (name, system) in System::NAMED {
        assert!(knowledge.claims.iter().any(|claim| claim.system == system), "{name}");
    }
    for claim in &knowledge.claims {
        let text = format!("{} {}", claim.claim, claim.evidence);
        // A medicine is dosed by the one who prescribes it.
        assert!(!text.contains(" mg"), "{}: {text}", claim.id);
    }
}

#[test]
fn an_unknown_verdict_is_found_with_the_nearest() {
    let found = mistakes("claims.toml", "verdict = \"qualifies\"", "verdict = \"qualify\"");
    assert!(found.contains("`verdict`: no value is called \"qualify\""), "{found}");
    assert!(found.contains("did you mean \"qualifies\"?"), "{found}");
}

#[test]
fn the_hash_does_not_depend_on_where_the_files_lie() {
    let from_folder = Knowledge::from_folder(&folder()).expect("the folder");
    assert_eq!(from_folder.hash, shipped().hash);
    assert_eq!(from_folder.hash.len(), 64);
}

#[test]
fn a_missing_folder_is_named() {
    let error = Knowledge::from_folder(Path::new("/no/such/folder")).expect_err("nothing there");
    assert!(matches!(error, KnowledgeError::Io { .. }));
    assert!(error.to_string().starts_with("/no/such/folder/"), "{error}");
}

#[test]
fn an_unknown_key_is_found_with_the_nearest_name() {
    let found = mistakes("sites.toml", "viable_epidermis =", "viable_epidermus =");
    let key = place("sites.toml", "viable_epidermis =");
    assert!(
        found.contains(&format!(
            "{key}`forehead` knows no `viable_epidermus` (did you mean `viable_epidermis`?)"
        )),
        "{found}"
    );
    assert!(found.contains("`forehead` has no `viable_epidermis`"), "{found}");
}

#[test]
fn a_wrong_unit_is_found() {
    let found = mistakes("sites.toml", "\"9.69 g/m2/h\"", "\"9.69 um\"");
    assert!(found.starts_with(&place("sites.toml", "\"9.69 g/m2/h\"")), "{found}");
    assert!(found.contains("`value = \"9.69 um\"` is not a loss of water"), "{found}");
}

#[test]
fn an_unknown_source_is_found_with_the_nearest_name() {
    let found = mistakes("sites.toml", "\"meng-2022\"", "\"mengg-2022\"");
    let expected = place("sites.toml", "\"meng-2022\"")
        + "no source is called \"mengg-2022\" (did you mean \"meng-2022\"?)";
    assert_eq!(found, expected);
}

#[test]
fn reversed_needle_lengths_are_found() {
    let found =
        mistakes("devices.toml", "minimum_length = \"0.5 mm\"", "minimum_length = \"4 mm\"");
    assert!(
        found.contains("`minimum_length` is 4 mm, longer than `maximum_length`, 3 mm"),
        "{found}"
    );
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn a_reversed_range_is_found() {
    let found = mistakes("devices.toml", "range = [0.0, 1.0]", "range = [1.0, 0.0]");
    let expected = place("devices.toml", "[0.0, 1.0]")
        + "the range ends before it begins (write the smaller end first)";
    assert_eq!(found, expected);
}

#[test]
fn a_scale_that_turns_back_is_found() {
    let found = mistakes("scales.toml", "[0, 150, 400, 800]", "[0, 500, 400, 800]");
    assert!(found.contains("neither rise nor fall"), "{found}");
}

#[test]
fn a_table_written_twice_is_found() {
    let found = mistakes("products.toml", "[niacinamide]", "[vitamin-c]");
    assert!(found.contains("not valid TOML"), "{found}");
}

fn estimates(knowledge: &Knowledge) -> Vec<&Estimate> {
    let mut all = Vec::new();
    for s in &knowledge.sites {
        all.extend([&s.stratum_corneum_um, &s.viable_epidermis_um, &s.dermis_female_um]);
        all.extend([
            &s.dermis_male_um,
            &s.fat_um,
            &s.water_loss_g_m2_h,
            &s.turnover_days,
            &s.area_cm2,
        ]);
    }
    for p in &knowledge.products {
        all.extend([&p.strength, &p.largest_effect, &p.half_effect_ug_per_ml]);
        all.extend(&p.ph);
    }
    for a in &knowledge.actives {
        all.extend([&a.molecular_weight_da, &a.log_p]);
        all.extend(a.ionises.iter().map(|group| &group.pka));
        all.extend(&a.unbound);
        all.extend(&a.strength);
        all.extend(&a.solubility_mg_per_ml);
        all.extend(a.toxic.iter().map(|toxic| &toxic.level_ug_per_ml));
        all.extend(&a.injected_limit_mg_per_kg);
    }
    for n in &knowledge.numbing {
        all.push(&n.onset_min);
        all.extend(n.contents.iter().map(|content| &content.strength));
        all.extend(n.plasma.iter().map(|finding| &finding.level_ug_per_ml));
    }
    for d in &knowledge.devices {
        all.extend([&d.shaft_diameter_um, &d.tip_diameter_um]);
    }
    all.extend(knowledge.scales.iter().flat_map(|s| [&s.exponent, &s.rater_bias]));
    all
}

#[test]
fn every_value_says_why() {
    let knowledge = shipped();
    for estimate in estimates(&knowledge) {
        assert!(!estimate.note.is_empty(), "{estimate:?}");
        assert!(estimate.basis != Basis::Measured || !estimate.sources.is_empty(), "{estimate:?}");
        let (low, median, high) =
            (estimate.quantile(0.05), estimate.quantile(0.5), estimate.quantile(0.95));
        assert!(low <= median && median <= high, "{estimate:?}");
    }
}

#[test]
fn shares_stay_shares() {
    let knowledge = shipped();
    for u in [1e-6, 0.5, 1.0 - 1e-6] {
        for product in &knowledge.products {
            assert!((0.0..=1.0).contains(&product.largest_effect.quantile(u)), "{}", product.name);
        }
    }
}

#[test]
fn there_are_actives_of_every_class_and_every_product_has_one() {
    let knowledge = shipped();
    assert!(knowledge.actives.len() >= 30, "{}", knowledge.actives.len());
    for (name, class) in ActiveClass::NAMED {
        assert!(knowledge.actives.iter().any(|active| active.class == class), "{name}");
    }
    for product in &knowledge.products {
        assert!(knowledge.active_of(product).is_some(), "{}", product.name);
    }
}

#[test]
fn molecules_lie_where_molecules_lie() {
    for active in shipped().actives {
        let name = &active.name;
        for group in &active.ionises {
            assert!((0.0..=14.0).contains(&group.pka.value), "{name}");
        }
        for u in [1e-6, 1.0 - 1e-6] {
            assert!((-9.0..=12.0).contains(&active.log_p.quantile(u)), "{name}");
            for share in active.unbound.iter().chain(&active.strength) {
                assert!((0.0..=1.0).contains(&share.quantile(u)), "{name}");
            }
        }
        // Polymers and proteins do not dissolve in oil, whatever a law says.
        if active.molecular_weight_da.value > 1000.0 {
            assert!(active.log_p.value <= -5.0, "{name}");
        }
    }
}

/// Who may sell an active, and whether it may go onto open channels, is never left to a default.
#[test]
fn medicines_are_marked_and_rules_have_their_sources() {
    let knowledge = shipped();
    for name in ["tretinoin", "tranexamic-acid", "fluorouracil", "triamcinolone-acetonide"] {
        assert!(knowledge.active(name).expect(name).prescription, "{name}");
    }
    for name in ["niacinamide", "ascorbic-acid", "hyaluronate-20-kda", "glycolic-acid"] {
        assert!(!knowledge.active(name).expect(name).prescription, "{name}");
    }
    for active in &knowledge.actives {
        let rule = &active.on_open_channels;
        assert!(!rule.note.is_empty(), "{}", active.name);
        assert!(
            rule.answer == OpenChannelUse::Unknown || !rule.sources.is_empty(),
            "{}",
            active.name
        );
        if active.class == ActiveClass::Anaesthetic || active.class == ActiveClass::Retinoid {
            assert_eq!(rule.answer, OpenChannelUse::No, "{}", active.name);
        }
    }
}

#[test]
fn every_numbing_product_says_what_it_holds_and_what_was_found_in_plasma() {
    let knowledge = shipped();
    for product in &knowledge.products {
        let known = knowledge.numbing(&product.name);
        assert_eq!(known.is_some(), product.kind == ProductKind::Numbing, "{}", product.name);
        let Some(known) = known else { continue };
        assert!(known.contents.iter().any(|content| content.active == product.active));
        assert!(!known.plasma.is_empty() && !known.warnings.is_empty(), "{}", product.name);
        assert_eq!(known.limits.is_empty(), !known.licensed, "{}", product.name);
        for content in &known.contents {
            let active = knowledge.active(&content.active).expect("an active");
            assert_eq!(active.class, ActiveClass::Anaesthetic, "{}", active.name);
        }
        for finding in &known.plasma {
            let active = knowledge.active(&finding.active).expect("an active");
            let toxic = active.toxic.last().map_or(f64::MAX, |t| t.level_ug_per_ml.value);
            assert!(finding.level_ug_per_ml.value < toxic, "{}: {}", product.name, finding.what);
        }
    }
}

#[test]
fn the_label_allows_less_the_younger_the_lighter_and_the_weaker_the_skin() {
    let knowledge = shipped();
    let cream = knowledge.numbing("lidocaine-prilocaine-cream").expect("the cream");
    let least =
        |age, weight, read: &dyn Fn(&needlepoint_knowledge::numbing::Limit) -> Option<f64>| {
            cream.limits_for(age, weight, Barrier::Intact).filter_map(read).fold(f64::MAX, f64::min)
        };
    let grams = |age, weight| least(age, weight, &|limit| limit.most_g);
    assert_eq!(grams(40.0, None), 60.0);
    assert_eq!(grams(8.0, Some(25.0)), 20.0);
    assert_eq!(grams(3.0, Some(14.0)), 10.0);
    assert_eq!(grams(0.5, Some(7.0)), 2.0);
    assert_eq!(grams(0.5, Some(4.5)), 1.0);
    assert_eq!(grams(0.5, None), 1.0, "an unknown weight meets the strictest row");
    assert_eq!(grams(0.1, Some(4.0)), 1.0);
    assert_eq!(least(40.0, None, &|limit| limit.most_cm2), 600.0);
    let impaired: Vec<f64> = cream
        .limits_for(40.0, None, Barrier::Impaired)
        .filter_map(|limit| limit.most_min)
        .collect();
    assert_eq!(impaired, [30.0]);
    assert_eq!(cream.limits_for(40.0, None, Barrier::Open).count(), 0, "no label allows it");
}

#[test]
fn an_unknown_active_is_found_with_the_nearest() {
    let found =
        mistakes("products.toml", "active = \"ascorbic-acid\"", "active = \"ascorbik-acid\"");
    let expected = place("products.toml", "\"ascorbic-acid\"")
        + "`active`: no active is called \"ascorbik-acid\" (did you mean \"ascorbic-acid\"?";
    assert!(found.starts_with(&expected), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn mistakes_in_actives_are_found_where_they_stand() {
    for (from, to, expected) in [
        ("class = \"vitamin\"", "class = \"vitamine\"", "did you mean \"vitamin\"?"),
        ("as = \"acid\"", "as = \"acide\"", "did you mean \"acid\"?"),
        ("ionises =", "ionizes =", "did you mean `ionises`?"),
        ("ph = [2.0, 3.5]", "ph = [3.5, 2.0]", "this is no range of pH"),
        ("value = -1.85, range = [-2.35, -1.35]", "value = -18.5", "outside what makes sense"),
        ("level = { value = \"1 ug/mL\"", "level = { value = \"9 ug/mL\"", "do not rise"),
        (
            "volume = { value = \"1.4 L/kg\"",
            "volume = { value = \"1.4 L\"",
            "is not a volume by body weight",
        ),
        (
            "anaesthetic = { potency = { value = 8.0",
            "anesthetic = { potency = { value = 8.0",
            "did you mean `anaesthetic`?",
        ),
        ("value = \"330 mg/mL\"", "value = \"330 mg\"", "is not a concentration"),
        (
            "on_open_channels = { answer = \"unknown\", note = \"no trial on needled skin was found; handouts name",
            "on_open_channels = { answer = \"no\", note = \"no trial on needled skin was found; handouts name",
            "needs a source",
        ),
    ] {
        let found = mistakes("actives.toml", from, to);
        assert!(found.starts_with(':') && found.contains(expected), "{from}: {found}");
    }
}

#[test]
fn mistakes_in_numbing_labels_are_found_where_they_stand() {
    for (from, to, expected) in [
        (
            "[lidocaine-4-cream]",
            "[lidocaine-4-creme]",
            "no product is called \"lidocaine-4-creme\"",
        ),
        ("active = \"prilocaine\"", "active = \"prilokaine\"", "did you mean \"prilocaine\"?"),
        ("barrier = \"impaired\"", "barrier = \"impared\"", "did you mean \"impaired\"?"),
        ("most = \"60 g\"", "most = \"60 kg\"", "is not a mass of cream"),
        ("below = \"6 years\"", "below = \"6 months\"", "ends at an age before it begins"),
        (
            "barrier = \"impaired\", longest = \"30 min\"",
            "barrier = \"impaired\"",
            "limits nothing",
        ),
        (
            "sources = [\"oni-2013-laser\"], note = \"as stated\"",
            "sources = [], note = \"x\"",
            "names no source",
        ),
    ] {
        let found = mistakes("numbing.toml", from, to);
        assert!(found.starts_with(':') && found.contains(expected), "{from}: {found}");
    }
}

#[test]
fn the_roller_makes_the_holes_its_geometry_says() {
    let knowledge = shipped();
    let device = knowledge.device("dermaroller-192").expect("the roller");
    let MotionRecord::Roller { drum_diameter_mm, drum_width_mm, .. } = &device.motion else {
        panic!("not a roller");
    };
    let drum_cm2 = std::f64::consts::PI * drum_diameter_mm.value * drum_width_mm.value / 100.0;
    assert!((device.needles() / drum_cm2 - 15.28).abs() < 0.01);
}

#[test]
fn scales_go_there_and_back() {
    for scale in shipped().scales {
        for step in 0..=20 {
            let score = scale.least + (scale.most - scale.least) * f64::from(step) / 20.0;
            let back = scale.score_of(scale.size_of(score));
            assert!((back - score).abs() < 1e-9 * scale.most, "{}: {score} {back}", scale.name);
        }
        let beyond = scale.size_of(scale.most + 1.0);
        assert!((beyond - scale.size_of(scale.most)).abs() < 1e-12, "{}", scale.name);
    }
}

#[test]
fn every_observable_has_a_general_strength() {
    let knowledge = shipped();
    for observable in OBSERVABLES {
        assert!(knowledge.outcome(observable, None).is_some(), "{observable}");
    }
    let scars = knowledge.outcome("scar_depth", Some(ConcernKind::AcneScars)).expect("an entry");
    let pores = knowledge.outcome("scar_depth", Some(ConcernKind::Pores)).expect("the general one");
    assert!(scars.strength > pores.strength);
}

#[test]
fn the_sources_the_models_cite_are_there() {
    let knowledge = shipped();
    for id in ["babraj-2005", "waugh-sherratt-2006", "kretsos-2008", "garg-2016", "farshi-2020"] {
        assert!(knowledge.source(id).is_some(), "{id}");
    }
}

fn read_everything(text: &str) {
    fn with<T>(text: &str, read: impl Fn(&Table<'_>) -> T) {
        let (document, problems) = Document::parse("any.toml", text);
        let reader = Reader::new(&document, problems);
        {
            let root = reader.root();
            read(&root);
        }
        let _ = reader.into_problems().to_snippets(false);
    }
    with(text, Site::read_all);
    with(text, DeviceRecord::read_all);
    with(text, Active::read_all);
    with(text, |root| Product::read_all(root, &["lidocaine"]));
    with(text, |root| NumbingLabel::read_all(root, &["lidocaine-4-cream"], &["lidocaine"]));
    with(text, Scale::read_all);
    with(text, Source::read_all);
    with(text, OutcomeEvidence::read_all);
    with(text, read_geometry);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_text_brings_a_reader_down(text in "\\PC{0,200}") {
        read_everything(&text);
    }

    #[test]
    fn no_change_of_a_shipped_file_brings_a_reader_down(
        file in prop::sample::select(vec![
            "sites", "devices", "products", "scales", "outcomes", "actives", "numbing",
        ]),
        start in 0.0..1.0f64,
        at in 0.0..1.0f64,
        with in prop::sample::select(vec!["", "\"", "[", "]", "{", "}", "=", "0", "-1", "x", "[[a]]\n", "é", ","]),
    ) {
        let text = fs::read_to_string(folder().join(format!("{file}.toml"))).expect("the file");
        let lines: Vec<&str> = text.lines().collect();
        let first = (start * lines.len() as f64) as usize;
        let mut part = lines[first..(first + 15).min(lines.len())].join("\n");
        let mut cut = (at * part.len() as f64) as usize;
        while !part.is_char_boundary(cut) {
            cut -= 1;
        }
        part.insert_str(cut, with);
        read_everything(&part);
    }
}
