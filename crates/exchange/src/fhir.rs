//! One bundle of HL7 FHIR R4 (4.0.1).

mod bundle;
mod element;
mod foreign;
mod import;
mod merge;
mod names;
mod render;
mod spot;
mod visible;
mod written;

use jiff::Timestamp;
use needlepoint_records::{Id, document::Snapshot};
use serde_json::Value;

use self::{
    bundle::Bundle,
    element::{Element, address, instant},
    written::Written,
};
use crate::{ExchangeError, json};

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

/// Records as one bundle of the type `collection`. The same records and options give the same bytes.
///
/// Identifiers have to be unique, and numbers finite, as they are in a store. With the pictures, everything comes back
/// through [`from_fhir`] as it was: each resource that stands for a document holds it whole, in an extension.
pub fn to_fhir(snapshot: &Snapshot, options: &FhirOptions) -> Vec<u8> {
    let entries = render::render(snapshot, options.patient, options.pictures)
        .into_iter()
        .map(|each| {
            Element::new().with("fullUrl", address(each.id)).with("resource", each.resource).into()
        })
        .collect();
    let bundle: Value = Element::new()
        .with("resourceType", "Bundle")
        .with("type", "collection")
        .maybe("timestamp", instant(options.made_at))
        .list("entry", entries)
        .into();
    let mut bytes = serde_json::to_vec_pretty(&Written(&bundle))
        .expect("a tree of JSON can be written, and memory takes all bytes");
    bytes.push(b'\n');
    bytes
}

/// Takes a bundle, our own or that of another program.
///
/// Of our own, what another program changed in elements that it could see wins over what the extensions hold, and is told
/// in [`Import::changed`]. Of others, patients, conditions, procedures and observations are taken as far as a record has a
/// place for them; [`Import::left_out`] tells of the rest.
///
/// # Errors
///
/// If it is no JSON, no bundle, or an element that is read holds something else than FHIR R4 allows; the message names
/// the place.
pub fn from_fhir(bytes: &[u8]) -> Result<Import, ExchangeError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let whole: Value = json::read(bytes)?;
    import::import(&Bundle::read(&whole)?)
}
