//! A practice that is made up, to break into. It is made once; each test gets a copy.

use std::{
    fs,
    net::Ipv4Addr,
    path::Path,
    sync::{Arc, LazyLock},
};

use axum::Router;
use jiff::ToSpan as _;
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{
    Author, Database, Id, KeySource, Practice,
    clinical::{Consultation, Patient, Photograph, Plan, Session, Visit},
    document::Document,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{browser::Browser, pictures::small_jpeg};
use crate::{app::App, demo, options::ServeOptions, pages, server};

/// Password of all accounts of the demonstration.
pub(super) const PASSWORD: &str = "needlepoint-demo";
/// The family name of whom only the account `doctor` may see.
pub(super) const SECRET: &str = "Verborgen";

static KNOWLEDGE: LazyLock<Arc<Knowledge>> =
    LazyLock::new(|| Arc::new(Knowledge::embedded().unwrap()));
static MADE: LazyLock<TempDir> = LazyLock::new(|| {
    // On a thread of its own: a test already runs within a runtime.
    std::thread::spawn(|| Runtime::new().unwrap().block_on(made())).join().unwrap()
});

/// Ids of one patient and of one document of each kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story {
    pub(super) patient: Id,
    pub(super) consultation: Id,
    pub(super) plan: Id,
    pub(super) session: Id,
    pub(super) visit: Id,
    pub(super) photograph: Id,
}

/// A copy of the practice, with a server around it.
pub(super) struct Clinic {
    pub(super) app: App,
    pub(super) router: Router,
    pub(super) folder: TempDir,
    /// Somebody whom every account sees.
    pub(super) seen: Story,
    /// Somebody whom only `doctor` and administrators see.
    pub(super) secret: Story,
}

impl Clinic {
    pub(super) async fn new() -> Self {
        Self::with(|_| ()).await
    }

    /// One started with other options.
    pub(super) async fn with(change: impl FnOnce(&mut ServeOptions)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(MADE.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let mut options = options(folder.path());
        change(&mut options);
        let practice = Practice::open(&options.database, &options.key).await.unwrap();
        let seen = story(&practice, "Saga").await;
        let secret = story(&practice, SECRET).await;
        let (app, _) = server::app(&options, practice, Arc::clone(&KNOWLEDGE)).unwrap();
        let secure = options.tls.is_some() || options.behind_proxy;
        let router = server::router(app.clone(), secure);
        Self { app, router, folder, seen, secret }
    }

    /// A browser in which nobody is signed in.
    pub(super) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which somebody is.
    pub(super) async fn signed_in(&self, account: &str) -> Browser {
        let mut browser = self.browser();
        let reply = browser.sign_in(account, PASSWORD).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (303, "/"), "{account}");
        browser
    }

    /// A token of an account.
    pub(super) async fn token(&self, account: &str) -> String {
        let author = Author::new(account);
        let made = self.app.practice.create_token(&author, account, "a program").await.unwrap();
        made.secret.to_string()
    }
}

/// How a server of a test is started, on a practice in a folder.
pub(crate) fn options(folder: &Path) -> ServeOptions {
    ServeOptions {
        address: Ipv4Addr::LOCALHOST.into(),
        port: 0,
        database: Database::Sqlite(folder.join("practice.db")),
        key: KeySource::KeyFile(folder.join("practice.key")),
        demo: true,
        tls: None,
        behind_proxy: false,
        words: None,
        threads: Some(2),
    }
}

async fn made() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path());
    let practice = Practice::open(&options.database, &options.key).await.unwrap();
    demo::first_accounts(&practice, true).await.unwrap();
    demo::fill(&practice, &KNOWLEDGE).await.unwrap();
    let author = Author::new("doctor");
    let seen = named(&practice, "Saga").await;
    let mut secret = seen.content.clone();
    secret.family_name = SECRET.to_owned();
    secret.confidential_to = vec!["doctor".to_owned()];
    let secret = practice.create(&author, &secret).await.unwrap();
    let consultations: Vec<Document<Consultation>> = practice.of_patient(seen.id).await.unwrap();
    let mut consultation = consultations[0].content.clone();
    consultation.patient = secret.id;
    pages::story(&practice, &KNOWLEDGE, &author, consultation).await.unwrap();
    for patient in [seen.id, secret.id] {
        let kept = pages::drawn_again(&small_jpeg()).unwrap();
        let photograph = Photograph {
            patient,
            taken_on: pages::today().checked_sub(5.days()).unwrap(),
            site: None,
            media_type: "image/jpeg".to_owned(),
            width: kept.width,
            height: kept.height,
            sha256: needlepoint_knowledge::store::fingerprint(&kept.jpeg),
            caption: None,
        };
        practice.put_picture(&author, &photograph, &kept.jpeg).await.unwrap();
    }
    practice.close().await;
    folder
}

/// The patient of a family name.
async fn named(practice: &Practice, family_name: &str) -> Document<Patient> {
    let all = practice.patients().await.unwrap();
    all.into_iter().find(|patient| patient.content.family_name == family_name).unwrap()
}

async fn story(practice: &Practice, family_name: &str) -> Story {
    let patient = named(practice, family_name).await.id;
    let consultations: Vec<Document<Consultation>> = practice.of_patient(patient).await.unwrap();
    let plans: Vec<Document<Plan>> = practice.of_patient(patient).await.unwrap();
    let sessions: Vec<Document<Session>> = practice.of_patient(patient).await.unwrap();
    let visits: Vec<Document<Visit>> = practice.of_patient(patient).await.unwrap();
    let photographs: Vec<Document<Photograph>> = practice.of_patient(patient).await.unwrap();
    Story {
        patient,
        consultation: consultations[0].id,
        plan: plans[0].id,
        session: sessions[0].id,
        visit: visits[0].id,
        photograph: photographs[0].id,
    }
}
