//! `run` on files without a protocol: what is planned is simulated.

use std::{fs, path::PathBuf};

use crate::common::{needlepoint, stderr};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/patients/{name}.toml"))
}

#[test]
fn the_plan_is_simulated_and_the_answer_says_so() {
    let mut run = needlepoint();
    run.args(["run", "--json", "--members", "8"]).arg(golden("healthy-type-ii-acne-scars"));
    let output = run.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("the plan proposed is simulated"), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json.to_string().contains("the plan proposed is simulated"));
    assert_eq!(json["sessions"].as_array().map(Vec::len), Some(3));
}

#[test]
fn without_a_plan_it_says_why_and_ends_with_a_no() {
    let mut run = needlepoint();
    run.args(["run", "--json"]).arg(golden("skin-cancer"));
    let output = run.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("no plan is proposed"), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_run_depends_on_no_clock() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("patient.toml");
    let text = fs::read_to_string(golden("healthy-type-ii-acne-scars")).unwrap();
    let undated: Vec<&str> = text.lines().filter(|line| !line.starts_with("assessed")).collect();
    fs::write(&file, undated.join("\n")).unwrap();
    let mut run = needlepoint();
    run.args(["run", "--json"]).arg(&file);
    let output = run.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("assessed = "), "{}", stderr(&output));
}
