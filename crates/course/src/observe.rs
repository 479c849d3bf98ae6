//! What is seen or measured on the skin of one zone of one person, read off its healing.

use needlepoint_healing::{channel::ClosingChannel, network::LayerState, surface::SurfaceState};

use crate::{
    healing::{History, PAPILLARY},
    lesion::{Healed, hair, laxity, pigment, pore, roughness, scar, stria, wrinkle},
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
    let healed = Healed { task, person, needled, history };
    let p = &person.parameters;
    let link = &p.link;
    let x_a = history.ground.collagen_at_rest;
    let of_surface = |read: &dyn Fn(&SurfaceState) -> f64| -> Vec<f64> {
        history.surface.iter().map(read).collect()
    };
    let of_layers = |read: &dyn Fn(&[LayerState; 3]) -> f64| -> Vec<f64> {
        history.layers.iter().map(read).collect()
    };
    match observable {
        Observable::Redness => of_surface(&|s| s.redness(&p.surface)),
        Observable::Oedema => of_surface(&|s| 100.0 * s.swelling()),
        Observable::Flaking => of_surface(&|s| s.flaking(&p.surface)),
        Observable::WaterLoss => water_loss(task, person, needled, channel),
        Observable::OpenChannels => open_channels(task, channel),
        Observable::CollagenSynthesis => history.synthesis.clone(),
        Observable::EpidermalThickness => of_surface(&|s| 100.0 * s.epidermis()),
        Observable::PapillaryCollagen => {
            of_layers(&|layers| 100.0 * layers[PAPILLARY].collagen() / x_a)
        }
        Observable::DermalCollagen => of_layers(&|layers| 100.0 * healed.gain(layers)),
        Observable::NewCollagenShare => {
            let at_rest = p.network.new_collagen_at_rest;
            of_layers(&|layers| {
                let new = healed
                    .dermal_mean(&layers.each_ref().map(|layer: &LayerState| layer.new_collagen));
                let all = healed.dermal_mean(&layers.each_ref().map(LayerState::collagen));
                100.0 * (at_rest + new) / (x_a + all)
            })
        }
        Observable::DermalDensity => of_layers(&|layers| {
            let scatters = |layer: &LayerState| {
                layer.mature_collagen + link.new_collagen_weight * layer.new_collagen
            };
            let gain = healed.dermal_mean(&layers.each_ref().map(scatters)) / x_a;
            100.0 * link.density_gain * gain
        }),
        Observable::Elasticity => {
            of_layers(&|layers| 100.0 * link.elasticity_gain * healed.gain(layers))
        }
        Observable::WrinkleDepth => wrinkle::depth(&healed),
        Observable::Roughness => roughness::change(&healed),
        Observable::PoreArea => pore::area(&healed),
        Observable::Laxity => laxity::missing(&healed),
        Observable::ScarDepth => scar::depth(&healed),
        Observable::ScarHeight => scar::height(&healed),
        Observable::ScarStiffness => scar::stiffness(&healed),
        Observable::StriaVisibility => stria::visibility(&healed),
        Observable::StriaWidth => stria::width(&healed),
        Observable::LesionPigment => pigment::excess(&healed),
        Observable::Darkening => of_surface(&|s| 100.0 * s.darkening()),
        Observable::HairDensity => hair::gained(&healed),
        Observable::HairMissing => hair::missing(&healed),
        Observable::HairDiameter => hair::diameter(&healed),
    }
}

/// Each session lays some of the surface bare; together never more than all of it.
fn water_loss(
    task: &ZoneTask<'_>,
    person: &Person,
    needled: &Needled,
    channel: &ClosingChannel,
) -> Vec<f64> {
    let rest = person.water_loss_at_rest(task.site);
    let open = needled.injury.open_area_fraction;
    let most = person.parameters.channel.wound_evaporation;
    let days = task.calendar.days();
    days.iter()
        .map(|day| {
            let past = task.calendar.sessions.iter().filter(|session| **session <= *day);
            let dry: f64 = past
                .map(|s| 1.0 - channel.extra_water_loss(24.0 * (day - s), open) / most)
                .product();
            rest + most * (1.0 - dry)
        })
        .collect()
}

fn open_channels(task: &ZoneTask<'_>, channel: &ClosingChannel) -> Vec<f64> {
    let days = task.calendar.days();
    days.iter()
        .map(|day| {
            let last = task.calendar.sessions.iter().rev().find(|session| **session <= *day);
            last.map_or(0.0, |session| 100.0 * channel.open_area(24.0 * (day - session)))
        })
        .collect()
}
