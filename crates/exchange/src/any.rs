//! A file of either form, told apart by what it says of itself.

use serde::Deserialize;

use crate::{ExchangeError, Import, from_fhir, from_json};

/// What a file says of itself, if it is FHIR.
#[derive(Deserialize)]
struct Told {
    #[serde(rename = "resourceType")]
    resource: Option<String>,
}

/// Reads an export of ours, or a FHIR bundle.
///
/// # Errors
/// As [`from_json`] and [`from_fhir`].
pub fn from_any(bytes: &[u8]) -> Result<Import, ExchangeError> {
    let fhir = serde_json::from_slice::<Told>(bytes).is_ok_and(|told| told.resource.is_some());
    if fhir {
        return from_fhir(bytes);
    }
    Ok(Import { snapshot: from_json(bytes)?, left_out: Vec::new(), changed: Vec::new() })
}
