//! Clinical scales: how a score relates to the size of what is wrong.

use serde::Serialize;

pub use crate::concern::ConcernKind;
use crate::{
    estimate::Estimate,
    parameter::owned_texts,
    reader::{Field, Table},
};

/// Which end of a scale is the good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// A low score is good.
    Lower,
    /// A high score is good.
    Higher,
}

/// What the sizes of a scale mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measures {
    /// How bad it is at one time: the size of the concern, in its unit.
    Severity,
    /// How much better it got: the fall of the size since the start as a share of it (negative: worse).
    Improvement,
}

/// A clinical scale.
#[derive(Debug, Clone, Serialize)]
pub struct Scale {
    /// Name in files.
    pub name: String,
    /// Name in plain words.
    pub label: String,
    /// The concern it rates.
    pub concern: ConcernKind,
    /// Other concerns that it rates as well, whose sizes have the same unit.
    pub also: Vec<ConcernKind>,
    /// What its sizes mean.
    pub measures: Measures,
    /// Least score.
    pub least: f64,
    /// Greatest score.
    pub most: f64,
    /// Which end is good.
    pub better: Better,
    /// Score and size, scores rising, sizes all rising or all falling; size in the unit of the
    /// concern ([`ConcernKind::size_unit`]), or a share for [`Measures::Improvement`].
    pub steps: Vec<(f64, f64)>,
    /// Exponent e in score/score0 = (size/size0)^e when one person is followed, dimensionless.
    pub exponent: Estimate,
    /// What an unblinded rater adds to the improvement, as a share of the start (additive).
    pub rater_bias: Estimate,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// What is known about the scale and the steps.
    pub note: String,
}

impl Scale {
    /// The size at this score, by linear interpolation between the steps; beyond the ends the size
    /// of the nearest end. Unit: see [`Scale::steps`].
    pub fn size_of(&self, score: f64) -> f64 {
        interpolate(self.steps.iter().copied(), score)
    }

    /// The score at this size (unit: see [`Scale::steps`]), the inverse of [`Scale::size_of`].
    pub fn score_of(&self, size: f64) -> f64 {
        let swapped = self.steps.iter().map(|&(score, size)| (size, score));
        let rising = match (self.steps.first(), self.steps.last()) {
            (Some(first), Some(last)) => first.1 <= last.1,
            _ => true,
        };
        if rising { interpolate(swapped, size) } else { interpolate(swapped.rev(), size) }
    }

    /// Whether it rates this kind of concern.
    pub fn rates(&self, kind: ConcernKind) -> bool {
        self.concern == kind || self.also.contains(&kind)
    }

    /// Read every scale of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        let label = table.require("label", "\"Lemperle class\"").and_then(|f| f.text());
        let concern =
            table.require("concern", "\"wrinkles\"").and_then(|f| f.choice(&ConcernKind::NAMED));
        let also = table.get("also").map(|f| read_also(&f, concern)).unwrap_or_default();
        let measures = table.require("measures", "\"severity\"").and_then(|f| {
            f.choice(&[("severity", Measures::Severity), ("improvement", Measures::Improvement)])
        });
        let least = table.require("least", "0").and_then(|f| f.number());
        let most_field = table.require("most", "5");
        let most = most_field.as_ref().and_then(Field::number);
        if let (Some(least), Some(most), Some(field)) = (least, most, &most_field)
            && least >= most
        {
            field.error(format!("`most` is {most}, not above `least`, {least}"), "swap the two");
        }
        let better = table
            .require("better", "\"lower\"")
            .and_then(|f| f.choice(&[("lower", Better::Lower), ("higher", Better::Higher)]));
        check_unit(&table, concern, &also, measures);
        let steps = read_steps(&table, least, most);
        let exponent =
            table.require("exponent", "1.0").and_then(|f| Estimate::number(&f, 0.05, 5.0));
        let rater_bias =
            table.require("rater_bias", "0.2").and_then(|f| Estimate::number(&f, -1.0, 1.0));
        let sources = table.get("sources").map(|f| owned_texts(&f)).unwrap_or_default();
        let note = table.require("note", "\"what is known about it\"").and_then(|f| f.text());
        table.finish();
        Some(Self {
            name: field.key().to_owned(),
            label: label?.to_owned(),
            concern: concern?,
            also,
            measures: measures?,
            least: least?,
            most: most?,
            better: better?,
            steps: steps?,
            exponent: exponent?,
            rater_bias: rater_bias?,
            sources,
            note: note?.to_owned(),
        })
    }
}

fn read_also(field: &Field<'_>, concern: Option<ConcernKind>) -> Vec<ConcernKind> {
    let mut kinds = Vec::new();
    for (name, item) in field.texts() {
        match ConcernKind::named(name) {
            None => item.unknown_name("concern", name, ConcernKind::names()),
            Some(kind) if Some(kind) == concern || kinds.contains(&kind) => {
                item.error(format!("\"{name}\" is named twice"), "leave it out");
            }
            Some(kind) => kinds.push(kind),
        }
    }
    kinds
}

fn check_unit(
    table: &Table<'_>,
    concern: Option<ConcernKind>,
    also: &[ConcernKind],
    measures: Option<Measures>,
) {
    let Some(field) = table.require("size_unit", "\"um\"") else { return };
    let (Some(unit), Some(concern), Some(measures)) = (field.text(), concern, measures) else {
        return;
    };
    if measures == Measures::Severity
        && let Some(odd) = also.iter().find(|kind| kind.size_unit() != concern.size_unit())
    {
        field.error(
            format!("sizes of {} have another unit than those of {}", odd.name(), concern.name()),
            "leave it out of `also`",
        );
    }
    let expected = match measures {
        Measures::Severity => concern.size_unit(),
        Measures::Improvement => "1",
    };
    if unit != expected {
        field.error(
            format!("sizes of {} are not given in \"{unit}\"", concern.name()),
            format!("write \"{expected}\""),
        );
    }
}

fn read_steps(table: &Table<'_>, least: Option<f64>, most: Option<f64>) -> Option<Vec<(f64, f64)>> {
    let scores_field = table.require("scores", "[0, 5]");
    let sizes_field = table.require("sizes", "[0, 500]");
    let (scores_field, sizes_field) = (scores_field?, sizes_field?);
    let (scores, sizes) = (scores_field.numbers(), sizes_field.numbers());
    let (scores, sizes) = (scores?, sizes?);
    if scores.len() != sizes.len() || scores.len() < 2 {
        sizes_field.error(
            format!("{} scores and {} sizes do not make a table", scores.len(), sizes.len()),
            "write as many sizes as scores, at least two",
        );
        return None;
    }
    if !strictly(&scores, |a, b| a < b) {
        scores_field.error("the scores do not rise", "write every score once, the least first");
        return None;
    }
    if !strictly(&sizes, |a, b| a < b) && !strictly(&sizes, |a, b| a > b) {
        sizes_field.error("the sizes neither rise nor fall all the way", "a scale is monotone");
        return None;
    }
    if scores.first().copied() != least || scores.last().copied() != most {
        scores_field.error("the scores do not span `least` to `most`", "add the missing ends");
        return None;
    }
    Some(scores.into_iter().zip(sizes).collect())
}

fn strictly(values: &[f64], ordered: impl Fn(f64, f64) -> bool) -> bool {
    values.windows(2).all(|pair| ordered(pair[0], pair[1]))
}

/// `y` at `x` between points whose `x` rise.
fn interpolate(points: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (x1, y1) in points {
        if x <= x1 {
            return before.map_or(y1, |(x0, y0)| y0 + (y1 - y0) * (x - x0) / (x1 - x0));
        }
        before = Some((x1, y1));
    }
    before.map_or(f64::NAN, |(_, y)| y)
}
