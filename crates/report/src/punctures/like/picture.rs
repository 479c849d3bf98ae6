//! Every length of this device beside the other treatment, and the depths of the two.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_course::{
    equivalence::{DepthPair, LengthMatch},
    result::Band,
};

use super::{
    LikedZone,
    words::{like_words, millimetres, no_passes_do},
};
use crate::{
    art::Art,
    colour::layer_ink,
    numbers::{number, tick_step, ticks, two_digits},
    section::r1,
};

const WIDTH: f64 = 990.0;
/// Height at least, so that the depths have room.
const LEAST_HEIGHT: f64 = 440.0;
/// Room for the headings of the columns.
const HEAD: f64 = 54.0;
/// Room for the axes.
const FOOT: f64 = 46.0;
/// Height of a row at least and at most.
const ROW: (f64, f64) = (30.0, 56.0);
/// Where the passes are drawn.
const PASSES: Span = Span { from: 86.0, to: 360.0 };
/// Where the distance of the depths is drawn.
const GAP: Span = Span { from: 400.0, to: 606.0 };
/// Where the depths of the two are drawn.
const DEPTHS: Span = Span { from: 706.0, to: WIDTH };
/// Where the names above the depths begin.
const NAMES: f64 = 664.0;
/// Passes that are drawn at least and at most: beyond, a whisker ends in an arrow.
const PASSES_DRAWN: (f64, f64) = (0.01, 1000.0);
/// Letters of a device's name that fit.
const LETTERS: usize = 36;

/// A stretch of the picture, across.
#[derive(Clone, Copy)]
struct Span {
    from: f64,
    to: f64,
}

impl Span {
    /// A place, from 0 to 1 along it.
    fn at(self, share: f64) -> f64 {
        r1(self.from + share * (self.to - self.from))
    }

    fn middle(self) -> f64 {
        self.at(0.5)
    }
}

/// An axis of one of the two columns.
struct Axis {
    span: Span,
    low: f64,
    high: f64,
    logarithmic: bool,
    ticks: Vec<f64>,
    words: fn(f64, &[f64]) -> String,
}

impl Axis {
    /// Passes, on decades that hold all bands and the passes of the other.
    fn passes(lengths: &[LengthMatch], theirs: f64) -> Self {
        let (least, most) = PASSES_DRAWN;
        let clip = |value: f64| value.clamp(least, most).log10();
        let low = lengths.iter().map(|l| clip(l.passes.lo95)).fold(clip(theirs).min(0.0), f64::min);
        let high = lengths.iter().map(|l| clip(l.passes.hi95)).fold(clip(theirs), f64::max);
        // A treatment likened to itself has bands without width.
        let (low, high) = (low.floor(), high.ceil().max(low.floor() + 1.0));
        let digits: &[f64] = if high - low > 2.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let ticks = (low as i32..=high as i32)
            .flat_map(|power| digits.iter().map(move |digit| digit * 10f64.powi(power)))
            .filter(|tick| tick.log10() <= high + 1e-9)
            .collect();
        let words = |tick: f64, _: &[f64]| two_digits(tick);
        Self { span: PASSES, low, high, logarithmic: true, ticks, words }
    }

    /// Distance of the depths, from zero.
    fn gap(lengths: &[LengthMatch]) -> Self {
        let high = lengths.iter().map(|l| l.depth_gap_um.hi95).fold(1.0, f64::max);
        let words = |tick: f64, all: &[f64]| number(tick, tick_step(all));
        let ticks = ticks(0.0, high, 4);
        Self { span: GAP, low: 0.0, high: 1.04 * high, logarithmic: false, ticks, words }
    }

    fn at(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.max(f64::MIN_POSITIVE).log10() } else { value };
        self.span.at(((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0))
    }

    fn beyond(&self, value: f64) -> bool {
        let value = if self.logarithmic { value.max(f64::MIN_POSITIVE).log10() } else { value };
        value > self.high + 1e-9
    }

    /// Its lines behind the rows, and the numbers below them.
    fn ground(&self, bottom: f64) -> Markup {
        html! {
            @for tick in &self.ticks {
                line x1=(self.at(*tick)) x2=(self.at(*tick)) y1=(HEAD) y2=(bottom) stroke="var(--grid)" {}
                text x=(self.at(*tick)) y=(bottom + 19.0) text-anchor="middle" font-size="13" fill="var(--ink-2)" { ((self.words)(*tick, &self.ticks)) }
            }
            line x1=(self.span.from) x2=(self.span.to) y1=(bottom) y2=(bottom) stroke="var(--axis)" {}
        }
    }

    /// A band as whisker, bar and dot; the dot is hollow where the length was not evaluated.
    fn band(&self, band: &Band, y: f64, colour: &str, evaluated: bool) -> Markup {
        let (from, to) = (self.at(band.lo95), self.at(band.hi95));
        html! {
            line x1=(from) x2=(if self.beyond(band.hi95) { to + 6.0 } else { to }) y1=(y) y2=(y) stroke=(colour) stroke-width="2" {}
            line x1=(self.at(band.lo50)) x2=(self.at(band.hi50)) y1=(y) y2=(y) stroke=(colour) stroke-width="7" stroke-linecap="round" stroke-opacity="0.45" {}
            @if self.beyond(band.hi95) {
                path d={ "M" (to + 13.0) " " (y) "l-9 -5v10Z" } fill=(colour) {}
            }
            @if !self.beyond(band.median) {
                circle cx=(self.at(band.median)) cy=(y) r="5" stroke=(colour) stroke-width="2"
                    fill=(if evaluated { colour } else { "var(--card)" }) {}
            }
        }
    }
}

/// The picture of one zone.
pub(in crate::punctures) fn like(liked: &LikedZone<'_>) -> Art {
    let like = liked.like;
    let count = like.lengths.len().max(1) as f64;
    let height = LEAST_HEIGHT.max(HEAD + ROW.0 * count + FOOT);
    // Few rows lie further apart, so that both halves end at the same height where they can.
    let row = ((height - HEAD - FOOT) / count).min(ROW.1);
    let body = html! {
        (rows(liked, row))
        (depths(liked, height - FOOT))
    };
    let hollow = like.lengths.iter().any(|length| !length.evaluated);
    Art {
        width: WIDTH,
        height,
        title: format!(
            "{}: like {} at {} mm",
            liked.zone.label,
            cut_short(&like.other.device),
            millimetres(like.other.needle_length_mm),
        ),
        facts: format!(
            "Dot: median. Bar: half, line: 95 of 100 possible truths. Shaded: most like in depth.{}",
            if hollow { " Hollow: beyond what was evaluated." } else { "" }
        ),
        desc: like_words(liked).join(" "),
        body: body.into_string(),
    }
}

/// A row for each length: the passes that give the dose, and how far the depths lie apart.
fn rows(liked: &LikedZone<'_>, row: f64) -> Markup {
    let like = liked.like;
    let bottom = HEAD + row * like.lengths.len() as f64;
    let theirs = f64::from(like.other.passes);
    let (passes, gap) = (Axis::passes(&like.lengths, theirs), Axis::gap(&like.lengths));
    let y = |at: usize| r1(HEAD + row * (at as f64 + 0.5));
    html! {
        text x="0" y="14" font-size="14" font-weight="bold" fill="var(--ink)" { "Set to" }
        text x=(PASSES.from) y="14" font-size="14" font-weight="bold" fill="var(--ink)" { "Passes for the same volume" }
        text x=(GAP.from) y="14" font-size="14" font-weight="bold" fill="var(--ink)" { "Depths differ by, µm" }
        rect x="-6" y=(r1(y(like.most_like) - 0.5 * row)) width=(GAP.to + 18.0) height=(r1(row)) rx="4" fill="var(--notice)" {}
        (passes.ground(bottom))
        (gap.ground(bottom))
        line x1=(passes.at(theirs)) x2=(passes.at(theirs)) y1=(HEAD - 8.0) y2=(bottom) stroke="var(--session)" stroke-width="1.5" stroke-dasharray="6 4" {}
        text x=(passes.at(theirs).clamp(PASSES.from + 62.0, PASSES.to - 62.0)) y=(HEAD - 14.0) text-anchor="middle" font-size="13" fill="var(--session)" {
            "the other: " (like.other.passes) @if like.other.passes == 1 { " pass" } @else { " passes" }
        }
        @for (at, length) in like.lengths.iter().enumerate() {
            @let ink = if length.evaluated { "var(--ink)" } else { "var(--ink-2)" };
            @let words = format!("{} mm", millimetres(length.needle_length_mm));
            @if at == like.most_like {
                text x="70" y=(y(at) + 5.0) text-anchor="end" font-size="14" font-weight="bold" fill=(ink) { (words) }
            } @else {
                text x="70" y=(y(at) + 5.0) text-anchor="end" font-size="14" fill=(ink) { (words) }
            }
            @if no_passes_do(length) {
                text x=(PASSES.middle()) y=(y(at) + 5.0) text-anchor="middle" font-size="13" fill="var(--ink-2)" { "hardly opens the skin" }
            } @else {
                (passes.band(&length.passes, y(at), "var(--tissue)", length.evaluated))
            }
            (gap.band(&length.depth_gap_um, y(at), "var(--seen)", length.evaluated))
        }
    }
}

/// How deep the holes of the two go, over the layers: between the curves lies their distance.
fn depths(liked: &LikedZone<'_>, bottom: f64) -> Markup {
    const UM_PER_MM: f64 = 1000.0;
    let like = liked.like;
    let best = &like.lengths[like.most_like];
    let deepest_um =
        like.depths.iter().map(|pair| pair.other_um.max(pair.this_um)).fold(1.0, f64::max) * 1.12;
    let y = |um: f64| r1(HEAD + (um / deepest_um).min(1.0) * (bottom - HEAD));
    // Shallow holes in micrometres, deep ones in millimetres.
    let (per_unit, unit) = if deepest_um < 400.0 { (1.0, "µm") } else { (UM_PER_MM, "mm") };
    let depth_ticks = ticks(0.0, deepest_um / per_unit, 5);
    let line = |read: fn(&DepthPair) -> f64, backwards: bool| {
        let mut path = String::new();
        let mut add = |pair: &DepthPair| {
            let _ = write!(path, "L{} {}", DEPTHS.at(pair.share), y(read(pair)));
        };
        if backwards {
            like.depths.iter().rev().for_each(&mut add);
        } else {
            like.depths.iter().for_each(&mut add);
        }
        path.split_off(1)
    };
    let (other, this) = (line(|pair| pair.other_um, false), line(|pair| pair.this_um, false));
    let back = line(|pair| pair.this_um, true);
    let name = |device: &str, length_mm: f64| {
        format!("{}, {} mm", cut_short(device), millimetres(length_mm))
    };
    let layers = &liked.zone.layers;
    // The names stand in the right half.
    let right = like.depths.iter().filter(|pair| pair.share > 0.5);
    let curves: Vec<f64> = right.flat_map(|pair| [y(pair.other_um), y(pair.this_um)]).collect();
    html! {
        @for (at, layer) in layers.iter().enumerate().filter(|(_, layer)| layer.top_um < deepest_um) {
            @let lower = if at + 1 == layers.len() { deepest_um } else { layer.bottom_um };
            @let (top, end) = (y(layer.top_um), y(lower));
            rect x=(DEPTHS.from) y=(top) width=(DEPTHS.to - DEPTHS.from) height=(r1(end - top)) fill=(layer_ink(&layer.name, at).css()) {}
            line x1=(DEPTHS.from) x2=(DEPTHS.to) y1=(end) y2=(end) stroke="var(--axis)" stroke-opacity="0.5" stroke-width="0.8" {}
        }
        path d={ "M" (other) "L" (back) "Z" } fill="var(--ink)" fill-opacity="0.12" {}
        path d={ "M" (other) } fill="none" stroke="var(--session)" stroke-width="3" stroke-dasharray="8 4" {}
        path d={ "M" (this) } fill="none" stroke="var(--tissue)" stroke-width="3" {}
        // The names over the curves, each on the colour of its layer.
        @for (at, layer) in layers.iter().enumerate().filter(|(_, layer)| layer.top_um < deepest_um) {
            @let lower = if at + 1 == layers.len() { deepest_um } else { layer.bottom_um };
            @if let Some(baseline) = free_line(y(layer.top_um), y(lower), &curves) {
                text x=(DEPTHS.to - 8.0) y=(baseline) text-anchor="end" font-size="13" fill="var(--ink)"
                    stroke=(layer_ink(&layer.name, at).css()) stroke-width="4" stroke-linejoin="round" paint-order="stroke" { (layer.name) }
            }
        }
        (key(14.0, "var(--session)", true, &name(&like.other.device, like.other.needle_length_mm)))
        (key(36.0, "var(--tissue)", false, &name(liked.device, best.needle_length_mm)))
        @for tick in &depth_ticks {
            @let at = y(tick * per_unit);
            line x1=(DEPTHS.from - 6.0) x2=(DEPTHS.from) y1=(at) y2=(at) stroke="var(--axis)" {}
            text x=(DEPTHS.from - 10.0) y=(at + 5.0) text-anchor="end" font-size="13" fill="var(--ink-2)" {
                (number(*tick, tick_step(&depth_ticks))) @if *tick <= 0.0 { " " (unit) }
            }
        }
        line x1=(DEPTHS.from) x2=(DEPTHS.from) y1=(HEAD) y2=(bottom) stroke="var(--axis)" {}
        @for percent in [0_u8, 25, 50, 75, 100] {
            @let x = DEPTHS.at(f64::from(percent) / 100.0);
            text x=(x) y=(bottom + 19.0) text-anchor=(match percent { 100 => "end", _ => "middle" }) font-size="13" fill="var(--ink-2)" { (percent) }
        }
        text x=(DEPTHS.to) y=(bottom + 39.0) text-anchor="end" font-size="13" fill="var(--ink-2)" { "% of the holes go deeper" }
    }
}

/// Where in a layer, between `top` and `bottom` in the picture, its name lies furthest from the curves;
/// none if it is too thin for one.
fn free_line(top: f64, bottom: f64, curves: &[f64]) -> Option<f64> {
    /// From the middle of the letters down to their baseline.
    const BELOW: f64 = 5.0;
    if bottom - top < 18.0 {
        return None;
    }
    let room = |line: f64| {
        curves.iter().map(|curve| (curve - line + BELOW).abs()).fold(f64::INFINITY, f64::min)
    };
    // The lowest first: it is taken where the curves are far from all.
    [bottom - 6.0, 0.5 * (top + bottom) + BELOW, top + 15.0]
        .into_iter()
        .reduce(|best, line| if room(line).min(20.0) > room(best).min(20.0) { line } else { best })
        .map(r1)
}

/// A line and what it is.
fn key(y: f64, colour: &str, dashed: bool, words: &str) -> Markup {
    html! {
        line x1=(NAMES) x2=(NAMES + 26.0) y1=(y - 4.5) y2=(y - 4.5) stroke=(colour) stroke-width="3" stroke-dasharray=(if dashed { "8 4" } else { "none" }) {}
        text x=(NAMES + 34.0) y=(y) font-size="14" fill="var(--ink)" { (words) }
    }
}

/// A device's name, of which a case may give any, as far as there is room.
fn cut_short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(passes: [f64; 3]) -> LengthMatch {
        let band = |[lo, median, hi]: [f64; 3]| Band {
            mean: median,
            median,
            lo95: lo,
            lo50: lo,
            hi50: hi,
            hi95: hi,
        };
        LengthMatch {
            needle_length_mm: 1.0,
            evaluated: true,
            passes: band(passes),
            depth_gap_um: band([10.0, 20.0, 30.0]),
            depth_um: band([400.0, 500.0, 600.0]),
            holes_ratio: band([1.0, 1.0, 1.0]),
        }
    }

    #[test]
    fn the_axis_of_passes_holds_all_bands_or_shows_that_they_go_on() {
        let axis = Axis::passes(&[length([0.4, 2.0, 30.0]), length([3.0, 2e3, 1e4])], 15.0);
        assert!((axis.at(0.1) - PASSES.from).abs() < 1e-9);
        assert!((axis.at(1000.0) - PASSES.to).abs() < 1e-9);
        assert!((axis.at(10.0) - PASSES.middle()).abs() < 0.1);
        assert!(axis.beyond(2e3) && !axis.beyond(30.0));
        let one = Axis::passes(&[length([1.0, 1.0, 1.0])], 1.0);
        assert!(one.high > one.low);
    }

    #[test]
    fn names_of_layers_keep_away_from_the_curves() {
        assert_eq!(free_line(100.0, 110.0, &[]), None);
        assert_eq!(free_line(100.0, 200.0, &[400.0]), Some(194.0));
        assert_eq!(free_line(100.0, 200.0, &[190.0, 188.0]), Some(155.0));
        assert_eq!(free_line(100.0, 200.0, &[190.0, 150.0]), Some(115.0));
    }

    #[test]
    fn long_names_are_cut() {
        assert_eq!(cut_short("SkinPen"), "SkinPen");
        assert_eq!(cut_short(&"n".repeat(80)).chars().count(), LETTERS);
    }
}
