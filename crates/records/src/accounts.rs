//! Accounts of those who work with the records.

use std::fmt;

use jiff::Timestamp;
use sqlx::AnyConnection;
use zeroize::Zeroizing;

use crate::{
    Author, Practice, RecordsError,
    audit::{Action, Note, Subject},
    passwords,
    stored::can_stand_plain,
    time::{of_micros, to_micros},
    vault::{Place, Vault},
    writer::{Batch, Write},
};

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Role {
    /// Everything, and manage accounts.
    Administrator,
    /// Treat: all that concerns patients.
    Practitioner,
    /// Help: write down what is done, no plans.
    Assistant,
    /// Look.
    ReadOnly,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 4] =
        [Self::Administrator, Self::Practitioner, Self::Assistant, Self::ReadOnly];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Practitioner => "practitioner",
            Self::Assistant => "assistant",
            Self::ReadOnly => "read-only",
        }
    }

    /// The role of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name, which its owner types to sign in.
    pub name: String,
    /// What its owner may do.
    pub role: Role,
    /// Shut: nobody can sign in, and its tokens do nothing.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Most characters of a name.
const LONGEST_NAME: usize = 60;

fn check_name(name: &str) -> Result<(), RecordsError> {
    let good = (1..=LONGEST_NAME).contains(&name.chars().count())
        && name.trim() == name
        && !name.chars().any(char::is_control);
    if good { Ok(()) } else { Err(RecordsError::AccountName(name.escape_debug().to_string())) }
}

/// A row: the account, and its password's hash encrypted together with what the account may do, so that nobody who can
/// write to the database makes themselves an administrator.
struct Stored {
    account: Account,
    password: Vec<u8>,
}

type Row = (String, String, i64, i64, Vec<u8>);
const SELECT: &str = "SELECT name, role, disabled, created_at, password FROM accounts";

impl Stored {
    fn of_row((name, role, disabled, created_at, password): Row) -> Result<Self, RecordsError> {
        let role = Role::of_name(&role).ok_or_else(|| damaged(&name))?;
        let created_at = of_micros(created_at);
        Ok(Self { account: Account { name, role, disabled: disabled != 0, created_at }, password })
    }

    /// The hash of its password. Fails if anything of the account was changed behind our back.
    fn open(&self, vault: &Vault) -> Result<Zeroizing<String>, RecordsError> {
        let opened = vault.open(&place(&self.account), &self.password);
        let text = opened.and_then(|hash| String::from_utf8(hash).ok());
        text.map(Zeroizing::new).ok_or_else(|| damaged(&self.account.name))
    }

    fn seal(account: Account, hash: &str, vault: &Vault) -> Result<Self, RecordsError> {
        let password = vault.seal(&place(&account), hash.as_bytes())?;
        Ok(Self { account, password })
    }
}

fn place(account: &Account) -> Place {
    Place::in_table("accounts")
        .text(&account.name)
        .text(account.role.name())
        .number(i64::from(account.disabled))
        .number(to_micros(account.created_at))
}

fn damaged(name: &str) -> RecordsError {
    RecordsError::Damaged(format!("account \"{name}\""))
}

/// Checks every account as [`Practice::verify`] does: the names of those that were changed.
pub(crate) async fn changed_accounts(
    connection: &mut AnyConnection,
    vault: &Vault,
) -> Result<Vec<String>, RecordsError> {
    let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(connection).await?;
    let mut changed = Vec::new();
    for row in rows {
        let name = row.0.clone();
        if Stored::of_row(row).and_then(|stored| stored.open(vault)).is_err() {
            changed.push(name);
        }
    }
    Ok(changed)
}

async fn find(connection: &mut AnyConnection, name: &str) -> Result<Option<Stored>, RecordsError> {
    if !can_stand_plain(name) {
        return Ok(None);
    }
    let sql = format!("{SELECT} WHERE name = $1");
    let row: Option<Row> = sqlx::query_as(&sql).bind(name).fetch_optional(connection).await?;
    row.map(Stored::of_row).transpose()
}

/// The account of a name, as its row has it.
pub(crate) async fn find_account(
    connection: &mut AnyConnection,
    name: &str,
) -> Result<Account, RecordsError> {
    let stored = find(connection, name).await?;
    Ok(stored.ok_or_else(|| RecordsError::NoSuchAccount(name.to_owned()))?.account)
}

impl Practice {
    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, RecordsError> {
        let rows: Vec<Row> = sqlx::query_as(SELECT).fetch_all(self.readers()).await?;
        let mut accounts = rows
            .into_iter()
            .map(|row| Ok(Stored::of_row(row)?.account))
            .collect::<Result<Vec<_>, RecordsError>>()?;
        accounts.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(accounts)
    }

    /// The account of a name. Fails if it was changed outside of Needlepoint.
    ///
    /// # Errors
    /// When the account was changed outside of Needlepoint, or the database fails.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, RecordsError> {
        let mut connection = self.readers().acquire().await?;
        let Some(stored) = find(&mut connection, name).await? else { return Ok(None) };
        stored.open(self.vault())?;
        Ok(Some(stored.account))
    }

    /// Makes an account.
    ///
    /// # Errors
    /// When the name can't be one or is taken, the password is too short, or it can't be saved.
    pub async fn create_account(
        &self,
        author: &Author,
        name: &str,
        role: Role,
        password: &str,
    ) -> Result<Account, RecordsError> {
        check_name(name)?;
        let hash = passwords::hash(self.hashing(), password).await?;
        self.write(CreateAccount { name: name.to_owned(), role, hash, author: author.clone() })
            .await
    }

    /// Gives an account another password, and signs it out everywhere.
    ///
    /// # Errors
    /// When there is no such account, the password is too short, or it can't be saved.
    pub async fn set_password(
        &self,
        author: &Author,
        name: &str,
        password: &str,
    ) -> Result<(), RecordsError> {
        let hash = passwords::hash(self.hashing(), password).await?;
        self.change(author, name, Change::Password(hash)).await
    }

    /// Gives an account another role. The last administrator stays one.
    ///
    /// # Errors
    /// When there is no such account, it is the last administrator, or it can't be saved.
    pub async fn set_role(
        &self,
        author: &Author,
        name: &str,
        role: Role,
    ) -> Result<(), RecordsError> {
        self.change(author, name, Change::Role(role)).await
    }

    /// Shuts an account and signs it out everywhere, or opens it again. The last administrator can't be shut out.
    ///
    /// # Errors
    /// When there is no such account, it is the last administrator, or it can't be saved.
    pub async fn set_disabled(
        &self,
        author: &Author,
        name: &str,
        disabled: bool,
    ) -> Result<(), RecordsError> {
        self.change(author, name, Change::Disabled(disabled)).await
    }

    /// The account, if the password is right and it isn't disabled. Takes as long for a name that isn't there.
    ///
    /// # Errors
    /// When the account was changed outside of Needlepoint, or the database fails.
    pub async fn verify_password(
        &self,
        name: &str,
        password: &str,
    ) -> Result<Option<Account>, RecordsError> {
        let mut connection = self.readers().acquire().await?;
        let stored = find(&mut connection, name).await?;
        drop(connection);
        let hash = stored.as_ref().map(|stored| stored.open(self.vault())).transpose()?;
        let right = passwords::verify(self.hashing(), password, hash).await?;
        Ok(stored.map(|stored| stored.account).filter(|account| right && !account.disabled))
    }

    async fn change(
        &self,
        author: &Author,
        name: &str,
        change: Change,
    ) -> Result<(), RecordsError> {
        self.write(ChangeAccount { name: name.to_owned(), change, author: author.clone() }).await
    }
}

struct CreateAccount {
    name: String,
    role: Role,
    hash: Zeroizing<String>,
    author: Author,
}

impl Write for CreateAccount {
    type Reply = Account;

    async fn apply(&self, batch: &mut Batch) -> Result<Account, RecordsError> {
        let created_at = batch.now();
        let account =
            Account { name: self.name.clone(), role: self.role, disabled: false, created_at };
        let stored = Stored::seal(account, &self.hash, batch.vault())?;
        let done = sqlx::query(
            "INSERT INTO accounts (name, role, disabled, created_at, password) \
             VALUES ($1, $2, 0, $3, $4) ON CONFLICT (name) DO NOTHING",
        )
        .bind(self.name.as_str())
        .bind(self.role.name())
        .bind(to_micros(created_at))
        .bind(stored.password.as_slice())
        .execute(batch.connection())
        .await?;
        if done.rows_affected() == 0 {
            return Err(RecordsError::AccountExists(self.name.clone()));
        }
        let detail = format!("{} ({})", self.name, self.role);
        let note = Note::new(&self.author, Action::AccountCreated, Subject::default(), &detail);
        batch.note(&note).await?;
        Ok(stored.account)
    }
}

enum Change {
    Password(Zeroizing<String>),
    Role(Role),
    Disabled(bool),
}

struct ChangeAccount {
    name: String,
    change: Change,
    author: Author,
}

impl Write for ChangeAccount {
    type Reply = ();

    async fn apply(&self, batch: &mut Batch) -> Result<(), RecordsError> {
        let stored = find(batch.connection(), &self.name).await?;
        let stored = stored.ok_or_else(|| RecordsError::NoSuchAccount(self.name.clone()))?;
        let mut hash = stored.open(batch.vault())?;
        let mut account = stored.account;
        let (action, detail) = match &self.change {
            Change::Password(new) => {
                hash.clone_from(new);
                (Action::PasswordSet, self.name.clone())
            }
            Change::Role(role) => {
                account.role = *role;
                (Action::RoleSet, format!("{} ({role})", self.name))
            }
            Change::Disabled(disabled) => {
                account.disabled = *disabled;
                let action =
                    if *disabled { Action::AccountDisabled } else { Action::AccountEnabled };
                (action, self.name.clone())
            }
        };
        self.somebody_stays(batch.connection(), &account).await?;
        let stored = Stored::seal(account, &hash, batch.vault())?;
        self.store(batch.connection(), &stored).await?;
        batch.note(&Note::new(&self.author, action, Subject::default(), &detail)).await?;
        Ok(())
    }
}

impl ChangeAccount {
    /// Refuses a change after which nobody could manage accounts.
    async fn somebody_stays(
        &self,
        connection: &mut AnyConnection,
        changed: &Account,
    ) -> Result<(), RecordsError> {
        if changed.role == Role::Administrator && !changed.disabled {
            return Ok(());
        }
        let sql = "SELECT name FROM accounts WHERE role = $1 AND disabled = 0";
        let names: Vec<(String,)> =
            sqlx::query_as(sql).bind(Role::Administrator.name()).fetch_all(connection).await?;
        if !names.is_empty() && names.iter().all(|(name,)| *name == self.name) {
            return Err(RecordsError::LastAdministrator(self.name.clone()));
        }
        Ok(())
    }

    async fn store(
        &self,
        connection: &mut AnyConnection,
        stored: &Stored,
    ) -> Result<(), RecordsError> {
        sqlx::query("UPDATE accounts SET role = $1, disabled = $2, password = $3 WHERE name = $4")
            .bind(stored.account.role.name())
            .bind(i64::from(stored.account.disabled))
            .bind(stored.password.as_slice())
            .bind(self.name.as_str())
            .execute(&mut *connection)
            .await?;
        if stored.account.disabled || matches!(self.change, Change::Password(_)) {
            sqlx::query("DELETE FROM sessions WHERE account = $1")
                .bind(self.name.as_str())
                .execute(connection)
                .await?;
        }
        Ok(())
    }
}
