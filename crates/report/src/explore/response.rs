//! What comes out at every setting: sentences, tables, JSON, CSV and page.

use std::fmt::Write as _;

use maud::{Markup, html};
use needlepoint_case::Case;
use needlepoint_course::{
    observable::Observable,
    response::{Cell, Response},
    result::Band,
};
use serde_json::json;

use super::{Page, add_picture, device, figure, heat, lines};
use crate::{
    absorb::PictureError,
    csv::{field, significant},
    input::Provenance,
    numbers::number,
};

/// What a response is told from.
#[derive(Clone, Copy)]
pub struct ResponseInput<'a> {
    /// The case, as read.
    pub case: &'a Case,
    /// What comes out.
    pub response: &'a Response,
    /// What is needed to repeat it.
    pub provenance: &'a Provenance,
}

/// Gains below this, per cent or hairs, are nothing to speak of.
const WORTH_TELLING: f64 = 0.5;

/// What is gained, in words, and its unit.
pub(super) fn gain_words(outcome: Observable) -> (String, &'static str) {
    let turned = if outcome.better_when_less() { "Fall" } else { "Rise" };
    let label = outcome.label();
    let mut letters = label.chars();
    let lower: String = letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect());
    (format!("{turned} of {lower}"), outcome.unit())
}

/// A length or a number of days without idle zeros.
pub(super) fn millimetres(value: f64) -> String {
    let text = number(value, 0.001);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// What stands out, in sentences: at the case's own setting, the most that is gained, and what is left.
pub fn response_words(response: &Response) -> Vec<String> {
    let (what, unit) = gain_words(response.outcome);
    let mut words = Vec::new();
    let told = |cell: &Cell| {
        let step = if cell.gain.hi95 < 10.0 { 0.1 } else { 1.0 };
        format!(
            "{} {unit} ({} to {}), {} of visible redness, {} of 100 darken visibly",
            number(cell.gain.median, step),
            number(cell.gain.lo95, step),
            number(cell.gain.hi95, step),
            match number(cell.red_days.median, 1.0).as_str() {
                "0" => "no day".to_owned(),
                "1" => "1 day".to_owned(),
                days => format!("{days} days"),
            },
            number(100.0 * cell.darkened_share, 1.0)
        )
    };
    let setting = |cell: &Cell| {
        let every = cell
            .interval_days
            .map(|days| format!(" every {} days", millimetres(days)))
            .unwrap_or_default();
        let plural = if cell.sessions == 1 { "" } else { "s" };
        format!(
            "{} session{plural}{every} at {} mm",
            cell.sessions,
            millimetres(cell.needle_length_mm)
        )
    };
    let own =
        response.cell(response.own_session_count(), response.own_length(), response.own_interval());
    if let Some(own) = own {
        let as_in = if response.holds_own() { "as in the case" } else { "nearest to the case" };
        words.push(format!("{what} {as_in}, {}: {}.", setting(own), told(own)));
    }
    let most = response.cells.iter().max_by(|a, b| a.gain.median.total_cmp(&b.gain.median));
    if let Some(most) = most {
        words.push(if most.gain.median < WORTH_TELLING {
            "In the median nothing to speak of is gained anywhere on this grid.".to_owned()
        } else {
            format!(
                "Most on this grid with {}: {}. Far from what studies treated this is a prediction, no advice.",
                setting(most),
                told(most)
            )
        });
    }
    let own = response.by_sessions.iter().find(|told| told.sessions == response.own_sessions);
    let own = own.or_else(|| response.by_sessions.last());
    if let Some(own) = own {
        let left: Vec<String> = own
            .later
            .iter()
            .filter(|later| later.months > 3)
            .filter_map(|later| Some((later.months, later.left_share?)))
            .map(|(months, share)| {
                format!("{} % after {months} months", number(100.0 * share, 1.0))
            })
            .collect();
        if !left.is_empty() {
            words.push(format!(
                "Of the gain at 3 months after {} session{} there is left: {}.",
                own.sessions,
                if own.sessions == 1 { "" } else { "s" },
                left.join(", ")
            ));
        }
    }
    if let Some(days) = response.daily_until_days {
        words.push(format!(
            "The case's daily products end on day {}, whatever the course: after a longer one they have been gone \
             for longer when the gain is read.",
            number(days, 1.0)
        ));
    }
    words
}

/// Tables at the needle length nearest to the case's, for a terminal: a row for each number of sessions, a
/// column for each interval.
pub fn response_tables(response: &Response) -> String {
    let (what, unit) = gain_words(response.outcome);
    let length = response.own_length();
    let mut text = String::new();
    let mut table = |title: String, read: &dyn Fn(&Cell) -> f64| {
        let _ = writeln!(text, "\n{title}");
        let _ = write!(text, "  {:<22}", "days between sessions");
        for days in &response.intervals_days {
            let _ = write!(text, "{:>6}", millimetres(*days));
        }
        text.push('\n');
        for (at, sessions) in response.sessions.iter().enumerate() {
            let words = format!("{sessions} session{}", if *sessions == 1 { "" } else { "s" });
            let _ = write!(text, "  {words:<22}");
            // One session has one value, whatever the interval.
            let across = if *sessions == 1 { 1 } else { response.intervals_days.len() };
            for interval in 0..across {
                let value = response.cell(at, length, interval).map_or(f64::NAN, read);
                let _ = write!(text, "{:>6}", number(value, 1.0));
            }
            text.push('\n');
        }
    };
    let at = millimetres(response.lengths_mm[length]);
    table(
        format!("{what}, {unit}, 3 months after the last session, median, at {at} mm"),
        &|cell| cell.gain.median,
    );
    table(format!("Days of visible redness in the whole course, median, at {at} mm"), &|cell| {
        cell.red_days.median
    });
    table(format!("People whose skin darkens visibly, %, at {at} mm"), &|cell| {
        100.0 * cell.darkened_share
    });
    text
}

/// The files of `needlepoint response`, name and content: `response.csv`, `.json`, the page
/// `response.html`, and as SVG and PNG the pictures `surface` (and `surface-2` and so on, three numbers of
/// sessions each) and `lines`.
///
/// The same input gives the same bytes.
///
/// # Errors
/// When a picture can't be made.
pub fn response_files(input: &ResponseInput<'_>) -> Result<Vec<(String, Vec<u8>)>, PictureError> {
    let mut files = vec![
        ("response.csv".to_owned(), csv(input.response).into_bytes()),
        ("response.json".to_owned(), response_json(input).into_bytes()),
        ("response.html".to_owned(), page(input).into_bytes()),
    ];
    for (at, art) in heat::pictures(input.response).iter().enumerate() {
        let name = if at == 0 { "surface".to_owned() } else { format!("surface-{}", at + 1) };
        add_picture(&mut files, &name, art)?;
    }
    add_picture(&mut files, "lines", &lines::lines(input.response))?;
    Ok(files)
}

/// What comes out at every setting as JSON.
pub fn response_json(input: &ResponseInput<'_>) -> String {
    let response = input.response;
    let all = json!({
        "format": "needlepoint-response/1",
        "not_a_medical_device": true,
        "provenance": input.provenance,
        "title": input.case.title,
        "zone": response.site,
        "label": response.label,
        "outcome": {
            "name": response.outcome.name(),
            "label": response.outcome.label(),
            "unit": response.outcome.unit(),
            "gain": gain_words(response.outcome).0,
        },
        "case": {
            "needle_length_mm": response.own_length_mm,
            "interval_days": response.own_interval_days,
            "sessions": response.own_sessions,
        },
        "needle_lengths_mm": response.lengths_mm,
        "intervals_days": response.intervals_days,
        "sessions": response.sessions,
        "daily_products_until_days": response.daily_until_days,
        "courses": response.courses,
        "cells": response.cells,
        "by_sessions": response.by_sessions,
    });
    format!("{all:#}\n")
}

/// One row for each point of the grid and quantity; text in UTF-8, seven significant digits. A single
/// session has no interval.
fn csv(response: &Response) -> String {
    let mut text =
        "needle_length_mm,interval_days,sessions,quantity,unit,mean,median,lo95,hi95\n".to_owned();
    for cell in &response.cells {
        let days = cell.interval_days.map(significant).unwrap_or_default();
        let head = format!("{},{days},{}", significant(cell.needle_length_mm), cell.sessions);
        let mut row = |quantity: &str, unit: &str, band: &Band| {
            let numbers = [band.mean, band.median, band.lo95, band.hi95].map(significant).join(",");
            let _ = writeln!(text, "{head},{quantity},{},{numbers}", field(unit));
        };
        row("gain", response.outcome.unit(), &cell.gain);
        row("red_days", "days", &cell.red_days);
        row("peak_darkening", "%", &cell.peak_darkening);
        row("pain", "", &cell.pain);
        if let Some(peak) = &cell.peak_inflammation {
            row("peak_inflammation", "", peak);
        }
        let share = significant(cell.darkened_share);
        let _ = writeln!(text, "{head},darkened_share,1,{share},,,");
    }
    text
}

fn page(input: &ResponseInput<'_>) -> String {
    let response = input.response;
    let sections = html! {
        section aria-labelledby="grid-h" {
            h2 id="grid-h" { (response.label) }
            @for sentence in response_words(response) { p { (sentence) } }
            @for (at, art) in heat::pictures(response).iter().enumerate() { (figure(art, &format!("surface-{at}"))) }
        }
        section aria-labelledby="lines-h" {
            h2 id="lines-h" { "How often, how many, and for how long" }
            p { "Left, the gain against the time between sessions, a line for each number of sessions. In the middle, what each further session adds, person by person. Right, what is left of the gain when no session follows. Beyond a year nobody has measured it: there the curve is what the model's slow remodelling implies, and no more." }
            (figure(&lines::lines(response), "lines"))
            (by_sessions(response))
        }
    };
    Page {
        title: input.case.title.as_deref(),
        about: "How deep, how often, how many",
        lead: format!(
            "{}. The same {} people were treated at every needle length, interval and number of sessions, everything else as in the case: {} courses.",
            device(input.case),
            input.provenance.members,
            response.courses
        ),
        sections,
        provenance: input.provenance,
        counted: "Members",
        basis: "Every point with mean, median and band is in response.csv and response.json. The ensemble is a prior: its members are drawn from what is known of each parameter, and nothing has been fitted yet.",
    }
    .html()
}

/// What a number of sessions gives, at the case's length and interval.
fn by_sessions(response: &Response) -> Markup {
    let (_, unit) = gain_words(response.outcome);
    let words = |band: &Band| {
        format!(
            "{} ({} to {})",
            number(band.median, 0.1),
            number(band.lo95, 0.1),
            number(band.hi95, 0.1)
        )
    };
    html! {
        table.data.stack {
            caption { "At " (millimetres(response.own_length_mm)) " mm every " (millimetres(response.own_interval_days)) " days, in " (unit) ": median and the band that holds 95 of 100 people." }
            thead {
                tr {
                    th scope="col" { "Sessions" }
                    th scope="col" { "Each adds" }
                    @for months in [3, 6, 12, 24] { th scope="col" { "Gain at " (months) " months" } }
                }
            }
            tbody {
                @for told in &response.by_sessions {
                    tr {
                        th scope="row" { (told.sessions) }
                        td data-label="Each adds" { (words(&told.added_per_session)) }
                        @for months in [3, 6, 12, 24] {
                            td data-label={ "At " (months) " months" } {
                                @match told.later.iter().find(|later| later.months == months) {
                                    Some(later) => (words(&later.gain)),
                                    None => "\u{2013}",
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
