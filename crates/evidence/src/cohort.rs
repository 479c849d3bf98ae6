//! A virtual cohort drawn like the subjects of a study, and what the model says of each arm.

use needlepoint_case::{
    Case, Concern, Patient,
    case::{Fidelity, Simulate, SunExposure},
};
use needlepoint_course::{
    CourseError,
    calendar::Calendar,
    observable::Observable,
    person::{Member, Person},
    zone::{ZoneMember, ZoneTask, simulate_member},
};
use needlepoint_knowledge::{Knowledge, concern::ConcernKind, parameter::SamplePoint};
use needlepoint_skin::Sex;
use rayon::prelude::*;

use crate::study::{Arm, Study, When};

/// Size of a virtual cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct CohortSize {
    /// Possible truths about the parameters.
    pub truths: u32,
    /// People under each.
    pub people: u32,
    /// Seed.
    pub seed: u32,
}

impl Default for CohortSize {
    fn default() -> Self {
        Self { truths: 64, people: 8, seed: 1 }
    }
}

/// Days the course is watched after the last session, at least.
const WATCHED_DAYS: f64 = 35.0;

/// One arm at one site over the cohort: `members[truth][person]`.
#[derive(Debug)]
pub struct ArmCourse {
    /// Times of the courses, days since the first session.
    pub days: Vec<f64>,
    /// Times of the sessions.
    pub sessions: Vec<f64>,
    /// What is observed, in the order of the members' values.
    pub observables: Vec<Observable>,
    /// The people under each truth.
    pub members: Vec<Vec<ZoneMember>>,
    /// Minutes of needling for all zones, for the typical hand.
    pub minutes: f64,
    /// Needle length set, um.
    pub needle_length_um: f64,
}

impl ArmCourse {
    /// Day of the course at which something was measured.
    pub fn day(&self, when: When) -> f64 {
        match when {
            When::AfterFirst(days) => days,
            When::AfterLast(days) => self.sessions.last().copied().unwrap_or(0.0) + days,
        }
    }
}

/// Simulate `arm` of `study` at `site`; `latest` is the latest day anything is read at.
///
/// # Errors
/// When a drawn person can't be simulated.
pub fn simulate_arm(
    study: &Study,
    arm: &Arm,
    site: &str,
    latest: f64,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Result<ArmCourse, CourseError> {
    let site_record =
        knowledge.site(site).ok_or_else(|| CourseError::UnknownSite(site.to_owned()))?;
    let zone = arm
        .protocol
        .zones
        .iter()
        .find(|zone| zone.site == site)
        .or(arm.protocol.zones.first())
        .ok_or_else(|| CourseError::UnknownSite(site.to_owned()))?;
    let zone = needlepoint_case::case::Zone { site: site.to_owned(), ..zone.clone() };
    let last = arm.protocol.session_days.last().copied().unwrap_or(0.0);
    let horizon = latest.max(last + WATCHED_DAYS) + 1.0;
    let calendar = Calendar::new(&arm.protocol.session_days, horizon);
    let observables = Observable::ALL.to_vec();
    let base = Case {
        title: None,
        study: None,
        patient: patient(study, SamplePoint { seed: size.seed, member: 0 }, 0),
        concerns: concerns(study, site),
        protocol: arm.protocol.clone(),
        simulate: Simulate {
            horizon_days: horizon,
            fidelity: Fidelity::Depth,
            members: size.truths,
            seed: size.seed,
        },
    };
    let members = (0..size.truths)
        .into_par_iter()
        .map(|truth| {
            (0..size.people)
                .map(|number| {
                    let known = SamplePoint { seed: size.seed, member: truth };
                    let person = SamplePoint {
                        seed: size.seed.wrapping_add(0x5bd1_e995),
                        member: truth * size.people + number,
                    };
                    let drawn = Person::new(knowledge, Member::Drawn { known, person });
                    let dimension = drawn.next_dimension();
                    let case = Case { patient: patient(study, person, dimension), ..base.clone() };
                    let task = ZoneTask {
                        case: &case,
                        knowledge,
                        zone: &zone,
                        number: 0,
                        site: site_record,
                        calendar: &calendar,
                        observables: &observables,
                    };
                    simulate_member(&task, &drawn)
                })
                .collect::<Result<Vec<_>, _>>()
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ArmCourse {
        days: calendar.days(),
        sessions: arm.protocol.session_days.clone(),
        observables,
        members,
        minutes: minutes(arm, size, knowledge)?,
        needle_length_um: zone.needle_length_mm * 1000.0,
    })
}

fn minutes(arm: &Arm, size: CohortSize, knowledge: &Knowledge) -> Result<f64, CourseError> {
    let typical = Person::new(knowledge, Member::Typical { seed: size.seed });
    let mut sum = 0.0;
    for zone in &arm.protocol.zones {
        let area = zone.area_cm2.or(knowledge.site(&zone.site).map(|site| site.area_cm2.value));
        let device = typical.device(&arm.protocol.device, zone);
        sum += typical.minutes(&device, area.unwrap_or(0.0), zone.passes)?;
    }
    Ok(sum)
}

/// A person drawn like the study's subjects, along dimensions from `dimension` on.
fn patient(study: &Study, point: SamplePoint, dimension: u32) -> Patient {
    let subjects = &study.subjects;
    let (youngest, oldest) = subjects.age_years;
    let phototypes = &subjects.phototypes;
    let drawn = (point.coordinate(dimension + 1) * phototypes.len() as f64) as usize;
    Patient {
        age_years: youngest + point.coordinate(dimension) * (oldest - youngest),
        sex: if point.coordinate(dimension + 2) < subjects.female_share {
            Sex::Female
        } else {
            Sex::Male
        },
        phototype: phototypes
            .get(drawn.min(phototypes.len().saturating_sub(1)))
            .copied()
            .unwrap_or(needlepoint_skin::Phototype::III),
        history: Vec::new(),
        medicines: Vec::new(),
        smoker: None,
        sun_exposure: SunExposure::Usual,
    }
}

/// The study's concerns, moved to the site looked at where it states only one.
fn concerns(study: &Study, site: &str) -> Vec<Concern> {
    if study.concerns.iter().any(|concern| concern.site == site) || study.concerns.len() != 1 {
        return study.concerns.clone();
    }
    study.concerns.iter().map(|c| Concern { site: site.to_owned(), ..c.clone() }).collect()
}

/// The concern at a site, for scores and improvements.
pub fn concern_at<'s>(study: &'s Study, site: &str) -> Option<&'s Concern> {
    study.concerns.iter().find(|c| c.site == site).or(study.concerns.first())
}

/// What the concern's raters look at.
pub fn rated(kind: ConcernKind) -> Option<Observable> {
    needlepoint_course::summary::rated_by(kind)
}
