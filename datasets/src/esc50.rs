//! Loader of ESC-50 and ESC-10.

use std::path::{Path, PathBuf};

use danas::{Dataset, DatasetError, Manifest};

/// The classes of ESC-10.
const ESC10: [&str; 10] = [
    "chainsaw",
    "clock_tick",
    "crackling_fire",
    "crying_baby",
    "dog",
    "helicopter",
    "rain",
    "rooster",
    "sea_waves",
    "sneezing",
];

/// ESC-50 as published: 2000 recordings of 50 environmental sounds, 5 s each, in five folds.
///
/// The folds are groups: recordings from the same source are in the same fold. The published figures
/// are means over five splits, in each of which another fold is the test part
/// ([`SplitConfig::test_groups`](danas::SplitConfig::test_groups) `= ["1"]` to `["5"]`).
///
/// ```no_run
/// use danas_datasets::Esc50;
///
/// let sounds = Esc50::new("ESC-50-master").esc10().dataset()?;
/// assert_eq!((sounds.classes().len(), sounds.clips().len()), (10, 400));
/// # Ok::<(), danas::DatasetError>(())
/// ```
///
/// # References
/// K. J. Piczak (2015). ESC: dataset for environmental sound classification.
/// <https://doi.org/10.1145/2733373.2806390>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Esc50 {
    folder: PathBuf,
    is_esc10: bool,
}

impl Esc50 {
    /// Selects all recordings. `folder` is the one that contains `audio` and `meta/esc50.csv`.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), is_esc10: false }
    }

    /// Selects the 400 recordings of ESC-10, a subset of ten classes.
    pub fn esc10(self) -> Self {
        Self { is_esc10: true, ..self }
    }

    /// Lists the recordings.
    ///
    /// # Errors
    /// [`DatasetError`] if the table or a recording is missing.
    pub fn dataset(&self) -> Result<Dataset, DatasetError> {
        let manifest = Manifest {
            path: "filename".to_owned(),
            class: "category".to_owned(),
            group: Some("fold".to_owned()),
            ..Manifest::new(self.folder.join("meta/esc50.csv"))
        };
        let dataset = Dataset::from_manifest(self.folder.join("audio"), &manifest)?;
        match self.is_esc10 {
            true => dataset.with_classes(&ESC10.map(str::to_owned)),
            false => Ok(dataset),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use danas::ManifestError;

    use super::*;

    /// Lays out files as the published ones: all classes of ESC-10 and one other, in two folds.
    fn laid_out() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["audio", "meta"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let mut table = "filename,fold,target,category,esc10,src_file,take\n".to_owned();
        for (target, class) in ESC10.iter().chain(&["mouse_click"]).enumerate() {
            for fold in 1..=2 {
                let name = format!("{fold}-100032-A-{target}.wav");
                fs::write(folder.path().join("audio").join(&name), []).unwrap();
                let esc10 = if target < 10 { "True" } else { "False" };
                table.push_str(&format!("{name},{fold},{target},{class},{esc10},100032,A\n"));
            }
        }
        fs::write(folder.path().join("meta/esc50.csv"), table).unwrap();
        folder
    }

    #[test]
    fn recordings_have_their_class_and_their_fold_as_group() {
        let folder = laid_out();
        let all = Esc50::new(&folder).dataset().unwrap();
        assert_eq!((all.classes().len(), all.clips().len()), (11, 22));
        let esc10 = Esc50::new(&folder).esc10().dataset().unwrap();
        assert_eq!((esc10.classes(), esc10.clips().len()), (&ESC10.map(str::to_owned)[..], 20));
        assert_eq!(esc10.groups().unwrap()[..2], ["1", "2"]);
        let dog = &esc10.clips()[8];
        assert_eq!(esc10.classes()[dog.label], "dog");
        assert!(dog.path.ends_with("audio/1-100032-A-4.wav"));
    }

    #[test]
    fn a_missing_recording_is_named_with_its_row() {
        let folder = laid_out();
        fs::remove_file(folder.path().join("audio/2-100032-A-0.wav")).unwrap();
        let error = Esc50::new(&folder).dataset().unwrap_err();
        assert!(
            matches!(&error, DatasetError::Manifest(ManifestError::Missing { line: 3, path, .. })
                if path.ends_with("audio/2-100032-A-0.wav")),
            "{error}"
        );
    }
}
