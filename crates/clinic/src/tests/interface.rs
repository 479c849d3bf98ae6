//! The interface for programs answers as the command line does, and is described as it is.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::{
    browser::{Browser, Reply},
    practice::Clinic,
};

const CASE: &str = include_str!("../../../../examples/lotfi-2013.toml");
const PATIENT: &str = include_str!("../../../../examples/patients/pregnancy.toml");
const STUDY: &str = include_str!("../../../../knowledge/studies/lotfi-2013.toml");

async fn program(clinic: &Clinic) -> Browser {
    let bearer = format!("Bearer {}", clinic.token("reader").await);
    clinic.browser().saying("authorization", &bearer).saying("accept", "application/json")
}

async fn send(program: &mut Browser, path: &str, file: &str) -> (StatusCode, Value) {
    let reply = program.ask(Method::POST, path, "application/toml", file.into()).await;
    (reply.status, json(&reply))
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.bytes).unwrap_or_else(|why| panic!("{why}: {}", reply.text()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_checked_with_line_and_suggestion() {
    let clinic = Clinic::new().await;
    let mut program = program(&clinic).await;
    let (status, good) = send(&mut program, "/api/check", CASE).await;
    assert_eq!((status, &good["usable"]), (StatusCode::OK, &Value::Bool(true)));
    let broken = CASE.replace("dermaroller-192", "dermaroller-191");
    let (_, bad) = send(&mut program, "/api/check", &broken).await;
    assert_eq!(bad["usable"], false);
    let problem = &bad["problems"][0];
    let line = 1 + CASE.lines().position(|line| line.contains("dermaroller-192")).unwrap();
    assert_eq!(problem["line"], line);
    let told = format!("{} {}", problem["message"], problem["help"]);
    assert!(told.contains("dermaroller-192"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_says_what_the_command_says() {
    let clinic = Clinic::new().await;
    let mut program = program(&clinic).await;
    let (status, plan) = send(&mut program, "/api/plan?today=2026-11-30", PATIENT).await;
    assert_eq!((status, &plan["format"]), (StatusCode::OK, &"needlepoint-plan/1".into()));
    assert_ne!(plan["verdict"], "go");
    assert!(plan["plan"].is_null() && plan["reasons"].as_array().is_some_and(|r| !r.is_empty()));
    let (status, wrong) = send(&mut program, "/api/plan", "[patient]\nage = 5").await;
    assert_eq!((status, &wrong["usable"]), (StatusCode::UNPROCESSABLE_ENTITY, &false.into()));
    let (status, _) = send(&mut program, "/api/plan?today=yesterday", PATIENT).await;
    assert!(status.is_client_error());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_gives_the_same_bytes_for_the_same_seed_and_has_its_limits() {
    let clinic = Clinic::new().await;
    let mut program = program(&clinic).await;
    let (status, first) = send(&mut program, "/api/run?members=8&seed=3", CASE).await;
    assert_eq!(status, StatusCode::OK);
    assert!(first["observables"].as_array().is_some_and(|all| !all.is_empty()));
    let (_, again) = send(&mut program, "/api/run?members=8&seed=3", CASE).await;
    let (_, other) = send(&mut program, "/api/run?members=8&seed=4", CASE).await;
    assert!(first == again && first != other);
    for members in ["0", "513", "-1", "many"] {
        let path = format!("/api/run?members={members}");
        assert!(send(&mut program, &path, CASE).await.0.is_client_error(), "{members}");
    }
    assert_eq!(send(&mut program, "/api/run", "").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_is_held_against_the_model() {
    let clinic = Clinic::new().await;
    let mut program = program(&clinic).await;
    let (status, scored) = send(&mut program, "/api/validate", STUDY).await;
    assert_eq!(status, StatusCode::OK);
    assert!(scored["measurements"].as_array().is_some_and(|all| !all.is_empty()));
    let (status, wrong) = send(&mut program, "/api/validate", "role = \"none\"").await;
    assert_eq!((status, &wrong["usable"]), (StatusCode::UNPROCESSABLE_ENTITY, &false.into()));
    let board = json(&program.get("/api/scoreboard").await);
    assert!(board.is_object() || board.is_array());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_described_is_there_and_what_is_there_is_described() {
    let clinic = Clinic::new().await;
    let mut program = program(&clinic).await;
    let described = json(&program.get("/api/openapi.json").await);
    assert!(described["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    let paths = described["paths"].as_object().unwrap();
    let names: Vec<&str> = paths.keys().map(String::as_str).collect();
    let expected = ["/api/check", "/api/plan", "/api/run", "/api/scoreboard", "/api/validate"];
    assert_eq!(names, expected);
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse::<Method>().unwrap();
            let mut nobody = clinic.browser().saying("accept", "application/json");
            let reply = nobody.ask(method.clone(), path, "", Vec::new()).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
            assert!(json(&reply)["error"].is_string());
        }
    }
    assert_eq!(described["security"][0]["token"], Value::Array(Vec::new()));
}
