//! `needlepoint calibrate` through the real binary.

use std::{fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;

fn needlepoint() -> Command {
    Command::new(env!("CARGO_BIN_EXE_needlepoint"))
}

fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")
}

/// A folder of two studies to fit to, and one that must not be looked at.
fn studies(folder: &Path) -> std::path::PathBuf {
    let studies = folder.join("studies");
    fs::create_dir(&studies).expect("folder");
    for name in ["alam-2014.toml", "farshi-2020.toml"] {
        fs::copy(shipped().join("studies").join(name), studies.join(name)).expect("copied");
    }
    fs::write(studies.join("kept-2020.toml"), "role = \"validate\"\nunreadable = true\n")
        .expect("written");
    studies
}

/// The files that the knowledge is read from.
fn copy_of_knowledge(folder: &Path) -> std::path::PathBuf {
    let copy = folder.join("knowledge");
    fs::create_dir(&copy).expect("folder");
    for entry in fs::read_dir(shipped()).expect("knowledge") {
        let path = entry.expect("entry").path();
        if path.is_file() {
            fs::copy(&path, copy.join(path.file_name().expect("named"))).expect("copied");
        }
    }
    copy
}

#[test]
fn a_quick_fit_gives_the_same_bytes_twice_and_its_draws_can_be_used() {
    let folder = tempfile::tempdir().expect("folder");
    let studies = studies(folder.path());
    let fit = |out: &str, threads: &str| {
        let out = folder.path().join(out);
        needlepoint()
            .args(["calibrate", "--quick", "--quiet", "--seed", "4", "--threads", threads])
            .arg("--studies")
            .arg(&studies)
            .arg("--out")
            .arg(&out)
            .assert()
            .success();
        out
    };
    let (one, other) = (fit("one", "1"), fit("other", "2"));
    for name in ["ensemble.csv", "trace.csv", "calibration.html", "calibration.md"] {
        let bytes = fs::read(one.join(name)).expect(name);
        assert!(bytes == fs::read(other.join(name)).expect(name), "{name}");
    }
    let page = fs::read_to_string(one.join("calibration.html")).expect("page");
    assert!(page.contains("surface.lesion_quietening") && page.contains("alam-2014"));

    let knowledge = copy_of_knowledge(folder.path());
    let run = || {
        let mut run = needlepoint();
        run.args(["run", "--json", "--members", "8", "--knowledge"]).arg(&knowledge);
        run.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fabbrocini-2014.toml"));
        run
    };
    let json = |run: &mut Command| -> Value {
        let output = run.assert().success().get_output().clone();
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    fs::remove_file(knowledge.join("ensemble.csv")).expect("removed");
    let before = json(&mut run());
    assert_eq!(before["ensemble"], "prior");
    let draws = knowledge.join("ensemble.csv");
    fs::copy(one.join("ensemble.csv"), &draws).expect("copied");
    let after = json(&mut run());
    assert_eq!(after["ensemble"], "posterior");
    let hash = |run: &Value| run["provenance"]["knowledge_sha256"].clone();
    assert_ne!(hash(&before), hash(&after));

    let good = fs::read_to_string(&draws).expect("draws");
    fs::write(&draws, good.replace("surface.lesion_quietening", "surface.lesion_quieting"))
        .expect("written");
    let output = run().assert().code(2).get_output().clone();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("did you mean `surface.lesion_quietening`?"), "{said}");

    fs::write(&draws, good).expect("written");
    let parameters = knowledge.join("parameters.toml");
    let text = fs::read_to_string(&parameters).expect("parameters");
    let at = text.find("[surface.lesion_quietening]").expect("there");
    let changed = text[at..].replacen("value = 0.6", "value = 0.5", 1);
    fs::write(&parameters, format!("{}{changed}", &text[..at])).expect("written");
    let stale = run().assert().success().get_output().clone();
    let said = String::from_utf8_lossy(&stale.stderr).into_owned();
    assert!(said.contains("was fitted from other priors"), "{said}");
    let stale: Value = serde_json::from_slice(&stale.stdout).expect("JSON");
    assert_eq!(stale["ensemble"], "prior");
}

#[test]
fn what_can_not_be_used_is_said_with_exit_2() {
    let folder = tempfile::tempdir().expect("folder");
    fs::write(folder.path().join("kept-2020.toml"), "role = \"validate\"\n").expect("written");
    let output = needlepoint()
        .args(["calibrate", "--quick", "--json", "--studies"])
        .arg(folder.path())
        .assert()
        .code(2)
        .get_output()
        .clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is nothing to fit to"));
    let output = needlepoint().arg("calibrate").assert().code(2).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--out"));
}
