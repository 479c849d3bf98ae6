//! Tables for research, without identities.
//!
//! What may come out is listed here, not what may not: numbers, days counted from the first session, and words of the
//! knowledge base. No text that somebody wrote comes out.

mod anonymity;
mod people;
mod pseudonym;
mod table;
mod vocabulary;

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use needlepoint_records::{
    Id,
    clinical::{AdverseEvent, Session, Severity, ZoneRecord},
    document::Snapshot,
};

use self::{
    people::Person,
    table::{Column, Table, Values},
    vocabulary::WORDS,
};

/// A salt of fewer bytes can be found by trying.
const SALT_BYTES: usize = 16;

/// Tables for research: `patients`, `sessions`, `scores` and `adverse_events`, tied together by a pseudonym.
#[derive(Debug, Clone, PartialEq)]
pub struct StudyTables {
    /// What whoever passes the tables on has to know first, in sentences.
    pub warnings: Vec<String>,
    tables: Vec<Table>,
}

/// A table that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("The table \"{table}\" can't be written: {problem}.")]
pub struct TableError {
    /// Its name.
    pub table: String,
    /// Why.
    pub problem: String,
}

/// Tables of all patients, without names, dates, contacts, notes, lots and identifiers.
///
/// `salt` ties pseudonyms to their patients: the same salt gives the same ones, and whoever has salt and records can go
/// back. It has to be random, kept apart from the tables, and thrown away when nobody needs to go back any more.
///
/// Made-up patients are left out, unless all are made up.
pub fn study_tables(snapshot: &Snapshot, salt: &[u8]) -> StudyTables {
    let mut warnings = Vec::new();
    if salt.len() < SALT_BYTES {
        warnings.push(format!(
            "The salt has {} bytes: with fewer than {SALT_BYTES}, patients can be found by trying.",
            salt.len()
        ));
    }
    let people = people::people(snapshot, salt, &mut warnings);
    warnings.extend(anonymity::warnings(&people));
    let tables = vec![
        patients(&people),
        sessions(snapshot, &people),
        scores(snapshot, &people),
        adverse_events(snapshot, &people),
    ];
    StudyTables { warnings, tables }
}

impl StudyTables {
    /// Name and bytes of each table as CSV.
    pub fn csv(&self) -> Vec<(String, Vec<u8>)> {
        self.tables.iter().map(|table| (format!("{}.csv", table.name), table.csv())).collect()
    }

    /// Name and bytes of each table as Apache Parquet.
    ///
    /// # Errors
    ///
    /// If a table can't be written.
    pub fn parquet(&self) -> Result<Vec<(String, Vec<u8>)>, TableError> {
        let written = |table: &Table| match table.parquet() {
            Ok(bytes) => Ok((format!("{}.parquet", table.name), bytes)),
            Err(error) => {
                Err(TableError { table: table.name.to_owned(), problem: error.to_string() })
            }
        };
        self.tables.iter().map(written).collect()
    }
}

fn patients(people: &[Person]) -> Table {
    let words =
        |read: fn(&Person) -> Option<String>| Values::Words(people.iter().map(read).collect());
    Table {
        name: "patients",
        columns: vec![
            column(PSEUDONYM.0, PSEUDONYM.1, words(|person| Some(person.pseudonym.clone()))),
            column(
                "age_years",
                "whole years at the first session; 90 for 90 and above",
                Values::Whole(people.iter().map(|person| person.age_years).collect()),
            ),
            column("sex", "female, male or other", words(|person| person.sex.map(str::to_owned))),
            column(
                "phototype",
                "Fitzpatrick type",
                words(|person| person.phototype.map(str::to_owned)),
            ),
            column(
                "concerns",
                "kinds of concern, with a semicolon between",
                words(|person| (!person.concerns.is_empty()).then(|| person.concerns.join(";"))),
            ),
        ],
    }
}

const PSEUDONYM: (&str, &str) = ("pseudonym", "stands for a patient, the same in all tables");
const DAY: (&str, &str) = ("day", "days since the first session of this patient");

/// Rows of people in the order of their pseudonyms, each with a key that orders the rows of one person.
struct Rows<R>(Vec<(String, R)>);

impl<R: PartialOrd> Rows<R> {
    /// What tells an order of patients by anything but their pseudonym must not show.
    fn collect(people: &[Person], mut rows: impl FnMut(&Person) -> Vec<R>) -> Self {
        let mut all = Vec::new();
        for person in people {
            let mut own = rows(person);
            own.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
            all.extend(own.into_iter().map(|row| (person.pseudonym.clone(), row)));
        }
        Self(all)
    }

    fn pseudonyms(&self) -> Column {
        let values = self.0.iter().map(|(pseudonym, _)| Some(pseudonym.clone())).collect();
        column(PSEUDONYM.0, PSEUDONYM.1, Values::Words(values))
    }

    fn words(&self, read: impl Fn(&R) -> Option<String>) -> Values {
        Values::Words(self.0.iter().map(|(_, row)| read(row)).collect())
    }

    fn whole(&self, read: impl Fn(&R) -> Option<i32>) -> Values {
        Values::Whole(self.0.iter().map(|(_, row)| read(row)).collect())
    }

    fn number(&self, read: impl Fn(&R) -> Option<f64>) -> Values {
        Values::Number(self.0.iter().map(|(_, row)| read(row)).collect())
    }
}

fn column(name: &'static str, meaning: &'static str, values: Values) -> Column {
    Column { name, meaning, values }
}

/// A zone of a session that was done, or a session of which no zone is told.
#[derive(PartialEq, PartialOrd)]
struct SessionRow {
    day: Option<i32>,
    number: Option<i32>,
    site: Option<String>,
    device: Option<String>,
    needle_mm: Option<f64>,
    passes: Option<i32>,
    endpoint: Option<String>,
    minutes: Option<f64>,
}

fn sessions(snapshot: &Snapshot, people: &[Person]) -> Table {
    let of = by_patient(snapshot.sessions.iter().map(|each| (each.content.patient, &each.content)));
    let rows = Rows::collect(people, |person| {
        let done = of.get(&person.id).into_iter().flatten();
        let done = done.filter(|session| people::was_done(session));
        done.flat_map(|session| session_rows(person, session)).collect()
    });
    Table {
        name: "sessions",
        columns: vec![
            rows.pseudonyms(),
            column(
                "session",
                "number of the session in its plan, from 1",
                rows.whole(|row| row.number),
            ),
            column(DAY.0, DAY.1, rows.whole(|row| row.day)),
            column("site", "site", rows.words(|row| row.site.clone())),
            column("device", "device", rows.words(|row| row.device.clone())),
            column("needle_mm", "needle length used, mm", rows.number(|row| row.needle_mm)),
            column("passes", "passes done", rows.whole(|row| row.passes)),
            column("endpoint", "what was seen at the end", rows.words(|row| row.endpoint.clone())),
            column(
                "session_minutes",
                "from beginning to end of the whole session, min",
                rows.number(|row| row.minutes),
            ),
        ],
    }
}

fn session_rows(person: &Person, session: &Session) -> Vec<SessionRow> {
    let row = |zone: Option<&ZoneRecord>| SessionRow {
        day: person.day(session.held_on),
        number: i32::try_from(session.number).ok(),
        site: zone.map(|zone| WORDS.site(&zone.site)),
        device: zone.map(|zone| WORDS.device(&zone.device)),
        needle_mm: zone.and_then(|zone| zone.needle_mm),
        passes: zone.and_then(|zone| zone.passes).and_then(|passes| i32::try_from(passes).ok()),
        endpoint: zone.and_then(|zone| zone.endpoint.as_deref()).map(vocabulary::endpoint),
        minutes: minutes(session.started_at, session.finished_at),
    };
    if session.zones.is_empty() {
        return vec![row(None)];
    }
    session.zones.iter().map(|zone| row(Some(zone))).collect()
}

fn minutes(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<f64> {
    let seconds = end?.as_second() - start?.as_second();
    (seconds >= 0).then(|| (seconds as f64 / 60.0).round())
}

#[derive(PartialEq, PartialOrd)]
struct ScoreRow {
    day: Option<i32>,
    site: String,
    scale: String,
    value: f64,
}

fn scores(snapshot: &Snapshot, people: &[Person]) -> Table {
    let of = by_patient(snapshot.visits.iter().map(|each| (each.content.patient, &each.content)));
    let rows = Rows::collect(people, |person| {
        let visits = of.get(&person.id).into_iter().flatten();
        visits
            .flat_map(|visit| {
                visit.scores.iter().map(|score| ScoreRow {
                    day: person.day(visit.seen_on),
                    site: WORDS.site(&score.site),
                    scale: WORDS.scale(&score.scale),
                    value: score.value,
                })
            })
            .collect()
    });
    Table {
        name: "scores",
        columns: vec![
            rows.pseudonyms(),
            column(DAY.0, DAY.1, rows.whole(|row| row.day)),
            column("site", "site", rows.words(|row| Some(row.site.clone()))),
            column("scale", "scale or observable", rows.words(|row| Some(row.scale.clone()))),
            column(
                "value",
                "in the unit of the scale or observable",
                rows.number(|row| Some(row.value)),
            ),
        ],
    }
}

#[derive(PartialEq, PartialOrd)]
struct EventRow {
    day: Option<i32>,
    severity: Severity,
    seen: &'static str,
    session: Option<i32>,
}

fn adverse_events(snapshot: &Snapshot, people: &[Person]) -> Table {
    let sessions =
        by_patient(snapshot.sessions.iter().map(|each| (each.content.patient, &each.content)));
    let visits =
        by_patient(snapshot.visits.iter().map(|each| (each.content.patient, &each.content)));
    let rows = Rows::collect(people, |person| {
        let day = |event: &AdverseEvent| person.day(event.at.to_zoned(TimeZone::UTC).date());
        let of_sessions = sessions.get(&person.id).into_iter().flatten().flat_map(|session| {
            session.adverse_events.iter().map(|event| EventRow {
                day: day(event),
                severity: event.severity,
                seen: "session",
                session: i32::try_from(session.number).ok(),
            })
        });
        let of_visits = visits.get(&person.id).into_iter().flatten().flat_map(|visit| {
            visit.adverse_events.iter().map(|event| EventRow {
                day: day(event),
                severity: event.severity,
                seen: "visit",
                session: None,
            })
        });
        of_sessions.chain(of_visits).collect()
    });
    Table {
        name: "adverse_events",
        columns: vec![
            rows.pseudonyms(),
            column(DAY.0, DAY.1, rows.whole(|row| row.day)),
            column("seen_in", "session or visit", rows.words(|row| Some(row.seen.to_owned()))),
            column(
                "session",
                "number of the session, if seen in one",
                rows.whole(|row| row.session),
            ),
            column(
                "severity",
                "mild, moderate or severe",
                rows.words(|row| Some(severity(row.severity).to_owned())),
            ),
        ],
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    }
}

fn by_patient<'a, T>(all: impl Iterator<Item = (Id, &'a T)>) -> HashMap<Id, Vec<&'a T>> {
    let mut of: HashMap<Id, Vec<&T>> = HashMap::new();
    for (patient, content) in all {
        of.entry(patient).or_default().push(content);
    }
    of
}

/// Days from one day to another.
fn days_between(from: Date, to: Date) -> Option<i32> {
    from.until(to).ok().map(|span| span.get_days())
}
