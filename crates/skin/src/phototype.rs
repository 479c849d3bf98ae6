//! Fitzpatrick skin phototype.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Fitzpatrick phototype: how skin burns and tans, here a covariate of the risk of pigment change.
///
/// A question about sunburn, not a measurement of colour: two people of one type can differ widely
/// in melanin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phototype {
    /// Always burns, never tans.
    I,
    /// Usually burns, tans little.
    II,
    /// Sometimes burns, tans evenly.
    III,
    /// Burns little, tans well.
    IV,
    /// Rarely burns, brown skin.
    V,
    /// Never burns, deeply pigmented skin.
    VI,
}

/// Text that is no phototype.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{given}\" is no Fitzpatrick phototype; write I, II, III, IV, V or VI")]
pub struct UnknownPhototype {
    /// What was written.
    pub given: String,
}

impl Phototype {
    /// All types from the lightest.
    pub const ALL: [Self; 6] = [Self::I, Self::II, Self::III, Self::IV, Self::V, Self::VI];

    /// 1 for type I to 6 for type VI.
    pub const fn index(self) -> u8 {
        self as u8 + 1
    }

    /// The Roman numeral.
    pub const fn numeral(self) -> &'static str {
        match self {
            Self::I => "I",
            Self::II => "II",
            Self::III => "III",
            Self::IV => "IV",
            Self::V => "V",
            Self::VI => "VI",
        }
    }
}

impl fmt::Display for Phototype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.numeral())
    }
}

impl FromStr for Phototype {
    type Err = UnknownPhototype;

    /// Reads a Roman numeral in either case, or a digit 1 to 6.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let word = text.trim();
        Self::ALL
            .into_iter()
            .find(|t| {
                word.eq_ignore_ascii_case(t.numeral())
                    || word.parse::<u8>().is_ok_and(|digit| digit == t.index())
            })
            .ok_or_else(|| UnknownPhototype { given: text.to_owned() })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (position, kind) in Phototype::ALL.into_iter().enumerate() {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(kind.to_string().to_lowercase().parse(), Ok(kind));
            assert_eq!((position + 1).to_string().parse(), Ok(kind));
            assert_eq!(usize::from(kind.index()), position + 1);
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde_json::from_str::<Phototype>(&json).unwrap(), kind);
        }
    }

    #[test]
    fn says_what_to_write() {
        let error = "VII".parse::<Phototype>().unwrap_err();
        assert!(error.to_string().contains("I, II, III, IV, V or VI"));
        assert!("0".parse::<Phototype>().is_err());
    }
}
