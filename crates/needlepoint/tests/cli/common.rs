//! What the tests share.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

/// A case of one zone without any warning.
pub(crate) const SMALL: &str = r#"
[patient]
age = "34 years"
sex = "female"
phototype = "III"

[[concern]]
kind = "healthy"
site = "cheek"

[protocol]
device = "dermaroller-192"
sessions = 2
interval = "30 days"

[[protocol.zone]]
site = "cheek"
needle_length = "1.5 mm"
passes = 4

[simulate]
horizon = "60 days"
members = 64
"#;

/// The program.
pub(crate) fn needlepoint() -> Command {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
}

/// Every case of `examples`.
pub(crate) fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    files
}

/// The example of this name.
pub(crate) fn example(name: &str) -> PathBuf {
    examples().into_iter().find(|path| path.file_stem().unwrap() == name).unwrap()
}

/// What the program said on standard error; never that it panicked.
pub(crate) fn stderr(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// What the program said on standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard output as JSON.
pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Names in a folder, hidden ones too.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Assert that `run` and `check` refuse `file`, say each of `parts`, and write nothing.
pub(crate) fn assert_refused(file: &Path, parts: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let check = needlepoint().arg("check").arg(file).output().unwrap();
    assert_eq!(check.status.code(), Some(2), "{}", stderr(&check));
    assert_eq!(stdout(&check), "");
    let run = needlepoint()
        .args(["run", "--members", "4"])
        .arg(file)
        .arg("--out")
        .arg(folder.path().join("out"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2), "{}", stderr(&run));
    assert_eq!(stdout(&run), "");
    assert_eq!(names_in(folder.path()), [] as [&str; 0]);
    let said = stderr(&run);
    assert_eq!(said, stderr(&check));
    for part in parts {
        assert!(said.contains(part), "no {part:?} in:\n{said}");
    }
    said
}

/// Write `text` as a case and assert that it is refused in words that hold each of `parts`.
pub(crate) fn assert_case_refused(text: impl AsRef<[u8]>, parts: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, text).unwrap();
    assert_refused(&file, parts)
}
