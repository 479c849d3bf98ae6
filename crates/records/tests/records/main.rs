//! The store of a practice, on every database there is.

mod accounts;
mod backups;
mod common;
mod documents;
mod failures;
mod killed;
mod opening;
mod patients;
mod samples;
mod snapshots;
mod tampering;
