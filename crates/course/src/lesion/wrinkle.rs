//! Depth of wrinkles: dermal support below a folded upper layer.

use needlepoint_knowledge::concern::ConcernKind;
use needlepoint_skin::{LayerKind, Wrinkle, relative_stiffness};

use super::Healed;
use crate::observable::Observable;

/// The wrinkles of the zone: as stated, and what is not stated from `link.wrinkle_aspect` and, in skin
/// damaged by the sun, `link.wrinkle_depth`.
pub(super) fn of(healed: &Healed<'_>) -> Option<Wrinkle> {
    let concern = healed.concern(Observable::WrinkleDepth)?;
    let link = healed.link();
    let depth_um = match concern.kind {
        ConcernKind::Wrinkles => healed.size(concern),
        _ => link.wrinkle_depth,
    };
    let stated = concern.size.wavelength_mm.map(|mm| 1000.0 * mm);
    Some(Wrinkle { depth_um, wavelength_um: stated.unwrap_or(link.wrinkle_aspect * depth_um) })
}

/// Depth over before at every time, without swelling: `p + (1 - p) d/d_0`, with the share `p` that is
/// imprinted and does not follow the support.
pub(super) fn relative_depth(healed: &Healed<'_>) -> Vec<f64> {
    let Some(wrinkle) = of(healed) else { return healed.unchanged(1.0) };
    let moduli = healed.person.parameters.stiffness();
    let skin = &healed.needled.skin;
    let (horny, living) = (
        skin.thickness_um(LayerKind::StratumCorneum),
        skin.thickness_um(LayerKind::ViableEpidermis),
    );
    let film = (horny * moduli.stratum_corneum_mpa + living * moduli.viable_epidermis_mpa)
        / (horny + living);
    let x_a = healed.history.ground.collagen_at_rest;
    let dermis = moduli.dermis_mpa * relative_stiffness(x_a, healed.link().collagen_stiffness);
    let critical = Wrinkle::critical_strain(film, dermis);
    let top = wrinkle.folded_um(critical).max(healed.dermis_top_um());
    let set = healed.link().wrinkle_set;
    let history = &healed.history.layers;
    history
        .iter()
        .map(|layers| {
            let support = healed.support(layers, top, wrinkle.reach_um());
            1.0 + (1.0 - set) * (wrinkle.relative_depth(critical, support) - 1.0)
        })
        .collect()
}

/// Change of wrinkle depth, per cent. Swelling fills wrinkles for days.
pub(crate) fn depth(healed: &Healed<'_>) -> Vec<f64> {
    let smoothing = healed.link().swelling_smoothing;
    relative_depth(healed)
        .iter()
        .zip(&healed.history.surface)
        .map(|(left, surface)| -100.0 * (1.0 - left + smoothing * surface.swelling()).min(1.0))
        .collect()
}
