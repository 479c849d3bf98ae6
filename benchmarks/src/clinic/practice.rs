//! A practice of some size: the demonstration, taken out, multiplied and taken in again.

use std::{collections::BTreeMap, ffi::OsStr, fs, path::Path};

use serde_json::Value;

use super::{
    chance::Chance,
    served::{Served, records},
};
use crate::Outcome;

/// What patients are drawn from.
const SEED: u64 = 2026;
/// Kinds of documents that are multiplied.
const KINDS: [&str; 5] = ["patients", "consultations", "plans", "sessions", "visits"];

/// A patient who has a plan, and a session of it that nobody has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Treated {
    pub(super) patient: String,
    pub(super) consultation: String,
    pub(super) plan: String,
    /// Number of that session.
    pub(super) next: usize,
}

impl Treated {
    /// The address of a page of this patient.
    pub(super) fn path(&self, path: &str) -> String {
        format!("/patients/{}{path}", self.patient)
    }
}

/// Fills a new folder with a practice of at least so many patients, so many of them with a plan that goes on.
pub(super) fn make(
    program: &Path,
    folder: &Path,
    patients: usize,
    treated: usize,
) -> Outcome<Vec<Treated>> {
    Served::start(program, folder)?.kill()?;
    let file = folder.join("demonstration.json");
    taken_out(program, folder, &file)?;
    let mut export: Value = serde_json::from_slice(&fs::read(&file)?)?;
    let demonstration = export["records"].take();
    let of_one = treated_of(&demonstration).len().max(1);
    let people = list(&demonstration, "patients").len().max(1);
    let copies = patients.div_ceil(people).max(treated.div_ceil(of_one));
    export["records"] = multiplied(&demonstration, copies);
    let found = treated_of(&export["records"]);
    fs::write(&file, serde_json::to_vec(&export)?)?;
    records(program, folder, &["import".as_ref(), file.as_os_str()])?;
    fs::remove_file(&file)?;
    if found.len() < treated {
        return Err("the demonstration has no plan that goes on".into());
    }
    Ok(found)
}

/// Takes everything out into a file.
pub(super) fn taken_out(program: &Path, folder: &Path, file: &Path) -> Outcome<()> {
    records(program, folder, &[OsStr::new("export"), OsStr::new("json"), file.as_os_str()])
}

/// The documents of a kind.
pub(super) fn list<'r>(records: &'r Value, kind: &str) -> &'r [Value] {
    records[kind].as_array().map_or(&[], Vec::as_slice)
}

/// Copies under identifiers and names of their own.
fn multiplied(records: &Value, copies: usize) -> Value {
    let mut chance = Chance::new(SEED, 0);
    let mut all: BTreeMap<&str, Vec<Value>> =
        KINDS.iter().map(|kind| (*kind, Vec::new())).collect();
    for copy in 1..=copies {
        let documents = KINDS.iter().flat_map(|kind| list(records, kind));
        let renamed: BTreeMap<&str, String> = documents
            .filter_map(|document| Some((document["id"].as_str()?, chance.identifier())))
            .collect();
        for (kind, documents) in &mut all {
            for document in list(records, kind) {
                let mut document = with_names(document, &renamed);
                if let Some(name) = document["content"]["family_name"].as_str() {
                    document["content"]["family_name"] = format!("{name} {copy}").into();
                }
                documents.push(document);
            }
        }
    }
    let mut multiplied = records.clone();
    for (kind, documents) in all {
        multiplied[kind] = documents.into();
    }
    multiplied
}

/// A document in which each identifier is replaced.
fn with_names(value: &Value, renamed: &BTreeMap<&str, String>) -> Value {
    match value {
        Value::String(text) => renamed.get(text.as_str()).unwrap_or(text).as_str().into(),
        Value::Array(values) => values.iter().map(|value| with_names(value, renamed)).collect(),
        Value::Object(fields) => {
            let renamed =
                |(name, value): (&String, &Value)| (name.clone(), with_names(value, renamed));
            fields.iter().map(renamed).collect()
        }
        other => other.clone(),
    }
}

/// Everybody whose plan has a session that nobody has begun.
fn treated_of(records: &Value) -> Vec<Treated> {
    let mut begun: BTreeMap<&str, usize> = BTreeMap::new();
    for session in list(records, "sessions") {
        *begun.entry(session["content"]["plan"].as_str().unwrap_or_default()).or_default() += 1;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let treated = list(records, "plans").iter().filter_map(|plan| {
        let (content, plan) = (&plan["content"], text(&plan["id"]));
        let next = begun.get(plan.as_str()).unwrap_or(&0) + 1;
        (next <= content["dates"].as_array()?.len()).then(|| Treated {
            patient: text(&content["patient"]),
            consultation: text(&content["consultation"]),
            plan,
            next,
        })
    });
    treated.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_copy_holds_together() {
        let records = json!({
            "patients": [{"id": "p", "content": {"family_name": "Tale"}}],
            "consultations": [{"id": "c", "content": {"patient": "p"}}],
            "plans": [{"id": "l", "content": {"patient": "p", "consultation": "c", "dates": ["a", "b"]}}],
            "sessions": [{"id": "s", "content": {"patient": "p", "plan": "l"}}],
            "visits": [],
            "photographs": [],
        });
        let copied = multiplied(&records, 3);
        let treated = treated_of(&copied);
        assert_eq!(treated.len(), 3);
        for (number, treated) in treated.iter().enumerate() {
            assert_eq!(copied["patients"][number]["id"], treated.patient);
            assert_eq!(copied["consultations"][number]["id"], treated.consultation);
            assert_eq!(copied["plans"][number]["id"], treated.plan);
            assert_eq!(treated.next, 2);
            assert_eq!(treated.patient.len(), 36);
        }
        assert_eq!(copied["patients"][2]["content"]["family_name"], "Tale 3");
    }
}
