//! What is seen or measured on the skin of one zone of one person, read off its healing.

use needlepoint_healing::{channel::ClosingChannel, network::LayerState, surface::SurfaceState};
use needlepoint_knowledge::concern::ConcernKind;
use needlepoint_skin::AcneScar;

use crate::{
    healing::{DERMIS, History, PAPILLARY},
    observable::Observable,
    person::Person,
    zone::{Needled, ZoneTask},
};

/// One observable at every time.
pub(crate) fn observe(
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
