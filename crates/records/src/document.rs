//! A document with what is known of its writing, and everything of a practice at one moment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Id,
    clinical::{Consultation, Patient, Photograph, Plan, Session, Visit},
};

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document<T> {
    /// Its identifier.
    pub id: Id,
    /// 1 when written first; one more with every change.
    pub version: u32,
    /// When this version was written.
    pub written_at: Timestamp,
    /// Name of the account that wrote it.
    pub written_by: String,
    /// What it says.
    pub content: T,
}

/// The present version of every document, and the pictures: what an export holds and an import takes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Patients.
    pub patients: Vec<Document<Patient>>,
    /// Consultations.
    pub consultations: Vec<Document<Consultation>>,
    /// Plans.
    pub plans: Vec<Document<Plan>>,
    /// Sessions.
    pub sessions: Vec<Document<Session>>,
    /// Visits.
    pub visits: Vec<Document<Visit>>,
    /// Photographs.
    pub photographs: Vec<Document<Photograph>>,
    /// Pictures, by the identifier of their photograph.
    pub pictures: Vec<Picture>,
}

/// The bytes of a photograph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Identifier of the photograph.
    pub photograph: Id,
    /// JPEG.
    #[serde(with = "crate::base64_bytes")]
    pub bytes: Vec<u8>,
}
