//! `needlepoint records`, as somebody runs it: with good folders and files, and with others.

#![allow(missing_docs, clippy::unwrap_used)]

use std::{fs, path::Path};

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a command says and how it ends.
struct Said {
    code: i32,
    out: String,
    err: String,
}

fn records(arguments: &[&str], folder: &Path) -> Said {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"));
    let output = command.arg("records").args(arguments).current_dir(folder).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An export with one patient.
fn export() -> Value {
    json!({
        "format": "needlepoint-records",
        "version": 1,
        "records": {
            "patients": [{
                "id": "01890a5d-ac96-774b-bcce-b302099a8057",
                "version": 3,
                "written_at": "2026-11-30T09:00:00Z",
                "written_by": "doctor",
                "content": {
                    "family_name": "Export", "given_name": "Ella", "birth_date": "1991-02-03", "sex": "female",
                    "phone": null, "email": null, "note": "O'Brien; DROP TABLE", "fictitious": true,
                    "confidential_to": [],
                },
            }],
            "consultations": [], "plans": [], "sessions": [], "visits": [], "photographs": [], "pictures": [],
        },
    })
}

/// A folder with a practice of one patient, in `practice`.
fn practice() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.json"), export().to_string()).unwrap();
    let said = records(&["import", "in.json", "--data", "practice"], folder.path());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("1 taken in"), "{}", said.out);
    folder
}

#[test]
fn a_backup_is_restored_and_says_the_same() {
    let folder = practice();
    let at = folder.path();
    let backed_up = records(&["backup", "today.backup", "--data", "practice"], at);
    assert_eq!(backed_up.code, 0, "{}", backed_up.err);
    assert_eq!(records(&["verify", "--backup", "today.backup"], at).code, 0);
    fs::create_dir(at.join("again")).unwrap();
    fs::copy(at.join("practice/practice.key"), at.join("again/practice.key")).unwrap();
    let restored = records(&["restore", "today.backup", "--data", "again"], at);
    assert_eq!(restored.code, 0, "{}", restored.err);
    let verified = records(&["verify", "--data", "again"], at);
    assert_eq!(verified.code, 0, "{}", verified.err);
    assert!(verified.out.contains("1 documents in 1 versions"), "{}", verified.out);
    for (name, data) in [("first.json", "practice"), ("second.json", "again")] {
        assert_eq!(records(&["export", "json", name, "--data", data], at).code, 0);
    }
    let first = fs::read(at.join("first.json")).unwrap();
    assert_eq!(first, fs::read(at.join("second.json")).unwrap());
    assert_eq!(serde_json::from_slice::<Value>(&first).unwrap(), export());
}

#[test]
fn a_mistyped_folder_is_no_practice_and_none_is_made() {
    let folder = practice();
    for command in [
        &["backup", "a.backup"][..],
        &["verify"],
        &["export", "json", "a.json"],
        &["change-key", "--new-key-file", "new.key"],
    ] {
        let mut arguments = command.to_vec();
        arguments.extend(["--data", "practise"]);
        let said = records(&arguments, folder.path());
        assert_eq!(said.code, 2, "{command:?}");
        assert!(said.err.contains("there is no practice at practise"), "{}", said.err);
    }
    let names: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn damaged_files_and_wrong_keys_are_told_and_change_nothing() {
    let folder = practice();
    let at = folder.path();
    records(&["backup", "good.backup", "--data", "practice"], at);
    let mut bytes = fs::read(at.join("good.backup")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(at.join("bad.backup"), bytes).unwrap();
    for arguments in [
        &["verify", "--backup", "bad.backup"][..],
        &["restore", "bad.backup", "--data", "elsewhere"],
        &["restore", "good.backup", "--data", "practice"],
        &["backup", "good.backup", "--data", "practice"],
        &["verify", "--data", "practice", "--key-file", "nowhere.key"],
        &["import", "good.backup", "--data", "practice"],
        &["import", "nowhere.json", "--data", "practice"],
    ] {
        let said = records(arguments, at);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert!(said.err.starts_with("needlepoint: ") && said.err.len() > 30, "{}", said.err);
    }
    assert_eq!(records(&["verify", "--data", "practice"], at).code, 0);
}

#[test]
fn another_key_opens_and_the_old_one_does_not() {
    let folder = practice();
    let at = folder.path();
    let changed = records(&["change-key", "--new-key-file", "new.key", "--data", "practice"], at);
    assert_eq!(changed.code, 0, "{}", changed.err);
    assert_eq!(records(&["verify", "--data", "practice"], at).code, 2);
    let opened = records(&["verify", "--data", "practice", "--key-file", "new.key"], at);
    assert_eq!(opened.code, 0, "{}", opened.err);
}

#[test]
fn tables_of_a_study_hold_no_name_and_warn_of_few_people() {
    let folder = practice();
    let at = folder.path();
    let said = records(&["export", "study-csv", "study", "--data", "practice"], at);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.err.is_empty(), "a study of one person is recognised");
    for entry in fs::read_dir(at.join("study")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("Ella") && !text.contains("O'Brien"), "{text}");
    }
}
