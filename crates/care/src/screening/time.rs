//! Waiting times as dates and as words.

use jiff::{Span, civil::Date};
use needlepoint_knowledge::quantity::DAYS_PER_MONTH;

/// A length of time by the calendar: months where it is written in months, days otherwise.
fn span(days: f64) -> Span {
    let months = (days / DAYS_PER_MONTH).round();
    if months >= 1.0 && (days - months * DAYS_PER_MONTH).abs() < 1e-6 {
        Span::new().months(months as i32)
    } else {
        Span::new().days(days.ceil() as i32)
    }
}

/// The day that lies so many days after `date`.
pub(super) fn after(date: Date, days: f64) -> Date {
    date.saturating_add(span(days))
}

/// The day that lies so many days before `date`.
pub(super) fn before(date: Date, days: f64) -> Date {
    date.saturating_sub(span(days))
}

/// "6 months", "2 weeks", "5 days".
pub(super) fn in_words(days: f64) -> String {
    let counted = |count: f64, unit: &str| {
        let plural = if count == 1.0 { "" } else { "s" };
        format!("{count} {unit}{plural}")
    };
    let months = (days / DAYS_PER_MONTH).round();
    if months >= 1.0 && (days - months * DAYS_PER_MONTH).abs() < 1e-6 {
        counted(months, "month")
    } else if days >= 7.0 && days % 7.0 == 0.0 {
        counted(days / 7.0, "week")
    } else {
        counted(days.ceil(), "day")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn months_go_by_the_calendar_and_weeks_by_days() {
        let half_a_year = 6.0 * DAYS_PER_MONTH;
        assert_eq!(after(date(2026, 6, 30), half_a_year), date(2026, 12, 30));
        assert_eq!(after(date(2026, 8, 31), half_a_year), date(2027, 2, 28));
        assert_eq!(after(date(2026, 11, 30), 28.0), date(2026, 12, 28));
        assert_eq!(before(date(2026, 11, 30), 3.0 * DAYS_PER_MONTH), date(2026, 8, 30));
        assert_eq!(before(date(2026, 11, 30), 0.5), date(2026, 11, 29));
    }

    #[test]
    fn times_are_told_as_they_are_written() {
        assert_eq!(in_words(6.0 * DAYS_PER_MONTH), "6 months");
        assert_eq!(in_words(91.0), "13 weeks");
        assert_eq!(in_words(7.0), "1 week");
        assert_eq!(in_words(5.0), "5 days");
        assert_eq!(in_words(1.0), "1 day");
    }
}
