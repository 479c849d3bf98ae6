//! What comes out at every needle length, interval and number of sessions.
//!
//! The same people are treated at every point of a grid, so that the points differ by the treatment and
//! not by chance. Beside the gain of the concern stand the unwanted effects; along the number of sessions
//! it is told what another session adds, and what is left of the gain later.

use std::sync::atomic::Ordering;

use needlepoint_case::{Case, When, limits};
use needlepoint_knowledge::{Knowledge, quantity::DAYS_PER_MONTH};
use rayon::prelude::*;
use serde::Serialize;

pub use crate::variant::VariantError;
use crate::{
    equivalence::lengths,
    observable::Observable,
    parameters::DECLARATIONS,
    person::Person,
    result::Band,
    run::{CourseError, Progress, people},
    summary::{THREE_MONTHS_DAYS, band},
    variant::{Choices, Reading, Subject},
};

/// Members that are usual: the grid is large.
pub const USUAL_MEMBERS: u32 = 64;
/// Needle lengths looked at, mm, where the device has them.
pub const USUAL_LENGTHS_MM: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5];
/// Days between sessions looked at; the case's own stand in for the nearest of them.
pub const USUAL_INTERVALS_DAYS: [f64; 10] =
    [2.0, 4.0, 7.0, 10.0, 14.0, 21.0, 28.0, 42.0, 56.0, 84.0];
/// Numbers of sessions looked at; the case's own stands in for the nearest of them.
pub const USUAL_SESSIONS: [u32; 6] = [1, 2, 3, 4, 6, 8];
/// Months after the last session at which it is told what is left.
const LATER_MONTHS: [u32; 4] = [3, 6, 12, 24];
/// Two lengths or intervals nearer than this are the same.
const SAME: f64 = 1e-9;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question<'a> {
    /// The zone; that of the first concern if left out.
    pub zone: Option<&'a str>,
    /// The outcome, by its name; that of the concern if left out.
    pub outcome: Option<&'a str>,
    /// Needle lengths, mm.
    pub lengths_mm: Option<&'a [f64]>,
    /// Days between sessions.
    pub intervals_days: Option<&'a [f64]>,
    /// Numbers of sessions.
    pub sessions: Option<&'a [u32]>,
}

/// What comes out at one point of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    /// Needle length, mm.
    pub needle_length_mm: f64,
    /// Days between sessions; none for a single one.
    pub interval_days: Option<f64>,
    /// Number of sessions.
    pub sessions: u32,
    /// Change of the outcome for the better three months after the last session, in its unit.
    pub gain: Band,
    /// Days of visible redness in the whole course.
    pub red_days: Band,
    /// Greatest darkening of the skin around, per cent of its melanin.
    pub peak_darkening: Band,
    /// Share of people whose skin darkens so much that it is seen.
    pub darkened_share: f64,
    /// Pain of a session, 0 to 10.
    pub pain: Band,
    /// Greatest inflammation in its unit, where an observable of that name exists.
    pub peak_inflammation: Option<Band>,
}

/// The gain some time after the last session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Later {
    /// Months after the last session.
    pub months: u32,
    /// The gain then.
    pub gain: Band,
    /// Its median over that at three months; none where nothing was gained.
    pub left_share: Option<f64>,
}

/// What a number of sessions gives at the case's needle length and interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sessions {
    /// How many.
    pub sessions: u32,
    /// What each session adds to the next smaller number looked at, or to none: person by person, three
    /// months after the last.
    pub added_per_session: Band,
    /// The gain at 3, 6, 12 and 24 months, as far as a simulation may last.
    pub later: Vec<Later>,
}

/// What comes out at every point of the grid, in one zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// What the gain is a gain of.
    pub outcome: Observable,
    /// Needle lengths, mm, ascending.
    pub lengths_mm: Vec<f64>,
    /// Days between sessions, ascending.
    pub intervals_days: Vec<f64>,
    /// Numbers of sessions, ascending.
    pub sessions: Vec<u32>,
    /// The case's own needle length, mm.
    pub own_length_mm: f64,
    /// The case's own interval, days; with a single session one of four weeks.
    pub own_interval_days: f64,
    /// The case's own number of sessions.
    pub own_sessions: u32,
    /// Day, from the first session, on which the last of the case's daily products ends.
    pub daily_until_days: Option<f64>,
    /// Courses simulated.
    pub courses: u64,
    /// Every point whose course is short enough to be simulated: by number of sessions, needle length and
    /// interval, in this order.
    pub cells: Vec<Cell>,
    /// Along the number of sessions, at the case's needle length and interval.
    pub by_sessions: Vec<Sessions>,
}

impl Response {
    /// The point of this number of sessions, length and interval, by their places.
    pub fn cell(&self, sessions: usize, length: usize, interval: usize) -> Option<&Cell> {
        let (count, length) = (self.sessions.get(sessions)?, self.lengths_mm.get(length)?);
        let interval = self.intervals_days.get(interval)?;
        self.cells.iter().find(|cell| {
            cell.sessions == *count
                && (cell.needle_length_mm - length).abs() < SAME
                && cell.interval_days.is_none_or(|days| (days - interval).abs() < SAME)
        })
    }

    /// Whether the case itself is a point of the grid.
    pub fn holds_own(&self) -> bool {
        same(self.lengths_mm[self.own_length()], self.own_length_mm)
            && (self.own_sessions == 1
                || same(self.intervals_days[self.own_interval()], self.own_interval_days))
            && self.sessions[self.own_session_count()] == self.own_sessions
    }

    /// Place of the needle length nearest to the case's own.
    pub fn own_length(&self) -> usize {
        nearest_place(&self.lengths_mm, self.own_length_mm)
    }

    /// Place of the interval nearest to the case's own.
    pub fn own_interval(&self) -> usize {
        nearest_place(&self.intervals_days, self.own_interval_days)
    }

    /// Place of the number of sessions nearest to the case's own.
    pub fn own_session_count(&self) -> usize {
        let counts: Vec<f64> = self.sessions.iter().map(|count| f64::from(*count)).collect();
        nearest_place(&counts, f64::from(self.own_sessions))
    }
}

fn nearest_place(values: &[f64], wanted: f64) -> usize {
    let places = values.iter().enumerate();
    places
        .min_by(|a, b| (a.1 - wanted).abs().total_cmp(&(b.1 - wanted).abs()))
        .map_or(0, |(place, _)| place)
}

/// A question that has been checked.
#[derive(Debug)]
pub struct Plan<'a> {
    subject: Subject<'a>,
    outcome: Observable,
    lengths_mm: Vec<f64>,
    intervals_days: Vec<f64>,
    sessions: Vec<u32>,
    /// Numbers of sessions, the case's own among them, at its interval, as far as a simulation may last.
    own_counts: Vec<u32>,
}

impl<'a> Plan<'a> {
    /// Look at what is asked.
    ///
    /// # Errors
    /// See [`VariantError`].
    pub fn new(
        case: &'a Case,
        knowledge: &'a Knowledge,
        question: Question<'_>,
    ) -> Result<Self, VariantError> {
        knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
        let subject = Subject::new(case, knowledge, question.zone)?;
        let outcome = match question.outcome {
            Some(name) => subject.outcome(name)?,
            None => subject.main_outcome(),
        };
        if Reading::of(outcome) != Reading::After(outcome, THREE_MONTHS_DAYS) {
            return Err(VariantError::NoGain(outcome.name()));
        }
        let own = subject.choices();
        // What is usual, with the case's own in place of its neighbour.
        let counts = question.sessions.map_or_else(
            || with_own(&USUAL_SESSIONS, own.sessions, |count| f64::from(count).ln()),
            <[u32]>::to_vec,
        );
        let sessions = ascending(&counts, "number of sessions", |a, b| a == b)?;
        let days = question.intervals_days.map_or_else(
            || with_own(&USUAL_INTERVALS_DAYS, own.interval_days, f64::ln),
            <[f64]>::to_vec,
        );
        let intervals_days = ascending(&days, "interval", same)?;
        let lengths_mm = lengths_of(&subject, question.lengths_mm)?;
        // What was asked for must be possible; of what is usual the rest is left out.
        if question.sessions.is_some() || question.intervals_days.is_some() {
            for &sessions in &sessions {
                let slow = |days: &&f64| !fits(&Choices { sessions, interval_days: **days, ..own });
                if let Some(&interval_days) = intervals_days.iter().find(slow) {
                    let most_days = limits::HORIZON_DAYS;
                    return Err(VariantError::TooLong { sessions, interval_days, most_days });
                }
            }
        }
        let mut own_counts = sessions.clone();
        own_counts.push(own.sessions);
        own_counts.sort_unstable();
        own_counts.dedup();
        own_counts.retain(|sessions| fits(&Choices { sessions: *sessions, ..own }));
        Ok(Self { subject, outcome, lengths_mm, intervals_days, sessions, own_counts })
    }

    /// How many courses it takes, for a progress bar.
    pub fn courses(&self) -> u64 {
        let points = self.points().len() + self.own_counts.len();
        points as u64 * u64::from(self.subject.case.simulate.members)
    }

    /// Every point of the grid.
    fn points(&self) -> Vec<Choices> {
        let own = self.subject.choices();
        let mut points = Vec::new();
        for &sessions in &self.sessions {
            // A single session has no interval.
            let intervals = if sessions == 1 { 1 } else { self.intervals_days.len() };
            for &needle_length_mm in &self.lengths_mm {
                for &interval_days in &self.intervals_days[..intervals] {
                    let point = Choices { needle_length_mm, sessions, interval_days, ..own };
                    if fits(&point) {
                        points.push(point);
                    }
                }
            }
        }
        points
    }

    /// The outcome turned so that more is better.
    fn gain(&self, value: f64) -> f64 {
        if self.outcome.better_when_less() { 0.0 - value } else { value }
    }
}

/// Whether a course with three months after it is short enough to be simulated.
fn fits(choices: &Choices) -> bool {
    choices.last_session() + THREE_MONTHS_DAYS <= limits::HORIZON_DAYS
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < SAME
}

/// Usual values with the case's own in place of the one nearest to it on the scale of `place`.
fn with_own<T: Copy>(usual: &[T], own: T, place: impl Fn(T) -> f64) -> Vec<T> {
    let mut values = usual.to_vec();
    let distance = |value: &T| (place(*value) - place(own)).abs();
    if let Some(nearest) = values.iter_mut().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        *nearest = own;
    }
    values
}

/// A list in order, each value once.
fn ascending<T: Copy + PartialOrd>(
    values: &[T],
    what: &'static str,
    same: impl Fn(T, T) -> bool,
) -> Result<Vec<T>, VariantError> {
    if values.is_empty() {
        return Err(VariantError::Nothing(what));
    }
    let mut values = values.to_vec();
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    values.dedup_by(|a, b| same(*a, *b));
    Ok(values)
}

/// The lengths asked for, or the usual ones that the device has with the case's own.
fn lengths_of(subject: &Subject<'_>, asked: Option<&[f64]>) -> Result<Vec<f64>, VariantError> {
    let device = &subject.case.protocol.device;
    let (least_mm, most_mm) = (device.minimum_mm, device.maximum_mm);
    let within = |length: f64| (least_mm - SAME..=most_mm + SAME).contains(&length) && length > 0.0;
    let own = subject.zone.needle_length_mm;
    let chosen: Vec<f64> = if let Some(asked) = asked {
        if let Some(&asked_mm) = asked.iter().find(|length| !within(**length)) {
            let device = device.label.clone();
            return Err(VariantError::NoSuchLength { device, asked_mm, least_mm, most_mm });
        }
        asked.to_vec()
    } else {
        let usual: Vec<f64> =
            USUAL_LENGTHS_MM.into_iter().filter(|length| within(*length)).collect();
        // A device with a short range of its own is looked at in finer steps.
        let mut all = if usual.len() < 3 { lengths(device) } else { usual };
        all.push(own);
        all
    };
    ascending(&chosen, "needle length", same)
}

/// Treat the members of the ensemble at every point of the grid.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`CourseError`].
pub fn response(plan: &Plan<'_>, progress: Progress<'_>) -> Result<Response, CourseError> {
    let case = plan.subject.case;
    let people = people(case, plan.subject.knowledge);
    let cells = plan
        .points()
        .par_iter()
        .map(|choices| cell(plan, *choices, &people, progress))
        .collect::<Result<Vec<_>, _>>()?;
    let gains = plan
        .own_counts
        .par_iter()
        .map(|sessions| gains(plan, *sessions, &people, progress))
        .collect::<Result<Vec<_>, _>>()?;
    let own = plan.subject.choices();
    Ok(Response {
        site: plan.subject.site.name.clone(),
        label: plan.subject.site.label.clone(),
        outcome: plan.outcome,
        lengths_mm: plan.lengths_mm.clone(),
        intervals_days: plan.intervals_days.clone(),
        sessions: plan.sessions.clone(),
        own_length_mm: own.needle_length_mm,
        own_interval_days: own.interval_days,
        own_sessions: own.sessions,
        daily_until_days: daily_until(case),
        courses: plan.courses(),
        cells,
        by_sessions: by_sessions(&plan.own_counts, &gains),
    })
}

/// Day on which the last daily product of a case ends.
fn daily_until(case: &Case) -> Option<f64> {
    let days = case.protocol.products.iter().filter_map(|product| match product.when {
        When::Daily { for_days } => Some(for_days),
        When::InSession | When::AfterSession => None,
    });
    days.max_by(f64::total_cmp)
}

/// Each reading of each person: one list a reading.
fn readings(
    plan: &Plan<'_>,
    choices: Choices,
    watched_days: f64,
    readings: &[Reading],
    people: &[Person],
    progress: Progress<'_>,
) -> Result<(Vec<Vec<f64>>, Vec<f64>), CourseError> {
    if progress.cancelled.load(Ordering::Relaxed) {
        return Err(CourseError::Cancelled);
    }
    let mut looked_at: Vec<Observable> = readings.iter().filter_map(|r| r.observable()).collect();
    looked_at.sort_unstable();
    looked_at.dedup();
    let variant = plan.subject.variant(choices, watched_days, &looked_at);
    let days = variant.calendar.days();
    let members = variant.simulate(people)?;
    for _ in &members {
        (progress.member_done)();
    }
    let read = |reading: &Reading| -> Vec<f64> {
        members.iter().map(|member| variant.read(*reading, &days, member)).collect()
    };
    let visible = members.iter().map(|member| member.thresholds.darkening).collect();
    Ok((readings.iter().map(read).collect(), visible))
}

fn cell(
    plan: &Plan<'_>,
    choices: Choices,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<Cell, CourseError> {
    let mut asked = vec![
        Reading::After(plan.outcome, THREE_MONTHS_DAYS),
        Reading::RedDays,
        Reading::Peak(Observable::Darkening),
        Reading::Pain,
    ];
    let inflammation = Observable::ALL.into_iter().find(|o| o.name().contains("inflammation"));
    asked.extend(inflammation.map(Reading::Peak));
    let (read, visible) = readings(plan, choices, THREE_MONTHS_DAYS, &asked, people, progress)?;
    let gain: Vec<f64> = read[0].iter().map(|value| plan.gain(*value)).collect();
    let darkened = read[2].iter().zip(&visible).filter(|(peak, limit)| peak >= limit).count();
    Ok(Cell {
        needle_length_mm: choices.needle_length_mm,
        interval_days: (choices.sessions > 1).then_some(choices.interval_days),
        sessions: choices.sessions,
        gain: band(&gain),
        red_days: band(&read[1]),
        peak_darkening: band(&read[2]),
        darkened_share: darkened as f64 / people.len() as f64,
        pain: band(&read[3]),
        peak_inflammation: read.get(4).map(|peaks| band(peaks)),
    })
}

/// Gains of every person at the months told, at the case's own length and interval.
fn gains(
    plan: &Plan<'_>,
    sessions: u32,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<Vec<(u32, Vec<f64>)>, CourseError> {
    let choices = Choices { sessions, ..plan.subject.choices() };
    let room = limits::HORIZON_DAYS - choices.last_session();
    let days = |months: u32| match months {
        3 => THREE_MONTHS_DAYS,
        _ => f64::from(months) * DAYS_PER_MONTH,
    };
    let months: Vec<u32> = LATER_MONTHS.into_iter().filter(|m| days(*m) <= room).collect();
    let watched = months.last().map_or(THREE_MONTHS_DAYS, |last| days(*last));
    let asked: Vec<Reading> =
        months.iter().map(|m| Reading::After(plan.outcome, days(*m))).collect();
    let (read, _) = readings(plan, choices, watched, &asked, people, progress)?;
    let gain = |values: Vec<f64>| values.into_iter().map(|value| plan.gain(value)).collect();
    Ok(months.into_iter().zip(read.into_iter().map(gain)).collect())
}

fn by_sessions(counts: &[u32], gains: &[Vec<(u32, Vec<f64>)>]) -> Vec<Sessions> {
    /// A gain below this, per cent or hairs, is none.
    const NOTHING: f64 = 0.05;
    let mut before: Option<(u32, &[f64])> = None;
    let mut told = Vec::new();
    for (&sessions, gains) in counts.iter().zip(gains) {
        let Some((_, first)) = gains.first() else { continue };
        let (fewer, less) = before.unwrap_or((0, &[]));
        let added: Vec<f64> = first
            .iter()
            .enumerate()
            .map(|(person, gain)| {
                let less = less.get(person).copied().unwrap_or(0.0);
                (gain - less) / f64::from(sessions - fewer)
            })
            .collect();
        let at_first = band(first).median;
        let later = gains.iter().map(|(months, gains)| {
            let gain = band(gains);
            let left_share = (at_first > NOTHING).then(|| gain.median / at_first);
            Later { months: *months, gain, left_share }
        });
        told.push(Sessions { sessions, added_per_session: band(&added), later: later.collect() });
        before = Some((sessions, first));
    }
    told
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use needlepoint_case::{TEMPLATE, read_case};

    use super::*;

    const QUESTION: Question<'static> = Question {
        zone: None,
        outcome: None,
        lengths_mm: Some(&[1.5, 0.5]),
        intervals_days: Some(&[14.0, 28.0]),
        sessions: Some(&[1, 3]),
    };

    fn case(knowledge: &Knowledge) -> Case {
        let mut case = read_case("template.toml", TEMPLATE, knowledge).0.unwrap();
        case.simulate.members = 8;
        case
    }

    #[test]
    fn every_point_is_there_once_and_deeper_gains_more() {
        let knowledge = Knowledge::embedded().unwrap();
        let case = case(&knowledge);
        let plan = Plan::new(&case, &knowledge, QUESTION).unwrap();
        let cancelled = AtomicBool::new(false);
        let counted = std::sync::atomic::AtomicU64::new(0);
        let member_done = || {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let progress = Progress { member_done: &member_done, cancelled: &cancelled };
        let response = response(&plan, progress).unwrap();
        assert_eq!(counted.into_inner(), response.courses);
        assert_eq!(response.lengths_mm, [0.5, 1.5]);
        // A single session at each length, three at each length and interval.
        assert_eq!(response.cells.len(), 2 + 4);
        let gain = |sessions, length| response.cell(sessions, length, 1).unwrap().gain.median;
        assert!(gain(0, 1) > gain(0, 0) && gain(1, 1) > gain(1, 0) && gain(1, 1) > gain(0, 1));
        assert_eq!(response.cell(0, 1, 0), response.cell(0, 1, 1), "one session has no interval");
        let counts: Vec<u32> = response.by_sessions.iter().map(|told| told.sessions).collect();
        assert!(counts.is_sorted() && counts.contains(&(case.protocol.session_days.len() as u32)));
        let told = |count: u32| response.by_sessions.iter().find(|t| t.sessions == count).unwrap();
        let (one, three) = (told(1), told(3));
        assert_eq!(one.later[0].left_share, Some(1.0));
        assert!((one.added_per_session.median - one.later[0].gain.median).abs() < 1e-9);
        assert_eq!(
            three.later.iter().map(|later| later.months).collect::<Vec<_>>(),
            [3, 6, 12, 24]
        );
        assert!(response.cells.iter().all(|cell| (0.0..=1.0).contains(&cell.darkened_share)));
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let knowledge = Knowledge::embedded().unwrap();
        let case = case(&knowledge);
        let refused = |question| Plan::new(&case, &knowledge, question).unwrap_err().to_string();
        let long = Question { lengths_mm: Some(&[9.0]), ..QUESTION };
        assert!(refused(long).contains("no needle of 9 mm"));
        let slow = Question { intervals_days: Some(&[700.0]), ..QUESTION };
        assert!(refused(slow).contains("3 sessions 700 days apart"));
        assert!(refused(Question { sessions: Some(&[]), ..QUESTION }).contains("at least one"));
        let outcome = Question { outcome: Some("scar_dept"), ..QUESTION };
        assert!(refused(outcome).contains("did you mean \"scar_depth\"?"));
        assert!(refused(Question { zone: Some("nose"), ..QUESTION }).contains("cheek"));
    }

    #[test]
    fn the_cases_own_setting_is_a_point_of_the_usual_grid() {
        assert_eq!(with_own(&USUAL_SESSIONS, 5, |n| f64::from(n).ln()), [1, 2, 3, 4, 5, 8]);
        assert_eq!(with_own(&USUAL_SESSIONS, 1, |n| f64::from(n).ln()), USUAL_SESSIONS);
        assert_eq!(with_own(&[7.0, 28.0], 30.0, f64::ln), [7.0, 30.0]);
        // Long courses are left out of what is usual.
        let knowledge = Knowledge::embedded().unwrap();
        let mut case = case(&knowledge);
        case.protocol.session_days = (0..24).map(|n| 2.0 * f64::from(n)).collect();
        let usual = Question { intervals_days: None, sessions: None, ..QUESTION };
        let plan = Plan::new(&case, &knowledge, usual).unwrap();
        assert!(plan.points().iter().all(fits));
        assert!(plan.points().iter().any(|p| p.sessions == 24 && p.interval_days == 2.0));
    }

    #[test]
    fn the_usual_lengths_are_those_of_the_device_with_the_cases_own() {
        let knowledge = Knowledge::embedded().unwrap();
        let case = case(&knowledge);
        let plan = Plan::new(&case, &knowledge, Question { lengths_mm: None, ..QUESTION }).unwrap();
        let device = &case.protocol.device;
        let own = case.protocol.zones[0].needle_length_mm;
        assert!(plan.lengths_mm.contains(&own));
        assert!(plan.lengths_mm.is_sorted());
        assert!(
            plan.lengths_mm.iter().all(|l| (device.minimum_mm..=device.maximum_mm).contains(l))
        );
    }
}
