//! A solute in the skin around one channel, over time and place.
//!
//! ```text
//! K du/dt = div(D K grad u) - (k_clear + k_met) K u,      u = c / K
//! ```
//!
//! in a cylinder of skin, resolved in radius and depth: layers with their own diffusivity `D`, partition `K`,
//! clearance and metabolism, a channel of any radius over depth that may close, a product on top that
//! may run out, dry, be wiped off and put on again. Finite volumes, steps of third order, balance to
//! rounding. Lengths are in um, times in s, concentrations in the donor's unit. The equations, the method
//! and how it was verified: `docs/model/absorption-solver.md`.
//!
//! ```
//! use needlepoint_absorption::cell::{self, *};
//!
//! let layer = |thickness_um, medium| Layer { thickness_um, medium };
//! let dermis = |d| Medium { clearance_per_s: 4e-4, ..Medium::inert(d) };
//! let skin = Cell {
//!     radius_um: 400.0,
//!     layers: vec![
//!         layer(15.0, Medium { partition: 0.5, ..Medium::inert(0.01) }), // horny layer
//!         layer(80.0, Medium::inert(60.0)),                              // viable epidermis
//!         layer(150.0, dermis(200.0)),                                   // papillary dermis
//!         layer(500.0, dermis(150.0)),                                   // upper reticular dermis
//!         layer(800.0, dermis(150.0)),                                   // lower reticular dermis
//!     ],
//!     channel: Some(Channel::cone(35.0, 10.0, 500.0, Medium::inert(600.0))),
//!     bottom: Bottom::Sink,
//! };
//! let exposure = Exposure {
//!     events: vec![(0.0, Event::Apply(Donor::film(20.0, 1.0))), (3600.0, Event::WipeOff)],
//!     open_area: vec![(3600.0, 1.0), (43_200.0, 0.0)],
//! };
//! let times = [600.0, 3600.0, 21_600.0, 86_400.0];
//! let setting = cell::choose(&skin, &exposure, &times, Accuracy::OnePercent)?.setting;
//! let told = cell::solve(&skin, &exposure, &times, setting)?;
//! let after_six_hours = &told.snapshots[2];
//! assert!(after_six_hours.entered > 0.0 && after_six_hours.imbalance().abs() < 1e-10);
//! assert!(told.farthest_reach_um(&told.snapshots[0], 0.1) > 95.0); // beside and under the channel
//! # Ok::<(), CellError>(())
//! ```

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
