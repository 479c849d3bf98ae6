//! The consultation: who it is, what is to be treated, what speaks for and against it.

mod answers;
mod file;
mod kinds;

use axum::Router;

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
}
