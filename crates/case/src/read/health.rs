//! What a patient has, had, denies and takes.

use jiff::civil::Date;
use needlepoint_knowledge::{
    condition::{AskedSex, Condition, Detail, Status},
    reader::{Field, Table},
};
use needlepoint_skin::Sex;

use crate::{
    case::{Denied, Place, StatedCondition, StatedMedicine},
    limits,
};

use super::{Desk, not_too_many, optional, with, word};

/// The word of an empty history.
const NONE: &str = "none";

/// The word that denies everything else.
const ALL_OTHERS: &str = "all-others";

/// A date of a patient's history.
pub(super) fn date(field: &Field<'_>) -> Option<Date> {
    let date = field.date()?;
    let (least, most) = limits::HISTORY_YEARS;
    if !(least..=most).contains(&date.year()) {
        field.error(
            format!("`{}` lies in the year {}", field.key(), date.year()),
            "write a date such as 2026-03-02",
        );
        return None;
    }
    Some(date)
}

/// `history`: conditions and events, each a word or a table.
pub(super) fn history(
    desk: Desk<'_>,
    field: &Field<'_>,
    sex: Option<Sex>,
    today: Option<Date>,
) -> Vec<StatedCondition> {
    let written = entries(field);
    let mut stated: Vec<StatedCondition> = Vec::new();
    for entry in &written {
        if entry.is_text() && entry.text().is_some_and(|word| spelled(word) == NONE) {
            if written.len() > 1 {
                entry.error(
                    "`history` says \"none\" and something else",
                    "leave out \"none\" or the rest",
                );
            }
            continue;
        }
        let condition = if entry.is_table() {
            entry.table().and_then(|table| with(table, |table| condition(desk, table, today)))
        } else {
            known_condition(desk, entry).map(|known| StatedCondition::named(&known.name))
        };
        let Some(condition) = condition else { continue };
        let asked_of = desk.knowledge.condition(&condition.name).and_then(|known| known.sex);
        if sex == Some(Sex::Male) && asked_of == Some(AskedSex::Female) {
            entry.warning(
                format!("\"{}\" is listed, and `sex` is male", condition.name),
                "check both; the rules about it are applied",
            );
        }
        if stated.contains(&condition) {
            entry.warning(format!("\"{}\" is listed twice", condition.name), "leave one out");
        } else {
            stated.push(condition);
        }
    }
    stated
}

fn condition(desk: Desk<'_>, table: &Table<'_>, today: Option<Date>) -> Option<StatedCondition> {
    let known =
        table.require("condition", "\"eczema\"").and_then(|field| known_condition(desk, &field));
    let status = table.get("status").map(|field| status(&field, known));
    let sites = table.get("site").map(|field| places(desk, &field));
    let since = table.get("since").map(|field| past(&field, today));
    let ended = table.get("ended").map(|field| date(&field));
    let on = table.get("on").map(|field| date(&field));
    let grade = table.get("grade").map(|field| grade(&field, known));
    let stated = StatedCondition {
        name: known?.name.clone(),
        status: optional(status)?,
        sites: sites.unwrap_or_default(),
        since: optional(since)?,
        ended: optional(ended)?,
        on: optional(on)?,
        grade: optional(grade)?,
    };
    in_order(table, ("since", stated.since), ("ended", stated.ended));
    agrees(table, &stated, today);
    Some(stated)
}

/// How things stand; of the statuses that the condition may have.
fn status(field: &Field<'_>, known: Option<&Condition>) -> Option<Status> {
    let status = word(field, &Status::NAMED)?;
    if let Some(known) = known.filter(|known| !known.statuses.contains(&status)) {
        let may_be: Vec<&str> = known.statuses.iter().map(|status| status.name()).collect();
        field.error(
            format!("\"{}\" can't be \"{}\"", known.name, status.name()),
            format!("it may be: {}", may_be.join(", ")),
        );
        return None;
    }
    Some(status)
}

/// How severe, of a condition that has grades.
fn grade(field: &Field<'_>, known: Option<&Condition>) -> Option<u32> {
    if let Some(known) = known.filter(|known| !known.details.contains(&Detail::Grade)) {
        field.error(format!("\"{}\" has no grades", known.name), "leave `grade` out");
        return None;
    }
    let (least, most) = limits::GRADE;
    field.whole(least, most).map(|grade| grade as u32)
}

/// Report dates and a status that can't all be true.
fn agrees(table: &Table<'_>, stated: &StatedCondition, today: Option<Date>) {
    let over = stated.ended.zip(today).is_some_and(|(ended, today)| ended <= today);
    if over
        && stated.status.is_some_and(|status| status != Status::Past)
        && let Some(field) = table.get("status")
    {
        field.error(
            format!("\"{}\" has ended, and its status is not \"past\"", stated.name),
            "leave out `ended` or `status`",
        );
    }
    if stated.on.is_some()
        && (stated.since.is_some() || stated.ended.is_some())
        && let Some(field) = table.get("on")
    {
        field.error(
            format!("\"{}\" happened on one day and lasted", stated.name),
            "write `on` for an event, `since` and `ended` for what lasts",
        );
    }
}

/// `denies`: conditions that were asked about and are not so.
pub(super) fn denied(desk: Desk<'_>, field: &Field<'_>, history: &[StatedCondition]) -> Denied {
    if field.is_text() {
        if field.text().is_some_and(|word| spelled(word) != ALL_OTHERS) {
            field.error(
                "`denies` is one text",
                "write a list such as [\"pregnancy\"], or \"all-others\" once everything was asked",
            );
        }
        return Denied::AllOthers;
    }
    let mut names = Vec::new();
    for entry in entries(field) {
        let Some(name) = known_condition(desk, &entry).map(|known| known.name.clone()) else {
            continue;
        };
        if history.iter().any(|stated| stated.name == name) {
            entry.error(
                format!("\"{name}\" is both in `history` and in `denies`"),
                "keep what is true; an earlier condition is listed with status = \"past\"",
            );
        } else if names.contains(&name) {
            entry.warning(format!("\"{name}\" is denied twice"), "leave one out");
        } else {
            names.push(name);
        }
    }
    Denied::Listed(names)
}

/// `medicines`: each a name or a table. A name that nobody knows is kept: screening asks about it.
pub(super) fn medicines(
    desk: Desk<'_>,
    field: &Field<'_>,
    today: Option<Date>,
) -> Vec<StatedMedicine> {
    let mut stated: Vec<StatedMedicine> = Vec::new();
    for entry in entries(field) {
        let medicine = if entry.is_table() {
            entry.table().and_then(|table| with(table, |table| medicine(desk, table, today)))
        } else {
            some_words(&entry).map(StatedMedicine::named)
        };
        let Some(medicine) = medicine else { continue };
        if stated.contains(&medicine) {
            entry.warning(format!("\"{}\" is listed twice", medicine.name), "leave one out");
        } else {
            stated.push(medicine);
        }
    }
    stated
}

fn medicine(desk: Desk<'_>, table: &Table<'_>, today: Option<Date>) -> Option<StatedMedicine> {
    let name = table.require("name", "\"warfarin\"").and_then(|field| some_words(&field));
    let since = table.get("since").map(|field| past(&field, today));
    let stopped = table.get("stopped").map(|field| date(&field));
    let sites = table.get("site").map(|field| places(desk, &field));
    let stated = StatedMedicine {
        name: name?,
        since: optional(since)?,
        stopped: optional(stopped)?,
        sites: sites.unwrap_or_default(),
    };
    in_order(table, ("since", stated.since), ("stopped", stated.stopped));
    Some(stated)
}

/// A date that lies before today, where today is known.
fn past(field: &Field<'_>, today: Option<Date>) -> Option<Date> {
    let date = date(field)?;
    if today.is_some_and(|today| date > today) {
        field.error(
            format!("`{}` = {date} lies after the day of the consultation", field.key()),
            "write a day that has been; of what is planned, `on` says the day",
        );
        return None;
    }
    Some(date)
}

/// Report an end that lies before the beginning.
fn in_order(
    table: &Table<'_>,
    (_, begin): (&'static str, Option<Date>),
    (key, end): (&'static str, Option<Date>),
) {
    if let (Some(begin), Some(end)) = (begin, end)
        && end < begin
        && let Some(field) = table.get(key)
    {
        field.error(
            format!("`{key}` = {end} lies before `since` = {begin}"),
            "one of the two days is wrong",
        );
    }
}

/// One place or a list of them.
fn places(desk: Desk<'_>, field: &Field<'_>) -> Vec<Place> {
    let named = if field.is_text() { vec![field.clone()] } else { entries(field) };
    let mut places = Vec::new();
    for place in named.iter().filter_map(|entry| place(desk, entry)) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

fn place(desk: Desk<'_>, field: &Field<'_>) -> Option<Place> {
    const FACE: &str = "face";
    const ELSEWHERE: &str = "elsewhere";
    let name = field.text()?;
    match name {
        FACE => return Some(Place::Face),
        ELSEWHERE => return Some(Place::Elsewhere),
        _ => {}
    }
    let sites = desk.knowledge.sites.iter().map(|site| site.name.as_str());
    if sites.clone().any(|site| site == name) {
        return Some(Place::Site(name.to_owned()));
    }
    field.unknown_name("site", name, sites.chain([FACE, ELSEWHERE]));
    None
}

/// The entries of a list, of whatever kind; a value that is no list is reported.
pub(super) fn entries<'r>(list: &Field<'r>) -> Vec<Field<'r>> {
    not_too_many(list, list.items().unwrap_or_default())
}

/// The condition of this name; underscores count as hyphens.
fn known_condition<'k>(desk: Desk<'k>, field: &Field<'_>) -> Option<&'k Condition> {
    let written = field.text()?;
    let known = desk.knowledge.condition(&spelled(written));
    if known.is_none() {
        let names = desk.knowledge.conditions.iter().map(|condition| condition.name.as_str());
        field.unknown_name("condition", written, names.chain([NONE]));
    }
    known
}

/// A text that says something and is no longer than anybody needs.
pub(super) fn some_words(field: &Field<'_>) -> Option<String> {
    let text = field.text()?.trim();
    if text.is_empty() {
        field.error(format!("`{}` is empty", field.key()), "write what is meant, or leave it out");
        return None;
    }
    let length = text.chars().count();
    if length > limits::WORDS {
        field.error(
            format!("`{}` has {length} characters", field.key()),
            format!("write at most {}", limits::WORDS),
        );
        return None;
    }
    Some(text.to_owned())
}

fn spelled(word: &str) -> String {
    word.replace('_', "-")
}
