//! Temporary folders for an installation, next to its final place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::Error;

const SUFFIX: &str = ".partial";

/// A temporary folder on the file system of its parent. It is removed when dropped.
#[derive(Debug)]
pub(super) struct Staging {
    path: PathBuf,
}

impl Staging {
    /// Creates a folder below `parent` that no other process uses.
    pub(super) fn create(parent: &Path, name: &str) -> Result<Self, Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let id = std::process::id();
        let path = parent.join(format!("{}{id}-{now}{SUFFIX}", prefix(name)));
        fs::create_dir(&path).map_err(Error::io("create", &path))?;
        Ok(Self { path })
    }

    /// Creates a folder inside this one and returns its path.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        fs::create_dir(&path).map_err(Error::io("create", &path))?;
        Ok(path)
    }

    /// Moves `finished`, a folder inside this one, to `place` in one step, and removes the rest.
    ///
    /// Anything that is already at `place` is assumed to be incomplete and is removed.
    pub(super) fn publish(self, finished: &Path, place: &Path) -> Result<(), Error> {
        if place.exists() {
            let broken = self.path.join("broken");
            fs::rename(place, &broken).map_err(Error::io("move away", place))?;
        }
        fs::rename(finished, place).map_err(Error::io("create", place))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        discard(&self.path);
    }
}

/// Removes the temporary folders that killed processes left below `parent`.
///
/// The caller must hold the lock of `name`, so that no running process uses these folders.
pub(super) fn remove_leftovers(parent: &Path, name: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        if file_name.starts_with(&prefix(name)) && file_name.ends_with(SUFFIX) {
            discard(&entry.path());
        }
    }
}

fn prefix(name: &str) -> String {
    format!(".{name}.")
}

/// Removes a folder. A failure only wastes disk space, and the next installation tries again.
fn discard(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path) {
        eprintln!("warning: cannot remove {}: {error}", path.display());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_dropped_folder_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let staging = Staging::create(parent.path(), "torch").unwrap();
        fs::write(staging.folder("half").unwrap().join("done"), "no").unwrap();
        drop(staging);
        assert!(names(parent.path()).is_empty());
    }

    #[test]
    fn publishing_replaces_what_is_incomplete() {
        let parent = tempfile::tempdir().unwrap();
        let place = parent.path().join("torch");
        fs::create_dir_all(place.join("half")).unwrap();
        let staging = Staging::create(parent.path(), "torch").unwrap();
        let finished = staging.folder("finished").unwrap();
        fs::write(finished.join("file"), "whole").unwrap();

        staging.publish(&finished, &place).unwrap();

        assert_eq!(names(parent.path()), ["torch"]);
        assert_eq!(names(&place), ["file"]);
    }

    #[test]
    fn only_leftovers_of_this_name_are_removed() {
        let parent = tempfile::tempdir().unwrap();
        for name in [".torch.7-8.partial", ".torch.lock", ".other.7-8.partial", "torch"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        remove_leftovers(parent.path(), "torch");
        assert_eq!(names(parent.path()), [".other.7-8.partial", ".torch.lock", "torch"]);
    }
}
