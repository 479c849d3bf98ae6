//! Weights of members by what they foretold. No skin in it.

use statrs::{
    distribution::{ContinuousCDF as _, StudentsT},
    function::gamma::ln_gamma,
};

/// Degrees of freedom of what is seen around what is so, those that validation gives to studies: now and then a
/// reading is far off, and must not overturn all others.
const DEGREES_OF_FREEDOM: f64 = 5.0;

/// So many members of equal weight are the least that may stand for all, share of them.
const LEAST_EFFECTIVE_SHARE: f64 = 1.0 / 16.0;

/// Halvings in the search for how much of the data can be taken.
const HALVINGS: u32 = 40;

/// One thing seen beside what each member foretold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    /// What was seen.
    pub(crate) value: f64,
    /// What each member foretold.
    pub(crate) foretold: Vec<f64>,
    /// How far the two may lie apart in each member, a standard deviation of its kind: the scale of the t.
    pub(crate) sd: Vec<f64>,
}

impl Point {
    /// `ln t_nu((v - y_i)/s_i) - ln s_i`.
    fn log_density(&self, member: usize) -> f64 {
        const NU: f64 = DEGREES_OF_FREEDOM;
        let (y, s) = (self.foretold[member], self.sd[member]);
        let z = (self.value - y) / s;
        let norm = ln_gamma(0.5 * (NU + 1.0)) - ln_gamma(0.5 * NU);
        norm - 0.5 * (NU * std::f64::consts::PI).ln()
            - 0.5 * (NU + 1.0) * (z * z / NU).ln_1p()
            - s.ln()
    }

    /// Chance of this value or one farther out, were the one seen any of the members.
    fn chance(&self) -> f64 {
        let Ok(t) = StudentsT::new(0.0, 1.0, DEGREES_OF_FREEDOM) else { return 1.0 };
        let below = |(y, s): (&f64, &f64)| t.cdf((self.value - y) / s);
        let sum: f64 = self.foretold.iter().zip(&self.sd).map(below).sum();
        let u = sum / self.foretold.len() as f64;
        (2.0 * u.min(1.0 - u)).clamp(0.0, 1.0)
    }
}

/// What came of the weighing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weighed {
    /// One for each member; their sum is 1.
    pub(crate) weights: Vec<f64>,
    /// How much of the data was taken.
    pub(crate) taken: f64,
    /// Chance of each point; see [`Point::chance`].
    pub(crate) chances: Vec<f64>,
}

/// Weigh `members` members by the points: `w_i ~ (prod_j p(v_j | y_ij))^b`, with `b` = 1, or as much less as leaves
/// [`LEAST_EFFECTIVE_SHARE`] of them.
pub(crate) fn weigh(points: &[Point], members: usize) -> Weighed {
    let logs: Vec<f64> = (0..members)
        .map(|member| points.iter().map(|point| point.log_density(member)).sum())
        .collect();
    let least = LEAST_EFFECTIVE_SHARE * members as f64;
    let mut taken = 1.0;
    if effective(&normalised(&logs, taken)) < least {
        let (mut enough, mut too_much) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (enough + too_much);
            if effective(&normalised(&logs, middle)) < least {
                too_much = middle;
            } else {
                enough = middle;
            }
        }
        taken = enough;
    }
    Weighed {
        weights: normalised(&logs, taken),
        taken,
        chances: points.iter().map(Point::chance).collect(),
    }
}

fn normalised(logs: &[f64], power: f64) -> Vec<f64> {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| (power * (log - most)).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|weight| weight / sum).collect()
}

/// `1 / sum w^2`.
fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

impl Weighed {
    /// So many members of equal weight would tell as much.
    pub(crate) fn effective(&self) -> f64 {
        effective(&self.weights)
    }

    /// As many members as there are, drawn by weight: systematic resampling with its comb in the middle of each
    /// tooth, so that no chance enters.
    ///
    /// Copies are laid out so that the first few members stand for all: copy `k` of the `n` copies of member `i` of `N`
    /// comes at `(k + (i + 1/2)/N) / n`. Weights that are all the same give every member once, in their order.
    pub(crate) fn drawn(&self) -> Vec<u32> {
        let count = self.weights.len();
        let mut copies = vec![0_u32; count];
        let mut member = 0;
        let mut reached = self.weights.first().copied().unwrap_or(0.0);
        for tooth in 0..count {
            let place = (tooth as f64 + 0.5) / count as f64;
            while reached < place && member + 1 < count {
                member += 1;
                reached += self.weights[member];
            }
            copies[member] += 1;
        }
        let mut laid: Vec<(f64, u32)> = Vec::with_capacity(count);
        for (member, copies) in (0_u32..).zip(copies) {
            let phase = (f64::from(member) + 0.5) / count as f64;
            laid.extend(
                (0..copies).map(|copy| ((f64::from(copy) + phase) / f64::from(copies), member)),
            );
        }
        laid.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        laid.into_iter().map(|(_, member)| member).collect()
    }
}
