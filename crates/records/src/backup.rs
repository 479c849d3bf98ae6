//! Backups: made, checked, restored.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{BufWriter, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use sqlx::{
    Any, AnyConnection, Connection as _, Row as _, any::AnyArguments, any::AnyRow, query::Query,
};
use tokio::{
    sync::mpsc,
    task::{JoinHandle, spawn_blocking},
};

use crate::{
    Author, Database, KeySource, Practice, RecordsError,
    archive::{self, ChecksumWriter, Header, Reader, TableHeader, Value},
    audit::{Action, Chain},
    database::{PageLimit, only_for_owner, sync_folder},
    lock::FileLock,
    pictures::hexadecimal,
    practice::{insert_chain, read_wrapped, unwrap},
    schema::{self, TABLES, Type},
    time::now,
    vault::Vault,
    verify,
};

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its size.
    pub bytes: u64,
    /// Rows of each table.
    pub rows: Vec<(String, u64)>,
    /// The checksum at its end, hexadecimal.
    pub sha256: String,
}

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The backup.
    pub backup: Backup,
    /// Whether everything in it was also decrypted and checked, for which the key is needed.
    pub decrypted: bool,
}

impl Practice {
    /// Writes all records into one file, which needs the same key to be read. The practice goes on working meanwhile.
    ///
    /// The file holds one moment of the database. It is written beside its place, forced onto the disk, read again and
    /// checked, and only then gets its name; a file that is there is never replaced. Who is signed in is left out, so
    /// that nobody who signed out is signed in again by a restored backup.
    ///
    /// # Errors
    /// When the file is there or can't be written, or the database fails.
    pub async fn backup(&self, author: &Author, to: &Path) -> Result<Backup, RecordsError> {
        let mut transaction = self.readers().begin_with(self.database().begin_read()).await?;
        let backup = write_backup(&mut transaction, to).await?;
        transaction.commit().await?;
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        self.note_action(author, Action::BackedUp, None, &name).await?;
        Ok(backup)
    }
}

/// Writes all records of a database into one file as [`Practice::backup`] does, also while a Needlepoint has it open. It
/// needs no key, and so can't note in the audit that it was done.
///
/// # Errors
/// When there is no database, its schema is another, or the file is there or can't be written.
pub async fn back_up(database: &Database, to: &Path) -> Result<Backup, RecordsError> {
    if let Database::Sqlite(path) = database {
        fs::metadata(path).map_err(|source| RecordsError::of_file(path, source))?;
    }
    let database = database.located()?;
    let pools = database.connect(&PageLimit::default()).await?;
    let mut transaction = pools.readers.begin_with(database.begin_read()).await?;
    let found = schema::version(&mut transaction).await?;
    if found != schema::LATEST {
        return Err(RecordsError::OtherSchema { found, known: schema::LATEST });
    }
    let backup = write_backup(&mut transaction, to).await?;
    transaction.commit().await?;
    Ok(backup)
}

/// Reads a backup from beginning to end and checks its checksum. Needs no key.
///
/// # Errors
/// When the file can't be read, is no backup, or is damaged.
pub fn verify_backup(path: &Path) -> Result<Backup, RecordsError> {
    let mut reader = Reader::open(path)?;
    while reader.next_row()?.is_some() {}
    let names = reader.header().tables.iter().map(|table| table.name.clone());
    Ok(Backup {
        path: path.to_path_buf(),
        created_at: reader.header().created_at,
        bytes: reader.bytes(),
        rows: names.zip(reader.counts().iter().copied()).collect(),
        sha256: hexadecimal(&reader.checksum().unwrap_or_default()),
    })
}

/// Restores a backup into an empty database of either kind, all or nothing. With the key, everything is decrypted
/// and checked before it counts.
///
/// # Errors
/// When the backup is damaged, the database holds records, the key is wrong, or it can't be saved.
pub async fn restore(
    from: &Path,
    database: &Database,
    key: Option<&KeySource>,
) -> Result<Restored, RecordsError> {
    let path = from.to_path_buf();
    let checked = spawn_blocking(move || verify_backup(&path));
    let backup = checked.await.map_err(|_| RecordsError::Closed)??;
    let made = match database {
        Database::Sqlite(path) if !path.exists() => Some(path.clone()),
        _ => None,
    };
    let restored = restore_into(&backup, database, key).await;
    if let (Err(_), Some(path)) = (&restored, made) {
        remove_database(&path);
    }
    restored?;
    Ok(Restored { backup, decrypted: key.is_some() })
}

/// Removes a database file that was made for nothing.
fn remove_database(path: &Path) {
    for suffix in ["", "-wal", "-shm", ".lock"] {
        let mut name = OsString::from(path);
        name.push(suffix);
        // Some of them do not exist, and an empty file left behind does no harm.
        let _ = fs::remove_file(name);
    }
}

/// A file that is removed again unless it gets its name.
struct Unfinished {
    path: PathBuf,
    finished: bool,
}

impl Unfinished {
    /// Beside the place where it will be.
    fn beside(to: &Path) -> Result<Self, RecordsError> {
        if to.exists() {
            return Err(RecordsError::FileExists(to.to_path_buf()));
        }
        let mut name = OsString::from(".");
        name.push(to.file_name().unwrap_or_default());
        name.push(".part");
        Ok(Self { path: to.with_file_name(name), finished: false })
    }

    fn create(&self) -> Result<File, RecordsError> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        only_for_owner(&mut options);
        options.open(&self.path).map_err(|source| RecordsError::of_file(&self.path, source))
    }

    /// Gives it its name, which must not be taken. A hard link fails where a rename would replace.
    fn finish(mut self, to: &Path) -> Result<(), RecordsError> {
        let named = match fs::hard_link(&self.path, to) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(RecordsError::FileExists(to.to_path_buf()));
            }
            Ok(()) => sync_folder(to),
            // Some file systems have no hard links.
            Err(_) => fs::rename(&self.path, to).and_then(|()| {
                self.finished = true;
                sync_folder(to)
            }),
        };
        named.map_err(|source| RecordsError::of_file(to, source))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // It may never have been made.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// What goes to the thread that writes the file.
enum Piece {
    Bytes(Vec<u8>),
    End,
}

/// Pieces on their way to the file.
const PIECES: usize = 16;

async fn write_backup(connection: &mut AnyConnection, to: &Path) -> Result<Backup, RecordsError> {
    let unfinished = Unfinished::beside(to)?;
    let file = unfinished.create()?;
    let (pieces, incoming) = mpsc::channel(PIECES);
    let path = unfinished.path.clone();
    let writing: JoinHandle<Result<(), RecordsError>> = spawn_blocking(move || {
        write_pieces(file, incoming).map_err(|source| RecordsError::of_file(path, source))
    });
    let sent = send_rows(connection, &pieces).await;
    drop(pieces);
    let written = writing.await.map_err(|_| RecordsError::Closed)?;
    // A file that can't be written is the reason why nothing more could be sent.
    written?;
    sent?;

    let to = to.to_path_buf();
    let finished = spawn_blocking(move || {
        let checked = verify_backup(&unfinished.path)?;
        unfinished.finish(&to)?;
        Ok(Backup { path: to, ..checked })
    });
    finished.await.map_err(|_| RecordsError::Closed)?
}

fn write_pieces(file: File, mut incoming: mpsc::Receiver<Piece>) -> std::io::Result<()> {
    let mut out = ChecksumWriter::new(BufWriter::with_capacity(1 << 18, file));
    while let Some(piece) = incoming.blocking_recv() {
        match piece {
            Piece::Bytes(bytes) => out.write(&bytes)?,
            Piece::End => {
                let file =
                    out.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                return file.sync_all();
            }
        }
    }
    // The rows ended early, and whoever sent them says why.
    Ok(())
}

async fn send_rows(
    connection: &mut AnyConnection,
    pieces: &mpsc::Sender<Piece>,
) -> Result<(), RecordsError> {
    let too_large = |error: std::io::Error| RecordsError::of_file("a row", error);
    let send = async |piece| pieces.send(piece).await.map_err(|_| RecordsError::Closed);
    let beginning = archive::beginning(&Header::new(now())).map_err(too_large)?;
    send(Piece::Bytes(beginning)).await?;
    let mut counts = Vec::with_capacity(TABLES.len());
    for (number, table) in (0u8..).zip(&TABLES) {
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        let sql =
            format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.order);
        let mut rows = sqlx::query(&sql).fetch(&mut *connection);
        let mut count = 0;
        while let Some(row) = rows.try_next().await? {
            let values = values(&row, table.columns)?;
            send(Piece::Bytes(archive::row(number, &values).map_err(too_large)?)).await?;
            count += 1;
        }
        counts.push(count);
    }
    send(Piece::Bytes(archive::ending(&counts).map_err(too_large)?)).await?;
    send(Piece::End).await
}

fn values(row: &AnyRow, columns: &[(&str, Type)]) -> Result<Vec<Value>, sqlx::Error> {
    let value = |(at, (_, kind)): (usize, &(&str, Type))| {
        let value = match kind {
            Type::Number => row.try_get::<Option<i64>, _>(at)?.map(Value::Number),
            Type::Text => row.try_get::<Option<String>, _>(at)?.map(Value::Text),
            Type::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Value::Bytes),
        };
        Ok(value.unwrap_or(Value::Null))
    };
    columns.iter().enumerate().map(value).collect()
}

async fn restore_into(
    backup: &Backup,
    database: &Database,
    key: Option<&KeySource>,
) -> Result<(), RecordsError> {
    let database = database.located()?;
    let _lock = match &database {
        Database::Sqlite(path) => Some(FileLock::take(path)?),
        Database::Postgres(_) => None,
    };
    let pools = database.connect(&PageLimit::default()).await?;
    let mut connection = pools.writer.acquire().await?;
    let reader = Reader::open(&backup.path)?;
    let header = reader.header().clone();
    let present = schema::version(&mut connection).await?;
    if present > header.schema {
        is_empty(&mut connection).await?;
        return Err(RecordsError::OtherSchema { found: header.schema, known: present });
    }
    schema::migrate(&mut connection, &database, header.schema).await?;

    let mut transaction = connection.begin().await?;
    is_empty(&mut transaction).await?;
    insert_all(&mut transaction, reader, &header).await?;
    let chain = last_of_chain(&mut transaction).await?;
    insert_chain(&mut transaction, &chain).await?;
    check_counts(&mut transaction, backup).await?;
    if let Some(key) = key {
        decrypt_all(&mut transaction, backup, &database, key).await?;
    }
    transaction.commit().await?;
    schema::migrate(&mut connection, &database, schema::LATEST).await?;
    drop(connection);
    pools.readers.close().await;
    pools.writer.close().await;
    Ok(())
}

async fn is_empty(connection: &mut AnyConnection) -> Result<(), RecordsError> {
    for table in TABLES.iter().map(|table| table.name).chain(["state"]) {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let (rows,): (i64,) = sqlx::query_as(&sql).fetch_one(&mut *connection).await?;
        if rows != 0 {
            return Err(RecordsError::NotEmpty);
        }
    }
    Ok(())
}

/// Inserts the rows of a backup, which is read by a thread that may wait for the disk.
async fn insert_all(
    connection: &mut AnyConnection,
    mut reader: Reader,
    header: &Header,
) -> Result<(), RecordsError> {
    let statements: Vec<String> = header.tables.iter().map(insert_statement).collect();
    let (rows, mut incoming) = mpsc::channel(PIECES);
    let reading = spawn_blocking(move || {
        while let Some(row) = reader.next_row()? {
            if rows.blocking_send(row).is_err() {
                // The database refused a row, and whoever inserts says why.
                break;
            }
        }
        Ok(())
    });
    while let Some((table, values)) = incoming.recv().await {
        let types = &header.tables[table].types;
        let query = values
            .into_iter()
            .zip(types)
            .fold(sqlx::query(&statements[table]), |query, (value, kind)| {
                bind(query, value, *kind)
            });
        query.execute(&mut *connection).await?;
    }
    reading.await.map_err(|_| RecordsError::Closed)?
}

fn insert_statement(table: &TableHeader) -> String {
    let places: Vec<String> = (1..=table.columns.len()).map(|at| format!("${at}")).collect();
    let (name, columns) = (&table.name, table.columns.join(", "));
    format!("INSERT INTO {name} ({columns}) VALUES ({})", places.join(", "))
}

type AnyQuery<'q> = Query<'q, Any, AnyArguments<'q>>;

/// Binds a value; nothing, too, has a type in `PostgreSQL`.
fn bind(query: AnyQuery<'_>, value: Value, kind: Type) -> AnyQuery<'_> {
    match (value, kind) {
        (Value::Number(number), _) => query.bind(number),
        (Value::Text(text), _) => query.bind(text),
        (Value::Bytes(bytes), _) => query.bind(bytes),
        (Value::Null, Type::Number) => query.bind(None::<i64>),
        (Value::Null, Type::Text) => query.bind(None::<String>),
        (Value::Null, Type::Bytes) => query.bind(None::<Vec<u8>>),
    }
}

async fn last_of_chain(connection: &mut AnyConnection) -> Result<Chain, RecordsError> {
    let row = sqlx::query("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    match row {
        Some(row) => Ok(Chain { last: row.try_get(0)?, hash: row.try_get(1)? }),
        None => Ok(Chain::start()),
    }
}

async fn check_counts(connection: &mut AnyConnection, backup: &Backup) -> Result<(), RecordsError> {
    for (table, expected) in &backup.rows {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let (found,): (i64,) = sqlx::query_as(&sql).fetch_one(&mut *connection).await?;
        if u64::try_from(found) != Ok(*expected) {
            return Err(bad(backup, format!("{expected} rows of {table} became {found}")));
        }
    }
    Ok(())
}

async fn decrypt_all(
    connection: &mut AnyConnection,
    backup: &Backup,
    database: &Database,
    key: &KeySource,
) -> Result<(), RecordsError> {
    let wrapped = read_wrapped(connection).await?;
    let wrapped = wrapped.ok_or_else(|| bad(backup, "it holds no key".to_owned()))?;
    let vault = Arc::new(Vault::new(&unwrap(wrapped, key).await?));
    let verified = verify::verify(connection, &vault, database.is_sqlite()).await?;
    match verified.problems.first() {
        Some(problem) => Err(bad(backup, problem.clone())),
        None => Ok(()),
    }
}

fn bad(backup: &Backup, why: String) -> RecordsError {
    RecordsError::BadBackup { path: backup.path.clone(), why }
}
