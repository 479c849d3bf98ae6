//! How punctures lie to each other: spacing, coverage, overlap.

use serde::Serialize;

use crate::{Patch, Puncture, ellipse::is_within, nearest::CellGrid};

const UM_PER_MM: f64 = 1000.0;

/// Probes on the patch when coverage is measured; its error is then about a third of a per cent.
const PROBES: f64 = 22_500.0;

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

/// One bar of the histogram of distances to the nearest neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DistanceBin {
    /// Nearer edge of the bar, mm.
    pub from_mm: f64,
    /// Farther edge of the bar, mm.
    pub to_mm: f64,
    /// Share of punctures whose nearest neighbour is that far.
    pub share: f64,
}

/// All that is asked of the nearest neighbours, found in one walk through the cells; distances freed from the edge of the patch.
///
/// Neighbours outside the patch are unseen, so a puncture counts only if its edge is farther than
/// its nearest seen neighbour, with the weight
///
/// ```text
/// 1 / ((W - 2 d) (H - 2 d))
/// ```
///
/// of the place that such a distance d leaves on a patch of width W and height H (Hanisch): without
/// bias for any pattern that is the same all over.
pub(crate) struct Neighbours {
    /// Share of punctures that struck into the mouth of another.
    pub(crate) repeated_share: f64,
    patch: Patch,
    /// Those that count, in order, mm.
    sorted_mm: Vec<f64>,
    total_weight: f64,
}

impl Neighbours {
    pub(crate) fn new(grid: &CellGrid<'_>, patch: Patch) -> Self {
        let n = grid.punctures().len();
        let mut sorted_mm = Vec::with_capacity(n);
        let mut repeated = 0_usize;
        for (hit, d) in grid.nearest_mm() {
            if d < patch.edge_mm(hit.x_mm, hit.y_mm) && patch.inner_mm2(d) > 0.0 {
                sorted_mm.push(d);
            }
            repeated += usize::from(is_repeated(grid, hit, d));
        }
        sorted_mm.sort_unstable_by(f64::total_cmp);
        let repeated_share = repeated as f64 / n.max(1) as f64;
        let mut found = Self { repeated_share, patch, sorted_mm, total_weight: 0.0 };
        found.total_weight = found.weighted().map(|(_, weight)| weight).sum();
        found
    }

    fn weighted(&self) -> impl Iterator<Item = (f64, f64)> {
        self.sorted_mm.iter().map(|&d| (d, 1.0 / self.patch.inner_mm2(d)))
    }

    /// Mean and quantiles; none without any distance.
    pub(crate) fn statistics(&self) -> Option<NearestNeighbour> {
        const SHARES: [f64; 3] = [0.05, 0.50, 0.95];
        let mut quantiles_mm = [*self.sorted_mm.last()?; 3];
        let (mut found, mut sum, mut moment) = (0, 0.0, 0.0);
        for (d, weight) in self.weighted() {
            sum += weight;
            moment += d * weight;
            while SHARES.get(found).is_some_and(|share| sum >= share * self.total_weight) {
                quantiles_mm[found] = d;
                found += 1;
            }
        }
        let [p05_mm, p50_mm, p95_mm] = quantiles_mm;
        Some(NearestNeighbour { mean_mm: moment / self.total_weight, p05_mm, p50_mm, p95_mm })
    }

    /// Bars of equal width from 0 to the longest distance; none without any distance.
    pub(crate) fn histogram(&self, bins: u32) -> Vec<DistanceBin> {
        let Some(&longest_mm) = self.sorted_mm.last() else { return Vec::new() };
        let width_mm = longest_mm / f64::from(bins.max(1));
        let mut bars: Vec<DistanceBin> = (0..bins)
            .map(|bin| DistanceBin {
                from_mm: f64::from(bin) * width_mm,
                to_mm: f64::from(bin + 1) * width_mm,
                share: 0.0,
            })
            .collect();
        for (d, weight) in self.weighted() {
            let bin = ((d / width_mm) as usize).min(bars.len().saturating_sub(1));
            if let Some(bar) = bars.get_mut(bin) {
                bar.share += weight / self.total_weight;
            }
        }
        bars
    }
}

/// Measures the distances to the nearest neighbour; none where too few punctures lie on the patch.
///
/// The edge of the patch does not matter: a puncture counts only if it is farther from the edge than
/// from its nearest neighbour seen, and the more the less room such a distance has (Hanisch).
///
/// For punctures at random with density n the mean is `1 / (2 sqrt(n))` and
/// `P(distance > d) = exp(-n pi d^2)`.
pub fn nearest_neighbour(punctures: &[Puncture], patch: Patch) -> Option<NearestNeighbour> {
    Neighbours::new(&CellGrid::new(punctures, patch), patch).statistics()
}

/// Share of the skin within reach of a puncture: within `halo_um` of its mouth. Measured on the
/// pattern itself by probes on a fine grid, away from the edge where punctures unseen could reach.
pub fn coverage(punctures: &[Puncture], patch: Patch, halo_um: f64) -> f64 {
    coverage_on(&CellGrid::new(punctures, patch), patch, halo_um)
}

pub(crate) fn coverage_on(grid: &CellGrid<'_>, patch: Patch, halo_um: f64) -> f64 {
    let punctures = grid.punctures();
    let longest_um = punctures.iter().map(Puncture::mouth_length_um).fold(0.0, f64::max);
    let farthest_mm = (0.5 * longest_um + halo_um) / UM_PER_MM;
    let margin_mm = if patch.inner_mm2(farthest_mm) > 0.0 { farthest_mm } else { 0.0 };
    let (width, height) = (patch.width_mm() - 2.0 * margin_mm, patch.height_mm() - 2.0 * margin_mm);
    let columns = (PROBES * width / height).sqrt().round().clamp(1.0, PROBES);
    let rows = (PROBES / columns).round();
    let is_reached = |x_mm: f64, y_mm: f64| {
        grid.any_within(x_mm, y_mm, farthest_mm, |index, dx, dy| {
            let hit = &punctures[index];
            let (along, across) = hit.along_and_across(dx * UM_PER_MM, dy * UM_PER_MM);
            let (a, b) = (0.5 * hit.mouth_length_um(), 0.5 * hit.mouth_diameter_um);
            is_within(along, across, a, b, halo_um)
        })
    };
    let at = |nth: u32, step_mm: f64| margin_mm + (f64::from(nth) + 0.5) * step_mm;
    let reached: usize = (0..rows as u32)
        .map(|row| {
            let y_mm = at(row, height / rows);
            (0..columns as u32)
                .filter(|&column| is_reached(at(column, width / columns), y_mm))
                .count()
        })
        .sum();
    reached as f64 / (columns * rows)
}

/// Share of punctures that struck into the mouth of another: that have another nearer than a mouth's
/// width across it, or a mouth's length along it.
pub fn repeated_hit_share(punctures: &[Puncture], patch: Patch) -> f64 {
    Neighbours::new(&CellGrid::new(punctures, patch), patch).repeated_share
}

/// Whether a puncture whose nearest neighbour is `nearest_mm` away struck into the mouth of another.
fn is_repeated(grid: &CellGrid<'_>, hit: &Puncture, nearest_mm: f64) -> bool {
    let (l, m) = (hit.mouth_length_um() / UM_PER_MM, hit.mouth_diameter_um / UM_PER_MM);
    // Near enough in any direction, or too far in all; else it depends on where the others lie.
    nearest_mm < m
        || nearest_mm < l
            && grid.any_within(hit.x_mm, hit.y_mm, l, |other, dx, dy| {
                let (along, across) = hit.along_and_across(dx, dy);
                // Without division: a mouth may have no width.
                let lies_in = (along * m).powi(2) + (across * l).powi(2) < (l * m).powi(2);
                lies_in && !std::ptr::eq(hit, &raw const grid.punctures()[other])
            })
}
