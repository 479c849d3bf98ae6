//! Whatever bytes come in, the reader answers: a case and a consultation, or at least one error.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use needlepoint_case::{read_case_bytes, read_consultation_bytes};
use needlepoint_knowledge::Knowledge;

static KNOWLEDGE: LazyLock<Knowledge> =
    LazyLock::new(|| Knowledge::embedded().unwrap_or_else(|error| panic!("{error}")));

fuzz_target!(|bytes: &[u8]| {
    let (case, problems) = read_case_bytes("case.toml", bytes, &KNOWLEDGE);
    assert_eq!(case.is_none(), problems.has_errors());
    let _ = problems.to_snippets(false);
    let (consultation, problems) = read_consultation_bytes("case.toml", bytes, &KNOWLEDGE);
    assert_eq!(consultation.is_none(), problems.has_errors());
    assert!(consultation.is_some() || case.is_none());
    if let Some(consultation) = consultation {
        assert!(!consultation.in_words().is_empty());
    }
    if let Some(case) = case {
        assert!(case.protocol.session_days.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(!case.in_words().is_empty());
    }
});
