//! Clot, debris, inflammation, cells and two pools of collagen in one layer of dermis.
//!
//! # States
//!
//! Times in days. Signals and inflammatory cells live in the *halo*, the tissue within reach of a
//! channel (about 0.1 mm); their values are concentrations there. Fibroblasts and collagen are means
//! over the layer.
//!
//! | symbol | state | where | at rest |
//! | --- | --- | --- | --- |
//! | `B` | clot, volume share | halo | 0 |
//! | `D` | debris: share of injured tissue not yet cleared | halo | 0 |
//! | `N` | neutrophils | halo | 0 |
//! | `A`, `R` | inflammatory (M1) and repairing (M2) macrophages | halo | 0 |
//! | `P` | mitogen (PDGF-like) above rest | halo | 0 |
//! | `T` | bioavailable TGF-b above rest | halo | 0 |
//! | `F` | fibroblasts | layer | 1 |
//! | `Y` | myofibroblasts | layer | 0 |
//! | `n` | new collagen (rich in type III) above rest | layer | 0 |
//! | `C` | mature collagen above rest | layer | 0 |
//!
//! `q` is the share of the layer that is halo. It is fixed between sessions; a session adds its own
//! by chance overlap, and what was in the old halo is shared out over the new one. At `q = 1`
//! (neighbours overlap everywhere) this is the well-mixed layer.
//!
//! # Equations
//!
//! ```text
//! B' = -k_l B
//! D' = -(k_D + k_N N + k_M (A+R)) D
//! N' = j_N H(D; K_D) - m_N N
//! A' = j_A [H(D; K_D) + s_N N] - r_A A / (1 + D/D_s) - m_M A
//! R' = r_A A / (1 + D/D_s) - m_M R
//! P' = b_P k_l B + p_M (A+R) - m_P P
//! T' = b_T k_l B + t_R R + t_Y Y/q - m_T T
//! F' = p_F q H(P; K_P) F [1 - (F+Y-1)/(F_max-1)] - k_F (F-1) - k_y F q H2(T; K_y)
//! Y' = k_y F q H2(T; K_y) - k_Y Y / (1 + T/T_a)
//! n' = k_0 f S [g max(s-1, 0) + min(s-1, 0)] - k_x n - k_m q A n
//! C' = k_x n - k_c (M (C0+C) - C0) - k_m q A (C0+C)
//!
//! H(x; K) = x/(K+x)    H2(x; K) = x^2/(K^2+x^2)
//! s = v (F + w_Y Y)(1 - q + q u)                                synthesis, 1 at rest without product
//! u = (1 + E H(T; K_T))(1 - H(N+A; K_i))                       of a cell in the halo
//! g = 1 - (n+C)/(X_max-X_a)                                    crowding
//! M = exp(-l (n+C)/X_a)                                        MMP: better stretched cells, less
//! C0 = X_a - n0                                                mature collagen at rest
//! ```
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
use needlepoint_numerics::{
    dense::{LaneFactors, Pattern, Structure},
    lanes::Lanes,
    rosenbrock::{self, ROS34PW2, StepTooSmall, StiffSystem, Tolerance, Workspace},
};

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
        /// `K_D`: debris at which recruitment is half of its most.
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
        /// `D_s`: debris that halves the switch.
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
        /// `k_q`: an old halo ceases to count when a new session comes.
        halo_memory: "1/d",
        /// `n0`: new collagen at rest.
        new_collagen_at_rest: "1",
    }
}

/// The skin a network runs in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// `X_a`: collagen at rest relative to healthy young skin (age, sun, lesion).
    pub collagen_at_rest: f64,
    /// `S`: readiness of this person's fibroblasts to make collagen; 1 is young and typical.
    pub synthesis: f64,
    /// `v`: how far a product used daily raises synthesis, at rest too; 1 without.
    pub stimulus: f64,
}

/// What a session does to the layer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wound {
    /// Injured share of the layer's volume.
    pub injured: f64,
    /// Clot, share of the layer's volume.
    pub clot: f64,
    /// Share of the layer within reach of a channel.
    pub halo: f64,
}

/// Number of states.
pub const STATES: usize = 11;

/// State of a layer; see the table of the [module](self).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayerState {
    /// The states, in the order of [`index`].
    pub values: [f64; STATES],
    /// `q`: share of the layer that is halo.
    pub halo: f64,
}

/// Place of each state in [`LayerState`].
pub mod index {
    #![allow(missing_docs)]
    pub const B: usize = 0;
    pub const D: usize = 1;
    pub const N: usize = 2;
    pub const A: usize = 3;
    pub const R: usize = 4;
    pub const P: usize = 5;
    pub const T: usize = 6;
    pub const F: usize = 7;
    pub const Y: usize = 8;
    pub const NEW: usize = 9;
    pub const C: usize = 10;
}

impl LayerState {
    /// The layer left alone.
    pub fn at_rest() -> Self {
        let mut values = [0.0; STATES];
        values[index::F] = 1.0;
        Self { values, halo: 0.0 }
    }

    /// The layer straight after a session, `since_last` days after the one before.
    ///
    /// Channels fall where they fall, so halos overlap by chance: `1 - q = (1 - q_old)(1 - q_new)`,
    /// where the old halo counts by what is left of it, `q_old e^{-k_q t}`. The amount of everything
    /// in the halo is kept and the new debris and clot are added.
    #[must_use]
    pub fn wounded(&self, k: &NetworkRates, wound: &Wound, since_last: f64) -> Self {
        let left = self.halo * (-k.halo_memory * since_last).exp();
        let halo = 1.0 - (1.0 - left) * (1.0 - wound.halo);
        if halo <= 0.0 {
            return *self;
        }
        let mut values = self.values;
        for local in [index::B, index::D, index::N, index::A, index::R, index::P, index::T] {
            values[local] *= self.halo / halo;
        }
        values[index::D] += wound.injured / halo;
        values[index::B] += wound.clot / halo;
        Self { values, halo }
    }

    /// Inflammation of the layer, `q (N + A)`.
    pub fn inflammation(&self) -> f64 {
        self.halo * (self.values[index::N] + self.values[index::A])
    }

    /// Neutrophils in the halo, `N`.
    pub fn neutrophils(&self) -> f64 {
        self.values[index::N]
    }

    /// Inflammatory macrophages in the halo, `A`.
    pub fn macrophages(&self) -> f64 {
        self.values[index::A]
    }

    /// New collagen above rest, `n`.
    pub fn new_collagen(&self) -> f64 {
        self.values[index::NEW]
    }

    /// Mature collagen above rest, `C`.
    pub fn mature_collagen(&self) -> f64 {
        self.values[index::C]
    }

    /// All collagen above rest, `n + C`.
    pub fn collagen(&self) -> f64 {
        self.values[index::NEW] + self.values[index::C]
    }

    /// Growth signal of the layer above rest, `q (P + T)`.
    pub fn growth_signal(&self) -> f64 {
        self.halo * (self.values[index::P] + self.values[index::T])
    }

    /// Clot of the layer, `q B`.
    pub fn clot(&self) -> f64 {
        self.halo * self.values[index::B]
    }
}

/// Collagen synthesis relative to rest, `s` of the [module](self).
pub fn synthesis(k: &NetworkRates, ground: &Ground, state: &LayerState) -> f64 {
    let [_, _, n, a, _, _, t, f, y, _, _] = state.values;
    let q = state.halo;
    let in_halo = (1.0 + k.tgf_beta_gain * saturation(t, k.tgf_beta_half_effect))
        * (1.0 - saturation(n + a, k.inflammation_half_effect));
    ground.stimulus * (f + k.myofibroblast_synthesis * y) * (1.0 - q + q * in_halo)
}

/// `H(x; K) = x/(K+x)`, continued oddly below zero: a state may undershoot zero by less than the
/// solver's tolerance, and a kink there would force its steps down.
fn saturation(x: f64, half: f64) -> f64 {
    x / (half + x.abs())
}

/// `H2(x; K) = x^2/(K^2+x^2)`.
fn steep_saturation(x: f64, half: f64) -> f64 {
    x * x / (half * half + x * x)
}

/// The right-hand side: the equations of the [module](self), in the same order and symbols.
pub fn rate(k: &NetworkRates, ground: &Ground, state: &LayerState) -> [f64; STATES] {
    let [b, d, n, a, r, p, t, f, y, new, c] = state.values;
    let q = state.halo;
    let x_a = ground.collagen_at_rest;
    let c0 = x_a - k.new_collagen_at_rest;

    let lysis = k.clot_lysis * b;
    let called = saturation(d, k.debris_half_effect);
    let switch = k.switch_rate * a / (1.0 + d.abs() / k.switch_block);
    let contracting =
        k.myofibroblast_switch * f * q * steep_saturation(t, k.myofibroblast_half_effect);
    let y_in_halo = if q > 0.0 { y / q } else { 0.0 };
    let room = 1.0 - (f + y - 1.0) / (k.fibroblast_ceiling - 1.0);
    let excess = synthesis(k, ground, state) - 1.0;
    let crowding = 1.0 - (new + c) / (k.collagen_ceiling - x_a);
    let mmp = (-k.stretch_loop * (new + c) / x_a).exp();
    let laid_down = k.collagen_synthesis
        * k.retained_share
        * ground.synthesis
        * (crowding * excess.max(0.0) + excess.min(0.0));

    [
        -lysis,
        -(k.resident_clearance
            + k.clearance_by_neutrophils * n
            + k.clearance_by_macrophages * (a + r))
            * d,
        k.neutrophil_influx * called - k.neutrophil_loss * n,
        k.macrophage_influx * (called + k.neutrophil_call * n) - switch - k.macrophage_loss * a,
        switch - k.macrophage_loss * r,
        k.clot_mitogen * lysis + k.macrophage_mitogen * (a + r) - k.mitogen_loss * p,
        k.clot_tgf_beta * lysis + k.macrophage_tgf_beta * r + k.myofibroblast_tgf_beta * y_in_halo
            - k.tgf_beta_loss * t,
        k.fibroblast_growth * q * saturation(p, k.mitogen_half_effect) * f * room
            - k.fibroblast_return * (f - 1.0)
            - contracting,
        contracting - k.myofibroblast_loss * y / (1.0 + t.abs() / k.myofibroblast_hold),
        laid_down - k.maturation * new - k.collagenolysis * q * a * new,
        k.maturation * new
            - k.mature_turnover * (mmp * (c0 + c) - c0)
            - k.collagenolysis * q * a * (c0 + c),
    ]
}

/// Error allowed in a step; the first step resolves the first minutes after a puncture.
const TOLERANCE: Tolerance = Tolerance { relative: 3e-4, absolute: 1e-6, first_step: 2e-3 };

/// Let the layer heal from `start` and give the state at each of `times` (days, ascending).
///
/// # Errors
/// When the solver can't go on: parameters that make the network blow up.
pub fn heal(
    k: &NetworkRates,
    ground: &Ground,
    start: LayerState,
    times: &[f64],
    mut take: impl FnMut(usize, &LayerState),
) -> Result<LayerState, StepTooSmall> {
    solve(k, ground, start, times, TOLERANCE, &mut take).map(|(end, _)| end)
}

/// As [`heal`], to a tolerance, and with the number of steps.
fn solve(
    k: &NetworkRates,
    ground: &Ground,
    start: LayerState,
    times: &[f64],
    tolerance: Tolerance,
    take: &mut dyn FnMut(usize, &LayerState),
) -> Result<(LayerState, usize), StepTooSmall> {
    let halo = start.halo;
    let state = |y: &[Lanes]| LayerState { values: std::array::from_fn(|n| y[n][0]), halo };
    let mut system = Alone {
        k,
        ground,
        halo,
        jacobian: [[Lanes::ZERO; STATES]; STATES],
        factors: LaneFactors::EMPTY,
    };
    let mut y = start.values.map(Lanes::splat);
    let mut workspace = Workspace::new(STATES);
    let steps = rosenbrock::solve(
        &ROS34PW2,
        &mut system,
        &mut workspace,
        &mut y,
        times,
        tolerance,
        |at, y| take(at, &state(y)),
    )?;
    Ok((state(&y), steps))
}

/// One layer, the same in every lane.
struct Alone<'a> {
    k: &'a NetworkRates,
    ground: &'a Ground,
    halo: f64,
    jacobian: [[Lanes; STATES]; STATES],
    factors: LaneFactors<STATES>,
}

impl Structure<STATES> for Alone<'_> {
    const PATTERN: Pattern<STATES> = Pattern::new([&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]; STATES]);
}

impl Alone<'_> {
    fn rate_of(&self, values: [f64; STATES]) -> [f64; STATES] {
        rate(self.k, self.ground, &LayerState { values, halo: self.halo })
    }
}

impl StiffSystem for Alone<'_> {
    fn equations(&self) -> usize {
        STATES
    }

    fn rate(&mut self, y: &[Lanes], f: &mut [Lanes]) {
        let rates = self.rate_of(std::array::from_fn(|n| y[n][0]));
        f.copy_from_slice(&rates.map(Lanes::splat));
    }

    /// By one-sided differences.
    fn linearise(&mut self, y: &[Lanes], f: &[Lanes]) {
        let values: [f64; STATES] = std::array::from_fn(|n| y[n][0]);
        for column in 0..STATES {
            let mut moved = values;
            moved[column] += 1e-7 * values[column].abs().max(1e-4);
            let shift = moved[column] - values[column];
            let rates = self.rate_of(moved);
            for row in 0..STATES {
                self.jacobian[row][column] = Lanes::splat((rates[row] - f[row][0]) / shift);
            }
        }
    }

    fn factorise(&mut self, hg: f64) {
        self.factors.factorise::<Self>(&self.jacobian, hg);
    }

    fn solve(&self, right: &mut [Lanes]) {
        self.factors.solve::<Self>(right);
    }
}

#[cfg(test)]
mod tests;
