//! The axis of a group of measurements.

use super::row::{Row, Said, Way};
use crate::numbers::{number, tick_step, ticks};

/// Room left and right of the data, as a share of their span.
const ROOM: f64 = 0.045;
/// Standard errors to either side that hold 95 of 100.
const ERRORS: f64 = 1.96;

/// From where to where an axis goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    pub(super) ticks: Vec<f64>,
    /// The value that stands for "the same" in comparisons.
    pub(super) same: Option<f64>,
}

impl Axis {
    /// The axis that holds all that is drawn of the rows.
    pub(super) fn of(rows: &[Row<'_>]) -> Self {
        let same = match rows.first().map(Row::way) {
            Some(Way::Difference) => Some(0.0),
            Some(Way::Ratio) => Some(1.0),
            _ => None,
        };
        let fixed: &[f64] = match rows.first().map(Row::way) {
            Some(Way::Share) => &[0.0, 100.0],
            _ => &[],
        };
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in rows.iter().flat_map(drawn).chain(same).chain(fixed.iter().copied()) {
            if value.is_finite() {
                (low, high) = (low.min(value), high.max(value));
            }
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        // Nearly at nothing: begin there.
        if low > 0.0 && low < 0.3 * high {
            low = 0.0;
        }
        let least = 1e-9 * low.abs().max(high.abs()).max(1.0);
        let span = if high - low > least { high - low } else { 1.0 };
        let (low, high) = (low - ROOM * span, high + ROOM * span);
        Self { low, high, ticks: ticks(low, high, 5), same }
    }

    /// The same without ticks, where numbers stand beside the plot.
    pub(super) fn without_ticks(self) -> Self {
        Self { ticks: Vec::new(), ..self }
    }

    /// Where a value stands, per cent of the width.
    pub(super) fn at(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        (10_000.0 * share.clamp(0.0, 1.0)).round() / 100.0
    }

    /// The ticks in words.
    pub(super) fn labels(&self) -> Vec<(f64, String)> {
        let step = tick_step(&self.ticks);
        self.ticks.iter().map(|tick| (self.at(*tick), number(*tick, step))).collect()
    }
}

fn drawn(row: &Row<'_>) -> Vec<f64> {
    let mut values = vec![row.scored.predicted, row.scored.lo95, row.scored.hi95];
    match row.said() {
        Said::Value(value, se) => {
            let error = ERRORS * se.unwrap_or(0.0);
            values.extend([value - error, value + error]);
        }
        Said::AtMost(bound) | Said::AtLeast(bound) => values.push(bound),
        Said::More | Said::Less | Said::Same => {}
    }
    values
}

/// What 1.96 standard errors to either side span.
pub(super) fn error_span(value: f64, se: f64) -> (f64, f64) {
    (value - ERRORS * se, value + ERRORS * se)
}
