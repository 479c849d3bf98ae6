//! Networks of conductances on a strip: `N` columns, any number of rows, and one reservoir before the
//! first row.
//!
//! ```text
//! C x' = -L x + s
//! ```
//!
//! `C` are capacities, `L` is symmetric: conductances between neighbours, and leaks. `C + t L` is
//! symmetric, positive definite and diagonally dominant for every `t >= 0`; ordered row by row it is block
//! tridiagonal, and its blocks beside the diagonal are themselves diagonal. [`Factors`] keeps the inverse
//! of each eliminated diagonal block, so that a solution is nothing but products of small matrices
//! of a size known at compile time with vectors: no recursion within a row, no branch, all of it in
//! lanes. The reservoir is eliminated first, a rank-one change of the first block.
//!
//! `N^3 / 2` multiplications a row to factorise, `2 N^2` to solve. No row is exchanged; diagonal dominance
//! makes that safe.

/// What stands before the first row.
#[derive(Debug, Clone, PartialEq)]
pub enum Reservoir<const N: usize> {
    /// Nothing.
    None,
    /// A level that nothing changes.
    Level {
        /// The level.
        level: f64,
        /// Conductance to each cell of the first row.
        to_first: [f64; N],
    },
    /// A well mixed vessel.
    Vessel {
        /// Its capacity.
        capacity: f64,
        /// Its leak.
        leak: f64,
        /// Conductance to each cell of the first row.
        to_first: [f64; N],
    },
}

/// The network. All lists have one entry a row; columns that are not wanted have capacity 1 and
/// nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip<const N: usize> {
    /// Capacity of each cell, above 0.
    pub capacity: Vec<[f64; N]>,
    /// Conductance to the next column; the last of a row is not used.
    pub across: Vec<[f64; N]>,
    /// Conductance to the next row; the last row is not used.
    pub along: Vec<[f64; N]>,
    /// Leak out of each cell.
    pub leak: Vec<[f64; N]>,
    /// Constant inflow into each cell; empty if there is none.
    pub source: Vec<[f64; N]>,
    /// What stands before the first row.
    pub reservoir: Reservoir<N>,
}

/// Levels of all cells, and of the reservoir.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels<const N: usize> {
    /// Of the cells, row by row.
    pub cells: Vec<[f64; N]>,
    /// Of the reservoir.
    pub reservoir: f64,
}

impl<const N: usize> Levels<N> {
    /// Nothing anywhere.
    pub fn zero(rows: usize) -> Self {
        Self { cells: vec![[0.0; N]; rows], reservoir: 0.0 }
    }

    /// Add `factor` times `other`.
    pub fn add(&mut self, factor: f64, other: &Self) {
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            for (a, b) in mine.iter_mut().zip(theirs) {
                *a += factor * b;
            }
        }
        self.reservoir += factor * other.reservoir;
    }
}

impl<const N: usize> Strip<N> {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.capacity.len()
    }

    /// `L x - s`, cell by cell.
    pub fn outflow(&self, x: &Levels<N>) -> Levels<N> {
        let rows = self.rows();
        let mut out = Levels::zero(rows);
        for k in 0..rows {
            let u = &x.cells[k];
            for i in 0..N {
                out.cells[k][i] += self.leak[k][i] * u[i];
                if let Some(source) = self.source.get(k) {
                    out.cells[k][i] -= source[i];
                }
                if i + 1 < N {
                    let flow = self.across[k][i] * (u[i] - u[i + 1]);
                    out.cells[k][i] += flow;
                    out.cells[k][i + 1] -= flow;
                }
                if k + 1 < rows {
                    let flow = self.along[k][i] * (u[i] - x.cells[k + 1][i]);
                    out.cells[k][i] += flow;
                    out.cells[k + 1][i] -= flow;
                }
            }
        }
        if let Reservoir::Vessel { leak, .. } = self.reservoir {
            out.reservoir = leak * x.reservoir;
        }
        if let Some(to_first) = self.to_first() {
            for ((g, u), first) in to_first.iter().zip(&x.cells[0]).zip(&mut out.cells[0]) {
                let flow = g * (x.reservoir - u);
                *first -= flow;
                if matches!(self.reservoir, Reservoir::Vessel { .. }) {
                    out.reservoir += flow;
                }
            }
        }
        out
    }

    /// Conductances of the reservoir to the first row.
    pub fn to_first(&self) -> Option<&[f64; N]> {
        match &self.reservoir {
            Reservoir::None => None,
            Reservoir::Level { to_first, .. } | Reservoir::Vessel { to_first, .. } => {
                Some(to_first)
            }
        }
    }
}

/// The eliminated reservoir.
#[derive(Debug, Clone, Copy)]
enum Head<const N: usize> {
    None,
    /// `t g level`, what a constant level adds to the right side.
    Level([f64; N], f64),
    /// `t g`, capacity, and `1 / (capacity + t (leak + sum g))`.
    Vessel([f64; N], f64, f64),
}

/// `C + t L`, factorised.
#[derive(Debug, Clone)]
pub struct Factors<const N: usize> {
    inverse: Vec<[[f64; N]; N]>,
    /// `t` times the conductance to the next row.
    along: Vec<[f64; N]>,
    head: Head<N>,
    t: f64,
}

impl<const N: usize> Factors<N> {
    /// Memory for a strip of so many rows.
    pub fn with_rows(rows: usize) -> Self {
        Self {
            inverse: vec![[[0.0; N]; N]; rows],
            along: vec![[0.0; N]; rows],
            head: Head::None,
            t: 0.0,
        }
    }

    /// Factorise `C + t L` of `strip`, which has the rows this was made for.
    pub fn factorise(&mut self, strip: &Strip<N>, t: f64) {
        self.t = t;
        let none = [0.0; N];
        let mut before = none;
        for k in 0..strip.rows() {
            let last = k + 1 == strip.rows();
            let after = if last { none } else { strip.along[k].map(|g| t * g) };
            let (done, rest) = self.inverse.split_at_mut(k);
            let block = &mut rest[0];
            if let Some(above) = done.last() {
                // Schur complement: entry (i, j) loses e_i S_ij e_j.
                for ((row, above), e) in block.iter_mut().zip(above).zip(&before) {
                    for ((value, s), f) in row.iter_mut().zip(above).zip(&before) {
                        *value = -e * s * f;
                    }
                }
            } else {
                *block = [[0.0; N]; N];
            }
            for i in 0..N {
                block[i][i] += strip.capacity[k][i] + t * strip.leak[k][i] + before[i] + after[i];
                if i + 1 < N {
                    let g = t * strip.across[k][i];
                    block[i][i] += g;
                    block[i + 1][i + 1] += g;
                    block[i][i + 1] -= g;
                    block[i + 1][i] -= g;
                }
            }
            if k == 0 {
                self.head = eliminate_reservoir(&strip.reservoir, t, block);
            }
            invert(block);
            self.along[k] = after;
            before = after;
        }
    }

    /// Solve `(C + t L) new = C x + t s` for `new`, of a strip in its present state.
    pub fn advance(&self, strip: &Strip<N>, x: &Levels<N>, new: &mut Levels<N>) {
        let t = self.t;
        let rows = self.inverse.len();
        // What flows from the row above into this one.
        let mut from_above = match &self.head {
            Head::None => [0.0; N],
            Head::Level(flow, _) => *flow,
            Head::Vessel(g, capacity, inverse) => {
                let level = capacity * x.reservoir * inverse;
                g.map(|g| g * level)
            }
        };
        for k in 0..rows {
            let mut right = [0.0; N];
            for (((r, c), u), a) in
                right.iter_mut().zip(&strip.capacity[k]).zip(&x.cells[k]).zip(&from_above)
            {
                *r = c * u + a;
            }
            if let Some(source) = strip.source.get(k) {
                for (r, s) in right.iter_mut().zip(source) {
                    *r += t * s;
                }
            }
            let solved = product(&self.inverse[k], &right);
            for ((a, e), v) in from_above.iter_mut().zip(&self.along[k]).zip(&solved) {
                *a = e * v;
            }
            new.cells[k] = solved;
        }
        for k in (0..rows.saturating_sub(1)).rev() {
            let mut from_below = [0.0; N];
            for ((b, e), v) in from_below.iter_mut().zip(&self.along[k]).zip(&new.cells[k + 1]) {
                *b = e * v;
            }
            let change = product(&self.inverse[k], &from_below);
            for (value, c) in new.cells[k].iter_mut().zip(&change) {
                *value += c;
            }
        }
        new.reservoir = match &self.head {
            Head::None => 0.0,
            Head::Level(_, level) => *level,
            Head::Vessel(g, capacity, inverse) => {
                let back: f64 = g.iter().zip(&new.cells[0]).map(|(g, u)| g * u).sum();
                (capacity * x.reservoir + back) * inverse
            }
        };
    }
}

fn eliminate_reservoir<const N: usize>(
    reservoir: &Reservoir<N>,
    t: f64,
    block: &mut [[f64; N]; N],
) -> Head<N> {
    let to_first = match reservoir {
        Reservoir::None => return Head::None,
        Reservoir::Level { to_first, .. } | Reservoir::Vessel { to_first, .. } => to_first,
    };
    let g = to_first.map(|g| t * g);
    for i in 0..N {
        block[i][i] += g[i];
    }
    match *reservoir {
        Reservoir::Vessel { capacity, leak, .. } => {
            let inverse = 1.0 / (capacity + t * leak + g.iter().sum::<f64>());
            for (row, a) in block.iter_mut().zip(&g) {
                for (value, b) in row.iter_mut().zip(&g) {
                    *value -= a * b * inverse;
                }
            }
            Head::Vessel(g, capacity, inverse)
        }
        Reservoir::Level { level, .. } => Head::Level(g.map(|g| g * level), level),
        Reservoir::None => Head::None,
    }
}

/// `S v` with a symmetric `S`: rows are columns, so whole rows are added up.
#[inline]
fn product<const N: usize>(s: &[[f64; N]; N], v: &[f64; N]) -> [f64; N] {
    let mut sum = [0.0; N];
    let mut rows = s.chunks_exact(2);
    let mut factors = v.chunks_exact(2);
    for (pair, f) in rows.by_ref().zip(factors.by_ref()) {
        let (a, b) = (f[0], f[1]);
        for ((value, x), y) in sum.iter_mut().zip(&pair[0]).zip(&pair[1]) {
            *value += a * x + b * y;
        }
    }
    for (row, f) in rows.remainder().iter().zip(factors.remainder()) {
        for (value, x) in sum.iter_mut().zip(row) {
            *value += f * x;
        }
    }
    sum
}

/// Lanes that are worked on together.
const LANES: usize = 4;

/// Invert a symmetric positive definite matrix in place; only its lower triangle is read.
///
/// The symmetric sweep, two pivots `p`, `q` at a time: with `V` the two columns and `B` their 2 x 2 block,
/// `A <- A - V B^-1 V'`, the columns become `V B^-1` and the block `-B^-1`; after all sweeps `A` is
/// `-A^-1`. Half the work of elimination without symmetry, and each pass through the matrix does twice the work.
#[allow(clippy::needless_range_loop)] // the textbook indices read better than iterators here
fn invert<const N: usize>(a: &mut [[f64; N]; N]) {
    let mut p = 0;
    while p + 1 < N {
        sweep_two(a, p);
        p += 2;
    }
    if p < N {
        sweep_one(a, p);
    }
    for r in 0..N {
        for j in 0..=r {
            let value = -a[r][j];
            a[r][j] = value;
            a[j][r] = value;
        }
    }
}

/// Column `p` of the symmetric matrix whose lower triangle is in `a`.
#[inline]
fn column<const N: usize>(a: &[[f64; N]; N], p: usize) -> [f64; N] {
    let mut column = a[p];
    for (value, row) in column.iter_mut().zip(a).skip(p + 1) {
        *value = row[p];
    }
    column
}

#[inline]
fn sweep_two<const N: usize>(a: &mut [[f64; N]; N], p: usize) {
    let q = p + 1;
    let (v, w) = (column(a, p), column(a, q));
    let scale = 1.0 / (v[p] * w[q] - v[q] * v[q]);
    let (b, c, d) = (w[q] * scale, -v[q] * scale, v[p] * scale);
    let (v_chunks, v_rest) = v.as_chunks::<LANES>();
    let (w_chunks, w_rest) = w.as_chunks::<LANES>();
    for r in 0..N {
        let (f, g) = (b * v[r] + c * w[r], c * v[r] + d * w[r]);
        let (chunks, rest) = a[r].as_chunks_mut::<LANES>();
        // Up to the diagonal and a little beyond: what is above it is never read.
        for ((x, v), w) in chunks.iter_mut().zip(v_chunks).zip(w_chunks).take(r / LANES + 1) {
            for i in 0..LANES {
                x[i] -= f * v[i] + g * w[i];
            }
        }
        for ((x, v), w) in rest.iter_mut().zip(v_rest).zip(w_rest) {
            *x -= f * v + g * w;
        }
        if r > q {
            (a[r][p], a[r][q]) = (f, g);
        }
    }
    for j in 0..p {
        (a[p][j], a[q][j]) = (b * v[j] + c * w[j], c * v[j] + d * w[j]);
    }
    (a[p][p], a[q][p], a[q][q]) = (-b, -c, -d);
}

fn sweep_one<const N: usize>(a: &mut [[f64; N]; N], p: usize) {
    let v = column(a, p);
    let inverse = 1.0 / v[p];
    for r in 0..N {
        let f = v[r] * inverse;
        for (x, v) in a[r].iter_mut().zip(&v) {
            *x -= f * v;
        }
        if r > p {
            a[r][p] = f;
        }
    }
    for j in 0..p {
        a[p][j] = v[j] * inverse;
    }
    a[p][p] = -inverse;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: usize = 5;

    fn strip(values: &[f64], reservoir: u8) -> Strip<COLUMNS> {
        let mut next = values.iter().copied().cycle();
        let mut rows = |n: usize, low: f64| -> Vec<[f64; COLUMNS]> {
            (0..n)
                .map(|_| std::array::from_fn(|_| low + next.next().expect("endless").powi(3)))
                .collect()
        };
        let (capacity, across, along) = (rows(7, 1e-3), rows(7, 0.0), rows(7, 0.0));
        let (leak, source) = (rows(7, 0.0), rows(7, 0.0));
        let to_first = rows(1, 0.0)[0];
        let reservoir = match reservoir {
            0 => Reservoir::None,
            1 => Reservoir::Level { level: 2.0, to_first },
            _ => Reservoir::Vessel { capacity: 0.7, leak: 0.2, to_first },
        };
        Strip { capacity, across, along, leak, source, reservoir }
    }

    proptest! {
        /// `C (new - x) = -t (L new - s)` cell by cell.
        #[test]
        fn a_solution_satisfies_its_system(
            values in prop::collection::vec(0.0..10.0f64, 61), t in 0.0..100.0f64, kind in 0..3u8,
        ) {
            let strip = strip(&values, kind);
            let rows = strip.rows();
            let mut x = Levels::zero(rows);
            for (k, row) in x.cells.iter_mut().enumerate() {
                *row = std::array::from_fn(|i| values[(3 * k + i) % 61]);
            }
            x.reservoir = if kind == 1 { 2.0 } else { 1.5 };
            let mut factors = Factors::with_rows(rows);
            factors.factorise(&strip, t);
            let mut new = Levels::zero(rows);
            factors.advance(&strip, &x, &mut new);
            let out = strip.outflow(&new);
            let highest = new.cells.iter().flatten().fold(10.0f64, |a, b| a.max(b.abs()));
            for k in 0..rows {
                for i in 0..COLUMNS {
                    let left = strip.capacity[k][i] * (new.cells[k][i] - x.cells[k][i]);
                    let error = left + t * out.cells[k][i];
                    prop_assert!(error.abs() <= 1e-12 * (1.0 + t) * 1e4 * highest, "{k} {i}: {error}");
                }
            }
            if let Reservoir::Vessel { capacity, .. } = strip.reservoir {
                let error = capacity * (new.reservoir - x.reservoir) + t * out.reservoir;
                prop_assert!(error.abs() <= 1e-8 * highest, "{error}");
            }
        }
    }

    #[test]
    #[allow(clippy::needless_range_loop)]
    fn an_inverse_is_one() {
        let matrix: [[f64; 7]; 7] = std::array::from_fn(|i| {
            std::array::from_fn(|j| if i == j { 4.0 } else { -1.0 / (1.0 + i.abs_diff(j) as f64) })
        });
        let mut inverse = matrix;
        invert(&mut inverse);
        for (i, row) in matrix.iter().enumerate() {
            for j in 0..7 {
                let value: f64 = (0..7).map(|k| row[k] * inverse[k][j]).sum();
                assert!((value - f64::from(u8::from(i == j))).abs() < 1e-13);
            }
        }
    }
}
