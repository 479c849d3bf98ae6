//! Where a number was read.

use serde::Serialize;

use crate::reader::{Field, Table};

/// How much of a source was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadIn {
    /// The source itself.
    FullText,
    /// Its abstract.
    Abstract,
    /// What others wrote about it (reviews, public code, device summaries).
    Secondary,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Identifier used throughout the knowledge files.
    pub id: String,
    /// Who wrote what, where and when, as far as it could be seen.
    pub citation: String,
    /// Digital object identifier.
    pub doi: Option<String>,
    /// How much of it was read.
    pub read_in: ReadIn,
}

impl Source {
    /// Read every source of the file.
    pub fn read_all(root: &Table<'_>) -> Vec<Self> {
        root.records().iter().filter_map(Self::read).collect()
    }

    fn read(field: &Field<'_>) -> Option<Self> {
        let table = field.table()?;
        let citation =
            table.require("citation", "\"authors, title, journal\"").and_then(|f| f.text());
        let doi = table.get("doi").map(|f| read_doi(&f));
        let read_in = table.require("read_in", "\"abstract\"").and_then(|f| {
            f.choice(&[
                ("full text", ReadIn::FullText),
                ("abstract", ReadIn::Abstract),
                ("secondary", ReadIn::Secondary),
            ])
        });
        table.finish();
        Some(Self {
            id: field.key().to_owned(),
            citation: citation?.to_owned(),
            doi: doi.map_or(Some(None), |doi| doi.map(Some))?,
            read_in: read_in?,
        })
    }
}

fn read_doi(field: &Field<'_>) -> Option<String> {
    let doi = field.text()?;
    if doi.starts_with("10.") && doi.contains('/') {
        return Some(doi.to_owned());
    }
    field.error(
        format!("\"{doi}\" is not a DOI"),
        "write it as \"10.1046/j.1524-4725.2001.00264.x\"",
    );
    None
}
