//! A trial of transport: an active on skin, living or cut out, read once after so many hours.
//!
//! Skin that was cut out and mounted in a diffusion cell has no blood, so nothing is cleared in it; what
//! reaches its underside is carried away by the fluid below,
//!
//! ```text
//! k_clear = 0,     u = 0 at the bottom,     L_dermis = L_mounted - L_sc - L_ve
//! ```
//!
//! and neither closes its channels nor grows. Amounts are per area of skin, in ug/cm2.

use crate::{
    SECONDS_PER_HOUR,
    cell::{CellError, Donor, Event, Exposure, Setting, Snapshot, solve},
    uptake::{LAYERS, OpenChannels, REACH_SHARE, Skin, enhancement},
};

/// um of product per mg/cm2 of one as dense as water.
const UM_PER_MG_PER_CM2: f64 = 10.0;
/// ug/cm3 of active in a product as dense as water, for a mass share of 1.
const UG_PER_CM3: f64 = 1e6;
const CM_PER_UM: f64 = 1e-4;
/// Dermis that is left at least under the epidermis of mounted skin, um.
const LEAST_DERMIS_UM: f64 = 20.0;
/// Hours before the reading over which a flux is the mean.
const FLUX_HOURS: f64 = 1.0;

impl Skin {
    /// The same skin cut out and mounted: without clearance, and of this thickness over all, or with
    /// its whole dermis.
    #[must_use]
    pub fn mounted(&self, thickness_um: Option<f64>) -> Self {
        let mut cut = *self;
        cut.transport.dermis.clearance_per_s = 0.0;
        if let Some(thickness_um) = thickness_um {
            let [corneum_um, epidermis_um, dermis_um @ ..] = &mut cut.thickness_um;
            let left = (thickness_um - *corneum_um - *epidermis_um).max(LEAST_DERMIS_UM);
            let all: f64 = dermis_um.iter().sum();
            // The three layers of dermis are one medium, so any cut through them will do.
            for layer in dermis_um {
                *layer *= left / all;
            }
        }
        cut
    }
}

/// How much product lies on the skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// A layer that can run out, mg/cm2.
    Finite(f64),
    /// So much that its level stays.
    Endless,
}

/// What is done in a trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The skin.
    pub skin: Skin,
    /// Its channels, if it was needled.
    pub channels: Option<OpenChannels>,
    /// Mass share of the active in the product, 0 to 1.
    pub strength: f64,
    /// Product on the skin.
    pub amount: Amount,
    /// Hours after which it is wiped off; `None` if it stays.
    pub contact_hours: Option<f64>,
    /// Whether the channels are full of it from the start.
    pub carried_in: bool,
}

/// What a trial reads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Put on, ug/cm2; `None` if it can't run out.
    pub dose_ug_per_cm2: Option<f64>,
    /// Gone through the bottom or into the blood, ug/cm2.
    pub gone_ug_per_cm2: f64,
    /// In each layer, ug/cm2.
    pub in_layers_ug_per_cm2: [f64; LAYERS],
    /// In the open channels, ug/cm2.
    pub in_channels_ug_per_cm2: f64,
    /// Mean over the last hour of what goes through the bottom or into the blood, ug/cm2/h.
    pub flux_ug_per_cm2_per_h: f64,
    /// Depth to which a tenth of the level at the surface has come, um.
    pub reach_um: f64,
}

impl Reading {
    /// In the skin with its horny layer and its channels, ug/cm2.
    pub fn retained_ug_per_cm2(&self) -> f64 {
        self.in_layers_ug_per_cm2.iter().sum::<f64>() + self.in_channels_ug_per_cm2
    }

    /// Taken up into living skin, ug/cm2: what is below the horny layer and what has gone from there.
    pub fn taken_up_ug_per_cm2(&self) -> f64 {
        self.gone_ug_per_cm2 + self.in_layers_ug_per_cm2[1..].iter().sum::<f64>()
    }

    /// Taken up here over taken up through `intact` skin, at most a million, as in
    /// [`crate::uptake::Uptake::enhancement_over`].
    pub fn enhancement_over(&self, intact: &Self) -> f64 {
        enhancement(self.taken_up_ug_per_cm2(), intact.taken_up_ug_per_cm2())
    }

    /// Mean concentration in some of the layers of the skin that was read, ug/mL.
    pub fn level_ug_per_ml(&self, skin: &Skin, layers: std::ops::Range<usize>) -> f64 {
        let amount: f64 = self.in_layers_ug_per_cm2[layers.clone()].iter().sum();
        let thickness_um: f64 = skin.thickness_um[layers].iter().sum();
        amount / (thickness_um * CM_PER_UM)
    }
}

impl Trial {
    /// Read `hours` after the product was put on. `open_area(hours)` is the share of the channels'
    /// area that is open so long after that moment.
    ///
    /// # Errors
    /// When a thickness, diffusivity, amount or time is out of its range.
    pub fn read(
        &self,
        hours: f64,
        open_area: &dyn Fn(f64) -> f64,
        setting: Setting,
    ) -> Result<Reading, CellError> {
        let cell = self.skin.cell(self.channels.as_ref(), self.carried_in);
        let apply = match self.amount {
            Amount::Finite(mg) => Event::Apply(Donor::film(mg * UM_PER_MG_PER_CM2, 1.0)),
            Amount::Endless => Event::ApplyEndless { level: 1.0 },
        };
        let mut events = vec![(0.0, apply)];
        if let Some(contact) = self.contact_hours.filter(|contact| *contact < hours) {
            events.push((contact * SECONDS_PER_HOUR, Event::WipeOff));
        }
        let open_area = [0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
            .into_iter()
            .map(|share| (share * hours * SECONDS_PER_HOUR, open_area(share * hours)))
            .collect();
        let before = (hours - FLUX_HOURS).max(0.5 * hours);
        let times = [before * SECONDS_PER_HOUR, hours * SECONDS_PER_HOUR];
        let solution = solve(&cell, &Exposure { events, open_area }, &times, setting)?;
        let (earlier, last) = (&solution.snapshots[0], &solution.snapshots[1]);
        let strength_ug_per_cm3 = self.strength * UG_PER_CM3;
        let per_cm2 = |amount: f64| amount / cell.area_um2() * CM_PER_UM * strength_ug_per_cm3;
        let gone = |at: &Snapshot| {
            per_cm2(at.cleared.iter().chain(&at.metabolised).sum::<f64>() + at.left)
        };
        Ok(Reading {
            dose_ug_per_cm2: match self.amount {
                Amount::Finite(_) => Some(per_cm2(last.applied + last.filled)),
                Amount::Endless => None,
            },
            gone_ug_per_cm2: gone(last),
            in_layers_ug_per_cm2: std::array::from_fn(|at| per_cm2(last.in_layers[at])),
            in_channels_ug_per_cm2: per_cm2(last.in_channel),
            flux_ug_per_cm2_per_h: (gone(last) - gone(earlier)) / (hours - before),
            reach_um: solution.reach_um(last, REACH_SHARE),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        molecule::{LayerTransport, SkinTransport},
        uptake::FOR_COURSES,
    };

    fn layer(diffusivity_cm2_per_s: f64, partition: f64) -> LayerTransport {
        LayerTransport {
            diffusivity_cm2_per_s,
            partition,
            clearance_per_s: 0.0,
            metabolism_per_s: 0.0,
        }
    }

    /// Living skin with a horny layer of 1e-3 cm/h: `D K / L` of 15 um.
    fn living() -> Skin {
        let corneum = layer(1e-3 / 3600.0 * 15e-4, 1.0);
        let dermis = LayerTransport { clearance_per_s: 5e-4, ..layer(2e-6, 0.6) };
        Skin {
            thickness_um: [15.0, 85.0, 200.0, 500.0, 800.0],
            transport: SkinTransport {
                stratum_corneum: corneum,
                viable_epidermis: layer(1e-6, 1.0),
                dermis,
                channel: layer(7e-6, 1.0),
                intact_permeability_cm_per_h: 1e-3,
            },
        }
    }

    fn trial(skin: Skin, amount: Amount) -> Trial {
        Trial {
            skin,
            channels: None,
            strength: 0.01,
            amount,
            contact_hours: None,
            carried_in: false,
        }
    }

    fn read(trial: &Trial, hours: f64) -> Reading {
        trial.read(hours, &|_| 1.0, FOR_COURSES).expect("solved")
    }

    const CHANNELS: OpenChannels =
        OpenChannels { per_cm2: 100.0, mouth_radius_um: 30.0, length_um: 300.0 };

    #[test]
    fn mounted_skin_is_as_thick_as_it_was_cut_and_clears_nothing() {
        let cut = living().mounted(Some(400.0));
        assert!((cut.thickness_um.iter().sum::<f64>() - 400.0).abs() < 1e-9);
        assert_eq!(cut.transport.dermis.clearance_per_s, 0.0);
        assert_eq!(living().mounted(None).thickness_um, living().thickness_um);
        assert!(living().mounted(Some(50.0)).thickness_um.iter().all(|um| *um > 0.0));
    }

    /// Resistances in a row: `1/J = (L/DK)_sc + (L/DK)_ve + (L/DK)_d` over the strength.
    #[test]
    fn an_endless_product_comes_to_the_flux_of_layers_in_a_row() {
        let skin = living().mounted(Some(400.0));
        let seconds_per_cm = 3600.0 / 1e-3 + 85e-4 / 1e-6 + 300e-4 / (2e-6 * 0.6);
        let expected = 0.01 * UG_PER_CM3 / seconds_per_cm * 3600.0;
        let flux = read(&trial(skin, Amount::Endless), 48.0).flux_ug_per_cm2_per_h;
        assert!((flux / expected - 1.0).abs() < 0.02, "{flux} {expected}");
    }

    #[test]
    fn a_finite_product_is_never_more_than_its_dose_and_an_endless_one_has_none() {
        for (channels, carried_in) in
            [(None, false), (Some(CHANNELS), false), (Some(CHANNELS), true)]
        {
            let finite = trial(living().mounted(Some(400.0)), Amount::Finite(2.0));
            let reading = read(&Trial { channels, carried_in, ..finite }, 24.0);
            let dose = reading.dose_ug_per_cm2.expect("finite");
            let entered = reading.gone_ug_per_cm2 + reading.retained_ug_per_cm2();
            assert!(dose >= 20.0 - 1e-9 && entered <= dose * (1.0 + 1e-9), "{entered} of {dose}");
            assert!(entered > 0.5 * dose, "{entered} of {dose}");
        }
        assert_eq!(read(&trial(living(), Amount::Endless), 1.0).dose_ug_per_cm2, None);
    }

    #[test]
    fn channels_let_more_through_and_wiping_off_ends_it() {
        let intact = trial(living().mounted(Some(400.0)), Amount::Endless);
        let needled = Trial { channels: Some(CHANNELS), ..intact };
        let wiped = Trial { contact_hours: Some(0.5), ..needled };
        let [intact, needled, wiped] = [intact, needled, wiped].map(|trial| read(&trial, 6.0));
        assert!(needled.gone_ug_per_cm2 > 1.5 * intact.gone_ug_per_cm2);
        assert!(wiped.taken_up_ug_per_cm2() < 0.5 * needled.taken_up_ug_per_cm2());
    }

    /// What has closed is as the layers around it.
    #[test]
    fn closed_channels_let_through_what_intact_skin_does() {
        let intact = trial(living(), Amount::Endless);
        let needled = Trial { channels: Some(CHANNELS), ..intact };
        let closed = needled.read(6.0, &|_| 0.0, FOR_COURSES).expect("solved");
        let closed = closed.taken_up_ug_per_cm2();
        assert!(closed < read(&needled, 6.0).taken_up_ug_per_cm2(), "{closed}");
        // The grid around a closed channel is coarser in depth than that of intact skin.
        let intact = read(&intact, 6.0).taken_up_ug_per_cm2();
        assert!((closed / intact - 1.0).abs() < 0.15, "{closed} {intact}");
    }
}
