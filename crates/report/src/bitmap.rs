//! A drawing as a bitmap, its letters as outlines: no font of the machine is looked for.

use std::fmt::Write as _;

use resvg::{tiny_skia, usvg};
use ttf_parser::{Face, OutlineBuilder};

/// Pixels for one unit of the drawing: sharp on paper and on a fine screen.
const SCALE: f32 = 2.0;

const REGULAR: &[u8] = include_bytes!("font/needlepoint-sans-regular.ttf");
const BOLD: &[u8] = include_bytes!("font/needlepoint-sans-bold.ttf");

/// Why a drawing can't become a bitmap. All of them are faults of Needlepoint.
#[derive(Debug, thiserror::Error)]
pub enum BitmapError {
    /// The font inside the program can't be read.
    #[error("its font can't be read: {0}")]
    Font(#[from] ttf_parser::FaceParsingError),
    /// A text of the drawing is not written as expected.
    #[error("a text in it can't be read: {0}")]
    Text(String),
    /// The drawing can't be read.
    #[error("its drawing can't be read: {0}")]
    Svg(#[from] usvg::Error),
    /// It has no size, or too much of it.
    #[error("a bitmap of {width} by {height} can't be made")]
    Size {
        /// Width, units.
        width: f32,
        /// Height, units.
        height: f32,
    },
    /// The bitmap can't be encoded.
    #[error("it can't be encoded: {0}")]
    Encoding(String),
}

/// The drawing as PNG.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, BitmapError> {
    let tree = usvg::Tree::from_str(&outlined(svg)?, &usvg::Options::default())?;
    let size = tree.size();
    let (width, height) = (size.width(), size.height());
    let pixels = |length: f32| (length * SCALE).ceil() as u32;
    let mut map = tiny_skia::Pixmap::new(pixels(width), pixels(height))
        .ok_or(BitmapError::Size { width, height })?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(SCALE, SCALE), &mut map.as_mut());
    map.encode_png().map_err(|why| BitmapError::Encoding(why.to_string()))
}

/// The drawing with every `<text>` replaced by the outlines of its letters.
///
/// Texts are those that this crate and plotters write: one line with attributes of its own, no
/// elements inside.
fn outlined(svg: &str) -> Result<String, BitmapError> {
    let (regular, bold) = (Face::parse(REGULAR, 0)?, Face::parse(BOLD, 0)?);
    let mut out = String::with_capacity(2 * svg.len());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("<text") {
        out.push_str(before);
        let unreadable = || BitmapError::Text(after.chars().take(80).collect());
        let (attributes, inside) = after.split_once('>').ok_or_else(unreadable)?;
        let (words, behind) = inside.split_once("</text>").ok_or_else(unreadable)?;
        let label = Label { attributes, words: unescaped(words.trim()) };
        let face = if label.attribute("font-weight").is_some() { &bold } else { &regular };
        label.outline(face, &mut out).ok_or_else(unreadable)?;
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

fn unescaped(words: &str) -> String {
    words.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// A text of a drawing.
struct Label<'a> {
    attributes: &'a str,
    words: String,
}

impl Label<'_> {
    /// Value of an attribute.
    fn attribute(&self, name: &str) -> Option<&str> {
        let start = self.attributes.find(&format!(" {name}=\""))? + name.len() + 3;
        self.attributes[start..].split('"').next()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.attribute(name)?.parse().ok()
    }

    /// Writes its outlines; none if it can't be read.
    fn outline(&self, face: &Face<'_>, out: &mut String) -> Option<()> {
        let size = self.number("font-size")?;
        let scale = size / f64::from(face.units_per_em());
        let glyphs: Vec<_> =
            self.words.chars().map(|letter| face.glyph_index(letter).unwrap_or_default()).collect();
        let advance = |glyph| f64::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
        let width: f64 = glyphs.iter().map(|glyph| advance(*glyph)).sum();
        let start = match self.attribute("text-anchor") {
            Some("end") => -width,
            Some("middle") => -0.5 * width,
            _ => 0.0,
        };
        let mut pen = Pen { path: String::new(), scale, x: self.number("x")? + start, y: 0.0 };
        pen.y =
            self.number("y")? + self.attribute("dy").map_or(Some(0.0), |dy| lowered(dy, size))?;
        for glyph in glyphs {
            let _ = face.outline_glyph(glyph, &mut pen);
            pen.x += advance(glyph);
        }
        let _ = write!(out, "<path d=\"{}\"", pen.path);
        for kept in [
            "fill",
            "opacity",
            "transform",
            "stroke",
            "stroke-width",
            "stroke-linejoin",
            "paint-order",
        ] {
            if let Some(value) = self.attribute(kept) {
                let _ = write!(out, " {kept}=\"{value}\"");
            }
        }
        out.push_str("/>");
        Some(())
    }
}

/// A shift of the baseline such as `0.76em` or `0.5ex`, in the units of the drawing.
fn lowered(dy: &str, size: f64) -> Option<f64> {
    /// Height of an x in the font, relative to its size.
    const X_HEIGHT: f64 = 0.519;
    if let Some(em) = dy.strip_suffix("em") {
        return em.parse::<f64>().ok().map(|em| em * size);
    }
    if let Some(ex) = dy.strip_suffix("ex") {
        return ex.parse::<f64>().ok().map(|ex| ex * X_HEIGHT * size);
    }
    dy.parse().ok()
}

/// Draws glyphs, which count upwards, into a path, which counts downwards.
struct Pen {
    path: String,
    scale: f64,
    x: f64,
    y: f64,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f64, f64) {
        (self.x + f64::from(x) * self.scale, self.y - f64::from(y) * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        let _ = write!(self.path, "M{x:.2} {y:.2}");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        let _ = write!(self.path, "L{x:.2} {y:.2}");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        let _ = write!(self.path, "Q{x1:.2} {y1:.2} {x:.2} {y:.2}");
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        let _ = write!(self.path, "C{x1:.2} {y1:.2} {x2:.2} {y2:.2} {x:.2} {y:.2}");
    }

    fn close(&mut self) {
        self.path.push('Z');
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20">
        <text x="30" y="15" text-anchor="middle" font-size="14" fill="#000">A &lt; µ</text></svg>"##;

    #[test]
    fn every_letter_that_pictures_use_is_in_the_font() {
        for font in [REGULAR, BOLD] {
            let face = Face::parse(font, 0).unwrap();
            for letter in "AZaz09 µ²°·–−\u{202f}\u{a0}éü×%()/,.;:".chars() {
                assert!(face.glyph_index(letter).is_some(), "{letter:?}");
            }
        }
    }

    #[test]
    fn letters_become_outlines_and_black_pixels() {
        let outlined = outlined(SVG).unwrap();
        assert!(outlined.contains("<path d=\"M") && !outlined.contains("<text"));
        let bytes = png(SVG).unwrap();
        let map = tiny_skia::Pixmap::decode_png(&bytes).unwrap();
        assert_eq!((map.width(), map.height()), (120, 40));
        let inked = map.pixels().iter().filter(|pixel| pixel.alpha() > 128).count();
        assert!((100..2000).contains(&inked), "{inked}");
    }

    #[test]
    fn a_text_that_can_not_be_read_is_a_fault() {
        let broken = SVG.replace("font-size=\"14\"", "");
        assert!(matches!(png(&broken), Err(BitmapError::Text(_))));
    }
}
