//! Where: a map of the patch to scale, coloured by depth.

use std::{collections::BTreeMap, fmt::Write as _};

use maud::html;
use needlepoint_course::punctures::{Puncture, ZonePunctures};

use super::is_light;
use crate::{
    art::Art,
    numbers::{number, tick_step, ticks, two_digits},
    section::r1,
};

/// Side of the map.
const SIDE: f64 = 600.0;
/// Largest side of skin shown, mm: on a larger patch the holes could not be seen.
const WINDOW_MM: f64 = 10.0;
/// Where the legend begins.
const LEGEND: f64 = SIDE + 34.0;
const WIDTH: f64 = SIDE + 210.0;
const HEIGHT: f64 = SIDE + 44.0;
const UM_PER_MM: f64 = 1000.0;
/// Depths closer than this are not told apart, um.
const LEAST_RANGE_UM: f64 = 20.0;
/// Colours there are for depth.
const COLOURS: usize = 6;

pub(super) fn map(zone: &ZonePunctures) -> Art {
    let window_mm = zone.patch_side_mm.min(WINDOW_MM);
    let per_mm = SIDE / window_mm;
    let edge = 0.5 * (zone.patch_side_mm - window_mm);
    let holes: Vec<Puncture> = zone
        .punctures
        .iter()
        .map(|hole| Puncture { x_mm: hole.x_mm - edge, y_mm: hole.y_mm - edge, ..*hole })
        .filter(|hole| {
            (0.0..window_mm).contains(&hole.x_mm) && (0.0..window_mm).contains(&hole.y_mm)
        })
        .collect();
    let classes = Classes::of(&holes);
    let mut body = html! {
        rect width=(SIDE) height=(SIDE) rx="3" fill="var(--skin-map)" stroke="var(--axis)" {}
    }
    .into_string();
    // Deep ones last, so that they lie on top.
    for class in 0..classes.count() {
        let _ = write!(
            body,
            "<g fill=\"{0}\" stroke=\"{0}\" stroke-opacity=\"0.3\" stroke-width=\"2\">",
            classes.colour(class)
        );
        for hole in holes.iter().filter(|hole| classes.class_of(hole.depth_um) == class) {
            body.push_str(&mouth(hole, per_mm));
        }
        body.push_str("</g>");
    }
    body.push_str(&edges(window_mm, per_mm));
    body.push_str(&classes.legend());
    body.push_str(&rose(&zone.directions_deg));
    body.push_str(&widths(&holes, per_mm));
    let shown = if window_mm < zone.patch_side_mm { "the middle of a patch" } else { "a patch" };
    Art {
        width: WIDTH,
        height: HEIGHT,
        title: if is_light(zone) {
            format!("{}: where the spots lie", zone.label)
        } else {
            format!("{}: where the needles went in", zone.label)
        },
        facts: format!(
            "{} holes on {shown} of {1} by {1} mm; a session of {3} at {4} mm makes {2} per cm². To scale.",
            holes.len(),
            two_digits(zone.patch_side_mm),
            number(zone.typical.holes_per_cm2, 1.0),
            match zone.directions_deg.len() {
                1 => "1 pass".to_owned(),
                passes => format!("{passes} passes"),
            },
            zone.needle_length_mm,
        ),
        desc: format!(
            "Map of {} holes on {} by {} millimetres of skin, each dot as wide and long as the hole. Depths lie \
             between {} and {} micrometres; deeper holes have the colour further down the legend.",
            holes.len(),
            two_digits(window_mm),
            two_digits(window_mm),
            number(classes.bounds.first().copied().unwrap_or(0.0), 1.0),
            number(classes.bounds.last().copied().unwrap_or(0.0), 1.0),
        ),
        body,
    }
}

/// The mouth of a hole to scale, at `per_mm` units in a millimetre: a circle, or where it is torn an
/// ellipse along the way of the hand.
fn mouth(hole: &Puncture, per_mm: f64) -> String {
    let (x, y) = (r1(hole.x_mm * per_mm), r1(SIDE - hole.y_mm * per_mm));
    let [along, across] = [hole.mouth_length_um(), hole.mouth_diameter_um]
        .map(|axis_um| r2(0.5 * axis_um / UM_PER_MM * per_mm));
    if along <= across {
        return format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{across}\"/>");
    }
    let turn = r1(-f64::from(hole.direction_deg));
    format!(
        "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{along}\" ry=\"{across}\" transform=\"rotate({turn} {x} {y})\"/>"
    )
}

fn r2(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Depths in classes with round borders, each with its colour.
struct Classes {
    bounds: Vec<f64>,
}

impl Classes {
    fn of(holes: &[Puncture]) -> Self {
        let low = holes.iter().map(|hole| hole.depth_um).fold(f64::INFINITY, f64::min);
        let high = holes.iter().map(|hole| hole.depth_um).fold(0.0, f64::max);
        if holes.is_empty() {
            return Self { bounds: Vec::new() };
        }
        let fits = |count: usize| {
            // The spots of a laser are all as deep as each other.
            let marks = ticks(low, high.max(low + LEAST_RANGE_UM), count);
            let step = marks.windows(2).map(|pair| pair[1] - pair[0]).next().unwrap_or(high);
            let first = (low / step).floor();
            let count = ((high / step).floor() - first) as usize + 1;
            let bounds = (0..=count).map(|at| (first + at as f64) * step).collect::<Vec<_>>();
            (count <= COLOURS).then_some(bounds)
        };
        let bounds = (2..=COLOURS).rev().find_map(fits).unwrap_or_else(|| vec![0.0, high]);
        Self { bounds }
    }

    fn count(&self) -> usize {
        self.bounds.len().saturating_sub(1)
    }

    fn class_of(&self, depth_um: f64) -> usize {
        let above = self.bounds.partition_point(|bound| *bound <= depth_um);
        above.saturating_sub(1).min(self.count().saturating_sub(1))
    }

    /// Few classes take colours from the whole of the scale.
    fn colour(&self, class: usize) -> String {
        let last = (self.count().max(2) - 1) as f64;
        let colour = (class as f64 * (COLOURS - 1) as f64 / last).round();
        format!("var(--depth-{colour})")
    }

    fn legend(&self) -> String {
        const TOP: f64 = 30.0;
        const STEP: f64 = 26.0;
        html! {
            text x=(LEGEND) y="14" font-size="14" font-weight="bold" fill="var(--ink)" { "Depth, µm" }
            @for class in 0..self.count() {
                @let y = TOP + STEP * class as f64;
                rect x=(LEGEND) y=(y) width="26" height=(STEP) fill=(self.colour(class)) {}
            }
            @for (at, bound) in self.bounds.iter().enumerate() {
                @let y = TOP + STEP * at as f64;
                line x1=(LEGEND + 26.0) x2=(LEGEND + 32.0) y1=(y) y2=(y) stroke="var(--axis)" {}
                text x=(LEGEND + 38.0) y=(y + 5.0) font-size="14" fill="var(--ink)" { (number(*bound, tick_step(&self.bounds))) }
            }
        }
        .into_string()
    }
}

/// Ticks of a millimetre around the patch, and a scale bar below it.
fn edges(window_mm: f64, per_mm: f64) -> String {
    let mut path = String::new();
    for mm in 1..window_mm.ceil() as u32 {
        let at = r1(f64::from(mm) * per_mm);
        let _ = write!(path, "M{at} 0v5M{at} {SIDE}v-5M0 {at}h5M{SIDE} {at}h-5");
    }
    // A bar of one millimetre, or of a tenth on a small patch.
    let (bar_mm, words) = if window_mm >= 1.5 { (1.0, "1 mm") } else { (0.1, "0.1 mm") };
    let (bar, y) = (r1(bar_mm * per_mm), SIDE + 20.0);
    html! {
        path d=(path) fill="none" stroke="var(--axis)" {}
        path d={ "M0.5 " (y - 5.0) "v10m0 -5h" (bar) "m0 -5v10" } fill="none" stroke="var(--ink)" stroke-width="1.5" {}
        text x=(bar + 10.0) y=(y + 5.0) font-size="14" fill="var(--ink)" { (words) }
    }
    .into_string()
}

/// The directions of the passes, as arrows with the number of passes that go there.
fn rose(directions_deg: &[f64]) -> String {
    const TOP: f64 = 250.0;
    const RADIUS: f64 = 46.0;
    let mut passes: BTreeMap<i64, usize> = BTreeMap::new();
    for direction in directions_deg {
        *passes.entry(direction.round() as i64).or_default() += 1;
    }
    let centre = [LEGEND + 78.0, TOP + 92.0];
    let at = |degrees: i64, radius: f64, aside: f64| {
        let (sin, cos) = (degrees as f64).to_radians().sin_cos();
        let x = centre[0] + radius * cos - aside * sin;
        let y = centre[1] - radius * sin - aside * cos;
        format!("{} {}", r1(x), r1(y))
    };
    html! {
        text x=(LEGEND) y=(TOP) font-size="14" font-weight="bold" fill="var(--ink)" { "Passes and their way" }
        @for (&degrees, count) in &passes {
            path d={ "M" (at(degrees, -RADIUS, 0.0)) "L" (at(degrees, RADIUS, 0.0)) } fill="none" stroke="var(--ink-2)" stroke-width="1.5" {}
            path d={ "M" (at(degrees, RADIUS + 6.0, 0.0)) "L" (at(degrees, RADIUS - 4.0, 5.0)) "L" (at(degrees, RADIUS - 4.0, -5.0)) "Z" } fill="var(--ink-2)" {}
            @let (sin, cos) = (degrees as f64).to_radians().sin_cos();
            text x=(r1(centre[0] + (RADIUS + 22.0) * cos)) y=(r1(centre[1] - (RADIUS + 19.0) * sin + 5.0)) text-anchor="middle"
                font-size="14" fill="var(--ink)" { (count) "×" }
        }
    }
    .into_string()
}

/// How large the holes are, in words and enlarged.
fn widths(holes: &[Puncture], per_mm: f64) -> String {
    const TOP: f64 = 474.0;
    const TIMES: f64 = 4.0;
    if holes.is_empty() {
        return String::new();
    }
    let mean =
        |read: fn(&Puncture) -> f64| holes.iter().map(read).sum::<f64>() / holes.len() as f64;
    let (width_um, length_um) =
        (mean(|hole| hole.mouth_diameter_um), mean(Puncture::mouth_length_um));
    let half = |axis_um: f64| r1(0.5 * axis_um / UM_PER_MM * per_mm * TIMES);
    let (along, across) = (half(length_um), half(width_um));
    let torn = length_um - width_um >= 1.0;
    let (middle, beside) = (TOP + 16.0 + across.max(8.0), LEGEND + 2.0 * along + 10.0);
    html! {
        text x=(LEGEND) y=(TOP) font-size="14" font-weight="bold" fill="var(--ink)" { "A hole, 4 × enlarged" }
        ellipse cx=(r1(LEGEND + along)) cy=(r1(middle)) rx=(along) ry=(across) fill="var(--ink-2)" {}
        text x=(r1(beside)) y=(r1(middle + 5.0)) font-size="14" fill="var(--ink)" { (number(width_um, 1.0)) " µm wide" }
        @if torn {
            text x=(r1(beside)) y=(r1(middle + 25.0)) font-size="14" fill="var(--ink)" { (number(length_um, 1.0)) " µm long" }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests {
    use needlepoint_course::punctures::ChannelShape;

    use super::*;

    #[test]
    fn a_torn_mouth_is_drawn_along_the_way_of_the_hand_to_scale() {
        let round = Puncture {
            x_mm: 1.0,
            y_mm: 2.0,
            depth_um: 500.0,
            mouth_diameter_um: 100.0,
            tear_um: 0.0,
            direction_deg: 30.0,
            pass: 1,
            shape: ChannelShape::Cone,
        };
        assert_eq!(mouth(&round, 60.0), "<circle cx=\"60\" cy=\"480\" r=\"3\"/>");
        let torn = Puncture { tear_um: 100.0, ..round };
        let drawn = mouth(&torn, 60.0);
        assert!(drawn.starts_with("<ellipse cx=\"60\" cy=\"480\" rx=\"6\" ry=\"3\""), "{drawn}");
        // Up on the skin is down in the drawing.
        assert!(drawn.contains("rotate(-30 60 480)"), "{drawn}");
    }
}
