//! What the answers of a consultation say, as far as other programs and studies can use it.
//!
//! The planner reads such a file strictly and with the knowledge of its day. Here a record is passed on as it was
//! written, so whatever can't be made out is left out without a word: the file itself travels along.

use needlepoint_knowledge::document::{Document, Entry, Node, Value};

/// Answers of a consultation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Answers {
    /// Fitzpatrick type as written.
    pub(crate) phototype: Option<String>,
    /// What is to be treated, where.
    pub(crate) concerns: Vec<Concern>,
    /// What the patient has or had.
    pub(crate) history: Vec<Stated>,
}

/// What is to be treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Concern {
    /// Its kind.
    pub(crate) kind: String,
    /// The site.
    pub(crate) site: Option<String>,
}

/// A condition of the history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Stated {
    /// Its name.
    pub(crate) condition: String,
    /// How things stand.
    pub(crate) status: Option<String>,
    /// Where.
    pub(crate) sites: Vec<String>,
    /// Since when, as written.
    pub(crate) since: Option<String>,
    /// When it was over, as written.
    pub(crate) ended: Option<String>,
    /// When it was done, as written.
    pub(crate) on: Option<String>,
}

impl Answers {
    /// Reads the text of a patient file.
    pub(crate) fn read(file: &str) -> Self {
        let (document, _) = Document::parse("patient", file);
        let root = entries(&document.root);
        let patient = member(root, "patient").map_or(&[][..], entries);
        let history = member(patient, "history").map_or(&[][..], items);
        let concerns = member(root, "concern").map_or(&[][..], items);
        Self {
            phototype: member(patient, "phototype").and_then(text),
            concerns: concerns.iter().filter_map(concern).collect(),
            history: history.iter().filter_map(stated).collect(),
        }
    }
}

fn concern(node: &Node) -> Option<Concern> {
    let members = entries(node);
    let kind = member(members, "kind").and_then(text)?;
    Some(Concern { kind, site: member(members, "site").and_then(text) })
}

fn stated(node: &Node) -> Option<Stated> {
    if let Some(condition) = text(node) {
        let nothing = condition == "none";
        return (!nothing).then(|| Stated { condition, ..Stated::default() });
    }
    let members = entries(node);
    let words = |key| member(members, key).and_then(text);
    let day = |key| member(members, key).and_then(date);
    let sites = match member(members, "site") {
        Some(node) => text(node)
            .map_or_else(|| items(node).iter().filter_map(text).collect(), |site| vec![site]),
        None => Vec::new(),
    };
    Some(Stated {
        condition: words("condition")?,
        status: words("status"),
        sites,
        since: day("since"),
        ended: day("ended"),
        on: day("on"),
    })
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Table(entries) => entries,
        _ => &[],
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Array(items) => items,
        _ => &[],
    }
}

fn member<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Node> {
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
}

fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn date(node: &Node) -> Option<String> {
    match &node.value {
        Value::Date(date) => Some(date.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concerns_and_history_are_read_in_every_way_of_writing_them() {
        let answers = Answers::read(
            r#"
            [patient]
            phototype = "IV"
            history = [
                "keloid",
                { condition = "diabetes", status = "controlled", since = 2019-01-01 },
                { condition = "eczema", status = "past", ended = 2010-01-01, site = ["neck", "elsewhere"] },
                { condition = "dermal-filler", on = 2026-08-01, site = "cheek" },
            ]
            [[concern]]
            kind = "acne-scars"
            site = "cheek"
            [[concern]]
            kind = "laxity"
            "#,
        );
        assert_eq!(answers.phototype.as_deref(), Some("IV"));
        let concerns: Vec<_> = answers
            .concerns
            .iter()
            .map(|each| (each.kind.as_str(), each.site.as_deref()))
            .collect();
        assert_eq!(concerns, [("acne-scars", Some("cheek")), ("laxity", None)]);
        let names: Vec<_> = answers.history.iter().map(|each| each.condition.as_str()).collect();
        assert_eq!(names, ["keloid", "diabetes", "eczema", "dermal-filler"]);
        assert_eq!(answers.history[1].since.as_deref(), Some("2019-01-01"));
        assert_eq!(answers.history[2].sites, ["neck", "elsewhere"]);
        assert_eq!(answers.history[3].on.as_deref(), Some("2026-08-01"));
    }

    #[test]
    fn what_is_no_patient_file_has_no_answers() {
        for file in ["", "history = 3", "[patient]\nhistory = \"none\"", "concern = [1, 2]", "[[[["]
        {
            assert_eq!(Answers::read(file), Answers::default(), "{file}");
        }
        let none = Answers::read("[patient]\nhistory = [\"none\"]");
        assert!(none.history.is_empty());
    }
}
