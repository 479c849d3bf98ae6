//! `needlepoint run`: simulate a case file and write the report.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use needlepoint_case::Case;
use needlepoint_course::{Progress, result::CourseResult, simulate};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{Provenance, ReportInput, course_csv, html, run_json, write_outputs};
use sha2::{Digest as _, Sha256};

use crate::{
    commands::{case, knowledge, show},
    exit::{Exit, Fault},
    options::{Common, Run},
};

/// Runs shorter than this show no progress bar.
const BAR_AFTER: Duration = Duration::from_secs(1);

pub(crate) fn run(run: &Run, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let (read, problems) = case(&run.file, &knowledge);
    if !problems.is_empty() && !(common.quiet && read.is_some()) {
        show(&problems);
    }
    let Some(mut case) = read else { return Ok(Exit::BadInput) };
    case.simulate.seed = run.seed.unwrap_or(case.simulate.seed);
    case.simulate.members = run.members.unwrap_or(case.simulate.members);
    if !common.quiet {
        eprintln!(
            "{}: {} members, {:.0} days",
            run.file.display(),
            case.simulate.members,
            case.simulate.horizon_days
        );
    }
    let result = with_threads(common, || watched(&case, &knowledge, common.quiet))??;
    let provenance = provenance(&run.file, &case, &knowledge)?;
    let placed = problems.placed();
    let input = ReportInput {
        case: &case,
        result: &result,
        knowledge: &knowledge,
        warnings: &placed,
        provenance: &provenance,
    };
    let json = run_json(&input);
    if let Some(out) = &run.out {
        let files = [
            ("report.html", html(&input).into_bytes()),
            ("course.csv", course_csv(&result).into_bytes()),
            ("run.json", json.clone().into_bytes()),
        ];
        write_outputs(out, &files)?;
    }
    if run.json {
        print!("{json}");
    } else if !common.quiet {
        summarise(&result);
        if let Some(out) = &run.out {
            println!("\nThe report: {}", out.join("report.html").display());
        }
    }
    Ok(Exit::Ok)
}

fn with_threads<T: Send>(
    common: &Common,
    work: impl FnOnce() -> T + Send,
) -> Result<T, rayon::ThreadPoolBuildError> {
    let threads = common.threads.map_or(0, usize::from);
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).build()?.install(work))
}

/// Simulate with a progress bar, where it takes long enough for one, and with an ear for Ctrl-C.
fn watched(case: &Case, knowledge: &Knowledge, quiet: bool) -> Result<CourseResult, Fault> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&cancelled);
    ctrlc::set_handler(move || told.store(true, Ordering::Relaxed))?;
    let all = u64::from(case.simulate.members) * case.protocol.zones.len() as u64;
    let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} people, {eta} left") {
        bar.set_style(style);
    }
    let (begun, shown) = (Instant::now(), AtomicBool::new(quiet));
    let member_done = || {
        if begun.elapsed() > BAR_AFTER && !shown.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.inc(1);
    };
    let progress = Progress { member_done: &member_done, cancelled: &cancelled };
    let result = simulate(case, knowledge, progress);
    bar.finish_and_clear();
    Ok(result?)
}

/// What a run can be repeated from: no clock and no path of a machine in it.
fn provenance(file: &Path, case: &Case, knowledge: &Knowledge) -> Result<Provenance, Fault> {
    let bytes = std::fs::read(file)
        .map_err(|why| Fault::CannotRead { file: file.to_owned(), why })?;
    let hash = Sha256::digest(&bytes);
    Ok(Provenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        case_file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        case_sha256: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        knowledge_sha256: knowledge.hash.clone(),
        seed: case.simulate.seed,
        members: case.simulate.members,
    })
}

fn summarise(result: &CourseResult) {
    for zone in &result.zones {
        println!("\n{}", zone.label);
        println!(
            "  {:<30} {:>9} {:>21}  holes per cm2, median and 95 % interval",
            "Punctures of a session",
            format!("{:.0}", zone.holes_per_cm2.median),
            format!("[{:.0}, {:.0}]", zone.holes_per_cm2.lo95, zone.holes_per_cm2.hi95),
        );
        for outcome in &zone.outcomes {
            println!(
                "  {:<30} {:>+9.1} {:>21}  {}, {} (evidence {})",
                outcome.observable.label(),
                outcome.value.median,
                format!("[{:+.1}, {:+.1}]", outcome.value.lo95, outcome.value.hi95),
                outcome.observable.unit(),
                outcome.when,
                outcome.strength,
            );
        }
        for duration in &zone.durations {
            println!(
                "  {:<30} {:>9.1} {:>21}  days after a session",
                duration.what,
                duration.days.median,
                format!("[{:.1}, {:.1}]", duration.days.lo95, duration.days.hi95),
            );
        }
    }
    if result.ensemble == "prior" {
        println!(
            "\nThe bands are those of the priors: this version is not calibrated yet. Not a medical \
             device."
        );
    }
}
