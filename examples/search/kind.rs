//! The kind of data, told by the files of a folder.

use std::{
    collections::BTreeSet,
    error::Error,
    path::{Path, PathBuf},
};

use danas::{Audio, Dataset, Image, Modality, Motion};

/// Maximum number of files that are looked at.
const FILES: usize = 1000;

/// Extensions of the files of each kind.
const KINDS: [(&str, &[&str]); 3] = [
    (Audio::KIND, &Dataset::RECORDINGS),
    (Image::KIND, &Dataset::IMAGES),
    (Motion::KIND, &Dataset::SERIES),
];

/// Returns the kind of the files in a folder and its sub-folders, or `None` if there are none of a
/// known kind.
///
/// # Errors
/// Files of several kinds.
pub(crate) fn of_files(folder: &Path) -> Result<Option<&'static str>, Box<dyn Error>> {
    let (mut kinds, mut seen) = (BTreeSet::new(), 0);
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            kinds.extend(of_file(&path));
            seen += 1;
        }
        if seen >= FILES {
            break;
        }
    }
    // Tables lie beside recordings and images, too, such as those of a split.
    if kinds.len() > 1 {
        kinds.remove(Motion::KIND);
    }
    one_of(kinds, folder)
}

/// Returns the kind of the files that a table lists in its column `path`, or `None` if it lists none of a
/// known kind.
///
/// # Errors
/// Files of several kinds. A table that cannot be read is reported when it is used.
pub(crate) fn of_table(table: &Path) -> Result<Option<&'static str>, Box<dyn Error>> {
    let Ok(mut rows) = csv::Reader::from_path(table) else { return Ok(None) };
    let Ok(header) = rows.headers().cloned() else { return Ok(None) };
    let Some(column) = header.iter().position(|name| name.trim() == "path") else {
        return Ok(None);
    };
    let paths = rows.records().flatten().take(FILES);
    let kinds = paths.filter_map(|row| of_file(Path::new(row.get(column)?.trim()))).collect();
    one_of(kinds, table)
}

/// Returns the only kind of some files.
fn one_of(
    kinds: BTreeSet<&'static str>,
    place: &Path,
) -> Result<Option<&'static str>, Box<dyn Error>> {
    let kinds: Vec<&str> = kinds.into_iter().collect();
    match kinds[..] {
        [] => Ok(None),
        [kind] => Ok(Some(kind)),
        _ => Err(format!(
            "{} contains files of the kinds {}; choose one with --kind",
            place.display(),
            kinds.join(" and ")
        )
        .into()),
    }
}

fn of_file(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?;
    let of = |extensions: &[&str]| extensions.iter().any(|it| extension.eq_ignore_ascii_case(it));
    KINDS.into_iter().find(|(_, extensions)| of(extensions)).map(|(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_kind_is_that_of_the_files() {
        let root = tempfile::tempdir().unwrap();
        let kind = |files: &[&str]| {
            let folder = root.path().join(files.join("_").replace('/', "-"));
            for file in files {
                fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
                fs::write(folder.join(file), "").unwrap();
            }
            of_files(&folder).map_err(|error| error.to_string())
        };
        assert_eq!(kind(&["dog/1.wav", "cat/2.FLAC", "split.csv"]), Ok(Some("audio")));
        assert_eq!(kind(&["a/1.JPG", "b/2.png", "notes.txt"]), Ok(Some("image")));
        assert_eq!(kind(&["a/ann/1.csv", "b/ben/2.npy"]), Ok(Some("motion")));
        assert_eq!(kind(&["a/1.txt"]), Ok(None));
        assert!(kind(&["a/1.wav", "b/2.png"]).unwrap_err().contains("audio and image"));
    }
}
