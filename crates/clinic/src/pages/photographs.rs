//! Photographs: taken in, made small and free of everything but the picture, shown.

use std::io::Cursor;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};
use maud::{Markup, html};
use needlepoint_knowledge::store::fingerprint;
use needlepoint_records::{Id, clinical::Photograph, document::Document};

use super::{
    forms::{day, text, today},
    layout::{Page, Step, page, patient_path},
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Most bytes of an upload.
const UPLOAD_BYTES: usize = 25 * 1024 * 1024;
/// Longest edge that is kept, pixels: enough to judge skin, small enough to keep many.
const LONGEST_EDGE: u32 = 2048;
/// Longest edge that is read, pixels.
const MOST_PIXELS_EDGE: u32 = 12_000;
/// Memory that reading may take.
const READING_BYTES: u64 = 512 * 1024 * 1024;
const JPEG_QUALITY: u8 = 88;
/// What is kept.
const JPEG: &str = "image/jpeg";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/patients/{patient}/photographs", get(all).post(upload))
        .route("/patients/{patient}/photographs/{photograph}", get(picture))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
}

/// A photograph as it is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) jpeg: Vec<u8>,
}

/// Read a picture by what it is, not by what it says it is, and draw it again: what is not part of the picture, such as where it was
/// taken and with what, is gone.
///
/// # Errors
/// A sentence when it is no JPEG or PNG, or too large.
pub(crate) fn drawn_again(bytes: &[u8]) -> Result<Kept, Refusal> {
    let no_picture = || {
        Refusal::bad(
            "This is no photograph that can be read: JPEG and PNG are taken, up to 12000 pixels wide.",
        )
    };
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| no_picture())?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(no_picture());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_EDGE);
    limits.max_image_height = Some(MOST_PIXELS_EDGE);
    limits.max_alloc = Some(READING_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| no_picture())?;
    // The limits above are those of the decoder's own work; the picture itself comes on top.
    if decoder.total_bytes() > READING_BYTES {
        return Err(no_picture());
    }
    // How the camera was held is the one thing worth keeping: the picture is turned by it.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| no_picture())?;
    picture.apply_orientation(orientation);
    if picture.width().max(picture.height()) > LONGEST_EDGE {
        picture = picture.resize(LONGEST_EDGE, LONGEST_EDGE, FilterType::CatmullRom);
    }
    let picture = picture.to_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY)
        .encode_image(&picture)
        .map_err(|why| Refusal::Fault(why.to_string()))?;
    Ok(Kept { width: picture.width(), height: picture.height(), jpeg })
}

/// What an upload holds.
#[derive(Default)]
struct Upload {
    bytes: Vec<u8>,
    taken_on: String,
    site: String,
    caption: String,
}

async fn read(mut form: Multipart) -> Result<Upload, Refusal> {
    let mut upload = Upload::default();
    let broken = |why: axum::extract::multipart::MultipartError| match why.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        _ => Refusal::bad("The upload did not arrive whole. Try again."),
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "photograph" {
            upload.bytes = field.bytes().await.map_err(broken)?.to_vec();
            continue;
        }
        let value: String = field.text().await.map_err(broken)?.chars().take(1000).collect();
        match name.as_str() {
            "taken_on" => upload.taken_on = value,
            "site" => upload.site = value,
            "caption" => upload.caption = value,
            _ => {}
        }
    }
    Ok(upload)
}

async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    Path(patient): Path<Id>,
    form: Multipart,
) -> Result<Redirect, Refusal> {
    visitor.must(Right::Record)?;
    visitor.patient(&app, patient).await?;
    let upload = read(form).await?;
    if upload.bytes.is_empty() {
        return Err(Refusal::bad("Choose a photograph first."));
    }
    let taken_on = day(&upload.taken_on)?.unwrap_or_else(today);
    let bytes = upload.bytes;
    let kept = app.simulator.work_soon(move |_| drawn_again(&bytes)).await??;
    let photograph = Photograph {
        patient,
        taken_on,
        site: text(&upload.site),
        media_type: JPEG.to_owned(),
        width: kept.width,
        height: kept.height,
        sha256: fingerprint(&kept.jpeg),
        caption: text(&upload.caption),
    };
    app.practice.put_picture(&visitor.author(), &photograph, &kept.jpeg).await?;
    Ok(Redirect::to(&patient_path(patient, "/photographs")))
}

async fn picture(
    State(app): State<App>,
    visitor: Visitor,
    Path((patient, photograph)): Path<(Id, Id)>,
) -> Result<Response, Refusal> {
    let (_, document) = visitor.of::<Photograph>(&app, patient, photograph).await?;
    let bytes = app.practice.picture(document.id).await?;
    // Not kept by the browser, like every page: the next person at this screen may be another.
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(JPEG))], bytes).into_response())
}

async fn all(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Response, Refusal> {
    let patient = visitor.patient(&app, id).await?;
    let photographs: Vec<Document<Photograph>> = app.practice.of_patient(id).await?;
    let words = &app.words;
    let body = html! {
        @if photographs.is_empty() { p.empty { (words.say("photographs-none")) } }
        (gallery(&app, id, &photographs))
        @if visitor.may(Right::Record) {
            form.card method="post" enctype="multipart/form-data" action=(patient_path(id, "/photographs")) {
                h2 { (words.say("photograph-add")) }
                div.fields {
                    div { label for="photograph" { (words.say("photograph-file")) }
                        input #photograph name="photograph" type="file" accept="image/jpeg,image/png" required; }
                    div { label for="taken_on" { (words.say("photograph-taken-on")) }
                        input #taken_on name="taken_on" type="date" value=(today()); }
                    div { label for="site" { (words.say("site")) }
                        select #site name="site" {
                            option value="" { (words.say("not-stated")) }
                            @for site in &app.knowledge.sites { option value=(site.name) { (site.label) } }
                        } }
                    div { label for="caption" { (words.say("photograph-caption")) }
                        input #caption name="caption" maxlength="500"; }
                }
                p.quiet { (words.say("photograph-drawn-again")) }
                div.actions { button type="submit" { (words.say("photograph-add")) } }
            }
        }
    };
    let title = words.say("step-photographs");
    let shown =
        Page { title: &title, patient: Some((&patient, Step::Photographs)), body, files: &[] };
    Ok(page(&app, &visitor, &shown).into_response())
}

/// Photographs beside each other, oldest first.
pub(crate) fn gallery(app: &App, patient: Id, photographs: &[Document<Photograph>]) -> Markup {
    html! {
        ul.gallery {
            @for photograph in photographs {
                @let content = &photograph.content;
                @let site = content.site.as_deref().and_then(|name| app.knowledge.site(name));
                @let label = site.map(|site| site.label.as_str()).unwrap_or_default();
                li {
                    figure {
                        a href=(patient_path(patient, &format!("/photographs/{}", photograph.id))) {
                            img src=(patient_path(patient, &format!("/photographs/{}", photograph.id)))
                                width=(content.width) height=(content.height) loading="lazy"
                                alt=(format!("{label} {} {}", content.taken_on, content.caption.as_deref().unwrap_or_default()));
                        }
                        figcaption { (content.taken_on) " " (label)
                            @if let Some(caption) = &content.caption { br; (caption) } }
                    }
                }
            }
        }
    }
}
