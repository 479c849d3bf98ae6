//! Lax skin: missing elasticity, of which collagen can give a part back.

use needlepoint_skin::Laxity;

use super::Healed;
use crate::observable::Observable;

/// Change of the elasticity that is missing, per cent.
pub(crate) fn missing(healed: &Healed<'_>) -> Vec<f64> {
    let Some(concern) = healed.concern(Observable::Laxity) else { return healed.unchanged(0.0) };
    let link = healed.link();
    let lax = Laxity {
        missing: healed.size(concern).clamp(0.0, 0.95),
        elastin_share: link.elastin_share,
    };
    let layers = &healed.history.layers;
    layers
        .iter()
        .map(|layers| 100.0 * (lax.left(link.elasticity_gain * healed.gain(layers)) - 1.0))
        .collect()
}
