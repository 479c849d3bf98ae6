//! The calendar: sessions, aftercare and reviews, as a file that calendar programs read (RFC 5545).
//!
//! - An event keeps its identifier (UID) when a session moves: it is a hash of the patient's file and title, what kind of
//!   event it is, the session and the item, never of a date. Importing a later plan moves events instead of doubling them.
//! - SEQUENCE tells programs which version is newer. There is no memory of earlier files, so it is counted from what is
//!   known: the days from 2020-01-01 to the day of the assessment, times a hundred, plus the revision that a user states
//!   for a second plan of the same day. DTSTAMP goes the same way, and no clock is asked.
//! - With a time zone, times are instants in UTC, so that they stay right across a change of clocks and for every reader;
//!   without one they are floating, and mean the clock on the wall. Whole days are dates in either case.

use icalendar::{Alarm, Calendar, Component as _, Event, EventLike as _, Property, Trigger};
use jiff::{
    SignedDuration, ToSpan as _,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};
use needlepoint_care::{
    aftercare::{Aftercare, ExpectedDay, Stretch, Urgency},
    plan::{Because, Plan, Review},
    screening::Verdict,
};
use needlepoint_knowledge::store::fingerprint;
use thiserror::Error;

use super::{CareInput, words};

/// Aftercare up to here is told by the hour, afterwards by the day.
const BY_THE_HOUR: f64 = 72.0;

/// Nobody is woken: what begins between these is called to mind in the evening before.
const NIGHT: (Time, Time) = (Time::constant(21, 30, 0, 0), Time::constant(8, 0, 0, 0));
const EVENING: Time = Time::constant(21, 0, 0, 0);

/// Minutes of a session whose sheet is missing.
const USUAL_MINUTES: f64 = 60.0;

/// A revision above this would reach into the next day's numbers.
const MOST_REVISIONS: u32 = 99;

/// Why a time zone can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is not a time zone of the IANA database: write one like Europe/Berlin or America/New_York"
)]
pub struct TimeZoneError(String);

/// When sessions begin.
#[derive(Debug, Clone)]
pub struct SessionTime {
    begins: Time,
    zone: Option<TimeZone>,
    revision: u32,
}

impl SessionTime {
    /// Sessions begin at `begins`, in a zone of the IANA database, or on the clock on the wall if none is named.
    /// `revision` counts plans of the same day, from 0; more than 99 count as 99.
    ///
    /// # Errors
    ///
    /// If there is no such zone.
    pub fn new(begins: Time, zone: Option<&str>, revision: u32) -> Result<Self, TimeZoneError> {
        let zone = zone
            .map(|name| TimeZone::get(name).map_err(|_| TimeZoneError(name.to_owned())))
            .transpose()?;
        Ok(Self { begins, zone, revision: revision.min(MOST_REVISIONS) })
    }

    /// A time so long after the beginning of a session, as RFC 5545 writes it.
    fn after(&self, date: Date, minutes: f64) -> Result<Moment, jiff::Error> {
        let later = SignedDuration::from_secs((minutes * 60.0).round() as i64);
        let begins = date.to_datetime(self.begins);
        let Some(zone) = &self.zone else {
            let wall = begins.checked_add(later)?;
            return Ok(Moment { written: wall.strftime("%Y%m%dT%H%M%S").to_string(), wall });
        };
        let moment = begins.to_zoned(zone.clone())?.checked_add(later)?;
        let utc = moment.with_time_zone(TimeZone::UTC);
        Ok(Moment { written: utc.strftime("%Y%m%dT%H%M%SZ").to_string(), wall: moment.datetime() })
    }
}

/// A time as it is written, and what the clock on the wall shows.
struct Moment {
    written: String,
    wall: DateTime,
}

/// The calendar; none where there is neither a session nor a day to wait for.
///
/// # Errors
///
/// If a day lies beyond the years that a calendar can hold.
pub(crate) fn calendar(
    input: &CareInput<'_>,
    time: &SessionTime,
) -> Result<Option<String>, jiff::Error> {
    let book = Book { input, time };
    let care = input.care;
    let mut events = Vec::new();
    if let Some(plan) = &care.plan {
        for (i, date) in plan.dates.iter().enumerate() {
            events.push(book.session(plan, i, *date)?);
            if let Some(aftercare) = &care.aftercare {
                let next = plan.dates.get(i + 1).copied();
                events.extend(book.aftercare(aftercare, i, *date, next)?);
            }
        }
        for (i, review) in plan.reviews.iter().enumerate() {
            events.push(book.review(review, i)?);
        }
    }
    if let (Verdict::Wait, Some(until)) = (care.screening.verdict, care.screening.until) {
        events.push(book.wait(until)?);
    }
    if events.is_empty() {
        return Ok(None);
    }
    let name = format!("Microneedling: {}", one_line(input.title));
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Needlepoint//Needlepoint//EN"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        // Its kind is stated because the builder does not know it as a text to be escaped.
        .append_property(Property::new("NAME", name.as_str()).add_parameter("VALUE", "TEXT").done())
        .append_property(("X-WR-CALNAME", name.as_str()));
    for event in events {
        calendar.push(event);
    }
    Ok(Some(calendar.to_string()))
}

/// What identifies an event for good.
struct Key<'a> {
    kind: &'a str,
    session: usize,
    item: String,
}

struct Book<'a> {
    input: &'a CareInput<'a>,
    time: &'a SessionTime,
}

impl Book<'_> {
    fn session(&self, plan: &Plan, i: usize, date: Date) -> Result<Event, jiff::Error> {
        let of = plan.dates.len();
        let minutes = self.minutes(i);
        let summary = format!("Microneedling, session {} of {of}", i + 1);
        let mut text = Vec::new();
        paragraph(&mut text, "In the days before:", &plan.before);
        text.push(format!("Allow {}.", words::minutes(minutes)));
        let key = Key { kind: "session", session: i + 1, item: "treatment".to_owned() };
        let mut event = self.event(&key, &summary, &text);
        self.span(&mut event, date, 0.0, minutes)?;
        event.add_property("TRANSP", "OPAQUE");
        self.alarm(&mut event, &key, "day-before", &summary, "-P1D");
        self.alarm(&mut event, &key, "hours-before", &summary, "-PT2H");
        Ok(event.done())
    }

    fn aftercare(
        &self,
        aftercare: &Aftercare,
        i: usize,
        date: Date,
        next: Option<Date>,
    ) -> Result<Vec<Event>, jiff::Error> {
        let mut events = Vec::new();
        for (place, stretch) in aftercare.stretches.iter().enumerate() {
            let first_day = date.checked_add((stretch.from_hours / 24.0).floor().to_days())?;
            if next.is_some_and(|next| first_day >= next) {
                continue;
            }
            events.push(self.stretch(aftercare, stretch, place == 0, i, date)?);
        }
        Ok(events)
    }

    fn stretch(
        &self,
        aftercare: &Aftercare,
        stretch: &Stretch,
        is_first: bool,
        i: usize,
        date: Date,
    ) -> Result<Event, jiff::Error> {
        let summary = format!("Aftercare, session {}: {}", i + 1, one_line(&stretch.label));
        let mut text = Vec::new();
        paragraph(&mut text, "Do:", &stretch.act);
        paragraph(&mut text, "Leave:", &stretch.avoid);
        expected(&mut text, &aftercare.course, stretch);
        if is_first {
            self.red_flags(&mut text);
        }
        let from_minutes = (stretch.from_hours * 60.0).round();
        let key =
            Key { kind: "aftercare", session: i + 1, item: format!("{from_minutes:.0} minutes") };
        let mut event = self.event(&key, &summary, &text);
        event.add_property("TRANSP", "TRANSPARENT");
        if stretch.from_hours < BY_THE_HOUR {
            let ends = self.minutes(i);
            let begins = ends + stretch.from_hours * 60.0;
            self.span(&mut event, date, begins, ends + stretch.until_hours * 60.0)?;
            let trigger = evening_before(self.time.after(date, begins)?.wall);
            self.alarm(&mut event, &key, "start", &summary, &trigger);
        } else {
            let first = date.checked_add((stretch.from_hours / 24.0).floor().to_days())?;
            let last = date.checked_add((stretch.until_hours / 24.0).ceil().to_days())?;
            whole_days(&mut event, first, last.max(first.tomorrow()?));
            self.alarm(&mut event, &key, "start", &summary, "PT9H");
        }
        Ok(event.done())
    }

    /// A day on which results are judged; `i` counts them.
    fn review(&self, review: &Review, i: usize) -> Result<Event, jiff::Error> {
        let summary = "Microneedling: judge the result";
        let rule = review.because.rule.as_deref().unwrap_or_default();
        let key = Key { kind: "review", session: 0, item: format!("{rule} {i}") };
        let mut event = self.event(&key, summary, std::slice::from_ref(&review.because.text));
        event.add_property("TRANSP", "TRANSPARENT");
        whole_days(&mut event, review.date, review.date.tomorrow()?);
        self.alarm(&mut event, &key, "week-before", summary, "-P7D");
        Ok(event.done())
    }

    /// The day from which screening again makes sense.
    fn wait(&self, until: Date) -> Result<Event, jiff::Error> {
        let summary = "Microneedling: ask again from today";
        let text = vec![words::headline(self.input.care), words::meaning(self.input.care)];
        let key = Key { kind: "wait", session: 0, item: "screen again".to_owned() };
        let mut event = self.event(&key, summary, &text);
        event.add_property("TRANSP", "TRANSPARENT");
        whole_days(&mut event, until, until.tomorrow()?);
        self.alarm(&mut event, &key, "start", summary, "PT9H");
        Ok(event.done())
    }

    fn event(&self, key: &Key<'_>, summary: &str, text: &[String]) -> Event {
        let mut event = Event::new();
        let mut text = text.to_vec();
        text.push(words::DISCLAIMER.to_owned());
        event
            .uid(&self.uid(key, ""))
            .add_property("DTSTAMP", self.stamp())
            .add_property("SEQUENCE", self.sequence().to_string())
            .add_property("SUMMARY", one_line(summary))
            .add_property("DESCRIPTION", text.join("\n"))
            .add_property("STATUS", "CONFIRMED")
            .add_property("CLASS", "PRIVATE");
        event.done()
    }

    fn span(
        &self,
        event: &mut Event,
        date: Date,
        from_minutes: f64,
        to_minutes: f64,
    ) -> Result<(), jiff::Error> {
        event.add_property("DTSTART", self.time.after(date, from_minutes)?.written);
        event.add_property("DTEND", self.time.after(date, to_minutes)?.written);
        Ok(())
    }

    fn alarm(&self, event: &mut Event, key: &Key<'_>, which: &str, text: &str, trigger: &str) {
        let mut alarm =
            Alarm::display(&one_line(text), Trigger::after_start(chrono::TimeDelta::zero()));
        // The builder would ask a clock and a generator of random numbers for these two.
        alarm
            .add_property("DTSTAMP", self.stamp())
            .add_property("UID", self.uid(key, which))
            .append_property(Property::new("TRIGGER", trigger));
        event.alarm(alarm);
    }

    /// Minutes of a session, by its sheet.
    fn minutes(&self, i: usize) -> f64 {
        self.input.care.sessions.get(i).map_or(USUAL_MINUTES, |sheet| sheet.minutes)
    }

    fn uid(&self, key: &Key<'_>, part: &str) -> String {
        let file = &self.input.provenance.patient_file;
        let session = key.session.to_string();
        let what = [file, self.input.title, key.kind, &session, &key.item, part].join("\u{1f}");
        let hash = fingerprint(what.as_bytes());
        format!("{}@needlepoint", &hash[..32])
    }

    fn sequence(&self) -> u32 {
        let days =
            Date::constant(2020, 1, 1).duration_until(self.input.care.assessed).as_hours() / 24;
        u32::try_from(days).unwrap_or(0) * (MOST_REVISIONS + 1) + self.time.revision
    }

    fn stamp(&self) -> String {
        let day = self.input.care.assessed.strftime("%Y%m%d");
        let revision = self.time.revision;
        format!("{day}T{:02}{:02}00Z", revision / 60, revision % 60)
    }

    fn red_flags(&self, text: &mut Vec<String>) {
        let mut flags: Vec<_> = self.input.care.red_flags.iter().collect();
        flags.sort_by_key(|flag| flag.urgency);
        let grave = flags.iter().filter(|flag| flag.urgency <= Urgency::SameDay);
        let lines: Vec<String> =
            grave.map(|flag| format!("- {} {}", flag.sign, flag.act)).collect();
        if !lines.is_empty() {
            text.push(format!("Call at once or on the same day:\n{}", lines.join("\n")));
        }
    }
}

/// An event from a day to the day before `end`.
fn whole_days(event: &mut Event, first: Date, end: Date) {
    for (name, date) in [("DTSTART", first), ("DTEND", end)] {
        let written = date.strftime("%Y%m%d").to_string();
        event.append_property(Property::new(name, written).add_parameter("VALUE", "DATE").done());
    }
}

/// Whole days as a span.
trait Days {
    fn to_days(self) -> jiff::Span;
}

impl Days for f64 {
    fn to_days(self) -> jiff::Span {
        (self as i64).days()
    }
}

/// Sentences as points below a heading.
fn paragraph(text: &mut Vec<String>, heading: &str, lines: &[Because]) {
    if !lines.is_empty() {
        let points: Vec<String> = lines.iter().map(|line| format!("- {}", line.text)).collect();
        text.push(format!("{heading}\n{}", points.join("\n")));
    }
}

/// What is to be seen on the days that a stretch begins or covers.
fn expected(text: &mut Vec<String>, course: &[ExpectedDay], stretch: &Stretch) {
    let covered = |day: &&ExpectedDay| {
        let from = f64::from(day.day) * 24.0;
        from >= stretch.from_hours && from < stretch.until_hours
    };
    let lines: Vec<String> = course
        .iter()
        .filter(covered)
        .map(|day| format!("- Day {}: {}", day.day, day.text))
        .collect();
    if !lines.is_empty() {
        text.push(format!("What most people see:\n{}", lines.join("\n")));
    }
}

/// When to call something to mind: at its start, or at nine in the evening if it starts at night.
fn evening_before(starts: DateTime) -> String {
    let (late, early) = NIGHT;
    let time = starts.time();
    let evening = if time >= late {
        starts.date().to_datetime(EVENING)
    } else if time < early {
        match starts.date().yesterday() {
            Ok(before) => before.to_datetime(EVENING),
            Err(_) => return "PT0S".to_owned(),
        }
    } else {
        return "PT0S".to_owned();
    };
    let minutes = evening.duration_until(starts).as_secs() / 60;
    format!("-PT{minutes}M")
}

/// Without line breaks and other control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
