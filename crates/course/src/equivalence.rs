//! What setting, passes or speed of one device give the dose of another.
//!
//! ```text
//! V(L) = n E[v(h(z; L))]          volume broken per area and pass: n strikes, v the living skin that a
//!                                 channel of depth h breaks, 0 for a dent; z the hit's standard normal
//! N(L) = N_0 V_0 / V(L)           passes of this device that break what the other's N_0 break
//! W(L) = integral of |Q(u; L) - Q_0(u)| du        how far apart the depths lie: Q their quantiles
//! ```
//!
//! for each member of the ensemble by itself: one person, one truth, both devices. So what is unknown of
//! the skin cancels where it is the same for both, and the band that is left is what the literature does
//! not know of the *difference* of the two. Expectations are taken over the law of depths, without
//! drawing holes.
//!
//! The length with the least median W is the one *most like* the other; the passes then give the dose.

use std::sync::atomic::Ordering;

use needlepoint_case::{Case, Zone};
use needlepoint_knowledge::{
    Knowledge,
    device::{DeviceRecord, MotionRecord},
    site::Site,
};
use needlepoint_needling::{DepthLaw, Motion};
use needlepoint_skin::LayerKind;
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ContinuousCDF as _, Normal};

use crate::{
    parameters::DECLARATIONS,
    person::Person,
    result::Band,
    run::{CourseError, Progress, people},
    summary::band,
};

/// Quantiles of the hits' scatter at which the law of depths is read.
const HITS: usize = 64;
/// Step of the needle lengths looked at, mm: how devices are set and pins are sold.
const STEP_MM: f64 = 0.25;
/// Shares at which the depths of the two are set beside each other.
const SHARES: usize = 40;
/// Steps through devices whose whole range is less than two of those.
const FINE_STEPS: u32 = 4;

/// Why two cases can't be likened.
#[derive(Debug, thiserror::Error)]
pub enum EquivalenceError {
    /// The other case does not treat the site.
    #[error(
        "the other case does not needle \"{site}\"; its zones are: {}",
        .zones.join(", ")
    )]
    NoSuchZone {
        /// The site of this case.
        site: String,
        /// Those of the other.
        zones: Vec<String>,
    },
    /// Nothing of the other case's needles gets in.
    #[error("the other case opens nothing on \"{0}\": its needles only dent the skin")]
    NothingToLiken(String),
    /// The needling can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// One needle length of this device beside the other's treatment.
#[derive(Debug, Clone, Serialize)]
pub struct LengthMatch {
    /// Needle length, mm.
    pub needle_length_mm: f64,
    /// Whether the length lies within what the label says was evaluated.
    pub evaluated: bool,
    /// Passes that break the same volume of living skin.
    pub passes: Band,
    /// W, mean distance between the two distributions of depth, um.
    pub depth_gap_um: Band,
    /// Mean depth, um.
    pub depth_um: Band,
    /// Holes per cm2 of that many passes over those of the other.
    pub holes_ratio: Band,
}

/// One zone of this case beside the same zone of the other.
#[derive(Debug, Clone, Serialize)]
pub struct ZoneEquivalence {
    /// Name of the site.
    pub site: String,
    /// The other treatment.
    pub other: OtherTreatment,
    /// Volume of living skin broken by this case as it is written, over that of the other.
    pub as_written: Band,
    /// Mean distance between the depths of this case as it is written and the other's, um.
    pub depth_gap_um: Band,
    /// Lengths of this device, shortest first.
    pub lengths: Vec<LengthMatch>,
    /// Place in `lengths` of the one most like the other, among those evaluated.
    pub most_like: usize,
    /// Passes to ask for at that length: the median, rounded, at least one.
    pub whole_passes: u32,
    /// Volume of that setting over that of the other.
    pub volume_ratio: Band,
    /// For a pen: speed of the hand, mm/s, at which this case's own passes give the other's volume at
    /// that length.
    pub glide_speed_mm_per_s: Option<Band>,
    /// Depths of the other treatment and of this device at the length most like it, deepest first.
    pub depths: Vec<DepthPair>,
}

/// The depths that the same share of holes exceeds in the two treatments, each the median over the
/// members.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct DepthPair {
    /// u, share of the holes that go deeper.
    pub share: f64,
    /// `Q_0(u)` of the other treatment, um.
    pub other_um: f64,
    /// `Q(u)` of this device at the length most like it, um.
    pub this_um: f64,
}

/// What is to be met.
#[derive(Debug, Clone, Serialize)]
pub struct OtherTreatment {
    /// Its device in words.
    pub device: String,
    /// Its needle length, mm.
    pub needle_length_mm: f64,
    /// Its passes.
    pub passes: u32,
    /// Holes per cm2.
    pub holes_per_cm2: Band,
    /// Mean depth, um.
    pub depth_um: Band,
    /// Volume of living skin broken, mm3 per cm2.
    pub volume_mm3_per_cm2: Band,
}

/// What one pass of a device does to one person, expected over its hits.
#[derive(Debug, Clone)]
struct Pass {
    holes_per_cm2: f64,
    volume_mm3_per_cm2: f64,
    mean_depth_um: f64,
    /// Depths of the hits that got in, deepest first.
    depths_um: Vec<f64>,
    /// Speed of the hand at which it holds, for a pen.
    glide_speed_mm_per_s: Option<f64>,
}

impl Pass {
    /// W between the depths of two passes, um; one that opens nothing counts as depth zero.
    fn depth_gap_um(&self, other: &Self) -> f64 {
        let points = 4 * HITS;
        (0..points)
            .map(|number| (number as f64 + 0.5) / points as f64)
            .map(|u| (self.depth_exceeded_um(u) - other.depth_exceeded_um(u)).abs())
            .sum::<f64>()
            / points as f64
    }

    /// Q(u), depth that a share u of the holes exceeds, um.
    fn depth_exceeded_um(&self, u: f64) -> f64 {
        let at = (u * self.depths_um.len() as f64) as usize;
        self.depths_um.get(at).copied().unwrap_or(0.0)
    }
}

/// A device in a zone on a person.
struct Bench<'a> {
    case: &'a Case,
    site: &'a Site,
    hits: [f64; HITS],
}

impl<'a> Bench<'a> {
    fn new(knowledge: &'a Knowledge, case: &'a Case, site: &str) -> Result<Self, CourseError> {
        let site = knowledge.site(site).ok_or_else(|| CourseError::UnknownSite(site.to_owned()))?;
        let normal = Normal::standard();
        let hits = std::array::from_fn(|n| normal.inverse_cdf((n as f64 + 0.5) / HITS as f64));
        Ok(Self { case, site, hits })
    }

    /// One pass of a device with needles of a length, in the manner of `zone`, on one person. The
    /// skin is that of this case's patient, also under the other's device.
    fn pass(
        &self,
        person: &Person,
        record: &DeviceRecord,
        zone: &Zone,
    ) -> Result<Pass, CourseError> {
        const UM3_PER_MM3: f64 = 1e9;
        let skin = person.skin(self.site, &self.case.patient)?;
        let device = person.device(record, zone);
        let support = person.support(self.site, zone.support);
        let law =
            person.insertion(&device, &skin, support, zone.needle_length_mm).map(|(law, _)| law);
        let hand = person.hand(law.unwrap_or(DepthLaw::constant(0.0)));
        let living = (
            skin.bottom_um(LayerKind::StratumCorneum),
            skin.bottom_um(LayerKind::LowerReticularDermis),
        );
        let mut depths_um = Vec::with_capacity(HITS);
        let mut volume_um3 = 0.0;
        for &z in &self.hits {
            let depth = match device.motion {
                Motion::Spots { depth_um, .. } => Some(depth_um),
                _ => hand.depth.depth_um(z),
            };
            if let Some(depth_um) = depth {
                depths_um.push(depth_um);
                volume_um3 +=
                    hand.channel(&device, depth_um).volume_between_um3(living.0, living.1);
            }
        }
        let strikes = device.nominal_holes_per_cm2_per_pass();
        let got_in = depths_um.len() as f64;
        Ok(Pass {
            holes_per_cm2: strikes * got_in / HITS as f64,
            volume_mm3_per_cm2: strikes * volume_um3 / HITS as f64 / UM3_PER_MM3,
            mean_depth_um: depths_um.iter().sum::<f64>() / got_in.max(1.0),
            depths_um,
            glide_speed_mm_per_s: match device.motion {
                Motion::Pen { glide_speed_mm_per_s, .. } => Some(glide_speed_mm_per_s),
                _ => None,
            },
        })
    }
}

/// One person under the other device, under this one as written, and at each length.
struct MemberMatch {
    other: Pass,
    written: Pass,
    lengths: Vec<Pass>,
}

/// Likens every zone of `case` to the zone of `other` on the same site; if `other` has a single zone,
/// that one stands for all sites.
///
/// The person is the one of `case`: patient, members and seed are its own. Runs on the current
/// `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`EquivalenceError`].
pub fn liken(
    case: &Case,
    other: &Case,
    knowledge: &Knowledge,
    only: Option<&str>,
    progress: Progress<'_>,
) -> Result<Vec<ZoneEquivalence>, EquivalenceError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    let people = people(case, knowledge);
    case.protocol
        .zones
        .iter()
        .filter(|zone| only.is_none_or(|site| zone.site == site))
        .map(|zone| liken_zone(case, zone, other, knowledge, &people, progress))
        .collect()
}

fn other_zone<'o>(other: &'o Case, site: &str) -> Result<&'o Zone, EquivalenceError> {
    let zones = &other.protocol.zones;
    zones
        .iter()
        .find(|zone| zone.site == site)
        .or(if let [only] = zones.as_slice() { Some(only) } else { None })
        .ok_or_else(|| EquivalenceError::NoSuchZone {
            site: site.to_owned(),
            zones: zones.iter().map(|zone| zone.site.clone()).collect(),
        })
}

fn liken_zone(
    case: &Case,
    zone: &Zone,
    other: &Case,
    knowledge: &Knowledge,
    people: &[Person],
    progress: Progress<'_>,
) -> Result<ZoneEquivalence, EquivalenceError> {
    let theirs = other_zone(other, &zone.site)?;
    let bench = Bench::new(knowledge, case, &zone.site)?;
    let record = &case.protocol.device;
    let lengths_mm = lengths(record);
    let members: Vec<MemberMatch> = people
        .par_iter()
        .map(|person| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let matched = MemberMatch {
                other: bench.pass(person, &other.protocol.device, theirs)?,
                written: bench.pass(person, record, zone)?,
                lengths: lengths_mm
                    .iter()
                    .map(|&needle_length_mm| {
                        bench.pass(person, record, &Zone { needle_length_mm, ..zone.clone() })
                    })
                    .collect::<Result<_, _>>()?,
            };
            (progress.member_done)();
            Ok(matched)
        })
        .collect::<Result<_, CourseError>>()?;
    sum_up(case, zone, other, theirs, &lengths_mm, members)
}

/// Lengths of a device that are looked at, mm.
pub(crate) fn lengths(record: &DeviceRecord) -> Vec<f64> {
    let (least, most) = (record.minimum_mm, record.maximum_mm);
    let fine = most - least < 2.0 * STEP_MM;
    let step = if fine { (most - least) / f64::from(FINE_STEPS) } else { STEP_MM };
    if step <= 0.0 {
        return vec![most];
    }
    let first = if fine { least } else { (least.max(STEP_MM) / step).ceil() * step };
    let count = ((most - first) / step + 1e-6) as u32;
    (0..=count).map(|number| first + f64::from(number) * step).collect()
}

fn sum_up(
    case: &Case,
    zone: &Zone,
    other: &Case,
    theirs: &Zone,
    lengths_mm: &[f64],
    members: Vec<MemberMatch>,
) -> Result<ZoneEquivalence, EquivalenceError> {
    let record = &case.protocol.device;
    let their_passes = f64::from(theirs.passes);
    // A person whom the other device does not open at all says nothing about the ratio.
    let members: Vec<MemberMatch> =
        members.into_iter().filter(|m| m.other.volume_mm3_per_cm2 > 0.0).collect();
    if members.is_empty() {
        return Err(EquivalenceError::NothingToLiken(zone.site.clone()));
    }
    let over =
        |read: &dyn Fn(&MemberMatch) -> f64| band(&members.iter().map(read).collect::<Vec<_>>());
    let target = |m: &MemberMatch| their_passes * m.other.volume_mm3_per_cm2;
    // Where nothing gets in, no number of passes would do: a very large one stands for it.
    let passes_needed = |m: &MemberMatch, at: usize| {
        (target(m) / m.lengths[at].volume_mm3_per_cm2.max(f64::MIN_POSITIVE)).min(MOST_PASSES)
    };
    let lengths: Vec<LengthMatch> = lengths_mm
        .iter()
        .enumerate()
        .map(|(at, &needle_length_mm)| LengthMatch {
            needle_length_mm,
            evaluated: record.evaluated_to_mm.is_none_or(|most| needle_length_mm <= most + 1e-9),
            passes: over(&|m| passes_needed(m, at)),
            depth_gap_um: over(&|m| m.lengths[at].depth_gap_um(&m.other)),
            depth_um: over(&|m| m.lengths[at].mean_depth_um),
            holes_ratio: over(&|m| {
                passes_needed(m, at) * m.lengths[at].holes_per_cm2
                    / (their_passes * m.other.holes_per_cm2)
            }),
        })
        .collect();
    let most_like = lengths
        .iter()
        .enumerate()
        .filter(|(_, length)| length.evaluated)
        .min_by(|a, b| a.1.depth_gap_um.median.total_cmp(&b.1.depth_gap_um.median))
        .map_or(0, |(at, _)| at);
    let whole_passes = lengths[most_like].passes.median.round().max(1.0) as u32;
    let own_passes = f64::from(zone.passes);
    let is_pen = matches!(record.motion, MotionRecord::Pen { .. });
    Ok(ZoneEquivalence {
        site: zone.site.clone(),
        other: OtherTreatment {
            device: other.protocol.device.label.clone(),
            needle_length_mm: theirs.needle_length_mm,
            passes: theirs.passes,
            holes_per_cm2: over(&|m| their_passes * m.other.holes_per_cm2),
            depth_um: over(&|m| m.other.mean_depth_um),
            volume_mm3_per_cm2: over(&target),
        },
        as_written: over(&|m| own_passes * m.written.volume_mm3_per_cm2 / target(m)),
        depth_gap_um: over(&|m| m.written.depth_gap_um(&m.other)),
        most_like,
        whole_passes,
        volume_ratio: over(&|m| {
            f64::from(whole_passes) * m.lengths[most_like].volume_mm3_per_cm2 / target(m)
        }),
        glide_speed_mm_per_s: is_pen.then(|| {
            over(&|m| {
                let pass = &m.lengths[most_like];
                // Holes, and so the volume, go inversely with the speed.
                pass.glide_speed_mm_per_s.unwrap_or(0.0) * own_passes / passes_needed(m, most_like)
            })
        }),
        depths: (0..SHARES)
            .map(|number| (number as f64 + 0.5) / SHARES as f64)
            .map(|share| DepthPair {
                share,
                other_um: over(&|m| m.other.depth_exceeded_um(share)).median,
                this_um: over(&|m| m.lengths[most_like].depth_exceeded_um(share)).median,
            })
            .collect(),
        lengths,
    })
}

/// Passes beyond which a setting counts as unable: a band that ends here has no end.
pub const MOST_PASSES: f64 = 1e4;
