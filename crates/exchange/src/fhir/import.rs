//! A bundle to records.

use std::collections::{HashMap, HashSet};

use needlepoint_records::{
    Id,
    document::{Document, Picture, Snapshot},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::{
    Import,
    bundle::{Bundle, Held, Own},
    element::sha1,
    foreign, merge,
    render::{Key, Rendered, render},
    spot::shortened,
};
use crate::{ExchangeError, hexadecimal::hexadecimal};

/// Takes a bundle: our own documents from their extensions, then what other programs changed in them, then what other
/// programs wrote.
pub(super) fn import(bundle: &Bundle<'_>) -> Result<Import, ExchangeError> {
    let mut import =
        Import { snapshot: Snapshot::default(), changed: Vec::new(), left_out: Vec::new() };
    let mut ids = HashSet::new();
    documents(bundle, &mut import, &mut ids)?;
    pictures(bundle, &mut import)?;

    let mut ours: HashMap<Key, Rendered> = render(&import.snapshot, None, true)
        .into_iter()
        .map(|each| (each.key.clone(), each))
        .collect();
    let mut others = Vec::new();
    for resource in &bundle.resources {
        let key = match &resource.own {
            Some(Own::Document(held)) => Key::Document(held.id),
            Some(Own::Piece(key)) => key.clone(),
            None => {
                others.push(resource);
                continue;
            }
        };
        match ours.remove(&key) {
            Some(ours) => merge::merge(bundle, resource, &ours, &mut import)?,
            // A piece whose document is missing is taken for what it shows; a second one of a kind was told of.
            None if matches!(key, Key::Part(..)) => others.push(resource),
            None => {}
        }
    }
    import.left_out.extend(missing(&ours));
    foreign::take(bundle, &others, &mut ids, &mut import)?;
    Ok(import)
}

/// Pieces that are no longer in the bundle; their documents still hold them.
fn missing(ours: &HashMap<Key, Rendered>) -> Vec<String> {
    let pieces = ours.values().filter(|each| matches!(each.key, Key::Part(..)));
    let mut missing: Vec<String> = pieces
        .map(|each| {
            let kind = each.resource["resourceType"].as_str().unwrap_or_default();
            format!(
                "{kind} {} is not in the bundle any more; the record it belongs to still has it.",
                each.id
            )
        })
        .collect();
    missing.sort();
    missing
}

fn documents(
    bundle: &Bundle<'_>,
    import: &mut Import,
    ids: &mut HashSet<Id>,
) -> Result<(), ExchangeError> {
    let snapshot = &mut import.snapshot;
    for resource in &bundle.resources {
        let Some(Own::Document(held)) = &resource.own else { continue };
        if !ids.insert(held.id) {
            import.left_out.push(format!(
                "{} stands for a record that was there before; the first was taken.",
                resource.title()
            ));
            continue;
        }
        match resource.kind {
            "Patient" => add(held, &mut snapshot.patients)?,
            "DocumentReference" => add(held, &mut snapshot.consultations)?,
            "CarePlan" => add(held, &mut snapshot.plans)?,
            "Procedure" => add(held, &mut snapshot.sessions)?,
            "Encounter" => add(held, &mut snapshot.visits)?,
            "Media" => add(held, &mut snapshot.photographs)?,
            kind => {
                return Err(ExchangeError::Element {
                    place: held.place.clone(),
                    expected:
                        "a document of Needlepoint only in a type of resource that stands for one"
                            .to_owned(),
                    found: format!("one in a resource of the type {}", shortened(kind)),
                });
            }
        }
    }
    Ok(())
}

fn add<T: for<'de> Deserialize<'de>>(
    held: &Held,
    documents: &mut Vec<Document<T>>,
) -> Result<(), ExchangeError> {
    documents.push(held.document()?);
    Ok(())
}

/// Pictures in the order in which they stood. One whose fingerprint is another now was changed or damaged on its way:
/// it is taken, because it is what the bundle shows, and told of.
fn pictures(bundle: &Bundle<'_>, import: &mut Import) -> Result<(), ExchangeError> {
    let mut pictures = Vec::new();
    for resource in bundle.resources.iter().filter(|resource| resource.kind == "Media") {
        let Some((photograph, number, bytes)) = resource.picture()? else { continue };
        let hash = resource.spot.path(&["content", "hash"])?.and_then(|hash| hash.value().as_str());
        if hash.is_some_and(|hash| hash != sha1(&bytes)) {
            if bytes.is_empty() {
                import.left_out.push(format!("The picture of {} is missing.", resource.title()));
                continue;
            }
            import.changed.push(format!(
                "The picture of {} is not the one that was exported: its fingerprint differs.",
                resource.title()
            ));
            let photographs = &mut import.snapshot.photographs;
            for document in photographs.iter_mut().filter(|each| each.id == photograph) {
                document.content.sha256 = hexadecimal(&Sha256::digest(&bytes));
            }
        }
        pictures.push((number, Picture { photograph, bytes }));
    }
    pictures.sort_by_key(|(number, _)| *number);
    import.snapshot.pictures = pictures.into_iter().map(|(_, picture)| picture).collect();
    Ok(())
}
