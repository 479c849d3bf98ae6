//! Stretch marks: a soft band in skin under tension.

use serde::{Deserialize, Serialize};

use super::relative_stiffness;

/// A stretch mark.
///
/// The skin beside is strained by `e = T/(E t)` at rest, under its tension T, with its modulus E and
/// thickness t. The mark lacks a share `m` of that skin's collagen, so it is softer and gapes more:
///
/// ```text
/// w / w_unstrained = 1 + e / (1 - m)^n
/// ```
///
/// The tissue torn when the mark arose does not grow back, so only the gaping can change. Valid for
/// a mark that is long against its width.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stria {
    /// Collagen missing relative to the skin beside it, 0 to 1.
    pub collagen_deficit: f64,
}

impl Stria {
    /// What is still missing over what was, when the mark's collagen has grown to `relative_collagen`
    /// of its own before: `1 - (1-m) (c-1)/m`, held between 0 and 2. The skin beside stays as it was.
    pub fn deficit_left(&self, relative_collagen: f64) -> f64 {
        let m = self.collagen_deficit;
        if m <= 0.0 {
            return 1.0;
        }
        (1.0 - (1.0 - m) * (relative_collagen - 1.0) / m).clamp(0.0, 2.0)
    }

    /// Width after over before, with `left` of the deficit still there ([`Stria::deficit_left`]);
    /// `strain` is that of the skin beside, `exponent` that of [`relative_stiffness`].
    pub fn relative_width(&self, left: f64, strain: f64, exponent: f64) -> f64 {
        let gaping =
            |deficit: f64| 1.0 + strain / relative_stiffness((1.0 - deficit).max(0.05), exponent);
        gaping(self.collagen_deficit * left) / gaping(self.collagen_deficit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARK: Stria = Stria { collagen_deficit: 0.2 };

    #[test]
    fn the_deficit_closes_when_the_mark_is_like_the_skin_beside() {
        assert_eq!(MARK.deficit_left(1.0), 1.0);
        assert!(MARK.deficit_left(1.25).abs() < 1e-12);
        assert_eq!(MARK.deficit_left(2.0), 0.0);
        assert!((MARK.deficit_left(1.125) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn only_the_gaping_closes() {
        // 1.15 / (1 + 0.15/0.8) of the width is left, however much collagen comes.
        let least = MARK.relative_width(0.0, 0.15, 1.0);
        assert!((least - 1.15 / 1.1875).abs() < 1e-12);
        assert_eq!(MARK.relative_width(1.0, 0.15, 1.0), 1.0);
        assert_eq!(MARK.relative_width(0.0, 0.0, 1.0), 1.0);
    }
}
