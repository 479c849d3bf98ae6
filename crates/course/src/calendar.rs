//! Sessions on the calendar, and the times at which the skin is looked at.

use jiff::{ToSpan, civil::Date};

use crate::result::SessionDay;

/// Hours after a session at which the skin is looked at: closely while channels close.
const HOURS: [f64; 14] =
    [0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0, 24.0, 30.0, 36.0, 48.0, 60.0, 72.0];

/// Days after a session at which it is looked at from then on.
const DAYS: [f64; 14] =
    [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 14.0, 17.0, 21.0, 24.0, 28.0];

/// From then on weekly.
const WEEK: f64 = 7.0;

/// Times of a course.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    /// Days of the sessions, ascending, the first is 0.
    pub sessions: Vec<f64>,
    /// End, days.
    pub horizon: f64,
    /// The stretch of healing after each session.
    pub stretches: Vec<Stretch>,
}

/// The time from one session to the next, or to the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Day of the session.
    pub start: f64,
    /// Days since the session at which the skin is looked at; begins with 0.
    pub offsets: Vec<f64>,
    /// Days until the next session, or the end.
    pub length: f64,
}

impl Calendar {
    /// Sessions at `sessions` (ascending days, the first 0), watched until `horizon`.
    pub fn new(sessions: &[f64], horizon: f64) -> Self {
        let stretches = sessions
            .iter()
            .enumerate()
            .map(|(at, &start)| {
                let next = sessions.get(at + 1).copied();
                let length = next.unwrap_or(horizon) - start;
                Stretch { start, offsets: offsets(length, next.is_none()), length }
            })
            .collect();
        Self { sessions: sessions.to_vec(), horizon, stretches }
    }

    /// All times at which the skin is looked at, days since the first session, ascending.
    pub fn days(&self) -> Vec<f64> {
        self.stretches
            .iter()
            .flat_map(|stretch| stretch.offsets.iter().map(move |offset| stretch.start + offset))
            .collect()
    }

    /// Day of the last session.
    pub fn last_session(&self) -> f64 {
        self.sessions.last().copied().unwrap_or(0.0)
    }

    /// The sessions for a reader, with dates where the first has one.
    pub fn session_days(&self, start: Option<Date>) -> Vec<SessionDay> {
        self.sessions
            .iter()
            .zip(1..)
            .map(|(&day, number)| SessionDay {
                number,
                day,
                date: start
                    .and_then(|date| date.checked_add((day.floor() as i64).days()).ok())
                    .map(|date| date.to_string()),
            })
            .collect()
    }
}

/// Times within a stretch; its end belongs to the next stretch unless it is the last.
fn offsets(length: f64, last: bool) -> Vec<f64> {
    let weekly = (1..).map(|week| 28.0 + WEEK * f64::from(week));
    let mut offsets: Vec<f64> = HOURS
        .iter()
        .map(|hour| hour / 24.0)
        .chain(DAYS)
        .chain(weekly.take_while(|day| *day < length))
        .filter(|offset| *offset < length)
        .collect();
    if last {
        offsets.push(length);
    }
    offsets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_ascend_and_reach_from_the_first_session_to_the_end() {
        let calendar = Calendar::new(&[0.0, 30.0, 60.0], 365.0);
        let days = calendar.days();
        assert_eq!((days[0], days[days.len() - 1]), (0.0, 365.0));
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(days.contains(&30.0) && days.contains(&61.0));
    }

    #[test]
    fn sessions_two_days_apart_share_no_time() {
        let days = Calendar::new(&[0.0, 2.0], 9.0).days();
        assert_eq!(days.iter().filter(|&&day| day == 2.0).count(), 1);
    }

    #[test]
    fn dates_are_counted_on_the_calendar() {
        let calendar = Calendar::new(&[0.0, 30.0], 60.0);
        let days = calendar.session_days(Some(jiff::civil::date(2024, 2, 1)));
        assert_eq!(days[1].date.as_deref(), Some("2024-03-02"));
        assert_eq!(calendar.session_days(None)[1].date, None);
    }
}
