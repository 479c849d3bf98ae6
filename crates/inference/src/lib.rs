//! Statistics of fitting, with no skin in them.
//!
//! ```text
//! a slow model at a few hundred points -> response surfaces -> a density -> chains -> what they are worth
//! ```
//!
//! - [`surface`]: a quadratic response surface of one output over many inputs, with the error it makes on
//!   points that it has not seen
//! - [`link`]: the scale on which an output is nearest to quadratic
//! - [`normal`]: the standard normal, with tails and slopes that don't run out of digits
//! - [`sampler`]: chains of the No-U-Turn Sampler, the same on any number of threads
//! - [`chains`]: split R-hat on ranks and effective sample sizes

pub mod chains;
pub mod link;
pub mod normal;
pub mod sampler;
pub mod surface;
