//! The studies shipped with the program: whole, with roles by the rule, and executable.

use std::{collections::BTreeMap, path::Path, sync::atomic::AtomicBool};

use needlepoint_evidence::{
    catalogue::{self, Domain},
    cohort::CohortSize,
    library::{from_folder, shipped},
    roles::roles_by_rule,
    scoreboard::Scoreboard,
    study::Role,
    validate::{Run, Validation, validate},
};
use needlepoint_knowledge::Knowledge;

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("shipped knowledge is valid")
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn there_are_at_least_150_studies_and_300_measurements_and_all_can_be_read() {
    let filed = shipped(&knowledge()).unwrap_or_else(|error| panic!("{error}"));
    let measurements: usize = filed.iter().map(|f| f.study.measurements.len()).sum();
    assert!(filed.len() >= 150 && measurements >= 300, "{} {measurements}", filed.len());
}

#[test]
fn every_role_is_the_one_the_rule_gives() {
    let knowledge = knowledge();
    let filed = shipped(&knowledge).expect("studies");
    let rule = roles_by_rule(filed.iter().map(|filed| &filed.study), &knowledge);
    let wrong: Vec<String> = filed
        .iter()
        .filter(|filed| rule[&filed.study.id] != filed.study.role)
        .map(|filed| format!("{} {}", filed.study.id, rule[&filed.study.id].name()))
        .collect();
    assert!(wrong.is_empty(), "roles that the rule gives:\n{}", wrong.join("\n"));
}

#[test]
fn about_a_third_of_each_domain_is_kept_for_validation() {
    let filed = shipped(&knowledge()).expect("studies");
    let mut by_domain: BTreeMap<Domain, (usize, usize)> = BTreeMap::new();
    for study in filed.iter().map(|filed| &filed.study) {
        let domain = study.measurements[0].entry().domain;
        let (all, kept) = by_domain.entry(domain).or_default();
        *all += 1;
        *kept += usize::from(study.role == Role::Validate);
    }
    for (domain, (all, kept)) in by_domain {
        let share = kept as f64 / all as f64;
        let name = domain.name();
        assert!((0.2..=0.5).contains(&share), "{name}: {kept} of {all} studies");
    }
}

#[test]
fn the_committed_catalogue_is_the_one_in_the_code() {
    let page = root().join("docs/observables.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, catalogue::markdown()).expect("written");
    }
    let committed = std::fs::read_to_string(page).expect("docs/observables.md is there");
    assert_eq!(
        committed,
        catalogue::markdown(),
        "run UPDATE_DOCS=1 cargo test -p needlepoint-evidence"
    );
}

#[test]
fn the_table_of_the_readme_is_that_of_the_scoreboard() {
    const MARKS: (&str, &str) = ("<!-- scoreboard -->\n", "<!-- end of scoreboard -->");
    let scoreboard = Scoreboard::read(&root().join("knowledge/scoreboard.json")).expect("read");
    let readme = root().join("README.md");
    let text = std::fs::read_to_string(&readme).expect("README.md is there");
    let (before, rest) = text.split_once(MARKS.0).expect("the mark is there");
    let (table, after) = rest.split_once(MARKS.1).expect("the mark is there");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let new = format!("{before}{}{}{}{after}", MARKS.0, scoreboard.table(), MARKS.1);
        std::fs::write(readme, new).expect("written");
        return;
    }
    assert_eq!(table, scoreboard.table(), "run UPDATE_DOCS=1 cargo test -p needlepoint-evidence");
}

/// A small cohort over some studies.
fn small_run(
    knowledge: &Knowledge,
    keep: impl Fn(&str) -> bool,
    cache: Option<&Path>,
) -> Validation {
    let mut filed = shipped(knowledge).expect("studies");
    filed.retain(|f| keep(&f.study.id));
    let cancelled = AtomicBool::new(false);
    let run = Run {
        domain: None,
        role: None,
        size: CohortSize { truths: 16, people: 4, seed: 1, ..CohortSize::default() },
        permeability: false,
        cache,
        program: "test",
        study_done: &|| {},
        cancelled: &cancelled,
    };
    validate(&filed, knowledge, run).expect("validated")
}

#[test]
fn a_run_is_the_same_from_the_cache_and_on_any_number_of_threads() {
    let knowledge = knowledge();
    let cache = tempfile::tempdir().expect("folder");
    let wanted = |id: &str| ["lotfi-2013", "alam-2014", "farshi-2020"].contains(&id);
    let text =
        |cache| serde_json::to_string(&small_run(&knowledge, wanted, cache)).expect("serialised");
    let fresh = text(Some(cache.path()));
    assert_eq!(std::fs::read_dir(cache.path()).expect("kept").count(), 3);
    assert_eq!(fresh, text(Some(cache.path())));
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("pool");
    assert_eq!(fresh, one_thread.install(|| text(None)));
}

/// A parameter that is three times too large shows in the score, of the priors as of everything.
#[test]
fn a_wrong_parameter_worsens_the_score() {
    let wanted = |id: &str| {
        ["lotfi-2013", "kenkel-2021", "fabbrocini-2014", "fabbrocini-2009", "schmitt-2018"]
            .contains(&id)
    };
    let folder = tempfile::tempdir().expect("folder");
    for entry in std::fs::read_dir(root().join("knowledge")).expect("knowledge") {
        let path = entry.expect("entry").path();
        if path.is_file() && path.file_name().is_some_and(|name| name != "ensemble.csv") {
            let name = path.file_name().expect("named");
            std::fs::copy(&path, folder.path().join(name)).expect("copied");
        }
    }
    let file = folder.path().join("parameters.toml");
    let text = std::fs::read_to_string(&file).expect("parameters");
    let entry = "[healing.collagen_synthesis]\nvalue = 0.0089";
    assert!(text.contains(entry));
    std::fs::write(&file, text.replace(entry, "[healing.collagen_synthesis]\nvalue = 0.03"))
        .expect("written");
    let wrong = Knowledge::from_folder(folder.path()).expect("valid");
    let score = |knowledge: &Knowledge| {
        let validation = small_run(knowledge, wanted, None);
        let structure: Vec<f64> = validation
            .measurements
            .iter()
            .filter(|m| m.domain == Domain::Structure || m.domain == Domain::Scar)
            .filter_map(|m| Some(m.crps? / m.scale?))
            .collect();
        structure.iter().sum::<f64>() / structure.len() as f64
    };
    let (right, wrong) = (score(&knowledge().prior()), score(&wrong));
    assert!(wrong > 1.3 * right, "{right} {wrong}");
}

#[test]
fn everything_wrong_in_a_folder_is_reported_at_once_with_its_place() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("bad-2020.toml"), include_str!("bad/bad-2020.toml"))
        .expect("written");
    std::fs::write(folder.path().join("worse-2021.toml"), "citation = 3\n").expect("written");
    let error = from_folder(folder.path(), &knowledge()).expect_err("wrong").to_string();
    for expected in [
        "no observable is called \"papilary_collagen\"",
        "did you mean \"papillary_collagen\"",
        "does not convert to %",
        "no arm is called \"pen\"",
        "the value has no spread",
        "`papillary_collagen` changes with time",
        "`citation` is a whole number",
    ] {
        assert!(error.contains(expected), "{expected} is missing in:\n{error}");
    }
    assert!(error.contains("bad-2020.toml:"), "{error}");
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let folder = tempfile::tempdir().expect("folder");
    let error = from_folder(folder.path(), &knowledge()).expect_err("empty").to_string();
    assert!(error.contains("holds no study"), "{error}");
}
