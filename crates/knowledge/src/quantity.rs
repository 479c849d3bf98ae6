//! Numbers with units.
//!
//! A quantity is written as a text with a number, a space and a unit: `"1.5 mm"`, `"4 weeks"`.
//! Conversion is done by the crate `uom`; this module says which units a user may write and puts
//! what is wrong into words.

use uom::si::f64::{Angle, Area, Force, Frequency, Length, Time, Velocity};

/// A kind of quantity a file may hold.
pub trait Quantity: Sized + Copy {
    /// The kind in words, with an article: "a length".
    const KIND: &'static str;
    /// How one is written.
    const EXAMPLE: &'static str;
    /// Units offered in messages, the commonest first.
    const UNITS: &'static [&'static str];
    /// Read number and unit; `None` if the unit is not one of this kind.
    fn from_unit(number: f64, unit: &str) -> Option<Self>;
}

/// What keeps a text from being a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityError {
    /// There is no number at the beginning.
    NoNumber,
    /// There is a number and nothing behind it.
    NoUnit,
    /// The unit is not one of this kind of quantity.
    WrongUnit,
}

impl QuantityError {
    /// What is wrong with the text, to be read after it.
    pub fn message<Q: Quantity>(self) -> String {
        match self {
            Self::NoNumber => "does not begin with a number".to_owned(),
            Self::NoUnit => "has no unit".to_owned(),
            Self::WrongUnit => format!("is not {}", Q::KIND),
        }
    }

    /// What to write instead of `text`.
    pub fn help<Q: Quantity>(self, text: &str) -> String {
        let units = Q::UNITS.join(", ");
        match self {
            Self::NoUnit => format!("write \"{} {}\"; units: {units}", text.trim(), Q::UNITS[0]),
            _ => format!("write {} such as \"{}\"; units: {units}", Q::KIND, Q::EXAMPLE),
        }
    }
}

/// Read a quantity from its text, e.g. `"1.5 mm"` (the space may be left out).
///
/// # Errors
/// When number or unit are missing, or the unit belongs to another kind of quantity.
pub fn parse<Q: Quantity>(text: &str) -> Result<Q, QuantityError> {
    let text = text.trim();
    let number_length = text
        .char_indices()
        .find(|&(at, c)| {
            let exponent_sign = matches!(c, '+' | '-')
                && (at == 0 || matches!(text.as_bytes()[at - 1], b'e' | b'E'));
            let exponent = matches!(c, 'e' | 'E')
                && at > 0
                && text.as_bytes()[at - 1].is_ascii_digit()
                && text[at + 1..].starts_with(|d: char| d.is_ascii_digit() || d == '-' || d == '+');
            !(c.is_ascii_digit() || c == '.' || exponent_sign || exponent)
        })
        .map_or(text.len(), |(at, _)| at);
    let number: f64 = text[..number_length].parse().map_err(|_| QuantityError::NoNumber)?;
    let unit = text[number_length..].trim();
    if unit.is_empty() {
        return Err(QuantityError::NoUnit);
    }
    if !number.is_finite() {
        return Err(QuantityError::NoNumber);
    }
    Q::from_unit(number, unit).ok_or(QuantityError::WrongUnit)
}

/// A quantity of `uom` read through its own parser, which knows abbreviations, singular and plural.
macro_rules! uom_quantity {
    ($type:ty, $kind:literal, $example:literal, [$($unit:literal),+]) => {
        impl Quantity for $type {
            const KIND: &'static str = $kind;
            const EXAMPLE: &'static str = $example;
            const UNITS: &'static [&'static str] = &[$($unit),+];
            fn from_unit(number: f64, unit: &str) -> Option<Self> {
                format!("{number:e} {}", in_uom_spelling(unit)).parse().ok()
            }
        }
    };
}

uom_quantity!(Length, "a length", "1.5 mm", ["mm", "um", "cm", "m"]);
uom_quantity!(Area, "an area", "300 cm²", ["cm2", "mm2"]);
uom_quantity!(Velocity, "a speed", "40 mm/s", ["mm/s", "cm/s"]);
uom_quantity!(Frequency, "a frequency", "117 Hz", ["Hz", "kHz"]);
uom_quantity!(Force, "a force", "2 N", ["N", "mN"]);
uom_quantity!(Angle, "an angle", "15 deg", ["deg"]);

/// `uom` spells micro and squares with signs that few keyboards have.
fn in_uom_spelling(unit: &str) -> String {
    match unit {
        "um" | "μm" => "µm".to_owned(),
        "deg" => "°".to_owned(),
        "cm2" | "cm^2" => "cm²".to_owned(),
        "mm2" | "mm^2" => "mm²".to_owned(),
        other => other.to_owned(),
    }
}

/// Days in a month when a duration is given in months: a twelfth of the mean Gregorian year.
pub const DAYS_PER_MONTH: f64 = 365.2425 / 12.0;

impl Quantity for Time {
    const KIND: &'static str = "a duration";
    const EXAMPLE: &'static str = "4 weeks";
    const UNITS: &'static [&'static str] = &["days", "weeks", "months", "years", "h", "min"];
    fn from_unit(number: f64, unit: &str) -> Option<Self> {
        use uom::si::time::{day, hour, minute, second};
        match unit {
            "month" | "months" => Some(Self::new::<day>(number * DAYS_PER_MONTH)),
            "year" | "years" | "y" => Some(Self::new::<day>(number * 12.0 * DAYS_PER_MONTH)),
            "week" | "weeks" => Some(Self::new::<day>(number * 7.0)),
            "day" | "days" | "d" => Some(Self::new::<day>(number)),
            "hour" | "hours" | "h" => Some(Self::new::<hour>(number)),
            "minute" | "minutes" | "min" => Some(Self::new::<minute>(number)),
            "second" | "seconds" | "s" => Some(Self::new::<second>(number)),
            _ => None,
        }
    }
}

/// Read a duration from its text, in days.
///
/// # Errors
/// As [`parse`], in words: what to write instead.
pub fn days(text: &str) -> Result<f64, String> {
    let time = parse::<Time>(text).map_err(|error| error.help::<Time>(text))?;
    Ok(time.get::<uom::si::time::day>())
}

/// A share of a whole, written in per cent: `"15 %"`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(
    /// 1 is the whole.
    pub f64,
);

impl Quantity for Share {
    const KIND: &'static str = "a share in per cent";
    const EXAMPLE: &'static str = "15 %";
    const UNITS: &'static [&'static str] = &["%"];
    fn from_unit(number: f64, unit: &str) -> Option<Self> {
        (unit == "%").then_some(Self(number / 100.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uom::si::{length::millimeter, time::day};

    #[test]
    fn lengths_convert() {
        for (text, expected) in
            [("1.5 mm", 1.5), ("1500 um", 1.5), ("150e-2mm", 1.5), ("1.5 m", 1500.0)]
        {
            let length: Length = parse(text).expect(text);
            assert!((length.get::<millimeter>() - expected).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn a_month_is_a_twelfth_of_a_year() {
        let months: Time = parse("12 months").expect("months");
        let year: Time = parse("1 year").expect("year");
        assert!((months.get::<day>() - year.get::<day>()).abs() < 1e-9);
        assert_eq!(days("6 hours"), Ok(0.25));
        assert!(days("6").expect_err("no unit").starts_with("write \"6 days\";"));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(parse::<Length>("1.5").map(|_| ()), Err(QuantityError::NoUnit));
        assert_eq!(parse::<Length>("mm").map(|_| ()), Err(QuantityError::NoNumber));
        assert_eq!(parse::<Length>("1.5 weeks").map(|_| ()), Err(QuantityError::WrongUnit));
        assert_eq!(parse::<Length>("").map(|_| ()), Err(QuantityError::NoNumber));
        assert_eq!(parse::<Time>("1e999 days").map(|_| ()), Err(QuantityError::NoNumber));
    }
}
