//! Which choice, and what about people and knowledge, an outcome hangs on.
//!
//! Sobol indices ([`sobol_indices`](needlepoint_numerics::sobol_indices)) of a few outcomes of one zone,
//! with the doctor's choices and the patient drawn from ranges, and two groups that count as one factor
//! each: *how people differ* and *what nobody knows*, the two sample points of
//! [`Member::Drawn`]. The group's factor is the number of its point; those of the two matrices of the
//! design come from two sequences.

use std::{ops::RangeInclusive, sync::atomic::Ordering};

use needlepoint_case::{Case, SunExposure, limits};
use needlepoint_knowledge::{Knowledge, parameter::SamplePoint};
use needlepoint_numerics::sobol_indices::{Bootstrap, Coordinate, Design};
pub use needlepoint_numerics::sobol_indices::{FactorIndices, Index};
use needlepoint_skin::Phototype;
use rayon::prelude::*;
use serde::Serialize;

pub use crate::variant::VariantError;
use crate::{
    equivalence::lengths,
    observable::Observable,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::Band,
    run::{CourseError, Progress},
    summary::{THREE_MONTHS_DAYS, band},
    variant::{Choices, Reading, Subject},
};

/// Points of the design that are usual: enough for intervals of a few hundredths.
pub const USUAL_SAMPLES: u32 = 1024;
/// Fewest and most points.
pub const SAMPLES: RangeInclusive<u32> = 8..=16_384;

/// Longest needle drawn, mm, unless the case's is longer: beyond, hardly anybody treats.
const LONGEST_MM: f64 = 2.5;
/// Most sessions drawn, unless the case has more.
const MOST_SESSIONS: u32 = 6;
/// Days between sessions drawn, unless the case has others.
const INTERVAL_DAYS: (u32, u32) = (7, 56);
/// Ages drawn, years, unless the patient is of another.
const AGE_YEARS: (u32, u32) = (18, 70);
/// Passes are drawn from this share of the case's to its double.
const FEWEST_PASSES: f64 = 0.5;
/// Resamples of the bootstrap.
const RESAMPLES: u32 = 500;
/// Marks the sequences of the second matrix.
const SECOND: u32 = 0x5eed_0b0b;
/// Marks the sequence of the design itself.
const DESIGN: u32 = 0xde51_6e00;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// The zone; that of the first concern if left out.
    pub zone: Option<&'a str>,
    /// The main outcome, by its name; that of the concern if left out.
    pub outcome: Option<&'a str>,
    /// Points of the design: each takes two courses and one for each factor.
    pub samples: u32,
}

/// What kind of thing a factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Chosen by who treats.
    Choice,
    /// Known of who is treated.
    Patient,
    /// How people differ beyond what is known of them.
    People,
    /// What nobody knows.
    Unknown,
}

/// Something an outcome may hang on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Factor {
    /// Name for programs.
    pub name: &'static str,
    /// Name in plain words.
    pub label: &'static str,
    /// What kind of thing it is.
    pub group: Group,
    /// From where it is drawn, in words.
    pub range: String,
}

/// Where the variance of one outcome comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct OutcomeSensitivity {
    /// Name for programs.
    pub name: String,
    /// In plain words.
    pub label: String,
    /// Its unit; may be empty.
    pub unit: &'static str,
    /// Over all treatments and people drawn.
    pub value: Band,
    /// Indices of the factors in their order; none if the outcome does not vary.
    pub factors: Option<Vec<FactorIndices>>,
}

/// What an outcome hangs on, in one zone.
#[derive(Debug, Clone)]
pub struct Sensitivity {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Points of the design.
    pub samples: u32,
    /// Courses simulated.
    pub courses: u64,
    /// What was varied.
    pub factors: Vec<Factor>,
    /// The outcomes, the main one first.
    pub outcomes: Vec<OutcomeSensitivity>,
}

/// How many courses `samples` points take in this case, for a progress bar.
pub fn courses(case: &Case, samples: u32) -> u64 {
    let factors = Dial::ALL.len() - usize::from(case.protocol.products.is_empty());
    u64::from(samples) * (factors as u64 + 2)
}

/// Find out what the outcomes of a case hang on.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`VariantError`].
pub fn sensitivity(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    progress: Progress<'_>,
) -> Result<Sensitivity, VariantError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    if !SAMPLES.contains(&question.samples) {
        return Err(VariantError::Samples {
            asked: question.samples,
            least: *SAMPLES.start(),
            most: *SAMPLES.end(),
        });
    }
    let subject = Subject::new(case, knowledge, question.zone)?;
    let main = match question.outcome {
        Some(name) => subject.outcome(name)?,
        None => subject.main_outcome(),
    };
    let mut readings = vec![
        Reading::of(main),
        Reading::RedDays,
        Reading::of(Observable::Darkening),
        Reading::Pain,
    ];
    if main == Observable::Darkening {
        readings.remove(2);
    }
    let space = Space::of(&subject);
    let samples = question.samples;
    let design = Design::new(space.dials.len(), samples, |point, dimension| {
        SamplePoint { seed: case.simulate.seed ^ DESIGN, member: point }.coordinate(dimension)
    });
    let looked_at: Vec<Observable> = readings.iter().filter_map(|r| r.observable()).collect();
    let results: Vec<Vec<f64>> = (0..design.rows())
        .into_par_iter()
        .map(|row| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let (choices, member) = space.at(&design.row(row), samples);
            let variant = subject.variant(choices, THREE_MONTHS_DAYS, &looked_at);
            let days = variant.calendar.days();
            let simulated = variant.simulate(&[Person::new(knowledge, member)])?;
            (progress.member_done)();
            let member = &simulated[0];
            Ok(readings.iter().map(|reading| variant.read(*reading, &days, member)).collect())
        })
        .collect::<Result<_, _>>()?;
    let bootstrap = Bootstrap { resamples: RESAMPLES, seed: u64::from(case.simulate.seed) };
    let outcomes = readings
        .iter()
        .enumerate()
        .map(|(nth, reading)| {
            let values: Vec<f64> = results.iter().map(|results| results[nth]).collect();
            let independent: Vec<f64> = values
                .iter()
                .enumerate()
                .filter(|(row, _)| design.is_independent(*row))
                .map(|(_, value)| *value)
                .collect();
            let (name, label, unit) = in_words(*reading);
            let factors = design.indices(&values, bootstrap).factors;
            OutcomeSensitivity { name, label, unit, value: band(&independent), factors }
        })
        .collect();
    Ok(Sensitivity {
        site: subject.site.name.clone(),
        label: subject.site.label.clone(),
        samples,
        courses: design.rows() as u64,
        factors: space.factors(),
        outcomes,
    })
}

/// Name, plain words and unit of a reading.
fn in_words(reading: Reading) -> (String, String, &'static str) {
    match reading {
        Reading::After(observable, _) => (
            observable.name().to_owned(),
            format!("{}, 3 months after the last session", observable.label()),
            observable.unit(),
        ),
        Reading::Peak(observable) => (
            format!("peak_{}", observable.name()),
            format!("{}, at its greatest", observable.label()),
            observable.unit(),
        ),
        Reading::RedDays => (
            "red_days".to_owned(),
            "Days of visible redness in the whole course".to_owned(),
            "days",
        ),
        Reading::Pain => ("pain".to_owned(), "Pain of a session, 0 to 10".to_owned(), ""),
    }
}

/// Something that is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dial {
    Length,
    Passes,
    Sessions,
    Interval,
    Aftercare,
    Products,
    Age,
    Phototype,
    Sun,
    People,
    Unknown,
}

impl Dial {
    const ALL: [Self; 11] = [
        Self::Length,
        Self::Passes,
        Self::Sessions,
        Self::Interval,
        Self::Aftercare,
        Self::Products,
        Self::Age,
        Self::Phototype,
        Self::Sun,
        Self::People,
        Self::Unknown,
    ];
}

/// From where everything is drawn.
#[derive(Debug, Clone)]
struct Space {
    seed: u32,
    own: Choices,
    dials: Vec<Dial>,
    lengths_mm: Vec<f64>,
    passes: (u32, u32),
    sessions: (u32, u32),
    intervals_days: (u32, u32),
    ages_years: (u32, u32),
}

const SUNS: [SunExposure; 3] = [SunExposure::Low, SunExposure::Usual, SunExposure::High];

impl Space {
    fn of(subject: &Subject<'_>) -> Self {
        let own = subject.choices();
        let device = &subject.case.protocol.device;
        let longest = LONGEST_MM.max(own.needle_length_mm) + 1e-9;
        let mut lengths_mm: Vec<f64> =
            lengths(device).into_iter().filter(|length| *length <= longest).collect();
        if lengths_mm.iter().all(|length| (length - own.needle_length_mm).abs() > 1e-9) {
            lengths_mm.push(own.needle_length_mm);
            lengths_mm.sort_by(f64::total_cmp);
        }
        let typical =
            Person::new(subject.knowledge, Member::Typical { seed: subject.case.simulate.seed });
        let strikes =
            typical.device(device, subject.zone).motion.nominal_holes_per_cm2_per_pass().max(1e-9);
        let most_passes = limits::PASSES.min((limits::STRIKES_PER_CM2 / strikes) as u32);
        let fewest = (FEWEST_PASSES * f64::from(own.passes)).ceil().max(1.0) as u32;
        let most_sessions = own.sessions.clamp(MOST_SESSIONS, limits::SESSIONS);
        // The longest course that can be drawn stays within the limit of a simulation.
        let room = (limits::HORIZON_DAYS - THREE_MONTHS_DAYS) / f64::from(most_sessions - 1);
        let (shortest, longest) = INTERVAL_DAYS;
        let intervals_days = (
            shortest.min(own.interval_days as u32).max(limits::INTERVAL_DAYS as u32),
            longest.max(own.interval_days.ceil() as u32).min(room as u32),
        );
        let age = own.age_years.round() as u32;
        let products = !subject.case.protocol.products.is_empty();
        Self {
            seed: subject.case.simulate.seed,
            own,
            dials: Dial::ALL
                .into_iter()
                .filter(|dial| products || *dial != Dial::Products)
                .collect(),
            lengths_mm,
            passes: (fewest, (2 * own.passes).min(most_passes).max(own.passes)),
            sessions: (1, most_sessions),
            intervals_days,
            ages_years: (AGE_YEARS.0.min(age), AGE_YEARS.1.max(age)),
        }
    }

    /// Choices and person at a row of a design of `samples` points.
    fn at(&self, row: &[Coordinate], samples: u32) -> (Choices, Member) {
        let whole = |(least, most): (u32, u32), drawn: Coordinate| {
            least + drawn.choice((most - least + 1) as usize) as u32
        };
        // The points of the two matrices come from two sequences.
        let point = |drawn: Coordinate| SamplePoint {
            seed: if drawn.second { self.seed ^ SECOND } else { self.seed },
            member: drawn.choice(samples as usize) as u32,
        };
        let mut choices = self.own;
        let first = SamplePoint { seed: self.seed, member: 0 };
        let (mut known, mut person) = (first, first);
        for (dial, &drawn) in self.dials.iter().zip(row) {
            match dial {
                Dial::Length => {
                    choices.needle_length_mm = self.lengths_mm[drawn.choice(self.lengths_mm.len())];
                }
                Dial::Passes => choices.passes = whole(self.passes, drawn),
                Dial::Sessions => choices.sessions = whole(self.sessions, drawn),
                Dial::Interval => {
                    choices.interval_days = f64::from(whole(self.intervals_days, drawn));
                }
                Dial::Aftercare => choices.aftercare_followed = drawn.choice(2) == 1,
                Dial::Products => choices.with_products = drawn.choice(2) == 1,
                Dial::Age => choices.age_years = f64::from(whole(self.ages_years, drawn)),
                Dial::Phototype => {
                    choices.phototype = Phototype::ALL[drawn.choice(Phototype::ALL.len())];
                }
                Dial::Sun => choices.sun = SUNS[drawn.choice(SUNS.len())],
                Dial::People => person = point(drawn),
                Dial::Unknown => known = point(drawn),
            }
        }
        (choices, Member::Drawn { known, person })
    }

    fn factors(&self) -> Vec<Factor> {
        self.dials.iter().map(|dial| self.factor(*dial)).collect()
    }

    fn factor(&self, dial: Dial) -> Factor {
        let span = |(least, most): (u32, u32), unit: &str| format!("{least} to {most}{unit}");
        let (name, label, group, range) = match dial {
            Dial::Length => {
                ("needle_length", "Needle length", Group::Choice, in_steps(&self.lengths_mm))
            }
            Dial::Passes => ("passes", "Passes", Group::Choice, span(self.passes, "")),
            Dial::Sessions => {
                ("sessions", "Number of sessions", Group::Choice, span(self.sessions, ""))
            }
            Dial::Interval => (
                "interval",
                "Time between sessions",
                Group::Choice,
                span(self.intervals_days, " days"),
            ),
            Dial::Aftercare => {
                ("aftercare", "Aftercare", Group::Choice, "followed or not".to_owned())
            }
            Dial::Products => {
                ("products", "Products", Group::Choice, "those of the case, or none".to_owned())
            }
            Dial::Age => ("age", "Age", Group::Patient, span(self.ages_years, " years")),
            Dial::Phototype => ("phototype", "Phototype", Group::Patient, "I to VI".to_owned()),
            Dial::Sun => ("sun", "Sun", Group::Patient, "low, usual or high".to_owned()),
            Dial::People => (
                "people",
                "How people differ",
                Group::People,
                "skin, healing and the chance of single hits, from person to person".to_owned(),
            ),
            Dial::Unknown => (
                "unknown",
                "What nobody knows",
                Group::Unknown,
                "every parameter within its spread, the same for all people".to_owned(),
            ),
        };
        Factor { name, label, group, range }
    }
}

/// Lengths in words, with their step where it is even.
fn in_steps(lengths_mm: &[f64]) -> String {
    let (Some(first), Some(last)) = (lengths_mm.first(), lengths_mm.last()) else {
        return String::new();
    };
    let steps: Vec<f64> = lengths_mm.windows(2).map(|pair| pair[1] - pair[0]).collect();
    match steps.as_slice() {
        [] => format!("{first} mm, the only one of the device"),
        [step, rest @ ..] if rest.iter().all(|other| (other - step).abs() < 1e-9) => {
            format!("{first} to {last} mm in steps of {} mm", (1e4 * step).round() / 1e4)
        }
        _ => format!("{} lengths from {first} to {last} mm", lengths_mm.len()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use needlepoint_case::{TEMPLATE, read_case};
    use proptest::prelude::*;

    use super::*;

    fn case(knowledge: &Knowledge) -> Case {
        read_case("template.toml", TEMPLATE, knowledge).0.unwrap()
    }

    fn ask(case: &Case, question: Question<'_>) -> Result<Sensitivity, VariantError> {
        let cancelled = AtomicBool::new(false);
        let progress = Progress { member_done: &|| (), cancelled: &cancelled };
        sensitivity(case, &Knowledge::embedded().unwrap(), question, progress)
    }

    const QUESTION: Question<'static> = Question { zone: None, outcome: None, samples: 16 };

    #[test]
    fn pain_hangs_on_needles_and_people_and_not_on_sun() {
        let knowledge = Knowledge::embedded().unwrap();
        let case = case(&knowledge);
        let found = ask(&case, Question { samples: 64, ..QUESTION }).unwrap();
        assert_eq!(found.courses, courses(&case, 64));
        let pain = found.outcomes.iter().find(|outcome| outcome.name == "pain").unwrap();
        let factors = pain.factors.as_ref().unwrap();
        let total = |name: &str| {
            factors[found.factors.iter().position(|factor| factor.name == name).unwrap()]
                .total
                .value
        };
        assert!(total("needle_length") > 0.05);
        for idle in ["sun", "sessions", "interval", "aftercare", "phototype"] {
            assert!(total(idle).abs() < 1e-12, "{idle}: {}", total(idle));
        }
    }

    #[test]
    fn an_outcome_can_be_asked_for_and_darkening_stands_there_once() {
        let knowledge = Knowledge::embedded().unwrap();
        let case = case(&knowledge);
        let darkening = ask(&case, Question { outcome: Some("darkening"), ..QUESTION }).unwrap();
        let names: Vec<&str> = darkening.outcomes.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(names, ["peak_darkening", "red_days", "pain"]);
        let said = ask(&case, Question { outcome: Some("hair-density"), ..QUESTION });
        assert!(said.unwrap_err().to_string().contains("outcomes of the zone \"cheek\""));
        let said = ask(&case, Question { samples: 7, ..QUESTION }).unwrap_err().to_string();
        assert!(said.contains("between 8 and 16384"), "{said}");
    }

    #[test]
    fn a_laser_is_refused() {
        let knowledge = Knowledge::embedded().unwrap();
        let mut case = case(&knowledge);
        let laser = knowledge.devices.iter().find(|device| !device.has_needles()).unwrap();
        case.protocol.device = laser.clone();
        assert!(ask(&case, QUESTION).unwrap_err().to_string().contains("works by light"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever is drawn is a treatment that a case could ask for.
        #[test]
        fn what_is_drawn_keeps_to_the_limits(units in prop::collection::vec(0.0_f64..1.0, 11), second: bool) {
            let knowledge = Knowledge::embedded().unwrap();
            let case = case(&knowledge);
            let subject = Subject::new(&case, &knowledge, None).unwrap();
            let space = Space::of(&subject);
            let row: Vec<Coordinate> =
                units.iter().map(|unit| Coordinate { unit: *unit, second }).collect();
            let (choices, member) = space.at(&row[..space.dials.len()], 32);
            let device = &case.protocol.device;
            prop_assert!((device.minimum_mm - 1e-9..=device.maximum_mm + 1e-9).contains(&choices.needle_length_mm));
            prop_assert!((1..=limits::PASSES).contains(&choices.passes));
            prop_assert!((1..=limits::SESSIONS).contains(&choices.sessions));
            prop_assert!(choices.last_session() + THREE_MONTHS_DAYS <= limits::HORIZON_DAYS);
            prop_assert!((0.0..=limits::AGE_YEARS).contains(&choices.age_years));
            let Member::Drawn { known, person } = member else { panic!() };
            prop_assert!(known.member < 32 && person.member < 32);
        }
    }
}
