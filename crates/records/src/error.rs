//! What can go wrong with records, each with a sentence that says what to do.

use std::{io, path::PathBuf};

use jiff::Timestamp;

use crate::{Id, clinical::Kind};

/// Why something could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// No such document.
    #[error("there is no {} {id}", .kind.name())]
    NotFound {
        /// The kind asked for.
        kind: Kind,
        /// The identifier asked for.
        id: Id,
    },
    /// The document was erased; only its tombstone is left.
    #[error("the {} {id} was erased", .kind.name())]
    Erased {
        /// Its kind.
        kind: Kind,
        /// Its identifier.
        id: Id,
    },
    /// The identifier is taken.
    #[error("there already is a document {id}")]
    Exists {
        /// The identifier.
        id: Id,
    },
    /// Somebody else changed the document in the meantime.
    #[error(
        "{written_by} changed this in the meantime (version {current_version}); load it again and \
         repeat your change"
    )]
    Conflict {
        /// The version that is there now.
        current_version: u32,
        /// Who wrote it.
        written_by: String,
        /// When.
        written_at: Timestamp,
    },
    /// The patient to whom a document should belong isn't there.
    #[error("there is no patient {0} to whom this could belong")]
    NoSuchPatient(Id),
    /// A document would have gone to another patient.
    #[error("a document stays with its patient: {0} belongs to another")]
    OtherPatient(Id),
    /// What was to be written can't be read back.
    #[error("this can't be kept, because it could not be read again ({0}); is a number missing?")]
    Unwritable(String),
    /// A picture isn't the one that its photograph names.
    #[error("the picture is not the one that photograph {0} describes: its SHA-256 differs")]
    PictureDiffers(Id),
    /// Something else is kept under an identifier that was to be restored.
    #[error(
        "{} {id} is already there with another content; nothing was taken over (leave out what \
         is there, or use an empty practice)", .kind.name()
    )]
    Collision {
        /// The kind that was to be restored.
        kind: Kind,
        /// The identifier.
        id: Id,
    },

    /// The key doesn't open this database.
    #[error("this is not the key of this practice: it does not open its records")]
    WrongKey,
    /// There are records, but the file with their key is missing.
    #[error(
        "the key file {} is missing; without it nobody can read this practice (a new one is only \
         made for a new practice)", .0.display()
    )]
    KeyFileMissing(PathBuf),
    /// The file isn't a key file.
    #[error("{} is no key file of Needlepoint", .0.display())]
    NoKeyFile(PathBuf),
    /// The practice is locked with a passphrase.
    #[error("this practice is locked with a passphrase, not with a key file")]
    PassphraseNeeded,
    /// The practice is locked with a key file.
    #[error("this practice is locked with a key file, not with a passphrase")]
    KeyFileNeeded,
    /// A passphrase is too short.
    #[error("a passphrase needs at least {0} characters")]
    PassphraseTooShort(usize),
    /// A row doesn't decrypt in its place.
    #[error(
        "{0} can't be decrypted: it was damaged, moved or changed outside of Needlepoint; restore \
         a backup"
    )]
    Damaged(String),

    /// Another server has the database file open.
    #[error("{} is open in another Needlepoint; stop that one first", .0.display())]
    InUse(PathBuf),
    /// The database was written by a later Needlepoint.
    #[error(
        "this database was written by a newer Needlepoint (schema {found}, this one knows \
         {known}); install the newer version"
    )]
    SchemaTooNew {
        /// Its schema.
        found: i64,
        /// The latest schema known here.
        known: i64,
    },
    /// A schema with which this can't be done as it is.
    #[error(
        "this needs schema {known}, and the one found is {found}; open the practice once with this \
         Needlepoint, which brings it up to date"
    )]
    OtherSchema {
        /// The schema found.
        found: i64,
        /// The schema needed.
        known: i64,
    },
    /// A connection string that isn't one.
    #[error("{0}")]
    NoDatabase(String),
    /// The disk is full.
    #[error(
        "the disk is full: nothing was saved; what is there can still be read. Make room and try \
         again"
    )]
    DiskFull,
    /// No transaction could be begun.
    #[error("the database can't be reached ({0}); nothing was saved")]
    Unreachable(String),
    /// The database failed in the moment of saving.
    #[error(
        "the database failed while saving ({0}); look whether your change is there before you \
         repeat it"
    )]
    Unsure(String),
    /// The practice was closed.
    #[error("the records are being closed; nothing more is saved")]
    Closed,
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),

    /// No such account.
    #[error("there is no account \"{0}\"")]
    NoSuchAccount(String),
    /// The name is taken.
    #[error("there already is an account \"{0}\"")]
    AccountExists(String),
    /// A name that can't be one.
    #[error(
        "\"{0}\" can't be the name of an account: 1 to 60 characters, without control characters \
         and without spaces at its ends"
    )]
    AccountName(String),
    /// A password that is too short, or far too long.
    #[error("a password needs at least {least} characters, and at most {most}")]
    PasswordLength {
        /// Least characters.
        least: usize,
        /// Most characters.
        most: usize,
    },
    /// Nobody would be left who may manage accounts.
    #[error("\"{0}\" is the last administrator: make another one first")]
    LastAdministrator(String),
    /// No such token.
    #[error("there is no token {0}")]
    NoSuchToken(Id),

    /// A backup would have replaced a file.
    #[error("{} is already there; a backup never replaces a file", .0.display())]
    FileExists(PathBuf),
    /// A file that is no backup, or a damaged one.
    #[error("{} is no usable backup: {why}", .path.display())]
    BadBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A backup would have gone into a database that isn't empty.
    #[error("there already are records in this database; a backup is only restored into a new one")]
    NotEmpty,
    /// A file can't be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers, so nothing can be encrypted")]
    NoRandomness,
    /// A password could not be hashed.
    #[error("a password could not be hashed: {0}")]
    Hashing(String),
}

impl RecordsError {
    /// Whether the database is sound and has only said no, so that others' writes may go on.
    pub(crate) fn is_refusal(&self) -> bool {
        let failures = matches!(
            self,
            Self::Database(_)
                | Self::DiskFull
                | Self::Unreachable(_)
                | Self::Unsure(_)
                | Self::Closed
        );
        !failures
    }

    /// A file's error; a full disk is one of its own.
    pub(crate) fn of_file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::StorageFull {
            Self::DiskFull
        } else {
            Self::File { path: path.into(), source }
        }
    }
}

impl From<sqlx::Error> for RecordsError {
    fn from(error: sqlx::Error) -> Self {
        if says_disk_full(&error) { Self::DiskFull } else { Self::Database(error) }
    }
}

/// `SQLITE_FULL`, and what `SQLite` says if the index of its log can't grow.
const SQLITE_FULL: [u32; 2] = [13, 4874];

/// `PostgreSQL`'s `disk_full`.
const POSTGRES_FULL: &str = "53100";

fn says_disk_full(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code == POSTGRES_FULL || code.parse().is_ok_and(|code| SQLITE_FULL.contains(&code))
        }),
        sqlx::Error::Io(error) => error.kind() == io::ErrorKind::StorageFull,
        _ => false,
    }
}
