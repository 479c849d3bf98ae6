//! The world in which a template is set: its source, its data and the fonts, and nothing else.

use serde_json::Value;
use typst::{
    Library, LibraryExt as _, World,
    diag::{FileError, FileResult, SourceDiagnostic},
    ecow::EcoVec,
    foundations::{Bytes, Datetime, Smart},
    layout::PagedDocument,
    syntax::{FileId, Source, VirtualPath},
    text::{Font, FontBook},
    utils::LazyHash,
};
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::{document::Document, error::TypesetError, fonts::FONTS};

/// What all templates share.
const STYLE: (&str, &str) = ("/style.typ", include_str!("../templates/style.typ"));

/// Where a template finds its data.
const DATA: &str = "/data.json";

/// One document and all that a template may read.
struct Desk {
    library: LazyHash<Library>,
    main: Source,
    style: Source,
    data: (FileId, Bytes),
}

impl Desk {
    fn new(document: &impl Document) -> Result<Self, TypesetError> {
        let mut data = serde_json::to_value(document)?;
        make_printable(&mut data);
        let (name, text) = document.template();
        Ok(Self {
            library: LazyHash::new(Library::default()),
            main: source(name, text),
            style: source(STYLE.0, STYLE.1),
            data: (file_id(DATA), Bytes::from_string(data.to_string())),
        })
    }
}

fn file_id(path: &str) -> FileId {
    FileId::new(None, VirtualPath::new(path))
}

fn source(path: &str, text: &str) -> Source {
    Source::new(file_id(path), text.to_owned())
}

/// Every text of the data as it can be printed.
fn make_printable(value: &mut Value) {
    match value {
        Value::String(text) => *text = FONTS.printable(text),
        Value::Array(values) => values.iter_mut().for_each(make_printable),
        Value::Object(fields) => fields.values_mut().for_each(make_printable),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&self.main, &self.style]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
            .ok_or_else(|| not_there(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(not_there(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<i64>) -> Option<Datetime> {
        None
    }
}

fn not_there(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().as_rootless_path().to_owned())
}

/// A document as PDF: tagged, with its fonts in it. The same document gives the same bytes.
///
/// # Errors
///
/// If a template has a fault.
pub fn pdf(document: &impl Document) -> Result<Vec<u8>, TypesetError> {
    if !FONTS.complete() {
        return Err(TypesetError::Font);
    }
    let template = document.template().0;
    let fault = |why: EcoVec<SourceDiagnostic>| {
        let said: Vec<&str> = why.iter().map(|fault| fault.message.as_str()).collect();
        TypesetError::Template { template, why: said.join("; ") }
    };
    let desk = Desk::new(document)?;
    let set = typst::compile::<PagedDocument>(&desk);
    // A warning (an unknown font, a layout that does not settle) is a fault of a template too.
    if !set.warnings.is_empty() {
        return Err(fault(set.warnings));
    }
    let paged = set.output.map_err(fault)?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|why| TypesetError::Template { template, why: why.to_string() })?;
    let options = PdfOptions {
        ident: Smart::Custom(&document.frame().ident),
        standards,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&paged, &options).map_err(fault)?;
    // What the typesetter remembers of this document is of no use to the next.
    typst::comemo::evict(0);
    Ok(bytes)
}
