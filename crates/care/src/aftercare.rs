//! What to do afterwards, hour by hour and day by day.

use serde::Serialize;

use crate::plan::Because;

/// What to do after each session. Times count from the end of the session.
#[derive(Debug, Clone, Serialize)]
pub struct Aftercare {
    /// Stretches of time, in order, without gaps, from 0 to 14 days: finer in the first three days.
    pub stretches: Vec<Stretch>,
    /// What is to be seen day by day.
    pub course: Vec<ExpectedDay>,
}

/// What holds from one hour to another.
#[derive(Debug, Clone, Serialize)]
pub struct Stretch {
    /// Begins so many hours after the session.
    pub from_hours: f64,
    /// Ends so many hours after the session.
    pub until_hours: f64,
    /// "The first two hours", "Day 4".
    pub label: String,
    /// What to do.
    pub act: Vec<Because>,
    /// What to leave.
    pub avoid: Vec<Because>,
}

/// What is to be seen on a day, from the simulated course and the evidence.
#[derive(Debug, Clone, Serialize)]
pub struct ExpectedDay {
    /// Day after the session; 0 is that of the session.
    pub day: u32,
    /// What most people see, in plain words.
    pub text: String,
    /// Shares of people in whom redness, swelling and flaking show on this day, 0 to 1.
    pub shares: [f64; 3],
    /// What it rests on.
    pub because: Vec<Because>,
}

/// A sign on which somebody has to act.
#[derive(Debug, Clone, Serialize)]
pub struct RedFlag {
    /// What is seen or felt, in plain words.
    pub sign: String,
    /// What to do at once.
    pub act: String,
    /// How soon.
    pub urgency: Urgency,
    /// What it rests on.
    pub because: Because,
}

/// How soon, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// An emergency service, now.
    Emergency,
    /// A doctor, today.
    SameDay,
    /// The practitioner, within days.
    Soon,
}
