//! `needlepoint records`: back up, restore, check, take out and in.

use std::{env, fs, io, path::Path};

use jiff::Timestamp;
use needlepoint_exchange::{FhirOptions, Import, from_any, study_tables, to_fhir, to_json};
use needlepoint_records::{
    Author, Backup, Database, KeySource, OnCollision, Practice, Verified, Zeroizing, audit::Action,
    back_up, restore, verify_backup,
};
use needlepoint_report::{OutputError, write_outputs};
use tokio::runtime::{Builder, Runtime};

use super::{answer, tell};
use crate::{
    exit::{Exit, Fault},
    options::{Common, ExportForm, Records, RecordsAt, RecordsCommand},
};

/// Name of the database in its folder.
const DATABASE: &str = "practice.db";
/// Name of the key in the same folder.
const KEY: &str = "practice.key";
/// Where a passphrase may stand.
const PASSPHRASE: &str = "NEEDLEPOINT_PASSPHRASE";
const NEW_PASSPHRASE: &str = "NEEDLEPOINT_NEW_PASSPHRASE";
/// As who this command writes into the trail.
const COMMAND_LINE: &str = "command-line";

/// Records, and what opens them.
pub(super) struct RecordsFound {
    pub(super) database: Database,
    pub(super) key: KeySource,
    /// The key lies in the folder of the records.
    pub(super) key_beside_records: bool,
}

impl RecordsFound {
    /// Find them; makes the folder if it is needed and not there.
    pub(super) fn of(asked: &RecordsAt) -> Result<Self, Fault> {
        let own_key = asked.key_file.is_none() && !asked.passphrase;
        if asked.database.is_none() || own_key {
            made_for_its_owner(&asked.data)
                .map_err(|why| Fault::CannotWrite { file: asked.data.clone(), why })?;
        }
        let database = database_of(asked)?;
        let key = if asked.passphrase {
            KeySource::Passphrase(passphrase(PASSPHRASE, "Passphrase of the records: ")?)
        } else {
            let path = asked.key_file.clone().unwrap_or_else(|| asked.data.join(KEY));
            KeySource::KeyFile(path)
        };
        Ok(Self { database, key, key_beside_records: own_key && asked.database.is_none() })
    }
}

/// Make a folder that is not there, so that other accounts of this machine see nothing in it.
fn made_for_its_owner(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Which database.
fn database_of(asked: &RecordsAt) -> Result<Database, Fault> {
    match &asked.database {
        Some(text) => Ok(text.parse()?),
        None => Ok(Database::Sqlite(asked.data.join(DATABASE))),
    }
}

/// Whether there is a practice: a mistyped folder is none, and none is made of it.
fn there(database: &Database) -> Result<(), Fault> {
    match database {
        Database::Sqlite(path) if !path.exists() => Err(Fault::NoPractice(path.clone())),
        _ => Ok(()),
    }
}

fn passphrase(variable: &'static str, asked: &str) -> Result<Zeroizing<String>, Fault> {
    if let Ok(given) = env::var(variable) {
        return Ok(Zeroizing::new(given));
    }
    let typed = rpassword::prompt_password(asked);
    typed.map(Zeroizing::new).map_err(|why| Fault::NoPassphrase { variable, why })
}

/// What runs the server and its database.
pub(super) fn runtime() -> Result<Runtime, Fault> {
    Builder::new_multi_thread().enable_all().build().map_err(Fault::Runtime)
}

pub(crate) fn run(asked: &Records, common: &Common) -> Result<Exit, Fault> {
    let at = &asked.at;
    let told = match &asked.what {
        RecordsCommand::Backup { to } => {
            // Also while a server has the records open, and without their key.
            let database = database_of(at)?;
            there(&database)?;
            let backup = runtime()?.block_on(back_up(&database, to))?;
            Ok(format!("{}: {}", to.display(), rows(&backup)))
        }
        RecordsCommand::Restore { from } => {
            let found = RecordsFound::of(at)?;
            let restored = runtime()?.block_on(restore(from, &found.database, Some(&found.key)))?;
            Ok(format!("{}: {}", from.display(), rows(&restored.backup)))
        }
        RecordsCommand::Verify { backup: Some(file) } => {
            Ok(format!("{}: {}", file.display(), rows(&verify_backup(file)?)))
        }
        RecordsCommand::Verify { backup: None } => {
            let verified = opened(at, async |practice| Ok(practice.verify().await?))?;
            if !verified.is_clean() {
                tell(format_args!("{}\n", verified.problems.join("\n")));
                return Ok(Exit::No);
            }
            Ok(sound(&verified))
        }
        RecordsCommand::Export { form, to } => {
            opened(at, async |practice| export(practice, *form, to).await)
        }
        RecordsCommand::Import { from, skip } => {
            opened_or_made(at, async |practice| import(practice, from, *skip).await)
        }
        RecordsCommand::ChangeKey { new_key_file, .. } => {
            let new = match new_key_file {
                Some(file) => KeySource::KeyFile(file.clone()),
                None => KeySource::Passphrase(passphrase(NEW_PASSPHRASE, "New passphrase: ")?),
            };
            opened(at, async |practice| {
                practice.change_key(&Author::new(COMMAND_LINE), &new).await?;
                Ok("The records open with the new key from now on. Backups made before open with the old one.".to_owned())
            })
        }
    }?;
    if !common.quiet {
        answer(&format!("{told}\n"))?;
    }
    Ok(Exit::Ok)
}

/// What a backup holds.
fn rows(backup: &Backup) -> String {
    let rows: u64 = backup.rows.iter().map(|(_, rows)| rows).sum();
    format!("{rows} rows of {}, whole (SHA-256 {})", backup.created_at, backup.sha256)
}

/// What was looked at and found sound.
fn sound(verified: &Verified) -> String {
    format!(
        "{} documents in {} versions and {} pictures can be read; the trail of {} changes is whole and ends in {}",
        verified.documents,
        verified.versions,
        verified.pictures,
        verified.audit_entries,
        verified.audit_hash
    )
}

/// Work with records that are there.
fn opened<T>(
    at: &RecordsAt,
    work: impl AsyncFnOnce(&Practice) -> Result<T, Fault>,
) -> Result<T, Fault> {
    there(&database_of(at)?)?;
    opened_or_made(at, work)
}

/// Work with records; where there are none, a new practice is made.
fn opened_or_made<T>(
    at: &RecordsAt,
    work: impl AsyncFnOnce(&Practice) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let found = RecordsFound::of(at)?;
    runtime()?.block_on(async {
        let practice = Practice::open(&found.database, &found.key).await?;
        let told = work(&practice).await;
        practice.close().await;
        told
    })
}

async fn export(practice: &Practice, form: ExportForm, to: &Path) -> Result<String, Fault> {
    let snapshot = practice.snapshot().await?;
    let author = Author::new(COMMAND_LINE);
    let file = |bytes: Vec<u8>| {
        if to.exists() {
            return Err(Fault::WouldOverwrite(to.to_owned()));
        }
        fs::write(to, bytes).map_err(|why| Fault::CannotWrite { file: to.to_owned(), why })
    };
    let folder = |files: Vec<(String, Vec<u8>)>| {
        let named: Vec<(&str, Vec<u8>)> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
        write_outputs(to, &named).map_err(|why: OutputError| Fault::from(why))
    };
    match form {
        ExportForm::Json => file(to_json(&snapshot))?,
        ExportForm::Fhir => {
            let options = FhirOptions { pictures: true, made_at: Timestamp::now(), patient: None };
            file(to_fhir(&snapshot, &options))?;
        }
        ExportForm::StudyCsv | ExportForm::StudyParquet => {
            let tables = study_tables(&snapshot, &rand::random::<[u8; 32]>());
            for warning in &tables.warnings {
                tell(format_args!(
                    "{warning}
"
                ));
            }
            folder(if form == ExportForm::StudyCsv { tables.csv() } else { tables.parquet()? })?;
        }
    }
    practice.note_action(&author, Action::Exported, None, "").await?;
    Ok(format!("{}: {} patients", to.display(), snapshot.patients.len()))
}

async fn import(practice: &Practice, from: &Path, skip: bool) -> Result<String, Fault> {
    let bytes = fs::read(from).map_err(|why| Fault::CannotRead { file: from.to_owned(), why })?;
    let Import { snapshot, changed, left_out } = from_any(&bytes)?;
    let on_collision = if skip { OnCollision::Skip } else { OnCollision::Refuse };
    let author = Author::new(COMMAND_LINE);
    let imported = practice.restore_snapshot(&author, &snapshot, on_collision).await?;
    for sentence in changed.into_iter().chain(left_out) {
        tell(format_args!("{sentence}\n"));
    }
    Ok(format!(
        "{}: {} taken in, {} there already, {} left out",
        from.display(),
        imported.added,
        imported.unchanged,
        imported.skipped
    ))
}
