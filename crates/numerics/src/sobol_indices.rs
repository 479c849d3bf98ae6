//! Sobol indices: which factor of a model how much of its result's variance comes from.
//!
//! For a result `f(x)` of independent factors `x_1 ... x_k`
//!
//! ```text
//! S_i = Var(E(f | x_i)) / Var(f)             first order: what x_i explains by itself
//! T_i = E(Var(f | all but x_i)) / Var(f)     total: by itself and in interplay with others
//! ```
//!
//! so `S_i <= T_i`, the `S_i` sum to at most 1, and to 1 where the factors only add up.
//!
//! Two matrices `A` and `B` of `n` points each, and for each factor the matrix `AB_i`, which is `A`
//! with column `i` of `B`, give them from `n (k + 2)` evaluations (Saltelli 2010, table 2, (b) and (f)):
//!
//! ```text
//! S_i = mean((f(B) - m) (f(AB_i) - f(A))) / V          Saltelli 2010
//! T_i = mean((f(A) - f(AB_i))^2) / (2 V)               Jansen 1999
//! ```
//!
//! with `m` and `V` mean and variance over `A` and `B` together. Taking `m` off changes no expectation
//! and makes the estimate of `S_i` far less noisy. Noise may put an estimate a little below zero, or a
//! first-order index above its total.
//!
//! Intervals are bootstrap percentiles over the `n` points (Archer 1997). Points of a low-discrepancy
//! sequence lie more evenly than the bootstrap thinks, so the intervals are rather too wide.
//!
//! A factor may be a whole group: then its coordinate says which member of the group is drawn
//! ([`Coordinate::choice`]).
//!
//! Sources: Sobol' I. M., Math. Comput. Simul. 55 (2001) 271; Saltelli A. et al., Comput. Phys. Commun.
//! 181 (2010) 259; Jansen M. J. W., Comput. Phys. Commun. 117 (1999) 35; Archer G. E. B. et al.,
//! J. Stat. Comput. Simul. 58 (1997) 99.

use crate::quantile::{mean, quantile};

/// A coordinate of a row of the design.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coordinate {
    /// Within [0, 1).
    pub unit: f64,
    /// Whether it stems from the matrix `B`: a factor whose values are members of a sample draws those
    /// of `A` and `B` from two samples that don't know each other.
    pub second: bool,
}

impl Coordinate {
    /// Which of `count` equally likely choices.
    pub fn choice(self, count: usize) -> usize {
        ((self.unit * count as f64) as usize).min(count.saturating_sub(1))
    }
}

/// The points at which a model is evaluated.
///
/// Rows come sample by sample: for each the row of `A`, that of `B`, then one of `AB_i` for each factor.
#[derive(Debug, Clone)]
pub struct Design {
    factors: usize,
    samples: usize,
    /// `2 factors` coordinates for each sample: those of `A`, then those of `B`.
    points: Vec<f64>,
}

impl Design {
    /// `samples` points for `factors` factors. `coordinate` gives a coordinate within [0, 1) for a point
    /// and a dimension below `2 factors`, best from a low-discrepancy sequence.
    pub fn new(factors: usize, samples: u32, coordinate: impl Fn(u32, u32) -> f64) -> Self {
        let dimensions = 2 * factors as u32;
        let points = (0..samples)
            .flat_map(|point| (0..dimensions).map(move |dimension| (point, dimension)))
            .map(|(point, dimension)| coordinate(point, dimension))
            .collect();
        Self { factors, samples: samples as usize, points }
    }

    /// How often the model is evaluated.
    pub fn rows(&self) -> usize {
        self.samples * self.rows_of_a_sample()
    }

    fn rows_of_a_sample(&self) -> usize {
        self.factors + 2
    }

    /// Whether a row belongs to `A` or `B`, whose points are independent of each other.
    pub fn is_independent(&self, row: usize) -> bool {
        row % self.rows_of_a_sample() < 2
    }

    /// The coordinates of a row, one for each factor.
    pub fn row(&self, row: usize) -> Vec<Coordinate> {
        let (sample, kind) = (row / self.rows_of_a_sample(), row % self.rows_of_a_sample());
        let points = &self.points[2 * self.factors * sample..][..2 * self.factors];
        (0..self.factors)
            .map(|factor| {
                let second = kind == 1 || kind == factor + 2;
                let at = if second { self.factors + factor } else { factor };
                Coordinate { unit: points[at], second }
            })
            .collect()
    }

    /// The indices from the model's result at each row.
    pub fn indices(&self, results: &[f64], bootstrap: Bootstrap) -> SobolIndices {
        let terms: Vec<Terms> =
            results.chunks_exact(self.rows_of_a_sample()).map(Terms::new).collect();
        let all: Vec<f64> = terms.iter().flat_map(|terms| [terms.a, terms.b]).collect();
        let middle = mean(&all);
        let variance = mean(&all.iter().map(|value| (value - middle).powi(2)).collect::<Vec<_>>());
        let largest = all.iter().map(|value| value.abs()).fold(0.0, f64::max);
        // What is left by rounding is no variance.
        let varies = variance.is_finite() && variance > (1e-10 * largest).powi(2);
        let factors = varies.then(|| {
            let mut sums = Sums::new(self.factors, middle);
            for terms in &terms {
                sums.add(terms);
            }
            let values = sums.indices();
            let spreads = bootstrap.spreads(self.factors, middle, &terms);
            values
                .into_iter()
                .zip(spreads)
                .map(|((first, total), [low_first, high_first, low_total, high_total])| {
                    FactorIndices {
                        first: Index { value: first, lo95: low_first, hi95: high_first },
                        total: Index { value: total, lo95: low_total, hi95: high_total },
                    }
                })
                .collect()
        });
        SobolIndices { mean: middle, variance, factors }
    }
}

/// An estimated index with its bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Index {
    /// The estimate.
    pub value: f64,
    /// 2.5 % quantile of the bootstrap.
    pub lo95: f64,
    /// 97.5 % quantile.
    pub hi95: f64,
}

/// The indices of a factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FactorIndices {
    /// What it explains by itself.
    pub first: Index,
    /// By itself and in interplay with others.
    pub total: Index,
}

/// Where the variance of a result comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct SobolIndices {
    /// Mean of the result.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
    /// Indices of each factor; none if the result does not vary.
    pub factors: Option<Vec<FactorIndices>>,
}

/// How intervals are found.
#[derive(Debug, Clone, Copy)]
pub struct Bootstrap {
    /// How often the points are drawn anew.
    pub resamples: u32,
    /// Seed.
    pub seed: u64,
}

impl Bootstrap {
    /// For each factor the quantiles of first-order and total index.
    fn spreads(self, factors: usize, middle: f64, terms: &[Terms]) -> Vec<[f64; 4]> {
        let mut random = SplitMix64(self.seed);
        let mut drawn = vec![(Vec::new(), Vec::new()); factors];
        for _ in 0..self.resamples {
            let mut sums = Sums::new(factors, middle);
            for _ in terms {
                sums.add(&terms[random.below(terms.len())]);
            }
            for ((first, total), kept) in sums.indices().into_iter().zip(&mut drawn) {
                // A resample of points that all gave the same says nothing.
                if first.is_finite() && total.is_finite() {
                    kept.0.push(first);
                    kept.1.push(total);
                }
            }
        }
        drawn
            .into_iter()
            .map(|(mut first, mut total)| {
                first.sort_by(f64::total_cmp);
                total.sort_by(f64::total_cmp);
                [
                    quantile(&first, 0.025),
                    quantile(&first, 0.975),
                    quantile(&total, 0.025),
                    quantile(&total, 0.975),
                ]
            })
            .collect()
    }
}

/// Results of one sample: at its points of `A`, `B` and each `AB_i`.
struct Terms<'a> {
    a: f64,
    b: f64,
    mixed: &'a [f64],
}

impl<'a> Terms<'a> {
    fn new(results: &'a [f64]) -> Self {
        Self { a: results[0], b: results[1], mixed: &results[2..] }
    }
}

/// Sums of the estimators over samples.
struct Sums {
    /// What is taken off every result.
    middle: f64,
    count: f64,
    plain: f64,
    squares: f64,
    first: Vec<f64>,
    total: Vec<f64>,
}

impl Sums {
    fn new(factors: usize, middle: f64) -> Self {
        Self {
            middle,
            count: 0.0,
            plain: 0.0,
            squares: 0.0,
            first: vec![0.0; factors],
            total: vec![0.0; factors],
        }
    }

    fn add(&mut self, terms: &Terms<'_>) {
        let (a, b) = (terms.a - self.middle, terms.b - self.middle);
        self.count += 1.0;
        self.plain += a + b;
        self.squares += a * a + b * b;
        for ((first, total), mixed) in self.first.iter_mut().zip(&mut self.total).zip(terms.mixed) {
            let step = mixed - terms.a;
            *first += b * step;
            *total += 0.5 * step * step;
        }
    }

    /// First-order and total index of each factor.
    fn indices(&self) -> Vec<(f64, f64)> {
        let mean = self.plain / (2.0 * self.count);
        let variance = self.squares / (2.0 * self.count) - mean * mean;
        let scale = self.count * variance;
        self.first
            .iter()
            .zip(&self.total)
            .map(|(first, total)| (first / scale, total / scale))
            .collect()
    }
}

/// `SplitMix64` (Steele 2014): a small generator, good enough to draw points anew.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A place in a list of `count`.
    fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.next()) * count as u128) >> 64) as usize
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;

    const BOOTSTRAP: Bootstrap = Bootstrap { resamples: 200, seed: 7 };

    fn design(factors: usize, samples: u32) -> Design {
        Design::new(factors, samples, |point, dimension| {
            f64::from(sobol_burley::sample(point, dimension, 3))
        })
    }

    fn indices(factors: usize, samples: u32, f: impl Fn(&[f64]) -> f64) -> SobolIndices {
        let design = design(factors, samples);
        let results: Vec<f64> = (0..design.rows())
            .map(|row| f(&design.row(row).iter().map(|c| c.unit).collect::<Vec<_>>()))
            .collect();
        design.indices(&results, BOOTSTRAP)
    }

    fn assert_near(found: &SobolIndices, expected: &[(f64, f64)], tolerance: f64) {
        let factors = found.factors.as_ref().unwrap();
        assert_eq!(factors.len(), expected.len());
        for (nth, (factor, (first, total))) in factors.iter().zip(expected).enumerate() {
            assert!((factor.first.value - first).abs() < tolerance, "{nth}: {factor:?} {first}");
            assert!((factor.total.value - total).abs() < tolerance, "{nth}: {factor:?} {total}");
        }
    }

    /// `sin x1 + a sin^2 x2 + b x3^4 sin x1` on `[-pi, pi]^3` (Ishigami and Homma 1990).
    fn ishigami(unit: &[f64]) -> f64 {
        let x: Vec<f64> = unit.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    }

    /// Analytic first-order and total indices of that function.
    fn ishigami_indices() -> [(f64, f64); 3] {
        let (a, b) = (7.0_f64, 0.1_f64);
        let v1 = 0.5 * (1.0 + b * PI.powi(4) / 5.0).powi(2);
        let v2 = a * a / 8.0;
        let v13 = 8.0 * b * b * PI.powi(8) / 225.0;
        let v = v1 + v2 + v13;
        [(v1 / v, (v1 + v13) / v), (v2 / v, v2 / v), (0.0, v13 / v)]
    }

    #[test]
    fn ishigami_is_found_again_with_intervals_that_hold_the_truth() {
        let found = indices(3, 4096, ishigami);
        let truth = ishigami_indices();
        assert_near(&found, &truth, 0.01);
        for (factor, (first, total)) in found.factors.unwrap().iter().zip(truth) {
            for (index, true_value) in [(factor.first, first), (factor.total, total)] {
                assert!(index.lo95 <= index.value && index.value <= index.hi95, "{index:?}");
                assert!((index.lo95..=index.hi95).contains(&true_value), "{index:?} {true_value}");
                assert!(index.hi95 - index.lo95 < 0.2, "{index:?}");
            }
        }
    }

    #[test]
    fn the_error_falls_with_the_number_of_samples() {
        let error = |samples| {
            let found = indices(3, samples, ishigami).factors.unwrap();
            let pairs = found.iter().zip(ishigami_indices());
            pairs
                .map(|(f, (s, t))| (f.first.value - s).abs().max((f.total.value - t).abs()))
                .fold(0.0, f64::max)
        };
        assert!(error(8192) < 0.2 * error(64), "{} {}", error(64), error(8192));
    }

    #[test]
    fn a_g_function_of_eight_factors_is_found_again() {
        // Sobol's g-function: prod (|4 x - 2| + a) / (1 + a).
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let found = indices(8, 8192, |x| {
            x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product()
        });
        let partial = a.map(|a: f64| 1.0 / (3.0 * (1.0 + a).powi(2)));
        let product: f64 = partial.iter().map(|v| 1.0 + v).product();
        let v = product - 1.0;
        let truth: Vec<(f64, f64)> =
            partial.iter().map(|p| (p / v, p * product / (1.0 + p) / v)).collect();
        assert_near(&found, &truth, 0.02);
        assert!((found.variance / v - 1.0).abs() < 0.02);
    }

    #[test]
    fn where_factors_only_add_up_first_is_total_and_all_sum_to_one() {
        let weights = [3.0, 2.0, 1.0, 0.0];
        let found = indices(4, 4096, |x| x.iter().zip(weights).map(|(x, w)| w * x).sum());
        let v: f64 = weights.iter().map(|w| w * w).sum();
        let truth: Vec<(f64, f64)> = weights.iter().map(|w| (w * w / v, w * w / v)).collect();
        assert_near(&found, &truth, 0.01);
        // A factor that does nothing has no total index at all.
        assert_eq!(found.factors.unwrap()[3].total.value, 0.0);
    }

    #[test]
    fn a_constant_says_that_nothing_varies() {
        for constant in [0.0, 4.2, -1e9] {
            let found = indices(3, 64, |_| constant);
            assert_eq!(found.factors, None);
            assert!((found.mean - constant).abs() <= 1e-12 * constant.abs());
        }
        // Neither do results that differ by rounding only.
        assert_eq!(indices(2, 64, |x| 1.0 + 1e-14 * x[0]).factors, None);
    }

    #[test]
    fn a_row_mixes_one_column_of_b_into_a() {
        let design = design(3, 4);
        assert_eq!(design.rows(), 4 * 5);
        let (a, b) = (design.row(5), design.row(6));
        assert!(a.iter().all(|c| !c.second) && b.iter().all(|c| c.second));
        assert!(design.is_independent(5) && design.is_independent(6) && !design.is_independent(7));
        for factor in 0..3 {
            let mixed = design.row(7 + factor);
            for at in 0..3 {
                assert_eq!(mixed[at], if at == factor { b[at] } else { a[at] });
            }
        }
    }

    #[test]
    fn choices_are_equally_likely_and_never_beyond_the_last() {
        let choice = |unit| Coordinate { unit, second: false }.choice(6);
        assert_eq!([0.0, 0.166, 0.17, 0.999, 1.0].map(choice), [0, 0, 1, 5, 5]);
    }

    #[test]
    fn the_same_seed_gives_the_same_intervals() {
        assert_eq!(indices(3, 128, ishigami), indices(3, 128, ishigami));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Indices know no unit and no zero.
        #[test]
        fn scale_and_shift_change_nothing(scale in 0.1_f64..1e4, shift in -1e3_f64..1e3) {
            let plain = indices(3, 256, ishigami).factors.unwrap();
            let moved = indices(3, 256, |x| scale * ishigami(x) + shift).factors.unwrap();
            for (plain, moved) in plain.iter().zip(&moved) {
                prop_assert!((plain.first.value - moved.first.value).abs() < 1e-7);
                prop_assert!((plain.total.value - moved.total.value).abs() < 1e-7);
                prop_assert!((plain.total.hi95 - moved.total.hi95).abs() < 1e-7);
            }
        }

        /// A product of two factors beside a sum: total indices are never below first-order ones by
        /// more than noise, and all first-order ones sum to no more than one.
        #[test]
        fn totals_hold_the_first_order(w in prop::array::uniform3(0.1_f64..2.0), interplay in 0.0_f64..4.0) {
            let found = indices(3, 2048, |x| {
                w[0] * x[0] + w[1] * x[1] + w[2] * x[2] + interplay * (x[0] - 0.5) * (x[2] - 0.5)
            });
            let factors = found.factors.unwrap();
            for factor in &factors {
                prop_assert!(factor.total.value >= factor.first.value - 0.03, "{factor:?}");
                prop_assert!(factor.total.value >= 0.0);
            }
            let sum: f64 = factors.iter().map(|factor| factor.first.value).sum();
            prop_assert!(sum < 1.05, "{sum}");
        }
    }
}
