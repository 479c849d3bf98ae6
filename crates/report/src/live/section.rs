//! The skin cut open, healing: a picture for each moment from the needles to the months after.
//!
//! Every picture is drawn from the simulated state of its moment: how far channels are open, sealed and bridged, clot,
//! redness (vessels widen, the papillary dermis flushes), swelling (the skin stands higher), inflammation and
//! fibroblasts (cells appear and go), and the collagen gained. One more fibre stands for the same share of collagen as
//! one of those drawn at rest. The cut, the borders and the old fibres are those of the report's section.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};
use needlepoint_course::{
    observable::Observable,
    result::{CourseResult, DrawnPuncture, Moment, ZoneCourse},
};

use crate::{
    numbers::{DAYS_PER_MONTH, THIN, number},
    section::{
        AIR, Borders, CLOSE, Skin, UM, WIDTH, close_up, cut, hours, legend, noise, r1, r2,
        scale_bar, vessel_widths,
    },
    timeline::{band_at, series_of},
};

/// Fibres drawn of skin at rest, in the report's section: fine ones and coarse ones.
const OLD_FIBRES: f64 = 320.0;
/// New fibres come in bundles of so many.
const BUNDLE: u32 = 8;
/// No more bundles than would fill the dermis.
const BUNDLES: u32 = 40;
/// Cells of inflammation at its greatest, and in a group that comes and goes together.
const INFLAMED: u32 = 48;
const TOGETHER: u32 = 8;
/// Fibroblasts of skin at rest, and the most that are drawn.
const RESTING: f64 = 10.0;
const MOST_FIBROBLASTS: u32 = 40;

/// What the course says of one moment.
struct Frame {
    moment: Moment,
    label: String,
    /// Redness, share of its greatest.
    red: f64,
    /// Swelling, share of the skin's thickness.
    swelling: f64,
    /// Gain of collagen in the papillary and in the whole dermis, shares of what was there.
    papillary: f64,
    dermal: f64,
}

/// The healing of a zone; `tag` makes identifiers unique.
pub(super) fn healing(zone: &ZoneCourse, result: &CourseResult, tag: &str) -> Markup {
    let Some(borders) = Borders::of(&zone.layers) else { return html! {} };
    let (channels, _) = cut(&zone.punctures, zone.patch_side_mm);
    let frames = frames(zone, result);
    let scene = Scene { skin: Skin { borders: &borders }, channels: &channels, tag };
    let close = close_up(&channels);
    let view = format!("0 {} {WIDTH} {}", -AIR, r1(borders.height()));
    html! {
        div.healing {
            svg.offstage width="0" height="0" aria-hidden="true" focusable="false" {
                defs {
                    (scene.stock(&frames))
                    @for (i, frame) in frames.iter().enumerate() {
                        g id={ (tag) "-t" (i) } { (PreEscaped(scene.moment(frame))) }
                    }
                }
            }
            figure.moving {
                figcaption aria-live="polite" {
                    @for (i, frame) in frames.iter().enumerate() {
                        span.frame data-frame=(i) data-hours=(hours_of(&frame.moment)) hidden[i > 0] {
                            strong { (frame.label) }
                            span { (sentence(frame)) }
                        }
                    }
                }
                div.views {
                    svg.drawing role="img" viewBox=(view) aria-labelledby={ (tag) "-h-t" } {
                        title id={ (tag) "-h-t" } { "Section through the skin, healing" }
                        (groups(&frames, tag))
                        @if let Some((x, y)) = close {
                            rect x=(r1(x)) y=(r1(y)) width=(CLOSE.0) height=(CLOSE.1) rx="2" fill="none"
                                stroke="var(--ink)" stroke-width="1" stroke-dasharray="3 2" {}
                        }
                        (scale_bar(6.0, borders.end - 8.0, 50.0, 13.0, "0.5 mm"))
                    }
                    @if let Some((x, y)) = close {
                        svg.drawing.close role="img" viewBox={ (r1(x)) " " (r1(y)) " " (CLOSE.0) " " (CLOSE.1) }
                            aria-label="One channel close up" {
                            (groups(&frames, tag))
                            (scale_bar(x + 1.6, y + CLOSE.1 - 2.0, 10.0, 2.5, "0.1 mm"))
                        }
                    }
                }
            }
            ol.strip {
                @for (i, frame) in frames.iter().enumerate() {
                    li.still data-frame=(i) data-hours=(hours_of(&frame.moment)) {
                        svg.drawing role="img" viewBox=(strip_view(close, &borders)) aria-label=(frame.label) {
                            use href={ "#" (tag) "-t" (i) } {}
                        }
                        span { (frame.label) }
                    }
                }
            }
            (legend())
            p.legend {
                span.key { (cell_key("--immune")) "cells of inflammation" }
                span.key { (cell_key("--fibroblast")) "fibroblasts" }
                span.key { (cell_key("--new-fibre")) "collagen gained" }
            }
            p.note {
                "Drawn from the simulated state of the typical person, to scale across and down: channels, layers, swelling, and collagen, of which one new fibre stands for as much as an old one. "
                "How many cells of a kind are there follows the model, their number and size do not; borders, fibres, fat cells and vessels are drawn by hand."
            }
            details { summary { "The same as a table" } (table(&frames)) }
        }
    }
}

fn cell_key(ink: &str) -> Markup {
    html! {
        svg.dot viewBox="0 0 2 2" aria-hidden="true" focusable="false" { circle cx="1" cy="1" r="1" fill={ "var(" (ink) ")" } {} }
    }
}

/// One group a moment, all but the first hidden.
fn groups(frames: &[Frame], tag: &str) -> Markup {
    html! {
        @for (i, frame) in frames.iter().enumerate() {
            g.frame data-frame=(i) data-hours=(hours_of(&frame.moment)) hidden[i > 0] {
                use href={ "#" (tag) "-t" (i) } {}
            }
        }
    }
}

/// The small pictures show the upper skin around the channel of the close-up, twice as wide as high.
fn strip_view(close: Option<(f64, f64)>, borders: &Borders) -> String {
    let high = (borders.papillary + 26.0).min(borders.height());
    let wide = 1.3 * high;
    let middle = close.map_or(WIDTH / 2.0, |(x, _)| x + CLOSE.0 / 2.0);
    let left = (middle - wide / 2.0).clamp(0.0, WIDTH - wide);
    format!("{} -9 {} {}", r1(left), r1(wide), r1(high + 9.0))
}

fn hours_of(moment: &Moment) -> String {
    let hours = 24.0 * moment.day;
    if hours < 48.0 { format!("{hours:.1}").replace(".0", "") } else { format!("{hours:.0}") }
}

fn frames(zone: &ZoneCourse, result: &CourseResult) -> Vec<Frame> {
    let median = |observable, day| {
        let band = series_of(zone, observable).and_then(|series| band_at(series, day));
        band.map_or(0.0, |band| band.median)
    };
    let most = zone.moments.iter().map(|moment| moment.stage.redness).fold(1e-9, f64::max);
    zone.moments
        .iter()
        .map(|moment| Frame {
            moment: *moment,
            label: label(moment, result),
            red: (moment.stage.redness / most).clamp(0.0, 1.0),
            swelling: (median(Observable::Oedema, moment.day) / 100.0).clamp(0.0, 0.5),
            papillary: median(Observable::PapillaryCollagen, moment.day) / 100.0,
            dermal: median(Observable::DermalCollagen, moment.day) / 100.0,
        })
        .collect()
}

/// "3 days", or from the last of several sessions on "2 months after session 3".
fn label(moment: &Moment, result: &CourseResult) -> String {
    let since = moment.stage.hours / 24.0;
    let span = if since < 20.0 {
        hours(moment.stage.hours)
    } else if since < 27.0 {
        format!("{} weeks", number(since / 7.0, 1.0))
    } else {
        let months = number(since / DAYS_PER_MONTH, 1.0);
        format!("{months} month{}", if months == "1" { "" } else { "s" })
    };
    if result.sessions.len() > 1 {
        let after = if since < 0.01 { "session" } else { "after session" };
        format!("{span} {after} {}", moment.session)
    } else {
        span
    }
}

/// What is going on, the latest first.
fn sentence(frame: &Frame) -> String {
    let Frame { moment, .. } = frame;
    let stage = &moment.stage;
    let percent = |share: f64| format!("{}{THIN}%", number(100.0 * share, 1.0));
    let mut parts: Vec<String> = Vec::new();
    if stage.sealed < 0.5 {
        parts.push("the channels stand open and fill with blood".to_owned());
    } else if stage.bridged < 0.5 {
        parts.push(format!(
            "clot and dried fluid seal {} of the channels; new cells creep in from their rims",
            percent(stage.sealed)
        ));
    } else if stage.horny_layer < 0.9 {
        parts.push(format!(
            "new cells have bridged the channels, {} of the horny layer over them is back",
            percent(stage.horny_layer)
        ));
    }
    if frame.red > 0.1 {
        let swollen = if frame.swelling > 0.01 {
            format!(", the skin is {} thicker with fluid", percent(frame.swelling))
        } else {
            String::new()
        };
        parts.push(format!("vessels are wide and the skin is red{swollen}"));
    }
    if moment.inflammation > 0.1 {
        parts.push(if stage.clot > 0.2 {
            "cells of inflammation clear the clot".to_owned()
        } else {
            "inflammation is dying down".to_owned()
        });
    }
    if moment.fibroblasts > 1.15 {
        parts.push(format!(
            "fibroblasts, {} times as many as at rest, lay down collagen",
            number(moment.fibroblasts, 0.1)
        ));
    }
    let gain = format!(
        "collagen of the papillary dermis is {} above what it was",
        percent(frame.papillary.max(0.0))
    );
    if frame.papillary > 0.005 && moment.day > 2.0 {
        parts.push(if parts.is_empty() {
            format!("the surface is calm and whole; {gain}, and its fibres ripen")
        } else {
            gain
        });
    }
    if parts.is_empty() {
        parts.push("the skin looks as it did before".to_owned());
    }
    let text = parts.join("; ");
    let mut letters = text.chars();
    letters
        .next()
        .map_or(String::new(), |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn table(frames: &[Frame]) -> Markup {
    let percent = |share: f64| format!("{}{THIN}%", number(100.0 * share, 1.0));
    html! {
        table.data {
            thead {
                tr {
                    th scope="col" { "When" }
                    th scope="col" { "Sealed" }
                    th scope="col" { "Bridged" }
                    th scope="col" { "Horny layer" }
                    th scope="col" { "Redness, Δa*" }
                    th scope="col" { "Swelling" }
                    th scope="col" { "Fibroblasts, × rest" }
                    th scope="col" { "Papillary collagen" }
                }
            }
            tbody {
                @for frame in frames {
                    @let stage = &frame.moment.stage;
                    tr {
                        th scope="row" { (frame.label) }
                        td { (percent(stage.sealed)) }
                        td { (percent(stage.bridged)) }
                        td { (percent(stage.horny_layer)) }
                        td { (number(stage.redness, 0.1)) }
                        td { (percent(frame.swelling)) }
                        td { (number(frame.moment.fibroblasts, 0.1)) }
                        td { "+" (percent(frame.papillary.max(0.0))) }
                    }
                }
            }
        }
    }
}

/// The skin with its channels.
struct Scene<'a> {
    skin: Skin<'a>,
    channels: &'a [DrawnPuncture],
    tag: &'a str,
}

impl Scene<'_> {
    /// What moments share: the skin at rest, and groups of cells and bundles of fibres that come one by one.
    fn stock(&self, frames: &[Frame]) -> Markup {
        let tag = self.tag;
        let most = |count: &dyn Fn(&Frame) -> f64, of: u32| {
            frames.iter().map(count).fold(0.0, f64::max).ceil().min(f64::from(of)) as u32
        };
        let bundles = most(&|frame| self.new_fibres(frame) / f64::from(BUNDLE), BUNDLES);
        let fibroblasts = most(&|frame| RESTING * frame.moment.fibroblasts, MOST_FIBROBLASTS);
        let group = |name: &str, i: u32, drawn: String| {
            html! { g id={ (tag) "-" (name) (i) } { (PreEscaped(drawn)) } }
        };
        html! {
            g id={ (tag) "-skin" } { (PreEscaped(self.skin.layers())) }
            g id={ (tag) "-flush" } { (PreEscaped(self.skin.flush(1.0))) }
            @for (i, path) in self.skin.vessel_paths().iter().enumerate() {
                path id={ (tag) "-v" (i) } d=(path) fill="none" stroke="var(--vessel)" {}
            }
            @for i in 0..bundles { (group("n", i, self.bundle(i))) }
            @for i in 0..INFLAMED / TOGETHER { (group("i", i, self.inflamed(i))) }
            @for i in 0..fibroblasts { (group("f", i, self.fibroblast(i))) }
        }
    }

    /// One moment.
    fn moment(&self, frame: &Frame) -> String {
        let Frame { moment, red, swelling, .. } = frame;
        let tag = self.tag;
        let bottom = self.skin.borders.dermis;
        let mut out = String::new();
        // Fluid lifts the skin off the fat below it.
        let lift = 1.0 + swelling;
        let _ = write!(
            out,
            "<g transform=\"translate(0 {}) scale(1 {:.3})\"><use href=\"#{tag}-skin\"/>",
            r2(bottom - bottom * lift),
            lift
        );
        self.shown(&mut out, "n", self.new_fibres(frame) / f64::from(BUNDLE), BUNDLES);
        let _ = write!(out, "<use href=\"#{tag}-flush\" opacity=\"{}\"/>", r2(*red));
        for (i, width) in vessel_widths(*red).into_iter().enumerate() {
            let _ = write!(
                out,
                "<use href=\"#{tag}-v{i}\" stroke-width=\"{}\" stroke-opacity=\"{}\"/>",
                r2(width),
                r2(0.55 + 0.45 * red)
            );
        }
        let fibroblasts = RESTING * moment.fibroblasts;
        self.shown(&mut out, "f", fibroblasts, MOST_FIBROBLASTS);
        let inflamed = f64::from(INFLAMED / TOGETHER) * moment.inflammation;
        self.shown(&mut out, "i", inflamed, INFLAMED / TOGETHER);
        // What is mended fades as the surface above it closes.
        let stage = &moment.stage;
        let left = (1.0 - stage.horny_layer).max(stage.clot).max(1.0 - stage.bridged);
        if left > 0.02 {
            let _ = write!(out, "<g opacity=\"{}\">", r2(left.min(1.0)));
            for channel in self.channels {
                out.push_str(&self.skin.channel(channel, stage).replace(" opacity=\"1\"", ""));
            }
            out.push_str("</g>");
        }
        out.push_str("</g>");
        out
    }

    /// So many of a numbered stock, the last in part.
    fn shown(&self, out: &mut String, name: &str, count: f64, most: u32) {
        let count = count.clamp(0.0, f64::from(most));
        for i in 0..count.ceil() as u32 {
            let share = (count - f64::from(i)).min(1.0);
            let opacity =
                if share < 1.0 { format!(" opacity=\"{}\"", r2(share)) } else { String::new() };
            let _ = write!(out, "<use href=\"#{}-{name}{i}\"{opacity}/>", self.tag);
        }
    }

    /// How many fibres have been gained.
    fn new_fibres(&self, frame: &Frame) -> f64 {
        let b = self.skin.borders;
        let upper = ((b.papillary - b.epidermis) / (b.dermis - b.epidermis)).clamp(0.05, 0.95);
        // Three in five bundles lie in the papillary dermis: what is gained there shows there.
        let gained = upper * frame.papillary + (1.0 - upper) * frame.dermal;
        OLD_FIBRES * gained.max(0.0)
    }

    /// A place in the dermis: three of five near a channel, the others anywhere.
    fn place(&self, seed: u32, deepest: f64) -> (f64, f64) {
        let b = self.skin.borders;
        let top = b.epidermis + 4.0;
        let lower = (deepest - top).max(4.0);
        let near = (!self.channels.is_empty() && seed % 5 < 3).then(|| {
            &self.channels
                [(noise(seed) * self.channels.len() as f64) as usize % self.channels.len()]
        });
        match near {
            Some(channel) => {
                let depth = (channel.depth_um / UM).min(deepest).max(top + 2.0);
                let y = top + (depth - top) * noise(seed + 11);
                let off = 3.0 + 15.0 * noise(seed + 23);
                let side = if noise(seed + 37) < 0.5 { -1.0 } else { 1.0 };
                (channel.x_mm * 1000.0 / UM + side * off, y)
            }
            None => (WIDTH * noise(seed + 5), top + lower * noise(seed + 7)),
        }
    }

    fn bundle(&self, bundle: u32) -> String {
        let b = self.skin.borders;
        let mut fine = String::new();
        let mut coarse = String::new();
        for i in 0..BUNDLE {
            let seed = 70_000 + 97 * (bundle * BUNDLE + i);
            let in_papillary = i % 5 < 3;
            let deepest = if in_papillary { b.papillary } else { b.dermis - 8.0 };
            let (x, y) = self.place(seed + i, deepest);
            if y < b.papillary {
                let (dx, dy) = (3.0 + 4.0 * noise(seed + 41), 3.0 * (noise(seed + 43) - 0.5));
                let _ =
                    write!(fine, "M{x:.1} {y:.1}q{:.1} {:.1} {dx:.1} {dy:.1}", dx / 2.0, dy - 1.4);
            } else {
                let (dx, dy) = (11.0 + 12.0 * noise(seed + 41), 5.0 * (noise(seed + 43) - 0.5));
                let bend = 4.0 * (noise(seed + 47) - 0.5);
                let _ = write!(
                    coarse,
                    "M{x:.1} {y:.1}c{:.1} {bend:.1} {:.1} {:.1} {dx:.1} {dy:.1}",
                    dx / 3.0,
                    2.0 * dx / 3.0,
                    dy - bend
                );
            }
        }
        let line = |path: &str, width: f64| {
            if path.is_empty() {
                return String::new();
            }
            format!(
                "<path d=\"{path}\" fill=\"none\" stroke=\"var(--new-fibre)\" stroke-linecap=\"round\" \
                 stroke-width=\"{width}\"/>"
            )
        };
        format!("{}{}", line(&fine, 0.7), line(&coarse, 1.4))
    }

    fn inflamed(&self, group: u32) -> String {
        let b = self.skin.borders;
        let deepest = b.papillary + 0.35 * (b.dermis - b.papillary);
        let mut dots = String::new();
        for i in 0..TOGETHER {
            // All of them near channels: they are called by the clot.
            let seed = 5 * (20_000 + 31 * (group * TOGETHER + i)) + i % 3;
            let (x, y) = self.place(seed, deepest);
            let _ = write!(dots, "M{x:.1} {y:.1}h0");
        }
        format!(
            "<path d=\"{dots}\" stroke=\"var(--immune)\" stroke-width=\"1.9\" stroke-linecap=\"round\"/>"
        )
    }

    /// A spindle with its long tails.
    fn fibroblast(&self, number: u32) -> String {
        let b = self.skin.borders;
        let seed = 40_000 + 53 * number;
        let (x, y) = self.place(seed, b.papillary + 0.5 * (b.dermis - b.papillary));
        let turn = 50.0 * (noise(seed + 3) - 0.5);
        format!(
            "<path transform=\"translate({x:.1} {y:.1}) rotate({turn:.0})\" fill=\"var(--fibroblast)\" \
             d=\"M-5 0Q-1.8 -.2 0 -.7Q1.8 -.2 5 0Q1.8 .2 0 .7Q-1.8 .2 -5 0Z\"/>"
        )
    }
}
