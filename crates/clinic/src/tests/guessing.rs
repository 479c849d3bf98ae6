//! Guessing names and passwords.

use std::net::SocketAddr;

use axum::http::StatusCode;
use needlepoint_records::audit::AuditFilter;

use super::practice::{Clinic, PASSWORD};

/// An answer as if it had been given to somebody whom there is not: the name that was typed comes back.
fn as_of_nobody(text: &str, name: &str) -> String {
    text.replace(&format!("value=\"{name}\""), "value=\"nobody\"")
}

fn from(address: [u8; 4]) -> SocketAddr {
    SocketAddr::from((address, 4000))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_tried_a_few_times_and_others_still_get_in() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.browser();
    for _ in 0..5 {
        assert_eq!(
            browser.sign_in("doctor", "wrong wrong wrong").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let reply = browser.sign_in("doctor", PASSWORD).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.header("retry-after").parse::<u64>().unwrap() >= 1);
    // Not from another address, and not in other letters.
    browser.peer = from([10, 0, 0, 7]);
    assert_eq!(browser.sign_in("DOCTOR", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.sign_in("assistant", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_does_not_go_through_names() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.browser();
    let mut tried = 0;
    for n in 0..40 {
        let status = browser.sign_in(&format!("name-{n}"), "wrong wrong wrong").await.status;
        tried += u32::from(status == StatusCode::UNAUTHORIZED);
    }
    // A few more where the test is slow: tries come back one by one.
    assert!((30..36).contains(&tried), "{tried}");
    browser.peer = from([10, 0, 0, 7]);
    assert_eq!(browser.sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_is_only_believed_behind_a_proxy() {
    for behind_proxy in [false, true] {
        let clinic = Clinic::with(|options| options.behind_proxy = behind_proxy).await;
        let mut refused = 0;
        for n in 0..40 {
            let mut browser = clinic.browser().saying("x-forwarded-for", &format!("10.0.0.{n}"));
            let status = browser.sign_in(&format!("name-{n}"), "wrong wrong wrong").await.status;
            refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(refused == 0, behind_proxy, "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_a_proxy_only_what_the_proxy_added_is_believed() {
    let clinic = Clinic::with(|options| options.behind_proxy = true).await;
    let mut refused = 0;
    for n in 0..40 {
        let forged = format!("10.0.0.{n}, 192.168.0.9");
        let mut browser = clinic.browser().saying("x-forwarded-for", &forged);
        let status = browser.sign_in(&format!("name-{n}"), "wrong wrong wrong").await.status;
        refused += u32::from(status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_does_not_tell_which_names_there_are() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.browser();
    let known = browser.sign_in("doctor", "wrong wrong wrong").await;
    let unknown = browser.sign_in("nobody", "wrong wrong wrong").await;
    assert_eq!(
        (known.status, unknown.status),
        (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED)
    );
    assert_eq!(as_of_nobody(&known.text(), "doctor"), unknown.text());
    clinic.signed_in("admin").await.post("/accounts/reader", &[("what", "disable")]).await;
    let shut = browser.sign_in("reader", PASSWORD).await;
    assert_eq!(as_of_nobody(&shut.text(), "reader"), unknown.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_try_is_in_the_trail_and_its_password_is_not() {
    let clinic = Clinic::new().await;
    clinic.browser().sign_in("doctor", "my very own secret").await;
    let filter = AuditFilter { limit: 10, ..AuditFilter::default() };
    let entries = clinic.app.practice.audit(filter).await.unwrap();
    let told = format!("{entries:?}");
    assert!(told.contains("SignInFailed") && told.contains("doctor"), "{told}");
    assert!(!told.contains("my very own secret"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strange_names_and_passwords_are_just_wrong() {
    let clinic = Clinic::new().await;
    let long = "x".repeat(100_000);
    for (n, (account, password)) in [
        ("doctor' OR '1'='1", "x"),
        ("doctor'--", PASSWORD),
        ("doctor\0", PASSWORD),
        (" doctor", PASSWORD),
        ("", ""),
        (&long, PASSWORD),
        ("reader", &long),
        ("\u{202e}rotcod", PASSWORD),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = clinic.browser();
        browser.peer = from([10, 0, 1, n as u8]);
        let reply = browser.sign_in(account, password).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_weak_password_is_refused() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    for weak in ["short", "aaaaaaaaaaaa", "Password1234", "new.person123", "needlepoint-demo"] {
        let fields = [("name", "new.person"), ("role", "assistant"), ("password", weak)];
        let reply = admin.post("/accounts", &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{weak}");
        assert!(!reply.text().contains(&format!("value=\"{weak}\"")), "{weak}");
    }
    assert_eq!(clinic.app.practice.accounts().await.unwrap().len(), 4);
    let mut doctor = clinic.signed_in("doctor").await;
    let reply = doctor.post("/account", &[("old", PASSWORD), ("new", "123456789012")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reply = doctor
        .post("/account", &[("old", "wrong wrong wrong"), ("new", "three blind ferrets")])
        .await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(clinic.browser().sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_password_is_not_guessed_from_an_open_screen() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let mut refused = false;
    for _ in 0..6 {
        let reply = doctor
            .post("/account", &[("old", "wrong wrong wrong"), ("new", "three blind ferrets")])
            .await;
        refused |= reply.status == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(refused);
}
