//! `needlepoint run`: simulate a case file and write the report.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_care::{case_of, plan::Plan, planned};
use needlepoint_case::{Case, Consultation, read_consultation_bytes};
use needlepoint_course::{
    CourseError, Progress,
    result::{CourseResult, ZoneCourse},
    simulate,
    zone::PEOPLE,
};
use needlepoint_knowledge::{
    Knowledge,
    problem::{Problem, Problems},
};
use needlepoint_report::{ReportInput, course_csv, html, run_json, write_outputs};

use crate::{
    commands::{
        ReadCase, answer, bytes_of, knowledge, no_file_in_the_way, show, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Common, Run},
};

pub(crate) fn run(run: &Run, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(bytes) = bytes_of(&run.file) else { return Ok(Exit::BadInput) };
    let name = run.file.display().to_string();
    let read = match read_consultation_bytes(&name, &bytes, &knowledge) {
        (Some(consultation), problems) if consultation.protocol.is_none() => {
            match by_plan(&consultation, problems, bytes, &knowledge, common.quiet)? {
                Ok(read) => Some(read),
                Err(exit) => return Ok(exit),
            }
        }
        _ => ReadCase::of(&run.file, bytes, &knowledge, common.quiet),
    };
    let Some(mut read) = read else { return Ok(Exit::BadInput) };
    if let Some(out) = &run.out {
        no_file_in_the_way(out)?;
    }
    let simulate = &mut read.case.simulate;
    simulate.seed = run.seed.unwrap_or(simulate.seed);
    simulate.members = run.members.unwrap_or(simulate.members);
    for time in &run.at {
        if !simulate.ask_for(time.days) {
            let horizon_days = simulate.horizon_days;
            return Err(Fault::NotSimulated { time: time.text.clone(), horizon_days });
        }
    }
    let case = &read.case;
    let cancelled = stopped_by_interrupts()?;
    if !common.quiet {
        tell(format_args!(
            "{}: {} members, {:.0} days\n",
            run.file.display(),
            case.simulate.members,
            case.simulate.horizon_days
        ));
    }
    let result = with_threads(common, || watched(case, &knowledge, &cancelled, common.quiet))??;
    let provenance = read.provenance(&run.file, &knowledge);
    let placed = read.problems.placed();
    let input = ReportInput {
        case,
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
        // From here on it is a matter of an instant: the files are written whole.
        if cancelled.load(Ordering::Relaxed) {
            return Err(CourseError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if run.json {
        answer(&json)?;
    } else if !common.quiet {
        let mut text = summary(&result);
        if let Some(out) = &run.out {
            let _ = writeln!(text, "\nThe report: {}", out.join("report.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// The case that treats by the plan proposed, since the file has no protocol; without a plan, how the command ends.
fn by_plan(
    consultation: &Consultation,
    mut problems: Problems,
    bytes: Vec<u8>,
    knowledge: &Knowledge,
    quiet: bool,
) -> Result<Result<ReadCase, Exit>, Fault> {
    // A run depends on no clock: the day has to be in the file.
    let Some(day) = consultation.assessed.or(consultation.wishes.start) else {
        problems.push(
            Problem::error(
                0..0,
                "the file has no [protocol], and a plan counts its waiting times from a day",
            )
            .help("write `assessed = 2026-03-02`, the day on which the answers were given"),
        );
        show(&problems);
        return Ok(Err(Exit::BadInput));
    };
    let planned = planned(consultation, knowledge, day);
    let Some(plan) = &planned.plan else {
        if !quiet {
            show(&problems);
        }
        let why = planned.instead.iter().map(|advice| advice.because.text.as_str());
        let why: Vec<&str> = why.collect();
        tell(format_args!(
            "The file has no [protocol], and no plan is proposed. {}\n`needlepoint plan` tells the reasons.\n",
            why.join(" ")
        ));
        return Ok(Err(Exit::No));
    };
    problems.push(Problem::warning(0..0, in_words(plan)));
    if !quiet {
        show(&problems);
    }
    Ok(Ok(ReadCase { case: case_of(consultation, plan)?, problems, bytes }))
}

/// What is simulated in place of a protocol.
fn in_words(plan: &Plan) -> String {
    let zones: Vec<String> = plan
        .zones
        .iter()
        .map(|zone| format!("{} {} mm", zone.label.to_lowercase(), zone.needle_mm))
        .collect();
    let device = plan.zones.first().map_or("", |zone| zone.device_label.as_str());
    format!(
        "the file has no [protocol]: the plan proposed is simulated ({device}; {}; {} sessions, {:.1} weeks apart)",
        zones.join(", "),
        plan.dates.len(),
        plan.interval_weeks
    )
}

/// Simulate with a progress bar, where it takes long enough for one.
fn watched(
    case: &Case,
    knowledge: &Knowledge,
    cancelled: &AtomicBool,
    quiet: bool,
) -> Result<CourseResult, CourseError> {
    // Members are simulated in whole groups, the last one filled up.
    let members = case.simulate.members.next_multiple_of(PEOPLE as u32);
    let all = u64::from(members) * case.protocol.zones.len() as u64;
    let bar = LateBar::new(all, "people", quiet);
    let member_done = || bar.step();
    let progress = Progress { member_done: &member_done, cancelled };
    let result = simulate(case, knowledge, progress);
    bar.clear();
    result
}

fn summary(result: &CourseResult) -> String {
    let mut text = String::new();
    for zone in &result.zones {
        let _ = writeln!(text, "\n{}", zone.label);
        let _ = writeln!(
            text,
            "  {:<30} {:>9} {:>21}  holes per cm2, median and 95 % interval",
            "Punctures of a session",
            format!("{:.0}", zone.holes_per_cm2.median),
            format!("[{:.0}, {:.0}]", zone.holes_per_cm2.lo95, zone.holes_per_cm2.hi95),
        );
        for outcome in &zone.outcomes {
            let _ = writeln!(
                text,
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
            let _ = writeln!(
                text,
                "  {:<30} {:>9.1} {:>21}  days after a session",
                duration.what,
                duration.days.median,
                format!("[{:.1}, {:.1}]", duration.days.lo95, duration.days.hi95),
            );
        }
        text += &requested(zone, &result.requested_days);
    }
    let bands = if result.ensemble == "prior" {
        "those of the priors: nothing was fitted to whole treatments"
    } else {
        "those of parameters fitted to published studies"
    };
    let _ = writeln!(text, "\nThe bands are {bands}. Not a medical device.");
    text
}

/// What was asked for: a line for each observable and time.
fn requested(zone: &ZoneCourse, days: &[f64]) -> String {
    let mut text = String::new();
    for series in &zone.series {
        let mut label = series.observable.label();
        for &day in days {
            let Some(band) = series.at(day) else { continue };
            let _ = writeln!(
                text,
                "  {label:<30} {:>9.1} {:>21}  {}, {}",
                band.median,
                format!("[{:.1}, {:.1}]", band.lo95, band.hi95),
                series.observable.unit(),
                moment(day),
            );
            label = "";
        }
    }
    if text.is_empty() { text } else { format!("  At the times asked for\n{text}") }
}

/// A time since the first session: hours on the first two days.
fn moment(day: f64) -> String {
    let in_words = |value: f64| {
        let text = format!("{value:.2}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if day < 2.0 { format!("{} h", in_words(24.0 * day)) } else { format!("day {}", in_words(day)) }
}
