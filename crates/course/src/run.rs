//! Run a case over its ensemble.

use std::sync::atomic::{AtomicBool, Ordering};

use needlepoint_absorption::cell::CellError;
use needlepoint_case::{Case, Simulate};
use needlepoint_knowledge::{Knowledge, KnowledgeError};
use needlepoint_needling::NeedlingError;
use needlepoint_numerics::rosenbrock::StepTooSmall;
use needlepoint_skin::LayersError;
use rayon::prelude::*;

use crate::{
    calendar::Calendar,
    lesion::is_about,
    numbing::{self, NumbedMember},
    observable::Observable,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::CourseResult,
    summary,
    zone::{PEOPLE, ZoneMember, ZoneTask, simulate_group},
};

/// Why a case could not be simulated.
#[derive(Debug, thiserror::Error)]
pub enum CourseError {
    /// The knowledge does not hold what the models need.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// A name of the case is not in the knowledge it is run with.
    #[error("the site \"{0}\" is not in the knowledge this case is run with")]
    UnknownSite(String),
    /// The needling can't be sampled.
    #[error("the needling can't be sampled: {0}")]
    Needling(#[from] NeedlingError),
    /// Light heals otherwise than needles.
    #[error(
        "{0} works by light: its heat heals otherwise than a needle's wound, and only its pattern can be \
         shown (`needlepoint punctures`)"
    )]
    NoNeedles(String),
    /// A drawn skin is impossible.
    #[error("a member's skin can't be built: {0}")]
    Skin(#[from] LayersError),
    /// A product can't be followed through the skin.
    #[error("a product can't be followed through the skin: {0}")]
    Absorption(#[from] CellError),
    /// A numbing product of the case has no record of what it holds.
    #[error(
        "nothing is known of what \"{0}\" holds: it needs a record in `numbing.toml` of the knowledge this \
         case is run with, and `anaesthetic` for each of its actives"
    )]
    UnknownCream(String),
    /// The healing network could not be solved.
    #[error("a member's healing can't be solved: {0}")]
    Healing(#[from] StepTooSmall),
    /// The user stopped the run.
    #[error("stopped before the end; nothing was written")]
    Cancelled,
}

/// How a run tells of its progress and is stopped.
#[derive(Clone, Copy)]
pub struct Progress<'a> {
    /// Called once for each member of each zone that is done, from any thread.
    pub member_done: &'a (dyn Fn() + Sync),
    /// Set to stop the run.
    pub cancelled: &'a AtomicBool,
}

impl std::fmt::Debug for Progress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("cancelled", self.cancelled).finish_non_exhaustive()
    }
}

/// Simulate `case` over its ensemble.
///
/// Runs on the current `rayon` pool; the result is the same, bit for bit, on any number of threads:
/// each member has its own streams, and all sums are taken in the order of the members.
///
/// # Errors
/// See [`CourseError`].
pub fn simulate(
    case: &Case,
    knowledge: &Knowledge,
    progress: Progress<'_>,
) -> Result<CourseResult, CourseError> {
    knowledge.check_parameters(&DECLARATIONS)?;
    let people = people_in_groups(case, knowledge);
    let typical = Person::new(knowledge, Member::Typical { seed: case.simulate.seed });
    treat(case, knowledge, (&people, &typical), progress)
}

/// Simulate `case` in people who are drawn already and fill whole groups of [`PEOPLE`]; the parameters have
/// been checked.
pub(crate) fn treat(
    case: &Case,
    knowledge: &Knowledge,
    (people, typical): (&[Person], &Person),
    progress: Progress<'_>,
) -> Result<CourseResult, CourseError> {
    if !case.protocol.device.has_needles() {
        return Err(CourseError::NoNeedles(case.protocol.device.label.clone()));
    }
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days)
        .looking_at(&case.simulate.times_days);
    let sites = &case.protocol.zones;
    let observables: Vec<_> = sites.iter().map(|zone| observables(case, &zone.site)).collect();
    let tasks = (0..)
        .zip(sites.iter().zip(&observables))
        .map(|(number, (zone, observables))| {
            let site = knowledge
                .site(&zone.site)
                .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
            let calendar = &calendar;
            Ok(ZoneTask { case, knowledge, zone, number, site, calendar, observables })
        })
        .collect::<Result<Vec<_>, CourseError>>()?;
    let mut zones = Vec::with_capacity(tasks.len());
    let mut numbed: Vec<Vec<NumbedMember>> = Vec::with_capacity(tasks.len());
    for task in &tasks {
        let mut members = simulate_members(task, people, progress)?;
        zones.push(summary::zone(task, &members, typical)?);
        numbed
            .extend(members.iter_mut().map(|member| member.numbing.take()).collect::<Option<_>>());
    }
    Ok(CourseResult {
        sessions: calendar.session_days(case.protocol.start),
        horizon_days: calendar.horizon,
        requested_days: case.simulate.times_days.clone(),
        members: case.simulate.members,
        seed: case.simulate.seed,
        fidelity: case.simulate.fidelity.name().to_owned(),
        ensemble: knowledge.ensemble_name().to_owned(),
        numbing: numbing::session_of(case, knowledge, &tasks, &numbed, typical)?,
        zones,
    })
}

/// The members of the ensemble, and as many more as fill the last group of [`PEOPLE`].
fn people_in_groups(case: &Case, knowledge: &Knowledge) -> Vec<Person> {
    drawn(case, knowledge, case.simulate.members.next_multiple_of(PEOPLE as u32))
}

/// The members of the ensemble.
pub(crate) fn people(case: &Case, knowledge: &Knowledge) -> Vec<Person> {
    drawn(case, knowledge, case.simulate.members)
}

/// So many members of the case's ensemble; where it names its members, those.
pub(crate) fn drawn(case: &Case, knowledge: &Knowledge, members: u32) -> Vec<Person> {
    let Simulate { seed, members_of, .. } = &case.simulate;
    let named = members_of.as_deref().filter(|named| !named.is_empty());
    (0..members)
        .into_par_iter()
        .map(|place| named.map_or(place, |named| named[place as usize % named.len()]))
        .map(|member| Member::of_ensemble(*seed, member))
        .map(|member| Person::new(knowledge, member))
        .collect()
}

pub(crate) fn simulate_members(
    task: &ZoneTask<'_>,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<Vec<ZoneMember>, CourseError> {
    // Groups are the same however many members are asked for, so that member 7 is too.
    let groups: Vec<Vec<ZoneMember>> = people
        .par_chunks(PEOPLE)
        .map(|group| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let group: Vec<_> = group.iter().map(|person| (task, person)).collect();
            let members = simulate_group(&group)?;
            for _ in &members {
                (progress.member_done)();
            }
            Ok(members)
        })
        .collect::<Result<_, _>>()?;
    Ok(groups.into_iter().flatten().take(task.case.simulate.members as usize).collect())
}

/// What is looked at in a zone: what every needled skin shows, and what its concerns are about.
pub(crate) fn observables(case: &Case, site: &str) -> Vec<Observable> {
    let here = || case.concerns.iter().filter(|concern| concern.site == site);
    Observable::ALL
        .into_iter()
        .filter(|observable| {
            !observable.is_of_a_lesion() || here().any(|concern| is_about(*observable, concern))
        })
        .collect()
}
