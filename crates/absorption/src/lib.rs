//! What a product does: how much of it passes intact and punctured skin.
//!
//! Two models stand side by side. [`cell`] solves diffusion, partition and clearance in the skin around a
//! channel, over time and place. The two ways in parallel that courses use so far, the horny layer and
//! the open channels, each with its resistance, have no depth profile and no reservoir; the
//! solver will replace them.
//!
//! - [`cell`]: the solver of the cell around a channel
//! - [`Solute`]: the molecule and its permeabilities
//! - [`molecule`]: from the structure of an active to diffusion, partition and clearance in every layer
//! - [`Contact`]: a product lying on skin with closing channels
//! - [`effect`]: from the amount taken up to a share of the largest effect

pub mod cell;

use needlepoint_knowledge::parameters;

pub mod molecule;

parameters! {
    /// What the ways into the skin rest on.
    pub struct Pathways in "absorption" {
        /// Intercept of the law for the lipids of the horny layer.
        intact_intercept: "log10 cm/h",
        /// Weight of log P in it.
        intact_lipophilicity: "1",
        /// Weight of molecular weight in it.
        intact_size: "1/Da",
        /// Permeability of the watery way through the horny layer for 100 Da, were its walls no hindrance.
        intact_pore: "log10 cm/h",
        /// Radius of that way.
        intact_pore_radius: "nm",
        /// Error of both ways together in powers of ten.
        intact_log_error: "1",
        /// Viscosity of water in skin.
        water_viscosity: "mPa s",
        /// Diffusivity of 100 Da in water.
        water_diffusivity: "cm2/s",
        /// Fall of it with molecular weight.
        water_exponent: "1",
        /// Diffusion in water over diffusion in a clotted channel.
        epidermal_hindrance: "1",
        /// Intercept of the dermal law.
        dermal_intercept: "log10 cm2/s",
        /// Slope of the dermal law.
        dermal_slope: "1",
        /// Clearance by capillaries.
        capillary_clearance: "1/s",
        /// Product left on the skin.
        product_layer: "mg/cm2",
        /// Wet time of a product put on in the session.
        session_contact: "h",
    }
}

const SECONDS_PER_HOUR: f64 = 3600.0;

/// A dissolved molecule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Solute {
    /// Molecular weight, Da.
    pub molecular_weight_da: f64,
    /// Octanol-water partition, log10.
    pub log_p: f64,
}

impl Solute {
    /// Permeability of the intact horny layer from water, cm/h: two ways side by side,
    ///
    /// ```text
    /// kp = (kp_lipid + kp_pore + 1e-12) 10^error
    /// ```
    ///
    /// for a molecule without charge. Known to be wrong by a factor of twelve at one standard
    /// deviation. Fitted on 59 to 765 Da (`docs/model/permeability.md`): for polysaccharides and proteins
    /// it gives practically nothing, although some hyaluronates were found below the horny layer. The
    /// last term, far below anything measured, keeps the result a number that can be divided by.
    pub fn intact_permeability_cm_per_h(&self, p: &Pathways) -> f64 {
        const LEAST: f64 = 1e-12;
        (self.lipid_permeability_cm_per_h(p) + self.pore_permeability_cm_per_h(p) + LEAST)
            * 10f64.powf(p.intact_log_error)
    }

    /// Permeability through the lipids of the horny layer, cm/h: `log kp_lipid = a + b log P + c MW`,
    /// the form of Potts and Guy (1992), fitted anew.
    pub fn lipid_permeability_cm_per_h(&self, p: &Pathways) -> f64 {
        10f64.powf(
            p.intact_intercept
                + p.intact_lipophilicity * self.log_p
                + p.intact_size * self.molecular_weight_da,
        )
    }

    /// Permeability through the watery ways of the horny layer, cm/h:
    ///
    /// ```text
    /// kp_pore = 10^d (D / D_100) H(r / r_pore)
    /// H(q) = (1 - q)^2 (1 - 2.104 q + 2.09 q^3 - 0.95 q^5), 0 from q = 1 on      (Renkin 1954)
    /// ```
    ///
    /// with D the diffusivity in water and r the Stokes radius. Without it polar molecules would pass
    /// the slower the more polar they are, which they do not.
    pub fn pore_permeability_cm_per_h(&self, p: &Pathways) -> f64 {
        10f64.powf(p.intact_pore) * self.water_diffusivity_cm2_per_s(p) / p.water_diffusivity
            * pore_hindrance(self.stokes_radius_nm(p) / p.intact_pore_radius)
    }

    /// Radius of the sphere that diffuses in water like the molecule, nm (Stokes and Einstein):
    /// `r = k T / (6 pi eta D)`, at body temperature.
    pub fn stokes_radius_nm(&self, p: &Pathways) -> f64 {
        const BOLTZMANN_J_PER_K: f64 = 1.380_649e-23;
        const BODY_TEMPERATURE_K: f64 = 310.15;
        const CM2_PER_M2: f64 = 1e4;
        const NM_PER_M: f64 = 1e9;
        let diffusivity_m2_per_s = self.water_diffusivity_cm2_per_s(p) / CM2_PER_M2;
        let viscosity_pa_s = 1e-3 * p.water_viscosity;
        BOLTZMANN_J_PER_K * BODY_TEMPERATURE_K
            / (6.0 * std::f64::consts::PI * viscosity_pa_s * diffusivity_m2_per_s)
            * NM_PER_M
    }

    /// Diffusivity in water, cm2/s: `D = D_100 (MW / 100)^-e`.
    pub fn water_diffusivity_cm2_per_s(&self, p: &Pathways) -> f64 {
        p.water_diffusivity * (self.molecular_weight_da / 100.0).powf(-p.water_exponent)
    }

    /// Free diffusivity in dermis, cm2/s: `log D = a + b log MW`.
    pub fn dermal_diffusivity_cm2_per_s(&self, p: &Pathways) -> f64 {
        10f64.powf(p.dermal_intercept + p.dermal_slope * self.molecular_weight_da.log10())
    }

    /// Permeability of an open channel, per area of channel, cm/h.
    ///
    /// Channel and tissue below it in series, `1/k = L/D_channel + 1/(4 D/(pi a) + sqrt(D k_clear))`:
    /// diffusion through the channel of length `L`, then spreading from its end (a disc of radius
    /// `a`) helped by clearance.
    pub fn channel_permeability_cm_per_h(
        &self,
        p: &Pathways,
        length_um: f64,
        radius_um: f64,
    ) -> f64 {
        const CM_PER_UM: f64 = 1e-4;
        let in_channel = self.water_diffusivity_cm2_per_s(p) / p.epidermal_hindrance;
        let in_dermis = self.dermal_diffusivity_cm2_per_s(p);
        let radius_cm = (radius_um * CM_PER_UM).max(f64::MIN_POSITIVE);
        let away = 4.0 * in_dermis / (std::f64::consts::PI * radius_cm)
            + (in_dermis * p.capillary_clearance).sqrt();
        SECONDS_PER_HOUR / (length_um * CM_PER_UM / in_channel + 1.0 / away)
    }
}

/// Hindrance by the walls of a pore, 1 for a point and 0 for what does not fit in; `q` is the radius of
/// the molecule over that of the pore (Renkin 1954).
fn pore_hindrance(q: f64) -> f64 {
    if q >= 1.0 {
        return 0.0;
    }
    let friction = 1.0 - 2.104 * q + 2.09 * q.powi(3) - 0.95 * q.powi(5);
    (1.0 - q).powi(2) * friction.max(0.0)
}

/// Channels as a product meets them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenChannels {
    /// Share of the surface that channel mouths take up when fresh.
    pub open_share: f64,
    /// Length of the open channel, micrometres.
    pub length_um: f64,
    /// Radius of the mouth, micrometres.
    pub radius_um: f64,
}

/// A product lying on the skin for some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// The molecule.
    pub solute: Solute,
    /// Mass share of it in the product.
    pub strength: f64,
    /// Hours it stays.
    pub hours: f64,
}

/// Amounts taken up in a contact, micrograms per cm2 of skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uptake {
    /// Through skin with channels.
    pub punctured_ug_per_cm2: f64,
    /// Through the same skin without.
    pub intact_ug_per_cm2: f64,
}

impl Uptake {
    /// Punctured over intact, at most a million: what hardly passes intact skin at all has no
    /// meaningful ratio.
    pub fn enhancement(&self) -> f64 {
        const MOST: f64 = 1e6;
        if self.punctured_ug_per_cm2 <= 0.0 {
            return 1.0;
        }
        self.punctured_ug_per_cm2 / self.intact_ug_per_cm2.max(self.punctured_ug_per_cm2 / MOST)
    }
}

impl Contact {
    /// Amount on the skin, micrograms per cm2.
    pub fn dose_ug_per_cm2(&self, p: &Pathways) -> f64 {
        p.product_layer * self.strength * 1000.0
    }

    /// What goes in.
    ///
    /// The layer of thickness `h` empties at the rate `[(1-f) kp + f k] / h`, where `f(t)` is the
    /// open share of the surface, `f_0` times `open_area(hours)`; so the uptake is
    /// `M = M_0 (1 - exp(-∫ rate dt))` and never exceeds the dose. The integral is taken by
    /// Simpson's rule.
    pub fn uptake(
        &self,
        p: &Pathways,
        channels: &OpenChannels,
        open_area: impl Fn(f64) -> f64,
    ) -> Uptake {
        const INTERVALS: u32 = 32;
        /// Thickness of 1 mg/cm2 of a product as dense as water.
        const CM_PER_MG_PER_CM2: f64 = 1e-3;
        let thickness_cm = p.product_layer * CM_PER_MG_PER_CM2;
        let intact = self.solute.intact_permeability_cm_per_h(p);
        let channel =
            self.solute.channel_permeability_cm_per_h(p, channels.length_um, channels.radius_um);
        let step = self.hours / f64::from(INTERVALS);
        let open_hours: f64 = (0..=INTERVALS)
            .map(|i| {
                let weight =
                    if i == 0 || i == INTERVALS { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
                weight * open_area(step * f64::from(i))
            })
            .sum::<f64>()
            * step
            / 3.0;
        let through_channels = channels.open_share * open_hours;
        let taken = |exponent: f64| self.dose_ug_per_cm2(p) * -(-exponent / thickness_cm).exp_m1();
        Uptake {
            punctured_ug_per_cm2: taken(
                intact * (self.hours - through_channels).max(0.0) + channel * through_channels,
            ),
            intact_ug_per_cm2: taken(intact * self.hours),
        }
    }
}

/// Effect of an amount taken up: `E = E_max U / (U_half + U)`.
pub fn effect(uptake_ug_per_cm2: f64, half_effect_ug_per_cm2: f64, largest_effect: f64) -> f64 {
    if uptake_ug_per_cm2 <= 0.0 {
        return 0.0;
    }
    largest_effect * uptake_ug_per_cm2 / (half_effect_ug_per_cm2 + uptake_ug_per_cm2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATHWAYS: Pathways = Pathways {
        intact_intercept: -2.090,
        intact_lipophilicity: 0.548,
        intact_size: -0.007_31,
        intact_pore: -3.255,
        intact_pore_radius: 2.0,
        intact_log_error: 0.0,
        water_viscosity: 0.69,
        water_diffusivity: 9e-6,
        water_exponent: 0.5,
        epidermal_hindrance: 7.0,
        dermal_intercept: -4.15,
        dermal_slope: -0.655,
        capillary_clearance: 4e-4,
        product_layer: 2.0,
        session_contact: 0.5,
    };
    const CHANNELS: OpenChannels =
        OpenChannels { open_share: 0.01, length_um: 150.0, radius_um: 35.0 };

    fn contact(molecular_weight_da: f64, log_p: f64) -> Contact {
        Contact { solute: Solute { molecular_weight_da, log_p }, strength: 0.05, hours: 0.5 }
    }

    /// The form of the law with the coefficients of Potts and Guy: lidocaine 3.9e-3 cm/h.
    #[test]
    fn with_published_coefficients_the_lipids_give_the_published_permeability() {
        let potts_guy = Pathways {
            intact_intercept: -2.744,
            intact_lipophilicity: 0.71,
            intact_size: -0.0061,
            ..PATHWAYS
        };
        let lidocaine = Solute { molecular_weight_da: 234.3, log_p: 2.48 };
        let kp = lidocaine.lipid_permeability_cm_per_h(&potts_guy);
        assert!((kp / 3.9e-3 - 1.0).abs() < 0.02, "{kp}");
    }

    #[test]
    fn pores_let_small_polar_molecules_through_and_no_polymers() {
        let pore = |molecular_weight_da, log_p| {
            Solute { molecular_weight_da, log_p }.pore_permeability_cm_per_h(&PATHWAYS)
        };
        assert!(pore(60.0, -2.1) > pore(180.0, -3.1) && pore(180.0, -3.1) > pore(500.0, -3.7));
        assert_eq!(pore(70_000.0, -6.0), 0.0);
        assert_eq!(pore(180.0, -3.0), pore(180.0, 3.0));
    }

    /// The walls take away three quarters of the flux where the pore is four times as wide.
    #[test]
    fn hindrance_falls_from_one_to_nothing() {
        assert_eq!(pore_hindrance(0.0), 1.0);
        assert!((pore_hindrance(0.25) - 0.2846).abs() < 1e-3, "{}", pore_hindrance(0.25));
        assert_eq!(pore_hindrance(1.0), 0.0);
        assert_eq!(pore_hindrance(40.0), 0.0);
    }

    #[test]
    fn dermal_diffusivities_follow_the_published_law() {
        for (weight, expected) in [(122.1, 3.0e-6), (176.1, 2.4e-6), (66_000.0, 4.9e-8)] {
            let solute = Solute { molecular_weight_da: weight, log_p: 0.0 };
            let d = solute.dermal_diffusivity_cm2_per_s(&PATHWAYS);
            assert!((d / expected - 1.0).abs() < 0.05, "{weight}: {d}");
        }
    }

    #[test]
    fn closed_channels_let_in_what_intact_skin_lets_in() {
        let uptake = contact(176.0, -1.85).uptake(&PATHWAYS, &CHANNELS, |_| 0.0);
        assert_eq!(uptake.punctured_ug_per_cm2, uptake.intact_ug_per_cm2);
    }

    /// With channels that stay open the integral is known.
    #[test]
    fn constant_channels_have_their_analytic_uptake() {
        let contact = contact(176.0, -1.85);
        let uptake = contact.uptake(&PATHWAYS, &CHANNELS, |_| 1.0);
        let kp = contact.solute.intact_permeability_cm_per_h(&PATHWAYS);
        let kc = contact.solute.channel_permeability_cm_per_h(&PATHWAYS, 150.0, 35.0);
        let rate = (0.99 * kp + 0.01 * kc) / 2e-3;
        let exact = 100.0 * (1.0 - (-rate * 0.5).exp());
        assert!((uptake.punctured_ug_per_cm2 / exact - 1.0).abs() < 1e-12);
    }

    #[test]
    fn channels_matter_for_what_hardly_passes_and_little_for_what_passes_well() {
        let enhancement = |weight, log_p| {
            let uptake = contact(weight, log_p).uptake(&PATHWAYS, &CHANNELS, |_| 1.0);
            uptake.punctured_ug_per_cm2 / uptake.intact_ug_per_cm2
        };
        assert!(enhancement(340.0, -3.0) > 20.0);
        assert!(enhancement(234.3, 2.48) < 5.0);
    }

    #[test]
    fn the_ratio_stays_finite_for_what_never_passes_intact_skin() {
        let uptake = Uptake { punctured_ug_per_cm2: 3.0, intact_ug_per_cm2: 0.0 };
        assert_eq!(uptake.enhancement(), 1e6);
        let none = Uptake { punctured_ug_per_cm2: 0.0, intact_ug_per_cm2: 0.0 };
        assert_eq!(none.enhancement(), 1.0);
    }

    proptest! {
        #[test]
        fn uptake_never_exceeds_the_dose_and_grows_with_the_channels(
            weight in 50.0..100_000.0f64, log_p in -4.0..6.0f64, open in 0.0..0.3f64,
        ) {
            let contact = contact(weight, log_p);
            let at = |open_share| contact
                .uptake(&PATHWAYS, &OpenChannels { open_share, ..CHANNELS }, |h| (-h).exp())
                .punctured_ug_per_cm2;
            let dose = contact.dose_ug_per_cm2(&PATHWAYS);
            prop_assert!(at(open) <= dose * (1.0 + 1e-12) && at(open) >= 0.0);
            let kp = contact.solute.intact_permeability_cm_per_h(&PATHWAYS);
            let kc = contact.solute.channel_permeability_cm_per_h(&PATHWAYS, 150.0, 35.0);
            if kc > kp {
                prop_assert!(at(open) >= at(open / 2.0) * (1.0 - 1e-12));
            }
        }

        #[test]
        fn an_effect_saturates(uptake in 0.0..1e6f64, half in 0.1..100.0f64) {
            let e = effect(uptake, half, 0.8);
            prop_assert!((0.0..=0.8).contains(&e));
        }
    }
}
