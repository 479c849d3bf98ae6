//! Draws the punctures of one treatment.

use rand::{Rng, RngExt as _};
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use crate::{
    Channel, ChannelShape, DepthLaw, Device, Motion, NeedlingError, Patch, Puncture,
    error::not_negative,
    pattern::{expected_strikes, for_each_strike},
};

/// Along, across and both diagonals, deg: the star in which hands are taught to work.
pub const FOUR_WAY_STAR_DEG: [f64; 4] = [0.0, 90.0, 45.0, 135.0];

/// What is asked of the device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Needle length set, mm.
    pub needle_length_mm: f64,
    /// Passes over the whole patch.
    pub passes: u32,
    /// Directions that passes take in turn, deg; when empty all go along 0. See
    /// [`FOUR_WAY_STAR_DEG`].
    pub directions_deg: Vec<f64>,
}

impl Setting {
    /// Direction of a pass, counted from 0, deg.
    pub fn direction_deg(&self, pass: u32) -> f64 {
        match self.directions_deg.len() {
            0 => 0.0,
            directions => self.directions_deg[pass as usize % directions],
        }
    }

    pub(crate) fn check(&self, device: &Device) -> Result<(), NeedlingError> {
        not_negative("needle_length_mm", self.needle_length_mm)?;
        for direction in &self.directions_deg {
            not_negative("directions_deg", direction.abs())?;
        }
        if self.needle_length_mm > device.maximum_length_mm {
            return Err(NeedlingError::TooLong {
                asked_mm: self.needle_length_mm,
                maximum_mm: device.maximum_length_mm,
            });
        }
        Ok(())
    }
}

/// How truly hand, device and skin follow the setting.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Hand {
    /// Standard deviation of a pass's direction, deg.
    pub tilt_sd_deg: f64,
    /// Standard deviation of the place of a pen's stroke or a stamp's placement, in each direction,
    /// mm. A drum is held in line by its own grip on the skin and takes none.
    pub position_scatter_sd_mm: f64,
    /// Standard deviation A of the sideways wander of a lane or strip, mm: the hand that strays and
    /// comes back over many strokes.
    pub wobble_sd_mm: f64,
    /// l, way of the hand after which that wander is forgotten, mm.
    pub wobble_length_mm: f64,
    /// Share of a needle's way along the surface that the skin does not follow, so that the mouth is torn
    /// longer by it, 0 to 1. See [`crate::Motion::sweep_um`].
    pub tear_share: f64,
    /// How deep hits go and how that scatters.
    pub depth: DepthLaw,
    /// Diameter of the hole left at the surface, relative to the needle's shaft.
    pub mouth_ratio: f64,
}

impl Hand {
    /// What a hit that reaches `depth_um` leaves. The mouth is `mouth_ratio` times the shaft's diameter,
    /// and never wider than the needle where it stood in the surface, `depth_um` from its tip; along the
    /// way of the hand it is torn longer, as [`sample_punctures`] says. The spot of a laser is a column.
    pub fn channel(&self, device: &Device, depth_um: f64) -> Channel {
        if let Motion::Spots { diameter_um, depth_um, .. } = device.motion {
            return Channel {
                mouth_diameter_um: diameter_um,
                mouth_length_um: diameter_um,
                depth_um,
                shape: ChannelShape::Column,
            };
        }
        let widest_um = self.mouth_ratio * device.needle.shaft_diameter_um;
        let mouth_diameter_um = widest_um.min(device.needle.width_um(depth_um));
        let tear_um = self.tear_share * device.motion.sweep_um(depth_um);
        Channel {
            mouth_diameter_um,
            mouth_length_um: mouth_diameter_um + tear_um,
            depth_um,
            shape: ChannelShape::Cone,
        }
    }

    pub(crate) fn check(&self) -> Result<(), NeedlingError> {
        for (name, value) in [
            ("tilt_sd_deg", self.tilt_sd_deg),
            ("position_scatter_sd_mm", self.position_scatter_sd_mm),
            ("wobble_sd_mm", self.wobble_sd_mm),
            ("wobble_length_mm", self.wobble_length_mm),
            ("tear_share", self.tear_share),
            ("mouth_ratio", self.mouth_ratio),
        ] {
            not_negative(name, value)?;
        }
        Ok(())
    }
}

/// How many needles struck the patch and how many got through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct HitCount {
    /// Needles that struck.
    pub struck: usize,
    /// Needles that got through.
    pub punctured: usize,
}

impl HitCount {
    /// Share of strikes that only dented the skin; 0 without strikes.
    pub fn dent_share(&self) -> f64 {
        match self.struck {
            0 => 0.0,
            struck => (struck - self.punctured.min(struck)) as f64 / struck as f64,
        }
    }
}

/// Draws the punctures of a treatment on a patch into `punctures`, whose memory is used again.
///
/// First all places (see [`crate::sample_strikes`]), then for every strike its depth, whether it breaks
/// through, and what it leaves ([`Hand::channel`]). Along the way of the hand the mouth is torn longer:
///
/// ```text
/// l = m + tear_share X      m width of the mouth, X of Motion::sweep_um at the depth reached
/// ```
///
/// The spots of a laser all have their own diameter and depth; hand, needle and needle length do not
/// matter to them.
///
/// One seed gives one pattern, on any machine with the same arithmetic. Each strike uses its own
/// draw whatever its depth, so two calls with the same seed that differ in needle length or in the
/// skin share places and scatter: differences between them are not blurred by chance.
///
/// # Errors
/// When device, setting or hand hold impossible values, or the strikes would not fit in memory.
pub fn sample_punctures(
    device: &Device,
    setting: &Setting,
    patch: Patch,
    hand: &Hand,
    rng: &mut impl Rng,
    punctures: &mut Vec<Puncture>,
) -> Result<HitCount, NeedlingError> {
    punctures.clear();
    punctures.reserve(expected_strikes(device, setting, patch, hand)?);
    let spot = match device.motion {
        Motion::Spots { diameter_um, depth_um, .. } => Some((diameter_um, depth_um)),
        _ => None,
    };
    let (mouth_diameter_um, depth_um) = spot.unwrap_or_default();
    let shape = if spot.is_some() { ChannelShape::Column } else { ChannelShape::Cone };
    for_each_strike(device, setting, patch, hand, rng, |strike| {
        let [x_mm, y_mm] = strike.place_mm;
        punctures.push(Puncture {
            x_mm,
            y_mm,
            depth_um,
            mouth_diameter_um,
            tear_um: 0.0,
            direction_deg: strike.direction_deg,
            pass: strike.pass,
            shape,
        });
    });
    let struck = punctures.len();
    if spot.is_none() {
        insert(device, hand, rng, punctures);
    }
    Ok(HitCount { struck, punctured: punctures.len() })
}

/// Gives every needle that struck its depth and mouth, and drops those that only dented the skin.
fn insert(device: &Device, hand: &Hand, rng: &mut impl Rng, punctures: &mut Vec<Puncture>) {
    punctures.retain_mut(|hit| {
        let z: f64 = rng.sample(StandardNormal);
        let Some(depth_um) = hand.depth.depth_um(z) else { return false };
        let channel = hand.channel(device, depth_um);
        hit.depth_um = depth_um;
        hit.mouth_diameter_um = channel.mouth_diameter_um;
        hit.tear_um = (channel.mouth_length_um - channel.mouth_diameter_um) as f32;
        true
    });
}
