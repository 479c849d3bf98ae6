//! How it was done, in short, and where it goes round in a circle.

use std::collections::BTreeMap;

use maud::{Markup, html};
use needlepoint_evidence::study::Role;

use super::{ValidationInput, row::Row, studies};

pub(super) fn method(input: &ValidationInput<'_>, rows: &[Row<'_>]) -> Markup {
    let size = input.validation.cohort;
    html! {
        section #method aria-labelledby="method-h" {
            h2 id="method-h" { "How it was done" }
            div.two {
                div {
                    h3 { "The prediction" }
                    p {
                        "Each study is run as a virtual cohort: " (size.truths) " possible truths about the model's parameters, " (size.people) " people under each, drawn like its subjects in age, sex and phototype (seed " (size.seed) "). They are treated as the file says, and read at the time the study read."
                    }
                    p {
                        "A study measures few people, so by chance it finds something else than the truth. That sampling error is part of the prediction: as the study states it, else from how the simulated people differ and how many took part. The interval holds 95 of 100 of what such a study would find."
                    }
                    p {
                        "Raters who know the treatment, and patients, see more improvement than blinded ones. How much is not known; each truth has a share of its own, added where the rater was not blinded."
                    }
                }
                div {
                    h3 { "Permeability of intact skin" }
                    p {
                        "The scoreboard's domain absorption also holds the compounds of " code { "knowledge/permeability.csv" } ", each the median of its sources against the law for intact skin. They are many and all by one law, so they stand neither among the plots nor in the sums over all domains."
                    }
                    h3 { "The verdict" }
                    p {
                        "A number is inside if it lies in the interval. A bound or an order is inside if the interval allows it; \u{201c}no difference\u{201d} if it holds zero. Bounds and orders are easier to meet than numbers."
                    }
                    p {
                        "The " em { "naive predictor" } " takes the mean of what the other studies of role calibrate found for the same observable, concern and way of counting. The model's CRPS (the continuous ranked probability score: a distance that rewards sharp intervals in the right place) is held against its absolute error; observables are brought to one scale by the spread of their findings."
                    }
                    p {
                        "The " em { "role" } " of a shipped study was settled before anything was fitted: in each domain every third study, in the order of the SHA-256 of their identifiers, is kept for validation; a study that a parameter was set to by hand never is. The model may be fitted to the first kind only, and is only held against the second."
                    }
                }
            }
            (circles(input, rows))
            p.note { "Knowledge " code { (short(&input.knowledge.hash)) } ". The same program, knowledge, studies, cohort and seed give the same page." }
        }
    }
}

fn circles(input: &ValidationInput<'_>, rows: &[Row<'_>]) -> Markup {
    let mut anchors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for parameter in input.knowledge.parameters.iter() {
        for anchor in &parameter.anchors {
            anchors.entry(anchor).or_default().push(&parameter.name);
        }
    }
    let misplaced: Vec<&str> = input
        .studies
        .iter()
        .map(|filed| &filed.study)
        .filter(|study| study.role == Role::Validate && anchors.contains_key(study.id.as_str()))
        .map(|study| study.id.as_str())
        .collect();
    let is_here = |id: &str| input.studies.iter().any(|filed| filed.study.id == id);
    let mut pooled: Vec<&str> = rows
        .iter()
        .filter(|row| row.study.is_some_and(|s| s.design == "pooled" || s.design == "review"))
        .map(|row| row.scored.study.as_str())
        .collect();
    pooled.sort_unstable();
    pooled.dedup();
    html! {
        h3 { "Known circularities" }
        ul.plain {
            @if !anchors.is_empty() {
                li {
                    "A study that a parameter was set to can't show that the model is right about it. Such rows are marked " em { "anchor" } ":"
                    ul.plain.v-anchors {
                        @for (study, parameters) in &anchors {
                            li {
                                @if is_here(study) { (studies::link(study)) } @else { (study) span.quiet { " (no file)" } }
                                " set " (parameters.join(", "))
                            }
                        }
                    }
                }
            }
            @if !misplaced.is_empty() {
                li {
                    strong { "Against the rule, " }
                    @for (i, study) in misplaced.iter().enumerate() { @if i > 0 { ", " } (studies::link(study)) }
                    (if misplaced.len() == 1 { " has" } else { " have" })
                    " the role validate although a parameter was set to it: it should not count there."
                }
            }
            li { "Whoever chose the priors had read most of these papers, also those of role validate. Agreement with them is weaker evidence than with a paper nobody had seen." }
            li { "What a paper does not state (device, passes, depth of scars) was assumed in its file; the assumptions stand with each study below." }
            @if !pooled.is_empty() {
                li {
                    "Pooled analyses and reviews may hold trials that are also here by themselves: "
                    @for (i, study) in pooled.iter().enumerate() { @if i > 0 { ", " } (studies::link(study)) }
                    "."
                }
            }
        }
    }
}

fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}
