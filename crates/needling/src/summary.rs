//! Everything a report shows about the punctures of one treatment.

use needlepoint_skin::LayeredSkin;
use serde::Serialize;

use crate::{
    Device, DistanceBin, HitCount, Injury, InjuryParameters, NearestNeighbour, Patch, Puncture,
    Setting, injury,
    nearest::CellGrid,
    spacing::{Neighbours, coverage_on},
};

/// One bar of the histogram of depths.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DepthBin {
    /// Upper edge of the bar (the shallower), um.
    pub from_um: f64,
    /// Lower edge of the bar, um.
    pub to_um: f64,
    /// Punctures per cm2 that end in it.
    pub holes_per_cm2: f64,
}

/// The punctures of one treatment in numbers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PunctureSummary {
    /// Strikes and punctures on the patch.
    pub hits: HitCount,
    /// Share of strikes that only dented the skin.
    pub dent_share: f64,
    /// Punctures per cm2.
    pub holes_per_cm2: f64,
    /// Punctures per cm2 and pass; 0 without passes.
    pub holes_per_cm2_per_pass: f64,
    /// Strikes per cm2 and pass by geometry alone.
    pub nominal_holes_per_cm2_per_pass: f64,
    /// Share of the surface within the halo of a puncture, measured on the pattern.
    pub coverage: f64,
    /// Spacing; none with too few punctures.
    pub nearest_neighbour: Option<NearestNeighbour>,
    /// Distances to the nearest neighbour from 0 to the longest, in bars of equal width.
    pub nearest_neighbour_histogram: Vec<DistanceBin>,
    /// Share of punctures that struck into the mouth of another. See [`crate::repeated_hit_share`].
    pub repeated_hit_share: f64,
    /// Depths, bleeding, and the table of layers: how many channels enter each, how many end there, and
    /// the volume injured.
    pub injury: Injury,
    /// Depths from 0 to the needle's length, or of a laser to the spot's depth, in bars of equal width.
    pub depth_histogram: Vec<DepthBin>,
}

/// One treatment as it was drawn.
#[derive(Debug, Clone, Copy)]
pub struct Treatment<'a> {
    /// The device.
    pub device: &'a Device,
    /// What was asked of it.
    pub setting: &'a Setting,
    /// The patch of skin.
    pub patch: Patch,
    /// What [`crate::sample_punctures`] counted.
    pub hits: HitCount,
    /// What it drew.
    pub punctures: &'a [Puncture],
}

/// Sums up a treatment, with `bins` bars in each histogram.
pub fn summarize(
    treatment: &Treatment<'_>,
    skin: &LayeredSkin,
    parameters: &InjuryParameters,
    bins: u32,
) -> PunctureSummary {
    let &Treatment { device, setting, patch, hits, punctures } = treatment;
    let injury = injury(punctures, patch, skin, parameters);
    let grid = CellGrid::new(punctures, patch);
    let neighbours = Neighbours::new(&grid, patch);
    PunctureSummary {
        hits,
        dent_share: hits.dent_share(),
        holes_per_cm2: injury.holes_per_cm2,
        holes_per_cm2_per_pass: injury.holes_per_cm2 / f64::from(setting.passes.max(1)),
        nominal_holes_per_cm2_per_pass: device.nominal_holes_per_cm2_per_pass(),
        coverage: coverage_on(&grid, patch, parameters.halo_um),
        nearest_neighbour: neighbours.statistics(),
        nearest_neighbour_histogram: neighbours.histogram(bins),
        repeated_hit_share: neighbours.repeated_share,
        injury,
        depth_histogram: histogram(punctures, patch, device.longest_um(setting), bins),
    }
}

fn histogram(punctures: &[Puncture], patch: Patch, longest_um: f64, bins: u32) -> Vec<DepthBin> {
    let width_um = longest_um / f64::from(bins.max(1));
    let mut bars: Vec<DepthBin> = (0..bins)
        .map(|bin| DepthBin {
            from_um: f64::from(bin) * width_um,
            to_um: f64::from(bin + 1) * width_um,
            holes_per_cm2: 0.0,
        })
        .collect();
    let one_hole = 1.0 / patch.area_cm2();
    for hit in punctures {
        let bin = ((hit.depth_um / width_um) as usize).min(bars.len().saturating_sub(1));
        if let Some(bar) = bars.get_mut(bin) {
            bar.holes_per_cm2 += one_hole;
        }
    }
    bars
}
