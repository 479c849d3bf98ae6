//! What the templates are given. Texts are ready to be read: numbers carry their units, dates are written out.

use jiff::civil::Date;
use serde::Serialize;

/// Something that can be typeset.
pub trait Document: Serialize {
    /// Name and text of the template.
    fn template(&self) -> (&'static str, &'static str);
    /// What all documents have.
    fn frame(&self) -> &Frame;
}

/// Size of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Paper {
    /// 210 by 297 mm.
    #[default]
    #[serde(rename = "a4")]
    A4,
    /// 8.5 by 11 inches.
    #[serde(rename = "us-letter")]
    Letter,
}

/// Header, footer and what a reader of files is told of a document.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    /// What it is: "Treatment plan".
    pub kind: String,
    /// Title of the document, shown by readers of PDF.
    pub title: String,
    /// What or whom it is about, in the header.
    pub subject: String,
    /// Author in the file.
    pub author: String,
    /// The day of the document; no clock is asked.
    pub date: Date,
    /// The same in words.
    pub date_in_words: String,
    /// At the foot of every page.
    pub disclaimer: String,
    /// What the document was made from, in small type at its end.
    pub provenance: String,
    /// Stands for the document in the file's identifier.
    #[serde(skip)]
    pub ident: String,
    /// Size of the paper.
    pub paper: Paper,
}

/// How grave a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing speaks against it.
    Go,
    /// With changes.
    Change,
    /// Later.
    Wait,
    /// Somebody else decides.
    Refer,
    /// No.
    Stop,
}

/// The verdict in words; its colour is never alone.
#[derive(Debug, Clone, Serialize)]
pub struct Banner {
    /// How grave.
    pub tone: Tone,
    /// In a few words: "Treat, with changes".
    pub headline: String,
    /// What it means, in a sentence or two.
    pub meaning: String,
}

/// A name and its value.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// A sentence with what it rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The sentence.
    pub text: String,
    /// Strength of its evidence in words.
    pub strength: Option<String>,
    /// Numbers of its sources in the document's list.
    pub sources: Vec<usize>,
    /// What other sources say against it.
    pub disagreement: Option<String>,
}

/// Sentences under a heading.
#[derive(Debug, Clone, Serialize)]
pub struct Lines {
    /// Heading.
    pub heading: String,
    /// Sentences.
    pub lines: Vec<Line>,
}

/// A rule that speaks about the patient.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// What it asks for, in a word or two.
    pub asks: String,
    /// The rule with what it rests on.
    pub line: Line,
    /// The answer that fires it.
    pub because: String,
    /// Site it is about, in words.
    pub site: Option<String>,
    /// Until when to wait, in words.
    pub until: Option<String>,
    /// Whether the verdict follows it.
    pub followed: bool,
}

/// Something to ask.
#[derive(Debug, Clone, Serialize)]
pub struct Question {
    /// The question.
    pub ask: String,
    /// What the answer could bring.
    pub could_be: String,
}

/// Advice that was set aside.
#[derive(Debug, Clone, Serialize)]
pub struct SetAside {
    /// The advice.
    pub rule: String,
    /// What it had asked for.
    pub asked: String,
    /// Who signed.
    pub by: String,
    /// The reason given.
    pub reason: String,
    /// What came of it: "set aside", "refused: this rule holds all the same".
    pub outcome: String,
}

/// How one site is needled.
#[derive(Debug, Clone, Serialize)]
pub struct Zone {
    /// The site.
    pub label: String,
    /// Concerns treated there.
    pub concerns: String,
    /// The device.
    pub device: String,
    /// "0.5 mm, up to 1.0 mm".
    pub needle: String,
    /// Passes.
    pub passes: String,
    /// What ends the treatment of the site.
    pub endpoint: String,
    /// Area.
    pub area: String,
    /// Minutes of needling.
    pub minutes: String,
    /// What the settings rest on.
    pub because: Vec<Line>,
    /// What to look out for.
    pub caution: Vec<Line>,
}

/// What is expected of one concern.
#[derive(Debug, Clone, Serialize)]
pub struct Expectation {
    /// Concern and site.
    pub about: String,
    /// What is told.
    pub what: String,
    /// When.
    pub when: String,
    /// The typical person.
    pub typical: String,
    /// Half of people.
    pub half: String,
    /// 95 of 100.
    pub most: String,
    /// How many see it, in words.
    pub visible: String,
    /// Strength of the published evidence.
    pub strength: String,
    /// Numbers of its sources.
    pub sources: Vec<usize>,
}

/// Another plan.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// In words.
    pub label: String,
    /// "proposed", "on the front" or nothing.
    pub standing: String,
    /// It is the plan that is proposed.
    pub proposed: bool,
    /// Improvement, as low, middle and high of the band that holds half of people, in words.
    pub improvement: String,
    /// The same as shares of the widest, 0 to 1, for a bar: low, middle, high.
    pub improvement_bar: [f64; 3],
    /// Days of downtime.
    pub downtime: String,
    /// The same for a bar.
    pub downtime_bar: [f64; 3],
    /// Risk of a mark that lasts.
    pub risk: String,
}

/// Instructions for the time after a session against that time.
#[derive(Debug, Clone, Serialize)]
pub struct Timetable {
    /// Columns that are told in hours: "0\u{2013}2".
    pub hours: Vec<String>,
    /// Columns after them that are told in days: "1".
    pub days: Vec<String>,
    /// What to do.
    pub act: Vec<Instruction>,
    /// What to leave.
    pub avoid: Vec<Instruction>,
}

/// What to do or leave, and when.
#[derive(Debug, Clone, Serialize)]
pub struct Instruction {
    /// The sentence.
    pub line: Line,
    /// When it holds, in words.
    pub span: String,
    /// Whether it holds in each column.
    pub holds: Vec<bool>,
}

/// A day after a session.
#[derive(Debug, Clone, Serialize)]
pub struct Day {
    /// "Day 1".
    pub label: String,
    /// What most people see.
    pub text: String,
    /// Shares in words of people in whom redness, swelling and flaking show: "about 8 in 10".
    pub shares: [String; 3],
    /// The same as numbers, 0 to 1, for a picture.
    pub levels: [f64; 3],
}

/// A sign on which somebody has to act.
#[derive(Debug, Clone, Serialize)]
pub struct Flag {
    /// What is seen or felt.
    pub sign: String,
    /// What to do.
    pub act: String,
    /// How soon, in words.
    pub urgency: String,
    /// What it rests on: numbers of sources.
    pub sources: Vec<usize>,
}

/// An item of the consent.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Heading.
    pub heading: String,
    /// What is explained.
    pub line: Line,
    /// Only for this patient.
    pub personal: bool,
}

/// A question about needling at home and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// What people ask.
    pub question: String,
    /// What is answered.
    pub lines: Vec<Line>,
}

/// Paragraphs and points under a heading.
#[derive(Debug, Clone, Serialize)]
pub struct Paragraphs {
    /// Heading.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Points after them.
    pub points: Vec<String>,
}

/// A step of a session.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What to do.
    pub line: Line,
    /// Minutes it takes.
    pub minutes: String,
    /// Minutes gone when it begins.
    pub begins: String,
}

/// A field to fill in by hand.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Label.
    pub label: String,
    /// What is expected to stand there.
    pub hint: String,
    /// Needs room for sentences.
    pub long: bool,
}

/// The treatment plan for the practitioner.
#[derive(Debug, Clone, Serialize)]
pub struct PlanDocument {
    /// Header, footer, file.
    pub frame: Frame,
    /// The verdict.
    pub banner: Banner,
    /// Who and what in short.
    pub facts: Vec<Fact>,
    /// Rules that fired, the most careful first.
    pub reasons: Vec<Reason>,
    /// What must still be asked.
    pub questions: Vec<Question>,
    /// What was set aside.
    pub set_aside: Vec<SetAside>,
    /// Instead of needling, or beside it.
    pub instead: Vec<Lines>,
    /// Dates of the sessions in words; empty without a plan.
    pub dates: Vec<String>,
    /// "4 weeks apart".
    pub interval: String,
    /// Settings in treating order.
    pub zones: Vec<Zone>,
    /// Numbing, hygiene, before, on the day, after, not to use ...
    pub parts: Vec<Lines>,
    /// What the model expects.
    pub expected: Vec<Expectation>,
    /// Plans that were looked at; those worth telling are fewer.
    pub looked_at: usize,
    /// Other plans.
    pub alternatives: Vec<Candidate>,
    /// What to do afterwards.
    pub aftercare: Option<Timetable>,
    /// Day by day.
    pub course: Vec<Day>,
    /// When and whom to call.
    pub red_flags: Vec<Flag>,
    /// What is agreed on.
    pub consent: Vec<Item>,
    /// Needling at home.
    pub home: Vec<Answer>,
    /// Citations in the order of their numbers.
    pub sources: Vec<String>,
}

/// The sheet for one session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionDocument {
    /// Header, footer, file.
    pub frame: Frame,
    /// "Session 1 of 4".
    pub headline: String,
    /// The day in words.
    pub date: String,
    /// "75 minutes".
    pub minutes: String,
    /// Who, in short.
    pub facts: Vec<Fact>,
    /// What to lay out.
    pub prepare: Vec<Line>,
    /// What to ask and look at first.
    pub check_first: Vec<Line>,
    /// Settings in treating order.
    pub zones: Vec<Zone>,
    /// Steps in order.
    pub steps: Vec<Step>,
    /// Fields to fill in.
    pub record: Vec<Field>,
    /// When to stop and whom to call.
    pub red_flags: Vec<Flag>,
}

/// What the patient takes home.
#[derive(Debug, Clone, Serialize)]
pub struct PatientDocument {
    /// Header, footer, file.
    pub frame: Frame,
    /// Title of the letter.
    pub title: String,
    /// The letter.
    pub letter: Vec<Paragraphs>,
    /// Dates of the sessions in words.
    pub dates: Vec<String>,
    /// Day by day.
    pub course: Vec<Day>,
    /// What to do afterwards.
    pub aftercare: Option<Timetable>,
    /// When and whom to call.
    pub red_flags: Vec<Flag>,
}

/// Declares which template sets which document.
macro_rules! set_by {
    ($( $document:ty = $template:literal; )+) => {
        $(
            impl Document for $document {
                fn template(&self) -> (&'static str, &'static str) {
                    (concat!("/", $template), include_str!(concat!("../templates/", $template)))
                }

                fn frame(&self) -> &Frame {
                    &self.frame
                }
            }
        )+
    };
}

set_by! {
    PlanDocument = "plan.typ";
    SessionDocument = "session.typ";
    PatientDocument = "patient.typ";
}
