//! The small knowledge that tests of reading use, so that they don't move with the real one.

use std::path::Path;

use needlepoint_knowledge::Knowledge;

pub(crate) fn knowledge() -> Knowledge {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/knowledge");
    Knowledge::from_folder(&folder).unwrap_or_else(|error| panic!("{error}"))
}
