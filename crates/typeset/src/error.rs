//! What can go wrong in typesetting.

use thiserror::Error;

/// Why a document can't be typeset. None of it depends on what a user writes.
#[derive(Debug, Error)]
pub enum TypesetError {
    /// The data can't be put into JSON.
    #[error("the data of a document can't be put into JSON: {0}")]
    Data(#[from] serde_json::Error),
    /// A template does not compile with this data, or the PDF would break a rule of PDF/UA.
    #[error(
        "the template {template} can't be typeset: {why}. This is a fault of Needlepoint, please report it"
    )]
    Template {
        /// Name of the template.
        template: &'static str,
        /// What the typesetter says.
        why: String,
    },
    /// A font of this crate can't be read.
    #[error("a built-in font can't be read: this is a fault of Needlepoint, please report it")]
    Font,
}
