//! A treatment simulated while its settings move.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, TEMPLATE, read_case};
use needlepoint_course::{
    Progress,
    live::{FEWEST, LiveCourse, MOST, live, people_for},
    simulate,
};
use needlepoint_knowledge::Knowledge;

fn template(knowledge: &Knowledge) -> Case {
    let (case, problems) = read_case("template.toml", TEMPLATE, knowledge);
    case.unwrap_or_else(|| panic!("{}", problems.to_lines()))
}

#[test]
fn it_is_the_run_of_the_same_people_on_any_number_of_threads() {
    let knowledge = Knowledge::embedded().expect("sound");
    let case = template(&knowledge);
    let course = LiveCourse::new(&case, &knowledge).expect("sound");
    let text = |case: &Case| format!("{:?}", course.simulate(case, &knowledge).expect("simulated"));
    let mut whole = case.clone();
    whole.simulate.members = people_for(&case);
    whole.protocol.numbing = None;
    let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) };
    let run = simulate(&whole, &knowledge, progress).expect("simulated");
    assert_eq!(text(&case), format!("{run:?}"));
    assert_eq!(text(&case), format!("{:?}", live(&case, &knowledge).expect("simulated")));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert_eq!(text(&case), alone.install(|| text(&case)));
}

#[test]
fn more_to_simulate_means_fewer_people_and_never_too_few() {
    let knowledge = Knowledge::embedded().expect("sound");
    let mut case = template(&knowledge);
    let mut last = MOST;
    for months in [3.0, 6.0, 12.0, 18.0, 24.0, 36.0] {
        case.simulate.horizon_days = months * 30.0;
        let people = people_for(&case);
        assert!((FEWEST..=last).contains(&people) && people.is_multiple_of(8), "{people}");
        last = people;
    }
    assert_eq!(last, FEWEST);
}

#[test]
fn the_moving_picture_begins_with_the_needles_and_ends_healed() {
    let knowledge = Knowledge::embedded().expect("sound");
    let case = template(&knowledge);
    let result = live(&case, &knowledge).expect("simulated");
    for zone in &result.zones {
        let moments = &zone.moments;
        assert!((12..=20).contains(&moments.len()), "{}", moments.len());
        assert!(moments.windows(2).all(|pair| pair[0].day < pair[1].day));
        let (first, last) = (&moments[0], &moments[moments.len() - 1]);
        assert_eq!((first.day, first.session, first.stage.relative_radius), (0.0, 1, 1.0));
        assert_eq!(last.session as usize, result.sessions.len());
        assert!(last.stage.horny_layer > 0.99 && last.stage.sealed > 0.99);
        assert!(last.inflammation < 0.05 && last.day <= result.horizon_days);
        assert!(moments.iter().any(|moment| moment.inflammation == 1.0));
        assert!(moments.iter().any(|moment| moment.fibroblasts > first.fibroblasts));
    }
}
