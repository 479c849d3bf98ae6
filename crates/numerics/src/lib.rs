//! Solvers and statistics with no skin in them.
//!
//! - [`band`]: symmetric band matrices, in lanes
//! - [`dense`]: small dense linear systems of a size known at compile time
//! - [`rosenbrock`]: stiff ordinary differential equations for eight people at once, with error control
//!   and dense output
//! - [`strip`]: networks of conductances, factorised block by block
//! - [`stepping`]: implicit steps for them, with error control and exact balance
//! - [`grid`]: graded one-dimensional grids
//! - [`filter`]: the linear first-order lag, solved exactly for a piecewise linear input
//! - [`lanes`]: numbers for eight people at once, for vector instructions
//! - [`quantile`]: mean and quantiles of a sample
//! - [`sobol_indices`]: which factor of a model how much of its result's variance comes from

pub mod band;
pub mod dense;
pub mod filter;
pub mod grid;
pub mod lanes;
pub mod quantile;
pub mod rosenbrock;
pub mod sobol_indices;
pub mod stepping;
pub mod strip;
