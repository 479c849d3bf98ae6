//! What is sent: too large, too deep, broken.

use axum::http::{Method, StatusCode};

use super::{browser::Part, practice::Clinic};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_is_not_taken() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let of = format!("/patients/{}", clinic.seen.patient);
    let large = vec![b'a'; 513 * 1024];
    for path in ["/patients/new", "/account", &format!("{of}/consultations"), &format!("{of}/edit")]
    {
        let reply = doctor.ask(Method::POST, path, FORM, large.clone()).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let reply = clinic.browser().ask(Method::POST, "/sign-in", FORM, large.clone()).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["/api/check", "/api/plan", "/api/run", "/api/validate"] {
        let reply = doctor.ask(Method::POST, path, "text/plain", large.clone()).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
    let json = serde_json::json!({ "field": "note", "value": "a".repeat(600_000) });
    let path = format!("{of}/sessions/{}/field", clinic.seen.session);
    assert_eq!(doctor.post_json(&path, &json).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let photograph = vec![0; 26 * 1024 * 1024];
    for (path, name) in [("photographs", "photograph"), ("visits/new", "picture")] {
        let parts = [Part::file(name, "a.jpg", &photograph)];
        let reply = doctor.upload(&format!("{of}/{path}"), &parts).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_sends_much_before_signing_in() {
    let clinic = Clinic::new().await;
    let mut nobody = clinic.browser().saying("accept", "application/json");
    let photograph = vec![0; 26 * 1024 * 1024];
    for path in
        [format!("/patients/{}/photographs", clinic.seen.patient), "/records/import".to_owned()]
    {
        // Refused for who asks, not for what is sent: nothing of it was read.
        let reply = nobody.upload(&path, &[Part::file("photograph", "a.jpg", &photograph)]).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_broken_is_told_and_breaks_nothing() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let of = format!("/patients/{}", clinic.seen.patient);
    let session = format!("{of}/sessions/{}", clinic.seen.session);
    let before = clinic.app.practice.snapshot().await.unwrap();
    let forms: [&[u8]; 8] = [
        b"%",
        b"family_name=%zz",
        b"family_name=%ff%fe",
        b"\xff\xfe\xff",
        b"=&=&&&",
        b"\0",
        b"version=99999999999999999999",
        b"version=-1&family_name=a",
    ];
    for path in [
        "/sign-in",
        "/accounts",
        "/account",
        "/account/tokens",
        &format!("{of}/edit"),
        &format!("{of}/erase"),
        &format!("{of}/consultations"),
        &session,
    ] {
        for form in forms {
            for kind in [FORM, "text/plain", "multipart/form-data", ""] {
                let status = admin.ask(Method::POST, path, kind, form.to_vec()).await.status;
                // A consultation without a button pressed is shown again, and not kept.
                let shown = status.is_success() && path.ends_with("/consultations");
                assert!(status.is_client_error() || shown, "{path} {kind} {form:?}: {status}");
            }
        }
    }
    let deep = [vec![b'['; 100_000], vec![b'{'; 100_000], b"{\"a\":".repeat(50_000)].to_vec();
    let broken: [&[u8]; 6] = [
        b"{",
        b"null",
        b"{\"step\":1e999,\"done\":true}",
        b"{\"step\":-1,\"done\":true}",
        b"\xff",
        b"{\"step\":18446744073709551615,\"done\":true}",
    ];
    for json in deep.iter().map(Vec::as_slice).chain(broken) {
        let status = admin
            .ask(Method::POST, &format!("{session}/check"), "application/json", json.to_vec())
            .await
            .status;
        assert!(status.is_client_error(), "{:?}: {status}", &json[..json.len().min(40)]);
        for path in ["/api/check", "/api/plan", "/api/run", "/api/validate"] {
            let status = admin.ask(Method::POST, path, "text/plain", json.to_vec()).await.status;
            assert!(status.is_client_error() || path == "/api/check", "{path}: {status}");
        }
        let reply = admin.upload("/records/import", &[Part::file("file", "a.json", json)]).await;
        assert!(reply.text().contains("remark bad"), "{}", reply.text());
    }
    let toml_deep = [
        format!("a = {}", "[".repeat(60_000)),
        format!("a = {}", "{a=".repeat(60_000)),
        "a.".repeat(60_000),
        format!("[{}a]", "a.".repeat(60_000)),
    ];
    for toml in toml_deep {
        for path in ["/api/check", "/api/plan", "/api/run", "/api/validate"] {
            let status =
                admin.ask(Method::POST, path, "text/plain", toml.clone().into_bytes()).await.status;
            assert!(status.is_client_error() || path == "/api/check", "{path}: {status}");
        }
    }
    assert_eq!(clinic.app.practice.snapshot().await.unwrap(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_is_none_is_told() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let of = format!("/patients/{}", clinic.seen.patient);
    let kinds = [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=a",
        "multipart/mixed; boundary=a",
    ];
    let bodies: [&[u8]; 7] = [
        b"",
        b"--a",
        b"--a\r\ncontent-disposition: form-data; name=\"photograph\"\r\n\r\nunfinished",
        b"--a\r\n\r\n\r\n--a--",
        b"--a\r\ncontent-disposition: form-data\r\n\r\nx\r\n--a--\r\n",
        b"--a\r\ncontent-disposition: form-data; name=\"caption\"\r\n\r\n\xff\xfe\r\n--a--\r\n",
        &[0xff; 2000],
    ];
    for path in
        [format!("{of}/photographs"), format!("{of}/visits/new"), "/records/import".to_owned()]
    {
        for kind in kinds {
            for body in bodies {
                let reply = admin.ask(Method::POST, &path, kind, body.to_vec()).await;
                let told = reply.status.is_client_error() || reply.text().contains("remark bad");
                assert!(told, "{path} {kind} {body:?}: {}", reply.status);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_is_words_and_no_statement() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let all = doctor.get("/?list=true").await.text().matches("<tr>").count();
    assert!(all > 7);
    for asked in [
        "' OR '1'='1",
        "%",
        "_",
        "*",
        "\\",
        "\" OR \"\"=\"",
        "); DELETE FROM documents;--",
        "\u{0}",
    ] {
        let asked: String = form_urlencoded::byte_serialize(asked.as_bytes()).collect();
        let reply = doctor.get(&format!("/?list=true&q={asked}")).await;
        assert_eq!(
            (reply.status, reply.text().matches("<tr>").count()),
            (StatusCode::OK, 0),
            "{asked}"
        );
    }
    assert_eq!(doctor.get("/?list=true").await.text().matches("<tr>").count(), all);
}
