//! A page elsewhere that makes the browser of somebody who is signed in do something here.

use axum::http::{Method, StatusCode};

use super::{
    browser::Browser,
    practice::{Clinic, PASSWORD},
};

const TARGETS: [&str; 4] = ["/patients/new", "/account/tokens", "/sign-out", "/accounts"];

/// What browsers say when a page elsewhere makes them send something.
fn foreign(browser: &Browser) -> Vec<Browser> {
    let silent = browser.saying("sec-fetch-site", "");
    vec![
        browser.saying("sec-fetch-site", "cross-site").saying("origin", "https://evil.example"),
        browser.saying("sec-fetch-site", "same-site").saying("origin", "http://localhost:9999"),
        browser.saying("sec-fetch-site", "cross-site"),
        // Old ones that only say the origin.
        silent.saying("origin", "https://evil.example"),
        silent.saying("origin", "null"),
        silent.saying("origin", "http://localhost:9999"),
        silent.saying("origin", "http://localhost.evil.example"),
        silent.saying("origin", "http://evil.example/?http://localhost"),
        // Ones that say nothing.
        silent.clone(),
        // Ones that send a token along, to look like a program.
        silent.saying("authorization", "Bearer x"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_elsewhere_changes_nothing() {
    let clinic = Clinic::new().await;
    let admin = clinic.signed_in("admin").await;
    let before = clinic.app.practice.snapshot().await.unwrap();
    for (n, browser) in foreign(&admin).iter().enumerate() {
        for path in TARGETS {
            for kind in [
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=a",
                "application/json",
                "",
            ] {
                let body = b"family_name=Forged&label=forged&name=forged&role=administrator&password=three+blind+ferrets";
                let reply = browser.clone().ask(Method::POST, path, kind, body.to_vec()).await;
                assert_eq!(reply.status, StatusCode::FORBIDDEN, "{n} {path} {kind}");
                assert_eq!(reply.header("set-cookie"), "", "{n} {path}");
            }
        }
    }
    assert_eq!(clinic.app.practice.snapshot().await.unwrap(), before);
    assert_eq!(clinic.app.practice.accounts().await.unwrap().len(), 4);
    assert_eq!(clinic.app.practice.tokens(None).await.unwrap().len(), 0);
    assert_eq!(admin.clone().get("/accounts").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_signed_in_by_a_page_elsewhere() {
    let clinic = Clinic::new().await;
    for mut browser in foreign(&clinic.browser()).into_iter().take(9) {
        let reply = browser.sign_in("reader", PASSWORD).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(browser.cookies.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_is_only_taken_as_json() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let path = format!("/patients/{}/sessions/{}/check", clinic.seen.patient, clinic.seen.session);
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let reply =
            assistant.ask(Method::POST, &path, kind, b"{\"step\":0,\"done\":true}".to_vec()).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_elsewhere_reads_nothing() {
    let clinic = Clinic::new().await;
    let doctor = clinic.signed_in("doctor").await;
    for path in ["/", "/api/scoreboard"] {
        let mut browser =
            doctor.saying("origin", "https://evil.example").saying("sec-fetch-site", "cross-site");
        let reply = browser.get(path).await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
    }
    // Nor may it ask for more than forms can send.
    let mut asking = doctor.saying("access-control-request-method", "PUT");
    let reply = asking.ask(Method::OPTIONS, "/patients/new", "", Vec::new()).await;
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE, Method::CONNECT] {
        let reply = doctor.clone().ask(method.clone(), "/patients/new", "", Vec::new()).await;
        assert!(reply.status.is_client_error(), "{method}: {}", reply.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_changes_nothing() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let patient = clinic.seen.patient;
    for path in [
        format!("/patients/{patient}/erase?version=1"),
        "/sign-out".to_owned(),
        "/accounts/reader?what=disable".to_owned(),
    ] {
        admin.get(&path).await;
        admin.ask(Method::HEAD, &path, "", Vec::new()).await;
    }
    assert_eq!(admin.get(&format!("/patients/{patient}")).await.status, StatusCode::OK);
    let accounts = clinic.app.practice.accounts().await.unwrap();
    assert!(accounts.iter().all(|account| !account.disabled));
}
