//! Parameters of which something was learned. Few can be told apart from one patient's scores, and of some hundred a
//! few always seem to have moved: so a parameter is told of only if what was foretold hangs on it, and if it moved by
//! more than the greatest of so many moves by chance.

use needlepoint_numerics::quantile::mean;
use statrs::distribution::{ContinuousCDF as _, Normal};

use super::{
    deviation,
    weigh::{Point, Weighed},
};

/// Parameters told of, at most.
const TOLD: usize = 6;
/// A parameter is told of when its mean has moved by so many standard deviations of what was known, at least.
const MOVED_SPREADS: f64 = 0.3;
/// Chance that any parameter at all is told of by chance.
const ANY_BY_CHANCE: f64 = 0.05;

/// Of columns of values, one for each member, the places of those that moved and matter; the farthest first.
pub(super) fn moved(columns: &[Vec<f64>], points: &[Point], weighed: &Weighed) -> Vec<usize> {
    // What is the same in everybody has a spread of rounding errors, and can't be learned of.
    let vary = columns.iter().enumerate().filter(|(_, values)| varies(values));
    let vary: Vec<(usize, &Vec<f64>)> = vary.collect();
    let (matters, moves) = (errors(vary.len() * points.len()), errors(vary.len()));
    let mut moved: Vec<(f64, usize)> = vary
        .into_iter()
        .filter_map(|(place, values)| {
            let now: f64 = weighed.weights.iter().zip(values).map(|(w, value)| w * value).sum();
            let shift = (now - mean(values)).abs() / deviation(values);
            let even = vec![1.0 / values.len() as f64; values.len()];
            let least = matters * standard_error(values, &even);
            let hangs = points.iter().any(|point| correlation(values, &point.foretold) >= least);
            let far = MOVED_SPREADS.max(moves * standard_error(values, &weighed.weights));
            (hangs && shift >= far).then_some((shift, place))
        })
        .collect();
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    moved.truncate(TOLD);
    moved.into_iter().map(|(_, place)| place).collect()
}

fn varies(values: &[f64]) -> bool {
    values.iter().any(|value| *value != values[0])
}

/// So many standard errors does the greatest of `many` keep to by chance (Bonferroni, both sides).
fn errors(many: usize) -> f64 {
    Normal::standard().inverse_cdf(1.0 - 0.5 * ANY_BY_CHANCE / many.max(1) as f64)
}

/// Standard error of a weighted mean, in standard deviations. Members with the same value are one draw of it: the
/// ensemble of the fit has fewer rows than there are members.
fn standard_error(values: &[f64], weights: &[f64]) -> f64 {
    let mut pairs: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let same = pairs.chunk_by(|a, b| a.0 == b.0);
    same.map(|draw| draw.iter().map(|(_, weight)| weight).sum::<f64>().powi(2)).sum::<f64>().sqrt()
}

/// How closely two follow each other, without its sign; 0 if one of them does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    if !(varies(a) && varies(b)) {
        return 0.0;
    }
    let (mean_a, mean_b) = (mean(a), mean(b));
    let products: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).collect();
    (mean(&products) / (deviation(a) * deviation(b))).abs()
}

#[cfg(test)]
mod tests {
    use needlepoint_knowledge::parameter::SamplePoint;

    use super::{super::weigh::weigh, *};

    const MEMBERS: u32 = 512;

    fn drawn(dimension: u32) -> Vec<f64> {
        let point = |member| SamplePoint { seed: 3, member };
        (0..MEMBERS).map(|member| point(member).coordinate(dimension)).collect()
    }

    /// One reading far out on what hangs on the first column, so that few members are left.
    fn seen(first: &[f64]) -> (Vec<Point>, Weighed) {
        let foretold = first.to_vec();
        let points = vec![Point { value: 0.9, sd: vec![0.02; foretold.len()], foretold }];
        let weighed = weigh(&points, MEMBERS as usize);
        (points, weighed)
    }

    #[test]
    fn of_many_parameters_only_the_one_that_was_seen_is_told_of() {
        let mut columns: Vec<Vec<f64>> = (0..300).map(drawn).collect();
        let (points, weighed) = seen(&columns[0]);
        assert!(weighed.effective() < 64.0, "{}", weighed.effective());
        assert_eq!(moved(&columns, &points, &weighed), [0]);
        // Nor is it told of when what was foretold does not hang on it.
        columns.swap_remove(0);
        assert_eq!(moved(&columns, &points, &weighed), Vec::<usize>::new());
    }

    #[test]
    fn what_is_the_same_in_everybody_has_not_moved() {
        let first = drawn(0);
        let (points, weighed) = seen(&first);
        // The mean of 512 times this number is not quite this number.
        let columns = [vec![0.0416; MEMBERS as usize], vec![2.9e-5; MEMBERS as usize], first];
        assert_eq!(moved(&columns, &points, &weighed), [2]);
    }

    #[test]
    fn copies_of_one_draw_count_once() {
        let twice = [1.0, 1.0, 2.0, 2.0];
        assert!((standard_error(&twice, &[0.25; 4]) - 0.5_f64.sqrt()).abs() < 1e-12);
        assert!((standard_error(&[1.0, 2.0, 3.0, 4.0], &[0.25; 4]) - 0.5).abs() < 1e-12);
    }
}
