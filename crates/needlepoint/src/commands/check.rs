//! `needlepoint check`: everything that is wrong with a case file, at once.

use needlepoint_case::read_case_file;
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
    let (case, problems) = read_case_file(&check.file, &knowledge);
    if check.json {
        let checked = Checked { usable: case.is_some(), problems: problems.placed() };
        answer(&format!("{}\n", serde_json::to_string_pretty(&checked)?))?;
    } else if case.is_none() || !common.quiet {
        show(&problems);
    }
    let Some(case) = case else { return Ok(Exit::BadInput) };
    if !check.json && !common.quiet {
        let file = check.file.display();
        let next = if case.protocol.device.has_needles() {
            format!("This case can be run: needlepoint run {file} --out out")
        } else {
            format!("The pattern can be shown: needlepoint punctures {file} --out out")
        };
        answer(&format!("{}\n{next}\n", case.in_words().join("\n")))?;
    }
    Ok(Exit::Ok)
}
