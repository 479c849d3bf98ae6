//! The page: pictures and numbers of every zone.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use needlepoint_course::punctures::ZonePunctures;

use super::{LikedZone, PuncturesInput, like_rows, like_words, pictures, table::number_rows};
use crate::{art::Art, page::STYLE};

pub(crate) const OWN_STYLE: &str = include_str!("punctures.css");

/// One self-contained HTML file: no script, nothing loaded from anywhere.
pub(super) fn page(input: &PuncturesInput<'_>) -> String {
    let title = input.case.title.as_deref().unwrap_or("Punctures of a session");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (input.provenance.version) };
                title { "Punctures: " (title) " \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.p-page {
                a.skip href="#main" { "Skip to the page" }
                header.masthead {
                    p.brand { "Needlepoint" }
                    nav aria-label="Zones" {
                        ul {
                            @for zone in input.zones { li { a href={ "#" (zone.site) } { (zone.label) } } }
                        }
                    }
                }
                main id="main" {
                    div.opening {
                        p.kicker { "Punctures of one session" }
                        h1 { (title) }
                        p.lead { (input.case.protocol.device.label) ". What the device does to the skin, before any healing: pictures of the typical person, numbers with the band over " (input.provenance.members) " simulated people." }
                    }
                    @for at in 0..input.zones.len() { (zone_section(input, at)) }
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

fn zone_section(input: &PuncturesInput<'_>, at: usize) -> Markup {
    let zone = &input.zones[at];
    html! {
        section id=(zone.site) aria-labelledby={ (zone.site) "-h" } {
            h2 id={ (zone.site) "-h" } { (zone.label) }
            @if let Some(liked) = input.liked(at) { (likeness(&liked)) }
            @for (name, art) in pictures(input, at) { (figure(&art, name, at)) }
            (numbers(zone))
        }
    }
}

/// What setting gives the dose of the other case, in words and length by length.
fn likeness(liked: &LikedZone<'_>) -> Markup {
    html! {
        div.likeness {
            h3 { "Like the other case" }
            @for paragraph in like_words(liked) { p { (paragraph) } }
            table.data.stack {
                caption { "Every length of this device. In bold the one most like the other in depth." }
                thead {
                    tr {
                        th scope="col" { "Set to" }
                        th scope="col" { "Passes" }
                        th scope="col" { "95 of 100 truths" }
                        th scope="col" { "Mean depth, µm" }
                        th scope="col" { "Depths differ by, µm" }
                        th scope="col" { "Holes, times the other's" }
                    }
                }
                tbody {
                    @for row in like_rows(liked) {
                        tr.most-like[row.most_like] {
                            th scope="row" { (row.length) " mm" @if !row.evaluated { span.quiet { ", not evaluated" } } }
                            td data-label="Passes" { (row.passes) }
                            td.quiet data-label="95 of 100" { (row.passes_band) }
                            td data-label="Mean depth, µm" { (row.depth) }
                            td data-label="Depths differ by, µm" { (row.gap) span.quiet { " (" (row.gap_band) ")" } }
                            td data-label="Holes, times" { (row.holes) }
                        }
                    }
                }
            }
        }
    }
}

fn figure(art: &Art, name: &str, at: usize) -> Markup {
    html! {
        figure {
            figcaption { strong { (art.title) } span { (art.facts) } }
            div.picture { (unique(&art.inline(&format!("z{at}-{name}")), at)) }
        }
    }
}

/// The picture with its inner identifiers made unique on the page.
fn unique(picture: &Markup, at: usize) -> Markup {
    let text = picture.0.replace("id=\"strip\"", &format!("id=\"strip{at}\""));
    PreEscaped(text.replace("url(#strip)", &format!("url(#strip{at})")))
}

fn numbers(zone: &ZonePunctures) -> Markup {
    html! {
        table.data.stack {
            caption { "One session in numbers." }
            thead {
                tr {
                    th scope="col" { "What" }
                    th scope="col" { "Typical person" }
                    th scope="col" { "Median" }
                    th scope="col" { "95 of 100 people" }
                }
            }
            tbody {
                @for row in number_rows(zone) {
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

fn basis(input: &PuncturesInput<'_>) -> Markup {
    let provenance = input.provenance;
    html! {
        section aria-labelledby="basis-h" {
            h2 id="basis-h" { "To repeat it" }
            p.note { "Every puncture is in punctures.csv and punctures.parquet. " (crate::rests_on::ensemble(&input.provenance.ensemble)) }
            dl.provenance {
                dt { "Case" } dd { (provenance.case_file) span.hash { (provenance.case_sha256) } }
                @if let Some(like) = input.like {
                    dt { "Other case" } dd { (like.case_file) span.hash { (like.case_sha256) } }
                }
                dt { "Knowledge" } dd { span.hash { (provenance.knowledge_sha256) } }
                dt { "Seed" } dd { (provenance.seed) }
                dt { "Members" } dd { (provenance.members) }
            }
        }
    }
}
