//! `needlepoint check`: everything that is wrong with a case file, at once.

use needlepoint_knowledge::problem::PlacedProblem;
use serde::Serialize;

use crate::{
    commands::{case, knowledge, show},
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
    let (case, problems) = case(&check.file, &knowledge);
    if check.json {
        let checked = Checked { usable: case.is_some(), problems: problems.placed() };
        println!("{}", serde_json::to_string_pretty(&checked)?);
    } else {
        show(&problems);
    }
    let Some(case) = case else { return Ok(Exit::BadInput) };
    if !check.json && !common.quiet {
        for sentence in case.in_words() {
            println!("{sentence}");
        }
        println!("This case can be run: needlepoint run {} --out out", check.file.display());
    }
    Ok(Exit::Ok)
}
