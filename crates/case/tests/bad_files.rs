//! Every file in `tests/bad` is refused, or warned of, in the words of its snapshot.

#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::{fs, path::Path};

use needlepoint_case::read_case_bytes;

#[test]
fn bad_files_are_answered_as_reviewed() {
    let knowledge = common::knowledge();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap();
        let (case, problems) = read_case_bytes(name, &fs::read(&path).unwrap(), &knowledge);
        assert_eq!(case.is_none(), problems.has_errors(), "{name}");
        assert!(!problems.is_empty(), "{name}");
        insta::assert_snapshot!(
            path.file_stem().unwrap().to_str().unwrap(),
            problems.to_snippets(false)
        );
    }
}
