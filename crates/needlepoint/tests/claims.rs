//! `needlepoint claims`: what is said, held against the evidence and the model.

#![allow(clippy::unwrap_used)]

use std::{fs, path::Path, process::Output};

use assert_cmd::Command;
use serde_json::Value;

fn claims(arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("claims")
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_page_of_the_documentation_is_what_the_command_prints() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/claims.md");
    let committed = fs::read_to_string(page).unwrap();
    let printed = stdout(&claims(&["--markdown"]));
    for (at, (ours, theirs)) in committed.lines().zip(printed.lines()).enumerate() {
        assert_eq!(
            ours,
            theirs,
            "line {}; write the page anew: cargo run --release -- claims --markdown > docs/claims.md",
            at + 1
        );
    }
    assert_eq!(committed.len(), printed.len());
}

#[test]
fn a_word_narrows_the_list() {
    let few = stdout(&claims(&["make-up"]));
    assert!(few.contains("[makeup-24-48h]"), "{few}");
    assert!(!few.contains("[acne-scars]"), "{few}");
    let against = stdout(&claims(&["contradicts"]));
    assert!(against.contains("Contradicted.") && !against.contains("Supported."), "{against}");
    let told = claims(&["aftercar"]);
    assert!(stdout(&told).contains("Aftercare\n=========\n"));
}

#[test]
fn a_word_that_nothing_is_about_is_met_with_the_nearest() {
    let output = claims(&["screning"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("did you mean \"screening\"?"), "{said}");
}

#[test]
fn json_holds_the_claims_with_bands_and_sources() {
    let all: Value = serde_json::from_slice(&claims(&["acne-scars", "--json"]).stdout).unwrap();
    let scars = all["claims"].as_array().unwrap().iter().find(|c| c["id"] == "acne-scars").unwrap();
    assert_eq!(scars["verdict"], "supports");
    assert_eq!(scars["system"], "outcome");
    assert!(scars["sources"].as_array().unwrap().contains(&"alam-2014".into()));
    let band = &scars["model"][0]["band"];
    assert!(band["lo95"].as_f64() < band["median"].as_f64());
    assert!(band["median"].as_f64() < band["hi95"].as_f64());
    assert_eq!(all["members"], 128);
}

#[test]
fn the_answers_do_not_depend_on_the_number_of_threads() {
    let one = stdout(&claims(&["beyond-face", "--json", "--threads", "1"]));
    assert_eq!(one, stdout(&claims(&["beyond-face", "--json", "--threads", "3"])));
}

#[test]
fn a_page_of_json_is_refused() {
    assert_eq!(claims(&["--json", "--markdown"]).status.code(), Some(2));
}
