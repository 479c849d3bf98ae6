//! From the members of a zone to bands, outcomes, scales and durations.

use needlepoint_absorption::uptake::{Amounts, TOLD_HOURS, Uptake};
use needlepoint_case::When;
use needlepoint_knowledge::{
    outcome::Strength,
    product::Target,
    scale::{Measures, Scale},
};
use needlepoint_needling::{Treatment, summarize};
use needlepoint_numerics::quantile::{mean, quantile};
use needlepoint_skin::LayerKind;
use rayon::prelude::*;

pub use crate::lesion::rated_by;
use crate::{
    absorption::{level_then, place_of},
    lesion::is_about,
    observable::Observable,
    person::Person,
    result::{
        Band, ChannelStage, DrawnLayer, DrawnPuncture, Duration, Moment, Outcome, ProductUptake,
        ScalePrediction, Series, ZoneCourse,
    },
    run::CourseError,
    zone::{INJURED, PATCH_SIDE_MM, Thresholds, ZoneMember, ZoneTask, needle},
};

/// Hours of the section drawing.
const DRAWN_HOURS: [f64; 4] = [0.0, 2.0, 24.0, 72.0];
/// Fat drawn below the dermis, micrometres.
const DRAWN_FAT_UM: f64 = 300.0;
/// Bars of the histogram of depth.
pub(crate) const DEPTH_BARS: u32 = 30;
/// Days after the last session at which an outcome is stated, where the horizon allows.
pub(crate) const THREE_MONTHS_DAYS: f64 = 90.0;
/// Days after the last session at which darkening is greatest.
const FOUR_WEEKS_DAYS: f64 = 28.0;
/// The end of the horizon is stated as well when it comes at least so much later, days.
const WORTH_STATING_DAYS: f64 = 45.0;

/// Mean and quantiles of a sample.
pub fn band(sample: &[f64]) -> Band {
    let mut ascending = sample.to_vec();
    ascending.sort_by(f64::total_cmp);
    Band {
        mean: mean(sample),
        median: quantile(&ascending, 0.5),
        lo95: quantile(&ascending, 0.025),
        lo50: quantile(&ascending, 0.25),
        hi50: quantile(&ascending, 0.75),
        hi95: quantile(&ascending, 0.975),
    }
}

fn band_of(members: &[ZoneMember], read: impl Fn(&ZoneMember) -> f64) -> Band {
    band(&members.iter().map(read).collect::<Vec<_>>())
}

/// Sum up a zone.
///
/// # Errors
/// When the typical person's skin can't be built.
pub fn zone(
    task: &ZoneTask<'_>,
    members: &[ZoneMember],
    typical: &Person,
) -> Result<ZoneCourse, CourseError> {
    let needled = needle(task, typical)?;
    let treatment = Treatment {
        device: &needled.device,
        setting: &needled.setting,
        patch: needled.patch,
        hits: needled.hits,
        punctures: &needled.punctures,
    };
    let injury = typical.parameters.injury();
    let area_cm2 = task.area_cm2();
    Ok(ZoneCourse {
        site: task.site.name.clone(),
        label: task.site.label.clone(),
        needle_length_mm: task.zone.needle_length_mm,
        passes: task.zone.passes,
        area_cm2,
        minutes: typical.minutes(&needled.device, area_cm2, task.zone.passes)?,
        layers: drawn_layers(&needled.skin),
        punctures: needled.punctures.iter().map(DrawnPuncture::from).collect(),
        patch_side_mm: PATCH_SIDE_MM,
        summary: summarize(&treatment, &needled.skin, &injury, DEPTH_BARS),
        depth_um: band_of(members, |member| member.depth_um),
        holes_per_cm2: band_of(members, |member| member.holes_per_cm2),
        injured_percent: injured(members),
        pain: band_of(members, |member| member.pain),
        stages: stages(task, members),
        moments: moments(task, members),
        series: series(task, members),
        durations: durations(task, members),
        outcomes: outcomes(task, members),
        scales: scales(task, members),
        uptake: uptake(task, members),
    })
}

/// The layers as drawn, the fat cut where the drawing ends.
pub(crate) fn drawn_layers(skin: &needlepoint_skin::LayeredSkin) -> Vec<DrawnLayer> {
    LayerKind::ALL
        .into_iter()
        .map(|kind| DrawnLayer {
            name: kind.name().to_owned(),
            top_um: skin.top_um(kind),
            bottom_um: skin.bottom_um(kind).min(skin.total_um() + DRAWN_FAT_UM),
        })
        .collect()
}

fn injured(members: &[ZoneMember]) -> Vec<(String, Band)> {
    INJURED
        .into_iter()
        .enumerate()
        .map(|(at, kind)| {
            (kind.name().to_owned(), band_of(members, |member| 100.0 * member.injured[at]))
        })
        .collect()
}

fn series(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<Series> {
    let days = task.calendar.days();
    task.observables
        .par_iter()
        .enumerate()
        .map(|(which, &observable)| Series {
            observable,
            bands: (0..days.len())
                .map(|time| band_of(members, |member| member.values[which][time]))
                .collect(),
            days: days.clone(),
        })
        .collect()
}

fn stages(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<ChannelStage> {
    DRAWN_HOURS.into_iter().map(|hours| stage(task, members, 0.0, hours)).collect()
}

/// The channels so many hours after the session on day `session`.
fn stage(task: &ZoneTask<'_>, members: &[ZoneMember], session: f64, hours: f64) -> ChannelStage {
    let days = task.calendar.days();
    let median = |read: &dyn Fn(&ZoneMember) -> f64| band_of(members, read).median;
    let redness = task.observables.iter().position(|o| *o == Observable::Redness);
    let radius = median(&|m| m.channel.relative_radius(hours));
    let day = session + hours / 24.0;
    ChannelStage {
        hours,
        relative_radius: radius,
        sealed: 1.0 - median(&|m| m.channel.unsealed(hours)),
        bridged: 1.0 - radius,
        horny_layer: median(&|m| m.channel.horny_layer(hours)),
        clot: median(&|m| at_day(&days, &m.clot, day)),
        redness: redness.map_or(0.0, |which| median(&|m| at_day(&days, &m.values[which], day))),
    }
}

/// Days after a session at which the moving picture stops: close together at first, as healing is quick.
const AFTER_FIRST_DAYS: [f64; 11] =
    [0.0, 2.0 / 24.0, 6.0 / 24.0, 12.0 / 24.0, 1.0, 2.0, 3.0, 5.0, 7.0, 14.0, 21.0];
/// Months after the last session at which it stops.
const AFTER_LAST_MONTHS: [f64; 6] = [1.0, 2.0, 3.0, 6.0, 9.0, 12.0];

/// From the first needles over the days after them to the months after the last session.
fn moments(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<Moment> {
    const DAYS_PER_MONTH: f64 = needlepoint_knowledge::quantity::DAYS_PER_MONTH;
    let (calendar, days) = (task.calendar, task.calendar.days());
    let last = calendar.last_session();
    let next = calendar.sessions.get(1).copied().unwrap_or(calendar.horizon);
    let first = AFTER_FIRST_DAYS.into_iter().filter(|day| *day < next);
    let months = AFTER_LAST_MONTHS.into_iter().map(|months| last + months * DAYS_PER_MONTH);
    let mut moments: Vec<Moment> = first
        .chain(months.filter(|day| *day < calendar.horizon + 1.0))
        .map(|day| {
            let day = day.min(calendar.horizon);
            let begun = calendar.sessions.partition_point(|session| *session <= day).max(1);
            let session = calendar.sessions.get(begun - 1).copied().unwrap_or(0.0);
            let median = |read: fn(&ZoneMember) -> &[f64]| {
                band_of(members, |member| at_day(&days, read(member), day)).median
            };
            Moment {
                day,
                session: begun as u32,
                stage: stage(task, members, session, 24.0 * (day - session)),
                inflammation: median(|member| &member.inflammation),
                fibroblasts: median(|member| &member.fibroblasts),
            }
        })
        .collect();
    let most = moments.iter().map(|moment| moment.inflammation).fold(0.0, f64::max);
    for moment in &mut moments {
        moment.inflammation = if most > 0.0 { moment.inflammation / most } else { 0.0 };
    }
    moments
}

/// Value at `day` by straight lines between the times of the calendar.
pub fn at_day(days: &[f64], values: &[f64], day: f64) -> f64 {
    let after = days.partition_point(|d| *d < day);
    let (Some(before), Some(&next)) = (after.checked_sub(1), days.get(after)) else {
        // At or before the first time, or after the last.
        let end = if after == 0 { values.first() } else { values.last() };
        return end.copied().unwrap_or(f64::NAN);
    };
    let share = (day - days[before]) / (next - days[before]);
    values[before] + share * (values[after] - values[before])
}

/// Days after the last session from which `values` stay below `limit`; the whole remaining time if
/// they never do.
pub fn below_from(days: &[f64], values: &[f64], start: f64, limit: f64) -> f64 {
    let first = days.partition_point(|day| *day < start);
    let Some(last_above) = (first..days.len()).rev().find(|&at| values[at] >= limit) else {
        return 0.0;
    };
    let Some(&next) = days.get(last_above + 1) else { return days[last_above] - start };
    let (above, below) = (values[last_above], values[last_above + 1]);
    let share = (above - limit) / (above - below);
    days[last_above] + share * (next - days[last_above]) - start
}

fn durations(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<Duration> {
    let days = task.calendar.days();
    let start = task.calendar.last_session();
    let lasting = |observable, limit: &dyn Fn(&ZoneMember, &[f64]) -> f64| -> Option<Band> {
        let which = task.observables.iter().position(|o| *o == observable)?;
        Some(band_of(members, |member| {
            let values = &member.values[which];
            below_from(&days, values, start, limit(member, values))
        }))
    };
    let duration = |what: &str, criterion: &str, days: Option<Band>| {
        days.map(|days| Duration { what: what.to_owned(), days, criterion: criterion.to_owned() })
    };
    [
        duration(
            "Visible redness",
            "until redness is no longer seen through this phototype",
            lasting(Observable::Redness, &|member, _| member.thresholds.redness),
        ),
        duration(
            "Swelling",
            "until less than one per cent of the skin's thickness",
            lasting(Observable::Oedema, &|_, _| 1.0),
        ),
        duration(
            "Flaking",
            "until shedding is no longer seen as flakes",
            lasting(Observable::Flaking, &|member, _| member.thresholds.flaking),
        ),
        duration(
            "Raised water loss",
            "until less than a tenth above rest",
            lasting(Observable::WaterLoss, &|_, values| 1.1 * rest_of(values)),
        ),
        duration(
            "Channels open to a dye or a serum",
            "until the new epidermis has bridged them",
            Some(band_of(members, |member| member.channel.bridged_after_h() / 24.0)),
        ),
        duration(
            "Channels without a physical seal",
            "until 15 % of the electrical path is left",
            Some(band_of(members, |member| member.channel.hours_until_path(0.15) / 24.0)),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Water loss at rest, read off the calm end of the course.
fn rest_of(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// What is stated about a zone: for the months, three months after the last session and the end; for
/// darkening, four weeks after it.
fn outcomes(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<Outcome> {
    let last = task.calendar.last_session();
    let horizon = task.calendar.horizon;
    let number = task.calendar.sessions.len();
    let later = (last + THREE_MONTHS_DAYS).min(horizon);
    let mut outcomes = Vec::new();
    for (which, &observable) in task.observables.iter().enumerate() {
        if observable.is_acute() {
            continue;
        }
        let mut times = vec![if observable == Observable::Darkening {
            (last + FOUR_WEEKS_DAYS).min(horizon)
        } else {
            later
        }];
        if observable != Observable::Darkening && horizon - later >= WORTH_STATING_DAYS {
            times.push(horizon);
        }
        outcomes.extend(
            times.into_iter().map(|day| outcome(task, members, which, observable, day, number)),
        );
    }
    outcomes
}

fn outcome(
    task: &ZoneTask<'_>,
    members: &[ZoneMember],
    which: usize,
    observable: Observable,
    day: f64,
    sessions: usize,
) -> Outcome {
    let days = task.calendar.days();
    let values: Vec<f64> =
        members.iter().map(|member| at_day(&days, &member.values[which], day)).collect();
    let seen = |threshold: &dyn Fn(&Thresholds) -> f64, sign: f64| {
        let seen = members
            .iter()
            .zip(&values)
            .filter(|(member, value)| sign * **value >= threshold(&member.thresholds))
            .count();
        Some(seen as f64 / members.len() as f64)
    };
    let visible_share = match observable {
        Observable::WrinkleDepth
        | Observable::Roughness
        | Observable::ScarDepth
        | Observable::ScarHeight
        | Observable::StriaVisibility => seen(&|t| t.smoothing, -1.0),
        Observable::LesionPigment => seen(&|t| t.pigment, -1.0),
        Observable::Darkening => seen(&|t| t.darkening, 1.0),
        Observable::HairDensity => seen(&|t| t.hair, 1.0),
        _ => None,
    };
    // The concern this observable is about, else the first of the zone.
    let mut about = task.concerns().filter(|concern| is_about(observable, concern));
    let concern = about.next().or(task.concerns().next()).map(|concern| concern.kind);
    let evidence = task.knowledge.outcome(observable.name(), concern);
    Outcome {
        observable,
        when: since_last(day - task.calendar.last_session(), sessions),
        day,
        value: band(&values),
        visible_share,
        strength: evidence.map_or("very weak", |e| strength_in_words(e.strength)).to_owned(),
        why: evidence.map_or_else(
            || "No study of this outcome was found.".to_owned(),
            |evidence| evidence.why.clone(),
        ),
        sources: evidence.map(|evidence| evidence.sources.clone()).unwrap_or_default(),
    }
}

fn strength_in_words(strength: Strength) -> &'static str {
    match strength {
        Strength::Strong => "strong",
        Strength::Moderate => "moderate",
        Strength::Weak => "weak",
        Strength::VeryWeak => "very weak",
    }
}

/// "3 months after session 5".
fn since_last(days: f64, sessions: usize) -> String {
    const DAYS_PER_MONTH: f64 = needlepoint_knowledge::quantity::DAYS_PER_MONTH;
    let plural = |count: f64, one: &str| {
        let count = count.round() as i64;
        format!("{count} {one}{}", if count == 1 { "" } else { "s" })
    };
    let span = if days >= 2.5 * DAYS_PER_MONTH {
        plural(days / DAYS_PER_MONTH, "month")
    } else if days >= 13.5 {
        plural(days / 7.0, "week")
    } else {
        plural(days, "day")
    };
    format!("{span} after session {sessions}")
}

/// Clinical scales as a blinded rater would give them.
fn scales(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<ScalePrediction> {
    let days = task.calendar.days();
    let later = (task.calendar.last_session() + THREE_MONTHS_DAYS).min(task.calendar.horizon);
    let mut predictions = Vec::new();
    for concern in task.concerns() {
        let Some(rating) = &concern.severity else { continue };
        let Some(scale) = task.knowledge.scale(&rating.scale) else { continue };
        let Some(observable) = rated_by(concern) else { continue };
        let Some(which) = task.observables.iter().position(|o| *o == observable) else { continue };
        if scale.measures != Measures::Severity {
            continue;
        }
        let scores: Vec<f64> = members
            .iter()
            .zip(0..)
            .map(|(member, number)| {
                let change = at_day(&days, &member.values[which], later);
                let u = exponent_quantile(number);
                score_after(scale, rating.score, relative_size(change), u)
            })
            .collect();
        predictions.push(ScalePrediction {
            scale: scale.name.clone(),
            label: scale.label.clone(),
            day: later,
            before: rating.score,
            score: band(&scores),
        });
    }
    predictions
}

/// Size of what is wrong relative to before, from the change in per cent that raters look at.
pub fn relative_size(change: f64) -> f64 {
    (1.0 + change / 100.0).max(0.0)
}

/// The link from size to score: `score = least + (before - least) (size/size_before)^e`, within the
/// scale. The exponent e is the quantile `u` of what is known of it.
pub fn score_after(scale: &Scale, before: f64, relative_size: f64, u: f64) -> f64 {
    let exponent = scale.exponent.quantile(u);
    let score = scale.least + (before - scale.least) * relative_size.powf(exponent);
    score.clamp(scale.least, scale.most)
}

/// Quantile of a scale's exponent for member or truth `number`: steps of the golden ratio, which fill
/// the line evenly and go with nothing else that is drawn.
pub fn exponent_quantile(number: u32) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    ((f64::from(number) + 0.5) * GOLDEN).fract()
}

/// When a product is put on.
pub(crate) fn when_in_words(when: When) -> String {
    match when {
        When::InSession => "during the session, on open channels".to_owned(),
        When::AfterSession => "straight after the session".to_owned(),
        When::Daily { for_days } => {
            format!("daily for {for_days:.0} days; here from the day of a session to the third day")
        }
    }
}

fn uptake(task: &ZoneTask<'_>, members: &[ZoneMember]) -> Vec<ProductUptake> {
    let products = task.case.protocol.products.iter().enumerate();
    products
        .filter_map(|(nth, used)| {
            let product = task.knowledge.product(&used.name)?;
            Some((nth, used, product, task.knowledge.active_of(product)?))
        })
        .map(|(nth, used, product, active)| {
            let of = |read: &dyn Fn(&ZoneMember) -> f64| band_of(members, read);
            // What acts on nothing is told where every active passes.
            let target = product.acts_on.unwrap_or(Target::CollagenSynthesis);
            ProductUptake {
                product: product.label.clone(),
                contact_hours: of(&|m| m.products[nth].contact_hours).median,
                when: when_in_words(used.when),
                punctured_ug_per_cm2: of(&|m| m.products[nth].punctured.taken_up_ug_per_cm2),
                intact_ug_per_cm2: of(&|m| m.products[nth].intact.taken_up_ug_per_cm2),
                enhancement: of(&|m| {
                    let product = &m.products[nth];
                    product.punctured.enhancement_over(&product.intact)
                }),
                hours: TOLD_HOURS.to_vec(),
                place: place_of(target).to_owned(),
                level_ug_per_ml: TOLD_HOURS
                    .iter()
                    .enumerate()
                    .map(|(at, _)| {
                        of(&|m| level_then(target, &m.products[nth].punctured.told[at]))
                    })
                    .collect(),
                reach_um: of(&|m| greatest(&m.products[nth].punctured, |then| then.reach_um)),
                deepest_reach_um: of(&|m| {
                    greatest(&m.products[nth].punctured, |then| then.deepest_reach_um)
                }),
                on_open_channels: product.on_open_channels.clone(),
                note: format!(
                    "Diffusion, binding and clearance solved around a channel that closes, for a molecule of \
                     {:.0} Da; the law for intact skin is wrong by a factor of ten at one standard \
                     deviation.",
                    active.molecular_weight_da.value
                ),
            }
        })
        .collect()
}

/// The greatest of a number over the day.
pub(crate) fn greatest(uptake: &Uptake, read: impl Fn(&Amounts) -> f64) -> f64 {
    uptake.told.iter().map(read).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_ordered() {
        let sample: Vec<f64> = (0..101).map(f64::from).collect();
        let band = band(&sample);
        assert_eq!((band.lo95, band.lo50, band.median), (2.5, 25.0, 50.0));
        assert_eq!((band.hi50, band.hi95, band.mean), (75.0, 97.5, 50.0));
    }

    #[test]
    fn a_crossing_is_found_between_two_times() {
        let (days, values) = ([0.0, 1.0, 2.0, 3.0], [4.0, 4.0, 2.0, 0.0]);
        assert_eq!(below_from(&days, &values, 0.0, 3.0), 1.5);
        assert_eq!(below_from(&days, &values, 1.0, 3.0), 0.5);
        assert_eq!(below_from(&days, &values, 0.0, 9.0), 0.0);
        assert_eq!(below_from(&days, &values, 0.0, -1.0), 3.0);
        assert_eq!(at_day(&days, &values, 1.5), 3.0);
        assert_eq!(at_day(&days, &values, 9.0), 0.0);
    }

    #[test]
    fn a_score_follows_its_size_and_stays_on_its_scale() {
        let knowledge = needlepoint_knowledge::Knowledge::embedded().expect("valid");
        for scale in knowledge.scales.iter().filter(|s| s.measures == Measures::Severity) {
            let before = 0.5 * (scale.least + scale.most);
            let after = |relative, u| score_after(scale, before, relative, u);
            for u in [0.05, 0.5, 0.95] {
                assert_eq!(after(1.0, u), before, "{}", scale.name);
                assert_eq!(after(0.0, u), scale.least, "{}", scale.name);
                assert!(after(0.5, u) < before && after(9.0, u) <= scale.most, "{}", scale.name);
            }
            // The larger exponent, the farther a score falls.
            assert!(after(0.5, 0.9) < after(0.5, 0.1), "{}", scale.name);
        }
    }

    #[test]
    fn exponents_fill_the_line_evenly() {
        let mut drawn: Vec<f64> = (0..64).map(exponent_quantile).collect();
        drawn.sort_by(f64::total_cmp);
        let gaps = drawn.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(gaps.fold(0.0, f64::max) < 2.7 / 64.0);
        assert!((mean(&drawn) - 0.5).abs() < 0.01);
    }

    #[test]
    fn what_is_worse_by_more_than_all_is_gone() {
        assert_eq!(relative_size(-30.0), 0.7);
        assert_eq!(relative_size(-130.0), 0.0);
    }

    #[test]
    fn times_are_said_in_the_largest_fitting_unit() {
        assert_eq!(since_last(90.0, 5), "3 months after session 5");
        assert_eq!(since_last(28.0, 1), "4 weeks after session 1");
        assert_eq!(since_last(1.0, 1), "1 day after session 1");
    }
}
