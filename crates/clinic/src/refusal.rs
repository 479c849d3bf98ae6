//! What is answered when something can't be done. A handler returns a [`Refusal`]; `pages::refused` makes a page of it, or
//! JSON for programs.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use needlepoint_records::RecordsError;

/// Why something is not done.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// Nobody is signed in.
    SignIn,
    /// There is no such thing, or not for this account: the same, so that nobody learns what there is.
    NotFound,
    /// The account may not do it.
    Forbidden,
    /// The request does not come from a page of this server.
    Foreign,
    /// The request names another machine than the one this server listens to alone.
    OtherName,
    /// Somebody else was quicker.
    Conflict {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// What was sent can't be used; a sentence says why.
    BadInput(String),
    /// It is larger than what is taken.
    TooLarge,
    /// Tried too often; seconds to wait.
    TooOften(u64),
    /// The disk is full: reading goes on.
    DiskFull,
    /// A fault of ours or of the database; the text is for the log and is not shown.
    Fault(String),
}

impl Refusal {
    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::Foreign => StatusCode::FORBIDDEN,
            Self::OtherName => StatusCode::MISDIRECTED_REQUEST,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::BadInput(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What was sent can't be used.
    #[allow(clippy::needless_pass_by_value)] // Errors are given to it as they come.
    pub(crate) fn bad(why: impl ToString) -> Self {
        Self::BadInput(why.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<RecordsError> for Refusal {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::NotFound { .. }
            | RecordsError::Erased { .. }
            | RecordsError::NoSuchPatient(_)
            | RecordsError::NoSuchAccount(_)
            | RecordsError::NoSuchToken(_) => Self::NotFound,
            RecordsError::Conflict { written_by, written_at, .. } => {
                Self::Conflict { by: written_by, at: written_at }
            }
            RecordsError::DiskFull => Self::DiskFull,
            other => Self::Fault(other.to_string()),
        }
    }
}
