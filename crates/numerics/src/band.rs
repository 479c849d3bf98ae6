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

/// A symmetric band matrix whose width is known when the program is built: loops over the band are unrolled, and
/// several matrices are factorised, several right-hand sides solved, side by side, so that none waits for itself.
#[derive(Debug, Clone)]
pub struct NarrowBand<const BAND: usize> {
    /// The diagonal; `1 / D` after factorising.
    diagonal: Vec<Lanes>,
    /// Row `i` holds columns `i - BAND .. i`; after factorising those of `L`. What stands before the first column is
    /// zero, and so are `BAND` rows after the last: no loop need know of an end.
    below: Vec<[Lanes; BAND]>,
}

impl<const BAND: usize> NarrowBand<BAND> {
    /// A matrix of zeros.
    pub fn zeros(rows: usize) -> Self {
        Self { diagonal: vec![Lanes::ZERO; rows], below: vec![[Lanes::ZERO; BAND]; rows + BAND] }
    }

    /// Replace a row: what stands before the diagonal, `row - BAND` first, zero before the first column; and the
    /// diagonal.
    #[inline(always)]
    pub fn set_row(&mut self, row: usize, below: [Lanes; BAND], diagonal: Lanes) {
        self.below[row] = below;
        self.diagonal[row] = diagonal;
    }

    /// Replace each matrix by its factors.
    #[inline(always)]
    pub fn factorise<const MATRICES: usize>(matrices: &mut [Self; MATRICES]) {
        let rows = matrices[0].diagonal.len();
        for column in 0..rows {
            for matrix in 0..MATRICES {
                matrices[matrix].eliminate(column);
            }
        }
    }

    /// Takes one column off the rows below it.
    #[inline(always)]
    fn eliminate(&mut self, column: usize) {
        let inverse = 1.0 / self.diagonal[column];
        self.diagonal[column] = inverse;
        let rows = &mut self.below[column + 1..=column + BAND];
        let mut with_d = [Lanes::ZERO; BAND];
        let mut l = [Lanes::ZERO; BAND];
        for row in 0..BAND {
            with_d[row] = rows[row][BAND - 1 - row];
            l[row] = with_d[row] * inverse;
            rows[row][BAND - 1 - row] = l[row];
            for between in 0..row {
                rows[row][BAND - row + between] -= with_d[row] * l[between];
            }
        }
        // Past the last row there is no diagonal, and nothing to take off it.
        let left = self.diagonal.len() - 1 - column;
        let diagonal = &mut self.diagonal[column + 1..];
        for row in 0..BAND {
            if row < left {
                diagonal[row] -= l[row] * with_d[row];
            }
        }
    }

    /// Solve for right-hand sides in place, each row of them multiplied by its weight first; after
    /// [`NarrowBand::factorise`].
    #[inline(always)]
    #[allow(clippy::needless_pass_by_value)] // slices that are written to
    pub fn solve<const RIGHTS: usize>(&self, weights: &[Lanes], rights: [&mut [Lanes]; RIGHTS]) {
        let rows = self.diagonal.len();
        // The last rows solved, the nearest last: they stay in registers.
        let mut near = [[Lanes::ZERO; BAND]; RIGHTS];
        for row in 0..rows {
            let l = &self.below[row];
            for right in 0..RIGHTS {
                let mut x = rights[right][row] * weights[row];
                for at in 0..BAND {
                    x -= l[at] * near[right][at];
                }
                rights[right][row] = x;
                for at in 1..BAND {
                    near[right][at - 1] = near[right][at];
                }
                near[right][BAND - 1] = x;
            }
        }
        near = [[Lanes::ZERO; BAND]; RIGHTS];
        for row in (0..rows).rev() {
            let below = &self.below[row + 1..=row + BAND];
            let inverse = self.diagonal[row];
            for right in 0..RIGHTS {
                let mut x = rights[right][row] * inverse;
                for at in 0..BAND {
                    x -= below[BAND - 1 - at][at] * near[right][at];
                }
                rights[right][row] = x;
                for at in 1..BAND {
                    near[right][at - 1] = near[right][at];
                }
                near[right][BAND - 1] = x;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NarrowBand, SymmetricBand};
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
            let mut narrow = NarrowBand::<3>::zeros(rows);
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
            for row in 0..rows {
                let values = &matrix.values[row * (width + 1)..];
                narrow.set_row(row, [values[0], values[1], values[2]], values[width]);
            }
            let mut narrow = [narrow.clone(), narrow];
            NarrowBand::factorise(&mut narrow);
            let weights = vec![Lanes::splat(2.0); rows];
            let mut first: Vec<Lanes> = right.iter().map(|right| *right * 0.5).collect();
            let mut second = vec![Lanes::ZERO; rows];
            narrow[1].solve(&weights, [&mut first, &mut second]);
            matrix.factorise();
            matrix.solve(&mut right);
            for node in 0..rows {
                for lane in 0..crate::lanes::WIDTH {
                    prop_assert!((right[node].0[lane] - solution[node]).abs() < 1e-10);
                    prop_assert!((first[node].0[lane] - solution[node]).abs() < 1e-10);
                    prop_assert_eq!(second[node].0[lane], 0.0);
                }
            }
        }
    }
}
