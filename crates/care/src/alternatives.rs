//! Other plans within the limits, as the model sees them.
//!
//! Every combination of needle length, passes, sessions and interval that labels, skin, screening and sources
//! allow is simulated on the same people; the front holds those that no other beats in improvement, downtime and
//! risk. The grid is small enough to look at all of it, so the front is exact.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, Concern, limits};
use needlepoint_course::{
    Progress,
    outlook::{Choice, Prospect, VariantError, prospects},
    result::Band,
};
use needlepoint_knowledge::{Knowledge, device::DeviceRecord};

use crate::{
    depth::{millimetres, settings},
    plan::{Alternative, AlternativeKind, Plan},
    schedule::Schedule,
};

/// Member-years that all alternatives together may take: some seconds on two cores.
const MEMBER_YEARS: f64 = 2200.0;
/// Fewest and most people at each alternative; people heal in eights.
const MEMBERS: (u32, u32) = (16, 64);
const EIGHT: u32 = 8;
const DAYS_PER_YEAR: f64 = 365.25;
/// A course is watched for so long after its last session, days.
const WATCHED_DAYS: f64 = 90.0;
/// Most needle lengths looked at, the longest allowed ones.
const LENGTHS: usize = 4;
/// Numbers of sessions looked at.
const SESSIONS: [u32; 5] = [1, 2, 3, 4, 6];
/// Intervals looked at, days.
const INTERVALS_DAYS: [f64; 3] = [14.0, 28.0, 42.0];
const DAYS_PER_WEEK: f64 = 7.0;

/// Within what alternatives lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits<'a> {
    pub(crate) device: &'a DeviceRecord,
    /// Longest needle of each zone, mm, in the order of the plan.
    pub(crate) most_mm: &'a [f64],
    /// Passes that sources use: fewest and most.
    pub(crate) passes: (u32, u32),
    pub(crate) schedule: &'a Schedule,
}

/// Simulate the alternatives of a plan; those on the front first, then by improvement.
///
/// # Errors
/// When the plan can't be simulated.
pub(crate) fn front(
    case: &Case,
    plan: &Plan,
    lead: &Concern,
    limits: &Limits<'_>,
    knowledge: &Knowledge,
) -> Result<Vec<Alternative>, VariantError> {
    let place = plan.zones.iter().position(|zone| zone.site == lead.site).unwrap_or(0);
    let own = Choice {
        needle_length_mm: plan.zones[place].needle_mm,
        passes: plan.zones[place].passes,
        sessions: plan.dates.len() as u32,
        interval_days: plan.interval_weeks * DAYS_PER_WEEK,
    };
    let choices = choices(own, limits, limits.most_mm[place]);
    let years: f64 = choices.iter().map(years).sum();
    let mut case = case.clone();
    let affordable = (MEMBER_YEARS / years) as u32 / EIGHT * EIGHT;
    case.simulate.members = affordable.clamp(MEMBERS.0, MEMBERS.1);
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| (), cancelled: &cancelled };
    let prospects = prospects(&case, knowledge, lead, &choices, progress)?;
    let needled = choices.iter().zip(&prospects).map(|(choice, prospect)| {
        needling(choice, prospect, plan, place, limits.most_mm, same(choice, &own))
    });
    let mut alternatives: Vec<Alternative> = needled
        .chain([without(AlternativeKind::HomeCare), without(AlternativeKind::NoTreatment)])
        .collect();
    let aims: Vec<[f64; 3]> = alternatives.iter().map(aims).collect();
    for (alternative, on_front) in alternatives.iter_mut().zip(not_dominated(&aims)) {
        alternative.on_front = on_front;
    }
    alternatives.sort_by(|a, b| {
        let better = b.improvement.median.total_cmp(&a.improvement.median);
        b.on_front.cmp(&a.on_front).then(better).then_with(|| a.label.cmp(&b.label))
    });
    Ok(alternatives)
}

fn years(choice: &Choice) -> f64 {
    let last = f64::from(choice.sessions - 1) * choice.interval_days;
    (last + WATCHED_DAYS) / DAYS_PER_YEAR
}

fn same(a: &Choice, b: &Choice) -> bool {
    (a.needle_length_mm - b.needle_length_mm).abs() < 1e-9
        && a.passes == b.passes
        && a.sessions == b.sessions
        && (a.sessions == 1 || (a.interval_days - b.interval_days).abs() < 1e-9)
}

/// Every choice within the limits, the plan's own among them.
fn choices(own: Choice, limits: &Limits<'_>, most_mm: f64) -> Vec<Choice> {
    let mut lengths: Vec<f64> =
        settings(limits.device).into_iter().filter(|mm| *mm <= most_mm + 1e-9).collect();
    let surplus = lengths.len().saturating_sub(LENGTHS);
    lengths.drain(..surplus);
    let (least, most) = limits.passes;
    let mut passes = vec![least, most];
    passes.dedup();
    let schedule = limits.schedule;
    let sessions =
        SESSIONS.into_iter().filter(|n| *n <= schedule.sessions_used.1.max(own.sessions));
    let (shortest, longest) = schedule.intervals_used;
    let intervals: Vec<f64> =
        INTERVALS_DAYS.into_iter().filter(|days| (shortest..=longest).contains(days)).collect();
    let mut choices = vec![own];
    for sessions in sessions {
        let intervals: &[f64] = if sessions == 1 { &[own.interval_days] } else { &intervals };
        for &interval_days in intervals {
            for &needle_length_mm in &lengths {
                for &passes in &passes {
                    let choice = Choice { needle_length_mm, passes, sessions, interval_days };
                    let fits = years(&choice) * DAYS_PER_YEAR <= limits::HORIZON_DAYS;
                    if fits && !same(&choice, &own) {
                        choices.push(choice);
                    }
                }
            }
        }
    }
    choices
}

fn needling(
    choice: &Choice,
    prospect: &Prospect,
    plan: &Plan,
    place: usize,
    most_mm: &[f64],
    proposed: bool,
) -> Alternative {
    let step = choice.needle_length_mm - plan.zones[place].needle_mm;
    let shortest = plan.zones.iter().map(|zone| zone.start_mm).fold(f64::INFINITY, f64::min);
    // The other zones go with the leading one, each within its own limits.
    let needle_mm = plan
        .zones
        .iter()
        .zip(most_mm)
        .map(|(zone, most)| (zone.needle_mm + step).min(*most).max(shortest.min(*most)))
        .collect();
    let weeks = choice.interval_days / DAYS_PER_WEEK;
    let course = match choice.sessions {
        1 => "1 session".to_owned(),
        sessions => format!("{sessions} sessions, {} apart", weeks_in_words(weeks)),
    };
    Alternative {
        label: format!(
            "{}, {} passes, {course}",
            millimetres(choice.needle_length_mm),
            choice.passes
        ),
        needle_mm,
        passes: vec![choice.passes; plan.zones.len()],
        sessions: choice.sessions,
        interval_weeks: weeks,
        improvement: prospect.improvement,
        downtime_days: prospect.downtime_days,
        risk: prospect.darkened_share,
        on_front: false,
        proposed,
        kind: AlternativeKind::Needling,
    }
}

/// "4 weeks", "4.3 weeks".
pub(crate) fn weeks_in_words(weeks: f64) -> String {
    let rounded = (10.0 * weeks).round() / 10.0;
    format!("{rounded} week{}", if rounded == 1.0 { "" } else { "s" })
}

/// Nothing, and care at home, which is not simulated: the model sees no change in either.
fn without(kind: AlternativeKind) -> Alternative {
    let label = match kind {
        AlternativeKind::HomeCare => "Home care only (sunscreen, moisturiser; not simulated)",
        _ => "No treatment",
    };
    let none = Band { mean: 0.0, median: 0.0, lo95: 0.0, lo50: 0.0, hi50: 0.0, hi95: 0.0 };
    Alternative {
        label: label.to_owned(),
        needle_mm: Vec::new(),
        passes: Vec::new(),
        sessions: 0,
        interval_weeks: 0.0,
        improvement: none,
        downtime_days: none,
        risk: 0.0,
        on_front: false,
        proposed: false,
        kind,
    }
}

/// What is aimed at, each the better the less of it.
fn aims(alternative: &Alternative) -> [f64; 3] {
    [-alternative.improvement.median, alternative.downtime_days.median, alternative.risk]
}

/// For each point whether no other is at least as good in all and better in one; less is better.
fn not_dominated<const N: usize>(points: &[[f64; N]]) -> Vec<bool> {
    let beats = |a: &[f64; N], b: &[f64; N]| {
        a.iter().zip(b).all(|(a, b)| a <= b) && a.iter().zip(b).any(|(a, b)| a < b)
    };
    points.iter().map(|point| !points.iter().any(|other| beats(other, point))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn who_is_beaten_in_all_is_not_on_the_front() {
        let points = [[0.0, 0.0], [-1.0, 1.0], [-1.0, 2.0], [1.0, 0.0], [0.0, 0.0]];
        assert_eq!(not_dominated(&points), [true, true, false, false, true]);
    }

    proptest! {
        #[test]
        fn a_front_holds_what_nobody_beats_and_beats_all_else(
            points in prop::collection::vec(prop::array::uniform3(-4_i8..4), 1..40),
        ) {
            let points: Vec<[f64; 3]> = points.iter().map(|p| p.map(f64::from)).collect();
            let front = not_dominated(&points);
            prop_assert!(front.contains(&true));
            let beats = |a: &[f64; 3], b: &[f64; 3]| (0..3).all(|k| a[k] <= b[k]) && a != b;
            for (point, on_front) in points.iter().zip(&front) {
                let by_front = points.iter().zip(&front).any(|(o, f)| *f && beats(o, point));
                prop_assert_eq!(by_front, !on_front);
            }
        }
    }
}
