//! Heat maps of the grid: a column for each number of sessions, a row for the gain and each unwanted
//! effect; across the time between sessions, upwards the needle length.

use maud::{Markup, html};
use needlepoint_course::response::{Cell, Response};

use super::response::{gain_words, millimetres};
use crate::{
    art::Art,
    numbers::{number, tick_step, ticks},
    section::r1,
};

/// Columns of panels in one picture.
pub(super) const COLUMNS: usize = 3;

const WIDTH: f64 = 1000.0;
/// Room for the needle lengths.
const LEFT: f64 = 62.0;
const GAP: f64 = 26.0;
/// Room for the names of the columns.
const HEAD: f64 = 26.0;
/// Room for the name and the colours of a row of panels.
const ROW_HEAD: f64 = 40.0;
/// Room for the days below a row of panels.
const ROW_FOOT: f64 = 26.0;
const ROW_GAP: f64 = 22.0;
/// Room for what the axis below the last row shows.
const FOOT: f64 = 24.0;
/// Height of all panels of a row, and of a cell.
const PANEL_HEIGHT: f64 = 176.0;
const CELL: (f64, f64) = (18.0, 34.0);
/// Columns of cells with room for numbers.
const NUMBERED: usize = 18;
/// Colours of a scale.
const COLOURS: usize = 10;
/// Colours of the low end, by the letters on them; from `high` on of a row they are those of the high end.
const LOW: usize = 5;

/// What a row of panels shows.
struct Shown {
    words: String,
    /// Prefix of the colours.
    scale: &'static str,
    /// First colour whose letters are those of the high end: dark letters also stand on a bright middle.
    high: usize,
    read: fn(&Cell) -> f64,
}

/// Bands of values, each of one colour.
struct Levels {
    first: f64,
    step: f64,
    count: usize,
}

impl Levels {
    /// Round bands that hold all values, ten at most.
    fn holding(values: &[f64]) -> Self {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let low = if low.is_finite() { low } else { 0.0 };
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let high = if high.is_finite() { high.max(low + 1e-6) } else { low + 1.0 };
        // No finer than a whole: differences below nobody sees.
        let marks = ticks(low, high.max(low + 5.0), COLOURS - 1);
        let step = marks.windows(2).next().map_or(1.0, |pair| pair[1] - pair[0]);
        let first = (low / step + 1e-9).floor() * step;
        let count = (((high - first) / step - 1e-9).ceil().max(1.0) as usize).min(COLOURS);
        Self { first, step, count }
    }

    fn level(&self, value: f64) -> usize {
        let level = ((value - self.first) / self.step).floor().max(0.0) as usize;
        level.min(self.count - 1)
    }

    /// Number of the colour, 0 to 9: the few bands of a narrow range are spread over all.
    fn colour(&self, level: usize) -> usize {
        if self.count < 2 { 0 } else { level * (COLOURS - 1) / (self.count - 1) }
    }

    /// The colour of a level; where all is alike it says nothing and is none.
    fn fill(&self, scale: &str, level: usize) -> String {
        if self.count < 2 {
            "var(--grid)".to_owned()
        } else {
            format!("var(--{scale}-{})", self.colour(level))
        }
    }

    fn edge(&self, level: usize) -> String {
        let edges = [self.first, self.first + self.step];
        number(self.first + level as f64 * self.step, tick_step(&edges))
    }
}

/// The pictures: each of three numbers of sessions.
pub(super) fn pictures(response: &Response) -> Vec<Art> {
    let columns: Vec<usize> = (0..response.sessions.len()).collect();
    columns.chunks(COLUMNS).map(|columns| picture(response, columns)).collect()
}

fn shown(response: &Response) -> Vec<Shown> {
    let (what, unit) = gain_words(response.outcome);
    let mut rows = vec![
        Shown {
            words: format!("{what} 3 months after the last session, {unit} (median)"),
            scale: "gain",
            high: LOW,
            read: |cell| cell.gain.median,
        },
        Shown {
            words: "Days of visible redness in the whole course (median)".to_owned(),
            scale: "harm",
            high: LOW + 2,
            read: |cell| cell.red_days.median,
        },
        Shown {
            words: "People whose skin darkens visibly, %".to_owned(),
            scale: "harm",
            high: LOW + 2,
            read: |cell| 100.0 * cell.darkened_share,
        },
    ];
    if response.cells.iter().any(|cell| cell.peak_inflammation.is_some()) {
        rows.push(Shown {
            words: "Inflammation at its greatest (median)".to_owned(),
            scale: "harm",
            high: LOW + 2,
            read: |cell| cell.peak_inflammation.map_or(0.0, |peak| peak.median),
        });
    }
    rows
}

fn picture(response: &Response, columns: &[usize]) -> Art {
    let rows = shown(response);
    let cell = (PANEL_HEIGHT / response.lengths_mm.len() as f64).clamp(CELL.0, CELL.1);
    let panel_height = cell * response.lengths_mm.len() as f64;
    let row_height = ROW_HEAD + panel_height + ROW_FOOT + ROW_GAP;
    let panel_width = (WIDTH - LEFT - GAP * (COLUMNS - 1) as f64) / COLUMNS as f64;
    let counts: Vec<String> = columns.iter().map(|at| response.sessions[*at].to_string()).collect();
    let frame = Frame { response, width: panel_width, cell };
    let whole = columns.iter().all(|column| {
        let last = response.intervals_days.len() - 1;
        response.cell(*column, 0, last).is_some()
    });
    let body = html! {
        @for (at, column) in columns.iter().enumerate() {
            @let x = LEFT + at as f64 * (panel_width + GAP);
            text x=(r1(x)) y="15" font-size="15" font-weight="bold" fill="var(--ink)" { (sessions_words(response.sessions[*column])) }
        }
        @for (at, row) in rows.iter().enumerate() {
            @let y = HEAD + at as f64 * row_height;
            @let levels = Levels::holding(&response.cells.iter().map(row.read).collect::<Vec<_>>());
            (row_head(row, &levels, y))
            @for (place, column) in columns.iter().enumerate() {
                @let x = LEFT + place as f64 * (panel_width + GAP);
                g transform={ "translate(" (r1(x)) " " (r1(y + ROW_HEAD)) ")" } {
                    (frame.panel(*column, row, &levels, place == 0))
                }
            }
        }
        text x=(WIDTH) y=(r1(HEAD + rows.len() as f64 * row_height - ROW_GAP + 18.0)) text-anchor="end" font-size="13" fill="var(--ink-2)" { "days between sessions" }
    };
    Art {
        width: WIDTH,
        height: HEAD + rows.len() as f64 * row_height - ROW_GAP + FOOT,
        title: format!("{}: gain and price of {} sessions", response.label, counts.join(", ")),
        facts: format!(
            "Across: days between sessions. Upwards: needle length. Bold and framed: {} ({} mm, {} days, {}).{}",
            if response.holds_own() { "the case" } else { "nearest to the case" },
            millimetres(response.own_length_mm),
            number(response.own_interval_days, 1.0),
            sessions_words(response.own_sessions),
            if whole { "" } else { " Empty: too long to be simulated." },
        ),
        desc: description(response, columns),
        body: body.into_string(),
    }
}

pub(super) fn sessions_words(count: u32) -> String {
    format!("{count} session{}", if count == 1 { "" } else { "s" })
}

fn description(response: &Response, columns: &[usize]) -> String {
    let (what, unit) = gain_words(response.outcome);
    let (length, interval) = (response.own_length(), response.own_interval());
    let told: Vec<String> = columns
        .iter()
        .filter_map(|column| response.cell(*column, length, interval))
        .map(|cell| {
            format!(
                "{}: {} {unit}, {} days red, {} of 100 darken",
                sessions_words(cell.sessions),
                number(cell.gain.median, 1.0),
                number(cell.red_days.median, 1.0),
                number(100.0 * cell.darkened_share, 1.0)
            )
        })
        .collect();
    format!(
        "Heat maps. {what} at the needle length and interval nearest to the case. {}.",
        told.join(". ")
    )
}

/// The name of a row and its colours.
fn row_head(row: &Shown, levels: &Levels, y: f64) -> Markup {
    /// Width of a colour in the scale.
    const BOX: f64 = 24.0;
    let start = WIDTH - BOX * levels.count as f64 - 12.0;
    html! {
        text x=(LEFT) y=(r1(y + 26.0)) font-size="14" fill="var(--ink)" { (row.words) }
        @for level in 0..levels.count {
            rect x=(r1(start + BOX * level as f64)) y=(r1(y + 18.0)) width=(BOX) height="10" fill=(levels.fill(row.scale, level)) {}
        }
        @for level in 0..=levels.count {
            text x=(r1(start + BOX * level as f64)) y=(r1(y + 13.0)) text-anchor="middle" font-size="11.5" fill="var(--ink-2)" { (levels.edge(level)) }
        }
    }
}

/// What all panels share.
struct Frame<'a> {
    response: &'a Response,
    width: f64,
    cell: f64,
}

impl Frame<'_> {
    fn panel(&self, column: usize, row: &Shown, levels: &Levels, names: bool) -> Markup {
        let response = self.response;
        let single = response.sessions[column] == 1;
        let across = if single { 1 } else { response.intervals_days.len() };
        let cell_width = self.width / across as f64;
        let lengths = response.lengths_mm.len();
        let bottom = self.cell * lengths as f64;
        let (own_length, own_interval) = (response.own_length(), response.own_interval());
        // The longest needle on top.
        let top = |length: usize| r1(self.cell * (lengths - 1 - length) as f64);
        let small = if across > 12 { 9.5 } else { 12.0 };
        html! {
            @for length in 0..lengths {
                @if names {
                    @let words = format!("{} mm", millimetres(response.lengths_mm[length]));
                    @let y = r1(top(length) + 0.5 * self.cell + 4.5);
                    @if length == own_length {
                        text x="-8" y=(y) text-anchor="end" font-size="12.5" font-weight="bold" fill="var(--ink)" { (words) }
                    } @else {
                        text x="-8" y=(y) text-anchor="end" font-size="12.5" fill="var(--ink-2)" { (words) }
                    }
                }
                @for interval in 0..across {
                    @if let Some(cell) = response.cell(column, length, interval) {
                        (self.cell(row, levels, (row.read)(cell), (r1(cell_width * interval as f64), top(length)), cell_width, small))
                    }
                }
            }
            @if column == response.own_session_count() {
                @let at = if single { 0 } else { own_interval };
                rect x=(r1(cell_width * at as f64)) y=(top(own_length)) width=(r1(cell_width)) height=(r1(self.cell))
                    fill="none" stroke="var(--card)" stroke-width="5" {}
                rect x=(r1(cell_width * at as f64)) y=(top(own_length)) width=(r1(cell_width)) height=(r1(self.cell))
                    fill="none" stroke="var(--ink)" stroke-width="2.4" {}
            }
            @if single {
                text x=(r1(0.5 * self.width)) y=(r1(bottom + 17.0)) text-anchor="middle" font-size="12" fill="var(--ink-2)" { "a single session has no interval" }
            } @else {
                @for (interval, days) in response.intervals_days.iter().enumerate().step_by(across.div_ceil(NUMBERED)) {
                    @let x = r1(cell_width * (interval as f64 + 0.5));
                    @if interval == own_interval {
                        text x=(x) y=(r1(bottom + 17.0)) text-anchor="middle" font-size=(small) font-weight="bold" fill="var(--ink)" { (millimetres(*days)) }
                    } @else {
                        text x=(x) y=(r1(bottom + 17.0)) text-anchor="middle" font-size=(small) fill="var(--ink-2)" { (millimetres(*days)) }
                    }
                }
            }
        }
    }

    fn cell(
        &self,
        row: &Shown,
        levels: &Levels,
        value: f64,
        at: (f64, f64),
        width: f64,
        small: f64,
    ) -> Markup {
        // The colour is that of the number as it is written.
        let step = if levels.step < 1.0 { 0.1 } else { 1.0 };
        let level = levels.level((value / step).round() * step + 1e-9);
        let ink = match levels.colour(level) {
            _ if levels.count < 2 => "var(--ink)",
            colour if colour < LOW => "var(--on-low)",
            colour if colour < row.high => "var(--on-middle)",
            _ => "var(--on-high)",
        };
        // A hair's breadth more, so that no ground shines through between two cells.
        html! {
            rect x=(at.0) y=(at.1) width=(r1(width + 0.3)) height=(r1(self.cell + 0.3)) fill=(levels.fill(row.scale, level)) {}
            @if self.response.intervals_days.len() <= NUMBERED {
                text x=(r1(at.0 + 0.5 * width)) y=(r1(at.1 + 0.5 * self.cell + 4.2)) text-anchor="middle" font-size=(small) fill=(ink) { (number(value, step)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_round_hold_everything_and_are_ten_at_most() {
        for values in
            [vec![0.0, 63.0], vec![-12.0, 40.0], vec![3.0, 3.2], vec![0.0, 0.0], vec![0.0, 987.0]]
        {
            let levels = Levels::holding(&values);
            assert!((1..=COLOURS).contains(&levels.count), "{values:?}: {}", levels.count);
            for value in &values {
                let level = levels.level(*value);
                let low = levels.first + level as f64 * levels.step;
                assert!(
                    low <= value + 1e-9 && *value <= low + levels.step + 1e-9,
                    "{values:?} {value}"
                );
                assert!(levels.colour(level) < COLOURS);
            }
        }
        let levels = Levels::holding(&[0.0, 63.0]);
        assert_eq!((levels.edge(0), levels.edge(1)), ("0".to_owned(), "10".to_owned()));
    }
}
