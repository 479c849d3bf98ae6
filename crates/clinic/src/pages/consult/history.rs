//! The history: every condition that some rule asks about, what matters most first.

use maud::{Markup, html};
use needlepoint_knowledge::{
    Knowledge,
    condition::{AskedSex, Condition, Detail, Occasion, Status},
    rule::{Consequence, Part},
};

use super::{
    answers::Entry,
    fields::{Choice, Form, pill},
    form::remove,
};

/// What a yes may come to, from the most careful on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    RedFlag,
    Doctor,
    Wait,
    Change,
    Numbing,
}

const GROUPS: [(Weight, &str); 5] = [
    (Weight::RedFlag, "consult-group-red-flag"),
    (Weight::Doctor, "consult-group-doctor"),
    (Weight::Wait, "consult-group-wait"),
    (Weight::Change, "consult-group-change"),
    (Weight::Numbing, "consult-group-numbing"),
];

const STATUSES: [(Status, &str); 5] = [
    (Status::Active, "consult-status-active"),
    (Status::Past, "consult-status-past"),
    (Status::Controlled, "consult-status-controlled"),
    (Status::Uncontrolled, "consult-status-uncontrolled"),
    (Status::Planned, "consult-status-planned"),
];

/// What a yes may come to, by the rules that ask about the condition. What can't be set aside is a red flag too.
fn weight(condition: &Condition, knowledge: &Knowledge) -> Weight {
    if condition.occasion == Occasion::Numbing {
        return Weight::Numbing;
    }
    let rules = knowledge
        .rules_of(Part::Screening)
        .filter(|rule| !rule.minority && rule.when.condition.contains(&condition.name));
    let weights = rules.map(|rule| match rule.then {
        Some(Consequence::DoNotTreat) => Weight::RedFlag,
        Some(Consequence::Prescriber | Consequence::Refer | Consequence::Wait) if rule.fixed => {
            Weight::RedFlag
        }
        Some(Consequence::Prescriber | Consequence::Refer) => Weight::Doctor,
        Some(Consequence::Wait) => Weight::Wait,
        Some(Consequence::Change | Consequence::Inform) | None => Weight::Change,
    });
    weights.min().unwrap_or(Weight::Change)
}

/// The part of the form.
pub(super) fn part(form: &Form<'_>) -> Markup {
    let knowledge = &form.app.knowledge;
    let conditions: Vec<(Weight, &Condition)> = knowledge
        .conditions
        .iter()
        .map(|condition| (weight(condition, knowledge), condition))
        .collect();
    html! {
        section.card.history #part-history aria-labelledby="history" {
            h2 #history { (form.say("consult-history")) }
            @for (group, label) in GROUPS {
                div.group {
                    h3 { (form.say(label)) }
                    @for (_, condition) in conditions.iter().filter(|(weight, _)| *weight == group) {
                        (row(form, condition))
                    }
                }
            }
            label.tick.all-others {
                input #all_others type="checkbox" name="all_others" value="yes" checked[form.value("all_others") == "yes"];
                span { (form.say("consult-all-others")) }
            }
            (form.wrong("all_others"))
        }
    }
}

fn row(form: &Form<'_>, condition: &Condition) -> Markup {
    let list = format!("history.{}", condition.name);
    let value = form.value(&list);
    let mut entries = form.answers.entries(&list);
    if entries.is_empty() {
        entries.push(form.answers.next_entry(&list));
    }
    let of_women = condition.sex == Some(AskedSex::Female);
    let several = entries.len() > 1;
    let may_repeat =
        condition.details.iter().any(|detail| matches!(detail, Detail::Date | Detail::Site));
    html! {
        fieldset.condition.of-women[of_women] id={ "about." (condition.name) } tabindex="-1" {
            legend { (condition.label) }
            p.question { (condition.question) }
            div.pills {
                label.pill { input type="radio" name=(list) value="" checked[value.is_empty()];
                    span { span.open-answer { (form.say("consult-not-asked")) } span.denied-answer { (form.say("consult-denied")) } } }
                (pill(&list, "no", &form.say("consult-no"), value == "no", false))
                (pill(&list, "yes", &form.say("consult-yes"), value == "yes", false))
            }
            div.told {
                @for entry in &entries { (told(form, condition, entry, several)) }
                @if may_repeat {
                    button.quiet type="submit" name="do" value={ "add:" (list) } data-part="part-history" {
                        (form.say("consult-again-or-elsewhere"))
                    }
                }
            }
            (form.wrong(&list))
        }
    }
}

/// What is told of a condition: what the rules ask for, and the rest folded away.
fn told(form: &Form<'_>, condition: &Condition, entry: &Entry, several: bool) -> Markup {
    let asked = |detail| condition.details.contains(&detail);
    let said = |keys: &[&str]| keys.iter().any(|key| !form.value(&entry.field(key)).is_empty());
    let lasts = condition
        .statuses
        .iter()
        .any(|status| matches!(status, Status::Active | Status::Controlled | Status::Uncontrolled));
    let on = form.say(if lasts { "consult-on-day" } else { "consult-done-on" });
    let dates = |keys: &[(&str, &str)]| {
        html! { @for (key, label) in keys { (form.day(&entry.field(key), &form.say(label))) } }
    };
    let lasting: &[(&str, &str)] = &[("since", "consult-since"), ("ended", "consult-ended")];
    let folded_open = (!asked(Detail::Status) && said(&["status"]))
        || (!asked(Detail::Date) && said(&["on"]))
        || ((!asked(Detail::Date) || !lasts) && said(&["since", "ended"]))
        || (!asked(Detail::Site) && said(&["place"]))
        || (!asked(Detail::Grade) && said(&["grade"]));
    html! {
        div.entry {
            input type="hidden" name=(entry.field("told")) value="yes";
            div.fields {
                @if asked(Detail::Status) { (status(form, condition, entry)) }
                @if asked(Detail::Grade) { (grade(form, entry)) }
                @if asked(Detail::Date) {
                    (form.day(&entry.field("on"), &on))
                    @if lasts { (dates(lasting)) }
                }
            }
            @if asked(Detail::Site) { (form.places(&entry.field("place"))) }
            details open[folded_open] {
                summary { (form.say("consult-more-details")) }
                div.fields {
                    @if !asked(Detail::Status) { (status(form, condition, entry)) }
                    @if !asked(Detail::Date) { (form.day(&entry.field("on"), &on)) }
                    @if !asked(Detail::Date) || !lasts { (dates(lasting)) }
                    @if !asked(Detail::Grade) && said(&["grade"]) { (grade(form, entry)) }
                }
                // Where it is matters to no rule then; what a file says all the same stays.
                @if !asked(Detail::Site) && said(&["place"]) { (form.places(&entry.field("place"))) }
            }
            @if several {
                (remove(&entry.name(), "part-history", &form.say("consult-remove-entry")))
            }
        }
    }
}

fn status(form: &Form<'_>, condition: &Condition, entry: &Entry) -> Markup {
    let may_be: Vec<Choice> = STATUSES
        .iter()
        .filter(|(status, _)| condition.statuses.contains(status))
        .map(|(status, label)| (status.name().to_owned(), form.say(label)))
        .collect();
    form.select(
        &entry.field("status"),
        &form.say("consult-status"),
        &form.say("not-stated"),
        &may_be,
    )
}

fn grade(form: &Form<'_>, entry: &Entry) -> Markup {
    let grades: Vec<Choice> = (1..=4).map(|grade| (grade.to_string(), grade.to_string())).collect();
    form.select(&entry.field("grade"), &form.say("consult-grade"), &form.say("not-stated"), &grades)
}
