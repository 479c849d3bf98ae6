//! The catalogue of observables: every name a study may use.
//!
//! [`ENTRIES`] is the one place where a name, its domain, unit, meaning and the way the model
//! produces it are written down; the documentation page is generated from it.

use std::fmt::Write as _;

use needlepoint_course::observable::Observable;
use serde::Serialize;

/// A field of evidence, scored on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Needles entering skin.
    Insertion,
    /// Channels left and closing.
    Channel,
    /// The water barrier.
    Barrier,
    /// Redness, swelling, flaking, pain in the first days.
    AcuteReaction,
    /// What goes in.
    Absorption,
    /// How numb the skin gets.
    Numbing,
    /// Cells and messages.
    HealingBiology,
    /// Thickness, collagen, density, elasticity.
    Structure,
    /// Wrinkles.
    Wrinkle,
    /// Atrophic and surgical scars.
    Scar,
    /// Stretch marks.
    Stria,
    /// Pigment of lesions.
    Pigment,
    /// Hair.
    Hair,
    /// Harm.
    Safety,
}

impl Domain {
    /// Every domain with its name in files, in the order of the story.
    pub const NAMED: [(&'static str, Self); 14] = [
        ("insertion", Self::Insertion),
        ("channel", Self::Channel),
        ("barrier", Self::Barrier),
        ("acute-reaction", Self::AcuteReaction),
        ("absorption", Self::Absorption),
        ("numbing", Self::Numbing),
        ("healing-biology", Self::HealingBiology),
        ("structure", Self::Structure),
        ("wrinkle", Self::Wrinkle),
        ("scar", Self::Scar),
        ("stria", Self::Stria),
        ("pigment", Self::Pigment),
        ("hair", Self::Hair),
        ("safety", Self::Safety),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, domain)| *domain == self).map_or("", |(name, _)| name)
    }
}

/// How the model produces an observable.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Produced {
    /// Read off the course at the time stated.
    Course(Observable),
    /// Relative fall of what the concern's scales rate, per cent, at the time stated.
    Improvement,
    /// Change of a clinical score in points (negative is a fall); the measurement names the scale.
    ScoreChange,
    /// Change of a clinical score in per cent of the score before; the measurement names the scale.
    ScoreChangePercent,
    /// Days after a session until the observable stays below what is seen or told from rest.
    Lasting(Lasts),
    /// A number of the needling itself.
    Needling(NeedlingNumber),
    /// A number of the closing channel.
    Channel(ChannelNumber),
    /// Day of an event after the first session.
    Event(Event),
    /// Amount of the product named by the measurement, or applied in the arm, taken up in one use.
    Uptake(UptakeNumber),
    /// A number of the active applied in the arm.
    Transport(TransportNumber),
    /// Share of people who darken visibly within four weeks after the last session, per cent.
    DarkeningIncidence,
    /// A number of the skin before anything is done to it.
    Skin(SkinNumber),
    /// A number of the numbing cream before the needles.
    Numbing(NumbingNumber),
    /// The law of intact-skin permeability; only the compilation in `knowledge/permeability.csv` states
    /// the molecule it needs, so study files are counted, not scored.
    Permeability,
    /// Nothing: the model has no such number yet. Studies may state it; it is counted, not scored.
    NotYet,
}

impl Produced {
    /// Whether it is a number of transport, which skin that was cut out and mounted has as well.
    pub const fn is_of_transport(self) -> bool {
        matches!(self, Self::Uptake(_) | Self::Transport(_))
    }

    /// Whether it is a number of mechanics or geometry alone, which skin that was cut out has as well.
    pub const fn is_mechanical(self) -> bool {
        matches!(
            self,
            Self::Skin(_)
                | Self::Needling(
                    NeedlingNumber::PunctureForce
                        | NeedlingNumber::ReachedDepth
                        | NeedlingNumber::ReachedShare
                )
        )
    }
}

/// What lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// Visible redness.
    Redness,
    /// Swelling.
    Swelling,
    /// Flaking.
    Flaking,
    /// Water loss above rest.
    WaterLoss,
}

/// A number of the needling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedlingNumber {
    /// Holes per cm2 in one session.
    HolesPerCm2,
    /// Mean depth reached with the needle in place.
    ReachedDepth,
    /// That depth as a share of the length set.
    ReachedShare,
    /// Greatest force on one needle on its way in.
    PunctureForce,
    /// Diameter of the mouth left.
    Mouth,
    /// Depth of the channel left.
    ResidualDepth,
    /// Bleeding points per cm2.
    BleedingPoints,
    /// Pain of a session.
    Pain,
    /// Minutes of needling for all zones.
    Minutes,
}

/// A number of the skin before anything is done to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkinNumber {
    /// Thickness of the layer that the measurement names.
    Thickness,
    /// Young's modulus of the layer that the measurement names, or what a probe feels.
    Stiffness,
}

/// A number of the closing channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelNumber {
    /// Hours until 15 % of the electrical path is left.
    SealTime,
    /// Hours until new cells have bridged the channel.
    BridgedTime,
    /// Half-life of the open area under occlusion.
    OccludedHalfLife,
    /// Share of the horny layer's barrier rebuilt at the time stated.
    BarrierRebuilt,
}

/// An event of the first days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Neutrophils are most.
    NeutrophilPeak,
    /// Inflammatory macrophages are most.
    MacrophagePeak,
    /// Inflammation is below a twentieth of its peak.
    InflammationOver,
}

/// A number of a numbing cream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumbingNumber {
    /// Highest level in plasma of the anaesthetic that the measurement names.
    PlasmaPeak,
    /// Depth to which the skin is numb when the cream comes off, or so long after as stated.
    Depth,
    /// Minutes until the skin is numb as deep as the needle of the arm is long.
    Onset,
}

/// What of an uptake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UptakeNumber {
    /// Through punctured skin.
    Punctured,
    /// Punctured over intact.
    Enhancement,
}

/// What of an active on its way through skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportNumber {
    /// Gone through cut-out skin, or into blood and lymph, since it was put on.
    Permeated,
    /// The same as a share of what was put on.
    PermeatedShare,
    /// In the skin, horny layer and channels included.
    Retained,
    /// What goes through cut-out skin, or into blood and lymph, in an hour.
    Flux,
    /// Concentration in the layer that the measurement names.
    TissueLevel,
    /// Depth to which a tenth of the level at the surface has come.
    Reach,
    /// Diffusivity in the layer that the measurement names.
    Diffusivity,
}

impl TransportNumber {
    /// Whether it belongs to a layer.
    pub const fn has_layer(self) -> bool {
        matches!(self, Self::TissueLevel | Self::Diffusivity)
    }
}

/// One observable of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Name in study files.
    pub name: &'static str,
    /// Its domain.
    pub domain: Domain,
    /// Unit in which values are reckoned; study files may use any that converts.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// How the model produces it.
    pub produced: Produced,
    /// Whether raters who know the treatment, or patients, see more of it than blinded ones.
    pub rater_bias: bool,
    /// Least that can be observed, if there is one.
    pub least: Option<f64>,
    /// Most that can be observed, if there is one.
    pub most: Option<f64>,
    /// Whether it is read at a time that the measurement has to state.
    pub timed: bool,
}

const fn entry(
    name: &'static str,
    domain: Domain,
    unit: &'static str,
    meaning: &'static str,
    produced: Produced,
) -> Entry {
    let timed = matches!(
        produced,
        Produced::Course(_)
            | Produced::Improvement
            | Produced::ScoreChange
            | Produced::ScoreChangePercent
            | Produced::Channel(ChannelNumber::BarrierRebuilt)
            | Produced::Transport(
                TransportNumber::Permeated
                    | TransportNumber::PermeatedShare
                    | TransportNumber::Retained
                    | TransportNumber::Flux
                    | TransportNumber::TissueLevel
                    | TransportNumber::Reach
            )
    );
    let rater_bias = matches!(
        produced,
        Produced::Improvement | Produced::ScoreChange | Produced::ScoreChangePercent
    );
    let most = match produced {
        Produced::Improvement
        | Produced::DarkeningIncidence
        | Produced::Transport(TransportNumber::PermeatedShare) => Some(100.0),
        Produced::Needling(NeedlingNumber::Pain) => Some(10.0),
        _ => None,
    };
    Entry { name, domain, unit, meaning, produced, rater_bias, least: None, most, timed }
}

const fn from_zero(mut entry: Entry) -> Entry {
    entry.least = Some(0.0);
    entry
}

use Domain as D;
use Produced as P;

/// Every observable.
pub const ENTRIES: &[Entry] = &[
    from_zero(entry(
        "holes_per_cm2",
        D::Insertion,
        "1/cm2",
        "holes per area in one session",
        P::Needling(NeedlingNumber::HolesPerCm2),
    )),
    from_zero(entry(
        "reached_depth",
        D::Insertion,
        "um",
        "mean depth reached with the needle in place",
        P::Needling(NeedlingNumber::ReachedDepth),
    )),
    from_zero(entry(
        "reached_share",
        D::Insertion,
        "%",
        "that depth as a share of the length set",
        P::Needling(NeedlingNumber::ReachedShare),
    )),
    from_zero(entry(
        "bleeding_points",
        D::Insertion,
        "1/cm2",
        "bleeding points per area",
        P::Needling(NeedlingNumber::BleedingPoints),
    )),
    from_zero(entry(
        "session_minutes",
        D::Insertion,
        "min",
        "time of needling for all zones",
        P::Needling(NeedlingNumber::Minutes),
    )),
    from_zero(entry(
        "puncture_force",
        D::Insertion,
        "mN",
        "force at which one needle breaks through; of a needle that only dents or pricks, its greatest",
        P::Needling(NeedlingNumber::PunctureForce),
    )),
    from_zero(entry(
        "skin_stiffness",
        D::Insertion,
        "kPa",
        "Young's modulus of the layer named, or the apparent one under a round probe",
        P::Skin(SkinNumber::Stiffness),
    )),
    from_zero(entry(
        "layer_thickness",
        D::Insertion,
        "um",
        "thickness of the layer named, before any treatment",
        P::Skin(SkinNumber::Thickness),
    )),
    from_zero(entry(
        "mouth_diameter",
        D::Channel,
        "um",
        "diameter of the hole left at the surface",
        P::Needling(NeedlingNumber::Mouth),
    )),
    from_zero(entry(
        "residual_depth",
        D::Channel,
        "um",
        "depth of the channel left after removal",
        P::Needling(NeedlingNumber::ResidualDepth),
    )),
    from_zero(entry(
        "seal_time",
        D::Channel,
        "h",
        "until 15 % of the electrical path is left",
        P::Channel(ChannelNumber::SealTime),
    )),
    from_zero(entry(
        "bridged_time",
        D::Channel,
        "h",
        "until new epidermis has bridged the channel, or a dye no longer enters",
        P::Channel(ChannelNumber::BridgedTime),
    )),
    from_zero(entry(
        "occluded_half_life",
        D::Channel,
        "h",
        "half-life of the open area under occlusion",
        P::Channel(ChannelNumber::OccludedHalfLife),
    )),
    from_zero(entry(
        "open_channels",
        D::Channel,
        "%",
        "share of the open area left",
        P::Course(Observable::OpenChannels),
    )),
    from_zero(entry(
        "water_loss",
        D::Barrier,
        "g/m2/h",
        "transepidermal water loss",
        P::Course(Observable::WaterLoss),
    )),
    from_zero(entry(
        "water_loss_time",
        D::Barrier,
        "h",
        "until water loss is less than a tenth above rest",
        P::Lasting(Lasts::WaterLoss),
    )),
    from_zero(entry(
        "barrier_rebuilt",
        D::Barrier,
        "%",
        "share of the barrier recovered after all of the horny layer was removed",
        P::Channel(ChannelNumber::BarrierRebuilt),
    )),
    from_zero(entry(
        "epidermal_turnover",
        D::Barrier,
        "d",
        "time in which epidermis or horny layer is replaced",
        P::NotYet,
    )),
    entry(
        "redness",
        D::AcuteReaction,
        "a*",
        "redness above rest, CIELAB delta a*",
        P::Course(Observable::Redness),
    ),
    from_zero(entry(
        "redness_time",
        D::AcuteReaction,
        "h",
        "until redness is no longer seen",
        P::Lasting(Lasts::Redness),
    )),
    from_zero(entry(
        "swelling_time",
        D::AcuteReaction,
        "h",
        "until swelling is gone",
        P::Lasting(Lasts::Swelling),
    )),
    from_zero(entry(
        "flaking",
        D::AcuteReaction,
        "x",
        "shedding relative to rest",
        P::Course(Observable::Flaking),
    )),
    from_zero(entry(
        "flaking_time",
        D::AcuteReaction,
        "h",
        "until shedding is no longer seen as flakes",
        P::Lasting(Lasts::Flaking),
    )),
    from_zero(entry(
        "pain",
        D::AcuteReaction,
        "VAS",
        "pain of a session, 0 to 10",
        P::Needling(NeedlingNumber::Pain),
    )),
    from_zero(entry(
        "uptake",
        D::Absorption,
        "ug/cm2",
        "amount taken up in one use into living skin: what is in it and what has gone from it",
        P::Uptake(UptakeNumber::Punctured),
    )),
    from_zero(entry(
        "enhancement",
        D::Absorption,
        "x",
        "uptake through punctured over intact skin",
        P::Uptake(UptakeNumber::Enhancement),
    )),
    entry(
        "log_permeability",
        D::Absorption,
        "log10 cm/h",
        "permeability of intact skin",
        P::Permeability,
    ),
    from_zero(entry(
        "permeated",
        D::Absorption,
        "ug/cm2",
        "amount gone through cut-out skin, or into blood and lymph, since the active was put on",
        P::Transport(TransportNumber::Permeated),
    )),
    from_zero(entry(
        "permeated_share",
        D::Absorption,
        "%",
        "the same as a share of what was put on",
        P::Transport(TransportNumber::PermeatedShare),
    )),
    from_zero(entry(
        "retained",
        D::Absorption,
        "ug/cm2",
        "amount in the skin, horny layer and channels included",
        P::Transport(TransportNumber::Retained),
    )),
    from_zero(entry(
        "flux",
        D::Absorption,
        "ug/cm2/h",
        "what goes through cut-out skin, or into blood and lymph, in an hour",
        P::Transport(TransportNumber::Flux),
    )),
    from_zero(entry(
        "tissue_level",
        D::Absorption,
        "ug/mL",
        "mean concentration in the layer named",
        P::Transport(TransportNumber::TissueLevel),
    )),
    from_zero(entry(
        "reach",
        D::Absorption,
        "um",
        "depth to which a tenth of the level at the surface has come",
        P::Transport(TransportNumber::Reach),
    )),
    from_zero(entry(
        "diffusivity",
        D::Absorption,
        "cm2/s",
        "diffusivity in the layer named",
        P::Transport(TransportNumber::Diffusivity),
    )),
    from_zero(entry(
        "plasma_level",
        D::Numbing,
        "ug/mL",
        "highest level in plasma of the anaesthetic named",
        P::Numbing(NumbingNumber::PlasmaPeak),
    )),
    from_zero(entry(
        "numb_depth",
        D::Numbing,
        "mm",
        "depth to which a needle does not hurt, when the cream comes off or `after` that",
        P::Numbing(NumbingNumber::Depth),
    )),
    from_zero(entry(
        "numbing_onset",
        D::Numbing,
        "min",
        "time until numb as deep as the needle of the arm is long",
        P::Numbing(NumbingNumber::Onset),
    )),
    from_zero(entry(
        "collagen_synthesis",
        D::HealingBiology,
        "x",
        "collagen message or synthesis relative to rest, papillary dermis",
        P::Course(Observable::CollagenSynthesis),
    )),
    from_zero(entry(
        "neutrophil_peak",
        D::HealingBiology,
        "d",
        "day on which neutrophils are most",
        P::Event(Event::NeutrophilPeak),
    )),
    from_zero(entry(
        "macrophage_peak",
        D::HealingBiology,
        "d",
        "day on which inflammatory macrophages are most",
        P::Event(Event::MacrophagePeak),
    )),
    from_zero(entry(
        "inflammation_over",
        D::HealingBiology,
        "d",
        "day from which inflammation is below a twentieth of its peak",
        P::Event(Event::InflammationOver),
    )),
    entry("melanocytes", D::HealingBiology, "%", "change in the number of melanocytes", P::NotYet),
    entry("growth_factor", D::HealingBiology, "x", "a growth factor relative to rest", P::NotYet),
    from_zero(entry(
        "cell_biology",
        D::HealingBiology,
        "x",
        "another number of cells or messages that the model has no state for",
        P::NotYet,
    )),
    entry(
        "epidermal_thickness",
        D::Structure,
        "%",
        "change of the living epidermis' thickness",
        P::Course(Observable::EpidermalThickness),
    ),
    entry(
        "papillary_collagen",
        D::Structure,
        "%",
        "change of collagen in the papillary dermis",
        P::Course(Observable::PapillaryCollagen),
    ),
    entry(
        "dermal_collagen",
        D::Structure,
        "%",
        "change of collagen in the whole dermis",
        P::Course(Observable::DermalCollagen),
    ),
    entry(
        "dermal_density",
        D::Structure,
        "%",
        "change of dermal density in ultrasound or its optical kin",
        P::Course(Observable::DermalDensity),
    ),
    entry(
        "elasticity",
        D::Structure,
        "%",
        "change of elasticity by suction",
        P::Course(Observable::Elasticity),
    ),
    entry("elastin", D::Structure, "%", "change of elastin protein", P::NotYet),
    entry("blood_flow", D::Structure, "%", "change of blood flow in the upper dermis", P::NotYet),
    entry(
        "wrinkle_depth",
        D::Wrinkle,
        "%",
        "change of wrinkle depth by instrument",
        P::Course(Observable::WrinkleDepth),
    ),
    entry(
        "wrinkle_improvement",
        D::Wrinkle,
        "%",
        "relative improvement of wrinkles, laxity, pores or texture as rated",
        P::Improvement,
    ),
    entry("wrinkle_score", D::Wrinkle, "points", "change of a wrinkle score", P::ScoreChange),
    entry(
        "wrinkle_score_percent",
        D::Wrinkle,
        "%",
        "change of a wrinkle score relative to before",
        P::ScoreChangePercent,
    ),
    entry(
        "roughness",
        D::Wrinkle,
        "%",
        "change of roughness by instrument",
        P::Course(Observable::Roughness),
    ),
    entry(
        "pore_area",
        D::Wrinkle,
        "%",
        "change of the area of wide pores above that of ordinary ones; weak evidence",
        P::Course(Observable::PoreArea),
    ),
    entry(
        "laxity",
        D::Wrinkle,
        "%",
        "change of the elasticity that is missing",
        P::Course(Observable::Laxity),
    ),
    entry(
        "scar_depth",
        D::Scar,
        "%",
        "change of scar depth by cast or instrument",
        P::Course(Observable::ScarDepth),
    ),
    entry(
        "scar_height",
        D::Scar,
        "%",
        "change of the height of raised scars by instrument",
        P::Course(Observable::ScarHeight),
    ),
    entry(
        "scar_stiffness",
        D::Scar,
        "%",
        "change of the stiffness of raised scars above that of the skin around, by instrument",
        P::Course(Observable::ScarStiffness),
    ),
    entry(
        "scar_improvement",
        D::Scar,
        "%",
        "relative improvement of scars as rated",
        P::Improvement,
    ),
    entry("scar_score", D::Scar, "points", "change of a scar score", P::ScoreChange),
    entry(
        "scar_score_percent",
        D::Scar,
        "%",
        "change of a scar score relative to before",
        P::ScoreChangePercent,
    ),
    entry(
        "stria_improvement",
        D::Stria,
        "%",
        "relative improvement of stretch marks as rated",
        P::Improvement,
    ),
    entry("stria_score", D::Stria, "points", "change of a score of stretch marks", P::ScoreChange),
    entry(
        "stria_width",
        D::Stria,
        "%",
        "change of the width of stretch marks by instrument",
        P::Course(Observable::StriaWidth),
    ),
    entry(
        "lesion_pigment",
        D::Pigment,
        "%",
        "change of a lesion's pigment above the skin around, by instrument",
        P::Course(Observable::LesionPigment),
    ),
    entry(
        "pigment_improvement",
        D::Pigment,
        "%",
        "relative improvement of pigment as rated",
        P::Improvement,
    ),
    entry("pigment_score", D::Pigment, "points", "change of a pigment score", P::ScoreChange),
    entry(
        "pigment_score_percent",
        D::Pigment,
        "%",
        "change of a pigment score relative to before",
        P::ScoreChangePercent,
    ),
    entry(
        "hair_density",
        D::Hair,
        "hairs/cm2",
        "change of hairs per area",
        P::Course(Observable::HairDensity),
    ),
    entry(
        "hair_improvement",
        D::Hair,
        "%",
        "relative improvement of hair as rated: the share of the missing hair that came back",
        P::Improvement,
    ),
    entry("hair_score", D::Hair, "points", "change of a hair score", P::ScoreChange),
    entry(
        "hair_diameter",
        D::Hair,
        "um",
        "change of hair diameter",
        P::Course(Observable::HairDiameter),
    ),
    from_zero(entry(
        "darkening_incidence",
        D::Safety,
        "%",
        "share of people whose skin darkens visibly",
        P::DarkeningIncidence,
    )),
    from_zero(entry(
        "infection_incidence",
        D::Safety,
        "%",
        "share of people with an infection",
        P::NotYet,
    )),
    from_zero(entry(
        "scarring_incidence",
        D::Safety,
        "%",
        "share of people with a new scar",
        P::NotYet,
    )),
    from_zero(entry(
        "event_incidence",
        D::Safety,
        "%",
        "share of people with another unwanted event",
        P::NotYet,
    )),
];

/// The observable of this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

/// How the model produces an entry, in words.
pub fn in_words(entry: &Entry) -> String {
    match entry.produced {
        Produced::Course(observable) => {
            format!("`{}` of the course at the time stated", observable.name())
        }
        Produced::Improvement => {
            "relative fall of what the concern's scales rate, at the time stated".to_owned()
        }
        Produced::ScoreChange => {
            "score of the named scale after less before; of a scale of improvement, its grade".to_owned()
        }
        Produced::ScoreChangePercent => "the same in per cent of the score before".to_owned(),
        Produced::Lasting(_) => "last crossing of the threshold after the last session".to_owned(),
        Produced::Skin(SkinNumber::Thickness) => {
            "drawn for each person from the site, thinned with age".to_owned()
        }
        Produced::Skin(SkinNumber::Stiffness) => {
            "the modulus loaded within a second; for the whole skin that of the dermis".to_owned()
        }
        Produced::Needling(NeedlingNumber::PunctureForce) => {
            "from the mechanics of the median needle".to_owned()
        }
        Produced::Needling(_) => "from the sampled punctures of a session".to_owned(),
        Produced::Channel(_) => "from the closing channel of the typical hole".to_owned(),
        Produced::Event(_) => {
            "from the states of the papillary dermis after the first session".to_owned()
        }
        Produced::Uptake(_) => {
            "of one use of a product, or of the active applied: from the solver of the cell around a \
             channel, within a day or at the time stated"
                .to_owned()
        }
        Produced::Transport(TransportNumber::Diffusivity) => {
            "from the molecule of the active applied".to_owned()
        }
        Produced::Transport(TransportNumber::Flux) => {
            "mean over the hour before, from the solver of the cell around a channel".to_owned()
        }
        Produced::Transport(_) => {
            "at the time stated, from the solver of the cell around a channel".to_owned()
        }
        Produced::Numbing(NumbingNumber::PlasmaPeak) => {
            "one compartment, fed by what vessels take from under the cream".to_owned()
        }
        Produced::Numbing(_) => {
            "depth at which the anaesthetics together reach their thresholds".to_owned()
        }
        Produced::DarkeningIncidence => {
            "share of the cohort whose darkening passes the visible threshold".to_owned()
        }
        Produced::Permeability => {
            "the law of intact skin, for the compounds of `knowledge/permeability.csv`".to_owned()
        }
        Produced::NotYet => "not yet: counted, not scored".to_owned(),
    }
}

/// The catalogue as a page of the documentation.
pub fn markdown() -> String {
    let mut page = String::from(
        "# The catalogue of observables\n\nMade from `crates/evidence/src/catalogue.rs`; a test keeps it \
         from drifting. A study file may use these names. Where raters can be biased, open raters and \
         patients see more than blinded ones by the share in `knowledge/scales.toml`.\n",
    );
    for (name, domain) in Domain::NAMED {
        let _ = writeln!(
            page,
            "\n## {name}\n\n| observable | unit | meaning | what the model gives | raters |\n\
             | --- | --- | --- | --- | --- |"
        );
        for entry in ENTRIES.iter().filter(|entry| entry.domain == domain) {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {} |",
                entry.name,
                entry.unit,
                entry.meaning,
                in_words(entry),
                if entry.rater_bias { "can be biased" } else { "" },
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_domain_has_some() {
        for (at, entry) in ENTRIES.iter().enumerate() {
            assert!(ENTRIES[..at].iter().all(|other| other.name != entry.name), "{}", entry.name);
        }
        for (name, domain) in Domain::NAMED {
            assert!(ENTRIES.iter().any(|entry| entry.domain == domain), "{name}");
        }
    }
}
