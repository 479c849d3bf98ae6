//! One result, told.
//!
//! A run ends in a [`CourseResult`](needlepoint_course::result::CourseResult): numbers with their
//! bands. This crate turns it into what people and programs read, and puts it on disk.
//!
//! - [`html`]: one self-contained page for a patient, a dermatologist or an engineer; the order of
//!   its sections is in `page.rs`, each section in a file of its own name
//! - [`course_csv`]: every observable over time, one row each day
//! - [`run_json`]: the whole result with what is needed to repeat it
//! - [`write_outputs`]: all files of a run into a folder, or none
//! - [`puncture_files`]: the needling alone, as tables and as pictures to scale
//! - [`absorb_files`]: the products alone, as tables, pictures to scale and a file for `ParaView`
//! - [`sensitivity_files`]: what outcomes hang on, and [`response_files`]: what comes out at every setting
//! - [`calibration_files`]: what a fit found, as draws, chains, a page and a text
//! - [`care_files`]: what is advised for one patient, as a page, PDF documents and a calendar, and [`care_json`] for programs
//! - [`live`]: what a page shows while somebody moves the settings of a treatment, as fragments
//! - [`validation_html`]: the model held against published studies, as a page
//!
//! Nothing here reads a clock, a network or a machine's name: the same input gives the same bytes.

mod absorb;
mod art;
mod bitmap;
mod calendar;
mod calibration;
mod cards;
mod care;
mod chart;
mod colour;
mod csv;
mod depths;
mod explore;
mod glance;
mod input;
mod json;
pub mod live;
mod map;
mod months;
mod numbers;
mod numbing;
mod outcome;
mod output;
mod page;
mod products;
mod punctures;
mod rests_on;
mod section;
mod sources;
mod timeline;
mod validation;

pub use absorb::{AbsorbInput, PictureError, absorb_files, absorb_json, product_rows};
pub use bitmap::BitmapError;
pub use calibration::{CalibrationInput, calibration_files};
pub use care::{
    CareFilesError, CareInput, CareOptions, CareProvenance, CareSection, SessionTime,
    TimeZoneError, alternatives_html, care_files, care_html, care_json, care_text,
    consultation_facts, is_open, outdated_files, told_alternatives,
};
pub use csv::course_csv;
pub use explore::{
    ResponseInput, SensitivityInput, ShareRow, how_to_read, response_files, response_json,
    response_tables, response_words, sensitivity_files, sensitivity_json, share_rows, share_words,
};
pub use input::{Provenance, ReportInput};
pub use json::run_json;
pub use needlepoint_typeset::Paper;
pub use output::{OutputError, write_outputs, write_outputs_instead_of};
pub use page::html;
pub use punctures::{
    LikeRow, LikedZone, Likeness, NumberRow, PuncturesError, PuncturesInput, like_rows, like_words,
    number_rows, puncture_files, punctures_json,
};
pub use validation::{ValidationInput, validation_html, write_page};
