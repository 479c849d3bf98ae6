//! The clinic as a program: under load, and killed while it writes.
//!
//! The program is looked at from outside alone: its pages, its commands, and what the system says of its process.
//!
//! - [`load`]: many browsers that read and save while two simulations run
//! - [`kill`]: killed at random moments; everything it acknowledged has to be there
//! - [`served`]: the program, started and killed; [`practice`]: the records it has then
//! - [`browser`]: one browser, with its connection and its cookie
//! - [`chance`]: what happens by chance, the same again from the same seed

mod browser;
mod chance;
mod kill;
mod load;
mod options;
mod practice;
mod served;

use crate::Outcome;

pub(crate) use options::ClinicCommand;

/// What is printed.
pub(crate) fn told(what: &ClinicCommand, json: bool) -> Outcome<String> {
    match what {
        ClinicCommand::Load(asked) => load::told(asked, json),
        ClinicCommand::Kill(asked) => kill::told(asked, json),
    }
}
