//! The page: its sections, in their order.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_case::StudyNote;
use needlepoint_course::result::ZoneCourse;
use needlepoint_knowledge::source::ReadIn;

use crate::{
    calendar, cards, glance,
    input::ReportInput,
    map, months, numbing, products, rests_on, section,
    sources::{Citations, doi_link},
};

/// The style of every page: colours in light and dark, drawings, and what a page has around them.
pub(crate) const STYLE: &str = concat!(
    ":root {\n  color-scheme: light dark;\n",
    include_str!("palette-light.css"),
    "}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n",
    include_str!("palette-dark.css"),
    "}\n}\n",
    include_str!("drawings.css"),
    include_str!("style.css"),
);

const NOT_A_DEVICE: &str = "Not a medical device. This page is for qualified people and research: \
    it predicts groups of people from published studies, and does not replace an examination.";

/// The whole report as one self-contained HTML file: no script, nothing loaded from anywhere.
///
/// The same input gives the same bytes.
pub fn html(report: &ReportInput<'_>) -> String {
    let title = title(report);
    let citations = Citations::of(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (report.provenance.version) };
                title { (title) " \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                (masthead(report))
                main id="main" {
                    (opening(report, &title))
                    @if let Some(study) = &report.case.study { (study_box(study)) }
                    (sections(report, &citations))
                }
                footer { p { (NOT_A_DEVICE) } p { "Needlepoint " (report.provenance.version) } }
            }
        }
    };
    page.into_string()
}

fn masthead(report: &ReportInput<'_>) -> Markup {
    html! {
        header.masthead {
            (brand())
            nav aria-label="Sections" {
                ul {
                    @for part in parts(report) { li { a href={ "#" (part.id) } { (part.short) } } }
                }
            }
        }
    }
}

/// The sign and the name.
pub(crate) fn brand() -> Markup {
    html! {
        p.brand {
            svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" {
                path d="M12 2v11" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
                path d="M10.6 13h2.8L12 21z" fill="currentColor" {}
                path d="M2 15.5h7M15 15.5h7" stroke="currentColor" stroke-width="1.5" opacity=".55" {}
            }
            "Needlepoint"
        }
    }
}

/// A section of the page.
struct Part {
    id: &'static str,
    short: &'static str,
    title: &'static str,
    lead: &'static str,
    of: Of,
}

/// What a section shows for each zone.
#[derive(Clone, Copy)]
enum Of {
    Outcomes,
    Calendar,
    Months,
    Needling,
    Section,
    Products,
    Numbing,
    RestsOn,
}

fn parts(report: &ReportInput<'_>) -> Vec<Part> {
    let zones = &report.result.zones;
    let any = |has: fn(&ZoneCourse) -> bool| zones.iter().any(has);
    let part = |id, short, title, lead, of| Part { id, short, title, lead, of };
    let mut parts = Vec::new();
    if any(|zone| !zone.outcomes.is_empty() || !zone.scales.is_empty()) {
        parts.push(part("expect", "Outcome", "What to expect", "The typical person of the simulated group, with the bands that hold half of them and 95 of 100.", Of::Outcomes));
    }
    if any(|zone| !zone.durations.is_empty() || zone.series.iter().any(|s| s.observable.is_acute()))
    {
        parts.push(part("calendar", "Days", "The calendar of the skin", "The first two weeks, day by day. Each day shows its strongest hour; day 0 is the day of the session.", Of::Calendar));
    }
    if any(|zone| zone.series.iter().any(|s| !s.observable.is_acute())) {
        parts.push(part("months", "Months", "The months", "Line: the typical person. Darker band: half of people. Lighter band: 95 of 100. Triangles mark the sessions.", Of::Months));
    }
    if report.result.numbing.is_some() {
        parts.push(part("numbing", "Numbing", "Numbing before the needles", "How deep the cream numbs, and what of it gets into the blood. Line: the typical person. Darker band: half of people. Lighter band: 95 of 100.", Of::Numbing));
    }
    if any(|zone| !zone.punctures.is_empty() || !zone.summary.depth_histogram.is_empty()) {
        parts.push(part(
            "needling",
            "Needling",
            "The needling",
            "What one session does to the skin.",
            Of::Needling,
        ));
    }
    if any(|zone| !zone.stages.is_empty()) {
        parts.push(part(
            "section",
            "Inside",
            "Inside the skin",
            "The same cut through the skin, from the last stroke of the needles to the days after.",
            Of::Section,
        ));
    }
    if any(|zone| !zone.uptake.is_empty()) {
        parts.push(part("products", "Products", "Products", "What passes into the skin through open channels. Numbers of single products rest on few measurements: read them as orders of magnitude.", Of::Products));
    }
    parts.push(part("basis", "Basis", "What the numbers rest on", "", Of::RestsOn));
    parts
}

fn sections(report: &ReportInput<'_>, citations: &Citations<'_>) -> Markup {
    let zones = &report.result.zones;
    html! {
        @for part in parts(report) {
            section id=(part.id) aria-labelledby={ (part.id) "-h" } {
                h2 id={ (part.id) "-h" } { (part.title) }
                @if !part.lead.is_empty() { p.lead { (part.lead) } }
                @if matches!(part.of, Of::RestsOn) {
                    (rests_on::rests_on(report, citations))
                } @else if let (Of::Numbing, Some(numbing)) = (part.of, &report.result.numbing) {
                    (numbing::numbing(numbing, citations))
                } @else {
                    @for (i, zone) in zones.iter().enumerate() {
                        @if zones.len() > 1 { h3.zone { (zone.label) } }
                        (part_of_zone(part.of, zone, report, citations, &format!("z{i}")))
                    }
                }
            }
        }
    }
}

fn part_of_zone(
    of: Of,
    zone: &ZoneCourse,
    report: &ReportInput<'_>,
    citations: &Citations<'_>,
    tag: &str,
) -> Markup {
    match of {
        Of::Outcomes => cards::cards(zone, report, citations, tag),
        Of::Calendar => calendar::calendar(zone, &report.simulated(), tag),
        Of::Months => months::months(zone, report.result, tag),
        Of::Needling => map::needling(zone, tag),
        Of::Section => section::section(zone, tag),
        Of::Products => products::products(zone, report.knowledge),
        Of::Numbing | Of::RestsOn => html! {},
    }
}

fn title(report: &ReportInput<'_>) -> String {
    if let Some(title) = &report.case.title {
        return title.clone();
    }
    let zones: Vec<String> = report.result.zones.iter().map(|z| z.label.to_lowercase()).collect();
    let sessions = report.result.sessions.len();
    format!(
        "{} of microneedling: {}",
        if sessions == 1 { "One session".to_owned() } else { format!("{sessions} sessions") },
        zones.join(", ")
    )
}

fn opening(report: &ReportInput<'_>, title: &str) -> Markup {
    html! {
        div.opening {
            p.kicker { "Simulated course of microneedling" }
            h1 { (unbroken(title)) }
            (glance::answer(report))
            (glance::glance(report))
            @if report.result.ensemble == "prior" { (prior_notice()) }
            p.device { strong { "Not a medical device." } (NOT_A_DEVICE.trim_start_matches("Not a medical device.")) }
            details.case open {
                summary { "The case in words" }
                // The study has a box of its own below.
                ul { @for line in report.case.in_words().iter().skip(usize::from(report.case.study.is_some())) { li { (line) } } }
            }
        }
    }
}

/// A title with the space before a unit made one that does not break.
pub(crate) fn unbroken(title: &str) -> String {
    let words: Vec<&str> = title.split(' ').collect();
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            let number = words[i - 1].ends_with(|c: char| c.is_ascii_digit());
            let unit = word.starts_with("mm") || word.starts_with('%');
            out.push(if number && unit { '\u{a0}' } else { ' ' });
        }
        out.push_str(word);
    }
    out
}

fn prior_notice() -> Markup {
    html! {
        aside.notice aria-label="Not yet calibrated" {
            p {
                strong { "Not yet calibrated. " }
                "The ensemble is a " em { "prior" } ": its members are drawn from what is known of each parameter by itself, or set by hand to a few named studies; nothing has been fitted yet. "
                "The bands are wide and their middle may be off: read the shape and the order of things."
            }
        }
    }
}

fn study_box(study: &StudyNote) -> Markup {
    let read = match study.read_in {
        ReadIn::FullText => "the whole paper was read",
        ReadIn::Abstract => "the abstract was read",
        ReadIn::Secondary => "what others wrote about it was read",
    };
    html! {
        section.study aria-labelledby="study-h" {
            h2 id="study-h" { "The study that this case restates" }
            p.citation {
                (study.citation)
                @if let Some(doi) = &study.doi { " " (doi_link(doi)) }
                span.quiet { " (" (read) ")" }
            }
            div.two {
                div {
                    h3 { "What it states" }
                    ul { @for line in &study.stated { li { (line) } } }
                }
                div {
                    h3 { "What had to be assumed" }
                    ul { @for line in &study.assumed { li { (line) } } }
                }
            }
        }
    }
}
