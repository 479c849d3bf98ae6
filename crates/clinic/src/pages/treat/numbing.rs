//! The clock of a numbing cream, and how much of it is too much.

use jiff::Timestamp;
use needlepoint_knowledge::numbing::NumbingLabel;
use needlepoint_records::clinical::NumbingRecord;

const SECONDS_PER_MINUTE: f64 = 60.0;

/// Above so many times what is planned, an amount is no longer the planned one spread thickly.
const FAR_ABOVE: f64 = 1.5;

/// The grams above which far more went on than planned.
pub(crate) fn far_above(planned_grams: f64) -> f64 {
    FAR_ABOVE * planned_grams
}

/// The grams that a label allows at once to whom it allows most; none if it gives no mass.
pub(crate) fn most_allowed(label: &NumbingLabel) -> Option<f64> {
    label.limits.iter().filter_map(|limit| limit.most_g).reduce(f64::max)
}

/// How things stand with a cream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cream {
    /// Not on yet.
    NotOn,
    /// On; seconds since, and those left if it is known how long it should lie.
    Lies {
        /// Seconds since it went on.
        since: i64,
        /// Seconds left.
        left: Option<i64>,
    },
    /// On for longer than planned, by so many seconds.
    Over {
        /// Seconds since it went on.
        since: i64,
        /// Seconds too long.
        by: i64,
    },
    /// Taken off after so many seconds.
    Off {
        /// Seconds it lay.
        lay: i64,
    },
}

/// How things stand with a cream now. A clock that was set back never gives less than nothing.
pub(crate) fn cream(numbing: &NumbingRecord, now: Timestamp) -> Cream {
    let Some(on) = numbing.applied_at else { return Cream::NotOn };
    let seconds = |until: Timestamp| (until.as_second() - on.as_second()).max(0);
    if let Some(off) = numbing.removed_at {
        return Cream::Off { lay: seconds(off) };
    }
    let since = seconds(now);
    let planned = numbing.planned_minutes.map(|minutes| (minutes * SECONDS_PER_MINUTE) as i64);
    match planned.map(|planned| planned - since) {
        Some(left) if left < 0 => Cream::Over { since, by: -left },
        left => Cream::Lies { since, left },
    }
}

/// Seconds as a clock shows them: `4:05`, `1:02:09`.
pub(crate) fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;

    fn on_for(seconds: i64, planned_minutes: Option<f64>, off_after: Option<i64>) -> Cream {
        let on: Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let after = |seconds: i64| on.checked_add(seconds.seconds()).unwrap();
        let numbing = NumbingRecord {
            product: "lidocaine".to_owned(),
            lot: None,
            grams: None,
            applied_at: Some(on),
            removed_at: off_after.map(after),
            planned_minutes,
        };
        cream(&numbing, after(seconds))
    }

    #[test]
    fn a_cream_counts_down_and_then_over() {
        assert_eq!(on_for(0, Some(30.0), None), Cream::Lies { since: 0, left: Some(1800) });
        assert_eq!(on_for(1800, Some(30.0), None), Cream::Lies { since: 1800, left: Some(0) });
        assert_eq!(on_for(1801, Some(30.0), None), Cream::Over { since: 1801, by: 1 });
        assert_eq!(on_for(90, None, None), Cream::Lies { since: 90, left: None });
    }

    #[test]
    fn half_as_much_again_is_still_the_planned_amount() {
        assert!((far_above(12.0) - 18.0).abs() < 1e-9);
    }

    #[test]
    fn once_off_the_clock_stands() {
        assert_eq!(on_for(9000, Some(30.0), Some(1700)), Cream::Off { lay: 1700 });
    }

    #[test]
    fn a_clock_set_back_shows_nothing_negative() {
        assert_eq!(on_for(-50, Some(30.0), None), Cream::Lies { since: 0, left: Some(1800) });
        assert_eq!(on_for(0, None, Some(-5)), Cream::Off { lay: 0 });
    }

    #[test]
    fn a_cream_that_is_not_on_has_no_clock() {
        let numbing = NumbingRecord {
            product: String::new(),
            lot: None,
            grams: None,
            applied_at: None,
            removed_at: None,
            planned_minutes: Some(30.0),
        };
        assert_eq!(cream(&numbing, Timestamp::UNIX_EPOCH), Cream::NotOn);
    }

    #[test]
    fn seconds_read_as_a_clock() {
        assert_eq!([clock(0), clock(65), clock(3729)], ["0:00", "1:05", "1:02:09"]);
    }
}
