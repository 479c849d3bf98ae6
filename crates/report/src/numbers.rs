//! Numbers as a person would say them: signs, sensible digits, durations, shares.

use needlepoint_course::{observable::Observable, result::Band};

/// A true minus sign.
const MINUS: char = '\u{2212}';
/// A narrow space that does not break.
pub(crate) const THIN: char = '\u{202f}';

/// The step to which a number is rounded when it is uncertain by `width`.
///
/// A band holds some five to fifty steps: enough digits to compare, none that the band makes idle.
pub(crate) fn step_for(width: f64) -> f64 {
    let width = width.abs();
    if !width.is_finite() || width < 1e-9 {
        0.01
    } else if width < 5.0 {
        10f64.powf((width / 5.0).log10().floor())
    } else if (50.0..200.0).contains(&width) {
        5.0
    } else {
        10f64.powf((width / 20.0).log10().floor()).max(1.0)
    }
}

/// The step for a band: by its width, and finer where the middle would lose its first digit, unless
/// the middle is next to nothing beside the width.
pub(crate) fn step_of(band: &Band) -> f64 {
    let width = band.hi95 - band.lo95;
    let size = band.median.abs();
    let finest_of_size = if size > 1e-9 { 10f64.powf(size.log10().floor()) } else { f64::INFINITY };
    // A band of no width is a number known exactly: show it to three digits.
    let by_width = if width.abs() < 1e-9 { finest_of_size / 100.0 } else { step_for(width) };
    // Steps of five are for what is large beside them.
    let by_width = if by_width > 4.0 && by_width < 6.0 && size < 25.0 { 1.0 } else { by_width };
    let keeps_digit = finest_of_size >= by_width * 0.199;
    (if keeps_digit { by_width.min(finest_of_size) } else { by_width }).clamp(1e-4, 1e4)
}

/// A number rounded to `step`, with a true minus and narrow spaces between thousands.
pub(crate) fn number(value: f64, step: f64) -> String {
    if !value.is_finite() {
        return "\u{2013}".to_owned();
    }
    let decimals = (-step.log10()).ceil().clamp(0.0, 6.0) as usize;
    let rounded = (value / step).round() * step;
    let digits = format!("{:.decimals$}", rounded.abs());
    if digits.chars().all(|c| c == '0' || c == '.') {
        return "0".to_owned();
    }
    let (whole, rest) =
        digits.split_once('.').map_or((digits.as_str(), None), |(w, r)| (w, Some(r)));
    let mut out = String::new();
    if rounded < 0.0 {
        out.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        let left = whole.len() - i;
        if i > 0 && left % 3 == 0 && whole.len() > 4 {
            out.push(THIN);
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// The same with a plus before what is above zero.
pub(crate) fn signed(value: f64, step: f64) -> String {
    let text = number(value, step);
    if value > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// How the values of an observable, or of anything else with a unit, are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    /// The unit; may be empty.
    pub(crate) unit: &'a str,
    /// Whether the sign is always shown, as of a change.
    pub(crate) signed: bool,
    /// No finer than this, however narrow a band: what nobody could measure is not shown.
    pub(crate) finest: f64,
}

impl Style<'static> {
    /// The style of an observable.
    pub(crate) fn of(observable: Observable) -> Self {
        let plain = Self::plain(observable.unit());
        let finest = if observable == Observable::HairDiameter { 0.1 } else { 1.0 };
        if is_change(observable) { Self { signed: true, finest, ..plain } } else { plain }
    }

    /// A plain quantity.
    pub(crate) const fn plain(unit: &'static str) -> Self {
        // Shares and scores to a tenth; other quantities as fine as their band.
        let finest =
            if matches!(unit.as_bytes(), b"" | b"%" | b"\xc3\x97 rest") { 0.1 } else { 0.0 };
        Self { unit, signed: false, finest }
    }
}

impl Style<'_> {
    /// A bare number.
    pub(crate) fn bare(&self, value: f64, step: f64) -> String {
        if self.signed { signed(value, step) } else { number(value, step) }
    }

    /// A number with its unit.
    pub(crate) fn value(&self, value: f64, step: f64) -> String {
        self.with_unit(&self.bare(value, step))
    }

    /// The middle of a band.
    pub(crate) fn typical(&self, band: &Band) -> String {
        self.value(band.median, self.step(band))
    }

    /// The step for a band, no finer than can be measured.
    pub(crate) fn step(&self, band: &Band) -> f64 {
        step_of(band).max(self.finest)
    }

    /// The band that holds 95 of 100.
    pub(crate) fn band95(&self, band: &Band) -> String {
        self.range(band.lo95, band.hi95, self.step(band))
    }

    /// The band that holds the middle half.
    pub(crate) fn band50(&self, band: &Band) -> String {
        self.range(band.lo50, band.hi50, self.step(band))
    }

    /// From one value to another.
    pub(crate) fn range(&self, low: f64, high: f64, step: f64) -> String {
        let (low, high) = (self.bare(low, step), self.bare(high, step));
        if low == high { self.with_unit(&low) } else { self.with_unit(&format!("{low} to {high}")) }
    }

    fn with_unit(&self, text: &str) -> String {
        if self.unit.is_empty() { text.to_owned() } else { format!("{text}{THIN}{}", self.unit) }
    }
}

/// Whether the values of an observable are changes, for which the sign matters.
pub(crate) fn is_change(observable: Observable) -> bool {
    !observable.is_acute() && observable.at_rest() == Some(0.0)
}

/// A number to two digits, for quantities that span orders of magnitude; not negative.
pub(crate) fn two_digits(value: f64) -> String {
    if value < 1e-5 {
        return number(value, 1.0);
    }
    let text = number(value, 10f64.powf(value.log10().floor() - 1.0));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A length of time in the words one would use for it.
pub(crate) fn duration(days: f64) -> String {
    if days < NO_TIME_DAYS {
        return "none".to_owned();
    }
    let (count, one) = in_words(days);
    match count.as_str() {
        "1" => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}

/// Shorter than this, five minutes, nothing lasts that anyone would note.
const NO_TIME_DAYS: f64 = 5.0 / 1440.0;

fn in_words(days: f64) -> (String, &'static str) {
    let days = days.max(0.0);
    if days < 1.0 / 24.0 {
        (number(days * 1440.0, 1.0), "minute")
    } else if days < 1.9 {
        (number(days * 24.0, 1.0), "hour")
    } else if days < 20.5 {
        (
            number(days, if days < 4.0 && (days - days.round()).abs() > 0.24 { 0.5 } else { 1.0 }),
            "day",
        )
    } else if days < 100.0 {
        (number(days / 7.0, 1.0), "week")
    } else {
        (number(days / DAYS_PER_MONTH, 1.0), "month")
    }
}

/// A length of time as a band, "6 to 14 hours": both ends in one unit, that of the longer.
pub(crate) fn duration_range(low_days: f64, high_days: f64) -> String {
    let (per_day, one) = match in_words(high_days).1 {
        "minute" => (1440.0, "minute"),
        "hour" => (24.0, "hour"),
        "day" => (1.0, "day"),
        "week" => (1.0 / 7.0, "week"),
        _ => (1.0 / DAYS_PER_MONTH, "month"),
    };
    let step = if (high_days - low_days) * per_day < 5.0 && one != "minute" && one != "hour" {
        0.5
    } else {
        1.0
    };
    let (low, high) = (number(low_days * per_day, step), number(high_days * per_day, step));
    if low == high || high_days < NO_TIME_DAYS {
        duration(high_days)
    } else if low == "0" {
        format!("none to {}", duration(high_days))
    } else {
        format!("{} to {} {one}s", trim(&low), trim(&high))
    }
}

fn trim(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

/// Mean length of a month.
pub(crate) const DAYS_PER_MONTH: f64 = 30.4375;

/// A day of the course in words: "before the first session", "week 8", "month 6".
pub(crate) fn when(day: f64) -> String {
    if day < 0.5 {
        "first session".to_owned()
    } else {
        format!("{} after the first session", duration(day))
    }
}

/// How many of ten, and how to say it.
pub(crate) fn in_ten(share: f64) -> (usize, String) {
    let share = share.clamp(0.0, 1.0);
    let dots = (share * 10.0).round() as usize;
    let words = if share < 0.05 {
        "fewer than 1 in 20".to_owned()
    } else if share > 0.95 {
        "more than 19 in 20".to_owned()
    } else {
        format!("about {} in 10", dots.clamp(1, 9))
    };
    (dots, words)
}

/// Round tick positions that cover `low..high` in about `count` steps.
pub(crate) fn ticks(low: f64, high: f64, count: usize) -> Vec<f64> {
    let span = (high - low).max(1e-9);
    let rough = span / count.max(1) as f64;
    let magnitude = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * magnitude)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * magnitude);
    let first = (low / step - 1e-6).ceil() as i64;
    let last = (high / step + 1e-6).floor() as i64;
    (first..=last).map(|i| i as f64 * step).collect()
}

/// The step between round ticks, for writing them.
pub(crate) fn tick_step(ticks: &[f64]) -> f64 {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    if !step.is_finite() {
        return 0.1;
    }
    let magnitude = 10f64.powf(step.log10().floor());
    let digit = step / magnitude;
    let whole = (digit - digit.round()).abs() < 1e-6;
    (if whole { magnitude } else { magnitude / 10.0 }).min(1.0)
}

/// The axis of time of the long charts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeScale {
    /// Days in one unit.
    pub(crate) days: f64,
    /// One unit, "month".
    pub(crate) one: &'static str,
}

impl TimeScale {
    /// Days, weeks or months, whichever suits the horizon.
    pub(crate) fn for_horizon(days: f64) -> Self {
        if days <= 45.0 {
            Self { days: 1.0, one: "day" }
        } else if days <= 150.0 {
            Self { days: 7.0, one: "week" }
        } else {
            Self { days: DAYS_PER_MONTH, one: "month" }
        }
    }

    /// Round tick positions, in units.
    pub(crate) fn ticks(&self, horizon_days: f64) -> Vec<f64> {
        let span = horizon_days / self.days;
        let nice: &[f64] = if self.one == "month" {
            &[1.0, 2.0, 3.0, 6.0, 12.0, 24.0]
        } else {
            &[1.0, 2.0, 4.0, 7.0, 14.0, 28.0]
        };
        let step = nice.iter().copied().find(|step| span / step <= 7.0).unwrap_or(span / 6.0);
        let last = (span / step + 0.02).floor() as u32;
        (0..=last).map(|i| f64::from(i) * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(median: f64, lo95: f64, hi95: f64) -> Band {
        Band { mean: median, median, lo95, lo50: lo95, hi50: hi95, hi95 }
    }

    #[test]
    fn digits_follow_the_band() {
        let change = Style { signed: true, ..Style::plain("%") };
        assert_eq!(change.typical(&band(-24.37, -45.2, -7.6)), "−24\u{202f}%");
        assert_eq!(change.band95(&band(-24.37, -45.2, -7.6)), "−45 to −8\u{202f}%");
        assert_eq!(Style::plain("µm").typical(&band(1234.0, 900.0, 1700.0)), "1230\u{202f}µm");
        assert_eq!(Style::plain("mm").typical(&band(0.523, 0.41, 0.68)), "0.52\u{202f}mm");
        assert_eq!(Style::plain("").typical(&band(31234.0, 30000.0, 33000.0)), "31\u{202f}200");
    }

    #[test]
    fn nothing_is_minus_zero_and_no_sign_is_added_to_zero() {
        assert_eq!(number(-0.2, 1.0), "0");
        assert_eq!(signed(0.2, 1.0), "0");
        assert_eq!(signed(3.0, 1.0), "+3");
        assert_eq!(number(f64::NAN, 1.0), "–");
    }

    #[test]
    fn two_digits_at_any_size() {
        let say = [210.4, 4.13, 0.004, 0.000_12, 1234.0, 0.0].map(two_digits);
        assert_eq!(say, ["210", "4.1", "0.004", "0.00012", "1200", "0"]);
    }

    #[test]
    fn a_wide_band_never_hides_the_first_digit() {
        assert_eq!(Style::plain("%").typical(&band(3.4, 0.0, 70.0)), "3\u{202f}%");
        // Unless it is next to nothing beside the band.
        let change = Style { signed: true, ..Style::plain("%") };
        assert_eq!(change.typical(&band(0.2, 0.0, 25.2)), "0\u{202f}%");
        assert_eq!(change.band95(&band(0.2, 0.0, 25.2)), "0 to +25\u{202f}%");
    }

    #[test]
    fn nothing_is_shown_finer_than_anyone_could_measure() {
        let change = Style { signed: true, ..Style::plain("%") };
        assert_eq!(change.typical(&band(0.004, 0.0, 0.088)), "0\u{202f}%");
        assert_eq!(Style::plain("%").band95(&band(0.006, 0.0, 0.629)), "0 to 0.6\u{202f}%");
        assert_eq!(Style::plain("").band95(&band(10.0, 9.89, 10.0)), "9.9 to 10.0");
    }

    #[test]
    fn times_are_said_in_their_own_unit() {
        assert_eq!(duration(0.25), "6 hours");
        assert_eq!(duration(1.0), "24 hours");
        assert_eq!(duration(3.0), "3 days");
        assert_eq!(duration(56.0), "8 weeks");
        assert_eq!(duration(365.0), "12 months");
        assert_eq!(duration_range(0.25, 0.75), "6 to 18 hours");
        assert_eq!(duration_range(1.1, 3.4), "1 to 3.5 days");
        assert_eq!(duration_range(0.0, 5.0), "none to 5 days");
        assert_eq!(
            (duration(0.0), duration_range(0.0, 0.0)),
            ("none".to_owned(), "none".to_owned())
        );
    }

    #[test]
    fn shares_are_said_in_ten() {
        assert_eq!(in_ten(0.62), (6, "about 6 in 10".to_owned()));
        assert_eq!(in_ten(0.01), (0, "fewer than 1 in 20".to_owned()));
        assert_eq!(in_ten(0.99), (10, "more than 19 in 20".to_owned()));
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(-3.0, 21.0, 5), vec![0.0, 5.0, 10.0, 15.0, 20.0]);
        assert_eq!(
            TimeScale::for_horizon(365.0).ticks(365.0),
            vec![0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]
        );
    }
}
