use needlepoint_records::{
    Database, KeySource, Practice, RecordsError, Zeroizing, clinical::Patient, document::Document,
};

use crate::{
    common::{anna, on_every_database},
    samples::named,
};

fn passphrase(text: &str) -> KeySource {
    KeySource::Passphrase(Zeroizing::new(text.to_owned()))
}

#[tokio::test]
async fn another_key_does_not_open_a_practice() {
    on_every_database(async |place| {
        place.open().await.close().await;
        let other = KeySource::KeyFile(place.path("other.key"));
        let missing = Practice::open(&place.database, &other).await;
        assert!(matches!(missing, Err(RecordsError::KeyFileMissing(_))));
        assert!(!place.path("other.key").exists(), "no key is made for a practice that has one");
        let elsewhere = Database::Sqlite(place.path("elsewhere.db"));
        Practice::open(&elsewhere, &other).await.expect("a practice").close().await;
        let wrong = Practice::open(&place.database, &other).await;
        assert!(matches!(wrong, Err(RecordsError::WrongKey)));
        let word = Practice::open(&place.database, &passphrase("correct horse battery")).await;
        assert!(matches!(word, Err(RecordsError::KeyFileNeeded)));
        place.open().await.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_key_can_be_changed() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let written = practice.create(&anna(), &named("A", "B")).await.expect("written");
        let word = passphrase("correct horse battery");
        practice.change_key(&anna(), &word).await.expect("changed");
        practice.close().await;
        let old = Practice::open(&place.database, &place.key).await;
        assert!(matches!(old, Err(RecordsError::PassphraseNeeded)));
        let wrong = Practice::open(&place.database, &passphrase("correct horse buttery")).await;
        assert!(matches!(wrong, Err(RecordsError::WrongKey)));
        let practice = Practice::open(&place.database, &word).await.expect("opened");
        let read: Document<Patient> = practice.read(written.id).await.expect("read");
        assert_eq!(read, written);
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    on_every_database(async |place| {
        place.open().await.close().await;
        let checksum = if place.is_sqlite() { "x'00'" } else { "'\\x00'::bytea" };
        let newer = format!(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, \
             execution_time) VALUES (99, 'later', TRUE, {checksum}, 0)"
        );
        place.tamper(&[newer.as_str()]).await;
        let refused = Practice::open(&place.database, &place.key).await;
        assert!(matches!(refused, Err(RecordsError::SchemaTooNew { found: 99, known: 1 })));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_open_in_one_server_and_a_server_is_shared() {
    on_every_database(async |place| {
        let first = place.open().await;
        let second = Practice::open(&place.database, &place.key).await;
        if place.is_sqlite() {
            assert!(matches!(second, Err(RecordsError::InUse(_))));
        } else {
            second.expect("shared").close().await;
        }
        first.create(&anna(), &named("A", "B")).await.expect("written");
        first.close().await;
        place.open().await.close().await;
    })
    .await;
}

#[tokio::test]
async fn several_servers_may_found_the_same_practice() {
    on_every_database(async |place| {
        if place.is_sqlite() {
            return;
        }
        // One key file, as servers on one machine have it.
        let made = Database::Sqlite(place.path("makes-the-key.db"));
        Practice::open(&made, &place.key).await.expect("a key").close().await;
        let (a, b) = tokio::join!(place.open(), place.open());
        let written = a.create(&anna(), &named("A", "B")).await.expect("written");
        let read: Document<Patient> = b.read(written.id).await.expect("read");
        assert_eq!(read, written);
        a.close().await;
        b.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_database_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear colleague, ".repeat(1000)).expect("written");
    let key = KeySource::KeyFile(folder.path().join("key"));
    let refused = Practice::open(&Database::Sqlite(file.clone()), &key).await;
    assert!(matches!(&refused, Err(RecordsError::Database(_))), "{refused:?}");
    assert!(std::fs::read_to_string(file).expect("read").starts_with("Dear colleague"));
    let nowhere = Database::Sqlite(folder.path().join("no/such/folder.db"));
    let refused = Practice::open(&nowhere, &key).await;
    assert!(matches!(&refused, Err(RecordsError::File { .. })), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = crate::common::Place::sqlite();
    let practice = place.open().await;
    practice.create(&anna(), &named("A", "B")).await.expect("written");
    let files = std::fs::read_dir(place.folder.path()).expect("read");
    let mut seen = 0;
    for file in files.flatten().filter(|file| !file.path().to_string_lossy().ends_with(".lock")) {
        let mode = file.metadata().expect("read").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", file.path().display());
        seen += 1;
    }
    assert!(seen >= 3, "database, log and key");
    practice.close().await;
}
