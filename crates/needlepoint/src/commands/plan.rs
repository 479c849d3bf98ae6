//! `needlepoint plan`: is it safe, what exactly to do, and what to do afterwards.

use std::{fmt::Write as _, fs, path::Path};

use jiff::Zoned;
use needlepoint_care::screening::Verdict;
use needlepoint_case::{Consultation, read_consultation_bytes};
use needlepoint_knowledge::{Knowledge, problem::PlacedProblem, store::fingerprint};
use needlepoint_report::{
    CareInput, CareOptions, CareProvenance, Paper, SessionTime, care_files, care_json, care_text,
    consultation_facts, is_open, outdated_files, write_outputs_instead_of,
};

use crate::{
    commands::{
        PAGE_WIDTH, answer, bytes_of, in_lines, knowledge, no_file_in_the_way, show,
        watch::with_threads, wrapped,
    },
    exit::{Exit, Fault},
    options::{Common, PaperSize, Plan},
};

pub(crate) fn run(asked: &Plan, common: &Common) -> Result<Exit, Fault> {
    let time = SessionTime::new(asked.time, asked.time_zone.as_deref(), asked.revision)?;
    let knowledge = knowledge(common)?;
    if let Some(out) = &asked.out {
        no_file_in_the_way(out)?;
    }
    let Some(mut read) = PatientFile::read(asked, &knowledge, common.quiet) else {
        return Ok(Exit::BadInput);
    };
    read.consultation.assessed = asked.today.or(read.consultation.assessed);
    let today = read.consultation.assessed.unwrap_or_else(|| Zoned::now().date());
    let care =
        with_threads(common, || needlepoint_care::care(&read.consultation, &knowledge, today))??;
    let file = asked.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let provenance = CareProvenance {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        patient_file: file.clone(),
        patient_sha256: fingerprint(&read.bytes),
        knowledge_sha256: knowledge.hash.clone(),
        ensemble: knowledge.ensemble_name().to_owned(),
    };
    let input = CareInput {
        care: &care,
        title: read.consultation.title.as_deref().unwrap_or(&file),
        facts: &consultation_facts(&read.consultation, &knowledge),
        knowledge: &knowledge,
        warnings: &read.warnings,
        provenance: &provenance,
    };
    let mut written = Vec::new();
    if let Some(out) = &asked.out {
        let paper = match asked.paper {
            PaperSize::A4 => Paper::A4,
            PaperSize::Letter => Paper::Letter,
        };
        let files = care_files(&input, &CareOptions { paper, time })?;
        let there = names_in(out);
        let outdated = outdated_files(there.iter().map(String::as_str), &files);
        written = files.iter().map(|(name, _)| out.join(name)).collect();
        let named: Vec<(&str, Vec<u8>)> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        write_outputs_instead_of(out, &named, &outdated)?;
    }
    if asked.json {
        answer(&care_json(&input))?;
    } else if !common.quiet {
        let mut text = summary(&input);
        for path in written {
            let _ = writeln!(text, "{}", path.display());
        }
        answer(&text)?;
    }
    Ok(match care.screening.verdict {
        _ if is_open(&care.screening) => Exit::No,
        Verdict::Go | Verdict::GoWithChanges => Exit::Ok,
        Verdict::Wait | Verdict::Refer | Verdict::DoNotTreat => Exit::No,
    })
}

/// Names in a folder; none if it is not there yet. A folder that can't be read is told of when it is written to.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// A patient's file that can be used.
struct PatientFile {
    consultation: Consultation,
    warnings: Vec<PlacedProblem>,
    bytes: Vec<u8>,
}

impl PatientFile {
    /// Reads it and tells of its problems; none if it can't be used.
    fn read(asked: &Plan, knowledge: &Knowledge, quiet: bool) -> Option<Self> {
        let bytes = bytes_of(&asked.file)?;
        let name = asked.file.display().to_string();
        let (consultation, problems) = read_consultation_bytes(&name, &bytes, knowledge);
        if !quiet || consultation.is_none() {
            show(&problems);
        }
        Some(Self { consultation: consultation?, warnings: problems.placed(), bytes })
    }
}

fn summary(input: &CareInput<'_>) -> String {
    const INDENT: usize = 4;
    let mut text = wrapped(input.title);
    for (i, section) in care_text(input).into_iter().enumerate() {
        let _ = writeln!(text, "\n{}", section.heading);
        for point in section.points {
            let mark = if i == 0 { "    " } else { "  - " };
            let lines = in_lines(&point, PAGE_WIDTH - INDENT);
            for (n, line) in lines.lines().enumerate() {
                let _ = writeln!(text, "{}{line}", if n == 0 { mark } else { "    " });
            }
        }
    }
    let _ = writeln!(text, "\nNot a medical device: it supports qualified people.");
    text
}
