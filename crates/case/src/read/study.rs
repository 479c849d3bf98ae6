//! `[study]`: the published study that a case restates.

use needlepoint_knowledge::{reader::Table, source::ReadIn};

use crate::case::StudyNote;

use super::{optional, texts};

pub(super) fn read(table: &Table<'_>) -> Option<StudyNote> {
    let text = |key, expected| table.require(key, expected)?.text().map(str::to_owned);
    let id = text("id", "\"lotfi-2013\"");
    let citation = text("citation", "\"authors, title, journal, year\"");
    let doi = table.get("doi").map(|field| field.text().map(str::to_owned));
    let read_in = table.require("read_in", "\"abstract\"").and_then(|field| {
        field.choice(&[
            ("full text", ReadIn::FullText),
            ("abstract", ReadIn::Abstract),
            ("secondary", ReadIn::Secondary),
        ])
    });
    let stated = table.require("stated", "[\"what the source states\"]");
    let assumed = table.require("assumed", "[\"what had to be assumed, and why so\"]");
    Some(StudyNote {
        id: id?,
        citation: citation?,
        doi: optional(doi)?,
        read_in: read_in?,
        stated: texts(&stated?),
        assumed: texts(&assumed?),
    })
}
