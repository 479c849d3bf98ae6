//! The records as a whole: who changed what, out and in.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Query, State, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use maud::html;
use needlepoint_exchange::{FhirOptions, Import, from_any, study_tables, to_fhir, to_json};
use needlepoint_records::{
    Id, OnCollision,
    audit::{Action, AuditFilter},
};
use serde::Deserialize;

use super::{
    forms::{local, text},
    layout::{Page, page, patient_path, remark},
};
use crate::{
    app::App,
    refusal::Refusal,
    security::{Right, Visitor},
};

/// Most bytes of an import.
const IMPORT_BYTES: usize = 512 * 1024 * 1024;
/// Entries of the trail on a page.
const ENTRIES: u32 = 100;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/records", get(show))
        .route("/records/export", get(export))
        .route("/records/import", post(import).layer(DefaultBodyLimit::max(IMPORT_BYTES)))
}

#[derive(Deserialize)]
struct Trail {
    #[serde(default)]
    account: String,
    patient: Option<Id>,
    before: Option<i64>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Trail>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    shown(&app, &visitor, &asked, &[]).await
}

async fn shown(
    app: &App,
    visitor: &Visitor,
    asked: &Trail,
    remarks: &[(&str, String)],
) -> Result<Response, Refusal> {
    let filter = AuditFilter {
        patient: asked.patient,
        account: text(&asked.account),
        before: asked.before,
        limit: ENTRIES,
    };
    let entries = app.practice.audit(filter).await?;
    let words = &app.words;
    let body = html! {
        @for (kind, text) in remarks { (remark(kind, text)) }
        section.card aria-labelledby="export" {
            h2 #export { (words.say("export-title")) }
            p { (words.say("export-what")) }
            ul.downloads {
                li { a href="/records/export?form=json" download { (words.say("export-json")) } }
                li { a href="/records/export?form=fhir" download { (words.say("export-fhir")) } }
                li { a href="/records/export?form=study-csv" download { (words.say("export-study-csv")) } }
                li { a href="/records/export?form=study-parquet" download { (words.say("export-study-parquet")) } }
            }
            p.quiet { (words.say("export-study-warning")) }
        }
        form.card method="post" action="/records/import" enctype="multipart/form-data" {
            h2 { (words.say("import-title")) }
            label for="file" { (words.say("import-file")) }
            input #file name="file" type="file" accept="application/json,.json" required;
            label.tick { input type="checkbox" name="skip" value="yes"; span { (words.say("import-skip")) } }
            div.actions { button type="submit" { (words.say("import-title")) } }
        }
        section aria-labelledby="trail" {
            h2 #trail { (words.say("trail-title")) }
            form.search method="get" action="/records" {
                label for="account" { (words.say("sign-in-account")) }
                input #account name="account" value=(asked.account);
                button type="submit" { (words.say("search")) }
            }
            table.list {
                thead { tr {
                    th scope="col" { (words.say("trail-when")) }
                    th scope="col" { (words.say("sign-in-account")) }
                    th scope="col" { (words.say("trail-what")) }
                    th scope="col" { (words.say("trail-of")) }
                } }
                tbody { @for entry in &entries {
                    tr {
                        td { (local(entry.at)) }
                        td { (entry.account) }
                        td { (entry.action.name())
                            @if let Some(kind) = entry.kind { " " (kind.name()) }
                            @if let Some(version) = entry.version { " " (version) }
                            @if !entry.detail.is_empty() { " " span.quiet { (entry.detail) } } }
                        td { @if let Some(patient) = entry.patient {
                            a href=(patient_path(patient, "")) { (words.say("trail-patient")) } } }
                    }
                } }
            }
            @if let Some(last) = entries.last().filter(|_| entries.len() == ENTRIES as usize) {
                p { a href={ "/records?before=" (last.id) "&account=" (asked.account) } { (words.say("trail-earlier")) } }
            }
        }
    };
    let title = words.say("nav-records");
    Ok(page(app, visitor, &Page { title: &title, patient: None, body, files: &[] }).into_response())
}

#[derive(Deserialize)]
struct Export {
    form: String,
}

async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Export>,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    let snapshot = app.practice.snapshot().await?;
    let form = asked.form.clone();
    // Pseudonyms hold within one export: two exports can't be joined by them.
    let salt: [u8; 32] = rand::random();
    let (name, kind, bytes) = app
        .simulator
        .work(move |_| match form.as_str() {
            "json" => Ok(("needlepoint-records.json", "application/json", to_json(&snapshot))),
            "fhir" => {
                let options =
                    FhirOptions { pictures: true, made_at: Timestamp::now(), patient: None };
                Ok(("needlepoint-fhir.json", "application/fhir+json", to_fhir(&snapshot, &options)))
            }
            "study-csv" => {
                let tables = study_tables(&snapshot, &salt);
                let files = with_warnings(tables.csv(), &tables.warnings);
                Ok(("needlepoint-study-csv.zip", "application/zip", zipped(files)?))
            }
            "study-parquet" => {
                let tables = study_tables(&snapshot, &salt);
                let files = tables.parquet().map_err(fault)?;
                let files = with_warnings(files, &tables.warnings);
                Ok(("needlepoint-study-parquet.zip", "application/zip", zipped(files)?))
            }
            _ => Err(Refusal::bad("Choose json, fhir, study-csv or study-parquet.")),
        })
        .await??;
    app.practice.note_action(&visitor.author(), Action::Exported, None, &asked.form).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(fault)?),
    ];
    Ok((headers, bytes).into_response())
}

fn fault(why: impl std::fmt::Display) -> Refusal {
    Refusal::Fault(why.to_string())
}

/// What is to be heeded about the tables travels with them.
fn with_warnings(mut files: Vec<(String, Vec<u8>)>, warnings: &[String]) -> Vec<(String, Vec<u8>)> {
    if !warnings.is_empty() {
        files.push(("read-me-first.txt".to_owned(), (warnings.join("\n") + "\n").into_bytes()));
    }
    files
}

/// Files in one archive.
fn zipped(files: Vec<(String, Vec<u8>)>) -> Result<Vec<u8>, Refusal> {
    use std::io::{Cursor, Write as _};
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in files {
        archive.start_file(name, options).map_err(fault)?;
        archive.write_all(&bytes).map_err(fault)?;
    }
    Ok(archive.finish().map_err(fault)?.into_inner())
}

async fn import(
    State(app): State<App>,
    visitor: Visitor,
    mut form: Multipart,
) -> Result<Response, Refusal> {
    visitor.must(Right::Manage)?;
    let (mut bytes, mut skip) = (Vec::new(), false);
    let broken = |why: MultipartError| match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge,
        _ => Refusal::bad("The file did not arrive whole. Try again."),
    };
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") => bytes = field.bytes().await.map_err(broken)?.to_vec(),
            Some("skip") => skip = true,
            _ => {}
        }
    }
    let nothing = Trail { account: String::new(), patient: None, before: None };
    let read = app.simulator.work(move |_| from_any(&bytes)).await?;
    let Import { snapshot, changed, left_out } = match read {
        Ok(read) => read,
        Err(why) => return shown(&app, &visitor, &nothing, &[("bad", why.to_string())]).await,
    };
    let on_collision = if skip { OnCollision::Skip } else { OnCollision::Refuse };
    let author = visitor.author();
    let remarks = match app.practice.restore_snapshot(&author, &snapshot, on_collision).await {
        Ok(imported) => {
            let told = app.words.say_with(
                "import-done",
                [
                    ("added", imported.added.into()),
                    ("unchanged", imported.unchanged.into()),
                    ("skipped", imported.skipped.into()),
                ],
            );
            let mut remarks = vec![("good", told)];
            remarks.extend(changed.into_iter().chain(left_out).map(|told| ("warn", told)));
            remarks
        }
        Err(why) => vec![("bad", why.to_string())],
    };
    shown(&app, &visitor, &nothing, &remarks).await
}
