//! Files of a run: their names, and how they are written.

use std::{io::Write, path::Path};

use crate::error::ReportError;

/// Journal of the search.
pub(crate) const JOURNAL: &str = "journal.jsonl";
/// Table of all evaluations.
pub(crate) const EVALUATIONS: &str = "evaluations.csv";
/// The page.
pub(crate) const PAGE: &str = "report.html";
/// Table of the front's members.
pub(crate) const FRONT: &str = "front.csv";
/// Table of the best baseline of each kind, with the columns of the front.
pub(crate) const BASELINES: &str = "baselines.csv";
/// Description of the recommended member, and of how candidates were judged.
pub(crate) const RECOMMENDED: &str = "recommended.json";

/// Writes a file atomically: after a crash, there is either the complete file or what was there
/// before.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ReportError> {
    let write = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        // By default only the owner may read a temporary file. Gives it the permissions of an
        // ordinary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| ReportError::Write { path: path.to_owned(), source })
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
        assert!(write_whole(&folder.path().join("missing/table.csv"), b"third").is_err());
        fs::create_dir(folder.path().join("taken")).unwrap();
        assert!(write_whole(&folder.path().join("taken"), b"fourth").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    }
}
