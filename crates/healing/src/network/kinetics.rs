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
                    made: of(&|k, g| k.collagen_synthesis * k.retained_share * g.synthesis),
                    room: of(&|k, _| 1.0 / (k.fibroblast_ceiling - 1.0)),
                    crowding: of(&|k, g| 1.0 / (k.collagen_ceiling - g.collagen_at_rest)),
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
    switch_block,
    macrophage_loss,
    clot_mitogen,
    macrophage_mitogen,
    mitogen_loss,
    clot_tgf_beta,
    macrophage_tgf_beta,
    myofibroblast_tgf_beta,
    tgf_beta_loss,
    fibroblast_growth,
    mitogen_half_effect,
    fibroblast_return,
    myofibroblast_switch,
    myofibroblast_half_effect,
    myofibroblast_loss,
    myofibroblast_hold,
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
    let lysis = k.clot_lysis * b;
    Signals {
        alarm: d,
        mitogen: (k.clot_mitogen * lysis + k.macrophage_mitogen * (a + r)) / k.mitogen_loss,
        tgf_beta: (k.clot_tgf_beta * lysis
            + k.macrophage_tgf_beta * r
            + k.myofibroblast_tgf_beta * my)
            / k.tgf_beta_loss,
    }
}

/// `H(x; K) = x/(K+x)`, continued oddly below zero: a state may undershoot zero by less than the
/// solver's tolerance, and a kink there would force its steps down.
#[inline(always)]
fn saturation(x: Lanes, half: Lanes) -> Lanes {
    x / (half + x.abs())
}

/// `H2(x; K) = x^2/(K^2+x^2)`.
#[inline(always)]
fn steep_saturation(x: Lanes, half: Lanes) -> Lanes {
    let x2 = x * x;
    x2 / (half * half + x2)
}

/// Collagen synthesis relative to rest, `s` of the [network](super).
#[inline(always)]
pub(super) fn synthesis(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> Lanes {
    let [_, _, n, a, _, f, my, _, _] = *y;
    let one = Lanes::splat(1.0);
    k.stimulus
        * (f + k.myofibroblast_synthesis * my)
        * (one + k.tgf_beta_gain * saturation(signals.tgf_beta, k.tgf_beta_half_effect))
        * (one - saturation(n + a, k.inflammation_half_effect))
}

/// The right-hand side without wandering: the equations of the [network](super), in the same order and
/// symbols.
#[inline(always)]
pub(super) fn rate(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals) -> [Lanes; STATES] {
    let [b, d, n, a, r, f, my, new, c] = *y;
    let (one, zero) = (Lanes::splat(1.0), Lanes::splat(0.0));
    let called = saturation(signals.alarm, k.debris_half_effect);
    let switch = k.switch_rate * a / (one + signals.alarm.abs() / k.switch_block);
    let contracting = k.myofibroblast_switch
        * f
        * steep_saturation(signals.tgf_beta, k.myofibroblast_half_effect);
    let growth = k.fibroblast_growth * saturation(signals.mitogen, k.mitogen_half_effect);
    let excess = synthesis(k, y, signals) - one;
    let crowding = one - (new + c) * k.crowding;
    let mmp = k.x_a / (k.x_a + k.stretch_loop * (new + c));
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
        contracting
            - k.myofibroblast_loss * my / (one + signals.tgf_beta.abs() / k.myofibroblast_hold),
        k.made * (crowding * excess.max(zero) + excess.min(zero)) - matured - broken_down * new,
        matured - k.mature_turnover * (mmp * (k.c0 + c) - k.c0) - broken_down * (k.c0 + c),
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
        let [_, d, n, a, r, f, my, new, c] = *y;
        let (one, zero) = (Lanes::splat(1.0), Lanes::splat(0.0));
        let growth = k.fibroblast_growth * saturation(signals.mitogen, k.mitogen_half_effect);
        let contracting = k.myofibroblast_switch
            * steep_saturation(signals.tgf_beta, k.myofibroblast_half_effect);
        let excess = (synthesis(k, y, signals) - one).max(zero);
        let broken_down = k.collagenolysis * a;
        let share = k.x_a / (k.x_a + k.stretch_loop * (new + c));
        Self {
            switch: k.switch_rate / (one + signals.alarm.abs() / k.switch_block),
            clearance: k.resident_clearance
                + k.clearance_by_neutrophils * n
                + k.clearance_by_macrophages * (a + r),
            debris: d,
            ff: growth * (one - (f + f + my - one) * k.room) - k.fibroblast_return - contracting,
            fy: -(growth * f * k.room),
            yf: contracting,
            yy: -(k.myofibroblast_loss / (one + signals.tgf_beta.abs() / k.myofibroblast_hold)),
            new: -(k.maturation + broken_down + k.made * k.crowding * excess),
            mature: -(k.mature_turnover * share + broken_down),
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
