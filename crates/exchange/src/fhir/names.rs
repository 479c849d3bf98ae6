//! Addresses of our own extensions and code systems, and codes of others.
//!
//! `.example` is set aside for names that belong to nobody (RFC 2606), so that none of these can clash with, or lead to,
//! somebody's server.

/// Holds the document that a resource stands for, whole.
pub(super) const DOCUMENT: &str = "https://needlepoint.example/fhir/StructureDefinition/document";

/// Says of which part of a document a resource was made: `document`, `name` and `number`.
pub(super) const PART: &str = "https://needlepoint.example/fhir/StructureDefinition/part";

/// Says whose picture a resource holds, and where it stood among the pictures: `photograph` and `number`.
pub(super) const PICTURE: &str = "https://needlepoint.example/fhir/StructureDefinition/picture";

/// Names of concerns.
pub(super) const CONCERN: &str = "https://needlepoint.example/fhir/CodeSystem/concern";
/// Names of conditions of a history.
pub(super) const CONDITION: &str = "https://needlepoint.example/fhir/CodeSystem/condition";
/// Names of devices.
pub(super) const DEVICE: &str = "https://needlepoint.example/fhir/CodeSystem/device";
/// Names of procedures.
pub(super) const PROCEDURE: &str = "https://needlepoint.example/fhir/CodeSystem/procedure";
/// Names of scales and observables.
pub(super) const SCALE: &str = "https://needlepoint.example/fhir/CodeSystem/scale";
/// Names of sites.
pub(super) const SITE: &str = "https://needlepoint.example/fhir/CodeSystem/site";

/// The only procedure there is.
pub(super) const MICRONEEDLING: &str = "microneedling";

/// SNOMED CT.
pub(super) const SNOMED: &str = "http://snomed.info/sct";

/// Conditions whose meaning is that of a SNOMED CT concept beyond doubt: name of ours, code, its preferred term.
/// What is broader or narrower than any concept, such as "keloid or hypertrophic scars", has none here.
pub(super) const SNOMED_CODES: [(&str, &str, &str); 8] = [
    ("actinic-keratosis", "201101007", "Actinic keratosis"),
    ("diabetes", "73211009", "Diabetes mellitus"),
    ("eczema", "43116000", "Eczema"),
    ("melasma", "36209000", "Melasma"),
    ("pregnancy", "77386006", "Pregnancy"),
    ("psoriasis", "9014002", "Psoriasis"),
    ("rosacea", "398909004", "Rosacea"),
    ("vitiligo", "56727007", "Vitiligo"),
];
