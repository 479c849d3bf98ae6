//! What the tests of screening share.

use needlepoint_knowledge::Knowledge;

pub(crate) fn knowledge() -> Knowledge {
    Knowledge::embedded().unwrap_or_else(|error| panic!("{error}"))
}
