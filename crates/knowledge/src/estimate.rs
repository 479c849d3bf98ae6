//! A value that somebody measured or assumed, with what is not known about it.
//!
//! In a file it reads
//!
//! ```toml
//! stratum_corneum = { value = "16.8 um", factor = 1.3, basis = "measured", sources = ["raman-sc-2007"], note = "..." }
//! rings = { value = 8, basis = "measured", sources = ["schwarz-2011"], note = "..." }
//! ```
//!
//! The spread is at most one of `factor = 1.3` (log-normal, one standard deviation), `sd = "3 um"`
//! and `range = ["10 um", "20 um"]` (the value lies inside and is the median). A value with a dimension is a
//! text with a unit, and so are its `sd` and `range`. Where nothing but the value is to be said,
//! the value may stand alone: `rings = 8`; it then counts as assumed and exact.

use serde::Serialize;

use crate::{
    parameter::{Basis, Spread, owned_texts},
    quantity::Quantity,
    reader::{Field, Table},
};

/// A value with its spread and how it is known. Its unit is that of the field that holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// The median, in the unit documented at the field.
    pub value: f64,
    /// What is not known about it, in the same unit.
    pub spread: Spread,
    /// How it is known.
    pub basis: Basis,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// Why this value.
    pub note: String,
}

/// How the numbers of an estimate are read: one number from a field, and all numbers of a list.
trait Numbers {
    fn one(&self, field: &Field<'_>) -> Option<f64>;
    fn list(&self, field: &Field<'_>) -> Option<Vec<f64>>;
    fn example(&self) -> &'static str;
}

struct Plain;

impl Numbers for Plain {
    fn one(&self, field: &Field<'_>) -> Option<f64> {
        field.number()
    }
    fn list(&self, field: &Field<'_>) -> Option<Vec<f64>> {
        field.numbers()
    }
    fn example(&self) -> &'static str {
        "write two numbers, the smaller first"
    }
}

struct WithUnit<F, Q>(F, std::marker::PhantomData<Q>);

impl<Q: Quantity, F: Fn(Q) -> f64> Numbers for WithUnit<F, Q> {
    fn one(&self, field: &Field<'_>) -> Option<f64> {
        field.quantity::<Q>().map(&self.0)
    }
    fn list(&self, field: &Field<'_>) -> Option<Vec<f64>> {
        field.texts().iter().map(|(_, item)| self.one(item)).collect()
    }
    fn example(&self) -> &'static str {
        "write two ends with units, the smaller first"
    }
}

impl Estimate {
    /// Read an estimate with a dimension; `in_unit` converts to `unit`, and the value lies within
    /// `least..=most` of that unit.
    pub fn quantity<Q: Quantity>(
        field: &Field<'_>,
        in_unit: impl Fn(Q) -> f64,
        unit: &str,
        least: f64,
        most: f64,
    ) -> Option<Self> {
        read(field, &WithUnit(in_unit, std::marker::PhantomData), unit, least, most)
    }

    /// Read an estimate without a dimension that lies within `least..=most`.
    pub fn number(field: &Field<'_>, least: f64, most: f64) -> Option<Self> {
        read(field, &Plain, "", least, most)
    }

    /// The value at quantile `u` of what is not known, in the unit of the field; `u` lies within
    /// (0, 1), and 0.5 gives the median.
    pub fn quantile(&self, u: f64) -> f64 {
        self.spread.quantile(self.value, u)
    }
}

fn read(
    field: &Field<'_>,
    numbers: &dyn Numbers,
    unit: &str,
    least: f64,
    most: f64,
) -> Option<Estimate> {
    if !field.is_table() {
        let value = field.within(numbers.one(field)?, unit, least, most)?;
        return Some(Estimate {
            value,
            spread: Spread::Exact,
            basis: Basis::Assumed,
            sources: Vec::new(),
            note: String::new(),
        });
    }
    let table = field.table()?;
    let value =
        table.require("value", "...").and_then(|f| f.within(numbers.one(&f)?, unit, least, most));
    let spread = spread(field, &table, numbers, value);
    let basis = table.require("basis", "\"assumed\"").and_then(|f| {
        f.choice(&[
            ("measured", Basis::Measured),
            ("fitted", Basis::Fitted),
            ("assumed", Basis::Assumed),
        ])
    });
    let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
    let note = table.require("note", "\"why this value\"").and_then(|f| f.text());
    if basis == Some(Basis::Measured) && sources.is_empty() {
        table.error(format!("`{}` is called measured but names no source", field.key()));
    }
    table.finish();
    Some(Estimate {
        value: value?,
        spread: spread?,
        basis: basis?,
        sources,
        note: note?.to_owned(),
    })
}

fn spread(
    field: &Field<'_>,
    table: &Table<'_>,
    numbers: &dyn Numbers,
    value: Option<f64>,
) -> Option<Spread> {
    let factor = table.get("factor");
    let sd = table.get("sd");
    let range = table.get("range");
    match (factor, sd, range) {
        (None, None, None) => Some(Spread::Exact),
        (Some(f), None, None) => f.within(f.number()?, "", 1.0, 100.0).map(Spread::Factor),
        (None, Some(f), None) => f.within(numbers.one(&f)?, "", 0.0, f64::MAX).map(Spread::Sd),
        (None, None, Some(f)) => range_around(&f, numbers, value),
        _ => {
            field.error(
                format!("`{}` has more than one spread", field.key()),
                "keep one of factor, sd and range",
            );
            None
        }
    }
}

fn range_around(field: &Field<'_>, numbers: &dyn Numbers, value: Option<f64>) -> Option<Spread> {
    let ends = numbers.list(field)?;
    let [least, most] = ends[..] else {
        field.error(format!("a range has two ends, this one {}", ends.len()), numbers.example());
        return None;
    };
    if least > most {
        field.error("the range ends before it begins", "write the smaller end first");
        return None;
    }
    if value.is_some_and(|value| !(least..=most).contains(&value)) {
        field.error("the value lies outside its own range", "widen the range or correct the value");
        return None;
    }
    Some(Spread::Range(least, most))
}

#[cfg(test)]
mod tests {
    use uom::si::{f64::Length, length::micrometer};

    use super::*;
    use crate::{document::Document, reader::Reader};

    fn read_one(text: &str) -> (Option<Estimate>, String) {
        let (document, problems) = Document::parse("a.toml", text);
        let reader = Reader::new(&document, problems);
        let estimate = {
            let root = reader.root();
            root.get("x").and_then(|field| {
                Estimate::quantity::<Length>(&field, |l| l.get::<micrometer>(), "um", 1.0, 100.0)
            })
        };
        (estimate, reader.into_problems().to_lines())
    }

    #[test]
    fn spreads_are_read_with_their_units() {
        let of = |spread: &str| {
            let text =
                format!("x = {{ value = \"20 um\", {spread} basis = \"assumed\", note = \"n\" }}");
            let (estimate, problems) = read_one(&text);
            assert_eq!(problems, "");
            estimate.expect("an estimate").spread
        };
        assert_eq!(of(""), Spread::Exact);
        assert_eq!(of("factor = 1.5,"), Spread::Factor(1.5));
        let Spread::Sd(sd) = of("sd = \"0.003 mm\",") else { panic!("an sd") };
        assert!((sd - 3.0).abs() < 1e-9);
        let Spread::Range(least, most) = of("range = [\"10 um\", \"0.03 mm\"],") else {
            panic!("a range")
        };
        assert!((least - 10.0).abs() < 1e-9 && (most - 30.0).abs() < 1e-9);
    }

    #[test]
    fn a_value_may_stand_alone() {
        let (estimate, problems) = read_one("x = \"8 um\"");
        assert_eq!(problems, "");
        assert!((estimate.expect("an estimate").quantile(0.9) - 8.0).abs() < 1e-9);
    }

    #[test]
    fn mistakes_are_told() {
        for (text, expected) in [
            ("x = 8", "`x = 8` has no unit"),
            ("x = \"8 mm\"", "`x` is 8000 um, outside what makes sense"),
            (
                "x = { value = \"8 um\", factor = 2, sd = \"1 um\", basis = \"assumed\", note = \"\" }",
                "`x` has more than one spread",
            ),
            (
                "x = { value = \"8 um\", range = [\"9 um\", \"10 um\"], basis = \"assumed\", note = \"\" }",
                "the value lies outside its own range",
            ),
            ("x = { value = \"8 um\", basis = \"measured\", note = \"\" }", "names no source"),
            ("x = { value = \"8 um\", bases = \"assumed\", note = \"\" }", "did you mean `basis`?"),
        ] {
            let (_, problems) = read_one(text);
            assert!(problems.contains(expected), "{text}: {problems}");
        }
    }
}
