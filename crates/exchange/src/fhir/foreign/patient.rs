//! A patient of another program.

use needlepoint_records::clinical::Patient;

use super::Foreign;
use crate::{
    ExchangeError,
    fhir::{
        bundle::Resource,
        render::MADE_UP,
        spot::{Spot, When, shortened},
        visible,
    },
};

/// Elements that are read, or that say nothing a record would keep.
const READ: [&str; 11] = [
    "resourceType",
    "id",
    "meta",
    "text",
    "implicitRules",
    "language",
    "active",
    "name",
    "telecom",
    "gender",
    "birthDate",
];

impl Foreign<'_, '_> {
    pub(super) fn patient(&mut self, resource: &Resource<'_>) -> Result<(), ExchangeError> {
        let person = visible::person(&resource.spot)?;
        if !self.ids.insert(resource.id) {
            self.left_out(
                resource,
                "there was one of the same identifier before; the first was taken",
            );
            return Ok(());
        }
        let birth_date = match person.birth_date {
            Some(When::Partly(partly)) => {
                let why = format!("the birth date {partly} is no whole day and was left out");
                self.left_out(resource, &why);
                None
            }
            birth_date => birth_date.and_then(|when| when.day()),
        };
        for further in person.further {
            self.left_out(resource, &further);
        }
        let unread: Vec<String> = resource
            .spot
            .keys()
            .filter(|key| !READ.contains(&key.as_str()))
            .map(|key| shortened(key))
            .collect();
        if !unread.is_empty() {
            let why =
                format!("left out, because records have no place for it: {}", unread.join(", "));
            self.left_out(resource, &why);
        }
        let patient = Patient {
            family_name: person.family_name,
            given_name: person.given_name,
            birth_date,
            sex: person.sex,
            phone: person.phone,
            email: person.email,
            note: None,
            fictitious: made_up(&resource.spot)?,
            confidential_to: Vec::new(),
        };
        let document = self.document(resource.id, resource.updated()?, patient);
        self.import.snapshot.patients.push(document);
        Ok(())
    }
}

fn made_up(patient: &Spot<'_>) -> Result<bool, ExchangeError> {
    let Some(meta) = patient.member("meta")? else { return Ok(false) };
    for label in meta.items("security")? {
        if label.text("system")? == Some(MADE_UP.0) && label.text("code")? == Some(MADE_UP.1) {
            return Ok(true);
        }
    }
    Ok(false)
}
