//! Whether everything that is kept can still be read and nothing was tampered with.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use futures_util::TryStreamExt as _;
use sqlx::{AnyConnection, Row as _};
use tokio::task::spawn_blocking;

use crate::{
    Practice, RecordsError,
    accounts::changed_accounts,
    audit::{Action, COLUMNS, Chain, StoredEntry},
    clinical::{Consultation, Content, Kind, Patient, Photograph, Plan, Session, Visit},
    pictures::{hexadecimal, sha256},
    stored::{SELECT_VERSIONS, Stored, picture_place},
    tokens::changed_tokens,
    vault::Vault,
};

/// What a check of all records found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// Documents, erased ones included.
    pub documents: u64,
    /// Versions of documents that were decrypted and read.
    pub versions: u64,
    /// Pictures that were decrypted.
    pub pictures: u64,
    /// Entries of the audit.
    pub audit_entries: u64,
    /// The hash of the last entry, hexadecimal: kept elsewhere, it shows whether the end was ever cut off.
    pub audit_hash: String,
    /// What is wrong, in sentences; nothing if all is well. At most a hundred.
    pub problems: Vec<String>,
}

impl Verified {
    /// Whether all is well.
    pub fn is_clean(&self) -> bool {
        self.problems.is_empty()
    }
}

/// More problems than anybody reads.
const MOST_PROBLEMS: usize = 100;

impl Practice {
    /// Reads and decrypts every version, every picture, every account and token, and holds them against the audit, whose
    /// chain is followed from the first entry on. What is wrong is told, not an error.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify(&self) -> Result<Verified, RecordsError> {
        let sqlite = self.database().is_sqlite();
        let mut transaction = self.readers().begin_with(self.database().begin_read()).await?;
        let verified = verify(&mut transaction, self.vault(), sqlite).await?;
        transaction.commit().await?;
        Ok(verified)
    }
}

/// Checks all that a transaction sees.
pub(crate) async fn verify(
    connection: &mut AnyConnection,
    vault: &Arc<Vault>,
    sqlite: bool,
) -> Result<Verified, RecordsError> {
    let mut check = Check::new(vault);
    check.follow_chain(connection).await?;
    check.read_versions(connection).await?;
    check.compare_with_audit();
    check.heads(connection).await?;
    check.read_pictures(connection).await?;
    for name in changed_accounts(connection, vault).await? {
        check.problem(format!("account \"{name}\" was changed outside of Needlepoint"));
    }
    for id in changed_tokens(connection, vault).await? {
        check.problem(format!("token {id} was changed outside of Needlepoint"));
    }
    if sqlite {
        check.structure(connection).await?;
    }
    Ok(check.verified)
}

/// A check under way.
struct Check {
    vault: Arc<Vault>,
    verified: Verified,
    /// Versions that the audit says were written, and not yet met.
    written: HashSet<(String, i64)>,
    /// Documents that the audit says were erased, and not yet met.
    erased: HashSet<String>,
    /// SHA-256 of the picture of each photograph.
    expected_pictures: HashMap<String, String>,
}

impl Check {
    fn new(vault: &Arc<Vault>) -> Self {
        Self {
            vault: Arc::clone(vault),
            verified: Verified::default(),
            written: HashSet::new(),
            erased: HashSet::new(),
            expected_pictures: HashMap::new(),
        }
    }

    fn problem(&mut self, problem: String) {
        if self.verified.problems.len() < MOST_PROBLEMS {
            self.verified.problems.push(problem);
        }
    }

    /// Follows the chain of the audit, and notes what it says was written and erased.
    async fn follow_chain(&mut self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        let stored: Option<(i64, Vec<u8>)> =
            sqlx::query_as("SELECT last_entry, last_hash FROM state WHERE id = 1")
                .fetch_optional(&mut *connection)
                .await?;
        let mut chain = Chain::start();
        let sql = format!("SELECT {COLUMNS} FROM audit ORDER BY id");
        let mut rows = sqlx::query(&sql).fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let entry = StoredEntry::of_row(&row)?;
            if entry.id != chain.last + 1 {
                let (from, to) = (chain.last + 1, entry.id - 1);
                self.problem(format!("entries {from} to {to} of the audit are missing"));
            } else if entry.hash != entry.hash_after(&chain.hash)
                || entry.open(&self.vault, &chain.hash).is_none()
            {
                self.problem(format!("entry {} of the audit was changed", entry.id));
            }
            chain = Chain { last: entry.id, hash: entry.hash.clone() };
            self.note(entry);
            self.verified.audit_entries += 1;
        }
        drop(rows);
        if stored != Some((chain.last, chain.hash.clone())) {
            self.problem("the end of the audit is missing or was changed".to_owned());
        }
        self.verified.audit_hash = hexadecimal(&chain.hash);
        Ok(())
    }

    fn note(&mut self, entry: StoredEntry) {
        let Some(document) = entry.document else { return };
        let writes = [Action::Created, Action::Updated, Action::Imported];
        if writes.iter().any(|action| action.name() == entry.action) {
            self.written.insert((document, entry.version.unwrap_or_default()));
        } else if entry.action == Action::Erased.name() {
            self.erased.insert(document);
        }
    }

    /// Reads every version of every document.
    async fn read_versions(&mut self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        let mut rows = sqlx::query(SELECT_VERSIONS).fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let stored = Stored::of_row(&row)?;
            self.verified.versions += 1;
            if !self.written.remove(&(stored.id.clone(), stored.version)) {
                let Stored { version, kind, id, .. } = &stored;
                self.problem(format!(
                    "the audit knows nothing of version {version} of {kind} {id}"
                ));
            }
            if stored.erased {
                if stored.content.is_some() {
                    self.problem(format!("{} {} is not really erased", stored.kind, stored.id));
                }
            } else if let Err(error) = self.read_version(&stored) {
                self.problem(error.to_string());
            }
        }
        Ok(())
    }

    fn read_version(&mut self, stored: &Stored) -> Result<(), RecordsError> {
        let json = stored.json(&self.vault)?;
        let patient = match stored.parsed_kind()? {
            Kind::Patient => owner::<Patient>(&json),
            Kind::Consultation => owner::<Consultation>(&json),
            Kind::Plan => owner::<Plan>(&json),
            Kind::Session => owner::<Session>(&json),
            Kind::Visit => owner::<Visit>(&json),
            Kind::Photograph => {
                if let Ok(photograph) = serde_json::from_slice::<Photograph>(&json) {
                    self.expected_pictures.insert(stored.id.clone(), photograph.sha256);
                }
                owner::<Photograph>(&json)
            }
        };
        if patient != Some(stored.patient.clone()) {
            return Err(stored.damaged());
        }
        Ok(())
    }

    /// What the audit says was written has to be there.
    fn compare_with_audit(&mut self) {
        let mut missing: Vec<_> = self.written.drain().collect();
        missing.sort();
        for (document, version) in missing {
            self.problem(format!("version {version} of document {document} is missing"));
        }
    }

    /// The present version of a document is its last, and what is erased was erased by somebody.
    async fn heads(&mut self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        let mut rows = sqlx::query(
            "SELECT d.id, d.kind, d.version, d.erased, (SELECT MAX(v.version) \
             FROM document_versions v WHERE v.document = d.id) AS latest FROM documents d",
        )
        .fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let (id, kind): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let (version, erased): (i64, i64) = (row.try_get(2)?, row.try_get(3)?);
            let latest: Option<i64> = row.try_get(4)?;
            self.verified.documents += 1;
            if latest != Some(version) {
                self.problem(format!("{kind} {id} stands at version {version}, not at its last"));
            }
            if self.erased.remove(&id) != (erased != 0) {
                self.problem(format!("the audit does not agree on whether {kind} {id} is erased"));
            }
        }
        Ok(())
    }

    /// Decrypts every picture, and holds it against its photograph.
    async fn read_pictures(&mut self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        let mut rows = sqlx::query("SELECT photograph, content FROM pictures").fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let (photograph, sealed): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
            let vault = Arc::clone(&self.vault);
            let place = picture_place(&photograph);
            let found = spawn_blocking(move || vault.open(&place, &sealed).map(|it| sha256(&it)));
            let found = found.await.map_err(|_| RecordsError::Closed)?;
            self.verified.pictures += 1;
            let expected = self.expected_pictures.get(&photograph);
            let same = found.zip(expected).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
            if !same {
                self.problem(format!("the picture of photograph {photograph} is damaged"));
            }
        }
        Ok(())
    }

    /// `SQLite`'s own checks of a file; `PostgreSQL` lets nothing else happen.
    async fn structure(&mut self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        let found: Vec<(String,)> =
            sqlx::query_as("PRAGMA integrity_check").fetch_all(&mut *connection).await?;
        for (sentence,) in found.into_iter().filter(|(sentence,)| sentence != "ok") {
            self.problem(format!("the database file is damaged: {sentence}"));
        }
        let dangling = sqlx::query("PRAGMA foreign_key_check").fetch_all(connection).await?;
        if !dangling.is_empty() {
            self.problem(format!("{} rows belong to something that is missing", dangling.len()));
        }
        Ok(())
    }
}

/// The patient a content names; none if it can't be read.
fn owner<T: Content>(json: &[u8]) -> Option<Option<String>> {
    let content: T = serde_json::from_slice(json).ok()?;
    Some(content.patient().map(|id| id.to_string()))
}
