//! Accounts: who may come in, and one's own password.

use axum::{
    Form, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use needlepoint_records::{Account, Id, RecordsError, Role, Zeroizing};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    forms::{local, text},
    layout::{Page, page, remark},
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{InPerson, Right, Visitor, is_easily_guessed, sign_in},
};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/accounts", get(list).post(create))
        .route("/accounts/{name}", post(change))
        .route("/account", get(own).post(change_own_password))
        .route("/account/tokens", post(create_token))
        .route("/account/tokens/{token}/revoke", post(revoke_token))
}

const ROLES: [(Role, &str, &str); 4] = [
    (Role::Administrator, "administrator", "role-administrator"),
    (Role::Practitioner, "practitioner", "role-practitioner"),
    (Role::Assistant, "assistant", "role-assistant"),
    (Role::ReadOnly, "read-only", "role-read-only"),
];

fn role(name: &str) -> Result<Role, Refusal> {
    let found = ROLES.iter().find(|(_, known, _)| *known == name);
    found.map(|(role, ..)| *role).ok_or_else(|| Refusal::bad("Choose a role."))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    listed(&app, &visitor, None).await
}

async fn listed(app: &App, visitor: &Visitor, wrong: Option<&str>) -> Result<Response, Refusal> {
    let accounts = app.practice.accounts().await?;
    let words = &app.words;
    let body = html! {
        @if let Some(wrong) = wrong { (remark("bad", wrong)) }
        table.list {
            thead { tr {
                th scope="col" { (words.say("sign-in-account")) }
                th scope="col" { (words.say("account-role")) }
                th scope="col" { (words.say("account-change")) }
            } }
            tbody { @for account in &accounts { (row(app, account)) } }
        }
        form.card method="post" action="/accounts" {
            h2 { (words.say("account-new")) }
            div.fields {
                div { label for="name" { (words.say("sign-in-account")) }
                    input #name name="name" required maxlength="60" autocomplete="off" pattern="[A-Za-z0-9._\\-]+"; }
                div { label for="role" { (words.say("account-role")) } (role_choice(app, "role", Role::Assistant)) }
                div { label for="password" { (words.say("account-first-password")) }
                    input #password name="password" type="password" required minlength="12" maxlength="1000" autocomplete="new-password"; }
            }
            p.quiet { (words.say("account-password-rule")) }
            div.actions { button type="submit" { (words.say("account-new")) } }
        }
    };
    let title = words.say("nav-accounts");
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Page { title: &title, patient: None, body, files: &[] };
    Ok((status, page(app, visitor, &shown)).into_response())
}

fn role_choice(app: &App, id: &str, chosen: Role) -> Markup {
    html! {
        select id=(id) name="role" {
            @for (role, name, label) in ROLES {
                option value=(name) selected[role == chosen] { (app.words.say(label)) }
            }
        }
    }
}

fn row(app: &App, account: &Account) -> Markup {
    let words = &app.words;
    let id = format!("role-of-{}", account.name);
    html! {
        tr {
            th scope="row" { (account.name) @if account.disabled { " " span.tag { (words.say("account-disabled")) } } }
            td {
                form.row method="post" action={ "/accounts/" (account.name) } {
                    label.hidden for=(id) { (words.say_with("account-role-of", [("name", account.name.as_str().into())])) }
                    (role_choice(app, &id, account.role))
                    button type="submit" name="what" value="role" { (words.say("save")) }
                }
            }
            td {
                form.row method="post" action={ "/accounts/" (account.name) } {
                    @if account.disabled {
                        button type="submit" name="what" value="enable" { (words.say("account-enable")) }
                    } @else {
                        button type="submit" name="what" value="disable" { (words.say("account-disable")) }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct NewAccount {
    name: String,
    role: String,
    password: Zeroizing<String>,
}

async fn create(
    State(app): State<App>,
    visitor: Visitor,
    _: InPerson,
    Form(new): Form<NewAccount>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if new.name.is_empty() || new.name.len() > 60 || !new.name.chars().all(allowed) {
        return listed(&app, &visitor, Some(&app.words.say("account-name-rule"))).await;
    }
    let role = role(&new.role)?;
    if is_easily_guessed(&new.password, &new.name) {
        return listed(&app, &visitor, Some(&app.words.say("account-password-rule"))).await;
    }
    match app.practice.create_account(&visitor.author(), &new.name, role, &new.password).await {
        Ok(_) => Ok(Redirect::to("/accounts").into_response()),
        Err(why) => match told(&app, &why) {
            Some(why) => listed(&app, &visitor, Some(&why)).await,
            None => Err(why.into()),
        },
    }
}

/// What somebody can do about it.
fn told(app: &App, why: &RecordsError) -> Option<String> {
    match why {
        RecordsError::PasswordLength { .. } => Some(app.words.say("account-password-rule")),
        RecordsError::AccountExists(_) => Some(app.words.say("account-exists")),
        RecordsError::LastAdministrator(_) => Some(app.words.say("account-last-administrator")),
        _ => None,
    }
}

#[derive(Deserialize)]
struct Change {
    what: String,
    #[serde(default)]
    role: String,
}

async fn change(
    State(app): State<App>,
    visitor: Visitor,
    _: InPerson,
    Path(name): Path<String>,
    Form(change): Form<Change>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    let author = visitor.author();
    let changed = match change.what.as_str() {
        "role" => app.practice.set_role(&author, &name, role(&change.role)?).await,
        "disable" => app.practice.set_disabled(&author, &name, true).await,
        "enable" => app.practice.set_disabled(&author, &name, false).await,
        _ => return Err(Refusal::bad("Choose what to change.")),
    };
    match changed {
        // Who is signed in as that account signs in again, and has the new rights.
        Ok(()) => {
            app.practice.sessions_delete_of(&name).await?;
            Ok(Redirect::to("/accounts").into_response())
        }
        Err(why) => match told(&app, &why) {
            Some(why) => listed(&app, &visitor, Some(&why)).await,
            None => Err(why.into()),
        },
    }
}

async fn own(State(app): State<App>, visitor: Visitor) -> Result<Response, Refusal> {
    own_page(&app, &visitor, None, None).await
}

async fn own_page(
    app: &App,
    visitor: &Visitor,
    remarked: Option<(&str, String)>,
    secret: Option<&str>,
) -> Result<Response, Refusal> {
    let tokens = app.practice.tokens(Some(&visitor.account)).await?;
    let words = &app.words;
    let bad = remarked.as_ref().is_some_and(|(kind, _)| *kind == "bad");
    let body = html! {
        @if let Some((kind, text)) = &remarked { (remark(kind, text)) }
        @if let Some(secret) = secret {
            div.card { p { (words.say("token-once")) } p { code.secret { (secret) } } }
        }
        form.card.narrow method="post" action="/account" {
            h2 { (words.say("password-change")) }
            label for="old" { (words.say("password-old")) }
            input #old name="old" type="password" required maxlength="1000" autocomplete="current-password";
            label for="new" { (words.say("password-new")) }
            input #new name="new" type="password" required minlength="12" maxlength="1000" autocomplete="new-password";
            p.quiet { (words.say("account-password-rule")) }
            div.actions { button type="submit" { (words.say("password-change")) } }
        }
        section.card aria-labelledby="tokens" {
            h2 #tokens { (words.say("tokens-title")) }
            p { (words.say("tokens-what-for")) " " a href="/api/openapi.json" { "openapi.json" } }
            @if tokens.iter().any(|token| !token.revoked) {
                ul { @for token in tokens.iter().filter(|token| !token.revoked) {
                    li { (token.label) span.quiet { " " (local(token.created_at)) }
                        form.inline method="post" action={ "/account/tokens/" (token.id) "/revoke" } {
                            button.quiet type="submit" { (words.say("token-revoke")) }
                        } }
                } }
            }
            form.row method="post" action="/account/tokens" {
                label for="label" { (words.say("token-label")) }
                input #label name="label" required maxlength="100";
                button type="submit" { (words.say("token-new")) }
            }
        }
    };
    let title = words.say("account-own");
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let shown = Page { title: &title, patient: None, body, files: &[] };
    Ok((status, page(app, visitor, &shown)).into_response())
}

#[derive(Deserialize)]
struct Passwords {
    old: Zeroizing<String>,
    new: Zeroizing<String>,
}

async fn change_own_password(
    State(app): State<App>,
    visitor: Visitor,
    _: InPerson,
    session: Session,
    Form(passwords): Form<Passwords>,
) -> Result<Response, Refusal> {
    let words = &app.words;
    let practice = &app.practice;
    app.sign_ins
        .try_once(&visitor.account, std::net::Ipv4Addr::UNSPECIFIED.into())
        .map_err(Refusal::TooOften)?;
    if practice.verify_password(&visitor.account, &passwords.old).await?.is_none() {
        let wrong = Some(("bad", words.say("password-old-wrong")));
        return own_page(&app, &visitor, wrong, None).await;
    }
    if is_easily_guessed(&passwords.new, &visitor.account) {
        let rule = Some(("bad", words.say("account-password-rule")));
        return own_page(&app, &visitor, rule, None).await;
    }
    match practice.set_password(&visitor.author(), &visitor.account, &passwords.new).await {
        Ok(()) => {
            // Every other session of the account ends; this one goes on under a new identifier.
            practice.sessions_delete_of(&visitor.account).await?;
            sign_in(&session, &visitor.account).await?;
            own_page(&app, &visitor, Some(("good", words.say("password-changed"))), None).await
        }
        Err(why) => match told(&app, &why) {
            Some(why) => own_page(&app, &visitor, Some(("bad", why)), None).await,
            None => Err(why.into()),
        },
    }
}

#[derive(Deserialize)]
struct NewToken {
    label: String,
}

async fn create_token(
    State(app): State<App>,
    visitor: Visitor,
    _: InPerson,
    Form(new): Form<NewToken>,
) -> Result<Response, Refusal> {
    let label = text(&new.label).ok_or_else(|| Refusal::bad("Say what the token is for."))?;
    let new = app.practice.create_token(&visitor.author(), &visitor.account, &label).await?;
    own_page(&app, &visitor, None, Some(&new.secret)).await
}

async fn revoke_token(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Id>,
) -> Result<Redirect, Refusal> {
    let own = app.practice.tokens(Some(&visitor.account)).await?;
    if !own.iter().any(|token| token.id == id) {
        return Err(Refusal::NotFound);
    }
    app.practice.revoke_token(&visitor.author(), id).await?;
    Ok(Redirect::to("/account"))
}
