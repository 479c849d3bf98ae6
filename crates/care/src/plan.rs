//! What exactly to do.

use jiff::{SignedDuration, civil::Date};
use needlepoint_case::{Concern, Protocol, Zone};
use needlepoint_course::result::Band;
use needlepoint_knowledge::{
    device::DeviceRecord,
    rule::{Act, Part, Rule},
    site::Site,
};
use serde::Serialize;

use crate::{
    advice::advice,
    book::{Asked, Book, because, by_itself, careful_side, followed, rank},
    chosen::{Chosen, ChosenZone},
    depth::{Depth, Place, depth, millimetres},
    numb::{Area, as_in_protocol, numbing},
    products::products,
    schedule::{Schedule, follow_up, reviews, schedule},
    screening::{Change, Screening},
};

/// A plan for a whole course.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Dates of the sessions.
    pub dates: Vec<Date>,
    /// Weeks between sessions.
    pub interval_weeks: f64,
    /// Sites in the order in which they are treated.
    pub zones: Vec<ZonePlan>,
    /// Numbing; none where it is left out, and then `without_numbing` says why.
    pub numbing: Option<NumbingPlan>,
    /// Why there is no numbing.
    pub without_numbing: Option<Because>,
    /// Antisepsis and everything else about hygiene, in order.
    pub hygiene: Vec<Because>,
    /// What to do in the days before.
    pub before: Vec<Because>,
    /// What goes on the skin during the session.
    pub on_the_day: Vec<Because>,
    /// What goes on afterwards, and from when.
    pub after: Vec<Because>,
    /// What must not be used, and for how long.
    pub not_to_use: Vec<Because>,
    /// How the hand is led.
    pub technique: Vec<Because>,
    /// When results are judged, and whether to go on.
    pub follow_up: Vec<Because>,
    /// Days on which results are judged, in order, each with the rule that asks for it.
    pub reviews: Vec<Review>,
    /// Sessions after the course.
    pub maintenance: Vec<Because>,
    /// What the number of sessions and their interval rest on.
    pub course_because: Vec<Because>,
    /// What is expected, as the model says it.
    pub expected: Vec<Expected>,
    /// The same as a protocol that can be simulated.
    #[serde(skip)]
    pub protocol: Protocol,
}

/// How one site is needled.
#[derive(Debug, Clone, Serialize)]
pub struct ZonePlan {
    /// Name in `knowledge/sites.toml`.
    pub site: String,
    /// The site in words.
    pub label: String,
    /// Concerns treated there, in words.
    pub concerns: Vec<String>,
    /// Name of the device in `knowledge/devices.toml`.
    pub device: String,
    /// The device in words.
    pub device_label: String,
    /// Needle length, mm.
    pub needle_mm: f64,
    /// Length to begin with, mm: raised until the endpoint shows, never beyond `needle_mm`.
    pub start_mm: f64,
    /// Passes.
    pub passes: u32,
    /// What ends the treatment of the site, in words.
    pub endpoint: String,
    /// Area, cm2.
    pub area_cm2: f64,
    /// Minutes of needling in one session.
    pub minutes: f64,
    /// What the settings rest on, each with its rule.
    pub because: Vec<Because>,
    /// What to look out for here: bone, orbital rim, thin skin.
    pub caution: Vec<Because>,
}

/// A day on which results are judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// When.
    pub date: Date,
    /// What is judged, and why then.
    pub because: Because,
}

/// A sentence and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Because {
    /// The sentence.
    pub text: String,
    /// Name of the rule; none where it follows from the model or from the case itself.
    pub rule: Option<String>,
    /// Strength of its evidence in words.
    pub strength: Option<String>,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
    /// What other sources say against it.
    pub disagreement: Option<String>,
}

/// Numbing before each session.
#[derive(Debug, Clone, Serialize)]
pub struct NumbingPlan {
    /// Name in `knowledge/products.toml`.
    pub product: String,
    /// The product in words.
    pub label: String,
    /// Grams in all.
    pub grams: f64,
    /// On so many cm2.
    pub area_cm2: f64,
    /// Minutes on the skin.
    pub minutes: f64,
    /// Under a dressing?
    pub covered: bool,
    /// The label's limits for this age and weight, and everything to mind.
    pub because: Vec<Because>,
}

/// What is expected of one concern.
#[derive(Debug, Clone, Serialize)]
pub struct Expected {
    /// The concern in words.
    pub concern: String,
    /// Site in words.
    pub site: String,
    /// What is told: "depth of scars, change".
    pub what: String,
    /// When: "3 months after the last session".
    pub when: String,
    /// In which unit.
    pub unit: String,
    /// How much.
    pub change: Band,
    /// Share of people who see a change, 0 to 1, if it can be seen.
    pub visible_share: Option<f64>,
    /// Strength of the published evidence in words.
    pub strength: String,
    /// Identifiers in `knowledge/sources.toml`.
    pub sources: Vec<String>,
}

/// Instead of needling, or beside it.
#[derive(Debug, Clone, Serialize)]
pub struct Advice {
    /// What is advised.
    pub kind: AdviceKind,
    /// For which concern, in words.
    pub concern: Option<String>,
    /// Why.
    pub because: Because,
}

/// What may be advised instead of needling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceKind {
    /// Nothing needs to be done.
    NoTreatment,
    /// Care at home is enough.
    HomeCare,
    /// Another procedure does this better (a laser, a subcision, a punch).
    OtherProcedure,
    /// Somebody else decides.
    Referral,
    /// Later.
    Later,
}

/// Another plan within the limits, as the model sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Alternative {
    /// In words: "1.0 mm, 4 sessions, 4 weeks apart".
    pub label: String,
    /// Needle length of each zone, mm, in the order of the plan's zones.
    pub needle_mm: Vec<f64>,
    /// Passes of each zone.
    pub passes: Vec<u32>,
    /// Sessions.
    pub sessions: u32,
    /// Weeks between sessions.
    pub interval_weeks: f64,
    /// Expected improvement of the leading concern, per cent of what is there.
    pub improvement: Band,
    /// Days of downtime in all, at the site of the leading concern: redness, swelling or flaking that others see.
    pub downtime_days: Band,
    /// Share of people whose skin darkens visibly for some time, at the site of the leading concern, 0 to 1.
    pub risk: f64,
    /// No other plan is better in one of the three and no worse in the others.
    pub on_front: bool,
    /// It is the plan that is proposed.
    pub proposed: bool,
    /// "No treatment" and "home care" stand beside needling.
    pub kind: AlternativeKind,
}

/// What kind of alternative it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AlternativeKind {
    /// Needling by a practitioner.
    Needling,
    /// Home care only.
    HomeCare,
    /// Nothing.
    NoTreatment,
}

/// Passes where no source gives a number.
const NOTHING_READ_PASSES: u32 = 4;
const HOURS_PER_DAY: f64 = 24.0;
/// Heading of the endpoint that stops first.
const ERYTHEMA: &str = "redness";
const SECONDS_PER_HOUR: f64 = 3600.0;

/// A plan with what alternatives need to know of it.
#[derive(Debug, Clone)]
pub(crate) struct Proposal<'a> {
    pub(crate) plan: Plan,
    pub(crate) lead: &'a Concern,
    pub(crate) device: &'a DeviceRecord,
    /// Longest needle of each zone, mm.
    pub(crate) most_mm: Vec<f64>,
    /// Passes that sources use.
    pub(crate) passes: (u32, u32),
    pub(crate) schedule: Schedule,
}

/// Propose a plan for the concerns that are needled; none, with advice, where no zone can be.
pub(crate) fn propose<'a>(
    book: Book<'a>,
    screening: &Screening,
    needled: &[&'a Concern],
    (first, chosen): (Date, Option<&Chosen>),
    instead: &mut Vec<Advice>,
) -> Option<Proposal<'a>> {
    let lead = needled.first().copied()?;
    let device = choose_device(book, lead, instead)?;
    let stated = book.consultation.protocol.as_ref();
    let mut placed: Vec<(Place<'a>, Depth)> = Vec::new();
    for site in sites(book, needled) {
        let concerns: Vec<&Concern> =
            needled.iter().copied().filter(|concern| concern.site == site.name).collect();
        let place = Place { site, concerns, device };
        match depth(book, screening, &place, stated.and_then(|p| p.zone(&site.name))) {
            Ok(depth) => placed.push((place, as_chosen(depth, chosen, &site.name))),
            Err(why) => {
                instead.extend(
                    place
                        .concerns
                        .iter()
                        .map(|concern| advice(AdviceKind::OtherProcedure, concern, why.clone())),
                );
            }
        }
    }
    // The longest needles first, while the skin is most numb; around the eyes last.
    placed.sort_by(|(a, a_depth), (b, b_depth)| {
        let eyes = a.site.inside_orbital_rim.cmp(&b.site.inside_orbital_rim);
        eyes.then(b_depth.needle_mm.total_cmp(&a_depth.needle_mm))
    });
    let leading =
        placed.iter().find(|(place, _)| place.site.name == lead.site).or(placed.first())?;
    let lead = leading.0.concerns[0];
    let mut schedule = schedule(book, &leading.0);
    if let Some(chosen) = chosen {
        schedule.sessions = chosen.sessions;
        schedule.interval_days = f64::from(chosen.interval_days);
    }
    let moved = chosen.map(|chosen| &chosen.dates).filter(|dates| !dates.is_empty());
    let dates = moved.cloned().or_else(|| schedule.dates(first))?;
    let first = dates.first().copied()?;
    let passes = passes(book);
    let zones: Vec<ZonePlan> = placed
        .iter()
        .map(|(place, depth)| {
            let stated = chosen_for(chosen, &place.site.name).map_or(passes.0, |zone| zone.passes);
            zone_plan(book, screening, place, depth, stated)
        })
        .collect();
    let areas: Vec<Area> = placed
        .iter()
        .zip(&zones)
        .map(|((place, _), zone)| Area {
            cm2: zone.area_cm2,
            needle_mm: zone.needle_mm,
            near_the_eye: place.site.inside_orbital_rim,
        })
        .collect();
    let (numbing, without_numbing) = match numbing(book, screening, &areas) {
        Ok(plan) => (Some(plan), None),
        Err(why) => (None, Some(why)),
    };
    let used = products(book, screening);
    let (after, not_after) = afterwards(book);
    let last = dates.last().copied().unwrap_or(first);
    let protocol = Protocol {
        device: device.clone(),
        device_name: Some(device.name.clone()),
        start: Some(first),
        session_days: days_since(first, &dates),
        zones: zones
            .iter()
            .zip(&placed)
            .map(|(zone, (_, depth))| in_protocol(zone, depth))
            .collect(),
        products: used.used,
        numbing: numbing.as_ref().map(as_in_protocol),
        aftercare_followed: chosen.is_none_or(|chosen| chosen.aftercare_kept),
        occlusion_hours: 0.0,
    };
    let asked = Asked { device: Some(device), concern: Some(lead), ..Asked::default() };
    let plan = Plan {
        dates,
        interval_weeks: schedule.interval_weeks(),
        zones,
        numbing,
        without_numbing,
        hygiene: book.rules(Part::Hygiene, asked).into_iter().map(because).collect(),
        before: before(book, screening, first),
        on_the_day: used.on_the_day,
        after,
        not_to_use: used.not_to_use.into_iter().chain(not_after).collect(),
        technique: book.rules(Part::Technique, asked).into_iter().map(because).collect(),
        follow_up: follow_up(&schedule, book, last),
        reviews: reviews(&schedule, book, last),
        maintenance: schedule.maintenance.clone(),
        course_because: schedule.because.clone(),
        expected: Vec::new(),
        protocol,
    };
    let most_mm = placed.iter().map(|(_, depth)| depth.most_mm).collect();
    Some(Proposal { plan, lead, device, most_mm, passes, schedule })
}

/// What is chosen for a site.
fn chosen_for<'c>(chosen: Option<&'c Chosen>, site: &str) -> Option<&'c ChosenZone> {
    chosen?.zones.iter().find(|zone| zone.site == site)
}

/// The length that was chosen, within what is advised.
fn as_chosen(mut depth: Depth, chosen: Option<&Chosen>, site: &str) -> Depth {
    if let Some(zone) = chosen_for(chosen, site) {
        depth.needle_mm = zone.needle_mm.min(depth.most_mm);
        depth.start_mm = depth.start_mm.min(depth.needle_mm);
    }
    depth
}

/// Days since the first session.
fn days_since(first: Date, dates: &[Date]) -> Vec<f64> {
    dates.iter().map(|date| f64::from((*date - first).get_days())).collect()
}

/// Sites of concerns, each once.
fn sites<'a>(book: Book<'a>, needled: &[&Concern]) -> Vec<&'a Site> {
    let mut sites: Vec<&Site> = Vec::new();
    for site in needled.iter().filter_map(|concern| book.knowledge.site(&concern.site)) {
        if !sites.iter().any(|known| known.name == site.name) {
            sites.push(site);
        }
    }
    sites
}

/// The devices at hand that can be planned with, the best fitting first: cleared for the concern there, then with a
/// label that was evaluated.
pub(crate) fn fitting_devices<'a>(book: Book<'a>, lead: &Concern) -> Vec<&'a DeviceRecord> {
    let site = book.knowledge.site(&lead.site);
    let at_hand = &book.consultation.wishes.devices;
    let stated = book.consultation.protocol.as_ref().and_then(|p| p.device_name.as_deref());
    let fits = |device: &&DeviceRecord| {
        device.has_needles()
            && !device.home_use
            && (at_hand.is_empty() || at_hand.contains(&device.name))
            && (!at_hand.is_empty() || stated.is_none_or(|name| *name == device.name))
    };
    let mut fitting: Vec<&DeviceRecord> = book.knowledge.devices.iter().filter(fits).collect();
    fitting
        .sort_by_key(|device| (!is_cleared(device, site, lead), device.evaluated_to_mm.is_none()));
    fitting
}

/// The device that fits best; without one, advice.
fn choose_device<'a>(
    book: Book<'a>,
    lead: &Concern,
    instead: &mut Vec<Advice>,
) -> Option<&'a DeviceRecord> {
    let best = fitting_devices(book, lead).first().copied();
    if best.is_none() {
        let text = "None of the devices at hand is one for a practitioner with needles: rollers for home and lasers \
                    are not planned with.";
        instead.push(advice(AdviceKind::OtherProcedure, lead, by_itself(text)));
    }
    best
}

/// Whether the use is within the label of the device, and what the label says.
fn why_device(book: Book<'_>, place: &Place<'_>) -> Because {
    let (device, lead) = (place.device, place.concerns[0]);
    let what = lead.kind.label().to_lowercase();
    let why = if is_cleared(device, Some(place.site), lead) {
        format!("{} is cleared for {what} here. {}", device.label, device.label_says)
    } else {
        format!(
            "The label of {} does not name {what} here: this use is off label. {}",
            device.label, device.label_says
        )
    };
    let asked = Asked { device: Some(device), ..Asked::default() };
    let own = book.rules(Part::Device, asked).into_iter().find(|rule| !rule.when.device.is_empty());
    Because {
        text: why,
        ..own.map_or_else(|| Because { sources: device.sources.clone(), ..by_itself("") }, because)
    }
}

/// Whether the label of a device names a concern there.
pub(crate) fn is_cleared(device: &DeviceRecord, site: Option<&Site>, concern: &Concern) -> bool {
    site.is_some_and(|site| device.cleared_for.iter().any(|use_| use_.covers(concern.kind, site)))
}

/// Passes that sources use: fewest and most; the plan takes the fewest.
fn passes(book: Book<'_>) -> (u32, u32) {
    let rules = book.rules(Part::Technique, Asked::default()).into_iter();
    let best = rules.filter(|rule| rule.numbers.passes.is_some()).min_by_key(|r| rank(r.strength));
    best.and_then(|rule| rule.numbers.passes).unwrap_or((NOTHING_READ_PASSES, NOTHING_READ_PASSES))
}

fn zone_plan(
    book: Book<'_>,
    screening: &Screening,
    place: &Place<'_>,
    depth: &Depth,
    passes: u32,
) -> ZonePlan {
    let site = place.site;
    let asked = Asked {
        site: Some(site),
        concern: Some(place.concerns[0]),
        device: Some(place.device),
        needle_mm: Some(depth.needle_mm),
        ..Asked::default()
    };
    let mut because_of = vec![why_device(book, place)];
    because_of.extend(depth.because.iter().cloned());
    let endpoints = book.rules(Part::Endpoint, asked);
    let endpoint = endpoints.iter().find(|rule| rule.topic == ERYTHEMA).or(endpoints.first());
    because_of.extend(endpoint.map(|rule| followed(rule, &endpoints)));
    // What is told as a reason is not told again as a caution.
    let told = |why: &Because| why.rule.is_some() && because_of.iter().any(|b| b.rule == why.rule);
    let mut caution: Vec<Because> =
        depth.caution.iter().filter(|why| !told(why)).cloned().collect();
    if depth.start_mm < depth.needle_mm {
        caution.push(by_itself(format!(
            "Begin at {} and raise the setting until the endpoint shows; {} is the limit and no aim.",
            millimetres(depth.start_mm),
            millimetres(depth.needle_mm)
        )));
    }
    caution.extend(screening.changes.iter().filter_map(|change| match change {
        Change::LeaveOut { rule, sites } if sites.is_empty() || sites.contains(&site.name) => {
            Some(book.rule(rule).map_or_else(|| by_itself(rule.clone()), because))
        }
        _ => None,
    }));
    ZonePlan {
        site: site.name.clone(),
        label: site.label.clone(),
        concerns: place.concerns.iter().map(|c| c.kind.label().to_owned()).collect(),
        device: place.device.name.clone(),
        device_label: place.device.label.clone(),
        needle_mm: depth.needle_mm,
        start_mm: depth.start_mm,
        passes,
        endpoint: endpoint_in_words(&endpoints).to_owned(),
        area_cm2: site.area_cm2.value,
        minutes: 0.0,
        because: because_of,
        caution,
    }
}

/// Redness stops first, so it is taken wherever a source names it.
fn endpoint_in_words(rules: &[&Rule]) -> &'static str {
    let redness = rules.iter().any(|rule| rule.topic == ERYTHEMA);
    match (redness, rules.is_empty()) {
        (true, false) if rules.len() > 1 => {
            "Stop at even redness. Studies of scars went on to fine, even points of blood: never beyond that."
        }
        (true, _) => "Stop at even redness, before points of blood.",
        (false, false) => {
            "Stop at even redness, at the latest when fine points of blood show evenly."
        }
        (false, true) => {
            "Stop at even redness: no source names an endpoint here, and this is the careful one."
        }
    }
}

fn in_protocol(zone: &ZonePlan, depth: &Depth) -> Zone {
    Zone {
        site: zone.site.clone(),
        needle_length_mm: depth.needle_mm,
        override_reason: depth.override_reason.clone(),
        passes: zone.passes,
        area_cm2: Some(zone.area_cm2),
        glide_speed_mm_per_s: None,
        support: needlepoint_case::SkinSupport::Body,
    }
}

/// The days before: of rules that disagree the one that begins earliest, with its date.
fn before(book: Book<'_>, screening: &Screening, first: Date) -> Vec<Because> {
    let rules = book.rules(Part::Preparation, Asked::default());
    let hours = |rule: &Rule| rule.numbers.before_hours.map_or(0.0, |(_, most)| most);
    let mut told = careful_side(&rules, hours);
    for told in &mut told {
        let rule = told.rule.as_ref().and_then(|name| book.rule(name));
        let days = rule.map_or(0.0, hours) / HOURS_PER_DAY;
        if days >= 1.0
            && let Ok(date) = first.checked_sub(hours_long(days * HOURS_PER_DAY))
        {
            told.text = format!("{} For the first session: from {date} on.", told.text);
        }
    }
    told.extend(screening.changes.iter().filter_map(|change| match change {
        Change::AlsoDo { rule, what_to_do } => {
            let why = book.rule(rule).map_or_else(|| by_itself(rule.clone()), because);
            Some(Because { text: what_to_do.clone(), ..why })
        }
        _ => None,
    }));
    told
}

fn hours_long(hours: f64) -> SignedDuration {
    SignedDuration::from_secs((hours * SECONDS_PER_HOUR) as i64)
}

/// What goes on afterwards, and what does not: products of the aftercare.
fn afterwards(book: Book<'_>) -> (Vec<Because>, Vec<Because>) {
    const ON_THE_SKIN: [&str; 5] = ["topicals", "moisturiser", "sun", "make-up", "actives"];
    let rules = book.rules(Part::Aftercare, Asked::default());
    let of = |act: Act| -> Vec<Because> {
        let rules: Vec<&Rule> = rules
            .iter()
            .copied()
            .filter(|r| r.act == Some(act) && ON_THE_SKIN.contains(&r.topic.as_str()))
            .collect();
        // To be left for longest; to be begun latest.
        careful_side(&rules, |rule| {
            let (from, until) = rule.numbers.hours.unwrap_or((0.0, 0.0));
            if act == Act::Leave { until } else { from }
        })
    };
    (of(Act::Do), of(Act::Leave))
}
