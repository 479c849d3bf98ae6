//! Every example runs, and runs again to the same bytes.

use std::{fs, path::Path};

use serde_json::Value;

use crate::common::{example, examples, json, names_in, needlepoint, stderr, stdout};

fn written(case: &Path, out: &Path, more: &[&str]) -> Vec<(String, Vec<u8>)> {
    let output = needlepoint()
        .args(["run", "--members", "16"])
        .arg(case)
        .arg("--out")
        .arg(out)
        .args(more)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}: {}", case.display(), stderr(&output));
    let names = names_in(out);
    names.into_iter().map(|name| (name.clone(), fs::read(out.join(name)).unwrap())).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    let items = value.as_array().unwrap();
    // JSON has no NaN: what is not finite would be null here.
    items.iter().map(|item| item.as_f64().unwrap()).collect()
}

fn assert_bands_in_order(run: &Value, case: &Path) {
    let observables = run["observables"].as_array().unwrap();
    assert!(!observables.is_empty());
    for observable in observables {
        let name = format!("{}: {}", case.display(), observable["observable"]);
        let days = numbers(&observable["at_days"]);
        assert!(days.is_sorted_by(|a, b| a < b), "{name}: {days:?}");
        assert_eq!(numbers(&observable["mean"]).len(), days.len(), "{name}");
        let bands = ["lo95", "lo50", "median", "hi50", "hi95"].map(|key| numbers(&observable[key]));
        for lower_and_upper in bands.windows(2) {
            assert_eq!(lower_and_upper[0].len(), days.len(), "{name}");
            let ordered =
                lower_and_upper[0].iter().zip(&lower_and_upper[1]).all(|(low, high)| low <= high);
            assert!(ordered, "{name}");
        }
    }
}

#[test]
fn every_example_passes_its_check() {
    for case in examples() {
        let output = needlepoint().arg("check").arg(&case).output().unwrap();
        let problems = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{}: {problems}", case.display());
        assert!(stdout(&output).contains("This case can be run"), "{}", case.display());
        assert!(!problems.contains("error"), "{problems}");
    }
}

#[test]
fn every_example_runs_and_writes_three_files() {
    let folder = tempfile::tempdir().unwrap();
    for case in examples() {
        let out = folder.path().join(case.file_stem().unwrap());
        let files = written(&case, &out, &[]);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["course.csv", "report.html", "run.json"]);
        let run: Value = serde_json::from_slice(&files[2].1).unwrap();
        assert_eq!(run["members"], 16);
        assert_bands_in_order(&run, &case);
        let page = String::from_utf8(files[1].1.clone()).unwrap();
        let table = String::from_utf8(files[0].1.clone()).unwrap();
        for text in [page, table] {
            assert!(!text.contains("NaN") && !text.contains("inf,"), "{}", case.display());
        }
    }
}

#[test]
fn the_same_run_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    for case in examples() {
        let out = |name: &str| folder.path().join(name).join(case.file_stem().unwrap());
        let first = written(&case, &out("first"), &[]);
        let again = written(&case, &out("again"), &[]);
        let one = written(&case, &out("one"), &["--threads", "1"]);
        let four = written(&case, &out("four"), &["--threads", "4"]);
        // assert_eq would print megabytes.
        assert!(first == again && first == one && first == four, "{}", case.display());
    }
}

#[test]
fn another_seed_gives_another_result() {
    let case = example("lotfi-2013");
    let with_seed = |seed: &str| {
        let mut command = needlepoint();
        command.arg("run").arg(&case).args(["--json", "--members", "8", "--seed", seed]);
        json(&command.output().unwrap())["observables"].clone()
    };
    assert_eq!(with_seed("7"), with_seed("7"));
    assert_ne!(with_seed("7"), with_seed("8"));
}

#[test]
fn a_second_run_replaces_the_first_and_leaves_other_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let case = example("lotfi-2013");
    let first = written(&case, &out, &["--seed", "1"]);
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let second = written(&case, &out, &["--seed", "2"]);
    assert_eq!(names_in(&out), ["course.csv", "notes.txt", "report.html", "run.json"]);
    assert_eq!(fs::read_to_string(out.join("notes.txt")).unwrap(), "mine");
    assert_ne!(first[2].1, second[3].1);
}
