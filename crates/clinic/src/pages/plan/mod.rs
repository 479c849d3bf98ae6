//! Plan and see: what is proposed, what can be chosen instead, and what the model expects of it.
//!
//! - [`see`]: the page of a consultation's plan, with its settings
//! - [`live`]: every move of a setting, simulated and drawn
//! - [`front`]: other plans beside it
//! - [`kept`]: plans that were decided on, their days and documents
//! - [`settings`]: choices as forms send them, as records keep them and as the planner takes them

mod front;
mod kept;
mod live;
mod people;
mod see;
mod settings;

use axum::Router;
use jiff::civil::Date;
use needlepoint_care::{Care, chosen::chosen_care, screening::Verdict};
use needlepoint_case::{Consultation, read_consultation};
use needlepoint_records::{
    Id,
    clinical::{self, Plan},
    document::Document,
};

use crate::{app::App, refusal::Refusal};

pub(crate) use kept::plan_file;
pub(crate) use people::{Kept, People};
pub(crate) use settings::{chosen, proposed};

/// What is said of so many plans is kept: more than a practice opens in a day. Each takes some
/// hundred kilobytes, and working it out anew a tenth of a second of all cores.
pub(crate) const PLANS_KEPT: usize = 512;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(see::routes())
        .merge(live::routes())
        .merge(front::routes())
        .merge(kept::routes())
}

/// The answers of a consultation, as the planner reads them; waiting times count from the day it was held.
///
/// # Errors
/// A sentence where they can't be read.
pub(crate) fn answers(
    app: &App,
    document: &Document<clinical::Consultation>,
) -> Result<Consultation, Refusal> {
    let content = &document.content;
    let (read, problems) = read_consultation("consultation", &content.file, &app.knowledge);
    let mut consultation = read.ok_or_else(|| Refusal::bad(problems.to_lines()))?;
    consultation.assessed = consultation.assessed.or(Some(content.held_on));
    Ok(consultation)
}

/// Everything there is to say about a plan that was decided on, with the answers that it rests on.
///
/// # Errors
/// When its consultation is gone or can't be read, or when screening speaks against it by now.
pub(crate) async fn care_of(
    app: &App,
    plan: &Document<Plan>,
) -> Result<(Care, Consultation), Refusal> {
    let consultation: Document<clinical::Consultation> =
        app.practice.read(plan.content.consultation).await?;
    let consultation = answers(app, &consultation)?;
    let chosen = chosen(&plan.content.settings, &plan.content.dates);
    let key = (plan.id, plan.version);
    if let Some(care) = app.cares.get(&key) {
        return Ok((Care::clone(&care), consultation));
    }
    let (knowledge, asked, today) =
        (app.knowledge.clone(), consultation.clone(), plan.content.made_on);
    let care = app
        .simulator
        .work_soon(move |_| chosen_care(&asked, &knowledge, today, &chosen))
        .await?
        .map_err(Refusal::bad)?;
    app.cares.put(key, care.clone());
    Ok((care, consultation))
}

/// A verdict as records keep it.
pub(crate) fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "go",
        Verdict::GoWithChanges => "go-with-changes",
        Verdict::Wait => "wait",
        Verdict::Refer => "refer",
        Verdict::DoNotTreat => "do-not-treat",
    }
}

/// Whom to simulate: people at large, or this patient's own.
pub(crate) async fn with_people(
    app: &App,
    patient: Id,
    mut consultation: Consultation,
    own: bool,
) -> Result<Consultation, Refusal> {
    if own {
        consultation.simulate.members_of = super::follow::own_members(app, patient).await?;
    }
    Ok(consultation)
}

/// Where a plan begins to be counted from.
pub(crate) fn counted_from(consultation: &Consultation, today: Date) -> Date {
    consultation.assessed.map_or(today, |assessed| assessed.max(today))
}
