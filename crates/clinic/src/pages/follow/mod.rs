//! Follow up: visits, and what was foretold beside what was seen.
//!
//! - [`visits`]: the list, what comes next, and the form; [`form`]: what it sends; [`offered`]: what can be scored
//! - [`days`]: how days are counted; [`given`]: the treatment as it was given
//! - [`own`]: this patient's own people; [`learned`]: what they teach

mod days;
mod form;
mod given;
mod learned;
mod offered;
mod own;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(in crate::pages) mod tests;
mod visits;

use axum::{Router, extract::DefaultBodyLimit, routing::get};

use crate::app::App;

pub(crate) use own::own_members;

/// Most bytes of a visit: a photograph may come with it.
const VISIT_BYTES: usize = 25 * 1024 * 1024;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/visits", get(visits::list))
        .route("/patients/{patient}/visits/learned", get(learned::show))
        .route("/patients/{patient}/visits/new", get(visits::new).post(visits::create))
        .route("/patients/{patient}/visits/{visit}", get(visits::show).post(visits::save))
        .layer(DefaultBodyLimit::max(VISIT_BYTES))
}
