//! Pictures of photographs.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use crate::{
    Author, Id, Practice, RecordsError,
    clinical::{Kind, Photograph},
    document::Document,
    documents::Create,
    stored::{NewVersion, picture_place},
};

/// SHA-256 in hexadecimal, as a photograph holds it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing to a text can't fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl Practice {
    /// Keeps a photograph and its picture, both or neither. The picture has to be the one whose SHA-256 the photograph
    /// names.
    ///
    /// # Errors
    /// When the picture is another than the photograph says, and as with [`Practice::create`].
    pub async fn put_picture(
        &self,
        author: &Author,
        photograph: &Photograph,
        bytes: &[u8],
    ) -> Result<Document<Photograph>, RecordsError> {
        let id = Id::new();
        let (document, content) = NewVersion::of(id, photograph)?;
        let sealed = self.seal_picture(id, &photograph.sha256, bytes.to_vec()).await?;
        let create = Create { document, picture: Some(sealed), author: author.clone() };
        let written_at = self.write(create).await?;
        let written_by = author.account.clone();
        Ok(Document { id, version: 1, written_at, written_by, content })
    }

    /// The picture of a photograph.
    ///
    /// # Errors
    /// When there is no such picture, it is damaged, or the database fails.
    pub async fn picture(&self, photograph: Id) -> Result<Vec<u8>, RecordsError> {
        let id = photograph.to_string();
        let row: Option<(Vec<u8>,)> =
            sqlx::query_as("SELECT content FROM pictures WHERE photograph = $1")
                .bind(id.as_str())
                .fetch_optional(self.readers())
                .await?;
        let (sealed,) =
            row.ok_or(RecordsError::NotFound { kind: Kind::Photograph, id: photograph })?;
        let vault = self.vault().clone();
        let opened = spawn_blocking(move || vault.open(&picture_place(&id), &sealed)).await;
        opened
            .ok()
            .flatten()
            .ok_or_else(|| RecordsError::Damaged(format!("the picture of photograph {photograph}")))
    }

    /// Encrypts a picture on a thread that may be busy: it is megabytes.
    pub(crate) async fn seal_picture(
        &self,
        photograph: Id,
        expected: &str,
        bytes: Vec<u8>,
    ) -> Result<Vec<u8>, RecordsError> {
        let vault = self.vault().clone();
        let expected = expected.to_owned();
        let sealing = spawn_blocking(move || {
            if !sha256(&bytes).eq_ignore_ascii_case(&expected) {
                return Err(RecordsError::PictureDiffers(photograph));
            }
            vault.seal(&picture_place(&photograph.to_string()), &bytes)
        });
        sealing.await.map_err(|_| RecordsError::Closed)?
    }
}
