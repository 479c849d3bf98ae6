//! One needle's way into the skin.

use serde::Serialize;

use super::{
    Approach, Tissue,
    tissue::{Hold, MN_PER_MPA_UM2},
};
use crate::{NeedleGeometry, puncture_force_mn};

/// Share of travel or force to which a depth is solved.
const DEPTH_TOLERANCE: f64 = 1e-5;
/// Rounds in which it always is.
const MOST_ROUNDS: u32 = 60;
/// Rounds in which dent and modulus of the contact are brought into agreement, at most.
const DENT_ROUNDS: u32 = 20;
/// Intervals of the work integral.
const WORK_INTERVALS: u32 = 32;

/// A needle at its deepest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Insertion {
    /// h, depth of the tip below the surface around it, um.
    pub depth_um: f64,
    /// w, how far the surface at the needle has been carried down, um.
    pub dent_um: f64,
    /// `w_s`, how far the skin as a whole has given way, um.
    pub give_um: f64,
    /// How far the device stands off because the hand can't push it closer, um.
    pub standoff_um: f64,
    /// F, force along the needle, mN.
    pub force_mn: f64,
    /// Greatest force on the way, mN.
    pub peak_force_mn: f64,
    /// Work put into the skin by the needle, uJ: what is spent on the way in and what the dent stores.
    pub work_uj: f64,
    /// How hard the skin holds the shaft, mN/um: along it, and by the same law about as hard across it.
    pub hold_mn_per_um: f64,
    /// Whether the tougher layer has given way; otherwise the tip only dents or pricks the surface.
    pub broke_through: bool,
}

/// A needle, the skin, and how fast they meet: what the equations below share.
pub(super) struct Encounter<'a> {
    needle: &'a NeedleGeometry,
    tissue: &'a Tissue<'a>,
    approach: &'a Approach,
    /// `F_p`, mN.
    puncture_mn: f64,
    /// Stiffening by the pace of loading.
    rate: f64,
    /// `c / k_s` with the rate, um/mN.
    give_um_per_mn: f64,
}

/// The two ways of resisting.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Branch {
    /// Before the tougher layer gives way: the force grows with depth.
    Pricking,
    /// Beyond it: the tip cuts on with a share of the force.
    Cutting,
}

impl<'a> Encounter<'a> {
    pub(super) fn new(
        needle: &'a NeedleGeometry,
        tissue: &'a Tissue<'a>,
        approach: &'a Approach,
    ) -> Self {
        let tough = &tissue.toughness;
        let rate = tissue.stiffness.rate_factor(approach.loading_time_s);
        let support = tissue.support_mn_per_um(approach.unsupported_radius_um);
        Self {
            needle,
            tissue,
            approach,
            puncture_mn: puncture_force_mn(
                needle.tip_diameter_um,
                tough.cutting_mn_per_um,
                tough.pressure_mpa,
            ),
            rate,
            give_um_per_mn: tissue.dent_excess / (support * rate),
        }
    }

    /// `h_p`, never beyond the needle.
    fn breakthrough_um(&self) -> f64 {
        self.tissue.toughness.breakthrough_depth_um.min(self.approach.length_um)
    }

    /// F at depth h, mN, for a place that resists `resistance` times the usual.
    fn force_mn(&self, branch: Branch, depth_um: f64, resistance: f64) -> f64 {
        let tough = &self.tissue.toughness;
        let tip = match branch {
            Branch::Pricking => (depth_um / tough.breakthrough_depth_um).min(1.0),
            Branch::Cutting => tough.kept_share,
        };
        let opened_um2 = self.needle.section_um2(depth_um) - self.needle.section_um2(0.0);
        let grip_mpa = tough.wall_friction_mpa / tough.friction_coefficient;
        let wall = tough.wall_friction_mpa * self.needle.side_um2(depth_um) + grip_mpa * opened_um2;
        resistance * (tip * self.puncture_mn + wall * MN_PER_MPA_UM2)
    }

    /// How the needle is held at depth h.
    fn hold(&self, depth_um: f64) -> Hold {
        let surface_radius_um = 0.5 * self.needle.width_um(depth_um);
        let mean_radius_um = if depth_um > 0.0 {
            self.needle.side_um2(depth_um) / (2.0 * std::f64::consts::PI * depth_um)
        } else {
            surface_radius_um
        };
        let tangent =
            if depth_um < self.needle.taper_length_um { self.needle.cone_tangent() } else { 0.0 };
        self.tissue.hold(depth_um, surface_radius_um, mean_radius_um, tangent)
    }

    /// w at depth h under a force, um.
    fn dent_um(&self, depth_um: f64, force_mn: f64) -> f64 {
        if force_mn <= 0.0 {
            return 0.0;
        }
        let hold = self.hold(depth_um);
        let wanted = force_mn / self.rate;
        // The modulus changes little with the width of the contact, and not at all beyond the taper.
        let mut dent = self.tissue.dent_um(&hold, wanted, 0.0);
        if hold.cone_tangent > 0.0 {
            for _ in 0..DENT_ROUNDS {
                let before = dent;
                dent = self.tissue.dent_um(&hold, wanted, before);
                if (dent - before).abs() < 1e-5 * dent {
                    break;
                }
            }
        }
        self.tissue.dent_excess * dent
    }

    /// `w_s` under this needle and the others, um.
    ///
    /// Needles break through one after the other, as the skin under each is tougher or softer: while
    /// one is at its greatest force, the others bear at most what it takes to cut on.
    fn give_um(&self, depth_um: f64, force_mn: f64) -> f64 {
        let other_mn = force_mn.min(self.force_mn(Branch::Cutting, depth_um, 1.0));
        self.give_um_per_mn * (force_mn + (self.approach.sharing - 1.0) * other_mn)
    }

    /// Travel of the device that brings the tip to depth h, um: `h + c w + w_s`.
    fn travel_um(&self, branch: Branch, depth_um: f64, resistance: f64) -> f64 {
        let force_mn = self.force_mn(branch, depth_um, resistance);
        depth_um + self.dent_um(depth_um, force_mn) + self.give_um(depth_um, force_mn)
    }

    /// Force on the hand with the tip at depth h, mN; no needle of many counts with more than it takes
    /// to cut on.
    fn load_mn(&self, branch: Branch, depth_um: f64) -> f64 {
        let standoff_um = self.approach.length_um - self.travel_um(branch, depth_um, 1.0);
        let force_mn = self.force_mn(branch, depth_um, 1.0);
        let other_mn = force_mn.min(self.force_mn(Branch::Cutting, depth_um, 1.0));
        force_mn + (self.approach.bearing_needles(standoff_um.max(0.0)) - 1.0) * other_mn
    }

    /// Depth (or what else) between two at which the growing `value(depth)` reaches `wanted`; the farther one
    /// if it does not. The false position, kept from creeping by halving the end that stays (Illinois).
    fn depth_where(
        &self,
        from_um: f64,
        to_um: f64,
        wanted: f64,
        value: impl Fn(&Self, f64) -> f64,
    ) -> f64 {
        let (mut low, mut high) = (from_um, to_um);
        let (mut below, mut above) = (value(self, low) - wanted, value(self, high) - wanted);
        if above <= 0.0 {
            return high;
        }
        if below >= 0.0 {
            return low;
        }
        for _ in 0..MOST_ROUNDS {
            let depth = low + (high - low) * below / (below - above);
            let miss = value(self, depth) - wanted;
            if miss.abs() < DEPTH_TOLERANCE * wanted || high - low < DEPTH_TOLERANCE * to_um {
                return depth;
            }
            if miss < 0.0 {
                (low, below) = (depth, miss);
                above *= 0.5;
            } else {
                (high, above) = (depth, miss);
                below *= 0.5;
            }
        }
        0.5 * (low + high)
    }

    /// Whether a travel of the device is long enough for the tougher layer to give way.
    pub(super) fn breaks_through(&self, travel_um: f64, resistance: f64) -> bool {
        self.travel_um(Branch::Pricking, self.breakthrough_um(), resistance) <= travel_um
    }

    /// Depth that a travel of the device brings the tip to, um, and how, without regard to the hand.
    pub(super) fn depth_um(&self, travel_um: f64, resistance: f64) -> (Branch, f64) {
        let branch = if self.breaks_through(travel_um, resistance) {
            Branch::Cutting
        } else {
            Branch::Pricking
        };
        (branch, self.depth_on(branch, travel_um, resistance))
    }

    /// Depth that a travel of the device brings the tip to on a branch, um.
    pub(super) fn depth_on(&self, branch: Branch, travel_um: f64, resistance: f64) -> f64 {
        let breakthrough = self.breakthrough_um();
        let (from, to) = match branch {
            Branch::Pricking => (0.0, breakthrough.min(travel_um)),
            Branch::Cutting => (breakthrough, travel_um),
        };
        self.depth_where(from, to, travel_um, |e, depth| e.travel_um(branch, depth, resistance))
    }

    /// Where between `from` and `to` the place that resists `resistance(z)` times the usual only just gives way;
    /// the resistance grows with z.
    pub(super) fn just_breaks_through(
        &self,
        travel_um: f64,
        (from, to): (f64, f64),
        resistance: impl Fn(f64) -> f64,
    ) -> f64 {
        let breakthrough = self.breakthrough_um();
        self.depth_where(from, to, travel_um, |e, z| {
            e.travel_um(Branch::Pricking, breakthrough, resistance(z))
        })
    }

    /// The needle at its deepest, with the hand's force taken into account.
    pub(super) fn solve(&self) -> Insertion {
        let length = self.approach.length_um;
        let hand = self.approach.hand_force_mn;
        let breakthrough = self.breakthrough_um();
        let (mut branch, mut depth) = self.depth_um(length, 1.0);
        if branch == Branch::Cutting && self.load_mn(Branch::Pricking, breakthrough) > hand {
            (branch, depth) = (Branch::Pricking, breakthrough);
        }
        let from = if branch == Branch::Cutting { breakthrough } else { 0.0 };
        depth = self.depth_where(from, depth, hand, |e, h| e.load_mn(branch, h));
        self.at(branch, depth)
    }

    fn at(&self, branch: Branch, depth_um: f64) -> Insertion {
        let force_mn = self.force_mn(branch, depth_um, 1.0);
        let (dent_um, give_um) =
            (self.dent_um(depth_um, force_mn), self.give_um(depth_um, force_mn));
        let broke_through = branch == Branch::Cutting;
        let peak_force_mn = if broke_through {
            force_mn.max(self.force_mn(Branch::Pricking, self.breakthrough_um(), 1.0))
        } else {
            force_mn
        };
        Insertion {
            depth_um,
            dent_um,
            give_um,
            standoff_um: (self.approach.length_um - depth_um - dent_um - give_um).max(0.0),
            force_mn,
            peak_force_mn,
            work_uj: self.work_uj(branch, depth_um, force_mn, dent_um),
            hold_mn_per_um: self.rate * self.hold(depth_um).shaft_mn_per_um(),
            broke_through,
        }
    }

    /// `integral of F dh + F w / 2`, uJ (mN um is a thousandth of it).
    fn work_uj(&self, branch: Branch, depth_um: f64, force_mn: f64, dent_um: f64) -> f64 {
        let step = depth_um / f64::from(WORK_INTERVALS);
        let spent: f64 = (0..WORK_INTERVALS)
            .map(|number| {
                let h = (f64::from(number) + 0.5) * step;
                let here = if h < self.breakthrough_um() { Branch::Pricking } else { branch };
                self.force_mn(here, h, 1.0) * step
            })
            .sum();
        (spent + 0.5 * force_mn * dent_um) * 1e-3
    }
}

/// Drives a needle into skin as far as travel and hand allow.
///
/// The tip at depth h meets the force
///
/// ```text
/// F(h) = F_p h / h_p  +  wall(h)            h <= h_p    pricking: up to where the tougher layer gives
/// F(h) = kappa F_p    +  wall(h)            beyond      cutting on
/// wall = tau S(h) + (tau / mu) (A(h) - A_tip)           friction on the side, wedging open
/// F_p  = a d + p A_tip                                  see puncture_force_mn
/// ```
///
/// and carries the surface down by the dent w(F, h) of [`Tissue`] and, with the n - 1 others that
/// share the skin, the skin as a whole by `w_s`. The device travels by its needle's length L less the
/// standoff g that a weak hand leaves:
///
/// ```text
/// h + c w(F, h) + w_s = L - g,       g = 0, or such that the bearing needles together take the hand
/// w_s = c (F + (n - 1) min(F, F_cutting)) / k_s
/// ```
///
/// c is 1 for skin that gives way just as these laws say; in the hand it gives more.
///
/// If the needle has no length left where the force is greatest, it stays on the pricking branch: a
/// dent, or a shallow prick. Otherwise the force falls as the layer gives way and the tip jumps to
/// the cutting branch: the drop of force on test benches.
pub fn insert(needle: &NeedleGeometry, tissue: &Tissue<'_>, approach: &Approach) -> Insertion {
    Encounter::new(needle, tissue, approach).solve()
}
