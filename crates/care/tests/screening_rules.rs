//! Every rule that screening asks has a patient who fires it and a near miss who does not: `rules.toml`.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::knowledge;
use jiff::civil::{Date, date};
use needlepoint_care::screening::{rules, screen};
use needlepoint_case::read_consultation;
use needlepoint_knowledge::Knowledge;
use toml::{Table, Value};

/// The day on which every patient of the table is seen.
const TODAY: Date = date(2026, 11, 30);

const TABLE: &str = include_str!("rules.toml");

/// `changes` laid over `base`: tables are joined, everything else is replaced.
fn laid_over(base: &Table, changes: &Table) -> Table {
    let mut joined = base.clone();
    for (key, change) in changes {
        let value = match (joined.get(key), change) {
            (Some(Value::Table(old)), Value::Table(new)) => Value::Table(laid_over(old, new)),
            _ => change.clone(),
        };
        joined.insert(key.clone(), value);
    }
    joined
}

/// Until when a rule makes the patient wait, if it fires; or why the patient can't be read.
fn fires(
    knowledge: &Knowledge,
    rule: &str,
    base: &Table,
    changes: &Value,
) -> Result<Option<Option<Date>>, String> {
    let text = laid_over(base, changes.as_table().unwrap()).to_string();
    let (consultation, problems) = read_consultation(rule, &text, knowledge);
    let consultation = consultation.ok_or_else(|| problems.to_lines())?;
    let screening = screen(&consultation, knowledge, TODAY);
    let reason = screening.reasons.iter().find(|reason| reason.rule == rule);
    Ok(reason.map(|reason| reason.until))
}

/// What is wrong with an entry of the table.
fn check(knowledge: &Knowledge, rule: &str, base: &Table, entry: &Value) -> Result<(), String> {
    let until = entry.get("until").map(|day| day.as_datetime().unwrap().to_string());
    let found = fires(knowledge, rule, base, &entry["fires"])?
        .ok_or_else(|| format!("{rule} does not fire"))?;
    if found.map(|day| day.to_string()) != until {
        return Err(format!("{rule} until {found:?}, expected {until:?}"));
    }
    if fires(knowledge, rule, base, &entry["misses"])?.is_some() {
        return Err(format!("{rule} fires for its near miss"));
    }
    Ok(())
}

#[test]
fn every_rule_has_a_patient_who_fires_it_and_one_who_does_not() {
    let knowledge = knowledge();
    let table: Table = TABLE.parse().unwrap();
    let base = table["base"].as_table().unwrap();
    let entries = table.iter().filter(|(name, _)| *name != "base");
    let wrong: Vec<String> =
        entries.filter_map(|(rule, entry)| check(&knowledge, rule, base, entry).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_that_is_asked_has_an_entry() {
    let knowledge = knowledge();
    let table: Table = TABLE.parse().unwrap();
    let entries: BTreeSet<&str> =
        table.keys().map(String::as_str).filter(|name| *name != "base").collect();
    let asked: BTreeSet<&str> = rules(&knowledge).map(|rule| rule.name.as_str()).collect();
    assert_eq!(entries, asked);
}
