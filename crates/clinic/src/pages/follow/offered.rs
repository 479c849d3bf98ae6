//! What can be scored or measured at a visit: for each zone the scales of what is treated there, and changes that an
//! instrument gives.

use needlepoint_case::{Concern, Consultation};
use needlepoint_course::{observable::Observable, outlook::tells_of};
use needlepoint_knowledge::{
    Knowledge,
    scale::{Better, Measures, Scale},
};

/// Changes of the skin itself, besides those of a lesion, that an instrument gives without a biopsy.
const OF_THE_SKIN: [Observable; 5] = [
    Observable::Redness,
    Observable::Darkening,
    Observable::DermalDensity,
    Observable::EpidermalThickness,
    Observable::Elasticity,
];

/// Something that can be scored or measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offered {
    /// Name of the scale or observable.
    pub(super) name: String,
    /// In words.
    pub(super) label: String,
    /// Unit; empty for a score.
    pub(super) unit: &'static str,
    /// Least and greatest score; none for a measured change.
    pub(super) ends: Option<(f64, f64)>,
    /// Whether less is better.
    pub(super) less_is_better: bool,
    /// Whether it tells of an improvement since the first session.
    pub(super) is_improvement: bool,
    /// What is known about the scale.
    pub(super) note: String,
}

/// What can be looked at in one zone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Zone {
    /// Name of the site.
    pub(super) site: String,
    /// The site in words.
    pub(super) label: String,
    /// Scores, those of the concern first.
    pub(super) scores: Vec<Offered>,
    /// Changes by instruments.
    pub(super) measured: Vec<Offered>,
}

/// What can be looked at in each of these zones.
pub(super) fn zones(
    sites: impl IntoIterator<Item = String>,
    consultation: Option<&Consultation>,
    knowledge: &Knowledge,
) -> Vec<Zone> {
    let of = |site: String| {
        let concerns = consultation.map(|consultation| consultation.concerns.as_slice());
        let here: Vec<&Concern> =
            concerns.unwrap_or_default().iter().filter(|concern| concern.site == site).collect();
        let label = knowledge.site(&site).map_or_else(|| site.clone(), |known| known.label.clone());
        Zone { label, scores: scores(&here, knowledge), measured: measured(&here), site }
    };
    sites.into_iter().map(of).collect()
}

fn scores(here: &[&Concern], knowledge: &Knowledge) -> Vec<Offered> {
    let rates = |scale: &&Scale| here.iter().any(|concern| scale.rates(concern.kind));
    let (severity, improvement): (Vec<&Scale>, Vec<&Scale>) = knowledge
        .scales
        .iter()
        .filter(rates)
        .partition(|scale| scale.measures == Measures::Severity);
    severity.into_iter().chain(improvement).map(of_scale).collect()
}

fn of_scale(scale: &Scale) -> Offered {
    Offered {
        name: scale.name.clone(),
        label: scale.label.clone(),
        unit: "",
        ends: Some((scale.least, scale.most)),
        less_is_better: scale.better == Better::Lower,
        is_improvement: scale.measures == Measures::Improvement,
        note: scale.note.clone(),
    }
}

fn measured(here: &[&Concern]) -> Vec<Offered> {
    let of_lesion = Observable::ALL.into_iter().filter(|observable| {
        let told = here.iter().any(|concern| tells_of(*observable, concern));
        told || (*observable == Observable::HairDensity
            && here.iter().any(|c| tells_of(Observable::HairMissing, c)))
    });
    let skin = OF_THE_SKIN.into_iter().filter(|_| !here.is_empty());
    of_lesion
        .chain(skin)
        .map(|observable| Offered {
            name: observable.name().to_owned(),
            label: observable.label().to_owned(),
            unit: observable.unit(),
            ends: None,
            less_is_better: observable.better_when_less() || observable.is_acute(),
            is_improvement: false,
            note: String::new(),
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_case::read_consultation;
    use needlepoint_course::own::{Measured, Seen, own_people};

    use super::*;
    use crate::pages::follow::{
        days::tests::{day, held, plan},
        given,
    };

    const FILE: &str =
        include_str!("../../../../../examples/patients/healthy-type-ii-acne-scars.toml");

    #[test]
    fn everything_that_is_offered_can_be_learned_from() {
        let knowledge = Knowledge::embedded().unwrap();
        let (consultation, _) = read_consultation("example", FILE, &knowledge);
        let mut consultation = consultation.unwrap();
        consultation.assessed = Some(day("2026-01-01"));
        let zones = zones(["cheek".to_owned()], Some(&consultation), &knowledge);
        let names: Vec<&str> = zones[0].scores.iter().map(|score| score.name.as_str()).collect();
        assert!(
            names.contains(&"goodman-baron-quantitative") && names.contains(&"gais"),
            "{names:?}"
        );
        assert!(!names.contains(&"masi") && !names.contains(&"stria-vas"), "{names:?}");

        let session = held(1, "2026-01-09", Some(1.5));
        let case = given::case(&consultation, &knowledge, &plan(), &[&session], day("2026-05-01"))
            .unwrap();
        let offered = zones[0].scores.iter().chain(&zones[0].measured);
        let seen: Vec<Seen> = offered
            .map(|one| Seen {
                site: "cheek".to_owned(),
                what: if one.ends.is_some() {
                    Measured::Scale(one.name.clone())
                } else {
                    Measured::Observable(one.name.clone())
                },
                day: 90.0,
                value: one.ends.map_or(0.0, |(least, most)| f64::midpoint(least, most)),
                baseline: None,
            })
            .collect();
        // Given up before anything is simulated: readings that can't be used are told of before that.
        let cancelled = std::sync::atomic::AtomicBool::new(true);
        let progress = needlepoint_course::Progress { member_done: &|| (), cancelled: &cancelled };
        let ended = own_people(&case, &knowledge, &seen, progress);
        let stopped = matches!(
            ended,
            Err(needlepoint_course::own::OwnError::Course(
                needlepoint_course::CourseError::Cancelled
            ))
        );
        assert!(stopped, "{ended:?}");
    }

    #[test]
    fn without_answers_nothing_is_offered() {
        let knowledge = Knowledge::embedded().unwrap();
        let zones = zones(["cheek".to_owned()], None, &knowledge);
        assert!(zones[0].scores.is_empty() && zones[0].measured.is_empty());
    }
}
