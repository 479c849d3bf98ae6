//! The reduction that everything is reckoned with, held against the fine grid around a channel.

use needlepoint_case::{Case, Fidelity, read_case};
use needlepoint_course::{
    calendar::Calendar,
    observable::Observable,
    person::{Member, Person},
    zone::{Needled, ZoneTask, needle, simulate_needled},
};
use needlepoint_knowledge::Knowledge;
use needlepoint_needling::{ChannelShape, Puncture, injury};

/// Everything at once, so that every observable has something to be about.
const CASE: &str = r#"
[patient]
age = "45 years"
sex = "female"
phototype = "IV"

[[concern]]
kind = "wrinkles"
site = "cheek"
depth = "200 um"

[[concern]]
kind = "acne-scars"
site = "cheek"
scar_types = { boxcar = "40 %", rolling = "40 %", ice_pick = "20 %" }
depth = "400 um"

[[concern]]
kind = "melasma"
site = "cheek"
excess_melanin = "60 %"

[protocol]
device = "dermapen"
sessions = 3
interval = "28 days"
aftercare = "followed"

[[protocol.zone]]
site = "cheek"
needle_length = "1 mm"
passes = 4

[simulate]
horizon = "240 days"
"#;

/// Holes of one depth, `holes` of them on the square centimetre that is looked at.
fn with_holes(mut needled: Needled, holes: u32, depth_um: f64, person: &Person) -> Needled {
    needled.punctures = (0..holes)
        .map(|hole| Puncture {
            x_mm: 10.0 * f64::from(hole) / f64::from(holes),
            y_mm: 5.0,
            depth_um,
            mouth_diameter_um: 90.0,
            tear_um: 0.0,
            direction_deg: 0.0,
            pass: 1,
            shape: ChannelShape::Cone,
        })
        .collect();
    needled.injury =
        injury(&needled.punctures, needled.patch, &needled.skin, &person.parameters.injury());
    needled
}

/// Over the whole design, every reported observable at every time is within five per cent of the greatest change
/// that the fine grid shows for it.
#[test]
fn the_reduction_is_near_the_fine_grid() {
    let knowledge = Knowledge::embedded().expect("shipped knowledge is valid");
    for knowledge in [knowledge.clone().prior(), knowledge] {
        let worst = worst(&knowledge);
        assert!(worst < 0.05, "{}: {worst}", knowledge.ensemble_name());
    }
}

/// The greatest difference for the typical person, relative to the greatest change that the fine grid shows;
/// prints the largest.
fn worst(knowledge: &Knowledge) -> f64 {
    let (case, problems) = read_case("fidelities.toml", CASE, knowledge);
    let case = case.unwrap_or_else(|| panic!("{}", problems.to_lines()));
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days);
    let person = Person::new(knowledge, Member::Typical { seed: 1 });
    let (mut shallow, mut deeper, mut by_observable) = (0.0f64, 0.0f64, Vec::new());
    for holes in [50, 200, 700, 2000] {
        for depth_mm in [0.25, 0.5, 1.0, 1.5, 2.5] {
            let of = |fidelity: Fidelity| {
                let mut case: Case = case.clone();
                case.simulate.fidelity = fidelity;
                let task = ZoneTask {
                    case: &case,
                    knowledge,
                    zone: &case.protocol.zones[0],
                    number: 0,
                    site: knowledge.site("cheek").expect("known"),
                    calendar: &calendar,
                    observables: &Observable::ALL,
                };
                let needled = needle(&task, &person).expect("needled");
                let needled = with_holes(needled, holes, 1000.0 * depth_mm, &person);
                let members = simulate_needled(vec![(&task, &person, needled)]);
                members.expect("healed").swap_remove(0).values
            };
            let (depth, cell) = (of(Fidelity::Depth), of(Fidelity::Cell));
            for ((observable, depth), cell) in Observable::ALL.iter().zip(&depth).zip(&cell) {
                let rest = observable.at_rest().unwrap_or(cell[0]);
                let most = cell.iter().map(|x| (x - rest).abs()).fold(0.0, f64::max);
                if most < FAINT {
                    continue;
                }
                let off = depth.iter().zip(cell).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                let relative = off / most;
                by_observable.push((relative, observable.name(), holes, depth_mm));
                let worst = if depth_mm < 0.5 { &mut shallow } else { &mut deeper };
                *worst = worst.max(relative);
            }
        }
    }
    by_observable.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (relative, name, holes, depth_mm) in by_observable.iter().take(12) {
        println!("{name}: {:.1} % at {holes} per cm2 and {depth_mm} mm", 100.0 * relative);
    }
    println!(
        "{}: worst {:.2} % at 0.25 mm, {:.2} % beyond, of {} courses",
        knowledge.ensemble_name(),
        100.0 * shallow,
        100.0 * deeper,
        by_observable.len()
    );
    assert!(by_observable.len() > 200, "{}", by_observable.len());
    shallow.max(deeper)
}

/// Changes below a two-hundredth of a unit (per cent, delta a*, hairs) are no course that anybody would see.
const FAINT: f64 = 5e-3;
