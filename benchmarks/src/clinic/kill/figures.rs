//! What came of the kills, for people and as JSON for programs.

use std::fmt;

use needlepoint_numerics::quantile::quantile;
use serde::Serialize;

use super::writer::Saved;

/// What came of the kills.
#[derive(Debug, Default, Serialize)]
pub(super) struct Figures {
    pub(super) kills: u32,
    pub(super) kills_at_start: u32,
    patients_made: usize,
    patients_changed: usize,
    ticks: usize,
    photographs: usize,
    /// Saves without an answer that were there afterwards, and those that were not.
    pub(super) settled_there: usize,
    pub(super) settled_not_there: usize,
    /// What was acknowledged and was not there, or not as it was.
    pub(super) lost: Vec<String>,
    /// Answers that were no acknowledgement and no end.
    refused: Vec<String>,
    /// So often everything was verified.
    pub(super) verified: u32,
    /// From each start of the process until it listened, s.
    pub(super) listened_after: Vec<f64>,
    /// The same until the list of all patients was there.
    pub(super) served_after: Vec<f64>,
    pub(super) seconds: f64,
}

impl Figures {
    /// With what was saved in a round.
    pub(super) fn add(&mut self, saved: &Saved) {
        self.patients_made += saved.patients;
        self.patients_changed += saved.changes;
        self.ticks += saved.ticks;
        self.photographs += saved.pictures;
        self.refused.extend(saved.refused.clone());
    }

    /// Whether nothing was lost, and nothing refused.
    pub(super) fn kept_all(&self) -> bool {
        self.lost.is_empty() && self.refused.is_empty()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { patients_made, patients_changed, ticks, photographs, .. } = self;
        let acknowledged = patients_made + patients_changed + ticks + photographs;
        writeln!(
            f,
            "{} kills while saving and {} while starting, in {:.0} s",
            self.kills, self.kills_at_start, self.seconds
        )?;
        writeln!(
            f,
            "{acknowledged} saves acknowledged: {patients_made} patients made, {patients_changed} changed, {ticks} ticks, \
             {photographs} photographs"
        )?;
        writeln!(f, "lost or not as they were: {}", self.lost.len())?;
        writeln!(
            f,
            "saves cut off before their answer: {} are there whole, {} are not there",
            self.settled_there, self.settled_not_there
        )?;
        writeln!(
            f,
            "everything verified and held against what was acknowledged: {} times",
            self.verified
        )?;
        for (what, after) in [
            ("until it listened", &self.listened_after),
            ("until the list of all patients was there", &self.served_after),
        ] {
            let mut after = after.clone();
            after.sort_by(f64::total_cmp);
            if let Some(worst) = after.last() {
                let (median, worst) = (1e3 * quantile(&after, 0.5), 1e3 * worst);
                writeln!(f, "from the start {what}, ms: median {median:.0}, worst {worst:.0}")?;
            }
        }
        for wrong in self.lost.iter().chain(&self.refused) {
            writeln!(f, "wrong: {wrong}")?;
        }
        Ok(())
    }
}
