//! Each problem runs with tiny settings and prints what it promises. Times are not judged.

use assert_cmd::Command;
use serde_json::Value;

fn measured(arguments: &[&str]) -> Value {
    let run = Command::cargo_bin("needlepoint-benchmarks")
        .expect("the program is built")
        .args(arguments)
        .args(["--json", "--repeats", "2"])
        .assert()
        .success();
    serde_json::from_slice(&run.get_output().stdout).expect("JSON")
}

#[track_caller]
fn holds(report: &Value, names: &[&str]) {
    assert!(report["machine"]["cores"].as_u64().is_some_and(|cores| cores > 0));
    assert!(report["notes"].is_array() && report["settings"].is_object());
    for name in [&["baseline.core", "baseline.memory"], names].concat() {
        let figure = &report["figures"][name];
        for key in ["median", "p05", "p95"] {
            let value = figure[key].as_f64();
            assert!(value.is_some_and(|v| v.is_finite() && v >= 0.0), "{name} {key}: {value:?}");
        }
        assert!(figure["what"].is_string() && figure["unit"].is_string(), "{name}");
        assert!(figure["repeats"].as_u64().is_some_and(|repeats| repeats > 0), "{name}");
        if ["s", "ms", "1/s"].iter().any(|unit| figure["unit"] == **unit) {
            assert!(figure["core_kernels"].as_f64().is_some_and(|ratio| ratio > 0.0), "{name}");
        }
    }
}

#[track_caller]
fn has_target(report: &Value, name: &str, target: f64) {
    assert_eq!(report["figures"][name]["target"].as_f64(), Some(target), "{name}");
    assert!(report["figures"][name]["target_met"].is_boolean(), "{name}");
}

const IN_MEMORY: [&str; 7] = [
    "run.case",
    "run.member_years",
    "run.cohort",
    "run.simulate",
    "run.html",
    "run.csv",
    "run.json",
];
const MEMBER_YEAR: [&str; 5] = [
    "member_year.whole",
    "member_year.draw",
    "member_year.needling",
    "member_year.healing",
    "member_year.cell",
];
const PUNCTURES: [&str; 10] = [
    "punctures.whole",
    "punctures.sample",
    "punctures.injury",
    "punctures.holes",
    "punctures.face",
    "punctures.face_sample",
    "punctures.face_summary",
    "punctures.face_holes",
    "punctures.face_memory",
    "punctures.millions",
];
const STARTUP: [&str; 3] = ["startup.bare", "startup.knowledge", "startup.case"];

#[test]
fn moves_of_sliders_are_told_with_their_targets() {
    const NAMES: [&str; 7] = [
        "live.scars",
        "live.lines",
        "live.melasma",
        "live.worst",
        "live.simulate",
        "live.tell",
        "live.sent",
    ];
    let report = measured(&["live"]);
    holds(&report, &NAMES);
    has_target(&report, "live.worst", 150.0);
    has_target(&report, "live.sent", 400.0);
}

#[test]
fn t1_keeps_its_errors_and_tells_what_it_took() {
    let report = measured(&["t1", "--python", "not/there"]);
    holds(&report, &["t1.one_percent", "t1.tenth_percent", "t1.process"]);
    has_target(&report, "t1.one_percent", 2.0);
    has_target(&report, "t1.tenth_percent", 20.0);
    has_target(&report, "t1.process", 15.0);
    for (solved, allowed) in [(&report, 1e-2), (&report["fine"], 1e-3)] {
        assert!(solved["error"].as_f64().is_some_and(|error| error > 0.0 && error <= allowed));
        assert!(solved["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
        assert!(solved["cells"].as_u64().is_some_and(|cells| cells > 100));
        assert!(solved["steps"].as_u64().is_some_and(|steps| steps > 10));
    }
    assert!(report.get("peer").is_none());
    assert!(report["notes"].to_string().contains("peer not installed"));
}

#[test]
fn t3_keeps_its_error_and_tells_what_it_took() {
    let report = measured(&["t3", "--patients", "20", "--threads", "2"]);
    holds(&report, &["t3.trajectory", "t3.peers_rtol"]);
    has_target(&report, "t3.trajectory", 0.1);
    assert_eq!((&report["patients"], &report["threads"]), (&20.into(), &2.into()));
    for solved in [&report, &report["at_rtol_of_peers"]] {
        assert!(solved["max_scaled_error"].as_f64().is_some_and(|e| e > 0.0 && e <= 5e-6));
        assert!(solved["ms_per_trajectory"].as_f64().is_some_and(|ms| ms > 0.0));
        assert!(solved["steps"].as_f64().is_some_and(|steps| steps > 50.0));
    }
    assert_eq!(report["at_rtol_of_peers"]["rtol"].as_f64(), Some(1e-6));
}

#[test]
fn baseline() {
    holds(&measured(&["baseline"]), &[]);
}

#[test]
fn run_without_the_program_says_how_to_build_it() {
    let report = measured(&["run", "--members", "2", "--binary", "not/there"]);
    holds(&report, &IN_MEMORY);
    has_target(&report, "run.case", 5.0);
    let notes = report["notes"].to_string();
    assert!(notes.contains("not/there") && notes.contains("cargo build --release"), "{notes}");
    assert!(report["figures"].get("run.process").is_none());
}

// A stand-in for the program that is on every such system: it prints its arguments and ends well.
#[cfg(unix)]
const ECHO: &str = "/bin/echo";

#[cfg(unix)]
#[test]
fn processes_are_measured() {
    let report = measured(&["run", "--members", "2", "--threads", "1", "--binary", ECHO]);
    holds(&report, &IN_MEMORY);
    holds(&report, &["run.process", "run.peak_memory"]);
    // Too short for the processor's clock to tell from nothing.
    assert!(report["figures"]["run.process_cpu"]["median"].is_number());
    has_target(&report, "run.process", 5.0);
    has_target(&report, "run.peak_memory", 300.0);
    assert!(report["figures"]["run.peak_memory"]["median"].as_f64().is_some_and(|mb| mb > 0.1));
}

#[cfg(unix)]
#[test]
fn a_program_that_fails_is_told() {
    let run = Command::cargo_bin("needlepoint-benchmarks")
        .expect("the program is built")
        .args(["run", "--members", "2", "--repeats", "1", "--binary", "/bin/false"])
        .assert()
        .failure();
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("false"), "{told}");
}

#[test]
fn member_year() {
    let report = measured(&["member-year", "--people", "9"]);
    holds(&report, &MEMBER_YEAR);
    has_target(&report, "member_year.whole", 2.0);
    has_target(&report, "member_year.cell", 2.0);
    assert_eq!(report["figures"]["member_year.whole"]["repeats"], 2);
}

#[test]
fn startup_without_the_program_still_reads() {
    holds(&measured(&["startup", "--binary", "not/there"]), &STARTUP);
}

#[cfg(unix)]
#[test]
fn startup() {
    let report = measured(&["startup", "--binary", ECHO]);
    holds(&report, &STARTUP);
    holds(&report, &["startup.run", "startup.run_end", "startup.version"]);
    has_target(&report, "startup.run", 50.0);
    has_target(&report, "startup.version", 50.0);
}

#[test]
fn punctures() {
    let report = measured(&["punctures", "--million-hits", "1"]);
    holds(&report, &PUNCTURES);
    has_target(&report, "punctures.whole", 5.0);
    has_target(&report, "punctures.face", 1.0);
    has_target(&report, "punctures.face_memory", 200.0);
    has_target(&report, "punctures.millions", 0.5);
    assert!(report["figures"]["punctures.face_holes"]["median"].as_f64().is_some_and(|n| n > 1e6));
    assert!(report["figures"]["punctures.holes"]["median"].as_f64().is_some_and(|n| n > 100.0));
}

#[test]
fn all() {
    let tiny = ["--members", "2", "--people", "2", "--million-hits", "1", "--patients", "8"];
    let report = measured(&[&["all", "--binary", "not/there"], &tiny[..]].concat());
    for names in [&IN_MEMORY[..], &MEMBER_YEAR, &PUNCTURES, &STARTUP, &["t3.trajectory"]] {
        holds(&report, names);
    }
}

#[test]
fn a_table_for_people() {
    let run = Command::cargo_bin("needlepoint-benchmarks")
        .expect("the program is built")
        .args(["punctures", "--million-hits", "1", "--repeats", "1"])
        .assert()
        .success();
    let table = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    assert!(table.contains("core kernels") && table.contains("baseline.core"), "{table}");
}

#[test]
fn a_case_that_is_not_there_is_told() {
    let run = Command::cargo_bin("needlepoint-benchmarks")
        .expect("the program is built")
        .args(["member-year", "--case", "not/there.toml"])
        .assert()
        .failure();
    let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    assert!(told.contains("not/there.toml"), "{told}");
}

#[test]
fn the_clinic_needs_a_program() {
    for what in ["load", "kill"] {
        let run = Command::cargo_bin("needlepoint-benchmarks")
            .expect("the program is built")
            .args(["clinic", what, "--program", "not/there"])
            .assert()
            .failure();
        let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(told.contains("not/there") && told.contains("cargo build"), "{told}");
    }
}
