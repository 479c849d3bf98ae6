//! `[simulate]`: how the course is to be simulated.

use needlepoint_knowledge::{
    problem::Problem,
    quantity::DAYS_PER_MONTH,
    reader::{Field, Table},
};
use uom::si::{f64::Time, time::day};

use crate::{
    case::{Fidelity, Simulate},
    limits,
};

use super::{Desk, not_too_many};

impl Default for Simulate {
    fn default() -> Self {
        Self {
            horizon_days: 12.0 * DAYS_PER_MONTH,
            fidelity: Fidelity::Depth,
            members: 512,
            seed: 1,
            times_days: Vec::new(),
        }
    }
}

/// `last_session_day` is none when the sessions could not be read.
pub(super) fn read(
    desk: Desk<'_>,
    table: Option<&Table<'_>>,
    file: &Table<'_>,
    last_session_day: Option<f64>,
) -> Option<Simulate> {
    let defaults = Simulate::default();
    let get = |key| table.and_then(|table| table.get(key));
    let horizon = get("horizon");
    let horizon_days = horizon.as_ref().map_or(Some(defaults.horizon_days), |field| {
        let days = |time: Time| time.get::<day>();
        field.quantity_within::<Time>(days, "days", limits::INTERVAL_DAYS, limits::HORIZON_DAYS)
    });
    let fidelity = get("fidelity").map_or(Some(defaults.fidelity), |field| fidelity(&field));
    let members = get("members").map_or(Some(defaults.members), |field| members(&field));
    let seed = get("seed").map_or(Some(defaults.seed), |field| {
        field.whole(0, u32::MAX.into()).map(|seed| seed as u32)
    });
    let times = get("times");
    if let (Some(horizon_days), Some(last)) = (horizon_days, last_session_day) {
        let least = last + limits::AFTER_LAST_SESSION_DAYS;
        if horizon_days < least && least <= limits::HORIZON_DAYS {
            let span = match (&horizon, table) {
                (Some(field), _) => field.span(),
                (None, Some(table)) => table.span(),
                (None, None) => file.span(),
            };
            desk.report(
                Problem::error(
                    span,
                    format!(
                        "the simulation ends on day {horizon_days:.0}, too early for the last \
                         session on day {last:.0}"
                    ),
                )
                .help(format!(
                    "write `horizon = \"{:.0} days\"` or more in [simulate]: a week after the last \
                     session",
                    least.ceil()
                )),
            );
        }
    }
    let mut simulate = Simulate { horizon_days: horizon_days?, ..defaults };
    if let Some(list) = &times {
        ask_for(&mut simulate, list);
    }
    Some(Simulate { fidelity: fidelity?, members: members?, seed: seed?, ..simulate })
}

/// Ask for each time of the list, and report those that can't be read or are not simulated.
fn ask_for(simulate: &mut Simulate, list: &Field<'_>) {
    for (text, place) in not_too_many(list, list.texts()) {
        let Some(days) = place.quantity::<Time>().map(|time| time.get::<day>()) else { continue };
        if simulate.ask_for(days) {
            continue;
        }
        if days < 0.0 {
            place.error(
                format!("\"{text}\" lies before the first session"),
                "times are counted from the first session: write \"0 days\" or more",
            );
        } else {
            let horizon = simulate.horizon_days;
            place.error(
                format!("\"{text}\" lies after the end of the simulation on day {horizon:.0}"),
                "write an earlier time, or a longer `horizon`",
            );
        }
    }
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
