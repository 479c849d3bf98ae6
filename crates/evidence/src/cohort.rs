//! A virtual cohort drawn like the subjects of a study, and what the model says of each arm.

use needlepoint_case::{
    Case, Concern, Denied, Patient,
    case::{Fidelity, Simulate, SunExposure, Zone},
};
use needlepoint_course::{
    CourseError,
    calendar::Calendar,
    observable::Observable,
    person::{Member, Person},
    zone::{PEOPLE, ZoneMember, ZoneTask, simulate_group},
};
use needlepoint_knowledge::{Knowledge, parameter::SamplePoint};
use needlepoint_skin::Sex;
use rayon::prelude::*;

use crate::study::{Arm, Layer, Loaded, OfSkin, Study, Subjects, When};

/// Size of a virtual cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct CohortSize {
    /// Possible truths about the parameters.
    pub truths: u32,
    /// People under each.
    pub people: u32,
    /// Seed.
    pub seed: u32,
    /// Number of the first truth, for a part of a larger cohort.
    #[serde(skip)]
    pub first_truth: u32,
    /// Which people: another number draws others under the same truths.
    #[serde(skip)]
    pub draw_of_people: u32,
}

impl Default for CohortSize {
    fn default() -> Self {
        Self { truths: 64, people: 8, seed: 1, first_truth: 0, draw_of_people: 0 }
    }
}

impl CohortSize {
    /// The point of the sequence that truth `truth` of this part is drawn at.
    pub fn known(self, truth: u32) -> SamplePoint {
        SamplePoint { seed: self.seed, member: self.first_truth + truth }
    }

    /// The point of person `number` under it.
    fn person(self, truth: u32, number: u32) -> SamplePoint {
        let apart = 0x5bd1_e995u32.wrapping_mul(1 + self.draw_of_people);
        SamplePoint {
            seed: self.seed.wrapping_add(apart),
            member: (self.first_truth + truth) * self.people + number,
        }
    }
}

const KPA_PER_MPA: f64 = 1000.0;

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
            When::AfterLast(days) | When::AfterApplication(days) => {
                self.sessions.last().copied().unwrap_or(0.0) + days
            }
        }
    }
}

/// A number of the untreated skin of `subjects` at `site`: `values[truth][person]`.
///
/// # Errors
/// When a drawn skin is impossible or the site is unknown.
pub fn untreated(
    of_skin: OfSkin,
    subjects: &Subjects,
    zone: &Zone,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Result<Vec<Vec<f64>>, CourseError> {
    let site =
        knowledge.site(&zone.site).ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
    let of = |truth, number| {
        let (drawn, patient) = drawn(subjects, truth, number, size, knowledge);
        let skin = drawn.skin(site, &patient)?;
        Ok(match of_skin {
            OfSkin::Thickness(layer, _) => layer.thickness_um(&skin),
            OfSkin::Stiffness(loaded) => {
                let moduli = drawn.parameters.stiffness();
                KPA_PER_MPA
                    * match loaded {
                        Loaded::Probe(radius_um) => {
                            let support = drawn.support(site, zone.support);
                            drawn.tissue(&skin, support).contact_modulus_mpa(radius_um)
                        }
                        Loaded::Layer(Layer::StratumCorneum) => moduli.stratum_corneum_mpa,
                        Loaded::Layer(Layer::ViableEpidermis | Layer::Epidermis) => {
                            moduli.viable_epidermis_mpa
                        }
                        // Stretched over millimetres, the dermis bears nearly all of the load.
                        Loaded::Layer(Layer::Dermis | Layer::Skin) => moduli.dermis_mpa,
                    }
            }
        })
    };
    (0..size.truths)
        .map(|truth| (0..size.people).map(|number| of(truth, number)).collect())
        .collect()
}

/// The zone of `arm` at `site`: an arm whose zones lack the site is needled there as in its first.
///
/// # Errors
/// When the arm has no zone.
pub fn zone_at(arm: &Arm, site: &str) -> Result<Zone, CourseError> {
    let zones = &arm.protocol.zones;
    let zone = zones.iter().find(|zone| zone.site == site).or(zones.first());
    let zone = zone.ok_or_else(|| CourseError::UnknownSite(site.to_owned()))?;
    Ok(Zone { site: site.to_owned(), ..zone.clone() })
}

/// Person `number` under truth `truth`, and who they are.
fn drawn(
    subjects: &Subjects,
    truth: u32,
    number: u32,
    size: CohortSize,
    knowledge: &Knowledge,
) -> (Person, Patient) {
    let (known, person) = (size.known(truth), size.person(truth, number));
    let drawn = Person::new(knowledge, Member::Drawn { known, person });
    let patient = patient(subjects, person, drawn.next_dimension());
    (drawn, patient)
}

/// Simulate `arm` of `study` at `site` in `subjects`; `latest` is the latest day anything is read at.
///
/// # Errors
/// When a drawn person can't be simulated.
pub fn simulate_arm(
    study: &Study,
    arm: &Arm,
    site: &str,
    subjects: &Subjects,
    latest: f64,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Result<ArmCourse, CourseError> {
    let zone = zone_at(arm, site)?;
    let last = arm.protocol.session_days.last().copied().unwrap_or(0.0);
    let latest = latest.max(last + WATCHED_DAYS);
    let members = over_cohort(study, arm, site, subjects, latest, size, knowledge, simulate_group)?;
    let calendar = Calendar::new(&arm.protocol.session_days, latest + 1.0);
    Ok(ArmCourse {
        days: calendar.days(),
        sessions: arm.protocol.session_days.clone(),
        observables: Observable::ALL.to_vec(),
        members,
        minutes: minutes(arm, size, knowledge)?,
        needle_length_um: zone.needle_length_mm * 1000.0,
    })
}

/// What `of_group` gives for up to [`PEOPLE`] people at once, for `arm` of `study` at `site` in each person:
/// `[truth][person]`; `latest` is the latest day anything is read at.
///
/// # Errors
/// When the site is unknown, or as `of_group`.
#[allow(clippy::too_many_arguments)]
pub fn over_cohort<T: Send>(
    study: &Study,
    arm: &Arm,
    site: &str,
    subjects: &Subjects,
    latest: f64,
    size: CohortSize,
    knowledge: &Knowledge,
    of_group: impl Fn(&[(&ZoneTask<'_>, &Person)]) -> Result<Vec<T>, CourseError> + Sync,
) -> Result<Vec<Vec<T>>, CourseError> {
    let site_record =
        knowledge.site(site).ok_or_else(|| CourseError::UnknownSite(site.to_owned()))?;
    let zone = zone_at(arm, site)?;
    let horizon = latest + 1.0;
    let calendar = Calendar::new(&arm.protocol.session_days, horizon);
    let observables = Observable::ALL.to_vec();
    let base = Case {
        title: None,
        study: None,
        patient: patient(subjects, SamplePoint { seed: size.seed, member: 0 }, 0),
        concerns: concerns(study, site),
        protocol: arm.protocol.clone(),
        simulate: Simulate {
            horizon_days: horizon,
            fidelity: Fidelity::Depth,
            members: size.truths,
            members_of: None,
            seed: size.seed,
            times_days: Vec::new(),
        },
    };
    (0..size.truths)
        .into_par_iter()
        .map(|truth| {
            let people: Vec<(Person, Case)> = (0..size.people)
                .map(|number| drawn(subjects, truth, number, size, knowledge))
                .map(|(person, patient)| (person, Case { patient, ..base.clone() }))
                .collect();
            let of_case = |case| ZoneTask {
                case,
                knowledge,
                zone: &zone,
                number: 0,
                site: site_record,
                calendar: &calendar,
                observables: &observables,
            };
            let tasks: Vec<ZoneTask<'_>> = people.iter().map(|(_, case)| of_case(case)).collect();
            let members: Vec<_> =
                tasks.iter().zip(&people).map(|(task, (person, _))| (task, person)).collect();
            let groups = members.chunks(PEOPLE).map(&of_group);
            Ok(groups.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .collect()
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

/// A person drawn like the subjects, along dimensions from `dimension` on.
fn patient(subjects: &Subjects, point: SamplePoint, dimension: u32) -> Patient {
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
        denies: Denied::default(),
        medicines: None,
        weight_kg: None,
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
pub fn rated(concern: &Concern) -> Option<Observable> {
    needlepoint_course::lesion::rated_by(concern)
}
