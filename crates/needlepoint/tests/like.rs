//! `needlepoint punctures --like` through the real binary.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use assert_cmd::Command;
use serde_json::Value;

const LASER: &str = r#"
title = "A laser beside needles"
[patient]
age = "45 years"
sex = "female"
phototype = "II"
[[concern]]
kind = "wrinkles"
site = "cheek"
severity = { scale = "lemperle", score = 2 }
[protocol]
device = "fractional-laser-1550"
sessions = 1
[[protocol.zone]]
site = "cheek"
needle_length = "0.3 mm"
passes = 1
[simulate]
horizon = "3 months"
"#;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.toml"))
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn needlepoint(arguments: &[&str]) -> Output {
    Command::new(assert_cmd::cargo::cargo_bin!("needlepoint")).args(arguments).output().unwrap()
}

fn like(case: &Path, other: &Path, arguments: &[&str]) -> Output {
    let (case, other) = (case.to_str().unwrap(), other.to_str().unwrap());
    needlepoint(&[&["punctures", case, "--like", other, "--members", "32"], arguments].concat())
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(case: &Path, other: &Path, arguments: &[&str]) -> Value {
    let output = like(case, other, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("{pointer}"))
}

#[test]
fn json_says_what_is_like_for_every_zone_and_beside_which_case() {
    let all = json(&example("kenkel-2021"), &example("lotfi-2013"), &[]);
    let zones = all["zones"].as_array().unwrap();
    assert_eq!(zones.len(), 2);
    assert_eq!(all["like"], zones[0]["like"]);
    assert_eq!(all["like_case"]["file"], "lotfi-2013.toml");
    assert!(all["like_case"]["title"].as_str().unwrap().contains("Lotfi 2013"));
    assert_eq!(all["like_case"]["sha256"].as_str().unwrap().len(), 64);
    for zone in zones {
        let like = &zone["like"];
        assert_eq!(like["site"], zone["zone"], "the likeness of a zone lies with that zone");
        assert_eq!(like["other"]["passes"], 15);
        let best = like["most_like"].as_u64().unwrap();
        let best = &like["lengths"][usize::try_from(best).unwrap()];
        for key in ["/passes", "/depth_gap_um", "/depth_um", "/holes_ratio"] {
            let [lo, median, hi] =
                ["lo95", "median", "hi95"].map(|q| number(best, &format!("{key}/{q}")));
            assert!(0.0 <= lo && lo <= median && median <= hi, "{key} {lo} {median} {hi}");
        }
        assert!(number(like, "/glide_speed_mm_per_s/median") > 0.0);
        assert_eq!(like["whole_passes"].as_f64().unwrap(), number(best, "/passes/median").round());
    }
    let without = needlepoint(&[
        "punctures",
        example("kenkel-2021").to_str().unwrap(),
        "--members",
        "8",
        "--json",
    ]);
    let without: Value = serde_json::from_slice(&without.stdout).unwrap();
    assert!(without.get("like").is_none() && without.get("like_case").is_none());
}

#[test]
fn a_case_is_like_itself() {
    let roller = example("lotfi-2013");
    let all = json(&roller, &roller, &[]);
    let like = &all["like"];
    for quantile in ["lo95", "median", "hi95"] {
        assert!((number(like, &format!("/as_written/{quantile}")) - 1.0).abs() < 1e-12);
        assert!(number(like, &format!("/depth_gap_um/{quantile}")) < 1e-9);
    }
    assert_eq!(like["whole_passes"], 15);
    let output = flowing(&like_text(&roller, &roller));
    assert!(
        output.contains("set Dermaroller, 192 needles to 1.5 mm: 15 passes [15, 15]"),
        "{output}"
    );
    assert!(!output.contains("can't be met"), "{output}");
}

/// A text without its line ends.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn like_text(case: &Path, other: &Path) -> String {
    let output = like(case, other, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn zone_members_and_seed_are_honoured() {
    let (pen, roller) = (example("kenkel-2021"), example("lotfi-2013"));
    let (both, neck) = (json(&pen, &roller, &[]), json(&pen, &roller, &["--zone", "neck"]));
    assert_eq!(neck["like"], both["zones"][1]["like"]);
    assert_ne!(json(&pen, &roller, &["--seed", "7"])["like"], both["like"]);
    let one = json(&pen, &roller, &["--threads", "1"]);
    assert_eq!(one["like"], both["like"]);
}

#[test]
fn a_roller_can_not_be_a_laser_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let laser = written(folder.path(), "laser.toml", LASER);
    let text = like_text(&example("lotfi-2013"), &laser);
    let text = flowing(&text);
    assert!(text.contains("Fractional laser, 1550 nm: 0.3 mm, 1 pass"), "{text}");
    assert!(text.contains("No length gives the same depths"), "{text}");
    assert!(text.contains("In brackets: what holds for 95 of 100 possible truths."), "{text}");
    // The other way: spots of one depth beside a roller's, without a hand that could move faster.
    let all = json(&laser, &example("lotfi-2013"), &[]);
    assert!(all["like"]["glide_speed_mm_per_s"].is_null());
    assert!(number(&all, "/like/other/depth_um/median") > 300.0);
    let spots = all["like"]["depths"].as_array().unwrap();
    assert!(spots.windows(2).all(|pair| pair[0]["this_um"] == pair[1]["this_um"]));
}

#[test]
fn nothing_within_reach_is_named_as_such() {
    let text = like_text(&example("home-roller-025"), &example("lotfi-2013"));
    let text = flowing(&text);
    assert!(
        text.contains("can't be met there") && text.contains("No length gives the same depths"),
        "{text}"
    );
}

#[test]
fn lengths_that_were_not_evaluated_are_marked_and_never_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example("kenkel-2021")).unwrap();
    let pen = written(folder.path(), "pen.toml", &text.replace("generic-pen-12", "skinpen"));
    let text = fs::read_to_string(example("lotfi-2013")).unwrap();
    let deep =
        written(folder.path(), "deep.toml", &text.replace("1.5 mm\"\npasses", "2.5 mm\"\npasses"));
    let text = like_text(&pen, &deep);
    assert!(text.contains("1.75 mm") && text.contains("not evaluated"), "{text}");
    let all = json(&pen, &deep, &[]);
    let most_like = usize::try_from(all["like"]["most_like"].as_u64().unwrap()).unwrap();
    assert_eq!(all["like"]["lengths"][most_like]["needle_length_mm"], 1.5);
    let flowing = flowing(&text);
    assert!(
        flowing.contains("would come nearer in depth, but is beyond what was evaluated"),
        "{flowing}"
    );
}

#[test]
fn a_zone_that_the_other_lacks_or_a_case_that_can_not_be_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(example("kenkel-2021")).unwrap();
    let elsewhere =
        written(folder.path(), "elsewhere.toml", &text.replace("\"cheek\"", "\"chin\""));
    let output = like(&example("lotfi-2013"), &elsewhere, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let words = said(&output);
    assert!(words.contains("does not needle \"cheek\"; its zones are: chin, neck"), "{words}");

    let broken = written(folder.path(), "broken.toml", "[patient]\nage = \"old\"\n");
    let output = like(&example("lotfi-2013"), &broken, &[]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let words = said(&output);
    assert!(words.contains("broken.toml:2") && !words.contains("lotfi-2013.toml:"), "{words}");

    let nowhere = folder.path().join("nowhere.toml");
    let output = like(&example("lotfi-2013"), &nowhere, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("nowhere.toml"));

    let output = like(&example("lotfi-2013"), &example("lotfi-2013"), &["--zone", "nose"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("\"nose\""));
}

#[test]
fn pictures_and_page_show_it() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let output =
        like(&example("kenkel-2021"), &example("lotfi-2013"), &["--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for name in ["like", "like-neck"] {
        let svg = fs::read_to_string(out.join(format!("{name}.svg"))).unwrap();
        assert!(svg.contains("the other: 15 passes") && !svg.contains("var("), "{name}");
        assert!(
            svg.contains("<desc") && svg.contains("living skin"),
            "words for those who can't see"
        );
        // A whisker for each of the ten lengths, in passes and in depth.
        assert_eq!(svg.matches("stroke-linecap=\"round\"").count(), 20, "{name}");
        resvg::usvg::Tree::from_str(&svg, &resvg::usvg::Options::default()).unwrap();
        let png = fs::read(out.join(format!("{name}.png"))).unwrap();
        let picture = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
        let first = picture.pixels()[0];
        assert!(picture.pixels().iter().filter(|pixel| **pixel != first).count() > 50_000);
    }
    let page = fs::read_to_string(out.join("punctures.html")).unwrap();
    assert_eq!(page.matches("<svg class=\"drawing\" role=\"img\"").count(), 8);
    assert_eq!(page.matches("Like the other case").count(), 2);
    assert_eq!(page.matches("class=\"most-like\"").count(), 2);
    assert!(page.contains("Other case") && page.contains("lotfi-2013.toml"));
    let told: Value =
        serde_json::from_slice(&fs::read(out.join("punctures.json")).unwrap()).unwrap();
    assert!(told["like"]["lengths"].is_array());
}

#[test]
fn torn_mouths_and_the_columns_of_a_laser_are_drawn_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let laser = written(folder.path(), "laser.toml", LASER);
    let pictures = |case: &Path| {
        let out = folder.path().join(case.file_stem().unwrap());
        let (case, to) = (case.to_str().unwrap(), out.to_str().unwrap());
        let output = needlepoint(&["punctures", case, "--members", "8", "--out", to]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        ["map.svg", "section.svg"].map(|name| fs::read_to_string(out.join(name)).unwrap())
    };
    let [map, section] = pictures(&example("lotfi-2013"));
    assert!(map.contains("transform=\"rotate(-") && map.contains("µm long"));
    assert!(section.contains("needle as set"));
    let [map, section] = pictures(&laser);
    assert!(!map.contains("transform=\"rotate(") && !map.contains("µm long"));
    assert!(map.contains("where the spots lie"));
    assert!(section.contains("spots as set") && !section.contains("needle"));
}

#[test]
fn the_healing_of_a_laser_is_refused_and_check_says_so_before() {
    let folder = tempfile::tempdir().unwrap();
    let laser = written(folder.path(), "laser.toml", LASER);
    let laser = laser.to_str().unwrap();
    let output = needlepoint(&["run", laser, "--json", "--quiet"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let words = said(&output);
    assert!(words.contains("works by light") && words.contains("needlepoint punctures"), "{words}");
    let output = needlepoint(&["check", laser]);
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).contains("its healing is not simulated"));
    let words = String::from_utf8(output.stdout).unwrap();
    assert!(words.contains("spots 0.3 mm deep") && !words.contains("can be run"), "{words}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_it() {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("needlepoint"))
        .args(["punctures", "--members", "4096", "--threads", "1", "--like"])
        .args([example("lotfi-2013"), example("kenkel-2021")])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    // From this line on the program listens.
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
