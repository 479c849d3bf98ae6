//! The sheet for one session.

use jiff::civil::Date;
use serde::Serialize;

use crate::plan::{Because, ZonePlan};

/// What is needed on the day, in the order in which it is needed.
#[derive(Debug, Clone, Serialize)]
pub struct SessionSheet {
    /// 1 for the first.
    pub number: u32,
    /// Of so many.
    pub of: u32,
    /// When.
    pub date: Date,
    /// What to lay out.
    pub prepare: Vec<Because>,
    /// What to ask and look at before beginning: anything new since the last time stops the session.
    pub check_first: Vec<Because>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Settings in treating order.
    pub zones: Vec<ZonePlan>,
    /// Minutes in all.
    pub minutes: f64,
    /// Fields to fill in.
    pub record: Vec<Field>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What to do.
    pub what: Because,
    /// Minutes it takes.
    pub minutes: f64,
}

/// A field that the practitioner fills in.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its label: "Cartridge lot", "Endpoint reached, cheeks".
    pub label: String,
    /// What is expected to stand there: "lot number", "mm", "yes / no".
    pub hint: String,
}
