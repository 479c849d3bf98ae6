//! Other plans within the limits: those that nothing beats in gain, downtime and risk at once.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State},
    response::Html,
    routing::get,
};
use maud::{Markup, PreEscaped, html};
use needlepoint_care::{
    Care, care,
    plan::{Alternative, AlternativeKind},
};
use needlepoint_records::{Id, clinical};
use needlepoint_report::{alternatives_html, told_alternatives};

use super::{answers, counted_from, live::Whose, with_people};
use crate::{app::App, pages::forms::today, refusal::Refusal, security::Visitor};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/patients/{patient}/consultations/{consultation}/front", get(front))
}

async fn front(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, consultation)): Path<(Id, Id)>,
    Query(whose): Query<Whose>,
) -> Result<Html<String>, Refusal> {
    let (_, document) = visitor.of::<clinical::Consultation>(&app, patient, consultation).await?;
    let consultation = answers(&app, &document)?;
    let consultation = with_people(&app, patient, consultation, whose.own == 1).await?;
    let key = (document.id, document.version, today(), consultation.simulate.members_of.clone());
    let care: Arc<Care> = if let Some(care) = app.fronts.get(&key) {
        care
    } else {
        let knowledge = Arc::clone(&app.knowledge);
        let today = counted_from(&consultation, key.2);
        let found = app.simulator.work(move |_| care(&consultation, &knowledge, today));
        app.fronts.put(key, found.await?.map_err(Refusal::bad)?)
    };
    Ok(Html(told(&app, &care).into_string()))
}

fn told(app: &App, care: &Care) -> Markup {
    let words = &app.words;
    let numbered = (1..).zip(told_alternatives(&care.alternatives));
    let taken: Vec<(usize, &Alternative)> = numbered
        .map(|(number, place)| (number, &care.alternatives[place]))
        .filter(|(_, alternative)| alternative.kind == AlternativeKind::Needling)
        .collect();
    html! {
        @if care.alternatives.is_empty() { p.empty { (words.say("plan-no-front")) } }
        div.np { (PreEscaped(alternatives_html(&care.alternatives))) }
        @if !taken.is_empty() {
            h3 { (words.say("plan-take-title")) }
            ul.takes {
                @for (number, alternative) in taken {
                    li {
                        button.second type="button" data-take=(settings(alternative)) {
                            (number) ": " (alternative.label)
                            @if alternative.proposed { " \u{2013} " (words.say("plan-proposed")) }
                        }
                    }
                }
            }
        }
    }
}

/// The settings of an alternative, for the script that moves the sliders.
fn settings(alternative: &Alternative) -> String {
    const DAYS_PER_WEEK: f64 = 7.0;
    serde_json::json!({
        "needle_mm": alternative.needle_mm,
        "passes": alternative.passes,
        "sessions": alternative.sessions,
        "interval_days": (alternative.interval_weeks * DAYS_PER_WEEK).round(),
    })
    .to_string()
}
