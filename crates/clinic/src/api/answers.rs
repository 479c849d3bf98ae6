//! What comes back, as the description of the interface tells it.

use needlepoint_knowledge::problem::{PlacedProblem, Problems, Severity};
use serde::Serialize;
use utoipa::ToSchema;

/// What was found in a file.
#[derive(Serialize, ToSchema)]
pub(super) struct Checked {
    /// Whether it can be used.
    usable: bool,
    /// Everything that is wrong or remarkable, in the order of the file.
    problems: Vec<Told>,
}

/// One problem of a file.
#[derive(Serialize, ToSchema)]
pub(super) struct Told {
    /// `error` stops the work, `warning` does not.
    #[schema(example = "error")]
    severity: &'static str,
    /// Line, from 1.
    line: usize,
    /// Column in characters, from 1.
    column: usize,
    /// What is wrong.
    message: String,
    /// What to write instead.
    help: Option<String>,
}

/// Why something is not done, in a sentence.
#[derive(Serialize, ToSchema)]
pub(super) struct Refused {
    /// The sentence.
    error: String,
}

impl Checked {
    pub(super) fn of(usable: bool, problems: &Problems) -> Self {
        Self { usable, problems: problems.placed().into_iter().map(Told::from).collect() }
    }
}

impl From<PlacedProblem> for Told {
    fn from(problem: PlacedProblem) -> Self {
        Self {
            severity: match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            line: problem.line,
            column: problem.column,
            message: problem.message,
            help: problem.help,
        }
    }
}
