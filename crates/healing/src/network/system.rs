//! The [network](super) over a unit cell as a system of stiff equations.

// A call would leave the vector instructions behind; see `lanes::with_vectors`. For the same reason loops
// count places instead of chaining iterators, which the standard library does not always inline.
#![allow(clippy::inline_always, clippy::needless_range_loop)]

use needlepoint_numerics::{
    lanes::{Lanes, WIDTH, Work, with_vectors},
    rosenbrock::{self, ROS34PW2, StepTooSmall, StiffSystem, Tolerance, Workspace},
};

use super::{
    Dermis, LAYERS, LayerState,
    kinetics::{Cascade, Kinetics, STATES, Signals, index, rate, sources, synthesis},
    space::{Space, WANDERING},
};

/// Error allowed in a step; the first step resolves the first minutes after a puncture.
const TOLERANCE: Tolerance = Tolerance { relative: 1e-3, absolute: 1e-5, first_step: 1e-2 };

/// Where the wandering states stand.
const WANDERERS: [usize; WANDERING] = [index::N, index::A, index::R];

/// What a unit cell, or eight of them, holds, and how it changes.
#[derive(Debug)]
pub(super) struct Network<S> {
    kinetics: Kinetics,
    space: S,
    /// States one after the other, each over all places.
    state: Vec<Lanes>,
    workspace: Workspace,
    signals: [Vec<Lanes>; 3],
    cascade: Vec<Cascade>,
    /// `r_A / (1 + S/D_s)` of the cascade: M1 lost to M2.
    switch: Vec<Lanes>,
    losses: [Vec<Lanes>; WANDERING],
    hg: f64,
}

/// The states at one place.
#[inline(always)]
fn at(y: &[Lanes], width: usize, place: usize) -> [Lanes; STATES] {
    let mut states = [Lanes::ZERO; STATES];
    let mut from = place;
    // Not `from_fn`: what the standard library does not inline would leave the vector instructions.
    for state in &mut states {
        *state = y[from];
        from += width;
    }
    states
}

/// Put the states of one place where they belong.
#[inline(always)]
fn put(y: &mut [Lanes], width: usize, place: usize, states: &[Lanes; STATES]) {
    let mut to = place;
    for state in states {
        y[to] = *state;
        to += width;
    }
}

impl<S: Space> Network<S> {
    /// Skin left alone.
    pub(super) fn at_rest(kinetics: Kinetics, space: S) -> Self {
        let width = space.width();
        let zeros = || vec![Lanes::ZERO; width];
        let mut state = vec![Lanes::ZERO; STATES * width];
        state[index::F * width..(index::F + 1) * width].fill(Lanes::ONE);
        Self {
            workspace: Workspace::new(state.len()),
            kinetics,
            space,
            state,
            signals: [zeros(), zeros(), zeros()],
            cascade: vec![Cascade::default(); width],
            switch: zeros(),
            losses: [zeros(), zeros(), zeros()],
            hg: 0.0,
        }
    }

    /// From now on other rates and another ground, such as while a product is in use.
    pub(super) fn set_kinetics(&mut self, kinetics: Kinetics) {
        self.kinetics = kinetics;
    }

    /// A session: level every state over `r`, then add debris and clot.
    pub(super) fn wound(&mut self, debris: &[Lanes], clot: &[Lanes]) {
        let width = self.space.width();
        for values in self.state.chunks_exact_mut(width) {
            self.space.level(values);
        }
        for (state, added) in [(index::D, debris), (index::B, clot)] {
            let values = &mut self.state[state * width..(state + 1) * width];
            for (value, added) in values.iter_mut().zip(added) {
                *value += *added;
            }
        }
    }

    /// Heal, and give every person's dermis at each of `times` (days, ascending).
    pub(super) fn heal(
        &mut self,
        times: &[f64],
        take: &mut dyn FnMut(usize, usize, &Dermis),
    ) -> Result<(), StepTooSmall> {
        with_vectors(Healing { network: self, times, take })
    }

    /// `S`, `P` and `T` over all places for the states `y`.
    #[inline(always)]
    fn find_signals(&mut self, y: &[Lanes]) {
        let width = self.space.width();
        for place in 0..width {
            let from = sources(&self.kinetics, &at(y, width, place));
            self.signals[0][place] = from.alarm;
            self.signals[1][place] = from.mitogen;
            self.signals[2][place] = from.tgf_beta;
        }
        self.space.spread(&mut self.signals);
    }

    #[inline(always)]
    fn signals(&self, place: usize) -> Signals {
        Signals {
            alarm: self.signals[0][place],
            mitogen: self.signals[1][place],
            tgf_beta: self.signals[2][place],
        }
    }

    /// The layers of each person.
    #[inline(always)]
    fn read(&mut self, y: &[Lanes], room: &mut Vec<Lanes>) -> [Dermis; WIDTH] {
        let width = self.space.width();
        self.find_signals(y);
        room.clear();
        room.resize(width, Lanes::ZERO);
        // What is made beyond rest, so that rest is told without an error of rounding.
        for place in 0..width {
            let made = synthesis(&self.kinetics, &at(y, width, place), &self.signals(place));
            room[place] = made - self.kinetics.stimulus;
        }
        let mut means = [[Lanes::ZERO; LAYERS]; STATES];
        for state in 0..STATES {
            means[state] = self.space.means(&y[state * width..(state + 1) * width]);
        }
        let [b, d, n, a, r, f, my, new, c] = means;
        let (p, t) = (self.space.means(&self.signals[1]), self.space.means(&self.signals[2]));
        let s = self.space.means(room);
        let mut people = [Dermis::default(); WIDTH];
        for (person, dermis) in people.iter_mut().enumerate() {
            for (layer, state) in dermis.iter_mut().enumerate() {
                *state = LayerState {
                    clot: b[layer][person],
                    debris: d[layer][person],
                    neutrophils: n[layer][person],
                    macrophages: a[layer][person],
                    repairing: r[layer][person],
                    mitogen: p[layer][person],
                    tgf_beta: t[layer][person],
                    fibroblasts: f[layer][person],
                    myofibroblasts: my[layer][person],
                    new_collagen: new[layer][person],
                    mature_collagen: c[layer][person],
                    synthesis: self.kinetics.stimulus[person] + s[layer][person],
                };
            }
        }
        people
    }
}

/// One stretch of healing, as work for the vector instructions.
struct Healing<'h, S> {
    network: &'h mut Network<S>,
    times: &'h [f64],
    // Called through a pointer, so that this large piece of work is compiled once and not for each caller.
    take: &'h mut dyn FnMut(usize, usize, &Dermis),
}

impl<S: Space> Work for Healing<'_, S> {
    type Given = Result<(), StepTooSmall>;

    #[inline(always)]
    fn done(self) -> Self::Given {
        let Self { network, times, take } = self;
        let mut state = std::mem::take(&mut network.state);
        let mut workspace = std::mem::replace(&mut network.workspace, Workspace::new(0));
        let mut seen: Vec<Lanes> = Vec::with_capacity(state.len() * times.len());
        let solved = rosenbrock::solve(
            &ROS34PW2,
            network,
            &mut workspace,
            &mut state,
            times,
            TOLERANCE,
            |_, y| seen.extend_from_slice(y),
        );
        if solved.is_ok() {
            let mut room = Vec::new();
            for (time, y) in seen.chunks_exact(state.len()).enumerate() {
                for (person, dermis) in network.read(y, &mut room).iter().enumerate() {
                    take(time, person, dermis);
                }
            }
        }
        network.state = state;
        network.workspace = workspace;
        solved.map(|_| ())
    }
}

impl<S: Space> StiffSystem for Network<S> {
    fn equations(&self) -> usize {
        STATES * self.space.width()
    }

    #[inline(always)]
    fn rate(&mut self, y: &[Lanes], f: &mut [Lanes]) {
        let width = self.space.width();
        self.find_signals(y);
        for place in 0..width {
            let of_place = rate(&self.kinetics, &at(y, width, place), &self.signals(place));
            put(f, width, place, &of_place);
        }
        for state in WANDERERS {
            let range = state * width..(state + 1) * width;
            self.space.diffuse(self.kinetics.cell_motility, &y[range.clone()], &mut f[range]);
        }
    }

    /// The signals are those of the rate, which the solver found just before.
    #[inline(always)]
    fn linearise(&mut self, y: &[Lanes], _: &[Lanes]) {
        let width = self.space.width();
        for place in 0..width {
            let cascade = Cascade::at(&self.kinetics, &at(y, width, place), &self.signals(place));
            self.losses[0][place] = self.kinetics.neutrophil_loss;
            self.losses[1][place] = self.kinetics.macrophage_loss + cascade.switch;
            self.switch[place] = cascade.switch;
            self.losses[2][place] = self.kinetics.macrophage_loss;
            self.cascade[place] = cascade;
        }
    }

    #[inline(always)]
    fn factorise(&mut self, hg: f64) {
        self.hg = hg;
        self.space.prepare(hg, self.kinetics.cell_motility, &self.losses);
    }

    /// The cascade: `N`, then `A`, then `R` over all places, and the rest place by place.
    #[inline(always)]
    fn solve(&mut self, x: &mut [Lanes]) {
        let width = self.space.width();
        let called = self.kinetics.macrophage_influx * self.kinetics.neutrophil_call * self.hg;
        let (before, others) = x.split_at_mut(index::A * width);
        let neutrophils = &mut before[index::N * width..];
        self.space.solve(0, neutrophils);
        let (inflammatory, others) = others.split_at_mut(width);
        for place in 0..width {
            inflammatory[place] += called * neutrophils[place];
        }
        self.space.solve(1, inflammatory);
        let repairing = &mut others[..width];
        for place in 0..width {
            repairing[place] += self.switch[place] * inflammatory[place] * self.hg;
        }
        self.space.solve(2, repairing);
        let hg = Lanes::splat(self.hg);
        for place in 0..width {
            let mut local = at(x, width, place);
            self.cascade[place].solve_local(&self.kinetics, hg, &mut local);
            put(x, width, place, &local);
        }
    }
}
