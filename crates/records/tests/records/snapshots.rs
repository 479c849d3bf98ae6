use jiff::{Timestamp, civil::Date};
use needlepoint_records::{
    Author, Id, OnCollision, RecordsError,
    clinical::{
        AdverseEvent, Check, Consultation, NumbingRecord, Patient, Photograph, Plan, PlanStatus,
        ProductRecord, RecordedSex, Score, Session, Settings, Severity, Visit, ZoneRecord,
        ZoneSettings,
    },
    document::{Document, Picture, Snapshot},
};
use proptest::{
    collection::vec, option, prelude::*, strategy::ValueTree as _, test_runner::TestRunner,
};

use crate::{
    common::{Place, anna, on_every_database},
    samples::{self, named},
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), Just(samples::ODD.to_owned()), "[a-z]{0,8}"]
}

fn maybe_text() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![-1e3..1e3, any::<f64>().prop_filter("a number", |number| number.is_finite())]
}

fn day() -> impl Strategy<Value = Date> {
    (-9999i16..=9999, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::constant(y, m, d))
}

fn instant() -> impl Strategy<Value = Timestamp> {
    let (first, last) = (Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
    (first..=last).prop_map(|at| Timestamp::from_microsecond(at).expect("within the calendar"))
}

prop_compose! {
    fn patient()(
        family_name in text(), given_name in text(), birth_date in option::of(day()),
        sex in option::of(prop_oneof![
            Just(RecordedSex::Female), Just(RecordedSex::Male), Just(RecordedSex::Other)
        ]),
        phone in maybe_text(), email in maybe_text(), note in maybe_text(),
        fictitious in any::<bool>(), confidential_to in vec(text(), 0..2),
    ) -> Patient {
        Patient {
            family_name, given_name, birth_date, sex, phone, email, note, fictitious,
            confidential_to,
        }
    }
}

prop_compose! {
    fn consultation(patient: Id)(
        held_on in day(), file in text(), verdict in maybe_text(), note in maybe_text(),
    ) -> Consultation {
        Consultation { patient, held_on, file, verdict, note }
    }
}

prop_compose! {
    fn settings()(
        device in text(),
        zones in vec((text(), number(), any::<u32>()), 0..3),
        sessions in any::<u32>(), interval_days in any::<u32>(), serum in maybe_text(),
        aftercare_kept in any::<bool>(),
    ) -> Settings {
        let zones = zones.into_iter();
        let zones = zones.map(|(site, needle_mm, passes)| ZoneSettings { site, needle_mm, passes });
        Settings {
            device, zones: zones.collect(), sessions, interval_days, serum, aftercare_kept,
        }
    }
}

prop_compose! {
    fn plan(patient: Id, consultation: Id)(
        made_on in day(), settings in settings(), proposed in any::<bool>(),
        dates in vec(day(), 0..4), revision in any::<u32>(),
        status in prop_oneof![
            Just(PlanStatus::Draft), Just(PlanStatus::Active), Just(PlanStatus::Completed),
            Just(PlanStatus::Stopped)
        ],
        note in maybe_text(),
    ) -> Plan {
        Plan {
            patient, consultation, made_on, settings, proposed, dates, revision, status, note,
        }
    }
}

prop_compose! {
    fn adverse_event()(
        at in instant(), what in text(), action in maybe_text(),
        severity in prop_oneof![
            Just(Severity::Mild), Just(Severity::Moderate), Just(Severity::Severe)
        ],
    ) -> AdverseEvent {
        AdverseEvent { at, what, severity, action }
    }
}

prop_compose! {
    fn numbing()(
        product in text(), lot in maybe_text(), grams in option::of(number()),
        applied_at in option::of(instant()), removed_at in option::of(instant()),
        planned_minutes in option::of(number()),
    ) -> NumbingRecord {
        NumbingRecord { product, lot, grams, applied_at, removed_at, planned_minutes }
    }
}

prop_compose! {
    fn zone()(
        site in text(), device in text(), lot in maybe_text(), planned_mm in number(),
        needle_mm in option::of(number()), planned_passes in any::<u32>(),
        passes in option::of(any::<u32>()), endpoint in maybe_text(),
    ) -> ZoneRecord {
        ZoneRecord { site, device, lot, planned_mm, needle_mm, planned_passes, passes, endpoint }
    }
}

prop_compose! {
    fn session(patient: Id, plan: Id)(
        number in any::<u32>(), held_on in day(), started_at in option::of(instant()),
        finished_at in option::of(instant()),
        checks in vec((text(), option::of(instant()), maybe_text()), 0..3),
        numbing in option::of(numbing()), zones in vec(zone(), 0..3),
        products in vec((text(), maybe_text(), option::of(day())), 0..3),
        adverse_events in vec(adverse_event(), 0..2), note in maybe_text(),
    ) -> Session {
        let checks = checks.into_iter();
        let checks = checks.map(|(what, done_at, by)| Check { what, done_at, by }).collect();
        let products = products.into_iter();
        let products = products
            .map(|(product, lot, expires)| ProductRecord { product, lot, expires })
            .collect();
        Session {
            patient, plan, number, held_on, started_at, finished_at, checks, numbing, zones,
            products, adverse_events, note,
        }
    }
}

prop_compose! {
    fn visit(patient: Id, plan: Id, photograph: Id)(
        with_plan in any::<bool>(), seen_on in day(),
        scores in vec((text(), text(), number(), maybe_text()), 0..3),
        with_photograph in any::<bool>(), adverse_events in vec(adverse_event(), 0..2),
        note in maybe_text(),
    ) -> Visit {
        let scores = scores.into_iter();
        let scores =
            scores.map(|(site, scale, value, rater)| Score { site, scale, value, rater }).collect();
        Visit {
            patient, plan: with_plan.then_some(plan), seen_on, scores,
            photographs: with_photograph.then_some(photograph).into_iter().collect(),
            adverse_events, note,
        }
    }
}

fn picture_and_photograph(patient: Id) -> impl Strategy<Value = (Photograph, Vec<u8>)> {
    (vec(any::<u8>(), 0..5000), day(), maybe_text(), text()).prop_map(
        move |(bytes, taken_on, caption, media_type)| {
            let photograph = samples::photograph(patient, &bytes);
            (Photograph { taken_on, caption, media_type, ..photograph }, bytes)
        },
    )
}

/// A document with an identifier, a version, a date and an author that somebody else gave it.
fn document<T: std::fmt::Debug>(
    id: Id,
    content: impl Strategy<Value = T>,
) -> impl Strategy<Value = Document<T>> {
    // A name of an author holds no NUL.
    let author = "[^\u{0}]{0,20}";
    (content, 1..=u32::MAX, instant(), author).prop_map(
        move |(content, version, written_at, written_by)| Document {
            id,
            version,
            written_at,
            written_by,
            content,
        },
    )
}

/// A practice with one document of each kind.
fn snapshot() -> impl Strategy<Value = Snapshot> {
    let [a, b, c, d, e, f] = std::array::from_fn(|_| Id::new());
    (
        document(a, patient()),
        document(b, consultation(a)),
        document(c, plan(a, b)),
        document(d, session(a, c)),
        document(e, visit(a, c, f)),
        picture_and_photograph(a)
            .prop_flat_map(move |(photograph, bytes)| (document(f, Just(photograph)), Just(bytes))),
    )
        .prop_map(|(patient, consultation, plan, session, visit, (photograph, bytes))| {
            let picture = Picture { photograph: photograph.id, bytes };
            Snapshot {
                patients: vec![patient],
                consultations: vec![consultation],
                plans: vec![plan],
                sessions: vec![session],
                visits: vec![visit],
                photographs: vec![photograph],
                pictures: vec![picture],
            }
        })
}

const CASES: usize = 40;

/// Takes a snapshot over, and takes one of what is then there.
fn there_and_back(place: &Place) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let practice = runtime.block_on(place.open());
    let mut runner = TestRunner::default();
    let mut all = Snapshot::default();
    for _ in 0..CASES {
        let case = snapshot().new_tree(&mut runner).expect("a case").current();
        let imported = runtime
            .block_on(practice.restore_snapshot(&anna(), &case, OnCollision::Refuse))
            .expect("taken over");
        assert_eq!((imported.added, imported.pictures, imported.skipped), (6, 1, 0));
        all.patients.extend(case.patients);
        all.consultations.extend(case.consultations);
        all.plans.extend(case.plans);
        all.sessions.extend(case.sessions);
        all.visits.extend(case.visits);
        all.photographs.extend(case.photographs);
        all.pictures.extend(case.pictures);
    }
    runtime.block_on(async {
        assert_eq!(practice.snapshot().await.expect("a snapshot"), all);
        assert_eq!(practice.verify().await.expect("verified").problems, [""; 0]);
        practice.close().await;
    });
}

#[test]
fn whatever_is_taken_over_is_given_out_again() {
    there_and_back(&Place::sqlite());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(place) = runtime.block_on(Place::postgres()) {
        there_and_back(&place);
    }
}

#[tokio::test]
async fn the_same_twice_changes_nothing_and_another_content_is_refused() {
    on_every_database(async |place| {
        let source = Place::sqlite();
        let practice = source.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written");
        let owned = practice.create(&anna(), &samples::consultation(patient.id)).await;
        let owned = owned.expect("written");
        let snapshot = practice.snapshot().await.expect("a snapshot");
        practice.close().await;

        let practice = place.open().await;
        let ben = Author::new("ben");
        let take = async |snapshot: &Snapshot, on_collision| {
            practice.restore_snapshot(&ben, snapshot, on_collision).await
        };
        let first = take(&snapshot, OnCollision::Refuse).await.expect("taken over");
        assert_eq!((first.added, first.unchanged), (2, 0));
        let again = take(&snapshot, OnCollision::Refuse).await.expect("taken over");
        assert_eq!((again.added, again.unchanged), (0, 2));
        // The author and the date of the one who wrote it, not of the one who imports.
        let read: Document<Consultation> = practice.read(owned.id).await.expect("read");
        assert_eq!(read, owned);

        let mut changed = snapshot.clone();
        let new = Document { id: Id::new(), ..patient.clone() };
        changed.patients.insert(0, new.clone());
        changed.consultations[0].content.note = None;
        let refused = take(&changed, OnCollision::Refuse).await;
        assert!(matches!(refused, Err(RecordsError::Collision { id, .. }) if id == owned.id));
        assert_eq!(practice.snapshot().await.expect("a snapshot"), snapshot, "all or nothing");
        let taken = take(&changed, OnCollision::Skip).await.expect("the rest is taken over");
        assert_eq!((taken.added, taken.unchanged, taken.skipped), (1, 1, 1));
        assert_eq!(practice.read::<Consultation>(owned.id).await.expect("read"), owned);
        assert_eq!(practice.read::<Patient>(new.id).await.expect("read"), new);
        assert!(practice.verify().await.expect("verified").is_clean());
        practice.close().await;
    })
    .await;
}

#[tokio::test]
async fn what_does_not_hang_together_is_not_taken_over() {
    on_every_database(async |place| {
        let practice = place.open().await;
        let patient = practice.create(&anna(), &named("A", "B")).await.expect("written");
        let whole = practice.snapshot().await.expect("a snapshot");
        let gone = patient.id;
        practice.erase(&anna(), gone, 1).await.expect("erased");
        let take = async |snapshot: &Snapshot, on_collision| {
            practice.restore_snapshot(&anna(), snapshot, on_collision).await
        };
        // What was erased stays erased.
        let refused = take(&whole, OnCollision::Refuse).await;
        assert!(matches!(refused, Err(RecordsError::Collision { id, .. }) if id == gone));
        let mut owning = whole.clone();
        let content = samples::consultation(gone);
        owning.consultations.push(Document {
            id: Id::new(),
            version: 1,
            written_at: patient.written_at,
            written_by: "anna".to_owned(),
            content,
        });
        let taken = take(&owning, OnCollision::Skip).await.expect("nothing");
        assert_eq!((taken.added, taken.skipped), (0, 2));
        owning.patients.clear();
        let refused = take(&owning, OnCollision::Refuse).await;
        assert!(matches!(refused, Err(RecordsError::NoSuchPatient(id)) if id == gone));

        let picture = Picture { photograph: Id::new(), bytes: vec![1] };
        let alone = Snapshot { pictures: vec![picture], ..Snapshot::default() };
        let refused = take(&alone, OnCollision::Refuse).await;
        assert!(matches!(refused, Err(RecordsError::NotFound { .. })));
        let mut zero = whole;
        zero.patients[0].id = Id::new();
        zero.patients[0].version = 0;
        let refused = take(&zero, OnCollision::Refuse).await;
        assert!(matches!(refused, Err(RecordsError::Unwritable(_))));
        assert_eq!(practice.snapshot().await.expect("a snapshot"), Snapshot::default());
        practice.close().await;
    })
    .await;
}
