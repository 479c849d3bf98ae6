//! One bundle of HL7 FHIR R4 (4.0.1).

use jiff::Timestamp;
use needlepoint_records::{Id, document::Snapshot};

use crate::ExchangeError;

/// What goes into a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FhirOptions {
    /// Whether the pictures themselves travel along, and not only what is known of them.
    pub pictures: bool,
    /// When the bundle is made.
    pub made_at: Timestamp,
    /// Only what belongs to this patient; everything if none.
    pub patient: Option<Id>,
}

/// What a bundle gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What was taken.
    pub snapshot: Snapshot,
    /// What another program changed in records of ours and was taken over, in sentences.
    pub changed: Vec<String>,
    /// What could not be taken, in sentences.
    pub left_out: Vec<String>,
}

/// Records as one bundle.
pub fn to_fhir(_snapshot: &Snapshot, _options: &FhirOptions) -> Vec<u8> {
    Vec::new()
}

/// Takes a bundle.
///
/// # Errors
///
/// If it is none.
pub fn from_fhir(bytes: &[u8]) -> Result<Import, ExchangeError> {
    let _: serde_json::Value = crate::json::read(bytes)?;
    Ok(Import { snapshot: Snapshot::default(), changed: Vec::new(), left_out: Vec::new() })
}
