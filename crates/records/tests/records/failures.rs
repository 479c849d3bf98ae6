use std::sync::Once;

use needlepoint_records::{
    Database, Id, KeySource, Practice, RecordsError,
    clinical::{Consultation, Patient},
    document::Document,
};

use crate::{
    common::{Place, anna, skipped},
    samples::{self, named},
};

/// Names a folder on a small disk, to be filled; see `docs/records.md`.
const SMALL_DISK: &str = "NEEDLEPOINT_TEST_SMALL_DISK";

/// Room for this is kept free until the disk is full.
const BALLAST: usize = 1 << 20;

fn large(patient: Id) -> Consultation {
    Consultation { file: "x".repeat(100_000), ..samples::consultation(patient) }
}

#[tokio::test]
async fn a_disk_that_is_really_full_still_reads_and_writes_again_when_there_is_room() {
    let Ok(disk) = std::env::var(SMALL_DISK) else {
        skipped("a full disk", SMALL_DISK, &Once::new());
        return;
    };
    let folder = tempfile::tempdir_in(disk).expect("a folder");
    let ballast = folder.path().join("ballast");
    std::fs::write(&ballast, vec![1; BALLAST]).expect("written");
    let database = Database::Sqlite(folder.path().join("practice.db"));
    let key = KeySource::KeyFile(folder.path().join("key"));
    let practice = Practice::open(&database, &key).await.expect("opened");
    let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;

    let mut written = Vec::new();
    let full = loop {
        match practice.create(&anna(), &large(patient)).await {
            Ok(document) => written.push(document),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, RecordsError::DiskFull), "{full:?}");
    let there: Vec<Document<Consultation>> = practice.of_patient(patient).await.expect("read");
    assert_eq!(there, written);
    let backup = practice.backup(&anna(), &folder.path().join("backup")).await;
    assert!(matches!(backup, Err(RecordsError::DiskFull)), "{backup:?}");

    std::fs::remove_file(ballast).expect("removed");
    practice.create(&anna(), &large(patient)).await.expect("there is room again");
    assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
    practice.close().await;
    let practice = Practice::open(&database, &key).await.expect("opened again");
    let there: Vec<Document<Consultation>> = practice.of_patient(patient).await.expect("read");
    assert_eq!(there.len(), written.len() + 1);
    practice.close().await;
}

#[tokio::test]
async fn a_server_whose_disk_is_full_is_told_as_such() {
    let Some(place) = Place::postgres().await else { return };
    let practice = place.open().await;
    let patient = practice.create(&anna(), &named("A", "B")).await.expect("written");
    // The server says of itself what it says when its disk is full.
    place
        .tamper(&[
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END; $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON document_versions \
             FOR EACH ROW EXECUTE FUNCTION full_disk()",
        ])
        .await;
    for _ in 0..2 {
        let refused = practice.create(&anna(), &named("C", "D")).await;
        assert!(matches!(refused, Err(RecordsError::DiskFull)), "{refused:?}");
        let read: Document<Patient> = practice.read(patient.id).await.expect("read");
        assert_eq!(read, patient);
    }
    place.tamper(&["DROP TRIGGER full_disk ON document_versions"]).await;
    practice.create(&anna(), &named("C", "D")).await.expect("there is room again");
    assert!(practice.verify().await.expect("verified").is_clean());
    practice.close().await;
}

#[tokio::test]
async fn a_server_that_hangs_up_is_called_again() {
    let Some(place) = Place::postgres().await else { return };
    let practice = place.open().await;
    let patient = practice.create(&anna(), &named("A", "B")).await.expect("written");
    for _ in 0..3 {
        place
            .tamper(&[
                "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = \
                       current_database() AND pid <> pg_backend_pid()",
            ])
            .await;
        let read: Document<Patient> = practice.read(patient.id).await.expect("read");
        assert_eq!(read, patient);
        practice.create(&anna(), &named("C", "D")).await.expect("written");
    }
    assert_eq!(practice.patients().await.expect("read").len(), 4);
    practice.close().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let socket = folder.path().to_str().expect("text");
    let database = Database::Postgres(format!("postgres://anna:s3cret@h/d?host={socket}"));
    let key = KeySource::KeyFile(folder.path().join("key"));
    let error = Practice::open(&database, &key).await.expect_err("nobody listens");
    assert!(matches!(error, RecordsError::Database(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("s3cret"));
    assert!(!folder.path().join("key").exists(), "no key for a practice that is not there");
}
