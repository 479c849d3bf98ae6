//! Signing in and out.

use std::net::SocketAddr;

use axum::{
    Form, Router,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use needlepoint_records::{Author, Zeroizing, audit::Action};
use serde::Deserialize;
use tower_sessions::Session;

use super::layout::{outer_page, remark};
use crate::{
    app::App,
    refusal::Refusal,
    security::{asking_address, sign_in, sign_out},
};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/sign-in", get(show).post(enter)).route("/sign-out", post(leave))
}

/// The address of the page, with where to go afterwards.
pub(crate) fn path(back: &str) -> String {
    if back.is_empty() {
        return "/sign-in".to_owned();
    }
    let encoded: String = back
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("/sign-in?back={encoded}")
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

#[derive(Deserialize)]
struct Entry {
    account: String,
    password: Zeroizing<String>,
    #[serde(default)]
    back: String,
}

async fn show(State(app): State<App>, Query(asked): Query<Back>) -> Response {
    outer_page(&app, &app.words.say("sign-in-title"), &form(&app, "", &asked.back, None))
        .into_response()
}

fn form(app: &App, account: &str, back: &str, wrong: Option<&str>) -> Markup {
    let words = &app.words;
    html! {
        @if let Some(wrong) = wrong { (remark("bad", wrong)) }
        form.card.narrow method="post" action="/sign-in" {
            input type="hidden" name="back" value=(back);
            label for="account" { (words.say("sign-in-account")) }
            input #account name="account" value=(account) autocomplete="username" required maxlength="100" autofocus;
            label for="password" { (words.say("sign-in-password")) }
            input #password name="password" type="password" autocomplete="current-password" required maxlength="1000";
            div.actions { button type="submit" { (words.say("sign-in")) } }
        }
        @if app.demo { p.quiet { (words.say("demo-accounts")) } }
    }
}

async fn enter(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    session: Session,
    Form(entry): Form<Entry>,
) -> Result<Response, Refusal> {
    let address = asking_address(&app, &headers, peer);
    app.sign_ins.try_once(&entry.account, address).map_err(Refusal::TooOften)?;
    let Some(account) = app.practice.verify_password(&entry.account, &entry.password).await? else {
        let tried: String = entry.account.chars().take(100).collect();
        let author = Author::new("-");
        app.practice.note_action(&author, Action::SignInFailed, None, &tried).await?;
        let wrong = app.words.say("sign-in-wrong");
        let page = outer_page(
            &app,
            &app.words.say("sign-in-title"),
            &form(&app, &tried, &entry.back, Some(&wrong)),
        );
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    sign_in(&session, &account.name).await?;
    let author = Author::new(account.name);
    app.practice.note_action(&author, Action::SignedIn, None, "").await?;
    Ok(Redirect::to(inside(&entry.back)).into_response())
}

/// Where to go: a page of this server, whatever the form says.
fn inside(back: &str) -> &str {
    let own = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains('\\')
        && back.bytes().all(|byte| byte.is_ascii_graphic());
    if own { back } else { "/" }
}

async fn leave(session: Session) -> Result<Redirect, Refusal> {
    sign_out(&session).await?;
    Ok(Redirect::to("/sign-in"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_pages_of_this_server_alone() {
        assert_eq!(inside("/patients/1?q=a"), "/patients/1?q=a");
        for elsewhere in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: a=b",
            "/ü",
            "",
            "javascript:1",
        ] {
            assert_eq!(inside(elsewhere), "/");
        }
    }

    #[test]
    fn the_way_back_is_one_value_of_the_query() {
        assert_eq!(path("/?q=a&b"), "/sign-in?back=/%3Fq%3Da%26b");
        assert_eq!(path(""), "/sign-in");
    }
}
