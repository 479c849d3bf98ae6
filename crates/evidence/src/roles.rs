//! Which studies the model may be fitted to.

use needlepoint_knowledge::{Knowledge, store::fingerprint};

use crate::study::Role;

/// The role of a shipped study, by a rule fixed before anything was fitted: `validate` when the first
/// byte of the SHA-256 of its identifier leaves the remainder 0 on division by 3, else `calibrate`;
/// and always `calibrate` when a parameter names it as an anchor, because the priors were set to it by
/// hand.
pub fn role_by_rule(id: &str, knowledge: &Knowledge) -> Role {
    let is_anchor =
        knowledge.parameters.iter().any(|parameter| parameter.anchors.iter().any(|a| a == id));
    let first = u8::from_str_radix(&fingerprint(id.as_bytes())[..2], 16).unwrap_or(0);
    if first.is_multiple_of(3) && !is_anchor { Role::Validate } else { Role::Calibrate }
}
