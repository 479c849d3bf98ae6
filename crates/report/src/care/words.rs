//! Words that the page, the documents and the terminal share.

use jiff::civil::Date;
use needlepoint_care::{
    Care,
    aftercare::Urgency,
    plan::{AdviceKind, Alternative, AlternativeKind, NumbingPlan, Plan},
    screening::{Overridden, Screening, Verdict},
};
use needlepoint_knowledge::Knowledge;

use crate::numbers::{THIN, in_ten, number};

/// At the foot of every page.
pub(crate) const DISCLAIMER: &str = "Supports qualified people; not a medical device. It does not replace an examination or the judgement of the \
     person who treats.";

/// The verdict in a few words; while an answer is missing that could bring a no, it is no yes.
pub(crate) fn headline(care: &Care) -> String {
    if is_open(&care.screening) {
        return "Not yet: answers are missing".to_owned();
    }
    match care.screening.verdict {
        Verdict::Go => "Go ahead".to_owned(),
        Verdict::GoWithChanges => "Go ahead, with changes".to_owned(),
        Verdict::Wait => care
            .screening
            .until
            .map_or_else(|| "Wait".to_owned(), |until| format!("Wait until {}", day(until))),
        Verdict::Refer => "A doctor decides first".to_owned(),
        Verdict::DoNotTreat => "Do not needle".to_owned(),
    }
}

/// Whether a yes hangs on an answer that is missing.
pub fn is_open(screening: &Screening) -> bool {
    screening.verdict <= Verdict::GoWithChanges
        && gravest(screening).is_some_and(|could_be| could_be > Verdict::GoWithChanges)
}

/// The most careful verdict that a missing answer could bring, if that is more careful than the verdict so far.
fn gravest(screening: &Screening) -> Option<Verdict> {
    let could_be = screening.questions.iter().map(|question| question.could_be).max()?;
    (could_be > screening.verdict).then_some(could_be)
}

/// What the verdict means, in sentences.
pub(crate) fn meaning(care: &Care) -> String {
    let screening = &care.screening;
    let open = match screening.questions.len() {
        0 => String::new(),
        1 => "one question is open".to_owned(),
        n => format!("{n} questions are open"),
    };
    let answer = gravest(screening).map(|could_be| {
        format!("{open}, and an answer could mean \u{201c}{}\u{201d}.", asks(could_be))
    });
    if is_open(screening) {
        let so_far = if screening.verdict == Verdict::Go {
            "So far nothing speaks against needling"
        } else {
            "So far needling could go ahead with changes"
        };
        return format!("{so_far}, but {} Ask first.", answer.unwrap_or_default());
    }
    let verdict = match screening.verdict {
        Verdict::Go => "Nothing in the answers speaks against needling. Ask again on the day.",
        Verdict::GoWithChanges => "Needling can go ahead if what stands below is changed first.",
        Verdict::Wait if screening.until.is_some() && care.plan.is_some() => {
            "Needling is not advised before this day. The plan begins after it; screen again first."
        }
        Verdict::Wait if screening.until.is_some() => {
            "Needling is not advised before this day. Screen again then."
        }
        Verdict::Wait => "Needling is not advised before what stands below has settled.",
        Verdict::Refer => {
            "A prescriber or dermatologist decides before anything is done. Medicines go on as prescribed."
        }
        Verdict::DoNotTreat => "The answers speak against needling.",
    };
    match (open.is_empty(), answer) {
        (true, _) => verdict.to_owned(),
        (false, Some(answer)) => format!("{verdict} {}", capital(&answer)),
        (false, None) => format!("{verdict} {}.", capital(&open)),
    }
}

/// What a rule asks for, in a word or two.
pub(crate) fn asks(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "go ahead",
        Verdict::GoWithChanges => "change the plan",
        Verdict::Wait => "wait",
        Verdict::Refer => "ask a doctor first",
        Verdict::DoNotTreat => "do not needle",
    }
}

/// The same with a capital.
pub(crate) fn asks_capital(verdict: Verdict) -> String {
    capital(asks(verdict))
}

/// The first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How soon, in words.
pub(crate) fn how_soon(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Emergency => "Emergency: call at once",
        Urgency::SameDay => "A doctor, today",
        Urgency::Soon => "Your practitioner, within days",
    }
}

/// What is advised instead, as a heading.
pub(crate) fn advice(kind: AdviceKind) -> &'static str {
    match kind {
        AdviceKind::NoTreatment => "Nothing needs to be done",
        AdviceKind::HomeCare => "Care at home is enough",
        AdviceKind::OtherProcedure => "Something else does this better",
        AdviceKind::Referral => "Somebody else decides",
        AdviceKind::Later => "Later",
    }
}

/// How an alternative stands to the others.
pub(crate) fn standing(alternative: &Alternative) -> &'static str {
    match (alternative.proposed, alternative.on_front, alternative.kind) {
        (true, _, _) => "the plan above",
        (false, true, AlternativeKind::Needling) => "no other is better in all three",
        (false, true, _) => "a choice of its own",
        (false, false, _) => "another is better in one and no worse in the others",
    }
}

/// "12 April 2027"
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// "Monday 12 April 2027"
pub(crate) fn weekday(date: Date) -> String {
    date.strftime("%A %-d %B %Y").to_string()
}

/// "0.75 mm"
pub(crate) fn millimetres(length: f64) -> String {
    let text = number(length, if (length * 10.0).fract().abs() < 1e-6 { 0.1 } else { 0.01 });
    format!("{text}{THIN}mm")
}

/// Where to begin, and the longest needle.
pub(crate) fn needle(start: f64, most: f64) -> String {
    if (most - start).abs() < 1e-9 {
        millimetres(most)
    } else {
        format!("{}, up to {}", millimetres(start), millimetres(most))
    }
}

/// "75 minutes"
pub(crate) fn minutes(minutes: f64) -> String {
    let whole = minutes.ceil();
    if whole == 1.0 { "1 minute".to_owned() } else { format!("{} minutes", number(whole, 1.0)) }
}

/// "4 weeks"
pub(crate) fn weeks(weeks: f64) -> String {
    let text = number(weeks, if weeks.fract().abs() < 0.05 { 1.0 } else { 0.1 });
    if text == "1" { "1 week".to_owned() } else { format!("{text} weeks") }
}

/// "4 sessions, 6 weeks apart."
pub(crate) fn interval(plan: &Plan) -> String {
    match plan.dates.len() {
        0 | 1 => "One session.".to_owned(),
        n => format!("{n} sessions, {} apart.", weeks(plan.interval_weeks)),
    }
}

/// What is put on to numb, how much, where and for how long.
pub(crate) fn numbing(numbing: &NumbingPlan) -> String {
    format!(
        "{}: {}{THIN}g on {}{THIN}cm\u{b2} for {}, {}.",
        numbing.label,
        number(numbing.grams, 0.1),
        number(numbing.area_cm2, 1.0),
        minutes(numbing.minutes),
        if numbing.covered { "under a dressing" } else { "left open" }
    )
}

/// "about 3 in 10"
pub(crate) fn in_ten_words(share: f64) -> String {
    if share < 0.005 { "nobody".to_owned() } else { in_ten(share).1 }
}

/// "about 3 in 100"
pub(crate) fn in_hundred(share: f64) -> String {
    let count = (share * 100.0).round();
    if share <= 0.0 {
        "none".to_owned()
    } else if count < 1.0 {
        "fewer than 1 in 100".to_owned()
    } else if count >= 100.0 {
        "nearly all".to_owned()
    } else {
        format!("about {count:.0} in 100")
    }
}

/// A site in words.
pub(crate) fn site<'a>(name: &'a str, knowledge: &'a Knowledge) -> &'a str {
    knowledge.site(name).map_or(name, |site| &site.label)
}

/// What came of advice that somebody wanted to set aside.
pub(crate) fn outcome(overridden: &Overridden) -> &'static str {
    if overridden.refused { "Refused: the rule holds all the same" } else { "Set aside" }
}

/// What a rule says, or its name where the knowledge has none of that name.
pub(crate) fn rule<'a>(name: &'a str, knowledge: &'a Knowledge) -> &'a str {
    knowledge.rule(name).map_or(name, |rule| &rule.says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_person_would_say_them() {
        assert_eq!(needle(0.5, 0.5), "0.5\u{202f}mm");
        assert_eq!(needle(0.25, 1.0), "0.25\u{202f}mm, up to 1.0\u{202f}mm");
        assert_eq!(weeks(1.0), "1 week");
        assert_eq!(weeks(4.5), "4.5 weeks");
        assert_eq!(minutes(0.4), "1 minute");
        assert_eq!(in_hundred(0.001), "fewer than 1 in 100");
        assert_eq!(in_hundred(0.034), "about 3 in 100");
        assert_eq!(day(Date::constant(2027, 3, 5)), "5 March 2027");
    }
}
