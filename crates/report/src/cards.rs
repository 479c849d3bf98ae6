//! What to expect: a card for each outcome that matters to the person, a table for the tissue.

use maud::{Markup, html};
use needlepoint_course::{
    observable::Observable,
    result::{Band, Outcome, ScalePrediction, ZoneCourse},
};

use crate::{
    input::ReportInput,
    numbers::{Style, in_ten, number, step_of, tick_step, ticks, when},
    outcome::{Group, Grouped, between50, between95, typically},
    sources::Citations,
    timeline::{is_finite, series_of},
};

/// The cards, scales and tissue of one zone.
pub(crate) fn cards(
    zone: &ZoneCourse,
    report: &ReportInput<'_>,
    citations: &Citations<'_>,
    tag: &str,
) -> Markup {
    let grouped = Grouped::of(zone, report.case);
    html! {
        div.cards {
            @for group in &grouped.treated { (card(group, "what is treated", citations, tag)) }
            @for group in &grouped.unwanted { (card(group, "what may go wrong", citations, tag)) }
        }
        @if !zone.scales.is_empty() { (scales(zone)) }
        @if !grouped.tissue.is_empty() { (tissue(&grouped.tissue, zone, citations)) }
    }
}

fn card(group: &Group<'_>, role: &str, citations: &Citations<'_>, tag: &str) -> Markup {
    let observable = group.observable;
    let id = format!("{tag}-o-{}", observable.name());
    let first = group.first();
    html! {
        article.card {
            p.kicker { (role) }
            h3 { (observable.label()) }
            p.big { (typically(observable, &first.value)) }
            p.sub { "typically, " (first.when) }
            (intervals(group, &group.times, &id))
            p.ranges {
                "half of people: " strong { (between50(observable, &first.value)) } br;
                "95 of 100: " strong { (between95(observable, &first.value)) }
                @for outcome in &group.times[1..] {
                    br; (outcome.when) ": "
                    @if said_alike(observable, &first.value, &outcome.value) {
                        "much the same"
                    } @else {
                        "typically " strong { (typically(observable, &outcome.value)) }
                        ", 95 of 100: " (between95(observable, &outcome.value))
                    }
                }
            }
            @if let Some(share) = first.visible_share {
                div.visible {
                    (dots(share, &id, &format!("var({})", group.ink.variable())))
                    p {
                        (in_ten(share).1) " would see a change"
                        @if let Some((outcome, later)) = other_share(group) { "; " (outcome.when) " " (later) }
                    }
                }
            }
            (strength_chip(&first.strength))
            (why(first, citations))
        }
    }
}

fn why(outcome: &Outcome, citations: &Citations<'_>) -> Markup {
    html! {
        details.why {
            summary { "Why, and sources" }
            p { (outcome.why) }
            @if !outcome.sources.is_empty() { p { "Sources: " (citations.links(&outcome.sources)) } }
        }
    }
}

/// Whether two bands differ by less than a person would mention: a tenth of the change, or 1.
fn said_alike(observable: Observable, a: &Band, b: &Band) -> bool {
    let near = |x: f64, y: f64| (x - y).abs() <= (0.1 * x.abs()).max(1.0);
    typically(observable, a) == typically(observable, b)
        || (near(a.median, b.median) && near(a.lo95, b.lo95) && near(a.hi95, b.hi95))
}

/// The last time, where another number of people would see the change.
fn other_share<'a>(group: &Group<'a>) -> Option<(&'a Outcome, String)> {
    let last = *group.times.last()?;
    let (before, after) = (in_ten(group.first().visible_share?).1, in_ten(last.visible_share?).1);
    (group.times.len() > 1 && before != after).then_some((last, after))
}

/// A dot with two intervals for each time, over one axis that holds the value at rest.
pub(crate) fn intervals(group: &Group<'_>, times: &[&Outcome], id: &str) -> Markup {
    let observable = group.observable;
    let style = Style::of(observable);
    let times: Vec<&Outcome> = times.iter().copied().filter(|o| is_finite(&o.value)).collect();
    if times.is_empty() {
        return html! {};
    }
    let rest = observable.at_rest().unwrap_or(0.0);
    let ink = format!("var({})", group.ink.variable());
    let low = times.iter().map(|o| o.value.lo95).fold(rest, f64::min);
    let high = times.iter().map(|o| o.value.hi95).fold(rest, f64::max);
    // What is next to nothing is not blown up to the width of the card.
    let (low, high) =
        if high - low < 2.0 { (low.min(rest - 1.0), high.max(rest + 1.0)) } else { (low, high) };
    let marks = ticks(low, high, 4);
    let step = tick_step(&marks);
    let room = (high - low) * 0.04;
    let (low, high) = (low - room, high + room);
    let x = |value: f64| format!("{:.1}", 14.0 + (value - low) / (high - low) * 332.0);
    let labelled = times.len() > 1;
    let (head, row) = if labelled { (28.0, 42.0) } else { (14.0, 26.0) };
    let axis = row * times.len() as f64 + 4.0;
    let height = axis + 20.0;
    let said: Vec<String> = times
        .iter()
        .map(|o| {
            format!(
                "{}: typically {}, half of people {}, 95 of 100 people {}.",
                o.when,
                typically(observable, &o.value),
                between50(observable, &o.value),
                between95(observable, &o.value)
            )
        })
        .collect();
    html! {
        svg.interval role="img" viewBox={ "0 0 360 " (height) } aria-labelledby={ (id) "-t " (id) "-d" } {
            title id={ (id) "-t" } { (observable.label()) ", " (if style.signed { "change from before" } else { "value" }) }
            desc id={ (id) "-d" } { (said.join(" ")) }
            line x1="14" x2="346" y1=(axis) y2=(axis) stroke="var(--axis)" stroke-width="1" {}
            @for mark in &marks {
                @let zero = (mark - rest).abs() < 1e-9;
                line x1=(x(*mark)) x2=(x(*mark)) y1=(if zero { 0.0 } else { axis - 3.0 }) y2=(axis + 3.0)
                    stroke=(if zero { "var(--ink-2)" } else { "var(--axis)" }) stroke-width="1" {}
                text x=(x(*mark)) y=(axis + 16.0) text-anchor="middle" font-size="12.5" fill="var(--ink-2)" {
                    (style.bare(*mark, step)) (if zero && observable.unit() == "%" { "\u{202f}%" } else { "" })
                }
            }
            @for (i, outcome) in times.iter().enumerate() {
                @let Band { median, lo95, lo50, hi50, hi95, .. } = outcome.value;
                @let y = row * i as f64 + head;
                @if labelled {
                    // Away from the line at rest.
                    @let (at, anchor) = if median < rest { ("14", "start") } else { ("346", "end") };
                    text x=(at) y=(y - 14.0) text-anchor=(anchor) font-size="12.5" fill="var(--ink-2)" { (outcome.when) }
                }
                line x1=(x(lo95)) x2=(x(hi95)) y1=(y) y2=(y) stroke=(ink) stroke-width="3" stroke-linecap="round" opacity=".55" {}
                line x1=(x(lo50)) x2=(x(hi50)) y1=(y) y2=(y) stroke=(ink) stroke-width="10" stroke-linecap="round" opacity=".55" {}
                circle cx=(x(median)) cy=(y) r="6.5" fill=(ink) stroke="var(--card)" stroke-width="2" {}
            }
        }
    }
}

/// Ten dots: how many of ten people would see a change.
pub(crate) fn dots(share: f64, id: &str, ink: &str) -> Markup {
    let (dots, _) = in_ten(share);
    html! {
        svg.dots role="img" viewBox="0 0 160 16" aria-labelledby={ (id) "-v" } {
            title id={ (id) "-v" } { (dots) " of 10 dots filled" }
            @for i in 0..10 {
                @let cx = 8 + 16 * i;
                @if i < dots {
                    circle cx=(cx) cy="8" r="6" fill=(ink) {}
                } @else {
                    circle cx=(cx) cy="8" r="5.25" fill="none" stroke="var(--axis)" stroke-width="1.5" {}
                }
            }
        }
    }
}

/// The strength of evidence: in words, and as one to four bars.
pub(crate) fn strength_chip(strength: &str) -> Markup {
    html! { p.chip { (strength_bars(strength)) (strength) " evidence" } }
}

fn strength_bars(strength: &str) -> Markup {
    let bars = match strength {
        "strong" => 4,
        "moderate" => 3,
        "weak" => 2,
        _ => 1,
    };
    html! {
        span.bars aria-hidden="true" {
            @for i in 1..=4 { i class=(if i <= bars { "on" } else { "off" }) {} }
        }
    }
}

fn scales(zone: &ZoneCourse) -> Markup {
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
            tbody { @for scale in &zone.scales { (scale_row(scale, zone)) } }
        }
    }
}

fn scale_row(scale: &ScalePrediction, zone: &ZoneCourse) -> Markup {
    let style = Style::plain("");
    // In the words of the outcome at the same time.
    let same = zone.outcomes.iter().find(|o| (o.day - scale.day).abs() < 0.5);
    html! {
        tr {
            th scope="row" { (scale.label) }
            td.quiet data-label="When" { (same.map_or_else(|| when(scale.day), |o| o.when.clone())) }
            td data-label="Before" { (number(scale.before, step_of(&scale.score).max(0.1))) }
            td data-label="Predicted" { strong { (style.typical(&scale.score)) } }
            td data-label="95 of 100" { (style.band95(&scale.score)) }
        }
    }
}

/// What is measured under the surface: a table behind a fold.
fn tissue(groups: &[Group<'_>], zone: &ZoneCourse, citations: &Citations<'_>) -> Markup {
    let mut whens: Vec<&str> = Vec::new();
    for outcome in groups.iter().flat_map(|group| &group.times) {
        if !whens.contains(&outcome.when.as_str()) {
            whens.push(&outcome.when);
        }
    }
    html! {
        details.fold.on-paper {
            summary { "The tissue behind it: collagen, epidermis, elasticity" }
            table.data.stack {
                caption { "Change from before, as measured by a biopsy, ultrasound or suction: the typical person, and the band that holds 95 of 100. None of it is seen with the eye." }
                thead {
                    tr {
                        th scope="col" { "What" }
                        @for when in &whens { th scope="col" { (when) } }
                        th scope="col" { "Evidence" }
                    }
                }
                tbody { @for group in groups { (tissue_row(group, &whens, zone, citations)) } }
            }
        }
    }
}

fn tissue_row(
    group: &Group<'_>,
    whens: &[&str],
    zone: &ZoneCourse,
    citations: &Citations<'_>,
) -> Markup {
    let observable = group.observable;
    let style = Style::of(observable);
    let before = (observable == Observable::NewCollagenShare)
        .then(|| series_of(zone, observable)?.bands.first())
        .flatten();
    html! {
        tr {
            th scope="row" {
                (observable.label())
                @if let Some(before) = before { span.sub { "of all collagen; at the start " (style.typical(before)) } }
            }
            @for when in whens {
                td data-label=(when) {
                    @if let Some(outcome) = group.times.iter().find(|o| o.when == *when) {
                        (style.typical(&outcome.value)) span.sub { (style.band95(&outcome.value)) }
                    }
                }
            }
            td data-label="Evidence" {
                span.grade { (strength_bars(&group.first().strength)) (group.first().strength) }
                (why(group.first(), citations))
            }
        }
    }
}
