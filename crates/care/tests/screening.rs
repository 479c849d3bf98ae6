//! What holds of every screening: verdict, dates, questions, overrides.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{collections::BTreeSet, sync::LazyLock};

use jiff::civil::{Date, date};
use needlepoint_care::screening::{Change, Question, Screening, Verdict, screen};
use needlepoint_case::{
    Consultation, Denied, NumbingWish, Place, Setting, StatedCondition, StatedMedicine,
    read_consultation,
};
use needlepoint_knowledge::{Knowledge, condition::Status};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 30);

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(common::knowledge);

/// A woman of 34 years with acne scars of the cheek; `lines` are those of [patient], `rest` follows the concern.
fn consult(lines: &str, rest: &str) -> Consultation {
    let text = format!(
        "[patient]\nage = \"34 years\"\nsex = \"female\"\nphototype = \"III\"\n{lines}\n\
         [[concern]]\nkind = \"acne-scars\"\nsite = \"cheek\"\ndepth = \"0.4 mm\"\nlesion_age = \"3 years\"\n{rest}"
    );
    let (consultation, problems) = read_consultation("patient.toml", &text, &KNOWLEDGE);
    consultation.unwrap_or_else(|| panic!("{}\n{text}", problems.to_lines()))
}

/// The same, where everything that is not listed was denied.
fn asked(history: &str, medicines: &str, rest: &str) -> Screening {
    let lines =
        format!("history = [{history}]\ndenies = \"all-others\"\nmedicines = [{medicines}]");
    screen(&consult(&lines, rest), &KNOWLEDGE, TODAY)
}

fn question<'s>(screening: &'s Screening, about: &str) -> &'s Question {
    let found = screening.questions.iter().find(|question| question.about == about);
    found.unwrap_or_else(|| panic!("{about}: {:?}", screening.questions))
}

#[test]
fn nothing_speaks_against_a_healthy_patient() {
    let screening = asked("", "", "");
    assert_eq!(screening.verdict, Verdict::Go);
    assert!(screening.is_settled() && screening.reasons.is_empty());
}

#[test]
fn the_last_day_counts_unless_one_wait_has_none() {
    let filler = "{ condition = \"dermal-filler\", on = 2026-08-01, site = \"cheek\" }";
    let tan = "{ condition = \"suntan\", on = 2026-11-27 }";
    let both = asked(&format!("{filler}, {tan}"), "", "");
    assert_eq!((both.verdict, both.until), (Verdict::Wait, Some(date(2027, 2, 1))));
    let burnt = asked(&format!("{filler}, \"sunburn\""), "", "");
    assert_eq!((burnt.verdict, burnt.until), (Verdict::Wait, None));
    let referred = asked(&format!("{filler}, \"impaired-healing\""), "", "");
    assert_eq!((referred.verdict, referred.until), (Verdict::Refer, None));
}

#[test]
fn what_happened_twice_counts_from_the_later_day() {
    let twice = asked(
        "{ condition = \"dermal-filler\", on = 2026-10-01, site = \"cheek\" }, \
         { condition = \"dermal-filler\", on = 2026-08-01, site = \"face\" }",
        "",
        "",
    );
    assert_eq!(twice.until, Some(date(2027, 4, 1)));
    assert!(twice.reasons[0].because.contains("2026-10-01"));
    assert!(twice.reasons[0].because.contains("2026-08-01"));
}

#[test]
fn what_is_not_told_is_asked() {
    let filler = asked("\"dermal-filler\"", "", "");
    assert_eq!(filler.verdict, Verdict::Go);
    assert!(!filler.is_settled());
    let asks: Vec<&str> = filler.questions.iter().map(|question| &*question.ask).collect();
    assert_eq!(asks, ["On which sites: filler?", "On which day: filler?"]);

    let sores = asked("\"herpes-labialis\"", "", "");
    assert_eq!(sores.verdict, Verdict::Refer);
    let stands = question(&sores, "herpes-labialis");
    assert_eq!(stands.ask, "How do things stand with cold sores (active, past)?");
    assert_eq!(
        (stands.could_be, &*stands.rules),
        (Verdict::Wait, &["active-herpes-site".to_owned()][..])
    );

    let acne = asked("{ condition = \"active-acne\", site = \"cheek\" }", "", "");
    assert_eq!(acne.verdict, Verdict::Wait);
    assert_eq!(question(&acne, "active-acne").could_be, Verdict::Refer);
    assert!(!acne.is_settled());

    let chemotherapy = asked("{ condition = \"chemotherapy\", status = \"past\" }", "", "");
    assert_eq!(question(&chemotherapy, "chemotherapy").ask, "On which day: chemotherapy?");
}

#[test]
fn nobody_asked_about_medicines() {
    let consultation = consult("denies = \"all-others\"", "");
    let screening = screen(&consultation, &KNOWLEDGE, TODAY);
    let medicines = question(&screening, "medicines");
    assert!(medicines.ask.contains("isotretinoin") && medicines.ask.contains("blood thinner"));
    assert_eq!(medicines.could_be, Verdict::Refer);
    assert!(!screening.is_settled());
}

#[test]
fn a_young_scar_of_unknown_age_is_asked_about() {
    let mut consultation = consult("denies = \"all-others\"\nmedicines = []", "");
    consultation.concerns[0].lesion_age_days = None;
    let screening = screen(&consultation, &KNOWLEDGE, TODAY);
    assert_eq!(
        question(&screening, "lesion_age").ask,
        "For how long have the acne scars been there (cheeks)?"
    );
}

#[test]
fn only_who_may_be_pregnant_is_asked() {
    let mut consultation = consult("medicines = []", "");
    let asks = |consultation: &Consultation| {
        let screening = screen(consultation, &KNOWLEDGE, TODAY);
        screening.questions.iter().any(|question| question.about == "pregnancy")
    };
    assert!(asks(&consultation));
    consultation.patient.age_years = 70.0;
    assert!(!asks(&consultation));
    consultation.patient.age_years = 34.0;
    consultation.patient.sex = needlepoint_skin::Sex::Male;
    assert!(!asks(&consultation));
}

#[test]
fn what_matters_for_numbing_alone_is_not_asked_without_it() {
    let mut consultation = consult("medicines = []", "");
    let asks = |consultation: &Consultation| {
        let screening = screen(consultation, &KNOWLEDGE, TODAY);
        screening.questions.iter().any(|question| question.about == "g6pd-deficiency")
    };
    assert!(asks(&consultation));
    consultation.wishes.numbing = Some(NumbingWish::Without);
    assert!(!asks(&consultation));
}

#[test]
fn a_medicine_makes_one_ask_for_what_it_is_taken_for() {
    let consultation = consult("medicines = [\"metformin\"]", "");
    let screening = screen(&consultation, &KNOWLEDGE, TODAY);
    let ask = &question(&screening, "diabetes").ask;
    assert!(ask.ends_with("(metformin is often taken for it.)"), "{ask}");
    let stated =
        asked("{ condition = \"diabetes\", status = \"controlled\" }", "\"metformin\"", "");
    assert!(stated.is_settled() && stated.questions.is_empty());
}

#[test]
fn an_unknown_medicine_is_named_and_sends_to_a_prescriber() {
    let screening = asked("", "\"isotretinion\", \"xyqzol\"", "");
    assert_eq!(screening.verdict, Verdict::Refer);
    assert_eq!(screening.reasons[0].because, "isotretinion; xyqzol");
    assert!(question(&screening, "xyqzol").ask.starts_with("\"xyqzol\" is not among"));
    assert!(question(&screening, "isotretinion").ask.contains("Was \"isotretinoin\" meant?"));
    assert!(!screening.is_settled());
    let signed =
        "[[override]]\nrule = \"unknown-medicine\"\nby = \"Dr Nobody\"\nreason = \"herbal tea\"\n";
    let known = asked("", "\"xyqzol\"", signed);
    assert_eq!((known.verdict, known.questions.len()), (Verdict::Go, 0));
    assert_eq!(known.overridden[0].verdict, Verdict::Refer);
}

#[test]
fn an_unknown_product_is_asked_about() {
    let wishes = "[wishes]\nproducts = [\"exosomes\", \"vitamin-c\", \"hydrating\"]\n";
    let screening = asked("", "", wishes);
    assert_eq!(screening.questions.len(), 1);
    assert_eq!(question(&screening, "exosomes").could_be, Verdict::GoWithChanges);
    assert!(screening.is_settled());
}

#[test]
fn a_birth_to_come_ends_the_wait() {
    let screening = asked("{ condition = \"pregnancy\", ended = 2027-03-01 }", "", "");
    assert_eq!((screening.verdict, screening.until), (Verdict::Wait, Some(date(2027, 3, 1))));
}

#[test]
fn what_is_to_be_treated_is_there_whatever_is_denied() {
    let mut consultation = consult("denies = \"all-others\"\nmedicines = []", "");
    consultation.concerns[0].kind = needlepoint_knowledge::concern::ConcernKind::Melasma;
    let screening = screen(&consultation, &KNOWLEDGE, TODAY);
    assert_eq!(screening.reasons[0].rule, "pih-history");
    assert_eq!(screening.reasons[0].site.as_deref(), Some("cheek"));
}

#[test]
fn answers_that_cannot_be_true_are_asked_again() {
    let sooner = |history: &str| {
        let screening = asked(history, "", "");
        assert!(!screening.is_settled(), "{history}");
        screening.questions[0].ask.clone()
    };
    let ended = sooner("{ condition = \"chemotherapy\", status = \"past\", ended = 2027-01-01 }");
    assert!(ended.contains("2027-01-01 is still to come"), "{ended}");
    let begun = sooner("{ condition = \"chemotherapy\", status = \"active\", since = 2027-01-01 }");
    assert!(begun.contains("2027-01-01 is still to come"), "{begun}");
    let planned = sooner("{ condition = \"chemotherapy\", status = \"planned\", on = 2026-01-01 }");
    assert!(planned.contains("2026-01-01 has been"), "{planned}");
    let over = sooner("{ condition = \"chemotherapy\", status = \"active\", ended = 2026-01-01 }");
    assert!(over.contains("to have ended"), "{over}");
}

#[test]
fn sessions_end_before_what_is_planned() {
    let later =
        asked("{ condition = \"chemotherapy\", status = \"planned\", on = 2027-06-01 }", "", "");
    assert_eq!((later.verdict, later.until), (Verdict::GoWithChanges, None));
    let Change::AlsoDo { what_to_do, .. } = &later.changes[0] else { panic!("{later:?}") };
    assert!(what_to_do.starts_with("No session after 2027-05-04"), "{what_to_do}");
    let tablets = asked("", "{ name = \"prednisolone\", since = 2027-06-01 }", "");
    assert!(tablets.changes.iter().any(|change| matches!(
        change,
        Change::AlsoDo { rule, .. } if rule == "steroid-medicine-wait"
    )));
}

#[test]
fn changes_name_their_sites() {
    let warts = asked("{ condition = \"warts\", site = [\"cheek\", \"hand\"] }", "", "");
    let leave_out =
        Change::LeaveOut { rule: "warts-moles-raised".into(), sites: vec!["cheek".into()] };
    assert_eq!(warts.changes, [leave_out]);
    assert_eq!(warts.reasons[0].site.as_deref(), Some("cheek"));
    let g6pd = asked("\"g6pd-deficiency\"", "", "");
    let without = Change::OmitNumbing {
        rule: "numb-emla-cautions".into(),
        actives: vec!["prilocaine".into()],
    };
    assert_eq!(g6pd.changes, [without]);
}

#[test]
fn a_rule_about_one_device_holds_where_no_other_is_at_hand() {
    let verdict = |devices: &str| {
        asked("", "\"warfarin\"", &format!("[wishes]\ndevices = [{devices}]\n")).verdict
    };
    assert_eq!(verdict("\"exceed\""), Verdict::DoNotTreat);
    assert_eq!(verdict("\"exceed\", \"skinpen\""), Verdict::Refer);
    assert_eq!(verdict(""), Verdict::Refer);
}

#[test]
fn what_is_set_aside_is_recorded_and_the_rest_of_its_group_still_counts() {
    let signed = "[[override]]\nrule = \"diabetes-uncontrolled\"\nby = \"Dr Nobody\"\nreason = \"seen today\"\n";
    let screening = asked("{ condition = \"diabetes\", status = \"uncontrolled\" }", "", signed);
    assert_eq!(screening.verdict, Verdict::Refer);
    assert!(screening.reasons[0].followed && screening.reasons[0].rule == "diabetes-caution");
    assert_eq!(screening.overridden[0].verdict, Verdict::DoNotTreat);
    let idle = asked("", "", signed);
    assert_eq!(idle.overridden[0].verdict, Verdict::Go);
}

#[test]
fn a_rule_set_aside_asks_no_more() {
    let signed = "[[override]]\nrule = \"bdd-screen\"\nby = \"Dr Nobody\"\nreason = \"seen by a psychologist\"\n";
    let asks = |rest: &str| {
        let screening = screen(&consult("medicines = []", rest), &KNOWLEDGE, TODAY);
        screening.questions.iter().any(|question| question.about == "body-dysmorphic-disorder")
    };
    assert!(asks("") && !asks(signed));
}

#[test]
fn a_medicine_on_other_skin_does_not_count() {
    assert_eq!(asked("", "{ name = \"tretinoin\", site = \"elsewhere\" }", "").reasons.len(), 0);
    let on_the_face = asked("", "{ name = \"tretinoin\", site = \"face\" }", "");
    assert_eq!(on_the_face.verdict, Verdict::GoWithChanges);
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::Site("cheek".to_owned())),
        Just(Place::Site("neck".to_owned())),
        Just(Place::Face),
        Just(Place::Elsewhere),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (-1200i32..400).prop_map(|days| TODAY.saturating_add(jiff::Span::new().days(days)))
}

/// A condition with any of what may be told of it.
fn stated() -> impl Strategy<Value = StatedCondition> {
    let known = prop::sample::select(KNOWLEDGE.conditions.clone());
    let details = (
        prop::option::of(any::<prop::sample::Index>()),
        prop::collection::vec(place(), 0..3),
        prop::option::of(day()),
        prop::option::of(day()),
        prop::option::of(day()),
        prop::option::of(1u32..=4),
    );
    (known, details).prop_map(|(known, (status, sites, since, ended, on, grade))| StatedCondition {
        status: status.map(|at| *at.get(&known.statuses)),
        sites,
        since,
        ended,
        on,
        grade,
        name: known.name,
    })
}

fn medicine() -> impl Strategy<Value = StatedMedicine> {
    let names = KNOWLEDGE.medicines.medicines.iter().map(|known| known.name.clone());
    let name = prop::sample::select(names.chain(["xyqzol".to_owned()]).collect::<Vec<_>>());
    (name, prop::option::of(day()), prop::option::of(day()), prop::collection::vec(place(), 0..2))
        .prop_map(|(name, since, stopped, sites)| StatedMedicine { name, since, stopped, sites })
}

fn denied() -> impl Strategy<Value = Denied> {
    let names: Vec<String> = KNOWLEDGE.conditions.iter().map(|known| known.name.clone()).collect();
    prop_oneof![
        Just(Denied::AllOthers),
        prop::sample::subsequence(names.clone(), 0..names.len()).prop_map(Denied::Listed),
    ]
}

prop_compose! {
    /// Anybody.
    fn anybody()(
        age_years in 0.0..110.0f64,
        phototype in prop::sample::select(needlepoint_skin::Phototype::ALL.to_vec()),
        sex in prop::sample::select(needlepoint_skin::Sex::ALL.to_vec()),
        history in prop::collection::vec(stated(), 0..6),
        medicines in prop::option::of(prop::collection::vec(medicine(), 0..5)),
        denies in denied(),
        site in prop::sample::select(KNOWLEDGE.sites.iter().map(|site| site.name.clone()).collect::<Vec<_>>()),
        kind in prop::sample::select(needlepoint_knowledge::concern::ConcernKind::NAMED.to_vec()),
        lesion_age_days in prop::option::of(0.0..2000.0f64),
        devices in prop::sample::subsequence(vec!["skinpen".to_owned(), "exceed".to_owned()], 0..=2),
        roller in prop::option::of(0.1..2.0f64),
        home in prop::option::of(any::<bool>()),
    ) -> Consultation {
        let mut consultation = consult("", "");
        let patient = &mut consultation.patient;
        (patient.age_years, patient.phototype, patient.sex) = (age_years, phototype, sex);
        (patient.history, patient.medicines, patient.denies) = (history, medicines, denies);
        let concern = &mut consultation.concerns[0];
        (concern.site, concern.kind, concern.lesion_age_days) = (site, kind.1, lesion_age_days);
        consultation.wishes.devices = devices;
        consultation.wishes.home_roller_mm = roller;
        consultation.wishes.setting = home.map(|home| if home { Setting::Home } else { Setting::Clinic });
        consultation
    }
}

fn screened(consultation: &Consultation) -> Screening {
    screen(consultation, &KNOWLEDGE, TODAY)
}

/// What does not depend on the order of lists.
fn gist(screening: &Screening) -> impl PartialEq + std::fmt::Debug + use<> {
    let reasons: BTreeSet<_> = screening
        .reasons
        .iter()
        .map(|reason| {
            (reason.rule.clone(), reason.followed, reason.until.map(|day| day.to_string()))
        })
        .collect();
    let questions: BTreeSet<_> = screening
        .questions
        .iter()
        .map(|question| (question.about.clone(), question.could_be))
        .collect();
    (screening.verdict, screening.until, reasons, questions)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_verdict_is_that_of_the_most_careful_reason_followed(consultation in anybody()) {
        let screening = screened(&consultation);
        let followed = screening.reasons.iter().filter(|reason| reason.followed);
        prop_assert_eq!(screening.verdict, followed.map(|reason| reason.verdict).max().unwrap_or(Verdict::Go));
        prop_assert!(screening.until.is_none() || screening.verdict == Verdict::Wait);
        prop_assert!(screening.until.is_none_or(|until| until > TODAY));
        prop_assert!(screening.reasons.iter().all(|reason| !reason.because.is_empty()));
        prop_assert!(screening.questions.iter().all(|question| question.ask.contains('?')));
    }

    #[test]
    fn an_adverse_answer_never_makes_the_verdict_milder(consultation in anybody(), one in stated(), other in medicine()) {
        let before = screened(&consultation).verdict;
        let mut ill = consultation.clone();
        ill.patient.history.push(one);
        prop_assert!(screened(&ill).verdict >= before);
        let mut taking = consultation;
        taking.patient.medicines.get_or_insert_default().push(other);
        prop_assert!(screened(&taking).verdict >= before);
    }

    #[test]
    fn order_does_not_matter(consultation in anybody()) {
        let mut turned = consultation.clone();
        turned.patient.history.reverse();
        turned.patient.medicines.iter_mut().for_each(|medicines| medicines.reverse());
        if let Denied::Listed(names) = &mut turned.patient.denies {
            names.reverse();
        }
        turned.wishes.devices.reverse();
        prop_assert_eq!(gist(&screened(&consultation)), gist(&screened(&turned)));
    }

    #[test]
    fn denying_changes_questions_and_no_verdict(consultation in anybody()) {
        let before = screened(&consultation);
        let mut denying = consultation;
        denying.patient.denies = Denied::AllOthers;
        let after = screened(&denying);
        prop_assert_eq!((before.verdict, before.until), (after.verdict, after.until));
    }

    #[test]
    fn a_question_says_the_most_careful_verdict_it_could_bring(consultation in anybody(), one in stated()) {
        let before = screened(&consultation);
        let about = |question: &&Question| question.about == one.name;
        let Some(could_be) = before.questions.iter().filter(about).map(|question| question.could_be).max() else {
            return Ok(());
        };
        let mut answered = consultation.clone();
        answered.patient.history.push(one);
        prop_assert!(screened(&answered).verdict <= could_be.max(before.verdict));
    }

    #[test]
    fn what_is_not_told_of_a_condition_is_asked_where_it_matters(consultation in anybody(), at in any::<prop::sample::Index>(), status in any::<prop::sample::Index>(), grade in 1u32..=4) {
        prop_assume!(!consultation.patient.history.is_empty());
        let before = screened(&consultation);
        let mut answered = consultation;
        let at = at.index(answered.patient.history.len());
        let entry = &mut answered.patient.history[at];
        let known = KNOWLEDGE.condition(&entry.name).unwrap();
        let open: Vec<Status> = known.statuses.iter().copied().filter(|status| *status != Status::Planned).collect();
        let undated = entry.since.is_none() && entry.ended.is_none() && entry.on.is_none();
        let asks_status = known.details.contains(&needlepoint_knowledge::condition::Detail::Status);
        if entry.status.is_none() && undated && asks_status && !open.is_empty() {
            entry.status = Some(*status.get(&open));
        }
        entry.grade.get_or_insert(grade);
        if entry.sites.is_empty() {
            entry.sites.push(Place::Site(answered.concerns[0].site.clone()));
        }
        let could_be = before.questions.iter().map(|question| question.could_be).max();
        prop_assert!(screened(&answered).verdict <= before.verdict.max(could_be.unwrap_or(Verdict::Go)));
    }
}
