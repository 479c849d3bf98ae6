use needlepoint_records::{
    Id, Practice, RecordsError,
    audit::{Action, AuditFilter},
    clinical::{Consultation, Patient},
};
use sqlx::Executor as _;

use crate::{
    common::{Place, anna, on_every_database},
    samples::{self, named},
};

/// A practice with two patients, a changed document and a picture.
async fn filled(place: &Place) -> (Practice, [Id; 2]) {
    let practice = place.open().await;
    let a = practice.create(&anna(), &named("A", "x")).await.expect("written").id;
    let b = practice.create(&anna(), &named("B", "x")).await.expect("written").id;
    practice.create(&anna(), &samples::consultation(a)).await.expect("written");
    practice.update(&anna(), a, 1, &named("A", "y")).await.expect("written");
    let picture = samples::picture();
    let photograph = samples::photograph(b, &picture);
    practice.put_picture(&anna(), &photograph, &picture).await.expect("written");
    assert!(practice.verify().await.expect("verified").is_clean());
    (practice, [a, b])
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_is_only_added_to() {
    on_every_database(async |place| {
        let (practice, _) = filled(&place).await;
        let mut raw = place.raw().await;
        let mut refused = vec![
            "UPDATE audit SET account = 'ben'",
            "DELETE FROM audit",
            "DELETE FROM document_versions",
            "UPDATE document_versions SET written_by = 'ben'",
            "UPDATE document_versions SET content = written_by, version = 9",
        ];
        if !place.is_sqlite() {
            refused.extend(["TRUNCATE audit", "TRUNCATE document_versions"]);
            refused.retain(|statement| !statement.contains("content = written_by"));
        }
        for statement in refused {
            assert!(raw.execute(statement).await.is_err(), "{statement}");
        }
        for orphan in [
            "INSERT INTO pictures (photograph, content) SELECT 'nobody', hash FROM audit",
            "INSERT INTO documents (id, kind, patient, version, created_at, erased, changed) \
             VALUES ('x', 'visit', 'nobody', 1, 0, 0, 0)",
            "DELETE FROM documents",
        ] {
            assert!(raw.execute(orphan).await.is_err(), "{orphan}");
        }
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

/// Does something behind the store's back; what a check then finds.
async fn problems_after(place: &Place, practice: &Practice, statements: &[&str]) -> Vec<String> {
    place.tamper(statements).await;
    practice.verify().await.expect("verified").problems
}

#[tokio::test]
async fn tampering_with_the_audit_is_found() {
    for (tampering, found) in [
        ("UPDATE audit SET account = 'ben' WHERE id = 2", "entry 2 of the audit was changed"),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", "entry 3 of the audit was changed"),
        ("UPDATE audit SET hash = detail WHERE id = 2", "entry 2 of the audit was changed"),
        ("UPDATE audit SET version = NULL WHERE id = 4", "entry 4 of the audit was changed"),
        ("DELETE FROM audit WHERE id = 2", "entries 2 to 2 of the audit are missing"),
        ("DELETE FROM audit WHERE id = 5", "the end of the audit is missing or was changed"),
        ("DELETE FROM audit", "the end of the audit is missing or was changed"),
    ] {
        on_every_database(async |place| {
            let (practice, _) = filled(&place).await;
            let allowed = [
                place.drop_trigger("audit_is_never_changed", "audit"),
                if place.is_sqlite() {
                    place.drop_trigger("audit_is_never_deleted", "audit")
                } else {
                    place.drop_trigger("audit_is_never_emptied", "audit")
                },
            ];
            let statements = [allowed[0].as_str(), allowed[1].as_str(), tampering];
            let problems = problems_after(&place, &practice, &statements).await;
            assert!(problems.iter().any(|problem| problem == found), "{tampering}: {problems:?}");
            practice.close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_changed_entry_of_the_audit_is_not_shown_as_if_it_were_true() {
    on_every_database(async |place| {
        let (practice, _) = filled(&place).await;
        let allowed = place.drop_trigger("audit_is_never_changed", "audit");
        place.tamper(&[&allowed, "UPDATE audit SET account = 'ben' WHERE id = 2"]).await;
        let read = practice.audit(AuditFilter::default()).await;
        assert!(matches!(read, Err(RecordsError::Damaged(_))));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn tampering_with_documents_is_found() {
    for (tampering, found) in [
        ("UPDATE documents SET version = 1 WHERE version = 2", "not at its last"),
        ("UPDATE documents SET erased = 1 WHERE version = 2", "does not agree on whether"),
        ("UPDATE documents SET kind = 'visit' WHERE kind = 'consultation'", "can't be decrypted"),
        ("UPDATE document_versions SET written_by = 'ben'", "can't be decrypted"),
        ("UPDATE document_versions SET content = NULL", "can't be decrypted"),
        ("UPDATE document_versions SET version = 3 WHERE version = 2", "is missing"),
        ("DELETE FROM document_versions WHERE version = 2", "is missing"),
        ("UPDATE pictures SET content = (SELECT detail FROM audit WHERE id = 1)", "damaged"),
    ] {
        on_every_database(async |place| {
            let (practice, _) = filled(&place).await;
            let allowed = [
                place.drop_trigger("versions_are_never_changed", "document_versions"),
                place.drop_trigger("versions_are_never_deleted", "document_versions"),
            ];
            let statements = [allowed[0].as_str(), allowed[1].as_str(), tampering];
            let problems = problems_after(&place, &practice, &statements).await;
            let told = problems.iter().any(|problem| problem.contains(found));
            assert!(told, "{tampering}: {problems:?}");
            practice.close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_row_in_the_place_of_another_does_not_open() {
    on_every_database(async |place| {
        let (practice, [a, b]) = filled(&place).await;
        let allowed = place.drop_trigger("versions_are_never_changed", "document_versions");
        let swap = format!(
            "UPDATE document_versions SET content = (SELECT o.content FROM document_versions o \
             WHERE o.document = '{b}' AND o.version = 1), written_at = (SELECT o.written_at FROM \
             document_versions o WHERE o.document = '{b}' AND o.version = 1) WHERE document = '{a}'"
        );
        place.tamper(&[&allowed, &swap]).await;
        let read = practice.read::<Patient>(a).await;
        assert!(matches!(read, Err(RecordsError::Damaged(_))), "{read:?}");
        assert!(practice.read::<Patient>(b).await.is_ok());
        assert!(!practice.verify().await.expect("verified").is_clean());

        // A consultation that is given to another patient.
        let moved = format!("UPDATE documents SET patient = '{b}' WHERE kind = 'consultation'");
        place.tamper(&[&moved]).await;
        let read = practice.of_patient::<Consultation>(b).await;
        assert!(matches!(read, Err(RecordsError::Damaged(_))), "{read:?}");
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_verified_has_the_hash_of_its_last_entry() {
    on_every_database(async |place| {
        let (practice, _) = filled(&place).await;
        let before = practice.verify().await.expect("verified");
        assert_eq!((before.audit_entries, before.audit_hash.len()), (5, 64));
        practice.note_action(&anna(), Action::SignedOut, None, "").await.expect("noted");
        let after = practice.verify().await.expect("verified");
        assert_eq!(after.audit_entries, 6);
        assert_ne!(after.audit_hash, before.audit_hash);
        practice.close().await;
    })
    .await;
}
