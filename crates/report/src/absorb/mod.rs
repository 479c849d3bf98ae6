//! Only the products, told: tables, pictures to scale, and a file for `ParaView`.

mod axes;
mod csv;
mod curve;
mod json;
mod map;
mod page;
mod profile;
mod rows;
mod vtu;

use needlepoint_case::Case;
use needlepoint_course::absorb::{ProductAbsorption, ZoneAbsorption};
use needlepoint_knowledge::Knowledge;

use crate::{
    art::Art,
    bitmap::{self, BitmapError},
    input::Provenance,
};

pub use json::absorb_json;
pub use rows::product_rows;

pub(crate) use page::OWN_STYLE;

/// What the products are told from.
#[derive(Clone, Copy)]
pub struct AbsorbInput<'a> {
    /// The case, as read.
    pub case: &'a Case,
    /// Its zones; never empty, and none without a product. The plainly named pictures show the first
    /// product of the first.
    pub zones: &'a [ZoneAbsorption],
    /// Sources by name.
    pub knowledge: &'a Knowledge,
    /// What is needed to repeat it.
    pub provenance: &'a Provenance,
}

/// Why a picture of the products can't be made: a fault of Needlepoint.
#[derive(Debug, thiserror::Error)]
#[error("the picture {name} can't be made: {why}")]
pub struct PictureError {
    /// The file.
    pub name: String,
    /// Why.
    pub why: BitmapError,
}

/// The files of `needlepoint absorb`, name and content: `absorb.csv`, `absorb.json`, the page
/// `absorb.html`, and for each product `map`, `curve` and `profile` as SVG and PNG and the typical
/// person's `cell.vtu`. Those of a second product carry its name, of a second zone that of the site too.
///
/// The same input gives the same bytes.
///
/// # Errors
/// When a picture can't be made.
pub fn absorb_files(input: &AbsorbInput<'_>) -> Result<Vec<(String, Vec<u8>)>, PictureError> {
    let mut files = vec![
        ("absorb.csv".to_owned(), csv::absorb_csv(input).into_bytes()),
        ("absorb.json".to_owned(), absorb_json(input).into_bytes()),
        ("absorb.html".to_owned(), page::page(input).into_bytes()),
    ];
    for (nth, zone) in input.zones.iter().enumerate() {
        for (at, product) in zone.products.iter().enumerate() {
            let suffix = match (nth, at) {
                (0, 0) => String::new(),
                (0, _) => format!("-{}", product.key),
                _ => format!("-{}-{}", product.key, zone.site),
            };
            for (name, art) in pictures(zone, product) {
                let stem = format!("{name}{suffix}");
                let svg = art.standalone();
                let png = bitmap::png(&svg)
                    .map_err(|why| PictureError { name: format!("{stem}.png"), why })?;
                files.push((format!("{stem}.svg"), svg.into_bytes()));
                files.push((format!("{stem}.png"), png));
            }
            let cell = vtu::cell(&product.typical, &zone.layers);
            files.push((format!("cell{suffix}.vtu"), cell.into_bytes()));
        }
    }
    Ok(files)
}

/// The pictures of a product, by name.
fn pictures(zone: &ZoneAbsorption, product: &ProductAbsorption) -> [(&'static str, Art); 3] {
    [
        ("map", map::map(zone, product)),
        ("curve", curve::curve(zone, product)),
        ("profile", profile::profile(zone, product)),
    ]
}
