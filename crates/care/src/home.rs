//! Questions about needling at home.

use needlepoint_knowledge::rule::{Part, Rule};
use serde::Serialize;

use crate::{
    book::{Book, SAME_MM, by_itself, careful_side},
    depth::millimetres,
    plan::Because,
};

/// A question and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// What people ask.
    pub question: String,
    /// What is answered, with what it rests on and where sources disagree.
    pub answer: Vec<Because>,
}

/// What people ask, with the heading of the rules that answer it.
const QUESTIONS: [(&str, &str); 5] = [
    ("How long may the needles of a home roller be?", "how-deep"),
    ("How often?", "how-often"),
    ("How do I keep it clean, and when do I throw it away?", "hygiene"),
    ("What may go on the skin afterwards?", "products"),
    ("What is never for home?", "never"),
];
/// Everything that no question names.
const OTHER: &str = "What else is there to know?";

/// Answer the questions about needling at home, by every rule there is.
pub(crate) fn answers(book: Book<'_>) -> Vec<Answer> {
    let rules: Vec<&Rule> = book.part(Part::Home).collect();
    let heading_of = |rule: &Rule| {
        QUESTIONS.iter().position(|(_, topic)| *topic == rule.topic).unwrap_or(QUESTIONS.len())
    };
    let questions = QUESTIONS.iter().map(|(question, _)| *question).chain([OTHER]);
    let mut answers: Vec<Answer> = questions
        .enumerate()
        .map(|(place, question)| {
            let here: Vec<&Rule> =
                rules.iter().copied().filter(|rule| heading_of(rule) == place).collect();
            Answer { question: question.to_owned(), answer: told(&here) }
        })
        .filter(|answer| !answer.answer.is_empty())
        .collect();
    if let Some(wished_mm) = book.consultation.wishes.home_roller_mm
        && let Some(most_mm) = most_mm(&rules)
    {
        let own = if wished_mm <= most_mm + SAME_MM {
            format!(
                "{} is within the careful limit of {}.",
                millimetres(wished_mm),
                millimetres(most_mm)
            )
        } else {
            format!(
                "{} is too long for home: no more than {}. Longer needles belong to somebody trained.",
                millimetres(wished_mm),
                millimetres(most_mm)
            )
        };
        answers.insert(
            0,
            Answer {
                question: format!("Is my roller of {} all right?", millimetres(wished_mm)),
                answer: vec![by_itself(own)],
            },
        );
    }
    answers
}

/// The careful limit for home needles, mm.
fn most_mm(rules: &[&Rule]) -> Option<f64> {
    rules.iter().filter_map(|rule| rule.numbers.most_depth_mm).reduce(f64::min)
}

/// Of rules that disagree the one that asks for the shortest and rarest needling.
fn told(rules: &[&Rule]) -> Vec<Because> {
    careful_side(rules, |rule| {
        let often = rule.numbers.per_week.map(|(_, most)| f64::from(most));
        0.0 - rule.numbers.most_depth_mm.or(often).unwrap_or(0.0)
    })
}
