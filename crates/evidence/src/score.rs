//! Holds predictions against what was found.

use needlepoint_numerics::quantile::{mean, quantile};
use serde::Serialize;

use crate::{
    catalogue::Domain,
    permeability::Compound,
    predict::Prediction,
    study::{
        Comparison, Counted, Loaded, Measurement, OfSkin, OfTransport, Role, Statement, Study,
    },
};

/// One measurement with what the model predicts for it.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// Identifier of the study.
    pub study: String,
    /// Name in the catalogue.
    pub observable: String,
    /// Name of the arm, with the arm compared with.
    pub arm: String,
    /// When, in words.
    pub at: String,
    /// Unit.
    pub unit: String,
    /// What the study states: mean, at-most, at-least, order or no-difference.
    pub kind: String,
    /// What was found, or the bound; none for orders.
    pub observed: Option<f64>,
    /// Standard error of it, as stated.
    pub se: Option<f64>,
    /// Mean of the prediction.
    pub predicted: f64,
    /// 2.5 % quantile of the prediction, the study's sampling error included.
    pub lo95: f64,
    /// 97.5 % quantile.
    pub hi95: f64,
    /// How many standard deviations of the prediction the finding lies off; 0 for a bound or order
    /// that the mean satisfies.
    pub z: f64,
    /// Whether the finding lies within the interval, or the interval allows the bound or order.
    pub inside: bool,
    /// Role of the study.
    pub role: Role,
    /// Domain.
    pub domain: Domain,
    /// Continuous ranked probability score, in the unit; none for bounds and orders.
    pub crps: Option<f64>,
    /// The same of the naive predictor, where there is one.
    pub naive_crps: Option<f64>,
    /// What one unit of the score is divided by, so that observables can be added up.
    pub scale: Option<f64>,
    /// Line in the study's file.
    pub line: usize,
}

/// A measurement that was counted and not scored.
#[derive(Debug, Clone, Serialize)]
pub struct Unscored {
    /// Identifier of the study.
    pub study: String,
    /// Name in the catalogue.
    pub observable: String,
    /// Domain.
    pub domain: Domain,
    /// Role of the study.
    pub role: Role,
    /// Why.
    pub reason: String,
}

/// How well the model does in a domain.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct DomainScore {
    /// Name of the domain.
    pub domain: String,
    /// Name of the role.
    pub role: String,
    /// Number of measurements scored.
    pub n: usize,
    /// Share inside.
    pub coverage: f64,
    /// Median of |z|.
    pub median_abs_z: f64,
    /// 1 - CRPS / CRPS of the naive predictor, over the measurements that have one; none without any.
    pub crps_skill: Option<f64>,
}

/// Score a measurement; the naive predictor is added later, when all are known.
pub fn score(study: &Study, measurement: &Measurement, prediction: &Prediction) -> Scored {
    let sample = &prediction.sample;
    let centre = mean(sample);
    let sd = (mean(&sample.iter().map(|x| (x - centre).powi(2)).collect::<Vec<_>>())).sqrt();
    let (lo95, hi95) = (quantile(sample, 0.025), quantile(sample, 0.975));
    let off = |distance: f64| if sd > 0.0 { distance / sd } else { 1e3 * distance.signum() };
    let (kind, observed, z, inside) = match measurement.statement {
        Statement::Mean { value, .. } => {
            let z = if value == centre { 0.0 } else { off(value - centre) };
            ("mean", Some(value), z, (lo95..=hi95).contains(&value))
        }
        Statement::AtMost(bound) => {
            ("at-most", Some(bound), off((bound - centre).min(0.0)), lo95 <= bound)
        }
        Statement::AtLeast(bound) => {
            ("at-least", Some(bound), off((bound - centre).max(0.0)), hi95 >= bound)
        }
        Statement::Order { less: false } => ("more", None, off((-centre).max(0.0)), hi95 > 0.0),
        Statement::Order { less: true } => ("less", None, off((-centre).min(0.0)), lo95 < 0.0),
        Statement::NoDifference => {
            ("no-difference", None, off(-centre), (lo95..=hi95).contains(&0.0))
        }
    };
    let se = match measurement.statement {
        Statement::Mean { se, .. } => se,
        _ => None,
    };
    let exact = match measurement.statement {
        Statement::Mean { value, .. } => Some(value),
        _ => None,
    };
    Scored {
        study: study.id.clone(),
        observable: measurement.observable.clone(),
        arm: arm_in_words(study, measurement),
        at: at_in_words(study, measurement),
        unit: unit_in_words(measurement).to_owned(),
        kind: kind.to_owned(),
        observed,
        se,
        predicted: centre,
        lo95,
        hi95,
        z,
        inside,
        role: study.role,
        domain: measurement.entry().domain,
        crps: exact.map(|value| crps(sample, value)),
        naive_crps: None,
        scale: None,
        line: measurement.line,
    }
}

/// Score a compound of the compilation of permeabilities.
pub fn score_compound(compound: &Compound, prediction: &Prediction) -> Scored {
    let sample = &prediction.sample;
    let centre = mean(sample);
    let sd = (mean(&sample.iter().map(|x| (x - centre).powi(2)).collect::<Vec<_>>())).sqrt();
    let (lo95, hi95) = (quantile(sample, 0.025), quantile(sample, 0.975));
    let value = compound.log_kp;
    Scored {
        study: "permeability".to_owned(),
        observable: "log_permeability".to_owned(),
        arm: compound.name.clone(),
        at: format!("median of {} sources", compound.sources),
        unit: "log10 cm/h".to_owned(),
        kind: "mean".to_owned(),
        observed: Some(value),
        se: None,
        predicted: centre,
        lo95,
        hi95,
        z: if sd > 0.0 { (value - centre) / sd } else { 0.0 },
        inside: (lo95..=hi95).contains(&value),
        role: compound.role,
        domain: Domain::Absorption,
        crps: Some(crps(sample, value)),
        naive_crps: None,
        scale: None,
        line: 0,
    }
}

/// CRPS of an ascending sample: `E|X - x| - E|X - X'| / 2`.
fn crps(ascending: &[f64], value: f64) -> f64 {
    let n = ascending.len() as f64;
    let to_value = ascending.iter().map(|x| (x - value).abs()).sum::<f64>() / n;
    let among = ascending
        .iter()
        .zip(0..)
        .map(|(x, rank)| x * (2.0 * f64::from(rank) + 1.0 - n))
        .sum::<f64>()
        / (n * n);
    to_value - among
}

fn unit_in_words(measurement: &Measurement) -> &'static str {
    match measurement.against {
        Some((_, Comparison::Ratio)) => "x",
        _ if measurement.counted.is_some() => "% of people",
        _ => measurement.entry().unit,
    }
}

fn arm_in_words(study: &Study, measurement: &Measurement) -> String {
    let name = |at: usize| study.arms[at].name.as_str();
    match measurement.against {
        None => name(measurement.arm).to_owned(),
        Some((other, _)) => format!("{} against {}", name(measurement.arm), name(other)),
    }
}

fn at_in_words(study: &Study, measurement: &Measurement) -> String {
    use crate::study::When;
    let when = match measurement.at {
        None => String::new(),
        Some(When::AfterFirst(days)) => format!("{} after the first session", span(days)),
        Some(When::AfterLast(days)) => format!("{} after the last session", span(days)),
        Some(When::AfterApplication(days)) => format!("{} after application", span(days)),
    };
    let unit = measurement.entry().unit;
    let when = match (of_skin_in_words(study, measurement), when.is_empty()) {
        (of, true) => of,
        (of, false) if of.is_empty() => when,
        (of, false) => format!("{of}, {when}"),
    };
    let people = match measurement.counted {
        None => String::new(),
        Some(Counted::AtLeast(least)) => format!("people with at least {least} {unit}"),
        Some(Counted::AtMost(most)) => format!("people with at most {most} {unit}"),
        Some(Counted::Between(least, most)) => format!("people with {least} to {most} {unit}"),
    };
    match (when.is_empty(), people.is_empty()) {
        (false, false) => format!("{people}, {when}"),
        _ => format!("{people}{when}"),
    }
}

/// What of the skin was measured, and in which of the study's subjects.
fn of_skin_in_words(study: &Study, measurement: &Measurement) -> String {
    let mut words = Vec::new();
    match measurement.of_skin {
        Some(OfSkin::Thickness(layer, _) | OfSkin::Stiffness(Loaded::Layer(layer))) => {
            words.push(format!("{}, {}", layer.name(), measurement.site));
        }
        Some(OfSkin::Stiffness(Loaded::Probe(radius_um))) => {
            words.push(format!("probe of {radius_um} um, {}", measurement.site));
        }
        None => {}
    }
    if measurement.of_transport.is_some() {
        words.extend(study.arms[measurement.arm].applied.as_ref().map(|a| a.active.clone()));
        let layer = measurement.of_transport.and_then(|of| of.layer);
        words.extend(layer.map(|layer| layer.name().to_owned()));
    }
    words.extend(measurement.active.clone());
    if let Some(minutes) = measurement.after_min {
        words.push(format!("{minutes:.0} min after the cream came off"));
    }
    let (all, these) = (&study.subjects, &measurement.subjects);
    if these.female_share != all.female_share {
        words.push(match these.female_share {
            0.0 => "men".to_owned(),
            1.0 => "women".to_owned(),
            share => format!("{:.0} % women", 100.0 * share),
        });
    }
    if these.age_years != all.age_years {
        let (young, old) = these.age_years;
        words.push(format!("{young:.0} to {old:.0} years"));
    }
    if these.skin != all.skin {
        words.push(these.skin.clone());
    }
    words.join(", ")
}

fn span(days: f64) -> String {
    if days < 2.0 {
        format!("{:.0} h", days * 24.0)
    } else if days < 60.0 {
        format!("{days:.0} days")
    } else {
        format!("{:.1} months", days / needlepoint_knowledge::quantity::DAYS_PER_MONTH)
    }
}

/// What measurements are alike: a naive reader would take one as a forecast of another.
pub type Likeness = (String, String, String);

/// The likeness of a measurement.
pub fn likeness(study: &Study, measurement: &Measurement) -> Likeness {
    let concern = crate::cohort::concern_at(study, &measurement.site)
        .map_or("none", |concern| concern.kind.name());
    let how = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        measurement.against.map(|(_, comparison)| comparison),
        measurement.counted,
        measurement.scale,
        measurement.product,
        measurement.active
    );
    // Layers differ a hundredfold, so one says nothing of another.
    let observable = match measurement.of_skin {
        Some(of_skin) => format!("{} {of_skin:?}", measurement.observable),
        None => measurement.observable.clone(),
    };
    // So do molecules.
    let observable = match measurement.of_transport {
        Some(OfTransport { layer, .. }) => {
            let active = study.arms[measurement.arm].applied.as_ref().map(|a| &a.active);
            format!("{observable} {active:?} {layer:?}")
        }
        None => observable,
    };
    (observable, concern.to_owned(), how)
}

/// Add the naive predictor to each scored mean: the mean of what the *other* studies with role
/// `calibrate` found for the same observable, concern and way of counting. Scores are put on one scale
/// with the standard deviation of all findings of that observable (or the finding's own size where
/// there is only one).
pub fn add_naive(scored: &mut [Scored], like: &[Likeness]) {
    let found: Vec<(Likeness, String, Role, Option<f64>)> = scored
        .iter()
        .zip(like)
        .map(|(s, like)| {
            let value = (s.kind == "mean").then_some(s.observed).flatten();
            (like.clone(), source_of(s), s.role, value)
        })
        .collect();
    for (at, s) in scored.iter_mut().enumerate() {
        let Some(value) = s.observed.filter(|_| s.kind == "mean") else { continue };
        let others: Vec<f64> = found
            .iter()
            .filter(|(like, study, role, _)| {
                *like == found[at].0 && *study != found[at].1 && *role == Role::Calibrate
            })
            .filter_map(|(_, _, _, value)| *value)
            .collect();
        let all: Vec<f64> = found
            .iter()
            .filter(|(like, ..)| like.0 == found[at].0.0)
            .filter_map(|(_, _, _, value)| *value)
            .collect();
        let centre = mean(&all);
        let sd = mean(&all.iter().map(|x| (x - centre).powi(2)).collect::<Vec<_>>()).sqrt();
        s.scale = Some(if sd > 0.0 { sd } else { value.abs().max(1e-12) });
        if !others.is_empty() {
            s.naive_crps = Some((mean(&others) - value).abs());
        }
    }
}

/// What counts as one source of findings: a study, or a compound of the compilation.
fn source_of(scored: &Scored) -> String {
    if scored.observable == "log_permeability" {
        format!("{}: {}", scored.study, scored.arm)
    } else {
        scored.study.clone()
    }
}

/// Scores by domain and role, in the order of the story; domains with nothing scored are left out.
/// `all` leaves out the permeabilities of intact skin, which would drown the rest by their number.
pub fn by_domain(scored: &[Scored]) -> Vec<DomainScore> {
    let mut scores = Vec::new();
    for (name, domain) in Domain::NAMED {
        for role in [Role::Calibrate, Role::Validate] {
            let here: Vec<&Scored> =
                scored.iter().filter(|s| s.domain == domain && s.role == role).collect();
            if !here.is_empty() {
                scores.push(summed(name, role.name(), &here));
            }
        }
    }
    for role in [Role::Calibrate, Role::Validate] {
        let here: Vec<&Scored> = scored
            .iter()
            .filter(|s| s.role == role && s.observable != "log_permeability")
            .collect();
        if !here.is_empty() {
            scores.push(summed("all", role.name(), &here));
        }
    }
    scores
}

fn summed(domain: &str, role: &str, scored: &[&Scored]) -> DomainScore {
    let mut sizes: Vec<f64> = scored.iter().map(|s| s.z.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let pairs: Vec<(f64, f64)> = scored
        .iter()
        .filter_map(|s| Some((s.crps? / s.scale?, s.naive_crps? / s.scale?)))
        .collect();
    let (model, naive) =
        pairs.iter().fold((0.0, 0.0), |(model, naive), (m, n)| (model + m, naive + n));
    DomainScore {
        domain: domain.to_owned(),
        role: role.to_owned(),
        n: scored.len(),
        coverage: scored.iter().filter(|s| s.inside).count() as f64 / scored.len() as f64,
        median_abs_z: quantile(&sizes, 0.5),
        crps_skill: (naive > 0.0).then(|| 1.0 - model / naive),
    }
}

#[cfg(test)]
mod tests {
    use super::crps;

    /// For a sample of one the score is the absolute error; for a symmetric pair around the value it
    /// is a quarter of their distance.
    #[test]
    fn crps_has_its_known_values() {
        assert!((crps(&[3.0], 5.0) - 2.0).abs() < 1e-12);
        assert!((crps(&[-1.0, 1.0], 0.0) - 0.5).abs() < 1e-12);
    }

    /// For a normal forecast N(0, 1) and the value 0 it is (sqrt 2 - 1) / sqrt pi.
    #[test]
    fn crps_of_a_normal_sample_is_that_of_the_normal() {
        use statrs::distribution::{ContinuousCDF, Normal};
        let sample: Vec<f64> = (0..4000)
            .map(|i| Normal::standard().inverse_cdf((f64::from(i) + 0.5) / 4000.0))
            .collect();
        let exact = (2f64.sqrt() - 1.0) / std::f64::consts::PI.sqrt();
        assert!((crps(&sample, 0.0) - exact).abs() < 1e-3);
    }
}
