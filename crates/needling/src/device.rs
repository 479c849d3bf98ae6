//! Devices: how they move and what their needles look like.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::{
    NeedleGeometry,
    error::{NeedlingError, positive},
};

const MM2_PER_CM2: f64 = 100.0;

/// How a device brings its needles to the skin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Motion {
    /// A drum studded with needles, rolled over the skin.
    Roller {
        /// Diameter of the drum without its needles, mm.
        drum_diameter_mm: f64,
        /// Width of skin that one roll covers, mm.
        drum_width_mm: f64,
        /// Needles across the drum.
        rings: u32,
        /// Angular positions around the drum.
        rows: u32,
        /// Whether every second row is shifted sideways by half the spacing of the rings.
        stagger: bool,
    },
    /// A motor that drives a cartridge in and out while the hand glides.
    Pen {
        /// Needles in the cartridge.
        needles: u32,
        /// Diameter of the circle that holds all tips, mm.
        layout_diameter_mm: f64,
        /// Strokes per second, Hz.
        frequency_hz: f64,
        /// Speed of the hand over the skin, mm/s.
        glide_speed_mm_per_s: f64,
    },
    /// A rectangular array that is pressed in, lifted and set down beside.
    Stamp {
        /// Needles along one edge.
        columns: u32,
        /// Needles along the other edge.
        rows: u32,
        /// Distance between neighbours, mm.
        pitch_mm: f64,
    },
}

impl Motion {
    /// Needles of the device.
    pub fn needles(&self) -> f64 {
        match *self {
            Self::Roller { rings, rows, .. } => f64::from(rings) * f64::from(rows),
            Self::Pen { needles, .. } => f64::from(needles),
            Self::Stamp { columns, rows, .. } => f64::from(columns) * f64::from(rows),
        }
    }

    /// Width of skin covered by one stroke across it, mm.
    pub fn working_width_mm(&self) -> f64 {
        match *self {
            Self::Roller { drum_width_mm, .. } => drum_width_mm,
            Self::Pen { layout_diameter_mm, .. } => layout_diameter_mm,
            Self::Stamp { columns, pitch_mm, .. } => f64::from(columns) * pitch_mm,
        }
    }

    /// Needle strikes per cm2 of skin and pass, from geometry.
    ///
    /// ```text
    /// roller  n = N / (pi d w)      N needles, drum diameter d, width w: one turn of the drum
    /// pen     n = N f / (w v)       frequency f, tip circle w, glide speed v, strips side by side
    /// stamp   n = 1 / p^2           pitch p, placements side by side without gap
    /// ```
    ///
    /// Strikes, not holes: needles that only dent the skin count here. A roller that slips or a hand
    /// that overlaps its strips leaves more.
    pub fn nominal_holes_per_cm2_per_pass(&self) -> f64 {
        let per_mm2 = match *self {
            Self::Roller { drum_diameter_mm, drum_width_mm, .. } => {
                self.needles() / (PI * drum_diameter_mm * drum_width_mm)
            }
            Self::Pen { layout_diameter_mm, frequency_hz, glide_speed_mm_per_s, .. } => {
                self.needles() * frequency_hz / (layout_diameter_mm * glide_speed_mm_per_s)
            }
            Self::Stamp { pitch_mm, .. } => 1.0 / (pitch_mm * pitch_mm),
        };
        per_mm2 * MM2_PER_CM2
    }

    pub(crate) fn check(&self) -> Result<(), NeedlingError> {
        match *self {
            Self::Roller { drum_diameter_mm, drum_width_mm, rings, rows, .. } => {
                positive("drum_diameter_mm", drum_diameter_mm)?;
                positive("drum_width_mm", drum_width_mm)?;
                positive("rings", f64::from(rings))?;
                positive("rows", f64::from(rows))
            }
            Self::Pen { needles, layout_diameter_mm, frequency_hz, glide_speed_mm_per_s } => {
                positive("needles", f64::from(needles))?;
                positive("layout_diameter_mm", layout_diameter_mm)?;
                positive("frequency_hz", frequency_hz)?;
                positive("glide_speed_mm_per_s", glide_speed_mm_per_s)
            }
            Self::Stamp { columns, rows, pitch_mm } => {
                positive("columns", f64::from(columns))?;
                positive("rows", f64::from(rows))?;
                positive("pitch_mm", pitch_mm)
            }
        }
    }
}

/// A needling device.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// How it moves.
    pub motion: Motion,
    /// Its needles.
    pub needle: NeedleGeometry,
    /// Longest needle or deepest setting, mm.
    pub maximum_length_mm: f64,
}

impl Device {
    /// See [`Motion::nominal_holes_per_cm2_per_pass`].
    pub fn nominal_holes_per_cm2_per_pass(&self) -> f64 {
        self.motion.nominal_holes_per_cm2_per_pass()
    }

    /// Looks for impossible values.
    ///
    /// # Errors
    /// When a dimension, count or rate is not positive, or the tip is wider than the shaft.
    pub fn check(&self) -> Result<(), NeedlingError> {
        self.motion.check()?;
        self.needle.check()?;
        positive("maximum_length_mm", self.maximum_length_mm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roller_of_192_needles_makes_15_holes_per_cm2_and_pass() {
        let roller = Motion::Roller {
            drum_diameter_mm: 20.0,
            drum_width_mm: 20.0,
            rings: 8,
            rows: 24,
            stagger: true,
        };
        assert!((roller.nominal_holes_per_cm2_per_pass() - 15.279).abs() < 1e-3);
    }

    #[test]
    fn a_pen_makes_needles_times_frequency_over_swept_area() {
        let pen = Motion::Pen {
            needles: 12,
            layout_diameter_mm: 5.0,
            frequency_hz: 100.0,
            glide_speed_mm_per_s: 30.0,
        };
        assert!((pen.nominal_holes_per_cm2_per_pass() - 800.0).abs() < 1e-9);
    }

    #[test]
    fn a_stamp_makes_its_own_density() {
        let stamp = Motion::Stamp { columns: 10, rows: 6, pitch_mm: 0.5 };
        assert!((stamp.nominal_holes_per_cm2_per_pass() - 400.0).abs() < 1e-9);
        assert!((stamp.working_width_mm() - 5.0).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_cannot_be() {
        let device = Device {
            motion: Motion::Stamp { columns: 0, rows: 6, pitch_mm: 0.5 },
            needle: NeedleGeometry {
                tip_diameter_um: 10.0,
                shaft_diameter_um: 110.0,
                taper_length_um: 500.0,
            },
            maximum_length_mm: 2.0,
        };
        assert!(matches!(device.check(), Err(NeedlingError::NotPositive { name: "columns", .. })));
        let upside_down = Device {
            motion: Motion::Stamp { columns: 2, rows: 6, pitch_mm: 0.5 },
            needle: NeedleGeometry { tip_diameter_um: 200.0, ..device.needle },
            ..device
        };
        assert!(matches!(upside_down.check(), Err(NeedlingError::TipWiderThanShaft { .. })));
    }
}
