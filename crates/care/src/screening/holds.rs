//! Whether a rule holds for a patient: it does, it does not, or an answer is missing.

use jiff::civil::Date;
use needlepoint_case::{Concern, StatedCondition, StatedMedicine};
use needlepoint_knowledge::{
    concern::ConcernKind,
    condition::{Detail, Status},
    rule::{Consequence, Part as RulePart, Place, Rule, Taken},
};

use super::{
    facts::{Facts, Treated, uncapitalised},
    time,
};

/// An answer that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Missing {
    /// Nobody asked about this condition.
    Condition(String),
    /// How things stand with it.
    Status(String),
    /// When it was.
    Date(String),
    /// Where it is.
    Site(String),
    /// How severe it is.
    Grade(String),
    /// Nobody asked about medicines.
    Medicines,
    /// Body weight.
    Weight,
    /// For how long a concern has been there.
    LesionAge(ConcernKind, String),
}

/// A rule and what the answers make of it.
pub(super) struct Evaluation<'a> {
    pub(super) rule: &'a Rule,
    /// What fires it; none if it does not fire.
    pub(super) fired: Option<Fired>,
    /// What it waits for; if it fires, what could make it more careful.
    pub(super) missing: Vec<Missing>,
}

/// What fires a rule.
pub(super) struct Fired {
    /// What the answers say, each in words.
    pub(super) because: Vec<String>,
    /// Names of the sites it is about; empty: the whole person.
    pub(super) sites: Vec<String>,
    /// Until when to wait; none if nobody knows, or if it is not about waiting.
    pub(super) until: Option<Date>,
    /// Where the rule only asks that sessions end before something that is planned: the last day for one.
    pub(super) last_day: Option<Date>,
}

/// What one part of a rule's `when` comes to.
#[derive(Default)]
struct Part {
    /// It holds.
    holds: bool,
    /// It might hold, or hold for longer, if these were known.
    missing: Vec<Missing>,
    because: Vec<String>,
    sites: Vec<String>,
    times: Vec<Time>,
}

/// What a match means for the calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    /// Wait until this day.
    Until(Date),
    /// Wait, nobody knows for how long.
    Open,
    /// Sessions end by this day.
    EndBy(Date),
}

impl Part {
    /// What asks for nothing.
    fn free() -> Self {
        Self { holds: true, ..Self::default() }
    }

    fn can_hold(&self) -> bool {
        self.holds || !self.missing.is_empty()
    }

    fn miss(&mut self, missing: Missing) {
        if !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    fn add_site(&mut self, site: &str) {
        if !self.sites.iter().any(|known| known == site) {
            self.sites.push(site.to_owned());
        }
    }
}

/// What the answers make of a rule.
pub(super) fn evaluate<'a>(rule: &'a Rule, facts: &Facts<'_>) -> Evaluation<'a> {
    let nothing = Evaluation { rule, fired: None, missing: Vec::new() };
    let parts = [
        person(rule, facts),
        plan(rule, facts),
        place(rule, facts),
        conditions(rule, facts),
        medicines(rule, facts),
    ];
    if !parts.iter().all(Part::can_hold) {
        return nothing;
    }
    let missing = parts.iter().flat_map(|part| part.missing.iter().cloned()).collect();
    if !parts.iter().all(|part| part.holds) {
        return Evaluation { missing, ..nothing };
    }
    let times: Vec<Time> = parts.iter().flat_map(|part| part.times.iter().copied()).collect();
    // The condition says more closely than the rule where it is.
    let sites = parts.iter().rev().map(|part| &part.sites).find(|sites| !sites.is_empty());
    let fired = Fired {
        because: parts.iter().flat_map(|part| part.because.iter().cloned()).collect(),
        sites: sites.cloned().unwrap_or_default(),
        until: until(&times),
        last_day: last_day(&times),
    };
    Evaluation { rule, fired: Some(fired), missing }
}

/// The latest day, if every wait has one.
fn until(times: &[Time]) -> Option<Date> {
    if times.contains(&Time::Open) {
        return None;
    }
    let days = times.iter().filter_map(|time| match time {
        Time::Until(day) => Some(*day),
        _ => None,
    });
    days.max()
}

/// The earliest day by which sessions end, if nothing asks for more than that.
fn last_day(times: &[Time]) -> Option<Date> {
    let days: Option<Vec<Date>> = times
        .iter()
        .map(|time| match time {
            Time::EndBy(day) => Some(*day),
            _ => None,
        })
        .collect();
    days?.into_iter().min()
}

/// Phototype, age and weight.
fn person(rule: &Rule, facts: &Facts<'_>) -> Part {
    let (when, patient) = (&rule.when, &facts.consultation.patient);
    let mut part = Part::free();
    if !when.phototype.is_empty() {
        part.holds &= when.phototype.contains(&patient.phototype.index());
        part.because.push(format!("phototype {}", patient.phototype));
    }
    if let Some(range) = when.age_years {
        part.holds &= range.contains(patient.age_years);
        part.because.push(format!("{} years old", patient.age_years.floor()));
    }
    if let Some(most_kg) = when.up_to_kg {
        match patient.weight_kg {
            Some(kg) => {
                part.holds &= kg <= most_kg;
                part.because.push(format!("{kg} kg"));
            }
            None if part.holds => {
                part.holds = false;
                part.miss(Missing::Weight);
            }
            None => {}
        }
    }
    part
}

/// Device, products, needles and whether it is done at home.
///
/// A rule about one device holds where no other is at hand: whoever picks a device asks again with it.
fn plan(rule: &Rule, facts: &Facts<'_>) -> Part {
    let when = &rule.when;
    let mut part = Part::free();
    // What this program does not plan is told, and bars nothing.
    part.holds &= when.outside.is_none() || rule.then == Some(Consequence::Inform);
    if !when.device.is_empty() {
        let covered = |device: &&str| when.device.iter().any(|name| name == device);
        part.holds &= !facts.devices.is_empty() && facts.devices.iter().all(covered);
        part.because.push(format!("device {}", facts.devices.join(", ")));
    }
    if !when.product.is_empty() {
        let named = facts.products.iter().find(|name| when.product.iter().any(|p| p == *name));
        part.holds &= named.is_some();
        part.because.extend(named.map(|name| format!("{name} is asked for")));
    }
    if let Some((least, most)) = when.needle_mm {
        let within = |mm: &&f64| (least..=most).contains(*mm);
        let needle = facts.needles_mm.iter().find(within);
        part.holds &= needle.is_some();
        part.because.extend(needle.map(|mm| format!("needles of {mm} mm")));
    }
    if let Some(most_mm) = rule.numbers.most_depth_mm.filter(|_| rule.part == RulePart::Home) {
        part.holds &= facts.needles_mm.iter().any(|mm| *mm > most_mm);
    }
    if let Some(home) = when.home {
        part.holds &= home == facts.home;
        if home {
            let needles: Vec<String> = facts.needles_mm.iter().map(f64::to_string).collect();
            part.because.push(format!("needling at home with {} mm", needles.join(", ")));
        }
    }
    part
}

/// Sites, and concerns there.
fn place(rule: &Rule, facts: &Facts<'_>) -> Part {
    let when = &rule.when;
    let says_where = !when.site.is_empty() || !when.region.is_empty() || when.place.is_some();
    let says_what = !when.concern.is_empty() || when.lesion_age_days.is_some();
    if !says_where && !says_what {
        return Part::free();
    }
    let mut part = Part::default();
    for one in facts.treated.iter().filter(|one| lies(rule, one)) {
        if !says_what {
            part.holds = true;
            part.add_site(&one.site.name);
            continue;
        }
        let Some(concern) = one
            .concern
            .filter(|concern| when.concern.is_empty() || when.concern.contains(&concern.kind))
        else {
            continue;
        };
        match since(rule, facts, concern) {
            Since::Holds(time) => {
                part.holds = true;
                part.add_site(&one.site.name);
                part.times.extend(time);
                part.because.push(told_concern(one, concern));
            }
            Since::Unknown => part.miss(Missing::LesionAge(concern.kind, one.site.name.clone())),
            Since::No => {}
        }
    }
    let barely = when.condition.is_empty() && when.medicine.is_empty();
    if !says_what && barely {
        let labels = facts.treated.iter().filter(|one| part.sites.contains(&one.site.name));
        part.because.extend(
            labels.map(|one| format!("{} is to be treated", uncapitalised(&one.site.label))),
        );
        part.because.dedup();
    }
    part
}

/// Whether a rule asks about such a site.
fn lies(rule: &Rule, one: &Treated<'_>) -> bool {
    let (when, site) = (&rule.when, one.site);
    (when.site.is_empty() || when.site.contains(&site.name))
        && (when.region.is_empty() || when.region.contains(&site.region))
        && match when.place {
            Some(Place::InsideOrbitalRim) => site.inside_orbital_rim,
            Some(Place::OverBone) => site.over_bone,
            None => true,
        }
}

/// Whether a concern has been there for as long as a rule says.
enum Since {
    Holds(Option<Time>),
    Unknown,
    No,
}

fn since(rule: &Rule, facts: &Facts<'_>, concern: &Concern) -> Since {
    let Some(range) = rule.when.lesion_age_days else { return Since::Holds(None) };
    let Some(age_days) = concern.lesion_age_days else { return Since::Unknown };
    if !range.contains(age_days) {
        return Since::No;
    }
    let Some((_, longest)) = rule.wait_days else { return Since::Holds(None) };
    let day = time::after(time::before(facts.assessed, age_days), longest);
    if day > facts.assessed { Since::Holds(Some(Time::Until(day))) } else { Since::No }
}

fn told_concern(one: &Treated<'_>, concern: &Concern) -> String {
    let what =
        format!("{}, {}", uncapitalised(concern.kind.label()), uncapitalised(&one.site.label));
    match concern.lesion_age_days {
        Some(days) => format!("{what}, there for {}", time::in_words(days)),
        None => what,
    }
}

/// Conditions of the history.
fn conditions(rule: &Rule, facts: &Facts<'_>) -> Part {
    let when = &rule.when;
    if when.condition.is_empty() {
        return Part::free();
    }
    let patient = &facts.consultation.patient;
    let mut part = Part::default();
    for name in &when.condition {
        let mut listed = false;
        for stated in facts.stated(name) {
            listed = true;
            one_condition(rule, facts, stated, &mut part);
        }
        let known = facts.knowledge.condition(name);
        if !listed && !patient.denies(name) && known.is_some_and(|known| facts.has_to_ask(known)) {
            part.miss(Missing::Condition(name.clone()));
        }
    }
    part
}

/// Adds to `part` what a stated condition means for a rule.
fn one_condition(rule: &Rule, facts: &Facts<'_>, stated: &StatedCondition, part: &mut Part) {
    let when = &rule.when;
    let (fits, others): (Vec<Status>, Vec<Status>) =
        facts.statuses(stated).into_iter().partition(|status| status_fits(rule, *status));
    if fits.is_empty() {
        return;
    }
    let mut missing = Vec::new();
    if !others.is_empty() {
        missing.push(Missing::Status(stated.name.clone()));
    }
    if !when.grade.is_empty() {
        match stated.grade {
            Some(grade) if when.grade.iter().all(|asked| u32::from(*asked) != grade) => return,
            Some(_) => {}
            None => missing.push(Missing::Grade(stated.name.clone())),
        }
    }
    let on = facts.on(&stated.sites);
    if when.here && asks_where(facts, stated) {
        if stated.sites.is_empty() {
            missing.push(Missing::Site(stated.name.clone()));
        } else if on.is_empty() {
            return;
        }
    }
    let time = match when_over(rule, facts, stated, &fits) {
        Over::Matters(time) => time,
        Over::Unknown(what) => {
            if !missing.contains(&what) {
                missing.push(what);
            }
            None
        }
        Over::Past => return,
    };
    if missing.is_empty() {
        part.holds = true;
        part.because.push(facts.told(stated));
        part.times.extend(time);
        for site in on {
            part.add_site(site);
        }
    }
    for what in missing {
        part.miss(what);
    }
}

/// Whether it is asked of the condition where it lies; if not, it is where it is treated.
fn asks_where(facts: &Facts<'_>, stated: &StatedCondition) -> bool {
    let known = facts.knowledge.condition(&stated.name);
    known.is_some_and(|known| known.details.contains(&Detail::Site)) || !stated.sites.is_empty()
}

fn status_fits(rule: &Rule, status: Status) -> bool {
    let asked = &rule.when.status;
    // What is only planned concerns a rule that says so.
    if status == Status::Planned {
        return asked.contains(&status) || rule.wait_before_days.is_some();
    }
    asked.is_empty() || asked.contains(&status)
}

/// Whether what a rule waits for is over.
enum Over {
    /// It still matters.
    Matters(Option<Time>),
    /// Nobody knows.
    Unknown(Missing),
    /// It is over.
    Past,
}

fn when_over(
    rule: &Rule,
    facts: &Facts<'_>,
    stated: &StatedCondition,
    statuses: &[Status],
) -> Over {
    if rule.then != Some(Consequence::Wait) {
        return Over::Matters(None);
    }
    let surely = |status| statuses == [status];
    if surely(Status::Planned) {
        return planned(rule, facts, stated.on.or(stated.since), &stated.name);
    }
    let longest = rule.wait_days.map_or(0.0, |(_, longest)| longest);
    let day = stated.ended.or(stated.on).map(|end| time::after(end, longest));
    let to_come = day.filter(|day| *day > facts.assessed);
    if let Some(day) = to_come {
        return Over::Matters(Some(Time::Until(day)));
    }
    if !statuses.contains(&Status::Past) {
        return Over::Matters(Some(Time::Open));
    }
    if rule.wait_days.is_none() {
        // The rule itself asks for what is past, and says no day on which it ends.
        return Over::Matters(Some(Time::Open));
    }
    match (surely(Status::Past), day) {
        (true, Some(_)) => Over::Past,
        (true, None) => Over::Unknown(Missing::Date(stated.name.clone())),
        (false, _) => Over::Unknown(Missing::Status(stated.name.clone())),
    }
}

/// What is planned for a day, and has to keep its distance from sessions.
fn planned(rule: &Rule, facts: &Facts<'_>, begins: Option<Date>, name: &str) -> Over {
    let Some(before) = rule.wait_before_days else { return Over::Matters(Some(Time::Open)) };
    let Some(begins) = begins else { return Over::Unknown(Missing::Date(name.to_owned())) };
    let last = time::before(begins, before);
    if last < facts.assessed {
        Over::Matters(Some(Time::Open))
    } else {
        Over::Matters(Some(Time::EndBy(last)))
    }
}

/// Medicines by their classes.
fn medicines(rule: &Rule, facts: &Facts<'_>) -> Part {
    if rule.when.medicine.is_empty() {
        return Part::free();
    }
    let mut part = Part::default();
    let Some(stated) = &facts.consultation.patient.medicines else {
        part.miss(Missing::Medicines);
        return part;
    };
    for one in stated {
        if let Some(time) = one_medicine(rule, facts, one) {
            part.holds = true;
            part.because.push(facts.told_medicine(one));
            part.times.extend(time);
        }
    }
    part
}

/// What a medicine means for a rule; none if nothing.
fn one_medicine(rule: &Rule, facts: &Facts<'_>, stated: &StatedMedicine) -> Option<Option<Time>> {
    let when = &rule.when;
    let known = facts.medicine(stated)?;
    when.medicine.iter().any(|class| known.is_of(class)).then_some(())?;
    // Put on the skin elsewhere it does not concern the treated skin.
    if !stated.sites.is_empty() && facts.on(&stated.sites).is_empty() {
        return None;
    }
    let taken = facts.taken(stated);
    let waits = rule.then == Some(Consequence::Wait);
    if taken == Taken::Planned {
        let asked = when.taken.contains(&taken) || rule.wait_before_days.is_some();
        asked.then_some(())?;
        return match planned(rule, facts, stated.since, &stated.name) {
            Over::Matters(time) if waits => Some(time),
            _ => Some(None),
        };
    }
    if !when.taken.is_empty() && !when.taken.contains(&taken) {
        return None;
    }
    if !waits {
        return Some(None);
    }
    let longest = rule.wait_days.map_or(0.0, |(_, longest)| longest);
    match stated.stopped.map(|stopped| time::after(stopped, longest)) {
        Some(day) if day > facts.assessed => Some(Some(Time::Until(day))),
        Some(_) if taken == Taken::Stopped => None,
        _ => Some(Some(Time::Open)),
    }
}
