//! What is treated, as shapes: a relief in greys below or above the level of the skin, and colours.

use std::{f64::consts::TAU, fmt::Write as _};

use needlepoint_case::{Concern, case::StriaColour};
use needlepoint_knowledge::{Knowledge, concern::ConcernKind};

use super::{HIGH, Look, WIDE, tone::Tone};
use crate::section::{noise, r1, r2};

/// Depths at which a pit or furrow is drawn as dark as it can be, um.
const DEEP_SCAR_UM: f64 = 800.0;
const DEEP_WRINKLE_UM: f64 = 400.0;
const HIGH_SCAR_UM: f64 = 2500.0;
/// What of them is drawn at least: a stated concern is to be seen.
const LEAST: f64 = 0.16;

/// Something to be treated.
#[derive(Debug, Clone)]
pub(super) struct Lesion {
    kind: Kind,
    tone: Tone,
    /// How plain it is before, 0 to 1 and a little more.
    plain: f64,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Shares of boxcar, rolling and ice-pick scars.
    Pits([f64; 3]),
    /// How furrows run.
    Furrows(Run),
    /// Patches, or small spots, of pigment.
    Patches { small: bool },
    /// Stretch marks.
    Bands { red: bool },
    /// A scar of a cut, or of a burn.
    Scar { raised: bool, broad: bool },
    /// Slack skin.
    Folds,
    /// Wide pores: area above that of ordinary ones, share of it.
    Pores(f64),
    /// Hairs per cm2.
    Hair(f64),
    /// Nothing.
    Nothing,
}

/// How furrows run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// Across, as on forehead and neck.
    Across,
    /// From the corner of an eye.
    Fan,
    /// Down, as on the lips.
    Down,
    /// A net of fine ones.
    Net,
}

impl Lesion {
    pub(super) fn of(concern: &Concern, site: &str, knowledge: &Knowledge, tone: Tone) -> Self {
        use ConcernKind as K;
        let size = concern.size(knowledge).unwrap_or(0.0);
        let of = |most: f64| (size / most).clamp(LEAST, 1.3);
        let run = match site {
            "periorbital" | "temple" => Run::Fan,
            "forehead" | "neck" => Run::Across,
            "upper-lip" => Run::Down,
            _ => Run::Net,
        };
        let (kind, plain) = match concern.kind {
            K::AcneScars => {
                let shares = concern.scar_types.map_or([0.4, 0.4, 0.2], |types| {
                    [types.boxcar_share, types.rolling_share, types.ice_pick_share]
                });
                (Kind::Pits(shares), of(DEEP_SCAR_UM))
            }
            K::SurgicalScar | K::BurnScar => {
                let raised = concern.is_raised();
                let deep = if raised { HIGH_SCAR_UM } else { DEEP_SCAR_UM };
                (Kind::Scar { raised, broad: concern.kind == K::BurnScar }, of(deep))
            }
            K::Wrinkles => (Kind::Furrows(run), of(DEEP_WRINKLE_UM)),
            K::Photoageing => (Kind::Furrows(Run::Net), of(0.5)),
            K::Striae => {
                let red = concern.size.stria_colour == Some(StriaColour::Rubra);
                (Kind::Bands { red }, of(0.5))
            }
            K::Melasma => (Kind::Patches { small: false }, of(0.9)),
            K::Hyperpigmentation => (Kind::Patches { small: true }, of(0.9)),
            K::Laxity => (Kind::Folds, of(0.5)),
            K::Pores => (Kind::Pores(size), 1.0),
            K::HairLoss => (Kind::Hair(size), 1.0),
            K::Healthy => (Kind::Nothing, 0.0),
        };
        Self { kind, tone, plain }
    }

    /// How much rougher than smooth skin the surface is before, share of it.
    pub(super) fn roughness(&self) -> f64 {
        match self.kind {
            Kind::Furrows(Run::Net) => 0.8 * self.plain.min(1.0),
            Kind::Furrows(_) | Kind::Pits(_) => 0.5 * self.plain.min(1.0),
            Kind::Pores(_) => 0.2,
            _ => 0.0,
        }
    }

    /// Shapes that are the same in every picture, to be used with more or less opacity.
    pub(super) fn shapes(&self, id: &str) -> String {
        let tag = id.rsplit_once("-l").map_or(id, |(tag, _)| tag);
        let (height, colour) = match self.kind {
            Kind::Pits(shares) => pits(shares, tag, self.tone),
            Kind::Furrows(run) => furrows(run, id, self.tone),
            Kind::Patches { small } => (String::new(), patches(small, self.tone)),
            Kind::Scar { raised, broad } => scar(raised, broad, self.tone),
            Kind::Folds => (folds(), String::new()),
            Kind::Bands { .. } | Kind::Pores(_) | Kind::Hair(_) | Kind::Nothing => {
                return String::new();
            }
        };
        format!("<g id=\"{id}-h\">{height}</g><g id=\"{id}-c\">{colour}</g>")
    }

    /// The relief of a picture, to be drawn on level ground.
    pub(super) fn height(&self, id: &str, look: &Look) -> String {
        match self.kind {
            Kind::Patches { .. } | Kind::Hair(_) | Kind::Nothing => String::new(),
            Kind::Bands { .. } => {
                bands(look, &|band, out| band.relief(out, self.plain * look.size))
            }
            Kind::Pores(excess) => pores(1.0 + excess * look.size, None),
            _ => {
                let opacity = r2((self.plain * look.size).clamp(0.0, 1.0));
                format!("<use href=\"#{id}-h\" opacity=\"{opacity}\"/>")
            }
        }
    }

    /// The colours of a picture, below its light and shadow.
    pub(super) fn colour(&self, id: &str, tag: &str, look: &Look) -> String {
        match self.kind {
            Kind::Hair(_) | Kind::Folds | Kind::Nothing => String::new(),
            Kind::Pores(excess) => pores(1.0 + excess * look.size, Some(self.tone)),
            Kind::Bands { red } => {
                let colour = if red { self.tone.red } else { self.tone.pale };
                let opacity = (0.25 + 0.6 * self.plain) * look.size;
                let drawn = bands(look, &|band, out| band.fill(out));
                format!(
                    "<g filter=\"url(#{tag}-soft)\" fill=\"{}\" opacity=\"{}\">{drawn}</g>",
                    colour.css(),
                    r2(opacity.clamp(0.0, 1.0))
                )
            }
            Kind::Patches { small } => {
                let filter = if small { "soft" } else { "ragged" };
                let opacity = r2((0.95 * self.plain * look.size).clamp(0.0, 1.0));
                format!(
                    "<g filter=\"url(#{tag}-{filter})\" opacity=\"{opacity}\"><use href=\"#{id}-c\"/></g>"
                )
            }
            _ => {
                let opacity = r2((self.plain * look.size).clamp(0.0, 1.0));
                format!(
                    "<g filter=\"url(#{tag}-soft)\" opacity=\"{opacity}\"><use href=\"#{id}-c\"/></g>"
                )
            }
        }
    }

    /// What stands above the skin: hair.
    pub(super) fn above(&self, look: &Look) -> String {
        match self.kind {
            Kind::Hair(density) => hairs(density + look.hairs, self.tone),
            _ => String::new(),
        }
    }
}

/// Places that look like chance, keep off each other and are always the same.
fn places(seed: u32, count: usize, apart: f64, margin: f64) -> Vec<(f64, f64, u32)> {
    let mut places: Vec<(f64, f64, u32)> = Vec::new();
    for attempt in 0..60 * count as u32 {
        if places.len() == count {
            break;
        }
        let at = seed + 3 * attempt;
        let x = margin + (WIDE - 2.0 * margin) * noise(at);
        let y = margin + (HIGH - 2.0 * margin) * noise(at + 1);
        if places.iter().all(|(u, v, _)| (x - u).hypot(y - v) > apart) {
            places.push((x, y, at));
        }
    }
    places
}

/// An uneven closed outline around a place.
fn blob(x: f64, y: f64, wide: f64, high: f64, seed: u32) -> String {
    const CORNERS: u32 = 9;
    let corner = |i: u32| {
        let i = i % CORNERS;
        let angle = TAU * f64::from(i) / f64::from(CORNERS);
        let off = 0.78 + 0.44 * noise(seed + 17 * i);
        (x + wide * off * angle.cos(), y + high * off * angle.sin())
    };
    let middle = |a: (f64, f64), b: (f64, f64)| (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1));
    let start = middle(corner(CORNERS - 1), corner(0));
    let mut path = format!("M{:.1} {:.1}", start.0, start.1);
    for i in 0..CORNERS {
        let (at, to) = (corner(i), middle(corner(i), corner(i + 1)));
        let _ = write!(path, "Q{:.1} {:.1} {:.1} {:.1}", at.0, at.1, to.0, to.1);
    }
    path.push('Z');
    path
}

/// Scars of acne: pits by their shares, and the darker or redder ground of each.
fn pits(shares: [f64; 3], tag: &str, tone: Tone) -> (String, String) {
    const COUNT: f64 = 22.0;
    let [boxcar, rolling, ice_pick] = shares;
    let mut relief = String::new();
    let mut colour = String::new();
    let mut pit = |x: f64, y: f64, (wide, high): (f64, f64), seed: u32, kind: &str, deep: f64| {
        let turn = 180.0 * noise(seed + 7);
        let _ = write!(
            relief,
            "<ellipse rx=\"{}\" ry=\"{}\" transform=\"translate({} {}) rotate({turn:.0})\" fill=\"url(#{tag}-{kind})\" opacity=\"{}\"/>",
            r1(wide),
            r1(high),
            r1(x),
            r1(y),
            r2(deep)
        );
        let _ = write!(
            colour,
            "<ellipse rx=\"{}\" ry=\"{}\" transform=\"translate({} {}) rotate({turn:.0})\"/>",
            r1(0.8 * wide),
            r1(0.8 * high),
            r1(x),
            r1(y)
        );
    };
    let many = |share: f64, of: f64| (share * of).round() as usize;
    for (x, y, seed) in places(100, many(rolling, 0.6 * COUNT), 52.0, 20.0) {
        let r = 24.0 + 18.0 * noise(seed + 3);
        pit(x, y, (r, 0.72 * r), seed, "bowl", 0.5 + 0.25 * noise(seed + 5));
    }
    for (x, y, seed) in places(9_100, many(boxcar, COUNT), 26.0, 12.0) {
        let r = 8.0 + 8.0 * noise(seed + 3);
        pit(
            x,
            y,
            (r, (0.7 + 0.25 * noise(seed + 4)) * r),
            seed,
            "box",
            0.6 + 0.3 * noise(seed + 5),
        );
    }
    for (x, y, seed) in places(30_000, many(ice_pick, 1.7 * COUNT), 13.0, 8.0) {
        let r = 3.0 + 2.2 * noise(seed + 3);
        pit(x, y, (r, r), seed, "pick", 0.95);
    }
    let ground = tone.red.towards(tone.melanin, 0.55).css();
    (relief, format!("<g fill=\"{ground}\" fill-opacity=\".3\">{colour}</g>"))
}

/// A line that bends along its way, from a place at an angle.
fn furrow(x: f64, y: f64, turn: f64, length: f64, seed: u32) -> String {
    const STEPS: u32 = 5;
    let mut path = format!("M{} {}", r1(x), r1(y));
    let step = length / f64::from(STEPS);
    let (mut x, mut y, mut turn) = (x, y, turn);
    for i in 0..STEPS {
        let bend = 0.2 * (noise(seed + 13 * i) - 0.5);
        let (cx, cy) = (x + 0.5 * step * turn.cos(), y + 0.5 * step * turn.sin());
        turn += bend;
        x = cx + 0.5 * step * turn.cos();
        y = cy + 0.5 * step * turn.sin();
        let _ = write!(path, "Q{} {} {} {}", r1(cx), r1(cy), r1(x), r1(y));
    }
    path
}

fn furrows(run: Run, id: &str, tone: Tone) -> (String, String) {
    let mut coarse = String::new();
    let mut fine = String::new();
    let mut extra = |x: f64, y: f64, turn: f64, length: f64, seed: u32| {
        fine.push_str(&furrow(x, y, turn, length, seed));
    };
    match run {
        Run::Across => {
            for i in 0..4_u32 {
                let y = 34.0 + 50.0 * f64::from(i) + 12.0 * (noise(500 + i) - 0.5);
                coarse.push_str(&furrow(
                    -6.0,
                    y,
                    0.06 * (noise(520 + i) - 0.5),
                    315.0,
                    540 + 40 * i,
                ));
            }
            for (x, y, seed) in places(700, 22, 24.0, 0.0) {
                extra(
                    x - 30.0,
                    y,
                    0.24 * (noise(seed + 3) - 0.5),
                    40.0 + 60.0 * noise(seed + 4),
                    seed,
                );
            }
        }
        Run::Fan => {
            for i in 0..7_u32 {
                let turn = -0.72 + 0.24 * f64::from(i) + 0.1 * (noise(600 + i) - 0.5);
                let from = 48.0 + 34.0 * noise(610 + i);
                let (x, y) = (from * turn.cos() - 34.0, 0.5 * HIGH + 1.5 * from * turn.sin());
                coarse.push_str(&furrow(x, y, turn, 110.0 + 120.0 * noise(620 + i), 640 + 40 * i));
            }
            for (x, y, seed) in places(900, 24, 22.0, 0.0) {
                let turn = 0.9 * ((y - 0.5 * HIGH) / HIGH) + 0.2 * (noise(seed + 3) - 0.5);
                extra(x, y, turn, 26.0 + 36.0 * noise(seed + 4), seed);
            }
        }
        Run::Down => {
            for i in 0..8_u32 {
                let x = 20.0 + 37.0 * f64::from(i) + 10.0 * (noise(800 + i) - 0.5);
                let turn = 0.25 * TAU + 0.12 * (noise(820 + i) - 0.5);
                coarse.push_str(&furrow(
                    x,
                    30.0 + 30.0 * noise(830 + i),
                    turn,
                    160.0,
                    840 + 40 * i,
                ));
            }
            for (x, y, seed) in places(1_100, 22, 22.0, 0.0) {
                let turn = 0.25 * TAU + 0.3 * (noise(seed + 3) - 0.5);
                extra(x, y - 20.0, turn, 30.0 + 40.0 * noise(seed + 4), seed);
            }
        }
        Run::Net => {
            for i in 0..5_u32 {
                let y = 10.0 + 46.0 * f64::from(i) + 14.0 * (noise(1_200 + i) - 0.5);
                coarse.push_str(&furrow(
                    -8.0,
                    y,
                    0.28 + 0.1 * noise(1_220 + i),
                    320.0,
                    1_240 + 40 * i,
                ));
            }
            for (x, y, seed) in places(1_400, 46, 17.0, 0.0) {
                let crossing = if noise(seed + 6) < 0.6 { 0.35 } else { -0.75 };
                let turn = crossing + 0.35 * (noise(seed + 3) - 0.5);
                extra(x - 16.0, y, turn, 26.0 + 40.0 * noise(seed + 4), seed);
            }
        }
    }
    let line = |which: &str, width: f64, opacity: f64| {
        format!(
            "<use href=\"#{id}-{which}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\"/>"
        )
    };
    let group = |ink: &str, lines: &[String]| {
        let lines = lines.concat();
        format!("<g fill=\"none\" stroke=\"{ink}\" stroke-linecap=\"round\">{lines}</g>")
    };
    let paths = format!(
        "<defs><path id=\"{id}-coarse\" d=\"{coarse}\"/><path id=\"{id}-fine\" d=\"{fine}\"/></defs>"
    );
    // A furrow is wide and shallow above, narrow and deep below.
    let relief = [
        line("coarse", 12.0, 0.07),
        line("coarse", 7.0, 0.12),
        line("coarse", 3.2, 0.2),
        line("coarse", 1.3, 0.26),
        line("fine", 3.4, 0.07),
        line("fine", 1.2, 0.15),
    ];
    let colour = group(&tone.shadow.css(), &[line("coarse", 1.6, 0.2)]);
    (paths + &group("#000", &relief), colour)
}

/// Patches of pigment, or small spots.
fn patches(small: bool, tone: Tone) -> String {
    let mut out = String::new();
    if small {
        for (x, y, seed) in places(2_000, 17, 30.0, 10.0) {
            let r = 4.0 + 9.0 * noise(seed + 3);
            let path = blob(x, y, r, (0.7 + 0.3 * noise(seed + 4)) * r, seed);
            let _ = write!(
                out,
                "<path d=\"{path}\" fill-opacity=\"{}\"/>",
                r2(0.6 + 0.4 * noise(seed + 5))
            );
        }
    } else {
        for (x, y, seed) in places(2_400, 7, 62.0, 26.0) {
            let r = 26.0 + 26.0 * noise(seed + 3);
            let path = blob(x, y, 1.25 * r, 0.8 * r, seed);
            let _ = write!(
                out,
                "<path d=\"{path}\" fill-opacity=\"{}\"/>",
                r2(0.62 + 0.3 * noise(seed + 5))
            );
        }
        for (x, y, seed) in places(2_900, 26, 24.0, 6.0) {
            let r = 4.0 + 7.0 * noise(seed + 3);
            let path = blob(x, y, r, 0.8 * r, seed);
            let _ = write!(out, "<path d=\"{path}\" fill-opacity=\".4\"/>");
        }
    }
    format!("<g fill=\"{}\">{out}</g>", tone.melanin.css())
}

/// One stretch mark along its own axis.
struct Stripe {
    x: f64,
    y: f64,
    turn: f64,
    length: f64,
    half: f64,
    seed: u32,
}

impl Stripe {
    fn outline(&self) -> String {
        let (l, w) = (0.5 * self.length, self.half);
        let bend = 14.0 * (noise(self.seed + 8) - 0.5);
        format!(
            "M{0} 0C{1} {2} {3} {4} {5} 0C{3} {6} {1} {7} {0} 0Z",
            r1(-l),
            r1(-0.5 * l),
            r1(bend - 1.3 * w),
            r1(0.5 * l),
            r1(-bend - 1.3 * w),
            r1(l),
            r1(-bend + 1.3 * w),
            r1(bend + 1.3 * w),
        )
    }

    fn place(&self) -> String {
        format!("translate({} {}) rotate({:.0})", r1(self.x), r1(self.y), self.turn)
    }

    fn fill(&self, out: &mut String) {
        let _ = write!(out, "<path transform=\"{}\" d=\"{}\"/>", self.place(), self.outline());
    }

    /// A shallow trough with fine wrinkles across.
    fn relief(&self, out: &mut String, plain: f64) {
        let mut across = String::new();
        let mut along = -0.42 * self.length;
        let mut i = 0;
        while along < 0.42 * self.length {
            let reach = self.half * (1.0 - (2.0 * along / self.length).powi(2));
            let lean = 7.0 * (noise(self.seed + 50 + i) - 0.5);
            let _ =
                write!(across, "M{} {}l{} {}", r1(along), r1(-reach), r1(lean), r1(2.0 * reach));
            along += 4.0 + 6.0 * noise(self.seed + 90 + i);
            i += 1;
        }
        let _ = write!(
            out,
            "<g transform=\"{}\" opacity=\"{}\"><path d=\"{}\" fill-opacity=\".2\"/>\
             <path d=\"{across}\" stroke=\"#000\" stroke-width=\"1\" stroke-opacity=\".2\"/></g>",
            self.place(),
            r2(plain.clamp(0.0, 1.0)),
            self.outline()
        );
    }
}

/// Stretch marks side by side, as wide as they are by now.
fn bands(look: &Look, draw: &dyn Fn(&Stripe, &mut String)) -> String {
    let mut out = String::new();
    for i in 0..8_u32 {
        let seed = 3_000 + 200 * i;
        let half = (4.5 + 5.0 * noise(seed + 1)) * look.width;
        let stripe = Stripe {
            x: 14.0 + 39.0 * f64::from(i) + 12.0 * (noise(seed + 2) - 0.5),
            y: 0.5 * HIGH + 60.0 * (noise(seed + 3) - 0.5),
            turn: 68.0 + 12.0 * (noise(seed + 4) - 0.5),
            length: 190.0 + 150.0 * noise(seed + 5),
            half,
            seed,
        };
        draw(&stripe, &mut out);
    }
    out
}

/// A scar of a cut across the picture, or of a burn in its middle.
fn scar(raised: bool, broad: bool, tone: Tone) -> (String, String) {
    let ink = if raised { "#fff" } else { "#000" };
    let colour = if raised { tone.red.towards(tone.skin, 0.3) } else { tone.pale }.css();
    if broad {
        let outline = blob(0.5 * WIDE, 0.5 * HIGH, 96.0, 66.0, 4_000);
        let inner = blob(0.5 * WIDE, 0.5 * HIGH, 82.0, 54.0, 4_000);
        let mut cords = String::new();
        for (x, y, seed) in places(4_300, 90, 12.0, 40.0) {
            if ((x - 0.5 * WIDE) / 86.0).hypot((y - 0.5 * HIGH) / 58.0) < 0.7 {
                cords.push_str(&furrow(x, y, TAU * noise(seed + 3), 18.0, seed));
            }
        }
        let relief = format!(
            "<path d=\"{outline}\" fill=\"{ink}\" fill-opacity=\".16\"/><path d=\"{inner}\" fill=\"{ink}\" fill-opacity=\".14\"/>\
             <path d=\"{cords}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"6\" stroke-opacity=\".16\" stroke-linecap=\"round\"/>"
        );
        return (relief, format!("<path d=\"{outline}\" fill=\"{colour}\" fill-opacity=\".6\"/>"));
    }
    let line = furrow(34.0, 0.62 * HIGH, -0.22, 240.0, 4_100);
    let layer = |width: f64, opacity: f64| {
        format!(
            "<path d=\"{line}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\" stroke-opacity=\"{opacity}\" \
             stroke-linecap=\"round\"/>"
        )
    };
    let mut stitches = String::new();
    for i in 0..9_u32 {
        let x = 52.0 + 24.0 * f64::from(i);
        let y = 0.62 * HIGH - 0.22 * (x - 34.0);
        for side in [-13.0, 13.0] {
            let _ = write!(stitches, "M{} {}h0", r1(x), r1(y + side));
        }
    }
    let relief = [layer(20.0, 0.25), layer(13.0, 0.3), layer(6.0, 0.35)].concat();
    let colour = format!(
        "<path d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"14\" stroke-opacity=\".8\" stroke-linecap=\"round\"/>\
         <path d=\"{stitches}\" stroke=\"{colour}\" stroke-width=\"4\" stroke-opacity=\".6\" stroke-linecap=\"round\"/>"
    );
    (relief, colour)
}

/// Slack skin: broad soft folds that hang, and crêpe between them.
fn folds() -> String {
    let mut broad = String::new();
    let mut fine = String::new();
    for i in 0..4_u32 {
        let y = 36.0 + 52.0 * f64::from(i) + 10.0 * (noise(5_000 + i) - 0.5);
        let sag = 26.0 + 14.0 * noise(5_020 + i);
        let _ = write!(broad, "M-10 {}Q{} {} 310 {}", r1(y), 0.5 * WIDE, r1(y + sag), r1(y - 4.0));
    }
    for (x, y, seed) in places(5_200, 60, 15.0, 0.0) {
        fine.push_str(&furrow(
            x - 14.0,
            y,
            0.5 * (noise(seed + 3) - 0.5),
            22.0 + 26.0 * noise(seed + 4),
            seed,
        ));
    }
    format!(
        "<g fill=\"none\" stroke=\"#000\" stroke-linecap=\"round\">\
         <path d=\"{broad}\" stroke-width=\"34\" stroke-opacity=\".1\"/><path d=\"{broad}\" stroke-width=\"20\" stroke-opacity=\".16\"/>\
         <path d=\"{broad}\" stroke-width=\"9\" stroke-opacity=\".3\"/><path d=\"{fine}\" stroke-width=\"1.6\" stroke-opacity=\".26\"/></g>"
    )
}

/// Pores, each of so many times the area of an ordinary one; with a tone their dark mouths.
fn pores(area: f64, tone: Option<Tone>) -> String {
    // Half a tenth of a millimetre across, or wider.
    let across = 2.6 * area.max(0.2).sqrt();
    let mut dots = String::new();
    for (x, y, _) in places(6_000, 150, 13.0, 2.0) {
        let _ = write!(dots, "M{} {}h0", r1(x), r1(y));
    }
    let (ink, opacity) = tone.map_or(("#000".to_owned(), 0.5), |tone| (tone.shadow.css(), 0.3));
    let across = if tone.is_some() { 0.6 * across } else { across };
    format!(
        "<path d=\"{dots}\" stroke=\"{ink}\" stroke-width=\"{}\" stroke-opacity=\"{opacity}\" stroke-linecap=\"round\"/>",
        r2(across)
    )
}

/// Hairs, one for one, on a patch of the scalp.
fn hairs(per_cm2: f64, tone: Tone) -> String {
    const CM2: f64 = WIDE * HIGH / (250.0 * 250.0);
    let count = (per_cm2.max(0.0) * CM2).round() as u32;
    let mut path = String::new();
    // The first hairs are the same in every picture, so that those gained are seen as gained.
    for i in 0..count {
        let seed = 8_000 + 11 * i;
        // Points of the R2 sequence fill the patch evenly however many there are.
        let x = WIDE * (0.5 + 0.754_877_666_2 * f64::from(i)).fract();
        let y = HIGH * (0.5 + 0.569_840_291 * f64::from(i)).fract();
        let (dx, dy) = (26.0 + 34.0 * noise(seed + 1), 16.0 + 26.0 * noise(seed + 2));
        let _ = write!(path, "M{x:.0} {y:.0}q{:.0} {:.0} {dx:.0} {dy:.0}", 0.3 * dx, 0.75 * dy);
    }
    format!(
        "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" stroke-linecap=\"round\" opacity=\".86\"/>",
        tone.hair.css()
    )
}
