//! Questions about needling at home.

use serde::Serialize;

use crate::plan::Because;

/// A question and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// What people ask.
    pub question: String,
    /// What is answered, with what it rests on and where sources disagree.
    pub answer: Vec<Because>,
}
