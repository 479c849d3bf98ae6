//! Everything of a practice at one moment, out and in.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::AnyConnection;

use crate::{
    Author, Id, Practice, RecordsError,
    audit::Action,
    clinical::{Content, Kind},
    document::{Document, Picture, Snapshot},
    documents::{Written, insert_document, patient_is_there},
    stored::{NewVersion, SELECT_PRESENT, Stored, picture_place},
    time::kept,
    vault::Vault,
    writer::{Batch, Write},
};

/// What to do where something else is kept under an identifier that is to be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnCollision {
    /// Take over nothing at all.
    Refuse,
    /// Leave what is there, take over the rest.
    Skip,
}

/// What was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Documents that were not there.
    pub added: usize,
    /// Documents that were there and say the same.
    pub unchanged: usize,
    /// Documents left out, because something else is there or their patient was erased.
    pub skipped: usize,
    /// Pictures that were not there.
    pub pictures: usize,
}

impl Practice {
    /// The present version of every document that is not erased, and all pictures, at one moment; by identifier.
    ///
    /// # Errors
    /// When anything is damaged, or the database fails.
    pub async fn snapshot(&self) -> Result<Snapshot, RecordsError> {
        let mut transaction = self.readers().begin_with(self.database().begin_read()).await?;
        let sql = format!("{SELECT_PRESENT} WHERE d.erased = 0");
        let documents = sqlx::query(&sql).fetch_all(&mut *transaction).await?;
        let pictures: Vec<(String, Vec<u8>)> =
            sqlx::query_as("SELECT photograph, content FROM pictures")
                .fetch_all(&mut *transaction)
                .await?;
        transaction.commit().await?;

        let mut snapshot = Snapshot::default();
        for row in &documents {
            add(&mut snapshot, &Stored::of_row(row)?, self.vault())?;
        }
        for (photograph, sealed) in pictures {
            let damaged = || RecordsError::Damaged(format!("the picture of {photograph}"));
            let bytes = self.vault().open(&picture_place(&photograph), &sealed);
            let bytes = bytes.ok_or_else(damaged)?;
            let photograph = photograph.parse().map_err(|_| damaged())?;
            snapshot.pictures.push(Picture { photograph, bytes });
        }
        sort(&mut snapshot);
        Ok(snapshot)
    }

    /// Takes over documents and pictures, all or nothing, with their identifiers, versions, dates and authors. What is
    /// already there with the same content stays as it is.
    ///
    /// # Errors
    /// When something else is there and it is not to be left out, a patient or photograph is missing, a
    /// picture is another than its photograph says, or it can't be saved. Nothing is taken over then.
    pub async fn restore_snapshot(
        &self,
        author: &Author,
        snapshot: &Snapshot,
        on_collision: OnCollision,
    ) -> Result<Imported, RecordsError> {
        let items = items(snapshot)?;
        let mut pictures = Vec::with_capacity(snapshot.pictures.len());
        let expected: HashMap<Id, &str> = snapshot
            .photographs
            .iter()
            .map(|document| (document.id, document.content.sha256.as_str()))
            .collect();
        for Picture { photograph: id, bytes } in &snapshot.pictures {
            let not_found = RecordsError::NotFound { kind: Kind::Photograph, id: *id };
            let sha256 = expected.get(id).ok_or(not_found)?;
            pictures.push((*id, self.seal_picture(*id, sha256, bytes.clone()).await?));
        }
        self.write(Restore { items, pictures, on_collision, author: author.clone() }).await
    }
}

/// Adds a document to the list of its kind.
fn add(snapshot: &mut Snapshot, stored: &Stored, vault: &Vault) -> Result<(), RecordsError> {
    match stored.parsed_kind()? {
        Kind::Patient => snapshot.patients.push(stored.open(vault)?),
        Kind::Consultation => snapshot.consultations.push(stored.open(vault)?),
        Kind::Plan => snapshot.plans.push(stored.open(vault)?),
        Kind::Session => snapshot.sessions.push(stored.open(vault)?),
        Kind::Visit => snapshot.visits.push(stored.open(vault)?),
        Kind::Photograph => snapshot.photographs.push(stored.open(vault)?),
    }
    Ok(())
}

fn sort(snapshot: &mut Snapshot) {
    snapshot.patients.sort_by_key(|document| document.id);
    snapshot.consultations.sort_by_key(|document| document.id);
    snapshot.plans.sort_by_key(|document| document.id);
    snapshot.sessions.sort_by_key(|document| document.id);
    snapshot.visits.sort_by_key(|document| document.id);
    snapshot.photographs.sort_by_key(|document| document.id);
    snapshot.pictures.sort_by_key(|picture| picture.photograph);
}

/// A document to be taken over.
struct Item {
    document: NewVersion,
    version: u32,
    written_at: Timestamp,
    written_by: String,
}

/// All documents, owners before what belongs to them.
fn items(snapshot: &Snapshot) -> Result<Vec<Item>, RecordsError> {
    let mut items = Vec::new();
    add_items(&mut items, &snapshot.patients)?;
    add_items(&mut items, &snapshot.consultations)?;
    add_items(&mut items, &snapshot.plans)?;
    add_items(&mut items, &snapshot.sessions)?;
    add_items(&mut items, &snapshot.visits)?;
    add_items(&mut items, &snapshot.photographs)?;
    Ok(items)
}

fn add_items<T: Content>(
    items: &mut Vec<Item>,
    documents: &[Document<T>],
) -> Result<(), RecordsError> {
    for document in documents {
        if document.version == 0 {
            let why = format!("the {} {} has version 0", T::KIND.name(), document.id);
            return Err(RecordsError::Unwritable(why));
        }
        items.push(Item {
            document: NewVersion::of(document.id, &document.content)?.0,
            version: document.version,
            written_at: kept(document.written_at),
            written_by: document.written_by.clone(),
        });
    }
    Ok(())
}

struct Restore {
    items: Vec<Item>,
    /// Sealed, by the identifier of their photograph.
    pictures: Vec<(Id, Vec<u8>)>,
    on_collision: OnCollision,
    author: Author,
}

/// What became of an item.
#[derive(PartialEq)]
enum Taken {
    Added,
    Unchanged,
    Skipped,
}

impl Write for Restore {
    type Reply = Imported;

    async fn apply(&self, batch: &mut Batch) -> Result<Imported, RecordsError> {
        let mut imported = Imported::default();
        let mut there = HashSet::with_capacity(self.items.len());
        for item in &self.items {
            let taken = self.take(batch, item).await?;
            if taken != Taken::Skipped {
                there.insert(item.document.id);
            }
            *match taken {
                Taken::Added => &mut imported.added,
                Taken::Unchanged => &mut imported.unchanged,
                Taken::Skipped => &mut imported.skipped,
            } += 1;
        }
        for (photograph, sealed) in &self.pictures {
            if there.contains(photograph) {
                imported.pictures += take_picture(batch.connection(), *photograph, sealed).await?;
            }
        }
        Ok(imported)
    }
}

impl Restore {
    async fn take(&self, batch: &mut Batch, item: &Item) -> Result<Taken, RecordsError> {
        let document = &item.document;
        let sql = format!("{SELECT_PRESENT} WHERE d.id = $1");
        let row = sqlx::query(&sql)
            .bind(document.id.to_string())
            .fetch_optional(batch.connection())
            .await?;
        if let Some(row) = row {
            return self.compare(&Stored::of_row(&row)?, document, batch.vault());
        }
        if let Some(patient) = document.patient {
            match patient_is_there(batch.connection(), patient).await {
                Err(RecordsError::NoSuchPatient(_)) if self.on_collision == OnCollision::Skip => {
                    return Ok(Taken::Skipped);
                }
                other => other?,
            }
        }
        let written = Written { version: item.version, at: item.written_at, by: &item.written_by };
        insert_document(batch, document, &written, Action::Imported, &self.author).await?;
        Ok(Taken::Added)
    }

    fn compare(
        &self,
        stored: &Stored,
        document: &NewVersion,
        vault: &Vault,
    ) -> Result<Taken, RecordsError> {
        let same = stored.kind == document.kind.name()
            && !stored.erased
            && same_json(&stored.json(vault)?, &document.json);
        match (same, self.on_collision) {
            (true, _) => Ok(Taken::Unchanged),
            (false, OnCollision::Skip) => Ok(Taken::Skipped),
            (false, OnCollision::Refuse) => {
                Err(RecordsError::Collision { kind: document.kind, id: document.id })
            }
        }
    }
}

/// Whether two texts hold the same data, whatever the order of their fields.
fn same_json(a: &[u8], b: &[u8]) -> bool {
    let parse = |bytes| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    a == b || parse(a).is_some_and(|a| parse(b) == Some(a))
}

/// Adds a picture that isn't there; how many that were.
async fn take_picture(
    connection: &mut AnyConnection,
    photograph: Id,
    sealed: &[u8],
) -> Result<usize, RecordsError> {
    let done = sqlx::query(
        "INSERT INTO pictures (photograph, content) VALUES ($1, $2) \
         ON CONFLICT (photograph) DO NOTHING",
    )
    .bind(photograph.to_string())
    .bind(sealed)
    .execute(connection)
    .await?;
    Ok(usize::from(done.rows_affected() == 1))
}
