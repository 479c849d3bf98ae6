//! Stiff ordinary differential equations `y' = f(y)` for eight people at once, with error control and
//! dense output.
//!
//! All lanes take the same steps; the lane with the greatest error decides how long they are. So each
//! lane is at least as exact as alone, and its bits depend on its companions, within the tolerance.
//!
//! # Methods
//!
//! A Rosenbrock method solves one linear system with the same matrix for each stage. In the form of
//! Hairer and Wanner (Solving Ordinary Differential Equations II, 1996, IV.7), which needs no product
//! with the Jacobian `J`, a step of length `h` from `y0` is
//!
//! ```text
//! (I - h g J) u_i = h g f(y0 + sum_j<i a_ij u_j) + g sum_j<i c_ij u_j
//! y1 = y0 + sum_i m_i u_i        error = sum_i e_i u_i
//! ```
//!
//! - [`ROS34PW2`] of Rang and Angermann (2005, BIT 45:761-787): four stages, third order, an embedded
//!   second-order solution for the error. It is a W-method: it keeps its order with an approximate
//!   Jacobian. Between the ends of a step its solution is the cubic through values and slopes.
//! - [`RODAS5P`] of Steinebach (2023, BIT 63:27): eight stages, fifth order, an embedded fourth-order
//!   solution, dense output of fourth order. It needs the exact Jacobian.
//!
//! Both are stiffly accurate and L-stable: the last argument of `f` plus the last `u` is the solution.

// A call would leave the vector instructions behind; see `lanes::with_vectors`. Sums over stages are loops of a
// length found at run time: with a constant length the compiler gathers and scatters eight numbers of one lane
// instead of taking eight lanes of one number, which is slower (measured).
#![allow(clippy::inline_always)]

use crate::lanes::{Lanes, Work, with_vectors};

/// A system of equations without explicit time, for eight people at once.
///
/// Mark every method `#[inline(always)]`: what is called and not inlined is compiled for any processor,
/// without vector instructions ([`with_vectors`]).
pub trait StiffSystem {
    /// Number of equations.
    fn equations(&self) -> usize;

    /// The right-hand side `f(y)`.
    fn rate(&mut self, y: &[Lanes], f: &mut [Lanes]);

    /// Takes the Jacobian at `y`, with `f(y)` at hand; exact, or approximate for a W-method.
    fn linearise(&mut self, y: &[Lanes], f: &[Lanes]);

    /// Makes ready to solve `(I - hg J) x = b`. What can't be solved well shall give NaN: the step is
    /// then taken again, shorter.
    fn factorise(&mut self, hg: f64);

    /// Solves for one right-hand side in place.
    fn solve(&mut self, right: &mut [Lanes]);
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

/// Most stages of a method.
const STAGES: usize = 8;

/// A Rosenbrock method, in the symbols of the [module](self).
#[derive(Debug, PartialEq)]
pub struct Method {
    /// Number of stages.
    stages: usize,
    /// The error of a step grows with this power of its length.
    power: f64,
    /// `g`.
    gamma: f64,
    /// `a_ij`, for stages before [`Self::chained_from`].
    argument: [[f64; STAGES]; STAGES],
    /// From this stage on each argument is the one before plus the `u` before.
    chained_from: usize,
    /// `g c_ij`.
    coupling: [[f64; STAGES]; STAGES],
    /// `e_i`.
    error: [f64; STAGES],
    /// `d_ri` of the dense output `y0 + s (y1 - y0) + s (1 - s) (k_0 + s (k_1 + s k_2))` at the share `s`
    /// of the step, `k_r = sum_i d_ri u_i`; the cubic through values and slopes, where there is none.
    dense: Option<[[f64; STAGES]; 3]>,
}

// Coefficients as published, to the last digit printed.
/// Third order, for approximate Jacobians; see the [module](self).
#[allow(clippy::excessive_precision)]
pub static ROS34PW2: Method = transformed(
    0.435_866_521_508_459,
    [
        [0.0, 0.0, 0.0],
        [0.871_733_043_016_918_01, 0.0, 0.0],
        [0.844_570_600_153_694_23, -0.112_990_642_364_841_85, 0.0],
        [0.0, 0.0, 1.0],
    ],
    [
        [0.0, 0.0, 0.0],
        [-0.871_733_043_016_918_01, 0.0, 0.0],
        [-0.903_380_570_130_440_82, 0.054_180_672_388_095_326, 0.0],
        [0.242_123_807_060_953_46, -1.223_250_583_904_514_7, 0.545_260_255_335_102_14],
    ],
    [
        0.242_123_807_060_953_46,
        -1.223_250_583_904_514_7,
        1.545_260_255_335_102,
        0.435_866_521_508_459,
    ],
    [0.378_109_031_458_193_69, -0.096_042_292_212_423_178, 0.5, 0.217_933_260_754_229_5],
);

/// Fifth order, for exact Jacobians and tight tolerances; see the [module](self).
#[allow(clippy::excessive_precision)]
pub static RODAS5P: Method = Method {
    stages: 8,
    power: 5.0,
    gamma: RODAS5P_GAMMA,
    argument: [
        [0.0; STAGES],
        [3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [2.849_394_379_747_939, 0.458_422_422_044_639_23, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [
            -6.954_028_509_809_101,
            2.489_845_061_869_568,
            -10.358_996_098_473_584,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            2.802_998_627_562_896_4,
            0.507_246_473_622_820_6,
            -0.398_831_254_177_052_4,
            -0.047_211_872_304_046_41,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            -7.502_846_399_306_121,
            2.561_846_144_803_919,
            -11.627_539_656_261_098,
            -0.182_687_676_599_422_56,
            0.030_198_172_008_377_946,
            0.0,
            0.0,
            0.0,
        ],
        [0.0; STAGES],
        [0.0; STAGES],
    ],
    chained_from: 6,
    coupling: times(
        RODAS5P_GAMMA,
        [
            [0.0; STAGES],
            [-14.155_112_264_123_755, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [-17.972_960_358_859_52, -2.859_693_295_451_294, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            [
                147.121_502_757_117_16,
                -1.412_214_027_182_13,
                71.689_402_513_023_58,
                0.0,
                0.0,
                0.0,
                0.0,
                0.0,
            ],
            [
                165.435_170_248_716_76,
                -0.459_282_345_649_112_6,
                42.909_383_369_586_03,
                -5.961_986_721_573_306,
                0.0,
                0.0,
                0.0,
                0.0,
            ],
            [
                24.854_864_614_690_072,
                -3.000_922_700_283_218_6,
                47.493_111_002_076_8,
                5.581_419_782_155_812_5,
                -0.661_069_182_524_947_1,
                0.0,
                0.0,
                0.0,
            ],
            [
                30.912_732_140_285_99,
                -3.120_824_334_993_797_4,
                77.799_546_460_708_92,
                34.286_460_282_947_83,
                -19.097_331_116_725_623,
                -28.087_943_162_872_662,
                0.0,
                0.0,
            ],
            [
                37.802_771_233_905_63,
                -3.257_196_902_907_227_6,
                112.269_188_494_963_27,
                66.934_723_124_404_7,
                -40.066_189_370_910_02,
                -54.667_802_628_779_68,
                -9.488_616_523_096_27,
                0.0,
            ],
        ],
    ),
    error: [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    dense: Some([
        [
            25.948_786_856_663_858,
            -2.557_972_484_584_623_5,
            10.433_815_404_888_879,
            -2.367_925_102_268_520_4,
            0.524_948_541_321_073,
            1.124_108_831_045_040_4,
            0.427_287_619_443_187_4,
            -0.172_022_210_701_554_93,
        ],
        [
            -9.915_688_506_951_71,
            -0.968_994_459_411_515_4,
            3.043_803_724_297_845_3,
            -24.495_224_566_215_796,
            20.176_138_334_709_044,
            15.980_663_614_246_51,
            -6.789_040_303_419_874,
            -6.710_236_069_923_372,
        ],
        [
            11.419_903_575_922_262,
            2.887_964_514_613_699_4,
            72.921_379_959_960_29,
            80.125_118_346_226_43,
            -52.072_871_366_152_654,
            -59.789_936_252_667_29,
            -0.155_826_842_827_519_13,
            4.883_087_185_713_722,
        ],
    ]),
};

const RODAS5P_GAMMA: f64 = 0.211_937_563_194_290_14;

/// `factor` times each number.
const fn times(factor: f64, mut matrix: [[f64; STAGES]; STAGES]) -> [[f64; STAGES]; STAGES] {
    let mut i = 0;
    while i < STAGES {
        let mut j = 0;
        while j < STAGES {
            matrix[i][j] *= factor;
            j += 1;
        }
        i += 1;
    }
    matrix
}

/// A stiffly accurate method of four stages from its coefficients in the usual form, with third order and
/// an embedded solution of second: `alpha` of the arguments, `below` the diagonal `gamma` of those of the
/// Jacobian, weights of the solution and of the embedded one.
///
/// With `G` the matrix of `below` and `gamma`, `u = G k`: `a = alpha G^-1`, `c = 1/gamma - G^-1`,
/// `m = b G^-1`.
const fn transformed(
    gamma: f64,
    alpha: [[f64; 3]; 4],
    below: [[f64; 3]; 4],
    b: [f64; 4],
    embedded: [f64; 4],
) -> Method {
    // The inverse of G, lower triangular, column by column.
    let mut inverse = [[0.0; 4]; 4];
    let mut column = 0;
    while column < 4 {
        inverse[column][column] = 1.0 / gamma;
        let mut row = column + 1;
        while row < 4 {
            let mut sum = 0.0;
            let mut k = column;
            while k < row {
                sum += below[row][k] * inverse[k][column];
                k += 1;
            }
            inverse[row][column] = -sum / gamma;
            row += 1;
        }
        column += 1;
    }
    let mut argument = [[0.0; STAGES]; STAGES];
    let mut coupling = [[0.0; STAGES]; STAGES];
    let mut error = [0.0; STAGES];
    let mut j = 0;
    while j < 4 {
        let mut i = 0;
        while i < 4 {
            let mut k = j;
            while k < i {
                argument[i][j] += alpha[i][k] * inverse[k][j];
                k += 1;
            }
            if j < i {
                coupling[i][j] = -gamma * inverse[i][j];
            }
            error[j] += (b[i] - embedded[i]) * inverse[i][j];
            i += 1;
        }
        j += 1;
    }
    Method {
        stages: 4,
        power: 3.0,
        gamma,
        argument,
        chained_from: STAGES,
        coupling,
        error,
        dense: None,
    }
}

/// Memory of the solver, to be used again and again.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// Values at the beginning of the last step.
    before: Vec<Lanes>,
    /// Slope there.
    slope_before: Vec<Lanes>,
    /// Values at the end of the last step, the next step's beginning.
    now: Vec<Lanes>,
    /// Slope there.
    slope: Vec<Lanes>,
    /// Argument of the right-hand side; after the last stage, the solution.
    at: Vec<Lanes>,
    /// `f` of it.
    rate: Vec<Lanes>,
    /// `u`, stage by stage.
    stages: Vec<Lanes>,
    /// `k_r` of the dense output, power by power.
    dense: Vec<Lanes>,
    /// Values in between.
    between: Vec<Lanes>,
}

impl Workspace {
    /// For a number of equations.
    pub fn new(equations: usize) -> Self {
        let zeros = |vectors: usize| vec![Lanes::ZERO; vectors * equations];
        Self {
            before: zeros(1),
            slope_before: zeros(1),
            now: zeros(1),
            slope: zeros(1),
            at: zeros(1),
            rate: zeros(1),
            stages: zeros(STAGES),
            dense: zeros(3),
            between: zeros(1),
        }
    }
}

/// Most steps between two restarts before the solver gives up.
const MOST_STEPS: usize = 100_000;

/// Solve from `y` at time 0 to `times` (ascending, none negative) and hand each solution to
/// `take(index, y)`; times between steps come from the method's dense output. Leaves the solution at the
/// last time in `y` and returns the number of steps tried.
///
/// Runs with the widest vector instructions of the processor.
///
/// # Errors
/// When the step falls below what can be told from zero: the system blows up in one of the lanes.
///
/// # Panics
/// When `workspace` was made for another number of equations, or `y` holds another number.
#[inline]
pub fn solve<S: StiffSystem>(
    method: &Method,
    system: &mut S,
    workspace: &mut Workspace,
    y: &mut [Lanes],
    times: &[f64],
    tolerance: Tolerance,
    take: impl FnMut(usize, &[Lanes]),
) -> Result<usize, StepTooSmall> {
    with_vectors(Solution { method, system, workspace, y, times, tolerance, take })
}

/// All that [`solve`] needs.
struct Solution<'a, S, T> {
    method: &'a Method,
    system: &'a mut S,
    workspace: &'a mut Workspace,
    y: &'a mut [Lanes],
    times: &'a [f64],
    tolerance: Tolerance,
    take: T,
}

impl<S: StiffSystem, T: FnMut(usize, &[Lanes])> Work for Solution<'_, S, T> {
    type Given = Result<usize, StepTooSmall>;

    #[inline(always)]
    fn done(self) -> Self::Given {
        let Self { method, system, workspace: w, y, times, tolerance, mut take } = self;
        assert!(y.len() == system.equations() && y.len() == w.at.len(), "sizes differ");
        let Some(&end) = times.last() else { return Ok(0) };
        let (mut next, mut t, mut taken, mut steps) = (0, 0.0, 0.0, 0);
        let mut step = tolerance.first_step;
        w.now.copy_from_slice(y);
        loop {
            system.rate(&w.now, &mut w.slope);
            if taken == 0.0 || times[next] <= t {
                if taken > 0.0 {
                    prepare_dense(method, w, taken);
                }
                while next < times.len() && times[next] <= t {
                    if times[next] == t {
                        take(next, &w.now);
                    } else {
                        between(w, 1.0 - (t - times[next]) / taken);
                        take(next, &w.between);
                    }
                    next += 1;
                }
            }
            if t >= end {
                y.copy_from_slice(&w.now);
                return Ok(steps);
            }
            system.linearise(&w.now, &w.slope);
            loop {
                steps += 1;
                if steps > MOST_STEPS {
                    y.copy_from_slice(&w.now);
                    return Err(StepTooSmall { time: t });
                }
                // Never leave a sliver behind the last step.
                let remaining = end - t;
                let last = step * 1.01 >= remaining;
                taken = if last { remaining } else { step.min(remaining * 0.5) };
                system.factorise(taken * method.gamma);
                let error = attempt(method, system, w, taken, tolerance);
                let growth = 0.9 * error.max(1e-6).powf(-1.0 / method.power);
                if error <= 1.0 {
                    step = taken * growth.clamp(0.3, 4.0);
                    t = if last { end } else { t + taken };
                    std::mem::swap(&mut w.before, &mut w.now);
                    std::mem::swap(&mut w.now, &mut w.at);
                    std::mem::swap(&mut w.slope_before, &mut w.slope);
                    break;
                }
                step = taken * if error.is_finite() { growth.clamp(0.1, 0.9) } else { 0.1 };
                if step < 1e-12 * end.max(1.0) {
                    y.copy_from_slice(&w.now);
                    return Err(StepTooSmall { time: t });
                }
            }
        }
    }
}

/// One step of length `h` with the matrix made ready: leaves the solution in `w.at` and returns the
/// greatest over lanes of the error's root mean square over components, relative to the tolerance; NaN
/// when something is not finite.
#[inline(always)]
fn attempt(
    method: &Method,
    system: &mut impl StiffSystem,
    w: &mut Workspace,
    h: f64,
    tolerance: Tolerance,
) -> f64 {
    let equations = w.at.len();
    let hg = h * method.gamma;
    for i in 0..method.stages {
        let (earlier, rest) = w.stages.split_at_mut(i * equations);
        let stage = &mut rest[..equations];
        let rate = if i == 0 {
            &w.slope
        } else {
            argue(method, i, earlier, &w.now, &mut w.at);
            system.rate(&w.at, &mut w.rate);
            &w.rate
        };
        couple(method, i, earlier, rate, hg, stage);
        system.solve(stage);
    }
    let stages = &w.stages[..method.stages * equations];
    let last = &stages[stages.len() - equations..];
    let mut squares = Lanes::ZERO;
    for n in 0..equations {
        let mut error = Lanes::ZERO;
        for (u, &weight) in stages[n..].iter().step_by(equations).zip(&method.error) {
            error += *u * weight;
        }
        let new = w.at[n] + last[n];
        w.at[n] = new;
        let size = w.now[n].abs().max(new.abs());
        let relative = error / (size * tolerance.relative + tolerance.absolute);
        // Zero, or NaN where the solution is not finite.
        squares += relative * relative + new * 0.0;
    }
    (squares.greatest() / equations as f64).sqrt()
}

/// Argument of stage `i`, from the stages before.
#[inline(always)]
fn argue(method: &Method, i: usize, earlier: &[Lanes], now: &[Lanes], at: &mut [Lanes]) {
    let equations = at.len();
    let chained = i >= method.chained_from;
    let (first, weights) = if chained { (i - 1, &[1.0][..]) } else { (0, &method.argument[i][..]) };
    for n in 0..equations {
        let mut argument = if chained { at[n] } else { now[n] };
        for (u, a) in earlier[first * equations + n..].iter().step_by(equations).zip(weights) {
            argument += *u * *a;
        }
        at[n] = argument;
    }
}

/// Right-hand side of stage `i`, `h g f + g sum_j<i c_ij u_j`, from the stages before.
#[inline(always)]
fn couple(
    method: &Method,
    i: usize,
    earlier: &[Lanes],
    rate: &[Lanes],
    hg: f64,
    right: &mut [Lanes],
) {
    let equations = right.len();
    for n in 0..equations {
        let mut sum = rate[n] * hg;
        let stages = earlier.get(n..).unwrap_or_default();
        for (u, c) in stages.iter().step_by(equations).zip(&method.coupling[i]) {
            sum += *u * *c;
        }
        right[n] = sum;
    }
}

/// `k_r` of the dense output of the last step, of length `h`.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // one index into several vectors
fn prepare_dense(method: &Method, w: &mut Workspace, h: f64) {
    let equations = w.now.len();
    for n in 0..equations {
        let mut k = [Lanes::ZERO; 3];
        if let Some(dense) = &method.dense {
            for r in 0..3 {
                for stage in 0..method.stages {
                    k[r] += w.stages[stage * equations + n] * dense[r][stage];
                }
            }
        } else {
            let change = w.now[n] - w.before[n];
            k[0] = w.slope_before[n] * h - change;
            k[1] = change - w.slope[n] * h - k[0];
        }
        for r in 0..3 {
            w.dense[r * equations + n] = k[r];
        }
    }
}

/// The solution at the share `s` of the last step, into `w.between`.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // one index into several vectors
fn between(w: &mut Workspace, s: f64) {
    let equations = w.now.len();
    for n in 0..equations {
        let (k0, k1) = (w.dense[n], w.dense[equations + n]);
        let k2 = w.dense[2 * equations + n];
        let curve = k0 + (k1 + k2 * s) * s;
        w.between[n] = w.before[n] * (1.0 - s) + (w.now[n] + curve * (1.0 - s)) * s;
    }
}

#[cfg(test)]
mod tests;
