//! Roughness: wrinkles, sunken scars and the fine relief of the epidermis together.

use super::{Healed, scar, wrinkle};
use crate::observable::Observable;

/// Change of roughness, per cent.
///
/// Reliefs of different origin do not know each other, so their heights add in squares:
/// `R^2 = (a_w w)^2 + (a_s s)^2 + (a_e f)^2`, with the depth of wrinkles and of scars before and what
/// is left of each, and the fine relief `a_e` of all skin, which flaking `f` raises for days and
/// nothing lowers.
pub(crate) fn change(healed: &Healed<'_>) -> Vec<f64> {
    let wrinkles = wrinkle::of(healed).map_or(0.0, |wrinkle| wrinkle.depth_um);
    let scars = healed.concern(Observable::ScarDepth).map_or(0.0, |concern| healed.size(concern));
    let fine = healed.link().micro_relief;
    let before = wrinkles.hypot(scars).hypot(fine);
    let rates = &healed.person.parameters.surface;
    let parts = wrinkle::depth(healed).into_iter().zip(scar::depth(healed));
    parts
        .zip(&healed.history.surface)
        .map(|((wrinkle, scar), surface)| {
            let left = |um: f64, change: f64| um * (1.0 + change / 100.0);
            let now = left(wrinkles, wrinkle)
                .hypot(left(scars, scar))
                .hypot(fine * surface.flaking(rates));
            100.0 * (now / before - 1.0)
        })
        .collect()
}
