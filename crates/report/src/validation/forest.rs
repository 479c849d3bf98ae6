//! Every scored measurement, domain by domain: one table for each observable, one row a measurement.

use std::collections::BTreeMap;

use maud::{Markup, html};
use needlepoint_evidence::catalogue::{Domain, ENTRIES};

use super::{
    axis::Axis,
    mark::{plot, verdict},
    row::{Row, Way},
    studies, words,
};
use crate::numbers::number;

/// The identifier of a domain's section.
pub(super) fn id(domain: &str) -> String {
    format!("d-{domain}")
}

/// The domains with anything scored, in the order of the story.
pub(super) fn domains(rows: &[Row<'_>]) -> Vec<Domain> {
    let has = |domain: &Domain| rows.iter().any(|row| row.scored.domain == *domain);
    Domain::NAMED.iter().map(|(_, domain)| *domain).filter(has).collect()
}

/// A section for each domain.
pub(super) fn forest(rows: &[Row<'_>]) -> Markup {
    html! {
        @for (at, domain) in domains(rows).into_iter().enumerate() {
            @let here: Vec<Row<'_>> =
                rows.iter().filter(|row| row.scored.domain == domain).copied().collect();
            @let inside = here.iter().filter(|row| row.scored.inside).count();
            section.v-domain id=(id(domain.name())) aria-labelledby={ (id(domain.name())) "-h" } {
                @if at == 0 { p.kicker id="measurements" { "Every measurement, by domain" } }
                h2 id={ (id(domain.name())) "-h" } { (words::domain(domain)) }
                p.lead { (inside) " of " (here.len()) " inside the interval." }
                @for (key, group) in groups(&here) { (table(&key, &group)) }
            }
        }
    }
}

/// Place in the catalogue, kind of number, scale of a score.
type Key<'a> = (usize, Way, Option<&'a str>);

/// Measurements that share an axis, in the order of the catalogue; in each those of one study together.
fn groups<'a>(rows: &[Row<'a>]) -> BTreeMap<Key<'a>, Vec<Row<'a>>> {
    let mut groups: BTreeMap<Key<'_>, Vec<Row<'_>>> = BTreeMap::new();
    for row in rows {
        let place = ENTRIES.iter().position(|entry| entry.name == row.scored.observable);
        let key = (place.unwrap_or(ENTRIES.len()), row.way(), row.scale());
        groups.entry(key).or_default().push(*row);
    }
    groups
}

fn table(key: &Key<'_>, rows: &[Row<'_>]) -> Markup {
    let axis = Axis::of(rows);
    let (_, way, scale) = *key;
    let Some(first) = rows.first() else { return html! {} };
    let unit = first.unit();
    html! {
        table.v-forest {
            caption {
                strong { (words::capitalised(&first.scored.observable)) }
                @match way {
                    Way::Value => {}
                    Way::Share => ", share of people",
                    Way::Difference => ", difference between arms",
                    Way::Ratio => ", one arm over the other",
                }
                @if let Some(scale) = scale { ": " (scale) }
                span.quiet { @if let Some(entry) = first.entry { (entry.meaning) " \u{b7} " } (unit) }
            }
            thead {
                tr {
                    th.v-who scope="col" { "Study, arm, time" }
                    th.v-where scope="col" {
                        span.offscreen { "Plot, in " (unit) }
                        (axis_labels(&axis))
                    }
                    th.v-found scope="col" { "Found" }
                    th.v-said scope="col" { "Predicted" }
                    th.v-off scope="col" { "Found lies" }
                }
            }
            tbody { @for row in rows { (line(row, &axis)) } }
        }
    }
}

fn axis_labels(axis: &Axis) -> Markup {
    html! {
        span.v-axis aria-hidden="true" {
            @for (at, label) in axis.labels() {
                span style={ "left:" (at) "%" } { (label) }
            }
        }
    }
}

fn line(row: &Row<'_>, axis: &Axis) -> Markup {
    html! {
        tr id=(row.id()) {
            th.v-who scope="row" {
                (studies::reference(row)) " " (studies::tags(row.scored.role, row.is_anchor))
                span.sub {
                    (row.what())
                    @if let Some(n) = row.people() { "; n\u{a0}=\u{a0}" (number(n, 1.0)) }
                }
            }
            td.v-where { (plot(row, axis)) }
            td.v-found data-label="found" {
                (row.found())
                @if let Some(error) = row.found_error() { small { (error) } }
            }
            td.v-said data-label="predicted" { (row.predicted()) small { (row.interval()) } }
            td.v-off { (verdict(row)) }
        }
    }
}
