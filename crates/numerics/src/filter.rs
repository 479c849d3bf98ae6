//! The linear first-order lag, solved exactly for a piecewise linear input.

/// Advance `y' = input(t) - rate * y` over `span`, where the input goes in a straight line from
/// `input_before` to `input_after`.
///
/// The formula is exact; for `rate * span -> 0` it goes over into the trapezoidal rule.
pub fn lag(y: f64, rate: f64, input_before: f64, input_after: f64, span: f64) -> f64 {
    let x = rate * span;
    let decay = (-x).exp();
    // phi1 = (1 - e^-x)/x and phi2 = (x - 1 + e^-x)/x^2, by their series where x is small.
    let (phi1, phi2) = if x.abs() < 1e-3 {
        (1.0 - x / 2.0 + x * x / 6.0, 0.5 - x / 6.0 + x * x / 24.0)
    } else {
        (-(-x).exp_m1() / x, (x + (-x).exp_m1()) / (x * x))
    };
    y * decay + span * (input_before * phi1 + (input_after - input_before) * phi2)
}

#[cfg(test)]
mod tests {
    use super::lag;

    #[test]
    fn decay_alone_is_exponential() {
        assert!((lag(3.0, 0.7, 0.0, 0.0, 2.0) - 3.0 * (-1.4f64).exp()).abs() < 1e-14);
    }

    #[test]
    fn a_constant_input_is_approached() {
        assert!((lag(0.0, 0.5, 2.0, 2.0, 100.0) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_ramp_has_its_analytic_answer() {
        // y' = t - a y from 0: y = t/a - (1 - e^{-a t})/a^2
        let (a, t) = (0.8f64, 3.0);
        let exact = t / a - (1.0 - (-a * t).exp()) / (a * a);
        assert!((lag(0.0, a, 0.0, t, t) - exact).abs() < 1e-14);
        let one_step_of_two = lag(0.0, a, 0.0, 1.0, 1.0);
        assert!((lag(one_step_of_two, a, 1.0, t, t - 1.0) - exact).abs() < 1e-14);
    }

    #[test]
    fn the_series_meets_the_formula() {
        for rate in [0.99e-3, 1.01e-3] {
            let y = lag(1.0, rate, 2.0, 3.0, 1.0);
            let exact = (-rate).exp() + 2.5 - rate * (1.0 + 1.0 / 6.0);
            assert!((y - exact).abs() < 1e-6, "{rate}: {y} {exact}");
        }
    }
}
