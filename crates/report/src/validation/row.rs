//! One measurement with its study.

use needlepoint_course::result::Band;
use needlepoint_evidence::{
    catalogue::{self, Entry},
    score::Scored,
    study::{Comparison, Measurement, Study},
};
use needlepoint_knowledge::Knowledge;

use super::{
    ValidationInput,
    words::{self, identifier, stated},
};
use crate::numbers::{number, signed, step_of};

/// Beyond this many standard deviations a distance says nothing but that the prediction has no spread.
const NO_SPREAD: f64 = 100.0;

/// What kind of number a measurement is; those of one kind share an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A value.
    Value,
    /// A share of people.
    Share,
    /// One arm less the other.
    Difference,
    /// One arm over the other.
    Ratio,
}

/// What a study says of it, and so how it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Said {
    /// A value, with the standard error where stated.
    Value(f64, Option<f64>),
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
    /// More than the other arm.
    More,
    /// Less than the other arm.
    Less,
    /// No difference from the other arm.
    Same,
}

/// A scored measurement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) scored: &'a Scored,
    pub(super) study: Option<&'a Study>,
    pub(super) measurement: Option<&'a Measurement>,
    pub(super) entry: Option<&'static Entry>,
    /// Whether a parameter was set to this study by hand.
    pub(super) is_anchor: bool,
    knowledge: &'a Knowledge,
}

/// Whether a parameter was set to this study by hand.
pub(super) fn is_anchor(knowledge: &Knowledge, study: &str) -> bool {
    knowledge.parameters.iter().any(|p| p.anchors.iter().any(|anchor| anchor == study))
}

impl<'a> Row<'a> {
    /// Every scored measurement, in the order of the validation.
    pub(super) fn all(input: &ValidationInput<'a>) -> Vec<Self> {
        let study = |id: &str| input.studies.iter().map(|f| &f.study).find(|study| study.id == id);
        let row = |scored: &'a Scored| {
            let study = study(&scored.study);
            Self {
                scored,
                study,
                measurement: study
                    .and_then(|study| study.measurements.iter().find(|m| m.line == scored.line)),
                entry: catalogue::find(&scored.observable),
                is_anchor: is_anchor(input.knowledge, &scored.study),
                knowledge: input.knowledge,
            }
        };
        // Hundreds of compounds, all by one law, would bury the studies; the scoreboard counts them.
        let of_a_study = |scored: &&Scored| scored.observable != "log_permeability";
        input.validation.measurements.iter().filter(of_a_study).map(row).collect()
    }

    /// The identifier of its place on the page.
    pub(super) fn id(&self) -> String {
        format!("m-{}-{}", identifier(&self.scored.study), self.scored.line)
    }

    pub(super) fn said(&self) -> Said {
        let value = self.scored.observed.unwrap_or(f64::NAN);
        match self.scored.kind.as_str() {
            "at-most" => Said::AtMost(value),
            "at-least" => Said::AtLeast(value),
            "more" => Said::More,
            "less" => Said::Less,
            "no-difference" => Said::Same,
            _ => Said::Value(value, self.scored.se),
        }
    }

    pub(super) fn way(&self) -> Way {
        let Some(measurement) = self.measurement else {
            return if self.scored.observed.is_some() { Way::Value } else { Way::Difference };
        };
        match measurement.against {
            Some((_, Comparison::Ratio)) => Way::Ratio,
            Some(_) => Way::Difference,
            None if measurement.counted.is_some() => Way::Share,
            None => Way::Value,
        }
    }

    /// The scale of a score, in words.
    pub(super) fn scale(&self) -> Option<&'a str> {
        let name = self.measurement?.scale.as_deref()?;
        Some(self.knowledge.scale(name).map_or(name, |scale| scale.label.as_str()))
    }

    pub(super) fn unit(&self) -> String {
        match self.way() {
            Way::Ratio => "×".to_owned(),
            _ => words::unit(&self.scored.unit),
        }
    }

    /// Arm, product and time.
    pub(super) fn what(&self) -> String {
        let mut what = words::spaced(&self.scored.arm);
        let product = self.measurement.and_then(|m| m.product.as_deref());
        for part in product.into_iter().chain(Some(self.scored.at.as_str())) {
            if !part.is_empty() {
                what.push_str(", ");
                what.push_str(&words::sentence(part));
            }
        }
        what
    }

    /// Number of people.
    pub(super) fn people(&self) -> Option<f64> {
        self.measurement.and_then(|m| m.n).or_else(|| self.study?.subjects.n)
    }

    /// What was found, in words.
    pub(super) fn found(&self) -> String {
        match self.said() {
            Said::Value(value, _) => stated(value),
            Said::AtMost(bound) => format!("≤\u{a0}{}", stated(bound)),
            Said::AtLeast(bound) => format!("≥\u{a0}{}", stated(bound)),
            Said::More => "more".to_owned(),
            Said::Less => "less".to_owned(),
            Said::Same => "no difference".to_owned(),
        }
    }

    /// What the study says about its sampling: "± 0.5" for 1.96 standard errors.
    pub(super) fn found_error(&self) -> Option<String> {
        match self.said() {
            Said::Value(_, Some(se)) => Some(format!("±\u{a0}{}", stated_to_two(1.96 * se))),
            _ => None,
        }
    }

    /// The mean of the prediction.
    pub(super) fn predicted(&self) -> String {
        number(self.scored.predicted, self.step())
    }

    /// Its interval.
    pub(super) fn interval(&self) -> String {
        let step = self.step();
        let (low, high) = (number(self.scored.lo95, step), number(self.scored.hi95, step));
        if low == high { format!("{low} only") } else { format!("{low} to {high}") }
    }

    /// Fine enough to see on which side of an edge a finding lies: an interval holds 30 to 300 steps.
    fn step(&self) -> f64 {
        let Scored { predicted, lo95, hi95, .. } = *self.scored;
        let width = hi95 - lo95;
        if width > 1e-6 * predicted.abs() {
            return 10f64.powf((width / 30.0).log10().floor()).clamp(1e-4, 1e4);
        }
        step_of(&Band { mean: predicted, median: predicted, lo95, lo50: lo95, hi50: hi95, hi95 })
    }

    /// How far off, in standard deviations of the prediction.
    pub(super) fn distance(&self) -> String {
        if self.scored.z.abs() >= NO_SPREAD {
            "no spread".to_owned()
        } else {
            format!("z\u{a0}{}", signed(self.scored.z, 0.1))
        }
    }

    /// The remark of the file.
    pub(super) fn note(&self) -> Option<&'a str> {
        self.measurement.map(|m| m.note.as_str()).filter(|note| !note.is_empty())
    }

    /// Whether what it found has a unit: words have none.
    pub(super) fn has_unit(&self) -> bool {
        self.scored.observed.is_some()
    }
}

fn stated_to_two(value: f64) -> String {
    if value > 0.0 { number(value, 10f64.powf(value.log10().floor() - 1.0)) } else { stated(value) }
}
