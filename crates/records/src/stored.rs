//! Rows of documents, sealed and opened.

use jiff::Timestamp;
use sqlx::{Row as _, any::AnyRow};

use crate::{
    Id, RecordsError,
    clinical::{Content, Kind},
    document::Document,
    time::{of_micros, to_micros},
    vault::{Place, Vault},
};

/// A version of a document, as its row has it.
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) patient: Option<String>,
    pub(crate) erased: bool,
    pub(crate) version: i64,
    pub(crate) written_at: i64,
    pub(crate) written_by: String,
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) changed: i64,
}

/// The present version of documents `d`, in the order of [`Stored::of_row`].
pub(crate) const SELECT_PRESENT: &str = "SELECT d.id, d.kind, d.patient, d.erased, v.version, \
     v.written_at, v.written_by, v.content, d.changed FROM documents d JOIN document_versions v \
     ON v.document = d.id AND v.version = d.version";

/// Every version of documents `d`, in the order of [`Stored::of_row`].
pub(crate) const SELECT_VERSIONS: &str = "SELECT d.id, d.kind, d.patient, d.erased, v.version, \
     v.written_at, v.written_by, v.content, d.changed FROM documents d JOIN document_versions v \
     ON v.document = d.id";

impl Stored {
    pub(crate) fn of_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get(0)?,
            kind: row.try_get(1)?,
            patient: row.try_get(2)?,
            erased: row.try_get::<i64, _>(3)? != 0,
            version: row.try_get(4)?,
            written_at: row.try_get(5)?,
            written_by: row.try_get(6)?,
            content: row.try_get(7)?,
            changed: row.try_get(8)?,
        })
    }

    /// The document. Whoever asks for another kind finds nothing.
    pub(crate) fn open<T: Content>(&self, vault: &Vault) -> Result<Document<T>, RecordsError> {
        let id = self.parsed_id()?;
        if self.kind != T::KIND.name() {
            return Err(RecordsError::NotFound { kind: T::KIND, id });
        }
        if self.erased {
            return Err(RecordsError::Erased { kind: T::KIND, id });
        }
        let json = self.json(vault)?;
        let content = serde_json::from_slice(&json).map_err(|_| self.damaged())?;
        Ok(Document {
            id,
            version: self.version_number()?,
            written_at: of_micros(self.written_at),
            written_by: self.written_by.clone(),
            content,
        })
    }

    /// Its content as it was sealed.
    pub(crate) fn json(&self, vault: &Vault) -> Result<Vec<u8>, RecordsError> {
        let place = place(
            &self.id,
            &self.kind,
            self.patient.as_deref(),
            self.version,
            self.written_at,
            &self.written_by,
        );
        let sealed = self.content.as_deref().ok_or_else(|| self.damaged())?;
        vault.open(&place, sealed).ok_or_else(|| self.damaged())
    }

    pub(crate) fn parsed_id(&self) -> Result<Id, RecordsError> {
        self.id.parse().map_err(|_| self.damaged())
    }

    pub(crate) fn parsed_patient(&self) -> Result<Option<Id>, RecordsError> {
        let patient = self.patient.as_deref().map(str::parse).transpose();
        patient.map_err(|_| self.damaged())
    }

    pub(crate) fn parsed_kind(&self) -> Result<Kind, RecordsError> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == self.kind);
        kind.ok_or_else(|| self.damaged())
    }

    pub(crate) fn version_number(&self) -> Result<u32, RecordsError> {
        u32::try_from(self.version).map_err(|_| self.damaged())
    }

    pub(crate) fn damaged(&self) -> RecordsError {
        RecordsError::Damaged(format!("version {} of {} {}", self.version, self.kind, self.id))
    }
}

/// A version of a document to be written.
pub(crate) struct NewVersion {
    pub(crate) id: Id,
    pub(crate) kind: Kind,
    pub(crate) patient: Option<Id>,
    pub(crate) json: Vec<u8>,
}

impl NewVersion {
    /// Puts a content into the form in which it is kept, and reads it again, so that nothing is kept that can't be read.
    pub(crate) fn of<T: Content>(id: Id, content: &T) -> Result<(Self, T), RecordsError> {
        let unwritable = |error: serde_json::Error| RecordsError::Unwritable(error.to_string());
        let json = serde_json::to_vec(content).map_err(unwritable)?;
        let read = serde_json::from_slice(&json).map_err(unwritable)?;
        Ok((Self { id, kind: T::KIND, patient: content.patient(), json }, read))
    }

    /// Its content sealed for its place.
    pub(crate) fn seal(
        &self,
        vault: &Vault,
        version: u32,
        written_at: Timestamp,
        written_by: &str,
    ) -> Result<Vec<u8>, RecordsError> {
        let place = place(
            &self.id.to_string(),
            self.kind.name(),
            self.patient.map(|id| id.to_string()).as_deref(),
            i64::from(version),
            to_micros(written_at),
            written_by,
        );
        vault.seal(&place, &self.json)
    }
}

fn place(
    id: &str,
    kind: &str,
    patient: Option<&str>,
    version: i64,
    written_at: i64,
    written_by: &str,
) -> Place {
    Place::in_table("document_versions")
        .text(id)
        .text(kind)
        .maybe_text(patient)
        .number(version)
        .number(written_at)
        .text(written_by)
}

/// Where the picture of a photograph is sealed.
pub(crate) fn picture_place(photograph: &str) -> Place {
    Place::in_table("pictures").text(photograph)
}

/// Whether `PostgreSQL` can hold a text that isn't encrypted: one without NUL. A file keeps to it too, so that a practice
/// can move.
pub(crate) fn can_stand_plain(text: &str) -> bool {
    !text.contains('\0')
}
