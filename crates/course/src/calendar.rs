//! Sessions on the calendar, and the times at which the skin is looked at.

use jiff::{ToSpan, civil::Date};
use needlepoint_case::limits::SAME_TIME_DAYS;

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

    /// The calendar with further times, days since the first session, at which the skin is looked at.
    ///
    /// A time that it has already, to [`SAME_TIME_DAYS`], is not added again: one at a session is just after
    /// it. Times outside the course are left out.
    ///
    /// The surface follows the dermis in straight lines from look to look, so what it shows at the other
    /// times moves a little with more looks: by less than 1 % of its peak.
    #[must_use]
    pub fn looking_at(mut self, days: &[f64]) -> Self {
        for day in days {
            let begun = self.stretches.partition_point(|stretch| stretch.start <= *day);
            let Some(at) = begun.checked_sub(1) else { continue };
            let Stretch { start, offsets, length } = &mut self.stretches[at];
            let offset = day - *start;
            // The end is known too, to this stretch or the next.
            let same = |known: &f64| (known - offset).abs() < SAME_TIME_DAYS;
            let known = same(length) || offsets.iter().any(same);
            if !known && offset < *length {
                offsets.insert(offsets.partition_point(|known| *known < offset), offset);
            }
        }
        self
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

/// Times within a stretch; its end, and what is the same but for rounding, belongs to the next stretch
/// unless it is the last.
fn offsets(length: f64, last: bool) -> Vec<f64> {
    let within = |offset: &f64| *offset <= length - SAME_TIME_DAYS;
    let weekly = (1..).map(|week| 28.0 + WEEK * f64::from(week));
    let mut offsets: Vec<f64> = HOURS
        .iter()
        .map(|hour| hour / 24.0)
        .chain(DAYS)
        .chain(weekly.take_while(within))
        .filter(within)
        .collect();
    if last {
        offsets.push(length);
    }
    offsets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn an_end_is_not_looked_at_twice_for_rounding() {
        let month = 30.436_875;
        let days = Calendar::new(&[0.0, month], month + 7.0 + 1e-12).days();
        assert!(days.windows(2).all(|pair| pair[1] - pair[0] > SAME_TIME_DAYS));
    }

    #[test]
    fn times_asked_for_are_looked_at_in_their_order() {
        let asked = [0.03, 3.3, 31.2, 59.99, 182.62125, 364.9];
        let plain = Calendar::new(&[0.0, 30.0, 60.0], 365.0);
        let days = plain.clone().looking_at(&asked).days();
        assert_eq!(days.len(), plain.days().len() + asked.len());
        assert!(days.windows(2).all(|pair| pair[0] < pair[1]));
        for day in asked {
            assert!(days.iter().any(|known| (known - day).abs() < 1e-12), "{day}");
        }
    }

    #[test]
    fn a_time_that_is_known_is_not_looked_at_twice() {
        let plain = Calendar::new(&[0.0, 30.0, 60.0], 365.0);
        // At a session, within rounding on either side of it, at a time after one, and at the end.
        let asked =
            [0.0, 30.0 - 1e-12, 30.0, 30.0 + 1e-12, 30.25, 60.0 + 1.0 / 24.0, 365.0 - 1e-12, 365.0];
        assert_eq!(plain.clone().looking_at(&asked), plain);
    }

    #[test]
    fn a_time_asked_for_twice_is_looked_at_once() {
        let plain = Calendar::new(&[0.0], 365.0);
        let days = plain.clone().looking_at(&[100.5, 100.5, 100.5 + 1e-9]).days();
        assert_eq!(days.len(), plain.days().len() + 1);
    }

    #[test]
    fn times_outside_the_course_are_left_out() {
        let plain = Calendar::new(&[0.0, 30.0], 60.0);
        assert_eq!(plain.clone().looking_at(&[-1.0, 60.1, f64::NAN]), plain);
    }

    proptest! {
        #[test]
        fn times_ascend_whatever_is_asked_for(
            gaps in prop::collection::vec(1.0_f64..60.0, 0..8),
            asked in prop::collection::vec(0.0_f64..1.0, 0..40),
        ) {
            let mut sessions = vec![0.0];
            for gap in gaps {
                sessions.push(sessions[sessions.len() - 1] + gap);
            }
            let horizon = sessions[sessions.len() - 1] + 7.0;
            let mut asked: Vec<f64> = asked.iter().map(|share| share * horizon).collect();
            asked.extend(&sessions);
            let calendar = Calendar::new(&sessions, horizon).looking_at(&asked);
            let days = calendar.days();
            prop_assert!(days.windows(2).all(|pair| pair[1] - pair[0] > 0.5 * SAME_TIME_DAYS));
            for stretch in &calendar.stretches {
                prop_assert_eq!(stretch.offsets[0], 0.0);
            }
            for day in asked {
                prop_assert!(days.iter().any(|known| (known - day).abs() <= SAME_TIME_DAYS));
            }
        }
    }

    #[test]
    fn dates_are_counted_on_the_calendar() {
        let calendar = Calendar::new(&[0.0, 30.0], 60.0);
        let days = calendar.session_days(Some(jiff::civil::date(2024, 2, 1)));
        assert_eq!(days[1].date.as_deref(), Some("2024-03-02"));
        assert_eq!(calendar.session_days(None)[1].date, None);
    }
}
