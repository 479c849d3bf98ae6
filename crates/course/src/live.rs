//! A treatment simulated again and again while somebody moves its settings.
//!
//! What does not change from move to move is done once and held: the parameters are checked and the people
//! drawn. So the same people meet every setting, and the picture moves by the treatment and not by chance.

use std::sync::atomic::AtomicBool;

use needlepoint_case::Case;
use needlepoint_knowledge::Knowledge;

use crate::{
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::CourseResult,
    run::{CourseError, Progress, drawn, treat},
    zone::PEOPLE,
};

/// Fewest people in a live picture; fewer have no band that holds 95 of 100.
pub const FEWEST: u32 = 32;
/// Most people in a live picture.
pub const MOST: u32 = 64;
/// Years of the zones of people that two ordinary cores simulate while a hand does not notice the wait.
const MEMBER_YEARS: f64 = 64.0;
const DAYS_PER_YEAR: f64 = 365.25;

/// People drawn once, to meet many settings of a treatment.
#[derive(Debug, Clone)]
pub struct LiveCourse {
    people: Vec<Person>,
    typical: Person,
}

impl LiveCourse {
    /// Draw the people of `case`: those of its seed and, where it names its members, those.
    ///
    /// # Errors
    /// When the knowledge does not hold what the models need.
    pub fn new(case: &Case, knowledge: &Knowledge) -> Result<Self, CourseError> {
        knowledge.check_parameters(&DECLARATIONS)?;
        Ok(Self {
            people: drawn(case, knowledge, MOST),
            typical: Person::new(knowledge, Member::Typical { seed: case.simulate.seed }),
        })
    }

    /// Simulate a setting of the case in these people, as many as [`people_for`] says; the result tells how
    /// many. Numbing is left out: it takes from the pain alone and long to simulate, so the pain told is that
    /// without cream.
    ///
    /// The result is the same, bit for bit, on any number of threads, and that of
    /// [`simulate`](crate::simulate) for the same case and number of members.
    ///
    /// # Errors
    /// See [`CourseError`].
    pub fn simulate(
        &self,
        case: &Case,
        knowledge: &Knowledge,
    ) -> Result<CourseResult, CourseError> {
        let mut case = case.clone();
        case.simulate.members = people_for(&case);
        case.protocol.numbing = None;
        let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) };
        let people = &self.people[..case.simulate.members as usize];
        treat(&case, knowledge, (people, &self.typical), progress)
    }
}

/// How many people a live picture of this case has: from [`FEWEST`] to [`MOST`], whole groups of the solver, fewer
/// where more zones or a longer time are simulated.
pub fn people_for(case: &Case) -> u32 {
    let years = case.protocol.zones.len() as f64 * case.simulate.horizon_days / DAYS_PER_YEAR;
    let affordable = (MEMBER_YEARS / years.max(1e-3)).min(f64::from(MOST)) as u32;
    let group = PEOPLE as u32;
    (affordable / group * group).clamp(FEWEST, MOST)
}

/// Simulate a case once as a live picture does; who simulates it again holds a [`LiveCourse`].
///
/// # Errors
/// See [`CourseError`].
pub fn live(case: &Case, knowledge: &Knowledge) -> Result<CourseResult, CourseError> {
    LiveCourse::new(case, knowledge)?.simulate(case, knowledge)
}
