//! `needlepoint check`: everything that is wrong with a case file, at once. It may do without a protocol.

use needlepoint_case::read_consultation_file;
use needlepoint_knowledge::problem::PlacedProblem;
use serde::Serialize;

use crate::{
    commands::{answer, knowledge, show},
    exit::{Exit, Fault},
    options::{Check, Common},
};

#[derive(Serialize)]
struct Checked {
    usable: bool,
    problems: Vec<PlacedProblem>,
}

pub(crate) fn run(check: &Check, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let (consultation, problems) = read_consultation_file(&check.file, &knowledge);
    if check.json {
        let checked = Checked { usable: consultation.is_some(), problems: problems.placed() };
        answer(&format!("{}\n", serde_json::to_string_pretty(&checked)?))?;
    } else if consultation.is_none() || !common.quiet {
        show(&problems);
    }
    let Some(consultation) = consultation else { return Ok(Exit::BadInput) };
    if !check.json && !common.quiet {
        let file = check.file.display();
        let next = match &consultation.protocol {
            None => format!("A treatment can be planned: needlepoint plan {file} --out out"),
            Some(protocol) if protocol.device.has_needles() => {
                format!("This case can be run: needlepoint run {file} --out out")
            }
            Some(_) => format!("The pattern can be shown: needlepoint punctures {file} --out out"),
        };
        answer(&format!("{}\n{next}\n", consultation.in_words().join("\n")))?;
    }
    Ok(Exit::Ok)
}
