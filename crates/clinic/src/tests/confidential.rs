//! What belongs to others: documents under another patient's address, patients whom an account must not see, ids by guessing.

use axum::http::{Method, StatusCode};
use needlepoint_records::Id;

use super::practice::{Clinic, PASSWORD, SECRET, Story};

/// Everything that can be read of a patient, with what it shows of them.
fn readable(of: &Story) -> Vec<String> {
    let Story { patient, consultation, plan, session, visit, photograph } = of;
    [
        String::new(),
        "/photographs".to_owned(),
        format!("/photographs/{photograph}"),
        "/consultations".to_owned(),
        format!("/consultations/{consultation}"),
        format!("/consultations/{consultation}/plan"),
        format!("/consultations/{consultation}/front"),
        "/plans".to_owned(),
        format!("/plans/{plan}"),
        format!("/plans/{plan}/files/plan.pdf"),
        format!("/plans/{plan}/files/patient.pdf"),
        format!("/plans/{plan}/files/session-1.pdf"),
        format!("/plans/{plan}/files/aftercare.ics"),
        format!("/plans/{plan}/sessions/1"),
        "/sessions".to_owned(),
        format!("/sessions/{session}"),
        format!("/sessions/{session}/state"),
        format!("/sessions/{session}/sheet.pdf"),
        "/visits".to_owned(),
        format!("/visits/{visit}"),
        format!("/visits/learned?plan={plan}"),
    ]
    .map(|path| format!("/patients/{patient}{path}"))
    .to_vec()
}

/// What can be written of a patient by an account that may write.
fn writable(of: &Story) -> Vec<String> {
    let Story { patient, consultation, plan, session, visit, .. } = of;
    [
        "/edit".to_owned(),
        "/photographs".to_owned(),
        "/consultations/screen".to_owned(),
        format!("/consultations/{consultation}/live"),
        format!("/plans/{plan}/sessions/1"),
        format!("/sessions/{session}"),
        format!("/sessions/{session}/event"),
        format!("/sessions/{session}/finish"),
        format!("/sessions/{session}/reopen"),
        format!("/visits/{visit}"),
        "/visits/new".to_owned(),
    ]
    .map(|path| format!("/patients/{patient}{path}"))
    .to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_must_not_see_a_patient_finds_nothing_of_them() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let mut reader = clinic.signed_in("reader").await;
    for path in readable(&clinic.secret) {
        for browser in [&mut assistant, &mut reader] {
            let reply = browser.get(&path).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
            assert!(!reply.text().contains(SECRET), "{path}");
        }
    }
    for path in writable(&clinic.secret) {
        let reply = if path.contains("/visits") || path.ends_with("/photographs") {
            assistant.upload(&path, &[]).await
        } else {
            assistant.post(&path, &[("version", "1"), ("shown", "{}"), ("what", "x")]).await
        };
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/", "/patients", "/?q=verborgen", "/?q=Verb&list=true", "/?q=sven&list=true"] {
        let reply = assistant.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(!reply.text().contains(SECRET), "{path}");
    }
    for path in [
        "/records/export?form=json",
        "/records/export?form=fhir",
        "/records",
        "/records/export?form=study-csv",
    ] {
        assert_eq!(assistant.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_see_them_does() {
    let clinic = Clinic::new().await;
    for account in ["doctor", "admin"] {
        let mut browser = clinic.signed_in(account).await;
        assert!(browser.get("/?q=verborgen").await.text().contains(SECRET), "{account}");
        let overview = format!("/patients/{}", clinic.secret.patient);
        assert!(browser.get(&overview).await.text().contains(SECRET), "{account}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_sees_no_more_than_its_account() {
    let clinic = Clinic::new().await;
    let bearer = format!("Bearer {}", clinic.token("assistant").await);
    let mut program = clinic.browser().saying("authorization", &bearer);
    for path in readable(&clinic.secret) {
        assert_eq!(program.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!program.get("/?list=true").await.text().contains(SECRET));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_not_found_under_the_address_of_another_patient() {
    let clinic = Clinic::new().await;
    // The ids are right, and whose they are is not: the way around "may this account see this patient".
    let crossed = Story { patient: clinic.seen.patient, ..clinic.secret };
    let mut assistant = clinic.signed_in("assistant").await;
    for path in readable(&crossed) {
        let ids = path.matches('-').count() > 8;
        if !ids {
            continue;
        }
        let reply = assistant.get(&path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut doctor = clinic.signed_in("doctor").await;
    let patient = clinic.seen.patient;
    let from = format!("/patients/{patient}/consultations/new?from={}", clinic.secret.consultation);
    assert_eq!(doctor.get(&from).await.status, StatusCode::NOT_FOUND);
    for path in [
        format!("/patients/{patient}/consultations/{}/plans", clinic.secret.consultation),
        format!("/patients/{patient}/plans/{}", clinic.secret.plan),
    ] {
        assert_eq!(
            doctor.post(&path, &[("version", "1")]).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    // A document of one kind under the address of another.
    let mixed = format!("/patients/{patient}/plans/{}", clinic.seen.session);
    assert_eq!(doctor.get(&mixed).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visit_takes_no_photograph_of_somebody_else() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let path = format!("/patients/{}/visits/new", clinic.seen.patient);
    let theirs = clinic.secret.photograph.to_string();
    let parts = [
        super::browser::Part::text("seen_on", "2026-01-02"),
        super::browser::Part::text("photograph", &theirs),
    ];
    let reply = assistant.upload(&path, &parts).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    let snapshot = clinic.app.practice.snapshot().await.unwrap();
    let visits =
        snapshot.visits.iter().filter(|visit| visit.content.patient == clinic.seen.patient);
    assert!(
        visits
            .flat_map(|visit| &visit.content.photographs)
            .all(|id| *id != clinic.secret.photograph)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessed_ids_lead_nowhere_and_tell_nothing() {
    let clinic = Clinic::new().await;
    let mut assistant = clinic.signed_in("assistant").await;
    let none = assistant.get(&format!("/patients/{}", Id::new())).await;
    let hidden = assistant.get(&format!("/patients/{}", clinic.secret.patient)).await;
    assert_eq!((none.status, none.text()), (hidden.status, hidden.text()));
    let next = clinic.secret.patient.to_string();
    for path in
        ["/patients/1", "/patients/0", "/patients/%00", "/patients/..%2f..%2fetc", "/patients/-1"]
    {
        let status = assistant.get(path).await.status.as_u16();
        assert!([400, 404, 422].contains(&status), "{path}: {status}");
    }
    // Upper case is the same id: seen by nobody more.
    let upper = format!("/patients/{}", next.to_uppercase());
    assert_eq!(assistant.get(&upper).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_decides_hides_a_patient_or_shows_one_to_all() {
    let clinic = Clinic::new().await;
    let patient = clinic.seen.patient;
    let path = format!("/patients/{patient}/edit");
    let fields = |version: &'static str| {
        [
            ("family_name", "Saga"),
            ("given_name", "Sven"),
            ("confidential", "yes"),
            ("version", version),
        ]
    };
    let mut assistant = clinic.signed_in("assistant").await;
    assert_eq!(assistant.post(&path, &fields("1")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        clinic.signed_in("reader").await.get(&path.replace("/edit", "")).await.status,
        StatusCode::OK
    );
    let mut doctor = clinic.signed_in("doctor").await;
    assert_eq!(doctor.post(&path, &fields("2")).await.status, StatusCode::SEE_OTHER);
    for (account, status) in [("assistant", 404), ("doctor", 200), ("admin", 200)] {
        let mut browser = clinic.signed_in(account).await;
        let reply = browser.get(&path.replace("/edit", "")).await;
        assert_eq!(reply.status.as_u16(), status, "{account}");
    }
    // Who can't see them can't write to them either, with whatever version.
    assert_eq!(assistant.post(&path, &fields("3")).await.status, StatusCode::NOT_FOUND);
    let mut nobody = clinic.browser();
    nobody.sign_in("nobody", PASSWORD).await;
    assert_eq!(nobody.ask(Method::GET, &path, "", Vec::new()).await.status, StatusCode::SEE_OTHER);
}
