//! What can be wrong with a request.

use thiserror::Error;

/// Why punctures cannot be drawn.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum NeedlingError {
    /// A quantity that must be positive is not.
    #[error("{name} is {value}; it must be a positive number")]
    NotPositive {
        /// The field at fault.
        name: &'static str,
        /// What was given, in the unit that the name ends with.
        value: f64,
    },
    /// A quantity is negative or not a number.
    #[error("{name} is {value}; it must be zero or more")]
    Negative {
        /// The field at fault.
        name: &'static str,
        /// What was given, in the unit that the name ends with.
        value: f64,
    },
    /// A share that is out of its range.
    #[error("{name} is {value}; it must be at least {least} and below {below}")]
    OutOfRange {
        /// The field at fault.
        name: &'static str,
        /// What was given.
        value: f64,
        /// Least that is allowed.
        least: f64,
        /// What it must stay below.
        below: f64,
    },
    /// A needle that narrows away from its tip.
    #[error("the tip is {tip_um} um wide and the shaft only {shaft_um} um")]
    TipWiderThanShaft {
        /// Diameter of the tip, um.
        tip_um: f64,
        /// Diameter of the shaft, um.
        shaft_um: f64,
    },
    /// A needle longer than the device has.
    #[error("needle length is {asked_mm} mm; this device reaches at most {maximum_mm} mm")]
    TooLong {
        /// Length asked for, mm.
        asked_mm: f64,
        /// Longest setting of the device, mm.
        maximum_mm: f64,
    },
    /// A treatment with more needle strikes than fit in memory.
    #[error(
        "this treatment has up to {strikes:.0} needle strikes, more than the {maximum:.0} that are \
         drawn at once; take a smaller patch, fewer passes or a faster glide"
    )]
    TooManyStrikes {
        /// Upper estimate of the strikes.
        strikes: f64,
        /// Most strikes that are drawn.
        maximum: f64,
    },
}

/// Refuses what is not a positive finite number.
pub(crate) fn positive(name: &'static str, value: f64) -> Result<(), NeedlingError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(NeedlingError::NotPositive { name, value })
    }
}

/// Refuses what is not a finite number of zero or more.
pub(crate) fn not_negative(name: &'static str, value: f64) -> Result<(), NeedlingError> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(NeedlingError::Negative { name, value })
    }
}

/// Refuses what is not at least `least` and below `below`.
pub(crate) fn within(
    name: &'static str,
    value: f64,
    least: f64,
    below: f64,
) -> Result<(), NeedlingError> {
    if (least..below).contains(&value) {
        Ok(())
    } else {
        Err(NeedlingError::OutOfRange { name, value, least, below })
    }
}
