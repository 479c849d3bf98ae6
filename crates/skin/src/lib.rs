#![doc = "What is treated: the skin, its wearer and its lesions, as plain geometry and state."]
//!
//! # A guided tour
//!
//! 1. [`LayeredSkin`] is a stack of six [layers](LayerKind), from stratum corneum to subcutis, built
//!    from a few measured [thicknesses](LayerThicknesses). Every depth in Needlepoint is measured in
//!    micrometres down from the outer surface, and [`LayeredSkin::layer_at`] says where it lies.
//! 2. [`Phototype`] and [`Sex`] say who wears the skin.
//! 3. [`Ageing`] thins the layers and lowers collagen and its synthesis with the years.
//! 4. The lesions ([`AcneScar`], [`Wrinkle`], [`PigmentLesion`], [`Stria`], [`Laxity`],
//!    [`HairThinning`]) say what is wrong with it, [`Wrinkle::relative_depth`] why fine lines and coarse
//!    wrinkles answer to different depths, and [`AcneScar::access_below_floor`] why some scars do not
//!    answer to needles.
//!
//! Nothing here reads a file or knows a number of the literature: values come in as fields, from
//! `/knowledge`.

mod ageing;
mod layers;
mod lesion;
mod phototype;
mod sex;

pub use ageing::{Ageing, interpolate_by_age, relative_after_linear_loss};
pub use layers::{LayerKind, LayerThicknesses, LayeredSkin, LayersError};
pub use lesion::{
    AcneScar, AcneScarKind, HairThinning, Laxity, PigmentDepth, PigmentLesion, Stria, Wrinkle,
    holding_share, pore_excess_left, relative_stiffness,
};
pub use phototype::{Phototype, UnknownPhototype};
pub use sex::{Sex, UnknownSex};
