//! One published study, as stated in its file.

use needlepoint_case::{Concern, case::Protocol};
use needlepoint_knowledge::source::ReadIn;
use needlepoint_skin::{LayerKind, LayeredSkin, Phototype};
use serde::Serialize;

use crate::catalogue::{Entry, Produced, TransportNumber};

/// What a study may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The model may be fitted to it.
    Calibrate,
    /// The model is only held against it.
    Validate,
}

impl Role {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calibrate => "calibrate",
            Self::Validate => "validate",
        }
    }
}

/// Who or what judged the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rater {
    /// An instrument, a count or a laboratory.
    Instrument,
    /// A person who did not know the treatment.
    Blinded,
    /// A person who knew it.
    Open,
    /// The patient.
    Patient,
}

impl Rater {
    /// Whether such raters see more than blinded ones.
    pub fn is_biased(self) -> bool {
        matches!(self, Self::Open | Self::Patient)
    }
}

/// In whom or what it was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subjects {
    /// How many.
    pub n: Option<f64>,
    /// Species, `human` or another; the model is of human skin.
    pub species: String,
    /// In vivo, ex vivo or cultured.
    pub skin: String,
    /// Youngest and oldest, years.
    pub age_years: (f64, f64),
    /// Share of women.
    pub female_share: f64,
    /// Phototypes that took part.
    pub phototypes: Vec<Phototype>,
}

impl Subjects {
    /// Whether the model may be held against what was measured in them: it is of human skin, and of
    /// living skin unless the number is one of mechanics or geometry alone, or one of transport in
    /// skin of which the arm says how it was `mounted`. Diffusivities need no mounting.
    pub fn are_modelled(&self, produced: Produced, mounted: bool) -> bool {
        let of_molecule = produced == Produced::Transport(TransportNumber::Diffusivity);
        let alive_enough = match self.skin.as_str() {
            "in-vivo" => true,
            "ex-vivo" => {
                produced.is_mechanical() || of_molecule || (produced.is_of_transport() && mounted)
            }
            _ => false,
        };
        self.species == "human" && alive_enough
    }
}

/// A layer, or several taken together, whose thickness or stiffness was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Horny layer.
    StratumCorneum,
    /// Living epidermis without the horny layer.
    ViableEpidermis,
    /// Both of them.
    Epidermis,
    /// Dermis.
    Dermis,
    /// Epidermis and dermis.
    Skin,
}

impl Layer {
    /// Every layer with its name in files.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("stratum-corneum", Self::StratumCorneum),
        ("viable-epidermis", Self::ViableEpidermis),
        ("epidermis", Self::Epidermis),
        ("dermis", Self::Dermis),
        ("skin", Self::Skin),
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, layer)| *layer == self).map_or("", |(name, _)| name)
    }

    /// Its thickness in a skin, um.
    pub fn thickness_um(self, skin: &LayeredSkin) -> f64 {
        let stratum_corneum = skin.thickness_um(LayerKind::StratumCorneum);
        let viable_epidermis = skin.thickness_um(LayerKind::ViableEpidermis);
        match self {
            Self::StratumCorneum => stratum_corneum,
            Self::ViableEpidermis => viable_epidermis,
            Self::Epidermis => stratum_corneum + viable_epidermis,
            Self::Dermis => skin.total_um() - stratum_corneum - viable_epidermis,
            Self::Skin => skin.total_um(),
        }
    }

    /// Whether it ends above the dermis.
    pub fn is_epidermal(self) -> bool {
        matches!(self, Self::StratumCorneum | Self::ViableEpidermis | Self::Epidermis)
    }
}

/// What of the skin a stiffness belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loaded {
    /// A layer.
    Layer(Layer),
    /// All that a round probe of this radius feels when it presses the surface, um.
    Probe(f64),
}

/// What of the skin a number without treatment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfSkin {
    /// Thickness of a layer, and how it was looked at.
    Thickness(Layer, Method),
    /// Stiffness.
    Stiffness(Loaded),
}

/// How a thickness was measured: the ways disagree with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// High-frequency ultrasound.
    Ultrasound,
    /// Cut, fixed and stained.
    Histology,
    /// Raman spectroscopy.
    Raman,
    /// Optical coherence tomography or confocal microscopy.
    Optical,
    /// Nobody says.
    NotStated,
}

impl Method {
    /// Every method with its name in files.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("ultrasound", Self::Ultrasound),
        ("histology", Self::Histology),
        ("raman", Self::Raman),
        ("optical", Self::Optical),
        ("not-stated", Self::NotStated),
    ];
}

/// One arm of a study.
#[derive(Debug, Clone, Serialize)]
pub struct Arm {
    /// Its name in the file.
    pub name: String,
    /// What was done.
    pub protocol: Protocol,
    /// The active whose transport was measured, besides the products of the protocol.
    pub applied: Option<Applied>,
    /// How skin that was cut out was mounted, if it was.
    pub mounted: Option<Mounted>,
}

/// An active put on skin in a trial of transport.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Applied {
    /// Name in `knowledge/actives.toml`.
    pub active: String,
    /// Mass share of it in what was put on, 0 to 1.
    pub strength: f64,
    /// How much was put on.
    pub amount: Amount,
    /// pH of it; none where it is that of the skin.
    pub ph: Option<f64>,
    /// Hours after which it was wiped off; none where it stayed.
    pub contact_hours: Option<f64>,
    /// Hours after needling at which it was put on.
    pub after_hours: f64,
    /// Whether the needles carried it in.
    pub carried_in: bool,
}

/// How much of a product was put on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Amount {
    /// As in courses.
    Usual,
    /// So much, mg/cm2.
    MgPerCm2(f64),
    /// So much that its level stayed.
    Infinite,
}

/// How skin that was cut out was mounted in a diffusion cell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mounted {
    /// With its whole dermis, without fat.
    FullThickness,
    /// Cut to this thickness, um.
    CutTo(f64),
}

/// What of an applied active was read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OfTransport {
    /// Hours after it was put on.
    pub hours: f64,
    /// The layer, where the number belongs to one.
    pub layer: Option<Layer>,
}

/// When something was measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// Days after the first session.
    AfterFirst(f64),
    /// Days after the last session.
    AfterLast(f64),
    /// Days after a product or active was put on.
    AfterApplication(f64),
}

/// What a measurement states.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Statement {
    /// A mean with the standard error of its sampling, where stated.
    Mean {
        /// The value.
        value: f64,
        /// Its standard error, if the study lets it be worked out.
        se: Option<f64>,
        /// Standard deviation between people, if stated.
        sd: Option<f64>,
    },
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
    /// More than in the arm compared with (`less`: less than).
    Order {
        /// Whether this arm has less.
        less: bool,
    },
    /// No difference from the arm compared with was found.
    NoDifference,
}

/// How two arms are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// This arm less the other.
    Difference,
    /// This arm over the other.
    Ratio,
    /// For orders and nulls.
    Order,
}

/// Which people are counted, when a share of them is stated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Those with at least this value.
    AtLeast(f64),
    /// Those with at most this value.
    AtMost(f64),
    /// Those in between.
    Between(f64, f64),
}

/// One number, bound or order of a study.
#[derive(Debug, Clone, Serialize)]
pub struct Measurement {
    /// Name in the catalogue.
    pub observable: String,
    /// Index of the arm.
    pub arm: usize,
    /// Index of the arm compared with.
    pub against: Option<(usize, Comparison)>,
    /// Site it was read at.
    pub site: String,
    /// When, where the observable is read at a time.
    pub at: Option<When>,
    /// Scale, for scores.
    pub scale: Option<String>,
    /// Product, for uptakes of a product of the protocol.
    pub product: Option<String>,
    /// For numbers of the active applied in the arm: when and where.
    pub of_transport: Option<OfTransport>,
    /// Anaesthetic, for levels in plasma.
    pub active: Option<String>,
    /// Minutes after the numbing cream came off, for numb depths; when it comes off if not stated.
    pub after_min: Option<f64>,
    /// For thickness and stiffness: what of the skin.
    pub of_skin: Option<OfSkin>,
    /// In whom: the study's subjects, or those of them that the measurement names.
    pub subjects: Subjects,
    /// Why the file says that it can't be scored.
    pub not_scored: Option<String>,
    /// For shares of people: which people.
    pub counted: Option<Counted>,
    /// What is stated, in the unit of the observable (per cent of people for shares).
    pub statement: Statement,
    /// Number of people, if other than the study's.
    pub n: Option<f64>,
    /// Who judged.
    pub rater: Rater,
    /// Remark.
    pub note: String,
    /// Line in the file.
    pub line: usize,
    #[serde(skip)]
    pub(crate) entry: &'static Entry,
}

impl Measurement {
    /// Its entry in the catalogue.
    pub fn entry(&self) -> &'static Entry {
        self.entry
    }
}

/// A study.
#[derive(Debug, Clone, Serialize)]
pub struct Study {
    /// Identifier: the name of its file.
    pub id: String,
    /// Authors, title, journal, year.
    pub citation: String,
    /// Digital object identifier.
    pub doi: Option<String>,
    /// How much of it was read.
    pub read_in: ReadIn,
    /// What it may be used for.
    pub role: Role,
    /// Design in a word: randomised, controlled, single-arm, case-series, bench, pooled, review.
    pub design: String,
    /// In whom.
    pub subjects: Subjects,
    /// What was treated.
    pub concerns: Vec<Concern>,
    /// Arms.
    pub arms: Vec<Arm>,
    /// What the case had to assume.
    pub assumed: Vec<String>,
    /// What it states.
    pub measurements: Vec<Measurement>,
}
