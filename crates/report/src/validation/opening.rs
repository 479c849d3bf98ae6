//! What the page is, what came out, and how to read it.

use maud::{Markup, html};
use needlepoint_evidence::{score::Scored, study::Role, validate::Validation};

use super::{
    ValidationInput, mark,
    row::{Row, Said},
    scores::TARGET,
    words::{counted, percent},
};
use crate::numbers::signed;

/// How far coverage may lie from the target and still be called right.
const NEAR: f64 = 0.02;

pub(super) fn opening(input: &ValidationInput<'_>, rows: &[Row<'_>]) -> Markup {
    let validation = input.validation;
    html! {
        div.opening {
            p.kicker { "The model held against published studies" }
            h1 { "Predicted and found" }
            @if !input.only.is_empty() {
                p.v-only { strong { "Only a part: " } (input.only.join(", ")) "." }
            }
            (answer(validation, rows))
            (tiles(validation))
            @if input.knowledge.ensemble_name() == "prior" {
                aside.notice aria-label="Not yet calibrated" {
                    p {
                        strong { "Nothing is fitted yet. " }
                        "The model runs on " em { "priors" } ": each parameter as it is known by itself, some set by hand to single studies. Rows of those are marked " em { "anchor" } ": agreement there is no test."
                    }
                }
            } @else {
                aside.notice aria-label="Fitted" {
                    p {
                        strong { "Fitted to the studies of role calibrate. " }
                        "Agreement with those is no test; agreement with the studies of role " em { "validate" } " is one. Intervals hold what studies were found to differ by and the bias of raters as it was fitted."
                    }
                }
            }
            (how_to_read())
        }
    }
}

fn answer(validation: &Validation, rows: &[Row<'_>]) -> Markup {
    let all = rows.len();
    let inside = rows.iter().filter(|row| row.scored.inside).count();
    let numbers = rows.iter().filter(|row| matches!(row.said(), Said::Value(..))).count();
    if all == 0 {
        return html! { div.answer { p { "Nothing was scored: no measurement of the studies at hand is one that the model gives." } } };
    }
    let coverage = inside as f64 / all as f64;
    let meaning = if coverage < TARGET - NEAR {
        "A model that knew its own uncertainty would have 95 of 100 inside: this one is too sure of itself, or off."
    } else if coverage > TARGET + NEAR {
        "A model that knew its own uncertainty would have 95 of 100 inside: the intervals of this one are too wide."
    } else {
        "That is as it should be for a model that knows its own uncertainty."
    };
    html! {
        div.answer {
            p {
                "Of " strong { (counted(all, "measurement", "measurements")) } " in living people, "
                strong { (inside) " (" (percent(coverage)) ")" }
                " lie inside the model\u{2019}s 95\u{a0}% interval. " (meaning)
            }
            p.basis-line {
                (numbers) " of them are numbers; " (all - numbers)
                " are bounds, orders or \u{201c}no difference\u{201d}, which are easier to meet. They come from "
                (counted(studies(rows), "study", "studies")) " of "
                (validation.studies) " read; a further " (validation.unscored.len()) " measurements were counted and not scored."
            }
        }
    }
}

fn studies(rows: &[Row<'_>]) -> usize {
    rows.iter().map(|row| &row.scored.study).collect::<std::collections::BTreeSet<_>>().len()
}

fn tiles(validation: &Validation) -> Markup {
    html! {
        div.v-tiles {
            @for (role, what) in [
                (Role::Calibrate, "Studies the model may be fitted to (calibrate)"),
                (Role::Validate, "Studies set aside (validate)"),
            ] {
                @let here: Vec<&Scored> = validation
                    .measurements
                    .iter()
                    .filter(|s| s.role == role && s.observable != "log_permeability")
                    .collect();
                @let sum =
                    validation.domains.iter().find(|d| d.domain == "all" && d.role == role.name());
                @if let Some(sum) = sum {
                    div {
                        p.what { (what) }
                        p.big { (percent(sum.coverage)) " inside" }
                        p.sub {
                            (here.iter().filter(|s| s.inside).count()) " of " (here.len())
                            @if let Some(skill) = sum.crps_skill {
                                "; skill " (signed(skill, 0.01)) ", "
                                (if skill > 0.05 { "better than" } else if skill < -0.05 { "worse than" } else { "no better than" })
                                " repeating the mean of other studies"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn how_to_read() -> Markup {
    html! {
        h2.v-how { "How to read the plots" }
        div.v-guide {
            svg.v-plot aria-hidden="true" focusable="false" {
                rect.v-band x="18%" y="50%" width="46%" height="12" rx="3" {}
                rect.v-mean x="38%" y="50%" width="3" height="18" {}
                line.v-error x1="47%" x2="59%" y1="50%" y2="50%" {}
                use.v-mark.v-in href="#v-in" x="53%" y="50%" {}
                use.v-mark.v-out href="#v-out" x="82%" y="50%" {}
            }
        }
        ul.legend.v-legend {
            li { i.v-sw-band {} "what the model predicts for such a study: mean and 95\u{a0}% interval" }
            li { (mark::key(true)) "found, inside" }
            li { (mark::key(false)) "found, outside" }
            li { i.v-sw-error {} "±\u{a0}1.96 standard errors, where the study lets them be known" }
            li { (sample("#v-left", false)) "found: at most so much" }
            li { (sample("#v-right", false)) "found: at least so much" }
            li { (sample("#v-right", true)) "hollow, on the dashed line of no difference: only more, less or no difference was stated" }
        }
        p.note {
            "Each group has an axis of its own, in the unit beside its name. "
            code { "garg-2016:43" } " is the study, with the line in its file. "
            em { "z" } " says how many standard deviations of the prediction the finding lies above (+) or below (\u{2212}) its mean."
        }
    }
}

fn sample(arrow: &str, hollow: bool) -> Markup {
    html! {
        svg.v-key width="44" height="18" viewBox="-22 -9 44 18" aria-hidden="true" focusable="false" {
            use.v-arrow.v-in href=(arrow) {}
            use class={ "v-mark v-in" @if hollow { " v-hollow" } } href="#v-in" {}
        }
    }
}
