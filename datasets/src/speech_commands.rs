//! Loader of Speech Commands.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use danas::{Clip, Dataset, DatasetError, ManifestError, Part};

/// The folder of background noise, which is no class.
const NOISE: &str = "_background_noise_";

/// Lists of the recordings of two parts; all others are for training.
const LISTS: [(&str, Part); 2] =
    [("validation_list.txt", Part::Validation), ("testing_list.txt", Part::Test)];

/// Speech Commands as published: spoken words of one second, a folder for each word, with the
/// official lists of validation and test recordings.
///
/// The dataset comes with this split, which a search keeps as it is. Groups are the speakers: the
/// part of a file's name before `_nohash_`.
///
/// ```no_run
/// use danas_datasets::SpeechCommands;
///
/// let commands = SpeechCommands::new("speech_commands_v0.02").words(["left", "right", "stop"]);
/// let dataset = commands.dataset()?;
/// let noises = commands.noises()?;
/// # Ok::<(), danas::DatasetError>(())
/// ```
///
/// # References
/// P. Warden (2018). Speech Commands: a dataset for limited-vocabulary speech recognition.
/// <https://arxiv.org/abs/1804.03209>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct SpeechCommands {
    folder: PathBuf,
    words: Vec<String>,
}

impl SpeechCommands {
    /// Selects all words. `folder` is the one that contains `testing_list.txt`.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        Self { folder: folder.as_ref().to_owned(), words: Vec::new() }
    }

    /// Selects these words, in this order. Default: all, by name.
    pub fn words(self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { words: words.into_iter().map(Into::into).collect(), ..self }
    }

    /// Lists the recordings with their speakers as groups, and with the official split.
    ///
    /// # Errors
    /// [`DatasetError`] if a folder or a list is missing, for a word that has no folder, and for a
    /// recording of a selected word that is listed but does not exist.
    pub fn dataset(&self) -> Result<Dataset, DatasetError> {
        let dataset = match self.words.is_empty() {
            true => self.all_words()?,
            false => Dataset::from_folder_with_classes(&self.folder, &self.words)?,
        };
        let mut listed = self.lists(dataset.classes())?;
        let part = |clip: &Clip| listed.remove(&clip.path).map_or(Part::Train, |it| it.part);
        let parts: Vec<Part> = dataset.clips().iter().map(part).collect();
        let missing = listed.into_iter().min_by_key(|(_, it)| (it.part as usize, it.line));
        if let Some((path, Listed { file, line, .. })) = missing {
            return Err(ManifestError::Missing { file, line, path }.into());
        }
        let clips = dataset.clips().iter().map(|clip| {
            let name = clip.path.file_stem().unwrap_or_default().to_string_lossy();
            let speaker = name.split("_nohash_").next().unwrap_or_default().to_owned();
            Clip { group: Some(speaker), ..clip.clone() }
        });
        Dataset::new(dataset.classes(), clips.collect::<Vec<_>>())?.with_parts(parts)
    }

    /// Lists the recordings of background noise.
    ///
    /// # Errors
    /// [`DatasetError`] if there are none.
    pub fn noises(&self) -> Result<Vec<PathBuf>, DatasetError> {
        Dataset::recordings(self.folder.join(NOISE))
    }

    fn all_words(&self) -> Result<Dataset, DatasetError> {
        let all = Dataset::from_folder(&self.folder)?;
        let words = all.classes().iter().filter(|&word| word != NOISE).cloned();
        all.with_classes(&words.collect::<Vec<_>>())
    }

    /// Reads the lists, as far as they are about these words.
    fn lists(&self, words: &[String]) -> Result<HashMap<PathBuf, Listed>, DatasetError> {
        let mut listed = HashMap::new();
        for (name, part) in LISTS {
            let file = self.folder.join(name);
            let text = fs::read_to_string(&file)
                .map_err(|source| ManifestError::Read { file: file.clone(), source })?;
            for (line, entry) in (1..).zip(text.lines()) {
                let is_known = |word: &String| Some(word.as_str()) == entry.split('/').next();
                if words.iter().any(is_known) {
                    let file = file.clone();
                    listed.insert(self.folder.join(entry), Listed { file, line, part });
                }
            }
        }
        Ok(listed)
    }
}

/// A place in a list.
struct Listed {
    file: PathBuf,
    line: u64,
    part: Part,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lays out files as the published ones: three words of four speakers.
    fn laid_out() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (word, speaker) in ["bed", "left", "right"]
            .into_iter()
            .flat_map(|word| ["0a7c2a8d", "0b09edd3", "0c40e715", "0d2bcf9d"].map(|it| (word, it)))
        {
            let path = folder.path().join(format!("{word}/{speaker}_nohash_0.wav"));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, []).unwrap();
        }
        fs::create_dir(folder.path().join(NOISE)).unwrap();
        for name in ["running_tap.wav", "README.md"] {
            fs::write(folder.path().join(NOISE).join(name), []).unwrap();
        }
        fs::write(folder.path().join("LICENSE"), []).unwrap();
        for (name, speaker) in
            [("validation_list.txt", "0b09edd3"), ("testing_list.txt", "0c40e715")]
        {
            let line = |word| format!("{word}/{speaker}_nohash_0.wav\n");
            let lines = ["right", "bed", "left"].map(line).concat();
            fs::write(folder.path().join(name), lines).unwrap();
        }
        folder
    }

    #[test]
    fn words_come_with_their_speakers_and_the_official_split() {
        let folder = laid_out();
        let all = SpeechCommands::new(&folder).dataset().unwrap();
        assert_eq!(all.classes(), ["bed", "left", "right"]);
        let expected = [Part::Train, Part::Validation, Part::Test, Part::Train];
        assert_eq!(all.parts().unwrap(), expected.repeat(3));
        assert_eq!(all.groups().unwrap()[..2], ["0a7c2a8d", "0b09edd3"]);

        let two = SpeechCommands::new(&folder).words(["right", "bed"]);
        let dataset = two.dataset().unwrap();
        assert_eq!(dataset.classes(), ["right", "bed"]);
        assert_eq!(dataset.parts().unwrap(), expected.repeat(2));
        let [noise] = two.noises().unwrap().try_into().unwrap();
        assert!(noise.ends_with("running_tap.wav"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = laid_out();
        fs::remove_file(folder.path().join("left/0c40e715_nohash_0.wav")).unwrap();
        let error = SpeechCommands::new(&folder).dataset().unwrap_err();
        assert!(
            matches!(&error, DatasetError::Manifest(ManifestError::Missing { file, line: 3, path })
                if file.ends_with("testing_list.txt") && path.ends_with("left/0c40e715_nohash_0.wav")),
            "{error}"
        );
        assert!(SpeechCommands::new(&folder).words(["bed", "right"]).dataset().is_ok());
        fs::remove_file(folder.path().join("validation_list.txt")).unwrap();
        let error = SpeechCommands::new(&folder).words(["bed", "right"]).dataset().unwrap_err();
        assert!(matches!(error, DatasetError::Manifest(ManifestError::Read { .. })), "{error}");
        let error = SpeechCommands::new(&folder).words(["bed", "wow"]).dataset().unwrap_err();
        assert!(matches!(error, DatasetError::UnknownClass { .. }), "{error}");
    }
}
