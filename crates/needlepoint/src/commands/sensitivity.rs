//! `needlepoint sensitivity`: what an outcome hangs on.

use std::fmt::Write as _;

use needlepoint_course::sensitivity::{
    OutcomeSensitivity, Question, Sensitivity as Found, courses, sensitivity,
};
use needlepoint_report::{
    SensitivityInput, how_to_read, sensitivity_files, sensitivity_json, share_rows, share_words,
};

use crate::{
    commands::{frame::Opened, watch::with_threads, wrapped},
    exit::{Exit, Fault},
    options::{Common, Sensitivity},
};

pub(crate) fn run(options: &Sensitivity, common: &Common) -> Result<Exit, Fault> {
    let Some(mut opened) =
        Opened::case(&options.file, (options.out.as_ref(), options.json), common)?
    else {
        return Ok(Exit::BadInput);
    };
    let simulate = &mut opened.read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    // Each point has people and a truth of its own: that is the ensemble here.
    simulate.members = options.samples;
    let (case, knowledge) = (&opened.read.case, &opened.knowledge);
    opened.begin(&options.file, &format!("{} points", options.samples));
    let question = Question {
        zone: options.zone.as_deref(),
        outcome: options.outcome.as_deref(),
        samples: options.samples,
    };
    let all = (courses(case, question.samples), "courses");
    let found = with_threads(common, || {
        opened.watched(all, |progress| sensitivity(case, knowledge, question, progress))
    })??;
    let provenance = opened.read.provenance(&options.file, knowledge);
    let input = SensitivityInput { case, sensitivity: &found, provenance: &provenance };
    opened.give(
        || Ok(sensitivity_files(&input)?),
        || sensitivity_json(&input),
        || words(&found),
        ("The page", "sensitivity.html"),
    )?;
    Ok(Exit::Ok)
}

/// All outcomes and what they were drawn from, for a person to read.
fn words(found: &Found) -> String {
    let mut text = format!("\n{}\n{}", found.label, wrapped(how_to_read()));
    for outcome in &found.outcomes {
        text.push_str(&table(found, outcome));
    }
    text.push_str("\nDrawn from:\n");
    for factor in &found.factors {
        let _ = writeln!(text, "  {:<24} {}", factor.label, factor.range);
    }
    text
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
