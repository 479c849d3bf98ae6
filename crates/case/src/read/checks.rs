//! Checks that span sections.

use needlepoint_knowledge::problem::Problem;

use super::{DAYS_PER_YEAR, Desk, concern, protocol};

/// A concern at a site that the protocol leaves out could not change. Whether there is none.
pub(super) fn every_concern_has_a_zone(
    desk: Desk<'_>,
    concerns: &[concern::Draft],
    protocol: &protocol::Draft,
) -> bool {
    // A zone whose site could not be read may be the one that is missing.
    let Some(treated) = &protocol.sites else { return true };
    let mut all = true;
    for concern in concerns {
        let Some((site, place)) = &concern.site else { continue };
        if treated.contains(site) {
            continue;
        }
        all = false;
        let zones = match treated.as_slice() {
            [] => "it has none".to_owned(),
            sites => format!("its zones: {}", sites.join(", ")),
        };
        desk.report(
            Problem::error(
                place.clone(),
                format!("no zone of the protocol treats \"{site}\" ({zones})"),
            )
            .help(format!(
                "add [[protocol.zone]] with site = \"{site}\", needle_length and passes"
            )),
        );
    }
    all
}

/// The same concern at the same site twice would be simulated twice and could contradict itself.
pub(super) fn no_concern_twice(desk: Desk<'_>, concerns: &[concern::Draft]) {
    for (at, later) in concerns.iter().enumerate() {
        let (Some(kind), Some((site, place))) = (later.kind, &later.site) else { continue };
        let same = |earlier: &concern::Draft| {
            earlier.kind == Some(kind)
                && earlier.site.as_ref().is_some_and(|(name, _)| name == site)
        };
        if concerns[..at].iter().any(same) {
            desk.report(
                Problem::error(
                    place.clone(),
                    format!("{} of \"{site}\" are listed twice", kind.name()),
                )
                .help("keep one [[concern]] for each kind and site"),
            );
        }
    }
}

/// What has been there for longer than the patient is a slip of the pen.
pub(super) fn nothing_older_than_the_patient(
    desk: Desk<'_>,
    concerns: &[concern::Draft],
    age_years: f64,
) {
    for draft in concerns {
        let (Some(concern), Some((_, place))) = (&draft.concern, &draft.site) else { continue };
        let years = concern.lesion_age_days.unwrap_or(0.0) / DAYS_PER_YEAR;
        if years > age_years + 1.0 {
            desk.report(
                Problem::error(
                    place.clone(),
                    format!(
                        "{}: there for longer ({years:.0} years) than the patient is old",
                        concern.kind.name()
                    ),
                )
                .help("check `lesion_age` and `age`"),
            );
        }
    }
}
