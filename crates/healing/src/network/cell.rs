//! The [network](super) on a fine grid around one channel of one person: the reference for
//! [`depth`](super::depth).

use needlepoint_numerics::{
    lanes::{Lanes, WIDTH},
    rosenbrock::StepTooSmall,
};

pub use super::unit_cell::Resolution;
use super::{
    Dermis,
    depth::Member,
    kinetics::Kinetics,
    space::Places,
    system::Network,
    unit_cell::{Grid, Profile},
};

/// A grid fine enough for a reference: a test shows that the means converge, within two per cent from half
/// as many rings and slabs.
pub const FINE: Resolution =
    Resolution { channel_rings: 2, tissue_rings: 16, slabs: [10, 12, 12], growth: [1.0, 1.0, 1.0] };

/// One person's unit cell.
#[derive(Debug)]
pub struct Cell {
    network: Network<Places>,
    debris: Vec<Lanes>,
    clot: Vec<Lanes>,
}

fn kinetics(member: &Member<'_>) -> Kinetics {
    Kinetics::new([(member.rates, member.ground); WIDTH])
}

impl Cell {
    /// Skin left alone.
    pub fn at_rest(member: &Member<'_>, resolution: Resolution) -> Self {
        let grid = Grid::new(member.section, resolution);
        let in_channel = |profile: &Profile| -> Vec<Lanes> {
            (0..grid.nodes().div_ceil(WIDTH))
                .map(|group| {
                    Lanes::from_fn(|lane| {
                        let node = group * WIDTH + lane;
                        let (ring, slab) = (node % grid.rings(), node / grid.rings());
                        if ring < grid.channel_rings && slab < grid.slabs() {
                            grid.in_channel(profile, slab)
                        } else {
                            0.0
                        }
                    })
                })
                .collect()
        };
        Self {
            network: Network::at_rest(kinetics(member), Places::new(&grid, member.section)),
            debris: in_channel(&member.section.injured),
            clot: in_channel(&member.section.clot),
        }
    }

    /// Rates and ground from now on, such as while a product is in use.
    pub fn stand_on(&mut self, member: &Member<'_>) {
        self.network.set_kinetics(kinetics(member));
    }

    /// A session.
    pub fn wound(&mut self) {
        self.network.wound(&self.debris, &self.clot);
    }

    /// Heal, as [`Group::heal`](super::depth::Group::heal).
    ///
    /// # Errors
    /// When the solver can't go on: rates that make the network blow up.
    pub fn heal(
        &mut self,
        times: &[f64],
        mut take: impl FnMut(usize, &Dermis),
    ) -> Result<(), StepTooSmall> {
        self.network.heal(times, &mut |time, person, dermis| {
            if person == 0 {
                take(time, dermis);
            }
        })
    }
}
