//! Loader of MIMII.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use danas::{Clip, Dataset, DatasetError};

/// The classes, and the folder of each.
const CLASSES: [(&str, &str); 2] = [("normal", "normal"), ("anomalous", "abnormal")];

/// MIMII as published: machines that run normally or with a fault, at one signal-to-noise ratio.
///
/// The folder of a machine contains `id_00/normal`, `id_00/abnormal` and so on for each specimen,
/// which are the groups. Files have eight channels of 16 kHz and last 10 s. The machines at another
/// signal-to-noise ratio, in an archive of its own, are the same recordings mixed with louder or
/// quieter noise: use one ratio only.
///
/// ```no_run
/// use danas_datasets::Mimii;
///
/// let fans = Mimii::new("6_dB_fan/fan").ids(["id_00", "id_02"]).dataset()?;
/// assert_eq!(fans.classes(), ["normal", "anomalous"]);
/// # Ok::<(), danas::DatasetError>(())
/// ```
///
/// # References
/// H. Purohit et al. (2019). MIMII dataset: sound dataset for malfunctioning industrial machine
/// investigation and inspection. <https://doi.org/10.33682/m76f-d618>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Mimii {
    folder: PathBuf,
    ids: Vec<String>,
}

impl Mimii {
    /// Selects all specimens of a machine. `folder` is the one that contains `id_00`.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), ids: Vec::new() }
    }

    /// Selects these specimens, such as `id_00`. Default: all, by name.
    pub fn ids(self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { ids: ids.into_iter().map(Into::into).collect(), ..self }
    }

    /// Lists the recordings. The classes are `normal` and `anomalous`, and the groups are the
    /// specimens.
    ///
    /// # Errors
    /// [`DatasetError`] with the folder that cannot be read, or that contains no recordings.
    pub fn dataset(&self) -> Result<Dataset, DatasetError> {
        let ids = match self.ids.is_empty() {
            true => self.all_ids()?,
            false => self.ids.clone(),
        };
        let mut clips = Vec::new();
        for id in ids {
            for (label, (_, folder)) in CLASSES.iter().enumerate() {
                let paths = Dataset::recordings(self.folder.join(&id).join(folder))?;
                let group = Some(&id);
                clips.extend(paths.into_iter().map(|path| Clip {
                    path,
                    label,
                    group: group.cloned(),
                }));
            }
        }
        Dataset::new(CLASSES.map(|(class, _)| class.to_owned()), clips)
    }

    fn all_ids(&self) -> Result<Vec<String>, DatasetError> {
        let folder = || self.folder.clone();
        let names = || -> io::Result<Vec<String>> {
            let entries = fs::read_dir(&self.folder)?;
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        };
        let mut ids =
            names().map_err(|source| DatasetError::Folder { folder: folder(), source })?;
        ids.retain(|name| name.starts_with("id_"));
        ids.sort();
        match ids.is_empty() {
            true => Err(DatasetError::NoRecordings { folder: folder() }),
            false => Ok(ids),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_have_their_class_and_their_specimen_as_group() {
        let folder = tempfile::tempdir().unwrap();
        let error = Mimii::new(&folder).dataset().unwrap_err();
        assert!(matches!(error, DatasetError::NoRecordings { .. }), "{error}");
        for (folder, names) in ["id_02/normal", "id_02/abnormal", "id_00/normal", "id_00/abnormal"]
            .map(|it| (folder.path().join("fan").join(it), ["00000001.wav", "00000000.wav"]))
        {
            fs::create_dir_all(&folder).unwrap();
            names.iter().for_each(|name| fs::write(folder.join(name), []).unwrap());
        }
        let fans = Mimii::new(folder.path().join("fan"));
        let dataset = fans.dataset().unwrap();
        assert_eq!(dataset.classes(), ["normal", "anomalous"]);
        assert_eq!(dataset.labels(), [0, 0, 1, 1, 0, 0, 1, 1]);
        assert_eq!(dataset.groups().unwrap()[3..5], ["id_00", "id_02"]);
        assert!(dataset.clips()[2].path.ends_with("fan/id_00/abnormal/00000000.wav"));
        let one = fans.clone().ids(["id_02"]).dataset().unwrap();
        assert_eq!(one.groups().unwrap(), ["id_02"; 4]);
        let error = fans.ids(["id_04"]).dataset().unwrap_err().to_string();
        assert!(error.contains("id_04"), "{error}");
    }
}
