//! Ctrl-C in the middle of a command that writes a folder.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
};

/// Assert that `command`, given long work on `case`, ends with 130 when it is interrupted, and leaves nothing behind.
pub(crate) fn assert_leaves_nothing(command: &str, long_work: [&str; 2], case: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg(command)
        .args(long_work)
        .args(["--threads", "1", "--out"])
        .args([&folder.path().join("a/out"), case])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    // From this line on the program listens.
    stderr.read_line(&mut said).unwrap();
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    let status = child.wait().unwrap();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
