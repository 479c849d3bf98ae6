//! Every word of the app, in one catalogue: `words/en.ftl`, in the format of Project Fluent. Another language is another file
//! of the same messages; what it lacks is told at the start and said in English.

use std::{borrow::Cow, fs, path::Path};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use thiserror::Error;
use unic_langid::LanguageIdentifier;

/// The catalogue that everything is in.
const ENGLISH: &str = include_str!("words/en.ftl");

/// Message that names the language of a catalogue: `language = de`.
const LANGUAGE: &str = "language";

/// A catalogue that can't be used.
#[derive(Debug, Error)]
pub enum WordsError {
    /// It can't be read.
    #[error("{file}: the catalogue of words can't be read: {why}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        why: std::io::Error,
    },
    /// It is no catalogue.
    #[error("{file}: {why}. Each message is a line `name = text`, as in Project Fluent")]
    NoCatalogue {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
}

/// All words.
pub(crate) struct Words {
    language: String,
    chosen: Option<FluentBundle<FluentResource>>,
    english: FluentBundle<FluentResource>,
}

impl Words {
    /// English.
    ///
    /// # Errors
    /// When the shipped catalogue is broken; a test reads it.
    pub(crate) fn english() -> Result<Self, WordsError> {
        let english = bundle("words/en.ftl", ENGLISH)?;
        Ok(Self { language: "en".to_owned(), chosen: None, english })
    }

    /// Another language over English, with the names of the messages that it lacks.
    ///
    /// # Errors
    /// See [`WordsError`].
    pub(crate) fn from_file(path: &Path) -> Result<(Self, Vec<String>), WordsError> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|why| WordsError::Unreadable { file: file.clone(), why })?;
        let chosen = bundle(&file, &text)?;
        let mut words = Self::english()?;
        words.language = message(&chosen, LANGUAGE, None).ok_or(WordsError::NoCatalogue {
            file,
            why: "it does not name its language, as in `language = de`".to_owned(),
        })?;
        let missing = names().filter(|name| !chosen.has_message(name)).map(str::to_owned).collect();
        words.chosen = Some(chosen);
        Ok((words, missing))
    }

    /// The language's tag, for the page.
    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// A message by its name.
    pub(crate) fn say(&self, name: &str) -> String {
        self.told(name, None)
    }

    /// A message with what stands in it: `{ $patient }`.
    pub(crate) fn say_with<'a>(
        &self,
        name: &str,
        values: impl IntoIterator<Item = (&'a str, FluentValue<'a>)>,
    ) -> String {
        let mut args = FluentArgs::new();
        for (key, value) in values {
            args.set(key, value);
        }
        self.told(name, Some(&args))
    }

    /// A name without a message is said as it is: it shows, and a test finds it.
    fn told(&self, name: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundles = self.chosen.iter().chain([&self.english]);
        let mut told = bundles.filter_map(|bundle| message(bundle, name, args));
        told.next().unwrap_or_else(|| name.to_owned())
    }
}

fn message(
    bundle: &FluentBundle<FluentResource>,
    name: &str,
    args: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let pattern = bundle.get_message(name)?.value()?;
    let mut errors = Vec::new();
    let told = bundle.format_pattern(pattern, args, &mut errors);
    Some(Cow::into_owned(told))
}

fn bundle(file: &str, text: &str) -> Result<FluentBundle<FluentResource>, WordsError> {
    let broken = |why: String| WordsError::NoCatalogue { file: file.to_owned(), why };
    let resource = FluentResource::try_new(text.to_owned())
        .map_err(|(_, errors)| broken(errors.iter().map(ToString::to_string).collect()))?;
    let mut bundle = FluentBundle::new_concurrent(vec![
        LanguageIdentifier::from_bytes(b"en").unwrap_or_default(),
    ]);
    // Marks that keep right-to-left text apart would show up inside attributes.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).map_err(|errors| {
        broken(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    Ok(bundle)
}

/// Names of all messages.
fn names() -> impl Iterator<Item = &'static str> {
    ENGLISH.lines().filter_map(|line| {
        let (name, _) = line.split_once(" =")?;
        let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
        starts.then_some(name)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf};

    use super::*;

    /// Every text between quotes in the sources of this crate.
    fn quoted() -> BTreeSet<String> {
        let mut quoted = BTreeSet::new();
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") {
                    let text = fs::read_to_string(&path).unwrap();
                    quoted.extend(text.split('"').map(str::to_owned));
                }
            }
        }
        quoted
    }

    /// Names said in the sources: `say("...")` and `say_with("...")`.
    fn said() -> BTreeSet<String> {
        let mut said = BTreeSet::new();
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("words.rs")
                {
                    let text = fs::read_to_string(&path).unwrap();
                    for call in ["say(\"", "say_with(\""] {
                        let calls = text.split(call).skip(1);
                        said.extend(
                            calls.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
                        );
                    }
                }
            }
        }
        said
    }

    #[test]
    fn every_word_that_is_said_is_in_the_catalogue() {
        let words = Words::english().unwrap();
        let missing: Vec<String> =
            said().into_iter().filter(|name| !words.english.has_message(name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn no_word_of_the_catalogue_is_dead() {
        let quoted = quoted();
        let dead: Vec<&str> =
            names().filter(|name| *name != LANGUAGE && !quoted.contains(*name)).collect();
        assert!(dead.is_empty(), "{dead:?}");
    }

    #[test]
    fn another_language_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("de.ftl");
        fs::write(&path, "language = de\nsign-in-title = Anmelden\n").unwrap();
        let (words, missing) = Words::from_file(&path).unwrap();
        assert_eq!((words.language(), words.say("sign-in-title").as_str()), ("de", "Anmelden"));
        assert!(missing.contains(&"sign-in-account".to_owned()));
        assert_eq!(words.say("sign-in-account"), Words::english().unwrap().say("sign-in-account"));
    }

    #[test]
    fn a_broken_catalogue_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("xx.ftl");
        assert!(matches!(Words::from_file(&path), Err(WordsError::Unreadable { .. })));
        fs::write(&path, "language = \n= nothing {").unwrap();
        assert!(matches!(Words::from_file(&path), Err(WordsError::NoCatalogue { .. })));
        fs::write(&path, "sign-in-title = Anmelden\n").unwrap();
        assert!(matches!(Words::from_file(&path), Err(WordsError::NoCatalogue { .. })));
    }
}
