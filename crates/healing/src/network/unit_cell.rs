//! The cylinder of skin that one channel has to itself, and the grids that divide it.

use super::LAYERS;

/// Holes that reach the dermis are taken to stand no farther apart than this gives, per cm2: beyond,
/// nothing that happens at one channel is felt at the next.
const FEWEST_HOLES_PER_CM2: f64 = 1.0;
/// A channel takes up at most this share of its cell's cross-section; torn or very dense channels that
/// would take more are filled with more debris instead.
const WIDEST_CHANNEL: f64 = 0.7;
/// Radius of a channel that injures next to nothing, um: the first ring must have some width.
const NARROWEST_CHANNEL_UM: f64 = 5.0;
/// Rings are spaced for what falls off with this many ranges of a signal where cells are wide: signals and their
/// squares fall faster, the cells that they bring wander farther. Of 1.5, 2, 2.5, 2.6, 2.7, 3, 3.5 and 4, with and
/// without what narrow cells add, this one keeps three rings nearest to many over the design of `fidelities.rs`.
const RING_REACH: f64 = 2.5;
const UM2_PER_CM2: f64 = 1e8;

/// How much lies above each depth: rises from 0 at the top of the dermis, by straight lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Profile {
    /// Depths below the top of the dermis, um, ascending from 0.
    pub depth_um: Vec<f64>,
    /// Volume per area above that depth, um.
    pub above_um: Vec<f64>,
}

impl Profile {
    /// Volume per area above `depth_um`, um.
    pub fn above(&self, depth_um: f64) -> f64 {
        let after = self.depth_um.partition_point(|known| *known < depth_um);
        let (Some(before), Some(&next)) = (after.checked_sub(1), self.depth_um.get(after)) else {
            let end = if after == 0 { self.above_um.first() } else { self.above_um.last() };
            return end.copied().unwrap_or(0.0);
        };
        let share = (depth_um - self.depth_um[before]) / (next - self.depth_um[before]);
        self.above_um[before] + share * (self.above_um[after] - self.above_um[before])
    }

    /// Mean share of the volume between two depths.
    fn share(&self, from_um: f64, to_um: f64) -> f64 {
        (self.above(to_um) - self.above(from_um)) / (to_um - from_um)
    }
}

/// The dermis of one person under the needles of a session. Thicknesses and the range of signals are above
/// zero, and finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Thickness of the layers, um.
    pub thickness_um: [f64; LAYERS],
    /// `h`: channels that enter the dermis, per cm2.
    pub holes_per_cm2: f64,
    /// `lambda`: how far signals spread, um.
    pub signalling_range_um: f64,
    /// Tissue injured by a session. Channels may overlap: their volumes are added up here, and the
    /// share `1 - exp(-v)` of the tissue is injured where they add up to `v`.
    pub injured: Profile,
    /// Clot left by a session, added up in the same way.
    pub clot: Profile,
}

impl Section {
    /// `R_c`: radius of the cylinder that each channel has to itself, um.
    pub fn cell_radius_um(&self) -> f64 {
        let holes = self.holes_per_cm2.max(FEWEST_HOLES_PER_CM2);
        (UM2_PER_CM2 / (std::f64::consts::PI * holes)).sqrt()
    }

    /// Radius of the channel where it is widest, um, as wide as what it injures.
    fn channel_radius_um(&self) -> f64 {
        let widest = self
            .injured
            .depth_um
            .windows(2)
            .map(|ends| injured_once(self.injured.share(ends[0], ends[1])))
            .fold(0.0, f64::max);
        let outer = self.cell_radius_um();
        (widest.min(WIDEST_CHANNEL).sqrt() * outer).max(NARROWEST_CHANNEL_UM.min(0.5 * outer))
    }
}

/// Share of tissue inside at least one channel, where channels of total volume share `v` fall at
/// random: `1 - exp(-v)`. Tissue can be injured only once in a session.
pub fn injured_once(v: f64) -> f64 {
    -(-v).exp_m1()
}

/// A grid of rings and slabs over a unit cell. Node `(ring, slab)` has number `slab * rings + ring`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    /// Bounds of the rings, um: 0, the wall of the channel, ..., `R_c`.
    pub(super) radius_um: Vec<f64>,
    /// Bounds of the slabs, um below the top of the dermis.
    pub(super) depth_um: Vec<f64>,
    /// Layer of each slab.
    pub(super) layer: Vec<usize>,
    /// Rings within the channel.
    pub(super) channel_rings: usize,
}

/// How finely a unit cell is divided.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    /// Rings inside the channel.
    pub channel_rings: usize,
    /// Rings from the wall of the channel to that of the cell.
    pub tissue_rings: usize,
    /// Slabs of each layer.
    pub slabs: [usize; LAYERS],
    /// How many times as high as the one above it each slab of a layer is.
    pub growth: [f64; LAYERS],
}

impl Resolution {
    /// All rings.
    pub const fn rings(&self) -> usize {
        self.channel_rings + self.tissue_rings
    }

    /// Bounds of the slabs of layers as thick as this, um below the top of the dermis.
    pub fn depths_um(&self, thickness_um: &[f64; LAYERS]) -> Vec<f64> {
        let (mut depths_um, mut top) = (vec![0.0], 0.0);
        for ((thickness, slabs), growth) in thickness_um.iter().zip(self.slabs).zip(self.growth) {
            let heights: Vec<f64> = std::iter::successors(Some(1.0), |above| Some(above * growth))
                .take(slabs)
                .collect();
            let all: f64 = heights.iter().sum();
            let mut above = 0.0;
            for height in heights {
                above += height;
                depths_um.push(top + thickness * above / all);
            }
            top += thickness;
        }
        depths_um
    }

    /// All nodes.
    pub const fn nodes(&self) -> usize {
        self.rings() * (self.slabs[0] + self.slabs[1] + self.slabs[2])
    }
}

impl Grid {
    /// Divide the unit cell of a section.
    ///
    /// Rings outside the channel hold equal parts of what falls off as `exp(-(r-a)/l)`, so they are narrow where
    /// signals are strong and, where cells are narrow, nearly of one width. `l = lambda (2.5 + lambda/R_c)`: in a
    /// narrow cell nothing passes the wall, and what is in it falls off less.
    pub(super) fn new(section: &Section, resolution: Resolution) -> Self {
        let (a, outer) = (section.channel_radius_um(), section.cell_radius_um());
        let mut radius_um: Vec<f64> = (0..=resolution.channel_rings)
            .map(|ring| a * (ring as f64 / resolution.channel_rings as f64).sqrt())
            .collect();
        let range = section.signalling_range_um;
        let reach = range * (RING_REACH + range / outer);
        let all = -(-(outer - a) / reach).exp_m1();
        radius_um.extend((1..resolution.tissue_rings).map(|ring| {
            let share = ring as f64 / resolution.tissue_rings as f64;
            a - reach * (-share * all).ln_1p()
        }));
        radius_um.push(outer);
        let depth_um = resolution.depths_um(&section.thickness_um);
        let layer = (0..LAYERS)
            .flat_map(|which| std::iter::repeat_n(which, resolution.slabs[which]))
            .collect();
        Self { radius_um, depth_um, layer, channel_rings: resolution.channel_rings }
    }

    pub(super) fn rings(&self) -> usize {
        self.radius_um.len() - 1
    }

    pub(super) fn slabs(&self) -> usize {
        self.layer.len()
    }

    pub(super) fn nodes(&self) -> usize {
        self.rings() * self.slabs()
    }

    /// Cross-section of a ring, um2.
    pub(super) fn area(&self, ring: usize) -> f64 {
        std::f64::consts::PI * (self.radius_um[ring + 1].powi(2) - self.radius_um[ring].powi(2))
    }

    pub(super) fn height(&self, slab: usize) -> f64 {
        self.depth_um[slab + 1] - self.depth_um[slab]
    }

    /// Radius that halves the cross-section of a ring, um: where its mean value stands.
    fn middle(&self, ring: usize) -> f64 {
        (0.5 * (self.radius_um[ring].powi(2) + self.radius_um[ring + 1].powi(2))).sqrt()
    }

    /// Conductance, for a diffusivity of 1, from ring to ring in a slab, um: that of a hollow cylinder.
    pub(super) fn across(&self, ring: usize, slab: usize) -> f64 {
        let ratio = self.middle(ring + 1) / self.middle(ring);
        2.0 * std::f64::consts::PI * self.height(slab) / ratio.ln()
    }

    /// Conductance, for a diffusivity of 1, from slab to slab in a ring, um.
    pub(super) fn down(&self, ring: usize, slab: usize) -> f64 {
        self.area(ring) / (0.5 * (self.height(slab) + self.height(slab + 1)))
    }

    /// Share of a ring inside the channel that is filled when the cell's slab holds the share `v` of a
    /// profile, each channel counted where it falls.
    pub(super) fn in_channel(&self, profile: &Profile, slab: usize) -> f64 {
        let share = injured_once(profile.share(self.depth_um[slab], self.depth_um[slab + 1]));
        let whole = self.radius_um[self.rings()].powi(2);
        share * whole / self.radius_um[self.channel_rings].powi(2)
    }
}
