//! What is advised for one patient, told: a page, PDF documents, JSON and a calendar.

mod documents;
mod facts;
mod ics;
mod json;
mod page;
mod pareto;
mod references;
mod text;
mod timetable;
mod words;

use needlepoint_care::{Care, plan::Alternative};
use needlepoint_knowledge::{Knowledge, problem::PlacedProblem};
use needlepoint_typeset::{Paper, TypesetError};
use serde::Serialize;
use thiserror::Error;

pub use facts::consultation_facts;
pub use ics::{SessionTime, TimeZoneError};
pub use json::care_json;
pub use page::care_html;
pub use text::{CareSection, care_text};
pub use words::is_open;

/// Everything that is told about a patient.
#[derive(Clone, Copy)]
pub struct CareInput<'a> {
    /// What is advised.
    pub care: &'a Care,
    /// What the patient's file is called: its title, or its name if it has none.
    pub title: &'a str,
    /// Who it is and for what, as names and values.
    pub facts: &'a [(String, String)],
    /// What it rests on.
    pub knowledge: &'a Knowledge,
    /// What the reader of the file remarked.
    pub warnings: &'a [PlacedProblem],
    /// What is needed to repeat it.
    pub provenance: &'a CareProvenance,
}

/// What is needed to repeat a plan: no clock time and no path of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CareProvenance {
    /// Version of Needlepoint.
    pub version: String,
    /// Name of the patient's file, without its folders.
    pub patient_file: String,
    /// SHA-256 of the patient's file, in hexadecimal.
    pub patient_sha256: String,
    /// SHA-256 of the knowledge, in hexadecimal.
    pub knowledge_sha256: String,
    /// Whether the simulated people come from a fit ("posterior") or from each parameter by itself ("prior").
    pub ensemble: String,
}

/// What a user chooses about the documents.
#[derive(Debug, Clone)]
pub struct CareOptions {
    /// Size of the paper.
    pub paper: Paper,
    /// When sessions begin, and where.
    pub time: SessionTime,
}

/// Why the files of a plan can't be made.
#[derive(Debug, Error)]
pub enum CareFilesError {
    /// A document can't be typeset.
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    /// A day can't be put into a calendar.
    #[error("a day of the plan can't be put into the calendar: {0}. Choose an earlier start")]
    Calendar(#[from] jiff::Error),
}

/// The files of a plan: plan.html, plan.pdf and patient.pdf always; session-1.pdf and so on with a plan; aftercare.ics
/// with a plan or where there is a day to wait for.
///
/// # Errors
///
/// If a template has a fault, or a day lies beyond the years that a calendar can hold.
pub fn care_files(
    input: &CareInput<'_>,
    options: &CareOptions,
) -> Result<Vec<(String, Vec<u8>)>, CareFilesError> {
    let mut files = vec![("plan.html".to_owned(), care_html(input).into_bytes())];
    files.push(("plan.pdf".to_owned(), documents::plan(input, options.paper)?));
    for sheet in &input.care.sessions {
        let name = format!("session-{}.pdf", sheet.number);
        files.push((name, documents::session(input, sheet, options.paper)?));
    }
    files.push(("patient.pdf".to_owned(), documents::patient(input, options.paper)?));
    if let Some(calendar) = ics::calendar(input, &options.time)? {
        files.push(("aftercare.ics".to_owned(), calendar.into_bytes()));
    }
    Ok(files)
}

/// The alternatives of a plan as a picture with tables, a fragment of a page.
pub fn alternatives_html(alternatives: &[Alternative]) -> String {
    pareto::alternatives(alternatives).into_string()
}

/// Of the alternatives of a plan those that the picture numbers, by their places and in the order of the numbers.
pub fn told_alternatives(alternatives: &[Alternative]) -> Vec<usize> {
    pareto::told(alternatives)
}

/// Names of files in a folder that an earlier plan left there and this one does not replace.
pub fn outdated_files<'a>(
    there: impl IntoIterator<Item = &'a str>,
    files: &[(String, Vec<u8>)],
) -> Vec<String> {
    let of_a_plan = |name: &str| {
        let number = name.strip_prefix("session-").and_then(|rest| rest.strip_suffix(".pdf"));
        name == "aftercare.ics" || number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    there
        .into_iter()
        .filter(|name| of_a_plan(name) && files.iter().all(|(new, _)| new != name))
        .map(str::to_owned)
        .collect()
}
