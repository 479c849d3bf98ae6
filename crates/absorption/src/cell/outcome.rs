//! What the solver tells.

use super::Grid;

/// The cell at one time. Amounts are in the donor's unit of concentration times um3, for one cell;
/// divided by [`super::Cell::area_um2`] they are amounts per area of skin (times um).
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Time, s.
    pub time_s: f64,
    /// In each layer, without the open channel.
    pub in_layers: Vec<f64>,
    /// In the open channel.
    pub in_channel: f64,
    /// On the skin, in a product that can run out.
    pub in_donor: f64,
    /// All that was put on, in products that can run out.
    pub applied: f64,
    /// All that was wiped off or replaced.
    pub wiped: f64,
    /// All of the solute that evaporated from the product.
    pub evaporated: f64,
    /// All that entered the skin and its channel, less what went back.
    pub entered: f64,
    /// What was in the channel at time 0.
    pub filled: f64,
    /// All that was cleared from each layer.
    pub cleared: Vec<f64>,
    /// All that was metabolised in each layer.
    pub metabolised: Vec<f64>,
    /// All that left through the bottom.
    pub left: f64,
    /// Flow down through the top of each layer at this time, the channel's included, per s.
    pub flow: Vec<f64>,
    /// Level `u = c / K`, ring by ring in each row.
    pub level: Vec<f64>,
    /// Mean concentration, ring by ring in each row.
    pub concentration: Vec<f64>,
}

impl Snapshot {
    /// All that is within the skin and its channel.
    pub fn held(&self) -> f64 {
        self.in_layers.iter().sum::<f64>() + self.in_channel
    }

    /// What was filled in and entered, less what is held, cleared, metabolised or left, relative to the
    /// largest of them: 0 but for rounding.
    pub fn imbalance(&self) -> f64 {
        let gone = self.cleared.iter().chain(&self.metabolised).sum::<f64>() + self.left;
        let largest = self.held().max(gone).max(self.entered.abs()).max(self.filled);
        if largest == 0.0 {
            0.0
        } else {
            (self.filled + self.entered - self.held() - gone) / largest
        }
    }
}

/// The cell over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// At the times asked for.
    pub snapshots: Vec<Snapshot>,
    /// The grid.
    pub grid: Grid,
    /// The highest level that was at the surface.
    pub surface_level: f64,
    /// Steps in time.
    pub steps: usize,
    /// Steps that were taken again, shorter.
    pub repeated: usize,
    /// Factorisations.
    pub factorisations: usize,
}

impl Solution {
    /// Middle of each row with the mean over the rings of a field of a snapshot, `level` or
    /// `concentration`.
    pub fn depth_profile(&self, field: &[f64]) -> Vec<(f64, f64)> {
        let rings: Vec<f64> = self.grid.rings_um2().collect();
        let area: f64 = rings.iter().sum();
        let mean = |row: &[f64]| row.iter().zip(&rings).map(|(c, a)| c * a).sum::<f64>() / area;
        let rows = field.chunks(self.grid.columns()).map(mean);
        self.middles_um().zip(rows).collect()
    }

    /// Greatest depth, um, at which the mean level over the rings is still `share` of the highest level
    /// there was at the surface; 0 if nowhere.
    pub fn reach_um(&self, snapshot: &Snapshot, share: f64) -> f64 {
        self.deepest(&self.depth_profile(&snapshot.level), share)
    }

    /// The same where it is deepest, which is under the channel.
    pub fn farthest_reach_um(&self, snapshot: &Snapshot, share: f64) -> f64 {
        let highest = |row: &[f64]| row.iter().copied().fold(0.0, f64::max);
        let rows = snapshot.level.chunks(self.grid.columns()).map(highest);
        self.deepest(&self.middles_um().zip(rows).collect::<Vec<_>>(), share)
    }

    fn middles_um(&self) -> impl Iterator<Item = f64> {
        self.grid.depths_um.windows(2).map(|faces| 0.5 * (faces[0] + faces[1]))
    }

    /// Straight between the middles of rows.
    fn deepest(&self, profile: &[(f64, f64)], share: f64) -> f64 {
        let wanted = share * self.surface_level;
        let Some(at) = profile.iter().rposition(|(_, level)| *level >= wanted && *level > 0.0)
        else {
            return 0.0;
        };
        let (depth, level) = profile[at];
        match profile.get(at + 1) {
            Some(&(next, below)) => depth + (next - depth) * (level - wanted) / (level - below),
            None => self.grid.depths_um.last().copied().unwrap_or(depth),
        }
    }
}
