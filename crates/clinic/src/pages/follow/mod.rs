use axum::Router;
use needlepoint_records::Id;

use crate::{app::App, refusal::Refusal};

pub(crate) fn routes() -> Router<App> {
    Router::new()
}

/// Numbers of the ensemble members that fit what was seen on a patient; none while nothing was seen.
pub(crate) async fn own_members(_app: &App, _patient: Id) -> Result<Option<Vec<u32>>, Refusal> {
    Ok(None)
}
