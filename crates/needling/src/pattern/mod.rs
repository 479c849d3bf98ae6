//! Where needles strike: each device's pattern over a patch, pass by pass.

mod pen;
mod roller;
mod stamp;

use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde::Serialize;

use crate::{
    Device, Hand, Motion, NeedlingError, Setting, SpotGrid,
    device::spot_lines,
    error::{not_negative, positive},
};

const MM2_PER_CM2: f64 = 100.0;

/// Scattered strokes are drawn this many standard deviations beyond the patch, so that none that
/// would land on it is missed.
const SCATTER_REACH_SD: f64 = 5.0;

/// Most needle positions that one call works through, on the patch and around it.
const MAXIMUM_STRIKES: f64 = 2e7;

/// A rectangle of skin on which punctures are drawn.
///
/// A good patch is several working widths of a pen, or several needle spacings of a roller, across:
/// on a smaller one the count varies much from seed to seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Patch {
    width_mm: f64,
    height_mm: f64,
}

impl Patch {
    /// A square patch with this side.
    ///
    /// # Errors
    /// When the side is not a positive number.
    pub fn square(side_mm: f64) -> Result<Self, NeedlingError> {
        positive("side_mm", side_mm)?;
        Ok(Self { width_mm: side_mm, height_mm: side_mm })
    }

    /// A patch so wide, along direction 0, and so high, along 90 deg.
    ///
    /// # Errors
    /// When width or height is not a positive number.
    pub fn rectangle(width_mm: f64, height_mm: f64) -> Result<Self, NeedlingError> {
        positive("width_mm", width_mm)?;
        positive("height_mm", height_mm)?;
        Ok(Self { width_mm, height_mm })
    }

    /// Width, mm.
    pub const fn width_mm(&self) -> f64 {
        self.width_mm
    }

    /// Height, mm.
    pub const fn height_mm(&self) -> f64 {
        self.height_mm
    }

    /// Area, cm2.
    pub const fn area_cm2(&self) -> f64 {
        self.area_mm2() / MM2_PER_CM2
    }

    /// Area, mm2.
    pub const fn area_mm2(&self) -> f64 {
        self.width_mm * self.height_mm
    }

    /// Distance from a point on the patch to the nearest edge, mm.
    pub(crate) fn edge_mm(&self, x_mm: f64, y_mm: f64) -> f64 {
        x_mm.min(y_mm).min(self.width_mm - x_mm).min(self.height_mm - y_mm)
    }

    /// Area of what lies farther than `margin_mm` from every edge, mm2.
    pub(crate) fn inner_mm2(&self, margin_mm: f64) -> f64 {
        (self.width_mm - 2.0 * margin_mm).max(0.0) * (self.height_mm - 2.0 * margin_mm).max(0.0)
    }

    fn contains(&self, [x, y]: [f64; 2]) -> bool {
        (0.0..self.width_mm).contains(&x) && (0.0..self.height_mm).contains(&y)
    }
}

/// One way of the hand over the patch, in the frame of its pass, mm.
struct Lane {
    /// Its middle, across the way.
    middle: f64,
    /// Strokes must be drawn from here, along the way,
    from: f64,
    /// to here.
    to: f64,
}

/// The frame of one pass: u along the way of the hand, v across it, origin at the patch's centre.
struct Pass {
    patch: Patch,
    cos: f64,
    sin: f64,
    /// Standard deviation of a stroke's place, mm.
    scatter_mm: f64,
    /// Standard deviation of a lane's sideways wander, mm.
    wobble_mm: f64,
    /// Way after which the wander is forgotten, mm.
    wobble_length_mm: f64,
}

impl Pass {
    fn new(patch: Patch, angle_deg: f64, hand: &Hand) -> Self {
        let (sin, cos) = angle_deg.to_radians().sin_cos();
        Self {
            patch,
            cos,
            sin,
            scatter_mm: hand.position_scatter_sd_mm,
            wobble_mm: hand.wobble_sd_mm,
            wobble_length_mm: hand.wobble_length_mm,
        }
    }

    /// Corners of the patch in u and v, in turn.
    fn corners(&self) -> [[f64; 2]; 4] {
        let (x, y) = (0.5 * self.patch.width_mm, 0.5 * self.patch.height_mm);
        [[-x, -y], [x, -y], [x, y], [-x, y]]
            .map(|[x, y]| [x * self.cos + y * self.sin, y * self.cos - x * self.sin])
    }

    /// Where along the way the patch begins and ends between two bounds across it, mm; none if it
    /// does not reach there.
    fn span(&self, low_v: f64, high_v: f64) -> Option<(f64, f64)> {
        let corners = self.corners();
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        for (nth, &[u_a, v_a]) in corners.iter().enumerate() {
            let [u_b, v_b] = corners[(nth + 1) % corners.len()];
            let mut meet = |u: f64| (from, to) = (from.min(u), to.max(u));
            if (low_v..=high_v).contains(&v_a) {
                meet(u_a);
            }
            for bound in [low_v, high_v] {
                if (v_a < bound) != (v_b < bound) {
                    meet(u_a + (bound - v_a) / (v_b - v_a) * (u_b - u_a));
                }
            }
        }
        (from <= to).then_some((from, to))
    }

    /// All lanes, `spacing` apart and the first shifted by `phase`, from which needles within
    /// `half_width` across and `half_length` along can reach the patch.
    fn lanes(
        &self,
        spacing: f64,
        phase: f64,
        half_width: f64,
        half_length: f64,
    ) -> impl Iterator<Item = Lane> {
        let across = half_width + SCATTER_REACH_SD * self.scatter_mm.hypot(self.wobble_mm);
        let along = half_length + SCATTER_REACH_SD * self.scatter_mm;
        let reach = self.corners().iter().fold(0.0, |far: f64, [_, v]| far.max(*v)) + across;
        let first = phase - reach;
        (0..count(reach - first, spacing)).filter_map(move |nth| {
            let middle = first + nth as f64 * spacing;
            let (from, to) = self.span(middle - across, middle + across)?;
            Some(Lane { middle, from: from - along, to: to + along })
        })
    }

    /// Place on the patch, mm.
    fn place(&self, u: f64, v: f64) -> [f64; 2] {
        [
            0.5 * self.patch.width_mm + u * self.cos - v * self.sin,
            0.5 * self.patch.height_mm + u * self.sin + v * self.cos,
        ]
    }

    /// Hands a point to `sink` if it lies on the patch.
    fn keep(&self, point: [f64; 2], sink: &mut impl FnMut([f64; 2])) {
        if self.patch.contains(point) {
            sink(point);
        }
    }

    /// Hands a point of the frame to `sink` if it lies on the patch.
    fn strike(&self, u: f64, v: f64, sink: &mut impl FnMut([f64; 2])) {
        self.keep(self.place(u, v), sink);
    }

    /// A stroke's place, scattered by the hand.
    fn scattered(&self, u: f64, v: f64, rng: &mut impl Rng) -> (f64, f64) {
        let (du, dv): (f64, f64) = (rng.sample(StandardNormal), rng.sample(StandardNormal));
        (u + self.scatter_mm * du, v + self.scatter_mm * dv)
    }

    /// The wander of one lane whose strokes are `step_mm` apart.
    fn wobble(&self, step_mm: f64, rng: &mut impl Rng) -> Wobble {
        let keep = (-step_mm / self.wobble_length_mm).exp();
        let deviation: f64 = rng.sample(StandardNormal);
        Wobble {
            keep,
            renew_mm: self.wobble_mm * (1.0 - keep * keep).sqrt(),
            deviation_mm: self.wobble_mm * deviation,
        }
    }
}

/// Sideways wander of a lane, an Ornstein-Uhlenbeck process along the way:
///
/// ```text
/// y(0) = A z      y(u + du) = y(u) e^(-du/l) + A sqrt(1 - e^(-2 du/l)) z
/// ```
///
/// with the standard deviation A, the length l after which it is forgotten and z standard normal. It
/// is stationary, so that lanes crowd and part but the mean density stays.
struct Wobble {
    keep: f64,
    renew_mm: f64,
    deviation_mm: f64,
}

impl Wobble {
    /// Deviation at this stroke, mm; the next call is for the next stroke.
    fn advance(&mut self, rng: &mut impl Rng) -> f64 {
        let here = self.deviation_mm;
        let z: f64 = rng.sample(StandardNormal);
        self.deviation_mm = self.keep * here + self.renew_mm * z;
        here
    }
}

/// Draws where needles strike the patch, and puts the points (mm) into `strikes`, whose memory is
/// used again.
///
/// - *Roller*: a lattice, pitch `pi d / (rows (1 - s))` along and `w / rings` across, in lanes
///   `w (1 - o)` apart, each lane with its own phase of the drum.
/// - *Pen*: a cartridge with its needles on rings, one stroke every `v / f`, in strips `w (1 - o)`
///   apart, each strip with its own phase and turn of the cartridge; every stroke is scattered.
/// - *Stamp*: placements on a grid `1 - o` of their edges apart, each one scattered.
/// - *Spots*: scan squares like a stamp's placements, each a square or hexagonal lattice of spots.
///
/// Lanes and strips wander sideways with the hand (`wobble_sd_mm`, `wobble_length_mm` of [`Hand`]).
/// Every pass takes the next direction of the setting, tilted by the hand, and a random offset.
/// So the mean count is the nominal density times the area, whatever the patch.
///
/// Known to be missing: lanes that bend, a hand whose speed changes on the way, and skin that is
/// dragged along by the device.
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
    strikes.reserve(expected_strikes(device, setting, patch, hand)?);
    for_each_strike(device, setting, patch, hand, rng, |strike| strikes.push(strike.place_mm));
    Ok(())
}

/// One needle that meets the skin.
pub(crate) struct Strike {
    /// Where on the patch, mm.
    pub(crate) place_mm: [f64; 2],
    /// Direction of the hand, 0 to 180 deg.
    pub(crate) direction_deg: f32,
    /// Pass, from 1.
    pub(crate) pass: u32,
}

/// Looks for impossible requests, and tells for how many strikes to have room.
///
/// # Errors
/// When device, setting or hand hold impossible values, or the strikes would not fit in memory.
pub(crate) fn expected_strikes(
    device: &Device,
    setting: &Setting,
    patch: Patch,
    hand: &Hand,
) -> Result<usize, NeedlingError> {
    // A few lanes more than on average lie on a small patch.
    const ROOM: f64 = 1.1;
    device.check()?;
    setting.check(device)?;
    hand.check()?;
    let passes = f64::from(setting.passes);
    let strikes = passes * visits(&device.motion, patch, hand);
    not_negative("strikes", strikes)?;
    if strikes > MAXIMUM_STRIKES {
        return Err(NeedlingError::TooManyStrikes { strikes, maximum: MAXIMUM_STRIKES });
    }
    let mean = passes * device.nominal_holes_per_cm2_per_pass() * patch.area_cm2();
    Ok((ROOM * mean) as usize)
}

/// Hands every strike on the patch to `sink`; [`expected_strikes`] must have found nothing wrong.
pub(crate) fn for_each_strike(
    device: &Device,
    setting: &Setting,
    patch: Patch,
    hand: &Hand,
    rng: &mut impl Rng,
    mut sink: impl FnMut(Strike),
) {
    for number in 0..setting.passes {
        let tilt: f64 = rng.sample(StandardNormal);
        let angle_deg = setting.direction_deg(number) + hand.tilt_sd_deg * tilt;
        let frame = Pass::new(patch, angle_deg, hand);
        let direction_deg = angle_deg.rem_euclid(180.0) as f32;
        let mut sink = |place_mm| sink(Strike { place_mm, direction_deg, pass: number + 1 });
        strike_once(&device.motion, &frame, rng, &mut sink);
    }
}

/// One pass over the patch.
fn strike_once(motion: &Motion, pass: &Pass, rng: &mut impl Rng, sink: &mut impl FnMut([f64; 2])) {
    match *motion {
        Motion::Roller { drum_diameter_mm, drum_width_mm, rings, rows, stagger, slip, overlap } => {
            roller::Drum {
                diameter_mm: drum_diameter_mm,
                width_mm: drum_width_mm,
                rings,
                rows,
                stagger,
                slip,
                overlap,
            }
            .roll(pass, rng, sink);
        }
        Motion::Pen {
            needles,
            layout_diameter_mm,
            frequency_hz,
            glide_speed_mm_per_s,
            overlap,
            ..
        } => {
            let step_mm = glide_speed_mm_per_s / frequency_hz;
            pen::Cartridge::new(needles, layout_diameter_mm)
                .glide(step_mm, overlap, pass, rng, sink);
        }
        Motion::Stamp { columns, rows, pitch_mm, overlap } => {
            stamp::Array { columns, rows, pitch_mm: [pitch_mm; 2], shift_mm: 0.0, overlap }
                .press(pass, rng, sink);
        }
        Motion::Spots { grid, spots_per_cm2, square_side_mm, overlap, .. } => {
            let (columns, rows) = spot_lines(grid, spots_per_cm2, square_side_mm);
            let pitch_mm = [columns, rows].map(|lines| square_side_mm / f64::from(lines));
            let shift_mm = match grid {
                SpotGrid::Square => 0.0,
                SpotGrid::Hexagonal => 0.25 * pitch_mm[0],
            };
            stamp::Array { columns, rows, pitch_mm, shift_mm, overlap }.press(pass, rng, sink);
        }
    }
}

/// Upper estimate of the needle positions worked through in one pass: the nominal density over all
/// from where the device can reach the patch.
fn visits(motion: &Motion, patch: Patch, hand: &Hand) -> f64 {
    let reach = SCATTER_REACH_SD * hand.position_scatter_sd_mm.hypot(hand.wobble_sd_mm);
    // Across a lane and along it, with a step more on each side.
    let margin = reach
        + match *motion {
            Motion::Roller { drum_diameter_mm, drum_width_mm, rows, slip, .. } => {
                drum_width_mm
                    + std::f64::consts::PI * drum_diameter_mm / f64::from(rows) / (1.0 - slip)
            }
            Motion::Pen { layout_diameter_mm, frequency_hz, glide_speed_mm_per_s, .. } => {
                layout_diameter_mm + glide_speed_mm_per_s / frequency_hz
            }
            Motion::Stamp { columns, rows, pitch_mm, .. } => {
                2.0 * pitch_mm * f64::from(columns).hypot(f64::from(rows))
            }
            Motion::Spots { square_side_mm, .. } => 3.0 * square_side_mm,
        };
    let grown_cm2 =
        (patch.width_mm + 2.0 * margin) * (patch.height_mm + 2.0 * margin) / MM2_PER_CM2;
    motion.nominal_holes_per_cm2_per_pass() * grown_cm2
}

/// How many steps of `pitch` cover `length`.
fn count(length: f64, pitch: f64) -> u64 {
    (length / pitch).ceil() as u64
}

/// A phase, uniform over one period.
fn phase(period: f64, rng: &mut impl Rng) -> f64 {
    period * rng.random::<f64>()
}
