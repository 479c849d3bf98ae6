//! `needlepoint validate` through the real binary.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// The program on a folder that holds one shipped study.
fn on_one_study(folder: &Path) -> Command {
    let shipped =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/studies/alam-2014.toml");
    let studies = folder.join("studies");
    std::fs::create_dir(&studies).expect("folder");
    std::fs::copy(shipped, studies.join("alam-2014.toml")).expect("copied");
    let mut command = Command::new(env!("CARGO_BIN_EXE_needlepoint"));
    command
        .args(["validate", "--truths", "8", "--people", "2", "--studies"])
        .arg(studies)
        .arg("--cache")
        .arg(folder.join("cache"));
    command
}

#[test]
fn a_study_dropped_into_an_empty_folder_runs_and_json_has_what_programs_need() {
    let folder = tempfile::tempdir().expect("folder");
    let output = on_one_study(folder.path()).arg("--json").assert().success().get_output().clone();
    let result: Value = serde_json::from_slice(&output.stdout).expect("pure JSON");
    for key in ["domain", "role", "n", "coverage", "median_abs_z", "crps_skill"] {
        assert!(result["domains"][0].get(key).is_some(), "{key}");
    }
    let keys = [
        "study",
        "observable",
        "arm",
        "at",
        "observed",
        "predicted",
        "lo95",
        "hi95",
        "z",
        "inside",
        "role",
        "domain",
    ];
    for key in keys {
        assert!(result["measurements"][0].get(key).is_some(), "{key}");
    }
    assert_eq!(result["measurements"].as_array().map(Vec::len), Some(5));
}

#[test]
fn the_page_and_the_scoreboard_are_written_and_a_fallen_score_is_a_no() {
    let folder = tempfile::tempdir().expect("folder");
    let (page, board) = (folder.path().join("page.html"), folder.path().join("board.json"));
    on_one_study(folder.path())
        .args(["--html".as_ref(), page.as_os_str(), "--scoreboard".as_ref(), board.as_os_str()])
        .assert()
        .success();
    assert!(std::fs::read_to_string(&page).expect("page").contains("alam-2014"));
    let better = std::fs::read_to_string(&board)
        .expect("scoreboard")
        .replace("\"domain\": \"scar\"", "\"domain\": \"hair\"");
    std::fs::write(&board, better).expect("written");
    std::fs::remove_dir_all(folder.path().join("studies")).expect("removed");
    let output = on_one_study(folder.path())
        .arg("--quiet")
        .arg("--against")
        .arg(&board)
        .assert()
        .code(1)
        .get_output()
        .clone();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("hair (calibrate) is no longer scored"), "{said}");
}

#[test]
fn what_can_not_be_used_is_said_with_exit_2() {
    let folder = tempfile::tempdir().expect("folder");
    for arguments in [["--studies", "nowhere"], ["--against", "nowhere.json"], ["--domain", "scra"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_needlepoint"))
            .current_dir(&folder)
            .arg("validate")
            .args(arguments)
            .assert()
            .code(2)
            .get_output()
            .clone();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("nowhere") || said.contains("did you mean \"scar\""), "{said}");
    }
}
