//! Trials of transport: keys of arms and measurements, cut-out skin, and what the model says of them.

use std::sync::atomic::AtomicBool;

use needlepoint_evidence::{
    cohort::CohortSize,
    library::from_folder,
    read_study,
    study::{Amount, Layer, Mounted, OfTransport},
    validate::{Run, Validation, validate},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

/// A study with a needled arm, the same without needles, and what more is written.
fn study(skin: &str, of_needled: &str, more: &str) -> String {
    format!(
        "citation = \"Nobody N. Nothing. Nowhere 2020\"\nread_in = \"abstract\"\nrole = \"calibrate\"\n\
         design = \"bench\"\nrater = \"instrument\"\n\
         subjects = {{ n = 6, species = \"human\", skin = \"{skin}\" }}\n\n\
         [[concern]]\nkind = \"healthy\"\nsite = \"arm\"\n\n\
         [arm.needled]\ndevice = \"stamp-10x10\"\nsessions = 1\ninterval = \"30 days\"\n\
         zone = [{{ site = \"arm\", needle_length = \"0.6 mm\", passes = 1 }}]\n{of_needled}\n\
         [arm.intact]\nlike = \"needled\"\nneedles = \"none\"\n\n{more}"
    )
}

const APPLIED: &str =
    "applied = { active = \"niacinamide\", strength = \"5 %\", amount = \"infinite\" }\n";
const CUT: &str = "mounted = \"400 um\"\n";

fn measured(arm: &str, observable: &str, lines: &str) -> String {
    format!("[[measurement]]\narm = \"{arm}\"\nobservable = \"{observable}\"\n{lines}\n\n")
}

/// `observable` of `arm` so many hours after application.
fn at(arm: &str, observable: &str, hours: f64, unit: &str) -> String {
    measured(
        arm,
        observable,
        &format!("at = \"{hours} h after application\"\nvalue = \"1 {unit}\""),
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
        size: CohortSize { truths: 4, people: 2, seed: 1, ..CohortSize::default() },
        permeability: false,
        cache: None,
        program: "test",
        study_done: &|| {},
        cancelled: &cancelled,
    };
    validate(&filed, &knowledge, run).expect("validated")
}

fn predicted(text: &str) -> Vec<f64> {
    let validation = validated(text);
    assert!(validation.unscored.is_empty(), "{:?}", validation.unscored);
    validation.measurements.iter().map(|scored| scored.predicted).collect()
}

#[test]
fn what_was_put_on_and_how_skin_was_mounted_are_read() {
    let other = "[arm.full]\nlike = \"needled\"\nmounted = \"full-thickness\"\n\
                 applied = { active = \"minoxidil\", strength = \"2 %\", amount = \"10 mg/cm2\", \
                 ph = 6.0, contact = \"30 min\", after = \"2 h\", carried_in = true }\n\n\
                 [arm.bare]\nlike = \"full\"\nproducts = \"none\"\n\n";
    let rows = [
        at("needled", "permeated", 6.0, "mg/cm2"),
        measured("intact", "diffusivity", "layer = \"dermis\"\nvalue = \"1 um2/s\""),
        measured("intact", "uptake", "value = \"1 ug/cm2\""),
    ];
    let text = study("ex-vivo", &[APPLIED, CUT].concat(), &(other.to_owned() + &rows.concat()));
    let (read, problems) = read_study("a-2020.toml", "a-2020", &text, &knowledge());
    let read = read.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    let [needled, intact, full, bare] = read.arms.as_slice() else { panic!("four") };
    let applied = needled.applied.as_ref().expect("applied");
    assert_eq!((applied.active.as_str(), applied.amount), ("niacinamide", Amount::Infinite));
    assert!((applied.strength - 0.05).abs() < 1e-12 && applied.contact_hours.is_none());
    let Some(Mounted::CutTo(um)) = needled.mounted else { panic!("cut") };
    assert!((um - 400.0).abs() < 1e-9);
    assert_eq!((&intact.applied, intact.mounted), (&needled.applied, needled.mounted));
    assert_eq!(intact.protocol.zones[0].passes, 0);
    let applied = full.applied.as_ref().expect("applied");
    assert_eq!((applied.amount, applied.ph), (Amount::MgPerCm2(10.0), Some(6.0)));
    assert_eq!((applied.contact_hours, applied.after_hours), (Some(0.5), 2.0));
    assert!(applied.carried_in);
    assert_eq!(full.mounted, Some(Mounted::FullThickness));
    assert_eq!(bare.applied, None);
    let of: Vec<_> = read.measurements.iter().map(|m| m.of_transport.expect("transport")).collect();
    assert_eq!(of[0], OfTransport { hours: 6.0, layer: None });
    assert_eq!(of[1].layer, Some(Layer::Dermis));
    assert_eq!(of[2].hours, 24.0);
}

#[test]
fn what_is_wrong_with_a_trial_is_said_with_its_line() {
    let permeated = at("needled", "permeated", 6.0, "ug/cm2");
    let put_on = |keys: &str| format!("applied = {{ {keys} }}\n{CUT}");
    let arms = [
        (put_on("active = \"niacinamid\", strength = \"5 %\""), "did you mean \"niacinamide\""),
        (put_on("active = \"niacinamide\""), "`strength`"),
        (put_on("active = \"niacinamide\", strength = \"5\""), "has no unit"),
        (put_on("active = \"niacinamide\", strength = \"120 %\""), "outside what makes sense"),
        (put_on("active = \"niacinamide\", strength = \"5 %\", amount = \"unlimited\""), "number"),
        (put_on("active = \"niacinamide\", strength = \"5 %\", ph = 15"), "outside what makes"),
        (put_on("active = \"niacinamide\", strength = \"5 %\", wiped = true"), "knows no `wiped`"),
        (format!("{APPLIED}mounted = \"50 um\"\n"), "outside what makes sense"),
        (format!("{APPLIED}mounted = \"dermatomed\"\n"), "does not begin with a number"),
    ];
    let beginning = |keys: &str| if keys.starts_with(APPLIED) { "mounted =" } else { "applied =" };
    for (keys, expected) in &arms {
        let text = study("ex-vivo", keys, &permeated);
        said_at(&text, beginning(keys), expected);
    }
    let good = [APPLIED, CUT].concat();
    let rows = [
        ("permeated", "value = \"1 ug/cm2\"", "add `at = \"6 h after application\"`"),
        ("permeated", "at = \"6 h after last\"\nvalue = \"1 ug/cm2\"", "read after application"),
        ("permeated", "at = \"0 h after application\"\nvalue = \"1 ug/cm2\"", "more than 0 h"),
        (
            "permeated",
            "at = \"6 h after application\"\nproduct = \"niacinamide\"\nvalue = \"1 ug/cm2\"",
            "leave `product` out",
        ),
        (
            "permeated_share",
            "at = \"6 h after application\"\nvalue = \"1 %\"",
            "of an infinite amount there is no share",
        ),
        (
            "permeated",
            "at = \"6 h after application\"\nlayer = \"dermis\"\nvalue = \"1 ug/cm2\"",
            "`layer` means nothing",
        ),
        (
            "tissue_level",
            "at = \"6 h after application\"\nvalue = \"1 ug/mL\"",
            "needs `layer = \"...\"`",
        ),
        ("redness", "at = \"6 h after application\"\nvalue = \"1 a*\"", "after a session"),
        (
            "uptake",
            "at = \"2 days after application\"\nproduct = \"niacinamide\"\nvalue = \"1 ug/cm2\"",
            "within a day",
        ),
    ];
    for (observable, lines, expected) in rows {
        let row = measured("needled", observable, lines);
        let place =
            if expected.starts_with("`layer` means") { "layer =" } else { "[[measurement]]" };
        said_at(&study("ex-vivo", &good, &row), place, expected);
    }
    let layer = "layer = \"skin\"\nvalue = \"1 cm2/s\"";
    let row = measured("needled", "diffusivity", layer);
    said_at(&study("ex-vivo", &good, &row), "layer =", "known: stratum-corneum");
    let nothing_put_on = study("ex-vivo", CUT, &permeated);
    said_at(&nothing_put_on, "[[measurement]]", "needs `applied =");
    let neither = measured("needled", "uptake", "value = \"1 ug/cm2\"");
    said_at(&study("in-vivo", "", &neither), "[[measurement]]", "`product = \"...\"`, or `applied");
    said_at(&study("in-vivo", &good, &permeated), "[[measurement]]", "living skin is not mounted");
}

/// That the study is refused with `expected` at the last line that begins with `place`.
fn said_at(text: &str, place: &str, expected: &str) {
    let (read, problems) = read_study("a-2020.toml", "a-2020", text, &knowledge());
    assert!(read.is_none(), "{text}");
    let said = problems.to_lines();
    let found = said.lines().find(|line| line.contains(expected));
    let found = found.unwrap_or_else(|| panic!("no \"{expected}\" in:\n{said}"));
    let at = text.lines().enumerate().filter(|(_, line)| line.starts_with(place)).last();
    let line = at.expect("in the text").0 + 1;
    assert!(found.starts_with(&format!("a-2020.toml:{line}:")), "{line} in {found}");
}

#[test]
fn cut_out_human_skin_is_scored_only_where_its_mounting_is_stated() {
    let row = at("needled", "permeated", 6.0, "ug/cm2");
    let reason = |text: &str| validated(text).unscored.first().map(|u| u.reason.clone());
    let mounted = study("ex-vivo", &[APPLIED, CUT].concat(), &row);
    assert_eq!(reason(&mounted), None);
    let loose = reason(&study("ex-vivo", APPLIED, &row)).expect("counted");
    assert!(loose.contains("how it was mounted"), "{loose}");
    let pig = reason(&mounted.replace("\"human\"", "\"pig\"")).expect("counted");
    assert!(pig.contains("pig"), "{pig}");
    let diffusivity =
        measured("intact", "diffusivity", "layer = \"dermis\"\nvalue = \"1e-7 cm2/s\"");
    assert_eq!(reason(&study("ex-vivo", APPLIED, &diffusivity)), None);
}

/// Needles let more through than none, longer more than shorter, and nothing goes missing between
/// what went through and what stayed.
#[test]
fn what_goes_through_cut_out_skin_follows_needles_and_time() {
    let rows = [
        at("needled", "permeated", 2.0, "ug/cm2"),
        at("needled", "permeated", 12.0, "ug/cm2"),
        at("intact", "permeated", 12.0, "ug/cm2"),
        at("needled", "enhancement", 12.0, "x"),
        at("needled", "uptake", 12.0, "ug/cm2"),
        at("needled", "flux", 12.0, "ug/cm2/h"),
        at("needled", "reach", 12.0, "um"),
    ];
    let found = predicted(&study("ex-vivo", &[APPLIED, CUT].concat(), &rows.concat()));
    let [early, late, intact, enhancement, uptake, flux, reach] = found[..] else {
        panic!("{found:?}")
    };
    assert!(late > 3.0 * early && late > intact && enhancement > 1.0, "{found:?}");
    assert!(uptake > late, "{found:?}");
    assert!(flux > late / 12.0 && reach > 15.0 && reach <= 400.0, "{found:?}");
}

/// Blood takes away in living skin what heaps up in skin that was cut out.
#[test]
fn cut_out_skin_holds_more_than_living_skin() {
    let rows = || {
        measured(
            "needled",
            "tissue_level",
            "layer = \"dermis\"\nat = \"12 h after application\"\nvalue = \"1 ug/mL\"",
        )
    };
    let cut = predicted(&study(
        "ex-vivo",
        &[APPLIED, "mounted = \"full-thickness\"\n"].concat(),
        &rows(),
    ));
    let living = predicted(&study("in-vivo", APPLIED, &rows()));
    assert!(cut[0] > 1.2 * living[0], "{cut:?} {living:?}");
}

/// What is put on hours after the needles meets narrower channels, and only in living skin.
#[test]
fn living_channels_close_before_what_is_put_on_late() {
    let dextran = |after: &str| {
        format!(
            "applied = {{ active = \"dextran-4-kda\", strength = \"1 %\", amount = \"infinite\", \
             after = \"{after}\" }}\n"
        )
    };
    let row = at("needled", "uptake", 6.0, "ug/cm2");
    let uptake = |skin: &str, keys: &str| predicted(&study(skin, keys, &row))[0];
    let at_once = uptake("in-vivo", &dextran("0 h"));
    let late = uptake("in-vivo", &dextran("24 h"));
    assert!(late < 0.8 * at_once, "{late} {at_once}");
    let cut = |after: &str| uptake("ex-vivo", &[dextran(after).as_str(), CUT].concat());
    assert!((cut("24 h") - cut("0 h")).abs() < 1e-9 * cut("0 h"));
}

#[test]
fn uptake_grows_with_strength_and_shares_do_not() {
    let put_on = |strength: &str| {
        format!(
            "applied = {{ active = \"niacinamide\", strength = \"{strength}\", amount = \"10 mg/cm2\" }}\n{CUT}"
        )
    };
    let rows =
        [at("needled", "permeated", 6.0, "ug/cm2"), at("needled", "permeated_share", 6.0, "%")];
    let found = |strength| predicted(&study("ex-vivo", &put_on(strength), &rows.concat()));
    let (weak, strong) = (found("2 %"), found("4 %"));
    assert!((strong[0] / weak[0] - 2.0).abs() < 1e-6, "{weak:?} {strong:?}");
    assert!((strong[1] / weak[1] - 1.0).abs() < 1e-6, "{weak:?} {strong:?}");
    assert!(strong[1] > 0.0 && strong[1] < 100.0);
}

#[test]
fn heavier_molecules_move_more_slowly() {
    let arm = |name: &str, active: &str| {
        format!(
            "[arm.{name}]\nlike = \"needled\"\napplied = {{ active = \"{active}\", strength = \"1 %\" }}\n\n"
        )
    };
    let row = |arm: &str, layer: &str| {
        measured(arm, "diffusivity", &format!("layer = \"{layer}\"\nvalue = \"1 um2/s\""))
    };
    let more = [
        arm("light", "dextran-70-kda"),
        arm("heavy", "dextran-2-mda"),
        row("light", "dermis"),
        row("heavy", "dermis"),
        row("light", "viable-epidermis"),
    ];
    let found = predicted(&study("ex-vivo", APPLIED, &more.concat()));
    let [light, heavy, above] = found[..] else { panic!("{found:?}") };
    assert!(light > 3.0 * heavy && heavy > 0.0 && above > 0.0, "{found:?}");
}

/// The uptake of a product of the protocol can be read within its day.
#[test]
fn uptake_of_a_product_grows_over_its_day() {
    let product = "product = [{ name = \"niacinamide\", when = \"after-session\" }]\n";
    let row = |at: &str| {
        measured(
            "needled",
            "uptake",
            &format!("product = \"niacinamide\"\n{at}value = \"1 ug/cm2\""),
        )
    };
    let rows = [
        row("at = \"15 min after application\"\n"),
        row("at = \"24 h after application\"\n"),
        row(""),
    ];
    let found = predicted(&study("in-vivo", product, &rows.concat()));
    let [early, late, whole] = found[..] else { panic!("{found:?}") };
    assert!(early > 0.0 && late > 1.1 * early, "{found:?}");
    assert_eq!(late, whole);
}
