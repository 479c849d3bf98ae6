//! A place for each test: `SQLite` always, `PostgreSQL` where there is one.

use std::{io::Write as _, path::PathBuf, sync::Once};

use needlepoint_records::{Author, Database, Id, KeySource, Practice};
use sqlx::{AnyConnection, Connection as _, Executor as _, any::install_default_drivers};
use tempfile::TempDir;

/// The connection string of a server on which tests may make databases.
pub(crate) const POSTGRES: &str = "NEEDLEPOINT_TEST_POSTGRES";

static SAID: Once = Once::new();

/// Says once what was left out, past the test runner, which keeps what passing tests print to itself.
pub(crate) fn skipped(what: &str, variable: &str, said: &Once) {
    said.call_once(|| {
        let sentence = format!("{what} was skipped: {variable} is not set\n");
        std::io::stderr().write_all(sentence.as_bytes()).expect("told");
    });
}

/// An empty database, a key file that is not yet made, and a folder.
pub(crate) struct Place {
    pub(crate) database: Database,
    pub(crate) key: KeySource,
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::Sqlite(folder.path().join("practice 100% ü.db"));
        Self::new(database, folder)
    }

    /// A database of its own on the server; none if there is no server.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            skipped("PostgreSQL", POSTGRES, &SAID);
            return None;
        };
        let name = format!("test_{}", Id::new().to_string().replace('-', ""));
        install_default_drivers();
        let mut connection = AnyConnection::connect(&server).await.expect("the server");
        let create = format!("CREATE DATABASE {name}");
        connection.execute(create.as_str()).await.expect("a database");
        connection.close().await.expect("closed");
        let url = server.replacen("/postgres?", &format!("/{name}?"), 1);
        assert_ne!(url, server, "{POSTGRES} names the database \"postgres\" and has options");
        Some(Self::new(Database::Postgres(url), tempfile::tempdir().expect("a folder")))
    }

    fn new(database: Database, folder: TempDir) -> Self {
        let key = KeySource::KeyFile(folder.path().join("practice.key"));
        Self { database, key, folder }
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.database, Database::Sqlite(_))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn open(&self) -> Practice {
        Practice::open(&self.database, &self.key).await.expect("the practice opens")
    }

    /// A connection past the store, as somebody has who can write to the database.
    pub(crate) async fn raw(&self) -> AnyConnection {
        install_default_drivers();
        let url = match &self.database {
            Database::Postgres(url) => url.clone(),
            Database::Sqlite(path) => {
                let path = path.to_str().expect("text").replace('%', "%25").replace(' ', "%20");
                format!("sqlite://{path}?mode=rw")
            }
        };
        AnyConnection::connect(&url).await.expect("a connection")
    }

    /// Does something to the database that the store would not do, behind its back.
    pub(crate) async fn tamper(&self, statements: &[&str]) {
        let mut connection = self.raw().await;
        for statement in statements {
            connection.execute(*statement).await.expect(statement);
        }
        connection.close().await.expect("closed");
    }

    /// What removes a trigger.
    pub(crate) fn drop_trigger(&self, trigger: &str, table: &str) -> String {
        if self.is_sqlite() {
            format!("DROP TRIGGER {trigger}")
        } else {
            format!("DROP TRIGGER {trigger} ON {table}")
        }
    }
}

/// Runs a test on every database.
pub(crate) async fn on_every_database(test: impl AsyncFn(Place)) {
    test(Place::sqlite()).await;
    if let Some(place) = Place::postgres().await {
        test(place).await;
    }
}

/// Who writes in tests.
pub(crate) fn anna() -> Author {
    Author::new("anna")
}
