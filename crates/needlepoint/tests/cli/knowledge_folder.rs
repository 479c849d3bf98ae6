//! `--knowledge DIR`: other knowledge, and what is wrong with it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::common::{example, json, needlepoint, stderr};

fn copy_of_the_knowledge() -> (TempDir, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let copy = root.path().join("knowledge");
    fs::create_dir(&copy).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    for entry in fs::read_dir(shipped).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    (root, copy)
}

fn run(knowledge: &Path) -> std::process::Output {
    needlepoint()
        .arg("run")
        .arg(example("lotfi-2013"))
        .args(["--json", "--members", "4", "--knowledge"])
        .arg(knowledge)
        .output()
        .unwrap()
}

fn changed(knowledge: &Path, file: &str, from: &str, to: &str) {
    let path = knowledge.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

fn assert_refused(knowledge: &Path, parts: &[&str]) {
    for output in [
        run(knowledge),
        needlepoint()
            .arg("check")
            .arg(example("lotfi-2013"))
            .arg("--knowledge")
            .arg(knowledge)
            .output()
            .unwrap(),
    ] {
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(output.stdout.is_empty());
        for part in parts {
            assert!(said.contains(part), "no {part:?} in:\n{said}");
        }
    }
}

#[test]
fn a_copy_gives_what_the_built_in_knowledge_gives() {
    let (_root, copy) = copy_of_the_knowledge();
    let built_in = needlepoint()
        .arg("run")
        .arg(example("lotfi-2013"))
        .args(["--json", "--members", "4"])
        .output()
        .unwrap();
    assert_eq!(json(&run(&copy)), json(&built_in));
}

#[test]
fn a_mistake_is_reported_with_its_place() {
    let (_root, copy) = copy_of_the_knowledge();
    changed(&copy, "devices.toml", "minimum_length = \"0.5 mm\"", "minimum_length = 0.5");
    let text = fs::read_to_string(copy.join("devices.toml")).unwrap();
    let line = text.lines().position(|line| line == "minimum_length = 0.5").unwrap() + 1;
    assert_refused(&copy, &[&format!("devices.toml:{line}:18: "), "has no unit"]);
}

#[test]
fn a_file_that_is_no_toml_is_named() {
    let (_root, copy) = copy_of_the_knowledge();
    fs::write(copy.join("sites.toml"), "[cheek\n").unwrap();
    assert_refused(&copy, &["sites.toml:1:"]);
}

#[test]
fn a_parameter_that_is_missing_is_named() {
    let (_root, copy) = copy_of_the_knowledge();
    let path = copy.join("parameters.toml");
    let text = fs::read_to_string(&path).unwrap();
    let group = text.lines().find(|line| line.starts_with("[healing.")).unwrap();
    fs::write(&path, text.replacen(group, &format!("{}-mistyped]", &group[..group.len() - 1]), 1))
        .unwrap();
    assert_refused(&copy, &["parameters.toml:", group.trim_matches(['[', ']'])]);
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    assert_refused(Path::new("no-such-folder"), &["no-such-folder"]);
    let (_root, copy) = copy_of_the_knowledge();
    fs::remove_file(copy.join("scales.toml")).unwrap();
    assert_refused(&copy, &["scales.toml"]);
    fs::write(copy.join("scales.toml"), b"\xff\xfe").unwrap();
    assert_refused(&copy, &["scales.toml"]);
}
