use needlepoint_records::{
    KeySource, Practice, RecordsError, Role,
    audit::{Action, AuditFilter},
    back_up,
    clinical::{Consultation, Patient},
    document::{Document, Snapshot},
    restore, verify_backup,
};

use crate::{
    common::{Place, anna, on_every_database},
    samples::{self, named},
};

/// A practice with something of everything, erased and changed too.
async fn fill(practice: &Practice) {
    let patient = practice.create(&anna(), &samples::patient()).await.expect("written").id;
    let gone = practice.create(&anna(), &named("Gone", "x")).await.expect("written").id;
    practice.create(&anna(), &samples::consultation(gone)).await.expect("written");
    practice.erase(&anna(), gone, 1).await.expect("erased");
    practice.update(&anna(), patient, 1, &samples::patient()).await.expect("written");
    let picture = samples::picture();
    let photograph = samples::photograph(patient, &picture);
    practice.put_picture(&anna(), &photograph, &picture).await.expect("written");
    practice
        .create_account(&anna(), "anna", Role::Administrator, "a long pass word")
        .await
        .expect("an account");
    practice.create_token(&anna(), "anna", "script").await.expect("a token");
}

/// What a restored practice has to agree in.
async fn told(practice: &Practice) -> (Snapshot, Vec<needlepoint_records::Account>, String) {
    let verified = practice.verify().await.expect("verified");
    assert_eq!(verified.problems, [""; 0]);
    (
        practice.snapshot().await.expect("a snapshot"),
        practice.accounts().await.expect("read"),
        verified.audit_hash,
    )
}

/// From one database into another and back into a third, of the first kind.
async fn round(first: Place, second: Place, third: Place) {
    let practice = first.open().await;
    fill(&practice).await;
    let before = told(&practice).await;
    let made = practice.backup(&anna(), &first.path("one")).await.expect("a backup");
    assert_eq!(verify_backup(&first.path("one")).expect("sound"), made);
    practice.close().await;

    let KeySource::KeyFile(key) = &first.key else { panic!("a key file") };
    for place in [&second, &third] {
        let KeySource::KeyFile(to) = &place.key else { panic!("a key file") };
        std::fs::copy(key, to).expect("the key goes along by hand");
    }
    let restored =
        restore(&made.path, &second.database, Some(&second.key)).await.expect("restored");
    assert_eq!(restored.backup, made);
    assert!(restored.decrypted);
    let practice = second.open().await;
    assert_eq!(told(&practice).await, before);
    let signed_in = practice.verify_password("anna", "a long pass word").await.expect("asked");
    assert!(signed_in.is_some());

    practice.create(&anna(), &named("After", "x")).await.expect("a restored practice goes on");
    let after = told(&practice).await;
    // From outside, while it is open, and without the key.
    let made = back_up(&second.database, &second.path("two")).await.expect("a backup");
    let restored = restore(&made.path, &third.database, None).await.expect("restored");
    assert!(!restored.decrypted);
    practice.close().await;
    let practice = third.open().await;
    assert_eq!(told(&practice).await, after);
    practice.close().await;
}

#[tokio::test]
async fn a_backup_restores_into_another_file() {
    round(Place::sqlite(), Place::sqlite(), Place::sqlite()).await;
}

#[tokio::test]
async fn a_practice_moves_to_a_server_and_back() {
    let Some(server) = Place::postgres().await else { return };
    round(Place::sqlite(), server, Place::sqlite()).await;
}

#[tokio::test]
async fn a_practice_moves_from_a_server_to_a_file_and_back() {
    let (Some(first), Some(third)) = (Place::postgres().await, Place::postgres().await) else {
        return;
    };
    round(first, Place::sqlite(), third).await;
}

#[tokio::test]
async fn a_damaged_backup_is_refused_wherever_the_damage_is() {
    let place = Place::sqlite();
    let practice = place.open().await;
    fill(&practice).await;
    practice.backup(&anna(), &place.path("good")).await.expect("a backup");
    practice.close().await;
    let good = std::fs::read(place.path("good")).expect("read");
    let bad = place.path("bad");
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(&bad, bytes).expect("written");
        let found = verify_backup(&bad);
        assert!(
            matches!(
                found,
                Err(RecordsError::BadBackup { .. } | RecordsError::SchemaTooNew { .. })
            ),
            "{what}: {found:?}"
        );
    };
    let step = (good.len() / 400).max(1);
    for at in (0..good.len()).step_by(step).chain(good.len() - 40..good.len()) {
        let mut damaged = good.clone();
        damaged[at] ^= 0x10;
        refused(&damaged, &format!("a changed byte at {at}"));
        refused(&good[..at], &format!("cut off at {at}"));
    }
    refused(&[&good[..], b"x"].concat(), "something behind the end");

    let mut damaged = good.clone();
    damaged[good.len() / 2] ^= 1;
    std::fs::write(&bad, damaged).expect("written");
    on_every_database(async |target| {
        let refused = restore(&bad, &target.database, None).await;
        assert!(matches!(refused, Err(RecordsError::BadBackup { .. })));
        let empty = target.open().await;
        assert_eq!(empty.snapshot().await.expect("a snapshot"), Snapshot::default());
        empty.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_backup_goes_into_an_empty_database_only_and_with_its_own_key() {
    on_every_database(async |place| {
        let source = Place::sqlite();
        let practice = source.open().await;
        fill(&practice).await;
        let backup = practice.backup(&anna(), &source.path("backup")).await.expect("a backup");
        practice.close().await;

        let other = Place::sqlite();
        other.open().await.close().await;
        let wrong = restore(&backup.path, &place.database, Some(&other.key)).await;
        assert!(matches!(wrong, Err(RecordsError::WrongKey)), "{wrong:?}");

        // Nothing of it stayed, so the place is still empty; then it holds another practice.
        let practice = place.open().await;
        let kept = practice.create(&anna(), &named("A", "B")).await.expect("written");
        practice.close().await;
        let refused = restore(&backup.path, &place.database, Some(&source.key)).await;
        assert!(matches!(refused, Err(RecordsError::NotEmpty)), "{refused:?}");
        let practice = place.open().await;
        assert_eq!(practice.read::<Patient>(kept.id).await.expect("read"), kept);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_backup_never_replaces_a_file_and_leaves_none_behind_when_it_fails() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let path = place.path("kept");
        std::fs::write(&path, "dear to somebody").expect("written");
        let refused = practice.backup(&anna(), &path).await;
        assert!(matches!(refused, Err(RecordsError::FileExists(_))));
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "dear to somebody");
        let nowhere = practice.backup(&anna(), &place.path("no/folder")).await;
        assert!(matches!(nowhere, Err(RecordsError::File { .. })));
        assert!(practice.audit(AuditFilter::default()).await.expect("read").is_empty());

        practice.backup(&anna(), &place.path("made")).await.expect("a backup");
        let trail = practice.audit(AuditFilter::default()).await.expect("read");
        assert_eq!((trail[0].action, trail[0].detail.as_str()), (Action::BackedUp, "made"));
        let names = std::fs::read_dir(place.folder.path()).expect("read");
        let names: Vec<_> =
            names.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
        assert!(!names.iter().any(|name| name.contains("part")), "{names:?}");
        practice.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_holds_one_moment_while_others_write() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let writing = practice.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let writer = tokio::spawn(async move {
            let mut pairs = 0;
            while stopped.try_recv().is_err() {
                let patient = writing.create(&anna(), &named("A", "B")).await.expect("written").id;
                let content = samples::consultation(patient);
                writing.create(&anna(), &content).await.expect("written");
                pairs += 1;
            }
            pairs
        });
        let mut backups = Vec::new();
        for number in 0..5 {
            let path = place.path(&format!("backup {number}"));
            backups.push(practice.backup(&anna(), &path).await.expect("a backup"));
        }
        stop.send(()).expect("the writer runs");
        assert!(writer.await.expect("no panic") > 0);
        practice.close().await;
        for backup in backups {
            let target = Place::sqlite();
            let key = Some(&place.key);
            restore(&backup.path, &target.database, key).await.expect("whole and decrypted");
        }
    })
    .await;
}

#[tokio::test]
async fn a_backup_of_what_is_not_there_makes_nothing() {
    let place = Place::sqlite();
    let refused = back_up(&place.database, &place.path("backup")).await;
    assert!(matches!(refused, Err(RecordsError::File { .. })));
    assert_eq!(std::fs::read_dir(place.folder.path()).expect("read").count(), 0);
}

#[tokio::test]
async fn documents_of_a_backup_keep_their_versions() {
    on_every_database(async |place| {
        let source = Place::sqlite();
        let practice = source.open().await;
        let id = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let owned = practice.create(&anna(), &samples::consultation(id)).await.expect("written");
        practice.update(&anna(), owned.id, 1, &owned.content).await.expect("written");
        let versions: Vec<Document<Consultation>> =
            practice.versions(owned.id).await.expect("read");
        let backup = practice.backup(&anna(), &source.path("backup")).await.expect("a backup");
        practice.close().await;
        restore(&backup.path, &place.database, None).await.expect("restored");
        let practice = Practice::open(&place.database, &source.key).await.expect("opened");
        assert_eq!(practice.versions(owned.id).await.expect("read"), versions);
        practice.close().await;
    })
    .await;
}
