//! Repeats of a problem with the core kernel in between.

use std::{hint::black_box, time::Instant};

use crate::{Outcome, baseline::Burst};

/// What the repeats of one problem gave.
#[derive(Debug)]
pub(crate) struct Repeats<const K: usize> {
    /// For each quantity, one value a repeat.
    pub(crate) values: [Vec<f64>; K],
    /// Nanoseconds of the core kernel, before each repeat and after the last.
    pub(crate) core_ns: Vec<f64>,
}

/// Warm up once, then repeat `work`, which gives the `K` quantities it measured.
///
/// `work` is told the number of the repeat, from 0; the warm-up is repeat 0 as well.
pub(crate) fn repeat<const K: usize>(
    repeats: usize,
    mut work: impl FnMut(usize) -> Outcome<[f64; K]>,
) -> Outcome<Repeats<K>> {
    let (_, warm_seconds) = clocked(|| work(0));
    let burst = Burst::beside(warm_seconds);
    let mut values = std::array::from_fn(|_| Vec::with_capacity(repeats));
    let mut core_ns = Vec::with_capacity(repeats + 1);
    for repeat in 0..repeats {
        core_ns.push(burst.nanoseconds_per_solution());
        for (column, value) in values.iter_mut().zip(work(repeat)?) {
            column.push(value);
        }
    }
    core_ns.push(burst.nanoseconds_per_solution());
    Ok(Repeats { values, core_ns })
}

/// Do `work` and tell what it gave and the seconds it took.
pub(crate) fn clocked<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let given = black_box(work());
    (given, begun.elapsed().as_secs_f64())
}
