//! What a needle pushes against.

use std::f64::consts::PI;

use needlepoint_skin::{LayerKind, LayeredSkin};
use serde::{Deserialize, Serialize};

/// mN per `MPa` and um2, and mN/um per `MPa` and um.
pub(super) const MN_PER_MPA_UM2: f64 = 1e-3;
/// Skin keeps its volume: Poisson's ratio one half, so `1 - nu^2` is three quarters.
const ONE_LESS_POISSON_SQUARED: f64 = 0.75;

/// Young's moduli of the layers, `MPa`, when they are loaded in the reference time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stiffness {
    /// `E_sc`, stratum corneum.
    pub stratum_corneum_mpa: f64,
    /// `E_ve`, living epidermis.
    pub viable_epidermis_mpa: f64,
    /// `E_d`, dermis at the scale of a needle's dent.
    pub dermis_mpa: f64,
    /// `E_f`, fat.
    pub fat_mpa: f64,
    /// m, how fast loaded skin relaxes.
    pub relaxation_exponent: f64,
    /// `t_0`, time of loading at which the moduli hold, s.
    pub reference_time_s: f64,
}

impl Stiffness {
    /// How much stiffer skin is that is loaded within `loading_time_s`: `(t / t_0)^-m`.
    pub fn rate_factor(&self, loading_time_s: f64) -> f64 {
        (loading_time_s / self.reference_time_s).powf(-self.relaxation_exponent)
    }

    fn of(&self, kind: LayerKind) -> f64 {
        match kind {
            LayerKind::StratumCorneum => self.stratum_corneum_mpa,
            LayerKind::ViableEpidermis => self.viable_epidermis_mpa,
            LayerKind::Subcutis => self.fat_mpa,
            _ => self.dermis_mpa,
        }
    }
}

/// What it takes to break skin open and to slide on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Toughness {
    /// a, force for each width of a sharp tip, mN/um. See [`crate::puncture_force_mn`].
    pub cutting_mn_per_um: f64,
    /// p, pressure under a blunt tip, `MPa`.
    pub pressure_mpa: f64,
    /// `h_p`, depth at which the force falls because a tougher layer has given way, um.
    pub breakthrough_depth_um: f64,
    /// kappa, share of the force that a tip needs beyond it, 0 to 1.
    pub kept_share: f64,
    /// tau, shear between skin and the side of the needle, `MPa`.
    pub wall_friction_mpa: f64,
    /// mu, coefficient of that friction; `tau / mu` is how hard the skin grips.
    pub friction_coefficient: f64,
}

/// What keeps the skin as a whole from giving way under the needles.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Support {
    /// Living skin: a plate under tension on fat, over bone or muscle.
    Body {
        /// `H_f`, thickness of the fat, um.
        fat_thickness_um: f64,
        /// `K_f`, stiffness of fat that can't flow aside, `MPa`.
        fat_bulk_mpa: f64,
        /// T, tension in the skin, N/m.
        tension_n_per_m: f64,
    },
    /// Cut skin pinned on a hard board.
    Board,
}

/// Skin as a needle feels it.
#[derive(Debug, Clone, Copy)]
pub struct Tissue<'a> {
    /// Layers and their depths.
    pub skin: &'a LayeredSkin,
    /// How stiff they are.
    pub stiffness: Stiffness,
    /// How tough.
    pub toughness: Toughness,
    /// What lies below.
    pub support: Support,
    /// c, how many times farther skin gives way than these laws say: 1 takes them at their word.
    pub dent_excess: f64,
}

impl Tissue<'_> {
    /// `E_c`, the modulus that a contact of radius a at the surface feels, `MPa`, before the rate.
    ///
    /// ```text
    /// 1 / E_c = sum over layers of (I(z_b / a) - I(z_a / a)) / E
    /// I(x)    = 2/pi atan x - x / (pi (1 + x^2))
    /// ```
    ///
    /// layer from `z_a` to `z_b`: the weights of Gao, Chiu and Lee (1992) for material that keeps its
    /// volume, taken on compliances. A layer that fills half the space is recovered exactly; between
    /// very unlike layers the rule is of first order. Bone below the fat gives way to nothing.
    pub fn contact_modulus_mpa(&self, radius_um: f64) -> f64 {
        let weight = |depth_um: f64| {
            let x = depth_um / radius_um;
            if x.is_finite() { 2.0 / PI * x.atan() - x / (PI * (1.0 + x * x)) } else { 1.0 }
        };
        let floor_um = self.fat_bottom_um();
        let (mut compliance, mut above) = (0.0, 0.0);
        for kind in LayerKind::ALL {
            let bottom_um = self.skin.bottom_um(kind);
            let below = weight(bottom_um.min(floor_um));
            compliance += (below - above) / self.stiffness.of(kind);
            above = below;
            if bottom_um >= floor_um {
                break;
            }
        }
        1.0 / compliance
    }

    /// Where fat ends on bone or the board begins, um.
    fn fat_bottom_um(&self) -> f64 {
        let top_um = self.skin.top_um(LayerKind::Subcutis);
        match self.support {
            Support::Body { fat_thickness_um, .. } => top_um + fat_thickness_um,
            Support::Board => top_um,
        }
    }

    /// Force with which skin answers a needle that stands `depth_um` in it and has carried its
    /// surface down by `dent_um`, mN, before the rate.
    ///
    /// ```text
    /// F   = E* (2 r w + (2/pi) tan(theta/2) w^2)  +  k w
    /// E*  = E_c(r + (2/pi) tan(theta/2) w) / (1 - nu^2)
    /// k   = sum over layers of 2 pi (E/3) l / zeta,     zeta = ln(1 + 1.25 h / r_m)
    /// ```
    ///
    /// w dent, h depth, r the needle's radius where it passes the surface, `r_m` its mean radius in
    /// the skin, l the length of it in a layer. The first term is the surface pressed by a flat end
    /// (Boussinesq) and a cone (Sneddon), of which each is exact alone; the second is a shaft held
    /// along its side, as engineers reckon a pile (Randolph and Wroth 1978), with Poisson's ratio one
    /// half and a range of 1.25 h.
    ///
    /// Given is the dent under a force, with the modulus of the contact that another dent makes: the force is
    /// a square law in the dent then.
    pub(super) fn dent_um(&self, hold: &Hold, force_mn: f64, contact_dent_um: f64) -> f64 {
        let wedge = 2.0 / PI * hold.cone_tangent;
        let radius_um = hold.surface_radius_um;
        let modulus = self.contact_modulus_mpa(radius_um + wedge * contact_dent_um)
            / ONE_LESS_POISSON_SQUARED
            * MN_PER_MPA_UM2;
        let linear = modulus * 2.0 * radius_um + hold.shaft_mn_per_um;
        2.0 * force_mn / (linear + (linear * linear + 4.0 * modulus * wedge * force_mn).sqrt())
    }

    /// How a needle is held at one depth. `mean_radius_um` is the needle's mean radius in the skin.
    pub(super) fn hold(
        &self,
        depth_um: f64,
        surface_radius_um: f64,
        mean_radius_um: f64,
        cone_tangent: f64,
    ) -> Hold {
        let zeta = (1.0 + 1.25 * depth_um / mean_radius_um).ln();
        let shear: f64 = LayerKind::ALL
            .into_iter()
            .map(|kind| {
                let length = self.skin.bottom_um(kind).min(depth_um) - self.skin.top_um(kind);
                length.max(0.0) * self.stiffness.of(kind) / 3.0
            })
            .sum();
        let shaft_mn_per_um =
            if zeta > 0.0 { 2.0 * PI * shear / zeta * MN_PER_MPA_UM2 } else { 0.0 };
        Hold { surface_radius_um, cone_tangent, shaft_mn_per_um }
    }

    /// `k_s`, force per dent of the skin as a whole over a disc of radius b that nothing holds down,
    /// loaded all over, mN/um, before the rate; infinite on a board.
    ///
    /// ```text
    /// k_s = 192 pi D / b^2 + 8 pi T + (K_f / H_f) pi b^2,     D = E_d t^3 / (12 (1 - nu^2))
    /// ```
    ///
    /// a plate clamped at its rim (mean dent of a load spread evenly), a membrane, and the fat below,
    /// side by side; t is the thickness of epidermis and dermis.
    pub fn support_mn_per_um(&self, unsupported_radius_um: f64) -> f64 {
        let Support::Body { fat_thickness_um, fat_bulk_mpa, tension_n_per_m } = self.support else {
            return f64::INFINITY;
        };
        let t = self.skin.top_um(LayerKind::Subcutis);
        let b = unsupported_radius_um;
        let plate = self.stiffness.dermis_mpa * t.powi(3) / (12.0 * ONE_LESS_POISSON_SQUARED);
        // N/m is the same as mN/mm: a thousandth of it per um.
        192.0 * PI * plate / (b * b) * MN_PER_MPA_UM2
            + 8.0 * PI * tension_n_per_m * 1e-3
            + fat_bulk_mpa / fat_thickness_um * PI * b * b * MN_PER_MPA_UM2
    }
}

/// How one needle is held by the skin at some depth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    surface_radius_um: f64,
    pub(super) cone_tangent: f64,
    shaft_mn_per_um: f64,
}

impl Hold {
    /// k, how hard the shaft is held, mN/um, before the rate.
    pub(super) const fn shaft_mn_per_um(&self) -> f64 {
        self.shaft_mn_per_um
    }
}
