//! `needlepoint response`: what comes out at every needle length, interval and number of sessions.

use needlepoint_course::response::{Plan, Question, Response as Found, response};
use needlepoint_report::{
    ResponseInput, response_files, response_json, response_tables, response_words,
};

use crate::{
    commands::{frame::Opened, watch::with_threads, wrapped},
    exit::{Exit, Fault},
    options::{Common, Response},
};

pub(crate) fn run(options: &Response, common: &Common) -> Result<Exit, Fault> {
    let Some(mut opened) =
        Opened::case(&options.file, (options.out.as_ref(), options.json), common)?
    else {
        return Ok(Exit::BadInput);
    };
    let simulate = &mut opened.read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members;
    let case = &opened.read.case;
    let question = Question {
        zone: options.zone.as_deref(),
        outcome: options.outcome.as_deref(),
        lengths_mm: options.lengths.as_deref(),
        intervals_days: options.intervals.as_deref(),
        sessions: options.sessions.as_deref(),
    };
    let plan = Plan::new(case, &opened.knowledge, question)?;
    opened
        .begin(&options.file, &format!("{} members, {} courses", options.members, plan.courses()));
    let found = with_threads(common, || {
        opened.watched((plan.courses(), "courses"), |progress| response(&plan, progress))
    })??;
    let provenance = opened.read.provenance(&options.file, &opened.knowledge);
    let input = ResponseInput { case, response: &found, provenance: &provenance };
    opened.give(
        || Ok(response_files(&input)?),
        || response_json(&input),
        || words(&found),
        ("The page", "response.html"),
    )?;
    Ok(Exit::Ok)
}

/// The surface for a person to read.
fn words(found: &Found) -> String {
    let mut text = format!("\n{}\n", found.label);
    for sentence in response_words(found) {
        text.push_str(&wrapped(&sentence));
    }
    text.push_str(&response_tables(found));
    text
}
