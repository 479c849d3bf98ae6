//! `needlepoint validate`: hold the model against published studies.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use needlepoint_evidence::{
    cohort::CohortSize,
    library::{Filed, from_folder, shipped},
    scoreboard::Scoreboard,
    validate::{self, Validation},
};
use needlepoint_knowledge::{Knowledge, store::fingerprint};
use needlepoint_report::{ValidationInput, validation_html, write_page};

use crate::{
    commands::{
        answer, knowledge, tell,
        watch::{LateBar, stopped_by_interrupts, with_threads},
    },
    exit::{Exit, Fault},
    options::{Common, Validate},
};

pub(crate) fn run(options: &Validate, common: &Common) -> Result<Exit, Fault> {
    let knowledge = knowledge(common)?;
    let filed = match &options.studies {
        Some(folder) => from_folder(folder, &knowledge)?,
        None => shipped(&knowledge)?,
    };
    let before = options.against.as_deref().map(Scoreboard::read).transpose()?;
    let cancelled = stopped_by_interrupts()?;
    let bar = LateBar::new(filed.len() as u64, "studies", common.quiet);
    let cache = options.cache.clone().or_else(usual_cache);
    let program = this_program();
    let study_done = || bar.step();
    let settings = validate::Run {
        domain: options.domain,
        role: options.role,
        size: CohortSize {
            truths: options.truths,
            people: options.people,
            seed: options.seed,
            ..CohortSize::default()
        },
        // Another folder of studies is scored by itself.
        permeability: options.studies.is_none(),
        cache: cache.as_deref().filter(|_| program.is_some()),
        program: program.as_deref().unwrap_or_default(),
        study_done: &study_done,
        cancelled: &cancelled,
    };
    let validation = with_threads(common, || validate::validate(&filed, &knowledge, settings))?;
    bar.clear();
    let validation = validation?;
    let scoreboard = Scoreboard::of(&validation);
    if let Some(file) = &options.scoreboard {
        scoreboard.write(file)?;
    }
    if let Some(file) = &options.html {
        write_html(file, options, &validation, &filed, &knowledge)?;
    }
    if options.json {
        answer(&format!("{}\n", serde_json::to_string_pretty(&validation)?))?;
    } else if !common.quiet {
        answer(&summary(&validation))?;
    }
    let Some(before) = before else { return Ok(Exit::Ok) };
    let worse = scoreboard.worse_than(&before);
    for sentence in &worse {
        tell(format!("{sentence}\n"));
    }
    Ok(if worse.is_empty() { Exit::Ok } else { Exit::No })
}

fn write_html(
    file: &Path,
    options: &Validate,
    validation: &Validation,
    studies: &[Filed],
    knowledge: &Knowledge,
) -> Result<(), Fault> {
    let folder = options.studies.as_deref().unwrap_or(Path::new("knowledge/studies")).display();
    let domain = options.domain.map(|domain| format!("domain {}", domain.name()));
    let role = options.role.map(|role| format!("studies of role {}", role.name()));
    let only: Vec<String> = domain.into_iter().chain(role).collect();
    let page = validation_html(&ValidationInput {
        validation,
        studies,
        folder: &folder.to_string(),
        only: &only,
        knowledge,
        version: env!("CARGO_PKG_VERSION"),
    });
    write_page(file, &page).map_err(|why| Fault::CannotWrite { file: file.to_owned(), why })
}

/// Where predictions are kept if nothing else is said: the user's cache folder.
fn usual_cache() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))?;
    Some(folder.join("needlepoint"))
}

/// The fingerprint of the running program: predictions of another program are not its own.
fn this_program() -> Option<String> {
    let program = std::fs::read(std::env::current_exe().ok()?).ok()?;
    Some(fingerprint(&program))
}

fn summary(validation: &Validation) -> String {
    let mut text = format!(
        "{} studies, {} measurements scored, {} counted but not scored; cohorts of {} truths x {} \
         people\n\n",
        validation.studies,
        validation.measurements.len(),
        validation.unscored.len(),
        validation.cohort.truths,
        validation.cohort.people
    );
    let _ = writeln!(
        text,
        "{:<18} {:<10} {:>4} {:>9} {:>11} {:>11}",
        "domain", "role", "n", "coverage", "median |z|", "CRPS skill"
    );
    for score in &validation.domains {
        let skill = score.crps_skill.map_or("-".to_owned(), |skill| format!("{skill:+.2}"));
        let _ = writeln!(
            text,
            "{:<18} {:<10} {:>4} {:>8.0}% {:>11.2} {:>11}",
            score.domain,
            score.role,
            score.n,
            100.0 * score.coverage,
            score.median_abs_z,
            skill
        );
    }
    text
}
