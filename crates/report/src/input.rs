//! What a report is made from.

use needlepoint_case::Case;
use needlepoint_course::result::CourseResult;
use needlepoint_knowledge::{Knowledge, problem::PlacedProblem};
use serde::Serialize;

/// Everything that a report shows.
#[derive(Clone, Copy)]
pub struct ReportInput<'a> {
    /// The case, as read.
    pub case: &'a Case,
    /// What the run gave.
    pub result: &'a CourseResult,
    /// What the run was based on.
    pub knowledge: &'a Knowledge,
    /// What the reader of the case remarked.
    pub warnings: &'a [PlacedProblem],
    /// What is needed to repeat the run.
    pub provenance: &'a Provenance,
}

impl<'a> ReportInput<'a> {
    /// What was simulated, without where it comes from.
    pub(crate) fn simulated(&self) -> Simulated<'a> {
        Simulated { case: self.case, result: self.result, knowledge: self.knowledge }
    }
}

/// What was simulated.
#[derive(Clone, Copy)]
pub(crate) struct Simulated<'a> {
    pub(crate) case: &'a Case,
    pub(crate) result: &'a CourseResult,
    pub(crate) knowledge: &'a Knowledge,
}

/// What is needed to repeat a run: no clock time and no path of a machine, so that the same run
/// gives the same bytes anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Version of Needlepoint.
    pub version: String,
    /// Name of the case file, without its folders.
    pub case_file: String,
    /// SHA-256 of the case file, in hexadecimal.
    pub case_sha256: String,
    /// SHA-256 of the knowledge, in hexadecimal.
    pub knowledge_sha256: String,
    /// Seed of the ensemble.
    pub seed: u32,
    /// Number of ensemble members.
    pub members: u32,
    /// Whether the members come from a fit ("posterior") or from each parameter by itself ("prior").
    pub ensemble: String,
}
