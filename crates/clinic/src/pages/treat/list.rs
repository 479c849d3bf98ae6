//! The sessions of all plans: those done and those to come.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use maud::{Markup, html};
use needlepoint_records::{
    Id,
    clinical::{Plan, PlanStatus, Session},
    document::Document,
};

use crate::{
    app::App,
    pages::{
        forms::today,
        layout::{Page, Step, page, patient_path},
    },
    refusal::Refusal,
    security::{Right, Visitor},
};

/// How things stand with a session of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Done,
    UnderWay,
    Today,
    Overdue,
    ToCome,
}

impl Stand {
    fn of(session: Option<&Document<Session>>, day: Date, today: Date) -> Self {
        match session {
            Some(session) if session.content.finished_at.is_some() => Self::Done,
            Some(_) => Self::UnderWay,
            None if day == today => Self::Today,
            None if day < today => Self::Overdue,
            None => Self::ToCome,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Done => "treat-done",
            Self::UnderWay => "treat-under-way",
            Self::Today => "treat-today",
            Self::Overdue => "treat-overdue",
            Self::ToCome => "treat-to-come",
        }
    }
}

pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, id).await?;
    let mut plans: Vec<Document<Plan>> = app.practice.of_patient(id).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(id).await?;
    let of = |plan: &Document<Plan>| sessions.iter().any(|session| session.content.plan == plan.id);
    plans.retain(|plan| {
        of(plan) || matches!(plan.content.status, PlanStatus::Active | PlanStatus::Completed)
    });
    plans.reverse();
    let words = &app.words;
    let body = html! {
        @if plans.is_empty() {
            p.empty { (words.say("treat-none")) }
            p { a.button.second href=(patient_path(id, "/plans")) { (words.say("treat-to-plans")) } }
        }
        @for plan in &plans { (of_plan(&app, &visitor, plan, &sessions)) }
    };
    let title = words.say("treat-title");
    let shown =
        Page { title: &title, patient: Some((&patient, Step::Treat)), body, files: &["treat.css"] };
    Ok(page(&app, &visitor, &shown).into_response())
}

/// The sessions of one plan: those of its days, and those done beyond them.
fn of_plan(
    app: &App,
    visitor: &Visitor,
    plan: &Document<Plan>,
    sessions: &[Document<Session>],
) -> Markup {
    let words = &app.words;
    let today = today();
    let done = |number: u32| {
        sessions
            .iter()
            .find(|known| known.content.plan == plan.id && known.content.number == number)
    };
    let planned = (1..).zip(plan.content.dates.iter().copied());
    let planned_count = plan.content.dates.len() as u32;
    let beyond = sessions
        .iter()
        .filter(|known| known.content.plan == plan.id && known.content.number > planned_count)
        .map(|known| (known.content.number, known.content.held_on));
    let rows: Vec<(u32, Date)> = planned.chain(beyond).collect();
    let next = rows.iter().find(|(number, _)| done(*number).is_none()).map(|(number, _)| *number);
    let under_way = rows
        .iter()
        .filter_map(|(number, _)| done(*number))
        .any(|known| known.content.finished_at.is_none());
    let ready =
        plan.content.status == PlanStatus::Active && !under_way && visitor.may(Right::Record);
    html! {
        section.card aria-label=(words.say_with("treat-plan-of", [("date", plan.content.made_on.to_string().into())])) {
            div.plan-head {
                h2 { (words.say_with("treat-plan-of", [("date", plan.content.made_on.to_string().into())])) }
                a href=(patient_path(plan.content.patient, &format!("/plans/{}", plan.id))) { (words.say("treat-see-plan")) }
            }
            ol.sessions {
                @for (number, day) in rows {
                    @let session = done(number);
                    @let stand = Stand::of(session, day, today);
                    li.session .now[matches!(stand, Stand::UnderWay | Stand::Today)] {
                        span.number aria-hidden="true" { (number) }
                        span.when { strong { (words.say_with("treat-session-number", [("number", number.into()), ("of", planned_count.max(number).into())])) }
                            br; (session.map_or(day, |known| known.content.held_on)) }
                        span.tag .good[stand == Stand::Done] .warn[stand == Stand::Overdue] { (words.say(stand.label())) }
                        @match session {
                            Some(known) => a.button.second[stand == Stand::Done] href=(patient_path(plan.content.patient, &format!("/sessions/{}", known.id))) {
                                (words.say(if stand == Stand::Done { "treat-open-session" } else { "treat-go-on" })) },
                            None => a.button.second[!(ready && next == Some(number))]
                                href=(patient_path(plan.content.patient, &format!("/plans/{}/sessions/{number}", plan.id))) {
                                (words.say("treat-see-sheet")) },
                        }
                    }
                }
            }
            p.quiet { a href=(patient_path(plan.content.patient, &format!("/plans/{}/files/aftercare.ics", plan.id))) { (words.say("treat-calendar")) } }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::pages::treat::sheet::tests::session;

    #[test]
    fn a_session_stands_where_it_is() {
        let today: Date = "2026-11-30".parse().unwrap();
        let day = |text: &str| text.parse::<Date>().unwrap();
        let stand = |at: &str| Stand::of(None, day(at), today);
        assert_eq!(
            [stand("2026-11-29"), stand("2026-11-30"), stand("2026-12-01")],
            [Stand::Overdue, Stand::Today, Stand::ToCome]
        );
        let mut held = Document {
            id: Id::new(),
            version: 1,
            written_at: Timestamp::UNIX_EPOCH,
            written_by: String::new(),
            content: session(),
        };
        assert_eq!(Stand::of(Some(&held), today, today), Stand::UnderWay);
        held.content.finished_at = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(Stand::of(Some(&held), today, today), Stand::Done);
    }
}
