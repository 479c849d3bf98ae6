//! The numbers that matter most, with their bands.

use needlepoint_case::Case;
use needlepoint_course::{
    observable::Observable,
    result::{Band, CourseResult, ZoneCourse},
};

use crate::{
    numbers::{Style, duration, duration_range},
    outcome::{Grouped, between95, typically},
};

/// One number of a treatment, for a reader and for a program.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LiveNumber {
    /// Name of the zone's site.
    pub site: String,
    /// The site in words.
    pub place: String,
    /// Name that stays the same: `scar_depth`, `redness_days`, `pain`.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// When it holds, in words; empty where it holds for each session.
    pub when: String,
    /// Unit of the band.
    pub unit: String,
    /// Typical person and bands.
    pub band: Band,
    /// The typical value as one would say it: "30 % shallower".
    pub typically: String,
    /// What holds 95 of 100, as one would say it.
    pub between: String,
    /// Share of people who would see the change, 0 to 1; none where there is nothing to be seen.
    pub visible_share: Option<f64>,
}

pub(super) fn numbers(case: &Case, result: &CourseResult) -> Vec<LiveNumber> {
    result.zones.iter().flat_map(|zone| of_zone(case, zone)).collect()
}

fn of_zone(case: &Case, zone: &ZoneCourse) -> Vec<LiveNumber> {
    let grouped = Grouped::of(zone, case);
    let of = |name: &str, label: &str, when: &str, unit: &str, band: &Band| LiveNumber {
        site: zone.site.clone(),
        place: zone.label.clone(),
        name: name.to_owned(),
        label: label.to_owned(),
        when: when.to_owned(),
        unit: unit.to_owned(),
        band: *band,
        typically: String::new(),
        between: String::new(),
        visible_share: None,
    };
    let outcomes = grouped.treated.iter().chain(&grouped.unwanted).map(|group| {
        let (outcome, observable) = (group.first(), group.observable);
        LiveNumber {
            typically: typically(observable, &outcome.value),
            between: between95(observable, &outcome.value),
            visible_share: outcome.visible_share,
            ..of(
                observable.name(),
                observable.label(),
                &outcome.when,
                observable.unit(),
                &outcome.value,
            )
        }
    });
    let lasting = LASTING.iter().filter_map(|(what, name, label)| {
        let days = &zone.durations.iter().find(|lasts| lasts.what == *what)?.days;
        Some(LiveNumber {
            typically: duration(days.median),
            between: duration_range(days.lo95, days.hi95),
            ..of(name, label, "", "days", days)
        })
    });
    let plain = |name, label, unit: &'static str, band: &Band| {
        let style = Style::plain(unit);
        LiveNumber {
            typically: style.typical(band),
            between: style.band95(band),
            ..of(name, label, "", unit, band)
        }
    };
    let session = [
        plain("pain", "Pain without numbing, 0 to 10", "", &zone.pain),
        plain("holes", "Holes in a session", "per cm²", &zone.holes_per_cm2),
        plain("depth", "Depth that the needles reach", "µm", &zone.depth_um),
    ];
    outcomes.chain(lasting).chain(session).collect()
}

/// What lasts after a session: as the course calls it, a name that stays, and words.
const LASTING: [(&str, &str, &str); 2] = [
    ("Visible redness", "redness_days", "Redness is seen for"),
    ("Channels open to a dye or a serum", "open_days", "Channels stay open for"),
];

/// Whether a number of this name is a change that the months show.
pub(super) fn is_of_the_months(name: &str) -> bool {
    Observable::ALL.iter().any(|observable| observable.name() == name && !observable.is_acute())
}
