//! The healing of one zone in one person, from session to session.

use needlepoint_case::When;
use needlepoint_healing::{
    network::{self, Ground, LayerState, Wound},
    surface::{self, FromBelow, SurfaceState, SurfaceWound},
};
use needlepoint_knowledge::{concern::ConcernKind, product::Target};
use needlepoint_skin::LayerKind;

use crate::{
    absorption::ProductCourse,
    person::{Person, sun},
    run::CourseError,
    zone::{Events, Needled, ZoneTask, injured_once},
};

/// Layers in which the network runs.
pub(crate) const DERMIS: [LayerKind; 3] =
    [LayerKind::PapillaryDermis, LayerKind::UpperReticularDermis, LayerKind::LowerReticularDermis];
pub(crate) const PAPILLARY: usize = 0;
const UPPER_RETICULAR: usize = 1;

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
pub(crate) struct History {
    pub(crate) ground: Ground,
    pub(crate) layers: Vec<[LayerState; 3]>,
    pub(crate) surface: Vec<SurfaceState>,
    pub(crate) clot: Vec<f64>,
    /// Collagen synthesis of the papillary dermis, relative to rest.
    pub(crate) synthesis: Vec<f64>,
    pub(crate) events: Events,
}

/// Let the zone heal from session to session; the skin of the moment is where the next one starts.
pub(crate) fn heal(
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
    let scarred = task.concerns().any(needlepoint_case::Concern::is_sunken);
    let mut collagen = ageing.relative_collagen(age);
    if scarred {
        collagen *= p.link.scar_deficit;
    }
    // A stria is stated relative to the skin beside it, sun damage relative to healthy young skin.
    collagen *= 1.0 - missing(ConcernKind::Striae).unwrap_or(0.0);
    collagen = collagen.min(1.0 - missing(ConcernKind::Photoageing).unwrap_or(0.0));
    // No living skin is known with less; as much mature as new collagen is left even so.
    let least = p.skin.least_collagen.max(2.0 * p.network.new_collagen_at_rest);
    Ground {
        collagen_at_rest: collagen.max(least),
        synthesis: ageing.relative_synthesis(age) * p.skin.response,
        stimulus: 1.0,
    }
}
