//! Where files are: their folders and names, by which an index knows them.

use std::{collections::HashMap, fs, path::Path};

use rayon::prelude::*;

/// The folders of files, without links and relative parts: the same file has the same place from
/// whichever directory, and by whichever path to its folder it is named.
pub(super) struct Places<'a>(HashMap<&'a Path, Option<String>>);

impl<'a> Places<'a> {
    /// Finds the folders of files, each of them once.
    pub(super) fn of(files: impl Iterator<Item = &'a Path>) -> Self {
        let mut folders: Vec<&Path> = files.filter_map(Path::parent).collect();
        // Most files follow another one of their folder, and paths are slow to sort.
        folders.dedup();
        folders.sort_unstable();
        folders.dedup();
        Self(folders.into_par_iter().map(|folder| (folder, real(folder))).collect())
    }

    /// Returns the folder and the name of a file. A file whose path is not Unicode has none, nor has one
    /// whose folder cannot be found.
    pub(super) fn get<'b>(&'b self, file: &'b Path) -> Option<(&'b str, &'b str)> {
        let folder = self.0.get(file.parent()?)?.as_deref()?;
        Some((folder, file.file_name()?.to_str()?))
    }
}

/// Returns the path of a folder without links and relative parts.
fn real(folder: &Path) -> Option<String> {
    // The folder of a name alone is the current one.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    fs::canonicalize(folder).ok()?.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the folder and the name of a file.
    fn place(file: &Path) -> Option<(String, String)> {
        let places = Places::of([file].into_iter());
        places.get(file).map(|(folder, name)| (folder.to_owned(), name.to_owned()))
    }

    #[test]
    fn a_file_has_one_place_by_whatever_path() {
        let root = tempfile::tempdir().unwrap();
        let folder = fs::canonicalize(root.path()).unwrap().join("class");
        fs::create_dir(&folder).unwrap();
        let expected = Some((folder.to_str().unwrap().to_owned(), "1.wav".to_owned()));
        assert_eq!(place(&folder.join("1.wav")), expected);
        assert_eq!(place(&folder.join("../class/./1.wav")), expected);
        #[cfg(unix)]
        {
            let link = root.path().join("link");
            std::os::unix::fs::symlink(&folder, &link).unwrap();
            assert_eq!(place(&link.join("1.wav")), expected);
        }
        let current = std::env::current_dir().unwrap();
        let current = fs::canonicalize(current).unwrap().to_str().unwrap().to_owned();
        assert_eq!(place(Path::new("1.wav")), Some((current, "1.wav".to_owned())));
    }

    #[test]
    fn a_file_without_a_folder_or_a_name_has_no_place() {
        for path in ["/no/such/folder/1.wav", "/", "", ".."] {
            assert_eq!(place(Path::new(path)), None, "{path}");
        }
    }
}
