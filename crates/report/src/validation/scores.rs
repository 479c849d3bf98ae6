//! The scoreboard: how often, how far, and how much better than repeating what others found.

use maud::{Markup, html};
use needlepoint_evidence::{score::DomainScore, validate::Validation};

use super::{forest, words};
use crate::numbers::{number, signed};

/// The share that should lie inside a 95 % interval.
pub(super) const TARGET: f64 = 0.95;

pub(super) fn scores(validation: &Validation) -> Markup {
    html! {
        section #scores aria-labelledby="scores-h" {
            h2 id="scores-h" { "The scoreboard" }
            p.lead {
                "Share of measurements inside the 95 % interval; the line in each bar marks the 95 % that it should be. Below: too sure or off. Above: too wide. Where few were measured, one more or less moves the bar far, and measurements of one study hang together."
            }
            table.data.v-scores {
                thead {
                    tr {
                        th scope="col" { "Domain" }
                        th scope="col" { "Role" }
                        th scope="col" { "Inside" }
                        th scope="col" { span.offscreen { "Bar" } }
                        th.num scope="col" { "Median |z|" }
                        th.num scope="col" { "Skill" }
                    }
                }
                tbody { @for score in &validation.domains { (line(score, validation)) } }
            }
            p.note {
                strong { "Median |z|: " } "distance of the finding from the prediction's mean, in standard deviations of the prediction; 0 for bounds and orders that the mean satisfies. "
                strong { "Skill: " } "1 \u{2212} CRPS / CRPS of a naive predictor that repeats the mean of the other studies. Above 0 the model does better than that, below 0 worse; a dash where no other study measured the same."
            }
        }
    }
}

fn line(score: &DomainScore, validation: &Validation) -> Markup {
    let of_domain = || validation.domains.iter().filter(|other| other.domain == score.domain);
    let is_first = of_domain().next().is_some_and(|first| first.role == score.role);
    let is_sum = score.domain == "all";
    let has_plots = validation
        .measurements
        .iter()
        .any(|s| s.domain.name() == score.domain && s.observable != "log_permeability");
    let inside = (score.coverage * score.n as f64).round() as usize;
    html! {
        tr.v-sum[is_sum].v-first[is_first] {
            @if is_first {
                th scope="rowgroup" rowspan=(of_domain().count()) {
                    @if is_sum {
                        "All"
                    } @else if !has_plots {
                        (words::capitalised(&score.domain))
                    } @else {
                        a href={ "#" (forest::id(&score.domain)) } { (words::capitalised(&score.domain)) }
                    }
                }
            }
            td { (score.role) }
            td.v-share { (words::percent(score.coverage)) small { (inside) " of " (score.n) } }
            td.v-bar-cell { (bar(score.coverage)) }
            td.num { (number(score.median_abs_z, 0.1)) }
            td.num {
                @if let Some(skill) = score.crps_skill { (signed(skill, 0.01)) } @else { "\u{2013}" }
            }
        }
    }
}

/// A share as a bar with the line where it should end.
fn bar(share: f64) -> Markup {
    let width = (1000.0 * share).round() / 10.0;
    let target = 100.0 * TARGET;
    html! {
        svg.v-bar aria-hidden="true" focusable="false" {
            rect.v-bar-room y="50%" width="100%" height="10" rx="3" {}
            rect.v-bar-full y="50%" width={ (width) "%" } height="10" rx="3" {}
            rect.v-target x={ (target) "%" } y="50%" width="2" height="18" {}
        }
    }
}
