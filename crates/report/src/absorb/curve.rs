//! How the level where a product acts rises and falls, through needled and through intact skin.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use needlepoint_absorption::uptake::TOLD_HOURS;
use needlepoint_course::{
    absorb::{ProductAbsorption, ZoneAbsorption},
    result::Band,
};

use super::axes::{Decades, Plot, power, text};
use crate::{art::Art, numbers::two_digits};

const PLOT: Plot = Plot { left: 70.0, top: 34.0, width: 580.0, height: 360.0 };
const RIGHT: f64 = 150.0;
const BELOW: f64 = 56.0;
const DAY_H: f64 = 24.0;
/// Decades shown at most.
const MOST: i32 = 7;

pub(super) fn curve(zone: &ZoneAbsorption, product: &ProductAbsorption) -> Art {
    let needled = &product.punctured.level_at_target_ug_per_ml;
    let intact = &product.intact.level_at_target_ug_per_ml;
    let both = || needled.iter().chain(intact);
    let highest = both().map(|band| band.hi95).fold(0.0, f64::max);
    let lowest =
        both().map(|band| band.median).filter(|level| *level > 0.0).fold(highest, f64::min);
    let axis = Decades::holding(lowest, highest, MOST);
    let body = html! {
        (grid(axis))
        (fan(intact, axis, "var(--seen)"))
        (fan(needled, axis, "var(--tissue)"))
        (labels(needled, intact, axis))
    };
    let at_day = |bands: &[Band]| bands.last().map_or(0.0, |band| band.median);
    Art {
        width: PLOT.left + PLOT.width + RIGHT,
        height: PLOT.top + PLOT.height + BELOW,
        title: format!("{}, {}: level {}", product.label, zone.label.to_lowercase(), product.place),
        facts: format!(
            "Lines: median. Bands: half and 95 of 100 people. {}.",
            if product.daily {
                "Hours after the third daily use, the first on the day of the session".to_owned()
            } else {
                format!(
                    "Put on {}, {} h on the skin",
                    product.when,
                    two_digits(product.contact_hours.median)
                )
            }
        ),
        desc: format!(
            "Level of {} {} over a day. After 24 hours it is {} micrograms per millilitre through needled skin and {} through intact skin in the median.",
            product.active_label,
            product.place,
            two_digits(at_day(needled)),
            two_digits(at_day(intact)),
        ),
        body: body.into_string(),
    }
}

fn grid(axis: Decades) -> Markup {
    let (end, base) = (PLOT.x(1.0), PLOT.y(0.0));
    html! {
        (text(0.0, 14.0, "start", "var(--ink-2)", "µg/mL"))
        @for exponent in axis.ticks() {
            @let y = PLOT.y(axis.place(10f64.powi(exponent)));
            line x1=(PLOT.left) x2=(end) y1=(y) y2=(y) stroke="var(--grid)" {}
            (text(PLOT.left - 8.0, y + 5.0, "end", "var(--ink-2)", &power(exponent)))
        }
        @for hours in [0.0, 2.0, 4.0, 6.0, 12.0, 18.0, 24.0] {
            @let x = PLOT.x(hours / DAY_H);
            line x1=(x) x2=(x) y1=(base) y2=(base + 5.0) stroke="var(--axis)" {}
            (text(x, base + 22.0, "middle", "var(--ink-2)", &format!("{hours}")))
        }
        line x1=(PLOT.left) x2=(end) y1=(base) y2=(base) stroke="var(--axis)" {}
        (text(end, base + 44.0, "end", "var(--ink-2)", "hours after it was put on"))
    }
}

fn fan(bands: &[Band], axis: Decades, ink: &str) -> Markup {
    let at = |hours: f64, level: f64| (PLOT.x(hours / DAY_H), PLOT.y(axis.place(level)));
    let outline = |lower: fn(&Band) -> f64, upper: fn(&Band) -> f64| {
        let along = TOLD_HOURS.iter().zip(bands).map(|(hours, band)| at(*hours, upper(band)));
        let back = TOLD_HOURS.iter().zip(bands).rev().map(|(hours, band)| at(*hours, lower(band)));
        path(along.chain(back)) + "z"
    };
    let median = path(TOLD_HOURS.iter().zip(bands).map(|(hours, band)| at(*hours, band.median)));
    html! {
        path d=(outline(|b| b.lo95, |b| b.hi95)) fill=(ink) fill-opacity="0.14" {}
        path d=(outline(|b| b.lo50, |b| b.hi50)) fill=(ink) fill-opacity="0.24" {}
        path d=(median) fill="none" stroke=(ink) stroke-width="2.5" stroke-linejoin="round" {}
        @for (hours, band) in TOLD_HOURS.iter().zip(bands) {
            @let (x, y) = at(*hours, band.median);
            circle cx=(x) cy=(y) r="3" fill=(ink) {}
        }
    }
}

/// A line through points.
pub(super) fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut out = String::new();
    for (nth, (x, y)) in points.enumerate() {
        let _ = write!(out, "{}{x} {y}", if nth == 0 { 'M' } else { 'L' });
    }
    out
}

/// Names at the ends of the lines, apart from each other.
fn labels(needled: &[Band], intact: &[Band], axis: Decades) -> Markup {
    const LINE: f64 = 20.0;
    let end =
        |bands: &[Band]| PLOT.y(axis.place(bands.last().map_or(0.0, |band| band.median))) + 5.0;
    let (mut upper, mut lower) = (end(needled), end(intact));
    if (lower - upper).abs() < LINE {
        let middle = 0.5 * (upper + lower);
        (upper, lower) = (middle - 0.5 * LINE, middle + 0.5 * LINE);
    }
    let x = PLOT.left + PLOT.width + 10.0;
    html! {
        (PreEscaped(format!("<text x=\"{x}\" y=\"{upper:.1}\" font-size=\"14\" font-weight=\"bold\" fill=\"var(--tissue)\">needled skin</text>")))
        (PreEscaped(format!("<text x=\"{x}\" y=\"{lower:.1}\" font-size=\"14\" font-weight=\"bold\" fill=\"var(--seen)\">intact skin</text>")))
    }
}
