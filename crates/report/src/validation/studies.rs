//! The studies: what they are called, where to find them, what their files had to assume.

use std::collections::BTreeMap;

use maud::{Markup, html};
use needlepoint_evidence::study::{Role, Study};
use needlepoint_knowledge::source::ReadIn;

use super::{
    ValidationInput,
    row::{Row, is_anchor},
    words::{counted, identifier, spaced},
};
use crate::{numbers::number, sources::doi_link};

/// A study's name, leading to its entry.
pub(super) fn link(id: &str) -> Markup {
    html! { a href={ "#s-" (identifier(id)) } { (id) } }
}

/// The same with the line of the measurement in its file.
pub(super) fn reference(row: &Row<'_>) -> Markup {
    html! {
        a href={ "#s-" (identifier(&row.scored.study)) } {
            (row.scored.study) span.v-line { ":" (row.scored.line) }
        }
    }
}

/// Its role, and whether a parameter was set to it.
pub(super) fn tags(role: Role, is_anchor: bool) -> Markup {
    let class = match role {
        Role::Calibrate => "v-tag",
        Role::Validate => "v-tag v-aside",
    };
    html! {
        span class=(class) { (role.name()) }
        @if is_anchor { " " span.v-tag.v-anchor { "anchor" } }
    }
}

/// The list: those with scored measurements, and behind a fold the others.
pub(super) fn studies(input: &ValidationInput<'_>, rows: &[Row<'_>]) -> Markup {
    let mut places: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in rows {
        places.entry(&row.scored.study).or_default().push(row);
    }
    let unscored: Vec<&str> = input.validation.unscored.iter().map(|u| u.study.as_str()).collect();
    let all = || input.studies.iter().map(|filed| &filed.study);
    let scored: Vec<&Study> =
        all().filter(|study| places.contains_key(study.id.as_str())).collect();
    let others: Vec<&Study> = all()
        .filter(|study| !places.contains_key(study.id.as_str()))
        .filter(|study| {
            unscored.contains(&study.id.as_str()) || is_anchor(input.knowledge, &study.id)
        })
        .collect();
    let places = &places;
    let list = |studies: &[&Study]| {
        html! {
            ul.v-studies {
                @for study in studies {
                    (entry(study, input, places.get(study.id.as_str()).map_or(&[], Vec::as_slice)))
                }
            }
        }
    };
    html! {
        section #studies aria-labelledby="studies-h" {
            h2 id="studies-h" { "The studies" }
            p.lead { "With the file and line that each number stands in." }
            (list(&scored))
            @if !others.is_empty() {
                details.fold {
                    summary { "Show " (counted(others.len(), "study", "studies")) " without a scored measurement" }
                    (list(&others))
                }
            }
        }
    }
}

fn entry(study: &Study, input: &ValidationInput<'_>, rows: &[&Row<'_>]) -> Markup {
    let subjects = &study.subjects;
    let file = format!("{}/{}.toml", input.folder, study.id);
    html! {
        li id={ "s-" (identifier(&study.id)) } {
            p { strong { (study.id) } " " (tags(study.role, is_anchor(input.knowledge, &study.id))) }
            p { (study.citation) @if let Some(doi) = &study.doi { " " (doi_link(doi)) } }
            p.quiet {
                (spaced(&study.design))
                @if let Some(n) = subjects.n { ", n\u{a0}=\u{a0}" (number(n, 1.0)) }
                ", " (subjects.species) " skin " (spaced(&subjects.skin)) "; read: "
                (match study.read_in {
                    ReadIn::FullText => "the whole paper",
                    ReadIn::Abstract => "the abstract",
                    ReadIn::Secondary => "what others wrote about it",
                })
            }
            p.v-file {
                code { (file) }
                @for row in rows {
                    a href={ "#" (row.id()) } aria-label={ "Line " (row.scored.line) ", to its place in the plots" } { ":" (row.scored.line) }
                }
            }
            @if !study.assumed.is_empty() && !rows.is_empty() {
                details {
                    summary { "What the file had to assume (" (study.assumed.len()) ")" }
                    ul { @for line in &study.assumed { li { (line) } } }
                }
            }
        }
    }
}
