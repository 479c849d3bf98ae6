//! Is it safe? The answers about a patient against the rules.
//!
//! [`screen`] asks of every rule of screening whether it holds: it does, it does not, or an answer is missing. From those
//! that hold comes the verdict, from missing answers come questions. A verdict can be relied upon once it is
//! [settled](Screening::is_settled).

mod facts;
mod holds;
mod questions;
mod time;
mod verdict;

use jiff::civil::Date;
use needlepoint_knowledge::{
    Knowledge,
    rule::{Part, Rule},
};
use serde::Serialize;

pub use verdict::screen;

/// What is advised, from the mildest to the most careful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing speaks against it.
    Go,
    /// With the changes that the reasons name.
    GoWithChanges,
    /// Not before a date, or not before something has settled.
    Wait,
    /// A prescriber or dermatologist decides first.
    Refer,
    /// Not at all.
    DoNotTreat,
}

/// The verdict and what it rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Screening {
    /// What is advised: the most careful of what the reasons ask for.
    pub verdict: Verdict,
    /// Until when to wait, where a date is known.
    pub until: Option<Date>,
    /// Why, the most careful first.
    pub reasons: Vec<Reason>,
    /// What must still be asked before the verdict can be relied upon.
    pub questions: Vec<Question>,
    /// Advice that the practitioner set aside, with the reason that was signed for.
    pub overridden: Vec<Overridden>,
    /// What it means for a plan.
    pub changes: Vec<Change>,
}

impl Screening {
    /// Whether the verdict can be relied upon: no missing answer could bring another one that keeps from needling, or a
    /// longer wait.
    pub fn is_settled(&self) -> bool {
        self.questions.iter().all(|question| {
            let milder = question.could_be < Verdict::Wait || question.could_be < self.verdict;
            let no_worse = question.could_be == self.verdict && self.verdict > Verdict::Wait;
            milder || no_worse
        })
    }
}

/// The rules that screening asks: those of screening, and those that bar needles from a place or limit their length at
/// home.
pub fn rules(knowledge: &Knowledge) -> impl Iterator<Item = &Rule> {
    knowledge.rules.iter().filter(|rule| rule.part == Part::Screening || limits(rule))
}

/// Whether a rule outside screening bars needles from a place, or limits their length at home.
fn limits(rule: &Rule) -> bool {
    match rule.part {
        Part::Depth => rule.when.place.is_some() && rule.numbers.most_depth_mm == Some(0.0),
        Part::Home => rule.numbers.most_depth_mm.is_some(),
        _ => false,
    }
}

/// What a rule asks for by itself.
fn verdict_of(rule: &Rule) -> Verdict {
    match rule.then {
        Some(consequence) => Verdict::of(consequence),
        None if limits(rule) => Verdict::GoWithChanges,
        None => Verdict::Go,
    }
}

/// One rule that an answer fired.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// Name of the rule in `knowledge/rules.toml`.
    pub rule: String,
    /// What this rule by itself asks for.
    pub verdict: Verdict,
    /// Whether the verdict follows it: where rules of one group disagree, the most careful is followed.
    pub followed: bool,
    /// What the patient's answers say that fires it: "isotretinoin, stopped on 2026-06-30".
    pub because: String,
    /// Site it is about; none if about the whole person.
    pub site: Option<String>,
    /// The rule in words.
    pub statement: String,
    /// Strength of its evidence, in words: "label of a device", "trial" ...
    pub strength: String,
    /// Identifiers in `knowledge/sources.toml`; the first is where the rule was read.
    pub sources: Vec<String>,
    /// What other sources say against it.
    pub disagreement: Option<String>,
    /// Until when to wait by this rule.
    pub until: Option<Date>,
}

/// Something to ask.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// What it is about: name of a condition, a medicine, or a field of the file.
    pub about: String,
    /// The question as one would put it to the patient.
    pub ask: String,
    /// Names of the rules that wait for the answer.
    pub rules: Vec<String>,
    /// The most careful verdict that the answer could bring.
    pub could_be: Verdict,
}

/// Advice that was set aside.
#[derive(Debug, Clone, Serialize)]
pub struct Overridden {
    /// Name of the rule.
    pub rule: String,
    /// Who signed.
    pub by: String,
    /// The reason given.
    pub reason: String,
    /// The verdict it had asked for; [`Verdict::Go`] if it did not hold.
    pub verdict: Verdict,
    /// The rule can't be set aside, and is followed all the same.
    pub refused: bool,
}

/// What screening means for a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// No numbing cream, or none with this active.
    OmitNumbing {
        /// Name of the rule.
        rule: String,
        /// Names in `knowledge/actives.toml` that the cream must not hold; empty: no numbing cream at all.
        actives: Vec<String>,
    },
    /// Needles no longer than this on these sites (all, if none is named).
    Shallower {
        /// Name of the rule.
        rule: String,
        /// Longest needle, mm.
        most_mm: Option<f64>,
        /// Sites.
        sites: Vec<String>,
    },
    /// Needle around a lesion or site, not over it.
    LeaveOut {
        /// Name of the rule.
        rule: String,
        /// Sites; all treated ones if none is named.
        sites: Vec<String>,
    },
    /// Do not use this product or kind of product on the day or after.
    OmitProduct {
        /// Name of the rule.
        rule: String,
        /// Name in `knowledge/products.toml` or a kind of product.
        product: String,
    },
    /// Something else that has to be done or agreed on, in the words of the rule.
    AlsoDo {
        /// Name of the rule.
        rule: String,
        /// What.
        what_to_do: String,
    },
}
