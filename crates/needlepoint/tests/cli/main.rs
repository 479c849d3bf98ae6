//! The program as a user runs it: the real binary, real files, real signals.

#![allow(clippy::unwrap_used)]

mod accepted_runs;
mod bad_cases;
mod bad_files;
mod bad_places;
mod common;
mod examples;
mod golden;
mod interrupt;
mod knowledge_folder;
mod new;
mod planned;
mod streams;
mod times;
