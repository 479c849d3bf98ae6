//! How long a treatment takes.

use serde::{Deserialize, Serialize};

use crate::{
    Motion, NeedlingError,
    error::{not_negative, positive},
};

const MM2_PER_CM2: f64 = 100.0;
const S_PER_MIN: f64 = 60.0;

/// How fast the hand works.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// Speed of a rolled drum, mm/s. (A pen carries its own glide speed.)
    pub roll_speed_mm_per_s: f64,
    /// Placements of a stamp, or squares of a laser, per second.
    pub placements_per_s: f64,
    /// Share of the time that needles are on the skin, above 0 and at most 1; the rest goes to
    /// stretching, wiping and turning.
    pub contact_share: f64,
}

/// Minutes to treat an area in a number of passes.
///
/// ```text
/// roller, pen    t = passes A / (w (1 - o) v)      width w, overlap o, speed v over the skin
/// stamp, spots   t = passes A / (a g)              a of skin more a placement, g placements per second
/// ```
///
/// divided by the share of contact. Numbing and cleaning are not included.
///
/// # Errors
/// When a dimension, speed or share of the device or the pace is not positive, or the area negative.
pub fn treatment_minutes(
    motion: &Motion,
    area_cm2: f64,
    passes: u32,
    pace: &Pace,
) -> Result<f64, NeedlingError> {
    motion.check()?;
    not_negative("area_cm2", area_cm2)?;
    positive("contact_share", pace.contact_share)?;
    let mm2_per_s = match *motion {
        Motion::Roller { .. } => {
            positive("roll_speed_mm_per_s", pace.roll_speed_mm_per_s)?;
            motion.working_width_mm() * pace.roll_speed_mm_per_s
        }
        Motion::Pen { glide_speed_mm_per_s, .. } => {
            motion.working_width_mm() * glide_speed_mm_per_s
        }
        Motion::Stamp { .. } | Motion::Spots { .. } => {
            positive("placements_per_s", pace.placements_per_s)?;
            motion.placement_mm2().unwrap_or_default() * pace.placements_per_s
        }
    };
    let contact_s = f64::from(passes) * area_cm2 * MM2_PER_CM2 / mm2_per_s;
    Ok(contact_s / pace.contact_share / S_PER_MIN)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PACE: Pace =
        Pace { roll_speed_mm_per_s: 50.0, placements_per_s: 0.5, contact_share: 0.5 };

    #[test]
    fn a_pen_makes_its_strikes_at_its_own_rate() {
        let pen = Motion::Pen {
            needles: 12,
            layout_diameter_mm: 5.0,
            frequency_hz: 100.0,
            glide_speed_mm_per_s: 30.0,
            in_skin_share: 0.4,
            overlap: 0.25,
        };
        let minutes = treatment_minutes(&pen, 300.0, 4, &PACE).unwrap();
        let strikes = 4.0 * 300.0 * pen.nominal_holes_per_cm2_per_pass();
        assert!((minutes - strikes / (12.0 * 100.0) / 0.5 / 60.0).abs() < 1e-9);
    }

    #[test]
    fn a_stamp_takes_one_press_per_placement() {
        let stamp = Motion::Stamp { columns: 10, rows: 10, pitch_mm: 1.0, overlap: 0.0 };
        let minutes = treatment_minutes(&stamp, 60.0, 1, &PACE).unwrap();
        assert!((minutes - 60.0 / 0.5 / 0.5 / 60.0).abs() < 1e-9);
    }

    #[test]
    fn a_hand_that_stands_still_is_refused() {
        let roller = Motion::Roller {
            drum_diameter_mm: 20.0,
            drum_width_mm: 20.0,
            rings: 8,
            rows: 24,
            stagger: 0.0,
            slip: 0.0,
            overlap: 0.0,
        };
        let still = Pace { roll_speed_mm_per_s: 0.0, ..PACE };
        assert!(treatment_minutes(&roller, 60.0, 1, &still).is_err());
    }
}
