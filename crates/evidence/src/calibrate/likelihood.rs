//! How likely it is that the studies find what they found.
//!
//! ```text
//! finding y of study s in domain d:  y = m(z) + tau_d S (sqrt(r_d) u_s + sqrt(1 - r_d) e) + sampling error
//! ```
//!
//! `z` are the fitted inputs, `m` is the surface that stands in for the model, `S` what a spread between
//! studies is a share of, `u_s` the study's own place, `r_d` the part of the variance between studies that the
//! measurements of a study share. Around it a finding
//! follows Student's t with the variance of all errors as the square of its scale: that of sampling, that
//! of the surface, and the part of `tau_d` that measurements do not share. A bound or an order is the
//! chance that the finding lies on its side.
//!
//! Priors: `z` and `u` standard normal, `tau_d` half-normal, the logit of `r_d` normal.

use needlepoint_inference::{
    normal::{below, density},
    sampler::Density,
};

use crate::{
    predict::{DEGREES_OF_FREEDOM, Finding, Findings},
    study::Statement,
};

use super::{design::Row, emulator::Emulator};

/// Chance that a bound or order says nothing at all.
const GUESSED: f64 = 0.05;
/// Standard errors that make a difference significant.
const SIGNIFICANT: f64 = 1.96;
/// People by which a share of nobody or of everybody is held back.
const HALF: f64 = 0.5;

/// One measurement in the likelihood.
#[derive(Debug, Clone)]
pub(super) struct Datum {
    pub(super) emulator: Emulator,
    pub(super) statement: Statement,
    /// Standard error of sampling.
    pub(super) sampling: f64,
    /// What the spread between studies is a share of.
    pub(super) unit: f64,
    /// Which way a study that finds more moves it.
    sign: f64,
    /// Place of the domain among those fitted.
    pub(super) domain: usize,
    /// Place of the study.
    pub(super) study: usize,
}

impl Datum {
    pub(super) fn new(
        row: &Row<'_>,
        emulator: Emulator,
        (sd_here, sd_there): (f64, Option<f64>),
        typical: Finding,
        (domain, study): (usize, usize),
    ) -> Self {
        let findings = Findings { of_truth: Vec::new(), sd_here, sd_there };
        let measurement = row.measurement;
        // Of a share, the error is that of what was found; else that of what is foretold.
        let finding = match (measurement.statement, measurement.counted, measurement.against) {
            (Statement::Mean { value, .. }, Some(_), None) => {
                let n = measurement.n.unwrap_or(1.0).max(1.0);
                let share = 100.0 * (n * value / 100.0 + HALF) / (n + 2.0 * HALF);
                Finding { centre: share, value: share, other: None }
            }
            _ => typical,
        };
        Self {
            sampling: findings.sampling_error(measurement, finding),
            unit: findings.between_studies_unit(measurement, emulator.centre),
            sign: if emulator.centre < 0.0 { -1.0 } else { 1.0 },
            statement: measurement.statement,
            emulator,
            domain,
            study,
        }
    }

    /// Variance of sampling and of the surface.
    pub(super) fn variance(&self) -> f64 {
        let surface = self.emulator.error * self.emulator.slope;
        // Nothing is known better than a thousandth of its size.
        self.sampling.powi(2) + surface.powi(2) + (1e-3 * self.unit).powi(2)
    }

    /// Logarithm of the likelihood at mean `m` and variance `v`, with its slopes along both.
    fn log_likelihood(&self, m: f64, v: f64) -> (f64, f64, f64) {
        let side = |distance: f64, sign: f64| {
            let sd = v.sqrt();
            let x = distance / sd;
            let chance = (1.0 - GUESSED) * below(x) + 0.5 * GUESSED;
            let slope = (1.0 - GUESSED) * density(x) / chance;
            (chance.ln(), sign * slope / sd, -0.5 * slope * x / v)
        };
        match self.statement {
            Statement::Mean { value, .. } => {
                let nu = DEGREES_OF_FREEDOM;
                let r = value - m;
                let square = nu * v + r * r;
                (
                    -0.5 * v.ln() - 0.5 * (nu + 1.0) * (r * r / (nu * v)).ln_1p(),
                    (nu + 1.0) * r / square,
                    -0.5 / v + 0.5 * (nu + 1.0) * r * r / (v * square),
                )
            }
            Statement::AtMost(bound) => side(bound - m, -1.0),
            Statement::AtLeast(bound) => side(m - bound, 1.0),
            Statement::Order { less: false } => side(m, 1.0),
            Statement::Order { less: true } => side(-m, -1.0),
            Statement::NoDifference => {
                let sd = v.sqrt();
                let half = SIGNIFICANT * self.sampling;
                let (a, b) = ((half - m) / sd, (-half - m) / sd);
                let chance = (1.0 - GUESSED) * (below(a) - below(b)) + 0.5 * GUESSED;
                let factor = (1.0 - GUESSED) / chance;
                let along_m = -factor * (density(a) - density(b)) / sd;
                let along_v = -0.5 * factor * (a * density(a) - b * density(b)) / v;
                (chance.ln(), along_m, along_v)
            }
        }
    }

    /// How much the measurement would tell of its mean, at variance `v`.
    pub(super) fn information(&self, v: f64) -> f64 {
        let m = self.emulator.centre;
        let side = |distance: f64| {
            let x = distance / v.sqrt();
            let chance = below(x);
            if chance > 1e-12 && chance < 1.0 {
                density(x).powi(2) / (chance * (1.0 - chance))
            } else {
                0.0
            }
        };
        let share = match self.statement {
            Statement::Mean { .. } => 1.0,
            Statement::AtMost(bound) | Statement::AtLeast(bound) => side(bound - m),
            Statement::Order { .. } => side(m),
            Statement::NoDifference => {
                let half = SIGNIFICANT * self.sampling;
                let inside = |m: f64| below((half - m) / v.sqrt()) - below((-half - m) / v.sqrt());
                let slope =
                    (density((half - m) / v.sqrt()) - density((-half - m) / v.sqrt())).powi(2);
                let chance = inside(m);
                if chance > 1e-12 && chance < 1.0 { slope / (chance * (1.0 - chance)) } else { 0.0 }
            }
        };
        share / v
    }
}

/// Standard deviation of the prior of the logit of what is shared.
const SHARED_SD: f64 = 1.5;

/// What measurements of a study share, at coordinate `x` of a standard normal around `median`.
pub(super) fn shared(median: f64, x: f64) -> f64 {
    let odds = median / (1.0 - median) * (SHARED_SD * x).exp();
    odds / (1.0 + odds)
}

/// The posterior: `[fitted inputs, ln tau of each domain, what is shared in each, place of each study]`.
#[derive(Debug, Clone)]
pub(super) struct Posterior {
    pub(super) data: Vec<Datum>,
    pub(super) inputs: usize,
    pub(super) domains: usize,
    pub(super) studies: usize,
    /// Scale of the prior of tau.
    pub(super) between_studies: f64,
    /// Median of the prior of what the measurements of a study share.
    pub(super) shared: f64,
}

impl Density for Posterior {
    fn dimension(&self) -> usize {
        self.inputs + 2 * self.domains + self.studies
    }

    fn log_density(&self, place: &[f64], slope: &mut [f64]) -> f64 {
        let (z, rest) = place.split_at(self.inputs);
        let (log_tau, rest) = rest.split_at(self.domains);
        let (shares, u) = rest.split_at(self.domains);
        slope.fill(0.0);
        let mut sum = 0.0;
        for (at, x) in place.iter().enumerate() {
            if (self.inputs..self.inputs + self.domains).contains(&at) {
                // Half-normal in tau, reckoned along its logarithm.
                let square = (2.0 * x).exp() / self.between_studies.powi(2);
                sum += x - 0.5 * square;
                slope[at] += 1.0 - square;
            } else {
                sum -= 0.5 * x * x;
                slope[at] -= x;
            }
        }
        let shares: Vec<f64> = shares.iter().map(|x| shared(self.shared, *x)).collect();
        for datum in &self.data {
            let (mean, back) = datum.emulator.at(z);
            let tau = log_tau[datum.domain].exp() * datum.unit;
            let share = shares[datum.domain];
            let moved = datum.sign * share.sqrt() * tau;
            let between = (1.0 - share) * tau * tau;
            let (log, along_m, along_v) =
                datum.log_likelihood(mean + moved * u[datum.study], datum.variance() + between);
            sum += log;
            datum.emulator.surface.add_slopes(z, along_m * back, &mut slope[..self.inputs]);
            slope[self.inputs + datum.domain] +=
                along_m * moved * u[datum.study] + 2.0 * along_v * between;
            // d share / d x = SHARED_SD share (1 - share)
            slope[self.inputs + self.domains + datum.domain] += SHARED_SD
                * (1.0 - share)
                * (0.5 * along_m * moved * u[datum.study] - along_v * share * tau * tau);
            slope[self.inputs + 2 * self.domains + datum.study] += along_m * moved;
        }
        sum
    }
}
