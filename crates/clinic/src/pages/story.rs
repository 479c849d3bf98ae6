//! A story for the demonstration: from answers of some months ago to a plan, sessions done and a visit.

use jiff::{SignedDuration, ToSpan, civil::Date, tz::TimeZone};
use needlepoint_care::chosen::{chosen_care, offer};
use needlepoint_case::read_consultation;
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Author, Practice,
    clinical::{Consultation, Plan, PlanStatus, Score, Session, Visit},
    document::Document,
};

use super::{
    plan::{chosen, proposed, verdict_name},
    today,
    treat::{Told, record, session_id},
};

/// A story that is younger has only begun.
const GONE_ON_DAYS: i32 = 40;
/// What a scar grade is said to have become by the visit.
const SCALE: &str = "goodman-baron-quantitative";

/// Keep the answers, and where they are old enough what came of them.
///
/// # Errors
/// A sentence when the answers can't be read or the records can't be written.
pub(crate) async fn story(
    practice: &Practice,
    knowledge: &Knowledge,
    author: &Author,
    mut consultation: Consultation,
) -> Result<(), String> {
    let (read, problems) = read_consultation("consultation", &consultation.file, knowledge);
    let answers = read.ok_or_else(|| problems.to_lines())?;
    let day = consultation.held_on;
    let offered = offer(&answers, knowledge, day);
    consultation.verdict = Some(verdict_name(offered.screening.verdict).to_owned());
    let consultation =
        practice.create(author, &consultation).await.map_err(|why| why.to_string())?;
    let old_enough = (today() - day).get_days() > GONE_ON_DAYS;
    let Some((planned, room)) = offered.plan.filter(|_| old_enough) else { return Ok(()) };
    let settings = proposed(&planned, &room);
    let care = chosen_care(&answers, knowledge, day, &chosen(&settings, &[]))
        .map_err(|why| why.to_string())?;
    let plan = Plan {
        patient: consultation.content.patient,
        consultation: consultation.id,
        made_on: day,
        settings,
        proposed: true,
        dates: planned.dates,
        revision: 0,
        status: PlanStatus::Active,
        note: None,
    };
    let plan = practice.create(author, &plan).await.map_err(|why| why.to_string())?;
    for (number, date) in (1..).zip(&plan.content.dates) {
        if *date < today() {
            let told = Told::of(&care, number);
            let session = done(record(&plan, number, *date, told.as_ref()), *date, author);
            let id = session_id(plan.id, number);
            practice.create_as(author, id, &session).await.map_err(|why| why.to_string())?;
        }
    }
    visited(practice, knowledge, author, &plan).await
}

/// A session with everything done as planned.
fn done(mut session: Session, day: Date, author: &Author) -> Session {
    let begins = day.at(10, 0, 0, 0).to_zoned(TimeZone::UTC).map(|at| at.timestamp());
    let Ok(begins) = begins else { return session };
    let minutes = |minutes: i64| begins.checked_add(SignedDuration::from_mins(minutes)).ok();
    session.started_at = Some(begins);
    session.finished_at = minutes(95);
    for (step, check) in (0..).zip(&mut session.checks) {
        check.done_at = minutes(4 * step);
        check.by = Some(author.account.clone());
    }
    if let Some(numbing) = &mut session.numbing {
        numbing.lot = Some("DEMO-1".to_owned());
        numbing.applied_at = minutes(15);
        numbing.removed_at = minutes(15 + numbing.planned_minutes.unwrap_or(30.0) as i64);
    }
    for zone in &mut session.zones {
        zone.lot = Some("DEMO-2".to_owned());
        zone.needle_mm = Some(zone.planned_mm);
        zone.passes = Some(zone.planned_passes);
        zone.endpoint = Some("even redness".to_owned());
    }
    session
}

/// A visit at which scars were graded, some weeks after the second session.
async fn visited(
    practice: &Practice,
    knowledge: &Knowledge,
    author: &Author,
    plan: &Document<Plan>,
) -> Result<(), String> {
    let Some(second) = plan.content.dates.get(1) else { return Ok(()) };
    let seen_on = second.checked_add(21.days()).unwrap_or(*second);
    let scored = knowledge.scale(SCALE).is_some() && seen_on < today();
    let sites = plan.content.settings.zones.iter().filter(|_| scored);
    let scores: Vec<Score> = sites
        .map(|zone| Score {
            site: zone.site.clone(),
            scale: SCALE.to_owned(),
            value: 9.0,
            rater: Some(author.account.clone()),
        })
        .collect();
    if scores.is_empty() {
        return Ok(());
    }
    let visit = Visit {
        patient: plan.content.patient,
        plan: Some(plan.id),
        seen_on,
        scores,
        photographs: Vec::new(),
        adverse_events: Vec::new(),
        note: Some("Made up for the demonstration.".to_owned()),
    };
    practice.create(author, &visit).await.map(|_| ()).map_err(|why| why.to_string())
}
