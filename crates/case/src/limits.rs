//! What a case may ask for at most.
//!
//! These are the edges of sense, not advice: within them the devices, sites and products of
//! `/knowledge` set the narrower limits that depend on the case.

/// Largest case file, bytes; a long case is a few thousand.
pub const FILE_BYTES: u64 = 1 << 20;
/// Problems shown of one file; somebody who fed in the wrong file needs no more.
pub const PROBLEMS_SHOWN: usize = 100;

/// Most entries of any list of a case.
pub const LIST_LENGTH: usize = 100;

/// Oldest patient, years.
pub const AGE_YEARS: f64 = 110.0;
/// Below this age, years, the case carries a warning.
pub const ADULT_YEARS: f64 = 18.0;

/// Most sessions in one course; hair protocols reach 24.
pub const SESSIONS: u32 = 24;
/// Shortest time between two sessions, days: below it they overlap.
pub const INTERVAL_DAYS: f64 = 1.0;
/// Inflammation is over by about this day (docs/model/healing.md): sessions closer than that overlap in it.
pub const INFLAMMATION_DAYS: f64 = 10.0;
/// Longest needle, mm.
pub const NEEDLE_MM: f64 = 3.0;
/// Most passes over a zone in one session.
pub const PASSES: u32 = 100;
/// Treated area of one zone, cm2.
pub const AREA_CM2: (f64, f64) = (0.1, 2000.0);
/// Speed of the hand, mm/s.
pub const GLIDE_MM_PER_S: (f64, f64) = (1.0, 500.0);
/// Strikes on a square centimetre in one session above which a case carries a warning: the holes of
/// common needles cover that area.
pub const MANY_STRIKES_PER_CM2: f64 = 1e4;
/// Most strikes on a square centimetre in one session.
pub const STRIKES_PER_CM2: f64 = 1e5;
/// Diameter of a needle at its base, um, with its spread.
pub const SHAFT_UM: (f64, f64) = (1.0, 1500.0);
/// Diameter of the very tip of a needle, um, with its spread.
pub const TIP_UM: (f64, f64) = (0.01, 500.0);
/// Speed of the hand as a device is described with, mm/s, with its spread.
pub const DEVICE_GLIDE_MM_PER_S: (f64, f64) = (0.2, 1000.0);
/// Longest numbing before a session, h.
pub const NUMBING_HOURS: f64 = 6.0;
/// Numbing cream spread on the skin, mg/cm2.
pub const NUMBING_MG_PER_CM2: (f64, f64) = (1.0, 1000.0);
/// Body weight, kg.
pub const WEIGHT_KG: (f64, f64) = (0.5, 400.0);
/// Longest covering of the skin after a session, h.
pub const OCCLUSION_HOURS: f64 = 72.0;
/// Product spread on the skin at one time, mg/cm2.
pub const AMOUNT_MG_PER_CM2: (f64, f64) = (0.01, 100.0);

/// Depth of a scar, mm.
pub const SCAR_DEPTH_MM: (f64, f64) = (0.01, 5.0);
/// Height of a raised scar, mm.
pub const SCAR_HEIGHT_MM: (f64, f64) = (0.01, 20.0);
/// Width of a scar or stria, mm.
pub const WIDTH_MM: (f64, f64) = (0.01, 100.0);
/// Depth of a wrinkle, mm.
pub const WRINKLE_DEPTH_MM: (f64, f64) = (0.005, 2.0);
/// Distance between wrinkles, mm.
pub const WAVELENGTH_MM: (f64, f64) = (0.05, 50.0);
/// Melanin above that of the skin around, or area above that of ordinary pores, as a share of it.
pub const EXCESS_SHARE: (f64, f64) = (0.01, 5.0);
/// Collagen or elasticity missing, as a share of what there should be.
pub const MISSING_SHARE: (f64, f64) = (0.01, 0.95);
/// Collagen missing above which a case carries a warning: skin with so little is not counted further
/// down (docs/model/lesions.md).
pub const MUCH_MISSING_COLLAGEN: f64 = 0.6;
/// Hairs per cm2.
pub const HAIRS_PER_CM2: (f64, f64) = (0.0, 500.0);

/// Longest time simulated, days.
pub const HORIZON_DAYS: f64 = 3.0 * 365.2425;
/// The horizon must reach this far beyond the last session, days.
pub const AFTER_LAST_SESSION_DAYS: f64 = 7.0;
/// Where no horizon is stated it reaches at least this far beyond the last session, days: three months,
/// when results are judged.
pub const JUDGED_AFTER_DAYS: f64 = 3.0 * 365.2425 / 12.0;
/// Times nearer to each other than this are one and the same, days: a second.
pub const SAME_TIME_DAYS: f64 = 1.0 / 86_400.0;
/// Largest ensemble.
pub const MEMBERS: u32 = 4096;
/// Below this the bands are coarse.
pub const FINE_MEMBERS: u32 = 64;

/// Width of a pen's tip circle and pitch of a stamp, least and most, mm.
pub const LAYOUT_MM: (f64, f64) = (0.05, 60.0);

/// Strokes of a pen per second, least and most, Hz.
pub const FREQUENCY_HZ: (f64, f64) = (0.2, 500.0);

/// Length of a needle's point, least and most, um.
pub const TAPER_UM: (f64, f64) = (1.0, 5000.0);

/// Angle of a needle's point, least and most, deg.
pub const POINT_DEG: (f64, f64) = (0.5, 120.0);

/// Years a date of a patient's history may lie in.
pub const HISTORY_YEARS: (i16, i16) = (1900, 2200);

/// Grades of a graded condition, least and most.
pub const GRADE: (i64, i64) = (1, 4);

/// Most days off after a session that somebody may ask for.
pub const DOWNTIME_DAYS: f64 = 60.0;

/// Length of the pins of a roller for home use that somebody may ask about, mm.
pub const HOME_ROLLER_MM: (f64, f64) = (0.05, 3.0);

/// Longest text that names a medicine or signs an override, characters.
pub const WORDS: usize = 500;
