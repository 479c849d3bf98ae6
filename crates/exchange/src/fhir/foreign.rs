//! What other programs wrote: patients, conditions, procedures and observations, as far as a record has a place for them.
//!
//! - A patient becomes a patient.
//! - All conditions and procedures of a patient become one consultation: lines of its note, word for word, and
//!   what is known here by name also an answer of its file. What a rule has to ask stays open and is asked.
//! - Needling that was done becomes a session of a plan put aside as done.
//! - Observations with a number become scores, one visit a day.

mod gathered;
mod history;
mod needling;
mod patient;
mod scores;

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use needlepoint_records::{Id, document::Document};

use super::{
    Import,
    bundle::{Bundle, Resource},
    render::derived,
    spot::shortened,
};
use crate::ExchangeError;

use gathered::Gathered;

/// Who wrote what comes from another program.
const WRITTEN_BY: &str = "import";

/// What is taken from other programs, and what it needs.
struct Foreign<'a, 'b> {
    bundle: &'a Bundle<'b>,
    ids: &'a mut HashSet<Id>,
    import: &'a mut Import,
    /// What belongs to a patient, by the place of the patient in the bundle.
    gathered: BTreeMap<Id, Gathered>,
    /// How often each type of resource was left out.
    unknown: BTreeMap<String, usize>,
}

/// Takes resources of other programs.
pub(super) fn take(
    bundle: &Bundle<'_>,
    resources: &[&Resource<'_>],
    ids: &mut HashSet<Id>,
    import: &mut Import,
) -> Result<(), ExchangeError> {
    let mut foreign =
        Foreign { bundle, ids, import, gathered: BTreeMap::new(), unknown: BTreeMap::new() };
    // Patients first: what belongs to nobody in the bundle is left out.
    for resource in resources.iter().filter(|resource| resource.kind == "Patient") {
        foreign.patient(resource)?;
    }
    for resource in resources {
        match resource.kind {
            "Patient" => {}
            "Condition" => foreign.condition(resource)?,
            "Procedure" => foreign.procedure(resource)?,
            "Observation" => foreign.observation(resource)?,
            kind => *foreign.unknown.entry(shortened(kind)).or_default() += 1,
        }
    }
    foreign.finish();
    Ok(())
}

impl Foreign<'_, '_> {
    /// Says what is left out, and why.
    fn left_out(&mut self, resource: &Resource<'_>, why: &str) {
        self.import.left_out.push(format!("{}: {why}.", resource.title()));
    }

    /// What was gathered of the patient to whom a resource belongs; says so if there is none.
    fn of_subject(&mut self, resource: &Resource<'_>) -> Result<Option<Id>, ExchangeError> {
        let subject = self.bundle.referred(&resource.spot, "subject")?;
        let patient = subject.filter(|subject| subject.kind == "Patient").map(|subject| subject.id);
        if patient.is_none() {
            self.left_out(resource, "its patient is not in the bundle, so it was left out");
        }
        Ok(patient)
    }

    /// A document from elsewhere.
    fn document<T>(&self, id: Id, written_at: Option<Timestamp>, content: T) -> Document<T> {
        let written_at = written_at.or(self.bundle.made_at).unwrap_or(Timestamp::UNIX_EPOCH);
        Document { id, version: 1, written_at, written_by: WRITTEN_BY.to_owned(), content }
    }

    /// Makes documents of what was gathered, and tells of what has no place.
    fn finish(mut self) {
        for (patient, gathered) in std::mem::take(&mut self.gathered) {
            self.visits(patient, gathered.scores);
            self.consultation(patient, &gathered.history, gathered.sessions);
        }
        for (kind, count) in self.unknown {
            let them = if count == 1 { "resource" } else { "resources" };
            self.import.left_out.push(format!(
                "{count} {them} of the type {kind}: records have no place for this type from other programs."
            ));
        }
    }
}

/// An identifier for what belongs to a patient.
fn of_patient(patient: Id, what: &str) -> Id {
    derived(&["gathered", &patient.to_string(), what])
}
