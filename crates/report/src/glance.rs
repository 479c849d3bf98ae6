//! The first screen: the answer in a few sentences, and the same at a glance.

use maud::{Markup, html};
use needlepoint_course::result::{CourseResult, Duration, ZoneCourse};

use crate::{
    cards::{dots, intervals},
    input::ReportInput,
    numbers::{TimeScale, duration, in_ten, number},
    outcome::{Grouped, later, seen_by, sentence, typically},
};

/// From this share on, an unwanted change is part of the answer.
const WORTH_A_WARNING: f64 = 0.1;

/// Shorter than this, in days, is not seen at all.
const MOMENT_DAYS: f64 = 0.02;

/// The key outcomes in a few sentences.
pub(crate) fn answer(report: &ReportInput<'_>) -> Markup {
    let zones = &report.result.zones;
    html! {
        div.answer {
            @for zone in zones { (answer_of_zone(zone, report, zones.len() > 1)) }
            @if let Some(text) = redness_in_words(zones) { p { (text) } }
            p.basis-line { (standing(report.result)) }
        }
    }
}

fn answer_of_zone(zone: &ZoneCourse, report: &ReportInput<'_>, named: bool) -> Markup {
    let grouped = Grouped::of(zone, report.case);
    let Some(main) = grouped.treated.first() else { return html! {} };
    let outcome = main.first();
    let (head, spread) = sentence(main);
    let number = typically(main.observable, &outcome.value);
    let lead = head.strip_suffix(&number).unwrap_or(&head);
    html! {
        p {
            @if named { strong.zone-name { (zone.label) ":" } " " }
            (lead) @if lead.len() < head.len() { strong { (number) } }
            " " (unbroken(&outcome.when)) "; " (spread) ". "
            @if let Some(share) = outcome.visible_share { (seen_by(share)) " would see the change. " }
            @if let Some(text) = later(main) { (text) ". " }
            @for side in &grouped.unwanted {
                @if let Some(share) = side.first().visible_share.filter(|share| *share >= WORTH_A_WARNING) {
                    (seen_by(share)) " would see the skin around darker " (unbroken(&side.first().when)) "."
                }
            }
        }
    }
}

fn standing(result: &CourseResult) -> Markup {
    html! {
        @if result.ensemble == "prior" {
            "These bands are a " em { "prior" } ", not yet calibrated on whole treatments: trust the direction more than the number."
        } @else {
            "These bands come from an ensemble that was calibrated on published treatments."
        }
    }
}

fn redness_of(zone: &ZoneCourse) -> Option<&Duration> {
    zone.durations.iter().find(|d| {
        let what = d.what.to_lowercase();
        what.contains("redness") && what.contains("visible")
    })
}

/// The zone that stays red longest.
fn longest_redness(zones: &[ZoneCourse]) -> Option<&Duration> {
    zones.iter().filter_map(redness_of).max_by(|a, b| a.days.median.total_cmp(&b.days.median))
}

fn redness_in_words(zones: &[ZoneCourse]) -> Option<String> {
    let band = longest_redness(zones)?.days;
    Some(if band.hi95 < MOMENT_DAYS {
        "No redness is seen after a session.".to_owned()
    } else if band.median < MOMENT_DAYS {
        format!(
            "In most people no redness is seen after a session; in nearly all it is over within {}.",
            duration(band.hi95)
        )
    } else {
        format!(
            "Redness is seen for about {} after a session, in nearly all for no more than {}.",
            duration(band.median),
            duration(band.hi95)
        )
    })
}

/// The answer as a few large figures for each zone.
pub(crate) fn glance(report: &ReportInput<'_>) -> Markup {
    let zones = &report.result.zones;
    html! {
        div.glance {
            @for (i, zone) in zones.iter().enumerate() {
                (tiles(zone, report, &format!("g{i}"), zones.len() > 1))
            }
        }
        p.facts { (facts(report.result)) }
    }
}

fn tiles(zone: &ZoneCourse, report: &ReportInput<'_>, id: &str, named: bool) -> Markup {
    let grouped = Grouped::of(zone, report.case);
    let place = if named { format!("{}: ", zone.label) } else { String::new() };
    html! {
        @if let Some(main) = grouped.treated.first() {
            @let outcome = main.first();
            div.tile-fact.wide {
                p.what { (place) (main.observable.label()) ", " (outcome.when) }
                p.big { (typically(main.observable, &outcome.value)) }
                (intervals(main, &main.times[..1], id))
                @if id == "g0" { p.key-words aria-hidden="true" { "dot: typical \u{b7} thick: half of people \u{b7} thin: 95 of 100" } }
            }
            @if let Some(share) = outcome.visible_share {
                div.tile-fact {
                    p.what { (place) "would see the change" }
                    p.big { (short_share(share)) }
                    (dots(share, id, "var(--seen)"))
                }
            }
        }
        @if let Some(redness) = redness_of(zone) {
            div.tile-fact {
                p.what { (place) "redness seen after a session" }
                p.big { (if redness.days.median < MOMENT_DAYS { "none".to_owned() } else { duration(redness.days.median) }) }
                p.sub {
                    @if redness.days.hi95 < MOMENT_DAYS { "in nearly all people" }
                    @else { "up to " (duration(redness.days.hi95)) " in nearly all" }
                }
            }
        }
    }
}

/// "3 months after session 5", whose number does not stand alone on a line.
fn unbroken(when: &str) -> String {
    when.replace("session ", "session\u{a0}")
}

/// "7 in 10".
fn short_share(share: f64) -> String {
    let (_, words) = in_ten(share);
    words
        .replace("about ", "")
        .replace("fewer than", "under")
        .replace("more than", "over")
        .replace(' ', "\u{a0}")
}

fn facts(result: &CourseResult) -> String {
    let sessions = &result.sessions;
    let time = TimeScale::for_horizon(result.horizon_days);
    let mut parts =
        vec![format!("{} session{}", sessions.len(), if sessions.len() == 1 { "" } else { "s" })];
    if let [first, .., last] = sessions.as_slice() {
        let gap = (last.day - first.day) / (sessions.len() - 1) as f64;
        parts.push(format!(
            "{} days apart",
            number(gap, if gap.fract() < 0.05 { 1.0 } else { 0.1 })
        ));
    }
    let followed = number(result.horizon_days / time.days, 1.0);
    parts.push(format!("followed for {followed} {}s", time.one));
    parts.push(format!("{} simulated people", number(f64::from(result.members), 1.0)));
    parts.join(" \u{b7} ")
}
