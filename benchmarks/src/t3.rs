//! Benchmark T3: a cohort of healing skins, stiff equations over a year, against converged reference values.
//!
//! A system made to be solved, of the size and stiffness of models of healing. It is *not* biology and no part of
//! Needlepoint: what is measured is [`needlepoint_numerics::rosenbrock`], on a problem that other
//! solvers can be given as well.
//!
//! Times in days, all else without units. `D` damage, `P` provisional matrix, `N` neutrophils, `M1` and `M2`
//! macrophages, `I` pro-inflammatory, `A` anti-inflammatory, `T` TGF-b, `F` fibroblasts, `Y` myofibroblasts,
//! `C3` new and `C1` mature collagen, `m_0` to `m_11` multipliers of a patient:
//!
//! ```text
//! D'  = -(0.4 + 1.5 N + 2 M1 + M2) D + 0.3 N
//! P'  = -(0.15 + 0.4 (M1 + M2) + 0.3 F) P
//! N'  = 6 m_0 x/(0.25 + x)/(1 + 4 A^2) - 1.4 N - 0.8 (M1 + M2) N            x = (D + I)^2
//! M1' = 1.5 m_1 x/(0.16 + x)/(1 + 6.25 A^2) - (0.3 + s) M1                  s = 1.2 m_2 h(A + T; 0.5)
//! M2' = s M1 - 0.15 M2
//! I'  = 24 [m_3 (0.6 D + 0.5 N + 0.8 M1)/(1 + A^2/0.09) - I]
//! A'  = 12 [m_4 (0.2 M1 + 0.8 M2) - A]
//! T'  = 330 [m_5 (0.4 P (M1 + M2 + 0.2) + 0.3 M2 + 0.1 Y) - T]
//! F'  = 0.06 (0.1 - F) + 0.5 m_6 F (1 - F - Y) h(T + 0.5 P; 0.3) - 0.4 m_7 h(T; 0.6) F
//! Y'  = 0.4 m_7 h(T; 0.6) F - 0.15 Y
//! C3' = m_8 (0.08 F + 0.16 Y) (0.2 + h(T; 0.3)) - (0.03 m_9 + 0.02) C3
//! C1' = 0.03 m_9 C3 - (0.00096 + 0.01 m_10 M1) C1                           h(z; k) = z^2/(k^2 + z^2)
//! ```
//!
//! At the start `F` = 0.1, `C3` = 0.032, `C1` = 1 and all else 0. Sessions at 0, 28 and 56 days add `m_11` to `D` and
//! to `P`; the end is at 365 days.

// A call would leave the vector instructions behind; see `needlepoint_numerics::lanes`.
#![allow(clippy::inline_always)]

use needlepoint_numerics::{
    dense::{LaneFactors, Pattern, Structure},
    lanes::{Lanes, WIDTH},
    rosenbrock::{RODAS5P, StepTooSmall, StiffSystem, Tolerance, Workspace, solve},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Outcome,
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Repeats unless told otherwise.
const REPEATS: u16 = 21;

/// Longest a patient may take on one core, ms.
const TARGET_MILLISECONDS: f64 = 0.1;

/// Largest scaled error with which a solution counts.
const ALLOWED_ERROR: f64 = 5e-6;

/// The loosest relative tolerance, among 1, 2 and 5 times a power of ten, that keeps [`ALLOWED_ERROR`].
const RELATIVE: f64 = 2e-5;

/// The relative tolerance at which other solvers were measured.
const RELATIVE_OF_PEERS: f64 = 1e-6;

const EQUATIONS: usize = 12;
const SESSIONS: usize = 3;

/// Sessions and the end, days.
const BOUNDS: [f64; SESSIONS + 1] = [0.0, 28.0, 56.0, 365.0];

/// Converged values of the patient without multipliers, from `SciPy`'s Radau at a relative tolerance of 1e-12;
/// SUNDIALS' CVODE at the same agrees to 5e-11.
const REFERENCE: &str = include_str!("../references/t3.json");

/// Place of each value. What no other equation asks for comes first, which leaves the most zeros.
mod index {
    pub(super) const C1: usize = 0;
    pub(super) const C3: usize = 1;
    pub(super) const I: usize = 2;
    pub(super) const D: usize = 3;
    pub(super) const N: usize = 4;
    pub(super) const Y: usize = 5;
    pub(super) const F: usize = 6;
    pub(super) const P: usize = 7;
    pub(super) const T: usize = 8;
    pub(super) const M2: usize = 9;
    pub(super) const M1: usize = 10;
    pub(super) const A: usize = 11;
}
use index::{A, C1, C3, D, F, I, M1, M2, N, P, T, Y};

/// The values in the order of the reference, with their names there.
const NAMED: [(&str, usize); EQUATIONS] = [
    ("D", D),
    ("P", P),
    ("N", N),
    ("M1", M1),
    ("M2", M2),
    ("I", I),
    ("A", A),
    ("T", T),
    ("F", F),
    ("Y", Y),
    ("C3", C3),
    ("C1", C1),
];

/// Eight patients.
struct Group {
    /// Their multipliers.
    m: [Lanes; EQUATIONS],
    jacobian: [[Lanes; EQUATIONS]; EQUATIONS],
    factors: LaneFactors<EQUATIONS>,
}

/// Multiplier `j` of a patient: `exp(0.2 sqrt(3) (2 u - 1))`, where `u` is the fraction of `patient` times
/// the root of a prime; 1 for patient 0.
fn multiplier(patient: usize, j: usize) -> f64 {
    const PRIMES: [f64; EQUATIONS] =
        [2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0, 19.0, 23.0, 29.0, 31.0, 37.0];
    if patient == 0 {
        return 1.0;
    }
    let u = (patient as f64 * PRIMES[j].sqrt().fract()).fract();
    (0.2 * 3f64.sqrt() * (2.0 * u - 1.0)).exp()
}

impl Group {
    /// The patients from `first` on.
    fn new(first: usize) -> Self {
        Self {
            m: std::array::from_fn(|j| Lanes::from_fn(|lane| multiplier(first + lane, j))),
            jacobian: [[Lanes::ZERO; EQUATIONS]; EQUATIONS],
            factors: LaneFactors::EMPTY,
        }
    }
}

impl Structure<EQUATIONS> for Group {
    /// What each equation asks for.
    const PATTERN: Pattern<EQUATIONS> = Pattern::new([
        &[C1, C3, M1],
        &[C3, F, Y, T],
        &[I, D, N, M1, A],
        &[D, N, M1, M2],
        &[N, D, I, A, M1, M2],
        &[Y, F, T],
        &[F, Y, T, P],
        &[P, M1, M2, F],
        &[T, P, M1, M2, Y],
        &[M2, M1, A, T],
        &[M1, D, I, A, T],
        &[A, M1, M2],
    ]);
}

impl StiffSystem for Group {
    #[inline(always)]
    fn equations(&self) -> usize {
        EQUATIONS
    }

    #[inline(always)]
    fn rate(&mut self, y: &[Lanes], f: &mut [Lanes]) {
        let y: &[Lanes; EQUATIONS] = y.try_into().expect("all values");
        let f: &mut [Lanes; EQUATIONS] = f.try_into().expect("all rates");
        let m = &self.m;
        let alarm = y[D] + y[I];
        let x = alarm * alarm;
        let a2 = y[A] * y[A];
        let t2 = y[T] * y[T];
        let (s, w) = (y[A] + y[T], y[T] + 0.5 * y[P]);
        let (s2, w2) = (s * s, w * w);
        let macrophages = y[M1] + y[M2];
        let switched = 1.2 * m[2] * s2 / (0.25 + s2) * y[M1];
        let contracting = 0.4 * m[7] * t2 / (0.36 + t2) * y[F];
        let maturing = 0.03 * m[9] * y[C3];
        f[D] = 0.3 * y[N] - (0.4 + 1.5 * y[N] + 2.0 * y[M1] + y[M2]) * y[D];
        f[P] = -(0.15 + 0.4 * macrophages + 0.3 * y[F]) * y[P];
        f[N] = 6.0 * m[0] * x / ((0.25 + x) * (1.0 + 4.0 * a2)) - (1.4 + 0.8 * macrophages) * y[N];
        f[M1] = 1.5 * m[1] * x / ((0.16 + x) * (1.0 + 6.25 * a2)) - 0.3 * y[M1] - switched;
        f[M2] = switched - 0.15 * y[M2];
        f[I] = 24.0
            * (m[3] * (0.6 * y[D] + 0.5 * y[N] + 0.8 * y[M1]) / (1.0 + a2 * (1.0 / 0.09)) - y[I]);
        f[A] = 12.0 * (m[4] * (0.2 * y[M1] + 0.8 * y[M2]) - y[A]);
        f[T] =
            330.0 * (m[5] * (0.4 * y[P] * (macrophages + 0.2) + 0.3 * y[M2] + 0.1 * y[Y]) - y[T]);
        f[F] = 0.06 * (0.1 - y[F]) + 0.5 * m[6] * y[F] * (1.0 - y[F] - y[Y]) * w2 / (0.09 + w2)
            - contracting;
        f[Y] = contracting - 0.15 * y[Y];
        f[C3] =
            m[8] * (0.08 * y[F] + 0.16 * y[Y]) * (0.2 + t2 / (0.09 + t2)) - maturing - 0.02 * y[C3];
        f[C1] = maturing - (0.00096 + 0.01 * m[10] * y[M1]) * y[C1];
    }

    #[inline(always)]
    fn linearise(&mut self, y: &[Lanes], _: &[Lanes]) {
        let y: &[Lanes; EQUATIONS] = y.try_into().expect("all values");
        let (m, j) = (&self.m, &mut self.jacobian);
        let macrophages = y[M1] + y[M2];

        j[D][D] = -(0.4 + 1.5 * y[N] + 2.0 * y[M1] + y[M2]);
        j[D][N] = 0.3 - 1.5 * y[D];
        j[D][M1] = -2.0 * y[D];
        j[D][M2] = -y[D];

        j[P][P] = -(0.15 + 0.4 * macrophages + 0.3 * y[F]);
        j[P][M1] = -0.4 * y[P];
        j[P][M2] = -0.4 * y[P];
        j[P][F] = -0.3 * y[P];

        let alarm = y[D] + y[I];
        let (x, a2) = (alarm * alarm, y[A] * y[A]);
        let (call, calm) = (1.0 / (0.25 + x), 1.0 / (1.0 + 4.0 * a2));
        let called = 6.0 * m[0] * call * calm;
        let by_alarm = called * call * alarm * 0.5;
        j[N][N] = -1.4 - 0.8 * macrophages;
        j[N][D] = by_alarm;
        j[N][I] = by_alarm;
        j[N][A] = called * x * calm * y[A] * -8.0;
        j[N][M1] = -0.8 * y[N];
        j[N][M2] = -0.8 * y[N];

        let s = y[A] + y[T];
        let switch = 1.0 / (0.25 + s * s);
        let switching = 1.2 * m[2] * s * s * switch;
        let by_s = 0.6 * m[2] * s * switch * switch * y[M1];
        let (call, calm) = (1.0 / (0.16 + x), 1.0 / (1.0 + 6.25 * a2));
        let called = 1.5 * m[1] * call * calm;
        let by_alarm = called * call * alarm * 0.32;
        j[M1][M1] = -0.3 - switching;
        j[M1][D] = by_alarm;
        j[M1][I] = by_alarm;
        j[M1][A] = called * x * calm * y[A] * -12.5 - by_s;
        j[M1][T] = -by_s;

        j[M2][M2] = Lanes::splat(-0.15);
        j[M2][M1] = switching;
        j[M2][A] = by_s;
        j[M2][T] = by_s;

        let calm = 1.0 / (1.0 + a2 * (1.0 / 0.09));
        let made = 24.0 * m[3] * calm;
        j[I][I] = Lanes::splat(-24.0);
        j[I][D] = 0.6 * made;
        j[I][N] = 0.5 * made;
        j[I][M1] = 0.8 * made;
        j[I][A] = made * calm * (0.6 * y[D] + 0.5 * y[N] + 0.8 * y[M1]) * y[A] * (-2.0 / 0.09);

        j[A][A] = Lanes::splat(-12.0);
        j[A][M1] = 2.4 * m[4];
        j[A][M2] = 9.6 * m[4];

        let made = 330.0 * m[5];
        let by_p = 0.4 * made * y[P];
        j[T][T] = Lanes::splat(-330.0);
        j[T][P] = 0.4 * made * (macrophages + 0.2);
        j[T][M1] = by_p;
        j[T][M2] = by_p + 0.3 * made;
        j[T][Y] = 0.1 * made;

        let w = y[T] + 0.5 * y[P];
        let w2 = w * w;
        let drawn = 1.0 / (0.09 + w2);
        let growth = 0.5 * m[6] * w2 * drawn;
        let by_w = 0.5 * m[6] * y[F] * (1.0 - y[F] - y[Y]) * w * drawn * drawn * 0.18;
        let t2 = y[T] * y[T];
        let strong = 1.0 / (0.36 + t2);
        let turning = 0.4 * m[7] * t2 * strong;
        let by_t = 0.4 * m[7] * y[F] * y[T] * strong * strong * 0.72;
        j[F][F] = growth * (1.0 - 2.0 * y[F] - y[Y]) - 0.06 - turning;
        j[F][Y] = -growth * y[F];
        j[F][T] = by_w - by_t;
        j[F][P] = 0.5 * by_w;

        j[Y][Y] = Lanes::splat(-0.15);
        j[Y][F] = turning;
        j[Y][T] = by_t;

        let urged = 1.0 / (0.09 + t2);
        let pushed = m[8] * (0.2 + t2 * urged);
        j[C3][C3] = -0.03 * m[9] - 0.02;
        j[C3][F] = 0.08 * pushed;
        j[C3][Y] = 0.16 * pushed;
        j[C3][T] = m[8] * (0.08 * y[F] + 0.16 * y[Y]) * y[T] * urged * urged * 0.18;

        j[C1][C1] = -0.00096 - 0.01 * m[10] * y[M1];
        j[C1][C3] = 0.03 * m[9];
        j[C1][M1] = -0.01 * m[10] * y[C1];
    }

    #[inline(always)]
    fn factorise(&mut self, hg: f64) {
        self.factors.factorise::<Self>(&self.jacobian, hg);
    }

    #[inline(always)]
    fn solve(&mut self, right: &mut [Lanes]) {
        self.factors.solve::<Self>(right);
    }
}

/// The reference as it stands in its file.
#[derive(Debug, Deserialize)]
struct Reference {
    names: Vec<String>,
    /// Days.
    samples: Vec<f64>,
    /// Values of patient 0 at each sample.
    patient0: Vec<[f64; EQUATIONS]>,
}

impl Reference {
    fn read() -> Outcome<Self> {
        let reference: Self = serde_json::from_str(REFERENCE)?;
        let known = NAMED.iter().map(|(name, _)| name);
        if !reference.names.iter().eq(known) || reference.samples.len() != reference.patient0.len()
        {
            return Err("the reference of T3 has other values than the problem".into());
        }
        Ok(reference)
    }

    /// Largest of `|y - y_ref| / (1e-3 + |y_ref|)` over samples and values.
    fn scaled_error(&self, solved: &[[Lanes; EQUATIONS]]) -> f64 {
        let each = self.patient0.iter().zip(solved).flat_map(|(reference, y)| {
            reference
                .iter()
                .zip(NAMED)
                .map(|(exact, (_, at))| (y[at][0] - exact).abs() / (1e-3 + exact.abs()))
        });
        each.fold(0.0, f64::max)
    }
}

/// What the whole cohort came to.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cohort {
    /// Largest scaled error of patient 0.
    error: f64,
    /// Mean number of steps tried.
    steps: f64,
    /// Mean mature collagen at the end.
    mature: f64,
}

/// Solve a group to the end: its values at the samples, and the steps tried.
fn trajectories(
    first: usize,
    relative: f64,
    samples: &[f64],
    workspace: &mut Workspace,
    seen: &mut Vec<[Lanes; EQUATIONS]>,
) -> Result<usize, StepTooSmall> {
    let tolerance = Tolerance { relative, absolute: 1e-3 * relative, first_step: 1e-3 };
    let mut group = Group::new(first);
    let mut y = [Lanes::ZERO; EQUATIONS];
    y[F] = Lanes::splat(0.1);
    y[C3] = Lanes::splat(0.032);
    y[C1] = Lanes::ONE;
    seen.clear();
    let mut steps = 0;
    let mut times = Vec::with_capacity(samples.len() + 1);
    for bounds in BOUNDS.windows(2) {
        y[D] += group.m[11];
        y[P] += group.m[11];
        let within = samples.iter().filter(|&&t| t > bounds[0] && t <= bounds[1]);
        times.clear();
        times.extend(within.map(|t| t - bounds[0]));
        let asked = times.len();
        times.push(bounds[1] - bounds[0]);
        steps += solve(&RODAS5P, &mut group, workspace, &mut y, &times, tolerance, |at, y| {
            if at < asked {
                seen.push(y.try_into().expect("all values"));
            }
        })?;
    }
    Ok(steps)
}

/// What the cohort came to at one tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Solved {
    /// Median of the milliseconds of the whole cohort, divided by patients.
    ms_per_trajectory: f64,
    /// Largest over the reference of `|y - y_ref| / (1e-3 + |y_ref|)`.
    max_scaled_error: f64,
    /// Relative tolerance; the absolute one is a thousandth of it.
    rtol: f64,
    /// Mean number of steps tried.
    steps: f64,
}

/// What T3 came to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct T3 {
    #[serde(flatten)]
    solved: Solved,
    patients: u32,
    threads: u16,
    /// The same at the tolerance at which other solvers were measured.
    at_rtol_of_peers: Solved,
}

/// Solve the whole cohort.
fn cohort(
    patients: u32,
    pool: &rayon::ThreadPool,
    relative: f64,
    reference: &Reference,
) -> Result<Cohort, StepTooSmall> {
    let groups: Vec<usize> = (0..patients as usize).step_by(WIDTH).collect();
    let each: Vec<(f64, usize, Lanes)> = pool.install(|| {
        groups
            .par_iter()
            .map_init(
                || (Workspace::new(EQUATIONS), Vec::with_capacity(reference.samples.len())),
                |(workspace, seen), &first| {
                    let steps = trajectories(first, relative, &reference.samples, workspace, seen)?;
                    let error = if first == 0 { reference.scaled_error(seen) } else { 0.0 };
                    Ok((error, steps, seen[seen.len() - 1][C1]))
                },
            )
            .collect::<Result<_, _>>()
    })?;
    let ends = each.iter().flat_map(|(_, _, ends)| ends.0).take(patients as usize);
    Ok(Cohort {
        error: each[0].0,
        steps: each.iter().map(|(_, steps, _)| *steps as f64).sum::<f64>() / groups.len() as f64,
        mature: ends.sum::<f64>() / f64::from(patients),
    })
}

/// Solve the cohort over and over, to what is allowed and at the peers' tolerance.
pub(crate) fn measure(
    patients: u32,
    threads: u16,
    repeats: Option<u16>,
    report: &mut Report,
) -> Outcome<T3> {
    let reference = Reference::read()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build()?;
    report.set("T3 patients", patients);
    report.set("T3 threads", threads);
    let times = usize::from(repeats.unwrap_or(REPEATS));
    let mut at = |name, relative, target: Option<f64>| -> Outcome<Solved> {
        let solve = || cohort(patients, &pool, relative, &reference);
        let Cohort { error, steps, .. } = solve()?;
        let repeats = repeat(times, |_| {
            let (solved, seconds) = clocked(solve);
            solved?;
            Ok([seconds / f64::from(patients)])
        })?;
        report.core_took(&repeats.core_ns);
        let what = format!(
            "a year of T3 for one of {patients} patients, {threads} thread(s), rtol {relative:.0e}, \
             scaled error {error:.1e}, {steps:.0} steps"
        );
        let figure = Figure::milliseconds(name, what, &repeats.values[0], &repeats.core_ns);
        let ms_per_trajectory = figure.median();
        report.push(if let Some(target) = target { figure.at_most(target) } else { figure });
        Ok(Solved { ms_per_trajectory, max_scaled_error: error, rtol: relative, steps })
    };
    let solved = at("t3.trajectory", RELATIVE, Some(TARGET_MILLISECONDS))?;
    let at_rtol_of_peers = at("t3.peers_rtol", RELATIVE_OF_PEERS, None)?;
    if solved.max_scaled_error > ALLOWED_ERROR {
        let error = solved.max_scaled_error;
        return Err(format!("t3: the error is {error:.2e}, above {ALLOWED_ERROR:.0e}").into());
    }
    Ok(T3 { solved, patients, threads, at_rtol_of_peers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
    }

    /// The Jacobian against differences, for other patients in other lanes.
    #[test]
    fn the_jacobian_is_that_of_the_rates() {
        let mut group = Group::new(1);
        let y: [Lanes; EQUATIONS] = std::array::from_fn(|n| {
            Lanes::from_fn(|lane| 0.3 + 0.07 * n as f64 + 0.02 * lane as f64)
        });
        group.linearise(&y, &[]);
        for column in 0..EQUATIONS {
            let [above, below] = [1e-5, -1e-5].map(|shift| {
                let (mut moved, mut f) = (y, [Lanes::ZERO; EQUATIONS]);
                moved[column] += shift;
                group.rate(&moved, &mut f);
                f
            });
            for (row, (above, below)) in above.into_iter().zip(below).enumerate() {
                let off = ((above - below) / 2e-5 - group.jacobian[row][column]).abs();
                assert!(off.greatest() < 1e-6, "row {row}, column {column}: {off:?}");
            }
        }
    }

    /// The mean of a thousand patients, on which three other solvers agree to 1e-7.
    #[test]
    fn a_cohort_ends_where_other_solvers_end() {
        let reference = Reference::read().expect("reference");
        let solved = cohort(1000, &pool(1), 1e-7, &reference).expect("solved");
        assert!((solved.mature - 1.287_800).abs() < 1e-6, "{}", solved.mature);
        assert!(solved.error < 1e-6, "{}", solved.error);
    }

    #[test]
    fn threads_change_nothing_and_nobody_is_counted_who_is_not_there() {
        let reference = Reference::read().expect("reference");
        let [one, two] =
            [1, 2].map(|n| cohort(20, &pool(n), RELATIVE, &reference).expect("solved"));
        assert_eq!(one, two);
    }
}
