//! The same for programs.

use axum::Router;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
}

/// The description of the interface.
pub fn openapi_json() -> String {
    String::new()
}
