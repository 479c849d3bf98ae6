//! Every move of a setting: simulated on the same people, and drawn.

use std::{sync::Arc, time::Instant};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    routing::post,
};
use maud::{Markup, html};
use needlepoint_care::chosen::{Chosen, chosen_case};
use needlepoint_case::{Case, Consultation};
use needlepoint_course::result::CourseResult;
use needlepoint_records::{Id, clinical};
use needlepoint_report::live::{LiveFigures, LiveInput, LiveNumber, compare, live_figures};
use serde::{Deserialize, Serialize};

use super::{
    answers, chosen, counted_from,
    settings::{fields, of_form},
    with_people,
};
use crate::{app::App, pages::forms::today, refusal::Refusal, security::Visitor};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/patients/{patient}/consultations/{consultation}/live", post(live))
}

#[derive(Deserialize)]
pub(super) struct Whose {
    /// This patient's own people instead of people at large.
    #[serde(default)]
    pub(super) own: u8,
}

/// What a move shows.
#[derive(Serialize)]
struct Seen {
    /// Fragments of the page.
    figures: LiveFigures,
    /// The headline numbers as a fragment.
    numbers: String,
    /// Two plans beside each other, where one is held.
    compared: Option<String>,
    /// People simulated.
    people: u32,
    /// Milliseconds that simulating and drawing took.
    milliseconds: u64,
}

async fn live(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, consultation)): Path<(Id, Id)>,
    Query(whose): Query<Whose>,
    body: String,
) -> Result<Json<Seen>, Refusal> {
    let (_, document) = visitor.of::<clinical::Consultation>(&app, patient, consultation).await?;
    let sent = fields(&body);
    let settings = of_form(&sent)?;
    let held = sent.iter().find(|(name, _)| name == "held").map(|(_, held)| fields(held));
    let held = held.filter(|held| !held.is_empty()).map(|held| of_form(&held)).transpose()?;
    let consultation = answers(&app, &document)?;
    let consultation = with_people(&app, patient, consultation, whose.own == 1).await?;
    let asked = chosen(&settings, &[]);
    let held = held.map(|held| chosen(&held, &[]));
    let shared = app.clone();
    let seen =
        app.simulator.work_soon(move |_| seen(&shared, &consultation, &asked, held.as_ref()));
    seen.await?.map(Json)
}

fn seen(
    app: &App,
    consultation: &Consultation,
    asked: &Chosen,
    held: Option<&Chosen>,
) -> Result<Seen, Refusal> {
    let begun = Instant::now();
    let (case, result) = simulated(app, consultation, asked)?;
    let knowledge = &app.knowledge;
    // The plan that is held stands first, and is called so.
    let tag = if held.is_some() { "b" } else { "a" };
    let input = LiveInput { case: &case, result: &result, knowledge, tag };
    let figures = live_figures(&input);
    let compared = match held {
        Some(held) => {
            let (case, result) = simulated(app, consultation, held)?;
            let held = LiveInput { case: &case, result: &result, knowledge, tag: "a" };
            Some(compare(&[held, input]))
        }
        None => None,
    };
    Ok(Seen {
        numbers: numbers(app, &figures.numbers),
        figures,
        compared,
        people: result.members,
        milliseconds: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// The course of a choice in the people that meet every move.
fn simulated(
    app: &App,
    consultation: &Consultation,
    asked: &Chosen,
) -> Result<(Case, Arc<CourseResult>), Refusal> {
    let knowledge = &app.knowledge;
    let today = counted_from(consultation, today());
    let (_, mut case) = chosen_case(consultation, knowledge, today, asked).map_err(Refusal::bad)?;
    // The months are seen for most of a year after the last session, when collagen has come and pigment gone.
    let last = case.protocol.session_days.last().copied().unwrap_or(0.0);
    case.simulate.horizon_days = (last + WATCHED_DAYS).min(needlepoint_case::limits::HORIZON_DAYS);
    let people = app.people.of(&case, knowledge).map_err(Refusal::bad)?;
    let result = people.simulate(&case, knowledge).map_err(Refusal::bad)?;
    Ok((case, Arc::new(result)))
}

/// How long a plan is watched after its last session, days.
const WATCHED_DAYS: f64 = 180.0;

fn numbers(app: &App, numbers: &[LiveNumber]) -> String {
    let mut places: Vec<(&str, Vec<&LiveNumber>)> = Vec::new();
    for number in numbers {
        match places.iter_mut().find(|(place, _)| *place == number.place) {
            Some((_, of_place)) => of_place.push(number),
            None => places.push((&number.place, vec![number])),
        }
    }
    html! {
        @for (place, numbers) in &places {
            @if places.len() > 1 { h3.numbers-of { (place) } }
            (numbers_of_place(app, numbers))
        }
    }
    .into_string()
}

fn numbers_of_place(app: &App, numbers: &[&LiveNumber]) -> Markup {
    let words = &app.words;
    html! {
        dl.numbers {
            @for number in numbers {
                div {
                    dt { (number.label) @if !number.when.is_empty() { span.quiet { (number.when) } } }
                    dd {
                        strong { (number.typically) }
                        span.quiet { (words.say_with("plan-between", [("range", number.between.as_str().into())])) }
                        @if let Some(share) = number.visible_share {
                            span.quiet { (words.say_with("plan-see-it", [("share", format!("{:.0}", 100.0 * share).into())])) }
                        }
                    }
                }
            }
        }
    }
}
