//! What a product does: where it goes in intact and in punctured skin, how much, and for how long.
//!
//! ```text
//! active -> Molecule -> SkinTransport (diffusion, partition, clearance of each layer)
//! skin, channels, use -> Cell and Exposure -> solver -> Uptake (amounts, levels, reach over time)
//! ```
//!
//! - [`Solute`], [`molecule`]: from the structure of an active to what a solver needs of every layer
//! - [`cell`]: the solver of the cell around a channel
//! - [`uptake`]: a product on skin with closing channels, told in amounts and levels
//! - [`trial`]: an active on living or cut-out skin, read once, as laboratories do
//! - [`numbing`]: numbing creams, numb depth and level in plasma
//! - [`effect`]: from the level at its target to a share of the largest effect

pub mod cell;
pub mod molecule;
pub mod numbing;
mod solute;
pub mod trial;
pub mod uptake;

use needlepoint_knowledge::parameters;

pub use solute::Solute;

parameters! {
    /// What the ways into the skin rest on.
    pub struct Pathways in "absorption" {
        /// Intercept of the law for the lipids of the horny layer.
        intact_intercept: "log10 cm/h",
        /// Weight of log P in it.
        intact_lipophilicity: "1",
        /// Weight of molecular weight in it.
        intact_size: "1/Da",
        /// Permeability of the watery way through the horny layer for 100 Da, were its walls no hindrance.
        intact_pore: "log10 cm/h",
        /// Radius of that way.
        intact_pore_radius: "nm",
        /// Error of both ways together in powers of ten.
        intact_log_error: "1",
        /// Viscosity of water in skin.
        water_viscosity: "mPa s",
        /// Diffusivity of 100 Da in water.
        water_diffusivity: "cm2/s",
        /// Fall of it with molecular weight.
        water_exponent: "1",
        /// Diffusion in water over diffusion in a clotted channel.
        epidermal_hindrance: "1",
        /// Intercept of the dermal law.
        dermal_intercept: "log10 cm2/s",
        /// Slope of the dermal law.
        dermal_slope: "1",
        /// Product left on the skin.
        product_layer: "mg/cm2",
        /// Wet time of a product put on in the session.
        session_contact: "h",
    }
}

pub(crate) const SECONDS_PER_HOUR: f64 = 3600.0;

/// Effect of a level at its target: `E = E_max c / (c_half + c)`.
pub fn effect(level: f64, half_effect: f64, largest_effect: f64) -> f64 {
    if level <= 0.0 {
        return 0.0;
    }
    largest_effect * level / (half_effect + level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_effect_saturates(level in 0.0..1e6f64, half in 0.1..100.0f64) {
            let e = effect(level, half, 0.8);
            prop_assert!((0.0..=0.8).contains(&e));
        }
    }
}
