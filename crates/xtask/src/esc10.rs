//! Copies the dataset ESC-10 into danas' folder layout.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The table that says which recordings of ESC-50 belong to ESC-10, and their classes.
const TABLE: &str = "meta/esc50.csv";

/// The folder of the recordings.
const AUDIO: &str = "audio";

/// Copies the recordings of ESC-10 into `out` as `CLASS/FOLD/recording`, so that folds are groups.
///
/// `folder` is either the published ESC-50 (K. J. Piczak, 2015,
/// <https://doi.org/10.1145/2733373.2806390>, <https://github.com/karolpiczak/ESC-50>), or it
/// contains a folder for each class. The fold is the first field of a file's name, as in
/// `1-100032-A-0.wav`.
pub(crate) fn lay_out(folder: &OsStr, out: &OsStr) -> Result<(), Error> {
    let (folder, out) = (Path::new(folder), Path::new(out));
    let table = folder.join(TABLE);
    let recordings = if table.exists() { published(folder, &table)? } else { by_class(folder)? };
    if recordings.is_empty() {
        return Err(Error::NoEsc10 { folder: folder.to_owned(), table: TABLE });
    }
    for (class, recording) in &recordings {
        let name = recording.file_name().unwrap_or_default().to_string_lossy();
        let Some(fold) = fold(&name) else { continue };
        let to = out.join(class).join(fold);
        fs::create_dir_all(&to).map_err(Error::io("make", &to))?;
        let to = to.join(&*name);
        fs::copy(recording, &to).map_err(Error::io("copy", recording))?;
    }
    println!("{} recordings are in {}", recordings.len(), out.display());
    Ok(())
}

/// Reads the classes and paths of ESC-10's recordings from the columns `filename`, `category` and
/// `esc10` of the table.
fn published(folder: &Path, table: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let text = fs::read_to_string(table).map_err(Error::io("read", table))?;
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let column = |name| {
        let found = header.iter().position(|&column| column == name);
        found.ok_or_else(|| Error::NoColumn { path: table.to_owned(), column: name })
    };
    let [file, class, is_member] = [column("filename")?, column("category")?, column("esc10")?];
    let members = lines.filter(|row| row.get(is_member).is_some_and(|&it| it == "True"));
    let members = members.filter_map(|row| Some((*row.get(class)?, *row.get(file)?)));
    let audio = folder.join(AUDIO);
    Ok(members.map(|(class, file)| (class.to_owned(), audio.join(file))).collect())
}

/// Finds the recordings in a folder for each class. Files whose names do not begin with a fold are
/// left out.
fn by_class(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let mut recordings = Vec::new();
    for class in entries(folder)?.into_iter().filter(|entry| entry.is_dir()) {
        let name = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files = entries(&class)?.into_iter().filter(|file| file.is_file());
        let of_fold = files.filter(|file| {
            file.file_name().is_some_and(|name| fold(&name.to_string_lossy()).is_some())
        });
        recordings.extend(of_fold.map(|file| (name.clone(), file)));
    }
    Ok(recordings)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut entries = entries.map_err(Error::io("read", folder))?;
    entries.sort();
    Ok(entries)
}

/// Returns the first field of a file name if it is a number.
fn fold(name: &str) -> Option<&str> {
    let (fold, _) = name.split_once('-')?;
    (!fold.is_empty() && fold.bytes().all(|byte| byte.is_ascii_digit())).then_some(fold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fold_is_the_first_field_of_the_name() {
        assert_eq!(fold("1-100032-A-0.wav"), Some("1"));
        for name in ["meta.csv", "-1-A.wav", "a-1.wav"] {
            assert_eq!(fold(name), None, "{name}");
        }
    }

    #[test]
    fn only_members_of_esc10_are_laid_out_by_class_and_fold() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir_all(folder.join("esc50/audio")).unwrap();
        fs::create_dir_all(folder.join("esc50/meta")).unwrap();
        for name in ["1-100032-A-0.wav", "2-100038-A-14.wav"] {
            fs::write(folder.join("esc50/audio").join(name), name).unwrap();
        }
        let table = "filename,fold,target,category,esc10,src_file,take\n\
                     1-100032-A-0.wav,1,0,dog,True,100032,A\n\
                     2-100038-A-14.wav,2,14,chirping_birds,False,100038,A\n";
        fs::write(folder.join("esc50").join(TABLE), table).unwrap();
        let out = folder.join("esc10");
        lay_out(folder.join("esc50").as_os_str(), out.as_os_str()).unwrap();
        assert!(out.join("dog/1/1-100032-A-0.wav").is_file());
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        // Reads folders of classes with folds in the file names. The output has no files directly
        // in the folders of its classes, so it is refused as input.
        let classes = folder.join("classes/rain");
        fs::create_dir_all(&classes).unwrap();
        fs::write(classes.join("5-9-B-10.flac"), "").unwrap();
        lay_out(folder.join("classes").as_os_str(), out.as_os_str()).unwrap();
        assert!(out.join("rain/5/5-9-B-10.flac").is_file());
        let error = lay_out(out.as_os_str(), folder.join("again").as_os_str()).unwrap_err();
        assert!(matches!(error, Error::NoEsc10 { .. }), "{error}");
    }
}
