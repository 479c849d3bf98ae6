//! Everything, in a versioned format of our own.

use needlepoint_records::document::Snapshot;
use serde::{Deserialize, Serialize};

use crate::ExchangeError;

const FORMAT: &str = "needlepoint-records";
const VERSION: u64 = 1;

/// What a file says of itself; read before anything else, so that a later version is told from a broken file.
#[derive(Deserialize)]
#[serde(expecting = "an object with format, version and records")]
struct Head {
    format: String,
    version: u64,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'static str,
    version: u64,
    records: &'a Snapshot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with format, version and records")]
struct Read {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u64,
    records: Snapshot,
}

/// Everything as JSON: the same snapshot gives the same bytes.
///
/// Numbers have to be finite, as those of a store are: JSON has no others.
pub fn to_json(snapshot: &Snapshot) -> Vec<u8> {
    let written = Written { format: FORMAT, version: VERSION, records: snapshot };
    let mut bytes = serde_json::to_vec_pretty(&written)
        .expect("plain data with text keys can be written, and memory takes all bytes");
    bytes.push(b'\n');
    bytes
}

/// Takes what [`to_json`] wrote.
///
/// # Errors
///
/// If the file is no JSON, is of another format or version, or a field holds something else than it should; the message
/// names line, column and field.
pub fn from_json(bytes: &[u8]) -> Result<Snapshot, ExchangeError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head: Head = read(bytes)?;
    if head.format != FORMAT {
        let found = head.format.chars().take(60).collect();
        return Err(ExchangeError::OtherFormat { found, expected: FORMAT });
    }
    if head.version != VERSION {
        return Err(ExchangeError::OtherVersion { found: head.version, readable: VERSION });
    }
    read::<Read>(bytes).map(|read| read.records)
}

/// Reads JSON whole; an error names line, column and field.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, ExchangeError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| told(error.inner(), Some(error.path().to_string())))?;
    reader.end().map_err(|error| told(&error, None))?;
    Ok(value)
}

fn told(error: &serde_json::Error, field: Option<String>) -> ExchangeError {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let place = format!(" at line {line} column {column}");
    let problem = in_plain_words(whole.strip_suffix(&place).unwrap_or(&whole));
    match field {
        Some(field) if error.is_data() => {
            let field = if field == "." { "(all of it)".to_owned() } else { field };
            ExchangeError::Field { line, column, field, problem }
        }
        _ => ExchangeError::NoJson { line, column, problem },
    }
}

/// What the reader expected, without names of types that only a programmer knows.
fn in_plain_words(problem: &str) -> String {
    problem
        .replace("expected u32", "expected a whole number from 0 to 4294967295")
        .replace("expected f64", "expected a number")
        .replace("floating point `", "number `")
        .trim_end_matches('.')
        .to_owned()
}
