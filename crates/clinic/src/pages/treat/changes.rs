//! Small changes of a session: "this field to this value, if it was that".
//!
//! A doctor and an assistant write in one session at the same time. So nothing is saved as a whole: each change names the
//! field, the new value and the one that stood there when it was made. It is done on the newest version; what somebody
//! else changed in other fields stays, and only a field that both changed is told of.

use std::collections::BTreeMap;

use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};
use needlepoint_records::clinical::{NumbingRecord, ProductRecord, Session};
use serde::{Deserialize, Serialize};

use super::lines::Lines;
use crate::{
    pages::forms::{day, number, text},
    refusal::Refusal,
};

/// Longest answer, characters.
const ANSWER: usize = 500;
/// Longest note, characters.
const NOTE: usize = 10_000;
/// Longest needle that can be written down, mm.
const LONGEST_MM: f64 = 6.0;
/// Most passes that can be written down.
const MOST_PASSES: f64 = 200.0;
/// Most grams of a cream that can be written down.
const MOST_GRAMS: f64 = 500.0;
/// Most products of a session.
pub(crate) const MOST_PRODUCTS: usize = 12;
/// A tick that is set.
pub(crate) const TICKED: &str = "yes";
/// In a field of a time: this moment.
pub(crate) const NOW: &str = "now";

/// A change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// Name of the field; see [`fields`].
    pub(crate) field: String,
    /// What is to stand there.
    pub(crate) value: String,
    /// What stood there when the change was made.
    #[serde(default)]
    pub(crate) was: String,
}

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotMade {
    /// The session is closed.
    Closed,
    /// Somebody else wrote something else there.
    Clash(Clash),
    /// The value can't stand there; a sentence says why.
    Bad(String),
}

/// Two people wrote in one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Clash {
    /// Name of the field.
    pub(crate) field: String,
    /// What stands there now.
    pub(crate) now: String,
    /// What was to stand there.
    pub(crate) wanted: String,
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'b> {
    /// Name of the account.
    pub(crate) account: &'b str,
    /// When.
    pub(crate) at: Timestamp,
}

/// Every field that can be changed with what stands in it, by name: `tick.3`, `zone.0.needle_mm`, `product.1.lot`,
/// `line.Pain`, `numbing.on`, `lot`, `held_on`, `note`.
pub(crate) fn fields(session: &Session) -> BTreeMap<String, String> {
    let lines = Lines::of(session.note.as_deref());
    let mut names: Vec<String> = ["held_on", "lot", "note"].map(str::to_owned).to_vec();
    names.extend((0..session.checks.len()).map(|step| format!("tick.{step}")));
    names.extend(["product", "lot", "grams", "on", "off"].map(|part| format!("numbing.{part}")));
    let zones = 0..session.zones.len();
    let of_zone =
        |zone| ["needle_mm", "passes", "endpoint"].map(|part| format!("zone.{zone}.{part}"));
    names.extend(zones.flat_map(of_zone));
    let products = 0..(session.products.len() + 1).min(MOST_PRODUCTS);
    let of_product =
        |product| ["product", "lot", "expires"].map(|part| format!("product.{product}.{part}"));
    names.extend(products.flat_map(of_product));
    names.extend(lines.answers.iter().map(|(label, _)| format!("line.{label}")));
    names.into_iter().filter_map(|name| Some((name.clone(), get(session, &name)?))).collect()
}

/// What stands in a field; none if there is no such field.
pub(crate) fn get(session: &Session, field: &str) -> Option<String> {
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let parts: Vec<&str> = field.splitn(3, '.').collect();
    Some(match parts.as_slice() {
        ["held_on"] => session.held_on.to_string(),
        ["note"] => Lines::of(session.note.as_deref()).text,
        ["lot"] => session.zones.first().map(|zone| given(&zone.lot)).unwrap_or_default(),
        ["line", ..] => {
            Lines::of(session.note.as_deref()).answer(field.strip_prefix("line.")?).to_owned()
        }
        ["tick", step] => {
            let check = session.checks.get(step.parse::<usize>().ok()?)?;
            if check.done_at.is_some() { TICKED.to_owned() } else { String::new() }
        }
        ["numbing", part] => {
            let of = |read: &dyn Fn(&NumbingRecord) -> String| {
                session.numbing.as_ref().map(read).unwrap_or_default()
            };
            match *part {
                "product" => of(&|numbing| numbing.product.clone()),
                "lot" => of(&|numbing| given(&numbing.lot)),
                "grams" => of(&|numbing| plain(numbing.grams)),
                "on" => of(&|numbing| wall(numbing.applied_at)),
                "off" => of(&|numbing| wall(numbing.removed_at)),
                _ => return None,
            }
        }
        ["zone", zone, part] => {
            let zone = session.zones.get(zone.parse::<usize>().ok()?)?;
            match *part {
                "needle_mm" => plain(zone.needle_mm),
                "passes" => zone.passes.map(|passes| passes.to_string()).unwrap_or_default(),
                "endpoint" => given(&zone.endpoint),
                _ => return None,
            }
        }
        ["product", product, part] => {
            let product =
                product.parse::<usize>().ok().filter(|product| *product < MOST_PRODUCTS)?;
            let of = |read: &dyn Fn(&ProductRecord) -> String| {
                session.products.get(product).map(read).unwrap_or_default()
            };
            match *part {
                "product" => of(&|product| product.product.clone()),
                "lot" => of(&|product| given(&product.lot)),
                "expires" => {
                    of(&|product| product.expires.map(|day| day.to_string()).unwrap_or_default())
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// Make a change.
///
/// # Errors
/// See [`NotMade`]; the session is as it was then.
pub(crate) fn make(session: &mut Session, change: &Change, by: By<'_>) -> Result<(), NotMade> {
    if session.finished_at.is_some() {
        return Err(NotMade::Closed);
    }
    let no_field =
        || NotMade::Bad("There is no such field in this session. Load the page again.".to_owned());
    let now = get(session, &change.field).ok_or_else(no_field)?;
    if same(&now, &change.value) {
        return Ok(());
    }
    if !same(&now, &change.was) {
        let clash = Clash { field: change.field.clone(), now, wanted: change.value.clone() };
        return Err(NotMade::Clash(clash));
    }
    set(session, change, by).map_err(|refusal| match refusal {
        Refusal::BadInput(why) => NotMade::Bad(why),
        _ => no_field(),
    })
}

/// What a form that was sent as a whole changes: fields that hold something else than when it was shown.
///
/// A box without its tick is not sent; any other field that is not sent was not in the form, and stays.
pub(crate) fn changes(
    shown: &BTreeMap<String, String>,
    sent: &BTreeMap<String, String>,
) -> Vec<Change> {
    let of = |(field, was): (&String, &String)| {
        let unticked = field.starts_with("tick.").then(String::new);
        let value = sent.get(field).cloned().or(unticked)?;
        Some(Change { field: field.clone(), value, was: was.clone() })
    };
    shown.iter().filter_map(of).filter(|change| !same(&change.value, &change.was)).collect()
}

/// Whether two texts are the same in a form, where browsers write ends of lines in their own way.
fn same(a: &str, b: &str) -> bool {
    a.replace("\r\n", "\n").trim() == b.replace("\r\n", "\n").trim()
}

fn set(session: &mut Session, change: &Change, by: By<'_>) -> Result<(), Refusal> {
    let value = change.value.replace("\r\n", "\n");
    let longest = if change.field == "note" { NOTE } else { ANSWER };
    if value.chars().count() > longest {
        return Err(Refusal::bad(format!("This is too long: {longest} characters are taken.")));
    }
    let parts: Vec<&str> = change.field.splitn(3, '.').collect();
    match parts.as_slice() {
        ["held_on"] => {
            let held = day(&value)?.ok_or_else(|| Refusal::bad("A session needs a day."))?;
            if held > by.at.to_zoned(TimeZone::system()).date() {
                let why = format!("{held} is still to come: write the day it was held, or today.");
                return Err(Refusal::bad(why));
            }
            session.held_on = held;
        }
        ["note"] => with_lines(session, |lines| lines.text = value),
        ["line", ..] => {
            let label = change.field.strip_prefix("line.").unwrap_or_default();
            with_lines(session, |lines| lines.put(label, &value));
        }
        ["lot"] => session.zones.iter_mut().for_each(|zone| zone.lot = text(&value)),
        ["tick", step] => {
            let check = step.parse::<usize>().ok().and_then(|step| session.checks.get_mut(step));
            let check = check.ok_or(Refusal::NotFound)?;
            let ticked = value == TICKED;
            check.done_at = ticked.then_some(by.at);
            check.by = ticked.then(|| by.account.to_owned());
        }
        ["numbing", part] => set_numbing(session, part, &value, by)?,
        ["zone", zone, part] => {
            let zone = zone.parse::<usize>().ok().and_then(|zone| session.zones.get_mut(zone));
            let zone = zone.ok_or(Refusal::NotFound)?;
            match *part {
                "needle_mm" => {
                    zone.needle_mm = within(&value, "A needle length in mm", LONGEST_MM)?;
                }
                "passes" => zone.passes = whole(&value, "Passes", MOST_PASSES)?,
                "endpoint" => zone.endpoint = text(&value),
                _ => return Err(Refusal::NotFound),
            }
        }
        ["product", product, part] => set_product(session, product, part, &value)?,
        _ => return Err(Refusal::NotFound),
    }
    Ok(())
}

fn with_lines(session: &mut Session, change: impl FnOnce(&mut Lines)) {
    let mut lines = Lines::of(session.note.as_deref());
    change(&mut lines);
    session.note = lines.note();
}

fn set_numbing(session: &mut Session, part: &str, value: &str, by: By<'_>) -> Result<(), Refusal> {
    let mut numbing = session.numbing.clone().unwrap_or_else(|| NumbingRecord {
        product: String::new(),
        lot: None,
        grams: None,
        applied_at: None,
        removed_at: None,
        planned_minutes: None,
    });
    let day = session.held_on;
    match part {
        "product" => numbing.product = text(value).unwrap_or_default(),
        "lot" => numbing.lot = text(value),
        "grams" => numbing.grams = within(value, "Grams of a cream", MOST_GRAMS)?,
        "on" => {
            numbing.applied_at = moment(value, day, by.at)?;
            // A cream that never went on did not come off either.
            numbing.removed_at = numbing.removed_at.filter(|_| numbing.applied_at.is_some());
        }
        "off" => numbing.removed_at = moment(value, day, by.at)?,
        _ => return Err(Refusal::NotFound),
    }
    if let (Some(on), Some(off)) = (numbing.applied_at, numbing.removed_at)
        && off < on
    {
        return Err(Refusal::bad("The cream can't come off before it went on. Correct the times."));
    }
    session.numbing = Some(numbing);
    Ok(())
}

/// Products keep their places until the session is closed, so that two people never mean different ones by one number.
fn set_product(
    session: &mut Session,
    product: &str,
    part: &str,
    value: &str,
) -> Result<(), Refusal> {
    let product = product.parse::<usize>().map_err(|_| Refusal::NotFound)?;
    if product > session.products.len() {
        return Err(Refusal::bad("Write the product before it down first."));
    }
    let mut changed = session.products.get(product).cloned().unwrap_or_else(|| ProductRecord {
        product: String::new(),
        lot: None,
        expires: None,
    });
    match part {
        "product" => changed.product = text(value).unwrap_or_default(),
        "lot" => changed.lot = text(value),
        "expires" => changed.expires = day(value)?,
        _ => return Err(Refusal::NotFound),
    }
    match session.products.get_mut(product) {
        Some(known) => *known = changed,
        None => session.products.push(changed),
    }
    Ok(())
}

/// A number above nothing and no greater than there can be.
fn within(value: &str, what: &str, most: f64) -> Result<Option<f64>, Refusal> {
    let number = number(value)?;
    if number.is_some_and(|number| !(0.0..=most).contains(&number)) {
        return Err(Refusal::bad(format!("{what} lies between 0 and {most}.")));
    }
    Ok(number)
}

fn whole(value: &str, what: &str, most: f64) -> Result<Option<u32>, Refusal> {
    let number = within(value, what, most)?;
    if number.is_some_and(|number| number.fract() != 0.0) {
        return Err(Refusal::bad(format!("{what}: write a whole number.")));
    }
    Ok(number.map(|number| number as u32))
}

/// This moment, or a time of the day of the session on the clock of the practice.
fn moment(value: &str, day: Date, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    let value = value.trim();
    if value.is_empty() {
        return Ok(None);
    }
    if value == NOW {
        return Ok(Some(now));
    }
    let no_time = |_| Refusal::bad("Write the time as 14:05.");
    let time: Time = value.parse().map_err(no_time)?;
    let moment: Zoned = day.to_datetime(time).to_zoned(TimeZone::system()).map_err(no_time)?;
    Ok(Some(moment.timestamp()))
}

/// A time on the clock of the practice, to the minute; empty without one.
pub(crate) fn wall(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_zoned(TimeZone::system()).strftime("%H:%M").to_string()).unwrap_or_default()
}

/// A number as somebody writes it.
fn plain(number: Option<f64>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::pages::treat::sheet::tests::session;

    fn by(account: &str) -> By<'_> {
        By { account, at: "2026-11-30T10:00:00Z".parse().unwrap() }
    }

    fn change(field: &str, value: &str, was: &str) -> Change {
        Change { field: field.to_owned(), value: value.to_owned(), was: was.to_owned() }
    }

    fn made(session: &mut Session, field: &str, value: &str) -> Result<(), NotMade> {
        let was = get(session, field).unwrap_or_default();
        make(session, &change(field, value, &was), by("doctor"))
    }

    #[test]
    fn every_field_takes_a_value_and_gives_it_back() {
        let mut session = session();
        for (field, value) in [
            ("held_on", "2026-11-28"),
            ("lot", "L-77"),
            ("note", "Calm.\nSlight swelling."),
            ("tick.2", "yes"),
            ("numbing.product", "lidocaine-4-cream"),
            ("numbing.lot", "N-1"),
            ("numbing.grams", "11.5"),
            ("numbing.on", "10:05"),
            ("numbing.off", "10:35"),
            ("zone.0.needle_mm", "1.25"),
            ("zone.0.passes", "4"),
            ("zone.0.endpoint", "erythema"),
            ("product.0.product", "hyaluronic-acid"),
            ("product.0.lot", "H-9"),
            ("product.0.expires", "2027-05-31"),
            ("line.Pain", "4"),
        ] {
            made(&mut session, field, value).unwrap();
            assert_eq!(get(&session, field).as_deref(), Some(value), "{field}");
            assert_eq!(fields(&session)[field], value, "{field}");
        }
        assert_eq!(session.checks[2].by.as_deref(), Some("doctor"));
        assert!(session.zones.iter().all(|zone| zone.lot.as_deref() == Some("L-77")));
        made(&mut session, "tick.2", "").unwrap();
        assert_eq!((session.checks[2].done_at, session.checks[2].by.clone()), (None, None));
    }

    #[test]
    fn what_two_people_write_in_different_fields_stays() {
        let mut session = session();
        // Both saw the session when nothing was written in it.
        make(&mut session, &change("tick.0", "yes", ""), by("assistant")).unwrap();
        make(&mut session, &change("zone.0.needle_mm", "1.5", ""), by("doctor")).unwrap();
        make(&mut session, &change("line.Pain", "3", ""), by("assistant")).unwrap();
        make(&mut session, &change("note", "Calm.", ""), by("doctor")).unwrap();
        assert_eq!(session.checks[0].by.as_deref(), Some("assistant"));
        assert_eq!(session.zones[0].needle_mm, Some(1.5));
        assert_eq!(get(&session, "line.Pain").as_deref(), Some("3"));
        assert_eq!(get(&session, "note").as_deref(), Some("Calm."));
    }

    #[test]
    fn a_field_that_both_wrote_in_is_told_of() {
        let mut session = session();
        make(&mut session, &change("zone.0.passes", "4", ""), by("doctor")).unwrap();
        let clash = Clash {
            field: "zone.0.passes".to_owned(),
            now: "4".to_owned(),
            wanted: "6".to_owned(),
        };
        let late = make(&mut session, &change("zone.0.passes", "6", ""), by("assistant"));
        assert_eq!(late, Err(NotMade::Clash(clash)));
        assert_eq!(session.zones[0].passes, Some(4));
        // The same from both is no disagreement, and who has seen the other's value may replace it.
        make(&mut session, &change("zone.0.passes", "4", ""), by("assistant")).unwrap();
        make(&mut session, &change("zone.0.passes", "6", "4"), by("assistant")).unwrap();
        assert_eq!(session.zones[0].passes, Some(6));
    }

    #[test]
    fn a_tick_keeps_the_one_who_set_it() {
        let mut session = session();
        make(&mut session, &change("tick.0", "yes", ""), by("assistant")).unwrap();
        make(&mut session, &change("tick.0", "yes", ""), by("doctor")).unwrap();
        assert_eq!(session.checks[0].by.as_deref(), Some("assistant"));
    }

    #[test]
    fn a_closed_session_is_not_changed() {
        let mut session = session();
        session.finished_at = Some(by("doctor").at);
        let before = session.clone();
        assert_eq!(made(&mut session, "note", "later"), Err(NotMade::Closed));
        assert_eq!(session, before);
    }

    #[test]
    fn what_can_not_be_is_refused_and_changes_nothing() {
        let mut session = session();
        let before = session.clone();
        let long = "x".repeat(ANSWER + 1);
        for (field, value) in [
            ("zone.0.needle_mm", "deep"),
            ("zone.0.needle_mm", "-1"),
            ("zone.0.needle_mm", "60"),
            ("zone.0.passes", "2.5"),
            ("zone.99.passes", "2"),
            ("zone.0.site", "nose"),
            ("tick.999", "yes"),
            ("tick.-1", "yes"),
            ("numbing.grams", "NaN"),
            ("numbing.on", "25:99"),
            ("product.9.product", "hyaluronic-acid"),
            ("product.99999999999999999999.lot", "A"),
            ("held_on", ""),
            ("held_on", "yesterday"),
            // Written on the last of November.
            ("held_on", "2026-12-02"),
            ("finished_at", "now"),
            ("patient", "x"),
            ("", "x"),
            ("lot", long.as_str()),
        ] {
            assert!(matches!(made(&mut session, field, value), Err(NotMade::Bad(_))), "{field}");
            assert_eq!(session, before, "{field}");
        }
    }

    #[test]
    fn a_cream_comes_off_after_it_went_on() {
        let mut session = session();
        made(&mut session, "numbing.on", "10:30").unwrap();
        assert!(matches!(made(&mut session, "numbing.off", "10:00"), Err(NotMade::Bad(_))));
        made(&mut session, "numbing.off", "11:00").unwrap();
        made(&mut session, "numbing.on", "").unwrap();
        assert_eq!(get(&session, "numbing.off").as_deref(), Some(""));
        made(&mut session, "numbing.on", NOW).unwrap();
        assert_eq!(session.numbing.unwrap().applied_at, Some(by("doctor").at));
    }

    #[test]
    fn a_form_changes_only_what_was_touched() {
        let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
        };
        let shown = of(&[
            ("tick.0", "yes"),
            ("tick.1", ""),
            ("note", "a\nb"),
            ("lot", ""),
            ("held_on", "2026-11-30"),
        ]);
        let sent = of(&[("tick.1", "yes"), ("note", "a\r\nb"), ("lot", "7"), ("other", "x")]);
        let told: Vec<(String, String, String)> =
            changes(&shown, &sent).into_iter().map(|c| (c.field, c.value, c.was)).collect();
        let expected = [("lot", "7", ""), ("tick.0", "", "yes"), ("tick.1", "yes", "")];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(told, expected);
    }
}
