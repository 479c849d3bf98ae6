//! Every puncture as a row.

use std::fmt::Write as _;

use super::{PuncturesInput, columns::COLUMNS};
use crate::csv::{field, significant};

/// Every puncture of the typical person, one row each; text in UTF-8, seven significant digits.
pub(super) fn punctures_csv(input: &PuncturesInput<'_>) -> String {
    let mut text = "zone,pass".to_owned();
    for column in &COLUMNS {
        let _ = write!(text, ",{}", column.name);
    }
    text.push('\n');
    for zone in input.zones {
        let site = field(&zone.site);
        for hole in &zone.punctures {
            let _ = write!(text, "{site},{}", hole.pass);
            for column in &COLUMNS {
                let _ = write!(text, ",{}", significant((column.read)(hole)));
            }
            text.push('\n');
        }
    }
    text
}
