//! What must still be asked.

use jiff::civil::Date;
use needlepoint_case::{StatedCondition, StatedMedicine};
use needlepoint_knowledge::{
    condition::{AskedSex, Detail, Status},
    nearest::nearest,
    product::ProductKind,
    rule::Rule,
};
use needlepoint_skin::Sex;

use super::{
    Question, Verdict,
    facts::{Facts, uncapitalised},
    holds::{Evaluation, Missing},
    rules, verdict_of,
};

/// What is asked, and which rules wait for it.
struct Asked<'a> {
    missing: Missing,
    rules: Vec<&'a Rule>,
}

/// A question for each missing answer that could make the verdict more careful, the most careful first.
pub(super) fn questions(facts: &Facts<'_>, evaluations: &[Evaluation<'_>]) -> Vec<Question> {
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for evaluation in evaluations.iter().filter(|one| !one.rule.minority) {
        if verdict_of(evaluation.rule) == Verdict::Go {
            continue;
        }
        for missing in &evaluation.missing {
            match asked.iter_mut().find(|one| one.missing == *missing) {
                Some(one) => one.rules.push(evaluation.rule),
                None => {
                    asked.push(Asked { missing: missing.clone(), rules: vec![evaluation.rule] });
                }
            }
        }
    }
    let mut questions: Vec<Question> = asked.iter().map(|one| question(facts, one)).collect();
    questions.extend(unknown_medicines(facts));
    questions.extend(unknown_products(facts));
    questions.extend(suggested(facts));
    questions.extend(doubtful(facts));
    questions.sort_by_key(|question| std::cmp::Reverse(question.could_be));
    questions
}

fn question(facts: &Facts<'_>, asked: &Asked<'_>) -> Question {
    let (about, ask) = put(facts, asked);
    Question {
        about,
        ask,
        rules: asked.rules.iter().map(|rule| rule.name.clone()).collect(),
        could_be: asked.rules.iter().map(|rule| verdict_of(rule)).max().unwrap_or(Verdict::Go),
    }
}

/// What a question is about, and how one puts it.
fn put(facts: &Facts<'_>, asked: &Asked<'_>) -> (String, String) {
    let condition = |name: &String| facts.knowledge.condition(name);
    let label = |name: &String| {
        condition(name).map_or_else(|| name.clone(), |known| uncapitalised(&known.label))
    };
    match &asked.missing {
        Missing::Condition(name) => {
            let question = condition(name).map(|known| known.question.clone());
            let ask = question.unwrap_or_else(|| format!("Is there {}?", label(name)));
            (name.clone(), with_hint(facts, name, ask))
        }
        Missing::Status(name) => {
            let may_be = condition(name).map_or_else(String::new, |known| {
                known.statuses.iter().map(|status| status.name()).collect::<Vec<_>>().join(", ")
            });
            (name.clone(), format!("How do things stand with {} ({may_be})?", label(name)))
        }
        Missing::Date(name) => (name.clone(), format!("On which day: {}?", label(name))),
        Missing::Site(name) => (name.clone(), format!("On which sites: {}?", label(name))),
        Missing::Grade(name) => {
            (name.clone(), format!("How severe, from grade 1 to 4: {}?", label(name)))
        }
        Missing::Medicines => ("medicines".to_owned(), about_medicines(facts, &asked.rules)),
        Missing::Weight => ("weight".to_owned(), "What do you weigh?".to_owned()),
        Missing::LesionAge(kind, site) => {
            let site = facts.knowledge.site(site).map_or(site.as_str(), |site| &site.label);
            let ask = format!(
                "For how long have the {} been there ({})?",
                uncapitalised(kind.label()),
                uncapitalised(site)
            );
            ("lesion_age".to_owned(), ask)
        }
    }
}

/// A question about a condition, with the medicine that makes one think of it.
fn with_hint(facts: &Facts<'_>, condition: &str, ask: String) -> String {
    match taken_for(facts, condition) {
        Some(medicine) => format!("{ask} ({} is often taken for it.)", medicine.name),
        None => ask,
    }
}

/// Which medicines matter, each class in the words of the knowledge.
fn about_medicines(facts: &Facts<'_>, rules: &[&Rule]) -> String {
    let mut asks = vec!["Which medicines do you take or use, or have you taken lately?"];
    let classes = &facts.knowledge.medicines.classes;
    let matters =
        |class: &str| rules.iter().any(|rule| rule.when.medicine.iter().any(|c| c == class));
    asks.extend(
        classes.iter().filter(|class| matters(&class.name)).map(|class| class.question.as_str()),
    );
    asks.join(" ")
}

/// Medicines that nobody knows: each is named, and a prescriber or pharmacist is asked.
fn unknown_medicines(facts: &Facts<'_>) -> Vec<Question> {
    let stated = facts.consultation.patient.medicines.iter().flatten();
    stated
        .filter(|one| facts.medicine(one).is_none() && !facts.sets_aside_unknown_medicines())
        .map(|one| {
            let meant = facts.knowledge.medicines.nearest(&one.name);
            let meant = meant.map_or_else(String::new, |near| format!(" Was \"{near}\" meant?"));
            Question {
                about: one.name.clone(),
                ask: format!(
                    "\"{}\" is not among the medicines known here.{meant} What is it, and what is it taken for? \
                     A prescriber or pharmacist says whether it matters.",
                    one.name
                ),
                rules: vec![needlepoint_case::UNKNOWN_MEDICINE.to_owned()],
                could_be: Verdict::DoNotTreat,
            }
        })
        .collect()
}

/// Products that are asked for and that nobody knows: they can't be used before it is known what they are.
fn unknown_products(facts: &Facts<'_>) -> Vec<Question> {
    let is_kind = |name: &str| ProductKind::NAMED.iter().any(|(kind, _)| *kind == name);
    let asked = facts.consultation.wishes.products.iter();
    asked
        .filter(|name| facts.knowledge.product(name).is_none() && !is_kind(name))
        .map(|name| {
            let products = facts.knowledge.products.iter().map(|product| product.name.as_str());
            let meant = nearest(name, products);
            let meant = meant.map_or_else(String::new, |near| format!(" Was \"{near}\" meant?"));
            Question {
                about: name.clone(),
                ask: format!(
                    "\"{name}\" is not among the products known here, and is left out.{meant} What is in it, and is it \
                     approved for use under the skin?"
                ),
                rules: Vec::new(),
                could_be: Verdict::GoWithChanges,
            }
        })
        .collect()
}

/// The stated medicine that people take who have the condition, unless they have something else that it is taken for.
fn taken_for<'a>(facts: &Facts<'a>, condition: &str) -> Option<&'a StatedMedicine> {
    let stated = facts.consultation.patient.medicines.iter().flatten();
    stated.into_iter().find(|one| {
        facts.medicine(one).is_some_and(|known| {
            known.suggests.iter().any(|suggested| suggested == condition)
                && known.suggests.iter().all(|suggested| facts.stated(suggested).next().is_none())
        })
    })
}

/// Conditions that are denied although a medicine is often taken for them.
fn suggested(facts: &Facts<'_>) -> Vec<Question> {
    let conditions = facts.knowledge.conditions.iter();
    conditions
        .filter(|condition| {
            facts.consultation.patient.denies(&condition.name)
                && facts.stated(&condition.name).next().is_none()
        })
        .filter_map(|condition| {
            let medicine = taken_for(facts, &condition.name)?;
            let waiting = about(facts, &condition.name);
            Some(Question {
                about: condition.name.clone(),
                ask: format!(
                    "{} is often taken for {}, which is denied: why is it taken? {}",
                    medicine.name,
                    uncapitalised(&condition.label),
                    condition.question
                ),
                could_be: waiting.iter().map(|rule| verdict_of(rule)).max().unwrap_or(Verdict::Go),
                rules: waiting.into_iter().map(|rule| rule.name.clone()).collect(),
            })
        })
        .collect()
}

/// Rules of screening that are followed and ask about a condition.
fn about<'a>(facts: &Facts<'a>, condition: &str) -> Vec<&'a Rule> {
    rules(facts.knowledge)
        .filter(|rule| {
            !rule.minority
                && !facts.sets_aside(rule)
                && verdict_of(rule) != Verdict::Go
                && rule.when.condition.iter().any(|name| name == condition)
        })
        .collect()
}

/// Answers that can't all be true.
fn doubtful(facts: &Facts<'_>) -> Vec<Question> {
    let patient = &facts.consultation.patient;
    let mut questions = Vec::new();
    for stated in &patient.history {
        let Some(doubt) = doubt(facts, stated) else { continue };
        let waiting = about(facts, &stated.name);
        questions.push(Question {
            about: stated.name.clone(),
            ask: format!("{}: {doubt} Which is right?", capitalised(&facts.told(stated))),
            could_be: waiting.iter().map(|rule| verdict_of(rule)).max().unwrap_or(Verdict::Go),
            rules: waiting.into_iter().map(|rule| rule.name.clone()).collect(),
        });
    }
    questions
}

/// What can't be true of a stated condition, as a sentence.
fn doubt(facts: &Facts<'_>, stated: &StatedCondition) -> Option<String> {
    let known = facts.knowledge.condition(&stated.name)?;
    let to_come = |date: Option<Date>| date.filter(|date| *date > facts.assessed);
    if known.sex == Some(AskedSex::Female) && facts.consultation.patient.sex == Sex::Male {
        return Some("the patient is said to be male.".to_owned());
    }
    if let Some(since) = to_come(stated.since).filter(|_| stated.status != Some(Status::Planned)) {
        return Some(format!("{since} is still to come."));
    }
    if stated.status == Some(Status::Past)
        && let Some(date) = to_come(stated.ended.or(stated.on))
    {
        return Some(format!("it is said to be over, and {date} is still to come."));
    }
    let day = stated.on.or(stated.since);
    if stated.status == Some(Status::Planned)
        && let Some(day) = day.filter(|day| *day <= facts.assessed)
    {
        return Some(format!("it is said to be planned, and {day} has been."));
    }
    let dated = known.details.contains(&Detail::Date);
    if dated
        && stated.ended.is_some_and(|ended| ended <= facts.assessed)
        && stated.status == Some(Status::Active)
    {
        return Some("it is said to be there, and to have ended.".to_owned());
    }
    None
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
