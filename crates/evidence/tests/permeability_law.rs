//! The law of intact-skin permeability in `knowledge/parameters.toml` is the one that the fit gives, and
//! `docs/model/permeability.md` holds the table of the fit.
//!
//! `UPDATE_DOCS=1 cargo test --release -p needlepoint-evidence --test permeability_law` writes the table anew.

use std::{fmt::Write as _, path::Path};

use needlepoint_absorption::Pathways;
use needlepoint_evidence::{
    cohort::CohortSize,
    permeability::{
        Compound, compounds,
        fit::{CANDIDATES, Fitted, Form, fit, residuals},
        predict,
    },
    score::score_compound,
    study::Role,
};
use needlepoint_knowledge::{Knowledge, parameter::Spread};

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the shipped knowledge is sound")
}

fn candidates(compounds: &[Compound], other: &Pathways) -> Vec<(&'static str, Fitted)> {
    CANDIDATES.iter().map(|(name, form)| (*name, fit(*form, compounds, other))).collect()
}

/// The form that misses the compounds left out by the least on average.
fn best<'f>(fitted: &'f [(&'static str, Fitted)]) -> &'f (&'static str, Fitted) {
    fitted
        .iter()
        .min_by(|a, b| a.1.mean_absolute().total_cmp(&b.1.mean_absolute()))
        .expect("candidates")
}

#[test]
fn the_shipped_law_is_the_best_fitted_one() {
    let knowledge = knowledge();
    let shipped: Pathways = knowledge.parameters.medians().set();
    let fitted = candidates(&compounds().expect("read"), &shipped);
    let (name, chosen) = best(&fitted);
    assert_eq!(chosen.form, Form::LipidsAndPores(shipped.intact_pore_radius), "{name}");
    let [a, b, c, d] = chosen.coefficients;
    for (shipped, found, rounding) in [
        (shipped.intact_intercept, a, 5e-4),
        (shipped.intact_lipophilicity, b, 5e-4),
        (shipped.intact_size, c, 5e-6),
        (shipped.intact_pore, d, 5e-4),
    ] {
        assert!((shipped - found).abs() <= rounding * 1.001, "{shipped} {found}");
    }
    let error = knowledge
        .parameters
        .iter()
        .find(|parameter| parameter.name == "absorption.intact_log_error")
        .expect("the error");
    let Spread::Sd(sd) = error.spread else { panic!("not an sd: {:?}", error.spread) };
    assert!((sd - chosen.root_mean_square()).abs() <= 0.005, "{sd} {}", chosen.root_mean_square());
}

#[test]
fn the_page_holds_the_table_of_the_fit() {
    const MARKS: (&str, &str) = ("<!-- fit -->\n", "<!-- end of fit -->");
    let knowledge = knowledge();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/model/permeability.md");
    let text = std::fs::read_to_string(&page).expect("docs/model/permeability.md is there");
    let (before, rest) = text.split_once(MARKS.0).expect("the mark is there");
    let (_, after) = rest.split_once(MARKS.1).expect("the mark is there");
    let made = format!("{before}{}{}{}{after}", MARKS.0, tables(&knowledge), MARKS.1);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(page, made).expect("written");
        return;
    }
    assert_eq!(
        text, made,
        "run UPDATE_DOCS=1 cargo test --release -p needlepoint-evidence --test permeability_law"
    );
}

/// Candidates on the compounds they were fitted to, and the chosen one on those it never saw.
fn tables(knowledge: &Knowledge) -> String {
    let shipped: Pathways = knowledge.parameters.medians().set();
    let all = compounds().expect("read");
    let fitted = candidates(&all, &shipped);
    let calibrate = all.iter().filter(|c| c.role == Role::Calibrate).count();
    let mut text = format!(
        "Each of the {calibrate} compounds of role `calibrate` left out in turn; errors in powers of ten.\n\n\
         | law | a | b | c, 1/Da | d | bias | mean abs. | rms | within tenfold |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for (name, law) in &fitted {
        let [a, b, c, d] = law.coefficients;
        let pores = if d.is_finite() { format!("{d:.3}") } else { "none".to_owned() };
        let _ = writeln!(
            text,
            "| {name} | {a:.3} | {b:.3} | {c:.5} | {pores} | {:+.2} | {:.3} | {:.2} | {:.0} % |",
            law.bias(),
            law.mean_absolute(),
            law.root_mean_square(),
            100.0 * law.within_ten(),
        );
    }
    let (name, chosen) = best(&fitted);
    let [a, b, c, d] = chosen.standard_errors;
    let _ = writeln!(
        text,
        "\nLeast mean error: {name}. Standard errors by the jackknife: a {a:.2}, b {b:.3}, c {c:.4}, d {d:.2}."
    );
    let kept: Vec<&Compound> = all.iter().filter(|c| c.role == Role::Validate).collect();
    let _ = write!(
        text,
        "\nThe {} compounds of role `validate`, looked at once the law was chosen:\n\n\
         | law | bias | mean abs. | rms | within tenfold | CRPS | inside 95 % |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        kept.len()
    );
    let size = CohortSize { truths: 256, people: 4, seed: 1, ..CohortSize::default() };
    for (name, law) in [&fitted[0], best(&fitted)] {
        let seen =
            Fitted { left_out: residuals(&law.law(&shipped), kept.iter().copied()), ..law.clone() };
        // The band is that of the shipped law; the published law has none of its own.
        let (crps, inside) = if *name == best(&fitted).0 {
            let scored: Vec<_> = kept
                .iter()
                .map(|compound| score_compound(compound, &predict(compound, knowledge, size)))
                .collect();
            let n = scored.len() as f64;
            let crps: f64 = scored.iter().filter_map(|s| s.crps).sum::<f64>() / n;
            let inside = scored.iter().filter(|s| s.inside).count() as f64 / n;
            (format!("{crps:.3}"), format!("{:.0} %", 100.0 * inside))
        } else {
            ("-".to_owned(), "-".to_owned())
        };
        let _ = writeln!(
            text,
            "| {name} | {:+.2} | {:.3} | {:.2} | {:.0} % | {crps} | {inside} |",
            seen.bias(),
            seen.mean_absolute(),
            seen.root_mean_square(),
            100.0 * seen.within_ten(),
        );
    }
    text
}
