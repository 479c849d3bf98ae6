//! What exactly to do.

use jiff::civil::Date;
use needlepoint_case::Protocol;
use needlepoint_course::result::Band;
use serde::Serialize;

/// A plan for a whole course.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Dates of the sessions.
    pub dates: Vec<Date>,
    /// Weeks between sessions.
    pub interval_weeks: f64,
    /// Sites in the order in which they are treated.
    pub zones: Vec<ZonePlan>,
    /// Numbing; none where it is left out, and then `without_numbing` says why.
    pub numbing: Option<NumbingPlan>,
    /// Why there is no numbing.
    pub without_numbing: Option<Because>,
    /// Antisepsis and everything else about hygiene, in order.
    pub hygiene: Vec<Because>,
    /// What to do in the days before.
    pub before: Vec<Because>,
    /// What goes on the skin during the session.
    pub on_the_day: Vec<Because>,
    /// What goes on afterwards, and from when.
    pub after: Vec<Because>,
    /// What must not be used, and for how long.
    pub not_to_use: Vec<Because>,
    /// How the hand is led.
    pub technique: Vec<Because>,
    /// When results are judged, and whether to go on.
    pub follow_up: Vec<Because>,
    /// Sessions after the course.
    pub maintenance: Vec<Because>,
    /// What the number of sessions and their interval rest on.
    pub course_because: Vec<Because>,
    /// What is expected, as the model says it.
    pub expected: Vec<Expected>,
    /// The same as a protocol that can be simulated.
    #[serde(skip)]
    pub protocol: Protocol,
}

/// How one site is needled.
#[derive(Debug, Clone, Serialize)]
pub struct ZonePlan {
    /// Name in `knowledge/sites.toml`.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Concerns treated there, in words.
    pub concerns: Vec<String>,
    /// Name of the device in `knowledge/devices.toml`.
    pub device: String,
    /// The device in words.
    pub device_label: String,
    /// Needle length, mm.
    pub needle_mm: f64,
    /// Length to begin with, mm: raised until the endpoint shows, never beyond `needle_mm`.
    pub start_mm: f64,
    /// Passes.
    pub passes: u32,
    /// What ends the treatment of the site, in words.
    pub endpoint: String,
    /// Area, cm2.
    pub area_cm2: f64,
    /// Minutes of needling in one session.
    pub minutes: f64,
    /// What the settings rest on, each with its rule.
    pub because: Vec<Because>,
    /// What to look out for here: bone, orbital rim, thin skin.
    pub caution: Vec<Because>,
}

/// A sentence and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Because {
    /// The sentence.
    pub text: String,
    /// Name of the rule; none where it follows from the model or from the case itself.
    pub rule: Option<String>,
    /// Strength of its evidence in words.
    pub strength: Option<String>,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// What other sources say against it.
    pub disagreement: Option<String>,
}

/// Numbing before each session.
#[derive(Debug, Clone, Serialize)]
pub struct NumbingPlan {
    /// Name in `knowledge/products.toml`.
    pub product: String,
    /// The product in words.
    pub label: String,
    /// Grams in all.
    pub grams: f64,
    /// On so many cm2.
    pub area_cm2: f64,
    /// Minutes on the skin.
    pub minutes: f64,
    /// Under a dressing?
    pub covered: bool,
    /// The label's limits for this age and weight, and everything to mind.
    pub because: Vec<Because>,
}

/// What is expected of one concern.
#[derive(Debug, Clone, Serialize)]
pub struct Expected {
    /// The concern in words.
    pub concern: String,
    /// Site in words.
    pub site: String,
    /// What is told: "depth of scars, change".
    pub what: String,
    /// When: "3 months after the last session".
    pub when: String,
    /// In which unit.
    pub unit: String,
    /// How much.
    pub change: Band,
    /// Share of people who see a change, 0 to 1, if it can be seen.
    pub visible_share: Option<f64>,
    /// Strength of the published evidence in words.
    pub strength: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// Instead of needling, or beside it.
#[derive(Debug, Clone, Serialize)]
pub struct Advice {
    /// What is advised.
    pub kind: AdviceKind,
    /// For which concern, in words.
    pub concern: Option<String>,
    /// Why.
    pub because: Because,
}

/// What may be advised instead of needling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// Nothing needs to be done.
    NoTreatment,
    /// Care at home is enough.
    HomeCare,
    /// Another procedure does this better (a laser, a subcision, a punch).
    OtherProcedure,
    /// Somebody else decides.
    Referral,
    /// Later.
    Later,
}

/// Another plan within the limits, as the model sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Alternative {
    /// In words: "1.0 mm, 4 sessions, 4 weeks apart".
    pub label: String,
    /// Needle length of each zone, mm, in the order of the plan's zones.
    pub needle_mm: Vec<f64>,
    /// Passes of each zone.
    pub passes: Vec<u32>,
    /// Sessions.
    pub sessions: u32,
    /// Weeks between sessions.
    pub interval_weeks: f64,
    /// Expected improvement of the leading concern, per cent of what is there.
    pub improvement: Band,
    /// Days of downtime in all: redness, swelling or flaking that others see.
    pub downtime_days: Band,
    /// Share of people with a mark that lasts (darkening by phototype), 0 to 1.
    pub risk: f64,
    /// No other plan is better in one of the three and no worse in the others.
    pub on_front: bool,
    /// It is the plan that is proposed.
    pub proposed: bool,
    /// "No treatment" and "home care" stand beside needling.
    pub kind: AlternativeKind,
}

/// What kind of alternative it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlternativeKind {
    /// Needling by a practitioner.
    Needling,
    /// Home care only.
    HomeCare,
    /// Nothing.
    NoTreatment,
}
