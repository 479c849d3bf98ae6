//! The chains as a table.

use std::fmt::Write as _;

use needlepoint_evidence::calibrate::outcome::Outcome;

/// One row a draw of a chain, thinned: coordinates of what was fitted.
pub(super) fn trace(outcome: &Outcome) -> String {
    let all: Vec<_> = outcome.all().collect();
    let mut text = String::from("chain,draw");
    for fitted in &all {
        let _ = write!(text, ",{}", fitted.name);
    }
    text.push('\n');
    let Some(first) = all.first() else { return text };
    for (chain, draws) in first.trace.iter().enumerate() {
        for draw in 0..draws.len() {
            let _ = write!(text, "{chain},{draw}");
            for fitted in &all {
                let _ = write!(text, ",{:.4}", fitted.trace[chain][draw]);
            }
            text.push('\n');
        }
    }
    text
}
