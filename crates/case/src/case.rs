//! The case: who is treated, for what, how, and how the course is to be simulated.
//!
//! Every number carries its unit in its name; every name of a site, device, product or scale has
//! been found in `/knowledge`.

use jiff::civil::Date;
use needlepoint_knowledge::{
    Knowledge, concern::ConcernKind, condition::Status, device::DeviceRecord, source::ReadIn,
};
use needlepoint_skin::{Phototype, PigmentDepth, Sex};
use serde::Serialize;

use crate::limits;

/// A person who asks for treatment, as far as a file tells: without a protocol one is still to be planned.
#[derive(Debug, Clone, Serialize)]
pub struct Consultation {
    /// What the file is called.
    pub title: Option<String>,
    /// The published study it restates, if it restates one.
    pub study: Option<StudyNote>,
    /// The day on which the answers were given, if stated: waiting times count from there.
    pub assessed: Option<Date>,
    /// Who asks.
    pub patient: Patient,
    /// For what; never empty.
    pub concerns: Vec<Concern>,
    /// What is asked for and at hand.
    pub wishes: Wishes,
    /// Advice that a practitioner sets aside.
    pub overrides: Vec<Override>,
    /// How and on which days, if that is already decided.
    pub protocol: Option<Protocol>,
    /// How the course is to be simulated, as far as stated.
    pub simulate: SimulateWishes,
}

/// A case that has been read and checked: a consultation whose protocol is there.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    /// What the case is called.
    pub title: Option<String>,
    /// The published study it restates, if it restates one.
    pub study: Option<StudyNote>,
    /// Who is treated.
    pub patient: Patient,
    /// For what; never empty.
    pub concerns: Vec<Concern>,
    /// How and on which days.
    pub protocol: Protocol,
    /// How the course is to be simulated.
    pub simulate: Simulate,
}

/// Why a protocol can't be simulated for a consultation.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CannotSimulate {
    /// A concern at a site that no zone treats.
    #[error("no zone of the protocol treats \"{site}\": add one, or leave out the concern there")]
    NoZone {
        /// Site of the concern.
        site: String,
    },
    /// The stated horizon ends before the last session can be judged.
    #[error(
        "the simulation ends on day {horizon_days:.0}, too early for the last session on day \
         {last_session_day:.0}: state a longer `horizon`, or leave it out"
    )]
    HorizonTooShort {
        /// The horizon, days.
        horizon_days: f64,
        /// Day of the last session.
        last_session_day: f64,
    },
    /// A time that was asked for lies after the end.
    #[error(
        "day {day:.1} was asked for and lies after the end of the simulation on day {horizon_days:.0}"
    )]
    TimeAfterEnd {
        /// The time, days.
        day: f64,
        /// The horizon, days.
        horizon_days: f64,
    },
    /// A protocol without a session.
    #[error("the protocol has no session")]
    NoSession,
}

impl Consultation {
    /// The case that treats this person by `protocol`.
    ///
    /// # Errors
    /// When a concern has no zone, or the time that was asked for does not fit the sessions.
    pub fn into_case(self, protocol: Protocol) -> Result<Case, CannotSimulate> {
        if let Some(concern) =
            self.concerns.iter().find(|concern| protocol.zone(&concern.site).is_none())
        {
            return Err(CannotSimulate::NoZone { site: concern.site.clone() });
        }
        let last = protocol.session_days.last().copied().ok_or(CannotSimulate::NoSession)?;
        Ok(Case {
            title: self.title,
            study: self.study,
            patient: self.patient,
            concerns: self.concerns,
            simulate: self.simulate.after(last)?,
            protocol,
        })
    }
}

/// How a case relates to the study that it restates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StudyNote {
    /// Identifier, such as `lotfi-2013`.
    pub id: String,
    /// Authors, title, journal, year.
    pub citation: String,
    /// Digital object identifier, if known.
    pub doi: Option<String>,
    /// How much of the study was read.
    pub read_in: ReadIn,
    /// What the source states, one sentence each.
    pub stated: Vec<String>,
    /// What it does not state and the case had to assume, one sentence each.
    pub assumed: Vec<String>,
}

/// The name under which screening tells of a medicine that nobody knows, as if it were that of a rule: a practitioner who
/// has found out what it is may set it aside by this name.
pub const UNKNOWN_MEDICINE: &str = "unknown-medicine";

/// Who is treated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patient {
    /// Age at the first session.
    pub age_years: f64,
    /// Sex.
    pub sex: Sex,
    /// Fitzpatrick phototype.
    pub phototype: Phototype,
    /// What is so: conditions now or earlier, and what was done to the skin.
    pub history: Vec<StatedCondition>,
    /// What was asked and is not so.
    pub denies: Denied,
    /// Medicines; none if nobody asked.
    pub medicines: Option<Vec<StatedMedicine>>,
    /// Body weight, if stated.
    pub weight_kg: Option<f64>,
    /// Whether they smoke, if stated.
    pub smoker: Option<bool>,
    /// How much sun the skin gets.
    pub sun_exposure: SunExposure,
}

/// How much sun the skin gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SunExposure {
    /// Indoors or well protected.
    Low,
    /// As most people.
    #[default]
    Usual,
    /// Outdoors without protection.
    High,
}

/// A condition or event of the history, with what is told about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatedCondition {
    /// Its name in `/knowledge`.
    pub name: String,
    /// How things stand with it, if stated.
    pub status: Option<Status>,
    /// Where it lies, if stated.
    pub sites: Vec<Place>,
    /// Since when.
    pub since: Option<Date>,
    /// When it ended, or will.
    pub ended: Option<Date>,
    /// When it happened; a day to come if it is planned.
    pub on: Option<Date>,
    /// Grade, for conditions that are graded.
    pub grade: Option<u32>,
}

impl StatedCondition {
    /// The condition by its name, with nothing told about it.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            status: None,
            sites: Vec::new(),
            since: None,
            ended: None,
            on: None,
            grade: None,
        }
    }
}

/// Where a condition lies or a medicine is put on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A site by its name in `/knowledge`.
    Site(String),
    /// The whole face.
    Face,
    /// Somewhere that is not treated and not near.
    Elsewhere,
}

/// What was asked and is not so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denied {
    /// These conditions, by their names.
    Listed(Vec<String>),
    /// Everything that the history does not list: the whole questionnaire was gone through.
    AllOthers,
}

impl Default for Denied {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// A medicine as it was named, with what is told about it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatedMedicine {
    /// The name as it was given.
    pub name: String,
    /// Since when it is taken.
    pub since: Option<Date>,
    /// When it was last taken, or will be.
    pub stopped: Option<Date>,
    /// Where it is put on, if it is put on the skin.
    pub sites: Vec<Place>,
}

impl StatedMedicine {
    /// The medicine by its name, taken now.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), since: None, stopped: None, sites: Vec::new() }
    }
}

impl Patient {
    /// What the history says of a condition; more than one entry if it lies or happened more than once.
    pub fn stated<'p>(&'p self, condition: &'p str) -> impl Iterator<Item = &'p StatedCondition> {
        self.history.iter().filter(move |stated| stated.name == condition)
    }

    /// Whether the condition was asked about and is not so.
    pub fn denies(&self, condition: &str) -> bool {
        match &self.denies {
            Denied::Listed(names) => names.iter().any(|name| name == condition),
            Denied::AllOthers => self.stated(condition).next().is_none(),
        }
    }
}

/// What is asked for and what is at hand.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Wishes {
    /// Devices at hand, by their names in `/knowledge`; any if none is named.
    pub devices: Vec<String>,
    /// Earliest day of the first session.
    pub start: Option<Date>,
    /// Products the person would like used: names or kinds.
    pub products: Vec<String>,
    /// Whether numbing is wanted; not said if none.
    pub numbing: Option<NumbingWish>,
    /// Most days off work or out of sight that are acceptable after a session.
    pub downtime_days: Option<f64>,
    /// Needle length of a roller the person wants to use at home, mm.
    pub home_roller_mm: Option<f64>,
    /// Where the needling is wanted.
    pub setting: Option<Setting>,
}

/// Whether numbing is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumbingWish {
    /// None.
    Without,
    /// With whatever fits.
    With,
    /// With this product, by its name in `/knowledge`.
    Product(String),
}

/// Where the needling is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// By a practitioner.
    Clinic,
    /// By the person at home.
    Home,
}

/// Advice that a practitioner sets aside, and signs for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Override {
    /// Name of the rule.
    pub rule: String,
    /// Who signs.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// One thing to be treated at one site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Concern {
    /// What it is.
    pub kind: ConcernKind,
    /// Name of the site in `/knowledge`.
    pub site: String,
    /// Shares of the three shapes, for acne scars.
    pub scar_types: Option<ScarTypes>,
    /// How severe on a clinical scale.
    pub severity: Option<Rating>,
    /// How large by measurement.
    pub size: Size,
    /// How long it has been there.
    pub lesion_age_days: Option<f64>,
}

/// Shares of the three shapes of acne scars; they sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ScarTypes {
    /// Wide with a flat floor.
    pub boxcar_share: f64,
    /// Wide and shallow.
    pub rolling_share: f64,
    /// Narrow and deep.
    pub ice_pick_share: f64,
}

/// A score on a clinical scale of `/knowledge`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rating {
    /// Name of the scale.
    pub scale: String,
    /// The score, within the scale.
    pub score: f64,
}

/// What was measured of a concern; which of them has a meaning depends on the kind of concern.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Size {
    /// Depth of a scar below the skin around, or of a wrinkle.
    pub depth_mm: Option<f64>,
    /// Height of a scar above the skin around.
    pub height_mm: Option<f64>,
    /// Width of a scar or stria.
    pub width_mm: Option<f64>,
    /// Distance from wrinkle to wrinkle.
    pub wavelength_mm: Option<f64>,
    /// Melanin above that of the skin around, as a share of it.
    pub excess_melanin_share: Option<f64>,
    /// Where the melanin lies.
    pub pigment_depth: Option<PigmentDepth>,
    /// Colour of a stria.
    pub stria_colour: Option<StriaColour>,
    /// Collagen missing relative to the skin beside a stria or to healthy young skin.
    pub missing_collagen_share: Option<f64>,
    /// Elasticity missing relative to healthy young skin.
    pub missing_elasticity_share: Option<f64>,
    /// Area of the pores above that of ordinary pores, as a share of it.
    pub excess_area_share: Option<f64>,
    /// Density of hair.
    pub hairs_per_cm2: Option<f64>,
}

/// Colour of a stretch mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StriaColour {
    /// Red or purple, young: striae rubrae.
    Rubra,
    /// White, old: striae albae.
    Alba,
}

impl Concern {
    /// Whether it is a scar that stands above the skin around: its height is stated, or it is a scar of
    /// a burn without a depth.
    pub fn is_raised(&self) -> bool {
        match self.kind {
            ConcernKind::SurgicalScar => self.size.height_mm.is_some(),
            ConcernKind::BurnScar => self.size.depth_mm.is_none(),
            _ => false,
        }
    }

    /// Whether it is a scar that lies below the skin around.
    pub fn is_sunken(&self) -> bool {
        self.kind == ConcernKind::AcneScars
            || (matches!(self.kind, ConcernKind::SurgicalScar | ConcernKind::BurnScar)
                && !self.is_raised())
    }

    /// The size as the models count it, in the unit [`ConcernKind::size_unit`]: as measured, or
    /// else what the score stands for.
    ///
    /// None only for a case that was not made by [`read_case`](crate::read_case) with the same
    /// knowledge.
    pub fn size(&self, knowledge: &Knowledge) -> Option<f64> {
        self.size.measured(self.kind).or_else(|| {
            let rating = self.severity.as_ref()?;
            Some(knowledge.scale(&rating.scale)?.size_of(rating.score))
        })
    }
}

impl Size {
    /// The size in the unit [`ConcernKind::size_unit`], if it was measured.
    pub fn measured(&self, kind: ConcernKind) -> Option<f64> {
        match kind {
            ConcernKind::Wrinkles | ConcernKind::AcneScars => self.depth_mm.map(|mm| 1000.0 * mm),
            ConcernKind::SurgicalScar | ConcernKind::BurnScar => {
                self.depth_mm.or(self.height_mm).map(|mm| 1000.0 * mm)
            }
            ConcernKind::Striae | ConcernKind::Photoageing => self.missing_collagen_share,
            ConcernKind::Melasma | ConcernKind::Hyperpigmentation => self.excess_melanin_share,
            ConcernKind::Laxity => self.missing_elasticity_share,
            ConcernKind::HairLoss => self.hairs_per_cm2,
            ConcernKind::Pores => self.excess_area_share,
            ConcernKind::Healthy => Some(0.0),
        }
    }
}

/// What is done, with what, where and when.
#[derive(Debug, Clone, Serialize)]
pub struct Protocol {
    /// The device, from `/knowledge` or described in the case.
    pub device: DeviceRecord,
    /// Its name in `/knowledge`; none if the case describes it.
    pub device_name: Option<String>,
    /// Calendar date of the first session, if stated; days are counted from the first session.
    pub start: Option<Date>,
    /// Days of the sessions, ascending; the first is 0.
    pub session_days: Vec<f64>,
    /// Which sites are needled and how deep; never empty, each site once.
    pub zones: Vec<Zone>,
    /// Products besides the numbing.
    pub products: Vec<ProductUse>,
    /// Numbing before each session.
    pub numbing: Option<Numbing>,
    /// Whether the aftercare is followed.
    pub aftercare_followed: bool,
    /// How long the skin stays covered after each session.
    pub occlusion_hours: f64,
}

/// One site and how it is needled.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Zone {
    /// Name of the site in `/knowledge`.
    pub site: String,
    /// Length of needle: on a pen the setting, on a roller the length of the pins.
    pub needle_length_mm: f64,
    /// Why a length beyond those evaluated for the device is used.
    pub override_reason: Option<String>,
    /// Passes in each session.
    pub passes: u32,
    /// Size of the zone.
    pub area_cm2: Option<f64>,
    /// Speed of the hand.
    pub glide_speed_mm_per_s: Option<f64>,
    /// What the skin lies on.
    pub support: SkinSupport,
}

/// What needled skin lies on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkinSupport {
    /// Fat over bone or muscle: living skin.
    #[default]
    Body,
    /// A hard board: skin cut out and pinned down, as in a laboratory.
    Board,
}

/// A product and when it is used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductUse {
    /// Name of the product in `/knowledge`.
    pub name: String,
    /// When.
    pub when: When,
    /// Mass on an area at each use.
    pub amount_mg_per_cm2: Option<f64>,
}

/// When a product is used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "at", rename_all = "kebab-case")]
pub enum When {
    /// On the skin while it is needled: goes into open channels.
    InSession,
    /// Once the session is over.
    AfterSession,
    /// Every day from the first session.
    Daily {
        /// For how long.
        for_days: f64,
    },
}

/// Numbing before each session.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Numbing {
    /// Name of the product in `/knowledge`.
    pub product: String,
    /// How long it stays on the skin.
    pub duration_min: f64,
    /// Whether it lies under a dressing; if not stated, as its label has it.
    pub covered: Option<bool>,
    /// Mass on an area; if not stated, as labels have it.
    pub amount_mg_per_cm2: Option<f64>,
}

/// How the course is simulated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Simulate {
    /// How far, counted from the first session.
    pub horizon_days: f64,
    /// On which grid.
    pub fidelity: Fidelity,
    /// Number of possible truths.
    pub members: u32,
    /// Numbers of the members to take instead of the first ones, in this order and from the beginning again
    /// when they run out: the people that fit what was seen on a patient. None: the ensemble as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_of: Option<Vec<u32>>,
    /// Seed of the ensemble: the same seed gives the same result.
    pub seed: u32,
    /// Times that were asked for, days since the first session, ascending, each once and within the horizon.
    pub times_days: Vec<f64>,
}

/// How the course is to be simulated, as far as it is stated: with a protocol it becomes [`Simulate`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SimulateWishes {
    /// How far, counted from the first session; if left out, as far as the protocol asks for.
    pub horizon_days: Option<f64>,
    /// On which grid.
    pub fidelity: Fidelity,
    /// Number of possible truths.
    pub members: u32,
    /// Numbers of the members to take; see [`Simulate::members_of`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_of: Option<Vec<u32>>,
    /// Seed of the ensemble.
    pub seed: u32,
    /// Times that were asked for, days since the first session.
    pub times_days: Vec<f64>,
}

impl Default for SimulateWishes {
    fn default() -> Self {
        let Simulate { fidelity, members, seed, .. } = Simulate::default();
        Self {
            horizon_days: None,
            fidelity,
            members,
            members_of: None,
            seed,
            times_days: Vec::new(),
        }
    }
}

impl SimulateWishes {
    /// How a course with its last session on this day is simulated.
    ///
    /// # Errors
    /// When the stated horizon does not reach a week beyond the last session, or a time lies after it.
    pub fn after(&self, last_session_day: f64) -> Result<Simulate, CannotSimulate> {
        let horizon_days =
            self.horizon_days.unwrap_or_else(|| self.horizon_left_out(last_session_day));
        if horizon_days < last_session_day + limits::AFTER_LAST_SESSION_DAYS {
            return Err(CannotSimulate::HorizonTooShort { horizon_days, last_session_day });
        }
        let mut simulate = Simulate {
            horizon_days,
            fidelity: self.fidelity,
            members: self.members,
            members_of: self.members_of.clone(),
            seed: self.seed,
            times_days: Vec::new(),
        };
        for day in &self.times_days {
            if !simulate.ask_for(*day) {
                return Err(CannotSimulate::TimeAfterEnd { day: *day, horizon_days });
            }
        }
        Ok(simulate)
    }

    /// A year; more where the last session or a time that was asked for needs it.
    fn horizon_left_out(&self, last_session_day: f64) -> f64 {
        self.times_days
            .iter()
            .copied()
            .fold(Simulate::default().horizon_days, f64::max)
            .max(last_session_day + limits::JUDGED_AFTER_DAYS)
            .min(limits::HORIZON_DAYS)
    }
}

impl Simulate {
    /// Ask for a time, in days since the first session. Whether it lies within the time simulated: only then
    /// it is taken.
    #[must_use]
    pub fn ask_for(&mut self, day: f64) -> bool {
        const SAME: f64 = limits::SAME_TIME_DAYS;
        if !(0.0..=self.horizon_days + SAME).contains(&day) {
            return false;
        }
        let day = day.min(self.horizon_days);
        if self.times_days.iter().all(|known| (known - day).abs() >= SAME) {
            let at = self.times_days.partition_point(|known| *known < day);
            self.times_days.insert(at, day);
        }
        true
    }
}

/// The grid on which the skin is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fidelity {
    /// A few rings and slabs around a channel, eight people at once.
    #[default]
    Depth,
    /// A fine grid around a channel, one person at a time: the reference.
    Cell,
}

impl Fidelity {
    /// Every fidelity with its name in files.
    pub const NAMED: [(&'static str, Self); 2] = [("depth", Self::Depth), ("cell", Self::Cell)];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, fidelity)| *fidelity == self).map_or("", |(name, _)| name)
    }
}

impl Protocol {
    /// The zone that treats `site`.
    pub fn zone(&self, site: &str) -> Option<&Zone> {
        self.zones.iter().find(|zone| zone.site == site)
    }
}
