//! The months: every slow observable with its bands and the sessions.

use maud::{Markup, html};
use needlepoint_course::{
    observable::Observable,
    result::{Band, CourseResult, Series, ZoneCourse},
};

use crate::{
    chart::{Fan, Picture, extent},
    colour::Ink,
    numbers::{Style, TimeScale, number, tick_step},
    timeline::{band_at, is_finite},
};

/// Size of one chart.
const SIZE: (i32, i32) = (460, 280);

/// Points of a curve; more would not be seen.
const POINTS: usize = 180;

pub(crate) const TO_BE_SEEN: [Observable; 11] = [
    Observable::WrinkleDepth,
    Observable::Roughness,
    Observable::PoreArea,
    Observable::ScarDepth,
    Observable::ScarHeight,
    Observable::StriaVisibility,
    Observable::StriaWidth,
    Observable::LesionPigment,
    Observable::Darkening,
    Observable::HairDensity,
    Observable::HairMissing,
];

/// Whether an observable is seen with the eye rather than measured under the surface.
pub(crate) fn is_seen(observable: Observable) -> bool {
    TO_BE_SEEN.contains(&observable)
}

/// The section for one zone; `tag` makes identifiers unique.
pub(crate) fn months(zone: &ZoneCourse, result: &CourseResult, tag: &str) -> Markup {
    let under: Vec<Observable> = Observable::ALL
        .into_iter()
        .filter(|observable| !observable.is_acute() && !is_seen(*observable))
        .collect();
    months_of(zone, result, &under, (tag, POINTS))
}

/// What is seen, and of what lies `under` the surface as much as is asked for, each curve with so many points.
pub(crate) fn months_of(
    zone: &ZoneCourse,
    result: &CourseResult,
    under: &[Observable],
    (tag, points): (&str, usize),
) -> Markup {
    let present = |wanted: &[Observable]| -> Vec<&Series> {
        wanted
            .iter()
            .filter_map(|o| zone.series.iter().find(|s| s.observable == *o))
            .filter(|s| moves(s))
            .collect()
    };
    let (seen, under) = (present(&TO_BE_SEEN), present(under));
    let charts = |list: &[&Series]| {
        html! { div.charts { @for s in list { (chart(s, result, ink_of(s.observable), (tag, points))) } } }
    };
    html! {
        @if seen.is_empty() {
            (charts(&under))
        } @else {
            (charts(&seen))
            @if seen.iter().any(|s| swells(s.observable)) {
                p.note { "Depth is drawn without the first days after each session, when swelling hides it." }
            }
            @if !under.is_empty() {
                details.fold {
                    summary { "Under the surface: collagen, epidermis, elasticity (" (under.len()) (if under.len() == 1 { " chart)" } else { " charts)" }) }
                    (charts(&under))
                }
            }
        }
    }
}

fn ink_of(observable: Observable) -> Ink {
    if observable == Observable::Darkening {
        Ink::Session
    } else if is_seen(observable) {
        Ink::Seen
    } else {
        Ink::Tissue
    }
}

/// Whether the swelling after a session hides what is measured.
fn swells(observable: Observable) -> bool {
    matches!(observable, Observable::WrinkleDepth | Observable::ScarDepth | Observable::Roughness)
}

/// Days after a session in which swelling hides the depth; less where the next session comes sooner.
const SWOLLEN_DAYS: f64 = 6.0;

fn is_swollen(day: f64, result: &CourseResult) -> bool {
    let sessions = &result.sessions;
    let after = sessions.partition_point(|session| session.day <= day + 1e-9);
    let Some(last) = after.checked_sub(1).map(|at| sessions[at].day) else { return false };
    let next = sessions.get(after).map_or(f64::INFINITY, |session| session.day);
    day > 1e-9 && day - last < SWOLLEN_DAYS.min(0.8 * (next - last))
}

/// Whether there is anything to show.
pub(crate) fn moves(series: &Series) -> bool {
    let (low, high) = extent(&series.bands);
    series.days.len() > 1 && (high - low) > 1e-9
}

fn chart(series: &Series, result: &CourseResult, ink: Ink, (tag, points): (&str, usize)) -> Markup {
    let observable = series.observable;
    let label = observable.label();
    let (days, bands) = thinned(series, result, points);
    let id = format!("{tag}-m-{}", observable.name());
    let at_end = said_at_end(series, result);
    let axis = axis_words(observable);
    let drawing = Fan {
        picture: Picture { id: &id, title: label, desc: &at_end, size: SIZE },
        days: &days,
        bands: &bands,
        style: Style::of(observable),
        axis: &axis,
        rest: observable.at_rest(),
        sessions: &result.sessions,
        horizon_days: result.horizon_days,
        ink,
    };
    html! {
        figure.chart {
            figcaption { strong { (label) } span { (at_end) } }
            (drawing.draw())
            details { summary { "The same as a table" } (table(series, result)) }
        }
    }
}

/// "change, %" or "hairs/cm², change".
pub(crate) fn axis_words(observable: Observable) -> String {
    match observable {
        Observable::NewCollagenShare => "share of all collagen, %".to_owned(),
        Observable::Darkening => "melanin above rest, %".to_owned(),
        Observable::HairDensity => "change, hairs/cm²".to_owned(),
        _ if observable.at_rest() != Some(0.0) => observable.unit().to_owned(),
        _ => format!("change from before, {}", observable.unit()),
    }
}

fn said_at_end(series: &Series, result: &CourseResult) -> String {
    let Some(band) = band_at(series, result.horizon_days) else { return String::new() };
    let style = Style::of(series.observable);
    let time = TimeScale::for_horizon(result.horizon_days);
    let at = format!("{} {}", capital(time.one), number(result.horizon_days / time.days, 1.0));
    let (typical, range) = (style.typical(&band), style.band95(&band));
    if style.signed && typical == range && typical.starts_with('0') {
        return format!("{at}: back to where it was, in 95 of 100 people.");
    }
    format!("{at}: typically {typical}, 95 of 100 people {range}.")
}

pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |c| format!("{}{}", c.to_uppercase(), letters.as_str()))
}

/// The looks that are drawn, no more than `points`.
pub(crate) fn thinned(
    series: &Series,
    result: &CourseResult,
    points: usize,
) -> (Vec<f64>, Vec<Band>) {
    let depth = swells(series.observable);
    let mut kept: Vec<(f64, Band)> = series
        .days
        .iter()
        .zip(&series.bands)
        .filter(|(day, band)| **day <= result.horizon_days + 1e-9 && is_finite(band))
        .filter(|(day, _)| !depth || !is_swollen(**day, result))
        .map(|(day, band)| (*day, *band))
        .collect();
    if depth
        && let Some((day, band)) = kept.first_mut()
        && *day < 1e-9
    {
        // Before the first session nothing has changed.
        *band = Band { mean: 0.0, median: 0.0, lo95: 0.0, lo50: 0.0, hi50: 0.0, hi95: 0.0 };
    }
    let (every, count) = (kept.len().div_ceil(points).max(1), kept.len());
    kept.into_iter()
        .enumerate()
        .filter(|(i, _)| i % every == 0 || i + 1 == count)
        .map(|(_, point)| point)
        .unzip()
}

fn table(series: &Series, result: &CourseResult) -> Markup {
    let time = TimeScale::for_horizon(result.horizon_days);
    let at = time.ticks(result.horizon_days);
    let unit_step = tick_step(&at);
    // The unit is said once.
    let style = Style { unit: "", ..Style::of(series.observable) };
    html! {
        table.data {
            caption { (capital(&axis_words(series.observable))) }
            thead {
                tr {
                    th scope="col" { (capital(time.one)) }
                    th scope="col" { "Typical" }
                    th scope="col" { "Half of people" }
                    th scope="col" { "95 of 100" }
                }
            }
            tbody {
                @for t in at {
                    @if let Some(band) = band_at(series, t * time.days) {
                        tr {
                            th scope="row" { (number(t, unit_step)) }
                            td { (style.typical(&band)) }
                            td { (style.band50(&band)) }
                            td { (style.band95(&band)) }
                        }
                    }
                }
            }
        }
    }
}
