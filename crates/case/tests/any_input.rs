//! Whatever is fed in: an answer, never a crash.

#![allow(missing_docs, clippy::unwrap_used, clippy::format_collect)]

mod common;

use std::{fs, io::Write as _, sync::LazyLock};

use needlepoint_case::{
    TEMPLATE, limits, read_case_bytes, read_case_file, read_consultation_bytes,
    read_consultation_file,
};
use needlepoint_knowledge::Knowledge;
use proptest::prelude::*;

const EVERYTHING: &str = include_str!("everything.toml");

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(common::knowledge);

/// The lines of the answer; a case comes out exactly if there is no error.
fn answer(bytes: &[u8]) -> String {
    let (case, problems) = read_case_bytes("case.toml", bytes, &KNOWLEDGE);
    assert_eq!(case.is_none(), problems.has_errors());
    let (consultation, fewer) = read_consultation_bytes("case.toml", bytes, &KNOWLEDGE);
    assert_eq!(consultation.is_none(), fewer.has_errors());
    if let Some(case) = case {
        assert!(!case.in_words().is_empty());
        assert!(consultation.is_some());
    }
    if let Some(consultation) = consultation {
        assert!(!consultation.in_words().is_empty());
    }
    problems.to_snippets(false);
    problems.to_lines()
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let lines = answer(b"title = \"a\"\n[patient]\nage = \"3\xff years\"\n");
    assert!(lines.starts_with("case.toml:3:9: byte 31 (0xff) is not UTF-8 text"), "{lines}");
    let lines = answer(b"\xef\xbb\xbf\xff");
    assert!(lines.contains("byte 4 (0xff)"), "{lines}");
    let lines = answer(b"\xff\xfet\0i\0t\0l\0e\0");
    assert!(lines.contains("UTF-16"), "{lines}");
}

#[test]
fn a_character_cut_off_at_the_end_is_named() {
    assert!(answer(b"title = \"\xc3").contains("0xc3"));
}

#[test]
fn a_file_too_large_is_refused_with_its_size() {
    let lines = answer(&vec![b'#'; limits::FILE_BYTES as usize + 1]);
    assert!(lines.contains("the file has 1048577 bytes"), "{lines}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&vec![b'#'; limits::FILE_BYTES as usize + 5]).unwrap();
    let (_, problems) = read_case_file(file.path(), &KNOWLEDGE);
    assert!(problems.to_lines().contains("1048581 bytes"), "{}", problems.to_lines());
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_refused() {
    let (_, problems) = read_case_file("/dev/zero".as_ref(), &KNOWLEDGE);
    assert!(problems.to_lines().contains("more than 1048576 bytes"), "{}", problems.to_lines());
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (_, problems) = read_case_file(&folder.path().join("none.toml"), &KNOWLEDGE);
    assert!(problems.to_lines().contains("can't be read"), "{}", problems.to_lines());
    let (_, problems) = read_case_file(folder.path(), &KNOWLEDGE);
    assert!(problems.to_lines().contains("a folder"), "{}", problems.to_lines());
}

#[test]
fn a_file_on_the_disk_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    fs::write(&path, TEMPLATE).unwrap();
    let (case, problems) = read_case_file(&path, &KNOWLEDGE);
    assert!(case.is_some() && problems.is_empty(), "{}", problems.to_lines());
    assert!(read_consultation_file(&path, &KNOWLEDGE).0.is_some());
    assert!(read_consultation_file(folder.path(), &KNOWLEDGE).0.is_none());
}

#[test]
fn deep_nesting_does_not_overflow() {
    let deep = |open: &str, close: &str| {
        format!("a = {}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes()
    };
    for text in [deep("[", "]"), deep("{a = ", "}"), deep("[", "")] {
        assert!(answer(&text).contains("not valid TOML"));
    }
    assert!(!answer(format!("[{}]", vec!["a"; 10_000].join(".")).as_bytes()).is_empty());
    assert!(!answer(format!("{} = 1", vec!["a"; 10_000].join(".")).as_bytes()).is_empty());
}

#[test]
fn very_many_mistakes_are_cut_short() {
    let text: String = (0..20_000).map(|n| format!("key{n} = 1\n")).collect();
    let lines = answer(text.as_bytes());
    assert_eq!(lines.lines().count(), limits::PROBLEMS_SHOWN + 1);
    assert!(lines.trim_end().ends_with("more problems are not shown"), "{lines}");
}

#[test]
fn a_file_as_large_as_may_be_is_answered_soon() {
    let filled = |head: &str, part: &str| {
        let room = limits::FILE_BYTES as usize - head.len() - 2;
        format!("{head}{}\n", part.repeat(room / part.len())).into_bytes()
    };
    let begun = std::time::Instant::now();
    answer(&filled("", "a=\n"));
    answer(&filled("", "[[concern]]\n"));
    answer(&filled("[protocol]\n", "[[protocol.zone]]\nsite=\"cheek\"\n"));
    answer(&filled("patient = { history = [", "\"x\","));
    answer(&filled("title = \"", "x"));
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        answer(&bytes);
    }

    #[test]
    fn any_text(text in "\\PC{0,300}") {
        answer(text.as_bytes());
    }

    #[test]
    fn the_template_with_bytes_changed(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)
    ) {
        let mut bytes = TEMPLATE.as_bytes().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        answer(&bytes);
    }

    #[test]
    fn the_template_with_lines_lost_and_swapped(
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..80)
    ) {
        let lines: Vec<&str> = TEMPLATE.lines().collect();
        let text: String = order.iter().map(|at| format!("{}\n", at.get(&lines))).collect();
        answer(text.as_bytes());
    }

    #[test]
    fn the_template_with_other_values(
        at in any::<prop::sample::Index>(),
        value in r#"-?[0-9]{1,20}|"-?[0-9]{1,3}(e[0-9]{1,3})? ?(mm|%|years|weeks|m)"|\[\]|\{\}|nan|inf|true|"""#,
    ) {
        let lines: Vec<&str> = TEMPLATE.lines().collect();
        let with_value: Vec<usize> =
            (0..lines.len()).filter(|&n| lines[n].contains(" = ") && !lines[n].starts_with('#')).collect();
        let chosen = *at.get(&with_value);
        let text: String = lines
            .iter()
            .enumerate()
            .map(|(n, line)| match line.split_once(" = ") {
                Some((key, _)) if n == chosen => format!("{key} = {value}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        answer(text.as_bytes());
    }

    #[test]
    fn every_key_with_other_values(
        at in any::<prop::sample::Index>(),
        value in r#"-?[0-9]{1,20}|"[a-z -]{0,12}"|"-?[0-9]{1,3} ?(mm|days|years)"|\[\]|\{\}|\["keloid"\]|nan|true|[12][0-9]{3}-(0[1-9]|1[0-2])-[0-3][0-9]"#,
    ) {
        let lines: Vec<&str> = EVERYTHING.lines().collect();
        let with_value: Vec<usize> =
            (0..lines.len()).filter(|&n| lines[n].contains(" = ")).collect();
        let chosen = *at.get(&with_value);
        let text: String = lines
            .iter()
            .enumerate()
            .map(|(n, line)| match line.rsplit_once(" = ") {
                Some((key, _)) if n == chosen => format!("{key} = {value}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        answer(text.as_bytes());
    }

    #[test]
    fn every_key_with_lines_lost_and_swapped(
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..80)
    ) {
        let lines: Vec<&str> = EVERYTHING.lines().collect();
        let text: String = order.iter().map(|at| format!("{}\n", at.get(&lines))).collect();
        answer(text.as_bytes());
    }
}
