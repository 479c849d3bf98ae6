//! Symmetric positive definite band matrices, in lanes: diffusion on a small grid.
//!
//! Each lane is a matrix of its own; all share the width of the band. No rows are exchanged: for a
//! symmetric positive definite matrix none need be.

// A call would leave the vector instructions behind; see `lanes::with_vectors`. For the same reason loops
// count places instead of chaining iterators, which the standard library does not always inline.
#![allow(clippy::inline_always, clippy::needless_range_loop)]

use crate::lanes::Lanes;

/// The lower half of a symmetric band matrix, row by row; after [`SymmetricBand::factorise`] its factors
/// `L D L^T`.
#[derive(Debug, Clone)]
pub struct SymmetricBand {
    rows: usize,
    width: usize,
    /// Row `i` holds columns `i - width ..= i`; those before the first column are never read.
    values: Vec<Lanes>,
    /// `1 / D` after factorising.
    inverse: Vec<Lanes>,
}

impl SymmetricBand {
    /// A matrix of zeros with `rows` rows and `width` diagonals below the main one.
    pub fn zeros(rows: usize, width: usize) -> Self {
        let zero = Lanes::splat(0.0);
        Self { rows, width, values: vec![zero; rows * (width + 1)], inverse: vec![zero; rows] }
    }

    /// Set everything to zero, to be filled anew.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.values.fill(Lanes::splat(0.0));
    }

    /// Add to the diagonal.
    #[inline(always)]
    pub fn add_diagonal(&mut self, row: usize, value: Lanes) {
        self.values[row * (self.width + 1) + self.width] += value;
    }

    /// Add a conductance between two rows: `value` to both diagonals, `-value` between them.
    ///
    /// # Panics
    /// When the rows are farther apart than the band is wide.
    #[inline(always)]
    pub fn connect(&mut self, row: usize, below: usize, value: Lanes) {
        let (first, second) = if row < below { (row, below) } else { (below, row) };
        assert!(second - first <= self.width, "a connection beyond the band");
        self.add_diagonal(first, value);
        self.add_diagonal(second, value);
        self.values[second * (self.width + 1) + self.width - (second - first)] -= value;
    }

    /// Replace the matrix by its factors.
    #[inline(always)]
    pub fn factorise(&mut self) {
        let (width, stride) = (self.width, self.width + 1);
        // Column by column: what is taken off the rows below does not wait for each other.
        for column in 0..self.rows {
            let inverse = Lanes::splat(1.0) / self.values[column * stride + width];
            self.inverse[column] = inverse;
            let last = (column + width).min(self.rows - 1);
            for row in column + 1..=last {
                let at = row * stride + width + column - row;
                let with_d = self.values[at];
                let l = with_d * inverse;
                for between in column + 1..row {
                    let above = self.values[between * stride + width + column - between];
                    self.values[row * stride + width + between - row] -= with_d * above;
                }
                self.values[row * stride + width] -= l * with_d;
                self.values[at] = l;
            }
        }
    }

    /// Solve for one right-hand side in place, after [`SymmetricBand::factorise`].
    #[inline(always)]
    pub fn solve(&self, right: &mut [Lanes]) {
        let (width, stride) = (self.width, self.width + 1);
        // Column by column: the rows below do not wait for each other.
        for row in 0..self.rows {
            let x = right[row];
            let last = (row + width).min(self.rows - 1);
            for below in row + 1..=last {
                right[below] -= self.values[below * stride + width + row - below] * x;
            }
        }
        for row in 0..self.rows {
            right[row] *= self.inverse[row];
        }
        for row in (0..self.rows).rev() {
            let first = row.saturating_sub(width);
            let factors = &self.values[row * stride + width + first - row..row * stride + width];
            let x = right[row];
            for (at, l) in factors.iter().enumerate() {
                right[first + at] -= *l * x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SymmetricBand;
    use crate::lanes::Lanes;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_solution_satisfies_its_system(
            conductances in prop::collection::vec(0.0..3.0f64, 40),
            solution in prop::collection::vec(-1.0..1.0f64, 12),
        ) {
            // A grid of 4 by 3 nodes, each lane with conductances of its own size.
            let (rows, width) = (12, 3);
            let size = Lanes::from_fn(|lane| 0.5 + lane as f64);
            let mut links = Vec::new();
            for node in 0..rows {
                if (node + 1) % width != 0 { links.push((node, node + 1)); }
                if node + width < rows { links.push((node, node + width)); }
            }
            let mut matrix = SymmetricBand::zeros(rows, width);
            let mut right = vec![Lanes::splat(0.0); rows];
            for node in 0..rows {
                matrix.add_diagonal(node, Lanes::splat(1.0));
                right[node] += Lanes::splat(solution[node]);
            }
            for (&(a, b), &g) in links.iter().zip(&conductances) {
                matrix.connect(a, b, size * g);
                let flow = size * g * (solution[a] - solution[b]);
                right[a] += flow;
                right[b] -= flow;
            }
            matrix.factorise();
            matrix.solve(&mut right);
            for node in 0..rows {
                for lane in 0..crate::lanes::WIDTH {
                    prop_assert!((right[node].0[lane] - solution[node]).abs() < 1e-10);
                }
            }
        }
    }
}
