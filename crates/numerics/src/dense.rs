//! Small linear systems of a size known at compile time: [`Factors`] of any regular matrix, with row
//! exchanges; [`LaneFactors`] of the matrices of a stiff solver, for eight people at once, which skip
//! what is always zero.

// A call would leave the vector instructions behind; see `lanes::with_vectors`.
#![allow(clippy::inline_always)]

use crate::lanes::Lanes;

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

/// Most equations of [`LaneFactors`].
const MOST: usize = 16;

/// Writes a body out for each number below [`MOST`], upwards or downwards, so that what depends on the
/// pattern alone is decided when the program is built.
macro_rules! unrolled {
    (up $number:ident $body:block) => {
        unrolled!($number $body 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    (down $number:ident $body:block) => {
        unrolled!($number $body 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0)
    };
    ($number:ident $body:block $($literal:literal)*) => {
        $({
            const $number: usize = $literal;
            $body
        })*
    };
}

/// Row and column numbers of one row or column.
#[derive(Debug, Clone, Copy)]
struct Places<const N: usize> {
    places: [usize; N],
    count: usize,
}

impl<const N: usize> Places<N> {
    const NONE: Self = Self { places: [0; N], count: 0 };

    const fn with(mut self, place: usize) -> Self {
        self.places[self.count] = place;
        self.count += 1;
        self
    }

    #[inline(always)]
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.places[..self.count].iter().copied()
    }
}

/// Which entries of a matrix and of its LU factors can differ from zero, found when the program is built.
///
/// Rows are not exchanged, so the order of the equations decides how many zeros the factors keep: values
/// that no other equation asks for belong to the beginning, those that many ask for to the end.
#[derive(Debug)]
pub struct Pattern<const N: usize> {
    /// Columns of each row of the matrix itself.
    given: [Places<N>; N],
    /// Rows below the diagonal of each column of L.
    below: [Places<N>; N],
    /// Columns right of the diagonal of each row of U.
    right: [Places<N>; N],
    /// Whether an entry of the factors, by row and column, can differ from zero.
    filled: [[bool; N]; N],
}

impl<const N: usize> Pattern<N> {
    /// From the columns that can differ from zero in each row; the diagonal always can.
    pub const fn new(rows: [&[usize]; N]) -> Self {
        assert!(N <= MOST, "more equations than are written out");
        let mut filled = [[false; N]; N];
        let mut row = 0;
        while row < N {
            filled[row][row] = true;
            let mut at = 0;
            while at < rows[row].len() {
                filled[row][rows[row][at]] = true;
                at += 1;
            }
            row += 1;
        }
        let mut pattern = Self {
            given: [Places::NONE; N],
            below: [Places::NONE; N],
            right: [Places::NONE; N],
            filled: [[false; N]; N],
        };
        row = 0;
        while row < N {
            let mut column = 0;
            while column < N {
                if filled[row][column] {
                    pattern.given[row] = pattern.given[row].with(column);
                }
                column += 1;
            }
            row += 1;
        }
        let mut k = 0;
        while k < N {
            let mut i = k + 1;
            while i < N {
                if filled[k][i] {
                    pattern.right[k] = pattern.right[k].with(i);
                }
                if filled[i][k] {
                    pattern.below[k] = pattern.below[k].with(i);
                    let mut j = k + 1;
                    while j < N {
                        filled[i][j] |= filled[k][j];
                        j += 1;
                    }
                }
                i += 1;
            }
            k += 1;
        }
        pattern.filled = filled;
        pattern
    }

    /// Whether L can differ from zero there.
    const fn lower(&self, row: usize, column: usize) -> bool {
        column < row && row < N && self.filled[row][column]
    }

    /// Whether U can, right of the diagonal.
    const fn upper(&self, row: usize, column: usize) -> bool {
        row < column && column < N && self.filled[row][column]
    }

    /// Entries of both factors together, the diagonal once.
    pub const fn entries(&self) -> usize {
        let (mut sum, mut k) = (N, 0);
        while k < N {
            sum += self.below[k].count + self.right[k].count;
            k += 1;
        }
        sum
    }
}

/// A system that knows which entries of its Jacobian can differ from zero.
pub trait Structure<const N: usize> {
    /// Those of the Jacobian and of its factors.
    const PATTERN: Pattern<N>;
}

/// A pivot nearer to zero than this makes a factorisation NaN. The product of an off-diagonal pair is
/// free of units and so is a pivot of `I - hg J`: of a system at rest or in decay it is about one or greater.
const SMALLEST_PIVOT: f64 = 1e-4;

/// LU factors of `I - hg J` for eight people at once, without row exchanges.
///
/// The matrix of a step short enough to be exact is near a diagonally dominant one. Where it is not, and
/// a pivot comes near zero or is not finite, that lane's solutions are NaN, so that the step is refused
/// and the next one is shorter.
#[derive(Debug, Clone)]
pub struct LaneFactors<const N: usize> {
    /// L below the diagonal, U right of it, and one over the pivots on it.
    lu: [[Lanes; N]; N],
}

impl<const N: usize> LaneFactors<N> {
    /// Nothing factorised yet.
    pub const EMPTY: Self = Self { lu: [[Lanes::ZERO; N]; N] };

    /// Factorise `I - hg J`; entries of `jacobian` outside the pattern are not looked at.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)] // the textbook indices read better than iterators here
    pub fn factorise<S: Structure<N>>(&mut self, jacobian: &[[Lanes; N]; N], hg: f64) {
        let (pattern, lu) = (&S::PATTERN, &mut self.lu);
        for i in 0..N {
            // Fill-in begins at zero.
            for j in pattern.right[i].iter() {
                lu[i][j] = Lanes::ZERO;
            }
            for j in pattern.below[i].iter() {
                lu[j][i] = Lanes::ZERO;
            }
        }
        for i in 0..N {
            for j in pattern.given[i].iter() {
                lu[i][j] = jacobian[i][j] * -hg;
            }
            lu[i][i] += 1.0;
        }
        unrolled!(up K {
            if const { K < N } {
                let inverse = lu[K][K].map(|pivot| {
                    if pivot.abs() >= SMALLEST_PIVOT { 1.0 / pivot } else { f64::NAN }
                });
                lu[K][K] = inverse;
                unrolled!(up ROW {
                    if const { S::PATTERN.lower(ROW, K) } {
                        let factor = lu[ROW][K] * inverse;
                        lu[ROW][K] = factor;
                        for j in pattern.right[K].iter() {
                            let known = lu[K][j];
                            lu[ROW][j] -= factor * known;
                        }
                    }
                });
            }
        });
    }

    /// Solve for one right-hand side in place.
    ///
    /// # Panics
    /// When `right` does not hold `N` numbers.
    #[inline(always)]
    #[allow(clippy::needless_range_loop)]
    pub fn solve<S: Structure<N>>(&self, right: &mut [Lanes]) {
        let right: &mut [Lanes; N] = right.try_into().expect("as many as equations");
        unrolled!(up K {
            unrolled!(up ROW {
                if const { S::PATTERN.lower(ROW, K) } {
                    right[ROW] -= self.lu[ROW][K] * right[K];
                }
            });
        });
        unrolled!(down K {
            if const { K < N } {
                let mut sum = right[K];
                unrolled!(up COLUMN {
                    if const { S::PATTERN.upper(K, COLUMN) } {
                        sum -= self.lu[K][COLUMN] * right[COLUMN];
                    }
                });
                right[K] = sum * self.lu[K][K];
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::WIDTH;
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
    /// Some zeros, some fill-in.
    struct Some5;

    impl Structure<5> for Some5 {
        const PATTERN: Pattern<5> = Pattern::new([&[1, 4], &[0, 2], &[], &[2], &[0, 3]]);
    }

    #[test]
    fn factors_keep_the_zeros_they_can() {
        assert_eq!(Some5::PATTERN.entries(), 15);
        assert_eq!(Pattern::<5>::new([&[]; 5]).entries(), 5);
        assert_eq!(Pattern::<3>::new([&[0, 1, 2]; 3]).entries(), 9);
    }

    proptest! {
        #[test]
        fn each_lane_solves_its_own_system(
            numbers in prop::collection::vec(-1.0..1.0f64, WIDTH * 25),
            solution in prop::collection::vec(-1.0..1.0f64, WIDTH * 5),
            hg in 0.01..0.24f64,
        ) {
            let mut jacobian = [[Lanes::ZERO; 5]; 5];
            for i in 0..5 {
                for j in Some5::PATTERN.given[i].iter() {
                    jacobian[i][j] = Lanes::from_fn(|lane| numbers[lane * 25 + i * 5 + j]);
                }
            }
            let x: [Lanes; 5] =
                std::array::from_fn(|n| Lanes::from_fn(|lane| solution[lane * 5 + n]));
            let mut right: [Lanes; 5] = std::array::from_fn(|i| {
                (0..5).fold(x[i], |sum, j| sum - jacobian[i][j] * hg * x[j])
            });
            let mut factors = LaneFactors::EMPTY;
            factors.factorise::<Some5>(&jacobian, hg);
            factors.solve::<Some5>(&mut right);
            for n in 0..5 {
                prop_assert!((right[n] - x[n]).abs().greatest() < 1e-12);
            }
        }
    }

    struct One;

    impl Structure<1> for One {
        const PATTERN: Pattern<1> = Pattern::new([&[]]);
    }

    #[test]
    fn a_pivot_near_zero_spoils_its_lane_alone() {
        // 1 - hg J is zero in one lane.
        let jacobian = [[Lanes::from_fn(|lane| if lane == 3 { 2.0 } else { -2.0 })]];
        let mut factors = LaneFactors::EMPTY;
        factors.factorise::<One>(&jacobian, 0.5);
        let mut right = [Lanes::ONE];
        factors.solve::<One>(&mut right);
        let expected = Lanes::from_fn(|lane| if lane == 3 { f64::NAN } else { 0.5 });
        assert!(right[0].0.iter().zip(expected.0).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}
