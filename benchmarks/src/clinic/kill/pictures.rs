//! Photographs whose bytes are known: the program draws them again, the same picture always in the same way.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

use crate::{
    Outcome,
    clinic::{
        browser::{Browser, Sent},
        chance::Chance,
        practice::Treated,
    },
};

/// Edges of the pictures, pixels: what is kept of the largest takes many pages of a database.
const EDGES: [u32; 4] = [16, 48, 96, 160];

/// One picture, as it is sent and as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) png: Vec<u8>,
    pub(super) kept: Vec<u8>,
}

/// A few pictures.
#[derive(Debug, Clone)]
pub(super) struct Pictures(Vec<Picture>);

impl Pictures {
    /// Draws some, sends them, and keeps what the program made of them.
    pub(super) fn new(browser: &mut Browser, treated: &Treated) -> Outcome<Self> {
        let pictures = EDGES.iter().map(|edge| {
            let png = drawn(*edge)?;
            let caption = format!("reference {edge} ends");
            let status = send(browser, &treated.patient, &caption, &png)?;
            let kept = found(browser, &treated.patient, &caption)?;
            match kept {
                Some(kept) if status == 303 => Ok(Picture { png, kept }),
                _ => Err(format!("a photograph was answered with {status}").into()),
            }
        });
        pictures.collect::<Outcome<_>>().map(Self)
    }

    /// One by its number.
    pub(super) fn get(&self, number: usize) -> &Picture {
        &self.0[number % self.0.len()]
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// Noise: no two pictures, and no two parts of one, look the same.
fn drawn(edge: u32) -> Outcome<Vec<u8>> {
    let mut chance = Chance::new(u64::from(edge), 0);
    let picture =
        RgbImage::from_fn(edge, edge, |_, _| image::Rgb([(); 3].map(|()| chance.below(256) as u8)));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

/// Sends a photograph; the status of the answer.
pub(super) fn send(
    browser: &mut Browser,
    patient: &str,
    caption: &str,
    png: &[u8],
) -> std::io::Result<u16> {
    let form = Sent::form_with_file(&[("caption", caption)], Some(("photograph", png)));
    Ok(browser.post(&format!("/patients/{patient}/photographs"), &form)?.status)
}

/// The bytes that are kept under a caption; none if no photograph has it.
pub(super) fn found(
    browser: &mut Browser,
    patient: &str,
    caption: &str,
) -> std::io::Result<Option<Vec<u8>>> {
    let page = browser.get(&format!("/patients/{patient}/photographs"))?.text();
    let Some(path) = path_of(&page, caption) else { return Ok(None) };
    Ok(Some(browser.get(path)?.body))
}

/// The address of the picture with a caption.
fn path_of<'p>(page: &'p str, caption: &str) -> Option<&'p str> {
    let before = &page[..page.find(caption)?];
    let picture = &before[before.rfind("<img src=\"")?..];
    picture.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caption_leads_to_its_picture() {
        let page =
            r#"<img src="/a/1" alt="x one ends"><p>one ends</p><img src="/a/2" alt="two ends">"#;
        assert_eq!(path_of(page, "one ends"), Some("/a/1"));
        assert_eq!(path_of(page, "two ends"), Some("/a/2"));
        assert_eq!(path_of(page, "three ends"), None);
    }
}
