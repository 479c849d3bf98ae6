//! What a fit found, as draws, chains, a page and a text.
//!
//! - `trace`: the chains as a table
//! - `words`: numbers and sentences that page and text share
//! - `markdown`: the text
//! - `page`, `picture`: the page, and what is drawn on it

mod markdown;
mod page;
mod picture;
mod trace;
mod words;

use needlepoint_evidence::calibrate::outcome::Outcome;

/// What the files are made of.
#[derive(Debug, Clone, Copy)]
pub struct CalibrationInput<'a> {
    /// The fit.
    pub outcome: &'a Outcome,
    /// Version of the program.
    pub version: &'a str,
}

/// The files of `needlepoint calibrate`: draws, chains, a page and the same as text.
///
/// The same input gives the same bytes.
pub fn calibration_files(input: &CalibrationInput<'_>) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("ensemble.csv", input.outcome.ensemble.to_csv().into_bytes()),
        ("trace.csv", trace::trace(input.outcome).into_bytes()),
        ("calibration.html", page::page(input).into_bytes()),
        ("calibration.md", markdown::markdown(input).into_bytes()),
    ]
}
