//! What is still missing when a session is to be closed, and what differs from the plan.

use std::cmp::Ordering;

use needlepoint_records::clinical::{Session, ZoneRecord};

use super::{lines::Lines, sheet::Told};

/// Lengths closer than this are the same, mm.
const SAME_MM: f64 = 0.005;

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A step without a tick.
    Tick(String),
    /// The cream is still on, as far as it was written down.
    CreamOff,
    /// Lot of the cream.
    CreamLot,
    /// Lot of the needles.
    Lot,
    /// Needle length used at a site.
    Needle(String),
    /// Passes done at a site.
    Passes(String),
    /// What was seen at the end at a site.
    Endpoint(String),
    /// Why needles were longer than advised at a site.
    Reason(String),
    /// Another field of the sheet.
    Line(String),
}

/// How a zone was treated otherwise than planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deviation {
    /// With longer or shorter needles.
    pub(crate) needles: Ordering,
    /// With more or fewer passes.
    pub(crate) passes: Ordering,
}

impl Deviation {
    /// Whether the needles were longer than advised.
    pub(crate) fn is_longer(self) -> bool {
        self.needles == Ordering::Greater
    }
}

/// How a zone was treated otherwise than planned, as far as it is written down.
pub(crate) fn deviation(zone: &ZoneRecord) -> Deviation {
    let by_mm = zone.needle_mm.map_or(0.0, |used| used - zone.planned_mm);
    let passes = zone.passes.unwrap_or(zone.planned_passes);
    let needles = match by_mm {
        by if by > SAME_MM => Ordering::Greater,
        by if by < -SAME_MM => Ordering::Less,
        _ => Ordering::Equal,
    };
    Deviation { needles, passes: passes.cmp(&zone.planned_passes) }
}

/// The line under which a reason for longer needles is kept.
pub(crate) fn reason_label(site: &str) -> String {
    format!("Why longer than advised, {site}")
}

/// What is missing.
pub(crate) fn missing(session: &Session, told: Option<&Told<'_>>) -> Vec<Missing> {
    let lines = Lines::of(session.note.as_deref());
    let open = session.checks.iter().filter(|check| check.done_at.is_none());
    let mut missing: Vec<Missing> = open.map(|check| Missing::Tick(check.what.clone())).collect();
    if let Some(numbing) = &session.numbing
        && numbing.applied_at.is_some()
    {
        missing.extend(numbing.removed_at.is_none().then_some(Missing::CreamOff));
        missing.extend(numbing.lot.is_none().then_some(Missing::CreamLot));
    }
    missing.extend(session.zones.iter().any(|zone| zone.lot.is_none()).then_some(Missing::Lot));
    for zone in &session.zones {
        let site = || zone.site.clone();
        missing.extend(zone.needle_mm.is_none().then(|| Missing::Needle(site())));
        missing.extend(zone.passes.is_none().then(|| Missing::Passes(site())));
        missing.extend(zone.endpoint.is_none().then(|| Missing::Endpoint(site())));
        let unexplained =
            deviation(zone).is_longer() && lines.answer(&reason_label(&zone.site)).is_empty();
        missing.extend(unexplained.then(|| Missing::Reason(site())));
    }
    let asked = told.into_iter().flat_map(Told::lines);
    let empty = asked.filter(|field| lines.answer(&field.label).is_empty());
    missing.extend(empty.map(|field| Missing::Line(field.label.clone())));
    missing
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::pages::treat::sheet::tests::{example, session};

    #[test]
    fn everything_is_missing_first_and_nothing_in_the_end() {
        let mut session = session();
        let told = Told::of(example(), 1).unwrap();
        let all = missing(&session, Some(&told));
        let ticks = session.checks.len();
        assert_eq!(all.iter().filter(|one| matches!(one, Missing::Tick(_))).count(), ticks);
        assert!(all.contains(&Missing::Lot) && all.contains(&Missing::Line("Pain".to_owned())));

        let now = "2026-11-30T10:00:00Z".parse().unwrap();
        session.checks.iter_mut().for_each(|check| check.done_at = Some(now));
        for zone in &mut session.zones {
            zone.lot = Some("L1".to_owned());
            (zone.needle_mm, zone.passes) = (Some(zone.planned_mm), Some(zone.planned_passes));
            zone.endpoint = Some("erythema".to_owned());
        }
        let mut lines = Lines::of(None);
        told.lines().for_each(|field| lines.put(&field.label, "yes"));
        session.note = lines.note();
        assert_eq!(missing(&session, Some(&told)), []);

        session.numbing.as_mut().unwrap().applied_at = Some(now);
        assert_eq!(missing(&session, Some(&told)), [Missing::CreamOff, Missing::CreamLot]);
    }

    #[test]
    fn longer_needles_ask_for_a_reason() {
        let mut session = session();
        let zone = &mut session.zones[0];
        zone.needle_mm = Some(zone.planned_mm + 0.25);
        zone.passes = Some(zone.planned_passes - 1);
        let told = deviation(zone);
        assert_eq!((told.needles, told.passes), (Ordering::Greater, Ordering::Less));
        let reason = Missing::Reason(zone.site.clone());
        let label = reason_label(&zone.site);
        assert!(missing(&session, None).contains(&reason));
        let mut lines = Lines::of(None);
        lines.put(&label, "thick scar");
        session.note = lines.note();
        assert!(!missing(&session, None).contains(&reason));
    }

    #[test]
    fn settings_that_are_not_written_down_do_not_differ() {
        let told = deviation(&session().zones[0]);
        assert_eq!((told.needles, told.passes), (Ordering::Equal, Ordering::Equal));
    }
}
