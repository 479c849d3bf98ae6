//! The studies at hand: those shipped with the program, or a folder of anybody's.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use needlepoint_knowledge::{
    Knowledge,
    document::{Document, Value},
    problem::Problems,
    store::fingerprint,
};

use crate::{
    read_study,
    study::{Role, Study},
};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../knowledge/studies");

/// What keeps studies from being used.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A file or folder can't be read.
    #[error("{}: {why}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
    /// Files hold mistakes; each entry has those of one file.
    #[error("{}", .0.iter().map(Problems::to_lines).collect::<String>())]
    Problems(Vec<Problems>),
    /// The folder holds no study.
    #[error("{} holds no study: put files named AUTHOR-YEAR.toml there", .0.display())]
    Empty(PathBuf),
    /// The folder holds no study that may be fitted to.
    #[error("{} holds no study with role = \"calibrate\": there is nothing to fit to", .0.display())]
    NothingToFit(PathBuf),
}

/// A study with the fingerprint of its file.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The study.
    pub study: Study,
    /// SHA-256 of the file.
    pub fingerprint: String,
}

/// The studies shipped with the program, in the order of their names.
///
/// # Errors
/// When one held a mistake at build time (a test rules that out).
pub fn shipped(knowledge: &Knowledge) -> Result<Vec<Filed>, LibraryError> {
    read_all(shipped_texts(), knowledge)
}

/// The shipped studies that the model may be fitted to. Of the others nothing but the word that tells
/// their role is looked at.
///
/// # Errors
/// As [`shipped`].
pub fn shipped_to_fit(knowledge: &Knowledge) -> Result<Vec<Filed>, LibraryError> {
    read_all(to_fit(shipped_texts()), knowledge)
}

/// The studies of a folder that the model may be fitted to; the others are not looked at either.
///
/// # Errors
/// As [`from_folder`], and when none has the role.
pub fn to_fit_from_folder(
    folder: &Path,
    knowledge: &Knowledge,
) -> Result<Vec<Filed>, LibraryError> {
    let texts = to_fit(folder_texts(folder)?);
    if texts.is_empty() {
        return Err(LibraryError::NothingToFit(folder.to_owned()));
    }
    read_all(texts, knowledge)
}

/// Name to show, identifier and text of a study.
type Text = (String, String, String);

fn to_fit(texts: Vec<Text>) -> Vec<Text> {
    let fitted = |text: &str| {
        let (document, _) = Document::parse("", text);
        let Value::Table(entries) = &document.root.value else { return false };
        entries.iter().any(|entry| {
            entry.key == "role"
                && matches!(&entry.node.value, Value::Text(role) if role == Role::Calibrate.name())
        })
    };
    texts.into_iter().filter(|(_, _, text)| fitted(text)).collect()
}

fn shipped_texts() -> Vec<Text> {
    SHIPPED
        .files()
        .filter_map(|file| {
            let id = stem(file.path())?;
            Some((format!("knowledge/studies/{id}.toml"), id, file.contents_utf8()?.to_owned()))
        })
        .collect()
}

/// The studies of a folder, in the order of their names.
///
/// # Errors
/// When a file can't be read or holds mistakes; all mistakes of all files are reported.
pub fn from_folder(folder: &Path, knowledge: &Knowledge) -> Result<Vec<Filed>, LibraryError> {
    read_all(folder_texts(folder)?, knowledge)
}

fn folder_texts(folder: &Path) -> Result<Vec<Text>, LibraryError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |why| LibraryError::Io { path, why }
    };
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(io(folder))? {
        let path = entry.map_err(io(folder))?.path();
        let Some(id) = stem(&path) else { continue };
        let text = std::fs::read_to_string(&path).map_err(io(&path))?;
        texts.push((path.display().to_string(), id, text));
    }
    if texts.is_empty() {
        return Err(LibraryError::Empty(folder.to_owned()));
    }
    Ok(texts)
}

/// The name of a study file without its ending.
fn stem(path: &Path) -> Option<String> {
    let is_toml = path.extension().is_some_and(|ending| ending == "toml");
    is_toml.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
}

fn read_all(mut texts: Vec<Text>, knowledge: &Knowledge) -> Result<Vec<Filed>, LibraryError> {
    texts.sort_by(|a, b| a.1.cmp(&b.1));
    let (mut filed, mut wrong) = (Vec::new(), Vec::new());
    for (name, id, text) in texts {
        let (study, problems) = read_study(&name, &id, &text, knowledge);
        match study {
            Some(study) => filed.push(Filed { study, fingerprint: fingerprint(text.as_bytes()) }),
            None => wrong.push(problems),
        }
    }
    if wrong.is_empty() { Ok(filed) } else { Err(LibraryError::Problems(wrong)) }
}
