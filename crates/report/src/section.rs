//! The skin cut open: a drawing made from the simulated state, hours to days after a session.
//!
//! Everything is to scale, down as across: thickness of the layers, place, depth and mouth of the
//! punctures, and at each hour how far the channels have narrowed, sealed and closed. What the
//! simulation does not know is drawn by hand and the same in every panel: the wave of the borders,
//! fibres, fat cells, and the course of the vessels.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use needlepoint_course::result::{ChannelStage, DrawnLayer, DrawnPuncture, ZoneCourse};
use svg::node::element as draw;

use crate::{
    colour::layer_ink,
    numbers::{number, two_digits},
};

/// Micrometres in one unit of the drawing.
pub(crate) const UM: f64 = 10.0;
/// Width of the strip.
pub(crate) const WIDTH: f64 = 300.0;
/// Air above the skin.
pub(crate) const AIR: f64 = 20.0;
/// Width and height of the close-up.
pub(crate) const CLOSE: (f64, f64) = (44.0, 34.0);

/// Where the layers of the drawing begin and end, units below the surface.
pub(crate) struct Borders {
    pub(crate) horny: f64,
    pub(crate) epidermis: f64,
    pub(crate) papillary: f64,
    pub(crate) dermis: f64,
    pub(crate) end: f64,
}

impl Borders {
    pub(crate) fn of(layers: &[DrawnLayer]) -> Option<Self> {
        let bottom = |wanted: u8| {
            layers
                .iter()
                .enumerate()
                .filter(|(i, layer)| {
                    layer_ink(&layer.name, *i) == crate::colour::Ink::Layer(wanted)
                })
                .map(|(_, layer)| layer.bottom_um / UM)
                .reduce(f64::max)
        };
        let dermis = bottom(3)?;
        Some(Self {
            horny: bottom(0)?,
            epidermis: bottom(1)?,
            papillary: bottom(2)?,
            dermis,
            end: bottom(4).unwrap_or(dermis + 30.0).clamp(dermis + 25.0, dermis + 60.0),
        })
    }

    pub(crate) fn height(&self) -> f64 {
        AIR + self.end
    }
}

/// The section for one zone; `tag` makes identifiers unique.
pub(crate) fn section(zone: &ZoneCourse, tag: &str) -> Markup {
    let Some(borders) = Borders::of(&zone.layers) else { return html! {} };
    let (channels, slab_mm) = cut(&zone.punctures, zone.patch_side_mm);
    let redness = zone.stages.iter().map(|s| s.redness).fold(1e-9, f64::max);
    let skin = Skin { borders: &borders };
    let scene = Scene { skin, channels: &channels, redness, tag };
    html! {
        // Drawn once, used by every panel.
        svg.offstage width="0" height="0" aria-hidden="true" focusable="false" {
            defs { g id={ (tag) "-skin" } { (PreEscaped(skin.layers())) } }
        }
        div.panels {
            @for (i, stage) in zone.stages.iter().enumerate() { (scene.panel(stage, i)) }
        }
        (legend())
        p.note {
            "A drawing made from the simulated state of the typical person, to scale across and down. It shows the "
            (channels.len()) " channels that lie within " (two_digits(slab_mm)) " mm of a cut 3 mm wide, each as deep as its needle reached; those behind another are left out. "
            "The wave of the borders, the fibres, fat cells and vessels are drawn by hand."
        }
        details { summary { "The same as a table" } (table(&zone.stages)) }
    }
}

/// The channels near a cut through the middle of the patch, in a slab thick enough to hold a few,
/// without those that lie behind another; and half the thickness of the slab.
pub(crate) fn cut(holes: &[DrawnPuncture], patch_side_mm: f64) -> (Vec<DrawnPuncture>, f64) {
    let (middle, width_mm) = (patch_side_mm / 2.0, WIDTH * UM / 1000.0);
    let left = middle - width_mm / 2.0;
    let off = |p: &DrawnPuncture| (p.y_mm - middle).abs();
    let mut near: Vec<DrawnPuncture> = holes
        .iter()
        .filter(|p| p.x_mm > left + 0.05 && p.x_mm < left + width_mm - 0.05)
        .map(|p| DrawnPuncture { x_mm: p.x_mm - left, ..*p })
        .collect();
    near.sort_by(|a, b| off(a).total_cmp(&off(b)));
    let within = |slab: f64| {
        let mut seen: Vec<DrawnPuncture> = Vec::new();
        for p in near.iter().take_while(|p| off(p) <= slab) {
            let free = |other: &DrawnPuncture| {
                (p.x_mm - other.x_mm).abs() * 1000.0 > 0.7 * (p.mouth_um + other.mouth_um)
            };
            if seen.iter().all(free) {
                seen.push(*p);
            }
        }
        seen.sort_by(|a, b| a.x_mm.total_cmp(&b.x_mm));
        seen
    };
    let slabs = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5];
    let slab = slabs.into_iter().find(|slab| within(*slab).len() >= 4).unwrap_or(1.0);
    (within(slab), slab)
}

/// A number between 0 and 1 that looks like chance and is always the same.
pub(crate) fn noise(seed: u32) -> f64 {
    let mut x = seed.wrapping_mul(0x9E37_79B9) ^ 0x5bd1_e995;
    x ^= x >> 15;
    x = x.wrapping_mul(0x2c1b_3c6d);
    x ^= x >> 12;
    x = x.wrapping_mul(0x297a_2d39);
    x ^= x >> 15;
    f64::from(x) / f64::from(u32::MAX)
}

/// The relief of the surface.
pub(crate) fn surface(x: f64) -> f64 {
    0.7 * (x / 19.0).sin() + 0.4 * (x / 7.3 + 1.0).sin()
}

/// The wavy border below the epidermis: ridges of uneven height, their mean at the true depth.
pub(crate) fn rete(x: f64, borders: &Borders) -> f64 {
    let high = (0.3 * (borders.epidermis - borders.horny)).min(3.0);
    let phase = x / 2.1 + 1.3 * (x / 17.0).sin() + 0.8 * (x / 41.0).cos();
    borders.epidermis + high * phase.sin() * (0.75 + 0.25 * (x / 13.0).sin())
}

/// A line through points, to a tenth, each told as a step from the one before: short steps make short paths.
fn polyline(points: impl Iterator<Item = (f64, f64)>) -> String {
    let tenths = |value: f64| (10.0 * value).round() as i64;
    let mut points = points.map(|(x, y)| (tenths(x), tenths(y)));
    let Some(mut last) = points.next() else { return String::new() };
    let mut path = format!("M{} {}l", in_tenths(last.0), in_tenths(last.1));
    for (nth, (x, y)) in points.enumerate() {
        let gap = if nth > 0 { " " } else { "" };
        let _ = write!(path, "{gap}{} {}", in_tenths(x - last.0), in_tenths(y - last.1));
        last = (x, y);
    }
    path
}

/// Tenths as a path writes them, without a nought before the point.
fn in_tenths(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, rest) => format!("{sign}.{rest}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

/// The skin itself, without any channel.
#[derive(Clone, Copy)]
pub(crate) struct Skin<'a> {
    pub(crate) borders: &'a Borders,
}

impl Skin<'_> {
    /// A band between two borders.
    fn band(upper: impl Fn(f64) -> f64, lower: impl Fn(f64) -> f64, step: f64) -> String {
        let count = (WIDTH / step) as u32;
        let along = (0..=count).map(|i| f64::from(i) * step);
        let back = along.clone().rev().map(|x| (x, lower(x)));
        polyline(along.map(|x| (x, upper(x))).chain(back)) + "Z"
    }

    /// The layers with their fibres and fat cells.
    pub(crate) fn layers(self) -> String {
        let b = self.borders;
        let papillary = |x: f64| b.papillary + 1.6 * (x / 23.0).sin() + 1.1 * (x / 9.0).cos();
        let dermis = |x: f64| b.dermis + 5.0 * (x / 37.0).sin() + 3.0 * (x / 14.0 + 2.0).sin();
        let fill = |path: String, variable: &str| {
            draw::Path::new().set("d", path).set("fill", format!("var(--skin-{variable})"))
        };
        let mut out = String::new();
        let end = b.end;
        let _ = write!(out, "{}", fill(Self::band(dermis, move |_| end, 5.0), "fat"));
        out.push_str(&self.fat(dermis));
        let _ = write!(out, "{}", fill(Self::band(papillary, dermis, 3.0), "reticular"));
        let _ = write!(out, "{}", fill(Self::band(|x| rete(x, b), papillary, 0.8), "papillary"));
        out.push_str(&self.fibres());
        let horny = |x: f64| b.horny + surface(x);
        let _ = write!(out, "{}", fill(Self::band(horny, |x| rete(x, b), 0.8), "epidermis"));
        // The row of cells on the basement membrane.
        let membrane =
            polyline((0..=375).map(|i| f64::from(i) * 0.8).map(|x| (x, rete(x, b) - 0.5)));
        let line = |path: String, colour: &str, width: f64| {
            draw::Path::new()
                .set("d", path)
                .set("fill", "none")
                .set("stroke", format!("var({colour})"))
                .set("stroke-width", width)
        };
        let _ = write!(out, "{}", line(membrane, "--skin-basal", 0.9));
        let _ = write!(out, "{}", fill(Self::band(surface, horny, 1.5), "horny"));
        out
    }

    fn fat(self, dermis: impl Fn(f64) -> f64) -> String {
        let mut group = draw::Group::new()
            .set("fill", "var(--skin-fat-cell)")
            .set("stroke", "var(--skin-fat-wall)")
            .set("stroke-width", 0.7);
        let mut seed = 1;
        let mut y = self.borders.dermis - 6.0;
        let mut row = 0;
        while y < self.borders.end + 6.0 {
            let mut x = if row % 2 == 0 { 0.0 } else { 6.5 };
            while x < WIDTH + 6.0 {
                seed += 1;
                let (cx, cy) = (x + 3.0 * (noise(seed) - 0.5), y + 3.0 * (noise(seed + 999) - 0.5));
                let r = 5.6 + 1.4 * noise(seed + 5000);
                if cy - r > dermis(cx.clamp(0.0, WIDTH)) + 0.6 {
                    group = group.add(
                        draw::Circle::new().set("cx", r1(cx)).set("cy", r1(cy)).set("r", r1(r)),
                    );
                }
                x += 13.0;
            }
            y += 11.0;
            row += 1;
        }
        group.to_string()
    }

    /// Collagen: fine and steep in the papillary dermis, coarse and flat in the reticular.
    fn fibres(self) -> String {
        let b = self.borders;
        let mut fine = String::new();
        let mut coarse = String::new();
        for i in 0..150u32 {
            let x = WIDTH * noise(3 * i);
            let y =
                b.epidermis + 3.5 + (b.papillary - b.epidermis - 5.0).max(1.0) * noise(3 * i + 1);
            let (dx, dy) = (2.0 + 3.0 * noise(3 * i + 2), 3.0 * (noise(7 * i) - 0.5));
            let _ = write!(fine, "M{x:.1} {y:.1}q{:.1} {:.1} {dx:.1} {dy:.1}", dx / 2.0, dy - 1.2);
        }
        let depth = (b.dermis - b.papillary - 16.0).max(4.0);
        for i in 0..170u32 {
            let x = WIDTH * noise(1000 + 3 * i) - 8.0;
            let y = b.papillary + 6.0 + depth * noise(2000 + 3 * i);
            let dx = 12.0 + 14.0 * noise(3000 + i);
            let dy = 5.0 * (noise(4000 + i) - 0.5);
            let bend = 4.0 * (noise(5000 + i) - 0.5);
            let _ = write!(
                coarse,
                "M{x:.1} {y:.1}c{:.1} {bend:.1} {:.1} {:.1} {dx:.1} {dy:.1}",
                dx / 3.0,
                2.0 * dx / 3.0,
                dy - bend
            );
        }
        let line = |path: String, width: f64| {
            draw::Path::new()
                .set("d", path)
                .set("fill", "none")
                .set("stroke", "var(--skin-fibre)")
                .set("stroke-linecap", "round")
                .set("stroke-width", width)
        };
        format!("{}{}", line(fine, 0.45), line(coarse, 1.3))
    }

    /// Vessels: they widen when the skin is red.
    pub(crate) fn vessels(self, red: f64) -> String {
        let line = |path: String, width: f64| {
            draw::Path::new()
                .set("d", path)
                .set("fill", "none")
                .set("stroke", "var(--vessel)")
                .set("stroke-opacity", r2(0.55 + 0.45 * red))
                .set("stroke-width", r2(width))
        };
        let [plexus, loops] = self.vessel_paths();
        let [wide, narrow] = vessel_widths(red);
        format!("{}{}", line(plexus, wide), line(loops, narrow))
    }

    /// A plexus below the papillae, and loops into them.
    pub(crate) fn vessel_paths(self) -> [String; 2] {
        let b = self.borders;
        let level = b.papillary - 0.22 * (b.papillary - b.epidermis);
        let mut path = format!("M-4 {level:.1}");
        let mut x = -4.0;
        let mut i = 0;
        while x < WIDTH {
            let dy = 2.4 * (noise(60 + i) - 0.5);
            let _ = write!(path, "q7.5 {:.1} 15 0", dy * 2.0);
            x += 15.0;
            i += 1;
        }
        // Loops stand where the papillae are highest.
        let mut loops = String::new();
        for i in 0..14 {
            let near = 10.0 + f64::from(i) * 21.0;
            let top = (0..24).map(|k| near + f64::from(k) * 0.6).fold(
                (near, f64::INFINITY),
                |best, x| {
                    let y = rete(x, b);
                    if y < best.1 { (x, y) } else { best }
                },
            );
            let (x, y) = (top.0, top.1 + 2.2);
            let _ = write!(
                loops,
                "M{:.1} {level:.1}C{:.1} {:.1} {:.1} {y:.1} {x:.1} {y:.1}S{:.1} {:.1} {:.1} {level:.1}",
                x - 1.6,
                x - 1.4,
                y + 5.0,
                x - 1.8,
                x + 1.4,
                y + 5.0,
                x + 1.6
            );
        }
        [path, loops]
    }

    /// Redness: the papillary dermis flushes.
    pub(crate) fn flush(self, red: f64) -> String {
        let b = self.borders;
        let bottom = b.papillary + 6.0;
        let path = Self::band(|x| rete(x, b), move |x| bottom + 3.0 * (x / 11.0).sin(), 2.4);
        draw::Path::new()
            .set("d", path)
            .set("fill", "var(--flush)")
            .set("opacity", r2(0.5 * red))
            .to_string()
    }

    /// One channel as it is at this stage.
    pub(crate) fn channel(self, p: &DrawnPuncture, s: &ChannelStage) -> String {
        let b = self.borders;
        let x = p.x_mm * 1000.0 / UM;
        let top = surface(x);
        let depth = p.depth_um / UM;
        let whole = p.mouth_um / UM / 2.0;
        let half = (whole * s.relative_radius.clamp(0.0, 1.0)).max(0.25);
        let sealed = s.sealed.clamp(0.0, 1.0);
        let clot = s.clot.clamp(0.0, 1.0);
        let at = |y: f64| half * (1.0 - (y - top) / depth).max(0.0);
        let cone = |half: f64, depth: f64| {
            format!(
                "M{:.2} {top:.2}Q{:.2} {:.2} {x:.2} {:.2}Q{:.2} {:.2} {:.2} {top:.2}Z",
                x - half,
                x - half * 0.42,
                top + depth * 0.45,
                top + depth,
                x + half * 0.42,
                top + depth * 0.45,
                x + half
            )
        };
        let fill = |path: String, colour: &str, opacity: f64| {
            draw::Path::new()
                .set("d", path)
                .set("fill", format!("var({colour})"))
                .set("opacity", r2(opacity))
        };
        let mut out = String::new();
        // The track: what was torn and is being mended; then blood; then what is still hollow.
        let _ = write!(out, "{}", fill(cone(half, depth), "--mend", 1.0));
        if clot > 0.01 {
            let _ = write!(out, "{}", fill(cone(half, depth), "--clot", 0.12 + 0.88 * clot));
        }
        let open = 1.0 - sealed;
        if open > 0.03 {
            let _ = write!(
                out,
                "{}",
                fill(cone(half * (0.35 + 0.5 * open), depth * (0.12 + 0.6 * open)), "--lumen", 1.0)
            );
        }
        // New epidermis and then a new horny layer close in from both sides.
        let sheet = |from: f64, to: f64, closed: f64| {
            let (upper, lower) = (at(from), at(to));
            let gap = 1.0 - closed.clamp(0.0, 1.0);
            let lip = 0.06;
            format!(
                "M{0:.2} {from:.2}L{1:.2} {from:.2}Q{2:.2} {5:.2} {3:.2} {to:.2}L{4:.2} {to:.2}Z\
                 M{6:.2} {from:.2}L{7:.2} {from:.2}Q{8:.2} {5:.2} {9:.2} {to:.2}L{10:.2} {to:.2}Z",
                x - upper - lip,
                x - upper * gap,
                x - upper * gap * 0.7,
                x - lower * gap,
                x - lower - lip,
                0.5 * (from + to),
                x + upper + lip,
                x + upper * gap,
                x + upper * gap * 0.7,
                x + lower * gap,
                x + lower + lip,
            )
        };
        let (horny, below) = (b.horny + top, b.epidermis);
        if s.bridged > 0.01 {
            let thick = horny + (below - horny) * (0.35 + 0.65 * s.bridged.clamp(0.0, 1.0));
            let _ = write!(
                out,
                "{}",
                fill(sheet(horny, thick, s.bridged), "--skin-epidermis-new", 1.0)
            );
        }
        if s.horny_layer > 0.01 {
            let _ = write!(out, "{}", fill(sheet(top, horny, s.horny_layer), "--skin-horny", 1.0));
        }
        // A crust over a sealed mouth whose horny layer is not back yet.
        let crust = sealed * (1.0 - s.horny_layer.clamp(0.0, 1.0)) * clot.max(0.25);
        if crust > 0.05 {
            let wide = half * 1.25;
            let path = format!(
                "M{:.2} {:.2}Q{:.2} {:.2} {:.2} {:.2}Q{x:.2} {:.2} {:.2} {:.2}Z",
                x - wide,
                top + 0.1,
                x,
                top - 1.5,
                x + wide,
                top + 0.1,
                top + 1.2,
                x - wide,
                top + 0.1
            );
            let _ = write!(out, "{}", fill(path, "--clot", (0.35 + 0.65 * crust).min(1.0)));
        }
        out
    }
}

/// Width of the plexus and of the loops at this redness, 0 to 1.
pub(crate) fn vessel_widths(red: f64) -> [f64; 2] {
    [1.5 + 1.5 * red, 0.7 + 0.7 * red]
}

/// The skin with its channels, as in the report.
struct Scene<'a> {
    skin: Skin<'a>,
    channels: &'a [DrawnPuncture],
    redness: f64,
    tag: &'a str,
}

impl Scene<'_> {
    fn panel(&self, stage: &ChannelStage, i: usize) -> Markup {
        let red = (stage.redness / self.redness).clamp(0.0, 1.0);
        let tag = self.tag;
        let mut state = String::new();
        let _ = write!(state, "{}{}", self.skin.flush(red), self.skin.vessels(red));
        for channel in self.channels {
            state.push_str(&self.skin.channel(channel, stage));
        }
        let height = self.skin.borders.height();
        let name = hours(stage.hours);
        let said = words(stage);
        let close = close_up(self.channels);
        let id = format!("{tag}-cut{i}");
        html! {
            figure.panel {
                figcaption { strong { (name) } span { (said) } }
                div.views {
                    svg.drawing role="img" viewBox={ "0 " (-AIR) " " (WIDTH) " " (r1(height)) }
                        aria-labelledby={ (id) "-t " (id) "-d" } {
                        title id={ (id) "-t" } { "Section through the skin, " (name) }
                        desc id={ (id) "-d" } { (said) }
                        g id={ (id) } {
                            use href={ "#" (tag) "-skin" } {}
                            (PreEscaped(state))
                        }
                        @if let Some((x, y)) = close {
                            rect x=(r1(x)) y=(r1(y)) width=(CLOSE.0) height=(CLOSE.1) rx="2" fill="none"
                                stroke="var(--ink)" stroke-width="1" stroke-dasharray="3 2" {}
                        }
                        @if i == 0 { (self.labels()) }
                        (scale_bar(6.0, self.skin.borders.end - 8.0, 50.0, 13.0, "0.5 mm"))
                    }
                    @if let Some((x, y)) = close {
                        svg.drawing.close role="img" viewBox={ (r1(x)) " " (r1(y)) " " (CLOSE.0) " " (CLOSE.1) }
                            aria-label={ "One channel close up, " (name) } {
                            use href={ "#" (id) } {}
                            (scale_bar(x + 1.6, y + CLOSE.1 - 2.0, 10.0, 2.5, "0.1 mm"))
                        }
                    }
                }
            }
        }
    }

    fn labels(&self) -> Markup {
        let b = self.skin.borders;
        let at = [
            ("epidermis", -5.5),
            ("reticular dermis", b.papillary + 0.55 * (b.dermis - b.papillary)),
            ("fat", b.end - 8.0),
        ];
        html! {
            g.layer-names font-size="12" text-anchor="end" aria-hidden="true" {
                @for (name, y) in at { text x=(WIDTH - 5.0) y=(r1(y)) { (name) } }
            }
        }
    }
}

/// The corner of the close-up: of the channel that stands most alone, away from the edges.
pub(crate) fn close_up(channels: &[DrawnPuncture]) -> Option<(f64, f64)> {
    let room = |p: &DrawnPuncture| {
        let others = channels.iter().filter(|other| !std::ptr::eq(*other, p));
        let edge = p.x_mm.min(WIDTH * UM / 1000.0 - p.x_mm);
        others.map(|other| (other.x_mm - p.x_mm).abs()).fold(edge, f64::min)
    };
    let alone = channels.iter().max_by(|a, b| room(a).total_cmp(&room(b)))?;
    let x = alone.x_mm * 1000.0 / UM;
    Some(((x - CLOSE.0 / 2.0).clamp(0.0, WIDTH - CLOSE.0), -6.0))
}

pub(crate) fn scale_bar(x: f64, y: f64, length: f64, size: f64, label: &str) -> Markup {
    let thick = size / 8.0;
    html! {
        g.scale aria-hidden="true" {
            line x1=(r2(x)) x2=(r2(x + length)) y1=(r2(y)) y2=(r2(y)) stroke-width=(r2(thick)) {}
            text x=(r2(x)) y=(r2(y - 2.0 * thick)) font-size=(size) stroke-width=(r2(thick * 1.8)) { (label) }
        }
    }
}

pub(crate) fn hours(hours: f64) -> String {
    if hours < 0.01 {
        "Right after".to_owned()
    } else if hours < 24.0 {
        format!("{} hours", number(hours, 1.0))
    } else if hours < 25.0 {
        "1 day".to_owned()
    } else {
        format!(
            "{} days",
            number(hours / 24.0, if (hours / 24.0).fract() < 0.05 { 1.0 } else { 0.1 })
        )
    }
}

fn words(s: &ChannelStage) -> String {
    if s.sealed < 0.005 && s.bridged < 0.005 && s.horny_layer < 0.005 {
        return "open: nothing sealed, bridged or grown back yet".to_owned();
    }
    let percent = |share: f64| number(100.0 * share, 1.0);
    format!(
        "{}\u{202f}% sealed, {}\u{202f}% bridged by new epidermis, {}\u{202f}% of the horny layer back",
        percent(s.sealed),
        percent(s.bridged),
        percent(s.horny_layer)
    )
}

pub(crate) fn legend() -> Markup {
    let keys = [
        ("--skin-horny", "horny layer"),
        ("--skin-epidermis", "living epidermis"),
        ("--skin-papillary", "papillary dermis"),
        ("--skin-reticular", "reticular dermis"),
        ("--skin-fat", "fat"),
        ("--vessel", "vessels"),
        ("--clot", "blood and clot"),
        ("--mend", "being mended"),
        ("--lumen", "open channel"),
    ];
    html! {
        p.legend {
            @for (variable, name) in keys {
                span.key { i class={ "sw of" (variable) } {} (name) }
            }
        }
    }
}

fn table(stages: &[ChannelStage]) -> Markup {
    let percent = |share: f64| format!("{}\u{202f}%", number(100.0 * share, 1.0));
    html! {
        table.data.dense {
            thead {
                tr {
                    th scope="col" { "After" }
                    th scope="col" { "Mouth width" }
                    th scope="col" { "Sealed" }
                    th scope="col" { "Bridged" }
                    th scope="col" { "Horny layer" }
                    th scope="col" { "Clot" }
                    th scope="col" { "Redness, Δa*" }
                }
            }
            tbody {
                @for s in stages {
                    tr {
                        th scope="row" { (hours(s.hours)) }
                        td { (percent(s.relative_radius)) }
                        td { (percent(s.sealed)) }
                        td { (percent(s.bridged)) }
                        td { (percent(s.horny_layer)) }
                        td { (percent(s.clot)) }
                        td { (number(s.redness, 0.1)) }
                    }
                }
            }
        }
    }
}

pub(crate) fn r1(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

pub(crate) fn r2(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_back_to_where_a_line_ends() {
        let points = [(0.0, -1.26), (0.8, 0.0), (1.6, 12.34), (1.6, 0.04)];
        assert_eq!(polyline(points.into_iter()), "M0 -1.3l.8 1.3 .8 12.3 0 -12.3");
        assert_eq!(polyline(std::iter::empty()), "");
        assert_eq!([-15, -3, 0, 7, 20].map(in_tenths), ["-1.5", "-.3", "0", ".7", "2"]);
    }
}
