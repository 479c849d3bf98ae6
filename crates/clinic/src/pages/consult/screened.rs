//! The answers held against the rules: what is wrong with them, or what they mean.

use jiff::civil::Date;
use needlepoint_care::{
    chosen::{Offer, offer},
    screening::Verdict,
};
use needlepoint_case::{Consultation, read_consultation};
use needlepoint_knowledge::{Knowledge, problem::Severity};

use super::{
    answers::Answers,
    file::{self, Written},
};

/// How a verdict is kept with a consultation.
const VERDICTS: [(Verdict, &str); 5] = [
    (Verdict::Go, "go"),
    (Verdict::GoWithChanges, "go-with-changes"),
    (Verdict::Wait, "wait"),
    (Verdict::Refer, "refer"),
    (Verdict::DoNotTreat, "do-not-treat"),
];

/// Something that is missing or wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// The field it is about; empty if about none.
    pub(super) field: String,
    /// What is missing: a key, or `concern`; none if something that is there is wrong.
    pub(super) missing: Option<String>,
    /// The reader's own words.
    pub(super) message: String,
    /// What to write instead.
    pub(super) help: Option<String>,
    /// Line of the file, from 1.
    pub(super) line: usize,
    /// It stops the screening.
    pub(super) stops: bool,
}

/// What the answers come to.
#[derive(Debug)]
pub(super) struct Screened {
    /// What is wrong with them.
    pub(super) troubles: Vec<Trouble>,
    /// What they mean, as far as they are told to the end; none while they can't be read.
    pub(super) offer: Option<Offer>,
    /// What was read; none while something is missing or wrong.
    pub(super) consultation: Option<Consultation>,
}

impl Screened {
    /// The verdict as it is kept.
    pub(super) fn verdict(&self) -> Option<String> {
        self.consultation.as_ref()?;
        let verdict = self.offer.as_ref()?.screening.verdict;
        VERDICTS.iter().find(|(known, _)| *known == verdict).map(|(_, name)| (*name).to_owned())
    }

    /// A field in which something is missing that can't be saved without.
    pub(super) fn lacks(&mut self, field: &str, message: String) {
        let field = field.to_owned();
        self.troubles.push(Trouble {
            field,
            missing: None,
            message,
            help: None,
            line: 0,
            stops: true,
        });
    }

    /// Whether an answer is there that can't be right.
    pub(super) fn has_wrong_answers(&self) -> bool {
        self.troubles.iter().any(|one| one.stops && one.missing.is_none())
    }

    /// What is wrong with one field.
    pub(super) fn wrong(&self, field: &str) -> Option<&Trouble> {
        self.troubles.iter().find(|trouble| trouble.field == field && trouble.missing.is_none())
    }
}

/// Screen what a form says.
///
/// # Errors
/// A sentence, when the form did not arrive whole.
pub(super) fn of_form(
    answers: &Answers,
    knowledge: &Knowledge,
    today: Date,
) -> Result<Screened, String> {
    let mut screened = of_text(&file::write(answers)?, knowledge, today);
    for trouble in &mut screened.troubles {
        trouble.message = without_keys(&trouble.message);
        trouble.help = trouble.help.as_deref().map(without_keys);
    }
    if screened.offer.is_none() {
        screened.offer = so_far(answers, &screened.troubles, knowledge, today);
    }
    Ok(screened)
}

/// What the reader says of a file, for somebody who sees a form: keys are words there.
fn without_keys(message: &str) -> String {
    let words = message.split('`').enumerate().map(|(at, part)| {
        // Every other part stood between backticks.
        if at % 2 == 1 { part.replace('_', " ") } else { part.to_owned() }
    });
    let words: String = words.collect();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The screening without concerns that are not told to the end; none if nothing is left, or if something is wrong.
fn so_far(
    answers: &Answers,
    troubles: &[Trouble],
    knowledge: &Knowledge,
    today: Date,
) -> Option<Offer> {
    let mut told = answers.clone();
    for trouble in troubles.iter().filter(|trouble| trouble.stops) {
        trouble.missing.as_ref()?;
        told.remove(trouble.field.rsplit_once('.')?.0);
    }
    of_text(&file::write(&told).ok()?, knowledge, today).offer
}

/// Screen what a file says.
pub(super) fn of_file(file: &str, knowledge: &Knowledge, today: Date) -> Screened {
    let written = Written { text: file.to_owned(), places: Vec::new() };
    of_text(&written, knowledge, today)
}

fn of_text(written: &Written, knowledge: &Knowledge, today: Date) -> Screened {
    let (consultation, problems) = read_consultation("consultation", &written.text, knowledge);
    let lines = problems.placed();
    let troubles = problems
        .in_order()
        .into_iter()
        .zip(lines)
        .map(|(problem, placed)| {
            let (field, missing) = place(written.field_at(problem.span.start), &problem.message);
            Trouble {
                field,
                missing,
                message: problem.message.clone(),
                help: problem.help.clone(),
                line: placed.line,
                stops: problem.severity == Severity::Error,
            }
        })
        .collect();
    let offer = consultation.as_ref().map(|read| offer(read, knowledge, today));
    Screened { troubles, offer, consultation }
}

/// The field a problem is about, and what is missing there, if something is.
fn place(field: &str, message: &str) -> (String, Option<String>) {
    if message.contains(" has no [[concern]]") || message.contains("there is no concern") {
        return ("concerns".to_owned(), Some("concern".to_owned()));
    }
    if message.contains(" has no [patient]") {
        return ("age".to_owned(), Some("age".to_owned()));
    }
    if message.ends_with(" does not say how severe it is") {
        return (format!("{field}.scale"), Some("severity".to_owned()));
    }
    let key = message.split_once(" has no `").and_then(|(_, rest)| rest.split_once('`'));
    match key {
        Some((key, _)) if field == "patient" => (key.to_owned(), Some(key.to_owned())),
        Some((key, "")) => (format!("{field}.{key}"), Some(key.to_owned())),
        _ => (field.to_owned(), None),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn screened(pairs: &[(&str, &str)]) -> Screened {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let answers = Answers::sent(pairs.collect()).unwrap();
        let knowledge = Knowledge::embedded().unwrap();
        of_form(&answers, &knowledge, date(2026, 11, 30)).unwrap()
    }

    const ANSWERED: [(&str, &str); 8] = [
        ("age", "30"),
        ("sex", "female"),
        ("phototype", "II"),
        ("all_others", "yes"),
        ("medicines", "none"),
        ("concern.0.kind", "acne-scars"),
        ("concern.0.site", "cheek"),
        ("concern.0.depth", "0.4"),
    ];

    #[test]
    fn an_empty_form_says_what_is_missing_and_where() {
        let missing = |pairs: &[(&str, &str)]| -> Vec<String> {
            screened(pairs).troubles.into_iter().map(|trouble| trouble.field).collect()
        };
        assert_eq!(missing(&[]), ["concerns", "age", "sex", "phototype"]);
        let begun =
            [("age", "30"), ("sex", "male"), ("phototype", "II"), ("concern.5.site", "nose")];
        assert_eq!(missing(&begun), ["concern.5.kind"]);
        let kind = [begun.as_slice(), &[("concern.5.kind", "pores")]].concat();
        assert_eq!(missing(&kind), ["concern.5.scale"]);
        let scale = [kind.as_slice(), &[("concern.5.scale", "pore-grade")]].concat();
        assert_eq!(missing(&scale), ["concern.5.score"]);
    }

    #[test]
    fn a_pregnant_patient_is_not_treated_now() {
        let healthy = screened(&ANSWERED);
        assert_eq!(healthy.verdict().as_deref(), Some("go"));
        let pregnant = screened(&[ANSWERED.as_slice(), &[("history.pregnancy", "yes")]].concat());
        assert_eq!(pregnant.verdict().as_deref(), Some("wait"));
        let offer = pregnant.offer.unwrap();
        assert!(offer.plan.is_none());
        assert!(offer.screening.reasons.iter().any(|reason| reason.rule == "pregnancy"));
        assert_eq!(offer.screening.until, None);
    }

    #[test]
    fn a_concern_that_is_not_told_to_the_end_does_not_hide_what_is_known() {
        let pregnant = [ANSWERED.as_slice(), &[("history.pregnancy", "yes")]].concat();
        let more = screened(&[pregnant.as_slice(), &[("concern.1.site", "nose")]].concat());
        assert_eq!(more.offer.as_ref().unwrap().screening.verdict, Verdict::Wait);
        // It is not kept as the verdict: the file as a whole can't be read.
        assert_eq!(more.verdict(), None);
        let wrong = screened(&[pregnant.as_slice(), &[("weight", "heavy")]].concat());
        assert!(wrong.offer.is_none());
    }

    #[test]
    fn a_rule_is_set_aside_only_with_a_reason() {
        let isotretinoin = [
            ANSWERED.as_slice(),
            &[
                ("assessed", "2026-11-30"),
                ("medicines", "some"),
                ("medicine.0.name", "isotretinoin"),
                ("medicine.0.stopped", "2026-09-30"),
                ("override.0.rule", "isotretinoin-6mo"),
                ("override.0.by", "doctor"),
            ],
        ]
        .concat();
        let isotretinoin: Vec<_> =
            isotretinoin.into_iter().filter(|pair| *pair != ("medicines", "none")).collect();
        assert_eq!(screened(&isotretinoin).verdict().as_deref(), Some("wait"));
        let signed = [isotretinoin.as_slice(), &[("override.0.reason", "face only")]].concat();
        assert_ne!(screened(&signed).verdict().as_deref(), Some("wait"));
    }
}
