//! `needlepoint punctures`: what a session does to the skin, before any healing.

use std::fmt::Write as _;

use needlepoint_case::Case;
use needlepoint_course::{
    Progress,
    equivalence::{ZoneEquivalence, liken},
    punctures::{Question, ZonePunctures, punctures},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::{
    LikedZone, Likeness, PuncturesInput, like_rows, like_words, number_rows, puncture_files,
    punctures_json,
};

use crate::{
    commands::{ReadCase, frame::Opened, watch::with_threads, wrapped},
    exit::{Exit, Fault},
    options::{Common, Punctures},
};

pub(crate) fn run(options: &Punctures, common: &Common) -> Result<Exit, Fault> {
    let Some(mut opened) =
        Opened::case(&options.file, (options.out.as_ref(), options.json), common)?
    else {
        return Ok(Exit::BadInput);
    };
    let other = match &options.like {
        None => None,
        Some(file) => match ReadCase::read(file, &opened.knowledge, common.quiet) {
            None => return Ok(Exit::BadInput),
            Some(other) => Some((file, other)),
        },
    };
    let simulate = &mut opened.read.case.simulate;
    simulate.seed = options.seed.unwrap_or(simulate.seed);
    simulate.members = options.members.unwrap_or(simulate.members);
    let (case, knowledge) = (&opened.read.case, &opened.knowledge);
    opened.begin(&options.file, &format!("{} members", case.simulate.members));
    let question = Question { zone: options.zone.as_deref(), area_cm2: options.area };
    let task = Task { case, other: other.as_ref().map(|(_, other)| &other.case), question };
    let (zones, likeness) = with_threads(common, || {
        opened.watched(task.people(), |progress| task.needle(knowledge, progress))
    })??;
    let provenance = opened.read.provenance(&options.file, knowledge);
    let theirs = other.as_ref().map(|(file, other)| other.provenance(file, knowledge));
    let like = theirs.as_ref().zip(other.as_ref()).map(|(theirs, (_, other))| Likeness {
        case_file: &theirs.case_file,
        case_sha256: &theirs.case_sha256,
        title: other.case.title.as_deref(),
        zones: &likeness,
    });
    let input = PuncturesInput { case, zones: &zones, provenance: &provenance, like };
    opened.give(
        || Ok(puncture_files(&input)?),
        || punctures_json(&input),
        || words(case, &zones, &likeness),
        ("The page", "punctures.html"),
    )?;
    Ok(Exit::Ok)
}

/// All zones for a person to read.
fn words(case: &Case, zones: &[ZonePunctures], likeness: &[ZoneEquivalence]) -> String {
    let mut text = String::new();
    for (at, zone) in zones.iter().enumerate() {
        text.push_str(&table(case, zone));
        if let Some(like) = likeness.get(at) {
            let device = &case.protocol.device.label;
            text.push_str(&likeness_text(&LikedZone { zone, device, like }));
        }
    }
    text
}

/// What is to be worked out.
struct Task<'a> {
    case: &'a Case,
    other: Option<&'a Case>,
    question: Question<'a>,
}

impl Task<'_> {
    /// How many people are needled.
    fn people(&self) -> (u64, &'static str) {
        let zones = if self.question.zone.is_some() { 1 } else { self.case.protocol.zones.len() };
        let rounds = if self.other.is_some() { 2 } else { 1 };
        (u64::from(self.case.simulate.members) * zones as u64 * rounds, "people")
    }

    /// Needle, and liken to the other case.
    fn needle(
        &self,
        knowledge: &Knowledge,
        progress: Progress<'_>,
    ) -> Result<(Vec<ZonePunctures>, Vec<ZoneEquivalence>), Fault> {
        let (case, question) = (self.case, self.question);
        // The quicker first: it also finds that the two cases have no zone in common.
        let likeness =
            self.other.map(|other| liken(case, other, knowledge, question.zone, progress));
        let likeness = likeness.transpose()?.unwrap_or_default();
        Ok((punctures(case, knowledge, question, progress)?, likeness))
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
