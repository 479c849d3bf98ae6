//! Implicit steps of third order for `C x' = -L x + s` with constant `C`, `L` and `s`.
//!
//! With `P` the step of the backward Euler method over `g h`, `y_i = P^i x` are three solutions with one
//! factorisation, and
//!
//! ```text
//! x(t + q h) = x + sum_j w_j(q) (y_j - y_(j-1)),        y_0 = x
//! ```
//!
//! agrees with `exp(q h A) x` up to `(q h A)^3` for every `q` in `[0, 1]`. This is a restricted Padé
//! approximation; at `q = 1` with `g^3 - 3 g^2 + 3/2 g - 1/6 = 0` it is L-stable, the same stability
//! function as the three-stage method of Alexander (1977, SIAM J. Numer. Anal. 14:1006-1021), at the
//! price of three solutions and no product with `L`.
//!
//! As `C (y_j - y_(j-1)) = g h (s - L y_j)`, the integral of `x` that belongs to the step is
//! `g h sum_j w_j y_j`: what flowed through every face, counted with it, balances what is stored to
//! rounding, at the end of a step and at any time within.
//!
//! `(1 - P)^3 x = x - 3 y_1 + 3 y_2 - y_3`, of size `(g h A)^3 x`, is the error estimate.

use crate::strip::{Factors, Levels, Strip};

/// The pole, `g`.
pub const POLE: f64 = 0.435_866_521_508_459;

/// Weights `w_j` at the fraction `q` of a step.
///
/// With `S_1 = q/g`, `S_2 = q^2 / (2 g^2)`, `S_3 = q^3 / (6 g^3)`, the coefficients of `y_i` are
/// `a_3 = S_3 - 2 S_2 + S_1`, `a_2 = S_2 - S_1 - 3 a_3`, `a_1 = S_1 - 2 a_2 - 3 a_3`, and
/// `w_j = sum_(i >= j) a_i`.
pub fn weights(q: f64) -> [f64; 3] {
    let s1 = q / POLE;
    let s2 = s1 * s1 / 2.0;
    let s3 = s1 * s1 * s1 / 6.0;
    let a3 = s3 - 2.0 * s2 + s1;
    let a2 = s2 - s1 - 3.0 * a3;
    let a1 = s1 - 2.0 * a2 - 3.0 * a3;
    [a1 + a2 + a3, a2 + a3, a3]
}

/// One step in the making.
#[derive(Debug, Clone)]
pub struct Step<const N: usize> {
    stages: [Levels<N>; 3],
    length: f64,
}

impl<const N: usize> Step<N> {
    /// Memory for a strip of so many rows.
    pub fn with_rows(rows: usize) -> Self {
        Self { stages: std::array::from_fn(|_| Levels::zero(rows)), length: 0.0 }
    }

    /// Take a step of length `length` from `x`; `factors` are those of `C + POLE length L`.
    pub fn take(&mut self, strip: &Strip<N>, factors: &Factors<N>, x: &Levels<N>, length: f64) {
        self.length = length;
        let [first, second, third] = &mut self.stages;
        factors.advance(strip, x, first);
        factors.advance(strip, first, second);
        factors.advance(strip, second, third);
    }

    /// The solution at the fraction `q` of the step that began with `x`, into `new`.
    pub fn solution(&self, x: &Levels<N>, q: f64, new: &mut Levels<N>) {
        let w = weights(q);
        // Coefficients of x, y_1, y_2, y_3.
        let c = [1.0 - w[0], w[0] - w[1], w[1] - w[2], w[2]];
        self.combine(x, c, new);
    }

    /// Add the integral of the solution from the beginning of the step to its fraction `q`.
    pub fn add_integral(&self, q: f64, integral: &mut Levels<N>) {
        let w = weights(q).map(|w| POLE * self.length * w);
        let [first, second, third] = &self.stages;
        for (((sum, a), b), c) in
            integral.cells.iter_mut().zip(&first.cells).zip(&second.cells).zip(&third.cells)
        {
            for i in 0..N {
                sum[i] += w[0] * a[i] + w[1] * b[i] + w[2] * c[i];
            }
        }
        integral.reservoir +=
            w[0] * first.reservoir + w[1] * second.reservoir + w[2] * third.reservoir;
    }

    /// The error estimate of the step that began with `x`, into `error`.
    pub fn error(&self, x: &Levels<N>, error: &mut Levels<N>) {
        self.combine(x, [1.0, -3.0, 3.0, -1.0], error);
    }

    fn combine(&self, x: &Levels<N>, c: [f64; 4], new: &mut Levels<N>) {
        let [first, second, third] = &self.stages;
        let rows = x.cells.iter().zip(&first.cells).zip(&second.cells).zip(&third.cells);
        for (value, (((x, a), b), d)) in new.cells.iter_mut().zip(rows) {
            for i in 0..N {
                value[i] = c[0] * x[i] + c[1] * a[i] + c[2] * b[i] + c[3] * d[i];
            }
        }
        new.reservoir = c[0] * x.reservoir
            + c[1] * first.reservoir
            + c[2] * second.reservoir
            + c[3] * third.reservoir;
    }
}

/// By how much steps grow. A factorisation costs as much as a few steps, so few large changes cost
/// less than many small ones.
const GROWTH: f64 = 4.0;

/// Step lengths that change by powers of two only, so that few factorisations are needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ladder {
    /// Error allowed in a step.
    pub tolerance: f64,
    /// Steps as short as this are taken whatever their error.
    pub shortest: f64,
}

impl Ladder {
    /// What to do after a step of length `length` with the estimated error `error`: the length to
    /// repeat it with, or the length of the next.
    ///
    /// # Errors
    /// The shorter length, if the step is to be repeated.
    pub fn judge(self, length: f64, error: f64) -> Result<f64, f64> {
        // The estimate grows with the third power.
        let factor = 0.9 * (self.tolerance / error.max(f64::MIN_POSITIVE)).cbrt();
        if error > self.tolerance && length > self.shortest {
            let shorter = if factor < 0.25 { 0.125 } else { 0.5 };
            return Err((length * shorter).max(self.shortest));
        }
        Ok(if factor >= GROWTH { length * GROWTH } else { length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip::Reservoir;

    /// One cell that leaks: `x' = -x`, from 1.
    fn decay() -> Strip<1> {
        Strip {
            capacity: vec![[1.0]],
            across: vec![[0.0]],
            along: vec![[0.0]],
            leak: vec![[1.0]],
            source: vec![],
            reservoir: Reservoir::None,
        }
    }

    fn factors(strip: &Strip<1>, length: f64) -> Factors<1> {
        let mut factors = Factors::with_rows(1);
        factors.factorise(strip, POLE * length);
        factors
    }

    #[test]
    fn the_pole_is_that_of_the_l_stable_method() {
        let g = POLE;
        assert!((g.powi(3) - 3.0 * g * g + 1.5 * g - 1.0 / 6.0).abs() < 1e-15);
        assert!((1.0 - weights(1.0)[0]).abs() < 1e-12, "x itself has no part in the new solution");
    }

    #[test]
    fn the_order_is_three_at_the_end_of_a_step_and_within() {
        let strip = decay();
        let error_with = |steps: u32, q: f64| {
            let length = 2.0 / f64::from(steps);
            let factors = factors(&strip, length);
            let mut x = Levels { cells: vec![[1.0]], reservoir: 0.0 };
            let mut step = Step::with_rows(1);
            for at in 0..steps {
                step.take(&strip, &factors, &x, length);
                let mut new = Levels::zero(1);
                step.solution(&x, if at + 1 == steps { q } else { 1.0 }, &mut new);
                x = new;
            }
            let time = 2.0 - (1.0 - q) * length;
            (x.cells[0][0] - (-time).exp()).abs()
        };
        for q in [1.0, 0.5, 0.3] {
            let order = (error_with(40, q) / error_with(80, q)).log2();
            println!("observed order at {q} of the step: {order:.3}");
            assert!((order - 3.0).abs() < 0.1, "{order}");
        }
    }

    #[test]
    fn stiff_transients_are_damped_at_once() {
        let strip = decay();
        let factors = factors(&strip, 1e9);
        let x = Levels { cells: vec![[1.0]], reservoir: 0.0 };
        let (mut step, mut new) = (Step::with_rows(1), Levels::zero(1));
        step.take(&strip, &factors, &x, 1e9);
        step.solution(&x, 1.0, &mut new);
        assert!(new.cells[0][0].abs() < 1e-8);
    }

    #[test]
    fn what_leaked_is_what_is_missing_at_any_time() {
        let strip = decay();
        let factors = factors(&strip, 0.8);
        let x = Levels { cells: vec![[1.0]], reservoir: 0.0 };
        let mut step = Step::with_rows(1);
        step.take(&strip, &factors, &x, 0.8);
        for q in [0.1, 0.5, 1.0] {
            let (mut new, mut integral) = (Levels::zero(1), Levels::zero(1));
            step.solution(&x, q, &mut new);
            step.add_integral(q, &mut integral);
            assert!((new.cells[0][0] + integral.cells[0][0] - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn steps_grow_and_shrink_by_powers_of_two() {
        let ladder = Ladder { tolerance: 1e-3, shortest: 1.0 };
        assert_eq!(ladder.judge(8.0, 1e-7), Ok(32.0));
        assert_eq!(ladder.judge(8.0, 5e-5), Ok(8.0));
        assert_eq!(ladder.judge(8.0, 9e-4), Ok(8.0));
        assert_eq!(ladder.judge(8.0, 2e-3), Err(4.0));
        assert_eq!(ladder.judge(8.0, 1.0), Err(1.0));
        assert_eq!(ladder.judge(1.0, 1.0), Ok(1.0));
    }
}
