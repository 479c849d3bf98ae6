//! Only the products: where each active is and how much, hour by hour, in each zone.
//!
//! The *typical* person is followed on a fine grid, for pictures; the ensemble gives the band of every
//! number. Both go the way of [`crate::simulate`], through [`needle`] and the cell around a channel.

use std::sync::atomic::Ordering;

use needlepoint_absorption::{
    cell::{Cell, Solution},
    uptake::{
        Amounts, FOR_COURSES, FOR_PICTURES, OpenChannels, Setting, Skin, TOLD_HOURS, Uptake, Use,
        follow, sum_up, uptake,
    },
};
use needlepoint_case::{Case, When, Zone};
use needlepoint_healing::channel::ClosingChannel;
use needlepoint_knowledge::{
    Knowledge,
    active::Active,
    nearest::nearest,
    product::{OnOpenChannels, OpenChannelUse, Target},
};
use needlepoint_skin::LayerKind;
use rayon::prelude::*;
use serde::{Serialize, Serializer};

use crate::{
    absorption::{FOLLOWED, level_at, level_then, place_of, used_products},
    calendar::Calendar,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::{Band, DrawnLayer},
    run::{CourseError, Progress, people},
    summary::{band, greatest, when_in_words},
    zone::{Needled, ZoneTask, mean_mouth_radius_um, needle},
};

/// Hours after needling at which a product is put on, to see what the closing channels still let through.
pub const LATER_HOURS: [f64; 6] = [0.0, 0.25, 1.0, 2.0, 6.0, 24.0];
/// A level below this share of its peak is over.
const STILL_THERE: f64 = 0.1;
/// Levels this near to the largest are as good.
const ALL_BUT_BEST: f64 = 0.98;
const HOURS_PER_DAY: f64 = 24.0;
/// ug/mL of active in a product as dense as water, for a mass share of 1.
const UG_PER_ML: f64 = 1e6;

/// Why the products of a case can't be followed.
#[derive(Debug, thiserror::Error)]
pub enum AbsorbError {
    /// The case does not needle the zone asked for.
    #[error("the case does not needle \"{asked}\"; its zones are: {}", .zones.join(", "))]
    NoSuchZone {
        /// What was asked for.
        asked: String,
        /// The zones of the case.
        zones: Vec<String>,
    },
    /// The case does not use the product asked for.
    #[error("the case does not use \"{asked}\"{}; its products are: {}", did_you_mean(.near.as_deref()), .products.join(", "))]
    NoSuchProduct {
        /// What was asked for.
        asked: String,
        /// The nearest of the products.
        near: Option<String>,
        /// The products of the case.
        products: Vec<String>,
    },
    /// No active of this name is known.
    #[error("no active is called \"{asked}\"{}; all of them stand in knowledge/actives.toml", did_you_mean(.near.as_deref()))]
    NoSuchActive {
        /// What was asked for.
        asked: String,
        /// The nearest known.
        near: Option<String>,
    },
    /// The case names no product.
    #[error(
        "the case uses no product; add one with [[protocol.product]], or ask for an active with --active"
    )]
    NoProducts,
    /// The active has no usual strength.
    #[error("\"{0}\" has no usual strength; say how strong it is, such as --strength 2%")]
    NoStrength(String),
    /// The products can't be followed.
    #[error(transparent)]
    Course(#[from] CourseError),
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!(" (did you mean \"{near}\"?)"))
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Question<'a> {
    /// Only this zone; all of the case if left out.
    pub zone: Option<&'a str>,
    /// Only this product; all of the case if left out.
    pub product: Option<&'a str>,
    /// This active instead of the products, put on straight after the session in plain water at the
    /// pH of the skin's surface.
    pub active: Option<AskedActive<'a>>,
}

/// An active asked for by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AskedActive<'a> {
    /// Its name in `knowledge/actives.toml`.
    pub name: &'a str,
    /// Mass share, 0 to 1; its usual strength if left out.
    pub strength: Option<f64>,
}

/// What is put on the skin.
struct Subject<'a> {
    key: String,
    name: &'a str,
    label: &'a str,
    active: &'a Active,
    ph: Option<f64>,
    strength: f64,
    amount_mg_per_cm2: Option<f64>,
    when: When,
    acts_on: Option<Target>,
    rule: &'a OnOpenChannels,
}

/// A number of [`Amounts`] by name.
#[derive(Clone, Copy)]
pub struct Quantity {
    /// Name, with the unit in it.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    read: fn(&Amounts) -> f64,
}

/// All that is told of an active over time.
pub const QUANTITIES: [Quantity; 15] = {
    const AMOUNT: &str = "ug/cm2";
    const LEVEL: &str = "ug/mL";
    const fn q(name: &'static str, unit: &'static str, read: fn(&Amounts) -> f64) -> Quantity {
        Quantity { name, unit, read }
    }
    [
        q("on_skin_ug_per_cm2", AMOUNT, |a| a.on_skin_ug_per_cm2),
        q("in_channels_ug_per_cm2", AMOUNT, |a| a.in_channels_ug_per_cm2),
        q("in_stratum_corneum_ug_per_cm2", AMOUNT, |a| a.in_layers_ug_per_cm2[0]),
        q("in_viable_epidermis_ug_per_cm2", AMOUNT, |a| a.in_layers_ug_per_cm2[1]),
        q("in_papillary_dermis_ug_per_cm2", AMOUNT, |a| a.in_layers_ug_per_cm2[2]),
        q("in_upper_reticular_dermis_ug_per_cm2", AMOUNT, |a| a.in_layers_ug_per_cm2[3]),
        q("in_lower_reticular_dermis_ug_per_cm2", AMOUNT, |a| a.in_layers_ug_per_cm2[4]),
        q("gone_ug_per_cm2", AMOUNT, |a| a.gone_ug_per_cm2),
        q("wiped_off_ug_per_cm2", AMOUNT, |a| a.wiped_off_ug_per_cm2),
        q("flux_ug_per_cm2_per_h", "ug/cm2/h", |a| a.flux_ug_per_cm2_per_h),
        q("basal_ug_per_ml", LEVEL, |a| a.basal_ug_per_ml),
        q("papillary_dermis_ug_per_ml", LEVEL, |a| a.papillary_ug_per_ml),
        q("dermis_ug_per_ml", LEVEL, |a| a.dermis_ug_per_ml),
        q("reach_um", "um", |a| a.reach_um),
        q("deepest_reach_um", "um", |a| a.deepest_reach_um),
    ]
};

/// The [`QUANTITIES`] with their bands at [`TOLD_HOURS`].
#[derive(Debug, Clone, PartialEq)]
pub struct OverTime(pub Vec<Vec<Band>>);

impl Serialize for OverTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(QUANTITIES.iter().map(|quantity| quantity.name).zip(&self.0))
    }
}

/// What becomes of a product over the ensemble.
#[derive(Debug, Clone, Serialize)]
pub struct Through {
    /// Taken up into living skin within 24 h, ug/cm2: what is in it and what has gone from it.
    pub taken_up_ug_per_cm2: Band,
    /// Level where the product acts at [`TOLD_HOURS`], ug/mL.
    pub level_at_target_ug_per_ml: Vec<Band>,
    /// Mean of that level over the day.
    pub mean_level_at_target_ug_per_ml: Band,
    /// Greatest depth over the day at which a tenth of the level at the surface has arrived, on the
    /// mean over the skin, um.
    pub greatest_reach_um: Band,
    /// The same under the channels.
    pub greatest_deepest_reach_um: Band,
    /// Everything else over time.
    pub over_time: OverTime,
}

/// The product put on some time after needling.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Later {
    /// Hours after needling.
    pub hours: f64,
    /// Taken up within 24 h of being put on, ug/cm2.
    pub taken_up_ug_per_cm2: Band,
    /// The same relative to being put on at once.
    pub relative: Band,
    /// Mean level where it acts over those 24 h, ug/mL.
    pub mean_level_at_target_ug_per_ml: Band,
}

/// When to put the product on.
#[derive(Debug, Clone, Serialize)]
pub struct BestMoment {
    /// Hours after needling.
    pub hours: f64,
    /// In words.
    pub words: String,
    /// Whether it may go onto open channels.
    pub answer: OpenChannelUse,
    /// Why.
    pub reason: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// How long the product stays where it acts.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Stays {
    /// Hours after it was put on until the level falls below a tenth of its peak; people in whom it does
    /// not within the day count as 24 h.
    pub hours: Band,
    /// Share of people in whom it is still above after 24 h.
    pub longer_than_a_day: f64,
}

/// The typical person on a fine grid.
#[derive(Debug, Clone)]
pub struct Typical {
    /// The cell around a channel.
    pub cell: Cell,
    /// The channels as they are left.
    pub channels: OpenChannels,
    /// Share of the channels' area open at [`TOLD_HOURS`] after the session.
    pub open_area: Vec<f64>,
    /// Levels relative to the product's, at [`TOLD_HOURS`].
    pub solution: Solution,
    /// The same through intact skin.
    pub intact_solution: Solution,
    /// The snapshot at the first of [`TOLD_HOURS`].
    pub first: usize,
    /// Concentration of the active in the product, ug/mL.
    pub strength_ug_per_ml: f64,
    /// In numbers.
    pub punctured: Uptake,
    /// Through intact skin.
    pub intact: Uptake,
}

/// One product in one zone.
#[derive(Debug, Clone, Serialize)]
pub struct ProductAbsorption {
    /// Unique among the products asked for, fit for the name of a file.
    pub key: String,
    /// Name of the product, or of the active if that was asked for.
    pub product: String,
    /// In words.
    pub label: String,
    /// Name of the active.
    pub active: String,
    /// The active in words.
    pub active_label: String,
    /// Its molecular weight, Da.
    pub molecular_weight_da: f64,
    /// Its log P.
    pub log_p: f64,
    /// Mass share of the active, 0 to 1.
    pub strength: f64,
    /// When it is put on, in words.
    pub when: String,
    /// Whether it is used every day: all hours then count from the third use.
    pub daily: bool,
    /// Hours it stays on the skin.
    pub contact_hours: Band,
    /// What it acts on, if on anything in the model.
    pub acts_on: Option<Target>,
    /// Where its level is told: where it acts, or else in the papillary dermis.
    pub place: &'static str,
    /// Through needled skin.
    pub punctured: Through,
    /// Through intact skin.
    pub intact: Through,
    /// Taken up through needled skin over taken up through intact.
    pub enhancement: Band,
    /// Put on later, once, without needles carrying it in.
    pub put_on_later: Vec<Later>,
    /// When to put it on.
    pub best_moment: BestMoment,
    /// How long it stays, through needled skin.
    pub stays: Stays,
    /// The typical person's map.
    #[serde(skip)]
    pub typical: Typical,
}

/// The products of one zone.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneAbsorption {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// The typical person's layers that are followed.
    pub layers: Vec<DrawnLayer>,
    /// Hours until new cells have bridged the channels.
    pub channels_closed_hours: Band,
    /// The products, in the order of the case.
    pub products: Vec<ProductAbsorption>,
}

/// Follow every product of a case, or what was asked for, in the typical person and in the ensemble.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`AbsorbError`].
pub fn absorb(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    progress: Progress<'_>,
) -> Result<Vec<ZoneAbsorption>, AbsorbError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    if !case.protocol.device.has_needles() {
        return Err(CourseError::NoNeedles(case.protocol.device.label.clone()).into());
    }
    let zones = asked_zones(case, question.zone)?;
    let subjects = match question.active {
        Some(asked) => vec![asked_active(knowledge, asked)?],
        None => asked_products(case, knowledge, question.product)?,
    };
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
    let people = people(case, knowledge);
    let typical = Person::new(knowledge, Member::Typical { seed: case.simulate.seed });
    zones
        .into_iter()
        .map(|(number, zone)| {
            let site = knowledge
                .site(&zone.site)
                .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
            let calendar = &calendar;
            let task = ZoneTask { case, knowledge, zone, number, site, calendar, observables: &[] };
            Ok(in_zone(&task, &subjects, &typical, &people, progress)?)
        })
        .collect()
}

/// The zones asked for, each with its place in the protocol.
fn asked_zones<'c>(
    case: &'c Case,
    only: Option<&str>,
) -> Result<Vec<(u64, &'c Zone)>, AbsorbError> {
    let all = &case.protocol.zones;
    let zones: Vec<(u64, &Zone)> =
        (0..).zip(all).filter(|(_, zone)| only.is_none_or(|only| zone.site == only)).collect();
    match only {
        Some(only) if zones.is_empty() => Err(AbsorbError::NoSuchZone {
            asked: only.to_owned(),
            zones: all.iter().map(|zone| zone.site.clone()).collect(),
        }),
        _ => Ok(zones),
    }
}

fn asked_products<'a>(
    case: &'a Case,
    knowledge: &'a Knowledge,
    only: Option<&str>,
) -> Result<Vec<Subject<'a>>, AbsorbError> {
    let uses = &case.protocol.products;
    let repeated = |name: &str| uses.iter().filter(|used| used.name == name).count() > 1;
    let subjects: Vec<Subject<'_>> = used_products(uses, knowledge)
        .filter(|used| only.is_none_or(|only| used.product.name == only))
        .map(|used| Subject {
            key: if repeated(&used.product.name) {
                let moment = match used.used.when {
                    When::InSession => "in-session",
                    When::AfterSession => "after-session",
                    When::Daily { .. } => "daily",
                };
                format!("{}-{moment}", used.product.name)
            } else {
                used.product.name.clone()
            },
            name: &used.product.name,
            label: &used.product.label,
            active: used.active,
            ph: used.product.ph.as_ref().map(|ph| ph.value),
            strength: used.product.strength.value,
            amount_mg_per_cm2: used.used.amount_mg_per_cm2,
            when: used.used.when,
            acts_on: used.product.acts_on,
            rule: &used.product.on_open_channels,
        })
        .collect();
    let mut names: Vec<&str> = uses.iter().map(|used| used.name.as_str()).collect();
    names.dedup();
    match only {
        _ if names.is_empty() => Err(AbsorbError::NoProducts),
        Some(only) if subjects.is_empty() => Err(AbsorbError::NoSuchProduct {
            asked: only.to_owned(),
            near: nearest(only, names.iter().copied()).map(str::to_owned),
            products: names.into_iter().map(str::to_owned).collect(),
        }),
        _ => Ok(subjects),
    }
}

fn asked_active<'a>(
    knowledge: &'a Knowledge,
    asked: AskedActive<'_>,
) -> Result<Subject<'a>, AbsorbError> {
    let active = knowledge.active(asked.name).ok_or_else(|| {
        let names = knowledge.actives.iter().map(|active| active.name.as_str());
        AbsorbError::NoSuchActive {
            asked: asked.name.to_owned(),
            near: nearest(asked.name, names).map(str::to_owned),
        }
    })?;
    let strength = asked
        .strength
        .or(active.strength.as_ref().map(|usual| usual.value))
        .ok_or_else(|| AbsorbError::NoStrength(active.name.clone()))?;
    Ok(Subject {
        key: active.name.clone(),
        name: &active.name,
        label: &active.label,
        active,
        ph: None,
        strength,
        amount_mg_per_cm2: None,
        when: When::AfterSession,
        acts_on: None,
        rule: &active.on_open_channels,
    })
}

/// A person after a session.
struct Session<'p> {
    person: &'p Person,
    needled: Needled,
    channels: OpenChannels,
    closing: ClosingChannel,
}

impl<'p> Session<'p> {
    fn new(task: &ZoneTask<'_>, person: &'p Person) -> Result<Self, CourseError> {
        let needled = needle(task, person)?;
        let closing = ClosingChannel::new(
            person.parameters.channel,
            mean_mouth_radius_um(&needled),
            task.case.patient.age_years,
            task.case.protocol.occlusion_hours,
        );
        Ok(Self { person, channels: person.open_channels(&needled), needled, closing })
    }

    fn skin(&self, subject: &Subject<'_>) -> Skin {
        self.person.skin_at_ph(&self.needled.skin, subject.ph, subject.active)
    }

    fn put_on(&self, subject: &Subject<'_>) -> Use {
        self.person.use_of(subject.strength, subject.when, subject.amount_mg_per_cm2)
    }
}

/// One product in one member.
struct MemberProduct {
    contact_hours: f64,
    punctured: Uptake,
    intact: Uptake,
    /// Taken up and mean level at the target, put on at [`LATER_HOURS`].
    later: [(f64, f64); LATER_HOURS.len()],
}

/// Where the level of a product that acts on nothing is told.
fn target_of(subject: &Subject<'_>) -> Target {
    subject.acts_on.unwrap_or(Target::CollagenSynthesis)
}

fn in_member(session: &Session<'_>, subject: &Subject<'_>) -> Result<MemberProduct, CourseError> {
    let (skin, put_on) = (session.skin(subject), session.put_on(subject));
    let through = |channels: Option<&OpenChannels>, put_on: &Use| {
        uptake(&skin, channels, put_on, &|hours| session.closing.open_area(hours), FOR_COURSES)
    };
    let punctured = through(Some(&session.channels), &put_on)?;
    let intact = through(None, &put_on)?;
    let mut later = [(0.0, 0.0); LATER_HOURS.len()];
    for (told, after_hours) in later.iter_mut().zip(LATER_HOURS) {
        let once = Use { after_hours, carried_in: false, daily: false, ..put_on };
        let of =
            |uptake: &Uptake| (uptake.taken_up_ug_per_cm2, level_at(target_of(subject), uptake));
        let closed = after_hours >= session.closing.bridged_after_h();
        *told = if once == put_on {
            of(&punctured)
        } else if closed && !put_on.daily {
            of(&intact)
        } else {
            of(&through(Some(&session.channels), &once)?)
        };
    }
    Ok(MemberProduct { contact_hours: put_on.contact_hours, punctured, intact, later })
}

fn in_typical(session: &Session<'_>, subject: &Subject<'_>) -> Result<Typical, CourseError> {
    let (skin, put_on) = (session.skin(subject), session.put_on(subject));
    let open_area = |hours: f64| session.closing.open_area(hours);
    let through = |channels: Option<&OpenChannels>, setting: Setting| {
        follow(&skin, channels, &put_on, &open_area, setting)
    };
    let (cell, solution, start) = through(Some(&session.channels), FOR_PICTURES)?;
    let (intact_cell, intact_solution, _) = through(None, FOR_PICTURES)?;
    Ok(Typical {
        channels: session.channels,
        open_area: TOLD_HOURS.iter().map(|hours| open_area(*hours)).collect(),
        first: start.map_or(0, |start| start + 1),
        strength_ug_per_ml: put_on.strength * UG_PER_ML,
        punctured: sum_up(&skin, &put_on, &cell, &solution, start),
        intact: sum_up(&skin, &put_on, &intact_cell, &intact_solution, start),
        cell,
        solution,
        intact_solution,
    })
}

fn in_zone(
    task: &ZoneTask<'_>,
    subjects: &[Subject<'_>],
    typical: &Person,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<ZoneAbsorption, CourseError> {
    let (members, closed): (Vec<Vec<MemberProduct>>, Vec<f64>) = people
        .par_iter()
        .map(|person| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let session = Session::new(task, person)?;
            let products = subjects
                .iter()
                .map(|subject| in_member(&session, subject))
                .collect::<Result<Vec<_>, _>>()?;
            (progress.member_done)();
            Ok((products, session.closing.bridged_after_h()))
        })
        .collect::<Result<Vec<_>, CourseError>>()?
        .into_iter()
        .unzip();
    let session = Session::new(task, typical)?;
    let pictures: Vec<Typical> = subjects
        .par_iter()
        .map(|subject| in_typical(&session, subject))
        .collect::<Result<_, CourseError>>()?;
    let channels_closed_hours = band(&closed);
    let skin = &session.needled.skin;
    Ok(ZoneAbsorption {
        site: task.site.name.clone(),
        label: task.site.label.clone(),
        layers: FOLLOWED
            .into_iter()
            .map(|kind: LayerKind| DrawnLayer {
                name: kind.name().to_owned(),
                top_um: skin.top_um(kind),
                bottom_um: skin.bottom_um(kind),
            })
            .collect(),
        products: subjects
            .iter()
            .zip(pictures)
            .enumerate()
            .map(|(nth, (subject, typical))| {
                let members: Vec<&MemberProduct> =
                    members.iter().map(|products| &products[nth]).collect();
                summed_up(subject, &members, &channels_closed_hours, typical)
            })
            .collect(),
        channels_closed_hours,
    })
}

fn over(members: &[&MemberProduct], read: impl Fn(&MemberProduct) -> f64) -> Band {
    band(&members.iter().map(|member| read(member)).collect::<Vec<_>>())
}

fn summed_up(
    subject: &Subject<'_>,
    members: &[&MemberProduct],
    closed: &Band,
    typical: Typical,
) -> ProductAbsorption {
    let target = target_of(subject);
    let stays: Vec<Option<f64>> =
        members.iter().map(|member| stays_hours(&member.punctured, target)).collect();
    let longer = stays.iter().filter(|hours| hours.is_none()).count();
    let capped: Vec<f64> = stays.iter().map(|hours| hours.unwrap_or(HOURS_PER_DAY)).collect();
    let put_on_later: Vec<Later> = LATER_HOURS
        .into_iter()
        .enumerate()
        .map(|(at, hours)| Later {
            hours,
            taken_up_ug_per_cm2: over(members, |m| m.later[at].0),
            relative: over(members, |m| relative(m.later[at].0, m.later[0].0)),
            mean_level_at_target_ug_per_ml: over(members, |m| m.later[at].1),
        })
        .collect();
    ProductAbsorption {
        key: subject.key.clone(),
        product: subject.name.to_owned(),
        label: subject.label.to_owned(),
        active: subject.active.name.clone(),
        active_label: subject.active.label.clone(),
        molecular_weight_da: subject.active.molecular_weight_da.value,
        log_p: subject.active.log_p.value,
        strength: subject.strength,
        when: when_in_words(subject.when),
        daily: matches!(subject.when, When::Daily { .. }),
        contact_hours: over(members, |m| m.contact_hours),
        acts_on: subject.acts_on,
        place: place_of(target),
        punctured: through(members, target, |m| &m.punctured),
        intact: through(members, target, |m| &m.intact),
        enhancement: over(members, |m| m.punctured.enhancement_over(&m.intact)),
        best_moment: best_moment(subject.rule, &put_on_later, closed),
        put_on_later,
        stays: Stays {
            hours: band(&capped),
            longer_than_a_day: longer as f64 / members.len().max(1) as f64,
        },
        typical,
    }
}

/// What is nothing at once is nothing later: a ratio of one.
fn relative(later: f64, at_once: f64) -> f64 {
    if at_once > 0.0 { later / at_once } else { 1.0 }
}

fn through(
    members: &[&MemberProduct],
    target: Target,
    read: impl Fn(&MemberProduct) -> &Uptake,
) -> Through {
    let at_each = |value: &dyn Fn(&Amounts) -> f64| -> Vec<Band> {
        (0..TOLD_HOURS.len()).map(|at| over(members, |m| value(&read(m).told[at]))).collect()
    };
    Through {
        taken_up_ug_per_cm2: over(members, |m| read(m).taken_up_ug_per_cm2),
        level_at_target_ug_per_ml: at_each(&|then| level_then(target, then)),
        mean_level_at_target_ug_per_ml: over(members, |m| level_at(target, read(m))),
        greatest_reach_um: over(members, |m| greatest(read(m), |then| then.reach_um)),
        greatest_deepest_reach_um: over(members, |m| {
            greatest(read(m), |then| then.deepest_reach_um)
        }),
        over_time: OverTime(QUANTITIES.iter().map(|quantity| at_each(&quantity.read)).collect()),
    }
}

/// Hours until the level falls below a tenth of its peak, on a straight line of its logarithm; none if it
/// stays above it for the day.
fn stays_hours(uptake: &Uptake, target: Target) -> Option<f64> {
    let levels: Vec<(f64, f64)> =
        uptake.told.iter().map(|then| (then.hours, level_then(target, then))).collect();
    let (at, peak) = levels
        .iter()
        .enumerate()
        .map(|(at, (_, level))| (at, *level))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let wanted = STILL_THERE * peak;
    levels[at..].windows(2).find_map(|pair| {
        let [(from_h, from), (to_h, to)] = [pair[0], pair[1]];
        (to < wanted).then(|| {
            let fall = (from / to.max(f64::MIN_POSITIVE)).ln();
            from_h + (to_h - from_h) * (from / wanted).ln() / fall
        })
    })
}

/// Among [`LATER_HOURS`] the one with the largest level where the product acts, within what its rule for
/// open channels allows.
fn best_moment(rule: &OnOpenChannels, later: &[Later], closed: &Band) -> BestMoment {
    let level = |at: &Later| at.mean_level_at_target_ug_per_ml.median;
    let (hours, words) = if rule.answer == OpenChannelUse::Yes {
        let largest = later.iter().map(level).fold(0.0, f64::max);
        // The first of those that are the same but for the grid.
        let best = later.iter().find(|at| level(at) >= ALL_BUT_BEST * largest);
        let hours = best.map_or(0.0, |best| best.hours);
        let words = match hours {
            0.0 => "straight after the session".to_owned(),
            hours => format!("about {hours} h after the session"),
        };
        (hours, words)
    } else {
        let hours = closed.median;
        (hours, format!("not before the channels have closed: about {hours:.0} h"))
    };
    BestMoment {
        hours,
        words,
        answer: rule.answer,
        reason: rule.note.clone(),
        sources: rule.sources.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(levels: [f64; TOLD_HOURS.len()]) -> Uptake {
        let at = |(hours, papillary_ug_per_ml): (f64, f64)| Amounts {
            hours,
            papillary_ug_per_ml,
            on_skin_ug_per_cm2: 0.0,
            in_channels_ug_per_cm2: 0.0,
            in_layers_ug_per_cm2: [0.0; 5],
            gone_ug_per_cm2: 0.0,
            wiped_off_ug_per_cm2: 0.0,
            flux_ug_per_cm2_per_h: 0.0,
            basal_ug_per_ml: 0.0,
            dermis_ug_per_ml: 0.0,
            reach_um: 0.0,
            deepest_reach_um: 0.0,
        };
        Uptake {
            dose_ug_per_cm2: 0.0,
            carried_in_ug_per_cm2: 0.0,
            taken_up_ug_per_cm2: 0.0,
            mean_basal_ug_per_ml: 0.0,
            mean_papillary_ug_per_ml: 0.0,
            mean_dermis_ug_per_ml: 0.0,
            told: TOLD_HOURS.into_iter().zip(levels).map(at).collect(),
        }
    }

    #[test]
    fn what_stays_is_counted_from_its_peak_to_a_tenth_of_it() {
        let stays = |levels| stays_hours(&told(levels), Target::CollagenSynthesis);
        // From 20 at 2 h to 5 at 4 h and 1.25 at 6 h: a tenth of 20 is passed at 4 + 2 ln(2.5)/ln(4).
        let hours = stays([1.0, 5.0, 10.0, 20.0, 5.0, 1.25, 0.0, 0.0, 0.0]);
        assert!((hours.unwrap_or(0.0) - (4.0 + 2.0 * 2.5f64.ln() / 4f64.ln())).abs() < 1e-9);
        assert_eq!(stays([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]), None);
        assert_eq!(stays([0.0; 9]), None);
    }

    #[test]
    fn the_best_moment_keeps_to_the_rule() {
        let sure = |value: f64| band(&[value]);
        let later: Vec<Later> = LATER_HOURS
            .into_iter()
            .map(|hours| Later {
                hours,
                taken_up_ug_per_cm2: sure(1.0),
                relative: sure(1.0),
                mean_level_at_target_ug_per_ml: sure(10.0 - hours.min(6.0)),
            })
            .collect();
        let best = |answer| {
            let rule = OnOpenChannels { answer, note: "so".to_owned(), sources: Vec::new() };
            best_moment(&rule, &later, &sure(14.2))
        };
        assert_eq!(best(OpenChannelUse::Yes).hours, 0.0);
        for answer in [OpenChannelUse::No, OpenChannelUse::Unknown] {
            let best = best(answer);
            assert_eq!(best.hours, 14.2);
            assert_eq!(best.words, "not before the channels have closed: about 14 h");
        }
    }
}
