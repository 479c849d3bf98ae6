//! Times that are asked for, in the case and on the command line.

use std::{fs, path::Path, process::Output};

use serde_json::Value;

use crate::common::{SMALL, json, needlepoint, stderr, stdout};

/// `needlepoint run` of SMALL with `times` in the case and `more` on the command line.
fn run(folder: &Path, times: &str, more: &[&str]) -> Output {
    let file = folder.join("case.toml");
    fs::write(&file, SMALL.replace("members = 64", times)).unwrap();
    needlepoint().arg("run").arg(&file).args(["--members", "8"]).args(more).output().unwrap()
}

const TIMES: &str = "times = [\"45 days\", \"6 hours\", \"30 days\", \"2 months\"]";

#[test]
fn the_observables_are_told_at_the_times_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let case = |times: &str| SMALL.replace("members = 64", times).replace("60 days", "2 months");
    let file = folder.path().join("case.toml");
    fs::write(&file, case(TIMES)).unwrap();
    let output = needlepoint()
        .arg("run")
        .arg(&file)
        .args(["--json", "--members", "8", "--at", "3 days, 45 days", "--at", "50.5 days"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let run = json(&output);
    let asked = run["case"]["simulate"]["times_days"].as_array().unwrap();
    let days: Vec<f64> = asked.iter().map(|day| day.as_f64().unwrap()).collect();
    assert_eq!(days[..5], [0.25, 3.0, 30.0, 45.0, 50.5]);
    assert!((days[5] - 365.2425 / 6.0).abs() < 1e-9 && days.len() == 6, "{days:?}");

    let observables = run["observables"].as_array().unwrap();
    let requested = run["requested"].as_array().unwrap();
    assert_eq!(requested.len(), observables.len() * days.len());
    for (at, value) in requested.iter().enumerate() {
        let series = &observables[at / days.len()];
        for key in ["site", "observable", "label", "unit"] {
            assert_eq!(value[key], series[key]);
        }
        assert_eq!(value["day"], days[at % days.len()]);
        let times = series["at_days"].as_array().unwrap();
        let same = |time: &&Value| (time.as_f64().unwrap() - days[at % days.len()]).abs() < 1e-9;
        assert_eq!(times.iter().filter(same).count(), 1, "{}", value["day"]);
        let nth = times.iter().position(|time| same(&time)).unwrap();
        for key in ["mean", "median", "lo95", "lo50", "hi50", "hi95"] {
            assert_eq!(value[key], series[key][nth]);
            assert!(value[key].is_f64(), "{value}");
        }
    }
    // On day 30 is the second session: the skin is looked at just after it.
    let redness = |day: f64| {
        let is = |value: &&Value| value["observable"] == "redness" && value["day"] == day;
        requested.iter().find(is).unwrap()["median"].as_f64().unwrap()
    };
    assert!(redness(30.0) > 2.0 * redness(45.0));
}

#[test]
fn nothing_is_told_that_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), "", &["--json"]);
    assert_eq!(json(&output)["requested"], Value::Array(Vec::new()));
}

#[test]
fn the_summary_holds_a_table_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let with_out = ["--out", out.to_str().unwrap()];
    let output = run(folder.path(), "", &[&with_out[..], &["--at", "6 h, 45 days"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    let (_, table) = text.split_once("At the times asked for\n").expect("a table");
    let lines: Vec<&str> = table.lines().take(2).collect();
    assert!(lines[0].contains("Redness") && lines[0].ends_with(", 6 h"), "{text}");
    assert!(!lines[1].contains("Redness") && lines[1].ends_with(", day 45"), "{text}");
    let csv = fs::read_to_string(out.join("course.csv")).unwrap();
    assert!(csv.lines().any(|row| row.split(',').any(|field| field == "45")), "{csv}");
    let output = run(folder.path(), "", &with_out);
    assert!(!stdout(&output).contains("At the times asked for"));
}

#[test]
fn a_time_that_is_not_simulated_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), "", &["--json", "--at", "3 days, 61 days"]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
    let said = stderr(&output);
    assert!(
        said.contains("--at \"61 days\" lies outside the time simulated, day 0 to day 60"),
        "{said}"
    );
}
