//! Units of values in study files.

use needlepoint_knowledge::quantity::{QuantityError, parse};
use uom::si::{
    f64::{Force, Length, Time},
    force::millinewton,
    length::{micrometer, millimeter},
    time::{day, hour, minute},
};

/// What a text with a number and a unit comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Converted {
    /// The value in the unit asked for.
    Value(f64),
    /// It does not begin with a number.
    NoNumber,
    /// Its unit does not convert.
    WrongUnit,
}

/// Units that convert to `unit`, the unit itself first.
pub(crate) fn known(unit: &str) -> Vec<&str> {
    match unit {
        "um" | "mm" => vec!["um", "mm"],
        "h" | "d" | "min" => vec!["h", "days", "min", "weeks"],
        "mN" => vec!["mN", "N"],
        "kPa" => vec!["kPa", "MPa"],
        "1/cm2" => vec!["1/cm2", "1/mm2"],
        "hairs/cm2" => vec!["hairs/cm2", "hairs/inch2"],
        "ug/cm2" => vec!["ug/cm2", "ng/cm2", "mg/cm2"],
        "ug/cm2/h" => vec!["ug/cm2/h", "ng/cm2/h"],
        "ug/mL" => vec!["ug/mL", "ng/mL", "ug/g"],
        "cm2/s" => vec!["cm2/s", "um2/s"],
        other => vec![other],
    }
}

/// `text` in `unit`.
pub(crate) fn convert(text: &str, unit: &str) -> Converted {
    let text = text.trim();
    match unit {
        "um" => by_uom(parse::<Length>(text).map(|length| length.get::<micrometer>())),
        "mm" => by_uom(parse::<Length>(text).map(|length| length.get::<millimeter>())),
        "h" => by_uom(parse::<Time>(text).map(|time| time.get::<hour>())),
        "d" => by_uom(parse::<Time>(text).map(|time| time.get::<day>())),
        "min" => by_uom(parse::<Time>(text).map(|time| time.get::<minute>())),
        "mN" => by_uom(parse::<Force>(text).map(|force| force.get::<millinewton>())),
        _ => by_name(text, unit),
    }
}

fn by_uom(value: Result<f64, QuantityError>) -> Converted {
    match value {
        Ok(value) => Converted::Value(value),
        Err(QuantityError::NoNumber) => Converted::NoNumber,
        Err(QuantityError::NoUnit | QuantityError::WrongUnit) => Converted::WrongUnit,
    }
}

/// Units that are names of this field, with the factors between them.
fn by_name(text: &str, unit: &str) -> Converted {
    const CM2_PER_INCH2: f64 = 6.4516;
    let (number, written) = text.split_once(' ').unwrap_or((text, ""));
    let Ok(number) = number.parse::<f64>() else { return Converted::NoNumber };
    if !number.is_finite() {
        return Converted::NoNumber;
    }
    let factor = match (written.trim(), unit) {
        (written, unit) if written == unit => 1.0,
        ("hairs/inch2", "hairs/cm2") => 1.0 / CM2_PER_INCH2,
        ("MPa", "kPa") | ("mg/cm2", "ug/cm2") => 1000.0,
        ("1/mm2", "1/cm2") => 100.0,
        ("ng/cm2", "ug/cm2") | ("ng/cm2/h", "ug/cm2/h") | ("ng/mL", "ug/mL") => 1e-3,
        // Skin is taken as dense as water.
        ("ug/g", "ug/mL") => 1.0,
        ("um2/s", "cm2/s") => 1e-8,
        _ => return Converted::WrongUnit,
    };
    Converted::Value(number * factor)
}

#[cfg(test)]
mod tests {
    use super::{Converted, convert};

    #[test]
    fn units_convert_or_say_no() {
        assert_eq!(convert("0.15 mm", "um"), Converted::Value(150.0));
        assert_eq!(convert("2 days", "h"), Converted::Value(48.0));
        assert_eq!(convert("53.2 %", "%"), Converted::Value(53.2));
        assert_eq!(convert("-3 points", "points"), Converted::Value(-3.0));
        assert_eq!(convert("53.2", "%"), Converted::WrongUnit);
        assert_eq!(convert("3 kg", "um"), Converted::WrongUnit);
        assert_eq!(convert("1.37 mg/cm2", "ug/cm2"), Converted::Value(1370.0));
        assert_eq!(convert("20 um2/s", "cm2/s"), Converted::Value(20.0 * 1e-8));
        assert_eq!(convert("190 ug/g", "ug/mL"), Converted::Value(190.0));
        assert_eq!(convert("3 ng/cm2", "ug/mL"), Converted::WrongUnit);
        assert_eq!(convert("about 3 %", "%"), Converted::NoNumber);
        let Converted::Value(hairs) = convert("12.52 hairs/inch2", "hairs/cm2") else {
            panic!("converts")
        };
        assert!((hairs - 1.9406).abs() < 1e-3);
    }
}
