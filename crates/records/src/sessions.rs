//! Who is signed in: data under a key that a browser holds, until it expires.

use jiff::Timestamp;

use crate::{
    Practice, RecordsError,
    accounts::find_account,
    stored::can_stand_plain,
    time::{now, to_micros},
    vault::Place,
    writer::{Batch, Write},
};

/// SHA-256 of what a browser holds; so whoever copies the database can't sign in with it.
type IdHash = [u8; 32];

fn place(id_hash: &IdHash, account: Option<&str>, expires: i64) -> Place {
    Place::in_table("sessions").bytes(id_hash).maybe_text(account).number(expires)
}

impl Practice {
    /// Keeps data under a key until a moment, in place of what was there. With an account, it goes when the account is
    /// signed out everywhere.
    ///
    /// # Errors
    /// When there is no such account or it is disabled, or it can't be saved.
    pub async fn session_put(
        &self,
        id_hash: &[u8; 32],
        account: Option<&str>,
        data: &[u8],
        expires: Timestamp,
    ) -> Result<(), RecordsError> {
        let expires = to_micros(expires);
        let data = self.vault().seal(&place(id_hash, account, expires), data)?;
        let account = account.map(str::to_owned);
        self.write(Put { id_hash: *id_hash, account, data, expires }).await
    }

    /// What is kept under a key and has not expired.
    ///
    /// # Errors
    /// When it was changed outside of Needlepoint, or the database fails.
    pub async fn session_get(&self, id_hash: &[u8; 32]) -> Result<Option<Vec<u8>>, RecordsError> {
        let row: Option<(Option<String>, i64, Vec<u8>)> = sqlx::query_as(
            "SELECT account, expires, data FROM sessions WHERE id = $1 AND expires > $2",
        )
        .bind(id_hash.as_slice())
        .bind(to_micros(now()))
        .fetch_optional(self.readers())
        .await?;
        let Some((account, expires, data)) = row else { return Ok(None) };
        let place = place(id_hash, account.as_deref(), expires);
        let opened = self.vault().open(&place, &data);
        opened.map(Some).ok_or_else(|| RecordsError::Damaged("a session".to_owned()))
    }

    /// Forgets what is kept under a key.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn session_delete(&self, id_hash: &[u8; 32]) -> Result<(), RecordsError> {
        self.write(Delete::One(*id_hash)).await.map(|_| ())
    }

    /// Signs an account out everywhere; how many sessions it had.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn sessions_delete_of(&self, account: &str) -> Result<u64, RecordsError> {
        if !can_stand_plain(account) {
            return Ok(0);
        }
        self.write(Delete::OfAccount(account.to_owned())).await
    }

    /// Forgets what has expired; how many sessions that were.
    ///
    /// # Errors
    /// When it can't be saved.
    pub async fn sessions_sweep(&self) -> Result<u64, RecordsError> {
        self.write(Delete::Expired).await
    }
}

struct Put {
    id_hash: IdHash,
    account: Option<String>,
    data: Vec<u8>,
    expires: i64,
}

impl Write for Put {
    type Reply = ();

    async fn apply(&self, batch: &mut Batch) -> Result<(), RecordsError> {
        if let Some(account) = &self.account
            && find_account(batch.connection(), account).await?.disabled
        {
            return Err(RecordsError::NoSuchAccount(account.clone()));
        }
        sqlx::query(
            "INSERT INTO sessions (id, account, expires, data) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (id) DO UPDATE SET account = excluded.account, \
             expires = excluded.expires, data = excluded.data",
        )
        .bind(self.id_hash.as_slice())
        .bind(self.account.as_deref())
        .bind(self.expires)
        .bind(self.data.as_slice())
        .execute(batch.connection())
        .await?;
        Ok(())
    }
}

enum Delete {
    One(IdHash),
    OfAccount(String),
    Expired,
}

impl Write for Delete {
    type Reply = u64;

    async fn apply(&self, batch: &mut Batch) -> Result<u64, RecordsError> {
        let now = to_micros(batch.now());
        let query = match self {
            Self::One(id) => sqlx::query("DELETE FROM sessions WHERE id = $1").bind(id.as_slice()),
            Self::OfAccount(account) => {
                sqlx::query("DELETE FROM sessions WHERE account = $1").bind(account.as_str())
            }
            Self::Expired => sqlx::query("DELETE FROM sessions WHERE expires <= $1").bind(now),
        };
        Ok(query.execute(batch.connection()).await?.rows_affected())
    }
}
