//! Who writes.

/// Who writes: the name of an account, or of a part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Name of the account.
    pub account: String,
}

impl Author {
    /// The author of this name.
    pub fn new(account: impl Into<String>) -> Self {
        Self { account: account.into() }
    }
}
