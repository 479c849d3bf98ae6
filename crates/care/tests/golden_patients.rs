//! Every patient of `examples/patients` is judged as worked out by hand in `expected.toml`.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::PathBuf,
};

use common::knowledge;
use needlepoint_care::screening::{Screening, Verdict, screen};
use needlepoint_case::{read_consultation, read_consultation_file};
use needlepoint_knowledge::Knowledge;
use serde::Deserialize;

/// What is expected of a patient; `beside` are reasons that the verdict does not follow, or that only inform.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    verdict: String,
    until: Option<toml::value::Datetime>,
    #[serde(default)]
    followed: BTreeSet<String>,
    #[serde(default)]
    beside: BTreeSet<String>,
    #[serde(default)]
    questions: BTreeSet<String>,
    settled: Option<bool>,
    #[serde(default)]
    overridden: BTreeSet<String>,
    #[serde(default)]
    refused: BTreeSet<String>,
}

impl Expected {
    fn found(screening: &Screening) -> Self {
        let (followed, beside): (Vec<_>, Vec<_>) = screening
            .reasons
            .iter()
            .partition(|reason| reason.followed && reason.verdict > Verdict::Go);
        let (refused, overridden): (Vec<_>, Vec<_>) =
            screening.overridden.iter().partition(|one| one.refused);
        Self {
            verdict: serde_json::to_value(screening.verdict).unwrap().as_str().unwrap().to_owned(),
            until: screening.until.map(|day| day.to_string().parse().unwrap()),
            followed: followed.into_iter().map(|reason| reason.rule.clone()).collect(),
            beside: beside.into_iter().map(|reason| reason.rule.clone()).collect(),
            questions: screening.questions.iter().map(|question| question.about.clone()).collect(),
            settled: (!screening.is_settled()).then_some(false),
            overridden: overridden.into_iter().map(|one| one.rule.clone()).collect(),
            refused: refused.into_iter().map(|one| one.rule.clone()).collect(),
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/patients")
}

fn screened(name: &str, knowledge: &Knowledge) -> Screening {
    let (read, problems) =
        read_consultation_file(&folder().join(format!("{name}.toml")), knowledge);
    let consultation = read.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    let title = consultation.title.clone().unwrap_or_default();
    assert!(title.starts_with("Made up: "), "{name}: the title says that the patient is made up");
    screen(&consultation, knowledge, consultation.assessed.unwrap())
}

#[test]
fn every_patient_is_judged_as_expected() {
    let knowledge = knowledge();
    let text = fs::read_to_string(folder().join("expected.toml")).unwrap();
    let expected: BTreeMap<String, Expected> = toml::from_str(&text).unwrap();
    let files: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "expected")
        .collect();
    assert_eq!(files, expected.keys().cloned().collect());
    assert!(files.len() >= 40);
    let mut wrong = String::new();
    for (name, expected) in &expected {
        let found = Expected::found(&screened(name, &knowledge));
        if found != *expected {
            writeln!(
                wrong,
                "{name}
  expected {expected:?}
  found    {found:?}"
            )
            .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_said_of_some_patients() {
    let knowledge = knowledge();
    for name in [
        "type-v-melasma",
        "toxin-ten-days-ago",
        "diabetes-unstated",
        "override-refused",
        "unknown-medicine",
    ] {
        insta::assert_json_snapshot!(name, screened(name, &knowledge));
    }
}

#[test]
fn the_table_of_the_folder_says_what_is_expected() {
    let text = fs::read_to_string(folder().join("expected.toml")).unwrap();
    let expected: BTreeMap<String, Expected> = toml::from_str(&text).unwrap();
    let table = fs::read_to_string(folder().join("README.md")).unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| [`")).collect();
    assert_eq!(rows.len(), expected.len());
    for (name, expected) in &expected {
        let row = rows.iter().find(|row| row.starts_with(&format!("| [`{name}`]"))).unwrap();
        let until = expected.until.map_or(String::new(), |day| format!(" until {day}"));
        let settled = if expected.settled == Some(false) { ", not settled" } else { "" };
        let verdict = format!("| {}{until}{settled} |", expected.verdict.replace('_', " "));
        assert!(row.contains(&verdict), "{row}");
        assert!(expected.followed.iter().all(|rule| row.contains(&format!("`{rule}`"))), "{row}");
    }
}

#[test]
fn the_patient_file_of_the_documentation_can_be_read() {
    let page = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/care.md");
    let page = fs::read_to_string(page).unwrap();
    let section = page.split("## The patient file").nth(1).unwrap();
    let file = section.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let (consultation, problems) = read_consultation("docs/care.md", file, &knowledge());
    assert!(consultation.is_some() && problems.is_empty(), "{}", problems.to_lines());
}
