//! Every quantity at every hour as a row.

use std::fmt::Write as _;

use needlepoint_absorption::uptake::TOLD_HOURS;
use needlepoint_course::{absorb::QUANTITIES, result::Band};

use super::AbsorbInput;
use crate::csv::{field, significant};

/// One row for each zone, product, kind of skin, quantity and hour, with its band over the ensemble;
/// text in UTF-8, seven significant digits. The unit is in the name of the quantity.
pub(super) fn absorb_csv(input: &AbsorbInput<'_>) -> String {
    let mut text = "zone,product,skin,quantity,hours,median,lo95,hi95\n".to_owned();
    for zone in input.zones {
        for product in &zone.products {
            let head = format!("{},{}", field(&zone.site), field(&product.key));
            for (skin, through) in [("punctured", &product.punctured), ("intact", &product.intact)]
            {
                let mut row = |quantity: &str, hours: f64, band: &Band| {
                    let [median, lo95, hi95] = [band.median, band.lo95, band.hi95].map(significant);
                    let _ =
                        writeln!(text, "{head},{skin},{quantity},{hours},{median},{lo95},{hi95}");
                };
                let level = &through.level_at_target_ug_per_ml;
                let told = QUANTITIES.iter().map(|q| q.name).zip(&through.over_time.0);
                for (name, bands) in told.chain([("level_at_target_ug_per_ml", level)]) {
                    for (hours, band) in TOLD_HOURS.iter().zip(bands) {
                        row(name, *hours, band);
                    }
                }
                row("taken_up_ug_per_cm2", 24.0, &through.taken_up_ug_per_cm2);
            }
        }
    }
    text
}
