//! A page, or JSON, for what can't be done.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use maud::html;
use serde_json::json;

use super::{forms::local, layout::outer_page};
use crate::{app::App, refusal::Refusal};

/// Dress an answer that is a refusal.
pub(crate) async fn refused(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("");
    let page = accepts.contains("text/html");
    let reads = *request.method() == Method::GET;
    let asked = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let response = next.run(request).await;
    let Some(refusal) = refusal_of(&response) else { return response };
    if let Refusal::Fault(why) = &refusal {
        // Without what was asked for: it may hold names.
        let page = asked.split('?').next().unwrap_or_default();
        eprintln!("fault at {page}: {why}");
    }
    if page && matches!(refusal, Refusal::SignIn) {
        let back = if reads && asked != "/" { asked } else { String::new() };
        return Redirect::to(&super::sign_in::path(&back)).into_response();
    }
    let sentence = sentence(&app, &refusal);
    let mut answer = if page {
        let title = app.words.say(title(&refusal));
        let body = html! {
            p.lead { (sentence) }
            p { a href="/" { (app.words.say("back-to-patients")) } }
        };
        (refusal.status(), outer_page(&app, &title, &body)).into_response()
    } else {
        (refusal.status(), Json(json!({ "error": sentence }))).into_response()
    };
    if let Refusal::TooOften(seconds) = refusal {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// What an answer refuses: as a handler says it, or as the web server itself does.
fn refusal_of(response: &Response) -> Option<Refusal> {
    if let Some(refusal) = response.extensions().get::<Refusal>() {
        return Some(refusal.clone());
    }
    let dressed = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes().starts_with(b"text/html") || kind.as_bytes().starts_with(b"application/")
    });
    match response.status() {
        _ if dressed => None,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Refusal::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Refusal::TooLarge),
        StatusCode::BAD_REQUEST
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Refusal::bad(
            "What was sent is not what this page sends. Reload it and try again.",
        )),
        _ => None,
    }
}

fn title(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::SignIn => "refused-sign-in",
        Refusal::NotFound => "refused-not-found",
        Refusal::Forbidden | Refusal::Foreign | Refusal::OtherName => "refused-forbidden",
        Refusal::Conflict { .. } => "refused-conflict",
        Refusal::BadInput(_) | Refusal::TooLarge => "refused-bad-input",
        Refusal::TooOften(_) => "refused-too-often",
        Refusal::DiskFull => "refused-disk-full",
        Refusal::Fault(_) => "refused-fault",
    }
}

fn sentence(app: &App, refusal: &Refusal) -> String {
    let words = &app.words;
    match refusal {
        Refusal::SignIn => words.say("refused-sign-in-why"),
        Refusal::NotFound => words.say("refused-not-found-why"),
        Refusal::Forbidden => words.say("refused-forbidden-why"),
        Refusal::Foreign => words.say("refused-foreign-why"),
        Refusal::OtherName => words.say("refused-other-name-why"),
        Refusal::Conflict { by, at } => words.say_with(
            "refused-conflict-why",
            [("by", by.as_str().into()), ("at", local(*at).into())],
        ),
        Refusal::BadInput(why) => why.clone(),
        Refusal::TooLarge => words.say("refused-too-large-why"),
        Refusal::TooOften(seconds) => {
            words.say_with("refused-too-often-why", [("seconds", (*seconds).into())])
        }
        Refusal::DiskFull => words.say("refused-disk-full-why"),
        Refusal::Fault(_) => words.say("refused-fault-why"),
    }
}
