//! Fits of a few studies, with the model itself.

use std::sync::atomic::AtomicBool;

use needlepoint_evidence::{
    calibrate::{
        CalibrateError, Watch, calibrate,
        lumps::{Effort, Settings},
        outcome::Outcome,
    },
    catalogue::Domain,
    cohort::CohortSize,
    library::{Filed, shipped_to_fit},
    study::{Role, Statement},
    validate::{Run, validate},
};
use needlepoint_knowledge::{
    Knowledge,
    ensemble::{BETWEEN_STUDIES, DOMAINS, Ensemble, FittedWith},
};

fn priors() -> Knowledge {
    Knowledge::embedded().expect("knowledge").prior()
}

fn effort(settings: &Settings, lumps: &[&str]) -> Effort {
    Effort {
        points: 96,
        focus: vec![48],
        people: 4,
        studies: Vec::new(),
        lumps: lumps.iter().map(|name| (*name).to_owned()).collect(),
        ..settings.quick.clone()
    }
}

fn fit(filed: &[Filed], lumps: &[&str], threads: usize) -> Result<Outcome, CalibrateError> {
    let knowledge = priors();
    let settings = Settings::shipped(&knowledge).expect("settings");
    let watch = Watch { part: &|_, _| {}, done: &|| {}, cancelled: &AtomicBool::new(false) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let effort = effort(&settings, lumps);
    pool.install(|| calibrate(filed, &knowledge, &settings, &effort, 3, "test", watch))
}

fn only(ids: &[&str]) -> Vec<Filed> {
    let mut filed = shipped_to_fit(&priors()).expect("studies");
    filed.retain(|filed| ids.contains(&filed.study.id.as_str()));
    filed
}

#[test]
fn domains_of_the_ensemble_are_those_of_the_catalogue() {
    let catalogue: Vec<&str> = Domain::NAMED.iter().map(|(name, _)| *name).collect();
    assert_eq!(catalogue, DOMAINS);
}

#[test]
fn no_study_set_aside_is_read() {
    let filed = shipped_to_fit(&priors()).expect("studies");
    assert!(filed.len() > 100);
    assert!(filed.iter().all(|filed| filed.study.role == Role::Calibrate));
}

/// Studies that find exactly what the model says under a known truth lead back to it.
#[test]
fn a_known_truth_is_found_again() {
    const LUMPS: [&str; 2] = ["skin.dermis_scale", "channel.occluded_half_life"];
    let knowledge = priors();
    let mut filed = only(&["hfus50-face-age", "ogunjimi-2021"]);
    // Somewhat off the medians: 1.25 and 23 h.
    let truth = vec![vec![1.6, 27.0]; 64];
    let columns = LUMPS.iter().map(|name| (*name).to_owned()).collect();
    let truth = Ensemble::new(columns, truth, FittedWith::default()).expect("an ensemble");
    let run = Run {
        domain: None,
        role: None,
        size: CohortSize { truths: 64, people: 8, seed: 5, ..CohortSize::default() },
        permeability: false,
        cache: None,
        program: "",
        study_done: &|| {},
        cancelled: &AtomicBool::new(false),
    };
    let said = validate(&filed, &knowledge.with_ensemble(truth), run).expect("run");
    for filed in &mut filed {
        for measurement in &mut filed.study.measurements {
            let is_it = |s: &&needlepoint_evidence::score::Scored| {
                s.study == filed.study.id && s.line == measurement.line
            };
            if let (Statement::Mean { value, se, .. }, Some(said)) =
                (&mut measurement.statement, said.measurements.iter().find(is_it))
            {
                *value = said.predicted;
                *se = Some(0.05 * said.predicted.abs());
            }
        }
    }
    let outcome = fit(&filed, &LUMPS, 2).expect("fitted");
    for (name, truth) in LUMPS.iter().zip([1.6, 27.0]) {
        let found = outcome.fitted.iter().find(|fitted| fitted.name == *name);
        let found = found.unwrap_or_else(|| panic!("{name}: {:?}", outcome.screened));
        let posterior = found.posterior;
        assert!((posterior.lo95..=posterior.hi95).contains(&truth), "{name}: {posterior:?}");
        assert!(found.shrinkage.is_some_and(|s| s > 0.3), "{name}: {:?}", found.shrinkage);
        let nearer = (posterior.median - truth).abs() < (found.prior.median - truth).abs();
        assert!(nearer, "{name}: {posterior:?}");
    }
}

#[test]
fn a_fit_is_the_same_on_any_number_of_threads_and_feeds_predictions() {
    let filed = only(&["luz-2017", "alam-2014"]);
    let of = |threads| fit(&filed, &["pain.reference", "link.scar_lift"], threads).expect("fitted");
    let outcome = of(1);
    assert_eq!(outcome.ensemble.to_csv(), of(3).ensemble.to_csv());
    assert!(outcome.ensemble.columns().contains(&format!("{BETWEEN_STUDIES}.scar")));
    let knowledge = priors();
    let (read, problems) =
        Ensemble::read("ensemble.csv", &outcome.ensemble.to_csv(), &knowledge.parameters);
    assert!(problems.is_empty(), "{}", problems.to_lines());
    let fitted = knowledge.with_ensemble(read.expect("an ensemble"));
    let cancelled = AtomicBool::new(false);
    let run = Run {
        domain: None,
        role: None,
        size: CohortSize { truths: 16, people: 4, seed: 1, ..CohortSize::default() },
        permeability: false,
        cache: None,
        program: "",
        study_done: &|| {},
        cancelled: &cancelled,
    };
    let of = |knowledge: &Knowledge| validate(&filed, knowledge, run).expect("run").measurements;
    let (before, after) = (of(&knowledge), of(&fitted));
    assert_eq!(before.len(), after.len());
    assert!(before.iter().zip(&after).any(|(b, a)| b.predicted != a.predicted));
}

#[test]
fn what_can_not_be_fitted_is_said() {
    let nothing = fit(&only(&["chu-2021"]), &["pain.reference"], 1);
    assert!(matches!(nothing, Err(CalibrateError::NothingToFit)), "{:?}", nothing.map(|_| ()));
    let knowledge = priors();
    let settings = Settings::shipped(&knowledge).expect("settings");
    let watch = Watch { part: &|_, _| {}, done: &|| {}, cancelled: &AtomicBool::new(true) };
    let quick = &settings.quick;
    let filed = shipped_to_fit(&knowledge).expect("studies");
    let stopped = calibrate(&filed, &knowledge, &settings, quick, 1, "test", watch);
    assert!(matches!(stopped, Err(CalibrateError::Cancelled)));
    let missing = calibrate(&filed[..1], &knowledge, &settings, quick, 1, "test", watch);
    assert!(matches!(missing, Err(CalibrateError::UnknownStudy(_))));
}
