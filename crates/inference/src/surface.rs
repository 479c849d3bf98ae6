//! A quadratic response surface of one output over many inputs.
//!
//! ```text
//! y = b + sum_k b_k z_k + sum_(k in A) c_k (z_k^2 - 1) + sum_(j < k in A) c_jk z_j z_k
//! ```
//!
//! Few inputs bend an output or act on it together: those are the set `A`, found by a first fit of lines
//! and squares. Inputs that don't move the output at all are left out. Coefficients are found by least
//! squares with a little damping; the error is that on points left out of the fit one by one, which for
//! least squares needs no second fit: `e_i / (1 - h_i)` with the leverage `h_i`.

use faer::{Mat, Side, linalg::solvers::Solve as _};
use serde::Serialize;

/// Slopes and bends this many standard errors from nothing are kept.
const SEEN: f64 = 3.0;
/// Inputs with less than this share of the explained variance don't enter `A`.
const LEAST_SHARE: f64 = 0.003;
/// At most so many inputs in `A`.
const MOST_ACTIVE: usize = 12;
/// Points for each coefficient of the full surface, at least.
const POINTS_PER_TERM: usize = 4;
/// Damping tried, as a share of the weight of all points.
const DAMPING: [f64; 5] = [1e-10, 1e-4, 1e-3, 1e-2, 1e-1];

/// Points at which outputs are known.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// `[point][input]`, of the order of a standard normal each.
    pub inputs: Vec<Vec<f64>>,
    /// Weight of each in the fit.
    pub weights: Vec<f64>,
    /// Whether the error is counted there: points far from where the surface is used are not.
    pub counted: Vec<bool>,
}

impl Points {
    fn dimension(&self) -> usize {
        self.inputs.first().map_or(0, Vec::len)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
enum Term {
    One,
    Line(usize),
    Square(usize),
    Cross(usize, usize),
}

impl Term {
    fn at(self, z: &[f64]) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Line(k) => z[k],
            Self::Square(k) => z[k] * z[k] - 1.0,
            Self::Cross(j, k) => z[j] * z[k],
        }
    }
}

/// A fitted surface.
#[derive(Debug, Clone, Serialize)]
pub struct Surface {
    terms: Vec<(Term, f64)>,
    /// Root mean square error on points that the fit has not seen.
    pub error: f64,
    /// Standard deviation of the output over the points counted.
    pub spread: f64,
}

impl Surface {
    /// The value at `z`.
    pub fn value(&self, z: &[f64]) -> f64 {
        self.terms.iter().map(|(term, weight)| weight * term.at(z)).sum()
    }

    /// Add `factor` times the slopes at `z` to `slopes`.
    pub fn add_slopes(&self, z: &[f64], factor: f64, slopes: &mut [f64]) {
        for (term, weight) in &self.terms {
            let weight = weight * factor;
            match *term {
                Term::One => {}
                Term::Line(k) => slopes[k] += weight,
                Term::Square(k) => slopes[k] += 2.0 * weight * z[k],
                Term::Cross(j, k) => {
                    slopes[j] += weight * z[k];
                    slopes[k] += weight * z[j];
                }
            }
        }
    }

    /// Fit `values` at `points`; none where there are too few points, or values that are not finite.
    pub fn fit(points: &Points, values: &[f64]) -> Option<Self> {
        if values.iter().any(|y| !y.is_finite()) || values.len() != points.inputs.len() {
            return None;
        }
        let (centre, spread) = moments(points, values);
        if spread <= 1e-12 * centre.abs().max(1e-300) {
            return Some(Self { terms: vec![(Term::One, centre)], error: 0.0, spread: 0.0 });
        }
        let terms = Self::terms(points, values)?;
        let best = DAMPING
            .iter()
            .filter_map(|damping| LeastSquares::solve(points, values, &terms, *damping))
            .min_by(|a, b| a.error.total_cmp(&b.error))?;
        let terms = terms.into_iter().zip(best.weights).collect();
        Some(Self { terms, error: best.error, spread })
    }

    /// The terms worth having.
    fn terms(points: &Points, values: &[f64]) -> Option<Vec<Term>> {
        let all = points.dimension();
        let n = points.inputs.len();
        // Where points are few, bends are looked for only among inputs with a slope.
        let with_squares = n >= POINTS_PER_TERM * (2 * all + 1);
        let mut first = vec![Term::One];
        first.extend((0..all).map(Term::Line));
        if with_squares {
            first.extend((0..all).map(Term::Square));
        }
        let fit = LeastSquares::solve(points, values, &first, 1e-6)?;
        let seen = |at: usize| fit.weights[at].abs() > SEEN * fit.errors[at];
        let square = |k: usize| with_squares.then_some(1 + all + k);
        let share = |k: usize| {
            let bend = square(k).map_or(0.0, |at| 2.0 * fit.weights[at].powi(2));
            fit.weights[1 + k].powi(2) + bend
        };
        let total: f64 = (0..all).map(share).sum();
        let is_seen = |k: &usize| seen(1 + k) || square(*k).is_some_and(seen);
        let mut active: Vec<usize> =
            (0..all).filter(is_seen).filter(|k| share(*k) > LEAST_SHARE * total).collect();
        active.sort_by(|a, b| share(*b).total_cmp(&share(*a)).then(a.cmp(b)));
        let lines: Vec<usize> = (0..all).filter(is_seen).collect();
        let mut count = active.len().min(MOST_ACTIVE);
        while count > 1 && POINTS_PER_TERM * (1 + lines.len() + count * (count + 1) / 2) > n {
            count -= 1;
        }
        active.truncate(count);
        active.sort_unstable();
        let mut terms = vec![Term::One];
        terms.extend(lines.iter().copied().map(Term::Line));
        for (at, j) in active.iter().enumerate() {
            terms.push(Term::Square(*j));
            terms.extend(active[at + 1..].iter().map(|k| Term::Cross(*j, *k)));
        }
        let others = lines.iter().filter(|k| !active.contains(k) && square(**k).is_some_and(seen));
        terms.extend(others.copied().map(Term::Square));
        Some(terms)
    }
}

/// Slope of `values` along each input with its standard error, all inputs together in straight lines.
pub fn slopes(points: &Points, values: &[f64]) -> Option<Vec<(f64, f64)>> {
    let mut terms = vec![Term::One];
    terms.extend((0..points.dimension()).map(Term::Line));
    let fit = LeastSquares::solve(points, values, &terms, 1e-6)?;
    Some(fit.weights.into_iter().zip(fit.errors).skip(1).collect())
}

/// Weighted mean and standard deviation over the points counted.
fn moments(points: &Points, values: &[f64]) -> (f64, f64) {
    let counted = || (0..values.len()).filter(|at| points.counted[*at]);
    let n = counted().count().max(1) as f64;
    let centre = counted().map(|at| values[at]).sum::<f64>() / n;
    let square = counted().map(|at| (values[at] - centre).powi(2)).sum::<f64>() / n;
    (centre, square.sqrt())
}

struct LeastSquares {
    weights: Vec<f64>,
    /// Standard errors of the weights.
    errors: Vec<f64>,
    /// Root mean square error left out.
    error: f64,
}

impl LeastSquares {
    fn solve(points: &Points, values: &[f64], terms: &[Term], damping: f64) -> Option<Self> {
        let (n, p) = (values.len(), terms.len());
        if n <= p {
            return None;
        }
        let design = Mat::from_fn(n, p, |i, k| terms[k].at(&points.inputs[i]));
        let weighed = Mat::from_fn(n, p, |i, k| points.weights[i] * design[(i, k)]);
        let mut matrix = design.transpose() * &weighed;
        let damping = damping * points.weights.iter().sum::<f64>();
        // The constant is not damped.
        for k in 1..p {
            matrix[(k, k)] += damping;
        }
        let right = weighed.transpose() * Mat::from_fn(n, 1, |i, _| values[i]);
        let factors = matrix.llt(Side::Lower).ok()?;
        let solution = factors.solve(&right);
        let inverse = factors.solve(Mat::<f64>::identity(p, p));
        let found = &design * &solution;
        let half = &design * &inverse;
        let (mut sum, mut count, mut square, mut degrees) = (0.0, 0.0, 0.0, 0.0);
        for i in 0..n {
            let spread: f64 = (0..p).map(|k| half[(i, k)] * design[(i, k)]).sum();
            let leverage = (points.weights[i] * spread).min(0.999);
            let off = values[i] - found[(i, 0)];
            square += points.weights[i] * off * off;
            degrees += points.weights[i] * (1.0 - leverage);
            if points.counted[i] {
                sum += (off / (1.0 - leverage)).powi(2);
                count += 1.0;
            }
        }
        let noise = if degrees > 0.0 { square / degrees } else { 0.0 };
        Some(Self {
            weights: (0..p).map(|k| solution[(k, 0)]).collect(),
            errors: (0..p).map(|k| (noise * inverse[(k, k)].max(0.0)).sqrt()).collect(),
            error: if count > 0.0 { (sum / count).sqrt() } else { f64::INFINITY },
        })
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution as _, StandardNormal};

    use super::*;

    fn normals(n: usize, dimension: usize) -> Points {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let point = |rng: &mut ChaCha8Rng| {
            (0..dimension).map(|_| StandardNormal.sample(&mut *rng)).collect::<Vec<f64>>()
        };
        Points {
            inputs: (0..n).map(|_| point(&mut rng)).collect(),
            weights: vec![1.0; n],
            counted: vec![true; n],
        }
    }

    fn bent(z: &[f64]) -> f64 {
        2.0 + 1.5 * z[0] - 0.7 * z[3] + 0.4 * z[0] * z[3] + 0.3 * z[3] * z[3] - 0.2 * z[5]
    }

    #[test]
    fn a_quadratic_is_found_exactly_with_its_slopes() {
        let points = normals(300, 12);
        let values: Vec<f64> = points.inputs.iter().map(|z| bent(z)).collect();
        let surface = Surface::fit(&points, &values).expect("fitted");
        assert!(surface.error < 1e-6, "{}", surface.error);
        let elsewhere: Vec<f64> = (0..12).map(|k| 0.1 * f64::from(k) - 0.5).collect();
        assert!((surface.value(&elsewhere) - bent(&elsewhere)).abs() < 1e-6);
        let mut slopes = vec![0.0; 12];
        surface.add_slopes(&elsewhere, 2.0, &mut slopes);
        for k in 0..12 {
            let mut ahead = elsewhere.clone();
            ahead[k] += 1e-5;
            let slope = (bent(&ahead) - bent(&elsewhere)) / 1e-5;
            assert!((slopes[k] - 2.0 * slope).abs() < 1e-4, "{k}");
        }
    }

    /// Noise is told as error, and not fitted: unseen points are missed by as much as was said.
    #[test]
    fn the_error_is_that_on_unseen_points() {
        let points = normals(800, 10);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut noisy = |z: &[f64]| {
            let noise: f64 = StandardNormal.sample(&mut rng);
            bent(z) + 0.5 * noise
        };
        let values: Vec<f64> = points.inputs.iter().map(|z| noisy(z)).collect();
        let (seen, unseen) = (0..400, 400..800);
        let half = Points {
            inputs: points.inputs[seen.clone()].to_vec(),
            weights: vec![1.0; 400],
            counted: vec![true; 400],
        };
        let surface = Surface::fit(&half, &values[seen]).expect("fitted");
        let square =
            unseen.map(|i| (values[i] - surface.value(&points.inputs[i])).powi(2)).sum::<f64>();
        let found = (square / 400.0).sqrt();
        assert!((surface.error / found - 1.0).abs() < 0.1, "{} {found}", surface.error);
        assert!((surface.error - 0.5).abs() < 0.06, "{}", surface.error);
    }

    #[test]
    fn what_does_not_vary_is_known_and_what_is_not_finite_is_refused() {
        let points = normals(50, 3);
        let still = Surface::fit(&points, &[4.0; 50]).expect("fitted");
        assert_eq!((still.value(&[9.0, 9.0, 9.0]), still.error), (4.0, 0.0));
        assert!(Surface::fit(&points, &[f64::NAN; 50]).is_none());
        assert!(Surface::fit(&normals(3, 3), &[1.0, 2.0, 3.0]).is_none());
    }

    #[test]
    fn points_with_little_weight_hardly_count() {
        let mut points = normals(400, 2);
        let mut values: Vec<f64> = points.inputs.iter().map(|z| z[0]).collect();
        points.weights[..100].fill(1e-6);
        points.counted[..100].fill(false);
        values[..100].iter_mut().for_each(|value| *value += 50.0);
        let surface = Surface::fit(&points, &values).expect("fitted");
        assert!(surface.error < 1e-2, "{}", surface.error);
        assert!((slopes(&points, &values).expect("fitted")[0].0 - 1.0).abs() < 0.01);
    }
}
