//! How deep: the mean concentration over depth at three times, in the typical person.

use maud::{Markup, html};
use needlepoint_absorption::{cell::Solution, uptake::TOLD_HOURS};
use needlepoint_course::{
    absorb::{ProductAbsorption, ZoneAbsorption},
    result::DrawnLayer,
};

use super::{
    axes::{Decades, Plot, power, text},
    curve::path,
};
use crate::{art::Art, numbers::two_digits, section::r1};

/// Hours shown, with the colour of each.
const SHOWN: [(f64, &str); 3] =
    [(1.0, "var(--tissue)"), (6.0, "var(--seen)"), (24.0, "var(--session)")];
const PLOT: Plot = Plot { left: 66.0, top: 50.0, width: 520.0, height: 500.0 };
const RIGHT: f64 = 214.0;
const BELOW: f64 = 62.0;
/// Decades shown.
const MOST: i32 = 6;
/// Least distance of two names.
const LINE: f64 = 18.0;

pub(super) fn profile(zone: &ZoneAbsorption, product: &ProductAbsorption) -> Art {
    let typical = &product.typical;
    let of = |solution: &Solution, hours: f64| -> Vec<(f64, f64)> {
        let at = TOLD_HOURS.iter().position(|told| *told == hours).unwrap_or(0);
        let snapshot = solution.snapshots.get(typical.first + at);
        snapshot.map_or(Vec::new(), |snapshot| {
            let rows = solution.depth_profile(&snapshot.concentration).into_iter();
            rows.map(|(depth, level)| (depth, level * typical.strength_ug_per_ml)).collect()
        })
    };
    let needled = SHOWN.map(|(hours, _)| of(&typical.solution, hours));
    let intact = SHOWN.map(|(hours, _)| of(&typical.intact_solution, hours));
    let highest =
        needled.iter().chain(&intact).flatten().map(|(_, level)| *level).fold(0.0, f64::max);
    let axis = Decades::holding(0.0, highest, MOST);
    let deepest_um = zone.layers.last().map_or(1.0, |layer| layer.bottom_um);
    let y = |um: f64| PLOT.y(1.0 - um / deepest_um);
    let line = |rows: &[(f64, f64)]| {
        // What lies below the scale is not drawn along its edge.
        let lowest = 10f64.powi(axis.low);
        let shown = rows.iter().filter(|(_, level)| *level >= lowest);
        path(shown.map(|(um, level)| (PLOT.x(axis.place(*level)), y(*um))))
    };
    let body = html! {
        (frame(axis, &zone.layers, deepest_um))
        @for ((_, ink), rows) in SHOWN.iter().zip(&intact) {
            path d=(line(rows)) fill="none" stroke=(ink) stroke-width="1.8" stroke-dasharray="5 4" {}
        }
        @for ((_, ink), rows) in SHOWN.iter().zip(&needled) {
            path d=(line(rows)) fill="none" stroke=(ink) stroke-width="2.6" stroke-linejoin="round" {}
        }
        (key())
    };
    let basal = |hours: f64| {
        let told = typical.punctured.told.iter().find(|told| told.hours == hours);
        two_digits(told.map_or(0.0, |told| told.dermis_ug_per_ml))
    };
    Art {
        width: PLOT.left + PLOT.width + RIGHT,
        height: PLOT.top + PLOT.height + BELOW,
        title: format!("{}, {}: how deep it goes", product.label, zone.label.to_lowercase()),
        facts: format!(
            "Typical person, mean over the skin at each depth. Channels of {} µm, {} per cm².",
            two_digits(typical.channels.length_um),
            two_digits(typical.channels.per_cm2)
        ),
        desc: format!(
            "Concentration over depth at 1, 6 and 24 hours through needled and intact skin. The mean in the dermis of needled skin is {}, {} and {} micrograms per millilitre.",
            basal(1.0),
            basal(6.0),
            basal(24.0)
        ),
        body: body.into_string(),
    }
}

fn frame(axis: Decades, layers: &[DrawnLayer], deepest_um: f64) -> Markup {
    let y = |um: f64| PLOT.y(1.0 - um / deepest_um);
    let (end, base) = (PLOT.x(1.0), PLOT.y(0.0));
    let step = if deepest_um > 1200.0 { 500.0 } else { 200.0 };
    let mut free = f64::NEG_INFINITY;
    html! {
        @for layer in layers {
            @let top = y(layer.top_um);
            @let at = (0.5 * (top + y(layer.bottom_um))).max(free);
            ({ free = at + LINE; "" })
            @if layer.top_um > 0.0 {
                line x1=(PLOT.left) x2=(end) y1=(top) y2=(top) stroke="var(--axis)" stroke-dasharray="3 4" {}
            }
            path d={ "M" (r1(end)) " " (r1(0.5 * (top + y(layer.bottom_um)))) "h4L" (r1(end + 12.0)) " " (r1(at)) "h4" } fill="none" stroke="var(--axis)" {}
            (text(end + 20.0, at + 5.0, "start", "var(--ink-2)", &layer.name))
        }
        @for exponent in axis.ticks() {
            @let x = PLOT.x(axis.place(10f64.powi(exponent)));
            line x1=(x) x2=(x) y1=(PLOT.top) y2=(base) stroke="var(--grid)" {}
            (text(x, base + 20.0, "middle", "var(--ink-2)", &power(exponent)))
        }
        @for mark in 0..=(deepest_um / step) as u32 {
            @let um = f64::from(mark) * step;
            line x1=(PLOT.left - 5.0) x2=(PLOT.left) y1=(y(um)) y2=(y(um)) stroke="var(--axis)" {}
            (text(PLOT.left - 9.0, y(um) + 5.0, "end", "var(--ink-2)", &if mark == 0 { "0 mm".to_owned() } else { two_digits(um / 1000.0) }))
        }
        rect x=(PLOT.left) y=(PLOT.top) width=(PLOT.width) height=(PLOT.height) fill="none" stroke="var(--axis)" {}
        (text(end, base + 44.0, "end", "var(--ink-2)", "µg/mL in the tissue"))
    }
}

/// What the lines are.
fn key() -> Markup {
    let mut x = PLOT.left;
    html! {
        @for (hours, ink) in SHOWN {
            line x1=(x) x2=(x + 26.0) y1="24" y2="24" stroke=(ink) stroke-width="2.6" {}
            (text(x + 32.0, 29.0, "start", "var(--ink)", &format!("{hours} h")))
            ({ x += 88.0; "" })
        }
        line x1=(x) x2=(x + 26.0) y1="24" y2="24" stroke="var(--ink-2)" stroke-width="1.8" stroke-dasharray="5 4" {}
        (text(x + 32.0, 29.0, "start", "var(--ink)", "the same through intact skin"))
    }
}
