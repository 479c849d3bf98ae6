//! The numbers of a product as rows, for the page and the terminal.

use needlepoint_absorption::uptake::{Amounts, TOLD_HOURS};
use needlepoint_course::{
    absorb::{ProductAbsorption, QUANTITIES},
    result::Band,
};
use needlepoint_knowledge::product::OpenChannelUse;

use crate::{NumberRow, numbers::two_digits};

fn range(band: &Band) -> String {
    format!("{} to {}", two_digits(band.lo95), two_digits(band.hi95))
}

fn row(what: impl Into<String>, unit: &'static str, typical: f64, band: &Band) -> NumberRow {
    NumberRow {
        what: what.into(),
        unit,
        typical: two_digits(typical),
        median: two_digits(band.median),
        band95: range(band),
    }
}

/// All numbers of a product, in the order of a reader's questions; those at an hour at 1, 6 and 24 h.
pub fn product_rows(product: &ProductAbsorption) -> Vec<NumberRow> {
    let (typical, punctured, intact) = (&product.typical, &product.punctured, &product.intact);
    let mut rows = vec![
        row(
            "Taken up in 24 h, needled skin",
            "µg/cm²",
            typical.punctured.taken_up_ug_per_cm2,
            &punctured.taken_up_ug_per_cm2,
        ),
        row(
            "Taken up in 24 h, intact skin",
            "µg/cm²",
            typical.intact.taken_up_ug_per_cm2,
            &intact.taken_up_ug_per_cm2,
        ),
        row(
            "Times more",
            "",
            typical.punctured.enhancement_over(&typical.intact),
            &product.enhancement,
        ),
    ];
    let greatest =
        |read: fn(&Amounts) -> f64| typical.punctured.told.iter().map(read).fold(0.0, f64::max);
    rows.push(row(
        "A tenth reaches, on the mean",
        "µm",
        greatest(|then| then.reach_um),
        &punctured.greatest_reach_um,
    ));
    rows.push(row(
        "A tenth reaches, under the channel",
        "µm",
        greatest(|then| then.deepest_reach_um),
        &punctured.greatest_deepest_reach_um,
    ));
    for hour in [1.0, 6.0, 24.0] {
        let Some(at) = TOLD_HOURS.iter().position(|told| *told == hour) else { continue };
        let told = &typical.punctured.told[at];
        let mut of = |name: &str, what: &str, unit, typical| {
            let bands =
                QUANTITIES.iter().position(|q| q.name == name).map(|q| &punctured.over_time.0[q]);
            if let Some(bands) = bands {
                rows.push(row(format!("{what} at {hour} h"), unit, typical, &bands[at]));
            }
        };
        of("basal_ug_per_ml", "Among basal cells", "µg/mL", told.basal_ug_per_ml);
        of("papillary_dermis_ug_per_ml", "Papillary dermis", "µg/mL", told.papillary_ug_per_ml);
        of("dermis_ug_per_ml", "Whole dermis", "µg/mL", told.dermis_ug_per_ml);
    }
    rows
}

/// What the rule for open channels says, in a few words.
pub(super) fn rule(answer: OpenChannelUse) -> &'static str {
    match answer {
        OpenChannelUse::Yes => "used on open channels, without harm in its sources",
        OpenChannelUse::No => "not for open channels",
        OpenChannelUse::Unknown => "never tested on open channels",
    }
}
