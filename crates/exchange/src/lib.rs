//! Records of a practice to other programs and back.
//!
//! - [`to_json`], [`from_json`]: everything, in a versioned format of our own
//! - [`to_fhir`], [`from_fhir`]: one bundle of HL7 FHIR R4 (4.0.1)
//! - [`from_any`]: whichever of the two a file is
//! - [`study_tables`]: tables for research, without identities
//!
//! `docs/exchange.md` has the mapping as a table, and says what the study tables do not protect against.

mod any;
mod error;
mod fhir;
mod hexadecimal;
mod json;
mod patient_file;
mod study;

pub use any::from_any;
pub use error::ExchangeError;
pub use fhir::{FhirOptions, Import, from_fhir, to_fhir};
pub use json::{from_json, to_json};
pub use study::{StudyTables, TableError, study_tables};
