//! What outcomes hang on: rows, sentences, JSON, table and page.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_case::Case;
use needlepoint_course::sensitivity::{
    Factor, FactorIndices, Group, Index, OutcomeSensitivity, Sensitivity,
};
use serde_json::{Value, json};

use super::{Page, add_picture, device, figure, shares};
use crate::{
    absorb::PictureError,
    csv::{field, significant},
    input::Provenance,
    numbers::{Style, number},
};

/// What sensitivities are told from.
#[derive(Clone, Copy)]
pub struct SensitivityInput<'a> {
    /// The case, as read.
    pub case: &'a Case,
    /// What its outcomes hang on.
    pub sensitivity: &'a Sensitivity,
    /// What is needed to repeat it; its members are the points.
    pub provenance: &'a Provenance,
}

/// How to read the shares, in a paragraph.
pub fn how_to_read() -> &'static str {
    "Shares of the variance of an outcome. Alone: how much of it would go if only this were settled. With \
     interplay: how much would be left if everything else were settled. Where the two differ, its effect \
     depends on the others, and the shares with interplay sum to more than 100 %. The shares hold for the \
     ranges drawn from: a wider range makes its factor weigh more. They say what matters, not in which \
     direction it works."
}

/// A factor of an outcome in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareRow {
    /// What it is.
    pub what: &'static str,
    /// From where it was drawn.
    pub range: String,
    /// Share by itself.
    pub alone: String,
    /// Its interval.
    pub alone_band: String,
    /// Share with its interplay.
    pub in_all: String,
    /// Its interval.
    pub in_all_band: String,
}

/// Factors with their indices, the one that weighs most first; empty if the outcome does not vary.
pub(super) fn sorted<'a>(
    sensitivity: &'a Sensitivity,
    outcome: &'a OutcomeSensitivity,
) -> Vec<(&'a Factor, &'a FactorIndices)> {
    let mut pairs: Vec<_> =
        sensitivity.factors.iter().zip(outcome.factors.iter().flatten()).collect();
    pairs.sort_by(|a, b| b.1.total.value.total_cmp(&a.1.total.value));
    pairs
}

/// A share in per cent; noise below nothing is nothing.
pub(super) fn percent(share: f64) -> String {
    number(100.0 * share.max(0.0), 1.0)
}

/// The factors of an outcome, the one that weighs most first.
pub fn share_rows(sensitivity: &Sensitivity, outcome: &OutcomeSensitivity) -> Vec<ShareRow> {
    let band = |index: &Index| format!("{} to {}", percent(index.lo95), percent(index.hi95));
    sorted(sensitivity, outcome)
        .into_iter()
        .map(|(factor, indices)| ShareRow {
            what: factor.label,
            range: factor.range.clone(),
            alone: percent(indices.first.value),
            alone_band: band(&indices.first),
            in_all: percent(indices.total.value),
            in_all_band: band(&indices.total),
        })
        .collect()
}

/// What an outcome is over all treatments and people, and where most of its variance comes from.
pub fn share_words(sensitivity: &Sensitivity, outcome: &OutcomeSensitivity) -> String {
    let style = value_style(outcome);
    let value = format!(
        "Over all treatments and people drawn: {} in the median, {} in 95 of 100.",
        style.typical(&outcome.value),
        style.band95(&outcome.value)
    );
    let pairs = sorted(sensitivity, outcome);
    if pairs.is_empty() {
        return format!("{value} It does not vary, so there is nothing to attribute.");
    }
    let chosen: f64 = pairs
        .iter()
        .filter(|(factor, _)| factor.group == Group::Choice)
        .map(|(_, indices)| indices.first.value.max(0.0))
        .sum();
    let (first, _) = pairs[0];
    format!(
        "{value} Most weight: {}. The doctor's choices, each alone, explain {} % together.",
        lower_first(first.label),
        percent(chosen)
    )
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// How the values of an outcome are written.
fn value_style(outcome: &OutcomeSensitivity) -> Style<'static> {
    let signed = outcome.value.lo95 < 0.0;
    Style { unit: outcome.unit, signed, finest: 0.1 }
}

/// The files of `needlepoint sensitivity`, name and content: `sensitivity.csv`, `.json`, the page
/// `sensitivity.html`, and the picture as SVG and PNG.
///
/// The same input gives the same bytes.
///
/// # Errors
/// When the picture can't be made.
pub fn sensitivity_files(
    input: &SensitivityInput<'_>,
) -> Result<Vec<(String, Vec<u8>)>, PictureError> {
    let mut files = vec![
        ("sensitivity.csv".to_owned(), csv(input.sensitivity).into_bytes()),
        ("sensitivity.json".to_owned(), sensitivity_json(input).into_bytes()),
        ("sensitivity.html".to_owned(), page(input).into_bytes()),
    ];
    add_picture(&mut files, "sensitivity", &shares::shares(input.sensitivity))?;
    Ok(files)
}

/// What the outcomes hang on as JSON.
pub fn sensitivity_json(input: &SensitivityInput<'_>) -> String {
    let sensitivity = input.sensitivity;
    let index =
        |index: &Index| json!({"value": index.value, "lo95": index.lo95, "hi95": index.hi95});
    let outcomes: Vec<Value> = sensitivity
        .outcomes
        .iter()
        .map(|outcome| {
            let pairs = sensitivity.factors.iter().zip(outcome.factors.iter().flatten());
            let factors: Vec<Value> = pairs
                .map(|(factor, indices)| {
                    json!({
                        "name": factor.name,
                        "first_order": index(&indices.first),
                        "total": index(&indices.total),
                    })
                })
                .collect();
            json!({
                "name": outcome.name,
                "label": outcome.label,
                "unit": outcome.unit,
                "value": outcome.value,
                "varies": outcome.factors.is_some(),
                "factors": factors,
            })
        })
        .collect();
    let all = json!({
        "format": "needlepoint-sensitivity/1",
        "not_a_medical_device": true,
        "provenance": input.provenance,
        "title": input.case.title,
        "zone": sensitivity.site,
        "label": sensitivity.label,
        "samples": sensitivity.samples,
        "courses": sensitivity.courses,
        "factors": sensitivity.factors,
        "outcomes": outcomes,
    });
    format!("{all:#}\n")
}

/// One row for each outcome and factor; text in UTF-8, seven significant digits.
fn csv(sensitivity: &Sensitivity) -> String {
    let mut text =
        "outcome,unit,factor,group,range,first_order,first_order_lo95,first_order_hi95,total,\
                    total_lo95,total_hi95\n"
            .to_owned();
    for outcome in &sensitivity.outcomes {
        for (factor, indices) in sensitivity.factors.iter().zip(outcome.factors.iter().flatten()) {
            let numbers = [&indices.first, &indices.total]
                .map(|i| [i.value, i.lo95, i.hi95].map(significant).join(","))
                .join(",");
            let _ = writeln!(
                text,
                "{},{},{},{},{},{numbers}",
                field(&outcome.name),
                field(outcome.unit),
                factor.name,
                group_name(factor.group),
                field(&factor.range),
            );
        }
    }
    text
}

fn group_name(group: Group) -> &'static str {
    match group {
        Group::Choice => "choice",
        Group::Patient => "patient",
        Group::People => "people",
        Group::Unknown => "unknown",
    }
}

fn page(input: &SensitivityInput<'_>) -> String {
    let sensitivity = input.sensitivity;
    let sections = html! {
        section aria-labelledby="picture-h" {
            h2 id="picture-h" { (sensitivity.label) }
            p { (how_to_read()) }
            (figure(&shares::shares(sensitivity), "shares"))
        }
        section aria-labelledby="numbers-h" {
            h2 id="numbers-h" { "In numbers" }
            @for outcome in &sensitivity.outcomes { (numbers(sensitivity, outcome)) }
        }
        section aria-labelledby="ranges-h" {
            h2 id="ranges-h" { "What was varied" }
            table.data.stack {
                thead { tr { th scope="col" { "What" } th scope="col" { "Drawn from" } } }
                tbody {
                    @for factor in &sensitivity.factors {
                        tr { th scope="row" { (factor.label) } td data-label="Drawn from" { (factor.range) } }
                    }
                }
            }
            p.note { "Everything is drawn by itself, each value as likely as the others. The ranges are those of sensible treatments around the case, within what the device can be set to; passes reach from half of the case's to its double." }
        }
    };
    Page {
        title: input.case.title.as_deref(),
        about: "What it hangs on",
        lead: format!(
            "{}. Treatments, patients, people and possible truths were drawn {} times; each drawn thing was then swapped by itself. {} courses in all.",
            device(input.case),
            sensitivity.samples,
            sensitivity.courses
        ),
        sections,
        provenance: input.provenance,
        counted: "Points",
        basis: "Every index with its interval is in sensitivity.csv and sensitivity.json. What nobody knows is the prior: nothing has been fitted yet.",
    }
    .html()
}

fn numbers(sensitivity: &Sensitivity, outcome: &OutcomeSensitivity) -> Markup {
    let rows = share_rows(sensitivity, outcome);
    html! {
        h3 { (outcome.label) }
        p { (share_words(sensitivity, outcome)) }
        @if !rows.is_empty() {
            table.data.stack {
                thead {
                    tr {
                        th scope="col" { "What" }
                        th scope="col" { "Alone, %" }
                        th scope="col" { "95 % interval" }
                        th scope="col" { "With interplay, %" }
                        th scope="col" { "95 % interval" }
                    }
                }
                tbody {
                    @for row in &rows {
                        tr {
                            th scope="row" { (row.what) }
                            td data-label="Alone, %" { (row.alone) }
                            td.quiet data-label="95 % interval" { (row.alone_band) }
                            td data-label="With interplay, %" { (row.in_all) }
                            td.quiet data-label="95 % interval" { (row.in_all_band) }
                        }
                    }
                }
            }
        }
    }
}
