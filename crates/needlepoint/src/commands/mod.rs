//! One module a command.

pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod new;
pub(crate) mod run;
pub(crate) mod validate;
mod watch;

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
};

use needlepoint_course::parameters::DECLARATIONS;
use needlepoint_knowledge::{Knowledge, KnowledgeError, problem::Problems};

use crate::{exit::Fault, options::Common};

/// The knowledge to work with; it holds every parameter of the models.
fn knowledge(common: &Common) -> Result<Knowledge, KnowledgeError> {
    let knowledge =
        common.knowledge.as_deref().map_or_else(Knowledge::embedded, Knowledge::from_folder)?;
    knowledge.check_parameters(&DECLARATIONS)?;
    Ok(knowledge)
}

/// Show problems to a person.
fn show(problems: &Problems) {
    tell(problems.to_snippets(std::io::stderr().is_terminal()));
}

/// Write to standard output.
///
/// A reader that has seen enough, such as `head`, is no fault.
fn answer(text: &str) -> Result<(), Fault> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(why) if why.kind() != io::ErrorKind::BrokenPipe => Err(Fault::CannotAnswer(why)),
        _ => Ok(()),
    }
}

/// Write to standard error; where even that is closed, nobody is left to tell.
pub(crate) fn tell(text: impl Display) {
    let _ = write!(io::stderr(), "{text}");
}
