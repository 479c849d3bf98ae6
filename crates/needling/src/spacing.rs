//! How punctures lie to each other: spacing, coverage, overlap.

use serde::Serialize;

use crate::{Patch, Puncture, nearest::CellGrid};

const UM_PER_MM: f64 = 1000.0;

/// Probes along one side of the patch when coverage is measured; its error is then about a third of
/// a percent.
const PROBES: u32 = 150;

/// Distances to the nearest neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NearestNeighbour {
    /// Mean, mm.
    pub mean_mm: f64,
    /// 5 % of punctures have a neighbour nearer than this, mm.
    pub p05_mm: f64,
    /// Median, mm.
    pub p50_mm: f64,
    /// 95 % of punctures have a neighbour nearer than this, mm.
    pub p95_mm: f64,
}

/// Measures the distances to the nearest neighbour; none where too few punctures lie on the patch.
///
/// Neighbours outside the patch are unseen, so a puncture counts only if its edge is farther than
/// its nearest seen neighbour, with the weight `1 / (side - 2 d)^2` of the place that such a distance
/// d leaves (Hanisch): without bias for any pattern that is the same all over.
///
/// For punctures at random with density n the mean is `1 / (2 sqrt(n))` and
/// `P(distance > d) = exp(-n pi d^2)`.
pub fn nearest_neighbour(punctures: &[Puncture], patch: Patch) -> Option<NearestNeighbour> {
    let grid = CellGrid::new(punctures, patch);
    let side_mm = patch.side_mm();
    let mut weighted: Vec<(f64, f64)> = (0..punctures.len())
        .filter_map(|index| {
            let d = grid.nearest_mm(index)?;
            let hit = &punctures[index];
            let edge_mm = hit.x_mm.min(hit.y_mm).min(side_mm - hit.x_mm).min(side_mm - hit.y_mm);
            let room_mm = side_mm - 2.0 * d;
            (d < edge_mm && room_mm > 0.0).then(|| (d, 1.0 / (room_mm * room_mm)))
        })
        .collect();
    weighted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = weighted.iter().map(|&(_, weight)| weight).sum();
    let quantile = |share: f64| {
        let mut sum = 0.0;
        weighted
            .iter()
            .find(|&&(_, weight)| {
                sum += weight;
                sum >= share * total
            })
            .or(weighted.last())
            .map(|&(d, _)| d)
    };
    Some(NearestNeighbour {
        mean_mm: weighted.iter().map(|&(d, weight)| d * weight).sum::<f64>() / total,
        p05_mm: quantile(0.05)?,
        p50_mm: quantile(0.50)?,
        p95_mm: quantile(0.95)?,
    })
}

/// Share of the skin within reach of a puncture: nearer to its axis than the radius of its mouth
/// plus `halo_um`. Measured on the pattern itself by probes on a fine grid, away from the edge where
/// punctures unseen could reach.
pub fn coverage(punctures: &[Puncture], patch: Patch, halo_um: f64) -> f64 {
    let reach_mm = |hit: &Puncture| (0.5 * hit.mouth_diameter_um + halo_um) / UM_PER_MM;
    let farthest_mm = punctures.iter().map(reach_mm).fold(0.0, f64::max);
    let side_mm = patch.side_mm();
    let margin_mm = if 2.0 * farthest_mm < side_mm { farthest_mm } else { 0.0 };
    let step_mm = (side_mm - 2.0 * margin_mm) / f64::from(PROBES);
    let at = |probe: u32| margin_mm + (f64::from(probe) + 0.5) * step_mm;
    let grid = CellGrid::new(punctures, patch);
    let reached: usize = (0..PROBES)
        .map(|row| {
            (0..PROBES)
                .filter(|&column| {
                    let (x, y) = (at(column), at(row));
                    grid.any_within(x, y, farthest_mm, |hit, d| d <= reach_mm(hit))
                })
                .count()
        })
        .sum();
    reached as f64 / f64::from(PROBES * PROBES)
}

/// Share of punctures that struck into the mouth of another: nearer to it than a mouth's diameter.
pub fn repeated_hit_share(punctures: &[Puncture], patch: Patch) -> f64 {
    if punctures.is_empty() {
        return 0.0;
    }
    let grid = CellGrid::new(punctures, patch);
    let repeated = punctures
        .iter()
        .enumerate()
        .filter(|&(index, hit)| {
            grid.nearest_mm(index).is_some_and(|d| d * UM_PER_MM < hit.mouth_diameter_um)
        })
        .count();
    repeated as f64 / punctures.len() as f64
}
