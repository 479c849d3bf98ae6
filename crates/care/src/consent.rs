//! What is agreed on before the first session.

use serde::Serialize;

use crate::plan::Because;

/// One item that the patient and the practitioner go through and sign.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// A heading of a word or two.
    pub heading: String,
    /// What is explained, and what it rests on.
    pub text: Because,
    /// Only for this patient, because of an answer.
    pub personal: bool,
}
