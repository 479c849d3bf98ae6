//! `[[override]]`: advice that a practitioner sets aside.

use needlepoint_knowledge::{
    reader::{Field, Table},
    rule::Part,
};

use crate::case::{Override, UNKNOWN_MEDICINE};

use super::{Desk, health::some_words, not_too_many, with};

pub(super) fn read(desk: Desk<'_>, file: &Table<'_>) -> Option<Vec<Override>> {
    let Some(field) = file.get("override") else { return Some(Vec::new()) };
    if field.is_table() {
        field.error("`override` is a single table", "write [[override]] with two brackets");
        return None;
    }
    let tables = not_too_many(&field, field.tables());
    tables.into_iter().map(|table| with(table, |table| one(desk, table))).collect()
}

fn one(desk: Desk<'_>, table: &Table<'_>) -> Option<Override> {
    let rule = table.require("rule", "\"name of the rule\"").and_then(|field| rule(desk, &field));
    let by = table.require("by", "\"who signs\"").and_then(|field| some_words(&field));
    let reason = table.require("reason", "\"why\"").and_then(|field| some_words(&field));
    Some(Override { rule: rule?, by: by?, reason: reason? })
}

/// The name of a rule of screening; one that can't be set aside is warned of.
fn rule(desk: Desk<'_>, field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    if name == UNKNOWN_MEDICINE {
        return Some(name.to_owned());
    }
    let mut screening = desk.knowledge.rules_of(Part::Screening);
    let Some(rule) = screening.find(|rule| rule.name == name) else {
        let known = desk.knowledge.rules_of(Part::Screening).map(|rule| rule.name.as_str());
        field.unknown_name("rule of screening", name, known.chain([UNKNOWN_MEDICINE]));
        return None;
    };
    if rule.fixed {
        field.warning(
            format!("the rule \"{name}\" can't be set aside and is followed all the same"),
            "what labels, regulations and emergencies ask for is no matter of judgement",
        );
    }
    Some(name.to_owned())
}
