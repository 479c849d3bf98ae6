//! The skin before and after, drawn from the numbers.
//!
//! A patch of skin in light from one side, so that depth reads as shadow. What is drawn comes from the case (who, what,
//! how large) and from the simulation (what of it is left three months after the last session, typically and at the
//! two edges of 95 of 100). Where a scar or a line lies is made up, and the same in every picture and at every move:
//! only what the numbers change moves.

mod lesion;
mod relief;
mod tone;

use maud::{Markup, PreEscaped, html};
use needlepoint_case::Concern;
use needlepoint_course::{
    lesion::rated_by,
    observable::Observable,
    result::{Band, ZoneCourse},
};
use needlepoint_knowledge::concern::ConcernKind;

use self::{lesion::Lesion, tone::Tone};
use crate::{
    input::Simulated,
    numbers::number,
    outcome::typically,
    section::r2,
    timeline::{band_at, series_of},
};

/// Size of a picture.
pub(super) const WIDE: f64 = 300.0;
pub(super) const HIGH: f64 = 220.0;
/// Units in a millimetre of skin, and of the scalp, which is looked at more closely.
const PER_MM: f64 = 10.0;
const SCALP_PER_MM: f64 = 25.0;
/// Days after the last session of the pictures after.
const THREE_MONTHS_DAYS: f64 = 90.0;

/// How a picture is picked from a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pick {
    Before,
    Typical,
    Little,
    Much,
}

impl Pick {
    const ALL: [Self; 4] = [Self::Before, Self::Typical, Self::Little, Self::Much];

    fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Typical => "typical",
            Self::Little => "little",
            Self::Much => "much",
        }
    }

    fn of(self, band: &Band, more_is_better: bool) -> f64 {
        match (self, more_is_better) {
            (Self::Before, _) => 0.0,
            (Self::Typical, _) => band.median,
            (Self::Little, false) | (Self::Much, true) => band.hi95,
            (Self::Little, true) | (Self::Much, false) => band.lo95,
        }
    }
}

/// What a picture shows: each over what it was before, but for the last three.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Depth of sunken, height of raised, or plainness of anything else that is treated.
    pub(super) size: f64,
    /// Width of a stretch mark.
    pub(super) width: f64,
    /// Roughness of the surface.
    pub(super) rough: f64,
    /// Relative melanin above rest.
    pub(super) darkened: f64,
    /// Redness above rest, delta a*.
    pub(super) red: f64,
    /// Hairs per cm2, change.
    pub(super) hairs: f64,
}

/// The pictures of a zone; `tag` makes identifiers unique.
pub(super) fn skin(zone: &ZoneCourse, simulated: &Simulated<'_>, tag: &str) -> Markup {
    let case = simulated.case;
    let here: Vec<&Concern> = case.concerns.iter().filter(|c| c.site == zone.site).collect();
    let tone = Tone::of(case.patient.phototype.index());
    let lesions: Vec<Lesion> = here
        .iter()
        .map(|concern| Lesion::of(concern, &zone.site, simulated.knowledge, tone))
        .collect();
    let day = later(simulated);
    let rated = here.iter().find_map(|concern| Some((*concern, rated_by(concern)?)));
    let scalp = here.iter().any(|concern| concern.kind == ConcernKind::HairLoss);
    let per_mm = if scalp { SCALP_PER_MM } else { PER_MM };
    let painter = Painter { zone, day, lesions: &lesions, rated, tone, tag, per_mm };
    html! {
        div.skin {
            svg.offstage width="0" height="0" aria-hidden="true" focusable="false" {
                defs {
                    (PreEscaped(relief::shared(tag, tone)))
                    @for (i, lesion) in lesions.iter().enumerate() {
                        (PreEscaped(lesion.shapes(&format!("{tag}-l{i}"))))
                    }
                }
            }
            div.skin-pair { @for pick in &Pick::ALL[..2] { (painter.picture(*pick)) } }
            @if rated.is_some() {
                div.skin-edges { @for pick in &Pick::ALL[2..] { (painter.picture(*pick)) } }
            }
            p.note {
                strong { "A drawing made from numbers, not a photograph and not a promise." }
                " It shows a made-up patch of this phototype, "
                (number(WIDE / per_mm, 1.0)) " by " (number(HIGH / per_mm, 1.0))
                " mm, in light from the upper left. What the case and the simulation say sets depth, width, roughness, colour and number; where things lie is made up and the same in every picture."
            }
        }
    }
}

/// Three months after the last session, or the end.
fn later(simulated: &Simulated<'_>) -> f64 {
    let last = simulated.result.sessions.last().map_or(0.0, |session| session.day);
    (last + THREE_MONTHS_DAYS).min(simulated.result.horizon_days)
}

struct Painter<'a> {
    zone: &'a ZoneCourse,
    day: f64,
    lesions: &'a [Lesion],
    rated: Option<(&'a Concern, Observable)>,
    tone: Tone,
    tag: &'a str,
    per_mm: f64,
}

impl Painter<'_> {
    fn band(&self, observable: Observable) -> Option<Band> {
        series_of(self.zone, observable).and_then(|series| band_at(series, self.day))
    }

    fn look(&self, pick: Pick) -> Look {
        let value = |observable| {
            let more = observable == Observable::HairDensity;
            self.band(observable).map_or(0.0, |band| pick.of(&band, more))
        };
        let left = |observable| (1.0 + value(observable) / 100.0).max(0.0);
        Look {
            size: self.rated.map_or(1.0, |(_, observable)| left(observable)),
            width: left(Observable::StriaWidth),
            rough: left(Observable::Roughness),
            darkened: value(Observable::Darkening).max(0.0) / 100.0,
            red: value(Observable::Redness).max(0.0),
            hairs: value(Observable::HairDensity),
        }
    }

    /// What the picture shows, in words.
    fn words(&self, pick: Pick) -> (String, String) {
        let head = match pick {
            Pick::Before => "Before",
            Pick::Typical => "After, typically",
            Pick::Little => "If little comes of it",
            Pick::Much => "If much comes of it",
        };
        let said = match (pick, self.rated) {
            (Pick::Before, Some((concern, _))) => concern.kind.label().to_lowercase(),
            (_, None) => "healthy skin".to_owned(),
            (_, Some((_, observable))) => {
                let shown = if observable == Observable::HairMissing {
                    Observable::HairDensity
                } else {
                    observable
                };
                self.band(shown).map_or_else(String::new, |band| {
                    let value = pick.of(&band, shown == Observable::HairDensity);
                    typically(shown, &alone(value))
                })
            }
        };
        let edge = match pick {
            Pick::Little => "; 1 in 40 gets less",
            Pick::Much => "; 1 in 40 gets more",
            _ => "",
        };
        (head.to_owned(), format!("{said}{edge}"))
    }

    fn picture(&self, pick: Pick) -> Markup {
        let look = self.look(pick);
        let (head, said) = self.words(pick);
        let (tag, name) = (self.tag, pick.name());
        let tone = self.tone.darkened(look.darkened);
        let rough = self.lesions.iter().map(Lesion::roughness).fold(0.0, f64::max);
        html! {
            figure {
                figcaption { strong { (head) } span { (said) } }
                svg.drawing.patch role="img" viewBox={ "0 0 " (WIDE) " " (HIGH) } aria-label={ "Skin, " (head.to_lowercase()) ": " (said) } {
                    defs { (PreEscaped(relief::filter(&format!("{tag}-r-{name}"), 1.0 + rough * look.rough, self.tone))) }
                    rect width=(WIDE) height=(HIGH) fill=(tone.skin.css()) {}
                    rect width=(WIDE) height=(HIGH) filter={ "url(#" (tag) "-mottle)" } {}
                    @if look.red > 0.05 {
                        rect width=(WIDE) height=(HIGH) fill=(tone.red.css()) fill-opacity=(r2((0.03 * look.red).min(0.5))) {}
                    }
                    @for (i, lesion) in self.lesions.iter().enumerate() {
                        (PreEscaped(lesion.colour(&format!("{tag}-l{i}"), tag, &look)))
                    }
                    g filter={ "url(#" (tag) "-r-" (name) ")" } {
                        rect width=(WIDE) height=(HIGH) fill=(relief::LEVEL) {}
                        @for (i, lesion) in self.lesions.iter().enumerate() {
                            (PreEscaped(lesion.height(&format!("{tag}-l{i}"), &look)))
                        }
                    }
                    @for lesion in self.lesions { (PreEscaped(lesion.above(&look))) }
                    rect width=(WIDE) height=(HIGH) fill={ "url(#" (tag) "-vignette)" } {}
                    @if matches!(pick, Pick::Before | Pick::Typical) { (self.scale()) }
                }
            }
        }
    }

    /// Five millimetres; two on the scalp.
    fn scale(&self) -> Markup {
        let mm = if self.per_mm > PER_MM { 2.0 } else { 5.0 };
        html! {
            g.scale aria-hidden="true" {
                line x1="10" x2=(10.0 + mm * self.per_mm) y1=(HIGH - 10.0) y2=(HIGH - 10.0) stroke-width="1.6" {}
                text x="10" y=(HIGH - 14.0) font-size="11" stroke-width="2.6" { (mm) " mm" }
            }
        }
    }
}

/// A band of a single value.
fn alone(value: f64) -> Band {
    Band { mean: value, median: value, lo95: value, lo50: value, hi50: value, hi95: value }
}
