//! What is wrong with a file, where, and how to put it right.

use std::{fmt::Write as _, ops::Range, sync::Arc};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde::Serialize;

use crate::document::SourceText;

/// Whether a problem stops the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file can't be used until this is put right.
    Error,
    /// The file can be used; the reader should know.
    Warning,
}

/// One thing wrong in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Whether it stops the work.
    pub severity: Severity,
    /// Bytes of the source text it concerns.
    pub span: Range<usize>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    /// A problem that stops the work.
    pub fn error(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, span, message: message.into(), help: None }
    }

    /// A problem that does not stop the work.
    pub fn warning(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, span, message: message.into(), help: None }
    }

    /// Add what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All that is wrong with one file.
#[derive(Debug, Clone)]
pub struct Problems {
    source: Arc<SourceText>,
    list: Vec<Problem>,
}

/// A problem with its place worked out, for programs.
#[derive(Debug, Serialize)]
pub struct PlacedProblem {
    /// Whether it stops the work.
    pub severity: Severity,
    /// Name of the file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problems {
    /// No problem yet.
    pub fn new(source: Arc<SourceText>) -> Self {
        Self { source, list: Vec::new() }
    }

    /// Add one.
    pub fn push(&mut self, problem: Problem) {
        self.list.push(problem);
    }

    /// Add several.
    pub fn extend(&mut self, problems: impl IntoIterator<Item = Problem>) {
        self.list.extend(problems);
    }

    /// All problems, in the order of the file.
    pub fn in_order(&self) -> Vec<&Problem> {
        let mut list: Vec<&Problem> = self.list.iter().collect();
        list.sort_by_key(|problem| problem.span.start);
        list
    }

    /// Whether any problem stops the work.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Whether nothing is wrong at all.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Problems with file, line and column.
    pub fn placed(&self) -> Vec<PlacedProblem> {
        self.in_order()
            .into_iter()
            .map(|problem| {
                let (line, column) = self.source.line_column(problem.span.start);
                PlacedProblem {
                    severity: problem.severity,
                    file: self.source.name.clone(),
                    line,
                    column,
                    message: problem.message.clone(),
                    help: problem.help.clone(),
                }
            })
            .collect()
    }

    /// One line a problem: `file:line:column: message. help`.
    pub fn to_lines(&self) -> String {
        let mut lines = String::new();
        for problem in self.placed() {
            let _ = write!(
                lines,
                "{}:{}:{}: {}",
                problem.file, problem.line, problem.column, problem.message
            );
            if let Some(help) = problem.help {
                let _ = write!(lines, " ({help})");
            }
            lines.push('\n');
        }
        lines
    }

    /// The problems with the lines they concern, marked; `colour` for a terminal.
    pub fn to_snippets(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let text = &self.source.text;
        let mut snippets = String::new();
        for problem in self.in_order() {
            let level = match problem.severity {
                Severity::Error => Level::ERROR,
                Severity::Warning => Level::WARNING,
            };
            let span = visible(&problem.span, text);
            let mut group = level.primary_title(problem.message.as_str()).element(
                Snippet::source(text.as_str())
                    .path(self.source.name.as_str())
                    .annotation(AnnotationKind::Primary.span(span)),
            );
            if let Some(help) = &problem.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            snippets.push_str(&renderer.render(&[group]));
            snippets.push_str("\n\n");
        }
        snippets
    }
}

/// A span that lies within the text, on character boundaries and on one line.
fn visible(span: &Range<usize>, text: &str) -> Range<usize> {
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start.min(text.len()));
    let line_end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..floor(span.end.min(line_end)).max(start)
}
