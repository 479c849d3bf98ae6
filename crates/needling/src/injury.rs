//! What the punctures do to each layer: the dose that healing answers to.

use needlepoint_skin::{LayerKind, LayeredSkin};
use serde::{Deserialize, Serialize};

use crate::{
    DepthStatistics, Patch, Puncture, ellipse::area_within, logistic::logistic, puncture::Frustum,
};

const UM2_PER_MM2: f64 = 1e6;
const UM3_PER_MM3: f64 = 1e9;

/// What turns holes into signals and blood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct InjuryParameters {
    /// lambda, how far signals reach from the wall of a channel, um.
    pub halo_um: f64,
    /// Depth at which half the channels bleed, um. No curve has been published: a modelling
    /// assumption from where vessels are seen.
    pub plexus_depth_um: f64,
    /// How gradually bleeding sets in with depth, um.
    pub plexus_width_um: f64,
    /// Blood left in the dermis per volume of a bleeding channel.
    pub blood_share: f64,
}

/// What one layer suffers; all zero where no channel reaches it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LayerInjury {
    /// The layer.
    pub kind: LayerKind,
    /// n, channels that enter the layer, per cm2.
    pub holes_per_cm2: f64,
    /// Share of all punctures that end in the layer.
    pub ending_share: f64,
    /// r, mean radius within the layer of the channels that enter it, um; of torn ones that of a
    /// circle as large.
    pub mean_radius_um: f64,
    /// Volume of channels within the layer, mm3 per cm2 of skin.
    pub injured_volume_mm3_per_cm2: f64,
    /// v, that volume as a share of the layer's; 0 for the subcutis, which has no lower end. A dose:
    /// where channels overlap their volumes are counted twice.
    pub injured_fraction: f64,
    /// q, share of the layer's volume within reach of the signals of a channel.
    pub halo_coverage: f64,
    /// v / q, the dose where signals reach; 0 where they reach nothing.
    pub local_dose: f64,
    /// Blood as a share of the layer's volume; dermal layers only.
    pub blood_fraction: f64,
}

/// What a treatment does to the skin below one patch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Injury {
    /// Layer by layer, in the order of [`LayerKind::ALL`].
    pub layers: [LayerInjury; LayerKind::COUNT],
    /// Punctures per cm2.
    pub holes_per_cm2: f64,
    /// Share of the surface that lies open, `1 - exp(-sum of mouth areas / area)`.
    pub open_area_fraction: f64,
    /// How deep the punctures go.
    pub depth: DepthStatistics,
    /// Share of punctures that reach the vessels.
    pub plexus_share: f64,
    /// Bleeding points per cm2.
    pub bleeding_points_per_cm2: f64,
}

impl Injury {
    /// One layer.
    pub const fn layer(&self, kind: LayerKind) -> &LayerInjury {
        &self.layers[kind.index()]
    }

    /// Volume of channels in all layers, mm3 per cm2 of skin.
    pub fn injured_volume_mm3_per_cm2(&self) -> f64 {
        self.layers.iter().map(|layer| layer.injured_volume_mm3_per_cm2).sum()
    }
}

/// Sums over the channels that enter one layer.
#[derive(Clone, Copy, Default)]
struct LayerSums {
    entered: f64,
    radius_um: f64,
    volume_um3: f64,
    halo_area_um2: f64,
    bleeding_volume_um3: f64,
}

impl LayerSums {
    fn add(&mut self, piece: Frustum, thickness_um: f64, halo_um: f64, bleeds: f64) {
        let [a, b] = piece.half_axes_um;
        let depth_share = ((piece.length_um + halo_um) / thickness_um).min(1.0);
        self.entered += 1.0;
        self.radius_um += (a * b).sqrt();
        self.volume_um3 += piece.volume_um3;
        self.halo_area_um2 += area_within(a, b, halo_um) * depth_share;
        self.bleeding_volume_um3 += bleeds * piece.volume_um3;
    }

    fn finish(&self, kind: LayerKind, thickness_um: f64, patch: Patch, blood: f64) -> LayerInjury {
        let area_um2 = patch.area_mm2() * UM2_PER_MM2;
        // Infinite for the subcutis, where every share is then zero.
        let layer_um3 = area_um2 * thickness_um;
        let injured_fraction = self.volume_um3 / layer_um3;
        let halo_coverage = -(-self.halo_area_um2 / area_um2).exp_m1();
        LayerInjury {
            kind,
            holes_per_cm2: self.entered / patch.area_cm2(),
            ending_share: 0.0,
            mean_radius_um: ratio(self.radius_um, self.entered),
            injured_volume_mm3_per_cm2: self.volume_um3 / UM3_PER_MM3 / patch.area_cm2(),
            injured_fraction,
            halo_coverage,
            local_dose: ratio(injured_fraction, halo_coverage),
            blood_fraction: if kind.is_dermis() {
                blood * self.bleeding_volume_um3 / layer_um3
            } else {
                0.0
            },
        }
    }
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Volume of channels above each of `depths_um` (below the surface, ascending), and of the blood left in
/// them, both per area of skin, um. Nothing above the first depth counts.
///
/// Blood is reckoned as by [`injury`]: `beta * p * V` of a channel whose chance of bleeding is `p`.
pub fn volumes_above(
    punctures: &[Puncture],
    patch: Patch,
    depths_um: &[f64],
    parameters: &InjuryParameters,
) -> Vec<(f64, f64)> {
    let mut volumes = vec![(0.0, 0.0); depths_um.len()];
    for hit in punctures {
        let channel = hit.channel();
        let bleeds = logistic(hit.depth_um, parameters.plexus_depth_um, parameters.plexus_width_um);
        for (at, ends) in depths_um.windows(2).enumerate() {
            let Some(piece) = channel.frustum(ends[0], ends[1]) else { break };
            volumes[at + 1].0 += piece.volume_um3;
            volumes[at + 1].1 += bleeds * piece.volume_um3;
        }
    }
    let area_um2 = patch.area_mm2() * UM2_PER_MM2;
    let (mut injured, mut blood) = (0.0, 0.0);
    for volume in &mut volumes {
        injured += volume.0 / area_um2;
        blood += parameters.blood_share * volume.1 / area_um2;
        *volume = (injured, blood);
    }
    volumes
}

/// Adds up what the punctures on a patch do to layered skin.
///
/// For each layer, summed over the channels that enter it with half axes a and b, length l and volume V
/// there,
///
/// ```text
/// injured fraction   v = sum V / (area * thickness)
/// halo coverage      q = 1 - exp(-sum A(lambda) min(1, (l + lambda) / thickness) / area)
///                    A(lambda) = pi a b + P lambda + pi lambda^2      P circumference
/// local dose         v / q
/// blood fraction     beta * sum p V / (area * thickness)
/// ```
///
/// and over the patch `bleeding points = sum p / area`, with
/// `p = 1 / (1 + exp(-(h - h_plexus) / w))` the chance that a channel of depth h bleeds; the sums use
/// the chance itself, no draw.
///
/// q holds for holes placed at random, to which several passes in several directions come close
/// ([`crate::coverage`] measures it on the pattern itself); few passes of a regular lattice cover
/// more. a and b are means over l, and A is `pi (r + lambda)^2` where the channel is round; signals reach lambda beyond
/// its end as well, so a channel that only enters a layer covers part of its depth. The volumes of all layers
/// add up to the volume of the channels.
pub fn injury(
    punctures: &[Puncture],
    patch: Patch,
    skin: &LayeredSkin,
    parameters: &InjuryParameters,
) -> Injury {
    let bounds = LayerKind::ALL.map(|kind| (skin.top_um(kind), skin.bottom_um(kind)));
    let mut sums = [LayerSums::default(); LayerKind::COUNT];
    let (mut mouths_um2, mut bleeding) = (0.0, 0.0);
    for hit in punctures {
        let channel = hit.channel();
        let bleeds = logistic(hit.depth_um, parameters.plexus_depth_um, parameters.plexus_width_um);
        mouths_um2 += channel.mouth_area_um2();
        bleeding += bleeds;
        for (sum, &(top_um, bottom_um)) in sums.iter_mut().zip(&bounds) {
            let Some(piece) = channel.frustum(top_um, bottom_um) else { break };
            sum.add(piece, bottom_um - top_um, parameters.halo_um, bleeds);
        }
    }
    let mut layers = LayerKind::ALL.map(|kind| {
        let thickness_um = skin.thickness_um(kind);
        sums[kind.index()].finish(kind, thickness_um, patch, parameters.blood_share)
    });
    for (nth, layer) in layers.iter_mut().enumerate() {
        // What enters a layer and not the next one ends in it.
        let passing = sums.get(nth + 1).map_or(0.0, |next| next.entered);
        layer.ending_share = ratio(sums[nth].entered - passing, punctures.len() as f64);
    }
    let mut depths_um: Vec<f64> = punctures.iter().map(|hit| hit.depth_um).collect();
    Injury {
        layers,
        holes_per_cm2: punctures.len() as f64 / patch.area_cm2(),
        open_area_fraction: -(-mouths_um2 / (patch.area_mm2() * UM2_PER_MM2)).exp_m1(),
        depth: DepthStatistics::of(&mut depths_um),
        plexus_share: ratio(bleeding, punctures.len() as f64),
        bleeding_points_per_cm2: bleeding / patch.area_cm2(),
    }
}
