//! Stretch marks: missing collagen, colour, and how far they gape.

use needlepoint_case::case::StriaColour;
use needlepoint_skin::Stria;

use super::Healed;
use crate::{healing::DERMIS, observable::Observable};

/// Share of the missing collagen that is still missing, at every time. The skin beside stays as it was.
fn deficit_left(healed: &Healed<'_>, mark: Stria) -> Vec<f64> {
    let layers = &healed.history.layers;
    layers.iter().map(|layers| mark.deficit_left(1.0 + healed.gain(layers))).collect()
}

fn mark(healed: &Healed<'_>) -> Option<Stria> {
    let concern = healed.concern(Observable::StriaVisibility)?;
    // No more can be missing than is simulated as missing.
    let most = 1.0 - healed.person.parameters.skin.least_collagen;
    Some(Stria { collagen_deficit: healed.size(concern).clamp(0.0, most) })
}

/// Change of how far a mark is seen, per cent.
///
/// `v = (1 - u) deficit + u colour`: the share `u` is what needling gives nothing for, the colour and
/// the lost elastic fibres. White stays; red and purple fade by themselves as vessels recede.
pub(crate) fn visibility(healed: &Healed<'_>) -> Vec<f64> {
    let Some(mark) = mark(healed) else { return healed.unchanged(0.0) };
    let link = healed.link();
    let colour = healed.concern(Observable::StriaVisibility).and_then(|c| c.size.stria_colour);
    let unanswered = link.stria_unanswered;
    deficit_left(healed, mark)
        .iter()
        .zip(healed.days())
        .map(|(left, day)| {
            let faded = match colour {
                Some(StriaColour::Rubra) => (-link.stria_fading * day).exp_m1(),
                Some(StriaColour::Alba) | None => 0.0,
            };
            100.0 * ((1.0 - unanswered) * (left - 1.0) + unanswered * faded)
        })
        .collect()
}

/// Change of the width of a mark, per cent: it gapes less as it stiffens, under the tension of the
/// skin around, `strain = T/(E t)`.
pub(crate) fn width(healed: &Healed<'_>) -> Vec<f64> {
    let Some(mark) = mark(healed) else { return healed.unchanged(0.0) };
    let parameters = &healed.person.parameters;
    let thickness_um: f64 = DERMIS.iter().map(|kind| healed.needled.skin.thickness_um(*kind)).sum();
    // N/m over MPa um is N/m over N/m.
    let strain =
        parameters.insertion.tension / (parameters.insertion.dermis_modulus * thickness_um);
    let exponent = parameters.link.collagen_stiffness;
    deficit_left(healed, mark)
        .iter()
        .map(|left| 100.0 * (mark.relative_width(*left, strain, exponent) - 1.0))
        .collect()
}
