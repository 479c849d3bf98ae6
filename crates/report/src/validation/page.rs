//! The page: its sections, in their order.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::page::STYLE;

use super::{
    ValidationInput, forest, mark, method, misses, opening, row::Row, scores, studies, unscored,
};

const OWN_STYLE: &str = include_str!("validation.css");

/// The whole validation as one self-contained HTML file: no script, nothing loaded from anywhere.
///
/// The same input gives the same bytes.
pub fn validation_html(input: &ValidationInput<'_>) -> String {
    let rows = Row::all(input);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Needlepoint " (input.version) };
                title { "Predicted and found \u{2013} Needlepoint" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.v-page {
                a.skip href="#main" { "Skip to the page" }
                (mark::definitions())
                (masthead(&rows))
                main id="main" {
                    (opening::opening(input, &rows))
                    @if !rows.is_empty() {
                        (scores::scores(input.validation))
                        (misses::misses(&rows))
                        (forest::forest(&rows))
                    }
                    (unscored::unscored(&input.validation.unscored))
                    (method::method(input, &rows))
                    (studies::studies(input, &rows))
                }
                footer {
                    p { "Not a medical device. This page says how far a simulation agrees with published studies." }
                    p { "Needlepoint " (input.version) ", knowledge " span.hash { (input.knowledge.hash) } }
                }
            }
        }
    };
    page.into_string()
}

fn masthead(rows: &[Row<'_>]) -> Markup {
    html! {
        header.masthead {
            p.brand {
                svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false" {
                    path d="M12 2v11" stroke="currentColor" stroke-width="2" stroke-linecap="round" {}
                    path d="M10.6 13h2.8L12 21z" fill="currentColor" {}
                    path d="M2 15.5h7M15 15.5h7" stroke="currentColor" stroke-width="1.5" opacity=".55" {}
                }
                "Needlepoint"
            }
            nav aria-label="Sections" {
                ul {
                    @if !rows.is_empty() {
                        li { a href="#scores" { "Scores" } }
                        li { a href="#misses" { "Worst misses" } }
                        li { a href="#measurements" { "Measurements" } }
                    }
                    li { a href="#unscored" { "Not scored" } }
                    li { a href="#method" { "Method" } }
                    li { a href="#studies" { "Studies" } }
                }
            }
        }
    }
}
