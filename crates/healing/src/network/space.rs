//! How a unit cell lies in lanes: eight people side by side, or one person's places eight at a time.

// A call would leave the vector instructions behind; see `lanes::with_vectors`. For the same reason loops
// count places instead of chaining iterators, which the standard library does not always inline.
#![allow(clippy::inline_always, clippy::needless_range_loop)]

use needlepoint_numerics::{
    band::{NarrowBand, SymmetricBand},
    lanes::{Lanes, WIDTH},
};

use super::{
    LAYERS,
    depth::RESOLUTION,
    unit_cell::{Grid, Section},
};

/// Species that wander.
pub(super) const WANDERING: usize = 3;

/// Where the places of the unit cell stand in the list of lanes, and what passes between them.
pub(super) trait Space {
    /// Lanes that one state takes up.
    fn width(&self) -> usize;

    /// `u - lambda^2 lap u = source` for three sources, each in place.
    fn spread(&mut self, signals: &mut [Vec<Lanes>; 3]);

    /// Adds `lap u` to `rate`, 1/um2, times `factor`.
    fn diffuse(&self, factor: Lanes, u: &[Lanes], rate: &mut [Lanes]);

    /// Makes ready to solve `x (1 + hg loss) - hg w lap x = b` for each wandering species.
    fn prepare(&mut self, hg: f64, motility: Lanes, losses: &[Vec<Lanes>; WANDERING]);

    /// Solves that for one of them, in place.
    fn solve(&mut self, species: usize, right: &mut [Lanes]);

    /// Mean over each layer for each person.
    fn means(&self, values: &[Lanes]) -> [Lanes; LAYERS];

    /// Level a state over the rings of each slab.
    fn level(&self, values: &mut [Lanes]);
}

/// Rings of every unit cell of [`People`].
const RINGS: usize = RESOLUTION.rings();

/// Eight people side by side: lane `i` of every value is person `i`.
#[derive(Debug)]
pub(super) struct People {
    layer: Vec<usize>,
    volume: Vec<Lanes>,
    inverse_volume: Vec<Lanes>,
    across: Vec<Lanes>,
    down: Vec<Lanes>,
    /// Of each place, to all its neighbours.
    around: Vec<Lanes>,
    layer_inverse: [Lanes; LAYERS],
    screened: NarrowBand<RINGS>,
    wandering: [NarrowBand<RINGS>; WANDERING],
}

impl People {
    pub(super) fn new(grids: &[Grid; WIDTH], sections: &[&Section; WIDTH]) -> Self {
        let (rings, slabs) = (grids[0].rings(), grids[0].slabs());
        assert!(rings == RINGS, "people stand on the rings of the reduction");
        let nodes = rings * slabs;
        let each = |read: &dyn Fn(&Grid, usize, usize) -> f64| -> Vec<Lanes> {
            (0..nodes)
                .map(|node| Lanes::from_fn(|lane| read(&grids[lane], node % rings, node / rings)))
                .collect()
        };
        let volume = each(&|grid, ring, slab| grid.area(ring) * grid.height(slab));
        let across = each(&|grid, ring, slab| {
            if ring + 1 < rings { grid.across(ring, slab) } else { 0.0 }
        });
        let down =
            each(&|grid, ring, slab| if slab + 1 < slabs { grid.down(ring, slab) } else { 0.0 });
        let layer = grids[0].layer.clone();
        let mut of_layer = [Lanes::splat(0.0); LAYERS];
        for (node, volume) in volume.iter().enumerate() {
            of_layer[layer[node / rings]] += *volume;
        }
        let range = Lanes::from_fn(|lane| sections[lane].signalling_range_um);
        let around = (0..nodes)
            .map(|node| {
                let before = |values: &[Lanes], back: usize| {
                    node.checked_sub(back).map_or(Lanes::ZERO, |node| values[node])
                };
                across[node] + down[node] + before(&across, 1) + before(&down, rings)
            })
            .collect();
        let mut people = Self {
            layer,
            inverse_volume: volume.iter().map(|v| Lanes::splat(1.0) / *v).collect(),
            volume,
            across,
            down,
            around,
            layer_inverse: of_layer.map(|volume| Lanes::splat(1.0) / volume),
            screened: NarrowBand::zeros(nodes),
            wandering: std::array::from_fn(|_| NarrowBand::zeros(nodes)),
        };
        let mut screened = [NarrowBand::zeros(nodes)];
        for node in 0..nodes {
            let (before, around) = people.connected(node, range * range);
            screened[0].set_row(node, before, people.volume[node] + around);
        }
        NarrowBand::factorise(&mut screened);
        [people.screened] = screened;
        people
    }

    /// Row of a place for conductances times `factor`: what stands before the diagonal, and on it.
    #[inline(always)]
    fn connected(&self, node: usize, factor: Lanes) -> ([Lanes; RINGS], Lanes) {
        let mut before = [Lanes::ZERO; RINGS];
        // Across the wall of the cell the conductance is zero.
        if node > 0 {
            before[RINGS - 1] = -(factor * self.across[node - 1]);
        }
        if node >= RINGS {
            before[0] = -(factor * self.down[node - RINGS]);
        }
        (before, factor * self.around[node])
    }
}

/// Conductances of a grid, times `factor`, into a matrix.
#[inline(always)]
fn connect(
    matrix: &mut SymmetricBand,
    rings: usize,
    across: &[Lanes],
    down: &[Lanes],
    factor: Lanes,
) {
    let nodes = across.len();
    for node in 0..nodes {
        if (node + 1) % rings != 0 {
            matrix.connect(node, node + 1, factor * across[node]);
        }
        if node + rings < nodes {
            matrix.connect(node, node + rings, factor * down[node]);
        }
    }
}

impl Space for People {
    #[inline(always)]
    fn width(&self) -> usize {
        self.volume.len()
    }

    #[inline(always)]
    fn spread(&mut self, signals: &mut [Vec<Lanes>; 3]) {
        let [alarm, mitogen, tgf_beta] = signals;
        self.screened.solve(&self.volume, [alarm, mitogen, tgf_beta]);
    }

    #[inline(always)]
    fn diffuse(&self, factor: Lanes, u: &[Lanes], rate: &mut [Lanes]) {
        let (nodes, rings) = (self.volume.len(), RINGS);
        for node in 0..nodes {
            let mut flow = Lanes::ZERO;
            let here = u[node];
            // Across the wall of the cell and below the dermis conductances are zero.
            if node % rings != 0 {
                flow += self.across[node - 1] * (u[node - 1] - here);
            }
            if node + 1 < nodes {
                flow += self.across[node] * (u[node + 1] - here);
            }
            if node >= rings {
                flow += self.down[node - rings] * (u[node - rings] - here);
            }
            if node + rings < nodes {
                flow += self.down[node] * (u[node + rings] - here);
            }
            rate[node] += factor * flow * self.inverse_volume[node];
        }
    }

    #[inline(always)]
    fn prepare(&mut self, hg: f64, motility: Lanes, losses: &[Vec<Lanes>; WANDERING]) {
        let factor = motility * hg;
        for node in 0..self.volume.len() {
            let (before, around) = self.connected(node, factor);
            for species in 0..WANDERING {
                let diagonal = self.volume[node] * (losses[species][node] * hg + 1.0) + around;
                self.wandering[species].set_row(node, before, diagonal);
            }
        }
        NarrowBand::factorise(&mut self.wandering);
    }

    #[inline(always)]
    fn solve(&mut self, species: usize, right: &mut [Lanes]) {
        self.wandering[species].solve(&self.volume, [right]);
    }

    #[inline(always)]
    fn means(&self, values: &[Lanes]) -> [Lanes; LAYERS] {
        let mut sums = [Lanes::splat(0.0); LAYERS];
        for node in 0..self.volume.len() {
            sums[self.layer[node / RINGS]] += values[node] * self.volume[node];
        }
        for layer in 0..LAYERS {
            sums[layer] *= self.layer_inverse[layer];
        }
        sums
    }

    #[inline(always)]
    fn level(&self, values: &mut [Lanes]) {
        for (values, volumes) in values.chunks_exact_mut(RINGS).zip(self.volume.chunks_exact(RINGS))
        {
            let (mut amount, mut whole) = (Lanes::splat(0.0), Lanes::splat(0.0));
            for (value, volume) in values.iter().zip(volumes) {
                amount += *value * *volume;
                whole += *volume;
            }
            values.fill(amount / whole);
        }
    }
}

/// The places of one person's unit cell, eight at a time: lane `i` of value `j` is node `8 j + i`. The last
/// value is filled up with places of no volume.
#[derive(Debug)]
pub(super) struct Places {
    rings: usize,
    nodes: usize,
    layer: Vec<usize>,
    volume: Vec<f64>,
    across: Vec<f64>,
    down: Vec<f64>,
    screened: SymmetricBand,
    /// The three wandering species in lanes 0 to 2.
    wandering: SymmetricBand,
    /// Room for values with a node each.
    unrolled: Vec<Lanes>,
}

impl Places {
    pub(super) fn new(grid: &Grid, section: &Section) -> Self {
        let (rings, slabs, nodes) = (grid.rings(), grid.slabs(), grid.nodes());
        let each = |read: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            (0..nodes).map(|node| read(node % rings, node / rings)).collect()
        };
        let volume = each(&|ring, slab| grid.area(ring) * grid.height(slab));
        let across =
            each(&|ring, slab| if ring + 1 < rings { grid.across(ring, slab) } else { 0.0 });
        let down = each(&|ring, slab| if slab + 1 < slabs { grid.down(ring, slab) } else { 0.0 });
        let mut screened = SymmetricBand::zeros(nodes, rings);
        for (node, volume) in volume.iter().enumerate() {
            screened.add_diagonal(node, Lanes::splat(*volume));
        }
        let mut places = Self {
            rings,
            nodes,
            layer: grid.layer.clone(),
            volume,
            across,
            down,
            screened,
            wandering: SymmetricBand::zeros(nodes, rings),
            unrolled: vec![Lanes::splat(0.0); nodes],
        };
        let range = section.signalling_range_um;
        let (across, down) = (splat(&places.across), splat(&places.down));
        connect(&mut places.screened, rings, &across, &down, Lanes::splat(range * range));
        places.screened.factorise();
        places
    }
}

fn splat(values: &[f64]) -> Vec<Lanes> {
    values.iter().map(|value| Lanes::splat(*value)).collect()
}

#[inline(always)]
fn at(values: &[Lanes], node: usize) -> f64 {
    values[node / WIDTH].0[node % WIDTH]
}

impl Space for Places {
    fn width(&self) -> usize {
        self.nodes.div_ceil(WIDTH)
    }

    #[inline(always)]
    fn spread(&mut self, signals: &mut [Vec<Lanes>; 3]) {
        for node in 0..self.nodes {
            let volume = self.volume[node];
            let [s, p, t] = signals.each_ref().map(|signal| at(signal, node) * volume);
            self.unrolled[node] = Lanes([s, p, t, 0.0, 0.0, 0.0, 0.0, 0.0]);
        }
        self.screened.solve(&mut self.unrolled);
        for (node, values) in self.unrolled.iter().enumerate() {
            for (signal, value) in signals.iter_mut().zip(values.0) {
                signal[node / WIDTH].0[node % WIDTH] = value;
            }
        }
    }

    #[inline(always)]
    fn diffuse(&self, factor: Lanes, u: &[Lanes], rate: &mut [Lanes]) {
        let factor = factor.0[0];
        let mut exchange = |from: usize, to: usize, conductance: f64| {
            let flow = factor * conductance * (at(u, from) - at(u, to));
            rate[from / WIDTH].0[from % WIDTH] -= flow / self.volume[from];
            rate[to / WIDTH].0[to % WIDTH] += flow / self.volume[to];
        };
        for node in 0..self.nodes {
            if (node + 1) % self.rings != 0 {
                exchange(node, node + 1, self.across[node]);
            }
            if node + self.rings < self.nodes {
                exchange(node, node + self.rings, self.down[node]);
            }
        }
    }

    #[inline(always)]
    fn prepare(&mut self, hg: f64, motility: Lanes, losses: &[Vec<Lanes>; WANDERING]) {
        self.wandering.clear();
        let factor = motility * hg;
        for node in 0..self.nodes {
            let mut diagonal = [1.0; WIDTH];
            for (lane, losses) in losses.iter().enumerate() {
                diagonal[lane] += hg * at(losses, node);
            }
            self.wandering.add_diagonal(node, Lanes(diagonal) * self.volume[node]);
            if (node + 1) % self.rings != 0 {
                self.wandering.connect(node, node + 1, factor * self.across[node]);
            }
            if node + self.rings < self.nodes {
                self.wandering.connect(node, node + self.rings, factor * self.down[node]);
            }
        }
        self.wandering.factorise();
    }

    #[inline(always)]
    fn solve(&mut self, species: usize, right: &mut [Lanes]) {
        for node in 0..self.nodes {
            self.unrolled[node] = Lanes::splat(at(right, node) * self.volume[node]);
        }
        self.wandering.solve(&mut self.unrolled);
        for (node, values) in self.unrolled.iter().enumerate() {
            right[node / WIDTH].0[node % WIDTH] = values.0[species];
        }
    }

    fn means(&self, values: &[Lanes]) -> [Lanes; LAYERS] {
        let (mut sums, mut volumes) = ([0.0; LAYERS], [0.0; LAYERS]);
        for node in 0..self.nodes {
            let layer = self.layer[node / self.rings];
            sums[layer] += at(values, node) * self.volume[node];
            volumes[layer] += self.volume[node];
        }
        std::array::from_fn(|layer| Lanes::splat(sums[layer] / volumes[layer]))
    }

    fn level(&self, values: &mut [Lanes]) {
        for slab in 0..self.nodes / self.rings {
            let nodes = slab * self.rings..(slab + 1) * self.rings;
            let whole: f64 = self.volume[nodes.clone()].iter().sum();
            let amount: f64 = nodes.clone().map(|node| at(values, node) * self.volume[node]).sum();
            for node in nodes {
                values[node / WIDTH].0[node % WIDTH] = amount / whole;
            }
        }
    }
}
