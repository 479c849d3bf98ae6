//! The store of a practice.

use std::sync::Arc;

use sqlx::{AnyConnection, AnyPool, Connection as _};
use tokio::{
    sync::{Mutex, Semaphore},
    task::spawn_blocking,
};
use zeroize::Zeroizing;

use crate::{
    Author, Database, KeySource, RecordsError,
    audit::{Action, Chain, Note, Subject},
    database::{PageLimit, Pools},
    key::WrappedKey,
    lock::FileLock,
    passwords::MOST_AT_ONCE,
    patients::PatientList,
    schema,
    vault::{Key, Vault, random},
    writer::{Batch, Write, Writer},
};

/// The store of a practice: its documents, pictures, accounts and the trail of who did what.
///
/// A copy is another handle of the same store.
#[derive(Clone)]
pub struct Practice {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    pools: Pools,
    data_key: Key,
    vault: Arc<Vault>,
    writer: Writer,
    patients: Mutex<PatientList>,
    hashing: Arc<Semaphore>,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice").field("database", &self.inner.database).finish_non_exhaustive()
    }
}

impl Practice {
    /// Opens the practice in a database, and makes one in an empty database.
    ///
    /// Refuses a database of a newer schema, a wrong key, and a database file that another Needlepoint has open. Several
    /// servers may share a `PostgreSQL` database.
    ///
    /// # Errors
    /// When the database can't be reached, is newer or in use, or the key is wrong or missing.
    pub async fn open(database: &Database, key: &KeySource) -> Result<Self, RecordsError> {
        Self::open_within(database, key, &PageLimit::default()).await
    }

    /// Opens a practice whose file may only have so many pages, to test a full disk.
    pub(crate) async fn open_within(
        database: &Database,
        key: &KeySource,
        pages: &PageLimit,
    ) -> Result<Self, RecordsError> {
        let database = database.located()?;
        let lock = match &database {
            Database::Sqlite(path) => Some(FileLock::take(path)?),
            Database::Postgres(_) => None,
        };
        let pools = database.connect(pages).await?;
        let mut connection = pools.writer.acquire().await?;
        schema::migrate(&mut connection, &database, schema::LATEST).await?;
        let data_key = unlock_or_found(&mut connection, key).await?;
        drop(connection);

        let vault = Arc::new(Vault::new(&data_key));
        let writer =
            Writer::start(database.clone(), pools.writer.clone(), Arc::clone(&vault), lock);
        Ok(Self {
            inner: Arc::new(Inner {
                database,
                pools,
                data_key,
                vault,
                writer,
                patients: Mutex::default(),
                hashing: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            }),
        })
    }

    /// Finishes what is being written and closes the database. Later writes are refused.
    pub async fn close(&self) {
        self.inner.writer.stop().await;
        self.inner.pools.readers.close().await;
        if self.inner.database.is_sqlite() {
            // Afterwards the file alone holds everything. If it can't be done now, the next to open it does it.
            let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)");
            let _ = emptied.execute(&self.inner.pools.writer).await;
        }
        self.inner.pools.writer.close().await;
    }

    /// Locks the practice with another key file or passphrase. Nothing is encrypted anew but the data key; backups made
    /// before still open with the old one.
    ///
    /// # Errors
    /// When the key file can't be made, the passphrase is too short, or it can't be saved.
    pub async fn change_key(&self, author: &Author, key: &KeySource) -> Result<(), RecordsError> {
        let wrapped = wrap(&self.inner.data_key, key).await?;
        let note = Note::new(author, Action::KeyChanged, Subject::default(), &wrapped.source);
        self.write(ChangeKey { wrapped, note }).await
    }

    /// Which database.
    pub fn database(&self) -> &Database {
        &self.inner.database
    }

    pub(crate) async fn write<W: Write>(&self, write: W) -> Result<W::Reply, RecordsError> {
        self.inner.writer.write(write).await
    }

    pub(crate) fn readers(&self) -> &AnyPool {
        &self.inner.pools.readers
    }

    pub(crate) fn vault(&self) -> &Arc<Vault> {
        &self.inner.vault
    }

    pub(crate) fn patient_list(&self) -> &Mutex<PatientList> {
        &self.inner.patients
    }

    pub(crate) fn hashing(&self) -> &Arc<Semaphore> {
        &self.inner.hashing
    }
}

/// Opens the data key, or makes one where there is none.
async fn unlock_or_found(
    connection: &mut AnyConnection,
    key: &KeySource,
) -> Result<Key, RecordsError> {
    if let Some(wrapped) = read_wrapped(connection).await? {
        return unwrap(wrapped, key).await;
    }
    let data_key: Key = Zeroizing::new(random()?);
    let wrapped = wrap(&data_key, key).await?;
    let mut transaction = connection.begin().await?;
    let founded = insert_wrapped(&mut transaction, &wrapped).await?;
    if founded {
        insert_chain(&mut transaction, &Chain::start()).await?;
    }
    transaction.commit().await?;
    if founded {
        return Ok(data_key);
    }
    // Another server was quicker to found the same practice.
    let wrapped = read_wrapped(connection).await?.ok_or(RecordsError::WrongKey)?;
    unwrap(wrapped, key).await
}

/// The wrapped data key of a database; none in a new one.
pub(crate) async fn read_wrapped(
    connection: &mut AnyConnection,
) -> Result<Option<WrappedKey>, RecordsError> {
    let row = sqlx::query_as("SELECT source, parameters, wrapped FROM keys WHERE id = 1")
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(source, parameters, wrapped)| WrappedKey { source, parameters, wrapped }))
}

/// Puts the wrapped key into a new database; false if there already is one.
async fn insert_wrapped(
    connection: &mut AnyConnection,
    wrapped: &WrappedKey,
) -> Result<bool, RecordsError> {
    let done = sqlx::query(
        "INSERT INTO keys (id, source, parameters, wrapped) VALUES (1, $1, $2, $3) \
         ON CONFLICT DO NOTHING",
    )
    .bind(wrapped.source.as_str())
    .bind(wrapped.parameters.as_str())
    .bind(wrapped.wrapped.as_slice())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a new database the end of its chain.
pub(crate) async fn insert_chain(
    connection: &mut AnyConnection,
    chain: &Chain,
) -> Result<(), RecordsError> {
    sqlx::query("INSERT INTO state (id, last_entry, last_hash) VALUES (1, $1, $2)")
        .bind(chain.last)
        .bind(chain.hash.as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

/// Stretching a passphrase takes a moment, so it is done on a thread of its own.
async fn wrap(data_key: &Key, key: &KeySource) -> Result<WrappedKey, RecordsError> {
    let (data_key, key) = (data_key.clone(), key.clone());
    spawn_blocking(move || WrappedKey::wrap(&data_key, &key))
        .await
        .map_err(|_| RecordsError::Closed)?
}

pub(crate) async fn unwrap(wrapped: WrappedKey, key: &KeySource) -> Result<Key, RecordsError> {
    let key = key.clone();
    spawn_blocking(move || wrapped.unwrap(&key)).await.map_err(|_| RecordsError::Closed)?
}

struct ChangeKey {
    wrapped: WrappedKey,
    note: Note,
}

impl Write for ChangeKey {
    type Reply = ();

    async fn apply(&self, batch: &mut Batch) -> Result<(), RecordsError> {
        sqlx::query("UPDATE keys SET source = $1, parameters = $2, wrapped = $3 WHERE id = 1")
            .bind(self.wrapped.source.as_str())
            .bind(self.wrapped.parameters.as_str())
            .bind(self.wrapped.wrapped.as_slice())
            .execute(batch.connection())
            .await?;
        batch.note(&self.note).await?;
        Ok(())
    }
}
