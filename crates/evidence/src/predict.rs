//! What the model says of one measurement.

use needlepoint_absorption::uptake::enhancement;
use needlepoint_course::{
    numbing::{LONGEST_MIN, NumbedMember},
    observable::Observable,
    summary::{at_day, below_from, exponent_quantile, relative_size, score_after},
    zone::ZoneMember,
};
use needlepoint_inference::normal::{below, quantile};
use needlepoint_knowledge::{
    Knowledge,
    ensemble::{BETWEEN_STUDIES, RATERS},
    scale::{Measures, Scale},
};
use needlepoint_numerics::quantile::mean;
use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::{
    catalogue::{
        ChannelNumber, Event, Lasts, NeedlingNumber, NumbingNumber, Produced, UptakeNumber,
    },
    cohort::{ArmCourse, CohortSize, concern_at, rated},
    study::{Comparison, Counted, Measurement, Rater, Statement, Study, When},
};

/// Draws of the study's own sampling error for each truth.
const ERRORS_PER_TRUTH: usize = 8;

/// What the study would have found if the model were right: a sample over truths and the chance of
/// who happened to take part.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Prediction {
    /// The sample, ascending.
    pub sample: Vec<f64>,
}

/// A number of each person under each truth, `[truth][person]`, as raters would give it.
#[derive(Debug, Clone)]
pub struct Reading {
    /// In the arm of the measurement.
    pub here: Vec<Vec<f64>>,
    /// In the arm compared with.
    pub there: Option<Vec<Vec<f64>>>,
}

/// Read a measurement off the courses of its arms; `None` where the model has no such number.
pub fn read(
    study: &Study,
    measurement: &Measurement,
    arm: &ArmCourse,
    against: Option<&ArmCourse>,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Option<Reading> {
    let reader = Reader { study, measurement, knowledge, size };
    let here = reader.people(arm)?;
    let there = match against {
        Some(other) => Some(reader.people(other)?),
        None => None,
    };
    Some(Reading { here, there })
}

/// What the study would have found if the model were right.
pub fn predict(
    study: &Study,
    measurement: &Measurement,
    reading: &Reading,
    size: CohortSize,
    knowledge: &Knowledge,
) -> Option<Prediction> {
    Reader { study, measurement, knowledge, size }.prediction(reading)
}

/// What the people under one truth say together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The number asked for: a mean or share, or how the arms compare.
    pub centre: f64,
    /// That of the measurement's arm.
    pub value: f64,
    /// That of the arm compared with.
    pub other: Option<f64>,
}

/// The findings under each truth, without sampling error.
#[derive(Debug, Clone, PartialEq)]
pub struct Findings {
    /// One for each truth.
    pub of_truth: Vec<Finding>,
    /// Standard deviation between people, mean over the truths.
    pub sd_here: f64,
    /// The same in the arm compared with.
    pub sd_there: Option<f64>,
}

impl Findings {
    /// What of a reading the study reports.
    pub fn of(measurement: &Measurement, reading: &Reading) -> Self {
        let sd = |truths: &[Vec<f64>]| {
            mean(&truths.iter().map(|people| deviation(people)).collect::<Vec<_>>())
        };
        let there = reading.there.as_deref();
        let of_truth = reading
            .here
            .iter()
            .enumerate()
            .map(|(truth, people)| {
                let value = summary(measurement, people);
                let other = there.map(|truths| summary(measurement, &truths[truth]));
                let centre = match (other, measurement.against) {
                    (Some(other), Some((_, Comparison::Ratio))) => value / other,
                    (Some(other), Some(_)) => value - other,
                    _ => value,
                };
                Finding { centre, value, other }
            })
            .collect();
        Self { of_truth, sd_here: sd(&reading.here), sd_there: there.map(sd) }
    }

    /// Standard error of what the study found, from the study where it says, else from the cohort.
    pub fn sampling_error(&self, measurement: &Measurement, finding: Finding) -> f64 {
        if let Statement::Mean { se: Some(se), .. } = measurement.statement {
            return se;
        }
        let n = measurement.n.unwrap_or(1.0).max(1.0);
        let by_chance = |value: f64, sd: f64| {
            if measurement.counted.is_some() {
                let share = (value / 100.0).clamp(0.0, 1.0);
                100.0 * (share * (1.0 - share) / n).sqrt()
            } else {
                sd / n.sqrt()
            }
        };
        let Finding { value, other, .. } = finding;
        let here = by_chance(value, self.sd_here);
        match (self.sd_there, other, measurement.against) {
            (Some(sd), Some(other), Some((_, Comparison::Ratio))) => {
                let there = by_chance(other, sd);
                (value / other).abs() * ((here / value).powi(2) + (there / other).powi(2)).sqrt()
            }
            (Some(sd), Some(other), _) => here.hypot(by_chance(other, sd)),
            _ => here,
        }
    }

    /// What the standard deviation between studies is a share of: the number itself, and how people
    /// differ where that is more; `p (100 - p)` for a share p of people, as on a logistic scale.
    pub fn between_studies_unit(&self, measurement: &Measurement, centre: f64) -> f64 {
        match measurement.against {
            None if measurement.counted.is_some() => {
                let share = centre.clamp(1.0, 99.0);
                share * (100.0 - share) / 100.0
            }
            Some((_, Comparison::Ratio)) => centre.abs(),
            _ => centre.hypot(self.sd_there.map_or(self.sd_here, |sd| 0.5 * (self.sd_here + sd))),
        }
    }
}

impl Reader<'_> {
    /// Where draws were fitted, the spread between studies is part of what one would find, with the
    /// heavier tails that the fit gave it.
    fn prediction(&self, reading: &Reading) -> Option<Prediction> {
        let findings = Findings::of(self.measurement, reading);
        let ensemble = self.knowledge.parameters.ensemble();
        let between = format!("{BETWEEN_STUDIES}.{}", self.measurement.entry().domain.name());
        let mut sample = Vec::with_capacity(reading.here.len() * ERRORS_PER_TRUTH);
        for (finding, truth) in findings.of_truth.iter().zip(0..) {
            let centre = finding.centre;
            let se = findings.sampling_error(self.measurement, *finding);
            let fitted = ensemble.and_then(|e| e.value(&between, self.size.known(truth)));
            let unit = findings.between_studies_unit(self.measurement, centre);
            let sd = fitted.map_or(se, |share| se.hypot(share * unit));
            sample.extend(shares_of_errors(truth).map(|u| {
                let z = if fitted.is_some() { heavy_quantile(u) } else { quantile(u) };
                self.held(centre + z * sd)
            }));
        }
        if sample.iter().any(|value| !value.is_finite()) {
            return None;
        }
        sample.sort_by(f64::total_cmp);
        Some(Prediction { sample })
    }
}

/// Shares of the distribution of errors at which those of a truth are drawn, one from each stratum and mirrored around one
/// half, so that they cancel. Within its stratum each lies elsewhere for each truth, evenly over all truths: were they in the
/// middle for all, no error would ever be drawn from the outer sixteenths, and intervals would be too narrow.
fn shares_of_errors(truth: u32) -> impl Iterator<Item = f64> {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let place = ((f64::from(truth) + 0.5) * GOLDEN).fract();
    let low = move |stratum: usize| (stratum as f64 + place) / ERRORS_PER_TRUTH as f64;
    (0..ERRORS_PER_TRUTH / 2).flat_map(move |stratum| [low(stratum), 1.0 - low(stratum)])
}

/// Degrees of freedom of what studies find around what is true: some are far off.
pub const DEGREES_OF_FREEDOM: f64 = 5.0;

fn heavy_quantile(u: f64) -> f64 {
    StudentsT::new(0.0, 1.0, DEGREES_OF_FREEDOM).map_or_else(|_| quantile(u), |t| t.inverse_cdf(u))
}

/// What a study would report of these people: their mean, or the share that is counted.
fn summary(measurement: &Measurement, people: &[f64]) -> f64 {
    match measurement.counted {
        None => mean(people),
        Some(counted) => {
            let in_it = people.iter().filter(|value| counts(counted, **value)).count();
            // A cohort of a few people can't tell 0 from a few per cent: half a person each way.
            100.0 * (in_it as f64 + 0.5) / (people.len() as f64 + 1.0)
        }
    }
}

fn deviation(people: &[f64]) -> f64 {
    if people.len() < 2 {
        return 0.0;
    }
    let centre = mean(people);
    let sum: f64 = people.iter().map(|x| (x - centre).powi(2)).sum();
    (sum / (people.len() - 1) as f64).sqrt()
}

struct Reader<'r> {
    study: &'r Study,
    measurement: &'r Measurement,
    knowledge: &'r Knowledge,
    size: CohortSize,
}

impl Reader<'_> {
    /// The observable of each person under each truth.
    fn people(&self, arm: &ArmCourse) -> Option<Vec<Vec<f64>>> {
        arm.members
            .iter()
            .zip(0..)
            .map(|(people, truth)| {
                let bias = self.rater_bias(truth);
                let seen =
                    |person| self.value(arm, person, truth).map(|value| self.graded(value + bias));
                people.iter().map(seen).collect()
            })
            .collect()
    }

    /// The observable of one person.
    fn value(&self, arm: &ArmCourse, person: &ZoneMember, truth: u32) -> Option<f64> {
        let course = |observable: Observable| {
            let which = arm.observables.iter().position(|o| *o == observable)?;
            Some(&person.values[which])
        };
        let at = |observable| {
            let day = arm.day(self.measurement.at?);
            Some(at_day(&arm.days, course(observable)?, day))
        };
        let last = arm.sessions.last().copied().unwrap_or(0.0);
        match self.measurement.entry().produced {
            Produced::Course(observable) => at(observable),
            Produced::Improvement => Some(-at(self.rated()?)?),
            Produced::ScoreChange => Some(self.score_change(at(self.rated()?)?, truth)?.0),
            Produced::ScoreChangePercent => Some(self.score_change(at(self.rated()?)?, truth)?.1),
            Produced::Lasting(lasts) => {
                let (observable, limit) = match lasts {
                    Lasts::Redness => (Observable::Redness, person.thresholds.redness),
                    Lasts::Swelling => (Observable::Oedema, 1.0),
                    Lasts::Flaking => (Observable::Flaking, person.thresholds.flaking),
                    Lasts::WaterLoss => {
                        let values = course(Observable::WaterLoss)?;
                        let rest = values.iter().copied().fold(f64::INFINITY, f64::min);
                        (Observable::WaterLoss, 1.1 * rest)
                    }
                };
                Some(24.0 * below_from(&arm.days, course(observable)?, last, limit))
            }
            Produced::Needling(number) => Some(needling(arm, person, number)),
            Produced::Channel(number) => {
                let hours = || Some(24.0 * arm.day(self.measurement.at?));
                Some(match number {
                    ChannelNumber::SealTime => person.channel.hours_until_path(0.15),
                    ChannelNumber::BridgedTime => person.channel.bridged_after_h(),
                    ChannelNumber::OccludedHalfLife => person.channel.occluded_half_life_h(),
                    ChannelNumber::BarrierRebuilt => 100.0 * person.channel.horny_layer(hours()?),
                })
            }
            Produced::Event(event) => Some(match event {
                Event::NeutrophilPeak => person.events.neutrophil_peak,
                Event::MacrophagePeak => person.events.macrophage_peak,
                Event::InflammationOver => person.events.inflammation_over,
            }),
            Produced::Uptake(number) => {
                let name = self.measurement.product.as_ref()?;
                let uses = &self.study.arms[self.measurement.arm].protocol.products;
                let nth = uses.iter().position(|used| &used.name == name)?;
                let product = person.products.get(nth)?;
                let hours = match self.measurement.at {
                    Some(When::AfterApplication(days)) => 24.0 * days,
                    _ => f64::INFINITY,
                };
                let punctured = product.punctured.taken_up_at(hours);
                Some(match number {
                    UptakeNumber::Punctured => punctured,
                    UptakeNumber::Enhancement => {
                        enhancement(punctured, product.intact.taken_up_at(hours))
                    }
                })
            }
            Produced::DarkeningIncidence => {
                let dark = course(Observable::Darkening)?;
                let seen = arm
                    .days
                    .iter()
                    .zip(dark)
                    .any(|(day, value)| *day >= last && *value >= person.thresholds.darkening);
                Some(if seen { 100.0 } else { 0.0 })
            }
            Produced::Numbing(number) => self.numbing(person.numbing.as_ref()?, number),
            Produced::Skin(_)
            | Produced::Transport(_)
            | Produced::Permeability
            | Produced::NotYet => None,
        }
    }

    /// A number of the cream; none where the arm's cream does not hold the anaesthetic asked for, or
    /// where it has none.
    fn numbing(&self, numbed: &NumbedMember, number: NumbingNumber) -> Option<f64> {
        const UM_PER_MM: f64 = 1000.0;
        let cream = self.study.arms[self.measurement.arm].protocol.numbing.as_ref()?;
        match number {
            NumbingNumber::PlasmaPeak => {
                let wanted = self.measurement.active.as_ref()?;
                let contents = &self.knowledge.numbing(&cream.product)?.contents;
                let which = contents.iter().position(|content| &content.active == wanted)?;
                NumbedMember::plasma(&[numbed]).get(which)?.iter().copied().reduce(f64::max)
            }
            NumbingNumber::Depth => {
                let at = cream.duration_min + self.measurement.after_min.unwrap_or(0.0);
                Some(numbed.numbed.depth_at(at) / UM_PER_MM)
            }
            // Who is not numb within the longest time followed counts with it.
            NumbingNumber::Onset => Some(numbed.ready_min.unwrap_or(LONGEST_MIN)),
        }
    }

    fn rated(&self) -> Option<Observable> {
        rated(concern_at(self.study, &self.measurement.site)?)
    }

    /// Change of the named score, in points and in per cent of the score before. On a scale of
    /// improvement the grade itself, in points and in per cent of the best.
    fn score_change(&self, change: f64, truth: u32) -> Option<(f64, f64)> {
        let scale = self.knowledge.scale(self.measurement.scale.as_ref()?)?;
        let relative = relative_size(change);
        if scale.measures == Measures::Improvement {
            let improved = 1.0 - relative + self.share_of_bias(scale, truth);
            let grade = scale.score_of(improved);
            let best = scale.score_of(1.0);
            return Some((grade, if best == 0.0 { 0.0 } else { 100.0 * grade / best }));
        }
        let concern = concern_at(self.study, &self.measurement.site)?;
        let size = concern.size(self.knowledge)?;
        let stated = concern.severity.as_ref().filter(|rating| rating.scale == scale.name);
        let before = stated.map_or_else(|| scale.score_of(size), |rating| rating.score);
        let after = score_after(scale, before, relative, exponent_quantile(truth));
        let fall = after - before;
        Some((fall, if before == 0.0 { 0.0 } else { 100.0 * fall / before }))
    }

    /// People are counted by whole grades of a score, as raters give them.
    fn graded(&self, value: f64) -> f64 {
        let by_grades = self.measurement.entry().produced == Produced::ScoreChange;
        if by_grades && self.measurement.counted.is_some() { value.round() } else { value }
    }

    /// Raters who know the treatment, and patients, see more: a share added to improvements, and to
    /// falls of scores relative to before. The share is not known; each truth has its own, as it was
    /// fitted for such raters or else spread evenly over the truths.
    fn rater_bias(&self, truth: u32) -> f64 {
        let entry = self.measurement.entry();
        if !(entry.rater_bias && self.measurement.rater.is_biased()) {
            return 0.0;
        }
        let scale = self.measurement.scale.as_ref().and_then(|name| self.knowledge.scale(name));
        // A grade of improvement has it already, before it was graded.
        let graded = scale.is_some_and(|scale| scale.measures == Measures::Improvement);
        if graded && entry.produced != Produced::Improvement {
            return 0.0;
        }
        let bias = scale
            .or(self.knowledge.scales.first())
            .map_or(0.0, |scale| self.share_of_bias(scale, truth));
        match entry.produced {
            Produced::Improvement => 100.0 * bias,
            Produced::ScoreChangePercent => -100.0 * bias,
            Produced::ScoreChange => {
                let before = scale.and_then(|scale| {
                    let concern = concern_at(self.study, &self.measurement.site)?;
                    Some(scale.score_of(concern.size(self.knowledge)?))
                });
                -bias * before.unwrap_or(0.0)
            }
            _ => 0.0,
        }
    }

    /// What the raters of this measurement add to an improvement, as a share: along the fitted
    /// coordinate of their kind where there is one.
    fn share_of_bias(&self, scale: &Scale, truth: u32) -> f64 {
        if !self.measurement.rater.is_biased() {
            return 0.0;
        }
        let name = if self.measurement.rater == Rater::Open { RATERS[0] } else { RATERS[1] };
        let ensemble = self.knowledge.parameters.ensemble();
        let fitted = ensemble.and_then(|e| e.value(name, self.size.known(truth)));
        let u = (f64::from(truth) + 0.5) / f64::from(self.size.truths);
        scale.rater_bias.quantile(fitted.map_or(u, below))
    }

    /// Within what can be observed.
    fn held(&self, value: f64) -> f64 {
        if self.measurement.against.is_some() {
            return value;
        }
        if self.measurement.counted.is_some() {
            return value.clamp(0.0, 100.0);
        }
        let entry = self.measurement.entry();
        value.max(entry.least.unwrap_or(f64::MIN)).min(entry.most.unwrap_or(f64::MAX))
    }
}

fn needling(arm: &ArmCourse, person: &ZoneMember, number: NeedlingNumber) -> f64 {
    match number {
        NeedlingNumber::HolesPerCm2 => person.holes_per_cm2,
        NeedlingNumber::ReachedDepth => person.depth_um,
        NeedlingNumber::ReachedShare => 100.0 * person.depth_um / arm.needle_length_um,
        NeedlingNumber::PunctureForce => person.peak_force_mn,
        NeedlingNumber::Mouth => person.mouth_um,
        NeedlingNumber::ResidualDepth => person.residual_depth_um,
        NeedlingNumber::BleedingPoints => person.bleeding_points_per_cm2,
        NeedlingNumber::Pain => person.pain,
        NeedlingNumber::Minutes => arm.minutes,
    }
}

fn counts(counted: Counted, value: f64) -> bool {
    match counted {
        Counted::AtLeast(least) => value >= least,
        Counted::AtMost(most) => value <= most,
        Counted::Between(least, most) => (least..=most).contains(&value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_cancel_and_reach_into_the_tails() {
        let all: Vec<f64> = (0..64).flat_map(shares_of_errors).collect();
        for truth in 0..64 {
            let sum: f64 = shares_of_errors(truth).map(quantile).sum();
            assert!(sum.abs() < 1e-9, "{sum}");
        }
        for share in [0.01, 0.025, 0.2, 0.5, 0.9, 0.99] {
            let below = all.iter().filter(|u| **u < share).count() as f64 / all.len() as f64;
            assert!((below - share).abs() < 0.006, "{below} below {share}");
        }
    }
}
