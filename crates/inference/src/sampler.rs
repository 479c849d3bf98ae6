//! Chains of the No-U-Turn Sampler (`nuts-rs`).

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, Ordering},
};

use nuts_rs::{
    Chain as _, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError,
    Settings as _,
    rand::{Rng, RngExt as _, SeedableRng as _},
};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// A density to sample from.
pub trait Density: Sync {
    /// Number of coordinates.
    fn dimension(&self) -> usize;
    /// Logarithm of the density at `place`, but for a constant, and its `slope` there.
    fn log_density(&self, place: &[f64], slope: &mut [f64]) -> f64;
}

/// How to sample.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Number of chains.
    pub chains: usize,
    /// Draws of each that tune the sampler and are thrown away.
    pub warm_up: usize,
    /// Draws of each that are kept.
    pub draws: usize,
    /// Share of steps to accept.
    pub target_acceptance: f64,
    /// Chains start anywhere within this of 0 along every coordinate.
    pub dispersion: f64,
    /// Seed.
    pub seed: u64,
}

/// What was sampled.
#[derive(Debug, Clone)]
pub struct Samples {
    /// `[chain][draw][coordinate]`.
    pub chains: Vec<Vec<Vec<f64>>>,
    /// Kept draws whose path left the density's level for good: its shape there was not explored.
    pub divergences: usize,
    /// Steps taken along paths, of all kept draws.
    pub steps: u64,
}

impl Samples {
    /// The chains of one coordinate.
    pub fn of(&self, coordinate: usize) -> Vec<Vec<f64>> {
        self.chains.iter().map(|c| c.iter().map(|draw| draw[coordinate]).collect()).collect()
    }
}

/// Why there are no samples.
#[derive(Debug, thiserror::Error)]
pub enum SamplerError {
    /// The sampler gave up.
    #[error("the sampler stopped: {0}")]
    Stopped(String),
    /// The user stopped it.
    #[error("stopped before the end")]
    Cancelled,
}

#[derive(Debug, thiserror::Error)]
#[error("the density is not finite")]
struct NotFinite;

impl LogpError for NotFinite {
    fn is_recoverable(&self) -> bool {
        true
    }
}

struct Target<'d, D>(&'d D);

impl<D: Density> HasDims for Target<'_, D> {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_owned(), self.0.dimension() as u64)])
    }
}

impl<D: Density> CpuLogpFunc for Target<'_, D> {
    type LogpError = NotFinite;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        self.0.dimension()
    }

    fn logp(&mut self, position: &[f64], gradient: &mut [f64]) -> Result<f64, NotFinite> {
        let value = self.0.log_density(position, gradient);
        if value.is_finite() && gradient.iter().all(|slope| slope.is_finite()) {
            Ok(value)
        } else {
            Err(NotFinite)
        }
    }

    fn expand_vector<R: Rng + ?Sized>(
        &mut self,
        _: &mut R,
        position: &[f64],
    ) -> Result<Vec<f64>, CpuMathError> {
        Ok(position.to_vec())
    }
}

/// Run the chains on the current `rayon` pool. Each has a stream of its own, so that the draws do not
/// depend on the number of threads; `drawn` is called after each draw.
///
/// # Errors
/// See [`SamplerError`].
pub fn sample(
    density: &impl Density,
    plan: Plan,
    drawn: &(dyn Fn() + Sync),
    cancelled: &AtomicBool,
) -> Result<Samples, SamplerError> {
    let runs: Vec<Run> = (0..plan.chains)
        .into_par_iter()
        .map(|chain| run(density, plan, chain, drawn, cancelled))
        .collect::<Result<_, _>>()?;
    Ok(Samples {
        divergences: runs.iter().map(|run| run.divergences).sum(),
        steps: runs.iter().map(|run| run.steps).sum(),
        chains: runs.into_iter().map(|run| run.draws).collect(),
    })
}

struct Run {
    draws: Vec<Vec<f64>>,
    divergences: usize,
    steps: u64,
}

fn run(
    density: &impl Density,
    plan: Plan,
    chain: usize,
    drawn: &(dyn Fn() + Sync),
    cancelled: &AtomicBool,
) -> Result<Run, SamplerError> {
    let stopped = |why: &dyn std::fmt::Display| SamplerError::Stopped(why.to_string());
    let mut stream = ChaCha8Rng::seed_from_u64(plan.seed);
    stream.set_stream(chain as u64);
    let mut settings = DiagNutsSettings {
        num_tune: plan.warm_up as u64,
        num_draws: plan.draws as u64,
        ..DiagNutsSettings::default()
    };
    settings.adapt_options.step_size_settings.target_accept = plan.target_acceptance;
    let start: Vec<f64> = (0..density.dimension())
        .map(|_| plan.dispersion * stream.random_range(-1.0..1.0))
        .collect();
    let mut sampler = settings
        .new_chain(chain as u64, CpuMath::new(Target(density)), &mut stream)
        .map_err(|why| stopped(&why))?;
    sampler.set_position(&start).map_err(|why| stopped(&why))?;
    let mut run = Run { draws: Vec::with_capacity(plan.draws), divergences: 0, steps: 0 };
    for number in 0..plan.warm_up + plan.draws {
        if cancelled.load(Ordering::Relaxed) {
            return Err(SamplerError::Cancelled);
        }
        let (place, progress) = sampler.draw().map_err(|why| stopped(&why))?;
        if number >= plan.warm_up {
            run.draws.push(place.into_vec());
            run.divergences += usize::from(progress.diverging);
            run.steps += progress.num_steps;
        }
        drawn();
    }
    Ok(run)
}

#[cfg(test)]
mod tests {
    use needlepoint_numerics::quantile::mean;

    use super::*;
    use crate::chains::worth;

    /// Two normal coordinates with correlation 0.8, means 1 and -2.
    struct Tilted;

    impl Density for Tilted {
        fn dimension(&self) -> usize {
            2
        }

        fn log_density(&self, place: &[f64], slope: &mut [f64]) -> f64 {
            let (x, y) = (place[0] - 1.0, place[1] + 2.0);
            let inverse = 1.0 / (1.0 - 0.64);
            slope[0] = -(x - 0.8 * y) * inverse;
            slope[1] = -(y - 0.8 * x) * inverse;
            0.5 * (x * slope[0] + y * slope[1])
        }
    }

    const PLAN: Plan = Plan {
        chains: 3,
        warm_up: 400,
        draws: 1500,
        target_acceptance: 0.85,
        dispersion: 2.0,
        seed: 5,
    };

    fn drawn_on(threads: usize) -> Samples {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| sample(&Tilted, PLAN, &|| (), &AtomicBool::new(false))).expect("sampled")
    }

    #[test]
    fn a_known_normal_is_found_and_threads_change_nothing() {
        let samples = drawn_on(1);
        assert_eq!(samples.chains, drawn_on(3).chains);
        let all = |k: usize| samples.of(k).into_iter().flatten().collect::<Vec<f64>>();
        let (x, y) = (all(0), all(1));
        let (mx, my) = (mean(&x), mean(&y));
        assert!((mx - 1.0).abs() < 0.1 && (my + 2.0).abs() < 0.1, "{mx} {my}");
        let product: Vec<f64> = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).collect();
        assert!((mean(&product) - 0.8).abs() < 0.12, "{}", mean(&product));
        assert!(worth(&samples.of(0)).r_hat < 1.02 && samples.divergences == 0);
    }

    #[test]
    fn a_stopped_sampler_says_so() {
        let stopped = sample(&Tilted, PLAN, &|| (), &AtomicBool::new(true));
        assert!(matches!(stopped, Err(SamplerError::Cancelled)));
    }
}
