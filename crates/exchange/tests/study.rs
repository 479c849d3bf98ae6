//! What comes out of records for research, and what does not.

mod common;

use std::{fs::File, io::Write as _};

use common::{at, day, document, id, practice};
use needlepoint_exchange::{StudyTables, study_tables};
use needlepoint_records::{
    clinical::{Patient, RecordedSex},
    document::Snapshot,
};
use parquet::file::reader::{FileReader as _, SerializedFileReader};

const SALT: &[u8] = b"thirty-two bytes of randomness..";

fn csv(tables: &StudyTables, name: &str) -> String {
    let (_, bytes) = tables.csv().into_iter().find(|(file, _)| file == name).expect("the table");
    String::from_utf8(bytes).expect("UTF-8")
}

fn reader(bytes: &[u8]) -> SerializedFileReader<File> {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("the file can be written");
    SerializedFileReader::new(file).expect("a Parquet file")
}

/// Everything in a Parquet file as text: rows, metadata, statistics.
fn everything(bytes: &[u8]) -> String {
    let reader = reader(bytes);
    let mut all = format!("{:?}\n", reader.metadata());
    for row in reader.get_row_iter(None).expect("rows") {
        all.push_str(&row.expect("a row").to_string());
        all.push('\n');
    }
    all
}

/// Several real people from the made-up practice.
fn people() -> Snapshot {
    let mut practice = practice();
    practice.patients[0].content.fictitious = false;
    practice
}

#[test]
fn the_tables_of_a_small_practice() {
    let tables = study_tables(&people(), SALT);
    let all: Vec<String> = tables
        .csv()
        .into_iter()
        .map(|(name, bytes)| format!("{name}\n{}", String::from_utf8(bytes).expect("UTF-8")))
        .collect();
    insta::assert_snapshot!(format!("{}\n{}", all.join("\n"), tables.warnings.join("\n")));
}

#[test]
fn parquet_says_what_csv_says() {
    let tables = study_tables(&people(), SALT);
    let files = tables.parquet().expect("tables can be written");
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["patients.parquet", "sessions.parquet", "scores.parquet", "adverse_events.parquet"]
    );
    let mut rows = Vec::new();
    for (_, bytes) in &files {
        let reader = reader(bytes);
        rows.extend(
            reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()),
        );
    }
    insta::assert_snapshot!(rows.join("\n"));
}

/// Puts a word of its own into each text of a document, wherever it stands.
fn with_sentinels(value: &mut serde_json::Value, count: &mut usize) {
    match value {
        serde_json::Value::String(text) => {
            // Dates, identifiers, bytes and words of a fixed list have to stay what they are, to be read again.
            let fixed = text.parse::<needlepoint_records::Id>().is_ok()
                || text.parse::<jiff::civil::Date>().is_ok()
                || text.parse::<jiff::Timestamp>().is_ok()
                || ["female", "active", "mild", "moderate", "/9j/4P/Z"].contains(&text.as_str());
            if !fixed {
                *count += 1;
                *text = format!("sentinel-{count}");
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                with_sentinels(item, count);
            }
        }
        serde_json::Value::Object(members) => {
            for member in members.values_mut() {
                with_sentinels(member, count);
            }
        }
        _ => {}
    }
}

#[test]
fn no_text_of_a_record_comes_out() {
    let mut value = serde_json::to_value(people()).expect("plain data");
    let mut count = 0;
    with_sentinels(&mut value, &mut count);
    assert!(count > 40, "{count} texts");
    let mut snapshot: Snapshot = serde_json::from_value(value).expect("the same shape");
    // A patient file that can be read, with a word of its own wherever it may have one.
    snapshot.consultations[0].content.file = r#"
        title = "sentinel-title"
        sentinel-key = "sentinel-value"
        [patient]
        phototype = "sentinel-phototype"
        sex = "sentinel-sex"
        history = ["sentinel-condition"]
        [[concern]]
        kind = "sentinel-kind"
        site = "sentinel-site"
    "#
    .to_owned();

    let tables = study_tables(&snapshot, b"sentinel-salt-of-many-bytes");
    for (name, bytes) in tables.csv() {
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(!text.contains("sentinel"), "{name}: {text}");
        assert!(text.lines().count() > 1, "{name} has rows");
        assert_nothing_identifies(&name, &text);
    }
    for (name, bytes) in tables.parquet().expect("tables can be written") {
        let raw = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!raw.contains("sentinel"), "{name}");
        let text = everything(&bytes);
        assert!(!text.contains("sentinel"), "{name}: {text}");
        assert_nothing_identifies(&name, &text);
    }
    assert!(!tables.warnings.join("\n").contains("sentinel"));
}

/// No identifier, and no year of any date in the records.
fn assert_nothing_identifies(name: &str, text: &str) {
    for part in ["0193a000", "1986", "2026", "2027"] {
        assert!(!text.contains(part), "{name} has {part}: {text}");
    }
}

/// A person with this birthday, who was needled once on the tenth of December 2026.
fn needled(number: u32, born: &str) -> Snapshot {
    let mut snapshot = people();
    snapshot.patients.truncate(1);
    snapshot.patients[0].id = id(number);
    snapshot.patients[0].content.birth_date = Some(day(born));
    snapshot.sessions[0].content.patient = id(number);
    snapshot.consultations[0].content.patient = id(number);
    snapshot.visits[0].content.patient = id(number);
    snapshot
}

fn age(born: &str) -> String {
    let table = csv(&study_tables(&needled(1, born), SALT), "patients.csv");
    table.lines().nth(1).and_then(|row| row.split(',').nth(1)).expect("an age").to_owned()
}

#[test]
fn ages_are_whole_years_and_end_at_ninety() {
    assert_eq!(age("1986-12-10"), "40");
    assert_eq!(age("1986-12-11"), "39");
    assert_eq!(age("1937-01-01"), "89");
    assert_eq!(age("1936-12-10"), "90");
    assert_eq!(age("1911-01-01"), "90");
    assert_eq!(age("2027-01-01"), "", "born after the session");
}

#[test]
fn a_session_that_was_only_planned_is_no_row_and_begins_nothing() {
    let mut snapshot = people();
    snapshot.sessions[0].content.started_at = None;
    snapshot.sessions[0].content.finished_at = None;
    let tables = study_tables(&snapshot, SALT);
    assert_eq!(csv(&tables, "sessions.csv").lines().count(), 1);
    let scores = csv(&tables, "scores.csv");
    assert!(scores.lines().skip(1).all(|row| row.split(',').nth(1) == Some("")), "{scores}");
}

#[test]
fn the_order_of_rows_tells_nothing_of_the_order_of_records() {
    let mut together = needled(1, "1986-05-17");
    for number in 2..12 {
        let other = needled(number, "1980-01-01");
        together.patients.extend(other.patients);
        together.sessions.extend(other.sessions);
    }
    let mut backwards = together.clone();
    backwards.patients.reverse();
    backwards.sessions.reverse();
    assert_eq!(study_tables(&together, SALT), study_tables(&backwards, SALT));
    let table = csv(&study_tables(&together, SALT), "patients.csv");
    let pseudonyms: Vec<&str> =
        table.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert!(pseudonyms.is_sorted() && pseudonyms.len() == 11, "{pseudonyms:?}");
    let other_salt =
        csv(&study_tables(&together, b"another salt, as long as it has to be"), "patients.csv");
    assert!(pseudonyms.iter().all(|pseudonym| !other_salt.contains(pseudonym)));
}

#[test]
fn few_people_alike_are_told_of_and_five_are_not() {
    let person = |number: u32| {
        let content = Patient {
            family_name: String::new(),
            given_name: String::new(),
            birth_date: None,
            sex: Some(RecordedSex::Male),
            phone: None,
            email: None,
            note: None,
            fictitious: false,
            confidential_to: Vec::new(),
        };
        document(number, content)
    };
    let four = Snapshot { patients: (1..5).map(person).collect(), ..Snapshot::default() };
    assert_eq!(
        study_tables(&four, SALT).warnings,
        [
            "Only 4 people: age not known, male, phototype not stated. Fewer than 5 alike can be recognised by somebody who knows them."
        ]
    );
    let five = Snapshot { patients: (1..6).map(person).collect(), ..Snapshot::default() };
    assert_eq!(study_tables(&five, SALT).warnings, Vec::<String>::new());
    assert!(study_tables(&five, b"short").warnings[0].starts_with("The salt has 5 bytes"));
}

#[test]
fn made_up_patients_stay_out_of_a_study_unless_all_are_made_up() {
    let mut mixed = practice();
    let tables = study_tables(&mixed, SALT);
    assert_eq!(csv(&tables, "patients.csv").lines().count(), 2, "header and the real one");
    assert!(tables.warnings.contains(&"Patients that are made up were left out: 1.".to_owned()));
    assert_eq!(csv(&tables, "sessions.csv").lines().count(), 1);

    mixed.patients.truncate(1);
    let tables = study_tables(&mixed, SALT);
    assert_eq!(csv(&tables, "sessions.csv").lines().count(), 2);
    assert!(tables.warnings[0].starts_with("All patients are made up"));
}

#[test]
fn a_session_that_ended_before_it_began_has_no_minutes() {
    let mut snapshot = people();
    snapshot.sessions[0].content.finished_at = Some(at("2026-12-10T08:00:00Z"));
    let table = csv(&study_tables(&snapshot, SALT), "sessions.csv");
    assert!(table.lines().nth(1).expect("a row").ends_with("pinpoint-bleeding,"), "{table}");
}
