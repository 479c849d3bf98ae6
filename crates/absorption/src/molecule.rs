//! From the structure of an active to what a solver needs of every layer: diffusion, partition, clearance.
//!
//! The unknown of the solver is the concentration `u` in the water of the tissue, all forms of the molecule
//! together. It is continuous from layer to layer; what a layer holds is `c = K u`:
//!
//! ```text
//! K du/dt = div(D K grad u) - k_clear K u - k_met K u
//! ```
//!
//! | layer | D | K | `k_clear` |
//! | --- | --- | --- | --- |
//! | horny layer | `D_sc` by weight | `kp L_ref / D_sc` | 0 |
//! | living epidermis | `D_w / H` | 1 | 0 |
//! | dermis | `(D_free + phi D_alb (1 - fu)/fu) / b` | `0.6 b` | `k_free / b` |
//! | channel | `D_w / H_ch` | 1 | 0 |
//!
//! What it leaves out: the step of pH between horny layer and living skin (it would slow what comes back
//! out), binding in the living epidermis, the vehicle, and metabolism unless a rate is given.

use needlepoint_knowledge::{
    active::{Active, Charge},
    parameters,
};

use crate::{Pathways, SECONDS_PER_HOUR, Solute};

parameters! {
    /// What transport in the layers rests on, besides [`Pathways`].
    pub struct TissueConstants in "transport" {
        /// pH at the surface of the skin.
        surface_ph: "1",
        /// pH of living tissue.
        tissue_ph: "1",
        /// Fall of log P when a molecule takes a charge.
        charge_penalty: "1",
        /// Thickness of the horny layer for which its laws hold.
        corneum_reference: "um",
        /// Intercept of the law for diffusion in the horny layer over that thickness.
        corneum_intercept: "log10 cm/h",
        /// Weight of molecular weight in it.
        corneum_size: "1/Da",
        /// Largest molecule for which it is used; larger ones are taken to diffuse as this one.
        corneum_largest: "Da",
        /// Share of the dermis in which albumin moves.
        albumin_space: "1",
        /// Diffusivity of albumin in dermis.
        albumin_diffusivity: "cm2/s",
        /// Share of the dermis that is water.
        dermal_water: "1",
        /// Binding to lipids in dermis for each unit of the partition octanol over water.
        lipid_binding: "1",
        /// Permeability of capillary walls over that of the horny layer by Potts and Guy.
        capillary_ratio: "1",
        /// Intercept of the law of Potts and Guy.
        capillary_intercept: "log10 cm/h",
        /// Weight of log P in it.
        capillary_lipophilicity: "1",
        /// Weight of molecular weight in it.
        capillary_size: "1/Da",
        /// Area of capillary walls in a volume of dermis.
        capillary_area: "1/cm",
        /// Blood that flows through a volume of dermis.
        blood_flow: "1/s",
        /// Clearance of what only lymph takes away.
        lymph_clearance: "1/s",
        /// Share that lymph takes of a very small polar molecule.
        lymph_share: "1",
        /// Rise of that share with molecular weight.
        lymph_share_per_weight: "1/Da",
        /// Diffusion in water over diffusion in an open channel.
        channel_hindrance: "1",
    }
}

/// A molecule, as its transport sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Molecule {
    /// Size and lipophilicity of the form without net charge.
    pub solute: Solute,
    /// Macroscopic pKa of its acid groups.
    pub acids: Vec<f64>,
    /// Macroscopic pKa of its basic groups.
    pub bases: Vec<f64>,
    /// Share not bound to protein in plasma, above 0 and at most 1.
    pub unbound: f64,
    /// Rate at which living skin breaks it down, 1/s.
    pub metabolism_per_s: f64,
}

impl Molecule {
    /// The molecule of an active, every value at its median.
    ///
    /// An active without a known binding is taken as unbound, so that too much of it counts as free.
    /// Nothing is broken down: no rate in human skin was read for any active.
    pub fn of(active: &Active) -> Self {
        let pka = |wanted: Charge| {
            active
                .ionises
                .iter()
                .filter(|group| group.charge == wanted)
                .map(|group| group.pka.value)
                .collect()
        };
        Self {
            solute: Solute {
                molecular_weight_da: active.molecular_weight_da.value,
                log_p: active.log_p.value,
            },
            acids: pka(Charge::Acid),
            bases: pka(Charge::Base),
            unbound: active.unbound.as_ref().map_or(1.0, |unbound| unbound.value),
            metabolism_per_s: 0.0,
        }
    }

    /// Share without net charge at a pH, 0 to 1; a zwitterion counts as without charge.
    ///
    /// With the n macroscopic constants in rising order, the form that has given off k protons weighs
    /// `w_k = 10^(k pH - pKa_1 - ... - pKa_k)`. All basic groups charged and none of the acid ones is
    /// k = 0, so the form without net charge has given off as many protons as there are bases:
    ///
    /// ```text
    /// f = w_m / (w_0 + ... + w_n),     m = number of bases
    /// ```
    pub fn uncharged_share(&self, ph: f64) -> f64 {
        let mut pka: Vec<f64> = self.acids.iter().chain(&self.bases).copied().collect();
        pka.sort_by(f64::total_cmp);
        let mut log_weights = vec![0.0];
        let mut log_weight = 0.0;
        for constant in pka {
            log_weight += ph - constant;
            log_weights.push(log_weight);
        }
        let neutral = log_weights[self.bases.len()];
        1.0 / log_weights.iter().map(|weight| 10f64.powf(weight - neutral)).sum::<f64>()
    }

    /// log10 of the partition octanol over water of all forms together at a pH:
    /// `D = P (f + (1 - f) 10^-penalty)`.
    pub fn log_d(&self, ph: f64, t: &TissueConstants) -> f64 {
        let f = self.uncharged_share(ph);
        self.solute.log_p + (f + (1.0 - f) * 10f64.powf(-t.charge_penalty)).log10()
    }

    /// Permeability of the intact horny layer from a watery product of this pH, cm/h:
    ///
    /// ```text
    /// kp = (f kp_lipid(log P) + (1 - f) kp_lipid(log P - penalty) + kp_pore + least) 10^error
    /// ```
    ///
    /// The law was fitted to measurements at mostly unstated pH as if nothing were charged, so part of
    /// this is counted twice for acids and bases: another reason for its wide error.
    pub fn intact_permeability_cm_per_h(&self, ph: f64, p: &Pathways, t: &TissueConstants) -> f64 {
        let f = self.uncharged_share(ph);
        let neutral = self.solute.intact_permeability_cm_per_h(p);
        let charged = Solute { log_p: self.solute.log_p - t.charge_penalty, ..self.solute }
            .intact_permeability_cm_per_h(p);
        f * neutral + (1.0 - f) * charged
    }

    /// Binding in dermis, total over free: `b = 1 - phi + phi/fu + beta f P`, with f the share
    /// without charge in living tissue (Kretsos 2008 as coded by Dancik 2013).
    pub fn dermal_binding(&self, t: &TissueConstants) -> f64 {
        let f = self.uncharged_share(t.tissue_ph);
        1.0 - t.albumin_space
            + t.albumin_space / self.unbound
            + t.lipid_binding * f * 10f64.powf(self.solute.log_p)
    }

    /// Clearance of what is free in dermis, 1/s.
    ///
    /// ```text
    /// k_free = 1/(1/(P_cap S + k_pore) + 1/Q) + k_lymph      capillaries, fed by the blood, and lymph
    /// P_cap  = ratio 10^(a + b log P + c MW) / 3600          lipids of the walls
    /// k_pore = k_lymph (1 - x)/x,  x = x_0 + x_1 MW <= 1     gaps of the walls
    /// ```
    ///
    /// The first term alone, as published, gives nearly nothing for polar molecules. Gaps are gauged on
    /// the share x that lymph took of four polar molecules of 246 to 19 000 Da (Supersaxo 1990, sheep,
    /// under the skin): it rises with weight in a straight line, and from 33 000 Da on lymph takes all.
    pub fn free_clearance_per_s(&self, t: &TissueConstants) -> f64 {
        let Solute { molecular_weight_da, log_p } = self.solute;
        let wall_cm_per_h = t.capillary_ratio
            * 10f64.powf(
                t.capillary_intercept
                    + t.capillary_lipophilicity * log_p
                    + t.capillary_size * molecular_weight_da,
            );
        let share = (t.lymph_share + t.lymph_share_per_weight * molecular_weight_da).min(1.0);
        let gaps = t.lymph_clearance * (1.0 - share) / share;
        let walls = wall_cm_per_h / SECONDS_PER_HOUR * t.capillary_area + gaps;
        walls * t.blood_flow / (walls + t.blood_flow) + t.lymph_clearance
    }
}

/// What a solver needs of one layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerTransport {
    /// Diffusivity D of what the layer holds, cm2/s.
    pub diffusivity_cm2_per_s: f64,
    /// Partition K of the layer over water, dimensionless.
    pub partition: f64,
    /// Rate `k_clear` at which blood and lymph take away what the layer holds, 1/s.
    pub clearance_per_s: f64,
    /// Rate `k_met` at which the layer breaks down what it holds, 1/s.
    pub metabolism_per_s: f64,
}

/// What a solver needs of the skin for one molecule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SkinTransport {
    /// Horny layer.
    pub stratum_corneum: LayerTransport,
    /// Living epidermis.
    pub viable_epidermis: LayerTransport,
    /// Dermis.
    pub dermis: LayerTransport,
    /// An open channel.
    pub channel: LayerTransport,
    /// Permeability of a horny layer of the reference thickness, cm/h.
    pub intact_permeability_cm_per_h: f64,
}

impl SkinTransport {
    /// The layers for a molecule in a watery product of this pH (see the [module](self) for the
    /// equations).
    pub fn new(molecule: &Molecule, product_ph: f64, p: &Pathways, t: &TissueConstants) -> Self {
        let kp = molecule.intact_permeability_cm_per_h(product_ph, p, t);
        let in_water = molecule.solute.water_diffusivity_cm2_per_s(p);
        let metabolism_per_s = molecule.metabolism_per_s;
        let watery = |hindrance: f64, metabolism_per_s| LayerTransport {
            diffusivity_cm2_per_s: in_water / hindrance,
            partition: 1.0,
            clearance_per_s: 0.0,
            metabolism_per_s,
        };
        Self {
            stratum_corneum: stratum_corneum(molecule, kp, t),
            viable_epidermis: watery(p.epidermal_hindrance, metabolism_per_s),
            dermis: dermis(molecule, p, t),
            channel: watery(t.channel_hindrance, 0.0),
            intact_permeability_cm_per_h: kp,
        }
    }

    /// Lag time of a horny layer of this thickness, h: `L^2 / (6 D)`.
    pub fn lag_h(&self, stratum_corneum_um: f64) -> f64 {
        let length_cm = stratum_corneum_um * CM_PER_UM;
        length_cm.powi(2) / (6.0 * self.stratum_corneum.diffusivity_cm2_per_s) / SECONDS_PER_HOUR
    }

    /// Length over which the concentration in deep dermis falls to 1/e, micrometres:
    /// `sqrt(D / (k_clear + k_met))`.
    pub fn decay_length_um(&self) -> f64 {
        let rate = self.dermis.clearance_per_s + self.dermis.metabolism_per_s;
        (self.dermis.diffusivity_cm2_per_s / rate).sqrt() / CM_PER_UM
    }
}

const CM_PER_UM: f64 = 1e-4;

/// `D_sc = L_ref 10^(a + c MW)` with MW held at the largest weight, and K so that `D K / L_ref = kp`: the
/// lag time comes out as that of the published law and the flux as that of the fitted one. A horny
/// layer of another thickness is of the same stuff.
fn stratum_corneum(molecule: &Molecule, kp_cm_per_h: f64, t: &TissueConstants) -> LayerTransport {
    let weight = molecule.solute.molecular_weight_da.min(t.corneum_largest);
    let per_thickness_cm_per_h = 10f64.powf(t.corneum_intercept + t.corneum_size * weight);
    LayerTransport {
        diffusivity_cm2_per_s: per_thickness_cm_per_h * t.corneum_reference * CM_PER_UM
            / SECONDS_PER_HOUR,
        partition: kp_cm_per_h / per_thickness_cm_per_h,
        clearance_per_s: 0.0,
        metabolism_per_s: 0.0,
    }
}

/// `D = (D_free + phi D_alb (1 - fu)/fu) / b`, `K = w b`, `k_clear = k_free / b`: what is bound to albumin
/// moves with it, what is bound to lipids does not move (Dancik 2013).
fn dermis(molecule: &Molecule, p: &Pathways, t: &TissueConstants) -> LayerTransport {
    let binding = molecule.dermal_binding(t);
    let fu = molecule.unbound;
    let with_albumin = t.albumin_space * t.albumin_diffusivity * (1.0 - fu) / fu;
    let free = molecule.solute.dermal_diffusivity_cm2_per_s(p);
    LayerTransport {
        diffusivity_cm2_per_s: (free + with_albumin) / binding,
        partition: t.dermal_water * binding,
        clearance_per_s: molecule.free_clearance_per_s(t) / binding,
        metabolism_per_s: molecule.metabolism_per_s,
    }
}

#[cfg(test)]
mod tests;
