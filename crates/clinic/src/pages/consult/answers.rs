//! What the form of a consultation holds: names and values, as a browser sends them.
//!
//! An empty field says nothing and is left out. Lists have numbered entries: `concern.0.kind`, `medicine.2.name`,
//! `override.0.rule`, `history.eczema.1.status`. `history.eczema` itself is `yes` or `no`; without it nobody asked.

use needlepoint_knowledge::{Knowledge, concern::ConcernKind};

use super::kinds;
use crate::refusal::Refusal;

/// Most fields that say something.
const FIELDS: usize = 2000;
/// Longest text of a field, characters.
const LONGEST: usize = 4000;
/// Longest text of a whole file, characters.
const LONGEST_FILE: usize = 200_000;
/// Entries of a list are numbered below this.
const ENTRIES: u32 = 1000;
/// Most concerns: more than there are sites and kinds that anybody treats at once.
pub(super) const CONCERNS: usize = 40;

/// Fields that hold a whole file.
const FILES: [&str; 2] = ["file", "kept"];

/// Names and values of the form, those that say something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Answers {
    given: Vec<(String, String)>,
}

/// An entry of a list of the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    list: String,
    number: u32,
}

impl Entry {
    /// The name under which something of this entry is sent.
    pub(super) fn field(&self, key: &str) -> String {
        format!("{}.{}.{key}", self.list, self.number)
    }

    /// The name of the entry as a whole.
    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.list, self.number)
    }
}

impl Answers {
    /// What a browser sent.
    ///
    /// # Errors
    /// A sentence when it is more than anybody fills in.
    pub(super) fn sent(pairs: Vec<(String, String)>) -> Result<Self, Refusal> {
        let given: Vec<(String, String)> =
            pairs.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
        if given.len() > FIELDS {
            return Err(Refusal::bad(format!("A consultation has at most {FIELDS} answers.")));
        }
        for (name, value) in &given {
            let most = if FILES.contains(&name.as_str()) { LONGEST_FILE } else { LONGEST };
            if value.chars().count() > most {
                return Err(Refusal::bad(format!("A text here has at most {most} characters.")));
            }
        }
        let answers = Self { given };
        if answers.entries("concern").len() > CONCERNS {
            return Err(Refusal::bad(format!("A consultation has at most {CONCERNS} concerns.")));
        }
        Ok(answers)
    }

    /// The value of a field; empty if it says nothing.
    pub(super) fn one(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All values of a field that may be sent more than once.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.given.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Add a value; one that is empty says nothing.
    pub(super) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.given.push((name.into(), value));
        }
    }

    /// Say this instead of whatever was said.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.given.retain(|(given, _)| given != name);
        self.add(name, value);
    }

    /// Names of everything that is said under `prefix`, each once, in the order in which it came.
    pub(super) fn names<'a>(&'a self, prefix: &'a str) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        for (given, _) in &self.given {
            let Some(rest) = given.strip_prefix(prefix) else { continue };
            let name = rest.split('.').next().unwrap_or_default();
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Entries of a list, in the order of their numbers.
    pub(super) fn entries(&self, list: &str) -> Vec<Entry> {
        let mut numbers: Vec<u32> = self
            .names(&format!("{list}."))
            .into_iter()
            .filter_map(|number| number.parse().ok())
            .filter(|number| *number < ENTRIES)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().map(|number| Entry { list: list.to_owned(), number }).collect()
    }

    /// An entry behind those that are there.
    pub(super) fn next_entry(&self, list: &str) -> Entry {
        let number = self.entries(list).last().map_or(0, |last| last.number + 1);
        Entry { list: list.to_owned(), number: number.min(ENTRIES - 1) }
    }

    /// Take out an entry, or whatever else has this name or begins with it.
    pub(super) fn remove(&mut self, name: &str) {
        let within = |given: &str| {
            given.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.given.retain(|(given, _)| !within(given));
    }

    /// What somebody gave up by another answer is dropped: measures that say nothing about the kind of concern chosen
    /// now, medicines of a patient who takes none.
    pub(super) fn settle(&mut self, knowledge: &Knowledge) {
        for concern in self.entries("concern") {
            let (was, now) = (self.one(&concern.field("was")), self.one(&concern.field("kind")));
            let changed = was != now;
            let Some(kind) = ConcernKind::named(now).filter(|_| changed) else { continue };
            for key in kinds::MEASURES.iter().map(|measure| measure.key).chain(kinds::SCAR_TYPES) {
                if !kinds::fits(kind, key) {
                    self.remove(&concern.field(key));
                }
            }
            let scale = knowledge.scale(self.one(&concern.field("scale")));
            if !scale.is_some_and(|scale| scale.rates(kind)) {
                self.remove(&concern.field("scale"));
                self.remove(&concern.field("score"));
            }
        }
        if self.one("medicines") == "none" {
            self.remove("medicine");
        }
    }

    /// Everything, as a browser sends it.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        self.given.clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Answers {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Answers::sent(pairs.collect()).unwrap()
    }

    #[test]
    fn entries_are_found_by_their_numbers_and_taken_out_whole() {
        let mut answers = sent(&[
            ("concern.7.kind", "pores"),
            ("concern.2.kind", "melasma"),
            ("concern.2.site", "cheek"),
            ("concern.x.site", "cheek"),
            ("concern.4000.site", "cheek"),
            ("concern.3.site", "  "),
        ]);
        let names: Vec<String> = answers.entries("concern").iter().map(Entry::name).collect();
        assert_eq!(names, ["concern.2", "concern.7"]);
        assert_eq!(answers.next_entry("concern").name(), "concern.8");
        answers.remove("concern.2");
        assert_eq!(answers.entries("concern").len(), 1);
        assert_eq!(answers.one("concern.7.kind"), "pores");
    }

    #[test]
    fn more_than_anybody_fills_in_is_told_in_a_sentence() {
        let many = |n: usize| (0..n).map(|n| (format!("concern.{n}.kind"), "pores".to_owned()));
        assert!(Answers::sent(many(CONCERNS).collect()).is_ok());
        for pairs in [
            many(CONCERNS + 1).collect(),
            (0..=FIELDS).map(|n| (format!("x{n}"), "y".to_owned())).collect(),
            vec![("age".to_owned(), "9".repeat(LONGEST + 1))],
            vec![("file".to_owned(), "9".repeat(LONGEST_FILE + 1))],
        ] {
            assert!(matches!(Answers::sent(pairs), Err(Refusal::BadInput(_))));
        }
    }

    #[test]
    fn another_kind_of_concern_drops_what_says_nothing_about_it() {
        let knowledge = Knowledge::embedded().unwrap();
        let mut answers = sent(&[
            ("concern.0.kind", "surgical-scar"),
            ("concern.0.was", "acne-scars"),
            ("concern.0.depth", "0.4"),
            ("concern.0.boxcar", "50"),
            ("concern.0.scale", "ecca"),
            ("concern.0.score", "3"),
            ("concern.1.kind", "melasma"),
            ("concern.1.was", "melasma"),
            ("concern.1.depth", "1"),
        ]);
        answers.settle(&knowledge);
        assert_eq!(answers.one("concern.0.depth"), "0.4");
        assert_eq!(answers.one("concern.0.boxcar"), "");
        assert_eq!((answers.one("concern.0.scale"), answers.one("concern.0.score")), ("", ""));
        // Read from a file, so that nobody changed his mind: kept, and told by the reader.
        assert_eq!(answers.one("concern.1.depth"), "1");
    }
}
