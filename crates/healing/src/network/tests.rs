//! Each equation against its analytic solution, limits, conservation, and the facts the network must respect.

use needlepoint_knowledge::Knowledge;
use needlepoint_numerics::lanes::{Lanes, WIDTH};
use proptest::prelude::*;

use super::{
    cell::{Cell, Resolution},
    depth::{Group, Member, RESOLUTION},
    kinetics::{Cascade, Kinetics, STATES, Signals, index, rate},
    space::{People, Places, Space},
    unit_cell::Grid,
    *,
};

/// The medians of the priors: medians of a fit, each by itself, need not be a possible truth together.
fn rates() -> NetworkRates {
    Knowledge::embedded().expect("shipped knowledge is valid").prior().parameters.medians().set()
}

const GROUND: Ground = Ground { collagen_at_rest: 0.85, synthesis: 0.8, stimulus: 1.0 };
const THICKNESS_UM: [f64; LAYERS] = [260.0, 520.0, 520.0];

/// `holes` channels per cm2 that reach `depth_um` into the dermis, `radius_um` wide.
fn channels(holes: f64, depth_um: f64, radius_um: f64, blood: f64) -> Section {
    let depths_um: Vec<f64> = (0..=130).map(|step| 10.0 * f64::from(step)).collect();
    let share = holes * 1e-8 * std::f64::consts::PI * radius_um.powi(2);
    let profile = |share: f64| Profile {
        above_um: depths_um.iter().map(|depth| share * depth.min(depth_um)).collect(),
        depth_um: depths_um.clone(),
    };
    Section {
        thickness_um: THICKNESS_UM,
        holes_per_cm2: holes,
        signalling_range_um: 100.0,
        injured: profile(share),
        clot: profile(blood * share),
    }
}

fn roller() -> Section {
    channels(229.0, 1000.0, 40.0, 0.3)
}

fn dense_pen() -> Section {
    channels(940.0, 1100.0, 35.0, 0.3)
}

/// States at `times` after the last of `sessions` (days).
fn after(
    section: &Section,
    rates: &NetworkRates,
    ground: Ground,
    sessions: &[f64],
    times: &[f64],
) -> Vec<Dermis> {
    let mut group = Group::at_rest(&[Member { rates, ground, section }]).expect("somebody");
    for pair in sessions.windows(2) {
        group.wound();
        group.heal(&[pair[1] - pair[0]], |_, _, _| {}).expect("solved");
    }
    group.wound();
    let mut seen = Vec::new();
    group.heal(times, |_, _, dermis| seen.push(*dermis)).expect("solved");
    seen
}

fn gain(dermis: &Dermis, ground: Ground) -> f64 {
    dermis[0].collagen() / ground.collagen_at_rest
}

#[test]
fn without_a_wound_nothing_happens() {
    let (rates, section) = (rates(), channels(200.0, 0.0, 40.0, 0.0));
    let mut left = after(&section, &rates, GROUND, &[0.0, 30.0], &[365.0]);
    for layer in left.iter_mut().flatten() {
        // The mean of ones, weighted with volumes, is one to the last digit but one.
        assert!((layer.fibroblasts - 1.0).abs() < 1e-14);
        layer.fibroblasts = 1.0;
    }
    let rest = LayerState { fibroblasts: 1.0, synthesis: 1.0, ..LayerState::default() };
    assert_eq!(left, [[rest; LAYERS]]);
}

/// `B = B0 e^{-k t}` everywhere, so also in the mean; and what it holds of mitogen is spread, not lost.
#[test]
fn the_clot_dissolves_exponentially() {
    let (rates, section) = (rates(), roller());
    let seen = after(&section, &rates, GROUND, &[0.0], &[0.0, 1.0, 4.0]);
    assert!(seen[0][0].clot > 1e-3);
    for (dermis, t) in seen.iter().zip([0.0f64, 1.0, 4.0]) {
        let expected = seen[0][0].clot * (-rates.clot_lysis * t).exp();
        assert!((dermis[0].clot / expected - 1.0).abs() < 2e-3, "{t}");
    }
}

fn everywhere(k: &NetworkRates) -> Kinetics {
    Kinetics::new([(k, GROUND); WIDTH])
}

const SILENT: Signals = Signals { alarm: Lanes::ZERO, mitogen: Lanes::ZERO, tgf_beta: Lanes::ZERO };

/// At a place without signals M1 and M2 leave and switch, neutrophils leave, and nothing else moves.
#[test]
fn a_place_without_signals_only_loses_cells() {
    let k = rates();
    let mut y = [Lanes::ZERO; STATES];
    y[2] = Lanes::splat(0.3);
    y[3] = Lanes::splat(0.2);
    y[5] = Lanes::ONE;
    let f = rate(&everywhere(&k), &y, &SILENT);
    let called = k.macrophage_influx * k.neutrophil_call * 0.3;
    let leaving = (k.switch_rate + k.macrophage_loss) * 0.2;
    assert!((f[2][0] + k.neutrophil_loss * 0.3).abs() < 1e-15);
    assert!((f[3][0] - called + leaving).abs() < 1e-15);
    assert!((f[4][0] - k.switch_rate * 0.2).abs() < 1e-15);
    assert_eq!((f[0][0], f[1][0], f[5][0], f[6][0]), (0.0, 0.0, 0.0, 0.0));
}

/// Steady alarm without debris being cleared: neutrophils settle where influx and loss balance, and
/// recruitment is half of its most at `K_D`.
#[test]
fn recruitment_is_half_at_the_half_effect() {
    let k = rates();
    let y = [Lanes::ZERO; STATES];
    let alarm = Lanes::splat(k.debris_half_effect);
    let f = rate(&everywhere(&k), &y, &Signals { alarm, ..SILENT });
    assert!((f[2][0] - 0.5 * k.neutrophil_influx).abs() < 1e-12);
}

/// Mature collagen at rest is at rest whatever the stretch loop; what is added is lost more slowly
/// than by turnover alone.
#[test]
fn the_stretch_loop_slows_the_loss_and_never_reverses_it() {
    let k = rates();
    let mut y = [Lanes::ZERO; STATES];
    y[5] = Lanes::ONE;
    assert_eq!(rate(&everywhere(&k), &y, &SILENT)[8][0], 0.0);
    for gained in [0.01, 0.1, 0.4] {
        y[8] = Lanes::splat(gained);
        let loss = -rate(&everywhere(&k), &y, &SILENT)[8][0];
        assert!(loss > 0.0 && loss < k.mature_turnover * gained, "{gained}: {loss}");
    }
}

/// The column of one state in the Jacobian of [`Cascade`]. `N`, `A` and `R` themselves are not solved for.
fn cascade_times(k: &Kinetics, y: &[Lanes; STATES], signals: &Signals, x: usize) -> [f64; STATES] {
    // As hg falls to zero, x = right + hg J right.
    let hg = 1e-7;
    let mut right = [Lanes::ZERO; STATES];
    right[x] = Lanes::ONE;
    let cascade = Cascade::at(k, y, signals);
    cascade.solve_local(k, Lanes::splat(hg), &mut right);
    std::array::from_fn(|state| (right[state][0] - f64::from(state == x)) / hg)
}

/// The Jacobian that the cascade solves with, against differences of the rate, where it is said to be exact: all
/// that acts at a place through `B, D, F, Y` and `n`, signals held; of `N, A, R` what they do to debris.
/// Not looked at is what it leaves out: synthesis, crowding by mature collagen, what inflammation breaks down; and
/// MMP, which is constant here.
#[test]
fn the_cascade_is_the_derivative_where_it_is_said_to_be() {
    use index::{A, B, C, D, F, N, NEW, R, Y};
    let k = everywhere(&NetworkRates { stretch_loop: 0.0, ..rates() });
    let signals = Signals {
        alarm: Lanes::splat(0.2),
        mitogen: Lanes::splat(0.4),
        tgf_beta: Lanes::splat(0.3),
    };
    let y = [0.1, 0.3, 0.2, 0.25, 0.15, 1.4, 0.2, 0.02, 0.03].map(Lanes::splat);
    let step = 1e-6;
    for x in [B, D, N, A, R, F, Y, NEW, C] {
        let (mut up, mut down) = (y, y);
        up[x] += step;
        down[x] -= step;
        let (up, down) = (rate(&k, &up, &signals), rate(&k, &down, &signals));
        let found = cascade_times(&k, &y, &signals, x);
        for of in [B, D, F, Y, NEW, C] {
            let left_out = matches!((of, x), (NEW, N | A | F | Y | C) | (C, A));
            let exact = (up[of][0] - down[of][0]) / (2.0 * step);
            if !left_out {
                assert!(
                    (found[of] - exact).abs() < 1e-5 * (1.0 + exact.abs()),
                    "state {of} by {x}: {} for {exact}",
                    found[of]
                );
            }
        }
    }
}

fn amounts(space: &impl Space, grid: &Grid, u: &[Lanes]) -> f64 {
    let volumes: f64 = THICKNESS_UM.iter().zip(space.means(u)).map(|(t, mean)| t * mean[0]).sum();
    volumes * (0..grid.rings()).map(|ring| grid.area(ring)).sum::<f64>()
}

proptest! {
    /// Spreading and wandering move things about and lose none; a session levels and loses none.
    #[test]
    fn nothing_is_lost_on_the_way(
        values in prop::collection::vec(0.0..1.0f64, RESOLUTION.nodes()),
        holes in 50.0..2000.0f64,
    ) {
        let section = channels(holes, 800.0, 35.0, 0.3);
        let grid = Grid::new(&section, RESOLUTION);
        let mut space = People::new(&std::array::from_fn(|_| grid.clone()), &[&section; WIDTH]);
        let u: Vec<Lanes> = values.iter().map(|value| Lanes::splat(*value)).collect();
        let before = amounts(&space, &grid, &u);
        let mut signals = [u.clone(), u.clone(), u.clone()];
        space.spread(&mut signals);
        prop_assert!((amounts(&space, &grid, &signals[1]) / before - 1.0).abs() < 1e-10);
        let mut moved = vec![Lanes::ZERO; u.len()];
        space.diffuse(Lanes::ONE, &u, &mut moved);
        prop_assert!(amounts(&space, &grid, &moved).abs() < 1e-9 * before);
        let mut level = u.clone();
        space.level(&mut level);
        prop_assert!((amounts(&space, &grid, &level) / before - 1.0).abs() < 1e-12);
    }

    /// One person's places lie in other lanes than eight people's, and hold the same.
    #[test]
    fn both_ways_to_lie_in_lanes_agree(
        values in prop::collection::vec(0.0..1.0f64, RESOLUTION.nodes()),
        holes in 50.0..2000.0f64,
    ) {
        let section = channels(holes, 800.0, 35.0, 0.3);
        let grid = Grid::new(&section, RESOLUTION);
        let mut people = People::new(&std::array::from_fn(|_| grid.clone()), &[&section; WIDTH]);
        let mut places = Places::new(&grid, &section);
        let u: Vec<Lanes> = values.iter().map(|value| Lanes::splat(*value)).collect();
        let mut packed = vec![Lanes::ZERO; places.width()];
        for (node, value) in values.iter().enumerate() {
            packed[node / WIDTH][node % WIDTH] = *value;
        }
        let (mut a, mut b) = ([u.clone(), u.clone(), u.clone()], [packed.clone(), packed.clone(), packed.clone()]);
        people.spread(&mut a);
        places.spread(&mut b);
        let (mut da, mut db) = (vec![Lanes::ZERO; u.len()], vec![Lanes::ZERO; packed.len()]);
        people.diffuse(Lanes::splat(3.0), &u, &mut da);
        places.diffuse(Lanes::splat(3.0), &packed, &mut db);
        let losses = |width| [vec![Lanes::splat(2.0); width], vec![Lanes::splat(0.8); width], vec![Lanes::splat(0.3); width]];
        let (mut sa, mut sb) = (u.clone(), packed.clone());
        people.prepare(0.4, Lanes::splat(3000.0), &losses(u.len()));
        people.solve(1, &mut sa);
        places.prepare(0.4, Lanes::splat(3000.0), &losses(packed.len()));
        places.solve(1, &mut sb);
        for node in 0..u.len() {
            let of = |packed: &[Lanes]| packed[node / WIDTH][node % WIDTH];
            prop_assert!((a[2][node][0] - of(&b[2])).abs() < 1e-12);
            prop_assert!((da[node][0] - of(&db)).abs() < 1e-9 * (1.0 + da[node][0].abs()));
            prop_assert!((sa[node][0] - of(&sb)).abs() < 1e-12);
        }
    }
}

/// `S - lambda^2 S'' = D` in depth alone, where the channel is as wide as its cell: in a layer without
/// debris below one full of it, the alarm falls off as `cosh((H - z)/lambda)`.
#[test]
fn the_alarm_spreads_as_it_should() {
    let section = Section { holes_per_cm2: 500.0, ..channels(500.0, 260.0, 35.0, 0.0) };
    let resolution = Resolution {
        channel_rings: 1,
        tissue_rings: 1,
        slabs: [40, 60, 60],
        growth: [1.0; LAYERS],
    };
    let grid = Grid::new(&section, resolution);
    let mut space = Places::new(&grid, &section);
    let mut debris = vec![Lanes::ZERO; space.width()];
    let node_depth = |node: usize| {
        let slab = node / grid.rings();
        0.5 * (grid.depth_um[slab] + grid.depth_um[slab + 1])
    };
    for node in 0..grid.nodes() {
        debris[node / WIDTH][node % WIDTH] = f64::from(node_depth(node) < 260.0);
    }
    let mut signals = [debris.clone(), debris.clone(), debris];
    space.spread(&mut signals);
    let (h, all, range) = (260.0f64, 1300.0f64, section.signalling_range_um);
    for node in 0..grid.nodes() {
        let z = node_depth(node);
        let expected = if z < h {
            1.0 - ((all - h) / range).sinh() / (all / range).sinh() * (z / range).cosh()
        } else {
            (h / range).sinh() / (all / range).sinh() * ((all - z) / range).cosh()
        };
        let found = signals[0][node / WIDTH][node % WIDTH];
        assert!((found - expected).abs() < 2e-3, "{z}: {found} for {expected}");
    }
}

#[test]
fn neutrophils_come_before_macrophages_and_inflammation_is_over_by_day_ten() {
    let times: Vec<f64> = (0..=80).map(|quarter| 0.25 * f64::from(quarter)).collect();
    for section in [roller(), dense_pen()] {
        let seen = after(&section, &rates(), GROUND, &[0.0], &times);
        let peak = |read: fn(&LayerState) -> f64| {
            let most =
                seen.iter().enumerate().max_by(|a, b| read(&a.1[0]).total_cmp(&read(&b.1[0])));
            times[most.expect("some").0]
        };
        let (n, a, r) = (peak(|s| s.neutrophils), peak(|s| s.macrophages), peak(|s| s.repairing));
        assert!((0.4..=1.5).contains(&n), "{n}");
        assert!(n <= a && a < r && r < 6.0, "{n} {a} {r}");
        let most = seen.iter().map(|d| d[0].inflammation()).fold(0.0, f64::max);
        assert!(seen[40][0].inflammation() < most / 20.0);
    }
}

#[test]
fn synthesis_dips_on_day_one_and_is_raised_for_weeks() {
    let seen = after(&dense_pen(), &rates(), GROUND, &[0.0], &[1.0, 7.0, 28.0]);
    let s = |at: usize| seen[at][0].synthesis;
    assert!(s(0) < 1.0 && s(1) > 1.5 && s(2) > 1.1, "{} {} {}", s(0), s(1), s(2));
}

#[test]
fn contracting_cells_come_and_go() {
    let seen = after(&dense_pen(), &rates(), GROUND, &[0.0], &[7.0, 30.0]);
    assert!(seen[0][0].myofibroblasts > 0.05 && seen[1][0].myofibroblasts < 0.01);
}

#[test]
fn the_gain_rises_for_three_months_and_holds_for_most_of_a_year() {
    let sessions = [0.0, 30.0, 60.0, 90.0, 120.0];
    let seen = after(&roller(), &rates(), GROUND, &sessions, &[30.0, 90.0, 240.0]);
    let gains: Vec<f64> = seen.iter().map(|dermis| gain(dermis, GROUND)).collect();
    assert!(gains[1] > gains[0] && gains[2] > 0.85 * gains[1], "{gains:?}");
    assert!((0.25..=0.8).contains(&gains[1]), "{gains:?}");
}

/// Too close: the second and third of three sessions two days apart bring less than half of what
/// they bring a month apart.
#[test]
fn sessions_two_days_apart_bring_little_more_than_one() {
    for section in [roller(), dense_pen()] {
        let of = |sessions: &[f64]| {
            gain(&after(&section, &rates(), GROUND, sessions, &[90.0])[0], GROUND)
        };
        let (once, close, monthly) = (of(&[0.0]), of(&[0.0, 2.0, 4.0]), of(&[0.0, 28.0, 56.0]));
        assert!(close - once < 0.5 * (monthly - once), "{once} {close} {monthly}");
        assert!(close > once, "{once} {close}");
    }
}

#[test]
fn sessions_far_apart_nearly_add_up_and_each_brings_less() {
    let of =
        |sessions: &[f64]| gain(&after(&roller(), &rates(), GROUND, sessions, &[90.0])[0], GROUND);
    let gains: Vec<f64> =
        (1..=6).map(|n| of(&(0..n).map(|s| 42.0 * f64::from(s)).collect::<Vec<_>>())).collect();
    assert!(gains[1] > 1.6 * gains[0], "{gains:?}");
    let added: Vec<f64> = gains.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(added.windows(2).all(|pair| pair[1] < pair[0]), "diminishing returns: {added:?}");
}

#[test]
fn older_skin_gains_less_and_depleted_skin_with_the_same_readiness_more() {
    let of = |ground: Ground| gain(&after(&roller(), &rates(), ground, &[0.0], &[90.0])[0], ground);
    let old = Ground { synthesis: 0.4, ..GROUND };
    let depleted = Ground { collagen_at_rest: 0.6, ..GROUND };
    assert!(of(old) < of(GROUND) && of(GROUND) < of(depleted));
}

#[test]
fn density_and_depth_matter_and_level_off() {
    let of = |holes: f64, depth_um: f64| {
        let seen = after(&channels(holes, depth_um, 35.0, 0.3), &rates(), GROUND, &[0.0], &[90.0]);
        let layers = seen[0].map(|layer| layer.collagen());
        THICKNESS_UM.iter().zip(layers).map(|(t, x)| t * x).sum::<f64>()
    };
    let by_density = [100.0, 200.0, 400.0, 800.0, 1600.0].map(|holes| of(holes, 800.0));
    assert!(by_density.windows(2).all(|pair| pair[1] > pair[0]));
    let doubled = by_density.windows(2).map(|pair| pair[1] / pair[0]).collect::<Vec<_>>();
    assert!(doubled[3] < doubled[0], "halos meet: {doubled:?}");
    assert!(of(400.0, 1000.0) > of(400.0, 500.0) && of(400.0, 500.0) > of(400.0, 200.0));
}

/// Fills its group, or alone, or beside others: a person's course is the same within the tolerance of
/// the solver, and to the last digit with the same company.
#[test]
fn company_does_not_matter() {
    let (rates, one, other) = (rates(), roller(), dense_pen());
    let member = |section| Member { rates: &rates, ground: GROUND, section };
    let of = |members: &[Member<'_>]| {
        let mut group = Group::at_rest(members).expect("somebody");
        group.wound();
        let mut first = Vec::new();
        group
            .heal(&[1.0, 28.0, 90.0], |_, person, dermis| {
                if person == 0 {
                    first.push(*dermis);
                }
            })
            .expect("solved");
        first
    };
    let alone = of(&[member(&one)]);
    assert_eq!(alone, of(&[member(&one); 8]));
    let beside = of(&[member(&one), member(&other), member(&other)]);
    for (a, b) in alone.iter().zip(&beside) {
        assert!((a[0].collagen() - b[0].collagen()).abs() < 1e-3 * (0.01 + a[0].collagen().abs()));
    }
    assert!(Group::at_rest(&[]).is_none());
    assert!(Group::at_rest(&[member(&one); 9]).is_none());
}

/// The reference converges: with half as many rings and slabs the means change by a few per cent, from
/// there to twice as many by far less.
#[test]
fn the_fine_grid_converges() {
    let (rates, section) = (rates(), channels(300.0, 430.0, 35.0, 0.3));
    let of = |factor: usize| {
        let resolution = Resolution {
            channel_rings: factor,
            tissue_rings: 6 * factor,
            slabs: [4 * factor, 5 * factor, 5 * factor],
            growth: [1.0; LAYERS],
        };
        let mut cell =
            Cell::at_rest(&Member { rates: &rates, ground: GROUND, section: &section }, resolution);
        cell.wound();
        let mut seen = Vec::new();
        cell.heal(&[1.0, 28.0], |_, dermis| seen.push(*dermis)).expect("solved");
        [seen[0][0].inflammation(), seen[1][0].collagen(), seen[1][1].collagen()]
    };
    let (coarse, middle, fine) = (of(1), of(2), of(4));
    for ((coarse, middle), fine) in coarse.iter().zip(middle).zip(fine) {
        let (first, second) = ((coarse - middle).abs(), (middle - fine).abs());
        println!("{coarse} {middle} {fine}: order {:.2}", (first / second).log2());
        assert!(second < 0.6 * first, "{coarse} {middle} {fine}");
        assert!(second < 0.02 * fine.abs(), "{coarse} {middle} {fine}");
    }
}
