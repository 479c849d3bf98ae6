//! What a parser says of a broken line, in words for somebody who never heard of TOML.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use needlepoint_knowledge::{
    document::Document,
    problem::{Problem, Problems},
};

/// How messages of the parser begin.
const BROKEN: &str = "not valid TOML";

/// The problems with help for broken lines, and without those that only follow from them.
pub(super) fn explained(document: &Document, problems: &Problems) -> Problems {
    let text = &document.source.text;
    let line_of = |problem: &Problem| document.source.line_column(problem.span.start).0;
    let broken: BTreeSet<usize> = problems
        .in_order()
        .into_iter()
        .filter(|problem| problem.message.starts_with(BROKEN))
        .map(line_of)
        .collect();
    let mut explained = Problems::new(Arc::clone(&document.source));
    let mut told = BTreeSet::new();
    explained.extend(problems.in_order().into_iter().filter_map(|problem| {
        let mut problem = problem.clone();
        if problem.message.starts_with(BROKEN) {
            // One broken line is one mistake, whatever else the parser finds in it.
            if !told.insert(line_of(&problem)) {
                return None;
            }
            problem.help = Some(advice(line_at(text, problem.span.start)));
        } else if follows_from(&problem, line_of(&problem), &broken) {
            return None;
        } else if let Some(number) = with_a_point(text, &problem.span) {
            problem.help = Some(format!("write {number}: numbers take a point, not a comma"));
        }
        Some(problem)
    }));
    explained
}

/// Whether a problem may vanish once the broken lines are put right: something else on such a line,
/// or something missing that may be what stands there.
fn follows_from(problem: &Problem, line: usize, broken: &BTreeSet<usize>) -> bool {
    broken.contains(&line) || (!broken.is_empty() && problem.message.contains(" has no `"))
}

/// The line of the text that holds the byte `at`.
fn line_at(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let at = at.min(bytes.len());
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let end =
        bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |n| start + n);
    text.get(start..end).unwrap_or_default().trim()
}

/// What to write instead of a broken line.
fn advice(line: &str) -> String {
    const SHAPE: &str =
        "a line reads name = \"text\", name = 3, [section] or [[section]]; # begins a comment";
    // A line of a wrong file may be endless.
    const LONGEST: usize = 200;
    if line.len() > LONGEST {
        return SHAPE.to_owned();
    }
    if line.contains(['“', '”', '„', '‘', '’', '«', '»']) {
        return "use straight quotes, as in \"1.5 mm\": a word processor bends them, a text editor does not"
            .to_owned();
    }
    if line.starts_with('[') && !line.contains('=') {
        let name = line.trim_matches(|c: char| "[] ".contains(c));
        return if line.starts_with("[[") {
            format!("a section begins with its name in brackets: [[{name}]]")
        } else {
            format!("a section begins with its name in brackets: [{name}]")
        };
    }
    let Some((name, value)) = line.split_once('=') else {
        return match line.split_once(':') {
            Some((name, value)) => {
                format!("write an equals sign, not a colon: {} = {}", name.trim(), value.trim())
            }
            None => SHAPE.to_owned(),
        };
    };
    let (name, value) = (name.trim(), value.trim());
    // What stands behind a comment sign is not the value.
    let bare = value.split('#').next().unwrap_or_default().trim();
    if bare.is_empty() {
        return format!("a value is missing: {name} = ...");
    }
    if bare.matches('-').count() == 2 && bare.starts_with(|c: char| c.is_ascii_digit()) {
        return "write a date of the calendar, such as 2026-03-02".to_owned();
    }
    if !bare.contains(['"', '\'', '[', '{']) {
        return format!("texts and numbers with a unit are written in quotes: {name} = \"{bare}\"");
    }
    if bare.matches('"').count() % 2 == 1 {
        return "a quote is missing: texts begin and end with one".to_owned();
    }
    SHAPE.to_owned()
}

/// The text at a span, if it is a number with a decimal comma: with a point.
fn with_a_point(text: &str, span: &Range<usize>) -> Option<String> {
    let written = text.get(span.clone())?;
    let (whole, rest) = written.split_once(',')?;
    let digits = whole.strip_prefix('"')?;
    let is_number = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && !rest.contains(',');
    is_number.then(|| format!("{whole}.{rest}"))
}
