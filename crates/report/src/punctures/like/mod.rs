//! One treatment beside another: which setting of this device gives the dose of the other.

mod picture;
mod words;

use needlepoint_course::{equivalence::ZoneEquivalence, punctures::ZonePunctures};

pub(super) use picture::like;
pub use words::{LikeRow, like_rows, like_words};

/// Another case that this one is held against.
#[derive(Debug, Clone, Copy)]
pub struct Likeness<'a> {
    /// Name of its file, without folders.
    pub case_file: &'a str,
    /// Fingerprint of its file.
    pub case_sha256: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// One for each zone of the punctures, in their order.
    pub zones: &'a [ZoneEquivalence],
}

/// A zone, its device in words, and its likeness.
#[derive(Debug, Clone, Copy)]
pub struct LikedZone<'a> {
    /// The zone as this case needles it.
    pub zone: &'a ZonePunctures,
    /// This case's device in words.
    pub device: &'a str,
    /// How it compares.
    pub like: &'a ZoneEquivalence,
}
