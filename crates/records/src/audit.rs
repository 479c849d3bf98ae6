//! Who did what, in a chain that shows tampering.
//!
//! Each entry holds the SHA-256 of its predecessor's hash and its own fields, so nothing in the middle can be changed,
//! taken out or put in. Its detail is encrypted and bound to the same fields, so whoever does not hold the key can't
//! write a chain of their own. Cutting off the end can't be seen from the inside: note the hash that
//! [`Practice::verify`](crate::Practice::verify) prints somewhere else.

use std::fmt::Write as _;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use crate::{
    Author, Id, Practice, RecordsError,
    clinical::Kind,
    stored::can_stand_plain,
    time::{of_micros, to_micros},
    vault::{Place, Vault},
    writer::{Batch, Write},
};

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal,)*) => {
        /// What was done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$action),*];

            /// The name under which it is stored.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)*
                }
            }
        }
    };
}

actions! {
    /// A document was written for the first time.
    Created = "created",
    /// A document was looked at.
    Read = "read",
    /// A document was changed.
    Updated = "updated",
    /// A document was erased.
    Erased = "erased",
    /// A document came from a file.
    Imported = "imported",
    /// Records left the practice in a file.
    Exported = "exported",
    /// Somebody signed in.
    SignedIn = "signed-in",
    /// Somebody tried to sign in.
    SignInFailed = "sign-in-failed",
    /// Somebody signed out.
    SignedOut = "signed-out",
    /// Somebody was kept from something.
    Refused = "refused",
    /// An account was made.
    AccountCreated = "account-created",
    /// An account got a password.
    PasswordSet = "password-set",
    /// An account got a role.
    RoleSet = "role-set",
    /// An account was disabled.
    AccountDisabled = "account-disabled",
    /// An account was enabled again.
    AccountEnabled = "account-enabled",
    /// A token was made.
    TokenCreated = "token-created",
    /// A token was revoked.
    TokenRevoked = "token-revoked",
    /// The key of the practice was changed.
    KeyChanged = "key-changed",
    /// A backup was made.
    BackedUp = "backed-up",
}

/// An entry of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its number: 1 for the first.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: the name of the account.
    pub account: String,
    /// What.
    pub action: Action,
    /// Kind of the document, if it is about one.
    pub kind: Option<Kind>,
    /// The document.
    pub document: Option<Id>,
    /// The patient it concerns.
    pub patient: Option<Id>,
    /// The version of the document.
    pub version: Option<u32>,
    /// More, in words.
    pub detail: String,
}

/// Which entries of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those that concern a patient.
    pub patient: Option<Id>,
    /// Only those of an account.
    pub account: Option<String>,
    /// Only those before an entry, to turn the page.
    pub before: Option<i64>,
    /// At most so many, the latest first.
    pub limit: u32,
}

impl Default for AuditFilter {
    fn default() -> Self {
        Self { patient: None, account: None, before: None, limit: 100 }
    }
}

/// What an action was done to; nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Subject {
    /// Kind of the document.
    pub kind: Option<Kind>,
    /// The document.
    pub document: Option<Id>,
    /// The patient it concerns.
    pub patient: Option<Id>,
    /// The version of the document.
    pub version: Option<u32>,
}

impl Subject {
    /// A patient as such.
    pub fn patient(id: Id) -> Self {
        Self { kind: Some(Kind::Patient), document: Some(id), patient: Some(id), version: None }
    }
}

/// An entry to be.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) account: String,
    pub(crate) action: Action,
    pub(crate) subject: Subject,
    pub(crate) detail: String,
}

impl Note {
    pub(crate) fn new(author: &Author, action: Action, subject: Subject, detail: &str) -> Self {
        Self { account: author.account.clone(), action, subject, detail: detail.to_owned() }
    }
}

/// The end of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) last: i64,
    pub(crate) hash: Vec<u8>,
}

impl Chain {
    /// What the first entry follows.
    pub(crate) fn start() -> Self {
        Self { last: 0, hash: vec![0; 32] }
    }

    /// Reads it, and in `PostgreSQL` keeps every other writer waiting until the transaction ends.
    pub(crate) async fn lock(
        connection: &mut AnyConnection,
        sqlite: bool,
    ) -> Result<Self, RecordsError> {
        let sql = if sqlite {
            "SELECT last_entry, last_hash FROM state WHERE id = 1"
        } else {
            "SELECT last_entry, last_hash FROM state WHERE id = 1 FOR UPDATE"
        };
        let (last, hash) = sqlx::query_as(sql).fetch_one(connection).await?;
        Ok(Self { last, hash })
    }

    pub(crate) async fn store(&self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        sqlx::query("UPDATE state SET last_entry = $1, last_hash = $2 WHERE id = 1")
            .bind(self.last)
            .bind(self.hash.as_slice())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Adds an entry behind the last.
    pub(crate) async fn append(
        &mut self,
        connection: &mut AnyConnection,
        vault: &Vault,
        note: &Note,
        at: Timestamp,
    ) -> Result<i64, RecordsError> {
        let mut row = StoredEntry {
            id: self.last + 1,
            at: to_micros(at),
            // Whoever tries to sign in may type anything.
            account: note.account.replace('\0', "\u{fffd}"),
            action: note.action.name().to_owned(),
            kind: note.subject.kind.map(|kind| kind.name().to_owned()),
            document: note.subject.document.map(|id| id.to_string()),
            patient: note.subject.patient.map(|id| id.to_string()),
            version: note.subject.version.map(i64::from),
            detail: Vec::new(),
            hash: Vec::new(),
        };
        row.detail = vault.seal(&row.place(&self.hash), note.detail.as_bytes())?;
        row.hash = row.hash_after(&self.hash);
        row.insert(connection).await?;
        self.last = row.id;
        self.hash = row.hash;
        Ok(self.last)
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredEntry {
    pub(crate) id: i64,
    at: i64,
    account: String,
    pub(crate) action: String,
    kind: Option<String>,
    pub(crate) document: Option<String>,
    patient: Option<String>,
    pub(crate) version: Option<i64>,
    detail: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// Its columns, in the order of [`StoredEntry::of_row`].
pub(crate) const COLUMNS: &str =
    "id, at, account, action, kind, document, patient, version, detail, hash";

impl StoredEntry {
    pub(crate) fn of_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            at: row.try_get(1)?,
            account: row.try_get(2)?,
            action: row.try_get(3)?,
            kind: row.try_get(4)?,
            document: row.try_get(5)?,
            patient: row.try_get(6)?,
            version: row.try_get(7)?,
            detail: row.try_get(8)?,
            hash: row.try_get(9)?,
        })
    }

    async fn insert(&self, connection: &mut AnyConnection) -> Result<(), RecordsError> {
        sqlx::query(
            "INSERT INTO audit (id, at, account, action, kind, document, patient, version, detail, \
             hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(self.id)
        .bind(self.at)
        .bind(self.account.as_str())
        .bind(self.action.as_str())
        .bind(self.kind.as_deref())
        .bind(self.document.as_deref())
        .bind(self.patient.as_deref())
        .bind(self.version)
        .bind(self.detail.as_slice())
        .bind(self.hash.as_slice())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// All fields but the detail, behind a predecessor.
    fn place(&self, predecessor: &[u8]) -> Place {
        Place::in_table("audit")
            .bytes(predecessor)
            .number(self.id)
            .number(self.at)
            .text(&self.account)
            .text(&self.action)
            .maybe_text(self.kind.as_deref())
            .maybe_text(self.document.as_deref())
            .maybe_text(self.patient.as_deref())
            .maybe_number(self.version)
    }

    /// The hash that an entry has behind a predecessor.
    pub(crate) fn hash_after(&self, predecessor: &[u8]) -> Vec<u8> {
        let fields = self.place(predecessor).bytes(&self.detail);
        Sha256::digest(fields.as_bytes()).to_vec()
    }

    /// The entry in words; none if it does not follow its predecessor or was changed.
    pub(crate) fn open(&self, vault: &Vault, predecessor: &[u8]) -> Option<AuditEntry> {
        let detail = vault.open(&self.place(predecessor), &self.detail)?;
        Some(AuditEntry {
            id: self.id,
            at: of_micros(self.at),
            account: self.account.clone(),
            action: *Action::ALL.iter().find(|action| action.name() == self.action)?,
            kind: match &self.kind {
                Some(name) => Some(*Kind::ALL.iter().find(|kind| kind.name() == name)?),
                None => None,
            },
            document: parsed(self.document.as_deref())?,
            patient: parsed(self.patient.as_deref())?,
            version: match self.version {
                Some(version) => Some(u32::try_from(version).ok()?),
                None => None,
            },
            detail: String::from_utf8(detail).ok()?,
        })
    }
}

/// An identifier that may be left out; none if there is one and it is none.
fn parsed(id: Option<&str>) -> Option<Option<Id>> {
    match id {
        Some(id) => Some(Some(id.parse().ok()?)),
        None => Some(None),
    }
}

/// Writes a note and nothing else.
struct NoteAction(Note);

impl Write for NoteAction {
    type Reply = i64;

    async fn apply(&self, batch: &mut Batch) -> Result<i64, RecordsError> {
        batch.note(&self.0).await
    }
}

impl Practice {
    /// Notes what was done without changing a document: signed in, exported, looked at. Returns the number of the entry.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn note_action(
        &self,
        author: &Author,
        action: Action,
        subject: Option<Subject>,
        detail: &str,
    ) -> Result<i64, RecordsError> {
        let subject = subject.unwrap_or_default();
        self.write(NoteAction(Note::new(author, action, subject, detail))).await
    }

    /// Entries of the audit, the latest first.
    ///
    /// # Errors
    /// When an entry was changed outside of Needlepoint, or the database fails.
    pub async fn audit(&self, filter: AuditFilter) -> Result<Vec<AuditEntry>, RecordsError> {
        if filter.account.as_deref().is_some_and(|account| !can_stand_plain(account)) {
            return Ok(Vec::new());
        }
        let rows = self.audit_rows(&filter).await?;
        let mut entries = Vec::with_capacity(rows.len());
        for (row, predecessor) in rows {
            let entry = row
                .open(self.vault(), &predecessor)
                .ok_or_else(|| RecordsError::Damaged(format!("entry {} of the audit", row.id)))?;
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Rows with the hash of the entry before each.
    async fn audit_rows(
        &self,
        filter: &AuditFilter,
    ) -> Result<Vec<(StoredEntry, Vec<u8>)>, RecordsError> {
        let mut conditions = String::new();
        let mut count = 0;
        for (is_set, condition) in [
            (filter.patient.is_some(), "a.patient ="),
            (filter.account.is_some(), "a.account ="),
            (filter.before.is_some(), "a.id <"),
        ] {
            if is_set {
                count += 1;
                let word = if count == 1 { "WHERE" } else { "AND" };
                // Writing to a text can't fail.
                let _ = write!(conditions, " {word} {condition} ${count}");
            }
        }
        let columns = COLUMNS.replace(", ", ", a.");
        let sql = format!(
            "SELECT a.{columns}, p.hash AS predecessor FROM audit a LEFT JOIN audit p \
             ON p.id = a.id - 1{conditions} ORDER BY a.id DESC LIMIT ${}",
            count + 1
        );
        let mut query = sqlx::query(&sql);
        if let Some(patient) = filter.patient {
            query = query.bind(patient.to_string());
        }
        if let Some(account) = &filter.account {
            query = query.bind(account.as_str());
        }
        if let Some(before) = filter.before {
            query = query.bind(before);
        }
        let rows = query.bind(i64::from(filter.limit)).fetch_all(self.readers()).await?;
        rows.iter()
            .map(|row| {
                let predecessor: Option<Vec<u8>> = row.try_get(10)?;
                Ok((StoredEntry::of_row(row)?, predecessor.unwrap_or_else(|| Chain::start().hash)))
            })
            .collect()
    }
}
