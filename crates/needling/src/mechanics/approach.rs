//! The travel of a needle, and the hand behind it.

use serde::{Deserialize, Serialize};

use crate::Motion;

/// How firmly a hand holds each kind of device to the skin, and how fast it loads it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grip {
    /// Force of the hand on a roller, N.
    pub roller_force_n: f64,
    /// Force of the hand on a pen, N.
    pub pen_force_n: f64,
    /// Force of the hand on a stamp, N.
    pub stamp_force_n: f64,
    /// Speed of a rolled drum, mm/s.
    pub roll_speed_mm_per_s: f64,
    /// Time in which a stamp is pressed down, s.
    pub press_time_s: f64,
}

/// How the needles of a device come at the skin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approach {
    /// L, length of the needles beyond the face of the device, um.
    pub length_um: f64,
    /// Force of the hand, mN.
    pub hand_force_mn: f64,
    /// t, time from touching the skin to the deepest point, s.
    pub loading_time_s: f64,
    /// b, radius of skin that the face of the device leaves free, um.
    pub unsupported_radius_um: f64,
    /// Needles that load that skin together.
    pub sharing: f64,
    /// Which needles bear the hand's force.
    bearing: Bearing,
}

/// Which needles bear the force of the hand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Bearing {
    /// All of them alike.
    All(f64),
    /// Those near the lowest line of a drum: radius, needles across it, angle between rows.
    Drum { radius_um: f64, rings: f64, row_angle: f64 },
}

impl Approach {
    /// How a device with needles of `length_um` comes at the skin in this grip.
    ///
    /// ```text
    /// roller   t = R theta / v, cos theta = R / (R + L);  b = half the gap between rings; one needle
    /// pen      t = 1 / (2 f);  b = the radius of the tip circle;  all needles together
    /// stamp    t as pressed;   b = half the pitch;  one needle
    /// ```
    ///
    /// A drum or a plate rests on the skin between its needles; a pen rests on its rim only.
    ///
    /// None for a laser, which has no needles.
    pub fn new(motion: &Motion, length_um: f64, grip: &Grip) -> Option<Self> {
        const UM_PER_MM: f64 = 1e3;
        const MN_PER_N: f64 = 1e3;
        Some(match *motion {
            Motion::Roller { drum_diameter_mm, drum_width_mm, rings, rows, .. } => {
                let radius_um = 0.5 * drum_diameter_mm * UM_PER_MM;
                let theta = (radius_um / (radius_um + length_um)).acos();
                Self {
                    length_um,
                    hand_force_mn: grip.roller_force_n * MN_PER_N,
                    loading_time_s: radius_um * theta / (grip.roll_speed_mm_per_s * UM_PER_MM),
                    unsupported_radius_um: 0.5 * drum_width_mm / f64::from(rings) * UM_PER_MM,
                    sharing: 1.0,
                    bearing: Bearing::Drum {
                        radius_um,
                        rings: f64::from(rings),
                        row_angle: std::f64::consts::TAU / f64::from(rows),
                    },
                }
            }
            Motion::Pen { needles, layout_diameter_mm, frequency_hz, .. } => Self {
                length_um,
                hand_force_mn: grip.pen_force_n * MN_PER_N,
                loading_time_s: 0.5 / frequency_hz,
                unsupported_radius_um: 0.5 * layout_diameter_mm * UM_PER_MM,
                sharing: f64::from(needles),
                bearing: Bearing::All(f64::from(needles)),
            },
            Motion::Stamp { columns, rows, pitch_mm, .. } => Self {
                length_um,
                hand_force_mn: grip.stamp_force_n * MN_PER_N,
                loading_time_s: grip.press_time_s,
                unsupported_radius_um: 0.5 * pitch_mm * UM_PER_MM,
                sharing: 1.0,
                bearing: Bearing::All(f64::from(columns) * f64::from(rows)),
            },
            Motion::Spots { .. } => return None,
        })
    }

    /// The same hand with one needle alone on a free disc of skin, as on a test bench.
    pub fn single(length_um: f64, loading_time_s: f64, unsupported_radius_um: f64) -> Self {
        Self {
            length_um,
            hand_force_mn: f64::INFINITY,
            loading_time_s,
            unsupported_radius_um,
            sharing: 1.0,
            bearing: Bearing::All(1.0),
        }
    }

    /// How many needles of full depth the hand's force has to drive when the device stands off the
    /// skin by `standoff_um`.
    ///
    /// On a drum the needles around the lowest line are in the skin by less the further they are
    /// from it; with force in proportion to depth they count, together, as `rings (4/3) theta /
    /// (angle between rows)` needles of full depth, `cos theta = (R + standoff) / (R + L)`.
    pub(super) fn bearing_needles(&self, standoff_um: f64) -> f64 {
        match self.bearing {
            Bearing::All(needles) => needles,
            Bearing::Drum { radius_um, rings, row_angle } => {
                let share = (radius_um + standoff_um) / (radius_um + self.length_um);
                (rings * 4.0 / 3.0 * share.min(1.0).acos() / row_angle).max(rings)
            }
        }
    }
}
