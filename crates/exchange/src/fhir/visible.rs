//! What the elements of a resource say that any program can see and change, whoever wrote them.

use jiff::civil::Date;
use needlepoint_records::clinical::{PlanStatus, RecordedSex, Severity};

use super::{
    element::words,
    names,
    spot::{Spot, When},
};
use crate::ExchangeError;

type Read<T> = Result<T, ExchangeError>;

/// A patient.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Person {
    pub(super) family_name: String,
    pub(super) given_name: String,
    pub(super) birth_date: Option<When>,
    pub(super) sex: Option<RecordedSex>,
    pub(super) phone: Option<String>,
    pub(super) email: Option<String>,
    /// What has no place in a record, in words.
    pub(super) further: Vec<String>,
}

/// Of several names the official one, else the usual one, else the first.
pub(super) fn person(patient: &Spot<'_>) -> Read<Person> {
    let mut best: Option<(u8, Spot<'_>)> = None;
    for name in patient.items("name")? {
        let rank = match name.text("use")? {
            Some("official") => 0,
            Some("usual") => 1,
            Some("old") => 3,
            _ => 2,
        };
        if best.as_ref().is_none_or(|(before, _)| rank < *before) {
            best = Some((rank, name));
        }
    }
    let (family_name, given_name) = match best {
        Some((_, name)) => parts_of(&name)?,
        None => (String::new(), String::new()),
    };
    let (phone, email) = (contact(patient, "phone")?, contact(patient, "email")?);
    let mut further = Vec::new();
    let names = patient.items("name")?.len();
    if names > 1 {
        further.push(format!("{names} names, of which one is kept"));
    }
    let ways = patient.items("telecom")?.len();
    if ways > usize::from(phone.is_some()) + usize::from(email.is_some()) {
        further.push(
            "of the ways to reach somebody, one telephone and one mail address are kept".to_owned(),
        );
    }
    Ok(Person {
        family_name,
        given_name,
        birth_date: patient.when("birthDate")?,
        sex: sex(patient)?,
        phone,
        email,
        further,
    })
}

fn parts_of(name: &Spot<'_>) -> Read<(String, String)> {
    let mut given = Vec::new();
    for item in name.items("given")? {
        given.push(item.value().as_str().ok_or_else(|| item.error("a given name"))?);
    }
    let whole = if given.is_empty() { name.text("text")? } else { None };
    let family = name.text("family")?.or(whole).unwrap_or_default();
    Ok((family.to_owned(), given.join(" ")))
}

fn sex(patient: &Spot<'_>) -> Read<Option<RecordedSex>> {
    match patient.text("gender")? {
        Some("female") => Ok(Some(RecordedSex::Female)),
        Some("male") => Ok(Some(RecordedSex::Male)),
        Some("other") => Ok(Some(RecordedSex::Other)),
        Some("unknown") | None => Ok(None),
        Some(_) => {
            let found = patient.member("gender")?.unwrap_or_else(|| patient.clone());
            Err(found.error("male, female, other or unknown"))
        }
    }
}

/// The first way of this kind to reach somebody that is not out of use.
fn contact(patient: &Spot<'_>, system: &str) -> Read<Option<String>> {
    for way in patient.items("telecom")? {
        if way.text("system")? == Some(system) && way.text("use")? != Some("old") {
            return Ok(way.text("value")?.map(str::to_owned));
        }
    }
    Ok(None)
}

/// What a concept is called: by its code in `system` as long as its text says the same, else by its text, else by
/// whatever else it has.
pub(super) fn name_of(concept: &Spot<'_>, system: &str) -> Read<Option<String>> {
    let text = concept.text("text")?;
    if let Some(code) = code_in(concept, system)?
        && text.is_none_or(|text| text == words(code))
    {
        return Ok(Some(code.to_owned()));
    }
    in_words(concept)
}

/// What a concept is called in words.
pub(super) fn in_words(concept: &Spot<'_>) -> Read<Option<String>> {
    if let Some(text) = concept.text("text")? {
        return Ok(Some(text.to_owned()));
    }
    for key in ["display", "code"] {
        for coding in concept.items("coding")? {
            if let Some(words) = coding.text(key)? {
                return Ok(Some(words.to_owned()));
            }
        }
    }
    Ok(None)
}

/// The code of a concept in a code system.
pub(super) fn code_in<'a>(concept: &Spot<'a>, system: &str) -> Read<Option<&'a str>> {
    for coding in concept.items("coding")? {
        if coding.text("system")? == Some(system) {
            return coding.text("code");
        }
    }
    Ok(None)
}

/// [`name_of`] a member.
pub(super) fn member_name(spot: &Spot<'_>, key: &str, system: &str) -> Read<Option<String>> {
    spot.member(key)?.map_or(Ok(None), |concept| name_of(&concept, system))
}

/// Remarks, one paragraph each; none if there are none.
pub(super) fn notes(spot: &Spot<'_>) -> Read<Option<String>> {
    let mut paragraphs = Vec::new();
    for note in spot.items("note")? {
        paragraphs.extend(note.text("text")?);
    }
    Ok((!paragraphs.is_empty()).then(|| paragraphs.join("\n\n")))
}

/// When something was, from one of the elements `…DateTime` and `…Period`: beginning and end.
pub(super) fn span(spot: &Spot<'_>, stem: &str) -> Read<(Option<When>, Option<When>)> {
    if let Some(at) = spot.when(&format!("{stem}DateTime"))? {
        return Ok((Some(at), None));
    }
    period(spot, &format!("{stem}Period"))
}

/// Beginning and end of a period.
pub(super) fn period(spot: &Spot<'_>, key: &str) -> Read<(Option<When>, Option<When>)> {
    match spot.member(key)? {
        Some(period) => Ok((period.when("start")?, period.when("end")?)),
        None => Ok((None, None)),
    }
}

/// A score.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observed {
    pub(super) scale: Option<String>,
    pub(super) site: Option<String>,
    pub(super) value: Option<f64>,
    pub(super) unit: Option<String>,
    pub(super) rater: Option<String>,
}

/// A score; `value` may also be a whole number.
pub(super) fn observed(observation: &Spot<'_>) -> Read<Observed> {
    let (value, unit) = match observation.member("valueQuantity")? {
        Some(quantity) => {
            let unit = quantity.text("unit")?.or(quantity.text("code")?);
            (quantity.number("value")?, unit.map(str::to_owned))
        }
        None => (observation.number("valueInteger")?, None),
    };
    let mut rater = None;
    for performer in observation.items("performer")? {
        rater = rater.or(performer.text("display")?.map(str::to_owned));
    }
    Ok(Observed {
        scale: member_name(observation, "code", names::SCALE)?,
        site: member_name(observation, "bodySite", names::SITE)?,
        value,
        unit,
        rater,
    })
}

/// Days for which a plan has sessions.
pub(super) fn planned_days(plan: &Spot<'_>) -> Read<Vec<Date>> {
    let mut days = Vec::new();
    for activity in plan.items("activity")? {
        let Some(timing) = activity.path(&["detail", "scheduledTiming"])? else { continue };
        for event in timing.items("event")? {
            let expected = "a day such as 2026-03-02";
            let day = event.value().as_str().and_then(When::read).and_then(|when| when.day());
            days.push(day.ok_or_else(|| event.error(expected))?);
        }
    }
    Ok(days)
}

/// Whether a plan is in force.
pub(super) fn plan_status(plan: &Spot<'_>) -> Read<Option<PlanStatus>> {
    Ok(match plan.text("status")? {
        Some("draft") => Some(PlanStatus::Draft),
        Some("active" | "on-hold") => Some(PlanStatus::Active),
        Some("completed") => Some(PlanStatus::Completed),
        Some("revoked" | "entered-in-error") => Some(PlanStatus::Stopped),
        _ => None,
    })
}

/// How bad an adverse event is.
pub(super) fn severity(event: &Spot<'_>) -> Read<Option<Severity>> {
    let Some(severity) = event.member("severity")? else { return Ok(None) };
    for coding in severity.items("coding")? {
        match coding.text("code")? {
            Some("mild") => return Ok(Some(Severity::Mild)),
            Some("moderate") => return Ok(Some(Severity::Moderate)),
            Some("severe") => return Ok(Some(Severity::Severe)),
            _ => {}
        }
    }
    Ok(None)
}
