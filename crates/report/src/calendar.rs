//! The calendar of the skin: the first two weeks after a session, day by day and in words.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use needlepoint_course::{
    observable::Observable,
    result::{Band, Duration, Series, SessionDay, ZoneCourse},
};

use crate::{
    chart::extent,
    input::Simulated,
    numbers::{Style, duration, duration_range, number, step_for, tick_step, ticks},
    timeline::{daily_peaks, series_of, window},
};

/// Days shown: the day of the session and two weeks. The style has a class for each number of days up to it.
const DAYS: usize = 15;

/// How strong a reaction is, in three levels, and the words for them.
struct Words {
    observable: Observable,
    /// From here on it is strong, mild.
    strong: f64,
    mild: f64,
    /// Strong, mild, none.
    say: [&'static str; 3],
    /// What the limits mean.
    limits: &'static str,
}

/// Limits of wording, not of the model: where a person would change the word.
const WORDS: [Words; 5] = [
    Words {
        observable: Observable::Redness,
        strong: 6.0,
        mild: 2.0,
        say: ["red", "pink", "calm"],
        limits: "pink from where an eye sees it through this phototype; red from three times that",
    },
    Words {
        observable: Observable::Oedema,
        strong: 10.0,
        mild: 3.0,
        say: ["puffy", "mild", "flat"],
        limits: "mild from 3 % extra thickness; puffy from 10 %",
    },
    Words {
        observable: Observable::Flaking,
        strong: 2.0,
        mild: 1.3,
        say: ["flaky", "dry", "smooth"],
        limits: "dry from 1.3 times the usual shedding; flaky from twice",
    },
    Words {
        observable: Observable::WaterLoss,
        strong: 2.0,
        mild: 1.25,
        say: ["leaky", "weak", "tight"],
        limits: "weak from 1.25 times the water loss at rest, typical person only, for people differ at rest already; leaky from twice",
    },
    Words {
        observable: Observable::OpenChannels,
        strong: 50.0,
        mild: 5.0,
        say: ["most", "some", "none"],
        limits: "some while 5 % of the channels let a dye in; most from 50 %",
    },
];

/// From when on a reaction is mild and strong, for the person of the case.
#[derive(Clone, Copy)]
struct Limits {
    mild: f64,
    strong: f64,
}

impl Limits {
    /// 0 strong, 1 mild, 2 none.
    fn level(self, value: f64) -> usize {
        if value >= self.strong {
            0
        } else if value >= self.mild {
            1
        } else {
            2
        }
    }
}

/// Redness counts from where the model lets an eye see it through the melanin of the phototype, as
/// the table of durations does; what has no parameter, as it is named in [`WORDS`].
fn limits_of(words: &Words, report: &Simulated<'_>) -> Limits {
    let named = Limits { mild: words.mild, strong: words.strong };
    if words.observable != Observable::Redness {
        return named;
    }
    let value = |name| report.knowledge.parameters.iter().find(|p| p.name == name).map(|p| p.value);
    let (Some(seen), Some(masked)) = (value("link.visible_redness"), value("link.redness_masking"))
    else {
        return named;
    };
    let darker = f64::from(report.case.patient.phototype.index()) - 1.0;
    let mild = seen / (1.0 - masked).powf(darker);
    Limits { mild, strong: mild * words.strong / words.mild }
}

/// One observable after one session.
struct Row<'a> {
    words: &'a Words,
    limits: Limits,
    /// How values are written.
    style: Style<'static>,
    /// Days since the session, with their bands, up to the next session.
    points: Vec<(f64, Band)>,
    /// Level of each day: typical, and what 1 in 40 exceeds.
    typical: Vec<usize>,
    strongest: Vec<usize>,
    peaks: Vec<Band>,
}

impl Row<'_> {
    fn is_typical_only(&self) -> bool {
        self.words.observable == Observable::WaterLoss
    }
}

/// The section for one zone; `tag` makes identifiers unique.
pub(crate) fn calendar(zone: &ZoneCourse, report: &Simulated<'_>, tag: &str) -> Markup {
    let sessions = &report.result.sessions;
    let (first, last) = (sessions.first(), sessions.last());
    let first_rows = first.map(|session| rows(zone, session, report)).unwrap_or_default();
    let last_rows = last.map(|session| rows(zone, session, report)).unwrap_or_default();
    let one_only = sessions.len() < 2;
    let alike = one_only || !differ(&first_rows, &last_rows);
    html! {
        @if !first_rows.is_empty() {
            (legend())
            @if alike {
                (block(&first_rows, if one_only { "After the session" } else { "After each session" }, &format!("{tag}-each")))
            } @else {
                (block(&first_rows, "After the first session", &format!("{tag}-first")))
                (block(&last_rows, "After the last session", &format!("{tag}-last")))
            }
        }
        @if !zone.durations.is_empty() { (durations(&zone.durations)) }
    }
}

fn rows<'a>(zone: &'a ZoneCourse, session: &SessionDay, report: &Simulated<'_>) -> Vec<Row<'a>> {
    let result = report.result;
    let next = result.sessions.iter().map(|other| other.day).find(|day| *day > session.day);
    let end = next.unwrap_or(result.horizon_days);
    let days = ((end - session.day).floor().max(1.0) as usize).min(DAYS);
    WORDS
        .iter()
        .filter_map(|words| {
            let series = series_of(zone, words.observable)?;
            Some(row(words, limits_of(words, report), series, session.day, days, next))
        })
        .collect()
}

fn row<'a>(
    words: &'a Words,
    limits: Limits,
    series: &Series,
    from: f64,
    days: usize,
    next: Option<f64>,
) -> Row<'a> {
    let mut series = series.clone();
    let mut style = Style::of(words.observable);
    if words.observable == Observable::WaterLoss {
        typical_over_rest(&mut series);
        style = Style::of(Observable::Flaking);
    }
    // What follows the next session does not belong here, nor does the way up to it.
    if let Some(next) = next {
        let before = series.days.partition_point(|day| *day < next - 1e-9);
        series.days.truncate(before);
        series.bands.truncate(before);
    }
    let peaks = daily_peaks(&series, from, days);
    let levels = |of: fn(&Band) -> f64| peaks.iter().map(|b| limits.level(of(b))).collect();
    Row {
        words,
        limits,
        style,
        typical: levels(|b| b.median),
        strongest: levels(|b| b.hi95),
        points: window(&series, from, from + days as f64),
        peaks,
    }
}

/// People differ at rest already, more than the needles change: what is shown is the typical person
/// beside the lowest that the median reaches, and no band.
fn typical_over_rest(series: &mut Series) {
    let rest = series.bands.iter().map(|band| band.median).fold(f64::INFINITY, f64::min).max(1e-9);
    for band in &mut series.bands {
        let value = band.median / rest;
        *band =
            Band { mean: value, median: value, lo95: value, lo50: value, hi50: value, hi95: value };
    }
}

/// Whether two sessions are worth two pictures: another word on two days, or a quarter of the peak.
fn differ(first: &[Row<'_>], last: &[Row<'_>]) -> bool {
    first.iter().zip(last).any(|(a, b)| {
        let peak = a.peaks.iter().map(|band| band.median.abs()).fold(1e-9, f64::max);
        let days = a.peaks.len().min(b.peaks.len());
        let far = |day: usize| (a.peaks[day].median - b.peaks[day].median).abs() > 0.25 * peak;
        let other = (0..days).filter(|day| a.typical[*day] != b.typical[*day]).count();
        other > 1 || (0..days).any(far)
    })
}

/// The day from which the last level holds, if it is reached within the window.
fn calm_from(levels: &[usize]) -> Option<usize> {
    let day = levels.iter().rposition(|level| *level < 2).map_or(0, |at| at + 1);
    (day < levels.len()).then_some(day)
}

fn runs(levels: &[usize]) -> Vec<(usize, usize, usize)> {
    let mut runs: Vec<(usize, usize, usize)> = Vec::new();
    for (day, level) in levels.iter().enumerate() {
        match runs.last_mut() {
            Some((last, _, to)) if last == level => *to = day,
            _ => runs.push((*level, day, day)),
        }
    }
    runs
}

/// "Red on day 0, pink on days 1–2, calm from day 3."
fn sentence(row: &Row<'_>) -> String {
    let runs = runs(&row.typical);
    let count = runs.len();
    let mut text = String::new();
    for (i, (level, from, to)) in runs.into_iter().enumerate() {
        let word = row.words.say[level];
        let days = if count == 1 {
            " throughout".to_owned()
        } else if i + 1 == count {
            format!(" from day\u{a0}{from}")
        } else if from == to {
            format!(" on day\u{a0}{from}")
        } else {
            format!(" on days\u{a0}{from}\u{2013}{to}")
        };
        let _ = write!(text, "{}{word}{days}", if i > 0 { ", " } else { "" });
    }
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// What those who react most can expect.
fn caution(row: &Row<'_>) -> Option<String> {
    if row.is_typical_only() {
        return Some(
            "Typical person only; how far people differ is in the table below.".to_owned(),
        );
    }
    if row.typical == row.strongest {
        return None;
    }
    let calm = row.words.say[2];
    Some(match calm_from(&row.strongest) {
        Some(0) => return None,
        Some(day) if calm_from(&row.typical) == Some(day) => {
            return None;
        }
        Some(day) => format!("In 1 person in 40, {calm} only from day\u{a0}{day} or later."),
        None => format!("In 1 person in 40, not yet {calm} at the end of these days."),
    })
}

fn legend() -> Markup {
    html! {
        div.legend aria-hidden="true" {
            span.key { i.sw.lv0 {} "strong" }
            span.key { i.sw.lv1 {} "mild" }
            span.key { i.sw.lv2 {} "none" }
            span.key { i.bar-tall {} "typical person" }
            span.key { i.bar-slim {} "strongest reaction in 40" }
            span.key { i.sw.b50 {} "half of people" }
            span.key { i.sw.b95 {} "95 of 100" }
            span.key { i.dash {} "from here on mild" }
        }
    }
}

fn block(rows: &[Row<'_>], title: &str, tag: &str) -> Markup {
    let days = rows.iter().map(|row| row.peaks.len()).max().unwrap_or(0);
    html! {
        div.cal {
            h3 { (title) }
            div.cal-row.cal-head aria-hidden="true" {
                p.cal-words { "day" }
                div class={ "days n" (days) } { @for day in 0..days { span { (day) } } }
            }
            @for row in rows { (picture(row, days, tag)) }
            details {
                summary { "The same as a table" }
                (table(rows, days))
                ul.fine { @for row in rows { li { (row.words.observable.label()) ": " (row.words.limits) "." } } }
            }
        }
    }
}

fn picture(row: &Row<'_>, days: usize, tag: &str) -> Markup {
    let label = row.words.observable.label();
    html! {
        figure.cal-row {
            figcaption.cal-words {
                strong { (label) }
                span { (sentence(row)) }
                @if let Some(text) = caution(row) { span.caution { " " (text) } }
            }
            div.cal-strip {
                (curve(row, days, &format!("{tag}-{}", row.words.observable.name())))
                div class={ "tiles tall n" (days) } aria-hidden="true" {
                    @for (level, from, to) in runs(&row.typical) {
                        span class={ "tile lv" (level) " over" (to - from + 1) } {
                            b class={ "w" (row.words.say[level].len()) } { (row.words.say[level]) }
                        }
                    }
                }
                @if !row.is_typical_only() { div class={ "tiles slim n" (days) } aria-hidden="true" {
                    @for (level, from, to) in runs(&row.strongest) {
                        span class={ "tile lv" (level) " over" (to - from + 1) } {}
                    }
                } }
            }
        }
    }
}

/// The bands over the days, stretched to the width of the tiles.
fn curve(row: &Row<'_>, days: usize, id: &str) -> Markup {
    let style = row.style;
    let mut points = row.points.clone();
    // The value before the session is not part of what follows it.
    if let [(_, before), (at, first), ..] = &mut points[..]
        && *at < 0.02
    {
        *before = *first;
    }
    let bands: Vec<Band> = points.iter().map(|(_, band)| *band).collect();
    let (low, high) = extent(&bands);
    let low = low.min(row.words.observable.at_rest().unwrap_or(1.0));
    let limit = row.limits.mild;
    let high = high.max(limit);
    let marks = ticks(low, high, 2);
    let top = marks.last().copied().unwrap_or(high).max(high);
    let x = |day: f64| day / days as f64 * 1500.0;
    let y = |value: f64| 96.0 - (value - low) / (top - low).max(1e-9) * 92.0;
    let outline = |lower: fn(&Band) -> f64, upper: fn(&Band) -> f64| {
        let mut path = String::new();
        for (day, band) in &points {
            let _ = write!(path, "{:.0},{:.1} ", x(*day), y(upper(band)));
        }
        for (day, band) in points.iter().rev() {
            let _ = write!(path, "{:.0},{:.1} ", x(*day), y(lower(band)));
        }
        path.trim_end().to_owned()
    };
    let median: Vec<String> =
        points.iter().map(|(day, b)| format!("{:.0},{:.1}", x(*day), y(b.median))).collect();
    let peak = row.peaks.iter().copied().reduce(|a, b| if b.median > a.median { b } else { a });
    let desc = peak.map_or(String::new(), |peak| {
        format!(
            "Highest about {}{}. {}",
            style.typical(&peak),
            if row.is_typical_only() {
                String::new()
            } else {
                format!(", 95 of 100 people {}", style.band95(&peak))
            },
            sentence(row)
        )
    });
    let mark = marks.iter().copied().rfind(|m| *m <= high).unwrap_or(high);
    html! {
        div class={ "curve n" (days) } {
            svg role="img" viewBox="0 0 1500 100" preserveAspectRatio="none"
                aria-labelledby={ (id) "-t " (id) "-d" } {
                title id={ (id) "-t" } { (row.words.observable.label()) " over " (days) " days after the session" }
                desc id={ (id) "-d" } { (desc) }
                (PreEscaped(format!(
                    "<line x1=\"0\" x2=\"1500\" y1=\"{4:.1}\" y2=\"{4:.1}\" stroke=\"var(--grid)\" \
                     stroke-width=\"1\" vector-effect=\"non-scaling-stroke\"/>\
                     <polygon points=\"{}\" fill=\"var(--tissue)\" opacity=\".18\"/>\
                     <polygon points=\"{}\" fill=\"var(--tissue)\" opacity=\".34\"/>\
                     <line x1=\"0\" x2=\"1500\" y1=\"{3:.1}\" y2=\"{3:.1}\" stroke=\"var(--ink-2)\" \
                     stroke-dasharray=\"3 4\" stroke-width=\"1\" vector-effect=\"non-scaling-stroke\"/>\
                     <polyline points=\"{2}\" fill=\"none\" stroke=\"var(--tissue)\" stroke-width=\"2\" \
                     vector-effect=\"non-scaling-stroke\"/>",
                    outline(|b| b.lo95, |b| b.hi95),
                    outline(|b| b.lo50, |b| b.hi50),
                    median.join(" "),
                    y(limit),
                    y(mark),
                )))
            }
            svg.peak aria-hidden="true" {
                text x="100%" y={ (number(y(mark), 1.0)) "%" } { (style.value(mark, tick_step(&marks))) }
            }
        }
    }
}

fn table(rows: &[Row<'_>], days: usize) -> Markup {
    html! {
        table.data.dense {
            caption { "Strongest value of each day: typical person, and the band that holds 95 of 100." }
            thead {
                tr {
                    th scope="col" { "Day" }
                    @for row in rows {
                        th scope="col" {
                            (row.words.observable.label()) " " span.unit { (row.style.unit) }
                        }
                    }
                }
            }
            tbody {
                @for day in 0..days {
                    tr {
                        th scope="row" { (day) }
                        @for row in rows {
                            td {
                                @if let Some(band) = row.peaks.get(day) {
                                    @let step = step_for((band.hi95 - band.lo95).max(band.median.abs() / 50.0)).max(if row.style.unit == "%" { 1.0 } else { 0.1 });
                                    (number(band.median, step)) " "
                                    @if !row.is_typical_only() && number(band.lo95, step) != number(band.hi95, step) { small { (number(band.lo95, step)) "\u{2013}" (number(band.hi95, step)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn durations(durations: &[Duration]) -> Markup {
    html! {
        h3 { "How long it lasts" }
        p.note { "The calendar shows what one would notice; here it is over when nothing is left to measure, which is later." }
        table.data.stack {
            thead {
                tr {
                    th scope="col" { "What" }
                    th scope="col" { "Typically" }
                    th scope="col" { "95 of 100 people" }
                    th scope="col" { "Over when" }
                }
            }
            tbody {
                @for d in durations {
                    tr {
                        th scope="row" { (d.what) }
                        td data-label="Typically" { (duration(d.days.median)) }
                        td data-label="95 of 100" { (duration_range(d.days.lo95, d.days.hi95)) }
                        td.quiet data-label="Over when" { (d.criterion) }
                    }
                }
            }
        }
    }
}
