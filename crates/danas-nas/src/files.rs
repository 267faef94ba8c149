//! Writing files atomically.

use std::{
    io::{self, Write},
    path::Path,
};

/// Writes a file atomically: after a crash, there is either the complete file or what was there
/// before. An existing file of this name is replaced.
///
/// # Errors
/// An error of writing to its folder, such as a full disk.
pub fn write_whole(path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
    let path = path.as_ref();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    // By default only the owner may read a temporary file. Gives it the permissions of an ordinary
    // file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_or_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.csv");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside it");
        assert!(write_whole(folder.path().join("missing/table.csv"), b"third").is_err());
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write_whole(folder.path().join("taken"), b"fourth").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }
}
