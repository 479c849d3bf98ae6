//! Text that would be more than text: in every field of every form, and in everything that is imported.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::StatusCode;
use needlepoint_exchange::{FhirOptions, to_fhir, to_json};
use needlepoint_records::{
    Id,
    clinical::{AdverseEvent, NumbingRecord, ProductRecord, Severity},
    document::Snapshot,
};

use super::{
    browser::{Browser, Part, Reply},
    page::Page,
    pictures::small_jpeg,
    practice::Clinic,
};

/// How it is recognised.
const MARK: &str = "smuggled";
/// Ends attributes, tags, comments, scripts, statements, templates and markup of the typesetter.
const PAYLOAD: &str = "smuggled\"'`><script>alert(1)</script><img src=x onerror=alert(1)><svg/onload=alert(1)>\
    </textarea></title></style>--><!--]]>{{7*7}}${7*7}<%=7*7%>#panic()#read(\"/etc/passwd\")$x$*_\\u{202e}'; DROP TABLE documents;--";

/// Look at an answer: a page must hold the text as text, and nothing that runs.
fn looked_at(path: &str, reply: &Reply) -> Page {
    assert!(reply.status.as_u16() < 500, "{path}: {} {}", reply.status, reply.text());
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    assert!(
        reply
            .header("content-security-policy")
            .starts_with("default-src 'none'; script-src 'self';"),
        "{path}"
    );
    if !reply.header("content-type").starts_with("text/html") {
        return Page::default();
    }
    let page = Page::read(&reply.text());
    assert_eq!(page.faults(), [""; 0], "{path}");
    page
}

/// Follow all links from a page; every page is looked at. Gives those that show the text.
async fn all_pages(browser: &mut Browser, from: &[&str]) -> BTreeMap<String, Page> {
    let mut seen = BTreeSet::new();
    let mut left: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let mut pages = BTreeMap::new();
    while let Some(path) = left.pop_front() {
        let path = path.split('#').next().unwrap_or_default().to_owned();
        // Documents take seconds to set; a test of their own looks at them.
        let skipped = path.contains("pdf") || path.contains("/export");
        if skipped || !seen.insert(path.clone()) {
            continue;
        }
        let reply = browser.get(&path).await;
        let page = looked_at(&path, &reply);
        if !reply.location().is_empty() {
            left.push_back(reply.location().to_owned());
        }
        left.extend(page.links());
        pages.insert(path, page);
    }
    pages
}

/// A page shows the text: as text, or in a field.
fn shows(page: &Page) -> bool {
    let fields = page.tags.iter().flat_map(|tag| &tag.attributes);
    page.text.contains(MARK) || fields.into_iter().any(|(_, value)| value.contains(MARK))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_of_a_practice_runs_anything_that_stands_in_it() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let pages = all_pages(&mut doctor, &["/", "/account", "/nothing-here"]).await;
    for step in ["/consultations", "/plans", "/sessions", "/visits", "/photographs"] {
        let found = pages.keys().filter(|path| path.contains(step)).count();
        assert!(found >= 7, "{step}: {found}");
    }
    let mut admin = clinic.signed_in("admin").await;
    for path in ["/accounts", "/records", &format!("/patients/{}/erase", clinic.seen.patient)] {
        let reply = admin.get(path).await;
        assert_eq!(reply.status, StatusCode::OK);
        looked_at(path, &reply);
    }
    for path in ["/sign-in", "/sign-in?back=/a"] {
        looked_at(path, &clinic.browser().get(path).await);
    }
}

fn poisoned() -> String {
    PAYLOAD.to_owned()
}

fn poison(text: &mut Option<String>) {
    *text = Some(poisoned());
}

fn event() -> AdverseEvent {
    let (what, action) = (poisoned(), Some(poisoned()));
    AdverseEvent { at: jiff::Timestamp::UNIX_EPOCH, what, severity: Severity::Severe, action }
}

/// Words of people: names, notes, lots, answers.
fn poison_words(snapshot: &mut Snapshot) {
    for patient in &mut snapshot.patients {
        let content = &mut patient.content;
        (content.family_name, content.given_name) = (poisoned(), poisoned());
        for text in [&mut content.phone, &mut content.email, &mut content.note] {
            poison(text);
        }
        patient.written_by = poisoned();
    }
    for consultation in &mut snapshot.consultations {
        let quoted = toml::Value::String(poisoned()).to_string();
        let content = &mut consultation.content;
        let lines = content.file.lines().map(|line| match line {
            line if line.starts_with("title =") => format!("title = {quoted}"),
            line if line.starts_with("medicines =") => format!("medicines = [{quoted}]"),
            line => line.to_owned(),
        });
        content.file = lines.collect::<Vec<_>>().join("\n");
        assert!(content.file.matches(MARK).count() >= 2, "{}", content.file);
        poison(&mut content.note);
        consultation.written_by = poisoned();
    }
    for plan in &mut snapshot.plans {
        poison(&mut plan.content.note);
        plan.written_by = poisoned();
    }
    for session in &mut snapshot.sessions {
        let content = &mut session.content;
        content.finished_at = None;
        for check in &mut content.checks {
            check.what = poisoned();
            poison(&mut check.by);
        }
        for zone in &mut content.zones {
            poison(&mut zone.lot);
            poison(&mut zone.endpoint);
        }
        content.adverse_events.push(event());
        content.note = Some(format!("· {PAYLOAD}: {PAYLOAD}\n{PAYLOAD}"));
    }
    for visit in &mut snapshot.visits {
        let content = &mut visit.content;
        for score in &mut content.scores {
            poison(&mut score.rater);
        }
        content.adverse_events.push(event());
        poison(&mut content.note);
    }
    for photograph in &mut snapshot.photographs {
        poison(&mut photograph.content.caption);
    }
}

/// Names of the knowledge base, as only a file that was written by hand has them.
fn poison_names(snapshot: &mut Snapshot) {
    for consultation in &mut snapshot.consultations {
        poison(&mut consultation.content.verdict);
        consultation.content.file = format!("[patient]\n{PAYLOAD}\n");
    }
    for plan in &mut snapshot.plans {
        plan.content.settings.device = poisoned();
        poison(&mut plan.content.settings.serum);
        for zone in &mut plan.content.settings.zones {
            zone.site = poisoned();
        }
    }
    for session in &mut snapshot.sessions {
        for zone in &mut session.content.zones {
            (zone.site, zone.device) = (poisoned(), poisoned());
        }
        let lot = Some(poisoned());
        session.content.products.push(ProductRecord {
            product: poisoned(),
            lot: lot.clone(),
            expires: None,
        });
        session.content.numbing = Some(NumbingRecord {
            product: poisoned(),
            lot,
            grams: None,
            applied_at: None,
            removed_at: None,
            planned_minutes: None,
        });
    }
    for visit in &mut snapshot.visits {
        for score in &mut visit.content.scores {
            (score.site, score.scale) = (poisoned(), poisoned());
        }
    }
    for photograph in &mut snapshot.photographs {
        poison(&mut photograph.content.site);
        photograph.content.media_type = "text/html".to_owned();
    }
}

/// What is known of the one patient whom all see, under other ids.
async fn copied(clinic: &Clinic) -> Snapshot {
    let mut snapshot = clinic.app.practice.snapshot().await.unwrap();
    let patient = clinic.seen.patient;
    snapshot.patients.retain(|one| one.id == patient);
    snapshot.consultations.retain(|one| one.content.patient == patient);
    snapshot.plans.retain(|one| one.content.patient == patient);
    snapshot.sessions.retain(|one| one.content.patient == patient);
    snapshot.visits.retain(|one| one.content.patient == patient);
    snapshot.photographs.retain(|one| one.content.patient == patient);
    let pictures: Vec<Id> = snapshot.photographs.iter().map(|one| one.id).collect();
    snapshot.pictures.retain(|one| pictures.contains(&one.photograph));
    let mut json = serde_json::to_string(&snapshot).unwrap();
    let documents = std::iter::once(patient)
        .chain(snapshot.consultations.iter().map(|one| one.id))
        .chain(snapshot.plans.iter().map(|one| one.id))
        .chain(snapshot.sessions.iter().map(|one| one.id))
        .chain(snapshot.visits.iter().map(|one| one.id))
        .chain(pictures);
    for id in documents {
        json = json.replace(&id.to_string(), &Id::new().to_string());
    }
    serde_json::from_str(&json).unwrap()
}

async fn imported(admin: &mut Browser, bytes: &[u8]) {
    let reply = admin.upload("/records/import", &[Part::file("file", "records.json", bytes)]).await;
    let page = looked_at("/records/import", &reply);
    assert!(page.tags.iter().any(|tag| tag.attribute("class") == "remark good"), "{}", page.text);
}

/// Everything of a patient is looked at by everybody who sees it.
async fn looked_at_whole(clinic: &Clinic, patient: Id, least: usize) {
    for account in ["admin", "assistant", "reader"] {
        let mut browser = clinic.signed_in(account).await;
        let overview = format!("/patients/{patient}");
        let pages = all_pages(&mut browser, &[&overview]).await;
        let own = pages.iter().filter(|(path, _)| path.starts_with(&overview));
        let showing: Vec<&String> =
            own.filter(|(_, page)| shows(page)).map(|(path, _)| path).collect();
        assert!(showing.len() >= least, "{account}: {showing:?}");
        assert!(shows(&pages["/"]), "{account}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_of_people_stay_words_on_every_page() {
    let clinic = Clinic::new().await;
    let mut snapshot = copied(&clinic).await;
    poison_words(&mut snapshot);
    let mut admin = clinic.signed_in("admin").await;
    imported(&mut admin, &to_json(&snapshot)).await;
    looked_at_whole(&clinic, snapshot.patients[0].id, 12).await;
    let records = admin.get("/records").await;
    looked_at("/records", &records);
}

/// The poisoned answers with the medicines as they were: one that nobody knows would be a reason to plan nothing.
async fn planned_all_the_same(poisoned: &Snapshot, clinic: &Clinic) -> String {
    let whole = copied(clinic).await.consultations[0].content.file.clone();
    let lines = whole.lines().zip(poisoned.consultations[0].content.file.lines());
    let lines = lines
        .map(|(as_it_was, now)| if as_it_was.starts_with("medicines") { as_it_was } else { now });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_with_such_words_are_set() {
    let clinic = Clinic::new().await;
    let mut snapshot = copied(&clinic).await;
    poison_words(&mut snapshot);
    snapshot.consultations[0].content.file = planned_all_the_same(&snapshot, &clinic).await;
    let mut admin = clinic.signed_in("admin").await;
    imported(&mut admin, &to_json(&snapshot)).await;
    let plan = &snapshot.plans[0];
    let files = format!("/patients/{}/plans/{}/files", plan.content.patient, plan.id);
    for name in ["plan.pdf", "patient.pdf", "session-1.pdf"] {
        let reply = admin.get(&format!("{files}/{name}")).await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (StatusCode::OK, "application/pdf"),
            "{name}: {}",
            reply.text()
        );
        assert!(reply.bytes.starts_with(b"%PDF-") && reply.bytes.len() > 10_000, "{name}");
        assert!(!reply.text().contains("root:x:"), "{name}");
    }
    let reply = admin.get(&format!("{files}/aftercare.ics")).await;
    let calendar = reply.text().replace("\r\n ", "");
    assert_eq!(reply.status, StatusCode::OK);
    // Each line is one that a calendar has; what a patient is called begins none.
    for line in calendar.lines() {
        let name = line.split([':', ';']).next().unwrap();
        assert!(
            !name.is_empty()
                && name.chars().all(|letter| letter.is_ascii_uppercase() || letter == '-'),
            "{line}"
        );
    }
}

/// Strings of an answer that a script puts into a page.
fn fragments(of: &serde_json::Value) -> Vec<&str> {
    match of {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(all) => all.iter().flat_map(fragments).collect(),
        serde_json::Value::Object(all) => all.values().flat_map(fragments).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_scripts_put_into_a_page_runs_nothing() {
    let clinic = Clinic::new().await;
    let mut snapshot = copied(&clinic).await;
    poison_words(&mut snapshot);
    snapshot.consultations[0].content.file = planned_all_the_same(&snapshot, &clinic).await;
    let mut admin = clinic.signed_in("admin").await;
    imported(&mut admin, &to_json(&snapshot)).await;
    let consultation = &snapshot.consultations[0];
    let of =
        format!("/patients/{}/consultations/{}", consultation.content.patient, consultation.id);
    looked_at("front", &admin.get(&format!("{of}/front")).await);
    let chosen = &snapshot.plans[0].content.settings;
    let (sessions, days) = (chosen.sessions.to_string(), chosen.interval_days.to_string());
    let mut settings = vec![
        ("device".to_owned(), chosen.device.clone()),
        ("sessions".to_owned(), sessions),
        ("interval_days".to_owned(), days),
        ("serum".to_owned(), chosen.serum.clone().unwrap_or_default()),
        ("aftercare".to_owned(), "yes".to_owned()),
    ];
    for zone in &chosen.zones {
        settings.push((format!("needle.{}", zone.site), zone.needle_mm.to_string()));
        settings.push((format!("passes.{}", zone.site), zone.passes.to_string()));
    }
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let reply = admin.post(&format!("{of}/live"), &settings).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let told: serde_json::Value = serde_json::from_slice(&reply.bytes).unwrap();
    let drawn = fragments(&told);
    assert!(drawn.iter().any(|fragment| fragment.contains("<svg")));
    for fragment in drawn {
        assert_eq!(Page::read(fragment).faults(), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_nobody_knows_stay_words_on_every_page() {
    let clinic = Clinic::new().await;
    let mut snapshot = copied(&clinic).await;
    poison_words(&mut snapshot);
    poison_names(&mut snapshot);
    let mut admin = clinic.signed_in("admin").await;
    imported(&mut admin, &to_json(&snapshot)).await;
    looked_at_whole(&clinic, snapshot.patients[0].id, 10).await;
    let photograph = &snapshot.photographs[0];
    let path = format!("/patients/{}/photographs/{}", photograph.content.patient, photograph.id);
    // Whatever a file says it is, it is shown as a picture.
    assert_eq!(admin.get(&path).await.header("content-type"), "image/jpeg");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_that_come_as_fhir_stay_words() {
    let clinic = Clinic::new().await;
    let mut snapshot = copied(&clinic).await;
    poison_words(&mut snapshot);
    poison_names(&mut snapshot);
    let options =
        FhirOptions { pictures: true, made_at: jiff::Timestamp::UNIX_EPOCH, patient: None };
    let mut admin = clinic.signed_in("admin").await;
    imported(&mut admin, &to_fhir(&snapshot, &options)).await;
    looked_at_whole(&clinic, snapshot.patients[0].id, 8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_in_forms_stay_words_also_when_they_come_back() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let p = PAYLOAD;
    let patient = [("family_name", p), ("given_name", p), ("phone", p), ("email", p), ("note", p)];
    let reply = admin.post("/patients/new", &patient).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let own = reply.location().to_owned();
    let told = [
        admin.get(&own).await,
        admin.get(&format!("{own}/edit")).await,
        admin.get(&format!("{own}/erase")).await,
        admin.get("/?q=smuggled").await,
        // Refused, with what was typed.
        admin.post("/patients/new", &[("family_name", p), ("birth_date", p)]).await,
        admin
            .post(
                &format!("{own}/edit"),
                &[("family_name", p), ("birth_date", "no day"), ("version", "1")],
            )
            .await,
        admin
            .post(&format!("{own}/edit"), &[("family_name", p), ("note", p), ("version", "0")])
            .await,
        admin.post("/account/tokens", &[("label", p)]).await,
        admin.get("/account").await,
        clinic.browser().post("/sign-in", &[("account", p), ("password", p), ("back", p)]).await,
        admin.get("/records").await,
    ];
    for (n, reply) in told.iter().enumerate() {
        assert!(shows(&looked_at(&n.to_string(), reply)), "{n}: {}", reply.text());
    }
    let escaped: String = form_urlencoded::byte_serialize(p.as_bytes()).collect();
    for path in ["/?q=", "/records?account=", "/sign-in?back=", "/?list=true&q="] {
        let reply = admin.get(&format!("{path}{escaped}")).await;
        let page = looked_at(path, &reply);
        assert!(shows(&page) || path.contains("list"), "{path}");
    }
    let mut refused = admin.saying("accept", "application/json");
    for (path, fields) in [
        ("/patients/new", [("family_name", p), ("birth_date", p)]),
        ("/accounts", [("name", p), ("role", p)]),
    ] {
        let reply = refused.post(path, &fields).await;
        looked_at(path, &reply);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_in_the_story_of_a_patient_stay_words() {
    let clinic = Clinic::new().await;
    let mut admin = clinic.signed_in("admin").await;
    let p = PAYLOAD;
    let of = format!("/patients/{}", clinic.seen.patient);
    let picture = small_jpeg();
    let parts = [
        Part::file("photograph", "a.jpg", &picture),
        Part::text("caption", p),
        Part::text("site", p),
        Part::text("taken_on", p),
    ];
    let reply = admin.upload(&format!("{of}/photographs"), &parts).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    looked_at("photograph", &reply);
    let reply = admin.upload(&format!("{of}/photographs"), &parts[..3]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let visit = [
        Part::text("seen_on", "2026-01-02"),
        Part::text("rater", p),
        Part::text("note", p),
        Part::text("event-what", p),
        Part::text("event-severity", "mild"),
        Part::text("event-action", p),
    ];
    assert_eq!(
        admin.upload(&format!("{of}/visits/new"), &visit).await.status,
        StatusCode::SEE_OTHER
    );
    let reply = admin.upload(&format!("{of}/visits/new"), &visit[1..]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(shows(&looked_at("visit", &reply)));
    let plan = format!("{of}/plans/{}", clinic.seen.plan);
    let reply = admin.post(&plan, &[("version", "1"), ("status", p), ("note", p)]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
    looked_at("plan", &admin.post(&plan, &[("version", "2"), ("date", p)]).await);
    let session = format!("{of}/sessions/{}", clinic.seen.session);
    assert_eq!(admin.post(&format!("{session}/reopen"), &[]).await.status, StatusCode::SEE_OTHER);
    let event = [("what", p), ("severity", "severe"), ("action", p)];
    assert_eq!(admin.post(&format!("{session}/event"), &event).await.status, StatusCode::SEE_OTHER);
    for field in [
        "note",
        "lot",
        "zone.0.endpoint",
        "line.Pain",
        "product.0.product",
        "numbing.product",
        "held_on",
        p,
    ] {
        let change = serde_json::json!({ "field": field, "value": PAYLOAD, "was": "" });
        let reply = admin.post_json(&format!("{session}/field"), &change).await;
        looked_at(field, &reply);
        assert!(reply.header("content-type").starts_with("application/json"), "{field}");
    }
    let consultation = [("view", "file"), ("file", p), ("note", p), ("do", "save")];
    looked_at("consultation", &admin.post(&format!("{of}/consultations"), &consultation).await);
    let answers = [
        ("medicine.0.name", p),
        ("title", p),
        ("age", p),
        ("concern.0.kind", p),
        ("concern.0.site", p),
        (p, p),
    ];
    looked_at("screen", &admin.post(&format!("{of}/consultations/screen"), &answers).await);
    let mut save = answers.to_vec();
    save.push(("do", "save"));
    looked_at("save", &admin.post(&format!("{of}/consultations"), &save).await);
    let live = format!("{of}/consultations/{}/live", clinic.seen.consultation);
    let settings = [
        ("device", p),
        ("sessions", "1"),
        ("interval_days", "28"),
        ("needle.smuggled<script>", "1"),
        ("passes.smuggled<script>", "1"),
        ("serum", p),
    ];
    looked_at("live", &admin.post(&live, &settings).await);
    let mut pages = all_pages(&mut admin, &[&of]).await;
    pages.retain(|path, page| path.starts_with(&of) && shows(page));
    assert!(pages.len() >= 6, "{:?}", pages.keys());
    let reply = admin.post("/api/check", &[(p, p)]).await;
    assert!(reply.header("content-type").starts_with("application/json"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_for_somebody_else() {
    let clinic = Clinic::new().await;
    let mut doctor = clinic.signed_in("doctor").await;
    let of = format!("/patients/{}/consultations", clinic.seen.patient);
    let snapshot = clinic.app.practice.snapshot().await.unwrap();
    let kept =
        snapshot.consultations.iter().find(|one| one.id == clinic.seen.consultation).unwrap();
    let rule = &clinic.app.knowledge.rules[0].name;
    let signed =
        format!("\n[[override]]\nrule = \"{rule}\"\nreason = \"because\"\nby = \"admin\"\n");
    let file = format!("{}{signed}", kept.content.file);
    let reply = doctor.post(&of, &[("view", "file"), ("file", &file), ("do", "save")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.text());
    let snapshot = clinic.app.practice.snapshot().await.unwrap();
    assert!(snapshot.consultations.iter().all(|one| !one.content.file.contains("\"admin\"")));
}
