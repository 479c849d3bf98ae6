//! Where needles strike: each device's pattern over a square patch, pass by pass.

mod pen;
mod roller;
mod stamp;

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde::Serialize;

use crate::{
    Device, Hand, Motion, NeedlingError, Setting,
    error::{not_negative, positive},
};

/// Scattered strokes are drawn this many standard deviations beyond the patch, so that none that
/// would land on it is missed.
const SCATTER_REACH_SD: f64 = 5.0;

/// Most needle positions that one call works through, on the patch and around it.
const MAXIMUM_STRIKES: f64 = 2e7;

/// A square of skin on which punctures are drawn.
///
/// A good patch is several working widths of a pen, or several needle spacings of a roller, across:
/// on a smaller one the count varies much from seed to seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Patch {
    side_mm: f64,
}

impl Patch {
    /// A patch with this side.
    ///
    /// # Errors
    /// When the side is not a positive number.
    pub fn new(side_mm: f64) -> Result<Self, NeedlingError> {
        positive("side_mm", side_mm)?;
        Ok(Self { side_mm })
    }

    /// Side, mm.
    pub const fn side_mm(&self) -> f64 {
        self.side_mm
    }

    /// Area, cm2.
    pub const fn area_cm2(&self) -> f64 {
        const MM2_PER_CM2: f64 = 100.0;
        self.area_mm2() / MM2_PER_CM2
    }

    /// Area, mm2.
    pub const fn area_mm2(&self) -> f64 {
        self.side_mm * self.side_mm
    }

    fn contains(self, [x, y]: [f64; 2]) -> bool {
        (0.0..self.side_mm).contains(&x) && (0.0..self.side_mm).contains(&y)
    }
}

/// The frame of one pass: u along the way of the hand, v across it, origin at the patch's centre.
struct Pass {
    patch: Patch,
    cos: f64,
    sin: f64,
    /// The patch lies within -reach to reach in both u and v, mm.
    reach_mm: f64,
    /// Standard deviation of a stroke's place, mm.
    scatter_mm: f64,
}

impl Pass {
    fn new(patch: Patch, angle_deg: f64, scatter_mm: f64) -> Self {
        let (sin, cos) = angle_deg.to_radians().sin_cos();
        let reach_mm = 0.5 * patch.side_mm * (cos.abs() + sin.abs());
        Self { patch, cos, sin, reach_mm, scatter_mm }
    }

    /// Half the length over which scattered strokes must be drawn, mm.
    fn drawn_reach_mm(&self) -> f64 {
        self.reach_mm + SCATTER_REACH_SD * self.scatter_mm
    }

    /// Hands a point to `sink` if it lies on the patch.
    fn strike(&self, u: f64, v: f64, sink: &mut impl FnMut([f64; 2])) {
        let centre = 0.5 * self.patch.side_mm;
        let point = [centre + u * self.cos - v * self.sin, centre + u * self.sin + v * self.cos];
        if self.patch.contains(point) {
            sink(point);
        }
    }

    /// A stroke's place, scattered by the hand.
    fn scattered(&self, u: f64, v: f64, rng: &mut impl Rng) -> (f64, f64) {
        let (du, dv): (f64, f64) = (rng.sample(StandardNormal), rng.sample(StandardNormal));
        (u + self.scatter_mm * du, v + self.scatter_mm * dv)
    }
}

/// Draws where needles strike the patch, and puts the points (mm) into `strikes`, whose memory is
/// used again.
///
/// - *Roller*: a rigid lattice, pitch `pi d / rows` along and `w / rings` across, in lanes one drum
///   width apart, each lane with its own phase of the drum.
/// - *Pen*: a cartridge with its needles on rings, one stroke every `v / f`, in strips one tip circle
///   apart, each strip with its own phase and turn of the cartridge; every stroke is scattered.
/// - *Stamp*: placements that tile the plane, each one scattered.
///
/// Every pass takes the next direction of the setting, tilted by the hand, and a random offset.
/// So the mean count is the nominal density times the area, whatever the patch.
///
/// Known to be missing: slip of the drum, wobble of the hand that lasts longer than one stroke, strips
/// that overlap or leave gaps, and needles that stay in the skin while a pen glides on.
///
/// # Errors
/// When device, setting or hand hold impossible values, or the strikes would not fit in memory.
pub fn sample_strikes(
    device: &Device,
    setting: &Setting,
    patch: Patch,
    hand: &Hand,
    rng: &mut impl Rng,
    strikes: &mut Vec<[f64; 2]>,
) -> Result<(), NeedlingError> {
    strikes.clear();
    for_each_strike(device, setting, patch, hand, rng, |_, point| strikes.push(point))
}

/// Hands the number of the pass (from 1) and the place of every strike on the patch to `sink`.
pub(crate) fn for_each_strike(
    device: &Device,
    setting: &Setting,
    patch: Patch,
    hand: &Hand,
    rng: &mut impl Rng,
    mut sink: impl FnMut(u32, [f64; 2]),
) -> Result<(), NeedlingError> {
    device.check()?;
    setting.check(device)?;
    hand.check()?;
    let widest = Pass::new(patch, 45.0, hand.position_scatter_sd_mm);
    let strikes = f64::from(setting.passes) * visits(&device.motion, &widest);
    not_negative("strikes", strikes)?;
    if strikes > MAXIMUM_STRIKES {
        return Err(NeedlingError::TooManyStrikes { strikes, maximum: MAXIMUM_STRIKES });
    }
    for number in 0..setting.passes {
        let tilt: f64 = rng.sample(StandardNormal);
        let angle_deg = setting.direction_deg(number) + hand.tilt_sd_deg * tilt;
        let pass = Pass::new(patch, angle_deg, hand.position_scatter_sd_mm);
        let mut sink = |point| sink(number + 1, point);
        match device.motion {
            Motion::Roller { drum_diameter_mm, drum_width_mm, rings, rows, stagger } => {
                roller::Drum::new(drum_diameter_mm, drum_width_mm, rings, rows, stagger)
                    .roll(&pass, rng, &mut sink);
            }
            Motion::Pen { needles, layout_diameter_mm, frequency_hz, glide_speed_mm_per_s } => {
                pen::Cartridge::new(needles, layout_diameter_mm).glide(
                    glide_speed_mm_per_s / frequency_hz,
                    &pass,
                    rng,
                    &mut sink,
                );
            }
            Motion::Stamp { columns, rows, pitch_mm } => {
                stamp::Array { columns, rows, pitch_mm }.press(&pass, rng, &mut sink);
            }
        }
    }
    Ok(())
}

/// Upper estimate of the needle positions worked through in one pass.
fn visits(motion: &Motion, pass: &Pass) -> f64 {
    let extent = 2.0 * pass.drawn_reach_mm();
    let steps = |pitch: f64| extent / pitch + 2.0;
    match *motion {
        Motion::Roller { drum_diameter_mm, drum_width_mm, rings, rows, .. } => {
            let pitch = std::f64::consts::PI * drum_diameter_mm / f64::from(rows);
            steps(drum_width_mm) * (1.0 + steps(pitch) * f64::from(rings))
        }
        Motion::Pen { needles, layout_diameter_mm, frequency_hz, glide_speed_mm_per_s } => {
            let pitch = glide_speed_mm_per_s / frequency_hz;
            let strokes = steps(pitch) + layout_diameter_mm / pitch;
            steps(layout_diameter_mm) * (1.0 + strokes * f64::from(needles))
        }
        Motion::Stamp { columns, rows, pitch_mm } => {
            let (columns, rows) = (f64::from(columns), f64::from(rows));
            steps(columns * pitch_mm) * steps(rows * pitch_mm) * columns * rows
        }
    }
}

/// How many steps of `pitch` cover `length`.
fn count(length: f64, pitch: f64) -> u64 {
    (length / pitch).ceil() as u64
}

/// A phase, uniform over one period.
fn phase(period: f64, rng: &mut impl Rng) -> f64 {
    period * rng.random::<f64>()
}
