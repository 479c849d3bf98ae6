//! Benchmark T1: one channel in layered skin for a day, with converged reference values.
//!
//! A cell of 400 um around a channel of 35 um radius and 500 um depth (diffusivity 500 um2/s); horny layer
//! 15 um (0.01 um2/s), viable epidermis 80 um (30), dermis 1500 um (100, clearance 1e-4 1/s);
//! level 1 on the whole surface from time 0. The numbers define the benchmark and claim nothing about
//! skin.
//!
//! The reference values are amounts for unit donor concentration in m3. They come from finite
//! volumes on 24, 93 and 365 thousand cells, extrapolated in space and corrected in time, and were
//! checked by finite elements of third order with 219 thousand unknowns: the two agree to 8e-6 on the
//! nine numbers that count. With a sink below, the outflow was computed by finite volumes only.

use super::{Bottom, Cell, Channel, Event, Exposure, Layer, Medium, Setting, Solution};

/// Times of the outputs, s.
pub const TIMES_S: [f64; 3] = [3600.0, 21_600.0, 86_400.0];

/// One um3 in m3.
pub const M3_PER_UM3: f64 = 1e-18;

/// Setting with which [`super::solve_extrapolated`] keeps the largest error below 1 %.
pub const ONE_PERCENT: Setting = Setting { fineness: 2.0, tolerance: 0.05, change: 0.1 };

/// Setting with which it keeps it below 0.1 %.
pub const TENTH_PERCENT: Setting = Setting { fineness: 1.2, tolerance: 0.005, change: 0.03 };

/// Reference values at one time, m3.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// Entered.
    pub entered: f64,
    /// In the dermis, without the channel.
    pub dermis: f64,
    /// Cleared.
    pub cleared: f64,
    /// In the channel.
    pub channel: f64,
    /// In the horny layer.
    pub horny_layer: f64,
    /// In the viable epidermis.
    pub viable_epidermis: f64,
    /// Left through the bottom.
    pub left: f64,
}

/// With no flux through the bottom.
pub const REFERENCE: [Reference; 3] = [
    Reference {
        entered: 5.855_496e-11,
        dermis: 4.042_409e-11,
        cleared: 7.542_776e-12,
        channel: 5.375_608e-13,
        horny_layer: 3.558_677e-12,
        viable_epidermis: 6.491_849e-12,
        left: 0.0,
    },
    Reference {
        entered: 2.998_619e-10,
        dermis: 1.150_286e-10,
        cleared: 1.687_878e-10,
        channel: 6.998_563e-13,
        horny_layer: 4.747_705e-12,
        viable_epidermis: 1.059_795e-11,
        left: 0.0,
    },
    Reference {
        entered: 1.118_358e-9,
        dermis: 1.259_967e-10,
        cleared: 9.757_113e-10,
        channel: 7.211_347e-13,
        horny_layer: 4.810_671e-12,
        viable_epidermis: 1.111_859e-11,
        left: 0.0,
    },
];

/// With a sink at the bottom.
pub const REFERENCE_WITH_SINK: [Reference; 3] = [
    Reference {
        entered: 5.855_533e-11,
        dermis: 3.879_212e-11,
        cleared: 7.416_597e-12,
        channel: 5.373_96e-13,
        horny_layer: 3.558_659e-12,
        viable_epidermis: 6.490_163e-12,
        left: 1.760_402e-12,
    },
    Reference {
        entered: 3.036_727e-10,
        dermis: 7.527_6e-11,
        cleared: 1.277_859e-10,
        channel: 6.526_916e-13,
        horny_layer: 4.659_148e-12,
        viable_epidermis: 9.534_039e-12,
        left: 8.576_5e-11,
    },
    Reference {
        entered: 1.163_967e-9,
        dermis: 7.591_154e-11,
        cleared: 6.194_13e-10,
        channel: 6.546_605e-13,
        horny_layer: 4.668_386e-12,
        viable_epidermis: 9.585_289e-12,
        left: 4.537_34e-10,
    },
];

/// The cell.
pub fn cell(bottom: Bottom) -> Cell {
    let layer = |thickness_um, medium| Layer { thickness_um, medium };
    let dermis = Medium { clearance_per_s: 1e-4, ..Medium::inert(100.0) };
    Cell {
        radius_um: 400.0,
        layers: vec![
            layer(15.0, Medium::inert(0.01)),
            layer(80.0, Medium::inert(30.0)),
            layer(1500.0, dermis),
        ],
        channel: Some(Channel::cylinder(35.0, 500.0, Medium::inert(500.0))),
        bottom,
    }
}

/// What lies on it.
pub fn exposure() -> Exposure {
    Exposure::of(Event::ApplyEndless { level: 1.0 })
}

/// The largest of the nine relative errors: entered, in the dermis, cleared at three times.
pub fn largest_error(solution: &Solution, reference: &[Reference; 3]) -> f64 {
    let of = |value: f64, reference: f64| (value * M3_PER_UM3 / reference - 1.0).abs();
    let errors = solution.snapshots.iter().zip(reference).flat_map(|(snapshot, reference)| {
        [
            of(snapshot.entered, reference.entered),
            of(snapshot.in_layers[2], reference.dermis),
            of(snapshot.cleared.iter().sum(), reference.cleared),
        ]
    });
    errors.fold(0.0, f64::max)
}
