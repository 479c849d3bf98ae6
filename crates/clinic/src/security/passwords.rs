//! Passwords that somebody who tries would try first.

/// Words that lists of broken passwords are full of, and those that this program suggests.
const TRIED_FIRST: [&str; 26] = [
    "needlepoint",
    "microneedling",
    "dermaroller",
    "password",
    "passwort",
    "passw0rd",
    "motdepasse",
    "iloveyou",
    "changeme",
    "practice",
    "dragon",
    "monkey",
    "welcome",
    "letmein",
    "clinic",
    "doctor",
    "admin",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfgh",
    "zxcvbn",
    "yxcvbn",
];
/// What has to be left of a password without those words and without rows such as "1234" or "aaaa".
const LEAST_LEFT: usize = 6;
const LEAST_DIFFERENT: usize = 5;

/// Whether a password is no secret: little else than the account's name, words that everybody tries, and rows.
pub(crate) fn is_easily_guessed(password: &str, account: &str) -> bool {
    let mut left = password.to_lowercase();
    let account = account.to_lowercase();
    let names = (account.chars().count() > 2).then_some(account.as_str());
    for word in names.into_iter().chain(TRIED_FIRST) {
        left = left.replace(word, "");
    }
    let left = without_rows(&left);
    let mut different = left.clone();
    different.sort_unstable();
    different.dedup();
    left.len() < LEAST_LEFT || different.len() < LEAST_DIFFERENT
}

/// Of each row that goes up, down or stays by one and the same step, only the beginning.
fn without_rows(text: &str) -> Vec<char> {
    let mut kept: Vec<char> = Vec::new();
    let mut last: Option<(char, Option<i64>)> = None;
    for letter in text.chars() {
        let step =
            last.map(|(before, _)| i64::from(u32::from(letter)) - i64::from(u32::from(before)));
        let goes_on = match (last, step) {
            (Some((_, Some(so_far))), Some(step)) => step == so_far,
            (Some((_, None)), Some(step)) => step.abs() <= 1,
            _ => false,
        };
        if !goes_on {
            kept.push(letter);
        }
        last = Some((letter, step.filter(|_| goes_on)));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_tries_first_is_no_secret() {
        for guessed in [
            "aaaaaaaaaaaa",
            "123456789012",
            "abcabcabcabc",
            "121212121212",
            "Password1234",
            "passwordpassword",
            "needlepoint-demo",
            "anna.berta.anna.berta",
            "qwertzuiop123",
            "Anna.Berta2026",
            "            ",
        ] {
            assert!(is_easily_guessed(guessed, "anna.berta"), "{guessed}");
        }
    }

    #[test]
    fn a_secret_is_taken() {
        for secret in [
            "three blind ferrets",
            "kD8s-jq0PxXv",
            "Zwölf Boxkämpfer jagen",
            "correct horse battery",
        ] {
            assert!(!is_easily_guessed(secret, "anna.berta"), "{secret}");
        }
        // A short name stands in many words.
        assert!(!is_easily_guessed("three blind ferrets", "e"));
    }
}
