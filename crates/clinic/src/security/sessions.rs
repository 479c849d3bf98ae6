//! Sessions of tower-sessions, kept in the records: encrypted, and under the hash of their identifier, so that who reads
//! the database can't take one over.

use async_trait::async_trait;
use jiff::Timestamp;
use needlepoint_records::{Practice, RecordsError};
use sha2::{Digest as _, Sha256};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
};

use super::visitor::SIGNED_IN;

/// The store.
#[derive(Clone)]
pub(crate) struct Sessions(Practice);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    pub(crate) fn new(practice: Practice) -> Self {
        Self(practice)
    }

    async fn put(&self, record: &Record) -> Result<()> {
        let data = serde_json::to_vec(record).map_err(|why| Error::Encode(why.to_string()))?;
        let expires = Timestamp::from_second(record.expiry_date.unix_timestamp())
            .map_err(|why| Error::Encode(why.to_string()))?;
        // Under the account, so that all its sessions can be ended.
        let account =
            record.data.get(SIGNED_IN).and_then(|signed_in| signed_in["account"].as_str());
        let id = hash(record.id);
        let put = self.0.session_put(&id, account, &data, expires).await;
        put.map_err(|why| Error::Backend(why.to_string()))
    }
}

fn hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits: two of the same are not to be expected; one that is there is never taken over.
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.put(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // One that was ended while its request was under way stays ended.
        if self.load(&record.id).await?.is_some() { self.put(record).await } else { Ok(()) }
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let data = match self.0.session_get(&hash(*id)).await {
            // One that was changed outside opens nothing, and does not keep its browser from signing in anew.
            Err(RecordsError::Damaged(_)) => None,
            read => read.map_err(|why| Error::Backend(why.to_string()))?,
        };
        Ok(data.and_then(|data| serde_json::from_slice(&data).ok()))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let delete = self.0.session_delete(&hash(*id)).await;
        delete.map_err(|why| Error::Backend(why.to_string()))
    }
}
