//! What a page shows while somebody moves the settings of a treatment.
//!
//! [`live_figures`] tells one simulated treatment as fragments of HTML with SVG inside, [`compare`] two beside each
//! other, [`follow_chart`] what was foretold and then seen. A page that holds them needs [`live_css`] as a file; they
//! carry no style, no script and nothing that is loaded, so that the strictest policy of a page lets them through.
//! What a page's script may do with them: docs/live.md.

mod chart;
mod compare;
mod follow;
mod map;
mod numbers;
mod section;
mod skin;

use maud::{Markup, html};
use needlepoint_case::Case;
use needlepoint_course::{
    observable::Observable,
    result::{CourseResult, ZoneCourse},
};
use needlepoint_knowledge::Knowledge;

pub use compare::compare;
pub use follow::follow_chart;
pub use numbers::LiveNumber;

use crate::{calendar, input::Simulated, months};

/// One simulated treatment.
#[derive(Clone, Copy)]
pub struct LiveInput<'a> {
    /// The case that was simulated.
    pub case: &'a Case,
    /// What came of it.
    pub result: &'a CourseResult,
    /// What it rests on.
    pub knowledge: &'a Knowledge,
    /// Makes identifiers unique on a page: letters and digits, "a" and "b" where two plans stand beside each other.
    pub tag: &'a str,
}

/// One simulated treatment, told: fragments of HTML, each in a `div` of class `np`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LiveFigures {
    /// The first two weeks after a session, day by day.
    pub calendar: String,
    /// What changes over the months, with bands.
    pub months: String,
    /// Where the needles went in, on 1 cm2 or a quarter of it, and how deep they went.
    pub map: String,
    /// The skin cut open, healing from the moment of the needles over hours and days to months.
    pub section: String,
    /// The skin before and after, drawn from the numbers.
    pub skin: String,
    /// The numbers that matter most, with their bands.
    pub numbers: Vec<LiveNumber>,
}

/// What the months show of what lies under the surface: enough to see why the surface changes.
const UNDER: [Observable; 2] = [Observable::PapillaryCollagen, Observable::Elasticity];

/// Points of a curve over the months: enough for a chart that moves under a hand.
const POINTS: usize = 45;

/// Tell a simulated treatment.
pub fn live_figures(input: &LiveInput<'_>) -> LiveFigures {
    let simulated =
        Simulated { case: input.case, result: input.result, knowledge: input.knowledge };
    let zones = |draw: &dyn Fn(&ZoneCourse, &str) -> Markup| of_zones(input, draw).into_string();
    LiveFigures {
        calendar: zones(&|zone, tag| calendar::calendar(zone, &simulated, tag)),
        months: zones(&|zone, tag| months::months_of(zone, input.result, &UNDER, (tag, POINTS))),
        map: zones(&map::needling),
        section: zones(&|zone, tag| section::healing(zone, input.result, tag)),
        skin: zones(&|zone, tag| skin::skin(zone, &simulated, tag)),
        numbers: numbers::numbers(input.case, input.result),
    }
}

/// Every zone under its name, where there is more than one.
fn of_zones(input: &LiveInput<'_>, draw: &dyn Fn(&ZoneCourse, &str) -> Markup) -> Markup {
    let zones = &input.result.zones;
    html! {
        div.np {
            @for (i, zone) in zones.iter().enumerate() {
                @if zones.len() > 1 { h3.zone { (zone.label) } }
                (draw(zone, &format!("{}{i}", input.tag)))
            }
        }
    }
}

/// The style that the fragments need, to be served as a file.
///
/// Everything in it holds inside of elements of class `np` only.
pub fn live_css() -> &'static str {
    concat!(
        ".np {\n  color-scheme: light dark;\n",
        include_str!("../palette-light.css"),
        "}\n@media screen and (prefers-color-scheme: dark) {\n.np {\n",
        include_str!("../palette-dark.css"),
        "}\n}\n.np {\n",
        include_str!("live.css"),
        include_str!("../drawings.css"),
        "}\n",
    )
}

/// The colours and letters of the fragments for a whole page, so that what stands around them fits.
pub fn palette_css() -> &'static str {
    concat!(
        ":root {\n  color-scheme: light dark;\n",
        include_str!("../palette-light.css"),
        "}\n@media screen and (prefers-color-scheme: dark) {\n:root {\n",
        include_str!("../palette-dark.css"),
        "}\n}\n",
    )
}
