//! Variants of a case, told: what an outcome hangs on, and what comes out at every setting.

mod heat;
mod lines;
mod response;
mod sensitivity;
mod shares;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_case::Case;

use crate::{absorb::PictureError, art::Art, bitmap, input::Provenance, page::STYLE};

pub use response::{ResponseInput, response_files, response_json, response_tables, response_words};
pub use sensitivity::{
    SensitivityInput, ShareRow, how_to_read, sensitivity_files, sensitivity_json, share_rows,
    share_words,
};

pub(crate) const OWN_STYLE: &str = include_str!("explore.css");

/// A page of its own: no script, nothing loaded from anywhere.
struct Page<'a> {
    /// Of the case, if it has a title.
    title: Option<&'a str>,
    /// What the page is about, for the browser and as a kicker.
    about: &'a str,
    /// Below the title.
    lead: String,
    /// Sections.
    sections: Markup,
    provenance: &'a Provenance,
    /// What `members` of the provenance counts here.
    counted: &'a str,
    /// Where the numbers are, and on what they rest.
    basis: &'a str,
}

impl Page<'_> {
    fn html(&self) -> String {
        let title = self.title.unwrap_or(self.about);
        let provenance = self.provenance;
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "Needlepoint " (provenance.version) };
                    title { (self.about) ": " (title) " \u{2013} Needlepoint" }
                    style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
                }
                body.x-page {
                    a.skip href="#main" { "Skip to the page" }
                    header.masthead { p.brand { "Needlepoint" } }
                    main id="main" {
                        div.opening {
                            p.kicker { (self.about) }
                            h1 { (title) }
                            p.lead { (self.lead) }
                        }
                        (self.sections)
                        section aria-labelledby="basis-h" {
                            h2 id="basis-h" { "To repeat it" }
                            p.note { (self.basis) }
                            dl.provenance {
                                dt { "Case" } dd { (provenance.case_file) span.hash { (provenance.case_sha256) } }
                                dt { "Knowledge" } dd { span.hash { (provenance.knowledge_sha256) } }
                                dt { "Seed" } dd { (provenance.seed) }
                                dt { (self.counted) } dd { (provenance.members) }
                            }
                        }
                    }
                    footer {
                        p { "Not a medical device. For qualified people and research." }
                        p { "Needlepoint " (provenance.version) }
                    }
                }
            }
        }
        .into_string()
    }
}

/// A picture with its caption.
fn figure(art: &Art, id: &str) -> Markup {
    html! {
        figure {
            figcaption { strong { (art.title) } span { (art.facts) } }
            div.picture { (art.inline(id)) }
        }
    }
}

/// Adds a picture as SVG and PNG.
fn add_picture(
    files: &mut Vec<(String, Vec<u8>)>,
    name: &str,
    art: &Art,
) -> Result<(), PictureError> {
    let svg = art.standalone();
    let png = bitmap::png(&svg).map_err(|why| PictureError { name: format!("{name}.png"), why })?;
    files.push((format!("{name}.svg"), svg.into_bytes()));
    files.push((format!("{name}.png"), png));
    Ok(())
}

/// Device of a case in words, and the title it carries.
fn device(case: &Case) -> &str {
    &case.protocol.device.label
}
