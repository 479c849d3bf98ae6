//! Cookies: made up, altered, ended, forced upon somebody, left lying.

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use needlepoint_records::{Author, Role};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    browser::Browser,
    practice::{Clinic, PASSWORD},
};
use crate::security::SIGNED_IN;

const COOKIE: &str = "needlepoint";

fn cookie(browser: &Browser) -> String {
    browser.cookies[COOKIE].clone()
}

async fn is_in(browser: &mut Browser) -> bool {
    let reply = browser.get("/account").await;
    assert!(matches!(reply.status, StatusCode::OK | StatusCode::SEE_OTHER), "{}", reply.status);
    reply.status == StatusCode::OK
}

/// The id that a cookie holds, as the store knows it.
fn stored_under(cookie: &str) -> [u8; 32] {
    let id: tower_sessions::session::Id = cookie.parse().unwrap();
    Sha256::digest(id.0.to_le_bytes()).into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_that_is_made_up_or_altered_opens_nothing() {
    let clinic = Clinic::new().await;
    let good = cookie(&clinic.signed_in("doctor").await);
    let mut altered = good.clone().into_bytes();
    altered[3] = if altered[3] == b'A' { b'B' } else { b'A' };
    let longer = format!("{good}{good}");
    let made_up = [
        String::from_utf8(altered).unwrap(),
        good[..good.len() - 1].to_owned(),
        longer,
        good.to_lowercase().replace(good.as_str(), "x"),
        "AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        String::new(),
        "doctor".to_owned(),
        "../../practice.db".to_owned(),
        "%27%20OR%201=1--".to_owned(),
        "1".repeat(5000),
    ];
    for value in made_up {
        let mut browser = clinic.browser();
        browser.cookies.insert(COOKIE.to_owned(), value.clone());
        assert!(!is_in(&mut browser).await, "{value}");
    }
    let mut browser = clinic.browser();
    browser.cookies.insert(COOKIE.to_owned(), good);
    assert!(is_in(&mut browser).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cookie_is_for_this_server_and_no_script() {
    for behind_proxy in [false, true] {
        let clinic = Clinic::with(|options| options.behind_proxy = behind_proxy).await;
        let reply = clinic.browser().sign_in("doctor", PASSWORD).await;
        let cookie = reply.header("set-cookie");
        for said in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] {
            assert!(cookie.contains(said), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert_eq!(cookie.contains("Secure"), behind_proxy, "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_given_a_session_before_signing_in() {
    let clinic = Clinic::new().await;
    let mut browser = clinic.browser();
    for path in ["/", "/sign-in", "/nothing-here", "/account"] {
        assert_eq!(browser.get(path).await.header("set-cookie"), "", "{path}");
    }
    assert_eq!(browser.sign_in("doctor", "wrong wrong wrong").await.header("set-cookie"), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_somebody_else_began_is_not_the_one_signed_in() {
    let clinic = Clinic::new().await;
    // An attacker's own session, planted in the doctor's browser.
    let planted = cookie(&clinic.signed_in("reader").await);
    let mut doctor = clinic.browser();
    doctor.cookies.insert(COOKIE.to_owned(), planted.clone());
    assert_eq!(doctor.sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_ne!(cookie(&doctor), planted);
    let mut attacker = clinic.browser();
    attacker.cookies.insert(COOKIE.to_owned(), planted);
    assert!(!is_in(&mut attacker).await);
    // And one that never was.
    let made_up = "AAAAAAAAAAAAAAAAAAAAAA".to_owned();
    let mut doctor = clinic.browser();
    doctor.cookies.insert(COOKIE.to_owned(), made_up.clone());
    assert_eq!(doctor.sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_ne!(cookie(&doctor), made_up);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_the_session_for_whoever_copied_it() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let mut thief = doctor.clone();
    assert!(is_in(&mut thief).await);
    assert_eq!(doctor.post("/sign-out", &[]).await.location(), "/sign-in");
    assert!(!doctor.cookies.contains_key(COOKIE));
    assert!(!is_in(&mut thief).await);
}

/// Let a session have begun and been used so long ago.
async fn aged(clinic: &Clinic, cookie: &str, since: SignedDuration, seen: SignedDuration) {
    let id = stored_under(cookie);
    let practice = &clinic.app.practice;
    let data = practice.session_get(&id).await.unwrap().unwrap();
    let mut record: tower_sessions::session::Record = serde_json::from_slice(&data).unwrap();
    let ago = |ago| json!(Timestamp::now() - ago);
    let signed_in = record.data.get_mut(SIGNED_IN).unwrap();
    signed_in["since"] = ago(since);
    signed_in["seen_at"] = ago(seen);
    let expires = Timestamp::now() + SignedDuration::from_hours(12);
    let data = serde_json::to_vec(&record).unwrap();
    practice.session_put(&id, Some("doctor"), &data, expires).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_screen_that_was_left_is_shut_and_no_session_lasts_for_ever() {
    let clinic = Clinic::new().await;
    let minutes = SignedDuration::from_mins;
    for (since, seen, still) in [(50, 50, true), (61, 61, false), (700, 10, true), (721, 1, false)]
    {
        let mut doctor = clinic.signed_in("doctor").await;
        aged(&clinic, &cookie(&doctor), minutes(since), minutes(seen)).await;
        assert_eq!(is_in(&mut doctor).await, still, "{since} {seen}");
        // What was over stays over.
        assert_eq!(is_in(&mut doctor).await, still, "{since} {seen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_or_damaged_session_opens_nothing_and_a_new_one_can_begin() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let id = stored_under(&cookie(&doctor));
    let practice = &clinic.app.practice;
    let data = practice.session_get(&id).await.unwrap().unwrap();
    let past = Timestamp::now() - SignedDuration::from_secs(1);
    practice.session_put(&id, Some("doctor"), &data, past).await.unwrap();
    assert!(!is_in(&mut doctor).await);
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    for nonsense in [&b"{"[..], b"", b"{\"id\":1}", &[0xff; 100]] {
        practice.session_put(&id, Some("doctor"), nonsense, later).await.unwrap();
        assert!(!is_in(&mut doctor).await);
    }
    assert_eq!(doctor.sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(is_in(&mut doctor).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_password_ends_every_other_session() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let mut thief = doctor.clone();
    let mut elsewhere = clinic.signed_in("doctor").await;
    let old = cookie(&doctor);
    let fields = [("old", PASSWORD), ("new", "three blind ferrets")];
    assert_eq!(doctor.post("/account", &fields).await.status, StatusCode::OK);
    assert_ne!(cookie(&doctor), old);
    assert!(is_in(&mut doctor).await);
    assert!(!is_in(&mut thief).await);
    assert!(!is_in(&mut elsewhere).await);
    let mut again = clinic.browser();
    assert_eq!(again.sign_in("doctor", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(again.sign_in("doctor", "three blind ferrets").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_shut_or_has_another_role_is_so_at_once() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let mut doctor = clinic.signed_in("doctor").await;
    assert_eq!(
        admin.post("/accounts/doctor", &[("what", "role"), ("role", "read-only")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!is_in(&mut doctor).await);
    doctor.sign_in("doctor", PASSWORD).await;
    assert_eq!(doctor.get("/patients/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        admin.post("/accounts/doctor", &[("what", "disable")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(!is_in(&mut doctor).await);
    assert_eq!(doctor.sign_in("doctor", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        admin.post("/accounts/doctor", &[("what", "enable")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(doctor.sign_in("doctor", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_that_of_the_account_and_not_that_of_the_cookie() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    // Past the page, as a second server on the same database would change it.
    let author = Author::new("admin");
    clinic.app.practice.set_role(&author, "doctor", Role::ReadOnly).await.unwrap();
    assert_eq!(doctor.get("/patients/new").await.status, StatusCode::FORBIDDEN);
    assert_eq!(doctor.get("/patients").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_administrator_is_not_locked_out() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    for fields in [&[("what", "disable")][..], &[("what", "role"), ("role", "assistant")]] {
        let reply = admin.post("/accounts/admin", fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(admin.get("/accounts").await.status, StatusCode::OK);
    assert_eq!(
        admin.post("/accounts/nobody", &[("what", "disable")]).await.status,
        StatusCode::NOT_FOUND
    );
}
