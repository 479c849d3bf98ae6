//! One module a command.

pub(crate) mod check;
pub(crate) mod new;
pub(crate) mod run;

use std::{io::IsTerminal as _, path::Path};

use needlepoint_case::{Case, read_case_file};
use needlepoint_knowledge::{Knowledge, KnowledgeError, problem::Problems};

use crate::options::Common;

/// The knowledge to work with.
fn knowledge(common: &Common) -> Result<Knowledge, KnowledgeError> {
    common.knowledge.as_deref().map_or_else(Knowledge::embedded, Knowledge::from_folder)
}

/// Read a case; without a case the problems say why.
fn case(file: &Path, knowledge: &Knowledge) -> (Option<Case>, Problems) {
    read_case_file(file, knowledge)
}

/// Show problems to a person.
fn show(problems: &Problems) {
    eprint!("{}", problems.to_snippets(std::io::stderr().is_terminal()));
}
