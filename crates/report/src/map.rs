//! The needling: a map of the punctures to scale, how deep they go, and the numbers.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_course::result::{DrawnPuncture, ZoneCourse};
use svg::node::element as draw;

use crate::{
    depths::DepthChart,
    numbers::{Style, number, two_digits},
};

/// Units of the map in one millimetre.
pub(crate) const PER_MM: f64 = 100.0;

pub(crate) const UM_PER_MM: f64 = 1000.0;

/// The section for one zone; `tag` makes identifiers unique.
pub(crate) fn needling(zone: &ZoneCourse, tag: &str) -> Markup {
    html! {
        div.pair {
            figure {
                figcaption {
                    strong { "Where the needles went in" }
                    span { (map_words(zone)) }
                }
                (map(zone, &format!("{tag}-map")))
                (passes_legend(zone))
            }
            figure {
                figcaption {
                    strong { "How deep they went" }
                    span { "Bars: the typical person. Interval on the right: the mean depth over all, half and 95 of 100." }
                }
                (depths(zone, &format!("{tag}-depth")))
                details { summary { "The same as a table" } (depth_table(zone)) }
            }
        }
        (numbers_table(zone))
    }
}

pub(crate) fn map_words(zone: &ZoneCourse) -> String {
    let side =
        number(zone.patch_side_mm, if zone.patch_side_mm.fract() == 0.0 { 1.0 } else { 0.1 });
    format!(
        "{} holes on a patch of {side} by {side} mm, drawn to scale: each dot is as wide as the hole.",
        zone.punctures.len()
    )
}

fn map(zone: &ZoneCourse, id: &str) -> Markup {
    let side = zone.patch_side_mm * PER_MM;
    let mut body = String::new();
    let ground = draw::Rectangle::new()
        .set("x", 0)
        .set("y", 0)
        .set("width", side)
        .set("height", side)
        .set("rx", 6)
        .set("fill", "var(--skin-map)")
        .set("stroke", "var(--axis)")
        .set("stroke-width", 2);
    let _ = write!(body, "{ground}");
    for pass in 1..=passes(zone) {
        // The stroke is the faint ring without which the smallest holes would not be seen.
        let mut group = draw::Group::new()
            .set("fill", "var(--hole)")
            .set("fill-opacity", round2(shade(pass, passes(zone))))
            .set("stroke", "var(--hole)")
            .set("stroke-opacity", 0.22)
            .set("stroke-width", 7);
        for hole in zone.punctures.iter().filter(|hole| hole.pass == pass) {
            group = group.add(mouth(hole, [0.0, side], PER_MM));
        }
        let _ = write!(body, "{group}");
    }
    // A scale bar of one millimetre below the patch.
    let bar = draw::Path::new()
        .set("d", format!("M4 {0}v18m0 -9h{PER_MM}m0 -9v18", side + 20.0))
        .set("fill", "none")
        .set("stroke", "var(--ink)")
        .set("stroke-width", 4);
    let label = draw::Text::new("1 mm")
        .set("x", PER_MM + 22.0)
        .set("y", side + 40.0)
        .set("font-size", 32)
        .set("fill", "var(--ink)");
    let _ = write!(body, "{bar}{label}");
    let height = side + 52.0;
    html! {
        svg.drawing role="img" viewBox={ "-4 -4 " (number(side + 8.0, 1.0).replace('\u{202f}', "")) " " (number(height + 8.0, 1.0).replace('\u{202f}', "")) }
            aria-labelledby={ (id) "-t " (id) "-d" } {
            title id={ (id) "-t" } { "Map of the punctures" }
            desc id={ (id) "-d" } { (map_words(zone)) " Later passes are darker." }
            (maud::PreEscaped(body))
        }
    }
}

/// The mouth of a hole to scale, at `per_mm` units in a millimetre; `origin` is where the lower left
/// corner of the patch lies.
fn mouth(hole: &DrawnPuncture, [left, bottom]: [f64; 2], per_mm: f64) -> draw::Circle {
    draw::Circle::new()
        .set("cx", round1(left + hole.x_mm * per_mm))
        .set("cy", round1(bottom - hole.y_mm * per_mm))
        .set("r", round1(0.5 * hole.mouth_um / UM_PER_MM * per_mm))
}

pub(crate) fn passes(zone: &ZoneCourse) -> u32 {
    zone.punctures.iter().map(|hole| hole.pass).max().unwrap_or(1).max(1)
}

pub(crate) fn shade(pass: u32, of: u32) -> f64 {
    if of < 2 { 0.9 } else { 0.35 + 0.65 * f64::from(pass - 1) / f64::from(of - 1) }
}

fn round1(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn round2(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

pub(crate) fn passes_legend(zone: &ZoneCourse) -> Markup {
    let of = passes(zone);
    html! {
        @if of > 1 {
            p.legend {
                span { "Pass" }
                // Of many passes, the ends and the middle.
                @for pass in (1..=of).filter(|pass| of <= 6 || [1, of.div_ceil(2), of].contains(pass)) {
                    span.key {
                        svg.dot viewBox="0 0 2 2" aria-hidden="true" focusable="false" {
                            circle cx="1" cy="1" r="1" fill="var(--hole)" fill-opacity=(round2(shade(pass, of))) {}
                        }
                        (pass)
                    }
                }
            }
        }
    }
}

pub(crate) fn depths(zone: &ZoneCourse, id: &str) -> Markup {
    let style = Style::plain("µm");
    let desc = format!(
        "Mean depth typically {}, 95 of 100 people {}; in the typical person 90 of 100 holes end between {} and {}.",
        style.typical(&zone.depth_um),
        style.band95(&zone.depth_um),
        style.value(zone.summary.injury.depth.p05_um, 10.0),
        style.value(zone.summary.injury.depth.p95_um, 10.0),
    );
    DepthChart {
        size: (460, 470),
        layers: &zone.layers,
        bars: &zone.summary.depth_histogram,
        bands: &[],
        mean_um: &zone.depth_um,
        set_um: None,
    }
    .draw(id, &desc)
}

fn depth_table(zone: &ZoneCourse) -> Markup {
    html! {
        table.data {
            thead { tr { th scope="col" { "Depth, µm" } th scope="col" { "Holes per cm²" } } }
            tbody {
                @for bin in zone.summary.depth_histogram.iter().filter(|bin| bin.holes_per_cm2 > 0.0) {
                    tr {
                        th scope="row" { (number(bin.from_um, 1.0)) "\u{2013}" (number(bin.to_um, 1.0)) }
                        td { (number(bin.holes_per_cm2, 1.0)) }
                    }
                }
            }
        }
    }
}

pub(crate) fn numbers_table(zone: &ZoneCourse) -> Markup {
    let injury = &zone.summary.injury;
    let holes = Style::plain("per cm²");
    let depth = Style::plain("µm");
    html! {
        table.data.stack {
            caption { "One session in numbers: the typical person, and the band that holds 95 of 100." }
            thead { tr { th scope="col" { "What" } th scope="col" { "Typically" } th scope="col" { "95 of 100 people" } } }
            tbody {
                (row("Needle length set", &format!("{}\u{202f}mm, {} {}", two_digits(zone.needle_length_mm), zone.passes, if zone.passes == 1 { "pass" } else { "passes" }), "as in the case"))
                (row("Holes in a session", &holes.typical(&zone.holes_per_cm2), &holes.band95(&zone.holes_per_cm2)))
                (row("Mean depth reached", &depth.typical(&zone.depth_um), &depth.band95(&zone.depth_um)))
                (row("90 of 100 holes end between", &format!("{} and {}", number(injury.depth.p05_um, 10.0), depth.value(injury.depth.p95_um, 10.0)), "within the typical person"))
                @for (layer, band) in &zone.injured_percent {
                    (row(&format!("Injured volume, {layer}"), &Style::plain("%").typical(band), &Style::plain("%").band95(band)))
                }
                (row("Surface within reach of a hole's signals", &Style::plain("%").value(100.0 * zone.summary.coverage, 1.0), "typical person only"))
                (row("Bleeding points", &holes.value(injury.bleeding_points_per_cm2, 1.0), "typical person only"))
                (row(
                    "Time to needle the zone",
                    &Style::plain("minutes").value(zone.minutes, 1.0),
                    &format!("typical hand, {}", Style::plain("cm²").value(zone.area_cm2, 1.0)),
                ))
                (row("Pain, 0 to 10", &Style::plain("").typical(&zone.pain), &Style::plain("").band95(&zone.pain)))
            }
        }
    }
}

fn row(what: &str, typical: &str, band: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (what) }
            td data-label="Typically" { (typical) }
            td.quiet data-label="95 of 100" { (band) }
        }
    }
}
