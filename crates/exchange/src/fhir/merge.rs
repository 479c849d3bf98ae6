//! What another program changed in a resource of ours: what any program can see wins over what we kept, and is told.
//!
//! A resource is held against the one that would be written from the document now. Where both say the same, the document
//! is kept as it is, with all that FHIR has no element for.

use jiff::{Timestamp, civil::Date};
use needlepoint_records::{
    Id,
    clinical::{AdverseEvent, PlanStatus, RecordedSex, Severity},
    document::Document,
};
use serde_json::Value;

use super::{
    Import,
    bundle::{Bundle, Resource, bytes},
    names,
    render::{Key, Rendered, day_of},
    spot::{Spot, When, shortened},
    visible,
};
use crate::ExchangeError;

/// Elements that a server writes anew when it takes a resource, and that say nothing of what was recorded.
const OF_THE_SERVER: [&str; 10] = [
    "resourceType",
    "id",
    "meta",
    "text",
    "implicitRules",
    "language",
    "encounter",
    "basedOn",
    "supportingInfo",
    "suspectEntity",
];

/// Takes over what differs from `ours`.
pub(super) fn merge(
    bundle: &Bundle<'_>,
    theirs: &Resource<'_>,
    ours: &Rendered,
    import: &mut Import,
) -> Result<(), ExchangeError> {
    if *theirs.spot.value() == ours.resource {
        return Ok(());
    }
    let mut merge = Merge {
        bundle,
        theirs: &theirs.spot,
        ours: Spot::whole(&ours.resource),
        title: theirs.title(),
        taken: Vec::new(),
        changed: &mut import.changed,
        left_out: &mut import.left_out,
    };
    let snapshot = &mut import.snapshot;
    match &ours.key {
        Key::Document(id) => {
            if let Some(document) = find(&mut snapshot.patients, *id) {
                merge.patient(document)?;
            } else if let Some(document) = find(&mut snapshot.consultations, *id) {
                merge.consultation(document)?;
            } else if let Some(document) = find(&mut snapshot.plans, *id) {
                merge.plan(document)?;
            } else if let Some(document) = find(&mut snapshot.sessions, *id) {
                merge.session(document)?;
            } else if let Some(document) = find(&mut snapshot.visits, *id) {
                merge.visit(document)?;
            } else if let Some(document) = find(&mut snapshot.photographs, *id) {
                merge.photograph(document)?;
            }
        }
        Key::Part(id, name, number) => {
            let number = *number as usize;
            if let Some(document) = find(&mut snapshot.visits, *id) {
                let visit = &mut document.content;
                match name.as_str() {
                    "score" => merge.score(&mut visit.scores[number])?,
                    _ => merge.adverse_event(&mut visit.adverse_events[number])?,
                }
                merge.subject(visit.patient)?;
            } else if let Some(document) = find(&mut snapshot.sessions, *id) {
                merge.adverse_event(&mut document.content.adverse_events[number])?;
                merge.subject(document.content.patient)?;
            } else if let Some(document) = find(&mut snapshot.consultations, *id) {
                merge.subject(document.content.patient)?;
            }
        }
        Key::Picture(_) => merge.taken.push("content"),
    }
    merge.rest();
    Ok(())
}

fn find<T>(documents: &mut [Document<T>], id: Id) -> Option<&mut Document<T>> {
    documents.iter_mut().find(|document| document.id == id)
}

struct Merge<'a, 'b> {
    bundle: &'a Bundle<'b>,
    theirs: &'a Spot<'b>,
    ours: Spot<'a>,
    title: String,
    /// Elements that were looked at.
    taken: Vec<&'static str>,
    changed: &'a mut Vec<String>,
    left_out: &'a mut Vec<String>,
}

impl Merge<'_, '_> {
    fn patient(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Patient>,
    ) -> Result<(), ExchangeError> {
        let (theirs, ours) = (visible::person(self.theirs)?, visible::person(&self.ours)?);
        let patient = &mut document.content;
        self.taken.extend(["name", "birthDate", "gender", "telecom"]);
        self.take("family name", theirs.family_name, &ours.family_name, &mut patient.family_name);
        self.take("given name", theirs.given_name, &ours.given_name, &mut patient.given_name);
        self.take("sex", theirs.sex, &ours.sex, &mut patient.sex);
        self.take("telephone", theirs.phone, &ours.phone, &mut patient.phone);
        self.take("mail address", theirs.email, &ours.email, &mut patient.email);
        if let Some(When::Partly(partly)) = theirs.birth_date {
            self.left_out.push(format!(
                "{}: the birth date {partly} is no whole day; the one of the record was kept.",
                self.title
            ));
        } else {
            let day = |when: Option<When>| when.and_then(|when| when.day());
            self.take(
                "birth date",
                day(theirs.birth_date),
                &day(ours.birth_date),
                &mut patient.birth_date,
            );
        }
        for further in theirs.further {
            self.left_out.push(format!("{}: {further}.", self.title));
        }
        Ok(())
    }

    fn consultation(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Consultation>,
    ) -> Result<(), ExchangeError> {
        let (theirs, ours) = (file(self.theirs)?, file(&self.ours)?);
        let consultation = &mut document.content;
        self.taken.extend(["content", "context"]);
        match theirs {
            Some(theirs) => {
                self.take("file", theirs, &ours.unwrap_or_default(), &mut consultation.file);
            }
            None if ours.is_some() => self.left_out.push(format!(
                "{}: the file with the answers is missing or no text; the one of the record was kept.",
                self.title
            )),
            None => {}
        }
        let held = |spot: &Spot<'_>| {
            let context = spot.member("context")?;
            context.map_or(Ok(None), |context| Ok(visible::period(&context, "period")?.0))
        };
        let (theirs, ours) = (held(self.theirs)?, held(&self.ours)?);
        self.take_day("day", theirs.as_ref(), ours.as_ref(), &mut consultation.held_on);
        self.subject(consultation.patient)
    }

    fn plan(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Plan>,
    ) -> Result<(), ExchangeError> {
        let plan = &mut document.content;
        self.taken.extend(["status", "created", "activity", "note"]);
        let status = visible::plan_status(self.theirs)?;
        let (status, ours) = (status, visible::plan_status(&self.ours)?);
        if let (Some(status), Some(ours)) = (status, ours) {
            self.take("status", status, &ours, &mut plan.status);
        }
        let (theirs, ours) = (self.theirs.when("created")?, self.ours.when("created")?);
        self.take_day(
            "day on which it was made",
            theirs.as_ref(),
            ours.as_ref(),
            &mut plan.made_on,
        );
        let (theirs, ours) =
            (visible::planned_days(self.theirs)?, visible::planned_days(&self.ours)?);
        self.take("days of the sessions", theirs, &ours, &mut plan.dates);
        self.note(&mut plan.note)?;
        self.subject(plan.patient)
    }

    fn session(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Session>,
    ) -> Result<(), ExchangeError> {
        let session = &mut document.content;
        self.taken.extend(["performedDateTime", "performedPeriod", "note"]);
        let (theirs, ours) =
            (visible::span(self.theirs, "performed")?, visible::span(&self.ours, "performed")?);
        if theirs != ours {
            self.take_day("day", theirs.0.as_ref(), ours.0.as_ref(), &mut session.held_on);
            let instant = |when: &Option<When>| when.as_ref().and_then(When::instant);
            let (began, before) = (instant(&theirs.0), instant(&ours.0));
            self.take("beginning", began, &before, &mut session.started_at);
            let (ended, before) = (instant(&theirs.1), instant(&ours.1));
            self.take("end", ended, &before, &mut session.finished_at);
        }
        self.note(&mut session.note)?;
        self.subject(session.patient)
    }

    fn visit(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Visit>,
    ) -> Result<(), ExchangeError> {
        self.taken.push("period");
        let theirs = visible::period(self.theirs, "period")?.0;
        let ours = visible::period(&self.ours, "period")?.0;
        self.take_day("day", theirs.as_ref(), ours.as_ref(), &mut document.content.seen_on);
        self.subject(document.content.patient)
    }

    fn photograph(
        &mut self,
        document: &mut Document<needlepoint_records::clinical::Photograph>,
    ) -> Result<(), ExchangeError> {
        let photograph = &mut document.content;
        // The picture itself was taken before.
        self.taken.extend(["content", "createdDateTime", "bodySite", "note"]);
        let (theirs, ours) =
            (self.theirs.when("createdDateTime")?, self.ours.when("createdDateTime")?);
        self.take_day("day", theirs.as_ref(), ours.as_ref(), &mut photograph.taken_on);
        let site = |spot: &Spot<'_>| visible::member_name(spot, "bodySite", names::SITE);
        let (theirs, ours) = (site(self.theirs)?, site(&self.ours)?);
        self.take("site", theirs, &ours, &mut photograph.site);
        let (theirs, ours) = (visible::notes(self.theirs)?, visible::notes(&self.ours)?);
        self.take("caption", theirs, &ours, &mut photograph.caption);
        self.subject(photograph.patient)
    }

    fn score(
        &mut self,
        score: &mut needlepoint_records::clinical::Score,
    ) -> Result<(), ExchangeError> {
        let (theirs, ours) = (visible::observed(self.theirs)?, visible::observed(&self.ours)?);
        self.taken.extend(["code", "bodySite", "valueQuantity", "valueInteger", "performer"]);
        self.take_known("scale", theirs.scale, ours.scale, &mut score.scale);
        self.take_known("site", theirs.site, ours.site, &mut score.site);
        self.take_known("value", theirs.value, ours.value, &mut score.value);
        self.take("rater", theirs.rater, &ours.rater, &mut score.rater);
        if theirs.unit.is_some() {
            self.left_out.push(format!(
                "{}: a unit was added; values are kept in the unit of their scale.",
                self.title
            ));
        }
        Ok(())
    }

    fn adverse_event(&mut self, event: &mut AdverseEvent) -> Result<(), ExchangeError> {
        self.taken.extend(["event", "date", "severity"]);
        let what = |spot: &Spot<'_>| {
            spot.member("event")?.map_or(Ok(None), |concept| visible::in_words(&concept))
        };
        let (theirs, ours) = (what(self.theirs)?, what(&self.ours)?);
        self.take_known("what went wrong", theirs, ours, &mut event.what);
        let (theirs, ours) = (self.theirs.when("date")?, self.ours.when("date")?);
        let instant = |when: Option<When>| when.and_then(|when| when.instant());
        self.take_known("time", instant(theirs), instant(ours), &mut event.at);
        let (theirs, ours) = (visible::severity(self.theirs)?, visible::severity(&self.ours)?);
        self.take_known("severity", theirs, ours, &mut event.severity);
        Ok(())
    }

    fn note(&mut self, note: &mut Option<String>) -> Result<(), ExchangeError> {
        let (theirs, ours) = (visible::notes(self.theirs)?, visible::notes(&self.ours)?);
        self.take("note", theirs, &ours, note);
        Ok(())
    }

    /// Takes over what differs, also that there is nothing any more.
    fn take<T: PartialEq + Shown>(&mut self, what: &str, theirs: T, ours: &T, kept: &mut T) {
        if theirs == *ours {
            return;
        }
        self.changed.push(format!(
            "{}: {what}: {} now, {} before.",
            self.title,
            theirs.shown(),
            kept.shown()
        ));
        *kept = theirs;
    }

    /// Takes over what differs, where a record can't do without.
    fn take_known<T: PartialEq + Shown>(
        &mut self,
        what: &str,
        theirs: Option<T>,
        ours: Option<T>,
        kept: &mut T,
    ) {
        match (theirs, ours) {
            (Some(theirs), Some(ours)) => self.take(what, theirs, &ours, kept),
            (Some(theirs), None) => {
                self.changed.push(format!(
                    "{}: {what}: {} now, {} before.",
                    self.title,
                    theirs.shown(),
                    kept.shown()
                ));
                *kept = theirs;
            }
            (None, Some(_)) => self.left_out.push(format!(
                "{}: {what}: missing or can't be read; the record keeps {}.",
                self.title,
                kept.shown()
            )),
            (None, None) => {}
        }
    }

    /// Takes over a day; less than a day does not replace one.
    fn take_day(
        &mut self,
        what: &str,
        theirs: Option<&When>,
        ours: Option<&When>,
        kept: &mut Date,
    ) {
        // A record tells the day at the practice; of an instant that did not move, another zone is no other day.
        let same = |a: &When, b: &When| a.instant().is_some() && a.instant() == b.instant();
        if theirs.zip(ours).is_some_and(|(theirs, ours)| same(theirs, ours)) {
            return;
        }
        let ours = match ours {
            Some(When::Instant(_, at)) => Some(day_of(*at)),
            ours => ours.and_then(When::day),
        };
        self.take_known(what, theirs.and_then(When::day), ours, kept);
    }

    /// A record is not handed to another person by an import.
    fn subject(&mut self, patient: Id) -> Result<(), ExchangeError> {
        self.taken.push("subject");
        let other = self.bundle.referred(self.theirs, "subject")?;
        if other.is_some_and(|other| other.id != patient) {
            self.left_out.push(format!(
                "{}: it belongs to another patient now; the record was left with the one it had.",
                self.title
            ));
        }
        Ok(())
    }

    /// Tells of what differs and has no place in a record.
    fn rest(self) {
        let mut keys: Vec<&str> =
            self.theirs.keys().chain(self.ours.keys()).map(String::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        let differ: Vec<String> = keys
            .into_iter()
            .filter(|key| !OF_THE_SERVER.contains(key) && !self.taken.contains(key))
            .filter(|key| said(self.theirs.value(), key) != said(self.ours.value(), key))
            .map(shortened)
            .collect();
        if !differ.is_empty() {
            self.left_out.push(format!(
                "{}: another program changed or added {}; this has no place of its own in a record and was left out.",
                self.title,
                differ.join(", ")
            ));
        }
    }
}

/// What an element says; of extensions only those of others.
fn said<'a>(resource: &'a Value, key: &str) -> Vec<&'a Value> {
    let ours = |value: &Value| {
        let url = value.get("url").and_then(Value::as_str);
        url.is_some_and(|url| [names::DOCUMENT, names::PART, names::PICTURE].contains(&url))
    };
    match resource.get(key) {
        Some(Value::Array(items)) if key == "extension" => {
            items.iter().filter(|item| !ours(item)).collect()
        }
        Some(value) => vec![value],
        None => Vec::new(),
    }
}

/// The file with the answers, if it is a text.
fn file(document: &Spot<'_>) -> Result<Option<String>, ExchangeError> {
    for content in document.items("content")? {
        if let Some(attachment) = content.member("attachment")?
            && let Some(bytes) = bytes(&attachment, "data")?
        {
            return Ok(String::from_utf8(bytes).ok());
        }
    }
    Ok(None)
}

/// How a value is told in a sentence.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for String {
    fn shown(&self) -> String {
        let words: Vec<&str> = self.split_whitespace().collect();
        format!("\"{}\"", shortened(&words.join(" ")))
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "not stated".to_owned(), Shown::shown)
    }
}

impl Shown for Vec<Date> {
    fn shown(&self) -> String {
        let days: Vec<String> = self.iter().map(ToString::to_string).collect();
        if days.is_empty() { "none".to_owned() } else { days.join(", ") }
    }
}

macro_rules! shown_as_it_is {
    ($($kind:ty),*) => {
        $(impl Shown for $kind {
            fn shown(&self) -> String {
                self.to_string()
            }
        })*
    };
}

shown_as_it_is!(Date, Timestamp, f64);

macro_rules! shown_in_lower_case {
    ($($kind:ty),*) => {
        $(impl Shown for $kind {
            fn shown(&self) -> String {
                format!("{self:?}").to_lowercase()
            }
        })*
    };
}

shown_in_lower_case!(RecordedSex, Severity, PlanStatus);
