//! Encryption of single values, each bound to its place in the database.
//!
//! XChaCha20-Poly1305 with a random nonce of 24 bytes, which may be drawn for every value without a count being kept.
//! The place is associated data: a value that somebody moves to another row does not open there.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use zeroize::Zeroizing;

use crate::RecordsError;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// The first byte of every sealed value: the way in which it was sealed.
const XCHACHA20_POLY1305: u8 = 1;

/// A key of 32 bytes that is wiped after use.
pub(crate) type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], RecordsError> {
    <[u8; N]>::try_generate().map_err(|_| RecordsError::NoRandomness)
}

/// A key at work. The cipher wipes its key when it is dropped.
pub(crate) struct Vault {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    pub(crate) fn new(key: &Key) -> Self {
        Self { cipher: XChaCha20Poly1305::new((&**key).into()) }
    }

    /// Encrypts a value for its place.
    pub(crate) fn seal(&self, place: &Place, value: &[u8]) -> Result<Vec<u8>, RecordsError> {
        let nonce = random::<NONCE_BYTES>()?;
        let payload = Payload { msg: value, aad: &place.0 };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| RecordsError::Unwritable("it is too large to be encrypted".to_owned()))?;
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        out.push(XCHACHA20_POLY1305);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Decrypts a value in its place; none if it does not belong there, or is damaged.
    pub(crate) fn open(&self, place: &Place, sealed: &[u8]) -> Option<Vec<u8>> {
        let (&way, rest) = sealed.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>()?;
        if way != XCHACHA20_POLY1305 {
            return None;
        }
        let payload = Payload { msg: sealed, aad: &place.0 };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// Where a value stands: its table and whatever else of its row must not be changed behind our back.
///
/// Each part goes in with its kind and length, so that no two places look alike.
#[derive(Clone)]
pub(crate) struct Place(Vec<u8>);

impl Place {
    pub(crate) fn in_table(table: &str) -> Self {
        Self(Vec::with_capacity(128)).text(table)
    }

    pub(crate) fn text(self, text: &str) -> Self {
        self.part(b't', text.as_bytes())
    }

    pub(crate) fn number(self, number: i64) -> Self {
        self.part(b'n', &number.to_le_bytes())
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.part(b'b', bytes)
    }

    pub(crate) fn maybe_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self.part(b'-', &[]),
        }
    }

    pub(crate) fn maybe_number(self, number: Option<i64>) -> Self {
        match number {
            Some(number) => self.number(number),
            None => self.part(b'-', &[]),
        }
    }

    /// All parts, one after the other.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    fn part(mut self, kind: u8, bytes: &[u8]) -> Self {
        self.0.push(kind);
        self.0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new(&Zeroizing::new([7; KEY_BYTES]))
    }

    #[test]
    fn a_value_opens_in_its_place_only() {
        let vault = vault();
        let place = Place::in_table("a").text("bc");
        let sealed = vault.seal(&place, b"secret").expect("sealed");
        assert_eq!(vault.open(&place, &sealed).as_deref(), Some(&b"secret"[..]));
        for other in [
            Place::in_table("ab").text("c"),
            Place::in_table("a").text("bc").maybe_text(None),
            Place::in_table("a").bytes(b"bc"),
        ] {
            assert_eq!(vault.open(&other, &sealed), None);
        }
    }

    #[test]
    fn a_changed_or_shortened_value_does_not_open() {
        let vault = vault();
        let place = Place::in_table("a");
        let sealed = vault.seal(&place, b"secret").expect("sealed");
        for length in 0..sealed.len() {
            assert_eq!(vault.open(&place, &sealed[..length]), None);
            let mut changed = sealed.clone();
            changed[length] ^= 1;
            assert_eq!(vault.open(&place, &changed), None);
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let vault = vault();
        let place = Place::in_table("a");
        assert_ne!(
            vault.seal(&place, b"x").expect("sealed"),
            vault.seal(&place, b"x").expect("sealed")
        );
    }
}
