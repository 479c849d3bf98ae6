//! The case that `needlepoint new` writes.

/// A whole case with comments: acne scars of the cheeks, three sessions with a roller.
///
/// It is a valid case and carries no warning, so a first run works before a word is changed.
pub const TEMPLATE: &str = include_str!("template.toml");
