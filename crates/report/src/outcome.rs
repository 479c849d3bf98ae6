//! Outcomes put in order and into words: what is treated first, then what may go wrong, then the
//! tissue behind it; and a change as a person would say it, "30 % shallower".

use needlepoint_case::{Case, Concern};
use needlepoint_course::{
    lesion::rated_by,
    observable::Observable,
    result::{Band, Outcome, ZoneCourse},
};

use crate::{
    colour::Ink,
    months::is_seen,
    numbers::{Style, THIN, in_ten, number},
    timeline::is_finite,
};

/// One observable at each time for which it is stated.
pub(crate) struct Group<'a> {
    /// What was observed.
    pub(crate) observable: Observable,
    /// In the order of time; never empty.
    pub(crate) times: Vec<&'a Outcome>,
    /// Colour of its bands.
    pub(crate) ink: Ink,
}

impl<'a> Group<'a> {
    /// The time that is spoken of first.
    pub(crate) fn first(&self) -> &'a Outcome {
        self.times[0]
    }
}

/// The outcomes of a zone.
pub(crate) struct Grouped<'a> {
    /// What the treatment is for, as far as it can be seen or felt.
    pub(crate) treated: Vec<Group<'a>>,
    /// What may go wrong.
    pub(crate) unwanted: Vec<Group<'a>>,
    /// What changes in the tissue.
    pub(crate) tissue: Vec<Group<'a>>,
}

impl<'a> Grouped<'a> {
    /// The outcomes of `zone`, those of the concerns at its site first.
    pub(crate) fn of(zone: &'a ZoneCourse, case: &Case) -> Self {
        let mut order: Vec<Observable> = Vec::new();
        let concerns = case.concerns.iter().filter(|concern| concern.site == zone.site);
        for observable in concerns.flat_map(judged_by) {
            if !order.contains(&observable) {
                order.push(observable);
            }
        }
        let named = order.len();
        for outcome in &zone.outcomes {
            if !order.contains(&outcome.observable) {
                order.push(outcome.observable);
            }
        }
        let mut grouped = Self { treated: Vec::new(), unwanted: Vec::new(), tissue: Vec::new() };
        for (i, observable) in order.into_iter().enumerate() {
            let times: Vec<&Outcome> =
                zone.outcomes.iter().filter(|o| o.observable == observable).collect();
            if times.is_empty() {
                continue;
            }
            let (list, ink) = if observable == Observable::Darkening {
                (&mut grouped.unwanted, Ink::Session)
            } else if is_seen(observable) {
                (&mut grouped.treated, Ink::Seen)
            } else if i < named {
                (&mut grouped.treated, Ink::Tissue)
            } else {
                (&mut grouped.tissue, Ink::Tissue)
            };
            list.push(Group { observable, times, ink });
        }
        if grouped.treated.is_empty() && !grouped.tissue.is_empty() {
            grouped.treated.push(grouped.tissue.remove(0));
        }
        grouped
    }
}

/// What a concern is judged by: what its raters look at, or the collagen of healthy skin; for hair the
/// count as well.
fn judged_by(concern: &Concern) -> Vec<Observable> {
    match rated_by(concern) {
        Some(Observable::HairMissing) => vec![Observable::HairDensity, Observable::HairMissing],
        Some(observable) => vec![observable],
        None => vec![Observable::PapillaryCollagen],
    }
}

/// What is spoken of, with its verb, to begin a sentence.
fn subject(observable: Observable) -> &'static str {
    match observable {
        Observable::WrinkleDepth => "The wrinkles are",
        Observable::ScarDepth | Observable::ScarHeight => "The scars are",
        Observable::ScarStiffness => "The stiffness of the scars is",
        Observable::Roughness => "Roughness is",
        Observable::PoreArea => "The excess area of the pores (weak evidence) is",
        Observable::Laxity => "The missing elasticity is",
        Observable::StriaVisibility => "The stretch marks are",
        Observable::StriaWidth => "The width of the stretch marks is",
        Observable::HairMissing => "The missing hair is",
        Observable::HairDiameter => "The diameter of the hairs is",
        Observable::LesionPigment => "The pigment of the lesion is",
        Observable::Darkening => "The skin around is",
        Observable::HairDensity => "The density of hair is",
        Observable::PapillaryCollagen => "Collagen of the papillary dermis is",
        Observable::DermalCollagen => "Collagen of the whole dermis is",
        Observable::DermalDensity => "The density of the dermis is",
        Observable::EpidermalThickness => "The epidermis is",
        _ => "Elasticity is",
    }
}

fn direction(observable: Observable, rises: bool) -> &'static str {
    let (up, down) = match observable {
        Observable::WrinkleDepth | Observable::ScarDepth => ("deeper", "shallower"),
        Observable::StriaVisibility => ("plainer", "fainter"),
        Observable::PoreArea | Observable::Laxity | Observable::HairMissing => ("more", "less"),
        Observable::LesionPigment | Observable::Darkening => ("darker", "paler"),
        Observable::EpidermalThickness => ("thicker", "thinner"),
        _ => ("higher", "lower"),
    };
    if rises { up } else { down }
}

/// Whether a loss of 100 % has a word of its own.
fn can_vanish(observable: Observable) -> bool {
    matches!(
        observable,
        Observable::WrinkleDepth
            | Observable::ScarDepth
            | Observable::ScarHeight
            | Observable::LesionPigment
    )
}

/// Below this, in per cent or hairs, a person would say that hardly anything has changed.
const HARDLY: f64 = 1.0;

/// Below this, in per cent, the near end of a wide band is next to nothing for the one who has it.
const SLIGHT: f64 = 10.0;

fn is_gone(observable: Observable, value: f64) -> bool {
    can_vanish(observable) && value <= -97.5
}

/// A change without its sign: "30 %".
fn amount(observable: Observable, value: f64, step: f64) -> String {
    let unit = observable.unit();
    format!("{}{THIN}{unit}", number(value.abs(), step))
}

fn end(observable: Observable, value: f64, step: f64) -> String {
    if is_gone(observable, value) {
        "gone".to_owned()
    } else if number(value, step) == "0" {
        "no change".to_owned()
    } else {
        format!("{} {}", amount(observable, value, step), direction(observable, value > 0.0))
    }
}

/// The typical change in words: "30 % shallower", "hardly any change".
pub(crate) fn typically(observable: Observable, band: &Band) -> String {
    if !is_a_change(observable) || !band.median.is_finite() {
        return Style::of(observable).typical(band);
    }
    if band.median.abs() < HARDLY {
        return "hardly any change".to_owned();
    }
    end(observable, band.median, Style::of(observable).step(band))
}

/// A band in words, from the lesser to the greater effect: "5 to 85 % shallower".
pub(crate) fn between(observable: Observable, low: f64, high: f64, step: f64) -> String {
    if !is_a_change(observable) {
        return Style::of(observable).range(low, high, step);
    }
    // A fall is a gain where something should go: begin with what is nearer to nothing.
    let (near, far) = if low.abs() <= high.abs() { (low, high) } else { (high, low) };
    let (near_text, far_text) = (number(near, step), number(far, step));
    if near_text == far_text {
        return end(observable, near, step);
    }
    let alike = near * far > 0.0 && near_text != "0" && !is_gone(observable, far);
    if alike {
        format!("{} to {}", number(near.abs(), step), end(observable, far, step))
    } else {
        format!("{} to {}", end(observable, near, step), end(observable, far, step))
    }
}

/// The band of 95 of 100 in words.
pub(crate) fn between95(observable: Observable, band: &Band) -> String {
    between(observable, band.lo95, band.hi95, Style::of(observable).step(band))
}

/// The middle half in words.
pub(crate) fn between50(observable: Observable, band: &Band) -> String {
    between(observable, band.lo50, band.hi50, Style::of(observable).step(band))
}

fn is_a_change(observable: Observable) -> bool {
    crate::numbers::is_change(observable)
}

/// One outcome as a sentence of a report, in two parts: what is expected, and how far people differ.
pub(crate) fn sentence(group: &Group<'_>) -> (String, String) {
    let outcome = group.first();
    let (observable, band) = (group.observable, &outcome.value);
    if !is_a_change(observable) || !is_finite(band) {
        let style = Style::of(observable);
        return (
            format!("{} is expected to be {}", observable.label(), style.typical(band)),
            format!("95 of 100 simulated people lie at {}", style.band95(band)),
        );
    }
    let head = format!(
        "{} expected to {} {}",
        subject(observable),
        if band.median.abs() < HARDLY { "show" } else { "be about" },
        typically(observable, band)
    );
    (head, spread(observable, band))
}

/// How far people differ; a wide band is called what it is.
fn spread(observable: Observable, band: &Band) -> String {
    let step = Style::of(observable).step(band);
    let (near, far) = if band.lo95.abs() <= band.hi95.abs() {
        (band.lo95, band.hi95)
    } else {
        (band.hi95, band.lo95)
    };
    let far_words = end(observable, far, step);
    if far.abs() < HARDLY {
        "the same holds for 95 of 100 simulated people".to_owned()
    } else if band.median.abs() < HARDLY && near.abs() < HARDLY {
        format!("the strongest change in 95 of 100 simulated people is {far_words}")
    } else if near.abs() < HARDLY {
        format!("95 of 100 simulated people lie anywhere from hardly any change to {far_words}")
    } else if near * far > 0.0 && near.abs() < SLIGHT && far.abs() > 3.0 * near.abs() {
        format!(
            "95 of 100 simulated people lie anywhere from hardly any change ({}) to {far_words}",
            amount(observable, near, step)
        )
    } else {
        format!("95 of 100 simulated people lie at {}", between95(observable, band))
    }
}

/// What becomes of the effect by the last time stated, where that is another story.
pub(crate) fn later(group: &Group<'_>) -> Option<String> {
    let (first, last) = (group.first(), *group.times.last()?);
    let (before, after) = (first.value.median, last.value.median);
    let fades = before.abs() >= HARDLY && after.abs() < 0.75 * before.abs();
    fades.then(|| {
        format!("By {} the typical change is down to {}", last.when, {
            let text = typically(group.observable, &last.value);
            if after.abs() < HARDLY { "next to nothing".to_owned() } else { text }
        })
    })
}

/// "About 7 in 10 would see the change".
pub(crate) fn seen_by(share: f64) -> String {
    let (_, words) = in_ten(share);
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |c| format!("{}{}", c.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(median: f64, lo95: f64, hi95: f64) -> Band {
        Band { mean: median, median, lo95, lo50: lo95, hi50: hi95, hi95 }
    }

    fn said(band: &Band) -> (String, String) {
        (typically(Observable::ScarDepth, band), between95(Observable::ScarDepth, band))
    }

    #[test]
    fn a_change_is_said_as_a_person_would() {
        let (typical, range) = said(&band(-32.2, -86.4, -4.7));
        assert_eq!(typical, "30\u{202f}% shallower");
        assert_eq!(range, "5 to 85\u{202f}% shallower");
        let (_, range) = said(&band(-4.0, -12.0, 3.0));
        assert_eq!(range, "3\u{202f}% deeper to 12\u{202f}% shallower");
        let (_, range) = said(&band(-26.0, -100.0, -5.0));
        assert_eq!(range, "5\u{202f}% shallower to gone");
        let (typical, range) = said(&band(-0.01, -3.0, 0.0));
        assert_eq!(typical, "hardly any change");
        assert_eq!(range, "no change to 3\u{202f}% shallower");
    }

    #[test]
    fn a_wide_band_is_called_what_it_is() {
        let wide = spread(Observable::ScarDepth, &band(-32.2, -86.4, -4.7));
        assert!(wide.contains("anywhere from hardly any change (5\u{202f}%) to 85"), "{wide}");
        let none = spread(Observable::WrinkleDepth, &band(-0.01, -3.0, 0.0));
        assert!(none.contains("the strongest change in 95 of 100"), "{none}");
        let firm = spread(Observable::LesionPigment, &band(-50.0, -76.0, -19.0));
        assert!(firm.contains("20 to 75\u{202f}% paler"), "{firm}");
    }
}
