//! Files that lie in the program: styles, scripts, the sign. Their address holds a fingerprint of all of them, so that
//! browsers keep them for good and never see those of another version.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use include_dir::{Dir, include_dir};
use needlepoint_knowledge::store::fingerprint;
use needlepoint_report::live::{live_css, palette_css};

use crate::{app::App, refusal::Refusal};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/assets");

/// Gives the text of a stylesheet.
type Drawn = fn() -> &'static str;

/// Stylesheets that come from the room that draws: its colours, and what its drawings need.
const DRAWN: [(&str, Drawn); 2] = [("palette.css", palette_css), ("live.css", live_css)];
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Hexadecimal digits of the fingerprint.
const DIGITS: usize = 12;

/// Where the files are.
pub(crate) struct Assets {
    fingerprint: String,
}

impl Assets {
    pub(crate) fn new() -> Self {
        let mut all = Vec::new();
        for file in FILES.files() {
            all.extend(file.path().to_string_lossy().bytes());
            all.extend(file.contents());
        }
        for (_, css) in DRAWN {
            all.extend(css().bytes());
        }
        Self { fingerprint: fingerprint(&all)[..DIGITS].to_owned() }
    }

    /// The address of a file.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("/assets/{}/{name}", self.fingerprint)
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/assets/{fingerprint}/{name}", get(file))
}

async fn file(
    State(app): State<App>,
    Path((fingerprint, name)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    if fingerprint != app.assets.fingerprint {
        return Err(Refusal::NotFound);
    }
    let contents = match DRAWN.iter().find(|(known, _)| *known == name) {
        Some((_, css)) => css().as_bytes(),
        None => FILES.get_file(&name).ok_or(Refusal::NotFound)?.contents(),
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type(&name))),
        (header::CACHE_CONTROL, FOR_GOOD),
    ];
    Ok((headers, contents).into_response())
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
