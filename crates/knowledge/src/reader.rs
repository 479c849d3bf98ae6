//! Walks a document, converts values and collects *all* problems.
//!
//! A [`Table`] remembers which keys were asked for; [`Table::finish`] reports every other key as
//! unknown and suggests the nearest of those asked for. So the code that reads a file is its schema.

use std::{cell::RefCell, ops::Range};

use crate::{
    document::{Document, Entry, Node, Value},
    nearest::nearest,
    problem::{Problem, Problems},
    quantity::{self, Quantity, QuantityError},
};

/// Reads a document and gathers what is wrong with it.
#[derive(Debug)]
pub struct Reader<'a> {
    root: &'a Node,
    problems: RefCell<Problems>,
}

impl<'a> Reader<'a> {
    /// Read `document`, adding to the problems its parsing found.
    pub fn new(document: &'a Document, problems: Problems) -> Self {
        Self { root: &document.root, problems: RefCell::new(problems) }
    }

    /// The top-level table.
    pub fn root(&self) -> Table<'_> {
        Table::new(self.root, "the file", self)
    }

    /// Add a problem.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Everything found.
    pub fn into_problems(self) -> Problems {
        self.problems.into_inner()
    }
}

/// A table being read.
#[derive(Debug)]
pub struct Table<'r> {
    node: &'r Node,
    name: String,
    reader: &'r Reader<'r>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'r> Table<'r> {
    fn new(node: &'r Node, name: impl Into<String>, reader: &'r Reader<'_>) -> Self {
        // The reader outlives every table made from it and is only used behind a shared reference.
        Self { node, name: name.into(), reader: reader.shortened(), asked: RefCell::default() }
    }

    fn entries(&self) -> &'r [Entry] {
        match &self.node.value {
            Value::Table(entries) => entries,
            _ => &[],
        }
    }

    /// How the table is named in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.node.span.clone()
    }

    /// Report a problem with the table as a whole.
    pub fn error(&self, message: impl Into<String>) {
        self.reader.report(Problem::error(self.span(), message));
    }

    /// The value of `key`, if it is there.
    pub fn get(&self, key: &'static str) -> Option<Field<'r>> {
        self.asked.borrow_mut().push(key);
        self.entries().iter().find(|entry| entry.key == key).map(|entry| Field {
            node: &entry.node,
            key: entry.key.clone(),
            reader: self.reader,
        })
    }

    /// The value of `key`; when it is missing that is an error, and `expected` says what to write.
    pub fn require(&self, key: &'static str, expected: &str) -> Option<Field<'r>> {
        let field = self.get(key);
        if field.is_none() {
            self.reader.report(
                Problem::error(self.span(), format!("{} has no `{key}`", self.name))
                    .help(format!("add `{key} = {expected}`")),
            );
        }
        field
    }

    /// What `read` makes of the value of `key`: `Some(None)` if it was left out, `None` if it is there and
    /// wrong.
    pub fn optional<T>(
        &self,
        key: &'static str,
        read: impl FnOnce(&Field<'r>) -> Option<T>,
    ) -> Option<Option<T>> {
        self.get(key).map_or(Some(None), |field| read(&field).map(Some))
    }

    /// The table under `key`, if it is there.
    pub fn table(&self, key: &'static str) -> Option<Table<'r>> {
        self.get(key)?.table()
    }

    /// Every table of the list under `key` (`[[key]]`), none if it is not there.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'r>> {
        self.get(key).map(|field| field.tables()).unwrap_or_default()
    }

    /// All entries under whatever name: for files whose keys are the names of records.
    pub fn records(&self) -> Vec<Field<'r>> {
        self.entries()
            .iter()
            .map(|entry| Field { node: &entry.node, key: entry.key.clone(), reader: self.reader })
            .collect()
    }

    /// Where the key stands, for a message about it.
    pub fn key_span(&self, key: &str) -> Range<usize> {
        self.entries()
            .iter()
            .find(|entry| entry.key == key)
            .map_or_else(|| self.span(), |entry| entry.key_span.clone())
    }

    /// Report every key that was not asked for.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        for entry in self.entries() {
            if asked.contains(&entry.key.as_str()) {
                continue;
            }
            let help = match nearest(&entry.key, asked.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("known here: {}", asked.join(", ")),
            };
            self.reader.report(
                Problem::error(
                    entry.key_span.clone(),
                    format!("{} knows no `{}`", self.name, entry.key),
                )
                .help(help),
            );
        }
    }
}

impl Reader<'_> {
    fn shortened(&self) -> &Reader<'_> {
        self
    }
}

/// A value being read, with its key.
#[derive(Debug, Clone)]
pub struct Field<'r> {
    node: &'r Node,
    key: String,
    reader: &'r Reader<'r>,
}

impl<'r> Field<'r> {
    /// The key of the value.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where the value stands.
    pub fn span(&self) -> Range<usize> {
        self.node.span.clone()
    }

    /// Whether the value is a table.
    pub fn is_table(&self) -> bool {
        matches!(self.node.value, Value::Table(_))
    }

    /// Whether the value is a text.
    pub fn is_text(&self) -> bool {
        matches!(self.node.value, Value::Text(_))
    }

    /// Report that the value is wrong.
    pub fn error(&self, message: impl Into<String>, help: impl Into<String>) {
        self.reader.report(Problem::error(self.span(), message).help(help));
    }

    /// Report something the reader of the file should know.
    pub fn warning(&self, message: impl Into<String>, help: impl Into<String>) {
        self.reader.report(Problem::warning(self.span(), message).help(help));
    }

    fn wrong_kind<T>(&self, expected: &str) -> Option<T> {
        self.error(
            format!("`{}` is {}, expected {expected}", self.key, self.node.value.kind()),
            format!("write {expected}"),
        );
        None
    }

    /// A text.
    pub fn text(&self) -> Option<&'r str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => self.wrong_kind("a text in quotes"),
        }
    }

    /// The text, if it is one; that it is none is reported elsewhere.
    pub fn text_if(&self) -> Option<&'r str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A list of texts, each with its own place.
    pub fn texts(&self) -> Vec<(&'r str, Field<'r>)> {
        let Value::Array(items) = &self.node.value else {
            return self.wrong_kind::<()>("a list of texts").map_or_else(Vec::new, |()| Vec::new());
        };
        items
            .iter()
            .filter_map(|node| {
                let field = Field { node, key: self.key.clone(), reader: self.reader };
                field.text().map(|text| (text, field.clone()))
            })
            .collect()
    }

    /// One of a few names.
    pub fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
            return Some(*value);
        }
        self.unknown_name("value", text, choices.iter().map(|(name, _)| *name));
        None
    }

    /// Report a name that is not among `known`, with the nearest that is.
    pub fn unknown_name<'n>(
        &self,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let known: Vec<&str> = known.into_iter().collect();
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"? known: {}", known.join(", ")),
            None => format!("known: {}", known.join(", ")),
        };
        self.error(format!("`{}`: no {what} is called \"{name}\"", self.key), help);
    }

    /// A quantity with a unit.
    pub fn quantity<Q: Quantity>(&self) -> Option<Q> {
        let text = match &self.node.value {
            Value::Text(text) => text,
            Value::Integer(number) => {
                self.error(
                    format!("`{} = {number}` has no unit", self.key),
                    format!("write \"{number} {}\"; units: {}", Q::UNITS[0], Q::UNITS.join(", ")),
                );
                return None;
            }
            Value::Float(number) => {
                self.error(
                    format!("`{} = {number}` has no unit", self.key),
                    format!("write \"{number} {}\"; units: {}", Q::UNITS[0], Q::UNITS.join(", ")),
                );
                return None;
            }
            _ => return self.wrong_kind(&format!("{} such as \"{}\"", Q::KIND, Q::EXAMPLE)),
        };
        quantity::parse(text)
            .map_err(|error: QuantityError| {
                let message = format!("`{} = \"{text}\"` {}", self.key, error.message::<Q>());
                self.error(message, error.help::<Q>(text));
            })
            .ok()
    }

    /// A quantity in the unit that `in_unit` converts to, within `least..=most` of that unit.
    pub fn quantity_within<Q: Quantity>(
        &self,
        in_unit: impl Fn(Q) -> f64,
        unit: &str,
        least: f64,
        most: f64,
    ) -> Option<f64> {
        let value = in_unit(self.quantity::<Q>()?);
        self.within(value, unit, least, most)
    }

    /// `value`, if it lies within `least..=most`; otherwise an error that says so.
    pub fn within(&self, value: f64, unit: &str, least: f64, most: f64) -> Option<f64> {
        let space = if unit.is_empty() { "" } else { " " };
        if (least..=most).contains(&value) {
            return Some(value);
        }
        self.error(
            format!(
                "`{}` is {}{space}{unit}, outside what makes sense",
                self.key,
                significant(value)
            ),
            format!(
                "expected {}{space}{unit} to {}{space}{unit}",
                significant(least),
                significant(most)
            ),
        );
        None
    }

    /// A number without a unit.
    #[allow(clippy::cast_precision_loss)]
    pub fn number(&self) -> Option<f64> {
        match &self.node.value {
            Value::Integer(number) => Some(*number as f64),
            Value::Float(number) if number.is_finite() => Some(*number),
            Value::Float(_) => self.wrong_kind("a finite number"),
            _ => self.wrong_kind("a number"),
        }
    }

    /// A whole number within bounds.
    pub fn whole(&self, least: i64, most: i64) -> Option<i64> {
        let Value::Integer(number) = &self.node.value else {
            return self.wrong_kind(&format!("a whole number from {least} to {most}"));
        };
        if (least..=most).contains(number) {
            return Some(*number);
        }
        self.error(
            format!("`{} = {number}` is outside what makes sense", self.key),
            format!("expected a whole number from {least} to {most}"),
        );
        None
    }

    /// true or false.
    pub fn flag(&self) -> Option<bool> {
        match &self.node.value {
            Value::Flag(flag) => Some(*flag),
            _ => self.wrong_kind("true or false"),
        }
    }

    /// A calendar date.
    pub fn date(&self) -> Option<jiff::civil::Date> {
        let (Value::Date(text) | Value::Text(text)) = &self.node.value else {
            return self.wrong_kind("a date such as 2026-03-02");
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.error(
                format!("`{} = {text}` is not a date of the calendar", self.key),
                "write a date such as 2026-03-02",
            );
        }
        date
    }

    /// A list of numbers.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        let Value::Array(items) = &self.node.value else {
            return self.wrong_kind("a list of numbers");
        };
        items
            .iter()
            .map(|node| Field { node, key: self.key.clone(), reader: self.reader }.number())
            .collect()
    }

    /// The values of a list, each with its own place.
    pub fn items(&self) -> Option<Vec<Field<'r>>> {
        let Value::Array(items) = &self.node.value else { return self.wrong_kind("a list") };
        let item = |node| Field { node, key: self.key.clone(), reader: self.reader };
        Some(items.iter().map(item).collect())
    }

    /// Every value of a list, each made by `read`; `None` if one of them is wrong.
    pub fn list<T>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        // Every item is read before any is judged, so that all mistakes are reported.
        self.items()?.iter().map(read).collect::<Vec<_>>().into_iter().collect()
    }

    /// A list of two values, the smaller first.
    pub fn pair<T: Copy + PartialOrd>(&self, read: impl Fn(&Self) -> Option<T>) -> Option<(T, T)> {
        let values = self.list(read)?;
        let &[least, most] = values.as_slice() else {
            self.error(
                format!("`{}` has {} values, expected two", self.key, values.len()),
                "write the smaller and the larger, the same twice if there is one",
            );
            return None;
        };
        if least > most {
            self.error(
                format!("`{}` ends before it begins", self.key),
                "write the smaller end first",
            );
            return None;
        }
        Some((least, most))
    }

    /// A table.
    pub fn table(&self) -> Option<Table<'r>> {
        match &self.node.value {
            Value::Table(_) => Some(Table::new(self.node, format!("`{}`", self.key), self.reader)),
            _ => self.wrong_kind(&format!("a table `[{}]`", self.key)),
        }
    }

    /// Every table of a list of tables.
    pub fn tables(&self) -> Vec<Table<'r>> {
        let Value::Array(items) = &self.node.value else {
            self.wrong_kind::<()>(&format!("a list of tables `[[{}]]`", self.key));
            return Vec::new();
        };
        items
            .iter()
            .enumerate()
            .filter_map(|(at, node)| {
                let name = format!("{} {}", self.key, at + 1);
                if let Value::Table(_) = node.value {
                    return Some(Table::new(node, format!("`{name}`"), self.reader));
                }
                Field { node, key: name, reader: self.reader }.wrong_kind("a table")
            })
            .collect()
    }
}

/// A number as a person writes it: at most six significant digits.
fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let digits = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uom::si::{f64::Length, length::millimeter};

    fn problems_of(text: &str, read: impl Fn(&Table<'_>)) -> String {
        let (document, problems) = Document::parse("case.toml", text);
        let reader = Reader::new(&document, problems);
        let root = reader.root();
        read(&root);
        root.finish();
        reader.into_problems().to_lines()
    }

    #[test]
    fn every_problem_is_reported_at_its_place() {
        let lines = problems_of("depth = 1.5\nneedel = \"1 mm\"\n", |root| {
            root.require("depth", "\"1.5 mm\"").and_then(|field| field.quantity::<Length>());
            root.require("needle", "\"1 mm\"");
        });
        insta_like(
            &lines,
            &[
                "case.toml:1:1: the file has no `needle` (add `needle = \"1 mm\"`)",
                "case.toml:1:9: `depth = 1.5` has no unit (write \"1.5 mm\"; units: mm, um, cm, m)",
                "case.toml:2:1: the file knows no `needel` (did you mean `needle`?)",
            ],
        );
    }

    #[test]
    fn a_length_out_of_range_says_what_was_expected() {
        let lines = problems_of("needle_length = \"1.5 m\"", |root| {
            root.get("needle_length").and_then(|field| {
                field.quantity_within::<Length>(|l| l.get::<millimeter>(), "mm", 0.1, 3.0)
            });
        });
        insta_like(
            &lines,
            &["case.toml:1:17: `needle_length` is 1500 mm, outside what makes sense \
             (expected 0.1 mm to 3 mm)"],
        );
    }

    #[test]
    fn broken_toml_still_yields_the_readable_rest() {
        let lines = problems_of("a = = 3\nb = \"x\"\n", |root| {
            root.get("a");
            root.get("b").and_then(|field| field.number());
        });
        assert!(lines.contains("not valid TOML"), "{lines}");
        assert!(lines.contains("case.toml:2:5: `b` is a text, expected a number"), "{lines}");
    }

    fn insta_like(actual: &str, expected: &[&str]) {
        assert_eq!(actual.lines().collect::<Vec<_>>(), expected);
    }
}
