//! Clot, debris, inflammation, cells and two pools of collagen in the dermis around a needle channel.
//!
//! # The unit cell
//!
//! `h` channels per area stand so that each has a cylinder of skin to itself, of radius
//! `R_c = 1/sqrt(pi h)`. In it `r` is the distance from the axis of the channel and `z` the depth below the
//! epidermis. Nothing crosses the cylinder's wall (neighbours heal alike), the epidermis or the fat.
//!
//! # States
//!
//! Times in days, lengths in micrometres. All are values at a place `(r, z)`.
//!
//! | symbol | state | at rest |
//! | --- | --- | --- |
//! | `B` | clot, volume share | 0 |
//! | `D` | debris: share of injured tissue not yet cleared | 0 |
//! | `N` | neutrophils | 0 |
//! | `A`, `R` | inflammatory (M1) and repairing (M2) macrophages | 0 |
//! | `F` | fibroblasts | 1 |
//! | `Y` | myofibroblasts | 0 |
//! | `n` | new collagen (rich in type III) above rest | 0 |
//! | `C` | mature collagen above rest | 0 |
//!
//! Three signals live for hours, so they are always at the steady state of their spreading, with one
//! range `lambda` for all (`lambda^2 = D_X / m_X`):
//!
//! | symbol | signal above rest | |
//! | --- | --- | --- |
//! | `S` | alarm of injured tissue | `S - lambda^2 lap S = D` |
//! | `P` | mitogen (PDGF-like) | `P - lambda^2 lap P = [b_P k_l B + p_M (A+R)] / m_P` |
//! | `T` | bioavailable TGF-b | `T - lambda^2 lap T = [b_T k_l B + t_R R + t_Y Y] / m_T` |
//!
//! # Equations
//!
//! ```text
//! B' = -k_l B
//! D' = -(k_D + k_N N + k_M (A+R)) D
//! N' = j_N H(S; K_D) - m_N N + w lap N
//! A' = j_A [H(S; K_D) + s_N N] - r_A A / (1 + S/D_s) - m_M A + w lap A
//! R' = r_A A / (1 + S/D_s) - m_M R + w lap R
//! F' = p_F H(P; K_P) F [1 - (F+Y-1)/(F_max-1)] - k_F (F-1) - k_y F H2(T; K_y)
//! Y' = k_y F H2(T; K_y) - k_Y Y / (1 + T/T_a)
//! n' = k_0 f S_r [g max(s-1, 0) + min(s-1, 0)] - k_x n - k_m A n
//! C' = k_x n - k_c (M (C0+C) - C0) - k_m A (C0+C)
//!
//! H(x; K) = x/(K+x)    H2(x; K) = x^2/(K^2+x^2)    below zero, where a state may stand within the
//!                                                   tolerance, H goes on oddly and S, T count by size
//! s = v (F + w_Y Y)(1 + E H(T; K_T))(1 - H(N+A; K_i))          synthesis, 1 at rest without product
//! g = 1 - (n+C)/(X_max-X_a)                                    crowding
//! M = 1/(1 + l (n+C)/X_a)                                      MMP: better stretched cells, less
//! C0 = X_a - n0                                                mature collagen at rest
//! ```
//!
//! # A session
//!
//! Channels of a session fall between those of the one before, so where a new one stands the old tissue
//! is met at random: its mean at that depth. A session therefore first levels every state over `r`, at
//! each depth, and then adds the new debris and clot inside the channel.
//!
//! # Fidelities
//!
//! [`cell`] solves this on a fine grid in `(r, z)` for one person. [`depth`] solves it on a few rings and
//! slabs for eight people at once; a test of the courses (`fidelities.rs`) holds it to [`cell`] within five
//! per cent.
//!
//! # Where it comes from
//!
//! Cells and factors: waugh-sherratt-2006, jin-2011; the M1 to M2 switch held back by debris:
//! zlobina-2022; recruitment that saturates: cooper-2015; growth factors leaving the dissolving clot:
//! weibrich-prp. Two pools of collagen and the stretch loop `M` are what the data force: a model that
//! only returns to where it began can't show the gain measured months later. Synthesis is booked as
//! the *excess* over rest, because rest synthesis and rest loss balance and only their sum is known
//! (babraj-2005).
//!
//! # Known limits
//!
//! Elastin is left constant: its protein did not change where it was measured (kenkel-2021). Ageing
//! during the simulated months (0.6 % of collagen a year) is left out. Nothing is known from people
//! about how long the gain lasts beyond a year: `k_c` and `l` are assumptions.

use needlepoint_knowledge::parameters;

pub mod cell;
pub mod depth;
mod kinetics;
mod space;
mod system;
mod unit_cell;

pub use unit_cell::{Profile, Section, injured_once};

parameters! {
    /// Rates of the network.
    pub struct NetworkRates in "healing" {
        /// `k_l`: the clot dissolves.
        clot_lysis: "1/d",
        /// `k_D`: resident cells clear debris.
        resident_clearance: "1/d",
        /// `k_N`: neutrophils clear debris.
        clearance_by_neutrophils: "1/d",
        /// `k_M`: macrophages clear debris.
        clearance_by_macrophages: "1/d",
        /// `K_D`: alarm at which recruitment is half of its most.
        debris_half_effect: "1",
        /// `j_N`: neutrophils called in.
        neutrophil_influx: "1/d",
        /// `m_N`: neutrophils leave.
        neutrophil_loss: "1/d",
        /// `j_A`: monocytes called in.
        macrophage_influx: "1/d",
        /// `s_N`: monocytes called by neutrophils, relative to debris.
        neutrophil_call: "1",
        /// `r_A`: M1 turn into M2.
        switch_rate: "1/d",
        /// `D_s`: alarm that halves the switch.
        switch_block: "1",
        /// `m_M`: macrophages leave.
        macrophage_loss: "1/d",
        /// `b_P`: mitogen in the clot.
        clot_mitogen: "1",
        /// `p_M`: mitogen made by macrophages.
        macrophage_mitogen: "1/d",
        /// `m_P`: mitogen decays.
        mitogen_loss: "1/d",
        /// `b_T`: TGF-b in the clot that becomes active as it dissolves.
        clot_tgf_beta: "1",
        /// `t_R`: TGF-b activated by repairing macrophages.
        macrophage_tgf_beta: "1/d",
        /// `t_Y`: TGF-b activated by myofibroblasts.
        myofibroblast_tgf_beta: "1/d",
        /// `m_T`: bioavailable TGF-b decays.
        tgf_beta_loss: "1/d",
        /// `p_F`: fibroblasts grow.
        fibroblast_growth: "1/d",
        /// `K_P`: mitogen of half effect.
        mitogen_half_effect: "1",
        /// `F_max`: most fibroblasts the tissue holds.
        fibroblast_ceiling: "1",
        /// `k_F`: fibroblasts return to rest.
        fibroblast_return: "1/d",
        /// `k_y`: fibroblasts turn into myofibroblasts.
        myofibroblast_switch: "1/d",
        /// `K_y`: TGF-b of half effect on that.
        myofibroblast_half_effect: "1",
        /// `k_Y`: myofibroblasts leave.
        myofibroblast_loss: "1/d",
        /// `T_a`: TGF-b that halves their leaving.
        myofibroblast_hold: "1",
        /// `w_Y`: synthesis of a myofibroblast relative to a fibroblast.
        myofibroblast_synthesis: "1",
        /// `E`: most that TGF-b adds to synthesis.
        tgf_beta_gain: "1",
        /// `K_T`: TGF-b of half effect on synthesis.
        tgf_beta_half_effect: "1",
        /// `K_i`: inflammation that halves synthesis.
        inflammation_half_effect: "1",
        /// `k_0`: collagen made at rest, share of all collagen a day.
        collagen_synthesis: "1/d",
        /// `f`: share of the excess that is laid down for good.
        retained_share: "1",
        /// `k_x`: new collagen matures.
        maturation: "1/d",
        /// `k_c`: mature collagen is replaced.
        mature_turnover: "1/d",
        /// `l`: how strongly better stretch lowers MMP.
        stretch_loop: "1",
        /// `k_m`: inflammatory cells break collagen down.
        collagenolysis: "1/d",
        /// `X_max`: most collagen the tissue holds, relative to healthy young skin.
        collagen_ceiling: "1",
        /// `w`: inflammatory cells wander.
        cell_motility: "um2/d",
        /// `n0`: new collagen at rest.
        new_collagen_at_rest: "1",
    }
}

/// The skin a network runs in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// `X_a`: collagen at rest relative to healthy young skin (age, sun, lesion).
    pub collagen_at_rest: f64,
    /// `S_r`: readiness of this person's fibroblasts to make collagen; 1 is young and typical.
    pub synthesis: f64,
    /// `v`: how far a product used daily raises synthesis, at rest too; 1 without.
    pub stimulus: f64,
}

/// Layers of dermis: papillary, upper reticular, lower reticular.
pub const LAYERS: usize = 3;

/// What a layer of dermis holds, each the mean over its volume.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LayerState {
    /// Clot `B`, volume share.
    pub clot: f64,
    /// Debris `D`, volume share.
    pub debris: f64,
    /// Neutrophils `N`.
    pub neutrophils: f64,
    /// Inflammatory macrophages `A`.
    pub macrophages: f64,
    /// Repairing macrophages `R`.
    pub repairing: f64,
    /// Mitogen `P` above rest.
    pub mitogen: f64,
    /// TGF-b `T` above rest.
    pub tgf_beta: f64,
    /// Fibroblasts `F`, 1 at rest.
    pub fibroblasts: f64,
    /// Myofibroblasts `Y`.
    pub myofibroblasts: f64,
    /// New collagen `n` above rest.
    pub new_collagen: f64,
    /// Mature collagen `C` above rest.
    pub mature_collagen: f64,
    /// Synthesis of collagen `s`, 1 at rest without product.
    pub synthesis: f64,
}

impl LayerState {
    /// Inflammation, `N + A`.
    pub fn inflammation(&self) -> f64 {
        self.neutrophils + self.macrophages
    }

    /// All collagen above rest, `n + C`.
    pub fn collagen(&self) -> f64 {
        self.new_collagen + self.mature_collagen
    }

    /// Growth signal above rest, `P + T`.
    pub fn growth_signal(&self) -> f64 {
        self.mitogen + self.tgf_beta
    }
}

/// The layers of one person's dermis.
pub type Dermis = [LayerState; LAYERS];

#[cfg(test)]
mod tests;
