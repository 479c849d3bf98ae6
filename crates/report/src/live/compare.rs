//! Two plans beside each other: what changes over the months on the same axes, and the numbers.

use maud::{Markup, html};
use needlepoint_course::{
    observable::Observable,
    result::{Band, Series, ZoneCourse},
};

use super::{
    LiveInput, POINTS,
    chart::{Chart, Line},
    numbers::{LiveNumber, is_of_the_months, numbers},
};
use crate::{
    months::{TO_BE_SEEN, axis_words, capital, moves, thinned},
    numbers::{Style, TimeScale, number, tick_step},
    timeline::band_at,
};

/// Colour and dashes of each plan.
const INKS: [(&str, &str); 2] = [("--tissue", ""), ("--session", "7 4")];

/// Two plans on the same axes, in an element of class `np`. Zones that only one of them treats are told in the
/// numbers alone.
pub fn compare(plans: &[LiveInput<'_>; 2]) -> String {
    let names = plans.map(|plan| name(plan.tag));
    let zones = plans[0].result.zones.iter().filter_map(|zone| {
        Some((zone, plans[1].result.zones.iter().find(|other| other.site == zone.site)?))
    });
    html! {
        div.np {
            p.legend {
                @for (name, (ink, dashes)) in names.iter().zip(INKS) {
                    span.key {
                        svg.dash-key viewBox="0 0 28 4" aria-hidden="true" focusable="false" {
                            line x2="28" y1="2" y2="2" stroke={ "var(" (ink) ")" } stroke-width="3" stroke-dasharray=(dashes) {}
                        }
                        (name)
                    }
                }
            }
            @for (zone, other) in zones {
                h3.zone { (zone.label) }
                div.charts {
                    @for observable in shown(zone, other) { (chart(plans, &names, [zone, other], observable)) }
                }
            }
            (table(plans, &names))
        }
    }
    .into_string()
}

fn name(tag: &str) -> String {
    format!("Plan {}", tag.to_uppercase())
}

/// What is seen and moves in one of them; else the collagen behind it.
fn shown(zone: &ZoneCourse, other: &ZoneCourse) -> Vec<Observable> {
    let moving = |observable: &Observable| {
        [zone, other].into_iter().filter_map(|z| series(z, *observable)).any(moves)
    };
    let seen: Vec<Observable> = TO_BE_SEEN.into_iter().filter(moving).collect();
    if seen.iter().all(|observable| *observable == Observable::Darkening) {
        [Observable::PapillaryCollagen].into_iter().chain(seen).collect()
    } else {
        seen
    }
}

fn series(zone: &ZoneCourse, observable: Observable) -> Option<&Series> {
    zone.series.iter().find(|series| series.observable == observable)
}

fn chart(
    plans: &[LiveInput<'_>; 2],
    names: &[String; 2],
    zones: [&ZoneCourse; 2],
    observable: Observable,
) -> Markup {
    let told: Vec<(usize, &Series, Vec<f64>, Vec<Band>)> = (0..2)
        .filter_map(|which| {
            let series = series(zones[which], observable)?;
            let (days, bands) = thinned(series, plans[which].result, POINTS);
            Some((which, series, days, bands))
        })
        .collect();
    let lines: Vec<Line<'_>> = told
        .iter()
        .map(|(which, _, days, bands)| Line {
            days,
            bands,
            ink: INKS[*which].0,
            dashes: INKS[*which].1,
        })
        .collect();
    let horizon_days = plans.iter().map(|plan| plan.result.horizon_days).fold(0.0, f64::max);
    let style = Style::of(observable);
    let said: Vec<String> = told
        .iter()
        .filter_map(|(which, series, ..)| {
            let end = plans[*which].result.horizon_days;
            let band = band_at(series, end)?;
            Some(format!(
                "{}, at the end: typically {}, 95 of 100 people {}.",
                names[*which],
                style.typical(&band),
                style.band95(&band)
            ))
        })
        .collect();
    let desc = said.join(" ");
    let sessions: Vec<Vec<f64>> = plans
        .iter()
        .map(|plan| plan.result.sessions.iter().map(|session| session.day).collect())
        .collect();
    let [a, b] = plans;
    html! {
        figure.chart {
            figcaption { strong { (observable.label()) } span { (desc) } }
            (Chart {
                id: &format!("{}{}-{}-{}", a.tag, b.tag, zones[0].site, observable.name()),
                title: &format!("{} of two plans", observable.label()),
                desc: &desc,
                axis: &axis_words(observable),
                style,
                rest: observable.at_rest(),
                lines: &lines,
                points: &[],
                sessions: &sessions,
                horizon_days,
            }.draw())
            details {
                summary { "The same as a table" }
                (months(&told, names, horizon_days, observable))
            }
        }
    }
}

fn months(
    told: &[(usize, &Series, Vec<f64>, Vec<Band>)],
    names: &[String; 2],
    horizon_days: f64,
    observable: Observable,
) -> Markup {
    let time = TimeScale::for_horizon(horizon_days);
    let at = time.ticks(horizon_days);
    let style = Style { unit: "", ..Style::of(observable) };
    html! {
        table.data {
            caption { (capital(&axis_words(observable))) ": typically, and what holds 95 of 100" }
            thead {
                tr {
                    th scope="col" { (capital(time.one)) }
                    @for (which, ..) in told { th scope="col" { (names[*which]) } }
                }
            }
            tbody {
                @for t in &at {
                    tr {
                        th scope="row" { (number(*t, tick_step(&at))) }
                        @for (_, series, ..) in told {
                            td {
                                @if let Some(band) = band_at(series, t * time.days) {
                                    (style.typical(&band)) " " small { (style.band95(&band)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(plans: &[LiveInput<'_>; 2], names: &[String; 2]) -> Markup {
    let told = plans.map(|plan| numbers(plan.case, plan.result));
    let same = |a: &LiveNumber, b: &LiveNumber| a.site == b.site && a.name == b.name;
    let only = told[1].iter().filter(|b| !told[0].iter().any(|a| same(a, b)));
    let rows: Vec<&LiveNumber> = told[0].iter().chain(only).collect();
    html! {
        table.data.stack {
            caption { "The two plans in numbers: the typical person, and what holds 95 of 100." }
            thead { tr { th scope="col" { "What" } @for name in names { th scope="col" { (name) } } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" {
                            (row.label)
                            span.sub { (row.place) @if is_of_the_months(&row.name) { ", months after the last session" } }
                        }
                        @for (name, told) in names.iter().zip(&told) {
                            td data-label=(name) {
                                @match told.iter().find(|number| same(number, row)) {
                                    Some(number) => {
                                        (number.typically) " " small { (number.between) }
                                        @if !number.when.is_empty() { " " small { (number.when) } }
                                    }
                                    None => "\u{2013}"
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
