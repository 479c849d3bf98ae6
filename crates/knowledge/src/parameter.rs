//! Model parameters: value, spread, source and how they are known.
//!
//! A record of `knowledge/parameters.toml` reads
//!
//! ```toml
//! [healing.clot_lysis_rate]
//! value = 0.4
//! unit = "1/d"
//! spread = { factor = 1.5 }     # or { sd = 0.1 }, { range = [0.3, 0.6] }; left out: exact
//! between_people = 1.2          # a further factor (one standard deviation) from person to person
//! basis = "measured"            # measured, fitted or assumed
//! sources = ["weibrich-prp"]
//! note = "whole-blood clots dissolve in 48-72 h in vitro"
//! ```
//!
//! A model declares what it needs with [`parameters!`](crate::parameters); [`ParameterTable::check`]
//! holds the declarations against the file, so that neither can drift from the other.

use std::fmt::Write as _;

use serde::Serialize;
use statrs::distribution::{ContinuousCDF, Normal};

use crate::{
    ensemble::Ensemble,
    nearest::nearest,
    problem::Problem,
    reader::{Field, Table},
};

/// How a value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Measured by somebody; the sources say who.
    Measured,
    /// Adjusted until the model met the studies named as anchors.
    Fitted,
    /// Nobody measured it; the note says why this value.
    Assumed,
}

/// What is not known about a value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// Known exactly, or a definition.
    Exact,
    /// Log-normal: one standard deviation multiplies or divides by this factor.
    Factor(f64),
    /// This standard deviation around the mean `value`: log-normal for a positive quantity, which can't
    /// fall below zero, normal otherwise.
    Sd(f64),
    /// Anywhere in between, below and above the median `value` with the same chance.
    Range(f64, f64),
}

impl Spread {
    /// The value at quantile `u` (within (0, 1)) around the median `value`, in the unit of `value`.
    ///
    /// ```text
    /// factor f      value f^z                                  z = normal quantile of u
    /// sd s          log-normal of that mean and sd, or value + z s
    /// range [a, b]  straight lines from a at u = 0 over value at 1/2 to b at 1
    /// ```
    ///
    /// 0.5 gives the median.
    pub fn quantile(self, value: f64, u: f64) -> f64 {
        let z = standard_normal_quantile(u);
        match self {
            Self::Exact => value,
            Self::Factor(factor) => value * (z * factor.ln()).exp(),
            Self::Sd(sd) if value > 0.0 => {
                let variance = (sd / value).powi(2).ln_1p();
                value * (z * variance.sqrt() - 0.5 * variance).exp()
            }
            Self::Sd(sd) => value + z * sd,
            Self::Range(least, _) if u < 0.5 => least + 2.0 * u * (value - least),
            Self::Range(_, most) => value + (2.0 * u - 1.0) * (most - value),
        }
    }

    /// Where `x` lies: the standard normal quantile of its `u` in [`Spread::quantile`]; none where no
    /// draw could lie.
    pub fn coordinate(self, value: f64, x: f64) -> Option<f64> {
        let z = match self {
            Self::Factor(factor) => (x / value).ln() / factor.ln(),
            Self::Sd(sd) if value > 0.0 => {
                let variance = (sd / value).powi(2).ln_1p();
                ((x / value).ln() + 0.5 * variance) / variance.sqrt()
            }
            Self::Sd(sd) => (x - value) / sd,
            Self::Range(least, most) if (least..=most).contains(&x) => {
                let (end, half) =
                    if x < value { (least, value - least) } else { (value, most - value) };
                let u = 0.5 * (x - end) / half + if x < value { 0.0 } else { 0.5 };
                standard_normal_quantile(u)
            }
            Self::Exact | Self::Range(..) => return None,
        };
        z.is_finite().then_some(z)
    }
}

/// One parameter.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    /// Full name: group and field, `healing.clot_lysis_rate`.
    pub name: String,
    /// The median, in `unit`.
    pub value: f64,
    /// Unit, exactly as the model declares it.
    pub unit: String,
    /// What is not known about it.
    pub spread: Spread,
    /// Log-normal factor (one standard deviation) from person to person; 1 if all are alike.
    pub between_people: f64,
    /// How it is known.
    pub basis: Basis,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// Studies whose results the value was adjusted to; they can't validate the model any more.
    pub anchors: Vec<String>,
    /// Why this value.
    pub note: String,
    #[serde(skip)]
    place: std::ops::Range<usize>,
    #[serde(skip)]
    dimensions: Dimensions,
}

/// Dimensions of the sampling sequence that a parameter moves along, where it moves at all.
#[derive(Debug, Clone, Copy, Default)]
struct Dimensions {
    known: Option<u32>,
    people: Option<u32>,
}

/// One point of the sequence that an ensemble is drawn with: Owen-scrambled Sobol, so that the
/// members cover what is uncertain evenly, and member 7 is the same whether 8 or 512 are drawn and
/// on whichever thread.
#[derive(Debug, Clone, Copy)]
pub struct SamplePoint {
    /// Seed of the ensemble.
    pub seed: u32,
    /// Number of the member, from 0.
    pub member: u32,
}

impl SamplePoint {
    /// The coordinate along `dimension`, within (0, 1).
    ///
    /// The sequence has 256 dimensions; further ones are drawn with another scrambling.
    pub fn coordinate(self, dimension: u32) -> f64 {
        let (round, dimension) =
            (dimension / sobol_burley::NUM_DIMENSIONS, dimension % sobol_burley::NUM_DIMENSIONS);
        let seed = self.seed ^ round.wrapping_mul(0x9e37_79b9);
        // A point of the sequence lies on a grid of 2^-24; its cell's middle is never 0 or 1.
        f64::from(sobol_burley::sample(self.member, dimension, seed)) + 2f64.powi(-25)
    }
}

impl Parameter {
    fn read(group: &str, field: &Field<'_>) -> Option<Self> {
        let name = format!("{group}.{}", field.key());
        let table = field.table()?;
        let value = table.require("value", "1.0")?.number();
        let unit = table.require("unit", "\"1/d\"")?.text();
        let spread = table.get("spread").map_or(Some(Spread::Exact), |field| spread(&field));
        let between_people =
            table.get("between_people").map_or(Some(1.0), |f| f.within(f.number()?, "", 1.0, 10.0));
        let basis = table.require("basis", "\"measured\"")?.choice(&[
            ("measured", Basis::Measured),
            ("fitted", Basis::Fitted),
            ("assumed", Basis::Assumed),
        ])?;
        let names = |key| table.get(key).map(|field| owned_texts(&field)).unwrap_or_default();
        let sources = names("sources");
        let anchors = names("anchors");
        let note = table.require("note", "\"why this value\"")?.text();
        if basis == Basis::Measured && sources.is_empty() {
            table.error(format!("`{name}` is called measured but names no source"));
        }
        if basis == Basis::Fitted && anchors.is_empty() {
            table.error(format!("`{name}` is called fitted but names no study as anchor"));
        }
        if let (Some(value), Some(Spread::Range(least, most))) = (value, spread)
            && !(least..=most).contains(&value)
        {
            table.error(format!("the value of `{name}` lies outside its range"));
        }
        let place = table.span();
        table.finish();
        Some(Self {
            name,
            value: value?,
            unit: unit?.to_owned(),
            spread: spread?,
            between_people: between_people?,
            basis,
            sources,
            anchors,
            note: note?.to_owned(),
            place,
            dimensions: Dimensions::default(),
        })
    }

    /// The value at quantile `u` of what is not known and quantile `w` of the people.
    ///
    /// Both lie within (0, 1); 0.5 and 0.5 give the median.
    pub fn quantile(&self, u: f64, w: f64) -> f64 {
        self.in_person(self.spread.quantile(self.value, u), w)
    }

    /// Dimension of the sampling sequence along which it is drawn; none where it is known exactly.
    pub fn known_dimension(&self) -> Option<u32> {
        self.dimensions.known
    }

    /// What is `known` of it, in the person at quantile `w`.
    fn in_person(&self, known: f64, w: f64) -> f64 {
        if self.between_people > 1.0 {
            known * (standard_normal_quantile(w) * self.between_people.ln()).exp()
        } else {
            known
        }
    }
}

fn spread(field: &Field<'_>) -> Option<Spread> {
    let table = field.table()?;
    let factor = table.get("factor").and_then(|f| f.within(f.number()?, "", 1.0, 100.0));
    let sd = table.get("sd").and_then(|f| f.within(f.number()?, "", 0.0, f64::MAX));
    let range = table.get("range").and_then(|f| f.numbers());
    table.finish();
    match (factor, sd, range.as_deref()) {
        (Some(factor), None, None) => Some(Spread::Factor(factor)),
        (None, Some(sd), None) => Some(Spread::Sd(sd)),
        (None, None, Some([least, most])) if least <= most => Some(Spread::Range(*least, *most)),
        _ => {
            field.error(
                "a spread is one of factor, sd or range",
                "write { factor = 1.5 }, { sd = 0.1 } or { range = [0.3, 0.6] }",
            );
            None
        }
    }
}

pub(crate) fn owned_texts(field: &Field<'_>) -> Vec<String> {
    field.texts().into_iter().map(|(text, _)| text.to_owned()).collect()
}

fn standard_normal_quantile(u: f64) -> f64 {
    Normal::standard().inverse_cdf(u.clamp(1e-9, 1.0 - 1e-9))
}

/// A set of parameters that a model needs; made by [`parameters!`](crate::parameters).
pub trait ParameterSet: Sized {
    /// The first part of the parameters' names.
    const GROUP: &'static str;
    /// Second part of the name and unit of each.
    const FIELDS: &'static [(&'static str, &'static str)];
    /// Fill the set; `value_of` is asked for each field in turn.
    fn fill(value_of: impl FnMut(&'static str) -> f64) -> Self;
}

/// Declare the parameters of a model: a struct of numbers whose fields are the names in
/// `knowledge/parameters.toml` and whose units are held against the file.
#[macro_export]
macro_rules! parameters {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident in $group:literal {
            $( $(#[$field_meta:meta])* $field:ident: $unit:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq)]
        $vis struct $name {
            $( $(#[$field_meta])* #[doc = concat!("\n\nUnit: ", $unit, ".")] pub $field: f64 ),+
        }
        impl $crate::parameter::ParameterSet for $name {
            const GROUP: &'static str = $group;
            const FIELDS: &'static [(&'static str, &'static str)] =
                &[ $( (stringify!($field), $unit) ),+ ];
            fn fill(mut value_of: impl FnMut(&'static str) -> f64) -> Self {
                Self { $( $field: value_of(stringify!($field)) ),+ }
            }
        }
    };
}

/// Group, fields and units that a model declares.
pub type Declaration = (&'static str, &'static [(&'static str, &'static str)]);

/// The declaration of a set.
pub const fn declaration<P: ParameterSet>() -> Declaration {
    (P::GROUP, P::FIELDS)
}

/// All parameters of `knowledge/parameters.toml`, in the order of their names.
#[derive(Debug, Clone, Serialize)]
pub struct ParameterTable {
    parameters: Vec<Parameter>,
    #[serde(skip)]
    dimensions: u32,
    /// Draws that were fitted together, where there are any.
    ensemble: Option<Fitted>,
}

/// An ensemble, with the column of each parameter.
#[derive(Debug, Clone, Serialize)]
struct Fitted {
    #[serde(flatten)]
    ensemble: Ensemble,
    #[serde(skip)]
    column_of: Vec<Option<usize>>,
}

impl ParameterTable {
    /// Read every group of the file.
    pub fn read(root: &Table<'_>) -> Self {
        let mut parameters: Vec<Parameter> = Vec::new();
        for group in root.records() {
            let Some(table) = group.table() else { continue };
            parameters
                .extend(table.records().iter().filter_map(|f| Parameter::read(group.key(), f)));
        }
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
        let mut next = 0..;
        for parameter in &mut parameters {
            let moves = parameter.spread != Spread::Exact;
            let differs = parameter.between_people > 1.0;
            parameter.dimensions = Dimensions {
                known: moves.then(|| next.next()).flatten(),
                people: differs.then(|| next.next()).flatten(),
            };
        }
        Self { parameters, dimensions: next.start, ensemble: None }
    }

    /// All parameters.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter()
    }

    /// What is wrong between the file and what the models declare: parameters missing, unused or in
    /// another unit.
    pub fn check(&self, declarations: &[Declaration]) -> Vec<Problem> {
        let declared: Vec<(String, &str)> = declarations
            .iter()
            .flat_map(|(group, fields)| {
                fields.iter().map(move |(field, unit)| (format!("{group}.{field}"), *unit))
            })
            .collect();
        let mut problems = Vec::new();
        for (name, unit) in &declared {
            match self.parameters.iter().find(|parameter| parameter.name == *name) {
                None => problems.push(
                    Problem::error(0..0, format!("the models need `{name}`, which is not there"))
                        .help(format!("add [{name}] with unit = \"{unit}\"")),
                ),
                Some(parameter) if parameter.unit != *unit => problems.push(
                    Problem::error(
                        parameter.place.clone(),
                        format!("`{name}` is in \"{}\"", parameter.unit),
                    )
                    .help(format!("the model reckons in \"{unit}\"")),
                ),
                Some(_) => {}
            }
        }
        for parameter in &self.parameters {
            if declared.iter().any(|(name, _)| *name == parameter.name) {
                continue;
            }
            let near = nearest(&parameter.name, declared.iter().map(|(name, _)| name.as_str()));
            problems.push(
                Problem::error(
                    parameter.place.clone(),
                    format!("no model uses `{}`", parameter.name),
                )
                .help(near.map_or("delete it".to_owned(), |n| format!("did you mean `{n}`?"))),
            );
        }
        problems
    }

    /// The same parameters, drawn from `ensemble` where it has a column for them; without one all are
    /// drawn by themselves.
    #[must_use]
    pub fn with_ensemble(mut self, ensemble: Option<Ensemble>) -> Self {
        self.ensemble = ensemble.map(|ensemble| Fitted {
            column_of: self.parameters.iter().map(|p| ensemble.column(&p.name)).collect(),
            ensemble,
        });
        self
    }

    /// Fingerprint of the priors of the parameters among `names`: the same if none of them changed.
    pub fn fingerprint_of<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> String {
        let mut text = String::new();
        for parameter in names.into_iter().filter_map(|name| self.get(name)) {
            let Parameter { name, value, unit, spread, .. } = parameter;
            let _ = writeln!(text, "{name} {value} {unit} {spread:?}");
        }
        crate::store::fingerprint(text.as_bytes())
    }

    /// The draws that were fitted together, where there are any.
    pub fn ensemble(&self) -> Option<&Ensemble> {
        self.ensemble.as_ref().map(|fitted| &fitted.ensemble)
    }

    /// The parameter of this name.
    pub fn get(&self, name: &str) -> Option<&Parameter> {
        let at = self.parameters.binary_search_by(|parameter| parameter.name.as_str().cmp(name));
        at.ok().map(|at| &self.parameters[at])
    }

    /// The medians: what a typical person gives if nothing were uncertain. Of what was fitted, those of
    /// the fit, each by itself.
    pub fn medians(&self) -> Draw<'_> {
        let fitted = |at: usize| {
            let fitted = self.ensemble.as_ref()?;
            fitted.column_of[at].map(|column| fitted.ensemble.medians()[column])
        };
        let values = self
            .parameters
            .iter()
            .enumerate()
            .map(|(at, p)| fitted(at).map_or_else(|| p.quantile(0.5, 0.5), |v| p.in_person(v, 0.5)))
            .collect();
        Draw { table: self, values }
    }

    /// Number of dimensions of the sampling sequence that the parameters take up; what else is
    /// drawn for a member takes those after them.
    pub fn dimensions(&self) -> u32 {
        self.dimensions
    }

    /// One possible truth about the parameters (`known`) in one person (`person`).
    ///
    /// The same point for both gives a member of an ensemble of one person each; many people under
    /// one truth give a cohort. Parameters that were fitted come together from one row of the ensemble.
    pub fn draw(&self, known: SamplePoint, person: SamplePoint) -> Draw<'_> {
        let at = |point: SamplePoint, dimension: Option<u32>| {
            dimension.map_or(0.5, |dimension| point.coordinate(dimension))
        };
        let row = self.ensemble.as_ref().map(|fitted| (fitted, fitted.ensemble.row(known)));
        let fitted =
            |number: usize| row.and_then(|(fitted, row)| Some(row[fitted.column_of[number]?]));
        let values = self
            .parameters
            .iter()
            .enumerate()
            .map(|(number, p)| {
                let w = at(person, p.dimensions.people);
                match fitted(number) {
                    Some(value) => p.in_person(value, w),
                    None => p.quantile(at(known, p.dimensions.known), w),
                }
            })
            .collect();
        Draw { table: self, values }
    }
}

/// One value for every parameter.
#[derive(Debug, Clone)]
pub struct Draw<'t> {
    table: &'t ParameterTable,
    values: Vec<f64>,
}

impl Draw<'_> {
    /// The values a model declared.
    ///
    /// # Panics
    /// If a declared parameter is not in the table; [`ParameterTable::check`] rules that out.
    pub fn set<P: ParameterSet>(&self) -> P {
        P::fill(|field| {
            let name = format!("{}.{field}", P::GROUP);
            let at = self
                .table
                .parameters
                .binary_search_by(|parameter| parameter.name.as_str().cmp(&name));
            let Ok(at) = at else {
                panic!("`{name}` is declared by a model and was not checked at load")
            };
            self.values[at]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{document::Document, ensemble::FittedWith, reader::Reader};

    parameters! {
        /// Two parameters of a model.
        struct Rates in "healing" {
            /// How fast the clot dissolves.
            clot_lysis_rate: "1/d",
            /// How long it lasts.
            duration: "d",
        }
    }

    const GOOD: &str = r#"
        [healing.clot_lysis_rate]
        value = 0.4
        unit = "1/d"
        spread = { factor = 1.5 }
        between_people = 1.2
        basis = "assumed"
        note = "n"
        [healing.duration]
        value = 3
        unit = "d"
        basis = "assumed"
        note = "n"
    "#;

    fn read(text: &str) -> (ParameterTable, String) {
        let (document, problems) = Document::parse("parameters.toml", text);
        let reader = Reader::new(&document, problems);
        let root = reader.root();
        let table = ParameterTable::read(&root);
        for problem in table.check(&[declaration::<Rates>()]) {
            reader.report(problem);
        }
        drop(root);
        (table, reader.into_problems().to_lines())
    }

    #[test]
    fn a_set_is_filled_with_its_medians() {
        let (table, problems) = read(GOOD);
        assert_eq!(problems, "");
        let rates: Rates = table.medians().set();
        assert!((rates.clot_lysis_rate - 0.4).abs() < 1e-9 && (rates.duration - 3.0).abs() < 1e-9);
    }

    #[test]
    fn draws_have_the_stated_spread() {
        let (table, _) = read(GOOD);
        let logs: Vec<f64> = (0..4096)
            .map(|member| {
                (table
                    .draw(SamplePoint { seed: 7, member }, SamplePoint { seed: 7, member })
                    .set::<Rates>()
                    .clot_lysis_rate
                    / 0.4)
                    .ln()
            })
            .collect();
        let mean = logs.iter().sum::<f64>() / 4096.0;
        let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4095.0;
        let stated = 1.5f64.ln().powi(2) + 1.2f64.ln().powi(2);
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((variance / stated - 1.0).abs() < 0.02, "{variance} {stated}");
    }

    #[test]
    fn a_positive_quantity_with_a_wide_standard_deviation_stays_positive() {
        let spread = Spread::Sd(0.5);
        let drawn: Vec<f64> = (1..2000).map(|i| spread.quantile(1.0, f64::from(i) / 2e3)).collect();
        assert!(drawn.iter().all(|value| *value > 0.0));
        let mean = drawn.iter().sum::<f64>() / 1999.0;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 1998.0;
        assert!((mean - 1.0).abs() < 0.01 && (variance.sqrt() - 0.5).abs() < 0.02);
        assert_eq!(Spread::Sd(0.5).quantile(-1.0, 0.5), -1.0);
    }

    #[test]
    fn a_range_has_its_value_as_median() {
        let spread = Spread::Range(1.0, 5.0);
        assert_eq!(
            [0.0, 0.25, 0.5, 0.75, 1.0].map(|u| spread.quantile(2.0, u)),
            [1.0, 1.5, 2.0, 3.5, 5.0]
        );
    }

    #[test]
    fn a_coordinate_undoes_a_quantile() {
        let spreads = [
            (Spread::Factor(1.7), 2.0),
            (Spread::Sd(0.5), 2.0),
            (Spread::Sd(0.5), -1.0),
            (Spread::Range(1.0, 5.0), 2.0),
        ];
        for (spread, value) in spreads {
            for u in [0.03, 0.5, 0.8] {
                let z = spread.coordinate(value, spread.quantile(value, u)).expect("within");
                assert!((z - standard_normal_quantile(u)).abs() < 1e-6, "{spread:?} {u} {z}");
            }
        }
        assert_eq!(Spread::Range(1.0, 5.0).coordinate(2.0, 5.1), None);
        assert_eq!(Spread::Factor(2.0).coordinate(2.0, -1.0), None);
        assert_eq!(Spread::Exact.coordinate(2.0, 2.0), None);
    }

    #[test]
    fn fitted_parameters_come_from_the_rows_and_people_still_differ() {
        let (table, _) = read(GOOD);
        let rows: Vec<Vec<f64>> = (0..64).map(|row| vec![0.5 + 0.001 * f64::from(row)]).collect();
        let columns = vec!["healing.clot_lysis_rate".to_owned()];
        let ensemble = Ensemble::new(columns, rows, FittedWith::default()).map(Ensemble::in_order);
        let fitted = table.with_ensemble(ensemble);
        let rate = |known, person| {
            let point = |member| SamplePoint { seed: 1, member };
            fitted.draw(point(known), point(person)).set::<Rates>().clot_lysis_rate
        };
        let ratio = rate(5, 3) / rate(9, 3);
        assert!((ratio - 0.505 / 0.509).abs() < 1e-12, "{ratio}");
        assert_ne!(rate(5, 3), rate(5, 4));
        assert!((fitted.medians().set::<Rates>().clot_lysis_rate - 0.5315).abs() < 1e-9);
    }

    #[test]
    fn wrong_units_and_mistyped_names_are_reported() {
        let (_, problems) = read(&GOOD.replace("unit = \"d\"", "unit = \"h\""));
        assert!(problems.contains("`healing.duration` is in \"h\" (the model reckons in \"d\")"));
        let (_, problems) = read(&GOOD.replace("healing.duration", "healing.durration"));
        assert!(problems.contains("the models need `healing.duration`"), "{problems}");
        assert!(problems.contains("did you mean `healing.duration`?"), "{problems}");
    }

    #[test]
    fn a_measured_value_needs_a_source() {
        let (_, problems) = read(&GOOD.replace("\"assumed\"", "\"measured\""));
        assert!(problems.contains("names no source"), "{problems}");
    }
}
