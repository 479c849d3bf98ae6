//! Numbing before a session: which cream, how much of it, on how much skin, for how long.

use needlepoint_case::{Numbing, NumbingWish};
use needlepoint_knowledge::{
    numbing::{Barrier, Limit, NumbingLabel},
    product::Product,
    rule::{Part, Rule, RuleChange},
};

use crate::{
    book::{Asked, Book, SAME_MM, because, by_itself},
    plan::{Because, NumbingPlan},
    screening::{Change, Screening},
};

/// Cream on an area where neither a rule nor a label says, g/cm2.
const USUAL_G_PER_CM2: f64 = 0.1;
const MG_PER_G: f64 = 1000.0;
/// From here on the rows of a label for adults hold, years.
const ADULT_YEARS: f64 = 18.0;
/// Conditions that leave the horny layer leaky.
const LEAKY: [&str; 2] = ["eczema", "atopic-dermatitis"];

/// A zone as far as numbing goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Area {
    pub(crate) cm2: f64,
    pub(crate) needle_mm: f64,
    pub(crate) near_the_eye: bool,
}

/// Numbing, or why there is none.
pub(crate) fn numbing(
    book: Book<'_>,
    screening: &Screening,
    areas: &[Area],
) -> Result<NumbingPlan, Because> {
    let wish = book.consultation.wishes.numbing.as_ref();
    if wish == Some(&NumbingWish::Without) {
        return Err(by_itself("None is wished for."));
    }
    let omitted = omitted(book, screening);
    if let Some(question) = unasked(book, screening) {
        return Err(question);
    }
    if let Some(everything) = omitted.iter().find(|omitted| omitted.actives.is_empty()) {
        return Err(everything.why.clone());
    }
    let deepest_mm = areas.iter().map(|area| area.needle_mm).fold(0.0, f64::max);
    if wish.is_none()
        && let Some(rule) = optional(book, deepest_mm)
    {
        return Err(because(rule));
    }
    let wanted = match wish {
        Some(NumbingWish::Product(name)) => Some(name.as_str()),
        _ => None,
    };
    let (label, product) = choose(book, wanted, &omitted)?;
    let limits = limits(book, label)?;
    Ok(measure(book, label, product, &limits, areas))
}

/// An answer is missing on which numbing hangs: without it there is none.
fn unasked(book: Book<'_>, screening: &Screening) -> Option<Because> {
    let hangs = |rule: &&Rule| {
        rule.changes.iter().any(|change| matches!(change, RuleChange::OmitNumbing { .. }))
    };
    screening.questions.iter().find_map(|question| {
        let rule = question.rules.iter().filter_map(|name| book.rule(name)).find(hangs)?;
        Some(Because {
            text: format!("Not before this is answered: {}", question.ask),
            ..because(rule)
        })
    })
}

/// Which anaesthetics screening rules out; all, if none is named.
struct Omitted {
    actives: Vec<String>,
    why: Because,
}

fn omitted(book: Book<'_>, screening: &Screening) -> Vec<Omitted> {
    let of = |change: &Change| match change {
        Change::OmitNumbing { rule, actives } => {
            let why = book.rule(rule).map_or_else(|| by_itself(rule.clone()), because);
            Some(Omitted { actives: actives.clone(), why })
        }
        _ => None,
    };
    screening.changes.iter().filter_map(of).collect()
}

/// The rule by which needles as short as these need no cream.
fn optional(book: Book<'_>, deepest_mm: f64) -> Option<&Rule> {
    let asked = Asked { needle_mm: Some(deepest_mm), ..Asked::default() };
    book.rules(Part::Numbing, asked).into_iter().find(|rule| rule.when.needle_mm.is_some())
}

/// The product wished for, if it may be used; else the first licensed one that needs no prescription.
fn choose<'k>(
    book: Book<'k>,
    wanted: Option<&str>,
    omitted: &[Omitted],
) -> Result<(&'k NumbingLabel, &'k Product), Because> {
    let knowledge = book.knowledge;
    let with_product = |label: &'k NumbingLabel| Some((label, knowledge.product(&label.product)?));
    let ruled_out = |label: &NumbingLabel| {
        let holds = |actives: &[String]| label.contents.iter().any(|c| actives.contains(&c.active));
        omitted.iter().find(|omitted| holds(&omitted.actives)).map(|omitted| omitted.why.clone())
    };
    if let Some(name) = wanted {
        let label = knowledge.numbing(name).and_then(with_product);
        let Some((label, product)) = label else {
            return Err(by_itself(format!(
                "\"{name}\" is wished for, and no label of it is known: nothing is planned with it."
            )));
        };
        if !label.licensed {
            let warnings = label.warnings.first();
            return Err(Because {
                sources: warnings.map(|w| w.sources.clone()).unwrap_or_default(),
                ..by_itself(format!(
                    "{} is wished for and is not licensed, so that no label limits it: it is not planned. {}",
                    product.label,
                    warnings.map(|w| capitalised(&w.note)).unwrap_or_default()
                ))
            });
        }
        return match ruled_out(label) {
            Some(why) => Err(why),
            None => Ok((label, product)),
        };
    }
    let mut why_not = None;
    for (label, product) in knowledge.numbing.iter().filter_map(with_product) {
        if !label.licensed || product.prescription {
            continue;
        }
        match ruled_out(label) {
            Some(why) => why_not = Some(why),
            None => return Ok((label, product)),
        }
    }
    Err(why_not
        .unwrap_or_else(|| by_itself("No cream that is sold without prescription is known.")))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What a label allows this person.
struct Allowed<'k> {
    most_g: Option<f64>,
    most_cm2: Option<f64>,
    most_min: Option<f64>,
    rows: Vec<&'k Limit>,
}

/// The rows of the label that hold: for an adult those for adults, for a child the strictest of all. Where
/// the weight is not known every bound of weight is taken to hold.
fn limits<'k>(book: Book<'_>, label: &'k NumbingLabel) -> Result<Allowed<'k>, Because> {
    let patient = &book.consultation.patient;
    let (age, weight) = (patient.age_years, patient.weight_kg);
    let mut rows: Vec<&Limit> =
        label.limits.iter().filter(|row| row.applies(age, weight, Barrier::Intact)).collect();
    if rows.is_empty() {
        return Err(by_itself(format!(
            "The label has no row for somebody of {age:.0} years: no cream is planned."
        )));
    }
    if age >= ADULT_YEARS {
        let oldest = rows.iter().map(|row| row.from_years).fold(0.0, f64::max);
        rows.retain(|row| row.from_years >= oldest);
    }
    let leaky = LEAKY.iter().any(|name| patient.stated(name).next().is_some());
    if leaky {
        let impaired = label.limits.iter();
        rows.extend(impaired.filter(|row| row.applies(age, weight, Barrier::Impaired)));
    }
    let least = |read: &dyn Fn(&Limit) -> Option<f64>| {
        rows.iter().filter_map(|row| read(row)).reduce(f64::min)
    };
    Ok(Allowed {
        most_g: least(&|row| row.most_g),
        most_cm2: least(&|row| row.most_cm2),
        most_min: least(&|row| row.most_min),
        rows: rows.clone(),
    })
}

fn measure(
    book: Book<'_>,
    label: &NumbingLabel,
    product: &Product,
    allowed: &Allowed<'_>,
    areas: &[Area],
) -> NumbingPlan {
    let asked = Asked { product: Some(product), ..Asked::default() };
    let rules: Vec<&Rule> = book.rules(Part::Numbing, asked);
    let own = || rules.iter().filter(|rule| !rule.when.product.is_empty());
    let by_label = match (allowed.most_g, allowed.most_cm2) {
        (Some(g), Some(cm2)) => Some(g / cm2),
        _ => None,
    };
    let g_per_cm2 = own()
        .find_map(|rule| rule.numbers.amount_g_per_cm2)
        .map(|(least, _)| least)
        .or(by_label)
        .unwrap_or(USUAL_G_PER_CM2);
    let wanted_cm2: f64 = areas.iter().filter(|area| !area.near_the_eye).map(|area| area.cm2).sum();
    let by_mass = allowed.most_g.map_or(f64::INFINITY, |g| g / g_per_cm2);
    let area_cm2 = wanted_cm2.min(allowed.most_cm2.unwrap_or(f64::INFINITY)).min(by_mass);
    let minutes = label.onset_min.value.min(allowed.most_min.unwrap_or(f64::INFINITY));
    let mut told: Vec<Because> = allowed
        .rows
        .iter()
        .map(|row| Because { sources: row.sources.clone(), ..by_itself(row_in_words(row)) })
        .collect();
    if product.prescription {
        told.push(by_itself(format!(
            "{} needs a prescription: a prescriber decides.",
            product.label
        )));
    }
    if area_cm2 < wanted_cm2 - SAME_MM {
        told.push(by_itself(format!(
            "The zones have {wanted_cm2:.0} cm2 and the label allows {area_cm2:.0} cm2: the zones with the longest \
             needles are numbed, the others go without."
        )));
    }
    if areas.iter().any(|area| area.near_the_eye) {
        told.push(by_itself("No cream near the eyes: the zone there goes without."));
    }
    told.extend(rules.iter().map(|rule| because(rule)));
    told.extend(label.warnings.iter().map(|warning| Because {
        sources: warning.sources.clone(),
        ..by_itself(capitalised(&warning.note))
    }));
    NumbingPlan {
        product: product.name.clone(),
        label: product.label.clone(),
        grams: area_cm2 * g_per_cm2,
        area_cm2,
        minutes,
        covered: label.covered,
        because: told,
    }
}

fn row_in_words(row: &Limit) -> String {
    let number = |value: Option<f64>, unit: &str| {
        value.map(|value| format!("{} {unit}", (100.0 * value).round() / 100.0))
    };
    let most: Vec<String> =
        [number(row.most_g, "g"), number(row.most_cm2, "cm2"), number(row.most_min, "min")]
            .into_iter()
            .flatten()
            .collect();
    format!("Label, {}: at most {} ({}).", row.who, most.join(", "), row.note)
}

/// As a protocol has it.
pub(crate) fn as_in_protocol(plan: &NumbingPlan) -> Numbing {
    Numbing {
        product: plan.product.clone(),
        duration_min: plan.minutes,
        covered: Some(plan.covered),
        amount_mg_per_cm2: (plan.area_cm2 > 0.0).then(|| MG_PER_G * plan.grams / plan.area_cm2),
    }
}
