//! How deep the punctures go: a histogram that hangs from the surface, over the layers of the skin.

use maud::Markup;
use needlepoint_course::result::{Band, DepthBin, DrawnLayer};
use plotters::{
    element::{PathElement, Rectangle, Text},
    style::{
        Color as _,
        text_anchor::{HPos, VPos},
    },
};

use crate::{
    chart::{Drawn, FINE, Frame, Picture, stroke, text_style},
    colour::{Ink, layer_ink},
    numbers::{number, tick_step, ticks, two_digits},
};

const UM_PER_MM: f64 = 1000.0;

/// The histogram of depth.
pub(crate) struct DepthChart<'a> {
    /// Width and height.
    pub(crate) size: (i32, i32),
    /// Layers behind the bars.
    pub(crate) layers: &'a [DrawnLayer],
    /// Bars: the typical person.
    pub(crate) bars: &'a [DepthBin],
    /// For each bar the band over the ensemble, drawn as a whisker; may be empty.
    pub(crate) bands: &'a [Band],
    /// The mean depth over the ensemble, drawn beside the bars.
    pub(crate) mean_um: &'a Band,
    /// The needle length set, drawn as a line.
    pub(crate) set_um: Option<f64>,
}

impl DepthChart<'_> {
    /// Draw it; `id` is unique on the page, `desc` says what it shows.
    pub(crate) fn draw(&self, id: &str, desc: &str) -> Markup {
        let picture = Picture { id, title: "Depth of the punctures", desc, size: self.size };
        picture.draw(|area| self.paint(area))
    }

    fn paint(&self, area: &Area<'_>) -> Drawn {
        let deepest = self.deepest_um();
        // Shallow holes in micrometres, deep ones in millimetres.
        let (per_unit, unit) = if deepest < 400.0 { (1.0, "µm") } else { (UM_PER_MM, "mm") };
        let most = self.bars.iter().map(|bin| bin.holes_per_cm2).fold(1e-9, f64::max);
        let widest = self.bands.iter().map(|band| band.hi95).fold(most, f64::max);
        // Room on the right for the names of the layers; whiskers may reach into it.
        let across = if self.bands.is_empty() { 1.9 * most } else { 1.3 * widest };
        let frame = Frame {
            x: (0.0, across),
            y: (deepest / per_unit, 0.0),
            left: 44,
            right: 44,
            top: 30,
            bottom: 44,
            size: self.size,
        };
        layers_behind(area, &frame, self.layers, per_unit)?;
        let y_ticks = ticks(0.0, deepest / per_unit, 6);
        for tick in &y_ticks {
            let y = frame.y_at(*tick);
            area.draw(&PathElement::new(
                [(frame.x0() - 5 * FINE, y), (frame.x0(), y)],
                stroke(Ink::Axis, 10),
            ))?;
            area.draw(&Text::new(
                number(*tick, tick_step(&y_ticks)),
                (frame.x0() - 9 * FINE, y),
                text_style(Ink::Quiet, HPos::Right, VPos::Center),
            ))?;
        }
        area.draw(&Text::new(
            format!("depth, {unit}"),
            (0, 2 * FINE),
            text_style(Ink::Quiet, HPos::Left, VPos::Top),
        ))?;
        let x_ticks = ticks(0.0, widest, 4);
        for tick in &x_ticks {
            area.draw(&Text::new(
                number(*tick, tick_step(&x_ticks)),
                (frame.x_at(*tick), frame.y0() + 8 * FINE),
                text_style(Ink::Quiet, HPos::Center, VPos::Top),
            ))?;
        }
        area.draw(&Text::new(
            "holes per cm² ending at this depth",
            (frame.x1(), frame.y0() + 26 * FINE),
            text_style(Ink::Quiet, HPos::Right, VPos::Top),
        ))?;
        for bin in self.bars.iter().filter(|bin| bin.holes_per_cm2 > 0.0) {
            let top = frame.y_at(bin.from_um / per_unit) + FINE;
            let bottom = frame.y_at(bin.to_um / per_unit);
            area.draw(&Rectangle::new(
                [(frame.x0(), top), (frame.x_at(bin.holes_per_cm2), bottom)],
                Ink::Tissue.stand_in().filled(),
            ))?;
        }
        self.whiskers(area, &frame, per_unit)?;
        self.set_length(area, &frame, per_unit)?;
        layer_names(area, &frame, self.layers, per_unit)?;
        interval(area, &frame, self.mean_um, per_unit)?;
        area.draw(&PathElement::new(
            [(frame.x0(), frame.y1()), (frame.x0(), frame.y0())],
            stroke(Ink::Axis, 10),
        ))
    }

    /// Where the drawing ends, micrometres.
    fn deepest_um(&self) -> f64 {
        self.bars
            .iter()
            .filter(|bin| bin.holes_per_cm2 > 0.0)
            .map(|bin| bin.to_um * 1.08)
            .chain([self.mean_um.hi95 * 1.08, 160.0])
            .chain(self.set_um.map(|set| set * 1.08))
            .fold(0.0, f64::max)
    }

    /// The band of every bar over the ensemble.
    fn whiskers(&self, area: &Area<'_>, frame: &Frame, per_unit: f64) -> Drawn {
        for (bin, band) in self.bars.iter().zip(self.bands).filter(|(_, band)| band.hi95 > 0.0) {
            let y = frame.y_at(0.5 * (bin.from_um + bin.to_um) / per_unit);
            let (from, to) = (frame.x_at(band.lo95), frame.x_at(band.hi95));
            area.draw(&PathElement::new([(from, y), (to, y)], stroke(Ink::Quiet, 12)))?;
            area.draw(&PathElement::new(
                [(to, y - 3 * FINE), (to, y + 3 * FINE)],
                stroke(Ink::Quiet, 12),
            ))?;
        }
        Ok(())
    }

    fn set_length(&self, area: &Area<'_>, frame: &Frame, per_unit: f64) -> Drawn {
        let Some(set_um) = self.set_um else { return Ok(()) };
        let y = frame.y_at(set_um / per_unit);
        area.draw(&PathElement::new([(frame.x0(), y), (frame.x1(), y)], stroke(Ink::Session, 20)))?;
        area.draw(&Text::new(
            format!("needle as set, {}\u{a0}mm", two_digits(set_um / UM_PER_MM)),
            (i32::midpoint(frame.x0(), frame.x1()), y - 5 * FINE),
            text_style(Ink::Session, HPos::Center, VPos::Bottom),
        ))
    }
}

type Area<'a> =
    plotters::drawing::DrawingArea<plotters::prelude::SVGBackend<'a>, plotters::coord::Shift>;

/// Upper and lower edge of a layer; the lowest goes on to the end of the drawing.
fn span_of(frame: &Frame, layers: &[DrawnLayer], i: usize, per_unit: f64) -> (i32, i32) {
    let end = frame.y.0;
    let bottom = if i + 1 == layers.len() { end } else { layers[i].bottom_um / per_unit };
    (frame.y_at((layers[i].top_um / per_unit).min(end)), frame.y_at(bottom.min(end)))
}

fn layers_behind(area: &Area<'_>, frame: &Frame, layers: &[DrawnLayer], per_unit: f64) -> Drawn {
    for (i, layer) in layers.iter().enumerate() {
        let (top, bottom) = span_of(frame, layers, i, per_unit);
        if bottom > top {
            let fill = layer_ink(&layer.name, i).stand_in().filled();
            area.draw(&Rectangle::new([(frame.x0(), top), (frame.x1(), bottom)], fill))?;
            area.draw(&PathElement::new(
                [(frame.x0(), bottom), (frame.x1(), bottom)],
                stroke(Ink::Grid, 8),
            ))?;
        }
    }
    Ok(())
}

fn layer_names(area: &Area<'_>, frame: &Frame, layers: &[DrawnLayer], per_unit: f64) -> Drawn {
    for (i, layer) in layers.iter().enumerate() {
        let (top, bottom) = span_of(frame, layers, i, per_unit);
        if bottom - top >= 20 * FINE {
            area.draw(&Text::new(
                layer.name.clone(),
                (frame.x1() - 8 * FINE, bottom - 6 * FINE),
                text_style(Ink::Text, HPos::Right, VPos::Bottom),
            ))?;
        }
    }
    Ok(())
}

/// The mean depth over all members, beside the bars.
fn interval(area: &Area<'_>, frame: &Frame, depth: &Band, per_unit: f64) -> Drawn {
    let x = frame.x1() + 18 * FINE;
    let y = |um: f64| frame.y_at(um / per_unit);
    area.draw(&PathElement::new([(x, y(depth.lo95)), (x, y(depth.hi95))], stroke(Ink::Seen, 30)))?;
    area.draw(&PathElement::new([(x, y(depth.lo50)), (x, y(depth.hi50))], stroke(Ink::Seen, 90)))?;
    area.draw(&plotters::element::Circle::new(
        (x, y(depth.median)),
        8 * FINE,
        Ink::Seen.stand_in().filled(),
    ))
}
