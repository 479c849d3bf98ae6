//! A TOML file as a tree in which every value knows where it stands.

use std::{ops::Range, sync::Arc};

use toml::de::{DeTable, DeValue};

use crate::problem::{Problem, Problems};

/// The text of a file together with the name shown to the user.
#[derive(Debug)]
pub struct SourceText {
    /// Name of the file as the user gave it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl SourceText {
    /// Line and column (both from 1, columns counted in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let before = &self.text.as_bytes()[..offset];
        let line = before.split(|&b| b == b'\n').count();
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        (line, column)
    }
}

/// A value and the bytes of the source text it was read from.
#[derive(Debug, Clone)]
pub struct Node {
    /// Bytes of the value in the source text.
    pub span: Range<usize>,
    /// The value.
    pub value: Value,
}

/// A TOML value.
#[derive(Debug, Clone)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number that fits 64 bits.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// true or false.
    Flag(bool),
    /// A date or time, as written.
    Date(String),
    /// A list.
    Array(Vec<Node>),
    /// A table, in the order written.
    Table(Vec<Entry>),
}

/// A key of a table with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Bytes of the key in the source text.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node,
}

impl Value {
    /// What kind of value this is, in words for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Flag(_) => "true/false",
            Self::Date(_) => "a date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// A parsed file.
#[derive(Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: Arc<SourceText>,
    /// The top-level table.
    pub root: Node,
}

impl Document {
    /// Parse `text`; syntax errors are all collected and the readable rest is still returned, so
    /// that further problems can be reported in the same go.
    pub fn parse(name: impl Into<String>, text: impl Into<String>) -> (Self, Problems) {
        let source = Arc::new(SourceText { name: name.into(), text: text.into() });
        let (table, errors) = DeTable::parse_recoverable(&source.text);
        let mut problems = Problems::new(Arc::clone(&source));
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            problems.push(Problem::error(span, format!("not valid TOML: {}", error.message())));
        }
        let mut out_of_range = Vec::new();
        let root = Node {
            span: table.span(),
            value: Value::Table(entries(table.get_ref(), &mut out_of_range)),
        };
        for (span, number) in out_of_range {
            problems
                .push(Problem::error(span, format!("{number} is not a number that can be held")));
        }
        (Self { source, root }, problems)
    }
}

type Unholdable = Vec<(Range<usize>, String)>;

fn entries(table: &DeTable<'_>, unholdable: &mut Unholdable) -> Vec<Entry> {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: node(value.get_ref(), value.span(), unholdable),
        })
        .collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    entries
}

fn node(value: &DeValue<'_>, span: Range<usize>, unholdable: &mut Unholdable) -> Node {
    let mut unheld = |text: &str, stand_in| {
        unholdable.push((span.clone(), text.to_owned()));
        stand_in
    };
    let value = match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| unheld(number.as_str(), Value::Integer(0)), Value::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| unheld(number.as_str(), Value::Float(0.0)), Value::Float),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::Array(
            items.iter().map(|item| node(item.get_ref(), item.span(), unholdable)).collect(),
        ),
        DeValue::Table(table) => Value::Table(entries(table, unholdable)),
    };
    Node { span, value }
}
