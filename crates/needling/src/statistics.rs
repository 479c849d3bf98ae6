//! Mean, spread and quantiles of depths.

use serde::Serialize;

/// How deep the punctures go; all zero when there are none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct DepthStatistics {
    /// Mean depth, um.
    pub mean_um: f64,
    /// Standard deviation between hits, um.
    pub sd_um: f64,
    /// Depth that 5 % of hits stay above, um.
    pub p05_um: f64,
    /// Median depth, um.
    pub p50_um: f64,
    /// Depth that 95 % of hits stay above, um.
    pub p95_um: f64,
}

impl DepthStatistics {
    /// Statistics of depths in any order; changes the order.
    pub(crate) fn of(depths_um: &mut [f64]) -> Self {
        if depths_um.is_empty() {
            return Self::default();
        }
        let n = depths_um.len() as f64;
        let mean_um = depths_um.iter().sum::<f64>() / n;
        let squares: f64 = depths_um.iter().map(|h| (h - mean_um).powi(2)).sum();
        Self {
            mean_um,
            sd_um: (squares / (n - 1.0).max(1.0)).sqrt(),
            p05_um: quantile(depths_um, 0.05),
            p50_um: quantile(depths_um, 0.50),
            p95_um: quantile(depths_um, 0.95),
        }
    }
}

/// Quantile of values in any order, linear between neighbours; zero when there are none. Moves the
/// values about, which is quicker than to sort them.
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return 0.0 };
    let position = share * last as f64;
    let nth = (position as usize).min(last);
    let (_, &mut below, rest) = values.select_nth_unstable_by(nth, f64::total_cmp);
    let above = rest.iter().copied().fold(f64::INFINITY, f64::min);
    if above.is_finite() { below + (above - below) * (position - nth as f64) } else { below }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_known_set() {
        let mut depths: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let s = DepthStatistics::of(&mut depths);
        assert!((s.mean_um - 50.0).abs() < 1e-12);
        assert!((s.p05_um - 5.0).abs() < 1e-12 && (s.p95_um - 95.0).abs() < 1e-12);
        assert!((s.sd_um - (101.0f64 * 102.0 / 12.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn of_one_and_of_none() {
        let one = DepthStatistics::of(&mut [7.0]);
        assert!((one.p95_um - 7.0).abs() < 1e-12 && one.sd_um.abs() < 1e-12);
        assert_eq!(DepthStatistics::of(&mut []), DepthStatistics::default());
    }
}
