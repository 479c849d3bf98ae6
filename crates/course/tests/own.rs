//! A patient's own people: what was seen moves the ensemble where it should, and nowhere else.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, read_case};
use needlepoint_course::{
    CourseError, Progress,
    observable::Observable,
    own::{MEMBERS, Measured, Own, OwnError, Seen, in_own_people, own_people},
    result::{Band, CourseResult},
    simulate,
};
use needlepoint_knowledge::{Knowledge, ensemble::BETWEEN_STUDIES, parameter::SamplePoint};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

const CASE: &str = r#"
title = "Three sessions for acne scars"
[patient]
age = "30 years"
sex = "female"
phototype = "III"
history = ["none"]
[[concern]]
kind = "acne-scars"
site = "cheek"
scar_types = { boxcar = "50 %", rolling = "50 %" }
severity = { scale = "goodman-baron-qualitative", score = 3 }
[protocol]
device = "dermaroller-192"
sessions = 3
interval = "30 days"
aftercare = "followed"
[[protocol.zone]]
site = "cheek"
needle_length = "1.5 mm"
passes = 10
"#;

/// Three months after the last session, day 60.
const THEN: f64 = 150.0;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the shipped knowledge is sound")
}

fn case(knowledge: &Knowledge) -> Case {
    let (case, problems) = read_case("scars.toml", CASE, knowledge);
    case.unwrap_or_else(|| panic!("{}", problems.to_lines()))
}

fn depth(day: f64, value: f64) -> Seen {
    Seen {
        site: "cheek".to_owned(),
        what: Measured::Observable("scar_depth".to_owned()),
        day,
        value,
        baseline: None,
    }
}

fn grade(day: f64, value: f64) -> Seen {
    let what = Measured::Scale("goodman-baron-qualitative".to_owned());
    Seen { site: "cheek".to_owned(), what, day, value, baseline: None }
}

fn learn(case: &Case, knowledge: &Knowledge, seen: &[Seen]) -> Result<Own, OwnError> {
    own_people(
        case,
        knowledge,
        seen,
        Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) },
    )
}

fn run(case: &Case, knowledge: &Knowledge) -> CourseResult {
    let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) };
    simulate(case, knowledge, progress).expect("it can be simulated")
}

fn scar_depth(result: &CourseResult, day: f64) -> Band {
    let mut series = result.zones[0].series.iter();
    let series = series.find(|series| series.observable == Observable::ScarDepth).expect("scars");
    *series.at(day).expect("a day that was looked at")
}

/// How one member's scars change at these days: an ensemble of that member alone.
fn truth(case: &Case, knowledge: &Knowledge, member: u32, days: &[f64]) -> Vec<f64> {
    let mut case = case.clone();
    case.simulate.horizon_days = THEN + 1.0;
    case.simulate.members = 1;
    case.simulate.members_of = Some(vec![member]);
    case.simulate.times_days = days.to_vec();
    let result = run(&case, knowledge);
    days.iter().map(|day| scar_depth(&result, *day).median).collect()
}

#[test]
fn nothing_seen_leaves_the_ensemble_as_it_is() {
    let knowledge = knowledge();
    let mut case = case(&knowledge);
    let own = learn(&case, &knowledge, &[]).expect("nothing to learn from");
    assert_eq!(own.members, (0..MEMBERS).collect::<Vec<_>>());
    assert!(own.weights.iter().all(|weight| (weight * f64::from(MEMBERS) - 1.0).abs() < 1e-9));
    assert!(own.taken == 1.0 && own.chance == 1.0 && !own.surprising);
    assert!(own.learned.is_empty() && own.followed.is_empty());
    // And what is simulated in them is the same, byte for byte.
    case.simulate.members = 24;
    let plain = run(&case, &knowledge);
    let in_own = run(&in_own_people(case, &own), &knowledge);
    let text = |result: &CourseResult| format!("{result:?}");
    assert_eq!(text(&plain), text(&in_own));
}

#[test]
fn the_people_move_towards_what_was_seen_and_so_does_the_next_plan() {
    let knowledge = knowledge();
    let mut case = case(&knowledge);
    case.simulate.members = 64;
    case.simulate.times_days = vec![THEN];
    let plain = scar_depth(&run(&case, &knowledge), THEN);
    for (value, rises) in [(plain.lo95, false), (plain.hi95, true)] {
        let seen = [depth(90.0, value), depth(120.0, value), depth(THEN, value)];
        let own = learn(&case, &knowledge, &seen).expect("plain values");
        assert!(!own.surprising && own.effective < f64::from(MEMBERS));
        let learned = &own.learned[0];
        let moved = learned.after.median - learned.before.median;
        assert!(if rises { moved > 1.0 } else { moved < -1.0 }, "{value}: {learned:?}");
        // A plan for these people is simulated with those that fit.
        let next = scar_depth(&run(&in_own_people(case.clone(), &own), &knowledge), THEN);
        assert!((next.median > plain.median) == rises, "{plain:?} {next:?}");
    }
}

#[test]
fn a_grade_is_learned_from_as_its_rater_writes_it_down() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let better = learn(&case, &knowledge, &[grade(THEN, 1.0)]).expect("a grade");
    let worse = learn(&case, &knowledge, &[grade(THEN, 3.0)]).expect("a grade");
    assert!(better.learned[0].after.median < worse.learned[0].after.median);
    let followed = &better.followed[0];
    assert_eq!((followed.start, followed.seen.clone()), (3.0, vec![(THEN, 1.0)]));
    let ends = followed.before.iter().chain(&followed.after);
    assert!(ends.flat_map(|band| [band.lo95, band.hi95]).all(|score| (1.0..=4.0).contains(&score)));
}

#[test]
fn what_no_member_explains_is_called_surprising_and_leaves_many_people() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let own = learn(&case, &knowledge, &[depth(THEN, 900.0)]).expect("a number");
    assert!(own.surprising && own.chance < 0.01, "{}", own.chance);
    assert!(own.effective >= f64::from(MEMBERS) / 16.0 - 1e-6, "{}", own.effective);
    assert!(own.weights.iter().all(|weight| weight.is_finite()));
    let usual = learn(&case, &knowledge, &[depth(THEN, -20.0)]).expect("a number");
    assert!(!usual.surprising && usual.chance > 0.05, "{}", usual.chance);
}

#[test]
fn many_sure_readings_never_leave_a_handful_of_people() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let seen: Vec<Seen> = (0..40).map(|day| depth(70.0 + f64::from(day), -55.0)).collect();
    let own = learn(&case, &knowledge, &seen).expect("plain values");
    assert!(own.effective >= f64::from(MEMBERS) / 16.0 - 1e-6);
    assert!((0.0..=1.0).contains(&own.taken));
}

#[test]
fn neither_the_order_of_what_was_seen_nor_the_threads_matter() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let seen = [depth(90.0, -22.0), grade(THEN, 2.0), depth(THEN, -31.0), grade(90.0, 3.0)];
    let forward = learn(&case, &knowledge, &seen).expect("plain values");
    let backward: Vec<Seen> = seen.iter().rev().cloned().collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let alone = pool.install(|| learn(&case, &knowledge, &backward)).expect("plain values");
    assert_eq!(forward, alone);
}

/// Synthetic patients: members that are not among those weighed, read with the noise that is stated. Bands of what
/// becomes of them hold them as often as they say, and the people of each lie nearer to them than those at large.
#[test]
fn bands_of_synthetic_patients_hold_what_they_say() {
    const PATIENTS: u32 = 48;
    let knowledge = knowledge();
    let case = case(&knowledge);
    let days = [90.0, 120.0];
    let noise = knowledge.parameters.get("rating.change_noise").expect("stated").value;
    let t = StudentsT::new(0.0, 1.0, 5.0).expect("degrees of freedom");
    let (mut within95, mut within50, mut nearer) = (0, 0, 0);
    let (mut error_at_large, mut error_own) = (0.0, 0.0);
    let mut spread = f64::NAN;
    for patient in 0..PATIENTS {
        let member = MEMBERS + patient;
        let true_values = truth(&case, &knowledge, member, &[days[0], days[1], THEN]);
        if spread.is_nan() {
            let own = learn(&case, &knowledge, &[depth(days[0], -20.0)]).expect("a number");
            let band = &own.learned[0].before;
            spread = (band.hi50 - band.lo50) / 1.349;
        }
        let point = SamplePoint { seed: case.simulate.seed, member };
        let unexplained = knowledge
            .parameters
            .ensemble()
            .and_then(|fit| fit.value(&format!("{BETWEEN_STUDIES}.scar"), point))
            .unwrap_or(0.0);
        let seen: Vec<Seen> = days
            .iter()
            .zip(&true_values)
            .zip([900, 901])
            .map(|((day, value), dimension)| {
                let share = (days.len() as f64).sqrt() * unexplained;
                let sd = noise.hypot(share * value.hypot(spread));
                let u = SamplePoint { seed: 77, member: patient }.coordinate(dimension);
                depth(*day, value + sd * t.inverse_cdf(u))
            })
            .collect();
        let own = learn(&case, &knowledge, &seen).expect("plain values");
        let (before, after, value) =
            (&own.learned[0].before, &own.learned[0].after, true_values[2]);
        within95 += u32::from((after.lo95..=after.hi95).contains(&value));
        within50 += u32::from((after.lo50..=after.hi50).contains(&value));
        nearer += u32::from((after.median - value).abs() < (before.median - value).abs());
        error_at_large += (before.median - value).abs();
        error_own += (after.median - value).abs();
    }
    // Three standard deviations of a count around 95 and 50 of 100.
    assert!((40..=PATIENTS).contains(&within95), "{within95} of {PATIENTS}");
    assert!((14..=34).contains(&within50), "{within50} of {PATIENTS}");
    assert!(nearer > PATIENTS / 2, "{nearer} of {PATIENTS}");
    assert!(error_own < 0.95 * error_at_large, "{error_own} {error_at_large}");
}

#[test]
fn what_can_not_be_learned_from_is_told() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let wrong = |seen: Seen| learn(&case, &knowledge, &[seen]).expect_err("nothing to learn from");
    let of = |what: Measured| Seen { what, ..depth(10.0, -5.0) };
    let elsewhere = wrong(Seen { site: "neck".to_owned(), ..depth(10.0, -5.0) });
    assert!(matches!(elsewhere, OwnError::NoZone { .. }));
    let unknown = wrong(of(Measured::Scale("goodman".to_owned()))).to_string();
    assert!(unknown.contains("nothing is known by the name \"goodman\""), "{unknown}");
    assert!(matches!(wrong(of(Measured::Scale("masi".to_owned()))), OwnError::NotAbout { .. }));
    assert!(matches!(
        wrong(of(Measured::Observable("hair_density".to_owned()))),
        OwnError::NotAbout { .. }
    ));
    assert!(matches!(wrong(of(Measured::Observable("flaking".to_owned()))), OwnError::NoNoise(_)));
    assert!(matches!(wrong(grade(10.0, 9.0)), OwnError::Value { .. }));
    assert!(matches!(wrong(depth(-1.0, 0.0)), OwnError::Value { .. }));
    assert!(matches!(wrong(depth(1.0, f64::NAN)), OwnError::Value { .. }));
    let cancelled = AtomicBool::new(true);
    let progress = Progress { member_done: &|| (), cancelled: &cancelled };
    let stopped = own_people(&case, &knowledge, &[depth(THEN, -5.0)], progress);
    assert!(matches!(stopped, Err(OwnError::Course(CourseError::Cancelled))));
}

#[test]
fn a_measurement_with_a_baseline_is_a_change() {
    let knowledge = knowledge();
    let case = case(&knowledge);
    let change = learn(&case, &knowledge, &[depth(THEN, -25.0)]).expect("a change");
    let measured = Seen { value: 0.3, baseline: Some(0.4), ..depth(THEN, 0.0) };
    let measured = learn(&case, &knowledge, &[measured]).expect("a depth");
    let far = change.weights.iter().zip(&measured.weights).map(|(a, b)| (a - b).abs());
    assert!(far.fold(0.0, f64::max) < 1e-12);
}
