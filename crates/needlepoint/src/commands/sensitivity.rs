//! `needlepoint sensitivity`: what an outcome hangs on.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_case::Case;
use needlepoint_course::{
    CourseError, Progress,
    sensitivity::{
        OutcomeSensitivity, Question, Sensitivity as Found, VariantError, courses, sensitivity,
    },
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{
    SensitivityInput, how_to_read, sensitivity_files, sensitivity_json, share_rows, share_words,
    write_outputs,
};

use crate::{
    commands::{
        ReadCase, answer, knowledge, no_file_in_the_way, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
        wrapped,
    },
    exit::{Exit, Fault},
    options::{Common, Sensitivity},
};

pub(crate) fn run(options: &Sensitivity, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(mut read) = ReadCase::read(&options.file, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    if let Some(out) = &options.out {
        no_file_in_the_way(out)?;
    }
    let simulate = &mut read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    // Each point has people and a truth of its own: that is the ensemble here.
    simulate.members = options.samples;
    let case = &read.case;
    let cancelled = stopped_by_interrupts()?;
    if !common.quiet {
        tell(format_args!("{}: {} points\n", options.file.display(), options.samples));
    }
    let question = Question {
        zone: options.zone.as_deref(),
        outcome: options.outcome.as_deref(),
        samples: options.samples,
    };
    let found =
        with_threads(common, || watched(case, &knowledge, question, &cancelled, common.quiet))??;
    let provenance = read.provenance(&options.file, &knowledge);
    let input = SensitivityInput { case, sensitivity: &found, provenance: &provenance };
    if let Some(out) = &options.out {
        let (names, contents): (Vec<_>, Vec<_>) = sensitivity_files(&input)?.into_iter().unzip();
        let files: Vec<_> = names.iter().map(String::as_str).zip(contents).collect();
        if cancelled.load(Ordering::Relaxed) {
            return Err(CourseError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if options.json {
        answer(&sensitivity_json(&input))?;
    } else if !common.quiet {
        let mut text = format!("\n{}\n{}", found.label, wrapped(how_to_read()));
        for outcome in &found.outcomes {
            text.push_str(&table(&found, outcome));
        }
        text.push_str("\nDrawn from:\n");
        for factor in &found.factors {
            let _ = writeln!(text, "  {:<24} {}", factor.label, factor.range);
        }
        if let Some(out) = &options.out {
            let _ = writeln!(text, "\nThe page: {}", out.join("sensitivity.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// Find out with a progress bar, where it takes long enough for one.
fn watched(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    cancelled: &AtomicBool,
    quiet: bool,
) -> Result<Found, VariantError> {
    let bar = LateBar::new(courses(case, question.samples), "courses", quiet);
    let member_done = || bar.step();
    let progress = Progress { member_done: &member_done, cancelled };
    let found = sensitivity(case, knowledge, question, progress);
    bar.clear();
    found
}

/// The factors of an outcome for a person to read.
fn table(found: &Found, outcome: &OutcomeSensitivity) -> String {
    let mut text = format!("\n{}\n{}", outcome.label, wrapped(&share_words(found, outcome)));
    let rows = share_rows(found, outcome);
    if !rows.is_empty() {
        let _ = writeln!(
            text,
            "  {:<24} {:>8} {:<14} {:>16} {:<14}",
            "share of variance, %", "alone", "  95 %", "with interplay", "  95 %"
        );
    }
    for row in rows {
        let line = format!(
            "  {:<24} {:>8}   {:<12} {:>16}   {:<12}",
            row.what, row.alone, row.alone_band, row.in_all, row.in_all_band
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
