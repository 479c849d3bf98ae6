//! A dissolved molecule: what its size and lipophilicity say.

use crate::Pathways;

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

#[cfg(test)]
mod tests {
    use super::*;

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
        product_layer: 2.0,
        session_contact: 0.5,
    };
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
}
