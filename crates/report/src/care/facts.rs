//! Who asks, for what and what is known of them, in short.

use needlepoint_case::{Consultation, Denied, StatedCondition, StatedMedicine};
use needlepoint_knowledge::Knowledge;

use super::words;
use crate::numbers::number;

/// Names and values for the head of the page and of the documents. What nobody asked says so.
pub fn consultation_facts(
    consultation: &Consultation,
    knowledge: &Knowledge,
) -> Vec<(String, String)> {
    let patient = &consultation.patient;
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let mut facts = vec![
        fact("Patient", format!("{} years, {}", number(patient.age_years, 1.0), patient.sex)),
        fact("Phototype", patient.phototype.to_string()),
    ];
    let concerns: Vec<String> = consultation
        .concerns
        .iter()
        .map(|concern| {
            let site = words::site(&concern.site, knowledge).to_lowercase();
            format!("{}, {site}", concern.kind.label())
        })
        .collect();
    facts.push(fact("Concerns", words::capital(&concerns.join("; "))));
    let history: Vec<String> = patient.history.iter().map(StatedCondition::in_words).collect();
    let history = match (&patient.denies, history.is_empty()) {
        (Denied::AllOthers, true) => "nothing of the whole questionnaire".to_owned(),
        (Denied::AllOthers, false) => {
            format!("{}; nothing else of the questionnaire", history.join("; "))
        }
        (Denied::Listed(_), true) => "nothing stated".to_owned(),
        (Denied::Listed(_), false) => history.join("; "),
    };
    facts.push(fact("History", words::capital(&history)));
    let medicines = match patient.medicines.as_deref() {
        None => "Not asked".to_owned(),
        Some([]) => "None".to_owned(),
        Some(medicines) => {
            let named: Vec<String> = medicines.iter().map(StatedMedicine::in_words).collect();
            words::capital(&named.join("; "))
        }
    };
    facts.push(fact("Medicines", medicines));
    if let Some(weight) = patient.weight_kg {
        facts.push(fact("Weight", format!("{}\u{202f}kg", number(weight, 0.1))));
    }
    facts
}
