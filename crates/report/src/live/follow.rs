//! What was foretold, what was seen, and what is foretold since.

use maud::{Markup, html};
use needlepoint_course::{
    own::{Followed, Measured},
    result::Band,
    summary::at_day,
};

use super::chart::{Chart, Line};
use crate::numbers::{Style, number, when};

/// Chance below which what was seen is called surprising.
const SURPRISING: f64 = 0.01;

/// Why foretold scores step at the first session, and differ from figures elsewhere.
const AS_RATED: &str = "Scores are foretold as somebody writes them down who knows of the treatment and so tends to \
                        see an improvement from the first look on: hence the step at the first session, and a larger \
                        change than in the plan, which leaves that out.";

/// One scale or observable over the months, in an element of class `np`: the band of people at large, that of the
/// patient's own people, and what was seen as points; `tag` makes identifiers unique.
pub fn follow_chart(followed: &Followed, tag: &str) -> String {
    let style = style(followed);
    let lines = [
        Line { days: &followed.days, bands: &followed.before, ink: "--axis", dashes: "5 4" },
        Line { days: &followed.days, bands: &followed.after, ink: "--seen", dashes: "" },
    ];
    let sessions = vec![followed.sessions.iter().map(|session| session.day).collect()];
    let name = match &followed.what {
        Measured::Scale(name) | Measured::Observable(name) => name,
    };
    let desc = desc(followed, &style);
    let axis = axis(followed);
    let chart = Chart {
        id: &format!("{tag}-f-{}-{name}", followed.site),
        title: &format!("{}, {}, foretold and seen", followed.label, followed.place.to_lowercase()),
        desc: &desc,
        axis: &axis,
        style,
        rest: Some(followed.start),
        lines: &lines,
        points: &followed.seen,
        sessions: &sessions,
        horizon_days: followed.days.last().copied().unwrap_or(0.0),
    };
    html! {
        div.np {
            figure {
                figcaption { strong { (followed.label) ", " (followed.place.to_lowercase()) } span { (desc) } }
                (chart.draw())
                (legend())
                @if matches!(followed.what, Measured::Scale(_)) { p.fine { (AS_RATED) } }
                details { summary { "The same as a table" } (table(followed, &style)) }
            }
        }
    }
    .into_string()
}

fn style(followed: &Followed) -> Style<'_> {
    let signed = followed.ends.is_none() && followed.start == 0.0;
    let finest = if signed { 1.0 } else { 0.1 };
    Style { unit: &followed.unit, signed, finest }
}

/// What the vertical axis shows.
fn axis(followed: &Followed) -> String {
    match followed.ends {
        Some((least, most)) => format!(
            "score, {} to {}, {} is better",
            end(least),
            end(most),
            if followed.less_is_better { "less" } else { "more" }
        ),
        None => format!("change from before, {}", followed.unit),
    }
}

/// An end of a scale, with a half only where it has one.
fn end(score: f64) -> String {
    number(score, if score.fract() == 0.0 { 1.0 } else { 0.5 })
}

fn desc(followed: &Followed, style: &Style<'_>) -> String {
    let (Some(last), Some(chance)) = (followed.seen.last(), followed.chance.last()) else {
        return "Nothing has been seen yet.".to_owned();
    };
    let foretold = band_on(followed, &followed.before, last.0);
    let step = style.step(&foretold).min(1.0);
    let surprise =
        if *chance < SURPRISING { " That is outside of what the model can explain." } else { "" };
    format!(
        "{}: {}. Foretold for people at large were {}, typically {}.{surprise}",
        capital(&when(last.0)),
        style.value(last.1, step),
        style.band95(&foretold),
        style.typical(&foretold),
    )
}

fn capital(text: &str) -> String {
    crate::months::capital(text)
}

/// The band on a day, by straight lines between the times.
fn band_on(followed: &Followed, bands: &[Band], day: f64) -> Band {
    let of = |read: fn(&Band) -> f64| {
        let values: Vec<f64> = bands.iter().map(read).collect();
        at_day(&followed.days, &values, day)
    };
    Band {
        mean: of(|band| band.mean),
        median: of(|band| band.median),
        lo95: of(|band| band.lo95),
        lo50: of(|band| band.lo50),
        hi50: of(|band| band.hi50),
        hi95: of(|band| band.hi95),
    }
}

fn legend() -> Markup {
    let line = |ink: &str, dashes: &str| {
        html! {
            svg.dash-key viewBox="0 0 28 10" aria-hidden="true" focusable="false" {
                rect width="28" height="10" fill={ "var(" (ink) ")" } fill-opacity=".16" {}
                line x2="28" y1="5" y2="5" stroke={ "var(" (ink) ")" } stroke-width="2.5" stroke-dasharray=(dashes) {}
            }
        }
    };
    html! {
        p.legend {
            span.key { (line("--axis", "5 4")) "foretold for people at large" }
            span.key { (line("--seen", "")) "for this patient, after what was seen" }
            span.key {
                svg.dot viewBox="0 0 2 2" aria-hidden="true" focusable="false" { circle cx="1" cy="1" r="1" fill="var(--session)" {} }
                "seen"
            }
        }
    }
}

fn table(followed: &Followed, style: &Style<'_>) -> Markup {
    html! {
        table.data {
            thead {
                tr {
                    th scope="col" { "When" }
                    th scope="col" { "Seen" }
                    th scope="col" { "Foretold before: typically, 95 of 100" }
                    th scope="col" { "Foretold since: typically, 95 of 100" }
                }
            }
            tbody {
                @for (day, value) in &followed.seen {
                    @let before = band_on(followed, &followed.before, *day);
                    @let after = band_on(followed, &followed.after, *day);
                    tr {
                        th scope="row" { (capital(&when(*day))) }
                        td { (style.value(*value, style.step(&before).min(1.0))) }
                        td { (style.typical(&before)) ", " (style.band95(&before)) }
                        td { (style.typical(&after)) ", " (style.band95(&after)) }
                    }
                }
                @if let (Some(day), Some(before), Some(after)) = (followed.days.last(), followed.before.last(), followed.after.last()) {
                    tr {
                        th scope="row" { (capital(&when(*day))) }
                        td { "\u{2013}" }
                        td { (style.typical(before)) ", " (style.band95(before)) }
                        td { (style.typical(after)) ", " (style.band95(after)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(what: Measured, ends: Option<(f64, f64)>) -> Followed {
        let band =
            |at: f64| Band { mean: at, median: at, lo95: at, lo50: at, hi50: at, hi95: at + 2.0 };
        Followed {
            site: "cheek".to_owned(),
            place: "Cheek".to_owned(),
            what,
            label: "Scars".to_owned(),
            unit: String::new(),
            ends,
            less_is_better: true,
            start: 30.0,
            sessions: Vec::new(),
            days: vec![0.0, 90.0],
            before: vec![band(30.0), band(25.0)],
            after: vec![band(30.0), band(24.0)],
            seen: vec![(90.0, 22.0)],
            chance: vec![0.5],
        }
    }

    #[test]
    fn the_axis_of_a_score_has_no_idle_digits() {
        let scale = || Measured::Scale("x".to_owned());
        let chart = follow_chart(&followed(scale(), Some((0.0, 84.0))), "t");
        assert!(chart.contains("score, 0 to 84, less is better"), "{chart}");
        assert!(axis(&followed(scale(), Some((0.5, 4.0)))).contains("0.5 to 4,"));
    }

    #[test]
    fn only_of_scores_it_is_said_who_gives_them() {
        let scored = followed(Measured::Scale("x".to_owned()), Some((0.0, 84.0)));
        assert!(follow_chart(&scored, "t").contains("who knows of the treatment"));
        let measured = followed(Measured::Observable("scar_depth".to_owned()), None);
        assert!(!follow_chart(&measured, "t").contains("who knows of the treatment"));
    }
}
