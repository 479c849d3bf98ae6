//! The fonts: Source Sans 3 and Source Serif 4 by Adobe, unchanged, under the SIL Open Font License 1.1 that lies beside them.

use std::{fmt::Write as _, sync::LazyLock};

use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

const FILES: [&[u8]; 5] = [
    include_bytes!("../fonts/SourceSans3-Regular.otf"),
    include_bytes!("../fonts/SourceSans3-It.otf"),
    include_bytes!("../fonts/SourceSans3-Semibold.otf"),
    include_bytes!("../fonts/SourceSerif4-Regular.otf"),
    include_bytes!("../fonts/SourceSerif4-Semibold.otf"),
];

/// The fonts with their index.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) fonts: Vec<Font>,
}

/// Read once.
pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = FILES.iter().flat_map(|file| Font::iter(Bytes::new(*file))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

impl Fonts {
    /// Whether all files could be read.
    pub(crate) fn complete(&self) -> bool {
        self.fonts.len() == FILES.len()
    }

    /// Whether a letter can be set: the sans serif stands behind every other font.
    fn covers(&self, letter: char) -> bool {
        self.fonts.first().is_some_and(|font| font.info().coverage.contains(u32::from(letter)))
    }

    /// The text as it can be printed: control characters become spaces, and a character that no font holds is named by
    /// its number ("\u{27e8}U+674E\u{27e9}") rather than lost.
    pub(crate) fn printable(&self, text: &str) -> String {
        if text.chars().all(|letter| !letter.is_control() && self.covers(letter)) {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for letter in text.chars() {
            if letter.is_control() {
                out.push(' ');
            } else if self.covers(letter) {
                out.push(letter);
            } else {
                let _ = write!(out, "\u{2039}U+{:04X}\u{203a}", u32::from(letter));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fonts_are_read() {
        assert!(FONTS.complete());
        for family in ["source sans 3", "source serif 4"] {
            assert!(FONTS.book.contains_family(family), "{family}");
        }
    }

    #[test]
    fn what_can_not_be_printed_is_named() {
        assert_eq!(
            FONTS.printable("M\u{fc}ller #1 \u{3b1}\u{416}"),
            "M\u{fc}ller #1 \u{3b1}\u{416}"
        );
        assert_eq!(FONTS.printable("\u{674e} a\nb"), "\u{2039}U+674E\u{203a} a b");
        assert_eq!(FONTS.printable("\u{1f642}"), "\u{2039}U+1F642\u{203a}");
    }

    /// Everything the templates and the program itself print.
    #[test]
    fn signs_of_the_templates_can_be_set() {
        let signs = "\u{2013}\u{2014}\u{2019}\u{201c}\u{201d}\u{2026}\u{b7}\u{2212}\u{2264}\u{2265}\u{d7}\u{b0}\u{b2}\u{b5}\u{bd}\u{202f}\u{a0}\u{2039}\u{203a}\u{2192}\u{2713}";
        assert_eq!(FONTS.printable(signs), signs);
    }
}
