//! Thinning hair: needling and drugs wake follicles that are left.

use needlepoint_healing::surface::SurfaceState;
use needlepoint_skin::HairThinning;

use super::Healed;
use crate::observable::Observable;

fn hair(healed: &Healed<'_>) -> Option<HairThinning> {
    let concern = healed.concern(Observable::HairDensity)?;
    Some(HairThinning { density_per_cm2: healed.size(concern) })
}

/// Hairs gained per cm2.
pub(crate) fn gained(healed: &Healed<'_>) -> Vec<f64> {
    let Some(hair) = hair(healed) else { return healed.unchanged(0.0) };
    let full = healed.link().full_hair;
    let gain = |surface: &SurfaceState| hair.gain_per_cm2(full, surface.hairs());
    healed.history.surface.iter().map(gain).collect()
}

/// Change of the hairs that are missing to a full scalp, per cent.
pub(crate) fn missing(healed: &Healed<'_>) -> Vec<f64> {
    let missing = hair(healed).map_or(0.0, |hair| hair.missing_per_cm2(healed.link().full_hair));
    if missing <= 0.0 {
        return healed.unchanged(0.0);
    }
    gained(healed).iter().map(|gain| 0.0 - 100.0 * gain / missing).collect()
}

/// Change of the mean diameter of hairs, um: it goes with the hairs that come back.
pub(crate) fn diameter(healed: &Healed<'_>) -> Vec<f64> {
    let gain = healed.link().hair_diameter_gain;
    gained(healed).iter().map(|hairs| gain * hairs).collect()
}
