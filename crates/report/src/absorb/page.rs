//! The page: pictures and numbers of every product.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_course::absorb::{ProductAbsorption, ZoneAbsorption};

use super::{AbsorbInput, pictures, product_rows, rows::rule};
use crate::{
    art::Art,
    numbers::{number, two_digits},
    page::STYLE,
};

pub(crate) const OWN_STYLE: &str = include_str!("absorb.css");

/// One self-contained HTML file: no script, nothing loaded from anywhere.
pub(super) fn page(input: &AbsorbInput<'_>) -> String {
    let title = input.case.title.as_deref().unwrap_or("Products on needled skin");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (input.provenance.version) };
                title { "Absorption: " (title) " \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.a-page {
                a.skip href="#main" { "Skip to the page" }
                header.masthead {
                    p.brand { "Needlepoint" }
                    nav aria-label="Products" {
                        ul {
                            @for zone in input.zones {
                                @for product in &zone.products {
                                    li { a href={ "#" (zone.site) "-" (product.key) } { (product.label) } }
                                }
                            }
                        }
                    }
                }
                main id="main" {
                    div.opening {
                        p.kicker { "Where the products go" }
                        h1 { (title) }
                        p.lead { (input.case.protocol.device.label) ". Diffusion, binding and clearance, solved around a channel that closes: pictures of the typical person, numbers with the band over " (input.provenance.members) " simulated people. The law for intact skin is wrong by a factor of ten at one standard deviation, and no vehicle is reckoned with: trust orders of magnitude and comparisons, not digits." }
                    }
                    @for zone in input.zones {
                        @for product in &zone.products { (product_section(input, zone, product)) }
                    }
                    (basis(input))
                }
                footer {
                    p { "Not a medical device. For qualified people and research." }
                    p { "Needlepoint " (input.provenance.version) }
                }
            }
        }
    }
    .into_string()
}

fn product_section(
    input: &AbsorbInput<'_>,
    zone: &ZoneAbsorption,
    product: &ProductAbsorption,
) -> Markup {
    let id = format!("{}-{}", zone.site, product.key);
    html! {
        section id=(id) aria-labelledby={ (id) "-h" } {
            h2 id={ (id) "-h" } { (product.label) ", " (zone.label.to_lowercase()) }
            p.lead {
                (product.active_label) ", " (number(product.molecular_weight_da, 1.0)) " Da, "
                (two_digits(100.0 * product.strength)) " %, " (product.when) "."
            }
            (when(input, product))
            @for (name, art) in pictures(zone, product) { (figure(&art, &format!("{id}-{name}"))) }
            (numbers(product))
            (later(product))
        }
    }
}

/// When to put it on, and who says so.
fn when(input: &AbsorbInput<'_>, product: &ProductAbsorption) -> Markup {
    let best = &product.best_moment;
    html! {
        div.notice {
            p {
                strong { "When: " (best.words) ". " }
                "This product is " (rule(best.answer)) ": " (best.reason.trim_end_matches('.')) "."
                @for source in &best.sources {
                    " " span.fine { "[" (input.knowledge.source(source).map_or(source.as_str(), |s| &s.citation)) "]" }
                }
            }
            p { "How long: " (stays(product)) "." }
        }
    }
}

/// How long it stays, in words.
fn stays(product: &ProductAbsorption) -> String {
    let stays = &product.stays;
    let longer = 100.0 * stays.longer_than_a_day;
    if longer >= 50.0 {
        format!(
            "{} of 100 people still have more than a tenth of the highest level {} after a day",
            number(longer, 1.0),
            product.place
        )
    } else {
        format!(
            "the level {} falls below a tenth of its highest after {} h in the median, {} to {} h in 95 of 100 people",
            product.place,
            two_digits(stays.hours.median),
            two_digits(stays.hours.lo95),
            two_digits(stays.hours.hi95),
        )
    }
}

fn figure(art: &Art, id: &str) -> Markup {
    html! {
        figure {
            figcaption { strong { (art.title) } span { (art.facts) } }
            div.picture { (art.inline(id)) }
        }
    }
}

fn numbers(product: &ProductAbsorption) -> Markup {
    html! {
        table.data.stack {
            caption { "Through needled skin, unless said otherwise." }
            thead {
                tr {
                    th scope="col" { "What" }
                    th scope="col" { "Typical person" }
                    th scope="col" { "Median" }
                    th scope="col" { "95 of 100 people" }
                }
            }
            tbody {
                @for row in product_rows(product) {
                    tr {
                        th scope="row" { (row.what) @if !row.unit.is_empty() { span.quiet.unit { ", " (row.unit) } } }
                        td data-label="Typical person" { (row.typical) }
                        td data-label="Median" { (row.median) }
                        td.quiet data-label="95 of 100" { (row.band95) }
                    }
                }
            }
        }
    }
}

/// What the closing channels still let through.
fn later(product: &ProductAbsorption) -> Markup {
    html! {
        table.data.stack {
            caption { "Put on once, later after needling: taken up in 24 h relative to at once." }
            thead {
                tr {
                    th scope="col" { "Hours after needling" }
                    th scope="col" { "Relative, median" }
                    th scope="col" { "95 of 100 people" }
                }
            }
            tbody {
                @for later in &product.put_on_later {
                    tr {
                        th scope="row" { (later.hours) }
                        td data-label="Relative" { (number(100.0 * later.relative.median, 1.0)) " %" }
                        td.quiet data-label="95 of 100" {
                            (number(100.0 * later.relative.lo95, 1.0)) " to " (number(100.0 * later.relative.hi95, 1.0)) " %"
                        }
                    }
                }
            }
        }
    }
}

fn basis(input: &AbsorbInput<'_>) -> Markup {
    let provenance = input.provenance;
    html! {
        section aria-labelledby="basis-h" {
            h2 id="basis-h" { "To repeat it" }
            p.note { "Every number over time is in absorb.csv and absorb.json; cell.vtu is the typical person's cell for ParaView. " (crate::rests_on::ensemble(&input.provenance.ensemble)) }
            dl.provenance {
                dt { "Case" } dd { (provenance.case_file) span.hash { (provenance.case_sha256) } }
                dt { "Knowledge" } dd { span.hash { (provenance.knowledge_sha256) } }
                dt { "Seed" } dd { (provenance.seed) }
                dt { "Members" } dd { (provenance.members) }
            }
        }
    }
}
