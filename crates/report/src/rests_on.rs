//! What the numbers rest on: how parameters are known, sources, warnings, and how to repeat the run.

use maud::{Markup, html};
use needlepoint_knowledge::{parameter::Basis, problem::PlacedProblem};

use crate::{input::ReportInput, numbers::number, sources::Citations};

/// The section.
pub(crate) fn rests_on(report: &ReportInput<'_>, citations: &Citations<'_>) -> Markup {
    html! {
        (basis(report))
        (anchors(report, citations))
        @if !report.warnings.is_empty() {
            h3 { "Remarks on the case" }
            ul.plain { @for warning in report.warnings { li { (remark(warning)) } } }
        }
        h3 { "Sources" }
        (citations.list())
        (repeat(report))
    }
}

/// Where the members of an ensemble come from, in a sentence.
pub(crate) fn ensemble(name: &str) -> &'static str {
    if name == "prior" {
        "The ensemble is a prior: its members are drawn from what is known of each parameter, and nothing has been fitted yet."
    } else {
        "The ensemble is a posterior: parameters that published studies tell of were fitted to them together, all others are drawn from what is known of each."
    }
}

/// How many parameters are measured, fitted, assumed: as one bar and in words.
fn basis(report: &ReportInput<'_>) -> Markup {
    let count = |basis| report.knowledge.parameters.iter().filter(|p| p.basis == basis).count();
    let kinds = [
        ("measured", count(Basis::Measured), "somebody measured it; the sources say who"),
        (
            "fitted",
            count(Basis::Fitted),
            "adjusted until the model met the studies named as anchors",
        ),
        (
            "assumed",
            count(Basis::Assumed),
            "nobody measured it; a note says why this value, and its spread is wide",
        ),
    ];
    let all: usize = kinds.iter().map(|(_, n, _)| n).sum();
    html! {
        p { "The models have " strong { (all) } " parameters. Each carries its own uncertainty into every band on this page." }
        div.basis aria-hidden="true" {
            @for (name, n, _) in &kinds {
                @if *n > 0 { span class={ "b-" (name) } style={ "flex:" (n) } {} }
            }
        }
        dl.counts {
            @for (name, n, meaning) in &kinds {
                div {
                    dt { i class={ "sw b-" (name) } {} (n) " " (name) }
                    dd { (meaning) }
                }
            }
        }
    }
}

fn anchors(report: &ReportInput<'_>, citations: &Citations<'_>) -> Markup {
    let mut ids: Vec<String> = Vec::new();
    for anchor in report.knowledge.parameters.iter().flat_map(|p| &p.anchors) {
        if !ids.contains(anchor) {
            ids.push(anchor.clone());
        }
    }
    html! {
        @if !ids.is_empty() {
            h3 { "Studies the model was adjusted to" }
            p.note { "They can't count as a test of the model any more." }
            ul.plain { @for id in &ids { li { (citations.short(id)) " " (citations.links(std::slice::from_ref(id))) } } }
        }
    }
}

fn remark(warning: &PlacedProblem) -> Markup {
    html! {
        (warning.message)
        @if let Some(help) = &warning.help { span.quiet { " (" (help) ")" } }
        span.quiet { ", line " (warning.line) }
    }
}

fn repeat(report: &ReportInput<'_>) -> Markup {
    let p = report.provenance;
    html! {
        h3 { "To repeat this run" }
        p { "The same version, case, knowledge and seed give the same bytes on any machine:" }
        pre { code { "needlepoint run " (p.case_file) " --seed " (p.seed) } }
        dl.provenance {
            dt { "Needlepoint" } dd { (p.version) }
            dt { "Case" } dd { (p.case_file) code.hash { "sha256 " (p.case_sha256) } }
            dt { "Knowledge" } dd { code.hash { "sha256 " (p.knowledge_sha256) } }
            dt { "Seed" } dd { (p.seed) }
            dt { "Ensemble" } dd { (number(f64::from(p.members), 1.0)) " members, " (report.result.ensemble) }
            dt { "Grid" } dd { (report.result.fidelity) }
        }
    }
}
