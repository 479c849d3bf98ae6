//! The pages of a consultation as somebody fills them in.

use std::sync::Arc;

use axum::{body::to_bytes, http::header::LOCATION, response::IntoResponse};
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{Author, Practice, Role, clinical::RecordedSex};
use tempfile::TempDir;

use super::*;
use crate::{options::ServeOptions, server, tests::practice::options};

struct Clinic {
    app: App,
    patient: Id,
    doctor: Visitor,
    _folder: TempDir,
}

fn visitor(account: &str, role: Role) -> Visitor {
    Visitor { account: account.to_owned(), role }
}

async fn clinic() -> Clinic {
    let folder = tempfile::tempdir().unwrap();
    let options = ServeOptions { demo: false, ..options(folder.path()) };
    let practice = Practice::open(&options.database, &options.key).await.unwrap();
    let patient = Patient {
        family_name: "Made".to_owned(),
        given_name: "Up".to_owned(),
        birth_date: Some(today().saturating_sub(jiff::Span::new().years(34).days(1))),
        sex: Some(RecordedSex::Female),
        phone: None,
        email: None,
        note: None,
        fictitious: true,
        confidential_to: Vec::new(),
    };
    let patient = practice.create(&Author::new("doctor"), &patient).await.unwrap().id;
    let knowledge = Arc::new(Knowledge::embedded().unwrap());
    let (app, _) = server::app(&options, practice, knowledge).unwrap();
    Clinic { app, patient, doctor: visitor("doctor", Role::Practitioner), _folder: folder }
}

impl Clinic {
    async fn create(&self, fields: &[(&str, &str)]) -> Response {
        let (app, doctor) = (State(self.app.clone()), self.doctor.clone());
        let answer = create(app, doctor, Path(self.patient), form(fields)).await;
        answer.unwrap_or_else(IntoResponse::into_response)
    }

    async fn save(&self, consultation: Id, fields: &[(&str, &str)]) -> Response {
        let (app, doctor) = (State(self.app.clone()), self.doctor.clone());
        let answer = save(app, doctor, Path((self.patient, consultation)), form(fields)).await;
        answer.unwrap_or_else(IntoResponse::into_response)
    }

    async fn show(&self, visitor: Visitor, consultation: Id) -> String {
        let path = Path((self.patient, consultation));
        let shown = show(State(self.app.clone()), visitor, path, Query(Saved { saved: false }));
        text(shown.await.unwrap()).await
    }

    async fn screen(&self, fields: &[(&str, &str)]) -> String {
        let (app, doctor) = (State(self.app.clone()), self.doctor.clone());
        screen(app, doctor, Path(self.patient), form(fields)).await.unwrap().0
    }

    async fn kept(&self) -> Vec<Document<Consultation>> {
        latest_first(&self.app, self.patient).await.unwrap()
    }
}

fn form(fields: &[(&str, &str)]) -> Pairs {
    Form(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 16 * 1024 * 1024).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

const ANSWERS: [(&str, &str); 11] = [
    ("assessed", "2026-11-30"),
    ("age", "34"),
    ("sex", "female"),
    ("phototype", "II"),
    ("all_others", "yes"),
    ("medicines", "none"),
    ("concern.0.kind", "acne-scars"),
    ("concern.0.site", "cheek"),
    ("concern.0.depth", "0.4"),
    ("concern.0.lesion_age", "6"),
    ("note", "came early"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [more, ANSWERS.as_slice()].concat()
}

#[tokio::test]
async fn a_new_consultation_knows_age_and_sex_and_nothing_else() {
    let clinic = clinic().await;
    let (app, doctor) = (State(clinic.app.clone()), clinic.doctor.clone());
    let page = new(app, doctor, Path(clinic.patient), Query(From { from: None })).await.unwrap();
    let page = text(page).await;
    assert!(page.contains(r#"name="age" value="34""#));
    assert!(page.contains(r#"type="radio" name="sex" value="female" checked"#));
    assert!(page.contains(r#"type="radio" name="phototype" value="" checked"#));
    assert!(clinic.kept().await.is_empty());
}

#[tokio::test]
async fn it_is_kept_with_day_verdict_and_note_and_shown_again() {
    let clinic = clinic().await;
    let answer = clinic.create(&with(&[("do", "save")])).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let kept = clinic.kept().await.remove(0);
    assert_eq!(kept.content.held_on.to_string(), "2026-11-30");
    assert_eq!(kept.content.verdict.as_deref(), Some("go"));
    assert_eq!(kept.content.note.as_deref(), Some("came early"));
    let page = clinic.show(clinic.doctor.clone(), kept.id).await;
    assert!(page.contains(&format!("/consultations/{}/plan", kept.id)));
    assert!(page.contains(r#"name="concern.0.depth" value="0.4""#));
    assert!(page.contains(r#"name="version" value="1""#));
}

#[tokio::test]
async fn who_may_not_decide_reads_and_changes_nothing() {
    let clinic = clinic().await;
    clinic.create(&with(&[("do", "save")])).await;
    let kept = clinic.kept().await.remove(0);
    let reader = visitor("reader", Role::ReadOnly);
    let page = clinic.show(reader.clone(), kept.id).await;
    assert!(page.contains("<fieldset class=\"whole\" disabled>"));
    assert!(!page.contains("value=\"save\""));
    assert!(page.contains(&clinic.app.words.say("consult-read-only")));
    let of_doctor = clinic.show(clinic.doctor.clone(), kept.id).await;
    assert!(!of_doctor.contains(&clinic.app.words.say("consult-read-only")));
    let path = Path((clinic.patient, kept.id));
    let refused = save(State(clinic.app.clone()), reader.clone(), path, form(&ANSWERS)).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
    let patient = Path(clinic.patient);
    let refused = create(State(clinic.app.clone()), reader, patient, form(&ANSWERS)).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
}

#[tokio::test]
async fn who_was_slower_keeps_what_was_typed_and_decides() {
    let clinic = clinic().await;
    clinic.create(&with(&[("do", "save")])).await;
    let id = clinic.kept().await[0].id;
    let first = clinic.save(id, &with(&[("do", "save"), ("version", "1")])).await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    let slower = with(&[("do", "save"), ("version", "1"), ("weight", "71.5")]);
    let answer = clinic.save(id, &slower).await;
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let page = text(answer).await;
    assert!(page.contains(r#"name="weight" value="71.5""#));
    assert!(page.contains(r#"name="version" value="2""#));
    assert!(!clinic.kept().await[0].content.file.contains("71.5"));
}

#[tokio::test]
async fn screening_stores_nothing_and_tells_a_pregnant_patient_to_wait() {
    let clinic = clinic().await;
    let panel = clinic.screen(&with(&[("history.pregnancy", "yes")])).await;
    assert!(panel.contains(r#"class="verdict wait""#), "{panel}");
    assert!(panel.contains("Because of: pregnancy"));
    // A rule that can't be set aside offers no button for it.
    let of_rule = clinic.app.knowledge.rule("pregnancy").unwrap();
    assert!(of_rule.fixed && !panel.contains("set-aside:pregnancy"));
    assert!(clinic.kept().await.is_empty());
}

#[tokio::test]
async fn what_can_not_be_read_stays_in_its_field_and_is_marked_there() {
    let clinic = clinic().await;
    let scale = ("concern.0.scale", "goodman-baron-quantitative");
    let acne = ("history.active-acne", "yes");
    let medicine = ("medicine.0.name", "warfarin");
    for (field, typed, beside) in [
        ("concern.0.score", "1e9", scale),
        ("concern.0.score", "seven", scale),
        ("concern.0.score", "-3", scale),
        ("concern.0.depth", "deep", scale),
        ("concern.0.depth", "1e9", scale),
        ("concern.0.width", "2 parsecs", scale),
        ("concern.0.boxcar", "half", scale),
        ("concern.0.lesion_age", "long", scale),
        ("age", "1e9", scale),
        ("weight", "heavy", scale),
        ("assessed", "yesterday", scale),
        ("downtime", "a few", scale),
        ("home_roller", "thin", scale),
        ("history.active-acne.0.grade", "2.5", acne),
        ("history.active-acne.0.grade", "many", acne),
        ("medicine.0.since", "long ago", medicine),
    ] {
        let mut fields = vec![("do", "save"), (field, typed), beside];
        // A score needs its scale, and a scale its score.
        if beside == scale && field != "concern.0.score" {
            fields.push(("concern.0.score", "3"));
        }
        let taken = |name: &str| fields.iter().any(|(given, _)| *given == name);
        let others: Vec<_> = ANSWERS.into_iter().filter(|(name, _)| !taken(name)).collect();
        let others =
            others.into_iter().filter(|(name, _)| beside != medicine || *name != "medicines");
        let fields: Vec<_> = fields.iter().copied().chain(others).collect();
        let saved = clinic.create(&fields).await;
        assert_eq!(saved.status(), StatusCode::SEE_OTHER, "{field} {typed}");
        let address = saved.headers()[LOCATION].to_str().unwrap().to_owned();
        let mut kept = clinic.kept().await.into_iter();
        let kept = kept.find(|one| address.contains(&one.id.to_string())).unwrap();
        assert_eq!(kept.content.verdict, None, "{field} {typed}");
        let page = saved_page(&clinic, kept.id).await;
        assert!(!page.contains("<textarea class=\"file\""), "{field} {typed}");
        assert!(page.contains("without a verdict"), "{field} {typed}");
        assert!(page.contains(&format!("value=\"{typed}\"")), "{field} {typed}");
        let marked = format!("aria-invalid=\"true\" aria-describedby=\"wrong.{field}\"");
        assert!(page.contains(&marked), "{field} {typed}");
        assert!(page.contains(&format!("<p class=\"wrong\" id=\"wrong.{field}\">")), "{field}");
        assert!(page.contains(&format!("<li data-field=\"{field}\">")), "{field} {typed}");
    }
}

async fn saved_page(clinic: &Clinic, consultation: Id) -> String {
    let (app, doctor) = (State(clinic.app.clone()), clinic.doctor.clone());
    let path = Path((clinic.patient, consultation));
    text(show(app, doctor, path, Query(Saved { saved: true })).await.unwrap()).await
}

#[tokio::test]
async fn nothing_is_set_aside_without_a_reason() {
    let clinic = clinic().await;
    let rule = ("override.0.rule", "isotretinoin-6mo");
    let signed = ("override.0.by", "doctor");
    let without = with(&[("do", "save"), rule, signed, ("weight", "71.5")]);
    let refused = clinic.create(&without).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(refused).await;
    assert!(page.contains(&clinic.app.words.say("consult-reason-needed")));
    assert!(page.contains(r#"name="override.0.rule" value="isotretinoin-6mo""#));
    assert!(page.contains(r#"name="weight" value="71.5""#));
    assert!(page.contains(r#"aria-describedby="wrong.override.0.reason""#));
    assert!(clinic.kept().await.is_empty());
    // As a file it would be gone as well.
    let as_file = text(clinic.create(&with(&[("do", "as-file"), rule, signed])).await).await;
    assert!(!as_file.contains("<textarea class=\"file\""));
    // One that was given may not be emptied either.
    let given = with(&[("do", "save"), rule, signed, ("override.0.reason", "the face alone")]);
    assert_eq!(clinic.create(&given).await.status(), StatusCode::SEE_OTHER);
    let kept = clinic.kept().await.remove(0);
    let emptied = [("version", "1"), ("override.0.reason", "  ")];
    let emptied = [emptied.as_slice(), &without].concat();
    assert_eq!(clinic.save(kept.id, &emptied).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clinic.kept().await[0].content.file.contains("the face alone"));
}

#[tokio::test]
async fn what_is_not_followed_is_another_opinion_and_nothing_to_set_aside() {
    let clinic = clinic().await;
    let past = ("history.herpes-labialis.0.status", "past");
    let panel = clinic.screen(&with(&[("history.herpes-labialis", "yes"), past])).await;
    let rule = clinic.app.knowledge.rule("herpes-history-avoid").unwrap();
    assert!(rule.minority && !rule.fixed);
    let (followed, others) =
        panel.split_once(&clinic.app.words.say("consult-other-opinions")).unwrap();
    assert!(others.contains(&rule.says) && !followed.contains(&rule.says), "{panel}");
    assert!(others.contains("mark unfollowed") && others.contains("Not followed"), "{others}");
    assert!(!others.contains("set-aside:"), "{others}");
}

#[tokio::test]
async fn a_long_question_is_a_short_link_and_the_rest_folded() {
    let clinic = clinic().await;
    let unasked: Vec<_> = ANSWERS.into_iter().filter(|(name, _)| *name != "medicines").collect();
    let panel = clinic.screen(&unasked).await;
    let link = "lately?</a><details data-keep=\"medicines\">";
    assert!(panel.contains(link), "{panel}");
    assert!(panel.contains("<li>Do you take aspirin"), "{panel}");
}

#[tokio::test]
async fn sites_are_asked_only_where_the_knowledge_asks_for_them() {
    let clinic = clinic().await;
    let place = |condition: &str| format!("name=\"history.{condition}.0.place\"");
    let page = text(clinic.create(&ANSWERS).await).await;
    assert!(page.contains(&place("active-acne")));
    assert!(!page.contains(&place("heart-disease")));
    // What is told all the same is not lost.
    let told = with(&[("history.heart-disease", "yes"), ("history.heart-disease.0.place", "face")]);
    assert!(text(clinic.create(&told).await).await.contains(&place("heart-disease")));
}

#[tokio::test]
async fn a_site_is_pressed_and_pressed_again_and_nothing_that_was_told_is_lost() {
    let clinic = clinic().await;
    let pressed = clinic.create(&[("do", "site:nose"), ("age", "30")]).await;
    assert_eq!(pressed.status(), StatusCode::OK);
    let page = text(pressed).await;
    assert!(page.contains(r#"<fieldset class="concern" id="concern.0" data-site="nose""#));
    assert!(page.contains(r#"name="age" value="30""#));
    let again = clinic.create(&[("do", "site:nose"), ("concern.0.site", "nose")]).await;
    assert!(!text(again).await.contains(r#"id="concern.0""#));
    let told = [("do", "site:nose"), ("concern.0.site", "nose"), ("concern.0.kind", "pores")];
    assert!(text(clinic.create(&told).await).await.contains(r#"id="concern.0""#));
    assert!(clinic.kept().await.is_empty());
}

#[tokio::test]
async fn answers_of_an_earlier_day_are_confirmed_before_they_are_kept() {
    let clinic = clinic().await;
    let signed = [
        ("do", "save"),
        ("override.0.rule", "isotretinoin-6mo"),
        ("override.0.by", "somebody else"),
        ("override.0.reason", "the face alone"),
    ];
    clinic.create(&with(&signed)).await;
    let first = clinic.kept().await.remove(0);
    // Who saves signs, whatever the form says.
    assert!(first.content.file.contains("by = \"doctor\""));
    let (app, doctor) = (State(clinic.app.clone()), clinic.doctor.clone());
    let from = Query(From { from: Some(first.id) });
    let page = text(new(app, doctor, Path(clinic.patient), from).await.unwrap()).await;
    assert!(page.contains(r#"name="concern.0.depth" value="0.4""#));
    assert!(!page.contains("the face alone"));
    let from = first.id.to_string();
    let unconfirmed = with(&[("do", "save"), ("from", &from)]);
    assert_eq!(clinic.create(&unconfirmed).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let confirmed = with(&[("do", "save"), ("from", &from), ("confirmed", "yes")]);
    assert_eq!(clinic.create(&confirmed).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(clinic.kept().await.len(), 2);
}

#[tokio::test]
async fn a_file_as_text_is_kept_as_it_is_and_nobody_signs_for_others() {
    let clinic = clinic().await;
    let broken = [("do", "save"), ("view", "file"), ("file", "# a note\r\n[patient\nage = 3")];
    assert_eq!(clinic.create(&broken).await.status(), StatusCode::SEE_OTHER);
    let kept = clinic.kept().await.remove(0);
    assert_eq!(kept.content.file, "# a note\n[patient\nage = 3");
    assert_eq!(kept.content.verdict, None);
    let page = clinic.show(clinic.doctor.clone(), kept.id).await;
    assert!(page.contains("<textarea class=\"file\""));
    assert!(page.contains("Line 2:"));
    let file = "[patient]\nage = \"30 years\"\nsex = \"male\"\nphototype = \"II\"\n\
                [[concern]]\nkind = \"pores\"\nsite = \"nose\"\nexcess_area = \"50 %\"\n\
                [[override]]\nrule = \"isotretinoin-6mo\"\nby = \"Dr Other\"\nreason = \"x\"\n";
    let foreign = [("do", "save"), ("view", "file"), ("file", file)];
    let answer = clinic.create(&foreign).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let own = file.replace("Dr Other", "doctor");
    let own = clinic.create(&[("do", "save"), ("view", "file"), ("file", &own)]).await;
    assert_eq!(own.status(), StatusCode::SEE_OTHER);
}

const SMUGGLED: &str = "\"'><script>alert(1)</script>";

#[tokio::test]
async fn whatever_is_typed_is_told_back_as_text() {
    const NAMES: [&str; 36] = [
        "assessed",
        "age",
        "weight",
        "sex",
        "phototype",
        "smoker",
        "sun_exposure",
        "history.eczema.0.status",
        "history.eczema.0.on",
        "history.eczema.0.place",
        "history.active-acne.0.grade",
        "all_others",
        "medicines",
        "medicine.0.name",
        "medicine.0.since",
        "medicine.0.place",
        "concern.0.kind",
        "concern.0.site",
        "concern.0.depth",
        "concern.0.scale",
        "concern.0.score",
        "concern.0.boxcar",
        "concern.0.pigment_depth",
        "concern.0.lesion_age",
        "concern.0.lesion_age_unit",
        "device",
        "product",
        "product_more",
        "numbing",
        "downtime",
        "home_roller",
        "setting",
        "override.0.rule",
        "override.0.by",
        "override.0.reason",
        "note",
    ];
    let clinic = clinic().await;
    let mut fields: Vec<(&str, &str)> = NAMES.iter().map(|name| (*name, SMUGGLED)).collect();
    fields.extend([("history.eczema", "yes"), ("history.active-acne", "yes")]);
    let kept = toml::Table::from_iter([("x".to_owned(), SMUGGLED.into())]).to_string();
    fields.push(("kept", &kept));
    let as_file = [&[("do", "as-file")], fields.as_slice()].concat();
    let mut answers = vec![
        text(clinic.create(&fields).await).await,
        text(clinic.create(&as_file).await).await,
        clinic.screen(&fields).await,
        clinic.screen(&[("view", "file"), ("file", SMUGGLED)]).await,
        text(clinic.create(&[("do", SMUGGLED), ("view", "file"), ("file", SMUGGLED)]).await).await,
    ];
    // One at a time beside answers that can be read, so that reasons and questions tell it back too.
    for name in ["medicine.0.name", "product_more", "override.0.reason", "override.0.by"] {
        let others: Vec<(&str, &str)> =
            ANSWERS.into_iter().filter(|(name, _)| *name != "medicines").collect();
        let rule = [
            ("override.0.rule", "unknown-medicine"),
            ("override.0.by", "doctor"),
            ("override.0.reason", "because"),
        ];
        let rule = if name.starts_with("override") { rule.as_slice() } else { &[] };
        let fields = [&[(name, SMUGGLED)], rule, &others].concat();
        let panel = clinic.screen(&fields).await;
        assert!(panel.contains("&lt;script&gt;"), "{name} {panel}");
        answers.push(panel);
        answers.push(text(clinic.create(&fields).await).await);
    }
    for answer in answers {
        assert!(!answer.contains("<script>alert"), "{answer}");
    }
}

#[tokio::test]
async fn a_form_that_did_not_arrive_whole_is_told() {
    let clinic = clinic().await;
    let kept = clinic.create(&with(&[("do", "save"), ("kept", "[[[")])).await;
    assert_eq!(kept.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clinic.kept().await.is_empty());
}
