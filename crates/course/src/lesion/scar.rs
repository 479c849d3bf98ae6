//! Scars: sunken ones are lifted by collagen below their floor, raised ones broken down.

use needlepoint_skin::{AcneScar, relative_stiffness};

use super::Healed;
use crate::{healing::DERMIS, observable::Observable};

/// Change of the depth of sunken scars, per cent.
///
/// New collagen under a scar lifts its floor by `lift = a sum(dX L)`, with the thickness `L` and the
/// gain `dX` of each layer of dermis and the share `a` that lifts; but only wounds below the floor
/// count. Needles of a roller or pen enter a scar that is wide for its depth and pass over the mouth
/// of a narrow one, which is why ice-pick scars hardly change: the access follows from the aspect
/// ratio. Strands hold the floor of rolling scars down. Swelling fills every scar for days.
pub(crate) fn depth(healed: &Healed<'_>) -> Vec<f64> {
    let link = healed.link();
    let concern = healed.concern(Observable::ScarDepth);
    let Some((concern, depth_um)) =
        concern.map(|concern| (concern, healed.size(concern))).filter(|(_, depth)| *depth > 0.0)
    else {
        return healed.unchanged(0.0);
    };
    let measured_width = concern.size.width_mm.map(|width| 1000.0 * width);
    // share, width, depth, share of the lift that arrives
    let shapes: Vec<(f64, f64, f64, f64)> = match concern.scar_types {
        Some(types) => vec![
            (types.boxcar_share, link.boxcar_width, depth_um, 1.0),
            (types.rolling_share, link.rolling_width, depth_um, 1.0 - link.rolling_tether),
            (types.ice_pick_share, link.ice_pick_width, depth_um * link.ice_pick_depth, 1.0),
        ],
        None => vec![(1.0, measured_width.unwrap_or(link.boxcar_width), depth_um, 1.0)],
    };
    let thickness = DERMIS.map(|kind| healed.needled.skin.thickness_um(kind));
    healed
        .history
        .layers
        .iter()
        .zip(&healed.history.surface)
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

/// Height of raised scars over before: `exp(-k_b int I dt)`.
///
/// A raised scar is an excess of collagen in coarse bundles. Inflammatory cells break collagen down
/// while they are there, so the dose is inflammation times its duration, mean of the dermis. What is
/// laid down afterwards replaces and does not add: a scar that heals by growing, a keloid, is not in
/// the model.
fn relative_height(healed: &Healed<'_>) -> Vec<f64> {
    let breakdown = healed.link().scar_breakdown;
    healed.inflammation_days().iter().map(|dose| (-breakdown * dose).exp()).collect()
}

/// Change of the height of raised scars above the skin around, per cent.
pub(crate) fn height(healed: &Healed<'_>) -> Vec<f64> {
    if healed.concern(Observable::ScarHeight).is_none() {
        return healed.unchanged(0.0);
    }
    relative_height(healed).iter().map(|left| 100.0 * (left - 1.0)).collect()
}

/// Change of the excess stiffness of raised scars, per cent: it goes with the coarse collagen that is
/// left, by the law of all collagen.
pub(crate) fn stiffness(healed: &Healed<'_>) -> Vec<f64> {
    if healed.concern(Observable::ScarStiffness).is_none() {
        return healed.unchanged(0.0);
    }
    let exponent = healed.link().collagen_stiffness;
    relative_height(healed)
        .iter()
        .map(|left| 100.0 * (relative_stiffness(*left, exponent) - 1.0))
        .collect()
}
