//! Light from one side on a relief: shadow and shine by filters, so that depth is seen as depth.
//!
//! A height map is drawn in greys, [`LEVEL`] at the level of the skin, darker below it. The filter adds the fine
//! furrows of skin, lets light fall on both from the upper left, and gives back what is darker than level skin as
//! shadow and what is brighter as shine, to be laid over the colours.

use std::fmt::Write as _;

use super::{HIGH, WIDE, tone::Tone};

/// How strongly shadow and shine are laid over the colours.
const DARK: f64 = 1.25;
const BRIGHT: f64 = 1.1;

/// Grey of level skin.
pub(super) const LEVEL: &str = "#909090";

/// Height of the light above the skin, degrees.
const ELEVATION: f64 = 52.0;
/// Where it stands.
const AZIMUTH: f64 = 225.0;
/// How high the whole range of greys is, units.
const SCALE: f64 = 17.0;
/// How high the fine furrows of smooth skin are, in the same way. They have a light of their own: within the range of
/// what is treated they would be no more than a few steps of grey.
const FURROWS: f64 = 0.6;

/// Filters and gradients that all pictures share.
pub(super) fn shared(tag: &str, tone: Tone) -> String {
    let [r, g, b] = tone.red.parts();
    let [mr, mg, mb] = tone.melanin.parts();
    let area = area();
    let shadow = tone.shadow.css();
    let mut out = String::new();
    // Unevenness of colour: blood and melanin, broad and faint.
    let _ = write!(
        out,
        "<filter id=\"{tag}-mottle\" {area}>\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".018 .022\" numOctaves=\"3\" seed=\"7\" result=\"n\"/>\
         <feColorMatrix in=\"n\" values=\"0 0 0 0 {r:.3} 0 0 0 0 {g:.3} 0 0 0 0 {b:.3} .62 0 0 0 -.24\" result=\"red\"/>\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".09\" numOctaves=\"2\" seed=\"3\" result=\"m\"/>\
         <feColorMatrix in=\"m\" values=\"0 0 0 0 {mr:.3} 0 0 0 0 {mg:.3} 0 0 0 0 {mb:.3} 0 .9 0 0 -.4\" result=\"brown\"/>\
         <feMerge><feMergeNode in=\"red\"/><feMergeNode in=\"brown\"/></feMerge></filter>"
    );
    // Ragged and soft edges of what has another colour.
    for (name, ragged, soft) in [("soft", 8.0, 1.6), ("ragged", 26.0, 1.9)] {
        let _ = write!(
            out,
            "<filter id=\"{tag}-{name}\" {area}>\
             <feTurbulence type=\"fractalNoise\" baseFrequency=\".06\" numOctaves=\"4\" seed=\"11\" result=\"n\"/>\
             <feDisplacementMap in=\"SourceGraphic\" in2=\"n\" scale=\"{ragged}\" xChannelSelector=\"R\" yChannelSelector=\"G\" result=\"d\"/>\
             <feGaussianBlur in=\"d\" stdDeviation=\"{soft}\"/></filter>"
        );
    }
    // Pits: rolling ones are bowls, boxcars have a floor and walls, ice picks are narrow.
    for (name, stops) in [
        ("bowl", "0 1 .45 .82 .8 .22 1 0"),
        ("box", "0 1 .66 .95 .88 .35 1 0"),
        ("pick", "0 1 .5 .85 1 0"),
    ] {
        let _ = write!(out, "<radialGradient id=\"{tag}-{name}\">");
        let numbers: Vec<&str> = stops.split(' ').collect();
        for stop in numbers.chunks(2) {
            let [offset, opacity] = stop else { continue };
            let _ = write!(out, "<stop offset=\"{offset}\" stop-opacity=\"{opacity}\"/>");
        }
        out.push_str("</radialGradient>");
    }
    let _ = write!(
        out,
        "<radialGradient id=\"{tag}-vignette\" cx=\".42\" cy=\".38\" r=\".85\">\
         <stop offset=\".5\" stop-color=\"{shadow}\" stop-opacity=\"0\"/>\
         <stop offset=\"1\" stop-color=\"{shadow}\" stop-opacity=\".26\"/></radialGradient>"
    );
    out
}

/// Light on the relief of one picture, `rough` over smooth skin.
pub(super) fn filter(id: &str, rough: f64, tone: Tone) -> String {
    let furrows = FURROWS * rough.clamp(0.0, 3.0);
    format!(
        "<filter id=\"{id}\" {area}>\
         <feGaussianBlur in=\"SourceGraphic\" stdDeviation=\".9\" result=\"g\"/>\
         <feColorMatrix in=\"g\" type=\"luminanceToAlpha\" result=\"h\"/>\
         <feTurbulence type=\"fractalNoise\" baseFrequency=\".2 .24\" numOctaves=\"3\" seed=\"5\" result=\"n\"/>\
         <feColorMatrix in=\"n\" values=\"0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1.5 0 0 0 -.25\" result=\"f\"/>\
         {}{}<feMerge><feMergeNode in=\"d1\"/><feMergeNode in=\"b1\"/><feMergeNode in=\"d0\"/><feMergeNode in=\"b0\"/></feMerge></filter>",
        lit("h", 0, SCALE, tone),
        lit("f", 1, furrows, tone),
        area = area(),
    )
}

/// Light on a height map of this many units: where it makes darker and brighter than level skin.
fn lit(map: &str, nth: u32, scale: f64, tone: Tone) -> String {
    let level = ELEVATION.to_radians().sin();
    let [sr, sg, sb] = tone.shadow.parts();
    let [lr, lg, lb] = tone.light.parts();
    format!(
        "<feDiffuseLighting in=\"{map}\" surfaceScale=\"{scale:.2}\" lighting-color=\"#fff\" result=\"l{nth}\">\
         <feDistantLight azimuth=\"{AZIMUTH}\" elevation=\"{ELEVATION}\"/></feDiffuseLighting>\
         <feColorMatrix in=\"l{nth}\" values=\"0 0 0 0 {sr:.3} 0 0 0 0 {sg:.3} 0 0 0 0 {sb:.3} -{DARK} 0 0 0 {:.3}\" result=\"d{nth}\"/>\
         <feColorMatrix in=\"l{nth}\" values=\"0 0 0 0 {lr:.3} 0 0 0 0 {lg:.3} 0 0 0 0 {lb:.3} {BRIGHT} 0 0 0 -{:.3}\" result=\"b{nth}\"/>",
        DARK * level,
        BRIGHT * level,
    )
}

/// The whole picture, in colours as they are written.
fn area() -> String {
    format!(
        "filterUnits=\"userSpaceOnUse\" x=\"0\" y=\"0\" width=\"{WIDE}\" height=\"{HIGH}\" \
         color-interpolation-filters=\"sRGB\""
    )
}
