//! Answers as they were reviewed.

use std::{fmt::Write as _, fs};

use serde_json::Value;

use crate::common::{SMALL, example, json, needlepoint, stderr};

/// Three significant digits: coarse enough for every machine, fine enough to notice a change.
fn rounded(value: &Value) -> String {
    let value = value.as_f64().unwrap();
    // Below this a per cent or a gram is noise of the solver.
    if value.abs() < 1e-4 { "0".to_owned() } else { format!("{value:.2e}") }
}

fn band(band: &Value) -> String {
    ["lo95", "median", "hi95"].map(|key| rounded(&band[key])).join(" ")
}

fn summary(run: &Value) -> String {
    let mut text = String::new();
    for session in run["sessions"].as_array().unwrap() {
        let _ = writeln!(text, "session {} on day {}", session["number"], session["day"]);
    }
    for zone in run["zones"].as_array().unwrap() {
        let needling = &zone["needling"];
        let _ = writeln!(text, "\n{}", zone["label"].as_str().unwrap());
        for key in ["depth_um", "holes_per_cm2", "pain"] {
            let _ = writeln!(text, "{key}: {}", band(&needling[key]));
        }
        for outcome in zone["outcomes"].as_array().unwrap() {
            let _ = writeln!(
                text,
                "{} {}: {}",
                outcome["observable"].as_str().unwrap(),
                outcome["when"].as_str().unwrap(),
                band(&outcome["value"])
            );
        }
        for duration in zone["durations"].as_array().unwrap() {
            let what = duration["what"].as_str().unwrap();
            let _ = writeln!(text, "{what}: {} d", band(&duration["days"]));
        }
        for scale in zone["scales"].as_array().unwrap() {
            let name = scale["scale"].as_str().unwrap();
            let _ = writeln!(text, "{name} on day {}: {}", scale["day"], band(&scale["score"]));
        }
    }
    text.push('\n');
    for observable in run["observables"].as_array().unwrap() {
        let days = observable["at_days"].as_array().unwrap();
        let medians = observable["median"].as_array().unwrap();
        let middle = days.len() / 2;
        let _ = writeln!(
            text,
            "{} [{}] median on day {}: {}, on day {}: {}",
            observable["observable"].as_str().unwrap(),
            observable["unit"].as_str().unwrap(),
            rounded(&days[middle]),
            rounded(&medians[middle]),
            rounded(&days[days.len() - 1]),
            rounded(&medians[days.len() - 1]),
        );
    }
    text
}

#[test]
fn lotfi_in_numbers() {
    let output = needlepoint()
        .arg("run")
        .arg(example("lotfi-2013"))
        .args(["--json", "--members", "8"])
        .output()
        .unwrap();
    insta::assert_snapshot!("lotfi", summary(&json(&output)));
}

#[test]
fn bad_files_in_words() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("unit-missing", SMALL.replace("\"1.5 mm\"", "1.5")),
        ("needle-in-metres", SMALL.replace("1.5 mm", "1.5 m")),
        ("unknown-device", SMALL.replace("dermaroller-192", "dermaroler")),
        ("sessions-overlap", SMALL.replace("30 days", "6 h")),
        ("not-toml", SMALL.replace("[patient]", "[patient")),
        ("word-without-quotes", SMALL.replace("\"female\"", "female")),
        ("number-without-quotes", SMALL.replace("\"1.5 mm\"", "1.5 mm")),
        ("quote-missing", SMALL.replace("\"1.5 mm\"", "\"1.5 mm")),
        ("quotes-of-a-word-processor", SMALL.replace("\"1.5 mm\"", "“1.5 mm”")),
        ("colon", SMALL.replace("sex =", "sex:")),
        ("german-decimal-comma", SMALL.replace("1.5 mm", "1,5 mm")),
        ("many-at-once", SMALL.replace("34 years", "-3 years").replace("III", "VII")),
    ] {
        fs::write(folder.path().join("case.toml"), text).unwrap();
        let output =
            needlepoint().current_dir(folder.path()).args(["check", "case.toml"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        insta::assert_snapshot!(name, stderr(&output));
    }
}
