//! Observations of another program: those with a number become scores, one visit a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use needlepoint_records::{
    Id,
    clinical::{Score, Visit},
};

use super::{Foreign, needling::UNSTATED, of_patient};
use crate::{
    ExchangeError,
    fhir::{
        bundle::Resource,
        spot::{Spot, When},
        visible::{self, Observed},
    },
};

impl Foreign<'_, '_> {
    pub(super) fn observation(&mut self, resource: &Resource<'_>) -> Result<(), ExchangeError> {
        let observation = &resource.spot;
        let status = observation.text("status")?.unwrap_or_default();
        if matches!(status, "cancelled" | "entered-in-error") {
            self.left_out(resource, &format!("it is marked as {status} and was left out"));
            return Ok(());
        }
        let scores = scores(observation)?;
        if scores.is_empty() {
            self.left_out(resource, "it has no number that could be a score, so it was left out");
            return Ok(());
        }
        let at = match visible::span(observation, "effective")?.0 {
            None => observation.when("effectiveInstant")?.or(observation.when("issued")?),
            at => at,
        };
        let Some(day) = at.as_ref().and_then(When::day) else {
            self.left_out(resource, "it does not tell its day, so it was left out");
            return Ok(());
        };
        let Some(patient) = self.of_subject(resource)? else { return Ok(()) };
        let gathered = self.gathered.entry(patient).or_default();
        gathered.scores.entry(day).or_default().extend(scores);
        Ok(())
    }

    /// A visit for each day.
    pub(super) fn visits(&mut self, patient: Id, scores: BTreeMap<Date, Vec<Score>>) {
        for (day, scores) in scores {
            let visit = Visit {
                patient,
                plan: None,
                seen_on: day,
                scores,
                photographs: Vec::new(),
                adverse_events: Vec::new(),
                note: Some("Taken over from another program.".to_owned()),
            };
            let id = of_patient(patient, &format!("visit {day}"));
            if self.ids.insert(id) {
                let document = self.document(id, None, visit);
                self.import.snapshot.visits.push(document);
            }
        }
    }
}

/// The number of an observation, or those of its components.
fn scores(observation: &Spot<'_>) -> Result<Vec<Score>, ExchangeError> {
    let whole = visible::observed(observation)?;
    let mut scores: Vec<Score> = score(&whole, None).into_iter().collect();
    for component in observation.items("component")? {
        scores.extend(score(&visible::observed(&component)?, Some(&whole)));
    }
    Ok(scores)
}

fn score(observed: &Observed, whole: Option<&Observed>) -> Option<Score> {
    let named = |observed: &Observed| observed.scale.clone();
    let scale = match (whole.and_then(named), named(observed)) {
        (Some(whole), Some(part)) => format!("{whole}: {part}"),
        (whole, part) => part.or(whole).unwrap_or_else(|| UNSTATED.to_owned()),
    };
    // The unit is part of what was measured: a record has numbers in the unit of their scale.
    let scale = match observed.unit.as_deref() {
        None | Some("" | "1" | "{score}") => scale,
        Some(unit) => format!("{scale} ({unit})"),
    };
    let of_whole = |pick: fn(&Observed) -> &Option<String>| {
        pick(observed).clone().or_else(|| whole.and_then(|whole| pick(whole).clone()))
    };
    Some(Score {
        site: of_whole(|observed| &observed.site).unwrap_or_else(|| UNSTATED.to_owned()),
        scale,
        value: observed.value?,
        rater: of_whole(|observed| &observed.rater),
    })
}
