//! The tables, and how a database gets them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use sqlx::{
    AnyConnection,
    migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator},
};

use crate::{Database, RecordsError};

/// One step of the schema, in the words of each database.
struct Step {
    version: i64,
    description: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All steps. A step that was ever released is never changed: databases remember what they were made with.
const STEPS: [Step; 1] = [Step {
    version: 1,
    description: "records",
    sqlite: include_str!("../migrations/sqlite/0001_records.sql"),
    postgres: include_str!("../migrations/postgres/0001_records.sql"),
}];

/// The schema that this version writes.
pub(crate) const LATEST: i64 = STEPS[STEPS.len() - 1].version;

/// Brings a database to a schema, from any earlier one.
pub(crate) async fn migrate(
    connection: &mut AnyConnection,
    database: &Database,
    to: i64,
) -> Result<(), RecordsError> {
    let migrations: Vec<Migration> = STEPS
        .iter()
        .filter(|step| step.version <= to)
        .map(|step| {
            let sql = if database.is_sqlite() { step.sqlite } else { step.postgres };
            let description = Cow::Borrowed(step.description);
            Migration::new(step.version, description, MigrationType::Simple, sql.into(), false)
        })
        .collect();
    let migrator = Migrator { migrations: migrations.into(), ..Migrator::DEFAULT };
    migrator.run(connection).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) => RecordsError::SchemaTooNew { found, known: LATEST },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => RecordsError::Database(sqlx::Error::Migrate(Box::new(other))),
    })
}

/// The schema of a database; 0 for one without tables of ours.
pub(crate) async fn version(connection: &mut AnyConnection) -> Result<i64, RecordsError> {
    let applied = connection.list_applied_migrations().await;
    Ok(applied.map(|steps| steps.last().map_or(0, |step| step.version)).unwrap_or_default())
}

/// A value's type, alike in both databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Type {
    Number,
    Text,
    Bytes,
}

/// A table as a backup holds it.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Type)],
    /// Rows that others refer to come first.
    pub(crate) order: &'static str,
}

/// What a backup holds: everything but who is signed in. Tables that others refer to come first.
pub(crate) const TABLES: [Table; 7] = {
    use Type::{Bytes, Number, Text};
    [
        Table {
            name: "keys",
            columns: &[("id", Number), ("source", Text), ("parameters", Text), ("wrapped", Bytes)],
            order: "id",
        },
        Table {
            name: "accounts",
            columns: &[
                ("name", Text),
                ("role", Text),
                ("disabled", Number),
                ("created_at", Number),
                ("password", Bytes),
            ],
            order: "name",
        },
        Table {
            name: "tokens",
            columns: &[
                ("id", Text),
                ("account", Text),
                ("created_at", Number),
                ("revoked", Number),
                ("secret_hash", Bytes),
                ("label", Bytes),
            ],
            order: "id",
        },
        Table {
            name: "documents",
            columns: &[
                ("id", Text),
                ("kind", Text),
                ("patient", Text),
                ("version", Number),
                ("created_at", Number),
                ("erased", Number),
                ("changed", Number),
            ],
            order: "CASE WHEN patient IS NULL THEN 0 ELSE 1 END, id",
        },
        Table {
            name: "document_versions",
            columns: &[
                ("document", Text),
                ("version", Number),
                ("written_at", Number),
                ("written_by", Text),
                ("content", Bytes),
            ],
            order: "document, version",
        },
        Table {
            name: "pictures",
            columns: &[("photograph", Text), ("content", Bytes)],
            order: "photograph",
        },
        Table {
            name: "audit",
            columns: &[
                ("id", Number),
                ("at", Number),
                ("account", Text),
                ("action", Text),
                ("kind", Text),
                ("document", Text),
                ("patient", Text),
                ("version", Number),
                ("detail", Bytes),
                ("hash", Bytes),
            ],
            order: "id",
        },
    ]
};
