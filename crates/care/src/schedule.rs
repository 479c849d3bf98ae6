//! How many sessions, how far apart, on which days, and what comes after them.

use jiff::{ToSpan, civil::Date};
use needlepoint_knowledge::rule::{Part, Rule};

use crate::{
    book::{Asked, Book, because, by_itself, followed, rank},
    depth::Place,
    plan::{Because, Review},
};

/// Sessions after which a result is judged where sources give a wide range: the middle of the reviewed studies.
const JUDGED_AFTER: u32 = 3;
/// Most sessions that alternatives look at.
const MOST_SESSIONS: u32 = 6;
/// Interval taken where no source speaks of the concern, days.
const NOTHING_READ_DAYS: f64 = 28.0;
const DAYS_PER_WEEK: f64 = 7.0;
const MAINTENANCE: &str = "maintenance";

/// Sessions and what they rest on.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) sessions: u32,
    pub(crate) interval_days: f64,
    /// Numbers of sessions that sources use: fewest and most.
    pub(crate) sessions_used: (u32, u32),
    /// Intervals that sources use, days: shortest and longest.
    pub(crate) intervals_used: (f64, f64),
    pub(crate) because: Vec<Because>,
    pub(crate) follow_up: Vec<Because>,
    pub(crate) maintenance: Vec<Because>,
}

impl Schedule {
    /// Days of the sessions since the first.
    pub(crate) fn days(&self) -> Vec<f64> {
        (0..self.sessions).map(|session| f64::from(session) * self.interval_days).collect()
    }

    /// Dates of the sessions; none where the calendar ends.
    pub(crate) fn dates(&self, first: Date) -> Option<Vec<Date>> {
        self.days().iter().map(|day| first.checked_add((*day as i64).days()).ok()).collect()
    }

    pub(crate) fn interval_weeks(&self) -> f64 {
        self.interval_days / DAYS_PER_WEEK
    }
}

/// Sessions for what leads the plan.
pub(crate) fn schedule(book: Book<'_>, place: &Place<'_>) -> Schedule {
    let asked = Asked {
        site: Some(place.site),
        concern: Some(place.concerns[0]),
        device: Some(place.device),
        ..Asked::default()
    };
    let rules = book.rules(Part::Course, asked);
    let (later, course): (Vec<&Rule>, Vec<&Rule>) =
        rules.into_iter().partition(|rule| is_later(rule));
    let counted = course.iter().copied().filter(|rule| rule.numbers.sessions.is_some());
    let chosen = counted.min_by_key(|rule| {
        let of_concern =
            if rule.when.concern.is_empty() { usize::MAX } else { rule.when.concern.len() };
        (rule.when.site.is_empty(), of_concern, rank(rule.strength), planned(rule))
    });
    // Rules that speak to the same question, and those about intervals alone.
    let beside: Vec<&Rule> = course
        .iter()
        .copied()
        .filter(|rule| {
            let same_group = chosen.is_some_and(|chosen| {
                chosen.name == rule.name || (chosen.group.is_some() && chosen.group == rule.group)
            });
            same_group || rule.numbers.sessions.is_none()
        })
        .collect();
    let floor = beside.iter().filter_map(|rule| rule.numbers.shortest_interval_days);
    let floor = floor.fold(0.0, f64::max);
    let intervals: Vec<(f64, f64)> =
        beside.iter().filter_map(|rule| rule.numbers.interval_days).collect();
    let advised = intervals.iter().map(|(least, _)| *least).reduce(f64::max);
    let interval_days = advised.unwrap_or(NOTHING_READ_DAYS).max(floor);
    let mut because_of: Vec<Because> =
        chosen.map(|chosen| followed(chosen, &group(&beside, chosen))).into_iter().collect();
    if because_of.is_empty() {
        because_of.push(by_itself(format!(
            "No source read gives a number of sessions for this: {JUDGED_AFTER} are planned, then it is judged."
        )));
    }
    let about_intervals = beside.iter().filter(|rule| rule.numbers.sessions.is_none());
    because_of.extend(about_intervals.map(|rule| because(rule)));
    let sessions = chosen.map_or(JUDGED_AFTER, planned);
    let used = beside.iter().filter_map(|rule| rule.numbers.sessions);
    let most = used.map(|(_, most)| most).fold(sessions, u32::max).min(MOST_SESSIONS.max(sessions));
    Schedule {
        sessions,
        interval_days: interval_days.ceil(),
        sessions_used: (1, most),
        intervals_used: (
            intervals.iter().map(|(least, _)| *least).fold(interval_days, f64::min).max(floor),
            intervals.iter().map(|(_, most)| *most).fold(interval_days, f64::max),
        ),
        because: because_of,
        follow_up: later.iter().filter(|r| r.topic != MAINTENANCE).map(|r| because(r)).collect(),
        maintenance: later.iter().filter(|r| r.topic == MAINTENANCE).map(|r| because(r)).collect(),
    }
}

/// Whether a rule speaks of the time after the course.
fn is_later(rule: &Rule) -> bool {
    rule.topic == MAINTENANCE || !rule.numbers.follow_up_days.is_empty()
}

/// The fewest sessions that a source uses, but three of a wide range: then it is judged.
fn planned(rule: &Rule) -> u32 {
    rule.numbers
        .sessions
        .map_or(JUDGED_AFTER, |(least, most)| least.max(JUDGED_AFTER.min(most)).max(1))
}

fn group<'r>(rules: &[&'r Rule], of: &Rule) -> Vec<&'r Rule> {
    rules.iter().copied().filter(|rule| rule.group.is_some() && rule.group == of.group).collect()
}

/// When results are judged, with dates counted from the last session.
pub(crate) fn follow_up(schedule: &Schedule, book: Book<'_>, last: Date) -> Vec<Because> {
    schedule
        .follow_up
        .iter()
        .map(|told| {
            let dates: Vec<String> =
                review_dates(told, book, last).iter().map(Date::to_string).collect();
            if dates.is_empty() {
                return told.clone();
            }
            Because { text: format!("{} Here: {}.", told.text, dates.join(", ")), ..told.clone() }
        })
        .collect()
}

/// The days of it, in order.
pub(crate) fn reviews(schedule: &Schedule, book: Book<'_>, last: Date) -> Vec<Review> {
    let mut reviews: Vec<Review> = schedule
        .follow_up
        .iter()
        .flat_map(|told| {
            let dates = review_dates(told, book, last);
            dates.into_iter().map(|date| Review { date, because: told.clone() })
        })
        .collect();
    reviews.sort_by_key(|review| review.date);
    reviews
}

/// Days after the last session that the rule behind a sentence names.
fn review_dates(told: &Because, book: Book<'_>, last: Date) -> Vec<Date> {
    let rule = told.rule.as_ref().and_then(|name| book.rule(name));
    let days = rule.map(|rule| rule.numbers.follow_up_days.as_slice()).unwrap_or_default();
    days.iter().filter_map(|days| last.checked_add((*days as i64).days()).ok()).collect()
}
