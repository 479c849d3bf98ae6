//! Elements of FHIR, built so that what FHIR forbids can't be written: an empty element is left out, and so is what it
//! has no form for (the year 0, a text of blanks).

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, civil::Date};
use needlepoint_records::Id;
use serde_json::{Map, Number, Value, json};
use sha1::{Digest as _, Sha1};

use super::names;

/// An element with members.
#[derive(Debug, Default)]
pub(super) struct Element(Map<String, Value>);

impl Element {
    /// Without members.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// A resource.
    pub(super) fn resource(kind: &str, id: Id) -> Self {
        Self::new().with("resourceType", kind).with("id", id.to_string())
    }

    /// With one more member.
    pub(super) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// With one more member, if there is a value.
    pub(super) fn maybe(self, key: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With one more member, if the list has anything in it.
    pub(super) fn list(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.with(key, values) }
    }

    /// The element; none if it has no members.
    pub(super) fn some(self) -> Option<Value> {
        (!self.0.is_empty()).then_some(Value::Object(self.0))
    }
}

impl From<Element> for Value {
    fn from(element: Element) -> Self {
        Self::Object(element.0)
    }
}

/// A text as FHIR allows it: no control characters, no blanks but ordinary ones, and not only blanks.
pub(super) fn text(text: &str) -> Option<String> {
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => c,
        c if c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}') =>
        {
            ' '
        }
        c => c,
    };
    let text: String = text.chars().map(allowed).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A text as FHIR allows it, of what may be missing.
pub(super) fn maybe_text(may_be: Option<&String>) -> Option<String> {
    may_be.and_then(|is| text(is))
}

/// A code as FHIR allows it: single blanks within, none around.
pub(super) fn code(name: &str) -> Option<String> {
    let words: Vec<String> = text(name)?.split_whitespace().map(str::to_owned).collect();
    Some(words.join(" "))
}

/// A date; FHIR has the years 1 to 9999.
pub(super) fn date(date: Date) -> Option<String> {
    (date.year() >= 1).then(|| date.to_string())
}

/// An instant; FHIR has the years 1 to 9999, and no leap of the clock.
pub(super) fn instant(at: Timestamp) -> Option<String> {
    let written = at.to_string();
    let year: Option<i16> = written.get(..4).and_then(|year| year.parse().ok());
    year.is_some_and(|year| year >= 1).then_some(written)
}

/// A whole number above zero that FHIR can hold.
pub(super) fn positive(number: u32) -> Option<u32> {
    (1..=i32::MAX as u32).contains(&number).then_some(number)
}

/// A number; whole ones without a point, because in FHIR a point tells of precision.
pub(super) fn decimal(number: f64) -> Option<Value> {
    let whole = number as i64;
    if number.abs() < 9e15 && whole as f64 == number {
        return Some(whole.into());
    }
    Number::from_f64(number).map(Value::Number)
}

/// A coding.
pub(super) fn coding(system: &str, code: &str, display: Option<&str>) -> Value {
    Element::new().with("system", system).with("code", code).maybe("display", display).into()
}

/// A concept that only has a coding.
pub(super) fn coded(system: &str, code: &str, display: &str) -> Value {
    json!({ "coding": [coding(system, code, Some(display))] })
}

/// A concept in words.
pub(super) fn in_words(words: &str) -> Option<Value> {
    text(words).map(|text| json!({ "text": text }))
}

/// Name of a site, scale, device ... as a concept: its code, and the name in words.
pub(super) fn named(system: &str, name: &str) -> Option<Value> {
    let code = code(name)?;
    Some(json!({ "coding": [coding(system, &code, None)], "text": words(&code) }))
}

/// A name in words: "acne-scars" is "acne scars".
pub(super) fn words(name: &str) -> String {
    name.replace('-', " ").trim().to_owned()
}

/// The address of a resource within the bundle.
pub(super) fn address(id: Id) -> String {
    format!("urn:uuid:{id}")
}

/// A reference to a resource within the bundle.
pub(super) fn reference(id: Id) -> Value {
    json!({ "reference": address(id) })
}

/// Remarks.
pub(super) fn notes(note: Option<&String>) -> Option<Value> {
    maybe_text(note).map(|text| json!([{ "text": text }]))
}

/// Bytes in base64.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// SHA-1 in base64, as FHIR has the fingerprint of an attachment. It guards against damage, not against malice.
pub(super) fn sha1(bytes: &[u8]) -> String {
    base64(&Sha1::digest(bytes))
}

/// Data with type, size and fingerprint; without data only what is known of them.
pub(super) fn attachment(media_type: &str, bytes: Option<&[u8]>) -> Element {
    let bytes = bytes.filter(|bytes| !bytes.is_empty());
    Element::new()
        .maybe(
            "contentType",
            code(media_type).or(bytes.map(|_| "application/octet-stream".to_owned())),
        )
        .maybe("data", bytes.map(base64))
        .maybe("size", bytes.and_then(|bytes| u32::try_from(bytes.len()).ok()).and_then(positive))
        .maybe("hash", bytes.map(sha1))
}

/// Tells of which part of a document a resource was made.
pub(super) fn part_extension(document: Id, name: &str, number: usize) -> Value {
    json!({ "url": names::PART, "extension": [
        { "url": "document", "valueId": document.to_string() },
        { "url": "name", "valueCode": name },
        { "url": "number", "valueUnsignedInt": number },
    ] })
}

/// Tells whose picture a resource holds, and where it stood.
pub(super) fn picture_extension(photograph: Id, number: usize) -> Value {
    json!({ "url": names::PICTURE, "extension": [
        { "url": "photograph", "valueId": photograph.to_string() },
        { "url": "number", "valueUnsignedInt": number },
    ] })
}
