//! The same for programs: what the command line does with a file, done with a body. A token opens it
//! (`Authorization: Bearer ...`), or being signed in.
//!
//! Nothing here reads or writes records.

mod answers;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::civil::Date;
use needlepoint_report::{
    CareInput, CareProvenance, Provenance, ReportInput, care_json, consultation_facts, run_json,
};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, openapi::security};

use answers::{Checked, Refused};

use crate::{app::App, pages::today, refusal::Refusal, security::Visitor};

/// Most bytes of a file.
const FILE_BYTES: usize = 256 * 1024;
/// What a file is called in messages and in what comes back.
const NAME: &str = "body";
/// Members of an ensemble that a request may ask for.
const MOST_MEMBERS: u32 = 512;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/check", post(check))
        .route("/api/plan", post(plan))
        .route("/api/run", post(run))
        .route("/api/validate", post(validate))
        .route("/api/scoreboard", get(scoreboard))
        .route("/api/openapi.json", get(openapi))
        .layer(DefaultBodyLimit::max(FILE_BYTES))
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Needlepoint",
        description = "Microneedling: check a case, plan for a patient, simulate a course, hold a study against the model. \
                       Not a medical device: it supports qualified people."
    ),
    paths(check, plan, run, validate, scoreboard),
    modifiers(&Tokens),
)]
struct Interface;

/// A token in the header.
struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let bearer = security::HttpBuilder::new().scheme(security::HttpAuthScheme::Bearer).build();
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", security::SecurityScheme::Http(bearer));
        openapi.security = Some(vec![security::SecurityRequirement::new("token", [""; 0])]);
    }
}

/// The description of the interface, in version 3.1 of `OpenAPI`.
pub fn openapi_json() -> String {
    Interface::openapi().to_pretty_json().unwrap_or_default()
}

async fn openapi() -> Response {
    json(openapi_json())
}

fn json(text: String) -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// A file with mistakes: all of them, with their places.
fn mistakes(checked: Checked) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(checked)).into_response()
}

/// Everything that is wrong with a case or patient file, at once.
#[utoipa::path(
    post, path = "/api/check",
    request_body(content = String, description = "A case or patient file, TOML", content_type = "application/toml"),
    responses(
        (status = 200, description = "What was found", body = Checked),
        (status = 401, description = "No token, or one that opens nothing", body = Refused),
    ),
)]
async fn check(State(app): State<App>, _visitor: Visitor, file: String) -> axum::Json<Checked> {
    let (consultation, problems) = needlepoint_case::read_consultation(NAME, &file, &app.knowledge);
    axum::Json(Checked::of(consultation.is_some(), &problems))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Planning {
    /// The day on which the answers were given, YYYY-MM-DD, instead of the file's `assessed`; else the day at the server.
    #[param(value_type = Option<String>, format = Date)]
    today: Option<Date>,
}

/// Is it safe, what exactly to do, and what to do afterwards.
#[utoipa::path(
    post, path = "/api/plan", params(Planning),
    request_body(content = String, description = "A patient file, TOML", content_type = "application/toml"),
    responses(
        (status = 200, description = "Verdict, reasons with sources, questions, plan, alternatives, sheets, aftercare: \
            the answer of `needlepoint plan --json`", body = Object),
        (status = 401, description = "No token, or one that opens nothing", body = Refused),
        (status = 422, description = "The file has mistakes", body = Checked),
    ),
)]
async fn plan(
    State(app): State<App>,
    _visitor: Visitor,
    Query(asked): Query<Planning>,
    file: String,
) -> Result<Response, Refusal> {
    let (consultation, problems) = needlepoint_case::read_consultation(NAME, &file, &app.knowledge);
    let Some(mut consultation) = consultation else {
        return Ok(mistakes(Checked::of(false, &problems)));
    };
    consultation.assessed = asked.today.or(consultation.assessed);
    let day = consultation.assessed.unwrap_or_else(today);
    let shared = app.clone();
    let answered = app.simulator.work(move |_| {
        let knowledge = &shared.knowledge;
        let care = needlepoint_care::care(&consultation, knowledge, day).map_err(Refusal::bad)?;
        let provenance = CareProvenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            patient_file: NAME.to_owned(),
            patient_sha256: needlepoint_knowledge::store::fingerprint(file.as_bytes()),
            knowledge_sha256: knowledge.hash.clone(),
            ensemble: knowledge.ensemble_name().to_owned(),
        };
        Ok(care_json(&CareInput {
            care: &care,
            title: consultation.title.as_deref().unwrap_or(NAME),
            facts: &consultation_facts(&consultation, knowledge),
            knowledge,
            warnings: &problems.placed(),
            provenance: &provenance,
        }))
    });
    answered.await?.map(json)
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Running {
    /// Members of the ensemble, 1 to 512, instead of the case's.
    members: Option<u32>,
    /// Seed of the ensemble, instead of the case's.
    seed: Option<u32>,
}

/// A year of skin.
#[utoipa::path(
    post, path = "/api/run", params(Running),
    request_body(content = String, description = "A case file with a protocol, TOML", content_type = "application/toml"),
    responses(
        (status = 200, description = "Every observable over time with its bands, outcomes, needling, products: \
            the answer of `needlepoint run --json`", body = Object),
        (status = 401, description = "No token, or one that opens nothing", body = Refused),
        (status = 422, description = "The file has mistakes, or can't be simulated", body = Checked),
    ),
)]
async fn run(
    State(app): State<App>,
    _visitor: Visitor,
    Query(asked): Query<Running>,
    file: String,
) -> Result<Response, Refusal> {
    let (case, problems) = needlepoint_case::read_case(NAME, &file, &app.knowledge);
    let Some(mut case) = case else { return Ok(mistakes(Checked::of(false, &problems))) };
    let members = asked.members.unwrap_or(case.simulate.members);
    if !(1..=MOST_MEMBERS).contains(&members) {
        return Err(Refusal::bad(format!(
            "{members} members were asked for; 1 to {MOST_MEMBERS} are simulated here. The command line takes more."
        )));
    }
    case.simulate.members = members;
    case.simulate.seed = asked.seed.unwrap_or(case.simulate.seed);
    let shared = app.clone();
    let answered = app.simulator.work(move |cancelled| {
        let knowledge = &shared.knowledge;
        let progress = needlepoint_course::Progress { member_done: &|| (), cancelled };
        let result =
            needlepoint_course::simulate(&case, knowledge, progress).map_err(Refusal::bad)?;
        let provenance = Provenance {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            case_file: NAME.to_owned(),
            case_sha256: needlepoint_knowledge::store::fingerprint(file.as_bytes()),
            knowledge_sha256: knowledge.hash.clone(),
            seed: case.simulate.seed,
            members: case.simulate.members,
            ensemble: knowledge.ensemble_name().to_owned(),
        };
        Ok(run_json(&ReportInput {
            case: &case,
            result: &result,
            knowledge,
            warnings: &problems.placed(),
            provenance: &provenance,
        }))
    });
    answered.await?.map(json)
}

/// A published study held against the model.
#[utoipa::path(
    post, path = "/api/validate",
    request_body(content = String, description = "A study file, TOML, as those of knowledge/studies", content_type = "application/toml"),
    responses(
        (status = 200, description = "Each measurement with what the model predicts, and scores: the answer of \
            `needlepoint validate --json` for one study", body = Object),
        (status = 401, description = "No token, or one that opens nothing", body = Refused),
        (status = 422, description = "The file has mistakes, or can't be simulated", body = Checked),
    ),
)]
async fn validate(
    State(app): State<App>,
    _visitor: Visitor,
    file: String,
) -> Result<Response, Refusal> {
    use needlepoint_evidence::{cohort::CohortSize, library::Filed, read_study, validate};
    let (study, problems) = read_study(NAME, NAME, &file, &app.knowledge);
    let Some(study) = study else { return Ok(mistakes(Checked::of(false, &problems))) };
    let fingerprint = needlepoint_knowledge::store::fingerprint(file.as_bytes());
    let shared = app.clone();
    let answered = app.simulator.work(move |cancelled| {
        let run = validate::Run {
            domain: None,
            role: None,
            size: CohortSize::default(),
            permeability: false,
            cache: None,
            program: env!("CARGO_PKG_VERSION"),
            study_done: &|| (),
            cancelled,
        };
        let filed = [Filed { study, fingerprint }];
        let scored = validate::validate(&filed, &shared.knowledge, run).map_err(Refusal::bad)?;
        serde_json::to_string(&scored).map_err(|why| Refusal::Fault(why.to_string()))
    });
    answered.await?.map(json)
}

/// How the model does against all studies that come with it, as of this version.
#[utoipa::path(
    get, path = "/api/scoreboard",
    responses(
        (status = 200, description = "Scores by domain and role", body = Object),
        (status = 401, description = "No token, or one that opens nothing", body = Refused),
    ),
)]
async fn scoreboard(_visitor: Visitor) -> Response {
    json(include_str!("../../../../knowledge/scoreboard.json").to_owned())
}
