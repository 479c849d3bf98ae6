//! One module a command.

pub(crate) mod absorb;
pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod claims;
mod frame;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod punctures;
pub(crate) mod records;
pub(crate) mod response;
pub(crate) mod run;
pub(crate) mod sensitivity;
pub(crate) mod serve;
pub(crate) mod validate;
mod watch;

use std::{
    fmt::Display,
    io::{self, IsTerminal as _, Write as _},
    path::Path,
};

use needlepoint_case::{Case, case_bytes, read_case_bytes};
use needlepoint_course::parameters::DECLARATIONS;
use needlepoint_knowledge::{Knowledge, KnowledgeError, problem::Problems, store::fingerprint};
use needlepoint_report::{OutputError, Provenance};

use crate::{exit::Fault, options::Common};

/// The knowledge to work with; it holds every parameter of the models.
fn knowledge(common: &Common) -> Result<Knowledge, KnowledgeError> {
    let knowledge =
        common.knowledge.as_deref().map_or_else(Knowledge::embedded, Knowledge::from_folder)?;
    knowledge.check_parameters(&DECLARATIONS)?;
    if knowledge.ensemble_is_stale && !common.quiet {
        tell(
            "ensemble.csv was fitted from other priors than these, and is set aside: `needlepoint \
             calibrate --out DIR` fits anew\n",
        );
    }
    Ok(knowledge)
}

/// A case file that can be used.
struct ReadCase {
    case: Case,
    /// What the reader remarked.
    problems: Problems,
    bytes: Vec<u8>,
}

impl ReadCase {
    /// Reads a case and tells of its problems; none if it can't be used.
    fn read(file: &Path, knowledge: &Knowledge, quiet: bool) -> Option<Self> {
        Self::of(file, bytes_of(file)?, knowledge, quiet)
    }

    /// The same from the bytes of the file.
    fn of(file: &Path, bytes: Vec<u8>, knowledge: &Knowledge, quiet: bool) -> Option<Self> {
        let (case, problems) = read_case_bytes(&file.display().to_string(), &bytes, knowledge);
        // Warnings are part of the report; a quiet run prints only what stops it.
        if !quiet || case.is_none() {
            show(&problems);
        }
        Some(Self { case: case?, problems, bytes })
    }

    /// What a run can be repeated from: no clock and no path of a machine in it.
    fn provenance(&self, file: &Path, knowledge: &Knowledge) -> Provenance {
        Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            case_file: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            case_sha256: fingerprint(&self.bytes),
            knowledge_sha256: knowledge.hash.clone(),
            seed: self.case.simulate.seed,
            members: self.case.simulate.members,
            ensemble: knowledge.ensemble_name().to_owned(),
        }
    }
}

/// The bytes of a case file; none, which is told, if it can't be read.
fn bytes_of(file: &Path) -> Option<Vec<u8>> {
    case_bytes(file).map_err(|problems| show(&problems)).ok()
}

/// Say before a long run what would keep its results from being written.
fn no_file_in_the_way(out: &Path) -> Result<(), OutputError> {
    match out.ancestors().find(|path| path.exists()) {
        Some(path) if !path.is_dir() => Err(OutputError::IsAFile(path.to_owned())),
        _ => Ok(()),
    }
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

/// Columns that a paragraph fills.
const PAGE_WIDTH: usize = 96;

/// A paragraph in lines of a page's width.
fn wrapped(paragraph: &str) -> String {
    in_lines(paragraph, PAGE_WIDTH)
}

/// A paragraph in lines of no more than `columns`, unless a word is longer.
fn in_lines(paragraph: &str, columns: usize) -> String {
    let mut text = String::new();
    let mut used = 0;
    for word in paragraph.split(' ') {
        let long = word.chars().count();
        if used > 0 && used + 1 + long > columns {
            text.push('\n');
            used = 0;
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += long;
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_at_spaces() {
        assert_eq!(in_lines("one two three", 7), "one two\nthree\n");
        assert_eq!(in_lines("immeasurable", 4), "immeasurable\n");
    }
}
