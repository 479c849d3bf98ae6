//! What a practice writes down, as plain data: one type for each kind of document.
//!
//! Dates are calendar days at the practice; times are instants. Names of sites, devices, scales and products are those
//! of the knowledge base; they are kept as text, because a record outlives the knowledge it was written with.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::Id;

/// What kind of document something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A [`Patient`].
    Patient,
    /// A [`Consultation`]; belongs to a patient.
    Consultation,
    /// A [`Plan`]; belongs to a patient.
    Plan,
    /// A [`Session`]; belongs to a patient.
    Session,
    /// A [`Visit`]; belongs to a patient.
    Visit,
    /// A [`Photograph`]; belongs to a patient. The picture itself is a blob.
    Photograph,
}

impl Kind {
    /// All kinds, owners before what belongs to them.
    pub const ALL: [Self; 6] = [
        Self::Patient,
        Self::Consultation,
        Self::Plan,
        Self::Session,
        Self::Visit,
        Self::Photograph,
    ];

    /// The name under which it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Consultation => "consultation",
            Self::Plan => "plan",
            Self::Session => "session",
            Self::Visit => "visit",
            Self::Photograph => "photograph",
        }
    }
}

/// What can be kept as a document.
pub trait Content: Serialize + for<'de> Deserialize<'de> + Send + Sync {
    /// Its kind.
    const KIND: Kind;

    /// The patient to whom it belongs; none for a patient.
    fn patient(&self) -> Option<Id>;
}

/// A person who is treated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patient {
    /// Family name.
    pub family_name: String,
    /// Given names.
    pub given_name: String,
    /// Day of birth, if known.
    pub birth_date: Option<Date>,
    /// Sex as the model understands it; none if not stated.
    pub sex: Option<RecordedSex>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mail address.
    pub email: Option<String>,
    /// Anything else.
    pub note: Option<String>,
    /// Made up, for a demonstration.
    pub fictitious: bool,
    /// Accounts that alone may see this patient, besides administrators; empty if everybody may.
    #[serde(default)]
    pub confidential_to: Vec<String>,
}

/// Sex as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordedSex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Neither; the model has no skin of its own for it and asks.
    Other,
}

/// What was asked and answered on a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultation {
    /// Whose.
    pub patient: Id,
    /// The day on which the answers were given.
    pub held_on: Date,
    /// The answers, as a patient file (TOML) that the planner reads.
    pub file: String,
    /// What the screening said when it was saved: `go`, `go-with-changes`, `wait`, `refer`, `do-not-treat`; none while
    /// the answers can't be read.
    pub verdict: Option<String>,
    /// Remarks of the practitioner.
    pub note: Option<String>,
}

/// What is going to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Whose.
    pub patient: Id,
    /// The consultation it answers.
    pub consultation: Id,
    /// The day on which it was made.
    pub made_on: Date,
    /// What was chosen.
    pub settings: Settings,
    /// Whether it is the planner's own proposal.
    pub proposed: bool,
    /// Days of the sessions.
    pub dates: Vec<Date>,
    /// Moved so often: an invitation of a higher revision replaces that of a lower one.
    pub revision: u32,
    /// In force, or put aside.
    pub status: PlanStatus,
    /// Remarks of the practitioner.
    pub note: Option<String>,
}

/// Whether a plan is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanStatus {
    /// Thought about.
    Draft,
    /// Agreed on.
    Active,
    /// All sessions done.
    Completed,
    /// Given up.
    Stopped,
}

/// Choices of a treatment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the device.
    pub device: String,
    /// Each zone.
    pub zones: Vec<ZoneSettings>,
    /// How many sessions.
    pub sessions: u32,
    /// Days between them.
    pub interval_days: u32,
    /// Name of a product put onto the skin, if any.
    pub serum: Option<String>,
    /// Whether aftercare is kept.
    pub aftercare_kept: bool,
}

/// Choices for a zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneSettings {
    /// Name of the site.
    pub site: String,
    /// Needle length, mm.
    pub needle_mm: f64,
    /// Passes.
    pub passes: u32,
}

/// A session as it was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Whose.
    pub patient: Id,
    /// The plan it belongs to.
    pub plan: Id,
    /// 1 for the first.
    pub number: u32,
    /// The day on which it was done, or is to be.
    pub held_on: Date,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When all was done.
    pub finished_at: Option<Timestamp>,
    /// The steps of the sheet.
    pub checks: Vec<Check>,
    /// Numbing, if any.
    pub numbing: Option<NumbingRecord>,
    /// Each zone as it was treated.
    pub zones: Vec<ZoneRecord>,
    /// What was put onto the skin.
    pub products: Vec<ProductRecord>,
    /// What went wrong.
    pub adverse_events: Vec<AdverseEvent>,
    /// Remarks.
    pub note: Option<String>,
}

/// A step of the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What is to be done.
    pub what: String,
    /// When it was ticked; none while it is open.
    pub done_at: Option<Timestamp>,
    /// Name of the account that ticked it.
    pub by: Option<String>,
}

/// Numbing before a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumbingRecord {
    /// Name of the product.
    pub product: String,
    /// Lot.
    pub lot: Option<String>,
    /// Grams put on.
    pub grams: Option<f64>,
    /// When it was put on.
    pub applied_at: Option<Timestamp>,
    /// When it was taken off.
    pub removed_at: Option<Timestamp>,
    /// Minutes it should lie.
    pub planned_minutes: Option<f64>,
}

/// A zone as it was treated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneRecord {
    /// Name of the site.
    pub site: String,
    /// Name of the device.
    pub device: String,
    /// Lot of the needles.
    pub lot: Option<String>,
    /// Needle length planned, mm.
    pub planned_mm: f64,
    /// Needle length used, mm; none while not done.
    pub needle_mm: Option<f64>,
    /// Passes planned.
    pub planned_passes: u32,
    /// Passes done.
    pub passes: Option<u32>,
    /// What was seen at the end: `erythema`, `pinpoint-bleeding` ..., in words.
    pub endpoint: Option<String>,
}

/// A product used in a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductRecord {
    /// Name of the product.
    pub product: String,
    /// Lot.
    pub lot: Option<String>,
    /// The day until which it may be used.
    pub expires: Option<Date>,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdverseEvent {
    /// When it was seen.
    pub at: Timestamp,
    /// What.
    pub what: String,
    /// How bad.
    pub severity: Severity,
    /// What was done about it.
    pub action: Option<String>,
}

/// How bad an adverse event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Passes by itself.
    Mild,
    /// Asks for something to be done.
    Moderate,
    /// Asks for a physician at once, or lasts.
    Severe,
}

/// A follow-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Whose.
    pub patient: Id,
    /// The plan that is followed up, if any.
    pub plan: Option<Id>,
    /// The day.
    pub seen_on: Date,
    /// What was scored or measured.
    pub scores: Vec<Score>,
    /// Photographs taken.
    pub photographs: Vec<Id>,
    /// What went wrong.
    pub adverse_events: Vec<AdverseEvent>,
    /// Remarks.
    pub note: Option<String>,
}

/// A score on a clinical scale, or a measured value of an observable.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Name of the site.
    pub site: String,
    /// Name of the scale or the observable.
    pub scale: String,
    /// Value, in the unit of the scale or observable.
    pub value: f64,
    /// Who judged it.
    pub rater: Option<String>,
}

/// A photograph; the picture itself is a blob with the same identifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photograph {
    /// Whose.
    pub patient: Id,
    /// The day on which it was taken.
    pub taken_on: Date,
    /// Name of the site.
    pub site: Option<String>,
    /// `image/jpeg`.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// SHA-256 of the picture, hexadecimal.
    pub sha256: String,
    /// What it shows.
    pub caption: Option<String>,
}

macro_rules! belongs_to_a_patient {
    ($($content:ident),*) => {
        $(impl Content for $content {
            const KIND: Kind = Kind::$content;

            fn patient(&self) -> Option<Id> {
                Some(self.patient)
            }
        })*
    };
}

belongs_to_a_patient!(Consultation, Plan, Session, Visit, Photograph);

impl Content for Patient {
    const KIND: Kind = Kind::Patient;

    fn patient(&self) -> Option<Id> {
        None
    }
}
