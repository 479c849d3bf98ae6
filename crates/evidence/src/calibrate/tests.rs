//! The likelihood by itself: its slopes, and whether truths are found again.

use std::sync::atomic::AtomicBool;

use needlepoint_inference::{
    link::Link,
    sampler::{Density as _, Plan, sample},
    surface::{Points, Surface},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_numerics::quantile::{mean, quantile};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{
    design::{self, Row},
    emulator::Emulator,
    likelihood::{Datum, Posterior},
};
use crate::{library::shipped_to_fit, predict::Finding, study::Statement};

const INPUTS: usize = 3;

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    needlepoint_inference::normal::quantile(rng.random_range(0.0..1.0))
}

/// A surface with slopes of its own along each input, and a bend along the first.
fn emulator(rng: &mut ChaCha8Rng) -> (Emulator, [f64; INPUTS + 1]) {
    let weights: [f64; INPUTS + 1] = std::array::from_fn(|_| normal(rng));
    let inputs: Vec<Vec<f64>> =
        (0..80).map(|_| (0..INPUTS).map(|_| normal(rng)).collect()).collect();
    let values: Vec<f64> = inputs.iter().map(|z| exact(&weights, z)).collect();
    let points = Points { inputs, weights: vec![1.0; 80], counted: vec![true; 80] };
    let surface = Surface::fit(&points, &values).expect("fitted");
    let emulator = Emulator {
        surface,
        link: Link::Identity,
        error: 0.0,
        by_chance: 0.0,
        centre: 10.0,
        slope: 1.0,
    };
    (emulator, weights)
}

fn exact(weights: &[f64], z: &[f64]) -> f64 {
    let lines: f64 = weights.iter().zip(z).map(|(w, z)| w * z).sum();
    10.0 + lines + 0.2 * weights[INPUTS] * (z[0] * z[0] - 1.0)
}

fn with_row<T>(work: impl FnOnce(&Row<'_>) -> T) -> T {
    let knowledge = Knowledge::embedded().expect("knowledge").prior();
    let filed = shipped_to_fit(&knowledge).expect("studies");
    let rows = design::rows(&filed, &knowledge);
    let plain = rows.iter().find(|row| {
        matches!(row.measurement.statement, Statement::Mean { se: Some(_), .. })
            && row.measurement.counted.is_none()
            && row.measurement.against.is_none()
    });
    work(plain.expect("a plain mean"))
}

/// Studies of `per_study` measurements each, as the model says they come about.
fn made_up(
    rng: &mut ChaCha8Rng,
    studies: usize,
    per_study: usize,
    tau: f64,
) -> (Posterior, Vec<f64>) {
    let truth: Vec<f64> = (0..INPUTS).map(|_| normal(rng)).collect();
    let shared = 0.6f64;
    let data = with_row(|row| {
        let finding = Finding { centre: 10.0, value: 10.0, other: None };
        let mut data = Vec::new();
        for study in 0..studies {
            let place = normal(rng);
            for _ in 0..per_study {
                let (emulator, weights) = emulator(rng);
                let mut datum = Datum::new(row, emulator, (0.0, None), finding, (0, study));
                (datum.sampling, datum.unit) = (0.3, 10.0);
                let between = shared.sqrt() * place + (1.0 - shared).sqrt() * normal(rng);
                let value = exact(&weights, &truth)
                    + tau * datum.unit * between
                    + datum.sampling * normal(rng);
                datum.statement = Statement::Mean { value, se: Some(0.3), sd: None };
                data.push(datum);
            }
        }
        data
    });
    let posterior =
        Posterior { data, inputs: INPUTS, domains: 1, studies, between_studies: 0.4, shared: 0.5 };
    (posterior, truth)
}

#[test]
fn slopes_are_those_of_the_density() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let (mut posterior, _) = made_up(&mut rng, 3, 5, 0.1);
    let kinds = [
        Statement::AtMost(9.0),
        Statement::AtLeast(11.0),
        Statement::Order { less: true },
        Statement::Order { less: false },
        Statement::NoDifference,
    ];
    for (datum, kind) in posterior.data.iter_mut().zip(kinds) {
        datum.statement = kind;
        (datum.sampling, datum.emulator.error) = (4.0, 2.0);
    }
    let place: Vec<f64> = (0..posterior.dimension()).map(|_| 0.5 * normal(&mut rng)).collect();
    let mut slopes = vec![0.0; place.len()];
    let mut ignored = slopes.clone();
    posterior.log_density(&place, &mut slopes);
    for (at, slope) in slopes.iter().enumerate() {
        let mut of = |step: f64| {
            let mut moved = place.clone();
            moved[at] += step;
            posterior.log_density(&moved, &mut ignored)
        };
        let found = (of(1e-5) - of(-1e-5)) / 2e-5;
        assert!((found - slope).abs() < 1e-4 * (1.0 + slope.abs()), "{at}: {found} {slope}");
    }
}

/// Truths drawn from the priors lie within their 90 % intervals nine times of ten.
#[test]
fn truths_of_made_up_studies_are_covered() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let (mut inside, mut all, mut sds) = (0, 0, Vec::new());
    for round in 0..12 {
        let (posterior, truth) = made_up(&mut rng, 6, 4, 0.08);
        let plan = Plan {
            chains: 2,
            warm_up: 300,
            draws: 300,
            target_acceptance: 0.9,
            dispersion: 1.0,
            seed: round,
        };
        let samples = sample(&posterior, plan, &|| (), &AtomicBool::new(false)).expect("sampled");
        for (at, z) in truth.iter().enumerate() {
            let mut draws = samples.of(at).concat();
            draws.sort_by(f64::total_cmp);
            inside += usize::from((quantile(&draws, 0.05)..=quantile(&draws, 0.95)).contains(z));
            all += 1;
            let centre = mean(&draws);
            sds.push(mean(&draws.iter().map(|x| (x - centre).powi(2)).collect::<Vec<_>>()).sqrt());
        }
    }
    // 36 truths: fewer than 28 would be a chance of one in two hundred.
    assert!(inside >= 28, "{inside} of {all}");
    assert!(mean(&sds) < 0.6, "{}", mean(&sds));
}
