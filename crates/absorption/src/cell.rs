//! A solute in the skin around one channel, over time and place.

mod accuracy;
mod discrete;
mod grid;
mod outcome;
mod problem;
mod run;
pub mod t1;

pub use self::{
    accuracy::{Accuracy, Chosen, Extrapolated, choose, difference, solve_extrapolated},
    discrete::Discrete,
    grid::Grid,
    outcome::{Snapshot, Solution},
    problem::{Bottom, Cell, CellError, Channel, Donor, Event, Exposure, Layer, Medium, Station},
    run::{Setting, solve, solve_on},
};
