//! Products: what passes into living skin, through punctured and through intact skin.

use maud::{Markup, html};
use needlepoint_course::result::{Band, ProductUptake, ZoneCourse};
use needlepoint_knowledge::{Knowledge, product::OpenChannelUse};

use crate::numbers::{THIN, duration, two_digits};

/// Hours at which the level is told.
const LEVEL_HOURS: [f64; 3] = [1.0, 6.0, 24.0];

/// The section for one zone.
pub(crate) fn products(zone: &ZoneCourse, knowledge: &Knowledge) -> Markup {
    html! {
        table.data.stack {
            caption { "What living skin takes up in a day, and the level where the product acts, with the band that holds 95 of 100. Right within a factor of ten, no better; no vehicle is reckoned with." }
            thead {
                tr {
                    th scope="col" { "Product" }
                    th scope="col" { "Punctured skin" }
                    th scope="col" { "Intact skin" }
                    th scope="col" { "Times more" }
                    th scope="col" { "Level where it acts" }
                    th scope="col" { "A tenth reaches" }
                    th scope="col" { "On open channels" }
                }
            }
            tbody { @for uptake in &zone.uptake { (row(uptake, knowledge)) } }
        }
    }
}

fn row(uptake: &ProductUptake, knowledge: &Knowledge) -> Markup {
    let rule = &uptake.on_open_channels;
    html! {
        tr {
            th scope="row" { (uptake.product) span.sub { (uptake.when) ", on the skin for " (duration(uptake.contact_hours / 24.0)) } }
            td data-label="Punctured skin" { (amount(&uptake.punctured_ug_per_cm2)) }
            td data-label="Intact skin" { (amount(&uptake.intact_ug_per_cm2)) }
            td data-label="Times more" {
                "×" (THIN) (two_digits(uptake.enhancement.median))
                span.sub { (range(&uptake.enhancement)) }
            }
            td data-label="Level where it acts" {
                @for (hours, level) in uptake.hours.iter().zip(&uptake.level_ug_per_ml) {
                    @if LEVEL_HOURS.contains(hours) {
                        span.sub { (hours) (THIN) "h: " (two_digits(level.median)) (THIN) "µg/mL (" (range(level)) ")" } " "
                    }
                }
                span.sub { (uptake.place) }
            }
            td data-label="A tenth reaches" {
                (two_digits(uptake.reach_um.median)) (THIN) "µm"
                span.sub { "under the channels " (two_digits(uptake.deepest_reach_um.median)) (THIN) "µm" }
            }
            td.quiet data-label="On open channels" {
                strong {
                    (match rule.answer {
                        OpenChannelUse::Yes => "Used so. ",
                        OpenChannelUse::No => "No. ",
                        OpenChannelUse::Unknown => "Not tested. ",
                    })
                }
                (rule.note)
                @for source in &rule.sources {
                    span.sub { (knowledge.source(source).map_or(source.as_str(), |known| &known.citation)) }
                }
            }
        }
    }
}

fn amount(band: &Band) -> Markup {
    html! { (two_digits(band.median)) (THIN) "µg/cm²" span.sub { (range(band)) } }
}

fn range(band: &Band) -> String {
    format!("{} to {}", two_digits(band.lo95), two_digits(band.hi95))
}
