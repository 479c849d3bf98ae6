//! Alternatives as a picture: improvement against downtime, with the risk as the size of a mark.

use maud::{Markup, html};
use needlepoint_care::plan::{Alternative, AlternativeKind};
use needlepoint_course::result::Band;

use super::words;
use crate::{
    numbers::{Style, number, tick_step, ticks},
    section::r1,
    timeline::is_finite,
};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 58.0;

const PERCENT: Style<'static> = Style { signed: false, unit: "%", finest: 1.0 };
const DAYS: Style<'static> = Style { signed: false, unit: "days", finest: 1.0 };

/// The picture and its table.
pub(crate) fn alternatives(alternatives: &[Alternative]) -> Markup {
    let drawn: Vec<(usize, &Alternative)> = alternatives
        .iter()
        .enumerate()
        .filter(|(_, a)| {
            is_finite(&a.improvement) && is_finite(&a.downtime_days) && a.risk.is_finite()
        })
        .collect();
    html! {
        @if drawn.len() > 1 {
            figure.pareto {
                figcaption {
                    strong { "Improvement against downtime" }
                    span { "Numbers are those of the table. Thin lines hold half of people. A larger mark is a larger risk of a mark that lasts." }
                }
                (picture(&drawn))
                p.legend {
                    span.key { i.dot.proposed {} "the plan above" }
                    span.key { i.dot.front {} "no other is better in all three" }
                    span.key { i.dot.behind {} "another is better" }
                }
            }
        }
        (table(alternatives))
    }
}

/// Where values lie.
struct Axes {
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn of(drawn: &[(usize, &Alternative)]) -> Self {
        let most =
            |of: fn(&Alternative) -> f64| drawn.iter().map(|(_, a)| of(a)).fold(1.0, f64::max);
        let least =
            |of: fn(&Alternative) -> f64| drawn.iter().map(|(_, a)| of(a)).fold(0.0, f64::min);
        let span = |low: f64, high: f64| {
            let room = (high - low) * 0.06;
            (if low < 0.0 { low - room } else { low }, high + room)
        };
        Self {
            x: span(least(|a| a.downtime_days.lo50), most(|a| a.downtime_days.hi50)),
            y: span(least(|a| a.improvement.lo50), most(|a| a.improvement.hi50)),
        }
    }

    fn x_at(&self, value: f64) -> f64 {
        r1(LEFT + (value - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT))
    }

    fn y_at(&self, value: f64) -> f64 {
        r1(HEIGHT - BOTTOM - (value - self.y.0) / (self.y.1 - self.y.0) * (HEIGHT - TOP - BOTTOM))
    }
}

fn picture(drawn: &[(usize, &Alternative)]) -> Markup {
    let axes = Axes::of(drawn);
    let (x_marks, y_marks) = (ticks(axes.x.0, axes.x.1, 6), ticks(axes.y.0, axes.y.1, 5));
    let (x_step, y_step) = (tick_step(&x_marks), tick_step(&y_marks));
    let base = HEIGHT - BOTTOM;
    // The plan above lies on top of all others.
    let mut order: Vec<&(usize, &Alternative)> = drawn.iter().collect();
    order.sort_by_key(|(_, a)| (a.proposed, a.on_front));
    html! {
        svg.drawing role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } aria-labelledby="pareto-t pareto-d" font-size="14" {
            title id="pareto-t" { "Alternatives: improvement against downtime" }
            desc id="pareto-d" { (in_words(drawn)) }
            @for mark in &y_marks {
                line x1=(LEFT) x2=(WIDTH - RIGHT) y1=(axes.y_at(*mark)) y2=(axes.y_at(*mark)) stroke="var(--grid)" {}
                text x=(LEFT - 10.0) y=(axes.y_at(*mark) + 5.0) text-anchor="end" fill="var(--ink-2)" { (number(*mark, y_step)) }
            }
            @for mark in &x_marks {
                text x=(axes.x_at(*mark)) y=(base + 22.0) text-anchor="middle" fill="var(--ink-2)" { (number(*mark, x_step)) }
            }
            line x1=(LEFT) x2=(WIDTH - RIGHT) y1=(base) y2=(base) stroke="var(--axis)" {}
            text x="0" y="16" fill="var(--ink-2)" { "Improvement, %" }
            text x=(WIDTH - RIGHT) y=(base + 46.0) text-anchor="end" fill="var(--ink-2)" { "Days of downtime in all" }
            @for (i, alternative) in order { (mark(*i, alternative, &axes)) }
        }
    }
}

fn mark(i: usize, a: &Alternative, axes: &Axes) -> Markup {
    let (x, y) = (axes.x_at(a.downtime_days.median), axes.y_at(a.improvement.median));
    let radius = r1(11.0 + 14.0 * a.risk.clamp(0.0, 1.0).sqrt());
    let (fill, ink, line) = if a.proposed {
        ("var(--accent)", "var(--card)", "var(--accent)")
    } else if a.on_front {
        ("var(--card)", "var(--accent)", "var(--accent)")
    } else {
        ("var(--card)", "var(--ink-2)", "var(--axis)")
    };
    html! {
        g {
            line x1=(axes.x_at(a.downtime_days.lo50)) x2=(axes.x_at(a.downtime_days.hi50)) y1=(y) y2=(y) stroke=(line) stroke-width="1.2" opacity=".55" {}
            line x1=(x) x2=(x) y1=(axes.y_at(a.improvement.lo50)) y2=(axes.y_at(a.improvement.hi50)) stroke=(line) stroke-width="1.2" opacity=".55" {}
            circle cx=(x) cy=(y) r=(radius) fill=(fill) stroke=(line) stroke-width="2" {}
            text x=(x) y=(y + 4.5) text-anchor="middle" font-size="13" font-weight="650" fill=(ink) { (i + 1) }
        }
    }
}

fn in_words(drawn: &[(usize, &Alternative)]) -> String {
    let one = |(i, a): &(usize, &Alternative)| {
        format!(
            "{}, {}: improvement {}, downtime {}, a mark that lasts in {}{}.",
            i + 1,
            a.label,
            PERCENT.typical(&a.improvement),
            DAYS.typical(&a.downtime_days),
            words::in_hundred(a.risk),
            if a.proposed { ", the plan above" } else { "" }
        )
    };
    drawn.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn table(alternatives: &[Alternative]) -> Markup {
    html! {
        table.data.alternatives {
            caption { "All alternatives: the typical person, and what half of people see" }
            thead {
                tr {
                    th scope="col" { "Plan" }
                    th scope="col" { "Improvement" }
                    th scope="col" { "Days of downtime" }
                    th scope="col" { "A mark that lasts" }
                }
            }
            tbody {
                @for (i, a) in alternatives.iter().enumerate() {
                    tr.proposed[a.proposed] {
                        th scope="row" {
                            span.rank { (i + 1) } (a.label)
                            span.sub { (kind(a)) (words::standing(a)) }
                        }
                        td { (band(&a.improvement, PERCENT)) }
                        td { (band(&a.downtime_days, DAYS)) }
                        td { (words::in_hundred(a.risk)) }
                    }
                }
            }
        }
    }
}

fn kind(a: &Alternative) -> &'static str {
    match a.kind {
        AlternativeKind::Needling => "",
        AlternativeKind::HomeCare => "no needles: ",
        AlternativeKind::NoTreatment => "nothing done: ",
    }
}

fn band(band: &Band, style: Style<'_>) -> Markup {
    html! { strong { (style.typical(band)) } small { (style.band50(band)) } }
}
