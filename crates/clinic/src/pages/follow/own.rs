//! This patient's own people: the ensemble, weighed by what was seen.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use needlepoint_course::{
    Progress,
    own::{Own, own_people},
};
use needlepoint_records::{
    Id,
    clinical::{Consultation, Plan, Session, Visit},
    document::Document,
};

use super::{
    days::done,
    given::{case, seen},
};
use crate::{
    app::App,
    pages::{
        forms::today,
        plan::{Kept, answers},
    },
    refusal::Refusal,
};

/// What an answer rests on: the plan, its sessions and visits in their versions, and the day, since sessions to come
/// count from it.
type Rests = (Vec<(Id, u32)>, Date);

/// The last answers. They hold numbers of members and bands, no names.
static KEPT: LazyLock<Kept<Rests, Own>> = LazyLock::new(Kept::new);

/// A plan with everything that was recorded of it.
pub(super) struct Recorded {
    pub(super) plan: Document<Plan>,
    pub(super) sessions: Vec<Document<Session>>,
    pub(super) visits: Vec<Document<Visit>>,
}

impl Recorded {
    /// What was recorded of a plan. A visit that names no plan belongs to each.
    pub(super) fn of(
        plan: &Document<Plan>,
        sessions: &[Document<Session>],
        visits: &[Document<Visit>],
    ) -> Self {
        let theirs = |visit: &&Document<Visit>| visit.content.plan.is_none_or(|of| of == plan.id);
        Self {
            plan: plan.clone(),
            sessions: sessions
                .iter()
                .filter(|session| session.content.plan == plan.id)
                .cloned()
                .collect(),
            visits: visits.iter().filter(theirs).cloned().collect(),
        }
    }

    /// Sessions really done, by day.
    pub(super) fn done(&self) -> Vec<&Session> {
        done(self.sessions.iter().map(|session| &session.content))
    }

    /// The day of the first session really done.
    pub(super) fn first(&self) -> Option<Date> {
        self.done().first().map(|session| session.held_on)
    }

    /// Whether something was scored after the first session, and not on a day still to come.
    pub(super) fn was_seen(&self) -> bool {
        let today = today();
        self.first().is_some_and(|first| {
            let mut visits = self.visits.iter().map(|visit| &visit.content);
            visits.any(|visit| {
                visit.seen_on > first && visit.seen_on <= today && !visit.scores.is_empty()
            })
        })
    }

    fn rests(&self, today: Date) -> Rests {
        let documents = [(self.plan.id, self.plan.version)].into_iter();
        let sessions = self.sessions.iter().map(|session| (session.id, session.version));
        let visits = self.visits.iter().map(|visit| (visit.id, visit.version));
        (documents.chain(sessions).chain(visits).collect(), today)
    }

    /// The own people, if they are known already.
    pub(super) fn known(&self) -> Option<Arc<Own>> {
        KEPT.get(&self.rests(today()))
    }
}

/// Weigh the ensemble by what was seen of a plan; none while nothing was seen.
///
/// # Errors
/// A sentence when the plan can't be simulated as it was treated, or a score says nothing about it.
pub(super) async fn own(app: &App, recorded: &Recorded) -> Result<Option<Arc<Own>>, Refusal> {
    let today = today();
    let (true, Some(first)) = (recorded.was_seen(), recorded.first()) else { return Ok(None) };
    let rests = recorded.rests(today);
    if let Some(own) = KEPT.get(&rests) {
        return Ok(Some(own));
    }
    let consultation: Document<Consultation> =
        app.practice.read(recorded.plan.content.consultation).await?;
    let consultation = answers(app, &consultation)?;
    let knowledge = Arc::clone(&app.knowledge);
    let plan = recorded.plan.content.clone();
    let sessions: Vec<Session> = recorded.done().into_iter().cloned().collect();
    let visits: Vec<Visit> = recorded.visits.iter().map(|visit| visit.content.clone()).collect();
    let own = app
        .simulator
        .work(move |cancelled| {
            let done: Vec<&Session> = sessions.iter().collect();
            let case = case(&consultation, &knowledge, &plan, &done, today)?;
            let seen = seen(&visits, &knowledge, &case, (first, today));
            if seen.is_empty() {
                return Ok(None);
            }
            let progress = Progress { member_done: &|| (), cancelled };
            own_people(&case, &knowledge, &seen, progress).map(Some).map_err(Refusal::bad)
        })
        .await??;
    Ok(own.map(|own| KEPT.put(rests, own)))
}

/// Numbers of the ensemble members that fit what was seen on a patient: weighed by all sessions and visits of the latest
/// plan of which something was seen. None while nothing was seen.
///
/// # Errors
/// See [`own`].
pub(crate) async fn own_members(app: &App, patient: Id) -> Result<Option<Vec<u32>>, Refusal> {
    let plans: Vec<Document<Plan>> = app.practice.of_patient(patient).await?;
    let sessions: Vec<Document<Session>> = app.practice.of_patient(patient).await?;
    let visits: Vec<Document<Visit>> = app.practice.of_patient(patient).await?;
    let recorded = plans.iter().rev().map(|plan| Recorded::of(plan, &sessions, &visits));
    let Some(recorded) = recorded.into_iter().find(Recorded::was_seen) else { return Ok(None) };
    Ok(own(app, &recorded).await?.map(|own| own.members.clone()))
}
