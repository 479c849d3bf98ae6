//! `needlepoint sensitivity` through the real binary.

#![allow(clippy::unwrap_used)]

#[cfg(unix)]
mod interrupted;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"))
}

fn sensitivity(case: &Path, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("sensitivity")
        .arg(case)
        .args(arguments)
        .output()
        .unwrap()
}

fn json(case: &str, arguments: &[&str]) -> Value {
    let output = sensitivity(&example(case), &[arguments, &["--samples", "16", "--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(case: &Path, arguments: &[&str]) -> String {
    let output = sensitivity(case, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// Every file of a folder that the command wrote.
fn files(case: &str, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let own = ["--samples", "16", "--out", out.to_str().unwrap()];
    let output = sensitivity(&example(case), &[arguments, &own].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(out).unwrap().map(|entry| read(entry.unwrap())).collect()
}

/// A case in a folder of its own, made from an example by replacing some of its text.
fn changed(folder: &Path, case: &str, from: &str, to: &str) -> PathBuf {
    let text = fs::read_to_string(example(case)).unwrap();
    assert!(text.contains(from), "{from}");
    let file = folder.join("case.toml");
    fs::write(&file, text.replace(from, to)).unwrap();
    file
}

#[test]
fn json_has_every_factor_of_every_outcome_with_its_interval() {
    let all = json("lotfi-2013", &[]);
    assert_eq!((&all["zone"], &all["samples"]), (&Value::from("cheek"), &Value::from(16)));
    let factors = all["factors"].as_array().unwrap();
    let names: Vec<&str> = factors.iter().map(|f| f["name"].as_str().unwrap()).collect();
    let expected = [
        "needle_length",
        "passes",
        "sessions",
        "interval",
        "aftercare",
        "age",
        "phototype",
        "sun",
        "people",
        "unknown",
    ];
    assert_eq!(names, expected);
    assert_eq!(all["courses"], Value::from(16 * (expected.len() + 2)));
    assert!(factors.iter().all(|factor| !factor["range"].as_str().unwrap().is_empty()));
    let outcomes = all["outcomes"].as_array().unwrap();
    let told: Vec<&str> = outcomes.iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!(told, ["scar_depth", "red_days", "peak_darkening", "pain"]);
    for outcome in outcomes {
        assert_eq!(outcome["varies"], Value::Bool(true));
        assert!(outcome["value"]["median"].is_number());
        let indices = outcome["factors"].as_array().unwrap();
        assert_eq!(indices.len(), expected.len());
        for of_factor in indices {
            for kind in ["first_order", "total"] {
                let index = &of_factor[kind];
                let number = |key: &str| index[key].as_f64().unwrap();
                assert!(number("lo95") <= number("hi95") && number("value").is_finite());
            }
        }
    }
}

#[test]
fn a_case_with_products_has_them_as_a_factor_and_its_concern_as_outcome() {
    let all = json("farshi-2020-with-serum", &[]);
    let factors = all["factors"].as_array().unwrap();
    assert!(factors.iter().any(|factor| factor["name"] == "products"));
    assert_eq!(all["outcomes"][0]["name"], "lesion_pigment");
    let asked = json("farshi-2020-with-serum", &["--outcome", "papillary-collagen"]);
    assert_eq!(asked["outcomes"][0]["name"], "papillary_collagen");
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_all_files() {
    let one = files("lotfi-2013", &["--threads", "1"]);
    assert!(one == files("lotfi-2013", &["--threads", "2"]), "2 threads differ");
    assert!(one != files("lotfi-2013", &["--seed", "9"]), "a seed changes something");
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "sensitivity.csv",
            "sensitivity.html",
            "sensitivity.json",
            "sensitivity.png",
            "sensitivity.svg"
        ]
    );
    let csv = std::str::from_utf8(&one["sensitivity.csv"]).unwrap();
    assert!(csv.starts_with("outcome,unit,factor,group,range,first_order,"));
    assert_eq!(csv.lines().count(), 1 + 4 * 10);
    let svg = std::str::from_utf8(&one["sensitivity.svg"]).unwrap();
    assert!(svg.contains("<text") && !svg.contains("var(") && !svg.contains("NaN"));
    roxmltree::Document::parse(svg).unwrap();
    let png = resvg::tiny_skia::Pixmap::decode_png(&one["sensitivity.png"]).unwrap();
    let first = png.pixels()[0];
    assert!(png.pixels().iter().filter(|pixel| **pixel != first).count() > 20_000);
    let page = std::str::from_utf8(&one["sensitivity.html"]).unwrap();
    assert!(page.contains("How people differ") && page.contains("With interplay"));
    assert!(!page.contains("<script") && !page.contains("NaN"));
}

#[test]
fn what_can_not_be_asked_is_refused_in_words() {
    let lotfi = example("lotfi-2013");
    let said = refused(&lotfi, &["--outcome", "scar_dept"]);
    assert!(said.contains("did you mean \"scar_depth\"?"), "{said}");
    let said = refused(&lotfi, &["--outcome", "hair_density"]);
    assert!(said.contains("no outcome \"hair_density\"") && said.contains("cheek"), "{said}");
    let said = refused(&lotfi, &["--zone", "nose"]);
    assert!(said.contains("\"nose\"") && said.contains("cheek"), "{said}");
    for samples in ["0", "7", "16385", "many"] {
        let said = refused(&lotfi, &["--samples", samples]);
        assert!(said.contains("--samples"), "{samples}: {said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let laser = changed(folder.path(), "lotfi-2013", "\"dermaroller-192\"", "\"fractional-co2\"");
    let text = fs::read_to_string(&laser).unwrap().replace("1.5 mm\"\npasses", "0.5 mm\"\npasses");
    fs::write(&laser, text).unwrap();
    assert!(refused(&laser, &["--samples", "8"]).contains("works by light"));
}

#[test]
fn a_case_without_a_concern_that_is_rated_looks_at_collagen() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example("lotfi-2013")).unwrap();
    let start = text.find("[[concern]]").unwrap();
    let end = text.find("[protocol]").unwrap();
    let none = folder.path().join("none.toml");
    fs::write(&none, format!("{}{}", &text[..start], &text[end..])).unwrap();
    assert!(refused(&none, &[]).contains("concern"));
    let healthy = folder.path().join("healthy.toml");
    let concern = "[[concern]]\nkind = \"healthy\"\nsite = \"cheek\"\n\n";
    fs::write(&healthy, format!("{}{concern}{}", &text[..start], &text[end..])).unwrap();
    let output = sensitivity(&healthy, &["--samples", "8", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["outcomes"][0]["name"], "papillary_collagen");
}

#[test]
fn the_table_says_how_to_read_it_and_from_what_was_drawn() {
    let output = sensitivity(&example("lotfi-2013"), &["--samples", "8"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in [
        "Shares of the variance",
        "with interplay",
        "What nobody knows",
        "0.5 to 2.5 mm in steps of 0.25 mm",
        "Phototype                I to VI",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let quiet = sensitivity(&example("lotfi-2013"), &["--samples", "8", "--quiet"]);
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
    let help = sensitivity(Path::new("--help"), &[]);
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("examples/lotfi-2013.toml --out") && help.contains("first_order"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    interrupted::assert_leaves_nothing(
        "sensitivity",
        ["--samples", "16384"],
        &example("lotfi-2013"),
    );
}
