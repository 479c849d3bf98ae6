//! A hand on the sliders of a plan: the treatment simulated and told anew at each move.

use needlepoint_case::{Case, read_case};
use needlepoint_course::live::{LiveCourse, people_for};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::live::{LiveFigures, LiveInput, live_figures};

use crate::{
    Outcome,
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Longest a move may take on two cores until everything is drawn, ms.
const TARGET_MILLISECONDS: f64 = 150.0;
/// Most that may be sent at a move, kB.
const TARGET_KILOBYTES: f64 = 400.0;

/// Moves of each plan unless told otherwise.
const MOVES: u16 = 20;
const SESSIONS: u32 = 3;
const WATCHED_DAYS: f64 = 274.0;

/// What is measured of a plan.
struct Plan {
    text: &'static str,
    whole: &'static str,
    what: &'static str,
}

const PLANS: [Plan; 3] = [
    Plan {
        text: include_str!("../../examples/alam-2014.toml"),
        whole: "live.scars",
        what: "a move: acne scars, roller",
    },
    Plan {
        text: include_str!("../../examples/kenkel-2021.toml"),
        whole: "live.lines",
        what: "a move: fine lines of face and neck, pen",
    },
    Plan {
        text: include_str!("../../examples/farshi-2020-with-serum.toml"),
        whole: "live.melasma",
        what: "a move: melasma, pen and a serum",
    },
];

/// Move the sliders of each plan.
pub(crate) fn measure(threads: u16, repeats: Option<u16>, report: &mut Report) -> Outcome<()> {
    let knowledge = Knowledge::embedded()?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into()).build()?;
    let (mut all, mut simulating, mut telling, mut kilobytes, mut core) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut people = Vec::new();
    for plan in &PLANS {
        let (case, problems) = read_case("plan.toml", plan.text, &knowledge);
        let case = case.ok_or_else(|| problems.to_lines())?;
        people.push(people_for(&moved(&case, 0)).to_string());
        let course = pool.install(|| LiveCourse::new(&case, &knowledge))?;
        let repeats = repeat(repeats.unwrap_or(MOVES).into(), |nth| {
            let case = moved(&case, nth as u32);
            let (result, simulating) =
                clocked(|| pool.install(|| course.simulate(&case, &knowledge)));
            let result = result?;
            let input = LiveInput { case: &case, result: &result, knowledge: &knowledge, tag: "a" };
            let (figures, telling) = clocked(|| pool.install(|| live_figures(&input)));
            Ok([simulating + telling, simulating, telling, kilobytes_of(&figures)])
        })?;
        let [whole, simulated, told, sent] = &repeats.values;
        let figure =
            Figure::milliseconds(plan.whole, plan.what.to_owned(), whole, &repeats.core_ns);
        report.push(figure.at_most(TARGET_MILLISECONDS));
        all.extend_from_slice(whole);
        simulating.extend_from_slice(simulated);
        telling.extend_from_slice(told);
        kilobytes.extend_from_slice(sent);
        core.extend_from_slice(&repeats.core_ns);
    }
    report.set("threads", threads);
    report.set("people of the plans", people.join(", "));
    report.core_took(&core);
    let worst = all.iter().copied().fold(0.0, f64::max);
    let most = kilobytes.iter().copied().fold(0.0, f64::max);
    report.push(
        Figure::milliseconds("live.worst", "the worst move of all".to_owned(), &[worst], &core)
            .at_most(TARGET_MILLISECONDS),
    );
    for (name, what, seconds) in [
        ("live.simulate", "of a move, simulating", &simulating),
        ("live.tell", "of a move, drawing", &telling),
    ] {
        report.push(Figure::milliseconds(name, what.to_owned(), seconds, &core));
    }
    let sent = "most that is sent at a move, not compressed".to_owned();
    report.push(Figure::new("live.sent", sent, "kB", &[most]).at_most(TARGET_KILOBYTES));
    Ok(())
}

/// The plan with its sliders elsewhere.
fn moved(case: &Case, nth: u32) -> Case {
    let mut case = case.clone();
    let interval = 28.0 + f64::from(nth % 3) * 7.0;
    case.protocol.session_days = (0..SESSIONS).map(|n| f64::from(n) * interval).collect();
    case.simulate.horizon_days = f64::from(SESSIONS - 1) * interval + WATCHED_DAYS;
    for zone in &mut case.protocol.zones {
        zone.needle_length_mm *= 0.6 + 0.05 * f64::from(nth % 9);
        zone.passes += nth % 4;
    }
    case
}

fn kilobytes_of(figures: &LiveFigures) -> f64 {
    let LiveFigures { calendar, months, map, section, skin, numbers } = figures;
    let fragments = [calendar, months, map, section, skin];
    let bytes: usize = fragments.iter().map(|fragment| fragment.len()).sum();
    let numbers = serde_json::to_string(numbers).map_or(0, |text| text.len());
    (bytes + numbers) as f64 / 1000.0
}
