//! What a fit found.

use needlepoint_inference::chains::Worth;
use needlepoint_knowledge::ensemble::Ensemble;
use serde::Serialize;

use super::lumps::{Effort, Settings};
use crate::catalogue::Domain;

/// A study and its share of what is known of an input.
#[derive(Debug, Clone, Serialize)]
pub struct Driver {
    /// Identifier.
    pub study: String,
    /// Share of the information.
    pub share: f64,
}

/// What the studies could tell of one input.
#[derive(Debug, Clone, Serialize)]
pub struct Screened {
    /// Parameter, or bias of raters.
    pub name: String,
    /// Whether it may be fitted.
    pub listed: bool,
    /// By how much its variance would shrink if all else were known.
    pub alone: f64,
    /// The studies that tell most, in the order of what they tell.
    pub drivers: Vec<Driver>,
}

/// Quantiles of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread95 {
    /// 2.5 %.
    pub lo95: f64,
    /// 50 %.
    pub median: f64,
    /// 97.5 %.
    pub hi95: f64,
}

/// One quantity that was sampled.
#[derive(Debug, Clone, Serialize)]
pub struct Fitted {
    /// Name, as the column of the ensemble.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Before.
    pub prior: Spread95,
    /// After.
    pub posterior: Spread95,
    /// Mean of the coordinate after; 0 before. Of a spread between studies, that of its logarithm.
    pub mean_z: f64,
    /// Standard deviation of the coordinate after; 1 before.
    pub sd_z: f64,
    /// `1 - sd^2`: how much less is unknown; none of how studies differ.
    pub shrinkage: Option<f64>,
    /// What the chains are worth.
    #[serde(flatten)]
    pub worth: Worth,
    /// The studies that tell most.
    pub drivers: Vec<Driver>,
    /// `[chain][draw]` of the coordinate, thinned.
    #[serde(skip)]
    pub trace: Vec<Vec<f64>>,
}

/// Two fitted quantities that the studies tie together.
#[derive(Debug, Clone, Serialize)]
pub struct Tied {
    /// One.
    pub one: String,
    /// The other.
    pub other: String,
    /// Correlation of their coordinates.
    pub correlation: f64,
}

/// One measurement, before and after.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// Identifier of the study.
    pub study: String,
    /// Line in its file.
    pub line: usize,
    /// Observable.
    pub observable: String,
    /// Domain.
    pub domain: Domain,
    /// What was found, or the bound; none for orders.
    pub observed: Option<f64>,
    /// Whether it is a mean, and not a bound or an order.
    pub is_mean: bool,
    /// What the model says over the priors, in the middle.
    pub prior: f64,
    /// Standard deviation over them.
    pub prior_sd: f64,
    /// What the model says over the posterior, in the middle.
    pub posterior: f64,
    /// Standard deviation over the posterior, all that is not fitted included, without the chance of who was
    /// drawn.
    pub posterior_sd: f64,
    /// That chance, a standard deviation.
    pub by_chance: f64,
    /// Standard error of sampling.
    pub sampling: f64,
    /// Error of the surface that stood in for the model, in the unit.
    pub surface: f64,
    /// Standard deviation of a finding around the model: sampling, surface, and what studies differ.
    pub all: f64,
    /// Mean over draws of the posterior of model less surface, in units of `all`.
    pub off: f64,
    /// What `off` may be by chance of who was drawn, a standard deviation.
    pub off_by_chance: f64,
}

/// How well the surfaces stood in for the model, at draws of the posterior.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Check {
    /// Draws that were run through the model.
    pub draws: u32,
    /// Median over the measurements of |model less surface| in units of the measurement's error.
    pub median_off: f64,
    /// 90 % quantile.
    pub high_off: f64,
    /// Largest.
    pub worst_off: f64,
    /// Median of the surface's error over that of the measurement.
    pub median_share: f64,
    /// Share of measured means within the 95 % interval of what was expected after the fit.
    pub coverage: f64,
    /// The same before.
    pub coverage_before: f64,
}

/// How the surfaces did in one round.
#[derive(Debug, Clone, Serialize)]
pub struct Round {
    /// Points run.
    pub points: usize,
    /// Whether they lay over the priors or around the posterior.
    pub around: String,
    /// Median over the measurements of the surface's unseen error over the error of the measurement.
    pub surface: f64,
    /// Greatest R-hat of the chains sampled after it.
    pub r_hat: f64,
}

/// A fit.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Seed.
    pub seed: u32,
    /// Work put into it.
    pub effort: Effort,
    /// Settings.
    #[serde(skip)]
    pub settings: Settings,
    /// Studies fitted to.
    pub studies: usize,
    /// Measurements fitted to.
    pub measurements: usize,
    /// Measurements that the model has no finite number for somewhere in its priors.
    pub unusable: usize,
    /// Parameters and raters.
    pub fitted: Vec<Fitted>,
    /// How studies differ, by domain, and which part of it the measurements of a study share.
    pub between_studies: Vec<Fitted>,
    /// What the studies could tell of every input.
    pub screened: Vec<Screened>,
    /// The strongest ties.
    pub tied: Vec<Tied>,
    /// Every measurement fitted to.
    pub held: Vec<Held>,
    /// Rounds of designs.
    pub rounds: Vec<Round>,
    /// How well surfaces stood in for the model.
    pub check: Check,
    /// Draws of the last chains whose paths broke off.
    pub divergences: usize,
    /// Draws of the last chains.
    pub draws: usize,
    /// The rows.
    #[serde(skip)]
    pub ensemble: Ensemble,
}

impl Outcome {
    /// Greatest R-hat.
    pub fn r_hat(&self) -> f64 {
        self.all().map(|fitted| fitted.worth.r_hat).fold(1.0, f64::max)
    }

    /// Least effective sample size, of middles and of tails.
    pub fn least_worth(&self) -> (f64, f64) {
        let least = |of: fn(&Worth) -> f64| {
            self.all().map(|fitted| of(&fitted.worth)).fold(f64::INFINITY, f64::min)
        };
        (least(|worth| worth.bulk), least(|worth| worth.tail))
    }

    /// Everything sampled but the places of single studies.
    pub fn all(&self) -> impl Iterator<Item = &Fitted> {
        self.fitted.iter().chain(&self.between_studies)
    }

    /// Fitted quantities that hardly became better known.
    pub fn unidentified(&self) -> impl Iterator<Item = &Fitted> {
        let least = self.settings.least_shrinkage;
        self.fitted.iter().filter(move |fitted| fitted.shrinkage.is_some_and(|s| s < least))
    }
}
