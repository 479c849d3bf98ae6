//! What a practice keeps.
//!
//! - [`clinical`]: patients, consultations, plans, sessions, visits, photographs as plain data
//! - [`document`]: a document with its version and author; everything of a practice at one moment

mod base64_bytes;
pub mod clinical;
pub mod document;
mod id;

pub use id::{Id, NoId};
