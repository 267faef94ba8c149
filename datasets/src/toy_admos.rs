//! Loader for ToyADMOS, a dataset of toy machines that run normally or with a fault.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use danas::{Clip, Dataset, DatasetError};

/// A machine of ToyADMOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Machine {
    /// A toy car on a test bench.
    Car,
    /// A belt conveyor.
    Conveyor,
    /// A model railway.
    Train,
}

impl Machine {
    /// Returns the name of the machine in folder and file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Car => "ToyCar",
            Self::Conveyor => "ToyConveyor",
            Self::Train => "ToyTrain",
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Selection of recordings of one machine in ToyADMOS' layout: a case, a channel, and the number of
/// recordings of each kind.
///
/// The folder of the machine contains `case1/NormalSound_IND` and `case1/AnomalousSound_IND`, two
/// such folders for each other case, and `EnvironmentalNoise_CNT` for all cases. The name of a file
/// contains its machine, case and channel between underscores:
/// `1100010001_ToyCar_case1_normal_IND_ch1_0001.wav`. This loader only lists files.
/// [`danas::AudioSource`] decodes them.
///
/// ```no_run
/// use danas::{AudioSource, Broken, Noise};
/// use danas_datasets::{Machine, ToyAdmos};
///
/// let toys = ToyAdmos::new("ToyADMOS", Machine::Conveyor).normal(900).anomalous(200);
/// let noise = Noise { paths: toys.noises()?, sound_gain: 1.0, noise_gain: 1.0 };
/// let source = AudioSource::open(toys.dataset()?, Some(noise), Broken::Refuse)?;
/// assert_eq!(source.dataset().classes(), ["normal", "anomalous"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
/// Y. Koizumi, S. Saito, H. Uematsu, N. Harada and K. Imoto (2019). ToyADMOS: a dataset of
/// miniature-machine operating sounds for anomalous sound detection.
/// <https://doi.org/10.1109/WASPAA.2019.8937164>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ToyAdmos {
    folder: PathBuf,
    machine: Machine,
    case: u32,
    channel: u32,
    normal: usize,
    anomalous: usize,
    noises: usize,
}

impl ToyAdmos {
    /// Selects all recordings of case 1 on channel 1. `folder` is the folder of the machine, or a
    /// folder that contains it.
    pub fn new(folder: impl AsRef<Path>, machine: Machine) -> Self {
        let inside = folder.as_ref().join(machine.name());
        let folder = if inside.is_dir() { inside } else { folder.as_ref().to_owned() };
        let all = usize::MAX;
        Self { folder, machine, case: 1, channel: 1, normal: all, anomalous: all, noises: all }
    }

    /// Sets the case, which is a specimen of the machine. Default: 1.
    pub fn case(self, case: u32) -> Self {
        Self { case, ..self }
    }

    /// Sets the channel, which is a microphone. Default: 1.
    pub fn channel(self, channel: u32) -> Self {
        Self { channel, ..self }
    }

    /// Limits the number of normal recordings. The first ones by name are used. Default: all.
    pub fn normal(self, normal: usize) -> Self {
        Self { normal, ..self }
    }

    /// Limits the number of anomalous recordings. The first ones by name are used. Default: all.
    pub fn anomalous(self, anomalous: usize) -> Self {
        Self { anomalous, ..self }
    }

    /// Limits the number of noise recordings. The first ones by name are used. Default: all.
    pub fn noise(self, noises: usize) -> Self {
        Self { noises, ..self }
    }

    /// Returns the recordings of the machine. The classes are `normal` and `anomalous`; there are
    /// no groups.
    ///
    /// # Errors
    /// [`DatasetError`] with the folder that cannot be read, or that has no recording of this
    /// machine, case and channel.
    pub fn dataset(&self) -> Result<Dataset, DatasetError> {
        let case = self.folder.join(self.case_name());
        let normal = self.recordings(&case.join("NormalSound_IND"), self.normal)?;
        let anomalous = self.recordings(&case.join("AnomalousSound_IND"), self.anomalous)?;
        let labelled = |paths: Vec<PathBuf>, label| {
            paths.into_iter().map(move |path| Clip { path, label, group: None })
        };
        let clips: Vec<Clip> = labelled(normal, 0).chain(labelled(anomalous, 1)).collect();
        Dataset::new(["normal", "anomalous"].map(str::to_owned), clips)
    }

    /// Returns the recordings of environmental noise.
    ///
    /// # Errors
    /// [`DatasetError`] as for [`dataset`](Self::dataset).
    pub fn noises(&self) -> Result<Vec<PathBuf>, DatasetError> {
        self.recordings(&self.folder.join("EnvironmentalNoise_CNT"), self.noises)
    }

    /// Returns the first `limit` recordings in a folder that are of this machine, case and channel.
    fn recordings(&self, folder: &Path, limit: usize) -> Result<Vec<PathBuf>, DatasetError> {
        let mut paths = Dataset::recordings(folder)?;
        let wanted = [self.machine.name(), &self.case_name(), &format!("ch{}", self.channel)];
        paths.retain(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            wanted.iter().all(|&wanted| name.split('_').any(|part| part == wanted))
        });
        paths.truncate(limit);
        if paths.is_empty() {
            return Err(DatasetError::NoRecordings { folder: folder.to_owned() });
        }
        Ok(paths)
    }

    fn case_name(&self) -> String {
        format!("case{}", self.case)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn touch(folder: &Path, names: &[&str]) {
        fs::create_dir_all(folder).unwrap();
        for name in names {
            fs::write(folder.join(name), "").unwrap();
        }
    }

    fn names(paths: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
        let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        paths.into_iter().map(name).collect()
    }

    #[test]
    fn case_and_channel_are_whole_parts_of_a_name() {
        let root = tempfile::tempdir().unwrap();
        let car = root.path().join("ToyCar");
        let normal = [
            "1100010001_ToyCar_case1_normal_IND_ch1_0001.wav",
            "1100010002_ToyCar_case1_normal_IND_ch1_0002.wav",
            "1100100001_ToyCar_case1_normal_IND_ch10_0001.wav",
            "1100020001_ToyCar_case1_normal_IND_ch2_0001.wav",
            "1100020001_ToyTrain_case1_normal_IND_ch1_0003.wav",
            "notes_ToyCar_case1_ch1.txt",
        ];
        touch(&car.join("case1/NormalSound_IND"), &normal);
        let anomalous = ["1101010001_ToyCar_case1_ab01_IND_ch1_0001.wav"];
        touch(&car.join("case1/AnomalousSound_IND"), &anomalous);
        let noises = ["N1_ToyCar_case1_ch1_0001.wav", "N2_ToyCar_case2_ch1_0001.wav"];
        touch(&car.join("EnvironmentalNoise_CNT"), &noises);

        for folder in [root.path(), &car] {
            let toys = ToyAdmos::new(folder, Machine::Car);
            let dataset = toys.dataset().unwrap();
            assert_eq!(dataset.labels(), [0, 0, 1]);
            let clips = dataset.clips().iter().map(|clip| clip.path.clone());
            assert_eq!(names(clips), [normal[0], normal[1], anomalous[0]]);
            assert_eq!(names(toys.noises().unwrap()), [noises[0]]);
            assert_eq!(toys.clone().normal(1).dataset().unwrap().labels(), [0, 1]);
            let tenth = toys.channel(10).dataset().unwrap_err().to_string();
            assert!(tenth.contains("AnomalousSound_IND"), "{tenth}");
        }
        let missing = ToyAdmos::new(root.path(), Machine::Train).dataset().unwrap_err();
        assert!(missing.to_string().contains("NormalSound_IND"), "{missing}");
    }
}
