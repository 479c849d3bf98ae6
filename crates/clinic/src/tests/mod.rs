//! The whole app from the view of somebody who wants in. Each file tries one way.
//!
//! - [`browser`]: asks as a browser does; [`practice`]: a made-up practice to break into; [`page`]: what a browser makes of a page
//! - [`rights`]: every address, as everybody; [`confidential`]: what belongs to others
//! - [`sessions`], [`guessing`], [`tokens`]: being somebody else; [`foreign`]: letting somebody else's browser do it
//! - [`smuggling`]: text that would be more than text; [`paths`]: addresses that lead elsewhere
//! - [`interface`]: the same for programs; [`planning`]: what settings give
//! - [`bodies`], [`pictures`]: what is sent; [`answers`]: what comes back, also when something breaks

mod answers;
mod bodies;
mod browser;
mod confidential;
mod foreign;
mod guessing;
mod interface;
mod page;
mod paths;
mod pictures;
mod planning;
pub(crate) mod practice;
mod rights;
mod sessions;
mod smuggling;
mod tokens;
