//! Each equation against its analytic solution, limits, and the facts the network must respect.

use needlepoint_knowledge::Knowledge;

use super::*;

/// The medians that are shipped.
fn rates() -> NetworkRates {
    Knowledge::embedded().expect("shipped knowledge is valid").parameters.medians().set()
}

const GROUND: Ground = Ground { collagen_at_rest: 0.85, synthesis: 0.8, stimulus: 1.0 };
const ROLLER: Wound = Wound { injured: 0.018, clot: 0.004, halo: 0.16 };

/// States at `times` after the sessions at `sessions` (days).
fn course(wound: Wound, sessions: &[f64], times: &[f64]) -> Vec<LayerState> {
    let k = rates();
    let mut state = LayerState::at_rest();
    let mut states = Vec::new();
    for (at, &start) in sessions.iter().enumerate() {
        let since_last = if at == 0 { 0.0 } else { start - sessions[at - 1] };
        state = state.wounded(&k, &wound, since_last);
        let end = sessions.get(at + 1).copied().unwrap_or(times[times.len() - 1]);
        let within: Vec<f64> =
            times.iter().filter(|&&t| t >= start && t < end).map(|t| t - start).collect();
        let mut until = within.clone();
        until.push(end - start);
        let mut seen = Vec::new();
        state = heal(&k, &GROUND, state, &until, |_, s| seen.push(*s)).expect("solved");
        seen.truncate(within.len());
        states.extend(seen);
    }
    states.push(state);
    states
}

fn gain(state: &LayerState) -> f64 {
    state.collagen() / GROUND.collagen_at_rest
}

#[test]
fn without_a_wound_nothing_happens() {
    let k = rates();
    let rest = LayerState::at_rest();
    assert_eq!(rate(&k, &GROUND, &rest), [0.0; STATES]);
    assert_eq!(heal(&k, &GROUND, rest, &[365.0], |_, _| {}), Ok(rest));
}

/// Clot, and mitogen fed by it alone: `B = B0 e^{-k t}`, `P = b k B0 (e^{-k t} - e^{-m t})/(m - k)`.
#[test]
fn clot_and_mitogen_follow_their_analytic_solution() {
    let mut k = rates();
    k.macrophage_influx = 0.0;
    let start =
        LayerState::at_rest().wounded(&k, &Wound { injured: 0.0, clot: 0.002, halo: 0.2 }, 0.0);
    let (rate, loss) = (k.clot_lysis, k.mitogen_loss);
    for t in [0.3f64, 1.0, 4.0] {
        let end = heal(&k, &GROUND, start, &[t], |_, _| {}).expect("solved");
        let clot = 0.01 * (-rate * t).exp();
        let mitogen =
            k.clot_mitogen * rate * 0.01 * ((-rate * t).exp() - (-loss * t).exp()) / (loss - rate);
        assert!((end.values[index::B] / clot - 1.0).abs() < 1e-3, "{t}");
        assert!((end.values[index::P] / mitogen - 1.0).abs() < 2e-3, "{t}");
    }
}

/// Macrophages without debris: M1 and M2 are two lags in a row.
#[test]
fn the_switch_follows_its_analytic_solution() {
    let k = rates();
    let mut start = LayerState::at_rest();
    start.halo = 0.2;
    start.values[index::A] = 0.1;
    let t = 2.0;
    let end = heal(&k, &GROUND, start, &[t], |_, _| {}).expect("solved");
    let leaving = k.switch_rate + k.macrophage_loss;
    let m1 = 0.1 * (-leaving * t).exp();
    let m2 = 0.1 * ((-k.macrophage_loss * t).exp() - (-leaving * t).exp());
    assert!((end.values[index::A] / m1 - 1.0).abs() < 1e-3);
    assert!((end.values[index::R] / m2 - 1.0).abs() < 1e-3);
}

/// New collagen matures without loss when nothing else is going on: what leaves `n` arrives in `C`.
#[test]
fn maturing_conserves_collagen() {
    let mut k = rates();
    k.mature_turnover = 0.0;
    let mut start = LayerState::at_rest();
    start.values[index::NEW] += 0.1;
    let t = 30.0;
    let end = heal(&k, &GROUND, start, &[t], |_, _| {}).expect("solved");
    assert!((end.collagen() - start.collagen()).abs() < 1e-8);
    let left = 0.1 * (-k.maturation * t).exp();
    assert!((end.new_collagen() - left).abs() < 1e-5);
}

#[test]
fn the_gain_returns_on_the_turnover_slowed_by_the_stretch_loop() {
    let mut k = rates();
    let mut start = LayerState::at_rest();
    start.values[index::C] += 1e-3;
    k.stretch_loop = 0.0;
    let without = heal(&k, &GROUND, start, &[365.0], |_, _| {}).expect("solved");
    let left = 1e-3 * (-k.mature_turnover * 365.0).exp();
    assert!((without.collagen() / left - 1.0).abs() < 1e-3);
    k.stretch_loop = 0.7;
    let with = heal(&k, &GROUND, start, &[365.0], |_, _| {}).expect("solved");
    assert!(with.collagen() > without.collagen());
}

/// What was measured about the order of events, as a biopsy of the layer would see it.
#[test]
fn the_sequence_of_healing_is_the_published_one() {
    let times = [0.5, 1.0, 2.0, 4.0, 7.0, 10.0, 14.0, 28.0, 30.0];
    let states = course(ROLLER, &[0.0], &times);
    let at = |day: f64| &states[times.iter().position(|&t| t == day).expect("asked for")];
    let s = |day: f64| synthesis(&rates(), &GROUND, at(day));
    let neutrophils = |day: f64| at(day).values[index::N];
    let m1 = |day: f64| at(day).values[index::A];
    let m2 = |day: f64| at(day).values[index::R];
    // Neutrophils on day 1, gone by day 4; M1 before M2; inflammation over by day 10.
    assert!(neutrophils(0.5) > neutrophils(2.0) && neutrophils(4.0) < 0.05 * neutrophils(0.5));
    assert!(m1(1.0) > m2(1.0) && m2(4.0) > m1(4.0));
    assert!(at(10.0).inflammation() < 0.02 * at(1.0).inflammation());
    // Collagen message: dips slightly on day 1, +50 to +80 % about day 7, still raised on day 28.
    assert!((0.8..0.97).contains(&s(1.0)), "{}", s(1.0));
    assert!((1.5..=1.8).contains(&s(7.0)), "{}", s(7.0));
    assert!((1.05..1.4).contains(&s(28.0)), "{}", s(28.0));
    // Myofibroblasts come and leave.
    let myofibroblasts = |day: f64| at(day).values[index::Y];
    assert!(myofibroblasts(7.0) > 0.02 && myofibroblasts(30.0) < 0.05 * myofibroblasts(7.0));
}

#[test]
fn the_gain_still_rises_from_the_first_to_the_third_month_after_the_last_session() {
    let states = course(ROLLER, &[0.0, 30.0, 60.0, 90.0], &[120.0, 180.0, 365.0]);
    let gains: Vec<f64> = states.iter().map(gain).collect();
    assert!(gains[1] > gains[0], "{gains:?}");
    assert!(gains[0] / gains[1] > 0.8, "most of it is there after one month: {gains:?}");
    assert!(gains[2] > 0.8 * gains[1], "it does not vanish within the year: {gains:?}");
}

/// A year apart: the second session adds what the first did, less what crowding takes.
#[test]
fn sessions_far_apart_are_nearly_independent() {
    let after =
        |sessions: &[f64], day: f64| gain(course(ROLLER, sessions, &[day]).last().expect("one"));
    let (one, kept) = (after(&[0.0], 365.0), after(&[0.0], 730.0));
    let two = after(&[0.0, 365.0], 730.0);
    let room = rates().collagen_ceiling - GROUND.collagen_at_rest;
    let crowded = 1.0 - one * GROUND.collagen_at_rest / room;
    assert!((two / (kept + one * crowded) - 1.0).abs() < 0.01, "{one} {kept} {two}");
}

/// Two days apart: myofibroblasts pile up, and three sessions bring less than three a month apart.
#[test]
fn sessions_too_close_bring_less() {
    let dense = Wound { injured: 0.08, clot: 0.02, halo: 0.6 };
    let close = course(dense, &[0.0, 2.0, 4.0], &[7.0, 364.0]);
    let monthly = course(dense, &[0.0, 30.0, 60.0], &[63.0, 424.0]);
    let (few, many) = (gain(close.last().expect("one")), gain(monthly.last().expect("one")));
    println!("three sessions two days apart: {few:.3}; a month apart: {many:.3}");
    assert!(few < 0.9 * many, "{few} {many}");
    // Three days after the last session contracting cells have piled up.
    assert!(close[0].values[index::Y] > 2.0 * monthly[0].values[index::Y]);
}

#[test]
fn more_injury_never_means_less_inflammation() {
    let mut before = 0.0;
    for injured in [0.0, 0.001, 0.003, 0.01, 0.03, 0.1] {
        let wound = Wound { injured, clot: injured / 4.0, halo: 0.3 };
        let inflammation = course(wound, &[0.0], &[1.0, 2.0])[0].inflammation();
        assert!(inflammation >= before, "{injured}");
        before = inflammation;
    }
}

#[test]
fn older_skin_gains_less_collagen() {
    let k = rates();
    let total = |ground: Ground| {
        let start = LayerState::at_rest().wounded(&k, &ROLLER, 0.0);
        let end = heal(&k, &ground, start, &[90.0], |_, _| {}).expect("solved");
        end.collagen()
    };
    let young = total(Ground { collagen_at_rest: 1.0, synthesis: 1.0, stimulus: 1.0 });
    let old = total(Ground { collagen_at_rest: 1.0, synthesis: 0.6, stimulus: 1.0 });
    assert!((old / young - 0.6).abs() < 0.05, "{young} {old}");
    // With the same readiness, skin that has lost collagen gains more of it.
    let depleted = total(Ground { collagen_at_rest: 0.6, synthesis: 1.0, stimulus: 1.0 });
    assert!(depleted > young);
}

#[test]
fn the_tolerance_is_tight_enough() {
    let k = rates();
    let start = LayerState::at_rest().wounded(&k, &ROLLER, 0.0);
    let halo = start.halo;
    let fine = Tolerance { relative: 1e-8, absolute: 1e-11, first_step: 1e-4 };
    let times = [1.0, 7.0, 28.0, 365.0];
    let mut exact = Vec::new();
    solve(&k, &GROUND, start, &times, fine, &mut |_, state| exact.push(state.values))
        .expect("solved");
    let (_, steps) = solve(&k, &GROUND, start, &times, TOLERANCE, &mut |_, _| {}).expect("solved");
    println!("{steps} steps");
    heal(&k, &GROUND, start, &times, |at, state| {
        let exact = LayerState { values: exact[at], halo };
        let deviation = (gain(state) - gain(&exact)).abs();
        println!("day {}: gain {:.6} deviates by {deviation:.1e}", times[at], gain(&exact));
        assert!(deviation < 1e-4, "day {}: {deviation}", times[at]);
        assert!((state.inflammation() - exact.inflammation()).abs() < 2e-3 * 0.3);
    })
    .expect("solved");
}
