//! Data in the layouts of published sets and of other tools.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use clap::ValueEnum as _;
use danas::{
    Audio, AudioSource, ConfigFor, DataSettings, Dataset, Image, Modality, Motion, MotionSource,
    Noise, SeriesSet, space::Rate,
};
use danas_datasets::{DcaseTask2, EdgeImpulse, Esc50, Mimii, Npz, SpeechCommands, UeaArchive};

/// A layout other than a sub-folder for each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Layout {
    /// ESC-50 as published, with its folds as groups.
    Esc50,
    /// The ten classes of ESC-50 that are ESC-10.
    Esc10,
    /// Speech Commands as published, with its official split.
    SpeechCommands,
    /// One machine of MIMII, normal and abnormal.
    Mimii,
    /// One machine of task 2 of DCASE 2020 to 2024.
    Dcase,
    /// `NAME_TRAIN.ts` and `NAME_TEST.ts` of the UCR and UEA archives, or a single such file.
    Uea,
    /// A NumPy archive of series and their labels.
    Npz,
    /// An export in the data acquisition format of Edge Impulse.
    EdgeImpulse,
}

impl Layout {
    /// Returns the kind of data that has this layout.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Esc50 | Self::Esc10 | Self::SpeechCommands | Self::Mimii | Self::Dcase => {
                Audio::KIND
            }
            Self::Uea | Self::Npz | Self::EdgeImpulse => Motion::KIND,
        }
    }
}

/// A kind of data that can be in other layouts.
pub(crate) trait Layouts: Modality {
    /// Opens the data of a configuration in a layout.
    fn open(layout: Layout, config: &ConfigFor<Self>) -> Result<Self::Source, Box<dyn Error>>;
}

impl Layouts for Audio {
    fn open(layout: Layout, config: &ConfigFor<Self>) -> Result<AudioSource, Box<dyn Error>> {
        let data = &config.data;
        let folder = folder(data)?;
        let dataset = match layout {
            Layout::Esc50 => Esc50::new(folder).dataset()?,
            Layout::Esc10 => Esc50::new(folder).esc10().dataset()?,
            Layout::SpeechCommands => SpeechCommands::new(folder).dataset()?,
            Layout::Mimii => Mimii::new(folder).dataset()?,
            Layout::Dcase => DcaseTask2::new(folder).dataset()?,
            other => return Err(unsuitable(other, Self::KIND)),
        };
        let dataset = match data.classes.is_empty() {
            true => dataset,
            false => dataset.with_classes(&data.classes)?,
        };
        let noise = data.noise.as_ref().map(|noise| {
            let paths = Dataset::recordings(&noise.folder)?;
            let (sound_gain, noise_gain) = (noise.sound_gain, noise.noise_gain);
            Ok::<_, danas::DatasetError>(Noise { paths, sound_gain, noise_gain })
        });
        Ok(AudioSource::open(dataset, noise.transpose()?, data.broken)?)
    }
}

impl Layouts for Image {
    fn open(layout: Layout, _: &ConfigFor<Self>) -> Result<Self::Source, Box<dyn Error>> {
        Err(unsuitable(layout, Self::KIND))
    }
}

impl Layouts for Motion {
    fn open(layout: Layout, config: &ConfigFor<Self>) -> Result<MotionSource, Box<dyn Error>> {
        let data = &config.data;
        let path = folder(data)?;
        let set = match layout {
            Layout::Uea => archive(path, rate(data.series.rate)?)?.load()?,
            Layout::Npz => Npz::new(path, rate(data.series.rate)?).load()?,
            Layout::EdgeImpulse => EdgeImpulse::new(path).load()?,
            other => return Err(unsuitable(other, Self::KIND)),
        };
        let set = match data.classes.is_empty() {
            true => set,
            false => of_classes(&set, &data.classes)?,
        };
        Ok(MotionSource::new(set, data.anchors, data.broken)?)
    }
}

/// Returns only the series of these classes.
fn of_classes(set: &SeriesSet, classes: &[String]) -> Result<SeriesSet, Box<dyn Error>> {
    let dataset = set.dataset.with_classes(classes)?;
    let names = set.dataset.classes();
    let is_kept = |label: usize| classes.contains(&names[label]);
    let series = set.dataset.clips().iter().zip(&set.series);
    let series = series.filter(|(clip, _)| is_kept(clip.label)).map(|(_, it)| it.clone());
    Ok(SeriesSet::new(dataset, set.channels.clone(), series.collect())?)
}

/// Finds the archive in a folder by its file for training, or takes a single file.
fn archive(path: &Path, rate: Rate) -> Result<UeaArchive, Box<dyn Error>> {
    if path.is_file() {
        return Ok(UeaArchive::of_file(path, rate));
    }
    let entries = path.read_dir().map_err(|error| format!("{}: {error}", path.display()))?;
    let files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let name =
        |file: &PathBuf| Some(file.file_name()?.to_str()?.strip_suffix("_TRAIN.ts")?.to_owned());
    let mut names: Vec<String> = files.iter().filter_map(name).collect();
    match (names.pop(), names.is_empty()) {
        (Some(name), true) => Ok(UeaArchive::new(path, &name, rate)),
        _ => Err(format!("{} does not contain exactly one NAME_TRAIN.ts", path.display()).into()),
    }
}

fn folder(data: &impl DataSettings) -> Result<&Path, Box<dyn Error>> {
    data.folder().ok_or_else(|| "--layout needs --dataset".into())
}

fn rate(rate: Option<Rate>) -> Result<Rate, Box<dyn Error>> {
    rate.ok_or_else(|| "this layout does not state the sampling rate; add --rate HERTZ".into())
}

fn unsuitable(layout: Layout, kind: &str) -> Box<dyn Error> {
    let layout = layout.to_possible_value();
    let name = layout.as_ref().map_or("?", |value| value.get_name());
    format!("the layout {name} is not one of {kind}").into()
}
