//! A disk that is full, tested by a file that may have only so many pages: `SQLite` then says what it says when the disk
//! is full.

use tempfile::TempDir;

use crate::{
    Author, Database, Id, KeySource, Practice, RecordsError,
    clinical::{Consultation, Patient},
    database::PageLimit,
    document::Document,
};

struct Small {
    practice: Practice,
    pages: PageLimit,
    patient: Document<Patient>,
    _folder: TempDir,
}

/// A practice on a disk with room for little.
async fn small() -> Small {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::Sqlite(folder.path().join("small.db"));
    let key = KeySource::KeyFile(folder.path().join("key"));
    let pages = PageLimit::default();
    pages.set(120);
    let practice = Practice::open_within(&database, &key, &pages).await.expect("opened");
    let patient = Patient {
        family_name: "A".to_owned(),
        given_name: "B".to_owned(),
        birth_date: None,
        sex: None,
        phone: None,
        email: None,
        note: None,
        fictitious: true,
        confidential_to: Vec::new(),
    };
    let patient = practice.create(&anna(), &patient).await.expect("written");
    Small { practice, pages, patient, _folder: folder }
}

fn anna() -> Author {
    Author::new("anna")
}

fn consultation(patient: Id, length: usize) -> Consultation {
    let held_on = jiff::civil::date(2026, 3, 1);
    Consultation { patient, held_on, file: "x".repeat(length), verdict: None, note: None }
}

/// Writes until there is no room; what was written.
async fn fill(small: &Small) -> Vec<Document<Consultation>> {
    let mut written = Vec::new();
    loop {
        let content = consultation(small.patient.id, 20_000);
        match small.practice.create(&anna(), &content).await {
            Ok(document) => written.push(document),
            Err(RecordsError::DiskFull) => return written,
            Err(error) => panic!("{error:?}"),
        }
        assert!(written.len() < 100, "the limit has no effect");
    }
}

#[tokio::test]
async fn when_the_disk_is_full_reading_goes_on_and_writing_comes_back() {
    let small = small().await;
    let written = fill(&small).await;
    assert!(!written.is_empty());
    let Small { practice, pages, patient, .. } = &small;
    // Again and again; nothing is lost and nothing half done.
    for _ in 0..3 {
        let refused = practice.create(&anna(), &consultation(patient.id, 20_000)).await;
        assert!(matches!(refused, Err(RecordsError::DiskFull)));
        let there: Vec<Document<Consultation>> =
            practice.of_patient(patient.id).await.expect("read");
        assert_eq!(there, written);
        assert_eq!(practice.read::<Patient>(patient.id).await.expect("read"), *patient);
        assert_eq!(practice.patients().await.expect("read").len(), 1);
        assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
    }
    pages.set(1_000_000);
    // The connection on which it failed was closed, so the next one has room.
    let content = consultation(patient.id, 20_000);
    practice.create(&anna(), &content).await.expect("there is room again");
    assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
    practice.close().await;
}

#[tokio::test]
async fn on_a_full_disk_one_large_write_does_not_take_small_ones_with_it() {
    let small = small().await;
    let Small { practice, patient, .. } = &small;
    let writes = (0..12).map(|number| {
        let practice = practice.clone();
        // Every third has no room, the others together have.
        let content = consultation(patient.id, if number % 3 == 0 { 600_000 } else { 500 });
        tokio::spawn(async move { practice.create(&anna(), &content).await })
    });
    for (number, write) in writes.collect::<Vec<_>>().into_iter().enumerate() {
        let outcome = write.await.expect("no panic");
        if number % 3 == 0 {
            assert!(matches!(outcome, Err(RecordsError::DiskFull)), "{number}: {outcome:?}");
        } else {
            outcome.expect("there is room for it");
        }
    }
    let there: Vec<Document<Consultation>> = practice.of_patient(patient.id).await.expect("read");
    assert_eq!(there.len(), 8);
    assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
    practice.close().await;
}
