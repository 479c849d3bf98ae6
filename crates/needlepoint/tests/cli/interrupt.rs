//! Ctrl-C half-way: exit code 130 and no trace.

#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::common::{example, names_in};

#[test]
fn a_stopped_run_leaves_nothing_behind() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
            .args(["run", "--members", "4096", "--threads", "1", "--out"])
            .args([&folder.path().join("a/out"), &example("kenkel-2021")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        // From this line on the program listens.
        stderr.read_line(&mut said).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let told = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(told.success());
        let begun = Instant::now();
        let status = child.wait().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(status.code(), Some(130), "{signal}: {said}");
        assert!(said.contains("nothing was written") && !said.contains("panicked"), "{said}");
        assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
        assert_eq!(names_in(folder.path()), [] as [&str; 0]);
    }
}
