//! Which studies the model may be fitted to.

use std::collections::BTreeMap;

use needlepoint_knowledge::{Knowledge, store::fingerprint};

use crate::{
    catalogue::Domain,
    study::{Role, Study},
};

/// Anchors named after the roles were drawn. They had come out as `calibrate`, which an anchor has to
/// be, and keep their place in the order: otherwise each new anchor would give others another role.
const LATER_ANCHORS: [&str; 6] = [
    "roemgens-2014",
    "crichton-2013",
    "pmc3016610-gantrez",
    "donnelly-2014",
    "wahlgren-quiding",
    "emla-smpc",
];

/// The roles of shipped studies, by a rule fixed before anything was fitted.
///
/// A study belongs to the domain of its first measurement. Within a domain the studies that no
/// parameter names as an anchor are put in the order of the SHA-256 of their identifiers, and the
/// first, fourth, seventh ... are kept for validation; so about a third of each domain is. A study
/// whose results a parameter was set to by hand is always `calibrate`.
pub fn roles_by_rule<'s>(
    studies: impl IntoIterator<Item = &'s Study>,
    knowledge: &Knowledge,
) -> BTreeMap<String, Role> {
    let is_anchor = |id: &str| {
        let named =
            knowledge.parameters.iter().any(|parameter| parameter.anchors.iter().any(|a| a == id));
        named && !LATER_ANCHORS.contains(&id)
    };
    let mut roles = BTreeMap::new();
    let mut free: BTreeMap<Option<Domain>, Vec<(String, String)>> = BTreeMap::new();
    for study in studies {
        roles.insert(study.id.clone(), Role::Calibrate);
        if !is_anchor(&study.id) {
            let domain = study.measurements.first().map(|first| first.entry().domain);
            let place = fingerprint(study.id.as_bytes());
            free.entry(domain).or_default().push((place, study.id.clone()));
        }
    }
    for mut of_domain in free.into_values() {
        of_domain.sort();
        for (_, id) in of_domain.into_iter().step_by(3) {
            roles.insert(id, Role::Validate);
        }
    }
    roles
}
