//! Which database, and connections to it.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{
    AnyConnection, Connection as _, Executor,
    any::{AnyPoolOptions, install_default_drivers},
    pool::PoolOptions,
};

use crate::RecordsError;

/// Where the records are.
///
/// As text: a path, `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST/DATABASE`.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// One file; `SQLite` is part of the program.
    Sqlite(PathBuf),
    /// A connection string of a `PostgreSQL` server.
    Postgres(String),
}

impl FromStr for Database {
    type Err = RecordsError;

    fn from_str(text: &str) -> Result<Self, RecordsError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        let path = path.unwrap_or(text);
        if path.is_empty() || path.contains("://") || path == ":memory:" {
            return Err(RecordsError::NoDatabase(
                "a database is the path of a file, or postgres://USER:PASSWORD@HOST/DATABASE"
                    .to_owned(),
            ));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => f.write_str(&without_secrets(url)),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(url) => f.debug_tuple("Postgres").field(&without_secrets(url)).finish(),
        }
    }
}

/// A connection string without user, password and options, which may hold a password too.
fn without_secrets(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (server, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match server.rsplit_once('@') {
        Some((_, server)) => format!("{scheme}://{server}{path}"),
        // A password with a character that ends the server's name: better to show nothing at all.
        None if rest.contains('@') => format!("{scheme}://..."),
        None => format!("{scheme}://{server}{path}"),
    }
}

/// Connections: some to read, one to write.
#[derive(Clone)]
pub(crate) struct Pools {
    pub(crate) readers: sqlx::AnyPool,
    pub(crate) writer: sqlx::AnyPool,
}

/// Connections that read a database file. More would only wait for the processor.
const SQLITE_READERS: u32 = 4;
const POSTGRES_READERS: u32 = 8;
/// How long somebody waits for a connection before it is an error.
const PATIENCE: Duration = Duration::from_secs(10);

/// An acknowledged write is on the disk (FULL), readers do not wait for the writer (WAL), and what is erased is
/// overwritten.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; \
     PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;";
/// An acknowledged write is on the disk, whatever the server's default is.
const POSTGRES_SETTINGS: &str = "SET synchronous_commit = on; SET client_min_messages = warning; SET application_name = 'needlepoint'";

impl Database {
    /// The same database with the path of its file made absolute, so that one file has one lock. A new file is made
    /// for the eyes of its owner only.
    pub(crate) fn located(&self) -> Result<Self, RecordsError> {
        let Self::Sqlite(path) = self else { return Ok(self.clone()) };
        create_private(path)?;
        let path = fs::canonicalize(path).map_err(|source| RecordsError::of_file(path, source))?;
        Ok(Self::Sqlite(path))
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// What begins a transaction that writes.
    pub(crate) fn begin_write(&self) -> &'static str {
        if self.is_sqlite() { "BEGIN IMMEDIATE" } else { "BEGIN" }
    }

    /// What begins a transaction that sees one moment of the database.
    pub(crate) fn begin_read(&self) -> &'static str {
        if self.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }
    }

    /// Connects. The first connection is made past the pools, which would try a wrong address again and again until their
    /// patience ends, and not say why. The setting is for tests of a full disk.
    pub(crate) async fn connect(&self, pages: &PageLimit) -> Result<Pools, RecordsError> {
        install_default_drivers();
        let url = self.url()?;
        let mut first = AnyConnection::connect(&url).await?;
        first.execute(self.settings()).await?;
        first.close().await?;
        let readers = if self.is_sqlite() { SQLITE_READERS } else { POSTGRES_READERS };
        let readers = self.pool(readers, PageLimit::default()).connect_lazy(&url)?;
        let writer = self.pool(1, pages.clone()).connect_lazy(&url)?;
        Ok(Pools { readers, writer })
    }

    fn settings(&self) -> &'static str {
        if self.is_sqlite() { SQLITE_SETTINGS } else { POSTGRES_SETTINGS }
    }

    fn pool(&self, connections: u32, pages: PageLimit) -> AnyPoolOptions {
        let settings = self.settings();
        PoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).after_connect(
            move |connection: &mut AnyConnection, _| {
                let pages = pages.clone();
                Box::pin(async move {
                    connection.execute(settings).await?;
                    pages.apply(connection).await
                })
            },
        )
    }

    fn url(&self) -> Result<String, RecordsError> {
        match self {
            Self::Postgres(url) => Ok(url.clone()),
            Self::Sqlite(path) => {
                let text = path.to_str().ok_or_else(|| {
                    RecordsError::NoDatabase(format!(
                        "the path {} holds characters that are no text",
                        path.display()
                    ))
                })?;
                Ok(format!("sqlite://{}?mode=rwc", percent_encoded(text)))
            }
        }
    }
}

/// A path whose every special character is written as `%` and two digits.
fn percent_encoded(path: &str) -> String {
    use fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a text can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Makes an empty file that only its owner can read, unless there is one.
fn create_private(path: &Path) -> Result<(), RecordsError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    only_for_owner(&mut options);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(RecordsError::of_file(path, source)),
    }
}

/// A file made with these options can be read by its owner only.
pub(crate) fn only_for_owner(options: &mut fs::OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Forces the entry of a new or renamed file in its folder onto the disk.
pub(crate) fn sync_folder(of: &Path) -> std::io::Result<()> {
    let folder = of.parent().filter(|folder| !folder.as_os_str().is_empty());
    #[cfg(unix)]
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Most pages that a database file may have; without a limit, but in tests of a full disk.
#[derive(Clone, Default)]
pub(crate) struct PageLimit(Arc<AtomicU32>);

impl PageLimit {
    /// Sets it for connections yet to be made; 0 for none.
    #[cfg(test)]
    pub(crate) fn set(&self, pages: u32) {
        self.0.store(pages, Ordering::SeqCst);
    }

    async fn apply(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let most = self.0.load(Ordering::SeqCst);
        if most > 0 {
            connection.execute(format!("PRAGMA max_page_count = {most}").as_str()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_told_by_its_text() {
        let parse = |text: &str| text.parse::<Database>();
        assert_eq!(parse("a b.db").ok(), Some(Database::Sqlite("a b.db".into())));
        assert_eq!(parse("sqlite:/x/y.db").ok(), Some(Database::Sqlite("/x/y.db".into())));
        assert_eq!(parse("sqlite:///x/y.db").ok(), Some(Database::Sqlite("/x/y.db".into())));
        assert!(matches!(parse("postgresql://h/d"), Ok(Database::Postgres(_))));
        for bad in ["", "mysql://h/d", "sqlite:", ":memory:"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_reads_a_password_in_a_message() {
        for (url, shown) in [
            ("postgres://anna:s3c@ret@h:5432/d?password=s3c@ret", "postgres://h:5432/d"),
            ("postgres://anna:s3/c?ret@h/d", "postgres://..."),
            ("postgresql://h/d#s3cret", "postgresql://h/d"),
        ] {
            let database = Database::Postgres(url.to_owned());
            assert_eq!(database.to_string(), shown);
            assert_eq!(format!("{database:?}"), format!("Postgres(\"{shown}\")"));
        }
    }

    #[test]
    fn special_characters_of_a_path_are_written_safely() {
        assert_eq!(percent_encoded("/a b/%?#ü.db"), "/a%20b/%25%3F%23%C3%BC.db");
    }
}
