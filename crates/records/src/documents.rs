//! Documents: written, read, changed, erased.

use jiff::Timestamp;
use sqlx::{AnyConnection, Executor as _};

use crate::{
    Author, Id, Practice, RecordsError,
    audit::{Action, Note, Subject},
    clinical::{Content, Kind},
    document::Document,
    stored::{NewVersion, SELECT_PRESENT, SELECT_VERSIONS, Stored, can_stand_plain},
    time::to_micros,
    writer::{Batch, Write},
};

impl Practice {
    /// Writes a new document.
    ///
    /// # Errors
    /// When the patient to whom it belongs isn't there, it can't be read back, or it can't be saved.
    pub async fn create<T: Content>(
        &self,
        author: &Author,
        content: &T,
    ) -> Result<Document<T>, RecordsError> {
        self.create_as(author, Id::new(), content).await
    }

    /// Writes a new document under an identifier that somebody else chose.
    ///
    /// # Errors
    /// When the identifier is taken, and as with [`Practice::create`].
    pub async fn create_as<T: Content>(
        &self,
        author: &Author,
        id: Id,
        content: &T,
    ) -> Result<Document<T>, RecordsError> {
        let (document, read) = NewVersion::of(id, content)?;
        let create = Create { document, picture: None, author: author.clone() };
        let written_at = self.write(create).await?;
        Ok(Document {
            id,
            version: 1,
            written_at,
            written_by: author.account.clone(),
            content: read,
        })
    }

    /// The present version of a document.
    ///
    /// # Errors
    /// When there is no such document of this kind, it was erased or damaged, or the database fails.
    pub async fn read<T: Content>(&self, id: Id) -> Result<Document<T>, RecordsError> {
        let sql = format!("{SELECT_PRESENT} WHERE d.id = $1");
        let row = sqlx::query(&sql).bind(id.to_string()).fetch_optional(self.readers()).await?;
        let row = row.ok_or(RecordsError::NotFound { kind: T::KIND, id })?;
        Stored::of_row(&row)?.open(self.vault())
    }

    /// Writes the next version of a document, if nobody else has since `expected_version` was read.
    ///
    /// # Errors
    /// When somebody else was quicker, there is no such document, or it can't be saved.
    pub async fn update<T: Content>(
        &self,
        author: &Author,
        id: Id,
        expected_version: u32,
        content: &T,
    ) -> Result<Document<T>, RecordsError> {
        let (document, read) = NewVersion::of(id, content)?;
        let update = Update { document, expected_version, author: author.clone() };
        let (version, written_at) = self.write(update).await?;
        Ok(Document { id, version, written_at, written_by: author.account.clone(), content: read })
    }

    /// All documents of a kind that belong to a patient, the oldest first.
    ///
    /// # Errors
    /// When one of them is damaged, or the database fails.
    pub async fn of_patient<T: Content>(
        &self,
        patient: Id,
    ) -> Result<Vec<Document<T>>, RecordsError> {
        let sql = format!(
            "{SELECT_PRESENT} WHERE d.patient = $1 AND d.kind = $2 AND d.erased = 0 \
             ORDER BY d.created_at, d.id"
        );
        let rows = sqlx::query(&sql)
            .bind(patient.to_string())
            .bind(T::KIND.name())
            .fetch_all(self.readers())
            .await?;
        rows.iter().map(|row| Stored::of_row(row)?.open(self.vault())).collect()
    }

    /// Every version of a document that was ever written, the oldest first.
    ///
    /// # Errors
    /// When there is no such document of this kind, it was erased or damaged, or the database fails.
    pub async fn versions<T: Content>(&self, id: Id) -> Result<Vec<Document<T>>, RecordsError> {
        let sql = format!("{SELECT_VERSIONS} WHERE d.id = $1 ORDER BY v.version");
        let rows = sqlx::query(&sql).bind(id.to_string()).fetch_all(self.readers()).await?;
        if rows.is_empty() {
            return Err(RecordsError::NotFound { kind: T::KIND, id });
        }
        rows.iter().map(|row| Stored::of_row(row)?.open(self.vault())).collect()
    }

    /// Erases what every version of a document says, and its picture; of a patient, also all that belongs to them. A
    /// tombstone stays: that there was a document, when it was written and by whom, and the entries of the audit.
    ///
    /// # Errors
    /// When somebody else changed it, there is no such document, or it can't be saved.
    pub async fn erase(
        &self,
        author: &Author,
        id: Id,
        expected_version: u32,
    ) -> Result<(), RecordsError> {
        self.write(Erase { id, expected_version, author: author.clone() }).await?;
        if self.database().is_sqlite() {
            // What was saved is saved, whether or not this comes to pass.
            let _ = self.empty_log().await;
        }
        Ok(())
    }

    /// Writes the log of `SQLite` back, which still holds what was erased. It does not wait for anybody, as everybody
    /// would have to wait meanwhile: if readers are in the way it is done later.
    async fn empty_log(&self) -> Result<(), RecordsError> {
        let mut connection = self.readers().acquire().await?;
        connection.execute("PRAGMA busy_timeout = 0").await?;
        let emptied = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        connection.execute("PRAGMA busy_timeout = 10000").await?;
        emptied?;
        Ok(())
    }
}

/// Writes the first version of a document.
pub(crate) struct Create {
    pub(crate) document: NewVersion,
    /// A sealed picture that goes with it.
    pub(crate) picture: Option<Vec<u8>>,
    pub(crate) author: Author,
}

impl Write for Create {
    type Reply = Timestamp;

    async fn apply(&self, batch: &mut Batch) -> Result<Timestamp, RecordsError> {
        let Self { document, picture, author } = self;
        if let Some(patient) = document.patient {
            patient_is_there(batch.connection(), patient).await?;
        }
        let written = Written { version: 1, at: batch.now(), by: &author.account };
        insert_document(batch, document, &written, Action::Created, author).await?;
        if let Some(picture) = picture {
            insert_picture(batch.connection(), document.id, picture).await?;
        }
        Ok(written.at)
    }
}

/// What is known of the writing of a version.
pub(crate) struct Written<'a> {
    pub(crate) version: u32,
    pub(crate) at: Timestamp,
    pub(crate) by: &'a str,
}

/// Adds a document with a single version and the entry of the audit.
pub(crate) async fn insert_document(
    batch: &mut Batch,
    document: &NewVersion,
    written: &Written<'_>,
    action: Action,
    author: &Author,
) -> Result<(), RecordsError> {
    let subject = subject(document.id, document.kind, document.patient, written.version);
    let entry = batch.note(&Note::new(author, action, subject, "")).await?;
    let done = sqlx::query(
        "INSERT INTO documents (id, kind, patient, version, created_at, erased, changed) \
         VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT (id) DO NOTHING",
    )
    .bind(document.id.to_string())
    .bind(document.kind.name())
    .bind(document.patient.map(|id| id.to_string()))
    .bind(i64::from(written.version))
    .bind(to_micros(written.at))
    .bind(entry)
    .execute(batch.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(RecordsError::Exists { id: document.id });
    }
    insert_version(batch, document, written).await
}

async fn insert_version(
    batch: &mut Batch,
    document: &NewVersion,
    written: &Written<'_>,
) -> Result<(), RecordsError> {
    if !can_stand_plain(written.by) {
        let why = "the name of its author holds a NUL character";
        return Err(RecordsError::Unwritable(why.to_owned()));
    }
    let sealed = document.seal(batch.vault(), written.version, written.at, written.by)?;
    sqlx::query(
        "INSERT INTO document_versions (document, version, written_at, written_by, content) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(document.id.to_string())
    .bind(i64::from(written.version))
    .bind(to_micros(written.at))
    .bind(written.by)
    .bind(sealed)
    .execute(batch.connection())
    .await?;
    Ok(())
}

/// Adds the sealed picture of a photograph.
pub(crate) async fn insert_picture(
    connection: &mut AnyConnection,
    photograph: Id,
    sealed: &[u8],
) -> Result<(), RecordsError> {
    sqlx::query("INSERT INTO pictures (photograph, content) VALUES ($1, $2)")
        .bind(photograph.to_string())
        .bind(sealed)
        .execute(connection)
        .await?;
    Ok(())
}

/// Refuses a patient who isn't there, or was erased.
pub(crate) async fn patient_is_there(
    connection: &mut AnyConnection,
    patient: Id,
) -> Result<(), RecordsError> {
    let found: Option<(i64,)> =
        sqlx::query_as("SELECT erased FROM documents WHERE id = $1 AND kind = $2")
            .bind(patient.to_string())
            .bind(Kind::Patient.name())
            .fetch_optional(connection)
            .await?;
    match found {
        Some((0,)) => Ok(()),
        _ => Err(RecordsError::NoSuchPatient(patient)),
    }
}

/// What the audit says an entry is about. A patient concerns itself.
pub(crate) fn subject(id: Id, kind: Kind, patient: Option<Id>, version: u32) -> Subject {
    let patient = if kind == Kind::Patient { Some(id) } else { patient };
    Subject { kind: Some(kind), document: Some(id), patient, version: Some(version) }
}

/// Writes the next version of a document.
struct Update {
    document: NewVersion,
    expected_version: u32,
    author: Author,
}

impl Write for Update {
    type Reply = (u32, Timestamp);

    async fn apply(&self, batch: &mut Batch) -> Result<(u32, Timestamp), RecordsError> {
        let Self { document, expected_version, author } = self;
        let kind = document.kind;
        let present = present(batch.connection(), document.id, Some(kind)).await?;
        not_conflicting(&present, *expected_version)?;
        if present.parsed_patient()? != document.patient {
            return Err(RecordsError::OtherPatient(document.id));
        }
        let version = expected_version + 1;
        let written = Written { version, at: batch.now(), by: &author.account };
        let subject = subject(document.id, kind, document.patient, version);
        let entry = batch.note(&Note::new(author, Action::Updated, subject, "")).await?;
        insert_version(batch, document, &written).await?;
        sqlx::query("UPDATE documents SET version = $1, changed = $2 WHERE id = $3")
            .bind(i64::from(version))
            .bind(entry)
            .bind(document.id.to_string())
            .execute(batch.connection())
            .await?;
        Ok((version, written.at))
    }
}

/// The present row of a document of a kind, if one is asked for, that is not erased.
async fn present(
    connection: &mut AnyConnection,
    id: Id,
    kind: Option<Kind>,
) -> Result<Stored, RecordsError> {
    let not_found = || RecordsError::NotFound { kind: kind.unwrap_or(Kind::Patient), id };
    let sql = format!("{SELECT_PRESENT} WHERE d.id = $1");
    let row = sqlx::query(&sql).bind(id.to_string()).fetch_optional(connection).await?;
    let stored = Stored::of_row(&row.ok_or_else(not_found)?)?;
    let found = stored.parsed_kind()?;
    if kind.is_some_and(|kind| kind != found) {
        return Err(not_found());
    }
    if stored.erased {
        return Err(RecordsError::Erased { kind: found, id });
    }
    Ok(stored)
}

fn not_conflicting(present: &Stored, expected_version: u32) -> Result<(), RecordsError> {
    let current_version = present.version_number()?;
    if current_version == expected_version {
        return Ok(());
    }
    Err(RecordsError::Conflict {
        current_version,
        written_by: present.written_by.clone(),
        written_at: crate::time::of_micros(present.written_at),
    })
}

/// Erases a document and all that belongs to it.
struct Erase {
    id: Id,
    expected_version: u32,
    author: Author,
}

impl Write for Erase {
    type Reply = ();

    async fn apply(&self, batch: &mut Batch) -> Result<(), RecordsError> {
        let target = present(batch.connection(), self.id, None).await?;
        not_conflicting(&target, self.expected_version)?;
        let sql = format!("{SELECT_PRESENT} WHERE d.patient = $1 AND d.erased = 0 ORDER BY d.id");
        let belonging =
            sqlx::query(&sql).bind(self.id.to_string()).fetch_all(batch.connection()).await?;
        for row in &belonging {
            self.erase(batch, &Stored::of_row(row)?).await?;
        }
        self.erase(batch, &target).await
    }
}

impl Erase {
    async fn erase(&self, batch: &mut Batch, stored: &Stored) -> Result<(), RecordsError> {
        let subject = subject(
            stored.parsed_id()?,
            stored.parsed_kind()?,
            stored.parsed_patient()?,
            stored.version_number()?,
        );
        let entry = batch.note(&Note::new(&self.author, Action::Erased, subject, "")).await?;
        sqlx::query("UPDATE document_versions SET content = NULL WHERE document = $1")
            .bind(stored.id.as_str())
            .execute(batch.connection())
            .await?;
        sqlx::query("DELETE FROM pictures WHERE photograph = $1")
            .bind(stored.id.as_str())
            .execute(batch.connection())
            .await?;
        sqlx::query("UPDATE documents SET erased = 1, changed = $1 WHERE id = $2")
            .bind(entry)
            .bind(stored.id.as_str())
            .execute(batch.connection())
            .await?;
        Ok(())
    }
}
