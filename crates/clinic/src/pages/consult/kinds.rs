//! What can be said about each kind of concern.

use needlepoint_knowledge::{
    Knowledge,
    concern::ConcernKind,
    scale::{Measures, Scale},
};

/// Something that is measured, or seen, of a concern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// Its key in a patient file.
    pub(super) key: &'static str,
    /// Its name in the catalogue of words.
    pub(super) label: &'static str,
    /// In what it is given.
    pub(super) given: Given,
}

/// In what a measure is given.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// A number in this unit.
    Unit(&'static str),
    /// One of a few words: word in a file, name in the catalogue.
    Words(&'static [(&'static str, &'static str)]),
}

/// Shares of the shapes of acne scars: keys within `scar_types`.
pub(super) const SCAR_TYPES: [&str; 3] = ["boxcar", "rolling", "ice_pick"];

const fn number(key: &'static str, label: &'static str, unit: &'static str) -> Measure {
    Measure { key, label, given: Given::Unit(unit) }
}

/// Every measure, in the order in which it is written.
pub(super) const MEASURES: [Measure; 11] = [
    number("depth", "consult-depth", "mm"),
    number("height", "consult-height", "mm"),
    number("width", "consult-width", "mm"),
    number("wavelength", "consult-wavelength", "mm"),
    number("excess_melanin", "consult-excess-melanin", "%"),
    Measure {
        key: "pigment_depth",
        label: "consult-pigment-depth",
        given: Given::Words(&[
            ("epidermal", "consult-pigment-epidermal"),
            ("dermal", "consult-pigment-dermal"),
            ("mixed", "consult-pigment-mixed"),
        ]),
    },
    number("missing_collagen", "consult-missing-collagen", "%"),
    number("missing_elasticity", "consult-missing-elasticity", "%"),
    number("excess_area", "consult-excess-area", "%"),
    number("hair_density", "consult-hair-density", "/cm2"),
    Measure {
        key: "colour",
        label: "consult-colour",
        given: Given::Words(&[("rubra", "consult-colour-rubra"), ("alba", "consult-colour-alba")]),
    },
];

/// Whether a key says something about a kind of concern, as the reader of patient files has it.
pub(super) fn fits(kind: ConcernKind, key: &str) -> bool {
    let keys: &[&str] = match kind {
        ConcernKind::AcneScars => &["depth", "width", "boxcar", "rolling", "ice_pick"],
        ConcernKind::SurgicalScar | ConcernKind::BurnScar => &["depth", "height", "width"],
        ConcernKind::Wrinkles => &["depth", "wavelength"],
        ConcernKind::Striae => &["missing_collagen", "width", "colour"],
        ConcernKind::Photoageing => &["missing_collagen"],
        ConcernKind::Laxity => &["missing_elasticity"],
        ConcernKind::Melasma | ConcernKind::Hyperpigmentation => {
            &["excess_melanin", "pigment_depth"]
        }
        ConcernKind::HairLoss => &["hair_density"],
        ConcernKind::Pores => &["excess_area"],
        ConcernKind::Healthy => &[],
    };
    keys.contains(&key)
}

/// Scales that say how bad a kind of concern is.
pub(super) fn scales(knowledge: &Knowledge, kind: ConcernKind) -> impl Iterator<Item = &Scale> {
    let scales = knowledge.scales.iter();
    scales.filter(move |scale| scale.rates(kind) && scale.measures == Measures::Severity)
}

/// What the size of a concern at a score is, in the unit in which it is measured: `0.4 mm`, `20 %`.
pub(super) fn size_in_words(kind: ConcernKind, size: f64) -> String {
    let trimmed = |number: f64, digits: usize| {
        let text = format!("{number:.digits$}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text.is_empty() { "0".to_owned() } else { text.to_owned() }
    };
    match kind.size_unit() {
        "um" => format!("{} mm", trimmed(size / 1000.0, 2)),
        "1" => format!("{:.0} %", size * 100.0),
        unit => format!("{size:.0} {unit}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use needlepoint_case::read_consultation;

    use super::*;

    #[test]
    fn the_reader_takes_each_measure_that_fits_and_refuses_each_that_does_not() {
        let knowledge = Knowledge::embedded().unwrap();
        for (name, kind) in ConcernKind::NAMED {
            for measure in &MEASURES {
                let value = match measure.given {
                    Given::Unit(unit) => format!("2 {unit}"),
                    Given::Words(words) => words[0].0.to_owned(),
                };
                let text = format!(
                    "[patient]\nage = \"30 years\"\nsex = \"female\"\nphototype = \"II\"\n\
                     [[concern]]\nkind = \"{name}\"\nsite = \"cheek\"\n{} = \"{value}\"\n",
                    measure.key
                );
                let (_, problems) = read_consultation("test", &text, &knowledge);
                let refused = problems.to_lines().contains("says nothing about");
                assert_eq!(refused, !fits(kind, measure.key), "{name} {}", measure.key);
            }
        }
    }

    #[test]
    fn sizes_are_told_as_they_are_measured() {
        assert_eq!(size_in_words(ConcernKind::AcneScars, 150.0), "0.15 mm");
        assert_eq!(size_in_words(ConcernKind::AcneScars, 0.0), "0 mm");
        assert_eq!(size_in_words(ConcernKind::Melasma, 0.4), "40 %");
        assert_eq!(size_in_words(ConcernKind::HairLoss, 120.0), "120 hairs/cm2");
    }
}
