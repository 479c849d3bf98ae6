//! What is seen: one folder or file for each step of the story.

mod accounts;
mod consult;
mod follow;
mod forms;
mod home;
mod layout;
mod patient;
mod photographs;
mod plan;
mod records;
mod refused;
mod sign_in;
mod story;
mod treat;

use axum::Router;

use crate::{app::App, refusal::Refusal};

pub(crate) use forms::today;
#[cfg(test)]
pub(crate) use photographs::drawn_again;
pub(crate) use plan::{Kept, PLANS_KEPT, People};
pub(crate) use refused::refused;
pub(crate) use story::story;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in::routes())
        .merge(home::routes())
        .merge(patient::routes())
        .merge(photographs::routes())
        .merge(consult::routes())
        .merge(plan::routes())
        .merge(treat::routes())
        .merge(follow::routes())
        .merge(accounts::routes())
        .merge(records::routes())
}

pub(crate) async fn nothing_here() -> Refusal {
    Refusal::NotFound
}
