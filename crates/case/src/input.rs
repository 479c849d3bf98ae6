//! From bytes on a disk to a text that can be read.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    sync::Arc,
};

use needlepoint_knowledge::{
    Knowledge,
    document::SourceText,
    problem::{Problem, Problems},
};

use crate::{
    case::{Case, Consultation},
    limits,
    read::{read_case, read_consultation},
};

/// Read and check the case in a file.
///
/// A file larger than [`limits::FILE_BYTES`] is refused before it is read; of a pipe or a device,
/// whose size nobody knows, no more than that is read.
pub fn read_case_file(path: &Path, knowledge: &Knowledge) -> (Option<Case>, Problems) {
    match case_bytes(path) {
        Ok(bytes) => read_case_bytes(&path.display().to_string(), &bytes, knowledge),
        Err(problems) => (None, problems),
    }
}

/// Read and check the consultation in a file; otherwise as [`read_case_file`].
pub fn read_consultation_file(
    path: &Path,
    knowledge: &Knowledge,
) -> (Option<Consultation>, Problems) {
    match case_bytes(path) {
        Ok(bytes) => read_consultation_bytes(&path.display().to_string(), &bytes, knowledge),
        Err(problems) => (None, problems),
    }
}

/// The bytes of a case file, for [`read_case_bytes`]: who needs them twice, for instance for a
/// checksum, reads them once, since a pipe gives them once only.
///
/// # Errors
/// When the file can't be read, is a folder or is larger than [`limits::FILE_BYTES`].
pub fn case_bytes(path: &Path) -> Result<Vec<u8>, Problems> {
    bytes_of(path).map_err(|problem| only(&path.display().to_string(), String::new(), problem))
}

/// Read and check a case from bytes: UTF-8, with or without a byte order mark.
pub fn read_case_bytes(
    name: &str,
    bytes: &[u8],
    knowledge: &Knowledge,
) -> (Option<Case>, Problems) {
    match text_of(name, bytes) {
        Ok(text) => read_case(name, text, knowledge),
        Err(problems) => (None, problems),
    }
}

/// Read and check a consultation from bytes: UTF-8, with or without a byte order mark.
pub fn read_consultation_bytes(
    name: &str,
    bytes: &[u8],
    knowledge: &Knowledge,
) -> (Option<Consultation>, Problems) {
    match text_of(name, bytes) {
        Ok(text) => read_consultation(name, text, knowledge),
        Err(problems) => (None, problems),
    }
}

/// The text that the bytes are, if it is not too long.
fn text_of<'b>(name: &str, bytes: &'b [u8]) -> Result<&'b str, Problems> {
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(only(name, String::new(), too_large(&format!("{} bytes", bytes.len()))));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        only(name, text, not_utf8(bytes, error.valid_up_to()))
    })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: io::Error| {
        Problem::error(0..0, format!("the file can't be read: {error}"))
            .help("check the name, or write a first case with `needlepoint new`")
    };
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(Problem::error(0..0, "this is a folder, not a case file")
            .help("name a file such as case.toml"));
    }
    if metadata.len() > limits::FILE_BYTES {
        return Err(too_large(&format!("{} bytes", metadata.len())));
    }
    let mut bytes = Vec::new();
    file.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits::FILE_BYTES {
        return Err(too_large(&format!("more than {} bytes", limits::FILE_BYTES)));
    }
    Ok(bytes)
}

fn too_large(size: &str) -> Problem {
    Problem::error(0..0, format!("the file has {size}, too large for a case")).help(format!(
        "a case has at most {} bytes, and mostly a few thousand: is this the right file?",
        limits::FILE_BYTES
    ))
}

fn not_utf8(bytes: &[u8], at: usize) -> Problem {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = if utf16 {
        "the file is written in UTF-16".to_owned()
    } else {
        format!("byte {} (0x{:02x}) is not UTF-8 text", at + 1, bytes[at])
    };
    let mark = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
    Problem::error(mark, message).help("save the file as UTF-8")
}

fn only(name: &str, text: String, problem: Problem) -> Problems {
    let mut problems = Problems::new(Arc::new(SourceText { name: name.to_owned(), text }));
    problems.push(problem);
    problems
}
