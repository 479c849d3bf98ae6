//! Devices, hands and skin that the tests share; the numbers are plausible, not evidence.
#![allow(dead_code)]

use needlepoint_needling::{
    DepthLaw, Device, FOUR_WAY_STAR_DEG, Hand, InjuryParameters, Motion, NeedleGeometry, Patch,
    Puncture, Setting, sample_punctures,
};
use needlepoint_skin::{LayerThicknesses, LayeredSkin};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

pub(crate) const ROLLER: Motion = Motion::Roller {
    drum_diameter_mm: 20.0,
    drum_width_mm: 20.0,
    rings: 8,
    rows: 24,
    stagger: false,
};
pub(crate) const STAGGERED: Motion = Motion::Roller {
    drum_diameter_mm: 20.0,
    drum_width_mm: 20.0,
    rings: 8,
    rows: 24,
    stagger: true,
};
pub(crate) const PEN: Motion = Motion::Pen {
    needles: 12,
    layout_diameter_mm: 5.0,
    frequency_hz: 100.0,
    glide_speed_mm_per_s: 30.0,
};
pub(crate) const STAMP: Motion = Motion::Stamp { columns: 8, rows: 5, pitch_mm: 0.8 };
pub(crate) const MOTIONS: [Motion; 4] = [ROLLER, STAGGERED, PEN, STAMP];

pub(crate) const HAND: Hand = Hand {
    tilt_sd_deg: 5.0,
    position_scatter_sd_mm: 0.3,
    depth: DepthLaw::constant(600.0),
    mouth_ratio: 0.5,
};
/// Every needle goes straight and gets in.
pub(crate) const MACHINE: Hand = Hand { tilt_sd_deg: 0.0, position_scatter_sd_mm: 0.0, ..HAND };

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
    Patch::new(side_mm).unwrap()
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
