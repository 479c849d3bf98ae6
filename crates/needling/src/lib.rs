#![doc = "From device and hand to punctures: where they land, how deep they go, what they injure."]
//!
//! # A guided tour
//!
//! 1. A [`Device`] has a [`Motion`] (roller, pen, stamp, or the spots of a laser) and a [`NeedleGeometry`]. Its hole density
//!    per pass follows from geometry alone: [`Device::nominal_holes_per_cm2_per_pass`].
//! 2. [`sample_punctures`] draws the actual [`Puncture`]s of a treatment on a [`Patch`]: the
//!    [`Setting`] says what was asked for, the [`Hand`] how truly device and skin follow. All chance
//!    comes from the generator passed in, so one seed gives one pattern.
//! 3. [`injury`] turns punctures and [layered skin](needlepoint_skin::LayeredSkin) into the dose that
//!    healing and absorption need, layer by layer: holes, injured volume, reach of the signals, blood.
//!    Each puncture is a [`Channel`], a cone with an elliptic mouth.
//! 4. [`summarize`] adds what a report shows: spacing, coverage, overlap, histogram of depths.
//! 5. [`PainLaw`], [`treatment_minutes`] and [`puncture_force_mn`] say how it feels, how long it takes
//!    and what force one needle needs.
//!
//! Lengths of devices and positions are in mm, depths and diameters of channels in um, densities per
//! cm2. No number of the literature is in this code; every one comes in as a field.
//!
//! # Four passes of a pen
//!
//! ```
//! use needlepoint_needling::*;
//! use needlepoint_skin::{LayerKind, LayerThicknesses, LayeredSkin};
//! use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
//!
//! let device = Device {
//!     motion: Motion::Pen {
//!         needles: 12,
//!         layout_diameter_mm: 5.0,
//!         frequency_hz: 100.0,
//!         glide_speed_mm_per_s: 30.0,
//!         in_skin_share: 0.4,
//!         overlap: 0.0,
//!     },
//!     needle: NeedleGeometry {
//!         tip_diameter_um: 20.0,
//!         shaft_diameter_um: 250.0,
//!         taper_length_um: 1500.0,
//!     },
//!     maximum_length_mm: 2.5,
//! };
//! let setting = Setting {
//!     needle_length_mm: 1.5,
//!     passes: 4,
//!     directions_deg: FOUR_WAY_STAR_DEG.to_vec(),
//! };
//! let hand = Hand {
//!     tilt_sd_deg: 5.0,
//!     position_scatter_sd_mm: 0.3,
//!     wobble_sd_mm: 0.5,
//!     wobble_length_mm: 20.0,
//!     tear_share: 0.1,
//!     depth: DepthLaw::constant(1200.0),
//!     mouth_ratio: 0.5,
//! };
//! let skin = LayeredSkin::new(&LayerThicknesses {
//!     stratum_corneum_um: 15.0,
//!     viable_epidermis_um: 60.0,
//!     dermis_um: 1000.0,
//!     papillary_share: 0.2,
//!     upper_reticular_share: 0.4,
//! })?;
//! let parameters = InjuryParameters {
//!     halo_um: 100.0,
//!     plexus_depth_um: 450.0,
//!     plexus_width_um: 60.0,
//!     blood_share: 0.3,
//! };
//!
//! let patch = Patch::rectangle(30.0, 20.0)?;
//! let mut rng = ChaCha8Rng::seed_from_u64(7);
//! let mut punctures = Vec::new();
//! sample_punctures(&device, &setting, patch, &hand, &mut rng, &mut punctures)?;
//! let injury = injury(&punctures, patch, &skin, &parameters);
//!
//! let asked = 4.0 * device.nominal_holes_per_cm2_per_pass();
//! assert!((injury.holes_per_cm2 / asked - 1.0).abs() < 0.05);
//! assert!(punctures[0].mouth_length_um() > punctures[0].mouth_diameter_um);
//! let papillary = injury.layer(LayerKind::PapillaryDermis);
//! assert!(papillary.injured_fraction < papillary.halo_coverage);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod device;
mod duration;
mod ellipse;
mod error;
mod force;
mod injury;
mod logistic;
mod mechanics;
mod nearest;
mod needle;
mod pain;
mod pattern;
mod puncture;
mod sample;
mod spacing;
mod statistics;
mod summary;

pub use device::{Device, Motion, SpotGrid};
pub use duration::{Pace, treatment_minutes};
pub use error::NeedlingError;
pub use force::{force_crossover_um, puncture_force_mn};
pub use injury::{Injury, InjuryParameters, LayerInjury, injury, volumes_above};
pub use mechanics::{
    Approach, DepthLaw, Grip, Insertion, Stiffness, Support, Tissue, Toughness, insert,
};
pub use needle::{Material, NeedleGeometry, Strength, strength};
pub use pain::PainLaw;
pub use pattern::{Patch, sample_strikes};
pub use puncture::{Channel, ChannelShape, Puncture};
pub use sample::{FOUR_WAY_STAR_DEG, Hand, HitCount, Setting, sample_punctures};
pub use spacing::{DistanceBin, NearestNeighbour, coverage, nearest_neighbour, repeated_hit_share};
pub use statistics::DepthStatistics;
pub use summary::{DepthBin, PunctureSummary, Treatment, summarize};
