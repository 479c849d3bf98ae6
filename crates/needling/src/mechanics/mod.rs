//! The mechanics of one needle entering skin: what it pushes against, and how deep it gets.
//!
//! - [`Tissue`]: stiffness of the layers, at the pace at which they are loaded
//! - [`Support`]: what keeps the skin from giving way as a whole
//! - [`Approach`]: the needle's travel, and the hand behind it
//! - [`insert`]: one insertion solved, and [`DepthLaw`]: the scatter from hit to hit

mod approach;
mod depth_law;
mod insertion;
mod tissue;

pub use approach::{Approach, Grip};
pub use depth_law::DepthLaw;
pub use insertion::{Insertion, insert};
pub use tissue::{Stiffness, Support, Tissue, Toughness};
