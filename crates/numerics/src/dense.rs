//! Small dense linear systems of a size known at compile time.

/// LU factors of an `N` by `N` matrix with row exchanges.
#[derive(Debug, Clone)]
pub struct Factors<const N: usize> {
    lu: [[f64; N]; N],
    exchanges: [usize; N],
}

impl<const N: usize> Factors<N> {
    /// Factorise `matrix` (row by row) with partial pivoting; `None` if it is singular.
    #[allow(clippy::needless_range_loop)] // the textbook indices read better than iterators here
    pub fn new(matrix: [[f64; N]; N]) -> Option<Self> {
        let mut lu = matrix;
        let mut exchanges = [0; N];
        for column in 0..N {
            let mut pivot = column;
            for row in column + 1..N {
                if lu[row][column].abs() > lu[pivot][column].abs() {
                    pivot = row;
                }
            }
            if lu[pivot][column] == 0.0 || !lu[pivot][column].is_finite() {
                return None;
            }
            exchanges[column] = pivot;
            lu.swap(column, pivot);
            let upper = lu[column];
            let inverse = 1.0 / upper[column];
            for row in column + 1..N {
                let factor = lu[row][column] * inverse;
                lu[row][column] = factor;
                if factor != 0.0 {
                    for k in column + 1..N {
                        lu[row][k] -= factor * upper[k];
                    }
                }
            }
        }
        Some(Self { lu, exchanges })
    }

    /// Solve for one right-hand side in place.
    #[allow(clippy::needless_range_loop)]
    pub fn solve(&self, right: &mut [f64; N]) {
        // Later exchanges moved earlier rows of L as well, so all come first.
        for row in 0..N {
            right.swap(row, self.exchanges[row]);
        }
        for row in 0..N {
            let known = right[row];
            for below in row + 1..N {
                right[below] -= self.lu[below][row] * known;
            }
        }
        for row in (0..N).rev() {
            let mut sum = right[row];
            for k in row + 1..N {
                sum -= self.lu[row][k] * right[k];
            }
            right[row] = sum / self.lu[row][row];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Factors;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_solution_satisfies_its_system(
            matrix in prop::array::uniform5(prop::array::uniform5(-1.0..1.0f64)),
            solution in prop::array::uniform5(-1.0..1.0f64),
        ) {
            let mut matrix: [[f64; 5]; 5] = matrix;
            // Well conditioned, with the large elements off the diagonal: rows must be exchanged.
            for (at, row) in matrix.iter_mut().enumerate() {
                row[(at + 2) % 5] += 6.0;
            }
            let mut right = [0.0; 5];
            for row in 0..5 {
                right[row] = (0..5).map(|k| matrix[row][k] * solution[k]).sum();
            }
            let factors = Factors::new(matrix).expect("regular");
            factors.solve(&mut right);
            for k in 0..5 {
                prop_assert!((right[k] - solution[k]).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn rows_are_exchanged_where_the_diagonal_is_zero() {
        let factors = Factors::new([[0.0, 2.0], [4.0, 0.0]]).expect("regular");
        let mut right = [2.0, 4.0];
        factors.solve(&mut right);
        assert_eq!(right, [1.0, 1.0]);
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        assert!(Factors::new([[1.0, 2.0], [2.0, 4.0]]).is_none());
    }
}
