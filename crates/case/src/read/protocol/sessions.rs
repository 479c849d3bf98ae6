//! On which days the sessions are.

use needlepoint_knowledge::reader::{Field, Table};
use uom::si::{f64::Time, time::day};

use crate::limits;

use super::{Desk, report};

/// Days of the sessions counted from the first, from `days` or from `sessions` and `interval`.
pub(super) fn read(desk: Desk<'_>, table: &Table<'_>) -> Option<Vec<f64>> {
    let (days, sessions, interval) =
        (table.get("days"), table.get("sessions"), table.get("interval"));
    let planned = match (days, sessions, interval) {
        (Some(days), None, None) => listed(&days),
        (Some(days), _, _) => {
            days.error(
                "the days of the sessions are given twice",
                "keep either `days` or `sessions` with `interval`",
            );
            return None;
        }
        (None, Some(sessions), interval) => even(desk, table, &sessions, interval.as_ref()),
        (None, None, interval) => {
            if let Some(interval) = interval {
                spacing(&interval);
            }
            report(
                desk,
                table.span(),
                format!("{} has no `sessions`", table.name()),
                "add `sessions = 3` and `interval = \"4 weeks\"`, or `days = [\"0 days\", \"4 weeks\"]`",
            );
            return None;
        }
    }?;
    let (days, place) = planned;
    let last = days.last().copied().unwrap_or(0.0);
    let most = limits::HORIZON_DAYS - limits::AFTER_LAST_SESSION_DAYS;
    if last > most {
        place.error(
            format!("the last session would be on day {last:.0}"),
            format!("a course may last {most:.0} days at most"),
        );
        return None;
    }
    let closest = days.windows(2).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    if closest < limits::INFLAMMATION_DAYS {
        place.warning(
            format!("sessions follow each other after {closest:.3} days").replace(".000", ""),
            format!(
                "inflammation lasts about {} days: at less the sessions overlap in it",
                limits::INFLAMMATION_DAYS
            ),
        );
    }
    Some(days)
}

/// Sessions at even intervals, with the field to point at.
fn even<'r>(
    desk: Desk<'_>,
    table: &Table<'_>,
    sessions: &Field<'r>,
    interval: Option<&Field<'r>>,
) -> Option<(Vec<f64>, Field<'r>)> {
    let count = sessions.whole(1, limits::SESSIONS.into());
    let Some(interval) = interval else {
        if count == Some(1) {
            return Some((vec![0.0], sessions.clone()));
        }
        report(
            desk,
            table.span(),
            format!("{} has no `interval`", table.name()),
            "add `interval = \"4 weeks\"`: the time between two sessions",
        );
        return None;
    };
    let interval_days = spacing(interval);
    let (count, interval_days) = (count?, interval_days?);
    let days = (0..count).map(|session| session as f64 * interval_days).collect();
    Some((days, interval.clone()))
}

fn spacing(interval: &Field<'_>) -> Option<f64> {
    let days = interval.quantity::<Time>()?.get::<day>();
    if days > limits::HORIZON_DAYS {
        interval.error(
            format!(
                "the interval is longer than a course may last, {:.0} days",
                limits::HORIZON_DAYS
            ),
            "common: \"4 weeks\"",
        );
        return None;
    }
    if days >= limits::INTERVAL_DAYS {
        return Some(days);
    }
    interval.error(
        "sessions less than a day apart overlap",
        format!("write \"{} day\" or more; common: \"4 weeks\"", limits::INTERVAL_DAYS),
    );
    None
}

/// Sessions on listed days, with the field to point at.
fn listed<'r>(list: &Field<'r>) -> Option<(Vec<f64>, Field<'r>)> {
    let texts = list.texts();
    let most = limits::SESSIONS as usize;
    if texts.len() > most {
        list.error(
            format!("there are {} sessions", texts.len()),
            format!("a course has at most {most}"),
        );
        return None;
    }
    let read: Vec<Option<f64>> =
        texts.iter().map(|(_, field)| Some(field.quantity::<Time>()?.get::<day>())).collect();
    let days: Vec<f64> = read.into_iter().collect::<Option<_>>()?;
    let Some(first) = days.first() else {
        list.error("there is no session", "write days such as [\"0 days\", \"4 weeks\"]");
        return None;
    };
    let mut sound = true;
    if *first != 0.0 {
        sound = false;
        texts[0].1.error(
            "the first session is not on day 0",
            "days are counted from the first session: write \"0 days\" first",
        );
    }
    for (pair, (text, place)) in days.windows(2).zip(&texts[1..]) {
        let gap = pair[1] - pair[0];
        if gap >= limits::INTERVAL_DAYS {
            continue;
        }
        sound = false;
        let message = if gap == 0.0 {
            format!("two sessions are on the same day, \"{text}\"")
        } else if gap < 0.0 {
            format!("\"{text}\" comes before the session listed ahead of it")
        } else {
            format!("the session at \"{text}\" is less than a day after the one before it")
        };
        place.error(message, "list each session once, in the order of the calendar");
    }
    sound.then_some((days, list.clone()))
}
