//! A whole case, in memory and as a process.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::AtomicBool,
};

use needlepoint_course::{Progress, simulate};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{Provenance, ReportInput, course_csv, html, run_json};
use wait4::Wait4 as _;

use crate::{
    Outcome,
    options::{CaseFile, Ensemble, Program},
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Longest a whole case may take on two cores, s.
const TARGET_SECONDS: f64 = 5.0;

/// Most memory the process may have in use at its peak, MB.
const TARGET_MEGABYTES: f64 = 300.0;

/// Fewest member-years simulated in a second on two cores.
const TARGET_MEMBER_YEARS: f64 = 2000.0;

const DAYS_PER_YEAR: f64 = 365.0;
const BYTES_PER_MEGABYTE: f64 = 1e6;

/// Repeats unless told otherwise.
const REPEATS: u16 = 7;

/// Simulate and tell in memory: what the program does between reading and writing.
pub(crate) fn in_memory(
    file: &CaseFile,
    ensemble: Ensemble,
    repeats: Option<u16>,
    report: &mut Report,
) -> Outcome<()> {
    let knowledge = Knowledge::embedded()?;
    let mut case = file.read(&knowledge)?;
    case.simulate.members = ensemble.members;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(ensemble.threads.into()).build()?;
    let progress = Progress { member_done: &|| {}, cancelled: &AtomicBool::new(false) };
    let provenance = Provenance {
        version: String::new(),
        case_file: String::new(),
        case_sha256: String::new(),
        knowledge_sha256: knowledge.hash.clone(),
        seed: case.simulate.seed,
        members: case.simulate.members,
        ensemble: knowledge.ensemble_name().to_owned(),
    };
    let repeats = repeat(repeats.unwrap_or(REPEATS).into(), |_| {
        let (result, simulating) =
            clocked(|| pool.install(|| simulate(&case, &knowledge, progress)));
        let result = result?;
        let input = ReportInput {
            case: &case,
            result: &result,
            knowledge: &knowledge,
            warnings: &[],
            provenance: &provenance,
        };
        let (_, page) = clocked(|| html(&input));
        let (_, csv) = clocked(|| course_csv(&result));
        let (_, json) = clocked(|| run_json(&input));
        Ok([simulating + page + csv + json, simulating, page, csv, json])
    })?;
    let years = case.simulate.horizon_days / DAYS_PER_YEAR;
    let member_years = f64::from(case.simulate.members) * case.protocol.zones.len() as f64 * years;
    let [whole, simulating, page, csv, json] = &repeats.values;
    let core = &repeats.core_ns;
    settings(file, ensemble, report);
    report.core_took(core);
    report.push(
        Figure::seconds("run.case", "whole case in memory".to_owned(), whole, core)
            .at_most(TARGET_SECONDS),
    );
    report.push(Figure::per_second(
        "run.member_years",
        "members of a zone simulated and told for a year".to_owned(),
        member_years,
        whole,
        core,
    ));
    report.push(
        Figure::per_second(
            "run.cohort",
            "members of a zone simulated for a year".to_owned(),
            member_years,
            simulating,
            core,
        )
        .at_least(TARGET_MEMBER_YEARS),
    );
    for (name, what, seconds) in [
        ("run.simulate", "of it, simulating", simulating),
        ("run.html", "of it, the page", page),
        ("run.csv", "of it, the table", csv),
        ("run.json", "of it, the JSON", json),
    ] {
        report.push(Figure::milliseconds(name, what.to_owned(), seconds, core));
    }
    Ok(())
}

/// Run the program on the case: the wall's time, the processor's time, and peak memory.
pub(crate) fn process(
    file: &CaseFile,
    ensemble: Ensemble,
    program: &Program,
    repeats: Option<u16>,
    report: &mut Report,
) -> Outcome<()> {
    let binary = match program.find() {
        Ok(binary) => binary,
        Err(why) => {
            report.note(why);
            return Ok(());
        }
    };
    let folder = tempfile::tempdir()?;
    let path = file.path();
    let mut nth = 0;
    let repeats = repeat(repeats.unwrap_or(REPEATS).into(), |_| {
        nth += 1;
        let mut command = Command::new(&binary);
        command
            .args(["run", "--quiet", "--members", &ensemble.members.to_string()])
            .args(["--threads", &ensemble.threads.to_string(), "--out"])
            .args([&folder.path().join(nth.to_string()), &path])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let (ended, seconds) = clocked(|| command.spawn()?.wait4());
        let ended = ended?;
        if !ended.status.success() {
            return Err(format!("{command:?} failed with {}", ended.status).into());
        }
        let processor = (ended.rusage.utime + ended.rusage.stime).as_secs_f64();
        Ok([seconds, processor, ended.rusage.maxrss as f64 / BYTES_PER_MEGABYTE])
    })?;
    let [wall, processor, megabytes] = &repeats.values;
    settings(file, ensemble, report);
    report.core_took(&repeats.core_ns);
    report.push(
        Figure::seconds(
            "run.process",
            "whole process, files written".to_owned(),
            wall,
            &repeats.core_ns,
        )
        .at_most(TARGET_SECONDS),
    );
    report.push(Figure::seconds(
        "run.process_cpu",
        "its processor time, all threads".to_owned(),
        processor,
        &repeats.core_ns,
    ));
    let memory = Figure::new("run.peak_memory", "its peak memory".to_owned(), "MB", megabytes)
        .at_most(TARGET_MEGABYTES);
    let least = megabytes.iter().copied().fold(f64::INFINITY, f64::min);
    if own_peak_megabytes().is_some_and(|own| own >= least) {
        report.note(
            "run.peak_memory is an upper bound: this program had as much in use when it started the \
             process"
                .to_owned(),
        );
    }
    report.push(memory);
    Ok(())
}

fn settings(file: &CaseFile, ensemble: Ensemble, report: &mut Report) {
    report.set("case", file.case.display());
    report.set("members", ensemble.members);
    report.set("threads", ensemble.threads);
}

/// Most memory this program has had in use, where Linux tells.
fn own_peak_megabytes() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(1024.0 * kibibytes / BYTES_PER_MEGABYTE)
}
