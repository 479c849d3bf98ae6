//! Every address, asked by nobody and by every role. An address that the table does not know fails.

use std::{collections::BTreeSet, fs, path::PathBuf};

use axum::http::{Method, StatusCode};
use needlepoint_records::Id;
use serde_json::json;

use super::{
    browser::{Browser, Part, Reply},
    practice::{Clinic, Story},
};
use Least::{Decide, Manage, Open, Read, Record};
use Sent::{Form, Json, Nothing, Text, Upload};

/// What it takes at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Least {
    /// Anybody may.
    Open,
    Read,
    Record,
    Decide,
    Manage,
}

/// A body that is read, and changes as little as can be.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Nothing,
    Form(&'static str),
    Json(&'static str),
    Text,
    Upload,
}

/// Accounts of the demonstration, and what each may at most.
const ACCOUNTS: [(&str, Least); 4] =
    [("reader", Read), ("assistant", Record), ("doctor", Decide), ("admin", Manage)];

/// Ways of one address: how, what it takes, what is sent.
type Line = (&'static str, &'static str, Least, Sent);

const TABLE: [Line; 65] = [
    ("GET", "/assets/{fingerprint}/{name}", Open, Nothing),
    ("GET", "/sign-in", Open, Nothing),
    ("POST", "/sign-in", Open, Form("account=nobody&password=nothing")),
    ("GET", "/", Read, Nothing),
    ("GET", "/patients", Read, Nothing),
    ("GET", "/patients/new", Record, Nothing),
    ("POST", "/patients/new", Record, Form("family_name=")),
    ("GET", "/patients/{patient}", Read, Nothing),
    ("GET", "/patients/{patient}/edit", Record, Nothing),
    ("POST", "/patients/{patient}/edit", Record, Form("family_name=")),
    ("GET", "/patients/{patient}/erase", Manage, Nothing),
    ("POST", "/patients/{patient}/erase", Manage, Form("version=4711")),
    ("GET", "/patients/{patient}/photographs", Read, Nothing),
    ("POST", "/patients/{patient}/photographs", Record, Upload),
    ("GET", "/patients/{patient}/photographs/{photograph}", Read, Nothing),
    ("GET", "/patients/{patient}/consultations", Read, Nothing),
    ("POST", "/patients/{patient}/consultations", Decide, Form("do=screen")),
    ("GET", "/patients/{patient}/consultations/new", Decide, Nothing),
    ("POST", "/patients/{patient}/consultations/screen", Read, Form("age=30")),
    ("GET", "/patients/{patient}/consultations/{consultation}", Read, Nothing),
    ("POST", "/patients/{patient}/consultations/{consultation}", Decide, Form("do=screen")),
    ("GET", "/consult/medicines", Read, Nothing),
    ("GET", "/patients/{patient}/consultations/{consultation}/plan", Read, Nothing),
    ("POST", "/patients/{patient}/consultations/{consultation}/plans", Decide, Form("device=")),
    ("POST", "/patients/{patient}/consultations/{consultation}/live", Read, Form("device=")),
    ("GET", "/patients/{patient}/consultations/{consultation}/front", Read, Nothing),
    ("GET", "/patients/{patient}/plans", Read, Nothing),
    ("GET", "/patients/{patient}/plans/{plan}", Read, Nothing),
    ("POST", "/patients/{patient}/plans/{plan}", Decide, Form("version=none")),
    ("GET", "/patients/{patient}/plans/{plan}/files/{file}", Read, Nothing),
    ("GET", "/patients/{patient}/sessions", Read, Nothing),
    ("GET", "/patients/{patient}/plans/{plan}/sessions/{number}", Read, Nothing),
    ("POST", "/patients/{patient}/plans/{plan}/sessions/{number}", Record, Form("")),
    ("GET", "/patients/{patient}/sessions/{session}", Read, Nothing),
    ("POST", "/patients/{patient}/sessions/{session}", Record, Form("shown=none")),
    ("GET", "/patients/{patient}/sessions/{session}/state", Read, Nothing),
    (
        "POST",
        "/patients/{patient}/sessions/{session}/check",
        Record,
        Json("{\"step\":4711,\"done\":true}"),
    ),
    (
        "POST",
        "/patients/{patient}/sessions/{session}/field",
        Record,
        Json("{\"field\":\"none\",\"value\":\"\"}"),
    ),
    ("POST", "/patients/{patient}/sessions/{session}/event", Record, Form("what=")),
    ("POST", "/patients/{patient}/sessions/{session}/finish", Record, Form("")),
    ("POST", "/patients/{patient}/sessions/{session}/reopen", Record, Form("")),
    ("GET", "/patients/{patient}/sessions/{session}/sheet.pdf", Read, Nothing),
    ("GET", "/patients/{patient}/visits", Read, Nothing),
    ("GET", "/patients/{patient}/visits/learned", Read, Nothing),
    ("GET", "/patients/{patient}/visits/new", Record, Nothing),
    ("POST", "/patients/{patient}/visits/new", Record, Upload),
    ("GET", "/patients/{patient}/visits/{visit}", Read, Nothing),
    ("POST", "/patients/{patient}/visits/{visit}", Record, Upload),
    ("GET", "/accounts", Manage, Nothing),
    ("POST", "/accounts", Manage, Form("name=&role=assistant&password=")),
    ("POST", "/accounts/{name}", Manage, Form("what=nothing")),
    ("GET", "/account", Read, Nothing),
    ("POST", "/account", Read, Form("old=wrong&new=wrong")),
    ("POST", "/account/tokens", Read, Form("label=")),
    ("POST", "/account/tokens/{token}/revoke", Read, Form("")),
    ("GET", "/records", Manage, Nothing),
    ("GET", "/records/export", Manage, Nothing),
    ("POST", "/records/import", Manage, Upload),
    ("POST", "/api/check", Read, Text),
    ("POST", "/api/plan", Read, Text),
    ("POST", "/api/run", Read, Text),
    ("POST", "/api/validate", Read, Text),
    ("GET", "/api/scoreboard", Read, Nothing),
    ("GET", "/api/openapi.json", Open, Nothing),
    // Ends the session: last.
    ("POST", "/sign-out", Open, Form("")),
];

/// Ways that are there: every `.route("...", get(...).post(...))` in the sources.
fn ways() -> BTreeSet<(String, String)> {
    let mut ways = BTreeSet::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("src/tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                for told in fs::read_to_string(&path).unwrap().split(".route(").skip(1) {
                    ways.extend(told_ways(told));
                }
            }
        }
    }
    ways
}

/// The ways that one call tells; `told` begins behind its bracket.
fn told_ways(told: &str) -> Vec<(String, String)> {
    let mut open = 1;
    let end = told.find(|letter: char| {
        open += i32::from(letter == '(') - i32::from(letter == ')');
        open == 0
    });
    let call = &told[..end.unwrap()];
    let address = call.split('"').nth(1).unwrap();
    let methods = ["get", "post", "put", "patch", "delete", "any", "head", "options"];
    let used = methods.iter().filter(|method| {
        let called = format!("{method}(");
        call.match_indices(&called).any(|(at, _)| {
            !call[..at].ends_with(|letter: char| letter.is_alphanumeric() || letter == '_')
        })
    });
    used.map(|method| (method.to_uppercase(), address.to_owned())).collect()
}

#[test]
fn the_table_knows_every_address() {
    let known: BTreeSet<(String, String)> = TABLE
        .iter()
        .map(|(method, address, ..)| ((*method).to_owned(), (*address).to_owned()))
        .collect();
    let there = ways();
    let unknown: Vec<_> = there.difference(&known).collect();
    assert!(unknown.is_empty(), "say in the table of this test who may do this: {unknown:?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "no longer there: {gone:?}");
}

/// The address of a line for somebody's documents.
fn filled(address: &str, of: &Story, clinic: &Clinic) -> String {
    let asset = clinic.app.assets.path("clinic.css");
    if address.starts_with("/assets/") {
        return asset;
    }
    let filled = address
        .replace("{patient}", &of.patient.to_string())
        .replace("{consultation}", &of.consultation.to_string())
        .replace("{plan}", &of.plan.to_string())
        .replace("{session}", &of.session.to_string())
        .replace("{visit}", &of.visit.to_string())
        .replace("{photograph}", &of.photograph.to_string())
        .replace("{token}", &Id::new().to_string())
        .replace("{file}", "aftercare.ics")
        .replace("{number}", "1")
        .replace("{name}", "reader");
    match address {
        "/patients/{patient}/visits/learned" => format!("{filled}?plan={}", of.plan),
        "/records/export" => format!("{filled}?form=json"),
        _ => filled,
    }
}

async fn asked(browser: &mut Browser, line: &Line, path: &str) -> Reply {
    let method = line.0.parse::<Method>().unwrap();
    let form = "application/x-www-form-urlencoded";
    match line.3 {
        Nothing => browser.get(path).await,
        Form(body) => browser.ask(method, path, form, body.into()).await,
        Json(body) => browser.ask(method, path, "application/json", body.into()).await,
        Text => browser.ask(method, path, "text/plain", b"nothing = 1".to_vec()).await,
        Upload => browser.upload(path, &[Part::text("nothing", "")]).await,
    }
}

/// What stands in the records, to see whether anything was written.
async fn written(clinic: &Clinic) -> String {
    json!(clinic.app.practice.snapshot().await.unwrap()).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_in_anywhere() {
    let clinic = Clinic::new().await;
    let before = written(&clinic).await;
    for line in &TABLE {
        let path = filled(line.1, &clinic.seen, &clinic);
        let mut program = clinic.browser().saying("accept", "application/json");
        let reply = asked(&mut program, line, &path).await;
        if line.2 == Open {
            assert_ne!(reply.status, StatusCode::FORBIDDEN, "{line:?}");
            continue;
        }
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{line:?}");
        assert!(!reply.text().contains("Saga"), "{line:?}");
        // A browser is led to where it can sign in, and back.
        let reply = asked(&mut clinic.browser(), line, &path).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{line:?}");
        assert!(reply.location().starts_with("/sign-in"), "{line:?}: {}", reply.location());
    }
    assert_eq!(written(&clinic).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_role_does_what_it_may_and_nothing_else() {
    let clinic = Clinic::new().await;
    for (account, most) in ACCOUNTS {
        let mut browser = clinic.signed_in(account).await;
        for line in &TABLE {
            let before = written(&clinic).await;
            let path = filled(line.1, &clinic.seen, &clinic);
            let reply = asked(&mut browser, line, &path).await;
            if line.2 > most {
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{account}: {line:?}");
                assert_eq!(written(&clinic).await, before, "{account}: {line:?}");
            } else if !matches!(line.1, "/sign-in" | "/account/tokens/{token}/revoke") {
                let refused = [401, 403, 404, 405, 415, 500, 501];
                let status = reply.status.as_u16();
                assert!(
                    !refused.contains(&status),
                    "{account}: {line:?}: {status} {}",
                    reply.text()
                );
                assert!(
                    !reply.location().starts_with("/sign-in") || line.1 == "/sign-out",
                    "{account}: {line:?}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_reserved_is_not_offered() {
    let clinic = Clinic::new().await;
    let page = |account: &'static str, path: String| {
        let clinic = &clinic;
        async move { clinic.signed_in(account).await.get(&path).await.text() }
    };
    let overview = format!("/patients/{}", clinic.seen.patient);
    assert!(!page("reader", overview.clone()).await.contains("/edit\""));
    assert!(page("assistant", overview.clone()).await.contains("/edit\""));
    assert!(!page("assistant", overview.clone()).await.contains("/consultations/new"));
    assert!(page("doctor", overview).await.contains("/consultations/new"));
    assert!(!page("doctor", "/".to_owned()).await.contains("\"/accounts\""));
    assert!(page("admin", "/".to_owned()).await.contains("\"/accounts\""));
}
