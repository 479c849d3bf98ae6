//! Tokens of programs.

use axum::http::StatusCode;
use needlepoint_records::Author;

use super::practice::{Clinic, PASSWORD};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_opens_what_its_account_may_until_it_is_revoked_or_the_account_is_shut() {
    let clinic = Clinic::new().await;
    let practice = &clinic.app.practice;
    let made = practice.create_token(&Author::new("doctor"), "doctor", "a program").await.unwrap();
    let bearer = format!("Bearer {}", made.secret.as_str());
    let mut program =
        clinic.browser().saying("authorization", &bearer).saying("sec-fetch-site", "");
    assert_eq!(program.get("/api/scoreboard").await.status, StatusCode::OK);
    assert_eq!(program.post("/api/check", &[]).await.status, StatusCode::OK);
    assert_eq!(program.get("/accounts").await.status, StatusCode::FORBIDDEN);
    let mut admin = clinic.signed_in("admin").await;
    admin.post("/accounts/doctor", &[("what", "disable")]).await;
    let program = program.saying("accept", "application/json");
    assert_eq!(program.clone().get("/api/scoreboard").await.status, StatusCode::UNAUTHORIZED);
    admin.post("/accounts/doctor", &[("what", "enable")]).await;
    assert_eq!(program.clone().get("/api/scoreboard").await.status, StatusCode::OK);
    let mut doctor = clinic.signed_in("doctor").await;
    let revoke = format!("/account/tokens/{}/revoke", made.token.id);
    assert_eq!(
        clinic.signed_in("assistant").await.post(&revoke, &[]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(program.clone().get("/api/scoreboard").await.status, StatusCode::OK);
    assert_eq!(doctor.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(program.clone().get("/api/scoreboard").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_makes_no_account_no_password_and_no_token() {
    let clinic = Clinic::new().await;
    let bearer = format!("Bearer {}", clinic.token("admin").await);
    let mut program = clinic.browser().saying("authorization", &bearer);
    let account =
        [("name", "mine"), ("role", "administrator"), ("password", "three blind ferrets")];
    assert_eq!(program.post("/accounts", &account).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        program
            .post("/accounts/reader", &[("what", "role"), ("role", "administrator")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        program.post("/account/tokens", &[("label", "another")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        program.post("/account", &[("old", PASSWORD), ("new", "three blind ferrets")]).await.status,
        StatusCode::FORBIDDEN
    );
    let tokens = clinic.app.practice.tokens(None).await.unwrap();
    assert_eq!((tokens.len(), clinic.app.practice.accounts().await.unwrap().len()), (1, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_token_opens_nothing_even_beside_a_cookie() {
    let clinic = Clinic::new().await;
    let good = clinic.token("doctor").await;
    let short = good[..good.len() - 1].to_owned();
    let wrong = ["", "Bearer ", "Bearer x", "Bearer needlepoint_", "Basic ZG9jdG9yOng=", "bearer"]
        .map(str::to_owned)
        .into_iter()
        .chain([
            format!("Bearer {short}"),
            format!("Bearer  {good}"),
            good,
            "Bearer ' OR 1=1--".to_owned(),
        ]);
    for said in wrong.filter(|said| !said.is_empty()) {
        let mut program =
            clinic.browser().saying("authorization", &said).saying("accept", "application/json");
        assert_eq!(program.get("/api/scoreboard").await.status, StatusCode::UNAUTHORIZED, "{said}");
    }
    // A wrong token is not made right by a cookie: who sent it meant to be somebody else.
    let mut both = clinic
        .signed_in("doctor")
        .await
        .saying("authorization", "Bearer x")
        .saying("accept", "application/json");
    assert_eq!(both.get("/api/scoreboard").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_shown_once() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let shown = doctor.post("/account/tokens", &[("label", "my program")]).await.text();
    let secret = shown.split("needlepoint_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(secret.len() > 40);
    let again = doctor.get("/account").await.text();
    assert!(again.contains("my program") && !again.contains(&secret));
    let mut program =
        clinic.browser().saying("authorization", &format!("Bearer needlepoint_{secret}"));
    assert_eq!(program.get("/api/scoreboard").await.status, StatusCode::OK);
}
