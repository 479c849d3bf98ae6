//! The whole answer for programs.

use needlepoint_care::screening::{Overridden, Reason};
use needlepoint_knowledge::Knowledge;
use serde_json::{Map, Value, json};

use super::{
    CareInput,
    references::{References, citation},
    words,
};

/// The plan as JSON: verdict, reasons, questions, plan, alternatives and all else that the documents tell.
///
/// Keys are in the order of the alphabet, so that the same patient gives the same bytes.
pub fn care_json(input: &CareInput<'_>) -> String {
    let care = input.care;
    let screening = &care.screening;
    let knowledge = input.knowledge;
    let answer = json!({
        "format": "needlepoint-plan/1",
        "not_a_medical_device": true,
        "provenance": input.provenance,
        "title": input.title,
        "assessed": care.assessed,
        "warnings": input.warnings,
        "verdict": screening.verdict,
        "until": screening.until,
        // A yes that still hangs on an answer is none.
        "hangs_on_answers": words::is_open(screening),
        "reasons": screening.reasons.iter().map(|r| reason(r, knowledge)).collect::<Vec<_>>(),
        "questions": screening.questions,
        "overridden": screening.overridden.iter().map(overridden).collect::<Vec<_>>(),
        "changes": screening.changes,
        "plan": care.plan,
        "instead": care.instead,
        "alternatives": care.alternatives,
        "sessions": care.sessions,
        "aftercare": care.aftercare,
        "red_flags": care.red_flags,
        "consent": care.consent,
        "letter": care.letter,
        "home": care.home,
        "sources": sources(&References::of(care), knowledge),
    });
    format!("{answer:#}\n")
}

fn reason(reason: &Reason, knowledge: &Knowledge) -> Value {
    json!({
        "rule": reason.rule,
        "verdict": reason.verdict,
        "followed": reason.followed,
        "because": reason.because,
        "site": reason.site,
        "statement": reason.statement,
        "strength": reason.strength,
        "source": reason.sources.first().map(|id| citation(id, knowledge)),
        "sources": reason.sources,
        "disagreement": reason.disagreement,
        "until": reason.until,
    })
}

fn overridden(overridden: &Overridden) -> Value {
    json!({
        "rule": overridden.rule,
        "verdict": overridden.verdict,
        "by": overridden.by,
        "reason": overridden.reason,
        "refused": overridden.refused,
    })
}

/// What the identifiers stand for.
fn sources(references: &References<'_>, knowledge: &Knowledge) -> Map<String, Value> {
    references
        .ids()
        .iter()
        .map(|id| {
            let source = knowledge.source(id);
            let entry = json!({
                "citation": source.map(|source| &source.citation),
                "doi": source.and_then(|source| source.doi.as_ref()),
            });
            ((*id).to_owned(), entry)
        })
        .collect()
}
