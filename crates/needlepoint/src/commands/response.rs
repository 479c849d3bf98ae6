//! `needlepoint response`: what comes out at every needle length, interval and number of sessions.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_course::{
    CourseError, Progress,
    response::{Plan, Question, Response as Found, response},
};
use needlepoint_report::{
    ResponseInput, response_files, response_json, response_tables, response_words, write_outputs,
};

use crate::{
    commands::{
        ReadCase, answer, knowledge, no_file_in_the_way, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
        wrapped,
    },
    exit::{Exit, Fault},
    options::{Common, Response},
};

pub(crate) fn run(options: &Response, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(mut read) = ReadCase::read(&options.file, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    if let Some(out) = &options.out {
        no_file_in_the_way(out)?;
    }
    let simulate = &mut read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members;
    let case = &read.case;
    let question = Question {
        zone: options.zone.as_deref(),
        outcome: options.outcome.as_deref(),
        lengths_mm: options.lengths.as_deref(),
        intervals_days: options.intervals.as_deref(),
        sessions: options.sessions.as_deref(),
    };
    let plan = Plan::new(case, &knowledge, question)?;
    let cancelled = stopped_by_interrupts()?;
    if !common.quiet {
        tell(format_args!(
            "{}: {} members, {} courses\n",
            options.file.display(),
            options.members,
            plan.courses()
        ));
    }
    let found = with_threads(common, || watched(&plan, &cancelled, common.quiet))??;
    let provenance = read.provenance(&options.file, &knowledge);
    let input = ResponseInput { case, response: &found, provenance: &provenance };
    if let Some(out) = &options.out {
        let (names, contents): (Vec<_>, Vec<_>) = response_files(&input)?.into_iter().unzip();
        let files: Vec<_> = names.iter().map(String::as_str).zip(contents).collect();
        if cancelled.load(Ordering::Relaxed) {
            return Err(CourseError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if options.json {
        answer(&response_json(&input))?;
    } else if !common.quiet {
        let mut text = format!("\n{}\n", found.label);
        for sentence in response_words(&found) {
            text.push_str(&wrapped(&sentence));
        }
        text.push_str(&response_tables(&found));
        if let Some(out) = &options.out {
            let _ = writeln!(text, "\nThe page: {}", out.join("response.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// Treat with a progress bar, where it takes long enough for one.
fn watched(plan: &Plan<'_>, cancelled: &AtomicBool, quiet: bool) -> Result<Found, CourseError> {
    let bar = LateBar::new(plan.courses(), "courses", quiet);
    let member_done = || bar.step();
    let found = response(plan, Progress { member_done: &member_done, cancelled });
    bar.clear();
    found
}
