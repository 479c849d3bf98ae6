//! Wide pores: holes held open by a soft ring of dermis.

use needlepoint_skin::pore_excess_left;

use super::Healed;
use crate::observable::Observable;

/// Change of the area of wide pores above that of ordinary ones, per cent. Only the share of it that a
/// soft ring explains can change.
pub(crate) fn area(healed: &Healed<'_>) -> Vec<f64> {
    if healed.concern(Observable::PoreArea).is_none() {
        return healed.unchanged(0.0);
    }
    let (top, reach) = (healed.dermis_top_um(), healed.link().pore_depth);
    let ring = healed.link().pore_ring;
    let layers = &healed.history.layers;
    layers
        .iter()
        .map(|layers| 100.0 * ring * (pore_excess_left(healed.support(layers, top, reach)) - 1.0))
        .collect()
}
