//! Devices, hands and skin that the tests share; the numbers are plausible, not evidence.
#![allow(dead_code)]

use needlepoint_needling::{
    Approach, DepthLaw, Device, FOUR_WAY_STAR_DEG, Grip, Hand, InjuryParameters, Motion,
    NeedleGeometry, Patch, Puncture, Setting, SpotGrid, Stiffness, Support, Tissue, Toughness,
    sample_punctures,
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
    depth: DepthLaw::constant(600.0),
    mouth_ratio: 0.5,
};
/// Every needle goes straight and gets in.
pub(crate) const MACHINE: Hand = Hand {
    tilt_sd_deg: 0.0,
    position_scatter_sd_mm: 0.0,
    wobble_sd_mm: 0.0,
    tear_share: 0.0,
    ..HAND
};

pub(crate) const STIFFNESS: Stiffness = Stiffness {
    stratum_corneum_mpa: 2.0,
    viable_epidermis_mpa: 1.0,
    dermis_mpa: 0.12,
    fat_mpa: 0.0025,
    relaxation_exponent: 0.1,
    reference_time_s: 1.0,
};
pub(crate) const TOUGHNESS: Toughness = Toughness {
    cutting_mn_per_um: 4.0,
    pressure_mpa: 20.0,
    breakthrough_depth_um: 160.0,
    kept_share: 0.6,
    wall_friction_mpa: 0.002,
    friction_coefficient: 0.3,
};
pub(crate) const CHEEK: Support =
    Support::Body { fat_thickness_um: 4000.0, fat_bulk_mpa: 0.036, tension_n_per_m: 15.0 };
pub(crate) const GRIP: Grip = Grip {
    roller_force_n: 5.0,
    pen_force_n: 2.0,
    stamp_force_n: 20.0,
    roll_speed_mm_per_s: 60.0,
    press_time_s: 0.5,
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

/// The hand, with depths as mechanics gives them for needles of this length in skin that gives way
/// `dent_excess` times as far as usual.
pub(crate) fn driven(motion: Motion, length_mm: f64, dent_excess: f64) -> Hand {
    let skin = cheek();
    let tissue = Tissue {
        skin: &skin,
        stiffness: STIFFNESS,
        toughness: TOUGHNESS,
        support: CHEEK,
        dent_excess,
    };
    let depth = Approach::new(&motion, 1000.0 * length_mm, &GRIP)
        .map_or(DepthLaw::constant(0.0), |approach| {
            DepthLaw::new(&device(motion).needle, &tissue, &approach, 0.4).0
        });
    Hand { depth, ..HAND }
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
