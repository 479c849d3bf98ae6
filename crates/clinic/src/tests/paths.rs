//! Addresses and names that lead elsewhere.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};

use super::{
    browser::Part,
    pictures::small_jpeg,
    practice::{Clinic, PASSWORD},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_leads_out_of_the_app() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let asset = clinic.app.assets.path("");
    let (patient, plan) = (clinic.seen.patient, clinic.seen.plan);
    let files = format!("/patients/{patient}/plans/{plan}/files");
    let mut tried = Vec::new();
    for step in ["..", "%2e%2e", ".%2e", "%2e.", "..%2f..", "..%5c..", "....//", "%252e%252e"] {
        for file in ["etc/passwd", "Cargo.toml", "practice.key", "clinic.css", "%00"] {
            tried.push(format!("{asset}{step}/{file}"));
            tried.push(format!("{asset}{step}%2f{file}"));
            tried.push(format!("/assets/{step}/{file}"));
            tried.push(format!("{files}/{step}%2f{file}"));
            tried.push(format!("{files}/{step}/{file}"));
        }
        tried.push(format!("/patients/{step}/{step}/etc/passwd"));
    }
    for file in [
        "%2fetc%2fpasswd",
        "C:%5cwindows",
        "plan.pdf%00",
        "plan.pdf%0d%0aSet-Cookie:%20a=b",
        "plan.pdf%22",
        ".pdf",
        "%ff.pdf",
        "x.ics",
    ] {
        tried.push(format!("{files}/{file}"));
        tried.push(format!("{asset}{file}"));
    }
    for path in tried {
        let reply = admin.get(&path).await;
        let status = reply.status.as_u16();
        assert!([400, 404, 422].contains(&status), "{path}: {status}");
        assert_eq!(reply.header("set-cookie"), "", "{path}");
        assert!(!reply.text().contains("root:"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_leads_nowhere_else() {
    let clinic = Clinic::new().await;
    for (n, back) in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/a\r\nLocation: https://evil.example",
        "/a\u{0}b",
        "/\u{fffd}",
        "https:evil.example",
        "http:/evil.example",
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = clinic.browser();
        let account = ["doctor", "assistant", "reader", "admin"][n % 4];
        let fields = [("account", account), ("password", PASSWORD), ("back", back)];
        let reply = browser.post("/sign-in", &fields).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/"), "{back:?}");
    }
    let path = format!("/patients/{}?a=b", clinic.seen.patient);
    let reply = clinic.browser().get(&path).await;
    assert_eq!(
        reply.location(),
        format!("/sign-in?back={}", path.replace('?', "%3F").replace('=', "%3D"))
    );
    let fields = [("account", "admin"), ("password", PASSWORD), ("back", &path)];
    assert_eq!(clinic.browser().post("/sign-in", &fields).await.location(), path);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_the_host_is_nowhere_in_what_is_said() {
    // One that others reach does not know its names.
    let clinic = Clinic::with(|options| options.address = [0, 0, 0, 0].into()).await;
    let doctor = clinic.signed_in("doctor").await;
    for path in ["/", "/account", "/nothing-here", "/patients/new"] {
        let reply = doctor.saying("host", "evil.example").get(path).await;
        let said = format!("{:?} {}", reply.headers, reply.text());
        assert!(!said.contains("evil.example"), "{path}");
    }
    let reply = clinic.browser().saying("host", "evil.example").get("/account").await;
    assert_eq!(reply.location(), "/sign-in?back=/account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_this_machine_alone_answers_to_no_other_name() {
    let clinic = Clinic::new().await;
    for host in [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "192.168.0.1",
        "127.0.0.1@evil.example",
        "[::2]",
    ] {
        let mut rebound = clinic.browser().saying("host", host);
        for path in ["/sign-in", "/", "/api/openapi.json", &clinic.app.assets.path("clinic.css")] {
            assert_eq!(
                rebound.get(path).await.status,
                StatusCode::MISDIRECTED_REQUEST,
                "{host} {path}"
            );
        }
        assert_eq!(
            rebound.sign_in("doctor", PASSWORD).await.status,
            StatusCode::MISDIRECTED_REQUEST,
            "{host}"
        );
    }
    for host in ["localhost", "localhost:8080", "127.0.0.1:1234", "[::1]:80", "LOCALHOST"] {
        assert_eq!(
            clinic.browser().saying("host", host).get("/sign-in").await.status,
            StatusCode::OK,
            "{host}"
        );
    }
    assert_eq!(
        clinic.browser().saying("host", "").get("/sign-in").await.status,
        StatusCode::MISDIRECTED_REQUEST
    );
    let twice = Request::builder()
        .uri("/sign-in")
        .header(header::HOST, "localhost")
        .header(header::HOST, "evil.example");
    let reply = clinic.browser().send(twice.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
    let absolute =
        Request::builder().uri("http://evil.example/sign-in").header(header::HOST, "localhost");
    let reply = clinic.browser().send(absolute.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_a_file_is_not_kept_and_opens_no_header() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let path = format!("/patients/{}/photographs", clinic.seen.patient);
    let jpeg = small_jpeg();
    for name in [
        "../../../practice.db",
        "a.html",
        "a\\..\\b.jpg",
        "<script>.jpg",
        "CON",
        "a;filename=b.svg",
    ] {
        let reply = assistant.upload(&path, &[Part::file("photograph", name, &jpeg)]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{name}");
    }
    let shown = assistant.get(&path).await.text();
    assert!(!shown.contains("practice.db") && !shown.contains("a.html"));
    let folder: Vec<String> = std::fs::read_dir(clinic.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(folder.iter().all(|name| name.starts_with("practice.")), "{folder:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_address_is_refused() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    for path in [
        "/patients/%",
        "/patients/%zz",
        "/patients/%ff%fe",
        "/?q=%",
        "/?q=%ff",
        "/?q=%00",
        "/?list=maybe",
        "/%00",
        "/?q[]=1&q=2&q=3",
    ] {
        let status = doctor.ask(Method::GET, path, "", Vec::new()).await.status.as_u16();
        assert!([200, 400, 404, 422].contains(&status), "{path}: {status}");
    }
    let long = format!("/?q={}", "a".repeat(30_000));
    assert_eq!(doctor.get(&long).await.status, StatusCode::OK);
}
