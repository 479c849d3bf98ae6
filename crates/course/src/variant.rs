//! One zone of a case with its choices changed, and what is read off its course.

use needlepoint_case::{Case, SunExposure, Zone};
use needlepoint_knowledge::{Knowledge, nearest::nearest, site::Site};
use needlepoint_skin::Phototype;

use crate::{
    calendar::Calendar,
    observable::Observable,
    person::Person,
    run::{CourseError, observables},
    summary::{THREE_MONTHS_DAYS, at_day, rated_by},
    zone::{PEOPLE, ZoneMember, ZoneTask, simulate_group},
};

/// Interval taken where a case has a single session, days.
const USUAL_INTERVAL_DAYS: f64 = 28.0;

/// Why variants of a case can't be given.
#[derive(Debug, thiserror::Error)]
pub enum VariantError {
    /// The case does not needle the zone asked for.
    #[error("the case does not needle \"{asked}\"; its zones are: {}", .zones.join(", "))]
    NoSuchZone {
        /// What was asked for.
        asked: String,
        /// The zones of the case.
        zones: Vec<String>,
    },
    /// Nothing of that name is simulated in this zone.
    #[error(
        "there is no outcome \"{asked}\" in this case{}; outcomes of the zone \"{zone}\": {}",
        .near.as_ref().map(|near| format!(", did you mean \"{near}\"?")).unwrap_or_default(),
        .known.join(", ")
    )]
    NoSuchOutcome {
        /// What was asked for.
        asked: String,
        /// The nearest known.
        near: Option<String>,
        /// The zone.
        zone: String,
        /// What is simulated there.
        known: Vec<&'static str>,
    },
    /// Too few or too many points.
    #[error(
        "{asked} samples are asked for; between {least} and {most} can be taken, best a power of two"
    )]
    Samples {
        /// What was asked for.
        asked: u32,
        /// Fewest.
        least: u32,
        /// Most.
        most: u32,
    },
    /// The device has no such needle.
    #[error("{device} has no needle of {asked_mm} mm; its lengths: {least_mm} mm to {most_mm} mm")]
    NoSuchLength {
        /// The device in words.
        device: String,
        /// What was asked for, mm.
        asked_mm: f64,
        /// Its shortest, mm.
        least_mm: f64,
        /// Its longest, mm.
        most_mm: f64,
    },
    /// What is asked for is over in days.
    #[error(
        "\"{0}\" belongs to the days after a session and is no gain; ask for an outcome of the months, such as \
         \"papillary_collagen\""
    )]
    NoGain(&'static str),
    /// Nothing is left of a list.
    #[error("no {0} is asked for: give at least one")]
    Nothing(&'static str),
    /// A course would last longer than can be simulated.
    #[error(
        "{sessions} sessions {interval_days} days apart and three months after them take longer than can be \
         simulated, {most_days:.0} days; ask for fewer sessions or shorter intervals"
    )]
    TooLong {
        /// Sessions.
        sessions: u32,
        /// Days between them.
        interval_days: f64,
        /// Longest simulation, days.
        most_days: f64,
    },
    /// The case can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// A zone of a case whose choices are changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) case: &'a Case,
    pub(crate) knowledge: &'a Knowledge,
    /// Its place in the protocol.
    pub(crate) at: usize,
    pub(crate) zone: &'a Zone,
    pub(crate) site: &'a Site,
}

impl<'a> Subject<'a> {
    /// The zone asked for, or else that of the first concern that is needled.
    pub(crate) fn new(
        case: &'a Case,
        knowledge: &'a Knowledge,
        asked: Option<&str>,
    ) -> Result<Self, VariantError> {
        if !case.protocol.device.has_needles() {
            return Err(CourseError::NoNeedles(case.protocol.device.label.clone()).into());
        }
        let zones = &case.protocol.zones;
        let place = |site: &str| zones.iter().position(|zone| zone.site == site);
        let at = match asked {
            Some(asked) => place(asked).ok_or_else(|| VariantError::NoSuchZone {
                asked: asked.to_owned(),
                zones: zones.iter().map(|zone| zone.site.clone()).collect(),
            })?,
            None => case.concerns.iter().find_map(|concern| place(&concern.site)).unwrap_or(0),
        };
        let zone = &zones[at];
        let site = knowledge
            .site(&zone.site)
            .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
        Ok(Self { case, knowledge, at, zone, site })
    }

    /// What the zone's first concern that is rated by anything is rated by; else collagen.
    pub(crate) fn main_outcome(&self) -> Observable {
        let concerns = self.case.concerns.iter().filter(|c| c.site == self.zone.site);
        let simulated = observables(self.case, &self.zone.site);
        concerns
            .filter_map(rated_by)
            .find(|observable| simulated.contains(observable))
            .unwrap_or(Observable::PapillaryCollagen)
    }

    /// The observable of this name, if it is simulated here.
    pub(crate) fn outcome(&self, name: &str) -> Result<Observable, VariantError> {
        let simulated = observables(self.case, &self.zone.site);
        let spelled = name.replace('-', "_");
        simulated.iter().copied().find(|o| o.name() == spelled).ok_or_else(|| {
            let known: Vec<&str> = simulated.iter().map(|o| o.name()).collect();
            VariantError::NoSuchOutcome {
                asked: name.to_owned(),
                near: nearest(name, known.iter().copied()).map(str::to_owned),
                zone: self.zone.site.clone(),
                known,
            }
        })
    }

    /// The case's own choices.
    pub(crate) fn choices(&self) -> Choices {
        let protocol = &self.case.protocol;
        let days = &protocol.session_days;
        Choices {
            needle_length_mm: self.zone.needle_length_mm,
            passes: self.zone.passes,
            sessions: days.len() as u32,
            interval_days: match days.as_slice() {
                [first, second, ..] => second - first,
                _ => USUAL_INTERVAL_DAYS,
            },
            aftercare_followed: protocol.aftercare_followed,
            with_products: true,
            age_years: self.case.patient.age_years,
            phototype: self.case.patient.phototype,
            sun: self.case.patient.sun_exposure,
        }
    }

    /// The case with other choices, watched for `watched_days` after the last session.
    pub(crate) fn variant<'v>(
        &self,
        choices: Choices,
        watched_days: f64,
        observables: &'v [Observable],
    ) -> Variant<'v>
    where
        'a: 'v,
    {
        let mut case = self.case.clone();
        let zone = &mut case.protocol.zones[self.at];
        zone.needle_length_mm = choices.needle_length_mm;
        zone.passes = choices.passes;
        case.protocol.session_days = choices.session_days();
        case.protocol.aftercare_followed = choices.aftercare_followed;
        if !choices.with_products {
            case.protocol.products.clear();
        }
        case.patient.age_years = choices.age_years;
        case.patient.phototype = choices.phototype;
        case.patient.sun_exposure = choices.sun;
        case.simulate.horizon_days = choices.last_session() + watched_days;
        let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
        Variant {
            case,
            at: self.at,
            knowledge: self.knowledge,
            site: self.site,
            calendar,
            observables,
        }
    }
}

/// What a doctor chooses, and who is treated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Choices {
    pub(crate) needle_length_mm: f64,
    pub(crate) passes: u32,
    pub(crate) sessions: u32,
    pub(crate) interval_days: f64,
    pub(crate) aftercare_followed: bool,
    pub(crate) with_products: bool,
    pub(crate) age_years: f64,
    pub(crate) phototype: Phototype,
    pub(crate) sun: SunExposure,
}

impl Choices {
    fn session_days(&self) -> Vec<f64> {
        (0..self.sessions).map(|session| f64::from(session) * self.interval_days).collect()
    }

    pub(crate) fn last_session(&self) -> f64 {
        f64::from(self.sessions.saturating_sub(1)) * self.interval_days
    }
}

/// A case with its choices made, ready to be simulated.
#[derive(Debug)]
pub(crate) struct Variant<'a> {
    case: Case,
    at: usize,
    knowledge: &'a Knowledge,
    site: &'a Site,
    pub(crate) calendar: Calendar,
    observables: &'a [Observable],
}

impl Variant<'_> {
    /// Simulate these people: the one place through which all variants go.
    ///
    /// # Errors
    /// When somebody's skin is impossible or their healing can't be solved.
    pub(crate) fn simulate(&self, people: &[Person]) -> Result<Vec<ZoneMember>, CourseError> {
        let task = ZoneTask {
            case: &self.case,
            knowledge: self.knowledge,
            zone: &self.case.protocol.zones[self.at],
            number: self.at as u64,
            site: self.site,
            calendar: &self.calendar,
            observables: self.observables,
        };
        let mut members = Vec::with_capacity(people.len());
        for group in people.chunks(PEOPLE) {
            let group: Vec<_> = group.iter().map(|person| (&task, person)).collect();
            members.extend(simulate_group(&group)?);
        }
        Ok(members)
    }

    /// Values of an observable of a person at the times of the calendar; none if it is not looked at.
    pub(crate) fn values<'m>(&self, observable: Observable, member: &'m ZoneMember) -> &'m [f64] {
        let which = self.observables.iter().position(|o| *o == observable);
        which.map_or(&[][..], |which| &member.values[which])
    }

    /// Read a number off the course of a person.
    pub(crate) fn read(&self, reading: Reading, days: &[f64], member: &ZoneMember) -> f64 {
        let values = |observable| self.values(observable, member);
        match reading {
            Reading::After(observable, after_days) => {
                at_day(days, values(observable), self.calendar.last_session() + after_days)
            }
            Reading::Peak(observable) => {
                values(observable).iter().copied().fold(f64::NEG_INFINITY, f64::max)
            }
            Reading::RedDays => {
                days_above(&self.calendar, values(Observable::Redness), member.thresholds.redness)
            }
            Reading::Pain => member.pain,
        }
    }
}

/// One number about a course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Reading {
    /// Value so many days after the last session.
    After(Observable, f64),
    /// Greatest value over the course.
    Peak(Observable),
    /// Days in which redness shows through this phototype, in the whole course.
    RedDays,
    /// Pain of a session, 0 to 10.
    Pain,
}

impl Reading {
    /// What tells most of an observable: its peak if it belongs to the days, else three months after
    /// the last session.
    pub(crate) fn of(observable: Observable) -> Self {
        if observable.is_acute() || observable == Observable::Darkening {
            Self::Peak(observable)
        } else {
            Self::After(observable, THREE_MONTHS_DAYS)
        }
    }

    /// What has to be looked at for it.
    pub(crate) fn observable(self) -> Option<Observable> {
        match self {
            Self::After(observable, _) | Self::Peak(observable) => Some(observable),
            Self::RedDays => Some(Observable::Redness),
            Self::Pain => None,
        }
    }
}

/// How long `values`, straight lines between the times of the calendar, lie at `limit` or above, in days.
///
/// Between the last look before a session and that session there is no line to draw, since the session
/// itself raises what is seen: the value of the last look holds until then.
fn days_above(calendar: &Calendar, values: &[f64], limit: f64) -> f64 {
    let mut values = values.iter().map(|value| value - limit);
    let mut sum = 0.0;
    for stretch in &calendar.stretches {
        let seen: Vec<(f64, f64)> = stretch
            .offsets
            .iter()
            .copied()
            .zip(values.by_ref().take(stretch.offsets.len()))
            .collect();
        sum += seen.windows(2).map(|pair| time_above(pair[0], pair[1])).sum::<f64>();
        if let Some((last, _)) = seen.last().filter(|(_, above)| *above >= 0.0) {
            sum += stretch.length - last;
        }
    }
    sum
}

/// How long some of `courses`, each with its limit, lies at it or above, in days. Lines and waits are those of
/// [`days_above`].
pub(crate) fn days_any_above<const N: usize>(
    calendar: &Calendar,
    courses: [(&[f64], f64); N],
) -> f64 {
    let mut at = 0;
    let mut sum = 0.0;
    for stretch in &calendar.stretches {
        let heights = |look: usize| {
            courses.map(|(values, limit)| values.get(at + look).map_or(-1.0, |v| v - limit))
        };
        for (look, pair) in stretch.offsets.windows(2).enumerate() {
            let (from, to) = (heights(look), heights(look + 1));
            let parts: [_; N] = std::array::from_fn(|n| part_above(from[n], to[n]));
            sum += union(parts) * (pair[1] - pair[0]);
        }
        if let Some(last) = stretch.offsets.last() {
            let above = heights(stretch.offsets.len() - 1).iter().any(|height| *height >= 0.0);
            sum += if above { stretch.length - last } else { 0.0 };
        }
        at += stretch.offsets.len();
    }
    sum
}

/// Which part of the way between two heights a straight line lies at zero or above: from and to, shares of it.
fn part_above(from: f64, to: f64) -> (f64, f64) {
    match (from >= 0.0, to >= 0.0) {
        (true, true) => (0.0, 1.0),
        (false, false) => (0.0, 0.0),
        (true, false) => (0.0, from / (from - to)),
        (false, true) => (1.0 - to / (to - from), 1.0),
    }
}

/// Length of what lies in at least one of the parts.
fn union<const N: usize>(mut parts: [(f64, f64); N]) -> f64 {
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut covered_to = 0.0_f64;
    let mut length = 0.0;
    for (from, to) in parts {
        length += (to - from.max(covered_to)).max(0.0);
        covered_to = covered_to.max(to);
    }
    length
}

/// How long a straight line between two times, given with the heights there, lies at zero or above.
fn time_above((start, from): (f64, f64), (end, to): (f64, f64)) -> f64 {
    let share = match (from >= 0.0, to >= 0.0) {
        (true, true) => 1.0,
        (false, false) => 0.0,
        (true, false) => from / (from - to),
        (false, true) => to / (to - from),
    };
    share * (end - start)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_case::{TEMPLATE, read_case};
    use proptest::prelude::*;

    use super::*;
    use crate::person::Member;

    #[test]
    fn time_above_is_counted_between_the_times() {
        assert_eq!(time_above((1.0, 2.0), (3.0, -2.0)), 1.0);
        assert_eq!(time_above((1.0, -3.0), (5.0, 1.0)), 1.0);
        assert_eq!(time_above((1.0, 0.0), (2.0, 5.0)), 1.0);
        assert_eq!(time_above((1.0, -1.0), (2.0, -5.0)), 0.0);
    }

    #[test]
    fn days_of_several_are_those_of_any() {
        let calendar = Calendar::new(&[0.0, 42.0], 84.0);
        let days = calendar.days();
        let course = |until: f64| -> Vec<f64> {
            days.iter().map(|day| if day % 42.0 < until { 1.0 } else { -1.0 }).collect()
        };
        let (short, long) = (course(0.9), course(2.9));
        let none = vec![-1.0; days.len()];
        let any = |a: &[f64], b: &[f64]| days_any_above(&calendar, [(a, 0.0), (b, 0.0)]);
        assert!((any(&long, &none) - days_above(&calendar, &long, 0.0)).abs() < 1e-9);
        assert!((any(&long, &short) - any(&long, &none)).abs() < 1e-9);
        assert_eq!(any(&none, &none), 0.0);
        assert_eq!(union([(0.0, 0.5), (0.75, 1.0), (0.25, 0.5)]), 0.75);
    }

    #[test]
    fn the_wait_for_a_session_is_not_red_because_the_session_is() {
        // Redness of a day after each session, looked at weekly from the fourth week on.
        let calendar = Calendar::new(&[0.0, 42.0], 84.0);
        let stretches = calendar.stretches.iter();
        let values: Vec<f64> = stretches
            .flat_map(|stretch| stretch.offsets.iter())
            .map(|offset| if *offset <= 1.0 { 1.0 } else { 0.0 })
            .collect();
        let days = days_above(&calendar, &values, 0.5);
        // Half of the line from 24 h to 30 h after each.
        assert!((days - 2.0 * (1.0 + 0.125)).abs() < 1e-9, "{days}");
    }

    proptest! {
        #[test]
        fn days_above_lie_within_the_course_and_fall_as_the_limit_rises(
            values in prop::collection::vec(-3.0_f64..3.0, 120),
            low in -3.0_f64..3.0,
            more in 0.0_f64..2.0,
        ) {
            let calendar = Calendar::new(&[0.0, 5.0, 45.0], 100.0);
            let (wide, narrow) =
                (days_above(&calendar, &values, low), days_above(&calendar, &values, low + more));
            prop_assert!(0.0 <= narrow && narrow <= wide + 1e-9 && wide <= 100.0 + 1e-9);
        }
    }

    #[test]
    fn the_cases_own_choices_give_the_cases_own_course() {
        let knowledge = Knowledge::embedded().unwrap();
        let (case, _) = read_case("template.toml", TEMPLATE, &knowledge);
        let case = case.unwrap();
        let subject = Subject::new(&case, &knowledge, None).unwrap();
        let all = observables(&case, &subject.zone.site);
        let choices = subject.choices();
        let watched = case.simulate.horizon_days - choices.last_session();
        let variant = subject.variant(choices, watched, &all);
        let person = Person::new(&knowledge, Member::of_ensemble(1, 3));
        let ours = variant.simulate(std::slice::from_ref(&person)).unwrap();
        let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
        let task = ZoneTask {
            case: &case,
            knowledge: &knowledge,
            zone: subject.zone,
            number: subject.at as u64,
            site: subject.site,
            calendar: &calendar,
            observables: &all,
        };
        let theirs = simulate_group(&[(&task, &person)]).unwrap();
        assert_eq!(ours[0].values, theirs[0].values);
    }
}
