//! What is to be expected of a treatment, told for advice.
//!
//! [`prospects`] holds choices of one zone beside each other: how much of the concern goes, for how long the skin
//! shows the treatment, and in how many it darkens. The same people meet every choice, so that choices differ by
//! the treatment and not by chance. [`outlook`] looks closely at one treatment: its outcomes, and what shows
//! from day to day.

use std::sync::atomic::Ordering;

use needlepoint_case::{Case, Concern};
use needlepoint_knowledge::Knowledge;
use rayon::prelude::*;
use serde::Serialize;

pub use crate::variant::VariantError;
use crate::{
    calendar::Calendar,
    lesion::{is_about, rated_by},
    observable::Observable,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::{Band, ZoneCourse},
    run::{CourseError, Progress, observables, people},
    summary::{self, THREE_MONTHS_DAYS, at_day, band},
    variant::{Choices, Subject, Variant, days_any_above},
    zone::{PEOPLE, Thresholds, ZoneMember, ZoneTask, simulate_group},
};

/// Swelling below this share of the skin's thickness, per cent, is not seen.
const VISIBLE_SWELLING_PERCENT: f64 = 1.0;
/// Days told after a session.
const TOLD_DAYS: u32 = 14;

/// What a practitioner chooses for a zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// Needle length, mm.
    pub needle_length_mm: f64,
    /// Passes of a session.
    pub passes: u32,
    /// Sessions.
    pub sessions: u32,
    /// Days between sessions.
    pub interval_days: f64,
}

/// What comes of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prospect {
    /// How much of the concern is gone three months after the last session, per cent of what was there.
    pub improvement: Band,
    /// Days of the whole course in which redness, swelling or flaking is seen.
    pub downtime_days: Band,
    /// Share of people whose skin darkens so much at some time that it is seen, 0 to 1.
    pub darkened_share: f64,
}

/// Hold choices beside each other, in the zone of `concern`; members and seed are those of the case.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`VariantError`].
pub fn prospects(
    case: &Case,
    knowledge: &Knowledge,
    concern: &Concern,
    choices: &[Choice],
    progress: Progress<'_>,
) -> Result<Vec<Prospect>, VariantError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    let subject = Subject::new(case, knowledge, Some(&concern.site))?;
    let rated = rated_by(concern).unwrap_or(Observable::PapillaryCollagen);
    let looked_at = [
        Observable::Redness,
        Observable::Oedema,
        Observable::Flaking,
        Observable::Darkening,
        rated,
    ];
    let people = people(case, knowledge);
    let own = subject.choices();
    choices
        .par_iter()
        .map(|choice| {
            let choices = Choices {
                needle_length_mm: choice.needle_length_mm,
                passes: choice.passes,
                sessions: choice.sessions,
                interval_days: choice.interval_days,
                ..own
            };
            let variant = subject.variant(choices, THREE_MONTHS_DAYS, &looked_at);
            Ok(prospect(&variant, rated, &treated(&variant, &people, progress)?))
        })
        .collect()
}

fn treated(
    variant: &Variant<'_>,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<Vec<ZoneMember>, CourseError> {
    let groups: Vec<Vec<ZoneMember>> = people
        .par_chunks(PEOPLE)
        .map(|group| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let members = variant.simulate(group)?;
            for _ in &members {
                (progress.member_done)();
            }
            Ok(members)
        })
        .collect::<Result<_, _>>()?;
    Ok(groups.into_iter().flatten().collect())
}

fn prospect(variant: &Variant<'_>, rated: Observable, members: &[ZoneMember]) -> Prospect {
    let days = variant.calendar.days();
    let then = variant.calendar.last_session() + THREE_MONTHS_DAYS;
    let improvement = |member: &ZoneMember| {
        let change = at_day(&days, variant.values(rated, member), then);
        // What raters look at is told as the change of what is wrong; collagen is a gain.
        if rated == Observable::PapillaryCollagen { change } else { 0.0 - change }
    };
    let downtime = |member: &ZoneMember| {
        let shown = SHOWN.map(|shown| (variant.values(shown, member), limit(shown, member)));
        days_any_above(&variant.calendar, shown)
    };
    let darkens = |member: &&ZoneMember| {
        let values = variant.values(Observable::Darkening, member);
        values.iter().any(|value| *value >= member.thresholds.darkening)
    };
    let all =
        |read: &dyn Fn(&ZoneMember) -> f64| band(&members.iter().map(read).collect::<Vec<_>>());
    Prospect {
        improvement: all(&improvement),
        downtime_days: all(&downtime),
        darkened_share: members.iter().filter(darkens).count() as f64 / members.len() as f64,
    }
}

/// What others see in the days after a session.
const SHOWN: [Observable; 3] = [Observable::Redness, Observable::Oedema, Observable::Flaking];

fn limit(observable: Observable, member: &ZoneMember) -> f64 {
    let Thresholds { redness, flaking, .. } = member.thresholds;
    match observable {
        Observable::Redness => redness,
        Observable::Oedema => VISIBLE_SWELLING_PERCENT,
        _ => flaking,
    }
}

/// What shows on a day after a session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShownOn {
    /// Days since the session; 0 is the day of the session.
    pub day: u32,
    /// Share of people in whom redness shows on it in some zone, 0 to 1.
    pub redness_share: f64,
    /// The same of swelling.
    pub swelling_share: f64,
    /// The same of flaking.
    pub flaking_share: f64,
}

/// A close look at one treatment.
#[derive(Debug, Clone, Serialize)]
pub struct Outlook {
    /// Each zone of the protocol, with its outcomes.
    pub zones: Vec<ZoneCourse>,
    /// What shows from day to day after a session, for two weeks; the last session stands for all.
    pub days: Vec<ShownOn>,
}

/// Look closely at the treatment of a case; members, seed and horizon are those of the case.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`CourseError`].
pub fn outlook(
    case: &Case,
    knowledge: &Knowledge,
    progress: Progress<'_>,
) -> Result<Outlook, CourseError> {
    knowledge.check_parameters(&DECLARATIONS)?;
    if !case.protocol.device.has_needles() {
        return Err(CourseError::NoNeedles(case.protocol.device.label.clone()));
    }
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
    let people = people(case, knowledge);
    let typical = Person::new(knowledge, Member::Typical { seed: case.simulate.seed });
    let days = calendar.days();
    // For each person, day and kind: whether it shows in some zone.
    let mut shown = vec![[[false; SHOWN.len()]; TOLD_DAYS as usize + 1]; people.len()];
    let mut zones = Vec::with_capacity(case.protocol.zones.len());
    for (number, zone) in (0..).zip(&case.protocol.zones) {
        let site = knowledge
            .site(&zone.site)
            .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
        let observables = observables(case, &zone.site);
        let task = ZoneTask {
            case,
            knowledge,
            zone,
            number,
            site,
            calendar: &calendar,
            observables: &observables,
        };
        let groups: Vec<Vec<ZoneMember>> = people
            .par_chunks(PEOPLE)
            .map(|group| {
                if progress.cancelled.load(Ordering::Relaxed) {
                    return Err(CourseError::Cancelled);
                }
                let group: Vec<_> = group.iter().map(|person| (&task, person)).collect();
                let members = simulate_group(&group)?;
                for _ in &members {
                    (progress.member_done)();
                }
                Ok(members)
            })
            .collect::<Result<_, _>>()?;
        let members: Vec<ZoneMember> = groups.into_iter().flatten().collect();
        for (member, shown) in members.iter().zip(&mut shown) {
            for (kind, observable) in SHOWN.into_iter().enumerate() {
                let Some(which) = observables.iter().position(|known| *known == observable) else {
                    continue;
                };
                let limit = limit(observable, member);
                for (day, shown) in (0_u32..).zip(shown.iter_mut()) {
                    let from = calendar.last_session() + f64::from(day);
                    shown[kind] |= peak_of_day(&days, &member.values[which], from) >= limit;
                }
            }
        }
        zones.push(summary::zone(&task, &members, &typical)?);
    }
    let share = |day: u32, kind: usize| {
        let in_whom = shown.iter().filter(|person| person[day as usize][kind]).count();
        in_whom as f64 / shown.len().max(1) as f64
    };
    let days = (0..=TOLD_DAYS)
        .map(|day| ShownOn {
            day,
            redness_share: share(day, 0),
            swelling_share: share(day, 1),
            flaking_share: share(day, 2),
        })
        .collect();
    Ok(Outlook { zones, days })
}

/// Greatest value from `from` to just before a day later, by straight lines between the times.
fn peak_of_day(days: &[f64], values: &[f64], from: f64) -> f64 {
    let within = days.iter().zip(values).filter(|(day, _)| (from..from + 1.0).contains(*day));
    within.map(|(_, value)| *value).fold(at_day(days, values, from), f64::max)
}

/// Whether an observable tells how much of a concern is left.
pub fn tells_of(observable: Observable, concern: &Concern) -> bool {
    is_about(observable, concern) && rated_by(concern) == Some(observable)
}
