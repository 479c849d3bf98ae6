//! What is agreed on before the first session.

use needlepoint_knowledge::rule::{Part, Rule, RuleStrength};
use serde::Serialize;

use crate::{
    book::{Asked, Book, because, by_itself},
    plan::{Because, Proposal, is_cleared},
    screening::{Screening, Verdict},
};

/// One item that the patient and the practitioner go through and sign.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// A heading of a word or two.
    pub heading: String,
    /// What is explained, and what it rests on.
    pub text: Because,
    /// Only for this patient, because of an answer.
    pub personal: bool,
}

/// Go through what is agreed on: what holds for everybody, then what this patient's answers add.
pub(crate) fn items(
    book: Book<'_>,
    screening: &Screening,
    proposal: Option<&Proposal<'_>>,
) -> Vec<Item> {
    let mut items = Vec::new();
    for rule in book.rules(Part::Consent, Asked::default()) {
        if rule.items.is_empty() {
            items.push(general(&heading(&rule.topic), because(rule)));
            continue;
        }
        items.extend(rule.items.iter().map(|item| {
            let told = explained(item, proposal).map_or_else(|| rule.says.clone(), str::to_owned);
            general(&heading(item), Because { text: told, ..because(rule) })
        }));
    }
    for rule in book.rules(Part::Device, Asked::default()) {
        if rule.topic == "risk" {
            items.push(general("Risks listed by the FDA", because(rule)));
        }
    }
    items.extend(personal(book, screening, proposal));
    items
}

fn general(heading: &str, text: Because) -> Item {
    Item { heading: heading.to_owned(), text, personal: false }
}

/// "purpose-and-limits" to "Purpose and limits".
fn heading(name: &str) -> String {
    let words = name.replace('_', " ");
    let words = if words.contains(' ') { words } else { words.replace('-', " ") };
    let mut letters = words.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What is explained under a point of the list.
fn explained(item: &str, proposal: Option<&Proposal<'_>>) -> Option<&'static str> {
    let item = item.to_lowercase();
    let about = |words: &[&str]| words.iter().any(|word| item.contains(word));
    Some(if about(&["purpose", "limits"]) {
        "Needles make many small wounds so that the skin mends itself. A scar gets better and does not go away."
    } else if about(&["course"]) {
        "The skin is red for a day or two, may swell and flakes from the second or third day on; a week is still \
         usual."
    } else if about(&["sessions"]) {
        match proposal {
            Some(_) => {
                "The plan names the number of sessions and the weeks between them; more may be offered and may be declined."
            }
            None => "More than one session is usual.",
        }
    } else if about(&["other ways", "alternatives"]) {
        "Doing nothing, care at home, peels, lasers and other procedures, each with its own gain, risk and downtime."
    } else if about(&["redness", "swelling", "bleeding", "bruis"]) {
        "Redness, swelling, points of blood and bruises: usual for hours to days."
    } else if about(&["infection", "herpes"]) {
        "Infection of the skin, and a cold sore that breaks out."
    } else if about(&["pigment", "darker"]) {
        "Darker or lighter marks that may last for months, more often in dark skin and after sun."
    } else if about(&["scar"]) {
        "Scars, such as rows of small marks, are rare and can stay."
    } else if about(&["allergy", "granuloma"]) {
        "Allergy and firm lumps (granulomas), mostly to what was put on open skin."
    } else if about(&["help", "effect"]) {
        "There may be no change that anybody sees: in blinded trials that holds for a quarter to a half of people."
    } else if about(&["afterwards", "aftercare"]) {
        "The patient's own part: nothing but what is on the sheet on the skin, no sun, a call when a sign shows."
    } else if about(&["photo"]) {
        "Photographs for the record; any other use needs a consent of its own."
    } else if about(&["cost"]) {
        "The cost of the whole course, of maintenance and of what is done if something goes wrong."
    } else if about(&["clearance", "label"]) {
        "What the device is cleared for, and where its use here lies outside of that."
    } else {
        return None;
    })
}

fn personal(book: Book<'_>, screening: &Screening, proposal: Option<&Proposal<'_>>) -> Vec<Item> {
    let mut items: Vec<Item> = screening
        .reasons
        .iter()
        .filter(|reason| {
            reason.followed && reason.verdict != Verdict::Go || reason.disagreement.is_some()
        })
        .map(|reason| Item {
            heading: heading(&reason.because),
            text: Because {
                text: reason.statement.clone(),
                rule: Some(reason.rule.clone()),
                strength: Some(reason.strength.clone()),
                sources: reason.sources.clone(),
                disagreement: reason.disagreement.clone(),
            },
            personal: true,
        })
        .collect();
    items.extend(screening.overridden.iter().map(|overridden| Item {
        heading: "Advice set aside".to_owned(),
        text: Because {
            rule: Some(overridden.rule.clone()),
            ..by_itself(format!(
                "{} set the rule \"{}\" aside: {}",
                overridden.by, overridden.rule, overridden.reason
            ))
        },
        personal: true,
    }));
    if let Some(proposal) = proposal {
        items.extend(off_label(book, proposal));
    }
    let dark = book.rules(Part::Technique, Asked::default()).into_iter();
    items.extend(dark.filter(|rule| !rule.when.phototype.is_empty()).map(|rule| Item {
        heading: format!("Skin of phototype {}", book.consultation.patient.phototype.numeral()),
        text: because(rule),
        personal: true,
    }));
    items
}

/// Uses outside of what the device is cleared for.
fn off_label(book: Book<'_>, proposal: &Proposal<'_>) -> Vec<Item> {
    let device = proposal.device;
    let mut items = Vec::new();
    let cleared_for: Option<&Rule> = book
        .part(Part::Device)
        .find(|rule| rule.topic == "indications" && rule.strength == RuleStrength::Label);
    for concern in &book.consultation.concerns {
        let treated = proposal.plan.zones.iter().any(|zone| zone.site == concern.site);
        if treated && !is_cleared(device, book.knowledge.site(&concern.site), concern) {
            let text = format!(
                "{} is not cleared for {} there: this use is off label.",
                device.label,
                concern.kind.label().to_lowercase()
            );
            items.push(Item {
                heading: "Off label".to_owned(),
                text: Because { text, ..cleared_for.map_or_else(|| by_itself(""), because) },
                personal: true,
            });
        }
    }
    items
}
