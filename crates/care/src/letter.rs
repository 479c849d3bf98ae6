//! What the patient reads: plain words, for a reader of twelve.

use serde::Serialize;

/// A letter to the patient.
#[derive(Debug, Clone, Serialize)]
pub struct Letter {
    /// Title.
    pub title: String,
    /// Sections in order.
    pub sections: Vec<Section>,
}

/// A section of the letter.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Points of a list after them.
    pub points: Vec<String>,
}
