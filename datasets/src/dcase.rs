//! Loader of the data for task 2 of the DCASE challenges.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use danas::{Clip, Dataset, DatasetError};

/// The folders of a machine that may contain recordings.
const FOLDERS: [&str; 4] = ["train", "test", "source_test", "target_test"];

/// One machine of the development data for task 2 of DCASE 2020 to 2024: sounds of machines that run
/// normally or with a fault.
///
/// The folder of a machine contains `train` and `test` (in 2021, `source_test` and `target_test`).
/// The name of a file states its class, and its group: the specimen in 2020
/// (`normal_id_00_00000000.wav`), the section from 2021 on
/// (`section_00_source_train_normal_0000_strength_1.wav`). Where a machine has one section only, as
/// from 2023 on, there are no groups.
///
/// The published split is for networks that learn from normal sounds alone: `train` contains no
/// anomalous ones. A classifier needs both, so the recordings of all folders are put together, and
/// come without parts. Results are therefore not comparable with those of the challenge.
///
/// ```no_run
/// use danas_datasets::DcaseTask2;
///
/// let fans = DcaseTask2::new("dev_data/fan").dataset()?;
/// assert_eq!(fans.classes(), ["normal", "anomalous"]);
/// # Ok::<(), danas_datasets::DcaseError>(())
/// ```
///
/// # References
/// K. Dohi et al. (2022). Description and discussion on DCASE 2022 challenge task 2.
/// <https://arxiv.org/abs/2206.05876>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct DcaseTask2 {
    folder: PathBuf,
    domain: Option<Domain>,
}

/// The conditions that a recording was made under, from 2021 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Domain {
    /// The conditions of nearly all recordings in `train`.
    Source,
    /// Other conditions, such as another speed or noise.
    Target,
}

impl Domain {
    /// Returns the name of the domain in file names: `source` or `target`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

impl DcaseTask2 {
    /// Selects all recordings of a machine. `folder` is the one that contains `train`.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), domain: None }
    }

    /// Selects the recordings of one domain. Default: both.
    pub fn domain(self, domain: Domain) -> Self {
        Self { domain: Some(domain), ..self }
    }

    /// Lists the recordings. The classes are `normal` and `anomalous`.
    ///
    /// # Errors
    /// [`DcaseError`] with the folder that cannot be read or contains no recordings, or with the
    /// file whose name does not state its class.
    pub fn dataset(&self) -> Result<Dataset, DcaseError> {
        let mut clips = Vec::new();
        let folders = FOLDERS.map(|name| self.folder.join(name));
        for folder in folders.iter().filter(|folder| folder.is_dir()) {
            for path in Dataset::recordings(folder)? {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let words: Vec<&str> = name.split('_').collect();
                if self.domain.is_some_and(|domain| !words.contains(&domain.name())) {
                    continue;
                }
                let label = words.iter().find_map(|&word| match word {
                    "normal" => Some(0),
                    "anomaly" => Some(1),
                    _ => None,
                });
                let Some(label) = label else { return Err(DcaseError::Unlabelled { path }) };
                clips.push(Clip { path, label, group: group(&words) });
            }
        }
        if clips.is_empty() {
            return Err(DatasetError::NoRecordings { folder: self.folder.clone() }.into());
        }
        let groups: BTreeSet<&Option<String>> = clips.iter().map(|clip| &clip.group).collect();
        if groups.len() == 1 {
            clips.iter_mut().for_each(|clip| clip.group = None);
        }
        Ok(Dataset::new(["normal", "anomalous"].map(str::to_owned), clips)?)
    }
}

/// Returns the group that the words of a name state: `id_00` or `section_00`.
fn group(words: &[&str]) -> Option<String> {
    let pair = words.windows(2).find(|pair| matches!(pair[0], "id" | "section"))?;
    Some(pair.join("_"))
}

/// The reason why files are no data for task 2 of DCASE.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DcaseError {
    /// A file whose name states no class.
    #[error(
        "the name of {} contains neither `normal` nor `anomaly`; use the development data, because \
         the evaluation data have no labels",
        path.display()
    )]
    Unlabelled {
        /// The file.
        path: PathBuf,
    },
    /// Files that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Lays out the files of a machine.
    fn laid_out(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, []).unwrap();
        }
        folder
    }

    fn load(files: &[&str]) -> Result<Dataset, DcaseError> {
        let folder = laid_out(files);
        DcaseTask2::new(&folder).dataset()
    }

    #[test]
    fn the_names_of_2020_state_specimens() {
        let files = [
            "train/normal_id_00_00000000.wav",
            "train/normal_id_02_00000000.wav",
            "test/anomaly_id_00_00000000.wav",
            "test/normal_id_02_00000001.wav",
        ];
        let dataset = load(&files).unwrap();
        assert_eq!(dataset.labels(), [0, 0, 1, 0]);
        assert_eq!(dataset.groups().unwrap(), ["id_00", "id_02", "id_00", "id_02"]);
        assert_eq!(dataset.parts(), None);
    }

    #[test]
    fn later_names_state_sections_and_domains() {
        let files = [
            "train/section_00_source_train_normal_0000_strength_1_ambient.wav",
            "train/section_01_target_train_normal_0001_car_A1_spd_28V.wav",
            "source_test/section_00_source_test_anomaly_0000.wav",
            "target_test/section_01_target_test_anomaly_0000.wav",
        ];
        let dataset = load(&files).unwrap();
        assert_eq!(dataset.labels(), [0, 0, 1, 1]);
        assert_eq!(dataset.groups().unwrap()[1], "section_01");
        let folder = laid_out(&files);
        let target = DcaseTask2::new(&folder).domain(Domain::Target).dataset().unwrap();
        assert_eq!(target.labels(), [0, 1]);
        assert!(target.clips()[0].path.ends_with(files[1]));

        let files = [
            "train/section_00_source_train_normal_0000_m-n_W.wav",
            "test/section_00_target_test_anomaly_0000_m-n_X.wav",
        ];
        assert_eq!(load(&files).unwrap().groups(), None);
    }

    #[test]
    fn evaluation_data_and_other_folders_are_refused() {
        let error = load(&["test/section_00_0000.wav"]).unwrap_err();
        assert!(
            matches!(&error, DcaseError::Unlabelled { path }
            if path.ends_with("section_00_0000.wav")),
            "{error}"
        );
        let error = load(&["fan/train/normal_id_00_00000000.wav"]).unwrap_err();
        assert!(matches!(error, DcaseError::Dataset(DatasetError::NoRecordings { .. })), "{error}");
        let error = load(&["train/normal_id_00_00000000.wav"]).unwrap_err();
        assert!(matches!(error, DcaseError::Dataset(DatasetError::EmptyClass { .. })), "{error}");
    }
}
