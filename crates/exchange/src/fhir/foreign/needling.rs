//! Procedures of another program: needling becomes a session, anything else a line of the history.

use needlepoint_records::{
    Id,
    clinical::{Plan, PlanStatus, Session, Settings},
};

use super::{Foreign, gathered::Needled, history, of_patient};
use crate::{
    ExchangeError,
    fhir::{
        bundle::Resource,
        names,
        spot::{Spot, When, shortened},
        visible,
    },
};

/// Words by which needling is known.
const NEEDLING: [&str; 5] =
    ["needling", "dermaroller", "derma roller", "dermapen", "collagen induction"];

/// What stands where a record needs a word and none was stated.
pub(super) const UNSTATED: &str = "unstated";

impl Foreign<'_, '_> {
    pub(super) fn procedure(&mut self, resource: &Resource<'_>) -> Result<(), ExchangeError> {
        let procedure = &resource.spot;
        let status = procedure.text("status")?.unwrap_or_default();
        if matches!(status, "not-done" | "entered-in-error") {
            self.left_out(resource, &format!("it is marked as {status} and was left out"));
            return Ok(());
        }
        let (start, end) = visible::span(procedure, "performed")?;
        let needling = is_needling(procedure)?;
        let Some(patient) = self.of_subject(resource)? else { return Ok(()) };
        let Some(day) = start.as_ref().and_then(When::day).filter(|_| needling) else {
            return self.other_procedure(patient, procedure, start.as_ref());
        };
        if !self.ids.insert(resource.id) {
            self.left_out(
                resource,
                "there was one of the same identifier before; the first was taken",
            );
            return Ok(());
        }
        let started_at = start.and_then(|when| when.instant());
        let needled = Needled {
            id: resource.id,
            day,
            started_at,
            finished_at: end.and_then(|when| when.instant()),
            device: device(procedure)?,
            done: status == "completed",
            note: remarks(procedure, status, started_at.is_some())?,
            written_at: resource.updated()?,
        };
        self.gathered.entry(patient).or_default().sessions.push(needled);
        Ok(())
    }

    /// A plan of the needling that was done elsewhere, with its sessions.
    pub(super) fn plan(&mut self, patient: Id, consultation: Id, mut sessions: Vec<Needled>) {
        sessions.sort_by_key(|needled| (needled.day, needled.started_at));
        let (Some(first), Some(last)) = (sessions.first(), sessions.last()) else { return };
        let gaps = sessions.len() as u32 - 1;
        let days = first.day.until(last.day).map_or(0, |span| span.get_days().unsigned_abs());
        let done = sessions.iter().all(|needled| needled.done);
        let device = sessions.iter().rev().find_map(|needled| needled.device.clone());
        let plan = Plan {
            patient,
            consultation,
            made_on: first.day,
            settings: Settings {
                device: device.unwrap_or_else(|| UNSTATED.to_owned()),
                zones: Vec::new(),
                sessions: sessions.len() as u32,
                interval_days: days.checked_div(gaps).unwrap_or(0),
                serum: None,
                aftercare_kept: false,
            },
            proposed: false,
            dates: sessions.iter().map(|needled| needled.day).collect(),
            revision: 0,
            status: if done { PlanStatus::Completed } else { PlanStatus::Stopped },
            note: Some(
                "Taken over from another program, which did not tell needle lengths and passes."
                    .to_owned(),
            ),
        };
        let id = of_patient(patient, "plan");
        if !self.ids.insert(id) {
            return;
        }
        let document = self.document(id, None, plan);
        self.import.snapshot.plans.push(document);
        for (at, needled) in sessions.into_iter().enumerate() {
            let session = Session {
                patient,
                plan: id,
                number: at as u32 + 1,
                held_on: needled.day,
                started_at: needled.started_at,
                finished_at: needled.finished_at,
                checks: Vec::new(),
                numbing: None,
                zones: Vec::new(),
                products: Vec::new(),
                adverse_events: Vec::new(),
                note: needled.note,
            };
            let document = self.document(needled.id, needled.written_at, session);
            self.import.snapshot.sessions.push(document);
        }
    }
}

fn is_needling(procedure: &Spot<'_>) -> Result<bool, ExchangeError> {
    let Some(code) = procedure.member("code")? else { return Ok(false) };
    if visible::code_in(&code, names::PROCEDURE)? == Some(names::MICRONEEDLING) {
        return Ok(true);
    }
    let mut words = vec![code.text("text")?.unwrap_or_default()];
    for coding in code.items("coding")? {
        words.extend(coding.text("display")?);
    }
    let words = words.join(" ").to_lowercase();
    // Dry needling is put into muscles.
    Ok(!words.contains("dry needling") && NEEDLING.iter().any(|word| words.contains(word)))
}

fn device(procedure: &Spot<'_>) -> Result<Option<String>, ExchangeError> {
    for used in procedure.items("usedCode")? {
        if let Some(name) = visible::name_of(&used, names::DEVICE)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Site, complications and remarks. A severity is nowhere stated, so a complication stays words; and so does what became
/// of a session whose hour nobody told.
fn remarks(
    procedure: &Spot<'_>,
    status: &str,
    timed: bool,
) -> Result<Option<String>, ExchangeError> {
    let mut lines = Vec::new();
    if !timed && !status.is_empty() {
        lines.push(format!("Status in the other program: {}, hour not told", shortened(status)));
    }
    lines.extend(history::sites(procedure)?.into_iter().map(|site| format!("Site: {site}")));
    for complication in procedure.items("complication")? {
        lines.extend(visible::in_words(&complication)?.map(|what| format!("Complication: {what}")));
    }
    lines.extend(visible::notes(procedure)?);
    Ok((!lines.is_empty()).then(|| lines.join("\n")))
}
