//! Is it safe, what exactly to do, and what to do afterwards.
//!
//! 1. [`screening`]: answers about a patient against the rules of `knowledge/rules.toml` give a verdict, reasons with their
//!    sources and disagreements, what must still be asked, and what it means for a plan.
//! 2. [`plan`]: the treatment built from limits of labels and from evidence first, then alternatives within them ranked by
//!    the model.
//!    Within them a practitioner may choose otherwise ([`chosen`]).
//! 3. [`session`]: what to prepare, settings in treating order, steps with their minutes, fields to fill in.
//! 4. [`aftercare`]: what to do hour by hour and day by day, what to expect, red flags and whom to call.
//! 5. [`consent`], [`letter`], [`home`]: what is agreed on, what the patient reads, and questions about needling at home.
//!
//! All of it is plain data: the crate knows no file format and no screen.

mod advice;
pub mod aftercare;
mod alternatives;
mod book;
pub mod chosen;
pub mod consent;
mod depth;
pub mod home;
pub mod letter;
mod numb;
pub mod plan;
mod products;
mod schedule;
pub mod screening;
pub mod session;
#[cfg(test)]
mod tests;
mod write;

use jiff::civil::Date;
use serde::Serialize;

pub use write::{CareError, Planned, care, case_of, planned};

/// Everything there is to say about one patient.
#[derive(Debug, Clone, Serialize)]
pub struct Care {
    /// The day on which it was said; waiting times count from here.
    pub assessed: Date,
    /// Is it safe?
    pub screening: screening::Screening,
    /// What to do; none where needling is not proposed, or while answers are missing that could change it.
    pub plan: Option<plan::Plan>,
    /// Why there is no plan, or what should be done instead of needling, in sentences; empty where the plan says it all.
    pub instead: Vec<plan::Advice>,
    /// Other plans within the limits, as the model sees them; those on the front first.
    pub alternatives: Vec<plan::Alternative>,
    /// A sheet for each session; empty without a plan.
    pub sessions: Vec<session::SessionSheet>,
    /// What is agreed on before the first session.
    pub consent: Vec<consent::Item>,
    /// What the patient reads.
    pub letter: letter::Letter,
    /// What to do after each session; none without a plan.
    pub aftercare: Option<aftercare::Aftercare>,
    /// When and whom to call.
    pub red_flags: Vec<aftercare::RedFlag>,
    /// Answers to questions about needling at home.
    pub home: Vec<home::Answer>,
}
