//! Numbers and sentences that page and text share.

use needlepoint_evidence::calibrate::outcome::{Driver, Fitted, Held, Outcome, Spread95};

/// Measurements named as far off.
const FAR_OFF: usize = 15;

/// Three digits.
pub(super) fn three(value: f64) -> String {
    if !value.is_finite() {
        return "\u{2013}".to_owned();
    }
    let digits = if value == 0.0 { 0 } else { value.abs().log10().floor() as i32 };
    if (-4..5).contains(&digits) {
        format!("{value:.*}", (2 - digits).max(0) as usize)
    } else {
        format!("{value:.2e}")
    }
}

/// "1.02 [0.80, 1.31]".
pub(super) fn spread(spread: &Spread95) -> String {
    format!("{} [{}, {}]", three(spread.median), three(spread.lo95), three(spread.hi95))
}

/// "34 %".
pub(super) fn percent(share: f64) -> String {
    let percent = (100.0 * share).round();
    format!("{:.0}\u{a0}%", if percent == 0.0 { 0.0 } else { percent })
}

/// "fabbrocini-2014 (61 %), alam-2014 (12 %)".
pub(super) fn drivers(drivers: &[Driver]) -> String {
    let each: Vec<String> =
        drivers.iter().map(|d| format!("{} ({})", d.study, percent(d.share))).collect();
    each.join(", ")
}

/// What was done, in numbers.
pub(super) fn done(outcome: &Outcome) -> Vec<String> {
    let listed = outcome.screened.iter().filter(|s| s.listed).count();
    let (bulk, tail) = outcome.least_worth();
    let check = &outcome.check;
    let mut lines = vec![
        format!(
            "{} studies with role calibrate, {} measurements. Studies with role validate were not read.",
            outcome.studies, outcome.measurements
        ),
        format!(
            "{listed} parameters and kinds of raters were looked at; the studies can tell of {}, and these \
             were fitted. All others were drawn from their priors at every point, so that what is not known \
             of them is part of the error.",
            outcome.fitted.len()
        ),
        format!(
            "{} chains, {} draws kept. Greatest R-hat {:.3}; least effective sample size {bulk:.0} for \
             middles and {tail:.0} for tails; {} paths broken off.",
            outcome.effort.chains,
            outcome.draws,
            outcome.r_hat(),
            outcome.divergences
        ),
        format!(
            "Surfaces stood in for the model. At {} draws of the posterior the model itself was run: the \
             surfaces were off by {:.2} errors of a measurement in the median, by less than {:.2} for nine \
             of ten, and by {:.2} at worst.",
            check.draws, check.median_off, check.high_off, check.worst_off
        ),
        format!(
            "Of the means fitted to, {} lie within the 95 % interval of what is expected after the fit, {} \
             before it. These are the studies that were fitted to: no test.",
            percent(check.coverage),
            percent(check.coverage_before)
        ),
    ];
    if outcome.unusable > 0 {
        lines.push(format!(
            "{} measurements were left out: somewhere in the priors the model has no finite number for them.",
            outcome.unusable
        ));
    }
    lines
}

/// Whether the chains can be relied upon, in a sentence; none if they can.
pub(super) fn doubt(outcome: &Outcome) -> Option<String> {
    const GOOD_R_HAT: f64 = 1.01;
    const ENOUGH: f64 = 400.0;
    let (bulk, tail) = outcome.least_worth();
    let mut doubts = Vec::new();
    if outcome.r_hat() > GOOD_R_HAT {
        doubts.push(format!("R-hat is above {GOOD_R_HAT}"));
    }
    if bulk.min(tail) < ENOUGH {
        doubts.push(format!("an effective sample size is below {ENOUGH:.0}"));
    }
    if outcome.divergences > 0 {
        doubts.push("paths broke off".to_owned());
    }
    (!doubts.is_empty()).then(|| format!("Not to be relied upon as it is: {}.", doubts.join(", ")))
}

/// Measurements that even the fitted model is farthest from, the worst first.
pub(super) fn far_off(outcome: &Outcome) -> Vec<(&Held, f64)> {
    let mut far: Vec<(&Held, f64)> = outcome
        .held
        .iter()
        .filter_map(|held| {
            let sd = held.posterior_sd.hypot(held.all);
            Some((held, (held.observed? - held.posterior) / sd))
        })
        .collect();
    far.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    far.truncate(FAR_OFF);
    far
}

/// Measurements where the surface was farthest off the model, the worst first.
pub(super) fn badly_stood_in(outcome: &Outcome) -> Vec<&Held> {
    let mut held: Vec<&Held> = outcome.held.iter().collect();
    held.sort_by(|a, b| b.off.abs().total_cmp(&a.off.abs()));
    held.truncate(FAR_OFF);
    held
}

/// Listed, but not fitted: what the studies can't tell of, in the order of what they nearly could.
pub(super) fn not_fitted(outcome: &Outcome) -> Vec<(&str, f64)> {
    let is_fitted = |name: &str| outcome.fitted.iter().any(|fitted| fitted.name == name);
    sorted(
        outcome
            .screened
            .iter()
            .filter(|s| s.listed && !is_fitted(&s.name))
            .map(|s| (s.name.as_str(), s.alone)),
    )
}

/// Not listed, although the studies could tell of it.
pub(super) fn not_listed(outcome: &Outcome) -> Vec<(&str, f64)> {
    let least = outcome.settings.least_shrinkage;
    let seen = outcome.screened.iter().filter(|s| !s.listed && s.alone >= least);
    sorted(seen.map(|s| (s.name.as_str(), s.alone)))
}

fn sorted<'s>(names: impl Iterator<Item = (&'s str, f64)>) -> Vec<(&'s str, f64)> {
    let mut names: Vec<(&str, f64)> = names.collect();
    names.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    names
}

/// The heads of the table of what was fitted.
pub(super) const HEADS: [&str; 8] =
    ["quantity", "unit", "prior", "posterior", "shrinkage", "R-hat", "ESS, middle", "ESS, tails"];

/// A row of it.
pub(super) fn row(fitted: &Fitted) -> [String; 8] {
    [
        fitted.name.clone(),
        fitted.unit.clone(),
        spread(&fitted.prior),
        spread(&fitted.posterior),
        fitted.shrinkage.map_or("\u{2013}".to_owned(), percent),
        format!("{:.3}", fitted.worth.r_hat),
        format!("{:.0}", fitted.worth.bulk),
        format!("{:.0}", fitted.worth.tail),
    ]
}

/// What the table says.
pub(super) const LEGEND: &str = "Median and 95 % interval. Shrinkage is 1 less the variance after over the \
     variance before, in coordinates in which the prior is a standard normal; below nothing, the studies \
     made it less certain than it was thought. Spreads between studies are shares of what they find; the bias of raters is told in \
     standard deviations of the spread that their scale states.";

/// Names with what they could shrink by, in one line.
pub(super) fn names_in_words(names: &[(&str, f64)]) -> String {
    let each: Vec<String> =
        names.iter().map(|(name, alone)| format!("{name} ({})", percent(*alone))).collect();
    each.join(", ")
}
