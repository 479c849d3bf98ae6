//! Products: what passes into living skin, through punctured and through intact skin.

use maud::{Markup, html};
use needlepoint_course::result::{Band, ProductUptake, ZoneCourse};

use crate::numbers::{THIN, duration, two_digits};

/// The section for one zone.
pub(crate) fn products(zone: &ZoneCourse) -> Markup {
    html! {
        table.data.stack {
            caption { "Amount that passes into living skin while the product lies on it, with the band that holds 95 of 100." }
            thead {
                tr {
                    th scope="col" { "Product" }
                    th scope="col" { "Punctured skin" }
                    th scope="col" { "Intact skin" }
                    th scope="col" { "Times more" }
                    th scope="col" { "What it rests on" }
                }
            }
            tbody { @for uptake in &zone.uptake { (row(uptake)) } }
        }
    }
}

fn row(uptake: &ProductUptake) -> Markup {
    html! {
        tr {
            th scope="row" { (uptake.product) span.sub { (uptake.when) ", on the skin for " (duration(uptake.contact_hours / 24.0)) } }
            td data-label="Punctured skin" { (amount(&uptake.punctured_ug_per_cm2)) }
            td data-label="Intact skin" { (amount(&uptake.intact_ug_per_cm2)) }
            td data-label="Times more" {
                "×" (THIN) (two_digits(uptake.enhancement.median))
                span.sub { (range(&uptake.enhancement)) }
            }
            td.quiet data-label="What it rests on" { (uptake.note) }
        }
    }
}

fn amount(band: &Band) -> Markup {
    html! { (two_digits(band.median)) (THIN) "µg/cm²" span.sub { (range(band)) } }
}

fn range(band: &Band) -> String {
    format!("{} to {}", two_digits(band.lo95), two_digits(band.hi95))
}
