//! The key of a practice.
//!
//! Everything is encrypted with one random data key. The data key itself is kept in the database, encrypted ("wrapped")
//! with a key from a file or from a passphrase; so the file or passphrase can change without a word being rewritten.

use std::{
    fmt, fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::{
    RecordsError,
    database::{only_for_owner, sync_folder},
    vault::{KEY_BYTES, Key, Place, Vault, random},
};

/// What opens a practice.
#[derive(Clone)]
pub enum KeySource {
    /// A file with a key. It is made if it is missing and the practice is new.
    KeyFile(PathBuf),
    /// A passphrase, of at least twelve characters.
    Passphrase(Zeroizing<String>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyFile(path) => f.debug_tuple("KeyFile").field(path).finish(),
            Self::Passphrase(_) => f.write_str("Passphrase(..)"),
        }
    }
}

/// Least characters of a passphrase.
const LEAST_PASSPHRASE: usize = 12;

/// The first line of a key file.
const KEY_FILE_HEADER: &str = "needlepoint key 1";
const FROM_FILE: &str = "key-file";
const FROM_PASSPHRASE: &str = "passphrase";

/// How a passphrase becomes a key. Kept with the wrapped key, so that later versions may ask for more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Stretching {
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// 64 MiB, three passes: above the recommendations of OWASP for passwords, as it is done once at the start.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;
const SALT_BYTES: usize = 16;

/// A data key wrapped by another, as it is kept in the table `keys`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrappedKey {
    pub(crate) source: String,
    pub(crate) parameters: String,
    pub(crate) wrapped: Vec<u8>,
}

impl WrappedKey {
    /// Wraps a data key. A missing key file is made, and is on the disk before this returns.
    ///
    /// Takes a moment with a passphrase: call it on a thread that may wait.
    pub(crate) fn wrap(data_key: &Key, with: &KeySource) -> Result<Self, RecordsError> {
        let (source, parameters, key) = match with {
            KeySource::KeyFile(path) => (FROM_FILE, String::new(), read_or_make(path)?),
            KeySource::Passphrase(passphrase) => {
                if passphrase.chars().count() < LEAST_PASSPHRASE {
                    return Err(RecordsError::PassphraseTooShort(LEAST_PASSPHRASE));
                }
                let stretching = Stretching {
                    salt: STANDARD.encode(random::<SALT_BYTES>()?),
                    memory_kib: MEMORY_KIB,
                    passes: PASSES,
                    lanes: LANES,
                };
                let key = stretch(passphrase, &stretching)?;
                let parameters = serde_json::to_string(&stretching)
                    .map_err(|error| RecordsError::Hashing(error.to_string()))?;
                (FROM_PASSPHRASE, parameters, key)
            }
        };
        let wrapped = Vault::new(&key).seal(&place(source, &parameters), &**data_key)?;
        Ok(Self { source: source.to_owned(), parameters, wrapped })
    }

    /// The data key.
    ///
    /// Takes a moment with a passphrase: call it on a thread that may wait.
    pub(crate) fn unwrap(&self, with: &KeySource) -> Result<Key, RecordsError> {
        let key = match (with, self.source.as_str()) {
            (KeySource::KeyFile(path), FROM_FILE) => {
                read(path)?.ok_or_else(|| RecordsError::KeyFileMissing(path.clone()))?
            }
            (KeySource::Passphrase(passphrase), FROM_PASSPHRASE) => {
                let stretching = serde_json::from_str(&self.parameters)
                    .map_err(|_| RecordsError::Damaged("the key of this practice".to_owned()))?;
                stretch(passphrase, &stretching)?
            }
            (KeySource::KeyFile(_), _) => return Err(RecordsError::PassphraseNeeded),
            (KeySource::Passphrase(_), _) => return Err(RecordsError::KeyFileNeeded),
        };
        let opened = Vault::new(&key)
            .open(&place(&self.source, &self.parameters), &self.wrapped)
            .map(Zeroizing::new)
            .ok_or(RecordsError::WrongKey)?;
        to_key(&opened).ok_or(RecordsError::WrongKey)
    }
}

fn place(source: &str, parameters: &str) -> Place {
    Place::in_table("keys").text(source).text(parameters)
}

fn to_key(bytes: &[u8]) -> Option<Key> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    if bytes.len() != KEY_BYTES {
        return None;
    }
    key.copy_from_slice(bytes);
    Some(key)
}

/// A key from a passphrase, by Argon2id. Keyboards write the same letter in different ways, so it is normalised.
fn stretch(passphrase: &str, stretching: &Stretching) -> Result<Key, RecordsError> {
    let failed = |error: String| RecordsError::Hashing(error);
    let salt = STANDARD.decode(&stretching.salt).map_err(|error| failed(error.to_string()))?;
    let Stretching { memory_kib, passes, lanes, .. } = *stretching;
    let parameters = Params::new(memory_kib, passes, lanes, Some(KEY_BYTES))
        .map_err(|error| failed(error.to_string()))?;
    let normalised = Zeroizing::new(passphrase.nfkc().collect::<String>());
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(normalised.as_bytes(), &salt, &mut *key)
        .map_err(|error| failed(error.to_string()))?;
    Ok(key)
}

/// The key in a file; none if there is no file.
fn read(path: &Path) -> Result<Option<Key>, RecordsError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            return Err(RecordsError::NoKeyFile(path.to_path_buf()));
        }
        Err(source) => return Err(RecordsError::of_file(path, source)),
    };
    let no_key = || RecordsError::NoKeyFile(path.to_path_buf());
    let key = text.trim_end().strip_prefix(KEY_FILE_HEADER).ok_or_else(no_key)?;
    let bytes = Zeroizing::new(STANDARD.decode(key.trim()).map_err(|_| no_key())?);
    to_key(&bytes).map(Some).ok_or_else(no_key)
}

/// The key in a file; a new one if there is no file.
fn read_or_make(path: &Path) -> Result<Key, RecordsError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let key: Key = Zeroizing::new(random()?);
    let text = Zeroizing::new(format!("{KEY_FILE_HEADER}\n{}\n", STANDARD.encode(*key)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    only_for_owner(&mut options);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        sync_folder(path)
    });
    written.map_err(|source| RecordsError::of_file(path, source))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase(text: &str) -> KeySource {
        KeySource::Passphrase(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn a_passphrase_wraps_and_another_does_not_open() {
        let data: Key = Zeroizing::new(random().expect("random"));
        let wrapped = WrappedKey::wrap(&data, &passphrase("caf\u{e9} with milk")).expect("wrapped");
        // The same letter, typed as two characters.
        let same = wrapped.unwrap(&passphrase("cafe\u{301} with milk")).expect("opened");
        assert_eq!(*same, *data);
        let other = wrapped.unwrap(&passphrase("cafe with milk"));
        assert!(matches!(other, Err(RecordsError::WrongKey)));
        let file = wrapped.unwrap(&KeySource::KeyFile("nowhere".into()));
        assert!(matches!(file, Err(RecordsError::PassphraseNeeded)));
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let wrapped = WrappedKey::wrap(&Zeroizing::new([1; KEY_BYTES]), &passphrase("too short"));
        assert!(matches!(wrapped, Err(RecordsError::PassphraseTooShort(12))));
    }

    #[test]
    fn a_key_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("practice.key");
        let source = KeySource::KeyFile(path.clone());
        let data: Key = Zeroizing::new([9; KEY_BYTES]);
        let wrapped = WrappedKey::wrap(&data, &source).expect("wrapped");
        let text = fs::read_to_string(&path).expect("a key file");
        let again = WrappedKey::wrap(&data, &source).expect("wrapped");
        assert_eq!(fs::read_to_string(&path).expect("a key file"), text);
        assert_eq!(*wrapped.unwrap(&source).expect("opened"), *data);
        assert_eq!(*again.unwrap(&source).expect("opened"), *data);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("a key file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        fs::write(&path, "something else").expect("written");
        assert!(matches!(wrapped.unwrap(&source), Err(RecordsError::NoKeyFile(_))));
        fs::remove_file(&path).expect("removed");
        assert!(matches!(wrapped.unwrap(&source), Err(RecordsError::KeyFileMissing(_))));
    }

    #[test]
    fn nobody_reads_a_passphrase_in_a_message() {
        assert_eq!(format!("{:?}", passphrase("correct horse battery")), "Passphrase(..)");
    }
}
