//! What browsers ask for, and how long they waited.

use serde::Serialize;

/// Something that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asked {
    Patients,
    Search,
    Overview,
    Consultation,
    Choices,
    Plan,
    Sessions,
    Session,
    SessionState,
    Visits,
    Form,
    SaveNote,
    SaveTick,
    SaveVisit,
    SignIn,
}

/// Whether somebody reads or saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    Reading,
    Saving,
    SigningIn,
}

impl Asked {
    /// All, in the order in which they are told.
    pub(super) const ALL: [Self; 15] = [
        Self::Patients,
        Self::Search,
        Self::Overview,
        Self::Consultation,
        Self::Choices,
        Self::Plan,
        Self::Sessions,
        Self::Session,
        Self::SessionState,
        Self::Visits,
        Self::Form,
        Self::SaveNote,
        Self::SaveTick,
        Self::SaveVisit,
        Self::SignIn,
    ];

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Patients => "list of patients",
            Self::Search => "search for patients",
            Self::Overview => "overview of a patient",
            Self::Consultation => "consultation",
            Self::Choices => "choices of a plan",
            Self::Plan => "plan",
            Self::Sessions => "list of sessions",
            Self::Session => "sheet of a session",
            Self::SessionState => "what others ticked",
            Self::Visits => "list of visits",
            Self::Form => "form of a patient, of a visit",
            Self::SaveNote => "save a patient",
            Self::SaveTick => "save a tick",
            Self::SaveVisit => "save a visit",
            Self::SignIn => "sign in",
        }
    }

    /// Whether it reads or saves.
    pub(super) fn way(self) -> Way {
        match self {
            Self::SaveNote | Self::SaveTick | Self::SaveVisit => Way::Saving,
            Self::SignIn => Way::SigningIn,
            _ => Way::Reading,
        }
    }
}

/// What one browser saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What was asked for and the milliseconds until the answer was there.
    pub(super) waits: Vec<(Asked, f64)>,
    /// Saves with a version that somebody had overtaken, refused as they have to be.
    pub(super) conflicts: usize,
    /// What went wrong.
    pub(super) errors: Vec<String>,
}

impl Seen {
    /// What several saw.
    pub(super) fn all(several: Vec<Self>) -> Self {
        let mut all = Self::default();
        for seen in several {
            all.waits.extend(seen.waits);
            all.conflicts += seen.conflicts;
            all.errors.extend(seen.errors);
        }
        all
    }

    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.waits.is_empty() && self.errors.is_empty()
    }
}
