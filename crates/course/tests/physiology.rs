//! What physiology and arithmetic demand of a whole course.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, read_case};
use needlepoint_course::{
    CourseError, Progress,
    observable::Observable,
    result::{Band, CourseResult},
    simulate,
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

/// An example with 64 members.
fn case(name: &str, knowledge: &Knowledge) -> Case {
    let path = format!("{}/../../examples/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the example is there");
    let (case, problems) = read_case(name, &text, knowledge);
    let mut case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    case.simulate.members = 64;
    case
}

fn run(case: &Case, knowledge: &Knowledge) -> CourseResult {
    let cancelled = AtomicBool::new(false);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    simulate(case, knowledge, progress).expect("simulated")
}

/// Bands of an observable in the first zone, with their days.
fn series(result: &CourseResult, observable: Observable) -> Vec<(f64, Band)> {
    let series = &result.zones[0].series;
    let found = series.iter().find(|s| s.observable == observable).expect("observed");
    found.days.iter().copied().zip(found.bands.iter().copied()).collect()
}

fn at(result: &CourseResult, observable: Observable, day: f64) -> Band {
    let series = series(result, observable);
    series.iter().rev().find(|(d, _)| *d <= day).expect("day within the horizon").1
}

#[test]
fn without_needles_nothing_happens() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    case.protocol.zones[0].passes = 0;
    case.protocol.products.clear();
    let result = run(&case, &knowledge);
    for series in &result.zones[0].series {
        let first = series.bands[0];
        for band in &series.bands {
            assert_eq!(band, &first, "{:?}", series.observable);
            if let Some(rest) = series.observable.at_rest() {
                assert_eq!((band.lo95, band.hi95), (rest, rest), "{:?}", series.observable);
            }
        }
    }
}

#[test]
fn deeper_needles_never_redden_less_nor_bleed_less() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    let (mut redness, mut bleeding) = (0.0, 0.0);
    for length in [0.25, 0.5, 1.0, 1.5] {
        case.protocol.zones[0].needle_length_mm = length;
        let result = run(&case, &knowledge);
        let red = at(&result, Observable::Redness, 1.0).mean;
        let points = result.zones[0].summary.injury.bleeding_points_per_cm2;
        assert!(red >= redness && points >= bleeding, "{length} mm: {red}, {points}");
        (redness, bleeding) = (red, points);
    }
}

#[test]
fn more_passes_and_more_sessions_give_more_collagen() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    let gain = |case: &Case| at(&run(case, &knowledge), Observable::PapillaryCollagen, 365.0).mean;
    let five = gain(&case);
    case.protocol.session_days.truncate(2);
    let two = gain(&case);
    case.protocol.zones[0].passes = 5;
    let light = gain(&case);
    assert!(five > two && two > light && light > 0.0, "{five} {two} {light}");
}

#[test]
fn a_quarter_millimetre_home_roller_hardly_reaches_the_dermis() {
    let knowledge = knowledge();
    let mut case = case("home-roller-025", &knowledge);
    case.simulate.members = 256;
    let result = run(&case, &knowledge);
    let dermis = at(&result, Observable::DermalCollagen, 365.0);
    assert!(dermis.median < 1.0 && dermis.hi50 < 4.0, "{dermis:?}");
    assert!(at(&result, Observable::Redness, 1.0).hi50 < 0.5);
    // Against the same weeks with a medical roller.
    let medical = run(&self::case("lotfi-2013", &knowledge), &knowledge);
    assert!(at(&medical, Observable::DermalCollagen, 365.0).median > 20.0 * dermis.median);
}

#[test]
fn occlusion_keeps_channels_open() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    let open = |case: &Case| at(&run(case, &knowledge), Observable::OpenChannels, 1.0).mean;
    let in_air = open(&case);
    case.protocol.occlusion_hours = 24.0;
    let covered = open(&case);
    assert!(in_air < 10.0 && covered > 30.0, "{in_air} {covered}");
}

#[test]
fn neglected_aftercare_and_sun_darken() {
    let knowledge = knowledge();
    let mut case = case("farshi-2020", &knowledge);
    let dark = |case: &Case| at(&run(case, &knowledge), Observable::Darkening, 118.0).mean;
    case.protocol.aftercare_followed = true;
    let kept = dark(&case);
    case.protocol.aftercare_followed = false;
    assert!(dark(&case) > 1.2 * kept);
}

#[test]
fn the_serum_multiplies_the_effect_on_pigment() {
    let knowledge = knowledge();
    let pigment =
        |name| at(&run(&case(name, &knowledge), &knowledge), Observable::LesionPigment, 120.0);
    let (alone, serum) = (pigment("farshi-2020"), pigment("farshi-2020-with-serum"));
    assert!(serum.mean < alone.mean && alone.mean < 0.0, "{} {}", serum.mean, alone.mean);
}

#[test]
fn the_number_of_threads_does_not_change_a_bit() {
    let knowledge = knowledge();
    let case = case("kenkel-2021", &knowledge);
    let with = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads")
            .install(|| format!("{:?}", run(&case, &knowledge)))
    };
    assert_eq!(with(1), with(5));
}

#[test]
fn a_member_does_not_depend_on_how_many_there_are() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    case.simulate.members = 1;
    let one = run(&case, &knowledge);
    let mut two = case.clone();
    two.simulate.members = 2;
    let two = run(&two, &knowledge);
    // The first member is one of the two: the band of two holds it at one of its ends.
    let (alone, both) = (
        at(&one, Observable::PapillaryCollagen, 365.0),
        at(&two, Observable::PapillaryCollagen, 365.0),
    );
    let spread = 0.025 * (both.hi95 - both.lo95) / 0.95;
    let ends = [both.lo95 - spread, both.hi95 + spread];
    assert!(ends.iter().any(|end| (end - alone.median).abs() < 1e-9), "{alone:?} {both:?}");
}

#[test]
fn bands_settle_as_members_are_added() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    let median = |members| {
        let mut case = case.clone();
        case.simulate.members = members;
        at(&run(&case, &knowledge), Observable::PapillaryCollagen, 176.0).median
    };
    let (coarse, fine) = (median(256), median(1024));
    assert!((coarse / fine - 1.0).abs() < 0.1, "{coarse} {fine}");
    case.simulate.seed += 1;
    let other = at(&run(&case, &knowledge), Observable::PapillaryCollagen, 176.0);
    assert!(other.median.is_finite());
}

#[test]
fn asking_for_times_hardly_moves_the_rest() {
    let knowledge = knowledge();
    let mut case = case("lotfi-2013", &knowledge);
    case.simulate.members = 16;
    let plain = run(&case, &knowledge);
    for day in [0.1, 2.2, 30.1, 33.3, 100.5, 182.62125] {
        assert!(case.simulate.ask_for(day));
    }
    let asked = run(&case, &knowledge);
    for (plain, asked) in plain.zones[0].series.iter().zip(&asked.zones[0].series) {
        assert_eq!(asked.days.len(), plain.days.len() + 6);
        let most = plain.bands.iter().map(|band| band.median.abs()).fold(0.0, f64::max);
        for (day, band) in plain.days.iter().zip(&plain.bands) {
            let moved = (asked.at(*day).expect("looked at").median - band.median).abs();
            assert!(moved <= 0.01 * most, "{:?} on day {day}: {moved} of {most}", plain.observable);
        }
    }
}

#[test]
fn a_run_can_be_stopped() {
    let knowledge = knowledge();
    let case = case("lotfi-2013", &knowledge);
    let cancelled = AtomicBool::new(true);
    let progress = Progress { member_done: &|| {}, cancelled: &cancelled };
    assert!(matches!(simulate(&case, &knowledge, progress), Err(CourseError::Cancelled)));
}

#[test]
fn every_number_is_finite_and_every_band_ordered() {
    let knowledge = knowledge();
    for name in ["lotfi-2013", "kenkel-2021", "dhurat-2013", "farshi-2020", "home-roller-025"] {
        for zone in &run(&case(name, &knowledge), &knowledge).zones {
            for series in &zone.series {
                for b in &series.bands {
                    let ordered = [b.lo95, b.lo50, b.median, b.hi50, b.hi95];
                    assert!(
                        ordered.iter().all(|x| x.is_finite()),
                        "{name} {:?}",
                        series.observable
                    );
                    assert!(
                        ordered.windows(2).all(|w| w[0] <= w[1]),
                        "{name} {:?}",
                        series.observable
                    );
                }
            }
        }
    }
}
