//! A value of a bundle together with the way to it, so that whatever is wrong can be told with its place.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use crate::ExchangeError;

/// A value and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Spot<'a> {
    place: String,
    value: &'a Value,
}

/// A date as FHIR has it: a whole day, perhaps with its time, or less than that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    /// Only year, or year and month.
    Partly(String),
    /// A day.
    Day(Date),
    /// A day as it was called at the place, and the instant.
    Instant(Date, Timestamp),
}

impl When {
    /// The day.
    pub(super) fn day(&self) -> Option<Date> {
        match self {
            Self::Partly(_) => None,
            Self::Day(day) | Self::Instant(day, _) => Some(*day),
        }
    }

    /// The instant.
    pub(super) fn instant(&self) -> Option<Timestamp> {
        match self {
            Self::Instant(_, at) => Some(*at),
            _ => None,
        }
    }

    /// The day, or as much of it as is known.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Partly(text) => text.clone(),
            Self::Day(day) | Self::Instant(day, _) => day.to_string(),
        }
    }

    /// Reads a date; none if it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits = |range: std::ops::Range<usize>| {
            text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        if digits(0..4)?.parse::<i16>().ok()? < 1 {
            return None;
        }
        if text.len() == 4 {
            return Some(Self::Partly(text.to_owned()));
        }
        let month: u8 = digits(5..7)?.parse().ok()?;
        if !(1..=12).contains(&month) || text.get(4..5) != Some("-") {
            return None;
        }
        if text.len() == 7 {
            return Some(Self::Partly(text.to_owned()));
        }
        let day: Date = text.get(..10)?.parse().ok()?;
        match text.get(10..)? {
            "" => Some(Self::Day(day)),
            time if time.starts_with('T') => Some(Self::Instant(day, text.parse().ok()?)),
            _ => None,
        }
    }
}

impl<'a> Spot<'a> {
    /// The whole.
    pub(super) fn whole(value: &'a Value) -> Self {
        Self { place: String::new(), value }
    }

    /// The value.
    pub(super) fn value(&self) -> &'a Value {
        self.value
    }

    /// The way to it.
    pub(super) fn place(&self) -> &str {
        if self.place.is_empty() { "the top of the file" } else { &self.place }
    }

    /// Says that something else was expected here.
    pub(super) fn error(&self, expected: impl Into<String>) -> ExchangeError {
        ExchangeError::Element {
            place: self.place().to_owned(),
            expected: expected.into(),
            found: in_words(self.value),
        }
    }

    /// Says that a member is missing.
    pub(super) fn missing(&self, key: &str, expected: &str) -> ExchangeError {
        ExchangeError::Element {
            place: self.way_to(key),
            expected: expected.to_owned(),
            found: "nothing".to_owned(),
        }
    }

    /// The members' names.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a String> {
        self.value.as_object().into_iter().flat_map(serde_json::Map::keys)
    }

    /// A member.
    pub(super) fn member(&self, key: &str) -> Result<Option<Self>, ExchangeError> {
        let members = self.value.as_object().ok_or_else(|| self.error("an object"))?;
        let member = members.get(key).filter(|value| !value.is_null());
        Ok(member.map(|value| Self { place: self.way_to(key), value }))
    }

    /// A member of a member.
    pub(super) fn path(&self, keys: &[&str]) -> Result<Option<Self>, ExchangeError> {
        let mut spot = self.clone();
        for key in keys {
            match spot.member(key)? {
                Some(member) => spot = member,
                None => return Ok(None),
            }
        }
        Ok(Some(spot))
    }

    /// Items of a member that is a list; none if it is missing.
    pub(super) fn items(&self, key: &str) -> Result<Vec<Self>, ExchangeError> {
        let Some(list) = self.member(key)? else { return Ok(Vec::new()) };
        let items = list.value.as_array().ok_or_else(|| list.error("a list"))?;
        let item = |(at, value)| Self { place: format!("{}[{at}]", list.place), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A member that is a text.
    pub(super) fn text(&self, key: &str) -> Result<Option<&'a str>, ExchangeError> {
        let Some(member) = self.member(key)? else { return Ok(None) };
        member.value.as_str().map(Some).ok_or_else(|| member.error("a text"))
    }

    /// A member that is a number.
    pub(super) fn number(&self, key: &str) -> Result<Option<f64>, ExchangeError> {
        let Some(member) = self.member(key)? else { return Ok(None) };
        let number = member.value.as_f64().filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| member.error("a number"))
    }

    /// A member that is a whole number from 0.
    pub(super) fn whole_number(&self, key: &str) -> Result<Option<u64>, ExchangeError> {
        let Some(member) = self.member(key)? else { return Ok(None) };
        member.value.as_u64().map(Some).ok_or_else(|| member.error("a whole number from 0"))
    }

    /// A member that is a date, perhaps with its time.
    pub(super) fn when(&self, key: &str) -> Result<Option<When>, ExchangeError> {
        let Some(member) = self.member(key)? else { return Ok(None) };
        let expected = "a date such as 2026-03-02 or 2026-03-02T10:30:00+01:00, from the year 1";
        let when = member.value.as_str().and_then(When::read);
        when.map(Some).ok_or_else(|| member.error(expected))
    }

    fn way_to(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {}", shortened(&number.to_string())),
        Value::String(text) => format!("the text \"{}\"", shortened(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The beginning of a text, so that a message stays one.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_far_as_they_are_known() {
        let day = jiff::civil::date(2026, 3, 2);
        assert_eq!(When::read("2026"), Some(When::Partly("2026".to_owned())));
        assert_eq!(When::read("2026-03"), Some(When::Partly("2026-03".to_owned())));
        assert_eq!(When::read("2026-03-02"), Some(When::Day(day)));
        let at: Timestamp = "2026-03-01T23:30:00Z".parse().expect("an instant");
        assert_eq!(When::read("2026-03-02T00:30:00+01:00"), Some(When::Instant(day, at)));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0000",
            "0000-01-01",
            "2026-13",
            "2026-00",
            "2026-02-30",
            "2026-1-1",
            "26",
            "2026-03-02T",
            "2026-03-02 10:00",
            "2026-03-02T10:00",
            "tomorrow",
            "２０２６",
            "-2026-01-01",
            "2026/03",
        ] {
            assert_eq!(When::read(text), None, "{text}");
        }
    }
}
