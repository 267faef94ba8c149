//! Reading the files of a dataset, each of them once.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
};

use danas_space::Digest;
use ndarray::{Array2, Axis};

use super::error::MotionError;
use crate::{
    dataset::Dataset,
    opening::{Broken, Count, Opened, chain, open_all},
    series::{LoadedSeries, Series, SeriesError, SeriesFormat, SeriesSet, read_series},
    skipped::Skipped,
};

/// The series of a dataset, each file once.
pub(super) struct Read {
    pub(super) channels: Vec<String>,
    pub(super) series: Vec<Series>,
    /// The series of each clip; `None` for files that were skipped.
    pub(super) of_clips: Vec<Option<usize>>,
    pub(super) skipped: Vec<Skipped>,
}

impl Read {
    /// Reads all files. `progress` receives the number of files that are done, and of all.
    pub(super) fn files(
        dataset: &Dataset,
        format: &SeriesFormat,
        broken: Broken,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, MotionError> {
        let (paths, files) = dataset.files();
        let count = Count::new(paths.len(), Some(progress));
        let read = |path: &Path| read_one(path, format);
        let opened = open_all(paths.iter().copied(), broken, read, &|| count.another());
        let Opened { found, mut skipped } =
            opened.map_err(|files| MotionError::Broken { files })?;
        let channels = common(found.iter().flatten().map(|loaded| loaded.channels.as_slice()));
        let (mut series, mut of_files) = (Vec::new(), Vec::new());
        for (path, loaded) in paths.iter().zip(found) {
            let conformed = loaded.map(|loaded| conformed(path, loaded, &channels)).transpose();
            let of_file = match conformed {
                Ok(conformed) => conformed.map(|one| {
                    series.push(one);
                    series.len() - 1
                }),
                Err(error) if broken == Broken::Refuse => return Err(error.into()),
                Err(error) => {
                    skipped.push(Skipped { path: path.to_path_buf(), reason: chain(&error) });
                    None
                }
            };
            of_files.push(of_file);
        }
        let of_clips = files.into_iter().map(|file| of_files[file]).collect();
        Ok(Self { channels, series, of_clips, skipped })
    }

    /// Takes series that were read elsewhere.
    pub(super) fn set(set: SeriesSet) -> (Dataset, Self) {
        let SeriesSet { dataset, channels, series } = set;
        let of_clips = (0..series.len()).map(Some).collect();
        (dataset, Self { channels, series, of_clips, skipped: Vec::new() })
    }
}

fn read_one(path: &Path, format: &SeriesFormat) -> Result<LoadedSeries, MotionError> {
    let bytes =
        fs::read(path).map_err(|source| MotionError::Read { path: path.to_owned(), source })?;
    Ok(read_series(path, &bytes, format)?)
}

/// Returns the channels that most files have, in the order of the first of these files. A file without
/// them is then refused, and channels that only some files have are reported.
fn common<'a>(files: impl Iterator<Item = &'a [String]> + Clone) -> Vec<String> {
    let sorted = |channels: &'a [String]| {
        let mut channels: Vec<&String> = channels.iter().collect();
        channels.sort_unstable();
        channels
    };
    let mut counts: HashMap<Vec<&String>, usize> = HashMap::new();
    for channels in files.clone() {
        *counts.entry(sorted(channels)).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let first = files.clone().find(|channels| counts[&sorted(channels)] == most);
    let common = first.unwrap_or_default().to_vec();
    let more: BTreeSet<&String> = files.flatten().filter(|it| !common.contains(it)).collect();
    if let Some(first) = more.first() {
        tracing::warn!(channels = more.len(), %first, "only some files have these channels");
    }
    common
}

/// Returns a series with these channels, in this order. A file may have more.
fn conformed(
    path: &Path,
    loaded: LoadedSeries,
    channels: &[String],
) -> Result<Series, SeriesError> {
    let LoadedSeries { channels: found, series } = loaded;
    if found == channels {
        return Ok(series);
    }
    let column = |channel: &String| {
        found.iter().position(|it| it == channel).ok_or_else(|| SeriesError::NoColumn {
            path: path.to_owned(),
            column: channel.clone(),
            known: found.clone(),
            key: "channels",
        })
    };
    let columns = channels.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let values: Array2<f32> = series.values.select(Axis(1), &columns);
    Ok(Series { values, ..series })
}

/// Returns a digest of the samples and their rate.
pub(super) fn digest(series: &Series) -> Digest {
    let (samples, channels) = series.values.dim();
    let shape = [samples as u64, channels as u64, series.rate.millihertz()];
    let shape: Vec<u8> = shape.iter().flat_map(|number| number.to_le_bytes()).collect();
    let values: Vec<u8> = series.values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Digest::of_parts([shape.as_slice(), values.as_slice()])
}
