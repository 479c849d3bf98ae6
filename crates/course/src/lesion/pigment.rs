//! Pigment of a lesion: what lies in the epidermis turns over with it, what lies in the dermis does not.

use needlepoint_knowledge::concern::ConcernKind;
use needlepoint_skin::PigmentDepth;

use super::Healed;
use crate::observable::Observable;

/// Change of a lesion's excess pigment, per cent: `(1 - s) x + s y`, with the share `s` in the dermis.
///
/// A melasma is kept up by its melanocytes. A dark mark has lost its cause and fades by itself; what
/// the sessions add to the skin around they add to it as well, and that does not count as its own.
pub(crate) fn excess(healed: &Healed<'_>) -> Vec<f64> {
    let Some(concern) = healed.concern(Observable::LesionPigment) else {
        return healed.unchanged(0.0);
    };
    let link = healed.link();
    let share = match concern.size.pigment_depth {
        Some(PigmentDepth::Epidermal) | None => 0.0,
        Some(PigmentDepth::Mixed) => link.mixed_dermal_share,
        Some(PigmentDepth::Dermal) => 1.0,
    };
    let fades = concern.kind == ConcernKind::Hyperpigmentation;
    let dermal_fading = healed.person.parameters.surface.dermal_pigment_loss;
    healed
        .history
        .surface
        .iter()
        .zip(healed.days())
        .map(|(surface, day)| {
            let (mut above, mut below) = (surface.lesion_pigment(), surface.dermal_pigment());
            if fades {
                let added = surface.darkening();
                above = (1.0 + above - added) * (-link.mark_fading * day).exp() + added - 1.0;
                below = (1.0 + below) * (-dermal_fading * day).exp() - 1.0;
            }
            100.0 * ((1.0 - share) * above + share * below).max(-1.0)
        })
        .collect()
}
