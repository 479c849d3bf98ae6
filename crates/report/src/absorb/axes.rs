//! Axes of the charts: a straight one and one of powers of ten.

use maud::{Markup, html};

use crate::section::r1;

/// Type in charts, units.
pub(super) const TYPE: f64 = 14.0;

/// A range of powers of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decades {
    /// Exponent of the lowest.
    pub(super) low: i32,
    /// Exponent of the highest.
    pub(super) high: i32,
}

impl Decades {
    /// Decades that hold the highest value, and below it those down to the lowest, `most` at most.
    pub(super) fn holding(lowest: f64, highest: f64, most: i32) -> Self {
        let high = if highest > 0.0 { highest.log10().ceil() as i32 } else { 0 };
        let low = if lowest > 0.0 { lowest.log10().floor() as i32 } else { high - most };
        Self { low: low.clamp(high - most, high - 1), high }
    }

    /// Place of a value, 0 at the lowest and 1 at the highest; what lies below is at 0.
    pub(super) fn place(self, value: f64) -> f64 {
        let span = f64::from(self.high - self.low);
        let log = if value > 0.0 { value.log10() } else { f64::from(self.low) };
        ((log - f64::from(self.low)) / span).clamp(0.0, 1.0)
    }

    /// The exponents to mark, six at most.
    pub(super) fn ticks(self) -> impl Iterator<Item = i32> {
        let step = ((self.high - self.low) as usize).div_ceil(6).max(1);
        (self.low..=self.high).rev().step_by(step)
    }
}

/// A power of ten as one would write it.
pub(super) fn power(exponent: i32) -> String {
    match exponent {
        0..=4 => format!("{}", 10_i64.pow(exponent as u32)),
        -3..0 => format!("{:.*}", exponent.unsigned_abs() as usize, 10f64.powi(exponent)),
        _ => format!("1e{exponent}"),
    }
}

/// The plot's place in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plot {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Plot {
    pub(super) fn x(self, share: f64) -> f64 {
        r1(self.left + share * self.width)
    }

    /// Counted upwards.
    pub(super) fn y(self, share: f64) -> f64 {
        r1(self.top + (1.0 - share) * self.height)
    }
}

/// A text of a chart.
pub(super) fn text(x: f64, y: f64, anchor: &str, fill: &str, words: &str) -> Markup {
    html! { text x=(r1(x)) y=(r1(y)) text-anchor=(anchor) font-size=(TYPE) fill=(fill) { (words) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_hold_what_they_show() {
        let decades = Decades::holding(0.03, 420.0, 8);
        assert_eq!((decades.low, decades.high), (-2, 3));
        assert_eq!(
            (decades.place(1000.0), decades.place(0.01), decades.place(0.0)),
            (1.0, 0.0, 0.0)
        );
        assert_eq!(Decades::holding(0.0, 420.0, 5).low, -2);
        assert_eq!(Decades::holding(1e-30, 420.0, 5).low, -2);
        assert!(Decades::holding(1e-9, 1e6, 20).ticks().count() <= 7);
        assert_eq!([-2, 0, 3].map(power), ["0.01", "1", "1000"]);
    }
}
