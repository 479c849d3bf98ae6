//! Colours of drawings, and how they follow the theme of the page.
//!
//! A chart is drawn in the colours below, which mean nothing by themselves; [`themed`] then
//! replaces each by the CSS variable of the page, which has one value for light, one for dark
//! and one for paper. The palette behind the variables is that of Okabe and Ito, which people
//! with any common kind of colour vision can tell apart.

use plotters::style::RGBColor;

/// A colour of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text and the median line's casing.
    Text,
    /// Text of less weight: tick labels.
    Quiet,
    /// Grid lines.
    Grid,
    /// Axis lines.
    Axis,
    /// What happens under the surface.
    Tissue,
    /// What can be seen.
    Seen,
    /// Marks of sessions.
    Session,
    /// Horny layer, epidermis, papillary dermis, reticular dermis, fat.
    Layer(u8),
}

const LAYERS: [&str; 5] =
    ["--skin-horny", "--skin-epidermis", "--skin-papillary", "--skin-reticular", "--skin-fat"];

impl Ink {
    const ALL: [Self; 12] = [
        Self::Text,
        Self::Quiet,
        Self::Grid,
        Self::Axis,
        Self::Tissue,
        Self::Seen,
        Self::Session,
        Self::Layer(0),
        Self::Layer(1),
        Self::Layer(2),
        Self::Layer(3),
        Self::Layer(4),
    ];

    /// The CSS variable.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Text => "--ink",
            Self::Quiet => "--ink-2",
            Self::Grid => "--grid",
            Self::Axis => "--axis",
            Self::Tissue => "--tissue",
            Self::Seen => "--seen",
            Self::Session => "--session",
            Self::Layer(i) => LAYERS[usize::from(i.min(4))],
        }
    }

    /// As a value of CSS.
    pub(crate) fn css(self) -> String {
        format!("var({})", self.variable())
    }

    /// The stand-in with which plotters draws.
    pub(crate) fn stand_in(self) -> RGBColor {
        let code = match self {
            Self::Text => 1,
            Self::Quiet => 2,
            Self::Grid => 3,
            Self::Axis => 4,
            Self::Tissue => 5,
            Self::Seen => 6,
            Self::Session => 7,
            Self::Layer(i) => 16 + i.min(4),
        };
        RGBColor(0xFE, 0xDC, code)
    }
}

/// Replace every stand-in by the CSS variable it stands for.
pub(crate) fn themed(drawing: &str) -> String {
    Ink::ALL.iter().fold(drawing.to_owned(), |text, ink| {
        let RGBColor(r, g, b) = ink.stand_in();
        text.replace(&format!("#{r:02X}{g:02X}{b:02X}"), &ink.css())
    })
}

/// The layer colour for the n-th of `count` layers, fat last.
pub(crate) fn layer_ink(name: &str, index: usize) -> Ink {
    let name = name.to_lowercase();
    let known = [
        ("horny", 0),
        ("corneum", 0),
        ("epidermis", 1),
        ("papillary", 2),
        ("reticular", 3),
        ("fat", 4),
        ("subcut", 4),
    ];
    let found = known.iter().find(|(word, _)| name.contains(word)).map(|(_, i)| *i);
    Ink::Layer(found.unwrap_or_else(|| index.min(4) as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stand_in_is_replaced_and_none_is_shared() {
        let stand_ins = Ink::ALL.map(|ink| {
            let RGBColor(r, g, b) = ink.stand_in();
            format!("<g fill=\"#{r:02X}{g:02X}{b:02X}\"/>")
        });
        let drawing = stand_ins.concat();
        let themed = themed(&drawing);
        assert!(!themed.contains('#'));
        for ink in Ink::ALL {
            assert_eq!(themed.matches(&format!("({})", ink.variable())).count(), 1);
        }
    }

    #[test]
    fn layers_are_known_by_name() {
        assert_eq!(layer_ink("papillary dermis", 9), Ink::Layer(2));
        assert_eq!(layer_ink("something", 3), Ink::Layer(3));
    }
}
