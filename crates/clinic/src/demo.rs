//! First accounts, and a practice that is made up.

use jiff::{ToSpan, civil::date};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Author, Practice, Role,
    clinical::{Consultation, Patient, RecordedSex},
};
use rand::{RngExt as _, distr::Alphanumeric};

use crate::{pages, server::ClinicError};

/// The password of every demonstration account.
const DEMO_PASSWORD: &str = "needlepoint-demo";
/// Characters of a first password that is made up: some 95 bits.
const FIRST_PASSWORD_LENGTH: usize = 16;

/// Make the first accounts of records that have none; gives what was made, with passwords.
///
/// # Errors
/// When the records can't be written.
pub(crate) async fn first_accounts(
    practice: &Practice,
    demo: bool,
) -> Result<Vec<(String, String)>, ClinicError> {
    if !practice.accounts().await?.is_empty() {
        return Ok(Vec::new());
    }
    let author = Author::new("first-start");
    let accounts: Vec<(&str, Role, String)> = if demo {
        [
            ("admin", Role::Administrator),
            ("doctor", Role::Practitioner),
            ("assistant", Role::Assistant),
            ("reader", Role::ReadOnly),
        ]
        .map(|(name, role)| (name, role, DEMO_PASSWORD.to_owned()))
        .to_vec()
    } else {
        let password =
            rand::rng().sample_iter(Alphanumeric).take(FIRST_PASSWORD_LENGTH).map(char::from);
        vec![("admin", Role::Administrator, password.collect())]
    };
    for (name, role, password) in &accounts {
        practice.create_account(&author, name, *role, password).await?;
    }
    Ok(accounts.into_iter().map(|(name, _, password)| (name.to_owned(), password)).collect())
}

/// Somebody who is made up, with the answers of one of the examples.
struct MadeUp {
    family_name: &'static str,
    given_name: &'static str,
    birth_year: i16,
    sex: RecordedSex,
    days_ago: i64,
    file: &'static str,
}

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../../examples/patients/", $name, ".toml"))
    };
}

/// One for each answer that screening can give, and two whose story has gone on.
const PEOPLE: [MadeUp; 7] = [
    MadeUp {
        family_name: "Example",
        given_name: "Adam",
        birth_year: 1998,
        sex: RecordedSex::Male,
        days_ago: 0,
        file: example!("healthy-type-ii-acne-scars"),
    },
    MadeUp {
        family_name: "Fable",
        given_name: "Greta",
        birth_year: 1990,
        sex: RecordedSex::Female,
        days_ago: 3,
        file: example!("type-v-melasma"),
    },
    MadeUp {
        family_name: "Fiction",
        given_name: "Ida",
        birth_year: 2003,
        sex: RecordedSex::Female,
        days_ago: 9,
        file: example!("isotretinoin-2-months"),
    },
    MadeUp {
        family_name: "Legend",
        given_name: "Lea",
        birth_year: 1995,
        sex: RecordedSex::Female,
        days_ago: 20,
        file: example!("pregnancy"),
    },
    MadeUp {
        family_name: "Novel",
        given_name: "Noah",
        birth_year: 1980,
        sex: RecordedSex::Male,
        days_ago: 31,
        file: example!("missing-answers"),
    },
    MadeUp {
        family_name: "Saga",
        given_name: "Sven",
        birth_year: 1998,
        sex: RecordedSex::Male,
        days_ago: 130,
        file: example!("healthy-type-ii-acne-scars"),
    },
    MadeUp {
        family_name: "Tale",
        given_name: "Tilda",
        birth_year: 1960,
        sex: RecordedSex::Female,
        days_ago: 45,
        file: example!("healthy-type-i-wrinkles"),
    },
];

/// Fill records that hold nobody with people who are made up.
///
/// # Errors
/// When the records can't be written.
pub(crate) async fn fill(practice: &Practice, knowledge: &Knowledge) -> Result<(), ClinicError> {
    if !practice.patients().await?.is_empty() {
        return Ok(());
    }
    let author = Author::new("doctor");
    let today = pages::today();
    for person in &PEOPLE {
        let day = today.checked_sub(person.days_ago.days()).unwrap_or(today);
        let patient = Patient {
            family_name: person.family_name.to_owned(),
            given_name: person.given_name.to_owned(),
            birth_date: Some(date(person.birth_year, 5, 17)),
            sex: Some(person.sex),
            phone: None,
            email: None,
            note: None,
            fictitious: true,
            confidential_to: Vec::new(),
        };
        let patient = practice.create(&author, &patient).await?;
        let consultation = Consultation {
            patient: patient.id,
            held_on: day,
            file: dated(person.file, day),
            verdict: None,
            note: None,
        };
        pages::story(practice, knowledge, &author, consultation)
            .await
            .map_err(ClinicError::Demo)?;
    }
    Ok(())
}

/// The answers as if they had been given on a day.
fn dated(file: &str, day: jiff::civil::Date) -> String {
    let lines = file.lines().map(|line| {
        if line.starts_with("assessed =") { format!("assessed = {day}") } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}
