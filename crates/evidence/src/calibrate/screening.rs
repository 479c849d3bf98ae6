//! Which parameters the studies can tell of at all.
//!
//! The slope of every measurement along every input, over the whole of the priors, against the errors of the
//! measurement gives the information on each input. Were all else known, its variance would shrink by
//! `I / (1 + I)`; together with the others it shrinks less. Who could not shrink alone is not fitted.

use std::collections::BTreeMap;

use needlepoint_inference::surface::{Points, slopes};

use super::{
    design::Row,
    likelihood::Datum,
    outcome::{Driver, Screened},
};

/// Median of a half-normal over its scale.
const MEDIAN_OF_HALF_NORMAL: f64 = 0.674_5;
/// Slopes this many standard errors from nothing are counted.
const SEEN: f64 = 3.0;
/// Studies named for each input.
const DRIVERS: usize = 3;

/// What was looked at: a measurement, its place in the likelihood, and the findings on its link's scale.
pub(super) struct Seen<'s> {
    pub(super) row: Row<'s>,
    pub(super) datum: Datum,
    pub(super) values: Vec<f64>,
}

/// Information on every input.
pub(super) fn screen(
    points: &Points,
    seen: &[Seen<'_>],
    names: &[(String, bool)],
    between_studies: f64,
) -> Vec<Screened> {
    let mut total = vec![0.0; names.len()];
    let mut of_study: Vec<BTreeMap<&str, f64>> = vec![BTreeMap::new(); names.len()];
    for Seen { row, datum, values } in seen {
        let Some(slopes) = slopes(points, values) else { continue };
        let between = MEDIAN_OF_HALF_NORMAL * between_studies * datum.unit;
        let information = datum.information(datum.variance() + between * between);
        let back = datum.emulator.slope;
        for (input, (slope, error)) in slopes.into_iter().enumerate() {
            // Chance alone makes slopes, and the same ones for all numbers of a study that have something in
            // common: only what stands out counts, less what chance adds to it.
            if slope.abs() < SEEN * error {
                continue;
            }
            let gained = information * back * back * (slope * slope - error * error);
            total[input] += gained;
            *of_study[input].entry(row.study.id.as_str()).or_default() += gained;
        }
    }
    names
        .iter()
        .zip(total.iter().zip(of_study))
        .map(|((name, listed), (information, of_study))| {
            let information = information.max(0.0);
            let mut drivers: Vec<Driver> = of_study
                .into_iter()
                .filter(|(_, gained)| *gained > 0.02 * information)
                .map(|(study, gained)| Driver {
                    study: study.to_owned(),
                    share: if information > 0.0 { (gained / information).min(1.0) } else { 0.0 },
                })
                .collect();
            drivers.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.study.cmp(&b.study)));
            drivers.truncate(DRIVERS);
            Screened {
                name: name.clone(),
                listed: *listed,
                alone: information / (1.0 + information),
                drivers,
            }
        })
        .collect()
}
