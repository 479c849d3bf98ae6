//! What to do afterwards, hour by hour and day by day.

use needlepoint_course::outlook::ShownOn;
use needlepoint_knowledge::rule::{Act, Part, Rule, RuleUrgency};
use serde::Serialize;

use crate::{
    book::{Asked, Book, because, followed, rank},
    depth::millimetres,
    plan::Because,
};

/// What to do after each session. Times count from the end of the session.
#[derive(Debug, Clone, Serialize)]
pub struct Aftercare {
    /// Each instruction once: first what to do, then what to leave, each in the order in which they begin and end.
    pub instructions: Vec<Instruction>,
    /// The same by time: stretches in order, without gaps, from 0 to 14 days, finer in the first three days.
    pub stretches: Vec<Stretch>,
    /// What is to be seen day by day.
    pub course: Vec<ExpectedDay>,
}

/// Something to do or to leave, and for how long.
#[derive(Debug, Clone, Serialize)]
pub struct Instruction {
    /// Whether it is something to do; otherwise something to leave.
    pub is_to_do: bool,
    /// Begins so many hours after the session.
    pub from_hours: f64,
    /// Ends so many hours after the session.
    pub until_hours: f64,
    /// The same span in words: "the first 2 days", "day 1 to day 14".
    pub when: String,
    /// What, and what it rests on.
    pub what: Because,
    /// The same for the patient, in plain words.
    pub plain: String,
}

impl Instruction {
    /// Whether it holds in some part of the time between two hours.
    pub fn holds_between(&self, from_hours: f64, until_hours: f64) -> bool {
        self.from_hours < until_hours && self.until_hours > from_hours
    }
}

/// What holds from one hour to another.
#[derive(Debug, Clone, Serialize)]
pub struct Stretch {
    /// Begins so many hours after the session.
    pub from_hours: f64,
    /// Ends so many hours after the session.
    pub until_hours: f64,
    /// "The first two hours", "Day 4".
    pub label: String,
    /// What to do.
    pub act: Vec<Because>,
    /// What to leave.
    pub avoid: Vec<Because>,
}

/// What is to be seen on a day, from the simulated course and the evidence.
#[derive(Debug, Clone, Serialize)]
pub struct ExpectedDay {
    /// Day after the session; 0 is that of the session.
    pub day: u32,
    /// What most people see, in plain words.
    pub text: String,
    /// Shares of people in whom redness, swelling and flaking show on this day, 0 to 1.
    pub shares: [f64; 3],
    /// What it rests on.
    pub because: Vec<Because>,
}

/// A sign on which somebody has to act.
#[derive(Debug, Clone, Serialize)]
pub struct RedFlag {
    /// What is seen or felt, in plain words.
    pub sign: String,
    /// What to do at once.
    pub act: String,
    /// How soon.
    pub urgency: Urgency,
    /// What it rests on.
    pub because: Because,
}

/// How soon, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// An emergency service, now.
    Emergency,
    /// A doctor, today.
    SameDay,
    /// The practitioner, within days.
    Soon,
}

/// Hours of the first three days after which another stretch begins.
const FIRST_HOURS: [f64; 6] = [0.0, 2.0, 6.0, 24.0, 48.0, 72.0];
/// End of what is told, hours: two weeks.
const LAST_HOUR: f64 = 336.0;
const HOURS_PER_DAY: f64 = 24.0;
/// From so many hours on a window is there to protect skin that is still open; shorter ones have other reasons.
const PROTECTS_FROM_HOURS: f64 = 24.0;
/// Heading of the rules about how long the barrier is open.
const BARRIER: &str = "barrier";
/// Headings of what keeps an open barrier from harm.
const PROTECTING: [&str; 6] =
    [BARRIER, "sun", "make-up", "exercise", "heat-and-water", "irritants"];
/// A share below this is nobody of the ensemble, above its complement everybody.
const HARDLY_ANY: f64 = 0.05;

/// What is known of the plan when aftercare is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Treated<'a> {
    /// Longest needle, mm.
    pub(crate) needle_mm: f64,
    /// Hours until half of people hold water again, as simulated.
    pub(crate) barrier_hours: f64,
    /// What shows from day to day, as simulated.
    pub(crate) days: &'a [ShownOn],
}

/// What to do after each session.
pub(crate) fn aftercare(book: Book<'_>, treated: &Treated<'_>) -> Aftercare {
    let windows = windows(book, treated);
    let mut bounds: Vec<f64> = FIRST_HOURS.to_vec();
    bounds.extend((4..=14).map(|day| HOURS_PER_DAY * f64::from(day)));
    let edges = windows.iter().flat_map(|window| [window.from, window.until]);
    bounds.extend(edges.filter(|hour| (0.0..LAST_HOUR).contains(hour)));
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let instructions = instructions(windows);
    let stretches = bounds
        .windows(2)
        .map(|pair| {
            let (from_hours, until_hours) = (pair[0], pair[1]);
            let told = |is_to_do: bool| {
                let now = instructions.iter().filter(|item| {
                    item.is_to_do == is_to_do && item.holds_between(from_hours, until_hours)
                });
                now.map(|item| item.what.clone()).collect()
            };
            Stretch {
                from_hours,
                until_hours,
                label: stretch_label(from_hours, until_hours),
                act: told(true),
                avoid: told(false),
            }
        })
        .collect();
    Aftercare { instructions, stretches, course: course(book, treated) }
}

fn instructions(windows: Vec<Window>) -> Vec<Instruction> {
    let mut instructions: Vec<Instruction> = windows
        .into_iter()
        .map(|window| Instruction {
            is_to_do: window.act == Act::Do,
            from_hours: window.from,
            until_hours: window.until,
            when: span_in_words(window.from, window.until),
            what: window.told,
            plain: window.plain,
        })
        .collect();
    // Sorting is stable: what holds at the same time keeps the order of the rules.
    instructions.sort_by(|a, b| {
        let (a_span, b_span) = ((a.from_hours, a.until_hours), (b.from_hours, b.until_hours));
        b.is_to_do
            .cmp(&a.is_to_do)
            .then(a_span.0.total_cmp(&b_span.0))
            .then(a_span.1.total_cmp(&b_span.1))
    });
    instructions
}

/// "the first 24 hours", "the first 3 days", "day 1 to day 14".
fn span_in_words(from: f64, until: f64) -> String {
    let moment = |hours: f64| {
        if hours % HOURS_PER_DAY == 0.0 && hours > 0.0 {
            format!("day {:.0}", hours / HOURS_PER_DAY)
        } else {
            format!("hour {hours:.0}")
        }
    };
    if from > 0.0 {
        format!("{} to {}", moment(from), moment(until))
    } else if until > HOURS_PER_DAY && until % HOURS_PER_DAY == 0.0 {
        format!("the first {:.0} days", until / HOURS_PER_DAY)
    } else {
        format!("the first {until:.0} hours")
    }
}

/// From when until when something holds.
struct Window {
    from: f64,
    until: f64,
    act: Act,
    protects: bool,
    told: Because,
    plain: String,
}

/// Of each group the careful side: what is to be left, for longest; what is to be done, beginning latest.
fn windows(book: Book<'_>, treated: &Treated<'_>) -> Vec<Window> {
    let asked = Asked { needle_mm: Some(treated.needle_mm), ..Asked::default() };
    let rules = book.rules(Part::Aftercare, asked);
    let deep =
        rules.iter().copied().find(|rule| rule.topic == BARRIER && rule.when.needle_mm.is_some());
    let mut windows = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for rule in &rules {
        let Some(group) = rule.group.as_deref() else {
            windows.extend(window(rule, because(rule)));
            continue;
        };
        if seen.contains(&group) {
            continue;
        }
        seen.push(group);
        let members: Vec<&Rule> =
            rules.iter().copied().filter(|rule| rule.group.as_deref() == Some(group)).collect();
        let mut beside: Vec<&Rule> = Vec::new();
        let mut taken: Vec<&Rule> = Vec::new();
        for act in [Act::Leave, Act::Do] {
            let of_act: Vec<&Rule> =
                members.iter().copied().filter(|rule| rule.act == Some(act)).collect();
            let careful = careful(&of_act, act);
            beside.extend(of_act.iter().copied().filter(|rule| {
                careful.is_none_or(|careful| careful.name != rule.name)
                    && same_question(rule, careful)
            }));
            taken.extend(of_act.into_iter().filter(|rule| {
                careful.is_some_and(|careful| careful.name == rule.name)
                    || !same_question(rule, careful)
            }));
        }
        for (place, rule) in taken.iter().enumerate() {
            // What is not followed is told once, with the first that is.
            let others: &[&Rule] = if place == 0 { &beside } else { &[] };
            windows.extend(window(rule, followed(rule, others)));
        }
    }
    if let Some(deep) = deep {
        for window in &mut windows {
            protect_longer(window, deep, treated);
        }
    }
    windows
}

/// The rule of a group that is followed, if it is not one that few ask for.
fn careful<'r>(rules: &[&'r Rule], act: Act) -> Option<&'r Rule> {
    let followed = rules.iter().copied().filter(|rule| !rule.minority);
    let hours = |rule: &Rule| rule.numbers.hours.unwrap_or((0.0, 0.0));
    match act {
        Act::Leave => followed.max_by(|a, b| {
            hours(a).1.total_cmp(&hours(b).1).then(rank(b.strength).cmp(&rank(a.strength)))
        }),
        Act::Do => followed.max_by(|a, b| {
            let ((a_from, a_until), (b_from, b_until)) = (hours(a), hours(b));
            let later = a_from.total_cmp(&b_from).then(a_until.total_cmp(&b_until));
            later.then(rank(b.strength).cmp(&rank(a.strength)))
        }),
    }
}

/// Whether a rule answers the question that the followed one answers: under the same heading, at the same time.
/// One that few ask for always does: it is shown and never followed.
fn same_question(rule: &Rule, followed: Option<&Rule>) -> bool {
    let overlap = |a: Option<(f64, f64)>, b: Option<(f64, f64)>| {
        a.zip(b).is_some_and(|((a, a_end), (b, b_end))| a < b_end && b < a_end)
    };
    rule.minority
        || followed.is_none_or(|followed| {
            followed.topic == rule.topic && overlap(followed.numbers.hours, rule.numbers.hours)
        })
}

fn window(rule: &Rule, told: Because) -> Option<Window> {
    let (from, until) = rule.numbers.hours?;
    let act = rule.act?;
    let protects =
        PROTECTING.contains(&rule.topic.as_str()) && (act == Act::Leave || rule.topic == BARRIER);
    let plain = rule.plain.clone().unwrap_or_else(|| rule.says.clone());
    Some(Window { from, until: until.min(LAST_HOUR), act, protects, told, plain })
}

/// Deeper needles keep the barrier open for longer: what protects it lasts until it holds water again.
fn protect_longer(window: &mut Window, deep: &Rule, treated: &Treated<'_>) {
    let short = window.protects
        && window.until >= PROTECTS_FROM_HOURS
        && window.until < treated.barrier_hours;
    if !short {
        return;
    }
    window.until = (treated.barrier_hours / HOURS_PER_DAY).ceil() * HOURS_PER_DAY;
    window.until = window.until.min(LAST_HOUR);
    window.told.text = format!(
        "{} After needles of {} until hour {:.0}: {}",
        window.told.text,
        millimetres(treated.needle_mm),
        window.until,
        deep.says
    );
    for source in &deep.sources {
        if !window.told.sources.contains(source) {
            window.told.sources.push(source.clone());
        }
    }
}

fn stretch_label(from: f64, until: f64) -> String {
    if from == 0.0 {
        return format!("The first {until:.0} hours");
    }
    if from < HOURS_PER_DAY {
        return format!("Hour {from:.0} to {until:.0}");
    }
    let day = (from / HOURS_PER_DAY).floor();
    let whole = from % HOURS_PER_DAY == 0.0 && (until - from - HOURS_PER_DAY).abs() < 1e-9;
    if whole {
        format!("Day {day:.0}")
    } else {
        format!("Day {day:.0}, hour {from:.0} to {until:.0}")
    }
}

/// What is to be seen from day to day.
fn course(book: Book<'_>, treated: &Treated<'_>) -> Vec<ExpectedDay> {
    let asked = Asked { needle_mm: Some(treated.needle_mm), ..Asked::default() };
    let rules = book.rules(Part::Expected, asked);
    treated
        .days
        .iter()
        .map(|shown| {
            let day = f64::from(shown.day);
            let holds = |rule: &&Rule| {
                rule.numbers.days.is_some_and(|(from, until)| (from..=until).contains(&day))
            };
            ExpectedDay {
                day: shown.day,
                text: day_in_words(shown),
                shares: [shown.redness_share, shown.swelling_share, shown.flaking_share],
                because: rules.iter().copied().filter(holds).map(because).collect(),
            }
        })
        .collect()
}

/// "Red skin in most people. Some flakes."
pub(crate) fn day_in_words(shown: &ShownOn) -> String {
    let signs = [
        ("Red skin", shown.redness_share),
        ("Swelling", shown.swelling_share),
        ("Flakes", shown.flaking_share),
    ];
    let seen: Vec<String> = signs
        .into_iter()
        .filter_map(|(sign, share)| Some(format!("{sign} in {}.", in_whom(share)?)))
        .collect();
    if seen.is_empty() { "Hardly anything shows.".to_owned() } else { seen.join(" ") }
}

fn in_whom(share: f64) -> Option<&'static str> {
    Some(match share {
        share if share < HARDLY_ANY => return None,
        share if share < 0.25 => "a few people",
        share if share < 0.45 => "some people",
        share if share < 0.6 => "about half of people",
        share if share < 0.9 => "most people",
        _ => "nearly all people",
    })
}

/// When and whom to call: every rule, the most urgent first.
pub(crate) fn red_flags(book: Book<'_>) -> Vec<RedFlag> {
    let mut flags: Vec<RedFlag> = book
        .part(Part::RedFlag)
        .map(|rule| RedFlag {
            sign: rule.says.clone(),
            act: rule.act_now.clone().unwrap_or_default(),
            urgency: match rule.urgency {
                Some(RuleUrgency::Emergency) => Urgency::Emergency,
                Some(RuleUrgency::Soon) => Urgency::Soon,
                // The reader asks for an urgency; without one the careful side is taken.
                Some(RuleUrgency::SameDay) | None => Urgency::SameDay,
            },
            because: because(rule),
        })
        .collect();
    flags.sort_by_key(|flag| flag.urgency);
    flags
}
