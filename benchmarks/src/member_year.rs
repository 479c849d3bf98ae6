//! One member of one zone over twelve months, on this thread alone.

use needlepoint_course::{
    calendar::Calendar,
    observable::Observable,
    person::{Member, Person},
    zone::{ZoneTask, simulate_member},
};
use needlepoint_knowledge::Knowledge;

use crate::{
    Outcome,
    options::CaseFile,
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Longest one member may take, ms.
const TARGET_MILLISECONDS: f64 = 5.0;

const YEAR_DAYS: f64 = 365.0;

/// Times each member is simulated unless told otherwise; the shortest counts, since whatever else the
/// machine does can only lengthen it.
const REPEATS: u16 = 5;

/// Draw and simulate people one by one. Spread is over the people, not over the repeats.
pub(crate) fn measure(
    file: &CaseFile,
    people: u32,
    repeats: Option<u16>,
    report: &mut Report,
) -> Outcome<()> {
    let knowledge = Knowledge::embedded()?;
    let mut case = file.read(&knowledge)?;
    case.simulate.horizon_days = YEAR_DAYS;
    case.protocol.session_days.retain(|day| *day < YEAR_DAYS);
    let zone = case.protocol.zones.first().ok_or("a case without a zone")?;
    let site = knowledge.site(&zone.site).ok_or("a zone without a site")?;
    let calendar = Calendar::new(&case.protocol.session_days, YEAR_DAYS);
    let task = ZoneTask {
        case: &case,
        knowledge: &knowledge,
        zone,
        number: 0,
        site,
        calendar: &calendar,
        observables: &Observable::ALL,
    };
    let times = repeats.unwrap_or(REPEATS);
    let repeats = repeat(people as usize, |member| {
        let member = Member::of_ensemble(case.simulate.seed, member as u32);
        let (mut draw, mut course) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..times {
            let (person, drawing) = clocked(|| Person::new(&knowledge, member));
            let (simulated, simulating) = clocked(|| simulate_member(&task, &person));
            simulated?;
            (draw, course) = (draw.min(drawing), course.min(simulating));
        }
        Ok([draw + course, draw, course])
    })?;
    let [whole, draw, course] = &repeats.values;
    report.set("case", file.case.display());
    report.set("people", people);
    report.set("sessions within the year", case.protocol.session_days.len());
    report.core_took(&repeats.core_ns);
    let figure = |name, what: &str, seconds| {
        Figure::milliseconds(name, what.to_owned(), seconds, &repeats.core_ns).over_people()
    };
    report.push(
        figure("member_year.whole", "one member of one zone", whole).at_most(TARGET_MILLISECONDS),
    );
    report.push(figure("member_year.draw", "of it, drawing the person", draw));
    report.push(figure("member_year.course", "of it, needling, healing, what is seen", course));
    Ok(())
}
