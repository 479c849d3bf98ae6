//! Sex, where it changes the skin.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Sex, as far as it is a covariate of skin thickness in the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

/// Text that names no [`Sex`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("\"{given}\" is not known here; write female or male")]
pub struct UnknownSex {
    /// What was written.
    pub given: String,
}

impl Sex {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Female, Self::Male];

    /// The word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Sex {
    type Err = UnknownSex;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|sex| text.trim().eq_ignore_ascii_case(sex.name()))
            .ok_or_else(|| UnknownSex { given: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for sex in Sex::ALL {
            assert_eq!(sex.to_string().parse(), Ok(sex));
        }
        assert!("".parse::<Sex>().is_err());
    }
}
