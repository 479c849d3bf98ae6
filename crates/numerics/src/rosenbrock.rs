//! Stiff ordinary differential equations `y' = f(y)` with error control and dense output.
//!
//! The method is ROS34PW2 of Rang and Angermann (2005, BIT 45:761-787): four stages, third order,
//! an embedded second-order solution for the error, stiffly accurate and L-stable. It is a W-method:
//! it keeps its order with an approximate Jacobian, so a Jacobian by differences is good enough.

use crate::dense::Factors;

/// A system of `N` equations without explicit time.
pub trait System<const N: usize> {
    /// The right-hand side `f(y)`.
    fn rate(&self, y: &[f64; N]) -> [f64; N];
}

impl<const N: usize, F: Fn(&[f64; N]) -> [f64; N]> System<N> for F {
    fn rate(&self, y: &[f64; N]) -> [f64; N] {
        self(y)
    }
}

/// How exact a solution shall be and how it may step.
#[derive(Debug, Clone, Copy)]
pub struct Tolerance {
    /// Error allowed relative to the size of a component.
    pub relative: f64,
    /// Error always allowed.
    pub absolute: f64,
    /// First step.
    pub first_step: f64,
}

/// The solver gave up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepTooSmall {
    /// Time reached.
    pub time: f64,
}

impl std::fmt::Display for StepTooSmall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the solver could not go on beyond t = {}", self.time)
    }
}

impl std::error::Error for StepTooSmall {}

const GAMMA: f64 = 0.435_866_521_508_459;
// Coefficients as published, to the last digit printed.
#[allow(clippy::excessive_precision)]
const A: [[f64; 3]; 4] = [
    [0.0, 0.0, 0.0],
    [0.871_733_043_016_918_01, 0.0, 0.0],
    [0.844_570_600_153_694_23, -0.112_990_642_364_841_85, 0.0],
    [0.0, 0.0, 1.0],
];
#[allow(clippy::excessive_precision)]
const C: [[f64; 3]; 4] = [
    [0.0, 0.0, 0.0],
    [-0.871_733_043_016_918_01, 0.0, 0.0],
    [-0.903_380_570_130_440_82, 0.054_180_672_388_095_326, 0.0],
    [0.242_123_807_060_953_46, -1.223_250_583_904_514_7, 0.545_260_255_335_102_14],
];
const B: [f64; 4] = [
    0.242_123_807_060_953_46,
    -1.223_250_583_904_514_7,
    1.545_260_255_335_102,
    0.435_866_521_508_459,
];
#[allow(clippy::excessive_precision)]
const B_EMBEDDED: [f64; 4] =
    [0.378_109_031_458_193_69, -0.096_042_292_212_423_178, 0.5, 0.217_933_260_754_229_5];

/// Most steps between two restarts before the solver gives up.
const MOST_STEPS: usize = 100_000;

/// Solve from `start` at time 0 to `times` (ascending, none negative) and hand each solution to
/// `take(index, y)`; between steps the solution is a cubic through values and slopes. Returns the
/// solution at the last time and the number of steps taken.
///
/// # Errors
/// When the step falls below what can be told from zero: the system blows up.
pub fn solve<const N: usize>(
    system: &impl System<N>,
    start: [f64; N],
    times: &[f64],
    tolerance: Tolerance,
    mut take: impl FnMut(usize, &[f64; N]),
) -> Result<([f64; N], usize), StepTooSmall> {
    let Some(&end) = times.last() else { return Ok((start, 0)) };
    let mut next = 0;
    let (mut t, mut y) = (0.0, start);
    while next < times.len() && times[next] <= t {
        take(next, &y);
        next += 1;
    }
    let mut step = tolerance.first_step;
    let mut slope = system.rate(&y);
    let mut steps = 0;
    while t < end {
        steps += 1;
        if steps > MOST_STEPS {
            return Err(StepTooSmall { time: t });
        }
        // Never leave a sliver behind the last step.
        let remaining = end - t;
        let taken = if step * 1.01 >= remaining { remaining } else { step.min(remaining * 0.5) };
        let jacobian = jacobian(system, &y, &slope);
        let attempt = attempt(system, &y, &slope, &jacobian, taken);
        let error =
            attempt.map_or(f64::INFINITY, |(ref new, ref error)| norm(error, &y, new, tolerance));
        let growth = 0.9 * error.max(1e-6).powf(-1.0 / 3.0);
        if let (Some((new, _)), true) = (attempt, error <= 1.0) {
            let new_slope = system.rate(&new);
            let reached = t + taken;
            while next < times.len() && times[next] <= reached {
                let value = hermite(&y, &slope, &new, &new_slope, taken, times[next] - t);
                take(next, &value);
                next += 1;
            }
            (t, y, slope) = (reached, new, new_slope);
            if taken >= remaining {
                break;
            }
            step = taken * growth.clamp(0.3, 4.0);
        } else {
            step = taken * if error.is_finite() { growth.clamp(0.1, 0.9) } else { 0.1 };
            if step < 1e-12 * end.max(1.0) {
                return Err(StepTooSmall { time: t });
            }
        }
    }
    while next < times.len() {
        take(next, &y);
        next += 1;
    }
    Ok((y, steps))
}

/// Jacobian `df_i/dy_j` by one-sided differences.
fn jacobian<const N: usize>(
    system: &impl System<N>,
    y: &[f64; N],
    rate: &[f64; N],
) -> [[f64; N]; N] {
    let mut jacobian = [[0.0; N]; N];
    let mut moved = *y;
    for column in 0..N {
        let shift = 1e-7 * y[column].abs().max(1e-4);
        moved[column] = y[column] + shift;
        let shift = moved[column] - y[column];
        let moved_rate = system.rate(&moved);
        for row in 0..N {
            jacobian[row][column] = (moved_rate[row] - rate[row]) / shift;
        }
        moved[column] = y[column];
    }
    jacobian
}

/// One step of length `h`: the new solution and the estimated error, `None` if the linear system is
/// singular or something is not finite.
fn attempt<const N: usize>(
    system: &impl System<N>,
    y: &[f64; N],
    rate: &[f64; N],
    jacobian: &[[f64; N]; N],
    h: f64,
) -> Option<([f64; N], [f64; N])> {
    let mut matrix = [[0.0; N]; N];
    for row in 0..N {
        for column in 0..N {
            matrix[row][column] = -h * GAMMA * jacobian[row][column];
        }
        matrix[row][row] += 1.0;
    }
    let factors = Factors::new(matrix)?;
    let mut stages = [[0.0; N]; 4];
    for i in 0..4 {
        let mut at = *y;
        let mut coupled = [0.0; N];
        for j in 0..i {
            for n in 0..N {
                at[n] += A[i][j] * stages[j][n];
                coupled[n] += C[i][j] * stages[j][n];
            }
        }
        let f = if i == 0 { *rate } else { system.rate(&at) };
        let mut stage = [0.0; N];
        for n in 0..N {
            let through: f64 =
                if i == 0 { 0.0 } else { (0..N).map(|k| jacobian[n][k] * coupled[k]).sum() };
            stage[n] = h * (f[n] + through);
        }
        factors.solve(&mut stage);
        stages[i] = stage;
    }
    let mut new = *y;
    let mut error = [0.0; N];
    for n in 0..N {
        for i in 0..4 {
            new[n] += B[i] * stages[i][n];
            error[n] += (B[i] - B_EMBEDDED[i]) * stages[i][n];
        }
    }
    new.iter().all(|value| value.is_finite()).then_some((new, error))
}

fn norm<const N: usize>(
    error: &[f64; N],
    before: &[f64; N],
    after: &[f64; N],
    tolerance: Tolerance,
) -> f64 {
    let sum: f64 = (0..N)
        .map(|n| {
            let size = before[n].abs().max(after[n].abs());
            (error[n] / (tolerance.absolute + tolerance.relative * size)).powi(2)
        })
        .sum();
    (sum / N as f64).sqrt()
}

/// The cubic that has values `y0`, `y1` and slopes `f0`, `f1` at the ends of a step of length `h`,
/// at time `t` into the step.
fn hermite<const N: usize>(
    y0: &[f64; N],
    f0: &[f64; N],
    y1: &[f64; N],
    f1: &[f64; N],
    h: f64,
    t: f64,
) -> [f64; N] {
    let s = (t / h).clamp(0.0, 1.0);
    let (s2, s3) = (s * s, s * s * s);
    std::array::from_fn(|n| {
        (2.0 * s3 - 3.0 * s2 + 1.0) * y0[n]
            + (s3 - 2.0 * s2 + s) * h * f0[n]
            + (3.0 * s2 - 2.0 * s3) * y1[n]
            + (s3 - s2) * h * f1[n]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tolerance(relative: f64) -> Tolerance {
        Tolerance { relative, absolute: relative * 1e-3, first_step: 1e-4 }
    }

    /// Robertson's chemical kinetics, the classical stiff problem; reference at t = 40 from Hairer
    /// and Wanner, Solving Ordinary Differential Equations II (1996), p. 144.
    #[test]
    fn robertson_is_solved() {
        let robertson = |y: &[f64; 3]| {
            let (r1, r2, r3) = (0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]);
            [-r1 + r2, r1 - r2 - r3, r3]
        };
        let t = Tolerance { relative: 1e-6, absolute: 1e-10, first_step: 1e-6 };
        let (y, steps) = solve(&robertson, [1.0, 0.0, 0.0], &[40.0], t, |_, _| {}).expect("solved");
        assert!((y[0] - 0.715_827_068_718_9).abs() < 1e-5, "{y:?}");
        assert!((y[1] - 9.185_534_764_557e-6).abs() < 1e-10, "{y:?}");
        assert!((y.iter().sum::<f64>() - 1.0).abs() < 1e-10, "the sum is conserved: {y:?}");
        assert!(steps < 500, "{steps}");
    }

    /// The order of convergence on a non-linear problem with a known solution: y' = -y^2, y = 1/(1+t),
    /// coupled with its square.
    #[test]
    fn the_order_is_three() {
        let system = |y: &[f64; 2]| [-y[0] * y[0], -2.0 * y[0] * y[1]];
        let error_with = |steps: u32| {
            let h = 2.0 / f64::from(steps);
            let mut y = [1.0, 1.0];
            for _ in 0..steps {
                let rate = system(&y);
                let jacobian = jacobian(&system, &y, &rate);
                y = attempt(&system, &y, &rate, &jacobian, h).expect("finite").0;
            }
            (y[0] - 1.0 / 3.0).abs() + (y[1] - 1.0 / 9.0).abs()
        };
        let order = (error_with(40) / error_with(80)).log2();
        println!("observed order {order:.3}");
        assert!((order - 3.0).abs() < 0.15, "{order}");
    }

    /// L-stability: a very stiff decay is damped in one step, however long.
    #[test]
    fn stiff_transients_are_damped_at_once() {
        let stiff = |y: &[f64; 1]| [-1e9 * y[0]];
        let rate = stiff(&[1.0]);
        let j = jacobian(&stiff, &[1.0], &rate);
        let (y, _) = attempt(&stiff, &[1.0], &rate, &j, 1.0).expect("finite");
        assert!(y[0].abs() < 1e-3, "{y:?}");
    }

    #[test]
    fn the_tolerance_is_kept_at_every_time_asked_for() {
        let decay = |y: &[f64; 1]| [-0.3 * y[0]];
        let times: Vec<f64> = (0..=100).map(|i| 0.1 * f64::from(i)).collect();
        let mut worst = 0.0f64;
        solve(&decay, [1.0], &times, tolerance(1e-6), |at, y| {
            worst = worst.max((y[0] - (-0.3 * times[at]).exp()).abs());
        })
        .expect("solved");
        assert!(worst < 1e-5, "{worst}");
    }

    #[test]
    fn a_system_that_blows_up_is_an_error() {
        let explosion = |y: &[f64; 1]| [y[0] * y[0]];
        let result = solve(&explosion, [1.0], &[2.0], tolerance(1e-6), |_, _| {});
        assert!(result.is_err_and(|error| (error.time - 1.0).abs() < 0.01));
    }
}
