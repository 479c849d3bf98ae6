//! `needlepoint punctures`: what a session does to the skin, before any healing.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_case::Case;
use needlepoint_course::{
    CourseError, Progress,
    punctures::{PuncturesError, Question, ZonePunctures, punctures},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{
    PuncturesInput, number_rows, puncture_files, punctures_json, write_outputs,
};

use crate::{
    commands::{
        ReadCase, answer, knowledge, no_file_in_the_way, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Common, Punctures},
};

pub(crate) fn run(options: &Punctures, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(mut read) = ReadCase::read(&options.file, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    if let Some(out) = &options.out {
        no_file_in_the_way(out)?;
    }
    let simulate = &mut read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members.unwrap_or(simulate.members);
    let case = &read.case;
    let cancelled = stopped_by_interrupts()?;
    if !common.quiet {
        tell(format_args!("{}: {} members\n", options.file.display(), case.simulate.members));
    }
    let question = Question { zone: options.zone.as_deref(), area_cm2: options.area };
    let zones =
        with_threads(common, || watched(case, &knowledge, question, &cancelled, common.quiet))??;
    let provenance = read.provenance(&options.file, &knowledge);
    let input = PuncturesInput { case, zones: &zones, provenance: &provenance };
    if let Some(out) = &options.out {
        let (names, contents): (Vec<_>, Vec<_>) = puncture_files(&input)?.into_iter().unzip();
        let files: Vec<_> = names.iter().map(String::as_str).zip(contents).collect();
        if cancelled.load(Ordering::Relaxed) {
            return Err(CourseError::Cancelled.into());
        }
        write_outputs(out, &files)?;
    }
    if options.json {
        answer(&punctures_json(&input))?;
    } else if !common.quiet {
        let mut text: String = zones.iter().map(|zone| table(case, zone)).collect();
        if let Some(out) = &options.out {
            let _ = writeln!(text, "\nThe page: {}", out.join("punctures.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// Needle with a progress bar, where it takes long enough for one.
fn watched(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    cancelled: &AtomicBool,
    quiet: bool,
) -> Result<Vec<ZonePunctures>, PuncturesError> {
    let zones = if question.zone.is_some() { 1 } else { case.protocol.zones.len() };
    let bar = LateBar::new(u64::from(case.simulate.members) * zones as u64, "people", quiet);
    let member_done = || bar.step();
    let needled =
        punctures(case, knowledge, question, Progress { member_done: &member_done, cancelled });
    bar.clear();
    needled
}

/// The numbers of a zone for a person to read.
fn table(case: &Case, zone: &ZonePunctures) -> String {
    let mut text = format!(
        "\n{}, {}: {} mm, {} passes\n{:<36} {:>9} {:>9}   {}\n",
        zone.label,
        case.protocol.device.label,
        zone.needle_length_mm,
        zone.directions_deg.len(),
        "",
        "typical",
        "median",
        "95 of 100 people"
    );
    for row in number_rows(zone) {
        let line = format!(
            "  {:<34} {:>9} {:>9}   {:<20} {}",
            row.what, row.typical, row.median, row.band95, row.unit
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
