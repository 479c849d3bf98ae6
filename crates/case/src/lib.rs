//! The case: who is treated, for what, how and on which days.
//!
//! # A guided tour
//!
//! 1. A clinician writes a case in a file; [`TEMPLATE`] is one to start from.
//! 2. [`read_case_file`] reads it (or [`read_case_bytes`], [`read_case`]) and finds *everything* that
//!    is wrong with it, each problem with its place and what to write instead. Errors stop; warnings
//!    go on beside the case.
//! 3. What comes out is a [`Case`]: plain data with units in the names, in which every site, device,
//!    product and scale exists in [`Knowledge`](needlepoint_knowledge::Knowledge).
//! 4. Whose protocol is still to be planned is a [`Consultation`], read by [`read_consultation`] from a file of the
//!    same form; with a protocol it becomes a case ([`Consultation::into_case`]).
//! 5. [`Case::in_words`] tells it back in sentences, for the report.
//!
//! [`limits`] holds the edges of sense. Nothing here reads the clock: days count from the first
//! session, and a calendar date is only known if the case states one.

pub mod case;
mod input;
pub mod limits;
mod read;
mod template;
mod units;
mod words;

pub use case::{
    CannotSimulate, Case, Concern, Consultation, Denied, Fidelity, Numbing, NumbingWish, Override,
    Patient, Place, ProductUse, Protocol, Rating, ScarTypes, Setting, Simulate, SimulateWishes,
    Size, SkinSupport, StatedCondition, StatedMedicine, StudyNote, SunExposure, UNKNOWN_MEDICINE,
    When, Wishes, Zone,
};
pub use input::{
    case_bytes, read_case_bytes, read_case_file, read_consultation_bytes, read_consultation_file,
};
pub use read::{read_case, read_concern, read_consultation, read_protocol};
pub use template::TEMPLATE;
