//! What to expect: one card for each outcome.

use maud::{Markup, html};
use needlepoint_course::result::{Band, Outcome, ScalePrediction, ZoneCourse};

use crate::{
    months::is_seen,
    numbers::{Style, in_ten, number, step_of, tick_step, ticks, when},
    sources::Citations,
    timeline::is_finite,
};

/// The cards and scales of one zone.
pub(crate) fn cards(zone: &ZoneCourse, citations: &Citations<'_>, tag: &str) -> Markup {
    html! {
        div.cards {
            @for (i, outcome) in zone.outcomes.iter().enumerate() {
                (card(outcome, citations, &format!("{tag}-o{i}")))
            }
        }
        @if !zone.scales.is_empty() { (scales(&zone.scales)) }
    }
}

fn card(outcome: &Outcome, citations: &Citations<'_>, id: &str) -> Markup {
    let style = Style::of(outcome.observable);
    html! {
        article.card {
            p.kicker { (outcome.when) }
            h3 { (outcome.observable.label()) }
            p.big { (style.typical(&outcome.value)) span { "typically" } }
            @if is_finite(&outcome.value) { (interval(outcome, style, id)) }
            p.range {
                "95 of 100 people: " strong { (style.band95(&outcome.value)) } br;
                "half of people: " strong { (style.band50(&outcome.value)) }
            }
            @if let Some(share) = outcome.visible_share { (visible(share, id)) }
            (strength_chip(&outcome.strength))
            details.why {
                summary { "Why, and sources" }
                p { (outcome.why) }
                @if !outcome.sources.is_empty() { p { "Sources: " (citations.links(&outcome.sources)) } }
            }
        }
    }
}

/// A dot with two intervals over an axis that holds zero.
fn interval(outcome: &Outcome, style: Style<'_>, id: &str) -> Markup {
    let Band { median, lo95, lo50, hi50, hi95, .. } = outcome.value;
    let rest = outcome.observable.at_rest().unwrap_or(0.0);
    let ink = if is_seen(outcome.observable) { "var(--seen)" } else { "var(--tissue)" };
    let (low, high) = (lo95.min(rest), hi95.max(rest));
    let marks = ticks(low, high, 4);
    let step = tick_step(&marks);
    let room = (high - low).max(1e-9) * 0.04;
    let (low, high) = (low - room, high + room);
    let x = |value: f64| format!("{:.1}", 14.0 + (value - low) / (high - low) * 272.0);
    html! {
        svg.interval role="img" viewBox="0 0 300 52" aria-labelledby={ (id) "-t " (id) "-d" } {
            title id={ (id) "-t" } { (outcome.observable.label()) ", " (outcome.when) }
            desc id={ (id) "-d" } {
                "Typically " (style.typical(&outcome.value)) ", 95 of 100 people " (style.band95(&outcome.value))
                ", half of people " (style.band50(&outcome.value)) "."
            }
            line x1="14" x2="286" y1="34" y2="34" stroke="var(--axis)" stroke-width="1" {}
            @for mark in &marks {
                @let zero = (mark - rest).abs() < 1e-9;
                line x1=(x(*mark)) x2=(x(*mark)) y1=(if zero { "4" } else { "31" }) y2="37"
                    stroke=(if zero { "var(--ink-2)" } else { "var(--axis)" }) stroke-width="1" {}
                text x=(x(*mark)) y="49" text-anchor="middle" font-size="11.5" fill="var(--ink-2)" {
                    (style.bare(*mark, step))
                }
            }
            line x1=(x(lo95)) x2=(x(hi95)) y1="18" y2="18" stroke=(ink) stroke-width="3" stroke-linecap="round" opacity=".55" {}
            line x1=(x(lo50)) x2=(x(hi50)) y1="18" y2="18" stroke=(ink) stroke-width="10" stroke-linecap="round" opacity=".55" {}
            circle cx=(x(median)) cy="18" r="6.5" fill=(ink) stroke="var(--card)" stroke-width="2" {}
        }
    }
}

/// Ten dots: how many of ten people would see a change.
fn visible(share: f64, id: &str) -> Markup {
    let (dots, words) = in_ten(share);
    html! {
        div.visible {
            svg role="img" viewBox="0 0 160 16" aria-labelledby={ (id) "-v" } {
                title id={ (id) "-v" } { (dots) " of 10 dots filled" }
                @for i in 0..10 {
                    @let cx = 8 + 16 * i;
                    @if i < dots {
                        circle cx=(cx) cy="8" r="6" fill="var(--seen)" {}
                    } @else {
                        circle cx=(cx) cy="8" r="5.25" fill="none" stroke="var(--axis)" stroke-width="1.5" {}
                    }
                }
            }
            p { (words) " would see a change" }
        }
    }
}

/// The strength of evidence: in words, and as one to four bars.
pub(crate) fn strength_chip(strength: &str) -> Markup {
    let bars = match strength {
        "strong" => 4,
        "moderate" => 3,
        "weak" => 2,
        _ => 1,
    };
    html! {
        p class={ "chip s" (bars) } {
            span.bars aria-hidden="true" {
                @for i in 1..=4 { i class=(if i <= bars { "on" } else { "off" }) {} }
            }
            (strength) " evidence"
        }
    }
}

fn scales(scales: &[ScalePrediction]) -> Markup {
    html! {
        h3 { "On clinical scales" }
        p.note { "As a rater who does not know who was treated would score it." }
        table.data.stack {
            thead {
                tr {
                    th scope="col" { "Scale" }
                    th scope="col" { "When" }
                    th scope="col" { "Before" }
                    th scope="col" { "Predicted" }
                    th scope="col" { "95 of 100 people" }
                }
            }
            tbody {
                @for s in scales {
                    @let style = Style::plain("");
                    tr {
                        th scope="row" { (s.label) }
                        td.quiet data-label="When" { (when(s.day)) }
                        td data-label="Before" { (number(s.before, step_of(&s.score))) }
                        td data-label="Predicted" { strong { (style.typical(&s.score)) } }
                        td data-label="95 of 100" { (style.band95(&s.score)) }
                    }
                }
            }
        }
    }
}
