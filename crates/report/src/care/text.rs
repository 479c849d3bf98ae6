//! The answer in short, for a terminal.

use super::{CareInput, words};

/// A heading and the points below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareSection {
    /// Heading.
    pub heading: String,
    /// Points, a sentence or two each.
    pub points: Vec<String>,
}

/// Verdict, questions, reasons and plan, each in a section; sections without points are left out.
pub fn care_text(input: &CareInput<'_>) -> Vec<CareSection> {
    let care = input.care;
    let section = |heading: String, points| CareSection { heading, points };
    let questions = care.screening.questions.iter().map(|question| {
        format!("{} (could mean: {})", question.ask, words::asks(question.could_be))
    });
    let reasons = care.screening.reasons.iter().map(|reason| {
        let until = reason.until.map(|until| format!(" until {}", words::day(until)));
        let disagreement = reason.disagreement.as_ref();
        format!(
            "{}{}{}: {} Because of: {}. Strength: {}.{}",
            words::asks_capital(reason.verdict),
            until.unwrap_or_default(),
            if reason.followed { "" } else { " (not followed)" },
            reason.statement,
            reason.because,
            reason.strength,
            disagreement.map(|other| format!(" Sources disagree: {other}")).unwrap_or_default(),
        )
    });
    let set_aside = care.screening.overridden.iter().map(|advice| {
        format!(
            "{}: {} By {}: {}",
            words::outcome(advice),
            words::rule(&advice.rule, input.knowledge),
            advice.by,
            advice.reason
        )
    });
    let instead = care.instead.iter().map(|advice| {
        let concern = advice.concern.as_ref();
        format!(
            "{}{}: {}",
            words::advice(advice.kind),
            concern.map(|concern| format!(" ({concern})")).unwrap_or_default(),
            advice.because.text
        )
    });
    let mut plan = Vec::new();
    if let Some(of) = &care.plan {
        let dates: Vec<String> = of.dates.iter().map(|date| words::day(*date)).collect();
        plan.push(format!("{} {}.", words::interval(of), dates.join(", ")));
        plan.extend(of.zones.iter().map(|zone| {
            format!(
                "{}: {}, {}, {} passes; {}",
                zone.label,
                zone.device_label,
                words::needle(zone.start_mm, zone.needle_mm),
                zone.passes,
                zone.endpoint
            )
        }));
        plan.extend(of.numbing.as_ref().map(words::numbing));
        plan.extend(of.without_numbing.as_ref().map(|why| why.text.clone()));
    }
    let sections = [
        section(words::headline(care), vec![words::meaning(care)]),
        section("Ask first".to_owned(), questions.collect()),
        section("Why".to_owned(), reasons.collect()),
        section("Signed for".to_owned(), set_aside.collect()),
        section("Instead, or beside it".to_owned(), instead.collect()),
        section("Plan".to_owned(), plan),
    ];
    sections.into_iter().filter(|section| !section.points.is_empty()).collect()
}
