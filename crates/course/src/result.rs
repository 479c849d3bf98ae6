//! What a run gives: summaries over the ensemble, ready to be shown.

use needlepoint_case::limits::SAME_TIME_DAYS;
use needlepoint_knowledge::product::OnOpenChannels;
use needlepoint_needling::{Puncture, PunctureSummary};
use serde::Serialize;

pub use needlepoint_needling::DepthBin;

use crate::{numbing::Numbing, observable::Observable};

/// Mean and quantiles of one number over the ensemble.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// Mean over the members.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// 2.5 % quantile.
    pub lo95: f64,
    /// 25 % quantile.
    pub lo50: f64,
    /// 75 % quantile.
    pub hi50: f64,
    /// 97.5 % quantile.
    pub hi95: f64,
}

/// One observable over time, with its band at each time.
#[derive(Debug, Clone, Serialize)]
pub struct Series {
    /// What was observed.
    pub observable: Observable,
    /// Days since the first session, ascending.
    pub days: Vec<f64>,
    /// One band for each day of `days`.
    pub bands: Vec<Band>,
}

impl Series {
    /// The band on a day at which the skin was looked at; the nearest time that is the same.
    pub fn at(&self, day: f64) -> Option<&Band> {
        let distance = |known: f64| (known - day).abs();
        let times = self.days.iter().zip(&self.bands);
        let nearest = times.min_by(|a, b| distance(*a.0).total_cmp(&distance(*b.0)))?;
        (distance(*nearest.0) <= SAME_TIME_DAYS).then_some(nearest.1)
    }
}

/// One session of the calendar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionDay {
    /// 1 for the first.
    pub number: u32,
    /// Days since the first session.
    pub day: f64,
    /// Date, where the case gives a start.
    pub date: Option<String>,
}

/// How long something lasts after a session, in days, over the ensemble.
#[derive(Debug, Clone, Serialize)]
pub struct Duration {
    /// What lasts: "redness visible", "channels open to a dye" ...
    pub what: String,
    /// Days after the last session (hours / 24).
    pub days: Band,
    /// What counts as over.
    pub criterion: String,
}

/// A clinical scale at one time.
#[derive(Debug, Clone, Serialize)]
pub struct ScalePrediction {
    /// Name of the scale in `knowledge/scales.toml`.
    pub scale: String,
    /// The scale in words.
    pub label: String,
    /// Days since the first session.
    pub day: f64,
    /// Score before the first session.
    pub before: f64,
    /// Predicted score as a blinded rater would give it.
    pub score: Band,
}

/// What is to be expected of one concern.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// What was observed.
    pub observable: Observable,
    /// When, in words: "8 weeks after session 5".
    pub when: String,
    /// Days since the first session.
    pub day: f64,
    /// Predicted value in the observable's unit.
    pub value: Band,
    /// Share of members whose change a person would see, 0 to 1, if it can be seen at all.
    pub visible_share: Option<f64>,
    /// Strength of the published evidence: strong, moderate, weak, very weak.
    pub strength: String,
    /// Why the evidence is as strong as that.
    pub why: String,
    /// Identifiers of the sources in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// State of the channels at some hours after a session: what the section drawing shows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChannelStage {
    /// Hours after the session.
    pub hours: f64,
    /// Radius of the mouth relative to that at hour 0, median member.
    pub relative_radius: f64,
    /// Share of channels sealed by recoil, clot and dried fluid, 0 to 1.
    pub sealed: f64,
    /// Share of the epidermal gap bridged by new cells, 0 to 1.
    pub bridged: f64,
    /// Share of the horny layer over the channels rebuilt, 0 to 1.
    pub horny_layer: f64,
    /// Clot left, relative to hour 0.
    pub clot: f64,
    /// Redness above rest, delta a*.
    pub redness: f64,
}

/// The skin under the needles at one moment of the course: what a moving picture of its healing shows. Medians
/// over the members.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moment {
    /// Days since the first session.
    pub day: f64,
    /// The session before it, from 1; `stage` counts its hours from that session.
    pub session: u32,
    /// State of the channels, and what lies in and over them.
    pub stage: ChannelStage,
    /// Inflammation of the papillary dermis, share of its greatest median over the moments.
    pub inflammation: f64,
    /// Fibroblasts of the papillary dermis, 1 at rest.
    pub fibroblasts: f64,
}

/// One layer of skin as drawn.
#[derive(Debug, Clone, Serialize)]
pub struct DrawnLayer {
    /// Name in plain words.
    pub name: String,
    /// Depth of its upper border, micrometres.
    pub top_um: f64,
    /// Depth of its lower border, micrometres (the subcutis is cut where the drawing ends).
    pub bottom_um: f64,
}

/// One puncture of the sampled patch, for the map and the section.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct DrawnPuncture {
    /// Place on the patch, millimetres.
    pub x_mm: f64,
    /// Place on the patch, millimetres.
    pub y_mm: f64,
    /// Depth reached with the needle in place, micrometres.
    pub depth_um: f64,
    /// Width of the mouth, micrometres.
    pub mouth_um: f64,
    /// Pass in which it was made, from 1.
    pub pass: u32,
}

impl From<&Puncture> for DrawnPuncture {
    fn from(hole: &Puncture) -> Self {
        Self {
            x_mm: hole.x_mm,
            y_mm: hole.y_mm,
            depth_um: hole.depth_um,
            mouth_um: hole.mouth_diameter_um,
            pass: hole.pass,
        }
    }
}

/// A product on the skin.
#[derive(Debug, Clone, Serialize)]
pub struct ProductUptake {
    /// Name of the product in words.
    pub product: String,
    /// Median time it lies on the skin, hours.
    pub contact_hours: f64,
    /// When it is put on, in words.
    pub when: String,
    /// Taken up into living skin within 24 h through punctured skin, micrograms per cm2.
    pub punctured_ug_per_cm2: Band,
    /// The same through intact skin.
    pub intact_ug_per_cm2: Band,
    /// Punctured over intact.
    pub enhancement: Band,
    /// Hours of `level_ug_per_ml` after the product was put on.
    pub hours: Vec<f64>,
    /// Where that level is told: where the product acts, or else in the papillary dermis.
    pub place: String,
    /// Level there through punctured skin.
    pub level_ug_per_ml: Vec<Band>,
    /// Greatest depth at which a tenth of the level at the surface arrives, on the mean, micrometres.
    pub reach_um: Band,
    /// The same under the channels.
    pub deepest_reach_um: Band,
    /// Whether it may go onto open channels, and who says so.
    pub on_open_channels: OnOpenChannels,
    /// What the number rests on.
    pub note: String,
}

/// Everything about one treated zone.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneCourse {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Needle length set, millimetres.
    pub needle_length_mm: f64,
    /// Passes of a session.
    pub passes: u32,
    /// Area treated, cm2.
    pub area_cm2: f64,
    /// Minutes the needling of this zone takes in one session, for the typical hand.
    pub minutes: f64,
    /// Layers of the typical member's skin.
    pub layers: Vec<DrawnLayer>,
    /// Punctures of the typical member on a patch of 1 cm2.
    pub punctures: Vec<DrawnPuncture>,
    /// Side of that square patch, millimetres.
    pub patch_side_mm: f64,
    /// Numbers about the typical member's punctures.
    pub summary: PunctureSummary,
    /// Depth reached, over the ensemble (mean of each member), micrometres.
    pub depth_um: Band,
    /// Holes per cm2 of a session, over the ensemble.
    pub holes_per_cm2: Band,
    /// Injured share of each living layer's volume in one session, per cent: name and band.
    pub injured_percent: Vec<(String, Band)>,
    /// Pain of a session on a scale of 0 to 10.
    pub pain: Band,
    /// Channels at the hours of the drawing.
    pub stages: Vec<ChannelStage>,
    /// The skin from the first needles to the end, for a moving picture; no part of what is written to files.
    #[serde(skip)]
    pub moments: Vec<Moment>,
    /// Every observable over time.
    pub series: Vec<Series>,
    /// How long things last after a session.
    pub durations: Vec<Duration>,
    /// What is to be expected.
    pub outcomes: Vec<Outcome>,
    /// Clinical scales.
    pub scales: Vec<ScalePrediction>,
    /// Products.
    pub uptake: Vec<ProductUptake>,
}

/// The whole result of a run.
#[derive(Debug, Clone, Serialize)]
pub struct CourseResult {
    /// Sessions on the calendar.
    pub sessions: Vec<SessionDay>,
    /// End of the simulation, days since the first session.
    pub horizon_days: f64,
    /// Times that were asked for, days since the first session, ascending.
    pub requested_days: Vec<f64>,
    /// Number of ensemble members.
    pub members: u32,
    /// Seed.
    pub seed: u32,
    /// Name of the fidelity.
    pub fidelity: String,
    /// Whether the ensemble is fitted ("posterior") or not yet ("prior").
    pub ensemble: String,
    /// Numbing before a session, if the case has one.
    pub numbing: Option<Numbing>,
    /// The treated zones.
    pub zones: Vec<ZoneCourse>,
}
