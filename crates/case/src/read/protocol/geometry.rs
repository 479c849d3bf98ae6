//! What the geometry of a device comes to: whether one described in a case can be made, and how
//! densely it strikes.

use std::f64::consts::PI;

use needlepoint_knowledge::{
    device::{DeviceRecord, MotionRecord, Taper},
    estimate::Estimate,
    reader::Field,
};

use crate::limits;

const MM2_PER_CM2: f64 = 100.0;

/// Low and high end of what is drawn from an estimate: nineteen in twenty lie between.
fn ends(estimate: &Estimate) -> (f64, f64) {
    (estimate.quantile(0.025), estimate.quantile(0.975))
}

/// Whether a device that a case describes can be made; if not, an error says why.
///
/// The file's values were held against their limits one by one; here it is their spreads, and what
/// one value asks of another.
pub(super) fn can_be_made(field: &Field<'_>, device: &DeviceRecord) -> bool {
    let mut sound = true;
    let mut refuse = |message: String, help: &str| {
        sound = false;
        field.error(message, help);
    };
    let mut spreads = |name: &str, estimate: &Estimate, (least, most): (f64, f64), unit: &str| {
        let (low, high) = ends(estimate);
        if !(low >= least && high <= most) {
            refuse(
                format!("the spread of `{name}` reaches beyond {least} to {most}{unit}"),
                "give it a narrower `range`, `sd` or `factor`",
            );
        }
    };
    spreads("shaft_diameter", &device.shaft_diameter_um, limits::SHAFT_UM, " um");
    spreads("tip_diameter", &device.tip_diameter_um, limits::TIP_UM, " um");
    match &device.motion {
        MotionRecord::Pen { glide_speed_mm_per_s, tip_diameter_mm, frequency_hz, .. } => {
            spreads("glide_speed", glide_speed_mm_per_s, limits::DEVICE_GLIDE_MM_PER_S, " mm/s");
            spreads("tip_diameter", tip_diameter_mm, limits::LAYOUT_MM, " mm");
            spreads("frequency", frequency_hz, limits::FREQUENCY_HZ, " Hz");
        }
        MotionRecord::Stamp { pitch_mm, .. } => {
            spreads("pitch", pitch_mm, limits::LAYOUT_MM, " mm");
        }
        MotionRecord::Roller { .. } | MotionRecord::Spots { .. } => {}
    }
    match &device.taper {
        Some(Taper::LengthUm(length)) => spreads("taper_length", length, limits::TAPER_UM, " um"),
        Some(Taper::ConeDeg(angle)) => spreads("cone_angle", angle, limits::POINT_DEG, " deg"),
        Some(Taper::BevelDeg(angle)) => spreads("bevel_angle", angle, limits::POINT_DEG, " deg"),
        None => {}
    }
    for (name, count) in counts(&device.motion) {
        if count.value.fract() != 0.0 {
            refuse(
                format!("`{name} = {}` is not a whole number", count.value),
                "needles are counted: write a whole number",
            );
        }
    }
    let (_, tip) = ends(&device.tip_diameter_um);
    let (shaft, _) = ends(&device.shaft_diameter_um);
    if tip > shaft {
        refuse(
            format!(
                "the tip of the needle, up to {tip:.0} um, may be wider than its shaft, from {shaft:.0} um"
            ),
            "`tip_diameter` is that of the very point, `shaft_diameter` that of the base",
        );
    }
    sound
}

/// What of a device is counted.
fn counts(motion: &MotionRecord) -> Vec<(&'static str, &Estimate)> {
    match motion {
        MotionRecord::Roller { rings, rows, .. } => vec![("rings", rings), ("rows", rows)],
        MotionRecord::Pen { needles, .. } => vec![("needles", needles)],
        MotionRecord::Stamp { columns, rows, .. } => vec![("columns", columns), ("rows", rows)],
        MotionRecord::Spots { .. } => Vec::new(),
    }
}

/// Strikes on a square centimetre in one pass, from the geometry; `glide_speed_mm_per_s` is that of
/// the zone, where it states one.
pub(super) fn strikes_per_cm2(device: &DeviceRecord, glide_speed_mm_per_s: Option<f64>) -> f64 {
    let per_mm2 = match &device.motion {
        MotionRecord::Roller { drum_diameter_mm, drum_width_mm, .. } => {
            device.needles() / (PI * drum_diameter_mm.value * drum_width_mm.value)
        }
        MotionRecord::Pen {
            tip_diameter_mm, frequency_hz, glide_speed_mm_per_s: usual, ..
        } => {
            let glide = glide_speed_mm_per_s.unwrap_or(usual.value);
            device.needles() * frequency_hz.value / (tip_diameter_mm.value * glide)
        }
        MotionRecord::Stamp { pitch_mm, .. } => 1.0 / (pitch_mm.value * pitch_mm.value),
        MotionRecord::Spots { spots_per_cm2, .. } => spots_per_cm2.value / MM2_PER_CM2,
    };
    per_mm2 * MM2_PER_CM2
}
