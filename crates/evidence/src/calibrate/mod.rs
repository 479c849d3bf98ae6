//! Fits parameters to the studies with role `calibrate`, and to no others.
//!
//! ```text
//! points over the priors -> the model -> response surfaces -> screening
//!     -> posterior -> points around it -> the model -> better surfaces -> ... -> posterior -> ensemble
//! ```
//!
//! - [`lumps`]: what may be fitted, and with how much work
//! - `design`: points, and the studies run there
//! - `screening`: which parameters the studies can tell of
//! - `emulator`: surfaces that stand in for the model
//! - `likelihood`: how likely the findings are
//! - [`outcome`]: what a fit found

mod design;
mod emulator;
mod likelihood;
pub mod lumps;
pub mod outcome;
mod screening;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use needlepoint_course::{CourseError, parameters::DECLARATIONS};
use needlepoint_inference::{
    chains::worth,
    sampler::{Plan, SamplerError, Samples, sample},
};
use needlepoint_knowledge::{
    Knowledge, KnowledgeError,
    ensemble::{BETWEEN_STUDIES, Ensemble, FittedWith},
    store::fingerprint,
};
use needlepoint_numerics::quantile::{mean, quantile};
use rand::RngExt as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use self::{
    design::{Design, Input, Output, Row},
    emulator::Known,
    likelihood::{Datum, Posterior, shared},
    lumps::{Effort, Settings},
    outcome::{Check, Fitted, Held, Outcome, Round, Screened, Spread95, Tied},
    screening::Seen,
};
use crate::{catalogue::Domain, library::Filed, predict::Finding, study::Statement};

/// Points run twice, in other people, to tell the chance of who was drawn.
const PAIRS: u32 = 96;
/// How much wider than the posterior the points around it are.
const WIDER: f64 = 1.3;
/// Points for each input, so that all inputs are screened and not only those listed.
const POINTS_PER_INPUT: usize = 3;
/// Chance of a step to be accepted: high, for the spreads between studies narrow the posterior's neck.
const ACCEPTANCE: f64 = 0.9;
/// Draws of a chain kept for its picture.
const TRACED: usize = 256;
/// Ties told.
const TIES: usize = 12;

/// Why a fit did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum CalibrateError {
    /// The knowledge does not hold what the models need.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// A study can't be simulated.
    #[error("{study}: {why}")]
    Course {
        /// The study.
        study: String,
        /// Why.
        why: CourseError,
    },
    /// A study named for a quick fit is not there.
    #[error(
        "calibration.toml names the study \"{0}\", which is not there or has not the role calibrate"
    )]
    UnknownStudy(String),
    /// No parameter can be fitted.
    #[error(
        "there is nothing to fit: the studies tell of none of the parameters listed in calibration.toml"
    )]
    NothingToFit,
    /// The sampler gave up.
    #[error(transparent)]
    Sampler(SamplerError),
    /// The user stopped the fit.
    #[error("stopped before the end; nothing was written")]
    Cancelled,
}

impl From<SamplerError> for CalibrateError {
    fn from(why: SamplerError) -> Self {
        match why {
            SamplerError::Cancelled => Self::Cancelled,
            SamplerError::Stopped(_) => Self::Sampler(why),
        }
    }
}

/// How a fit tells of its progress and is stopped.
#[derive(Clone, Copy)]
pub struct Watch<'w> {
    /// Called with what is counted and how many there will be, whenever a new part begins.
    pub part: &'w (dyn Fn(&str, u64) + Sync),
    /// Called when one more is done.
    pub done: &'w (dyn Fn() + Sync),
    /// Set to stop.
    pub cancelled: &'w AtomicBool,
}

impl Watch<'_> {
    fn begin(&self, counted: &str, all: u64) {
        (self.part)(counted, all);
    }

    fn step(&self) {
        (self.done)();
    }

    fn check(&self) -> Result<(), CalibrateError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(CalibrateError::Cancelled) } else { Ok(()) }
    }
}

/// Fit to `filed`, studies with role `calibrate`, from the priors of `knowledge`: an ensemble it may hold
/// is left aside.
///
/// # Errors
/// See [`CalibrateError`].
pub fn calibrate(
    filed: &[Filed],
    knowledge: &Knowledge,
    settings: &Settings,
    effort: &Effort,
    seed: u32,
    version: &str,
    watch: Watch<'_>,
) -> Result<Outcome, CalibrateError> {
    knowledge.check_parameters(&DECLARATIONS)?;
    let filed = chosen(filed, effort)?;
    let prior = knowledge.clone().prior();
    let mut fit = Fit::new(&filed, &prior, settings, effort, seed, watch)?;
    let screened = fit.screen()?;
    let mut samples = None;
    for round in 0..=effort.focus.len() {
        let last = round == effort.focus.len();
        let posterior = fit.posterior();
        let drawn = fit.sample(&posterior, last)?;
        fit.told(&posterior, &drawn);
        if last {
            samples = Some((posterior, drawn));
        } else {
            fit.focus(&drawn, effort.focus[round], round)?;
        }
    }
    let Some((posterior, samples)) = samples else { return Err(CalibrateError::NothingToFit) };
    let with = FittedWith {
        version: version.to_owned(),
        seed: seed.to_string(),
        priors: prior.parameters.fingerprint_of(fit.fitted.iter().map(|at| &fit.inputs[*at].name)),
        studies: fingerprint_of(&filed),
    };
    fit.outcome(screened, &posterior, &samples, with)
}

/// The studies asked for.
fn chosen(filed: &[Filed], effort: &Effort) -> Result<Vec<Filed>, CalibrateError> {
    if effort.studies.is_empty() {
        return Ok(filed.to_vec());
    }
    let of = |name: &String| {
        let found = filed.iter().find(|filed| &filed.study.id == name);
        found.cloned().ok_or_else(|| CalibrateError::UnknownStudy(name.clone()))
    };
    effort.studies.iter().map(of).collect()
}

fn fingerprint_of(filed: &[Filed]) -> String {
    let all: Vec<&str> =
        filed.iter().flat_map(|f| [f.study.id.as_str(), f.fingerprint.as_str()]).collect();
    fingerprint(all.join(" ").as_bytes())
}

/// A fit under way.
struct Fit<'f> {
    filed: &'f [Filed],
    prior: &'f Knowledge,
    settings: &'f Settings,
    effort: &'f Effort,
    seed: u32,
    watch: Watch<'f>,
    rows: Vec<Row<'f>>,
    /// All that is not known.
    inputs: Vec<Input>,
    /// Those of them that are fitted.
    fitted: Vec<usize>,
    known: Known,
    /// What the model said over the priors, in the middle of each measurement, and its deviation.
    before: Vec<(f64, f64)>,
    domains: Vec<Domain>,
    rounds: Vec<Round>,
}

impl<'f> Fit<'f> {
    fn new(
        filed: &'f [Filed],
        prior: &'f Knowledge,
        settings: &'f Settings,
        effort: &'f Effort,
        seed: u32,
        watch: Watch<'f>,
    ) -> Result<Self, CalibrateError> {
        let lumps: Vec<String> = if effort.lumps.is_empty() {
            settings.lumps.keys().cloned().collect()
        } else {
            effort.lumps.clone()
        };
        let inputs = design::inputs(prior, &lumps);
        let rows = design::rows(filed, prior);
        let has = |domain: Domain| rows.iter().any(|r| r.measurement.entry().domain == domain);
        let domains = Domain::NAMED.iter().map(|(_, d)| *d).filter(|d| has(*d)).collect();
        let mut fit = Self {
            filed,
            prior,
            settings,
            effort,
            seed,
            watch,
            rows,
            inputs,
            fitted: Vec::new(),
            known: Known::default(),
            before: Vec::new(),
            domains,
            rounds: Vec::new(),
        };
        let design = Design::over_priors(&fit.inputs, effort.points, seed);
        let outputs = fit.run(&design)?;
        fit.before = outputs.iter().map(middle_of).collect();
        fit.known.add(&design.points, &outputs.0, &outputs.1);
        fit.rounds.push(Round {
            points: design.points.len(),
            around: "priors".to_owned(),
            surface: f64::NAN,
            r_hat: f64::NAN,
        });
        Ok(fit)
    }

    /// Run a design, and its first points again in other people.
    fn run(&self, design: &Design) -> Result<Runs, CalibrateError> {
        let run = |count, people| {
            let what = (count, self.effort.people, people);
            design::run(self.filed, &self.rows, self.prior, &self.inputs, design, what, &self.watch)
        };
        Ok(Runs(run(design.points.len() as u32, 0)?, run(PAIRS, 1)?))
    }

    /// Find out what the studies can tell of, and narrow the fit down to it.
    fn screen(&mut self) -> Result<Vec<Screened>, CalibrateError> {
        let everything = self.known.points.inputs.len() >= POINTS_PER_INPUT * self.inputs.len();
        let looked_at: Vec<usize> =
            (0..self.inputs.len()).filter(|at| everything || self.inputs[*at].listed).collect();
        let mut known = self.known.clone();
        known.narrowed(&looked_at);
        let seen: Vec<Seen<'_>> = self
            .data(&known)
            .into_iter()
            .map(|(at, datum)| Seen {
                row: self.rows[at],
                values: known.outputs[at]
                    .iter()
                    .map(|finding| datum.emulator.link.forward(finding.centre))
                    .collect(),
                datum,
            })
            .collect();
        let names: Vec<(String, bool)> = looked_at
            .iter()
            .map(|at| (self.inputs[*at].name.clone(), self.inputs[*at].listed))
            .collect();
        let between_studies = self.settings.between_studies;
        let screened = screening::screen(&known.points, &seen, &names, between_studies);
        self.fitted = looked_at
            .iter()
            .zip(&screened)
            .filter(|(_, s)| s.listed && s.alone >= self.settings.least_shrinkage)
            .map(|(at, _)| *at)
            .collect();
        if self.fitted.is_empty() {
            return Err(CalibrateError::NothingToFit);
        }
        self.known.narrowed(&self.fitted);
        Ok(screened)
    }

    /// The measurements that can be used, each with its place among the rows.
    fn data(&self, known: &Known) -> Vec<(usize, Datum)> {
        let emulators = known.emulators(&self.rows);
        self.rows
            .iter()
            .zip(emulators)
            .enumerate()
            .filter_map(|(at, (row, emulator))| {
                let typical = middle(&known.outputs[at]);
                let domain = row.measurement.entry().domain;
                let domain = self.domains.iter().position(|d| *d == domain)?;
                let places = (domain, row.study_at);
                Some((at, Datum::new(row, emulator?, known.sds[at], typical, places)))
            })
            .collect()
    }

    fn posterior(&self) -> Posterior {
        Posterior {
            data: self.data(&self.known).into_iter().map(|(_, datum)| datum).collect(),
            inputs: self.fitted.len(),
            domains: self.domains.len(),
            studies: self.filed.len(),
            between_studies: self.settings.between_studies,
            shared: self.settings.shared,
        }
    }

    /// Sample, in rounds before the last with half of the draws.
    fn sample(&self, posterior: &Posterior, last: bool) -> Result<Samples, CalibrateError> {
        let share = if last { 1 } else { 2 };
        let plan = Plan {
            chains: self.effort.chains as usize,
            warm_up: (self.effort.warm_up / share) as usize,
            draws: (self.effort.draws / share) as usize,
            target_acceptance: ACCEPTANCE,
            dispersion: 1.5,
            seed: u64::from(self.seed) ^ ((self.rounds.len() as u64) << 32),
        };
        self.watch.begin("draws", (plan.chains * (plan.warm_up + plan.draws)) as u64);
        Ok(sample(posterior, plan, &|| self.watch.step(), self.watch.cancelled)?)
    }

    /// Note how the surfaces and the chains of this round did.
    fn told(&mut self, posterior: &Posterior, samples: &Samples) {
        let mut shares: Vec<f64> = posterior.data.iter().map(share_of_surface).collect();
        shares.sort_by(f64::total_cmp);
        let r_hat = (0..posterior.inputs + 2 * posterior.domains)
            .map(|at| worth(&samples.of(at)).r_hat)
            .fold(1.0, f64::max);
        if let Some(round) = self.rounds.last_mut() {
            round.surface = quantile(&shares, 0.5);
            round.r_hat = r_hat;
        }
    }

    /// Run the model around the posterior.
    fn focus(&mut self, samples: &Samples, count: u32, round: usize) -> Result<(), CalibrateError> {
        let draws = thinned(samples, count as usize);
        let centre: Vec<f64> = (0..self.fitted.len())
            .map(|at| mean(&draws.iter().map(|draw| draw[at]).collect::<Vec<_>>()))
            .collect();
        let wider: Vec<Vec<f64>> = draws
            .iter()
            .map(|draw| centre.iter().zip(*draw).map(|(c, z)| c + WIDER * (z - c)).collect())
            .collect();
        let design = Design::around(&self.inputs, &self.fitted, &wider, self.seed_of(round + 1));
        let outputs = self.run(&design)?;
        self.known.add(&wider, &outputs.0, &outputs.1);
        self.rounds.push(Round {
            points: design.points.len(),
            around: "posterior".to_owned(),
            surface: f64::NAN,
            r_hat: f64::NAN,
        });
        Ok(())
    }

    fn seed_of(&self, round: usize) -> u32 {
        self.seed.wrapping_add(0x85eb_ca6b_u32.wrapping_mul(round as u32))
    }

    fn outcome(
        &self,
        screened: Vec<Screened>,
        posterior: &Posterior,
        samples: &Samples,
        with: FittedWith,
    ) -> Result<Outcome, CalibrateError> {
        let draws = thinned(samples, self.effort.check as usize);
        let fitted_draws: Vec<Vec<f64>> =
            draws.iter().map(|draw| draw[..self.fitted.len()].to_vec()).collect();
        let seed = self.seed_of(self.effort.focus.len() + 1);
        let design = Design::around(&self.inputs, &self.fitted, &fitted_draws, seed);
        let what = (draws.len() as u32, self.effort.people, 0);
        let rows = &self.rows;
        let outputs =
            design::run(self.filed, rows, self.prior, &self.inputs, &design, what, &self.watch)?;
        let taus = self.taus(samples);
        let data = self.data(&self.known);
        let held: Vec<Held> = data
            .iter()
            .filter_map(|(at, datum)| {
                self.held(*at, datum, &fitted_draws, &outputs[*at], taus[datum.domain])
            })
            .collect();
        let (fitted, between_studies) = self.quantities(samples, &screened);
        Ok(Outcome {
            seed: self.seed,
            effort: self.effort.clone(),
            settings: self.settings.clone(),
            studies: self.filed.len(),
            measurements: posterior.data.len(),
            unusable: self.rows.len() - posterior.data.len(),
            tied: self.tied(samples),
            check: Self::check(&held, posterior, draws.len() as u32),
            fitted,
            between_studies,
            screened,
            held,
            rounds: self.rounds.clone(),
            divergences: samples.divergences,
            draws: samples.chains.iter().map(Vec::len).sum(),
            ensemble: self.ensemble(samples, with)?,
        })
    }

    /// Root mean square of tau by domain.
    fn taus(&self, samples: &Samples) -> Vec<f64> {
        (0..self.domains.len())
            .map(|domain| {
                let log_tau = samples.of(self.fitted.len() + domain).concat();
                mean(&log_tau.iter().map(|x| (2.0 * x).exp()).collect::<Vec<_>>()).sqrt()
            })
            .collect()
    }

    fn held(
        &self,
        at: usize,
        datum: &Datum,
        draws: &[Vec<f64>],
        output: &Output,
        tau: f64,
    ) -> Option<Held> {
        let centres = output.centres()?;
        let row = &self.rows[at];
        let emulator = &datum.emulator;
        let all = (datum.variance() + (tau * datum.unit).powi(2)).sqrt();
        let off: Vec<f64> = centres
            .iter()
            .zip(draws)
            .map(|(y, z)| emulator.link.forward(*y) - emulator.surface.value(z))
            .filter(|off| off.is_finite())
            .collect();
        let chance = emulator.error.hypot(emulator.by_chance) / (off.len().max(1) as f64).sqrt();
        let to_units = (emulator.slope / all).abs();
        let (posterior, sd) = moments(&centres);
        let by_chance = (emulator.by_chance * emulator.slope).abs();
        let observed = match datum.statement {
            Statement::Mean { value, .. } => Some(value),
            Statement::AtMost(bound) | Statement::AtLeast(bound) => Some(bound),
            Statement::Order { .. } | Statement::NoDifference => None,
        };
        Some(Held {
            study: row.study.id.clone(),
            line: row.measurement.line,
            observable: row.measurement.observable.clone(),
            domain: row.measurement.entry().domain,
            observed,
            is_mean: matches!(datum.statement, Statement::Mean { .. }),
            prior: self.before[at].0,
            prior_sd: self.before[at].1,
            posterior,
            posterior_sd: (sd * sd - by_chance * by_chance).max(0.0).sqrt(),
            by_chance,
            sampling: datum.sampling,
            surface: (emulator.error * emulator.slope).abs(),
            all,
            off: if off.is_empty() { 0.0 } else { to_units * mean(&off) },
            off_by_chance: to_units * chance,
        })
    }

    fn check(held: &[Held], posterior: &Posterior, draws: u32) -> Check {
        let mut off: Vec<f64> = held.iter().map(|held| held.off.abs()).collect();
        off.sort_by(f64::total_cmp);
        let mut shares: Vec<f64> = posterior.data.iter().map(share_of_surface).collect();
        shares.sort_by(f64::total_cmp);
        let means: Vec<(&Held, f64)> = held
            .iter()
            .filter(|held| held.is_mean)
            .filter_map(|held| Some((held, held.observed?)))
            .collect();
        let inside = |middle_and_sd: fn(&Held) -> (f64, f64)| {
            let is_inside = |(held, found): &&(&Held, f64)| {
                let (middle, sd) = middle_and_sd(held);
                (found - middle).abs() <= 1.96 * sd
            };
            means.iter().filter(is_inside).count() as f64 / means.len().max(1) as f64
        };
        Check {
            draws,
            median_off: quantile(&off, 0.5),
            high_off: quantile(&off, 0.9),
            worst_off: off.last().copied().unwrap_or(0.0),
            median_share: quantile(&shares, 0.5),
            coverage: inside(|held| (held.posterior, held.posterior_sd.hypot(held.all))),
            coverage_before: inside(|held| (held.prior, held.prior_sd.hypot(held.sampling))),
        }
    }

    fn quantities(&self, samples: &Samples, screened: &[Screened]) -> (Vec<Fitted>, Vec<Fitted>) {
        let fitted = self
            .fitted
            .iter()
            .enumerate()
            .map(|(at, input)| {
                let input = &self.inputs[*input];
                let drivers = screened.iter().find(|s| s.name == input.name);
                let mut fitted =
                    quantity(&input.name, &input.unit, samples.of(at), &|z| input.value(z));
                let value = |z| input.value(z);
                let ends = [value(-1.959_964), value(0.0), value(1.959_964)];
                fitted.prior = Spread95 { lo95: ends[0], median: ends[1], hi95: ends[2] };
                fitted.shrinkage = Some(1.0 - fitted.sd_z.powi(2));
                fitted.drivers = drivers.map(|s| s.drivers.clone()).unwrap_or_default();
                fitted
            })
            .collect();
        let domain = |kind: &str, at: usize, place: usize, value: &dyn Fn(f64) -> f64| {
            let name = format!("{kind}.{}", self.domains[at].name());
            quantity(&name, "1", samples.of(self.fitted.len() + place), value)
        };
        let count = self.domains.len();
        let scale = self.settings.between_studies;
        // Quantiles of a half-normal.
        let [lo95, median, hi95] = [0.031_337, 0.674_490, 2.241_403].map(|q| q * scale);
        let taus = (0..count).map(|at| Fitted {
            prior: Spread95 { lo95, median, hi95 },
            ..domain(BETWEEN_STUDIES, at, at, &f64::exp)
        });
        let of_share = |x| shared(self.settings.shared, x);
        let [lo95, median, hi95] = [-1.959_964, 0.0, 1.959_964].map(of_share);
        let shares = (0..count).map(|at| Fitted {
            prior: Spread95 { lo95, median, hi95 },
            ..domain("shared_by_study", at, count + at, &of_share)
        });
        let between = taus.chain(shares).collect();
        (fitted, between)
    }

    fn tied(&self, samples: &Samples) -> Vec<Tied> {
        let columns: Vec<Vec<f64>> =
            (0..self.fitted.len()).map(|at| samples.of(at).concat()).collect();
        let name = |at: usize| self.inputs[self.fitted[at]].name.clone();
        let mut tied: Vec<Tied> = (0..columns.len())
            .flat_map(|one| (0..one).map(move |other| (other, one)))
            .map(|(one, other)| Tied {
                one: name(one),
                other: name(other),
                correlation: correlation(&columns[one], &columns[other]),
            })
            .collect();
        tied.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
        tied.truncate(TIES);
        tied
    }

    /// Rows of the ensemble: every so-manieth draw of each chain, in no order.
    fn ensemble(&self, samples: &Samples, with: FittedWith) -> Result<Ensemble, CalibrateError> {
        let mut rows: Vec<Vec<f64>> = thinned(samples, self.effort.rows as usize)
            .into_iter()
            .map(|draw| {
                let inputs = self.fitted.iter().zip(draw);
                let values = inputs.map(|(input, z)| self.inputs[*input].value(*z));
                let domains = &draw[self.fitted.len()..self.fitted.len() + self.domains.len()];
                values.chain(domains.iter().map(|log_tau| log_tau.exp())).collect()
            })
            .collect();
        let mut stream = ChaCha8Rng::seed_from_u64(u64::from(self.seed));
        stream.set_stream(u64::MAX);
        for at in (1..rows.len()).rev() {
            rows.swap(at, stream.random_range(0..=at));
        }
        let parameters = self.fitted.iter().map(|input| self.inputs[*input].name.clone());
        let between = self.domains.iter().map(|d| format!("{BETWEEN_STUDIES}.{}", d.name()));
        Ensemble::new(parameters.chain(between).collect(), rows, with)
            .ok_or(CalibrateError::NothingToFit)
    }
}

/// Outputs of a design, and of its first points in other people.
struct Runs(Vec<Output>, Vec<Output>);

impl Runs {
    fn iter(&self) -> impl Iterator<Item = &Output> {
        self.0.iter()
    }
}

fn middle_of(output: &Output) -> (f64, f64) {
    output.centres().map_or((f64::NAN, f64::NAN), |centres| moments(&centres))
}

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let centre = mean(values);
    let square = mean(&values.iter().map(|y| (y - centre).powi(2)).collect::<Vec<_>>());
    (centre, square.sqrt())
}

fn middle(findings: &[Finding]) -> Finding {
    let of = |get: &dyn Fn(&Finding) -> Option<f64>| {
        let mut values: Vec<f64> = findings.iter().filter_map(get).collect();
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then(|| quantile(&values, 0.5))
    };
    Finding {
        centre: of(&|f| Some(f.centre)).unwrap_or(f64::NAN),
        value: of(&|f| Some(f.value)).unwrap_or(f64::NAN),
        other: of(&|f| f.other),
    }
}

/// Error of the surface over that of the finding, without what studies differ.
fn share_of_surface(datum: &Datum) -> f64 {
    let surface = (datum.emulator.error * datum.emulator.slope).abs();
    surface / datum.variance().sqrt()
}

/// So many draws, evenly from all chains.
fn thinned(samples: &Samples, count: usize) -> Vec<&[f64]> {
    let chains = samples.chains.len().max(1);
    samples
        .chains
        .iter()
        .enumerate()
        .flat_map(|(number, chain)| {
            let wanted = count / chains + usize::from(number < count % chains);
            let wanted = wanted.min(chain.len());
            (0..wanted).map(move |k| chain[(2 * k + 1) * chain.len() / (2 * wanted)].as_slice())
        })
        .collect()
}

fn quantity(name: &str, unit: &str, chains: Vec<Vec<f64>>, value: &dyn Fn(f64) -> f64) -> Fitted {
    let mut all = chains.concat();
    let (mean_z, sd_z) = moments(&all);
    all.sort_by(f64::total_cmp);
    let at = |share| value(quantile(&all, share));
    let posterior = Spread95 { lo95: at(0.025), median: at(0.5), hi95: at(0.975) };
    Fitted {
        name: name.to_owned(),
        unit: unit.to_owned(),
        prior: posterior,
        posterior,
        mean_z,
        sd_z,
        shrinkage: None,
        worth: worth(&chains),
        drivers: Vec::new(),
        trace: chains
            .into_iter()
            .map(|chain| chain.iter().step_by((chain.len() / TRACED).max(1)).copied().collect())
            .collect(),
    }
}

fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let ((a, sa), (b, sb)) = (moments(one), moments(other));
    let product: Vec<f64> = one.iter().zip(other).map(|(x, y)| (x - a) * (y - b)).collect();
    if sa > 0.0 && sb > 0.0 { mean(&product) / (sa * sb) } else { 0.0 }
}
