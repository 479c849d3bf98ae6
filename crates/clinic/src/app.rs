//! What every page has at hand.

use std::{ops::Deref, sync::Arc};

use jiff::civil::{Date, Time};
use needlepoint_care::Care;
use needlepoint_knowledge::Knowledge;
use needlepoint_records::{Id, Practice};

use crate::{
    assets::Assets,
    pages::{Kept, People},
    security::SignInLimit,
    simulator::Simulator,
    words::Words,
};

/// A document in one of its versions.
type Version = (Id, u32);
/// A consultation in one of its versions, on a day, for people at large or for some of them.
type Asked = (Id, u32, Date, Option<Vec<u32>>);
/// Files by their names.
type Files = Vec<(String, Vec<u8>)>;

/// What every page has at hand; cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

/// What is shared.
pub(crate) struct Inner {
    /// The records.
    pub(crate) practice: Practice,
    /// What is known.
    pub(crate) knowledge: Arc<Knowledge>,
    /// Runs the model.
    pub(crate) simulator: Simulator,
    /// All words.
    pub(crate) words: Words,
    /// Files in the program.
    pub(crate) assets: Assets,
    /// How often somebody may try to sign in.
    pub(crate) sign_ins: SignInLimit,
    /// People that meet the moves of settings.
    pub(crate) people: People,
    /// Plans and alternatives of consultations, by the day and by whose people.
    pub(crate) fronts: Kept<Asked, Care>,
    /// What is said of plans that were decided on.
    pub(crate) cares: Kept<Version, Care>,
    /// Their documents, by the time of the day at which sessions begin.
    pub(crate) files: Kept<(Version, Time), Files>,
    /// A practice that is made up: every page says so.
    pub(crate) demo: bool,
    /// Only its own machine reaches it, under its own names.
    pub(crate) this_machine_alone: bool,
    /// A proxy in front tells who asks.
    pub(crate) behind_proxy: bool,
}

impl App {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
