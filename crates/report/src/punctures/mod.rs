//! Only the needling, told: tables for other tools, and pictures to scale.
//!
//! A picture is drawn once, in the colours of the page ([`crate::art`]). On the page they follow its theme;
//! in a file of its own they are those of the light one, and a bitmap is made from that file with its
//! letters as outlines, so that it looks the same on a machine without fonts ([`crate::bitmap`]).

mod columns;
mod csv;
mod depth;
mod json;
mod like;
mod map;
mod page;
mod parquet;
mod section;
mod table;

use needlepoint_case::Case;
use needlepoint_course::punctures::{Motion, ZonePunctures};

use crate::{
    art::Art,
    bitmap::{self, BitmapError},
    input::Provenance,
};

pub use json::punctures_json;
pub use like::{LikeRow, LikedZone, Likeness, like_rows, like_words};
pub use table::{NumberRow, number_rows};

pub(crate) use page::OWN_STYLE;

/// What the punctures are told from.
#[derive(Clone, Copy)]
pub struct PuncturesInput<'a> {
    /// The case, as read.
    pub case: &'a Case,
    /// Its zones, needled; never empty. The first is the one that the top level of the JSON and the
    /// plainly named pictures show.
    pub zones: &'a [ZonePunctures],
    /// What is needed to repeat it.
    pub provenance: &'a Provenance,
    /// Another case that it is held against.
    pub like: Option<Likeness<'a>>,
}

impl<'a> PuncturesInput<'a> {
    /// The likeness of a zone, by its place.
    fn liked(&self, at: usize) -> Option<LikedZone<'a>> {
        let zone = self.zones.get(at)?;
        let like = self.like?.zones.get(at)?;
        Some(LikedZone { zone, device: &self.case.protocol.device.label, like })
    }
}

/// Why the punctures can't be told.
#[derive(Debug, thiserror::Error)]
pub enum PuncturesError {
    /// A picture can't be turned into a bitmap.
    #[error("the picture {name} can't be made: {why}")]
    Picture {
        /// The file.
        name: String,
        /// Why.
        why: BitmapError,
    },
    /// The table can't be written.
    #[error("punctures.parquet can't be made: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
}

/// The files of `needlepoint punctures`, name and content: tables (`punctures.csv`, `.parquet`,
/// `.json`), the page `punctures.html`, and for each zone `map`, `section` and `depths`, beside another
/// case also `like`, as SVG and PNG. The pictures of a second zone carry its name, as in
/// `map-neck.svg`.
///
/// The same input gives the same bytes.
///
/// # Errors
/// When a picture or the table can't be made.
pub fn puncture_files(
    input: &PuncturesInput<'_>,
) -> Result<Vec<(String, Vec<u8>)>, PuncturesError> {
    let mut files = vec![
        ("punctures.csv".to_owned(), csv::punctures_csv(input).into_bytes()),
        ("punctures.parquet".to_owned(), parquet::punctures_parquet(input)?),
        ("punctures.json".to_owned(), punctures_json(input).into_bytes()),
        ("punctures.html".to_owned(), page::page(input).into_bytes()),
    ];
    for (at, zone) in input.zones.iter().enumerate() {
        for (name, art) in pictures(input, at) {
            let stem = if at == 0 { name.to_owned() } else { format!("{name}-{}", zone.site) };
            let svg = art.standalone();
            let png = bitmap::png(&svg)
                .map_err(|why| PuncturesError::Picture { name: format!("{stem}.png"), why })?;
            files.push((format!("{stem}.svg"), svg.into_bytes()));
            files.push((format!("{stem}.png"), png));
        }
    }
    Ok(files)
}

/// The pictures of a zone, by name.
fn pictures(input: &PuncturesInput<'_>, at: usize) -> Vec<(&'static str, Art)> {
    let zone = &input.zones[at];
    [
        input.liked(at).map(|liked| ("like", like::like(&liked))),
        Some(("map", map::map(zone))),
        section::section(zone).map(|art| ("section", art)),
        Some(("depths", depth::depths(zone))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether the holes of a zone are the columns of a laser.
fn is_light(zone: &ZonePunctures) -> bool {
    matches!(zone.device.motion, Motion::Spots { .. })
}
