//! One zone of one person: skin, punctures, healing from session to session, observables.

use needlepoint_case::{Case, Zone};
use needlepoint_healing::channel::ClosingChannel;
use needlepoint_healing::network::LayerState;
pub use needlepoint_healing::network::{depth::PEOPLE, injured_once};
use needlepoint_knowledge::{Knowledge, concern::ConcernKind, site::Site};
use needlepoint_needling::{
    DepthLaw, FOUR_WAY_STAR_DEG, HitCount, Injury, Insertion, Patch, Puncture, Setting, injury,
    sample_punctures,
};
use needlepoint_skin::{LayerKind, LayeredSkin};

use crate::{
    absorption::{ProductCourse, products},
    calendar::Calendar,
    healing::{History, PAPILLARY, ToHeal, heal},
    numbing::{NumbedMember, numb_member},
    observable::Observable,
    observe::observe,
    person::Person,
    run::CourseError,
};

/// Side of the patch on which punctures are sampled, mm: 1 cm2.
pub const PATCH_SIDE_MM: f64 = 10.0;

/// Layers whose injured share is reported.
pub const INJURED: [LayerKind; 4] = [
    LayerKind::ViableEpidermis,
    LayerKind::PapillaryDermis,
    LayerKind::UpperReticularDermis,
    LayerKind::LowerReticularDermis,
];

/// What is treated where: everything about a zone that does not differ between people.
#[derive(Debug)]
pub struct ZoneTask<'a> {
    /// The case.
    pub case: &'a Case,
    /// What is known.
    pub knowledge: &'a Knowledge,
    /// The zone of the protocol.
    pub zone: &'a Zone,
    /// Its place in the protocol, for the stream of hits.
    pub number: u64,
    /// Its site.
    pub site: &'a Site,
    /// Times.
    pub calendar: &'a Calendar,
    /// What is looked at.
    pub observables: &'a [Observable],
}

impl ZoneTask<'_> {
    /// Concerns at this zone's site.
    pub fn concerns(&self) -> impl Iterator<Item = &needlepoint_case::Concern> {
        self.case.concerns.iter().filter(|concern| concern.site == self.zone.site)
    }

    /// Whether one of them is among `kinds`.
    pub fn treats(&self, kinds: &[ConcernKind]) -> bool {
        self.concerns().any(|concern| kinds.contains(&concern.kind))
    }

    /// Area of the zone, cm2: the case's, or else that of the site.
    pub fn area_cm2(&self) -> f64 {
        self.zone.area_cm2.unwrap_or(self.site.area_cm2.value)
    }
}

/// Punctures of a session on one person.
#[derive(Debug, Clone)]
pub struct Needled {
    /// Layers of the skin.
    pub skin: LayeredSkin,
    /// The device in hand.
    pub device: needlepoint_needling::Device,
    /// What was asked of it.
    pub setting: Setting,
    /// The median needle at its deepest; none for a laser.
    pub insertion: Option<Insertion>,
    /// The patch.
    pub patch: Patch,
    /// Holes.
    pub punctures: Vec<Puncture>,
    /// Hits and holes counted.
    pub hits: HitCount,
    /// What they do to each layer.
    pub injury: Injury,
}

/// The course of one zone in one person.
#[derive(Debug, Clone)]
pub struct ZoneMember {
    /// For each observable of the task, one value at each time of the calendar.
    pub values: Vec<Vec<f64>>,
    /// Mean depth reached, micrometres.
    pub depth_um: f64,
    /// Mean depth of the channels left, micrometres.
    pub residual_depth_um: f64,
    /// Mean width of the mouths, micrometres.
    pub mouth_um: f64,
    /// Greatest force on the median needle, mN.
    pub peak_force_mn: f64,
    /// Bleeding points per cm2 of a session.
    pub bleeding_points_per_cm2: f64,
    /// Holes per cm2 of a session.
    pub holes_per_cm2: f64,
    /// Injured share of epidermis and dermal layers.
    pub injured: [f64; 4],
    /// Pain of a session, 0 to 10.
    pub pain: f64,
    /// Under the numbing cream before it; none without one.
    pub numbing: Option<NumbedMember>,
    /// Channels after a session.
    pub channel: ClosingChannel,
    /// Products in the order of the case.
    pub products: Vec<ProductCourse>,
    /// Clot of the papillary dermis relative to just after the first session, at each time.
    pub clot: Vec<f64>,
    /// Inflammation of the papillary dermis, neutrophils and inflammatory macrophages, at each time.
    pub inflammation: Vec<f64>,
    /// Fibroblasts of the papillary dermis, 1 at rest, at each time.
    pub fibroblasts: Vec<f64>,
    /// Events after the first session in the papillary dermis.
    pub events: Events,
    /// What this person would see, per observable that can be seen: the threshold of a change.
    pub thresholds: Thresholds,
}

/// Events after the first session in the papillary dermis, days.
#[derive(Debug, Clone, Copy, Default)]
pub struct Events {
    /// Neutrophils are most.
    pub neutrophil_peak: f64,
    /// Inflammatory macrophages are most.
    pub macrophage_peak: f64,
    /// From here on inflammation is below a twentieth of its peak.
    pub inflammation_over: f64,
}

/// Changes that this person, or somebody looking at them, begins to see.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// Redness that shows through this phototype, delta a*.
    pub redness: f64,
    /// Shedding relative to rest.
    pub flaking: f64,
    /// Fall of scar or wrinkle depth, per cent.
    pub smoothing: f64,
    /// Fall of a lesion's excess pigment, per cent.
    pub pigment: f64,
    /// Darkening, per cent.
    pub darkening: f64,
    /// Gain in hairs per cm2.
    pub hair: f64,
}

/// Needle the zone of this person once, on a patch of 1 cm2.
///
/// One patch stands for every session: over the whole zone the chance of single hits averages out.
///
/// # Errors
/// When the drawn skin or device is impossible.
pub fn needle(task: &ZoneTask<'_>, person: &Person) -> Result<Needled, CourseError> {
    needle_patch(task, person, Patch::square(PATCH_SIDE_MM)?)
}

/// Needle a patch of any size.
///
/// # Errors
/// As [`needle`], and when more needles would strike the patch than can be drawn.
pub fn needle_patch(
    task: &ZoneTask<'_>,
    person: &Person,
    patch: Patch,
) -> Result<Needled, CourseError> {
    let skin = person.skin(task.site, &task.case.patient)?;
    let record = &task.case.protocol.device;
    let device = person.device(record, task.zone);
    let setting = Setting {
        needle_length_mm: task.zone.needle_length_mm,
        passes: task.zone.passes,
        directions_deg: FOUR_WAY_STAR_DEG.to_vec(),
    };
    let mut punctures = Vec::new();
    let mut stream = person.member.hits(task.number);
    let support = person.support(task.site, task.zone.support);
    let driven = person.insertion(&device, &skin, support, task.zone.needle_length_mm);
    // The spots of a laser have their depth from the device; the law of depths is not asked.
    let depth = driven.map_or(DepthLaw::constant(0.0), |(depth, _)| depth);
    let insertion = driven.map(|(_, insertion)| insertion);
    let hand = person.hand(depth);
    let hits = sample_punctures(&device, &setting, patch, &hand, &mut stream, &mut punctures)?;
    let injury = injury(&punctures, patch, &skin, &person.parameters.injury());
    Ok(Needled { skin, device, setting, insertion, patch, punctures, hits, injury })
}

/// The typical hole of a session as it closes.
pub fn closing_channel(task: &ZoneTask<'_>, person: &Person, needled: &Needled) -> ClosingChannel {
    ClosingChannel::new(
        person.parameters.channel,
        mean_mouth_radius_um(needled),
        task.case.patient.age_years,
        task.case.protocol.occlusion_hours,
    )
}

/// Everything before the skin heals: needling, numbing and products.
struct Prepared {
    needled: Needled,
    channel: ClosingChannel,
    products: Vec<ProductCourse>,
    numbing: Option<NumbedMember>,
}

fn prepare(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: Needled,
) -> Result<Prepared, CourseError> {
    let channel = closing_channel(task, person, &needled);
    let products = products(task, person, &needled, &channel)?;
    let numbing = numb_member(task, person, &needled)?;
    Ok(Prepared { needled, channel, products, numbing })
}

/// Simulate the zone in people who heal side by side, up to [`PEOPLE`] in the lanes of one solver, under the
/// calendar and on the grid of the first.
///
/// # Errors
/// When a drawn skin is impossible or the network can't be solved.
pub fn simulate_group(
    members: &[(&ZoneTask<'_>, &Person)],
) -> Result<Vec<ZoneMember>, CourseError> {
    let needled = members.iter().map(|&(task, person)| Ok((task, person, needle(task, person)?)));
    simulate_needled(needled.collect::<Result<_, CourseError>>()?)
}

/// As [`simulate_group`], for punctures that are given.
///
/// # Errors
/// When the network can't be solved.
pub fn simulate_needled(
    members: Vec<(&ZoneTask<'_>, &Person, Needled)>,
) -> Result<Vec<ZoneMember>, CourseError> {
    let mut prepared = Vec::with_capacity(members.len());
    for (task, person, needled) in members {
        prepared.push((task, person, prepare(task, person, needled)?));
    }
    let to_heal: Vec<ToHeal<'_>> = prepared
        .iter()
        .map(|(task, person, prepared)| ToHeal {
            task,
            person,
            needled: &prepared.needled,
            products: &prepared.products,
        })
        .collect();
    let histories = heal(&to_heal)?;
    drop(to_heal);
    let told = prepared.into_iter().zip(&histories);
    Ok(told
        .map(|((task, person, prepared), history)| tell(task, person, prepared, history))
        .collect())
}

/// What a run keeps of a person.
fn tell(task: &ZoneTask<'_>, person: &Person, prepared: Prepared, history: &History) -> ZoneMember {
    let Prepared { needled, channel, products, numbing } = prepared;
    let relief_share = numbing.as_ref().map_or(0.0, |numbed| numbed.relief_share);
    let p = &person.parameters;
    let link = &p.link;
    let patient = &task.case.patient;
    let papillary = |read: &dyn Fn(&LayerState) -> f64| -> Vec<f64> {
        history.layers.iter().map(|layers| read(&layers[PAPILLARY])).collect()
    };
    let per_type = (1.0 - link.redness_masking).powf(f64::from(patient.phototype.index()) - 1.0);
    ZoneMember {
        values: task
            .observables
            .iter()
            .map(|&observable| observe(observable, task, person, &needled, &channel, history))
            .collect(),
        depth_um: needled.injury.depth.mean_um,
        residual_depth_um: needled.injury.depth.mean_um * p.injury.residual_depth,
        mouth_um: 2.0 * mean_mouth_radius_um(&needled),
        peak_force_mn: needled.insertion.map_or(0.0, |insertion| insertion.peak_force_mn),
        bleeding_points_per_cm2: needled.injury.bleeding_points_per_cm2,
        holes_per_cm2: needled.injury.holes_per_cm2,
        injured: INJURED.map(|kind| injured_once(needled.injury.layer(kind).injured_fraction)),
        pain: pain_vas(task, person, &needled.injury, relief_share),
        numbing,
        channel,
        products,
        clot: relative_to_first(&history.clot),
        inflammation: papillary(&LayerState::inflammation),
        fibroblasts: papillary(&|state| state.fibroblasts),
        events: history.events,
        thresholds: Thresholds {
            redness: link.visible_redness / per_type,
            flaking: link.visible_flaking,
            smoothing: 100.0 * link.visible_smoothing,
            pigment: 100.0 * link.visible_pigment,
            darkening: 100.0 * link.visible_darkening,
            hair: link.visible_hair,
        },
    }
}

/// Pain of a session, 0 to 10: of all holes of the zone, under the case's numbing.
///
/// The reference pain was read under cream, with all of the needle's way numb: a cream takes its share of
/// the pain then, and less where it numbs only `relief_share` of the way. Numb skin is no painless skin:
/// pressure, pulling and what lies deeper are still felt.
pub fn pain_vas(task: &ZoneTask<'_>, person: &Person, injury: &Injury, relief_share: f64) -> f64 {
    let p = &person.parameters;
    let numbed = p.pain.reference_relief * relief_share;
    let holes = injury.holes_per_cm2 * task.area_cm2();
    p.pain_law().vas(task.zone.needle_length_mm, holes, numbed)
}

fn relative_to_first(values: &[f64]) -> Vec<f64> {
    let first = values.first().copied().unwrap_or(0.0);
    values.iter().map(|value| if first > 0.0 { value / first } else { 0.0 }).collect()
}

/// Mean radius of the mouths, um.
pub(crate) fn mean_mouth_radius_um(needled: &Needled) -> f64 {
    let sum: f64 = needled.punctures.iter().map(|hole| hole.mouth_diameter_um).sum();
    if needled.punctures.is_empty() { 0.0 } else { 0.5 * sum / needled.punctures.len() as f64 }
}
