//! What goes to standard output and what to standard error.

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use crate::common::{SMALL, example, json, needlepoint, stderr, stdout};

fn file_with(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    fs::write(&file, text).unwrap();
    (folder, file)
}

#[test]
fn check_answers_in_json() {
    let good = needlepoint().args(["check", "--json"]).arg(example("lotfi-2013")).output().unwrap();
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(json(&good)["usable"], true);
    assert_eq!(stderr(&good), "");
    let (_folder, file) = file_with(&SMALL.replace("34 years", "-3 years"));
    let bad = needlepoint().args(["check", "--json"]).arg(&file).output().unwrap();
    assert_eq!(bad.status.code(), Some(2));
    let answer = json(&bad);
    assert_eq!(answer["usable"], false);
    let problem = &answer["problems"][0];
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(3), Some(7)));
    assert_eq!(problem["severity"], "error");
    assert!(problem["help"].is_string());
    assert_eq!(stderr(&bad), "");
}

#[test]
fn run_answers_in_json_and_tells_problems_elsewhere() {
    let (_folder, file) = file_with(&SMALL.replace("members = 64", "members = 4"));
    let good = needlepoint().args(["run", "--json"]).arg(&file).output().unwrap();
    assert_eq!(good.status.code(), Some(0));
    assert_eq!(json(&good)["format"], "needlepoint-run/1");
    assert!(stderr(&good).contains("the bands are coarse"), "{}", stderr(&good));
    let (_folder, file) = file_with(&SMALL.replace("34 years", "-3 years"));
    let bad = needlepoint().args(["run", "--json"]).arg(&file).output().unwrap();
    assert_eq!(bad.status.code(), Some(2));
    assert_eq!(stdout(&bad), "");
    assert!(stderr(&bad).contains("outside what makes sense"));
}

#[test]
fn json_on_the_screen_is_the_json_of_the_file() {
    let (folder, file) = file_with(SMALL);
    let out = folder.path().join("out");
    let output =
        needlepoint().args(["run", "--json", "--out"]).args([&out, &file]).output().unwrap();
    assert_eq!(stdout(&output), fs::read_to_string(out.join("run.json")).unwrap());
}

#[test]
fn a_quiet_success_prints_nothing() {
    // This one carries a warning.
    let (folder, file) = file_with(&SMALL.replace("members = 64", "members = 4"));
    let out = folder.path().join("out");
    for arguments in [
        vec!["new".into(), "--quiet".into(), folder.path().join("new.toml")],
        vec!["check".into(), "--quiet".into(), file.clone()],
        vec!["run".into(), "--quiet".into(), file.clone(), "--out".into(), out],
    ] {
        let output = needlepoint().args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()));
    }
}

#[test]
fn a_quiet_failure_says_why() {
    let (_folder, file) = file_with(&SMALL.replace("34 years", "-3 years"));
    for command in ["check", "run"] {
        let mut arguments = vec![command, "--quiet", file.to_str().unwrap()];
        if command == "run" {
            arguments.push("--json");
        }
        let output = needlepoint().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("outside what makes sense"));
    }
}

#[cfg(unix)]
mod unix {
    use std::process::{Command, Output};

    use super::*;

    fn shell(script: &str) -> Output {
        Command::new("sh")
            .args(["-c", script])
            .env("NEEDLEPOINT", assert_cmd::cargo::cargo_bin!("needlepoint"))
            .env("CASE", example("lotfi-2013"))
            .output()
            .unwrap()
    }

    #[test]
    fn a_reader_that_has_seen_enough_is_no_fault() {
        for command in [
            "run $CASE --json --members 8",
            "check $CASE",
            "check --json $CASE",
            "new",
            "run --out /dev/null/x $CASE",
            "--help",
        ] {
            for reader in ["head -c 1", "true"] {
                let output =
                    shell(&format!("(\"$NEEDLEPOINT\" {command}; echo code $? >&2) | {reader}"));
                let said = stderr(&output);
                assert!(
                    said.contains("code 0") || said.contains("code 2"),
                    "{command} | {reader}: {said}"
                );
            }
        }
        // With standard error closed as well there is nobody to tell.
        let output =
            shell("(\"$NEEDLEPOINT\" check no-such-file; echo code $? >&3) 3>&1 2>&1 | true");
        assert!(!stderr(&output).contains("101"));
    }

    #[test]
    fn an_answer_that_does_not_fit_is_a_failure() {
        if !std::path::Path::new("/dev/full").exists() {
            eprintln!("skipped: no /dev/full here");
            return;
        }
        for command in ["run $CASE --json --members 8", "check $CASE", "new"] {
            let output = shell(&format!("\"$NEEDLEPOINT\" {command} >/dev/full"));
            assert_eq!(output.status.code(), Some(2), "{command}");
            assert!(stderr(&output).contains("can't be printed"), "{}", stderr(&output));
        }
    }
}
