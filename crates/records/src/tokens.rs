//! Tokens with which a program signs in for an account.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    Account, Author, Id, Practice, RecordsError,
    accounts::find_account,
    audit::{Action, Note, Subject},
    time::{of_micros, to_micros},
    vault::{Place, random},
    writer::{Batch, Write},
};

/// What is known of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its identifier, to revoke it by.
    pub id: Id,
    /// The account for which it signs in.
    pub account: String,
    /// What it is for.
    pub label: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// A new token. Its secret is shown once and is kept nowhere.
pub struct NewToken {
    /// What is known of it.
    pub token: Token,
    /// What a program sends.
    pub secret: Zeroizing<String>,
}

impl std::fmt::Debug for NewToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken").field("token", &self.token).finish_non_exhaustive()
    }
}

/// What every secret begins with, so that a leaked one is recognised as what it is.
const PREFIX: &str = "needlepoint_";
const SECRET_BYTES: usize = 32;

/// The secret is random, so one round of SHA-256 hides it.
fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// A row. The label is sealed together with the rest, so that nobody who can write to the database makes a token.
type Row = (String, String, i64, i64, Vec<u8>, Vec<u8>);
const SELECT: &str = "SELECT id, account, created_at, revoked, secret_hash, label FROM tokens";

fn place(id: &str, account: &str, created_at: i64, revoked: bool, secret_hash: &[u8]) -> Place {
    Place::in_table("tokens")
        .text(id)
        .text(account)
        .number(created_at)
        .number(i64::from(revoked))
        .bytes(secret_hash)
}

impl Practice {
    /// Makes a token for an account.
    ///
    /// # Errors
    /// When there is no such account, or it can't be saved.
    pub async fn create_token(
        &self,
        author: &Author,
        account: &str,
        label: &str,
    ) -> Result<NewToken, RecordsError> {
        let bytes = Zeroizing::new(random::<SECRET_BYTES>()?);
        let secret = Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*bytes)));
        let create = CreateToken {
            id: Id::new(),
            account: account.to_owned(),
            label: label.to_owned(),
            secret_hash: hash_of(&secret),
            author: author.clone(),
        };
        Ok(NewToken { token: self.write(create).await?, secret })
    }

    /// The account for which a secret signs in; none if it is unknown or revoked, or the account is disabled.
    ///
    /// # Errors
    /// When it was changed outside of Needlepoint, or the database fails.
    pub async fn token(&self, secret: &str) -> Result<Option<Account>, RecordsError> {
        let sql = format!("{SELECT} WHERE secret_hash = $1 AND revoked = 0");
        let row: Option<Row> =
            sqlx::query_as(&sql).bind(hash_of(secret)).fetch_optional(self.readers()).await?;
        let Some(row) = row else { return Ok(None) };
        let token = self.open_token(row)?;
        let account = self.account(&token.account).await?;
        Ok(account.filter(|account| !account.disabled))
    }

    /// All tokens, of one account or of all, the oldest first.
    ///
    /// # Errors
    /// When one was changed outside of Needlepoint, or the database fails.
    pub async fn tokens(&self, account: Option<&str>) -> Result<Vec<Token>, RecordsError> {
        let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(self.readers()).await?;
        let mut tokens =
            rows.into_iter().map(|row| self.open_token(row)).collect::<Result<Vec<_>, _>>()?;
        tokens.retain(|token| account.is_none_or(|account| account == token.account));
        tokens.sort_by_key(|token| (token.created_at, token.id));
        Ok(tokens)
    }

    /// Makes a token worthless.
    ///
    /// # Errors
    /// When there is no such token, or it can't be saved.
    pub async fn revoke_token(&self, author: &Author, id: Id) -> Result<(), RecordsError> {
        self.write(RevokeToken { id, author: author.clone() }).await
    }

    fn open_token(&self, row: Row) -> Result<Token, RecordsError> {
        open(self.vault(), row)
    }
}

fn open(vault: &crate::vault::Vault, row: Row) -> Result<Token, RecordsError> {
    let (id, account, created_at, revoked, secret_hash, label) = row;
    let revoked = revoked != 0;
    let damaged = || RecordsError::Damaged(format!("token {id}"));
    let place = place(&id, &account, created_at, revoked, &secret_hash);
    let label = vault.open(&place, &label).and_then(|label| String::from_utf8(label).ok());
    Ok(Token {
        id: id.parse().map_err(|_| damaged())?,
        label: label.ok_or_else(damaged)?,
        account,
        created_at: of_micros(created_at),
        revoked,
    })
}

/// Checks every token as [`Practice::verify`] does: the identifiers of those that were changed.
pub(crate) async fn changed_tokens(
    connection: &mut sqlx::AnyConnection,
    vault: &crate::vault::Vault,
) -> Result<Vec<String>, RecordsError> {
    let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(connection).await?;
    let ids = rows.into_iter().filter_map(|row| {
        let id = row.0.clone();
        open(vault, row).is_err().then_some(id)
    });
    Ok(ids.collect())
}

struct CreateToken {
    id: Id,
    account: String,
    label: String,
    secret_hash: Vec<u8>,
    author: Author,
}

impl Write for CreateToken {
    type Reply = Token;

    async fn apply(&self, batch: &mut Batch) -> Result<Token, RecordsError> {
        find_account(batch.connection(), &self.account).await?;
        let created_at = batch.now();
        let id = self.id.to_string();
        let place = place(&id, &self.account, to_micros(created_at), false, &self.secret_hash);
        let label = batch.vault().seal(&place, self.label.as_bytes())?;
        sqlx::query(
            "INSERT INTO tokens (id, account, created_at, revoked, secret_hash, label) \
             VALUES ($1, $2, $3, 0, $4, $5)",
        )
        .bind(id)
        .bind(self.account.as_str())
        .bind(to_micros(created_at))
        .bind(self.secret_hash.as_slice())
        .bind(label)
        .execute(batch.connection())
        .await?;
        let detail = format!("{} for {}", self.id, self.account);
        let note = Note::new(&self.author, Action::TokenCreated, Subject::default(), &detail);
        batch.note(&note).await?;
        Ok(Token {
            id: self.id,
            account: self.account.clone(),
            label: self.label.clone(),
            created_at,
            revoked: false,
        })
    }
}

struct RevokeToken {
    id: Id,
    author: Author,
}

impl Write for RevokeToken {
    type Reply = ();

    async fn apply(&self, batch: &mut Batch) -> Result<(), RecordsError> {
        let sql = format!("{SELECT} WHERE id = $1");
        let id = self.id.to_string();
        let row: Option<Row> =
            sqlx::query_as(&sql).bind(id.as_str()).fetch_optional(batch.connection()).await?;
        let row = row.ok_or(RecordsError::NoSuchToken(self.id))?;
        let secret_hash = row.4.clone();
        let token = open(batch.vault(), row)?;
        let place = place(&id, &token.account, to_micros(token.created_at), true, &secret_hash);
        let label = batch.vault().seal(&place, token.label.as_bytes())?;
        sqlx::query("UPDATE tokens SET revoked = 1, label = $1 WHERE id = $2")
            .bind(label)
            .bind(id)
            .execute(batch.connection())
            .await?;
        let detail = format!("{} of {}", self.id, token.account);
        let note = Note::new(&self.author, Action::TokenRevoked, Subject::default(), &detail);
        batch.note(&note).await?;
        Ok(())
    }
}
