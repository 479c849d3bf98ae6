//! Every observable over time as a table for programs.

use std::fmt::Write as _;

use needlepoint_course::result::CourseResult;

const HEADER: &str = "site,observable,unit,day,mean,median,lo95,lo50,hi50,hi95\n";

/// Every observable over time in long form: one row for each site, observable and day.
///
/// Days count from the first session; the bands hold 95 and 50 of 100 ensemble members. Text in
/// UTF-8, lines end with a line feed, fields are quoted only where they must be.
pub fn course_csv(result: &CourseResult) -> String {
    let mut text = HEADER.to_owned();
    for zone in &result.zones {
        for series in &zone.series {
            let (site, unit) = (field(&zone.site), field(series.observable.unit()));
            let name = series.observable.name();
            for (day, b) in series.days.iter().zip(&series.bands) {
                let [day, mean, median, lo95, lo50, hi50, hi95] =
                    [*day, b.mean, b.median, b.lo95, b.lo50, b.hi50, b.hi95].map(significant);
                let _ = writeln!(
                    text,
                    "{site},{name},{unit},{day},{mean},{median},{lo95},{lo50},{hi50},{hi95}"
                );
            }
        }
    }
    text
}

/// A field, quoted if it holds a separator.
pub(crate) fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Seven significant digits, as short as they can be written; what is not a number stays empty.
pub(crate) fn significant(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let rounded: f64 = format!("{value:.6e}").parse().unwrap_or(value);
    // No minus zero: it would differ from zero for no reason a reader could find.
    format!("{}", rounded + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_honest() {
        assert_eq!(significant(0.1 + 0.2), "0.3");
        assert_eq!(significant(-0.0), "0");
        assert_eq!(significant(123_456_789.0), "123456800");
        assert_eq!(significant(f64::NAN), "");
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("cheek"), "cheek");
        assert_eq!(field("cheek, left"), "\"cheek, left\"");
        assert_eq!(field("a\"b"), "\"a\"\"b\"");
    }
}
