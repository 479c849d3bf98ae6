//! Plan and see: what a move of a setting gives, and what becomes of a plan that is kept.

use axum::http::StatusCode;
use needlepoint_records::clinical::{Plan, PlanStatus};
use serde_json::Value;

use super::{browser::Browser, practice::Clinic};

/// Settings as the page of the made-up patient sends them.
const SETTINGS: [(&str, &str); 6] = [
    ("device", "skinpen"),
    ("sessions", "2"),
    ("interval_days", "28"),
    ("needle.cheek", "1"),
    ("passes.cheek", "4"),
    ("aftercare", "yes"),
];

struct At {
    clinic: Clinic,
    doctor: Browser,
    consultation: String,
}

impl At {
    async fn a_consultation() -> Self {
        let clinic = Clinic::new().await;
        let doctor = clinic.signed_in("doctor").await;
        let (patient, id) = (clinic.seen.patient, clinic.seen.consultation);
        let consultation = format!("/patients/{patient}/consultations/{id}");
        Self { clinic, doctor, consultation }
    }

    async fn live(&mut self, settings: &[(&str, &str)]) -> (StatusCode, Value) {
        let path = format!("{}/live", self.consultation);
        let mut script = self.doctor.saying("accept", "application/json");
        let reply = script.post(&path, settings).await;
        (reply.status, serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null))
    }
}

/// The settings with some of them otherwise.
fn but<'s>(otherwise: &[(&'s str, &'s str)]) -> Vec<(&'s str, &'s str)> {
    let mut settings: Vec<(&str, &str)> = SETTINGS.to_vec();
    for (name, value) in otherwise {
        settings.retain(|(known, _)| known != name);
        settings.push((name, value));
    }
    settings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_simulated_on_the_same_people_and_drawn() {
    let mut at = At::a_consultation().await;
    let (status, seen) = at.live(&SETTINGS).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    for figure in ["calendar", "months", "map", "section", "skin"] {
        assert!(seen["figures"][figure].as_str().unwrap().contains("<svg"), "{figure}");
    }
    assert!(seen["people"].as_u64().unwrap() >= 32 && seen["compared"].is_null());
    let (_, again) = at.live(&SETTINGS).await;
    assert_eq!(seen["figures"], again["figures"]);
    let (_, deeper) = at.live(&but(&[("needle.cheek", "1.5")])).await;
    assert_ne!(seen["numbers"], deeper["numbers"]);
    let (_, careless) = at.live(&SETTINGS[..5]).await;
    assert_ne!(seen["figures"], careless["figures"], "aftercare makes a difference");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_is_held_stands_beside_the_other() {
    let mut at = At::a_consultation().await;
    let held =
        "device=skinpen&sessions=1&interval_days=28&needle.cheek=0.5&passes.cheek=4&aftercare=yes";
    let (status, seen) = at.live(&but(&[("held", held)])).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert!(seen["compared"].as_str().unwrap().contains("<svg"));
    assert!(at.live(&but(&[("held", "nonsense")])).await.0.is_client_error());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_advised_is_refused_with_the_limit() {
    let mut at = At::a_consultation().await;
    for beyond in [
        ("needle.cheek", "2.5"),
        ("sessions", "40"),
        ("interval_days", "1"),
        ("passes.cheek", "99"),
        ("serum", "retinol"),
        ("device", "a-fork"),
    ] {
        let (status, told) = at.live(&but(&[beyond])).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{beyond:?}");
        assert!(told["error"].as_str().is_some_and(|why| why.len() > 10), "{told}");
        let path = format!("{}/plans", at.consultation);
        let kept = at.doctor.post(&path, &but(&[beyond])).await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY, "{beyond:?}");
    }
}

/// How often the events of a calendar were changed.
fn sequence(calendar: &str) -> u64 {
    let line = calendar.lines().find_map(|line| line.strip_prefix("SEQUENCE:"));
    line.unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_kept_moved_and_told() {
    let mut at = At::a_consultation().await;
    let path = format!("{}/plans", at.consultation);
    let kept = at.doctor.post(&path, &SETTINGS).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let page = kept.location().to_owned();
    let id = page.rsplit('/').next().unwrap().parse().unwrap();
    let practice = at.clinic.app.practice.clone();
    let plan = practice.read::<Plan>(id).await.unwrap();
    let dates: Vec<String> = plan.content.dates.iter().map(ToString::to_string).collect();
    assert_eq!((dates.len(), plan.content.status), (2, PlanStatus::Active));
    let calendar = at.doctor.get(&format!("{page}/files/aftercare.ics")).await.text();
    let before = sequence(&calendar);
    // A session on the day of the one before is refused, and nothing is changed.
    let close = [("version", "1"), ("status", "active"), ("date", &dates[0]), ("date", &dates[0])];
    let refused = at.doctor.post(&page, &close).await;
    assert!(refused.text().contains("does not come after"), "{}", refused.text());
    let later = plan.content.dates[1].checked_add(jiff::Span::new().days(7)).unwrap().to_string();
    let moved = [("version", "1"), ("status", "active"), ("date", &dates[0]), ("date", &later)];
    assert_eq!(at.doctor.post(&page, &moved).await.status, StatusCode::SEE_OTHER);
    let plan = practice.read::<Plan>(id).await.unwrap();
    assert_eq!((plan.content.dates[1].to_string(), plan.content.revision), (later.clone(), 1));
    let calendar = at.doctor.get(&format!("{page}/files/aftercare.ics")).await.text();
    assert!(sequence(&calendar) > before, "what is in a calendar moves");
    // Who had the page open before is told.
    assert_eq!(at.doctor.post(&page, &moved).await.status, StatusCode::CONFLICT);
    for file in ["plan.pdf", "patient.pdf", "session-2.pdf"] {
        let reply = at.doctor.get(&format!("{page}/files/{file}")).await;
        assert_eq!((reply.status, &reply.bytes[..4]), (StatusCode::OK, &b"%PDF"[..]), "{file}");
    }
    assert_eq!(
        at.doctor.get(&format!("{page}/files/session-3.pdf")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_plans_come_with_settings_to_take_over() {
    let mut at = At::a_consultation().await;
    let front = at.doctor.get(&format!("{}/front", at.consultation)).await;
    assert_eq!(front.status, StatusCode::OK);
    let text = front.text();
    assert!(text.contains("<svg") && text.contains("data-take"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_plan_is_looked_at_again_with_its_own_settings() {
    let mut at = At::a_consultation().await;
    let settings = but(&[("needle.cheek", "0.5"), ("sessions", "1")]);
    let kept = at.doctor.post(&format!("{}/plans", at.consultation), &settings).await;
    let plan = kept.location().rsplit('/').next().unwrap().to_owned();
    let slider = |page: &str| {
        let start = page.find("name=\"needle.cheek\"").unwrap();
        page[start..].split('>').next().unwrap().to_owned()
    };
    let proposal = at.doctor.get(&format!("{}/plan", at.consultation)).await.text();
    assert!(!slider(&proposal).contains("value=\"0.5\""), "{}", slider(&proposal));
    let again = at.doctor.get(&format!("{}/plan?kept={plan}", at.consultation)).await.text();
    assert!(slider(&again).contains("value=\"0.5\""), "{}", slider(&again));
    // Another patient's plan is nobody's here.
    let secret = at.clinic.secret.plan;
    let other = at.doctor.get(&format!("{}/plan?kept={secret}", at.consultation)).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_is_not_offered_leads_back_to_the_proposal() {
    let mut at = At::a_consultation().await;
    let page = at.doctor.get(&format!("{}/plan?device=a-fork", at.consultation)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("name=\"needle.cheek\""));
}
