use std::collections::BTreeSet;

use needlepoint_records::{
    Author, Id, Practice, RecordsError,
    audit::{Action, AuditFilter},
    clinical::{Consultation, Content, Kind, Patient, Photograph, Plan, Score, Session, Visit},
    document::Document,
};

use crate::{
    common::{anna, on_every_database},
    samples::{self, named},
};

/// Writes a document and reads it, in every way there is.
async fn there_and_back<T: Content + PartialEq + std::fmt::Debug>(
    practice: &Practice,
    content: &T,
) -> Id {
    let written = practice.create(&anna(), content).await.expect("written");
    assert_eq!(written.content, *content);
    assert_eq!((written.version, written.written_by.as_str()), (1, "anna"));
    let read: Document<T> = practice.read(written.id).await.expect("read");
    assert_eq!(read, written);
    if let Some(patient) = content.patient() {
        let all: Vec<Document<T>> = practice.of_patient(patient).await.expect("read");
        assert_eq!(all, [written]);
    }
    read.id
}

#[tokio::test]
async fn every_kind_comes_back_as_it_was_written() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = there_and_back(&practice, &samples::patient()).await;
        let consultation = there_and_back(&practice, &samples::consultation(patient)).await;
        let plan = there_and_back(&practice, &samples::plan(patient, consultation)).await;
        there_and_back(&practice, &samples::session(patient, plan)).await;
        let picture = samples::picture();
        let photograph = practice
            .put_picture(&anna(), &samples::photograph(patient, &picture), &picture)
            .await
            .expect("written");
        there_and_back(&practice, &samples::visit(patient, plan, photograph.id)).await;
        assert_eq!(practice.read::<Photograph>(photograph.id).await.expect("read"), photograph);
        assert_eq!(practice.picture(photograph.id).await.expect("read"), picture);

        practice.close().await;
        let practice = place.open().await;
        assert_eq!(practice.picture(photograph.id).await.expect("read"), picture);
        let patients = practice.patients().await.expect("read");
        assert_eq!(patients[0].content, samples::patient());
        let verified = practice.verify().await.expect("verified");
        assert_eq!(verified.problems, [""; 0]);
        assert_eq!((verified.documents, verified.versions, verified.pictures), (6, 6, 1));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn nothing_that_is_kept_can_be_read_without_the_key() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let written =
            practice.create(&anna(), &named("Geheimnis", "Petra")).await.expect("written");
        practice
            .note_action(&anna(), Action::Exported, None, "Geheimnis.json")
            .await
            .expect("noted");
        let backup = practice.backup(&anna(), &place.path("backup")).await.expect("a backup");
        let same: Document<Patient> = practice.read(written.id).await.expect("read");
        assert_eq!(same.content.family_name, "Geheimnis");
        practice.close().await;
        let mut files = vec![backup.path];
        if let needlepoint_records::Database::Sqlite(path) = &place.database {
            files.push(path.clone());
        }
        for file in files {
            let bytes = std::fs::read(&file).expect("read");
            let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
            assert!(!holds("Geheimnis") && !holds("Petra"), "{}", file.display());
            // The search itself finds what isn't secret.
            assert!(holds(&written.id.to_string()), "{}", file.display());
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_who_write_at_once_one_wins_and_the_other_hears_of_it() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let first = practice.create(&anna(), &named("A", "B")).await.expect("written");
        let (ben, cleo) = (Author::new("ben"), Author::new("cleo"));
        let (by_ben, by_cleo) = (named("A", "ben"), named("A", "cleo"));
        let (ben, cleo) = tokio::join!(
            practice.update(&ben, first.id, 1, &by_ben),
            practice.update(&cleo, first.id, 1, &by_cleo),
        );
        let (winner, loser) = if ben.is_ok() { (ben, cleo) } else { (cleo, ben) };
        let winner = winner.expect("one wins");
        let Err(RecordsError::Conflict { current_version, written_by, written_at }) = loser else {
            panic!("the other hears of it: {loser:?}");
        };
        assert_eq!((current_version, written_at), (2, winner.written_at));
        assert_eq!(written_by, winner.written_by);
        let present: Document<Patient> = practice.read(first.id).await.expect("read");
        assert_eq!(present, winner);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn every_version_is_kept() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let mut written = vec![practice.create(&anna(), &named("A", "0")).await.expect("written")];
        let id = written[0].id;
        for version in 1..5 {
            let author = Author::new(format!("author {version}"));
            let content = named("A", &version.to_string());
            written.push(practice.update(&author, id, version, &content).await.expect("written"));
        }
        let versions: Vec<Document<Patient>> = practice.versions(id).await.expect("read");
        assert_eq!(versions, written);
        assert_eq!(practice.read::<Patient>(id).await.expect("read"), written[4]);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let nobody = Id::new();
        let lost = practice.read::<Patient>(nobody).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { kind: Kind::Patient, .. })));
        let other_kind = practice.read::<Plan>(patient).await;
        assert!(matches!(other_kind, Err(RecordsError::NotFound { kind: Kind::Plan, .. })));
        let lost = practice.versions::<Session>(patient).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { .. })));
        let lost = practice.update(&anna(), nobody, 1, &named("A", "B")).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { .. })));
        let lost = practice.update(&anna(), patient, 1, &samples::consultation(patient)).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { .. })));
        let lost = practice.erase(&anna(), nobody, 1).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { .. })));
        let lost = practice.picture(patient).await;
        assert!(matches!(lost, Err(RecordsError::NotFound { kind: Kind::Photograph, .. })));
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_document_belongs_to_a_patient_who_is_there_and_stays_with_them() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let anybody = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let other = practice.create(&anna(), &named("C", "D")).await.expect("written").id;
        let owned = practice.create(&anna(), &samples::consultation(anybody)).await.expect("kept");
        for nobody in [Id::new(), owned.id] {
            let refused = practice.create(&anna(), &samples::consultation(nobody)).await;
            assert!(matches!(refused, Err(RecordsError::NoSuchPatient(id)) if id == nobody));
        }
        let moved = practice.update(&anna(), owned.id, 1, &samples::consultation(other)).await;
        assert!(matches!(moved, Err(RecordsError::OtherPatient(_))));
        let taken = practice.create_as(&anna(), anybody, &named("E", "F")).await;
        assert!(matches!(taken, Err(RecordsError::Exists { id }) if id == anybody));
        // None of it left a trace.
        assert_eq!(practice.audit(AuditFilter::default()).await.expect("read").len(), 3);
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_read_again_is_not_written() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let mut visit = samples::visit(patient, Id::new(), Id::new());
        visit.scores.push(Score {
            site: "cheek".to_owned(),
            scale: "x".to_owned(),
            value: f64::NAN,
            rater: None,
        });
        let refused = practice.create(&anna(), &visit).await;
        assert!(matches!(refused, Err(RecordsError::Unwritable(_))));
        assert_eq!(practice.of_patient::<Visit>(patient).await.expect("read"), []);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_picture_is_the_one_that_its_photograph_names() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let photograph = samples::photograph(patient, b"one");
        let refused = practice.put_picture(&anna(), &photograph, b"another").await;
        assert!(matches!(refused, Err(RecordsError::PictureDiffers(_))));
        assert_eq!(practice.of_patient::<Photograph>(patient).await.expect("read"), []);
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_patient_is_erased_with_all_that_belongs_to_them() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("Gone", "For Good")).await.expect("written");
        let stays = practice.create(&anna(), &named("Stays", "Here")).await.expect("written");
        let kept = practice.create(&anna(), &samples::consultation(stays.id)).await.expect("kept");
        let owned =
            practice.create(&anna(), &samples::consultation(patient.id)).await.expect("written");
        let picture = samples::picture();
        let photograph = practice
            .put_picture(&anna(), &samples::photograph(patient.id, &picture), &picture)
            .await
            .expect("written");
        practice.update(&anna(), patient.id, 1, &named("Gone", "Today")).await.expect("written");

        let too_old = practice.erase(&anna(), patient.id, 1).await;
        assert!(matches!(too_old, Err(RecordsError::Conflict { current_version: 2, .. })));
        practice.erase(&anna(), patient.id, 2).await.expect("erased");

        let id = patient.id;
        let erased = |error| matches!(error, RecordsError::Erased { .. });
        assert!(practice.read::<Patient>(id).await.is_err_and(erased));
        assert!(practice.versions::<Patient>(id).await.is_err_and(erased));
        assert!(practice.read::<Consultation>(owned.id).await.is_err_and(erased));
        assert!(practice.read::<Photograph>(photograph.id).await.is_err_and(erased));
        assert!(practice.update(&anna(), id, 2, &patient.content).await.is_err_and(erased));
        assert!(practice.erase(&anna(), id, 2).await.is_err_and(erased));
        assert!(practice.picture(photograph.id).await.is_err());
        assert_eq!(practice.of_patient::<Consultation>(id).await.expect("read"), []);
        let refused = practice.create(&anna(), &samples::consultation(id)).await;
        assert!(matches!(refused, Err(RecordsError::NoSuchPatient(_))));
        let taken = practice.create_as(&anna(), id, &patient.content).await;
        assert!(matches!(taken, Err(RecordsError::Exists { .. })));

        assert_eq!(practice.patients().await.expect("read"), [stays]);
        assert_eq!(practice.read::<Consultation>(kept.id).await.expect("read"), kept);
        let filter = AuditFilter { patient: Some(id), ..AuditFilter::default() };
        let trail = practice.audit(filter).await.expect("read");
        let erasures = trail.iter().filter(|entry| entry.action == Action::Erased);
        let erasures: BTreeSet<_> = erasures.filter_map(|entry| entry.document).collect();
        assert_eq!(erasures, BTreeSet::from([id, owned.id, photograph.id]));
        let verified = practice.verify().await.expect("verified");
        assert_eq!(verified.problems, [""; 0]);
        assert_eq!(verified.pictures, 0);
        practice.close().await;

        let mut raw = place.raw().await;
        let (left,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM document_versions WHERE content IS NOT NULL")
                .fetch_one(&mut raw)
                .await
                .expect("counted");
        assert_eq!(left, 2);
    })
    .await;
}

#[tokio::test]
async fn the_audit_says_who_did_what() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let ben = Author::new("ben");
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let owned = practice.create(&ben, &samples::consultation(patient)).await.expect("written");
        practice.update(&anna(), owned.id, 1, &owned.content).await.expect("written");
        practice.note_action(&ben, Action::SignedIn, None, samples::ODD).await.expect("noted");

        let all = practice.audit(AuditFilter::default()).await.expect("read");
        let told: Vec<_> = all
            .iter()
            .map(|entry| (entry.id, entry.account.as_str(), entry.action, entry.version))
            .collect();
        assert_eq!(
            told,
            [
                (4, "ben", Action::SignedIn, None),
                (3, "anna", Action::Updated, Some(2)),
                (2, "ben", Action::Created, Some(1)),
                (1, "anna", Action::Created, Some(1)),
            ]
        );
        assert_eq!(all[0].detail, samples::ODD);
        assert_eq!((all[1].kind, all[1].document), (Some(Kind::Consultation), Some(owned.id)));
        let ids = async |filter: AuditFilter| -> Vec<i64> {
            practice.audit(filter).await.expect("read").iter().map(|entry| entry.id).collect()
        };
        let filter = AuditFilter::default();
        let of_patient = AuditFilter { patient: Some(patient), ..filter.clone() };
        assert_eq!(ids(of_patient.clone()).await, [3, 2, 1]);
        let of_ben = AuditFilter { account: Some("ben".to_owned()), ..filter.clone() };
        assert_eq!(ids(of_ben).await, [4, 2]);
        assert_eq!(ids(AuditFilter { before: Some(3), limit: 1, ..filter }).await, [2]);
        let account = Some("anna".to_owned());
        assert_eq!(ids(AuditFilter { account, before: Some(3), ..of_patient }).await, [1]);
        practice.close().await;
    })
    .await;
}

/// Adds one to the number in a note, as often as it takes.
async fn count_up(practice: &Practice, author: &Author, id: Id) {
    loop {
        let read: Document<Patient> = practice.read(id).await.expect("read");
        let mut content = read.content;
        let count: u32 = content.note.as_deref().map_or(0, |note| note.parse().expect("a number"));
        content.note = Some((count + 1).to_string());
        match practice.update(author, id, read.version, &content).await {
            Ok(_) => return,
            Err(RecordsError::Conflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

const WRITERS: usize = 12;
const TIMES: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_update_is_lost_among_many_writers() {
    on_every_database(async |place| {
        let practice = place.open().await;
        // A second server, where several may share a database.
        let second = if place.is_sqlite() { practice.clone() } else { place.open().await };
        let id = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let tasks: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let practice = if writer % 2 == 0 { practice.clone() } else { second.clone() };
                tokio::spawn(async move {
                    let author = Author::new(format!("writer {writer}"));
                    for _ in 0..TIMES {
                        count_up(&practice, &author, id).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no panic");
        }
        let last: Document<Patient> = practice.read(id).await.expect("read");
        assert_eq!(last.content.note, Some((WRITERS * TIMES).to_string()));
        let versions: Vec<Document<Patient>> = practice.versions(id).await.expect("read");
        assert_eq!(versions.len(), WRITERS * TIMES + 1);
        assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
        practice.close().await;
        second.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_write_takes_nobody_with_it() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written").id;
        let tasks: Vec<_> = (0..200)
            .map(|number| {
                let practice = practice.clone();
                tokio::spawn(async move {
                    let owner = if number % 2 == 0 { patient } else { Id::new() };
                    practice.create(&anna(), &samples::consultation(owner)).await
                })
            })
            .collect();
        let mut written = BTreeSet::new();
        for (number, task) in tasks.into_iter().enumerate() {
            match task.await.expect("no panic") {
                Ok(document) => assert!(number % 2 == 0 && written.insert(document.id)),
                Err(RecordsError::NoSuchPatient(_)) => assert!(number % 2 == 1),
                Err(error) => panic!("{error}"),
            }
        }
        let there = practice.of_patient::<Consultation>(patient).await.expect("read");
        assert_eq!(there.iter().map(|document| document.id).collect::<BTreeSet<_>>(), written);
        assert_eq!(written.len(), 100);
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_closed_practice_takes_no_more() {
    on_every_database(async |place| {
        let practice = place.open().await;
        practice.close().await;
        let refused = practice.create(&anna(), &named("A", "B")).await;
        assert!(matches!(refused, Err(RecordsError::Closed)));
    })
    .await;
}
