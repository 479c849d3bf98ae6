//! From a consultation and its screening to everything there is to say.

use std::sync::atomic::AtomicBool;

use jiff::civil::Date;
use needlepoint_case::{CannotSimulate, Case, Consultation, Setting};
use needlepoint_course::{
    CourseError, Progress,
    observable::Observable,
    outlook::{Outlook, VariantError, outlook, tells_of},
    result::ZoneCourse,
};
use needlepoint_knowledge::Knowledge;

use crate::{
    Care,
    advice::answered,
    aftercare::{Treated, aftercare, red_flags},
    alternatives::{self, Limits},
    book::{Book, by_itself},
    chosen::{Beyond, Chosen},
    consent, home,
    letter::{Told, letter},
    plan::{Advice, AdviceKind, Expected, Plan, Proposal, fitting_devices, propose},
    screening::{Screening, Verdict, screen},
    session::sheets,
};

/// People simulated for what is expected.
const MEMBERS: u32 = 64;
/// A plan is simulated for so long after its last session, days.
const WATCHED_DAYS: f64 = 92.0;
/// Of people who see a change fewer than this are called hardly any.
const HARDLY_ANY: f64 = 0.1;
const HOURS_PER_DAY: f64 = 24.0;
/// What protects the barrier lasts no longer than this, hours.
const LONGEST_BARRIER_HOURS: f64 = 168.0;
/// What lasts until the barrier holds water again, as a course calls it.
const WATER_LOSS: &str = "Raised water loss";

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The plan can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// Alternatives can't be simulated.
    #[error(transparent)]
    Alternatives(#[from] VariantError),
    /// The plan does not fit what the file asks of the simulation.
    #[error(transparent)]
    CannotSimulate(#[from] CannotSimulate),
    /// A choice goes beyond what is advised.
    #[error(transparent)]
    Beyond(#[from] Beyond),
}

/// A plan without anything that takes a simulation.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Is it safe?
    pub screening: Screening,
    /// The plan, with nothing expected and no minutes; none where needling is not proposed.
    pub plan: Option<Plan>,
    /// Why there is no plan, or what is advised beside it.
    pub instead: Vec<Advice>,
}

/// Screen a consultation and propose a plan, without simulating it; days are counted as by [`care`].
pub fn planned(consultation: &Consultation, knowledge: &Knowledge, today: Date) -> Planned {
    let assessed = consultation.assessed.unwrap_or(today);
    let (consultation, screening) = screened(consultation, knowledge, assessed);
    let book = Book { consultation: &consultation, knowledge };
    let (proposal, instead) = proposed(book, &screening, assessed, None);
    Planned { plan: proposal.map(|proposal| proposal.plan), screening, instead }
}

/// Everything there is to say about a consultation: it is screened first. Where it does not state the day on which
/// the answers were given, that is `today`.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// When the proposed plan can't be simulated.
pub fn care(
    consultation: &Consultation,
    knowledge: &Knowledge,
    today: Date,
) -> Result<Care, CareError> {
    let assessed = consultation.assessed.unwrap_or(today);
    let (consultation, screening) = screened(consultation, knowledge, assessed);
    written(&consultation, knowledge, screening, today, Alternatives::Simulated, None)
}

/// Screened for the device that will be used. A rule about one device holds only where no other is at hand, so that
/// each that fits is screened for by itself: the one with the mildest verdict is taken, of these the one that fits
/// best (a device whose label asks for a change is no worse than one without such a label). The consultation that
/// comes back has that device alone at hand.
pub(crate) fn screened(
    consultation: &Consultation,
    knowledge: &Knowledge,
    assessed: Date,
) -> (Consultation, Screening) {
    let book = Book { consultation, knowledge };
    let with_each = answered(book).needled.first().map_or_else(Vec::new, |lead| {
        let devices = fitting_devices(book, lead).into_iter();
        devices
            .map(|device| {
                let mut consultation = consultation.clone();
                consultation.wishes.devices = vec![device.name.clone()];
                let screening = screen(&consultation, knowledge, assessed);
                (consultation, screening)
            })
            .collect()
    });
    with_each
        .into_iter()
        .min_by_key(|(_, screening)| screening.verdict.max(Verdict::GoWithChanges))
        .unwrap_or_else(|| (consultation.clone(), screen(consultation, knowledge, assessed)))
}

/// Whether other plans are simulated, which takes most of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alternatives {
    Simulated,
    LeftOut,
}

pub(crate) fn written(
    consultation: &Consultation,
    knowledge: &Knowledge,
    screening: Screening,
    today: Date,
    asked: Alternatives,
    chosen: Option<&Chosen>,
) -> Result<Care, CareError> {
    let assessed = consultation.assessed.unwrap_or(today);
    let book = Book { consultation, knowledge };
    let (proposal, mut instead) = proposed(book, &screening, assessed, chosen);
    let mut alternatives = Vec::new();
    let mut shown: Option<Outlook> = None;
    let mut proposal = proposal;
    if let Some(proposal) = &mut proposal {
        let case = simulated(consultation, &proposal.plan)?;
        let looked = looked_at(&case, knowledge)?;
        for (zone, course) in proposal.plan.zones.iter_mut().zip(&looked.zones) {
            zone.minutes = course.minutes;
        }
        proposal.plan.expected = expected(&case, &looked);
        instead.extend(hardly_seen(&proposal.plan));
        let limits = Limits {
            device: proposal.device,
            most_mm: &proposal.most_mm,
            passes: proposal.passes,
            schedule: &proposal.schedule,
        };
        if asked == Alternatives::Simulated {
            alternatives =
                alternatives::front(&case, &proposal.plan, proposal.lead, &limits, knowledge)?;
        }
        shown = Some(looked);
    }
    let days = shown.as_ref().map_or(&[][..], |shown| &shown.days);
    let aftercare = proposal.as_ref().zip(shown.as_ref()).map(|(proposal, shown)| {
        let needles = proposal.plan.zones.iter().map(|zone| zone.needle_mm);
        let treated = Treated {
            needle_mm: needles.fold(0.0, f64::max),
            barrier_hours: barrier_hours(shown),
            days,
        };
        aftercare(book, &treated)
    });
    let red_flags = red_flags(book);
    let plan = proposal.as_ref().map(|proposal| &proposal.plan);
    let letter = letter(&Told {
        book,
        screening: &screening,
        plan,
        instead: &instead,
        days,
        aftercare: aftercare.as_ref(),
        red_flags: &red_flags,
    });
    Ok(Care {
        assessed,
        alternatives,
        sessions: plan.map(|plan| sheets(book, plan)).unwrap_or_default(),
        consent: consent::items(book, &screening, proposal.as_ref()),
        letter,
        aftercare,
        red_flags,
        home: home::answers(book),
        plan: proposal.map(|proposal| proposal.plan),
        instead,
        screening,
    })
}

/// The plan, and what is advised instead or beside.
pub(crate) fn proposed<'a>(
    book: Book<'a>,
    screening: &Screening,
    assessed: Date,
    chosen: Option<&Chosen>,
) -> (Option<Proposal<'a>>, Vec<Advice>) {
    let answered = answered(book);
    let mut instead = answered.advice;
    let why = match screening.verdict {
        Verdict::DoNotTreat => {
            Some((AdviceKind::NoTreatment, "Needling is advised against: see the reasons."))
        }
        Verdict::Refer => Some((
            AdviceKind::Referral,
            "Somebody else decides first: see the reasons. A plan is made once they have agreed.",
        )),
        Verdict::Wait if screening.until.is_none() => Some((
            AdviceKind::Later,
            "Something has to settle first, and nobody knows the day: see the reasons, and ask again then.",
        )),
        Verdict::Go | Verdict::GoWithChanges | Verdict::Wait => None,
    };
    let why = why.or((!screening.is_settled()).then_some((
        AdviceKind::Later,
        "Answers are missing that could change the plan: they are asked for first.",
    )));
    let at_home = book.consultation.wishes.setting == Some(Setting::Home);
    let why = why.or(at_home.then_some((
        AdviceKind::HomeCare,
        "Needling at home is asked for, and no treatment for home is planned here: see the answers about it.",
    )));
    if let Some((kind, text)) = why {
        instead.insert(0, Advice { kind, concern: None, because: by_itself(text) });
        return (None, instead);
    }
    let wished = book.consultation.wishes.start;
    let first = [wished, screening.until].into_iter().flatten().fold(assessed, Ord::max);
    let first = chosen.and_then(|chosen| chosen.dates.first()).map_or(first, |day| first.max(*day));
    let proposal = propose(book, screening, &answered.needled, (first, chosen), &mut instead);
    (proposal, instead)
}

/// The case that treats by a plan: concerns that it does not needle are left out.
///
/// # Errors
/// When the plan does not fit what the file asks of the simulation.
pub fn case_of(consultation: &Consultation, plan: &Plan) -> Result<Case, CannotSimulate> {
    let mut consultation = consultation.clone();
    consultation.concerns.retain(|concern| plan.protocol.zone(&concern.site).is_some());
    consultation.into_case(plan.protocol.clone())
}

/// The same, as long and with as many people as advice needs, whatever the file asks of a run.
pub(crate) fn simulated(consultation: &Consultation, plan: &Plan) -> Result<Case, CannotSimulate> {
    let mut consultation = consultation.clone();
    let last = plan.protocol.session_days.last().copied().unwrap_or(0.0);
    consultation.simulate.times_days.clear();
    consultation.simulate.horizon_days = Some(last + WATCHED_DAYS);
    consultation.simulate.members = MEMBERS;
    let mut case = case_of(&consultation, plan)?;
    // It takes from the pain alone, which is not told here, and takes long to simulate.
    case.protocol.numbing = None;
    Ok(case)
}

fn looked_at(case: &Case, knowledge: &Knowledge) -> Result<Outlook, CourseError> {
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| (), cancelled: &cancelled };
    outlook(case, knowledge, progress)
}

/// What the model expects of each concern, and of darkening.
fn expected(case: &Case, shown: &Outlook) -> Vec<Expected> {
    let mut expected = Vec::new();
    for zone in &shown.zones {
        for concern in case.concerns.iter().filter(|concern| concern.site == zone.site) {
            let told = zone.outcomes.iter().filter(|outcome| {
                tells_of(outcome.observable, concern) || seen_of_hair(outcome.observable)
            });
            expected.extend(told.map(|outcome| Expected {
                concern: concern.kind.label().to_owned(),
                ..of_outcome(zone, outcome)
            }));
        }
        let darkening = zone.outcomes.iter().find(|o| o.observable == Observable::Darkening);
        expected.extend(darkening.map(|outcome| of_outcome(zone, outcome)));
    }
    expected
}

/// Hairs are counted for people to see; what is missing is what raters look at.
fn seen_of_hair(observable: Observable) -> bool {
    observable == Observable::HairDensity
}

fn of_outcome(zone: &ZoneCourse, outcome: &needlepoint_course::result::Outcome) -> Expected {
    Expected {
        concern: "Risk".to_owned(),
        site: zone.label.clone(),
        what: format!("{}, change", outcome.observable.label()),
        when: outcome.when.clone(),
        unit: outcome.observable.unit().to_owned(),
        change: outcome.value,
        visible_share: outcome.visible_share,
        strength: outcome.strength.clone(),
        sources: outcome.sources.clone(),
    }
}

/// Said where hardly anybody sees a change.
fn hardly_seen(plan: &Plan) -> Vec<Advice> {
    let gains = plan.expected.iter().filter(|expected| !expected.what.starts_with("Darkening"));
    gains
        .filter_map(|expected| {
            let share = expected.visible_share.filter(|share| *share < HARDLY_ANY)?;
            Some(Advice {
                kind: AdviceKind::NoTreatment,
                concern: Some(expected.concern.clone()),
                because: by_itself(format!(
                    "{}, {}: the model lets {:.0} of 100 people see a change ({}). Needling is hardly worth it for \
                     this alone, and nothing is a good answer.",
                    expected.concern,
                    expected.site.to_lowercase(),
                    100.0 * share,
                    expected.when
                )),
            })
        })
        .collect()
}

/// Hours until half of the people simulated hold water again, in the zone where that takes longest; no more than
/// a week, within which all sources let what protects the barrier end.
fn barrier_hours(shown: &Outlook) -> f64 {
    let durations = shown.zones.iter().flat_map(|zone| &zone.durations);
    durations
        .filter(|duration| duration.what == WATER_LOSS)
        .map(|duration| HOURS_PER_DAY * duration.days.median)
        .fold(0.0, f64::max)
        .min(LONGEST_BARRIER_HOURS)
}
