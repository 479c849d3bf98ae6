//! What stands for a patient.

use needlepoint_records::Id;
use sha2::{Digest as _, Sha256};

use crate::hexadecimal::hexadecimal;

/// Bytes of a pseudonym: among a million people, two share one with a chance of one in forty million.
const BYTES: usize = 8;

/// Block of SHA-256 in bytes.
const BLOCK: usize = 64;

/// The pseudonym of a patient under a salt: the beginning of HMAC-SHA-256 of the identifier. Without the salt nobody can
/// tell whether a given patient is in a table; with it, whoever also has the records can.
pub(super) fn pseudonym(salt: &[u8], patient: Id) -> String {
    let code = hmac_sha256(salt, patient.to_string().as_bytes());
    hexadecimal(&code[..BYTES])
}

/// HMAC (RFC 2104) with SHA-256.
fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let keyed = |pad: u8| Sha256::new().chain_update(block.map(|byte| byte ^ pad));
    let inner = keyed(0x36).chain_update(message).finalize();
    keyed(0x5c).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cases 1, 2 and 6 of RFC 4231: a short key, a text, and a key longer than a block.
    #[test]
    fn the_code_is_that_of_the_standard() {
        assert_eq!(
            hexadecimal(&hmac_sha256(&[0x0b; 20], b"Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            hexadecimal(&hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hexadecimal(&hmac_sha256(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn another_salt_gives_another_pseudonym() {
        let patient = "0193a000-0000-7000-8000-000000000001".parse().expect("an identifier");
        assert_eq!(pseudonym(b"salt", patient), pseudonym(b"salt", patient));
        assert_ne!(pseudonym(b"salt", patient), pseudonym(b"other", patient));
        assert_eq!(pseudonym(b"salt", patient).len(), 16);
    }
}
