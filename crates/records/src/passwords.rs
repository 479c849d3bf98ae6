//! Passwords, hashed with Argon2id.

use std::sync::{Arc, OnceLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use crate::RecordsError;

/// Least characters of a password.
pub(crate) const LEAST: usize = 12;
/// Most characters, so that nobody makes the server hash a novel.
pub(crate) const MOST: usize = 512;
/// Hashings at a time: each takes the memory below.
pub(crate) const MOST_AT_ONCE: usize = 2;

/// What OWASP recommends for Argon2id: 19 MiB, two passes, one lane. The hashes are encrypted besides, so whoever
/// copies the database without the key can't try passwords at all.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

fn argon2() -> Result<Argon2<'static>, RecordsError> {
    let parameters = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| RecordsError::Hashing(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

/// A password as it is hashed: keyboards write the same letter in different ways.
fn normalised(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

/// Whether a password is one at all.
pub(crate) fn check_length(password: &str) -> Result<(), RecordsError> {
    if (LEAST..=MOST).contains(&password.chars().count()) {
        Ok(())
    } else {
        Err(RecordsError::PasswordLength { least: LEAST, most: MOST })
    }
}

/// The hash of a password, with its salt and parameters, as text.
pub(crate) async fn hash(
    at_once: &Arc<Semaphore>,
    password: &str,
) -> Result<Zeroizing<String>, RecordsError> {
    check_length(password)?;
    let password = normalised(password);
    busy(at_once, move || hash_now(&password)).await?
}

/// Whether a password belongs to a hash. Without a hash the answer is no, and takes as long.
pub(crate) async fn verify(
    at_once: &Arc<Semaphore>,
    password: &str,
    hash: Option<Zeroizing<String>>,
) -> Result<bool, RecordsError> {
    // Far too long is never right, and is not worth the work.
    if password.chars().count() > MOST {
        return Ok(false);
    }
    let password = normalised(password);
    busy(at_once, move || {
        // Also made for a name that is there, so that the first unknown one takes no longer.
        let decoy = decoy()?;
        let known = hash.is_some();
        let hash = hash.as_ref().unwrap_or(decoy);
        let hash =
            PasswordHash::new(hash).map_err(|error| RecordsError::Hashing(error.to_string()))?;
        let fits = argon2()?.verify_password(password.as_bytes(), &hash).is_ok();
        Ok(fits && known)
    })
    .await?
}

fn hash_now(password: &str) -> Result<Zeroizing<String>, RecordsError> {
    let hash = argon2()?
        .hash_password(password.as_bytes())
        .map_err(|error| RecordsError::Hashing(error.to_string()))?;
    Ok(Zeroizing::new(hash.to_string()))
}

/// A hash that stands in for that of an account that isn't there. Made once.
fn decoy() -> Result<&'static Zeroizing<String>, RecordsError> {
    static DECOY: OnceLock<Zeroizing<String>> = OnceLock::new();
    if let Some(decoy) = DECOY.get() {
        return Ok(decoy);
    }
    let made = hash_now("a password that nobody has")?;
    Ok(DECOY.get_or_init(|| made))
}

/// Works on a thread of its own, with only so many others.
async fn busy<T: Send + 'static>(
    at_once: &Arc<Semaphore>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, RecordsError> {
    let permit = Arc::clone(at_once).acquire_owned().await.map_err(|_| RecordsError::Closed)?;
    spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    })
    .await
    .map_err(|_| RecordsError::Closed)
}
