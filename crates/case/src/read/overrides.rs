//! `[[override]]`: advice that a practitioner sets aside.

use needlepoint_knowledge::reader::Table;

use crate::case::Override;

use super::{health::some_words, not_too_many, with};

pub(super) fn read(file: &Table<'_>) -> Option<Vec<Override>> {
    let Some(field) = file.get("override") else { return Some(Vec::new()) };
    if field.is_table() {
        field.error("`override` is a single table", "write [[override]] with two brackets");
        return None;
    }
    let tables = not_too_many(&field, field.tables());
    tables.into_iter().map(|table| with(table, one)).collect()
}

fn one(table: &Table<'_>) -> Option<Override> {
    let rule = table.require("rule", "\"name of the rule\"").and_then(|field| some_words(&field));
    let by = table.require("by", "\"who signs\"").and_then(|field| some_words(&field));
    let reason = table.require("reason", "\"why\"").and_then(|field| some_words(&field));
    Some(Override { rule: rule?, by: by?, reason: reason? })
}
