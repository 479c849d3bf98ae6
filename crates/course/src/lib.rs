//! A whole treatment over the calendar.
//!
//! ```text
//! case -> ensemble of people -> for each: skin, punctures, closing channels, healing -> observables
//!      -> bands over the ensemble -> outcomes, scales, durations
//! ```
//!
//! - [`simulate`]: run a case and get a [`result::CourseResult`]
//! - [`punctures::punctures`]: only the needling, in more detail
//! - [`lesion`]: what lesions look like, one module for each kind
//! - [`observable`]: what is seen or measured, by name
//! - [`result`]: what a run gives
//! - [`parameters`]: the parameters the models need, held against `knowledge/parameters.toml`
//! - [`equivalence`]: what setting of one device gives the dose of another
//! - [`absorb::absorb`]: only the products, in more detail
//! - [`sensitivity::sensitivity`]: which choice, and what about people and knowledge, an outcome hangs on
//! - [`response::response`]: what comes out at every needle length, interval and number of sessions
//! - [`outlook`]: choices beside each other for advice, and what shows from day to day
//! - [`live`]: a treatment simulated again while its settings move
//! - [`own`]: the people of the ensemble that fit what was seen on a patient
//! - [`absorption`]: products on needled and intact skin
//! - [`numbing`]: numbing creams, from numb depth to the level in plasma
//! - [`calendar`], [`person`], [`zone`], [`summary`]: the steps in between

pub mod absorb;
pub mod absorption;
pub mod calendar;
pub mod equivalence;
mod healing;
pub mod lesion;
pub mod live;
pub mod numbing;
pub mod observable;
mod observe;
pub mod outlook;
pub mod own;
pub mod parameters;
pub mod person;
pub mod punctures;
pub mod response;
pub mod result;
mod run;
pub mod sensitivity;
pub mod summary;
mod variant;
pub mod zone;

pub use run::{CourseError, Progress, simulate};
