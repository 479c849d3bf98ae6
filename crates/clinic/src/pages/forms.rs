//! What forms send, as the records want it.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};

use crate::refusal::Refusal;

/// Text without blanks at its ends; none if nothing is left.
pub(crate) fn text(given: &str) -> Option<String> {
    let text = given.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A day as a browser sends it; none if the field is empty.
///
/// # Errors
/// A sentence when it is no day.
pub(crate) fn day(given: &str) -> Result<Option<Date>, Refusal> {
    let given = given.trim();
    if given.is_empty() {
        return Ok(None);
    }
    let day = given.parse::<Date>();
    day.map(Some).map_err(|_| {
        Refusal::bad(format!("\"{}\" is no day. Write it as 2026-11-30.", short(given)))
    })
}

/// A number; none if the field is empty. A comma is taken for a point.
///
/// # Errors
/// A sentence when it is no number.
pub(crate) fn number(given: &str) -> Result<Option<f64>, Refusal> {
    let given = given.trim().replace(',', ".");
    if given.is_empty() {
        return Ok(None);
    }
    let number = given.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(Some).ok_or_else(|| Refusal::bad(format!("\"{}\" is no number.", short(&given))))
}

/// Of a text that may be long, enough to know it again.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The day at the practice.
pub(crate) fn today() -> Date {
    Zoned::now().date()
}

/// An instant at the practice, to the minute.
pub(crate) fn local(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}
