//! The standard normal distribution, with tails and slopes that don't run out of digits.

use statrs::{
    distribution::{ContinuousCDF, Normal},
    function::erf::erfc,
};

/// Density.
pub fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// Chance of less than `x`.
pub fn below(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// The value with the chance `u` of less; `u` is held a billionth away from 0 and 1.
pub fn quantile(u: f64) -> f64 {
    Normal::standard().inverse_cdf(u.clamp(1e-9, 1.0 - 1e-9))
}

#[cfg(test)]
mod tests {
    use super::{below, quantile};

    #[test]
    fn quantiles_undo_chances() {
        for x in [-5.0, -1.3, 0.0, 0.4, 3.0] {
            assert!((quantile(below(x)) - x).abs() < 1e-6, "{x}");
        }
        assert!((below(-10.0) / 7.619_853e-24 - 1.0).abs() < 1e-5);
    }
}
