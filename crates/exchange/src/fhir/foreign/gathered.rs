//! What was found of a patient, before it is made into documents.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use needlepoint_records::clinical::Score;

/// What was found of a patient.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Conditions and procedures.
    pub(super) history: History,
    /// Needling that was done.
    pub(super) sessions: Vec<Needled>,
    /// Scores by day.
    pub(super) scores: BTreeMap<Date, Vec<Score>>,
}

/// Conditions and procedures.
#[derive(Debug, Default)]
pub(super) struct History {
    /// The days on which they were recorded or done.
    pub(super) days: Vec<Date>,
    /// Each in words.
    pub(super) lines: Vec<String>,
    /// Conditions known here by name.
    pub(super) conditions: Vec<String>,
    /// Concerns known here by name, with their site.
    pub(super) concerns: Vec<(String, String)>,
}

/// Needling that was done.
#[derive(Debug)]
pub(super) struct Needled {
    /// Its identifier.
    pub(super) id: needlepoint_records::Id,
    /// The day.
    pub(super) day: Date,
    /// When it began.
    pub(super) started_at: Option<Timestamp>,
    /// When it ended.
    pub(super) finished_at: Option<Timestamp>,
    /// Device, if stated.
    pub(super) device: Option<String>,
    /// Whether it was done to the end.
    pub(super) done: bool,
    /// Site, complications and remarks, in words.
    pub(super) note: Option<String>,
    /// When it was written.
    pub(super) written_at: Option<Timestamp>,
}
