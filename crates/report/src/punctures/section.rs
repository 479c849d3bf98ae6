//! The skin cut open right after the session, to scale, with the needle as set beside it.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_course::{
    punctures::{Puncture, ZonePunctures},
    result::DrawnPuncture,
};

use super::is_light;
use crate::{
    art::Art,
    numbers::{number, two_digits},
    section::{AIR, Borders, Skin, UM, WIDTH as STRIP, cut, r1, surface},
};

/// Units of the picture in one of the strip: 200 in a millimetre.
const ZOOM: f64 = 2.0;
/// Room for the needle and the scale on the left.
const LEFT: f64 = 150.0;
/// Room for names on the right.
const RIGHT: f64 = 246.0;
/// Depth shown at least, units of the strip: 2 mm.
const LEAST_DEPTH: f64 = 200.0;
/// Skin shown below the needle as set.
const BELOW_NEEDLE: f64 = 15.0;
/// Least distance of two names.
const LINE: f64 = 19.0;
/// Where the needle stands.
const NEEDLE_X: f64 = 46.0;
/// Skin line in the picture.
const SKIN: f64 = AIR * ZOOM;

/// None for a skin without the layers that are drawn.
pub(super) fn section(zone: &ZonePunctures) -> Option<Art> {
    let mut borders = Borders::of(&zone.layers)?;
    let set = zone.needle_length_mm * 1000.0 / UM;
    borders.end = LEAST_DEPTH.max(set + BELOW_NEEDLE);
    let holes: Vec<DrawnPuncture> = zone.punctures.iter().map(along_the_cut).collect();
    let (channels, slab_mm) = cut(&holes, zone.patch_side_mm);
    let height = (AIR + borders.end) * ZOOM;
    let (skin, light) = (Skin { borders: &borders }, is_light(zone));
    let mut strip = skin.layers();
    strip.push_str(&skin.vessels(0.35));
    for channel in &channels {
        strip.push_str(&if light { column(channel) } else { cone(channel) });
    }
    let body = html! {
        // What is drawn beyond the strip is cut off.
        clipPath id="strip" { rect x="0" y=(-AIR) width=(STRIP) height=(AIR + borders.end) {} }
        g transform={ "translate(" (LEFT) " " (SKIN) ") scale(" (ZOOM) ")" } {
            g clip-path="url(#strip)" { (maud::PreEscaped(strip)) }
        }
        (scale(borders.end))
        @if !light { (needle(zone, set)) }
        (names(zone, &borders, set))
        (bar(height))
    };
    Some(Art {
        width: LEFT + STRIP * ZOOM + RIGHT,
        height: height + 34.0,
        title: format!("{}: the skin cut open", zone.label),
        facts: format!(
            "Typical person, right after the session: the {} {} within {} mm of a cut 3 mm wide. To scale, across and down.",
            channels.len(),
            if light { "zones of heat" } else { "channels" },
            two_digits(slab_mm)
        ),
        desc: format!(
            "Section through the skin, 3 millimetres wide. {} channels, the deepest {} micrometres; {} to {} \
             millimetres. Layers: {}.",
            channels.len(),
            number(channels.iter().map(|hole| hole.depth_um).fold(0.0, f64::max), 1.0),
            if light { "the laser is set" } else { "the needle beside it is set" },
            zone.needle_length_mm,
            zone.layers
                .iter()
                .map(|layer| format!(
                    "{} from {} micrometres",
                    layer.name,
                    number(layer.top_um, 1.0)
                ))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        body: body.into_string(),
    })
}

/// A hole as wide as the cut goes through it: of a torn mouth the chord through its middle.
///
/// ```text
/// w = 1 / sqrt((cos d / l)^2 + (sin d / m)^2)        d direction, l length and m width of the mouth
/// ```
fn along_the_cut(hole: &Puncture) -> DrawnPuncture {
    let (sin, cos) = f64::from(hole.direction_deg).to_radians().sin_cos();
    let reciprocal = (cos / hole.mouth_length_um()).hypot(sin / hole.mouth_diameter_um);
    DrawnPuncture { mouth_um: 1.0 / reciprocal, ..DrawnPuncture::from(hole) }
}

/// The spot of a laser: as wide at its end as at the surface.
fn column(hole: &DrawnPuncture) -> String {
    let x = hole.x_mm * 1000.0 / UM;
    let (top, half, depth) = (surface(x), 0.5 * hole.mouth_um / UM, hole.depth_um / UM);
    format!(
        "<path d=\"M{0:.2} {top:.2}V{1:.2}H{2:.2}V{top:.2}Z\" fill=\"var(--lumen)\" stroke=\"var(--halo)\" \
         stroke-width=\"0.35\"/>",
        x - half,
        top + depth,
        x + half
    )
}

/// A channel as the model has it: a straight cone from its mouth to where the tip was.
fn cone(hole: &DrawnPuncture) -> String {
    let x = hole.x_mm * 1000.0 / UM;
    let (top, half, depth) = (surface(x), 0.5 * hole.mouth_um / UM, hole.depth_um / UM);
    format!(
        "<path d=\"M{:.2} {top:.2}L{x:.2} {:.2}L{:.2} {top:.2}Z\" fill=\"var(--lumen)\" \
         stroke=\"var(--halo)\" stroke-width=\"0.35\"/>",
        x - half,
        top + depth,
        x + half
    )
}

/// Millimetres below the surface, along the left edge of the strip.
fn scale(end: f64) -> Markup {
    let tenths = (end * UM / 100.0) as u32;
    html! {
        line x1=(LEFT - 8.0) x2=(LEFT - 8.0) y1=(SKIN) y2=(SKIN + end * ZOOM) stroke="var(--axis)" {}
        @for tenth in 0..=tenths {
            @let y = SKIN + f64::from(tenth) * 100.0 / UM * ZOOM;
            @let long = tenth % 5 == 0;
            line x1=(LEFT - if long { 15.0 } else { 11.0 }) x2=(LEFT - 8.0) y1=(y) y2=(y) stroke="var(--axis)" {}
            @if long {
                text x=(LEFT - 19.0) y=(y + 5.0) text-anchor="end" font-size="14" fill="var(--ink-2)" {
                    (if tenth == 0 { "0 mm".to_owned() } else { number(f64::from(tenth) / 10.0, 0.1) })
                }
            }
        }
    }
}

/// The needle at its set length, as if it had gone in whole: the outline of tip, taper and shaft.
fn needle(zone: &ZonePunctures, set: f64) -> Markup {
    let needle = &zone.device.needle;
    let units = |um: f64| um / UM * ZOOM;
    let tip = SKIN + set * ZOOM;
    let shoulder = tip - units(needle.taper_length_um);
    let (fine, wide) = (units(needle.tip_diameter_um) / 2.0, units(needle.shaft_diameter_um) / 2.0);
    // A taper that begins outside the picture is cut off where the picture begins.
    let (top, top_half) = if shoulder < 0.0 {
        (0.0, fine + (wide - fine) * tip / (tip - shoulder))
    } else {
        (shoulder, wide)
    };
    let x = |aside: f64| r1(NEEDLE_X + aside);
    html! {
        path d={
            "M" (x(-top_half)) " 0L" (x(-top_half)) " " (r1(top)) "L" (x(-fine)) " " (r1(tip))
            "L" (x(fine)) " " (r1(tip)) "L" (x(top_half)) " " (r1(top)) "L" (x(top_half)) " 0Z"
        } fill="var(--grid)" stroke="var(--ink-2)" stroke-width="1.2" stroke-linejoin="round" {}
        line x1="0" x2=(2.0 * NEEDLE_X) y1=(SKIN) y2=(SKIN) stroke="var(--ink-2)" stroke-dasharray="4 3" {}
    }
}

/// A name on the right, and the depth it points at.
struct Name {
    at: f64,
    y: f64,
    words: String,
    facts: String,
    dashed: bool,
}

/// Names of layers with their thickness, and the marks of vessels and needle.
fn names(zone: &ZonePunctures, borders: &Borders, set: f64) -> Markup {
    let depth = |um: f64| SKIN + (um / UM).min(borders.end) * ZOOM;
    let shown_um = borders.end * UM;
    let as_set = if is_light(zone) { "spots as set" } else { "needle as set" };
    let mut names: Vec<Name> = Vec::new();
    for (at, layer) in zone.layers.iter().enumerate().filter(|(_, layer)| layer.top_um < shown_um) {
        let lowest = at + 1 == zone.layers.len();
        let bottom_um = if lowest { shown_um } else { layer.bottom_um };
        let middle = 0.5 * (depth(layer.top_um) + depth(bottom_um));
        names.push(Name {
            at: middle,
            y: middle,
            words: layer.name.clone(),
            facts: if lowest {
                String::new()
            } else {
                format!("{} µm", number(layer.bottom_um - layer.top_um, 1.0))
            },
            dashed: false,
        });
    }
    for (um, words) in [(zone.vessel_depth_um, "half of channels bleed"), (set * UM, as_set)] {
        names.push(Name {
            at: depth(um),
            y: depth(um),
            words: words.to_owned(),
            facts: format!("{} mm", two_digits(um / 1000.0)),
            dashed: true,
        });
    }
    spread(&mut names, SKIN + borders.end * ZOOM);
    let (edge, text) = (LEFT + STRIP * ZOOM, LEFT + STRIP * ZOOM + 26.0);
    html! {
        @for name in &names {
            @if name.dashed {
                line x1=(LEFT) x2=(edge) y1=(r1(name.at)) y2=(r1(name.at)) stroke="var(--ink)" stroke-width="1" stroke-dasharray="6 4" opacity="0.75" {}
            }
            path d={ "M" (edge) " " (r1(name.at)) "h5L" (edge + 16.0) " " (r1(name.y)) "h6" } fill="none" stroke="var(--axis)" {}
            text x=(text) y=(r1(name.y + 4.5)) font-size="13" fill="var(--ink)" { (name.words) }
            text x=(LEFT + STRIP * ZOOM + RIGHT) y=(r1(name.y + 4.5)) text-anchor="end" font-size="13" fill="var(--ink-2)" { (name.facts) }
        }
    }
}

/// Moves names apart until none covers another, in the order of their depths, and none lies below
/// `lowest`.
fn spread(names: &mut [Name], lowest: f64) {
    names.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut free = f64::NEG_INFINITY;
    for name in names.iter_mut() {
        name.y = name.y.max(free);
        free = name.y + LINE;
    }
    let mut limit = lowest;
    for name in names.iter_mut().rev() {
        name.y = name.y.min(limit);
        limit = name.y - LINE;
    }
}

/// A bar of half a millimetre below the strip.
fn bar(height: f64) -> Markup {
    let (x, y, long) = (LEFT, height + 20.0, 500.0 / UM * ZOOM);
    let mut path = String::new();
    let _ = write!(path, "M{x} {:.1}v10m0 -5h{long}m0 -5v10", y - 5.0);
    html! {
        path d=(path) fill="none" stroke="var(--ink)" stroke-width="1.5" {}
        text x=(x + long + 10.0) y=(y + 5.0) font-size="14" fill="var(--ink)" { "0.5 mm" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_mouth_is_wide_along_and_narrow_across_the_cut() {
        let torn = |direction_deg| Puncture {
            x_mm: 1.0,
            y_mm: 1.0,
            depth_um: 500.0,
            mouth_diameter_um: 100.0,
            tear_um: 50.0,
            direction_deg,
            pass: 1,
            shape: needlepoint_course::punctures::ChannelShape::Cone,
        };
        let width_um = |direction| along_the_cut(&torn(direction)).mouth_um;
        assert!((width_um(0.0) - 150.0).abs() < 1e-6);
        assert!((width_um(90.0) - 100.0).abs() < 1e-6);
        assert!((100.0..150.0).contains(&width_um(45.0)));
    }

    #[test]
    fn names_are_moved_apart_and_stay_in_order() {
        let mut names: Vec<Name> = [40.0, 41.0, 42.0, 300.0, 301.0]
            .map(|at| Name { at, y: at, words: String::new(), facts: String::new(), dashed: false })
            .into();
        spread(&mut names, 310.0);
        assert!(names.windows(2).all(|pair| pair[1].y - pair[0].y >= LINE - 1e-9));
        assert!(names[4].y <= 310.0 && names[0].y >= 40.0);
    }
}
