//! Classical problems, with other people in other lanes.

use super::*;
use crate::{
    dense::{LaneFactors, Pattern, Structure},
    lanes::WIDTH,
};

/// A system from closures for its right-hand side and its Jacobian.
struct System<const N: usize, F, J> {
    rate: F,
    jacobian_at: J,
    jacobian: [[Lanes; N]; N],
    factors: LaneFactors<N>,
}

/// All entries of a matrix; columns up to seven.
const ALL: &[usize] = &[0, 1, 2, 3, 4, 5, 6];

impl<const N: usize, F, J> System<N, F, J>
where
    F: FnMut(&[Lanes; N]) -> [Lanes; N],
    J: FnMut(&[Lanes; N]) -> [[Lanes; N]; N],
{
    fn new(rate: F, jacobian_at: J) -> Self {
        Self { rate, jacobian_at, jacobian: [[Lanes::ZERO; N]; N], factors: LaneFactors::EMPTY }
    }
}

impl<const N: usize, F, J> Structure<N> for System<N, F, J> {
    const PATTERN: Pattern<N> = Pattern::new([ALL.split_at(N).0; N]);
}

impl<const N: usize, F, J> StiffSystem for System<N, F, J>
where
    F: FnMut(&[Lanes; N]) -> [Lanes; N],
    J: FnMut(&[Lanes; N]) -> [[Lanes; N]; N],
{
    fn equations(&self) -> usize {
        N
    }

    #[inline(always)]
    fn rate(&mut self, y: &[Lanes], f: &mut [Lanes]) {
        f.copy_from_slice(&(self.rate)(y.try_into().expect("N values")));
    }

    #[inline(always)]
    fn linearise(&mut self, y: &[Lanes], _: &[Lanes]) {
        self.jacobian = (self.jacobian_at)(y.try_into().expect("N values"));
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

const METHODS: [&Method; 2] = [&ROS34PW2, &RODAS5P];

fn tolerance(relative: f64) -> Tolerance {
    Tolerance { relative, absolute: relative * 1e-3, first_step: 1e-4 }
}

/// Robertson's chemical kinetics, the classical stiff problem.
fn robertson() -> impl StiffSystem {
    System::new(
        |&[a, b, c]| {
            let (r1, r2, r3) = (0.04 * a, 1e4 * b * c, 3e7 * b * b);
            [r2 - r1, r1 - r2 - r3, r3]
        },
        |&[_, b, c]| {
            let (by_b, by_c) = (1e4 * c, 1e4 * b);
            let k = Lanes::splat(0.04);
            [[-k, by_b, by_c], [k, -by_b - 6e7 * b, -by_c], [Lanes::ZERO, 6e7 * b, Lanes::ZERO]]
        },
    )
}

/// Amounts at t = 40 from 1 and from a half of the first substance; the former from Hairer and Wanner, Solving
/// Ordinary Differential Equations II (1996), p. 144.
#[test]
fn robertson_is_solved() {
    let tight = Tolerance { relative: 1e-6, absolute: 1e-10, first_step: 1e-6 };
    for method in METHODS {
        let mut y = [
            Lanes::from_fn(|lane| if lane % 2 == 0 { 1.0 } else { 0.5 }),
            Lanes::ZERO,
            Lanes::ZERO,
        ];
        let mut w = Workspace::new(3);
        let steps = solve(method, &mut robertson(), &mut w, &mut y, &[40.0], tight, |_, _| {})
            .expect("solved");
        assert!((y[0][0] - 0.715_827_068_718_9).abs() < 1e-5, "{y:?}");
        assert!((y[1][0] - 9.185_534_764_557e-6).abs() < 1e-10, "{y:?}");
        let sum = y[0] + y[1] + y[2];
        let all = Lanes::from_fn(|lane| if lane % 2 == 0 { 1.0 } else { 0.5 });
        assert!((sum - all).abs().greatest() < 1e-10, "conserved: {sum:?}");
        println!("{steps} steps");
        assert!(steps < 500, "{steps}");
    }
}

/// `y' = -q y^2` from 1, `q` by lane, coupled with its square: `y = 1/(1 + q t)`. `skewed` by so much
/// the Jacobian is wrong.
fn falling(skewed: f64) -> impl StiffSystem {
    let q = quickness();
    System::new(
        move |&[a, b]| [-q * a * a, -2.0 * q * a * b],
        move |&[a, b]| {
            [[-2.0 * q * a, Lanes::splat(skewed)], [-2.0 * q * b, -2.0 * q * a * (1.0 + skewed)]]
        },
    )
}

fn quickness() -> Lanes {
    Lanes::from_fn(|lane| 0.6 + 0.1 * lane as f64)
}

/// Greatest errors over lanes at t = 2 and, from dense output, within the last step.
fn errors_with(method: &Method, skewed: f64, steps: u32) -> [f64; 2] {
    let (mut system, mut w) = (falling(skewed), Workspace::new(2));
    let h = 2.0 / f64::from(steps);
    let mut y = [Lanes::ONE; 2];
    let mut inside = Lanes::ZERO;
    for step in 0..steps {
        w.now = y.to_vec();
        system.rate(&y, &mut w.slope);
        system.linearise(&y, &w.slope);
        system.factorise(h * method.gamma);
        assert!(attempt(method, &mut system, &mut w, h, tolerance(1e-6)).is_finite());
        y = [w.at[0], w.at[1]];
        std::mem::swap(&mut w.before, &mut w.now);
        std::mem::swap(&mut w.slope_before, &mut w.slope);
        w.now = y.to_vec();
        system.rate(&y, &mut w.slope);
        prepare_dense(method, &mut w, h);
        between(&mut w, 0.3);
        let exact = 1.0 / (1.0 + quickness() * (h * (f64::from(step) + 0.3)));
        inside = inside.max((w.between[0] - exact).abs());
    }
    let exact = 1.0 / (1.0 + 2.0 * quickness());
    let end = (y[0] - exact).abs() + (y[1] - exact * exact).abs();
    [end.greatest(), inside.greatest()]
}

/// The order of convergence on a non-linear problem with a known solution, of the steps and between them.
#[test]
fn orders_are_as_published() {
    for (method, skewed, steps, least, most) in [
        (&ROS34PW2, 0.0, 40, 2.85, 3.15),
        (&ROS34PW2, 0.3, 40, 2.85, 3.15),
        (&RODAS5P, 0.0, 80, 4.85, 5.3),
    ] {
        let (coarse, fine) =
            (errors_with(method, skewed, steps), errors_with(method, skewed, 2 * steps));
        let [end, inside] = [0, 1].map(|at| (coarse[at] / fine[at]).log2());
        println!("observed order {end:.3}, between steps {inside:.3}, error {:.1e}", fine[0]);
        assert!((least..most).contains(&end), "{end}");
        assert!(inside > least - 1.0, "{inside}");
    }
}

/// With a wrong Jacobian the method for exact ones loses its order, the W-method does not.
#[test]
fn only_a_w_method_forgives_its_jacobian() {
    let [coarse, fine] = [20, 40].map(|steps| errors_with(&RODAS5P, 0.3, steps)[0]);
    assert!((coarse / fine).log2() < 3.0);
}

/// L-stability: a very stiff decay is damped in one step, however long.
#[test]
fn stiff_transients_are_damped_at_once() {
    let rates = Lanes::from_fn(|lane| -1e6 * 10f64.powf(lane as f64));
    for method in METHODS {
        let mut system = System::new(|&[y]| [rates * y], |_| [[rates]]);
        let mut w = Workspace::new(1);
        w.before[0] = Lanes::ONE;
        w.slope_before[0] = rates;
        system.linearise(&[Lanes::ONE], &[rates]);
        system.factorise(method.gamma);
        attempt(method, &mut system, &mut w, 1.0, tolerance(1e-6));
        assert!(w.at[0].abs().greatest() < 1e-3, "{:?}", w.at);
    }
}

#[test]
fn the_tolerance_is_kept_at_every_time_asked_for() {
    let rates = Lanes::from_fn(|lane| -0.1 * (1.0 + lane as f64));
    let times: Vec<f64> = (0..=100).map(|i| 0.1 * f64::from(i)).collect();
    for method in METHODS {
        let mut system = System::new(|&[y]| [rates * y], |_| [[rates]]);
        let (mut worst, mut taken) = (0.0f64, 0);
        let mut w = Workspace::new(1);
        let mut y = [Lanes::ONE];
        solve(method, &mut system, &mut w, &mut y, &times, tolerance(1e-6), |at, y| {
            assert_eq!(at, taken);
            taken += 1;
            worst = worst.max((y[0] - (rates * times[at]).map(f64::exp)).abs().greatest());
        })
        .expect("solved");
        assert_eq!(taken, times.len());
        assert!(worst < 1e-5, "{worst}");
    }
}

#[test]
fn a_system_that_blows_up_in_one_lane_is_an_error() {
    for method in METHODS {
        let mut system = System::new(|&[y]| [y * y], |&[y]| [[2.0 * y]]);
        let mut y = [Lanes::from_fn(|lane| if lane == 5 { 1.0 } else { 0.1 })];
        let mut w = Workspace::new(1);
        let result = solve(method, &mut system, &mut w, &mut y, &[2.0], tolerance(1e-6), |_, _| {});
        assert!(result.is_err_and(|error| (error.time - 1.0).abs() < 0.01), "{result:?}");
    }
}

/// Van der Pol's oscillator, with a stiffness by lane and starts by lane.
fn oscillator(stiffness: Lanes) -> impl StiffSystem {
    System::new(
        move |&[a, b]| [b, stiffness * ((1.0 - a * a) * b) - a],
        move |&[a, b]| {
            [
                [Lanes::ZERO, Lanes::ONE],
                [stiffness * (-2.0 * a * b) - 1.0, stiffness * (1.0 - a * a)],
            ]
        },
    )
}

fn oscillated(method: &Method, stiffness: Lanes, start: Lanes) -> Vec<Lanes> {
    let mut told = Vec::new();
    let (mut w, mut y) = (Workspace::new(2), [start, Lanes::ZERO]);
    let times = [0.5, 1.0, 2.0, 5.0];
    solve(method, &mut oscillator(stiffness), &mut w, &mut y, &times, tolerance(1e-6), |_, y| {
        told.extend_from_slice(y);
    })
    .expect("solved");
    told
}

#[test]
fn a_lane_is_as_exact_beside_others_as_alone() {
    let stiffness = Lanes::from_fn(|lane| 1.0 + 2.0 * lane as f64);
    let start = Lanes::from_fn(|lane| 2.0 - 0.1 * lane as f64);
    for method in METHODS {
        let together = oscillated(method, stiffness, start);
        for lane in 0..WIDTH {
            let alone =
                oscillated(method, Lanes::splat(stiffness[lane]), Lanes::splat(start[lane]));
            for (a, b) in together.iter().zip(&alone) {
                assert_eq!(b.0, [b[0]; WIDTH]);
                assert!((a[lane] - b[lane]).abs() < 5e-5 * (1.0 + b[0].abs()), "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn groups_have_the_same_bits_on_any_thread() {
    let stiffness = Lanes::from_fn(|lane| 1.0 + lane as f64);
    for method in METHODS {
        let here = oscillated(method, stiffness, Lanes::splat(2.0));
        let there: Vec<Vec<Lanes>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(move || oscillated(method, stiffness, Lanes::splat(2.0))))
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(there.iter().all(|values| *values == here));
    }
}

/// With a workspace that served others the numbers are the same.
#[test]
fn a_workspace_remembers_nothing() {
    let mut w = Workspace::new(3);
    let run = |w: &mut Workspace| {
        let mut y = [Lanes::ONE, Lanes::ZERO, Lanes::ZERO];
        solve(&RODAS5P, &mut robertson(), w, &mut y, &[1.0], tolerance(1e-6), |_, _| {})
            .expect("solved");
        y
    };
    assert_eq!(run(&mut w), run(&mut w));
}
