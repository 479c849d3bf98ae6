//! Where the active is: the cell around a channel at two times, cut open and to scale.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_absorption::{cell::Grid, uptake::TOLD_HOURS};
use needlepoint_course::{
    absorb::{ProductAbsorption, Typical, ZoneAbsorption},
    result::DrawnLayer,
};

use super::axes::{Decades, Plot, power, text};
use crate::{
    art::Art,
    numbers::{number, two_digits},
    section::r1,
};

/// Hours shown.
const SHOWN: [f64; 2] = [1.0, 24.0];
/// Largest size of a panel.
const PANEL: (f64, f64) = (330.0, 620.0);
/// Widest skin shown on each side of the channel, um: farther away it is intact skin.
const WIDEST_UM: f64 = 600.0;
const GAP: f64 = 26.0;
const TOP: f64 = 34.0;
const LEFT: f64 = 62.0;
/// Room for the names of layers.
const NAMES: f64 = 210.0;
/// Room for the scale of colours.
const LEGEND: f64 = 96.0;
/// Colours there are.
const COLOURS: i32 = 10;
/// Colours in a power of ten.
const PER_DECADE: i32 = 2;
/// Height of the strips the map is made of, and the step along them.
const STRIP: f64 = 1.5;
const STEP: f64 = 0.75;
/// Least distance of two names.
const LINE: f64 = 18.0;

pub(super) fn map(zone: &ZoneAbsorption, product: &ProductAbsorption) -> Art {
    let typical = &product.typical;
    let grid = &typical.solution.grid;
    let deepest_um = grid.depths_um.last().copied().unwrap_or(1.0);
    let shown_um = grid.radii_um.last().copied().unwrap_or(1.0).min(WIDEST_UM);
    let per_um = (PANEL.0 / (2.0 * shown_um)).min(PANEL.1 / deepest_um);
    let (width, height) = (2.0 * shown_um * per_um, deepest_um * per_um);
    let fields: Vec<(f64, f64, &[f64])> = SHOWN
        .iter()
        .filter_map(|hours| {
            let at = TOLD_HOURS.iter().position(|told| told == hours)?;
            let snapshot = typical.solution.snapshots.get(typical.first + at)?;
            let open = typical.open_area.get(at).copied().unwrap_or(0.0);
            Some((*hours, open, snapshot.concentration.as_slice()))
        })
        .collect();
    let highest = fields
        .iter()
        .flat_map(|(_, _, field)| field.iter())
        .fold(0.0_f64, |most, value| most.max(*value))
        * typical.strength_ug_per_ml;
    let top = Decades::holding(highest, highest, 1).high;
    let field = Field { grid, layers: &zone.layers, strength: typical.strength_ug_per_ml, top };
    let mut body = String::new();
    for (nth, (hours, open, values)) in fields.iter().enumerate() {
        let left = LEFT + nth as f64 * (width + GAP);
        let panel = Plot { left, top: TOP, width, height };
        body.push_str(&field.paint(values, panel, per_um));
        body.push_str(&frame(*hours, panel, &zone.layers, per_um).into_string());
        body.push_str(&channel(typical, *open, panel, per_um).into_string());
    }
    let end = LEFT + 2.0 * width + GAP;
    body.push_str(&depths(deepest_um, per_um).into_string());
    body.push_str(&names(&zone.layers, end, per_um, height).into_string());
    body.push_str(&legend(top, end + NAMES, height).into_string());
    body.push_str(&bar(LEFT, TOP + height + 22.0, per_um).into_string());
    Art {
        width: end + NAMES + LEGEND,
        height: TOP + height + 60.0,
        title: format!("{}, {}: where it is", product.label, zone.label.to_lowercase()),
        facts: format!(
            "Typical person, one of {} channels per cm². Colour: concentration in the tissue, {}.",
            number(typical.channels.per_cm2, 1.0),
            if product.daily { "after the third daily use" } else { "after it was put on" },
        ),
        desc: format!(
            "Two sections through the skin around a channel of {} micrometres, 1 and 24 hours after the product was put on. \
             Among the basal cells are {} and {} micrograms per millilitre, in the papillary dermis {} and {}.",
            number(typical.channels.length_um, 1.0),
            two_digits(at_hour(typical, SHOWN[0], |a| a.0)),
            two_digits(at_hour(typical, SHOWN[1], |a| a.0)),
            two_digits(at_hour(typical, SHOWN[0], |a| a.1)),
            two_digits(at_hour(typical, SHOWN[1], |a| a.1)),
        ),
        body,
    }
}

/// Levels among the basal cells and in the papillary dermis.
fn at_hour(typical: &Typical, hours: f64, read: fn((f64, f64)) -> f64) -> f64 {
    let told = typical.punctured.told.iter().find(|told| told.hours == hours);
    told.map_or(0.0, |told| read((told.basal_ug_per_ml, told.papillary_ug_per_ml)))
}

/// Concentrations over the cell.
struct Field<'a> {
    grid: &'a Grid,
    layers: &'a [DrawnLayer],
    strength: f64,
    /// Exponent of the highest.
    top: i32,
}

impl Field<'_> {
    /// Strips of colour, the left half the mirror of the right.
    fn paint(&self, values: &[f64], panel: Plot, per_um: f64) -> String {
        let columns = self.grid.columns();
        let middles = |faces: &[f64]| -> Vec<f64> {
            faces.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect()
        };
        let (rows, rings) = (middles(&self.grid.depths_um), middles(&self.grid.radii_um));
        let mut paths = vec![String::new(); COLOURS as usize];
        let strips = (panel.height / STRIP).ceil() as usize;
        let steps = (0.5 * panel.width / STEP).ceil() as usize;
        for strip in 0..strips {
            let y = strip as f64 * STRIP;
            let tall = STRIP.min(panel.height - y);
            let (above, below, share) = self.rows_around((y + 0.5 * tall) / per_um, &rows);
            let row: Vec<f64> = (0..columns)
                .map(|ring| {
                    between(values[above * columns + ring], values[below * columns + ring], share)
                })
                .collect();
            let class =
                |step: usize| self.class(along(&rings, &row, (step as f64 + 0.5) * STEP / per_um));
            let mut from = 0;
            while from < steps {
                let colour = class(from);
                let to = (from + 1..steps).find(|step| class(*step) != colour).unwrap_or(steps);
                if let Some(colour) = colour {
                    let (near, far) =
                        (from as f64 * STEP, (to as f64 * STEP).min(0.5 * panel.width));
                    let middle = panel.left + 0.5 * panel.width;
                    // The innermost strip runs through the axis.
                    let sides = if from == 0 {
                        vec![(middle - far, 2.0 * far)]
                    } else {
                        vec![(middle - far, far - near), (middle + near, far - near)]
                    };
                    for (x, wide) in sides {
                        let _ = write!(
                            paths[colour],
                            "M{:.2} {:.1}h{wide:.2}v{tall:.1}h-{wide:.2}z",
                            x,
                            panel.top + y
                        );
                    }
                }
                from = to;
            }
        }
        let mut out = format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"var(--none)\"/><g shape-rendering=\"crispEdges\">",
            panel.left, panel.top, panel.width, panel.height
        );
        for (colour, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let _ = write!(out, "<path d=\"{path}\" fill=\"var(--level-{colour})\"/>");
        }
        out.push_str("</g>");
        out
    }

    /// The rows between whose middles a depth lies, and how far it is to the second; both in the same
    /// layer, because what layers hold jumps from one to the next.
    fn rows_around(&self, depth_um: f64, rows: &[f64]) -> (usize, usize, f64) {
        let layer = |um: f64| self.layers.iter().rposition(|layer| layer.top_um <= um);
        let last = rows.len().saturating_sub(1);
        let below = rows.partition_point(|middle| *middle < depth_um).min(last);
        let above = below.saturating_sub(1);
        if layer(rows[above]) != layer(rows[below]) || above == below {
            let own = if layer(rows[above]) == layer(depth_um) { above } else { below };
            return (own, own, 0.0);
        }
        let share = (depth_um - rows[above]) / (rows[below] - rows[above]);
        (above, below, share.clamp(0.0, 1.0))
    }

    /// Colour of a concentration relative to the product's; none if it is too low for the scale.
    fn class(&self, value: f64) -> Option<usize> {
        let value = value * self.strength;
        if value <= 0.0 {
            return None;
        }
        let steps = (f64::from(PER_DECADE) * (f64::from(self.top) - value.log10())).floor();
        let class = COLOURS - 1 - (steps.max(0.0) as i32).min(COLOURS);
        usize::try_from(class).ok()
    }
}

/// Between two values, on a straight line of their logarithms where both have one.
fn between(a: f64, b: f64, share: f64) -> f64 {
    if a > 0.0 && b > 0.0 { a * (b / a).powf(share) } else { a + (b - a) * share }
}

/// Along a row.
fn along(rings: &[f64], row: &[f64], radius_um: f64) -> f64 {
    let last = rings.len().saturating_sub(1);
    let outer = rings.partition_point(|middle| *middle < radius_um).min(last);
    let inner = outer.saturating_sub(1);
    if inner == outer {
        return row[outer];
    }
    let share = ((radius_um - rings[inner]) / (rings[outer] - rings[inner])).clamp(0.0, 1.0);
    between(row[inner], row[outer], share)
}

/// Frame, time and borders of layers.
fn frame(hours: f64, panel: Plot, layers: &[DrawnLayer], per_um: f64) -> Markup {
    html! {
        @for layer in layers.iter().skip(1) {
            @let y = r1(panel.top + layer.top_um * per_um);
            line x1=(r1(panel.left)) x2=(r1(panel.left + panel.width)) y1=(y) y2=(y) stroke="var(--ink)" stroke-width="0.8" stroke-dasharray="5 4" opacity="0.7" {}
        }
        rect x=(r1(panel.left)) y=(r1(panel.top)) width=(r1(panel.width)) height=(r1(panel.height)) fill="none" stroke="var(--axis)" {}
        text x=(r1(panel.left + 0.5 * panel.width)) y=(r1(panel.top - 12.0)) text-anchor="middle" font-size="15" font-weight="bold" fill="var(--ink)" {
            (if hours == 1.0 { "1 hour".to_owned() } else { format!("{hours} hours") })
        }
    }
}

/// The channel as left by the needle, dashed, and what is still open of it.
fn channel(typical: &Typical, open: f64, panel: Plot, per_um: f64) -> Markup {
    let middle = panel.left + 0.5 * panel.width;
    let half = typical.channels.mouth_radius_um * per_um;
    let deep = panel.top + typical.channels.length_um * per_um;
    let cone = |half: f64| {
        format!(
            "M{:.2} {:.1}L{middle:.2} {deep:.1}L{:.2} {:.1}",
            middle - half,
            panel.top,
            middle + half,
            panel.top
        )
    };
    html! {
        @for (edge, wide) in [("var(--wall)", "2.6"), ("var(--wall-edge)", "1")] {
            path d=(cone(half)) fill="none" stroke=(edge) stroke-width=(wide) stroke-dasharray="4 3" stroke-linejoin="round" {}
        }
        @if open > 0.0 {
            @for (edge, wide) in [("var(--wall)", "3"), ("var(--wall-edge)", "1.3")] {
                path d=(cone(half * open.sqrt())) fill="none" stroke=(edge) stroke-width=(wide) stroke-linejoin="round" {}
            }
        }
    }
}

/// Depth along the left edge.
fn depths(deepest_um: f64, per_um: f64) -> Markup {
    let step = if deepest_um > 1200.0 { 500.0 } else { 200.0 };
    let marks = (deepest_um / step) as u32;
    html! {
        @for mark in 0..=marks {
            @let um = f64::from(mark) * step;
            @let y = TOP + um * per_um;
            line x1=(LEFT - 6.0) x2=(LEFT) y1=(r1(y)) y2=(r1(y)) stroke="var(--axis)" {}
            (text(LEFT - 10.0, y + 5.0, "end", "var(--ink-2)", &if mark == 0 { "0 mm".to_owned() } else { two_digits(um / 1000.0) }))
        }
    }
}

/// Names of layers with their thickness on the right.
fn names(layers: &[DrawnLayer], end: f64, per_um: f64, height: f64) -> Markup {
    let middles: Vec<f64> =
        layers.iter().map(|layer| TOP + 0.5 * (layer.top_um + layer.bottom_um) * per_um).collect();
    let places = spread(&middles, TOP + height);
    html! {
        @for ((layer, at), y) in layers.iter().zip(&middles).zip(&places) {
            path d={ "M" (r1(end)) " " (r1(*at)) "h5L" (r1(end + 15.0)) " " (r1(*y)) "h5" } fill="none" stroke="var(--axis)" {}
            (text(end + 24.0, y + 4.5, "start", "var(--ink)", &layer.name))
        }
    }
}

/// Places apart from each other by a line, in order, none below `lowest`.
fn spread(places: &[f64], lowest: f64) -> Vec<f64> {
    let mut free = f64::NEG_INFINITY;
    let mut told: Vec<f64> = places
        .iter()
        .map(|place| {
            let place = place.max(free);
            free = place + LINE;
            place
        })
        .collect();
    let mut limit = lowest;
    for place in told.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - LINE;
    }
    told
}

/// The scale of colours, highest on top.
fn legend(top: i32, x: f64, height: f64) -> Markup {
    let tall = (height / f64::from(COLOURS + 1)).min(24.0);
    html! {
        (text(x, TOP - 12.0, "start", "var(--ink-2)", "µg/mL"))
        @for class in 0..=COLOURS {
            @let y = TOP + f64::from(class) * tall;
            @let fill = if class == COLOURS { "var(--none)".to_owned() } else { format!("var(--level-{})", COLOURS - 1 - class) };
            rect x=(r1(x)) y=(r1(y)) width="22" height=(r1(tall)) fill=(fill) stroke="var(--card)" stroke-width="0.6" {}
            @if class % PER_DECADE == 0 {
                (text(x + 30.0, y + 5.0, "start", "var(--ink)", &power(top - class / PER_DECADE)))
            }
        }
        (text(x + 30.0, TOP + (f64::from(COLOURS) + 0.75) * tall + 5.0, "start", "var(--ink-2)", "less"))
    }
}

/// A bar of 200 micrometres, and what the lines mean.
fn bar(x: f64, y: f64, per_um: f64) -> Markup {
    let long = 200.0 * per_um;
    html! {
        path d={ "M" (r1(x)) " " (r1(y - 5.0)) "v10m0 -5h" (r1(long)) "m0 -5v10" } fill="none" stroke="var(--ink)" stroke-width="1.5" {}
        (text(x + long + 10.0, y + 5.0, "start", "var(--ink)", "0.2 mm, across and down"))
        (text(x, y + 30.0, "start", "var(--ink-2)", "Channel: dashed as the needle left it, solid what is still open. The left half mirrors the right."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_moved_apart() {
        let told = spread(&[10.0, 11.0, 90.0, 95.0], 96.0);
        assert!(told.windows(2).all(|pair| pair[1] - pair[0] >= LINE - 1e-9));
        assert!(told[3] <= 96.0);
    }

    #[test]
    fn values_between_follow_the_logarithm() {
        assert!((between(1.0, 100.0, 0.5) - 10.0).abs() < 1e-9);
        assert_eq!(between(0.0, 1.0, 0.25), 0.25);
        assert_eq!(along(&[5.0, 15.0], &[1.0, 100.0], 0.0), 1.0);
        assert!((along(&[5.0, 15.0], &[1.0, 100.0], 10.0) - 10.0).abs() < 1e-9);
        assert_eq!(along(&[5.0], &[3.0], 10.0), 3.0);
    }
}
