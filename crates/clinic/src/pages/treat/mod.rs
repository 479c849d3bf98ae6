//! Treat: the sheet of a session as a checklist, and its record.
//!
//! - [`list`]: sessions done and to come
//! - [`begin`]: a sheet to come, and the record that is made of it
//! - [`record`]: the record while people write in it
//! - [`changes`]: small changes by several people, [`saving`]: on the newest version
//! - [`sheet`]: what the plan says beside each tick; [`lines`]: answers without a field of their own
//! - [`numbing`]: the clock of a cream; [`missing`], [`ending`]: closing; [`events`]: what went wrong
//! - [`view`]: the page

mod begin;
mod changes;
mod ending;
pub(crate) mod events;
mod lines;
mod list;
mod missing;
mod numbing;
mod record;
mod saving;
mod sheet;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(in crate::pages) mod tests;
mod view;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::App;

pub(crate) use sheet::{Told, record, session_id};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/sessions", get(list::list))
        .route(
            "/patients/{patient}/plans/{plan}/sessions/{number}",
            get(begin::show).post(begin::begin),
        )
        .route("/patients/{patient}/sessions/{session}", get(record::show).post(record::save))
        .route("/patients/{patient}/sessions/{session}/state", get(record::state))
        .route("/patients/{patient}/sessions/{session}/check", post(record::check))
        .route("/patients/{patient}/sessions/{session}/field", post(record::field))
        .route("/patients/{patient}/sessions/{session}/event", post(record::event))
        .route("/patients/{patient}/sessions/{session}/finish", post(record::finish))
        .route("/patients/{patient}/sessions/{session}/reopen", post(record::reopen))
        .route("/patients/{patient}/sessions/{session}/sheet.pdf", get(record::printed))
}
