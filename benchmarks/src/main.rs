//! Speed and memory of Needlepoint, one subcommand per problem.
//!
//! Machines differ, so every figure stands beside a fixed kernel measured in the same run, between
//! the repeats of the problem, and is given as a ratio to it. `README.md` says how to read them.

mod baseline;
mod clinic;
mod live;
mod member_year;
mod options;
mod punctures;
mod report;
mod startup;
mod t1;
mod t3;
mod timing;
mod whole_run;

use std::{
    error::Error,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

use crate::{
    options::{Command, Options},
    report::Report,
};

/// What a measurement gives, or why it could not be taken.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let options = Options::parse();
    if matches!(options.command, Command::Face) {
        return ended(punctures::face_alone());
    }
    ended(told(&options).and_then(|text| Ok(io::stdout().write_all(text.as_bytes())?)))
}

fn ended(outcome: Outcome<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("needlepoint-benchmarks: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What is printed.
fn told(options: &Options) -> Outcome<String> {
    if let Command::T1 { once: true, .. } = options.command {
        return Ok(serde_json::to_string(&t1::once()?)? + "\n");
    }
    if let Command::Clinic { what } = &options.command {
        return clinic::told(what, options.common.json);
    }
    let report = measure(options)?;
    if options.common.json {
        Ok(serde_json::to_string_pretty(&report)? + "\n")
    } else {
        Ok(report.to_string())
    }
}

/// Measure what is asked for.
///
/// Processes always come first: to a system that counts memory the way Linux does, a child begins
/// with what its parent had in use.
fn measure(options: &Options) -> Outcome<Report> {
    let repeats = options.common.repeats;
    let mut report = Report::new();
    match &options.command {
        Command::Baseline | Command::Face | Command::Clinic { .. } => {}
        Command::Run { case, ensemble, program } => {
            whole_run::process(case, *ensemble, program, repeats, &mut report)?;
            whole_run::in_memory(case, *ensemble, repeats, &mut report)?;
        }
        Command::MemberYear { case, people } => {
            member_year::measure(case, people.people, repeats, &mut report)?;
        }
        Command::Startup { case, program } => {
            startup::measure(case, program, repeats, &mut report)?;
        }
        Command::Punctures { hits } => {
            punctures::process(&mut report)?;
            punctures::measure(repeats, &mut report)?;
            punctures::face(repeats, &mut report)?;
            punctures::millions(*hits, repeats, &mut report)?;
        }
        Command::Live { threads } => live::measure(*threads, repeats, &mut report)?,
        Command::T1 { peer, .. } => {
            let solved = t1::measure(peer, repeats, &mut report)?;
            report.t1_came_to(solved);
        }
        Command::T3 { cohort, threads } => {
            let solved = t3::measure(cohort.patients, *threads, repeats, &mut report)?;
            report.t3_came_to(solved);
        }
        Command::All { case, ensemble, people, hits, program, peer, cohort } => {
            punctures::process(&mut report)?;
            whole_run::process(case, *ensemble, program, repeats, &mut report)?;
            startup::measure(case, program, repeats, &mut report)?;
            punctures::measure(repeats, &mut report)?;
            member_year::measure(case, people.people, repeats, &mut report)?;
            t1::measure(peer, repeats, &mut report)?;
            t3::measure(cohort.patients, 1, repeats, &mut report)?;
            whole_run::in_memory(case, *ensemble, repeats, &mut report)?;
            live::measure(ensemble.threads, repeats, &mut report)?;
            punctures::face(repeats, &mut report)?;
            punctures::millions(*hits, repeats, &mut report)?;
        }
    }
    baseline::measure(&mut report);
    Ok(report)
}
