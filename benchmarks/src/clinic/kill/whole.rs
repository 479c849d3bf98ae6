//! All of the records against all that was promised.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsStr,
    fs,
    path::Path,
};

use needlepoint_knowledge::store::fingerprint;
use serde_json::Value;

use super::writer::{Patient, Writer};
use crate::{
    Outcome,
    clinic::{
        practice::{list, taken_out},
        served::records,
    },
};

/// What was there before anything was written.
#[derive(Debug)]
pub(super) struct Whole {
    /// Documents of the first practice, each as it was.
    first: BTreeMap<String, Value>,
}

impl Whole {
    /// Looks at the records.
    pub(super) fn before(program: &Path, folder: &Path) -> Outcome<Self> {
        let records = verified(program, folder)?;
        let documents = ["patients", "photographs"].iter().flat_map(|kind| list(&records, kind));
        let first = documents.map(|document| (identifier(document), document.clone())).collect();
        Ok(Self { first })
    }

    /// Verifies the records, takes them out and gives everything that is not as it was promised.
    pub(super) fn held_against(
        &self,
        program: &Path,
        folder: &Path,
        writers: &[Writer],
    ) -> Outcome<Vec<String>> {
        let records = verified(program, folder)?;
        let mut wrong = Vec::new();
        self.patients(&records, writers, &mut wrong);
        self.photographs(&records, writers, &mut wrong);
        sessions(&records, writers, &mut wrong);
        Ok(wrong)
    }

    fn patients(&self, records: &Value, writers: &[Writer], wrong: &mut Vec<String>) {
        let promised: BTreeMap<&str, &Patient> =
            writers.iter().flat_map(Writer::promised).collect();
        let there = self.added(records, "patients", wrong);
        for (id, document) in &there {
            let text =
                |name: &str| document["content"][name].as_str().unwrap_or_default().to_owned();
            let version = document["version"].as_u64().unwrap_or_default() as u32;
            let seen = Patient { version, name: text("family_name"), note: text("note") };
            match promised.get(id.as_str()) {
                Some(promised) if **promised == seen => {}
                Some(promised) => wrong.push(format!("patient {id}: {seen:?}, not {promised:?}")),
                None => wrong.push(format!("patient {id}: nobody made it: {seen:?}")),
            }
        }
        let missing = promised.keys().filter(|id| !there.contains_key(**id));
        wrong.extend(missing.map(|id| format!("patient {id}: lost")));
    }

    fn photographs(&self, records: &Value, writers: &[Writer], wrong: &mut Vec<String>) {
        let promised: BTreeSet<(String, String)> = writers
            .iter()
            .flat_map(Writer::photographs)
            .map(|(caption, bytes)| (caption.to_owned(), fingerprint(bytes)))
            .collect();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let there = self.added(records, "photographs", wrong);
        let count = there.len();
        let there: BTreeSet<(String, String)> = there
            .values()
            .map(|photograph| &photograph["content"])
            .map(|content| (text(&content["caption"]), text(&content["sha256"])))
            .collect();
        if count != there.len() {
            wrong.push("a photograph is there twice".to_owned());
        }
        let differing = promised.symmetric_difference(&there);
        wrong.extend(
            differing.map(|(caption, _)| format!("photograph {caption}: lost, or nobody sent it")),
        );
    }

    /// Documents of a kind that came since; those from before have to be as they were.
    fn added<'r>(
        &self,
        records: &'r Value,
        kind: &str,
        wrong: &mut Vec<String>,
    ) -> BTreeMap<String, &'r Value> {
        let mut added = BTreeMap::new();
        for document in list(records, kind) {
            let id = identifier(document);
            match self.first.get(&id) {
                Some(before) if before == document => {}
                Some(_) => wrong.push(format!("{id} of the {kind} is not as it was")),
                None => drop(added.insert(id, document)),
            }
        }
        added
    }
}

fn sessions(records: &Value, writers: &[Writer], wrong: &mut Vec<String>) {
    for (id, promised) in writers.iter().map(Writer::session) {
        let session = list(records, "sessions").iter().find(|session| session["id"] == id);
        let checks = session.and_then(|session| session["content"]["checks"].as_array());
        let ticks = checks.into_iter().flatten().map(|check| !check["done_at"].is_null());
        if ticks.collect::<Vec<bool>>() != promised {
            wrong.push(format!("session {id}: its ticks are not as they were"));
        }
    }
}

fn identifier(document: &Value) -> String {
    document["id"].as_str().unwrap_or_default().to_owned()
}

/// The records, after `needlepoint records verify` has found them sound.
fn verified(program: &Path, folder: &Path) -> Outcome<Value> {
    records(program, folder, &[OsStr::new("verify")])?;
    let file = folder.join("everything.json");
    taken_out(program, folder, &file)?;
    let mut export: Value = serde_json::from_slice(&fs::read(&file)?)?;
    fs::remove_file(&file)?;
    Ok(export["records"].take())
}
