//! Devices: how they move and what their needles look like.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::{
    NeedleGeometry, Setting,
    error::{NeedlingError, not_negative, positive, within},
};

const MM2_PER_CM2: f64 = 100.0;
const UM_PER_MM: f64 = 1000.0;

/// How the spots of a scanned laser lie to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpotGrid {
    /// Rows and columns at right angles.
    Square,
    /// Every second row shifted by half a step, so that each spot has six neighbours.
    Hexagonal,
}

/// How a device brings its needles to the skin.
///
/// `overlap` is the share o of its width by which each lane, strip or placement lies over the one
/// beside it; below zero it is a gap.
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
        /// Sideways shift of every second row, as a share of the spacing of the rings.
        stagger: f64,
        /// s, share of its way that the drum slides instead of turning, 0 to below 1.
        slip: f64,
        /// o, share of the drum's width that neighbouring lanes overlap, -1 to below 1.
        overlap: f64,
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
        /// c, share of a stroke in which the needles are in the skin, 0 to below 1.
        in_skin_share: f64,
        /// o, share of the tip circle that neighbouring strips overlap, -1 to below 1.
        overlap: f64,
    },
    /// A rectangular array that is pressed in, lifted and set down beside.
    Stamp {
        /// Needles along one edge.
        columns: u32,
        /// Needles along the other edge.
        rows: u32,
        /// Distance between neighbours, mm.
        pitch_mm: f64,
        /// o, share of its edge that neighbouring placements overlap, along and across, -1 to below 1.
        overlap: f64,
    },
    /// A fractional laser, to be set beside needles: squares of spots without any needle. Its spots
    /// take no account of needle, needle length and skin: each is a column of the same size.
    Spots {
        /// How the spots lie to each other.
        grid: SpotGrid,
        /// Spots per cm2 of one scan square; met as nearly as whole rows and columns allow.
        spots_per_cm2: f64,
        /// Side of the square that is scanned at once, mm.
        square_side_mm: f64,
        /// o, share of its side that neighbouring squares overlap, along and across, -1 to below 1.
        overlap: f64,
        /// Diameter of a spot, um.
        diameter_um: f64,
        /// Depth of a spot, um.
        depth_um: f64,
    },
}

impl Motion {
    /// Needles of the device; of a laser, the spots of one scan square.
    pub fn needles(&self) -> f64 {
        match *self {
            Self::Roller { rings, rows, .. } => f64::from(rings) * f64::from(rows),
            Self::Pen { needles, .. } => f64::from(needles),
            Self::Stamp { columns, rows, .. } => f64::from(columns) * f64::from(rows),
            Self::Spots { grid, spots_per_cm2, square_side_mm, .. } => {
                let (columns, rows) = spot_lines(grid, spots_per_cm2, square_side_mm);
                f64::from(columns) * f64::from(rows)
            }
        }
    }

    /// Width of skin that one more stroke covers, mm: that of the device less the overlap.
    pub fn working_width_mm(&self) -> f64 {
        match *self {
            Self::Roller { drum_width_mm, overlap, .. } => drum_width_mm * (1.0 - overlap),
            Self::Pen { layout_diameter_mm, overlap, .. } => layout_diameter_mm * (1.0 - overlap),
            Self::Stamp { columns, pitch_mm, overlap, .. } => {
                f64::from(columns) * pitch_mm * (1.0 - overlap)
            }
            Self::Spots { square_side_mm, overlap, .. } => square_side_mm * (1.0 - overlap),
        }
    }

    /// Area of skin that one more placement of a stamp or scan square covers, mm2; none for devices
    /// that are drawn along.
    pub fn placement_mm2(&self) -> Option<f64> {
        match *self {
            Self::Roller { .. } | Self::Pen { .. } => None,
            Self::Stamp { pitch_mm, overlap, .. } => {
                Some(self.needles() * (pitch_mm * (1.0 - overlap)).powi(2))
            }
            Self::Spots { .. } => Some(self.working_width_mm().powi(2)),
        }
    }

    /// Needle strikes per cm2 of skin and pass, from geometry.
    ///
    /// ```text
    /// roller  n = N (1 - s) / (pi d w (1 - o))   N needles, drum diameter d, width w, slip s
    /// pen     n = N f / (w (1 - o) v)            frequency f, tip circle w, glide speed v
    /// stamp   n = 1 / (p (1 - o))^2              pitch p
    /// spots   n = N / (a (1 - o))^2              N spots in a square of side a
    /// ```
    ///
    /// with the overlap o of lanes, strips and placements. Strikes, not holes: needles that only dent
    /// the skin count here.
    pub fn nominal_holes_per_cm2_per_pass(&self) -> f64 {
        let per_mm2 = match *self {
            Self::Roller { drum_diameter_mm, slip, .. } => {
                self.needles() * (1.0 - slip) / (PI * drum_diameter_mm * self.working_width_mm())
            }
            Self::Pen { frequency_hz, glide_speed_mm_per_s, .. } => {
                self.needles() * frequency_hz / (self.working_width_mm() * glide_speed_mm_per_s)
            }
            Self::Stamp { pitch_mm, overlap, .. } => (pitch_mm * (1.0 - overlap)).powi(-2),
            Self::Spots { .. } => self.needles() / self.working_width_mm().powi(2),
        };
        per_mm2 * MM2_PER_CM2
    }

    /// How far a needle that reaches `depth_um` travels along the surface while it is in the skin, um,
    /// were the skin to stay where it is.
    ///
    /// ```text
    /// roller  x(t) = R (t / (1 - s) - tan t)     where the needle crosses the surface, t its slant
    ///         X = max x - min x over -t_0..t_0   cos t_0 = R / (R + h)
    ///         X = 2 R (tan t_0 - t_0)            without slip
    /// pen     X = v c / f                        glide speed v, c of a stroke of 1/f in the skin
    /// ```
    ///
    /// with R the radius of the drum and h the depth; 0 for stamps and lasers. Skin is soft and follows
    /// most of the way: see [`crate::Hand::tear_share`].
    pub fn sweep_um(&self, depth_um: f64) -> f64 {
        match *self {
            Self::Roller { drum_diameter_mm, slip, .. } => {
                let radius_um = 0.5 * drum_diameter_mm * UM_PER_MM;
                let tan_0 = slant_tangent(radius_um, depth_um);
                let off = |t: f64, tan: f64| (radius_um * (t / (1.0 - slip) - tan)).abs();
                // Slip drives the crossing ahead until it turns back at cos^2 t = 1 - s.
                let tan_turn = (slip / (1.0 - slip)).sqrt().min(tan_0);
                2.0 * off(tan_0.atan(), tan_0).max(off(tan_turn.atan(), tan_turn))
            }
            Self::Pen { frequency_hz, glide_speed_mm_per_s, in_skin_share, .. } => {
                glide_speed_mm_per_s * in_skin_share / frequency_hz * UM_PER_MM
            }
            Self::Stamp { .. } | Self::Spots { .. } => 0.0,
        }
    }

    /// Needles that share the force of the hand while they reach `depth_um`; none of a laser.
    ///
    /// Of a roller those within `t_0` of upright, `N t_0 / pi` on average over a turn and never fewer
    /// than one row; all needles of a cartridge or a stamp.
    pub fn needles_in_contact(&self, depth_um: f64) -> f64 {
        match *self {
            Self::Roller { drum_diameter_mm, rings, .. } => {
                let t_0 = slant_tangent(0.5 * drum_diameter_mm * UM_PER_MM, depth_um).atan();
                (self.needles() * t_0 / PI).max(f64::from(rings))
            }
            Self::Pen { .. } | Self::Stamp { .. } => self.needles(),
            Self::Spots { .. } => 0.0,
        }
    }

    pub(crate) fn check(&self) -> Result<(), NeedlingError> {
        match *self {
            Self::Roller {
                drum_diameter_mm,
                drum_width_mm,
                rings,
                rows,
                stagger,
                slip,
                overlap,
            } => {
                positive("drum_diameter_mm", drum_diameter_mm)?;
                positive("drum_width_mm", drum_width_mm)?;
                positive("rings", f64::from(rings))?;
                positive("rows", f64::from(rows))?;
                not_negative("stagger", stagger)?;
                within("slip", slip, 0.0, 1.0)?;
                within("overlap", overlap, -1.0, 1.0)
            }
            Self::Pen {
                needles,
                layout_diameter_mm,
                frequency_hz,
                glide_speed_mm_per_s,
                in_skin_share,
                overlap,
            } => {
                positive("needles", f64::from(needles))?;
                positive("layout_diameter_mm", layout_diameter_mm)?;
                positive("frequency_hz", frequency_hz)?;
                positive("glide_speed_mm_per_s", glide_speed_mm_per_s)?;
                within("in_skin_share", in_skin_share, 0.0, 1.0)?;
                within("overlap", overlap, -1.0, 1.0)
            }
            Self::Stamp { columns, rows, pitch_mm, overlap } => {
                positive("columns", f64::from(columns))?;
                positive("rows", f64::from(rows))?;
                positive("pitch_mm", pitch_mm)?;
                within("overlap", overlap, -1.0, 1.0)
            }
            Self::Spots {
                spots_per_cm2, square_side_mm, overlap, diameter_um, depth_um, ..
            } => {
                positive("spots_per_cm2", spots_per_cm2)?;
                positive("square_side_mm", square_side_mm)?;
                positive("diameter_um", diameter_um)?;
                positive("depth_um", depth_um)?;
                within("overlap", overlap, -1.0, 1.0)
            }
        }
    }
}

/// Tangent of the slant at which a needle of a drum meets and leaves the surface,
/// `cos t_0 = R / (R + h)`.
fn slant_tangent(radius_um: f64, depth_um: f64) -> f64 {
    (depth_um * (2.0 * radius_um + depth_um)).sqrt() / radius_um
}

/// Columns and rows of spots in a scan square that come nearest to a density.
///
/// Rows are `1 / sqrt(n)` apart in a square grid and `sqrt(sqrt(3) / (2 n))` in a hexagonal one.
pub(crate) fn spot_lines(grid: SpotGrid, spots_per_cm2: f64, side_mm: f64) -> (u32, u32) {
    let per_mm2 = spots_per_cm2 / MM2_PER_CM2;
    let row_step_mm = match grid {
        SpotGrid::Square => 1.0 / per_mm2.sqrt(),
        SpotGrid::Hexagonal => (3.0f64.sqrt() / (2.0 * per_mm2)).sqrt(),
    };
    let rows = (side_mm / row_step_mm).round().max(1.0);
    let columns = (per_mm2 * side_mm * side_mm / rows).round().max(1.0);
    (columns as u32, rows as u32)
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

    /// Deepest that a needle, or the spot of a laser, can end at a setting, um.
    pub fn longest_um(&self, setting: &Setting) -> f64 {
        match self.motion {
            Motion::Spots { depth_um, .. } => depth_um,
            _ => setting.needle_length_mm * UM_PER_MM,
        }
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
    use proptest::prelude::*;

    use super::*;

    const ROLLER: Motion = Motion::Roller {
        drum_diameter_mm: 20.0,
        drum_width_mm: 20.0,
        rings: 8,
        rows: 24,
        stagger: 0.5,
        slip: 0.0,
        overlap: 0.0,
    };

    fn roller(with_slip: f64, with_overlap: f64) -> Motion {
        let mut motion = ROLLER;
        if let Motion::Roller { slip, overlap, .. } = &mut motion {
            (*slip, *overlap) = (with_slip, with_overlap);
        }
        motion
    }

    #[test]
    fn a_roller_of_192_needles_makes_15_holes_per_cm2_and_pass() {
        assert!((ROLLER.nominal_holes_per_cm2_per_pass() - 15.279).abs() < 1e-3);
    }

    #[test]
    fn overlap_adds_holes_and_slip_takes_them() {
        let plain = ROLLER.nominal_holes_per_cm2_per_pass();
        let n = roller(0.1, 0.25).nominal_holes_per_cm2_per_pass();
        assert!((n / plain - 0.9 / 0.75).abs() < 1e-12);
    }

    #[test]
    fn a_pen_makes_needles_times_frequency_over_swept_area() {
        let pen = Motion::Pen {
            needles: 12,
            layout_diameter_mm: 5.0,
            frequency_hz: 100.0,
            glide_speed_mm_per_s: 30.0,
            in_skin_share: 0.4,
            overlap: 0.2,
        };
        assert!((pen.nominal_holes_per_cm2_per_pass() - 1000.0).abs() < 1e-9);
        assert!((pen.working_width_mm() - 4.0).abs() < 1e-12);
        assert!((pen.sweep_um(700.0) - 120.0).abs() < 1e-9);
        assert!((pen.needles_in_contact(700.0) - 12.0).abs() < 1e-12);
    }

    #[test]
    fn a_stamp_makes_its_own_density() {
        let stamp = Motion::Stamp { columns: 10, rows: 6, pitch_mm: 0.5, overlap: 0.0 };
        assert!((stamp.nominal_holes_per_cm2_per_pass() - 400.0).abs() < 1e-9);
        assert!((stamp.working_width_mm() - 5.0).abs() < 1e-12);
        assert!(stamp.sweep_um(500.0).abs() < 1e-300);
        let apart = Motion::Stamp { columns: 10, rows: 6, pitch_mm: 0.5, overlap: -1.0 };
        assert!((apart.nominal_holes_per_cm2_per_pass() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_laser_meets_its_density_in_whole_rows() {
        let spots = |grid, spots_per_cm2| Motion::Spots {
            grid,
            spots_per_cm2,
            square_side_mm: 10.0,
            overlap: 0.0,
            diameter_um: 100.0,
            depth_um: 300.0,
        };
        let square = spots(SpotGrid::Square, 1600.0);
        assert!((square.needles() - 1600.0).abs() < 1e-12);
        assert!((square.nominal_holes_per_cm2_per_pass() - 1600.0).abs() < 1e-9);
        let hexagonal = spots(SpotGrid::Hexagonal, 1600.0).nominal_holes_per_cm2_per_pass();
        assert!((hexagonal / 1600.0 - 1.0).abs() < 0.02);
        assert!((spots(SpotGrid::Square, 0.1).needles() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_drum_sweeps_as_a_rolling_circle_does() {
        let t_0 = (10.0f64 / 11.0).acos();
        let rolled = 2.0 * 10_000.0 * (t_0.tan() - t_0);
        assert!((ROLLER.sweep_um(1000.0) / rolled - 1.0).abs() < 1e-12);
        assert!(ROLLER.sweep_um(0.0).abs() < 1e-12);
        let sharing = ROLLER.needles_in_contact(1000.0);
        assert!((sharing - 192.0 * t_0 / PI).abs() < 1e-9);
        assert!((ROLLER.needles_in_contact(1.0) - 8.0).abs() < 1e-12);
    }

    proptest! {
        /// The closed form is the range of the crossing followed step by step.
        #[test]
        fn sweep_is_the_range_of_the_crossing(slip in 0.0..0.9f64, depth_um in 1.0..3000.0f64) {
            let t_0 = slant_tangent(10_000.0, depth_um).atan();
            let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
            for step in 0..=20_000 {
                let t = t_0 * (f64::from(step) / 10_000.0 - 1.0);
                let x = 10_000.0 * (t / (1.0 - slip) - t.tan());
                (least, most) = (least.min(x), most.max(x));
            }
            let swept = roller(slip, 0.0).sweep_um(depth_um);
            prop_assert!((swept - (most - least)).abs() < 1e-4 * swept + 1e-6);
        }
    }

    #[test]
    fn refuses_what_cannot_be() {
        let device = Device {
            motion: Motion::Stamp { columns: 0, rows: 6, pitch_mm: 0.5, overlap: 0.0 },
            needle: NeedleGeometry {
                tip_diameter_um: 10.0,
                shaft_diameter_um: 110.0,
                taper_length_um: 500.0,
            },
            maximum_length_mm: 2.0,
        };
        assert!(matches!(device.check(), Err(NeedlingError::NotPositive { name: "columns", .. })));
        let upside_down = Device {
            motion: Motion::Stamp { columns: 2, rows: 6, pitch_mm: 0.5, overlap: 0.0 },
            needle: NeedleGeometry { tip_diameter_um: 200.0, ..device.needle },
            ..device
        };
        assert!(matches!(upside_down.check(), Err(NeedlingError::TipWiderThanShaft { .. })));
        let sliding = roller(1.0, 0.0).check().map_err(|error| error.to_string());
        assert_eq!(sliding, Err("slip is 1; it must be at least 0 and below 1".to_owned()));
        assert!(roller(0.0, f64::NAN).check().is_err() && roller(0.0, -1.0).check().is_ok());
    }
}
