//! Conditions and procedures of another program: a consultation whose note has them word for word.

use std::fmt::Write as _;

use jiff::civil::Date;
use needlepoint_knowledge::concern::ConcernKind;
use needlepoint_records::{
    Id,
    clinical::{Consultation, RecordedSex},
};

use super::{
    Foreign,
    gathered::{History, Needled},
    of_patient,
};
use crate::{
    ExchangeError,
    fhir::{
        bundle::Resource,
        names,
        render::day_of,
        spot::{Spot, When},
        visible,
    },
};

impl Foreign<'_, '_> {
    pub(super) fn condition(&mut self, resource: &Resource<'_>) -> Result<(), ExchangeError> {
        let condition = &resource.spot;
        if let Some(status @ ("refuted" | "entered-in-error")) =
            status(condition, "verificationStatus")?
        {
            self.left_out(resource, &format!("it is marked as {status} and was left out"));
            return Ok(());
        }
        let Some(name) = name(condition)? else {
            self.left_out(resource, "it has no name and was left out");
            return Ok(());
        };
        let Some(patient) = self.of_subject(resource)? else { return Ok(()) };
        let clinical = status(condition, "clinicalStatus")?;
        let (onset, over) =
            (visible::span(condition, "onset")?.0, visible::span(condition, "abatement")?.0);
        let recorded = condition.when("recordedDate")?;
        let sites = sites(condition)?;

        let mut line = vec![name];
        line.extend(sites.first().map(|_| sites.join(", ")));
        line.extend(clinical.map(str::to_owned));
        line.extend(onset.as_ref().map(|when| format!("since {}", when.words())));
        line.extend(over.as_ref().map(|when| format!("until {}", when.words())));
        line.extend(recorded.as_ref().map(|when| format!("recorded {}", when.words())));
        line.extend(visible::notes(condition)?);

        let history = &mut self.gathered.entry(patient).or_default().history;
        history.lines.push(line.join("; "));
        history.days.extend([recorded, onset].into_iter().flatten().find_map(|when| when.day()));
        let present =
            over.is_none() && !matches!(clinical, Some("inactive" | "remission" | "resolved"));
        if present {
            known(condition, &sites, history)?;
        }
        Ok(())
    }

    /// A procedure that is no needling.
    pub(super) fn other_procedure(
        &mut self,
        patient: Id,
        procedure: &Spot<'_>,
        day: Option<&When>,
    ) -> Result<(), ExchangeError> {
        let mut line = vec![name(procedure)?.unwrap_or_else(|| "Procedure".to_owned())];
        line.extend(sites(procedure)?);
        line.extend(day.map(When::words));
        line.extend(visible::notes(procedure)?);
        let history = &mut self.gathered.entry(patient).or_default().history;
        history.lines.push(line.join("; "));
        history.days.extend(day.and_then(When::day));
        Ok(())
    }

    /// One consultation of all that was gathered, and the plan of the needling that was done.
    pub(super) fn consultation(&mut self, patient: Id, history: &History, sessions: Vec<Needled>) {
        if history.lines.is_empty() && sessions.is_empty() {
            return;
        }
        let days = history.days.iter().chain(sessions.iter().map(|needled| &needled.day));
        let made = self.bundle.made_at.map(day_of);
        let Some(held_on) = days.max().copied().or(made) else {
            self.import.left_out.push(format!(
                "Conditions and procedures of patient {patient} have no date, and neither has the bundle; they were left out."
            ));
            return;
        };
        let sex = self.import.snapshot.patients.iter().find(|each| each.id == patient);
        let sex = sex.and_then(|document| document.content.sex);
        let lines = history.lines.iter().map(|line| format!("- {line}"));
        let note = std::iter::once("Taken over from another program:".to_owned()).chain(lines);
        let consultation = Consultation {
            patient,
            held_on,
            file: file(held_on, sex, history),
            verdict: None,
            note: (!history.lines.is_empty()).then(|| note.collect::<Vec<_>>().join("\n")),
        };
        let id = of_patient(patient, "consultation");
        if self.ids.insert(id) {
            let document = self.document(id, None, consultation);
            self.import.snapshot.consultations.push(document);
        }
        self.plan(patient, id, sessions);
    }
}

/// The code of a status.
fn status<'a>(condition: &Spot<'a>, key: &str) -> Result<Option<&'a str>, ExchangeError> {
    let Some(concept) = condition.member(key)? else { return Ok(None) };
    for coding in concept.items("coding")? {
        if let Some(code) = coding.text("code")? {
            return Ok(Some(code));
        }
    }
    Ok(None)
}

fn name(spot: &Spot<'_>) -> Result<Option<String>, ExchangeError> {
    spot.member("code")?.map_or(Ok(None), |code| visible::in_words(&code))
}

pub(super) fn sites(spot: &Spot<'_>) -> Result<Vec<String>, ExchangeError> {
    let mut sites = Vec::new();
    for site in spot.items("bodySite")? {
        sites.extend(visible::name_of(&site, names::SITE)?);
    }
    Ok(sites)
}

/// Notes what is known here by name: by our own code, or by one of SNOMED CT.
fn known(
    condition: &Spot<'_>,
    sites: &[String],
    history: &mut History,
) -> Result<(), ExchangeError> {
    let Some(code) = condition.member("code")? else { return Ok(()) };
    if let (Some(kind), Some(site)) = (visible::code_in(&code, names::CONCERN)?, sites.first())
        && ConcernKind::named(kind).is_some()
    {
        history.concerns.push((kind.to_owned(), site.clone()));
    }
    let snomed = visible::code_in(&code, names::SNOMED)?;
    let known = names::SNOMED_CODES.iter().find(|(_, code, _)| Some(*code) == snomed);
    if let Some((name, ..)) = known
        && !history.conditions.iter().any(|before| before == name)
    {
        history.conditions.push((*name).to_owned());
    }
    Ok(())
}

/// A patient file with what is known; what is missing in it, the planner asks.
fn file(held_on: Date, sex: Option<RecordedSex>, history: &History) -> String {
    let mut file =
        format!("title = \"Taken over from another program\"\nassessed = {held_on}\n\n[patient]\n");
    match sex {
        Some(RecordedSex::Female) => file.push_str("sex = \"female\"\n"),
        Some(RecordedSex::Male) => file.push_str("sex = \"male\"\n"),
        Some(RecordedSex::Other) | None => {}
    }
    if !history.conditions.is_empty() {
        // Names of our own: letters and hyphens.
        let names: Vec<String> =
            history.conditions.iter().map(|name| format!("\"{name}\"")).collect();
        let _ = writeln!(file, "history = [{}]", names.join(", "));
    }
    for (kind, site) in &history.concerns {
        let _ = write!(file, "\n[[concern]]\nkind = \"{kind}\"\nsite = {}\n", quoted(site));
    }
    file
}

/// A text of TOML: quotation marks, backslashes and control characters written so that they stay within it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
