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

/// Needling plans that are told with number, bands and words; more can't be weighed against each other by a person.
const MOST_TOLD: usize = 8;

/// The alternatives worth telling, by their places: the proposal, doing without needles, and of the front those that lie
/// farthest from each other. The greatest improvement first.
pub(crate) fn told(alternatives: &[Alternative]) -> Vec<usize> {
    let usable = |a: &Alternative| {
        is_finite(&a.improvement) && is_finite(&a.downtime_days) && a.risk.is_finite()
    };
    let needling = |a: &Alternative| a.kind == AlternativeKind::Needling;
    let mut told: Vec<usize> = places(alternatives, |a| a.proposed || !needling(a));
    let mut left: Vec<usize> =
        places(alternatives, |a| usable(a) && a.on_front && !a.proposed && needling(a));
    let scale = |of: fn(&Alternative) -> f64| {
        alternatives.iter().map(of).filter(|v| v.is_finite()).fold(1e-9, f64::max)
    };
    let scales = [scale(gain), scale(loss), scale(|a| a.risk)];
    let distance = |a: usize, b: usize| -> f64 {
        let apart = |of: fn(&Alternative) -> f64, scale: f64| {
            ((of(&alternatives[a]) - of(&alternatives[b])) / scale).powi(2)
        };
        apart(gain, scales[0]) + apart(loss, scales[1]) + apart(|a| a.risk, scales[2])
    };
    while !left.is_empty()
        && told.iter().filter(|i| needling(&alternatives[**i])).count() < MOST_TOLD
    {
        let nearest = |candidate: usize| {
            told.iter().map(|i| distance(candidate, *i)).fold(f64::INFINITY, f64::min)
        };
        // Of equals the first.
        let mut farthest = 0;
        for place in 1..left.len() {
            if nearest(left[place]) > nearest(left[farthest]) {
                farthest = place;
            }
        }
        told.push(left.remove(farthest));
    }
    told.sort_by(|a, b| gain(&alternatives[*b]).total_cmp(&gain(&alternatives[*a])).then(a.cmp(b)));
    told
}

fn places(alternatives: &[Alternative], wanted: impl Fn(&Alternative) -> bool) -> Vec<usize> {
    (0..alternatives.len()).filter(|i| wanted(&alternatives[*i])).collect()
}

fn gain(a: &Alternative) -> f64 {
    a.improvement.median
}

fn loss(a: &Alternative) -> f64 {
    a.downtime_days.median
}

/// The picture and its tables.
pub(crate) fn alternatives(alternatives: &[Alternative]) -> Markup {
    let told = told(alternatives);
    let drawn: Vec<Drawn<'_>> = alternatives
        .iter()
        .enumerate()
        .filter(|(_, a)| {
            is_finite(&a.improvement) && is_finite(&a.downtime_days) && a.risk.is_finite()
        })
        .map(|(i, a)| Drawn { a, rank: told.iter().position(|place| *place == i).map(|at| at + 1) })
        .collect();
    let rest: Vec<&Alternative> =
        (0..alternatives.len()).filter(|i| !told.contains(i)).map(|i| &alternatives[i]).collect();
    let told: Vec<&Alternative> = told.into_iter().map(|i| &alternatives[i]).collect();
    html! {
        @if drawn.len() > 1 {
            figure.pareto {
                figcaption {
                    strong { "Improvement against downtime" }
                    span { "Numbers are those of the table, chosen to lie far apart; thin lines hold half of people. A larger mark is a larger risk of a mark that lasts." }
                }
                (picture(&drawn))
                p.legend {
                    span.key { i.dot.proposed {} "the plan above" }
                    span.key { i.dot.front {} "no other is better in all three" }
                    span.key { i.dot.behind {} "another is better" }
                }
            }
        }
        (table("The typical person, and what half of people see", &told, true))
        @if !rest.is_empty() {
            details.fold {
                summary { "All " (rest.len()) " others that were looked at" }
                (table("The typical person, and what half of people see", &rest, false))
            }
        }
    }
}

/// An alternative of the picture, with its number if it has one.
struct Drawn<'a> {
    a: &'a Alternative,
    rank: Option<usize>,
}

/// Where values lie.
struct Axes {
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn of(drawn: &[Drawn<'_>]) -> Self {
        let shown = || drawn.iter().map(|drawn| drawn.a);
        let most = |of: fn(&Alternative) -> f64| shown().map(of).fold(1.0, f64::max);
        let least = |of: fn(&Alternative) -> f64| shown().map(of).fold(0.0, f64::min);
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

fn picture(drawn: &[Drawn<'_>]) -> Markup {
    let axes = Axes::of(drawn);
    let (x_marks, y_marks) = (ticks(axes.x.0, axes.x.1, 6), ticks(axes.y.0, axes.y.1, 5));
    let (x_step, y_step) = (tick_step(&x_marks), tick_step(&y_marks));
    let base = HEIGHT - BOTTOM;
    // The plan above lies on top of all others.
    let mut order: Vec<&Drawn<'_>> = drawn.iter().collect();
    order.sort_by_key(|drawn| (drawn.rank.is_some(), drawn.a.proposed, drawn.a.on_front));
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
            @for drawn in order { (mark(drawn, &axes)) }
        }
    }
}

fn mark(drawn: &Drawn<'_>, axes: &Axes) -> Markup {
    let a = drawn.a;
    let (x, y) = (axes.x_at(loss(a)), axes.y_at(gain(a)));
    let share = a.risk.clamp(0.0, 1.0).sqrt();
    let (fill, ink, line) = if a.proposed {
        ("var(--accent)", "var(--card)", "var(--accent)")
    } else if a.on_front {
        ("var(--card)", "var(--accent)", "var(--accent)")
    } else {
        ("var(--card)", "var(--ink-2)", "var(--axis)")
    };
    let Some(rank) = drawn.rank else {
        return html! { circle cx=(x) cy=(y) r=(r1(2.0 + 6.0 * share)) fill="none" stroke=(line) stroke-width="1.2" opacity=".6" {} };
    };
    html! {
        g {
            line x1=(axes.x_at(a.downtime_days.lo50)) x2=(axes.x_at(a.downtime_days.hi50)) y1=(y) y2=(y) stroke=(line) stroke-width="1.2" opacity=".55" {}
            line x1=(x) x2=(x) y1=(axes.y_at(a.improvement.lo50)) y2=(axes.y_at(a.improvement.hi50)) stroke=(line) stroke-width="1.2" opacity=".55" {}
            circle cx=(x) cy=(y) r=(r1(11.0 + 14.0 * share)) fill=(fill) stroke=(line) stroke-width="2" {}
            text x=(x) y=(y + 4.5) text-anchor="middle" font-size="13" font-weight="650" fill=(ink) { (rank) }
        }
    }
}

fn in_words(drawn: &[Drawn<'_>]) -> String {
    let mut ranked: Vec<(usize, &Alternative)> =
        drawn.iter().filter_map(|drawn| Some((drawn.rank?, drawn.a))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let one = |(rank, a): &(usize, &Alternative)| {
        format!(
            "{rank}, {}: improvement {}, downtime {}, a mark that lasts in {}{}.",
            a.label,
            PERCENT.typical(&a.improvement),
            DAYS.typical(&a.downtime_days),
            words::in_hundred(a.risk),
            if a.proposed { ", the plan above" } else { "" }
        )
    };
    ranked.iter().map(one).collect::<Vec<_>>().join(" ")
}

fn table(caption: &str, alternatives: &[&Alternative], numbered: bool) -> Markup {
    html! {
        table.data.alternatives {
            caption { (caption) }
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
                            @if numbered { span.rank { (i + 1) } }
                            (a.label)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn alternative(gain: f64, loss: f64, kind: AlternativeKind, proposed: bool) -> Alternative {
        let band = |value| Band {
            mean: value,
            median: value,
            lo95: value,
            lo50: value,
            hi50: value,
            hi95: value,
        };
        Alternative {
            label: String::new(),
            needle_mm: Vec::new(),
            passes: Vec::new(),
            sessions: 1,
            interval_weeks: 4.0,
            improvement: band(gain),
            downtime_days: band(loss),
            risk: 0.0,
            on_front: true,
            proposed,
            kind,
        }
    }

    #[test]
    fn the_proposal_doing_nothing_and_the_ends_of_the_front_are_told() {
        let needling = AlternativeKind::Needling;
        let mut all: Vec<Alternative> =
            (1..=50).map(|i| alternative(f64::from(i), f64::from(i), needling, i == 20)).collect();
        all.push(alternative(0.0, 0.0, AlternativeKind::NoTreatment, false));
        let told = told(&all);
        assert_eq!(told.len(), MOST_TOLD + 1);
        assert_eq!(told.first(), Some(&49), "the greatest improvement");
        assert!(told.contains(&19), "the proposal");
        assert_eq!(told.last(), Some(&50), "doing nothing");
        let gains: Vec<f64> = told.iter().map(|i| gain(&all[*i])).collect();
        assert!(gains.windows(2).all(|pair| pair[0] - pair[1] >= 3.0), "{gains:?}");
    }
}
