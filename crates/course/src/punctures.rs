//! Only the needling: what a session does to the skin of each zone, without the healing.
//!
//! The *typical* person, with every quantile at one half, is needled on a patch that is kept hole by
//! hole; the ensemble gives the band of every number. Both go the way of [`crate::simulate`], through
//! [`needle_patch`] and [`pain_vas`].

use std::sync::atomic::Ordering;

use needlepoint_case::{Case, Zone};
use needlepoint_knowledge::Knowledge;
use needlepoint_needling::{
    DepthStatistics, Device, NeedlingError, Patch, PunctureSummary, Treatment, strength, summarize,
};
use needlepoint_skin::LayerKind;
use rayon::prelude::*;
use serde::{Serialize, Serializer};

pub use needlepoint_needling::{ChannelShape, Motion, Puncture};

use crate::{
    calendar::Calendar,
    numbing::numb_member,
    parameters::DECLARATIONS,
    person::{Member, Person},
    result::{Band, DrawnLayer},
    run::{CourseError, Progress, people},
    summary::{DEPTH_BARS, band, drawn_layers},
    zone::{Needled, PATCH_SIDE_MM, ZoneTask, injured_once, needle_patch, pain_vas},
};

const MM_PER_CM: f64 = 10.0;

/// Why the punctures of a case can't be given.
#[derive(Debug, thiserror::Error)]
pub enum PuncturesError {
    /// The case does not needle the zone asked for.
    #[error("the case does not needle \"{asked}\"; its zones are: {}", .zones.join(", "))]
    NoSuchZone {
        /// What was asked for.
        asked: String,
        /// The zones of the case.
        zones: Vec<String>,
    },
    /// The patch is larger than the zone.
    #[error(
        "a patch of {asked_cm2} cm2 does not fit into the zone \"{zone}\" of {zone_cm2} cm2; ask for \
         that much or less"
    )]
    LargerThanZone {
        /// What was asked for.
        asked_cm2: f64,
        /// Area of the zone.
        zone_cm2: f64,
        /// The zone.
        zone: String,
    },
    /// More needles would strike the patch than can be drawn.
    #[error("{0}; ask for a smaller patch")]
    PatchTooLarge(NeedlingError),
    /// The needling can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question<'a> {
    /// Only this zone; all of the case if left out.
    pub zone: Option<&'a str>,
    /// Area of the square patch on which the typical person's punctures are kept, cm2. The members
    /// of the ensemble are needled on no more than 1 cm2 each, as in a whole run.
    pub area_cm2: f64,
}

/// Depths of punctures, micrometres.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Depths<T> {
    /// Mean.
    pub mean: T,
    /// Standard deviation from hole to hole.
    pub sd: T,
    /// 5 % of holes end above it.
    pub p05: T,
    /// 95 % of holes end above it.
    pub p95: T,
}

/// A value for some of the layers, outermost first; a map of names to values for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct ByLayer<T>(pub Vec<(LayerKind, T)>);

impl<T: Serialize> Serialize for ByLayer<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(kind, value)| (kind, value)))
    }
}

/// The needling of a zone in numbers: of one person (`f64`), or with the [`Band`] of each over the
/// ensemble.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PunctureNumbers<T> {
    /// Holes per cm2 of a session.
    pub holes_per_cm2: T,
    /// Holes per cm2 and pass.
    pub holes_per_cm2_per_pass: T,
    /// Share of the surface within reach of a hole's signals.
    pub coverage: T,
    /// How deep the holes go.
    pub depth_um: Depths<T>,
    /// Share of strikes that only dented the skin.
    pub dent_share: T,
    /// Mean distance to the nearest other hole, mm; none with too few holes.
    pub nearest_neighbour_mm: Option<T>,
    /// Share of holes that struck into the mouth of another.
    pub repeated_hit_share: T,
    /// Share of each layer's volume that lies inside a channel; not for the subcutis, which has no
    /// lower end.
    pub injured_volume_fraction: ByLayer<T>,
    /// Share of holes that end in each layer.
    pub ending_share: ByLayer<T>,
    /// Bleeding points per cm2.
    pub bleeding_points_per_cm2: T,
    /// Pain of a session on the visual analogue scale, 0 to 10, under the case's numbing.
    pub pain_vas: T,
    /// Minutes that needling the whole zone takes.
    pub minutes: T,
    /// What one needle goes through; none for a laser.
    pub needle: Option<NeedleNumbers<T>>,
}

/// What one needle goes through on its way into the skin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NeedleNumbers<T> {
    /// Greatest force along the needle, mN.
    pub peak_force_mn: T,
    /// Work it puts into the skin, uJ.
    pub work_uj: T,
    /// How far the surface at the needle is carried down, um.
    pub dent_um: T,
    /// How far the skin as a whole gives way, um.
    pub give_um: T,
    /// How far the device stands off because the hand can't push it closer, um.
    pub standoff_um: T,
    /// Share of the force that would buckle the needle.
    pub buckling_share: T,
    /// Share of the force across it that would bend it for good: skin that holds its shaft and is dragged
    /// half of the needle's way along the surface.
    pub bending_share: T,
    /// Share of the force that would dull its tip, if the very end bore all of it.
    pub dulling_share: T,
}

impl PunctureNumbers<f64> {
    fn of(
        task: &ZoneTask<'_>,
        person: &Person,
        needled: &Needled,
        summary: &PunctureSummary,
    ) -> Result<Self, CourseError> {
        let numbed = numb_member(task, person, needled)?;
        let relief_share = numbed.map_or(0.0, |numbed| numbed.relief_share);
        let DepthStatistics { mean_um, sd_um, p05_um, p95_um, .. } = summary.injury.depth;
        Ok(Self {
            holes_per_cm2: summary.holes_per_cm2,
            holes_per_cm2_per_pass: summary.holes_per_cm2_per_pass,
            coverage: summary.coverage,
            depth_um: Depths { mean: mean_um, sd: sd_um, p05: p05_um, p95: p95_um },
            dent_share: summary.dent_share,
            nearest_neighbour_mm: summary.nearest_neighbour.map(|nearest| nearest.mean_mm),
            repeated_hit_share: summary.repeated_hit_share,
            injured_volume_fraction: ByLayer(
                LayerKind::ALL
                    .into_iter()
                    .filter(|kind| *kind != LayerKind::Subcutis)
                    .map(|kind| (kind, injured_once(summary.injury.layer(kind).injured_fraction)))
                    .collect(),
            ),
            ending_share: ByLayer(
                LayerKind::ALL
                    .into_iter()
                    .map(|kind| (kind, summary.injury.layer(kind).ending_share))
                    .collect(),
            ),
            bleeding_points_per_cm2: summary.injury.bleeding_points_per_cm2,
            pain_vas: pain_vas(task, person, &summary.injury, relief_share),
            minutes: person.minutes(&needled.device, task.area_cm2(), task.zone.passes)?,
            needle: NeedleNumbers::of(task, person, needled),
        })
    }
}

impl NeedleNumbers<f64> {
    fn of(task: &ZoneTask<'_>, person: &Person, needled: &Needled) -> Option<Self> {
        const UM_PER_MM: f64 = 1000.0;
        let insertion = needled.insertion?;
        let material = person.parameters.material(task.case.protocol.device.material);
        let length_um = task.zone.needle_length_mm * UM_PER_MM;
        let depth_um = insertion.depth_um.max(1.0);
        let stands = strength(&needled.device.needle, material, length_um, depth_um);
        let sweep_um = needled.device.motion.sweep_um(insertion.depth_um);
        Some(Self {
            peak_force_mn: insertion.peak_force_mn,
            work_uj: insertion.work_uj,
            dent_um: insertion.dent_um,
            give_um: insertion.give_um,
            standoff_um: insertion.standoff_um,
            buckling_share: insertion.peak_force_mn / stands.buckling_force_mn,
            // A needle goes half of its way along the surface to either side.
            bending_share: 0.5 * sweep_um * insertion.hold_mn_per_um / stands.bending_force_mn,
            dulling_share: insertion.peak_force_mn / stands.dulling_force_mn,
        })
    }
}

impl NeedleNumbers<Band> {
    fn over(members: &[NeedleNumbers<f64>]) -> Self {
        let over = |read: fn(&NeedleNumbers<f64>) -> f64| {
            band(&members.iter().map(read).collect::<Vec<_>>())
        };
        Self {
            peak_force_mn: over(|n| n.peak_force_mn),
            work_uj: over(|n| n.work_uj),
            dent_um: over(|n| n.dent_um),
            give_um: over(|n| n.give_um),
            standoff_um: over(|n| n.standoff_um),
            buckling_share: over(|n| n.buckling_share),
            bending_share: over(|n| n.bending_share),
            dulling_share: over(|n| n.dulling_share),
        }
    }
}

impl PunctureNumbers<Band> {
    /// The band of every number over the members, in their order.
    fn over(members: &[PunctureNumbers<f64>]) -> Self {
        let over = |read: &dyn Fn(&PunctureNumbers<f64>) -> f64| -> Band {
            band(&members.iter().map(read).collect::<Vec<_>>())
        };
        let layers = |read: fn(&PunctureNumbers<f64>) -> &ByLayer<f64>| -> ByLayer<Band> {
            let first = members.first().map(|member| read(member).0.as_slice()).unwrap_or_default();
            ByLayer(
                first
                    .iter()
                    .enumerate()
                    .map(|(at, &(kind, _))| (kind, over(&|member| read(member).0[at].1)))
                    .collect(),
            )
        };
        let needles: Vec<NeedleNumbers<f64>> =
            members.iter().filter_map(|member| member.needle).collect();
        let nearest: Vec<f64> =
            members.iter().filter_map(|member| member.nearest_neighbour_mm).collect();
        Self {
            holes_per_cm2: over(&|m| m.holes_per_cm2),
            holes_per_cm2_per_pass: over(&|m| m.holes_per_cm2_per_pass),
            coverage: over(&|m| m.coverage),
            depth_um: Depths {
                mean: over(&|m| m.depth_um.mean),
                sd: over(&|m| m.depth_um.sd),
                p05: over(&|m| m.depth_um.p05),
                p95: over(&|m| m.depth_um.p95),
            },
            dent_share: over(&|m| m.dent_share),
            nearest_neighbour_mm: (!nearest.is_empty()).then(|| band(&nearest)),
            repeated_hit_share: over(&|m| m.repeated_hit_share),
            injured_volume_fraction: layers(|m| &m.injured_volume_fraction),
            ending_share: layers(|m| &m.ending_share),
            bleeding_points_per_cm2: over(&|m| m.bleeding_points_per_cm2),
            pain_vas: over(&|m| m.pain_vas),
            minutes: over(&|m| m.minutes),
            needle: (!needles.is_empty()).then(|| NeedleNumbers::over(&needles)),
        }
    }
}

/// The needling of one zone.
#[derive(Debug, Clone, Serialize)]
pub struct ZonePunctures {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Area of the zone, cm2.
    pub area_cm2: f64,
    /// The device in the typical hand.
    pub device: Device,
    /// Needle length set, mm.
    pub needle_length_mm: f64,
    /// Direction of each pass, deg.
    pub directions_deg: Vec<f64>,
    /// Side of the square patch, mm.
    pub patch_side_mm: f64,
    /// The typical person's layers.
    pub layers: Vec<DrawnLayer>,
    /// Depth from which half of the typical person's channels bleed, micrometres.
    pub vessel_depth_um: f64,
    /// Every puncture of the typical person on the patch.
    pub punctures: Vec<Puncture>,
    /// The typical person's punctures summed up, with the histogram of depth.
    pub summary: PunctureSummary,
    /// The typical person in numbers.
    pub typical: PunctureNumbers<f64>,
    /// The ensemble in numbers.
    pub bands: PunctureNumbers<Band>,
    /// For each bar of the histogram of depth the band of holes per cm2 over the ensemble.
    pub histogram_bands: Vec<Band>,
}

/// Needle every zone of a case, or the one asked for, in the typical person and in the ensemble.
///
/// Runs on the current `rayon` pool, with the same result on any number of threads.
///
/// # Errors
/// See [`PuncturesError`].
pub fn punctures(
    case: &Case,
    knowledge: &Knowledge,
    question: Question<'_>,
    progress: Progress<'_>,
) -> Result<Vec<ZonePunctures>, PuncturesError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    let asked = asked(case, question.zone)?;
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
    let tasks = asked
        .into_iter()
        .map(|(number, zone)| {
            let site = knowledge
                .site(&zone.site)
                .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
            let calendar = &calendar;
            let task = ZoneTask { case, knowledge, zone, number, site, calendar, observables: &[] };
            fits(&task, question.area_cm2).map(|()| task)
        })
        .collect::<Result<Vec<_>, PuncturesError>>()?;
    let people = people(case, knowledge);
    let typical = Person::new(knowledge, Member::Typical { seed: case.simulate.seed });
    tasks
        .iter()
        .map(|task| needle_zone(task, &typical, &people, question.area_cm2, progress))
        .collect()
}

/// The zones asked for, each with its place in the protocol.
fn asked<'c>(case: &'c Case, only: Option<&str>) -> Result<Vec<(u64, &'c Zone)>, PuncturesError> {
    let zones: Vec<(u64, &Zone)> = (0..)
        .zip(&case.protocol.zones)
        .filter(|(_, zone)| only.is_none_or(|only| zone.site == only))
        .collect();
    match only {
        Some(only) if zones.is_empty() => Err(PuncturesError::NoSuchZone {
            asked: only.to_owned(),
            zones: case.protocol.zones.iter().map(|zone| zone.site.clone()).collect(),
        }),
        _ => Ok(zones),
    }
}

fn fits(task: &ZoneTask<'_>, asked_cm2: f64) -> Result<(), PuncturesError> {
    let zone_cm2 = task.area_cm2();
    if asked_cm2 <= zone_cm2 {
        return Ok(());
    }
    Err(PuncturesError::LargerThanZone { asked_cm2, zone_cm2, zone: task.zone.site.clone() })
}

fn needle_zone(
    task: &ZoneTask<'_>,
    typical: &Person,
    people: &[Person],
    area_cm2: f64,
    progress: Progress<'_>,
) -> Result<ZonePunctures, PuncturesError> {
    let side_mm = MM_PER_CM * area_cm2.sqrt();
    let patch = Patch::square(side_mm).map_err(CourseError::from)?;
    let (needled, summary) = in_one(task, typical, patch).map_err(|why| match why {
        CourseError::Needling(too_many @ NeedlingError::TooManyStrikes { .. }) => {
            PuncturesError::PatchTooLarge(too_many)
        }
        other => other.into(),
    })?;
    let small = Patch::square(side_mm.min(PATCH_SIDE_MM)).map_err(CourseError::from)?;
    let (members, histograms): (Vec<_>, Vec<_>) = people
        .par_iter()
        .map(|person| {
            if progress.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled);
            }
            let (needled, summary) = in_one(task, person, small)?;
            let numbers = PunctureNumbers::of(task, person, &needled, &summary)?;
            (progress.member_done)();
            Ok((numbers, summary.depth_histogram))
        })
        .collect::<Result<Vec<_>, CourseError>>()?
        .into_iter()
        .unzip();
    let bar =
        |at: usize| band(&histograms.iter().map(|bars| bars[at].holes_per_cm2).collect::<Vec<_>>());
    Ok(ZonePunctures {
        site: task.site.name.clone(),
        label: task.site.label.clone(),
        area_cm2: task.area_cm2(),
        device: needled.device,
        needle_length_mm: task.zone.needle_length_mm,
        directions_deg: (0..task.zone.passes)
            .map(|pass| needled.setting.direction_deg(pass))
            .collect(),
        patch_side_mm: side_mm,
        layers: drawn_layers(&needled.skin),
        vessel_depth_um: typical.parameters.injury.plexus_depth,
        typical: PunctureNumbers::of(task, typical, &needled, &summary)?,
        bands: PunctureNumbers::over(&members),
        histogram_bands: (0..summary.depth_histogram.len()).map(bar).collect(),
        punctures: needled.punctures,
        summary,
    })
}

fn in_one(
    task: &ZoneTask<'_>,
    person: &Person,
    patch: Patch,
) -> Result<(Needled, PunctureSummary), CourseError> {
    let needled = needle_patch(task, person, patch)?;
    let treatment = Treatment {
        device: &needled.device,
        setting: &needled.setting,
        patch,
        hits: needled.hits,
        punctures: &needled.punctures,
    };
    let summary = summarize(&treatment, &needled.skin, &person.parameters.injury(), DEPTH_BARS);
    Ok((needled, summary))
}
