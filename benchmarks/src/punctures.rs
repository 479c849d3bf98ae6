//! 1 cm2 under four passes of a pen.

use needlepoint_needling::{
    DepthLaw, Device, FOUR_WAY_STAR_DEG, Hand, InjuryParameters, Motion, NeedleGeometry, Patch,
    Setting, injury, sample_punctures,
};
use needlepoint_skin::{LayerThicknesses, LayeredSkin};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use crate::{
    Outcome,
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Repeats unless told otherwise.
const REPEATS: u16 = 101;

// The problem must stay the same while the knowledge grows, so its numbers are fixed here. They are
// those of the tour through the needling crate, and claim nothing about any device.

const DEVICE: Device = Device {
    motion: Motion::Pen {
        needles: 12,
        layout_diameter_mm: 5.0,
        frequency_hz: 100.0,
        glide_speed_mm_per_s: 30.0,
        in_skin_share: 0.4,
        overlap: 0.0,
    },
    needle: NeedleGeometry {
        tip_diameter_um: 20.0,
        shaft_diameter_um: 250.0,
        taper_length_um: 1500.0,
    },
    maximum_length_mm: 2.5,
};

const HAND: Hand = Hand {
    tilt_sd_deg: 5.0,
    position_scatter_sd_mm: 0.3,
    wobble_sd_mm: 0.5,
    wobble_length_mm: 20.0,
    tear_share: 0.1,
    depth: DepthLaw::constant(1200.0),
    mouth_ratio: 0.5,
};

const SKIN: LayerThicknesses = LayerThicknesses {
    stratum_corneum_um: 15.0,
    viable_epidermis_um: 60.0,
    dermis_um: 1000.0,
    papillary_share: 0.2,
    upper_reticular_share: 0.4,
};

const INJURY: InjuryParameters = InjuryParameters {
    halo_um: 100.0,
    plexus_depth_um: 450.0,
    plexus_width_um: 60.0,
    blood_share: 0.3,
};

/// Side of 1 cm2, mm.
const SIDE_MM: f64 = 10.0;

/// Sample and add up, with another seed each time.
pub(crate) fn measure(repeats: Option<u16>, report: &mut Report) -> Outcome<()> {
    let setting =
        Setting { needle_length_mm: 1.5, passes: 4, directions_deg: FOUR_WAY_STAR_DEG.to_vec() };
    let skin = LayeredSkin::new(&SKIN)?;
    let patch = Patch::square(SIDE_MM)?;
    let mut punctures = Vec::new();
    let repeats = repeat(repeats.unwrap_or(REPEATS).into(), |nth| {
        let mut stream = ChaCha8Rng::seed_from_u64(nth as u64);
        let (hits, sampling) = clocked(|| {
            sample_punctures(&DEVICE, &setting, patch, &HAND, &mut stream, &mut punctures)
        });
        hits?;
        let (_, adding) = clocked(|| injury(&punctures, patch, &skin, &INJURY));
        Ok([sampling + adding, sampling, adding, punctures.len() as f64])
    })?;
    let [whole, sampling, adding, holes] = &repeats.values;
    let core = &repeats.core_ns;
    report.core_took(core);
    for (name, what, seconds) in [
        ("punctures.whole", "1 cm2, four passes of a pen", whole),
        ("punctures.sample", "of it, where and how deep", sampling),
        ("punctures.injury", "of it, the injury layer by layer", adding),
    ] {
        report.push(Figure::milliseconds(name, what.to_owned(), seconds, core));
    }
    let what = "punctures on it".to_owned();
    report.push(Figure::new("punctures.holes", what, "", holes));
    Ok(())
}
