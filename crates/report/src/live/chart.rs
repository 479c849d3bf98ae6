//! A chart of several bands on the same axes, with points.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use needlepoint_course::result::Band;

use crate::{
    chart::extent,
    numbers::{Style, TimeScale, number, tick_step, ticks},
};

/// Size of a chart, and the room around it.
const SIZE: (f64, f64) = (460.0, 280.0);
const LEFT: f64 = 54.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 46.0;

/// A median with the band of 95 of 100.
pub(super) struct Line<'a> {
    /// Days since the first session.
    pub(super) days: &'a [f64],
    /// A band for each day.
    pub(super) bands: &'a [Band],
    /// Variable of its colour.
    pub(super) ink: &'static str,
    /// Dashes of the median, so that colour is not all that tells it from another; empty for a full line.
    pub(super) dashes: &'static str,
}

/// A chart.
pub(super) struct Chart<'a> {
    /// Unique on the page.
    pub(super) id: &'a str,
    /// What it is.
    pub(super) title: &'a str,
    /// What it shows, in words.
    pub(super) desc: &'a str,
    /// What the vertical axis shows.
    pub(super) axis: &'a str,
    /// How values are written.
    pub(super) style: Style<'a>,
    /// The value of skin left alone.
    pub(super) rest: Option<f64>,
    /// Bands, the first at the back.
    pub(super) lines: &'a [Line<'a>],
    /// Points: day and value.
    pub(super) points: &'a [(f64, f64)],
    /// Days of sessions, one list for each line that has its own.
    pub(super) sessions: &'a [Vec<f64>],
    /// End of the horizontal axis.
    pub(super) horizon_days: f64,
}

impl Chart<'_> {
    /// Draw it.
    pub(super) fn draw(&self) -> Markup {
        let time = TimeScale::for_horizon(self.horizon_days);
        let (low, high) = self.extent();
        let (right, bottom) = (SIZE.0 - RIGHT, SIZE.1 - BOTTOM);
        let x =
            |day: f64| LEFT + (right - LEFT) * (day / self.horizon_days.max(1e-6)).clamp(0.0, 1.0);
        let y = |value: f64| {
            bottom - (bottom - TOP) * ((value - low) / (high - low)).clamp(-0.05, 1.05)
        };
        let mut body = String::new();
        for line in self.lines {
            let _ = write!(body, "{}", line.draw(&x, &y));
        }
        let y_ticks = ticks(low, high, 4);
        let y_step = tick_step(&y_ticks);
        let x_ticks = time.ticks(self.horizon_days);
        html! {
            svg.drawing role="img" viewBox={ "0 0 " (SIZE.0) " " (SIZE.1) } font-size="14.5"
                aria-labelledby={ (self.id) "-t " (self.id) "-d" } {
                title id={ (self.id) "-t" } { (self.title) }
                desc id={ (self.id) "-d" } { (self.desc) }
                @for tick in &y_ticks {
                    @let at_rest = self.rest.is_some_and(|rest| (rest - tick).abs() < 1e-9);
                    line x1=(LEFT) x2=(right) y1=(r1(y(*tick))) y2=(r1(y(*tick)))
                        stroke=(if at_rest { "var(--axis)" } else { "var(--grid)" }) {}
                    text x=(LEFT - 8.0) y=(r1(y(*tick) + 5.0)) text-anchor="end" fill="var(--ink-2)" {
                        (self.style.bare(*tick, y_step))
                    }
                }
                text x="0" y="14" fill="var(--ink-2)" { (self.axis) }
                @for tick in &x_ticks {
                    text x=(r1(x(tick * time.days))) y=(bottom + 20.0) text-anchor="middle" fill="var(--ink-2)" {
                        (number(*tick, tick_step(&x_ticks)))
                    }
                }
                text x=(right) y=(bottom + 38.0) text-anchor="end" fill="var(--ink-2)" {
                    (time.one) "s since the first session"
                }
                (PreEscaped(body))
                line x1=(LEFT) x2=(right) y1=(bottom) y2=(bottom) stroke="var(--axis)" {}
                @for (row, sessions) in self.sessions.iter().enumerate() {
                    @let up = 10.0 * row as f64;
                    @let ink = self.sessions.get(1).and(self.lines.get(row)).map_or("--session", |line| line.ink);
                    @for day in sessions {
                        path fill={ "var(" (ink) ")" }
                            d={ "M" (r1(x(*day) - 4.0)) " " (bottom - 9.0 - up) "h8l-4 9z" } {}
                    }
                }
                @for (day, value) in self.points {
                    circle cx=(r1(x(*day))) cy=(r1(y(*value))) r="5" fill="var(--session)" stroke="var(--card)" stroke-width="2" {}
                }
            }
        }
    }

    /// Least and greatest value to show, with room.
    fn extent(&self) -> (f64, f64) {
        let ends = self.lines.iter().map(|line| extent(line.bands));
        let values = self.points.iter().map(|(_, value)| (*value, *value));
        let (low, high) = ends
            .chain(values)
            .chain(self.rest.map(|rest| (rest, rest)))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |all, one| {
                (all.0.min(one.0), all.1.max(one.1))
            });
        if !(low.is_finite() && high.is_finite()) {
            return (0.0, 1.0);
        }
        let room = (0.06 * (high - low)).max(1e-3 * high.abs()).max(1e-6);
        (low - 2.0 * room, high + room)
    }
}

impl Line<'_> {
    fn draw(&self, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
        let mut outline = String::new();
        let mut median = String::new();
        for (day, band) in self.days.iter().zip(self.bands) {
            let _ = write!(outline, "{} {} ", r1(x(*day)), r1(y(band.hi95)));
            let _ = write!(median, "{} {} ", r1(x(*day)), r1(y(band.median)));
        }
        for (day, band) in self.days.iter().zip(self.bands).rev() {
            let _ = write!(outline, "{} {} ", r1(x(*day)), r1(y(band.lo95)));
        }
        let ink = self.ink;
        let dashes = if self.dashes.is_empty() {
            String::new()
        } else {
            format!(" stroke-dasharray=\"{}\"", self.dashes)
        };
        format!(
            "<polygon points=\"{}\" fill=\"var({ink})\" fill-opacity=\".16\" stroke=\"var({ink})\" \
             stroke-opacity=\".45\" stroke-width=\".8\"{dashes}/>\
             <polyline points=\"{}\" fill=\"none\" stroke=\"var({ink})\" stroke-width=\"2.5\"{dashes}/>",
            outline.trim_end(),
            median.trim_end()
        )
    }
}

fn r1(value: f64) -> f64 {
    (10.0 * value).round() / 10.0
}
