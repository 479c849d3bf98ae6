//! The page of `needlepoint validate`: the model held against published studies, number by number.
//!
//! - `row`: one measurement with its study, in words
//! - `axis`, `mark`: where things stand in a plot, and what is drawn there
//! - `scores`, `misses`, `forest`, `unscored`, `method`, `studies`: the sections, in their order

mod axis;
mod forest;
mod mark;
mod method;
mod misses;
mod opening;
mod page;
mod row;
mod scores;
mod studies;
mod unscored;
mod words;
mod write;

use needlepoint_evidence::{library::Filed, validate::Validation};
use needlepoint_knowledge::Knowledge;
pub use page::validation_html;
pub use write::write_page;

/// What the page is made of.
#[derive(Debug, Clone, Copy)]
pub struct ValidationInput<'a> {
    /// The result.
    pub validation: &'a Validation,
    /// The studies it was held against.
    pub studies: &'a [Filed],
    /// The folder of their files, as a reader of the page should look for them.
    pub folder: &'a str,
    /// The knowledge the model was run with.
    pub knowledge: &'a Knowledge,
    /// Domain and role that it was narrowed to, if it was: the page has to say so.
    pub only: &'a [String],
    /// Version of the program.
    pub version: &'a str,
}
