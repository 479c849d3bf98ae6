//! The scoreboard: scores by domain and role, kept with the project and held against every build.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{score::DomainScore, validate::Validation};

/// How far coverage (a share) may fall before it counts as worse.
pub const COVERAGE_TOLERANCE: f64 = 0.05;
/// How far skill may fall before it counts as worse.
pub const SKILL_TOLERANCE: f64 = 0.1;

/// Scores by domain and role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scoreboard {
    /// Truths in a cohort.
    pub truths: u32,
    /// People under each truth.
    pub people: u32,
    /// Number of studies.
    pub studies: usize,
    /// Measurements counted, not scored.
    pub unscored: usize,
    /// Scores.
    pub domains: Vec<DomainScore>,
}

/// Why a scoreboard can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ScoreboardError {
    /// The file can't be read or written.
    #[error("{}: {why}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// The file is not a scoreboard.
    #[error("{} is not a scoreboard: {why}; `needlepoint validate --scoreboard FILE` writes one", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: serde_json::Error,
    },
}

impl Scoreboard {
    /// The scoreboard of a validation, rounded so that it does not change with the last digit of a
    /// machine's mathematics.
    pub fn of(validation: &Validation) -> Self {
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        Self {
            truths: validation.cohort.truths,
            people: validation.cohort.people,
            studies: validation.studies,
            unscored: validation.unscored.len(),
            domains: validation
                .domains
                .iter()
                .map(|score| DomainScore {
                    coverage: rounded(score.coverage),
                    median_abs_z: rounded(score.median_abs_z),
                    crps_skill: score.crps_skill.map(rounded),
                    ..score.clone()
                })
                .collect(),
        }
    }

    /// Read a scoreboard.
    ///
    /// # Errors
    /// When the file can't be read or is not one.
    pub fn read(file: &Path) -> Result<Self, ScoreboardError> {
        let bytes = std::fs::read(file)
            .map_err(|why| ScoreboardError::Io { file: file.to_owned(), why })?;
        serde_json::from_slice(&bytes)
            .map_err(|why| ScoreboardError::Malformed { file: file.to_owned(), why })
    }

    /// Write it.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&self, file: &Path) -> Result<(), ScoreboardError> {
        let io = |why: std::io::Error| ScoreboardError::Io { file: file.to_owned(), why };
        let text = serde_json::to_string_pretty(self).map_err(|why| io(why.into()))?;
        // Whole or not at all: what was there stays until the new one is complete.
        let part = file.with_extension("part");
        std::fs::write(&part, format!("{text}\n")).map_err(io)?;
        std::fs::rename(&part, file).map_err(io)
    }

    /// A sentence for each domain and role that does worse than in `before` by more than the
    /// tolerances, or that is gone.
    pub fn worse_than(&self, before: &Self) -> Vec<String> {
        let mut sentences = Vec::new();
        for was in &before.domains {
            let place = format!("{} ({})", was.domain, was.role);
            let same = |now: &&DomainScore| now.domain == was.domain && now.role == was.role;
            let Some(now) = self.domains.iter().find(same) else {
                sentences.push(format!("{place} is no longer scored"));
                continue;
            };
            if now.coverage < was.coverage - COVERAGE_TOLERANCE {
                sentences.push(format!(
                    "{place}: coverage fell from {:.0} % to {:.0} %",
                    100.0 * was.coverage,
                    100.0 * now.coverage
                ));
            }
            if let (Some(then), Some(skill)) = (was.crps_skill, now.crps_skill)
                && skill < then - SKILL_TOLERANCE
            {
                sentences.push(format!("{place}: CRPS skill fell from {then:.2} to {skill:.2}"));
            }
        }
        sentences
    }

    /// The table of the README.
    pub fn table(&self) -> String {
        let mut table = String::from(
            "| domain | role | measurements | inside the 95 % interval | median \\|z\\| | CRPS skill |\n\
             | --- | --- | --: | --: | --: | --: |\n",
        );
        for score in &self.domains {
            let skill = score.crps_skill.map_or("–".to_owned(), |skill| format!("{skill:+.2}"));
            let _ = writeln!(
                table,
                "| {} | {} | {} | {:.0} % | {:.2} | {skill} |",
                score.domain,
                score.role,
                score.n,
                100.0 * score.coverage,
                score.median_abs_z,
            );
        }
        table
    }
}
