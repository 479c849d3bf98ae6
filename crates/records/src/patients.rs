//! The list of patients, kept in memory.
//!
//! Names are encrypted, so a database can't look for them: whoever searches has to have all of them decrypted. They are
//! decrypted once. Each document carries the number of the audit's entry that last changed it, and these numbers only
//! rise; so one look into an index brings whatever anybody changed since, also another server.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::{
    Id, Practice, RecordsError,
    clinical::{Content as _, Patient},
    document::Document,
    stored::{SELECT_PRESENT, Stored},
    vault::Vault,
};

/// All patients, by name.
#[derive(Default)]
pub(crate) struct PatientList {
    /// The last entry of the audit that is in the list.
    seen: i64,
    by_name: BTreeMap<(String, Id), Known>,
    names: HashMap<Id, String>,
}

struct Known {
    document: Document<Patient>,
    /// What is searched, folded.
    searched: String,
}

impl PatientList {
    fn take(&mut self, stored: &Stored, vault: &Vault) -> Result<(), RecordsError> {
        let id = stored.parsed_id()?;
        if let Some(name) = self.names.remove(&id) {
            self.by_name.remove(&(name, id));
        }
        if !stored.erased {
            let document: Document<Patient> = stored.open(vault)?;
            let Patient { family_name, given_name, .. } = &document.content;
            let name = format!("{}\u{1}{}", folded(family_name), folded(given_name));
            let searched = searched(&document.content);
            self.names.insert(id, name.clone());
            self.by_name.insert((name, id), Known { document, searched });
        }
        self.seen = self.seen.max(stored.changed);
        Ok(())
    }
}

/// What of a patient is searched.
fn searched(patient: &Patient) -> String {
    let Patient { family_name, given_name, birth_date, phone, email, .. } = patient;
    let mut text = format!("{family_name} {given_name} {family_name}");
    if let Some(date) = birth_date {
        // Writing to a text can't fail.
        let _ = write!(text, " {date}");
    }
    for more in [phone, email].into_iter().flatten() {
        text.push(' ');
        text.push_str(more);
    }
    folded(&text)
}

/// Text without case and accents, so that "Müller" is found as "muller" and "Łódź" as "lodz".
pub(crate) fn folded(text: &str) -> String {
    let bare = text.nfkd().filter(|letter| !is_combining_mark(*letter));
    let mut out = String::with_capacity(text.len());
    for letter in bare.flat_map(char::to_lowercase).filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            other => out.push(other),
        }
    }
    out
}

impl Practice {
    /// All patients, by family name and given name.
    ///
    /// # Errors
    /// When one of them is damaged, or the database fails.
    pub async fn patients(&self) -> Result<Vec<Document<Patient>>, RecordsError> {
        self.search_patients("").await
    }

    /// Patients in whose name, day of birth, telephone or mail every word of a text occurs, without regard to case and
    /// accents; by name.
    ///
    /// # Errors
    /// When one of them is damaged, or the database fails.
    pub async fn search_patients(
        &self,
        text: &str,
    ) -> Result<Vec<Document<Patient>>, RecordsError> {
        let text = folded(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut list = self.patient_list().lock().await;
        self.catch_up(&mut list).await?;
        let found = list
            .by_name
            .values()
            .filter(|known| words.iter().all(|word| known.searched.contains(word)))
            .map(|known| known.document.clone())
            .collect();
        Ok(found)
    }

    /// Takes in what was written since the list was last looked at.
    async fn catch_up(&self, list: &mut PatientList) -> Result<(), RecordsError> {
        let sql =
            format!("{SELECT_PRESENT} WHERE d.kind = $1 AND d.changed > $2 ORDER BY d.changed");
        let rows = sqlx::query(&sql)
            .bind(Patient::KIND.name())
            .bind(list.seen)
            .fetch_all(self.readers())
            .await?;
        for row in &rows {
            list.take(&Stored::of_row(row)?, self.vault())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_folded() {
        for (text, expected) in [
            ("MÜLLER", "muller"),
            ("Mu\u{308}ller", "muller"),
            ("Łódź", "lodz"),
            ("Straße", "strasse"),
            ("İstanbul", "istanbul"),
            ("Ængus Ø", "aengus o"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("Sísyfos σίσυφος", "sisyfos σισυφοσ"),
            ("ﬁne", "fine"),
            ("山田", "山田"),
        ] {
            assert_eq!(folded(text), expected);
        }
    }
}
