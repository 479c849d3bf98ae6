//! The treatment as it was really given, as a case that can be simulated, and what was seen of it.

use jiff::civil::Date;
use needlepoint_care::chosen::chosen_case;
use needlepoint_case::{Case, Consultation};
use needlepoint_course::{
    observable::Observable,
    own::{Measured, Seen},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::clinical::{Plan, Session, Visit};

use super::days::{day_of, session_days};
use crate::{pages::plan::chosen, refusal::Refusal};

/// The plan as it was treated: on the days on which sessions were held, with the settings that were used.
///
/// A case has one needle length and one number of passes for a zone, so that of sessions that differ the mean is taken;
/// sessions still to come count as planned.
///
/// # Errors
/// When the plan lies beyond what is advised by now.
pub(super) fn case(
    consultation: &Consultation,
    knowledge: &Knowledge,
    plan: &Plan,
    done: &[&Session],
    today: Date,
) -> Result<Case, Refusal> {
    // Days may have moved closer together than a plan may: they are put in afterwards.
    let choice = chosen(&plan.settings, &[]);
    let (_, mut case) =
        chosen_case(consultation, knowledge, plan.made_on, &choice).map_err(Refusal::bad)?;
    let days = session_days(plan, done, today);
    let protocol = &mut case.protocol;
    protocol.start = done.first().map(|session| session.held_on);
    protocol.session_days = days.iter().map(|day| f64::from(*day)).collect();
    for zone in &mut protocol.zones {
        let used = used(&zone.site, done);
        let to_come = days.len().saturating_sub(done.len());
        let planned = (zone.needle_length_mm, f64::from(zone.passes));
        let all = used.into_iter().chain(std::iter::repeat_n(planned, to_come));
        let (count, mm, passes) =
            all.fold((0.0, 0.0, 0.0), |sum, one| (sum.0 + 1.0, sum.1 + one.0, sum.2 + one.1));
        if count > 0.0 {
            zone.needle_length_mm = mm / count;
            zone.passes = (passes / count).round().max(1.0) as u32;
        }
    }
    Ok(case)
}

/// Length and passes used at a site in each session done; what was not written down was as planned.
fn used(site: &str, done: &[&Session]) -> Vec<(f64, f64)> {
    let zones = done.iter().flat_map(|session| &session.zones).filter(|zone| zone.site == site);
    zones
        .map(|zone| {
            let mm = zone.needle_mm.filter(|mm| *mm > 0.0).unwrap_or(zone.planned_mm);
            (mm, f64::from(zone.passes.unwrap_or(zone.planned_passes)))
        })
        .collect()
}

/// What was seen after the first session up to today, with the same score before it where there is one. A visit on a
/// day still to come was written down wrongly, and teaches nothing.
///
/// A score says what it is by its name: that of a scale, or of an observable, whose value is the change from before.
pub(super) fn seen(
    visits: &[Visit],
    knowledge: &Knowledge,
    case: &Case,
    (first, today): (Date, Date),
) -> Vec<Seen> {
    let mut seen = Vec::new();
    for visit in visits {
        let day = day_of(first, visit.seen_on);
        if day <= 0 || visit.seen_on > today {
            continue;
        }
        for score in visit.scores.iter().filter(|score| case.protocol.zone(&score.site).is_some()) {
            // What another program wrote down under a name of its own teaches nothing here.
            let Some(what) = measured(&score.scale, knowledge) else { continue };
            let baseline = match what {
                Measured::Scale(_) => before(visits, &score.site, &score.scale, first),
                Measured::Observable(_) => None,
            };
            let (site, value) = (score.site.clone(), score.value);
            seen.push(Seen { site, what, day: f64::from(day), value, baseline });
        }
    }
    seen
}

/// What a name stands for; none if it is neither a scale nor an observable.
fn measured(name: &str, knowledge: &Knowledge) -> Option<Measured> {
    let is_observable = Observable::ALL.iter().any(|observable| observable.name() == name);
    match knowledge.scale(name) {
        Some(_) => Some(Measured::Scale(name.to_owned())),
        None => is_observable.then(|| Measured::Observable(name.to_owned())),
    }
}

/// The last value up to the day of the first session.
fn before(visits: &[Visit], site: &str, scale: &str, first: Date) -> Option<f64> {
    let early = visits.iter().filter(|visit| visit.seen_on <= first);
    let scores =
        early.flat_map(|visit| visit.scores.iter().map(move |score| (visit.seen_on, score)));
    let same = scores.filter(|(_, score)| score.site == site && score.scale == scale);
    same.max_by_key(|(day, _)| *day).map(|(_, score)| score.value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_case::read_consultation;
    use needlepoint_records::{Id, clinical::Score};

    use super::*;
    use crate::pages::follow::days::{
        done,
        tests::{day, held, plan},
    };

    const FILE: &str =
        include_str!("../../../../../examples/patients/healthy-type-ii-acne-scars.toml");

    fn treated(sessions: &[Session], today: &str) -> (Knowledge, Case) {
        let knowledge = Knowledge::embedded().unwrap();
        let (consultation, _) = read_consultation("example", FILE, &knowledge);
        let mut consultation = consultation.unwrap();
        consultation.assessed = Some(day("2026-01-01"));
        let done = done(sessions);
        let case = case(&consultation, &knowledge, &plan(), &done, day(today)).unwrap();
        (knowledge, case)
    }

    fn visit(on: &str, scale: &str, value: f64) -> Visit {
        let score = Score { site: "cheek".to_owned(), scale: scale.to_owned(), value, rater: None };
        Visit {
            patient: Id::new(),
            plan: None,
            seen_on: day(on),
            scores: vec![score],
            photographs: Vec::new(),
            adverse_events: Vec::new(),
            note: None,
        }
    }

    #[test]
    fn a_plan_is_followed_as_it_was_treated() {
        let sessions = [held(1, "2026-01-09", Some(1.0)), held(2, "2026-02-02", Some(1.25))];
        let (_, case) = treated(&sessions, "2026-02-10");
        assert_eq!(case.protocol.session_days, [0.0, 24.0, 52.0]);
        assert_eq!(case.protocol.start, Some(day("2026-01-09")));
        // Two sessions as done, one as planned: (1 + 1.25 + 1.5) / 3.
        assert!((case.protocol.zones[0].needle_length_mm - 1.25).abs() < 1e-9);
        assert_eq!(case.protocol.zones[0].passes, 4);
    }

    #[test]
    fn what_is_seen_counts_from_the_first_session_and_knows_what_was_before() {
        let (knowledge, case) = treated(&[held(1, "2026-01-09", Some(1.5))], "2026-01-10");
        let scale = "goodman-baron-quantitative";
        let visits = [
            visit("2026-01-02", scale, 30.0),
            visit("2026-01-09", scale, 28.0),
            visit("2026-04-09", scale, 20.0),
            visit("2026-04-09", "scar_depth", -20.0),
            visit("2026-04-09", "of-another-program", 3.0),
            visit("2026-04-10", scale, 2.0),
        ];
        let days = (day("2026-01-09"), day("2026-04-09"));
        let seen = seen(&visits, &knowledge, &case, days);
        let told: Vec<(f64, f64, Option<f64>)> =
            seen.iter().map(|one| (one.day, one.value, one.baseline)).collect();
        assert_eq!(told, [(90.0, 20.0, Some(28.0)), (90.0, -20.0, None)]);
        assert_eq!(seen[0].what, Measured::Scale(scale.to_owned()));
        assert_eq!(seen[1].what, Measured::Observable("scar_depth".to_owned()));
    }

    #[test]
    fn what_was_seen_where_nothing_is_needled_is_left_out() {
        let (knowledge, case) = treated(&[held(1, "2026-01-09", Some(1.5))], "2026-01-10");
        let mut elsewhere = visit("2026-04-09", "lemperle", 2.0);
        elsewhere.scores[0].site = "neck".to_owned();
        let days = (day("2026-01-09"), day("2026-05-01"));
        assert_eq!(seen(&[elsewhere], &knowledge, &case, days), []);
    }
}
