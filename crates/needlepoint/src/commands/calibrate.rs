//! `needlepoint calibrate`: fit the model to the studies that are set apart for it.

use std::{
    fmt::Write as _,
    sync::{Mutex, PoisonError, atomic::Ordering},
};

use needlepoint_evidence::{
    calibrate::{CalibrateError, Watch, calibrate, lumps::Settings, outcome::Outcome},
    library::{shipped_to_fit, to_fit_from_folder},
};
use needlepoint_report::{CalibrationInput, calibration_files, write_outputs};

use crate::{
    commands::{
        answer, knowledge, no_file_in_the_way,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Calibrate, Common},
};

pub(crate) fn run(options: &Calibrate, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?.prior();
    let settings = match &common.knowledge {
        Some(folder) => Settings::from_folder(folder, &knowledge)?,
        None => Settings::shipped(&knowledge)?,
    };
    let filed = match &options.studies {
        Some(folder) => to_fit_from_folder(folder, &knowledge)?,
        None => shipped_to_fit(&knowledge)?,
    };
    if let Some(out) = &options.out {
        no_file_in_the_way(out)?;
    }
    let mut effort = if options.quick { settings.quick.clone() } else { settings.full.clone() };
    if options.studies.is_some() {
        // The list of a quick fit is of the studies shipped.
        effort.studies.clear();
    }
    let cancelled = stopped_by_interrupts()?;
    let bar: Mutex<Option<LateBar>> = Mutex::new(None);
    let shown = || bar.lock().unwrap_or_else(PoisonError::into_inner);
    let part = |counted: &str, all: u64| {
        let next = LateBar::new(all, counted, common.quiet);
        if let Some(before) = shown().replace(next) {
            before.clear();
        }
    };
    let done = || {
        if let Some(bar) = shown().as_ref() {
            bar.step();
        }
    };
    let watch = Watch { part: &part, done: &done, cancelled: &cancelled };
    let version = env!("CARGO_PKG_VERSION");
    let outcome = with_threads(common, || {
        calibrate(&filed, &knowledge, &settings, &effort, options.seed, version, watch)
    })?;
    if let Some(last) = shown().take() {
        last.clear();
    }
    let outcome = outcome?;
    if let Some(out) = &options.out {
        let input = CalibrationInput { outcome: &outcome, version };
        let files = calibration_files(&input);
        if cancelled.load(Ordering::Relaxed) {
            return Err(CalibrateError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if options.json {
        answer(&format!("{}\n", serde_json::to_string_pretty(&outcome)?))?;
    } else if !common.quiet {
        let mut text = summary(&outcome);
        if let Some(out) = &options.out {
            let _ = writeln!(
                text,
                "\nThe draws: {}\nThe report: {}",
                out.join("ensemble.csv").display(),
                out.join("calibration.html").display()
            );
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

fn summary(outcome: &Outcome) -> String {
    let mut text = format!(
        "{} studies, {} measurements; {} of {} listed parameters fitted\n\n",
        outcome.studies,
        outcome.measurements,
        outcome.fitted.len(),
        outcome.screened.iter().filter(|screened| screened.listed).count(),
    );
    let _ = writeln!(
        text,
        "{:<36} {:>26} {:>26} {:>9} {:>6} {:>6}",
        "parameter", "prior, median [95 %]", "posterior", "shrinkage", "R-hat", "ESS"
    );
    for fitted in outcome.all() {
        let spread = |s: &needlepoint_evidence::calibrate::outcome::Spread95| {
            format!("{} [{}, {}]", three(s.median), three(s.lo95), three(s.hi95))
        };
        let shrinkage = fitted.shrinkage.map_or("-".to_owned(), |s| format!("{:.0} %", 100.0 * s));
        let _ = writeln!(
            text,
            "{:<36} {:>26} {:>26} {:>9} {:>6.3} {:>6.0}",
            fitted.name,
            spread(&fitted.prior),
            spread(&fitted.posterior),
            shrinkage,
            fitted.worth.r_hat,
            fitted.worth.bulk,
        );
    }
    let (bulk, tail) = outcome.least_worth();
    let check = &outcome.check;
    let _ = writeln!(
        text,
        "\nSampler: greatest R-hat {:.3}, least effective sample size {bulk:.0} (middle) and {tail:.0} \
         (tails), {} of {} paths broken off",
        outcome.r_hat(),
        outcome.divergences,
        outcome.draws
    );
    let _ = writeln!(
        text,
        "Surfaces against the model at {} draws, in errors of the measurements: median {:.2}, nine of \
         ten below {:.2}, worst {:.2}",
        check.draws, check.median_off, check.high_off, check.worst_off
    );
    let _ = writeln!(
        text,
        "Measured means within 95 % of what is expected: {:.0} % after, {:.0} % before (the same studies)",
        100.0 * check.coverage,
        100.0 * check.coverage_before
    );
    text
}

/// Three digits.
fn three(value: f64) -> String {
    let digits = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if (-4..5).contains(&digits) {
        format!("{value:.*}", (2 - digits).max(0) as usize)
    } else {
        format!("{value:.2e}")
    }
}
