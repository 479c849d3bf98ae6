//! The months: every slow observable with its bands and the sessions.

use maud::{Markup, html};
use needlepoint_course::{
    observable::Observable,
    result::{CourseResult, Series, ZoneCourse},
};

use crate::{
    chart::{Fan, Picture, extent},
    colour::Ink,
    numbers::{Style, TimeScale, number, step_of, tick_step},
    timeline::{band_at, is_finite},
};

/// Size of one chart.
const SIZE: (i32, i32) = (460, 280);

/// Points of a curve; more would not be seen.
const POINTS: usize = 180;

const UNDER_THE_SURFACE: [Observable; 6] = [
    Observable::PapillaryCollagen,
    Observable::DermalCollagen,
    Observable::NewCollagenShare,
    Observable::EpidermalThickness,
    Observable::DermalDensity,
    Observable::Elasticity,
];

const TO_BE_SEEN: [Observable; 5] = [
    Observable::WrinkleDepth,
    Observable::ScarDepth,
    Observable::LesionPigment,
    Observable::Darkening,
    Observable::HairDensity,
];

/// Whether an observable is seen with the eye rather than measured under the surface.
pub(crate) fn is_seen(observable: Observable) -> bool {
    TO_BE_SEEN.contains(&observable)
}

/// The section for one zone; `tag` makes identifiers unique.
pub(crate) fn months(zone: &ZoneCourse, result: &CourseResult, tag: &str) -> Markup {
    let present = |wanted: &[Observable]| -> Vec<&Series> {
        wanted
            .iter()
            .filter_map(|o| zone.series.iter().find(|s| s.observable == *o))
            .filter(|s| moves(s))
            .collect()
    };
    let groups = [
        ("What can be seen", present(&TO_BE_SEEN), Ink::Seen),
        ("Under the surface", present(&UNDER_THE_SURFACE), Ink::Tissue),
    ];
    html! {
        div.charts {
            @for (title, series, ink) in &groups {
                @for s in series { (chart(s, result, title, *ink, tag)) }
            }
        }
    }
}

/// Whether there is anything to show.
fn moves(series: &Series) -> bool {
    let (low, high) = extent(&series.bands);
    series.days.len() > 1 && (high - low) > 1e-9
}

fn chart(series: &Series, result: &CourseResult, kind: &str, ink: Ink, tag: &str) -> Markup {
    let observable = series.observable;
    let label = observable.label();
    let (days, bands) = thinned(series, result);
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
            figcaption { p.kicker { (kind) } strong { (label) } span { (at_end) } }
            (drawing.draw())
            details { summary { "The same as a table" } (table(series, result)) }
        }
    }
}

/// "change, %" or "hairs/cm², change".
fn axis_words(observable: Observable) -> String {
    match observable {
        Observable::NewCollagenShare => "share of all collagen, %".to_owned(),
        Observable::Darkening => "melanin above rest, %".to_owned(),
        Observable::HairDensity => "change, hairs/cm²".to_owned(),
        _ => format!("change from before, {}", observable.unit()),
    }
}

fn said_at_end(series: &Series, result: &CourseResult) -> String {
    let Some(band) = band_at(series, result.horizon_days) else { return String::new() };
    let style = Style::of(series.observable);
    let time = TimeScale::for_horizon(result.horizon_days);
    format!(
        "{} {}: typically {}, 95 of 100 people {}.",
        capital(time.one),
        number(result.horizon_days / time.days, 1.0),
        style.typical(&band),
        style.band95(&band)
    )
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |c| format!("{}{}", c.to_uppercase(), letters.as_str()))
}

fn thinned(
    series: &Series,
    result: &CourseResult,
) -> (Vec<f64>, Vec<needlepoint_course::result::Band>) {
    let every = series.days.len().div_ceil(POINTS).max(1);
    series
        .days
        .iter()
        .zip(&series.bands)
        .enumerate()
        .filter(|(i, (day, band))| {
            **day <= result.horizon_days + 1e-9
                && is_finite(band)
                && (i % every == 0 || i + 1 == series.days.len())
        })
        .map(|(_, (day, band))| (*day, *band))
        .unzip()
}

fn table(series: &Series, result: &CourseResult) -> Markup {
    let time = TimeScale::for_horizon(result.horizon_days);
    let at = time.ticks(result.horizon_days);
    let unit_step = tick_step(&at);
    let style = Style::of(series.observable);
    html! {
        table.data {
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
                            td { (style.value(band.median, step_of(&band))) }
                            td { (style.band50(&band)) }
                            td { (style.band95(&band)) }
                        }
                    }
                }
            }
        }
    }
}
