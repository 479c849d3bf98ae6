//! The sheet for one session.

use jiff::civil::Date;
use needlepoint_knowledge::rule::{Part, Rule};
use serde::Serialize;

use crate::{
    book::{Asked, Book, because, by_itself},
    depth::millimetres,
    plan::{Because, Plan, ZonePlan},
};

/// What is needed on the day, in the order in which it is needed.
#[derive(Debug, Clone, Serialize)]
pub struct SessionSheet {
    /// 1 for the first.
    pub number: u32,
    /// Of so many.
    pub of: u32,
    /// When.
    pub date: Date,
    /// What to lay out.
    pub prepare: Vec<Because>,
    /// What to ask and look at before beginning: anything new since the last time stops the session.
    pub check_first: Vec<Because>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Settings in treating order.
    pub zones: Vec<ZonePlan>,
    /// Minutes in all.
    pub minutes: f64,
    /// Fields to fill in.
    pub record: Vec<Field>,
}

/// One step.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What to do.
    pub what: Because,
    /// Minutes it takes.
    pub minutes: f64,
}

/// A field that the practitioner fills in.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its label: "Cartridge lot", "Endpoint reached, cheeks".
    pub label: String,
    /// What is expected to stand there: "lot number", "mm", "yes / no".
    pub hint: String,
}

/// Minutes of steps that no source gives; defaults of this program.
const PHOTOGRAPH_MIN: f64 = 5.0;
const CREAM_ON_MIN: f64 = 5.0;
const CLEANSE_MIN: f64 = 5.0;
const COOL_MIN: f64 = 5.0;
const TELL_MIN: f64 = 5.0;
/// Headings of rules.
const PHOTOGRAPHY: &str = "photography";
const DURATION: &str = "session-duration";
const RECORDS: &str = "records";
const SKIN: &str = "skin";
const SKIN_PREPARATION: &str = "skin-preparation";

/// A sheet for each session of a plan.
pub(crate) fn sheets(book: Book<'_>, plan: &Plan) -> Vec<SessionSheet> {
    let of = plan.dates.len() as u32;
    let steps = steps(book, plan);
    let minutes = steps.iter().map(|step| step.minutes).sum();
    (1..)
        .zip(&plan.dates)
        .map(|(number, date)| SessionSheet {
            number,
            of,
            date: *date,
            prepare: prepare(book, plan),
            check_first: check_first(book, number),
            steps: steps.clone(),
            zones: plan.zones.clone(),
            minutes,
            record: record(book, plan),
        })
        .collect()
}

fn hygiene(book: Book<'_>, wanted: impl Fn(&Rule) -> bool) -> Vec<&Rule> {
    book.rules(Part::Hygiene, Asked::default()).into_iter().filter(|rule| wanted(rule)).collect()
}

fn prepare(book: Book<'_>, plan: &Plan) -> Vec<Because> {
    let mut prepare: Vec<Because> = Vec::new();
    if let Some(zone) = plan.zones.first() {
        prepare.push(by_itself(format!(
            "{}, charged or plugged in, with new sterile needles in an unopened, unexpired pack.",
            zone.device_label
        )));
    }
    if let Some(numbing) = &plan.numbing {
        prepare.push(by_itself(format!(
            "{}: {:.0} g, for {:.0} cm2.",
            numbing.label, numbing.grams, numbing.area_cm2
        )));
    }
    prepare.push(by_itself(
        "Sterile gliding gel, gauze, ice water or cool packs, gloves, a sharps bin within reach.",
    ));
    let elsewhere = [SKIN, SKIN_PREPARATION, RECORDS];
    prepare.extend(
        hygiene(book, |rule| !elsewhere.contains(&rule.topic.as_str())).into_iter().map(because),
    );
    prepare
}

fn check_first(book: Book<'_>, number: u32) -> Vec<Because> {
    let mut checks = vec![by_itself(
        "Ask for anything new: illness, fever, pregnancy, a cold sore, a medicine, sun, a peel, laser, filler or \
         toxin. Anything new stops the session until it has been screened.",
    )];
    checks.extend(hygiene(book, |rule| rule.topic == SKIN).into_iter().map(because));
    if number > 1 {
        let rules = book.rules(Part::Course, Asked::default());
        let healed = rules.into_iter().filter(|rule| rule.numbers.shortest_interval_days.is_some());
        checks.extend(healed.map(because));
        checks.push(by_itself(
            "Look at the treated skin for dark marks, lumps and rows of dots, and compare with the photographs: any \
             of them stops the session.",
        ));
    }
    checks
}

fn steps(book: Book<'_>, plan: &Plan) -> Vec<Step> {
    let technique = book.rules(Part::Technique, Asked::default());
    let photograph = technique.iter().find(|rule| rule.topic == PHOTOGRAPHY);
    let step = |what: Because, minutes: f64| Step { what, minutes };
    let mut steps = vec![step(
        photograph.map_or_else(|| by_itself("Take photographs."), |rule| because(rule)),
        PHOTOGRAPH_MIN,
    )];
    if let Some(numbing) = &plan.numbing {
        let dressing = if numbing.covered { " under a dressing" } else { ", uncovered" };
        steps.push(step(
            by_itself(format!("Put on {:.0} g of {}{dressing}.", numbing.grams, numbing.label)),
            CREAM_ON_MIN,
        ));
        steps.push(step(
            by_itself("Wait. Then take all of the cream off, before the first puncture."),
            numbing.minutes,
        ));
    }
    let mut antisepsis = by_itself("Cleanse the skin, disinfect it and let it dry.");
    if let Some(rule) = hygiene(book, |rule| rule.topic == SKIN_PREPARATION).first() {
        antisepsis = because(rule);
    }
    steps.push(step(antisepsis, CLEANSE_MIN));
    for zone in &plan.zones {
        let from = if zone.start_mm < zone.needle_mm {
            format!("{} to {}", millimetres(zone.start_mm), millimetres(zone.needle_mm))
        } else {
            millimetres(zone.needle_mm)
        };
        steps.push(step(
            by_itself(format!(
                "{}: {from}, {} passes on gliding gel. {}",
                zone.label, zone.passes, zone.endpoint
            )),
            zone.minutes,
        ));
    }
    steps.push(step(
        by_itself("Wipe with sterile gauze, cool, put on the sterile gel. Needles straight into the sharps bin."),
        COOL_MIN,
    ));
    let mut told = by_itself(
        "Go through the aftercare and the signs on which to call, and hand them over in writing.",
    );
    if let Some(rule) = technique.iter().find(|rule| rule.topic == DURATION) {
        told.disagreement = Some(format!("On the length of a session: {}", rule.says));
    }
    steps.push(step(told, TELL_MIN));
    steps
}

fn record(book: Book<'_>, plan: &Plan) -> Vec<Field> {
    let field = |label: &str, hint: &str| Field { label: label.to_owned(), hint: hint.to_owned() };
    let mut record = vec![
        field("Date and time", "date, time"),
        field("Operator", "name"),
        field("Device and serial number", "number"),
        field("Cartridge or roller, lot", "lot number"),
        field("Cartridge or roller, use by", "date"),
        field("Consent signed", "yes / no"),
        field("Photographs taken", "yes / no"),
        field("Anything new since the last time", "in words"),
    ];
    if plan.numbing.is_some() {
        record.push(field("Numbing: product, lot, grams", "name, lot number, g"));
        record.push(field("Numbing: on, off", "time, time"));
    }
    record.push(field("Skin disinfected with", "product"));
    for zone in &plan.zones {
        record.push(field(&format!("Longest setting, {}", zone.label.to_lowercase()), "mm"));
        record.push(field(&format!("Passes, {}", zone.label.to_lowercase()), "number"));
        record.push(field(
            &format!("Endpoint reached, {}", zone.label.to_lowercase()),
            "redness / points of blood / no",
        ));
    }
    record.push(field("Products used", "name, lot number"));
    record.push(field("Pain", "0 to 10"));
    record.push(field("Adverse events, anything that went wrong", "in words"));
    // What a rule of records asks for beyond these.
    for rule in hygiene(book, |rule| rule.topic == RECORDS) {
        for item in &rule.items {
            let known = record.iter().any(|field| {
                let label = field.label.to_lowercase();
                item.to_lowercase().split(' ').any(|word| word.len() > 3 && label.contains(word))
            });
            if !known {
                record.push(field(item, "in words"));
            }
        }
    }
    record
}
