//! The [network](super) on a few rings and slabs, for eight people at once: the reduction that everything
//! is reckoned with.
//!
//! The rings stand close where signals are strong, so that few will do. Each layer has two slabs, the upper reticular
//! dermis three; in the upper layers, where short needles end, they are narrow at the top. `fidelities.rs` among the
//! tests of the courses holds it against [`cell`](super::cell).

use needlepoint_numerics::{
    lanes::{Lanes, WIDTH},
    rosenbrock::StepTooSmall,
};

use super::{
    Dermis, Ground, NetworkRates,
    kinetics::Kinetics,
    space::People,
    system::Network,
    unit_cell::{Grid, Profile, Resolution, Section},
};

/// The rings and slabs of the reduction.
pub const RESOLUTION: Resolution =
    Resolution { channel_rings: 1, tissue_rings: 3, slabs: [2, 3, 2], growth: [1.5, 1.5, 1.0] };

/// People at most in a [`Group`].
pub const PEOPLE: usize = WIDTH;

/// One person's dermis, as the network takes it.
#[derive(Debug, Clone, Copy)]
pub struct Member<'m> {
    /// Rates.
    pub rates: &'m NetworkRates,
    /// What they stand on.
    pub ground: Ground,
    /// Layers and channels.
    pub section: &'m Section,
}

/// Up to eight people who heal side by side under the same calendar.
///
/// They share the steps of the solver, and nothing else: a person's course differs with the company by less
/// than the solver's tolerance.
#[derive(Debug)]
pub struct Group {
    people: usize,
    network: Network<People>,
    debris: Vec<Lanes>,
    clot: Vec<Lanes>,
}

/// The member of each lane: lanes without one repeat the last, or nobody if there is none.
fn filled<'m>(members: &[Member<'m>]) -> Option<[Member<'m>; WIDTH]> {
    let last = *members.last()?;
    Some(std::array::from_fn(|lane| members.get(lane).copied().unwrap_or(last)))
}

fn kinetics(lanes: &[Member<'_>; WIDTH]) -> Kinetics {
    Kinetics::new(lanes.map(|member| (member.rates, member.ground)))
}

impl Group {
    /// Skin left alone; `None` without members or with more than [`PEOPLE`].
    pub fn at_rest(members: &[Member<'_>]) -> Option<Self> {
        let lanes = filled(members).filter(|_| members.len() <= PEOPLE)?;
        let sections = lanes.map(|member| member.section);
        let grids = sections.map(|section| Grid::new(section, RESOLUTION));
        let in_channel = |of: fn(&Section) -> &Profile| -> Vec<Lanes> {
            (0..RESOLUTION.nodes())
                .map(|node| {
                    let (ring, slab) = (node % RESOLUTION.rings(), node / RESOLUTION.rings());
                    if ring >= RESOLUTION.channel_rings {
                        return Lanes::ZERO;
                    }
                    Lanes::from_fn(|lane| grids[lane].in_channel(of(sections[lane]), slab))
                })
                .collect()
        };
        Some(Self {
            people: members.len(),
            network: Network::at_rest(kinetics(&lanes), People::new(&grids, &sections)),
            debris: in_channel(|section| &section.injured),
            clot: in_channel(|section| &section.clot),
        })
    }

    /// The ground of each member from now on, such as while a product is in use; the members themselves
    /// and their sections stay those of [`Group::at_rest`].
    pub fn stand_on(&mut self, members: &[Member<'_>]) {
        if let Some(lanes) = filled(members) {
            self.network.set_kinetics(kinetics(&lanes));
        }
    }

    /// A session.
    pub fn wound(&mut self) {
        self.network.wound(&self.debris, &self.clot);
    }

    /// Heal for as long as the last of `times` (days since now, ascending); `take` gets the number of the
    /// time, that of the member and the member's dermis then.
    ///
    /// # Errors
    /// When the solver can't go on: rates that make the network blow up.
    pub fn heal(
        &mut self,
        times: &[f64],
        mut take: impl FnMut(usize, usize, &Dermis),
    ) -> Result<(), StepTooSmall> {
        let people = self.people;
        self.network.heal(times, &mut |time, person, dermis| {
            if person < people {
                take(time, person, dermis);
            }
        })
    }
}
