//! The command line: parse, call, print.

mod commands;
mod exit;
mod options;

use std::process::ExitCode;

use clap::Parser as _;

use crate::options::{Command, Options};

fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = match &options.command {
        Command::New(new) => commands::new::run(new, &options.common),
        Command::Check(check) => commands::check::run(check, &options.common),
        Command::Run(run) => commands::run::run(run, &options.common),
        Command::Plan(plan) => commands::plan::run(plan, &options.common),
        Command::Punctures(punctures) => commands::punctures::run(punctures, &options.common),
        Command::Absorb(absorb) => commands::absorb::run(absorb, &options.common),
        Command::Sensitivity(asked) => commands::sensitivity::run(asked, &options.common),
        Command::Response(asked) => commands::response::run(asked, &options.common),
        Command::Claims(claims) => commands::claims::run(claims, &options.common),
        Command::Calibrate(calibrate) => commands::calibrate::run(calibrate, &options.common),
        Command::Serve(serve) => commands::serve::run(serve, &options.common),
        Command::Records(records) => commands::records::run(records, &options.common),
        Command::Validate(validate) => commands::validate::run(validate, &options.common),
    };
    match outcome {
        Ok(code) => code.into(),
        Err(fault) => {
            commands::tell(format_args!("needlepoint: {fault}\n"));
            fault.exit().into()
        }
    }
}
