//! The machine's own speed: fixed kernels that no change of Needlepoint touches.

use std::{hint::black_box, time::Instant};

use crate::report::{Figure, Report};

/// Rows of the system of the core kernel: the size of the network that heals a layer, and a bit.
const ROWS: usize = 12;

/// Fewest solutions in one measurement: well above the grain of the clock.
const FEWEST_SOLUTIONS: u32 = 1000;

/// Most solutions in one measurement.
const MOST_SOLUTIONS: u32 = 250_000;

/// Repeats of the kernels on their own.
const REPEATS: usize = 25;

/// Numbers in each of the three arrays of the sweep: 32 MB each, beyond most caches.
const SWEPT: usize = 4_000_000;

type Matrix = [[f64; ROWS]; ROWS];

/// How many solutions one measurement of the core kernel takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Burst(u32);

impl Burst {
    /// The shortest.
    pub(crate) const SHORT: Self = Self(FEWEST_SOLUTIONS);

    /// About a quarter as long as the work it stands beside, so that whatever else the machine does
    /// falls on both alike.
    pub(crate) fn beside(work_seconds: f64) -> Self {
        let solutions = 0.25e9 * work_seconds / Self::SHORT.nanoseconds_per_solution();
        Self((solutions as u32).clamp(FEWEST_SOLUTIONS, MOST_SOLUTIONS))
    }

    /// Measure: nanoseconds for one solution of the core kernel.
    pub(crate) fn nanoseconds_per_solution(self) -> f64 {
        let matrix = matrix();
        let begun = Instant::now();
        for _ in 0..self.0 {
            black_box(factor_and_solve(black_box(&matrix)));
        }
        1e9 * begun.elapsed().as_secs_f64() / f64::from(self.0)
    }
}

/// Put both kernels into the report.
pub(crate) fn measure(report: &mut Report) {
    Burst::SHORT.nanoseconds_per_solution();
    let core: Vec<f64> = (0..REPEATS).map(|_| Burst::SHORT.nanoseconds_per_solution()).collect();
    let mut sweep = Sweep::new();
    sweep.gigabytes_per_second();
    let memory: Vec<f64> = (0..REPEATS).map(|_| sweep.gigabytes_per_second()).collect();
    report.push(Figure::new(
        "baseline.core",
        format!("one {ROWS} x {ROWS} system factored and solved"),
        "ns",
        &core,
    ));
    report.push(Figure::new(
        "baseline.memory",
        "a = b + s c through three arrays of 32 MB, one thread".to_owned(),
        "GB/s",
        &memory,
    ));
    report.baseline_took(&core);
}

/// A matrix whose rows must be exchanged, as in a solver.
fn matrix() -> Matrix {
    let mut matrix = [[0.0; ROWS]; ROWS];
    for (i, row) in matrix.iter_mut().enumerate() {
        for (j, value) in row.iter_mut().enumerate() {
            *value = 1.0 / (1.0 + i.abs_diff(j) as f64);
        }
        row[(i + 1) % ROWS] += 3.0;
    }
    matrix
}

/// Gaussian elimination with partial pivoting of `matrix x = (1, 1, ..)`.
#[allow(clippy::needless_range_loop)] // the textbook indices read better than iterators here
fn factor_and_solve(matrix: &Matrix) -> [f64; ROWS] {
    let mut lu = *matrix;
    let mut x = [1.0; ROWS];
    for column in 0..ROWS {
        let mut pivot = column;
        for row in column + 1..ROWS {
            if lu[row][column].abs() > lu[pivot][column].abs() {
                pivot = row;
            }
        }
        lu.swap(column, pivot);
        x.swap(column, pivot);
        let upper = lu[column];
        for row in column + 1..ROWS {
            let factor = lu[row][column] / upper[column];
            for k in column + 1..ROWS {
                lu[row][k] -= factor * upper[k];
            }
            x[row] -= factor * x[column];
        }
    }
    for row in (0..ROWS).rev() {
        for k in row + 1..ROWS {
            x[row] -= lu[row][k] * x[k];
        }
        x[row] /= lu[row][row];
    }
    x
}

/// The arrays of the sweep.
struct Sweep {
    a: Vec<f64>,
    b: Vec<f64>,
    c: Vec<f64>,
}

impl Sweep {
    fn new() -> Self {
        Self { a: vec![0.0; SWEPT], b: vec![1.0; SWEPT], c: vec![2.0; SWEPT] }
    }

    /// Bytes named by the program, 24 a number; what caches fetch besides is not counted.
    fn gigabytes_per_second(&mut self) -> f64 {
        let s = black_box(3.0);
        let begun = Instant::now();
        for ((a, b), c) in self.a.iter_mut().zip(&self.b).zip(&self.c) {
            *a = b + s * c;
        }
        black_box(&self.a);
        24e-9 * SWEPT as f64 / begun.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_solves_its_system() {
        let x = factor_and_solve(&matrix());
        for row in matrix() {
            let right: f64 = row.iter().zip(&x).map(|(a, x)| a * x).sum();
            assert!((right - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn bursts_follow_the_work_within_bounds() {
        assert_eq!(Burst::beside(0.0).0, FEWEST_SOLUTIONS);
        assert_eq!(Burst::beside(1e9).0, MOST_SOLUTIONS);
    }
}
