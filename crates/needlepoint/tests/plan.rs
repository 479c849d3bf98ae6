//! `needlepoint plan`: from a patient's file to documents.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

fn patient(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples/patients")
        .join(format!("{name}.toml"))
}

fn plan(file: &Path, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("plan")
        .arg(file)
        .args(arguments)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Name and content of every file of a folder.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn a_patient_gets_all_documents_and_the_same_ones_again() {
    let root = tempfile::tempdir().unwrap();
    let written = |name: &str| {
        let folder = root.path().join(name);
        let output = plan(
            &patient("type-v-melasma"),
            &[
                "--json",
                "--out",
                folder.to_str().unwrap(),
                "--time-zone",
                "Europe/Berlin",
                "--time",
                "9:30",
            ],
        );
        (output, contents(&folder))
    };
    let (output, files) = written("one");
    let answer = json(&output);
    assert_eq!(answer["verdict"], "go_with_changes");
    assert_eq!(output.status.code(), Some(0));
    let reasons = answer["reasons"].as_array().unwrap();
    assert!(!reasons.is_empty());
    for reason in reasons {
        for key in ["rule", "strength", "source", "statement"] {
            assert!(reason[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {reason}");
        }
    }
    let sessions = answer["plan"]["dates"].as_array().unwrap().len();
    let mut expected: Vec<String> =
        ["aftercare.ics", "patient.pdf", "plan.html", "plan.pdf"].map(str::to_owned).to_vec();
    expected.extend((1..=sessions).map(|number| format!("session-{number}.pdf")));
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), expected);
    for (name, bytes) in &files {
        let is_pdf = Path::new(name).extension().is_some_and(|ending| ending == "pdf");
        assert_eq!(bytes.starts_with(b"%PDF-"), is_pdf, "{name}");
    }
    let calendar = String::from_utf8(files["aftercare.ics"].clone()).unwrap();
    assert_eq!(calendar.matches("\r\nSUMMARY:Microneedling\\, session").count(), sessions);
    assert_eq!(written("two").1, files, "the same patient gives the same bytes");
}

#[test]
fn a_no_is_an_exit_code_and_has_no_sheet() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("out");
    let out = folder.to_str().unwrap();
    // Files of an earlier plan must not be taken for files of this one.
    fs::create_dir(&folder).unwrap();
    for name in ["session-1.pdf", "session-12.pdf", "aftercare.ics", "session-notes.pdf"] {
        fs::write(folder.join(name), "old").unwrap();
    }
    let output = plan(&patient("keloid"), &["--out", out]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let files = contents(&folder);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["patient.pdf", "plan.html", "plan.pdf", "session-notes.pdf"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("\nWhy\n") && said.contains("Not a medical device"), "{said}");
}

#[test]
fn missing_answers_are_no_yes() {
    let output = plan(&patient("missing-answers"), &["--json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer = json(&output);
    assert_eq!(answer["hangs_on_answers"], true);
    assert!(answer["plan"].is_null());
    assert!(!answer["questions"].as_array().unwrap().is_empty());
    let said = plan(&patient("missing-answers"), &[]);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.contains("Not yet: answers are missing") && !said.contains("Go ahead"), "{said}");
}

#[test]
fn waiting_times_count_from_the_day_that_is_stated() {
    let verdict = |today: &str| {
        let output = plan(&patient("isotretinoin-5-months"), &["--json", "--today", today]);
        (output.status.code(), json(&output))
    };
    let (code, early) = verdict("2026-11-30");
    assert_eq!(
        (code, &early["verdict"], &early["until"]),
        (Some(1), &"wait".into(), &"2026-12-30".into())
    );
    let (_, later) = verdict("2027-11-30");
    assert_ne!(later["verdict"], "wait");
    assert_eq!(later["assessed"], "2027-11-30");
}

#[test]
fn what_can_not_be_used_is_told_and_nothing_is_written() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("out");
    let out = folder.to_str().unwrap();
    let none = plan(&root.path().join("none.toml"), &["--out", out]);
    assert_eq!(none.status.code(), Some(2));
    let broken = root.path().join("broken.toml");
    fs::write(&broken, "title = \"Made up\"\n[patient]\nage = \"old\"\n").unwrap();
    let output = plan(&broken, &["--out", out]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("broken.toml"));
    let zone = plan(&patient("pregnancy"), &["--out", out, "--time-zone", "Europe/Berlino"]);
    assert_eq!(zone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&zone.stderr).contains("Europe/Berlino"));
    for wrong in
        [["--time", "25:00"], ["--today", "2027-02-30"], ["--paper", "a5"], ["--revision", "100"]]
    {
        let output = plan(&patient("pregnancy"), &wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    assert!(!folder.exists());
}
