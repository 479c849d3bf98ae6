//! One writer, which takes whatever waits together into one transaction.
//!
//! A write costs one flush of the disk, however small it is: a fraction of a millisecond on some machines and twenty on
//! others. While one flush runs, others' writes gather; the next transaction takes them all, so the number of flushes
//! no longer grows with the number of people. Each caller hears of its write only after the commit. A write that is
//! refused (somebody else was quicker) leaves through a savepoint and takes nobody with it; if the transaction as such
//! fails (the disk is full), each write is tried again alone.
//!
//! There is a second reason for a single writer. Each write adds to the chain of the audit, so in one database only one
//! can be under way anyway.

use std::{future::Future, pin::Pin, sync::Arc};

use jiff::Timestamp;
use sqlx::{Any, AnyConnection, AnyPool, Executor as _, pool::PoolConnection};
use tokio::sync::{mpsc, oneshot};

use crate::{
    Database, RecordsError,
    audit::{Chain, Note},
    lock::FileLock,
    time::now,
    vault::Vault,
};

/// A change of the database. It may be applied more than once, each time to a database in which it was not yet.
pub(crate) trait Write: Send + Sync + 'static {
    /// What its caller hears.
    type Reply: Send + 'static;

    /// Makes the change within a transaction.
    fn apply(
        &self,
        batch: &mut Batch,
    ) -> impl Future<Output = Result<Self::Reply, RecordsError>> + Send;
}

/// A transaction under way.
pub(crate) struct Batch {
    connection: PoolConnection<Any>,
    vault: Arc<Vault>,
    chain: Chain,
    now: Timestamp,
}

impl Batch {
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The moment of the write that is being applied.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Adds an entry to the audit; its number.
    pub(crate) async fn note(&mut self, note: &Note) -> Result<i64, RecordsError> {
        self.chain.append(&mut self.connection, &self.vault, note, self.now).await
    }

    async fn execute(&mut self, sql: &str) -> Result<(), RecordsError> {
        self.connection.execute(sql).await?;
        Ok(())
    }
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A write whose caller waits.
trait Waiting: Send {
    fn attempt<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<(), RecordsError>>;
    fn answer(self: Box<Self>, refused: Option<RecordsError>);
}

struct Pending<W: Write> {
    write: W,
    reply: Option<W::Reply>,
    caller: oneshot::Sender<Result<W::Reply, RecordsError>>,
}

impl<W: Write> Waiting for Pending<W> {
    fn attempt<'a>(&'a mut self, batch: &'a mut Batch) -> BoxFuture<'a, Result<(), RecordsError>> {
        Box::pin(async move {
            self.reply = Some(self.write.apply(batch).await?);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, refused: Option<RecordsError>) {
        let outcome = match (refused, self.reply) {
            (Some(error), _) => Err(error),
            (None, Some(reply)) => Ok(reply),
            (None, None) => Err(RecordsError::Closed),
        };
        // Whoever no longer listens has gone; what was saved is saved.
        let _ = self.caller.send(outcome);
    }
}

enum Message {
    Write(Box<dyn Waiting>),
    Stop(oneshot::Sender<()>),
}

/// Most writes in one transaction.
const MOST_TOGETHER: usize = 64;
/// Most writes that wait; whoever comes later waits before the door.
const MOST_WAITING: usize = 1024;

/// Where writes are handed in.
#[derive(Debug)]
pub(crate) struct Writer {
    door: mpsc::Sender<Message>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Write(_) => "Write",
            Self::Stop(_) => "Stop",
        })
    }
}

impl Writer {
    /// Starts the task that writes. It ends when the last door is dropped, or when it is stopped; the lock of the
    /// database is held until then.
    pub(crate) fn start(
        database: Database,
        pool: AnyPool,
        vault: Arc<Vault>,
        lock: Option<FileLock>,
    ) -> Self {
        let (door, waiting) = mpsc::channel(MOST_WAITING);
        let desk = Desk { database, pool, vault, _lock: lock };
        tokio::spawn(desk.work(waiting));
        Self { door }
    }

    /// Hands a write in and waits until it is on the disk.
    pub(crate) async fn write<W: Write>(&self, write: W) -> Result<W::Reply, RecordsError> {
        let (caller, answer) = oneshot::channel();
        let pending = Box::new(Pending { write, reply: None, caller });
        self.door.send(Message::Write(pending)).await.map_err(|_| RecordsError::Closed)?;
        answer.await.map_err(|_| RecordsError::Closed)?
    }

    /// Waits until everything handed in so far is written, then takes no more.
    pub(crate) async fn stop(&self) {
        let (stopped, done) = oneshot::channel();
        if self.door.send(Message::Stop(stopped)).await.is_ok() {
            // An error means that it has already stopped.
            let _ = done.await;
        }
    }
}

/// Why a transaction came to nothing.
enum Failure {
    /// Nothing of it is in the database.
    NotSaved(RecordsError),
    /// It could not even begin, so trying again would only make everybody wait.
    Unreachable(String),
    /// It failed while committing.
    Unsure(String),
}

impl From<RecordsError> for Failure {
    fn from(error: RecordsError) -> Self {
        Self::NotSaved(error)
    }
}

struct Desk {
    database: Database,
    pool: AnyPool,
    vault: Arc<Vault>,
    _lock: Option<FileLock>,
}

impl Desk {
    async fn work(self, mut door: mpsc::Receiver<Message>) {
        let mut messages = Vec::with_capacity(MOST_TOGETHER);
        while door.recv_many(&mut messages, MOST_TOGETHER).await > 0 {
            let mut writes = Vec::with_capacity(messages.len());
            let mut stop = None;
            for message in messages.drain(..) {
                match message {
                    // Whoever comes after the end hears, by its dropped line, that it is closed.
                    Message::Write(write) if stop.is_none() => writes.push(write),
                    Message::Write(_) => {}
                    Message::Stop(stopped) => stop = Some(stopped),
                }
            }
            self.save(writes).await;
            if let Some(stopped) = stop {
                // The lock goes before the answer, so that whoever waited can open the database again.
                drop(self);
                // Whoever asked may have gone.
                let _ = stopped.send(());
                return;
            }
        }
    }

    async fn save(&self, writes: Vec<Box<dyn Waiting>>) {
        for alone in self.save_together(writes).await {
            self.save_together(vec![alone]).await;
        }
    }

    /// Saves all writes, or gives them back to be tried one by one.
    async fn save_together(&self, mut writes: Vec<Box<dyn Waiting>>) -> Vec<Box<dyn Waiting>> {
        if writes.is_empty() {
            return writes;
        }
        match self.transaction(&mut writes).await {
            Ok(refusals) => {
                for (write, refused) in writes.into_iter().zip(refusals) {
                    write.answer(refused);
                }
            }
            Err(Failure::Unsure(why)) => {
                for write in writes {
                    write.answer(Some(RecordsError::Unsure(why.clone())));
                }
            }
            Err(Failure::Unreachable(why)) => {
                for write in writes {
                    write.answer(Some(RecordsError::Unreachable(why.clone())));
                }
            }
            Err(Failure::NotSaved(error)) => {
                if writes.len() > 1 {
                    return writes;
                }
                if let Some(write) = writes.pop() {
                    write.answer(Some(error));
                }
            }
        }
        Vec::new()
    }

    /// One transaction; for each write the reason why it was refused, if it was.
    async fn transaction(
        &self,
        writes: &mut [Box<dyn Waiting>],
    ) -> Result<Vec<Option<RecordsError>>, Failure> {
        let mut batch = match self.begin().await {
            Err(error @ RecordsError::DiskFull) => return Err(error.into()),
            Err(error) => return Err(Failure::Unreachable(error.to_string())),
            Ok(batch) => batch,
        };
        match apply_all(&mut batch, writes).await {
            Ok(refusals) => {
                self.commit(batch).await?;
                Ok(refusals)
            }
            Err(error) => {
                if !error.is_refusal() || batch.execute("ROLLBACK").await.is_err() {
                    discard(batch).await;
                }
                Err(error.into())
            }
        }
    }

    async fn begin(&self) -> Result<Batch, RecordsError> {
        let mut connection = self.pool.acquire().await?;
        connection.execute(self.database.begin_write()).await?;
        let chain = Chain::lock(&mut connection, self.database.is_sqlite()).await;
        match chain {
            Ok(chain) => {
                Ok(Batch { connection, vault: Arc::clone(&self.vault), chain, now: now() })
            }
            Err(error) => {
                // The reason is in `error`.
                let _ = connection.close().await;
                Err(error)
            }
        }
    }

    async fn commit(&self, mut batch: Batch) -> Result<(), Failure> {
        match batch.execute("COMMIT").await {
            Ok(()) => Ok(()),
            Err(error) => {
                discard(batch).await;
                Err(match error {
                    RecordsError::DiskFull => Failure::NotSaved(error),
                    other => Failure::Unsure(other.to_string()),
                })
            }
        }
    }
}

/// Closes a connection whose transaction failed, which rolls it back whatever state it is in.
async fn discard(batch: Batch) {
    // What failed is already known.
    let _ = batch.connection.close().await;
}

async fn apply_all(
    batch: &mut Batch,
    writes: &mut [Box<dyn Waiting>],
) -> Result<Vec<Option<RecordsError>>, RecordsError> {
    let before = batch.chain.clone();
    let several = writes.len() > 1;
    let mut refusals = Vec::with_capacity(writes.len());
    for write in writes {
        batch.now = now();
        refusals.push(if several {
            apply_in_savepoint(batch, write.as_mut()).await?
        } else {
            write.attempt(batch).await?;
            None
        });
    }
    if batch.chain != before {
        let chain = batch.chain.clone();
        chain.store(batch.connection()).await?;
    }
    Ok(refusals)
}

async fn apply_in_savepoint(
    batch: &mut Batch,
    write: &mut dyn Waiting,
) -> Result<Option<RecordsError>, RecordsError> {
    let before = batch.chain.clone();
    batch.execute("SAVEPOINT one").await?;
    let refused = match write.attempt(batch).await {
        Ok(()) => None,
        Err(error) if error.is_refusal() => {
            batch.execute("ROLLBACK TO SAVEPOINT one").await?;
            batch.chain = before;
            Some(error)
        }
        Err(error) => return Err(error),
    };
    batch.execute("RELEASE SAVEPOINT one").await?;
    Ok(refused)
}
