//! Quantities as a case needs them.

use needlepoint_knowledge::quantity::Quantity;
use uom::si::{f64::Length, length::millimeter};

/// Millimetres, to the picometre: conversion by way of the metre makes 0.12 mm a little more.
pub(crate) fn in_mm(length: Length) -> f64 {
    (length.get::<millimeter>() * 1e9).round() / 1e9
}

/// Number of hairs on an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HairDensity {
    pub(crate) per_cm2: f64,
}

impl Quantity for HairDensity {
    const KIND: &'static str = "a number of hairs on an area";
    const EXAMPLE: &'static str = "120 /cm2";
    const UNITS: &'static [&'static str] = &["/cm2"];
    fn from_unit(number: f64, unit: &str) -> Option<Self> {
        matches!(unit, "/cm2" | "/cm²" | "/cm^2" | "per cm2" | "hairs/cm2")
            .then_some(Self { per_cm2: number })
    }
}

/// Mass of a product on an area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coverage {
    pub(crate) mg_per_cm2: f64,
}

impl Quantity for Coverage {
    const KIND: &'static str = "a mass on an area";
    const EXAMPLE: &'static str = "2 mg/cm2";
    const UNITS: &'static [&'static str] = &["mg/cm2", "g/cm2", "ug/cm2"];
    fn from_unit(number: f64, unit: &str) -> Option<Self> {
        let in_mg = match unit.replace('²', "2").replace('^', "").as_str() {
            "mg/cm2" => 1.0,
            "g/cm2" => 1e3,
            "ug/cm2" | "µg/cm2" => 1e-3,
            _ => return None,
        };
        Some(Self { mg_per_cm2: number * in_mg })
    }
}

#[cfg(test)]
mod tests {
    use needlepoint_knowledge::quantity::parse;

    use super::*;

    #[test]
    fn an_area_may_be_written_in_three_ways() {
        for text in ["120 /cm2", "120/cm²", "120 per cm2"] {
            assert_eq!(parse::<HairDensity>(text), Ok(HairDensity { per_cm2: 120.0 }), "{text}");
        }
        for text in ["2 mg/cm2", "2 mg/cm²", "0.002 g/cm2", "2000 ug/cm^2"] {
            let coverage: Coverage = parse(text).expect(text);
            assert!((coverage.mg_per_cm2 - 2.0).abs() < 1e-12, "{text}");
        }
        assert!(parse::<Coverage>("2 mg").is_err());
    }
}
