//! A patient's own people: the members of the ensemble, weighed by what was seen on the patient.
//!
//! The treatment that was really given is simulated in many members. Each gets a weight by how well it foretold
//! what was seen, and the ensemble is drawn anew by these weights. A [`Case`] that carries the numbers of the new
//! members ([`Simulate::members_of`](needlepoint_case::Simulate::members_of)) is simulated in them, and so is every
//! plan made from it. Equations, assumptions and limits: docs/model/own-people.md.

mod weigh;

use needlepoint_case::{Case, Concern};
use needlepoint_knowledge::{
    Knowledge,
    ensemble::{BETWEEN_STUDIES, Ensemble, RATERS},
    nearest::nearest,
    parameter::SamplePoint,
    scale::{Better, Measures, Scale},
};
use needlepoint_numerics::quantile::mean;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF as _, Normal};

use crate::{
    calendar::Calendar,
    lesion::rated_by,
    observable::Observable,
    parameters::{DECLARATIONS, RatingNoise},
    person::Person,
    result::{Band, SessionDay},
    run::{CourseError, Progress, drawn, observables, simulate_members},
    summary::{THREE_MONTHS_DAYS, at_day, band, exponent_quantile, relative_size, score_after},
    zone::{ZoneMember, ZoneTask},
};
use weigh::{Point, weigh};

/// Members that are weighed.
pub const MEMBERS: u32 = 512;

/// Below this chance of what was seen, or of what lies farther out, the members together don't explain it.
const SURPRISING: f64 = 0.01;

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// A score on a scale of `knowledge/scales.toml`, by its name.
    Scale(String),
    /// An observable by its name, as an instrument gives it.
    Observable(String),
}

impl Measured {
    fn name(&self) -> &str {
        match self {
            Self::Scale(name) | Self::Observable(name) => name,
        }
    }
}

/// One thing seen on the patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Where: a site of the protocol.
    pub site: String,
    /// What was looked at.
    pub what: Measured,
    /// Days since the first session.
    pub day: f64,
    /// What was found: a score; or of an observable the value in its own unit, or, with a `baseline`, in that of the
    /// baseline.
    pub value: f64,
    /// The same before the first session. For a score left out: that of the concern in the case, or the one its size
    /// stands for. For an observable in per cent left out: `value` is the change already.
    pub baseline: Option<f64>,
}

/// Why nothing can be learned from what was seen.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The treatment can't be simulated.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// Seen where nothing was needled.
    #[error("{what} was seen at \"{site}\", which the protocol does not needle: name one of {}", .zones.join(", "))]
    NoZone {
        /// What was seen.
        what: String,
        /// Where.
        site: String,
        /// The sites that are needled.
        zones: Vec<String>,
    },
    /// No such scale or observable.
    #[error(
        "nothing is known by the name \"{asked}\"{}",
        .near.as_ref().map(|near| format!(": did you mean \"{near}\"?")).unwrap_or_default()
    )]
    Unknown {
        /// The name.
        asked: String,
        /// The nearest known.
        near: Option<String>,
    },
    /// The scale or observable says nothing about what is treated there.
    #[error(
        "\"{what}\" says nothing about a concern at \"{site}\": choose a scale of that concern"
    )]
    NotAbout {
        /// The scale or observable.
        what: String,
        /// The site.
        site: String,
    },
    /// How far its readings scatter is not known.
    #[error(
        "of \"{0}\" it is not known how far readings on one person scatter, so nothing can be learned from them: \
         use a score, a change in per cent, redness or the density of hair"
    )]
    NoNoise(String),
    /// A value that can't be.
    #[error("{value} on day {day} can't be a value of \"{what}\": {why}")]
    Value {
        /// The scale or observable.
        what: String,
        /// The value.
        value: f64,
        /// The day.
        day: f64,
        /// Why not.
        why: String,
    },
}

/// A quantity before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// What it is.
    pub what: String,
    /// Its unit.
    pub unit: String,
    /// Among people at large.
    pub before: Band,
    /// Among the patient's own people.
    pub after: Band,
    /// The same in a sentence.
    pub words: String,
}

/// One scale or observable over the months: foretold before and after, and seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Followed {
    /// Name of the site.
    pub site: String,
    /// The site in words.
    pub place: String,
    /// What was looked at.
    pub what: Measured,
    /// The same in words.
    pub label: String,
    /// Unit of the values; empty for a score.
    pub unit: String,
    /// Least and greatest value there can be, of a score.
    pub ends: Option<(f64, f64)>,
    /// Whether less is better.
    pub less_is_better: bool,
    /// Value before the first session.
    pub start: f64,
    /// Sessions.
    pub sessions: Vec<SessionDay>,
    /// Days since the first session, ascending.
    pub days: Vec<f64>,
    /// What people at large were foretold to show.
    pub before: Vec<Band>,
    /// What the patient's own people show.
    pub after: Vec<Band>,
    /// What was seen: day and value.
    pub seen: Vec<(f64, f64)>,
    /// Chance that people at large show what was seen or something farther out, for each of `seen`.
    pub chance: Vec<f64>,
}

/// The patient's own people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Own {
    /// Numbers of ensemble members, drawn by weight; some come more than once. The first few stand for all as well
    /// as the whole list does.
    pub members: Vec<u32>,
    /// So many members of equal weight would tell as much.
    pub effective: f64,
    /// Weight of each of the [`MEMBERS`] members; their sum is 1.
    pub weights: Vec<f64>,
    /// How much of what the data say was taken: 1 is all. Less where a few members would otherwise stand for all.
    pub taken: f64,
    /// Chance of the most unexpected thing that was seen, were the patient one of the people at large; 1 without any.
    pub chance: f64,
    /// Whether that is so small that the model does not fit this patient, or something was noted wrongly.
    pub surprising: bool,
    /// What was learned.
    pub learned: Vec<Learned>,
    /// Each thing that was followed, over the months.
    pub followed: Vec<Followed>,
}

/// Weigh the ensemble of `case` by what was `seen`; the case holds the treatment as it was really given.
///
/// The order of `seen` does not matter. Runs on the current `rayon` pool, with the same result on any number of
/// threads. `progress` counts [`MEMBERS`] for each zone of the protocol where something was seen.
///
/// # Errors
/// See [`OwnError`].
pub fn own_people(
    case: &Case,
    knowledge: &Knowledge,
    seen: &[Seen],
    progress: Progress<'_>,
) -> Result<Own, OwnError> {
    knowledge.check_parameters(&DECLARATIONS).map_err(CourseError::from)?;
    let readings = readings(case, knowledge, seen)?;
    let given = given(case, seen);
    let zones = simulated(&given, knowledge, &readings, progress)?;
    let foretold = Foretold { knowledge, seed: case.simulate.seed };
    let mut followed: Vec<(&Reading<'_>, &Zone, Vec<Vec<f64>>)> = Vec::new();
    let mut points = Vec::new();
    for reading in &readings {
        let Some(zone) = zones.iter().find(|zone| zone.site == reading.site) else { continue };
        let values = foretold.values(reading, zone);
        points.extend(foretold.points(reading, zone, &values));
        followed.push((reading, zone, values));
    }
    let weighed = weigh(&points, MEMBERS as usize);
    let members = weighed.drawn();
    let mut chances = weighed.chances.iter().copied();
    let least = weighed.chances.iter().copied().fold(1.0, f64::min);
    let chance = (least * points.len().max(1) as f64).min(1.0);
    Ok(Own {
        learned: learned(&given, &zones, &members),
        followed: followed
            .into_iter()
            .map(|(reading, zone, values)| {
                let chance = chances.by_ref().take(reading.seen.len()).collect();
                follow(reading, zone, &values, &members, chance)
            })
            .collect(),
        members,
        effective: weighed.effective(),
        taken: weighed.taken,
        weights: weighed.weights,
        chance,
        surprising: chance < SURPRISING,
    })
}

/// How a value comes from the course of a member.
#[derive(Debug, Clone, Copy)]
enum Kind<'a> {
    /// A score, from what raters of the concern look at.
    Scale { scale: &'a Scale, rated: Observable },
    /// What an instrument gives.
    Observable(Observable),
}

/// One scale or observable at one site with everything that was seen of it, by day and then by value.
#[derive(Debug)]
struct Reading<'a> {
    site: &'a str,
    what: &'a Measured,
    kind: Kind<'a>,
    /// Value before the first session.
    start: f64,
    /// Standard deviation of a single reading.
    noise: f64,
    seen: Vec<(f64, f64)>,
}

/// What was seen, put in an order of its own.
fn readings<'a>(
    case: &'a Case,
    knowledge: &'a Knowledge,
    seen: &'a [Seen],
) -> Result<Vec<Reading<'a>>, OwnError> {
    let noise: RatingNoise = knowledge.parameters.medians().set();
    let mut readings: Vec<Reading<'a>> = Vec::new();
    for one in seen {
        let read = reading(case, knowledge, one, &noise)?;
        let same = |known: &&mut Reading<'_>| {
            known.site == read.site && known.what == read.what && known.start == read.start
        };
        match readings.iter_mut().find(same) {
            Some(known) => known.seen.extend(read.seen),
            None => readings.push(read),
        }
    }
    for reading in &mut readings {
        reading.seen.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    }
    readings.sort_by(|a, b| {
        let names = (a.site, a.what).cmp(&(b.site, b.what));
        names.then(a.start.total_cmp(&b.start))
    });
    Ok(readings)
}

fn reading<'a>(
    case: &'a Case,
    knowledge: &'a Knowledge,
    seen: &'a Seen,
    noise: &RatingNoise,
) -> Result<Reading<'a>, OwnError> {
    let what = seen.what.name();
    if case.protocol.zone(&seen.site).is_none() {
        return Err(OwnError::NoZone {
            what: what.to_owned(),
            site: seen.site.clone(),
            zones: case.protocol.zones.iter().map(|zone| zone.site.clone()).collect(),
        });
    }
    let wrong = |why: String| OwnError::Value {
        what: what.to_owned(),
        value: seen.value,
        day: seen.day,
        why,
    };
    let finite = seen.value.is_finite() && seen.baseline.is_none_or(f64::is_finite);
    if !(finite && seen.day.is_finite() && seen.day >= 0.0) {
        return Err(wrong("write a number, and a day that is not before the first session".into()));
    }
    let (kind, start, noise, value) = match &seen.what {
        Measured::Scale(name) => {
            let scale = knowledge.scale(name).ok_or_else(|| unknown(name, knowledge))?;
            let (rated, start) = rated(case, knowledge, seen, scale)?;
            for score in [seen.value, start] {
                if !(scale.least..=scale.most).contains(&score) {
                    return Err(wrong(format!("it goes from {} to {}", scale.least, scale.most)));
                }
            }
            let length = scale.most - scale.least;
            let noise = noise.grade_noise.hypot(noise.score_noise * length);
            (Kind::Scale { scale, rated }, start, noise, seen.value)
        }
        Measured::Observable(name) => {
            let spelled = name.replace('-', "_");
            let observable = Observable::ALL
                .into_iter()
                .find(|observable| observable.name() == spelled)
                .ok_or_else(|| unknown(name, knowledge))?;
            if !observables(case, &seen.site).contains(&observable) {
                return Err(not_about(seen));
            }
            let noise = match observable.unit() {
                "%" if observable.at_rest() == Some(0.0) => noise.change_noise,
                "Δa*" => noise.colour_noise,
                "hairs/cm²" => noise.hair_noise,
                _ => return Err(OwnError::NoNoise(name.clone())),
            };
            let value = match seen.baseline {
                Some(before) if observable.unit() != "%" => seen.value - before,
                Some(before) if before > 0.0 => 100.0 * (seen.value / before - 1.0),
                Some(_) => return Err(wrong("what was there before has to be above 0".into())),
                None => seen.value,
            };
            (Kind::Observable(observable), 0.0, noise, value)
        }
    };
    let seen_then = vec![(seen.day, value)];
    Ok(Reading { site: &seen.site, what: &seen.what, kind, start, noise, seen: seen_then })
}

fn unknown(asked: &str, knowledge: &Knowledge) -> OwnError {
    let scales = knowledge.scales.iter().map(|scale| scale.name.as_str());
    let names = scales.chain(Observable::ALL.iter().map(|observable| observable.name()));
    OwnError::Unknown { asked: asked.to_owned(), near: nearest(asked, names).map(str::to_owned) }
}

fn not_about(seen: &Seen) -> OwnError {
    OwnError::NotAbout { what: seen.what.name().to_owned(), site: seen.site.clone() }
}

/// What raters of the scale look at there, and the score before the first session.
fn rated(
    case: &Case,
    knowledge: &Knowledge,
    seen: &Seen,
    scale: &Scale,
) -> Result<(Observable, f64), OwnError> {
    let here = case.concerns.iter().filter(|concern| concern.site == seen.site);
    let any = scale.measures == Measures::Improvement;
    let mut about = here.filter(|concern| any || scale.rates(concern.kind));
    let told = about.find_map(|concern| Some((concern, rated_by(concern)?)));
    let (concern, rated) = told.ok_or_else(|| not_about(seen))?;
    let start = if any {
        scale.score_of(0.0)
    } else {
        seen.baseline
            .or_else(|| stated(concern, scale))
            .or_else(|| Some(scale.score_of(concern.size(knowledge)?)))
            .ok_or_else(|| not_about(seen))?
    };
    Ok((rated, start))
}

fn stated(concern: &Concern, scale: &Scale) -> Option<f64> {
    concern.severity.as_ref().filter(|rating| rating.scale == scale.name).map(|r| r.score)
}

/// The treatment as given, followed until all is seen and the outcome can be told; pain is not asked, so numbing is
/// left out.
fn given(case: &Case, seen: &[Seen]) -> Case {
    let mut case = case.clone();
    let last = case.protocol.session_days.last().copied().unwrap_or(0.0);
    let latest = seen.iter().map(|one| one.day).fold(last + THREE_MONTHS_DAYS, f64::max);
    case.simulate.horizon_days = latest + 1.0;
    case.simulate.times_days = seen.iter().map(|one| one.day).collect();
    case.simulate.members = MEMBERS;
    case.simulate.members_of = None;
    case.protocol.numbing = None;
    case
}

/// A zone in all members.
#[derive(Debug)]
struct Zone {
    site: String,
    place: String,
    sessions: Vec<SessionDay>,
    days: Vec<f64>,
    last_session: f64,
    observables: Vec<Observable>,
    members: Vec<ZoneMember>,
}

impl Zone {
    fn values<'z>(&self, observable: Observable, member: &'z ZoneMember) -> &'z [f64] {
        let which = self.observables.iter().position(|known| *known == observable);
        which.map_or(&[][..], |which| &member.values[which])
    }
}

/// The zones where something was seen.
fn simulated(
    case: &Case,
    knowledge: &Knowledge,
    readings: &[Reading<'_>],
    progress: Progress<'_>,
) -> Result<Vec<Zone>, CourseError> {
    if !case.protocol.device.has_needles() {
        return Err(CourseError::NoNeedles(case.protocol.device.label.clone()));
    }
    let calendar = Calendar::new(&case.protocol.session_days, case.simulate.horizon_days)
        .looking_at(&case.simulate.times_days);
    let people: Vec<Person> =
        if readings.is_empty() { Vec::new() } else { drawn(case, knowledge, MEMBERS) };
    let asked = |site: &str| readings.iter().any(|reading| reading.site == site);
    let zones = (0..).zip(&case.protocol.zones).filter(|(_, zone)| asked(&zone.site));
    zones
        .map(|(number, zone)| {
            let site = knowledge
                .site(&zone.site)
                .ok_or_else(|| CourseError::UnknownSite(zone.site.clone()))?;
            let observables = observables(case, &zone.site);
            let calendar = &calendar;
            let task = ZoneTask {
                case,
                knowledge,
                zone,
                number,
                site,
                calendar,
                observables: &observables,
            };
            let members = simulate_members(&task, &people, progress)?;
            Ok(Zone {
                site: zone.site.clone(),
                place: site.label.clone(),
                sessions: calendar.session_days(case.protocol.start),
                days: calendar.days(),
                last_session: calendar.last_session(),
                observables,
                members,
            })
        })
        .collect()
}

/// What members foretell, as whoever looked would have written it down.
struct Foretold<'a> {
    knowledge: &'a Knowledge,
    seed: u32,
}

impl Foretold<'_> {
    fn ensemble(&self) -> Option<&Ensemble> {
        self.knowledge.parameters.ensemble()
    }

    fn point(&self, member: u32) -> SamplePoint {
        SamplePoint { seed: self.seed, member }
    }

    /// For each member, the value at each time of the calendar.
    fn values(&self, reading: &Reading<'_>, zone: &Zone) -> Vec<Vec<f64>> {
        let members: Vec<(u32, &ZoneMember)> = (0..).zip(&zone.members).collect();
        members
            .into_par_iter()
            .map(|(number, member)| {
                let of = |observable| zone.values(observable, member).iter().zip(&zone.days);
                match reading.kind {
                    Kind::Observable(observable) => of(observable).map(|(v, _)| *v).collect(),
                    Kind::Scale { scale, rated } => {
                        let bias = self.bias(scale, number);
                        of(rated)
                            .map(|(change, day)| {
                                let bias = if *day > 0.0 { bias } else { 0.0 };
                                score(scale, reading.start, *change, number, bias)
                            })
                            .collect()
                    }
                }
            })
            .collect()
    }

    /// What a rater who knows of the treatment adds to the improvement, share of what was there: along the fitted
    /// coordinate where there is one, as validation has it.
    fn bias(&self, scale: &Scale, member: u32) -> f64 {
        let fitted = self.ensemble().and_then(|e| e.value(RATERS[0], self.point(member)));
        let u = (f64::from(member) + 0.5) / f64::from(MEMBERS);
        scale.rater_bias.quantile(fitted.map_or(u, |z| Normal::standard().cdf(z)))
    }

    /// What was seen beside what each member foretold, and how far the two may lie apart.
    ///
    /// Beside the noise of a reading stands what the model does not explain, as large as the fit found it between
    /// studies. It is the same at each time, so `n` readings together must not be able to average it out: each has
    /// `n` times its variance.
    fn points(&self, reading: &Reading<'_>, zone: &Zone, values: &[Vec<f64>]) -> Vec<Point> {
        let column = format!("{BETWEEN_STUDIES}.{}", domain(reading.kind));
        let unexplained: Vec<f64> = (0..values.len() as u32)
            .map(|member| self.ensemble().and_then(|e| e.value(&column, self.point(member))))
            .map(|share| share.unwrap_or(0.0))
            .collect();
        let n = reading.seen.len() as f64;
        reading
            .seen
            .iter()
            .map(|(day, value)| {
                let foretold: Vec<f64> =
                    values.iter().map(|values| at_day(&zone.days, values, *day)).collect();
                let between_people = deviation(&foretold);
                let sd = foretold.iter().zip(&unexplained).map(|(foretold, share)| {
                    let unit = (foretold - reading.start).hypot(between_people);
                    reading.noise.hypot(n.sqrt() * share * unit)
                });
                Point { value: *value, sd: sd.collect(), foretold }
            })
            .collect()
    }
}

/// The score of a member, as its rater writes it down.
fn score(scale: &Scale, start: f64, change: f64, member: u32, bias: f64) -> f64 {
    let relative = relative_size(change);
    let score = match scale.measures {
        Measures::Improvement => scale.score_of(1.0 - relative + bias),
        Measures::Severity => {
            let after = score_after(scale, start, relative, exponent_quantile(member));
            after - bias * (start - scale.least)
        }
    };
    score.clamp(scale.least, scale.most)
}

/// The domain of evidence that a value belongs to, as the catalogue of validation has it.
fn domain(kind: Kind<'_>) -> &'static str {
    let (Kind::Observable(observable) | Kind::Scale { rated: observable, .. }) = kind;
    match observable {
        Observable::Redness | Observable::Oedema | Observable::Flaking => "acute-reaction",
        Observable::WaterLoss => "barrier",
        Observable::OpenChannels => "channel",
        Observable::CollagenSynthesis => "healing-biology",
        Observable::WrinkleDepth
        | Observable::Roughness
        | Observable::PoreArea
        | Observable::Laxity => "wrinkle",
        Observable::ScarDepth | Observable::ScarHeight | Observable::ScarStiffness => "scar",
        Observable::StriaVisibility | Observable::StriaWidth => "stria",
        Observable::LesionPigment => "pigment",
        Observable::Darkening => "safety",
        Observable::HairDensity | Observable::HairMissing | Observable::HairDiameter => "hair",
        _ => "structure",
    }
}

fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    let squares: Vec<f64> = values.iter().map(|value| (value - centre).powi(2)).collect();
    mean(&squares).sqrt()
}

fn follow(
    reading: &Reading<'_>,
    zone: &Zone,
    values: &[Vec<f64>],
    own: &[u32],
    chance: Vec<f64>,
) -> Followed {
    let times = 0..zone.days.len();
    let at_large = |time: usize| band(&values.iter().map(|v| v[time]).collect::<Vec<_>>());
    let of_own = |time: usize| {
        band(&own.iter().map(|member| values[*member as usize][time]).collect::<Vec<_>>())
    };
    let (label, unit, ends, less_is_better) = match reading.kind {
        Kind::Scale { scale, .. } => (
            scale.label.clone(),
            String::new(),
            Some((scale.least, scale.most)),
            scale.better == Better::Lower,
        ),
        Kind::Observable(observable) => {
            let less = observable.better_when_less() || observable.is_acute();
            (observable.label().to_owned(), observable.unit().to_owned(), None, less)
        }
    };
    Followed {
        site: zone.site.clone(),
        place: zone.place.clone(),
        what: reading.what.clone(),
        label,
        unit,
        ends,
        less_is_better,
        start: reading.start,
        sessions: zone.sessions.clone(),
        days: zone.days.clone(),
        before: times.clone().map(at_large).collect(),
        after: times.map(of_own).collect(),
        seen: reading.seen.clone(),
        chance,
    }
}

/// What is expected three months after the last session.
fn learned(case: &Case, zones: &[Zone], own: &[u32]) -> Vec<Learned> {
    let mut learned = Vec::new();
    let bands = |values: &[f64]| {
        let own: Vec<f64> = own.iter().map(|member| values[*member as usize]).collect();
        (band(values), band(&own))
    };
    for zone in zones {
        let here = case.concerns.iter().filter(|concern| concern.site == zone.site);
        for observable in here.filter_map(rated_by) {
            let then = zone.last_session + THREE_MONTHS_DAYS;
            let of = |member| at_day(&zone.days, zone.values(observable, member), then);
            let values: Vec<f64> = zone.members.iter().map(of).collect();
            let (before, after) = bands(&values);
            let what = format!(
                "{}, {}, three months after the last session",
                observable.label(),
                zone.place.to_lowercase()
            );
            learned.push(told(what, observable.unit(), before, after));
        }
    }
    learned
}

fn told(what: String, unit: &str, before: Band, after: Band) -> Learned {
    let width = |band: &Band| band.hi95 - band.lo95;
    let shift = after.median - before.median;
    let direction = if shift.abs() < 0.1 * width(&before) {
        "about where it was thought to be"
    } else if shift > 0.0 {
        "higher than in people at large"
    } else {
        "lower than in people at large"
    };
    // What is the same in everybody gets no narrower.
    let known = width(&before) <= 0.0;
    let share = if known { 0.0 } else { 100.0 * (1.0 - width(&after) / width(&before)) };
    let sureness = if share >= 5.0 {
        format!("the band is {share:.0} % narrower")
    } else if share <= -5.0 {
        format!("the band is {:.0} % wider", -share)
    } else {
        "the band is as wide as before".to_owned()
    };
    let words = format!("{what}: {direction}; {sureness}.");
    Learned { what, unit: unit.to_owned(), before, after, words }
}

/// The case that the patient's own people are to be treated in.
#[must_use]
pub fn in_own_people(mut case: Case, own: &Own) -> Case {
    case.simulate.members_of = Some(own.members.clone());
    case
}
