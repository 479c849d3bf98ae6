//! Runs studies and scores them; what was predicted is kept, so that a stopped run goes on where it
//! was.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use needlepoint_course::{CourseError, parameters::DECLARATIONS};
use needlepoint_knowledge::{Knowledge, KnowledgeError, store::fingerprint};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    catalogue::{Domain, Produced},
    circular::read_from_study,
    cohort::{ArmCourse, CohortSize, simulate_arm, untreated, zone_at},
    library::Filed,
    permeability::{self, compounds},
    predict::{Prediction, Reading, predict, read},
    score::{
        DomainScore, Likeness, Scored, Unscored, add_naive, by_domain, likeness, score,
        score_compound,
    },
    study::{Layer, Measurement, Method, OfSkin, Role, Study, Subjects, When},
    transport::transported,
};

/// Why validation did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    /// The knowledge does not hold what the models need.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// A study can't be simulated.
    #[error("{study}: {why}")]
    Course {
        /// The study.
        study: String,
        /// Why.
        why: CourseError,
    },
    /// The compilation of permeabilities can't be read.
    #[error("knowledge/permeability.csv: {0}")]
    Permeability(#[from] csv::Error),
    /// The user stopped the run.
    #[error(
        "stopped before the end; what was done is kept, and the same command goes on from there"
    )]
    Cancelled,
}

/// What to run and how.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// Only this domain.
    pub domain: Option<Domain>,
    /// Only this role.
    pub role: Option<Role>,
    /// Size of the cohorts.
    pub size: CohortSize,
    /// Whether the compilation of intact-skin permeabilities is scored as well.
    pub permeability: bool,
    /// Folder in which predictions are kept, none to keep nothing.
    pub cache: Option<&'r Path>,
    /// Fingerprint of the program, so that predictions of another are not taken for its own.
    pub program: &'r str,
    /// Called when a study is done.
    pub study_done: &'r (dyn Fn() + Sync),
    /// Set to stop.
    pub cancelled: &'r AtomicBool,
}

/// The result over all studies.
#[derive(Debug, Clone, Serialize)]
pub struct Validation {
    /// Scores by domain and role.
    pub domains: Vec<DomainScore>,
    /// Every measurement that was scored.
    pub measurements: Vec<Scored>,
    /// Every measurement that was counted and not scored.
    pub unscored: Vec<Unscored>,
    /// Size of the cohorts.
    pub cohort: CohortSize,
    /// Number of studies read.
    pub studies: usize,
}

/// Run every study.
///
/// # Errors
/// See [`ValidateError`].
pub fn validate(
    filed: &[Filed],
    knowledge: &Knowledge,
    run: Run<'_>,
) -> Result<Validation, ValidateError> {
    knowledge.check_parameters(&DECLARATIONS)?;
    let wanted: Vec<&Filed> =
        filed.iter().filter(|f| run.role.is_none_or(|role| f.study.role == role)).collect();
    let predicted: Vec<Vec<Option<Prediction>>> = wanted
        .par_iter()
        .map(|filed| {
            if run.cancelled.load(Ordering::Relaxed) {
                return Err(ValidateError::Cancelled);
            }
            let predictions = predictions(filed, knowledge, run)?;
            (run.study_done)();
            Ok(predictions)
        })
        .collect::<Result<_, _>>()?;
    let (mut scored, mut like, mut unscored) = (Vec::new(), Vec::<Likeness>::new(), Vec::new());
    for (filed, predictions) in wanted.iter().zip(&predicted) {
        let study = &filed.study;
        for (measurement, prediction) in study.measurements.iter().zip(predictions) {
            let domain = measurement.entry().domain;
            if run.domain.is_some_and(|wanted| wanted != domain) {
                continue;
            }
            match prediction {
                Some(prediction) => {
                    scored.push(score(study, measurement, prediction));
                    like.push(likeness(study, measurement));
                }
                None => unscored.push(Unscored {
                    study: study.id.clone(),
                    observable: measurement.observable.clone(),
                    domain,
                    role: study.role,
                    reason: why_not(study, measurement, knowledge).unwrap_or_else(no_number),
                }),
            }
        }
    }
    if run.permeability && run.domain.is_none_or(|domain| domain == Domain::Absorption) {
        for compound in compounds()? {
            if run.role.is_none_or(|role| role == compound.role) {
                let prediction = permeability::predict(&compound, knowledge, run.size);
                scored.push(score_compound(&compound, &prediction));
                like.push(("log_permeability".to_owned(), String::new(), String::new()));
            }
        }
    }
    add_naive(&mut scored, &like);
    Ok(Validation {
        domains: by_domain(&scored),
        measurements: scored,
        unscored,
        cohort: run.size,
        studies: wanted.len(),
    })
}

fn no_number() -> String {
    "the model gives no number for this concern, site or scale".to_owned()
}

/// Why a measurement can't be scored, as far as can be told before anything is run.
pub(crate) fn why_not(
    study: &Study,
    measurement: &Measurement,
    knowledge: &Knowledge,
) -> Option<String> {
    if let Some(reason) = &measurement.not_scored {
        return Some(reason.clone());
    }
    let subjects = &measurement.subjects;
    let produced = measurement.entry().produced;
    if produced == Produced::Permeability {
        return Some(
            "only knowledge/permeability.csv, which is scored compound by compound, states the \
             molecules that the law of intact skin needs"
                .to_owned(),
        );
    }
    let mounted = study.arms[measurement.arm].mounted.is_some();
    let reason = if !subjects.are_modelled(produced, mounted) {
        if subjects.are_modelled(produced, true) {
            return Some("cut-out skin, of which nothing says how it was mounted".to_owned());
        }
        return Some(format!(
            "{} skin {}: the model is of living human skin",
            subjects.species, subjects.skin
        ));
    } else if produced == Produced::NotYet {
        "the model has no such number yet"
    } else if measurement.of_skin.is_some() && measurement.against.is_some() {
        "the number is of untreated skin, in which arms do not differ"
    } else if let Some(OfSkin::Thickness(layer, method)) = measurement.of_skin
        && let Some(reason) = another_thickness(layer, method)
    {
        reason
    } else if study.role == Role::Validate && read_from_study(study, measurement, knowledge) {
        "circular: the model's value was read from this study"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

/// Why what this method calls the thickness of a layer is not what the model does.
fn another_thickness(layer: Layer, method: Method) -> Option<&'static str> {
    match method {
        Method::Ultrasound if layer.is_epidermal() => {
            Some("ultrasound reads the epidermis two to three times too thick")
        }
        Method::Histology if !layer.is_epidermal() => {
            Some("the model's dermis is as thick as ultrasound reads it; cut and fixed skin is not")
        }
        _ => None,
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    predictions: Vec<Option<Prediction>>,
}

/// The predictions of a study, from the cache where they are kept.
fn predictions(
    filed: &Filed,
    knowledge: &Knowledge,
    run: Run<'_>,
) -> Result<Vec<Option<Prediction>>, ValidateError> {
    let place = run.cache.map(|folder| kept_at(folder, filed, knowledge, run));
    if let Some(kept) = place.as_deref().and_then(read_kept)
        && kept.predictions.len() == filed.study.measurements.len()
    {
        return Ok(kept.predictions);
    }
    let predictions = predict_study(&filed.study, knowledge, run)
        .map_err(|why| ValidateError::Course { study: filed.study.id.clone(), why })?;
    if let Some(place) = place {
        keep(&place, &Kept { predictions: predictions.clone() });
    }
    Ok(predictions)
}

fn kept_at(folder: &Path, filed: &Filed, knowledge: &Knowledge, run: Run<'_>) -> PathBuf {
    let size = run.size;
    let key = format!(
        "{} {} {} {} {} {}",
        run.program, knowledge.hash, filed.fingerprint, size.truths, size.people, size.seed
    );
    folder.join(format!("{}-{}.json", filed.study.id, &fingerprint(key.as_bytes())[..16]))
}

fn read_kept(place: &Path) -> Option<Kept> {
    serde_json::from_slice(&std::fs::read(place).ok()?).ok()
}

/// Keep predictions whole or not at all; that they can't be kept is no reason to stop.
fn keep(place: &Path, kept: &Kept) {
    let Some(folder) = place.parent() else { return };
    let _ = (|| -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, &serde_json::to_vec(kept)?)?;
        file.persist(place)?;
        Ok(())
    })();
}

fn predict_study(
    study: &Study,
    knowledge: &Knowledge,
    run: Run<'_>,
) -> Result<Vec<Option<Prediction>>, CourseError> {
    let asked = |measurement: &Measurement| why_not(study, measurement, knowledge).is_none();
    let readings = read_off(study, asked, knowledge, run.size)?;
    let predicted =
        study.measurements.iter().zip(readings).map(|(measurement, reading)| {
            predict(study, measurement, &reading?, run.size, knowledge)
        });
    Ok(predicted.collect())
}

/// Run a study and read off the measurements that are `asked` for; none where the model has no such
/// number.
pub(crate) fn read_off(
    study: &Study,
    asked: impl Fn(&Measurement) -> bool,
    knowledge: &Knowledge,
    size: CohortSize,
) -> Result<Vec<Option<Reading>>, CourseError> {
    let mut courses: Courses<'_> = Vec::new();
    let mut readings = Vec::with_capacity(study.measurements.len());
    for measurement in &study.measurements {
        if !asked(measurement) {
            readings.push(None);
            continue;
        }
        let (site, subjects) = (measurement.site.as_str(), &measurement.subjects);
        if let Some(of_skin) = measurement.of_skin {
            let zone = zone_at(&study.arms[measurement.arm], site)?;
            let here = untreated(of_skin, subjects, &zone, size, knowledge)?;
            readings.push(Some(Reading { here, there: None }));
            continue;
        }
        let against = measurement.against.map(|(arm, _)| arm);
        if let Some(of) = measurement.of_transport {
            let of_arm =
                |arm: usize| transported(study, measurement, of, &study.arms[arm], size, knowledge);
            let there = against.map(of_arm).transpose()?.flatten();
            readings.push(of_arm(measurement.arm)?.map(|here| Reading { here, there }));
            continue;
        }
        for arm in [Some(measurement.arm), against].into_iter().flatten() {
            if course_of(&courses, (arm, site, subjects)).is_none() {
                let latest = latest_day(study, arm);
                let of_study = &study.arms[arm];
                let course =
                    simulate_arm(study, of_study, site, subjects, latest, size, knowledge)?;
                courses.push(((arm, site, subjects), course));
            }
        }
        let there = against.and_then(|arm| course_of(&courses, (arm, site, subjects)));
        readings.push(
            course_of(&courses, (measurement.arm, site, subjects))
                .and_then(|here| read(study, measurement, here, there, size, knowledge)),
        );
    }
    Ok(readings)
}

/// What a course was simulated for: arm, site, subjects.
type Simulated<'s> = (usize, &'s str, &'s Subjects);
type Courses<'s> = Vec<(Simulated<'s>, ArmCourse)>;

fn course_of<'c>(courses: &'c Courses<'_>, of: Simulated<'_>) -> Option<&'c ArmCourse> {
    courses.iter().find(|(simulated, _)| *simulated == of).map(|(_, course)| course)
}

/// The latest day anything of an arm is read at.
fn latest_day(study: &Study, arm: usize) -> f64 {
    let last = study.arms[arm].protocol.session_days.last().copied().unwrap_or(0.0);
    study
        .measurements
        .iter()
        .filter_map(|measurement| measurement.at)
        .map(|at| match at {
            When::AfterFirst(days) => days,
            When::AfterLast(days) | When::AfterApplication(days) => last + days,
        })
        .fold(last, f64::max)
}
