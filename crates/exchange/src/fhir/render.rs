//! Records as resources.
//!
//! An import makes these once more from what the extensions hold, and so sees what another program changed.

mod consultation;
mod patient;
mod photograph;
mod plan;
mod session;
mod visit;

use std::collections::{HashMap, HashSet};

use needlepoint_records::{
    Id,
    document::{Document, Snapshot},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    element::{self, Element},
    names,
};

pub(super) use patient::MADE_UP;
pub(super) use session::day_of;

/// Version of the form in which a document lies within its extension.
pub(super) const DOCUMENT_VERSION: u64 = 1;

/// What a resource stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A document.
    Document(Id),
    /// A part of a document: its document, its name, and its number among those of that name.
    Part(Id, String, u64),
    /// A picture that no photograph of the snapshot has: its number among the pictures.
    Picture(u64),
}

/// A resource of ours.
#[derive(Debug)]
pub(super) struct Rendered {
    /// What it stands for.
    pub(super) key: Key,
    /// Its identifier.
    pub(super) id: Id,
    /// The resource.
    pub(super) resource: Value,
}

/// A document as it lies within its extension.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held<T> {
    pub(super) version: u64,
    pub(super) document: T,
}

/// All resources of a snapshot, or those of a patient; with pictures, if so wanted.
pub(super) fn render(snapshot: &Snapshot, patient: Option<Id>, pictures: bool) -> Vec<Rendered> {
    let wanted = |of: Id| patient.is_none_or(|patient| patient == of);
    let mut all = Vec::new();
    for each in snapshot.patients.iter().filter(|each| wanted(each.id)) {
        all.push(document(each, patient::patient(each)));
    }
    for each in snapshot.consultations.iter().filter(|each| wanted(each.content.patient)) {
        all.push(document(each, consultation::consultation(each)));
        all.extend(consultation::conditions(each));
    }
    for each in snapshot.plans.iter().filter(|each| wanted(each.content.patient)) {
        all.push(document(each, plan::plan(each)));
    }
    for each in snapshot.sessions.iter().filter(|each| wanted(each.content.patient)) {
        all.push(document(each, session::session(each)));
        all.extend(session::adverse_events(each));
    }
    for each in snapshot.visits.iter().filter(|each| wanted(each.content.patient)) {
        all.push(document(each, visit::visit(each)));
        all.extend(visit::observations(each));
        all.extend(visit::adverse_events(each));
    }
    photographs(snapshot, wanted, pictures, &mut all);
    all
}

fn photographs(
    snapshot: &Snapshot,
    wanted: impl Fn(Id) -> bool,
    pictures: bool,
    all: &mut Vec<Rendered>,
) {
    let of: HashMap<Id, Id> =
        snapshot.photographs.iter().map(|each| (each.id, each.content.patient)).collect();
    // A picture without its photograph belongs to nobody in particular: it goes along only if everything does.
    let everything = snapshot.patients.iter().all(|each| wanted(each.id));
    let taken: Vec<_> = snapshot
        .pictures
        .iter()
        .filter(|each| pictures && of.get(&each.photograph).map_or(everything, |id| wanted(*id)))
        .collect();
    let mut first = HashMap::new();
    for (number, picture) in taken.iter().enumerate() {
        first.entry(picture.photograph).or_insert(number);
    }
    let mut placed = HashSet::new();
    for each in snapshot.photographs.iter().filter(|each| wanted(each.content.patient)) {
        let number = first.remove(&each.id);
        placed.extend(number);
        let picture = number.map(|number| (number, taken[number].bytes.as_slice()));
        all.push(document(each, photograph::photograph(each, picture)));
    }
    for (number, picture) in taken.iter().enumerate().filter(|(at, _)| !placed.contains(at)) {
        let id = derived(&["picture", &picture.photograph.to_string(), &number.to_string()]);
        let resource = photograph::lone_picture(id, picture, number);
        all.push(Rendered { key: Key::Picture(number as u64), id, resource });
    }
}

/// The resource that stands for a document: its elements, when it was written, and itself in an extension.
fn document<T: Serialize>(document: &Document<T>, resource: Element) -> Rendered {
    let held = Held { version: DOCUMENT_VERSION, document };
    let held = serde_json::to_vec(&held)
        .expect("plain data with text keys can be written, and memory takes all bytes");
    let mut resource = Value::from(resource);
    let extension = json!({ "url": names::DOCUMENT, "valueAttachment": {
        "contentType": "application/json",
        "data": element::base64(&held),
    } });
    prepend(&mut resource, "extension", extension);
    if let Some(written_at) = element::instant(document.written_at) {
        resource["meta"]["lastUpdated"] = written_at.into();
    }
    Rendered { key: Key::Document(document.id), id: document.id, resource }
}

/// Puts a value before what a list of the resource has.
fn prepend(resource: &mut Value, key: &str, value: Value) {
    match resource[key].as_array_mut() {
        Some(list) => list.insert(0, value),
        None => resource[key] = json!([value]),
    }
}

/// A resource made of a part of a document.
fn part(document: Id, name: &str, number: usize, resource: impl FnOnce(Id) -> Element) -> Rendered {
    let id = derived(&["part", &document.to_string(), name, &number.to_string()]);
    let extension = element::part_extension(document, name, number);
    let resource = resource(id).with("extension", vec![extension]).into();
    Rendered { key: Key::Part(document, name.to_owned(), number as u64), id, resource }
}

/// An identifier that is always the same for the same words: a UUID of version 8, taken from their SHA-256.
pub(super) fn derived(words: &[&str]) -> Id {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word);
    }
    let hash = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    format!("{:032x}", u128::from_be_bytes(bytes))
        .parse()
        .expect("thirty-two hexadecimal digits are an identifier")
}
