//! One member of one zone over twelve months, on this thread alone: eight people in the lanes of the solver,
//! each told by an eighth of their time; and one on the fine grid.

use needlepoint_case::Fidelity;
use needlepoint_course::{
    calendar::Calendar,
    observable::Observable,
    person::{Member, Person},
    zone::{PEOPLE, ZoneTask, needle, simulate_needled},
};
use needlepoint_knowledge::Knowledge;

use crate::{
    Outcome,
    options::CaseFile,
    report::{Figure, Report},
    timing::{clocked, repeat},
};

/// Longest one member may take, ms.
const TARGET_MILLISECONDS: f64 = 2.0;
/// Longest one member may take on the fine grid, s.
const TARGET_CELL_SECONDS: f64 = 2.0;

const YEAR_DAYS: f64 = 365.0;

/// Times each group is simulated unless told otherwise; the shortest counts, since whatever else the
/// machine does can only lengthen it.
const REPEATS: u16 = 5;
/// People simulated on the fine grid.
const CELLS: usize = 3;

/// Draw and simulate people group by group. Spread is over the groups, not over the repeats.
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
    let mut fine = case.clone();
    fine.simulate.fidelity = Fidelity::Cell;
    let zone = case.protocol.zones.first().ok_or("a case without a zone")?;
    let site = knowledge.site(&zone.site).ok_or("a zone without a site")?;
    let calendar = Calendar::new(&case.protocol.session_days, YEAR_DAYS);
    let task = |case| ZoneTask {
        case,
        knowledge: &knowledge,
        zone,
        number: 0,
        site,
        calendar: &calendar,
        observables: &Observable::ALL,
    };
    let (task, fine) = (task(&case), task(&fine));
    let draw = |member: usize| {
        Person::new(&knowledge, Member::of_ensemble(case.simulate.seed, member as u32))
    };
    let times = repeats.unwrap_or(REPEATS);
    let groups = (people as usize).div_ceil(PEOPLE);
    let repeats = repeat(groups, |group| {
        let mut shortest = [f64::INFINITY; 3];
        for _ in 0..times {
            let numbers = group * PEOPLE..(group + 1) * PEOPLE;
            let (people, drawing) = clocked(|| numbers.map(draw).collect::<Vec<_>>());
            let (needled, needling) = clocked(|| {
                people.iter().map(|person| needle(&task, person)).collect::<Result<Vec<_>, _>>()
            });
            let needled = needled?;
            let members = people.iter().zip(needled);
            let members = members.map(|(person, needled)| (&task, person, needled)).collect();
            let (simulated, healing) = clocked(|| simulate_needled(members));
            simulated?;
            for (shortest, seconds) in shortest.iter_mut().zip([drawing, needling, healing]) {
                *shortest = shortest.min(seconds / PEOPLE as f64);
            }
        }
        let [drawing, needling, healing] = shortest;
        Ok([drawing + needling + healing, drawing, needling, healing])
    })?;
    let cells = repeat(CELLS, |member| {
        let person = draw(member);
        let needled = needle(&fine, &person)?;
        let (simulated, seconds) = clocked(|| simulate_needled(vec![(&fine, &person, needled)]));
        simulated?;
        Ok([seconds])
    })?;
    let [whole, drawing, needling, healing] = &repeats.values;
    report.set("case", file.case.display());
    report.set("people", groups * PEOPLE);
    report.set("sessions within the year", case.protocol.session_days.len());
    report.core_took(&repeats.core_ns);
    let figure = |name, what: &str, seconds| {
        Figure::milliseconds(name, what.to_owned(), seconds, &repeats.core_ns).over_people()
    };
    report.push(
        figure("member_year.whole", "one member of one zone", whole).at_most(TARGET_MILLISECONDS),
    );
    report.push(figure("member_year.draw", "of it, drawing the person", drawing));
    report.push(figure("member_year.needling", "of it, needling", needling));
    report.push(figure("member_year.healing", "of it, products, healing, what is seen", healing));
    let [cell] = &cells.values;
    report.push(
        Figure::seconds(
            "member_year.cell",
            "one member on the fine grid".to_owned(),
            cell,
            &cells.core_ns,
        )
        .at_most(TARGET_CELL_SECONDS),
    );
    Ok(())
}
