//! Numbing: how deep over time against the needle, and the blood against what harms.

use maud::{Markup, html};
use needlepoint_course::{
    numbing::{LimitCheck, Numbing, PlasmaCourse, ZoneNumbing},
    result::Band,
};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, VPos},
};

use crate::{
    chart::{Drawn, FINE, Frame, Picture, stroke, text_style},
    colour::Ink,
    numbers::{THIN, number, tick_step, ticks, two_digits},
    sources::Citations,
};

const UM_PER_MM: f64 = 1000.0;
const MINUTES_PER_HOUR: f64 = 60.0;

/// The section of a session.
pub(crate) fn numbing(numbing: &Numbing, citations: &Citations<'_>) -> Markup {
    let cover = if numbing.covered { "under a dressing" } else { "not covered" };
    let amount = if numbing.amount_stated { "" } else { ", as much as labels put on" };
    let weight = if numbing.weight_stated { "" } else { ", assumed" };
    html! {
        p {
            (numbing.label) ", " (cover) ", for " (two_digits(numbing.stay_min)) (THIN) "min on "
            (two_digits(numbing.area_cm2)) (THIN) "cm²: " (two_digits(numbing.grams)) (THIN) "g" (amount)
            ". Body weight " (two_digits(numbing.weight_kg.median)) (THIN) "kg" (weight) "."
        }
        @for (at, zone) in numbing.zones.iter().enumerate() { (zone_of(zone, numbing.stay_min, at)) }
        h3 { "In the blood" }
        (blood(numbing, citations))
        @if !numbing.limits.is_empty() { (limits(numbing, citations)) }
        h3 { "Warnings" }
        ul.plain {
            @for warning in &numbing.warnings { li { (warning.note) " " (citations.links(&warning.sources)) } }
        }
        p.note { "What labels allow and where harm happened is quoted here. It is no advice on a dose or on a medicine." }
    }
}

fn zone_of(zone: &ZoneNumbing, stay_min: f64, at: usize) -> Markup {
    let needle = two_digits(zone.needle_length_mm);
    let depth = |um: f64| two_digits(um / UM_PER_MM);
    let end = &zone.depth_at_end_um;
    let desc = format!(
        "Numb depth over time. When the cream comes off after {} min it is {} mm (95 of 100: {} to {}); the \
         needle is {needle} mm long.",
        two_digits(stay_min),
        depth(end.median),
        depth(end.lo95),
        depth(end.hi95),
    );
    let picture = Picture {
        id: &format!("numb{at}"),
        title: &format!("{}: how deep the skin is numb", zone.label),
        desc: &desc,
        size: (960, 320),
    };
    let on_mm: Vec<Band> = zone.depth_um.iter().map(|band| scaled(band, 1.0 / UM_PER_MM)).collect();
    html! {
        h3 { (zone.label) }
        p {
            "Numb as deep as the needle of " (needle) (THIN) "mm after "
            strong { (two_digits(zone.ready_min.median)) (THIN) "min" }
            " (95 of 100: " (two_digits(zone.ready_min.lo95)) " to " (two_digits(zone.ready_min.hi95))
            "). When the cream comes off, " (two_digits(100.0 * zone.ready_share))
            " of 100 are numb so deep"
            @if zone.never_share > 0.0 {
                "; " (two_digits(100.0 * zone.never_share)) " of 100 are not within six hours"
            }
            ". Left on needled skin, the same cream would let in "
            (two_digits(zone.needled_over_intact)) " times as much."
        }
        (picture.draw(|area| paint(area, picture.size, &Fan {
            minutes: &zone.minutes,
            bands: &on_mm,
            marks: &[(zone.needle_length_mm, "needle".to_owned())],
            off_min: stay_min,
            axis: "mm deep",
            downwards: true,
        })))
    }
}

fn scaled(band: &Band, by: f64) -> Band {
    Band {
        mean: by * band.mean,
        median: by * band.median,
        lo95: by * band.lo95,
        lo50: by * band.lo50,
        hi50: by * band.hi50,
        hi95: by * band.hi95,
    }
}

fn blood(numbing: &Numbing, citations: &Citations<'_>) -> Markup {
    html! {
        @if let Some(margin) = &numbing.margin {
            p {
                "Together the levels stay " strong { (two_digits(margin.median)) " times" }
                " (95 of 100: " (two_digits(margin.lo95)) " to " (two_digits(margin.hi95))
                ") below where the first signs of poisoning add up."
                @if !numbing.uncounted.is_empty() {
                    " Not counted, for want of a known harmful level: " (numbing.uncounted.join(", ")) "."
                }
            }
        }
        table.data.stack {
            thead { tr { th scope="col" { "Anaesthetic" } th scope="col" { "Highest level" } th scope="col" { "When" } th scope="col" { "Times below what harms" } } }
            tbody { @for course in &numbing.plasma { (plasma_row(course, citations)) } }
        }
        @for course in &numbing.plasma {
            @if !course.margins.is_empty() { (plasma_picture(course, numbing)) }
        }
    }
}

fn range(band: &Band) -> String {
    format!("{} to {}", two_digits(band.lo95), two_digits(band.hi95))
}

fn plasma_row(course: &PlasmaCourse, citations: &Citations<'_>) -> Markup {
    html! {
        tr {
            th scope="row" { (course.label) }
            td data-label="Highest level" {
                (two_digits(course.peak_ug_per_ml.median)) (THIN) "µg/mL"
                span.sub { (range(&course.peak_ug_per_ml)) }
            }
            td data-label="When" { (two_digits(course.peak_min.median / MINUTES_PER_HOUR)) (THIN) "h" }
            td data-label="Times below what harms" {
                @for margin in &course.margins {
                    (two_digits(margin.margin.median)) " (" (range(&margin.margin)) ") "
                    (margin.sign) ", " (two_digits(margin.level_ug_per_ml)) (THIN) "µg/mL "
                    (citations.links(&margin.sources)) br;
                }
                @if course.margins.is_empty() { "no harmful level is known" }
            }
        }
    }
}

fn plasma_picture(course: &PlasmaCourse, numbing: &Numbing) -> Markup {
    let marks: Vec<(f64, String)> = course
        .margins
        .iter()
        .take(1)
        .map(|margin| (margin.level_ug_per_ml, margin.sign.clone()))
        .collect();
    let picture = Picture {
        id: &format!("plasma-{}", course.active),
        title: &format!("{} in plasma", course.label),
        desc: &format!(
            "Level in plasma over time: at most {} ug/mL (95 of 100: {}).",
            two_digits(course.peak_ug_per_ml.median),
            range(&course.peak_ug_per_ml)
        ),
        size: (960, 250),
    };
    picture.draw(|area| {
        let fan = Fan {
            minutes: &numbing.minutes,
            bands: &course.level_ug_per_ml,
            marks: &marks,
            off_min: numbing.stay_min,
            axis: "µg/mL in plasma",
            downwards: false,
        };
        paint(area, picture.size, &fan)
    })
}

fn limits(numbing: &Numbing, citations: &Citations<'_>) -> Markup {
    let amount = |most: Option<f64>, unit: &str| {
        most.map_or_else(
            || "\u{2013}".to_owned(),
            |most| format!("{}{THIN}{unit}", two_digits(most)),
        )
    };
    let row = |check: &LimitCheck| {
        html! {
            tr {
                th scope="row" { (check.limit.who) " " (citations.links(&check.limit.sources)) }
                td data-label="At most" { (amount(check.limit.most_g, "g")) }
                td data-label="Area" { (amount(check.limit.most_cm2, "cm²")) }
                td data-label="Time" { (amount(check.limit.most_min, "min")) }
                td data-label="This case" { @if check.exceeded() { strong { "beyond" } } @else { "within" } }
            }
        }
    };
    html! {
        table.data.stack {
            caption { "Limits of labels for this age" @if numbing.weight_stated { " and weight" } ". A limit is what a label says, and no recommendation; of several the smallest holds." }
            thead { tr { th scope="col" { "For whom" } th scope="col" { "At most" } th scope="col" { "Area" } th scope="col" { "Time" } th scope="col" { "This case" } } }
            tbody { @for check in &numbing.limits { (row(check)) } }
        }
    }
}

/// A median with its bands over hours since the cream was put on.
struct Fan<'a> {
    minutes: &'a [f64],
    bands: &'a [Band],
    /// Lines across, with their words.
    marks: &'a [(f64, String)],
    /// When the cream comes off.
    off_min: f64,
    axis: &'a str,
    /// Whether 0 is on top.
    downwards: bool,
}

fn paint(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    size: (i32, i32),
    fan: &Fan<'_>,
) -> Drawn {
    let hours: Vec<f64> = fan.minutes.iter().map(|at| at / MINUTES_PER_HOUR).collect();
    let end = hours.last().copied().unwrap_or(1.0).max(1e-6);
    let highest = fan.bands.iter().map(|band| band.hi95);
    let most = highest.chain(fan.marks.iter().map(|mark| mark.0)).fold(1e-6, f64::max) * 1.05;
    let y = if fan.downwards { (most, 0.0) } else { (0.0, most) };
    let frame = Frame { x: (0.0, end), y, left: 54, right: 12, top: 30, bottom: 46, size };
    let y_ticks: Vec<f64> = ticks(0.0, most, 4).into_iter().filter(|t| *t <= most).collect();
    let x_ticks: Vec<f64> = ticks(0.0, end, 6).into_iter().filter(|t| *t <= end).collect();
    for tick in &y_ticks {
        let y = frame.y_at(*tick);
        area.draw(&PathElement::new([(frame.x0(), y), (frame.x1(), y)], stroke(Ink::Grid, 8)))?;
        area.draw(&Text::new(
            number(*tick, tick_step(&y_ticks)),
            (frame.x0() - 8 * FINE, y),
            text_style(Ink::Quiet, HPos::Right, VPos::Center),
        ))?;
    }
    let quiet = |h, v| text_style(Ink::Quiet, h, v);
    area.draw(&Text::new(fan.axis.to_owned(), (0, 2 * FINE), quiet(HPos::Left, VPos::Top)))?;
    for tick in &x_ticks {
        area.draw(&Text::new(
            number(*tick, tick_step(&x_ticks)),
            (frame.x_at(*tick), frame.y0() + 10 * FINE),
            quiet(HPos::Center, VPos::Top),
        ))?;
    }
    area.draw(&Text::new(
        "hours since the cream was put on".to_owned(),
        (frame.x1(), frame.y0() + 28 * FINE),
        quiet(HPos::Right, VPos::Top),
    ))?;
    let outline = |lower: fn(&Band) -> f64, upper: fn(&Band) -> f64| -> Vec<(i32, i32)> {
        let start = frame.at(0.0, 0.0);
        let along = hours.iter().zip(fan.bands).map(|(x, b)| frame.at(*x, lower(b)));
        let back = hours.iter().zip(fan.bands).rev().map(|(x, b)| frame.at(*x, upper(b)));
        std::iter::once(start).chain(along).chain(back).collect()
    };
    let fill = Ink::Tissue.stand_in();
    area.draw(&Polygon::new(outline(|b| b.lo95, |b| b.hi95), fill.mix(0.18).filled()))?;
    area.draw(&Polygon::new(outline(|b| b.lo50, |b| b.hi50), fill.mix(0.34).filled()))?;
    let median = hours.iter().zip(fan.bands).map(|(x, b)| frame.at(*x, b.median));
    let median: Vec<_> = std::iter::once(frame.at(0.0, 0.0)).chain(median).collect();
    area.draw(&PathElement::new(median, stroke(Ink::Tissue, 25)))?;
    for (value, words) in fan.marks {
        let y = frame.y_at(*value);
        area.draw(&PathElement::new([(frame.x0(), y), (frame.x1(), y)], stroke(Ink::Session, 15)))?;
        area.draw(&Text::new(
            words.clone(),
            (frame.x1(), y - 3 * FINE),
            text_style(Ink::Text, HPos::Right, VPos::Bottom),
        ))?;
    }
    let off = frame.x_at(fan.off_min / MINUTES_PER_HOUR);
    area.draw(&PathElement::new([(off, frame.y1()), (off, frame.y0())], stroke(Ink::Axis, 10)))?;
    area.draw(&Text::new(
        "cream off".to_owned(),
        (off + 4 * FINE, frame.y1() - 16 * FINE),
        quiet(HPos::Left, VPos::Top),
    ))
}
