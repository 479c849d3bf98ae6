//! Files on disk, never half written.
//!
//! Every file is first written and synced in a temporary folder beside its destination, and only
//! when all of them are safe are they renamed into place. Whatever goes wrong, the temporary folder
//! goes, and what was there before stays as it was.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use thiserror::Error;

/// Why the outputs could not be written. In every case, what was there before is still there.
#[derive(Debug, Error)]
pub enum OutputError {
    /// The destination is a file.
    #[error("{} is a file, but the results need a folder: name another with --out, or move it away", .0.display())]
    IsAFile(PathBuf),
    /// The folder, or one above it, can't be made.
    #[error("the folder {} can't be made: {why}. Choose a place where you may write, with --out", .folder.display())]
    CannotCreate {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The folder exists but nothing can be written there.
    #[error("nothing can be written into {}: {why}. Change its permissions, or name another folder with --out", .folder.display())]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// The disk has no room left.
    #[error("the disk is full: {} ({bytes} bytes) did not fit. Free some space and run again", .file.display())]
    DiskFull {
        /// The file that did not fit.
        file: PathBuf,
        /// Its size.
        bytes: usize,
    },
    /// A file can't be written for another reason.
    #[error("{} can't be written: {why}", .file.display())]
    CannotWrite {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// A file of the results has a name that leads out of the folder.
    #[error("{name:?} is not a plain file name: this is a fault of Needlepoint, please report it")]
    BadName {
        /// The name.
        name: String,
    },
}

/// Write all `files` (name and content) into the folder `dir`, or none of them.
///
/// A folder that does not exist appears at once and complete. In a folder that exists, files of the
/// same names are replaced, each in one step; others are left alone.
///
/// # Errors
///
/// If the folder can't be made or written to, or the disk is full.
pub fn write_outputs(dir: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), OutputError> {
    write_with(&RealDisk, dir, files, &[])
}

/// The same, and what lies in the folder under one of the names of `outdated` goes in the same step: a sheet of an
/// earlier plan must not be taken for one of this.
///
/// # Errors
///
/// If the folder can't be made or written to, or the disk is full.
pub fn write_outputs_instead_of(
    dir: &Path,
    files: &[(&str, Vec<u8>)],
    outdated: &[String],
) -> Result<(), OutputError> {
    write_with(&RealDisk, dir, files, outdated)
}

/// The two steps that can fail half way; a test puts faults here.
trait Disk {
    /// Write a file and wait until it is safe.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Move a file or folder.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
}

struct RealDisk;

impl Disk for RealDisk {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

fn write_with(
    disk: &impl Disk,
    dir: &Path,
    files: &[(&str, Vec<u8>)],
    outdated: &[String],
) -> Result<(), OutputError> {
    let mut names = files.iter().map(|(name, _)| *name).chain(outdated.iter().map(String::as_str));
    if let Some(name) = names.find(|name| !is_plain(name)) {
        return Err(OutputError::BadName { name: name.to_owned() });
    }
    match fs::metadata(dir) {
        Ok(found) if found.is_dir() => replace_in(disk, dir, files, outdated),
        Ok(_) => Err(OutputError::IsAFile(dir.to_owned())),
        Err(why) if why.kind() == io::ErrorKind::NotFound => make_whole(disk, dir, files),
        Err(why) => Err(OutputError::CannotCreate { folder: dir.to_owned(), why }),
    }
}

fn is_plain(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|file| file == name)
}

/// The folder does not exist: write it beside and move it into place whole.
fn make_whole(disk: &impl Disk, dir: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), OutputError> {
    let cannot_create = |why| OutputError::CannotCreate { folder: dir.to_owned(), why };
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let made = Ancestors::make(parent).map_err(cannot_create)?;
    let temporary = temporary_in(parent).map_err(cannot_create)?;
    write_all(disk, temporary.path(), dir, files)?;
    sync(temporary.path());
    disk.rename(temporary.path(), dir).map_err(cannot_create)?;
    // It has moved away: nothing is left to remove.
    let _ = temporary.keep();
    made.keep();
    sync(parent);
    Ok(())
}

/// The folder exists: write the files beside those there and move them into place one by one,
/// keeping copies of what they replace until the last is done.
fn replace_in(
    disk: &impl Disk,
    dir: &Path,
    files: &[(&str, Vec<u8>)],
    outdated: &[String],
) -> Result<(), OutputError> {
    let not_writable = |why| OutputError::NotWritable { folder: dir.to_owned(), why };
    let temporary = temporary_in(dir).map_err(not_writable)?;
    let old = temporary.path().join("old");
    let new = temporary.path().join("new");
    fs::create_dir(&old).and_then(|()| fs::create_dir(&new)).map_err(not_writable)?;
    write_all(disk, &new, dir, files)?;
    for (name, _) in files {
        let target = dir.join(name);
        if target.exists() {
            fs::copy(&target, old.join(name)).map_err(|why| fault(&target, 0, why))?;
        }
    }
    for (done, (name, _)) in files.iter().enumerate() {
        let target = dir.join(name);
        if let Err(why) = disk.rename(&new.join(name), &target) {
            put_back(dir, &old, &files[..done]);
            return Err(fault(&target, 0, why));
        }
    }
    for (gone, name) in outdated.iter().enumerate() {
        let target = dir.join(name);
        match disk.rename(&target, &old.join(name)) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => {
                for name in &outdated[..gone] {
                    let _ = fs::rename(old.join(name), dir.join(name));
                }
                put_back(dir, &old, files);
                return Err(fault(&target, 0, why));
            }
            _ => {}
        }
    }
    sync(dir);
    Ok(())
}

/// Undo the replacements already made; best effort, for this is already the error path.
fn put_back(dir: &Path, old: &Path, files: &[(&str, Vec<u8>)]) {
    for (name, _) in files.iter().rev() {
        let (kept, target) = (old.join(name), dir.join(name));
        let _ = if kept.exists() { fs::rename(kept, target) } else { fs::remove_file(target) };
    }
}

fn write_all(
    disk: &impl Disk,
    into: &Path,
    shown: &Path,
    files: &[(&str, Vec<u8>)],
) -> Result<(), OutputError> {
    files.iter().try_for_each(|(name, bytes)| {
        disk.write(&into.join(name), bytes)
            .map_err(|why| fault(&shown.join(name), bytes.len(), why))
    })
}

fn fault(file: &Path, bytes: usize, why: io::Error) -> OutputError {
    let file = file.to_owned();
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            OutputError::DiskFull { file, bytes }
        }
        _ => OutputError::CannotWrite { file, why },
    }
}

fn temporary_in(folder: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".needlepoint-");
    // The folder may become the result itself: as open as the user's umask lets any folder be.
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o777));
    builder.tempdir_in(folder)
}

/// Make a rename survive a power cut, where the system lets a folder be synced.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// The folders that had to be made above the destination; removed again unless kept.
struct Ancestors(Vec<PathBuf>);

impl Ancestors {
    fn make(folder: &Path) -> io::Result<Self> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .collect();
        let mut made = Self(Vec::new());
        for path in missing.into_iter().rev() {
            match fs::create_dir(path) {
                Ok(()) => made.0.push(path.to_owned()),
                Err(why) if why.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
                Err(why) => return Err(why),
            }
        }
        Ok(made)
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Ancestors {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // Only if still empty: another process may have put something there.
            let _ = fs::remove_dir(path);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Fails at the n-th write or rename with the error given, after writing half.
    struct FaultyDisk {
        writes: Cell<u32>,
        renames: Cell<u32>,
        kind: io::ErrorKind,
    }

    impl FaultyDisk {
        fn at(write: u32, rename: u32, kind: io::ErrorKind) -> Self {
            Self { writes: Cell::new(write), renames: Cell::new(rename), kind }
        }
    }

    fn due(left: &Cell<u32>) -> bool {
        left.set(left.get().wrapping_sub(1));
        left.get() == 0
    }

    impl Disk for FaultyDisk {
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            if due(&self.writes) {
                RealDisk.write(path, &bytes[..bytes.len() / 2])?;
                return Err(self.kind.into());
            }
            RealDisk.write(path, bytes)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            if due(&self.renames) {
                return Err(self.kind.into());
            }
            RealDisk.rename(from, to)
        }
    }

    fn files(text: &str) -> Vec<(&'static str, Vec<u8>)> {
        ["report.html", "course.csv", "run.json"]
            .into_iter()
            .map(|name| (name, format!("{text} {name}").into_bytes()))
            .collect()
    }

    /// Every path below `root` with its text, hidden ones included.
    fn listing(root: &Path) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let text = if path.is_dir() {
                    folders.push(path.clone());
                    "folder".to_owned()
                } else {
                    fs::read_to_string(&path).unwrap()
                };
                found.push((path, text));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn a_new_folder_appears_complete() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("a/b/out");
        write_outputs(&dir, &files("one")).unwrap();
        assert_eq!(fs::read_to_string(dir.join("run.json")).unwrap(), "one run.json");
        assert_eq!(listing(root.path()).len(), 6);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let by_hand = root.path().join("by-hand");
            fs::create_dir(&by_hand).unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(&dir), mode(&by_hand));
        }
    }

    #[test]
    fn files_are_replaced_and_strangers_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("out");
        write_outputs(&dir, &files("one")).unwrap();
        fs::write(dir.join("mine.txt"), "mine").unwrap();
        write_outputs(&dir, &files("two")).unwrap();
        assert_eq!(fs::read_to_string(dir.join("report.html")).unwrap(), "two report.html");
        assert_eq!(fs::read_to_string(dir.join("mine.txt")).unwrap(), "mine");
        assert_eq!(listing(root.path()).len(), 5);
    }

    #[test]
    fn what_is_outdated_goes() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("out");
        write_outputs(&dir, &files("one")).unwrap();
        fs::write(dir.join("session-4.pdf"), "of an earlier plan").unwrap();
        fs::write(dir.join("mine.txt"), "mine").unwrap();
        let outdated = ["session-4.pdf".to_owned(), "session-5.pdf".to_owned()];
        write_outputs_instead_of(&dir, &files("two"), &outdated).unwrap();
        assert!(!dir.join("session-4.pdf").exists());
        assert_eq!(fs::read_to_string(dir.join("mine.txt")).unwrap(), "mine");
        assert_eq!(listing(root.path()).len(), 5);
    }

    #[test]
    fn a_full_disk_leaves_no_trace_of_a_new_folder() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("a/b/out");
        for write in 1..=3 {
            let disk = FaultyDisk::at(write, 0, io::ErrorKind::StorageFull);
            let error = write_with(&disk, &dir, &files("one"), &[]).unwrap_err();
            assert!(matches!(error, OutputError::DiskFull { .. }));
            assert!(error.to_string().contains("the disk is full"));
            assert!(error.to_string().contains("out"), "{error}");
            assert_eq!(listing(root.path()), vec![]);
        }
    }

    #[test]
    fn a_fault_at_any_step_leaves_an_old_folder_as_it_was() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("out");
        write_outputs(&dir, &files("one")).unwrap();
        fs::remove_file(dir.join("course.csv")).unwrap();
        fs::write(dir.join("old.pdf"), "of an earlier plan").unwrap();
        let before = listing(root.path());
        for step in 1..=4 {
            for (write, rename) in [(step, 0), (0, step)] {
                if (write, rename) == (4, 0) {
                    continue;
                }
                let disk = FaultyDisk::at(write, rename, io::ErrorKind::Other);
                let error = write_with(
                    &disk,
                    &dir,
                    &files("two"),
                    &["old.pdf".to_owned(), "none.pdf".to_owned()],
                )
                .unwrap_err();
                assert!(matches!(error, OutputError::CannotWrite { .. }), "{error}");
                assert_eq!(listing(root.path()), before);
            }
        }
    }

    #[test]
    fn a_failed_last_rename_leaves_no_trace() {
        let root = tempfile::tempdir().unwrap();
        let disk = FaultyDisk::at(0, 1, io::ErrorKind::PermissionDenied);
        let error = write_with(&disk, &root.path().join("a/out"), &files("one"), &[]).unwrap_err();
        assert!(matches!(error, OutputError::CannotCreate { .. }));
        assert_eq!(listing(root.path()), vec![]);
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("out");
        fs::write(&file, "mine").unwrap();
        let error = write_outputs(&file, &files("one")).unwrap_err();
        assert!(matches!(error, OutputError::IsAFile(_)));
        assert!(error.to_string().contains("is a file"));
        let below = write_outputs(&file.join("deeper"), &files("one")).unwrap_err();
        assert!(matches!(below, OutputError::CannotCreate { .. }), "{below}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let root = tempfile::tempdir().unwrap();
        for name in ["../evil", "a/b", "", ".."] {
            let error = write_outputs(root.path(), &[(name, Vec::new())]).unwrap_err();
            assert!(matches!(error, OutputError::BadName { .. }), "{name}");
        }
        assert_eq!(listing(root.path()), vec![]);
    }
}
