//! The clinic: a web app for people who will never see a terminal.
//!
//! ```text
//! consult -> plan and see -> treat -> follow up
//! ```
//!
//! - [`serve`]: listen, until told to stop
//! - [`ServeOptions`]: where, with what data, for whom
//!
//! Inside: `server` puts together the layers; `security` lets people in and keeps others out; `pages` is what is seen, one
//! folder for each step of the story; `api` is the same for programs; `simulator` runs the model beside the pages; `words`
//! holds every word in one catalogue; `assets` are files that lie in the program.

mod api;
mod app;
mod assets;
mod demo;
mod options;
mod pages;
mod refusal;
mod security;
mod server;
mod simulator;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod words;

pub use api::openapi_json;
pub use options::{ServeOptions, Started, Tls};
pub use server::{ClinicError, serve};
