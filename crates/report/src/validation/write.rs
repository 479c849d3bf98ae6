//! A page on disk, whole or not at all.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

/// Write a page; folders above it are made where they are missing. A page that was there before is
/// replaced in one step, or stays as it was.
///
/// # Errors
/// What the system says, if it can't be written.
pub fn write_page(file: &Path, page: &str) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".needlepoint-");
    // As open as the user's umask lets any file be.
    #[cfg(unix)]
    builder.permissions(<fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    let mut whole = builder.tempfile_in(folder)?;
    whole.write_all(page.as_bytes())?;
    whole.as_file().sync_all()?;
    whole.persist(file).map(drop).map_err(|why| why.error)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_replaced_and_nothing_else_left_behind() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("new/page.html");
        write_page(&file, "one").unwrap();
        write_page(&file, "two").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::read_dir(root.path().join("new")).unwrap().count(), 1);
    }

    #[test]
    fn what_is_in_the_way_stays() {
        let root = tempfile::tempdir().unwrap();
        assert!(write_page(root.path(), "page").is_err());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
