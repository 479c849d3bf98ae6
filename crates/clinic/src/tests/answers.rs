//! What comes back, whatever was asked, and when something breaks.

use axum::{
    Router,
    http::{Method, StatusCode},
    routing::get,
};

use super::{
    browser::{Browser, Part, Reply},
    practice::{Clinic, PASSWORD},
};
use crate::{app::App, refusal::Refusal, server};

/// Assert what every answer says.
fn assert_guarded(what: &str, reply: &Reply) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), value, "{what}");
    }
    let policy = reply.header("content-security-policy");
    for said in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.split("; ").any(|part| part == said), "{what}: {policy}");
    }
    assert!(
        !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("data:"),
        "{policy}"
    );
    assert!(reply.header("permissions-policy").contains("geolocation=()"), "{what}");
    assert!(
        !reply.headers.contains_key("server") && !reply.headers.contains_key("x-powered-by"),
        "{what}"
    );
    let kept = reply.header("cache-control");
    if what.starts_with("/assets/") && reply.status == StatusCode::OK {
        assert_eq!(kept, "public, max-age=31536000, immutable");
    } else {
        assert_eq!(kept, "no-store", "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_says_what_browsers_must_not_do() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let of = format!("/patients/{}", clinic.seen.patient);
    let asset = clinic.app.assets.path("clinic.css");
    let calendar = format!("{of}/plans/{}/files/aftercare.ics", clinic.seen.plan);
    let photograph = format!("{of}/photographs/{}", clinic.seen.photograph);
    for path in [
        "/",
        "/account",
        "/accounts",
        "/nothing",
        "/patients/%zz",
        "/assets/x/y",
        "/api/scoreboard",
        "/api/openapi.json",
        "/api/nothing",
        &of,
        &asset,
        &calendar,
        &photograph,
    ] {
        for mut browser in [
            doctor.clone(),
            clinic.browser(),
            doctor.saying("accept", "application/json"),
            doctor.saying("host", "evil.example"),
        ] {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::DELETE] {
                let reply = browser.ask(method, path, "", Vec::new()).await;
                assert_guarded(path, &reply);
            }
        }
    }
    let sign_in = clinic.browser().sign_in("doctor", PASSWORD).await;
    assert_guarded("sign-in", &sign_in);
    assert_guarded("wrong", &clinic.browser().sign_in("doctor", "wrong wrong wrong").await);
    assert_guarded(
        "foreign",
        &doctor.saying("sec-fetch-site", "cross-site").post("/patients/new", &[]).await,
    );
    assert_guarded("broken", &doctor.post("/patients/new", &[("version", "x")]).await);
    assert_guarded("large", &doctor.ask(Method::POST, "/patients/new", "", vec![0; 600_000]).await);
    assert_guarded(
        "conflict",
        &doctor.post(&format!("{of}/edit"), &[("family_name", "a"), ("version", "0")]).await,
    );
    assert_guarded(
        "upload",
        &doctor.upload(&format!("{of}/photographs"), &[Part::text("a", "b")]).await,
    );
    assert_guarded("signed out", &doctor.post("/sign-out", &[]).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_a_sentence_and_no_way_inside() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let of = format!("/patients/{}", clinic.seen.patient);
    for path in ["/nothing", "/accounts", &format!("{of}/nothing"), "/patients/1", "/?list=maybe"] {
        let page = doctor.get(path).await;
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        let json = doctor.saying("accept", "application/json").get(path).await;
        let told: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        assert!(told["error"].as_str().unwrap().ends_with('.'), "{path}: {told}");
        for inside in ["src/", ".rs", "panicked", "deserialize", "sqlx", "SELECT", "Id", "uuid"] {
            assert!(
                !page.text().contains(inside) && !told.to_string().contains(inside),
                "{path}: {inside}"
            );
        }
    }
}

/// A server with addresses that break.
fn breaking(app: &App) -> Router {
    async fn panics() -> &'static str {
        panic!("a secret of the server")
    }
    async fn panics_on_a_thread(app: App) -> Result<&'static str, Refusal> {
        app.simulator.work(|_| panic!("a secret of the server")).await
    }
    let shared = app.clone();
    let inside = Router::new()
        .route("/panics", get(panics))
        .route("/panics-on-a-thread", get(move || panics_on_a_thread(shared.clone())))
        .route("/fails", get(async || Refusal::Fault("a secret of the server".to_owned())))
        .route("/works", get(async || "as ever"));
    server::guarded(inside, app.clone(), false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_ours_is_told_to_who_asked_and_the_others_go_on() {
    let clinic = Clinic::new().await;
    let mut browser = Browser::new(breaking(&clinic.app));
    for path in ["/panics", "/panics-on-a-thread", "/fails"] {
        // More often than there are threads or turns.
        for _ in 0..6 {
            let reply = browser.get(path).await;
            assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert!(!reply.text().contains("secret") && !reply.text().is_empty(), "{path}");
            assert_guarded(path, &reply);
        }
        assert_eq!(browser.get("/works").await.text(), "as ever");
    }
    assert_eq!(clinic.app.simulator.work(|_| 7).await.unwrap(), 7);
    assert_eq!(clinic.signed_in("doctor").await.get("/").await.status, StatusCode::OK);
}
