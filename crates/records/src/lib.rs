//! What a practice keeps.
//!
//! - [`clinical`]: patients, consultations, plans, sessions, visits, photographs as plain data
//! - [`document`]: a document with its version and author; everything of a practice at one moment
//! - [`audit`]: who did what
//! - [`Practice`]: the store. Versioned documents, pictures, accounts, sessions of browsers, tokens,
//!   encrypted in `SQLite` or `PostgreSQL`; snapshots, backups, and checks of all of it
//!
//! `docs/records.md` tells what the encryption protects and what it doesn't.

mod accounts;
mod archive;
pub mod audit;
mod author;
mod backup;
mod base64_bytes;
pub mod clinical;
mod database;
pub mod document;
mod documents;
mod error;
#[cfg(test)]
mod full_disk;
mod id;
mod key;
mod lock;
mod passwords;
mod patients;
mod pictures;
mod practice;
mod schema;
mod sessions;
mod snapshots;
mod stored;
mod time;
mod tokens;
mod vault;
mod verify;
mod writer;

pub use accounts::{Account, Role};
pub use author::Author;
pub use backup::{Backup, Restored, back_up, restore, verify_backup};
pub use database::Database;
pub use error::RecordsError;
pub use id::{Id, NoId};
pub use key::KeySource;
pub use practice::Practice;
pub use snapshots::{Imported, OnCollision};
pub use tokens::{NewToken, Token};
pub use verify::Verified;
pub use zeroize::Zeroizing;
