//! One server for a database file.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use crate::RecordsError;

/// A lock on a file beside the database, held as long as this lives. The system lets go of it when a process dies.
///
/// It stands on a file of its own: closing any handle of the database file itself would drop the locks that `SQLite`
/// holds on it.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    pub(crate) fn take(database: &Path) -> Result<Self, RecordsError> {
        let path = beside(database);
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| RecordsError::of_file(&path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(RecordsError::InUse(database.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(RecordsError::of_file(&path, source)),
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
