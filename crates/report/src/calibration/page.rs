//! The page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_evidence::calibrate::outcome::{Fitted, Outcome};

use super::{
    CalibrationInput,
    picture::picture,
    words::{
        HEADS, LEGEND, badly_stood_in, done, doubt, drivers, far_off, names_in_words, not_fitted,
        not_listed, percent, row, three,
    },
};
use crate::page::STYLE;

const OWN_STYLE: &str = include_str!("calibration.css");

/// One self-contained HTML file: no script, nothing loaded from anywhere.
pub(super) fn page(input: &CalibrationInput<'_>) -> String {
    let outcome = input.outcome;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (input.version) };
                title { "Calibration \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.c-page {
                a.skip href="#main" { "Skip to the page" }
                header.masthead {
                    p.brand { "Needlepoint" }
                    nav aria-label="Sections" {
                        ul {
                            li { a href="#fitted" { "Parameters" } }
                            li { a href="#between" { "Between studies" } }
                            li { a href="#unidentified" { "Unidentified" } }
                            li { a href="#off" { "Farthest off" } }
                            li { a href="#surfaces" { "Surfaces" } }
                        }
                    }
                }
                main id="main" {
                    div.opening {
                        p.kicker { "Fitted to published studies" }
                        h1 { "What the fit found" }
                        @if let Some(doubt) = doubt(outcome) {
                            aside.notice aria-label="Doubt" { p { (doubt) } }
                        }
                        ul { @for line in done(outcome) { li { (line) } } }
                    }
                    (quantities("fitted", "Parameters and raters", LEGEND, &outcome.fitted, 0))
                    (quantities(
                        "between", "How studies differ",
                        "A standard deviation between studies beyond their sampling error, as a share of what they find, drawn along its logarithm; and the part of its variance that all measurements of a study share.",
                        &outcome.between_studies, outcome.fitted.len()
                    ))
                    (unidentified(outcome))
                    (ties(outcome))
                    (off(outcome))
                    (surfaces(outcome))
                }
                footer {
                    p { "Not a medical device. For qualified people and research." }
                    p { "Needlepoint " (input.version) ", seed " (outcome.seed) ", priors of what was fitted " span.hash { (outcome.ensemble.fitted_with.priors) } }
                }
            }
        }
    }
    .into_string()
}

fn quantities(id: &str, title: &str, lead: &str, all: &[Fitted], first: usize) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } { (title) }
            p.lead { (lead) }
            div.c-wide {
                table.data {
                    thead { tr { @for head in HEADS { th scope="col" { (head) } } } }
                    tbody {
                        @for fitted in all {
                            @let [name, rest @ ..] = row(fitted);
                            tr { th scope="row" { code { (name) } } @for cell in rest { td { (cell) } } }
                        }
                    }
                }
            }
            div.c-pictures {
                @for (at, fitted) in all.iter().enumerate() {
                    figure {
                        figcaption {
                            code { (fitted.name) }
                            @if !fitted.drivers.is_empty() { span.quiet { " " (drivers(&fitted.drivers)) } }
                        }
                        (picture(first + at, fitted))
                    }
                }
            }
        }
    }
}

fn unidentified(outcome: &Outcome) -> Markup {
    let fitted: Vec<(&str, f64)> =
        outcome.unidentified().map(|f| (f.name.as_str(), f.shrinkage.unwrap_or(0.0))).collect();
    let least = percent(outcome.settings.least_shrinkage);
    let (not_fitted, not_listed) = (not_fitted(outcome), not_listed(outcome));
    html! {
        section id="unidentified" aria-labelledby="unidentified-h" {
            h2 id="unidentified-h" { "What stays unidentified" }
            @for (what, names) in [
                (format!("Fitted, but narrowed by less than {least}"), &fitted),
                (format!("Listed, but not fitted: could not be narrowed by {least} even if all else were known"), &not_fitted),
                (format!("Not listed, although it could be narrowed by {least} or more if all else were known"), &not_listed),
            ] {
                h3 { (what) }
                p { @if names.is_empty() { "None." } @else { (names_in_words(names)) } }
            }
        }
    }
}

fn ties(outcome: &Outcome) -> Markup {
    html! {
        section aria-labelledby="ties-h" {
            h2 id="ties-h" { "What is tied together" }
            table.data {
                thead { tr { th scope="col" { "one" } th scope="col" { "other" } th scope="col" { "correlation" } } }
                tbody {
                    @for tied in &outcome.tied {
                        tr { th scope="row" { code { (tied.one) } } td { code { (tied.other) } } td { (format!("{:+.2}", tied.correlation)) } }
                    }
                }
            }
        }
    }
}

fn off(outcome: &Outcome) -> Markup {
    html! {
        section id="off" aria-labelledby="off-h" {
            h2 id="off-h" { "Farthest from the fitted model" }
            p.lead { "In standard deviations of all that is not known of a finding." }
            div.c-wide {
                table.data {
                    thead { tr { @for head in ["study, line", "observable", "found", "prior", "posterior", "off"] { th scope="col" { (head) } } } }
                    tbody {
                        @for (held, off) in far_off(outcome) {
                            tr {
                                th scope="row" { (held.study) ", " (held.line) }
                                td { (held.observable) }
                                td { (held.observed.map_or_else(String::new, three)) }
                                td { (three(held.prior)) }
                                td { (three(held.posterior)) }
                                td { (format!("{off:+.1}")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn surfaces(outcome: &Outcome) -> Markup {
    html! {
        section id="surfaces" aria-labelledby="surfaces-h" {
            h2 id="surfaces-h" { "Surfaces and the model" }
            table.data {
                thead { tr { @for head in ["round", "points", "surface's share of a measurement's error", "greatest R-hat"] { th scope="col" { (head) } } } }
                tbody {
                    @for (number, round) in outcome.rounds.iter().enumerate() {
                        tr {
                            th scope="row" { (number + 1) ": over the " (round.around) }
                            td { (round.points) }
                            td { (percent(round.surface)) }
                            td { (format!("{:.3}", round.r_hat)) }
                        }
                    }
                }
            }
            h3 { "Where surfaces were farthest off, in errors of the measurement" }
            table.data {
                thead { tr { @for head in ["study, line", "observable", "model less surface", "by chance"] { th scope="col" { (head) } } } }
                tbody {
                    @for held in badly_stood_in(outcome) {
                        tr {
                            th scope="row" { (held.study) ", " (held.line) }
                            td { (held.observable) }
                            td { (format!("{:+.2}", held.off)) }
                            td { (format!("{:.2}", held.off_by_chance)) }
                        }
                    }
                }
            }
        }
    }
}
