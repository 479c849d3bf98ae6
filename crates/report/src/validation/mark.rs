//! What is drawn of one measurement. Everything is placed in per cent of the width, so that a plot is
//! sharp and its marks round at any size.

use maud::{Markup, PreEscaped, html};

use super::{
    axis::{Axis, error_span},
    row::{Row, Said},
};

/// The marks, to be used by name: colour is never the only thing that tells them apart.
pub(super) fn definitions() -> Markup {
    html! {
        svg.offstage width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                (PreEscaped(
                    "<circle id=\"v-in\" r=\"5\"/>\
                     <path id=\"v-out\" d=\"M0-7.2L7.2 0L0 7.2L-7.2 0Z\"/>\
                     <g id=\"v-left\"><path d=\"M0-8.5V8.5M0 0H-18M-12.5-4L-18 0L-12.5 4\"/></g>\
                     <g id=\"v-right\"><path d=\"M0-8.5V8.5M0 0H18M12.5-4L18 0L12.5 4\"/></g>"
                ))
            }
        }
    }
}

/// The plot of one row.
pub(super) fn plot(row: &Row<'_>, axis: &Axis) -> Markup {
    let at = |value: f64| format!("{}%", axis.at(value));
    let scored = row.scored;
    let width = axis.at(scored.hi95) - axis.at(scored.lo95);
    html! {
        svg.v-plot aria-hidden="true" focusable="false" {
            @for tick in &axis.ticks { line.v-grid x1=(at(*tick)) x2=(at(*tick)) y1="0" y2="100%" {} }
            @if let Some(same) = axis.same { line.v-same x1=(at(same)) x2=(at(same)) y1="0" y2="100%" {} }
            rect.v-band x=(at(scored.lo95)) y="50%" width={ (round(width)) "%" } height="12" rx="3" {}
            rect.v-mean x=(at(scored.predicted)) y="50%" width="3" height="18" {}
            (found(row, axis))
        }
    }
}

fn found(row: &Row<'_>, axis: &Axis) -> Markup {
    let same = axis.same.unwrap_or(0.0);
    let (value, arrow, hollow) = match row.said() {
        Said::Value(value, _) => (value, None, false),
        Said::AtMost(bound) => (bound, Some("#v-left"), false),
        Said::AtLeast(bound) => (bound, Some("#v-right"), false),
        Said::More => (same, Some("#v-right"), true),
        Said::Less => (same, Some("#v-left"), true),
        Said::Same => (same, None, true),
    };
    let x = format!("{}%", axis.at(value));
    let class = if row.scored.inside { "v-in" } else { "v-out" };
    html! {
        @if let Said::Value(value, Some(se)) = row.said() {
            @let (low, high) = error_span(value, se);
            line.v-error x1={ (axis.at(low)) "%" } x2={ (axis.at(high)) "%" } y1="50%" y2="50%" {}
        }
        @if let Some(arrow) = arrow { use class={ "v-arrow " (class) } href=(arrow) x=(x) y="50%" {} }
        use class={ "v-mark " (class) @if hollow { " v-hollow" } } href={ "#" (class) } x=(x) y="50%" {}
    }
}

/// The same mark beside words.
pub(super) fn key(inside: bool) -> Markup {
    let class = if inside { "v-in" } else { "v-out" };
    html! {
        svg.v-key width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" focusable="false" {
            use class={ "v-mark " (class) } href={ "#" (class) } {}
        }
    }
}

/// Whether it lies inside, and how far off.
pub(super) fn verdict(row: &Row<'_>) -> Markup {
    let inside = row.scored.inside;
    html! {
        span class=(if inside { "v-verdict" } else { "v-verdict v-missed" }) {
            (key(inside)) (if inside { "inside" } else { "outside" })
        }
        small { (row.distance()) }
    }
}

fn round(percent: f64) -> f64 {
    (100.0 * percent).round() / 100.0
}
