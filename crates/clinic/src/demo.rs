//! First accounts, and a practice that is made up.

use jiff::{ToSpan, civil::date};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Author, Practice, Role,
    clinical::{Consultation, Patient, RecordedSex},
};
use rand::{Rng as _, distr::Alphanumeric};

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
    let author = Author { account: "first-start".to_owned() };
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
