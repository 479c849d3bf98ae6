//! Where the needles went in and how deep, in few bytes.
//!
//! A pen makes thousands of holes on 1 cm2. Holes of a pass that are alike in width are one path of dots with
//! round ends, some eight bytes each, and the faint rings around them are the same path once more.

use std::{collections::BTreeMap, fmt::Write as _};

use maud::{Markup, PreEscaped, html};
use needlepoint_course::result::ZoneCourse;

use crate::map::{
    PER_MM, UM_PER_MM, depths, map_words, numbers_table, passes, passes_legend, shade,
};

/// Width of the faint ring, without which the smallest holes would not be seen.
const RING: f64 = 7.0;

/// More holes than these make one grey: then only a corner of the patch is drawn, at twice the size.
const MOST_HOLES: usize = 600;

/// The map, the depths and the numbers of a zone; `tag` makes identifiers unique.
pub(super) fn needling(zone: &ZoneCourse, tag: &str) -> Markup {
    let corner = (zone.punctures.len() > MOST_HOLES).then(|| corner(zone));
    let zone = corner.as_ref().unwrap_or(zone);
    html! {
        div.pair {
            figure {
                figcaption {
                    strong { "Where the needles go in" }
                    span { (map_words(zone)) }
                }
                (map(zone, &format!("{tag}-map")))
                (passes_legend(zone))
            }
            figure {
                figcaption {
                    strong { "How deep they go" }
                    span { "Bars: the typical person. Interval on the right: the mean depth over all, half and 95 of 100." }
                }
                (depths(zone, &format!("{tag}-depth")))
            }
        }
        details { summary { "One session in numbers" } (numbers_table(zone)) }
    }
}

/// The zone with a corner of its patch, half as wide.
fn corner(zone: &ZoneCourse) -> ZoneCourse {
    let side = 0.5 * zone.patch_side_mm;
    let mut zone = ZoneCourse { patch_side_mm: side, ..zone.clone() };
    zone.punctures.retain(|hole| hole.x_mm < side && hole.y_mm < side);
    zone
}

fn map(zone: &ZoneCourse, id: &str) -> Markup {
    let side = zone.patch_side_mm * PER_MM;
    let of = passes(zone);
    let mut body = String::new();
    for ((pass, width), dots) in dots(zone) {
        let path = format!("{id}-{pass}-{width}");
        let opacity = (100.0 * shade(pass, of)).round() / 100.0;
        let _ = write!(
            body,
            "<defs><path id=\"{path}\" d=\"{dots}\"/></defs>\
             <use href=\"#{path}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\"/>\
             <use href=\"#{path}\" stroke-width=\"{}\" stroke-opacity=\".22\"/>",
            f64::from(width) + RING
        );
    }
    let (end, below) = (side.round(), (side + 20.0).round());
    html! {
        svg.drawing role="img" viewBox={ "-4 -4 " (end + 8.0) " " (end + 60.0) }
            aria-labelledby={ (id) "-t " (id) "-d" } {
            title id={ (id) "-t" } { "Map of the punctures" }
            desc id={ (id) "-d" } { (map_words(zone)) " Later passes are darker." }
            rect width=(end) height=(end) rx="6" fill="var(--skin-map)" stroke="var(--axis)" stroke-width="2" {}
            g fill="none" stroke="var(--hole)" stroke-linecap="round" { (PreEscaped(body)) }
            path d={ "M4 " (below) "v18m0 -9h" (PER_MM) "m0 -9v18" } fill="none" stroke="var(--ink)" stroke-width="4" {}
            text x=(PER_MM + 22.0) y=(below + 20.0) font-size="32" fill="var(--ink)" { "1 mm" }
        }
    }
}

/// For each pass and width of the mouth, whole units of the drawing, a path of dots: the first where it lies, each
/// other as a step from the one before.
fn dots(zone: &ZoneCourse) -> BTreeMap<(u32, u32), String> {
    let side = zone.patch_side_mm * PER_MM;
    let mut places: BTreeMap<(u32, u32), Vec<(i32, i32)>> = BTreeMap::new();
    for hole in &zone.punctures {
        let width = (hole.mouth_um / UM_PER_MM * PER_MM).round().max(1.0) as u32;
        let x = (hole.x_mm * PER_MM).round() as i32;
        let y = (side - hole.y_mm * PER_MM).round() as i32;
        places.entry((hole.pass, width)).or_default().push((x, y));
    }
    let path = |mut places: Vec<(i32, i32)>| {
        // Neighbours one after the other make short steps.
        places.sort_unstable_by_key(|(x, y)| (x / 50, if x / 50 % 2 == 0 { *y } else { -*y }));
        let mut path = String::new();
        let mut last = (0, 0);
        for (x, y) in places {
            let _ = write!(path, "m{} {}h0", x - last.0, y - last.1);
            last = (x, y);
        }
        path
    };
    places.into_iter().map(|(key, places)| (key, path(places))).collect()
}
