//! Charts: a median with its bands over time, drawn by plotters and themed for the page.

use maud::{Markup, PreEscaped, html};
use needlepoint_course::result::{Band, SessionDay};
use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    colour::{Ink, themed},
    numbers::{Style, TimeScale, number, tick_step, ticks},
};

/// Plotters counts whole pixels; drawing this much larger keeps curves smooth.
pub(crate) const FINE: i32 = 4;

/// Size of the type in the units of the drawing.
pub(crate) const TYPE: f64 = 14.5;

/// Wraps a drawing of plotters: no fixed size, a text alternative, colours of the page.
pub(crate) struct Picture<'a> {
    /// Unique on the page.
    pub(crate) id: &'a str,
    /// What it is.
    pub(crate) title: &'a str,
    /// What it shows.
    pub(crate) desc: &'a str,
    /// Width and height.
    pub(crate) size: (i32, i32),
}

type Plot<'a> = DrawingArea<SVGBackend<'a>, Shift>;
/// What can go wrong in plotters writing to a string: nothing.
pub(crate) type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

impl Picture<'_> {
    /// Draw with plotters.
    pub(crate) fn draw(&self, paint: impl FnOnce(&Plot<'_>) -> Drawn) -> Markup {
        let mut drawing = String::new();
        {
            let size = ((self.size.0 * FINE) as u32, (self.size.1 * FINE) as u32);
            let area = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
            paint(&area)
                .and_then(|()| area.present())
                .expect("a chart is drawn into a string with round ticks, which can't fail");
        }
        let body = drawing.split_once('>').map_or("", |(_, rest)| rest);
        let body = body.trim_end().strip_suffix("</svg>").unwrap_or(body);
        let body = themed(body)
            .replace(" opacity=\"1\"", "")
            .replace("font-family=\"sans-serif\"", "font-family=\"inherit\"")
            .replace(" \"/>", "\"/>");
        self.wrap(&body, FINE)
    }

    /// Wrap the inside of an `<svg>`.
    pub(crate) fn wrap(&self, body: &str, scale: i32) -> Markup {
        let (width, height) = (self.size.0 * scale, self.size.1 * scale);
        html! {
            svg.drawing role="img" viewBox={ "0 0 " (width) " " (height) }
                aria-labelledby={ (self.id) "-t " (self.id) "-d" } {
                title id={ (self.id) "-t" } { (self.title) }
                desc id={ (self.id) "-d" } { (self.desc) }
                (PreEscaped(body))
            }
        }
    }
}

/// Text of a chart.
pub(crate) fn text_style(ink: Ink, h: HPos, v: VPos) -> TextStyle<'static> {
    // The SVG backend divides the size by 1.24.
    ("sans-serif", TYPE * 1.24 * f64::from(FINE))
        .into_font()
        .color(&ink.stand_in())
        .pos(Pos::new(h, v))
}

/// A line of a chart.
pub(crate) fn stroke(ink: Ink, tenths: u32) -> ShapeStyle {
    ink.stand_in().stroke_width(tenths * FINE as u32 / 10)
}

/// A median with its bands over the months.
pub(crate) struct Fan<'a> {
    /// Frame and words.
    pub(crate) picture: Picture<'a>,
    /// Days since the first session.
    pub(crate) days: &'a [f64],
    /// A band for each day.
    pub(crate) bands: &'a [Band],
    /// How values are written.
    pub(crate) style: Style<'a>,
    /// What the vertical axis shows.
    pub(crate) axis: &'a str,
    /// The value of skin left alone, drawn as a line.
    pub(crate) rest: Option<f64>,
    /// Marked below the axis.
    pub(crate) sessions: &'a [SessionDay],
    /// End of the horizontal axis.
    pub(crate) horizon_days: f64,
    /// Colour of the bands.
    pub(crate) ink: Ink,
}

impl Fan<'_> {
    /// Draw it.
    pub(crate) fn draw(&self) -> Markup {
        self.picture.draw(|area| self.paint(area))
    }

    fn paint(&self, area: &Plot<'_>) -> Drawn {
        let time = TimeScale::for_horizon(self.horizon_days);
        let x_ticks = time.ticks(self.horizon_days);
        let (low, high) = self.extent();
        let y_ticks = ticks(low, high, 4);
        let y_step = tick_step(&y_ticks);
        let x_end = (self.horizon_days / time.days).max(1e-6);
        let frame = Frame {
            x: (0.0, x_end),
            y: (low, high),
            left: 54,
            right: 12,
            top: 30,
            bottom: 46,
            size: self.picture.size,
        };

        for tick in &y_ticks {
            let y = frame.y_at(*tick);
            let is_rest = self.rest.is_some_and(|rest| (rest - tick).abs() < 1e-9);
            let line = if is_rest { stroke(Ink::Axis, 10) } else { stroke(Ink::Grid, 8) };
            area.draw(&PathElement::new([(frame.x0(), y), (frame.x1(), y)], line))?;
            area.draw(&Text::new(
                self.style.bare(*tick, y_step),
                (frame.x0() - 8 * FINE, y),
                text_style(Ink::Quiet, HPos::Right, VPos::Center),
            ))?;
        }
        area.draw(&Text::new(
            self.axis.to_owned(),
            (0, 2 * FINE),
            text_style(Ink::Quiet, HPos::Left, VPos::Top),
        ))?;
        for tick in &x_ticks {
            area.draw(&Text::new(
                number(*tick, tick_step(&x_ticks)),
                (frame.x_at(*tick), frame.y0() + 10 * FINE),
                text_style(Ink::Quiet, HPos::Center, VPos::Top),
            ))?;
        }
        area.draw(&Text::new(
            format!("{}s since the first session", time.one),
            (frame.x1(), frame.y0() + 28 * FINE),
            text_style(Ink::Quiet, HPos::Right, VPos::Top),
        ))?;

        let xs: Vec<f64> = self.days.iter().map(|day| day / time.days).collect();
        let outline = |lower: fn(&Band) -> f64, upper: fn(&Band) -> f64| -> Vec<(i32, i32)> {
            let along = xs.iter().zip(self.bands).map(|(x, b)| frame.at(*x, lower(b)));
            let back = xs.iter().zip(self.bands).rev().map(|(x, b)| frame.at(*x, upper(b)));
            along.chain(back).collect()
        };
        let fill = self.ink.stand_in();
        area.draw(&Polygon::new(outline(|b| b.lo95, |b| b.hi95), fill.mix(0.18).filled()))?;
        area.draw(&Polygon::new(outline(|b| b.lo50, |b| b.hi50), fill.mix(0.34).filled()))?;
        let median: Vec<_> =
            xs.iter().zip(self.bands).map(|(x, b)| frame.at(*x, b.median)).collect();
        area.draw(&PathElement::new(median, stroke(self.ink, 25)))?;

        area.draw(&PathElement::new(
            [(frame.x0(), frame.y0()), (frame.x1(), frame.y0())],
            stroke(Ink::Axis, 10),
        ))?;
        for session in self.sessions {
            let x = frame.x_at(session.day / time.days);
            let (top, base) = (frame.y0() - 9 * FINE, frame.y0());
            area.draw(&Polygon::new(
                [(x - 4 * FINE, top), (x + 4 * FINE, top), (x, base)],
                Ink::Session.stand_in().filled(),
            ))?;
        }
        Ok(())
    }

    /// Least and greatest value to show, with room, and with the value at rest inside.
    fn extent(&self) -> (f64, f64) {
        let (mut low, mut high) = extent(self.bands);
        if let Some(rest) = self.rest {
            low = low.min(rest);
            high = high.max(rest);
        }
        let room = ((high - low) * 0.06).max(1e-3 * high.abs()).max(1e-6);
        // Room for the session marks below, none above the highest tick.
        (low - 2.0 * room, high + room)
    }
}

/// Least and greatest value of the wider bands.
pub(crate) fn extent(bands: &[Band]) -> (f64, f64) {
    let low = bands.iter().map(|b| b.lo95).fold(f64::INFINITY, f64::min);
    let high = bands.iter().map(|b| b.hi95).fold(f64::NEG_INFINITY, f64::max);
    if low.is_finite() && high.is_finite() { (low, high) } else { (0.0, 1.0) }
}

/// Where values lie on a drawing.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) x: (f64, f64),
    pub(crate) y: (f64, f64),
    pub(crate) left: i32,
    pub(crate) right: i32,
    pub(crate) top: i32,
    pub(crate) bottom: i32,
    pub(crate) size: (i32, i32),
}

impl Frame {
    pub(crate) fn x0(&self) -> i32 {
        self.left * FINE
    }

    pub(crate) fn x1(&self) -> i32 {
        (self.size.0 - self.right) * FINE
    }

    /// Lower edge.
    pub(crate) fn y0(&self) -> i32 {
        (self.size.1 - self.bottom) * FINE
    }

    /// Upper edge.
    pub(crate) fn y1(&self) -> i32 {
        self.top * FINE
    }

    pub(crate) fn x_at(&self, x: f64) -> i32 {
        between(self.x0(), self.x1(), (x - self.x.0) / (self.x.1 - self.x.0))
    }

    pub(crate) fn y_at(&self, y: f64) -> i32 {
        between(self.y0(), self.y1(), (y - self.y.0) / (self.y.1 - self.y.0))
    }

    pub(crate) fn at(&self, x: f64, y: f64) -> (i32, i32) {
        (self.x_at(x), self.y_at(y))
    }
}

fn between(from: i32, to: i32, share: f64) -> i32 {
    let share = if share.is_finite() { share.clamp(-0.2, 1.2) } else { 0.0 };
    from + (f64::from(to - from) * share).round() as i32
}
