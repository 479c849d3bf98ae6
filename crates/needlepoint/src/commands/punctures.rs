//! `needlepoint punctures`: what a session does to the skin, before any healing.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_case::Case;
use needlepoint_course::{
    CourseError, Progress,
    equivalence::{ZoneEquivalence, liken},
    punctures::{Question, ZonePunctures, punctures},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{
    LikedZone, Likeness, PuncturesInput, like_rows, like_words, number_rows, puncture_files,
    punctures_json, write_outputs,
};

use crate::{
    commands::{
        ReadCase, answer, knowledge, no_file_in_the_way, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
        wrapped,
    },
    exit::{Exit, Fault},
    options::{Common, Punctures},
};

pub(crate) fn run(options: &Punctures, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let Some(mut read) = ReadCase::read(&options.file, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    let other = match &options.like {
        None => None,
        Some(file) => match ReadCase::read(file, &knowledge, common.quiet) {
            None => return Ok(Exit::BadInput),
            Some(other) => Some((file, other)),
        },
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
    let task = Task { case, other: other.as_ref().map(|(_, other)| &other.case), question };
    let (zones, likeness) =
        with_threads(common, || task.watched(&knowledge, &cancelled, common.quiet))??;
    let provenance = read.provenance(&options.file, &knowledge);
    let theirs = other.as_ref().map(|(file, other)| other.provenance(file, &knowledge));
    let like = theirs.as_ref().zip(other.as_ref()).map(|(theirs, (_, other))| Likeness {
        case_file: &theirs.case_file,
        case_sha256: &theirs.case_sha256,
        title: other.case.title.as_deref(),
        zones: &likeness,
    });
    let input = PuncturesInput { case, zones: &zones, provenance: &provenance, like };
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
        let mut text = String::new();
        for (at, zone) in zones.iter().enumerate() {
            text.push_str(&table(case, zone));
            if let Some(like) = likeness.get(at) {
                text.push_str(&likeness_text(&LikedZone {
                    zone,
                    device: &case.protocol.device.label,
                    like,
                }));
            }
        }
        if let Some(out) = &options.out {
            let _ = writeln!(text, "\nThe page: {}", out.join("punctures.html").display());
        }
        answer(&text)?;
    }
    Ok(Exit::Ok)
}

/// What is to be worked out.
struct Task<'a> {
    case: &'a Case,
    other: Option<&'a Case>,
    question: Question<'a>,
}

impl Task<'_> {
    /// Needle, and liken to the other case, with a progress bar where it takes long enough for one.
    fn watched(
        &self,
        knowledge: &Knowledge,
        cancelled: &AtomicBool,
        quiet: bool,
    ) -> Result<(Vec<ZonePunctures>, Vec<ZoneEquivalence>), Fault> {
        let (case, question) = (self.case, self.question);
        let zones = if question.zone.is_some() { 1 } else { case.protocol.zones.len() };
        let rounds = if self.other.is_some() { 2 } else { 1 };
        let all = u64::from(case.simulate.members) * zones as u64 * rounds;
        let bar = LateBar::new(all, "people", quiet);
        let member_done = || bar.step();
        let progress = Progress { member_done: &member_done, cancelled };
        // The quicker first: it also finds that the two cases have no zone in common.
        let likeness =
            self.other.map(|other| liken(case, other, knowledge, question.zone, progress));
        let both = likeness.transpose().map_err(Fault::from).and_then(|likeness| {
            let needled = punctures(case, knowledge, question, progress)?;
            Ok((needled, likeness.unwrap_or_default()))
        });
        bar.clear();
        both
    }
}

/// The numbers of a zone for a person to read.
fn table(case: &Case, zone: &ZonePunctures) -> String {
    let mut text = format!(
        "\n{}, {}: {} mm, {} {}\n{:<36} {:>9} {:>9}   {}\n",
        zone.label,
        case.protocol.device.label,
        zone.needle_length_mm,
        zone.directions_deg.len(),
        if zone.directions_deg.len() == 1 { "pass" } else { "passes" },
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

/// Which setting gives the dose of the other case, for a person to read.
fn likeness_text(liked: &LikedZone<'_>) -> String {
    let mut text = String::new();
    for paragraph in like_words(liked) {
        let _ = write!(text, "\n{}", wrapped(&paragraph));
    }
    let _ = writeln!(
        text,
        "\n  {:>9}  {:>10} {:<24} {:>10}  {:>14} {:<14} {:>12}",
        "Set to", "passes", "95 of 100", "depth", "depths differ", "95 of 100", "holes, times"
    );
    for row in like_rows(liked) {
        let marks = match (row.most_like, row.evaluated) {
            (true, true) => "  most like",
            (true, false) => "  most like, not evaluated",
            (false, false) => "  not evaluated",
            (false, true) => "",
        };
        let line = format!(
            "  {:>6} mm  {:>10} {:<24} {:>7} µm  {:>11} µm {:<14} {:>12}{marks}",
            row.length, row.passes, row.passes_band, row.depth, row.gap, row.gap_band, row.holes
        );
        let _ = writeln!(text, "{line}");
    }
    text
}
