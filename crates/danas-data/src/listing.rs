//! The entries of folders.

use std::{
    ffi::OsStr,
    fs::{self, DirEntry},
    io,
    path::{Path, PathBuf},
};

use crate::dataset_error::DatasetError;

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: PathBuf,
    kind: EntryKind,
}

/// The kind of an entry, or of what a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntryKind {
    Folder,
    File,
    /// A link that leads nowhere, or a device.
    Other,
}

impl Entry {
    /// Takes the kind of an entry from the listing, which is much faster than to ask for each.
    fn of(entry: &DirEntry) -> io::Result<Self> {
        let (path, mut kind) = (entry.path(), Some(entry.file_type()?));
        if kind.is_some_and(|kind| kind.is_symlink()) {
            kind = fs::metadata(&path).ok().map(|metadata| metadata.file_type());
        }
        let kind = match kind {
            Some(kind) if kind.is_dir() => EntryKind::Folder,
            Some(kind) if kind.is_file() => EntryKind::File,
            _ => EntryKind::Other,
        };
        Ok(Self { path, kind })
    }

    pub(crate) fn is_folder(&self) -> bool {
        self.kind == EntryKind::Folder
    }

    /// Returns whether this is a file with one of these extensions, in upper or lower case.
    pub(crate) fn is_one_of(&self, extensions: &[&str]) -> bool {
        let Some(extension) = self.path.extension() else { return false };
        self.kind == EntryKind::File
            && extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
    }
}

/// Lists the entries of a folder, in the order of their names and without hidden files.
pub(crate) fn entries(folder: &Path) -> Result<Vec<Entry>, DatasetError> {
    let read = || -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                entries.push(Entry::of(&entry)?);
            }
        }
        // All paths begin with the folder, so their texts have the order of their names. To compare
        // texts is much faster than to compare paths part by part.
        entries.sort_unstable_by(|a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
        Ok(entries)
    };
    read().map_err(|source| DatasetError::Folder { folder: folder.to_owned(), source })
}

/// Returns the name of a file or folder.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(OsStr::new("")).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_sorted_and_known_by_what_links_lead_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("b")).unwrap();
        for file in ["a.WAV", "a-b.wav", "c", ".hidden.wav"] {
            fs::write(path(file), "").unwrap();
        }
        let kinds = || -> Vec<(String, EntryKind)> {
            let entries = entries(folder.path()).unwrap().into_iter();
            entries.map(|entry| (name(&entry.path), entry.kind)).collect()
        };
        let of = |name: &str, kind| (name.to_owned(), kind);
        let plain = [
            of("a-b.wav", EntryKind::File),
            of("a.WAV", EntryKind::File),
            of("b", EntryKind::Folder),
            of("c", EntryKind::File),
        ];
        assert_eq!(kinds(), plain);
        let sounds = entries(folder.path()).unwrap();
        let sounds = sounds.iter().filter(|entry| entry.is_one_of(&["wav"]));
        assert_eq!(sounds.map(|entry| name(&entry.path)).collect::<Vec<_>>(), ["a-b.wav", "a.WAV"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::symlink;

            symlink(path("a.WAV"), path("d")).unwrap();
            symlink(path("b"), path("e")).unwrap();
            symlink(path("nowhere"), path("f.wav")).unwrap();
            let linked = [
                of("d", EntryKind::File),
                of("e", EntryKind::Folder),
                of("f.wav", EntryKind::Other),
            ];
            assert_eq!(kinds(), [&plain[..], &linked].concat());
        }
    }
}
