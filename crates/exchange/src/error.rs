//! Why a file could not be taken.

/// Why a file could not be taken. Each message is a sentence on which a person can act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The file is no JSON, or ends too early.
    #[error(
        "The file can't be read as JSON: at line {line}, column {column}, {problem}. Was it cut off or changed on its way?"
    )]
    NoJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        problem: String,
    },
    /// A field of our own format holds something else than it should.
    #[error("At line {line}, column {column}, in the field \"{field}\": {problem}.")]
    Field {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// The way to the field, such as `records.patients[0].content.birth_date`.
        field: String,
        /// What is wrong there and what was expected.
        problem: String,
    },
    /// The file is in another format.
    #[error("The file is of the format \"{found}\"; expected \"{expected}\".")]
    OtherFormat {
        /// What it says of itself.
        found: String,
        /// What can be read.
        expected: &'static str,
    },
    /// The file was written by a later program.
    #[error(
        "The file is of version {found} of its format; this program reads version {readable}. Take it with the version of Needlepoint that wrote it, or a later one."
    )]
    OtherVersion {
        /// The version of the file.
        found: u64,
        /// The version that can be read.
        readable: u64,
    },
    /// An element of a FHIR bundle holds something else than it should.
    #[error("At {place}: expected {expected}, found {found}.")]
    Element {
        /// The way to the element, such as `entry[3].resource.birthDate`.
        place: String,
        /// What should stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
}
