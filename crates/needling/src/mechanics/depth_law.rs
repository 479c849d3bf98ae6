//! How depth scatters from hit to hit.

use serde::{Deserialize, Serialize};

use super::{
    Approach, Tissue,
    insertion::{Branch, Encounter, Insertion},
};
use crate::NeedleGeometry;

/// Nodes of each branch.
const NODES: usize = 13;
/// Standard deviations to which the law is tabulated; beyond, the last value holds.
const REACH_SD: f64 = 4.0;

/// Depth of a hit as a function of how the place resists.
///
/// A place resists `rho = exp(s z)` times as much as the median place, z standard normal: all forces
/// of [`crate::insert`] are multiplied by it. Depth as a function of z falls slowly on the cutting
/// branch, jumps where the tougher layer no longer gives way, and falls on along the pricking branch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DepthLaw {
    /// Beyond this z a needle no longer breaks through.
    breaks_to: f64,
    /// Depths from z = -4 to `breaks_to`, um.
    cutting_um: [f64; NODES],
    /// Depths from `breaks_to` to z = 4, um.
    pricking_um: [f64; NODES],
    /// A hit that does not pass this depth has opened nothing, um.
    least_um: f64,
}

impl DepthLaw {
    /// The law for a needle that comes at the skin in this way, and its median insertion.
    ///
    /// `scatter` is s. A hit counts as a hole when the tip passes the stratum corneum.
    pub fn new(
        needle: &NeedleGeometry,
        tissue: &Tissue<'_>,
        approach: &Approach,
        scatter: f64,
    ) -> (Self, Insertion) {
        let encounter = Encounter::new(needle, tissue, approach);
        let median = encounter.solve();
        let travel_um = approach.length_um - median.standoff_um;
        let resistance = |z: f64| (scatter * z).exp();
        let depth = |branch, z: f64| encounter.depth_on(branch, travel_um, resistance(z));
        let breaks = |z: f64| encounter.breaks_through(travel_um, resistance(z));
        // Where the hand could not break through, a softer place here and there still gives way.
        let (breaks_to, softer, tougher) = if breaks(REACH_SD) {
            (REACH_SD, Branch::Cutting, Branch::Cutting)
        } else if breaks(-REACH_SD) {
            let jump = encounter.just_breaks_through(travel_um, (-REACH_SD, REACH_SD), resistance);
            (jump, Branch::Cutting, Branch::Pricking)
        } else {
            (-REACH_SD, Branch::Pricking, Branch::Pricking)
        };
        let node = |from: f64, to: f64, number: usize| {
            from + (to - from) * number as f64 / (NODES - 1) as f64
        };
        let law = Self {
            breaks_to,
            cutting_um: std::array::from_fn(|n| depth(softer, node(-REACH_SD, breaks_to, n))),
            pricking_um: std::array::from_fn(|n| depth(tougher, node(breaks_to, REACH_SD, n))),
            least_um: tissue.skin.thickness_um(needlepoint_skin::LayerKind::StratumCorneum),
        };
        (law, median)
    }

    /// Every hit reaches the same depth: a beam's spot, or a pattern looked at without mechanics.
    pub const fn constant(depth_um: f64) -> Self {
        Self {
            breaks_to: REACH_SD,
            cutting_um: [depth_um; NODES],
            pricking_um: [depth_um; NODES],
            least_um: 0.0,
        }
    }

    /// Depth of a hit for a standard normal draw, um; none if the needle only dents the skin.
    pub fn depth_um(&self, z: f64) -> Option<f64> {
        let depth = if z <= self.breaks_to {
            interpolate(&self.cutting_um, -REACH_SD, self.breaks_to, z)
        } else {
            interpolate(&self.pricking_um, self.breaks_to, REACH_SD, z)
        };
        (depth > self.least_um).then_some(depth)
    }
}

/// Linear between evenly spaced nodes, constant beyond them.
fn interpolate(values: &[f64; NODES], from: f64, to: f64, at: f64) -> f64 {
    let width = to - from;
    if width <= 0.0 {
        return values[0];
    }
    let position = ((at - from) / width * (NODES - 1) as f64).clamp(0.0, (NODES - 1) as f64);
    let below = (position as usize).min(NODES - 2);
    values[below] + (values[below + 1] - values[below]) * (position - below as f64)
}
