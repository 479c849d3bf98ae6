//! Likening one device to another.

use std::sync::atomic::AtomicBool;

use needlepoint_case::{Case, read_case};
use needlepoint_course::{
    CourseError, Progress,
    equivalence::{EquivalenceError, ZoneEquivalence},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

fn case(name: &str, knowledge: &Knowledge) -> Case {
    let path = format!("{}/../../examples/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the example is there");
    let (case, problems) = read_case(name, &text, knowledge);
    let mut case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    case.simulate.members = 48;
    case
}

fn liken(
    case: &Case,
    other: &Case,
    knowledge: &Knowledge,
    only: Option<&str>,
) -> Result<Vec<ZoneEquivalence>, EquivalenceError> {
    let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(false) };
    needlepoint_course::equivalence::liken(case, other, knowledge, only, progress)
}

fn on_the_cheek(case: &Case, other: &Case, knowledge: &Knowledge) -> ZoneEquivalence {
    liken(case, other, knowledge, Some("cheek")).expect("likened").remove(0)
}

#[test]
fn a_device_is_like_itself() {
    let knowledge = knowledge();
    for name in ["lotfi-2013", "kenkel-2021"] {
        let case = case(name, &knowledge);
        let zone = on_the_cheek(&case, &case, &knowledge);
        for value in [zone.as_written.lo95, zone.as_written.median, zone.as_written.hi95] {
            assert!((value - 1.0).abs() < 1e-12, "{name} {value}");
        }
        assert!(zone.depth_gap_um.hi95 < 1e-9);
        let own = &case.protocol.zones[0];
        let best = &zone.lengths[zone.most_like];
        assert!((best.needle_length_mm - own.needle_length_mm).abs() < 1e-9, "{name}");
        assert!((best.passes.median - f64::from(own.passes)).abs() < 1e-9);
        assert_eq!(zone.whole_passes, own.passes);
    }
}

#[test]
fn the_passes_found_give_the_dose() {
    let knowledge = knowledge();
    let (pen, roller) = (case("kenkel-2021", &knowledge), case("lotfi-2013", &knowledge));
    let zone = on_the_cheek(&pen, &roller, &knowledge);
    let best = &zone.lengths[zone.most_like];
    // One truth at the median: the volume of the whole passes is the ratio of passes.
    let expected = f64::from(zone.whole_passes) / best.passes.median;
    assert!((zone.volume_ratio.median / expected - 1.0).abs() < 0.2, "{zone:?}");
    // There and back: the pen at that setting, likened by the roller, asks for the roller's passes.
    let mut set = pen.clone();
    set.protocol.zones[0].needle_length_mm = best.needle_length_mm;
    set.protocol.zones[0].passes = zone.whole_passes;
    let back = on_the_cheek(&roller, &set, &knowledge);
    let asked = f64::from(roller.protocol.zones[0].passes);
    let same = back
        .lengths
        .iter()
        .find(|l| (l.needle_length_mm - roller.protocol.zones[0].needle_length_mm).abs() < 1e-9)
        .expect("the roller's own length");
    assert!((same.passes.median / (asked * expected) - 1.0).abs() < 0.25, "{same:?}");
    // What nobody knows of the difference stays: the band is not a point.
    assert!(best.passes.hi95 > 1.5 * best.passes.lo95);
}

#[test]
fn longer_needles_need_no_more_passes() {
    let knowledge = knowledge();
    let (pen, roller) = (case("kenkel-2021", &knowledge), case("lotfi-2013", &knowledge));
    let zone = on_the_cheek(&pen, &roller, &knowledge);
    let passes: Vec<f64> = zone.lengths.iter().map(|l| l.passes.median).collect();
    assert!(passes.windows(2).all(|pair| pair[1] <= pair[0] * 1.02), "{passes:?}");
    // The depths shown lie as far apart as the gap says, deepest first.
    assert!(zone.depths.windows(2).all(|pair| {
        pair[1].other_um <= pair[0].other_um && pair[1].this_um <= pair[0].this_um
    }));
    let shown = zone.depths.iter().map(|pair| (pair.this_um - pair.other_um).abs()).sum::<f64>()
        / zone.depths.len() as f64;
    let gap = zone.lengths[zone.most_like].depth_gap_um;
    assert!(shown > 0.3 * gap.median && shown < gap.hi95, "{shown} {gap:?}");
    // The speed of the hand does what passes do.
    let glide = zone.glide_speed_mm_per_s.expect("a pen");
    assert!(glide.median > 0.0 && glide.lo95 < glide.hi95);
}

#[test]
fn a_zone_the_other_lacks_is_named() {
    let knowledge = knowledge();
    let (pen, mut roller) = (case("kenkel-2021", &knowledge), case("lotfi-2013", &knowledge));
    let mut second = roller.protocol.zones[0].clone();
    roller.protocol.zones[0].site = "chin".to_owned();
    second.site = "forehead".to_owned();
    roller.protocol.zones.push(second);
    let error = liken(&pen, &roller, &knowledge, Some("cheek")).expect_err("no such zone");
    assert!(matches!(&error, EquivalenceError::NoSuchZone { site, .. } if site == "cheek"));
    assert!(error.to_string().contains("chin, forehead"), "{error}");
}

#[test]
fn it_stops_when_told() {
    let knowledge = knowledge();
    let case = case("kenkel-2021", &knowledge);
    let progress = Progress { member_done: &|| (), cancelled: &AtomicBool::new(true) };
    let stopped = needlepoint_course::equivalence::liken(&case, &case, &knowledge, None, progress);
    assert!(matches!(stopped, Err(EquivalenceError::Course(CourseError::Cancelled))));
}
