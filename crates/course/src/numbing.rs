//! Numbing before a session: how deep the cream numbs the person's skin, when a needle of the case's
//! length no longer hurts, and what of the cream gets into the blood.
//!
//! The science is in [`needlepoint_absorption::numbing`]; here a case, its zones and a person become its
//! questions. Labels' limits are held against what the case uses; a limit is what a label says, and no
//! advice.

use needlepoint_absorption::{
    cell::CellError,
    molecule::Molecule,
    numbing::{Agent, Disposition, LAYERS, Laid, Numbed, Wear, numb, plasma_ug_per_ml},
    uptake::{FOR_COURSES, Skin, Use, uptake},
};
use needlepoint_case::{Case, limits::NUMBING_HOURS};
use needlepoint_healing::channel::ClosingChannel;
use needlepoint_knowledge::{
    Knowledge,
    active::{Active, Anaesthetic},
    condition::Status,
    numbing::{Barrier, Limit, NumbingLabel, Warning},
    product::{Product, ProductKind},
    site::Region,
};
use needlepoint_skin::LayerKind;
use rayon::prelude::*;
use serde::Serialize;

use crate::{
    calendar::Calendar,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::Band,
    run::{CourseError, Progress, people},
    summary::band,
    zone::{Needled, ZoneTask, mean_mouth_radius_um, needle},
};

const UM_PER_MM: f64 = 1000.0;
const MG_PER_G: f64 = 1000.0;
const MINUTES_PER_HOUR: f64 = 60.0;
/// Longest that a cream is followed on the skin, min.
pub const LONGEST_MIN: f64 = NUMBING_HOURS * MINUTES_PER_HOUR;
/// Values drawn for each anaesthetic.
const VALUES: u32 = 3;

/// The cream of a case with what is known of it.
#[derive(Debug, Clone)]
pub struct Cream<'k> {
    /// The product.
    pub product: &'k Product,
    /// What its label says.
    pub label: &'k NumbingLabel,
    /// Its anaesthetics.
    pub contents: Vec<Ingredient<'k>>,
    /// Whether it lies under a dressing.
    pub covered: bool,
    /// Cream on the skin, mg/cm2, if the case says.
    pub amount_mg_per_cm2: Option<f64>,
    /// Minutes it stays.
    pub stay_min: f64,
}

/// One anaesthetic of a cream.
#[derive(Debug, Clone, Copy)]
pub struct Ingredient<'k> {
    /// The molecule.
    pub active: &'k Active,
    /// How it numbs and leaves the blood.
    pub anaesthetic: &'k Anaesthetic,
    /// Its mass share, 0 to 1.
    pub strength: f64,
}

impl<'k> Cream<'k> {
    /// The cream of a case, if it has one.
    ///
    /// # Errors
    /// When the knowledge does not say what it holds.
    pub fn of(case: &Case, knowledge: &'k Knowledge) -> Result<Option<Self>, CourseError> {
        let Some(numbing) = &case.protocol.numbing else { return Ok(None) };
        let unknown = || CourseError::UnknownCream(numbing.product.clone());
        let product = knowledge.product(&numbing.product).ok_or_else(unknown)?;
        let label = knowledge.numbing(&numbing.product).ok_or_else(unknown)?;
        let contents = label
            .contents
            .iter()
            .map(|content| {
                let active = knowledge.active(&content.active)?;
                let anaesthetic = active.anaesthetic.as_ref()?;
                Some(Ingredient { active, anaesthetic, strength: content.strength.value })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or_else(unknown)?;
        Ok(Some(Self {
            product,
            label,
            contents,
            covered: numbing.covered.unwrap_or(label.covered),
            amount_mg_per_cm2: numbing.amount_mg_per_cm2,
            stay_min: numbing.duration_min,
        }))
    }

    fn agents(&self, task: &ZoneTask<'_>, person: &Person) -> Vec<Agent> {
        let p = &person.parameters;
        let ph = self.product.ph.as_ref().map_or(p.numbing.cream_ph, |ph| ph.value);
        let laid = Laid { covered: self.covered, on_face: task.site.region == Region::Face };
        (0..)
            .zip(&self.contents)
            .map(|(nth, content)| {
                let molecule = Molecule::of(content.active);
                let potency = person.anaesthetic(VALUES * nth, &content.anaesthetic.potency);
                Agent {
                    transport: p.numbing.transport(&molecule, ph, laid, &p.pathways, &p.tissue),
                    strength: content.strength,
                    threshold_ug_per_ml: p.numbing.threshold / potency,
                }
            })
            .collect()
    }

    fn amount_mg_per_cm2(&self, person: &Person) -> f64 {
        self.amount_mg_per_cm2.unwrap_or(person.parameters.numbing.cream_layer)
    }

    /// What this person's body does with each anaesthetic, and their weight.
    fn body(&self, case: &Case, person: &Person) -> Body {
        let numbing = &person.parameters.numbing;
        let dispositions = (0..)
            .zip(&self.contents)
            .map(|(nth, content)| {
                let of = |value, estimate| person.anaesthetic(VALUES * nth + value, estimate);
                Disposition {
                    volume_l_per_kg: of(1, &content.anaesthetic.volume_l_per_kg),
                    clearance_l_per_kg_per_h: of(2, &content.anaesthetic.clearance_l_per_kg_per_h),
                }
            })
            .collect();
        let assumed = || numbing.assumed_weight_kg(case.patient.age_years);
        Body { weight_kg: case.patient.weight_kg.unwrap_or_else(assumed), dispositions }
    }
}

/// A body that anaesthetics get into.
#[derive(Debug, Clone, PartialEq)]
pub struct Body {
    /// Weight, kg.
    pub weight_kg: f64,
    /// What it does with each anaesthetic.
    pub dispositions: Vec<Disposition>,
}

/// One zone of one person under the cream.
#[derive(Debug, Clone, PartialEq)]
pub struct NumbedMember {
    /// The skin over time.
    pub numbed: Numbed,
    /// Minutes until the skin is numb as deep as the needle is long, had the cream stayed on; none if
    /// not within six hours.
    pub ready_min: Option<f64>,
    /// Share of the way of the deep hits that is numb when the cream comes off, 0 to 1.
    pub relief_share: f64,
    /// Cream on the zone, g.
    pub grams: f64,
    /// Area under it, cm2.
    pub area_cm2: f64,
    /// The body it gets into.
    pub body: Body,
}

impl NumbedMember {
    /// Level of each anaesthetic in plasma at the minutes told, ug/mL, from zones of one person that
    /// were under the cream at the same time.
    pub fn plasma(zones: &[&Self]) -> Vec<Vec<f64>> {
        let Some(first) = zones.first() else { return Vec::new() };
        first
            .body
            .dispositions
            .iter()
            .enumerate()
            .map(|(which, disposition)| {
                let into_blood_ug: Vec<f64> = (0..first.numbed.minutes.len())
                    .map(|at| {
                        zones
                            .iter()
                            .map(|z| z.area_cm2 * z.numbed.agents[which].in_blood_ug_per_cm2[at])
                            .sum()
                    })
                    .collect();
                let minutes = &first.numbed.minutes;
                plasma_ug_per_ml(minutes, &into_blood_ug, first.body.weight_kg, disposition)
            })
            .collect()
    }
}

/// Put the cream on the skin of this person's zone.
///
/// # Errors
/// When the knowledge does not say what it holds, or a drawn skin can't be solved.
pub fn numb_member(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
) -> Result<Option<NumbedMember>, CourseError> {
    let Some(cream) = Cream::of(task.case, task.knowledge)? else { return Ok(None) };
    let agents = cream.agents(task, person);
    let thickness_um = thicknesses(task, person, needled);
    let amount_mg_per_cm2 = cream.amount_mg_per_cm2(person);
    let wear = Wear { amount_mg_per_cm2, stay_min: cream.stay_min };
    let numbed = numb(&thickness_um, &agents, &wear)?;
    let deep_um = needled.injury.depth.p95_um;
    // The careful side: a needle may go in as deep as it is long, even where most do not.
    let wanted_um = deep_um.max(task.zone.needle_length_mm * UM_PER_MM);
    let ready_min = match numbed.minutes_to(wanted_um).filter(|at| *at <= cream.stay_min) {
        Some(minutes) => Some(minutes),
        None => numb(&thickness_um, &agents, &Wear { stay_min: LONGEST_MIN, ..wear })?
            .minutes_to(wanted_um)
            .filter(|at| *at <= LONGEST_MIN),
    };
    let numb_um = numbed.depth_at(cream.stay_min);
    let area_cm2 = task.area_cm2();
    Ok(Some(NumbedMember {
        ready_min,
        // Without a hit there is no depth, and nothing to relieve.
        relief_share: if deep_um > numb_um { numb_um / deep_um } else { 1.0 },
        grams: amount_mg_per_cm2 * area_cm2 / MG_PER_G,
        area_cm2,
        body: cream.body(task.case, person),
        numbed,
    }))
}

fn thicknesses(task: &ZoneTask<'_>, person: &Person, needled: &Needled) -> [f64; LAYERS] {
    let of = |kind| needled.skin.thickness_um(kind);
    [
        of(LayerKind::StratumCorneum),
        of(LayerKind::ViableEpidermis),
        of(LayerKind::PapillaryDermis),
        of(LayerKind::UpperReticularDermis),
        of(LayerKind::LowerReticularDermis),
        person.fat_um(task.site),
    ]
}

/// Numbing of one zone over the ensemble.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneNumbing {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Needle length set, mm.
    pub needle_length_mm: f64,
    /// Minutes after the cream was put on.
    pub minutes: Vec<f64>,
    /// Numb depth at each of them, um.
    pub depth_um: Vec<Band>,
    /// Numb depth when the cream comes off, um.
    pub depth_at_end_um: Band,
    /// Minutes until the skin is numb as deep as the needle is long, had the cream stayed on; who is
    /// not numb so deep within six hours counts with six hours.
    pub ready_min: Band,
    /// Share of members numb as deep as the needle is long when the cream comes off.
    pub ready_share: f64,
    /// Share of members not so within six hours.
    pub never_share: f64,
    /// Share of the deep hits' way that is numb when the cream comes off.
    pub relief_share: Band,
    /// Area, cm2.
    pub area_cm2: f64,
    /// How many times as much gets into the skin in the same time once it is needled, typical person:
    /// why the cream comes off before.
    pub needled_over_intact: f64,
}

/// A level in plasma that harms, against what is expected.
#[derive(Debug, Clone, Serialize)]
pub struct Margin {
    /// The sign, in words.
    pub sign: String,
    /// The level, ug/mL.
    pub level_ug_per_ml: f64,
    /// It over the peak.
    pub margin: Band,
    /// Where it is from; empty if from memory.
    pub sources: Vec<String>,
}

/// One anaesthetic in plasma.
#[derive(Debug, Clone, Serialize)]
pub struct PlasmaCourse {
    /// Name in `knowledge/actives.toml`.
    pub active: String,
    /// The name in words.
    pub label: String,
    /// Level at the minutes told, ug/mL.
    pub level_ug_per_ml: Vec<Band>,
    /// Highest level, ug/mL.
    pub peak_ug_per_ml: Band,
    /// When it is highest, minutes after the cream was put on.
    pub peak_min: Band,
    /// Levels that harm, the lowest first; empty where none was found.
    pub margins: Vec<Margin>,
}

/// A limit of a label against what the case uses.
#[derive(Debug, Clone, Serialize)]
pub struct LimitCheck {
    /// The limit.
    pub limit: Limit,
    /// More cream than it allows; none if it gives no mass.
    pub too_much: Option<bool>,
    /// A larger area than it allows; none if it gives none.
    pub too_wide: Option<bool>,
    /// Longer than it allows; none if it gives no time.
    pub too_long: Option<bool>,
}

impl LimitCheck {
    /// Whether anything is beyond the limit.
    pub fn exceeded(&self) -> bool {
        [self.too_much, self.too_wide, self.too_long].contains(&Some(true))
    }
}

/// Numbing of a whole session.
// Four plain answers of a case and a label, read by name.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Serialize)]
pub struct Numbing {
    /// Name of the product.
    pub product: String,
    /// The product in words.
    pub label: String,
    /// Whether it is licensed; otherwise no label limits it.
    pub licensed: bool,
    /// Whether it lies under a dressing.
    pub covered: bool,
    /// Minutes it stays.
    pub stay_min: f64,
    /// Cream on all zones, g: that of the typical person.
    pub grams: f64,
    /// Whether the case says how much; else what labels put on.
    pub amount_stated: bool,
    /// Area of all zones, cm2.
    pub area_cm2: f64,
    /// Body weight, kg.
    pub weight_kg: Band,
    /// Whether the case says it; else it is assumed from the age.
    pub weight_stated: bool,
    /// Minutes after the cream was put on.
    pub minutes: Vec<f64>,
    /// The anaesthetics in plasma.
    pub plasma: Vec<PlasmaCourse>,
    /// How many times higher all levels together could be until the lowest harmful ones add up to 1;
    /// none where no harmful level is known.
    pub margin: Option<Band>,
    /// Anaesthetics without a known harmful level, in words, which the margin leaves out.
    pub uncounted: Vec<String>,
    /// Every limit for this age and weight.
    pub limits: Vec<LimitCheck>,
    /// Warnings: those of the program first, then those of labels and reports.
    pub warnings: Vec<Warning>,
    /// The zones.
    pub zones: Vec<ZoneNumbing>,
}

/// The members of one zone, with what the zone is.
struct NumbedZone<'z, 'a> {
    task: &'z ZoneTask<'a>,
    /// The members in their order, the same people in every zone.
    members: &'z [NumbedMember],
    /// The typical person.
    typical: NumbedMember,
    /// See [`ZoneNumbing::needled_over_intact`].
    needled_over_intact: f64,
}

/// Numbing of every zone of a case, by itself; none where the case has none.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`CourseError`].
pub fn numbing(
    case: &Case,
    knowledge: &Knowledge,
    progress: Progress<'_>,
) -> Result<Option<Numbing>, CourseError> {
    knowledge.check_parameters(&DECLARATIONS)?;
    if case.protocol.numbing.is_none() {
        return Ok(None);
    }
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
    let people = people(case, knowledge);
    let typical = Person::new(knowledge, Member::Typical { seed: case.simulate.seed });
    let tasks = (0..)
        .zip(&case.protocol.zones)
        .map(|(number, zone)| {
            let site = knowledge
                .site(&zone.site)
                .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
            let calendar = &calendar;
            Ok(ZoneTask { case, knowledge, zone, number, site, calendar, observables: &[] })
        })
        .collect::<Result<Vec<_>, CourseError>>()?;
    let members = tasks
        .iter()
        .map(|task| {
            people
                .par_iter()
                .map(|person| {
                    if progress.cancelled.load(std::sync::atomic::Ordering::Relaxed) {
                        return Err(CourseError::Cancelled);
                    }
                    let numbed = numb_member(task, person, &needle(task, person)?)?;
                    (progress.member_done)();
                    Ok(numbed)
                })
                .collect::<Result<Option<Vec<_>>, _>>()
        })
        .collect::<Result<Option<Vec<_>>, CourseError>>()?;
    members.map_or(Ok(None), |members| session_of(case, knowledge, &tasks, &members, &typical))
}

/// Sum up a session from the members of each zone; none where the case has no cream.
pub(crate) fn session_of(
    case: &Case,
    knowledge: &Knowledge,
    tasks: &[ZoneTask<'_>],
    members: &[Vec<NumbedMember>],
    typical: &Person,
) -> Result<Option<Numbing>, CourseError> {
    let zones = tasks
        .iter()
        .zip(members)
        .map(|(task, members)| NumbedZone::new(task, members, typical))
        .collect::<Result<Option<Vec<_>>, _>>()?;
    zones.map_or(Ok(None), |zones| session(case, knowledge, &zones))
}

impl<'z, 'a> NumbedZone<'z, 'a> {
    /// A zone with its members; none where the case has no cream.
    fn new(
        task: &'z ZoneTask<'a>,
        members: &'z [NumbedMember],
        typical: &Person,
    ) -> Result<Option<Self>, CourseError> {
        let needled = needle(task, typical)?;
        let Some(numbed) = numb_member(task, typical, &needled)? else { return Ok(None) };
        let needled_over_intact = needled_over_intact(task, typical, &needled)?;
        Ok(Some(Self { task, members, typical: numbed, needled_over_intact }))
    }
}

/// How many times as much of all anaesthetics together gets into needled skin as into intact skin while
/// the cream lies there.
fn needled_over_intact(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
) -> Result<f64, CourseError> {
    let Some(cream) = Cream::of(task.case, task.knowledge)? else { return Ok(1.0) };
    let channel = ClosingChannel::new(
        person.parameters.channel,
        mean_mouth_radius_um(needled),
        task.case.patient.age_years,
        task.case.protocol.occlusion_hours,
    );
    let channels = person.open_channels(needled);
    let [sc, ve, papillary, upper, lower, _] = thicknesses(task, person, needled);
    let (mut punctured_ug, mut intact_ug) = (0.0, 0.0);
    for agent in cream.agents(task, person) {
        let skin =
            Skin { thickness_um: [sc, ve, papillary, upper, lower], transport: agent.transport };
        let put_on = Use {
            amount_mg_per_cm2: cream.amount_mg_per_cm2(person),
            strength: agent.strength,
            contact_hours: cream.stay_min / MINUTES_PER_HOUR,
            after_hours: 0.0,
            carried_in: false,
            daily: false,
        };
        let through = |channels| -> Result<f64, CellError> {
            let open = |hours| channel.open_area(hours);
            Ok(uptake(&skin, channels, &put_on, &open, FOR_COURSES)?.taken_up_ug_per_cm2)
        };
        punctured_ug += through(Some(&channels))?;
        intact_ug += through(None)?;
    }
    Ok(if intact_ug > 0.0 { punctured_ug / intact_ug } else { 1.0 })
}

fn session(
    case: &Case,
    knowledge: &Knowledge,
    zones: &[NumbedZone<'_, '_>],
) -> Result<Option<Numbing>, CourseError> {
    let (Some(cream), Some(first)) = (Cream::of(case, knowledge)?, zones.first()) else {
        return Ok(None);
    };
    let levels: Vec<Vec<Vec<f64>>> = (0..first.members.len())
        .map(|person| {
            let here: Vec<&NumbedMember> = zones.iter().map(|zone| &zone.members[person]).collect();
            NumbedMember::plasma(&here)
        })
        .collect();
    let minutes = first.typical.numbed.minutes.clone();
    let grams = zones.iter().map(|zone| zone.typical.grams).sum();
    let area_cm2 = zones.iter().map(|zone| zone.typical.area_cm2).sum();
    let limits = limits(case, &cream, grams, area_cm2);
    Ok(Some(Numbing {
        product: cream.product.name.clone(),
        label: cream.product.label.clone(),
        licensed: cream.label.licensed,
        covered: cream.covered,
        stay_min: cream.stay_min,
        grams,
        amount_stated: cream.amount_mg_per_cm2.is_some(),
        area_cm2,
        weight_kg: band(&first.members.iter().map(|m| m.body.weight_kg).collect::<Vec<_>>()),
        weight_stated: case.patient.weight_kg.is_some(),
        plasma: cream
            .contents
            .iter()
            .enumerate()
            .map(|(which, content)| plasma_course(content.active, which, &minutes, &levels))
            .collect(),
        margin: margin(&cream, &levels),
        uncounted: cream
            .contents
            .iter()
            .filter(|content| content.active.toxic.is_empty())
            .map(|content| content.active.label.clone())
            .collect(),
        warnings: warnings(case, knowledge, &cream, &limits),
        limits,
        zones: zones.iter().map(|zone| zone_numbing(zone, cream.stay_min)).collect(),
        minutes,
    }))
}

fn zone_numbing(zone: &NumbedZone<'_, '_>, stay_min: f64) -> ZoneNumbing {
    let members = zone.members;
    let over =
        |read: &dyn Fn(&NumbedMember) -> f64| band(&members.iter().map(read).collect::<Vec<_>>());
    let share = |holds: &dyn Fn(&NumbedMember) -> bool| {
        members.iter().filter(|member| holds(member)).count() as f64 / members.len() as f64
    };
    let minutes = zone.typical.numbed.minutes.clone();
    ZoneNumbing {
        site: zone.task.site.name.clone(),
        label: zone.task.site.label.clone(),
        needle_length_mm: zone.task.zone.needle_length_mm,
        depth_um: (0..minutes.len()).map(|at| over(&|m| m.numbed.depth_um[at])).collect(),
        minutes,
        depth_at_end_um: over(&|m| m.numbed.depth_at(stay_min)),
        ready_min: over(&|m| m.ready_min.unwrap_or(LONGEST_MIN)),
        ready_share: share(&|m| m.ready_min.is_some_and(|ready| ready <= stay_min)),
        never_share: share(&|m| m.ready_min.is_none()),
        relief_share: over(&|m| m.relief_share),
        area_cm2: zone.typical.area_cm2,
        needled_over_intact: zone.needled_over_intact,
    }
}

/// Highest value and its place.
fn peak(levels: &[f64]) -> (usize, f64) {
    let higher = |best: (usize, f64), (at, level): (usize, &f64)| {
        if *level > best.1 { (at, *level) } else { best }
    };
    levels.iter().enumerate().fold((0, 0.0), higher)
}

fn plasma_course(
    active: &Active,
    which: usize,
    minutes: &[f64],
    levels: &[Vec<Vec<f64>>],
) -> PlasmaCourse {
    let over = |read: &dyn Fn(&[f64]) -> f64| {
        band(&levels.iter().map(|person| read(&person[which])).collect::<Vec<_>>())
    };
    PlasmaCourse {
        active: active.name.clone(),
        label: active.label.clone(),
        level_ug_per_ml: (0..minutes.len()).map(|at| over(&|levels| levels[at])).collect(),
        peak_ug_per_ml: over(&|levels| peak(levels).1),
        peak_min: over(&|levels| minutes[peak(levels).0]),
        margins: active
            .toxic
            .iter()
            .map(|toxic| {
                let harmful = toxic.level_ug_per_ml.value;
                Margin {
                    sign: toxic.sign.clone(),
                    level_ug_per_ml: harmful,
                    margin: over(&|levels| times_below(peak(levels).1 / harmful)),
                    sources: toxic.level_ug_per_ml.sources.clone(),
                }
            })
            .collect(),
    }
}

/// One over a share, at most a million: what never gets into the blood has no meaningful margin.
fn times_below(share: f64) -> f64 {
    const MOST: f64 = 1e6;
    1.0 / share.max(1.0 / MOST)
}

/// Harm of a mixture adds up: `1 / max_t sum_i C_i(t) / C_toxic,i` with the lowest harmful level of each.
fn margin(cream: &Cream<'_>, levels: &[Vec<Vec<f64>>]) -> Option<Band> {
    let harmful: Vec<Option<f64>> = cream
        .contents
        .iter()
        .map(|content| content.active.toxic.first().map(|toxic| toxic.level_ug_per_ml.value))
        .collect();
    harmful.iter().any(Option::is_some).then(|| {
        let of_one = |person: &Vec<Vec<f64>>| {
            let times = person.first().map_or(0, Vec::len);
            let together = |at: usize| {
                let shares = person.iter().zip(&harmful);
                shares.filter_map(|(levels, harmful)| Some(levels[at] / (*harmful)?)).sum::<f64>()
            };
            times_below((0..times).map(together).fold(0.0, f64::max))
        };
        band(&levels.iter().map(of_one).collect::<Vec<_>>())
    })
}

/// Every limit for this age, weight and skin against what the case uses.
fn limits(case: &Case, cream: &Cream<'_>, grams: f64, area_cm2: f64) -> Vec<LimitCheck> {
    let patient = &case.patient;
    let impaired = ["eczema", "contact-dermatitis", "psoriasis"];
    let there =
        |name: &&str| patient.stated(name).any(|stated| stated.status != Some(Status::Past));
    let barriers = if impaired.iter().any(there) {
        vec![Barrier::Intact, Barrier::Impaired]
    } else {
        vec![Barrier::Intact]
    };
    barriers
        .into_iter()
        .flat_map(|barrier| cream.label.limits_for(patient.age_years, patient.weight_kg, barrier))
        .map(|limit| LimitCheck {
            too_much: limit.most_g.map(|most| grams > most),
            too_wide: limit.most_cm2.map(|most| area_cm2 > most),
            too_long: limit.most_min.map(|most| cream.stay_min > most),
            limit: limit.clone(),
        })
        .collect()
}

/// What the case does that a label or a report of harm speaks against, then all that they say.
fn warnings(
    case: &Case,
    knowledge: &Knowledge,
    cream: &Cream<'_>,
    limits: &[LimitCheck],
) -> Vec<Warning> {
    let mut warnings = vec![Warning {
        note:
            "The cream is off before the first puncture. Harm happened where it lay on skin during \
               or after needling or laser, or on broken skin."
                .to_owned(),
        sources: ["emla-precautions-mims", "fp-lidocaine-toxicity-2006", "emla-tox-review-2014"]
            .map(str::to_owned)
            .to_vec(),
    }];
    let on_punctures = case.protocol.products.iter().filter_map(|used| {
        let product = knowledge.product(&used.name)?;
        (product.kind == ProductKind::Numbing).then_some(product)
    });
    for product in on_punctures {
        warnings.push(Warning {
            note: format!(
                "This case puts {} on punctured skin. Labels allow it on intact skin only.",
                product.label
            ),
            sources: product.on_open_channels.sources.clone(),
        });
    }
    if cream.label.licensed && limits.is_empty() {
        warnings.push(Warning {
            note: format!(
                "No label that was read allows {} at this age and weight.",
                cream.product.label
            ),
            sources: cream.label.limits.iter().flat_map(|l| l.sources.clone()).collect(),
        });
    }
    for check in limits.iter().filter(|check| check.exceeded()) {
        let parts = [
            (check.too_much, "more cream"),
            (check.too_wide, "a larger area"),
            (check.too_long, "a longer time"),
        ];
        let beyond: Vec<&str> = parts
            .into_iter()
            .filter(|(exceeded, _)| *exceeded == Some(true))
            .map(|(_, what)| what)
            .collect();
        warnings.push(Warning {
            note: format!(
                "This case has {} than a label allows ({}).",
                beyond.join(" and "),
                check.limit.who
            ),
            sources: check.limit.sources.clone(),
        });
    }
    if cream.covered && !cream.label.covered {
        warnings.push(Warning {
            note: "The label does not want this cream under a dressing; a cover about triples what gets \
                   into the blood."
                .to_owned(),
            sources: vec!["lidocaine-timing-secondary".to_owned()],
        });
    }
    warnings.extend(cream.label.warnings.iter().cloned());
    warnings
}
