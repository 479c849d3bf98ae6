//! The text: `calibration.md`, as kept in `docs/`.

use std::fmt::Write as _;

use needlepoint_evidence::calibrate::outcome::Fitted;

use super::{
    CalibrationInput,
    words::{
        HEADS, LEGEND, badly_stood_in, done, doubt, drivers, far_off, names_in_words, not_fitted,
        not_listed, percent, row, three,
    },
};

pub(super) fn markdown(input: &CalibrationInput<'_>) -> String {
    let outcome = input.outcome;
    let with = &outcome.ensemble.fitted_with;
    let mut text = format!(
        "<!-- Written by `needlepoint calibrate`: don't edit. -->\n\n# What the fit found\n\nSeed {}, \
         Needlepoint {}, priors of what was fitted {}, studies {}. How it is done stands in \
         [calibration-method.md](calibration-method.md).\n\n",
        with.seed,
        with.version,
        short(&with.priors),
        short(&with.studies)
    );
    if let Some(doubt) = doubt(outcome) {
        let _ = writeln!(text, "**{doubt}**\n");
    }
    for line in done(outcome) {
        let _ = writeln!(text, "- {line}");
    }
    let _ = writeln!(text, "\n## Parameters and raters\n\n{LEGEND}\n");
    table(&mut text, &outcome.fitted);
    text.push_str("\n## How studies differ\n\n");
    table(&mut text, &outcome.between_studies);
    let names: Vec<(&str, f64)> = outcome
        .unidentified()
        .map(|fitted| (fitted.name.as_str(), fitted.shrinkage.unwrap_or(0.0)))
        .collect();
    let least = percent(outcome.settings.least_shrinkage);
    let _ = writeln!(text, "\n## What stays unidentified\n");
    list(&mut text, &format!("Fitted, but narrowed by less than {least}"), &names);
    list(
        &mut text,
        &format!("Listed, but not fitted, since it could not be narrowed by {least} even alone"),
        &not_fitted(outcome),
    );
    list(
        &mut text,
        &format!(
            "Not listed, although it could be narrowed by {least} or more if all else were known"
        ),
        &not_listed(outcome),
    );
    text.push_str(
        "\n## Which studies tell of what\n\nShare of the information, where all else is known.\n\n",
    );
    text.push_str("| quantity | studies |\n| --- | --- |\n");
    for fitted in &outcome.fitted {
        let _ = writeln!(text, "| `{}` | {} |", fitted.name, drivers(&fitted.drivers));
    }
    text.push_str(
        "\n## What is tied together\n\n| one | other | correlation |\n| --- | --- | --: |\n",
    );
    for tied in &outcome.tied {
        let _ = writeln!(text, "| `{}` | `{}` | {:+.2} |", tied.one, tied.other, tied.correlation);
    }
    text.push_str(
        "\n## Farthest from the fitted model\n\nIn standard deviations of all that is not known of a finding.\n\n\
         | study | line | observable | found | prior | posterior | off |\n\
         | --- | --: | --- | --: | --: | --: | --: |\n",
    );
    for (held, off) in far_off(outcome) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {off:+.1} |",
            held.study,
            held.line,
            held.observable,
            held.observed.map_or_else(String::new, three),
            three(held.prior),
            three(held.posterior)
        );
    }
    text.push_str(
        "\n## Surfaces and the model\n\n| round | points | surface's share of a measurement's error | greatest R-hat |\n\
         | --- | --: | --: | --: |\n",
    );
    for (number, round) in outcome.rounds.iter().enumerate() {
        let _ = writeln!(
            text,
            "| {}: over the {} | {} | {} | {:.3} |",
            number + 1,
            round.around,
            round.points,
            percent(round.surface),
            round.r_hat
        );
    }
    text.push_str(
        "\nWhere surfaces were farthest off, in errors of the measurement (model less surface at draws of the \
         posterior; in brackets what chance makes):\n\n| study | line | observable | off |\n| --- | --: | --- | --: |\n",
    );
    for held in badly_stood_in(outcome) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:+.2} ({:.2}) |",
            held.study, held.line, held.observable, held.off, held.off_by_chance
        );
    }
    text
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn table(text: &mut String, all: &[Fitted]) {
    let _ = writeln!(text, "| {} |", HEADS.join(" | "));
    text.push_str("| --- | --- | --: | --: | --: | --: | --: | --: |\n");
    for fitted in all {
        let [name, rest @ ..] = row(fitted);
        let _ = writeln!(text, "| `{name}` | {} |", rest.join(" | "));
    }
}

fn list(text: &mut String, what: &str, names: &[(&str, f64)]) {
    let all = if names.is_empty() { "none".to_owned() } else { names_in_words(names) };
    let _ = writeln!(text, "- {what}: {all}");
}
