//! `needlepoint response` through the real binary.

#![allow(clippy::unwrap_used)]

#[cfg(unix)]
mod interrupted;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

/// A grid small enough for a test.
const SMALL: [&str; 8] =
    ["--members", "4", "--lengths", "0.5,1.5", "--intervals", "14,30", "--sessions", "1,2,5,6"];

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"))
}

fn response(case: &str, arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .arg("response")
        .arg(example(case))
        .args(arguments)
        .output()
        .unwrap()
}

fn json(case: &str, arguments: &[&str]) -> Value {
    let output = response(case, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let output = response("lotfi-2013", &[arguments, &["--members", "2"]].concat());
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// Every file of a folder that the command wrote.
fn files(arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let own = ["--out", out.to_str().unwrap()];
    let output = response("lotfi-2013", &[&SMALL, arguments, &own].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |entry: fs::DirEntry| {
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
    };
    fs::read_dir(out).unwrap().map(|entry| read(entry.unwrap())).collect()
}

#[test]
fn json_has_every_point_with_its_bands() {
    let all = json("lotfi-2013", &SMALL);
    assert_eq!(all["outcome"]["name"], "scar_depth");
    assert_eq!(all["case"]["sessions"], 5);
    let cells = all["cells"].as_array().unwrap();
    // One session at two lengths; two, five and six at two lengths and two intervals.
    assert_eq!(cells.len(), 2 + 3 * 4);
    for cell in cells {
        assert_eq!(cell["interval_days"].is_null(), cell["sessions"] == 1);
        for key in ["gain", "red_days", "peak_darkening", "pain"] {
            let number = |of: &str| cell[key][of].as_f64().unwrap();
            assert!(number("lo95") <= number("median") && number("median") <= number("hi95"));
            assert!(number("mean").is_finite());
        }
        assert!((0.0..=1.0).contains(&cell["darkened_share"].as_f64().unwrap()));
        assert!(cell["red_days"]["lo95"].as_f64().unwrap() >= 0.0);
    }
    let by = all["by_sessions"].as_array().unwrap();
    assert_eq!(by.len(), 4);
    assert_eq!(by[0]["later"][0]["left_share"], 1.0);
    let months: Vec<u64> =
        by[0]["later"].as_array().unwrap().iter().map(|l| l["months"].as_u64().unwrap()).collect();
    assert_eq!(months, [3, 6, 12, 24]);
}

#[test]
fn the_point_of_the_case_says_what_a_run_says() {
    let all = json(
        "lotfi-2013",
        &["--members", "16", "--lengths", "1.5", "--intervals", "30", "--sessions", "5"],
    );
    let run = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .args(["run", "--json", "--members", "16"])
        .arg(example("lotfi-2013"))
        .output()
        .unwrap();
    let run: Value = serde_json::from_slice(&run.stdout).unwrap();
    let outcomes = run.pointer("/result/zones/0/outcomes").or(run.pointer("/zones/0/outcomes"));
    let scar =
        outcomes.unwrap().as_array().unwrap().iter().find(|o| o["observable"] == "scar_depth");
    let (theirs, ours) = (&scar.unwrap()["value"], &all["cells"][0]["gain"]);
    let sum = theirs["median"].as_f64().unwrap() + ours["median"].as_f64().unwrap();
    // The course is watched for another time, so that the solver's last steps differ.
    assert!(sum.abs() < 0.05, "{theirs} {ours}");
}

#[test]
fn the_same_bytes_on_any_number_of_threads_and_all_files() {
    let one = files(&["--threads", "1"]);
    assert!(one == files(&["--threads", "2"]), "2 threads differ");
    assert!(one != files(&["--seed", "9"]), "a seed changes something");
    let names: Vec<&str> = one.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "lines.png",
            "lines.svg",
            "response.csv",
            "response.html",
            "response.json",
            "surface-2.png",
            "surface-2.svg",
            "surface.png",
            "surface.svg",
        ]
    );
    let csv = std::str::from_utf8(&one["response.csv"]).unwrap();
    assert!(csv.starts_with("needle_length_mm,interval_days,sessions,quantity,unit,mean,"));
    assert!(csv.contains("\n0.5,,1,gain,%,"));
    for name in ["surface", "surface-2", "lines"] {
        let svg = std::str::from_utf8(&one[&format!("{name}.svg")]).unwrap();
        assert!(svg.contains("<text") && !svg.contains("var(") && !svg.contains("NaN"), "{name}");
        roxmltree::Document::parse(svg).unwrap();
        let png = resvg::tiny_skia::Pixmap::decode_png(&one[&format!("{name}.png")]).unwrap();
        let first = png.pixels()[0];
        assert!(png.pixels().iter().filter(|pixel| **pixel != first).count() > 20_000, "{name}");
    }
    let page = std::str::from_utf8(&one["response.html"]).unwrap();
    assert!(page.contains("What each session adds") && page.contains("no advice"));
    assert!(!page.contains("<script") && !page.contains("NaN"));
}

#[test]
fn what_can_not_be_asked_is_refused_in_words() {
    let said = refused(&["--lengths", "0.25"]);
    assert!(said.contains("no needle of 0.25 mm") && said.contains("0.5 mm to 3 mm"), "{said}");
    for (option, value) in [
        ("--lengths", "0"),
        ("--lengths", "4"),
        ("--lengths", "long"),
        ("--intervals", "0.5"),
        ("--intervals", "x"),
        ("--sessions", "0"),
        ("--sessions", "25"),
        ("--members", "0"),
    ] {
        let said = refused(&[option, value]);
        assert!(said.contains(option), "{option} {value}: {said}");
    }
    let said = refused(&["--intervals", "200", "--sessions", "8"]);
    assert!(said.contains("8 sessions 200 days apart"), "{said}");
    let said = refused(&["--outcome", "wrinkle_depth"]);
    assert!(said.contains("no outcome \"wrinkle_depth\"") && said.contains("scar_depth"), "{said}");
    assert!(refused(&["--outcome", "redness"]).contains("days after a session"));
    assert!(refused(&["--zone", "chek"]).contains("\"chek\""));
}

#[test]
fn the_tables_are_those_of_the_cases_length() {
    let output = response("lotfi-2013", &SMALL);
    let text = String::from_utf8(output.stdout).unwrap();
    for words in
        ["Fall of scar depth", "at 1.5 mm", "as in the case", "5 sessions", "darkens visibly"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let quiet = response("lotfi-2013", &[&SMALL[..], &["--quiet"]].concat());
    assert!(quiet.stdout.is_empty() && quiet.stderr.is_empty());
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    interrupted::assert_leaves_nothing("response", ["--members", "4096"], &example("lotfi-2013"));
}
