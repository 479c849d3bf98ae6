//! Numbers for the sources that a report cites, in the order in which it first cites them.

use maud::{Markup, html};
use needlepoint_knowledge::Knowledge;

use crate::input::ReportInput;

/// The sources of a report.
pub(crate) struct Citations<'a> {
    knowledge: &'a Knowledge,
    ids: Vec<&'a str>,
    on_page: usize,
}

impl<'a> Citations<'a> {
    /// Outcomes first, as they stand on the page, then numbing; then what fitted and measured parameters rest on.
    pub(crate) fn of(report: &ReportInput<'a>) -> Self {
        let outcomes = report.result.zones.iter().flat_map(|zone| &zone.outcomes);
        let parameters = || report.knowledge.parameters.iter();
        let mut ids: Vec<&str> = Vec::new();
        let mut add = |id: &'a String| {
            if !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        };
        outcomes.flat_map(|outcome| &outcome.sources).for_each(&mut add);
        if let Some(numbing) = &report.result.numbing {
            let harmful = numbing.plasma.iter().flat_map(|course| &course.margins);
            harmful.flat_map(|margin| &margin.sources).for_each(&mut add);
            numbing.limits.iter().flat_map(|check| &check.limit.sources).for_each(&mut add);
            numbing.warnings.iter().flat_map(|warning| &warning.sources).for_each(&mut add);
        }
        parameters().flat_map(|p| &p.anchors).for_each(&mut add);
        let on_page = ids.len();
        for id in parameters().flat_map(|p| &p.sources) {
            if !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        }
        Self { knowledge: report.knowledge, ids, on_page }
    }

    /// Links to the entries of the list, "[1] [4]".
    pub(crate) fn links(&self, ids: &[String]) -> Markup {
        html! {
            @for id in ids {
                @if let Some(number) = self.number(id) {
                    a.cite href={ "#source-" (number) } aria-label={ "Source " (number) } { (number) }
                    " "
                }
            }
        }
    }

    fn number(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| *known == id).map(|at| at + 1)
    }

    /// The citation of one source, or its identifier.
    pub(crate) fn short<'b>(&'b self, id: &'b str) -> &'b str {
        self.knowledge.source(id).map_or(id, |source| &source.citation)
    }

    /// The list itself: what the page cites, and behind a fold what only parameters rest on.
    pub(crate) fn list(&self) -> Markup {
        let behind = self.ids.len() - self.on_page;
        html! {
            (self.numbered(0, self.on_page))
            @if behind > 0 {
                details.fold {
                    summary { "Show " (behind) " more that stand behind single parameters" }
                    (self.numbered(self.on_page, self.ids.len()))
                }
            }
        }
    }

    fn numbered(&self, from: usize, to: usize) -> Markup {
        html! {
            ol.sources start=(from + 1) {
                @for (i, id) in self.ids.iter().enumerate().take(to).skip(from) {
                    li id={ "source-" (i + 1) } { (self.entry(id)) }
                }
            }
        }
    }

    fn entry(&self, id: &str) -> Markup {
        html! {
            (self.short(id))
            @if let Some(doi) = self.knowledge.source(id).and_then(|s| s.doi.as_deref()) {
                " " (doi_link(doi))
            }
        }
    }
}

/// A DOI as a link; nothing is loaded from it.
pub(crate) fn doi_link(doi: &str) -> Markup {
    let bare = doi.trim_start_matches("https://doi.org/").trim_start_matches("doi:");
    html! { a.doi href={ "https://doi.org/" (bare) } rel="noreferrer" { "doi:" (bare) } }
}
