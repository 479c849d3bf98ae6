//! Who is in the tables, and what is told of them.

use std::collections::HashMap;

use jiff::{Unit, civil::Date};
use needlepoint_records::{
    Id,
    clinical::{Consultation, RecordedSex, Session},
    document::Snapshot,
};

use super::{days_between, pseudonym::pseudonym, vocabulary};
use crate::patient_file::Answers;

/// Ages from here on are told as this one: so few people reach them that an age would name them.
const OLDEST_YEARS: i32 = 90;

/// A patient without an identity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    /// Whose rows these are; goes into no table.
    pub(super) id: Id,
    pub(super) pseudonym: String,
    pub(super) age_years: Option<i32>,
    pub(super) sex: Option<&'static str>,
    pub(super) phototype: Option<&'static str>,
    pub(super) concerns: Vec<String>,
    first_session: Option<Date>,
}

impl Person {
    /// Days since the first session.
    pub(super) fn day(&self, day: Date) -> Option<i32> {
        days_between(self.first_session?, day)
    }
}

/// Whether a session was done, and not only planned.
pub(super) fn was_done(session: &Session) -> bool {
    session.started_at.is_some() || session.finished_at.is_some()
}

/// All people in the order of their pseudonyms, which tells nothing.
pub(super) fn people(snapshot: &Snapshot, salt: &[u8], warnings: &mut Vec<String>) -> Vec<Person> {
    let made_up = snapshot.patients.iter().filter(|each| each.content.fictitious).count();
    let only_made_up = made_up == snapshot.patients.len();
    if only_made_up && made_up > 0 {
        warnings.push("All patients are made up: these tables are a demonstration.".to_owned());
    } else if made_up > 0 {
        warnings.push(format!("Patients that are made up were left out: {made_up}."));
    }
    let first = first_sessions(snapshot);
    let answers = answers(snapshot);
    let mut people: Vec<Person> = snapshot
        .patients
        .iter()
        .filter(|each| only_made_up || !each.content.fictitious)
        .map(|each| {
            let first_session = first.get(&each.id).copied();
            let (phototype, concerns) = answers.get(&each.id).cloned().unwrap_or_default();
            Person {
                id: each.id,
                pseudonym: pseudonym(salt, each.id),
                age_years: each.content.birth_date.zip(first_session).and_then(age_years),
                sex: each.content.sex.map(|sex| match sex {
                    RecordedSex::Female => "female",
                    RecordedSex::Male => "male",
                    RecordedSex::Other => "other",
                }),
                phototype,
                concerns,
                first_session,
            }
        })
        .collect();
    people.sort_by(|a, b| a.pseudonym.cmp(&b.pseudonym));
    people
}

/// Whole years between two days.
fn age_years((born, on): (Date, Date)) -> Option<i32> {
    if on < born {
        return None;
    }
    let years = born.until((Unit::Year, on)).ok()?.get_years();
    Some(i32::from(years).min(OLDEST_YEARS))
}

fn first_sessions(snapshot: &Snapshot) -> HashMap<Id, Date> {
    let mut first = HashMap::new();
    for session in snapshot.sessions.iter().map(|each| &each.content).filter(|each| was_done(each))
    {
        let day = first.entry(session.patient).or_insert(session.held_on);
        *day = (*day).min(session.held_on);
    }
    first
}

type Told = (Option<&'static str>, Vec<String>);

/// Phototype of the latest consultation that has one, and concerns of all consultations.
fn answers(snapshot: &Snapshot) -> HashMap<Id, Told> {
    let mut consultations: Vec<&Consultation> =
        snapshot.consultations.iter().map(|each| &each.content).collect();
    consultations.sort_by_key(|consultation| consultation.held_on);
    let mut told: HashMap<Id, Told> = HashMap::new();
    for consultation in consultations {
        let answers = Answers::read(&consultation.file);
        let (phototype, concerns) = told.entry(consultation.patient).or_default();
        *phototype = answers.phototype.as_deref().and_then(vocabulary::phototype).or(*phototype);
        concerns.extend(answers.concerns.iter().map(|each| vocabulary::concern(&each.kind)));
        concerns.sort();
        concerns.dedup();
    }
    told
}
