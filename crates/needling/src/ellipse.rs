//! Ellipses: the mouths of channels that were torn along the way of the hand.

use std::f64::consts::PI;

/// Circumference of an ellipse with half axes a and b (Ramanujan), exact for a circle.
///
/// ```text
/// P = pi (3 (a + b) - sqrt((3 a + b) (a + 3 b)))
/// ```
///
/// Nowhere more than half a per cent off, and that for a slit.
pub(crate) fn circumference(a: f64, b: f64) -> f64 {
    PI * (3.0 * (a + b) - ((3.0 * a + b) * (a + 3.0 * b)).sqrt())
}

/// Area of all that lies within `reach` of an ellipse with half axes a and b (Steiner).
///
/// ```text
/// A = pi a b + P reach + pi reach^2
/// ```
pub(crate) fn area_within(a: f64, b: f64, reach: f64) -> f64 {
    // As the ellipse with both axes grown, and what that lacks; for a circle nothing.
    PI * (a + reach) * (b + reach) + reach * (circumference(a, b) - PI * (a + b))
}

/// Whether a point x along and y across lies within `reach` of an ellipse with half axes a >= b.
///
/// Where it is not plain at once, the nearest point `(a^2 x / (t + a^2), b^2 y / (t + b^2))` on the
/// ellipse is found by halving the bounds on t.
pub(crate) fn is_within(x: f64, y: f64, a: f64, b: f64, reach: f64) -> bool {
    const HALVINGS: u32 = 40;
    // A slit without any width is as good as one a millionth as wide as long.
    let b = b.max(1e-6 * a);
    let (x, y) = (x.abs(), y.abs());
    let (far, near) = (a + reach, b + reach);
    // Without division: there may be neither axes nor reach.
    if (x * near).powi(2) + (y * far).powi(2) <= (far * near).powi(2) {
        return true;
    }
    if x > far || y > near {
        return false;
    }
    let beyond = |t: f64| (a * x / (t + a * a)).powi(2) + (b * y / (t + b * b)).powi(2) > 1.0;
    // A point at distance d has t <= d a.
    let (mut low, mut high) = (0.0, reach * a);
    if beyond(high) {
        return false;
    }
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if beyond(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    (x * high / (high + a * a)).hypot(y * high / (high + b * b)) <= reach
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Distance to the ellipse by trying points all around it; 0 inside.
    fn tried(x: f64, y: f64, a: f64, b: f64) -> f64 {
        if (x / a).powi(2) + (y / b).powi(2) <= 1.0 {
            return 0.0;
        }
        (0..20_000)
            .map(|nth| {
                let (sin, cos) = (f64::from(nth) * PI / 1e4).sin_cos();
                (x - a * cos).hypot(y - b * sin)
            })
            .fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn a_slit_is_gone_around_twice() {
        assert!((circumference(1.0, 1.0) - 2.0 * PI).abs() < 1e-12);
        assert!((circumference(1.0, 0.0) / 4.0 - 1.0).abs() < 0.005);
        assert!(is_within(0.0, 0.9, 5.0, 0.0, 1.0) && !is_within(0.0, 1.1, 5.0, 0.0, 1.0));
        assert!(is_within(0.0, 0.0, 0.0, 0.0, 0.0));
    }

    proptest! {
        #[test]
        fn agrees_with_trying_all_points(
            a in 0.1..3.0f64, ratio in 0.05..1.0f64, reach in 0.0..2.0f64,
            x in -6.0..6.0f64, y in -6.0..6.0f64,
        ) {
            let b = a * ratio;
            let distance = tried(x, y, a, b);
            prop_assume!((distance - reach).abs() > 1e-5);
            prop_assert_eq!(is_within(x, y, a, b, reach), distance < reach);
        }

        #[test]
        fn a_circle_is_the_limit(r in 0.1..3.0f64, reach in 0.0..2.0f64, x in -6.0..6.0f64) {
            prop_assert!((area_within(r, r, reach) / (PI * (r + reach).powi(2)) - 1.0).abs() < 1e-14);
            prop_assert_eq!(is_within(x, 0.3, r, r, reach), x.hypot(0.3) <= r + reach);
        }
    }
}
