//! The solver against solutions that are known: analytic, manufactured, and converged references.
//!
//! `cargo test -p needlepoint-absorption --release --test verification -- --nocapture` prints the figures
//! of the table in `docs/model/absorption-solver.md`.

use std::f64::consts::PI;

use needlepoint_absorption::cell::{
    self, Accuracy, Bottom, Cell, Channel, Discrete, Event, Exposure, Grid, Layer, Medium, Setting,
    t1,
};
use needlepoint_numerics::{
    stepping::{POLE, Step},
    strip::{Factors, Levels, Reservoir, Strip},
};

const FINE: Setting = Setting { fineness: 0.2, tolerance: 1e-4, change: 0.02 };

fn slab(layers: Vec<Layer>, bottom: Bottom) -> Cell {
    Cell { radius_um: 100.0, layers, channel: None, bottom }
}

fn layer(thickness_um: f64, medium: Medium) -> Layer {
    Layer { thickness_um, medium }
}

fn endless() -> Exposure {
    Exposure::of(Event::ApplyEndless { level: 1.0 })
}

fn j0(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..60 {
        term *= -(x * x / 4.0) / f64::from(k * k);
        sum += term;
    }
    sum
}

fn uniform(end: f64, cells: usize) -> Vec<f64> {
    (0..=cells).map(|i| end * i as f64 / cells as f64).collect()
}

/// A channel through all of the skin, clearance beside it, and `u = p(r) cos(pi z / H)` with
/// `D K p' = r (R^2 - r^2)`, so that the flux is continuous where the media meet; the source follows.
#[test]
fn a_manufactured_solution_across_media_is_met_with_second_order() {
    const R: f64 = 4.0;
    const WALL: f64 = 1.0;
    const H: f64 = 3.0;
    const CLEARANCE: f64 = 0.3;
    let inside = Medium { partition: 2.0, ..Medium::inert(5.0) };
    let outside = Medium { clearance_per_s: CLEARANCE, partition: 0.5, ..Medium::inert(1.0) };
    let cell = Cell {
        radius_um: R,
        layers: vec![layer(H, outside)],
        channel: Some(Channel::cylinder(WALL, H, inside)),
        bottom: Bottom::NoFlux,
    };
    let (k_in, k_out) = (10.0, 0.5);
    let integral = |r: f64| R * R * r * r / 2.0 - r.powi(4) / 4.0;
    let p = |r: f64| {
        let within = integral(r.min(WALL)) / k_in;
        if r > WALL { within + (integral(r) - integral(WALL)) / k_out } else { within }
    };
    let error_with = |parts: usize| {
        const N: usize = 32;
        let grid = Grid { radii_um: uniform(R, 4 * parts), depths_um: uniform(H, 3 * parts) };
        let mut net = Discrete::<N>::of(&cell, &grid, 1.0);
        let exact = |k: usize, i: usize| {
            let r = 0.5 * (grid.radii_um[i] + grid.radii_um[i + 1]);
            let z = 0.5 * (grid.depths_um[k] + grid.depths_um[k + 1]);
            (r, p(r) * (PI * z / H).cos(), (PI * z / H).cos())
        };
        net.strip.source = vec![[0.0; N]; grid.rows()];
        for k in 0..grid.rows() {
            for i in 0..grid.columns() {
                let (r, u, wave) = exact(k, i);
                let kappa = if r < WALL { k_in } else { k_out };
                let clearance = if r < WALL { 0.0 } else { CLEARANCE * 0.5 };
                let (a, b) = (grid.radii_um[i], grid.radii_um[i + 1]);
                let volume = PI * (b * b - a * a) * H / (3 * parts) as f64;
                let radial = -(2.0 * R * R - 4.0 * r * r) * wave;
                let axial = kappa * (PI / H).powi(2) * u;
                net.strip.source[k][i] = volume * (radial + axial + clearance * u);
            }
        }
        let levels = after_one_step(&net.strip, 1e9);
        let mut worst = 0.0f64;
        for k in 0..grid.rows() {
            for i in 0..grid.columns() {
                worst = worst.max((levels.cells[k][i] - exact(k, i).1).abs() / p(R));
            }
        }
        worst
    };
    let (coarse, fine) = (error_with(4), error_with(8));
    let order = (coarse / fine).log2();
    println!(
        "manufactured r-z, four media edges: errors {coarse:.2e} {fine:.2e}, order {order:.2}"
    );
    assert!(fine < 0.01 && (1.7..2.4).contains(&order), "{coarse} {fine} {order}");
}

fn after_one_step<const N: usize>(strip: &Strip<N>, length: f64) -> Levels<N> {
    let mut factors = Factors::with_rows(strip.rows());
    factors.factorise(strip, length);
    let mut new = Levels::zero(strip.rows());
    factors.advance(strip, &Levels::zero(strip.rows()), &mut new);
    new
}

fn fixed_steps<const N: usize>(
    strip: &Strip<N>,
    start: &Levels<N>,
    end: f64,
    steps: u32,
) -> Levels<N> {
    let length = end / f64::from(steps);
    let mut factors = Factors::with_rows(strip.rows());
    factors.factorise(strip, POLE * length);
    let mut step = Step::with_rows(strip.rows());
    let mut levels = start.clone();
    for _ in 0..steps {
        step.take(strip, &factors, &levels, length);
        let mut new = Levels::zero(strip.rows());
        step.solution(&levels, 1.0, &mut new);
        levels = new;
    }
    levels
}

/// `u = J0(m r) Z(z) exp(-l t)` in two layers of different diffusivity and partition: an exact solution
/// in radius, depth and time. `Z` is a cosine from each end, `l` is found by bisection.
#[test]
fn a_decaying_mode_of_two_layers_is_met_with_second_order_in_space() {
    const R: f64 = 2.0;
    const J1_ZERO: f64 = 3.831_705_970_207_512;
    let (d1, k1, h1) = (1.0, 1.0, 1.0);
    let (d2, k2, h2) = (0.25, 3.0, 0.8);
    let m = J1_ZERO / R;
    // Wave numbers at rate l; flux and level agree where D1 K1 q1 tan(q1 h1) + D2 K2 q2 tan(q2 h2) = 0.
    let waves = |l: f64| ((l / d1 - m * m).sqrt(), (l / d2 - m * m).sqrt());
    let misfit = |l: f64| {
        let (q1, q2) = waves(l);
        d1 * k1 * q1 * (q1 * h1).sin() * (q2 * h2).cos()
            + d2 * k2 * q2 * (q2 * h2).sin() * (q1 * h1).cos()
    };
    let (mut low, mut high) = (d1 * m * m + 1e-6, d1 * m * m + 1e-6);
    while misfit(low) * misfit(high) > 0.0 {
        low = high;
        high += 0.01;
    }
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if misfit(low) * misfit(middle) > 0.0 { low = middle } else { high = middle }
    }
    let rate = low;
    let (q1, q2) = waves(rate);
    let mode = |r: f64, z: f64| {
        let depth = if z < h1 {
            (q1 * z).cos() / (q1 * h1).cos()
        } else {
            (q2 * (h1 + h2 - z)).cos() / (q2 * h2).cos()
        };
        j0(m * r) * depth
    };
    let medium = |d, partition| Medium { partition, ..Medium::inert(d) };
    let cell = Cell {
        radius_um: R,
        layers: vec![layer(h1, medium(d1, k1)), layer(h2, medium(d2, k2))],
        channel: None,
        bottom: Bottom::NoFlux,
    };
    let end = 0.7 / rate;
    let error_with = |parts: usize| {
        let upper = uniform(h1, parts);
        let lower = uniform(h2, parts);
        let depths_um = upper.iter().copied().chain(lower.iter().skip(1).map(|z| h1 + z)).collect();
        let grid = Grid { radii_um: uniform(R, parts), depths_um };
        let net = Discrete::<32>::of(&cell, &grid, 1.0);
        let middle = |faces: &[f64], i: usize| 0.5 * (faces[i] + faces[i + 1]);
        let mut start = Levels::zero(grid.rows());
        for k in 0..grid.rows() {
            for i in 0..grid.columns() {
                let (r, z) = (middle(&grid.radii_um, i), middle(&grid.depths_um, k));
                start.cells[k][i] = mode(r, z);
            }
        }
        let levels = fixed_steps(&net.strip, &start, end, 60);
        let largest = start.cells.iter().flatten().fold(0.0f64, |a, b| a.max(b.abs()));
        let worst = levels.cells.iter().flatten().zip(start.cells.iter().flatten());
        worst.map(|(u, s)| (u - s * (-0.7f64).exp()).abs()).fold(0.0, f64::max) / largest
    };
    let (coarse, fine) = (error_with(16), error_with(32));
    let order = (coarse / fine).log2();
    println!("decaying mode of two layers: errors {coarse:.2e} {fine:.2e}, order {order:.2}");
    assert!(fine < 5e-3 && (1.7..2.4).contains(&order), "{coarse} {fine} {order}");
}

/// On the network of T1, from a smooth state, against many more steps.
#[test]
fn the_order_in_time_is_three_across_four_media() {
    const N: usize = 8;
    let (cell, exposure) = (t1::cell(Bottom::NoFlux), t1::exposure());
    let grid = Grid::of(&cell, &exposure, 1.4).expect("a grid");
    let mut net = Discrete::<N>::of(&cell, &grid, 1.0);
    net.strip.reservoir = Reservoir::Level { level: 1.0, to_first: net.to_surface };
    let zero = Levels { reservoir: 1.0, ..Levels::zero(grid.rows()) };
    let start = fixed_steps(&net.strip, &zero, 3600.0, 50);
    let reference = fixed_steps(&net.strip, &start, 3600.0, 400);
    let error_with = |steps| {
        let end = fixed_steps(&net.strip, &start, 3600.0, steps);
        let pairs = end.cells.iter().flatten().zip(reference.cells.iter().flatten());
        pairs
            .zip(net.strip.capacity.iter().flatten())
            .map(|((a, b), c)| (a - b).abs() * c)
            .sum::<f64>()
    };
    let order = (error_with(20) / error_with(40)).log2();
    println!("steps in time on T1's network: order {order:.2}");
    assert!((2.6..3.4).contains(&order), "{order}");
}

/// Crank, The Mathematics of Diffusion (1975), 4.3.3: what has passed a slab,
/// `Q / (c L) = T - 1/6 - (2/pi^2) sum (-1)^n / n^2 exp(-n^2 pi^2 T)`, `T = D t / L^2`; its asymptote meets
/// the axis at the lag `L^2 / (6 D)`.
#[test]
fn a_slab_lets_pass_what_crank_says() {
    const L: f64 = 20.0;
    const D: f64 = 0.1;
    let cell = slab(vec![layer(L, Medium::inert(D))], Bottom::Sink);
    let lag = L * L / (6.0 * D);
    let times: Vec<f64> = [1.0, 1.5, 2.0, 6.0, 12.0].map(|lags| lags * lag).to_vec();
    let told =
        cell::solve(&cell, &endless(), &times, Setting { fineness: 0.1, ..FINE }).expect("solved");
    let mut worst = 0.0f64;
    for snapshot in &told.snapshots {
        let t = D * snapshot.time_s / (L * L);
        let series: f64 = (1..200)
            .map(|n| {
                let sign = if n % 2 == 0 { 1.0 } else { -1.0 };
                let n = f64::from(n);
                sign / (n * n) * (-n * n * PI * PI * t).exp()
            })
            .sum();
        let exact = (t - 1.0 / 6.0 - 2.0 / (PI * PI) * series) * L * cell.area_um2();
        worst = worst.max((snapshot.left / exact - 1.0).abs());
    }
    let (a, b) = (&told.snapshots[3], &told.snapshots[4]);
    let flux = (b.left - a.left) / (b.time_s - a.time_s);
    let found = b.time_s - b.left / flux;
    println!("slab: largest error of what passed {worst:.1e}, lag {found:.3} s of {lag:.3} s");
    assert!(worst < 5e-3 && (found / lag - 1.0).abs() < 1e-3, "{worst} {found}");
}

/// Carslaw and Jaeger (1959), 7.6: uptake of a cylinder through its wall,
/// `M / M_end = 1 - sum 4 / a_n^2 exp(-a_n^2 D t / R^2)` with the zeros `a_n` of `J0`.
#[test]
fn a_cylinder_takes_up_through_its_wall_what_carslaw_and_jaeger_say() {
    const N: usize = 56;
    const R: f64 = 50.0;
    const D: f64 = 2.0;
    let mut cell = slab(vec![layer(10.0, Medium::inert(D))], Bottom::NoFlux);
    cell.radius_um = R;
    let grid = Grid { radii_um: uniform(R, N), depths_um: vec![0.0, 10.0] };
    let mut net = Discrete::<N>::of(&cell, &grid, 1.0);
    let mut to_first = [0.0; N];
    let outermost = 0.5 * (grid.radii_um[N - 1] + R);
    to_first[N - 1] = 2.0 * PI * 10.0 * D / (R / outermost).ln();
    net.strip.reservoir = Reservoir::Level { level: 1.0, to_first };
    // McMahon's expansion of the zeros of J0 is exact to 1e-5 from the first; one step of bisection more
    // than needed makes them exact.
    let zero = |n: u32| {
        let guess = (f64::from(n) - 0.25) * PI;
        let (mut low, mut high) = (guess - 0.2, guess + 0.3);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if j0(low) * j0(middle) > 0.0 { low = middle } else { high = middle }
        }
        low
    };
    let zeros: Vec<f64> = (1..8).map(zero).collect();
    let mut worst = 0.0f64;
    for t in [0.02, 0.1, 0.3] {
        let start = Levels { reservoir: 1.0, ..Levels::zero(1) };
        let levels = fixed_steps(&net.strip, &start, t * R * R / D, 400);
        let held: f64 =
            levels.cells[0].iter().zip(&net.strip.capacity[0]).map(|(u, c)| u * c).sum();
        let taken = held / net.strip.capacity[0].iter().sum::<f64>();
        let rest: f64 = zeros.iter().map(|a| 4.0 / (a * a) * (-a * a * t).exp()).sum();
        worst = worst.max((taken / (1.0 - rest) - 1.0).abs());
    }
    println!("cylinder: largest error of the uptake {worst:.1e}");
    assert!(worst < 2e-3, "{worst}");
}

/// Where clearance and diffusion balance, the level falls as `exp(-z / sqrt(D / k))` and the flux in is
/// `sqrt(D k)`.
#[test]
fn with_clearance_the_level_decays_over_its_length() {
    const D: f64 = 100.0;
    const K: f64 = 4e-4;
    let length = (D / K).sqrt();
    let medium = Medium { clearance_per_s: K, ..Medium::inert(D) };
    let cell = slab(vec![layer(8.0 * length, medium)], Bottom::NoFlux);
    let times = [40.0 / K, 50.0 / K];
    let told =
        cell::solve(&cell, &endless(), &times, Setting { fineness: 0.1, ..FINE }).expect("solved");
    let snapshot = &told.snapshots[1];
    let profile = told.depth_profile(&snapshot.level);
    let worst = profile.iter().filter(|(z, _)| *z < 3.0 * length);
    let worst = worst.map(|(z, u)| (u - (-z / length).exp()).abs()).fold(0.0, f64::max);
    let flux = snapshot.flow[0] / cell.area_um2() / (D * K).sqrt();
    let reach = told.reach_um(snapshot, 0.1) / (length * 10f64.ln());
    println!("clearance: level within {worst:.1e}, flux {flux:.5}, reach {reach:.5} of the exact");
    assert!(worst < 2e-3 && (flux - 1.0).abs() < 3e-3 && (reach - 1.0).abs() < 5e-3);
}

/// In equilibrium levels are equal and concentrations jump by the partition.
#[test]
fn concentrations_jump_by_the_partition() {
    let media = [1.0, 5.0, 0.2].map(|partition| Medium { partition, ..Medium::inert(1.0) });
    let cell = slab(media.map(|medium| layer(10.0, medium)).to_vec(), Bottom::NoFlux);
    let told = cell::solve(&cell, &endless(), &[1e6], FINE).expect("solved");
    let profile = told.depth_profile(&told.snapshots[0].concentration);
    for (depth, concentration) in profile {
        let expected = [1.0, 5.0, 0.2][(depth / 10.0) as usize];
        assert!((concentration / expected - 1.0).abs() < 1e-9, "{depth}: {concentration}");
    }
}

#[test]
fn benchmark_t1_is_met() {
    for (name, setting, allowed) in
        [("1 %", t1::ONE_PERCENT, 1e-2), ("0.1 %", t1::TENTH_PERCENT, 1e-3)]
    {
        let told = cell::solve_extrapolated(
            &t1::cell(Bottom::NoFlux),
            &t1::exposure(),
            &t1::TIMES_S,
            setting,
        )
        .expect("solved");
        let error = t1::largest_error(&told.solution, &t1::REFERENCE);
        println!(
            "T1, setting for {name}: error {error:.2e}, estimate without extrapolation {:.2e}",
            told.estimate
        );
        assert!(error < allowed && error < told.estimate, "{name}: {error} {}", told.estimate);
        for snapshot in &told.solution.snapshots {
            assert!(snapshot.imbalance().abs() < 1e-10, "{}", snapshot.imbalance());
        }
    }
}

/// What leaves far below the channel in the first hour is a tail and needs a finer grid than the rest.
#[test]
fn benchmark_t1_with_a_sink_is_met() {
    let with = |setting| {
        let told = cell::solve_extrapolated(
            &t1::cell(Bottom::Sink),
            &t1::exposure(),
            &t1::TIMES_S,
            setting,
        )
        .expect("solved")
        .solution;
        let pairs = told.snapshots.iter().zip(&t1::REFERENCE_WITH_SINK);
        let left = pairs
            .map(|(told, reference)| (told.left * t1::M3_PER_UM3 / reference.left - 1.0).abs());
        (t1::largest_error(&told, &t1::REFERENCE_WITH_SINK), left.fold(0.0, f64::max))
    };
    let (nine, left) = with(t1::TENTH_PERCENT);
    let (fine_nine, fine_left) = with(Setting { fineness: 0.7, ..t1::TENTH_PERCENT });
    println!(
        "T1 with a sink: errors {nine:.2e}, outflow {left:.2e}; finer {fine_nine:.2e}, {fine_left:.2e}"
    );
    assert!(nine < 1e-3 && left < 1e-2, "{nine} {left}");
    assert!(fine_nine < 1e-3 && fine_left < 1e-3, "{fine_nine} {fine_left}");
}

/// The setting chosen by the estimate keeps what was asked for, and the estimate is neither far below nor far
/// above the true error.
#[test]
fn the_chosen_setting_keeps_the_accuracy() {
    let (cell, exposure) = (t1::cell(Bottom::NoFlux), t1::exposure());
    for wanted in [0.03, 0.01, 0.003] {
        let accuracy = Accuracy::Share(wanted);
        let chosen = cell::choose(&cell, &exposure, &t1::TIMES_S, accuracy).expect("chosen");
        let told = cell::solve(&cell, &exposure, &t1::TIMES_S, chosen.setting).expect("solved");
        let error = t1::largest_error(&told, &t1::REFERENCE);
        println!("T1, {wanted} asked for: estimate {:.2e}, true {error:.2e}", chosen.estimate);
        assert!(error <= wanted && error < 2.0 * chosen.estimate && chosen.estimate < 5.0 * error);
    }
}
