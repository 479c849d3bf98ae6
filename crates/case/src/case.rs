//! The case: who is treated, for what, how, and how the course is to be simulated.
//!
//! Every number carries its unit in its name; every name of a site, device, product or scale has
//! been found in `/knowledge`.

use jiff::civil::Date;
use needlepoint_knowledge::{
    Knowledge, concern::ConcernKind, device::DeviceRecord, source::ReadIn,
};
use needlepoint_skin::{Phototype, PigmentDepth, Sex};
use serde::Serialize;

use crate::limits;

/// A case that has been read and checked.
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

/// Who is treated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Patient {
    /// Age at the first session.
    pub age_years: f64,
    /// Sex.
    pub sex: Sex,
    /// Fitzpatrick phototype.
    pub phototype: Phototype,
    /// What else is known of their health; recorded, not screened.
    pub history: Vec<Condition>,
    /// Medicines by name; recorded, not screened.
    pub medicines: Vec<String>,
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

/// Declares the conditions once: variant, word in the file, meaning.
macro_rules! conditions {
    ($( $variant:ident = $word:literal, $meaning:literal; )+) => {
        /// Something about a patient's health that a prescriber weighs before needling.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Condition {
            $( #[doc = $meaning] $variant, )+
        }

        impl Condition {
            /// Word in a case file and condition, in the order of the alphabet.
            pub const WORDS: &'static [(&'static str, Self)] =
                &[ $( ($word, Self::$variant) ),+ ];

            /// The word in a case file.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),+ }
            }
        }
    };
}

conditions! {
    ActinicKeratosis = "actinic-keratosis", "Actinic keratosis in the treated area.";
    ActiveAcne = "active-acne", "Inflamed acne in the treated area.";
    AnaestheticAllergy = "anaesthetic-allergy", "Allergy to a local anaesthetic.";
    BleedingDisorder = "bleeding-disorder", "Blood that does not clot as it should.";
    BodyDysmorphicDisorder = "body-dysmorphic-disorder", "Body dysmorphic disorder.";
    BotulinumToxin = "botulinum-toxin", "Botulinum toxin injected lately.";
    Breastfeeding = "breastfeeding", "Breastfeeding.";
    Chemotherapy = "chemotherapy", "Chemotherapy now or lately.";
    ContactDermatitis = "contact-dermatitis", "Contact dermatitis.";
    DermalFiller = "dermal-filler", "Filler in the treated area.";
    Diabetes = "diabetes", "Diabetes.";
    Eczema = "eczema", "Eczema.";
    HerpesLabialis = "herpes-labialis", "Cold sores, now or earlier.";
    Immunosuppression = "immunosuppression", "Weakened immune defence.";
    ImpairedHealing = "impaired-healing", "Wounds that heal poorly.";
    Keloid = "keloid", "Keloid or hypertrophic scars, own or in the family.";
    LichenPlanus = "lichen-planus", "Lichen planus.";
    NickelAllergy = "nickel-allergy", "Allergy to nickel.";
    OpenWound = "open-wound", "A wound in the treated area.";
    Pregnancy = "pregnancy", "Pregnancy.";
    Psoriasis = "psoriasis", "Psoriasis.";
    Radiotherapy = "radiotherapy", "Radiotherapy of the treated area.";
    RecentPeelOrLaser = "recent-peel-or-laser", "A peel or laser in the last weeks.";
    RecentSurgery = "recent-surgery", "Surgery of the treated area in the last year.";
    Rosacea = "rosacea", "Rosacea.";
    Scleroderma = "scleroderma", "Scleroderma or another disease of connective tissue.";
    SkinCancer = "skin-cancer", "Skin cancer in the treated area.";
    SkinInfection = "skin-infection", "Infection of the treated skin.";
    SteelAllergy = "steel-allergy", "Allergy to stainless steel.";
    Sunburn = "sunburn", "Sunburn or a fresh tan.";
    SystemicInfection = "systemic-infection", "An infection of the whole body.";
    Tattoo = "tattoo", "A tattoo or permanent make-up in the treated area.";
    Vitiligo = "vitiligo", "Vitiligo.";
    Warts = "warts", "Warts or raised moles in the treated area.";
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
    /// Seed of the ensemble: the same seed gives the same result.
    pub seed: u32,
    /// Times that were asked for, days since the first session, ascending, each once and within the horizon.
    pub times_days: Vec<f64>,
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
