//! Mean and quantiles of a sample.

/// The `share` quantile of an ascending sample by linear interpolation between order statistics
/// (the definition R calls type 7); NaN for an empty sample.
pub fn quantile(ascending: &[f64], share: f64) -> f64 {
    let Some(last) = ascending.len().checked_sub(1) else { return f64::NAN };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    ascending[below] + (place - below as f64) * (ascending[above] - ascending[below])
}

/// Arithmetic mean, summed in the order given; NaN for an empty sample.
pub fn mean(sample: &[f64]) -> f64 {
    if sample.is_empty() { f64::NAN } else { sample.iter().sum::<f64>() / sample.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::{mean, quantile};

    #[test]
    fn quantiles_interpolate() {
        let sample = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(quantile(&sample, 0.0), 1.0);
        assert_eq!(quantile(&sample, 0.5), 2.5);
        assert_eq!(quantile(&sample, 1.0), 4.0);
        assert_eq!(quantile(&[7.0], 0.3), 7.0);
        assert!(quantile(&[], 0.5).is_nan() && mean(&[]).is_nan());
        assert_eq!(mean(&sample), 2.5);
    }
}
