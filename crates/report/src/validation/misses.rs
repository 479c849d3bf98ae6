//! What the model gets most wrong, first.

use maud::{Markup, html};

use super::{axis::Axis, mark::plot, row::Row, studies, words};
use crate::{numbers::number, sources::doi_link};

/// How many are shown.
const SHOWN: usize = 12;

pub(super) fn misses(rows: &[Row<'_>]) -> Markup {
    let mut outside: Vec<&Row<'_>> = rows.iter().filter(|row| !row.scored.inside).collect();
    outside.sort_by(|a, b| b.scored.z.abs().total_cmp(&a.scored.z.abs()));
    let all = outside.len();
    html! {
        section #misses aria-labelledby="misses-h" {
            h2 id="misses-h" { "The worst misses" }
            @if outside.is_empty() {
                p.lead { "No measurement lies outside its interval." }
            } @else {
                p.lead {
                    @if all > SHOWN { "The " (SHOWN) " that lie furthest off, of " (all) " outside. " }
                    "Distance in standard deviations of the prediction. A miss may be the model's, or come from what the file had to assume about the study: each entry of the list of studies says what that was."
                }
                ol.v-misses {
                    @for row in outside.iter().take(SHOWN) { (miss(row)) }
                }
            }
        }
    }
}

fn miss(row: &Row<'_>) -> Markup {
    let unit = row.unit();
    html! {
        li {
            div.v-miss-what {
                h3 { a href={ "#" (row.id()) } { (words::capitalised(&row.scored.observable)) } }
                p {
                    (row.what())
                    @if let Some(n) = row.people() { "; n\u{a0}=\u{a0}" (number(n, 1.0)) }
                    @if let Some(m) = row.measurement { "; " (words::rater(m.rater)) }
                    @if let Some(note) = row.note() { ". " em { (note) } }
                }
                p {
                    (studies::reference(row)) " " (studies::tags(row.scored.role, row.is_anchor))
                    @if let Some(doi) = row.study.and_then(|study| study.doi.as_deref()) { " " (doi_link(doi)) }
                }
            }
            div.v-miss-how {
                p.v-miss-plot { (plot(row, &Axis::of(&[*row]).without_ticks())) }
                p {
                    "found " strong { (row.found()) @if row.has_unit() { "\u{202f}" (unit) } }
                    @if let Some(error) = row.found_error() { " " (error) }
                    ", predicted " strong { (row.predicted()) "\u{202f}" (unit) }
                    " (" (row.interval()) ")"
                }
            }
            p.v-miss-far { strong { (row.distance()) } }
        }
    }
}
