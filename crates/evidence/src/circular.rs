//! Whether the model would be held against a number that was read into it.

use needlepoint_knowledge::{Knowledge, estimate::Estimate, site::Site};

use crate::{
    catalogue::{NeedlingNumber, Produced},
    study::{Layer, Loaded, Measurement, OfSkin, Study, Subjects},
};

/// Whether what the measurement asks for is itself a value of the knowledge that cites this study: its
/// agreement would show nothing. Values that only bear on the answer are no such case.
pub fn read_from_study(study: &Study, measurement: &Measurement, knowledge: &Knowledge) -> bool {
    let cites = |sources: &[String]| sources.contains(&study.id);
    let parameters = |names: &[&str]| {
        knowledge.parameters.iter().any(|p| names.contains(&p.name.as_str()) && cites(&p.sources))
    };
    match (measurement.entry().produced, measurement.of_skin) {
        (_, Some(OfSkin::Thickness(layer, _))) => {
            knowledge.site(&measurement.site).is_some_and(|site| {
                estimates(layer, site, &measurement.subjects).iter().any(|e| cites(&e.sources))
            })
        }
        (_, Some(OfSkin::Stiffness(loaded))) => parameters(moduli(loaded)),
        (Produced::Needling(NeedlingNumber::PunctureForce), _) => {
            parameters(&["insertion.cutting", "insertion.pressure"])
        }
        (Produced::Needling(NeedlingNumber::Pain), _) => {
            parameters(&["pain.reference", "pain.length_exponent", "pain.number_exponent"])
        }
        _ => false,
    }
}

/// The thicknesses of a site that make up a layer.
fn estimates<'s>(layer: Layer, site: &'s Site, subjects: &Subjects) -> Vec<&'s Estimate> {
    let mut dermis = Vec::new();
    if subjects.female_share > 0.0 {
        dermis.push(&site.dermis_female_um);
    }
    if subjects.female_share < 1.0 {
        dermis.push(&site.dermis_male_um);
    }
    let epidermis = vec![&site.stratum_corneum_um, &site.viable_epidermis_um];
    match layer {
        Layer::StratumCorneum => vec![&site.stratum_corneum_um],
        Layer::ViableEpidermis => vec![&site.viable_epidermis_um],
        Layer::Epidermis => epidermis,
        Layer::Dermis => dermis,
        Layer::Skin => epidermis.into_iter().chain(dermis).collect(),
    }
}

fn moduli(loaded: Loaded) -> &'static [&'static str] {
    const ALL: [&str; 3] = [
        "insertion.stratum_corneum_modulus",
        "insertion.epidermis_modulus",
        "insertion.dermis_modulus",
    ];
    match loaded {
        Loaded::Layer(Layer::StratumCorneum) => &ALL[..1],
        Loaded::Layer(Layer::ViableEpidermis | Layer::Epidermis) => &ALL[1..2],
        Loaded::Layer(Layer::Dermis | Layer::Skin) => &ALL[2..],
        Loaded::Probe(_) => &ALL,
    }
}
