//! How days are counted: from the first session that was really done.

use jiff::civil::Date;
use needlepoint_records::clinical::{Plan, Session};

/// Sessions of a plan that were really done, by day: closed, or with a needle length written down.
pub(crate) fn done<'s>(sessions: impl IntoIterator<Item = &'s Session>) -> Vec<&'s Session> {
    let needled = |session: &&Session| {
        session.finished_at.is_some() || session.zones.iter().any(|zone| zone.needle_mm.is_some())
    };
    let mut done: Vec<&Session> = sessions.into_iter().filter(needled).collect();
    done.sort_by_key(|session| (session.held_on, session.number));
    done
}

/// Days from the first session to another day; below 0 before it.
pub(crate) fn day_of(first: Date, on: Date) -> i32 {
    (on - first).get_days()
}

/// Days of all sessions since the first: those done, then those still to come from today on; ascending, each once.
pub(crate) fn session_days(plan: &Plan, done: &[&Session], today: Date) -> Vec<i32> {
    let Some(first) = done.first().map(|session| session.held_on) else { return Vec::new() };
    let last = done.last().map_or(first, |session| session.held_on);
    let held = |number: u32| done.iter().any(|session| session.number == number);
    let to_come = (1..)
        .zip(&plan.dates)
        .filter(|(number, day)| !held(*number) && **day >= today && **day > last)
        .map(|(_, day)| *day);
    let all = done.iter().map(|session| session.held_on).chain(to_come);
    let mut days: Vec<i32> = all.map(|day| day_of(first, day)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use jiff::Timestamp;
    use needlepoint_records::{
        Id,
        clinical::{PlanStatus, Settings, ZoneRecord, ZoneSettings},
    };

    use super::*;

    pub(in super::super) fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// A plan of three sessions.
    pub(in super::super) fn plan() -> Plan {
        Plan {
            patient: Id::new(),
            consultation: Id::new(),
            made_on: day("2026-01-01"),
            settings: Settings {
                device: "skinpen".to_owned(),
                zones: vec![ZoneSettings { site: "cheek".to_owned(), needle_mm: 1.5, passes: 4 }],
                sessions: 3,
                interval_days: 28,
                serum: None,
                aftercare_kept: true,
            },
            proposed: true,
            dates: ["2026-01-05", "2026-02-02", "2026-03-02"].map(day).to_vec(),
            revision: 0,
            status: PlanStatus::Active,
            note: None,
        }
    }

    /// A session of it, done with this length.
    pub(in super::super) fn held(number: u32, on: &str, needle_mm: Option<f64>) -> Session {
        Session {
            patient: Id::new(),
            plan: Id::new(),
            number,
            held_on: day(on),
            started_at: Some(Timestamp::UNIX_EPOCH),
            finished_at: None,
            checks: Vec::new(),
            numbing: None,
            zones: vec![ZoneRecord {
                site: "cheek".to_owned(),
                device: "skinpen".to_owned(),
                lot: None,
                planned_mm: 1.5,
                needle_mm,
                planned_passes: 4,
                passes: needle_mm.map(|_| 4),
                endpoint: None,
            }],
            products: Vec::new(),
            adverse_events: Vec::new(),
            note: None,
        }
    }

    #[test]
    fn days_count_from_the_first_session_really_done() {
        // The first was planned for the 5th and held on the 9th; the second was begun and given up.
        let (first, begun) = (held(1, "2026-01-09", Some(1.5)), held(2, "2026-02-02", None));
        let sessions = [begun, first];
        let done = done(&sessions);
        assert_eq!(done.len(), 1);
        assert_eq!(day_of(done[0].held_on, day("2026-02-08")), 30);
        assert_eq!(day_of(done[0].held_on, day("2026-01-05")), -4);
        assert_eq!(session_days(&plan(), &done, day("2026-02-01")), [0, 24, 52]);
        // What was planned for a day that has passed and was not done does not count.
        assert_eq!(session_days(&plan(), &done, day("2026-02-20")), [0, 52]);
    }

    #[test]
    fn years_count_too() {
        assert_eq!(day_of(day("2026-01-05"), day("2028-01-05")), 730);
        assert_eq!(day_of(day("2028-02-28"), day("2028-03-01")), 2);
    }

    #[test]
    fn without_a_session_there_is_no_day() {
        assert_eq!(session_days(&plan(), &[], day("2026-02-01")), Vec::<i32>::new());
    }
}
