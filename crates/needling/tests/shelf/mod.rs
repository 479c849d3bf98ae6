//! Devices, hands and skin that the tests share; the numbers are plausible, not evidence.
#![allow(dead_code)]

use needlepoint_needling::{
    Device, FOUR_WAY_STAR_DEG, Hand, InjuryParameters, Motion, NeedleGeometry, Patch, Puncture,
    Setting, SpotGrid, sample_punctures,
};
use needlepoint_skin::{LayerThicknesses, LayeredSkin};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

pub(crate) const ROLLER: Motion = Motion::Roller {
    drum_diameter_mm: 20.0,
    drum_width_mm: 20.0,
    rings: 8,
    rows: 24,
    stagger: 0.0,
    slip: 0.0,
    overlap: 0.0,
};
pub(crate) const STAGGERED: Motion = Motion::Roller {
    drum_diameter_mm: 20.0,
    drum_width_mm: 20.0,
    rings: 8,
    rows: 24,
    stagger: 0.5,
    slip: 0.0,
    overlap: 0.0,
};
pub(crate) const PEN: Motion = Motion::Pen {
    needles: 12,
    layout_diameter_mm: 5.0,
    frequency_hz: 100.0,
    glide_speed_mm_per_s: 30.0,
    in_skin_share: 0.4,
    overlap: 0.0,
};
pub(crate) const STAMP: Motion = Motion::Stamp { columns: 8, rows: 5, pitch_mm: 0.8, overlap: 0.0 };
/// One that slides, overlaps and wanders.
pub(crate) const SLIDING: Motion = Motion::Roller {
    drum_diameter_mm: 20.0,
    drum_width_mm: 20.0,
    rings: 8,
    rows: 24,
    stagger: 0.3,
    slip: 0.2,
    overlap: 0.15,
};
/// Strips that lie over each other.
pub(crate) const OVERLAPPING: Motion = Motion::Pen {
    needles: 12,
    layout_diameter_mm: 5.0,
    frequency_hz: 100.0,
    glide_speed_mm_per_s: 60.0,
    in_skin_share: 0.4,
    overlap: 0.3,
};
/// Placements with gaps between them.
pub(crate) const APART: Motion =
    Motion::Stamp { columns: 8, rows: 5, pitch_mm: 0.8, overlap: -0.2 };
pub(crate) const SPOTS: Motion = Motion::Spots {
    grid: SpotGrid::Hexagonal,
    spots_per_cm2: 300.0,
    square_side_mm: 8.0,
    overlap: 0.1,
    diameter_um: 120.0,
    depth_um: 500.0,
};
pub(crate) const MOTIONS: [Motion; 8] =
    [ROLLER, STAGGERED, PEN, STAMP, SLIDING, OVERLAPPING, APART, SPOTS];

pub(crate) const HAND: Hand = Hand {
    tilt_sd_deg: 5.0,
    position_scatter_sd_mm: 0.3,
    wobble_sd_mm: 0.5,
    wobble_length_mm: 20.0,
    tear_share: 0.1,
    reached_fraction: 0.6,
    depth_scatter: 0.2,
    dent_depth_um: 80.0,
    dent_width_um: 20.0,
    mouth_ratio: 0.5,
};
/// Every needle goes straight and gets in.
pub(crate) const MACHINE: Hand = Hand {
    tilt_sd_deg: 0.0,
    position_scatter_sd_mm: 0.0,
    wobble_sd_mm: 0.0,
    tear_share: 0.0,
    dent_depth_um: 0.0,
    dent_width_um: 0.0,
    ..HAND
};

pub(crate) const SIGNALS: InjuryParameters = InjuryParameters {
    halo_um: 100.0,
    plexus_depth_um: 450.0,
    plexus_width_um: 60.0,
    blood_share: 0.3,
};

pub(crate) fn device(motion: Motion) -> Device {
    Device {
        motion,
        needle: NeedleGeometry {
            tip_diameter_um: 20.0,
            shaft_diameter_um: 250.0,
            taper_length_um: 1200.0,
        },
        maximum_length_mm: 3.0,
    }
}

pub(crate) fn setting(needle_length_mm: f64, passes: u32) -> Setting {
    Setting { needle_length_mm, passes, directions_deg: FOUR_WAY_STAR_DEG.to_vec() }
}

pub(crate) fn patch(side_mm: f64) -> Patch {
    Patch::square(side_mm).unwrap()
}

pub(crate) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

pub(crate) fn punctures(
    motion: Motion,
    setting: &Setting,
    side_mm: f64,
    hand: &Hand,
    seed: u64,
) -> Vec<Puncture> {
    let mut punctures = Vec::new();
    sample_punctures(
        &device(motion),
        setting,
        patch(side_mm),
        hand,
        &mut rng(seed),
        &mut punctures,
    )
    .unwrap();
    punctures
}

pub(crate) fn cheek() -> LayeredSkin {
    LayeredSkin::new(&LayerThicknesses {
        stratum_corneum_um: 17.0,
        viable_epidermis_um: 60.0,
        dermis_um: 1000.0,
        papillary_share: 0.2,
        upper_reticular_share: 0.4,
    })
    .unwrap()
}
