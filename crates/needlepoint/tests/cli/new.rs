//! `needlepoint new`: a case to start from.

use std::fs;

use crate::common::{names_in, needlepoint, stderr, stdout};

#[test]
fn a_new_case_can_be_checked_and_run_before_a_word_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    let new = needlepoint().arg("new").arg(&file).output().unwrap();
    assert_eq!(new.status.code(), Some(0), "{}", stderr(&new));
    assert!(stdout(&new).contains("case.toml"));
    let check = needlepoint().arg("check").arg(&file).output().unwrap();
    assert_eq!(check.status.code(), Some(0));
    assert_eq!(stderr(&check), "", "the template carries no warning");
    let out = folder.path().join("out");
    let run = needlepoint()
        .args(["run", "--members", "64", "--out"])
        .args([&out, &file])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert_eq!(names_in(&out), ["course.csv", "report.html", "run.json"]);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, "mine").unwrap();
    let output = needlepoint().arg("new").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is there already"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    let output = needlepoint().arg("new").arg(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_place_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("missing/case.toml");
    let output = needlepoint().arg("new").arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("missing/case.toml can't be written"));
}

#[test]
fn without_a_file_the_case_is_printed() {
    let output = needlepoint().arg("new").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stdout(&output), needlepoint_case::TEMPLATE);
    assert_eq!(stderr(&output), "");
}
