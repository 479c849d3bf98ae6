//! The equations of the [network](super) at one place, for eight people (or places) at once.

// A call would leave the vector instructions behind; see `lanes::with_vectors`. For the same reason loops
// count places instead of chaining iterators, which the standard library does not always inline.
#![allow(clippy::inline_always, clippy::needless_range_loop)]

use needlepoint_numerics::lanes::{Lanes, WIDTH};

use super::{Ground, NetworkRates};

/// Number of states at a place.
pub(super) const STATES: usize = 9;

/// Place of each state.
pub(super) mod index {
    pub(crate) const B: usize = 0;
    pub(crate) const D: usize = 1;
    pub(crate) const N: usize = 2;
    pub(crate) const A: usize = 3;
    pub(crate) const R: usize = 4;
    pub(crate) const F: usize = 5;
    pub(crate) const Y: usize = 6;
    pub(crate) const NEW: usize = 7;
    pub(crate) const C: usize = 8;
}

/// Room for collagen is never taken to be less than this, in the collagen of healthy young skin: a ceiling drawn
/// below what the person has at rest would make crowding infinite, or help where it should hinder.
const LEAST_ROOM: f64 = 0.01;

/// Rates and ground of each lane.
macro_rules! gathered {
    ($($rate:ident),+ $(,)?) => {
        /// The rates, one person a lane, and what follows from the ground they stand on.
        #[derive(Debug, Clone)]
        pub(super) struct Kinetics {
            $(pub(super) $rate: Lanes,)+
            /// `X_a`
            x_a: Lanes,
            /// `C0`
            c0: Lanes,
            /// `v`
            pub(super) stimulus: Lanes,
            /// `k_0 f S_r`
            made: Lanes,
            /// `b_P k_l/m_P`
            mitogen_of_clot: Lanes,
            /// `p_M/m_P`
            mitogen_of_macrophages: Lanes,
            /// `b_T k_l/m_T`
            tgf_beta_of_clot: Lanes,
            /// `t_R/m_T`
            tgf_beta_of_macrophages: Lanes,
            /// `t_Y/m_T`
            tgf_beta_of_myofibroblasts: Lanes,
            /// `1/D_s`
            blocking: Lanes,
            /// `1/T_a`
            holding: Lanes,
            /// `K_y^2`
            contracting_half_squared: Lanes,
            /// `1 / (F_max - 1)`
            room: Lanes,
            /// `1 / (X_max - X_a)`
            crowding: Lanes,
        }

        impl Kinetics {
            /// Rates and ground of the person in each lane.
            pub(super) fn new(people: [(&NetworkRates, Ground); WIDTH]) -> Self {
                let of = |read: &dyn Fn(&NetworkRates, &Ground) -> f64| {
                    Lanes::from_fn(|lane| read(people[lane].0, &people[lane].1))
                };
                Self {
                    $($rate: of(&|k, _| k.$rate),)+
                    x_a: of(&|_, g| g.collagen_at_rest),
                    c0: of(&|k, g| g.collagen_at_rest - k.new_collagen_at_rest),
                    stimulus: of(&|_, g| g.stimulus),
                    mitogen_of_clot: of(&|k, _| k.clot_mitogen * k.clot_lysis / k.mitogen_loss),
                    mitogen_of_macrophages: of(&|k, _| k.macrophage_mitogen / k.mitogen_loss),
                    tgf_beta_of_clot: of(&|k, _| k.clot_tgf_beta * k.clot_lysis / k.tgf_beta_loss),
                    tgf_beta_of_macrophages: of(&|k, _| k.macrophage_tgf_beta / k.tgf_beta_loss),
                    tgf_beta_of_myofibroblasts: of(&|k, _| {
                        k.myofibroblast_tgf_beta / k.tgf_beta_loss
                    }),
                    blocking: of(&|k, _| 1.0 / k.switch_block),
                    holding: of(&|k, _| 1.0 / k.myofibroblast_hold),
                    contracting_half_squared: of(&|k, _| k.myofibroblast_half_effect.powi(2)),
                    made: of(&|k, g| k.collagen_synthesis * k.retained_share * g.synthesis),
                    room: of(&|k, _| 1.0 / (k.fibroblast_ceiling - 1.0)),
                    // Skin that holds as much at rest as it ever can is full: any more makes no collagen.
                    crowding: of(&|k, g| {
                        1.0 / (k.collagen_ceiling - g.collagen_at_rest).max(LEAST_ROOM)
                    }),
                }
            }
        }
    };
}

gathered!(
    clot_lysis,
    resident_clearance,
    clearance_by_neutrophils,
    clearance_by_macrophages,
    debris_half_effect,
    neutrophil_influx,
    neutrophil_loss,
    macrophage_influx,
    neutrophil_call,
    switch_rate,
    macrophage_loss,
    fibroblast_growth,
    mitogen_half_effect,
    fibroblast_return,
    myofibroblast_switch,
    myofibroblast_loss,
    myofibroblast_synthesis,
    tgf_beta_gain,
    tgf_beta_half_effect,
    inflammation_half_effect,
    maturation,
    mature_turnover,
    stretch_loop,
    collagenolysis,
    cell_motility,
);

/// `S`, `P` and `T` at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signals {
    pub(super) alarm: Lanes,
    pub(super) mitogen: Lanes,
    pub(super) tgf_beta: Lanes,
}

/// What a place gives to the signals: their sources over their rates of loss.
#[inline(always)]
pub(super) fn sources(k: &Kinetics, y: &[Lanes; STATES]) -> Signals {
    let [b, d, _, a, r, _, my, _, _] = *y;
    Signals {
        alarm: d,
        mitogen: k.mitogen_of_clot * b + k.mitogen_of_macrophages * (a + r),
        tgf_beta: k.tgf_beta_of_clot * b
            + k.tgf_beta_of_macrophages * r
            + k.tgf_beta_of_myofibroblasts * my,
    }
}

/// What a place answers to its signals, its inflammation and its collagen: each saturation once.
struct Answers {
    /// `H(S; K_D)`
    called: Lanes,
    /// `r_A / (1 + S/D_s)`: M1 lost to M2.
    switch: Lanes,
    /// `p_F H(P; K_P)`
    growth: Lanes,
    /// `k_y H2(T; K_y)`
    contracting: Lanes,
    /// `k_Y / (1 + T/T_a)`
    leaving: Lanes,
    /// `s`
    synthesis: Lanes,
    /// `k_c / (X_a + l (n+C))`, which is `k_c M / X_a`
    replaced: Lanes,
}

impl Answers {
    /// Quotients share a denominator where they can: a vector is divided far slower than multiplied.
    ///
    /// `H` goes on oddly below zero: a state may undershoot zero by less than the solver's tolerance, and a kink
    /// there would force its steps down.
    #[inline(always)]
    fn at(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> Self {
        let [_, _, n, a, _, f, my, new, c] = *y;
        let one = Lanes::ONE;
        let Signals { alarm: s, mitogen: p, tgf_beta: t } = *signals;

        let (half, blocked) = (k.debris_half_effect + s.abs(), one + s.abs() * k.blocking);
        let whole = one / (half * blocked);
        let called = s * blocked * whole;
        let switch = k.switch_rate * half * whole;

        let t2 = t * t;
        let steep = k.contracting_half_squared + t2;
        let held = one + t.abs() * k.holding;
        let half = k.tgf_beta_half_effect + t.abs();
        let whole = one / (steep * held * half);
        let contracting = k.myofibroblast_switch * t2 * (held * half) * whole;
        let leaving = k.myofibroblast_loss * (steep * half) * whole;
        let raised = one + k.tgf_beta_gain * t * (steep * held) * whole;

        let inflammation = n + a;
        let half = k.mitogen_half_effect + p.abs();
        let brake = k.inflammation_half_effect + inflammation.abs();
        let stretch = k.x_a + k.stretch_loop * (new + c);
        let whole = one / (half * brake * stretch);
        let growth = k.fibroblast_growth * p * (brake * stretch) * whole;
        let braked = one - inflammation * (half * stretch) * whole;
        let replaced = k.mature_turnover * (half * brake) * whole;

        let synthesis = k.stimulus * (f + k.myofibroblast_synthesis * my) * raised * braked;
        Self { called, switch, growth, contracting, leaving, synthesis, replaced }
    }
}

/// Collagen synthesis relative to rest, `s` of the [network](super).
#[inline(always)]
pub(super) fn synthesis(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> Lanes {
    Answers::at(k, y, signals).synthesis
}

/// The right-hand side without wandering: the equations of the [network](super), in the same order and
/// symbols.
#[inline(always)]
pub(super) fn rate(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> [Lanes; STATES] {
    let [b, d, n, a, r, f, my, new, c] = *y;
    let (one, zero) = (Lanes::splat(1.0), Lanes::splat(0.0));
    let Answers { called, switch, growth, contracting, leaving, synthesis, replaced } =
        Answers::at(k, y, signals);
    let (switch, contracting) = (switch * a, contracting * f);
    let excess = synthesis - one;
    let crowding = one - (new + c) * k.crowding;
    let broken_down = k.collagenolysis * a;
    let matured = k.maturation * new;
    [
        -(k.clot_lysis * b),
        -(k.resident_clearance
            + k.clearance_by_neutrophils * n
            + k.clearance_by_macrophages * (a + r))
            * d,
        k.neutrophil_influx * called - k.neutrophil_loss * n,
        k.macrophage_influx * (called + k.neutrophil_call * n) - switch - k.macrophage_loss * a,
        switch - k.macrophage_loss * r,
        growth * f * (one - (f + my - one) * k.room)
            - k.fibroblast_return * (f - one)
            - contracting,
        contracting - leaving * my,
        k.made * (crowding * excess.max(zero) + excess.min(zero)) - matured - broken_down * new,
        // k_c (M (C0+C) - C0) over one denominator: zero at rest to the last bit.
        matured
            - replaced * (k.x_a * c - k.c0 * k.stretch_loop * (new + c))
            - broken_down * (k.c0 + c),
    ]
}

/// The Jacobian at one place, as far as it is taken: signals, synthesis and MMP are held, and neither the
/// crowding by mature collagen nor what inflammation breaks down is followed. What is left falls into a
/// cascade, `B, N, A, R, D`, then `F` with `Y`, then `n, C`, so that no matrix need be factorised. The method
/// of the solver keeps its order with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cascade {
    /// `r_A / (1 + S/D_s)`: M1 lost to M2.
    pub(super) switch: Lanes,
    clearance: Lanes,
    debris: Lanes,
    ff: Lanes,
    fy: Lanes,
    yf: Lanes,
    yy: Lanes,
    new: Lanes,
    mature: Lanes,
}

impl Default for Cascade {
    fn default() -> Self {
        let zero = Lanes::splat(0.0);
        Self {
            switch: zero,
            clearance: zero,
            debris: zero,
            ff: zero,
            fy: zero,
            yf: zero,
            yy: zero,
            new: zero,
            mature: zero,
        }
    }
}

impl Cascade {
    #[inline(always)]
    pub(super) fn at(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> Self {
        let [_, d, n, a, r, f, my, _, _] = *y;
        let (one, zero) = (Lanes::splat(1.0), Lanes::splat(0.0));
        let answers = Answers::at(k, y, signals);
        let Answers { switch, growth, contracting, leaving, synthesis, replaced, .. } = answers;
        let excess = (synthesis - one).max(zero);
        let broken_down = k.collagenolysis * a;
        Self {
            switch,
            clearance: k.resident_clearance
                + k.clearance_by_neutrophils * n
                + k.clearance_by_macrophages * (a + r),
            debris: d,
            ff: growth * (one - (f + f + my - one) * k.room) - k.fibroblast_return - contracting,
            fy: -(growth * f * k.room),
            yf: contracting,
            yy: -leaving,
            new: -(k.maturation + broken_down + k.made * k.crowding * excess),
            mature: -(replaced * k.x_a + broken_down),
        }
    }

    /// Solves `(I - hg J) x = right` for `B`, and for `D`, `F`, `Y`, `n` and `C` once `N`, `A` and `R`
    /// are known; these wander and are solved over all places together.
    #[inline(always)]
    pub(super) fn solve_local(&self, k: &Kinetics, hg: Lanes, x: &mut [Lanes; STATES]) {
        use index::{A, B, C, D, F, N, NEW, R, Y};
        let one = Lanes::splat(1.0);
        x[B] /= one + hg * k.clot_lysis;
        let cleared =
            k.clearance_by_neutrophils * x[N] + k.clearance_by_macrophages * (x[A] + x[R]);
        x[D] = (x[D] - hg * self.debris * cleared) / (one + hg * self.clearance);
        let (ff, fy) = (one - hg * self.ff, -(hg * self.fy));
        let (yf, yy) = (-(hg * self.yf), one - hg * self.yy);
        let inverse = one / (ff * yy - fy * yf);
        let (f, my) = (x[F], x[Y]);
        x[F] = (f * yy - my * fy) * inverse;
        x[Y] = (my * ff - f * yf) * inverse;
        x[NEW] /= one - hg * self.new;
        x[C] = (x[C] + hg * k.maturation * x[NEW]) / (one - hg * self.mature);
    }
}
