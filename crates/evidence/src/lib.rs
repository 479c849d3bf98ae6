//! Published studies as executable cases.
//!
//! A study file says who was treated and how, and what was measured. It is run over a virtual cohort
//! drawn like its subjects, and each measurement is held against what the model predicts.
//!
//! - [`catalogue`]: every observable a study may use
//! - [`study`]: one study, as stated in its file
//! - [`read_study`]: reads it and reports all that is wrong
//! - [`library`]: the studies shipped, or a folder of anybody's
//! - [`cohort`], [`predict`]: a virtual cohort drawn like its subjects, and what the model says
//! - [`transport`]: what it says of an active put on living or cut-out skin
//! - [`circular`]: whether a number was read into the model from the very study
//! - [`score`], [`validate`]: predictions held against findings, one study and all of them
//! - [`calibrate`]: parameters fitted to those that it may be fitted to
//! - [`claims`]: what the model gives about what is said in public
//! - [`permeability`]: a compilation of intact-skin permeabilities, scored compound by compound
//! - [`roles`]: which of them the model may be fitted to

pub mod calibrate;
pub mod catalogue;
pub mod circular;
pub mod claims;
pub mod cohort;
pub mod library;
pub mod permeability;
pub mod predict;
mod read;
pub mod roles;
pub mod score;
pub mod scoreboard;
pub mod study;
pub mod transport;
mod unit;
pub mod validate;

pub use read::read_study;
