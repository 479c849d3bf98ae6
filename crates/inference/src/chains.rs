//! What chains of a sampler are worth: split R-hat on ranks and effective sample sizes.
//!
//! After Vehtari, Gelman, Simpson, Carpenter and Bürkner, Rank-normalization, folding, and localization: an
//! improved R-hat for assessing convergence of MCMC, Bayesian Analysis 2021;16:667-718.

use needlepoint_numerics::quantile::{mean, quantile};
use serde::Serialize;

use crate::normal;

/// How well one quantity was sampled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Worth {
    /// Greater of the split R-hats of ranks and of folded ranks; 1 where all chains agree.
    pub r_hat: f64,
    /// Effective sample size for the middle.
    pub bulk: f64,
    /// Effective sample size for the 5 % and 95 % quantiles, the lesser of the two.
    pub tail: f64,
}

/// The worth of `chains` of one quantity, all of the same length and of 8 draws at least; what does not
/// vary at all is worth every draw.
pub fn worth(chains: &[Vec<f64>]) -> Worth {
    let halves = split(chains);
    let all = || halves.iter().flatten().copied();
    let total = halves.iter().map(Vec::len).sum::<usize>() as f64;
    let first = all().next().unwrap_or(0.0);
    if all().all(|x| x == first) {
        return Worth { r_hat: 1.0, bulk: total, tail: total };
    }
    let mut ascending: Vec<f64> = all().collect();
    ascending.sort_by(f64::total_cmp);
    let middle = quantile(&ascending, 0.5);
    let folded: Vec<Vec<f64>> =
        halves.iter().map(|c| c.iter().map(|x| (x - middle).abs()).collect()).collect();
    let ranked = ranked(&halves);
    let indicator = |share: f64| {
        let at = quantile(&ascending, share);
        let below: Vec<Vec<f64>> = halves
            .iter()
            .map(|c| c.iter().map(|x| f64::from(u8::from(*x <= at))).collect())
            .collect();
        effective_size(&below)
    };
    Worth {
        r_hat: r_hat(&ranked).max(r_hat(&self::ranked(&folded))),
        bulk: effective_size(&ranked),
        tail: indicator(0.05).min(indicator(0.95)),
    }
}

/// Each chain as two: one that drifts disagrees with itself.
fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    chains
        .iter()
        .flat_map(|chain| {
            let half = chain.len() / 2;
            [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()]
        })
        .collect()
}

/// Normal scores of the ranks over all chains, ties sharing their mean rank.
fn ranked(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<(f64, usize, usize)> = chains
        .iter()
        .enumerate()
        .flat_map(|(c, chain)| chain.iter().enumerate().map(move |(i, x)| (*x, c, i)))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = order.len() as f64;
    let mut scores: Vec<Vec<f64>> = chains.iter().map(|chain| vec![0.0; chain.len()]).collect();
    let mut from = 0;
    while from < order.len() {
        let same = order[from..].iter().take_while(|o| o.0 == order[from].0).count();
        let rank = from as f64 + 0.5 * (same as f64 + 1.0);
        let score = normal::quantile((rank - 0.375) / (total + 0.25));
        for (_, c, i) in &order[from..from + same] {
            scores[*c][*i] = score;
        }
        from += same;
    }
    scores
}

fn variance(values: &[f64]) -> f64 {
    let centre = mean(values);
    values.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// `W`, within the chains, and `var+`, of all that is known of the spread.
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let n = chains.iter().map(Vec::len).min().unwrap_or(0) as f64;
    let within = mean(&chains.iter().map(|c| variance(c)).collect::<Vec<_>>());
    let between = variance(&chains.iter().map(|c| mean(c)).collect::<Vec<_>>());
    (within, (n - 1.0) / n * within + between)
}

fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let (within, all) = variances(chains);
    if within > 0.0 { (all / within).sqrt() } else { f64::INFINITY }
}

/// Number of draws over the integrated autocorrelation, by Geyer's initial monotone sequence.
fn effective_size(chains: &[Vec<f64>]) -> f64 {
    let n = chains.iter().map(Vec::len).min().unwrap_or(0);
    let total = (n * chains.len()) as f64;
    let (within, all) = variances(chains);
    if !(all > 0.0 && within > 0.0) {
        // An indicator that never changes within a chain.
        return if all > 0.0 { chains.len() as f64 } else { total };
    }
    let centred: Vec<Vec<f64>> = chains
        .iter()
        .map(|chain| {
            let centre = mean(chain);
            chain.iter().map(|x| x - centre).collect()
        })
        .collect();
    let correlation = |lag: usize| {
        let covariance = centred
            .iter()
            .map(|c| c[..n - lag].iter().zip(&c[lag..]).map(|(a, b)| a * b).sum::<f64>())
            .sum::<f64>()
            / (n * centred.len()) as f64;
        1.0 - (within * (n as f64 - 1.0) / n as f64 - covariance) / all
    };
    let mut sum = 0.0;
    let mut least = f64::INFINITY;
    for pair in 0..n / 2 {
        let both = if pair == 0 {
            1.0 + correlation(1)
        } else {
            correlation(2 * pair) + correlation(2 * pair + 1)
        };
        if both <= 0.0 {
            break;
        }
        least = least.min(both);
        sum += least;
    }
    // Antithetic chains may be worth more than their draws, but not without bound.
    let time = (2.0 * sum - 1.0).max(1.0 / total.log10());
    total / time
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution as _, StandardNormal};

    use super::worth;

    /// `x' = a x + sqrt(1 - a^2) e`, started where it lives.
    fn autoregressive(a: f64, n: usize, stream: u64) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        rng.set_stream(stream);
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let mut x = normal();
        (0..n)
            .map(|_| {
                x = a * x + (1.0 - a * a).sqrt() * normal();
                x
            })
            .collect()
    }

    /// The mean of an AR(1) chain is worth `n (1 - a) / (1 + a)` draws.
    #[test]
    fn an_autoregressive_chain_has_its_known_effective_size() {
        for a in [0.0, 0.5, 0.9] {
            let chains: Vec<Vec<f64>> = (0..4).map(|c| autoregressive(a, 5000, c)).collect();
            let found = worth(&chains);
            let exact = 20_000.0 * (1.0 - a) / (1.0 + a);
            assert!((found.bulk / exact - 1.0).abs() < 0.15, "{a}: {} {exact}", found.bulk);
            assert!(found.r_hat < 1.01, "{a}: {}", found.r_hat);
            assert!(found.tail > 0.2 * exact, "{a}: {}", found.tail);
        }
    }

    #[test]
    fn chains_that_disagree_in_place_or_in_width_are_found_out() {
        let alike: Vec<Vec<f64>> = (0..4).map(|c| autoregressive(0.3, 1000, c)).collect();
        let mut moved = alike.clone();
        moved[2].iter_mut().for_each(|x| *x += 1.0);
        let found = worth(&moved);
        assert!(found.r_hat > 1.05 && found.bulk < 100.0, "{found:?}");
        let mut wider = alike;
        wider[1].iter_mut().for_each(|x| *x *= 4.0);
        assert!(worth(&wider).r_hat > 1.05);
    }

    #[test]
    fn a_chain_that_drifts_disagrees_with_itself() {
        let drifting: Vec<Vec<f64>> = (0..4)
            .map(|c| {
                let chain = autoregressive(0.0, 1000, c);
                chain.iter().zip(0..).map(|(x, i)| x + f64::from(i) / 400.0).collect()
            })
            .collect();
        assert!(worth(&drifting).r_hat > 1.1);
    }

    #[test]
    fn what_never_moves_is_known() {
        let still = worth(&[vec![2.0; 100], vec![2.0; 100]]);
        assert_eq!((still.r_hat, still.bulk), (1.0, 200.0));
    }
}
