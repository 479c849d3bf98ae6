//! `[simulate]`: how the course is to be simulated.

use needlepoint_knowledge::{
    problem::Problem,
    quantity::DAYS_PER_MONTH,
    reader::{Field, Table},
};
use uom::si::{f64::Time, time::day};

use crate::{
    case::{Fidelity, Simulate, SimulateWishes},
    limits,
};

use super::{Desk, not_too_many, optional};

impl Default for Simulate {
    fn default() -> Self {
        Self {
            horizon_days: 12.0 * DAYS_PER_MONTH,
            fidelity: Fidelity::Depth,
            members: 512,
            members_of: None,
            seed: 1,
            times_days: Vec::new(),
        }
    }
}

/// `last_session_day` is none when there are no sessions, or they could not be read.
pub(super) fn read(
    desk: Desk<'_>,
    table: Option<&Table<'_>>,
    last_session_day: Option<f64>,
) -> Option<SimulateWishes> {
    let Some(table) = table else { return Some(SimulateWishes::default()) };
    let defaults = SimulateWishes::default();
    let horizon = table.get("horizon");
    let horizon_days = horizon.as_ref().map(|field| {
        let days = |time: Time| time.get::<day>();
        field.quantity_within::<Time>(days, "days", limits::INTERVAL_DAYS, limits::HORIZON_DAYS)
    });
    let fidelity = table.get("fidelity").map_or(Some(defaults.fidelity), |field| fidelity(&field));
    let members = table.get("members").map_or(Some(defaults.members), |field| members(&field));
    let seed = table.get("seed").map_or(Some(defaults.seed), |field| {
        field.whole(0, u32::MAX.into()).map(|seed| seed as u32)
    });
    let times = table.get("times");
    let reaches = match (&horizon, horizon_days, last_session_day) {
        (Some(field), Some(Some(horizon_days)), Some(last)) => {
            long_enough(desk, field, horizon_days, last)
        }
        _ => true,
    };
    let horizon_days = optional(horizon_days)?;
    let end = horizon_days.unwrap_or(limits::HORIZON_DAYS);
    reaches.then_some(SimulateWishes {
        horizon_days,
        fidelity: fidelity?,
        members: members?,
        members_of: None,
        seed: seed?,
        times_days: times.map(|list| asked_for(end, &list)).unwrap_or_default(),
    })
}

/// Whether the horizon reaches beyond the last session; if not, that is reported.
fn long_enough(desk: Desk<'_>, field: &Field<'_>, horizon_days: f64, last: f64) -> bool {
    let least = last + limits::AFTER_LAST_SESSION_DAYS;
    if horizon_days >= least || least > limits::HORIZON_DAYS {
        return true;
    }
    desk.report(
        Problem::error(
            field.span(),
            format!(
                "the simulation ends on day {horizon_days:.0}, too early for the last session on \
                 day {last:.0}"
            ),
        )
        .help(format!(
            "write `horizon = \"{:.0} days\"` or more in [simulate]: a week after the last session",
            least.ceil()
        )),
    );
    false
}

/// Each time of the list, in days; those that can't be read or lie outside the simulation are reported.
fn asked_for(end: f64, list: &Field<'_>) -> Vec<f64> {
    let mut asked = Simulate { horizon_days: end, ..Simulate::default() };
    for (text, place) in not_too_many(list, list.texts()) {
        let Some(days) = place.quantity::<Time>().map(|time| time.get::<day>()) else { continue };
        if asked.ask_for(days) {
            continue;
        }
        if days < 0.0 {
            place.error(
                format!("\"{text}\" lies before the first session"),
                "times are counted from the first session: write \"0 days\" or more",
            );
        } else {
            place.error(
                format!("\"{text}\" lies after the end of the simulation on day {end:.0}"),
                "write an earlier time, or a longer `horizon`",
            );
        }
    }
    asked.times_days
}

fn fidelity(field: &Field<'_>) -> Option<Fidelity> {
    /// A grid that is designed and not built.
    const LATER: &str = "patch";
    if field.text()? == LATER {
        field.error(
            format!("the fidelity \"{LATER}\" is not available in this version"),
            "write \"depth\", or \"cell\" for the reference around one channel",
        );
        return None;
    }
    field.choice(&Fidelity::NAMED)
}

fn members(field: &Field<'_>) -> Option<u32> {
    let members = field.whole(1, limits::MEMBERS.into())? as u32;
    if members < limits::FINE_MEMBERS {
        field.warning(
            format!("with {members} members the bands are coarse"),
            format!(
                "write {} or more, or leave it out for {}",
                limits::FINE_MEMBERS,
                Simulate::default().members
            ),
        );
    }
    Some(members)
}
