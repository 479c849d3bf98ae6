//! One zone of one person: skin, punctures, healing from session to session, observables.

use needlepoint_case::{Case, When, Zone};
use needlepoint_healing::{
    channel::ClosingChannel,
    network::{self, Ground, LayerState, Wound},
    surface::{self, FromBelow, SurfaceState, SurfaceWound},
};
use needlepoint_knowledge::{Knowledge, concern::ConcernKind, product::Target, site::Site};
use needlepoint_needling::{
    DepthLaw, FOUR_WAY_STAR_DEG, HitCount, Injury, Insertion, Patch, Puncture, Setting, injury,
    sample_punctures,
};
use needlepoint_skin::{AcneScar, LayerKind, LayeredSkin};

use crate::{
    absorption::{ProductCourse, products},
    calendar::Calendar,
    numbing::{NumbedMember, numb_member},
    observable::Observable,
    person::{Person, sun},
    run::CourseError,
};

/// Side of the patch on which punctures are sampled, mm: 1 cm2.
pub const PATCH_SIDE_MM: f64 = 10.0;

/// Layers in which the network runs.
const DERMIS: [LayerKind; 3] =
    [LayerKind::PapillaryDermis, LayerKind::UpperReticularDermis, LayerKind::LowerReticularDermis];
/// Layers whose injured share is reported.
pub const INJURED: [LayerKind; 4] = [
    LayerKind::ViableEpidermis,
    LayerKind::PapillaryDermis,
    LayerKind::UpperReticularDermis,
    LayerKind::LowerReticularDermis,
];
const PAPILLARY: usize = 0;
const UPPER_RETICULAR: usize = 1;

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

/// Simulate the zone in one person.
///
/// # Errors
/// When the drawn skin is impossible or the network can't be solved.
pub fn simulate_member(task: &ZoneTask<'_>, person: &Person) -> Result<ZoneMember, CourseError> {
    let needled = needle(task, person)?;
    let channel = closing_channel(task, person, &needled);
    let products = products(task, person, &needled, &channel)?;
    let numbing = numb_member(task, person, &needled)?;
    let relief_share = numbing.as_ref().map_or(0.0, |numbed| numbed.relief_share);
    let history = heal(task, person, &needled, &products)?;
    let p = &person.parameters;
    let link = &p.link;
    let patient = &task.case.patient;
    let per_type = (1.0 - link.redness_masking).powf(f64::from(patient.phototype.index()) - 1.0);
    Ok(ZoneMember {
        values: task
            .observables
            .iter()
            .map(|&observable| observe(observable, task, person, &needled, &channel, &history))
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
        events: history.events,
        thresholds: Thresholds {
            redness: link.visible_redness / per_type,
            flaking: link.visible_flaking,
            smoothing: 100.0 * link.visible_smoothing,
            pigment: 100.0 * link.visible_pigment,
            darkening: 100.0 * link.visible_darkening,
            hair: link.visible_hair,
        },
    })
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

/// Effects of the products on one target: in the session, and day by day.
#[derive(Debug, Clone, Copy, Default)]
struct Effects {
    in_session: f64,
    daily: f64,
    daily_until: f64,
}

fn effects(task: &ZoneTask<'_>, products: &[ProductCourse], target: Target) -> Effects {
    let mut sum = Effects::default();
    for (used, course) in task.case.protocol.products.iter().zip(products) {
        let acts = task.knowledge.product(&used.name).and_then(|product| product.acts_on);
        if acts != Some(target) {
            continue;
        }
        // Two products that block the same thing leave (1-a)(1-b) of it.
        match used.when {
            When::InSession | When::AfterSession => {
                sum.in_session = 1.0 - (1.0 - sum.in_session) * (1.0 - course.effect);
            }
            When::Daily { for_days } => {
                sum.daily = 1.0 - (1.0 - sum.daily) * (1.0 - course.effect);
                sum.daily_until = sum.daily_until.max(for_days);
            }
        }
    }
    sum
}

/// States at every time of the calendar.
#[derive(Debug)]
struct History {
    ground: Ground,
    layers: Vec<[LayerState; 3]>,
    surface: Vec<SurfaceState>,
    clot: Vec<f64>,
    /// Collagen synthesis of the papillary dermis, relative to rest.
    synthesis: Vec<f64>,
    events: Events,
}

/// Share of tissue inside at least one channel, where channels of total volume share `v` fall at
/// random: `1 - exp(-v)`. Tissue can be injured only once in a session.
pub fn injured_once(v: f64) -> f64 {
    -(-v).exp_m1()
}

/// Let the zone heal from session to session; the skin of the moment is where the next one starts.
fn heal(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
    products: &[ProductCourse],
) -> Result<History, CourseError> {
    let p = &person.parameters;
    let ground = ground(task, person);
    let wounds = DERMIS.map(|kind| {
        let layer = needled.injury.layer(kind);
        Wound {
            injured: injured_once(layer.injured_fraction),
            clot: injured_once(layer.blood_fraction),
            halo: layer.halo_coverage,
        }
    });
    let melanin = effects(task, products, Target::MelaninProduction);
    let hair = effects(task, products, Target::HairGrowth);
    let collagen = effects(task, products, Target::CollagenSynthesis);
    let surface_wound = SurfaceWound {
        vascular_halo: 0.5 * (wounds[PAPILLARY].halo + wounds[UPPER_RETICULAR].halo),
        epidermal_halo: needled.injury.layer(LayerKind::ViableEpidermis).halo_coverage,
        melanin_inhibition: melanin.in_session,
    };
    let surface_person = |day: f64| surface::Person {
        phototype: task.case.patient.phototype.index(),
        sun: sun(task.case),
        aftercare_followed: task.case.protocol.aftercare_followed,
        daily_melanin_inhibition: if day < melanin.daily_until { melanin.daily } else { 0.0 },
        daily_hair_effect: if day < hair.daily_until { hair.daily } else { 0.0 },
    };

    let mut layers = [LayerState::at_rest(); 3];
    let mut surface = SurfaceState::default();
    let mut history = History {
        ground,
        layers: Vec::new(),
        surface: Vec::new(),
        clot: Vec::new(),
        synthesis: Vec::new(),
        events: Events::default(),
    };
    let mut since_last = 0.0;
    for stretch in &task.calendar.stretches {
        surface = surface.wounded(&p.surface, &surface_wound);
        let mut times = stretch.offsets.clone();
        if times.last() != Some(&stretch.length) {
            times.push(stretch.length);
        }
        // A daily product raises the making of collagen at rest too, one put on in the session only
        // the answer to it; the former counts until the session after its last use.
        let daily = if stretch.start < collagen.daily_until { collagen.daily } else { 0.0 };
        let here = Ground {
            synthesis: ground.synthesis * (1.0 + collagen.in_session),
            stimulus: 1.0 + daily,
            ..ground
        };
        let mut seen = vec![layers; times.len()];
        for (at, (layer, wound)) in layers.iter_mut().zip(&wounds).enumerate() {
            let start = layer.wounded(&p.network, wound, since_last);
            *layer = network::heal(&p.network, &here, start, &times, |time, state| {
                seen[time][at] = *state;
            })?;
        }
        let mut before = (0.0, from_below(&seen[0], &ground));
        for (time, states) in times.iter().zip(&seen) {
            let below = from_below(states, &ground);
            let person = surface_person(stretch.start + before.0);
            surface = surface.advanced(&p.surface, &person, &before.1, &below, time - before.0);
            before = (*time, below);
            // The end of a stretch that is not the last is the start of the next.
            if stretch.offsets.contains(time) {
                history.layers.push(*states);
                history.surface.push(surface);
                history.clot.push(states[PAPILLARY].clot());
                history.synthesis.push(network::synthesis(&p.network, &here, &states[PAPILLARY]));
            }
        }
        if history.events.macrophage_peak == 0.0 {
            history.events = events(&times, &seen);
        }
        since_last = stretch.length;
    }
    Ok(history)
}

/// When cells are most and inflammation is over, in one stretch of healing.
fn events(times: &[f64], seen: &[[LayerState; 3]]) -> Events {
    let papillary = || times.iter().zip(seen.iter().map(|layers| &layers[PAPILLARY]));
    let peak = |read: &dyn Fn(&LayerState) -> f64| {
        let top = papillary().max_by(|a, b| read(a.1).total_cmp(&read(b.1)));
        top.map_or((0.0, 0.0), |(time, state)| (*time, read(state)))
    };
    let (_, most) = peak(&LayerState::inflammation);
    let last_inflamed = papillary().rev().find(|(_, state)| state.inflammation() > most / 20.0);
    Events {
        neutrophil_peak: peak(&LayerState::neutrophils).0,
        macrophage_peak: peak(&LayerState::macrophages).0,
        inflammation_over: last_inflamed.map_or(0.0, |(time, _)| *time),
    }
}

fn from_below(layers: &[LayerState; 3], ground: &Ground) -> FromBelow {
    FromBelow {
        inflammation: layers[PAPILLARY].inflammation(),
        vascular_inflammation: 0.5
            * (layers[PAPILLARY].inflammation() + layers[UPPER_RETICULAR].inflammation()),
        growth_signal: layers[UPPER_RETICULAR].growth_signal(),
        papillary_gain: layers[PAPILLARY].collagen() / ground.collagen_at_rest,
    }
}

/// The tissue the network runs in: that of the lesion, where there is one.
fn ground(task: &ZoneTask<'_>, person: &Person) -> Ground {
    let p = &person.parameters;
    let ageing = p.ageing();
    let age = task.case.patient.age_years;
    let missing = |kind| {
        let concern = task.concerns().find(|concern| concern.kind == kind)?;
        concern.size.missing_collagen_share
    };
    let scarred = task.treats(&[ConcernKind::AcneScars, ConcernKind::SurgicalScar]);
    let mut collagen = ageing.relative_collagen(age);
    if scarred {
        collagen *= p.link.scar_deficit;
    }
    // A stria is stated relative to the skin beside it, sun damage relative to healthy young skin.
    collagen *= 1.0 - missing(ConcernKind::Striae).unwrap_or(0.0);
    collagen = collagen.min(1.0 - missing(ConcernKind::Photoageing).unwrap_or(0.0));
    // As much mature as new collagen is left even in the worst lesion.
    let least = 2.0 * p.network.new_collagen_at_rest;
    Ground {
        collagen_at_rest: collagen.max(least),
        synthesis: ageing.relative_synthesis(age) * p.skin.response,
        stimulus: 1.0,
    }
}

/// One observable at every time.
fn observe(
    observable: Observable,
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
    channel: &ClosingChannel,
    history: &History,
) -> Vec<f64> {
    let p = &person.parameters;
    let link = &p.link;
    let days = task.calendar.days();
    let thickness = DERMIS.map(|kind| needled.skin.thickness_um(kind));
    let x_a = history.ground.collagen_at_rest;
    let of_surface = |read: &dyn Fn(&SurfaceState) -> f64| -> Vec<f64> {
        history.surface.iter().map(read).collect()
    };
    let of_layers = |read: &dyn Fn(&[LayerState; 3]) -> f64| -> Vec<f64> {
        history.layers.iter().map(read).collect()
    };
    let mean_gain = |layers: &[LayerState; 3], new_weight: f64| -> f64 {
        let gain = |layer: &LayerState| layer.mature_collagen() + new_weight * layer.new_collagen();
        dermal_mean(&thickness, &layers.each_ref().map(gain)) / x_a
    };
    match observable {
        Observable::Redness => of_surface(&|s| s.redness(&p.surface)),
        Observable::Oedema => of_surface(&|s| 100.0 * s.swelling()),
        Observable::Flaking => of_surface(&|s| s.flaking(&p.surface)),
        Observable::WaterLoss => {
            let rest = person.water_loss_at_rest(task.site);
            let open = needled.injury.open_area_fraction;
            days.iter()
                .map(|day| {
                    let past = task.calendar.sessions.iter().filter(|session| **session <= *day);
                    // Each session lays some of the surface bare; together never more than all of it.
                    let most = p.channel.wound_evaporation;
                    let dry: f64 = past
                        .map(|s| 1.0 - channel.extra_water_loss(24.0 * (day - s), open) / most)
                        .product();
                    rest + most * (1.0 - dry)
                })
                .collect()
        }
        Observable::OpenChannels => days
            .iter()
            .map(|day| {
                let last = task.calendar.sessions.iter().rev().find(|session| **session <= *day);
                last.map_or(0.0, |session| 100.0 * channel.open_area(24.0 * (day - session)))
            })
            .collect(),
        Observable::CollagenSynthesis => history.synthesis.clone(),
        Observable::EpidermalThickness => of_surface(&|s| 100.0 * s.epidermis()),
        Observable::PapillaryCollagen => {
            of_layers(&|layers| 100.0 * layers[PAPILLARY].collagen() / x_a)
        }
        Observable::DermalCollagen => of_layers(&|layers| 100.0 * mean_gain(layers, 1.0)),
        Observable::NewCollagenShare => {
            let at_rest = p.network.new_collagen_at_rest;
            of_layers(&|layers| {
                let new = dermal_mean(&thickness, &layers.each_ref().map(LayerState::new_collagen));
                let all = dermal_mean(&thickness, &layers.each_ref().map(LayerState::collagen));
                100.0 * (at_rest + new) / (x_a + all)
            })
        }
        Observable::DermalDensity => of_layers(&|layers| {
            100.0 * link.density_gain * mean_gain(layers, link.new_collagen_weight)
        }),
        Observable::Elasticity => {
            of_layers(&|layers| 100.0 * link.elasticity_gain * mean_gain(layers, 1.0))
        }
        Observable::WrinkleDepth => history
            .layers
            .iter()
            .zip(&history.surface)
            .map(|(layers, surface)| {
                let fall = link.wrinkle_support * mean_gain(layers, 1.0)
                    + link.swelling_smoothing * surface.swelling();
                -100.0 * fall.min(1.0)
            })
            .collect(),
        Observable::ScarDepth => scar_depth(task, person, &thickness, history),
        Observable::LesionPigment => of_surface(&|s| 100.0 * s.lesion_pigment().max(-1.0)),
        Observable::Darkening => of_surface(&|s| 100.0 * s.darkening()),
        Observable::HairDensity => of_surface(&SurfaceState::hairs),
    }
}

/// Mean over the dermis, weighted with the thickness of its layers.
fn dermal_mean(thickness: &[f64; 3], values: &[f64; 3]) -> f64 {
    let weighted: f64 = thickness.iter().zip(values).map(|(t, v)| t * v).sum();
    weighted / thickness.iter().sum::<f64>()
}

/// Change of scar depth in per cent.
///
/// New collagen under a scar lifts its floor by `lift = a sum(dX L)`, with the thickness `L` and the
/// gain `dX` of each layer of dermis and the share `a` that lifts; but only wounds below the floor
/// count. Needles of a roller or pen enter a scar that is wide for its depth and pass over the mouth
/// of a narrow one, which is why ice-pick scars hardly change: the access follows from the aspect
/// ratio. Strands hold the floor of rolling scars down. Swelling fills every scar for days.
fn scar_depth(
    task: &ZoneTask<'_>,
    person: &Person,
    thickness: &[f64; 3],
    history: &History,
) -> Vec<f64> {
    let link = &person.parameters.link;
    let concern = task
        .concerns()
        .find(|c| matches!(c.kind, ConcernKind::AcneScars | ConcernKind::SurgicalScar));
    let Some(depth_um) = concern.and_then(|c| c.size(task.knowledge)).filter(|d| *d > 0.0) else {
        return vec![0.0; history.layers.len()];
    };
    let types = concern.and_then(|c| c.scar_types);
    let measured_width = concern.and_then(|c| c.size.width_mm).map(|width| 1000.0 * width);
    // share, width, depth, share of the lift that arrives
    let shapes: Vec<(f64, f64, f64, f64)> = match types {
        Some(types) => vec![
            (types.boxcar_share, link.boxcar_width, depth_um, 1.0),
            (types.rolling_share, link.rolling_width, depth_um, 1.0 - link.rolling_tether),
            (types.ice_pick_share, link.ice_pick_width, depth_um * link.ice_pick_depth, 1.0),
        ],
        None => vec![(1.0, measured_width.unwrap_or(link.boxcar_width), depth_um, 1.0)],
    };
    history
        .layers
        .iter()
        .zip(&history.surface)
        .map(|(layers, surface)| {
            let grown: f64 =
                layers.iter().zip(thickness).map(|(layer, um)| layer.collagen() * um).sum();
            shapes
                .iter()
                .map(|(share, width, depth, arrives)| {
                    let access = AcneScar::access_below_floor(
                        *width,
                        *depth,
                        link.scar_half_aspect,
                        link.scar_steepness,
                    );
                    let fall = link.scar_lift * access * arrives * grown / depth
                        + link.swelling_smoothing * surface.swelling();
                    -100.0 * share * fall.clamp(-1.0, 1.0)
                })
                .sum()
        })
        .collect()
}
