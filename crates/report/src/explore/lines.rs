//! Gain against interval, what another session adds, and what is left later.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_course::{
    response::{Response, Sessions},
    result::Band,
};

use super::{
    heat::sessions_words,
    response::{gain_words, millimetres},
};
use crate::{
    art::Art,
    numbers::{number, tick_step, ticks},
    section::r1,
};

const WIDTH: f64 = 1000.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 350.0;
const HEIGHT: f64 = 402.0;
/// From where to where the three panels reach.
const INTERVAL: (f64, f64) = (40.0, 384.0);
const ADDED: (f64, f64) = (496.0, 672.0);
const LATER: (f64, f64) = (754.0, 956.0);
/// Colours for numbers of sessions.
const SERIES: usize = 6;
/// Least distance of two labels.
const LABEL: f64 = 15.0;

/// A panel with an axis upwards.
struct Panel {
    x: (f64, f64),
    low: f64,
    high: f64,
}

impl Panel {
    fn holding(x: (f64, f64), values: impl Iterator<Item = f64> + Clone) -> Self {
        let low = values.clone().fold(0.0, f64::min);
        // Less than one per cent, or a hair, is nothing that an axis should blow up.
        let high = values.fold(0.0, f64::max).max(low + 1.0);
        let room = 0.05 * (high - low);
        Self { x, low: if low < 0.0 { low - room } else { 0.0 }, high: high + room }
    }

    fn y(&self, value: f64) -> f64 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        r1(BOTTOM - share * (BOTTOM - TOP))
    }

    fn across(&self, share: f64) -> f64 {
        r1(self.x.0 + share * (self.x.1 - self.x.0))
    }

    /// Lines behind the data with their numbers, and two lines of title.
    fn ground(&self, title: &str, below: &str) -> Markup {
        let marks = ticks(self.low, self.high, 5);
        let start = self.x.0 - 40.0;
        html! {
            text x=(start) y="14" font-size="14" font-weight="bold" fill="var(--ink)" { (title) }
            text x=(start) y="33" font-size="13" fill="var(--ink-2)" { (below) }
            @for mark in &marks {
                @let y = self.y(*mark);
                line x1=(self.x.0) x2=(self.x.1) y1=(y) y2=(y) stroke=(if mark.abs() < 1e-9 { "var(--axis)" } else { "var(--grid)" }) {}
                text x=(self.x.0 - 8.0) y=(y + 4.5) text-anchor="end" font-size="13" fill="var(--ink-2)" { (number(*mark, tick_step(&marks))) }
            }
        }
    }

    fn axis(&self, words: &str) -> Markup {
        html! { text x=(self.x.1) y=(BOTTOM + 42.0) text-anchor="end" font-size="13" fill="var(--ink-2)" { (words) } }
    }
}

/// A tick of the axis across, with its name.
fn mark(x: f64, words: &str) -> Markup {
    html! {
        line x1=(x) x2=(x) y1=(BOTTOM) y2=(BOTTOM + 5.0) stroke="var(--axis)" {}
        text x=(x) y=(BOTTOM + 20.0) text-anchor="middle" font-size="13" fill="var(--ink-2)" { (words) }
    }
}

/// Colour of the `nth` of `count` lines.
fn colour(nth: usize, count: usize) -> String {
    let step = if count < 2 { SERIES - 1 } else { nth * (SERIES - 1) / (count - 1) };
    format!("var(--series-{step})")
}

pub(super) fn lines(response: &Response) -> Art {
    let (what, unit) = gain_words(response.outcome);
    let own = &response.own_length_mm;
    let body = html! {
        (against_interval(response, unit))
        (added(response, unit))
        (later(response, unit))
    };
    Art {
        width: WIDTH,
        height: HEIGHT,
        title: format!("{}: {} at {} mm", response.label, lower_first(&what), millimetres(*own)),
        facts: format!(
            "Medians over the same people; band and thin bars: 95 of 100 people. Thick line: as in the case. Middle and right: every {} days.",
            number(response.own_interval_days, 1.0)
        ),
        desc: format!("{what}. {}", super::response::response_words(response).join(" ")),
        body: body.into_string(),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(path, "{}{x} {y}", if at == 0 { 'M' } else { 'L' });
    }
    path
}

/// A label and the end of its line.
struct End {
    x: f64,
    y: f64,
    words: String,
}

/// Labels with their heights moved apart, in the order of the ends; none below the lower end of the panel.
fn apart(mut ends: Vec<End>) -> Vec<(End, f64)> {
    // Of ends at one height the last, that of most sessions, comes on top.
    ends.reverse();
    ends.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut told: Vec<(End, f64)> = Vec::new();
    for end in ends {
        let free = told.last().map_or(f64::NEG_INFINITY, |(_, y)| y + LABEL);
        let y = end.y.max(free);
        told.push((end, y));
    }
    let mut limit = BOTTOM;
    for (_, y) in told.iter_mut().rev() {
        *y = y.min(limit);
        limit = *y - LABEL;
    }
    told
}

/// Numbers of sessions right of the panel, each led to by the end of its line.
fn labels(x: f64, ends: Vec<End>) -> Markup {
    html! {
        @for (end, y) in apart(ends) {
            path d={ "M" (end.x + 2.0) " " (end.y) "L" (x + 11.0) " " (r1(y)) } fill="none" stroke="var(--axis)" {}
            text x=(x + 14.0) y=(r1(y + 4.5)) font-size="13" fill="var(--ink)" { (end.words) }
        }
        text x=(x + 44.0) y=(TOP - 6.0) text-anchor="end" font-size="13" fill="var(--ink-2)" { "sessions" }
    }
}

fn against_interval(response: &Response, unit: &str) -> Markup {
    let length = response.own_length();
    let days = &response.intervals_days;
    let (first, last) = (days[0].ln(), days[days.len() - 1].ln());
    let band_of = |sessions: usize| -> Vec<(f64, Band)> {
        let cells = (0..days.len()).filter_map(|at| response.cell(sessions, length, at));
        days.iter().copied().zip(cells.map(|cell| cell.gain)).collect()
    };
    let all: Vec<Vec<(f64, Band)>> = (0..response.sessions.len()).map(band_of).collect();
    let framed = response.own_session_count();
    let medians = all.iter().flatten().map(|(_, band)| band.median);
    let edges = all[framed].iter().flat_map(|(_, band)| [band.lo95, band.hi95]);
    let panel = Panel::holding(INTERVAL, medians.chain(edges));
    let x = |days: f64| {
        panel.across(if last > first { (days.ln() - first) / (last - first) } else { 0.5 })
    };
    let outline: Vec<(f64, f64)> = {
        let along = all[framed].iter().map(|(days, band)| (x(*days), panel.y(band.hi95)));
        let back = all[framed].iter().rev().map(|(days, band)| (x(*days), panel.y(band.lo95)));
        along.chain(back).collect()
    };
    let ends = all
        .iter()
        .zip(&response.sessions)
        .filter_map(|(line, count)| {
            let (days, band) = line.last()?;
            Some(End { x: x(*days), y: panel.y(band.median), words: count.to_string() })
        })
        .collect();
    let marks = days_to_mark(days, x);
    html! {
        (panel.ground("Against the time between sessions", &format!("gain, {unit}; band: {}", sessions_words(response.sessions[framed]))))
        path d={ (path(&outline)) "Z" } fill=(colour(framed, all.len())) fill-opacity="0.16" {}
        @for (nth, line) in all.iter().enumerate() {
            @let points: Vec<(f64, f64)> = line.iter().map(|(days, band)| (x(*days), panel.y(band.median))).collect();
            path d=(path(&points)) fill="none" stroke=(colour(nth, all.len())) stroke-width=(if nth == framed { "3.2" } else { "2" })
                stroke-linejoin="round" stroke-dasharray=(if response.sessions[nth] == 1 { "6 4" } else { "none" }) {}
            @if let [(x, y)] = points.as_slice() { circle cx=(x) cy=(y) r="4" fill=(colour(nth, all.len())) {} }
        }
        (labels(panel.x.1, ends))
        @for days in marks { (mark(x(days), &millimetres(days))) }
        (panel.axis("days between sessions"))
    }
}

/// Days whose names have room beside each other.
fn days_to_mark(days: &[f64], x: impl Fn(f64) -> f64) -> Vec<f64> {
    const ROOM: f64 = 22.0;
    let mut told: Vec<f64> = Vec::new();
    for &day in days {
        if told.last().is_none_or(|last| x(day) - x(*last) >= ROOM) {
            told.push(day);
        }
    }
    told
}

fn added(response: &Response, unit: &str) -> Markup {
    let by = &response.by_sessions;
    let bands = by.iter().map(|told| told.added_per_session);
    let panel = Panel::holding(ADDED, bands.flat_map(|band| [band.lo95, band.hi95]));
    let count = by.len().max(1) as f64;
    // Names of every session where there is room, else of every second or third.
    let every = (22.0 * count / (ADDED.1 - ADDED.0)).ceil().max(1.0) as usize;
    let x = |at: usize| panel.across((at as f64 + 0.5) / count);
    let step = |at: usize| {
        let before = at.checked_sub(1).map_or(0, |before| by[before].sessions);
        let now = by[at].sessions;
        if now - before == 1 { now.to_string() } else { format!("{}\u{2013}{now}", before + 1) }
    };
    html! {
        (panel.ground("What each session adds", &format!("gain of one more, {unit}")))
        @for (at, told) in by.iter().enumerate() {
            @let band = &told.added_per_session;
            line x1=(x(at)) x2=(x(at)) y1=(panel.y(band.lo95)) y2=(panel.y(band.hi95)) stroke="var(--series-3)" stroke-width="2" {}
            line x1=(x(at)) x2=(x(at)) y1=(panel.y(band.lo50)) y2=(panel.y(band.hi50)) stroke="var(--series-3)" stroke-width="7" stroke-opacity="0.45" stroke-linecap="round" {}
            circle cx=(x(at)) cy=(panel.y(band.median)) r="4.5" fill="var(--series-3)" stroke="var(--card)" stroke-width="1.2" {}
            @if at % every == 0 { (mark(x(at), &step(at))) }
        }
        (panel.axis("the nth session"))
    }
}

fn later(response: &Response, unit: &str) -> Markup {
    let by = &response.by_sessions;
    let values = by.iter().flat_map(|told| told.later.iter().map(|later| later.gain.median));
    let panel = Panel::holding(LATER, values);
    let most = by.iter().flat_map(|told| told.later.iter()).map(|l| l.months).max().unwrap_or(3);
    let x = |months: u32| panel.across(f64::from(months) / f64::from(most));
    let own = by.iter().position(|told| told.sessions == response.own_sessions);
    let ends = by
        .iter()
        .filter_map(|told| {
            let last = told.later.last()?;
            let words = told.sessions.to_string();
            Some(End { x: x(last.months), y: panel.y(last.gain.median), words })
        })
        .collect();
    let line = |told: &Sessions| -> Vec<(f64, f64)> {
        told.later.iter().map(|l| (x(l.months), panel.y(l.gain.median))).collect()
    };
    html! {
        (panel.ground("What is left later", &format!("gain, {unit}")))
        @for (nth, told) in by.iter().enumerate() {
            @let points = line(told);
            path d=(path(&points)) fill="none" stroke=(colour(nth, by.len())) stroke-width=(if Some(nth) == own { "3.2" } else { "2" }) stroke-linejoin="round" {}
            @for (x, y) in &points { circle cx=(x) cy=(y) r="3.4" fill=(colour(nth, by.len())) {} }
        }
        (labels(panel.x.1, ends))
        @for months in [3_u32, 6, 12, 24].into_iter().filter(|months| *months <= most) { (mark(x(months), &months.to_string())) }
        (panel.axis("months after the last session"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_moved_apart_and_none_lies_below_the_axis() {
        let ends = [349.0, 348.0, 200.0, 350.0, 350.0].iter().zip(1..);
        let ends = ends.map(|(y, nth)| End { x: 0.0, y: *y, words: format!("{nth}") }).collect();
        let told = apart(ends);
        assert!(told.windows(2).all(|pair| pair[1].1 - pair[0].1 >= LABEL - 1e-9));
        assert!(told.iter().all(|(_, y)| *y <= BOTTOM));
        let order: Vec<&str> = told.iter().map(|(end, _)| end.words.as_str()).collect();
        assert_eq!(order, ["3", "2", "1", "5", "4"]);
    }

    #[test]
    fn lines_have_all_colours_between_the_ends() {
        assert_eq!(colour(0, 7), "var(--series-0)");
        assert_eq!(colour(6, 7), "var(--series-5)");
        assert_eq!(colour(0, 1), "var(--series-5)");
    }
}
