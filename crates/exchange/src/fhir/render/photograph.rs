//! A photograph, with or without its picture.

use needlepoint_records::{
    Id,
    clinical::Photograph,
    document::{Document, Picture},
};
use serde_json::{Value, json};

use crate::fhir::{
    element::{
        Element, attachment, coded, date, maybe_text, named, notes, picture_extension, positive,
        reference,
    },
    names,
};

/// A photograph; `picture` is its number among the pictures, and its bytes.
pub(super) fn photograph(
    document: &Document<Photograph>,
    picture: Option<(usize, &[u8])>,
) -> Element {
    let photograph = &document.content;
    let site = photograph.site.as_deref().and_then(|site| named(names::SITE, site));
    let content = attachment(&photograph.media_type, picture.map(|(_, bytes)| bytes))
        .maybe("title", maybe_text(photograph.caption.as_ref()))
        .maybe("creation", date(photograph.taken_on));
    let extension = picture.map(|(number, _)| vec![picture_extension(document.id, number)]);
    media(Element::resource("Media", document.id), content)
        .maybe("extension", extension)
        .with("subject", reference(photograph.patient))
        .maybe("createdDateTime", date(photograph.taken_on))
        .maybe("bodySite", site)
        .maybe("width", positive(photograph.width))
        .maybe("height", positive(photograph.height))
        .maybe("note", notes(photograph.caption.as_ref()))
}

/// A picture whose photograph is missing.
pub(super) fn lone_picture(id: Id, picture: &Picture, number: usize) -> Value {
    let content = attachment("image/jpeg", Some(&picture.bytes));
    media(Element::resource("Media", id), content)
        .with("extension", vec![picture_extension(picture.photograph, number)])
        .into()
}

fn media(resource: Element, content: Element) -> Element {
    let image = coded("http://terminology.hl7.org/CodeSystem/media-type", "image", "Image");
    // The attachment is required; without type and data it still has to say something.
    let content = content.some().unwrap_or_else(|| json!({ "title": "Photograph" }));
    resource.with("status", "completed").with("type", image).with("content", content)
}
