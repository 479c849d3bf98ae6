//! What the model gives about the claims of `knowledge/claims.toml`.
//!
//! A claim names an example and what to read off its course; here the example is simulated, with the
//! changes that the claim asks for, and the band is read.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, read_case};
use needlepoint_course::{
    CourseError, Progress,
    observable::Observable,
    result::{Band, CourseResult, ZoneCourse},
    simulate,
    summary::at_day,
};
use needlepoint_knowledge::{
    Knowledge,
    claim::{Claim, ModelCase, ModelReading, Moment},
    nearest::nearest,
    problem::Problems,
    quantity::DAYS_PER_MONTH,
};
use serde::Serialize;

/// Members of each ensemble: enough for a band, few enough to wait for all claims.
pub const MEMBERS: u32 = 128;

macro_rules! examples {
    ($($name:literal),+ $(,)?) => {
        [$((
            $name,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/", $name, ".toml")),
        )),+]
    };
}

/// The cases a claim may be held against.
const EXAMPLES: [(&str, &str); 9] = examples!(
    "absorb-serums",
    "alam-2014",
    "dhurat-2013",
    "fabbrocini-2014",
    "farshi-2020",
    "farshi-2020-with-serum",
    "home-roller-025",
    "kenkel-2021",
    "lotfi-2013",
);

/// Why the model can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    /// A claim names no example.
    #[error("no example is called \"{name}\" ({help})")]
    UnknownExample {
        /// The name.
        name: String,
        /// What to write instead.
        help: String,
    },
    /// An example holds mistakes with this knowledge.
    #[error("{}", .0.to_lines())]
    Problems(Problems),
    /// An example doesn't hold what a claim asks of it.
    #[error("the example \"{example}\" gives no `{observable}` at \"{site}\" then")]
    NoReading {
        /// The example.
        example: String,
        /// What was asked for.
        observable: String,
        /// Where.
        site: String,
    },
    /// An example can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// What the model gives about a claim.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// What was read, in words.
    pub what: String,
    /// When, in words; `None` if it belongs to no time.
    pub when: Option<String>,
    /// The band over the ensemble.
    pub band: Band,
    /// Unit of the band.
    pub unit: &'static str,
    /// Whether it is a change, with a sign to be shown.
    pub change: bool,
    /// What was simulated, in words.
    pub setting: String,
    /// Name of the example.
    pub example: String,
    /// Whether the claim changed the example.
    pub changed: bool,
    /// Whether the ensemble is fitted ("posterior") or not yet ("prior").
    pub ensemble: String,
}

/// The different cases that `claims` ask to be simulated.
pub fn cases<'c>(claims: &[&'c Claim]) -> Vec<&'c ModelCase> {
    let mut cases: Vec<&ModelCase> = Vec::new();
    for reading in claims.iter().flat_map(|claim| &claim.model) {
        if !cases.contains(&&reading.case) {
            cases.push(&reading.case);
        }
    }
    cases
}

/// Ask the model about each of `claims`; the answers of each stand in the order of its readings.
///
/// `case_done` is called once for each of [`cases`].
///
/// # Errors
/// See [`ClaimsError`].
pub fn ask(
    claims: &[&Claim],
    knowledge: &Knowledge,
    case_done: &(dyn Fn() + Sync),
    cancelled: &AtomicBool,
) -> Result<Vec<Vec<Answer>>, ClaimsError> {
    let progress = Progress { member_done: &|| {}, cancelled };
    let mut simulated = Vec::new();
    for wanted in cases(claims) {
        let case = changed(wanted, knowledge)?;
        let result = simulate(&case, knowledge, progress)?;
        case_done();
        simulated.push((wanted, case, result));
    }
    let answer = |reading: &ModelReading| {
        simulated
            .iter()
            .find(|(wanted, ..)| **wanted == reading.case)
            .and_then(|(_, case, result)| answer(reading, case, result, knowledge))
            .ok_or_else(|| ClaimsError::NoReading {
                example: reading.case.example.clone(),
                observable: reading.observable.clone(),
                site: reading.site.clone(),
            })
    };
    claims.iter().map(|claim| claim.model.iter().map(answer).collect()).collect()
}

/// The example with the changes asked for.
fn changed(wanted: &ModelCase, knowledge: &Knowledge) -> Result<Case, ClaimsError> {
    let names = || EXAMPLES.into_iter().map(|(name, _)| name);
    let Some((name, text)) = EXAMPLES.into_iter().find(|(name, _)| *name == wanted.example) else {
        return Err(ClaimsError::UnknownExample {
            name: wanted.example.clone(),
            help: match nearest(&wanted.example, names()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("known: {}", names().collect::<Vec<_>>().join(", ")),
            },
        });
    };
    let (case, problems) = read_case(&format!("examples/{name}.toml"), text, knowledge);
    let mut case = case.ok_or(ClaimsError::Problems(problems))?;
    case.simulate.members = MEMBERS;
    let days = &mut case.protocol.session_days;
    let interval = wanted.interval_days.unwrap_or_else(|| interval(days).unwrap_or(30.0));
    let sessions = wanted.sessions.unwrap_or(days.len() as u32);
    *days = (0..sessions).map(|number| f64::from(number) * interval).collect();
    if let Some(length_mm) = wanted.needle_length_mm {
        case.protocol.zones.iter_mut().for_each(|zone| zone.needle_length_mm = length_mm);
    }
    if let Some(phototype) = wanted.phototype.and_then(|name| name.parse().ok()) {
        case.patient.phototype = phototype;
    }
    if wanted.without_products {
        case.protocol.products.clear();
    }
    Ok(case)
}

/// Days from the first session to the second.
fn interval(days: &[f64]) -> Option<f64> {
    Some(days.get(1)? - days.first()?)
}

fn answer(
    reading: &ModelReading,
    case: &Case,
    result: &CourseResult,
    knowledge: &Knowledge,
) -> Option<Answer> {
    let zone = result.zones.iter().find(|zone| zone.site == reading.site)?;
    let (what, unit, change, band) = match reading.at {
        None => {
            let (what, unit, band) = number(&reading.observable, zone)?;
            (what, unit, false, band)
        }
        Some(at) => {
            let name = reading.observable.as_str();
            let observable = Observable::ALL.into_iter().find(|known| known.name() == name)?;
            let change = observable.at_rest() == Some(0.0) && !observable.is_acute();
            let day = match at {
                Moment::AfterFirst(days) => days,
                Moment::AfterLast(days) => case.protocol.session_days.last()? + days,
            };
            let band = band_at(zone, observable, day)?;
            (observable.label(), observable.unit(), change, band)
        }
    };
    Some(Answer {
        what: what.to_owned(),
        when: reading.at.map(in_words),
        band,
        unit,
        change,
        setting: setting(reading, case, zone, knowledge),
        example: reading.case.example.clone(),
        changed: reading.case.is_changed(),
        ensemble: result.ensemble.clone(),
    })
}

/// The band of `observable` at `day`; `None` outside the course.
fn band_at(zone: &ZoneCourse, observable: Observable, day: f64) -> Option<Band> {
    let series = zone.series.iter().find(|series| series.observable == observable)?;
    let end = *series.days.last()?;
    if !(0.0..=end).contains(&day) {
        return None;
    }
    let of = |part: &dyn Fn(&Band) -> f64| {
        at_day(&series.days, &series.bands.iter().map(part).collect::<Vec<_>>(), day)
    };
    Some(Band {
        mean: of(&|band| band.mean),
        median: of(&|band| band.median),
        lo95: of(&|band| band.lo95),
        lo50: of(&|band| band.lo50),
        hi50: of(&|band| band.hi50),
        hi95: of(&|band| band.hi95),
    })
}

/// A number that belongs to no time: what it is, its unit and band.
fn number(name: &str, zone: &ZoneCourse) -> Option<(&'static str, &'static str, Band)> {
    let lasting = |what: &str| {
        let found = zone.durations.iter().find(|duration| duration.what == what)?;
        Some(scaled(&found.days, 24.0))
    };
    let exact = |value| Band {
        mean: value,
        median: value,
        lo95: value,
        lo50: value,
        hi50: value,
        hi95: value,
    };
    Some(match name {
        "reached_depth" => ("Depth the needles reach", "mm", scaled(&zone.depth_um, 0.001)),
        "session_minutes" => ("Needling in a session takes", "min", exact(zone.minutes)),
        "pain" => ("Pain during a session", "of 10", zone.pain),
        "redness_time" => ("Visible redness lasts", "h", lasting("Visible redness")?),
        "swelling_time" => ("Swelling lasts", "h", lasting("Swelling")?),
        "flaking_time" => ("Flaking lasts", "h", lasting("Flaking")?),
        "water_loss_time" => ("Raised water loss lasts", "h", lasting("Raised water loss")?),
        "seal_time" => {
            ("Channels without a seal for", "h", lasting("Channels without a physical seal")?)
        }
        "bridged_time" => {
            ("Channels open to a serum for", "h", lasting("Channels open to a dye or a serum")?)
        }
        "enhancement" => {
            ("Taken up through punctured over intact skin", "×", zone.uptake.first()?.enhancement)
        }
        _ => return None,
    })
}

fn scaled(band: &Band, by: f64) -> Band {
    Band {
        mean: by * band.mean,
        median: by * band.median,
        lo95: by * band.lo95,
        lo50: by * band.lo50,
        hi50: by * band.hi50,
        hi95: by * band.hi95,
    }
}

/// "5 sessions 30 days apart with 1.5 mm needles on the cheek, phototype IV".
fn setting(
    reading: &ModelReading,
    case: &Case,
    zone: &ZoneCourse,
    knowledge: &Knowledge,
) -> String {
    let days = &case.protocol.session_days;
    let apart = interval(days).map_or(String::new(), |days| format!(" {days:.0} days apart"));
    let products: Vec<&str> = case
        .protocol
        .products
        .iter()
        .map(|used| knowledge.product(&used.name).map_or(used.name.as_str(), |p| p.label.as_str()))
        .collect();
    let with = if products.is_empty() {
        if reading.case.without_products { ", no product".to_owned() } else { String::new() }
    } else {
        format!(", with {}", products.join(" and "))
    };
    format!(
        "{}{apart}, {} mm needles, {}, phototype {}{with}",
        counted(days.len() as f64, "session"),
        zone.needle_length_mm,
        zone.label.to_lowercase(),
        case.patient.phototype,
    )
}

/// "8 weeks after the last session".
fn in_words(at: Moment) -> String {
    let (Moment::AfterFirst(days) | Moment::AfterLast(days)) = at;
    let which = if matches!(at, Moment::AfterFirst(_)) { "first" } else { "last" };
    let whole = |count: f64| (count - count.round()).abs() < 1e-6 && count > 0.5;
    let span = if whole(days / DAYS_PER_MONTH) {
        counted(days / DAYS_PER_MONTH, "month")
    } else if days > 13.5 && whole(days / 7.0) {
        counted(days / 7.0, "week")
    } else {
        counted(days, "day")
    };
    format!("{span} after the {which} session")
}

fn counted(count: f64, one: &str) -> String {
    let plural = if (count - 1.0).abs() < 1e-6 { "" } else { "s" };
    format!("{count:.0} {one}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use needlepoint_knowledge::{claim::NUMBERS, outcome::OBSERVABLES};

    const CASE: ModelCase = ModelCase {
        example: String::new(),
        sessions: None,
        interval_days: None,
        needle_length_mm: None,
        phototype: None,
        without_products: false,
    };

    fn knowledge() -> Knowledge {
        Knowledge::embedded().expect("the shipped knowledge")
    }

    fn example(name: &str) -> ModelCase {
        ModelCase { example: name.to_owned(), ..CASE }
    }

    #[test]
    fn every_example_that_ships_may_be_named() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the examples")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
            .collect();
        names.sort();
        assert_eq!(names, EXAMPLES.map(|(name, _)| name.to_owned()));
    }

    #[test]
    fn an_unknown_example_is_named_with_the_nearest() {
        let error = changed(&example("lofti-2013"), &knowledge()).expect_err("no such example");
        assert!(error.to_string().contains("did you mean \"lotfi-2013\"?"), "{error}");
    }

    #[test]
    fn changes_change_the_case_and_nothing_else_does() {
        let knowledge = knowledge();
        let wanted = ModelCase {
            sessions: Some(3),
            interval_days: Some(14.0),
            needle_length_mm: Some(0.5),
            phototype: Some("VI"),
            without_products: true,
            ..example("dhurat-2013")
        };
        let case = changed(&wanted, &knowledge).expect("a case");
        assert_eq!(case.protocol.session_days, [0.0, 14.0, 28.0]);
        assert_eq!(case.protocol.zones[0].needle_length_mm, 0.5);
        assert_eq!(case.patient.phototype.to_string(), "VI");
        assert!(case.protocol.products.is_empty());
        for (name, text) in EXAMPLES {
            let (read, _) = read_case(name, text, &knowledge);
            let read = read.expect("an example");
            let same = changed(&example(name), &knowledge).expect("a case");
            assert_eq!(same.protocol.session_days, read.protocol.session_days, "{name}");
            assert_eq!(same.protocol.zones, read.protocol.zones, "{name}");
        }
    }

    #[test]
    fn whatever_a_claim_may_ask_is_answered() {
        let knowledge = knowledge();
        let mut left: Vec<&str> = OBSERVABLES.into_iter().chain(NUMBERS).collect();
        // Concerns that no example has stand in for the one of Lotfi 2013.
        let plain = ["kenkel-2021", "dhurat-2013", "farshi-2020-with-serum", "lotfi-2013"];
        let others = [
            "kind = \"pores\"\nexcess_area = \"50 %\"",
            "kind = \"laxity\"\nmissing_elasticity = \"20 %\"",
            "kind = \"striae\"\nmissing_collagen = \"20 %\"",
            "kind = \"burn-scar\"\nheight = \"1 mm\"",
        ];
        let cases = plain
            .map(|name| (name, None))
            .into_iter()
            .chain(others.map(|concern| ("lotfi-2013", Some(concern))));
        for (name, instead) in cases {
            let mut case = changed(&example(name), &knowledge).expect("a case");
            if let Some(concern) = instead {
                case.concerns = vec![concern_of(concern, &knowledge)];
            }
            case.simulate.members = 4;
            case.simulate.horizon_days = 200.0;
            let cancelled = AtomicBool::new(false);
            let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
            let result = simulate(&case, &knowledge, progress).expect("a course");
            left.retain(|observable| {
                let reading = ModelReading {
                    case: example(name),
                    site: case.protocol.zones[0].site.clone(),
                    observable: (*observable).to_owned(),
                    at: OBSERVABLES.contains(observable).then_some(Moment::AfterFirst(30.0)),
                };
                answer(&reading, &case, &result, &knowledge).is_none()
            });
            let late = ModelReading {
                case: example(name),
                site: case.protocol.zones[0].site.clone(),
                observable: "redness".to_owned(),
                at: Some(Moment::AfterLast(200.0)),
            };
            assert!(answer(&late, &case, &result, &knowledge).is_none(), "beyond the course");
        }
        assert_eq!(left, [] as [&str; 0]);
    }

    fn concern_of(concern: &str, knowledge: &Knowledge) -> needlepoint_case::Concern {
        let text = format!(
            "[patient]\nage = \"40 years\"\nsex = \"female\"\nphototype = \"III\"\n\
             [[concern]]\nsite = \"cheek\"\n{concern}\n\
             [protocol]\ndevice = \"dermaroller-192\"\nsessions = 1\n\
             [[protocol.zone]]\nsite = \"cheek\"\nneedle_length = \"1 mm\"\npasses = 1\n\
             [simulate]\nhorizon = \"2 months\"\n"
        );
        let (case, problems) = needlepoint_case::read_case("concern", &text, knowledge);
        case.unwrap_or_else(|| panic!("{}", problems.to_lines())).concerns.remove(0)
    }

    #[test]
    fn times_are_said_in_words() {
        assert_eq!(in_words(Moment::AfterLast(56.0)), "8 weeks after the last session");
        assert_eq!(in_words(Moment::AfterLast(DAYS_PER_MONTH)), "1 month after the last session");
        assert_eq!(in_words(Moment::AfterFirst(1.0)), "1 day after the first session");
        assert_eq!(in_words(Moment::AfterFirst(7.0)), "7 days after the first session");
    }
}
