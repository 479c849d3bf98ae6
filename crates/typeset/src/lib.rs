//! Data and templates to pages on paper.
//!
//! A document is plain data ([`PlanDocument`], [`SessionDocument`], [`PatientDocument`]); a template in the language of
//! Typst, part of this crate, lays it out; [`pdf`] gives the bytes. Data reaches a template as JSON and is never read as
//! markup, so that a name may hold any character.
//!
//! The PDF is tagged (PDF/UA-1), its fonts are those of this crate, and it knows no clock, no network and no file of the
//! machine: the same document gives the same bytes.

mod document;
mod error;
mod fonts;
mod world;

pub use document::{
    Answer, Banner, Candidate, Day, Document, Expectation, Fact, Field, Flag, Frame, Instruction,
    Item, Line, Lines, Paper, Paragraphs, PatientDocument, PlanDocument, Question, Reason,
    SessionDocument, SetAside, Step, Timetable, Tone, Zone,
};
pub use error::TypesetError;
pub use world::pdf;
