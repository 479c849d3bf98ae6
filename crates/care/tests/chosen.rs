//! Choices within the room of a plan, and those beyond it.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use needlepoint_care::{
    CareError,
    chosen::{Beyond, Chosen, ChosenZone, Room, chosen_care, chosen_case, offer},
    plan::Plan,
};
use needlepoint_case::{Consultation, read_consultation};
use needlepoint_knowledge::Knowledge;

const TODAY: Date = date(2026, 11, 30);

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(common::knowledge);

fn consultation() -> Consultation {
    let text = "[patient]\nage = \"34 years\"\nsex = \"female\"\nphototype = \"III\"\ndenies = \"all-others\"\n\
                medicines = []\n[[concern]]\nkind = \"acne-scars\"\nsite = \"cheek\"\ndepth = \"0.4 mm\"\n\
                lesion_age = \"3 years\"\n";
    let (consultation, problems) = read_consultation("patient.toml", text, &KNOWLEDGE);
    consultation.unwrap_or_else(|| panic!("{}", problems.to_lines()))
}

fn offered() -> (Plan, Room) {
    offer(&consultation(), &KNOWLEDGE, TODAY).plan.unwrap()
}

/// What is proposed, as a choice.
fn as_proposed() -> Chosen {
    let (plan, room) = offered();
    let zones = plan.zones.iter().map(|zone| ChosenZone {
        site: zone.site.clone(),
        needle_mm: zone.needle_mm,
        passes: zone.passes,
    });
    Chosen {
        device: room.device,
        zones: zones.collect(),
        sessions: plan.dates.len() as u32,
        interval_days: (7.0 * plan.interval_weeks).round() as u32,
        serum: None,
        aftercare_kept: true,
        dates: Vec::new(),
    }
}

fn beyond(chosen: &Chosen) -> Beyond {
    match chosen_case(&consultation(), &KNOWLEDGE, TODAY, chosen) {
        Err(CareError::Beyond(beyond)) => beyond,
        other => panic!("{:?}", other.map(|(plan, _)| plan.dates)),
    }
}

#[test]
fn what_is_proposed_lies_within_the_room_and_changes_nothing() {
    let (plan, _) = offered();
    let (chosen, case) = chosen_case(&consultation(), &KNOWLEDGE, TODAY, &as_proposed()).unwrap();
    assert_eq!(chosen.dates, plan.dates);
    assert_eq!(chosen.protocol.session_days, plan.protocol.session_days);
    assert_eq!(chosen.protocol.zones, plan.protocol.zones);
    assert_eq!(case.protocol.zones, plan.protocol.zones);
}

#[test]
fn a_choice_reaches_plan_sheets_and_case() {
    let (_, room) = offered();
    let mut choice = as_proposed();
    choice.zones[0].needle_mm = room.zones[0].lengths_mm[0];
    choice.zones[0].passes = room.passes.1;
    choice.sessions = 2;
    choice.aftercare_kept = false;
    choice.serum = room.serums.first().map(|(name, _)| name.clone());
    let care = chosen_care(&consultation(), &KNOWLEDGE, TODAY, &choice).unwrap();
    let plan = care.plan.unwrap();
    assert_eq!((plan.dates.len(), care.sessions.len()), (2, 2));
    assert!((plan.zones[0].needle_mm - room.zones[0].lengths_mm[0]).abs() < 1e-9);
    assert_eq!(care.sessions[0].zones[0].passes, room.passes.1);
    assert!(!plan.protocol.aftercare_followed);
    let products: Vec<_> = plan.protocol.products.iter().map(|product| &product.name).collect();
    assert_eq!(products, choice.serum.iter().collect::<Vec<_>>());
    assert!(!plan.expected.is_empty());
}

#[test]
fn moved_days_are_those_of_the_plan() {
    let mut choice = as_proposed();
    choice.sessions = 2;
    choice.dates = vec![date(2027, 1, 4), date(2027, 2, 22)];
    let (plan, _) = chosen_case(&consultation(), &KNOWLEDGE, TODAY, &choice).unwrap();
    assert_eq!(plan.dates, choice.dates);
    assert_eq!(plan.protocol.session_days, [0.0, 49.0]);
    choice.dates[1] = date(2027, 1, 6);
    assert!(matches!(beyond(&choice), Beyond::Dates(_)));
    choice.dates.pop();
    assert!(matches!(beyond(&choice), Beyond::Dates(_)));
}

#[test]
fn what_is_not_offered_is_refused_with_the_limit() {
    let (_, room) = offered();
    let longest = *room.zones[0].lengths_mm.last().unwrap();
    let mut choice = as_proposed();
    choice.zones[0].needle_mm = longest + 0.5;
    assert!(matches!(beyond(&choice), Beyond::Length { .. }));
    choice = as_proposed();
    choice.sessions = room.sessions.1 + 1;
    assert!(matches!(beyond(&choice), Beyond::Range { what: "sessions", .. }));
    choice = as_proposed();
    choice.interval_days = room.interval_days.0 - 1;
    assert!(matches!(beyond(&choice), Beyond::Range { what: "days between sessions", .. }));
    choice = as_proposed();
    choice.zones[0].passes = room.passes.1 + 1;
    assert!(matches!(beyond(&choice), Beyond::Range { what: "passes", .. }));
    choice = as_proposed();
    choice.device = "no-such-pen".to_owned();
    assert!(matches!(beyond(&choice), Beyond::Device(_)));
    choice = as_proposed();
    choice.serum = Some("ascorbic-acid-20-percent-from-the-drugstore".to_owned());
    assert!(matches!(beyond(&choice), Beyond::Serum(_)));
}

#[test]
fn who_is_not_treated_has_no_room() {
    let mut consultation = consultation();
    consultation.patient.history.push(needlepoint_case::StatedCondition::named("pregnancy"));
    let offer = offer(&consultation, &KNOWLEDGE, TODAY);
    assert!(offer.plan.is_none() && !offer.instead.is_empty());
    let refused = chosen_case(&consultation, &KNOWLEDGE, TODAY, &as_proposed());
    assert!(matches!(refused, Err(CareError::Beyond(Beyond::NoPlan))));
}
