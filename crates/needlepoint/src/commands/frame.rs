//! What commands on a case share: opening it, working with a bar, and giving the answer.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use needlepoint_course::{CourseError, Progress};
use needlepoint_knowledge::Knowledge;
use needlepoint_report::write_outputs;

use super::{
    ReadCase, answer, knowledge, no_file_in_the_way, tell,
    watch::{LateBar, stopped_by_interrupts},
};
use crate::{exit::Fault, options::Common};

/// Files of an answer by name.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// A case that is ready to be worked on.
pub(super) struct Opened<'o> {
    pub(super) knowledge: Knowledge,
    pub(super) read: ReadCase,
    out: Option<&'o Path>,
    json: bool,
    quiet: bool,
    cancelled: Arc<AtomicBool>,
}

impl<'o> Opened<'o> {
    /// Read a case file; none if it can't be used, which has been told then.
    pub(super) fn case(
        file: &Path,
        (out, json): (Option<&'o PathBuf>, bool),
        common: &Common,
    ) -> Result<Option<Self>, Fault> {
        let knowledge = knowledge(common)?;
        let Some(read) = ReadCase::read(file, &knowledge, common.quiet) else {
            return Ok(None);
        };
        Self::around(knowledge, read, (out, json), common).map(Some)
    }

    /// The same around a case that has been read.
    pub(super) fn around(
        knowledge: Knowledge,
        read: ReadCase,
        (out, json): (Option<&'o PathBuf>, bool),
        common: &Common,
    ) -> Result<Self, Fault> {
        if let Some(out) = out {
            no_file_in_the_way(out)?;
        }
        Ok(Self {
            knowledge,
            read,
            out: out.map(PathBuf::as_path),
            json,
            quiet: common.quiet,
            cancelled: stopped_by_interrupts()?,
        })
    }

    /// Say what begins, and how much of it there is.
    pub(super) fn begin(&self, file: &Path, how_much: &str) {
        if !self.quiet {
            tell(format_args!("{}: {how_much}\n", file.display()));
        }
    }

    /// Work with a progress bar over `all` of what is `counted`, where it takes long enough for one.
    pub(super) fn watched<T>(
        &self,
        (all, counted): (u64, &str),
        work: impl FnOnce(Progress<'_>) -> T,
    ) -> T {
        let bar = LateBar::new(all, counted, self.quiet);
        let member_done = || bar.step();
        let done = work(Progress { member_done: &member_done, cancelled: &self.cancelled });
        bar.clear();
        done
    }

    /// Write the files, if a folder was named, and print the answer: JSON, or words with the place of `page`.
    pub(super) fn give(
        &self,
        files: impl FnOnce() -> Result<Files, Fault>,
        json: impl FnOnce() -> String,
        words: impl FnOnce() -> String,
        (what, page): (&str, &str),
    ) -> Result<(), Fault> {
        if let Some(out) = self.out {
            let (names, contents): (Vec<_>, Vec<_>) = files()?.into_iter().unzip();
            let files: Vec<_> = names.iter().map(String::as_str).zip(contents).collect();
            // From here on it is a matter of an instant: the files are written whole.
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(CourseError::Cancelled.into());
            }
            write_outputs(out, &files)?;
        }
        if self.json {
            return answer(&json());
        }
        if self.quiet {
            return Ok(());
        }
        let mut text = words();
        if let Some(out) = self.out {
            let _ = writeln!(text, "\n{what}: {}", out.join(page).display());
        }
        answer(&text)
    }
}
