//! 1 cm2 under four passes of a pen, a whole face with all that is told of it, and millions of hits.

use std::{
    env,
    hint::black_box,
    process::{Command, Stdio},
};

use needlepoint_needling::{
    DepthLaw, Device, FOUR_WAY_STAR_DEG, Hand, InjuryParameters, Motion, NeedleGeometry, Patch,
    Puncture, PunctureSummary, Setting, Treatment, injury, sample_punctures, summarize,
};
use needlepoint_skin::{LayerThicknesses, LayeredSkin};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

use wait4::Wait4 as _;

use crate::{
    Outcome,
    options::Hits,
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

/// A face, 300 cm2, mm.
const FACE_MM: [f64; 2] = [200.0, 150.0];

/// Passes over it, for more than a million hits.
const FACE_PASSES: u32 = 5;

/// Bars of its histograms.
const BARS: u32 = 30;

/// Longest that 1 cm2 may take, ms.
const TARGET_MILLISECONDS: f64 = 5.0;

/// Longest that the face may take on one core, with all statistics, s.
const TARGET_FACE_SECONDS: f64 = 1.0;

/// Most memory a process may have in use that does this, MB.
const TARGET_FACE_MEGABYTES: f64 = 200.0;

/// Longest that ten million hits may take, s, and as much for each million of another number.
const TARGET_TEN_MILLION_SECONDS: f64 = 5.0;

/// Repeats of the face and of the millions.
const LARGE_REPEATS: u16 = 11;

const BYTES_PER_MEGABYTE: f64 = 1e6;

fn setting(passes: u32) -> Setting {
    Setting { needle_length_mm: 1.5, passes, directions_deg: FOUR_WAY_STAR_DEG.to_vec() }
}

/// The face sampled and summed up, with the seconds of both.
fn needle_face(seed: u64, punctures: &mut Vec<Puncture>) -> Outcome<(PunctureSummary, [f64; 2])> {
    let (setting, skin) = (setting(FACE_PASSES), LayeredSkin::new(&SKIN)?);
    let patch = Patch::rectangle(FACE_MM[0], FACE_MM[1])?;
    let mut stream = ChaCha8Rng::seed_from_u64(seed);
    let (hits, sampling) =
        clocked(|| sample_punctures(&DEVICE, &setting, patch, &HAND, &mut stream, punctures));
    let hits = hits?;
    let treatment = Treatment { device: &DEVICE, setting: &setting, patch, hits, punctures };
    let (summary, summing) = clocked(|| summarize(&treatment, &skin, &INJURY, BARS));
    Ok((summary, [sampling, summing]))
}

/// The face and nothing else, for a process whose memory is looked at.
pub(crate) fn face_alone() -> Outcome<()> {
    black_box(needle_face(0, &mut Vec::new())?);
    Ok(())
}

/// Peak memory of a process that needles the face.
pub(crate) fn process(report: &mut Report) -> Outcome<()> {
    let mut command = Command::new(env::current_exe()?);
    command.arg("face").stdin(Stdio::null()).stdout(Stdio::null());
    let ended = command.spawn()?.wait4()?;
    if !ended.status.success() {
        return Err(format!("{command:?} failed with {}", ended.status).into());
    }
    let megabytes = [ended.rusage.maxrss as f64 / BYTES_PER_MEGABYTE];
    let what = "peak memory of a process that does the face".to_owned();
    report.push(
        Figure::new("punctures.face_memory", what, "MB", &megabytes).at_most(TARGET_FACE_MEGABYTES),
    );
    Ok(())
}

/// The face, again and again.
pub(crate) fn face(repeats: Option<u16>, report: &mut Report) -> Outcome<()> {
    let mut punctures = Vec::new();
    let repeats = repeat(repeats.unwrap_or(LARGE_REPEATS).into(), |nth| {
        let (_, [sampling, summing]) = needle_face(nth as u64, &mut punctures)?;
        Ok([sampling + summing, sampling, summing, punctures.len() as f64])
    })?;
    let [whole, sampling, summing, holes] = &repeats.values;
    let core = &repeats.core_ns;
    report.core_took(core);
    let what = "a whole face of 300 cm2, sampled and summed up".to_owned();
    report.push(Figure::seconds("punctures.face", what, whole, core).at_most(TARGET_FACE_SECONDS));
    for (name, what, seconds) in [
        ("punctures.face_sample", "of it, where and how deep", sampling),
        ("punctures.face_summary", "of it, injury, spacing, coverage, repeats", summing),
    ] {
        report.push(Figure::milliseconds(name, what.to_owned(), seconds, core));
    }
    let what = "punctures on the face".to_owned();
    report.push(Figure::new("punctures.face_holes", what, "", holes));
    Ok(())
}

/// Millions of hits, sampled.
pub(crate) fn millions(hits: Hits, repeats: Option<u16>, report: &mut Report) -> Outcome<()> {
    let request = setting(FACE_PASSES);
    let per_cm2 = f64::from(FACE_PASSES) * DEVICE.nominal_holes_per_cm2_per_pass();
    let side_mm = SIDE_MM * (1e6 * f64::from(hits.million_hits) / per_cm2).sqrt();
    let patch = Patch::square(side_mm)?;
    let mut punctures = Vec::new();
    let repeats = repeat(repeats.unwrap_or(LARGE_REPEATS).into(), |nth| {
        let mut stream = ChaCha8Rng::seed_from_u64(nth as u64);
        let (hits, seconds) = clocked(|| {
            sample_punctures(&DEVICE, &request, patch, &HAND, &mut stream, &mut punctures)
        });
        hits?;
        Ok([seconds])
    })?;
    report.set("million_hits", hits.million_hits);
    report.core_took(&repeats.core_ns);
    let what = format!("{} million hits sampled", hits.million_hits);
    let target = TARGET_TEN_MILLION_SECONDS * f64::from(hits.million_hits) / 10.0;
    report.push(
        Figure::seconds("punctures.millions", what, &repeats.values[0], &repeats.core_ns)
            .at_most(target),
    );
    Ok(())
}

/// Sample and add up, with another seed each time.
pub(crate) fn measure(repeats: Option<u16>, report: &mut Report) -> Outcome<()> {
    let setting = setting(4);
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
    let what = "1 cm2, four passes of a pen".to_owned();
    report.push(
        Figure::milliseconds("punctures.whole", what, whole, core).at_most(TARGET_MILLISECONDS),
    );
    for (name, what, seconds) in [
        ("punctures.sample", "of it, where and how deep", sampling),
        ("punctures.injury", "of it, the injury layer by layer", adding),
    ] {
        report.push(Figure::milliseconds(name, what.to_owned(), seconds, core));
    }
    let what = "punctures on it".to_owned();
    report.push(Figure::new("punctures.holes", what, "", holes));
    Ok(())
}
