//! How long the needles are in a zone: what sources use, within what labels, skin and screening allow.

use needlepoint_case::{Concern, Zone};
use needlepoint_knowledge::{
    concern::ConcernKind,
    device::{DeviceRecord, MotionRecord},
    rule::{self, Part, Rule},
    site::Site,
};
use needlepoint_skin::Sex;

use crate::{
    book::{Asked, Book, SAME_MM, because, by_itself, followed, rank},
    plan::Because,
    screening::{Change, Screening},
};

const UM_PER_MM: f64 = 1000.0;
/// Steps in which pens are set, mm.
const PEN_STEP_MM: f64 = 0.25;
/// Steps in which rollers and stamps are sold, mm.
const ROLLER_STEP_MM: f64 = 0.5;
/// Length taken where no source speaks of the concern or the site, mm.
const NOTHING_READ_MM: f64 = 0.5;

/// The site of a zone, what is treated there and with what.
#[derive(Debug, Clone)]
pub(crate) struct Place<'a> {
    pub(crate) site: &'a Site,
    /// Never empty; the first leads.
    pub(crate) concerns: Vec<&'a Concern>,
    pub(crate) device: &'a DeviceRecord,
}

/// Needle lengths of a zone.
#[derive(Debug, Clone)]
pub(crate) struct Depth {
    /// Longest needle of the plan, mm.
    pub(crate) needle_mm: f64,
    /// Length to begin with, mm.
    pub(crate) start_mm: f64,
    /// Longest needle that labels, skin and screening allow, mm.
    pub(crate) most_mm: f64,
    /// Why the plan goes beyond that, as the file gives it.
    pub(crate) override_reason: Option<String>,
    pub(crate) because: Vec<Because>,
    pub(crate) caution: Vec<Because>,
}

/// Something that keeps needles short.
struct Bound {
    mm: f64,
    why: Because,
}

/// What a source uses.
#[derive(Clone, Copy)]
struct Used<'r> {
    rule: &'r Rule,
    least_mm: f64,
    most_mm: f64,
}

/// Find the needle lengths of a zone; none, with the reason, where the device has no needle short enough.
pub(crate) fn depth(
    book: Book<'_>,
    screening: &Screening,
    place: &Place<'_>,
    stated: Option<&Zone>,
) -> Result<Depth, Because> {
    let lead = place.concerns.iter().copied().find(|c| is_pigment(c)).unwrap_or(place.concerns[0]);
    let asked = Asked {
        site: Some(place.site),
        concern: Some(lead),
        device: Some(place.device),
        ..Asked::default()
    };
    let (for_concern, for_site) = used(book, asked, lead, place.site);
    let chosen = chosen(&for_concern, &for_site, lead);
    let mut bounds = limits(book, asked, place);
    bounds.extend(by_screening(book, screening, place.site, chosen.short_end_mm));
    let allowed = shortest(&bounds);
    let mut because = vec![chosen.why];
    let mut caution: Vec<Because> = cautions(book, asked);
    bounds.extend(chosen.site_bound.map(|(mm, why)| Bound { mm, why }));
    bounds.extend(by_wish(book));
    let bound = shortest(&bounds);
    let asked_mm = chosen.most_mm.min(bound);
    // What holds the needle back is told; labels are told in any case.
    for bound in bounds {
        if bound.mm < chosen.most_mm - SAME_MM {
            because.push(bound.why);
        } else if bound.why.rule.is_some() {
            caution.push(bound.why);
        }
    }
    let settings = settings(place.device);
    let Some(mut needle_mm) = at_most(&settings, asked_mm) else {
        return Err(by_itself(format!(
            "{}: no more than {} is advised, and {} has no needle as short as that.",
            place.site.label,
            millimetres(asked_mm),
            place.device.label
        )));
    };
    let most_mm = at_most(&settings, allowed).unwrap_or(needle_mm).max(needle_mm);
    let mut limit_mm = most_mm;
    let mut override_reason = None;
    if let Some(signed) = stated.filter(|zone| zone.needle_length_mm > most_mm + SAME_MM)
        && let Some(reason) = &signed.override_reason
    {
        needle_mm = signed.needle_length_mm.min(place.device.maximum_mm);
        limit_mm = needle_mm;
        override_reason = Some(reason.clone());
        caution.push(by_itself(format!(
            "Set to {}, beyond what is advised here ({}), for the reason that the file gives: {reason}",
            millimetres(needle_mm),
            millimetres(most_mm)
        )));
    }
    let start_mm = match place.device.motion {
        MotionRecord::Pen { .. } => settings.first().copied().unwrap_or(needle_mm).min(needle_mm),
        _ => needle_mm,
    };
    Ok(Depth { needle_mm, start_mm, most_mm: limit_mm, override_reason, because, caution })
}

/// "0.5 mm".
pub(crate) fn millimetres(mm: f64) -> String {
    let text = format!("{mm:.2}");
    let text = text.trim_end_matches('0');
    let whole = if text.ends_with('.') { "0" } else { "" };
    format!("{text}{whole} mm")
}

/// Lengths that can be set, mm, ascending.
pub(crate) fn settings(device: &DeviceRecord) -> Vec<f64> {
    let step = match device.motion {
        MotionRecord::Pen { .. } => PEN_STEP_MM,
        _ => ROLLER_STEP_MM,
    };
    let first = (device.minimum_mm.max(step) / step - SAME_MM).ceil() as u32;
    let last = (device.maximum_mm / step + SAME_MM).floor() as u32;
    if first > last {
        return vec![device.minimum_mm, device.maximum_mm];
    }
    (first..=last).map(|steps| f64::from(steps) * step).collect()
}

/// The longest setting that is no longer than `mm`.
fn at_most(settings: &[f64], mm: f64) -> Option<f64> {
    settings.iter().copied().filter(|setting| *setting <= mm + SAME_MM).reduce(f64::max)
}

fn shortest(bounds: &[Bound]) -> f64 {
    bounds.iter().map(|bound| bound.mm).fold(f64::INFINITY, f64::min)
}

/// Pigment answers to injury by darkening: it keeps the needles short for whatever else is treated there.
fn is_pigment(concern: &Concern) -> bool {
    matches!(concern.kind, ConcernKind::Melasma | ConcernKind::Hyperpigmentation)
}

/// Whether sources treat it deeper than the surface whatever the site.
fn is_deep(kind: ConcernKind) -> bool {
    matches!(
        kind,
        ConcernKind::AcneScars
            | ConcernKind::SurgicalScar
            | ConcernKind::BurnScar
            | ConcernKind::Striae
    )
}

/// What sources use for the concern, and for the site whatever the concern.
fn used<'k>(
    book: Book<'k>,
    asked: Asked<'_>,
    concern: &Concern,
    site: &Site,
) -> (Vec<Used<'k>>, Vec<Used<'k>>) {
    let (mut for_concern, mut for_site) = (Vec::new(), Vec::new());
    for rule in book.rules(Part::Depth, asked) {
        if let Some((least_mm, most_mm)) = rule.numbers.depth_mm {
            let used = Used { rule, least_mm, most_mm };
            if !rule.when.concern.is_empty() {
                for_concern.push(used);
            } else if !rule.when.site.is_empty() || !rule.when.region.is_empty() {
                for_site.push(used);
            }
        }
        let here = |of_concern: bool| {
            let lines = rule.numbers.chart.iter().filter(move |line| {
                line.concern.is_empty() != of_concern
                    && (line.concern.is_empty() || line.concern.contains(&concern.kind))
                    && (line.site.is_empty() || line.site.contains(&site.name))
            });
            lines.map(|line| line.depth_mm).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        };
        for_concern.extend(here(true).map(|(least_mm, most_mm)| Used { rule, least_mm, most_mm }));
        for_site.extend(here(false).map(|(least_mm, most_mm)| Used { rule, least_mm, most_mm }));
    }
    (for_concern, for_site)
}

/// The range that is followed.
struct Chosen {
    /// Shortest needle that any of the sources uses, mm.
    short_end_mm: f64,
    most_mm: f64,
    why: Because,
    /// What charts by site ask for, where they bound the concern.
    site_bound: Option<(f64, Because)>,
}

/// For the concern the strongest sources, and of these the shortest; charts by site bound what is not deep.
fn chosen(for_concern: &[Used<'_>], for_site: &[Used<'_>], concern: &Concern) -> Chosen {
    let best = |used: &Used<'_>| used.rule.numbers.best_depth_mm.unwrap_or(used.most_mm);
    let order = |used: &&Used<'_>| (rank(used.rule.strength), best(used));
    let by = |a: &(u8, f64), b: &(u8, f64)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1));
    let site_used = for_site.iter().min_by(|a, b| a.most_mm.total_cmp(&b.most_mm));
    let least =
        |all: &[Used<'_>]| all.iter().map(|used| used.least_mm).fold(f64::INFINITY, f64::min);
    let others = |all: &[Used<'_>], one: &Used<'_>| -> Because {
        let differs = |other: &&Used<'_>| {
            (other.least_mm - one.least_mm).abs() > SAME_MM
                || (other.most_mm - one.most_mm).abs() > SAME_MM
        };
        let rules: Vec<&Rule> = all.iter().filter(differs).map(|used| used.rule).collect();
        followed(one.rule, &rules)
    };
    match for_concern.iter().min_by(|a, b| by(&order(a), &order(b))) {
        Some(used) => Chosen {
            short_end_mm: least(for_concern),
            most_mm: best(used),
            why: others(for_concern, used),
            site_bound: site_used
                .filter(|_| !is_deep(concern.kind))
                .map(|site| (site.most_mm, others(for_site, site))),
        },
        None => match site_used {
            Some(used) => Chosen {
                short_end_mm: least(for_site),
                most_mm: used.most_mm,
                why: others(for_site, used),
                site_bound: None,
            },
            None => Chosen {
                short_end_mm: NOTHING_READ_MM,
                most_mm: NOTHING_READ_MM,
                why: by_itself(format!(
                    "No source read gives a needle length for {} here: {} is taken as a careful length.",
                    concern.kind.label().to_lowercase(),
                    millimetres(NOTHING_READ_MM)
                )),
                site_bound: None,
            },
        },
    }
}

/// Limits of labels and of the skin itself.
fn limits(book: Book<'_>, asked: Asked<'_>, place: &Place<'_>) -> Vec<Bound> {
    let device = place.device;
    let of_device = |mm: f64, text: String| Bound {
        mm,
        why: Because { sources: device.sources.clone(), ..by_itself(text) },
    };
    let mut bounds = vec![of_device(
        device.maximum_mm,
        format!("{} reaches {}.", device.label, millimetres(device.maximum_mm)),
    )];
    bounds.extend(device.evaluated_to_mm.map(|mm| {
        let text = format!("The label of {} was evaluated to {}.", device.label, millimetres(mm));
        of_device(mm, text)
    }));
    for part in [Part::Depth, Part::Device, Part::Endpoint] {
        let rules = book.rules(part, asked);
        let limiting =
            rules.into_iter().filter(|rule| rule.when.place != Some(rule::Place::InsideOrbitalRim));
        bounds.extend(limiting.filter_map(|rule| {
            Some(Bound { mm: rule.numbers.most_depth_mm?, why: because(rule) })
        }));
    }
    let site = place.site;
    let dermis = match book.consultation.patient.sex {
        Sex::Female => &site.dermis_female_um,
        Sex::Male => &site.dermis_male_um,
    };
    let thickness_mm =
        (dermis.value + site.viable_epidermis_um.value + site.stratum_corneum_um.value) / UM_PER_MM;
    if site.over_bone || !is_deep(place.concerns[0].kind) {
        let ground = if site.over_bone { "over bone" } else { "for a concern of the surface" };
        bounds.push(Bound {
            mm: thickness_mm,
            why: Because {
                sources: dermis.sources.clone(),
                ..by_itself(format!(
                    "{}: the skin is about {} thick; {ground} needles stay no longer than that.",
                    site.label,
                    millimetres(thickness_mm)
                ))
            },
        });
    }
    bounds
}

/// What screening asks for; without a number it is the short end of what is used.
fn by_screening(
    book: Book<'_>,
    screening: &Screening,
    site: &Site,
    short_end_mm: f64,
) -> Vec<Bound> {
    let here = |sites: &[String]| sites.is_empty() || sites.contains(&site.name);
    let bound = |change: &Change| match change {
        Change::Shallower { rule, most_mm, sites } if here(sites) => {
            let why = book.rule(rule).map_or_else(|| by_itself(rule.clone()), because);
            Some(Bound { mm: most_mm.unwrap_or(short_end_mm), why })
        }
        _ => None,
    };
    screening.changes.iter().filter_map(bound).collect()
}

/// How long needles may be for the days out of sight that the person accepts.
fn by_wish(book: Book<'_>) -> Option<Bound> {
    let most_days = book.consultation.wishes.downtime_days?;
    let rule = book.part(Part::Expected).find(|rule| !rule.numbers.downtime.is_empty())?;
    let line = &rule.numbers.downtime;
    // Straight lines between the points that the source gives; its shortest needle is the least.
    let mut mm = line.first()?.0;
    for pair in line.windows(2) {
        let ((from_mm, from_days), (to_mm, to_days)) = (pair[0], pair[1]);
        if to_days <= most_days {
            mm = to_mm;
        } else if from_days <= most_days {
            mm = from_mm + (to_mm - from_mm) * (most_days - from_days) / (to_days - from_days);
        }
    }
    let mut why = because(rule);
    why.text = format!("{} No more than {most_days:.0} days are wished for.", why.text);
    Some(Bound { mm, why })
}

/// What to look out for: the orbital rim, bone.
fn cautions(book: Book<'_>, asked: Asked<'_>) -> Vec<Because> {
    let mut rules = book.rules(Part::Depth, asked);
    rules.extend(book.rules(Part::Technique, asked));
    let special = |rule: &&Rule| rule.when.place.is_some();
    rules.into_iter().filter(special).map(because).collect()
}
